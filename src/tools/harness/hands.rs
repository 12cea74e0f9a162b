//! What hands do.

use super::picture::answer;
use super::{Canvas, ME, at};
use crate::tools::{Button, Gesture, Input, Key, Modifiers, Response, ToolContext};

/// The hands.
impl Canvas {
    pub(crate) fn tool(mut self, id: &str) -> Self {
        assert!(self.toolbox.choose(id), "there is no tool {id}");
        match self.pointer {
            Some((at, modifiers)) => self.send(Input::PointerMove { at, modifiers }),
            None => self,
        }
    }

    pub(crate) fn hold(mut self, modifiers: Modifiers) -> Self {
        self.modifiers = modifiers;
        match self.pointer {
            Some((at, _)) => self.send(Input::PointerMove { at, modifiers }),
            None => self,
        }
    }

    pub(crate) fn down(self, to: (i32, i32)) -> Self {
        self.down_with(to, Button::Primary)
    }

    pub(crate) fn down_with(self, to: (i32, i32), button: Button) -> Self {
        let modifiers = self.modifiers;
        self.send(Input::PointerDown { at: at(to), button, modifiers, click_count: 1 })
    }

    pub(crate) fn move_to(self, to: (i32, i32)) -> Self {
        let modifiers = self.modifiers;
        self.send(Input::PointerMove { at: at(to), modifiers })
    }

    pub(crate) fn up(self, to: (i32, i32)) -> Self {
        let modifiers = self.modifiers;
        self.send(Input::PointerUp { at: at(to), button: Button::Primary, modifiers })
    }

    pub(crate) fn click(self, to: (i32, i32)) -> Self {
        self.move_to(to).down(to).up(to)
    }

    pub(crate) fn double_click(self, to: (i32, i32)) -> Self {
        let (at, button, modifiers) = (at(to), Button::Primary, self.modifiers);
        self.click(to).send(Input::PointerDown { at, button, modifiers, click_count: 2 }).up(to)
    }

    pub(crate) fn right_click(self, to: (i32, i32)) -> Self {
        self.down_with(to, Button::Secondary)
    }

    pub(crate) fn drag(self, from: (i32, i32), to: (i32, i32)) -> Self {
        let halfway = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
        self.move_to(from).down(from).move_to(halfway).move_to(to).up(to)
    }

    /// A drag along some points, which ends at the last of them.
    pub(crate) fn stroke(self, from: (i32, i32), along: &[(i32, i32)]) -> Self {
        let end = *along.last().expect("a stroke goes somewhere");
        along.iter().fold(self.down(from), |canvas, to| canvas.move_to(*to)).up(end)
    }

    pub(crate) fn press(self, key: Key) -> Self {
        let modifiers = self.modifiers;
        self.send(Input::Key { key, modifiers })
    }

    /// Runs a command, which wants something done.
    pub(crate) fn command(mut self, command: impl Fn(&ToolContext) -> Option<Gesture>) -> Self {
        let gesture = command(&self.page.ctx()).expect("the command does something");
        self.commit(&gesture.title, gesture.edits, ME);
        self.page.selection.forget_absent(self.page.document.alive());
        self
    }

    pub(crate) fn command_does_nothing(self, command: impl Fn(&ToolContext) -> Option<Gesture>) -> Self {
        assert_eq!(command(&self.page.ctx()), None);
        self
    }

    pub(crate) fn send(mut self, input: Input) -> Self {
        let response = self.toolbox.handle(&input, &self.page.ctx());
        self.take(response);
        match input {
            Input::PointerDown { at, modifiers, .. }
            | Input::PointerMove { at, modifiers }
            | Input::PointerUp { at, modifiers, .. }
                if at.is_finite() =>
            {
                self.pointer = Some((at, modifiers));
            }
            Input::PointerLeave => self.pointer = None,
            _ => {}
        }
        if self.has_answers
            && let Some(question) = self.toolbox.question(&self.page.ctx())
        {
            let response = self.toolbox.answer(&question, answer(&question), &self.page.ctx());
            assert!(self.toolbox.question(&self.page.ctx()).is_none(), "asked again: {question:?}");
            if response.notice.is_some() {
                self.take(response);
            }
        }
        self.check();
        self
    }

    fn take(&mut self, response: Response) {
        self.response = response;
        if let Some(gesture) = self.response.gesture.clone() {
            assert!(self.response.consumed && !gesture.edits.is_empty());
            self.commit(&gesture.title, gesture.edits, ME);
        }
        if let Some(selection) = self.response.selection.clone() {
            self.page.selection = selection;
        }
        if let Some(settings) = self.response.settings.clone() {
            self.page.settings = settings;
        }
    }
}
