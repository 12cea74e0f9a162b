//! Finding one's way.

use super::{COMMAND, CommandInfo, Menu};
use crate::app::dialogs::Dialog;
use crate::app::gpu_watch::GpuWatch;

const HELP: CommandInfo = CommandInfo { menu: Menu::Help, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "help.palette",
        name: "Find a command…",
        help: "Finds any command by its name.",
        icon: "magnifying-glass",
        shortcut: "Ctrl+K Ctrl+Shift+P",
        run: |state| state.view.dialog = Some(Dialog::palette()),
        ..HELP
    },
    CommandInfo {
        id: "help.keys",
        name: "Keys and gestures",
        help: "Shows every key and what the mouse does.",
        icon: "keyboard",
        shortcut: "F1 Shift+?",
        run: |state| state.view.dialog = Some(Dialog::help()),
        ..HELP
    },
    CommandInfo {
        id: "help.sample",
        name: "Try the sample project",
        help: "Opens a copy of a few labelled photos to play with.",
        icon: "images",
        begins_group: true,
        run: |state| state.open_sample(),
        ..HELP
    },
    CommandInfo {
        id: "help.restart_graphics",
        name: "Restart graphics",
        help: "Opens the window anew. Helps when the picture flickers or is torn, as after the computer slept.",
        icon: "arrows-clockwise",
        run: |state| state.gpu.iter().for_each(GpuWatch::disconnect),
        ..HELP
    },
    CommandInfo {
        id: "help.about",
        name: "About Fieldmark",
        help: "Version, licence, and what this computer draws with.",
        icon: "info",
        run: |state| state.view.dialog = Some(Dialog::about()),
        ..HELP
    },
];
