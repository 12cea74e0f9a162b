//! The points tool: each click makes an object of one point.

use super::input::Hand;
use super::snapping::{Aim, aim};
use super::{
    Button, Cursor, Draft, DraftShape, Gesture, Input, Key, Modifiers, Response, Tool, ToolContext, ToolInfo,
    drawing,
};
use crate::model::shape::PointsShape;
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "points",
    name: "Points",
    help: "Click to make a point. Shift+click adds points to the selected one.",
    shortcut: "Shift+P",
    icon: "dots-nine",
    draws: Some(ShapeKind::Points),
    new: || Box::new(PointsTool { is_pressing: false, hand: Hand::default() }),
};

#[derive(Clone)]
struct PointsTool {
    is_pressing: bool,
    hand: Hand,
}

impl PointsTool {
    fn aim(&self, ctx: &ToolContext) -> Option<Aim> {
        // Shift means something else here than a constrained angle.
        let modifiers = Modifiers { shift: false, ..self.hand.modifiers };
        Some(aim(ctx, self.hand.at?, modifiers, None))
    }

    fn released(&mut self, ctx: &ToolContext) -> Response {
        let was_pressing = std::mem::take(&mut self.is_pressing);
        let Some(aim) = self.aim(ctx).filter(|_| was_pressing) else { return Response::ignored() };
        match ctx.single_editable() {
            Some((id, Shape::Points(points))) if self.hand.modifiers.shift => {
                let mut points = points.clone();
                points.0.push(aim.at);
                let shapes = vec![(id, Shape::Points(points))];
                Response::commit(Gesture::reshape("Add a point to", ctx, shapes))
            }
            _ => drawing::finish(ctx, Shape::Points(PointsShape(vec![aim.at]))),
        }
    }
}

impl Tool for PointsTool {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        if self.is_pressing { "pressing" } else { "idle" }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { button: Button::Primary, .. } => {
                if let Some(refusal) = drawing::refusal(ctx, ShapeKind::Points) {
                    return Response::notice(refusal);
                }
                self.is_pressing = true;
                Response::consumed()
            }
            Input::PointerUp { button: Button::Primary, .. } => self.released(ctx),
            Input::Key { key: Key::Escape, .. } if self.is_pressing => {
                self.cancel();
                Response::consumed()
            }
            Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerMove { .. }
            | Input::PointerLeave
            | Input::Adjust { .. }
            | Input::Key { .. } => Response { consumed: self.is_pressing, ..Response::default() },
        }
    }

    fn cancel(&mut self) {
        self.is_pressing = false;
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let Some(aim) = self.aim(ctx) else { return Draft::default() };
        let shape = Shape::Points(PointsShape(vec![aim.at]));
        let shapes = self.is_pressing.then_some(DraftShape { shape, label: ctx.label });
        Draft { snap: aim.snap, shapes: shapes.into_iter().collect(), ..Draft::default() }
    }

    fn cursor(&self, _: &ToolContext) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self, _: &ToolContext) -> &'static str {
        "Click to make a point · Shift+click: add to the selected points"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::tools::harness::canvas;

    fn points(at: &[(f64, f64)]) -> Shape {
        Shape::Points(PointsShape(at.iter().map(|&(x, y)| Point::new(x, y)).collect()))
    }

    #[test]
    fn each_click_makes_an_object_of_one_point() {
        canvas()
            .tool("points")
            .click((10, 10))
            .click((20, 20))
            .expect_objects(2)
            .expect_shape(1, &points(&[(20.0, 20.0)]));
    }

    #[test]
    fn shift_and_a_click_add_to_the_selected_points() {
        canvas()
            .tool("points")
            .click((10, 10))
            .hold(Modifiers::SHIFT)
            .click((20, 20))
            .expect_objects(1)
            .expect_shape(0, &points(&[(10.0, 10.0), (20.0, 20.0)]));
    }

    #[test]
    fn a_point_is_placed_where_the_button_is_released_unless_escape_comes_first() {
        canvas().tool("points").drag((10, 10), (30, 30)).expect_shape(0, &points(&[(30.0, 30.0)]));
        canvas().tool("points").down((10, 10)).press(Key::Escape).up((10, 10)).expect_objects(0);
    }
}
