//! From a COCO annotation to objects.

use serde_json::{Map, Value};

use super::records::{Annotation, Counts, Segmentation};
use super::rle;
use crate::formats::SchemaBuilder;
use crate::formats::compare::FILE_FLAGS;
use crate::formats::labels::attribute_from_json;
use crate::geometry::{Mask, Point, Polygon, PolygonPart, Rect, Vector};
use crate::model::shape::{Joint, PointsShape, RotatedBoxShape, SkeletonShape, Visibility};
use crate::model::{Flag, GroupId, LabelId, Object, ObjectId, Provenance, Shape};
use crate::pixels::Size;

/// Boxes and turned outlines are recognised when their corners agree within this.
const CORNER_TOLERANCE_PX: f64 = 0.01;

/// What is known of an annotation besides itself.
pub(super) struct Surroundings<'a> {
    /// Its label.
    pub label: LabelId,
    /// Whether the label has joints.
    pub has_joints: bool,
    /// The size of its picture, where known.
    pub size: Option<Size>,
    /// The name of its file, for the provenance.
    pub file: &'a str,
}

/// The objects that an annotation stands for: one, or an area and its skeleton in a group. What is odd goes to
/// `warn`.
///
/// # Errors
/// When nothing of it can be used; says why.
pub(super) fn objects_of(
    annotation: &Annotation,
    around: &Surroundings<'_>,
    labels: &mut SchemaBuilder,
    warn: &mut dyn FnMut(&str),
) -> Result<Vec<Object>, String> {
    let joints = joints_of(annotation)?;
    let bounds = bounds_of(annotation)?;
    let angle = annotation.attributes.get("rotation").and_then(Value::as_f64).unwrap_or(0.0);
    let outline = match &annotation.segmentation {
        Segmentation::None => None,
        Segmentation::Polygons(rings) => outline_from_rings(rings, angle, warn),
        Segmentation::Runs { height, width, counts } => {
            Some(Shape::Mask(mask_from_runs(Size::new(*width, *height), counts, around.size)?))
        }
    };
    let skeleton = (!joints.is_empty()).then(|| skeleton_from(joints, around.has_joints));
    let area = outline.or_else(|| bounds.map(|bounds| box_or_rotated(bounds, angle)));
    let shapes: Vec<Shape> = match (area, skeleton) {
        (Some(Shape::Box(area)), Some(skeleton)) if is_bounds_of(&area.0, &skeleton) => vec![skeleton],
        (Some(area), Some(skeleton)) => vec![area, skeleton],
        (Some(shape), None) | (None, Some(shape)) => vec![shape],
        (None, None) => return Err("it has neither an outline nor a box nor joints".to_owned()),
    };
    if shapes.iter().any(|shape| !shape.is_valid()) {
        return Err("its box or outline has no area".to_owned());
    }
    let group = (shapes.len() > 1).then(GroupId::new);
    let mut objects: Vec<Object> =
        shapes.into_iter().map(|shape| object_from(shape, annotation, around, group)).collect();
    if let Some(first) = objects.first_mut() {
        add_remarks(first, annotation, around.label, labels);
    }
    Ok(objects)
}

fn object_from(
    shape: Shape,
    annotation: &Annotation,
    around: &Surroundings<'_>,
    group: Option<GroupId>,
) -> Object {
    let mut object = Object::shape(ObjectId::new(), shape, Some(around.label));
    object.group = group;
    object.provenance = Provenance::Import {
        format: super::ID.to_owned(),
        file: around.file.to_owned(),
        id: annotation.id.as_ref().map(ToString::to_string),
        score: annotation.score,
    };
    object
}

/// Flags, attributes and what is unknown.
fn add_remarks(object: &mut Object, annotation: &Annotation, label: LabelId, labels: &mut SchemaBuilder) {
    if annotation.iscrowd {
        object.flags.insert(Flag::Crowd);
    }
    let mut unknown_attributes = Map::new();
    for (name, value) in &annotation.attributes {
        let flag = FILE_FLAGS.into_iter().find(|flag| flag.name() == name && *flag != Flag::Crowd);
        match (flag, value) {
            (Some(flag), Value::Bool(value)) => {
                if *value {
                    object.flags.insert(flag);
                }
            }
            _ if name == "rotation" => {}
            // Tracks are told apart by these; on pictures they are nobody's attribute.
            _ if name == "track_id" => {
                unknown_attributes.insert(name.clone(), value.clone());
            }
            (_, Value::Null) => {}
            _ => {
                let known = attribute_from_json(value)
                    .and_then(|value| Some((labels.attribute(label, name, &value)?, value)));
                match known {
                    Some((id, value)) => {
                        object.attributes.insert(id, value);
                    }
                    None => {
                        unknown_attributes.insert(name.clone(), value.clone());
                    }
                }
            }
        }
    }
    let mut unknown = annotation.rest.clone();
    unknown.retain(|name, _| !matches!(name.as_str(), "area" | "num_keypoints"));
    // `ignore` is how some tools write that an object is hard to make out; 0 says nothing.
    if let Some(ignore) = unknown.shift_remove("ignore")
        && (ignore.as_f64().is_some_and(|n| n != 0.0) || ignore.as_bool() == Some(true))
    {
        object.flags.insert(Flag::Difficult);
    }
    if !unknown_attributes.is_empty() {
        unknown.insert("attributes".to_owned(), Value::Object(unknown_attributes));
    }
    if !unknown.is_empty() {
        object.extra.insert(super::ID.to_owned(), Value::Object(unknown));
    }
}

fn bounds_of(annotation: &Annotation) -> Result<Option<Rect>, String> {
    match annotation.bbox[..] {
        [] => Ok(None),
        [_, _, width, height] if width < 0.0 || height < 0.0 => Err("its box has a negative size".to_owned()),
        [_, _, width, height] if width == 0.0 || height == 0.0 => Ok(None),
        [x, y, width, height] => Ok(Some(Rect::from_xywh(x, y, width, height))),
        _ => Err(format!("its box has {} numbers instead of 4", annotation.bbox.len())),
    }
}

fn joints_of(annotation: &Annotation) -> Result<Vec<Joint>, String> {
    let numbers = &annotation.keypoints;
    if !numbers.len().is_multiple_of(3) {
        return Err(format!("its keypoints are {} numbers, no triplets", numbers.len()));
    }
    let joints: Vec<Joint> = numbers
        .chunks_exact(3)
        .map(|triplet| Joint {
            position: Point::new(triplet[0], triplet[1]),
            visibility: match triplet[2] {
                v if v <= 0.0 => Visibility::Absent,
                v if v < 2.0 => Visibility::Hidden,
                _ => Visibility::Visible,
            },
        })
        .collect();
    let is_nothing = joints.iter().all(|joint| joint.visibility == Visibility::Absent);
    Ok(if is_nothing { Vec::new() } else { joints })
}

/// Joints of a label that has none are points.
fn skeleton_from(joints: Vec<Joint>, has_joints: bool) -> Shape {
    if has_joints || joints.iter().any(|joint| joint.visibility != Visibility::Visible) {
        Shape::Skeleton(SkeletonShape(joints))
    } else {
        Shape::Points(PointsShape(joints.into_iter().map(|joint| joint.position).collect()))
    }
}

fn is_bounds_of(area: &Rect, skeleton: &Shape) -> bool {
    let bounds = skeleton.bounds();
    bounds.min.distance(area.min).max(bounds.max.distance(area.max)) <= CORNER_TOLERANCE_PX
}

fn box_or_rotated(bounds: Rect, angle: f64) -> Shape {
    if angle == 0.0 {
        return Shape::from_rect(bounds);
    }
    let angle = angle.rem_euclid(360.0);
    Shape::RotatedBox(RotatedBoxShape { center: bounds.center(), size: bounds.size(), angle })
}

/// The polygon of some rings, each a part. Four corners that are a box at the angle which the attributes name are
/// that box.
fn outline_from_rings(rings: &[Vec<f64>], angle: f64, warn: &mut dyn FnMut(&str)) -> Option<Shape> {
    let mut parts = Vec::new();
    for ring in rings {
        if ring.len() % 2 == 1 {
            warn("A polygon has an odd number of coordinates; the last one is left out.");
        }
        let mut outer: Vec<Point> = ring.chunks_exact(2).map(|xy| Point::new(xy[0], xy[1])).collect();
        if outer.len() > 3 && outer.first() == outer.last() {
            outer.pop();
        }
        if outer.len() < 3 {
            warn("A polygon of fewer than three points is left out.");
            continue;
        }
        parts.push(PolygonPart { outer, holes: Vec::new() });
    }
    if parts.is_empty() {
        return None;
    }
    if angle != 0.0
        && let [part] = &parts[..]
        && let Some(rotated) = rotated_box_at(&part.outer, angle)
    {
        return Some(Shape::RotatedBox(rotated));
    }
    Some(Shape::Polygon(Polygon { parts }))
}

/// The box with these corners, if they are the corners of a box turned by the angle.
fn rotated_box_at(corners: &[Point], angle: f64) -> Option<RotatedBoxShape> {
    let [a, b, c, d] = corners.try_into().ok()?;
    let center = a.lerp(c, 0.5);
    let diagonal = (c - a).rotated(-angle);
    let size = Vector::new(diagonal.x, diagonal.y);
    let shape = RotatedBoxShape { center, size, angle: angle.rem_euclid(360.0) };
    let is_same = shape.corners().iter().zip([a, b, c, d]).all(|(p, q)| p.distance(q) <= CORNER_TOLERANCE_PX);
    (size.x > 0.0 && size.y > 0.0 && is_same).then_some(shape)
}

fn mask_from_runs(size: Size, counts: &Counts, picture: Option<Size>) -> Result<Mask, String> {
    if let Some(picture) = picture.filter(|picture| *picture != size) {
        return Err(format!(
            "its mask is for a picture of {} × {} pixels, but the picture has {} × {}",
            size.width, size.height, picture.width, picture.height
        ));
    }
    let decoded;
    let runs = match counts {
        Counts::List(runs) => runs,
        Counts::Text(text) => {
            decoded = rle::runs_from_text(text).map_err(|error| error.to_string())?;
            &decoded
        }
    };
    Mask::from_column_major_runs(size.width, size.height, runs).map_err(|error| error.to_string())
}
