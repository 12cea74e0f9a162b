//! Where a point goes that the pointer asks for: constrained, snapped, inside the picture.

use super::constraint::{ANGLE_STEP_DEGREES, clip_way, constrain_angle};
use super::outline::{edges, vertices};
use super::{Modifiers, SnapKind, SnapMark, ToolContext};
use crate::geometry::{Point, Rect};
use crate::model::{ObjectId, Shape};

/// The place of a point, and what it snapped to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// The place, image pixels.
    pub at: Point,
    /// What is there.
    pub snap: Option<SnapMark>,
}

/// Where a new point of a drawing goes: inside the picture, in steps of 15° from `anchor` with Shift, and else
/// on a near vertex or edge of another object, where the person wants that and does not hold Ctrl.
pub fn aim(ctx: &ToolContext, pointer: Point, modifiers: Modifiers, anchor: Option<Point>) -> Aim {
    aim_within(ctx, Some(ctx.picture_rect()), pointer, modifiers, anchor, &[])
}

/// Where a point of existing objects goes: as [`aim`], but inside the picture only where the person wants that,
/// and never snapped to the objects themselves.
pub fn aim_existing(
    ctx: &ToolContext,
    pointer: Point,
    modifiers: Modifiers,
    anchor: Option<Point>,
    objects: &[ObjectId],
) -> Aim {
    let limits = ctx.settings.keep_inside.then(|| ctx.picture_rect());
    aim_within(ctx, limits, pointer, modifiers, anchor, objects)
}

fn aim_within(
    ctx: &ToolContext,
    limits: Option<Rect>,
    pointer: Point,
    modifiers: Modifiers,
    anchor: Option<Point>,
    except: &[ObjectId],
) -> Aim {
    if let Some(anchor) = anchor.filter(|_| modifiers.shift) {
        let at = constrain_angle(anchor, pointer, ANGLE_STEP_DEGREES);
        return Aim { at: limits.map_or(at, |limits| clip_way(anchor, at, &limits)), snap: None };
    }
    let is_allowed = |mark: &SnapMark| limits.is_none_or(|limits| limits.contains(mark.at));
    let snap = snap(ctx, pointer, modifiers, except).filter(is_allowed);
    let free = limits.map_or(pointer, |limits| limits.clamp(pointer));
    Aim { at: snap.map_or(free, |mark| mark.at), snap }
}

/// The nearest vertex of another object within reach, or else the nearest point of an edge.
fn snap(ctx: &ToolContext, p: Point, modifiers: Modifiers, except: &[ObjectId]) -> Option<SnapMark> {
    if !ctx.settings.snap || modifiers.ctrl {
        return None;
    }
    let reach_px = ctx.image_px(ctx.settings.snap_distance_screen_px);
    let around = Rect { min: p, max: p }.expanded(reach_px);
    let shapes: Vec<&Shape> = ctx
        .hits
        .within(&around)
        .filter(|id| !except.contains(id))
        .filter_map(|id| ctx.objects.object(id).filter(|object| ctx.is_visible(object))?.as_shape())
        .collect();
    let nearest = |points: &mut dyn Iterator<Item = Point>, kind| {
        points
            .map(|at| (at.distance(p), at))
            .filter(|(distance_px, _)| *distance_px <= reach_px)
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, at)| SnapMark { at, kind })
    };
    let has_edges = |shape: &&&Shape| !matches!(shape, Shape::Ellipse(_));
    let mut all_vertices = shapes.iter().flat_map(|shape| vertices(shape)).map(|(_, at)| at);
    let mut all_edges = shapes.iter().filter(has_edges).flat_map(|shape| edges(shape)).map(|e| e.nearest(p));
    nearest(&mut all_vertices, SnapKind::Vertex).or_else(|| nearest(&mut all_edges, SnapKind::Edge))
}
