//! Shapes that fit a rectangle, drawn by a drag or by two clicks on opposite corners.

use super::constraint::dragged_rect;
use super::draft::size_text;
use super::input::Hand;
use super::snapping::{Aim, aim};
use super::{
    Button, Cursor, Draft, DraftShape, Input, Key, Readout, Response, RightClick, Tool, ToolContext,
    ToolInfo, drawing,
};
use crate::geometry::{Point, Rect};
use crate::model::Shape;

/// A tool that draws a shape into a rectangle. Shift makes a square, Alt works from the centre.
#[derive(Clone)]
pub(super) struct RectTool {
    info: &'static ToolInfo,
    shape_in: fn(Rect) -> Shape,
    state: State,
    hand: Hand,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Idle,
    /// The button is down at the first corner; it may become a drag or a click.
    Pressing {
        pressed_at: Point,
        start: Point,
    },
    /// The button is down, and releasing it fixes the second corner.
    Dragging {
        start: Point,
    },
    /// The first corner was clicked; the button is up.
    Placing {
        start: Point,
    },
}

impl RectTool {
    pub(super) fn new(info: &'static ToolInfo, shape_in: fn(Rect) -> Shape) -> Self {
        Self { info, shape_in, state: State::Idle, hand: Hand::default() }
    }

    fn pressed(&mut self, at: Point, ctx: &ToolContext) -> Response {
        self.state = match self.state {
            State::Placing { start } => State::Dragging { start },
            State::Idle | State::Pressing { .. } | State::Dragging { .. } => {
                if let Some(refusal) = self.refusal(ctx) {
                    self.state = State::Idle;
                    return Response::notice(refusal);
                }
                let start = aim(ctx, at, self.hand.modifiers, None).at;
                State::Pressing { pressed_at: at, start }
            }
        };
        Response::consumed()
    }

    fn moved(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if let State::Pressing { pressed_at, start } = self.state
            && !ctx.is_near(pressed_at, at, ctx.settings.drag_threshold_screen_px)
        {
            self.state = State::Dragging { start };
        }
        Response { consumed: self.state != State::Idle, ..Response::default() }
    }

    fn released(&mut self, ctx: &ToolContext) -> Response {
        match self.state {
            State::Idle => Response::ignored(),
            State::Placing { .. } => Response::consumed(),
            State::Pressing { start, .. } => {
                self.state = State::Placing { start };
                Response::consumed()
            }
            State::Dragging { .. } => {
                let rect = self.rect(ctx);
                self.state = State::Idle;
                let min_px = ctx.image_px(ctx.settings.min_size_screen_px);
                match rect.filter(|rect| rect.width() >= min_px && rect.height() >= min_px) {
                    Some(rect) => drawing::finish(ctx, (self.shape_in)(rect)),
                    None => Response::consumed(),
                }
            }
        }
    }

    fn key(&mut self, key: Key) -> Response {
        let gives_up = matches!(key, Key::Escape | Key::Backspace | Key::Undo);
        match self.state {
            State::Idle => return Response::ignored(),
            State::Placing { .. } | State::Pressing { .. } | State::Dragging { .. } if gives_up => {
                self.state = State::Idle;
            }
            State::Placing { .. } | State::Pressing { .. } | State::Dragging { .. } => {}
        }
        Response::consumed()
    }

    fn right_click(&mut self, ctx: &ToolContext) -> Response {
        match (self.state, ctx.settings.right_click) {
            (State::Idle, _) | (State::Placing { .. }, RightClick::OpensMenu) => Response::ignored(),
            (State::Placing { .. }, RightClick::TakesBack) => {
                self.state = State::Idle;
                Response::consumed()
            }
            (State::Pressing { .. } | State::Dragging { .. }, _) => Response::consumed(),
        }
    }

    fn refusal(&self, ctx: &ToolContext) -> Option<String> {
        drawing::refusal(ctx, self.info.draws?)
    }

    fn aim(&self, ctx: &ToolContext) -> Option<Aim> {
        Some(aim(ctx, self.hand.at?, self.hand.modifiers, None))
    }

    /// The rectangle as it would be if the gesture ended now.
    fn rect(&self, ctx: &ToolContext) -> Option<Rect> {
        let start = match self.state {
            State::Dragging { start } | State::Placing { start } => start,
            State::Idle | State::Pressing { .. } => return None,
        };
        Some(dragged_rect(start, self.aim(ctx)?.at, self.hand.modifiers, &ctx.picture_rect()))
    }
}

impl Tool for RectTool {
    fn info(&self) -> &'static ToolInfo {
        self.info
    }

    fn state_name(&self) -> &'static str {
        match self.state {
            State::Idle => "idle",
            State::Pressing { .. } => "pressing",
            State::Dragging { .. } => "dragging",
            State::Placing { .. } => "placing",
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
        let mut draft = Draft { snap: self.aim(ctx).and_then(|aim| aim.snap), ..Draft::default() };
        if let (Some(rect), Some(at)) = (self.rect(ctx), self.hand.at) {
            let label = ctx.label;
            draft.shapes.push(DraftShape { shape: (self.shape_in)(rect), label });
            draft.readout = Some(Readout { at, text: size_text(&rect) });
        }
        draft
    }

    fn cursor(&self, _: &ToolContext) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self, _: &ToolContext) -> &'static str {
        match self.state {
            State::Idle => "Drag, or click two opposite corners",
            State::Pressing { .. } => "Drag to the opposite corner, or release to click it next",
            State::Dragging { .. } => "Shift: equal sides · Alt: from the centre · Escape: cancel",
            State::Placing { .. } => "Click the opposite corner · Shift: equal sides · Alt: from the centre",
        }
    }
}
