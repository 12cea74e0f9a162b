//! Spans are made, moved, copied and cut to length.

use super::harness::{At, timeline};
use crate::tools::{Key, Modifiers};

#[test]
fn a_drag_over_an_empty_tier_makes_a_span() {
    timeline()
        .down(At::Tier(20))
        .move_to(At::Tier(39))
        .expect_state("timeline.new_span")
        .expect_spans(&[])
        .up(At::Tier(39))
        .expect_spans(&[(21, 40)])
        .expect_title("Draw span");
}

#[test]
fn escape_makes_no_span() {
    timeline().down(At::Tier(20)).move_to(At::Tier(39)).press(Key::Escape).up(At::Tier(39)).expect_spans(&[]);
}

#[test]
fn the_edges_of_a_span_are_dragged_by_whole_frames_and_never_past_each_other() {
    timeline()
        .span(1, 20, 40)
        .drag(At::Edge(1, 40), At::Edge(1, 55))
        .expect_spans(&[(20, 55)])
        .expect_title("Change span")
        .drag(At::Edge(1, 20), At::Edge(1, 70))
        .expect_spans(&[(54, 55)]);
}

#[test]
fn a_span_is_moved_and_stays_in_the_video() {
    timeline()
        .span(1, 20, 40)
        .drag(At::Frame(1, 30), At::Frame(1, 33))
        .expect_spans(&[(23, 43)])
        .expect_title("Move span")
        .drag(At::Frame(1, 30), At::Frame(1, 2))
        .expect_spans(&[(0, 20)]);
}

#[test]
fn selected_spans_move_together() {
    timeline()
        .span(1, 20, 30)
        .span(2, 40, 50)
        .click(At::Frame(1, 25))
        .hold(Modifiers::SHIFT)
        .click(At::Frame(2, 45))
        .expect_selected(&[1, 2])
        .hold(Modifiers::NONE)
        .drag(At::Frame(1, 25), At::Frame(1, 28))
        .expect_spans(&[(23, 33), (43, 53)])
        .expect_title("Move 2 spans");
}

#[test]
fn alt_copies_a_span_and_selects_the_copy() {
    let copied = timeline()
        .span(1, 20, 30)
        .hold(Modifiers::ALT)
        .drag(At::Frame(1, 25), At::Frame(1, 65))
        .expect_spans(&[(20, 30), (60, 70)])
        .expect_title("Copy span");
    assert_eq!(copied.document.num_objects(), 2);
}

#[test]
fn an_end_snaps_to_include_the_frame_on_screen_unless_ctrl_is_held() {
    let close = || timeline().span(1, 20, 40).playhead(60);
    close().drag(At::Edge(1, 40), At::Frame(1, 60)).expect_spans(&[(20, 61)]);
    close().hold(Modifiers::CTRL).drag(At::Frame(1, 30), At::Frame(1, 51)).expect_spans(&[(41, 61)]);
}

#[test]
fn a_span_snaps_to_its_neighbour() {
    // Five points to a frame: an edge one frame away draws.
    timeline()
        .span(1, 20, 40)
        .span(2, 60, 80)
        .drag(At::Frame(1, 30), At::Edge(1, 50))
        .expect_spans(&[(40, 60), (60, 80)]);
}

#[test]
fn a_locked_span_stays() {
    timeline().span(1, 20, 40).locked(1).drag(At::Frame(1, 30), At::Frame(1, 50)).expect_spans(&[(20, 40)]);
}

#[test]
fn a_span_is_dragged_to_another_tier_and_takes_its_label_or_lane() {
    let both = || timeline().span(1, 20, 40).span_on(2, "weather", 60, 80);
    both()
        .hold(Modifiers::CTRL)
        .drag(At::Frame(1, 30), At::Row(1, 30))
        .expect_lane(1, "weather", true)
        .expect_spans(&[(20, 40), (60, 80)])
        .expect_title("Move span");
    both()
        .hold(Modifiers::CTRL)
        .drag(At::Frame(2, 70), At::Row(0, 73))
        .expect_lane(2, "", true)
        .expect_spans(&[(20, 40), (63, 83)]);
}

#[test]
fn a_span_snaps_to_a_keyframe_of_a_selected_track_and_to_no_other() {
    let close = || timeline().track(1, &[50, -70]).span(2, 20, 40).narrow();
    close().click(At::Frame(1, 60)).drag(At::Edge(2, 40), At::Edge(2, 51)).expect_spans(&[(20, 50)]);
    close().drag(At::Edge(2, 40), At::Edge(2, 51)).expect_spans(&[(20, 51)]);
}

#[test]
fn selected_spans_are_shifted_by_frames_and_stay_in_the_video() {
    timeline()
        .span(1, 20, 40)
        .click(At::Frame(1, 30))
        .shift(1)
        .expect_spans(&[(21, 41)])
        .expect_title("Move span")
        .shift(-100)
        .expect_spans(&[(0, 20)]);
}
