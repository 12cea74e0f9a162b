//! How an object differs after a trip through a format.

use serde::Serialize;

use super::compare_tracks::{changed_attributes, compare_track};
use crate::geometry::{Point, Polygon};
use crate::model::shape::{RotatedBoxShape, SkeletonShape, Visibility};
use crate::model::{Content, Flag, Object, Provenance, ReviewState, Shape};

/// Points that move less than this are not worth telling: no person and no trainer can notice.
const NOT_WORTH_TELLING_PX: f64 = 0.001;

/// One way in which something differs after a trip through a format.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// An object is not written.
    LeftOut {
        /// Why, as a part of a sentence.
        reason: String,
    },
    /// A shape becomes one of another kind.
    Kind {
        /// What it is here.
        from: &'static str,
        /// What it is there.
        to: &'static str,
    },
    /// One object becomes several.
    Split {
        /// What it is here.
        kind: &'static str,
    },
    /// Holes are filled.
    HolesFilled,
    /// Holes become cuts in the outline that enclose the same area.
    HolesCut,
    /// The parts of a polygon become one outline, joined by lines.
    PartsJoined,
    /// Points move.
    Moved,
    /// The outline changes: it has other points or pixels.
    Reshaped,
    /// Whether joints are visible, hidden or absent is lost.
    Visibility,
    /// The label is lost.
    Label,
    /// The value of an attribute is lost or changed.
    Attribute {
        /// The name of the attribute.
        name: String,
    },
    /// A flag is lost.
    Flag {
        /// Its name.
        name: &'static str,
    },
    /// A track or span is on other frames.
    Times,
    /// Which frames of a track a person set is lost: others become keyframes.
    Keyframes,
    /// The lane of a span is lost.
    Lane,
    /// What lasts over frames becomes one object on each frame that is exported.
    OnFrames {
        /// What it is here.
        kind: &'static str,
    },
    /// Which shapes on frames were one object is lost.
    Identity,
    /// That objects belong together is lost.
    Group,
    /// The score of a model is lost.
    Score,
    /// Which model proposed it is lost.
    Model,
    /// Who made it is lost.
    Author,
    /// What a reviewer said is lost.
    Review,
    /// A remark is lost.
    Comment,
    /// Fields from a file of another format are lost.
    UnknownFields {
        /// The format that they came from.
        format: String,
    },
    /// A picture goes to another part of the dataset.
    Subset {
        /// Its part here; none when it belongs to none.
        from: Option<String>,
        /// Its part there.
        to: Option<String>,
    },
    /// A picture gets another name, for two would have had the same.
    Renamed,
    /// How far people got with pictures, and their marks, are lost.
    Progress,
    /// A label is not in the export.
    UnusedLabel {
        /// Its name.
        name: String,
    },
    /// Something about labels is lost.
    LabelDetail {
        /// What: a word in the plural, for example `colours`.
        what: &'static str,
    },
}

/// Tells how an object differs from the objects that are read back in its place. The number is how far points
/// move in pixels for [`Change::Moved`], the area that changes in square pixels for [`Change::Reshaped`], and 0
/// for all others.
///
/// Not compared: ids, the exact z (formats keep the order instead), where an import came from, and of a video what
/// lies behind its last frame.
pub(super) fn compare_object(
    before: &Object,
    after: &[Object],
    num_frames: Option<u32>,
    attribute_name: &dyn Fn(crate::model::AttributeId) -> String,
    found: &mut dyn FnMut(Change, f64),
) {
    let Some(first) = after.first() else {
        return found(Change::LeftOut { reason: "it cannot be read back".to_owned() }, 0.0);
    };
    if after.len() > 1 {
        found(Change::Split { kind: before.kind().name() }, 0.0);
    } else {
        compare_content(before, first, num_frames, found);
    }
    if before.label.is_some() && before.label != first.label {
        found(Change::Label, 0.0);
    }
    for id in changed_attributes(before, first, num_frames) {
        found(Change::Attribute { name: attribute_name(id) }, 0.0);
    }
    // Along a track, the keyframes say it.
    let is_told = |flag: &&Flag| **flag == Flag::Occluded && matches!(first.content, Content::Track(_));
    for flag in before.flags.difference(&first.flags).filter(|flag| !is_told(flag)) {
        found(Change::Flag { name: flag.name() }, 0.0);
    }
    if before.group.is_some() && first.group.is_none() {
        found(Change::Group, 0.0);
    }
    compare_origin(before, first, found);
}

fn compare_origin(before: &Object, after: &Object, found: &mut dyn FnMut(Change, f64)) {
    if score_of(before).is_some() && score_of(before) != score_of(after) {
        found(Change::Score, 0.0);
    }
    if matches!(before.provenance, Provenance::Model { .. }) {
        found(Change::Model, 0.0);
    }
    if before.author.is_some() {
        found(Change::Author, 0.0);
    }
    if before.review != ReviewState::Open {
        found(Change::Review, 0.0);
    }
    if !before.comment.is_empty() && before.comment != after.comment {
        found(Change::Comment, 0.0);
    }
    for (format, fields) in &before.extra {
        if without_picture(fields) != after.extra.get(format).and_then(without_picture) {
            found(Change::UnknownFields { format: format.clone() }, 0.0);
        }
    }
}

/// The score that a model gave, 0 to 1.
pub(super) fn score_of(object: &Object) -> Option<f64> {
    match &object.provenance {
        Provenance::Model { score, .. } => Some(*score),
        Provenance::Import { score, .. } => *score,
        Provenance::Hand | Provenance::Interpolated | Provenance::Consensus => None,
    }
}

/// The key under which a picture's own unknown fields ride on one of its objects.
pub(super) const PICTURE_FIELDS: &str = "picture";

/// Unknown fields of an object, without those of its picture; `None` when there are no others.
pub(super) fn without_picture(fields: &serde_json::Value) -> Option<serde_json::Value> {
    match fields {
        serde_json::Value::Object(map) if map.contains_key(PICTURE_FIELDS) => {
            let mut map = map.clone();
            map.shift_remove(PICTURE_FIELDS);
            (!map.is_empty()).then_some(serde_json::Value::Object(map))
        }
        other => Some(other.clone()),
    }
}

fn compare_content(
    before: &Object,
    after: &Object,
    num_frames: Option<u32>,
    found: &mut dyn FnMut(Change, f64),
) {
    match (&before.content, &after.content) {
        (Content::Shape(before), Content::Shape(after)) => compare_shape(before, after, found),
        (Content::Track(a), Content::Track(b)) => compare_track((before, a), (after, b), num_frames, found),
        (Content::Span(a), Content::Span(b)) => {
            if (a.start, a.end) != (b.start, b.end) {
                found(Change::Times, 0.0);
            }
            if a.lane != b.lane {
                found(Change::Lane, 0.0);
            }
        }
        (Content::Tag, Content::Tag) => {}
        _ => found(Change::Kind { from: before.kind().name(), to: after.kind().name() }, 0.0),
    }
}

pub(super) fn compare_shape(before: &Shape, after: &Shape, found: &mut dyn FnMut(Change, f64)) {
    match (before, after) {
        (Shape::Polygon(before), Shape::Polygon(after)) => compare_polygon(before, after, found),
        (Shape::Mask(before), Shape::Mask(after)) => {
            if before.xor(after).area() > 0 {
                found(Change::Reshaped, before.xor(after).area() as f64);
            }
        }
        (Shape::Skeleton(before), Shape::Skeleton(after)) => compare_skeleton(before, after, found),
        (Shape::RotatedBox(before), Shape::RotatedBox(after)) => {
            tell_moved(rotated_box_distance(before, after), found);
        }
        (Shape::Ellipse(a), Shape::Ellipse(b)) if a.radii.x == a.radii.y && b.radii.x == b.radii.y => {
            // The angle of a circle means nothing.
            tell_moved(a.center.distance(b.center).max((a.radii.x - b.radii.x).abs()), found);
        }
        _ if before.kind() == after.kind() => {
            let (a, b) = (before.geometry().vertices(), after.geometry().vertices());
            if a.len() == b.len() {
                tell_moved(largest_distance(&a, &b), found);
            } else {
                found(Change::Reshaped, (before.area() - after.area()).abs());
            }
        }
        _ => found(Change::Kind { from: before.kind().name(), to: after.kind().name() }, 0.0),
    }
}

fn tell_moved(distance_px: f64, found: &mut dyn FnMut(Change, f64)) {
    if distance_px.is_nan() || distance_px > NOT_WORTH_TELLING_PX {
        found(Change::Moved, distance_px);
    }
}

fn largest_distance(a: &[Point], b: &[Point]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a.distance(*b)).fold(0.0, f64::max)
}

/// How far corners are apart at most. The same box can be written from each of its four corners.
fn rotated_box_distance(before: &RotatedBoxShape, after: &RotatedBoxShape) -> f64 {
    let mut corners = after.corners();
    let distances = (0..4).map(|_| {
        corners.rotate_left(1);
        largest_distance(&before.corners(), &corners)
    });
    distances.fold(f64::INFINITY, f64::min)
}

fn compare_skeleton(before: &SkeletonShape, after: &SkeletonShape, found: &mut dyn FnMut(Change, f64)) {
    let visibilities = |skeleton: &SkeletonShape| -> Vec<Visibility> {
        skeleton.0.iter().map(|joint| joint.visibility).collect()
    };
    let (mut kept, mut read_back) = (visibilities(before), visibilities(after));
    // Absent joints at the end may be padding to the number of joints that the label has.
    let num_common = kept.len().min(read_back.len());
    let is_padding = |rest: &[Visibility]| rest.iter().all(|&visibility| visibility == Visibility::Absent);
    if is_padding(&kept[num_common..]) && is_padding(&read_back[num_common..]) {
        kept.truncate(num_common);
        read_back.truncate(num_common);
    }
    if kept != read_back {
        found(Change::Visibility, 0.0);
    }
    let present = before.0.iter().zip(&after.0).filter(|(joint, _)| joint.visibility != Visibility::Absent);
    tell_moved(present.map(|(a, b)| a.position.distance(b.position)).fold(0.0, f64::max), found);
}

fn compare_polygon(before: &Polygon, after: &Polygon, found: &mut dyn FnMut(Change, f64)) {
    let rings = |polygon: &Polygon| -> Vec<Vec<usize>> {
        let lengths = |part: &crate::geometry::PolygonPart| {
            std::iter::once(&part.outer).chain(&part.holes).map(Vec::len).collect()
        };
        polygon.parts.iter().map(lengths).collect()
    };
    if rings(before) == rings(after) {
        let (a, b): (Vec<Point>, Vec<Point>) =
            (before.rings().flatten().copied().collect(), after.rings().flatten().copied().collect());
        return tell_moved(largest_distance(&a, &b), found);
    }
    let num_holes = |polygon: &Polygon| polygon.parts.iter().map(|part| part.holes.len()).sum::<usize>();
    let area_change = (before.area() - after.area()).abs();
    let is_same_area = area_change <= before.area() * 1e-3;
    let has_lost_holes = num_holes(after) < num_holes(before);
    let has_lost_parts = after.parts.len() < before.parts.len();
    if has_lost_holes {
        found(if is_same_area { Change::HolesCut } else { Change::HolesFilled }, 0.0);
    }
    if has_lost_parts {
        found(Change::PartsJoined, 0.0);
    }
    let is_explained = has_lost_holes || has_lost_parts && is_same_area;
    if !is_explained {
        found(Change::Reshaped, area_change);
    }
}

/// The flags that formats have places for, with the names that they go by in files.
pub(super) const FILE_FLAGS: [Flag; 4] = [Flag::Occluded, Flag::Truncated, Flag::Difficult, Flag::Crowd];
