//! Points and handles of constant size on screen.

use crate::geometry::Point;

use super::position::Position;
use super::renderer::Blueprint;
use super::style::{Handle, HandleShape, eighths};

/// One handle.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct HandleRecord {
    at: Position,
    fill: [u8; 4],
    border: [u8; 4],
    /// Shape, radius and border in eighths of a screen pixel, nothing.
    style: [u8; 4],
}

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    name: "handles",
    wgsl: include_str!("../../shaders/handles.wgsl"),
    buffers: &[Some(wgpu::VertexBufferLayout {
        array_stride: size_of::<HandleRecord>() as u64,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &wgpu::vertex_attr_array![
            0 => Sint32x2, 1 => Uint16x2, 2 => Unorm8x4, 3 => Unorm8x4, 4 => Uint8x4
        ],
    })],
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    types: &[],
    picture: None,
};

/// Adds a handle; nothing if the point is not finite.
pub(super) fn push_handle(out: &mut Vec<HandleRecord>, at: Point, handle: &Handle) {
    let shape = match handle.shape {
        HandleShape::Square => 0,
        HandleShape::Round => 1,
        HandleShape::Diamond => 2,
    };
    if at.is_finite() {
        out.push(HandleRecord {
            at: Position::new(at),
            fill: handle.fill.0,
            border: handle.border.0,
            style: [shape, eighths(handle.radius_px), eighths(handle.border_px), 0],
        });
    }
}
