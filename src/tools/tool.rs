//! What every tool is.

use super::{Answer, Cursor, Draft, Input, Question, Response, ToolContext};
use crate::model::ShapeKind;

/// What a person sees of a tool.
#[derive(Debug)]
pub struct ToolInfo {
    /// Its id, in one lower-case word.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub help: &'static str,
    /// The keys that choose it, unless the person chose others.
    pub shortcut: &'static str,
    /// Its icon, by its Phosphor name.
    pub icon: &'static str,
    /// The kind of shape that it draws, if it draws.
    pub draws: Option<ShapeKind>,
    /// Makes one, idle.
    pub new: fn() -> Box<dyn Tool>,
}

/// A state machine that turns inputs into edits.
pub trait Tool: CloneTool + Send {
    /// What a person sees of it.
    fn info(&self) -> &'static ToolInfo;

    /// The name of its state without the tool: `idle` when it is doing nothing, else one or more words with
    /// points between them.
    fn state_name(&self) -> &'static str;

    /// Takes an input. Does not panic, whatever the order of inputs and however the document changed meanwhile.
    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response;

    /// Gives up what it is doing, without a trace.
    fn cancel(&mut self);

    /// What to paint over the document.
    fn draft(&self, ctx: &ToolContext) -> Draft;

    /// How the pointer looks.
    fn cursor(&self, ctx: &ToolContext) -> Cursor;

    /// What one can do now, as a short sentence for the status bar.
    fn hint(&self, ctx: &ToolContext) -> &'static str;

    /// What it wants worked out from the picture, as long as the answer is not there. Depends on nothing but its state and
    /// what it sees.
    fn question(&self, _ctx: &ToolContext) -> Option<Question> {
        None
    }

    /// Whether [`Input::Adjust`] means something to it now.
    fn adjusts(&self) -> bool {
        false
    }

    /// Takes the answer to its question.
    fn answer(&mut self, _question: &Question, _answer: Answer, _ctx: &ToolContext) -> Response {
        Response::ignored()
    }

    /// The path of its state, as in `polygon.placing`.
    fn state(&self) -> String {
        format!("{}.{}", self.info().id, self.state_name())
    }

    /// Whether it is doing nothing.
    fn is_idle(&self) -> bool {
        self.state_name() == "idle"
    }
}

/// Copies a tool in the middle of whatever it is doing, so that an input can be tried.
pub trait CloneTool {
    /// The copy.
    fn clone_tool(&self) -> Box<dyn Tool>;
}

impl<T: Tool + Clone + 'static> CloneTool for T {
    fn clone_tool(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}
