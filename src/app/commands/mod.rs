//! The one table of commands.
//!
//! Every action is a [`CommandInfo`]. To add one, add its entry to the file of its domain; menus, tool strip,
//! palette, shortcut editor and help sheet draw themselves from the table.

mod areas;
mod edit;
mod file;
mod following;
mod help;
mod labels;
mod navigate;
mod review;
mod spans;
mod timeline;
mod tools;
mod tracks;
mod video;
mod view;

pub use tools::{BRUSH_STEP, resize_brush};

use super::settings::Profile;
use super::state::AppState;

/// The id of a command, as in `view.fit`.
pub type CommandId = &'static str;

/// The menus, in the order of the menu bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Menu {
    /// Projects, media, import and export.
    File,
    /// Objects.
    Edit,
    /// How things are shown.
    View,
    /// From picture to picture and from object to object.
    Go,
    /// Through a video.
    Video,
    /// Objects over time.
    Track,
    /// Labels.
    Labels,
    /// Tools.
    Tools,
    /// Help.
    Help,
}

impl Menu {
    /// Every menu.
    pub const ALL: [Self; 9] = [
        Self::File,
        Self::Edit,
        Self::View,
        Self::Go,
        Self::Video,
        Self::Track,
        Self::Labels,
        Self::Tools,
        Self::Help,
    ];

    /// What people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::Go => "Go",
            Self::Video => "Video",
            Self::Track => "Track",
            Self::Labels => "Labels",
            Self::Tools => "Tools",
            Self::Help => "Help",
        }
    }
}

/// When the keys of a command are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// Always.
    Always,
    /// While a video is on the canvas. Its keys then go before those of other commands: what steps from picture to picture
    /// steps from frame to frame.
    OnVideo,
    /// While a review is under way. Its keys then go before all others.
    Reviewing,
}

impl When {
    /// Every time, what goes before others first.
    pub const ALL: [Self; 3] = [Self::Reviewing, Self::OnVideo, Self::Always];
}

/// One action.
pub struct CommandInfo {
    /// Its id.
    pub id: CommandId,
    /// What people call it.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// Its icon, by its Phosphor name; may be empty.
    pub icon: &'static str,
    /// Where it stands in the menus.
    pub menu: Menu,
    /// Whether a line parts it from the entry above.
    pub begins_group: bool,
    /// The keys that run it; several are parted by a blank. May be empty.
    pub shortcut: &'static str,
    /// When the keys are its own.
    pub when: When,
    /// Whether it can be run now.
    pub is_enabled: fn(&AppState) -> bool,
    /// Whether it is on, for commands that switch something.
    pub is_on: Option<fn(&AppState) -> bool>,
    /// Does it.
    pub run: fn(&mut AppState),
}

/// What most commands have in common, to be completed with `..`.
pub(super) const COMMAND: CommandInfo = CommandInfo {
    id: "",
    name: "",
    help: "",
    icon: "",
    menu: Menu::File,
    begins_group: false,
    shortcut: "",
    when: When::Always,
    is_enabled: |_| true,
    is_on: None,
    run: |_| {},
};

/// Every command, menu by menu, in the order of the menus.
pub fn commands() -> impl Iterator<Item = &'static CommandInfo> {
    [
        file::COMMANDS,
        edit::COMMANDS,
        areas::COMMANDS,
        view::COMMANDS,
        navigate::COMMANDS,
        review::COMMANDS,
        spans::COMMANDS,
        timeline::COMMANDS,
        video::COMMANDS,
        tracks::COMMANDS,
        following::COMMANDS,
        labels::COMMANDS,
        tools::commands(),
        help::COMMANDS,
    ]
    .into_iter()
    .flatten()
}

/// The command with this id.
pub fn command(id: &str) -> Option<&'static CommandInfo> {
    commands().find(|command| command.id == id)
}

/// The keys of a command in a profile, before the person's own changes.
pub fn default_shortcut(command: &CommandInfo, profile: Profile) -> &'static str {
    match (profile, command.id) {
        (Profile::Cvat, "go.next") => "F PageDown",
        (Profile::Cvat, "go.previous") => "D PageUp",
        (Profile::Cvat, "video.next_frame") => "F Right Alt+Right",
        (Profile::Cvat, "video.previous_frame") => "D Left Alt+Left",
        (Profile::Cvat, "video.forward") => "V Shift+Right Shift+Alt+Right",
        (Profile::Cvat, "video.back") => "C Shift+Left Shift+Alt+Left",
        (Profile::Cvat, "track.outside") => "O",
        (Profile::Cvat, "track.next_keyframe") => "R",
        (Profile::Cvat, "track.previous_keyframe") => "E",
        (Profile::Cvat, "edit.occluded") => "Q Slash",
        (Profile::Cvat, "edit.bring_forward") => "Plus",
        (Profile::Cvat, "edit.send_back") => "Minus",
        (Profile::Cvat, "view.zoom_in") => "Ctrl+Plus Ctrl+=",
        (Profile::Cvat, "view.zoom_out") => "Ctrl+Minus",
        _ => command.shortcut,
    }
}

/// For [`CommandInfo::is_enabled`]: there is a project.
fn has_project(state: &AppState) -> bool {
    state.project.is_some()
}

/// For [`CommandInfo::is_enabled`]: there is a project that can be changed now.
fn can_edit(state: &AppState) -> bool {
    state.can_edit()
}

/// For [`CommandInfo::is_enabled`]: a picture is on the canvas.
fn has_picture(state: &AppState) -> bool {
    state.view.asset.is_some()
}

/// For [`CommandInfo::is_enabled`]: objects are selected, and can be changed.
fn can_edit_selection(state: &AppState) -> bool {
    can_edit(state) && !state.view.selection.is_empty()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::app::icons::icon;
    use crate::app::keymap;

    #[test]
    fn every_command_is_complete_and_named_once() {
        let mut ids = HashSet::new();
        let mut names = HashSet::new();
        for command in commands() {
            assert!(ids.insert(command.id), "{} is there twice", command.id);
            assert!(names.insert((command.menu, command.name)), "{} is there twice", command.name);
            assert!(command.help.ends_with('.'), "{}: {}", command.id, command.help);
            assert!(command.icon.is_empty() || icon(command.icon) != '?', "{}: {}", command.id, command.icon);
        }
    }

    #[test]
    fn no_two_commands_have_the_same_keys_in_any_profile() {
        for profile in Profile::ALL {
            let mut taken: HashMap<_, &str> = HashMap::new();
            for command in commands() {
                for keys in default_shortcut(command, profile).split_whitespace() {
                    let shortcut = keymap::parse(keys).unwrap_or_else(|| panic!("{}: {keys}", command.id));
                    let text = keymap::show(&shortcut);
                    if let Some(other) = taken.insert((command.when, text.clone()), command.id) {
                        panic!("{text} runs {other} and {}", command.id);
                    }
                }
            }
        }
    }
}
