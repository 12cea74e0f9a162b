//! Which point of an outline becomes which point of another, by CVAT's rule, so that a track that was drawn there looks
//! here as it did there, and the other way round.
//!
//! Vertices are matched by how far along their outline they lie, as a part of its length: each vertex goes to the nearest
//! one of the later outline, and a later vertex that none goes to comes from the nearest one of the earlier outline. So a
//! vertex may become several, or several one. Of such a bundle, points that lie closer to each other than half the mean
//! distance of the vertices that it stands for are one point in between.
//! (`TrackManager.get_interpolated_shapes` in CVAT's `cvat/apps/dataset_manager/annotation.py`.)
//!
//! The first vertex of a ring stays the first. Rings that begin elsewhere, or run the other way, are to be turned when they
//! become a keyframe ([`super::aligned`]).

use crate::geometry::{Point, Polygon, PolygonPart};

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

fn ring_between(from: &[Point], to: &[Point], t: f64) -> Option<Vec<Point>> {
    let mut ring = line_between(&closed(from)?, &closed(to)?, t)?;
    // The end of a ring is its beginning.
    ring.pop();
    (ring.len() >= 3).then_some(ring)
}

/// A ring that ends where it begins.
fn closed(ring: &[Point]) -> Option<Vec<Point>> {
    let first = ring.first()?;
    Some(ring.iter().chain([first]).copied().collect())
}

/// The open line a fraction `t` of the way from one to another; `None` when one has no length.
pub(super) fn line_between(from: &[Point], to: &[Point], t: f64) -> Option<Vec<Point>> {
    let pairs = matched(&along(from)?, &along(to)?);
    let is_bundle = |a: &Pair, b: &Pair| a.from == b.from || (a.to == b.to && a.is_alone && b.is_alone);
    let mut points = Vec::with_capacity(pairs.len());
    for bundle in pairs.chunk_by(is_bundle) {
        let (first, last) = (bundle[0], bundle[bundle.len() - 1]);
        let merged =
            if first.from == last.from { &to[first.to..=last.to] } else { &from[first.from..=last.from] };
        let nearest = length(merged) / (2.0 * merged.len() as f64);
        let moved = bundle.iter().map(|pair| from[pair.from].lerp(to[pair.to], t));
        thin_out(&moved.collect::<Vec<_>>(), nearest, &mut points);
    }
    Some(points)
}

/// A vertex that becomes another, both by number.
#[derive(Clone, Copy)]
struct Pair {
    from: usize,
    to: usize,
    /// Whether `from` becomes nothing else.
    is_alone: bool,
}

/// The pairs of vertices of two outlines, of which it is told how far along each lies, in their order.
fn matched(from: &[f64], to: &[f64]) -> Vec<Pair> {
    let mut pairs: Vec<(usize, usize)> =
        from.iter().enumerate().map(|(index, at)| (index, nearest(*at, to))).collect();
    let mut is_reached = vec![false; to.len()];
    pairs.iter().for_each(|(_, to)| is_reached[*to] = true);
    let missed = (0..to.len()).filter(|index| !is_reached[*index]);
    pairs.extend(missed.map(|index| (nearest(to[index], from), index)));
    pairs.sort_unstable();
    let by_from = pairs.chunk_by(|a, b| a.0 == b.0);
    let pair = |&(from, to): &(usize, usize), is_alone| Pair { from, to, is_alone };
    by_from.flat_map(|group| group.iter().map(|ends| pair(ends, group.len() == 1))).collect()
}

/// The vertex that lies nearest to a place along an outline; the first of several.
fn nearest(place: f64, along: &[f64]) -> usize {
    let first_at = |value: f64| along.partition_point(|at| *at < value);
    let after = first_at(place).min(along.len() - 1);
    if after == 0 {
        return 0;
    }
    let before = first_at(along[after - 1]);
    if (place - along[before]).abs() <= (place - along[after]).abs() { before } else { after }
}

/// Adds the points that lie at least so far from the last one that is kept, and always the first and the last one: their
/// middle where they are all that is left, and too near to each other.
fn thin_out(points: &[Point], nearest: f64, kept: &mut Vec<Point>) {
    let [first, between @ .., last] = points else {
        kept.extend(points);
        return;
    };
    let num_before = kept.len();
    let mut latest = *first;
    kept.push(latest);
    for point in between {
        if distance(latest, *point) >= nearest {
            latest = *point;
            kept.push(latest);
        }
    }
    kept.push(*last);
    if kept.len() == num_before + 2 && distance(*first, *last) < nearest {
        kept.truncate(num_before);
        kept.push(first.lerp(*last, 0.5));
    }
}

/// How far along an outline each vertex lies: 0 at the first, 1 at the last. `None` when it has no length.
pub(super) fn along(points: &[Point]) -> Option<Vec<f64>> {
    let total = length(points);
    if !(total > 0.0 && total.is_finite()) {
        return None;
    }
    let mut so_far = 0.0;
    let mut along = vec![0.0];
    along.extend(points.windows(2).map(|edge| {
        so_far += distance(edge[0], edge[1]);
        so_far / total
    }));
    Some(along)
}

fn length(points: &[Point]) -> f64 {
    points.windows(2).map(|edge| distance(edge[0], edge[1])).fold(0.0, |sum, edge| sum + edge)
}

/// With the roundings of CVAT's arithmetic: of vertices equally far off, they decide which is the nearest.
fn distance(a: Point, b: Point) -> f64 {
    let way = b - a;
    (way.x * way.x + way.y * way.y).sqrt()
}
