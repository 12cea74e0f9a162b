//! Above the names: what the ruler counts in, which rows are shown, and in which order.

use eframe::egui::{self, Rect, Ui, UiBuilder, vec2};

use super::Scene;
use crate::app::panels::row::{REMARK_SIZE, icon_at, text_in};
use crate::app::request::{Request, Requests};
use crate::app::theme::Tokens;
use crate::app::timeline::TimelineRequest;
use crate::tools::timeline::{Arrangement, LaneOrder, RulerUnit};

/// Draws it.
pub fn header_ui(ui: &mut Ui, scene: &Scene, place: Rect, requests: &mut Requests) {
    ui.painter().rect_filled(place, 0.0, scene.tokens.raised);
    ui.painter().rect_filled(place.with_min_y(place.bottom() - 1.0), 0.0, scene.tokens.line);
    ui.painter().rect_filled(place.with_min_x(place.right() - 1.0), 0.0, scene.tokens.line);
    let builder = UiBuilder::new().max_rect(place.shrink2(vec2(6.0, 1.0)));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            order_ui(ui, scene, requests);
            filter_ui(ui, scene, requests);
            if small_button(ui, "frame-corners", "Show the whole video", false).clicked() {
                requests.run("timeline.fit");
            }
            let gap = (ui.available_width() - 52.0).max(0.0);
            ui.add_space(gap);
            let (next, name, text) = match scene.state.view.timeline.unit {
                RulerUnit::Frames => (RulerUnit::Time, "Count in time", "Frames"),
                RulerUnit::Time => (RulerUnit::Frames, "Count in frames", "Time"),
            };
            let (rect, response) = ui.allocate_exact_size(vec2(50.0, 20.0), egui::Sense::CLICK);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
            let color = if response.hovered() { scene.tokens.text } else { scene.tokens.text_weak };
            text_in(ui, rect, text, egui::FontId::proportional(REMARK_SIZE), color, egui::Align::Max);
            if response.on_hover_text(name).clicked() {
                requests.push(Request::Timeline(TimelineRequest::SetUnit(next)));
            }
        });
    });
}

/// A button of the height of the ruler.
fn small_button(ui: &mut Ui, icon: &str, name: &str, is_on: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(22.0, 20.0), egui::Sense::CLICK);
    let enabled = ui.is_enabled();
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, enabled, is_on, name));
    if response.hovered() {
        ui.painter().rect_filled(rect, 4.0, tokens.hovered);
    }
    let color = if is_on { tokens.accent } else { tokens.text };
    icon_at(ui, rect.center(), icon, 14.0, color);
    response.on_hover_text(name)
}

fn arrange(requests: &mut Requests, arrangement: Arrangement) {
    requests.push(Request::Timeline(TimelineRequest::Arrange(arrangement)));
}

fn order_ui(ui: &mut Ui, scene: &Scene, requests: &mut Requests) {
    let arrangement = &scene.state.view.timeline.arrangement;
    let response = small_button(ui, "sort-ascending", "Order of tracks", false);
    egui::Popup::menu(&response).show(|ui| {
        for (order, name) in [
            (LaneOrder::Start, "By start"),
            (LaneOrder::Label, "By label"),
            (LaneOrder::MostKeyframes, "Most keyframes first"),
        ] {
            if ui.radio(arrangement.order == order, name).clicked() {
                arrange(requests, Arrangement { order, ..arrangement.clone() });
                ui.close();
            }
        }
    });
}

fn filter_ui(ui: &mut Ui, scene: &Scene, requests: &mut Requests) {
    let arrangement = &scene.state.view.timeline.arrangement;
    let is_on = !arrangement.filter.is_empty();
    let response = small_button(ui, "funnel-simple", "Which rows are shown", is_on);
    egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        let mut filter = arrangement.filter.clone();
        ui.checkbox(&mut filter.only_selected, "Only selected tracks");
        ui.checkbox(&mut filter.only_unfinished, "Only tracks that are not accepted");
        let mut shows_pictures = scene.state.settings.show_frame_pictures;
        if ui.checkbox(&mut shows_pictures, "Pictures").changed() {
            requests.run("timeline.pictures");
        }
        if scene.state.video_facts().is_some_and(|facts| facts.has_sound) {
            let mut is_shown = scene.state.settings.show_waveform;
            if ui.checkbox(&mut is_shown, "Sound").changed() {
                requests.run("timeline.sound");
            }
        }
        ui.separator();
        ui.radio_value(&mut filter.label, None, "All labels");
        let labels = scene.state.project.as_ref().map(|project| project.schema().labels.as_slice());
        egui::ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
            for label in labels.unwrap_or_default() {
                ui.radio_value(&mut filter.label, Some(label.id), &label.name);
            }
        });
        if filter != arrangement.filter {
            arrange(requests, Arrangement { filter, ..arrangement.clone() });
        }
    });
}
