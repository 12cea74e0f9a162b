//! Objects are being moved as a whole.

use super::Drag;
use crate::geometry::{Point, Vector};
use crate::model::{ObjectId, Shape};
use crate::tools::constraint::constrain_angle;
use crate::tools::draft::short;
use crate::tools::{Cursor, Draft, Gesture, Modifiers, Readout, Response, Selection, ToolContext};

/// Moves some objects by the way that the pointer has gone.
#[derive(Clone, Debug)]
pub(super) struct Moving {
    /// What is moved, and selected when the drag ends.
    pub(super) selection: Selection,
    pub(super) pressed_at: Point,
    pub(super) at: Point,
    pub(super) modifiers: Modifiers,
}

impl Moving {
    fn way(&self, ctx: &ToolContext) -> Vector {
        let to = match self.modifiers.shift {
            true => constrain_angle(self.pressed_at, self.at, 90.0),
            false => self.at,
        };
        allowed_way(ctx, &ctx.editable(self.selection.iter()), to - self.pressed_at)
    }

    fn shapes(&self, ctx: &ToolContext) -> Vec<(ObjectId, Shape)> {
        moved(ctx, &self.selection, self.way(ctx))
    }
}

/// Objects moved by a vector.
pub(super) fn moved(ctx: &ToolContext, selection: &Selection, by: Vector) -> Vec<(ObjectId, Shape)> {
    let objects = ctx.editable(selection.iter());
    objects.into_iter().map(|(id, shape)| (id, shape.translated(by))).collect()
}

/// How far objects may go together. Masks lie on whole pixels: what is moved with one moves by whole pixels too,
/// so that nothing shifts against it.
pub(super) fn allowed_way(ctx: &ToolContext, objects: &[(ObjectId, &Shape)], wanted: Vector) -> Vector {
    let bounds = ctx.hits.bounds_around(objects.iter().map(|(id, _)| *id));
    let has_mask = objects.iter().any(|(_, shape)| matches!(shape, Shape::Mask(_)));
    if !has_mask {
        return ctx.limit_movement(&bounds, wanted);
    }
    let way = ctx.limit_movement(&bounds, Vector::new(wanted.x.round(), wanted.y.round()));
    Vector::new(way.x.trunc(), way.y.trunc())
}

impl Drag for Moving {
    fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        (self.at, self.modifiers) = (at, modifiers);
    }

    fn is_stale(&self, ctx: &ToolContext) -> bool {
        ctx.editable(self.selection.iter()).is_empty()
    }

    fn finish(&self, ctx: &ToolContext) -> Response {
        let mut selection = self.selection.clone();
        selection.forget_deleted(ctx.document);
        let gesture = Gesture::reshape("Move", ctx, self.shapes(ctx));
        Response { gesture, ..Response::select(selection) }
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let way = self.way(ctx);
        let text = format!("{}, {} px", short(way.x), short(way.y));
        Draft {
            previews: self.shapes(ctx).into_iter().collect(),
            readout: Some(Readout { at: self.at, text }),
            ..Draft::default()
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor::Move
    }

    fn hint(&self) -> &'static str {
        "Shift: straight across or down · Escape: cancel"
    }
}
