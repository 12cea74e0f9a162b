//! What a tool wants done.

use super::{Selection, ToolContext, ToolSettings};
use crate::edit::Edit;
use crate::geometry::Vector;
use crate::model::{ObjectId, Shape};

/// The edits of a finished gesture, to be committed as one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Gesture {
    /// What the person did: "Move 3 objects".
    pub title: String,
    /// The edits. Never empty.
    pub edits: Vec<Edit>,
}

impl Gesture {
    /// Gives objects new shapes. Shapes that are as before, or none at all (without extent, without enough
    /// points), are left out; `None` when nothing is left.
    pub fn reshape(verb: &str, ctx: &ToolContext, shapes: Vec<(ObjectId, Shape)>) -> Option<Self> {
        let changed: Vec<_> = shapes
            .into_iter()
            .filter(|(id, shape)| shape.is_valid() && ctx.editable_shape(*id).is_some_and(|old| old != shape))
            .collect();
        let title = title(verb, ctx, changed.iter().map(|(id, _)| *id));
        let asset = ctx.objects.asset();
        let edits: Vec<_> = changed.into_iter().map(|(id, shape)| Edit::reshape(asset, id, shape)).collect();
        (!edits.is_empty()).then_some(Self { title, edits })
    }
}

/// "Move box", "Move 3 objects".
pub(super) fn title(verb: &str, ctx: &ToolContext, ids: impl ExactSizeIterator<Item = ObjectId>) -> String {
    let num_objects = ids.len();
    match ids.last().and_then(|id| ctx.objects.object(id)) {
        Some(object) if num_objects == 1 => format!("{verb} {}", object.kind().name()),
        _ => format!("{verb} {num_objects} objects"),
    }
}

/// What a tool wants done after an input. The default: nothing, and the input is for somebody else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// Whether the input meant something to the tool. What it does not consume is free for shortcuts and menus.
    pub consumed: bool,
    /// What to commit.
    pub gesture: Option<Gesture>,
    /// What is selected from now on, after the gesture.
    pub selection: Option<Selection>,
    /// How far to move the picture so that it stays under the pointer, image pixels.
    pub pan: Option<Vector>,
    /// The id of the tool to go on with.
    pub next_tool: Option<&'static str>,
    /// What the person chose about tools by this input.
    pub settings: Option<ToolSettings>,
    /// A sentence for the person: why nothing came of it, or what to look at.
    pub notice: Option<String>,
}

impl Response {
    /// The input meant something, but nothing is to be done.
    pub fn consumed() -> Self {
        Self { consumed: true, ..Self::default() }
    }

    /// The input was for somebody else.
    pub fn ignored() -> Self {
        Self::default()
    }

    /// Something else is selected now.
    pub fn select(selection: Selection) -> Self {
        Self { selection: Some(selection), ..Self::consumed() }
    }

    /// A gesture is finished.
    pub fn commit(gesture: Option<Gesture>) -> Self {
        Self { gesture, ..Self::consumed() }
    }

    /// The person chose something about tools.
    pub fn settings(settings: ToolSettings) -> Self {
        Self { settings: Some(settings), ..Self::consumed() }
    }

    /// Nothing is to be done; the person is told why.
    pub fn notice(text: impl Into<String>) -> Self {
        Self { notice: Some(text.into()), ..Self::consumed() }
    }
}
