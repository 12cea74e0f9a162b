//! The space bar: a tap plays, holding it moves the picture with the pointer.

use eframe::egui::{Event, Key};

/// What is known of the space bar.
#[derive(Default)]
pub struct SpaceBar {
    /// Whether it is held, and has moved nothing yet.
    is_held: bool,
}

impl SpaceBar {
    /// Forgets a press that something else took.
    pub fn forget(&mut self) {
        self.is_held = false;
    }

    /// Notes that the bar was pressed, and nobody else wants it. Repetitions while it is held say nothing new. Says whether
    /// the event was such a press.
    pub fn press(&mut self, event: &Event) -> bool {
        let Event::Key { key: Key::Space, pressed: true, repeat, modifiers, .. } = event else {
            return false;
        };
        if !modifiers.is_none() {
            return false;
        }
        self.is_held |= !repeat;
        true
    }

    /// Whether the event ends a tap: the bar was let go, and no button of the pointer was pressed meanwhile. However long
    /// that took: on a busy machine a tap may seem long.
    pub fn is_tap(&mut self, event: &Event) -> bool {
        match event {
            Event::PointerButton { pressed: true, .. } => {
                self.is_held = false;
                false
            }
            Event::Key { key: Key::Space, pressed: false, .. } => std::mem::take(&mut self.is_held),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Modifiers, PointerButton, Pos2};

    fn key(pressed: bool, repeat: bool, modifiers: Modifiers) -> Event {
        Event::Key { key: Key::Space, physical_key: None, pressed, repeat, modifiers }
    }

    #[test]
    fn a_tap_is_a_press_that_moves_nothing() {
        let mut bar = SpaceBar::default();
        assert!(
            bar.press(&key(true, false, Modifiers::NONE)) && bar.press(&key(true, true, Modifiers::NONE))
        );
        assert!(bar.is_tap(&key(false, false, Modifiers::NONE)));
        assert!(!bar.is_tap(&key(false, false, Modifiers::NONE)), "let go once");
        bar.press(&key(true, false, Modifiers::NONE));
        let (pos, button) = (Pos2::ZERO, PointerButton::Primary);
        assert!(!bar.is_tap(&Event::PointerButton {
            pos,
            button,
            pressed: true,
            modifiers: Modifiers::NONE
        }));
        assert!(!bar.is_tap(&key(false, false, Modifiers::NONE)), "it moved the picture");
        assert!(!bar.press(&key(true, false, Modifiers::SHIFT)), "with Shift it is another key");
    }
}
