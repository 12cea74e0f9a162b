//! A review goes from object to object, by two keys.

use eframe::egui::Key;
use fieldmark::model::{ObjectId, ReviewState};

use crate::window::{Look, Window, add_labels, add_photos, draw_objects};

/// A picture with four objects, three of which have labels of their own.
pub fn reviewing(look: Look) -> Window {
    let mut window = Window::with_project(look, |project, folder| {
        add_photos(project, folder, &["crossing.jpg"]);
        add_labels(project, &["person", "car", "bicycle"]);
        draw_objects(project, 4);
    });
    window.press(Key::F3);
    window
}

/// A review with something accepted and something returned.
pub fn half_reviewed(look: Look) -> Window {
    let mut window = reviewing(look);
    window.press(Key::Y);
    window.press(Key::N);
    window.type_text("the left edge is off by ten pixels");
    window.press(Key::Enter);
    let returned = object_of(&window, ReviewState::Returned).expect("one went back");
    walk_to(&mut window, returned);
    window
}

fn walk_to(window: &mut Window, object: ObjectId) {
    while window.harness.state().selection().single() != Some(object) {
        window.press(Key::Tab);
    }
}

fn object_of(window: &Window, state: ReviewState) -> Option<ObjectId> {
    let document = window.harness.state().document()?;
    document.objects().iter().find(|object| object.review == state).map(|object| object.id)
}

#[test]
fn y_accepts_and_goes_on() {
    let mut window = reviewing(Look::default());
    assert!(window.shows("0 of 4 accepted, 0 returned"));
    let first = window.harness.state().selection().single().expect("the first object is chosen");
    window.press(Key::Y);
    assert!(window.shows("1 of 4 accepted, 0 returned"));
    let second = window.harness.state().selection().single().expect("the next object is chosen");
    assert_ne!(first, second);
    window.run("edit.undo");
    assert!(window.shows("0 of 4 accepted, 0 returned"));
}

#[test]
fn n_returns_with_a_comment_that_is_pinned_to_the_object_and_can_be_settled() {
    let mut window = reviewing(Look::default());
    let object = window.harness.state().selection().single();
    window.press(Key::N);
    window.type_text("no car");
    window.press(Key::Enter);
    assert!(window.shows("0 of 4 accepted, 1 returned"));
    let document = window.harness.state().document().expect("objects");
    let comments: Vec<_> = document.notes().open_comments().collect();
    assert_eq!(comments.len(), 1);
    assert_eq!((comments[0].1.text.as_str(), comments[0].1.object), ("no car", object));
    assert!(comments[0].1.place.is_some());
    walk_to(&mut window, object.expect("it was chosen"));
    window.press_control(eframe::egui::Role::Button, "Settled");
    let document = window.harness.state().document().expect("objects");
    assert_eq!(document.notes().open_comments().count(), 0);
}

#[test]
fn a_review_ends_where_everything_was_said() {
    let mut window = reviewing(Look::default());
    for _ in 0..4 {
        window.press(Key::Y);
    }
    assert!(window.shows("4 of 4 accepted, 0 returned"));
    assert!(window.shows("Everything here is reviewed: 4 objects."));
}

#[test]
fn outside_a_review_its_keys_do_nothing() {
    let mut window = reviewing(Look::default());
    window.press(Key::F3);
    window.press(Key::Y);
    assert_eq!(object_of(&window, ReviewState::Accepted), None);
}
