//! The shortcut editor: all commands with their keys; click the keys and press others.

use eframe::egui::{
    Align, Button, Key, KeyboardShortcut, Label, Layout, Modifiers, Response, RichText, Ui, vec2,
};

use crate::app::commands::{CommandId, CommandInfo, Menu, When, command, commands, default_shortcut};
use crate::app::dialogs::controls::{card_ui, notice_ui, search_field, section_ui, weak_ui};
use crate::app::dialogs::fuzzy;
use crate::app::keymap::{self, Keymap};
use crate::app::settings::Settings;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, labelled_button, primary_button};

/// The editor.
#[derive(Default)]
pub struct ShortcutEditor {
    query: String,
    state: State,
}

#[derive(Clone, Copy, Default)]
enum State {
    #[default]
    Idle,
    /// Waits for keys to be pressed for a command.
    Waiting(Wish),
    /// The keys that were pressed run another command.
    Taken { wish: Wish, shortcut: KeyboardShortcut, holder: CommandId, is_seen: bool },
}

/// Whose keys are to be changed.
#[derive(Clone, Copy)]
struct Wish {
    command: CommandId,
    /// Whether the keys come in addition to those that it has.
    is_added: bool,
}

impl ShortcutEditor {
    /// Draws the editor.
    pub fn show(&mut self, ui: &mut Ui, settings: &mut Settings, keymap: &Keymap) {
        self.listen(ui, settings, keymap);
        section_ui(ui, "Shortcuts");
        weak_ui(ui, "Click the keys of a command, then press the ones that you want instead.");
        ui.add_space(2.0);
        search_field(ui, "Search commands and keys", &mut self.query);
        if let State::Taken { wish, shortcut, holder, is_seen } = &mut self.state {
            let is_new = !std::mem::replace(is_seen, true);
            let (wish, shortcut, holder) = (*wish, *shortcut, *holder);
            let answer = self.conflict_ui(ui, settings, wish, &shortcut, holder);
            if is_new {
                // The command may be far down the list.
                answer.request_focus();
                answer.scroll_to_me(Some(Align::Center));
            }
        }
        for menu in Menu::ALL {
            let query = self.query.trim().to_lowercase();
            let found: Vec<_> = commands().filter(|c| c.menu == menu && fits(c, &query, settings)).collect();
            if !found.is_empty() {
                section_ui(ui, menu.name());
                for command in found {
                    self.row_ui(ui, command, settings);
                }
            }
        }
        ui.add_space(12.0);
        ui.add_enabled_ui(!settings.shortcuts.is_empty(), |ui| {
            if labelled_button(ui, "arrow-counter-clockwise", "Reset all shortcuts").clicked() {
                settings.shortcuts.clear();
                self.state = State::Idle;
            }
        });
        ui.add_space(8.0);
    }

    /// While keys are waited for, takes what is pressed before anything else sees it.
    fn listen(&mut self, ui: &Ui, settings: &mut Settings, keymap: &Keymap) {
        let State::Waiting(wish) = self.state else { return };
        let mut shortcut = None;
        ui.input_mut(|input| {
            input.events.retain(|event| {
                let pressed = keymap::pressed(event).filter(|pressed| !is_modifier(pressed.logical_key));
                shortcut = shortcut.or(pressed);
                pressed.is_none()
            });
        });
        let Some(shortcut) = shortcut else { return };
        let is_escape = shortcut == KeyboardShortcut::new(Modifiers::NONE, Key::Escape);
        let when = command(wish.command).map_or(When::Always, |command| command.when);
        self.state = match keymap.command_of(&shortcut, when).filter(|holder| *holder != wish.command) {
            _ if is_escape => State::Idle,
            Some(holder) => State::Taken { wish, shortcut, holder, is_seen: false },
            None => {
                give(settings, wish, &shortcut);
                State::Idle
            }
        };
    }

    /// Asks what is to become of keys that are taken. Gives the button of the likeliest answer.
    fn conflict_ui(
        &mut self,
        ui: &mut Ui,
        settings: &mut Settings,
        wish: Wish,
        shortcut: &KeyboardShortcut,
        holder: CommandId,
    ) -> Response {
        let name = |id| command(id).map_or(id, |command| command.name);
        ui.add_space(4.0);
        card_ui(ui, |ui| {
            let keys = keymap::on_caps(shortcut);
            let text =
                format!("{keys} runs “{}”. Shall it run “{}” instead?", name(holder), name(wish.command));
            notice_ui(ui, "warning", Tokens::of(ui).warning, &text);
            ui.horizontal(|ui| {
                let take_over = primary_button(ui, "", "Take it over");
                if take_over.clicked() {
                    take_away(settings, holder, shortcut);
                    give(settings, wish, shortcut);
                    self.state = State::Idle;
                }
                if labelled_button(ui, "", "Leave it").clicked() {
                    self.state = State::Idle;
                }
                if labelled_button(ui, "", "Press other keys").clicked() {
                    self.state = State::Waiting(wish);
                }
                take_over
            })
            .inner
        })
    }

    fn row_ui(&mut self, ui: &mut Ui, command: &'static CommandInfo, settings: &mut Settings) {
        let tokens = Tokens::of(ui);
        let shortcuts = shortcuts_of(command, settings);
        let caps: Vec<String> = shortcuts.iter().map(keymap::on_caps).collect();
        let size = vec2(ui.available_width(), theme::ROW_HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let is_own = settings.shortcuts.contains_key(command.id);
            ui.add_enabled_ui(is_own, |ui| {
                let name = format!("Reset the keys of {}", command.name);
                if icon_button(ui, "arrow-counter-clockwise", &name).clicked() {
                    settings.shortcuts.remove(command.id);
                }
            });
            ui.add_enabled_ui(!caps.is_empty(), |ui| {
                if icon_button(ui, "x", &format!("Take the keys of {} away", command.name)).clicked() {
                    set(settings, command, &[]);
                }
            });
            if icon_button(ui, "plus", &format!("Add keys to {}", command.name)).clicked() {
                self.state = State::Waiting(Wish { command: command.id, is_added: true });
            }
            ui.add_space(4.0);
            self.keys_ui(ui, command, &caps);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let color = if is_own { tokens.accent } else { tokens.text };
                let name = RichText::new(command.name).color(color);
                ui.add(Label::new(name).truncate()).on_hover_text(command.help);
            });
        });
    }

    fn keys_ui(&mut self, ui: &mut Ui, command: &'static CommandInfo, keys: &[String]) {
        let is_waiting = matches!(self.state, State::Waiting(wish) if wish.command == command.id);
        let text = match keys {
            _ if is_waiting => "Press keys… (Esc: leave)".to_owned(),
            [] => "–".to_owned(),
            keys => keys.join("   "),
        };
        let button = Button::new(text).selected(is_waiting).min_size(vec2(120.0, 0.0));
        let spoken = if keys.is_empty() { "none".to_owned() } else { keys.join(" or ") };
        let name = format!("Keys of {}: {spoken}", command.name);
        let response = ui.add(button).accessible_name(name);
        if is_waiting {
            response.scroll_to_me(None);
        }
        if response.clicked() {
            self.state = State::Waiting(Wish { command: command.id, is_added: false });
        }
    }
}

/// Whether a key only changes what others mean: one that is held on the way to a shortcut.
fn is_modifier(key: Key) -> bool {
    matches!(
        key,
        Key::ShiftLeft
            | Key::ShiftRight
            | Key::ControlLeft
            | Key::ControlRight
            | Key::AltLeft
            | Key::AltRight
            | Key::SuperLeft
            | Key::SuperRight
            | Key::CapsLock
            | Key::NumLock
            | Key::ScrollLock
    )
}

fn fits(command: &CommandInfo, query: &str, settings: &Settings) -> bool {
    query.is_empty()
        || fuzzy::score(query, command.name).is_some()
        || keys(command, settings).iter().any(|key| key.to_lowercase() == query)
}

fn shortcuts_of(command: &CommandInfo, settings: &Settings) -> Vec<KeyboardShortcut> {
    keymap::keys_of(command, settings).split_whitespace().filter_map(keymap::parse).collect()
}

/// The keys of a command as they are written in the settings.
fn keys(command: &CommandInfo, settings: &Settings) -> Vec<String> {
    shortcuts_of(command, settings).iter().map(keymap::show).collect()
}

/// Keeps keys as the person's own, unless they are those of the profile.
fn set(settings: &mut Settings, command: &CommandInfo, keys: &[String]) {
    let default: Vec<String> = default_shortcut(command, settings.profile)
        .split_whitespace()
        .filter_map(keymap::parse)
        .map(|shortcut| keymap::show(&shortcut))
        .collect();
    if keys == default {
        settings.shortcuts.remove(command.id);
    } else {
        settings.shortcuts.insert(command.id.to_owned(), keys.join(" "));
    }
}

fn give(settings: &mut Settings, wish: Wish, shortcut: &KeyboardShortcut) {
    let Some(command) = command(wish.command) else { return };
    let mut all = if wish.is_added { keys(command, settings) } else { Vec::new() };
    let text = keymap::show(shortcut);
    all.retain(|key| *key != text);
    all.push(text);
    set(settings, command, &all);
}

fn take_away(settings: &mut Settings, holder: CommandId, shortcut: &KeyboardShortcut) {
    let Some(command) = command(holder) else { return };
    let mut all = keys(command, settings);
    all.retain(|key| *key != keymap::show(shortcut));
    set(settings, command, &all);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortcut(text: &str) -> KeyboardShortcut {
        keymap::parse(text).unwrap()
    }

    fn wish(command: CommandId, is_added: bool) -> Wish {
        Wish { command, is_added }
    }

    #[test]
    fn keys_are_replaced_or_added_and_going_back_leaves_no_trace() {
        let mut settings = Settings::default();
        give(&mut settings, wish("go.next", false), &shortcut("N"));
        give(&mut settings, wish("go.next", true), &shortcut("Ctrl+Plus"));
        assert_eq!(Keymap::new(&settings).all_texts("go.next"), ["N", "Ctrl++"]);
        give(&mut settings, wish("go.next", false), &shortcut("D"));
        give(&mut settings, wish("go.next", true), &shortcut("PageDown"));
        assert!(settings.shortcuts.is_empty(), "{:?}", settings.shortcuts);
    }

    #[test]
    fn keys_that_are_taken_over_run_the_new_command_only() {
        let mut settings = Settings::default();
        let keys = shortcut("D");
        let holder = Keymap::new(&settings).command_of(&keys, When::Always).unwrap();
        assert_eq!(holder, "go.next");
        take_away(&mut settings, holder, &keys);
        give(&mut settings, wish("edit.undo", true), &keys);
        let keymap = Keymap::new(&settings);
        assert_eq!(keymap.command_of(&keys, When::Always), Some("edit.undo"));
        assert_eq!(keymap.all_texts("go.next"), ["Page down"]);
    }

    #[test]
    fn every_key_that_can_be_pressed_reads_back() {
        for key in Key::ALL.iter().filter(|key| !is_modifier(**key)) {
            let pressed = KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, *key);
            assert_eq!(keymap::parse(&keymap::show(&pressed)), Some(pressed), "{}", keymap::show(&pressed));
            assert!(!keymap::show(&pressed).contains(' '));
        }
    }
}
