//! A frame is being pulled, and the objects in it follow.

use super::Drag;
use super::frame::{Frame, Pull, Sides, limited};
use super::handles::{Held, frame_handles, held, resizable};
use super::press::resize_cursor;
use crate::geometry::{Point, Rect, Vector};
use crate::model::shape::{EllipseShape, RotatedBoxShape};
use crate::model::{ObjectId, Shape};
use crate::tools::draft::size_text;
use crate::tools::snapping::{Aim, aim_existing};
use crate::tools::{Cursor, Draft, Gesture, HandleKind, Modifiers, Readout, Response, ToolContext};

/// Pulls one or two sides of a frame.
#[derive(Clone, Debug)]
pub(super) struct Resizing {
    sides: Sides,
    frame: Frame,
    can_turn: bool,
    /// The objects as they were when the drag began.
    before: Vec<(ObjectId, Shape)>,
    /// From the pointer to the handle, when the button went down.
    grip: Vector,
    at: Point,
    modifiers: Modifiers,
}

impl Resizing {
    /// Begins to pull the selection's frame. `None` when it has none.
    pub(super) fn begin(ctx: &ToolContext, sides: Sides, pressed_at: Point) -> Option<Self> {
        let Held::Framed { frame, can_turn } = held(ctx)? else { return None };
        let objects = ctx.editable(ctx.selection.iter());
        let before = resizable(&objects).map(|(id, shape)| (id, shape.clone())).collect();
        let grip = frame.place(sides) - pressed_at;
        Some(Self { sides, frame, can_turn, before, grip, at: pressed_at, modifiers: Modifiers::NONE })
    }

    fn aim(&self, ctx: &ToolContext) -> Aim {
        let ids: Vec<_> = self.before.iter().map(|(id, _)| *id).collect();
        // Shift keeps proportions here and constrains no angle.
        aim_existing(ctx, self.at + self.grip, self.modifiers, None, &ids)
    }

    fn pulled(&self, ctx: &ToolContext) -> Frame {
        let pulled = self.frame.pulled(&Pull {
            sides: self.sides,
            to: self.aim(ctx).at,
            keeps_proportions: self.modifiers.shift,
            from_center: self.modifiers.alt,
            min_size_px: ctx.image_px(ctx.settings.min_size_screen_px),
        });
        if !ctx.settings.keep_inside || pulled.angle != 0.0 {
            return pulled;
        }
        Frame { rect: limited(&self.frame.rect, &pulled.rect, &ctx.picture_rect()), ..pulled }
    }

    fn shapes(&self, ctx: &ToolContext) -> Vec<(ObjectId, Shape)> {
        let pulled = self.pulled(ctx);
        let follow = |(id, shape): &(ObjectId, Shape)| {
            let is_alone = self.before.len() == 1;
            let after = if is_alone { fitted(shape, &pulled) } else { None };
            (*id, after.unwrap_or_else(|| self.stretched(shape, &pulled.rect)))
        };
        self.before.iter().map(follow).filter(|(_, shape)| shape.is_valid()).collect()
    }

    fn stretched(&self, shape: &Shape, to: &Rect) -> Shape {
        let mut shape = shape.clone();
        shape.geometry_mut().stretch(&self.frame.rect, to);
        shape
    }
}

/// The shape that has exactly this frame, for those that are given by one.
fn fitted(shape: &Shape, frame: &Frame) -> Option<Shape> {
    let (center, size) = (frame.rect.center(), frame.rect.size());
    match shape {
        Shape::Box(_) => Some(Shape::from_rect(frame.rect)),
        Shape::RotatedBox(_) => Some(Shape::RotatedBox(RotatedBoxShape { center, size, angle: frame.angle })),
        Shape::Ellipse(_) => {
            Some(Shape::Ellipse(EllipseShape { center, radii: size / 2.0, angle: frame.angle }))
        }
        Shape::Polygon(_)
        | Shape::Polyline(_)
        | Shape::Points(_)
        | Shape::Skeleton(_)
        | Shape::Mask(_)
        | Shape::Cuboid(_) => None,
    }
}

impl Drag for Resizing {
    fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        (self.at, self.modifiers) = (at, modifiers);
    }

    fn is_stale(&self, ctx: &ToolContext) -> bool {
        self.before.iter().any(|(id, shape)| ctx.editable_shape(*id) != Some(shape))
    }

    fn finish(&self, ctx: &ToolContext) -> Response {
        Response::commit(Gesture::reshape("Resize", ctx, self.shapes(ctx)))
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let pulled = self.pulled(ctx);
        let mut handles = frame_handles(ctx, &pulled, self.can_turn);
        for handle in &mut handles {
            handle.is_active = handle.kind == HandleKind::Resize(self.sides.0, self.sides.1);
        }
        Draft {
            previews: self.shapes(ctx).into_iter().collect(),
            handles,
            snap: self.aim(ctx).snap,
            readout: Some(Readout { at: self.at, text: size_text(&pulled.rect) }),
            ..Draft::default()
        }
    }

    fn cursor(&self) -> Cursor {
        resize_cursor(self.sides, self.frame.angle)
    }

    fn hint(&self) -> &'static str {
        "Shift: keep proportions · Alt: from the centre · Escape: cancel"
    }
}
