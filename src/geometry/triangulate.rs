//! Triangles that fill a polygon, for drawing.

use super::{Point, PolygonPart};

/// The triangles that together fill the part (ear clipping by the crate `earcutr`). No triangles when there is
/// nothing to fill; best effort when rings cross themselves or each other.
pub fn triangulate(part: &PolygonPart) -> Vec<[Point; 3]> {
    let points: Vec<Point> = std::iter::once(&part.outer).chain(&part.holes).flatten().copied().collect();
    let corner = |i: u32| points[i as usize];
    triangulate_indices(part).into_iter().map(|triangle| triangle.map(corner)).collect()
}

/// As [`triangulate`], each corner as the index of a point, counted through the outer ring and then the holes.
pub fn triangulate_indices(part: &PolygonPart) -> Vec<[u32; 3]> {
    let (mut coordinates, mut hole_starts, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    // Relative to a point of the ring, so that far-off parts lose no digits.
    let Some(&origin) = part.outer.iter().find(|p| p.is_finite()) else { return Vec::new() };
    let mut ring_start = 0;
    for (ring_index, ring) in std::iter::once(&part.outer).chain(&part.holes).enumerate() {
        let finite = ring.iter().zip(ring_start..).filter(|(p, _)| p.is_finite());
        ring_start += ring.len() as u32;
        if finite.clone().count() < 3 {
            if ring_index == 0 {
                return Vec::new();
            }
            continue;
        }
        if ring_index > 0 {
            hole_starts.push(sources.len());
        }
        for (p, source) in finite {
            coordinates.extend([p.x - origin.x, p.y - origin.y]);
            sources.push(source);
        }
    }
    let corners = earcutr::earcut(&coordinates, &hole_starts, 2).unwrap_or_default();
    corners.chunks_exact(3).map(|c| [sources[c[0]], sources[c[1]], sources[c[2]]]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::polygon;
    use super::super::{Rect, ring_area};
    use super::*;

    fn square(x: f64, size: f64) -> Vec<Point> {
        Rect::from_xywh(x, x, size, size).corners().to_vec()
    }

    fn area(triangles: &[[Point; 3]]) -> f64 {
        triangles.iter().map(|triangle| ring_area(triangle).abs()).sum()
    }

    #[test]
    fn a_frame_is_filled_around_its_hole() {
        let part = PolygonPart { outer: square(0.0, 10.0), holes: vec![square(4.0, 2.0)] };
        let triangles = triangulate(&part);
        assert_eq!((triangles.len(), area(&triangles)), (8, 96.0));
    }

    #[test]
    fn indices_count_all_points_even_those_left_out() {
        let mut part = PolygonPart {
            outer: square(0.0, 10.0),
            holes: vec![square(8.0, 1.0)[..2].to_vec(), square(4.0, 2.0)],
        };
        part.outer.insert(1, Point::new(f64::NAN, 0.0));
        let indices = triangulate_indices(&part);
        assert!(indices.iter().flatten().all(|i| ![1, 5, 6].contains(i)), "{indices:?}");
        assert_eq!(area(&triangulate(&part)), 96.0);
    }

    #[test]
    fn nothing_to_fill_gives_no_triangles() {
        let point = Point::new(1.0, 1.0);
        for outer in [
            vec![],
            vec![point; 2],
            vec![point; 5],
            vec![Point::new(f64::NAN, 1.0); 4],
            vec![Point::new(f64::INFINITY, 1.0); 4],
        ] {
            assert_eq!(area(&triangulate(&PolygonPart { outer, holes: vec![vec![point; 3]] })), 0.0);
        }
    }

    proptest! {
        #[test]
        fn triangles_cover_the_area_of_valid_polygons(polygon in polygon()) {
            let valid = polygon.validated();
            let triangles: Vec<_> = valid.parts.iter().flat_map(triangulate).collect();
            prop_assert!((area(&triangles) - valid.area()).abs() < 1e-3);
        }

        #[test]
        fn any_rings_give_triangles_of_their_own_points(polygon in polygon()) {
            for part in &polygon.parts {
                let num_points = part.outer.len() + part.holes.iter().map(Vec::len).sum::<usize>();
                prop_assert!(triangulate_indices(part).iter().flatten().all(|&i| (i as usize) < num_points));
            }
        }
    }
}
