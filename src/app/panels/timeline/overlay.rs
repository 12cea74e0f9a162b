//! What lies over the rows for as long as the pointer does something: band, guide, numbers, the frame it is on.

use eframe::egui::{Align2, FontId, Id, LayerId, Order, Pos2, Rect, Ui, pos2, vec2};

use super::marks::Marks;
use super::{Scene, notes};
use crate::app::panels::frame_preview::frame_preview_ui;
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
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else { return };
    if let Some(text) = readout(scene, pointer) {
        bubble(ui, scene, pointer, &text);
    } else if let Some(frame) = pointed_at(scene, pointer) {
        let top = pos2(pointer.x, scene.lanes.top());
        frame_preview_ui(ui, scene.state, top, frame);
    }
}

/// The frame that the pointer is on, where it goes by time alone or drags through the video.
fn pointed_at(scene: &Scene, pointer: Pos2) -> Option<u32> {
    let is_on_ruler = scene.draft.hovered == Some(TimelineTarget::Ruler);
    let is_scrubbing = scene.state.view.timeline.tool.is_scrubbing();
    let frame = scene.ctx.axis.frame_at(f64::from(pointer.x - scene.lanes.left()));
    (is_on_ruler || is_scrubbing).then_some(frame)
}

/// What is said beside the pointer.
fn readout(scene: &Scene, pointer: Pos2) -> Option<String> {
    let place = |frame: u32| scene.place_of(frame);
    match (&scene.draft.readout, &scene.draft.hovered) {
        (Some(Readout::Moved { frame, by }), _) => {
            let sign = if *by < 0 { "−" } else { "+" };
            Some(format!("{}  ({sign}{})", place(*frame), thousands(by.unsigned_abs())))
        }
        (Some(Readout::Frames(frames)), _) => {
            let num = frames.end - frames.start;
            let secs = scene.facts.seconds(frames.end) - scene.facts.seconds(frames.start);
            let length = count_of(num, "frame");
            let time = |frame: u32| timecode(scene.facts.seconds(frame), 2);
            Some(format!(
                "{} – {}  ·  {} – {}  ·  {length}, {secs:.2} s",
                thousands(frames.start),
                thousands(frames.end - 1),
                time(frames.start),
                time(frames.end - 1)
            ))
        }
        (None, Some(TimelineTarget::Keyframe(_, frame))) => Some(format!("Keyframe {}", place(*frame))),
        (None, Some(target @ TimelineTarget::Note(_))) => notes::spoken_at(scene, 0, target),
        (None, Some(target @ TimelineTarget::Ruler)) if notes::place(scene).contains(pointer) => {
            let frame = scene.ctx.axis.frame_at(f64::from(pointer.x - scene.lanes.left()));
            notes::spoken_at(scene, frame, target).filter(|_| scene.state.view.timeline.head.has_notes)
        }
        (None, _) => None,
    }
}

/// A text beside the pointer, within the width of the panel.
fn bubble(ui: &Ui, scene: &Scene, pointer: eframe::egui::Pos2, text: &str) {
    let tokens = &scene.tokens;
    // Words of a person may be many.
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, Id::unique("timeline-readout")));
    let galley = painter.layout(text.to_owned(), FontId::proportional(12.0), tokens.text, 360.0);
    let size = galley.size() + vec2(12.0, 6.0);
    let left = (pointer.x + 14.0).min(scene.lanes.right() - size.x).max(scene.lanes.left());
    let top = (pointer.y - size.y - 8.0).max(ui.ctx().content_rect().top());
    let rect = Rect::from_min_size(pos2(left, top), size);
    painter.rect_filled(rect, 4.0, tokens.panel);
    painter.rect_stroke(
        rect,
        4.0,
        eframe::egui::Stroke::new(1.0, tokens.line),
        eframe::egui::StrokeKind::Inside,
    );
    painter.galley(rect.min + vec2(6.0, 3.0), galley, tokens.text);
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
