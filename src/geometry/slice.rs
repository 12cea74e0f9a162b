//! Cutting a polygon along a line.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::float::slice::FloatSlice;

use super::boolean::{Rings, Snap};
use super::polygon::clean_line;
use super::{Point, Polygon, PolygonPart, Rect};

impl Polygon {
    /// Cuts along a polyline. The polygon comes back alone when the line does not divide any part of it: ends
    /// of the line that stop inside a part do not cut.
    ///
    /// The pieces come largest first. Parts that the line does not divide stay together with the first piece.
    pub fn slice(&self, line: &[Point]) -> Vec<Self> {
        let line = clean_line(line);
        let line_bounds = Rect::around(line.iter().copied());
        let (mut pieces, mut whole) = (Vec::new(), Vec::new());
        if line.len() > 1 && self.bounds().intersects(&line_bounds) {
            for part in self.validated().parts {
                let cut = slice_part(&part, &line);
                if cut.len() > 1 { pieces.extend(cut) } else { whole.push(part) }
            }
        }
        let mut pieces: Vec<Self> = pieces.into_iter().map(|part| Self { parts: vec![part] }).collect();
        pieces.sort_by(|a, b| b.area().total_cmp(&a.area()));
        let Some(first) = pieces.first_mut() else { return vec![self.clone()] };
        first.parts.extend(whole);
        pieces
    }
}

/// The pieces of a valid part, by the same engine as the set operations.
fn slice_part(part: &PolygonPart, line: &Vec<Point>) -> Vec<PolygonPart> {
    let rings = || std::iter::once(&part.outer).chain(&part.holes);
    let pairs = |points: &Vec<Point>| -> Vec<[f64; 2]> { points.iter().map(|&p| p.into()).collect() };
    let area: Rings = rings().map(pairs).collect();
    let pieces = area.slice_by(&pairs(line), FillRule::EvenOdd);
    let snap = Snap::to(rings().chain([line]));
    pieces.iter().filter_map(|piece| snap.part(piece)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{point, polygon};
    use super::*;

    fn line(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point::new(x, y)).collect()
    }

    fn square(x: f64, size: f64) -> Polygon {
        Polygon::from_rect(&Rect::from_xywh(x, 0.0, size, size))
    }

    fn areas(pieces: &[Polygon]) -> Vec<f64> {
        pieces.iter().map(Polygon::area).collect()
    }

    #[test]
    fn a_line_across_divides_a_square() {
        let pieces = square(0.0, 10.0).slice(&line(&[(3.0, -1.0), (3.0, 11.0)]));
        assert_eq!(areas(&pieces), [70.0, 30.0]);
    }

    #[test]
    fn a_line_that_ends_inside_or_passes_by_changes_nothing() {
        let whole = square(0.0, 10.0);
        let lines = [
            vec![],
            line(&[(5.0, 5.0)]),
            line(&[(5.0, -1.0), (5.0, 5.0)]),
            line(&[(3.0, 3.0), (5.0, 5.0)]),
            line(&[(11.0, 0.0), (11.0, 10.0)]),
            line(&[(0.0, 0.0), (0.0, 10.0)]),
            line(&[(-1.0, 1.0), (1.0, -1.0), (1.0, -5.0)])
                .iter()
                .map(|p| *p - super::super::Vector::new(1.0, 1.0))
                .collect(),
        ];
        for line in lines {
            assert_eq!(whole.slice(&line), std::slice::from_ref(&whole), "by {line:?}");
        }
    }

    #[test]
    fn a_bent_line_divides_by_its_bend_and_may_pass_twice() {
        let bend = line(&[(2.0, -1.0), (2.0, 8.0), (8.0, 8.0), (8.0, -1.0)]);
        assert_eq!(areas(&square(0.0, 10.0).slice(&bend)), [52.0, 48.0]);
        let twice = line(&[(2.0, -1.0), (2.0, 11.0), (8.0, 11.0), (8.0, -1.0)]);
        assert_eq!(areas(&square(0.0, 10.0).slice(&twice)), [60.0, 20.0, 20.0]);
    }

    #[test]
    fn a_loop_cuts_out_what_it_encloses() {
        let around = line(&[(2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0), (2.0, 2.0)]);
        let pieces = square(0.0, 10.0).slice(&around);
        assert_eq!(areas(&pieces), [96.0, 4.0]);
        assert_eq!(pieces[0].parts[0].holes.len(), 1);
    }

    #[test]
    fn a_frame_is_divided_only_when_both_of_its_sides_are_cut() {
        let frame = square(0.0, 10.0).subtract(&Polygon::from_rect(&Rect::from_xywh(4.0, 4.0, 2.0, 2.0)));
        assert_eq!(frame.slice(&line(&[(-1.0, 5.0), (5.0, 5.0)])), std::slice::from_ref(&frame));
        assert_eq!(areas(&frame.slice(&line(&[(-1.0, 5.0), (11.0, 5.0)]))), [48.0, 48.0]);
    }

    #[test]
    fn parts_that_the_line_misses_stay_with_the_largest_piece() {
        let two = square(0.0, 10.0).union(&square(20.0, 5.0));
        let pieces = two.slice(&line(&[(3.0, -1.0), (3.0, 11.0)]));
        assert_eq!(areas(&pieces), [95.0, 30.0]);
        assert_eq!(pieces[0].parts.len(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_pieces_are_the_whole_and_share_nothing(
            whole in polygon(),
            cut in proptest::collection::vec(point(), 0..8),
        ) {
            let pieces = whole.slice(&cut);
            let valid = whole.validated();
            let sum: f64 = if pieces.len() == 1 { valid.area() } else { pieces.iter().map(Polygon::area).sum() };
            prop_assert!((sum - valid.area()).abs() < 1e-3, "{} is not {}", sum, valid.area());
            for (i, a) in pieces.iter().enumerate() {
                prop_assert!(pieces.len() == 1 || a.subtract(&valid).area() < 1e-3);
                for b in &pieces[i + 1..] {
                    prop_assert!(a.intersect(b).area() < 1e-3);
                }
            }
        }

        #[test]
        fn a_straight_line_right_across_leaves_no_piece_on_both_sides(whole in polygon(), x in -1.0..13.0f64) {
            let pieces = whole.slice(&line(&[(x, -100.0), (x, 100.0)]));
            let reach = |p: &Polygon| p.parts.iter().any(|part| {
                let bounds = Rect::around(part.outer.iter().copied());
                bounds.min.x < x - 1e-3 && bounds.max.x > x + 1e-3
            });
            prop_assert!(pieces.len() == 1 || !pieces.iter().any(reach));
        }
    }
}
