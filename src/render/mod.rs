//! Drawing on the GPU: a picture, and shapes over it, on screen and offscreen through the same code.
//!
//! **How it thinks.** What is drawn is plain and shared: an `Arc<dyn `[`TiledPicture`](crate::pixels::TiledPicture)`>`
//! (a picture of any size, in tiles that come when they are wanted) or an `Arc<`[`VideoPicture`]`>` (a frame of a video in
//! the planes of its decoder), and any number of `Arc<`[`Layer`]`>` (polygons, lines, masks, handles in image
//! coordinates), which do not change. A [`Frame`] names them together with a [`Camera`] and a [`Display`]. A [`Renderer`] holds what
//! never changes (pipelines); a [`Canvas`] is the GPU's memory of one view. A canvas recognises pictures and
//! layers by their `Arc`: whoever changes something makes a new `Arc`, and only that is uploaded. When just
//! the camera moves, not a byte of geometry or picture is. There is no revision to forget.
//!
//! ```text
//! each frame:  canvas.prepare(&renderer, &frame, origin_px) → FrameStats     uploads, within a budget
//!              canvas.paint(&renderer, &mut render_pass)                     draws, inside anybody's pass
//! ```
//!
//! [`OffscreenRenderer`] does the same into a texture and reads it back. Each primitive is a file here and a
//! shader of the same name in `shaders/`, which `common.wgsl` precedes, and `picture.wgsl` that of pictures and videos.
//!
//! **Spaces.** Image space is that of [`geometry`](crate::geometry): f64 pixels, origin at the outer corner of
//! the top-left pixel. Screen space ([`ScreenPoint`]) is in *physical* pixels from the top-left corner of the
//! view; the centre of its first pixel is (0.5, 0.5). Widths and radii of lines and handles are physical
//! pixels as well: the caller multiplies by the display's scale.
//!
//! **Precision.** A vertex travels as whole image pixels (`i32`) and a fraction (1/65,536 pixel), see
//! `position.rs`. The shader subtracts the camera's whole pixels as integers, so a vertex at 1,000,000.5 is as
//! steady as one at 0.5, without any upload when the camera moves, and whatever a driver's fast-math does.
//! (A pair of floats, high and low, would be broken by a compiler that reorders sums.)
//!
//! **Order.** The picture with its checkerboard and pixel grid; then the layers in the order of the frame;
//! in a layer, the primitives in the order in which they were added. Neighbours of one kind share a draw
//! call: add all fills first and then all outlines, and 100,000 polygons are two calls. A layer outside the
//! view costs nothing; in a layer, what is out of view is skipped by eight *items* each. Many objects are best
//! kept in layers of about a thousand: then an edit uploads only its own. A layer can hold coarser versions of
//! itself for low zooms, and items of it can be left out without uploading anything.
//!
//! **Budgets.** Tiles and layers share what a frame may take of the processor's time and upload ([`FrameBudget`]). What
//! the hand has just done is never part of it. What has to wait is replaced by something coarser that is there, and
//! [`FrameStats`] says that another frame is due.
//!
//! **Colour.** Colours and pictures are 8-bit sRGB with straight alpha ([`Color`]). Blending, bilinear sampling
//! and reduction to smaller sizes work on the sRGB values as they are, as browsers and egui do, so 1:1 shows
//! the exact bytes of the file. That is for a target that is not `…Srgb`, egui's usual one. On an `…Srgb` target
//! the shaders hand out linear values: opaque colours are the same there, translucent ones blend in linear
//! light and look slightly different.
//!
//! **Edges.** Lines and handles are antialiased in their shaders, so no multisampling is needed. The edges of
//! fills, masks and rectangles are exact instead: a screen pixel belongs to an area if its centre does.
//!
//! **Invariants.** No objects, labels, files or egui. Nothing here waits for the GPU but
//! [`OffscreenRenderer::render`]. Bad input (no points, NaN, far too many) draws less; it never panics. The
//! memory on the GPU is that of the frame's layers, and of those tiles of the frame's picture that were
//! looked at.

mod adapter;
mod boxes;
mod budget;
mod buffer;
mod camera;
mod canvas;
mod fills;
mod handles;
mod image;
mod layer;
mod layer_memory;
mod lines;
mod offscreen;
mod position;
mod records;
mod rects;
mod renderer;
mod style;
#[cfg(test)]
mod tests;
mod tile_pool;
mod video;

pub use adapter::AdapterSummary;
pub use budget::{FRAME_TIME, FrameBudget};
pub use camera::{Camera, ScreenPoint};
pub use canvas::{Canvas, Frame, FramePicture, FrameStats};
pub use layer::Layer;
pub use offscreen::{FrameTimes, OffscreenRenderer, RenderError};
pub use records::ITEMS_PER_RUN;
pub use renderer::Renderer;
pub use style::{Color, Display, Handle, HandleShape, Sampling, Stroke};
pub use video::VideoPicture;
