//! The scissors: an outline that follows edges from click to click (live-wire).

use std::sync::Arc;

use super::input::Hand;
use super::outline::{crosses_itself, has_extent, ring_edges};
use super::{
    Answer, Button, Cursor, Draft, DraftShape, Handle, HandleKind, Input, Key, Question, Response,
    RightClick, Tool, ToolContext, ToolInfo, Wanted, Ways, found_area,
};
use crate::geometry::{Point, Polygon, Rect, simplify_ring};
use crate::model::shape::PolylineShape;
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "scissors",
    name: "Scissors",
    help: "Draw an outline that follows edges: click along it. Enter, a double click or the first point closes it.",
    shortcut: "I",
    icon: "scissors",
    draws: Some(ShapeKind::Polygon),
    new: || Box::new(Scissors::default()),
};

/// Points that lie closer to the line between their neighbours are left out, screen pixels.
const SIMPLIFY_SCREEN_PX: f64 = 0.5;

/// Its state.
#[derive(Clone, Default)]
struct Scissors {
    /// The ways between the clicks so far, each beginning where the one before ends.
    pieces: Vec<Vec<Point>>,
    /// The last click, from which the way goes on.
    from: Option<Point>,
    /// The ways from there, once they are known.
    known: Option<Known>,
    hand: Hand,
}

/// Ways that were found, and where they are good for.
#[derive(Clone)]
struct Known {
    ways: Arc<dyn Ways>,
    area: Rect,
    px_per_sample: f64,
}

impl Scissors {
    fn pressed(&mut self, at: Point, click_count: u32, ctx: &ToolContext) -> Response {
        let Some(from) = self.from else {
            if click_count > 1 {
                // The rest of the double click that closed the outline before.
                return Response::consumed();
            }
            if let Some(refusal) = found_area::refusal(ctx) {
                return Response::notice(refusal);
            }
            self.from = Some(ctx.picture_rect().clamp(at));
            return Response::consumed();
        };
        if click_count > 1 || self.closes(at, ctx) {
            return self.finish(ctx);
        }
        let piece = self.way_to(at, ctx);
        let Some(&end) = piece.last().filter(|end| end.distance(from) > 0.0) else {
            return Response::consumed();
        };
        self.pieces.push(piece);
        (self.from, self.known) = (Some(end), None);
        Response::consumed()
    }

    /// The way from the last click to the pointer: along edges, or straight with Shift and while edges are not known.
    fn way_to(&self, to: Point, ctx: &ToolContext) -> Vec<Point> {
        let to = ctx.picture_rect().clamp(to);
        let Some(from) = self.from else { return Vec::new() };
        let known = self.known.as_ref().filter(|known| !self.hand.modifiers.shift && known.area.contains(to));
        match known {
            Some(known) => {
                let mut way = known.ways.way_to(to, !self.hand.modifiers.ctrl);
                way.iter_mut().for_each(|p| *p = ctx.picture_rect().clamp(*p));
                // What was clicked before stays where it is.
                if let (Some(first), false) = (way.first_mut(), self.pieces.is_empty()) {
                    *first = from;
                }
                way
            }
            None => vec![from, to],
        }
    }

    fn first(&self) -> Option<Point> {
        self.pieces.first().and_then(|piece| piece.first()).copied().or(self.from)
    }

    /// Whether a click there closes the outline. Ctrl, which suspends snapping, suspends this too.
    fn closes(&self, at: Point, ctx: &ToolContext) -> bool {
        let close_screen_px = ctx.settings.close_distance_screen_px;
        let is_near = |first: Point| ctx.is_near(first, at, close_screen_px);
        !self.hand.modifiers.ctrl && !self.pieces.is_empty() && self.first().is_some_and(is_near)
    }

    fn points(&self) -> Vec<Point> {
        self.pieces.iter().flatten().copied().collect()
    }

    fn finish(&mut self, ctx: &ToolContext) -> Response {
        let mut ring = self.points();
        if let Some(first) = self.first().filter(|_| !self.pieces.is_empty()) {
            ring.extend(self.way_to(first, ctx));
        }
        let ring = simplify_ring(&ring, ctx.image_px(SIMPLIFY_SCREEN_PX));
        if !has_extent(&ring) {
            return Response::notice("An outline needs three clicks that are not on one line.");
        }
        if let Some(refusal) = found_area::refusal(ctx) {
            return Response::notice(refusal);
        }
        let is_crossing = crosses_itself(&ring_edges(&ring));
        self.cancel();
        let notice = is_crossing.then(|| "The outline crosses itself. It is kept as drawn.".to_owned());
        let response = found_area::finish(ctx, Polygon::from_ring(ring));
        Response { notice: response.notice.clone().or(notice), ..response }
    }

    fn take_back(&mut self) {
        self.known = None;
        self.from = self.pieces.pop().and_then(|piece| piece.first().copied());
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

    fn right_click(&mut self, ctx: &ToolContext) -> Response {
        if self.is_idle() || ctx.settings.right_click == RightClick::OpensMenu {
            return Response::ignored();
        }
        self.take_back();
        Response::consumed()
    }
}

impl Tool for Scissors {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        if self.from.is_some() { "placing" } else { "idle" }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { at, button: Button::Primary, click_count, .. } => {
                self.pressed(at, click_count, ctx)
            }
            Input::PointerDown { button: Button::Secondary, .. } => self.right_click(ctx),
            Input::Key { key, .. } => self.key(key, ctx),
            Input::PointerMove { .. } | Input::PointerUp { button: Button::Primary, .. } => {
                Response { consumed: !self.is_idle(), ..Response::default() }
            }
            Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerLeave
            | Input::Adjust { .. } => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        *self = Self { hand: self.hand, ..Self::default() };
    }

    fn question(&self, ctx: &ToolContext) -> Option<Question> {
        let from = self.from?;
        let pointer = ctx.picture_rect().clamp(self.hand.at.unwrap_or(from));
        let is_good = |known: &Known| {
            // Ways found from afar are too coarse here.
            known.area.contains(pointer) && known.px_per_sample <= 2.0 * ctx.image_px(1.0)
        };
        if self.known.as_ref().is_some_and(is_good) {
            return None;
        }
        let area = ctx.view.union(&Rect { min: from, max: from });
        Some(Question::about(ctx, area, Wanted::Ways { from, snaps: self.pieces.is_empty() }))
    }

    fn answer(&mut self, question: &Question, answer: Answer, _ctx: &ToolContext) -> Response {
        if let Answer::Ways(ways) = answer {
            let Question { area, px_per_sample, .. } = *question;
            self.known = Some(Known { ways, area, px_per_sample });
        }
        Response::consumed()
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let Some(from) = self.from else { return Draft::default() };
        let mut points = self.points();
        let mut draft = Draft::default();
        let closes = self.hand.at.is_some_and(|at| self.closes(at, ctx));
        let to = if closes { self.first() } else { self.hand.at };
        match to {
            Some(to) => points.extend(self.way_to(to, ctx)),
            None => points.push(from),
        }
        if let (Some(&first), Some(&last)) =
            (points.first(), points.last().filter(|_| !self.pieces.is_empty()))
        {
            draft.rubber.push((last, first));
        }
        let clicks = self.pieces.iter().filter_map(|piece| piece.first()).copied().chain([from]);
        let kind =
            |i| if i == 0 && !self.pieces.is_empty() { HandleKind::Close } else { HandleKind::Vertex(i) };
        let handle = |(i, at)| Handle { at, kind: kind(i), is_active: i == 0 && closes };
        draft.handles = clicks.enumerate().map(handle).collect();
        draft.shapes.push(DraftShape { shape: Shape::Polyline(PolylineShape(points)), label: ctx.label });
        draft
    }

    fn cursor(&self, ctx: &ToolContext) -> Cursor {
        if self.hand.at.is_some_and(|at| self.closes(at, ctx)) { Cursor::Pointer } else { Cursor::Crosshair }
    }

    fn hint(&self, ctx: &ToolContext) -> &'static str {
        match self.from {
            None => "Click on an edge to begin; the outline follows edges from click to click",
            Some(_) if self.hand.at.is_some_and(|at| self.closes(at, ctx)) => "Click to close the outline",
            Some(_) => {
                "Click along the edge · Enter: close · Backspace: take back · Shift: straight · Ctrl: no snapping"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Modifiers;
    use crate::tools::harness::canvas;

    #[test]
    fn clicks_are_joined_along_edges_and_enter_closes() {
        // The harness's edges go across first, then down.
        canvas()
            .tool("scissors")
            .click((10, 10))
            .expect_state("scissors.placing")
            .click((60, 40))
            .expect_objects(0)
            .press(Key::Enter)
            .expect_state("scissors.idle")
            .expect_title("Draw polygon")
            .expect_polygon(0, &[(60.0, 40.0), (10.0, 40.0), (10.0, 10.0), (60.0, 10.0)]);
    }

    #[test]
    fn with_shift_and_before_edges_are_known_the_way_is_straight() {
        canvas()
            .tool("scissors")
            .click((10, 10))
            .hold(Modifiers::SHIFT)
            .click((60, 40))
            .click((10, 40))
            .press(Key::Enter)
            .expect_polygon(0, &[(60.0, 40.0), (10.0, 40.0), (10.0, 10.0)]);
        canvas()
            .without_answers()
            .tool("scissors")
            .click((10, 10))
            .click((60, 40))
            .click((10, 40))
            .press(Key::Enter)
            .expect_polygon(0, &[(60.0, 40.0), (10.0, 40.0), (10.0, 10.0)]);
    }

    #[test]
    fn the_first_point_closes_and_backspace_takes_back_click_by_click() {
        canvas()
            .tool("scissors")
            .click((10, 10))
            .click((60, 40))
            .click((90, 90))
            .press(Key::Backspace)
            .click((12, 12))
            .expect_state("scissors.idle")
            .expect_polygon(0, &[(60.0, 40.0), (10.0, 40.0), (10.0, 10.0), (60.0, 10.0)]);
        canvas().tool("scissors").click((10, 10)).press(Key::Backspace).expect_state("scissors.idle");
    }

    #[test]
    fn a_single_click_is_no_outline_and_a_label_can_refuse() {
        canvas()
            .tool("scissors")
            .click((10, 10))
            .press(Key::Enter)
            .expect_notice("three clicks")
            .expect_objects(0);
        canvas()
            .label_allows(&[ShapeKind::Box])
            .tool("scissors")
            .down((10, 10))
            .expect_notice("does not allow")
            .expect_state("scissors.idle");
    }

    #[test]
    fn where_the_label_allows_masks_alone_a_mask_is_made() {
        canvas()
            .label_allows(&[ShapeKind::Mask])
            .tool("scissors")
            .click((10, 10))
            .click((60, 40))
            .press(Key::Enter)
            .expect_title("Draw mask")
            .expect_objects(1);
    }
}
