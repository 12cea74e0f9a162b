//! What the hands do, in image coordinates.

use crate::geometry::Point;

/// A button of the mouse or pen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The one that draws and selects.
    Primary,
    /// The one that opens menus.
    Secondary,
    /// The wheel.
    Middle,
}

/// The modifier keys that are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Constrains: squares, straight lines, kept proportions. Adds to the selection.
    pub shift: bool,
    /// Suspends snapping. Adds to the selection and takes away from it. Command on a Mac.
    pub ctrl: bool,
    /// Works from the centre. Deletes and inserts vertices.
    pub alt: bool,
}

impl Modifiers {
    /// No key is held.
    pub const NONE: Self = Self { shift: false, ctrl: false, alt: false };
    /// Shift alone.
    pub const SHIFT: Self = Self { shift: true, ..Self::NONE };
    /// Ctrl alone.
    pub const CTRL: Self = Self { ctrl: true, ..Self::NONE };
    /// Alt alone.
    pub const ALT: Self = Self { alt: true, ..Self::NONE };

    /// Whether a click adds to the selection, or takes away from it.
    pub fn toggles(self) -> bool {
        self.shift || self.ctrl
    }
}

/// The keys that tools listen to, by what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Finishes what is being drawn.
    Enter,
    /// Cancels.
    Escape,
    /// Takes the last point back.
    Backspace,
    /// Deletes the selection.
    Delete,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Whatever the person's shortcut for undo is. A tool that does not consume it has nothing to take back.
    Undo,
}

/// One thing that a hand did. Positions are image pixels and may lie outside the picture.
///
/// The app sends a [`Input::PointerMove`] again when the modifiers change, and when the picture moves under a
/// pointer that stands still.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// A button went down.
    PointerDown {
        /// Where.
        at: Point,
        /// Which one.
        button: Button,
        /// The keys held.
        modifiers: Modifiers,
        /// 1 for a first click, 2 for the second one of a double click, and so on.
        click_count: u32,
    },
    /// The pointer is somewhere else now, whether or not a button is down.
    PointerMove {
        /// Where.
        at: Point,
        /// The keys held.
        modifiers: Modifiers,
    },
    /// A button was released.
    PointerUp {
        /// Where.
        at: Point,
        /// Which one.
        button: Button,
        /// The keys held.
        modifiers: Modifiers,
    },
    /// The pointer left the canvas with no button down.
    PointerLeave,
    /// More or less of whatever the tool has to adjust: a tolerance, a size.
    Adjust {
        /// How many steps; below 0 for less.
        steps: i32,
    },
    /// A key was pressed.
    Key {
        /// Which one.
        key: Key,
        /// The keys held with it.
        modifiers: Modifiers,
    },
}

impl Input {
    /// Whether its position, where it has one, is finite.
    pub fn is_finite(&self) -> bool {
        match self {
            Self::PointerDown { at, .. } | Self::PointerMove { at, .. } | Self::PointerUp { at, .. } => {
                at.is_finite()
            }
            Self::PointerLeave | Self::Adjust { .. } | Self::Key { .. } => true,
        }
    }
}

/// Where the pointer is over the canvas, and the modifier keys held with it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Hand {
    /// Image pixels; `None` while the pointer is elsewhere.
    pub(super) at: Option<Point>,
    /// The keys held.
    pub(super) modifiers: Modifiers,
}

impl Hand {
    /// Takes note of where an input was made.
    pub(super) fn follow(&mut self, input: &Input) {
        match *input {
            Input::PointerDown { at, modifiers, .. }
            | Input::PointerMove { at, modifiers }
            | Input::PointerUp { at, modifiers, .. } => *self = Self { at: Some(at), modifiers },
            Input::PointerLeave => self.at = None,
            Input::Adjust { .. } | Input::Key { .. } => {}
        }
    }
}
