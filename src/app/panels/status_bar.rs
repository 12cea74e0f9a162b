//! The bar at the bottom: what one can do now, where the pointer is, zoom, background work, whether all is saved.

use eframe::egui::{self, Align, Layout, RichText, Ui};

use crate::app::canvas::POINTER_HINT;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::view::Page;
use crate::app::widgets::icon_button;
use crate::app::wording::thousands;
use crate::app::work::CanvasPicture;
use crate::pixels::{PixelFormat, PixelValue, VideoValue};

/// Draws the bar.
pub fn status_bar_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let frame = egui::Frame::side_top_panel(ui.style()).inner_margin(egui::Margin::symmetric(12, 3));
    egui::Panel::bottom("status-bar").frame(frame).show(ui, |ui| {
        ui.set_height(22.0);
        ui.horizontal_centered(|ui| {
            hint_ui(ui, state);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                saving_ui(ui, state, requests);
                ui.separator();
                task_ui(ui, state, requests);
                if state.view.asset.is_some() && state.view.page == Page::Canvas {
                    zoom_ui(ui, state, requests);
                    ui.separator();
                    pointer_ui(ui, state);
                }
            });
        });
    });
}

fn hint_ui(ui: &mut Ui, state: &AppState) {
    let tokens = Tokens::of(ui);
    if state.view.page == Page::Canvas
        && let Some(context) = state.tool_context()
    {
        let tool = state.view.toolbox.tool();
        let timeline = state.timeline_context().filter(|_| state.view.timeline.tool.has_pointer());
        let hint = match (timeline, state.view.keyboard_pointer) {
            (Some(timeline), _) => state.view.timeline.tool.hint(&timeline),
            (None, Some(_)) if tool.is_idle() => POINTER_HINT,
            (None, _) if state.is_thinking() => "Working it out…",
            (None, _) => tool.hint(&context),
        };
        let width = (ui.available_width() - 420.0).max(120.0);
        ui.scope(|ui| {
            ui.set_max_width(width);
            ui.add(egui::Label::new(RichText::new(hint).color(tokens.text_weak)).truncate());
        });
    }
}

fn saving_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let Some(project) = &state.project else {
        ui.label(RichText::new(concat!("Fieldmark ", env!("CARGO_PKG_VERSION"))).color(tokens.text_weak));
        return;
    };
    let health = project.health();
    let (icon, color, text) = if !project.is_writable() {
        ("lock", tokens.warning, "Read-only".to_owned())
    } else if health.error.is_some() {
        ("warning", tokens.error, format!("{} not saved", health.num_pending))
    } else if health.num_pending > 0 {
        ("floppy-disk", tokens.text_weak, "Saving".to_owned())
    } else {
        ("check-circle", tokens.success, "Saved".to_owned())
    };
    let response =
        ui.add(egui::Button::new((theme::icon_text(icon).color(color), RichText::new(&text))).frame(false));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &text));
    if response.on_hover_text("Every change is saved as you make it").clicked() {
        requests.run("file.save");
    }
    if health.num_pending > 0 {
        // The bar shows when it is done.
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(50));
    }
}

/// The long task: how far it is, and the button that stops it.
fn task_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let Some(task) = &state.work.task else { return };
    let (done, total) = task.progress();
    if task.is_asked_for() && !task.is_stopping {
        let response = icon_button(ui, "x", &format!("Stop: {}", task.title));
        if response.clicked() {
            requests.push(Request::CancelTask);
        }
    }
    ui.add(egui::Spinner::new().size(14.0));
    let title = if task.is_stopping { format!("Stopping: {}", task.title) } else { task.title.clone() };
    let text = match total {
        0 => title,
        _ => format!("{title} {} of {}", thousands(done), thousands(total)),
    };
    ui.add(egui::Label::new(text).truncate());
    ui.separator();
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
}

fn zoom_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let percent = state.view.camera.zoom() * 100.0;
    let text = if percent < 10.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") };
    let name = format!("Zoom {text}, fit the whole picture");
    let response = ui.add(egui::Button::new(text).frame(false).min_size(egui::vec2(52.0, 0.0)));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    if response.on_hover_text("Fit the whole picture").clicked() {
        requests.run("view.fit");
    }
}

fn pointer_ui(ui: &mut Ui, state: &mut AppState) {
    let tokens = Tokens::of(ui);
    let pointer = state.view.pointer;
    let value = pointer.filter(|p| p.x >= 0.0 && p.y >= 0.0).and_then(|p| match state.canvas_picture() {
        Some(CanvasPicture::Ready { picture, .. }) => {
            Some((picture.value(p.x as u32, p.y as u32)?, picture.format()))
        }
        _ => None,
    });
    if let Some(value) = pointer.and_then(|p| state.video_value_at(p)) {
        ui.label(RichText::new(video_value_text(&value)).monospace().color(tokens.text_weak))
            .on_hover_text("The samples of the frame as they are stored, and the colour that they mean");
        let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 12.0), egui::Sense::hover());
        ui.painter().rect_filled(rect, 2.0, swatch(value.rgba));
    } else if let Some((value, format)) = value {
        ui.label(RichText::new(value_text(value, format)).monospace().color(tokens.text_weak));
        if !format.is_deep() {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 12.0), egui::Sense::hover());
            ui.painter().rect_filled(rect, 2.0, swatch(value));
        }
    }
    let size =
        state.picture_size().map(|size| format!("{} × {}", size.width, size.height)).unwrap_or_default();
    let text = pointer.map_or(size, |p| format!("{:.1}, {:.1}", p.x, p.y));
    ui.label(RichText::new(text).monospace().color(tokens.text_weak));
}

/// The samples of a frame, and its colour where they are none.
fn video_value_text(value: &VideoValue) -> String {
    let text = |numbers: &[u16]| numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(" ");
    let samples = text(&value.samples[..value.num_samples]);
    let PixelValue::Rgba(channels) = value.rgba else { return samples };
    let color = text(&channels.map(|channel| channel as u16)[..3]);
    match value.num_samples {
        1 => samples,
        3 | 4 if !value.is_rgb => format!("YUV {samples}  RGB {color}"),
        _ => color,
    }
}

/// The numbers of the file. An opaque alpha is left out.
fn value_text(value: PixelValue, format: PixelFormat) -> String {
    let number = |n: f32| if format.bytes_per_channel() == 4 { format!("{n:.5}") } else { format!("{n:.0}") };
    let channels = match &value {
        PixelValue::Gray(level) => std::slice::from_ref(level),
        PixelValue::Rgba(channels) if channels[3] == format.white() => &channels[..3],
        PixelValue::Rgba(channels) => channels,
    };
    channels.iter().copied().map(number).collect::<Vec<_>>().join(" ")
}

fn swatch(value: PixelValue) -> egui::Color32 {
    let [red, green, blue] = match value {
        PixelValue::Gray(level) => [level; 3],
        PixelValue::Rgba([red, green, blue, _]) => [red, green, blue],
    }
    .map(|channel| channel as u8);
    egui::Color32::from_rgb(red, green, blue)
}
