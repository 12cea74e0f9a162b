//! Pixel-space geometry in `f64`: points, boxes, polygons with holes, run-length masks.
//!
//! **Space.** The origin is the outer *corner* of the top-left pixel, x runs right, y runs down. Pixel
//! (i, j) covers `[i, i+1) × [j, j+1)`, so its centre is `(i + 0.5, j + 0.5)` and a picture is the box
//! `[0, width] × [0, height]`. Angles are degrees, clockwise on screen. Functions whose name or parameters say
//! `_px` mean lengths in pixels.
//!
//! **Filling.** A ring is a closed polyline without a repeated last point. Rings are filled by the even-odd
//! rule wherever they come from outside; the types here keep an outer ring and its holes apart. What an
//! algorithm returns is in order: outer rings run clockwise on screen ([`ring_area`] above 0), holes the other
//! way.
//!
//! **Polygons and masks.** Polygons have set operations (`boolean`), are cut by lines (`slice`), simplified and
//! triangulated. Masks have the same set operations on run lengths. `raster` leads from a polygon to the mask of
//! all pixels whose centre is inside, `trace` from a mask to the polygon along its pixel borders, which gives
//! exactly that mask back. All work on masks is done on runs: a hundred megapixels cost what their borders cost.
//!
//! **Reach.** Polygons count as at most 10⁹ pixels from the origin where they are computed with, and set
//! operations round crossing points to about a billionth of the operands' extent. Masks reach
//! [`Mask::FARTHEST`] pixels; what lies beyond is left out.
//!
//! **Invariants.** Nothing here knows labels, files or a screen. No function panics on NaN, on an empty ring
//! or on a self-crossing one; the result is then empty or best effort, as each function says. No recursion is as
//! deep as the data is long.

mod boolean;
mod brush;
mod ellipse;
mod index;
mod iou;
mod line;
mod mask;
mod mask_columns;
mod mask_ops;
mod point;
mod polygon;
mod raster;
mod rect;
mod rotated;
mod simplify;
mod slice;
mod spans;
mod trace;
mod triangulate;

#[cfg(test)]
pub(crate) mod arbitrary;

pub use ellipse::ellipse_polygon;
pub use index::SpatialIndex;
pub use line::{
    Nearest, line_length, nearest_on_line, nearest_on_ring, point_at_fraction, resample_line, resample_ring,
    ring_length,
};
pub use mask::{Mask, MaskError};
pub use point::{Point, Vector};
pub use polygon::{Polygon, PolygonPart, ring_area, ring_contains, segment_distance};
pub use rect::Rect;
pub use rotated::{convex_hull, min_area_rect, rotated_rect_corners};
pub use simplify::{simplify_line, simplify_ring};
pub use triangulate::{triangulate, triangulate_indices};
