//! The box tool: a drag, or a click on each of two opposite corners.

use super::ToolInfo;
use super::rect_drag::RectTool;
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "box",
    name: "Box",
    help: "Draw an upright box: drag, or click two opposite corners.",
    shortcut: "R",
    icon: "rectangle",
    draws: Some(ShapeKind::Box),
    new: || Box::new(RectTool::new(&INFO, Shape::from_rect)),
};

#[cfg(test)]
mod tests {
    use crate::geometry::Rect;
    use crate::model::{Shape, ShapeKind};
    use crate::tools::harness::canvas;
    use crate::tools::{Button, Key, Modifiers, RightClick};

    fn rect(x0: f64, y0: f64, x1: f64, y1: f64) -> Shape {
        Shape::from_rect(Rect::from_xywh(x0, y0, x1 - x0, y1 - y0))
    }

    #[test]
    fn a_drag_draws_a_box_and_selects_it() {
        canvas()
            .tool("box")
            .down((10, 10))
            .expect_state("box.pressing")
            .move_to((60, 40))
            .expect_state("box.dragging")
            .expect_readout("50 × 30 px")
            .up((60, 40))
            .expect_state("box.idle")
            .expect_objects(1)
            .expect_shape(0, &rect(10.0, 10.0, 60.0, 40.0))
            .expect_selected(&[0])
            .expect_title("Draw box");
    }

    #[test]
    fn a_drag_in_any_direction_draws_the_same_box() {
        for (from, to) in [((10, 10), (60, 40)), ((60, 40), (10, 10)), ((10, 40), (60, 10))] {
            canvas().tool("box").drag(from, to).expect_shape(0, &rect(10.0, 10.0, 60.0, 40.0));
        }
    }

    #[test]
    fn two_clicks_draw_a_box() {
        canvas()
            .tool("box")
            .click((10, 10))
            .expect_state("box.placing")
            .move_to((30, 30))
            .expect_objects(0)
            .click((60, 40))
            .expect_state("box.idle")
            .expect_shape(0, &rect(10.0, 10.0, 60.0, 40.0));
    }

    #[test]
    fn the_second_click_may_be_dragged_to_its_place() {
        canvas()
            .tool("box")
            .click((10, 10))
            .drag((50, 50), (60, 40))
            .expect_shape(0, &rect(10.0, 10.0, 60.0, 40.0));
    }

    #[test]
    fn shift_draws_a_square_and_alt_draws_from_the_centre() {
        let at = |modifiers| canvas().tool("box").hold(modifiers).drag((50, 50), (70, 60));
        at(Modifiers::SHIFT).expect_shape(0, &rect(50.0, 50.0, 70.0, 70.0));
        at(Modifiers::ALT).expect_shape(0, &rect(30.0, 40.0, 70.0, 60.0));
    }

    #[test]
    fn a_box_ends_at_the_border_of_the_picture() {
        canvas().tool("box").drag((80, 80), (500, 95)).expect_shape(0, &rect(80.0, 80.0, 100.0, 95.0));
        canvas().tool("box").drag((-50, -50), (20, 30)).expect_shape(0, &rect(0.0, 0.0, 20.0, 30.0));
    }

    #[test]
    fn a_slip_of_the_hand_draws_nothing() {
        canvas().tool("box").drag((10, 10), (60, 11)).expect_objects(0).expect_state("box.idle");
        canvas().tool("box").double_click((10, 10)).expect_objects(0).expect_state("box.idle");
        canvas().tool("box").drag((150, 10), (190, 60)).expect_objects(0);
    }

    #[test]
    fn what_is_too_small_depends_on_the_zoom() {
        canvas().zoom(20.0).tool("box").drag((10, 10), (11, 11)).expect_objects(1);
        canvas().zoom(0.05).tool("box").drag((10, 10), (45, 45)).expect_objects(0);
    }

    #[test]
    fn escape_backspace_undo_and_right_click_take_the_corner_back() {
        for key in [Key::Escape, Key::Backspace, Key::Undo] {
            canvas().tool("box").click((10, 10)).press(key).expect_state("box.idle").expect_consumed(true);
            canvas().tool("box").press(key).expect_consumed(false);
        }
        canvas().tool("box").click((10, 10)).right_click((20, 20)).expect_state("box.idle");
        canvas()
            .settings(|settings| settings.right_click = RightClick::OpensMenu)
            .tool("box")
            .click((10, 10))
            .right_click((20, 20))
            .expect_consumed(false)
            .expect_state("box.placing");
    }

    #[test]
    fn escape_in_a_drag_draws_nothing() {
        canvas()
            .tool("box")
            .down((10, 10))
            .move_to((60, 40))
            .press(Key::Escape)
            .expect_state("box.idle")
            .up((60, 40))
            .expect_objects(0);
    }

    #[test]
    fn the_middle_button_is_left_to_the_canvas() {
        canvas()
            .tool("box")
            .down_with((10, 10), Button::Middle)
            .expect_consumed(false)
            .expect_state("box.idle");
    }

    #[test]
    fn the_tool_stays_or_goes_as_the_person_wants() {
        canvas().tool("box").drag((10, 10), (60, 40)).expect_state("box.idle");
        canvas()
            .settings(|settings| settings.stay_in_tool = false)
            .tool("box")
            .drag((10, 10), (60, 40))
            .expect_state("select.idle");
    }

    #[test]
    fn a_label_that_does_not_allow_boxes_gets_none() {
        canvas()
            .label_allows(&[ShapeKind::Polygon])
            .tool("box")
            .down((10, 10))
            .expect_notice("does not allow the shape “box”")
            .expect_state("box.idle")
            .move_to((60, 40))
            .up((60, 40))
            .expect_objects(0);
    }

    #[test]
    fn corners_snap_to_other_objects_unless_ctrl_is_held() {
        let drawn = || {
            let settings = |s: &mut crate::tools::ToolSettings| s.snap = true;
            canvas().settings(settings).with_box((10, 10), (50, 50)).tool("box")
        };
        drawn().drag((52, 48), (80, 90)).expect_shape(1, &rect(50.0, 50.0, 80.0, 90.0));
        drawn().move_to((52, 30)).expect_snap((50.0, 30.0));
        drawn().hold(Modifiers::CTRL).drag((52, 48), (80, 90)).expect_shape(1, &rect(52.0, 48.0, 80.0, 90.0));
    }

    #[test]
    fn a_new_object_lies_in_front_and_has_the_defaults_of_its_label() {
        canvas()
            .with_box((10, 10), (50, 50))
            .tool("box")
            .drag((20, 20), (40, 40))
            .expect_in_front(1)
            .expect_label_with_defaults(1);
    }
}
