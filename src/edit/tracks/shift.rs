//! Earlier or later.

use super::rewrite;
use crate::edit::Edit;
use crate::model::{AssetId, Object, Track};

/// Moves a track in time by a number of frames; not at all where it would begin before the first frame.
pub fn shift(asset: AssetId, object: &Object, by: i32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let Some(after) = shifted(track, by) else { return Vec::new() };
    rewrite(asset, object.id, track, &after)
}

fn shifted(track: &Track, by: i32) -> Option<Track> {
    let keyframes =
        track.keyframes.iter().map(|(at, keyframe)| Some((at.checked_add_signed(by)?, keyframe.clone())));
    let attributes =
        track.attributes.iter().map(|(at, values)| Some((at.checked_add_signed(by)?, values.clone())));
    Some(Track {
        keyframes: keyframes.collect::<Option<_>>()?,
        attributes: attributes.collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, track};

    #[test]
    fn a_track_is_moved_in_time_but_never_before_the_first_frame() {
        let (mut desk, id) = Desk::with_track(&[(5, 0.0, false), (10, 10.0, true)]);
        let edits = shift(ASSET, &desk.object(id), -5);
        desk.commit(edits);
        assert_eq!(desk.track(id), track(&[(0, 0.0, false), (5, 10.0, true)]));
        assert!(shift(ASSET, &desk.object(id), -1).is_empty());
    }
}
