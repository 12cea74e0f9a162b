//! Filled polygons with holes, as triangles.

use crate::geometry::{Point, Polygon, PolygonPart};

use super::position::Position;
use super::renderer::Blueprint;
use super::style::Color;

/// A corner of a triangle.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct FillVertex {
    at: Position,
    color: [u8; 4],
}

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    name: "fills",
    wgsl: include_str!("../../shaders/fills.wgsl"),
    buffers: &[Some(wgpu::VertexBufferLayout {
        array_stride: size_of::<FillVertex>() as u64,
        step_mode: wgpu::VertexStepMode::Vertex,
        attributes: &wgpu::vertex_attr_array![0 => Sint32x2, 1 => Uint16x2, 2 => Unorm8x4],
    })],
    topology: wgpu::PrimitiveTopology::TriangleList,
    needs_tile: false,
};

/// Adds the triangles of a polygon. A part with a coordinate that is not finite is left out; one that crosses
/// itself is filled as well as its triangulation goes.
pub(super) fn push_polygon(out: &mut Vec<FillVertex>, polygon: &Polygon, color: Color) {
    for part in &polygon.parts {
        for p in triangles(part) {
            out.push(FillVertex { at: Position::new(p), color: color.0 });
        }
    }
}

/// The corners of the part's triangles, three by three.
fn triangles(part: &PolygonPart) -> Vec<Point> {
    let rings: Vec<&Vec<Point>> =
        std::iter::once(&part.outer).chain(part.holes.iter().filter(|hole| hole.len() >= 3)).collect();
    let points: Vec<Point> = rings.iter().flat_map(|ring| ring.iter().copied()).collect();
    if part.outer.len() < 3 || !points.iter().all(|p| p.is_finite()) {
        return Vec::new();
    }
    let mut num_before = 0;
    let hole_starts: Vec<usize> = rings[..rings.len() - 1]
        .iter()
        .map(|ring| {
            num_before += ring.len();
            num_before
        })
        .collect();
    let coordinates: Vec<f64> = points.iter().flat_map(|&p| <[f64; 2]>::from(p)).collect();
    let corners = earcutr::earcut(&coordinates, &hole_starts, 2).unwrap_or_default();
    corners.into_iter().map(|i| points[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Rect, ring_area};

    fn filled_area(part: &PolygonPart) -> f64 {
        triangles(part).chunks(3).map(|triangle| ring_area(triangle).abs()).sum()
    }

    fn ring(x: f64, y: f64, side: f64) -> Vec<Point> {
        Rect::from_xywh(x, y, side, side).corners().to_vec()
    }

    #[test]
    fn triangles_cover_the_part_without_its_holes() {
        let part = PolygonPart {
            outer: ring(0.0, 0.0, 10.0),
            holes: vec![ring(1.0, 1.0, 3.0), ring(6.0, 6.0, 2.0)],
        };
        assert!((filled_area(&part) - (100.0 - 9.0 - 4.0)).abs() < 1e-9);
    }

    #[test]
    fn degenerate_parts_have_no_area_and_no_panic() {
        let line = vec![Point::new(0.0, 0.0), Point::new(1.0, 1.0)];
        let bad = vec![Point::new(f64::NAN, 0.0); 5];
        let same = vec![Point::new(2.0, 2.0); 7];
        for outer in [Vec::new(), line.clone(), bad, same] {
            let part = PolygonPart { outer, holes: vec![line.clone(), Vec::new()] };
            assert_eq!(filled_area(&part), 0.0);
        }
    }

    #[test]
    fn a_ring_that_crosses_itself_is_drawn_somehow() {
        let bow = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)].map(|(x, y)| Point::new(x, y));
        triangles(&PolygonPart { outer: bow.to_vec(), holes: vec![ring(-3.0, -3.0, 20.0)] });
    }
}
