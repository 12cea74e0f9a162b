//! The tools, at the left.

use eframe::egui::{self, Ui};

use crate::app::commands::{CommandInfo, Menu, command, commands};
use crate::app::request::Requests;
use crate::app::state::AppState;
use crate::app::theme;
use crate::app::widgets::icon_toggle;

/// Draws the strip.
pub fn tool_strip_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let frame = egui::Frame::side_top_panel(ui.style()).inner_margin(egui::Margin::symmetric(6, 8));
    egui::Panel::left("tool-strip").exact_size(theme::TOOL_STRIP_WIDTH).resizable(false).frame(frame).show(
        ui,
        |ui| {
            egui::ScrollArea::vertical().show(ui, |ui| {
                ui.vertical_centered(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    // What is in the hand, and what is switched on.
                    let is_shown =
                        |command: &&CommandInfo| command.menu == Menu::Tools && command.is_on.is_some();
                    for command in commands().filter(is_shown) {
                        if command.begins_group {
                            ui.separator();
                        }
                        command_ui(ui, command, state, requests);
                    }
                    ui.separator();
                    for id in ["view.fit", "view.zoom_in", "view.zoom_out"] {
                        if let Some(command) = command(id) {
                            command_ui(ui, command, state, requests);
                        }
                    }
                });
            });
        },
    );
}

fn command_ui(ui: &mut Ui, command: &CommandInfo, state: &AppState, requests: &mut Requests) {
    let keys = state.keys_text(command.id);
    let name = if keys.is_empty() { command.name.to_owned() } else { format!("{} ({keys})", command.name) };
    let is_on = command.is_on.is_some_and(|is_on| is_on(state));
    let is_enabled = (command.is_enabled)(state);
    let response = ui.add_enabled_ui(is_enabled, |ui| icon_toggle(ui, command.icon, &name, is_on)).inner;
    if response.on_hover_text(command.help).clicked() {
        requests.run(command.id);
    }
}
