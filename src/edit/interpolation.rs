//! Tracks between their keyframes.

use std::collections::BTreeMap;

use crate::geometry::{Point, Rect, Vector};
use crate::model::shape::{
    BoxShape, CuboidShape, EllipseShape, Joint, PointsShape, RotatedBoxShape, SkeletonShape,
};
use crate::model::{AttributeId, AttributeValue, Object, Shape, Track};

/// A track on one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackShape {
    /// The shape there.
    pub shape: Shape,
    /// Whether a person set it on this very frame.
    pub is_keyframe: bool,
    /// Whether the object is partly hidden.
    pub occluded: bool,
}

/// The track on a frame: `None` before its first keyframe and where it is outside.
///
/// Boxes, ellipses, cuboids and skeleton joints move in straight lines and angles take the shorter way. Single
/// points do so too. Everything else is held from the keyframe before. A keyframe that is outside has a place, too:
/// the object moves towards it until it is out of sight, as in CVAT, and from there on nothing is interpolated.
pub fn shape_at(track: &Track, frame: u32) -> Option<TrackShape> {
    let (&before_frame, before) = track.keyframes.range(..=frame).next_back()?;
    if before.outside {
        return None;
    }
    let is_keyframe = before_frame == frame;
    let after = track.keyframes.range(frame.saturating_add(1)..).next();
    let shape = match after {
        Some((&after_frame, after)) if !is_keyframe => {
            let t = f64::from(frame - before_frame) / f64::from(after_frame - before_frame);
            between(&before.shape, &after.shape, t)
        }
        _ => before.shape.clone(),
    };
    Some(TrackShape { shape, is_keyframe, occluded: before.occluded })
}

/// Frames around one on which a track looks the same, or all those until its next keyframe when it moves there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first of them.
    first: u32,
    /// The last of them.
    last: u32,
    /// Whether its shape differs from frame to frame.
    is_moving: bool,
}

impl Stretch {
    /// The frames around one.
    pub fn around(track: &Track, frame: u32) -> Self {
        let before = track.keyframes.range(..=frame).next_back();
        let after = track.keyframes.range(frame.saturating_add(1)..).next();
        let attributes_before = track.attributes.range(..=frame).next_back().map(|(at, _)| *at);
        let attributes_after = track.attributes.range(frame.saturating_add(1)..).next().map(|(at, _)| *at);
        let next = after.map(|(at, _)| *at).into_iter().chain(attributes_after).min();
        Self {
            first: before.map(|(at, _)| *at).into_iter().chain(attributes_before).max().unwrap_or(0),
            last: next.filter(|next| *next > frame).map_or(u32::MAX, |next| next - 1),
            is_moving: before.zip(after).is_some_and(|((_, before), (_, after))| {
                !before.outside && !after.outside && before.shape != after.shape
            }),
        }
    }

    /// Whether the track looks on this frame, too, as it did on the one it was asked for.
    pub fn is_same_on(&self, frame: u32) -> bool {
        !self.is_moving && (self.first..=self.last).contains(&frame)
    }
}

/// The values of an object's attributes on a frame, where it is a track: those of the whole object, and over them the
/// latest that were set on frames up to this one.
pub fn attributes_at(object: &Object, track: &Track, frame: u32) -> BTreeMap<AttributeId, AttributeValue> {
    let mut values = object.attributes.clone();
    for (id, value) in track.attributes.range(..=frame).flat_map(|(_, values)| values) {
        values.insert(*id, value.clone());
    }
    values
}

/// The shape a fraction `t` of the way from one to another; the first where the two cannot be matched.
fn between(from: &Shape, to: &Shape, t: f64) -> Shape {
    match (from, to) {
        (Shape::Box(a), Shape::Box(b)) => {
            Shape::Box(BoxShape(Rect { min: a.0.min.lerp(b.0.min, t), max: a.0.max.lerp(b.0.max, t) }))
        }
        (Shape::RotatedBox(a), Shape::RotatedBox(b)) => Shape::RotatedBox(RotatedBoxShape {
            center: a.center.lerp(b.center, t),
            size: lerp_vector(a.size, b.size, t),
            angle: lerp_angle(a.angle, b.angle, t),
        }),
        (Shape::Ellipse(a), Shape::Ellipse(b)) => Shape::Ellipse(EllipseShape {
            center: a.center.lerp(b.center, t),
            radii: lerp_vector(a.radii, b.radii, t),
            angle: lerp_angle(a.angle, b.angle, t),
        }),
        (Shape::Cuboid(a), Shape::Cuboid(b)) => Shape::Cuboid(CuboidShape {
            front: lerp_points(a.front, b.front, t),
            back: lerp_points(a.back, b.back, t),
        }),
        (Shape::Points(a), Shape::Points(b)) if a.0.len() == 1 && b.0.len() == 1 => {
            Shape::Points(PointsShape(vec![a.0[0].lerp(b.0[0], t)]))
        }
        (Shape::Skeleton(a), Shape::Skeleton(b)) if a.0.len() == b.0.len() => {
            let joint = |(a, b): (&Joint, &Joint)| Joint { position: a.position.lerp(b.position, t), ..*a };
            Shape::Skeleton(SkeletonShape(a.0.iter().zip(&b.0).map(joint).collect()))
        }
        _ => from.clone(),
    }
}

fn lerp_vector(a: Vector, b: Vector, t: f64) -> Vector {
    a + (b - a) * t
}

fn lerp_points(a: [Point; 4], b: [Point; 4], t: f64) -> [Point; 4] {
    std::array::from_fn(|i| a[i].lerp(b[i], t))
}

/// The angle on the shorter arc, degrees from 0 to 360.
fn lerp_angle(a: f64, b: f64, t: f64) -> f64 {
    let arc = (b - a + 180.0).rem_euclid(360.0) - 180.0;
    (a + arc * t).rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Keyframe;

    fn track(keyframes: &[(u32, f64, bool)]) -> Track {
        let keyframe = |x: f64, outside| Keyframe {
            shape: Shape::from_rect(Rect::from_xywh(x, 0.0, 10.0, 10.0)),
            outside,
            occluded: false,
        };
        Track {
            keyframes: keyframes.iter().map(|&(frame, x, outside)| (frame, keyframe(x, outside))).collect(),
            ..Track::default()
        }
    }

    fn x_at(track: &Track, frame: u32) -> Option<f64> {
        shape_at(track, frame).map(|at| at.shape.bounds().min.x)
    }

    #[test]
    fn a_box_moves_in_a_straight_line_between_keyframes_and_stays_after_the_last() {
        let track = track(&[(10, 0.0, false), (20, 100.0, false)]);
        assert_eq!(x_at(&track, 9), None);
        assert_eq!(x_at(&track, 10), Some(0.0));
        assert_eq!(x_at(&track, 13), Some(30.0));
        assert_eq!(x_at(&track, 999), Some(100.0));
        assert!(shape_at(&track, 10).unwrap().is_keyframe && !shape_at(&track, 11).unwrap().is_keyframe);
    }

    #[test]
    fn nothing_is_interpolated_across_an_outside_stretch() {
        let track = track(&[(0, 0.0, false), (10, 50.0, true), (20, 100.0, false)]);
        assert_eq!(x_at(&track, 5), Some(25.0), "it moves to where it gets out of sight");
        assert_eq!(x_at(&track, 10), None);
        assert_eq!(x_at(&track, 15), None);
        assert_eq!(x_at(&track, 20), Some(100.0));
    }

    #[test]
    fn angles_take_the_shorter_way() {
        assert!((lerp_angle(350.0, 10.0, 0.5) - 0.0).abs() < 1e-9);
        assert!((lerp_angle(10.0, 350.0, 0.25) - 5.0).abs() < 1e-9);
    }
}
