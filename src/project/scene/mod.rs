//! What objects look like over their picture: the same in the window and in `fieldmark render`.
//!
//! A [`SceneStyle`] says how, a [`Painter`] turns shapes into the primitives of a [`Layer`], and a [`Scene`] keeps
//! the layers of one document between frames.
//!
//! ```text
//! scene.layers(&view, workers)                               the objects, from back to front
//! painter.object(&mut layer, object, Look::Selected, false)  those that stand out, in a layer above
//! painter.shape(&mut layer, shape, label, Look::Selected)    a draft
//! ```
//!
//! **Chunks.** Objects that follow each other in the z order are one chunk, which is one layer. In a chunk,
//! neighbours on the picture are drawn one after the other as far as overlaps allow ([`place_order`]), so that what
//! is out of view is skipped; and there are simpler versions for low zooms ([`coarse`]), made when they are first
//! looked at. Chunks are made by background jobs from shared objects, never from the document.
//!
//! **Edits.** The scene asks the document what changed. What did is left out of its chunk and drawn by itself right
//! over it, in the same frame; a job then makes the chunk anew. Small chunks are made at once.
//!
//! **Looks.** A low fill and an outline in the label's colour; a dark halo keeps the outline visible on any picture.
//! Selected objects have a thicker outline in a light halo, hovered ones a stronger fill. The outlines of locked
//! objects are dashed, those of suggestions dotted, conflicts have a second outline and a marker. Hidden objects are
//! not drawn at all.
//!
//! **Invariants.** Lengths are physical screen pixels. No egui. Nothing here needs a GPU.

mod chunk;
mod coarse;
mod names;
mod paint;
mod part;
mod place_order;
mod retained;
#[cfg(test)]
mod tests;

pub use names::{NameTag, place_names};
pub use paint::{Look, Marks, Painter};
pub use retained::{Scene, SceneView, Workers};

use crate::geometry::Rect;
use crate::model::ObjectId;
use crate::render::Color;

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

/// An object that may bear its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameSpot {
    /// The object.
    pub id: ObjectId,
    /// The bounds of its shape, image pixels.
    pub bounds: Rect,
}

impl NameSpot {
    /// Grows with the size of the object.
    pub fn size_key(&self) -> u64 {
        // The bits of numbers that are not negative are in the order of the numbers.
        (self.bounds.width() + self.bounds.height()).max(0.0).to_bits()
    }
}
