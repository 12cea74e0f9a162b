//! A track is made to leave the sight earlier or later.

use std::collections::BTreeSet;

use super::context::Readout;
use super::keyframes::track_of;
use super::snapping::{End, snap};
use super::{TimelineContext, TimelineDraft, TimelineResponse};
use crate::edit::shape_at;
use crate::edit::tracks::rewrite;
use crate::geometry::Point;
use crate::model::{Keyframe, ObjectId, Track};
use crate::tools::{Gesture, Modifiers};

/// Moves the edge behind the last frame of a visible stretch. Keyframes that it passes over go; at the end of the
/// video the track does not leave at all.
#[derive(Clone, Debug)]
pub(super) struct StretchDrag {
    object: ObjectId,
    /// The edge as it was.
    end: u32,
    pressed_x: f64,
    at: Point,
    modifiers: Modifiers,
}

impl StretchDrag {
    pub(super) fn begin(object: ObjectId, end: u32, pressed_at: Point, modifiers: Modifiers) -> Self {
        Self { object, end, pressed_x: pressed_at.x, at: pressed_at, modifiers }
    }

    pub(super) fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        self.at = at;
        self.modifiers = modifiers;
    }

    /// The edge as it would be, and what it snapped to: behind the first frame of its stretch, and not beyond the
    /// next one. `None` when the stretch is gone.
    fn target(&self, ctx: &TimelineContext) -> Option<(u32, Option<u32>)> {
        let track = track_of(ctx, self.object)?;
        let start = start_of_stretch(track, self.end)?;
        let next = track.keyframes.range(self.end.saturating_add(1)..).find(|(_, next)| !next.outside);
        let last = next.map_or(ctx.axis.num_frames(), |(frame, _)| *frame);
        let x = ctx.axis.x_of_edge(self.end) + self.at.x - self.pressed_x;
        let wanted = ctx.axis.edge_at(x);
        let snapped = snap(ctx, wanted, End::Last, &BTreeSet::from([self.object]), self.modifiers);
        let end = snapped.unwrap_or(wanted).clamp(start + 1, last.max(start + 1));
        Some((end, snapped.filter(|edge| *edge == end)))
    }

    pub(super) fn draft(&self, ctx: &TimelineContext) -> TimelineDraft {
        let Some((end, snapped)) = self.target(ctx) else { return TimelineDraft::default() };
        TimelineDraft {
            track_end: Some((self.object, end)),
            snapped,
            readout: Some(Readout::Moved {
                frame: end.saturating_sub(1),
                by: i64::from(end) - i64::from(self.end),
            }),
            ..TimelineDraft::default()
        }
    }

    pub(super) fn finish(&self, ctx: &TimelineContext) -> TimelineResponse {
        let Some((end, _)) = self.target(ctx).filter(|(end, _)| *end != self.end) else {
            return TimelineResponse::consumed();
        };
        let Some(before) = track_of(ctx, self.object) else { return TimelineResponse::consumed() };
        let after = with_end(before, self.end, end, ctx.axis.num_frames());
        let edits = rewrite(ctx.objects.asset(), self.object, before, &after);
        let gesture = (!edits.is_empty()).then_some(Gesture { title: "Change end of track".into(), edits });
        TimelineResponse::commit(gesture)
    }
}

/// The first frame of the visible stretch that ends at an edge.
fn start_of_stretch(track: &Track, end: u32) -> Option<u32> {
    let before = || track.keyframes.range(..end).rev();
    before().next().filter(|(_, keyframe)| !keyframe.outside)?;
    before().take_while(|(_, keyframe)| !keyframe.outside).last().map(|(frame, _)| *frame)
}

/// The track with the stretch that ended at one edge ending at another. What it did until the earlier of the two, it
/// does as before; from the old edge on it stays in its place.
fn with_end(track: &Track, old_end: u32, end: u32, num_frames: u32) -> Track {
    let mut after = track.clone();
    let leaves = |shape| Keyframe { shape, outside: true, occluded: false };
    let put = |track: &mut Track, frame: u32, keyframe: Keyframe| {
        if frame < num_frames {
            track.keyframes.entry(frame).or_insert(keyframe);
        }
    };
    if end < old_end {
        let shape = shape_at(track, end).map(|at| at.shape);
        // What it passed over belongs to the stretch no longer.
        after.keyframes.retain(|frame, keyframe| {
            !(end..old_end).contains(frame) && (*frame != old_end || !keyframe.outside)
        });
        after.attributes.retain(|frame, _| !(end..old_end).contains(frame));
        if let Some(shape) = shape {
            put(&mut after, end, leaves(shape));
        }
        return after;
    }
    let old = after.keyframes.get(&old_end).cloned();
    after.keyframes.retain(|frame, keyframe| !((old_end..=end).contains(frame) && keyframe.outside));
    let before = track.keyframes.range(..old_end).next_back().map(|(_, keyframe)| keyframe);
    let Some(shape) = old.map(|old| old.shape).or_else(|| before.map(|before| before.shape.clone())) else {
        return after;
    };
    if before.is_some_and(|before| before.shape != shape) {
        let occluded = before.is_some_and(|before| before.occluded);
        put(&mut after, old_end, Keyframe { shape: shape.clone(), outside: false, occluded });
    }
    put(&mut after, end, leaves(shape));
    after
}
