//! What a format can carry, as far as it can be said without looking at the objects.

use serde::Serialize;

use crate::model::ShapeKind;

/// One thing of the model that a format may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Shapes of this kind, as such.
    Shape(ShapeKind),
    /// Holes in polygons.
    Holes,
    /// Polygons of several parts.
    Parts,
    /// Whether a joint is visible, hidden or absent.
    Visibility,
    /// Values of attributes.
    Attributes,
    /// That an object is partly hidden.
    Occluded,
    /// That an object is cut off by the border.
    Truncated,
    /// That an object is hard to make out.
    Difficult,
    /// That an object stands for many.
    Crowd,
    /// What lies in front.
    Order,
    /// Which objects belong together.
    Groups,
    /// Scores of models.
    Scores,
    /// Remarks of people.
    Comments,
    /// Tags of whole pictures.
    Tags,
    /// Objects that move over the frames of a video.
    Tracks,
    /// Which frames of a track a person set; without, every frame is one of those.
    Keyframes,
    /// Values of attributes that change along a track.
    ChangingAttributes,
    /// Intervals of frames.
    Spans,
    /// The part of the dataset that a picture belongs to.
    Subsets,
    /// Which label is a kind of which.
    LabelTree,
    /// Labels that no object has.
    UnusedLabels,
    /// Fields that Fieldmark does not know, written back as they came.
    UnknownFields,
}

impl Capability {
    /// A word for programs: the name of the thing in lower case with underscores.
    pub fn id(self) -> &'static str {
        match self {
            Self::Shape(ShapeKind::Box) => "boxes",
            Self::Shape(ShapeKind::RotatedBox) => "rotated_boxes",
            Self::Shape(ShapeKind::Ellipse) => "ellipses",
            Self::Shape(ShapeKind::Polygon) => "polygons",
            Self::Shape(ShapeKind::Polyline) => "polylines",
            Self::Shape(ShapeKind::Points) => "points",
            Self::Shape(ShapeKind::Skeleton) => "skeletons",
            Self::Shape(ShapeKind::Mask) => "masks",
            Self::Shape(ShapeKind::Cuboid) => "cuboids",
            Self::Holes => "holes",
            Self::Parts => "parts",
            Self::Visibility => "joint_visibility",
            Self::Attributes => "attributes",
            Self::Occluded => "occluded",
            Self::Truncated => "truncated",
            Self::Difficult => "difficult",
            Self::Crowd => "crowd",
            Self::Order => "order",
            Self::Groups => "groups",
            Self::Scores => "scores",
            Self::Comments => "comments",
            Self::Tags => "tags",
            Self::Tracks => "tracks",
            Self::Keyframes => "keyframes",
            Self::ChangingAttributes => "changing_attributes",
            Self::Spans => "spans",
            Self::Subsets => "subsets",
            Self::LabelTree => "label_tree",
            Self::UnusedLabels => "unused_labels",
            Self::UnknownFields => "unknown_fields",
        }
    }
}

impl Serialize for Capability {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl std::fmt::Display for Capability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.id().replace('_', " "))
    }
}
