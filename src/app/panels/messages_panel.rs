//! Everything that the person was told, the latest first.

use eframe::egui::{self, Align, Frame, Layout, Margin, ScrollArea, Ui};

use crate::app::messages::{Message, Tone};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, RADIUS, Tokens};
use crate::app::widgets::{empty_state, icon_button};

/// Draws the panel.
pub fn messages_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let messages = state.messages.list();
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.label(theme::heading("Messages"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, "x", "Close the messages").clicked() {
                requests.run("view.messages");
            }
            let clear = ui
                .add_enabled_ui(!messages.is_empty(), |ui| icon_button(ui, "broom", "Dismiss all messages"));
            if clear.inner.clicked() {
                requests.push(Request::DismissMessage(None));
            }
        });
    });
    if messages.is_empty() {
        empty_state(ui, "bell", "Nothing to tell", "What Fieldmark tells you is kept here.");
        return;
    }
    ScrollArea::vertical().id_salt("messages").auto_shrink([false, false]).show(ui, |ui| {
        for message in messages.iter().rev() {
            ui.push_id(message.id, |ui| message_ui(ui, message, requests));
        }
    });
}

fn message_ui(ui: &mut Ui, message: &Message, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let (icon, color) = message.tone.look(&tokens);
    let frame = Frame::new().fill(tokens.raised).corner_radius(RADIUS).inner_margin(Margin::symmetric(8, 6));
    frame.show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.add_space(2.0);
            let glyph = ui.label(theme::icon_text(icon).color(color));
            glyph.accessible_name(tone_name(message.tone));
            let width = (ui.available_width() - 36.0).max(60.0);
            ui.allocate_ui_with_layout(egui::vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.add(egui::Label::new(&message.text).wrap().selectable(true));
            });
            if icon_button(ui, "x", "Dismiss this message").clicked() {
                requests.push(Request::DismissMessage(Some(message.id)));
            }
        });
    });
}

/// What screen readers say for the icon.
fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Success => "Done",
        Tone::Info => "Note",
        Tone::Warning => "Warning",
        Tone::Error => "Error",
    }
}
