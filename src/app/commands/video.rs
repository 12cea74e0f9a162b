//! Going through a video, and playing it.

use super::{COMMAND, CommandInfo, Menu, When};
use crate::app::settings::Settings;
use crate::app::state::AppState;

const VIDEO: CommandInfo =
    CommandInfo { menu: Menu::Video, when: When::OnVideo, is_enabled: AppState::has_frames, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "video.play",
        name: "Play or pause",
        help: "Plays the video from the frame on screen, or stops there.",
        icon: "play",
        shortcut: "Space",
        is_on: Some(|state| state.videos.is_playing()),
        run: |state| state.toggle_play(false),
        ..VIDEO
    },
    CommandInfo {
        id: "video.play_backwards",
        name: "Play backwards",
        help: "Plays the video backwards from the frame on screen, or stops there.",
        icon: "rewind",
        shortcut: "Shift+Space",
        run: |state| state.toggle_play(true),
        ..VIDEO
    },
    CommandInfo {
        id: "video.play_around",
        name: "Play around this frame",
        help: "Plays from a second before the frame to a second behind it, and comes back.",
        icon: "arrows-clockwise",
        shortcut: "Ctrl+Shift+Space",
        run: AppState::play_around,
        ..VIDEO
    },
    CommandInfo {
        id: "video.faster",
        name: "Faster",
        help: "Plays at the next higher speed.",
        icon: "caret-double-right",
        shortcut: "Shift+Period",
        run: |state| state.step_speed(true),
        ..VIDEO
    },
    CommandInfo {
        id: "video.slower",
        name: "Slower",
        help: "Plays at the next lower speed.",
        icon: "caret-double-left",
        shortcut: "Shift+Comma",
        run: |state| state.step_speed(false),
        ..VIDEO
    },
    CommandInfo {
        id: "video.usual_speed",
        name: "Usual speed",
        help: "Plays as fast as it was taken.",
        icon: "number-circle-one",
        run: |state| state.set_speed(1.0),
        ..VIDEO
    },
    CommandInfo {
        id: "video.next_frame",
        name: "Next frame",
        help: "Goes one frame on.",
        icon: "caret-right",
        begins_group: true,
        shortcut: "D Right Alt+Right",
        run: |state| state.step_frames(1),
        ..VIDEO
    },
    CommandInfo {
        id: "video.previous_frame",
        name: "Previous frame",
        help: "Goes one frame back.",
        icon: "caret-left",
        shortcut: "A Left Alt+Left",
        run: |state| state.step_frames(-1),
        ..VIDEO
    },
    CommandInfo {
        id: "video.forward",
        name: "Long step forward",
        help: "Goes as many frames on as the settings say, 10 at first.",
        icon: "caret-double-right",
        shortcut: "Shift+D Shift+Right Shift+Alt+Right",
        run: |state| state.step_frames(state.settings.frame_step.into()),
        ..VIDEO
    },
    CommandInfo {
        id: "video.back",
        name: "Long step back",
        help: "Goes as many frames back as the settings say, 10 at first.",
        icon: "caret-double-left",
        shortcut: "Shift+A Shift+Left Shift+Alt+Left",
        run: |state| state.step_frames(-i64::from(state.settings.frame_step)),
        ..VIDEO
    },
    CommandInfo {
        id: "video.second_forward",
        name: "Second forward",
        help: "Goes one second on.",
        icon: "arrow-right",
        shortcut: "Ctrl+Right",
        run: |state| state.step_seconds(1.0),
        ..VIDEO
    },
    CommandInfo {
        id: "video.second_back",
        name: "Second back",
        help: "Goes one second back.",
        icon: "arrow-left",
        shortcut: "Ctrl+Left",
        run: |state| state.step_seconds(-1.0),
        ..VIDEO
    },
    CommandInfo {
        id: "video.next_stream_keyframe",
        name: "Next keyframe of the stream",
        help: "Goes to the next frame that was stored whole: these are reached at once.",
        icon: "caret-line-right",
        shortcut: "Ctrl+Shift+Right",
        run: |state| state.step_keyframe(true),
        ..VIDEO
    },
    CommandInfo {
        id: "video.previous_stream_keyframe",
        name: "Previous keyframe of the stream",
        help: "Goes to the frame before that was stored whole: these are reached at once.",
        icon: "caret-line-left",
        shortcut: "Ctrl+Shift+Left",
        run: |state| state.step_keyframe(false),
        ..VIDEO
    },
    CommandInfo {
        id: "video.first_frame",
        name: "First frame",
        help: "Goes to the first frame.",
        icon: "skip-back",
        shortcut: "Home",
        run: |state| state.go_to_frame(0),
        ..VIDEO
    },
    CommandInfo {
        id: "video.last_frame",
        name: "Last frame",
        help: "Goes to the last frame.",
        icon: "skip-forward",
        shortcut: "End",
        run: |state| state.go_to_frame(u32::MAX),
        ..VIDEO
    },
    CommandInfo {
        id: "video.go_to",
        name: "Go to frame or time…",
        help: "Takes a frame (1234), a time (1:02.5 or 62s), or a step from here (+10, -2s).",
        icon: "hash",
        shortcut: "Backtick Ctrl+G",
        run: |state| state.view.wants_frame_field = true,
        ..VIDEO
    },
    CommandInfo {
        id: "video.save_frame",
        name: "Save frame as picture…",
        help: "Writes the frame on screen to a PNG file, at its full size and without objects.",
        icon: "camera",
        shortcut: "Ctrl+Shift+F",
        run: AppState::pick_file_for_frame,
        ..VIDEO
    },
    CommandInfo {
        id: "video.copy_frame",
        name: "Copy frame as picture",
        help: "Puts the frame on screen on the clipboard, at its full size and without objects.",
        icon: "copy",
        shortcut: "Ctrl+Alt+C",
        run: AppState::copy_frame,
        ..VIDEO
    },
    CommandInfo {
        id: "video.loop",
        name: "Loop",
        help: "Begins anew where playing ends, or stops there.",
        icon: "repeat",
        begins_group: true,
        shortcut: "Ctrl+Shift+L",
        is_on: Some(|state| state.settings.loops),
        run: AppState::toggle_loop,
        ..VIDEO
    },
    CommandInfo {
        id: "video.sound",
        name: "Sound",
        help: "Lets the sound be heard while the video plays at the usual speed, or keeps it silent.",
        icon: "speaker-high",
        is_on: Some(|state| state.settings.sound),
        run: |state| {
            let settings = state.settings.clone();
            state.set_settings(Settings { sound: !settings.sound, ..settings });
        },
        ..VIDEO
    },
    CommandInfo {
        id: "video.range_start",
        name: "Play from here",
        help: "The frame on screen becomes the first that is played.",
        icon: "arrow-line-left",
        shortcut: "Shift+I",
        run: |state| state.set_play_range_end(true),
        ..VIDEO
    },
    CommandInfo {
        id: "video.range_end",
        name: "Play to here",
        help: "The frame on screen becomes the last that is played.",
        icon: "arrow-line-right",
        shortcut: "Shift+O",
        run: |state| state.set_play_range_end(false),
        ..VIDEO
    },
    CommandInfo {
        id: "video.whole_range",
        name: "Play all",
        help: "Plays all frames again.",
        icon: "arrows-out",
        is_enabled: |state| state.videos.range().is_some(),
        run: |state| state.set_play_range(None),
        ..VIDEO
    },
];
