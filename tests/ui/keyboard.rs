//! The whole window with the keyboard alone.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT as _;

use crate::window::{Look, Window, add_labels, add_photos, draw_objects};

fn window() -> Window {
    Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg", "c.jpg"]);
        add_labels(project, &["person", "car"]);
        draw_objects(project, 4);
    })
}

impl Window {
    /// The name of the control that has the keyboard.
    fn focused(&self) -> Option<String> {
        let root = self.harness.root();
        let node = root.children_recursive().find(|node| node.accesskit_node().is_focused())?;
        let node = node.accesskit_node();
        Some(format!("{:?} {}", node.role(), node.label().or_else(|| node.value()).unwrap_or_default()))
    }

    /// The names of the controls that Tab leads to, until it comes back to the first one.
    fn round_of_tabs(&mut self, modifiers: Modifiers) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for _ in 0..300 {
            self.press_with(modifiers, Key::Tab);
            let name = self.focused().unwrap_or_default();
            if names.len() > 2 && names.first() == Some(&name) {
                return names;
            }
            names.push(name);
        }
        panic!("Tab does not come back: {names:#?}");
    }
}

#[test]
fn tab_goes_round_in_every_dialog_and_escape_gives_the_keyboard_back_to_the_canvas() {
    let mut window = window();
    for (command, control) in [
        ("help.keys", "TextInput Search keys and gestures"),
        ("file.settings", "Button Reset to defaults…"),
        ("labels.edit", "TextInput Name of a new label"),
        ("file.import", "Button Pick a file"),
        ("file.export", "Button Export"),
        ("help.about", "Button Copy for a report"),
    ] {
        window.run(command);
        assert!(window.focused().is_some(), "{command}: something has the keyboard at once");
        let names = window.round_of_tabs(Modifiers::NONE);
        assert!(names.iter().any(|name| name == control), "{command}: {control} is reached in {names:?}");
        assert!(!names.iter().any(|name| name == "Button File"), "{command}: {names:?} leave the dialog");
        let mut back = window.round_of_tabs(Modifiers::SHIFT);
        let mut forth = names;
        back.sort();
        forth.sort();
        back.dedup();
        forth.dedup();
        assert_eq!(back, forth, "{command}: both ways lead to the same controls");
        window.press(Key::Escape);
        assert_eq!(window.focused(), None, "{command}");
    }
    window.press(Key::D);
    assert!(window.shows("2 / 3"));
}

#[test]
fn menus_are_opened_walked_and_closed_with_keys() {
    let mut window = window();
    window.press(Key::F6);
    assert_eq!(window.focused().as_deref(), Some("Button File"));
    window.press(Key::Tab);
    window.press(Key::Tab);
    window.press(Key::Enter);
    assert!(window.shows("Pixel grid"), "Enter opens the menu");
    window.press(Key::ArrowDown);
    window.press(Key::ArrowDown);
    assert_eq!(window.focused().as_deref(), Some("Button Fit picture"));
    window.press(Key::Escape);
    assert!(!window.shows("Pixel grid"), "Escape closes it");
    window.press(Key::F6);
    window.press(Key::Tab);
    window.press(Key::Tab);
    window.press(Key::Enter);
    window.press(Key::ArrowDown);
    window.press(Key::Enter);
    assert!(window.shows("All pictures"), "Enter runs the command under the cursor");
}

#[test]
fn tab_leads_from_the_menus_through_every_panel_and_round_again() {
    let mut window = window();
    window.run("go.next_object");
    window.press(Key::F6);
    let names = window.round_of_tabs(Modifiers::NONE);
    let stops = [
        "Button Help",
        "Button Undo: Draw objects",
        "Button Saved",
        "Button Zoom",
        "Button Polygon (P)",
        "ScrollView Labels",
        "TextInput Name of a new label",
        "ScrollView Objects",
        "CheckBox Locked",
        "ScrollView Filmstrip",
    ];
    for stop in stops {
        assert!(names.iter().any(|name| name.starts_with(stop)), "{stop} is not in {names:#?}");
    }
    window.run("view.gallery");
    let names = window.round_of_tabs(Modifiers::NONE);
    for stop in ["TextInput Search by name", "ComboBox Order", "Slider Size", "ScrollView Pictures"] {
        assert!(names.iter().any(|name| name.starts_with(stop)), "{stop} is not in {names:#?}");
    }
}
