//! Pixel-space geometry in `f64`: points, boxes, polygons with holes, run-length masks.
//!
//! **Space.** The origin is the outer *corner* of the top-left pixel, x runs right, y runs down. Pixel
//! (i, j) covers `[i, i+1) × [j, j+1)`, so its centre is `(i + 0.5, j + 0.5)` and a picture is the box
//! `[0, width] × [0, height]`. Angles are degrees, clockwise on screen.
//!
//! **Filling.** A ring is a closed polyline without a repeated last point. Rings are filled by the even-odd
//! rule wherever they come from outside; the types here keep an outer ring and its holes apart.
//!
//! **Invariants.** Nothing here knows labels, files or a screen. No function panics on NaN, on an empty ring
//! or on a self-crossing one; the result is then empty or best effort, as each function says.

mod mask;
mod point;
mod polygon;
mod rect;

pub use mask::Mask;
pub use point::{Point, Vector};
pub use polygon::{Polygon, PolygonPart, ring_area, ring_contains, segment_distance};
pub use rect::Rect;
