//! The menu of how the picture is shown: levels, colours, brightness, contrast, gamma.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{self, Color32, RichText, Ui, vec2};

use crate::app::levels::{Levels, Values};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::pixels::{ColorMap, Histogram, Window};
use crate::render::Display;

const WIDTH: f32 = 260.0;
const HISTOGRAM_HEIGHT: f32 = 64.0;

/// A button with the menu, which stays open while things are tried.
pub fn display_menu_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let before = (state.view.display, state.view.levels);
    let is_changed = before != (Display::default(), Levels::default());
    let color = if is_changed { tokens.accent } else { tokens.text };
    let button = egui::Button::new(theme::icon_text("sun").color(color)).frame_when_inactive(false);
    let stays_open = MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let values = state.canvas_values();
    let (response, _) = MenuButton::from_button(button).config(stays_open).ui(ui, |ui| {
        let (mut display, mut levels) = before;
        ui.set_width(WIDTH);
        if let Some(values) = values.as_deref().filter(|values| values.format.is_deep()) {
            levels_ui(ui, &mut levels, values);
            ui.separator();
        }
        if values.as_deref().is_some_and(|values| values.format.num_channels() == 1) {
            colors_ui(ui, &mut display.color_map);
            ui.separator();
        }
        for (name, value, range) in [
            ("Brightness", &mut display.brightness, -0.5..=0.5),
            ("Contrast", &mut display.contrast, 0.2..=3.0),
            ("Gamma", &mut display.gamma, 0.3..=3.0),
        ] {
            ui.add(egui::Slider::new(value, range).text(name));
        }
        if ui.add_enabled(is_changed, egui::Button::new("As it is in the file")).clicked() {
            (display, levels) = (Display::default(), Levels::default());
        }
        if display != before.0 {
            requests.push(Request::SetDisplay(display));
        }
        if levels != before.1 {
            requests.push(Request::SetLevels(levels));
        }
    });
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::Button, true, is_changed, "Brightness and contrast")
    });
    response.on_hover_text("Levels, brightness and contrast");
}

/// Which values are black and white: by themselves, all, or chosen, with the histogram to choose by.
fn levels_ui(ui: &mut Ui, levels: &mut Levels, values: &Values) {
    let window = levels.window(Some(values)).unwrap_or(Window::full(values.format));
    ui.horizontal(|ui| {
        ui.label(RichText::new("Levels").strong());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let choices = [
                (Levels::Fixed(window), "Fixed", "Keep these for the next pictures, too"),
                (Levels::Full, "Full", "All values that the format can hold"),
                (Levels::Auto, "Auto", "From the values of each picture"),
            ];
            for (choice, name, help) in choices {
                let is_chosen = std::mem::discriminant(levels) == std::mem::discriminant(&choice);
                if ui.selectable_label(is_chosen, name).on_hover_text(help).clicked() {
                    *levels = choice;
                }
            }
        });
    });
    if let Some(histogram) = &values.histogram {
        histogram_ui(ui, histogram, &window);
    }
    let (mut low, mut high) = (window.low, window.high);
    let step = values.histogram.as_ref().map_or(1.0, |h| f64::from(h.high() - h.low()) / 500.0);
    let is_whole = values.format.bytes_per_channel() == 2;
    let value = |value| {
        let drag = egui::DragValue::new(value).speed(step.max(f64::MIN_POSITIVE));
        if is_whole { drag.max_decimals(0) } else { drag.max_decimals(5) }
    };
    ui.horizontal(|ui| {
        let black = ui.label("Black");
        ui.add(value(&mut low)).labelled_by(black.id);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let drag = ui.add(value(&mut high));
            let white = ui.label("White");
            drag.labelled_by(white.id);
        });
    });
    if (low, high) != (window.low, window.high) {
        *levels = Levels::Fixed(Window::new(low, high, window.gamma));
    }
}

/// How often each value occurs; what lies outside the window is dim.
fn histogram_ui(ui: &mut Ui, histogram: &Histogram, window: &Window) {
    let tokens = Tokens::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HISTOGRAM_HEIGHT), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "Histogram of values"));
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 3.0, tokens.canvas);
    let counts = histogram.counts();
    // By the logarithm, or one frequent value would flatten all others.
    let height = |count: u32| (count as f32).ln_1p();
    let highest = counts.iter().copied().map(height).fold(f32::MIN_POSITIVE, f32::max);
    let pixel = |x: f32| (x * ui.pixels_per_point()).round() / ui.pixels_per_point();
    let left_of = |step: usize| pixel(rect.left() + rect.width() * step as f32 / counts.len() as f32);
    let value_width = (histogram.high() - histogram.low()) / counts.len() as f32;
    for (i, &count) in counts.iter().enumerate() {
        let value = histogram.low() + value_width * (i as f32 + 0.5);
        let is_inside = (window.low..=window.high).contains(&value);
        let color: Color32 = if is_inside { tokens.accent } else { tokens.text_weak.gamma_multiply(0.5) };
        let top = rect.bottom() - (rect.height() - 4.0) * height(count) / highest;
        let bar =
            egui::Rect::from_min_max(egui::pos2(left_of(i), top), egui::pos2(left_of(i + 1), rect.bottom()));
        painter.rect_filled(bar, 0.0, color);
    }
}

fn colors_ui(ui: &mut Ui, map: &mut ColorMap) {
    ui.horizontal(|ui| {
        let label = ui.label("Colours");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let choice =
                egui::ComboBox::from_id_salt("color-map").selected_text(map.name()).show_ui(ui, |ui| {
                    for choice in ColorMap::ALL {
                        ui.selectable_value(map, choice, choice.name());
                    }
                });
            choice.response.labelled_by(label.id);
        });
    });
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 8.0), egui::Sense::hover());
    let colors = map.table();
    // One strip, so that no seams show between its colours.
    let mut strip = egui::Mesh::default();
    for (i, [red, green, blue, _]) in (0_u32..).zip(colors) {
        let x = rect.left() + rect.width() * i as f32 / (colors.len() - 1) as f32;
        for y in [rect.top(), rect.bottom()] {
            strip.colored_vertex(egui::pos2(x, y), Color32::from_rgb(red, green, blue));
        }
        if let Some(first) = (i * 2).checked_sub(2) {
            strip.add_triangle(first, first + 1, first + 2);
            strip.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    ui.painter().add(strip);
}
