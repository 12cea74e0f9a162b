//! What the button went down on, and what a click there does.

use super::frame::{Frame, Sides};
use super::handles::Held;
use crate::geometry::Point;
use crate::model::ObjectId;
use crate::tools::hit::objects_at;
use crate::tools::outline::{with_vertex, without_vertex};
use crate::tools::{Cursor, Gesture, HandleKind, Modifiers, Response, Selection, ToolContext};

/// What is under the pointer, by what a drag there would do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// A handle of the selection's frame.
    Resize(i8, i8),
    /// The handle for turning.
    Rotate,
    /// A vertex of the selected object.
    Vertex(ObjectId, usize),
    /// The middle of an edge of the selected object, and where it is.
    Midpoint(ObjectId, usize, Point),
    /// Elsewhere on an edge of the selected object, and the nearest point of it.
    Edge(ObjectId, usize, Point),
    /// An object.
    Object(ObjectId),
    /// Nothing.
    Background,
}

/// The button is down and the pointer has not gone far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Press {
    pub(super) at: Point,
    pub(super) target: Target,
    pub(super) modifiers: Modifiers,
}

/// What is at a point. Handles and vertices of the selection come first, then its edges, then objects.
/// `held` are those of the
/// selection, and `clicked_at` is the place of the last click.
pub(super) fn target_at(
    ctx: &ToolContext,
    held: Option<Held<'_>>,
    at: Point,
    modifiers: Modifiers,
    clicked_at: Option<Point>,
) -> Target {
    if let Some(held) = held {
        let id = match held {
            Held::Vertices { id, .. } => Some(id),
            Held::Framed { .. } => None,
        };
        if let Some(handle) = held.handle_at(ctx, at) {
            match (handle.kind, id) {
                (HandleKind::Resize(across, down), _) => return Target::Resize(across, down),
                (HandleKind::Rotate, _) => return Target::Rotate,
                (HandleKind::Vertex(index), Some(id)) => return Target::Vertex(id, index),
                (HandleKind::Midpoint(index), Some(id)) => return Target::Midpoint(id, index, handle.at),
                (HandleKind::Vertex(_) | HandleKind::Midpoint(_) | HandleKind::Close, _) => {}
            }
        }
        if let Some((id, edge)) = held.edge_at(ctx, at).filter(|_| !modifiers.toggles()) {
            return Target::Edge(id, edge.index, edge.nearest(at));
        }
    }
    object_at(ctx, at, clicked_at).map_or(Target::Background, Target::Object)
}

/// The object that a drag takes. A selected object keeps hold under others, unless what is on top lies wholly
/// within it and is much smaller: that one is meant. Where a click has just chosen an object, it is that one.
fn object_at(ctx: &ToolContext, at: Point, clicked_at: Option<Point>) -> Option<ObjectId> {
    let objects = objects_at(ctx, at);
    let top = *objects.first()?;
    let Some(selected) = objects.iter().copied().find(|id| ctx.selection.contains(*id)) else {
        return Some(top);
    };
    let (top_bounds, bounds) = (ctx.shape(top)?.bounds(), ctx.shape(selected)?.bounds());
    let is_detail = bounds.contains_rect(&top_bounds) && top_bounds.area() < bounds.area() / 2.0;
    Some(if is_detail && !is_same_place(ctx, at, clicked_at) { top } else { selected })
}

fn is_same_place(ctx: &ToolContext, at: Point, clicked_at: Option<Point>) -> bool {
    clicked_at.is_some_and(|clicked| ctx.is_near(clicked, at, ctx.settings.drag_threshold_screen_px))
}

impl Press {
    /// What releasing the button does, without a drag.
    pub(super) fn click(&self, ctx: &ToolContext, clicked_at: Option<Point>) -> Response {
        match self.target {
            Target::Resize(..) | Target::Rotate => Response::consumed(),
            Target::Vertex(id, index) if self.modifiers.alt => delete_vertex(ctx, id, index),
            Target::Vertex(id, _) if self.modifiers.toggles() => self.toggle(ctx, id),
            Target::Vertex(..) => Response::consumed(),
            Target::Midpoint(id, index, at) => insert_vertex(ctx, id, index, at),
            Target::Edge(id, index, at) if self.modifiers.alt => insert_vertex(ctx, id, index, at),
            Target::Edge(..) | Target::Object(_) | Target::Background => self.choose(ctx, clicked_at),
        }
    }

    /// A plain click takes the best object at the place, and the next one below when it is clicked again.
    fn choose(&self, ctx: &ToolContext, clicked_at: Option<Point>) -> Response {
        let objects = objects_at(ctx, self.at);
        match objects[..] {
            [] if self.modifiers.toggles() => Response::consumed(),
            [] => Response::select(Selection::default()),
            [top, ..] if self.modifiers.toggles() => self.toggle(ctx, top),
            [top, ..] => {
                let here = ctx.selection.single().filter(|_| is_same_place(ctx, self.at, clicked_at));
                let place = here.and_then(|id| objects.iter().position(|object| *object == id));
                let chosen = place.map_or(top, |place| objects[(place + 1) % objects.len()]);
                Response::select(Selection::of(chosen))
            }
        }
    }

    fn toggle(&self, ctx: &ToolContext, id: ObjectId) -> Response {
        let mut selection = ctx.selection.clone();
        selection.toggle(id);
        Response::select(selection)
    }
}

fn insert_vertex(ctx: &ToolContext, id: ObjectId, edge_index: usize, at: Point) -> Response {
    let shape = ctx.editable_shape(id).and_then(|shape| with_vertex(shape, edge_index, at));
    let shapes = shape.map(|(shape, _)| (id, shape)).into_iter().collect();
    Response::commit(Gesture::reshape("Add a vertex to", ctx, shapes))
}

fn delete_vertex(ctx: &ToolContext, id: ObjectId, index: usize) -> Response {
    let Some(shape) = ctx.editable_shape(id) else { return Response::consumed() };
    match without_vertex(shape, index) {
        Some(without) => Response::commit(Gesture::reshape("Delete a vertex of", ctx, vec![(id, without)])),
        None => Response::notice("This shape needs all the vertices that it has."),
    }
}

impl Target {
    /// How the pointer looks over it.
    pub(super) fn cursor(&self, ctx: &ToolContext, modifiers: Modifiers) -> Cursor {
        match *self {
            Self::Resize(across, down) => {
                let frame = ctx.single_editable().and_then(|(_, shape)| Frame::turning(shape));
                resize_cursor((across, down), frame.map_or(0.0, |frame| frame.angle))
            }
            Self::Rotate => Cursor::Rotate,
            Self::Vertex(..) if modifiers.alt => Cursor::RemoveVertex,
            Self::Vertex(..) => Cursor::Pointer,
            Self::Midpoint(..) | Self::Edge(..) => Cursor::AddVertex,
            Self::Object(id) if ctx.selection.contains(id) => Cursor::Move,
            Self::Object(_) => Cursor::Pointer,
            Self::Background => Cursor::Default,
        }
    }

    /// What can be done with it.
    pub(super) fn hint(&self, ctx: &ToolContext) -> &'static str {
        match *self {
            Self::Resize(..) => "Drag to resize · Shift: keep proportions · Alt: from the centre",
            Self::Rotate => "Drag to turn · Shift: steps of 15°",
            Self::Vertex(..) => "Drag to move the vertex · Alt+click: delete it",
            Self::Midpoint(..) => "Click or drag to add a vertex",
            Self::Edge(..) => "Drag, or Alt+click, to add a vertex",
            Self::Object(id) if ctx.selection.contains(id) => {
                "Drag to move · Click again: the object below · Delete · Arrows: nudge"
            }
            Self::Object(_) => "Click to select, drag to move · Shift or Ctrl+click: add or remove",
            Self::Background => "Click an object, or drag a band: to the right around, to the left across",
        }
    }
}

/// The cursor for pulling on some sides of a frame, as it is turned.
pub(super) fn resize_cursor((across, down): Sides, frame_degrees: f64) -> Cursor {
    let degrees = f64::from(down).atan2(f64::from(across)).to_degrees() + frame_degrees;
    match (degrees / 45.0).round().rem_euclid(4.0) as u8 {
        0 => Cursor::ResizeHorizontal,
        1 => Cursor::ResizeNwSe,
        2 => Cursor::ResizeVertical,
        _ => Cursor::ResizeNeSw,
    }
}
