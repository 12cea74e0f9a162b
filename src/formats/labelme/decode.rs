//! From a labelme shape to an object.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::records::ShapeRecord;
use crate::formats::SchemaBuilder;
use crate::formats::compare::FILE_FLAGS;
use crate::formats::corners::box_from_corners;
use crate::formats::labels::attribute_from_json;
use crate::formats::mask_png::mask_from_png;
use crate::geometry::{Point, Polygon, Rect, Vector};
use crate::model::shape::{CuboidShape, EllipseShape, PointsShape, PolylineShape};
use crate::model::{AttributeValue, Content, Flag, GroupId, LabelId, Object, ObjectId, Provenance, Shape};

/// Corners that are off a right angle by less than this are taken for rounding.
const CORNER_TOLERANCE_PX: f64 = 0.01;

/// The key under which the number of a group is kept, so that it is the same when the file is written again.
pub(super) const GROUP_NUMBER: &str = "group_id";

/// The groups of one file by their numbers.
pub(super) type Groups = HashMap<i64, GroupId>;

/// The object that a shape stands for. What is odd goes to `warn`.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn object_of(
    record: &ShapeRecord,
    labels: &mut SchemaBuilder,
    groups: &mut Groups,
    file: &str,
    warn: &mut dyn FnMut(&str),
) -> Result<Object, String> {
    let shape = shape_of(record, warn)?;
    if !shape.is_valid() {
        return Err("it has no extent".to_owned());
    }
    let label = (!record.label.is_empty()).then(|| labels.label(&record.label));
    let mut object = Object::new(ObjectId::new(), Content::Shape(shape), label);
    object.group = record.group_id.map(|number| *groups.entry(number).or_insert_with(GroupId::new));
    object.comment = record.description.clone();
    object.provenance = Provenance::Import {
        format: super::ID.to_owned(),
        file: file.to_owned(),
        id: None,
        score: record.score,
    };
    if record.difficult {
        object.flags.insert(Flag::Difficult);
    }
    let mut unknown = record.rest.clone();
    // Values that say nothing need no keeping.
    unknown.retain(|_, value| {
        !matches!(value, Value::Null) && value.as_array().is_none_or(|list| !list.is_empty())
    });
    if let Some(number) = record.group_id {
        unknown.insert(GROUP_NUMBER.to_owned(), number.into());
    }
    add_values("flags", &record.flags, &mut object, label, labels, &mut unknown);
    add_values("attributes", &record.attributes, &mut object, label, labels, &mut unknown);
    if !unknown.is_empty() {
        object.extra.insert(super::ID.to_owned(), Value::Object(unknown));
    }
    Ok(object)
}

/// Flags that the model knows become flags, other values attributes of the label. What fits neither is kept as
/// unknown under the given key.
fn add_values(
    key: &str,
    values: &Map<String, Value>,
    object: &mut Object,
    label: Option<LabelId>,
    labels: &mut SchemaBuilder,
    unknown: &mut Map<String, Value>,
) {
    let mut left_over = Map::new();
    for (name, value) in values {
        let flag = FILE_FLAGS.into_iter().find(|flag| flag.name() == name && key == "flags");
        if let (Some(flag), Some(is_set)) = (flag, value.as_bool()) {
            if is_set {
                object.flags.insert(flag);
            }
            continue;
        }
        let known = attribute_from_json(value)
            .filter(|value| key == "attributes" || matches!(value, AttributeValue::Bool(_)))
            .and_then(|value| Some((labels.attribute(label?, name, &value)?, value)));
        match known {
            Some((id, value)) => {
                object.attributes.insert(id, value);
            }
            None => {
                left_over.insert(name.clone(), value.clone());
            }
        }
    }
    if !left_over.is_empty() {
        unknown.insert(key.to_owned(), Value::Object(left_over));
    }
}

fn shape_of(record: &ShapeRecord, warn: &mut dyn FnMut(&str)) -> Result<Shape, String> {
    let points: Vec<Point> = record.points.iter().map(|&[x, y]| Point::new(x, y)).collect();
    let kind = record.shape_type.as_str();
    let wrong_number = || format!("a {kind} cannot have {} points", points.len());
    let shape = match (kind, &points[..]) {
        ("rectangle", [a, b]) => Shape::from_rect(Rect::from_corners(*a, *b)),
        ("rectangle", [a, b, c, d]) => rectangle_from_four([*a, *b, *c, *d], warn),
        ("circle", [center, rim]) => {
            let radius = center.distance(*rim);
            let radii = Vector::new(radius, radius);
            Shape::Ellipse(EllipseShape { center: *center, radii, angle: 0.0 })
        }
        ("line", [_, _]) => Shape::Polyline(PolylineShape(points)),
        ("linestrip", [_, _, ..]) => Shape::Polyline(PolylineShape(points)),
        ("point", [_]) | ("points", [_, ..]) => Shape::Points(PointsShape(points)),
        ("polygon", [_, _, _, ..]) => Shape::Polygon(Polygon::from_ring(points)),
        ("quadrilateral", [_, _, _, _]) => {
            warn("A quadrilateral of X-AnyLabeling becomes a polygon.");
            Shape::Polygon(Polygon::from_ring(points))
        }
        ("oriented_rectangle" | "rotation", [a, b, c, d]) => {
            match box_from_corners([*a, *b, *c, *d], CORNER_TOLERANCE_PX) {
                Some(rotated) => Shape::RotatedBox(rotated),
                None => {
                    warn("A turned rectangle has no right angles; it becomes a polygon.");
                    Shape::Polygon(Polygon::from_ring(points))
                }
            }
        }
        ("cuboid", [a, b, c, d, e, f, g, h]) => {
            Shape::Cuboid(CuboidShape { front: [*a, *b, *c, *d], back: [*e, *f, *g, *h] })
        }
        ("mask", [a, b]) => mask_of(record, Rect::from_corners(*a, *b), warn)?,
        (
            "rectangle" | "circle" | "line" | "linestrip" | "point" | "points" | "polygon" | "quadrilateral"
            | "oriented_rectangle" | "rotation" | "cuboid" | "mask",
            _,
        ) => return Err(wrong_number()),
        _ => return Err(format!("its shape_type {kind:?} is not known")),
    };
    Ok(shape)
}

/// X-AnyLabeling writes rectangles with four points.
fn rectangle_from_four(corners: [Point; 4], warn: &mut dyn FnMut(&str)) -> Shape {
    let bounds = Rect::around(corners);
    let is_corner = |p: &Point| bounds.corners().iter().any(|q| p.distance(*q) <= CORNER_TOLERANCE_PX);
    if corners.iter().all(is_corner) {
        return Shape::from_rect(bounds);
    }
    warn("A rectangle has no right angles; it becomes a polygon.");
    Shape::Polygon(Polygon::from_ring(corners.to_vec()))
}

/// The PNG says the size; of the corners the first counts. Older files give the last pixel as second corner, newer
/// ones may have fractions there.
fn mask_of(record: &ShapeRecord, corners: Rect, warn: &mut dyn FnMut(&str)) -> Result<Shape, String> {
    let text = record.mask.as_deref().ok_or("it is a mask without its picture")?;
    let (left, top) = (corners.min.x.floor(), corners.min.y.floor());
    let (mask, [width, height]) = mask_from_png(text, left as i32, top as i32)?;
    let is_near = |extent: f64, size: u32| (extent - f64::from(size)).abs() <= 1.5;
    if !(is_near(corners.width(), width) && is_near(corners.height(), height)) {
        warn("The corners of a mask do not fit its picture; the picture counts.");
    }
    Ok(Shape::Mask(mask))
}
