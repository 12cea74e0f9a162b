//! Areas of objects: unite, cut out, fill holes, turn into another kind of shape.
//!
//! On a video they would change or end whole tracks, which is not what one sees on a frame: they are for pictures.

use super::{COMMAND, CommandInfo, Menu, can_edit_selection};
use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::model::ShapeKind;
use crate::tools::{Gesture, ToolContext, areas};

const AREA: CommandInfo = CommandInfo { menu: Menu::Edit, is_enabled: can_edit_areas, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "edit.unite",
        name: "Unite",
        help: "Makes one object of the selected areas. The largest keeps its label and attributes.",
        icon: "unite",
        shortcut: "U",
        begins_group: true,
        is_enabled: |state| can_edit_areas(state) && state.view.selection.len() > 1,
        run: |state| {
            let united = state.tool_context().and_then(|context| areas::unite_selected(&context));
            match united {
                Some((gesture, selection)) => {
                    state.commit(gesture.title, gesture.edits);
                    state.view.selection = selection;
                }
                None => nothing(state, "Select two objects with an area to unite them."),
            }
        },
        ..AREA
    },
    CommandInfo {
        id: "edit.cut_out",
        name: "Cut out",
        help: "Cuts what lies in front out of the rearmost of the selected objects. Those in front stay.",
        icon: "subtract",
        shortcut: "Shift+U",
        is_enabled: |state| can_edit_areas(state) && state.view.selection.len() > 1,
        run: |state| run(state, areas::cut_out_selected, "Nothing of the rearmost object can be cut out."),
        ..AREA
    },
    CommandInfo {
        id: "edit.fill_holes",
        name: "Fill holes",
        help: "Fills the holes of the selected masks and polygons.",
        icon: "paint-bucket",
        run: |state| run(state, areas::fill_holes_of_selected, "There are no holes."),
        ..AREA
    },
    CommandInfo {
        id: "edit.to_polygon",
        name: "Turn into polygon",
        help: "Makes polygons of the selected boxes, ellipses and masks.",
        icon: "polygon",
        run: |state| turn(state, |context| areas::turn_selected_into(context, ShapeKind::Polygon)),
        ..AREA
    },
    CommandInfo {
        id: "edit.to_mask",
        name: "Turn into mask",
        help: "Makes masks of the selected boxes, ellipses and polygons.",
        icon: "paint-brush",
        run: |state| turn(state, |context| areas::turn_selected_into(context, ShapeKind::Mask)),
        ..AREA
    },
    CommandInfo {
        id: "edit.to_box",
        name: "Turn into box",
        help: "Makes upright boxes around the selected objects.",
        icon: "rectangle",
        run: |state| turn(state, |context| areas::turn_selected_into(context, ShapeKind::Box)),
        ..AREA
    },
];

fn can_edit_areas(state: &AppState) -> bool {
    can_edit_selection(state) && !state.is_video()
}

fn turn(state: &mut AppState, command: fn(&ToolContext) -> Option<Gesture>) {
    run(
        state,
        command,
        "Nothing to turn: the objects are of this kind, have no area, or their label forbids it.",
    );
}

fn run(state: &mut AppState, command: fn(&ToolContext) -> Option<Gesture>, why_nothing: &str) {
    match state.tool_context().and_then(|context| command(&context)) {
        Some(gesture) => state.commit(gesture.title, gesture.edits),
        None => nothing(state, why_nothing),
    }
}

fn nothing(state: &mut AppState, why: &str) {
    state.messages.add(Tone::Info, why);
}
