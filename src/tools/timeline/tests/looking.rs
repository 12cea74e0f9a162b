//! Going through the video, and choosing.

use super::harness::{At, timeline};
use crate::tools::{Key, Modifiers};

#[test]
fn the_video_follows_the_pointer_on_the_ruler() {
    timeline()
        .down(At::Ruler(20))
        .expect_state("timeline.scrubbing")
        .expect_playhead(20)
        .move_to(At::Ruler(37))
        .expect_playhead(37)
        .up(At::Ruler(36))
        .expect_playhead(36)
        .expect_state("timeline.idle")
        .expect_nothing_done();
}

#[test]
fn shift_on_the_ruler_chooses_frames_to_loop_over() {
    timeline()
        .hold(Modifiers::SHIFT)
        .down(At::Ruler(20))
        .expect_state("timeline.ranging")
        .move_to(At::Ruler(9))
        .expect_range(10..21)
        .expect_playhead(90);
}

#[test]
fn the_sound_is_scrubbed_like_the_ruler_and_the_rows_lie_below_it() {
    timeline()
        .with_sound()
        .track(1, &[10, 60])
        .down(At::Sound(20))
        .expect_state("timeline.scrubbing")
        .up(At::Sound(31))
        .expect_playhead(31)
        .drag(At::Frame(1, 60), At::Frame(1, 70))
        .expect_track(1, &[10, 70]);
}

#[test]
fn the_middle_button_moves_along() {
    timeline()
        .zoomed_to(40..60)
        .drag_with_middle(At::Ruler(50), At::Ruler(45))
        .expect_first_in_sight(43)
        .expect_playhead(90);
}

#[test]
fn a_click_on_a_track_selects_it_and_stays_on_the_frame() {
    timeline().track(1, &[10, 60]).click(At::Frame(1, 30)).expect_selected(&[1]).expect_playhead(90);
}

#[test]
fn a_double_click_goes_there() {
    timeline().track(1, &[10, 60]).double_click(At::Frame(1, 30)).expect_selected(&[1]).expect_playhead(30);
}

#[test]
fn a_click_on_a_keyframe_goes_to_its_frame() {
    timeline()
        .track(1, &[10, 60])
        .click(At::Frame(1, 60))
        .expect_playhead(60)
        .expect_keyframes(&[(1, 60)])
        .expect_selected(&[1]);
}

#[test]
fn shift_collects_keyframes_without_going_anywhere() {
    timeline()
        .track(1, &[10, 60])
        .track(2, &[20])
        .click(At::Frame(1, 60))
        .hold(Modifiers::SHIFT)
        .click(At::Frame(2, 20))
        .expect_keyframes(&[(1, 60), (2, 20)])
        .expect_playhead(60)
        .click(At::Frame(1, 60))
        .expect_keyframes(&[(2, 20)]);
}

#[test]
fn a_band_takes_the_keyframes_whose_middle_it_holds() {
    timeline()
        .track(1, &[10, 20, 30])
        .track(2, &[15, 25, 35])
        .drag(At::Frame(1, 15), At::Frame(2, 28))
        .expect_keyframes(&[(1, 20), (2, 25)])
        .expect_selected(&[1, 2]);
}

#[test]
fn a_band_with_ctrl_takes_away() {
    timeline()
        .track(1, &[10, 20, 30])
        .drag(At::Frame(1, 5), At::Frame(1, 35))
        .expect_keyframes(&[(1, 10), (1, 20), (1, 30)])
        .hold(Modifiers::CTRL)
        .drag(At::Frame(1, 15), At::Frame(1, 25))
        .expect_keyframes(&[(1, 10), (1, 30)]);
}

#[test]
fn arrows_go_from_keyframe_to_keyframe_and_from_row_to_row() {
    timeline()
        .track(1, &[10, 20])
        .track(2, &[15, 40])
        .press(Key::Down)
        .expect_selected(&[1])
        .press(Key::Left)
        .expect_playhead(20)
        .press(Key::Left)
        .expect_playhead(10)
        .press(Key::Left)
        .expect_playhead(10)
        .press(Key::Down)
        .expect_selected(&[2])
        .press(Key::Right)
        .expect_playhead(15)
        .press(Key::Up)
        .expect_selected(&[1]);
}

#[test]
fn arrows_go_to_the_ends_of_a_span() {
    timeline()
        .span(1, 20, 30)
        .press(Key::Down)
        .press(Key::Left)
        .expect_playhead(29)
        .press(Key::Left)
        .expect_playhead(20);
}

#[test]
fn shift_and_arrows_select_rows_and_give_them_up_again() {
    timeline()
        .track(1, &[10, 20])
        .track(2, &[15, 40])
        .track(3, &[16, 40])
        .press(Key::Down)
        .hold(Modifiers::SHIFT)
        .press(Key::Down)
        .press(Key::Down)
        .expect_selected(&[1, 2, 3])
        .press(Key::Up)
        .expect_selected(&[1, 2])
        .hold(Modifiers::NONE)
        .press(Key::Down)
        .expect_selected(&[3])
        .hold(Modifiers::SHIFT)
        .press(Key::Up)
        .expect_selected(&[3, 2]);
}

#[test]
fn shift_and_arrows_select_keyframes_and_give_them_up_again() {
    timeline()
        .track(1, &[10, 20, 40])
        .playhead(10)
        .press(Key::Down)
        .hold(Modifiers::SHIFT)
        .press(Key::Right)
        .expect_keyframes(&[(1, 10), (1, 20)])
        .press(Key::Right)
        .expect_keyframes(&[(1, 10), (1, 20), (1, 40)])
        .press(Key::Left)
        .expect_keyframes(&[(1, 10), (1, 20)])
        .shift(5)
        .expect_track(1, &[15, 25, 40])
        .expect_keyframes(&[(1, 15), (1, 25)]);
}
