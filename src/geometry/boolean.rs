//! Set operations on polygons: union, difference, intersection, symmetric difference, clean-up.
//!
//! The crate `i_overlay` does the work: it computes on a grid of about 2³⁰ steps across both operands and drops
//! points on straight edges. Vertices of the operands that survive are put back to the exact place they came
//! from; only crossing points are rounded, to the grid. The crate `geo` is a front to the same engine, but has it
//! divide areas where they touch themselves (OGC validity), and that step is known to lose holes and to panic.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;

use super::polygon::{clean_ring, ring_edges};
use super::{Point, Polygon, PolygonPart, Rect, ring_area};

/// Closed rings whose even-odd fill is an area, in the engine's form.
pub(super) type Rings = Vec<Vec<[f64; 2]>>;

/// All results are valid: rings do not cross, outer rings run clockwise on screen (positive [`ring_area`]) and
/// holes the other way, parts do not overlap, no point repeats. Operands need not be: rings are filled by the
/// even-odd rule, parts that overlap are united, points that are no numbers are left out. Slivers thinner
/// than the rounding are dropped.
impl Polygon {
    /// What lies in either polygon.
    pub fn union(&self, other: &Self) -> Self {
        self.overlay(other, OverlayRule::Union)
    }

    /// What lies in this polygon and not in the other.
    pub fn subtract(&self, other: &Self) -> Self {
        self.overlay(other, OverlayRule::Difference)
    }

    /// What lies in both polygons.
    pub fn intersect(&self, other: &Self) -> Self {
        if self.bounds().intersects(&other.bounds()) {
            self.overlay(other, OverlayRule::Intersect)
        } else {
            Self::default()
        }
    }

    /// What lies in exactly one of the two polygons.
    pub fn xor(&self, other: &Self) -> Self {
        self.overlay(other, OverlayRule::Xor)
    }

    /// What lies in any of the polygons.
    pub fn union_of(polygons: &[Self]) -> Self {
        let snap = Snap::to(polygons.iter().flat_map(Self::rings));
        let areas = unite(polygons.iter().map(fill).collect());
        snap.polygon(overlay(&areas, &Rings::new(), OverlayRule::Subject))
    }

    /// The same area with valid rings.
    pub fn validated(&self) -> Self {
        self.overlay(&Self::default(), OverlayRule::Subject)
    }

    /// The area that the rings bound together by the even-odd rule, sorted into parts and their holes.
    pub fn from_even_odd(rings: Vec<Vec<Point>>) -> Self {
        let snap = Snap::to(rings.iter());
        let area: Rings = rings.iter().filter_map(|ring| engine_ring(ring)).collect();
        snap.polygon(overlay(&area, &Rings::new(), OverlayRule::Subject))
    }

    fn overlay(&self, other: &Self, rule: OverlayRule) -> Self {
        let snap = Snap::to(self.rings().chain(other.rings()));
        snap.polygon(overlay(&fill(self), &fill(other), rule))
    }
}

/// Areas, each an outer ring and its holes.
fn overlay(a: &Rings, b: &Rings, rule: OverlayRule) -> Vec<Rings> {
    FloatOverlay::with_subj_and_clip(a, b).overlay(rule, FillRule::EvenOdd)
}

/// The area of the polygon, whatever state its parts are in.
fn fill(polygon: &Polygon) -> Rings {
    unite(polygon.parts.iter().map(part_fill).collect())
}

fn part_fill(part: &PolygonPart) -> Rings {
    let outer: Rings = engine_ring(&part.outer).into_iter().collect();
    let holes: Vec<Rings> = part.holes.iter().filter_map(|hole| Some(vec![engine_ring(hole)?])).collect();
    if holes.is_empty() { outer } else { overlay(&outer, &unite(holes), OverlayRule::Difference).concat() }
}

fn engine_ring(ring: &[Point]) -> Option<Vec<[f64; 2]>> {
    let ring = clean_ring(ring);
    (ring.len() >= 3).then(|| ring.into_iter().map(Into::into).collect())
}

/// The union of areas, by halves: every step then has two operands, each with its own even-odd rule.
fn unite(mut areas: Vec<Rings>) -> Rings {
    if are_apart(&areas) {
        return areas.concat();
    }
    let second_half = areas.split_off(areas.len() / 2);
    overlay(&unite(areas), &unite(second_half), OverlayRule::Union).concat()
}

/// Whether the bounds of the areas share no point, which makes their union a mere list.
fn are_apart(areas: &[Rings]) -> bool {
    let corners = |area: &Rings| Rect::around(area.iter().flatten().map(|&p| p.into()));
    let mut bounds: Vec<Rect> = areas.iter().filter(|area| !area.is_empty()).map(corners).collect();
    bounds.sort_by(|a, b| a.min.x.total_cmp(&b.min.x));
    bounds
        .iter()
        .enumerate()
        .all(|(i, a)| bounds[i + 1..].iter().take_while(|b| b.min.x <= a.max.x).all(|b| !a.intersects(b)))
}

/// Puts vertices that went through the overlay's grid back to the exact place they came from.
pub(super) struct Snap {
    /// How far apart a vertex before and after may be.
    tolerance_px: f64,
    /// The vertices by the square cell they lie in.
    vertices: Vec<([i64; 2], Point)>,
}

impl Snap {
    pub(super) fn to<'a>(lines: impl Iterator<Item = &'a Vec<Point>>) -> Self {
        let points: Vec<Point> = lines.flat_map(|line| clean_ring(line)).collect();
        let bounds = Rect::around(points.iter().copied());
        // The grid has at least 2²⁹ steps across the larger side, and up to three roundings follow one another.
        let tolerance_px = (bounds.width().max(bounds.height()) / f64::from(1 << 27)).max(f64::MIN_POSITIVE);
        let mut snap = Self { tolerance_px, vertices: Vec::new() };
        snap.vertices = points.into_iter().map(|p| (snap.cell(p.x, p.y), p)).collect();
        snap.vertices.sort_unstable_by_key(|&(cell, _)| cell);
        snap.vertices.dedup();
        snap
    }

    fn cell(&self, x: f64, y: f64) -> [i64; 2] {
        let size_px = self.tolerance_px * 4.0;
        [(x / size_px).floor() as i64, (y / size_px).floor() as i64]
    }

    fn vertex(&self, p: Point) -> Point {
        let by = self.tolerance_px;
        let ([left, top], [right, bottom]) = (self.cell(p.x - by, p.y - by), self.cell(p.x + by, p.y + by));
        let mut best = (by, p);
        for cell in (left..=right).flat_map(|x| (top..=bottom).map(move |y| [x, y])) {
            let first = self.vertices.partition_point(|(other, _)| *other < cell);
            for &(_, vertex) in self.vertices[first..].iter().take_while(|(other, _)| *other == cell) {
                let distance = p.distance(vertex);
                if distance <= best.0 {
                    best = (distance, vertex);
                }
            }
        }
        best.1
    }

    fn polygon(&self, areas: Vec<Rings>) -> Polygon {
        Polygon { parts: areas.iter().filter_map(|area| self.part(area)).collect() }
    }

    /// The part that the engine gave as an outer ring and its holes; `None` when nothing of it is left.
    pub(super) fn part(&self, area: &Rings) -> Option<PolygonPart> {
        let (outer, holes) = area.split_first()?;
        let outer = self.ring(outer, true)?;
        Some(PolygonPart { outer, holes: holes.iter().filter_map(|hole| self.ring(hole, false)).collect() })
    }

    fn ring(&self, ring: &[[f64; 2]], is_clockwise: bool) -> Option<Vec<Point>> {
        let moved: Vec<Point> = ring.iter().map(|&p| self.vertex(p.into())).collect();
        let mut ring = clean_ring(&moved);
        let area = ring_area(&ring);
        let length: f64 = ring_edges(&ring).map(|(a, b)| a.distance(b)).sum();
        let is_sliver = ring.len() < 3 || area.abs() <= length * self.tolerance_px;
        if (area > 0.0) != is_clockwise {
            ring.reverse();
        }
        (!is_sliver).then_some(ring)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{point, polygon, ring};
    use super::*;

    fn square(x: f64, y: f64, size: f64) -> Polygon {
        Polygon::from_rect(&Rect::from_xywh(x, y, size, size))
    }

    #[test]
    fn the_union_of_many_is_that_of_one_after_the_other() {
        let row: Vec<Polygon> = (0..5).map(|n| square(f64::from(n), 0.0, 1.5)).collect();
        let whole = Polygon::union_of(&row);
        assert_eq!((whole.parts.len(), whole.area()), (1, 5.5 * 1.5));
        assert_eq!(Polygon::union_of(&[]), Polygon::default());
    }

    /// Places to ask at, off the grid on which test shapes have their edges, and clear of all edges.
    fn places(polygons: &[&Polygon]) -> Vec<Point> {
        let grid = (0..24).flat_map(|x| (0..24).map(move |y| (f64::from(x), f64::from(y))));
        grid.map(|(x, y)| Point::new(x * 0.7 - 1.93, y * 0.7 - 1.91))
            .filter(|&p| polygons.iter().all(|polygon| polygon.edge_distance(p) > 1e-4))
            .collect()
    }

    fn assert_valid(polygon: &Polygon) {
        for part in &polygon.parts {
            assert!(ring_area(&part.outer) > 0.0, "outer rings run clockwise: {part:?}");
            assert!(part.holes.iter().all(|hole| ring_area(hole) < 0.0), "holes run the other way: {part:?}");
        }
        for ring in polygon.rings() {
            assert!(ring.len() >= 3);
            assert!(ring_edges(ring).all(|(a, b)| a != b), "no point repeats: {ring:?}");
        }
        // Only in valid polygons do the areas of the rings add up to what the whole covers.
        let mended = polygon.validated().area();
        assert!((polygon.area() - mended).abs() < 1e-3, "{} is not {mended}: {polygon:?}", polygon.area());
    }

    #[test]
    fn overlapping_squares_have_the_expected_areas_and_exact_corners() {
        let (a, b) = (square(0.1, 0.1, 10.0), square(5.1, 5.1, 10.0));
        let areas = [a.union(&b), a.intersect(&b), a.subtract(&b), a.xor(&b)].map(|p| p.area().round());
        assert_eq!(areas, [175.0, 25.0, 75.0, 150.0]);
        let union = a.union(&b);
        assert!(union.parts[0].outer.contains(&Point::new(0.1, 0.1)), "vertices do not drift: {union:?}");
        assert_eq!(union.num_points(), 8);
    }

    #[test]
    fn a_square_taken_out_of_the_middle_is_a_hole() {
        let ring = square(0.0, 0.0, 10.0).subtract(&square(4.0, 4.0, 2.0));
        assert_eq!((ring.parts.len(), ring.parts[0].holes.len(), ring.area()), (1, 1, 96.0));
        assert_valid(&ring);
    }

    #[test]
    fn neighbours_that_share_an_edge_unite_into_one_part() {
        let both = square(0.0, 0.0, 5.0).union(&square(5.0, 0.0, 5.0));
        assert_eq!((both.parts.len(), both.num_points(), both.area()), (1, 4, 50.0));
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        let points = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)].map(|(x, y)| Point::new(x, y));
        let valid = Polygon::from_ring(points.to_vec()).validated();
        assert_eq!((valid.parts.len(), valid.area()), (2, 8.0));
        assert_valid(&valid);
    }

    #[test]
    fn loose_rings_are_sorted_into_parts_and_holes() {
        let ring = |x, size| square(x, x, size).parts[0].outer.clone();
        let nested = Polygon::from_even_odd(vec![ring(4.0, 2.0), ring(0.0, 10.0), ring(2.0, 6.0)]);
        assert_eq!(nested.area(), 100.0 - 36.0 + 4.0);
        assert_eq!(nested.parts.len(), 2);
        assert_eq!(nested.parts.iter().map(|part| part.holes.len()).sum::<usize>(), 1);
    }

    #[test]
    fn nothing_panics_on_numbers_that_are_none_or_huge_or_tiny() {
        let ring = |x: [f64; 4]| Polygon::from_ring(x.map(|x| Point::new(x, x * x - 1.0)).to_vec());
        let odd = [
            ring([f64::NAN; 4]),
            ring([0.0, f64::INFINITY, f64::NEG_INFINITY, 1.0]),
            ring([1e300, -1e300, 3.0, 1e-300]),
            ring([1e-300, 2e-300, 3e-300, 0.0]),
            ring([1e-12, 2e-12, 3e-12, 5e-12]),
            ring([7.0; 4]),
            Polygon::default(),
            square(0.0, 0.0, 1e-200),
            square(1e8, 1e8, 1e-7),
            Polygon { parts: vec![PolygonPart::default()] },
        ];
        for (a, b) in odd.iter().flat_map(|a| odd.iter().map(move |b| (a, b))) {
            for result in [a.union(b), a.subtract(b), a.intersect(b), a.xor(b)] {
                assert!(result.rings().flatten().all(|p| p.is_finite()));
            }
            a.slice(&b.rings().flatten().copied().collect::<Vec<_>>());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_place_is_where_the_operation_says(a in polygon(), b in polygon()) {
            let results = [a.union(&b), a.subtract(&b), a.intersect(&b), a.xor(&b)];
            for p in places(&[&a, &b]) {
                let (in_a, in_b) = (a.contains(p), b.contains(p));
                let expected = [in_a || in_b, in_a && !in_b, in_a && in_b, in_a != in_b];
                prop_assert_eq!(results.each_ref().map(|r| r.contains(p)), expected, "at {:?}", p);
            }
            results.iter().for_each(assert_valid);
        }

        #[test]
        fn areas_add_up(a in polygon(), b in polygon()) {
            let (a, b) = (a.validated(), b.validated());
            let shared = a.intersect(&b).area();
            prop_assert!((a.union(&b).area() + shared - a.area() - b.area()).abs() < 1e-3);
            prop_assert!((a.subtract(&b).area() + shared - a.area()).abs() < 1e-3);
            prop_assert!((a.xor(&b).area() + 2.0 * shared - a.area() - b.area()).abs() < 1e-3);
        }

        #[test]
        fn from_even_odd_counts_the_rings_around_a_place(rings in proptest::collection::vec(ring(), 0..4)) {
            let whole = Polygon::from_even_odd(rings.clone());
            let loose = Polygon { parts: rings.iter().cloned().map(|outer| PolygonPart { outer, holes: vec![] }).collect() };
            for p in places(&[&loose]) {
                let num_around = loose.parts.iter().filter(|part| super::super::ring_contains(&part.outer, p)).count();
                prop_assert_eq!(whole.contains(p), num_around % 2 == 1, "at {:?}", p);
            }
            assert_valid(&whole);
        }

        #[test]
        fn vertices_that_remain_are_exact(points in proptest::collection::vec(point(), 3..9), far in 1.0..1e5f64) {
            let a = Polygon::from_ring(points.iter().map(|p| Point::new(p.x * far / 7.0, p.y / 3.0)).collect());
            let hull = super::super::convex_hull(&a.parts[0].outer);
            let united = a.union(&Polygon::from_ring(hull.clone()));
            let allowed: Vec<Point> = hull;
            let thinnest = a.bounds().width().min(a.bounds().height()) / far;
            if thinnest > 1e-3 {
                for p in united.rings().flatten() {
                    prop_assert!(allowed.contains(p), "{p:?} is no corner of {allowed:?}");
                }
            }
        }
    }
}
