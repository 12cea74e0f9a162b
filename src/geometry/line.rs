//! Measuring along lines and rings.

use super::Point;
use super::polygon::ring_edges;

/// The point of a line or ring that is nearest to another point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// The nearest point.
    pub point: Point,
    /// The edge it lies on: edge i runs from point i to the next one.
    pub edge_index: usize,
    /// How far away it is, pixels.
    pub distance_px: f64,
}

/// The length of an open line, pixels.
pub fn line_length(points: &[Point]) -> f64 {
    points.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// The length of a closed ring, pixels.
pub fn ring_length(ring: &[Point]) -> f64 {
    ring_edges(ring).map(|(a, b)| a.distance(b)).sum()
}

/// The point at a fraction of an open line's length, 0 at its start and 1 at its end. `None` without points.
pub fn point_at_fraction(points: &[Point], fraction: f64) -> Option<Point> {
    along(points, std::iter::once(line_length(points) * fraction.clamp(0.0, 1.0))).next()
}

/// The nearest point of an open line. `None` when the line has no points or a coordinate is no number.
pub fn nearest_on_line(points: &[Point], p: Point) -> Option<Nearest> {
    match points {
        [only] => nearest_edge(std::iter::once((*only, *only)), p),
        _ => nearest_edge(points.windows(2).map(|pair| (pair[0], pair[1])), p),
    }
}

/// The nearest point of a closed ring. `None` when the ring has no points or a coordinate is no number.
pub fn nearest_on_ring(ring: &[Point], p: Point) -> Option<Nearest> {
    nearest_edge(ring_edges(ring), p)
}

/// `num_points` points at equal distances along an open line, its ends among them (its start, when one).
pub fn resample_line(points: &[Point], num_points: usize) -> Vec<Point> {
    let step = line_length(points) / num_points.saturating_sub(1).max(1) as f64;
    along(points, (0..num_points).map(|i| step * i as f64)).collect()
}

/// `num_points` points at equal distances around a ring, from its first point on.
pub fn resample_ring(ring: &[Point], num_points: usize) -> Vec<Point> {
    let mut closed = ring.to_vec();
    closed.extend(ring.first());
    let step = line_length(&closed) / num_points.max(1) as f64;
    along(&closed, (0..num_points).map(|i| step * i as f64)).collect()
}

fn nearest_edge(edges: impl Iterator<Item = (Point, Point)>, p: Point) -> Option<Nearest> {
    let candidate = |(edge_index, (a, b)): (usize, (Point, Point))| {
        let along = b - a;
        let length_squared = along.dot(along);
        let t =
            if length_squared > 0.0 { ((p - a).dot(along) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
        let point = a + along * t;
        Nearest { point, edge_index, distance_px: p.distance(point) }
    };
    let candidates = edges.enumerate().map(candidate).filter(|nearest| nearest.distance_px.is_finite());
    candidates.min_by(|a, b| a.distance_px.total_cmp(&b.distance_px))
}

/// The points at the given distances from the start, which ascend. No points when the line has none.
fn along(points: &[Point], distances_px: impl Iterator<Item = f64>) -> impl Iterator<Item = Point> {
    let (mut edge, mut passed_px) = (0, 0.0);
    distances_px.map_while(move |distance_px| {
        while edge + 1 < points.len() {
            let length = points[edge].distance(points[edge + 1]);
            if distance_px <= passed_px + length && length > 0.0 {
                let t = ((distance_px - passed_px) / length).clamp(0.0, 1.0);
                return Some(points[edge].lerp(points[edge + 1], t));
            }
            passed_px += length;
            edge += 1;
        }
        // Rounding can put the last distance just beyond the end.
        points.last().copied()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::point;
    use super::super::segment_distance;
    use super::*;

    fn line(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point::new(x, y)).collect()
    }

    #[test]
    fn a_fraction_counts_along_all_edges() {
        let bend = line(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0)]);
        let at = |fraction| point_at_fraction(&bend, fraction).unwrap();
        assert_eq!([at(0.0), at(0.75), at(1.0), at(7.0)], [bend[0], Point::new(4.0, 2.0), bend[2], bend[2]]);
        assert_eq!(point_at_fraction(&[], 0.5), None);
        assert_eq!(point_at_fraction(&bend[..1], 0.5), Some(bend[0]));
    }

    #[test]
    fn the_nearest_edge_of_a_ring_may_be_the_one_that_closes_it() {
        let square = line(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]);
        let nearest = nearest_on_ring(&square, Point::new(-2.0, 1.0)).unwrap();
        assert_eq!(nearest, Nearest { point: Point::new(0.0, 1.0), edge_index: 3, distance_px: 2.0 });
        assert_eq!(nearest_on_line(&square, Point::new(-2.0, 3.0)).unwrap().edge_index, 2);
        assert_eq!(nearest_on_line(&square[..1], Point::new(3.0, 4.0)).unwrap().distance_px, 5.0);
        assert_eq!(nearest_on_ring(&[], Point::ORIGIN), None);
        assert_eq!(nearest_on_ring(&[Point::new(f64::NAN, 0.0)], Point::ORIGIN), None);
    }

    #[test]
    fn resampling_spaces_points_evenly() {
        let square = line(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]);
        assert_eq!(resample_ring(&square, 4), square);
        assert_eq!(resample_line(&square, 3), line(&[(0.0, 0.0), (4.0, 2.0), (0.0, 4.0)]));
        assert_eq!(resample_line(&square, 1), line(&[(0.0, 0.0)]));
        assert_eq!((resample_line(&square, 0), resample_ring(&[], 5)), (vec![], vec![]));
    }

    proptest! {
        #[test]
        fn nearest_is_the_least_distance_to_any_edge(
            points in proptest::collection::vec(point(), 1..10),
            p in point(),
        ) {
            let nearest = nearest_on_ring(&points, p).unwrap();
            let least = ring_edges(&points).map(|(a, b)| segment_distance(p, a, b)).fold(f64::INFINITY, f64::min);
            prop_assert!((nearest.distance_px - least).abs() < 1e-9);
            let (a, b) = ring_edges(&points).nth(nearest.edge_index).unwrap();
            prop_assert!(segment_distance(nearest.point, a, b) < 1e-9);
        }

        #[test]
        fn resampled_points_lie_on_the_line_and_keep_its_ends(
            points in proptest::collection::vec(point(), 1..10),
            num_points in 2..30usize,
        ) {
            let samples = resample_line(&points, num_points);
            prop_assert_eq!(samples.len(), num_points);
            prop_assert!(samples[0].distance(points[0]) < 1e-9);
            prop_assert!(samples[num_points - 1].distance(points[points.len() - 1]) < 1e-9);
            for p in samples {
                prop_assert!(nearest_on_line(&points, p).unwrap().distance_px < 1e-9);
            }
        }
    }
}
