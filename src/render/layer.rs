//! What lies over the picture: primitives in image coordinates, ready to be uploaded.

use std::ops::Range;

use crate::geometry::{Mask, Point, Polygon, Rect};

use super::style::{Color, Handle, Stroke};
use super::{Camera, fills, handles, lines, rects};

/// A list of primitives in image coordinates; later ones lie over earlier ones.
///
/// It is filled once, put into an `Arc` and not changed any more: a [`Canvas`](super::Canvas) uploads it once. Building
/// one needs no GPU and may happen in a background job. Neighbours of one kind share a draw call, so add many
/// of one kind before the first of the next.
#[derive(Default)]
pub struct Layer {
    pub(super) fills: Vec<fills::FillVertex>,
    pub(super) rects: Vec<rects::RectRecord>,
    pub(super) lines: Vec<lines::LineRecord>,
    pub(super) handles: Vec<handles::HandleRecord>,
    pub(super) batches: Vec<Batch>,
    /// Around all positions, image pixels.
    bounds: Option<Rect>,
    /// How far lines and handles reach beyond, screen pixels.
    reach_px: f32,
}

/// The kinds of primitives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Fill,
    Rect,
    Line,
    Handle,
}

/// Records of one kind that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) kind: Kind,
    pub(super) records: Range<u32>,
}

impl Layer {
    /// A layer without primitives.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Adds a filled polygon; its holes stay clear.
    pub fn fill(&mut self, polygon: &Polygon, color: Color) {
        fills::push_polygon(&mut self.fills, polygon, color);
        self.added(Kind::Fill, &polygon.bounds(), 0.0);
    }

    /// Adds a filled rectangle.
    pub fn rect(&mut self, rect: &Rect, color: Color) {
        rects::push_rect(&mut self.rects, rect, color);
        self.added(Kind::Rect, rect, 0.0);
    }

    /// Covers what of `outer` lies outside `hole`.
    pub fn dim_around(&mut self, hole: &Rect, outer: &Rect, color: Color) {
        rects::push_surroundings(&mut self.rects, hole, outer, color);
        self.added(Kind::Rect, outer, 0.0);
    }

    /// Adds the set pixels of a mask.
    pub fn mask(&mut self, mask: &Mask, color: Color) {
        rects::push_mask(&mut self.rects, mask, color);
        self.added(Kind::Rect, &mask.bounds(), 0.0);
    }

    /// Adds a line through the points; one point becomes a dot.
    pub fn line(&mut self, points: &[Point], stroke: &Stroke) {
        self.path(points, false, stroke);
    }

    /// Adds a line through the points and back to the first one.
    pub fn ring(&mut self, points: &[Point], stroke: &Stroke) {
        self.path(points, true, stroke);
    }

    /// Adds all rings of a polygon.
    pub fn outline(&mut self, polygon: &Polygon, stroke: &Stroke) {
        for ring in polygon.rings() {
            self.ring(ring, stroke);
        }
    }

    /// Adds a horizontal and a vertical line through the point, from edge to edge of `extent`.
    pub fn crosshair(&mut self, at: Point, extent: &Rect, stroke: &Stroke) {
        self.line(&[Point::new(extent.min.x, at.y), Point::new(extent.max.x, at.y)], stroke);
        self.line(&[Point::new(at.x, extent.min.y), Point::new(at.x, extent.max.y)], stroke);
    }

    /// Adds a point or a handle.
    pub fn handle(&mut self, at: Point, handle: &Handle) {
        handles::push_handle(&mut self.handles, at, handle);
        self.added(Kind::Handle, &Rect::around([at]), handle.radius_px);
    }

    /// Whether the camera can see any of it.
    pub(super) fn is_visible(&self, camera: &Camera) -> bool {
        let reach = (f64::from(self.reach_px) + 1.0) / camera.zoom();
        self.bounds.is_some_and(|bounds| camera.visible_rect().expanded(reach).intersects(&bounds))
    }

    fn path(&mut self, points: &[Point], is_closed: bool, stroke: &Stroke) {
        lines::push_path(&mut self.lines, points, is_closed, stroke);
        let reach_px = stroke.width_px / 2.0 + stroke.halo_px;
        self.added(Kind::Line, &Rect::around(points.iter().copied()), reach_px);
    }

    /// Notes the records of this kind that no batch holds yet.
    fn added(&mut self, kind: Kind, bounds: &Rect, reach_px: f32) {
        let num_records = match kind {
            Kind::Fill => self.fills.len(),
            Kind::Rect => self.rects.len(),
            Kind::Line => self.lines.len(),
            Kind::Handle => self.handles.len(),
        };
        let end = u32::try_from(num_records).unwrap_or(u32::MAX);
        match self.batches.last_mut() {
            Some(last) if last.kind == kind => last.records.end = end,
            _ => {
                let start = self.batches.iter().rev().find(|b| b.kind == kind).map_or(0, |b| b.records.end);
                if start < end {
                    self.batches.push(Batch { kind, records: start..end });
                }
            }
        }
        self.bounds = Some(self.bounds.unwrap_or(Rect::EMPTY).union(bounds));
        self.reach_px = self.reach_px.max(reach_px);
    }
}
