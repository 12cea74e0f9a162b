//! The handles of the selection, and which one is under the pointer.

use std::cell::Cell;

use super::frame::{Frame, SIDES};
use crate::edit::Revision;
use crate::geometry::{Point, Rect};
use crate::model::{ObjectId, Shape};
use crate::tools::outline::{Edge, edges, has_free_vertices, takes_vertices, vertices};
use crate::tools::{Handle, HandleKind, ToolContext};

/// How far above its frame the handle for turning is, screen pixels.
const ROTATION_DISTANCE_SCREEN_PX: f64 = 24.0;

/// Sides and edges get a handle in their middle only when they are at least this long, screen pixels.
const MIN_SIDE_SCREEN_PX: f64 = 32.0;

/// What the handles of the selection are on.
pub(super) enum Held<'a> {
    /// Objects that are resized as a whole.
    Framed { frame: Frame, can_turn: bool },
    /// One object with vertices of its own.
    Vertices { id: ObjectId, shape: &'a Shape },
}

/// What can be taken hold of. One object has its own frame or its vertices, several have a frame together.
/// Masks are moved, but not resized: stretching pixels blurs their border.
pub(super) fn held<'a>(ctx: &ToolContext<'a>) -> Option<Held<'a>> {
    let objects = ctx.editable(ctx.selection.iter());
    let single = |frame, can_turn| Some(Held::Framed { frame, can_turn });
    match objects[..] {
        [] | [(_, Shape::Mask(_))] => None,
        [(id, shape)] if has_free_vertices(shape.kind()) => Some(Held::Vertices { id, shape }),
        [(_, shape)] => match Frame::turning(shape) {
            Some(frame) => single(frame, true),
            None => single(Frame::upright(shape.bounds()), false),
        },
        _ => {
            let rect = ctx.hits.bounds_around(resizable(&objects).map(|(id, _)| id));
            framed(&rect)
        }
    }
}

/// Several objects are held by the frame around them.
fn framed<'a>(around: &Rect) -> Option<Held<'a>> {
    let is_somewhere = around.min.is_finite() && around.max.is_finite();
    is_somewhere.then_some(Held::Framed { frame: Frame::upright(*around), can_turn: false })
}

/// Those of objects that can be resized.
pub(super) fn resizable<'a>(
    objects: &[(ObjectId, &'a Shape)],
) -> impl Iterator<Item = (ObjectId, &'a Shape)> {
    objects.iter().copied().filter(|(_, shape)| !matches!(shape, Shape::Mask(_)))
}

/// The frame of a large selection, as far as it is known: looking at all of it in one go would take too long.
#[derive(Clone, Copy)]
pub(super) struct KnownFrame {
    objects: Revision,
    selection: u64,
    num_hidden_labels: usize,
    /// So many of the objects were looked at.
    num_seen: usize,
    /// So many of those may be changed.
    num_editable: usize,
    /// Around those that can be resized.
    around: Rect,
}

/// Frames of selections of more objects than this are remembered.
const MIN_REMEMBERED: usize = 64;
/// So many objects are looked at in one go: about a millisecond.
const MAX_IN_ONE_GO: usize = 8192;

/// As [`held`], remembered from call to call where the selection is large. What is held of a very large one is known
/// only after some calls: see [`KnownFrame::is_unfinished`].
pub(super) fn held_with<'a>(ctx: &ToolContext<'a>, known: &Cell<Option<KnownFrame>>) -> Option<Held<'a>> {
    if ctx.selection.len() <= MIN_REMEMBERED {
        known.set(None);
        return held(ctx);
    }
    let mut frame = known.get().filter(|known| known.is_of(ctx)).unwrap_or_else(|| KnownFrame::new(ctx));
    frame.look_on(ctx);
    known.set(Some(frame));
    match frame.num_editable {
        _ if frame.is_unfinished(ctx) => None,
        1 => held(ctx),
        _ => framed(&frame.around),
    }
}

impl KnownFrame {
    fn new(ctx: &ToolContext) -> Self {
        Self {
            objects: ctx.objects.revision(),
            selection: ctx.selection.revision(),
            num_hidden_labels: ctx.hidden_labels.len(),
            num_seen: 0,
            num_editable: 0,
            around: Rect::EMPTY,
        }
    }

    fn is_of(&self, ctx: &ToolContext) -> bool {
        (self.objects, self.selection, self.num_hidden_labels)
            == (ctx.objects.revision(), ctx.selection.revision(), ctx.hidden_labels.len())
    }

    /// Looks at the next objects.
    fn look_on(&mut self, ctx: &ToolContext) {
        let next: Vec<ObjectId> = ctx.selection.iter().skip(self.num_seen).take(MAX_IN_ONE_GO).collect();
        self.num_seen += next.len();
        let objects = ctx.editable(next);
        self.num_editable += objects.len();
        let around = ctx.hits.bounds_around(resizable(&objects).map(|(id, _)| id));
        self.around = self.around.union(&around);
    }

    /// Whether there are objects of the selection that were not looked at yet.
    pub(super) fn is_unfinished(&self, ctx: &ToolContext) -> bool {
        self.num_seen < ctx.selection.len()
    }
}

/// The handles of a frame.
pub(super) fn frame_handles(ctx: &ToolContext, frame: &Frame, can_turn: bool) -> Vec<Handle> {
    let (width, height) = (frame.rect.width(), frame.rect.height());
    let min_px = ctx.image_px(MIN_SIDE_SCREEN_PX);
    let is_shown = |(across, down): (i8, i8)| {
        // A frame without extent in one direction is not pulled in that one.
        let has_extent = (across == 0 || width > 0.0) && (down == 0 || height > 0.0);
        let has_room = match (across, down) {
            (0, _) => width >= min_px || width == 0.0,
            (_, 0) => height >= min_px || height == 0.0,
            _ => true,
        };
        has_extent && has_room
    };
    let handle = |at, kind| Handle { at, kind, is_active: false };
    let resize = |sides: (i8, i8)| handle(frame.place(sides), HandleKind::Resize(sides.0, sides.1));
    let mut handles: Vec<_> = SIDES.into_iter().filter(|sides| is_shown(*sides)).map(resize).collect();
    if can_turn {
        let at = frame.rotation_handle(ctx.image_px(ROTATION_DISTANCE_SCREEN_PX));
        handles.push(handle(at, HandleKind::Rotate));
    }
    handles
}

/// The handles of a shape's vertices and of the middles of its longer edges.
pub(super) fn vertex_handles(ctx: &ToolContext, shape: &Shape) -> Vec<Handle> {
    let handle = |at, kind| Handle { at, kind, is_active: false };
    let min_px = ctx.image_px(MIN_SIDE_SCREEN_PX);
    let edges = if takes_vertices(shape.kind()) { edges(shape) } else { Vec::new() };
    let middles = edges.iter().filter(|edge| edge.length() >= min_px);
    let mut handles: Vec<_> =
        middles.map(|edge| handle(edge.from.lerp(edge.to, 0.5), HandleKind::Midpoint(edge.index))).collect();
    handles.extend(vertices(shape).into_iter().map(|(i, at)| handle(at, HandleKind::Vertex(i))));
    handles
}

impl Held<'_> {
    /// All handles, those to be painted last at the end.
    pub(super) fn handles(&self, ctx: &ToolContext) -> Vec<Handle> {
        match self {
            Self::Framed { frame, can_turn } => frame_handles(ctx, frame, *can_turn),
            Self::Vertices { shape, .. } => vertex_handles(ctx, shape),
        }
    }

    /// The handle at a point: the nearest one, vertices before middles of edges.
    pub(super) fn handle_at(&self, ctx: &ToolContext, at: Point) -> Option<Handle> {
        let reach_px = self.reach_px(ctx, at);
        let is_midpoint = |handle: &Handle| matches!(handle.kind, HandleKind::Midpoint(_));
        self.handles(ctx).into_iter().filter(|handle| handle.at.distance(at) <= reach_px).min_by(|a, b| {
            let distances = a.at.distance(at).total_cmp(&b.at.distance(at));
            is_midpoint(a).cmp(&is_midpoint(b)).then(distances)
        })
    }

    /// How near a handle counts as hit. Inside something small, less, so that there is room left to move it by.
    fn reach_px(&self, ctx: &ToolContext, at: Point) -> f64 {
        let reach_px = ctx.image_px(ctx.settings.handle_distance_screen_px);
        let frame = match self {
            Self::Framed { frame, .. } => *frame,
            Self::Vertices { shape, .. } => Frame::upright(shape.bounds()),
        };
        if frame.contains(at) && frame.shorter_side() > 0.0 {
            reach_px.min(frame.shorter_side() / 4.0)
        } else {
            reach_px
        }
    }

    /// The edge at a point on which a vertex can be put.
    pub(super) fn edge_at(&self, ctx: &ToolContext, at: Point) -> Option<(ObjectId, Edge)> {
        let Self::Vertices { id, shape } = self else { return None };
        if !takes_vertices(shape.kind()) {
            return None;
        }
        let reach_px = ctx.image_px(ctx.settings.hit_distance_screen_px);
        let distance = |edge: &Edge| edge.nearest(at).distance(at);
        let edges = edges(shape).into_iter().filter(|edge| distance(edge) <= reach_px);
        edges.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|edge| (*id, edge))
    }
}
