//! Which point of an outline becomes which point of another.
//!
//! Outlines with equally many vertices are matched vertex by vertex: mostly one was made by dragging the other's. Others
//! are matched by arc length, so that a point a third of the way along the one becomes the point a third of the way
//! along the other; the outline in between has the vertices of both. Rings are turned, and either kind reversed,
//! such that the points move the least (the sum of squares).

use crate::geometry::{Point, Polygon, PolygonPart};

/// Where this many points along outlines go is compared.
const NUM_SAMPLES: usize = 64;

/// The polygon a fraction `t` of the way from one to another. `None` when they differ in their numbers of parts or
/// holes, or an outline has no length.
pub(super) fn polygon_between(from: &Polygon, to: &Polygon, t: f64) -> Option<Polygon> {
    if from.parts.len() != to.parts.len() {
        return None;
    }
    let parts = from.parts.iter().zip(&to.parts).map(|(from, to)| {
        if from.holes.len() != to.holes.len() {
            return None;
        }
        let holes = from.holes.iter().zip(&to.holes).map(|(from, to)| ring_between(from, to, t));
        Some(PolygonPart {
            outer: ring_between(&from.outer, &to.outer, t)?,
            holes: holes.collect::<Option<_>>()?,
        })
    });
    Some(Polygon { parts: parts.collect::<Option<_>>()? })
}

/// The open line a fraction `t` of the way from one to another; `None` when one has no length.
pub(super) fn line_between(from: &[Point], to: &[Point], t: f64) -> Option<Vec<Point>> {
    let reversed: Vec<Point> = to.iter().rev().copied().collect();
    let best = [to, &reversed]
        .into_iter()
        .map(|to| Some((matched_lines(from, to)?, to)))
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .min_by(|(a, _), (b, _)| movement(a).total_cmp(&movement(b)))?;
    Some(moved(&best.0, t))
}

fn ring_between(from: &[Point], to: &[Point], t: f64) -> Option<Vec<Point>> {
    if from.len() == to.len() {
        return Some(moved(&turned_pairs(from, to)?, t));
    }
    // The outline with fewer vertices has no vertex that the other one lacks, if one was made from the other: its first
    // vertex becomes one of the other's.
    if from.len() < to.len() {
        Some(moved(&ring_pairs(from, to)?, t))
    } else {
        let pairs = ring_pairs(to, from)?;
        Some(pairs.iter().map(|(to, from)| from.lerp(*to, t)).collect())
    }
}

fn moved(pairs: &[(Point, Point)], t: f64) -> Vec<Point> {
    pairs.iter().map(|(from, to)| from.lerp(*to, t)).collect()
}

/// The sum of the squares of the ways that points go.
fn movement(pairs: &[(Point, Point)]) -> f64 {
    pairs.iter().map(|(a, b)| squared(*a, *b)).sum()
}

fn squared(a: Point, b: Point) -> f64 {
    let way = b - a;
    way.x * way.x + way.y * way.y
}

/// Pairs of vertices of rings that have equally many.
fn turned_pairs(from: &[Point], to: &[Point]) -> Option<Vec<(Point, Point)>> {
    let num = from.len();
    // Of large rings some vertices tell enough.
    let step = num.div_ceil(NUM_SAMPLES).max(1);
    let cost = |(start, is_reversed): (usize, bool)| -> f64 {
        (0..num).step_by(step).map(|i| squared(from[i], to[turned(i, start, is_reversed, num)])).sum()
    };
    // As they are, if no other way is shorter.
    let (_, (start, is_reversed)) =
        turns(num).map(|turn| (cost(turn), turn)).min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((0..num).map(|i| (from[i], to[turned(i, start, is_reversed, num)])).collect())
}

/// Every vertex to begin at, either way round.
fn turns(num_vertices: usize) -> impl Iterator<Item = (usize, bool)> {
    [false, true].into_iter().flat_map(move |is_reversed| (0..num_vertices).map(move |i| (i, is_reversed)))
}

fn turned(i: usize, start: usize, is_reversed: bool, num: usize) -> usize {
    if is_reversed { (start + num - i) % num } else { (start + i) % num }
}

/// Pairs of points of rings, the first with fewer vertices, at the vertices of both.
fn ring_pairs(fewer: &[Point], more: &[Point]) -> Option<Vec<(Point, Point)>> {
    let few = Outline::ring(fewer)?;
    let samples: Vec<Point> = few.samples();
    let mut best: Option<(f64, Outline)> = None;
    for (start, is_reversed) in turns(more.len()) {
        let ring: Vec<Point> =
            (0..more.len()).map(|i| more[turned(i, start, is_reversed, more.len())]).collect();
        let outline = Outline::ring(&ring)?;
        let cost = outline.samples().iter().zip(&samples).map(|(a, b)| squared(*a, *b)).sum();
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, outline));
        }
    }
    let mut pairs = few.matched(&best?.1);
    // The end of a ring is its beginning.
    pairs.pop();
    Some(pairs)
}

/// Pairs of points of open lines, at the vertices of both.
fn matched_lines(from: &[Point], to: &[Point]) -> Option<Vec<(Point, Point)>> {
    if from.len() == to.len() {
        return Some(from.iter().copied().zip(to.iter().copied()).collect());
    }
    Some(Outline::open(from)?.matched(&Outline::open(to)?))
}

/// An outline by arc length.
struct Outline {
    points: Vec<Point>,
    /// How far along each point lies: 0 at the first, 1 at the last, never less than at the one before.
    along: Vec<f64>,
}

impl Outline {
    fn open(points: &[Point]) -> Option<Self> {
        let mut length = 0.0;
        let mut along = vec![0.0];
        for edge in points.windows(2) {
            length += edge[0].distance(edge[1]);
            along.push(length);
        }
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        along.iter_mut().for_each(|at| *at /= length);
        *along.last_mut()? = 1.0;
        Some(Self { points: points.to_vec(), along })
    }

    /// A ring, which ends where it begins.
    fn ring(ring: &[Point]) -> Option<Self> {
        let mut points = ring.to_vec();
        points.push(*ring.first()?);
        Self::open(&points)
    }

    /// The point so far along, 0 to 1.
    fn at(&self, along: f64) -> Point {
        let after = self.along.partition_point(|at| *at <= along).clamp(1, self.points.len() - 1);
        let (from, to) = (self.along[after - 1], self.along[after]);
        let t = if to > from { ((along - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        self.points[after - 1].lerp(self.points[after], t)
    }

    fn samples(&self) -> Vec<Point> {
        (0..NUM_SAMPLES).map(|i| self.at(i as f64 / NUM_SAMPLES as f64)).collect()
    }

    /// The points of both at the vertices of either, from beginning to end.
    fn matched(&self, other: &Self) -> Vec<(Point, Point)> {
        let mut all: Vec<f64> = self.along.iter().chain(&other.along).copied().collect();
        all.sort_by(f64::total_cmp);
        all.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        all.into_iter().map(|along| (self.at(along), other.at(along))).collect()
    }
}
