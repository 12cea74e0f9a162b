//! The polygon tool: points by clicks, freehand by drags, closed by a double click, Enter or the first point.

use super::path::{PathKind, PathTool};
use super::{ToolInfo, drawing};
use crate::geometry::Polygon;
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "polygon",
    name: "Polygon",
    help: "Draw an outline: click points, or drag freehand. Enter, a double click or the first point closes it.",
    shortcut: "P",
    icon: "polygon",
    draws: Some(ShapeKind::Polygon),
    new: || Box::new(PathTool::new(&KIND)),
};

static KIND: PathKind = PathKind {
    info: &INFO,
    is_closed: true,
    finish: |ctx, points| drawing::finish(ctx, Shape::Polygon(Polygon::from_ring(points))),
    too_few: "A polygon needs three points that are not on one line.",
    placing_hint: "Enter, double click or first point: close · Backspace: take back · Shift: straight",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::tools::harness::{Canvas, canvas};
    use crate::tools::{Cursor, HandleKind, Key, Modifiers, RightClick, ToolSettings};

    fn polygon(points: &[(f64, f64)]) -> Shape {
        Shape::Polygon(Polygon::from_ring(points.iter().map(|&(x, y)| Point::new(x, y)).collect()))
    }

    /// Three of the corners of a square are placed.
    fn three_points() -> Canvas {
        canvas().tool("polygon").click((10, 10)).click((60, 10)).click((60, 60))
    }

    const TRIANGLE: [(f64, f64); 3] = [(10.0, 10.0), (60.0, 10.0), (60.0, 60.0)];

    #[test]
    fn clicks_place_points_and_enter_closes() {
        three_points()
            .expect_state("polygon.placing")
            .expect_objects(0)
            .press(Key::Enter)
            .expect_state("polygon.idle")
            .expect_objects(1)
            .expect_shape(0, &polygon(&TRIANGLE))
            .expect_selected(&[0])
            .expect_title("Draw polygon");
    }

    #[test]
    fn a_double_click_places_the_last_point_and_closes() {
        three_points()
            .double_click((10, 60))
            .expect_state("polygon.idle")
            .expect_shape(0, &polygon(&[TRIANGLE[0], TRIANGLE[1], TRIANGLE[2], (10.0, 60.0)]));
    }

    #[test]
    fn a_click_on_the_first_point_closes_and_adds_none() {
        three_points()
            .move_to((14, 13))
            .expect_handle(HandleKind::Close, true)
            .expect_cursor(Cursor::Pointer)
            .click((14, 13))
            .expect_state("polygon.idle")
            .expect_shape(0, &polygon(&TRIANGLE));
    }

    #[test]
    fn a_double_click_on_the_first_point_does_not_begin_another_polygon() {
        three_points().double_click((10, 10)).expect_state("polygon.idle").expect_objects(1);
    }

    #[test]
    fn the_first_point_closes_only_when_there_is_something_to_close() {
        canvas()
            .tool("polygon")
            .click((10, 10))
            .click((60, 10))
            .click((12, 10))
            .expect_state("polygon.placing")
            .expect_objects(0);
    }

    #[test]
    fn with_ctrl_a_point_can_be_placed_beside_the_first() {
        three_points()
            .hold(Modifiers::CTRL)
            .click((10, 13))
            .expect_state("polygon.placing")
            .expect_objects(0);
    }

    #[test]
    fn two_points_or_a_straight_line_are_no_polygon() {
        let says_why = |canvas: Canvas| {
            canvas
                .press(Key::Enter)
                .expect_notice("needs three points")
                .expect_state("polygon.placing")
                .expect_objects(0)
        };
        says_why(canvas().tool("polygon").click((10, 10)).click((60, 10)));
        says_why(canvas().tool("polygon").click((10, 10)).click((60, 10)).click((90, 10)));
        says_why(canvas().tool("polygon").click((10, 10)).click((60, 10)).click((60, 10)));
    }

    #[test]
    fn backspace_undo_and_right_click_take_back_the_last_point() {
        for key in [Key::Backspace, Key::Undo] {
            three_points().click((5, 90)).press(key).press(Key::Enter).expect_shape(0, &polygon(&TRIANGLE));
        }
        three_points()
            .click((5, 90))
            .right_click((50, 50))
            .press(Key::Enter)
            .expect_shape(0, &polygon(&TRIANGLE));
    }

    #[test]
    fn taking_back_the_first_point_ends_the_drawing_and_then_the_keys_are_free() {
        canvas()
            .tool("polygon")
            .click((10, 10))
            .press(Key::Backspace)
            .expect_state("polygon.idle")
            .press(Key::Undo)
            .expect_consumed(false)
            .press(Key::Enter)
            .expect_consumed(false)
            .right_click((10, 10))
            .expect_consumed(false);
    }

    #[test]
    fn the_right_button_can_be_left_to_the_menu() {
        canvas()
            .settings(|settings| settings.right_click = RightClick::OpensMenu)
            .tool("polygon")
            .click((10, 10))
            .right_click((20, 20))
            .expect_consumed(false)
            .expect_state("polygon.placing");
    }

    #[test]
    fn escape_cancels_in_every_state() {
        three_points().press(Key::Escape).expect_state("polygon.idle").expect_objects(0);
        three_points().down((5, 5)).press(Key::Escape).expect_state("polygon.idle");
        three_points().down((5, 5)).move_to((5, 30)).press(Key::Escape).expect_state("polygon.idle");
    }

    #[test]
    fn shift_draws_straight_lines() {
        canvas()
            .tool("polygon")
            .click((10, 10))
            .hold(Modifiers::SHIFT)
            .click((60, 13))
            .click((57, 60))
            .press(Key::Enter)
            .expect_shape(0, &polygon(&TRIANGLE));
    }

    #[test]
    fn points_outside_are_brought_to_the_border() {
        canvas()
            .tool("polygon")
            .click((-20, 10))
            .click((60, 10))
            .click((60, 300))
            .press(Key::Enter)
            .expect_shape(0, &polygon(&[(0.0, 10.0), (60.0, 10.0), (60.0, 100.0)]));
    }

    #[test]
    fn a_drag_draws_freehand_and_closes_where_it_began() {
        let stroke = [(60, 10), (60, 35), (60, 60), (35, 60), (10, 60), (10, 40), (11, 12)];
        canvas()
            .tool("polygon")
            .stroke((10, 10), &stroke)
            .expect_state("polygon.idle")
            .expect_shape(0, &polygon(&[TRIANGLE[0], TRIANGLE[1], TRIANGLE[2], (10.0, 60.0)]));
    }

    #[test]
    fn a_stroke_that_ends_elsewhere_goes_on_with_clicks() {
        canvas()
            .tool("polygon")
            .down((10, 10))
            .expect_state("polygon.pressing")
            .move_to((35, 10))
            .expect_state("polygon.freehand")
            .move_to((60, 10))
            .up((60, 10))
            .expect_state("polygon.placing")
            .click((60, 60))
            .press(Key::Enter)
            .expect_shape(0, &polygon(&TRIANGLE));
    }

    #[test]
    fn a_stroke_follows_clicks_and_is_taken_back_point_by_point() {
        three_points()
            .stroke((40, 90), &[(20, 90), (20, 50)])
            .expect_state("polygon.placing")
            .press(Key::Backspace)
            .press(Key::Backspace)
            .press(Key::Backspace)
            .press(Key::Enter)
            .expect_shape(0, &polygon(&TRIANGLE));
    }

    #[test]
    fn backspace_during_a_stroke_takes_back_the_stroke() {
        three_points()
            .down((40, 90))
            .move_to((20, 90))
            .press(Key::Backspace)
            .expect_state("polygon.placing")
            .up((20, 90))
            .press(Key::Enter)
            .expect_shape(0, &polygon(&TRIANGLE));
    }

    #[test]
    fn a_tremble_at_the_first_point_closes_nothing() {
        canvas().tool("polygon").stroke((50, 50), &[(55, 50), (55, 55), (52, 54)]).expect_objects(0);
    }

    #[test]
    fn points_snap_to_vertices_before_edges_and_not_with_ctrl() {
        let snapping = || {
            let settings = |settings: &mut ToolSettings| settings.snap = true;
            canvas().settings(settings).with_box((20, 20), (80, 80)).tool("polygon")
        };
        snapping().move_to((22, 24)).expect_snap((20.0, 20.0));
        snapping().move_to((50, 23)).expect_snap((50.0, 20.0));
        snapping().move_to((50, 50)).expect_no_snap();
        snapping().hold(Modifiers::CTRL).move_to((22, 24)).expect_no_snap();
        snapping().hide(0).move_to((22, 24)).expect_no_snap();
        snapping()
            .click((5, 5))
            .click((50, 5))
            .click((22, 24))
            .press(Key::Enter)
            .expect_shape(1, &polygon(&[(5.0, 5.0), (50.0, 5.0), (20.0, 20.0)]));
    }

    #[test]
    fn a_crossing_outline_is_kept_and_the_person_is_told() {
        let bow_tie = [(10.0, 10.0), (60.0, 60.0), (60.0, 10.0), (10.0, 60.0)];
        canvas()
            .tool("polygon")
            .click((10, 10))
            .click((60, 60))
            .click((60, 10))
            .click((10, 60))
            .press(Key::Enter)
            .expect_notice("crosses itself")
            .expect_shape(0, &polygon(&bow_tie));
        canvas()
            .tool("polygon")
            .click((10, 10))
            .click((60, 60))
            .click((60, 10))
            .click((30, 90))
            .expect_hint("crosses itself")
            .press(Key::Backspace)
            .expect_hint("close");
    }

    #[test]
    fn a_label_that_forbids_polygons_loses_no_points() {
        three_points()
            .label_allows(&[ShapeKind::Box])
            .press(Key::Enter)
            .expect_notice("does not allow")
            .expect_state("polygon.placing")
            .label_allows(&[])
            .press(Key::Enter)
            .expect_objects(1);
        canvas().label_allows(&[ShapeKind::Box]).tool("polygon").click((10, 10)).expect_state("polygon.idle");
    }

    #[test]
    fn keys_that_would_change_other_objects_rest_while_drawing() {
        for key in [Key::Delete, Key::Left] {
            three_points().press(key).expect_consumed(true).expect_state("polygon.placing");
        }
    }
}
