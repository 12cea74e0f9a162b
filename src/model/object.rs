//! Objects: one annotation each.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    ActorId, AttributeId, AttributeValue, GroupId, LabelId, ObjectId, Shape, ShapeKind, Span, Track,
};
use crate::geometry::Rect;

/// What an object says: where, when, or just that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A shape on a picture.
    Shape(Shape),
    /// A shape that moves over the frames of a video.
    Track(Track),
    /// An interval of frames.
    Span(Span),
    /// Something about the whole asset.
    Tag,
}

/// The kinds of [`Content`], without their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentKind {
    /// A shape of this kind.
    Shape(ShapeKind),
    /// A track.
    Track,
    /// A span.
    Span,
    /// A tag.
    Tag,
}

/// A yes-or-no remark about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Not drawn.
    Hidden,
    /// Protected from edits.
    Locked,
    /// Partly hidden by something else.
    Occluded,
    /// Cut off by the picture's border.
    Truncated,
    /// Hard to make out; evaluations may leave it out.
    Difficult,
    /// Stands for many things that were not told apart.
    Crowd,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Self; 6] =
        [Self::Hidden, Self::Locked, Self::Occluded, Self::Truncated, Self::Difficult, Self::Crowd];

    /// The name under which it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Locked => "locked",
            Self::Occluded => "occluded",
            Self::Truncated => "truncated",
            Self::Difficult => "difficult",
            Self::Crowd => "crowd",
        }
    }

    /// The flag stored under this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.name() == name)
    }
}

/// How an object came to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Provenance {
    /// A person drew it.
    #[default]
    Hand,
    /// A model proposed it and a person accepted it.
    Model {
        /// The model's name.
        model: String,
        /// Its version, where it has one.
        #[serde(default)]
        version: String,
        /// Its score, 0 to 1.
        score: f64,
    },
    /// It was read from a file of another tool.
    Import {
        /// The id of the format.
        format: String,
        /// The file.
        #[serde(default)]
        file: String,
        /// The id that it had there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The score that it had there, 0 to 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<f64>,
    },
    /// It was interpolated between keyframes and then frozen.
    Interpolated,
    /// Several people's work was merged into it.
    Consensus,
}

/// What a reviewer said of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Nothing yet.
    #[default]
    Open,
    /// It is right.
    Accepted,
    /// It was not right; the reviewer has put it right.
    Corrected,
    /// It goes back to its author.
    Returned,
}

impl ReviewState {
    /// Whether it is right now.
    pub fn is_right(self) -> bool {
        matches!(self, Self::Accepted | Self::Corrected)
    }
}

/// One annotation on one asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its id in the project.
    pub id: ObjectId,
    /// What it says.
    pub content: Content,
    /// Its label; none while a person has not chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<LabelId>,
    /// Values of the label's attributes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<AttributeId, AttributeValue>,
    /// Yes-or-no remarks.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub flags: BTreeSet<Flag>,
    /// Objects with a higher number lie in front.
    #[serde(default)]
    pub z: i64,
    /// The group that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<ActorId>,
    /// How it came to be.
    #[serde(default)]
    pub provenance: Provenance,
    /// What a reviewer said of it.
    #[serde(default)]
    pub review: ReviewState,
    /// A person's remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Fields of the file that it was imported from and for which the model has no place, by format id. They
    /// are written back to the same format.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl Object {
    /// An object drawn by hand, without anything but its content and label.
    pub fn new(id: ObjectId, content: Content, label: Option<LabelId>) -> Self {
        Self {
            id,
            content,
            label,
            attributes: BTreeMap::new(),
            flags: BTreeSet::new(),
            z: 0,
            group: None,
            author: None,
            provenance: Provenance::Hand,
            review: ReviewState::Open,
            comment: String::new(),
            extra: BTreeMap::new(),
        }
    }

    /// A shape drawn by hand.
    pub fn shape(id: ObjectId, shape: Shape, label: Option<LabelId>) -> Self {
        Self::new(id, Content::Shape(shape), label)
    }

    /// A copy that says something else.
    pub fn with_content(&self, content: Content) -> Self {
        Self {
            id: self.id,
            content,
            label: self.label,
            attributes: self.attributes.clone(),
            flags: self.flags.clone(),
            z: self.z,
            group: self.group,
            author: self.author,
            provenance: self.provenance.clone(),
            review: self.review,
            comment: self.comment.clone(),
            extra: self.extra.clone(),
        }
    }

    /// Its track, where it is one.
    pub fn as_track(&self) -> Option<&Track> {
        match &self.content {
            Content::Track(track) => Some(track),
            Content::Shape(_) | Content::Span(_) | Content::Tag => None,
        }
    }

    /// Its span, where it is one.
    pub fn as_span(&self) -> Option<&Span> {
        match &self.content {
            Content::Span(span) => Some(span),
            Content::Shape(_) | Content::Track(_) | Content::Tag => None,
        }
    }

    /// Its shape, where it is one.
    pub fn as_shape(&self) -> Option<&Shape> {
        match &self.content {
            Content::Shape(shape) => Some(shape),
            Content::Track(_) | Content::Span(_) | Content::Tag => None,
        }
    }

    /// The kind of its content.
    pub fn kind(&self) -> ContentKind {
        match &self.content {
            Content::Shape(shape) => ContentKind::Shape(shape.kind()),
            Content::Track(_) => ContentKind::Track,
            Content::Span(_) => ContentKind::Span,
            Content::Tag => ContentKind::Tag,
        }
    }

    /// The bounds of its shape, where it is one.
    pub fn bounds(&self) -> Option<Rect> {
        self.as_shape().map(Shape::bounds)
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }
}

impl ContentKind {
    /// A word for people, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shape(kind) => kind.name(),
            Self::Track => "track",
            Self::Span => "span",
            Self::Tag => "tag",
        }
    }
}
