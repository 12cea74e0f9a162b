//! What is under the pointer.

use super::lanes::Section;
use super::{Axis, LaneRow, NoteId, SpanBar, TierId, TimelineContext, TrackLane};
use crate::geometry::Point;
use crate::model::ObjectId;

/// One of the two ends of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanSide {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
}

/// Something on the timeline, by what the pointer does to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimelineTarget {
    /// The ruler, or the sound below it: what goes by time alone.
    Ruler,
    /// A marker or a comment.
    Note(NoteId),
    /// A keyframe of a track.
    Keyframe(ObjectId, u32),
    /// Where a track leaves the sight: the edge behind its last visible frame.
    StretchEnd(ObjectId, u32),
    /// A visible stretch of a track.
    Track(ObjectId),
    /// The row of a track, where there is nothing of it.
    TrackRow(ObjectId),
    /// An end of a span.
    SpanEdge(ObjectId, SpanSide),
    /// A span.
    Span(ObjectId),
    /// The row of a tier, where there is no span.
    TierRow(TierId),
    /// The title of a part.
    Section(Section),
    /// Below the last row.
    Background,
}

/// How near a keyframe counts as hit, points.
const KEYFRAME_REACH: f64 = 6.0;
/// How near a marker or comment counts as hit, points.
const NOTE_REACH: f64 = 7.0;
/// How far beyond an end the pointer still holds it, points.
const EDGE_REACH: f64 = 5.0;

/// What is at a place of the panel.
pub fn target_at(ctx: &TimelineContext, at: Point) -> TimelineTarget {
    if at.y < ctx.rows_y {
        let note = if ctx.is_on_notes(at.y) { on_notes(ctx, at.x) } else { None };
        return note.map_or(TimelineTarget::Ruler, TimelineTarget::Note);
    }
    let Some(row) = ctx.lanes.row_at(ctx.lane_y(at.y)) else { return TimelineTarget::Background };
    match &row.row {
        LaneRow::Section(section) => TimelineTarget::Section(*section),
        LaneRow::Track(object) => match ctx.lanes.track(*object) {
            Some(lane) => on_track(ctx.axis, *object, &lane.lane, at.x),
            None => TimelineTarget::Background,
        },
        LaneRow::Tier { id, tier, row } => {
            let is_folded = ctx.folded_tiers.contains(id);
            let bars =
                tier.filter(|_| !is_folded).and_then(|tier| ctx.lanes.tiers().get(tier)?.rows.get(*row));
            let target = bars.and_then(|bars| on_spans(ctx.axis, bars, at.x));
            target.unwrap_or_else(|| TimelineTarget::TierRow(id.clone()))
        }
    }
}

/// The nearest note. Of those at one frame, the first: markers come before comments.
fn on_notes(ctx: &TimelineContext, x: f64) -> Option<NoteId> {
    let (first, last) = (ctx.axis.frame_at(x - NOTE_REACH), ctx.axis.frame_at(x + NOTE_REACH));
    let near = ctx.note_marks.between(first, last).iter();
    let near = near.map(|mark| (mark.id, (ctx.axis.x_of_frame(mark.frame) - x).abs()));
    let near = near.filter(|(_, distance)| *distance <= NOTE_REACH);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(note, _)| note)
}

/// Keyframes come before ends, and ends before what lies between.
fn on_track(axis: &Axis, object: ObjectId, lane: &TrackLane, x: f64) -> TimelineTarget {
    let nearest = |frames: &mut dyn Iterator<Item = (u32, f64)>, reach: f64| {
        let near =
            frames.map(|(frame, at)| (frame, (at - x).abs())).filter(|(_, distance)| *distance <= reach);
        near.min_by(|a, b| a.1.total_cmp(&b.1))
    };
    let (from, to) = (axis.frame_at(x - KEYFRAME_REACH), axis.frame_at(x + KEYFRAME_REACH));
    let first = lane.keyframes.partition_point(|mark| mark.frame < from);
    let near = lane.keyframes[first..].iter().take_while(|mark| mark.frame <= to);
    let keyframe = nearest(
        &mut near.filter(|mark| !mark.outside).map(|mark| (mark.frame, axis.x_of_frame(mark.frame))),
        KEYFRAME_REACH,
    );
    let ends = lane.ends().filter(|(_, is_start)| !is_start).map(|(frame, _)| frame);
    let end = nearest(&mut ends.map(|frame| (frame, axis.x_of_edge(frame))), EDGE_REACH);
    match (keyframe, end) {
        (Some((frame, distance)), Some((_, other))) if distance <= other => {
            TimelineTarget::Keyframe(object, frame)
        }
        (_, Some((end, _))) => TimelineTarget::StretchEnd(object, end),
        (Some((frame, _)), None) => TimelineTarget::Keyframe(object, frame),
        (None, None) => match lane.stretch_at(axis.frame_at(x)) {
            Some(stretch) if !stretch.outside => TimelineTarget::Track(object),
            _ => TimelineTarget::TrackRow(object),
        },
    }
}

/// The span of a row at `x`: its ends reach a little inside and a little beyond, but leave some of it to hold.
fn on_spans(axis: &Axis, row: &[SpanBar], x: f64) -> Option<TimelineTarget> {
    let (from, to) = (axis.frame_at(x - EDGE_REACH), axis.frame_at(x + EDGE_REACH));
    let first = row.partition_point(|bar| bar.end < from);
    let near = row[first..].iter().take_while(|bar| bar.start <= to);
    let distance = |bar: &SpanBar| (axis.x_of_edge(bar.start) - x).max(x - axis.x_of_edge(bar.end)).max(0.0);
    let bar = near.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let (start, end) = (axis.x_of_edge(bar.start), axis.x_of_edge(bar.end));
    let inside = ((end - start) / 3.0).clamp(0.0, EDGE_REACH);
    // What is hardly to be seen is still to be held somewhere.
    let inside = if end - start < 6.0 { -1.0 } else { inside };
    if x < start - EDGE_REACH || x > end + EDGE_REACH {
        None
    } else if x < start + inside {
        Some(TimelineTarget::SpanEdge(bar.object, SpanSide::Start))
    } else if x > end - inside {
        Some(TimelineTarget::SpanEdge(bar.object, SpanSide::End))
    } else {
        Some(TimelineTarget::Span(bar.object))
    }
}
