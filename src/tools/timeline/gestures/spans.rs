//! Spans are moved, copied, and made longer or shorter.

use std::ops::Range;

use super::super::SpanSide;
use super::context::Readout;
use super::snapping::{End, snap};
use super::{TimelineContext, TimelineDraft, TimelineResponse};
use crate::edit::{Edit, ObjectChange};
use crate::geometry::Point;
use crate::model::{Content, Object, ObjectId, Span};
use crate::tools::{Cursor, Gesture, Modifiers, Selection};

/// Where spans would lie.
type Moved = Vec<(ObjectId, Range<u32>)>;

/// Drags spans as a whole, or an end of one.
#[derive(Clone, Debug)]
pub(super) struct SpanDrag {
    /// What is dragged; one alone where it is an end.
    objects: Vec<ObjectId>,
    /// The one that was pressed.
    held: ObjectId,
    /// The end that is dragged; none: the whole.
    side: Option<SpanSide>,
    pressed_x: f64,
    at: Point,
    modifiers: Modifiers,
}

impl SpanDrag {
    pub(super) fn of_edge(object: ObjectId, side: SpanSide, at: Point, modifiers: Modifiers) -> Self {
        Self { objects: vec![object], held: object, side: Some(side), pressed_x: at.x, at, modifiers }
    }

    /// All selected spans are dragged where the held one is among them; else it alone.
    pub(super) fn of_body(ctx: &TimelineContext, held: ObjectId, at: Point, modifiers: Modifiers) -> Self {
        let selected = ctx.selection.iter();
        let objects = match ctx.selection.contains(held) {
            true => selected.filter(|id| ctx.lanes.span(*id).is_some() && ctx.is_editable(*id)).collect(),
            false => vec![held],
        };
        Self { objects, held, side: None, pressed_x: at.x, at, modifiers }
    }

    pub(super) fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        self.at = at;
        self.modifiers = modifiers;
    }

    pub(super) fn cursor(&self) -> Cursor {
        if self.side.is_some() { Cursor::ResizeHorizontal } else { Cursor::Move }
    }

    fn copies(&self) -> bool {
        self.modifiers.alt && self.side.is_none()
    }

    /// Where each span would lie, and what an edge of the held one snapped to.
    fn moved(&self, ctx: &TimelineContext) -> Option<(Moved, Option<u32>)> {
        let held = ctx.lanes.span(self.held)?;
        let by_points = self.at.x - self.pressed_x;
        let moved = self.objects.iter().copied().collect();
        let wanted = |edge: u32| ctx.axis.edge_at(ctx.axis.x_of_edge(edge) + by_points);
        match self.side {
            Some(SpanSide::Start) => {
                let start = wanted(held.start);
                let snapped = snap(ctx, start, End::First, &moved, self.modifiers);
                let start = snapped.unwrap_or(start).min(held.end - 1);
                Some((vec![(self.held, start..held.end)], snapped.filter(|edge| *edge == start)))
            }
            Some(SpanSide::End) => {
                let end = wanted(held.end);
                let snapped = snap(ctx, end, End::Last, &moved, self.modifiers);
                let end = snapped.unwrap_or(end).max(held.start + 1);
                Some((vec![(self.held, held.start..end)], snapped.filter(|edge| *edge == end)))
            }
            None => {
                let (start, end) = (wanted(held.start), wanted(held.end));
                let by_start = snap(ctx, start, End::First, &moved, self.modifiers);
                let by_end = snap(ctx, end, End::Last, &moved, self.modifiers);
                let way = match (by_start, by_end) {
                    (Some(edge), _) => i64::from(edge) - i64::from(held.start),
                    (None, Some(edge)) => i64::from(edge) - i64::from(held.end),
                    (None, None) => i64::from(start) - i64::from(held.start),
                };
                Some((self.shifted(ctx, way), by_start.or(by_end)))
            }
        }
    }

    /// All of them moved by some frames, but none out of the video.
    fn shifted(&self, ctx: &TimelineContext, way: i64) -> Moved {
        let bars = || self.objects.iter().filter_map(|id| ctx.lanes.span(*id));
        let first = bars().map(|bar| i64::from(bar.start)).min().unwrap_or(0);
        let end = bars().map(|bar| i64::from(bar.end)).max().unwrap_or(0);
        let way = way.clamp(-first, (i64::from(ctx.axis.num_frames()) - end).max(-first));
        let edge = |edge: u32| u32::try_from(i64::from(edge) + way).unwrap_or(edge);
        bars().map(|bar| (bar.object, edge(bar.start)..edge(bar.end))).collect()
    }

    pub(super) fn draft(&self, ctx: &TimelineContext) -> TimelineDraft {
        let Some((spans, snapped)) = self.moved(ctx) else { return TimelineDraft::default() };
        let held = spans.iter().find(|(object, _)| *object == self.held);
        let readout = held.map(|(_, frames)| Readout::Frames(frames.clone()));
        TimelineDraft { copies: self.copies(), spans, snapped, readout, ..TimelineDraft::default() }
    }

    pub(super) fn finish(&self, ctx: &TimelineContext) -> TimelineResponse {
        let Some((moved, _)) = self.moved(ctx) else { return TimelineResponse::consumed() };
        let mut edits = Vec::new();
        let mut selection = Selection::default();
        for (id, frames) in moved {
            let Some(object) = ctx.objects.object(id) else { continue };
            let Content::Span(span) = &object.content else { continue };
            let after = Span { start: frames.start, end: frames.end, lane: span.lane.clone() };
            let is_same = after == *span;
            let (id, edit) = match self.copies() {
                true => copied(ctx, object, after),
                false => (id, Edit::change(ctx.objects.asset(), id, &ObjectChange::Span(after))),
            };
            selection.insert(id);
            edits.extend((!is_same).then_some(edit));
        }
        let verb = match (self.copies(), self.side) {
            (true, _) => "Copy",
            (false, None) => "Move",
            (false, Some(_)) => "Change",
        };
        let title = match edits.len() {
            1 => format!("{verb} span"),
            num => format!("{verb} {num} spans"),
        };
        if edits.is_empty() {
            return TimelineResponse::consumed();
        }
        let gesture = Some(Gesture { title, edits });
        TimelineResponse { selection: Some(selection), ..TimelineResponse::commit(gesture) }
    }
}

/// A copy at another place, by whom copies it.
fn copied(ctx: &TimelineContext, object: &Object, span: Span) -> (ObjectId, Edit) {
    let id = ObjectId::new();
    let mut copy = Object::new(id, Content::Span(span), object.label);
    copy.attributes = object.attributes.clone();
    copy.flags = object.flags.clone();
    copy.author = Some(ctx.author);
    (id, Edit::create(ctx.objects.asset(), &copy))
}
