//! A track that is one track before a frame and another from there on.

use std::collections::BTreeMap;

use crate::edit::{keyframe_at, place_at, shape_at};
use crate::model::{AttributeId, AttributeValue, Keyframe, Track};

/// A track that looks like `head` before a frame and like `tail` from there on. Keyframes are set where they are needed
/// for that: on the frame, and on the one before. A tail that is not there is out of sight.
pub fn spliced(head: &Track, tail: &Track, frame: u32) -> Track {
    let mut track = Track {
        keyframes: head.keyframes.range(..frame).map(|(at, keyframe)| (*at, keyframe.clone())).collect(),
        attributes: head.attributes.range(..frame).map(|(at, values)| (*at, values.clone())).collect(),
    };
    let last = frame.checked_sub(1).filter(|last| shape_at(head, *last).is_some());
    let next = keyframe_at(tail, frame).filter(|_| shape_at(tail, frame).is_some());
    match (next, last) {
        (Some(next), last) => {
            // Without a keyframe right before, the head would go on to the tail.
            if let Some(last) = last.filter(|_| place_at(head, frame).as_ref() != Some(&next.shape))
                && let Some(keyframe) = keyframe_at(head, last)
            {
                track.keyframes.entry(last).or_insert(keyframe);
            }
            track.keyframes.insert(frame, next);
        }
        (None, Some(_)) => {
            // Out of sight, on the way on which it was.
            if let Some(keyframe) = keyframe_at(head, frame) {
                track.keyframes.insert(frame, Keyframe { outside: true, ..keyframe });
            }
        }
        (None, None) => {}
    }
    let later = |at: &u32| *at > frame;
    track.keyframes.extend(tail.keyframes.iter().filter(|(at, _)| later(at)).map(|(at, k)| (*at, k.clone())));
    let values = values_at(tail, frame);
    let changed: BTreeMap<_, _> = {
        let before = values_at(&track, frame);
        values.into_iter().filter(|(id, value)| before.get(id) != Some(value)).collect()
    };
    if !changed.is_empty() {
        track.attributes.insert(frame, changed);
    }
    track
        .attributes
        .extend(tail.attributes.iter().filter(|(at, _)| later(at)).map(|(at, v)| (*at, v.clone())));
    track
}

/// The track with another in its place on frames from `start` on, up to and without `end`, or to the end.
pub fn replaced(track: &Track, by: &Track, start: u32, end: Option<u32>) -> Track {
    let begun = spliced(track, by, start);
    match end {
        Some(end) => spliced(&begun, track, end),
        None => begun,
    }
}

/// The values of mutable attributes as they are on a frame.
fn values_at(track: &Track, frame: u32) -> BTreeMap<AttributeId, AttributeValue> {
    let set = track.attributes.range(..=frame).flat_map(|(_, values)| values);
    set.map(|(id, value)| (*id, value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::tracks::desk::{any_track, is_same, look};

    proptest! {
        #[test]
        fn a_spliced_track_looks_like_one_before_the_frame_and_like_the_other_after(
            head in any_track(), tail in any_track(), at in 0..45_u32,
        ) {
            let track = spliced(&head, &tail, at);
            for frame in 0..60 {
                let expected = look(if frame < at { &head } else { &tail }, frame);
                prop_assert!(is_same(look(&track, frame), expected), "{frame}: {track:?}");
            }
        }

        #[test]
        fn a_stretch_is_replaced_and_nothing_else(
            track in any_track(), by in any_track(), start in 0..45_u32, num in 1..20_u32,
        ) {
            let end = start + num;
            let mixed = replaced(&track, &by, start, Some(end));
            for frame in 0..60 {
                let is_inside = (start..end).contains(&frame);
                let expected = look(if is_inside { &by } else { &track }, frame);
                prop_assert!(is_same(look(&mixed, frame), expected), "{frame}: {mixed:?}");
            }
        }
    }

    #[test]
    fn values_of_attributes_change_at_the_frame_and_back() {
        let color = AttributeId::from_u128(1);
        let with = |at, text: &str| Track {
            attributes: BTreeMap::from([(at, BTreeMap::from([(color, AttributeValue::Text(text.into()))]))]),
            ..crate::edit::tracks::desk::track(&[(0, 0.0, false)])
        };
        let mixed = replaced(&with(0, "red"), &with(3, "blue"), 10, Some(20));
        let seen: Vec<String> = [9, 10, 19, 20].map(|at| values_at(&mixed, at)[&color].to_string()).to_vec();
        assert_eq!(seen, ["red", "blue", "blue", "red"]);
    }
}
