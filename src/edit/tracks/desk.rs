//! A document with tracks, for tests.

use std::sync::Arc;

use proptest::prelude::*;

use crate::base::clock::ManualClock;
use crate::edit::{Document, Edit, StampSource, Transaction, shape_at};
use crate::geometry::Rect;
use crate::model::{ActorId, AssetId, Content, Keyframe, Object, ObjectId, Shape, Track};

pub const ASSET: AssetId = AssetId::from_u128(1);

/// A box, 10 by 10 px, with its left side at `x`.
pub fn box_at(x: f64) -> Shape {
    Shape::from_rect(Rect::from_xywh(x, 0.0, 10.0, 10.0))
}

/// A track of boxes: frame, left side, outside.
pub fn track(keyframes: &[(u32, f64, bool)]) -> Track {
    let keyframe = |x: f64, outside| Keyframe { shape: box_at(x), outside, occluded: false };
    Track {
        keyframes: keyframes.iter().map(|&(frame, x, outside)| (frame, keyframe(x, outside))).collect(),
        ..Track::default()
    }
}

pub fn object(n: u128, track: Track) -> Object {
    Object::new(ObjectId::from_u128(n), Content::Track(track), None)
}

/// Tracks of boxes with a few keyframes on the first 40 frames.
pub fn any_track() -> impl Strategy<Value = Track> {
    let keyframe = (-50.0..50.0_f64, proptest::bool::weighted(0.3), any::<bool>())
        .prop_map(|(x, outside, occluded)| Keyframe { shape: box_at(x), outside, occluded });
    proptest::collection::btree_map(0..40_u32, keyframe, 1..7)
        .prop_map(|keyframes| Track { keyframes, ..Track::default() })
}

/// Where a track is to be seen and whether it is occluded there, frame by frame.
pub fn look(track: &Track, frame: u32) -> Option<(f64, bool)> {
    shape_at(track, frame).map(|at| (at.shape.bounds().min.x, at.occluded))
}

/// Whether two looks are the same, but for rounding.
pub fn is_same(a: Option<(f64, bool)>, b: Option<(f64, bool)>) -> bool {
    match (a, b) {
        (Some((a_x, a_occluded)), Some((b_x, b_occluded))) => {
            (a_x - b_x).abs() < 1e-6 && a_occluded == b_occluded
        }
        (None, None) => true,
        _ => false,
    }
}

pub struct Desk {
    pub document: Document,
    stamps: StampSource,
}

impl Default for Desk {
    fn default() -> Self {
        let stamps = StampSource::new(Arc::new(ManualClock::at_ms(0)), ActorId::from_u128(3));
        Self { document: Document::new(ASSET), stamps }
    }
}

impl Desk {
    pub fn with(objects: &[Object]) -> Self {
        let mut desk = Self::default();
        desk.commit(objects.iter().map(|object| Edit::create(ASSET, object)).collect());
        desk
    }

    pub fn with_track(keyframes: &[(u32, f64, bool)]) -> (Self, ObjectId) {
        let object = object(1, track(keyframes));
        (Self::with(std::slice::from_ref(&object)), object.id)
    }

    pub fn commit(&mut self, edits: Vec<Edit>) {
        let transaction = Transaction::from_edits("", edits, &self.document, &mut self.stamps);
        for op in &transaction.ops {
            assert!(self.document.apply(op), "an edit that changes nothing: {op:?}");
        }
    }

    pub fn object(&self, id: ObjectId) -> Object {
        self.document.object(id).expect("it is there").clone()
    }

    pub fn track(&self, id: ObjectId) -> Track {
        self.object(id).as_track().expect("it is a track").clone()
    }
}
