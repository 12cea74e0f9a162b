//! The cell brush: paints whole cells of one colour each (superpixels), which keep to the edges of the picture.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::input::Hand;
use super::{
    Answer, Button, Cells, Cursor, Draft, Input, Key, Question, Readout, Response, RightClick, Tool,
    ToolContext, ToolInfo, ToolSettings, Wanted, found_area,
};
use crate::geometry::{Point, Polygon};
use crate::model::ShapeKind;

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "cells",
    name: "Cell brush",
    help: "Paint over cells of one colour that keep to edges; Ctrl takes away. Enter keeps what was painted.",
    shortcut: "Shift+B",
    icon: "puzzle-piece",
    draws: Some(ShapeKind::Polygon),
    new: || Box::new(CellBrush::default()),
};

const MIN_SIDE_SCREEN_PX: f64 = 8.0;
const MAX_SIDE_SCREEN_PX: f64 = 120.0;

/// Its state.
#[derive(Clone, Default)]
struct CellBrush {
    /// What was painted with cells that are gone: those of another view, or of another size.
    before: Polygon,
    /// The cells of the view.
    cells: Option<(Question, Arc<dyn Cells>)>,
    /// Those that are painted.
    chosen: BTreeSet<u32>,
    /// Their outline together with what was painted before.
    painted: Polygon,
    /// The cells that are asked for.
    question: Option<Question>,
    /// Strokes that wait for the cells.
    waiting: Vec<Stroke>,
    stroke: Option<Stroke>,
    hand: Hand,
}

/// Where the button was held.
#[derive(Clone)]
struct Stroke {
    line: Vec<Point>,
    is_taken_away: bool,
}

impl CellBrush {
    fn pressed(&mut self, at: Point, click_count: u32, ctx: &ToolContext) -> Response {
        if click_count > 1 {
            return if self.is_idle() { Response::consumed() } else { self.finish(ctx) };
        }
        if !ctx.picture_rect().contains(at) {
            return Response { consumed: !self.is_idle(), ..Response::default() };
        }
        if let Some(refusal) = found_area::refusal(ctx) {
            return Response::notice(refusal);
        }
        self.ask(ctx);
        let is_taken_away = self.hand.modifiers.ctrl || self.hand.modifiers.alt;
        self.stroke = Some(Stroke { line: vec![at], is_taken_away });
        self.paint(at, at);
        Response::consumed()
    }

    /// Asks for the cells of the view, unless they are there.
    fn ask(&mut self, ctx: &ToolContext) {
        let side_px = ctx.image_px(ctx.settings.cell_side_screen_px);
        let question = Question::about_view(ctx, Wanted::Cells { side_px });
        if self.cells.as_ref().is_none_or(|(answered, _)| *answered != question) {
            (self.cells, self.chosen) = (None, BTreeSet::new());
            self.before = self.painted.clone();
        }
        self.question = Some(question);
    }

    fn moved(&mut self, at: Point) -> Response {
        if let Some(stroke) = &mut self.stroke
            && let Some(from) = stroke.line.last().copied()
        {
            stroke.line.push(at);
            self.paint(from, at);
        }
        Response { consumed: !self.is_idle(), ..Response::default() }
    }

    fn paint(&mut self, from: Point, to: Point) {
        if let (Some((_, cells)), Some(stroke)) = (&self.cells, &self.stroke) {
            let (cells, is_taken_away) = (Arc::clone(cells), stroke.is_taken_away);
            self.choose(&cells.along(from, to), is_taken_away);
        }
    }

    fn choose(&mut self, passed: &[u32], is_taken_away: bool) {
        let Some((_, cells)) = &self.cells else { return };
        let num_before = self.chosen.len();
        match is_taken_away {
            false => self.chosen.extend(passed),
            true => {
                self.chosen.retain(|cell| !passed.contains(cell));
                if !self.before.is_empty() {
                    self.before = self.before.subtract(&cells.outline(passed));
                }
            }
        }
        if self.chosen.len() != num_before || is_taken_away {
            let chosen: Vec<u32> = self.chosen.iter().copied().collect();
            let outline = cells.outline(&chosen);
            self.painted = if self.before.is_empty() { outline } else { self.before.union(&outline) };
        }
    }

    fn released(&mut self) -> Response {
        let Some(stroke) = self.stroke.take() else {
            return Response { consumed: !self.is_idle(), ..Response::default() };
        };
        if self.cells.is_none() {
            self.waiting.push(stroke);
        }
        Response::consumed()
    }

    fn adjust(&mut self, steps: i32, ctx: &ToolContext) -> Response {
        if self.is_idle() {
            return Response::ignored();
        }
        let side = ctx.settings.cell_side_screen_px * 1.15_f64.powi(steps.clamp(-20, 20));
        let side = side.clamp(MIN_SIDE_SCREEN_PX, MAX_SIDE_SCREEN_PX).round();
        Response::settings(ToolSettings { cell_side_screen_px: side, ..ctx.settings.clone() })
    }

    fn finish(&mut self, ctx: &ToolContext) -> Response {
        if self.question(ctx).is_some() {
            return Response::notice("The cells are still being worked out.");
        }
        let painted = std::mem::take(&mut self.painted);
        self.cancel();
        found_area::finish(ctx, painted)
    }

    fn key(&mut self, key: Key, ctx: &ToolContext) -> Response {
        if self.is_idle() {
            return Response::ignored();
        }
        match key {
            Key::Escape | Key::Backspace | Key::Undo => self.cancel(),
            Key::Enter => return self.finish(ctx),
            Key::Delete | Key::Left | Key::Right | Key::Up | Key::Down => {}
        }
        Response::consumed()
    }
}

impl Tool for CellBrush {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        match (&self.stroke, &self.question) {
            (Some(_), _) => "painting",
            (None, Some(_)) => "choosing",
            (None, None) => "idle",
        }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { at, button: Button::Primary, click_count, .. } => {
                self.pressed(at, click_count, ctx)
            }
            Input::PointerMove { at, .. } => self.moved(at),
            Input::PointerUp { at, button: Button::Primary, .. } => {
                self.moved(at);
                self.released()
            }
            Input::PointerDown { button: Button::Secondary, .. }
                if !self.is_idle() && ctx.settings.right_click == RightClick::TakesBack =>
            {
                Response::consumed()
            }
            Input::Key { key, .. } => self.key(key, ctx),
            Input::Adjust { steps } => self.adjust(steps, ctx),
            Input::PointerDown { .. } | Input::PointerUp { .. } | Input::PointerLeave => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        *self = Self { hand: self.hand, ..Self::default() };
    }

    fn question(&self, _ctx: &ToolContext) -> Option<Question> {
        let question = self.question.as_ref()?;
        let is_answered = self.cells.as_ref().is_some_and(|(answered, _)| answered == question);
        (!is_answered).then(|| question.clone())
    }

    fn adjusts(&self) -> bool {
        !self.is_idle()
    }

    fn answer(&mut self, question: &Question, answer: Answer, _ctx: &ToolContext) -> Response {
        let Answer::Cells(cells) = answer else { return Response::consumed() };
        self.cells = Some((question.clone(), Arc::clone(&cells)));
        let strokes = std::mem::take(&mut self.waiting);
        for Stroke { line, is_taken_away } in strokes.iter().chain(&self.stroke.clone()) {
            let mut passed = cells.along(line[0], line[0]);
            passed.extend(line.windows(2).flat_map(|ends| cells.along(ends[0], ends[1])));
            self.choose(&passed, *is_taken_away);
        }
        Response::consumed()
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let mut draft = Draft {
            tentative: found_area::draft(ctx, &self.painted).into_iter().collect(),
            ..Draft::default()
        };
        if let (false, Some(at)) = (self.is_idle(), self.hand.at) {
            let side = ctx.settings.cell_side_screen_px;
            draft.readout = Some(Readout { at, text: format!("Cells of {side} px") });
        }
        draft
    }

    fn cursor(&self, _ctx: &ToolContext) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self, _ctx: &ToolContext) -> &'static str {
        match self.is_idle() {
            true => "Paint over an object: cells that keep to its edges are selected",
            false => {
                "Enter: keep · Ctrl: take away · [ ]: size of the cells, for the next stroke · Escape: cancel"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Modifiers;
    use crate::tools::harness::canvas;

    // The harness's cells are squares of 10 × 10 pixels.

    #[test]
    fn a_stroke_paints_the_cells_that_it_passes_and_enter_keeps_them() {
        canvas()
            .tool("cells")
            .stroke((15, 15), &[(25, 15), (35, 15)])
            .expect_state("cells.choosing")
            .expect_objects(0)
            .press(Key::Enter)
            .expect_state("cells.idle")
            .expect_polygon(0, &[(10.0, 20.0), (10.0, 10.0), (40.0, 10.0), (40.0, 20.0)]);
    }

    #[test]
    fn ctrl_takes_away_also_from_what_was_painted_at_another_zoom() {
        let row = || canvas().tool("cells").stroke((15, 15), &[(45, 15)]);
        let without_two = |canvas: crate::tools::harness::Canvas| {
            canvas.hold(Modifiers::CTRL).stroke((15, 15), &[(25, 15)]).hold(Modifiers::NONE).press(Key::Enter)
        };
        without_two(row()).expect_area(0, 200.0, 0.5);
        without_two(row().zoom(2.0)).expect_area(0, 200.0, 0.5);
        row().zoom(2.0).stroke((15, 25), &[(25, 25)]).press(Key::Enter).expect_area(0, 600.0, 0.5);
    }

    #[test]
    fn escape_leaves_nothing_and_what_waits_for_cells_cannot_be_kept() {
        canvas()
            .tool("cells")
            .click((15, 15))
            .press(Key::Escape)
            .expect_state("cells.idle")
            .expect_objects(0);
        canvas()
            .without_answers()
            .tool("cells")
            .click((15, 15))
            .press(Key::Enter)
            .expect_notice("still being worked out")
            .expect_objects(0);
    }
}
