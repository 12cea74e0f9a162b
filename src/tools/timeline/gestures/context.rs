//! What the timeline's tool sees, and what it answers.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::{Axis, Lanes, NOTES_HEIGHT, NoteId, NotesLane, RULER_HEIGHT, TierId, TimelineTarget};
use crate::edit::Objects;
use crate::geometry::Rect;
use crate::model::{ActorId, AssetNotes, LabelId, MarkerId, ObjectId};
use crate::tools::{Gesture, Selection};

/// The selected keyframes: track and frame.
pub type KeyframeSelection = BTreeSet<(ObjectId, u32)>;

/// What can be seen of the timeline.
#[derive(Clone, Copy)]
pub struct TimelineContext<'a> {
    /// The objects of the whole video, tracks as tracks.
    pub objects: &'a Objects,
    /// The rows. Must be up to date with the objects.
    pub lanes: &'a Lanes,
    /// Tiers that are folded into one row.
    pub folded_tiers: &'a BTreeSet<TierId>,
    /// Where frames lie.
    pub axis: &'a Axis,
    /// Where the rows begin, points: below the ruler and what follows it.
    pub rows_y: f64,
    /// How far the rows are scrolled, points.
    pub scroll_y: f64,
    /// The frame on screen.
    pub playhead: u32,
    /// The notes about the video.
    pub notes: &'a AssetNotes,
    /// Their lane, below the ruler unless it is empty. Must be up to date with the notes.
    pub note_marks: &'a NotesLane,
    /// The chosen note.
    pub note: Option<NoteId>,
    /// The frames that are played, where not all are.
    pub range: Option<(u32, u32)>,
    /// The selected objects.
    pub selection: &'a Selection,
    /// The selected keyframes.
    pub keyframes: &'a KeyframeSelection,
    /// The label of new spans.
    pub label: Option<LabelId>,
    /// Who works.
    pub author: ActorId,
    /// Whether anything may be changed.
    pub can_edit: bool,
}

impl TimelineContext<'_> {
    /// A height of the panel, counted from the first row on.
    pub fn lane_y(&self, y: f64) -> f64 {
        y - self.rows_y + self.scroll_y
    }

    /// A height counted from the first row on, in the panel.
    pub fn panel_y(&self, lane_y: f64) -> f64 {
        lane_y + self.rows_y - self.scroll_y
    }

    /// Whether a height of the panel is that of the lane of notes.
    pub fn is_on_notes(&self, y: f64) -> bool {
        !self.note_marks.is_empty() && (RULER_HEIGHT..RULER_HEIGHT + NOTES_HEIGHT).contains(&y)
    }

    /// Whether an object may be changed.
    pub fn is_editable(&self, object: ObjectId) -> bool {
        let is_locked = |id| {
            let track = self.lanes.track(id).map(|lane| lane.is_locked);
            track.or_else(|| self.lanes.span(id).map(|bar| bar.is_locked)).unwrap_or(true)
        };
        self.can_edit && !is_locked(object)
    }
}

/// What is to be done after an input. The default: nothing, and the input is for somebody else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineResponse {
    /// Whether the input meant something.
    pub consumed: bool,
    /// What to commit.
    pub gesture: Option<Gesture>,
    /// What is selected from now on.
    pub selection: Option<Selection>,
    /// Which keyframes are selected from now on.
    pub keyframes: Option<KeyframeSelection>,
    /// Which note is chosen from now on.
    pub note: Option<Option<NoteId>>,
    /// The marker that is to be given a name.
    pub name: Option<MarkerId>,
    /// A menu opens for this, which the pointer is on at this frame.
    pub menu: Option<(TimelineTarget, u32)>,
    /// The frame to show.
    pub seek: Option<u32>,
    /// The frames to play over and over; none of them: no longer.
    pub range: Option<Range<u32>>,
    /// Where frames lie from now on.
    pub axis: Option<Axis>,
    /// How far to scroll the rows down, points.
    pub scroll_by: f64,
    /// A sentence for the person.
    pub notice: Option<&'static str>,
}

impl TimelineResponse {
    /// The input meant something, but nothing is to be done.
    pub fn consumed() -> Self {
        Self { consumed: true, ..Self::default() }
    }

    /// Another frame is to be shown.
    pub fn seek(frame: u32) -> Self {
        Self { seek: Some(frame), ..Self::consumed() }
    }

    /// A gesture is finished.
    pub(super) fn commit(gesture: Option<Gesture>) -> Self {
        Self { gesture, ..Self::consumed() }
    }

    /// Nothing is done; the person is told why.
    pub(super) fn notice(text: &'static str) -> Self {
        Self { notice: Some(text), ..Self::consumed() }
    }
}

/// What to paint over the lanes: never stored, gone with the gesture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineDraft {
    /// What is under the pointer.
    pub hovered: Option<TimelineTarget>,
    /// Where keyframes would lie: track and frame.
    pub keyframes: Vec<(ObjectId, u32)>,
    /// Where a track would end: track and edge.
    pub track_end: Option<(ObjectId, u32)>,
    /// Where spans would lie.
    pub spans: Vec<MovedSpan>,
    /// Where a marker would stand.
    pub marker: Option<(MarkerId, u32)>,
    /// A span that is being made: its top in the panel, points, and its frames.
    pub new_span: Option<(f64, Range<u32>)>,
    /// Whether what is dragged stays where it is, and copies go.
    pub copies: bool,
    /// A band, in the panel, points.
    pub band: Option<Rect>,
    /// The edge that something snapped to.
    pub snapped: Option<u32>,
    /// What is being said beside the pointer: frames from, to (the last one), or by how many.
    pub readout: Option<Readout>,
}

/// A span that is being moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedSpan {
    /// The span.
    pub object: ObjectId,
    /// Its frames, as they would be.
    pub frames: Range<u32>,
    /// The tier that it would come to; `None`: its own.
    pub tier: Option<TierId>,
}

/// Numbers beside the pointer.
#[derive(Clone, Debug, PartialEq)]
pub enum Readout {
    /// A keyframe goes to this frame, which is so many frames from where it was.
    Moved {
        /// The frame.
        frame: u32,
        /// How far, frames.
        by: i64,
    },
    /// Frames from the first to before the last edge.
    Frames(Range<u32>),
}
