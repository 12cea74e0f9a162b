//! A vertex is being dragged: one that was there, or a new one pulled out of an edge.

use super::Drag;
use super::handles::vertex_handles;
use crate::geometry::{Point, Vector};
use crate::model::{ObjectId, Shape};
use crate::tools::draft::short;
use crate::tools::outline::with_vertex;
use crate::tools::snapping::{Aim, aim_existing};
use crate::tools::{Cursor, Draft, Gesture, HandleKind, Modifiers, Readout, Response, ToolContext};

/// Drags one vertex of one object.
#[derive(Clone, Debug)]
pub(super) struct VertexDrag {
    id: ObjectId,
    /// The object as it was when the drag began.
    before: Shape,
    /// The same, with the vertex that is dragged.
    start: Shape,
    index: usize,
    /// Where the vertex was.
    origin: Point,
    /// From the pointer to the vertex, when the button went down.
    grip: Vector,
    at: Point,
    modifiers: Modifiers,
    /// What it is called in the undo history.
    verb: &'static str,
}

impl VertexDrag {
    /// Begins to drag a vertex. `None` when there is no such vertex.
    pub(super) fn of_vertex(
        ctx: &ToolContext,
        id: ObjectId,
        index: usize,
        pressed_at: Point,
    ) -> Option<Self> {
        let before = ctx.editable_shape(id)?.clone();
        Self::begin(id, before.clone(), before, index, pressed_at, "Move a vertex of")
    }

    /// Begins to drag a new vertex out of an edge. `None` when there is no such edge.
    pub(super) fn of_edge(
        ctx: &ToolContext,
        id: ObjectId,
        edge_index: usize,
        on_edge: Point,
        pressed_at: Point,
    ) -> Option<Self> {
        let before = ctx.editable_shape(id)?.clone();
        let (start, index) = with_vertex(&before, edge_index, on_edge)?;
        Self::begin(id, before, start, index, pressed_at, "Add a vertex to")
    }

    fn begin(
        id: ObjectId,
        before: Shape,
        start: Shape,
        index: usize,
        pressed_at: Point,
        verb: &'static str,
    ) -> Option<Self> {
        let origin = *start.geometry().vertices().get(index)?;
        let (grip, modifiers) = (origin - pressed_at, Modifiers::NONE);
        Some(Self { id, before, start, index, origin, grip, at: pressed_at, modifiers, verb })
    }

    fn aim(&self, ctx: &ToolContext) -> Aim {
        aim_existing(ctx, self.at + self.grip, self.modifiers, Some(self.origin), &[self.id])
    }

    fn shape(&self, ctx: &ToolContext) -> Shape {
        let mut shape = self.start.clone();
        shape.geometry_mut().move_vertex(self.index, self.aim(ctx).at);
        shape
    }
}

impl Drag for VertexDrag {
    fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        (self.at, self.modifiers) = (at, modifiers);
    }

    fn is_stale(&self, ctx: &ToolContext) -> bool {
        ctx.editable_shape(self.id) != Some(&self.before)
    }

    fn finish(&self, ctx: &ToolContext) -> Response {
        Response::commit(Gesture::reshape(self.verb, ctx, vec![(self.id, self.shape(ctx))]))
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let (shape, aim) = (self.shape(ctx), self.aim(ctx));
        let mut handles = vertex_handles(ctx, &shape);
        handles.retain(|handle| matches!(handle.kind, HandleKind::Vertex(_)));
        for handle in &mut handles {
            handle.is_active = handle.kind == HandleKind::Vertex(self.index);
        }
        let text = format!("{}, {}", short(aim.at.x), short(aim.at.y));
        Draft {
            previews: [(self.id, shape)].into(),
            handles,
            snap: aim.snap,
            readout: Some(Readout { at: aim.at, text }),
            ..Draft::default()
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor::Move
    }

    fn hint(&self) -> &'static str {
        "Shift: straight from where it was · Ctrl: no snapping · Escape: cancel"
    }
}
