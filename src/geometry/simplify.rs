//! Fewer points for the same line, within a tolerance.
//!
//! Ramer–Douglas–Peucker: the chord between two kept points is split at the point farthest from it until none
//! is farther than the tolerance. Every point that is dropped lies within the tolerance of the edge that
//! replaces it. Rings may come to cross themselves where they pass close by: [`Polygon::validated`] mends that.

use super::polygon::{clean_line, clean_ring};
use super::{Point, Polygon, ring_area, segment_distance};

/// An open line with fewer points, its two ends among them. A tolerance of 0 drops points on straight edges only.
pub fn simplify_line(points: &[Point], tolerance_px: f64) -> Vec<Point> {
    let line = clean_line(points);
    let mut is_kept = vec![false; line.len()];
    if let Some(last) = line.len().checked_sub(1) {
        keep_far_points(&line, 0, last, tolerance_px, &mut is_kept);
    }
    kept(&line, &is_kept)
}

/// A closed ring with fewer points. A ring that would collapse stays as it is.
pub fn simplify_ring(points: &[Point], tolerance_px: f64) -> Vec<Point> {
    let ring = clean_ring(points);
    let Some(&first) = ring.first() else { return ring };
    // Two points far apart divide the ring into two lines. The first is itself far out, thus a true corner.
    let start = farthest_from(&ring, first);
    let middle = farthest_from(&ring, ring[start]);
    let mut turned = ring[start..].to_vec();
    turned.extend_from_slice(&ring[..=start]);
    let middle = (middle + ring.len() - start) % ring.len();
    let mut is_kept = vec![false; turned.len()];
    keep_far_points(&turned, 0, middle, tolerance_px, &mut is_kept);
    keep_far_points(&turned, middle, turned.len() - 1, tolerance_px, &mut is_kept);
    // The start stands at both ends.
    is_kept[turned.len() - 1] = false;
    let simple = kept(&turned, &is_kept);
    if simple.len() < 3 || ring_area(&simple) == 0.0 { ring } else { simple }
}

impl Polygon {
    /// Every ring by [`simplify_ring`].
    pub fn simplified(&self, tolerance_px: f64) -> Self {
        let mut simple = self.clone();
        for ring in simple.rings_mut() {
            *ring = simplify_ring(ring, tolerance_px);
        }
        simple
    }
}

fn farthest_from(ring: &[Point], from: Point) -> usize {
    let distances = ring.iter().map(|p| p.distance(from)).enumerate();
    distances.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best }).0
}

/// Marks the points from `first` to `last` that stay. A stack of its own instead of recursion: the depth can
/// reach the number of points.
fn keep_far_points(line: &[Point], first: usize, last: usize, tolerance_px: f64, is_kept: &mut [bool]) {
    is_kept[first] = true;
    is_kept[last] = true;
    let mut open = vec![(first, last)];
    while let Some((from, to)) = open.pop() {
        let middle = from.midpoint(to);
        let mut split = (tolerance_px.max(0.0), None);
        for at in from + 1..to {
            let distance = segment_distance(line[at], line[from], line[to]);
            // Of equally far points the one nearest to the middle, or regular steps would take quadratic time.
            let is_better_tie =
                || split.1.is_some_and(|best: usize| at.abs_diff(middle) < best.abs_diff(middle));
            if distance > split.0 || (distance == split.0 && is_better_tie()) {
                split = (distance, Some(at));
            }
        }
        if let (_, Some(at)) = split {
            is_kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
}

fn kept(line: &[Point], is_kept: &[bool]) -> Vec<Point> {
    line.iter().zip(is_kept).filter(|(_, kept)| **kept).map(|(p, _)| *p).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{point, ring};
    use super::super::{nearest_on_line, nearest_on_ring};
    use super::*;

    #[test]
    fn points_on_straight_edges_go_and_corners_stay() {
        let points: Vec<Point> = [(0, 0), (1, 0), (2, 0), (4, 0), (4, 3), (4, 4), (0, 4), (0, 2)]
            .map(|(x, y)| Point::new(x.into(), y.into()))
            .to_vec();
        let corners = [(4.0, 4.0), (0.0, 4.0), (0.0, 0.0), (4.0, 0.0)].map(|(x, y)| Point::new(x, y));
        let simple = simplify_ring(&points, 0.0);
        assert_eq!(simple.len(), 4);
        assert!(corners.iter().all(|corner| simple.contains(corner)), "{simple:?}");
    }

    #[test]
    fn a_ring_smaller_than_the_tolerance_stays() {
        let pixel = Polygon::from_rect(&super::super::Rect::from_xywh(3.0, 3.0, 1.0, 1.0));
        assert_eq!(pixel.simplified(50.0), pixel);
    }

    #[test]
    fn a_line_of_many_equal_teeth_is_done_in_a_moment() {
        let teeth: Vec<Point> = (0..40_000).map(|i| Point::new(f64::from(i), f64::from(i / 2 % 2))).collect();
        assert_eq!(simplify_line(&teeth, 0.25).len(), teeth.len());
        assert_eq!(simplify_line(&teeth, 1.0).len(), 2);
    }

    #[test]
    fn odd_input_gives_what_is_left_of_it() {
        let nan = Point::new(f64::NAN, 1.0);
        let here = Point::new(1.0, 1.0);
        assert_eq!(simplify_line(&[nan, here, nan, here], f64::NAN), [here]);
        assert_eq!(simplify_ring(&[nan], 1.0), []);
        assert_eq!(simplify_ring(&[here, nan, here], -1.0), [here]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_point_of_a_line_is_left_farther_than_the_tolerance(
            points in proptest::collection::vec(point(), 1..40),
            tolerance in 0.0..6.0f64,
        ) {
            let simple = simplify_line(&points, tolerance);
            prop_assert_eq!((simple.first(), simple.last()), (points.first(), points.last()));
            prop_assert!(simple.iter().all(|p| points.contains(p)));
            for p in points {
                prop_assert!(nearest_on_line(&simple, p).unwrap().distance_px <= tolerance + 1e-9);
            }
        }

        #[test]
        fn no_point_of_a_ring_is_left_farther_than_the_tolerance(points in ring(), tolerance in 0.0..6.0f64) {
            let simple = simplify_ring(&points, tolerance);
            prop_assert_eq!(simple.is_empty(), points.is_empty());
            for p in points {
                prop_assert!(nearest_on_ring(&simple, p).unwrap().distance_px <= tolerance + 1e-9);
            }
        }
    }
}
