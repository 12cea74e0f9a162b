//! Objects in time: tracks and spans.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AttributeId, AttributeValue, Shape};

/// What a person said about a track on one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keyframe {
    /// The shape on this frame.
    pub shape: Shape,
    /// Whether the object is out of sight from this frame on, until the next keyframe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
    /// Whether it is partly hidden from this frame on, until the next keyframe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub occluded: bool,
}

/// One thing followed over the frames of a video. Between keyframes its shape is interpolated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The keyframes by frame index.
    pub keyframes: BTreeMap<u32, Keyframe>,
    /// Values of mutable attributes, each from its frame on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<u32, BTreeMap<AttributeId, AttributeValue>>,
}

/// An interval of frames on a lane of the timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first frame.
    pub start: u32,
    /// The frame after the last; one more than `start` for an event.
    pub end: u32,
    /// The lane, by name; the label's own lane when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lane: String,
}

impl Span {
    /// A point in time: one frame.
    pub fn event(frame: u32, lane: impl Into<String>) -> Self {
        Self { start: frame, end: frame.saturating_add(1), lane: lane.into() }
    }

    /// Whether it is one frame long.
    pub fn is_event(&self) -> bool {
        self.end == self.start.saturating_add(1)
    }
}
