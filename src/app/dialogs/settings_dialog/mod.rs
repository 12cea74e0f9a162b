//! What the person chose for good. Every change applies, and is kept, at once.

mod appearance;
mod canvas;
mod keys;
mod shortcuts;
mod storage;
mod tools;
mod video;

use eframe::egui::{self, ScrollArea, Sense, Ui, vec2};

use super::controls::row_of_height_ui;
use super::window::{Window, columns_ui, footer_ui};
use crate::app::request::{Request, Requests};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{labelled_button, primary_button};
use shortcuts::ShortcutEditor;

/// The dialog.
#[derive(Default)]
pub struct SettingsDialog {
    page: Page,
    shortcuts: ShortcutEditor,
    must_confirm_reset: bool,
    has_focused: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Page {
    #[default]
    Appearance,
    Canvas,
    Tools,
    Video,
    Keys,
    Storage,
}

const PAGES: [(Page, &str, &str); 6] = [
    (Page::Appearance, "palette", "Appearance"),
    (Page::Canvas, "image", "Picture"),
    (Page::Tools, "polygon", "Tools"),
    (Page::Video, "film-strip", "Video"),
    (Page::Keys, "keyboard", "Keys and mouse"),
    (Page::Storage, "hard-drives", "Memory and storage"),
];

impl SettingsDialog {
    /// Draws it; returns whether it stays open.
    pub fn show(&mut self, ctx: &egui::Context, state: &AppState, requests: &mut Requests) -> bool {
        // Taken anew in each frame: other parts of the window change settings, too.
        let mut settings = state.settings.clone();
        let mut is_done = false;
        let stays = Window::new("settings", "gear", "Settings", vec2(880.0, 620.0)).show(ctx, |ui| {
            columns_ui(ui, 190.0, |left, right| {
                self.pages_ui(left);
                let id = format!("settings-{}", self.page as u8);
                ScrollArea::vertical().id_salt(id).auto_shrink([false, false]).show(right, |ui| {
                    ui.set_width(ui.available_width() - 12.0);
                    self.page_ui(ui, &mut settings, state, requests);
                });
            });
            is_done = footer_ui(ui, |ui| {
                let is_done = primary_button(ui, "", "Close").clicked();
                self.reset_ui(ui, &mut settings);
                is_done
            });
        });
        if settings != state.settings {
            requests.push(Request::SetSettings(Box::new(settings)));
        }
        stays && !is_done
    }

    fn pages_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 2.0;
        for (page, icon, name) in PAGES {
            let is_chosen = self.page == page;
            let response = row_of_height_ui(ui, 34.0, Sense::click(), name, is_chosen, true, |ui| {
                let tokens = Tokens::of(ui);
                let color = if is_chosen { tokens.accent } else { tokens.text_weak };
                ui.label(theme::icon_text(icon).color(color));
                ui.label(name);
            });
            if is_chosen && !self.has_focused {
                response.request_focus();
                self.has_focused = true;
            }
            if response.clicked() {
                self.page = page;
                self.must_confirm_reset = false;
            }
        }
    }

    fn page_ui(&mut self, ui: &mut Ui, settings: &mut Settings, state: &AppState, requests: &mut Requests) {
        match self.page {
            Page::Appearance => appearance::appearance_ui(ui, settings),
            Page::Canvas => canvas::canvas_ui(ui, settings),
            Page::Tools => tools::tools_ui(ui, settings),
            Page::Video => video::video_ui(ui, settings),
            Page::Keys => {
                keys::keys_ui(ui, settings);
                self.shortcuts.show(ui, settings, &state.keymap);
            }
            Page::Storage => storage::storage_ui(ui, settings, requests),
        }
    }

    /// The way back to the defaults, which asks once more: everything at a stroke is easily regretted.
    fn reset_ui(&mut self, ui: &mut Ui, settings: &mut Settings) {
        if !self.must_confirm_reset {
            self.must_confirm_reset =
                labelled_button(ui, "arrow-counter-clockwise", "Reset to defaults…").clicked();
            return;
        }
        if labelled_button(ui, "", "Keep mine").clicked() {
            self.must_confirm_reset = false;
        }
        if labelled_button(ui, "arrow-counter-clockwise", "Reset everything").clicked() {
            *settings = reset(settings);
            self.must_confirm_reset = false;
        }
        ui.label("Reset all settings, keys among them?");
    }
}

/// The defaults, with what is memory rather than choice: projects and commands used before, and the question that
/// was answered.
fn reset(settings: &Settings) -> Settings {
    Settings {
        recent: settings.recent.clone(),
        recent_commands: settings.recent_commands.clone(),
        has_chosen_profile: settings.has_chosen_profile,
        ..Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_forgets_choices_and_keeps_memories() {
        let mut settings = Settings { scale: 2.0, has_chosen_profile: true, ..Settings::default() };
        settings.remember(std::path::Path::new("/a.fieldmark"));
        settings.shortcuts.insert("view.fit".into(), "Ctrl+9".into());
        let after = reset(&settings);
        assert_eq!(after.scale, 1.0);
        assert!(after.shortcuts.is_empty());
        assert_eq!((after.recent.len(), after.has_chosen_profile), (1, true));
    }
}
