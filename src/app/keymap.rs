//! Which keys run which command.
//!
//! Shortcuts are written as people read them, `Ctrl+Shift+Z`. Ctrl stands for Command on a Mac. Two keys have
//! names, since they part what is written: `Plus` and `Comma`.

use std::collections::HashMap;

use eframe::egui::{Event, Key, KeyboardShortcut, Modifiers};

use super::commands::{CommandId, CommandInfo, When, commands, default_shortcut};
use super::settings::Settings;
use crate::model::{LabelId, Schema};

/// Reads a shortcut; `None` when it names no key.
pub fn parse(text: &str) -> Option<KeyboardShortcut> {
    let (modifiers, key) = match text.rsplit_once('+') {
        Some((modifiers, key)) => (modifiers, key),
        None => ("", text),
    };
    let mut all = Modifiers::NONE;
    for modifier in modifiers.split('+').filter(|modifier| !modifier.is_empty()) {
        all |= match modifier.to_ascii_lowercase().as_str() {
            "ctrl" | "cmd" | "command" => Modifiers::COMMAND,
            "shift" => Modifiers::SHIFT,
            "alt" => Modifiers::ALT,
            _ => return None,
        };
    }
    let key = match key {
        "=" => Key::Equals,
        "[" => Key::OpenBracket,
        "]" => Key::CloseBracket,
        "?" => Key::Questionmark,
        name => Key::from_name(name)?,
    };
    Some(KeyboardShortcut::new(all, key))
}

/// Writes a shortcut as people read it.
pub fn show(shortcut: &KeyboardShortcut) -> String {
    let modifiers = shortcut.modifiers;
    let mut text = String::new();
    for (is_held, name) in
        [(modifiers.command || modifiers.ctrl, "Ctrl+"), (modifiers.shift, "Shift+"), (modifiers.alt, "Alt+")]
    {
        if is_held {
            text.push_str(name);
        }
    }
    let key = match shortcut.logical_key {
        Key::Equals => "=",
        Key::OpenBracket => "[",
        Key::CloseBracket => "]",
        Key::Questionmark => "?",
        key => key.name(),
    };
    text + key
}

/// Writes a shortcut with the signs that stand on the keyboard. It is not meant to be read again.
pub fn on_caps(shortcut: &KeyboardShortcut) -> String {
    let sign = match shortcut.logical_key {
        Key::Comma => ",",
        Key::Backtick => "`",
        Key::Plus => "+",
        Key::Minus => "\u{2212}",
        Key::PageUp => "Page up",
        Key::PageDown => "Page down",
        Key::Escape => "Esc",
        _ => return show(shortcut),
    };
    let text = show(shortcut);
    let modifiers = text.rsplit_once('+').map_or("", |(modifiers, _)| modifiers);
    if modifiers.is_empty() { sign.to_owned() } else { format!("{modifiers}+{sign}") }
}

/// What is going on, as far as it decides whose a key is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Whether a video is on the canvas.
    pub is_video: bool,
    /// Whether a review is under way.
    pub is_reviewing: bool,
}

impl Now {
    /// Whether it is this time.
    fn is(self, when: When) -> bool {
        match when {
            When::Always => true,
            When::OnVideo => self.is_video,
            When::Reviewing => self.is_reviewing,
        }
    }
}

/// The keys of all commands, as the person has them.
#[derive(Default)]
pub struct Keymap {
    by_command: HashMap<CommandId, Vec<KeyboardShortcut>>,
    by_keys: HashMap<(When, KeyboardShortcut), CommandId>,
}

impl Keymap {
    /// The keys of a profile with the person's changes.
    pub fn new(settings: &Settings) -> Self {
        let mut keymap = Self::default();
        for command in commands() {
            let keys: Vec<_> = keys_of(command, settings).split_whitespace().filter_map(parse).collect();
            for shortcut in &keys {
                // The first one has the key: what the person chose is checked when it is chosen.
                keymap.by_keys.entry((command.when, *shortcut)).or_insert(command.id);
            }
            keymap.by_command.insert(command.id, keys);
        }
        keymap
    }

    /// The first keys that run a command now, as they stand on the keyboard; empty when there are none.
    pub fn text(&self, command: CommandId, now: Now) -> String {
        let keys = self.by_command.get(command).map_or(&[][..], Vec::as_slice);
        // A command whose time has not come tells its keys all the same.
        let has_come = |when| now.is(when);
        let when = super::commands::command(command).map_or(When::Always, |command| command.when);
        let is_its_own = |keys: &&KeyboardShortcut| {
            !has_come(when) || self.holder(keys, now).is_none_or(|holder| holder == command)
        };
        keys.iter().find(is_its_own).map(on_caps).unwrap_or_default()
    }

    /// All keys of a command as they stand on the keyboard.
    pub fn all_texts(&self, command: CommandId) -> Vec<String> {
        self.by_command.get(command).map(|keys| keys.iter().map(on_caps).collect()).unwrap_or_default()
    }

    fn holder(&self, shortcut: &KeyboardShortcut, now: Now) -> Option<CommandId> {
        let mut holders = When::ALL.into_iter().filter(|when| now.is(*when));
        holders.find_map(|when| self.command_of(shortcut, when))
    }

    /// The command that a key press runs now.
    pub fn command_for(&self, event: &Event, now: Now) -> Option<CommandId> {
        self.holder(&pressed(event)?, now)
    }

    /// The command that a tap on the space bar runs now.
    pub fn command_of_space(&self, now: Now) -> Option<CommandId> {
        self.holder(&KeyboardShortcut::new(Modifiers::NONE, Key::Space), now)
    }

    /// The command that has these keys for its own at such a time.
    pub fn command_of(&self, shortcut: &KeyboardShortcut, when: When) -> Option<CommandId> {
        self.by_keys.get(&(when, *shortcut)).copied()
    }
}

/// The keys that an event says were pressed.
pub fn pressed(event: &Event) -> Option<KeyboardShortcut> {
    Some(match event {
        Event::Key { key, pressed: true, modifiers, .. } => KeyboardShortcut::new(plain(*modifiers), *key),
        // The window system turns these keys into events of their own.
        Event::Copy => KeyboardShortcut::new(Modifiers::COMMAND, Key::C),
        Event::Cut => KeyboardShortcut::new(Modifiers::COMMAND, Key::X),
        Event::Paste(_) => KeyboardShortcut::new(Modifiers::COMMAND, Key::V),
        _ => return None,
    })
}

/// The label that a key press chooses: the first one that has this key for its own.
pub fn label_for(event: &Event, schema: &Schema) -> Option<LabelId> {
    let shortcut = pressed(event).filter(|shortcut| shortcut.modifiers.is_none())?;
    let has_it = |key: char| parse(&key.to_uppercase().to_string()) == Some(shortcut);
    schema.labels.iter().find(|label| label.shortcut.is_some_and(has_it)).map(|label| label.id)
}

/// The keys of a command as they are written in the settings or the profile.
pub fn keys_of<'a>(command: &CommandInfo, settings: &'a Settings) -> &'a str {
    match settings.shortcuts.get(command.id) {
        Some(keys) => keys,
        None => default_shortcut(command, settings.profile),
    }
}

/// Modifiers as shortcuts write them: Ctrl, and Command on a Mac, are one.
pub fn plain(modifiers: Modifiers) -> Modifiers {
    let mut plain = Modifiers::NONE;
    if modifiers.command || modifiers.ctrl {
        plain |= Modifiers::COMMAND;
    }
    if modifiers.shift {
        plain |= Modifiers::SHIFT;
    }
    if modifiers.alt {
        plain |= Modifiers::ALT;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::Profile;

    #[test]
    fn shortcuts_are_read_as_they_are_shown() {
        for text in ["Ctrl+Shift+Z", "D", "Ctrl+=", "Shift+?", "Ctrl+Shift+]", "F11", "PageDown", "Alt+Enter"]
        {
            assert_eq!(show(&parse(text).unwrap_or_else(|| panic!("{text}"))), text);
        }
        assert!(parse("Hyper+X").is_none());
        assert!(parse("Ctrl+Nonsense").is_none());
    }

    #[test]
    fn caps_bear_the_signs_of_the_keyboard() {
        let cap = |text| on_caps(&parse(text).unwrap());
        assert_eq!(
            ["Ctrl+Comma", "Plus", "Ctrl+Shift+PageDown", "D"].map(cap),
            ["Ctrl+,", "+", "Ctrl+Shift+Page down", "D"]
        );
    }

    #[test]
    fn the_persons_own_keys_win() {
        let mut settings = Settings::default();
        settings.shortcuts.insert("go.next".into(), "N".into());
        let keymap = Keymap::new(&settings);
        assert_eq!(keymap.text("go.next", Now::default()), "N");
        let press = |key| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        assert_eq!(keymap.command_for(&press(Key::N), Now::default()), Some("go.next"));
        assert_eq!(keymap.command_for(&press(Key::D), Now::default()), None);
    }

    #[test]
    fn keys_from_picture_to_picture_go_from_frame_to_frame_on_a_video() {
        let press = |key| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let of = |profile, key, is_video| {
            Keymap::new(&Settings { profile, ..Settings::default() })
                .command_for(&press(key), Now { is_video, ..Now::default() })
        };
        assert_eq!(of(Profile::Labelme, Key::D, false), Some("go.next"));
        assert_eq!(of(Profile::Labelme, Key::D, true), Some("video.next_frame"));
        assert_eq!(of(Profile::Cvat, Key::D, true), Some("video.previous_frame"));
        assert_eq!(of(Profile::Cvat, Key::F, true), Some("video.next_frame"));
        assert_eq!(
            of(Profile::Cvat, Key::PageDown, true),
            Some("go.next"),
            "videos are left as pictures are"
        );
        assert_eq!(of(Profile::Labelme, Key::Space, false), None);
    }

    #[test]
    fn keys_are_told_that_run_a_command_now() {
        let keymap = Keymap::new(&Settings { profile: Profile::Cvat, ..Settings::default() });
        let on_video = Now { is_video: true, ..Now::default() };
        let reviewing = Now { is_reviewing: true, ..Now::default() };
        assert_eq!(
            (keymap.text("box", Now::default()), keymap.text("box", on_video)),
            ("R".into(), String::new())
        );
        assert_eq!(keymap.text("track.next_keyframe", on_video), "R");
        assert_eq!(keymap.text("tools.last", on_video), "N");
        assert_eq!(keymap.text("tools.last", reviewing), "", "N returns then");
        assert_eq!(keymap.text("review.return", Now::default()), "N", "it is told before it is needed");
    }

    #[test]
    fn a_label_is_chosen_by_its_own_key() {
        let mut label =
            crate::model::Label::new(LabelId::from_u128(1), "cat", crate::model::Color::for_index(0));
        label.shortcut = Some('c');
        let schema = Schema::from_labels([label]);
        let press =
            |key, modifiers| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        assert_eq!(label_for(&press(Key::C, Modifiers::NONE), &schema), Some(LabelId::from_u128(1)));
        assert_eq!(label_for(&press(Key::C, Modifiers::CTRL), &schema), None);
        assert_eq!(label_for(&press(Key::D, Modifiers::NONE), &schema), None);
    }
}
