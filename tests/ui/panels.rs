//! Labels, objects, details, gallery and filmstrip, by pointer and by keyboard.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use fieldmark::model::{AssetStatus, Flag, Object};

use crate::window::{Look, Window, add_labels, add_photos, draw_objects};

fn window() -> Window {
    // High enough for everything about an object to be in sight.
    Window::with_project(Look { height: 1200.0, ..Look::default() }, |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
        add_labels(project, &["person", "car"]);
        draw_objects(project, 4);
    })
}

fn label_names(window: &Window) -> Vec<String> {
    let project = window.harness.state().project().expect("a project");
    project.schema().labels.iter().map(|label| label.name.clone()).collect()
}

/// The objects of the picture, from the front to the back, as the panel lists them.
fn objects(window: &Window) -> Vec<Object> {
    let document = window.harness.state().document().expect("the objects are loaded");
    document.objects().into_iter().rev().cloned().collect()
}

/// The places of the selected objects in the panel.
fn selected_rows(window: &Window) -> Vec<usize> {
    let selection = window.harness.state().selection();
    let ids = objects(window).into_iter().map(|object| object.id);
    ids.enumerate().filter(|(_, id)| selection.contains(*id)).map(|(row, _)| row).collect()
}

fn statuses(window: &Window) -> Vec<AssetStatus> {
    let project = window.harness.state().project().expect("a project");
    project.assets().rows().iter().map(|row| row.asset.status).collect()
}

/// Clicks on the row of an object with keys held.
fn click_row(window: &mut Window, row: usize, modifiers: Modifiers) {
    let mut rows: Vec<_> = window.harness.query_all_by_role(Role::ListBoxOption).collect();
    rows.retain(|row| row.accesskit_node().label().is_some_and(|label| label.contains(" × ")));
    rows[row].click_modifiers(modifiers);
    drop(rows);
    window.harness.step();
    window.settle();
}

fn type_into(window: &mut Window, field: &str, text: &str) {
    window.harness.get_by_role_and_label(Role::TextInput, field).click();
    window.harness.step();
    window.harness.event(Event::Text(text.to_owned()));
    window.harness.step();
    window.settle();
}

fn click_button(window: &mut Window, name: &str) {
    window.harness.get_by_role_and_label(Role::Button, name).click();
    window.harness.step();
    window.settle();
}

fn press_with(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.step();
    window.settle();
}

#[test]
fn a_label_is_added_by_its_name_and_a_name_that_exists_chooses_its_label() {
    let mut window = window();
    type_into(&mut window, "Name of a new label", "  bus ");
    window.press(Key::Enter);
    assert_eq!(label_names(&window), ["person", "car", "bus"]);
    type_into(&mut window, "Name of a new label", "car");
    window.press(Key::Enter);
    assert_eq!(label_names(&window), ["person", "car", "bus"]);
    window.press(Key::Escape);
    // What is drawn next bears the chosen label.
    window.press(Key::R);
    window.drag((5.0, 5.0), (60.0, 60.0));
    let schema = window.harness.state().project().expect("a project").schema().clone();
    assert_eq!(objects(&window)[0].label, Some(schema.labels[1].id));
}

#[test]
fn objects_are_selected_alone_together_and_in_ranges() {
    let mut window = window();
    click_row(&mut window, 1, Modifiers::NONE);
    assert_eq!(selected_rows(&window), [1]);
    click_row(&mut window, 3, Modifiers::SHIFT);
    assert_eq!(selected_rows(&window), [1, 2, 3]);
    click_row(&mut window, 2, Modifiers::COMMAND);
    assert_eq!(selected_rows(&window), [1, 3]);
    click_row(&mut window, 0, Modifiers::NONE);
    assert_eq!(selected_rows(&window), [0]);
}

#[test]
fn a_list_is_walked_with_arrows_and_other_keys_go_on_to_the_commands() {
    let mut window = window();
    window.harness.get_by_label_contains("Objects, 4").focus();
    window.settle();
    window.press(Key::ArrowDown);
    assert_eq!(selected_rows(&window), [0]);
    window.press(Key::End);
    assert_eq!(selected_rows(&window), [3]);
    let before = objects(&window);
    press_with(&mut window, Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(selected_rows(&window), [2, 3]);
    assert_eq!(objects(&window), before, "arrows in a list nudge nothing");
    window.press(Key::L);
    assert!(objects(&window)[2].has(Flag::Locked));
}

#[test]
fn a_number_is_committed_once_when_its_field_is_left_and_escape_gives_it_up() {
    let mut window = window();
    click_row(&mut window, 1, Modifiers::NONE);
    let before = objects(&window)[1].bounds().expect("a shape");
    window.harness.get_by_label("X").click();
    window.harness.step();
    window.harness.event(Event::Text("12.5".to_owned()));
    window.harness.step();
    window.press(Key::Enter);
    let after = objects(&window)[1].bounds().expect("a shape");
    assert!((after.min.x - 12.5).abs() < 1e-9 && (after.width() - before.width()).abs() < 1e-9, "{after:?}");
    assert_eq!(window.harness.state().project().expect("a project").next_undo(), Some("Move"));
    window.run("edit.undo");
    assert_eq!(objects(&window)[1].bounds(), Some(before));
    type_into(&mut window, "Remark", "blurred");
    window.press(Key::Escape);
    assert_eq!(objects(&window)[1].comment, "");
    assert_eq!(selected_rows(&window), [1], "Escape ended the field and nothing else");
    type_into(&mut window, "Remark", "blurred");
    window.press(Key::Enter);
    assert_eq!(objects(&window)[1].comment, "blurred");
}

#[test]
fn the_gallery_finds_marks_and_opens_pictures_with_the_keyboard() {
    let mut window = window();
    window.run("view.gallery");
    window.press(Key::Home);
    assert!(window.shows("1 picture marked"));
    press_with(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    assert!(window.shows("2 pictures marked"));
    click_button(&mut window, "Done");
    assert_eq!(statuses(&window)[..3], [AssetStatus::Done, AssetStatus::Done, AssetStatus::Todo]);
    press_with(&mut window, Modifiers::COMMAND, Key::A);
    assert!(window.shows("4 pictures marked"));
    window.press(Key::Escape);
    assert!(!window.shows("marked"));
    type_into(&mut window, "Search by name or folder", "C.J");
    assert!(window.shows("1 of 4"));
    window.press(Key::Escape);
    window.press(Key::Home);
    window.press(Key::Enter);
    assert!(window.shows("1 / 1"), "the picture that was found is open");
}

#[test]
fn a_filter_that_finds_nothing_says_so_and_can_be_cleared() {
    let mut window = window();
    window.run("view.gallery");
    type_into(&mut window, "Search by name or folder", "nowhere");
    assert!(window.shows("No picture fits"));
    let mut buttons: Vec<_> = window.harness.query_all_by_label("Clear the filter").collect();
    buttons.remove(buttons.len() - 1).click();
    drop(buttons);
    window.harness.step();
    window.settle();
    assert!(window.shows("4 pictures"));
}

#[test]
fn removed_pictures_come_back_when_that_is_undone() {
    let mut window = window();
    window.run("view.gallery");
    press_with(&mut window, Modifiers::COMMAND, Key::A);
    click_button(&mut window, "Remove from project");
    assert!(window.shows("No pictures yet"));
    window.run("edit.undo");
    assert!(window.shows("4 pictures") || window.shows("/ 4"));
}

#[test]
fn a_click_in_the_filmstrip_shows_the_picture() {
    let mut window = window();
    window.harness.get_by_label_contains("c.jpg, unfinished").click();
    window.harness.step();
    window.settle();
    assert!(window.shows("3 / 4"));
}

/// Some rows of the window, as they are drawn while the pointer is elsewhere.
fn rows(window: &mut Window, rows: std::ops::Range<u32>) -> Vec<[u8; 4]> {
    window.harness.event(Event::PointerGone);
    window.harness.step();
    let picture = window.harness.render().expect("the window can be rendered");
    picture.enumerate_pixels().filter(|(_, y, _)| rows.contains(y)).map(|(_, _, pixel)| pixel.0).collect()
}

#[test]
fn thumbnails_show_the_objects_and_follow_edits() {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg"]);
        add_labels(project, &["person"]);
        draw_objects(project, 1);
    });
    // The filmstrip, without the status bar below it.
    let strip = |window: &mut Window| rows(window, 600..685);
    let plain = strip(&mut window);
    window.run("view.thumbnail_objects");
    let drawn = strip(&mut window);
    assert!(plain != drawn, "the object is seen");
    window.run("view.thumbnail_objects");
    assert!(strip(&mut window) == plain);
    window.run("view.thumbnail_objects");
    assert!(strip(&mut window) == drawn, "it is still there");

    for command in ["edit.select_all", "edit.hide", "edit.select_none"] {
        window.run(command);
    }
    // What changes all the time is drawn anew only after a while.
    let is_followed = (0..2000).any(|_| strip(&mut window) == plain);
    assert!(is_followed, "a hidden object is not drawn any more");
}
