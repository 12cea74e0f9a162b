//! What people say about work, besides what they say of single objects ([`super::Object::review`]).

use serde::{Deserialize, Serialize};

use super::{ActorId, ObjectId, ReviewState};
use crate::geometry::Point;
use crate::id_type;

id_type!(
    /// One comment.
    CommentId
);
id_type!(
    /// What a reviewer said of one stretch of frames.
    FrameReviewId
);

/// Words pinned to an asset: to an object, a place and a frame of it, as far as they are given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// The words.
    pub text: String,
    /// Who wrote them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<ActorId>,
    /// When, milliseconds since 1970.
    #[serde(default)]
    pub at_ms: u64,
    /// The object that they are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// The place, image pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Point>,
    /// The frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// The comment that they answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<CommentId>,
}

/// What a reviewer said of a stretch of frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameReview {
    /// The first frame.
    pub start: u32,
    /// The frame after the last.
    pub end: u32,
    /// What was said.
    pub state: ReviewState,
    /// Who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<ActorId>,
    /// When, milliseconds since 1970. Of two that overlap the later one counts.
    #[serde(default)]
    pub at_ms: u64,
}
