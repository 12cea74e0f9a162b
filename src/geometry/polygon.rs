//! Polygons of several parts, each with holes.

use serde::{Deserialize, Serialize};

use super::{Point, Rect, Vector};

/// One connected part of a [`Polygon`]: an outer ring and the rings cut out of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PolygonPart {
    /// The outer ring, without a repeated last point.
    pub outer: Vec<Point>,
    /// The rings cut out of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<Vec<Point>>,
}

/// An area bounded by straight edges: any number of parts, each with any number of holes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Polygon {
    /// The parts, which together are one object.
    pub parts: Vec<PolygonPart>,
}

impl Polygon {
    /// A polygon of one part without holes.
    pub fn from_ring(outer: Vec<Point>) -> Self {
        Self { parts: vec![PolygonPart { outer, holes: Vec::new() }] }
    }

    /// The rectangle as a polygon, clockwise from the top left.
    pub fn from_rect(rect: &Rect) -> Self {
        Self::from_ring(rect.corners().to_vec())
    }

    /// Every ring, outer ones and holes, part by part.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<Point>> {
        self.parts.iter().flat_map(|part| std::iter::once(&part.outer).chain(&part.holes))
    }

    /// Every ring, to be changed in place.
    pub fn rings_mut(&mut self) -> impl Iterator<Item = &mut Vec<Point>> {
        self.parts.iter_mut().flat_map(|part| std::iter::once(&mut part.outer).chain(&mut part.holes))
    }

    /// Gives back the memory that was set aside for more points.
    pub fn shrink_to_fit(&mut self) {
        self.parts.shrink_to_fit();
        for part in &mut self.parts {
            part.outer.shrink_to_fit();
            part.holes.shrink_to_fit();
            part.holes.iter_mut().for_each(Vec::shrink_to_fit);
        }
    }

    /// The number of vertices in all rings.
    pub fn num_points(&self) -> usize {
        self.rings().map(Vec::len).sum()
    }

    /// Whether there is no ring of at least three points.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.outer.len() < 3)
    }

    /// The smallest rectangle around all points.
    pub fn bounds(&self) -> Rect {
        Rect::around(self.parts.iter().flat_map(|part| part.outer.iter().copied()))
    }

    /// Area in square pixels, holes taken off. Right for rings that do not cross themselves.
    pub fn area(&self) -> f64 {
        self.parts
            .iter()
            .map(|part| {
                let holes: f64 = part.holes.iter().map(|hole| ring_area(hole).abs()).sum();
                (ring_area(&part.outer).abs() - holes).max(0.0)
            })
            .sum()
    }

    /// Whether the point lies inside a part and outside its holes, by the even-odd rule.
    pub fn contains(&self, p: Point) -> bool {
        self.parts.iter().any(|part| {
            ring_contains(&part.outer, p) && !part.holes.iter().any(|hole| ring_contains(hole, p))
        })
    }

    /// The distance from the point to the nearest edge, pixels; infinite when there is none.
    pub fn edge_distance(&self, p: Point) -> f64 {
        self.rings()
            .flat_map(|ring| ring_edges(ring))
            .map(|(a, b)| segment_distance(p, a, b))
            .fold(f64::INFINITY, f64::min)
    }

    /// Moves every point.
    pub fn translate(&mut self, by: Vector) {
        self.map_points(|p| p + by);
    }

    /// Replaces every point by what the function makes of it.
    pub fn map_points(&mut self, f: impl Fn(Point) -> Point) {
        for p in self.rings_mut().flatten() {
            *p = f(*p);
        }
    }
}

/// The edges of a closed ring, in order; the last one leads back to the first point.
pub(super) fn ring_edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Signed area of a ring, square pixels: positive when it runs clockwise on screen (shoelace formula).
pub fn ring_area(ring: &[Point]) -> f64 {
    let Some(&first) = ring.first() else { return 0.0 };
    // Relative to the first point, so that far-off rings lose no digits.
    ring_edges(ring).map(|(a, b)| (a - first).cross(b - first)).sum::<f64>() / 2.0
}

/// Whether the point lies inside the ring, by the even-odd rule.
pub fn ring_contains(ring: &[Point], p: Point) -> bool {
    ring_edges(ring)
        .filter(|(a, b)| (a.y > p.y) != (b.y > p.y))
        .filter(|&(a, b)| p.x < edge_x_at(a, b, p.y))
        .count()
        % 2
        == 1
}

/// Where the edge between two points crosses the height `y`, which lies between theirs. The same number
/// whichever way round the edge runs, so that of two areas that share it exactly one holds a point on it.
pub(super) fn edge_x_at(a: Point, b: Point, y: f64) -> f64 {
    let (top, bottom) = if a.y <= b.y { (a, b) } else { (b, a) };
    (bottom.x - top.x) * (y - top.y) / (bottom.y - top.y) + top.x
}

/// Coordinates beyond this many pixels count as this far: far beyond any picture, and safe to compute with.
const FARTHEST_PX: f64 = 1e9;

/// The points without those that are no numbers and without repetitions in a row; none is too far off.
pub(super) fn clean_line(points: &[Point]) -> Vec<Point> {
    let near = |x: f64| x.clamp(-FARTHEST_PX, FARTHEST_PX);
    let is_number = |p: &&Point| !(p.x.is_nan() || p.y.is_nan());
    let mut line: Vec<Point> =
        points.iter().filter(is_number).map(|p| Point::new(near(p.x), near(p.y))).collect();
    line.dedup();
    line
}

/// As [`clean_line`], and the last point does not repeat the first.
pub(super) fn clean_ring(points: &[Point]) -> Vec<Point> {
    let mut ring = clean_line(points);
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// The distance from `p` to the segment from `a` to `b`, pixels.
pub fn segment_distance(p: Point, a: Point, b: Point) -> f64 {
    let along = b - a;
    let length_squared = along.dot(along);
    if length_squared == 0.0 {
        return p.distance(a);
    }
    let t = ((p - a).dot(along) / length_squared).clamp(0.0, 1.0);
    p.distance(a + along * t)
}
