//! Time marked by keys, tags and markers.

use super::{COMMAND, CommandInfo, Menu, When, can_edit};
use crate::app::state::AppState;

const SPANS: CommandInfo =
    CommandInfo { menu: Menu::Labels, when: When::OnVideo, is_enabled: can_mark, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "spans.mark",
        name: "Begin or end a span",
        help: "Begins a span of the chosen label on this frame, also while the video plays; again, it ends it.",
        icon: "rows",
        begins_group: true,
        shortcut: "W",
        is_on: Some(is_begun),
        run: AppState::toggle_span,
        ..SPANS
    },
    CommandInfo {
        id: "spans.event",
        name: "Mark this frame",
        help: "Marks this frame with the chosen label: an event.",
        icon: "diamond",
        shortcut: "Shift+W",
        run: AppState::mark_event,
        ..SPANS
    },
    CommandInfo {
        id: "spans.start_here",
        name: "Begin spans here",
        help: "Lets the selected spans begin with this frame.",
        icon: "arrow-line-left",
        shortcut: "Alt+I",
        is_enabled: has_spans,
        run: |state| state.set_span_edge(true),
        ..SPANS
    },
    CommandInfo {
        id: "spans.end_here",
        name: "End spans here",
        help: "Lets the selected spans end with this frame.",
        icon: "arrow-line-right",
        shortcut: "Alt+O",
        is_enabled: has_spans,
        run: |state| state.set_span_edge(false),
        ..SPANS
    },
    CommandInfo {
        id: "spans.give_up",
        name: "Give up begun spans",
        help: "Forgets the spans that were begun and not ended.",
        icon: "x",
        shortcut: "Alt+W",
        is_enabled: |state| state.begun_spans().next().is_some(),
        run: AppState::give_up_spans,
        ..SPANS
    },
    CommandInfo {
        id: "spans.tag",
        name: "Tag the whole",
        help: "Says the chosen label of the whole picture or video, or no longer.",
        icon: "tag",
        shortcut: "Ctrl+T",
        when: When::Always,
        is_enabled: |state| can_edit(state) && state.document().is_some(),
        run: AppState::toggle_tag,
        ..SPANS
    },
    CommandInfo {
        id: "markers.toggle",
        name: "Set or remove a marker",
        help: "Puts a marker on this frame, to come back to, or takes it away.",
        icon: "flag",
        menu: Menu::Go,
        begins_group: true,
        shortcut: "J",
        run: AppState::toggle_marker,
        ..SPANS
    },
    CommandInfo {
        id: "markers.name",
        name: "Name marker…",
        help: "Says what the marker on this frame, or the chosen one, stands for; one is set where there is none.",
        icon: "pencil-simple",
        menu: Menu::Go,
        shortcut: "Alt+J",
        run: AppState::begin_naming_marker,
        ..SPANS
    },
    CommandInfo {
        id: "markers.next",
        name: "Next marker",
        help: "Goes to the next frame with a marker.",
        icon: "caret-right",
        menu: Menu::Go,
        shortcut: "Ctrl+J",
        is_enabled: has_markers,
        run: |state| state.step_marker(true),
        ..SPANS
    },
    CommandInfo {
        id: "markers.previous",
        name: "Previous marker",
        help: "Goes to the frame with a marker before this one.",
        icon: "caret-left",
        menu: Menu::Go,
        shortcut: "Ctrl+Shift+J",
        is_enabled: has_markers,
        run: |state| state.step_marker(false),
        ..SPANS
    },
];

fn can_mark(state: &AppState) -> bool {
    can_edit(state) && state.timeline_context().is_some()
}

fn has_spans(state: &AppState) -> bool {
    can_mark(state) && state.selected_spans().next().is_some()
}

fn has_markers(state: &AppState) -> bool {
    state.is_video() && state.view.timeline.notes.markers().next().is_some()
}

fn is_begun(state: &AppState) -> bool {
    state.begun_spans().any(|(label, _)| Some(label) == state.view.label)
}
