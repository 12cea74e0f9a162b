//! Markers are moved to other frames, and notes are gone to and deleted.

use std::collections::BTreeSet;

use super::super::NoteId;
use super::context::Readout;
use super::snapping::{End, snap};
use super::{KeyframeSelection, TimelineContext, TimelineDraft, TimelineResponse};
use crate::edit::NotesChange;
use crate::geometry::Point;
use crate::model::{Marker, MarkerId};
use crate::tools::{Gesture, Modifiers, Selection};

/// Moves a marker by whole frames.
#[derive(Clone, Debug)]
pub(super) struct MarkerDrag {
    marker: MarkerId,
    pressed_x: f64,
    at: Point,
    modifiers: Modifiers,
}

impl MarkerDrag {
    pub(super) fn begin(marker: MarkerId, pressed_at: Point, modifiers: Modifiers) -> Self {
        Self { marker, pressed_x: pressed_at.x, at: pressed_at, modifiers }
    }

    pub(super) fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        self.at = at;
        self.modifiers = modifiers;
    }

    /// The marker as it is, its frame as it would be, and the edge that it snapped to.
    fn target<'a>(&self, ctx: &TimelineContext<'a>) -> Option<(&'a Marker, u32, Option<u32>)> {
        let marker = ctx.notes.markers.get(&self.marker)?;
        let last = ctx.axis.num_frames() - 1;
        let wanted = ctx.axis.edge_at(ctx.axis.x_of_edge(marker.frame) + self.at.x - self.pressed_x);
        let snapped = snap(ctx, wanted.min(last), End::First, &BTreeSet::new(), self.modifiers)
            // It is one of the markers itself, and must not hold itself back.
            .filter(|edge| *edge <= last && *edge != marker.frame);
        Some((marker, snapped.unwrap_or(wanted).min(last), snapped))
    }

    pub(super) fn draft(&self, ctx: &TimelineContext) -> TimelineDraft {
        let Some((marker, frame, snapped)) = self.target(ctx) else { return TimelineDraft::default() };
        let by = i64::from(frame) - i64::from(marker.frame);
        TimelineDraft {
            marker: Some((self.marker, frame)),
            snapped,
            readout: Some(Readout::Moved { frame, by }),
            ..TimelineDraft::default()
        }
    }

    pub(super) fn finish(&self, ctx: &TimelineContext) -> TimelineResponse {
        let Some((marker, frame, _)) = self.target(ctx).filter(|(marker, frame, _)| marker.frame != *frame)
        else {
            return TimelineResponse::consumed();
        };
        let moved = Marker { frame, ..marker.clone() };
        let edit = NotesChange::Marker(self.marker, Some(moved)).edit(ctx.objects.asset());
        let gesture = Gesture { title: "Move marker".into(), edits: vec![edit] };
        TimelineResponse {
            note: Some(Some(NoteId::Marker(self.marker))),
            ..TimelineResponse::commit(Some(gesture))
        }
    }
}

/// Goes to the frame of a note. A comment's object is selected; a marker is what Delete means from now on.
pub(super) fn go_to(note: NoteId, ctx: &TimelineContext) -> TimelineResponse {
    let (frame, object) = match note {
        NoteId::Marker(id) => (ctx.notes.markers.get(&id).map(|marker| marker.frame), None),
        NoteId::Comment(id) => match ctx.notes.comments.get(&id) {
            Some(comment) => (comment.frame, comment.object),
            None => (None, None),
        },
    };
    let object = object.filter(|object| ctx.objects.object(*object).is_some());
    TimelineResponse {
        seek: frame,
        selection: Some(object.into_iter().collect::<Selection>()),
        keyframes: Some(KeyframeSelection::new()),
        note: Some(Some(note)),
        ..TimelineResponse::consumed()
    }
}

/// Deletes the chosen marker. `None` where none is chosen.
pub fn delete_marker(ctx: &TimelineContext) -> Option<Gesture> {
    let NoteId::Marker(id) = ctx.note? else { return None };
    ctx.notes.markers.get(&id).filter(|_| ctx.can_edit)?;
    let edit = NotesChange::Marker(id, None).edit(ctx.objects.asset());
    Some(Gesture { title: "Remove marker".into(), edits: vec![edit] })
}
