//! Looking for what resembles an example, and boxes around all of it at once.

use super::constraint::dragged_rect;
use super::draft::size_text;
use super::input::Hand;
use super::{
    Answer, Button, Cursor, Draft, DraftShape, Gesture, Input, Key, Question, Readout, Response, RightClick,
    Selection, Similar, Tool, ToolContext, ToolInfo, ToolSettings, Wanted, drawing,
};
use crate::geometry::{Point, Rect};
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "similar",
    name: "Find similar",
    help: "Find what looks like an example in view: drag a box around one. Enter makes boxes of all that are found.",
    shortcut: "Shift+S",
    icon: "binoculars",
    draws: Some(ShapeKind::Box),
    new: || Box::new(FindSimilar::default()),
};

/// What overlaps an object of the same label by more, by intersection over union, has been drawn already.
const DRAWN_ALREADY: f64 = 0.5;

/// Its state.
#[derive(Clone, Default)]
struct FindSimilar {
    state: State,
    hand: Hand,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// The button is down; releasing it fixes the example.
    Dragging { start: Point },
    /// What resembles the example is asked for, or shown.
    Choosing { question: Question, found: Option<Vec<Similar>>, left_out: Vec<usize> },
}

impl FindSimilar {
    fn pressed(&mut self, at: Point, click_count: u32, ctx: &ToolContext) -> Response {
        if click_count > 1 {
            return if self.is_idle() { Response::consumed() } else { self.finish(ctx) };
        }
        if let State::Choosing { found: Some(found), left_out, .. } = &mut self.state {
            let is_here = |(_, place): &(usize, &Similar)| {
                place.score >= ctx.settings.similar_min_score && place.bounds.contains(at)
            };
            if let Some((index, _)) = found.iter().enumerate().find(is_here) {
                match left_out.iter().position(|other| *other == index) {
                    Some(position) => drop(left_out.remove(position)),
                    None => left_out.push(index),
                }
                return Response::consumed();
            }
        }
        if let Some(refusal) = drawing::refusal(ctx, ShapeKind::Box) {
            return Response::notice(refusal);
        }
        self.state = State::Dragging { start: ctx.picture_rect().clamp(at) };
        Response::consumed()
    }

    fn released(&mut self, ctx: &ToolContext) -> Response {
        if let State::Dragging { .. } = self.state {
            let min_px = ctx.image_px(4.0 * ctx.settings.min_size_screen_px);
            let example = self.rect(ctx).filter(|rect| rect.width() >= min_px && rect.height() >= min_px);
            self.state = match example {
                Some(example) => {
                    let area = ctx.view.union(&example);
                    let question = Question::about(ctx, area, Wanted::Similar { example });
                    State::Choosing { question, found: None, left_out: Vec::new() }
                }
                None => State::Idle,
            };
        }
        Response { consumed: !self.is_idle(), ..Response::default() }
    }

    fn rect(&self, ctx: &ToolContext) -> Option<Rect> {
        let State::Dragging { start } = self.state else { return None };
        Some(dragged_rect(start, self.hand.at?, self.hand.modifiers, &ctx.picture_rect()))
    }

    /// The places that would become boxes now.
    fn kept(&self, ctx: &ToolContext) -> Vec<Rect> {
        let State::Choosing { found: Some(found), left_out, .. } = &self.state else { return Vec::new() };
        let is_kept = |(index, place): &(usize, &Similar)| {
            place.score >= ctx.settings.similar_min_score
                && !left_out.contains(index)
                && !is_drawn_already(ctx, &place.bounds)
        };
        let within = |bounds: &Rect| bounds.intersection(&ctx.picture_rect());
        found.iter().enumerate().filter(is_kept).filter_map(|(_, place)| within(&place.bounds)).collect()
    }

    fn adjust(&mut self, steps: i32, ctx: &ToolContext) -> Response {
        if !matches!(self.state, State::Choosing { .. }) {
            return Response::ignored();
        }
        let score = ctx.settings.similar_min_score + 0.02 * f64::from(steps);
        let score = (score.clamp(0.3, 0.98) * 100.0).round() / 100.0;
        Response::settings(ToolSettings { similar_min_score: score, ..ctx.settings.clone() })
    }

    fn finish(&mut self, ctx: &ToolContext) -> Response {
        if self.question(ctx).is_some() {
            return Response::notice("The search is still under way.");
        }
        let kept = self.kept(ctx);
        if kept.is_empty() {
            return Response::notice(
                "Nothing is found that is not drawn already. Lower the threshold with [.",
            );
        }
        if let Some(refusal) = drawing::refusal(ctx, ShapeKind::Box) {
            return Response::notice(refusal);
        }
        self.cancel();
        let mut objects: Vec<_> =
            kept.iter().map(|rect| drawing::object(ctx, Shape::from_rect(*rect))).collect();
        // The best is in front.
        let lowest = ctx.objects.next_z();
        objects.iter_mut().rev().zip(lowest..).for_each(|(object, z)| object.z = z);
        let title = match objects.len() {
            1 => "Draw box".to_owned(),
            number => format!("Draw {number} boxes"),
        };
        let asset = ctx.objects.asset();
        let edits = objects.iter().map(|object| crate::edit::Edit::create(asset, object)).collect();
        let selection: Selection = objects.iter().map(|object| object.id).collect();
        Response { selection: Some(selection), ..Response::commit(Some(Gesture { title, edits })) }
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

fn is_drawn_already(ctx: &ToolContext, bounds: &Rect) -> bool {
    let overlaps = |id| ctx.hits.bounds(id).is_some_and(|other| other.iou(bounds) > DRAWN_ALREADY);
    let is_alike = |id| ctx.objects.object(id).is_some_and(|object| object.label == ctx.label);
    ctx.hits.within(bounds).any(|id| overlaps(id) && is_alike(id))
}

impl Tool for FindSimilar {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        match self.state {
            State::Idle => "idle",
            State::Dragging { .. } => "dragging",
            State::Choosing { .. } => "choosing",
        }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { at, button: Button::Primary, click_count, .. } => {
                self.pressed(at, click_count, ctx)
            }
            Input::PointerUp { button: Button::Primary, .. } => self.released(ctx),
            Input::PointerMove { .. } => Response { consumed: !self.is_idle(), ..Response::default() },
            Input::PointerDown { button: Button::Secondary, .. }
                if !self.is_idle() && ctx.settings.right_click == RightClick::TakesBack =>
            {
                self.cancel();
                Response::consumed()
            }
            Input::Key { key, .. } => self.key(key, ctx),
            Input::Adjust { steps } => self.adjust(steps, ctx),
            Input::PointerDown { .. } | Input::PointerUp { .. } | Input::PointerLeave => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        self.state = State::Idle;
    }

    fn question(&self, _ctx: &ToolContext) -> Option<Question> {
        match &self.state {
            State::Choosing { question, found: None, .. } => Some(question.clone()),
            State::Idle | State::Dragging { .. } | State::Choosing { .. } => None,
        }
    }

    fn adjusts(&self) -> bool {
        matches!(self.state, State::Choosing { .. })
    }

    fn answer(&mut self, _question: &Question, answer: Answer, _ctx: &ToolContext) -> Response {
        let (State::Choosing { found, .. }, Answer::Similar(places)) = (&mut self.state, answer) else {
            return Response::consumed();
        };
        let is_nothing = places.is_empty();
        *found = Some(places);
        match is_nothing {
            true => Response::notice("The example shows too little to be found again."),
            false => Response::consumed(),
        }
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let mut draft = Draft::default();
        if let Some(rect) = self.rect(ctx) {
            draft.shapes.push(DraftShape { shape: Shape::from_rect(rect), label: ctx.label });
            draft.readout = self.hand.at.map(|at| Readout { at, text: size_text(&rect) });
        }
        if let State::Choosing { question, found, .. } = &self.state {
            let kept = self.kept(ctx);
            let shape = |rect: &Rect| DraftShape { shape: Shape::from_rect(*rect), label: ctx.label };
            draft.tentative = kept.iter().map(shape).collect();
            let text = match found {
                None => "Looking…".to_owned(),
                Some(_) => {
                    let percent = (ctx.settings.similar_min_score * 100.0).round();
                    format!("{} found, alike by {percent} %", kept.len())
                }
            };
            if let (None, Wanted::Similar { example }) = (found, &question.wanted) {
                draft.tentative.push(shape(example));
            }
            draft.readout = self.hand.at.map(|at| Readout { at, text });
        }
        draft
    }

    fn cursor(&self, ctx: &ToolContext) -> Cursor {
        let is_on = |at: Point| self.kept(ctx).iter().any(|rect| rect.contains(at));
        if self.hand.at.is_some_and(is_on) { Cursor::Pointer } else { Cursor::Crosshair }
    }

    fn hint(&self, _ctx: &ToolContext) -> &'static str {
        match self.state {
            State::Idle => "Drag a box around an example to find what looks like it in view",
            State::Dragging { .. } => "Release: look for it · Shift: square · Escape: cancel",
            State::Choosing { .. } => {
                "Enter: keep all · Click one: leave it out · [ ]: how alike they must be · Escape: cancel"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::harness::canvas;

    // The harness finds the example, and it again 30 pixels to the right (0.8) and 60 (0.5).

    #[test]
    fn an_example_becomes_boxes_around_all_that_are_alike() {
        canvas()
            .tool("similar")
            .drag((10, 10), (30, 30))
            .expect_state("similar.choosing")
            .expect_readout("2 found, alike by 60 %")
            .press(Key::Enter)
            .expect_state("similar.idle")
            .expect_objects(2)
            .expect_title("Draw 2 boxes")
            .expect_box(1, (10.0, 10.0), (30.0, 30.0))
            .expect_box(0, (40.0, 10.0), (60.0, 30.0))
            .expect_selected(&[1, 0]);
    }

    #[test]
    fn the_threshold_decides_and_a_click_leaves_one_out() {
        let found = || canvas().tool("similar").drag((10, 10), (30, 30));
        found().send(Input::Adjust { steps: -5 }).expect_readout("3 found, alike by 50 %");
        found()
            .click((50, 20))
            .expect_readout("1 found, alike by 60 %")
            .click((50, 20))
            .expect_readout("2 found, alike by 60 %");
    }

    #[test]
    fn what_is_drawn_already_is_left_out() {
        canvas()
            .with_box((41, 11), (60, 30))
            .tool("similar")
            .drag((10, 10), (30, 30))
            .expect_readout("1 found, alike by 60 %")
            .press(Key::Enter)
            .expect_objects(2);
    }

    #[test]
    fn a_search_under_way_is_not_kept_and_escape_ends_it() {
        canvas()
            .without_answers()
            .tool("similar")
            .drag((10, 10), (30, 30))
            .expect_readout("Looking…")
            .press(Key::Enter)
            .expect_notice("still under way")
            .press(Key::Escape)
            .expect_state("similar.idle")
            .expect_objects(0);
    }
}
