//! Making two tracks of one, and taking a stretch out.

use super::rewrite;
use super::splice::{replaced, spliced};
use super::stretches::stretches;
use crate::edit::Edit;
use crate::model::{AssetId, Content, Object, ObjectId, Track};

/// Makes two tracks of one: the object ends before the frame, and a new one, with all that is said of it, goes on from
/// there. `None` when one of them would never be seen.
pub fn split(asset: AssetId, object: &Object, frame: u32) -> Option<(Vec<Edit>, ObjectId)> {
    let track = object.as_track()?;
    let head = spliced(track, &Track::default(), frame);
    let tail = spliced(&Track::default(), track, frame);
    if stretches(&head).is_empty() || stretches(&tail).is_empty() {
        return None;
    }
    let rest = Object { id: ObjectId::new(), ..object.with_content(Content::Track(tail)) };
    let mut edits = rewrite(asset, object.id, track, &head);
    edits.push(Edit::create(asset, &rest));
    Some((edits, rest.id))
}

/// Takes an object out of sight on a stretch of frames; to the end where there is none. An object that would never be
/// seen is deleted.
pub fn cut(asset: AssetId, object: &Object, start: u32, end: Option<u32>) -> Vec<Edit> {
    let Some(track) = object.as_track().filter(|_| end.is_none_or(|end| start < end)) else {
        return Vec::new();
    };
    let after = replaced(track, &Track::default(), start, end);
    if stretches(&after).is_empty() {
        return vec![Edit::delete(asset, object.id)];
    }
    let is_touched = stretches(track)
        .iter()
        .any(|(from, to)| end.is_none_or(|end| *from < end) && to.is_none_or(|to| start < to));
    if is_touched { rewrite(asset, object.id, track, &after) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, any_track, is_same, look, object};

    #[test]
    fn a_track_that_is_never_seen_is_not_made() {
        let (desk, id) = Desk::with_track(&[(5, 0.0, false), (10, 0.0, true)]);
        assert!(split(ASSET, &desk.object(id), 5).is_none());
        assert!(split(ASSET, &desk.object(id), 10).is_none());
        assert!(split(ASSET, &desk.object(id), 7).is_some());
    }

    #[test]
    fn the_rest_of_a_split_object_keeps_what_is_said_of_it() {
        let mut whole = object(1, crate::edit::tracks::desk::track(&[(0, 0.0, false)]));
        whole.comment = "parked".into();
        let mut desk = Desk::with(std::slice::from_ref(&whole));
        let (edits, rest) = split(ASSET, &whole, 7).unwrap();
        desk.commit(edits);
        assert_eq!(desk.object(rest).comment, "parked");
    }

    proptest! {
        #[test]
        fn the_halves_of_a_split_track_are_seen_where_the_whole_was(track in any_track(), at in 0..45_u32) {
            let whole = object(1, track.clone());
            let mut desk = Desk::with(std::slice::from_ref(&whole));
            let Some((edits, rest)) = split(ASSET, &whole, at) else { return Ok(()) };
            desk.commit(edits);
            for frame in 0..60 {
                let (is, is_not) = if frame < at { (whole.id, rest) } else { (rest, whole.id) };
                prop_assert!(is_same(look(&desk.track(is), frame), look(&track, frame)));
                prop_assert_eq!(look(&desk.track(is_not), frame), None);
            }
        }

        #[test]
        fn a_stretch_that_was_cut_out_is_not_seen(track in any_track(), start in 0..45_u32, num in 1..20_u32) {
            let whole = object(1, track.clone());
            let mut desk = Desk::with(std::slice::from_ref(&whole));
            desk.commit(cut(ASSET, &whole, start, Some(start + num)));
            for frame in 0..60 {
                let is_cut = (start..start + num).contains(&frame);
                let expected = look(&track, frame).filter(|_| !is_cut);
                let found = desk.document.object(whole.id).and_then(|object| look(object.as_track()?, frame));
                prop_assert!(is_same(found, expected), "{}", frame);
            }
        }
    }
}
