//! Finding one's way: pictures, gallery, labels, dialogs, messages.

use eframe::egui::Key;

use crate::window::{Look, Window, add_labels, add_photos, draw_objects};

fn window() -> Window {
    Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg", "c.jpg"]);
        add_labels(project, &["person", "car"]);
        draw_objects(project, 4);
    })
}

#[test]
fn keys_lead_from_picture_to_picture() {
    let mut window = window();
    assert!(window.shows("1 / 3"));
    window.press(Key::D);
    assert!(window.shows("2 / 3"));
    window.press(Key::A);
    window.press(Key::A);
    assert!(window.shows("1 / 3"), "the list has an end");
}

#[test]
fn a_finished_picture_leads_on_to_the_next_unfinished_one() {
    let mut window = window();
    window.run("go.done");
    assert!(window.shows("2 / 3"));
    window.run("go.done");
    window.run("go.done");
    assert!(window.shows("Every picture in this list is done or skipped."));
}

#[test]
fn every_dialog_opens_and_escape_closes_it() {
    let mut window = window();
    for (command, text) in [
        ("help.palette", "command"),
        ("help.keys", "Keys"),
        ("file.settings", "Settings"),
        ("labels.edit", "Labels"),
        ("file.import", "Import"),
        ("file.export", "Export"),
        ("help.about", "Fieldmark"),
    ] {
        window.run(command);
        assert!(window.shows(text), "{command} shows no {text:?}");
        window.press(Key::Escape);
        window.settle();
    }
    window.press(Key::D);
    assert!(window.shows("2 / 3"), "the keyboard is back at the canvas");
}

#[test]
fn a_file_that_is_no_picture_is_explained() {
    let window = Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg"]);
        std::fs::write(folder.join("a.jpg"), "this is no picture").unwrap();
    });
    assert!(window.shows("This picture cannot be shown"));
}
