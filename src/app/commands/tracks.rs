//! Objects over time: keyframes, and what becomes of whole tracks.

use super::{COMMAND, CommandInfo, Menu, When, can_edit};
use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::app::wording::counted;
use crate::edit::{Edit, NewOnVideo, shape_at, spans, tracks};
use crate::model::{AssetId, Flag, Object, ObjectId, Track};

const TRACK: CommandInfo =
    CommandInfo { menu: Menu::Track, when: When::OnVideo, is_enabled: can_edit_tracks, ..COMMAND };

/// More objects than this are not made of one track at once.
const MAX_SINGLE_FRAMES: usize = 5000;
/// How far a vertex may be off when keyframes are left out, image pixels.
const TOLERANCE_PX: f64 = 1.0;

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "track.keyframe",
        name: "Keyframe",
        help: "Pins the selected objects to where they are on this frame, or lets them go.",
        icon: "diamond",
        shortcut: "K",
        is_on: Some(|state| {
            all_tracks(state, |state, track| track.keyframes.contains_key(&state.view.frame))
        }),
        run: toggle_keyframe,
        ..TRACK
    },
    CommandInfo {
        id: "track.outside",
        name: "Out of sight",
        help: "Takes the selected objects out of sight from this frame to their next keyframe, or brings them back.",
        icon: "eye-slash",
        shortcut: "Shift+K",
        is_on: Some(|state| all_tracks(state, |state, track| shape_at(track, state.view.frame).is_none())),
        run: toggle_outside,
        ..TRACK
    },
    CommandInfo {
        id: "track.next_keyframe",
        name: "Next keyframe",
        help: "Goes to the next keyframe of the selected objects.",
        icon: "skip-forward",
        begins_group: true,
        shortcut: "Period",
        is_enabled: has_tracks,
        run: |state| {
            let frame = state.view.frame;
            let next = selected_tracks(state).filter_map(|object| tracks::next_keyframe(object, frame)).min();
            go_to(state, next);
        },
        ..TRACK
    },
    CommandInfo {
        id: "track.previous_keyframe",
        name: "Previous keyframe",
        help: "Goes to the keyframe of the selected objects before this frame.",
        icon: "skip-back",
        shortcut: "Comma",
        is_enabled: has_tracks,
        run: |state| {
            let frame = state.view.frame;
            let before =
                selected_tracks(state).filter_map(|object| tracks::previous_keyframe(object, frame)).max();
            go_to(state, before);
        },
        ..TRACK
    },
    CommandInfo {
        id: "track.next_object",
        name: "Next object comes into sight",
        help: "Goes to the next frame on which an object comes into sight, and selects it.",
        icon: "caret-double-right",
        shortcut: "Shift+E",
        is_enabled: AppState::has_frames,
        run: |state| go_to_object(state, true, |_| true),
        ..TRACK
    },
    CommandInfo {
        id: "track.previous_object",
        name: "Previous object comes into sight",
        help: "Goes back to the frame on which an object came into sight, and selects it.",
        icon: "caret-double-left",
        shortcut: "Shift+Q",
        is_enabled: AppState::has_frames,
        run: |state| go_to_object(state, false, |_| true),
        ..TRACK
    },
    CommandInfo {
        id: "track.next_unfinished",
        name: "Next object without a label",
        help: "Goes to the next frame on which an object without a label comes into sight, and selects it.",
        icon: "tag-simple",
        shortcut: "Ctrl+Shift+E",
        is_enabled: AppState::has_frames,
        run: |state| go_to_object(state, true, |object| object.label.is_none()),
        ..TRACK
    },
    CommandInfo {
        id: "track.split",
        name: "Split here",
        help: "Ends the selected objects before this frame; new ones go on from here.",
        icon: "scissors",
        begins_group: true,
        shortcut: "Alt+M",
        is_enabled: |state| {
            can_edit(state) && selected(state).any(|o| o.as_track().is_some() || o.as_span().is_some())
        },
        run: split,
        ..TRACK
    },
    CommandInfo {
        id: "track.merge",
        name: "Merge",
        help: "Makes one object of the selected ones; where none of them is to be seen, it is out of sight.",
        icon: "stack-simple",
        shortcut: "M",
        is_enabled: |state| {
            can_edit(state)
                && (selected_tracks(state).nth(1).is_some()
                    || selected(state).filter(|object| object.as_span().is_some()).nth(1).is_some())
        },
        run: merge,
        ..TRACK
    },
    CommandInfo {
        id: "track.swap",
        name: "Swap from here on",
        help: "Two selected objects that were taken for each other go on as the other one from this frame on.",
        icon: "arrows-clockwise",
        shortcut: "Shift+X",
        is_enabled: |state| can_edit(state) && selected_tracks(state).count() == 2,
        run: swap,
        ..TRACK
    },
    CommandInfo {
        id: "track.delete_keyframe",
        name: "Delete on this frame",
        help: "Deletes the keyframes of the selected objects on this frame; an object goes with its last one.",
        icon: "trash",
        shortcut: "Shift+Delete",
        is_enabled: |state| {
            can_edit(state)
                && any_track(state, |state, track| track.keyframes.contains_key(&state.view.frame))
        },
        run: |state| {
            let frame = state.view.frame;
            edit(state, "Delete keyframes", |asset, object| tracks::delete_on_frame(asset, object, frame));
        },
        ..TRACK
    },
    CommandInfo {
        id: "track.cut_range",
        name: "Take out of sight in the play range",
        help: "Takes the selected objects out of sight on the frames that are chosen to be played.",
        icon: "eraser",
        is_enabled: |state| can_edit_tracks(state) && state.videos.range().is_some(),
        run: |state| {
            let Some(range) = state.videos.range().cloned() else { return };
            edit(state, "Take out of sight", |asset, object| {
                tracks::cut(asset, object, range.start, Some(range.end))
            });
        },
        ..TRACK
    },
    CommandInfo {
        id: "track.propagate",
        name: "Hold for the next frames",
        help: "Leaves the selected objects as they are here on the next frames; how many is a setting of the tools.",
        icon: "copy-simple",
        begins_group: true,
        shortcut: "Ctrl+B",
        is_enabled: |state| can_edit(state) && any_track(state, is_in_sight),
        run: |state| {
            let (frame, num_frames) = (state.view.frame, state.settings.hold_frames);
            edit(state, "Hold", |asset, object| tracks::propagate(asset, object, frame, num_frames));
        },
        ..TRACK
    },
    CommandInfo {
        id: "track.extend",
        name: "Extend to this frame",
        help: "Lets the selected objects be seen up to this frame, where they were last; or from here, where they were first.",
        icon: "arrow-right",
        is_enabled: |state| can_edit(state) && any_track(state, |state, track| !is_in_sight(state, track)),
        run: |state| {
            let frame = state.view.frame;
            edit(state, "Extend", |asset, object| tracks::extend_to(asset, object, frame));
        },
        ..TRACK
    },
    CommandInfo {
        id: "track.extend_to_end",
        name: "Extend to the end",
        help: "Lets the selected objects be seen to the end of the video, where they were last.",
        icon: "skip-forward",
        is_enabled: |state| can_edit(state) && any_track(state, |_, track| has_end(track)),
        run: |state| edit(state, "Extend to the end", tracks::extend_to_end),
        ..TRACK
    },
    CommandInfo {
        id: "track.later",
        name: "One frame later",
        help: "Moves the selected objects in time: all their keyframes come a frame later.",
        icon: "caret-right",
        run: |state| edit(state, "Move a frame later", |asset, object| tracks::shift(asset, object, 1)),
        ..TRACK
    },
    CommandInfo {
        id: "track.earlier",
        name: "One frame earlier",
        help: "Moves the selected objects in time: all their keyframes come a frame earlier.",
        icon: "caret-left",
        run: |state| edit(state, "Move a frame earlier", |asset, object| tracks::shift(asset, object, -1)),
        ..TRACK
    },
    CommandInfo {
        id: "track.simplify",
        name: "Leave out keyframes",
        help: "Leaves out keyframes without which no point of the selected objects is more than a pixel off.",
        icon: "broom",
        run: simplify,
        ..TRACK
    },
    CommandInfo {
        id: "track.to_track",
        name: "Make a track",
        help: "Lets shapes that are on one frame only, or have no time, go on as tracks.",
        icon: "path",
        begins_group: true,
        is_enabled: |state| {
            can_edit(state)
                && selected(state).any(|object| tracks::to_track(AssetId::from_u128(0), object).is_some())
        },
        run: to_track,
        ..TRACK
    },
    CommandInfo {
        id: "track.to_frames",
        name: "Make an object for each frame",
        help: "Takes the selected objects apart: on each frame they become an object of its own.",
        icon: "grid-nine",
        run: to_frames,
        ..TRACK
    },
    CommandInfo {
        id: "track.draw_tracks",
        name: "Draw tracks",
        help: "What is drawn on a video is there from its frame on; otherwise on that frame only.",
        icon: "path",
        begins_group: true,
        is_enabled: |_| true,
        is_on: Some(|state| state.settings.new_on_video == NewOnVideo::Track),
        run: |state| {
            let mut settings = state.settings.clone();
            settings.new_on_video = match settings.new_on_video {
                NewOnVideo::Track => NewOnVideo::SingleFrame,
                NewOnVideo::SingleFrame => NewOnVideo::Track,
            };
            state.set_settings(settings);
        },
        ..TRACK
    },
];

/// The selected objects as they are over time, but for locked ones.
fn selected(state: &AppState) -> impl Iterator<Item = &Object> {
    let document = state.document();
    let objects = state.view.selection.iter().filter_map(move |id| document?.object(id));
    objects.filter(|object| !object.has(Flag::Locked))
}

fn selected_tracks(state: &AppState) -> impl Iterator<Item = &Object> {
    selected(state).filter(|object| object.as_track().is_some())
}

fn has_tracks(state: &AppState) -> bool {
    selected_tracks(state).next().is_some()
}

fn can_edit_tracks(state: &AppState) -> bool {
    can_edit(state) && has_tracks(state)
}

fn any_track(state: &AppState, is_so: impl Fn(&AppState, &Track) -> bool) -> bool {
    selected(state).filter_map(Object::as_track).any(|track| is_so(state, track))
}

fn all_tracks(state: &AppState, is_so: impl Fn(&AppState, &Track) -> bool) -> bool {
    has_tracks(state) && selected(state).filter_map(Object::as_track).all(|track| is_so(state, track))
}

fn is_in_sight(state: &AppState, track: &Track) -> bool {
    shape_at(track, state.view.frame).is_some()
}

fn has_end(track: &Track) -> bool {
    track.keyframes.values().next_back().is_some_and(|last| last.outside)
}

/// Edits each of the selected tracks, in one step.
fn edit(state: &mut AppState, title: &str, f: impl Fn(AssetId, &Object) -> Vec<Edit>) {
    let Some(asset) = state.view.asset else { return };
    let edits: Vec<Edit> = selected_tracks(state).flat_map(|object| f(asset, object)).collect();
    let num = selected_tracks(state).count();
    commit(state, title, num, edits);
}

fn commit(state: &mut AppState, title: &str, num_objects: usize, edits: Vec<Edit>) {
    if edits.is_empty() {
        return state.messages.add(Tone::Info, "There is nothing to change here.");
    }
    state.commit(format!("{title} of {}", counted(num_objects, "object", "objects")), edits);
}

fn go_to(state: &mut AppState, frame: Option<u32>) {
    if let Some(frame) = frame {
        state.go_to_frame(frame);
    }
}

fn toggle_keyframe(state: &mut AppState) {
    let frame = state.view.frame;
    if all_tracks(state, |_, track| track.keyframes.contains_key(&frame)) {
        if all_tracks(state, |_, track| track.keyframes.len() == 1) {
            return state
                .messages
                .add(Tone::Info, "An object keeps its last keyframe. Delete the object instead.");
        }
        edit(state, "Unset keyframe", |asset, object| tracks::unset_keyframe(asset, object, frame));
    } else {
        edit(state, "Set keyframe", |asset, object| tracks::set_keyframe(asset, object, frame));
    }
}

fn toggle_outside(state: &mut AppState) {
    let frame = state.view.frame;
    let is_outside = all_tracks(state, |_, track| shape_at(track, frame).is_none());
    let title = if is_outside { "Bring back into sight" } else { "Take out of sight" };
    edit(state, title, |asset, object| tracks::set_outside(asset, object, frame, !is_outside));
}

fn split(state: &mut AppState) {
    let (Some(asset), frame) = (state.view.asset, state.view.frame) else { return };
    let halves: Vec<_> = selected(state)
        .filter_map(|object| {
            tracks::split(asset, object, frame).or_else(|| spans::split(asset, object, frame))
        })
        .collect();
    let ids: Vec<ObjectId> = halves.iter().map(|(_, rest)| *rest).collect();
    let edits: Vec<Edit> = halves.into_iter().flat_map(|(edits, _)| edits).collect();
    if edits.is_empty() {
        let text = "Nothing to split: an object is split on a frame after its first and before its end.";
        return state.messages.add(Tone::Info, text);
    }
    commit(state, "Split", ids.len(), edits);
    state.view.selection = ids.into_iter().collect();
}

fn merge(state: &mut AppState) {
    let Some(asset) = state.view.asset else { return };
    let objects: Vec<&Object> = selected(state).collect();
    let num = objects.len();
    let Some((edits, stays)) = tracks::merge(asset, &objects).or_else(|| spans::merge(asset, &objects))
    else {
        return;
    };
    commit(state, "Merge", num, edits);
    state.view.selection = std::iter::once(stays).collect();
}

fn swap(state: &mut AppState) {
    let (Some(asset), frame) = (state.view.asset, state.view.frame) else { return };
    let both: Vec<&Object> = selected_tracks(state).collect();
    let [a, b] = both[..] else { return };
    let edits = tracks::swap(asset, a, b, frame);
    commit(state, "Swap", 2, edits);
}

fn simplify(state: &mut AppState) {
    let num_before = num_keyframes(state);
    edit(state, "Leave out keyframes", |asset, object| tracks::simplify(asset, object, TOLERANCE_PX));
    let num_fewer = num_before.saturating_sub(num_keyframes(state));
    if num_fewer > 0 {
        let text = format!("{} left out.", counted(num_fewer, "keyframe was", "keyframes were"));
        state.messages.add(Tone::Success, text);
    }
}

fn num_keyframes(state: &AppState) -> usize {
    selected(state).filter_map(Object::as_track).map(|track| track.keyframes.len()).sum()
}

fn to_track(state: &mut AppState) {
    let Some(asset) = state.view.asset else { return };
    let made: Vec<_> = selected(state).filter_map(|object| tracks::to_track(asset, object)).collect();
    let ids: Vec<ObjectId> = made.iter().map(|(_, id)| *id).collect();
    commit(state, "Make tracks", ids.len(), made.into_iter().flat_map(|(edits, _)| edits).collect());
    state.view.selection = ids.into_iter().collect();
}

fn to_frames(state: &mut AppState) {
    let Some(asset) = state.view.asset else { return };
    let end = state.frame_times().map_or(0, |times| times.num_frames);
    let made: Vec<_> = selected_tracks(state)
        .filter_map(|object| tracks::to_single_frames(asset, object, end, MAX_SINGLE_FRAMES))
        .collect();
    if made.is_empty() {
        let text = format!(
            "Objects are taken apart that are seen on 2 to {MAX_SINGLE_FRAMES} frames. Shorten longer ones first."
        );
        return state.messages.add(Tone::Info, text);
    }
    let ids: Vec<ObjectId> = made.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    commit(state, "Take apart", made.len(), made.into_iter().flat_map(|(edits, _)| edits).collect());
    state.view.selection = ids.into_iter().collect();
}

/// Goes to where the next of some objects comes into sight, and selects it.
fn go_to_object(state: &mut AppState, forward: bool, is_meant: impl Fn(&Object) -> bool) {
    let frame = state.view.frame;
    let Some(document) = state.document() else { return };
    let starts = document.alive().in_order().filter(|object| is_meant(object)).flat_map(|object| {
        let starts: Vec<u32> = match (object.as_track(), object.as_span()) {
            (Some(track), _) => tracks::stretches(track).iter().map(|(start, _)| *start).collect(),
            (None, Some(span)) => vec![span.start],
            (None, None) => Vec::new(),
        };
        starts.into_iter().map(|start| (start, object.id))
    });
    let found = if forward {
        starts.filter(|(start, _)| *start > frame).min()
    } else {
        starts.filter(|(start, _)| *start < frame).max()
    };
    match found {
        Some((start, id)) => {
            state.go_to_frame(start);
            state.view.selection = std::iter::once(id).collect();
            state.reveal(id);
        }
        None => {
            let way = if forward { "after" } else { "before" };
            state.messages.add(Tone::Info, format!("No such object comes into sight {way} this frame."));
        }
    }
}
