//! Markers and comments are gone to, and markers are moved, named and deleted.

use super::harness::{At, timeline};
use crate::tools::{Key, Modifiers};

#[test]
fn a_click_on_a_marker_goes_there_and_nothing_else_is_selected() {
    timeline()
        .track(1, &[10, 60])
        .marker(1, 40)
        .click(At::Frame(1, 30))
        .expect_selected(&[1])
        .click(At::Note(40))
        .expect_playhead(40)
        .expect_selected(&[])
        .expect_deleted_marker()
        .expect_markers(&[]);
}

#[test]
fn a_comment_leads_to_its_object() {
    timeline()
        .track(1, &[10, 60])
        .comment(1, 25, 1)
        .click(At::Note(25))
        .expect_playhead(25)
        .expect_selected(&[1]);
}

#[test]
fn a_marker_is_dragged_by_whole_frames_and_stays_in_the_video() {
    timeline()
        .marker(1, 40)
        .down(At::Note(40))
        .move_to(At::Note(52))
        .expect_state("timeline.moving_marker")
        .expect_markers(&[40])
        .up(At::Note(52))
        .expect_markers(&[52])
        .expect_title("Move marker")
        .hold(Modifiers::CTRL)
        .drag(At::Note(52), At::Ruler(99))
        .expect_markers(&[99]);
}

#[test]
fn escape_leaves_a_marker_where_it_was() {
    timeline()
        .marker(1, 40)
        .down(At::Note(40))
        .move_to(At::Note(52))
        .press(Key::Escape)
        .up(At::Note(52))
        .expect_markers(&[40])
        .expect_nothing_done();
}

#[test]
fn a_double_click_names_a_marker() {
    timeline().marker(1, 40).double_click(At::Note(40)).expect_named(1);
}

#[test]
fn between_notes_their_lane_is_scrubbed_like_the_ruler() {
    timeline()
        .marker(1, 40)
        .down(At::Note(70))
        .expect_state("timeline.scrubbing")
        .move_to(At::Note(75))
        .expect_playhead(75);
}
