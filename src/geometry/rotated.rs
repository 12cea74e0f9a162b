//! Boxes turned about their centre, and the tightest one around some points.

use super::{Point, Vector, ring_area};

/// The corners of a box turned clockwise by `degrees` about its centre; clockwise, from the corner that is at the
/// top left before the turn.
pub fn rotated_rect_corners(center: Point, size: Vector, degrees: f64) -> [Point; 4] {
    let (x, y) = (size.x / 2.0, size.y / 2.0);
    [(-x, -y), (x, -y), (x, y), (-x, y)].map(|(x, y)| center + Vector::new(x, y).rotated(degrees))
}

/// The smallest convex ring around the points, clockwise on screen, without points on its straight edges
/// (Andrew's monotone chain). One or two points when all lie on one place or line.
pub fn convex_hull(points: &[Point]) -> Vec<Point> {
    let mut sorted: Vec<Point> = points.iter().copied().filter(|p| p.is_finite()).collect();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut hull = half_hull(sorted.iter());
    hull.extend(half_hull(sorted.iter().rev()));
    hull
}

/// The hull's upper side of points from left to right, without the last one.
fn half_hull<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut hull: Vec<Point> = Vec::new();
    for &p in points {
        while let [.., a, b] = hull[..]
            && (b - a).cross(p - b) <= 0.0
        {
            hull.pop();
        }
        hull.push(p);
    }
    hull.pop();
    hull
}

/// The centre, size and turn of the box of least area around the points, of all boxes at any angle. The turn is in
/// degrees, −45 to 45. `None` without points.
///
/// One side of that box lies on a side of the convex hull (Freeman and Shapira, 1975), so it is enough to let
/// four calipers go once around the hull (Toussaint, 1983).
pub fn min_area_rect(points: &[Point]) -> Option<(Point, Vector, f64)> {
    let hull = convex_hull(points);
    if hull.len() < 3 || ring_area(&hull) == 0.0 {
        return rect_around_line(&hull);
    }
    let mut best: Option<(f64, Caliper)> = None;
    let (mut right, mut far, mut left) = (1, 1, 1);
    for base in 0..hull.len() {
        let at = |i: usize| hull[i % hull.len()];
        let edge = at(base + 1) - at(base);
        let along = edge / edge.length();
        let inward = Vector::new(-along.y, along.x);
        let climb = |from: usize, direction: Vector| {
            let rises = |&i: &usize| (at(i + 1) - at(i)).dot(direction) > 0.0;
            (from..from + hull.len()).find(|i| !rises(i)).unwrap_or(from)
        };
        right = climb(right.max(base + 1), along);
        far = climb(far.max(right), inward);
        left = climb(left.max(far), -along);
        let start = at(base);
        let (from, to) = ((at(left) - start).dot(along), (at(right) - start).dot(along));
        let caliper = Caliper { start, along, inward, from, to, depth: (at(far) - start).dot(inward) };
        let area = (to - from) * caliper.depth;
        if best.as_ref().is_none_or(|(least, _)| area < *least) {
            best = Some((area, caliper));
        }
    }
    best.map(|(_, caliper)| caliper.rect())
}

/// A box that lies with one side on an edge of the hull.
struct Caliper {
    start: Point,
    along: Vector,
    inward: Vector,
    from: f64,
    to: f64,
    depth: f64,
}

impl Caliper {
    fn rect(&self) -> (Point, Vector, f64) {
        let center =
            self.start + self.along * f64::midpoint(self.from, self.to) + self.inward * (self.depth / 2.0);
        upright(center, Vector::new(self.to - self.from, self.depth), self.along)
    }
}

fn rect_around_line(hull: &[Point]) -> Option<(Point, Vector, f64)> {
    let (first, last) = (
        *hull.first()?,
        *hull.iter().max_by(|a, b| {
            let from = |p: &Point| p.distance(hull[0]);
            from(a).total_cmp(&from(b))
        })?,
    );
    let along = last - first;
    Some(upright(first.lerp(last, 0.5), Vector::new(along.length(), 0.0), along))
}

/// Of the four ways to write the box whose width runs along a direction, the one that is turned least.
fn upright(center: Point, size: Vector, along: Vector) -> (Point, Vector, f64) {
    let degrees = along.y.atan2(along.x).to_degrees();
    let quarters = (degrees / 90.0).round();
    let size = if quarters % 2.0 == 0.0 { size } else { Vector::new(size.y, size.x) };
    (center, size, degrees - quarters * 90.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::point;
    use super::super::ring_contains;
    use super::*;

    #[test]
    fn corners_turn_clockwise_from_the_top_left() {
        let corners = rotated_rect_corners(Point::new(5.0, 5.0), Vector::new(4.0, 2.0), 90.0);
        let expected = [(6.0, 3.0), (6.0, 7.0), (4.0, 7.0), (4.0, 3.0)];
        for (corner, (x, y)) in corners.iter().zip(expected) {
            assert!(corner.distance(Point::new(x, y)) < 1e-9, "{corners:?}");
        }
    }

    #[test]
    fn the_hull_has_corners_only() {
        let points = [(0, 0), (2, 0), (4, 0), (4, 4), (2, 2), (0, 4), (0, 0)];
        let hull = convex_hull(&points.map(|(x, y)| Point::new(x.into(), y.into())));
        assert_eq!((hull.len(), ring_area(&hull)), (4, 16.0));
    }

    #[test]
    fn few_or_odd_points_have_a_box_without_area() {
        assert_eq!(min_area_rect(&[Point::new(f64::NAN, 0.0)]), None);
        assert_eq!(min_area_rect(&[Point::new(2.0, 3.0)]), Some((Point::new(2.0, 3.0), Vector::ZERO, 0.0)));
        let diagonal = [0.0, 1.0, 2.0].map(|x| Point::new(x, x));
        let (center, size, degrees) = min_area_rect(&diagonal).unwrap();
        assert_eq!(center, Point::new(1.0, 1.0));
        assert!((size.length() - 8f64.sqrt()).abs() < 1e-9 && (degrees.abs() - 45.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_hull_is_convex_and_holds_all_points(points in proptest::collection::vec(point(), 3..20)) {
            let hull = convex_hull(&points);
            for i in 0..hull.len() {
                let (a, b) = (hull[i], hull[(i + 1) % hull.len()]);
                for &p in &points {
                    prop_assert!((b - a).cross(p - a) >= -1e-9, "{p:?} lies outside {hull:?}");
                }
            }
        }

        #[test]
        fn a_turned_box_is_found_again(
            center in point(), width in 1.0..50.0f64, height in 1.0..50.0f64, degrees in -45.0..45.0f64,
        ) {
            let corners = rotated_rect_corners(center, Vector::new(width, height), degrees);
            let (found, size, turn) = min_area_rect(&corners).unwrap();
            prop_assert!(found.distance(center) < 1e-6);
            prop_assert!((size.x * size.y - width * height).abs() < 1e-6);
            let again = rotated_rect_corners(found, size, turn);
            prop_assert!(again.iter().all(|a| corners.iter().any(|b| a.distance(*b) < 1e-6)));
        }

        #[test]
        fn no_box_at_any_angle_is_smaller_and_all_points_are_in(
            points in proptest::collection::vec(point(), 1..20), other in 0.0..90.0f64,
        ) {
            let (center, size, degrees) = min_area_rect(&points).unwrap();
            let around = rotated_rect_corners(center, size + Vector::new(1e-6, 1e-6), degrees);
            prop_assert!((-45.0..=45.0).contains(&degrees));
            prop_assert!(points.iter().all(|&p| ring_contains(&around, p)));
            let turned = super::super::Rect::around(points.iter().map(|p| p.rotated(Point::ORIGIN, -other)));
            prop_assert!(size.x * size.y <= turned.width() * turned.height() + 1e-6);
        }
    }
}
