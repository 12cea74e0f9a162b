//! The tool in the person's hand.

use super::input::Hand;
use super::{Cursor, Draft, Input, Response, Tool, ToolContext, select, tool_info};

/// Holds the chosen tool and feeds it.
pub struct Toolbox {
    tool: Box<dyn Tool>,
    hand: Hand,
}

impl Default for Toolbox {
    /// With the select tool.
    fn default() -> Self {
        Self { tool: (select::INFO.new)(), hand: Hand::default() }
    }
}

impl Clone for Toolbox {
    fn clone(&self) -> Self {
        Self { tool: self.tool.clone_tool(), hand: self.hand }
    }
}

impl Toolbox {
    /// The chosen tool.
    pub fn tool(&self) -> &dyn Tool {
        &*self.tool
    }

    /// Chooses a tool by its id, and cancels what the one before was doing. Returns whether there is such a
    /// tool; choosing the one that is chosen already changes nothing. Where the pointer is the new tool learns
    /// with the next [`Input::PointerMove`].
    pub fn choose(&mut self, id: &str) -> bool {
        let Some(info) = tool_info(id) else { return false };
        if self.tool.info().id != info.id {
            self.tool = (info.new)();
        }
        true
    }

    /// Gives an input to the tool, and goes on with the tool that its answer names. Positions that are no
    /// numbers are dropped.
    pub fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        if !input.is_finite() {
            return Response::ignored();
        }
        self.hand.follow(input);
        let response = self.tool.handle(input, ctx);
        if let Some(id) = response.next_tool {
            self.choose(id);
            if let Some(at) = self.hand.at {
                // So that the new tool knows where the pointer is.
                self.tool.handle(&Input::PointerMove { at, modifiers: self.hand.modifiers }, ctx);
            }
        }
        response
    }

    /// Gives up what the tool is doing, without a trace: the picture changes, the window loses the focus.
    pub fn cancel(&mut self) {
        self.tool.cancel();
    }

    /// What to paint over the document.
    pub fn draft(&self, ctx: &ToolContext) -> Draft {
        self.tool.draft(ctx)
    }

    /// How the pointer looks.
    pub fn cursor(&self, ctx: &ToolContext) -> Cursor {
        self.tool.cursor(ctx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::tools::Modifiers;
    use crate::tools::harness::canvas;

    #[test]
    fn choosing_another_tool_cancels_and_choosing_the_same_one_does_not() {
        canvas()
            .tool("polygon")
            .click((10, 10))
            .tool("polygon")
            .expect_state("polygon.placing")
            .tool("box")
            .expect_state("box.idle")
            .tool("polygon")
            .expect_state("polygon.idle");
        assert!(!Toolbox::default().choose("no such tool"));
    }

    #[test]
    fn positions_that_are_no_numbers_are_dropped() {
        let nowhere = Input::PointerMove { at: Point::new(f64::NAN, 1.0), modifiers: Modifiers::NONE };
        canvas().tool("box").click((10, 10)).send(nowhere).expect_consumed(false).expect_state("box.placing");
    }
}
