//! Areas that were worked out from the picture, and how they become objects: polygons or masks.

use super::{DraftShape, Response, ToolContext, drawing};
use crate::geometry::{Mask, Polygon};
use crate::model::{Shape, ShapeKind};

/// Straight edges instead of the steps of slanted borders.
const POLYGON_TOLERANCE_SAMPLES: f64 = 0.75;

/// The kind of shape that areas become: the one that the person wants, or the other one where the label allows only that.
fn kind(ctx: &ToolContext) -> ShapeKind {
    let (wanted, other) = match ctx.settings.found_areas_are_masks {
        false => (ShapeKind::Polygon, ShapeKind::Mask),
        true => (ShapeKind::Mask, ShapeKind::Polygon),
    };
    let allows = |kind| drawing::refusal(ctx, kind).is_none();
    if !allows(wanted) && allows(other) { other } else { wanted }
}

/// How far outlines of areas may leave the border of the samples, in samples.
pub(super) fn tolerance_samples(ctx: &ToolContext) -> f64 {
    if kind(ctx) == ShapeKind::Polygon { POLYGON_TOLERANCE_SAMPLES } else { 0.0 }
}

/// Why no area can become an object now.
pub(super) fn refusal(ctx: &ToolContext) -> Option<String> {
    drawing::refusal(ctx, kind(ctx))
}

/// An area while it is worked on.
pub(super) fn draft(ctx: &ToolContext, area: &Polygon) -> Option<DraftShape> {
    let shape = Shape::Polygon(area.clone());
    (!area.is_empty()).then_some(DraftShape { shape, label: ctx.label })
}

/// Makes an object of an area. An empty one makes none, and the person is told.
pub(super) fn finish(ctx: &ToolContext, area: Polygon) -> Response {
    let shape = match kind(ctx) {
        ShapeKind::Mask => Shape::Mask(Mask::from_polygon(&area, ctx.picture.width, ctx.picture.height)),
        _ => Shape::Polygon(area),
    };
    if shape.is_valid() { drawing::finish(ctx, shape) } else { Response::notice("There is no area to keep.") }
}
