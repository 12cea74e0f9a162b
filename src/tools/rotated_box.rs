//! The rotated box tool: one edge by a drag or two clicks, then the height.

use super::constraint::clip_way;
use super::draft::short;
use super::input::Hand;
use super::snapping::{Aim, aim};
use super::{
    Button, Cursor, Draft, DraftShape, Input, Key, Readout, Response, RightClick, Tool, ToolContext,
    ToolInfo, drawing,
};
use crate::geometry::{Point, Rect, Vector};
use crate::model::shape::RotatedBoxShape;
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "rotated-box",
    name: "Rotated box",
    help: "Draw a box at an angle: one edge first, then how high it is.",
    shortcut: "Shift+R",
    icon: "diamond",
    draws: Some(ShapeKind::RotatedBox),
    new: || Box::new(RotatedBoxTool { state: State::Idle, hand: Hand::default() }),
};

#[derive(Clone)]
struct RotatedBoxTool {
    state: State,
    hand: Hand,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Idle,
    /// The button is down at the first corner.
    Pressing {
        pressed_at: Point,
        start: Point,
    },
    /// The edge goes from the first corner to the pointer.
    Edge {
        start: Point,
        is_down: bool,
    },
    /// The edge stands, the height goes to the pointer.
    Height {
        start: Point,
        end: Point,
        is_down: bool,
    },
}

impl RotatedBoxTool {
    fn pressed(&mut self, at: Point, ctx: &ToolContext) -> Response {
        self.state = match self.state {
            State::Edge { start, is_down: false } => State::Edge { start, is_down: true },
            State::Height { start, end, is_down: false } => State::Height { start, end, is_down: true },
            _ => {
                self.state = State::Idle;
                if let Some(refusal) = drawing::refusal(ctx, ShapeKind::RotatedBox) {
                    return Response::notice(refusal);
                }
                State::Pressing { pressed_at: at, start: aim(ctx, at, self.hand.modifiers, None).at }
            }
        };
        Response::consumed()
    }

    fn moved(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if let State::Pressing { pressed_at, start } = self.state
            && !ctx.is_near(pressed_at, at, ctx.settings.drag_threshold_screen_px)
        {
            self.state = State::Edge { start, is_down: true };
        }
        Response { consumed: self.state != State::Idle, ..Response::default() }
    }

    fn released(&mut self, ctx: &ToolContext) -> Response {
        let min_px = ctx.image_px(ctx.settings.min_size_screen_px);
        match self.state {
            State::Pressing { start, .. } => self.state = State::Edge { start, is_down: false },
            State::Edge { start, is_down: true } => {
                let end = self.aim(ctx).map(|aim| aim.at).filter(|end| end.distance(start) >= min_px);
                self.state = end.map_or(State::Idle, |end| State::Height { start, end, is_down: false });
            }
            State::Height { is_down: true, .. } => {
                let shape = self.shape(ctx);
                self.state = State::Idle;
                if let Some(shape) = shape.filter(|shape| shape.size.y >= min_px) {
                    return drawing::finish(ctx, Shape::RotatedBox(shape));
                }
            }
            State::Idle => return Response::ignored(),
            State::Edge { .. } | State::Height { .. } => {}
        }
        Response::consumed()
    }

    fn key(&mut self, key: Key) -> Response {
        if self.state == State::Idle {
            return Response::ignored();
        }
        match key {
            Key::Escape => self.cancel(),
            Key::Backspace | Key::Undo => self.take_back(),
            Key::Enter | Key::Delete | Key::Left | Key::Right | Key::Up | Key::Down => {}
        }
        Response::consumed()
    }

    fn right_click(&mut self, ctx: &ToolContext) -> Response {
        let is_waiting =
            matches!(self.state, State::Edge { is_down: false, .. } | State::Height { is_down: false, .. });
        let opens_menu = is_waiting && ctx.settings.right_click == RightClick::OpensMenu;
        if self.state == State::Idle || opens_menu {
            return Response::ignored();
        }
        if is_waiting {
            self.take_back();
        }
        Response::consumed()
    }

    fn take_back(&mut self) {
        self.state = match self.state {
            State::Height { start, .. } => State::Edge { start, is_down: false },
            State::Idle | State::Pressing { .. } | State::Edge { .. } => State::Idle,
        };
    }

    fn aim(&self, ctx: &ToolContext) -> Option<Aim> {
        let anchor = match self.state {
            State::Edge { start, .. } => Some(start),
            State::Idle | State::Pressing { .. } | State::Height { .. } => None,
        };
        Some(aim(ctx, self.hand.at?, self.hand.modifiers, anchor))
    }

    /// The box as it would be if the gesture ended now.
    fn shape(&self, ctx: &ToolContext) -> Option<RotatedBoxShape> {
        let State::Height { start, end, .. } = self.state else { return None };
        Some(box_on_edge(start, end, self.aim(ctx)?.at, &ctx.picture_rect()))
    }
}

/// The box with an edge between two points and the opposite edge through a third, as far as the picture goes.
fn box_on_edge(start: Point, end: Point, through: Point, picture: &Rect) -> RotatedBoxShape {
    let along = end - start;
    let up = Vector::new(-along.y, along.x) / along.length();
    let wanted = (through - start).dot(up);
    let room = |corner: Point| corner.distance(clip_way(corner, corner + up * wanted, picture));
    let height = wanted.abs().min(room(start)).min(room(end)).copysign(wanted);
    RotatedBoxShape {
        center: start.lerp(end, 0.5) + up * (height / 2.0),
        size: Vector::new(along.length(), height.abs()),
        angle: along.y.atan2(along.x).to_degrees().rem_euclid(360.0),
    }
}

impl Tool for RotatedBoxTool {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        match self.state {
            State::Idle => "idle",
            State::Pressing { .. } => "pressing",
            State::Edge { is_down: false, .. } => "edge.placing",
            State::Edge { is_down: true, .. } => "edge.dragging",
            State::Height { is_down: false, .. } => "height.placing",
            State::Height { is_down: true, .. } => "height.dragging",
        }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { at, button: Button::Primary, .. } => self.pressed(at, ctx),
            Input::PointerDown { button: Button::Secondary, .. } => self.right_click(ctx),
            Input::PointerMove { at, .. } => self.moved(at, ctx),
            Input::PointerUp { at, button: Button::Primary, .. } => {
                self.moved(at, ctx);
                self.released(ctx)
            }
            Input::Key { key, .. } => self.key(key),
            Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerLeave
            | Input::Adjust { .. } => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        self.state = State::Idle;
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let aim = self.aim(ctx);
        let mut draft = Draft { snap: aim.and_then(|aim| aim.snap), ..Draft::default() };
        let text = match (self.state, self.shape(ctx), aim) {
            (State::Edge { start, .. }, _, Some(aim)) => {
                draft.rubber.push((start, aim.at));
                format!("{} px", short(start.distance(aim.at)))
            }
            (_, Some(shape), _) => {
                draft.shapes.push(DraftShape { shape: Shape::RotatedBox(shape), label: ctx.label });
                let (width, height) = (short(shape.size.x), short(shape.size.y));
                format!("{width} × {height} px · {}°", short(shape.angle))
            }
            _ => return draft,
        };
        draft.readout = self.hand.at.map(|at| Readout { at, text });
        draft
    }

    fn cursor(&self, _: &ToolContext) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self, _: &ToolContext) -> &'static str {
        match self.state {
            State::Idle => "Drag along one edge, or click its two ends",
            State::Pressing { .. } | State::Edge { .. } => {
                "To the other end of the edge · Shift: steps of 15°"
            }
            State::Height { .. } => "Click the opposite edge · Backspace: the edge again",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Modifiers;
    use crate::tools::harness::canvas;

    fn upright(x: f64, y: f64, width: f64, height: f64) -> Shape {
        let rect = Rect::from_xywh(x, y, width, height);
        Shape::RotatedBox(RotatedBoxShape { center: rect.center(), size: rect.size(), angle: 0.0 })
    }

    #[test]
    fn an_edge_and_a_height_make_a_box() {
        canvas()
            .tool("rotated-box")
            .drag((10, 10), (60, 10))
            .expect_state("rotated-box.height.placing")
            .click((70, 40))
            .expect_state("rotated-box.idle")
            .expect_shape(0, &upright(10.0, 10.0, 50.0, 30.0));
    }

    #[test]
    fn three_clicks_make_a_box_on_either_side_of_the_edge() {
        canvas()
            .tool("rotated-box")
            .click((10, 40))
            .expect_state("rotated-box.edge.placing")
            .click((60, 40))
            .click((20, 10))
            .expect_shape(0, &upright(10.0, 10.0, 50.0, 30.0));
    }

    #[test]
    fn shift_turns_the_edge_in_steps_and_the_box_stays_inside_the_picture() {
        canvas()
            .tool("rotated-box")
            .hold(Modifiers::SHIFT)
            .click((10, 50))
            .click((60, 52))
            .click((30, 400))
            .expect_shape(0, &upright(10.0, 50.0, 50.0, 50.0));
    }

    #[test]
    fn backspace_goes_back_one_step_at_a_time() {
        canvas()
            .tool("rotated-box")
            .click((10, 10))
            .click((60, 10))
            .press(Key::Backspace)
            .expect_state("rotated-box.edge.placing")
            .press(Key::Backspace)
            .expect_state("rotated-box.idle")
            .press(Key::Backspace)
            .expect_consumed(false);
    }

    #[test]
    fn an_edge_or_a_height_of_nothing_makes_nothing() {
        canvas().tool("rotated-box").double_click((10, 10)).expect_state("rotated-box.idle");
        canvas()
            .tool("rotated-box")
            .drag((10, 10), (60, 10))
            .click((30, 10))
            .expect_state("rotated-box.idle")
            .expect_objects(0);
    }
}
