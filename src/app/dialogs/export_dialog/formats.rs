//! The formats to choose from.

use eframe::egui::{self, Label, RichText, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo};

use super::choice::ExportChoice;
use crate::app::dialogs::window::FirstFocus;
use crate::app::theme::{self, Tokens};
use crate::formats::{FORMATS, Format};

/// Draws the formats as cards.
pub fn formats_ui(ui: &mut Ui, choice: &mut ExportChoice, focus: &mut FirstFocus) {
    ui.label(theme::heading("Format"));
    ScrollArea::vertical().id_salt("formats").auto_shrink([false, false]).show(ui, |ui| {
        ui.set_width(ui.available_width() - 12.0);
        for format in FORMATS {
            let is_chosen = format.id() == choice.format;
            let response = card_ui(ui, *format, is_chosen);
            if is_chosen {
                focus.give(&response);
            }
            if response.clicked() && !is_chosen {
                choice.choose_format(format.id());
            }
        }
    });
}

fn card_ui(ui: &mut Ui, format: &dyn Format, is_chosen: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let response = ui
        .scope_builder(UiBuilder::new().id_salt(format.id()).sense(Sense::click()), |ui| {
            let response = ui.response();
            let (fill, line) = match (is_chosen, response.hovered() || response.has_focus()) {
                (true, _) => (tokens.accent_soft, tokens.accent),
                (false, true) => (tokens.hovered, tokens.text_weak),
                (false, false) => (tokens.raised, tokens.line),
            };
            egui::Frame::new()
                .fill(fill)
                .stroke(Stroke::new(if response.has_focus() { 2.0 } else { 1.0 }, line))
                .corner_radius(8)
                .inner_margin(egui::Margin::symmetric(12, 8))
                .show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.style_mut().interaction.selectable_labels = false;
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.label(theme::heading(format.title()));
                    let color = if is_chosen { tokens.text } else { tokens.text_weak };
                    ui.add(Label::new(RichText::new(format.help()).small().color(color)).wrap());
                    if is_chosen {
                        keeps_ui(ui, format);
                    }
                });
        })
        .response;
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, format.title()));
    response
}

/// What the format can carry, in words.
fn keeps_ui(ui: &mut Ui, format: &dyn Format) {
    let keeps: Vec<String> = format.keeps().iter().map(ToString::to_string).collect();
    ui.add_space(4.0);
    ui.add(Label::new(RichText::new(format!("Keeps {}.", keeps.join(", "))).small()).wrap());
}
