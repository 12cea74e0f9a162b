//! Projects, media, import and export.

use super::{COMMAND, CommandInfo, Menu, can_edit, has_project};
use crate::app::dialogs::Dialog;
use crate::app::request::Request;
use crate::app::state::AppState;
use crate::app::work::PickPurpose;

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "file.open_folder",
        name: "Open folder…",
        help: "Opens a folder of pictures as a project.",
        icon: "folder-open",
        shortcut: "Ctrl+O",
        run: |state| state.request(Request::Pick(PickPurpose::OpenFolder)),
        ..COMMAND
    },
    CommandInfo {
        id: "file.open_project",
        name: "Open project…",
        help: "Opens a project file.",
        icon: "file",
        shortcut: "Ctrl+Shift+O",
        run: |state| state.request(Request::Pick(PickPurpose::OpenProject)),
        ..COMMAND
    },
    CommandInfo {
        id: "file.close",
        name: "Close project",
        help: "Closes the project; everything is saved already.",
        icon: "x",
        shortcut: "Ctrl+W",
        is_enabled: has_project,
        run: AppState::close_project_in_turn,
        ..COMMAND
    },
    CommandInfo {
        id: "file.add_pictures",
        name: "Add files…",
        help: "Adds pictures and videos to the project.",
        icon: "file-plus",
        begins_group: true,
        is_enabled: can_edit,
        run: |state| state.request(Request::Pick(PickPurpose::AddFiles)),
        ..COMMAND
    },
    CommandInfo {
        id: "file.add_folder",
        name: "Add folder…",
        help: "Adds a folder of pictures and videos to the project and watches it for new ones.",
        icon: "folder-plus",
        is_enabled: can_edit,
        run: |state| state.request(Request::Pick(PickPurpose::AddFolder)),
        ..COMMAND
    },
    CommandInfo {
        id: "file.add_sequence",
        name: "Add numbered pictures as a video…",
        help: "Makes one video of pictures such as shot-0001.png, shot-0002.png, …: choose any of them.",
        icon: "film-strip",
        is_enabled: can_edit,
        run: |state| state.request(Request::Pick(PickPurpose::AddSequence)),
        ..COMMAND
    },
    CommandInfo {
        id: "file.rescan",
        name: "Look for new files",
        help: "Looks for new, moved and missing pictures and videos now.",
        icon: "arrows-clockwise",
        shortcut: "F5",
        is_enabled: can_edit,
        run: |state| state.watch_files(),
        ..COMMAND
    },
    CommandInfo {
        id: "file.import",
        name: "Import labels…",
        help: "Reads labels that another tool wrote.",
        icon: "download-simple",
        begins_group: true,
        shortcut: "Ctrl+I",
        is_enabled: can_edit,
        run: |state| state.view.dialog = Some(Dialog::import()),
        menu: Menu::File,
        ..COMMAND
    },
    CommandInfo {
        id: "file.export",
        name: "Export labels…",
        help: "Writes labels in the format that your trainer reads.",
        icon: "export",
        shortcut: "Ctrl+E",
        is_enabled: has_project,
        run: |state| state.view.dialog = Some(Dialog::export()),
        ..COMMAND
    },
    CommandInfo {
        id: "file.save",
        name: "Save now",
        help: "Nothing to do: every change is saved as you make it. Tells you whether all of it is on disk.",
        icon: "floppy-disk",
        begins_group: true,
        shortcut: "Ctrl+S",
        is_enabled: has_project,
        run: |state| state.tell_whether_saved(),
        ..COMMAND
    },
    CommandInfo {
        id: "file.save_copy",
        name: "Save a copy…",
        help: "Writes a copy of the project to another file.",
        icon: "copy-simple",
        shortcut: "Ctrl+Shift+S",
        is_enabled: has_project,
        run: |state| state.request(Request::Pick(PickPurpose::SaveCopy)),
        ..COMMAND
    },
    CommandInfo {
        id: "file.settings",
        name: "Settings…",
        help: "Theme, keys, tools, memory.",
        icon: "gear",
        begins_group: true,
        shortcut: "Ctrl+Comma F2",
        run: |state| state.view.dialog = Some(Dialog::settings(&state.settings)),
        ..COMMAND
    },
    CommandInfo {
        id: "file.quit",
        name: "Quit",
        help: "Closes Fieldmark; everything is saved already.",
        icon: "sign-out",
        begins_group: true,
        shortcut: "Ctrl+Q",
        run: |state| state.ctx.send_viewport_cmd(eframe::egui::ViewportCommand::Close),
        ..COMMAND
    },
];
