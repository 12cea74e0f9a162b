//! Objects are moved as a whole.

use super::boxes;
use crate::geometry::{Mask, Rect};
use crate::model::Shape;
use crate::tools::harness::{Canvas, canvas};
use crate::tools::{Key, Modifiers};

#[test]
fn a_drag_moves_an_object_and_selects_it() {
    boxes()
        .down((80, 80))
        .expect_state("select.pressing.object")
        .move_to((82, 80))
        .expect_state("select.pressing.object")
        .move_to((75, 76))
        .expect_state("select.moving")
        .expect_preview(2, &Shape::from_rect(Rect::from_xywh(65.0, 66.0, 20.0, 20.0)))
        .expect_readout("-5, -4 px")
        .expect_selected(&[])
        .up((75, 76))
        .expect_box(2, (65.0, 66.0), (85.0, 86.0))
        .expect_selected(&[2])
        .expect_title("Move box");
}

#[test]
fn a_trembling_hand_moves_nothing() {
    boxes().drag((80, 80), (83, 81)).expect_no_gesture().expect_selected(&[2]);
}

#[test]
fn a_drag_moves_everything_that_is_selected() {
    boxes()
        .select(&[0, 1])
        .drag((15, 50), (20, 50))
        .expect_box(0, (15.0, 10.0), (65.0, 60.0))
        .expect_box(1, (35.0, 30.0), (55.0, 50.0))
        .expect_title("Move 2 objects")
        .expect_selected(&[0, 1]);
}

#[test]
fn a_drag_of_something_else_moves_that_alone() {
    boxes()
        .select(&[0])
        .drag((80, 80), (75, 80))
        .expect_box(2, (65.0, 70.0), (85.0, 90.0))
        .expect_selected(&[2]);
    boxes().select(&[0]).drag((40, 40), (45, 40)).expect_box(1, (35.0, 30.0), (55.0, 50.0));
}

#[test]
fn an_object_that_was_clicked_through_to_is_the_one_that_is_dragged() {
    boxes().click((40, 40)).click((40, 40)).drag((40, 40), (40, 35)).expect_box(0, (10.0, 5.0), (60.0, 55.0));
}

#[test]
fn locked_and_hidden_objects_stay_where_they_are() {
    let moved = |canvas: Canvas| {
        canvas
            .select(&[0, 2])
            .drag((80, 80), (80, 75))
            .expect_box(0, (10.0, 10.0), (60.0, 60.0))
            .expect_box(2, (70.0, 65.0), (90.0, 85.0))
            .expect_title("Move box")
    };
    moved(boxes().lock(0));
    moved(boxes().hide(0));
}

#[test]
fn what_is_moved_stays_inside_the_picture_if_the_person_wants_that() {
    boxes().drag((80, 80), (300, 300)).expect_box(2, (80.0, 80.0), (100.0, 100.0));
    boxes().settings(|settings| settings.keep_inside = false).drag((80, 80), (300, 300)).expect_box(
        2,
        (290.0, 290.0),
        (310.0, 310.0),
    );
}

#[test]
fn shift_moves_straight() {
    boxes().down((80, 80)).hold(Modifiers::SHIFT).move_to((60, 77)).up((60, 77)).expect_box(
        2,
        (50.0, 70.0),
        (70.0, 90.0),
    );
}

#[test]
fn a_mask_moves_by_whole_pixels() {
    let mask = |left, top| Shape::Mask(Mask { left, top, width: 10, height: 10, runs: vec![0, 100] });
    canvas().zoom(2.5).with(mask(10, 10)).drag((15, 15), (21, 12)).expect_shape(0, &mask(16, 7));
}

#[test]
fn escape_in_a_drag_puts_everything_back() {
    boxes()
        .down((80, 80))
        .move_to((60, 60))
        .press(Key::Escape)
        .expect_state("select.idle")
        .up((60, 60))
        .expect_no_gesture()
        .expect_selected(&[])
        .expect_box(2, (70.0, 70.0), (90.0, 90.0));
}

#[test]
fn what_somebody_deletes_during_a_drag_is_not_moved() {
    boxes()
        .down((80, 80))
        .move_to((60, 60))
        .somebody_deletes(2)
        .move_to((50, 50))
        .expect_state("select.idle")
        .up((50, 50))
        .expect_no_gesture();
    boxes().down((80, 80)).somebody_deletes(2).move_to((50, 50)).up((50, 50)).expect_objects(2);
    boxes()
        .select(&[0, 2])
        .down((80, 80))
        .move_to((75, 80))
        .somebody_deletes(0)
        .up((75, 80))
        .expect_box(1, (65.0, 70.0), (85.0, 90.0))
        .expect_selected(&[1]);
}
