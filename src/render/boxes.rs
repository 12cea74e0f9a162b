//! Upright boxes with fill and outline, one record each: the shape that there is most of.

use crate::geometry::Rect;

use super::position::Position;
use super::renderer::Blueprint;
use super::style::{Color, Stroke, eighths};

/// A box.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct BoxRecord {
    min: Position,
    max: Position,
    fill: [u8; 4],
    color: [u8; 4],
    halo: [u8; 4],
    /// Width, halo and dash in eighths of a screen pixel, nothing.
    style: [u8; 4],
}

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    name: "boxes",
    wgsl: include_str!("../../shaders/boxes.wgsl"),
    buffers: &[Some(wgpu::VertexBufferLayout {
        array_stride: size_of::<BoxRecord>() as u64,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &wgpu::vertex_attr_array![
            0 => Sint32x2, 1 => Uint16x2, 2 => Sint32x2, 3 => Uint16x2, 4 => Uint32x4
        ],
    })],
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    types: &[],
    picture: None,
};

/// Adds a box, which may be as small as a point; nothing if it is inside out or not finite.
pub(super) fn push_box(out: &mut Vec<BoxRecord>, rect: &Rect, fill: Color, stroke: &Stroke) {
    let is_somewhere = rect.min.x <= rect.max.x && rect.min.y <= rect.max.y;
    if is_somewhere && rect.min.is_finite() && rect.max.is_finite() {
        let [width, halo, dash] = [stroke.width_px, stroke.halo_px, stroke.dash_px].map(eighths);
        out.push(BoxRecord {
            min: Position::new(rect.min),
            max: Position::new(rect.max),
            fill: fill.0,
            color: stroke.color.0,
            halo: if halo == 0 { [0; 4] } else { stroke.halo_color.0 },
            style: [width, halo, dash, 0],
        });
    }
}
