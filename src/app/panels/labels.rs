//! The labels: choose one, see and hide its objects, add a new one.

use eframe::egui::{
    self, Align, FontId, Id, Key, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2,
};

use super::choices::search_ui;
use super::list_keys::{Walkable, list_stop, note_keyboard, take_key};
use super::object_list::ObjectList;
use super::row::{
    NAME_SIZE, REMARK_SIZE, RowLook, RowSwitch, line_of, row_background, take_left, take_right, text_in,
};
use super::virtual_list::{Direction, VirtualList};
use crate::app::listing::Needle;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, ROW_HEIGHT, Tokens};
use crate::app::widgets::{color32, empty_state, icon_button};
use crate::app::wording::{count_of, thousands};
use crate::edit::Edit;
use crate::model::{Label, LabelId};
use crate::project::Project;

/// A search field is of use from this many labels on.
const MIN_LABELS_TO_SEARCH: usize = 9;

/// The commands of the first labels, of which the keys are shown.
const DIGIT_COMMANDS: [&str; 9] = [
    "labels.1", "labels.2", "labels.3", "labels.4", "labels.5", "labels.6", "labels.7", "labels.8",
    "labels.9",
];

/// What the picture and the text of an empty panel need, points.
const EMPTY_STATE_HEIGHT: f32 = 130.0;

/// Draws the panel.
pub fn labels_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let Some(project) = &state.project else { return };
    note_keyboard(ui);
    let labels = &project.schema().labels;
    heading_ui(ui, labels.len(), requests);
    let search = if labels.len() >= MIN_LABELS_TO_SEARCH {
        search_field_ui(ui, project, requests)
    } else {
        String::new()
    };
    let needle = Needle::new(&search);
    let listed: Vec<usize> =
        labels.iter().enumerate().filter(|(_, label)| needle.is_in(&label.name)).map(|(i, _)| i).collect();
    let entry_height = if project.is_writable() { ROW_HEIGHT + ui.spacing().item_spacing.y } else { 0.0 };
    let height = (ui.available_height() - entry_height).max(ROW_HEIGHT);
    if labels.is_empty() && height < EMPTY_STATE_HEIGHT {
        let text = "Type the first label below, as in “car”.";
        ui.add(egui::Label::new(RichText::new(text).color(Tokens::of(ui).text_weak)).wrap());
    } else if labels.is_empty() {
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            let next_step = "Type the first one below, as in “car”.";
            empty_state(ui, "tag", "What do your pictures show?", next_step);
        });
    } else if listed.is_empty() {
        let text = format!("No label is called “{}”.", search.trim());
        ui.add(egui::Label::new(RichText::new(text).color(Tokens::of(ui).text_weak)).wrap());
    } else {
        list_ui(ui, state, project, &listed, height, requests);
    }
    if project.is_writable() {
        new_label_ui(ui, project, requests);
    }
    // The panel keeps its height, however few labels are listed.
    ui.expand_to_include_y(ui.max_rect().bottom());
}

fn heading_ui(ui: &mut Ui, num_labels: usize, requests: &mut Requests) {
    ui.horizontal(|ui| {
        ui.label(theme::heading("Labels"));
        if num_labels > 0 {
            ui.label(RichText::new(thousands(num_labels)).color(Tokens::of(ui).text_weak));
        }
        ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, "pencil-simple", "Edit labels").clicked() {
                requests.run("labels.edit");
            }
        });
    });
}

/// The field to search in; Enter chooses the first label that is found.
fn search_field_ui(ui: &mut Ui, project: &Project, requests: &mut Requests) -> String {
    let id = Id::unique("label-search");
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
    let response = search_ui(ui, id.with("field"), &mut text, "Search labels", f32::INFINITY);
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        let needle = Needle::new(&text);
        let first = project.schema().labels.iter().find(|label| needle.is_in(&label.name));
        if let Some(label) = first.filter(|_| !needle.is_empty()) {
            requests.push(Request::ChooseLabel(Some(label.id)));
            text.clear();
        }
    }
    ui.data_mut(|data| data.insert_temp(id, text.clone()));
    text
}

fn list_ui(
    ui: &mut Ui,
    state: &AppState,
    project: &Project,
    listed: &[usize],
    height: f32,
    requests: &mut Requests,
) {
    let labels = &project.schema().labels;
    let objects = state.objects().and_then(|objects| ObjectList::of(ui, state, objects));
    let chosen = state.view.label.and_then(|id| project.schema().index_of(id));
    let place = Rect::from_min_size(
        ui.available_rect_before_wrap().min,
        vec2(ui.available_width(), height.min(listed.len() as f32 * ROW_HEIGHT)),
    );
    let keys = keyboard_ui(ui, place, state, labels, listed, chosen, requests);
    let list = VirtualList {
        area: ScrollArea::vertical().id_salt("labels").max_height(height).auto_shrink([false, true]),
        direction: Direction::Down,
        step: ROW_HEIGHT,
        num_rows: listed.len(),
        reveal: keys
            .reveal
            .map(|row| (row, None))
            .or_else(|| newly_chosen(ui, listed, chosen).map(|row| (row, None))),
    };
    list.show(ui, |ui, row, rect| {
        let index = listed[row];
        let label = &labels[index];
        let line = LabelRow {
            label,
            keys: keys_of(state, labels, index),
            num_objects: objects
                .as_ref()
                .and_then(|list| list.num_by_label.get(&label.id))
                .copied()
                .unwrap_or(0),
            is_chosen: chosen == Some(index),
            is_hidden: state.view.hidden_labels.contains(&label.id),
            has_cursor: keys.cursor == Some(row),
        };
        line.show(ui, rect, requests);
    });
}

/// The row of the chosen label, when another one has been chosen since the last frame.
fn newly_chosen(ui: &Ui, listed: &[usize], chosen: Option<usize>) -> Option<usize> {
    let id = Id::unique("label-chosen-before");
    let before = ui.data(|data| data.get_temp::<Option<usize>>(id)).flatten();
    if before == chosen {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(id, chosen));
    chosen.and_then(|index| listed.iter().position(|listed| *listed == index))
}

#[derive(Default)]
struct Keys {
    cursor: Option<usize>,
    reveal: Option<usize>,
}

/// The list's keys: arrows walk, Enter chooses, Space hides or shows.
fn keyboard_ui(
    ui: &Ui,
    place: Rect,
    state: &AppState,
    labels: &[Label],
    listed: &[usize],
    chosen: Option<usize>,
    requests: &mut Requests,
) -> Keys {
    let id = Id::unique("label-list");
    let cursor = ui.data(|data| data.get_temp::<usize>(id));
    let cursor = cursor.or_else(|| listed.iter().position(|index| Some(*index) == chosen)).unwrap_or(0);
    let cursor = cursor.min(listed.len().saturating_sub(1));
    let label = &labels[listed[cursor]];
    let name = format!(
        "Labels, {}: {}. Enter chooses it, Space hides or shows its objects.",
        cursor + 1,
        label.name
    );
    if !list_stop(ui, id, place, &name) {
        ui.data_mut(|data| data.remove::<usize>(id));
        return Keys::default();
    }
    if take_key(ui, Key::Enter) {
        choose(state, label.id, requests);
    }
    if take_key(ui, Key::Space) {
        requests.push(Request::ToggleLabel(label.id));
    }
    let walkable = Walkable {
        num: listed.len(),
        num_columns: 1,
        num_lines_per_page: (place.height() / ROW_HEIGHT) as usize,
    };
    let walk = ui.input_mut(|input| walkable.walk(input, Some(cursor)));
    let cursor = walk.map_or(cursor, |walk| walk.to);
    ui.data_mut(|data| data.insert_temp(id, cursor));
    Keys { cursor: Some(cursor), reveal: walk.map(|walk| walk.to) }
}

fn choose(state: &AppState, label: LabelId, requests: &mut Requests) {
    if state.view.label != Some(label) || !state.view.selection.is_empty() {
        requests.push(Request::ChooseLabel(Some(label)));
    }
}

struct LabelRow<'a> {
    label: &'a Label,
    keys: String,
    num_objects: usize,
    is_chosen: bool,
    is_hidden: bool,
    has_cursor: bool,
}

impl LabelRow<'_> {
    fn show(&self, ui: &Ui, rect: Rect, requests: &mut Requests) {
        let tokens = Tokens::of(ui);
        let id = Id::unique(("label-row", self.label.id));
        let response = ui.interact(rect, id, Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListBoxOption, ui.is_enabled(), self.is_chosen, &self.label.name)
        });
        let is_hovered = response.contains_pointer();
        row_background(
            ui,
            rect,
            RowLook { is_selected: self.is_chosen, is_hovered, has_cursor: self.has_cursor },
        );
        let mut rest = rect.shrink2(vec2(8.0, 0.0));
        let swatch = take_left(&mut rest, 20.0);
        let square = Rect::from_min_size(swatch.left_center() - vec2(0.0, 6.0), vec2(12.0, 12.0));
        let color = color32(self.label.color);
        ui.painter().rect_filled(square, 3.0, if self.is_hidden { color.gamma_multiply(0.4) } else { color });

        let (icon, verb) = if self.is_hidden { ("eye-slash", "Show") } else { ("eye", "Hide") };
        let eye = RowSwitch {
            id: id.with("eye"),
            icon,
            name: &format!("{verb} objects of {}", self.label.name),
            is_on: self.is_hidden,
            shows_off: true,
        };
        if eye.show(ui, take_right(&mut rest, 24.0)).clicked() {
            requests.push(Request::ToggleLabel(self.label.id));
        }
        if !self.keys.is_empty() {
            key_ui(ui, &mut rest, &self.keys);
        }
        let count = if self.num_objects > 0 { thousands(self.num_objects) } else { String::new() };
        let count_width = 8.0 * count.len() as f32 + 4.0;
        let small = FontId::proportional(REMARK_SIZE);
        text_in(ui, take_right(&mut rest, count_width), &count, small, tokens.text_weak, Align::Max);
        rest.max.x -= 4.0;
        let color = if self.is_hidden { tokens.text_weak } else { tokens.text };
        let is_cut = text_in(ui, rest, &self.label.name, FontId::proportional(NAME_SIZE), color, Align::Min);
        if response.clicked() {
            requests.push(Request::ChooseLabel(Some(self.label.id)));
        }
        if is_cut || !self.label.definition.is_empty() || self.num_objects > 0 {
            response.on_hover_ui(|ui| self.tooltip_ui(ui));
        }
    }

    fn tooltip_ui(&self, ui: &mut Ui) {
        ui.set_max_width(320.0);
        ui.label(theme::heading(&self.label.name));
        if !self.label.definition.is_empty() {
            ui.label(&self.label.definition);
        }
        if self.num_objects > 0 {
            let text = format!("{} on this picture", count_of(self.num_objects, "object"));
            ui.label(RichText::new(text).color(Tokens::of(ui).text_weak));
        }
    }
}

/// The keys that choose a label: its own or, as long as no label has taken it, the digit of its place in the list.
fn keys_of(state: &AppState, labels: &[Label], index: usize) -> String {
    if let Some(own) = labels[index].shortcut {
        return own.to_uppercase().to_string();
    }
    let keys = DIGIT_COMMANDS.get(index).map(|command| state.keys_text(command)).unwrap_or_default();
    let is_taken =
        labels.iter().any(|label| label.shortcut.is_some_and(|own| keys == own.to_uppercase().to_string()));
    if is_taken { String::new() } else { keys }
}

/// Paints keys as a small cap at the right of what is left of a row.
fn key_ui(ui: &Ui, rest: &mut Rect, keys: &str) {
    let tokens = Tokens::of(ui);
    let galley = line_of(ui, keys, FontId::proportional(REMARK_SIZE), tokens.text_weak, f32::INFINITY);
    let size = vec2((galley.size().x + 10.0).max(20.0), 18.0);
    let slot = take_right(rest, size.x + 8.0);
    let cap = Rect::from_center_size(slot.center(), size);
    let stroke = egui::Stroke::new(1.0, tokens.line);
    ui.painter().rect(cap, 4.0, tokens.raised, stroke, egui::StrokeKind::Inside);
    ui.painter().galley(cap.center() - galley.size() / 2.0, galley, tokens.text_weak);
}

/// The field for a new label. A name that exists chooses that label.
fn new_label_ui(ui: &mut Ui, project: &Project, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let id = Id::unique("new-label");
    let mut name = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let field = egui::TextEdit::singleline(&mut name)
            .id(id.with("field"))
            .hint_text(RichText::new("New label").color(tokens.text_weak))
            .desired_width((ui.available_width() - ROW_HEIGHT - 4.0).max(40.0))
            .margin(egui::Margin::symmetric(8, 5));
        let response = ui.add(field).accessible_name("Name of a new label");
        let is_entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let is_named = !name.trim().is_empty();
        let add = ui.add_enabled_ui(is_named, |ui| icon_button(ui, "plus", "Add this label")).inner;
        if is_named && (is_entered || add.clicked()) {
            add_label(project, &name, requests);
            name.clear();
            // The next label can be typed at once.
            response.request_focus();
        }
    });
    ui.data_mut(|data| data.insert_temp(id, name));
}

fn add_label(project: &Project, name: &str, requests: &mut Requests) {
    if let Some(label) = project.schema().label_named(name.trim()) {
        return requests.push(Request::ChooseLabel(Some(label.id)));
    }
    let label = project.new_label(name);
    requests.push(Request::Commit {
        title: format!("Add label {}", label.name),
        edits: vec![Edit::add_label(&label)],
    });
    requests.push(Request::ChooseLabel(Some(label.id)));
}
