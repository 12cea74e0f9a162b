//! The lane of notes: markers and comments at their frames, and what reviewers said of stretches of frames.

use std::collections::BTreeSet;

use crate::model::{AssetNotes, CommentId, MarkerId, ReviewState};

/// A note that stands at a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteId {
    /// A marker.
    Marker(MarkerId),
    /// A comment that is not settled.
    Comment(CommentId),
}

/// Where a note stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoteMark {
    /// Its frame.
    pub frame: u32,
    /// Which one it is.
    pub id: NoteId,
}

/// What the lane of notes shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotesLane {
    /// Markers, and comments that begin a thread and are not settled, by frame.
    pub marks: Vec<NoteMark>,
    /// The stretches of frames that something was said of, by frame and without overlaps: start, end, state.
    pub reviewed: Vec<(u32, u32, ReviewState)>,
}

impl NotesLane {
    /// The lane of a video's notes. What stands behind its last frame is left out.
    pub fn new(notes: &AssetNotes, num_frames: u32) -> Self {
        let markers = notes.markers.iter().map(|(id, marker)| (marker.frame, NoteId::Marker(*id)));
        let comments =
            notes.open_comments().filter_map(|(id, comment)| Some((comment.frame?, NoteId::Comment(id))));
        let marks: BTreeSet<NoteMark> = markers
            .chain(comments)
            .filter(|(frame, _)| *frame < num_frames)
            .map(|(frame, id)| NoteMark { frame, id })
            .collect();
        Self { marks: marks.into_iter().collect(), reviewed: notes.reviewed() }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.reviewed.is_empty()
    }

    /// The frames that bear a marker, ascending.
    pub fn markers(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.marks.iter().filter(|mark| matches!(mark.id, NoteId::Marker(_))).map(|mark| mark.frame)
    }

    /// The notes from one frame to another, both included.
    pub fn between(&self, first: u32, last: u32) -> &[NoteMark] {
        let from = self.marks.partition_point(|mark| mark.frame < first);
        let to = self.marks.partition_point(|mark| mark.frame <= last);
        &self.marks[from..to.max(from)]
    }

    /// What was said of a frame, and of which frames with it.
    pub fn review_at(&self, frame: u32) -> Option<(u32, u32, ReviewState)> {
        let index = self.reviewed.partition_point(|(_, end, _)| *end <= frame);
        self.reviewed.get(index).copied().filter(|(start, _, _)| *start <= frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Color, Comment, FrameReview, FrameReviewId, Marker};

    fn notes() -> AssetNotes {
        let mut notes = AssetNotes::NONE;
        for (n, frame) in [(1, 30), (2, 10), (3, 100)] {
            let marker = Marker { frame, text: String::new(), color: Color::for_index(0) };
            notes.markers.insert(MarkerId::from_u128(n), marker);
        }
        for (n, frame) in [(1, Some(10)), (2, None), (3, Some(20))] {
            notes.comments.insert(CommentId::from_u128(n), Comment { frame, ..Comment::default() });
        }
        notes.resolved.insert(CommentId::from_u128(3));
        let review = FrameReview { start: 5, end: 15, state: ReviewState::Accepted, author: None, at_ms: 0 };
        notes.reviews.insert(FrameReviewId::from_u128(1), review);
        notes
    }

    #[test]
    fn open_notes_of_the_video_stand_at_their_frames_in_order() {
        let lane = NotesLane::new(&notes(), 100);
        let frames: Vec<u32> = lane.marks.iter().map(|mark| mark.frame).collect();
        assert_eq!(frames, [10, 10, 30], "neither settled ones nor those behind the end");
        assert_eq!(lane.markers().collect::<Vec<_>>(), [10, 30]);
        assert_eq!(lane.between(10, 29).len(), 2);
        assert!(lane.between(11, 29).is_empty() && lane.between(40, 20).is_empty());
    }

    #[test]
    fn a_review_is_found_by_any_of_its_frames() {
        let lane = NotesLane::new(&notes(), 100);
        assert_eq!(lane.review_at(5), Some((5, 15, ReviewState::Accepted)));
        assert_eq!(lane.review_at(14), Some((5, 15, ReviewState::Accepted)));
        assert_eq!((lane.review_at(4), lane.review_at(15)), (None, None));
        assert!(NotesLane::new(&AssetNotes::NONE, 100).is_empty());
    }
}
