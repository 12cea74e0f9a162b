//! On a frame of a video what is drawn is a track, and what is changed is a keyframe.

use crate::tools::Key;
use crate::tools::harness::canvas;

#[test]
fn a_box_drawn_on_one_frame_and_moved_on_another_is_between_them_in_between() {
    canvas()
        .on_video()
        .go_to(10)
        .tool("box")
        .drag((10, 10), (30, 30))
        .expect_objects(1)
        .expect_keyframes(0, &[10])
        .tool("select")
        .go_to(20)
        .drag((20, 20), (60, 40))
        .expect_box(0, (50.0, 30.0), (70.0, 50.0))
        .expect_keyframes(0, &[10, 20])
        .go_to(15)
        .expect_box(0, (30.0, 20.0), (50.0, 40.0))
        .expect_keyframes(0, &[10, 20])
        .go_to(9)
        .expect_objects(0);
}

#[test]
fn a_corner_pulled_between_two_keyframes_makes_a_third() {
    canvas()
        .on_video()
        .with_box((10, 10), (30, 30))
        .select(&[0])
        .go_to(20)
        .drag((20, 20), (40, 20))
        .go_to(10)
        .expect_box(0, (20.0, 10.0), (40.0, 30.0))
        .drag((40, 30), (60, 50))
        .expect_box(0, (20.0, 10.0), (60.0, 50.0))
        .expect_keyframes(0, &[0, 10, 20])
        .go_to(20)
        .expect_box(0, (30.0, 10.0), (50.0, 30.0));
}

#[test]
fn arrows_nudge_on_the_frame_and_delete_deletes_the_object_on_all_frames() {
    canvas()
        .on_video()
        .with_box((10, 10), (30, 30))
        .select(&[0])
        .go_to(7)
        .press(Key::Right)
        .expect_keyframes(0, &[0, 7])
        .expect_box(0, (11.0, 10.0), (31.0, 30.0))
        .press(Key::Delete)
        .expect_objects(0)
        .go_to(0)
        .expect_objects(0);
}

#[test]
fn what_is_not_on_the_frame_cannot_be_picked() {
    canvas()
        .on_video()
        .go_to(5)
        .with_box((10, 10), (30, 30))
        .go_to(4)
        .click((20, 20))
        .expect_selected(&[])
        .go_to(5)
        .click((20, 20))
        .expect_selected(&[0]);
}
