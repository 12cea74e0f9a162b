//! From picture to picture and from object to object.

use super::{COMMAND, CommandInfo, Menu, can_edit, has_picture, has_project};
use crate::app::state::AppState;
use crate::model::AssetStatus;
use crate::tools::Selection;

const GO: CommandInfo = CommandInfo { menu: Menu::Go, is_enabled: has_project, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "go.next",
        name: "Next picture",
        help: "Goes to the next picture of the list.",
        icon: "caret-right",
        shortcut: "D PageDown",
        run: |state| state.step(1),
        ..GO
    },
    CommandInfo {
        id: "go.previous",
        name: "Previous picture",
        help: "Goes to the previous picture of the list.",
        icon: "caret-left",
        shortcut: "A PageUp",
        run: |state| state.step(-1),
        ..GO
    },
    CommandInfo {
        id: "go.next_10",
        name: "10 pictures on",
        help: "Goes ten pictures on.",
        icon: "caret-double-right",
        shortcut: "Shift+PageDown",
        run: |state| state.step(10),
        ..GO
    },
    CommandInfo {
        id: "go.previous_10",
        name: "10 pictures back",
        help: "Goes ten pictures back.",
        icon: "caret-double-left",
        shortcut: "Shift+PageUp",
        run: |state| state.step(-10),
        ..GO
    },
    CommandInfo {
        id: "go.first",
        name: "First picture",
        help: "Goes to the first picture of the list.",
        icon: "arrow-left",
        shortcut: "Home Ctrl+Home",
        run: |state| state.step(isize::MIN),
        ..GO
    },
    CommandInfo {
        id: "go.last",
        name: "Last picture",
        help: "Goes to the last picture of the list.",
        icon: "arrow-right",
        shortcut: "End Ctrl+End",
        run: |state| state.step(isize::MAX),
        ..GO
    },
    CommandInfo {
        id: "go.next_todo",
        name: "Next unfinished picture",
        help: "Goes to the next picture that is neither done nor skipped.",
        icon: "skip-forward",
        shortcut: "Ctrl+Shift+D",
        run: |state| state.step_to_todo(true),
        ..GO
    },
    CommandInfo {
        id: "go.previous_todo",
        name: "Previous unfinished picture",
        help: "Goes to the previous picture that is neither done nor skipped.",
        icon: "caret-double-left",
        shortcut: "Ctrl+Shift+A",
        run: |state| state.step_to_todo(false),
        ..GO
    },
    CommandInfo {
        id: "go.done",
        name: "Done, and on to the next",
        help: "Marks the picture as done and goes to the next unfinished one.",
        icon: "check-circle",
        begins_group: true,
        shortcut: "Ctrl+Enter",
        is_enabled: |state| can_edit(state) && has_picture(state),
        run: |state| finish(state, AssetStatus::Done),
        ..GO
    },
    CommandInfo {
        id: "go.skip",
        name: "Skip, and on to the next",
        help: "Sets the picture aside and goes to the next unfinished one.",
        icon: "prohibit",
        shortcut: "Ctrl+Space",
        is_enabled: |state| can_edit(state) && has_picture(state),
        run: |state| finish(state, AssetStatus::Skipped),
        ..GO
    },
    CommandInfo {
        id: "go.reopen",
        name: "Mark as unfinished",
        help: "Takes the picture's mark of being done or skipped away.",
        icon: "circle",
        is_enabled: |state| can_edit(state) && has_picture(state),
        run: |state| {
            if let Some(asset) = state.view.asset {
                state.set_status(&[asset], AssetStatus::Todo);
            }
        },
        ..GO
    },
    CommandInfo {
        id: "go.next_object",
        name: "Next object",
        help: "Selects the next object of this picture.",
        icon: "caret-down",
        begins_group: true,
        shortcut: "Tab",
        is_enabled: has_picture,
        run: |state| step_object(state, 1),
        ..GO
    },
    CommandInfo {
        id: "go.previous_object",
        name: "Previous object",
        help: "Selects the previous object of this picture.",
        icon: "caret-up",
        shortcut: "Shift+Tab",
        is_enabled: has_picture,
        run: |state| step_object(state, -1),
        ..GO
    },
];

fn finish(state: &mut AppState, status: AssetStatus) {
    let Some(asset) = state.view.asset else { return };
    state.set_status(&[asset], status);
    state.step_to_todo(true);
}

fn step_object(state: &mut AppState, by: isize) {
    let ids: Vec<_> =
        state.objects().map(|all| all.in_order().map(|object| object.id).collect()).unwrap_or_default();
    if ids.is_empty() {
        return;
    }
    let current = state.view.selection.iter().last().and_then(|id| ids.iter().position(|other| *other == id));
    let next = match current {
        Some(position) => (position as isize + by).rem_euclid(ids.len() as isize) as usize,
        None if by > 0 => 0,
        None => ids.len() - 1,
    };
    // Arrows now move the object.
    state.take_keyboard_pointer_away();
    state.view.selection = Selection::of(ids[next]);
    state.reveal(ids[next]);
}
