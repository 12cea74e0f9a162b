//! The tool in the person's hand.

use super::input::Hand;
use super::{
    Answer, Cursor, Draft, Input, Key, Modifiers, Question, Response, Selection, Tool, ToolContext, select,
    tool_info,
};

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
        let mut response = self.tool.handle(input, ctx);
        if let Input::Key { key, modifiers } = *input
            && !response.consumed
            && self.tool.is_idle()
        {
            response = key_of_selection(key, modifiers, ctx);
        }
        if let Some(id) = response.next_tool {
            self.choose(id);
            if let Some(at) = self.hand.at {
                // So that the new tool knows where the pointer is.
                self.tool.handle(&Input::PointerMove { at, modifiers: self.hand.modifiers }, ctx);
            }
        }
        response
    }

    /// What the tool wants worked out from the picture, as long as the answer is not there.
    pub fn question(&self, ctx: &ToolContext) -> Option<Question> {
        self.tool.question(ctx)
    }

    /// Gives the tool the answer, unless it asks something else by now.
    pub fn answer(&mut self, question: &Question, answer: Answer, ctx: &ToolContext) -> Response {
        if self.question(ctx).as_ref() != Some(question) {
            return Response::ignored();
        }
        self.tool.answer(question, answer, ctx)
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

/// What a key that the tool has no use for does with the selection, whatever the tool: arrows move it, and
/// Shift+Delete deletes locked objects, too.
fn key_of_selection(key: Key, modifiers: Modifiers, ctx: &ToolContext) -> Response {
    if let Some(gesture) = select::nudge_by_key(ctx, key, modifiers) {
        return Response::commit(Some(gesture));
    }
    match key {
        Key::Delete if modifiers.shift && !ctx.selection.is_empty() => Response {
            selection: Some(Selection::default()),
            ..Response::commit(select::delete_selected(ctx, true))
        },
        _ => Response::ignored(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
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
    fn what_is_selected_moves_by_arrows_and_is_deleted_in_any_tool_that_is_idle() {
        canvas()
            .tool("box")
            .drag((10, 10), (30, 30))
            .select(&[0])
            .press(Key::Right)
            .expect_box(0, (11.0, 10.0), (31.0, 30.0))
            .lock(0)
            .press(Key::Delete)
            .expect_objects(1)
            .hold(Modifiers::SHIFT)
            .press(Key::Delete)
            .expect_objects(0);
        canvas().tool("polygon").click((10, 10)).press(Key::Right).expect_state("polygon.placing");
    }

    #[test]
    fn positions_that_are_no_numbers_are_dropped() {
        let nowhere = Input::PointerMove { at: Point::new(f64::NAN, 1.0), modifiers: Modifiers::NONE };
        canvas().tool("box").click((10, 10)).send(nowhere).expect_consumed(false).expect_state("box.placing");
    }
}
