//! Objects are being moved as a whole.

use super::Drag;
use crate::geometry::{Point, Rect, Vector};
use crate::model::{ObjectId, Shape};
use crate::tools::constraint::constrain_angle;
use crate::tools::draft::short;
use crate::tools::{Cursor, Draft, Gesture, Modifiers, Readout, Response, Selection, ToolContext};

/// Moves some objects by the way that the pointer has gone.
#[derive(Clone, Debug)]
pub(super) struct Moving {
    /// What is moved, and selected when the drag ends.
    selection: Selection,
    /// What of it can be moved, as it was when the drag began.
    extent: Extent,
    pressed_at: Point,
    at: Point,
    modifiers: Modifiers,
}

/// What counts of objects for how far they may go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    bounds: Rect,
    has_mask: bool,
}

impl Extent {
    pub(super) fn of(ctx: &ToolContext, objects: &[(ObjectId, &Shape)]) -> Self {
        Self {
            bounds: ctx.hits.bounds_around(objects.iter().map(|(id, _)| *id)),
            has_mask: objects.iter().any(|(_, shape)| matches!(shape, Shape::Mask(_))),
        }
    }
}

/// More objects than this are not all shown where they would go: a frame around them is.
const MAX_PREVIEWS: usize = 400;

impl Moving {
    pub(super) fn begin(
        ctx: &ToolContext,
        selection: Selection,
        pressed_at: Point,
        modifiers: Modifiers,
    ) -> Self {
        let extent = Extent::of(ctx, &ctx.editable(selection.iter()));
        Self { selection, extent, pressed_at, at: pressed_at, modifiers }
    }

    fn way(&self, ctx: &ToolContext) -> Vector {
        let to = match self.modifiers.shift {
            true => constrain_angle(self.pressed_at, self.at, 90.0),
            false => self.at,
        };
        allowed_way(ctx, &self.extent, to - self.pressed_at)
    }
}

/// Objects moved by a vector.
pub(super) fn moved(
    ctx: &ToolContext,
    ids: impl IntoIterator<Item = ObjectId>,
    by: Vector,
) -> Vec<(ObjectId, Shape)> {
    let objects = ctx.editable(ids);
    objects.into_iter().map(|(id, shape)| (id, shape.translated(by))).collect()
}

/// How far objects may go together. Masks lie on whole pixels: what is moved with one moves by whole pixels too,
/// so that nothing shifts against it.
pub(super) fn allowed_way(ctx: &ToolContext, extent: &Extent, wanted: Vector) -> Vector {
    if !extent.has_mask {
        return ctx.limit_movement(&extent.bounds, wanted);
    }
    let way = ctx.limit_movement(&extent.bounds, Vector::new(wanted.x.round(), wanted.y.round()));
    Vector::new(way.x.trunc(), way.y.trunc())
}

impl Drag for Moving {
    fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        (self.at, self.modifiers) = (at, modifiers);
    }

    fn is_stale(&self, ctx: &ToolContext) -> bool {
        !self.selection.iter().any(|id| ctx.editable_shape(id).is_some())
    }

    fn finish(&self, ctx: &ToolContext) -> Response {
        let mut selection = self.selection.clone();
        selection.forget_absent(ctx.objects);
        let gesture = Gesture::reshape("Move", ctx, moved(ctx, self.selection.iter(), self.way(ctx)));
        Response { gesture, ..Response::select(selection) }
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let way = self.way(ctx);
        let text = format!("{}, {} px", short(way.x), short(way.y));
        let is_large = self.selection.len() > MAX_PREVIEWS;
        let frame = self.extent.bounds.translated(way).corners();
        let sides = frame.iter().zip(frame.iter().cycle().skip(1)).map(|(from, to)| (*from, *to));
        Draft {
            previews: moved(ctx, self.selection.iter().take(MAX_PREVIEWS), way).into_iter().collect(),
            rubber: if is_large { sides.collect() } else { Vec::new() },
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
