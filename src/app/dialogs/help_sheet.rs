//! The help sheet: every key, by menu, and every gesture.

use eframe::egui::{self, Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::controls::{key_caps, search_field};
use super::fuzzy;
use super::gestures::gesture_groups;
use super::window::{FirstFocus, Window};
use crate::app::commands::{Menu, commands};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};

/// A column is at least this wide, points.
const COLUMN_WIDTH: f32 = 290.0;
const ROW_HEIGHT: f32 = 24.0;

/// The help sheet.
#[derive(Default)]
pub struct HelpSheet {
    query: String,
    focus: FirstFocus,
}

/// A group of rows under a heading.
struct Section {
    title: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    help: String,
    keys: Keys,
}

enum Keys {
    /// Drawn as caps.
    Caps(Vec<String>),
    /// What the hand does, in words.
    Words(&'static str),
}

impl HelpSheet {
    /// Draws it; returns whether it stays open.
    pub fn show(&mut self, ctx: &egui::Context, state: &AppState) -> bool {
        let size = vec2(1240.0, 860.0);
        Window::new("help-sheet", "keyboard", "Keys and gestures", size).show(ctx, |ui| {
            let field = search_field(ui, "Search keys and gestures", &mut self.query);
            self.focus.give(&field);
            ui.add_space(6.0);
            let sections = sections(self.query.trim(), state);
            ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                ui.set_width(ui.available_width() - 12.0);
                if sections.is_empty() {
                    let text = "No key and no gesture of that name. Try another word.";
                    ui.label(RichText::new(text).color(Tokens::of(ui).text_weak));
                }
                columns_ui(ui, sections);
            });
        })
    }
}

fn sections(query: &str, state: &AppState) -> Vec<Section> {
    let mut sections: Vec<Section> = Menu::ALL
        .into_iter()
        .map(|menu| Section {
            title: menu.name().to_owned(),
            rows: commands()
                .filter(|command| command.menu == menu)
                .map(|command| Row {
                    name: command.name.to_owned(),
                    help: command.help.to_owned(),
                    keys: Keys::Caps(state.keymap.all_texts(command.id)),
                })
                .collect(),
        })
        .collect();
    let gestures = gesture_groups(&state.settings).into_iter().map(|group| Section {
        title: format!("Mouse: {}", group.title.to_lowercase()),
        rows: group
            .gestures
            .into_iter()
            .map(|gesture| Row {
                name: gesture.effect.to_owned(),
                help: String::new(),
                keys: Keys::Words(gesture.hand),
            })
            .collect(),
    });
    sections.extend(gestures);
    for section in &mut sections {
        section.rows.retain(|row| row.fits(query, &section.title));
    }
    sections.retain(|section| !section.rows.is_empty());
    sections
}

impl Row {
    fn fits(&self, query: &str, title: &str) -> bool {
        let lower = query.to_lowercase();
        let keys = match &self.keys {
            Keys::Caps(keys) => keys.join(" "),
            Keys::Words(words) => (*words).to_owned(),
        };
        [&self.name, &self.help, &keys, title].into_iter().any(|text| fuzzy::contains(text, &lower))
    }
}

/// Shares the sections out among columns: each goes to the one that is shortest by then.
fn columns_ui(ui: &mut Ui, sections: Vec<Section>) {
    let num_columns = ((ui.available_width() / COLUMN_WIDTH) as usize).clamp(1, 4);
    let mut columns: Vec<(usize, Vec<Section>)> = (0..num_columns).map(|_| (0, Vec::new())).collect();
    for section in sections {
        let shortest = columns.iter_mut().min_by_key(|(height, _)| *height);
        if let Some((height, column)) = shortest {
            *height += section.rows.len() + 2;
            column.push(section);
        }
    }
    ui.spacing_mut().item_spacing.x = 28.0;
    ui.columns(num_columns, |columns_of_ui| {
        for (ui, (_, sections)) in columns_of_ui.iter_mut().zip(columns) {
            ui.spacing_mut().item_spacing = vec2(4.0, 0.0);
            for section in sections {
                section_ui(ui, &section);
            }
        }
    });
}

fn section_ui(ui: &mut Ui, section: &Section) {
    let tokens = Tokens::of(ui);
    ui.add_space(8.0);
    ui.label(theme::heading(&section.title));
    ui.add_space(4.0);
    for row in &section.rows {
        let size = vec2(ui.available_width(), ROW_HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_height(ROW_HEIGHT);
            match &row.keys {
                Keys::Caps(keys) => {
                    let backwards: Vec<String> = keys.iter().rev().cloned().collect();
                    key_caps(ui, &backwards);
                    if keys.is_empty() {
                        ui.label(RichText::new("–").color(tokens.text_weak));
                    }
                }
                Keys::Words(words) => {
                    ui.label(RichText::new(*words).color(tokens.text_weak));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let response = ui.add(Label::new(&row.name).truncate());
                if !row.help.is_empty() {
                    response.on_hover_text(&row.help);
                }
            });
        });
    }
    ui.add_space(8.0);
}
