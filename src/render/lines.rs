//! Polylines and rings of constant width on screen.
//!
//! One record per point; the vertex buffer is bound four times, each a record later, so that the instance of
//! a segment sees its two ends and the points before and after them (which the joints need) while each
//! point is stored once. Flags tell which records start a segment and which neighbours belong to the line;
//! a record at either end of each line makes sure that there is something to see.

use std::ops::Range;

use crate::geometry::Point;

use super::position::Position;
use super::renderer::Blueprint;
use super::style::{Stroke, eighths};

/// A point of a line, with the look of the segment that starts there.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct LineRecord {
    at: Position,
    color: [u8; 4],
    halo: [u8; 4],
    /// Width, halo and dash in eighths of a screen pixel; flags.
    style: [u8; 4],
    /// Length of the line up to here, image pixels.
    along_px: f32,
}

// As in lines.wgsl.
const IS_SEGMENT: u8 = 1;
const HAS_PREVIOUS: u8 = 2;
const HAS_NEXT: u8 = 4;
const BEFORE_PREVIOUS: u8 = 8;
const AFTER_NEXT: u8 = 16;

/// How many records an instance sees: the points before, at the start, at the end and after its segment.
const NUM_SEEN: u32 = 4;

const STRIDE: u64 = size_of::<LineRecord>() as u64;

/// Longer segments are cut, or the far end of one that crosses a picture of 100,000 pixels would lie some
/// 20 million screen pixels away, and its direction in f32 be visibly wrong.
const MAX_SEGMENT_PX: f64 = 1024.0;
/// Bounds the memory for absurdly long segments.
const MAX_CUTS: f64 = 4096.0;

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    name: "lines",
    wgsl: include_str!("../../shaders/lines.wgsl"),
    buffers: &[
        Some(point_layout(&wgpu::vertex_attr_array![0 => Sint32x2, 1 => Uint16x2])),
        Some(point_layout(&wgpu::vertex_attr_array![
            2 => Sint32x2, 3 => Uint16x2, 4 => Uint32x3, 5 => Float32
        ])),
        Some(point_layout(&wgpu::vertex_attr_array![6 => Sint32x2, 7 => Uint16x2])),
        Some(point_layout(&wgpu::vertex_attr_array![8 => Sint32x2, 9 => Uint16x2])),
    ],
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    types: &[],
    picture: None,
};

const fn point_layout(attributes: &'static [wgpu::VertexAttribute]) -> wgpu::VertexBufferLayout<'static> {
    wgpu::VertexBufferLayout { array_stride: STRIDE, step_mode: wgpu::VertexStepMode::Instance, attributes }
}

/// Binds the four views of the buffer.
pub(super) fn bind(pass: &mut wgpu::RenderPass<'_>, buffer: &wgpu::Buffer) {
    for slot in 0..NUM_SEEN {
        pass.set_vertex_buffer(slot, buffer.slice(u64::from(slot) * STRIDE..));
    }
}

/// The instances that see these records and no others.
pub(super) fn instances(records: Range<u32>) -> Range<u32> {
    records.start..(records.end + 1).saturating_sub(NUM_SEEN).max(records.start)
}

/// Adds a polyline, or a ring that returns from its last point to its first. Points that are not finite and
/// repeated ones are left out; a single point becomes a dot.
pub(super) fn push_path(out: &mut Vec<LineRecord>, points: &[Point], is_closed: bool, stroke: &Stroke) {
    let mut points: Vec<Point> = points.iter().copied().filter(|p| p.is_finite()).collect();
    points.dedup_by_key(|p| Position::new(*p));
    if is_closed {
        while points.len() > 1 && Position::new(points[0]) == Position::new(points[points.len() - 1]) {
            points.pop();
        }
    }
    if let [dot] = points[..] {
        points.push(dot);
    }
    // There and back again is one segment, not two.
    let is_closed = is_closed && points.len() > 2;
    if is_closed {
        points.push(points[0]);
    }
    push_segments(out, &cut_long_segments(&points), is_closed, stroke);
}

/// The same line with more points, at most 1024 pixels apart.
fn cut_long_segments(points: &[Point]) -> Vec<Point> {
    let mut cut = Vec::with_capacity(points.len());
    cut.extend(points.first());
    for pair in points.windows(2) {
        let num_pieces = (pair[0].distance(pair[1]) / MAX_SEGMENT_PX).ceil().clamp(1.0, MAX_CUTS) as u32;
        for i in 1..num_pieces {
            cut.push(pair[0].lerp(pair[1], f64::from(i) / f64::from(num_pieces)));
        }
        cut.push(pair[1]);
    }
    cut
}

/// Adds the records of a line whose last point, if it is closed, equals the first.
fn push_segments(out: &mut Vec<LineRecord>, points: &[Point], is_closed: bool, stroke: &Stroke) {
    let num_segments = points.len().saturating_sub(1);
    if num_segments == 0 {
        return;
    }
    let [width, halo, dash] = [stroke.width_px, stroke.halo_px, stroke.dash_px].map(eighths);
    let halo_color = if halo == 0 { [0; 4] } else { stroke.halo_color.0 };
    let record = |p: Point, flags, along_px| LineRecord {
        at: Position::new(p),
        color: stroke.color.0,
        halo: halo_color,
        style: [width, halo, dash, flags],
        along_px,
    };
    out.push(record(if is_closed { points[num_segments - 1] } else { points[0] }, 0, 0.0));
    let mut along_px = 0.0;
    for (i, &p) in points.iter().enumerate() {
        let (is_first, is_last) = (i == 0, i + 1 == num_segments);
        let mut flags = IS_SEGMENT;
        let mut set = |flag, is_set| flags |= if is_set { flag } else { 0 };
        set(HAS_PREVIOUS, is_closed || !is_first);
        set(HAS_NEXT, is_closed || !is_last);
        set(BEFORE_PREVIOUS, is_closed && is_first);
        set(AFTER_NEXT, is_closed && is_last);
        out.push(record(p, if i < num_segments { flags } else { 0 }, along_px as f32));
        along_px += points.get(i + 1).map_or(0.0, |&next| p.distance(next));
    }
    out.push(record(if is_closed { points[1] } else { points[num_segments] }, 0, 0.0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::style::Color;

    fn flags_of(points: &[(f64, f64)], is_closed: bool) -> Vec<u8> {
        let points: Vec<Point> = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
        let mut records = Vec::new();
        push_path(&mut records, &points, is_closed, &Stroke::new(1.0, Color::BLACK));
        records.iter().map(|record| record.style[3]).collect()
    }

    #[test]
    fn a_polyline_has_a_record_for_each_point_and_one_at_either_end() {
        let flags = flags_of(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], false);
        assert_eq!(flags, [0, IS_SEGMENT | HAS_NEXT, IS_SEGMENT | HAS_PREVIOUS, 0, 0]);
    }

    #[test]
    fn a_ring_sees_across_its_seam() {
        let flags = flags_of(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], true);
        let inner = IS_SEGMENT | HAS_PREVIOUS | HAS_NEXT;
        assert_eq!(flags, [0, inner | BEFORE_PREVIOUS, inner, inner | AFTER_NEXT, 0, 0]);
    }

    #[test]
    fn repeated_and_broken_points_do_not_count() {
        let flags = flags_of(&[(0.0, 0.0), (0.0, 0.0), (f64::NAN, 1.0), (5.0, 0.0), (0.0, 0.0)], true);
        assert_eq!(flags, [0, IS_SEGMENT, 0, 0], "there and back again is one segment");
        assert_eq!(flags_of(&[(3.0, 3.0); 4], true), [0, IS_SEGMENT, 0, 0], "one point is a dot");
        assert!(flags_of(&[(f64::INFINITY, 3.0)], true).is_empty());
        assert!(flags_of(&[], false).is_empty());
    }

    #[test]
    fn long_segments_are_cut_but_not_without_bound() {
        assert_eq!(flags_of(&[(0.0, 0.0), (10_000.0, 0.0)], false).len(), 13);
        assert!(flags_of(&[(-1e300, 0.0), (1e300, 0.0)], false).len() <= 4099);
    }
}
