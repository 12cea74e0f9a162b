//! A span is made by dragging over an empty part of a tier.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::TierId;
use super::super::lanes::LaneRow;
use super::context::Readout;
use super::snapping::{End, snap};
use super::{TimelineContext, TimelineDraft, TimelineResponse};
use crate::edit::Edit;
use crate::geometry::Point;
use crate::model::{Content, LabelId, Object, ObjectId, Span};
use crate::tools::{Gesture, Modifiers, Selection};

/// A span from where the button went down to the pointer.
#[derive(Clone, Debug)]
pub(super) struct NewSpan {
    tier: TierId,
    pressed_at: Point,
    at: Point,
    modifiers: Modifiers,
}

impl NewSpan {
    pub(super) fn begin(tier: TierId, pressed_at: Point) -> Self {
        Self { tier, pressed_at, at: pressed_at, modifiers: Modifiers::NONE }
    }

    pub(super) fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        self.at = at;
        self.modifiers = modifiers;
    }

    /// The frames that it covers, one at least, and the edge that the pointer's end snapped to.
    fn frames(&self, ctx: &TimelineContext) -> (Range<u32>, Option<u32>) {
        let (left, right) = (self.pressed_at.x.min(self.at.x), self.pressed_at.x.max(self.at.x));
        let nobody = BTreeSet::new();
        let first = ctx.axis.edge_at(left).min(ctx.axis.num_frames() - 1);
        let snapped_first = snap(ctx, first, End::First, &nobody, self.modifiers);
        let first = snapped_first.unwrap_or(first).min(ctx.axis.num_frames() - 1);
        let end = ctx.axis.edge_at(right);
        let snapped_end = snap(ctx, end, End::Last, &nobody, self.modifiers);
        let end = snapped_end.unwrap_or(end).max(first + 1);
        let snapped = if self.at.x < self.pressed_at.x { snapped_first } else { snapped_end };
        (first..end, snapped.filter(|edge| *edge == first || *edge == end))
    }

    /// A lane with a name takes spans of the chosen label; that of a label, spans of its own.
    fn label(&self, ctx: &TimelineContext) -> Option<LabelId> {
        match &self.tier {
            TierId::Label(label) => *label,
            TierId::Named(_) => ctx.label,
        }
    }

    pub(super) fn draft(&self, ctx: &TimelineContext) -> TimelineDraft {
        let (frames, snapped) = self.frames(ctx);
        let row = ctx.lanes.row_at(ctx.lane_y(self.pressed_at.y));
        let row = row.filter(|row| matches!(row.row, LaneRow::Tier { .. }));
        TimelineDraft {
            new_span: row.map(|row| (ctx.panel_y(row.y), frames.clone())),
            snapped,
            readout: Some(Readout::Frames(frames)),
            ..TimelineDraft::default()
        }
    }

    pub(super) fn finish(&self, ctx: &TimelineContext) -> TimelineResponse {
        let (frames, _) = self.frames(ctx);
        let span = Span { start: frames.start, end: frames.end, lane: self.tier.lane().to_owned() };
        let mut object = Object::new(ObjectId::new(), Content::Span(span), self.label(ctx));
        object.author = Some(ctx.author);
        let edits = vec![Edit::create(ctx.objects.asset(), &object)];
        TimelineResponse {
            selection: Some(Selection::of(object.id)),
            ..TimelineResponse::commit(Some(Gesture { title: "Draw span".into(), edits }))
        }
    }
}
