//! On which frames a track can be seen.

use crate::model::Track;

/// The stretches of frames on which a track can be seen: half-open, the last one perhaps without an end.
pub fn stretches(track: &Track) -> Vec<(u32, Option<u32>)> {
    let mut stretches: Vec<(u32, Option<u32>)> = Vec::new();
    for (frame, keyframe) in &track.keyframes {
        match stretches.last_mut() {
            Some((_, end @ None)) if keyframe.outside => *end = Some(*frame),
            Some((_, None)) => {}
            _ if keyframe.outside => {}
            _ => stretches.push((*frame, None)),
        }
    }
    stretches
}

/// Whether a track can be seen on one frame only.
pub fn is_single_frame(track: &Track) -> bool {
    matches!(stretches(track)[..], [(start, Some(end))] if end == start + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::shape_at;
    use crate::edit::tracks::desk::{any_track, track};

    #[test]
    fn a_track_is_there_from_a_keyframe_on_until_one_that_is_outside() {
        let track =
            track(&[(2, 0.0, false), (4, 0.0, false), (9, 0.0, true), (12, 0.0, true), (20, 0.0, false)]);
        assert_eq!(stretches(&track), [(2, Some(9)), (20, None)]);
        assert!(!is_single_frame(&track));
    }

    proptest! {
        #[test]
        fn it_can_be_seen_there_and_nowhere_else(track in any_track(), frame in 0..50_u32) {
            let is_in = stretches(&track).iter().any(|(start, end)| *start <= frame && end.is_none_or(|end| frame < end));
            prop_assert_eq!(is_in, shape_at(&track, frame).is_some());
        }
    }
}
