//! The timeline of a video: what lies where along it, and what the pointer means there.
//!
//! **Along.** The [`Axis`] gives every frame the same width, whether or not the frames of the video last equally
//! long: what is set is set on a frame, and the hand needs all of them within reach. [`VideoFacts`] say when each is
//! shown, and the [`ruler`] is marked by them.
//!
//! **Above the rows** stand the ruler, and where there are notes their lane ([`NotesLane`]). What else the window puts
//! there goes by time alone, like the ruler.
//!
//! **Down.** [`Lanes`] holds one row for each track, and for each tier of spans as many as overlap. It follows the
//! objects: an edit costs the lanes that it touches. Rows in sight are found by their height, keyframes and spans in
//! sight by bisection ([`marks`]); where several fall on one point of the screen they become one mark. So the cost of
//! a frame follows what can be seen, not what there is.
//!
//! **Gestures.** [`TimelineTool`] is a state machine like the tools of the canvas: pressing is not dragging, nothing
//! changes before a drag ends, cancelling leaves no trace, and what comes out is one list of edits with a title.
//!
//! **Units.** Positions are points of the panel, from the top left of the ruler: x to the right, y down. Frames are
//! 0-based; *edges* are the borders between frames, so that edge 0 lies before frame 0 and edge n after frame n - 1.
//!
//! **Invariants.** No egui, no I/O, no clock. Everything lands on whole frames.

mod axis;
mod gestures;
mod hit;
mod lanes;
pub mod marks;
mod notes;
mod pictures;
pub mod ruler;
mod track_lane;

#[cfg(test)]
mod tests;

#[cfg(doc)]
use crate::model::VideoFacts;

pub use axis::Axis;
pub use gestures::{
    KeyframeSelection, MovedSpan, Readout, TimelineContext, TimelineDraft, TimelineResponse, TimelineTool,
    delete_keyframes, delete_marker, shift_selected, step_keyframe,
};
pub use hit::{SpanSide, TimelineTarget, target_at};
pub use lanes::{
    Arrangement, Lane, LaneFilter, LaneOrder, LaneRow, Lanes, PlacedRow, Section, SpanBar, Tier, TierId,
};
pub use notes::{NoteId, NoteMark, NotesLane};
pub use pictures::{PictureCell, picture_cells};
pub use ruler::{RulerUnit, Tick, timecode};
pub use track_lane::{KeyframeMark, Stretch, TrackLane};

/// Height of the ruler at the top, points.
pub const RULER_HEIGHT: f64 = 24.0;
/// Height of the lane of notes below the ruler, where there are some, points.
pub const NOTES_HEIGHT: f64 = 20.0;
/// Height of the strip of pictures above the rows, where it is shown, points.
pub const PICTURES_HEIGHT: f64 = 40.0;
/// Height of the sound of the video above the rows, where it is shown, points.
pub const SOUND_HEIGHT: f64 = 34.0;
/// Height of a lane of a track, and of a row of spans, points.
pub const ROW_HEIGHT: f64 = 22.0;
/// Height of the title over tracks or tiers, points.
pub const SECTION_HEIGHT: f64 = 22.0;
