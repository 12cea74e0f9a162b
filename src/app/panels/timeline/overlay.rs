//! What lies over the rows for as long as the pointer does something: band, guide, numbers.

use eframe::egui::{Align2, FontId, Rect, Ui, pos2, vec2};

use super::Scene;
use super::marks::Marks;
use crate::app::wording::{count_of, thousands};
use crate::tools::timeline::{Readout, TimelineTarget, timecode};

/// Draws it.
pub fn overlay_ui(ui: &Ui, scene: &Scene) {
    let (draft, tokens) = (&scene.draft, &scene.tokens);
    let mut marks = Marks::default();
    if let Some(edge) = draft.snapped {
        let x = scene.x(scene.ctx.axis.x_of_edge(edge));
        marks.line(x, scene.rows().top(), scene.lanes.bottom(), 1.0, tokens.warning);
    }
    if let Some(band) = draft.band {
        let corner = |x: f64, y: f64| pos2(scene.x(x), scene.lanes.top() + y as f32);
        let rect = Rect::from_min_max(corner(band.min.x, band.min.y), corner(band.max.x, band.max.y));
        marks.rect(rect, tokens.accent.gamma_multiply(0.15));
        marks.frame(rect, 1.0, tokens.accent);
    }
    marks.paint(ui, scene.lanes);
    empty_ui(ui, scene);
    if let Some(text) = readout(scene)
        && let Some(pointer) = ui.input(|input| input.pointer.latest_pos())
    {
        bubble(ui, scene, pointer, &text);
    }
}

/// What is said beside the pointer.
fn readout(scene: &Scene) -> Option<String> {
    let place = |frame: u32| format!("{}  ·  {}", thousands(frame), timecode(scene.facts.seconds(frame), 2));
    match (&scene.draft.readout, &scene.draft.hovered) {
        (Some(Readout::Moved { frame, by }), _) => {
            let sign = if *by < 0 { "−" } else { "+" };
            Some(format!("{}  ({sign}{})", place(*frame), thousands(by.unsigned_abs())))
        }
        (Some(Readout::Frames(frames)), _) => {
            let num = frames.end - frames.start;
            let secs = scene.facts.seconds(frames.end) - scene.facts.seconds(frames.start);
            let length = count_of(num, "frame");
            Some(format!(
                "{} – {}  ·  {length}, {secs:.2} s",
                thousands(frames.start),
                thousands(frames.end - 1)
            ))
        }
        (None, Some(TimelineTarget::Keyframe(_, frame))) => Some(format!("Keyframe {}", place(*frame))),
        (None, _) => None,
    }
}

/// A text beside the pointer, within the panel.
fn bubble(ui: &Ui, scene: &Scene, pointer: eframe::egui::Pos2, text: &str) {
    let tokens = &scene.tokens;
    let galley = ui.painter().layout_no_wrap(text.to_owned(), FontId::proportional(12.0), tokens.text);
    let size = galley.size() + vec2(12.0, 6.0);
    let left = (pointer.x + 14.0).min(scene.lanes.right() - size.x).max(scene.lanes.left());
    let top = (pointer.y - size.y - 8.0).max(scene.lanes.top());
    let rect = Rect::from_min_size(pos2(left, top), size);
    ui.painter().rect_filled(rect, 4.0, tokens.panel.gamma_multiply(0.95));
    ui.painter().rect_stroke(
        rect,
        4.0,
        eframe::egui::Stroke::new(1.0, tokens.line),
        eframe::egui::StrokeKind::Inside,
    );
    ui.painter().galley(rect.min + vec2(6.0, 3.0), galley, tokens.text);
}

/// How to begin, where there is nothing yet.
fn empty_ui(ui: &Ui, scene: &Scene) {
    let lanes = scene.ctx.lanes;
    if lanes.num_tracks() > 0 || lanes.num_spans() > 0 || scene.draft.new_span.is_some() {
        return;
    }
    let rows = scene.rows();
    let free = rows.with_min_y(scene.y(lanes.height()).min(rows.bottom() - 20.0));
    let text = match scene.ctx.label {
        Some(_) => {
            "Draw on the picture to begin a track, or drag along the row of a label to mark a stretch of time."
        }
        None => "Draw on the picture to begin a track.",
    };
    let color = scene.tokens.text_weak;
    let painter = ui.painter().with_clip_rect(rows);
    let mut job = eframe::egui::text::LayoutJob::simple(
        text.to_owned(),
        FontId::proportional(13.0),
        color,
        (free.width() - 24.0).max(80.0),
    );
    job.halign = eframe::egui::Align::Center;
    let galley = painter.layout_job(job);
    let at = Align2::CENTER_CENTER.anchor_size(free.center(), galley.size()).min;
    painter.galley(pos2(free.center().x, at.y), galley, color);
}
