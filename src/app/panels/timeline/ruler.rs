//! The ruler.

use eframe::egui::{Align2, FontId, Rect, Ui, pos2};

use super::Scene;
use super::marks::Marks;
use crate::tools::timeline::{RULER_HEIGHT, ruler};

/// Draws the ruler.
pub fn ruler_ui(ui: &Ui, scene: &Scene) {
    let tokens = &scene.tokens;
    let place = scene.lanes.with_max_y(scene.lanes.top() + RULER_HEIGHT as f32);
    let mut marks = Marks::default();
    marks.rect(place, tokens.raised);
    marks.rect(place.with_min_y(place.bottom() - 1.0), tokens.line);
    let painter = ui.painter().with_clip_rect(place);
    let ticks = ruler::ticks(scene.ctx.axis, scene.facts, scene.state.view.timeline.unit);
    for tick in &ticks {
        let height = if tick.label.is_some() { 8.0 } else { 4.0 };
        let color =
            if tick.label.is_some() { tokens.text_weak } else { tokens.text_weak.gamma_multiply(0.6) };
        marks.line(scene.x(tick.x), place.bottom() - height, place.bottom(), 1.0, color);
    }
    range(scene, place, &mut marks);
    marks.paint(ui, place);
    let font = FontId::proportional(11.0);
    for tick in ticks {
        let Some(label) = tick.label else { continue };
        let at = pos2(scene.x(tick.x) + 4.0, place.top() + 3.0);
        painter.text(at, Align2::LEFT_TOP, label, font.clone(), tokens.text_weak);
    }
    let bottom = scene.lanes.bottom();
    let whole = Rect::from_min_max(place.left_top(), pos2(place.right(), bottom));
    playhead(scene).paint(ui, whole);
}

/// The frames that are played, where not all are.
fn range(scene: &Scene, place: Rect, marks: &mut Marks) {
    let Some(range) = scene.state.videos.range() else { return };
    let axis = scene.ctx.axis;
    let (left, right) = (scene.x(axis.x_of_edge(range.start)), scene.x(axis.x_of_edge(range.end)));
    let (color, bottom) = (scene.tokens.accent, place.bottom());
    marks.rect(Rect::from_min_max(pos2(left, place.top()), pos2(right, bottom)), color.gamma_multiply(0.2));
    marks.rect(Rect::from_min_max(pos2(left, bottom - 3.0), pos2(right, bottom)), color);
    for x in [left + 1.0, right - 1.0] {
        marks.line(x, place.top() + 4.0, bottom, 2.0, color);
    }
}

/// The frame on screen: all of it where frames are wide enough, with a line at its beginning and a head on the ruler.
fn playhead(scene: &Scene) -> Marks {
    let (axis, frame) = (scene.ctx.axis, scene.ctx.playhead);
    let mut marks = Marks::default();
    let (left, right) = (scene.x(axis.x_of_edge(frame)), scene.x(axis.x_of_edge(frame + 1)));
    let color = scene.tokens.accent;
    let top = scene.lanes.top();
    if right - left >= 4.0 {
        let frame = Rect::from_min_max(pos2(left, top), pos2(right, scene.lanes.bottom()));
        marks.rect(frame, color.gamma_multiply(0.16));
    }
    let middle = if right - left >= 4.0 { (left + right) / 2.0 } else { left };
    let line_x = if right - left >= 4.0 { left } else { middle };
    marks.line(line_x, top + 8.0, scene.lanes.bottom(), 1.5, color);
    // What was asked for and is still being decoded.
    let asked = scene.state.videos.open().filter(|video| video.speed().is_none()).map(|video| video.target());
    if let Some(asked) = asked.filter(|asked| *asked != frame) {
        let x = scene.x(axis.x_of_frame(asked));
        marks.line(x, top, scene.lanes.bottom(), 1.0, color.gamma_multiply(0.6));
    }
    let head = Rect::from_min_max(pos2(middle - 6.0, top + 1.0), pos2(middle + 6.0, top + 7.0));
    marks.rect(head, color);
    marks.pointer(pos2(middle, top + 13.0), 6.0, color);
    marks
}
