//! Turning outlines so that they begin where another one does and run the same way.
//!
//! Between keyframes the first vertex of a ring stays the first ([`super::outlines`]). What a person makes of a ring by
//! cutting it, joining it or deleting vertices may begin anywhere; it must not turn around itself for that.

use crate::geometry::{Point, Polygon};
use crate::model::Shape;

/// Where this many points along outlines go is compared.
const NUM_SAMPLES: usize = 64;

/// The shape with each outline turned, and reversed where need be, such that it lies the nearest to that of another
/// shape. Outlines with equally many vertices are left alone: there, each vertex is taken for the same one as before.
pub(in crate::edit) fn aligned(shape: Shape, to: &Shape) -> Shape {
    match (shape, to) {
        (Shape::Polygon(polygon), Shape::Polygon(to)) => Shape::Polygon(aligned_polygon(polygon, to)),
        (Shape::Polyline(mut line), Shape::Polyline(to)) => {
            if line.0.len() != to.0.len()
                && let Some(wanted) = Outline::new(&to.0, false)
                && let Some(found) = Outline::new(&line.0, false)
                && found.way_to(&wanted, 0, true) < found.way_to(&wanted, 0, false)
            {
                line.0.reverse();
            }
            Shape::Polyline(line)
        }
        (shape, _) => shape,
    }
}

fn aligned_polygon(mut polygon: Polygon, to: &Polygon) -> Polygon {
    for (part, to) in polygon.parts.iter_mut().zip(&to.parts) {
        let rings = std::iter::once(&mut part.outer).chain(&mut part.holes);
        rings.zip(std::iter::once(&to.outer).chain(&to.holes)).for_each(|(ring, to)| turn(ring, to));
    }
    polygon
}

fn turn(ring: &mut [Point], to: &[Point]) {
    if ring.len() == to.len() {
        return;
    }
    let Some((found, wanted)) = Outline::new(ring, true).zip(Outline::new(to, true)) else { return };
    let turns =
        [false, true].into_iter().flat_map(|is_reversed| (0..ring.len()).map(move |i| (i, is_reversed)));
    let way = |(start, is_reversed)| (found.way_to(&wanted, start, is_reversed), start, is_reversed);
    // The ring as it is, if no other way round is nearer.
    let Some((_, start, is_reversed)) = turns.map(way).min_by(|a, b| a.0.total_cmp(&b.0)) else { return };
    ring.rotate_left(start);
    if is_reversed {
        ring[1..].reverse();
    }
}

/// An outline by arc length.
struct Outline {
    points: Vec<Point>,
    /// How far along each point lies: 0 at the first, 1 at the last.
    along: Vec<f64>,
}

impl Outline {
    /// `None` when it has no length.
    fn new(points: &[Point], is_ring: bool) -> Option<Self> {
        let end = points.first().filter(|_| is_ring);
        let points: Vec<Point> = points.iter().chain(end).copied().collect();
        let along = super::outlines::along(&points)?;
        Some(Self { points, along })
    }

    /// The point so far along, 0 to 1.
    fn at(&self, along: f64) -> Point {
        let after = self.along.partition_point(|at| *at <= along).clamp(1, self.points.len() - 1);
        let (from, to) = (self.along[after - 1], self.along[after]);
        let t = if to > from { ((along - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        self.points[after - 1].lerp(self.points[after], t)
    }

    /// How far points along this outline, from a vertex on and maybe backwards, are from those of another: the sum of
    /// the squares.
    fn way_to(&self, other: &Self, start: usize, is_reversed: bool) -> f64 {
        let part = |i: usize| i as f64 / NUM_SAMPLES as f64;
        let is_closed = self.points.first() == self.points.last();
        let here = |part: f64| match (is_reversed, is_closed) {
            (false, false) => part,
            (true, false) => 1.0 - part,
            (false, true) => (self.along[start] + part).rem_euclid(1.0),
            (true, true) => (self.along[start] - part).rem_euclid(1.0),
        };
        let squared = |i: usize| {
            let way = other.at(part(i)) - self.at(here(part(i)));
            way.x * way.x + way.y * way.y
        };
        (0..NUM_SAMPLES).map(squared).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shape::PolylineShape;

    fn points(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point::new(x, y)).collect()
    }

    fn ring(of: &[(f64, f64)]) -> Shape {
        Shape::Polygon(Polygon::from_ring(points(of)))
    }

    #[test]
    fn a_ring_that_begins_elsewhere_and_runs_the_other_way_is_turned() {
        let square = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
        let cut = ring(&[(10.0, 9.0), (10.0, 0.0), (0.0, 0.0), (0.0, 10.0), (9.0, 10.0)]);
        let turned = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 9.0), (9.0, 10.0), (0.0, 10.0)]);
        assert_eq!(aligned(cut, &square), turned);
        assert_eq!(aligned(turned.clone(), &square), turned, "and then it stays as it is");
    }

    #[test]
    fn a_ring_with_the_same_vertices_keeps_their_order() {
        let square = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
        let upside_down = ring(&[(10.0, 10.0), (0.0, 10.0), (0.0, 0.0), (10.0, 0.0)]);
        assert_eq!(aligned(upside_down.clone(), &square), upside_down);
    }

    #[test]
    fn a_line_drawn_the_other_way_round_is_reversed() {
        let line = |of: &[(f64, f64)]| Shape::Polyline(PolylineShape(points(of)));
        let from = line(&[(0.0, 0.0), (10.0, 0.0)]);
        let to = line(&[(10.0, 4.0), (5.0, 4.0), (0.0, 4.0)]);
        assert_eq!(aligned(to, &from), line(&[(0.0, 4.0), (5.0, 4.0), (10.0, 4.0)]));
    }
}
