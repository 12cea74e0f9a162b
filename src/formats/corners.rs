//! Boxes from their four corners.

use crate::geometry::{Point, Vector};
use crate::model::shape::RotatedBoxShape;

/// The box with these corners, in either sense of rotation, whose width runs along the first two. `None` when some
/// corner is off by more than the tolerance, or there is no area.
pub(super) fn box_from_corners(corners: [Point; 4], tolerance_px: f64) -> Option<RotatedBoxShape> {
    let [a, b, c, d] = corners;
    let center = a.lerp(c, 0.5).lerp(b.lerp(d, 0.5), 0.5);
    let along = (b - a) + (c - d);
    let angle = along.y.atan2(along.x).to_degrees();
    let across = ((d - a) + (c - b)).rotated(-angle);
    let size = Vector::new(along.length() / 2.0, across.y.abs() / 2.0);
    let shape = RotatedBoxShape { center, size, angle: angle.rem_euclid(360.0) };
    let mut own = shape.corners();
    if across.y < 0.0 {
        own = [own[3], own[2], own[1], own[0]];
    }
    let is_box = own.iter().zip(corners).all(|(p, q)| p.distance(q) <= tolerance_px);
    (is_box && size.x > 0.0 && size.y > 0.0).then_some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_corners_are_a_box_however_they_run() {
        let turned =
            RotatedBoxShape { center: Point::new(50.0, 40.0), size: Vector::new(30.0, 10.0), angle: 20.0 };
        assert!((box_from_corners(turned.corners(), 0.01).unwrap().angle - 20.0).abs() < 1e-9);
        let mut corners = turned.corners();
        for _ in 0..4 {
            corners.rotate_left(1);
            let mut backwards = corners;
            backwards.reverse();
            for corners in [corners, backwards] {
                let found = box_from_corners(corners, 0.01).unwrap();
                assert!((found.size.x * found.size.y - 300.0).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn four_other_points_are_none() {
        let points = [(0.0, 0.0), (10.0, 3.0), (12.0, 9.0), (1.0, 8.0)].map(|(x, y)| Point::new(x, y));
        assert_eq!(box_from_corners(points, 0.5), None);
        assert_eq!(box_from_corners([Point::ORIGIN; 4], 0.5), None);
    }
}
