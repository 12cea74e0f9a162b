//! What the pointer means: one small state machine for each tool, in image coordinates.
//!
//! A tool is handed an [`Input`] and sees the document through a [`ToolContext`]. It answers with a
//! [`Response`]: at the end of a gesture one list of edits with a title, and what is selected now. In between it
//! offers a [`Draft`] to paint: shapes being made, previews, handles, a band. Drafts and drags are computed from
//! the document as it stands, so an edit that arrives from elsewhere in the middle of a gesture does no harm.
//!
//! **States** have a readable path, [`Tool::state`], as in `polygon.placing`. A button that is down
//! (`pressing`) and a drag are different states, and a drag begins only when the pointer has gone some way on
//! screen: that is what keeps a click from moving things.
//!
//! **Units.** Positions are image pixels as `geometry` defines them. What belongs to the hand (how near is hit,
//! how far is a drag) is in screen pixels and named so.
//!
//! **One file for each tool**, which declares everything that a person sees of it in a [`ToolInfo`]. [`TOOLS`]
//! lists them; toolbar, palette and help sheet are drawn from the list. The parts they share: what lies under
//! the pointer ([`hit`]), where a point goes (`snapping`, `constraint`), edges and vertices (`outline`),
//! boxes from drags (`rect_drag`), lines from clicks and strokes (`path`), areas from the picture
//! (`found_area`).
//!
//! **What the picture shows** tools do not see. Those that need it (scissors, cut out, magic wand, cell brush, find similar)
//! ask a [`Question`] and are handed an [`Answer`] later; meanwhile they go on.
//!
//! **Time** has a state machine of its own: [`timeline`] is what the pointer means beside the picture, where tracks
//! and spans lie along the frames of a video.
//!
//! **What was decided.**
//! - A click takes the smallest object under the pointer, lines before areas; a second click at the same place
//!   takes the next one below. Locked and hidden objects are not picked and not changed.
//! - A band drawn from left to right takes what it contains, from right to left also what it touches. Shift adds
//!   to the selection, Ctrl takes away; a click with either does what fits.
//! - A polygon that crosses itself is kept as drawn; the person is told.
//! - Where the label does not allow a shape, the drawing does not begin.
//!
//! **Invariants.** No egui, no GPU, no I/O, no clock. A tool writes nothing: not to the document, not to the
//! selection. [`Tool::cancel`] in any state leaves no trace. Everything in a draft is finite, every shape in a
//! gesture is valid, and what is drawn lies inside the picture.

pub mod areas;
mod bbox;
mod brush;
mod cell_brush;
mod constraint;
mod context;
mod cutout;
mod draft;
mod drawing;
mod ellipse;
mod found_area;
#[cfg(test)]
mod harness;
pub mod hit;
mod input;
mod list;
mod outline;
mod pan;
mod path;
mod points;
mod polygon;
mod polyline;
mod question;
#[cfg(test)]
mod random_tests;
mod rect_drag;
mod response;
mod rotated_box;
mod scissors;
mod select;
mod selection;
mod similar;
mod slice;
mod snapping;
pub mod timeline;
mod tool;
mod toolbox;
mod wand;

pub use context::{MAX_BRUSH_RADIUS_PX, RightClick, ToolContext, ToolSettings};
pub use draft::{
    Band, BandMode, Circle, Cursor, Draft, DraftShape, Handle, HandleKind, Readout, SnapKind, SnapMark,
};
pub use hit::HitIndex;
pub use input::{Button, Input, Key, Modifiers};
pub use list::{TOOLS, tool_info};
pub use question::{Answer, Cells, Mark, Question, Similar, Wanted, Ways};
pub use response::{Gesture, Response};
pub use selection::Selection;
pub use tool::{CloneTool, Tool, ToolInfo};
pub use toolbox::Toolbox;
