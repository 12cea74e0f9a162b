//! The strip under a video: where it is, how it plays, and the field that goes to a frame or a time.

use eframe::egui::{
    self, Align, Color32, Key, Layout, Rect, RichText, Sense, Stroke, TextEdit, Ui, pos2, vec2,
};

use super::frame_preview::frame_preview_ui;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{Tokens, icon_text};
use crate::app::video::{OpenVideo, Progress, SPEEDS, frame_named};
use crate::app::widgets::{icon_button, icon_toggle};
use crate::app::wording::thousands;
use crate::model::VideoFacts;
use crate::tools::timeline::timecode;

const BAR_HEIGHT: f32 = 18.0;
const ROW_HEIGHT: f32 = 30.0;
/// Keyframes of the stream are marked where they are at least this far apart, points.
const MIN_KEYFRAME_GAP: f32 = 5.0;
/// Below these widths, points, what matters less is left out.
const ROOM_FOR_LONG_STEPS: f32 = 520.0;
const ROOM_FOR_RATE: f32 = 700.0;
const ROOM_FOR_ENDS: f32 = 600.0;
/// Most screens show so many pictures in a second.
const USUAL_SCREEN_RATE: f64 = 50.0;

/// Draws the strip at the bottom of what is left.
pub fn transport_panel_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let wants_field = std::mem::take(&mut state.view.wants_frame_field);
    let frame = egui::Frame::side_top_panel(ui.style()).inner_margin(egui::Margin::symmetric(10, 4));
    egui::Panel::bottom("transport").resizable(false).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 2.0);
        let Some(video) = state.videos.open() else { return };
        match (video.progress(), video.facts()) {
            (Progress::Open, Some(facts)) => {
                bar_ui(ui, state, video, facts, requests);
                row_ui(ui, state, video, facts, wants_field, requests);
            }
            (Progress::Opening(done, total), _) => opening_ui(ui, done, total),
            (Progress::Open | Progress::Failed(_), _) => failed_ui(ui, state),
        }
    });
}

fn opening_ui(ui: &mut Ui, done: u64, total: u64) {
    ui.set_height(BAR_HEIGHT + ROW_HEIGHT + 2.0);
    ui.horizontal_centered(|ui| {
        ui.add(egui::Spinner::new().size(14.0));
        let text = match total {
            0 => "Reading the frames of the video".to_owned(),
            _ => format!("Reading the frames of the video: {} %", done * 100 / total),
        };
        ui.label(RichText::new(text).color(Tokens::of(ui).text_weak));
    });
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
}

/// Says that there is nothing to go through; the canvas says more.
fn failed_ui(ui: &mut Ui, state: &AppState) {
    ui.set_height(BAR_HEIGHT + ROW_HEIGHT + 2.0);
    let is_missing = state.view.asset.is_some_and(|asset| state.work.missing.contains(&asset));
    let (glyph, text) = match is_missing {
        true => ("link-break", "The file is gone: there are no frames to go through until it is back."),
        false => ("warning", "There are no frames to go through: the video cannot be shown."),
    };
    let weak = Tokens::of(ui).text_weak;
    ui.horizontal_centered(|ui| {
        ui.label(icon_text(glyph).color(weak));
        ui.add(egui::Label::new(RichText::new(text).color(weak)).truncate());
    });
}

/// Where frames lie along the bar.
#[derive(Clone, Copy)]
struct Bar {
    rect: Rect,
    num_frames: u32,
}

impl Bar {
    /// The left edge of a frame; of the one behind the last, the end.
    fn left(self, frame: u32) -> f32 {
        let share = f64::from(frame) / f64::from(self.num_frames.max(1));
        self.rect.left() + (f64::from(self.rect.width()) * share) as f32
    }

    fn middle(self, frame: u32) -> f32 {
        (self.left(frame) + self.left(frame.saturating_add(1))) / 2.0
    }

    fn frame_at(self, x: f32) -> u32 {
        let share = f64::from(x - self.rect.left()) / f64::from(self.rect.width().max(1.0));
        // The cast saturates.
        ((share * f64::from(self.num_frames)) as u32).min(self.num_frames.saturating_sub(1))
    }
}

fn bar_ui(ui: &mut Ui, state: &AppState, video: &OpenVideo, facts: &VideoFacts, requests: &mut Requests) {
    // Not focusable: all it does has keys of its own.
    let size = vec2(ui.available_width(), BAR_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK | Sense::DRAG);
    let bar = Bar { rect: rect.shrink2(vec2(5.0, 0.0)), num_frames: facts.num_frames };
    let frame = state.view.frame;
    response.widget_info(|| egui::WidgetInfo::slider(true, frame.into(), "Frame"));
    paint_bar(ui, bar, state, video, response.hovered() || response.dragged());
    if response.is_pointer_button_down_on()
        && let Some(at) = response.interact_pointer_pos()
    {
        let wanted = bar.frame_at(at.x);
        if wanted != video.target() {
            requests.push(Request::GoToFrame(wanted));
        }
    }
    if let Some(at) = response.hover_pos() {
        ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
        frame_preview_ui(ui, state, pos2(at.x, rect.top()), bar.frame_at(at.x));
    }
}

fn paint_bar(ui: &Ui, bar: Bar, state: &AppState, video: &OpenVideo, is_active: bool) {
    let tokens = Tokens::of(ui);
    let painter = ui.painter();
    let line = |from: f32, to: f32, height: f32, color: Color32| {
        let y = bar.rect.center().y;
        let rect = Rect::from_min_max(pos2(from, y - height / 2.0), pos2(to, y + height / 2.0));
        painter.rect_filled(rect, height / 2.0, color);
    };
    let height = if is_active { 6.0 } else { 4.0 };
    line(bar.rect.left(), bar.rect.right(), height, tokens.pressed);
    for loaded in video.loaded() {
        line(bar.left(loaded.start), bar.left(loaded.end), height, tokens.text_weak.gamma_multiply(0.45));
    }
    if let Some(range) = state.videos.range() {
        let y = [bar.rect.top() + 1.0, bar.rect.bottom() - 1.0];
        let stroke = Stroke::new(1.5, tokens.accent);
        line(bar.left(range.start), bar.left(range.end), height, tokens.accent_soft);
        for x in [bar.left(range.start), bar.left(range.end)] {
            painter.vline(x, y[0]..=y[1], stroke);
        }
    }
    let tick = |frame: u32, color: Color32| {
        let x = bar.middle(frame);
        painter.vline(x, bar.rect.bottom() - 4.0..=bar.rect.bottom(), Stroke::new(1.0, color));
    };
    let keyframes = video.keyframes();
    if keyframes.len() as f32 * MIN_KEYFRAME_GAP < bar.rect.width() {
        keyframes.iter().for_each(|keyframe| tick(*keyframe, tokens.text_weak.gamma_multiply(0.6)));
    }
    video.damaged().iter().for_each(|frame| tick(*frame, tokens.error));
    let x = bar.middle(state.view.frame);
    let start = state.videos.range().map_or(bar.rect.left(), |range| bar.left(range.start));
    if x > start {
        line(start, x, height, tokens.accent);
    }
    if video.is_waiting() {
        let at = pos2(bar.middle(video.target()), bar.rect.center().y);
        painter.circle_stroke(at, 5.0, Stroke::new(1.5, tokens.accent));
    }
    let radius = if is_active { 7.0 } else { 6.0 };
    painter.circle(pos2(x, bar.rect.center().y), radius, tokens.accent, Stroke::new(2.0, tokens.panel));
}

fn row_ui(
    ui: &mut Ui,
    state: &AppState,
    video: &OpenVideo,
    facts: &VideoFacts,
    wants_field: bool,
    requests: &mut Requests,
) {
    let width = ui.available_width();
    ui.horizontal(|ui| {
        ui.set_height(ROW_HEIGHT);
        buttons_ui(ui, state, width, requests);
        ui.add_space(8.0);
        place_ui(ui, state, facts, wants_field, requests);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            speed_ui(ui, state, requests);
            let is_looping = state.settings.loops;
            if icon_toggle(ui, "repeat", &with_keys(state, "Loop", "video.loop"), is_looping).clicked() {
                requests.run("video.loop");
            }
            if video.has_sound() {
                let is_heard = state.settings.sound;
                let icon = if is_heard { "speaker-high" } else { "speaker-slash" };
                if icon_toggle(ui, icon, &with_keys(state, "Sound", "video.sound"), is_heard).clicked() {
                    requests.run("video.sound");
                }
            }
            if width >= ROOM_FOR_RATE {
                rate_ui(ui, video, facts);
            }
            waiting_ui(ui, video);
        });
    });
}

/// What a button does, with the keys that do it too.
fn with_keys(state: &AppState, name: &str, command: &'static str) -> String {
    match state.keys_text(command) {
        keys if keys.is_empty() => name.to_owned(),
        keys => format!("{name} ({keys})"),
    }
}

fn buttons_ui(ui: &mut Ui, state: &AppState, width: f32, requests: &mut Requests) {
    let mut button = |ui: &mut Ui, icon: &str, name: &str, command: &'static str| {
        if icon_button(ui, icon, &with_keys(state, name, command)).clicked() {
            requests.run(command);
        }
    };
    let (has_ends, has_long_steps) = (width >= ROOM_FOR_ENDS, width >= ROOM_FOR_LONG_STEPS);
    if has_ends {
        button(ui, "skip-back", "First frame", "video.first_frame");
    }
    if has_long_steps {
        button(ui, "caret-double-left", "Long step back", "video.back");
    }
    button(ui, "caret-left", "Previous frame", "video.previous_frame");
    let speed = state.videos.open().and_then(OpenVideo::speed);
    match speed {
        Some(_) => button(ui, "pause", "Pause", "video.play"),
        None => button(ui, "play", "Play", "video.play"),
    }
    button(ui, "caret-right", "Next frame", "video.next_frame");
    if has_long_steps {
        button(ui, "caret-double-right", "Long step forward", "video.forward");
    }
    if has_ends {
        button(ui, "skip-forward", "Last frame", "video.last_frame");
    }
}

/// What is typed into the field for a frame or a time; `None` while it is a button.
#[derive(Clone, Default)]
struct Typed(Option<String>);

/// The frame on screen and its time. A click on it makes a field of it.
fn place_ui(ui: &mut Ui, state: &AppState, facts: &VideoFacts, wants_field: bool, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let id = ui.scope_id().with("frame-field");
    let Typed(mut typed) = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let is_new = wants_field && typed.is_none();
    if is_new {
        typed = Some(String::new());
    }
    let frame = state.view.frame;
    if let Some(text) = &mut typed {
        let is_wrong = |text: &str| !text.trim().is_empty() && frame_named(text, frame, facts).is_none();
        let color = if is_wrong(text) { tokens.error } else { tokens.text };
        let field = TextEdit::singleline(text).id(id.with("text")).desired_width(118.0).text_color(color);
        let response = ui.add(field.hint_text("1234, 1:02.5, +10, -2s"));
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Frame or time to go to"));
        if is_new {
            response.request_focus();
        } else if response.lost_focus() || !response.has_focus() {
            // The last sign and Enter may have come together.
            let is_entered = ui.input(|input| input.key_pressed(Key::Enter));
            match frame_named(text, frame, facts).filter(|_| is_entered) {
                Some(wanted) => requests.push(Request::GoToFrame(wanted)),
                None if is_entered && is_wrong(text) => {
                    let text = "Type a frame (1234), a time (1:02.5 or 62s), or a step from here (+10, -2s).";
                    requests.push(Request::Notify(crate::app::messages::Tone::Info, text.to_owned()));
                }
                None => {}
            }
            typed = None;
        }
    } else {
        let text = RichText::new(thousands(frame)).monospace().color(tokens.text);
        let name = with_keys(state, "Go to frame or time", "video.go_to");
        let button = egui::Button::new(text).frame_when_inactive(true).min_size(vec2(64.0, 24.0));
        let response = ui.add(button);
        let spoken = format!("Frame {frame}. {name}");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &spoken));
        if response.on_hover_text(name).clicked() {
            requests.run("video.go_to");
        }
    }
    ui.data_mut(|data| data.insert_temp(id, Typed(typed)));
    let last = format!("/ {}", thousands(facts.last_frame()));
    ui.label(RichText::new(last).monospace().color(tokens.text_weak))
        .on_hover_text("The last frame; the first is frame 0");
    ui.add_space(8.0);
    ui.label(RichText::new(timecode(facts.seconds(frame), 3)).monospace().color(tokens.text_weak))
        .on_hover_text(format!("Of {}", timecode(facts.duration_secs, 3)));
}

fn speed_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let speed = state.videos.speed();
    let text = |speed: f64| format!("{speed}×");
    let choice = egui::ComboBox::from_id_salt("speed").width(64.0).selected_text(text(speed));
    let response = choice.show_ui(ui, |ui| {
        for other in SPEEDS.into_iter().rev() {
            if ui.selectable_label(other == speed, text(other)).clicked() {
                requests.push(Request::SetSpeed(other));
            }
        }
    });
    let name = format!("Speed {}", text(speed));
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
    response.response.on_hover_text("Speed");
}

/// While it plays: the frames shown in a second, of those that there are.
fn rate_ui(ui: &mut Ui, video: &OpenVideo, facts: &VideoFacts) {
    let Some(speed) = video.speed() else { return };
    let tokens = Tokens::of(ui);
    let due = facts.frames_per_second() * speed.abs();
    let shown = video.shown_per_second();
    let text = format!("{shown} of {due:.0} fps");
    // Above the rate of the screen nobody could see more.
    let is_behind = (shown as f64) < due.min(USUAL_SCREEN_RATE) * 0.9 && video.has_played_for_a_second();
    let color = if is_behind { tokens.warning } else { tokens.text_weak };
    ui.label(RichText::new(text).monospace().color(color)).on_hover_text(
        "Frames brought on screen in the last second, of those that the video has at this speed",
    );
}

/// A wheel while a frame is awaited, unless it comes at once.
fn waiting_ui(ui: &mut Ui, video: &OpenVideo) {
    let id = ui.scope_id().with("waiting");
    let is_waiting = video.is_waiting() && video.speed().is_none();
    let waited = ui.ctx().animate_bool_with_time(id, is_waiting, 0.25);
    if is_waiting && waited > 0.9 {
        ui.add(egui::Spinner::new().size(14.0));
        let text = format!("Frame {}", thousands(video.target()));
        ui.label(RichText::new(text).small().color(Tokens::of(ui).text_weak));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_has_its_place_on_the_bar() {
        let bar = Bar { rect: Rect::from_min_size(pos2(10.0, 0.0), vec2(100.0, 10.0)), num_frames: 50 };
        for frame in 0..50 {
            assert_eq!(bar.frame_at(bar.middle(frame)), frame);
        }
        assert_eq!((bar.frame_at(-5.0), bar.frame_at(500.0)), (0, 49));
        let long = Bar { num_frames: 400_000, ..bar };
        assert_eq!((long.frame_at(10.0), long.frame_at(110.0)), (0, 399_999));
    }
}
