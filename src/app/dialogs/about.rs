//! What this program is: version, licence, what it draws with, and where it keeps things.

use std::path::PathBuf;

use eframe::egui::{self, Align, Label, Layout, RichText, Ui, vec2};

use super::controls::section_ui;
use super::window::{FirstFocus, Window, footer_ui};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, labelled_button, primary_button};
use crate::media::cache_folder;
use crate::project::config_folder;

/// The dialog.
#[derive(Default)]
pub struct AboutDialog {
    focus: FirstFocus,
}

impl AboutDialog {
    /// Draws it; returns whether it stays open.
    pub fn show(&mut self, ctx: &egui::Context, state: &AppState, requests: &mut Requests) -> bool {
        let mut is_done = false;
        let window = Window::new("about", "info", "About Fieldmark", vec2(540.0, 560.0)).shrunk_to_fit();
        let stays = window.show(ctx, |ui| {
            ui.label(
                env!("CARGO_PKG_DESCRIPTION").to_owned()
                    + ", on your own machine, with or without a network.",
            );
            section_ui(ui, "This copy");
            let facts = facts(state);
            for (name, value) in &facts {
                fact_ui(ui, name, value);
            }
            section_ui(ui, "Where things are kept");
            for (name, path) in places(state) {
                place_ui(ui, name, &path, requests);
            }
            ui.add_space(8.0);
            footer_ui(ui, |ui| {
                let close = primary_button(ui, "", "Close");
                self.focus.give(&close);
                is_done = close.clicked();
                if labelled_button(ui, "copy", "Copy for a report").clicked() {
                    let text: Vec<String> =
                        facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                    ui.ctx().copy_text(text.join("\n"));
                }
            });
        });
        stays && !is_done
    }
}

fn facts(state: &AppState) -> Vec<(&'static str, String)> {
    let adapter = if state.adapter.is_empty() { "not known" } else { &state.adapter };
    vec![
        ("Version", env!("CARGO_PKG_VERSION").to_owned()),
        ("Licence", env!("CARGO_PKG_LICENSE").replace(" OR ", " or ")),
        ("System", format!("{} ({})", std::env::consts::OS, std::env::consts::ARCH)),
        ("Draws with", adapter.to_owned()),
        ("Typefaces", "Inter (OFL 1.1), Phosphor icons (MIT)".to_owned()),
    ]
}

fn places(state: &AppState) -> Vec<(&'static str, PathBuf)> {
    let mut places = vec![("Settings", config_folder()), ("Caches", cache_folder())];
    if let Some(project) = &state.project {
        places.insert(0, ("This project", project.path().to_owned()));
    }
    places
}

const NAME_WIDTH: f32 = 96.0;

fn fact_ui(ui: &mut Ui, name: &str, value: &str) {
    ui.horizontal_top(|ui| {
        name_ui(ui, name);
        ui.add(Label::new(value).wrap());
    });
}

fn place_ui(ui: &mut Ui, name: &str, path: &std::path::Path, requests: &mut Requests) {
    let size = vec2(ui.available_width(), theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        name_ui(ui, name);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let folder =
                if path.is_absolute() && path.extension().is_some() { path.parent() } else { Some(path) };
            if icon_button(ui, "folder-open", &format!("Show the folder: {name}")).clicked()
                && let Some(folder) = folder
            {
                requests.push(Request::ShowFolder(folder.to_owned()));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = path.display().to_string();
                ui.add(Label::new(&text).truncate()).on_hover_text(text);
            });
        });
    });
}

fn name_ui(ui: &mut Ui, name: &str) {
    let text = RichText::new(name).color(Tokens::of(ui).text_weak);
    let response = ui.label(text);
    ui.add_space((NAME_WIDTH - response.rect.width()).max(0.0));
}
