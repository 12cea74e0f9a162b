//! Taking over where an object was seen on other frames, as few keyframes.

use std::collections::{BTreeMap, BTreeSet};

use super::rewrite;
use super::simplify::fewer;
use super::stretches::is_single_frame;
use crate::edit::{Edit, keyframe_at, shape_at};
use crate::model::{AssetId, Keyframe, Object, Shape, Track};

/// The last frame up to which an object may be followed from `frame`: forwards to the end of the video, or backwards to
/// its beginning, but never onto a keyframe that a person set. Keyframes at `made` frames count as if they were not there.
/// `None` when there is no frame to go to, or the object cannot be seen on `frame`.
pub fn room(
    track: &Track,
    frame: u32,
    is_forward: bool,
    num_frames: u32,
    made: &BTreeSet<u32>,
) -> Option<u32> {
    shape_at(track, frame)?;
    let is_set = |at: &u32| !made.contains(at);
    if is_forward {
        let next = frame.checked_add(1)?;
        // The end of what is there on one frame only is not a place where somebody saw it vanish.
        let first = if is_single_frame(track) { next.checked_add(1)? } else { next };
        let end = track.keyframes.range(first..).map(|(at, _)| *at).find(is_set).unwrap_or(num_frames);
        end.min(num_frames).checked_sub(1).filter(|last| *last >= next)
    } else {
        let before = track.keyframes.range(..frame).rev().map(|(at, _)| *at).find(is_set);
        let first = before.map_or(0, |at| at + 1);
        (first < frame).then_some(first)
    }
}

/// Lets an object be where it was seen on other frames, all of them before or all behind `frame`. Between those, it is
/// interpolated; frames on the way that are not told are not disputed. As many keyframes are made as it takes for no
/// vertex to be further than a tolerance, image pixels, from where it was seen. Keyframes on the way are replaced.
///
/// An object that was there on one frame only is there on these, too, and not behind them.
pub fn carry(
    asset: AssetId,
    object: &Object,
    frame: u32,
    seen: &BTreeMap<u32, Shape>,
    tolerance_px: f64,
) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let (Some(start), Some((&first, _)), Some((&last, _))) = (
        keyframe_at(track, frame).filter(|start| !start.outside),
        seen.first_key_value(),
        seen.last_key_value(),
    ) else {
        return Vec::new();
    };
    let pinned = |shape: &Shape| Keyframe { shape: shape.clone(), ..start.clone() };
    let mut way: BTreeMap<u32, Keyframe> = seen.iter().map(|(at, shape)| (*at, pinned(shape))).collect();
    way.insert(frame, start.clone());
    let way = fewer(&Track { keyframes: way, ..Track::default() }, tolerance_px);

    let mut after = track.clone();
    let (from, to) = (first.min(frame), last.max(frame));
    after.keyframes.retain(|at, _| !(from..=to).contains(at) || *at == frame);
    if is_single_frame(track)
        && last > frame
        && let Some(end) = last.checked_add(1)
        && let Some(shape) = seen.get(&last)
    {
        after.keyframes.insert(end, Keyframe { outside: true, ..pinned(shape) });
    }
    after.keyframes.extend(way);
    rewrite(asset, object.id, track, &after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, box_at, look, track};

    fn seen(places: impl IntoIterator<Item = (u32, f64)>) -> BTreeMap<u32, Shape> {
        places.into_iter().map(|(frame, x)| (frame, box_at(x))).collect()
    }

    fn made(frames: &[u32]) -> BTreeSet<u32> {
        frames.iter().copied().collect()
    }

    #[test]
    fn an_even_motion_takes_one_keyframe_and_a_bend_another() {
        let (mut desk, id) = Desk::with_track(&[(10, 0.0, false)]);
        let there = seen((11..=30).map(|frame| (frame, f64::from(frame.min(20) - 10) * 3.0)));
        desk.commit(carry(ASSET, &desk.object(id), 10, &there, 0.5));
        assert_eq!(desk.track(id), track(&[(10, 0.0, false), (20, 30.0, false), (30, 30.0, false)]));
    }

    #[test]
    fn it_goes_backwards_as_well_and_pins_the_frame_where_it_began() {
        let (mut desk, id) = Desk::with_track(&[(10, 100.0, false), (20, 200.0, false)]);
        let there = seen((5..10).map(|frame| (frame, f64::from(frame))));
        desk.commit(carry(ASSET, &desk.object(id), 10, &there, 0.5));
        assert_eq!(look(&desk.track(id), 5), Some((5.0, false)));
        assert_eq!(look(&desk.track(id), 15), Some((150.0, false)));
        let there = seen([(13, 130.0), (14, 180.0)]);
        desk.commit(carry(ASSET, &desk.object(id), 12, &there, 0.5));
        assert_eq!([12, 14].map(|at| look(&desk.track(id), at).unwrap().0), [120.0, 180.0]);
    }

    #[test]
    fn what_was_there_on_one_frame_ends_where_it_was_seen_last() {
        let (mut desk, id) = Desk::with_track(&[(10, 0.0, false), (11, 0.0, true)]);
        assert_eq!(room(&desk.track(id), 10, true, 100, &made(&[])), Some(99));
        desk.commit(carry(ASSET, &desk.object(id), 10, &seen([(11, 5.0), (12, 10.0)]), 0.5));
        let track = desk.track(id);
        assert_eq!(
            [9, 10, 11, 12, 13].map(|at| look(&track, at).map(|(x, _)| x)),
            [None, Some(0.0), Some(5.0), Some(10.0), None]
        );
    }

    #[test]
    fn a_keyframe_that_a_person_set_is_never_reached_and_one_that_was_made_is() {
        let track = track(&[(5, 0.0, false), (10, 0.0, false), (20, 0.0, true)]);
        let until = |frame, is_forward, made: &BTreeSet<u32>| room(&track, frame, is_forward, 50, made);
        assert_eq!(until(5, true, &made(&[])), Some(9));
        assert_eq!(until(5, true, &made(&[10])), Some(19));
        assert_eq!(until(10, false, &made(&[])), Some(6));
        assert_eq!(until(10, false, &made(&[5])), Some(0));
        assert_eq!(until(9, true, &made(&[])), None, "the next frame is a keyframe");
        assert_eq!(until(30, true, &made(&[])), None, "it is not to be seen there");
        assert_eq!(room(&track, 5, true, 8, &made(&[])), Some(7), "the video ends");
        assert_eq!(until(0, false, &made(&[])), None);
    }

    #[test]
    fn nothing_seen_changes_nothing() {
        let (desk, id) = Desk::with_track(&[(10, 0.0, false)]);
        assert!(carry(ASSET, &desk.object(id), 10, &BTreeMap::new(), 0.5).is_empty());
        assert!(carry(ASSET, &desk.object(id), 3, &seen([(4, 1.0)]), 0.5).is_empty(), "not there yet");
    }
}
