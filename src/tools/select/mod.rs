//! The select tool: chooses objects, moves, resizes and turns them, and edits their vertices.
//!
//! The button goes down on something ([`press`]) and nothing happens yet. Released there, it is a click; when the
//! pointer goes some way, it becomes one of five drags, each in a file of its own: objects are moved, a band is
//! drawn, a frame is pulled, an object is turned, a vertex is dragged. The selection changes only when a click or
//! a drag ends.

mod banding;
mod frame;
mod handles;
mod keys;
mod moving;
mod press;
mod resizing;
mod rotating;
#[cfg(test)]
mod tests;
mod vertex;

pub use keys::{delete_selected, nudge_by_key};

use std::cell::Cell;

use self::banding::Banding;
use self::handles::{KnownFrame, held_with};
use self::moving::Moving;
use self::press::{Press, Target, target_at};
use self::resizing::Resizing;
use self::rotating::Rotating;
use self::vertex::VertexDrag;
use super::hit::objects_at;
use super::input::Hand;
use super::{
    Button, Cursor, Draft, HandleKind, Input, Key, Modifiers, Response, Selection, Tool, ToolContext,
    ToolInfo,
};
use crate::geometry::Point;

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "select",
    name: "Select",
    help: "Select, move, resize and turn objects, and edit their vertices.",
    shortcut: "V",
    icon: "cursor",
    draws: None,
    new: || Box::new(SelectTool::default()),
};

/// Something that follows the pointer until the button is released.
trait Drag {
    /// The pointer has gone on.
    fn pointer_at(&mut self, at: Point, modifiers: Modifiers);

    /// Whether what it drags is gone, or no longer what it was.
    fn is_stale(&self, ctx: &ToolContext) -> bool;

    /// What releasing the button does.
    fn finish(&self, ctx: &ToolContext) -> Response;

    /// What to paint meanwhile.
    fn draft(&self, ctx: &ToolContext) -> Draft;

    /// How the pointer looks.
    fn cursor(&self) -> Cursor;

    /// What one can do now.
    fn hint(&self) -> &'static str;
}

#[derive(Clone, Default)]
struct SelectTool {
    state: State,
    hand: Hand,
    known_frame: Cell<Option<KnownFrame>>,
    /// Where the last click was: a click at the same place takes the object below.
    clicked_at: Option<Point>,
}

#[derive(Clone, Default)]
enum State {
    #[default]
    Idle,
    Pressing(Press),
    Moving(Moving),
    Banding(Banding),
    Resizing(Resizing),
    Rotating(Rotating),
    Vertex(VertexDrag),
}

impl State {
    fn drag(&self) -> Option<&dyn Drag> {
        match self {
            Self::Idle | Self::Pressing(_) => None,
            Self::Moving(drag) => Some(drag),
            Self::Banding(drag) => Some(drag),
            Self::Resizing(drag) => Some(drag),
            Self::Rotating(drag) => Some(drag),
            Self::Vertex(drag) => Some(drag),
        }
    }

    fn drag_mut(&mut self) -> Option<&mut dyn Drag> {
        match self {
            Self::Idle | Self::Pressing(_) => None,
            Self::Moving(drag) => Some(drag),
            Self::Banding(drag) => Some(drag),
            Self::Resizing(drag) => Some(drag),
            Self::Rotating(drag) => Some(drag),
            Self::Vertex(drag) => Some(drag),
        }
    }
}

impl SelectTool {
    fn pressed(&mut self, at: Point, modifiers: Modifiers, ctx: &ToolContext) -> Response {
        let target = target_at(ctx, held_with(ctx, &self.known_frame), at, modifiers, self.clicked_at);
        self.state = State::Pressing(Press { at, target, modifiers });
        Response::consumed()
    }

    /// A menu opens for what is under the pointer, so that is selected first.
    fn right_pressed(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if !self.is_idle() {
            return Response::consumed();
        }
        let objects = objects_at(ctx, at);
        let is_on_selection = objects.iter().any(|id| ctx.selection.contains(*id));
        let selection = objects.first().filter(|_| !is_on_selection).map(|top| Selection::of(*top));
        Response { selection, ..Response::ignored() }
    }

    fn moved(&mut self, at: Point, modifiers: Modifiers, ctx: &ToolContext) -> Response {
        if let State::Pressing(press) = self.state
            && !ctx.is_near(press.at, at, ctx.settings.drag_threshold_screen_px)
        {
            self.state = drag_from(&press, ctx);
        }
        if let Some(drag) = self.state.drag_mut() {
            drag.pointer_at(at, modifiers);
        }
        Response { consumed: !self.is_idle(), ..Response::default() }
    }

    fn released(&mut self, ctx: &ToolContext) -> Response {
        let state = std::mem::take(&mut self.state);
        if let Some(drag) = state.drag() {
            self.clicked_at = None;
            return drag.finish(ctx);
        }
        match state {
            State::Pressing(press) => {
                let clicked_at = self.clicked_at.replace(press.at);
                press.click(ctx, clicked_at)
            }
            _ => Response::ignored(),
        }
    }

    fn key(&mut self, key: Key, modifiers: Modifiers, ctx: &ToolContext) -> Response {
        if !self.is_idle() {
            // No other key reaches shortcuts in the middle of a drag.
            if key == Key::Escape {
                self.cancel();
            }
            return Response::consumed();
        }
        if ctx.selection.is_empty() {
            return Response::ignored();
        }
        match key {
            Key::Escape => Response::select(Selection::default()),
            Key::Delete | Key::Backspace => match delete_selected(ctx, modifiers.shift) {
                Some(gesture) => {
                    Response { selection: Some(Selection::default()), ..Response::commit(Some(gesture)) }
                }
                None => Response::notice("The selected objects are locked. Shift+Delete deletes them too."),
            },
            Key::Left | Key::Right | Key::Up | Key::Down => {
                Response::commit(nudge_by_key(ctx, key, modifiers))
            }
            Key::Enter | Key::Undo => Response::ignored(),
        }
    }

    /// What the pointer is over while no drag is under way.
    fn target(&self, ctx: &ToolContext) -> Option<Target> {
        match self.state {
            State::Pressing(press) => Some(press.target),
            _ => {
                let at = self.hand.at?;
                let held = held_with(ctx, &self.known_frame);
                Some(target_at(ctx, held, at, self.hand.modifiers, self.clicked_at))
            }
        }
    }
}

/// The drag that begins where the button went down.
fn drag_from(press: &Press, ctx: &ToolContext) -> State {
    let (pressed_at, modifiers) = (press.at, press.modifiers);
    let drag = match press.target {
        Target::Resize(across, down) => Resizing::begin(ctx, (across, down), pressed_at).map(State::Resizing),
        Target::Rotate => Rotating::begin(ctx, pressed_at).map(State::Rotating),
        Target::Vertex(id, index) => VertexDrag::of_vertex(ctx, id, index, pressed_at).map(State::Vertex),
        Target::Midpoint(id, index, on_edge) | Target::Edge(id, index, on_edge) => {
            VertexDrag::of_edge(ctx, id, index, on_edge, pressed_at).map(State::Vertex)
        }
        Target::Object(id) => {
            let mut selection = ctx.selection.clone();
            if !selection.contains(id) && !modifiers.toggles() {
                selection = Selection::default();
            }
            selection.insert(id);
            Some(State::Moving(Moving::begin(ctx, selection, pressed_at, modifiers)))
        }
        Target::Background => Some(State::Banding(Banding { start: pressed_at, at: pressed_at, modifiers })),
    };
    // What was pressed is gone: somebody else deleted it meanwhile.
    drag.unwrap_or_default()
}

impl Tool for SelectTool {
    fn info(&self) -> &'static ToolInfo {
        &INFO
    }

    fn state_name(&self) -> &'static str {
        match &self.state {
            State::Idle => "idle",
            State::Pressing(press) => match press.target {
                Target::Resize(..) | Target::Rotate => "pressing.handle",
                Target::Vertex(..) => "pressing.vertex",
                Target::Midpoint(..) | Target::Edge(..) => "pressing.edge",
                Target::Object(_) => "pressing.object",
                Target::Background => "pressing.background",
            },
            State::Moving(_) => "moving",
            State::Banding(_) => "banding",
            State::Resizing(_) => "resizing",
            State::Rotating(_) => "rotating",
            State::Vertex(_) => "vertex",
        }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        if self.state.drag().is_some_and(|drag| drag.is_stale(ctx)) {
            self.cancel();
        }
        match *input {
            Input::PointerDown { at, button: Button::Primary, modifiers, .. } => {
                self.pressed(at, modifiers, ctx)
            }
            Input::PointerDown { at, button: Button::Secondary, .. } => self.right_pressed(at, ctx),
            Input::PointerMove { at, modifiers } => self.moved(at, modifiers, ctx),
            Input::PointerUp { at, button: Button::Primary, modifiers } => {
                self.moved(at, modifiers, ctx);
                self.released(ctx)
            }
            Input::Key { key, modifiers } => self.key(key, modifiers, ctx),
            Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerLeave
            | Input::Adjust { .. } => Response::ignored(),
        }
    }

    fn cancel(&mut self) {
        self.state = State::Idle;
        self.clicked_at = None;
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        if let Some(drag) = self.state.drag() {
            return if drag.is_stale(ctx) { Draft::default() } else { drag.draft(ctx) };
        }
        let target = self.target(ctx);
        let held_handle = match target {
            Some(Target::Resize(across, down)) => Some(HandleKind::Resize(across, down)),
            Some(Target::Rotate) => Some(HandleKind::Rotate),
            Some(Target::Vertex(_, index)) => Some(HandleKind::Vertex(index)),
            Some(Target::Midpoint(_, index, _)) => Some(HandleKind::Midpoint(index)),
            Some(Target::Edge(..) | Target::Object(_) | Target::Background) | None => None,
        };
        let mut handles = held_with(ctx, &self.known_frame).map_or_else(Vec::new, |held| held.handles(ctx));
        for handle in &mut handles {
            handle.is_active = Some(handle.kind) == held_handle;
        }
        let highlighted = match target {
            Some(Target::Object(id)) => vec![id],
            _ => Vec::new(),
        };
        let is_unfinished = self.known_frame.get().is_some_and(|known| known.is_unfinished(ctx));
        Draft { handles, highlighted, is_unfinished, ..Draft::default() }
    }

    fn cursor(&self, ctx: &ToolContext) -> Cursor {
        match (self.state.drag(), self.target(ctx)) {
            (Some(drag), _) => drag.cursor(),
            (None, Some(target)) => target.cursor(ctx, self.hand.modifiers),
            (None, None) => Cursor::Default,
        }
    }

    fn hint(&self, ctx: &ToolContext) -> &'static str {
        match (self.state.drag(), self.target(ctx)) {
            (Some(drag), _) => drag.hint(),
            (None, target) => target.unwrap_or(Target::Background).hint(ctx),
        }
    }
}
