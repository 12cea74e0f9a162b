//! Telling two objects apart again after they were taken for each other.

use super::rewrite;
use super::splice::spliced;
use crate::edit::Edit;
use crate::model::{AssetId, Object};

/// From a frame on each of two tracks goes on as the other.
pub fn swap(asset: AssetId, a: &Object, b: &Object, frame: u32) -> Vec<Edit> {
    let (Some(a_track), Some(b_track)) = (a.as_track(), b.as_track()) else { return Vec::new() };
    let mut edits = rewrite(asset, a.id, a_track, &spliced(a_track, b_track, frame));
    edits.extend(rewrite(asset, b.id, b_track, &spliced(b_track, a_track, frame)));
    edits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, any_track, is_same, look, object};

    proptest! {
        #[test]
        fn two_tracks_change_places_from_a_frame_on(a in any_track(), b in any_track(), at in 0..45_u32) {
            let objects = [object(1, a.clone()), object(2, b.clone())];
            let mut desk = Desk::with(&objects);
            desk.commit(swap(ASSET, &objects[0], &objects[1], at));
            for frame in 0..60 {
                let (as_a, as_b) = if frame < at { (&a, &b) } else { (&b, &a) };
                prop_assert!(is_same(look(&desk.track(objects[0].id), frame), look(as_a, frame)));
                prop_assert!(is_same(look(&desk.track(objects[1].id), frame), look(as_b, frame)));
            }
        }
    }
}
