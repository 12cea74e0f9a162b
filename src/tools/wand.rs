//! The magic wand: what has the colour of a place, by a click; a drag changes how near a colour must be.

use super::draft::short;
use super::input::Hand;
use super::{
    Answer, Button, Cursor, Draft, Input, Key, Question, Readout, Response, RightClick, Tool, ToolContext,
    ToolInfo, ToolSettings, Wanted, found_area,
};
use crate::geometry::{Point, Polygon, Rect};
use crate::model::ShapeKind;

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "wand",
    name: "Magic wand",
    help: "Select what has the colour of a place: click, and drag to change the tolerance. Enter keeps it.",
    shortcut: "Z",
    icon: "magic-wand",
    draws: Some(ShapeKind::Polygon),
    new: || Box::new(Wand::default()),
};

/// A larger tolerance selects everything.
const MAX_TOLERANCE: f64 = 100.0;
/// By so many screen pixels a drag changes the tolerance by one.
const SCREEN_PX_PER_STEP: f64 = 4.0;

/// Its state.
#[derive(Clone, Default)]
struct Wand {
    /// What the picks before the last one gave.
    before: Polygon,
    /// The last pick.
    pick: Option<Pick>,
    /// Where the button went down, and the tolerance then.
    pressed: Option<(Point, f64)>,
    hand: Hand,
}

/// One pick, and what it gave.
#[derive(Clone)]
struct Pick {
    question: Question,
    /// Whether it is taken away from what was picked before.
    is_taken_away: bool,
    found: Option<(Question, Polygon)>,
}

impl Pick {
    fn tolerance(&self) -> f64 {
        match self.question.wanted {
            Wanted::Color { tolerance, .. } => tolerance,
            _ => 0.0,
        }
    }

    fn set_tolerance(&mut self, to: f64) {
        if let Wanted::Color { tolerance, .. } = &mut self.question.wanted {
            *tolerance = to.clamp(0.0, MAX_TOLERANCE).round();
        }
    }
}

impl Wand {
    /// Everything that was picked, as far as it is known.
    fn area(&self) -> Polygon {
        let Some(pick) = &self.pick else { return self.before.clone() };
        match &pick.found {
            None => self.before.clone(),
            Some((_, found)) if pick.is_taken_away => self.before.subtract(found),
            Some((_, found)) if self.before.is_empty() => found.clone(),
            Some((_, found)) => self.before.union(found),
        }
    }

    fn pressed(&mut self, at: Point, click_count: u32, ctx: &ToolContext) -> Response {
        if click_count > 1 {
            return if self.pick.is_some() { self.finish(ctx) } else { Response::consumed() };
        }
        if !ctx.picture_rect().contains(at) {
            return Response { consumed: !self.is_idle(), ..Response::default() };
        }
        if let Some(refusal) = found_area::refusal(ctx) {
            return Response::notice(refusal);
        }
        let modifiers = self.hand.modifiers;
        let is_taken_away = modifiers.ctrl || modifiers.alt;
        self.before = if is_taken_away || modifiers.shift { self.area() } else { Polygon::default() };
        let ToolSettings { wand_tolerance: tolerance, wand_is_contiguous: is_contiguous, .. } = *ctx.settings;
        let question = Question::about_view(ctx, Wanted::Color { at, tolerance, is_contiguous });
        // What lies outside the view may be asked for, too.
        let question = Question { area: question.area.union(&Rect { min: at, max: at }), ..question };
        self.pick = Some(Pick { question, is_taken_away, found: None });
        self.pressed = Some((at, tolerance));
        Response::consumed()
    }

    fn moved(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if let (Some((start, tolerance)), Some(pick)) = (self.pressed, &mut self.pick) {
            let way = at - start;
            // To the right and up is more.
            let steps = (way.x - way.y) / ctx.image_px(SCREEN_PX_PER_STEP);
            if !ctx.is_near(start, at, ctx.settings.drag_threshold_screen_px) || pick.tolerance() != tolerance
            {
                pick.set_tolerance(tolerance + steps);
            }
        }
        Response { consumed: !self.is_idle(), ..Response::default() }
    }

    /// Takes over the tolerance of the last pick for those to come.
    fn keep_tolerance(&self, ctx: &ToolContext) -> Response {
        let Some(pick) = self.pick.as_ref().filter(|pick| pick.tolerance() != ctx.settings.wand_tolerance)
        else {
            return Response::consumed();
        };
        Response::settings(ToolSettings { wand_tolerance: pick.tolerance(), ..ctx.settings.clone() })
    }

    fn adjust(&mut self, steps: i32, ctx: &ToolContext) -> Response {
        let Some(pick) = &mut self.pick else { return Response::ignored() };
        pick.set_tolerance(pick.tolerance() + f64::from(steps));
        self.keep_tolerance(ctx)
    }

    fn finish(&mut self, ctx: &ToolContext) -> Response {
        if self.pick.as_ref().is_some_and(|pick| pick.found.is_none()) {
            return Response::notice("The selection is still being worked out.");
        }
        let area = self.area();
        self.cancel();
        found_area::finish(ctx, area)
    }

    /// Takes the last pick back.
    fn take_back(&mut self) {
        let before = std::mem::take(&mut self.before);
        self.cancel();
        if !before.is_empty() {
            self.before = before;
        }
    }

    fn key(&mut self, key: Key, ctx: &ToolContext) -> Response {
        if self.is_idle() {
            return Response::ignored();
        }
        match key {
            Key::Escape => self.cancel(),
            Key::Backspace | Key::Undo => self.take_back(),
            Key::Enter => return self.finish(ctx),
            Key::Delete | Key::Left | Key::Right | Key::Up | Key::Down => {}
        }
        Response::consumed()
    }
}

impl Tool for Wand {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        match (&self.pick, self.pressed) {
            (Some(_), Some(_)) => "picking",
            (Some(_), None) => "choosing",
            (None, _) if self.before.is_empty() => "idle",
            (None, _) => "choosing",
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
                match self.pressed.take() {
                    Some(_) => self.keep_tolerance(ctx),
                    None => Response { consumed: !self.is_idle(), ..Response::default() },
                }
            }
            Input::PointerDown { button: Button::Secondary, .. }
                if !self.is_idle() && ctx.settings.right_click == RightClick::TakesBack =>
            {
                self.take_back();
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
        let pick = self.pick.as_ref()?;
        let is_answered = pick.found.as_ref().is_some_and(|(question, _)| *question == pick.question);
        (!is_answered).then(|| pick.question.clone())
    }

    fn adjusts(&self) -> bool {
        self.pick.is_some()
    }

    fn answer(&mut self, question: &Question, answer: Answer, _ctx: &ToolContext) -> Response {
        if let (Some(pick), Answer::Area(area)) = (&mut self.pick, answer) {
            pick.found = Some((question.clone(), area));
        }
        Response::consumed()
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let mut draft = Draft {
            tentative: found_area::draft(ctx, &self.area()).into_iter().collect(),
            ..Draft::default()
        };
        if let (Some(pick), Some(at)) = (&self.pick, self.hand.at) {
            draft.readout = Some(Readout { at, text: format!("Tolerance {}", short(pick.tolerance())) });
        }
        draft
    }

    fn cursor(&self, _ctx: &ToolContext) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self, _ctx: &ToolContext) -> &'static str {
        match self.state_name() {
            "idle" => "Click to select what has this colour; drag right for more, left for less",
            "picking" => "Drag right or up: more · Left or down: less",
            _ => "Enter: keep · Shift+click: add · Ctrl+click: take away · [ ]: tolerance · Escape: cancel",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Modifiers;
    use crate::tools::harness::canvas;

    // The harness's answer is a square around the place, half as wide as the tolerance is.

    fn square(x: f64, y: f64, half: f64) -> [(f64, f64); 4] {
        [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    }

    #[test]
    fn a_click_selects_and_enter_keeps() {
        canvas()
            .tool("wand")
            .click((50, 50))
            .expect_state("wand.choosing")
            .expect_objects(0)
            .expect_readout("Tolerance 20")
            .press(Key::Enter)
            .expect_state("wand.idle")
            .expect_title("Draw polygon")
            .expect_polygon(0, &square(50.0, 50.0, 10.0));
    }

    #[test]
    fn a_drag_changes_the_tolerance_for_this_pick_and_those_to_come() {
        canvas()
            .tool("wand")
            .drag((50, 50), (66, 50))
            .expect_readout("Tolerance 24")
            .press(Key::Enter)
            .expect_polygon(0, &square(50.0, 50.0, 12.0))
            .click((20, 20))
            .expect_readout("Tolerance 24")
            .send(Input::Adjust { steps: -4 })
            .expect_readout("Tolerance 20")
            .press(Key::Enter)
            .expect_polygon(1, &square(20.0, 20.0, 10.0));
    }

    #[test]
    fn shift_adds_ctrl_takes_away_and_a_plain_click_begins_anew() {
        let two = || {
            canvas().tool("wand").click((20, 20)).hold(Modifiers::SHIFT).click((70, 70)).hold(Modifiers::NONE)
        };
        two().press(Key::Enter).expect_area(0, 800.0, 0.5);
        two()
            .hold(Modifiers::CTRL)
            .click((70, 75))
            .hold(Modifiers::NONE)
            .press(Key::Enter)
            .expect_area(0, 500.0, 0.5);
        two().click((50, 50)).press(Key::Enter).expect_area(0, 400.0, 0.5);
        two().press(Key::Backspace).press(Key::Enter).expect_area(0, 400.0, 0.5);
        two().press(Key::Escape).expect_state("wand.idle").expect_objects(0);
    }

    #[test]
    fn what_is_not_known_yet_cannot_be_kept() {
        canvas()
            .without_answers()
            .tool("wand")
            .click((50, 50))
            .press(Key::Enter)
            .expect_notice("still being worked out")
            .expect_state("wand.choosing")
            .expect_objects(0);
    }

    #[test]
    fn a_mask_is_made_where_the_person_wants_masks() {
        canvas()
            .settings(|settings| settings.found_areas_are_masks = true)
            .tool("wand")
            .click((50, 50))
            .press(Key::Enter)
            .expect_title("Draw mask")
            .expect_area(0, 400.0, 0.5);
    }
}
