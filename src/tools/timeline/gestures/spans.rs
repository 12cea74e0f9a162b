//! Spans are moved in time and to other tiers, copied, and made longer or shorter.

use super::super::lanes::LaneRow;
use super::super::{SpanSide, TierId};
use super::context::{MovedSpan, Readout};
use super::snapping::{End, snap};
use super::{TimelineContext, TimelineDraft, TimelineResponse};
use crate::edit::{Edit, ObjectChange};
use crate::geometry::Point;
use crate::model::{Content, LabelId, Object, ObjectId, Span};
use crate::tools::{Cursor, Gesture, Modifiers, Selection};

/// Where spans would lie.
type Moved = Vec<MovedSpan>;

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
                Some((self.alone(start..held.end), snapped.filter(|edge| *edge == start)))
            }
            Some(SpanSide::End) => {
                let end = wanted(held.end);
                let snapped = snap(ctx, end, End::Last, &moved, self.modifiers);
                let end = snapped.unwrap_or(end).max(held.start + 1);
                Some((self.alone(held.start..end), snapped.filter(|edge| *edge == end)))
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
                let mut moved = shifted(ctx, &self.objects, way);
                if let Some((from, to)) = self.tiers(ctx) {
                    let comes = |span: &&mut MovedSpan| ctx.lanes.tier_of(span.object) == Some(from);
                    moved.iter_mut().filter(comes).for_each(|span| span.tier = Some(to.clone()));
                }
                Some((moved, by_start.or(by_end)))
            }
        }
    }

    /// The held one alone, with other frames.
    fn alone(&self, frames: std::ops::Range<u32>) -> Moved {
        vec![MovedSpan { object: self.held, frames, tier: None }]
    }

    /// The tier of the held one and the one under the pointer, where they are not the same. What lies on the first
    /// comes to the second.
    fn tiers<'a>(&self, ctx: &TimelineContext<'a>) -> Option<(&'a TierId, &'a TierId)> {
        let from = ctx.lanes.tier_of(self.held)?;
        match &ctx.lanes.row_at(ctx.lane_y(self.at.y))?.row {
            LaneRow::Tier { id, .. } if id != from => Some((from, id)),
            LaneRow::Tier { .. } | LaneRow::Section(_) | LaneRow::Track(_) => None,
        }
    }

    pub(super) fn draft(&self, ctx: &TimelineContext) -> TimelineDraft {
        let Some((spans, snapped)) = self.moved(ctx) else { return TimelineDraft::default() };
        let held = spans.iter().find(|span| span.object == self.held);
        let readout = held.map(|span| Readout::Frames(span.frames.clone()));
        TimelineDraft { copies: self.copies(), spans, snapped, readout, ..TimelineDraft::default() }
    }

    pub(super) fn finish(&self, ctx: &TimelineContext) -> TimelineResponse {
        let Some((moved, _)) = self.moved(ctx) else { return TimelineResponse::consumed() };
        let verb = match (self.copies(), self.side) {
            (true, _) => "Copy",
            (false, None) => "Move",
            (false, Some(_)) => "Change",
        };
        written(ctx, &moved, verb, self.copies())
    }
}

/// Spans moved by some frames, but none out of the video.
fn shifted(ctx: &TimelineContext, objects: &[ObjectId], way: i64) -> Moved {
    let bars = || objects.iter().filter_map(|id| ctx.lanes.span(*id));
    let first = bars().map(|bar| i64::from(bar.start)).min().unwrap_or(0);
    let end = bars().map(|bar| i64::from(bar.end)).max().unwrap_or(0);
    let way = way.clamp(-first, (i64::from(ctx.axis.num_frames()) - end).max(-first));
    let edge = |edge: u32| u32::try_from(i64::from(edge) + way).unwrap_or(edge);
    let moved = |bar: &super::super::SpanBar| MovedSpan {
        object: bar.object,
        frames: edge(bar.start)..edge(bar.end),
        tier: None,
    };
    bars().map(moved).collect()
}

/// Moves the selected spans by some frames, locked ones left out.
pub(super) fn shift_spans(ctx: &TimelineContext, by: i64) -> TimelineResponse {
    let spans = ctx.selection.iter().filter(|id| ctx.lanes.span(*id).is_some() && ctx.is_editable(*id));
    let moved = shifted(ctx, &spans.collect::<Vec<_>>(), by);
    written(ctx, &moved, "Move", false)
}

/// The edits that bring spans, or copies of them, to where they would lie. On the tier of another label they bear that
/// label from then on.
fn written(ctx: &TimelineContext, moved: &Moved, verb: &str, copies: bool) -> TimelineResponse {
    let asset = ctx.objects.asset();
    let (mut edits, mut num_changed) = (Vec::new(), 0_usize);
    let mut selection = Selection::default();
    for MovedSpan { object: id, frames, tier } in moved {
        let Some(object) = ctx.objects.object(*id) else { continue };
        let Content::Span(span) = &object.content else { continue };
        let lane = tier.as_ref().map_or(span.lane.as_str(), TierId::lane).to_owned();
        let label = match tier {
            Some(TierId::Label(label)) => *label,
            Some(TierId::Named(_)) | None => object.label,
        };
        let after = Span { start: frames.start, end: frames.end, lane };
        let before = edits.len();
        if copies {
            let is_same = after == *span && label == object.label;
            let (copy, edit) = copied(ctx, object, after, label);
            edits.extend((!is_same).then_some(edit));
            selection.insert(if is_same { *id } else { copy });
        } else {
            let change = (after != *span).then(|| ObjectChange::Span(after));
            let relabel = (label != object.label).then_some(ObjectChange::Label(label));
            edits.extend(change.iter().chain(&relabel).map(|change| Edit::change(asset, *id, change)));
            selection.insert(*id);
        }
        num_changed += usize::from(edits.len() > before);
    }
    let title = match num_changed {
        0 => return TimelineResponse::consumed(),
        1 => format!("{verb} span"),
        num => format!("{verb} {num} spans"),
    };
    TimelineResponse {
        selection: Some(selection),
        ..TimelineResponse::commit(Some(Gesture { title, edits }))
    }
}

/// A copy at another place, by whom copies it.
fn copied(ctx: &TimelineContext, object: &Object, span: Span, label: Option<LabelId>) -> (ObjectId, Edit) {
    let id = ObjectId::new();
    let mut copy = Object::new(id, Content::Span(span), label);
    copy.attributes = object.attributes.clone();
    copy.flags = object.flags.clone();
    copy.author = Some(ctx.author);
    (id, Edit::create(ctx.objects.asset(), &copy))
}
