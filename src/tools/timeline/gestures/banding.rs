//! A band selects keyframes, and spans that it touches.

use super::super::lanes::LaneRow;
use super::{KeyframeSelection, TimelineContext, TimelineDraft, TimelineResponse};
use crate::geometry::{Point, Rect};
use crate::model::ObjectId;
use crate::tools::{Modifiers, Selection};

/// A band from where the button went down to the pointer.
#[derive(Clone, Debug)]
pub(super) struct Banding {
    start: Point,
    at: Point,
    modifiers: Modifiers,
}

impl Banding {
    pub(super) fn begin(at: Point, modifiers: Modifiers) -> Self {
        Self { start: at, at, modifiers }
    }

    pub(super) fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        self.at = at;
        self.modifiers = modifiers;
    }

    fn rect(&self) -> Rect {
        Rect::from_corners(self.start, self.at)
    }

    pub(super) fn draft(&self) -> TimelineDraft {
        TimelineDraft { band: Some(self.rect()), ..TimelineDraft::default() }
    }

    /// With Shift what it holds is added, with Ctrl taken away; with neither it is selected alone.
    pub(super) fn finish(&self, ctx: &TimelineContext) -> TimelineResponse {
        let (held, objects) = self.held(ctx);
        let keeps = self.modifiers.toggles();
        let mut keyframes = if keeps { ctx.keyframes.clone() } else { KeyframeSelection::new() };
        let mut selection = if keeps { ctx.selection.clone() } else { Selection::default() };
        if self.modifiers.ctrl {
            keyframes.retain(|keyframe| !held.contains(keyframe));
            objects.iter().for_each(|id| selection.remove(*id));
        } else {
            selection.extend(objects.iter().copied().chain(held.iter().map(|(object, _)| *object)));
            keyframes.extend(held);
        }
        TimelineResponse {
            selection: Some(selection),
            keyframes: Some(keyframes),
            ..TimelineResponse::consumed()
        }
    }

    /// The keyframes whose middle it holds, and the spans that it touches.
    fn held(&self, ctx: &TimelineContext) -> (KeyframeSelection, Vec<ObjectId>) {
        let rect = self.rect();
        let (mut keyframes, mut objects) = (KeyframeSelection::new(), Vec::new());
        // Rounded towards the middle of frames, where keyframes are drawn.
        let (first, end) = (ctx.axis.edge_at(rect.min.x), ctx.axis.edge_at(rect.max.x));
        for row in ctx.lanes.rows_between(ctx.lane_y(rect.min.y), ctx.lane_y(rect.max.y)) {
            match &row.row {
                LaneRow::Section(_) => {}
                LaneRow::Track(object) => {
                    let Some(lane) = ctx.lanes.track(*object).filter(|lane| !lane.is_locked) else {
                        continue;
                    };
                    let all = &lane.lane.keyframes;
                    let from = all.partition_point(|mark| mark.frame < first);
                    let to = all.partition_point(|mark| mark.frame < end);
                    keyframes.extend(all[from..to.max(from)].iter().map(|mark| (*object, mark.frame)));
                }
                LaneRow::Tier { tier: Some(tier), row, id } if !ctx.folded_tiers.contains(id) => {
                    let bars = ctx.lanes.tiers().get(*tier).and_then(|tier| tier.rows.get(*row));
                    let touched = bars.into_iter().flatten().filter(|bar| {
                        ctx.axis.x_of_edge(bar.start) <= rect.max.x
                            && ctx.axis.x_of_edge(bar.end) >= rect.min.x
                    });
                    objects.extend(touched.map(|bar| bar.object));
                }
                LaneRow::Tier { .. } => {}
            }
        }
        (keyframes, objects)
    }
}
