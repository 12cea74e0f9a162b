//! Drawing and editing with the pointer and the keyboard.

use eframe::egui::{Key, Modifiers};
use fieldmark::model::Shape;

use crate::window::{Look, Window, add_labels, add_photos, draw_objects};

fn window() -> Window {
    Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg", "c.jpg"]);
        add_labels(project, &["person", "car"]);
    })
}

#[test]
fn a_box_is_drawn_where_the_pointer_went_and_undone() {
    let mut window = window();
    window.press(Key::R);
    window.drag((40.0, 30.0), (140.0, 110.0));
    assert_eq!(window.num_objects(), 1);
    let app = window.harness.state();
    let object = app.document().unwrap().objects()[0].clone();
    let Some(Shape::Box(drawn)) = object.as_shape() else { panic!("{object:?}") };
    assert!((drawn.0.min.x - 40.0).abs() < 1.5 && (drawn.0.max.y - 110.0).abs() < 1.5, "{drawn:?}");
    assert_eq!(object.label, Some(app.project().unwrap().schema().labels[0].id));
    window.run("edit.undo");
    assert_eq!(window.num_objects(), 0);
    window.run("edit.redo");
    assert_eq!(window.num_objects(), 1);
}

#[test]
fn a_polygon_is_placed_point_by_point_and_backspace_takes_one_back() {
    let mut window = window();
    window.press(Key::P);
    for at in [(40.0, 40.0), (120.0, 40.0), (160.0, 80.0), (120.0, 130.0)] {
        window.click(at);
    }
    assert_eq!(window.harness.state().tool_state(), "polygon.placing");
    window.press(Key::Backspace);
    window.press(Key::Enter);
    assert_eq!(window.num_objects(), 1);
    let objects = window.harness.state().document().unwrap().objects();
    assert_eq!(objects[0].as_shape().unwrap().geometry().vertices().len(), 3);
}

#[test]
fn escape_leaves_no_trace_of_a_drawing() {
    let mut window = window();
    window.press(Key::P);
    window.click((40.0, 40.0));
    window.click((120.0, 60.0));
    window.press(Key::Escape);
    assert_eq!(window.harness.state().tool_state(), "polygon.idle");
    assert_eq!(window.num_objects(), 0);
    assert_eq!(window.harness.state().project().unwrap().next_undo(), Some("Add a label"));
}

#[test]
fn a_selected_object_is_relabelled_by_a_digit_copied_and_deleted() {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg"]);
        add_labels(project, &["person", "car"]);
        draw_objects(project, 1);
    });
    window.press(Key::Tab);
    assert_eq!(window.harness.state().selection().len(), 1);
    window.press(Key::Num2);
    let app = window.harness.state();
    assert_eq!(
        app.document().unwrap().objects()[0].label,
        Some(app.project().unwrap().schema().labels[1].id)
    );
    window.run("edit.duplicate");
    assert_eq!(window.num_objects(), 2);
    window.run("edit.copy");
    window.run("go.next");
    assert_eq!(window.num_objects(), 0);
    window.run("edit.paste");
    assert_eq!(window.num_objects(), 1);
    window.run("edit.delete");
    assert_eq!(window.num_objects(), 0);
}

#[test]
fn what_was_drawn_is_in_the_file_when_the_window_is_gone() {
    let mut window = window();
    window.press(Key::R);
    window.drag((40.0, 30.0), (140.0, 110.0));
    let path = window.harness.state().project().unwrap().path().to_owned();
    // A second reader sees it while the window is still open.
    let reader = fieldmark::store::Reader::open(&path).unwrap();
    assert_eq!(reader.counts().unwrap().num_objects, 1);
}

#[test]
fn a_box_is_drawn_with_the_keyboard_alone() {
    let mut window = window();
    window.press(Key::R);
    window.press(Key::ArrowRight);
    assert!(window.shows("Pointer at "), "an arrow shows the pointer");
    window.press(Key::Space);
    assert_eq!(window.harness.state().tool_state(), "box.placing");
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowDown, Key::ArrowDown, Key::Space] {
        window.press(key);
    }
    assert_eq!(window.num_objects(), 1);
    let first = window.harness.state().document().unwrap().objects()[0].bounds().unwrap();
    assert!(first.width() > 4.0 && (first.width() - first.height()).abs() < 0.01, "{first:?}");
    // The next one by holding the button, to the pixel.
    window.press_with(Modifiers::SHIFT, Key::ArrowDown);
    window.press_with(Modifiers::SHIFT, Key::Space);
    for _ in 0..30 {
        window.press_with(Modifiers::CTRL, Key::ArrowRight);
        window.press_with(Modifiers::CTRL, Key::ArrowDown);
    }
    window.press_with(Modifiers::SHIFT, Key::Space);
    assert_eq!(window.num_objects(), 2);
    let second = window.harness.state().document().unwrap().objects()[1].bounds().unwrap();
    assert_eq!((second.width(), second.height()), (30.0, 30.0));
    window.press(Key::Escape);
    assert!(!window.shows("Pointer at "));
    window.press(Key::ArrowLeft);
    let moved = window.harness.state().document().unwrap().objects()[1].bounds().unwrap();
    assert_eq!(moved.min.x, second.min.x - 1.0, "without the pointer, arrows move what is selected");
}

#[test]
fn a_polygon_is_drawn_and_its_vertex_moved_with_the_keyboard_alone() {
    let mut window = window();
    window.press(Key::P);
    window.press(Key::F7);
    for arrow in [Key::ArrowRight, Key::ArrowDown, Key::ArrowLeft] {
        window.press(Key::Space);
        for _ in 0..6 {
            window.press(arrow);
        }
    }
    window.press(Key::Space);
    window.press(Key::Enter);
    assert_eq!(window.num_objects(), 1);
    let before = window.harness.state().document().unwrap().objects()[0].bounds().unwrap();
    // The pointer stands on the vertex placed last.
    window.run("select");
    window.press_with(Modifiers::SHIFT, Key::Space);
    assert_eq!(window.harness.state().tool_state(), "select.pressing.vertex");
    for _ in 0..3 {
        window.press(Key::ArrowDown);
    }
    assert_eq!(window.harness.state().tool_state(), "select.vertex");
    window.press_with(Modifiers::SHIFT, Key::Space);
    let after = window.harness.state().document().unwrap().objects()[0].bounds().unwrap();
    assert!(after.max.y > before.max.y + 1.0, "{before:?} {after:?}");
    // What a held button began is given up by Escape.
    window.press_with(Modifiers::SHIFT, Key::Space);
    window.press(Key::ArrowDown);
    window.press(Key::Escape);
    assert_eq!(window.harness.state().document().unwrap().objects()[0].bounds().unwrap(), after);
}

#[test]
fn tab_chooses_an_object_and_the_mouse_takes_the_pointer_of_the_keyboard_away() {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg"]);
        add_labels(project, &["person"]);
        draw_objects(project, 1);
    });
    window.press(Key::ArrowUp);
    assert!(window.shows("Pointer at "));
    window.press(Key::Tab);
    assert!(!window.shows("Pointer at ") && window.harness.state().selection().len() == 1);
    window.press(Key::F7);
    assert!(window.shows("Pointer at "));
    window.move_to((20.0, 20.0));
    window.settle();
    assert!(!window.shows("Pointer at "));
}
