//! Frames are pulled and turned.

use super::{boxes, rotated};
use crate::geometry::{Point, Rect, Vector};
use crate::model::Shape;
use crate::model::shape::EllipseShape;
use crate::tools::harness::canvas;
use crate::tools::{Cursor, HandleKind, Modifiers};

#[test]
fn a_box_has_eight_handles() {
    boxes().select(&[0]).expect_handles(8);
    boxes().select(&[1]).expect_handles(4);
    boxes().zoom(2.0).select(&[1]).expect_handles(8);
    boxes().lock(0).select(&[0]).expect_handles(0);
}

#[test]
fn corners_and_sides_are_pulled() {
    boxes()
        .select(&[2])
        .down((90, 90))
        .expect_state("select.pressing.handle")
        .move_to((95, 99))
        .expect_state("select.resizing")
        .expect_readout("25 × 29 px")
        .expect_handle(HandleKind::Resize(1, 1), true)
        .up((95, 99))
        .expect_box(2, (70.0, 70.0), (95.0, 99.0))
        .expect_title("Resize box");
    boxes().select(&[0]).drag((10, 35), (20, 90)).expect_box(0, (20.0, 10.0), (60.0, 60.0));
}

#[test]
fn a_handle_does_not_jump_to_the_pointer() {
    boxes().select(&[2]).drag((92, 92), (97, 97)).expect_box(2, (70.0, 70.0), (95.0, 95.0));
}

#[test]
fn shift_keeps_proportions_and_alt_the_centre() {
    boxes().select(&[0]).hold(Modifiers::SHIFT).drag((60, 60), (80, 65)).expect_box(
        0,
        (10.0, 10.0),
        (80.0, 80.0),
    );
    boxes().select(&[0]).hold(Modifiers::ALT).drag((60, 35), (55, 35)).expect_box(
        0,
        (15.0, 10.0),
        (55.0, 60.0),
    );
}

#[test]
fn pulling_ends_at_the_border_of_the_picture() {
    boxes().select(&[2]).drag((90, 90), (150, 95)).expect_box(2, (70.0, 70.0), (100.0, 95.0));
    boxes().zoom(2.0).select(&[2]).hold(Modifiers::ALT).drag((90, 80), (120, 80)).expect_box(
        2,
        (60.0, 70.0),
        (100.0, 90.0),
    );
}

#[test]
fn a_box_pulled_to_nothing_keeps_a_little() {
    boxes().select(&[2]).drag((90, 90), (70, 70)).expect_box(2, (70.0, 70.0), (72.0, 72.0));
}

#[test]
fn several_objects_are_resized_together() {
    boxes()
        .select(&[0, 1])
        .drag((60, 60), (85, 85))
        .expect_box(0, (10.0, 10.0), (85.0, 85.0))
        .expect_box(1, (40.0, 40.0), (70.0, 70.0))
        .expect_title("Resize 2 objects");
}

#[test]
fn a_small_object_can_still_be_moved_between_its_handles() {
    canvas().with_box((40, 40), (50, 50)).select(&[0]).drag((45, 45), (55, 45)).expect_box(
        0,
        (50.0, 40.0),
        (60.0, 50.0),
    );
}

#[test]
fn the_cursor_shows_the_direction() {
    boxes()
        .select(&[0])
        .move_to((60, 60))
        .expect_cursor(Cursor::ResizeNwSe)
        .move_to((60, 10))
        .expect_cursor(Cursor::ResizeNeSw)
        .move_to((60, 35))
        .expect_cursor(Cursor::ResizeHorizontal)
        .move_to((20, 20))
        .expect_cursor(Cursor::Move);
    canvas()
        .with(rotated((50.0, 50.0), (60.0, 60.0), 45.0))
        .select(&[0])
        .move_to((50, 92))
        .expect_cursor(Cursor::ResizeVertical);
}

#[test]
fn a_rotated_box_is_pulled_along_its_own_sides() {
    // Turned by a quarter, its right side is at the bottom.
    canvas()
        .with(rotated((50.0, 50.0), (40.0, 40.0), 90.0))
        .select(&[0])
        .drag((50, 70), (50, 90))
        .expect_shape(0, &rotated((50.0, 60.0), (60.0, 40.0), 90.0));
}

#[test]
fn an_ellipse_is_pulled_by_its_frame() {
    let ellipse = |center: (f64, f64), radii: (f64, f64)| {
        let (center, radii) = (Point::new(center.0, center.1), Vector::new(radii.0, radii.1));
        Shape::Ellipse(EllipseShape { center, radii, angle: 0.0 })
    };
    canvas()
        .with(ellipse((50.0, 50.0), (20.0, 20.0)))
        .select(&[0])
        .drag((70, 70), (90, 80))
        .expect_shape(0, &ellipse((60.0, 55.0), (30.0, 25.0)));
}

#[test]
fn what_somebody_else_changes_meanwhile_is_not_overwritten() {
    let theirs = Shape::from_rect(Rect::from_xywh(1.0, 1.0, 5.0, 5.0));
    boxes()
        .select(&[2])
        .down((90, 90))
        .move_to((95, 95))
        .somebody_reshapes(2, theirs.clone())
        .up((99, 99))
        .expect_no_gesture()
        .expect_shape(2, &theirs);
}

#[test]
fn the_handle_above_turns_and_shift_turns_in_steps() {
    let canvas = || canvas().with(rotated((50.0, 50.0), (40.0, 20.0), 0.0)).select(&[0]);
    canvas()
        .move_to((50, 16))
        .expect_cursor(Cursor::Rotate)
        .down((50, 16))
        .move_to((84, 50))
        .expect_state("select.rotating")
        .expect_readout("90°")
        .up((84, 50))
        .expect_shape(0, &rotated((50.0, 50.0), (40.0, 20.0), 90.0))
        .expect_title("Turn rotated box");
    canvas()
        .hold(Modifiers::SHIFT)
        .drag((50, 16), (70, 20))
        .expect_shape(0, &rotated((50.0, 50.0), (40.0, 20.0), 30.0));
}
