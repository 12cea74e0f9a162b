//! Ellipses as rings.

use std::f64::consts::PI;

use super::{Point, Vector};

/// The most points that an ellipse is given, whatever the tolerance.
const MOST_POINTS: f64 = 16384.0;

/// An ellipse as a ring, clockwise on screen from the end of the first radius on. `radii` are those along x and y
/// before the turn by `degrees`. No edge is farther than `tolerance_px` from the true curve.
///
/// No points when a radius is not above 0.
pub fn ellipse_polygon(center: Point, radii: Vector, degrees: f64, tolerance_px: f64) -> Vec<Point> {
    if !(radii.x > 0.0 && radii.y > 0.0 && center.is_finite() && degrees.is_finite()) {
        return Vec::new();
    }
    // An edge over the angle 2a of a circle leaves it by r (1 − cos a); an ellipse is a circle pressed flat. The
    // maximum maps no number to 0.
    let relative = (tolerance_px.max(0.0) / radii.x.max(radii.y)).min(1.0);
    // Whole quarters, so that the four extreme points are among the vertices.
    let num_points = ((PI / (1.0 - relative).acos() / 4.0).ceil() * 4.0).clamp(8.0, MOST_POINTS) as usize;
    let point = |i: usize| {
        let (sin, cos) = (i as f64 / num_points as f64 * 2.0 * PI).sin_cos();
        center + Vector::new(radii.x * cos, radii.y * sin).rotated(degrees)
    };
    (0..num_points).map(point).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ring_area;
    use super::*;

    #[test]
    fn an_upright_ellipse_reaches_its_radii_exactly() {
        let ring = ellipse_polygon(Point::new(10.0, 20.0), Vector::new(6.0, 3.0), 0.0, 0.01);
        let bounds = super::super::Rect::around(ring.iter().copied());
        assert!((bounds.size() - Vector::new(12.0, 6.0)).length() < 1e-9);
        assert!(ring_area(&ring) > 0.0, "clockwise on screen");
    }

    #[test]
    fn odd_numbers_give_a_ring_or_nothing() {
        let ring = |radius, tolerance| {
            ellipse_polygon(Point::ORIGIN, Vector::new(radius, 1.0), 0.0, tolerance).len()
        };
        assert_eq!((ring(f64::NAN, 1.0), ring(-1.0, 1.0), ring(0.0, 1.0)), (0, 0, 0));
        assert_eq!((ring(5.0, f64::INFINITY), ring(5.0, 0.0)), (8, 16384));
        assert_eq!(ring(5.0, f64::NAN), 16384);
    }

    proptest! {
        #[test]
        fn no_edge_leaves_the_curve_by_more_than_the_tolerance(
            x in 0.5..500.0f64, y in 0.5..500.0f64, degrees in -360.0..360.0f64, tolerance in 0.01..2.0f64,
        ) {
            let ring = ellipse_polygon(Point::ORIGIN, Vector::new(x, y), degrees, tolerance);
            for i in 0..ring.len() {
                let middle = ring[i].lerp(ring[(i + 1) % ring.len()], 0.5).rotated(Point::ORIGIN, -degrees);
                // Pressing the ellipse into a circle of its larger radius can only lengthen the distance.
                let unit = Vector::new(middle.x / x, middle.y / y).length();
                prop_assert!((1.0 - unit) * x.max(y) <= tolerance + 1e-9);
            }
        }
    }
}
