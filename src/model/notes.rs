//! What is noted about an asset as a whole: review of its frames, comments, markers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Color, Comment, CommentId, FrameReview, FrameReviewId, ObjectId, ReviewState};
use crate::id_type;

id_type!(
    /// One marker.
    MarkerId
);

/// A flag on the timeline of a video, to come back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marker {
    /// The frame that it stands at.
    pub frame: u32,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Its colour.
    pub color: Color,
}

/// The notes about one asset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssetNotes {
    /// Comments.
    pub comments: BTreeMap<CommentId, Comment>,
    /// Those that are settled.
    pub resolved: BTreeSet<CommentId>,
    /// What reviewers said of stretches of frames. Where people wrote at the same time they may overlap.
    pub reviews: BTreeMap<FrameReviewId, FrameReview>,
    /// Markers.
    pub markers: BTreeMap<MarkerId, Marker>,
}

impl AssetNotes {
    /// No notes.
    pub const NONE: Self = Self {
        comments: BTreeMap::new(),
        resolved: BTreeSet::new(),
        reviews: BTreeMap::new(),
        markers: BTreeMap::new(),
    };

    /// Whether nothing is noted.
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// What was said of a frame, by the last who said anything.
    pub fn review_at(&self, frame: u32) -> ReviewState {
        let over = self.reviews.iter().filter(|(_, review)| (review.start..review.end).contains(&frame));
        over.max_by_key(|(id, review)| (review.at_ms, **id))
            .map_or(ReviewState::Open, |(_, review)| review.state)
    }

    /// The stretches of frames that something was said of, in order, without overlaps: start, end, state.
    pub fn reviewed(&self) -> Vec<(u32, u32, ReviewState)> {
        // At each edge, reviews begin and end; of those that are over a frame, the latest counts.
        let mut edges: Vec<(u32, bool, u64, FrameReviewId, ReviewState)> = Vec::new();
        for (id, review) in self.reviews.iter().filter(|(_, review)| review.start < review.end) {
            edges.push((review.start, true, review.at_ms, *id, review.state));
            edges.push((review.end, false, review.at_ms, *id, review.state));
        }
        edges.sort_unstable_by_key(|(frame, ..)| *frame);
        let mut over = BTreeMap::new();
        let mut stretches: Vec<(u32, u32, ReviewState)> = Vec::new();
        let mut from = 0;
        for (frame, begins, at_ms, id, state) in edges {
            let before = over.last_key_value().map_or(ReviewState::Open, |(_, state)| *state);
            match stretches.last_mut() {
                _ if from == frame || before == ReviewState::Open => {}
                Some((_, end, last)) if *end == from && *last == before => *end = frame,
                _ => stretches.push((from, frame, before)),
            }
            from = frame;
            match begins {
                true => drop(over.insert((at_ms, id), state)),
                false => drop(over.remove(&(at_ms, id))),
            }
        }
        stretches
    }

    /// How many of the first `num_frames` frames were accepted, and how many returned.
    pub fn num_reviewed(&self, num_frames: u32) -> (u32, u32) {
        let mut num = (0, 0);
        for (start, end, state) in self.reviewed() {
            let frames = end.min(num_frames).saturating_sub(start);
            match state {
                ReviewState::Accepted | ReviewState::Corrected => num.0 += frames,
                ReviewState::Returned => num.1 += frames,
                ReviewState::Open => {}
            }
        }
        num
    }

    /// The comments about an object, the oldest first.
    pub fn comments_about(&self, object: ObjectId) -> impl Iterator<Item = (CommentId, &Comment)> {
        let about = self.comments.iter().filter(move |(_, comment)| comment.object == Some(object));
        about.map(|(id, comment)| (*id, comment))
    }

    /// The comments that begin a thread, the oldest first. An answer to what is gone begins one of its own.
    pub fn threads(&self) -> impl Iterator<Item = (CommentId, &Comment)> {
        let begins = |comment: &Comment| comment.answers.is_none_or(|to| !self.comments.contains_key(&to));
        self.comments.iter().filter(move |(_, comment)| begins(comment)).map(|(id, comment)| (*id, comment))
    }

    /// The answers to a comment, the oldest first.
    pub fn answers_to(&self, id: CommentId) -> impl Iterator<Item = (CommentId, &Comment)> {
        let answers = self.comments.iter().filter(move |(_, comment)| comment.answers == Some(id));
        answers.map(|(id, comment)| (*id, comment))
    }

    /// The comments that begin a thread and are not settled, the oldest first.
    pub fn open_comments(&self) -> impl Iterator<Item = (CommentId, &Comment)> {
        self.threads().filter(|(id, _)| !self.resolved.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(reviews: &[(u32, u32, ReviewState, u64)]) -> AssetNotes {
        let review = |&(start, end, state, at_ms)| FrameReview { start, end, state, author: None, at_ms };
        let ids = (1..).map(FrameReviewId::from_u128);
        AssetNotes { reviews: ids.zip(reviews.iter().map(review)).collect(), ..AssetNotes::default() }
    }

    #[test]
    fn of_reviews_that_overlap_the_later_counts() {
        let notes = notes(&[(0, 100, ReviewState::Accepted, 5), (40, 60, ReviewState::Returned, 9)]);
        let expected = [
            (0, 40, ReviewState::Accepted),
            (40, 60, ReviewState::Returned),
            (60, 100, ReviewState::Accepted),
        ];
        assert_eq!(notes.reviewed(), expected);
        assert_eq!(notes.num_reviewed(50), (40, 10));
        assert_eq!(notes.review_at(100), ReviewState::Open, "the end is not in it");
    }

    #[test]
    fn neighbours_of_the_same_state_are_one_stretch() {
        let notes = notes(&[(0, 10, ReviewState::Accepted, 1), (10, 20, ReviewState::Accepted, 2)]);
        assert_eq!(notes.reviewed(), [(0, 20, ReviewState::Accepted)]);
    }

    #[test]
    fn answers_and_settled_comments_are_not_open() {
        let [first, answer, settled] = [1, 2, 3].map(CommentId::from_u128);
        let mut notes = AssetNotes::default();
        notes.comments.insert(first, Comment::default());
        notes.comments.insert(answer, Comment { answers: Some(first), ..Comment::default() });
        notes.comments.insert(settled, Comment::default());
        notes.resolved.insert(settled);
        assert_eq!(notes.open_comments().map(|(id, _)| id).collect::<Vec<_>>(), [first]);
        assert_eq!(notes.threads().map(|(id, _)| id).collect::<Vec<_>>(), [first, settled]);
        assert_eq!(notes.answers_to(first).map(|(id, _)| id).collect::<Vec<_>>(), [answer]);
        notes.comments.remove(&first);
        assert_eq!(notes.open_comments().map(|(id, _)| id).collect::<Vec<_>>(), [answer], "nothing is lost");
    }
}
