//! A small card below a marker, to say what it stands for and to choose its colour.

use eframe::egui::{self, Id, Key, Sense, Stroke, TextEdit, pos2, vec2};

use super::{Scene, notes};
use crate::app::request::{Request, Requests};
use crate::app::timeline::TimelineRequest;
use crate::app::widgets::color32;
use crate::model::{Color, MarkerId};

const WIDTH: f32 = 220.0;
const DOT_SIZE: f32 = 16.0;
/// So many colours to choose from.
const NUM_COLORS: usize = 8;

/// What is being entered.
#[derive(Clone)]
struct Entered {
    marker: MarkerId,
    text: String,
    color: Color,
}

/// Draws the card while a marker is being named.
pub fn naming_ui(ui: &egui::Ui, scene: &Scene, requests: &mut Requests) {
    let Some(id) = scene.state.view.timeline.naming else { return };
    let Some(marker) = scene.ctx.notes.markers.get(&id) else { return };
    let memory = Id::unique("marker-naming");
    let known = ui.data(|data| data.get_temp::<Entered>(memory)).filter(|entered| entered.marker == id);
    let is_new = known.is_none();
    let mut entered =
        known.unwrap_or_else(|| Entered { marker: id, text: marker.text.clone(), color: marker.color });
    let lane = notes::place(scene);
    let x = scene.x(scene.ctx.axis.x_of_frame(marker.frame));
    let left = x.min(lane.right() - WIDTH - 16.0).max(lane.left());
    let area = egui::Area::new(memory.with("card")).order(egui::Order::Foreground);
    let card = area.fixed_pos(pos2(left, lane.bottom() + 2.0)).constrain(true).show(ui.ctx(), |ui| {
        egui::Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(WIDTH);
            let field = TextEdit::singleline(&mut entered.text)
                .id(memory.with("text"))
                .hint_text("What the marker stands for")
                .desired_width(f32::INFINITY);
            let response = ui.add(field);
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::TextInput, true, "What the marker stands for")
            });
            if is_new {
                response.request_focus();
            }
            ui.add_space(4.0);
            colors_ui(ui, &mut entered.color);
        });
    });
    let (is_entered, is_cancelled) =
        ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
    let is_left = !is_new && card.response.clicked_elsewhere();
    let ask = |request| Request::Timeline(request);
    if is_cancelled {
        requests.push(ask(TimelineRequest::Naming(None)));
    } else if is_entered || is_left {
        let Entered { text, color, .. } = entered.clone();
        requests.push(ask(TimelineRequest::NameMarker(id, text, color)));
    }
    ui.data_mut(|data| match is_cancelled || is_entered || is_left {
        true => data.remove::<Entered>(memory),
        false => drop(data.insert_temp(memory, entered)),
    });
}

fn colors_ui(ui: &mut egui::Ui, chosen: &mut Color) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        for index in 0..NUM_COLORS {
            let color = Color::for_index(index);
            let (rect, response) = ui.allocate_exact_size(vec2(DOT_SIZE, DOT_SIZE), Sense::CLICK);
            let is_on = color == *chosen;
            let name = format!("Colour {}", index + 1);
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, is_on, &name));
            ui.painter().circle_filled(rect.center(), DOT_SIZE / 2.0 - 2.0, color32(color));
            if is_on || response.hovered() {
                let tokens = crate::app::theme::Tokens::of(ui);
                let ink = if is_on { tokens.text } else { tokens.text_weak };
                ui.painter().circle_stroke(rect.center(), DOT_SIZE / 2.0, Stroke::new(1.5, ink));
            }
            if response.clicked() {
                *chosen = color;
            }
        }
    });
}
