//! One outline instead of several: for trainers that know one ring only.
//!
//! Rings are chained at their nearest points by lines that are walked there and back, so that these have no width. The
//! area inside stays the same by the even-odd and by the non-zero rule, for parts run clockwise and holes the
//! other way round. Ultralytics' own converter chains the parts of an object in the same manner.

use crate::geometry::{Point, Polygon, ring_area};

/// How many pairs of points may be compared for one polygon; beyond, points are skipped evenly. A line that is not
/// the shortest encloses the same area.
const MAX_COMPARISONS: usize = 20_000_000;

/// The polygon as one ring: its parts joined, its holes cut open towards the outside (or filled).
pub(super) fn single_ring(polygon: &Polygon, cuts_holes: bool) -> Vec<Point> {
    let mut rings: Vec<(&[Point], bool)> = Vec::new();
    for part in polygon.parts.iter().filter(|part| part.outer.len() >= 3) {
        rings.push((&part.outer, false));
        if cuts_holes {
            rings.extend(part.holes.iter().filter(|hole| hole.len() >= 3).map(|hole| (&hole[..], true)));
        }
    }
    match &rings[..] {
        // Nothing to join: the points stay as they are.
        [(ring, _)] => ring.to_vec(),
        _ => {
            let rings = rings.into_iter().map(|(ring, is_hole)| turned(ring, !is_hole));
            chain(&rings.collect::<Vec<_>>())
        }
    }
}

/// The ring with the wanted sense of rotation.
fn turned(ring: &[Point], is_clockwise: bool) -> Vec<Point> {
    let mut ring = ring.to_vec();
    if (ring_area(&ring) > 0.0) != is_clockwise {
        ring.reverse();
    }
    ring
}

/// Walks from the first ring to the last, along each ring from where it is entered to where it is left, and on
/// the way back along the rest of each.
fn chain(rings: &[Vec<Point>]) -> Vec<Point> {
    let budget = MAX_COMPARISONS / rings.len().max(1);
    let crossings: Vec<(usize, usize)> =
        rings.windows(2).map(|pair| nearest(&pair[0], &pair[1], budget)).collect();
    let mut walk: Vec<Point> = Vec::new();
    let mut ways_back: Vec<Vec<Point>> = Vec::new();
    let mut entry = 0;
    for (ring, crossing) in rings.iter().zip(crossings.iter().map(Some).chain([None])) {
        match crossing {
            Some(&(exit, next_entry)) => {
                walk.extend(along(ring, entry, exit));
                let is_left_at_once = exit == entry;
                ways_back.push(if is_left_at_once {
                    once_around(ring, entry)
                } else {
                    along(ring, exit, entry)
                });
                entry = next_entry;
            }
            None => walk.extend(once_around(ring, entry)),
        }
    }
    walk.extend(ways_back.into_iter().rev().flatten());
    // The last point is the first one again.
    walk.pop();
    walk
}

/// The points from one position on to another, both included.
fn along(ring: &[Point], from: usize, to: usize) -> Vec<Point> {
    let num_points = (to + ring.len() - from) % ring.len() + 1;
    ring.iter().copied().cycle().skip(from).take(num_points).collect()
}

/// All points from one position on, and that one again.
fn once_around(ring: &[Point], from: usize) -> Vec<Point> {
    ring.iter().copied().cycle().skip(from).take(ring.len() + 1).collect()
}

/// The positions of two points that are near to each other, of all that the budget allows to compare.
fn nearest(a: &[Point], b: &[Point], budget: usize) -> (usize, usize) {
    let stride = ((a.len() as f64 * b.len() as f64 / budget as f64).sqrt().ceil() as usize).max(1);
    let mut best = (0, 0, f64::INFINITY);
    for (i, p) in a.iter().enumerate().step_by(stride) {
        for (j, q) in b.iter().enumerate().step_by(stride) {
            let distance = (*p - *q).dot(*p - *q);
            if distance < best.2 {
                best = (i, j, distance);
            }
        }
    }
    (best.0, best.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{PolygonPart, Rect, ring_contains};

    fn square(x: f64, y: f64, side: f64) -> Vec<Point> {
        Rect::from_xywh(x, y, side, side).corners().to_vec()
    }

    #[test]
    fn a_plain_ring_stays_as_it_is() {
        let mut ring = square(0.0, 0.0, 4.0);
        ring.reverse();
        assert_eq!(single_ring(&Polygon::from_ring(ring.clone()), true), ring);
    }

    #[test]
    fn parts_and_holes_keep_their_area() {
        let mut reversed = square(20.0, 0.0, 5.0);
        reversed.reverse();
        let polygon = Polygon {
            parts: vec![
                PolygonPart {
                    outer: square(0.0, 0.0, 10.0),
                    holes: vec![square(6.0, 6.0, 2.0), square(1.0, 1.0, 3.0)],
                },
                PolygonPart { outer: reversed, holes: vec![] },
                PolygonPart { outer: square(0.0, 30.0, 3.0), holes: vec![] },
            ],
        };
        let ring = single_ring(&polygon, true);
        assert!((ring_area(&ring) - polygon.area()).abs() < 1e-9);
        for (x, y) in [(0.5, 0.5), (2.0, 2.0), (7.0, 7.0), (21.0, 1.0), (1.0, 31.0), (15.0, 15.0), (9.5, 9.5)]
        {
            let p = Point::new(x + 0.01, y + 0.013);
            assert_eq!(ring_contains(&ring, p), polygon.contains(p), "{p:?}");
        }
        assert_eq!(ring_area(&single_ring(&polygon, false)), 100.0 + 25.0 + 9.0);
    }
}
