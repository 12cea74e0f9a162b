//! How loud the video is, above the rows: a column for each pixel of the screen, so that the cost follows the width of
//! the panel and not the length of the video.

use std::time::Duration;

use eframe::egui::{Align, Color32, FontId, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Scene;
use super::marks::Marks;
use crate::app::panels::row::{NAME_SIZE, REMARK_SIZE, icon_at, take_left, take_right, text_in};
use crate::app::video::VideoWaveform;
use crate::media::video::Waveform;
use crate::model::VideoFacts;
use crate::tools::timeline::Axis;

/// Quiet sound is drawn at most so many times as high as it is.
const MAX_GAIN: f32 = 8.0;
/// What is left free above and below, points.
const MARGIN: f32 = 3.0;
/// How often the progress is drawn anew while the sound is being decoded.
const INTERVAL: Duration = Duration::from_millis(250);

/// Draws the waveform, and its name at the left.
pub fn sound_ui(ui: &Ui, scene: &Scene, names: Rect) {
    let video = scene.state.videos.open();
    let waveform = video.and_then(|video| video.waveform());
    let top = scene.lanes.top() + scene.state.view.timeline.head.sound_y() as f32;
    let bottom = scene.rows().top();
    name_ui(ui, scene, names.with_min_y(top).with_max_y(bottom), waveform);
    let place = scene.lanes.with_min_y(top).with_max_y(bottom);
    let line = place.with_min_y(place.bottom() - 1.0);
    let mut marks = Marks::default();
    marks.rect(place, scene.tokens.panel);
    marks.rect(line, scene.tokens.line);
    let inner = place.with_max_y(line.top()).shrink2(vec2(0.0, MARGIN));
    match (waveform, scene.state.frame_times()) {
        (Some(VideoWaveform::Made(waveform)), Some(facts)) => {
            let pixel = 1.0 / ui.pixels_per_point();
            columns(&mut marks, waveform, facts, scene.ctx.axis, inner, pixel, scene.tokens.text_weak);
        }
        (Some(VideoWaveform::Failed(reason)), _) => {
            marks.paint(ui, place);
            let text = format!("The sound cannot be shown: {reason}");
            let font = FontId::proportional(REMARK_SIZE);
            text_in(ui, inner.shrink2(vec2(8.0, 0.0)), &text, font, scene.tokens.text_weak, Align::Min);
            return;
        }
        (Some(VideoWaveform::Making(_)), _) => ui.ctx().request_repaint_after(INTERVAL),
        (Some(VideoWaveform::NotWanted | VideoWaveform::Made(_)) | None, _) => {}
    }
    marks.paint(ui, place);
}

fn name_ui(ui: &Ui, scene: &Scene, place: Rect, waveform: Option<&VideoWaveform>) {
    let tokens = &scene.tokens;
    let percent = waveform.and_then(VideoWaveform::progress).map(|part| format!("{:.0} %", part * 100.0));
    let spoken = match &percent {
        Some(percent) => format!("How loud the video is, {percent} read"),
        None => "How loud the video is".to_owned(),
    };
    let response = ui.interact(place, Id::unique("timeline-sound"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    ui.painter().rect_filled(place.with_min_y(place.bottom() - 1.0), 0.0, tokens.line);
    ui.painter().rect_filled(place.with_min_x(place.right() - 1.0), 0.0, tokens.line);
    let mut rest = place.shrink2(vec2(8.0, 0.0));
    take_left(&mut rest, 16.0);
    let mark = take_left(&mut rest, 20.0);
    icon_at(ui, mark.left_center() + vec2(5.0, 0.0), "speaker-high", 13.0, tokens.text_weak);
    if let Some(percent) = percent {
        let font = FontId::proportional(REMARK_SIZE);
        text_in(ui, take_right(&mut rest, 44.0), &percent, font, tokens.text_weak, Align::Max);
    }
    text_in(ui, rest, "Sound", FontId::proportional(NAME_SIZE), tokens.text, Align::Min);
}

/// One column for each pixel; silence is a line of one pixel.
fn columns(
    marks: &mut Marks,
    waveform: &Waveform,
    facts: &VideoFacts,
    axis: &Axis,
    place: Rect,
    pixel: f32,
    color: Color32,
) {
    let loudest = waveform.peak(0.0, waveform.duration_secs()).unwrap_or_default();
    let loudest = f32::from(loudest.max.max(loudest.min.saturating_neg())).max(1.0);
    let height = place.height() / 2.0 * (127.0 / loudest).min(MAX_GAIN) / 127.0;
    let end_x = axis.x_of_edge(axis.num_frames()).min(f64::from(place.width()));
    let secs_at = |column: usize| secs(facts, axis.position_at(column as f64 * f64::from(pixel)));
    let num_columns = (end_x / f64::from(pixel)).ceil().max(0.0) as usize;
    let mut from_secs = secs_at(0);
    for column in 0..num_columns {
        let to_secs = secs_at(column + 1);
        let peak = waveform.peak(from_secs, to_secs);
        from_secs = to_secs;
        let Some(peak) = peak else { continue };
        let x = place.left() + column as f32 * pixel;
        let up = (f32::from(peak.max) * height).max(pixel / 2.0);
        let down = (-f32::from(peak.min) * height).max(pixel / 2.0);
        let middle = place.center().y;
        marks.rect(Rect::from_min_max(pos2(x, middle - up), pos2(x + pixel, middle + down)), color);
    }
}

/// The time at a place along the video, in seconds from its first frame.
fn secs(facts: &VideoFacts, position: f64) -> f64 {
    let frame = position.floor() as u32;
    let (start, end) = (facts.seconds(frame), facts.end_seconds(frame));
    start + (end - start) * position.fract()
}
