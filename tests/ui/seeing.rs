//! Tools that look at the picture.

use eframe::egui::{Key, Modifiers};
use fieldmark::geometry::{Point, Rect};
use fieldmark::model::Shape;

use crate::window::{Look, Window, add_labels, add_photos};

/// The first photo, with a person in orange before a dark flag.
fn window() -> Window {
    Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["a.jpg"]);
        add_labels(project, &["person"]);
    })
}

fn expect_state(window: &Window, state: &str) {
    assert_eq!(window.harness.state().tool_state(), state);
}

fn bounds(window: &Window) -> Vec<Rect> {
    let document = window.harness.state().document().expect("a picture is shown");
    document.objects().iter().filter_map(|object| object.bounds()).collect()
}

/// The picture's size.
fn size(window: &Window) -> (f64, f64) {
    let project = window.harness.state().project().expect("a project");
    let asset = &project.assets().rows()[0].asset;
    (f64::from(asset.width), f64::from(asset.height))
}

#[test]
fn the_wand_selects_by_colour_and_enter_keeps_it() {
    let mut window = window();
    let (width, height) = size(&window);
    window.press(Key::Z);
    let at = (width * 0.5, height * 0.5);
    window.click(at);
    expect_state(&window, "wand.choosing");
    assert_eq!(window.num_objects(), 0);
    window.press(Key::CloseBracket);
    window.press(Key::Enter);
    expect_state(&window, "wand.idle");
    assert_eq!(window.num_objects(), 1);
    assert!(bounds(&window)[0].expanded(2.0).contains(Point::new(at.0, at.1)));
    window.run("edit.undo");
    assert_eq!(window.num_objects(), 0);
}

#[test]
fn scissors_follow_edges_between_two_clicks() {
    let mut window = window();
    let (width, height) = size(&window);
    window.press(Key::I);
    for (x, y) in [(0.3, 0.3), (0.7, 0.35), (0.6, 0.8)] {
        window.click((width * x, height * y));
    }
    expect_state(&window, "scissors.placing");
    window.press(Key::Enter);
    let document = window.harness.state().document().expect("a picture is shown");
    let Some(Shape::Polygon(outline)) = document.objects()[0].as_shape().cloned() else {
        panic!("no polygon")
    };
    assert!(outline.num_points() > 12, "edges bend: {}", outline.num_points());
}

#[test]
fn the_object_in_a_box_is_cut_out_and_escape_leaves_no_trace() {
    let mut window = window();
    let (width, height) = size(&window);
    let (from, to) = ((width * 0.2, height * 0.1), (width * 0.8, height * 0.9));
    window.press(Key::C);
    window.drag(from, to);
    expect_state(&window, "cutout.choosing");
    window.press(Key::Escape);
    expect_state(&window, "cutout.idle");
    assert_eq!(window.num_objects(), 0);
    window.drag(from, to);
    window.press(Key::Enter);
    assert_eq!(window.num_objects(), 1);
    let inside = Rect::from_corners(Point::new(from.0, from.1), Point::new(to.0, to.1));
    assert!(inside.expanded(3.0).contains_rect(&bounds(&window)[0]), "{:?}", bounds(&window));
}

#[test]
fn cells_under_the_brush_become_an_area() {
    let mut window = window();
    let (width, height) = size(&window);
    window.press_with(Modifiers::SHIFT, Key::B);
    window.drag((width * 0.45, height * 0.4), (width * 0.55, height * 0.6));
    expect_state(&window, "cells.choosing");
    window.press(Key::Enter);
    assert_eq!(window.num_objects(), 1);
    assert!(bounds(&window)[0].contains(Point::new(width * 0.5, height * 0.5)));
}

#[test]
fn what_looks_like_an_example_becomes_boxes() {
    let mut window = window();
    let (width, height) = size(&window);
    window.press_with(Modifiers::SHIFT, Key::S);
    let (from, to) = ((width * 0.4, height * 0.15), (width * 0.55, height * 0.35));
    window.drag(from, to);
    expect_state(&window, "similar.choosing");
    window.press(Key::Enter);
    let example = Rect::from_corners(Point::new(from.0, from.1), Point::new(to.0, to.1));
    assert!(bounds(&window).iter().any(|found| found.iou(&example) > 0.85), "{:?}", bounds(&window));
}
