//! Lines drawn point by point and by freehand strokes: what the polygon, the polyline and the slice tool share.
//!
//! A click places a point, a press and drag draws a stroke, and both can follow each other. A stroke is simplified
//! when it ends, so its points are like any others and can be taken back one by one.

use super::draft::short;
use super::input::Hand;
use super::outline::{crosses_itself, has_extent, line_edges, ring_edges};
use super::snapping::{Aim, aim};
use super::{
    Button, Cursor, Draft, DraftShape, Handle, HandleKind, Input, Key, Readout, Response, RightClick, Tool,
    ToolContext, ToolInfo, drawing,
};
use crate::geometry::{Point, simplify_line};
use crate::model::Shape;
use crate::model::shape::PolylineShape;

/// What tells the tools that draw paths apart.
pub(super) struct PathKind {
    pub(super) info: &'static ToolInfo,
    /// Whether the last point is joined to the first: then a click on the first point finishes the path.
    pub(super) is_closed: bool,
    /// What becomes of the points.
    pub(super) finish: fn(&ToolContext, Vec<Point>) -> Response,
    /// Said when it cannot be finished yet.
    pub(super) too_few: &'static str,
    /// What one can do between two points.
    pub(super) placing_hint: &'static str,
}

/// A tool that draws a path.
#[derive(Clone)]
pub(super) struct PathTool {
    kind: &'static PathKind,
    /// The points placed so far.
    points: Vec<Point>,
    state: State,
    /// Whether the points so far cross themselves.
    is_crossing: bool,
    hand: Hand,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    /// The button is up: idle without points, else between two points.
    Waiting,
    /// The button is down; it may become a click or a stroke.
    Pressing { pressed_at: Point, start: Point, closes: bool },
    /// A stroke is being drawn. The point where it began comes first.
    Freehand { stroke: Vec<Point> },
}

impl PathTool {
    pub(super) fn new(kind: &'static PathKind) -> Self {
        Self { kind, points: Vec::new(), state: State::Waiting, is_crossing: false, hand: Hand::default() }
    }

    fn pressed(&mut self, at: Point, click_count: u32, ctx: &ToolContext) -> Response {
        if self.points.is_empty() {
            if click_count > 1 {
                // The rest of the double click that closed the path before.
                return Response::consumed();
            }
            if let Some(refusal) = self.refusal(ctx) {
                return Response::notice(refusal);
            }
        } else if click_count > 1 {
            return self.finish(ctx);
        }
        let start = aim(ctx, at, self.hand.modifiers, self.points.last().copied()).at;
        self.state = State::Pressing { pressed_at: at, start, closes: self.is_on_first(at, ctx) };
        Response::consumed()
    }

    fn moved(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if let State::Pressing { pressed_at, start, .. } = self.state
            && !ctx.is_near(pressed_at, at, ctx.settings.drag_threshold_screen_px)
        {
            self.state = State::Freehand { stroke: vec![start] };
        }
        if let State::Freehand { stroke } = &mut self.state {
            let p = ctx.picture_rect().clamp(at);
            let spacing_screen_px = ctx.settings.freehand_spacing_screen_px;
            if stroke.last().is_none_or(|last| !ctx.is_near(*last, p, spacing_screen_px)) {
                stroke.push(p);
            }
        }
        Response { consumed: !self.is_idle(), ..Response::default() }
    }

    fn released(&mut self, at: Point, ctx: &ToolContext) -> Response {
        match std::mem::replace(&mut self.state, State::Waiting) {
            State::Waiting => Response { consumed: !self.is_idle(), ..Response::default() },
            State::Pressing { closes: true, .. } => self.finish(ctx),
            State::Pressing { start, .. } => {
                self.place([start], ctx);
                Response::consumed()
            }
            State::Freehand { stroke } => self.stroke_ended(stroke, at, ctx),
        }
    }

    fn stroke_ended(&mut self, mut stroke: Vec<Point>, at: Point, ctx: &ToolContext) -> Response {
        stroke.push(ctx.picture_rect().clamp(at));
        let tolerance_px = ctx.image_px(ctx.settings.freehand_tolerance_screen_px);
        self.place(simplify_line(&stroke, tolerance_px), ctx);
        let has_gone_away = self.points.iter().any(|p| !self.is_near_first(*p, ctx));
        if !(has_gone_away && self.is_on_first(at, ctx)) {
            return Response::consumed();
        }
        // Closed by the stroke: its end stands for the first point.
        let end = self.points.pop();
        if !self.can_finish() {
            self.points.extend(end);
        }
        self.finish(ctx)
    }

    fn key(&mut self, key: Key, ctx: &ToolContext) -> Response {
        if self.is_idle() {
            return Response::ignored();
        }
        let is_waiting = self.state == State::Waiting;
        match key {
            Key::Escape => self.cancel(),
            Key::Backspace | Key::Undo => self.take_back(),
            Key::Enter if is_waiting => return self.finish(ctx),
            Key::Enter | Key::Delete | Key::Left | Key::Right | Key::Up | Key::Down => {}
        }
        Response::consumed()
    }

    fn right_click(&mut self, ctx: &ToolContext) -> Response {
        let is_waiting = self.state == State::Waiting;
        if self.is_idle() || (is_waiting && ctx.settings.right_click == RightClick::OpensMenu) {
            return Response::ignored();
        }
        if is_waiting {
            self.take_back();
        }
        Response::consumed()
    }

    /// Takes back the stroke or the press that is under way, or else the last point.
    fn take_back(&mut self) {
        match self.state {
            State::Waiting => drop(self.points.pop()),
            State::Pressing { .. } | State::Freehand { .. } => self.state = State::Waiting,
        }
        self.points_changed();
    }

    /// Adds points. One at the place of the last is a trembling hand.
    fn place(&mut self, points: impl IntoIterator<Item = Point>, ctx: &ToolContext) {
        for p in points {
            if self.points.last().is_none_or(|last| !ctx.is_near(*last, p, 1.0)) {
                self.points.push(p);
            }
        }
        self.points_changed();
    }

    fn points_changed(&mut self) {
        self.is_crossing = self.kind.is_closed && crosses_itself(&line_edges(&self.points));
    }

    /// Makes the object. What cannot be finished yet stays as it is.
    fn finish(&mut self, ctx: &ToolContext) -> Response {
        if !self.can_finish() {
            return Response::notice(self.kind.too_few);
        }
        if let Some(refusal) = self.refusal(ctx) {
            return Response::notice(refusal);
        }
        let is_crossing = self.kind.is_closed && crosses_itself(&ring_edges(&self.points));
        let response = (self.kind.finish)(ctx, std::mem::take(&mut self.points));
        self.cancel();
        let notice = is_crossing.then(|| "The outline crosses itself. It is kept as drawn.".to_owned());
        Response { notice: notice.or(response.notice), ..response }
    }

    fn refusal(&self, ctx: &ToolContext) -> Option<String> {
        drawing::refusal(ctx, self.kind.info.draws?)
    }

    fn can_finish(&self) -> bool {
        match self.kind.is_closed {
            true => has_extent(&self.points),
            false => self.points.len() >= 2,
        }
    }

    /// Whether a click there closes the path. Ctrl, which suspends snapping, suspends this too.
    fn is_on_first(&self, p: Point, ctx: &ToolContext) -> bool {
        self.kind.is_closed && !self.hand.modifiers.ctrl && self.is_near_first(p, ctx) && self.can_finish()
    }

    fn is_near_first(&self, p: Point, ctx: &ToolContext) -> bool {
        let close_screen_px = ctx.settings.close_distance_screen_px;
        self.points.first().is_some_and(|first| ctx.is_near(*first, p, close_screen_px))
    }

    /// The next point, where the pointer is over the canvas and the button is up.
    fn aim(&self, ctx: &ToolContext) -> Option<Aim> {
        let pointer = self.hand.at.filter(|_| self.state == State::Waiting)?;
        match self.points.first() {
            Some(&first) if self.is_on_first(pointer, ctx) => Some(Aim { at: first, snap: None }),
            _ => Some(aim(ctx, pointer, self.hand.modifiers, self.points.last().copied())),
        }
    }

    /// The placed points, and those that would come if the button were released.
    fn path(&self) -> Vec<Point> {
        let mut path = self.points.clone();
        match &self.state {
            State::Pressing { start, closes: false, .. } => path.push(*start),
            State::Freehand { stroke } => path.extend(stroke),
            State::Waiting | State::Pressing { .. } => {}
        }
        path
    }

    fn handles(&self, ctx: &ToolContext) -> Vec<Handle> {
        let closes = self.hand.at.is_some_and(|p| self.is_on_first(p, ctx));
        let can_close = self.kind.is_closed && self.can_finish();
        let kind = |i| if i == 0 && can_close { HandleKind::Close } else { HandleKind::Vertex(i) };
        let handle = |(i, &at)| Handle { at, kind: kind(i), is_active: i == 0 && closes };
        self.points.iter().enumerate().map(handle).collect()
    }
}

impl Tool for PathTool {
    fn info(&self) -> &'static ToolInfo {
        self.kind.info
    }

    fn state_name(&self) -> &'static str {
        match self.state {
            State::Waiting if self.points.is_empty() => "idle",
            State::Waiting => "placing",
            State::Pressing { .. } => "pressing",
            State::Freehand { .. } => "freehand",
        }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { at, button: Button::Primary, click_count, .. } => {
                self.state = State::Waiting;
                self.pressed(at, click_count, ctx)
            }
            Input::PointerDown { button: Button::Secondary, .. } => self.right_click(ctx),
            Input::PointerMove { at, .. } => self.moved(at, ctx),
            Input::PointerUp { at, button: Button::Primary, .. } => {
                self.moved(at, ctx);
                self.released(at, ctx)
            }
            Input::Key { key, .. } => self.key(key, ctx),
            Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerLeave
            | Input::Adjust { .. } => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        self.points.clear();
        self.state = State::Waiting;
        self.is_crossing = false;
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let mut draft = Draft { handles: self.handles(ctx), ..Draft::default() };
        let path = self.path();
        let aim = self.aim(ctx);
        draft.snap = aim.and_then(|aim| aim.snap);
        if let (Some(aim), Some(&last)) = (aim, path.last()) {
            draft.rubber.push((last, aim.at));
            draft.readout =
                Some(Readout { at: aim.at, text: format!("{} px", short(last.distance(aim.at))) });
        }
        let end = aim.map(|aim| aim.at).or(path.last().copied());
        if let (true, Some(end), Some(&first)) = (self.kind.is_closed && path.len() > 1, end, path.first()) {
            draft.rubber.push((end, first));
        }
        if !path.is_empty() {
            let shape = Shape::Polyline(PolylineShape(path));
            draft.shapes.push(DraftShape { shape, label: ctx.label });
        }
        draft
    }

    fn cursor(&self, ctx: &ToolContext) -> Cursor {
        match self.hand.at {
            Some(pointer) if self.is_on_first(pointer, ctx) => Cursor::Pointer,
            _ => Cursor::Crosshair,
        }
    }

    fn hint(&self, ctx: &ToolContext) -> &'static str {
        match self.state {
            State::Freehand { .. } => "Release to end the stroke · Escape: cancel",
            State::Waiting | State::Pressing { .. } if self.points.is_empty() => {
                "Click to place the first point, or drag to draw freehand"
            }
            _ if self.hand.at.is_some_and(|p| self.is_on_first(p, ctx)) => "Click to close the outline",
            _ if self.is_crossing => "The outline crosses itself · Backspace: take the last point back",
            State::Waiting | State::Pressing { .. } => self.kind.placing_hint,
        }
    }
}
