//! Edges that others draw towards them.

use std::collections::BTreeSet;

use super::TimelineContext;
use crate::model::ObjectId;
use crate::tools::Modifiers;

/// How near an edge draws another to it, points.
const REACH: f64 = 7.0;

/// Which of two ends is being set: an end that comes to the frame on screen includes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The first frame of something.
    First,
    /// The edge behind its last frame.
    Last,
}

/// The edge near `edge` that draws it to itself: the frame on screen, a marker, the ends of other spans, keyframes and
/// ends of selected tracks, the ends of the video and of what is played. `None` where there is none near, or the person
/// suspends snapping.
pub(super) fn snap(
    ctx: &TimelineContext,
    edge: u32,
    end: End,
    moved: &BTreeSet<ObjectId>,
    modifiers: Modifiers,
) -> Option<u32> {
    if modifiers.ctrl {
        return None;
    }
    let x = ctx.axis.x_of_edge(edge);
    let on_screen = match end {
        End::First => ctx.playhead,
        End::Last => ctx.playhead.saturating_add(1),
    };
    let others = ctx.lanes.spans().filter(|bar| !moved.contains(&bar.object));
    let candidates = [0, ctx.axis.num_frames(), on_screen]
        .into_iter()
        .chain(ctx.range.into_iter().flat_map(|(start, end)| [start, end]))
        .chain(ctx.note_marks.markers())
        .chain(of_tracks(ctx, x, moved))
        .chain(others.flat_map(|bar| [bar.start, bar.end]));
    candidates
        .map(|candidate| (candidate, (ctx.axis.x_of_edge(candidate) - x).abs()))
        .filter(|(_, distance)| *distance <= REACH)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(candidate, _)| candidate)
}

/// Near a place: where keyframes of selected tracks begin, and where those leave the sight.
fn of_tracks<'a>(
    ctx: &'a TimelineContext,
    x: f64,
    moved: &'a BTreeSet<ObjectId>,
) -> impl Iterator<Item = u32> + 'a {
    let (first, last) = (ctx.axis.frame_at(x - REACH), ctx.axis.frame_at(x + REACH));
    let tracks = ctx.selection.iter().filter(|id| !moved.contains(id)).filter_map(|id| ctx.lanes.track(id));
    tracks.flat_map(move |lane| {
        let keyframes = &lane.lane.keyframes;
        let from = keyframes.partition_point(|mark| mark.frame < first);
        let near = keyframes[from..].iter().map(|mark| mark.frame).take_while(move |frame| *frame <= last);
        let end = lane.lane.stretches.last().map(|stretch| stretch.end);
        near.chain(end.filter(|end| (first..=last.saturating_add(1)).contains(end)))
    })
}
