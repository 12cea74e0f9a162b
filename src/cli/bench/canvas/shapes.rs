//! Generated scenes: shapes all over a picture, the same for the same numbers.

use std::sync::Arc;

use crate::base::clock::SystemClock;
use crate::edit::{Document, Edit, StampSource, Transaction};
use crate::geometry::{Point, Polygon, Rect, Vector};
use crate::model::{ActorId, AssetId, Color, Label, LabelId, Object, ObjectId, Schema, Shape};
use crate::pixels::Size;

/// What shapes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Polygons.
    Polygons,
    /// Upright boxes.
    Boxes,
}

/// A scene to generate.
#[derive(Clone, Copy, Debug)]
pub struct SceneOptions {
    /// The picture.
    pub picture: Size,
    /// How many shapes.
    pub num_shapes: usize,
    /// Of which kind.
    pub kind: Kind,
    /// Points of each polygon.
    pub num_points: usize,
}

/// The labels of the scene.
const NUM_LABELS: u32 = 12;
/// Objects that are made in one go.
const BATCH: usize = 10_000;

/// Numbers that look random and are always the same (SplitMix64, Steele and others 2014).
pub struct Random(pub u64);

impl Random {
    /// From 0 up to 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Labels of a dozen colours.
pub fn schema() -> Schema {
    Schema::from_labels((0..NUM_LABELS).map(|i| {
        let part = |n: u32| (60 + (i * n) % 190) as u8;
        Label::new(
            LabelId::from_u128(u128::from(i) + 1),
            format!("label {i}"),
            Color::new(part(67), part(131), part(29)),
        )
    }))
}

/// The document of a scene, through ops as any other.
pub fn document(options: &SceneOptions) -> (Document, StampSource) {
    let asset = AssetId::from_u128(1);
    let mut document = Document::new(asset);
    let mut stamps = StampSource::new(Arc::new(SystemClock), ActorId::from_u128(1));
    let mut random = Random(options.num_shapes as u64);
    let mut next = 0;
    while next < options.num_shapes {
        let end = (next + BATCH).min(options.num_shapes);
        let edits: Vec<Edit> =
            (next..end).map(|i| Edit::create(asset, &object(options, i, &mut random))).collect();
        for op in &Transaction::from_edits("Generate", edits, &document, &mut stamps).ops {
            document.apply(op);
        }
        next = end;
    }
    (document, stamps)
}

fn object(options: &SceneOptions, i: usize, random: &mut Random) -> Object {
    let (width, height) = (f64::from(options.picture.width), f64::from(options.picture.height));
    // On average, shapes fill a third of their share of the picture.
    let side = (width * height / options.num_shapes as f64).sqrt() * (0.3 + 0.6 * random.unit());
    let center = Point::new(random.unit() * width, random.unit() * height);
    let shape = match options.kind {
        Kind::Boxes => {
            let size = Vector::new(side, side * (0.5 + random.unit()));
            Shape::from_rect(Rect::from_center(center, size))
        }
        Kind::Polygons => {
            let num_points = options.num_points.max(3);
            let ring = (0..num_points).map(|k| {
                let angle = k as f64 / num_points as f64 * std::f64::consts::TAU;
                center + Vector::new(angle.cos(), angle.sin()) * (side * (0.35 + 0.2 * random.unit()))
            });
            Shape::Polygon(Polygon::from_ring(ring.collect()))
        }
    };
    let label = LabelId::from_u128(i as u128 % u128::from(NUM_LABELS) + 1);
    Object::shape(ObjectId::from_u128(i as u128 + 1), shape, Some(label))
}
