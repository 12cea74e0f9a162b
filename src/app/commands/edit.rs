//! Objects: undo, copy, delete, order, lock, hide, group.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{COMMAND, CommandInfo, Menu, can_edit, can_edit_selection, has_picture};
use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::edit::{Clipboard, Edit, ObjectChange};
use crate::geometry::Vector;
use crate::model::{Content, Flag, GroupId, Object, ObjectId};
use crate::tools::{Key, Selection};

/// What a command is for is looked for among at most so many selected objects.
const MAX_LOOKED_AT: usize = 1000;

const EDIT: CommandInfo = CommandInfo { menu: Menu::Edit, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "edit.undo",
        name: "Undo",
        help: "Takes back what you did last; while drawing, the last point.",
        icon: "arrow-u-up-left",
        shortcut: "Ctrl+Z",
        is_enabled: |state| {
            let can_undo = state.project.as_ref().is_some_and(|project| project.next_undo().is_some());
            can_edit(state) && (can_undo || !state.view.toolbox.tool().is_idle())
        },
        run: |state| {
            if !state.tool_key(Key::Undo) {
                state.undo();
            }
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.redo",
        name: "Redo",
        help: "Does again what you took back.",
        icon: "arrow-u-up-right",
        shortcut: "Ctrl+Shift+Z Ctrl+Y",
        is_enabled: |state| {
            can_edit(state) && state.project.as_ref().is_some_and(|project| project.next_redo().is_some())
        },
        run: AppState::redo,
        ..EDIT
    },
    CommandInfo {
        id: "edit.cut",
        name: "Cut",
        help: "Copies the selected objects and deletes them.",
        icon: "scissors",
        begins_group: true,
        shortcut: "Ctrl+X",
        is_enabled: can_edit_selection,
        run: |state| {
            copy(state);
            delete(state, "Cut");
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.copy",
        name: "Copy",
        help: "Copies the selected objects.",
        icon: "copy",
        shortcut: "Ctrl+C",
        is_enabled: |state| !state.view.selection.is_empty(),
        run: copy,
        ..EDIT
    },
    CommandInfo {
        id: "edit.paste",
        name: "Paste",
        help: "Puts copied objects onto this picture, at the same place.",
        icon: "clipboard",
        shortcut: "Ctrl+V",
        is_enabled: |state| can_edit(state) && has_picture(state) && !state.view.clipboard.objects.is_empty(),
        run: |state| {
            let clipboard = state.view.clipboard.clone();
            paste(state, &clipboard, 0.0, "Paste");
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.duplicate",
        name: "Duplicate",
        help: "Makes copies of the selected objects, a little aside.",
        icon: "copy-simple",
        shortcut: "Ctrl+D",
        is_enabled: can_edit_selection,
        run: |state| {
            let clipboard = Clipboard { objects: state.selected_objects() };
            // A fixed distance on screen, whatever the zoom.
            let aside = 12.0 / state.view.camera.zoom();
            paste(state, &clipboard, aside, "Duplicate");
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.copy_from_previous",
        name: "Copy objects from previous picture",
        help: "Puts all objects of the picture before onto this one.",
        icon: "stack",
        shortcut: "Ctrl+P",
        is_enabled: |state| {
            can_edit(state)
                && has_picture(state)
                && !state.is_video()
                && state.view.position().is_some_and(|position| position > 0)
        },
        run: copy_from_previous,
        ..EDIT
    },
    CommandInfo {
        id: "edit.delete",
        name: "Delete",
        help: "Deletes the selected objects; you can undo it.",
        icon: "trash",
        shortcut: "Delete",
        is_enabled: |state| {
            can_edit_selection(state) || (can_edit(state) && super::timeline::has_marker(state))
        },
        run: |state| {
            // Of a selected track, the keyframes that are selected are meant.
            if super::timeline::has_keyframes(state) {
                return super::timeline::delete(state);
            }
            if super::timeline::has_marker(state) {
                return super::timeline::delete_chosen_marker(state);
            }
            // While drawing, the tool may have a better use for the key.
            if !state.tool_key(Key::Delete) {
                delete(state, "Delete");
            }
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.select_all",
        name: "Select all",
        help: "Selects every object that is shown and not locked.",
        icon: "selection-all",
        begins_group: true,
        shortcut: "Ctrl+A",
        is_enabled: has_picture,
        run: |state| {
            let is_picture = !state.is_video();
            let is_free = |object: &&Arc<Object>| {
                // Spans and tags of a video are not on the canvas.
                let is_here = is_picture || object.as_shape().is_some();
                is_here && !object.has(Flag::Hidden) && !object.has(Flag::Locked)
            };
            let ids =
                state.objects().map(|all| all.in_order().filter(is_free).map(|object| object.id).collect());
            state.view.selection = ids.unwrap_or_default();
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.select_none",
        name: "Select nothing",
        help: "Ends what the tool is doing, or else clears the selection.",
        icon: "selection",
        shortcut: "Escape",
        is_enabled: |state| {
            !state.view.selection.is_empty() || !state.view.toolbox.tool().is_idle() || state.is_following()
        },
        run: |state| {
            if !state.give_up_following() && !state.tool_key(Key::Escape) {
                state.view.selection = Selection::default();
            }
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.bring_forward",
        name: "Bring to front",
        help: "Puts the selected objects in front of all others.",
        icon: "arrow-up",
        begins_group: true,
        shortcut: "Ctrl+Shift+]",
        is_enabled: can_edit_selection,
        run: |state| {
            let first = state.document().map_or(0, |document| document.alive().next_z());
            reorder(state, "Bring to front", first);
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.send_back",
        name: "Send to back",
        help: "Puts the selected objects behind all others.",
        icon: "arrow-down",
        shortcut: "Ctrl+Shift+[",
        is_enabled: can_edit_selection,
        run: |state| {
            let lowest = state
                .document()
                .and_then(|d| d.alive().in_order().next().map(|object| object.z))
                .unwrap_or(0);
            let first = lowest.saturating_sub(state.view.selection.len() as i64);
            reorder(state, "Send to back", first);
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.lock",
        name: "Lock or unlock",
        help: "Protects the selected objects from edits, or no longer.",
        icon: "lock",
        begins_group: true,
        shortcut: "L",
        is_enabled: can_edit_selection,
        run: |state| toggle_flag(state, Flag::Locked, ["Lock", "Unlock"]),
        ..EDIT
    },
    CommandInfo {
        id: "edit.hide",
        name: "Hide or show",
        help: "Hides the selected objects, or shows them again.",
        icon: "eye-slash",
        shortcut: "Shift+H",
        is_enabled: can_edit_selection,
        run: |state| toggle_flag(state, Flag::Hidden, ["Hide", "Show"]),
        ..EDIT
    },
    CommandInfo {
        id: "edit.occluded",
        name: "Occluded",
        help: "Marks the selected objects as partly hidden by something else, or no longer.",
        icon: "circle-half",
        shortcut: "Q",
        is_enabled: can_edit_selection,
        run: |state| toggle_flag(state, Flag::Occluded, ["Mark as occluded", "Mark as not occluded"]),
        ..EDIT
    },
    CommandInfo {
        id: "edit.group",
        name: "Group",
        help: "Makes one group of the selected objects.",
        icon: "bounding-box",
        shortcut: "G",
        is_enabled: |state| can_edit(state) && state.view.selection.len() > 1,
        run: |state| {
            let group = Some(GroupId::new());
            change_selected(state, "Group", |_| ObjectChange::Group(group));
        },
        ..EDIT
    },
    CommandInfo {
        id: "edit.ungroup",
        name: "Ungroup",
        help: "Takes the selected objects out of their groups.",
        icon: "squares-four",
        shortcut: "Shift+G",
        is_enabled: |state| {
            // Asked in every frame: of so many objects that not all are looked at, one may have a group.
            let is_large = state.view.selection.len() > MAX_LOOKED_AT;
            can_edit(state) && (is_large || state.selected().any(|object| object.group.is_some()))
        },
        run: |state| change_selected(state, "Ungroup", |_| ObjectChange::Group(None)),
        ..EDIT
    },
];

fn copy(state: &mut AppState) {
    let clipboard = Clipboard { objects: state.selected_objects() };
    state.ctx.copy_text(clipboard.to_text());
    state.view.clipboard = clipboard;
}

fn paste(state: &mut AppState, clipboard: &Clipboard, aside: f64, verb: &str) {
    let (Some(asset), Some(document)) = (state.view.asset, state.document()) else { return };
    let Some(project) = &state.project else { return };
    let by = Vector::new(aside, aside);
    let mut clipboard = clipboard.clone();
    if !state.is_video() {
        // A picture has no time.
        clipboard.objects.retain(|object| matches!(object.content, Content::Shape(_) | Content::Tag));
    }
    let (edits, ids) = clipboard.paste(asset, by, document.alive().next_z(), project.actor());
    state.commit(format!("{verb} {}", count(ids.len())), edits);
    state.view.selection = ids.into_iter().collect();
}

fn copy_from_previous(state: &mut AppState) {
    let Some(position) = state.view.position().filter(|position| *position > 0) else { return };
    let previous = state.view.listing[position - 1];
    let Some(project) = &mut state.project else { return };
    let objects: Vec<Object> = match project.load_document(previous) {
        Ok(document) => document.objects().into_iter().cloned().collect(),
        Err(error) => return state.messages.add(Tone::Error, error.to_string()),
    };
    if objects.is_empty() {
        return state.messages.add(Tone::Info, "The picture before has no objects.");
    }
    paste(state, &Clipboard { objects }, 0.0, "Copy");
}

fn delete(state: &mut AppState, verb: &str) {
    let Some(asset) = state.view.asset else { return };
    let ids: Vec<ObjectId> =
        state.selected().filter(|object| !object.has(Flag::Locked)).map(|object| object.id).collect();
    if ids.is_empty() {
        return state.messages.add(Tone::Info, "Locked objects are not deleted. Press L to unlock them.");
    }
    let edits = ids.iter().map(|id| Edit::delete(asset, *id)).collect();
    state.commit(format!("{verb} {}", count(ids.len())), edits);
}

fn change_selected(state: &mut AppState, title: &str, change: impl Fn(&Object) -> ObjectChange) {
    let Some(asset) = state.view.asset else { return };
    let objects = state.selected_objects();
    let edits = objects.iter().map(|object| Edit::change(asset, object.id, &change(object))).collect();
    state.commit(format!("{title} {}", count(objects.len())), edits);
}

fn reorder(state: &mut AppState, title: &str, first_z: i64) {
    let Some(asset) = state.view.asset else { return };
    let selected: BTreeSet<ObjectId> = state.view.selection.iter().collect();
    let in_order: Vec<ObjectId> = state
        .document()
        .map(|d| d.objects().iter().map(|o| o.id).filter(|id| selected.contains(id)).collect())
        .unwrap_or_default();
    let edits =
        in_order.iter().zip(first_z..).map(|(id, z)| Edit::change(asset, *id, &ObjectChange::Z(z))).collect();
    state.commit(format!("{title} {}", count(in_order.len())), edits);
}

/// Sets a flag unless all selected objects have it; then takes it away.
fn toggle_flag(state: &mut AppState, flag: Flag, titles: [&str; 2]) {
    let is_set = state.selected().all(|object| object.has(flag));
    let title = titles[usize::from(is_set)];
    change_selected(state, title, |_| ObjectChange::Flag(flag, !is_set));
}

fn count(num_objects: usize) -> String {
    if num_objects == 1 { "1 object".to_owned() } else { format!("{num_objects} objects") }
}
