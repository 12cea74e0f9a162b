//! The labels at the left: search, add, paste a list, reorder by dragging or with buttons.

use std::collections::HashMap;

use eframe::egui::{self, Align, Key, Label, Layout, RichText, ScrollArea, Sense, Stroke, TextEdit, Ui};

use super::ObjectCounts;
use super::draft::SchemaDraft;
use crate::app::dialogs::controls::{row_of_height_ui, search_field, text_field, weak_ui};
use crate::app::dialogs::fuzzy;
use crate::app::dialogs::window::FirstFocus;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, key_cap, labelled_button, primary_button, swatch};
use crate::app::wording::{count_of, counted, thousands};
use crate::model::{self, LabelId};

const ROW_HEIGHT: f32 = 32.0;
/// A search field is of use from this many labels on.
const MIN_LABELS_TO_SEARCH: usize = 9;

/// What is being done in the list.
#[derive(Default)]
pub struct LabelList {
    query: String,
    new_name: String,
    /// What was typed or pasted as a list of names, while that field is open.
    pasted: Option<String>,
    /// What became of the list of names that was added last.
    notice: String,
    must_scroll: bool,
    /// Whether the label was chosen by walking to it with the keyboard, which then stays in the list.
    pub is_walking: bool,
    focus: FirstFocus,
}

impl LabelList {
    /// Draws the list.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        draft: &mut SchemaDraft,
        chosen: &mut Option<LabelId>,
        problems: &HashMap<LabelId, String>,
        counts: &ObjectCounts,
    ) {
        self.is_walking = false;
        if self.pasted.is_some() {
            return self.paste_ui(ui, draft, chosen);
        }
        if draft.labels().len() >= MIN_LABELS_TO_SEARCH {
            search_field(ui, "Search labels", &mut self.query);
        } else {
            self.query.clear();
        }
        // Below the list: a row to add, a row of buttons, and perhaps a notice.
        let below = 2.0 * (theme::ROW_HEIGHT + 10.0) + if self.notice.is_empty() { 0.0 } else { 24.0 };
        let height = (ui.available_height() - below).max(ROW_HEIGHT);
        self.rows_ui(ui, height, draft, chosen, problems, counts);
        self.add_ui(ui, draft, chosen);
        self.buttons_ui(ui, draft, *chosen);
        if !self.notice.is_empty() {
            weak_ui(ui, self.notice.clone());
        }
    }

    fn rows_ui(
        &mut self,
        ui: &mut Ui,
        height: f32,
        draft: &mut SchemaDraft,
        chosen: &mut Option<LabelId>,
        problems: &HashMap<LabelId, String>,
        counts: &ObjectCounts,
    ) {
        let query = self.query.trim().to_lowercase();
        let labels = draft.labels().iter().enumerate();
        let listed: Vec<usize> =
            labels.filter(|(_, l)| fuzzy::contains(&l.name, &query)).map(|(i, _)| i).collect();
        let mut drop = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().max_height(height).auto_shrink([false, false]);
        if std::mem::take(&mut self.must_scroll)
            && let Some(row) = listed.iter().position(|i| Some(draft.labels()[*i].id) == *chosen)
        {
            area = area.vertical_scroll_offset((row as f32 * ROW_HEIGHT - height / 2.0).max(0.0));
        }
        area.show_rows(ui, ROW_HEIGHT, listed.len(), |ui, rows| {
            ui.set_width(ui.available_width() - 10.0);
            let top = ui.cursor().top() - rows.start as f32 * ROW_HEIGHT;
            for row in rows {
                let label = &draft.labels()[listed[row]];
                let has_problem = problems.contains_key(&label.id);
                let count = counts.of(label.id).filter(|_| !draft.is_new(label.id));
                let response = row_ui(ui, label, *chosen == Some(label.id), has_problem, count);
                if response.clicked() || response.gained_focus() {
                    *chosen = Some(label.id);
                    self.is_walking = !response.clicked();
                }
                // While the list is filtered, the neighbours are not the true ones.
                if query.is_empty() {
                    drop = drop.or(drag_ui(ui, &response, row, top, listed.len()));
                }
            }
        });
        if let Some((from, to)) = drop {
            draft.move_to(from, to);
        }
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.add_space(6.0);
    }

    fn add_ui(&mut self, ui: &mut Ui, draft: &mut SchemaDraft, chosen: &mut Option<LabelId>) {
        ui.allocate_ui_with_layout(
            egui::vec2(ui.available_width(), theme::ROW_HEIGHT),
            Layout::right_to_left(Align::Center),
            |ui| {
                let is_named = !self.new_name.trim().is_empty();
                let add = ui.add_enabled_ui(is_named, |ui| labelled_button(ui, "plus", "Add")).inner;
                let field = text_field(ui, "Name of a new label", &mut self.new_name, "New label");
                if draft.labels().is_empty() {
                    self.focus.give(&field);
                }
                let is_confirmed = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                if is_named && (add.clicked() || is_confirmed) {
                    *chosen = Some(draft.add(self.new_name.trim()));
                    self.new_name.clear();
                    self.query.clear();
                    self.notice.clear();
                    self.must_scroll = true;
                }
            },
        );
    }

    fn buttons_ui(&mut self, ui: &mut Ui, draft: &mut SchemaDraft, chosen: Option<LabelId>) {
        let position = chosen.and_then(|id| draft.labels().iter().position(|label| label.id == id));
        let last = draft.labels().len().saturating_sub(1);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let steps = [
                ("arrow-up", "Move the label up", position.and_then(|at| at.checked_sub(1))),
                ("arrow-down", "Move the label down", position.map(|at| at + 1).filter(|at| *at <= last)),
            ];
            for (icon, name, to) in steps {
                let button = ui.add_enabled_ui(to.is_some(), |ui| icon_button(ui, icon, name)).inner;
                if let (true, Some(from), Some(to)) = (button.clicked(), position, to) {
                    draft.move_to(from, to);
                    self.must_scroll = true;
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if labelled_button(ui, "list-bullets", "Paste a list…").clicked() {
                    self.pasted = Some(String::new());
                    self.notice.clear();
                }
            });
        });
    }

    fn paste_ui(&mut self, ui: &mut Ui, draft: &mut SchemaDraft, chosen: &mut Option<LabelId>) {
        let Some(text) = &mut self.pasted else { return };
        ui.label(theme::heading("One name on each line"));
        let height = (ui.available_height() - theme::ROW_HEIGHT - 16.0).max(60.0);
        let mut is_open = true;
        ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show(ui, |ui| {
            let field = TextEdit::multiline(text).hint_text("car\ntruck\nbus").desired_width(f32::INFINITY);
            let field = ui
                .add_sized([ui.available_width() - 10.0, height], field)
                .accessible_name("Names, one on each line");
            if text.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
                field.request_focus();
            }
        });
        let num = text.lines().filter(|line| !line.trim().is_empty()).count() as u64;
        ui.horizontal(|ui| {
            let name = format!("Add {}", count_of(num, "name"));
            if ui.add_enabled_ui(num > 0, |ui| primary_button(ui, "plus", &name)).inner.clicked() {
                let added = draft.add_names(text);
                *chosen = added.ids.first().copied().or(*chosen);
                self.notice = added_notice(added.ids.len() as u64, added.num_known as u64);
                self.must_scroll = true;
                is_open = false;
            }
            if labelled_button(ui, "", "Back").clicked() {
                is_open = false;
            }
        });
        if !is_open {
            self.pasted = None;
        }
    }
}

fn added_notice(num_added: u64, num_known: u64) -> String {
    let added = format!("{} added.", count_of(num_added, "label"));
    match num_known {
        0 => added,
        num => format!("{added} {} there already.", counted(num, "name was", "names were")),
    }
}

fn row_ui(
    ui: &mut Ui,
    label: &model::Label,
    is_chosen: bool,
    has_problem: bool,
    count: Option<u64>,
) -> egui::Response {
    let name = if label.name.trim().is_empty() { "(no name)" } else { label.name.trim() };
    row_of_height_ui(ui, ROW_HEIGHT, Sense::click_and_drag(), name, is_chosen, true, |ui| {
        let tokens = Tokens::of(ui);
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(theme::icon_text("dots-six-vertical").size(14.0).color(tokens.text_weak));
        swatch(ui, label.color);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if has_problem {
                ui.label(theme::icon_text("warning-circle").color(tokens.error));
            }
            if let Some(key) = label.shortcut {
                key_cap(ui, &key.to_uppercase().to_string());
            }
            if let Some(count) = count.filter(|count| *count > 0) {
                ui.label(RichText::new(thousands(count)).small().color(tokens.text_weak));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(name).truncate());
            });
        });
    })
}

/// While a row is dragged, draws a line where it would go; from which to which position when it is let go.
fn drag_ui(
    ui: &Ui,
    response: &egui::Response,
    row: usize,
    top: f32,
    num_rows: usize,
) -> Option<(usize, usize)> {
    if !response.dragged() && !response.drag_stopped() {
        return None;
    }
    let pointer = ui.input(|input| input.pointer.interact_pos())?;
    let gap = (((pointer.y - top) / ROW_HEIGHT).round().max(0.0) as usize).min(num_rows);
    // The gaps above and below a row leave it where it is.
    let to = if gap > row { gap - 1 } else { gap };
    if response.drag_stopped() {
        return (to != row).then_some((row, to));
    }
    ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
    let stroke = Stroke::new(2.0, Tokens::of(ui).accent);
    ui.painter().hline(response.rect.x_range(), top + gap as f32 * ROW_HEIGHT, stroke);
    None
}
