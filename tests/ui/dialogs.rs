//! What dialogs do when people use them.

use eframe::egui::{Event, Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use fieldmark::model::Label;

use crate::window::{Look, Window, add_labels, add_photos, draw_objects};

fn window() -> Window {
    Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg", "c.jpg"]);
        add_labels(project, &["person", "car"]);
        draw_objects(project, 4);
    })
}

impl Window {
    /// Presses a control of a dialog: the one drawn last, where the window below has such a one, too.
    pub fn press_control(&mut self, role: Role, name: &str) {
        let control = self.harness.get_all_by_role_and_label(role, name).last();
        control.expect("there is such a control").scroll_to_me();
        self.settle();
        let control = self.harness.get_all_by_role_and_label(role, name).last();
        control.expect("it is still there").click();
        self.harness.step();
        self.settle();
    }

    /// Types into the field that has the keyboard.
    pub fn type_text(&mut self, text: &str) {
        self.harness.event(Event::Text(text.to_owned()));
        self.harness.step();
        self.settle();
    }

    /// Replaces what stands in the field that has the keyboard.
    pub fn replace_text(&mut self, text: &str) {
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.harness.step();
        self.type_text(text);
    }

    fn labels(&self) -> Vec<Label> {
        self.harness.state().project().map(|project| project.schema().labels.clone()).unwrap_or_default()
    }

    fn label_names(&self) -> Vec<String> {
        self.labels().into_iter().map(|label| label.name).collect()
    }

    fn is_disabled(&self, name: &str) -> bool {
        self.harness.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled()
    }
}

#[test]
fn the_palette_runs_what_was_typed_and_remembers_it() {
    let mut window = window();
    window.run("help.palette");
    window.type_text("galler");
    window.press(Key::Enter);
    assert!(window.shows("All pictures"), "the gallery is open");
    window.run("help.palette");
    window.press(Key::Enter);
    assert!(!window.shows("All pictures"), "the command used last comes first");
}

#[test]
fn the_palette_finds_labels_and_pictures() {
    let mut window = window();
    window.run("help.palette");
    window.type_text("c.jpg");
    window.press(Key::Enter);
    assert!(window.shows("3 / 3"));
    window.run("help.palette");
    window.type_text("choose label car");
    assert!(window.shows("Choose label car"));
    window.press(Key::ArrowUp);
    window.press(Key::ArrowDown);
    window.press(Key::Escape);
    assert!(!window.shows("Choose label car"));
}

#[test]
fn the_keyboard_stays_inside_a_dialog() {
    let mut window = window();
    window.run("labels.edit");
    for _ in 0..60 {
        window.harness.key_press(Key::Tab);
        window.harness.step();
    }
    window.press(Key::Escape);
    assert!(window.shows("1 / 3") && !window.shows("What it means"), "no key went to the window below");
}

#[test]
fn labels_are_renamed_in_one_step_that_undo_takes_back() {
    let mut window = window();
    window.run("labels.edit");
    window.replace_text("pedestrian");
    window.press_control(Role::Button, "Save");
    assert_eq!(window.label_names(), ["pedestrian", "car"]);
    window.run("edit.undo");
    assert_eq!(window.label_names(), ["person", "car"]);
}

#[test]
fn cancelling_the_schema_editor_leaves_no_trace() {
    let mut window = window();
    let before = window.labels();
    window.run("labels.edit");
    window.replace_text("pedestrian");
    window.press(Key::Escape);
    assert!(window.shows("Your changes are not saved yet."), "Escape does not throw work away");
    window.press_control(Role::Button, "Leave without saving");
    assert_eq!(window.labels(), before);
}

#[test]
fn a_name_that_is_taken_is_told_and_cannot_be_saved() {
    let mut window = window();
    window.run("labels.edit");
    window.replace_text("car");
    assert!(window.shows("Another label is called “car”, too."));
    assert!(window.is_disabled("Save"));
}

#[test]
fn a_label_is_merged_into_another_and_its_objects_follow() {
    let mut window = window();
    window.run("labels.edit");
    window.press_control(Role::Button, "Merge into another label…");
    window.press_control(Role::ComboBox, "The label that takes its place");
    let choices = window.harness.get_all_by_label("car");
    choices.last().expect("the other label is offered").click();
    window.settle();
    assert!(window.shows("will be shown as “car”"));
    window.press_control(Role::Button, "Merge");
    window.press_control(Role::Button, "Save");
    assert_eq!(window.label_names(), ["car"]);
    assert_eq!(window.num_objects(), 4);
}

#[test]
fn a_list_of_names_becomes_labels() {
    let mut window = window();
    window.run("labels.edit");
    window.press_control(Role::Button, "Paste a list…");
    window.harness.event(Event::Paste("dog\ncar\n\ncat".to_owned()));
    window.harness.step();
    window.settle();
    window.press_control(Role::Button, "Add 3 names");
    assert!(window.shows("2 labels added. 1 name was there already."));
    window.press_control(Role::Button, "Save");
    assert_eq!(window.label_names(), ["person", "car", "dog", "cat"]);
}

#[test]
fn keys_are_changed_by_pressing_them_and_taken_over_when_somebody_has_them() {
    let mut window = window();
    window.run("file.settings");
    window.press_control(Role::ListBoxOption, "Keys and mouse");
    window.press_control(Role::Button, "Keys of Look for new files: F5");
    window.press(Key::D);
    assert!(window.shows("D runs “Next picture”. Shall it run “Look for new files” instead?"));
    window.press_control(Role::Button, "Take it over");
    assert!(window.shows("Keys of Look for new files: D"));
    assert!(window.shows("Keys of Next picture: Page down"));
    window.press(Key::Escape);
    window.press(Key::D);
    assert!(window.shows("1 / 3"), "D no longer goes on");
}

#[test]
fn settings_apply_at_once_and_can_be_reset() {
    let mut window = window();
    window.run("file.settings");
    window.press_control(Role::RadioButton, "Theme: Light");
    assert_eq!(window.harness.ctx.theme(), eframe::egui::Theme::Light);
    window.press_control(Role::Button, "Reset to defaults…");
    window.press_control(Role::Button, "Reset everything");
    assert_eq!(window.harness.ctx.theme(), eframe::egui::Theme::Dark);
}

#[test]
fn an_export_is_announced_written_and_read_again() {
    let mut window = window();
    let target = window.pictures_folder().with_file_name("exported");
    window.run("file.export");
    window.press_control(Role::RadioButton, "labelme");
    window.press_control(Role::TextInput, "Where to");
    window.replace_text(target.to_str().expect("a plain path"));
    window.wait_until(|window| window.shows("Of 4 objects:"));
    window.press_control(Role::Button, "Export");
    window.wait_until(|window| window.shows("4 objects on 3 pictures"));
    window.press_control(Role::Button, "Close");
    assert!(target.join("a.json").is_file());

    window.run("edit.select_all");
    window.press(Key::Delete);
    window.run("file.import");
    window.type_text(target.to_str().expect("a plain path"));
    window.wait_until(|window| window.shows("This looks like labelme."));
    window.press_control(Role::Button, "Import");
    window.wait_until(|window| window.num_objects() > 0);
    assert!(!window.shows("Folder of pictures (optional)"), "the dialog is closed");
}

#[test]
fn a_path_that_leads_nowhere_cannot_be_imported() {
    let mut window = window();
    window.run("file.import");
    window.type_text("/there/is/nothing/here.json");
    window.wait_until(|window| window.shows("There is no such file or folder."));
    assert!(window.is_disabled("Import"));
}

#[test]
fn an_archive_is_to_be_unpacked_before_it_is_imported() {
    let mut window = window();
    let archive = window.pictures_folder().join("labels.zip");
    std::fs::write(&archive, b"PK\x03\x04 and so on").expect("a file");
    window.run("file.import");
    window.type_text(archive.to_str().expect("a plain path"));
    window.wait_until(|window| window.shows("This is a zip archive. Unpack it, and import the folder."));
    assert!(window.is_disabled("Import"));
}

#[test]
fn the_first_start_asks_for_keys_once() {
    let mut window = Window::open(Look::default(), false);
    window.press_control(Role::Button, "Keys like CVAT: D goes back, F goes on");
    assert!(!window.shows("Which keys are your hands used to?"));
}

#[test]
fn help_is_searched() {
    let mut window = window();
    window.run("help.keys");
    window.type_text("freehand");
    assert!(window.shows("Draw freehand") && !window.shows("Open folder…"));
    window.replace_text("zzz");
    assert!(window.shows("No key and no gesture of that name."));
}

#[test]
fn a_question_in_a_small_window_is_scrolled_into_view() {
    let look = Look { width: 800.0, height: 520.0, ..Look::default() };
    let mut window = Window::with_project(look, |project, folder| {
        add_photos(project, folder, &["a.jpg"]);
        add_labels(project, &["person", "car"]);
    });
    window.run("labels.edit");
    window.press_control(Role::Button, "Delete label…");
    let answer = window.harness.get_by_role_and_label(Role::Button, "Keep it").rect();
    assert!(answer.bottom() < 440.0, "{answer}");
}

#[test]
fn whether_keys_that_are_taken_change_hands_is_asked_in_sight_and_answered_by_enter() {
    let small = Look { width: 800.0, height: 520.0, ..Look::default() };
    let mut window = Window::with_project(small, |project, folder| add_photos(project, folder, &["a.jpg"]));
    window.run("file.settings");
    window.press_control(Role::ListBoxOption, "Keys and mouse");
    // Far down the list.
    window.press_control(Role::Button, "Keys of Keys and gestures: F1 or Shift+?");
    window.press(Key::F8);
    let answer = window.harness.get_by_role_and_label(Role::Button, "Take it over");
    let place = answer.rect();
    assert!(place.top() > 0.0 && place.bottom() < 520.0, "{place:?}");
    window.press(Key::Enter);
    assert!(window.shows("Keys of Keys and gestures: F8"));
    assert!(window.shows("Keys of Filmstrip: none"));
}
