//! The timeline by the keyboard.

use super::super::lanes::LaneRow;
use super::keyframes::shift_keyframes;
use super::spans::shift_spans;
use super::{KeyframeSelection, TimelineContext, TimelineResponse, delete_keyframes};
use crate::model::ObjectId;
use crate::tools::{Key, Modifiers, Selection};

/// Rows that were selected one after the other: from where on, and up to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowRange {
    anchor: ObjectId,
    cursor: ObjectId,
}

/// What a key does while nothing is dragged: left and right go from keyframe to keyframe, and from edge to edge, of
/// what is selected; up and down from row to row; with Shift what they come by is selected, too. Delete deletes
/// selected keyframes.
pub(super) fn pressed(
    key: Key,
    modifiers: Modifiers,
    range: &mut Option<RowRange>,
    ctx: &TimelineContext,
) -> TimelineResponse {
    match key {
        Key::Left | Key::Right => match step_keyframe(ctx, key == Key::Right) {
            Some(frame) if modifiers.shift => TimelineResponse {
                keyframes: Some(with_keyframes_at(ctx, frame)),
                ..TimelineResponse::seek(frame)
            },
            Some(frame) => TimelineResponse::seek(frame),
            None => TimelineResponse::consumed(),
        },
        Key::Up | Key::Down => match step_row(ctx, key == Key::Down, modifiers.shift, range) {
            Some(selection) => TimelineResponse {
                selection: Some(selection),
                keyframes: Some(KeyframeSelection::new()),
                ..TimelineResponse::consumed()
            },
            None => TimelineResponse::consumed(),
        },
        Key::Delete | Key::Backspace if !ctx.keyframes.is_empty() && !modifiers.shift => {
            match delete_keyframes(ctx).filter(|_| ctx.can_edit) {
                Some(gesture) => TimelineResponse {
                    keyframes: Some(KeyframeSelection::new()),
                    ..TimelineResponse::commit(Some(gesture))
                },
                None => TimelineResponse::notice("The track is locked, so no keyframe was deleted."),
            }
        }
        Key::Escape if !ctx.keyframes.is_empty() => {
            TimelineResponse { keyframes: Some(KeyframeSelection::new()), ..TimelineResponse::consumed() }
        }
        Key::Escape | Key::Delete | Key::Backspace | Key::Enter | Key::Undo => TimelineResponse::default(),
    }
}

/// The nearest frame before or behind the one on screen on which something selected has a keyframe, begins, or has
/// its last frame; where nothing is selected, a keyframe of any track that is shown.
pub fn step_keyframe(ctx: &TimelineContext, goes_on: bool) -> Option<u32> {
    let at = ctx.playhead;
    let of_tracks = |id: ObjectId| {
        let keyframes = &ctx.lanes.track(id)?.lane.keyframes;
        let index = match goes_on {
            true => keyframes.partition_point(|mark| mark.frame <= at),
            false => keyframes.partition_point(|mark| mark.frame < at).checked_sub(1)?,
        };
        Some(keyframes.get(index)?.frame)
    };
    let of_span = |id: ObjectId| {
        let bar = ctx.lanes.span(id)?;
        let frames = [bar.start, bar.end - 1];
        match goes_on {
            true => frames.into_iter().find(|frame| *frame > at),
            false => frames.into_iter().rev().find(|frame| *frame < at),
        }
    };
    let step = |id: ObjectId| of_tracks(id).or_else(|| of_span(id));
    let frames: Vec<u32> = match ctx.selection.is_empty() {
        false => ctx.selection.iter().filter_map(step).collect(),
        true => ctx.lanes.rows().iter().filter_map(|row| object_of(&row.row)).filter_map(step).collect(),
    };
    if goes_on { frames.into_iter().min() } else { frames.into_iter().max() }
}

fn object_of(row: &LaneRow) -> Option<ObjectId> {
    match row {
        LaneRow::Track(object) => Some(*object),
        LaneRow::Section(_) | LaneRow::Tier { .. } => None,
    }
}

/// Moves the selected keyframes by some frames, or where there are none, the selected spans.
pub fn shift_selected(ctx: &TimelineContext, by: i64) -> TimelineResponse {
    match ctx.keyframes.is_empty() {
        false => shift_keyframes(ctx, by),
        true => shift_spans(ctx, by),
    }
}

/// The selected keyframes with those of the selected tracks on the frame on screen and on the one that is gone to.
/// Going back over those that are selected takes the ones that are left out again.
fn with_keyframes_at(ctx: &TimelineContext, frame: u32) -> KeyframeSelection {
    let at = |frame: u32| {
        let lanes = ctx.selection.iter().filter_map(|id| ctx.lanes.track(id));
        let held = lanes.filter(move |lane| lane.lane.keyframe(frame).is_some());
        held.map(move |lane| (lane.object, frame)).collect::<KeyframeSelection>()
    };
    let (here, there) = (at(ctx.playhead), at(frame));
    let mut keyframes = ctx.keyframes.clone();
    if !there.is_empty() && there.is_subset(&keyframes) {
        keyframes.retain(|keyframe| !here.contains(keyframe));
    } else {
        keyframes.extend(here.into_iter().chain(there));
    }
    keyframes
}

/// The track above or below the selected one; the first or last one where none is selected. On the row of a tier:
/// its span at the frame on screen, or the nearest one. What `extends` selects all from where that began.
fn step_row(
    ctx: &TimelineContext,
    goes_down: bool,
    extends: bool,
    range: &mut Option<RowRange>,
) -> Option<Selection> {
    let stops: Vec<(f64, ObjectId)> =
        ctx.lanes.rows().iter().filter_map(|row| Some((row.y, stop_of(ctx, &row.row)?))).collect();
    let last = ctx.selection.iter().last();
    // Whoever selected something else meanwhile begins anew.
    let known = range.filter(|range| last == Some(range.cursor) && ctx.selection.contains(range.anchor));
    let y_of = |id: ObjectId| ctx.lanes.row_of(id).map(|row| row.y);
    let (_, to) = match (last.and_then(y_of), goes_down) {
        (Some(y), true) => stops.iter().find(|(other, _)| *other > y),
        (Some(y), false) => stops.iter().rev().find(|(other, _)| *other < y),
        (None, true) => stops.first(),
        (None, false) => stops.last(),
    }?;
    let anchor = known.map(|range| range.anchor).or(last).filter(|_| extends).unwrap_or(*to);
    *range = Some(RowRange { anchor, cursor: *to });
    let (Some(a), Some(b)) = (y_of(anchor), y_of(*to)) else { return Some(Selection::of(*to)) };
    let between = stops.iter().filter(|(y, _)| (a.min(b)..=a.max(b)).contains(y)).map(|(_, id)| *id);
    // The one that was gone to comes last: it is brought into sight.
    let others = between.filter(|id| id != to && *id != anchor);
    Some(std::iter::once(anchor).chain(others).chain([*to]).collect())
}

fn stop_of(ctx: &TimelineContext, row: &LaneRow) -> Option<ObjectId> {
    match row {
        LaneRow::Section(_) => None,
        LaneRow::Track(object) => Some(*object),
        LaneRow::Tier { tier, row, .. } => {
            let bars = ctx.lanes.tiers().get((*tier)?)?.rows.get(*row)?;
            let behind = bars.partition_point(|bar| bar.start <= ctx.playhead);
            bars.get(behind.saturating_sub(1)).map(|bar| bar.object)
        }
    }
}
