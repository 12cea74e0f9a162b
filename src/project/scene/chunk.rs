//! Objects that follow each other in the z order, made into a layer: a job without the document, the GPU or the
//! screen.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::paint::{Look, Painter};
use super::place_order::place_order;
use super::{NameSpot, SceneStyle};
use crate::edit::OrderKey;
use crate::geometry::Rect;
use crate::model::{Object, ObjectId, Schema, Shape};
use crate::render::{ITEMS_PER_RUN, Layer};

/// A chunk has about this many points: few enough to be made anew after an edit within a few milliseconds.
const MEAN_POINTS: usize = 16_384;
/// And at most this many objects.
const MAX_OBJECTS: usize = 4096;
/// Chunks with fewer points for each object than this look the same at every zoom: simpler versions gain nothing.
const MIN_POINTS_TO_SIMPLIFY: usize = 8;
/// The coarsest version serves up to a little more than the zoom at which the objects were seen first, which is
/// mostly that of the whole picture.
const FIRST_ZOOM_MARGIN: f64 = 1.1;
/// Each next version serves up to so much higher a zoom.
const ZOOM_STEP: f64 = 2.0;
/// Simpler versions serve up to the zoom at which the points of the median shape are so many screen pixels apart.
const MAX_SPACING_SCREEN_PX: f64 = 2.4;
/// Of each chunk so many of the largest objects can have their names shown while all are in view.
const NUM_NAMES: usize = 64;

/// How many simpler versions there can be.
pub(super) const NUM_COARSE: usize = 6;

/// How exactly a chunk is made: the number of a simpler version, or [`EXACT`].
pub(super) type Detail = usize;
/// The version with every point.
pub(super) const EXACT: Detail = NUM_COARSE;

/// What a chunk is made of.
pub(super) struct ChunkInput {
    /// From the back to the front.
    pub(super) objects: Vec<Arc<Object>>,
    pub(super) in_conflict: BTreeSet<ObjectId>,
    pub(super) schema: Arc<Schema>,
    pub(super) style: SceneStyle,
    pub(super) look: Look,
    /// The zoom to be seen at, screen pixels per image pixel.
    pub(super) zoom: f64,
    /// The zooms of the versions that there are, if there are any.
    pub(super) max_zooms: Option<[f64; NUM_COARSE]>,
}

/// A chunk as it is drawn.
pub(super) struct Chunk {
    /// The first object of the z order in it; all before belong to other chunks.
    pub(super) first: OrderKey,
    pub(super) detail: Detail,
    pub(super) layer: Layer,
    /// The highest zooms of the simpler versions, ascending; then 0 for those that there are not.
    pub(super) max_zooms: [f64; NUM_COARSE],
    pub(super) bounds: Rect,
    /// The item of the layer that each object is, by id.
    pub(super) items: Vec<(ObjectId, u32)>,
    /// The largest objects, the largest first.
    pub(super) names: Vec<NameSpot>,
}

/// The version of a chunk to be seen at a zoom.
pub(super) fn detail_at(max_zooms: &[f64; NUM_COARSE], zoom: f64) -> Detail {
    max_zooms.iter().position(|max_zoom| zoom <= *max_zoom).unwrap_or(EXACT)
}

/// Objects are divided into chunks by this: it counts what is in the present one.
#[derive(Default)]
pub(super) struct ChunkSize {
    num_objects: usize,
    num_points: usize,
}

impl ChunkSize {
    /// Counts an object. Returns whether the chunk is full with it.
    pub(super) fn add(&mut self, object: &Object) -> bool {
        self.num_objects += 1;
        self.num_points += object.as_shape().map_or(4, num_points);
        self.num_points >= MEAN_POINTS || self.num_objects >= MAX_OBJECTS
    }

    /// The points counted.
    pub(super) fn num_points(&self) -> usize {
        self.num_points
    }
}

impl ChunkInput {
    /// Makes chunks: one, unless the objects have become too many for that.
    pub(super) fn make(&self) -> Vec<Chunk> {
        let mut size = ChunkSize::default();
        let mut ends = Vec::new();
        for (object, end) in self.objects.iter().zip(1..) {
            if size.add(object) {
                size = ChunkSize::default();
                ends.push(end);
            }
        }
        if ends.len() < 2 {
            return vec![self.make_one(&self.objects)];
        }
        let mut chunks = Vec::new();
        let mut start = 0;
        for end in ends.into_iter().chain([self.objects.len()]) {
            if end > start {
                chunks.push(self.make_one(&self.objects[start..end]));
            }
            start = end;
        }
        chunks
    }

    fn make_one(&self, objects: &[Arc<Object>]) -> Chunk {
        let shapes: Vec<Option<&Shape>> = objects.iter().map(|object| object.as_shape()).collect();
        let bounds: Vec<Rect> = shapes.iter().map(|shape| shape.map_or(Rect::EMPTY, Shape::bounds)).collect();
        let max_zooms = self.max_zooms.unwrap_or_else(|| max_zooms(shapes.iter().zip(&bounds), self.zoom));
        let detail = detail_at(&max_zooms, self.zoom);
        let order = place_order(&bounds);
        let painter = Painter::new(&self.schema, self.style);
        let mut layer = Layer::new();
        let mut items = Vec::with_capacity(order.len());
        let mut last_group = 0;
        let mut item = 0_u32;
        for &(i, group) in &order {
            let object = &objects[i as usize];
            if group != last_group {
                // Groups lie anywhere: none shares a run with another.
                item = item.next_multiple_of(ITEMS_PER_RUN);
                layer.begin_group();
                last_group = group;
            }
            layer.begin_item(item);
            let is_in_conflict = self.in_conflict.contains(&object.id);
            match max_zooms.get(detail) {
                Some(max_zoom) => {
                    painter.coarse_object(&mut layer, object, self.look, is_in_conflict, *max_zoom);
                }
                None => painter.object(&mut layer, object, self.look, is_in_conflict),
            }
            items.push((object.id, item));
            item += 1;
        }
        layer.shrink_to_fit();
        items.sort_unstable();
        let key = |object: &Arc<Object>| (object.z, object.id);
        Chunk {
            first: objects.first().map_or((i64::MIN, ObjectId::from_u128(0)), key),
            detail,
            layer,
            max_zooms,
            bounds: bounds.iter().fold(Rect::EMPTY, |all, rect| all.union(rect)),
            items,
            names: largest(objects, &bounds),
        }
    }
}

fn largest(objects: &[Arc<Object>], bounds: &[Rect]) -> Vec<NameSpot> {
    let mut spots: Vec<NameSpot> = objects
        .iter()
        .zip(bounds)
        .filter(|(object, bounds)| object.label.is_some() && bounds.min.is_finite() && bounds.max.is_finite())
        .map(|(object, bounds)| NameSpot { id: object.id, bounds: *bounds })
        .collect();
    let by_size = |spot: &NameSpot| Reverse(spot.size_key());
    if spots.len() > NUM_NAMES {
        spots.select_nth_unstable_by_key(NUM_NAMES, by_size);
        spots.truncate(NUM_NAMES);
    }
    spots.sort_unstable_by_key(by_size);
    spots
}

/// Up to which zooms simpler versions of these shapes, given with their bounds and first seen at a zoom, serve.
fn max_zooms<'a>(
    shapes: impl Iterator<Item = (&'a Option<&'a Shape>, &'a Rect)>,
    zoom: f64,
) -> [f64; NUM_COARSE] {
    let (mut num_shapes, mut all_points) = (0, 0);
    let mut spacings = Vec::new();
    for (shape, bounds) in shapes {
        let Some(shape) = shape else { continue };
        let points = num_points(shape);
        (num_shapes, all_points) = (num_shapes + 1, all_points + points);
        spacings.push(2.0 * (bounds.width() + bounds.height()) / points.max(1) as f64);
    }
    if all_points <= num_shapes * MIN_POINTS_TO_SIMPLIFY {
        return [0.0; NUM_COARSE];
    }
    let middle = spacings.len() / 2;
    let (_, &mut median_px, _) = spacings.select_nth_unstable_by(middle, f64::total_cmp);
    let highest = if median_px > 0.0 { MAX_SPACING_SCREEN_PX / median_px } else { 0.0 };
    let mut max_zoom = zoom * FIRST_ZOOM_MARGIN;
    [(); NUM_COARSE].map(|()| {
        let this = if max_zoom <= highest { max_zoom } else { 0.0 };
        max_zoom *= ZOOM_STEP;
        this
    })
}

/// How many points draw a shape.
pub(super) fn num_points(shape: &Shape) -> usize {
    match shape {
        Shape::Box(_) | Shape::RotatedBox(_) => 4,
        Shape::Cuboid(_) => 16,
        Shape::Ellipse(_) => 32,
        Shape::Polygon(polygon) => polygon.num_points(),
        Shape::Polyline(line) => line.0.len(),
        Shape::Points(points) => points.0.len(),
        Shape::Skeleton(skeleton) => 2 * skeleton.0.len(),
        Shape::Mask(mask) => 2 * mask.runs.len(),
    }
}
