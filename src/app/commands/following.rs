//! Letting objects be followed through a video.

use super::{COMMAND, CommandInfo, Menu, When};

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "track.forward",
        name: "Track forward",
        help: "Follows the selected objects on the next frames, up to a keyframe or until they are lost. \
               Once more stops and keeps what was found; Esc leaves no trace.",
        icon: "arrow-right",
        menu: Menu::Track,
        begins_group: true,
        shortcut: "Shift+T",
        when: When::OnVideo,
        is_enabled: |state| state.can_follow(true),
        is_on: Some(|state| state.is_following()),
        run: |state| state.follow_selected(true),
    },
    CommandInfo {
        id: "track.back",
        name: "Track back",
        help: "Follows the selected objects on the frames before, back to a keyframe or until they are lost. \
               Once more stops and keeps what was found; Esc leaves no trace.",
        icon: "arrow-left",
        shortcut: "Ctrl+Shift+T",
        menu: Menu::Track,
        when: When::OnVideo,
        is_enabled: |state| state.can_follow(false),
        is_on: Some(|state| state.is_following()),
        run: |state| state.follow_selected(false),
        ..COMMAND
    },
];
