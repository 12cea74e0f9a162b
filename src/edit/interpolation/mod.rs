//! Tracks between their keyframes.
//!
//! Corners, centres, sizes and joints go in straight lines, angles the shorter way. The outlines of polygons and lines
//! are matched first ([`outlines`]). Masks are held, and so is whatever has no counterpart in the next keyframe: a
//! polygon that gets another hole, points of which there are more later.
//!
//! **Invariants.** On a keyframe the track has exactly the keyframe's shape. The rules are those of CVAT where CVAT
//! has any, so that shapes are the same but for the roundings of its files. Its one exception is not ours: sets of
//! several points, which CVAT holds and we move.

mod aligned;
mod outlines;

pub(super) use aligned::aligned;

use std::collections::BTreeMap;

use crate::geometry::{Point, Rect, Vector};
use crate::model::shape::{
    BoxShape, CuboidShape, EllipseShape, Joint, PointsShape, PolylineShape, RotatedBoxShape, SkeletonShape,
    Visibility,
};
use crate::model::{AttributeId, AttributeValue, Keyframe, Object, Shape, Span, Track};

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
/// A keyframe that is outside has a place, too: the object moves towards it until it is out of sight, as in CVAT, and
/// from there on nothing is interpolated.
pub fn shape_at(track: &Track, frame: u32) -> Option<TrackShape> {
    let (at, before) = track.keyframes.range(..=frame).next_back()?;
    if before.outside {
        return None;
    }
    Some(TrackShape { shape: place_at(track, frame)?, is_keyframe: *at == frame, occluded: before.occluded })
}

/// Where the object of a track is on a frame, or would be if it were in sight; `None` when there are no keyframes.
/// Before the first keyframe it is where it will be on that.
pub fn place_at(track: &Track, frame: u32) -> Option<Shape> {
    let Some((before_frame, before)) = track.keyframes.range(..=frame).next_back() else {
        return track.keyframes.values().next().map(|first| first.shape.clone());
    };
    let after = track.keyframes.range(frame.saturating_add(1)..).next();
    let Some((after_frame, after)) = after.filter(|_| *before_frame < frame && !before.outside) else {
        return Some(before.shape.clone());
    };
    let t = f64::from(frame - before_frame) / f64::from(after_frame - before_frame);
    Some(between(&before.shape, &after.shape, t))
}

/// The keyframe that would change nothing on a frame; `None` when there are no keyframes. Before the first keyframe
/// it is outside.
pub fn keyframe_at(track: &Track, frame: u32) -> Option<Keyframe> {
    let before = track.keyframes.range(..=frame).next_back().map(|(_, before)| before);
    Some(Keyframe {
        shape: place_at(track, frame)?,
        outside: before.is_none_or(|before| before.outside),
        occluded: before.is_some_and(|before| before.occluded),
    })
}

/// Frames around one on which a track or a span looks the same, or all those until its next keyframe when it moves there.
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
            is_moving: before
                .zip(after)
                .is_some_and(|((_, before), (_, after))| !before.outside && before.shape != after.shape),
        }
    }

    /// The frames around one on which a span is there, or is not, as on that one.
    pub fn around_span(span: &Span, frame: u32) -> Self {
        let (first, last) = if frame < span.start {
            (0, span.start - 1)
        } else if frame < span.end {
            (span.start, span.end - 1)
        } else {
            (span.end.max(span.start), u32::MAX)
        };
        Self { first, last, is_moving: false }
    }

    /// Whether the object looks on this frame, too, as it did on the one it was asked for.
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
pub(super) fn between(from: &Shape, to: &Shape, t: f64) -> Shape {
    let shape = match (from, to) {
        (Shape::Box(a), Shape::Box(b)) => {
            Some(Shape::Box(BoxShape(Rect { min: a.0.min.lerp(b.0.min, t), max: a.0.max.lerp(b.0.max, t) })))
        }
        (Shape::RotatedBox(a), Shape::RotatedBox(b)) => Some(rotated_between(a, b, t)),
        (Shape::Box(a), Shape::RotatedBox(b)) => Some(rotated_between(&upright(a), b, t)),
        (Shape::RotatedBox(a), Shape::Box(b)) => Some(rotated_between(a, &upright(b), t)),
        (Shape::Ellipse(a), Shape::Ellipse(b)) => Some(Shape::Ellipse(EllipseShape {
            center: a.center.lerp(b.center, t),
            radii: lerp_vector(a.radii, b.radii, t),
            angle: lerp_angle(a.angle, b.angle, t),
        })),
        (Shape::Cuboid(a), Shape::Cuboid(b)) => Some(Shape::Cuboid(CuboidShape {
            front: lerp_points(a.front, b.front, t),
            back: lerp_points(a.back, b.back, t),
        })),
        (Shape::Polygon(a), Shape::Polygon(b)) => outlines::polygon_between(a, b, t).map(Shape::Polygon),
        (Shape::Polyline(a), Shape::Polyline(b)) => {
            outlines::line_between(&a.0, &b.0, t).map(|line| Shape::Polyline(PolylineShape(line)))
        }
        (Shape::Points(a), Shape::Points(b)) if a.0.len() == b.0.len() => {
            Some(Shape::Points(PointsShape(a.0.iter().zip(&b.0).map(|(a, b)| a.lerp(*b, t)).collect())))
        }
        (Shape::Skeleton(a), Shape::Skeleton(b)) if a.0.len() == b.0.len() => {
            let joints = a.0.iter().zip(&b.0).map(|(a, b)| joint_between(a, b, t));
            Some(Shape::Skeleton(SkeletonShape(joints.collect())))
        }
        _ => None,
    };
    shape.unwrap_or_else(|| from.clone())
}

fn rotated_between(a: &RotatedBoxShape, b: &RotatedBoxShape, t: f64) -> Shape {
    Shape::RotatedBox(RotatedBoxShape {
        center: a.center.lerp(b.center, t),
        size: lerp_vector(a.size, b.size, t),
        angle: lerp_angle(a.angle, b.angle, t),
    })
}

fn upright(shape: &BoxShape) -> RotatedBoxShape {
    RotatedBoxShape { center: shape.0.center(), size: shape.0.size(), angle: 0.0 }
}

/// Where a joint is; whether it can be seen is held. One that gets absent moves on until then, like an object that gets
/// out of sight; where it has no place, it stays.
fn joint_between(a: &Joint, b: &Joint, t: f64) -> Joint {
    if a.visibility == Visibility::Absent || !b.has_place() {
        return *a;
    }
    Joint { position: a.position.lerp(b.position, t), ..*a }
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
mod tests;
