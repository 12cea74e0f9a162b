//! The lane of notes: markers as flags with their texts, comments as bubbles, and what was said of frames as bands.

use eframe::egui::{Align, Color32, FontId, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Scene;
use super::marks::Marks;
use crate::app::panels::row::{NAME_SIZE, REMARK_SIZE, icon_at, line_of, take_left, take_right, text_in};
use crate::app::widgets::color32;
use crate::app::wording::thousands;
use crate::model::{Marker, ReviewState};
use crate::tools::timeline::{NOTES_HEIGHT, NoteId, NoteMark, RULER_HEIGHT, TimelineTarget};

/// From the pole of a flag to its end, points.
const FLAG_WIDTH: f32 = 9.0;
/// A text is written where it has this much room, points.
const MIN_TEXT_WIDTH: f32 = 18.0;

/// Where the lane is.
pub fn place(scene: &Scene) -> Rect {
    let top = scene.lanes.top() + RULER_HEIGHT as f32;
    scene.lanes.with_min_y(top).with_max_y(top + NOTES_HEIGHT as f32)
}

/// Draws the lane, and its name at the left.
pub fn notes_ui(ui: &Ui, scene: &Scene, names: Rect) {
    let place = place(scene);
    name_ui(ui, scene, names.with_min_y(place.top()).with_max_y(place.bottom()));
    let mut marks = Marks::default();
    marks.rect(place, scene.tokens.panel);
    marks.rect(place.with_min_y(place.bottom() - 1.0), scene.tokens.line);
    reviewed(scene, place, &mut marks);
    marks.paint(ui, place);
    let visible = scene.ctx.axis.visible();
    // One that stands left of what is in sight may still have a text that reaches in.
    let first = visible.start.saturating_sub(visible.end - visible.start);
    let shown = scene.ctx.note_marks.between(first, visible.end);
    for (index, mark) in shown.iter().enumerate() {
        let next = shown[index + 1..].iter().find(|next| next.frame > mark.frame);
        let end = next.map_or(place.right(), |next| x_of(scene, next) - 8.0);
        // Of those closer together than can be told apart, the last is seen.
        if end - x_of(scene, mark) > -7.0 || is_held(scene, mark.id) {
            mark_ui(ui, scene, mark, place, end);
        }
    }
}

fn x_of(scene: &Scene, mark: &NoteMark) -> f32 {
    let frame = match (scene.draft.marker, mark.id) {
        (Some((dragged, frame)), NoteId::Marker(id)) if id == dragged => frame,
        _ => mark.frame,
    };
    scene.x(scene.ctx.axis.x_of_frame(frame))
}

fn is_held(scene: &Scene, id: NoteId) -> bool {
    scene.ctx.note == Some(id) || scene.draft.hovered == Some(TimelineTarget::Note(id))
}

/// What reviewers said of frames: a band along the lower edge, washed out over the rest.
fn reviewed(scene: &Scene, place: Rect, marks: &mut Marks) {
    let (axis, visible) = (scene.ctx.axis, scene.ctx.axis.visible());
    let all = &scene.ctx.note_marks.reviewed;
    let first = all.partition_point(|(_, end, _)| *end <= visible.start);
    let mut drawn_to = f32::NEG_INFINITY;
    for (start, end, state) in all[first..].iter().take_while(|(start, _, _)| *start < visible.end) {
        let (left, right) = (scene.x(axis.x_of_edge(*start)), scene.x(axis.x_of_edge(*end)));
        // Many within one pixel are one.
        if right < drawn_to + 0.5 {
            continue;
        }
        drawn_to = right;
        let rect =
            Rect::from_min_max(pos2(left, place.top()), pos2(right.max(left + 1.0), place.bottom() - 1.0));
        let color = review_color(scene, *state);
        marks.rect(rect, color.gamma_multiply(0.14));
        marks.rect(rect.with_min_y(rect.bottom() - 3.0), color);
    }
}

fn review_color(scene: &Scene, state: ReviewState) -> Color32 {
    match state {
        ReviewState::Accepted | ReviewState::Corrected => scene.tokens.success,
        ReviewState::Returned => scene.tokens.warning,
        ReviewState::Open => Color32::TRANSPARENT,
    }
}

fn mark_ui(ui: &Ui, scene: &Scene, mark: &NoteMark, place: Rect, end: f32) {
    let (tokens, x) = (&scene.tokens, x_of(scene, mark));
    let is_held = is_held(scene, mark.id);
    match mark.id {
        NoteId::Comment(id) => {
            let color = if is_held { tokens.text } else { tokens.warning };
            if place.contains(pos2(x, place.center().y)) {
                icon_at(ui, pos2(x, place.center().y - 0.5), "chat-circle-text", 14.0, color);
            }
            let text = scene.ctx.notes.comments.get(&id).map_or("", |comment| comment.text.as_str());
            text_ui(ui, scene, text, (x + 10.0, end), place);
        }
        NoteId::Marker(id) => {
            let Some(marker) = scene.ctx.notes.markers.get(&id) else { return };
            flag(ui, scene, marker, (x, is_held), place);
            text_ui(ui, scene, &marker.text, (x + FLAG_WIDTH + 3.0, end), place);
        }
    }
}

fn flag(ui: &Ui, scene: &Scene, marker: &Marker, (x, is_held): (f32, bool), place: Rect) {
    let (color, top) = (color32(marker.color), place.top() + 3.0);
    let mut marks = Marks::default();
    let cloth = Rect::from_min_max(pos2(x, top), pos2(x + FLAG_WIDTH, top + 8.0));
    if is_held {
        marks.rect(cloth.expand(1.5), scene.tokens.text);
        marks.line(x, top, place.bottom(), 4.0, scene.tokens.text);
    }
    marks.line(x, top, place.bottom(), 1.5, color);
    marks.rect(cloth, color);
    marks.paint(ui, place);
}

/// A text between two places, where it has room.
fn text_ui(ui: &Ui, scene: &Scene, text: &str, (left, end): (f32, f32), place: Rect) {
    let rect = Rect::from_min_max(pos2(left, place.top()), pos2(end, place.bottom() - 2.0));
    if text.is_empty() || rect.width() < MIN_TEXT_WIDTH || rect.right() < place.left() {
        return;
    }
    let line = text.lines().next().unwrap_or_default();
    let galley = line_of(ui, line, FontId::proportional(11.0), scene.tokens.text_weak, rect.width());
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().with_clip_rect(place).galley(at, galley, scene.tokens.text_weak);
}

fn name_ui(ui: &Ui, scene: &Scene, place: Rect) {
    let tokens = &scene.tokens;
    let num = scene.ctx.note_marks.marks.len();
    let response = ui.interact(place, Id::unique("timeline-notes"), Sense::hover());
    let spoken = format!("Markers and comments, {num}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    ui.painter().rect_filled(place.with_min_y(place.bottom() - 1.0), 0.0, tokens.line);
    ui.painter().rect_filled(place.with_min_x(place.right() - 1.0), 0.0, tokens.line);
    let mut rest = place.shrink2(vec2(8.0, 0.0));
    take_left(&mut rest, 16.0);
    let mark = take_left(&mut rest, 20.0);
    icon_at(ui, mark.left_center() + vec2(5.0, 0.0), "flag", 13.0, tokens.text_weak);
    if num > 0 {
        let font = FontId::proportional(REMARK_SIZE);
        text_in(ui, take_right(&mut rest, 40.0), &thousands(num), font, tokens.text_weak, Align::Max);
    }
    text_in(ui, rest, "Notes", FontId::proportional(NAME_SIZE), tokens.text, Align::Min);
}

/// What is said beside the pointer of what it is on.
pub fn spoken_at(scene: &Scene, frame: u32, target: &TimelineTarget) -> Option<String> {
    match target {
        TimelineTarget::Note(NoteId::Marker(id)) => {
            let marker = scene.ctx.notes.markers.get(id)?;
            let text = if marker.text.is_empty() { "Marker" } else { &marker.text };
            Some(format!("{text}\n{}", scene.place_of(marker.frame)))
        }
        TimelineTarget::Note(NoteId::Comment(id)) => {
            let comment = scene.ctx.notes.comments.get(id)?;
            Some(format!("{}\n{}", comment.text, scene.place_of(comment.frame?)))
        }
        TimelineTarget::Ruler => {
            let (start, end, state) = scene.ctx.note_marks.review_at(frame)?;
            let name = match state {
                ReviewState::Accepted => "Accepted",
                ReviewState::Corrected => "Corrected",
                ReviewState::Returned => "Returned",
                ReviewState::Open => return None,
            };
            Some(format!("{name}: frames {} – {}", thousands(start), thousands(end.saturating_sub(1))))
        }
        _ => None,
    }
}
