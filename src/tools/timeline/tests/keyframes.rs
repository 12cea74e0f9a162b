//! Keyframes and the ends of tracks are dragged.

use super::harness::{At, timeline};
use crate::tools::{Key, Modifiers};

#[test]
fn a_keyframe_is_dragged_to_another_frame_and_keeps_its_shape() {
    timeline()
        .track(1, &[10, 20, 40])
        .down(At::Frame(1, 20))
        .expect_state("timeline.pressing")
        .move_to(At::Frame(1, 27))
        .expect_state("timeline.moving_keyframes")
        .expect_track(1, &[10, 20, 40])
        .up(At::Frame(1, 27))
        .expect_track(1, &[10, 27, 40])
        .expect_shape_of(1, 27, 20)
        .expect_keyframes(&[(1, 27)])
        .expect_title("Move keyframe");
}

#[test]
fn a_trembling_hand_moves_no_keyframe() {
    timeline()
        .track(1, &[10])
        .down(At::Frame(1, 10))
        .move_to(At::Edge(1, 10))
        .up(At::Frame(1, 10))
        .expect_track(1, &[10]);
}

#[test]
fn selected_keyframes_move_together_and_stop_at_the_ends_of_the_video() {
    timeline()
        .track(1, &[10, 20])
        .track(2, &[15])
        .drag(At::Frame(1, 5), At::Frame(2, 28))
        .drag(At::Frame(1, 20), At::Frame(1, 2))
        .expect_track(1, &[0, 10])
        .expect_track(2, &[5])
        .expect_title("Move 3 keyframes");
}

#[test]
fn a_keyframe_that_lands_on_another_takes_its_place() {
    timeline()
        .track(1, &[10, 20, 40])
        .drag(At::Frame(1, 20), At::Frame(1, 40))
        .expect_track(1, &[10, 40])
        .expect_shape_of(1, 40, 20);
}

#[test]
fn alt_copies_keyframes() {
    timeline()
        .track(1, &[10, 20])
        .hold(Modifiers::ALT)
        .drag(At::Frame(1, 20), At::Frame(1, 50))
        .expect_track(1, &[10, 20, 50])
        .expect_shape_of(1, 50, 20)
        .expect_title("Copy keyframe");
}

#[test]
fn escape_leaves_keyframes_where_they_were() {
    timeline()
        .track(1, &[10, 20])
        .down(At::Frame(1, 20))
        .move_to(At::Frame(1, 50))
        .press(Key::Escape)
        .expect_state("timeline.idle")
        .up(At::Frame(1, 50))
        .expect_track(1, &[10, 20])
        .expect_nothing_done();
}

#[test]
fn a_keyframe_snaps_to_the_frame_on_screen() {
    timeline()
        .track(1, &[10, 20])
        .playhead(50)
        .drag(At::Frame(1, 20), At::Edge(1, 50))
        .expect_track(1, &[10, 50]);
}

#[test]
fn the_keyframes_of_a_locked_track_stay() {
    timeline()
        .track(1, &[10, 20])
        .locked(1)
        .drag(At::Frame(1, 20), At::Frame(1, 50))
        .expect_track(1, &[10, 20]);
}

#[test]
fn delete_deletes_the_selected_keyframes() {
    timeline()
        .track(1, &[10, 20, 30])
        .click(At::Frame(1, 20))
        .press(Key::Delete)
        .expect_track(1, &[10, 30])
        .expect_title("Delete keyframe")
        .expect_keyframes(&[]);
}

#[test]
fn a_track_without_keyframes_is_none() {
    timeline()
        .track(1, &[10, 20])
        .drag(At::Frame(1, 5), At::Frame(1, 30))
        .press(Key::Delete)
        .expect_deleted(1);
}

#[test]
fn the_end_of_a_track_is_dragged_later_and_earlier() {
    timeline()
        .track(1, &[10, 20, -40])
        .drag(At::Edge(1, 40), At::Edge(1, 60))
        .expect_track(1, &[10, 20, 40, -60])
        .expect_title("Change end of track")
        .drag(At::Edge(1, 60), At::Edge(1, 40))
        .expect_track(1, &[10, 20, -40])
        .expect_shape_of(1, 40, 40);
}

#[test]
fn an_end_dragged_over_keyframes_takes_them_along_and_the_motion_before_stays() {
    timeline()
        .track(1, &[10, 20, -40])
        .drag(At::Edge(1, 40), At::Edge(1, 15))
        .expect_track(1, &[10, -15])
        .expect_shape_of(1, 15, 15);
}

#[test]
fn a_track_that_ends_with_the_video_is_given_an_end_and_loses_it() {
    timeline()
        .track(1, &[10])
        .drag(At::Edge(1, 100), At::Edge(1, 50))
        .expect_track(1, &[10, -50])
        .drag(At::Edge(1, 50), At::Edge(1, 100))
        .expect_track(1, &[10]);
}

#[test]
fn an_end_goes_no_further_than_the_next_stretch_and_closes_the_gap() {
    timeline()
        .track(1, &[10, -30, 50, -70])
        .drag(At::Edge(1, 30), At::Edge(1, 90))
        .expect_track(1, &[10, 30, 50, -70]);
}
