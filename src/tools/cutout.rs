//! The object in a box, cut out along its border, and strokes that say what belongs to it (GrabCut).

use super::constraint::dragged_rect;
use super::draft::size_text;
use super::input::Hand;
use super::{
    Answer, Button, Cursor, Draft, Input, Key, Mark, Question, Readout, Response, RightClick, Tool,
    ToolContext, ToolInfo, Wanted, found_area,
};
use crate::geometry::{Point, Polygon, Rect};
use crate::model::ShapeKind;

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "cutout",
    name: "Cut out",
    help: "Cut out the object in a box: drag the box, stroke what is missing, Ctrl+stroke what is too much. Enter keeps it.",
    shortcut: "C",
    icon: "selection-foreground",
    draws: Some(ShapeKind::Polygon),
    new: || Box::new(Cutout::default()),
};

/// The surroundings that are looked at, in sizes of the box, each way.
const SURROUNDINGS: f64 = 0.35;
/// Half the width of a stroke.
const STROKE_SCREEN_PX: f64 = 4.0;

/// Its state.
#[derive(Clone, Default)]
struct Cutout {
    state: State,
    /// What was found last.
    found: Option<(Question, Polygon)>,
    hand: Hand,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// The button is down; releasing it fixes the box.
    Dragging { start: Point },
    /// The box is there; what is in it is asked for. While a stroke is drawn, it is apart.
    Marking { question: Question, stroke: Option<Mark> },
}

impl Cutout {
    fn pressed(&mut self, at: Point, click_count: u32, ctx: &ToolContext) -> Response {
        match &mut self.state {
            State::Idle | State::Dragging { .. } => {
                if click_count > 1 {
                    return Response::consumed();
                }
                if let Some(refusal) = found_area::refusal(ctx) {
                    return Response::notice(refusal);
                }
                self.state = State::Dragging { start: ctx.picture_rect().clamp(at) };
            }
            State::Marking { .. } if click_count > 1 => return self.finish(ctx),
            State::Marking { stroke, .. } => {
                let is_object = !(self.hand.modifiers.ctrl || self.hand.modifiers.alt);
                let line = vec![ctx.picture_rect().clamp(at)];
                *stroke = Some(Mark { line, radius_px: ctx.image_px(STROKE_SCREEN_PX), is_object });
            }
        }
        Response::consumed()
    }

    fn moved(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if let State::Marking { stroke: Some(Mark { line, .. }), .. } = &mut self.state {
            let at = ctx.picture_rect().clamp(at);
            if line.last().is_none_or(|last| !ctx.is_near(*last, at, ctx.settings.freehand_spacing_screen_px))
            {
                line.push(at);
            }
        }
        Response { consumed: !self.is_idle(), ..Response::default() }
    }

    fn released(&mut self, ctx: &ToolContext) -> Response {
        match &mut self.state {
            State::Idle => return Response::ignored(),
            State::Dragging { .. } => {
                let min_px = ctx.image_px(4.0 * ctx.settings.min_size_screen_px);
                let inside = self.rect(ctx).filter(|rect| rect.width() >= min_px && rect.height() >= min_px);
                self.state = match inside {
                    Some(inside) => State::Marking { question: question(ctx, inside), stroke: None },
                    None => State::Idle,
                };
            }
            State::Marking { question, stroke } => {
                if let (Some(mark), Wanted::Object { marks, .. }) = (stroke.take(), &mut question.wanted) {
                    // A stroke may reach what was not looked at before.
                    question.area = question.area.union(&Rect::around(mark.line.iter().copied()));
                    marks.push(mark);
                }
            }
        }
        Response::consumed()
    }

    /// The box as it would be if the drag ended now.
    fn rect(&self, ctx: &ToolContext) -> Option<Rect> {
        let State::Dragging { start } = self.state else { return None };
        Some(dragged_rect(start, self.hand.at?, self.hand.modifiers, &ctx.picture_rect()))
    }

    fn finish(&mut self, ctx: &ToolContext) -> Response {
        if self.question(ctx).is_some() {
            return Response::notice("The outline is still being worked out.");
        }
        let area = self.found.take().map(|(_, area)| area).unwrap_or_default();
        self.cancel();
        found_area::finish(ctx, area)
    }

    fn take_back(&mut self) {
        match &mut self.state {
            State::Marking { stroke: stroke @ Some(_), .. } => *stroke = None,
            State::Marking { question: Question { wanted: Wanted::Object { marks, .. }, .. }, .. }
                if !marks.is_empty() =>
            {
                marks.pop();
            }
            State::Idle | State::Dragging { .. } | State::Marking { .. } => self.cancel(),
        }
    }

    fn key(&mut self, key: Key, ctx: &ToolContext) -> Response {
        if self.is_idle() {
            return Response::ignored();
        }
        match key {
            Key::Escape => self.cancel(),
            Key::Backspace | Key::Undo => self.take_back(),
            Key::Enter if matches!(self.state, State::Marking { stroke: None, .. }) => {
                return self.finish(ctx);
            }
            Key::Enter | Key::Delete | Key::Left | Key::Right | Key::Up | Key::Down => {}
        }
        Response::consumed()
    }
}

fn question(ctx: &ToolContext, inside: Rect) -> Question {
    let around = inside.expanded(SURROUNDINGS * inside.width().max(inside.height()));
    // What is out of view may not be in memory, and would have to be waited for.
    let around = around.intersection(&ctx.view.union(&inside)).unwrap_or(inside);
    Question::about(ctx, around, Wanted::Object { inside, marks: Vec::new() })
}

impl Tool for Cutout {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        match &self.state {
            State::Idle => "idle",
            State::Dragging { .. } => "dragging",
            State::Marking { stroke: None, .. } => "choosing",
            State::Marking { .. } => "marking",
        }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { at, button: Button::Primary, click_count, .. } => {
                self.pressed(at, click_count, ctx)
            }
            Input::PointerMove { at, .. } => self.moved(at, ctx),
            Input::PointerUp { at, button: Button::Primary, .. } => {
                self.moved(at, ctx);
                self.released(ctx)
            }
            Input::PointerDown { button: Button::Secondary, .. }
                if !self.is_idle() && ctx.settings.right_click == RightClick::TakesBack =>
            {
                self.take_back();
                Response::consumed()
            }
            Input::Key { key, .. } => self.key(key, ctx),
            Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerLeave
            | Input::Adjust { .. } => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        *self = Self { hand: self.hand, ..Self::default() };
    }

    fn question(&self, _ctx: &ToolContext) -> Option<Question> {
        let State::Marking { question, .. } = &self.state else { return None };
        let is_answered = self.found.as_ref().is_some_and(|(answered, _)| answered == question);
        (!is_answered).then(|| question.clone())
    }

    fn answer(&mut self, question: &Question, answer: Answer, _ctx: &ToolContext) -> Response {
        match answer {
            Answer::Area(area) => {
                let is_empty = area.is_empty();
                self.found = Some((question.clone(), area));
                match is_empty {
                    true => Response::notice("Nothing stands out in the box. Stroke over what you mean."),
                    false => Response::consumed(),
                }
            }
            Answer::Ways(_) | Answer::Cells(_) | Answer::Similar(_) => Response::consumed(),
        }
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let mut draft = Draft::default();
        let corners = |rect: &Rect| {
            let [a, b, c, d] = rect.corners();
            vec![(a, b), (b, c), (c, d), (d, a)]
        };
        match &self.state {
            State::Idle => {}
            State::Dragging { .. } => {
                if let Some(rect) = self.rect(ctx) {
                    draft.rubber = corners(&rect);
                    draft.readout = self.hand.at.map(|at| Readout { at, text: size_text(&rect) });
                }
            }
            State::Marking { question, stroke } => {
                let found = self.found.as_ref().map(|(_, area)| area);
                draft.tentative = found.and_then(|found| found_area::draft(ctx, found)).into_iter().collect();
                if let Wanted::Object { inside, marks } = &question.wanted {
                    draft.rubber = corners(inside);
                    draft.marks = marks.iter().chain(stroke).cloned().collect();
                }
            }
        }
        draft
    }

    fn cursor(&self, _ctx: &ToolContext) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self, _ctx: &ToolContext) -> &'static str {
        match self.state {
            State::Idle => "Drag a box around an object to cut it out",
            State::Dragging { .. } => {
                "Release: cut out · Shift: square · Alt: from the centre · Escape: cancel"
            }
            State::Marking { .. } => {
                "Enter: keep · Stroke: belongs to it · Ctrl+stroke: does not · Backspace: take back · Escape: cancel"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Modifiers;
    use crate::tools::harness::canvas;

    // The harness's answer is the box without a border of a tenth; each stroke adds or takes away its surroundings.

    #[test]
    fn a_drag_cuts_out_and_enter_keeps() {
        canvas()
            .tool("cutout")
            .down((20, 20))
            .move_to((60, 60))
            .expect_state("cutout.dragging")
            .expect_readout("40 × 40 px")
            .up((60, 60))
            .expect_state("cutout.choosing")
            .expect_objects(0)
            .press(Key::Enter)
            .expect_state("cutout.idle")
            .expect_polygon(0, &[(24.0, 24.0), (56.0, 24.0), (56.0, 56.0), (24.0, 56.0)]);
    }

    #[test]
    fn strokes_add_and_take_away_and_are_taken_back() {
        let cut = || canvas().tool("cutout").drag((20, 20), (60, 60));
        let area = 32.0 * 32.0;
        cut()
            .stroke((70, 70), &[(90, 90)])
            .expect_state("cutout.choosing")
            .press(Key::Enter)
            .expect_area_above(0, area);
        cut()
            .hold(Modifiers::CTRL)
            .stroke((30, 30), &[(40, 40)])
            .hold(Modifiers::NONE)
            .press(Key::Enter)
            .expect_area_below(0, area);
        cut().stroke((70, 70), &[(90, 90)]).press(Key::Backspace).press(Key::Enter).expect_area(0, area, 0.5);
        cut().press(Key::Backspace).expect_state("cutout.idle");
    }

    #[test]
    fn a_slip_of_the_hand_is_no_box_and_what_is_not_known_cannot_be_kept() {
        canvas().tool("cutout").drag((20, 20), (23, 60)).expect_state("cutout.idle");
        canvas()
            .without_answers()
            .tool("cutout")
            .drag((20, 20), (60, 60))
            .press(Key::Enter)
            .expect_notice("still being worked out")
            .press(Key::Escape)
            .expect_state("cutout.idle")
            .expect_objects(0);
    }
}
