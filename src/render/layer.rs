//! What lies over the picture: primitives in image coordinates, ready to be uploaded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::geometry::{Mask, Point, Polygon, Rect};

use super::records::{Kind, Records};
use super::style::{Color, Handle, Stroke};
use super::{boxes, fills, handles, lines, rects};

/// A list of primitives in image coordinates; later ones lie over earlier ones.
///
/// It is filled once, put into an `Arc` and not changed any more: a [`Canvas`](super::Canvas) uploads it once. Building
/// one needs no GPU and may happen in a background job. Neighbours of one kind share a draw call, so add many
/// of one kind before the first of the next.
///
/// **Items.** Primitives belong to the item named last by [`Layer::begin_item`]. A copy of the layer can leave items
/// out ([`Layer::without`]); it shares what is on the GPU.
///
/// **Details.** A layer can hold coarser versions of itself, each of which is drawn up to some zoom in its place
/// ([`Layer::with_coarser`]). They are uploaded when they are first seen.
#[derive(Clone, Default)]
pub struct Layer {
    finest: Arc<Records>,
    /// With the highest zoom at which each is drawn, the coarsest first.
    coarser: Vec<(f64, Arc<Records>)>,
    /// In ascending order.
    hidden: Arc<[u32]>,
    is_at_once: bool,
    stand_ins: Arc<[Arc<Layer>]>,
    /// Shared by all copies.
    has_arrived: Arc<AtomicBool>,
}

impl Layer {
    /// A layer without primitives.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, to be seen in the first frame that holds it, however much else there is to upload: what the hand is
    /// doing. It should be small.
    pub fn at_once(self) -> Self {
        Self { is_at_once: true, ..self }
    }

    /// The same; while it is in view and none of it has been uploaded, those layers are drawn in its place, as far as
    /// they are on the GPU.
    pub fn in_place_of(self, former: &[Arc<Self>]) -> Self {
        Self { stand_ins: former.into(), ..self }
    }

    /// Whether nothing has to stand in for it any longer.
    pub fn has_arrived(&self) -> bool {
        self.has_arrived.load(Ordering::Relaxed)
    }

    pub(super) fn note_arrival(&self) {
        self.has_arrived.store(true, Ordering::Relaxed);
    }

    pub(super) fn stand_ins(&self) -> &[Arc<Self>] {
        &self.stand_ins
    }

    pub(super) fn is_at_once(&self) -> bool {
        self.is_at_once
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.finest.is_empty()
    }

    /// What follows belongs to this item. Give neighbours on the picture neighbouring numbers, and go through them
    /// in ascending order: what is out of view is skipped by [`ITEMS_PER_RUN`](super::ITEMS_PER_RUN) items, from a
    /// multiple of that on.
    pub fn begin_item(&mut self, item: u32) {
        self.records().item = item;
    }

    /// Of what follows, all of one kind is drawn together (areas, boxes, lines, points), whatever the order in which
    /// it is added: for objects that do not overlap each other. Lasts until the next group begins.
    pub fn begin_group(&mut self) {
        self.records().begin_group();
    }

    /// The same, with another layer drawn in its place up to this zoom, screen pixels per image pixel. The items of
    /// both are numbered alike.
    pub fn with_coarser(mut self, max_zoom: f64, coarser: &Self) -> Self {
        let at = self.coarser.partition_point(|(zoom, _)| *zoom < max_zoom);
        self.coarser.insert(at, (max_zoom, Arc::clone(&coarser.finest)));
        self
    }

    /// The same without some items; everything else is shared. Replaces what an earlier call left out.
    pub fn without(&self, mut items: Vec<u32>) -> Self {
        items.sort_unstable();
        items.dedup();
        Self { hidden: items.into(), ..self.clone() }
    }

    /// Gives back the memory that was set aside for more primitives.
    pub fn shrink_to_fit(&mut self) {
        self.records().shrink_to_fit();
    }

    /// How many bytes of primitives it holds, those of coarser versions included.
    pub fn num_bytes(&self) -> u64 {
        self.versions().map(|records| records.num_bytes()).sum()
    }

    /// Adds a filled polygon; its holes stay clear.
    pub fn fill(&mut self, polygon: &Polygon, color: Color) {
        let records = self.records();
        fills::push_polygon(&mut records.fills, polygon, color);
        records.added(Kind::Fill, &polygon.bounds(), 0.0);
    }

    /// Adds a filled rectangle.
    pub fn rect(&mut self, rect: &Rect, color: Color) {
        let records = self.records();
        rects::push_rect(&mut records.rects, rect, color);
        records.added(Kind::Rect, rect, 0.0);
    }

    /// Adds an upright box with a fill and an outline: much cheaper than [`Layer::rect`] and [`Layer::ring`], and
    /// looks the same. It may be as small as a point.
    pub fn outlined_box(&mut self, rect: &Rect, fill: Color, stroke: &Stroke) {
        let records = self.records();
        boxes::push_box(&mut records.boxes, rect, fill, stroke);
        records.added(Kind::Box, rect, reach_px(stroke));
    }

    /// Covers what of `outer` lies outside `hole`.
    pub fn dim_around(&mut self, hole: &Rect, outer: &Rect, color: Color) {
        let records = self.records();
        rects::push_surroundings(&mut records.rects, hole, outer, color);
        records.added(Kind::Rect, outer, 0.0);
    }

    /// Adds the set pixels of a mask.
    pub fn mask(&mut self, mask: &Mask, color: Color) {
        self.scaled_mask(mask, 1.0, color);
    }

    /// Adds the set pixels of a mask of which each stands for a square with sides of `pixel_px` image pixels.
    pub fn scaled_mask(&mut self, mask: &Mask, pixel_px: f64, color: Color) {
        let bounds = mask.bounds();
        let scaled = |p: Point| Point::new(p.x * pixel_px, p.y * pixel_px);
        let records = self.records();
        rects::push_mask(&mut records.rects, mask, pixel_px, color);
        records.added(Kind::Rect, &Rect { min: scaled(bounds.min), max: scaled(bounds.max) }, 0.0);
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
        let records = self.records();
        handles::push_handle(&mut records.handles, at, handle);
        records.added(Kind::Handle, &Rect::around([at]), handle.radius_px);
    }

    /// The version to draw at a zoom.
    pub(super) fn at_zoom(&self, zoom: f64) -> &Arc<Records> {
        let coarse = self.coarser.iter().find(|(max_zoom, _)| zoom <= *max_zoom);
        coarse.map_or(&self.finest, |(_, records)| records)
    }

    /// All versions, the finest first.
    pub(super) fn versions(&self) -> impl Iterator<Item = &Arc<Records>> {
        std::iter::once(&self.finest).chain(self.coarser.iter().rev().map(|(_, records)| records))
    }

    /// The items that are left out, in ascending order.
    pub(super) fn hidden(&self) -> &[u32] {
        &self.hidden
    }

    fn path(&mut self, points: &[Point], is_closed: bool, stroke: &Stroke) {
        let records = self.records();
        lines::push_path(&mut records.lines, points, is_closed, stroke);
        records.added(Kind::Line, &Rect::around(points.iter().copied()), reach_px(stroke));
    }

    /// Copies them first when they are shared already.
    fn records(&mut self) -> &mut Records {
        Arc::make_mut(&mut self.finest)
    }
}

/// How far a stroke reaches beyond its line.
fn reach_px(stroke: &Stroke) -> f32 {
    stroke.width_px / 2.0 + stroke.halo_px
}
