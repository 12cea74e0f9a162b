//! What keys and menus do with the selection. Commands use the same functions.

use super::moving::{Extent, allowed_way, moved};
use crate::edit::Edit;
use crate::geometry::Vector;
use crate::model::Flag;
use crate::tools::response::title;
use crate::tools::{Gesture, Key, Modifiers, ToolContext};

/// Deletes the selected objects. Locked ones stay, unless they are meant too. `None` when nothing is left to
/// delete.
pub fn delete_selected(ctx: &ToolContext, locked_too: bool) -> Option<Gesture> {
    let objects = ctx.selection.iter().filter_map(|id| ctx.objects.object(id));
    let ids: Vec<_> =
        objects.filter(|object| locked_too || !object.has(Flag::Locked)).map(|object| object.id).collect();
    let asset = ctx.objects.asset();
    let edits: Vec<_> = ids.iter().map(|id| Edit::delete(asset, *id)).collect();
    let title = title("Delete", ctx, ids.into_iter());
    (!edits.is_empty()).then_some(Gesture { title, edits })
}

/// Moves the selected objects, as far as they may go. `None` when that is nowhere.
fn nudge_selected(ctx: &ToolContext, by: Vector) -> Option<Gesture> {
    let objects = ctx.editable(ctx.selection.iter());
    let way = allowed_way(ctx, &Extent::of(ctx, &objects), by);
    Gesture::reshape("Move", ctx, moved(ctx, ctx.selection.iter(), way))
}

/// Moves the selected objects as an arrow asks: by one pixel, with Shift by ten. `None` for other keys, and when that
/// leads nowhere.
pub fn nudge_by_key(ctx: &ToolContext, key: Key, modifiers: Modifiers) -> Option<Gesture> {
    let (right, down) = match key {
        Key::Left => (-1.0, 0.0),
        Key::Right => (1.0, 0.0),
        Key::Up => (0.0, -1.0),
        Key::Down => (0.0, 1.0),
        Key::Enter | Key::Escape | Key::Backspace | Key::Delete | Key::Undo => return None,
    };
    let step = if modifiers.shift { 10.0 } else { 1.0 };
    nudge_selected(ctx, Vector::new(right, down) * step)
}
