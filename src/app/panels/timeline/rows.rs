//! The rows: stretches and keyframes of tracks, spans of tiers.

use eframe::egui::{Align2, Color32, FontId, Rect, Ui, pos2, vec2};

use super::Scene;
use super::marks::Marks;
use crate::app::icons::icon;
use crate::app::panels::row::line_of;
use crate::app::theme::icon_font;
use crate::app::widgets::color32;
use crate::model::{LabelId, ReviewState};
use crate::tools::timeline::marks::{Bar, bars_in_sight, keyframes_in_sight};
use crate::tools::timeline::{Lane, LaneRow, PlacedRow, SpanBar, Stretch, TierId, TimelineTarget, TrackLane};

/// Half the height of a track's bar, points.
const BAR_HALF: f32 = 4.0;
/// From the middle of a keyframe to its corners, points.
const KEYFRAME_RADIUS: f32 = 5.0;

/// What is drawn, from the back to the front.
#[derive(Default)]
struct Layers {
    back: Marks,
    bars: Marks,
    keyframes: Marks,
}

/// Draws the rows in sight.
pub fn rows_ui(ui: &Ui, scene: &Scene) {
    let rows = scene.rows();
    let mut layers = Layers::default();
    let mut texts = Vec::new();
    let top = scene.ctx.scroll_y;
    for row in scene.ctx.lanes.rows_between(top, top + f64::from(rows.height())) {
        let y = scene.y(row.y);
        let rect = Rect::from_min_size(pos2(rows.left(), y), vec2(rows.width(), row.height as f32));
        background(&mut layers.back, scene, row, rect);
        match &row.row {
            LaneRow::Section(_) => {}
            LaneRow::Track(object) => {
                if let Some(lane) = scene.ctx.lanes.track(*object) {
                    track(&mut layers, scene, lane, rect);
                }
            }
            LaneRow::Tier { tier: None, .. } => {}
            LaneRow::Tier { id, tier: Some(tier), row } => {
                tier_row(&mut layers, &mut texts, scene, (id, *tier, *row), rect);
            }
        }
    }
    draft(&mut layers, scene);
    layers.back.paint(ui, rows);
    layers.bars.paint(ui, rows);
    for text in texts {
        text.paint(ui, rows);
    }
    layers.keyframes.paint(ui, rows);
}

fn background(back: &mut Marks, scene: &Scene, row: &PlacedRow, rect: Rect) {
    let tokens = &scene.tokens;
    let inner = rect.with_max_y(rect.bottom() - 1.0);
    match &row.row {
        LaneRow::Section(_) => back.rect(inner, tokens.raised),
        LaneRow::Track(object) if scene.ctx.selection.contains(*object) => {
            back.rect(inner, tokens.accent_soft);
        }
        LaneRow::Track(object) if hovers(scene, row) || scene.state.view.hovered == Some(*object) => {
            back.rect(inner, tokens.hovered.gamma_multiply(0.6));
        }
        LaneRow::Track(_) | LaneRow::Tier { .. } => {}
    }
    back.rect(rect.with_min_y(rect.bottom() - 1.0), tokens.line.gamma_multiply(0.5));
}

/// Whether the pointer is on a track's row.
fn hovers(scene: &Scene, row: &PlacedRow) -> bool {
    let LaneRow::Track(of) = &row.row else { return false };
    match &scene.draft.hovered {
        Some(
            TimelineTarget::Track(object)
            | TimelineTarget::TrackRow(object)
            | TimelineTarget::Keyframe(object, _)
            | TimelineTarget::StretchEnd(object, _),
        ) => object == of,
        _ => false,
    }
}

/// The colour of a label.
pub(super) fn label_color(scene: &Scene, label: Option<LabelId>) -> Color32 {
    let schema = scene.state.project.as_ref().map(|project| project.schema());
    let label = schema.zip(label).and_then(|(schema, label)| schema.label(label));
    label.map_or(scene.tokens.text_weak, |label| color32(label.color))
}

fn is_dim(scene: &Scene, label: Option<LabelId>, is_hidden: bool) -> bool {
    is_hidden || label.is_some_and(|label| scene.state.view.hidden_labels.contains(&label))
}

fn track(layers: &mut Layers, scene: &Scene, lane: &Lane, rect: Rect) {
    let mut color = label_color(scene, lane.label);
    if is_dim(scene, lane.label, lane.is_hidden) {
        color = color.gamma_multiply(0.35);
    }
    let middle = rect.center().y - 0.5;
    for bar in bars_in_sight(scene.ctx.axis, &lane.lane.stretches) {
        stretch(&mut layers.bars, scene, &bar, middle, color);
    }
    ends(layers, scene, &lane.lane, middle, color);
    keyframes(layers, scene, lane, middle, color);
}

/// A thin line where the object is out of sight, stripes where it is partly hidden.
fn stretch(bars: &mut Marks, scene: &Scene, bar: &Bar<Stretch>, middle: f32, color: Color32) {
    let (left, right) = (scene.x(bar.x), scene.x(bar.end_x).max(scene.x(bar.x) + 1.0));
    let rect = Rect::from_min_max(pos2(left, middle - BAR_HALF), pos2(right, middle + BAR_HALF));
    if bar.num == 1 && bar.of.outside {
        bars.rect(rect.shrink2(vec2(0.0, BAR_HALF - 0.5)), color.gamma_multiply(0.45));
    } else if bar.num == 1 && bar.of.occluded {
        bars.rect(rect, color.gamma_multiply(0.18));
        bars.hatch(rect, color.gamma_multiply(0.7));
        bars.frame(rect, 1.0, color.gamma_multiply(0.5));
    } else {
        bars.rect(rect, color.gamma_multiply(0.5));
    }
}

/// A bracket where the object leaves the sight.
fn ends(layers: &mut Layers, scene: &Scene, lane: &TrackLane, middle: f32, color: Color32) {
    let visible = scene.ctx.axis.visible();
    let mut last_x = f32::NEG_INFINITY;
    let first = lane.stretches.partition_point(|stretch| stretch.end < visible.start);
    let shown = lane.stretches[first..].iter().take_while(|stretch| stretch.start <= visible.end);
    for (index, stretch) in shown.enumerate() {
        let goes_on = lane.stretches.get(first + index + 1).is_some_and(|next| !next.outside);
        let x = scene.x(scene.ctx.axis.x_of_edge(stretch.end));
        if stretch.outside || goes_on || x - last_x < 2.0 {
            continue;
        }
        last_x = x;
        layers.keyframes.line(x - 1.0, middle - 7.0, middle + 7.0, 2.0, color);
        for y in [middle - 6.0, middle + 6.0] {
            layers.keyframes.rect(Rect::from_min_max(pos2(x - 5.0, y - 1.0), pos2(x, y + 1.0)), color);
        }
    }
}

fn keyframes(layers: &mut Layers, scene: &Scene, lane: &Lane, middle: f32, color: Color32) {
    let tokens = &scene.tokens;
    let moved = !scene.draft.keyframes.is_empty() && !scene.draft.copies;
    for mark in keyframes_in_sight(scene.ctx.axis, &lane.lane.keyframes) {
        let (x, end_x) = (scene.x(mark.x), scene.x(mark.end_x));
        if mark.num > 1 {
            // Many close together are a block.
            let block = Rect::from_min_max(pos2(x - 1.5, middle - 6.0), pos2(end_x + 1.5, middle + 6.0));
            layers.keyframes.rect(block, color);
            continue;
        }
        if mark.first.outside {
            continue;
        }
        let center = pos2(x, middle);
        let is_selected = scene.ctx.keyframes.contains(&(lane.object, mark.first.frame));
        let is_held = scene.draft.hovered == Some(TimelineTarget::Keyframe(lane.object, mark.first.frame));
        let radius = if is_held { KEYFRAME_RADIUS + 1.0 } else { KEYFRAME_RADIUS };
        let fill = if is_selected && moved { color.gamma_multiply(0.3) } else { color };
        let rim = if is_selected { tokens.text } else { tokens.panel };
        layers.keyframes.diamond(center, radius + if is_selected { 2.0 } else { 1.5 }, rim);
        layers.keyframes.diamond(center, radius, fill);
    }
}

/// A text on a span, or beside it.
struct Text {
    rect: Rect,
    text: String,
    icon: Option<(&'static str, Color32)>,
    color: Color32,
}

impl Text {
    fn paint(self, ui: &Ui, clip: Rect) {
        let painter = ui.painter().with_clip_rect(clip.intersect(self.rect));
        let mut left = self.rect.left();
        if let Some((name, color)) = self.icon {
            let at = pos2(left + 6.0, self.rect.center().y);
            painter.text(at, Align2::CENTER_CENTER, icon(name), icon_font(12.0), color);
            left += 15.0;
        }
        let width = self.rect.right() - left;
        if width > 14.0 && !self.text.is_empty() {
            let galley = line_of(ui, &self.text, FontId::proportional(11.0), self.color, width);
            painter.galley(pos2(left, self.rect.center().y - galley.size().y / 2.0), galley, self.color);
        }
    }
}

fn tier_row(
    layers: &mut Layers,
    texts: &mut Vec<Text>,
    scene: &Scene,
    (id, tier, row): (&TierId, usize, usize),
    rect: Rect,
) {
    let Some(tier) = scene.ctx.lanes.tiers().get(tier) else { return };
    if scene.ctx.folded_tiers.contains(id) {
        // All rows over each other: where anything is, and where much.
        for row in &tier.rows {
            for bar in bars_in_sight(scene.ctx.axis, row) {
                let color = label_color(scene, bar.of.label).gamma_multiply(0.35);
                layers.bars.rect(span_rect(scene, &bar, rect).shrink2(vec2(0.0, 3.0)), color);
            }
        }
        return;
    }
    let Some(row) = tier.rows.get(row) else { return };
    let shows_label = matches!(id, TierId::Named(_));
    for bar in bars_in_sight(scene.ctx.axis, row) {
        if let Some(text) = span(layers, scene, &bar, rect, shows_label) {
            texts.push(text);
        }
    }
}

fn span_rect(scene: &Scene, bar: &Bar<SpanBar>, row: Rect) -> Rect {
    let (left, right) = (scene.x(bar.x), scene.x(bar.end_x));
    Rect::from_min_max(pos2(left, row.top() + 3.0), pos2(right.max(left + 2.0), row.bottom() - 4.0))
}

fn span(
    layers: &mut Layers,
    scene: &Scene,
    bar: &Bar<SpanBar>,
    row: Rect,
    shows_label: bool,
) -> Option<Text> {
    let tokens = &scene.tokens;
    let mut color = label_color(scene, bar.of.label);
    if is_dim(scene, bar.of.label, bar.of.is_hidden) {
        color = color.gamma_multiply(0.35);
    }
    let is_dragged = scene.draft.spans.iter().any(|span| span.object == bar.of.object) && !scene.draft.copies;
    let fill = if is_dragged { color.gamma_multiply(0.25) } else { color.gamma_multiply(0.75) };
    let rect = span_rect(scene, bar, row);
    let is_selected = bar.num == 1 && scene.ctx.selection.contains(bar.of.object);
    if bar.num == 1 && bar.of.is_event() && rect.width() < 10.0 {
        // A moment: a line with a head, to be found at any zoom.
        let x = rect.center().x;
        layers.bars.line(x, rect.top(), rect.bottom(), 2.0, color);
        if is_selected {
            layers.keyframes.diamond(pos2(x, rect.top() + 4.0), 6.0, tokens.text);
        }
        layers.keyframes.diamond(pos2(x, rect.top() + 4.0), 4.0, color);
        return None;
    }
    layers.bars.rect(rect, fill);
    if rect.width() > 3.0 {
        layers.bars.rect(rect.with_max_x(rect.left() + 1.5), color);
        layers.bars.rect(rect.with_min_x(rect.right() - 1.5), color);
    }
    if is_selected {
        layers.keyframes.frame(rect.expand(1.0), 1.5, tokens.text);
    }
    if bar.num > 1 || rect.width() < 18.0 {
        return None;
    }
    let schema = scene.state.project.as_ref()?.schema();
    let label = bar.of.label.and_then(|label| schema.label(label)).filter(|_| shows_label);
    let ink = ink_on(fill, tokens.panel);
    let icon = review_icon(bar.of.review).map(|icon| (icon, ink));
    let text = label.map(|label| label.name.clone()).unwrap_or_default();
    Some(Text { rect: rect.shrink2(vec2(5.0, 0.0)), text, icon, color: ink })
}

/// The icon of what a reviewer said, where something was said.
pub(super) fn review_icon(review: ReviewState) -> Option<&'static str> {
    match review {
        ReviewState::Open => None,
        ReviewState::Accepted => Some("check-circle"),
        ReviewState::Corrected => Some("pencil-simple"),
        ReviewState::Returned => Some("arrow-u-up-left"),
    }
}

/// Black or white, whichever is read better on a colour that lies over another.
fn ink_on(fill: Color32, ground: Color32) -> Color32 {
    let seen = ground.blend(fill);
    let [red, green, blue, _] = seen.to_array().map(f32::from);
    let lightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    if lightness > 140.0 { Color32::from_gray(16) } else { Color32::WHITE }
}

/// What would be there if the button were released now.
fn draft(layers: &mut Layers, scene: &Scene) {
    let draft = &scene.draft;
    let color_of = |object| {
        let lane = scene.ctx.lanes.track(object).map(|lane| lane.label);
        label_color(scene, lane.or_else(|| scene.ctx.lanes.span(object).map(|bar| bar.label)).flatten())
    };
    let visible = scene.ctx.axis.visible();
    let rows = &mut std::collections::HashMap::new();
    let mut row_of = |object| {
        *rows.entry(object).or_insert_with(|| scene.ctx.lanes.row_of(object).map(|row| (row.y, row.height)))
    };
    for (object, frame) in draft.keyframes.iter().filter(|(_, frame)| visible.contains(frame)) {
        let Some((y, height)) = row_of(*object) else { continue };
        let center = pos2(scene.x(scene.ctx.axis.x_of_frame(*frame)), scene.y(y + height / 2.0) - 0.5);
        layers.keyframes.diamond(center, KEYFRAME_RADIUS + 2.0, scene.tokens.accent);
        layers.keyframes.diamond(center, KEYFRAME_RADIUS, color_of(*object));
    }
    if let Some((object, end)) = draft.track_end
        && let Some((y, height)) = row_of(object)
    {
        let x = scene.x(scene.ctx.axis.x_of_edge(end));
        let (top, bottom) = (scene.y(y) + 2.0, scene.y(y + height) - 3.0);
        layers.keyframes.line(x, top, bottom, 3.0, scene.tokens.accent);
    }
    for span in &draft.spans {
        let (row, color) = match &span.tier {
            Some(tier) => {
                let color = match tier {
                    TierId::Label(label) => label_color(scene, *label),
                    TierId::Named(_) => color_of(span.object),
                };
                (scene.ctx.lanes.row_of_tier(tier).map(|row| row.y), color)
            }
            None => (row_of(span.object).map(|(y, _)| y), color_of(span.object)),
        };
        if let Some(y) = row {
            ghost(layers, scene, scene.y(y), &span.frames, color);
        }
    }
    for (label, start) in scene.state.begun_spans() {
        let Some(row) = scene.ctx.lanes.row_of_tier(&TierId::Label(Some(label))) else { continue };
        let (first, last) = (start.min(scene.ctx.playhead), start.max(scene.ctx.playhead));
        ghost(layers, scene, scene.y(row.y), &(first..last + 1), label_color(scene, Some(label)));
    }
    if let Some((y, frames)) = &draft.new_span {
        let color = label_color(scene, scene.ctx.label);
        ghost(layers, scene, scene.lanes.top() + *y as f32, frames, color);
    }
}

fn ghost(layers: &mut Layers, scene: &Scene, top: f32, frames: &std::ops::Range<u32>, color: Color32) {
    let axis = scene.ctx.axis;
    let (left, right) = (scene.x(axis.x_of_edge(frames.start)), scene.x(axis.x_of_edge(frames.end)));
    let rect = Rect::from_min_max(pos2(left, top + 3.0), pos2(right.max(left + 2.0), top + 18.0));
    layers.bars.rect(rect, color.gamma_multiply(0.75));
    layers.keyframes.frame(rect.expand(1.0), 1.5, scene.tokens.accent);
}
