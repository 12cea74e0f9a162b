//! What objects look like over their picture: the same in the window and in `fieldmark render`.
//!
//! A [`SceneStyle`] says how, a [`Painter`] turns shapes into the primitives of a [`Layer`], and a [`Scene`] keeps
//! the layers of one document between frames: after an edit it makes only the few anew in which something changed,
//! so that a picture with 100,000 objects costs an edit no more than one with 1,000.
//!
//! ```text
//! scene.layers(document, schema, style, frame, is_shown)    the objects, from back to front
//! painter.object(&mut layer, object, Look::Selected)         those that stand out, in a layer above
//! painter.shape(&mut layer, shape, label, Look::Selected)    a draft
//! ```
//!
//! **Looks.** A low fill and an outline in the label's colour; a dark halo keeps the outline visible on any picture.
//! Selected objects have a thicker outline in a light halo, hovered ones a stronger fill. The outlines of locked
//! objects are dashed. Hidden objects are not drawn at all.
//!
//! **Invariants.** Lengths are physical screen pixels. No egui. Nothing here needs a GPU.

mod paint;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

pub use paint::{Look, Painter};

use crate::edit::Document;
use crate::model::{Flag, Object, ObjectId, Schema};
use crate::render::{Color, Layer};

/// How objects are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SceneStyle {
    /// How strongly areas are filled, 0 to 1.
    pub fill_opacity: f32,
    /// Width of outlines, physical pixels.
    pub line_width_px: f32,
    /// Physical pixels per point: halos, points and handles grow with it.
    pub scale: f32,
    /// The halo and the handles of what is selected.
    pub accent: Color,
}

impl Default for SceneStyle {
    fn default() -> Self {
        Self { fill_opacity: 0.2, line_width_px: 2.0, scale: 1.0, accent: Color::WHITE }
    }
}

/// One in this many objects begins a new layer. Which ones do follows from their ids, so that an object that comes
/// or goes changes its own layer and leaves the others as they are.
const MEAN_OBJECTS_PER_LAYER: u128 = 512;

/// The layers of one document, kept from frame to frame.
#[derive(Default)]
pub struct Scene {
    /// What the layers were made with, besides the objects.
    made_with: Option<(Arc<Schema>, SceneStyle, u32)>,
    layers: HashMap<u64, Arc<Layer>>,
}

impl Scene {
    /// The layers of all objects of a document for which `is_shown` says so, from back to front. Hidden objects
    /// are left out. Tracks are shown as they are on `frame`.
    ///
    /// Layers in which nothing changed since the last call are the same `Arc`s as then.
    pub fn layers(
        &mut self,
        document: &Document,
        schema: &Arc<Schema>,
        style: SceneStyle,
        frame: u32,
        is_shown: impl Fn(&Object) -> bool,
    ) -> Vec<Arc<Layer>> {
        let is_current = self.made_with.as_ref().is_some_and(|(old_schema, old_style, old_frame)| {
            Arc::ptr_eq(old_schema, schema) && *old_style == style && *old_frame == frame
        });
        if !is_current {
            self.layers.clear();
            self.made_with = Some((Arc::clone(schema), style, frame));
        }
        let painter = Painter::new(schema, style, frame);
        let objects =
            document.objects().into_iter().filter(|object| !object.has(Flag::Hidden) && is_shown(object));
        let mut kept = HashMap::new();
        let mut layers = Vec::new();
        for chunk in chunks(objects) {
            let key = fingerprint(document, &chunk);
            let layer = self.layers.remove(&key).unwrap_or_else(|| Arc::new(painter.layer(&chunk)));
            kept.insert(key, Arc::clone(&layer));
            layers.push(layer);
        }
        self.layers = kept;
        layers
    }
}

fn chunks<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<Vec<&'a Object>> {
    let mut chunks: Vec<Vec<&Object>> = Vec::new();
    for object in objects {
        match chunks.last_mut() {
            Some(chunk) if !begins_layer(object.id) => chunk.push(object),
            _ => chunks.push(vec![object]),
        }
    }
    chunks
}

fn begins_layer(id: ObjectId) -> bool {
    // The low bits of an id are random.
    u128::from_be_bytes(*id.as_bytes()).is_multiple_of(MEAN_OBJECTS_PER_LAYER)
}

/// Differs when any of the objects differs: every change of an object has a stamp of its own.
fn fingerprint(document: &Document, objects: &[&Object]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for object in objects {
        object.id.hash(&mut hasher);
        document.state(object.id).and_then(|state| state.registers().latest_stamp()).hash(&mut hasher);
    }
    hasher.finish()
}
