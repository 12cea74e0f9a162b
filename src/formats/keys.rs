//! Tracks for formats that keep keyframes, but end stretches in their own way: by the last frame in sight instead of
//! the first out of it.

use crate::edit::shape_at;
use crate::model::{Content, Keyframe, Object, Shape, Track};

/// A frame that a format notes of a track: an object in sight.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub frame: u32,
    pub shape: Shape,
    pub occluded: bool,
    /// Whether the object is in sight from here to the next key; else it is gone on the frame that follows.
    pub goes_on: bool,
}

/// The keys of an object of a video. A shape without a time is there from the first frame on. `num_frames` is the length
/// of the video, where known: what lies behind is left out. `is_closed` asks for a key on the last frame, too.
pub(super) fn keys_of(object: &Object, num_frames: Option<u32>, is_closed: bool) -> Vec<Key> {
    let track = match &object.content {
        Content::Track(track) => track.clone(),
        Content::Shape(shape) => super::boxes::still(shape.clone()),
        Content::Span(_) | Content::Tag => return Vec::new(),
    };
    let track = with_keyframes_for_values(&track);
    let last_named = track.keyframes.keys().next_back().map_or(0, |&last| last.saturating_add(1));
    let end = num_frames.unwrap_or(last_named);
    let mut keys = Vec::new();
    let mut keyframes = track.keyframes.iter().filter(|(frame, _)| **frame < end).peekable();
    while let Some((&frame, key)) = keyframes.next() {
        if key.outside {
            continue;
        }
        let next = keyframes.peek();
        let gone = match next {
            Some((gone, next)) if next.outside => Some(**gone),
            Some(_) => None,
            None => is_closed.then_some(end),
        };
        let mut put = |frame: u32, shape: Shape, goes_on: bool| {
            keys.push(Key { frame, shape, occluded: key.occluded, goes_on });
        };
        match gone {
            None => put(frame, key.shape.clone(), true),
            Some(gone) if gone == frame + 1 => put(frame, key.shape.clone(), false),
            Some(gone) => {
                put(frame, key.shape.clone(), true);
                let last = shape_at(&track, gone - 1).map_or_else(|| key.shape.clone(), |at| at.shape);
                put(gone - 1, last, false);
            }
        }
    }
    keys
}

/// The track of keys as they are read.
pub(super) fn track_of(keys: Vec<Key>) -> Track {
    let mut track = Track::default();
    let mut keys = keys.into_iter().peekable();
    while let Some(key) = keys.next() {
        let after = key.frame.saturating_add(1);
        let is_followed = keys.peek().is_some_and(|next| next.frame <= after);
        let keyframe = Keyframe { shape: key.shape, outside: false, occluded: key.occluded };
        if !key.goes_on && !is_followed {
            track.keyframes.insert(after, Keyframe { outside: true, ..keyframe.clone() });
        }
        track.keyframes.insert(key.frame, keyframe);
    }
    track
}

/// The track with a keyframe wherever the value of an attribute changes in sight.
pub(super) fn with_keyframes_for_values(track: &Track) -> Track {
    let mut full = track.clone();
    for &frame in track.attributes.keys().filter(|frame| !track.keyframes.contains_key(frame)) {
        if let Some(at) = shape_at(track, frame) {
            let key = Keyframe { shape: at.shape, outside: false, occluded: at.occluded };
            full.keyframes.insert(frame, key);
        }
    }
    full
}
