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
        let mut edges: Vec<u32> =
            self.reviews.values().flat_map(|review| [review.start, review.end]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut stretches: Vec<(u32, u32, ReviewState)> = Vec::new();
        for edge in edges.windows(2) {
            let state = self.review_at(edge[0]);
            match stretches.last_mut() {
                Some((_, end, before)) if *end == edge[0] && *before == state => *end = edge[1],
                _ if state == ReviewState::Open => {}
                _ => stretches.push((edge[0], edge[1], state)),
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
                ReviewState::Accepted => num.0 += frames,
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

    /// The comments that begin a thread and are not settled, the oldest first.
    pub fn open_comments(&self) -> impl Iterator<Item = (CommentId, &Comment)> {
        let is_open =
            |id: &CommentId, comment: &Comment| comment.answers.is_none() && !self.resolved.contains(id);
        self.comments.iter().filter(move |(id, comment)| is_open(id, comment)).map(|(id, c)| (*id, c))
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
    }
}
