//! Polygons to masks: a pixel is set when its centre lies inside.

use super::polygon::{clean_ring, edge_x_at, ring_edges};
use super::spans::{FARTHEST, Span};
use super::{Mask, Point, Polygon, PolygonPart};

impl Mask {
    /// The pixels of a `width × height` picture whose centre lies in the polygon: inside some part, by the even-odd
    /// rule over all of its rings. Areas that share an edge share no pixel and leave none out between them.
    ///
    /// Works row by row along the edges (scanline with a table of active edges); memory grows with the points
    /// and the result, not with the picture.
    pub fn from_polygon(polygon: &Polygon, width: u32, height: u32) -> Self {
        let [width, height] = [width, height].map(|n| n.min(FARTHEST.unsigned_abs()) as i32);
        let mut spans = Vec::new();
        for part in &polygon.parts {
            fill_part(part, width, height, &mut spans);
        }
        Self::from_spans(spans)
    }
}

/// An edge over the rows whose centres it passes.
struct Edge {
    first_row: i32,
    end_row: i32,
    from: Point,
    to: Point,
}

/// The first of `count` pixels whose centre is at `x` or after it.
pub(super) fn first_pixel_from(x: f64, count: i32) -> i32 {
    ((x - 0.5).ceil() as i32).clamp(0, count)
}

fn fill_part(part: &PolygonPart, width: i32, height: i32, spans: &mut Vec<Span>) {
    let mut edges: Vec<Edge> = Vec::new();
    for ring in std::iter::once(&part.outer).chain(&part.holes) {
        for (from, to) in ring_edges(&clean_ring(ring)) {
            let rows = [from.y.min(to.y), from.y.max(to.y)].map(|y| first_pixel_from(y, height));
            if rows[0] < rows[1] {
                edges.push(Edge { first_row: rows[0], end_row: rows[1], from, to });
            }
        }
    }
    edges.sort_by_key(|edge| edge.first_row);
    let mut waiting = edges.into_iter().peekable();
    let (mut active, mut crossings): (Vec<Edge>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut row = 0;
    loop {
        if active.is_empty() {
            let Some(next) = waiting.peek() else { return };
            row = next.first_row;
        }
        while let Some(edge) = waiting.next_if(|edge| edge.first_row == row) {
            active.push(edge);
        }
        crossings.clear();
        crossings.extend(active.iter().map(|edge| edge_x_at(edge.from, edge.to, f64::from(row) + 0.5)));
        crossings.sort_unstable_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let (start, end) = (first_pixel_from(pair[0], width), first_pixel_from(pair[1], width));
            match spans.last_mut() {
                _ if start == end => {}
                Some(last) if last.0 == row && last.2 == start => last.2 = end,
                _ => spans.push((row, start, end)),
            }
        }
        row += 1;
        active.retain(|edge| edge.end_row > row);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Rect;
    use super::super::arbitrary::{point, polygon};
    use super::*;

    #[test]
    fn a_pixel_is_set_when_its_centre_is_inside() {
        let rect = |x, y, w, h| Polygon::from_rect(&Rect::from_xywh(x, y, w, h));
        let mask = Mask::from_polygon(&rect(1.5, 1.6, 2.0, 2.0), 10, 10);
        assert_eq!(mask.iter_spans().collect::<Vec<_>>(), [(2, 1, 3), (3, 1, 3)]);
        assert!(Mask::from_polygon(&rect(1.6, 1.6, 0.8, 0.8), 10, 10).is_empty());
        assert_eq!(Mask::from_polygon(&rect(-1e300, -5.0, 2e300, 1e300), 10, 10).area(), 100);
        assert!(Mask::from_polygon(&rect(20.0, 20.0, 5.0, 5.0), 10, 10).is_empty());
    }

    #[test]
    fn no_number_is_no_point() {
        let mut square = Polygon::from_rect(&Rect::from_xywh(0.0, 0.0, 4.0, 4.0));
        square.parts[0].outer.insert(2, Point::new(f64::NAN, 2.0));
        assert_eq!(Mask::from_polygon(&square, 9, 9).area(), 16);
    }

    proptest! {
        #[test]
        fn exactly_the_centres_inside_are_set(polygon in polygon()) {
            let mask = Mask::from_polygon(&polygon, 11, 9);
            for (column, row) in super::super::arbitrary::pixels_around() {
                let centre = Point::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
                let num_inside = |part: &PolygonPart| {
                    let rings = std::iter::once(&part.outer).chain(&part.holes);
                    rings.filter(|ring| super::super::ring_contains(ring, centre)).count()
                };
                let is_in_picture = (0..11).contains(&column) && (0..9).contains(&row);
                let expected = is_in_picture && polygon.parts.iter().any(|part| num_inside(part) % 2 == 1);
                prop_assert_eq!(mask.contains(centre), expected, "at {:?}", centre);
            }
        }

        #[test]
        fn the_pieces_of_a_fan_share_no_pixel_and_leave_none_out(points in proptest::collection::vec(point(), 3..9), hub in point()) {
            let hull = super::super::convex_hull(&points);
            prop_assume!(hull.len() > 2 && super::super::ring_contains(&hull, hub));
            let whole = Mask::from_polygon(&Polygon::from_ring(hull.clone()), 20, 20);
            let pieces = ring_edges(&hull).map(|(a, b)| Polygon::from_ring(vec![a, b, hub]));
            let masks: Vec<Mask> = pieces.map(|piece| Mask::from_polygon(&piece, 20, 20)).collect();
            prop_assert_eq!(masks.iter().map(Mask::area).sum::<u64>(), whole.area());
            prop_assert_eq!(masks.iter().fold(Mask::default(), |all, mask| all.union(mask)), whole);
        }
    }
}
