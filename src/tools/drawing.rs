//! How finished drawings become objects.

use super::{Gesture, Response, Selection, ToolContext};
use crate::edit::Edit;
use crate::model::{LabelUse, Object, ObjectId, Shape, ShapeKind};

/// Why nothing of this kind can be drawn now, in words for the person; `None` when it can.
pub(super) fn refusal(ctx: &ToolContext, kind: ShapeKind) -> Option<String> {
    let label = ctx.schema.label(ctx.label?)?;
    if !label.is_for(LabelUse::Shape) && !label.is_for(LabelUse::Track) {
        let text = "is not for shapes. Choose another label, or mark time or the whole with it.";
        return Some(format!("The label “{}” {text}", label.name));
    }
    if label.allows(kind) {
        return None;
    }
    let name = kind.name();
    Some(format!(
        "The label “{}” does not allow the shape “{name}”. Choose another label or tool.",
        label.name
    ))
}

/// Makes an object of a drawn shape, in front of all others, and selects it. It gets the chosen label with its
/// attributes' default values. A shape that is none (without extent, without enough points) makes nothing.
pub(super) fn finish(ctx: &ToolContext, shape: Shape) -> Response {
    if !shape.is_valid() {
        return Response::consumed();
    }
    let kind = shape.kind();
    if let Some(refusal) = refusal(ctx, kind) {
        return Response::notice(refusal);
    }
    let object = object(ctx, shape);
    let edits = vec![Edit::create(ctx.objects.asset(), &object)];
    Response {
        gesture: Some(Gesture { title: format!("Draw {}", kind.name()), edits }),
        selection: Some(Selection::of(object.id)),
        next_tool: (!ctx.settings.stay_in_tool).then_some(super::select::INFO.id),
        ..Response::consumed()
    }
}

/// A new object in front of all others, with the chosen label and its attributes' default values.
pub(super) fn object(ctx: &ToolContext, shape: Shape) -> Object {
    let label = ctx.label.and_then(|label| ctx.schema.label(label));
    let mut object = Object::shape(ObjectId::new(), shape, label.map(|label| label.id));
    object.z = ctx.objects.next_z();
    object.author = Some(ctx.author);
    let defaults = label.into_iter().flat_map(|label| &label.attributes);
    object.attributes = defaults.filter_map(|a| Some((a.id, a.default.clone()?))).collect();
    object
}
