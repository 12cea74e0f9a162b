//! An object is being turned about its centre.

use super::Drag;
use super::frame::Frame;
use super::handles::frame_handles;
use crate::geometry::Point;
use crate::model::{ObjectId, Shape};
use crate::tools::constraint::ANGLE_STEP_DEGREES;
use crate::tools::draft::short;
use crate::tools::{Cursor, Draft, Gesture, HandleKind, Modifiers, Readout, Response, ToolContext};

/// Turns one object as the pointer goes around it.
#[derive(Clone, Debug)]
pub(super) struct Rotating {
    id: ObjectId,
    /// The object as it was when the drag began.
    before: Shape,
    pressed_at: Point,
    at: Point,
    modifiers: Modifiers,
}

impl Rotating {
    /// Begins to turn the selected object. `None` when it cannot be turned.
    pub(super) fn begin(ctx: &ToolContext, pressed_at: Point) -> Option<Self> {
        let (id, shape) = ctx.single_editable()?;
        Frame::turning(shape)?;
        let modifiers = Modifiers::NONE;
        Some(Self { id, before: shape.clone(), pressed_at, at: pressed_at, modifiers })
    }

    /// The angle by the pointer's direction from the centre, degrees from 0 to 360.
    fn angle(&self) -> Option<f64> {
        let frame = Frame::turning(&self.before)?;
        let direction = |p: Point| {
            let arm = p - frame.rect.center();
            arm.y.atan2(arm.x).to_degrees()
        };
        let angle = frame.angle + direction(self.at) - direction(self.pressed_at);
        let angle = match self.modifiers.shift {
            true => (angle / ANGLE_STEP_DEGREES).round() * ANGLE_STEP_DEGREES,
            false => angle,
        };
        Some(angle.rem_euclid(360.0))
    }

    fn shape(&self) -> Option<Shape> {
        let mut shape = self.before.clone();
        match &mut shape {
            Shape::RotatedBox(shape) => shape.angle = self.angle()?,
            Shape::Ellipse(shape) => shape.angle = self.angle()?,
            _ => return None,
        }
        Some(shape)
    }
}

impl Drag for Rotating {
    fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        (self.at, self.modifiers) = (at, modifiers);
    }

    fn is_stale(&self, ctx: &ToolContext) -> bool {
        ctx.editable_shape(self.id) != Some(&self.before)
    }

    fn finish(&self, ctx: &ToolContext) -> Response {
        let shapes = self.shape().map(|shape| (self.id, shape)).into_iter().collect();
        Response::commit(Gesture::reshape("Turn", ctx, shapes))
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let Some(shape) = self.shape() else { return Draft::default() };
        let mut draft = Draft::default();
        if let Some(frame) = Frame::turning(&shape) {
            draft.handles = frame_handles(ctx, &frame, true);
            for handle in &mut draft.handles {
                handle.is_active = handle.kind == HandleKind::Rotate;
            }
            draft.readout = Some(Readout { at: self.at, text: format!("{}°", short(frame.angle)) });
        }
        draft.previews.insert(self.id, shape);
        draft
    }

    fn cursor(&self) -> Cursor {
        Cursor::Rotate
    }

    fn hint(&self) -> &'static str {
        "Shift: steps of 15° · Escape: cancel"
    }
}
