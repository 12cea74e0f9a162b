//! Making one track of several.

use super::rewrite;
use super::splice::replaced;
use super::stretches::stretches;
use crate::edit::Edit;
use crate::model::{AssetId, Object, ObjectId, Track};

/// Makes one object of several: that which is seen first stays, and is where any of them was. Where several were
/// at once, the one that was seen first later counts; where none was, it is out of sight. Returns the object that
/// stays; `None` when fewer than two are tracks.
pub fn merge(asset: AssetId, objects: &[&Object]) -> Option<(Vec<Edit>, ObjectId)> {
    let mut tracks: Vec<(&Object, &Track)> =
        objects.iter().filter_map(|object| Some((*object, object.as_track()?))).collect();
    tracks.sort_by_key(|(object, track)| (stretches(track).first().map(|(start, _)| *start), object.id));
    let ((first, track), others) = tracks.split_first().filter(|(_, others)| !others.is_empty())?;
    let mut merged = (*track).clone();
    for (_, other) in others {
        for (start, end) in stretches(other) {
            merged = replaced(&merged, other, start, end);
        }
    }
    let mut edits = rewrite(asset, first.id, track, &merged);
    edits.extend(others.iter().map(|(other, _)| Edit::delete(asset, other.id)));
    Some((edits, first.id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, any_track, is_same, look, object, track};

    #[test]
    fn a_gap_between_two_tracks_is_out_of_sight() {
        let objects =
            [object(1, track(&[(20, 5.0, false)])), object(2, track(&[(0, 0.0, false), (10, 9.0, true)]))];
        let mut desk = Desk::with(&objects);
        let (edits, stays) = merge(ASSET, &[&objects[0], &objects[1]]).unwrap();
        desk.commit(edits);
        assert_eq!(stays, objects[1].id, "the one that is seen first");
        assert_eq!(desk.document.num_objects(), 1);
        let seen = [9, 10, 19, 20].map(|frame| look(&desk.track(stays), frame).is_some());
        assert_eq!(seen, [true, false, false, true]);
    }

    proptest! {
        #[test]
        fn a_merged_track_is_where_any_of_them_was(a in any_track(), b in any_track()) {
            let objects = [object(1, a), object(2, b)];
            let mut desk = Desk::with(&objects);
            let (edits, stays) = merge(ASSET, &[&objects[0], &objects[1]]).unwrap();
            desk.commit(edits);
            let later = if stays == objects[0].id { &objects[1] } else { &objects[0] };
            let earlier = if stays == objects[0].id { &objects[0] } else { &objects[1] };
            for frame in 0..60 {
                let look_of = |object: &Object| look(object.as_track().unwrap(), frame);
                let expected = look_of(later).or(look_of(earlier));
                prop_assert!(is_same(look(&desk.track(stays), frame), expected), "{}", frame);
            }
        }
    }
}
