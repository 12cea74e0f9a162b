//! Single keyframes.

use super::rewrite;
use crate::edit::{Edit, ObjectChange, keyframe_at, shape_at};
use crate::model::{AssetId, Keyframe, Object};

/// Pins an object to where it is on a frame.
pub fn set_keyframe(asset: AssetId, object: &Object, frame: u32) -> Vec<Edit> {
    change(asset, object, frame, |keyframe| keyframe)
}

/// Takes a keyframe away: the object goes from the one before to the one after. A track keeps its last keyframe.
pub fn unset_keyframe(asset: AssetId, object: &Object, frame: u32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    if !track.keyframes.contains_key(&frame) || track.keyframes.len() < 2 {
        return Vec::new();
    }
    let mut after = track.clone();
    after.keyframes.remove(&frame);
    // What is left must be seen somewhere.
    if after.keyframes.values().all(|keyframe| keyframe.outside) {
        return Vec::new();
    }
    rewrite(asset, object.id, track, &after)
}

/// Takes the object away on a frame, as far as that frame is its keyframe; with its last keyframe goes the object.
pub fn delete_on_frame(asset: AssetId, object: &Object, frame: u32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let edits = unset_keyframe(asset, object, frame);
    if edits.is_empty() && track.keyframes.contains_key(&frame) {
        return vec![Edit::delete(asset, object.id)];
    }
    edits
}

/// Takes an object out of sight from a frame on, until its next keyframe; or brings it back into sight there, where it
/// was last.
pub fn set_outside(asset: AssetId, object: &Object, frame: u32, outside: bool) -> Vec<Edit> {
    if object.as_track().is_some_and(|track| shape_at(track, frame).is_none() == outside) {
        return Vec::new();
    }
    change(asset, object, frame, |keyframe| Keyframe { outside, ..keyframe })
}

/// Says whether an object is partly hidden from a frame on, until its next keyframe.
pub fn set_occluded(asset: AssetId, object: &Object, frame: u32, occluded: bool) -> Vec<Edit> {
    if object.as_track().is_some_and(|track| shape_at(track, frame).is_none()) {
        return Vec::new();
    }
    change(asset, object, frame, |keyframe| Keyframe { occluded, ..keyframe })
}

fn change(asset: AssetId, object: &Object, frame: u32, f: impl Fn(Keyframe) -> Keyframe) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let Some(keyframe) = keyframe_at(track, frame).map(f) else { return Vec::new() };
    if track.keyframes.get(&frame) == Some(&keyframe) {
        return Vec::new();
    }
    vec![Edit::change(asset, object.id, &ObjectChange::Keyframe(frame, Some(keyframe)))]
}

/// The frame of the next keyframe.
pub fn next_keyframe(object: &Object, frame: u32) -> Option<u32> {
    let after = frame.checked_add(1)?;
    Some(*object.as_track()?.keyframes.range(after..).next()?.0)
}

/// The frame of the keyframe before.
pub fn previous_keyframe(object: &Object, frame: u32) -> Option<u32> {
    Some(*object.as_track()?.keyframes.range(..frame).next_back()?.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, any_track, is_same, look, object, track};

    #[test]
    fn a_keyframe_is_set_where_the_object_is_and_taken_away() {
        let (mut desk, id) = Desk::with_track(&[(0, 0.0, false), (10, 100.0, false)]);
        let edits = set_keyframe(ASSET, &desk.object(id), 5);
        desk.commit(edits);
        assert_eq!(desk.track(id), track(&[(0, 0.0, false), (5, 50.0, false), (10, 100.0, false)]));
        assert!(set_keyframe(ASSET, &desk.object(id), 5).is_empty(), "nothing would change");
        let edits = unset_keyframe(ASSET, &desk.object(id), 5);
        desk.commit(edits);
        assert_eq!(desk.track(id), track(&[(0, 0.0, false), (10, 100.0, false)]));
    }

    #[test]
    fn the_last_keyframe_goes_with_its_object_only() {
        let (mut desk, id) = Desk::with_track(&[(3, 0.0, false), (8, 0.0, true)]);
        assert!(unset_keyframe(ASSET, &desk.object(id), 3).is_empty());
        let edits = delete_on_frame(ASSET, &desk.object(id), 3);
        desk.commit(edits);
        assert!(desk.document.object(id).is_none());
    }

    #[test]
    fn keyframes_are_found_before_and_after() {
        let object = object(1, track(&[(3, 0.0, false), (8, 0.0, false)]));
        assert_eq!([0, 3, 5, 8].map(|at| next_keyframe(&object, at)), [Some(3), Some(8), Some(8), None]);
        assert_eq!([3, 5, 8, 9].map(|at| previous_keyframe(&object, at)), [None, Some(3), Some(3), Some(8)]);
    }

    proptest! {
        #[test]
        fn setting_a_keyframe_changes_no_look(track in any_track(), at in 0..45_u32) {
            let before = track.clone();
            let mut desk = Desk::with(&[object(1, track)]);
            let id = object(1, before.clone()).id;
            desk.commit(set_keyframe(ASSET, &desk.object(id), at));
            for frame in 0..60 {
                prop_assert!(is_same(look(&desk.track(id), frame), look(&before, frame)), "{}", frame);
            }
        }

        #[test]
        fn outside_and_occluded_hold_until_the_next_keyframe(
            track in any_track(), at in 0..45_u32, outside: bool, occluded: bool,
        ) {
            let mut desk = Desk::with(&[object(1, track)]);
            let id = object(1, Default::default()).id;
            desk.commit(set_outside(ASSET, &desk.object(id), at, outside));
            desk.commit(set_occluded(ASSET, &desk.object(id), at, occluded));
            let end = next_keyframe(&desk.object(id), at).unwrap_or(60);
            for frame in at..end {
                let found = look(&desk.track(id), frame);
                prop_assert_eq!(found.map(|(_, occluded)| occluded), (!outside).then_some(occluded));
            }
        }
    }
}
