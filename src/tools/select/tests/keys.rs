//! Keys.

use super::boxes;
use crate::tools::{Key, Modifiers};

#[test]
fn delete_deletes_the_selection_but_not_what_is_locked() {
    for key in [Key::Delete, Key::Backspace] {
        boxes()
            .select(&[0, 1])
            .press(key)
            .expect_objects(1)
            .expect_selected(&[])
            .expect_title("Delete 2 objects");
    }
    boxes().lock(0).select(&[0, 1]).press(Key::Delete).expect_objects(2).expect_title("Delete box");
    boxes().lock(0).select(&[0]).press(Key::Delete).expect_notice("locked").expect_objects(3);
    boxes().lock(0).select(&[0]).hold(Modifiers::SHIFT).press(Key::Delete).expect_objects(2);
}

#[test]
fn arrows_nudge_by_one_pixel_and_with_shift_by_ten() {
    boxes()
        .select(&[1])
        .press(Key::Left)
        .press(Key::Up)
        .expect_box(1, (29.0, 29.0), (49.0, 49.0))
        .hold(Modifiers::SHIFT)
        .press(Key::Right)
        .press(Key::Down)
        .expect_box(1, (39.0, 39.0), (59.0, 59.0))
        .press(Key::Right)
        .press(Key::Right)
        .press(Key::Right)
        .press(Key::Right)
        .press(Key::Right)
        .expect_box(1, (80.0, 39.0), (100.0, 59.0))
        .press(Key::Right)
        .expect_no_gesture();
}

#[test]
fn escape_clears_the_selection_and_deletes_nothing() {
    boxes()
        .select(&[0])
        .press(Key::Escape)
        .expect_selected(&[])
        .expect_objects(3)
        .press(Key::Escape)
        .expect_consumed(false);
}

#[test]
fn keys_without_a_selection_are_left_to_shortcuts() {
    for key in [Key::Delete, Key::Left, Key::Enter, Key::Undo, Key::Escape] {
        boxes().press(key).expect_consumed(false);
    }
}

#[test]
fn no_other_key_works_in_the_middle_of_a_drag() {
    boxes()
        .select(&[2])
        .down((80, 80))
        .move_to((70, 70))
        .press(Key::Delete)
        .expect_consumed(true)
        .expect_state("select.moving")
        .up((70, 70))
        .expect_box(2, (60.0, 60.0), (80.0, 80.0));
}
