//! The panel at the right: labels above, objects below, and details of what is selected.

use eframe::egui::{self, Ui};

use super::{details, labels, objects};
use crate::app::request::Requests;
use crate::app::state::AppState;
use crate::app::theme;

/// Draws the panel.
pub fn side_panel_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
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
            if !state.view.selection.is_empty() {
                egui::Panel::bottom("details")
                    .resizable(true)
                    .default_size(height * 0.34)
                    .size_range(100.0..=(height * 0.6).max(110.0))
                    .frame(section)
                    .show(ui, |ui| details::details_ui(ui, state, requests));
            }
            egui::CentralPanel::default()
                .frame(section)
                .show(ui, |ui| objects::objects_ui(ui, state, requests));
        });
}
