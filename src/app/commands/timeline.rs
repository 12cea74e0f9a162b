//! The timeline of a video.

use super::{COMMAND, CommandInfo, Menu, When};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::app::timeline::TimelineRequest;
use crate::tools::timeline::{NoteId, delete_keyframes, delete_marker, shift_selected};

const TIMELINE: CommandInfo =
    CommandInfo { menu: Menu::View, when: When::OnVideo, is_enabled: has_timeline, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "timeline.fit",
        name: "Timeline: whole video",
        help: "Shows the whole video on the timeline.",
        icon: "frame-corners",
        begins_group: true,
        shortcut: "Alt+0",
        run: |state| zoom(state, 0.0),
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.zoom_in",
        name: "Timeline: zoom in",
        help: "Shows fewer frames on the timeline, around the one on screen.",
        icon: "magnifying-glass-plus",
        shortcut: "Alt+Plus Alt+=",
        run: |state| zoom(state, 1.6),
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.zoom_out",
        name: "Timeline: zoom out",
        help: "Shows more frames on the timeline, around the one on screen.",
        icon: "magnifying-glass-minus",
        shortcut: "Alt+Minus",
        run: |state| zoom(state, 1.0 / 1.6),
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.zoom_to_selection",
        name: "Timeline: zoom to selection",
        help: "Shows the frames of what is selected on the timeline.",
        icon: "corners-in",
        shortcut: "Alt+Z",
        is_enabled: |state| has_timeline(state) && !state.view.selection.is_empty(),
        run: zoom_to_selection,
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.pictures",
        name: "Timeline: pictures",
        help: "Shows pictures of frames on the timeline where there is room, or leaves the room to the rows.",
        icon: "film-strip",
        is_on: Some(|state| state.settings.show_frame_pictures),
        run: |state| {
            let settings = state.settings.clone();
            state.set_settings(Settings { show_frame_pictures: !settings.show_frame_pictures, ..settings });
        },
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.sound",
        name: "Timeline: sound",
        help: "Shows on the timeline how loud the video is, or leaves the room to the rows.",
        icon: "speaker-high",
        is_enabled: |state| state.video_facts().is_some_and(|facts| facts.has_sound),
        is_on: Some(|state| state.settings.show_waveform),
        run: |state| {
            let settings = state.settings.clone();
            state.set_settings(Settings { show_waveform: !settings.show_waveform, ..settings });
        },
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.earlier",
        name: "Keyframes or spans a frame earlier",
        help: "Moves the selected keyframes, or else the selected spans, one frame to the left.",
        icon: "caret-left",
        menu: Menu::Edit,
        begins_group: true,
        shortcut: "Ctrl+Alt+Left",
        is_enabled: |state| super::can_edit(state) && has_shiftable(state),
        run: |state| shift(state, -1),
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.later",
        name: "Keyframes or spans a frame later",
        help: "Moves the selected keyframes, or else the selected spans, one frame to the right.",
        icon: "caret-right",
        menu: Menu::Edit,
        shortcut: "Ctrl+Alt+Right",
        is_enabled: |state| super::can_edit(state) && has_shiftable(state),
        run: |state| shift(state, 1),
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.delete_marker",
        name: "Remove the chosen marker",
        help: "Removes the marker that was clicked on the timeline; Delete does so, too.",
        icon: "flag",
        menu: Menu::Edit,
        is_enabled: |state| super::can_edit(state) && has_marker(state),
        run: delete_chosen_marker,
        ..TIMELINE
    },
    CommandInfo {
        id: "timeline.delete_keyframes",
        name: "Delete selected keyframes",
        help: "Deletes the keyframes that are selected on the timeline; Delete does so, too.",
        icon: "diamond",
        menu: Menu::Edit,
        begins_group: true,
        is_enabled: |state| super::can_edit(state) && has_keyframes(state),
        run: delete,
        ..TIMELINE
    },
];

fn has_timeline(state: &AppState) -> bool {
    state.timeline_context().is_some()
}

/// Whether keyframes are selected: Delete means them, then.
pub(super) fn has_keyframes(state: &AppState) -> bool {
    has_timeline(state) && !state.view.timeline.keyframes.is_empty()
}

/// Whether a marker is chosen, and no object: Delete means it, then.
pub(super) fn has_marker(state: &AppState) -> bool {
    matches!(state.view.timeline.note, Some(NoteId::Marker(_))) && state.view.selection.is_empty()
}

/// Removes the chosen marker.
pub(super) fn delete_chosen_marker(state: &mut AppState) {
    let gesture = state.timeline_context().and_then(|context| delete_marker(&context));
    if let Some(gesture) = gesture {
        state.commit(gesture.title, gesture.edits);
    }
}

fn has_shiftable(state: &AppState) -> bool {
    has_keyframes(state) || (has_timeline(state) && state.selected_spans().next().is_some())
}

fn shift(state: &mut AppState, by: i64) {
    if let Some(response) = state.timeline_context().map(|context| shift_selected(&context, by)) {
        state.take_timeline_response(response);
    }
}

/// Deletes the selected keyframes.
pub(super) fn delete(state: &mut AppState) {
    let gesture = state.timeline_context().and_then(|context| delete_keyframes(&context));
    if let Some(gesture) = gesture {
        state.commit(gesture.title, gesture.edits);
    }
}

/// Zooms about the frame on screen where it is in sight, else about the middle.
fn zoom(state: &mut AppState, factor: f64) {
    let axis = state.view.timeline.axis;
    let x = match axis.shows(state.view.frame) {
        true => axis.x_of_frame(state.view.frame),
        false => axis.width() / 2.0,
    };
    // Any factor below what the whole video takes shows all of it.
    let factor = if factor > 0.0 { factor } else { 1e-9 };
    state.timeline_request(TimelineRequest::Zoom { x, factor });
}

fn zoom_to_selection(state: &mut AppState) {
    let lanes = &state.view.timeline.lanes;
    let frames = state.view.selection.iter().filter_map(|object| {
        let of_span = lanes.span(object).map(|bar| (bar.start, bar.end));
        let of_track = lanes.track(object).and_then(|lane| {
            let last = lane.lane.keyframes.last()?.frame;
            Some((lane.lane.start(), lane.lane.stretches.last().map_or(last, |last| last.end).max(last + 1)))
        });
        of_span.or(of_track)
    });
    let range = frames.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    if let Some((start, end)) = range {
        state.view.timeline.axis = state.view.timeline.axis.fitted_to(start..end);
    }
}
