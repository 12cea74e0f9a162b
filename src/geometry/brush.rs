//! What a round brush paints.

use super::polygon::{clean_line, edge_x_at, ring_edges};
use super::spans::{FARTHEST, Span, normalize};
use super::{Mask, Point, Polygon, Vector, convex_hull, ellipse_polygon};

/// Spans are put in order whenever they became this many, so that memory follows the mask, not the stroke.
const MOST_LOOSE_SPANS: usize = 1 << 16;

impl Mask {
    /// The pixels whose centre is within the radius of a point, and the one under the point.
    pub fn disk(center: Point, radius_px: f64) -> Self {
        Self::stroke(&[center], radius_px)
    }

    /// The pixels whose centre is within the radius of a line, and those under its points. A radius under half a
    /// pixel counts as half a pixel, so that the thinnest stroke has no gaps (diagonal steps are none).
    pub fn stroke(points: &[Point], radius_px: f64) -> Self {
        // The maximum maps no number to half a pixel.
        let radius = radius_px.max(0.5).min(f64::from(FARTHEST));
        let line = clean_line(points);
        let mut spans: Vec<Span> = line.iter().map(|p| pixel_under(*p)).collect();
        let mut num_in_order = 0;
        for i in 0..line.len().saturating_sub(1).max(line.len().min(1)) {
            add_capsule(line[i], line[(i + 1).min(line.len() - 1)], radius, &mut spans);
            if spans.len() > MOST_LOOSE_SPANS + 2 * num_in_order {
                normalize(&mut spans);
                num_in_order = spans.len();
            }
        }
        Self::from_spans(spans)
    }
}

impl Polygon {
    /// What lies within the radius of a line, with the rounding of its ends and bends drawn out to edges that are no
    /// farther than `tolerance_px` from it. Nothing without points or with a radius that is not above 0.
    pub fn stroke(points: &[Point], radius_px: f64, tolerance_px: f64) -> Self {
        let line = clean_line(points);
        let disk = |center| ellipse_polygon(center, Vector::new(radius_px, radius_px), 0.0, tolerance_px);
        let capsule = |ends: &[Point]| {
            let rim: Vec<Point> = ends.iter().flat_map(|&end| disk(end)).collect();
            Self::from_ring(convex_hull(&rim))
        };
        let capsules: Vec<Self> = match &line[..] {
            [only] => vec![capsule(&[*only])],
            line => line.windows(2).map(capsule).collect(),
        };
        Self::union_of(&capsules)
    }
}

fn pixel_under(p: Point) -> Span {
    let (column, row) = (p.x.floor() as i32, p.y.floor() as i32);
    (row, column, column + 1)
}

/// Adds the pixels whose centre is within the radius of the segment: row by row, since the area is convex, from the
/// leftmost to the rightmost of its end disks and the box between them.
fn add_capsule(a: Point, b: Point, radius: f64, spans: &mut Vec<Span>) {
    let along = b - a;
    let length = along.length();
    let side = if length > 0.0 { Vector::new(-along.y, along.x) * (radius / length) } else { Vector::ZERO };
    let sides = [a + side, b + side, b - side, a - side];
    let first_row = ((a.y.min(b.y) - radius - 0.5).ceil() as i32).max(-FARTHEST);
    let last_row = ((a.y.max(b.y) + radius - 0.5).floor() as i32).min(FARTHEST);
    for row in first_row..=last_row {
        let y = f64::from(row) + 0.5;
        let (mut left, mut right) = (f64::INFINITY, f64::NEG_INFINITY);
        for end in [a, b] {
            let reach_squared = radius * radius - (y - end.y) * (y - end.y);
            if reach_squared >= 0.0 {
                let reach = reach_squared.sqrt();
                (left, right) = (left.min(end.x - reach), right.max(end.x + reach));
            }
        }
        for (p, q) in ring_edges(&sides).filter(|(p, q)| (p.y > y) != (q.y > y)) {
            let x = edge_x_at(p, q, y);
            (left, right) = (left.min(x), right.max(x));
        }
        let (start, last) = ((left - 0.5).ceil() as i32, (right - 0.5).floor() as i32);
        if start <= last {
            spans.push((row, start, last.saturating_add(1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{pixels_around, point};
    use super::super::nearest_on_line;
    use super::*;

    #[test]
    fn the_smallest_brush_paints_the_pixel_under_it() {
        assert_eq!(Mask::disk(Point::new(3.9, -0.1), 0.0), Mask::from_spans([(-1, 3, 4)]));
        assert_eq!(Mask::disk(Point::new(3.9, 2.1), f64::NAN), Mask::from_spans([(2, 3, 4)]));
        assert_eq!(Mask::disk(Point::new(5.0, 5.0), 1.0).area(), 4);
    }

    #[test]
    fn nothing_and_nowhere_paint_nothing() {
        assert!(Mask::stroke(&[], 5.0).is_empty());
        assert!(Mask::disk(Point::new(f64::NAN, 1.0), 5.0).is_empty());
        assert!(Mask::disk(Point::new(1e300, 1e300), 5.0).is_empty());
        assert!(Polygon::stroke(&[], 5.0, 0.1).is_empty());
        assert!(Polygon::stroke(&[Point::new(1.0, 1.0)], 0.0, 0.1).is_empty());
        assert!(!Mask::stroke(&[Point::new(-1e300, 3.0), Point::new(f64::INFINITY, 3.0)], 1.0).is_empty());
    }

    proptest! {
        #[test]
        fn pixels_near_the_line_are_painted_and_others_not(
            points in proptest::collection::vec(point(), 1..6),
            radius in 0.0..7.0f64,
        ) {
            let mask = Mask::stroke(&points, radius);
            let radius = radius.max(0.5);
            for (column, row) in pixels_around() {
                let centre = Point::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
                let distance = nearest_on_line(&points, centre).unwrap().distance_px;
                let is_under = points.iter().any(|p| (p.x.floor(), p.y.floor()) == (f64::from(column), f64::from(row)));
                if (distance - radius).abs() > 1e-9 {
                    prop_assert_eq!(mask.contains(centre), distance < radius || is_under, "at {:?}", centre);
                }
            }
        }

        #[test]
        fn an_outline_runs_within_its_tolerance_of_the_radius(
            points in proptest::collection::vec(point(), 1..6),
            radius in 0.5..7.0f64,
        ) {
            let polygon = Polygon::stroke(&points, radius, 0.1);
            for (column, row) in pixels_around() {
                let at = Point::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
                let distance = nearest_on_line(&points, at).unwrap().distance_px;
                if !(-0.101..1e-6).contains(&(distance - radius)) {
                    prop_assert_eq!(polygon.contains(at), distance < radius, "at {:?}", at);
                }
            }
        }

        #[test]
        fn the_thinnest_stroke_hangs_together(a in point(), b in point()) {
            let mask = Mask::stroke(&[a, b], 0.0);
            // Widened to all its neighbours by less than a pixel it is one part.
            let shift = |x, y| mask.translated(x, y);
            let wide = [shift(1, 0), shift(0, 1), shift(1, 1)].iter().fold(mask.clone(), |all, m| all.union(m));
            prop_assert_eq!(wide.to_polygon().parts.len(), 1);
        }
    }
}
