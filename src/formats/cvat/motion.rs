//! Where CVAT moves shapes between keyframes in another way than we do.
//!
//! CVAT holds sets of several points until the next keyframe, and we move them. So a track of such points gets keyframes
//! that make both show the same. And what is out of sight has a place in CVAT, towards which a joint moves.

use std::collections::BTreeMap;

use crate::edit::shape_at;
use crate::geometry::Point;
use crate::model::shape::Joint;
use crate::model::{Keyframe, Shape, Track};

/// The longest stretch that is spelled out, in frames: about an hour. Of a longer one, preflight tells that it is held.
const MAX_SPELLED_OUT: u32 = 100_000;

/// The stretches between two keyframes in which CVAT holds points that we move: the frames of both.
fn held_stretches(track: &Track) -> Vec<(u32, u32)> {
    let next = track.keyframes.iter().skip(1);
    let is_held = |before: &Keyframe, after: &Keyframe| match (&before.shape, &after.shape) {
        (Shape::Points(a), Shape::Points(b)) => {
            !before.outside && a != b && a.0.len() == b.0.len() && a.0.len() > 1
        }
        _ => false,
    };
    track
        .keyframes
        .iter()
        .zip(next)
        .filter(|((_, a), (_, b))| is_held(a, b))
        .map(|((a, _), (b, _))| (*a, *b))
        .collect()
}

/// A track as CVAT shows it: what it holds stays until the frame before the next keyframe.
pub(super) fn held(mut track: Track) -> Track {
    for (from, to) in held_stretches(&track) {
        if to - from > 1
            && let Some(key) = track.keyframes.get(&from).cloned()
        {
            track.keyframes.insert(to - 1, key);
        }
    }
    track
}

/// A track that CVAT shows as we do: what it would hold has a keyframe on every frame.
pub(super) fn spelled_out(track: Track) -> Track {
    let mut full = track.clone();
    let mut stretches = held_stretches(&track);
    stretches.retain(|(from, to)| to - from <= MAX_SPELLED_OUT);
    for frame in stretches.into_iter().flat_map(|(from, to)| from + 1..to) {
        if let Some(at) = shape_at(&track, frame) {
            full.keyframes.insert(frame, Keyframe { shape: at.shape, outside: false, occluded: at.occluded });
        }
    }
    with_places_of_joints(full)
}

/// Joints that are nowhere get the place that they had last, so that CVAT moves none towards a corner of the picture.
fn with_places_of_joints(mut track: Track) -> Track {
    let mut places: BTreeMap<usize, Point> = BTreeMap::new();
    for key in track.keyframes.values_mut() {
        let Shape::Skeleton(skeleton) = &mut key.shape else { continue };
        for (index, joint) in skeleton.0.iter_mut().enumerate() {
            if joint.has_place() {
                places.insert(index, joint.position);
            } else if let Some(&position) = places.get(&index) {
                *joint = Joint { position, ..*joint };
            }
        }
    }
    track
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shape::{PointsShape, SkeletonShape, Visibility};

    fn points(x: f64) -> Shape {
        Shape::Points(PointsShape(vec![Point::new(x, 0.0), Point::new(x, 9.0)]))
    }

    fn track(keys: &[(u32, Shape)]) -> Track {
        let key = |shape: &Shape| Keyframe { shape: shape.clone(), outside: false, occluded: false };
        Track {
            keyframes: keys.iter().map(|(frame, shape)| (*frame, key(shape))).collect(),
            ..Track::default()
        }
    }

    #[test]
    fn points_that_we_move_have_a_keyframe_on_every_frame_and_points_that_cvat_holds_jump() {
        let moving = track(&[(0, points(0.0)), (3, points(3.0)), (9, points(3.0))]);
        let spelled = track(&[0, 1, 2, 3, 9].map(|frame| (frame, points(f64::from(frame.min(3))))));
        assert_eq!(spelled_out(moving.clone()), spelled);
        let jumping = track(&[(0, points(0.0)), (2, points(0.0)), (3, points(3.0)), (9, points(3.0))]);
        assert_eq!(held(moving), jumping);
        assert_eq!(held(spelled_out(jumping.clone())), jumping, "which stays as it is");
    }

    #[test]
    fn a_joint_that_is_nowhere_stays_where_it_was() {
        let joint = |x: f64, visibility| {
            Shape::Skeleton(SkeletonShape(vec![Joint { position: Point::new(x, 0.0), visibility }]))
        };
        let seen = track(&[(0, joint(4.0, Visibility::Visible)), (5, joint(0.0, Visibility::Absent))]);
        let placed = track(&[(0, joint(4.0, Visibility::Visible)), (5, joint(4.0, Visibility::Absent))]);
        assert_eq!(spelled_out(seen), placed);
    }
}
