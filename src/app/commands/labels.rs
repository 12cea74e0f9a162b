//! Labels: the schema editor, and the digits that choose a label.

use super::{COMMAND, CommandInfo, Menu, can_edit, has_project};
use crate::app::dialogs::Dialog;
use crate::app::state::AppState;

const LABELS: CommandInfo = CommandInfo { menu: Menu::Labels, ..COMMAND };

/// The command that chooses the label with this index, with its digit.
macro_rules! nth {
    ($index:literal, $id:literal, $name:literal, $digit:literal) => {
        CommandInfo {
            id: $id,
            name: $name,
            help: "Gives this label to the selected objects and to those drawn next.",
            icon: "tag",
            begins_group: $index == 0,
            shortcut: $digit,
            is_enabled: |state| num_labels(state) > $index,
            run: |state| choose_nth(state, $index),
            ..LABELS
        }
    };
}

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "labels.edit",
        name: "Edit labels…",
        help: "Adds, renames, recolours, merges and describes labels and their attributes.",
        icon: "pencil-simple",
        shortcut: "Ctrl+L",
        is_enabled: has_project,
        run: |state| {
            if let Some(project) = &state.project {
                state.view.dialog = Some(Dialog::labels(project.schema(), state.view.label));
            }
        },
        ..LABELS
    },
    CommandInfo {
        id: "labels.none",
        name: "No label",
        help: "Takes the label of the selected objects away; the next ones are drawn without.",
        icon: "tag-simple",
        shortcut: "Shift+0",
        is_enabled: can_edit,
        run: |state| state.choose_label(None),
        ..LABELS
    },
    nth!(0, "labels.1", "First label", "1"),
    nth!(1, "labels.2", "Second label", "2"),
    nth!(2, "labels.3", "Third label", "3"),
    nth!(3, "labels.4", "Fourth label", "4"),
    nth!(4, "labels.5", "Fifth label", "5"),
    nth!(5, "labels.6", "Sixth label", "6"),
    nth!(6, "labels.7", "Seventh label", "7"),
    nth!(7, "labels.8", "Eighth label", "8"),
    nth!(8, "labels.9", "Ninth label", "9"),
];

fn num_labels(state: &AppState) -> usize {
    state.project.as_ref().map_or(0, |project| project.schema().labels.len())
}

fn choose_nth(state: &mut AppState, index: usize) {
    let label = state.project.as_ref().and_then(|project| project.schema().labels.get(index));
    if let Some(id) = label.map(|label| label.id) {
        state.choose_label(Some(id));
    }
}
