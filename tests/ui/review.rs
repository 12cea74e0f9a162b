//! A review goes from object to object, or from frame to frame, by two keys. Comments are pinned to what they are about.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable as _;
use fieldmark::edit::Edit;
use fieldmark::geometry::Rect;
use fieldmark::model::{AssetNotes, Object, ObjectId, ReviewState, Shape};

use crate::video::add_counter;
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
    window.press_control(Role::Button, "Settled");
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
fn at_the_end_it_goes_on_with_the_next_picture_that_has_something_to_review() {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg", "c.jpg"]);
        let assets: Vec<_> = project.assets().rows().iter().map(|row| row.asset.id).collect();
        let shape = Shape::from_rect(Rect::from_xywh(10.0, 10.0, 50.0, 50.0));
        let object = |review| Object { review, ..Object::shape(ObjectId::new(), shape.clone(), None) };
        let edits = [ReviewState::Open, ReviewState::Accepted, ReviewState::Open].map(object);
        let edits = assets.iter().zip(&edits).map(|(asset, object)| Edit::create(*asset, object)).collect();
        project.commit("Draw", edits).expect("objects");
    });
    let first = window.harness.state().document().expect("objects").asset();
    window.press(Key::F3);
    window.press(Key::Y);
    assert!(window.shows("Every object is reviewed"));
    window.press(Key::Y);
    window.wait_until(|window| window.harness.state().selection().single().is_some());
    let second = window.harness.state().document().expect("objects").asset();
    assert_ne!(first, second);
    assert!(window.shows("0 of 1 accepted"), "the picture between them is done");
    window.press(Key::Y);
    window.press(Key::Y);
    window.wait_until(|window| window.shows("Everything in this list is reviewed."));
}

#[test]
fn what_is_put_right_on_the_way_is_corrected_and_keeps_its_place() {
    let mut window = reviewing(Look::default());
    let object = window.harness.state().selection().single();
    window.press(Key::ArrowRight);
    assert!(window.shows("0 of 4 accepted, 1 corrected, 0 returned"));
    assert_eq!(window.harness.state().selection().single(), object, "it is still looked at");
    window.press(Key::Y);
    assert!(window.shows("0 of 4 accepted, 1 corrected, 0 returned"), "it stays known");
    assert_ne!(window.harness.state().selection().single(), object);
    window.run("edit.undo");
    assert!(window.shows("0 of 4 accepted, 0 returned"), "one step takes both back");
}

/// A review of the frames of a video, some of which were accepted.
pub fn frames_half_reviewed(look: Look) -> Window {
    let mut window = reviewing_frames(look);
    window.run("video.second_forward");
    window.run("review.accept_up_to_here");
    window.run("review.next");
    window
}

/// A review of the frames of a video with 100.
fn reviewing_frames(look: Look) -> Window {
    let mut window = Window::with_project(look, |project, folder| {
        add_counter(project, folder, "a.mp4", 100);
    });
    window.press(Key::F3);
    window.run("review.frames");
    window
}

impl Window {
    fn notes(&self) -> AssetNotes {
        self.harness.state().document().expect("a document").notes().clone()
    }
}

#[test]
fn frames_are_accepted_one_by_one_in_stretches_and_up_to_here() {
    let mut window = reviewing_frames(Look::default());
    assert!(window.shows("0 of 100 accepted"));
    window.press(Key::Y);
    assert_eq!(window.harness.state().frame(), 1);
    for _ in 0..9 {
        window.press(Key::D);
    }
    window.press_with(Modifiers::SHIFT, Key::Y);
    assert_eq!((window.harness.state().frame(), window.notes().num_reviewed(100)), (10, (11, 0)));
    window.press_with(Modifiers::ALT, Key::Y);
    assert_eq!(window.harness.state().frame(), 11);
    window.run("video.range_start");
    window.run("video.last_frame");
    window.run("video.range_end");
    assert!(window.shows("89 frames from 11"));
    window.press(Key::N);
    window.type_text("blurred");
    window.press(Key::Enter);
    assert_eq!(window.notes().num_reviewed(100), (11, 89));
    let comment = window.notes().comments.into_values().next().expect("a comment");
    assert_eq!((comment.text.as_str(), comment.frame, comment.object), ("blurred", Some(99), None));
    assert!(window.shows("Every frame is reviewed"));
}

/// A picture with a comment on its first object that was answered, and one that is settled.
pub fn commented(look: Look) -> Window {
    let mut window = reviewing(look);
    for text in
        ["the left edge is off by ten pixels, and the wheel behind the pole is missing", "which model?"]
    {
        window.press_with(Modifiers::SHIFT, Key::C);
        window.type_text(text);
        window.press(Key::Enter);
    }
    window.press_with(Modifiers::ALT, Key::C);
    window.press_control(Role::TextInput, "Answer");
    window.type_text("it is hidden there");
    window.press(Key::Enter);
    window
}

#[test]
fn comments_are_written_answered_settled_and_deleted() {
    let mut window = commented(Look::default());
    let notes = window.notes();
    let (first, comment) = notes.open_comments().next().expect("a comment");
    assert_eq!(comment.object, window.harness.state().selection().single());
    assert_eq!(notes.answers_to(first).next().expect("an answer").1.text, "it is hidden there");
    assert!(window.shows("2 open"));
    window.harness.get_all_by_role_and_label(Role::Button, "Settled").next().expect("a button").click();
    window.settle();
    assert!(window.shows("1 open") && !window.shows("Comment: the left edge"));
    window.press_control(Role::Button, "List settled ones, too");
    assert!(window.shows("Comment: the left edge"));
    window
        .harness
        .get_all_by_role_and_label(Role::Button, "Delete comment")
        .next()
        .expect("a button")
        .click();
    window.settle();
    assert_eq!(window.notes().comments.len(), 1, "the answer goes with it");
    window.run("edit.undo");
    assert_eq!(window.notes().comments.len(), 3);
    window.run("comments.list");
    assert!(!window.shows("Comment: the left edge"));
}

#[test]
fn the_gallery_finds_what_is_to_be_reviewed_what_went_back_and_what_was_written() {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg", "c.jpg"]);
        let assets: Vec<_> = project.assets().rows().iter().map(|row| row.asset.id).collect();
        let shape = Shape::from_rect(Rect::from_xywh(10.0, 10.0, 50.0, 50.0));
        let object = |review| Object { review, ..Object::shape(ObjectId::new(), shape.clone(), None) };
        let edits = [ReviewState::Open, ReviewState::Returned, ReviewState::Corrected].map(object);
        let edits = assets.iter().zip(&edits).map(|(asset, object)| Edit::create(*asset, object)).collect();
        project.commit("Draw", edits).expect("objects");
    });
    window.press_with(Modifiers::SHIFT, Key::C);
    window.type_text("look here");
    window.press(Key::Enter);
    window.run("view.gallery");
    for (choice, others) in [
        ("To review", ["b.jpg", "c.jpg"]),
        ("Returned", ["a.jpg", "c.jpg"]),
        ("With comments", ["b.jpg", "c.jpg"]),
    ] {
        window.press_control(Role::ComboBox, "Review");
        window.press_control(Role::Button, choice);
        window.wait_until(|window| window.shows("1 of 3"));
        assert!(others.iter().all(|other| !window.shows(other)), "{choice}");
    }
}

#[test]
fn outside_a_review_its_keys_do_nothing() {
    let mut window = reviewing(Look::default());
    window.press(Key::F3);
    window.press(Key::Y);
    assert_eq!(object_of(&window, ReviewState::Accepted), None);
}
