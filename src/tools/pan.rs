//! The pan tool: moves the picture, not what is on it.

use super::{Button, Cursor, Draft, Input, Key, Response, Tool, ToolContext, ToolInfo};
use crate::geometry::Point;

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "pan",
    name: "Pan",
    help: "Drag the picture around. Holding Space does the same in any tool.",
    shortcut: "H",
    icon: "hand",
    draws: None,
    new: || Box::new(PanTool { grabbed: None }),
};

/// While it holds the picture, it asks for the movement that brings the grabbed point back under the pointer.
/// Once that has been done, the pointer is on that point again: nothing adds up.
#[derive(Clone)]
struct PanTool {
    /// The point of the picture that the hand holds.
    grabbed: Option<Point>,
}

impl Tool for PanTool {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        if self.grabbed.is_some() { "panning" } else { "idle" }
    }

    fn handle(&mut self, input: &Input, _: &ToolContext) -> Response {
        match *input {
            Input::PointerDown { at, button: Button::Primary, .. } => {
                self.grabbed = Some(at);
                Response::consumed()
            }
            Input::PointerMove { at, .. } => match self.grabbed {
                Some(grabbed) => Response { pan: Some(at - grabbed), ..Response::consumed() },
                None => Response::ignored(),
            },
            Input::PointerUp { button: Button::Primary, .. } | Input::Key { key: Key::Escape, .. } => {
                Response { consumed: self.grabbed.take().is_some(), ..Response::default() }
            }
            Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerLeave
            | Input::Adjust { .. }
            | Input::Key { .. } => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        self.grabbed = None;
    }

    fn draft(&self, _: &ToolContext) -> Draft {
        Draft::default()
    }

    fn cursor(&self, _: &ToolContext) -> Cursor {
        if self.grabbed.is_some() { Cursor::Grabbing } else { Cursor::Grab }
    }

    fn hint(&self, _: &ToolContext) -> &'static str {
        "Drag the picture around"
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::Key;
    use crate::tools::harness::canvas;

    #[test]
    fn the_picture_follows_the_pointer_while_the_button_is_down() {
        canvas()
            .tool("pan")
            .move_to((5, 5))
            .expect_pan(None)
            .down((10, 10))
            .expect_state("pan.panning")
            .move_to((15, 7))
            .expect_pan(Some((5.0, -3.0)))
            .up((15, 7))
            .expect_state("pan.idle")
            .move_to((30, 30))
            .expect_pan(None);
    }

    #[test]
    fn escape_lets_the_picture_go() {
        canvas().tool("pan").press(Key::Escape).expect_consumed(false);
        canvas().tool("pan").down((10, 10)).press(Key::Escape).expect_consumed(true).expect_state("pan.idle");
    }
}
