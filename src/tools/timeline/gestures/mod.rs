//! What the hands do to the timeline.
//!
//! A button goes down on something and nothing happens yet, but on the ruler, where the video follows at once.
//! Released there it is a click; when the pointer goes some way it becomes one of the drags, each in a file of its
//! own. What a drag does is worked out from the document as it stands when it ends.

mod banding;
mod context;
mod keyframes;
mod keys;
mod new_span;
mod notes;
mod press;
mod snapping;
mod spans;
mod stretch;

pub use self::context::{
    KeyframeSelection, MovedSpan, Readout, TimelineContext, TimelineDraft, TimelineResponse,
};
pub use self::keyframes::delete_keyframes;
pub use self::keys::{shift_selected, step_keyframe};
pub use self::notes::delete_marker;

use self::banding::Banding;
use self::keyframes::KeyframeDrag;
use self::keys::RowRange;
use self::new_span::NewSpan;
use self::notes::MarkerDrag;
use self::press::Press;
use self::spans::SpanDrag;
use self::stretch::StretchDrag;
use super::{TimelineTarget, target_at};
use crate::geometry::Point;
use crate::tools::{Button, Cursor, Input, Key, Modifiers};

/// How far the pointer goes with a button down before that is a drag, points.
const DRAG_THRESHOLD: f64 = 4.0;

/// The state machine of the timeline.
#[derive(Clone, Debug, Default)]
pub struct TimelineTool {
    state: State,
    /// Where the pointer is.
    at: Option<Point>,
    modifiers: Modifiers,
    /// The rows that the keyboard selects.
    range: Option<RowRange>,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Idle,
    Pressing(Press),
    Scrubbing,
    /// A stretch of frames is chosen on the ruler, from this edge on.
    Ranging(u32),
    /// All is moved under the pointer, which was here.
    Panning(Point),
    Banding(Banding),
    Keyframes(KeyframeDrag),
    Stretch(StretchDrag),
    Spans(SpanDrag),
    NewSpan(NewSpan),
    Marker(MarkerDrag),
}

impl TimelineTool {
    /// The path of its state, as in `timeline.pressing`.
    pub fn state(&self) -> &'static str {
        match self.state {
            State::Idle => "timeline.idle",
            State::Pressing(_) => "timeline.pressing",
            State::Scrubbing => "timeline.scrubbing",
            State::Ranging(_) => "timeline.ranging",
            State::Panning(_) => "timeline.panning",
            State::Banding(_) => "timeline.banding",
            State::Keyframes(_) => "timeline.moving_keyframes",
            State::Stretch(_) => "timeline.moving_end",
            State::Spans(_) => "timeline.moving_spans",
            State::NewSpan(_) => "timeline.new_span",
            State::Marker(_) => "timeline.moving_marker",
        }
    }

    /// Whether it is doing nothing.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// Whether the video follows the pointer.
    pub fn is_scrubbing(&self) -> bool {
        matches!(self.state, State::Scrubbing)
    }

    /// Whether the pointer is over the timeline, or holds something of it.
    pub fn has_pointer(&self) -> bool {
        self.at.is_some()
    }

    /// Gives up what it is doing, without a trace.
    pub fn cancel(&mut self) {
        self.state = State::Idle;
    }

    /// Takes an input; positions are points of the panel.
    pub fn handle(&mut self, input: &Input, ctx: &TimelineContext) -> TimelineResponse {
        if !input.is_finite() {
            return TimelineResponse::default();
        }
        match *input {
            Input::PointerDown { at, button, modifiers, click_count } => {
                self.follow(at, modifiers);
                self.pressed(at, button, modifiers, click_count, ctx)
            }
            Input::PointerMove { at, modifiers } => {
                self.follow(at, modifiers);
                self.moved(at, modifiers, ctx)
            }
            Input::PointerUp { at, modifiers, .. } => {
                self.follow(at, modifiers);
                let moved = self.moved(at, modifiers, ctx);
                self.released(moved, ctx)
            }
            Input::PointerLeave => {
                self.at = None;
                TimelineResponse::default()
            }
            Input::Adjust { .. } => TimelineResponse::default(),
            Input::Key { key, modifiers } => self.key(key, modifiers, ctx),
        }
    }

    fn follow(&mut self, at: Point, modifiers: Modifiers) {
        self.at = Some(at);
        self.modifiers = modifiers;
    }

    fn pressed(
        &mut self,
        at: Point,
        button: Button,
        modifiers: Modifiers,
        click_count: u32,
        ctx: &TimelineContext,
    ) -> TimelineResponse {
        let target = target_at(ctx, at);
        match (button, &target) {
            (Button::Middle, _) => {
                self.state = State::Panning(at);
                TimelineResponse::consumed()
            }
            (Button::Secondary, _) if !self.is_idle() => TimelineResponse::consumed(),
            // A menu opens for what is under the pointer, so that is selected first.
            (Button::Secondary, _) => press::open_menu(target, at, ctx),
            (Button::Primary, TimelineTarget::Ruler) if modifiers.shift => {
                self.state = State::Ranging(ctx.axis.edge_at(at.x));
                TimelineResponse::consumed()
            }
            (Button::Primary, TimelineTarget::Ruler) => {
                self.state = State::Scrubbing;
                TimelineResponse::seek(ctx.axis.frame_at(at.x))
            }
            (Button::Primary, _) if click_count == 2 => press::double_click(&target, at, ctx),
            (Button::Primary, _) => {
                self.state = State::Pressing(Press { at, target, modifiers });
                TimelineResponse::consumed()
            }
        }
    }

    fn moved(&mut self, at: Point, modifiers: Modifiers, ctx: &TimelineContext) -> TimelineResponse {
        if let State::Pressing(press) = &self.state
            && press.at.distance(at) > DRAG_THRESHOLD
        {
            self.state = press.clone().drag(ctx);
        }
        match &mut self.state {
            State::Idle => return TimelineResponse::default(),
            State::Pressing(_) => {}
            State::Scrubbing => return TimelineResponse::seek(ctx.axis.frame_at(at.x)),
            State::Ranging(from) => {
                let to = ctx.axis.edge_at(at.x);
                let range = (*from).min(to)..(*from).max(to);
                return TimelineResponse { range: Some(range), ..TimelineResponse::consumed() };
            }
            State::Panning(before) => {
                let by = at - *before;
                *before = at;
                let axis = Some(ctx.axis.panned_by(by.x));
                return TimelineResponse { axis, scroll_by: -by.y, ..TimelineResponse::consumed() };
            }
            State::Banding(drag) => drag.pointer_at(at, modifiers),
            State::Keyframes(drag) => drag.pointer_at(at, modifiers),
            State::Stretch(drag) => drag.pointer_at(at, modifiers),
            State::Spans(drag) => drag.pointer_at(at, modifiers),
            State::NewSpan(drag) => drag.pointer_at(at, modifiers),
            State::Marker(drag) => drag.pointer_at(at, modifiers),
        }
        TimelineResponse::consumed()
    }

    /// `moved` is what came of the way to where the button was released.
    fn released(&mut self, moved: TimelineResponse, ctx: &TimelineContext) -> TimelineResponse {
        match std::mem::take(&mut self.state) {
            State::Idle | State::Scrubbing | State::Ranging(_) | State::Panning(_) => moved,
            State::Pressing(press) => press.click(ctx),
            State::Banding(drag) => drag.finish(ctx),
            State::Keyframes(drag) => drag.finish(ctx),
            State::Stretch(drag) => drag.finish(ctx),
            State::Spans(drag) => drag.finish(ctx),
            State::NewSpan(drag) => drag.finish(ctx),
            State::Marker(drag) => drag.finish(ctx),
        }
    }

    fn key(&mut self, key: Key, modifiers: Modifiers, ctx: &TimelineContext) -> TimelineResponse {
        if self.is_idle() {
            return keys::pressed(key, modifiers, &mut self.range, ctx);
        }
        // No other key reaches shortcuts in the middle of a drag.
        if key == Key::Escape {
            self.cancel();
        }
        TimelineResponse::consumed()
    }

    /// What to paint over the lanes.
    pub fn draft(&self, ctx: &TimelineContext) -> TimelineDraft {
        match &self.state {
            State::Banding(drag) => drag.draft(),
            State::Keyframes(drag) => drag.draft(ctx),
            State::Stretch(drag) => drag.draft(ctx),
            State::Spans(drag) => drag.draft(ctx),
            State::NewSpan(drag) => drag.draft(ctx),
            State::Marker(drag) => drag.draft(ctx),
            State::Pressing(press) => {
                TimelineDraft { hovered: Some(press.target.clone()), ..TimelineDraft::default() }
            }
            State::Idle => {
                TimelineDraft { hovered: self.at.map(|at| target_at(ctx, at)), ..TimelineDraft::default() }
            }
            State::Scrubbing | State::Ranging(_) | State::Panning(_) => TimelineDraft::default(),
        }
    }

    /// How the pointer looks.
    pub fn cursor(&self, ctx: &TimelineContext) -> Cursor {
        match &self.state {
            State::Panning(_) => Cursor::Grabbing,
            State::Stretch(_) | State::NewSpan(_) | State::Ranging(_) => Cursor::ResizeHorizontal,
            State::Spans(drag) => drag.cursor(),
            State::Keyframes(_) | State::Marker(_) => Cursor::Move,
            State::Scrubbing | State::Banding(_) => Cursor::Default,
            State::Pressing(press) => press::cursor(&press.target, ctx),
            State::Idle => self.at.map_or(Cursor::Default, |at| press::cursor(&target_at(ctx, at), ctx)),
        }
    }

    /// What one can do now, as a short sentence without its full stop.
    pub fn hint(&self, ctx: &TimelineContext) -> &'static str {
        match &self.state {
            State::Idle => match self.at {
                Some(at) => press::hint(&target_at(ctx, at), ctx),
                None => press::hint(&TimelineTarget::Background, ctx),
            },
            State::Pressing(press) => press::hint(&press.target, ctx),
            State::Scrubbing => "Release to stay on this frame",
            State::Ranging(_) => "Release to loop over these frames",
            State::Panning(_) => "Release to stay here",
            State::Banding(_) => "Release to select what the band holds",
            State::Keyframes(_) | State::Spans(_) => "Alt copies; Ctrl suspends snapping; Escape cancels",
            State::Stretch(_) | State::NewSpan(_) | State::Marker(_) => {
                "Ctrl suspends snapping; Escape cancels"
            }
        }
    }
}
