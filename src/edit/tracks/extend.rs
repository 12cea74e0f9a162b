//! Letting an object be seen for longer, or hold still.

use super::rewrite;
use super::splice::{replaced, spliced};
use super::stretches::stretches;
use crate::edit::{Edit, keyframe_at, shape_at};
use crate::model::{AssetId, Keyframe, Object, Track};

/// Lets an object be seen up to and on a frame, where it was last; or back to a frame before its first, where it was
/// first. Nothing happens on frames between.
pub fn extend_to(asset: AssetId, object: &Object, frame: u32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let all = stretches(track);
    let (Some((first, _)), Some((_, last))) = (all.first(), all.last()) else { return Vec::new() };
    match last {
        _ if frame < *first => {
            let mut after = track.clone();
            let Some(keyframe) = track.keyframes.get(first) else { return Vec::new() };
            // What was said of frames before the object was seen no longer counts.
            after.keyframes.retain(|at, _| at >= first);
            after.keyframes.insert(frame, keyframe.clone());
            rewrite(asset, object.id, track, &after)
        }
        Some(end) if frame >= *end => extended(asset, object, track, *end, frame.checked_add(1)),
        _ => Vec::new(),
    }
}

/// Lets an object be seen to the end of the video, where it was last.
pub fn extend_to_end(asset: AssetId, object: &Object) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let Some((_, Some(end))) = stretches(track).last().copied() else { return Vec::new() };
    extended(asset, object, track, end, None)
}

/// The object holds still from its last frame on, up to and without `until`.
fn extended(asset: AssetId, object: &Object, track: &Track, end: u32, until: Option<u32>) -> Vec<Edit> {
    let Some(last) = end.checked_sub(1).and_then(|last| keyframe_at(track, last)) else { return Vec::new() };
    let after = spliced(track, &held(&last, end), end);
    let after = until.map_or(after.clone(), |until| spliced(&after, &Track::default(), until));
    rewrite(asset, object.id, track, &after)
}

/// Lets an object be on the following frames what it is on this one; after those it goes on as before.
pub fn propagate(asset: AssetId, object: &Object, frame: u32, num_frames: u32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let Some(keyframe) = keyframe_at(track, frame).filter(|_| shape_at(track, frame).is_some()) else {
        return Vec::new();
    };
    let end = frame.checked_add(num_frames).and_then(|last| last.checked_add(1));
    let after = replaced(track, &held(&keyframe, frame), frame, end);
    rewrite(asset, object.id, track, &after)
}

/// A track that is still from a frame on.
fn held(keyframe: &Keyframe, frame: u32) -> Track {
    Track { keyframes: [(frame, keyframe.clone())].into(), ..Track::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, any_track, is_same, look, object};

    #[test]
    fn a_track_that_ended_goes_on_where_it_was_last() {
        let (mut desk, id) = Desk::with_track(&[(5, 0.0, false), (10, 10.0, true)]);
        let edits = extend_to(ASSET, &desk.object(id), 20);
        desk.commit(edits);
        let x = |desk: &Desk, frame| look(&desk.track(id), frame).map(|(x, _)| x);
        assert_eq!([9, 10, 20, 21].map(|at| x(&desk, at)), [Some(8.0), Some(8.0), Some(8.0), None]);
        let edits = extend_to(ASSET, &desk.object(id), 2);
        desk.commit(edits);
        assert_eq!([1, 2, 5].map(|at| x(&desk, at)), [None, Some(0.0), Some(0.0)]);
        let edits = extend_to_end(ASSET, &desk.object(id));
        desk.commit(edits);
        assert_eq!(x(&desk, 100_000), Some(8.0));
    }

    proptest! {
        #[test]
        fn a_propagated_object_stands_still_and_then_goes_on(track in any_track(), at in 0..45_u32, num in 1..9_u32) {
            let whole = object(1, track.clone());
            let mut desk = Desk::with(std::slice::from_ref(&whole));
            desk.commit(propagate(ASSET, &whole, at, num));
            let is_there = look(&track, at).is_some();
            for frame in 0..60 {
                let is_held = is_there && (at..=at + num).contains(&frame);
                let expected = look(&track, if is_held { at } else { frame });
                prop_assert!(is_same(look(&desk.track(whole.id), frame), expected), "{}", frame);
            }
        }
    }
}
