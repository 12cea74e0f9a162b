//! The panel at the right: labels above, objects or comments below, and details of what is selected.

use eframe::egui::{self, Ui};

use super::{comments, details, labels, objects};
use crate::app::request::Requests;
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::icon_toggle;
use crate::app::wording::{count_of, thousands};

/// Draws the panel.
pub fn side_panel_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let wants_field = std::mem::take(&mut state.view.comments.wants_field);
    let state = &*state;
    let frame = egui::Frame::side_top_panel(ui.style()).inner_margin(egui::Margin::same(0));
    egui::Panel::right("side")
        .default_size(theme::SIDE_PANEL_WIDTH)
        .size_range(220.0..=520.0)
        .frame(frame)
        .show(ui, |ui| {
            let section = egui::Frame::new().inner_margin(egui::Margin::symmetric(12, 10));
            let height = ui.available_height();
            egui::Panel::top("labels")
                .resizable(true)
                .default_size(height * 0.36)
                .size_range(110.0..=(height * 0.6).max(120.0))
                .frame(section)
                .show(ui, |ui| labels::labels_ui(ui, state, requests));
            // Words want room.
            if !state.view.selection.is_empty() && !state.view.comments.is_shown {
                egui::Panel::bottom("details")
                    .resizable(true)
                    .default_size(height * 0.34)
                    .size_range(100.0..=(height * 0.6).max(110.0))
                    .frame(section)
                    .show(ui, |ui| details::details_ui(ui, state, requests));
            }
            egui::CentralPanel::default().frame(section).show(ui, |ui| match state.view.comments.is_shown {
                true => comments::comments_ui(ui, state, wants_field, requests),
                false => objects::objects_ui(ui, state, requests),
            });
        });
}

/// The switch between objects and comments, and how many of these are not settled. Stands at the right of a heading.
pub(super) fn comments_switch_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let num_open = state.document().map_or(0, |document| document.notes().open_comments().count());
    let is_shown = state.view.comments.is_shown;
    let name = match (is_shown, num_open) {
        (true, _) => "List the objects".to_owned(),
        (false, 0) => "List the comments".to_owned(),
        (false, num) => format!("List {}", count_of(num, "open comment")),
    };
    if icon_toggle(ui, "chat-circle-text", &name, is_shown).clicked() {
        requests.run("comments.list");
    }
    if !is_shown && num_open > 0 {
        ui.label(egui::RichText::new(thousands(num_open)).color(Tokens::of(ui).warning));
    }
}
