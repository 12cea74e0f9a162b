//! Filled polygons with holes, as triangles.

use crate::geometry::{Polygon, triangulate};

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
    types: &[],
    picture: None,
};

/// Adds the triangles of a polygon.
pub(super) fn push_polygon(out: &mut Vec<FillVertex>, polygon: &Polygon, color: Color) {
    let corners = polygon.parts.iter().flat_map(triangulate).flatten();
    out.extend(corners.map(|p| FillVertex { at: Position::new(p), color: color.0 }));
}
