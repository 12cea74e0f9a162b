//! Masks to polygons: outlines along pixel borders.
//!
//! Rows are read from top to bottom. Where the borders of one row's spans differ from those of the next, an
//! outline has a corner: there an upright edge begins or ends. Between two rows the corners, taken from left to
//! right, pair up into level edges. So every corner knows one upright and one level neighbour, and an outline
//! is a walk along them in turn. The work is that of reading the spans, whatever the pixels.

use super::spans::Span;
use super::{Mask, Point, Polygon, PolygonPart};

impl Mask {
    /// The outline along pixel borders, exactly: [`Mask::from_polygon`] gives the mask back. One part for each set of
    /// pixels that hang together by their sides; where two of them touch at a corner only, or one touches
    /// itself there, their rings do too.
    pub fn to_polygon(&self) -> Polygon {
        let mut tracer = Tracer::default();
        let spans: Vec<Span> = self.iter_spans().collect();
        let rows: Vec<&[Span]> = spans.chunk_by(|a, b| a.0 == b.0).collect();
        for (i, row) in rows.iter().enumerate() {
            let y = row[0].0;
            if i > 0 && rows[i - 1][0].0 + 1 < y {
                tracer.next_row(rows[i - 1][0].0 + 1, &[]);
            }
            tracer.next_row(y, row);
        }
        if let Some(last) = rows.last() {
            tracer.next_row(last[0].0 + 1, &[]);
        }
        tracer.into_polygon()
    }

    /// The outline with fewer points, none of which leaves the exact one by more than the tolerance. Its rings do not
    /// cross. A tolerance of 0.75 turns the steps of slanted borders into straight edges.
    pub fn to_polygon_within(&self, tolerance_px: f64) -> Polygon {
        self.to_polygon().simplified(tolerance_px).validated()
    }
}

/// Where an outline turns.
struct Corner {
    x: i32,
    y: i32,
    /// The corner at the other end of the level edge.
    level: usize,
    /// The corner at the other end of the upright edge.
    upright: usize,
    /// The span below the line that begins or ends here, `None` when one above it does.
    below: Option<Below>,
}

#[derive(Clone, Copy)]
struct Below {
    span_index: usize,
    is_start: bool,
}

/// The border of a span: its column and the corner at which this upright edge began. Starts and ends alternate.
#[derive(Clone, Copy)]
struct Border {
    x: i32,
    corner: usize,
}

#[derive(Default)]
struct Tracer {
    corners: Vec<Corner>,
    /// Borders of the spans of the row above, from left to right.
    borders: Vec<Border>,
    /// The spans of the row above.
    above: Vec<Span>,
    /// Which spans hang together: each names one it hangs together with, or itself (union-find).
    leaders: Vec<usize>,
    /// The corner at which a level edge waits for its other end.
    open_level: Option<usize>,
}

impl Tracer {
    /// Draws the line at height `y` between the last row and the given spans of the next one.
    fn next_row(&mut self, y: i32, below: &[Span]) {
        let first_span = self.leaders.len();
        self.join_spans(below);
        let above = std::mem::take(&mut self.borders);
        let mut next = Vec::with_capacity(below.len() * 2);
        let (mut i, mut j) = (0, 0);
        loop {
            let below_x = below.get(j / 2).map(|span| if j % 2 == 0 { span.1 } else { span.2 });
            let is_above_first = match (above.get(i), below_x) {
                (None, None) => break,
                (Some(border), Some(x)) if border.x == x && i % 2 == j % 2 => {
                    next.push(*border);
                    (i, j) = (i + 1, j + 1);
                    continue;
                }
                // At one place two set pixels meet at their corners only. Each keeps its own outline: the edge that
                // comes from the west turns to the pixel it belongs to, the upper one when that ends here.
                (Some(border), Some(x)) => border.x < x || (border.x == x && i % 2 == 1),
                (above, _) => above.is_some(),
            };
            if is_above_first {
                self.end_upright(above[i], y);
                i += 1;
            } else if let Some(x) = below_x {
                let place = Below { span_index: first_span + j / 2, is_start: j % 2 == 0 };
                next.push(self.begin_upright(x, y, place));
                j += 1;
            }
        }
        self.borders = next;
        self.above = below.to_vec();
    }

    fn begin_upright(&mut self, x: i32, y: i32, below: Below) -> Border {
        let corner = self.add_corner(x, y, Some(below));
        Border { x, corner }
    }

    fn end_upright(&mut self, border: Border, y: i32) {
        let corner = self.add_corner(border.x, y, None);
        self.corners[corner].upright = border.corner;
        self.corners[border.corner].upright = corner;
    }

    fn add_corner(&mut self, x: i32, y: i32, below: Option<Below>) -> usize {
        let corner = self.corners.len();
        let level = self.open_level.take();
        match level {
            Some(start) => self.corners[start].level = corner,
            None => self.open_level = Some(corner),
        }
        self.corners.push(Corner { x, y, level: level.unwrap_or(corner), upright: corner, below });
        corner
    }

    /// Enters the spans of a row, and that they hang together with those above that they overlap.
    fn join_spans(&mut self, below: &[Span]) {
        let first_below = self.leaders.len();
        let first_above = first_below - self.above.len();
        self.leaders.extend(first_below..first_below + below.len());
        let (mut i, mut j) = (0, 0);
        while i < self.above.len() && j < below.len() {
            let (above, below) = (self.above[i], below[j]);
            if above.1 < below.2 && below.1 < above.2 {
                let (a, b) = (self.leader(first_above + i), self.leader(first_below + j));
                self.leaders[a.max(b)] = a.min(b);
            }
            if above.2 < below.2 { i += 1 } else { j += 1 }
        }
    }

    fn leader(&mut self, mut span_index: usize) -> usize {
        while self.leaders[span_index] != span_index {
            let next = self.leaders[span_index];
            self.leaders[span_index] = self.leaders[next];
            span_index = next;
        }
        span_index
    }

    /// Walks along all outlines. Each begins at its first corner in reading order, from which it runs to the right:
    /// below that edge is its part or, for a hole, the hole.
    fn into_polygon(mut self) -> Polygon {
        let mut is_done = vec![false; self.corners.len()];
        let mut part_of = vec![usize::MAX; self.leaders.len()];
        let mut parts: Vec<PolygonPart> = Vec::new();
        for first in 0..self.corners.len() {
            let Some(below) = self.corners[first].below.filter(|_| !is_done[first]) else { continue };
            let mut ring = self.walk(first, &mut is_done);
            let leader = self.leader(below.span_index);
            if below.is_start {
                part_of[leader] = parts.len();
                parts.push(PolygonPart { outer: ring, holes: Vec::new() });
            } else if let Some(part) = parts.get_mut(part_of[leader]) {
                // A part's outer ring begins above all of its holes, hence it is there already.
                ring.reverse();
                part.holes.push(ring);
            }
        }
        Polygon { parts }
    }

    fn walk(&self, first: usize, is_done: &mut [bool]) -> Vec<Point> {
        let mut ring = Vec::new();
        let mut at = first;
        while !is_done[at] {
            let across = self.corners[at].level;
            for corner in [at, across] {
                is_done[corner] = true;
                ring.push(Point::new(f64::from(self.corners[corner].x), f64::from(self.corners[corner].y)));
            }
            at = self.corners[across].upright;
        }
        ring
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::mask;
    use super::super::{nearest_on_ring, ring_area};
    use super::*;

    fn picture(rows: &[&str]) -> Mask {
        let pixels: Vec<bool> = rows.iter().flat_map(|row| row.bytes().map(|b| b == b'#')).collect();
        Mask::from_bitmap(0, 0, rows[0].len() as u32, rows.len() as u32, &pixels).unwrap()
    }

    /// The number of parts and of holes.
    fn counts(mask: &Mask) -> (usize, usize) {
        let polygon = mask.to_polygon();
        (polygon.parts.len(), polygon.parts.iter().map(|part| part.holes.len()).sum())
    }

    #[test]
    fn a_block_has_four_corners_on_pixel_borders() {
        let polygon = Mask::from_spans([(2, 3, 5), (3, 3, 5)]).to_polygon();
        assert_eq!(polygon, Polygon::from_rect(&super::super::Rect::from_xywh(3.0, 2.0, 2.0, 2.0)));
    }

    #[test]
    fn parts_hang_together_by_sides_and_holes_by_corners() {
        assert_eq!(counts(&picture(&["##..", "##..", "..##", "..##"])), (2, 0));
        assert_eq!(counts(&picture(&["..##", "..##", "##..", "##.."])), (2, 0));
        assert_eq!(counts(&picture(&["####", "#..#", "####"])), (1, 1));
        assert_eq!(counts(&picture(&["#####", "#.#.#", "#####"])), (1, 2));
        assert_eq!(counts(&picture(&["####", "#.##", "##.#", "####"])), (1, 1));
        assert_eq!(counts(&picture(&["###", "#.#", "##."])), (1, 0));
        assert_eq!(counts(&picture(&["#####", "#...#", "#.#.#", "#...#", "#####"])), (2, 1));
        assert_eq!(counts(&picture(&["#.#.#", ".....", "#.#.#"])), (6, 0));
        assert_eq!(counts(&Mask::default()), (0, 0));
    }

    #[test]
    fn a_hole_goes_to_the_part_around_it_not_to_the_one_inside() {
        let polygon = picture(&["#####", "#...#", "#.#.#", "#...#", "#####"]).to_polygon();
        assert_eq!(polygon.parts.iter().map(|part| part.holes.len()).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(polygon.area(), 17.0);
    }

    #[test]
    fn a_tolerance_makes_slanted_borders_straight() {
        let steps = Mask::from_spans((0..50).map(|row| (row, 0, row + 1)));
        assert!(steps.to_polygon().num_points() > 90);
        assert!(steps.to_polygon_within(0.75).num_points() < 8);
    }

    proptest! {
        #[test]
        fn the_outline_gives_the_mask_back(mask in mask()) {
            let mask = mask.clipped(20, 20);
            let polygon = mask.to_polygon();
            prop_assert_eq!(Mask::from_polygon(&polygon, 20, 20), mask.clone());
            prop_assert_eq!(polygon.area(), mask.area() as f64);
        }

        #[test]
        fn rings_run_the_right_way_and_turn_at_every_point(mask in mask()) {
            for part in mask.to_polygon().parts {
                prop_assert!(ring_area(&part.outer) > 0.0);
                prop_assert!(part.holes.iter().all(|hole| ring_area(hole) < 0.0));
                for ring in std::iter::once(&part.outer).chain(&part.holes) {
                    for i in 0..ring.len() {
                        let (a, b, c) = (ring[i], ring[(i + 1) % ring.len()], ring[(i + 2) % ring.len()]);
                        prop_assert!((b - a).cross(c - b) != 0.0, "no turn at {:?}", b);
                    }
                }
                let outside = part.holes.iter().flatten().find(|p| nearest_on_ring(&part.outer, **p).unwrap().distance_px > 0.0
                    && !super::super::ring_contains(&part.outer, **p));
                prop_assert_eq!(outside, None, "holes lie in their part");
            }
        }

        #[test]
        fn parts_are_as_many_as_a_flood_fill_finds(mask in mask()) {
            let mut left: std::collections::HashSet<(i32, i32)> =
                mask.iter_spans().flat_map(|(row, a, b)| (a..b).map(move |column| (column, row))).collect();
            let mut num_parts = 0;
            while let Some(&first) = left.iter().next() {
                num_parts += 1;
                let mut open = vec![first];
                while let Some((x, y)) = open.pop() {
                    if left.remove(&(x, y)) {
                        open.extend([(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]);
                    }
                }
            }
            prop_assert_eq!(mask.to_polygon().parts.len(), num_parts);
        }
    }
}
