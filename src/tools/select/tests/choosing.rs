//! Clicks and bands.

use super::boxes;
use crate::tools::harness::canvas;
use crate::tools::{BandMode, Modifiers};

#[test]
fn a_click_selects_and_a_click_beside_everything_selects_nothing() {
    boxes()
        .click((80, 80))
        .expect_selected(&[2])
        .click((15, 15))
        .expect_selected(&[0])
        .click((95, 5))
        .expect_selected(&[])
        .expect_no_gesture();
}

#[test]
fn the_smaller_object_is_taken_first_even_behind_the_larger() {
    boxes().click((40, 40)).expect_selected(&[1]);
    canvas().with_box((30, 30), (50, 50)).with_box((10, 10), (60, 60)).click((40, 40)).expect_selected(&[0]);
}

#[test]
fn of_equal_objects_the_one_in_front_is_taken() {
    canvas().with_box((10, 10), (60, 60)).with_box((10, 10), (60, 60)).click((40, 40)).expect_selected(&[1]);
}

#[test]
fn an_outline_is_taken_before_an_area() {
    canvas()
        .with_box((10, 10), (30, 30))
        .with_line(&[(0.0, 0.0), (99.0, 99.0)])
        .click((20, 21))
        .expect_selected(&[1])
        .click((14, 24))
        .expect_selected(&[0]);
}

#[test]
fn clicking_again_goes_through_what_lies_under_the_pointer() {
    boxes()
        .click((40, 40))
        .expect_selected(&[1])
        .click((40, 40))
        .expect_selected(&[0])
        .click((40, 40))
        .expect_selected(&[1]);
}

#[test]
fn clicking_elsewhere_begins_at_the_top_again() {
    boxes().click((40, 40)).expect_selected(&[1]).click((46, 46)).expect_selected(&[1]);
}

#[test]
fn shift_or_ctrl_and_a_click_add_and_take_away() {
    for modifiers in [Modifiers::SHIFT, Modifiers::CTRL] {
        boxes()
            .click((15, 15))
            .hold(modifiers)
            .click((80, 80))
            .expect_selected(&[0, 2])
            .click((12, 40))
            .expect_selected(&[2])
            .click((99, 1))
            .expect_selected(&[2]);
    }
}

#[test]
fn hidden_and_locked_objects_are_not_picked() {
    boxes().hide(1).click((40, 40)).expect_selected(&[0]);
    boxes().lock(1).click((40, 40)).expect_selected(&[0]);
    boxes().hide_label().click((40, 40)).expect_selected(&[]);
}

#[test]
fn what_a_click_would_take_is_highlighted() {
    boxes().move_to((40, 40)).expect_highlighted(&[1]).move_to((95, 5)).expect_highlighted(&[]);
}

#[test]
fn how_near_is_hit_depends_on_the_zoom() {
    let line = || canvas().with_line(&[(0.0, 50.0), (100.0, 50.0)]);
    line().click((50, 54)).expect_selected(&[0]);
    line().zoom(4.0).click((50, 54)).expect_selected(&[]);
    line().zoom(0.25).click((50, 68)).expect_selected(&[0]);
}

#[test]
fn the_right_button_selects_what_the_menu_is_for() {
    boxes().right_click((80, 80)).expect_selected(&[2]).expect_consumed(false);
    boxes().select(&[0, 1]).right_click((40, 40)).expect_selected(&[0, 1]);
    boxes().select(&[0, 1]).right_click((99, 1)).expect_selected(&[0, 1]);
}

#[test]
fn a_band_to_the_right_takes_what_it_contains() {
    boxes()
        .down((5, 5))
        .expect_state("select.pressing.background")
        .move_to((65, 65))
        .expect_state("select.banding")
        .expect_band(BandMode::Containing)
        .expect_highlighted(&[0, 1])
        .expect_selected(&[])
        .move_to((75, 75))
        .up((75, 75))
        .expect_selected(&[0, 1]);
}

#[test]
fn a_band_to_the_left_takes_what_it_touches() {
    boxes()
        .drag((95, 5), (55, 75))
        .expect_selected(&[0, 2])
        .select(&[])
        .down((98, 98))
        .move_to((80, 80))
        .expect_band(BandMode::Touching)
        .up((80, 80))
        .expect_selected(&[2]);
}

#[test]
fn shift_adds_a_band_to_the_selection_and_ctrl_takes_it_away() {
    boxes().select(&[0]).hold(Modifiers::SHIFT).drag((66, 99), (99, 65)).expect_selected(&[0, 2]);
    boxes().select(&[0, 2]).hold(Modifiers::CTRL).drag((66, 99), (99, 65)).expect_selected(&[0]);
}

#[test]
fn a_band_leaves_hidden_and_locked_objects_alone() {
    boxes().hide(0).lock(1).drag((1, 1), (99, 99)).expect_selected(&[2]);
}

#[test]
fn the_frame_of_a_large_selection_is_around_all_of_it() {
    let boxes: Vec<usize> = (0..100).collect();
    let crowd = boxes.iter().fold(canvas(), |canvas, _| canvas.with_box((20, 20), (40, 50)));
    crowd.with_box((60, 60), (90, 90)).select(&boxes).expect_handles(4).drag((40, 50), (60, 80)).expect_box(
        7,
        (20.0, 20.0),
        (60.0, 80.0),
    );
}
