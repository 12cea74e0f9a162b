//! From objects to labelme shapes.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::decode::GROUP_NUMBER;
use super::records::{FILE_KEYS, SHAPE_KEYS, ShapeRecord};
use crate::formats::compare::{FILE_FLAGS, PICTURE_FIELDS, score_of};
use crate::formats::labels::attribute_to_json;
use crate::formats::mask_png::mask_to_png;
use crate::formats::trip::{Encoded, back_to_front};
use crate::formats::{ExportPlan, Item};
use crate::geometry::{Mask, Point, Polygon, ellipse_polygon};
use crate::model::shape::Visibility;
use crate::model::{AttributeValue, Content, Flag, GroupId, Label, Object, Shape};
use crate::pixels::Size;

/// How far the polygon of an ellipse may leave its curve.
const ELLIPSE_TOLERANCE_PX: f64 = 0.05;

/// What an object becomes in a file.
#[derive(Clone, Debug)]
pub(super) enum Record {
    Shape(Box<ShapeRecord>),
    /// A flag of the whole picture.
    Flag(String),
}

/// The records of an item.
pub(super) fn records_of(item: &Item, plan: &ExportPlan) -> Encoded<Record> {
    let mut encoded = Encoded::default();
    let size = Size::new(item.asset.width, item.asset.height);
    let mut groups = GroupNumbers::of(&item.objects);
    let mut tags = HashSet::new();
    for index in back_to_front(&item.objects) {
        let object = &item.objects[index];
        let label = object.label.and_then(|id| plan.schema().label(id));
        match &object.content {
            Content::Tag => match label {
                Some(label) if tags.insert(&label.name) => {
                    encoded.records.push((vec![index], Record::Flag(label.name.clone())));
                }
                Some(_) => encoded.leave_out(index, "the picture has the same tag already"),
                None => encoded.leave_out(index, "it has no label"),
            },
            Content::Shape(shape) => match outlines_of(shape, size) {
                Ok(outlines) => {
                    let group = groups.number(object, outlines.len() > 1);
                    for outline in outlines {
                        let record = record_of(object, label, outline, group);
                        encoded.records.push((vec![index], Record::Shape(Box::new(record))));
                    }
                }
                Err(reason) => encoded.leave_out(index, reason),
            },
            Content::Track(_) | Content::Span(_) => {
                encoded.leave_out(index, format!("labelme has no {}s", object.kind().name()));
            }
        }
    }
    encoded
}

/// The flags of the picture: its tags, and what an import found there that was not set.
pub(super) fn file_flags(item: &Item, encoded: &Encoded<Record>) -> Map<String, Value> {
    let mut flags = picture_fields(item)
        .and_then(|fields| fields.get("flags"))
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    flags.retain(|_, value| value.is_boolean());
    for (_, record) in &encoded.records {
        if let Record::Flag(name) = record {
            flags.insert(name.clone(), Value::Bool(true));
        }
    }
    flags
}

/// Unknown fields of the file that the picture was imported from.
pub(super) fn file_fields(item: &Item) -> Map<String, Value> {
    let mut fields = picture_fields(item).cloned().unwrap_or_default();
    fields.retain(|name, _| !FILE_KEYS.contains(&name.as_str()));
    fields
}

fn picture_fields(item: &Item) -> Option<&Map<String, Value>> {
    item.objects.iter().find_map(|object| object.extra.get(super::ID)?.get(PICTURE_FIELDS)?.as_object())
}

/// Numbers for groups: those they had when they were imported, and for others the free ones from 1.
struct GroupNumbers {
    by_group: HashMap<GroupId, i64>,
    taken: HashSet<i64>,
}

impl GroupNumbers {
    fn of(objects: &[Object]) -> Self {
        let mut numbers = Self { by_group: HashMap::new(), taken: HashSet::new() };
        for object in objects {
            let imported = object.extra.get(super::ID).and_then(|fields| fields.get(GROUP_NUMBER)?.as_i64());
            if let (Some(group), Some(number)) = (object.group, imported)
                && !numbers.by_group.contains_key(&group)
                && numbers.taken.insert(number)
            {
                numbers.by_group.insert(group, number);
            }
        }
        for group in objects.iter().filter_map(|object| object.group) {
            if !numbers.by_group.contains_key(&group) {
                let number = numbers.new_number();
                numbers.by_group.insert(group, number);
            }
        }
        numbers
    }

    fn new_number(&mut self) -> i64 {
        let free = (1..).find(|number| !self.taken.contains(number)).expect("objects are fewer than numbers");
        self.taken.insert(free);
        free
    }

    /// The number of the object's group, or a new one for the parts of one object.
    fn number(&mut self, object: &Object, has_parts: bool) -> Option<i64> {
        let known = object.group.and_then(|group| self.by_group.get(&group).copied());
        known.or_else(|| has_parts.then(|| self.new_number()))
    }
}

/// A shape's type, points and mask.
struct Outline {
    shape_type: &'static str,
    points: Vec<[f64; 2]>,
    mask: Option<String>,
}

impl Outline {
    fn new(shape_type: &'static str, points: impl IntoIterator<Item = Point>) -> Self {
        Self { shape_type, points: points.into_iter().map(|p| [p.x, p.y]).collect(), mask: None }
    }
}

fn outlines_of(shape: &Shape, size: Size) -> Result<Vec<Outline>, String> {
    if !shape.is_valid() {
        return Err("it has no extent".to_owned());
    }
    let outline = match shape {
        Shape::Box(shape) => Outline::new("rectangle", [shape.0.min, shape.0.max]),
        Shape::RotatedBox(shape) => Outline::new("oriented_rectangle", shape.corners()),
        Shape::Ellipse(shape) if shape.radii.x == shape.radii.y => {
            let rim = Point::new(shape.center.x + shape.radii.x, shape.center.y);
            Outline::new("circle", [shape.center, rim])
        }
        Shape::Ellipse(shape) => Outline::new(
            "polygon",
            ellipse_polygon(shape.center, shape.radii, shape.angle, ELLIPSE_TOLERANCE_PX),
        ),
        Shape::Polygon(polygon) => return polygon_outlines(polygon, size),
        Shape::Polyline(line) if line.0.len() == 2 => Outline::new("line", line.0.iter().copied()),
        Shape::Polyline(line) => Outline::new("linestrip", line.0.iter().copied()),
        Shape::Points(points) => points_outline(points.0.clone()),
        Shape::Skeleton(skeleton) => {
            let present = skeleton.0.iter().filter(|joint| joint.visibility != Visibility::Absent);
            let points: Vec<Point> = present.map(|joint| joint.position).collect();
            if points.is_empty() {
                return Err("all of its joints are absent".to_owned());
            }
            points_outline(points)
        }
        Shape::Mask(mask) => mask_outline(mask, size)?,
        Shape::Cuboid(_) => {
            let bounds = shape.bounds();
            Outline::new("rectangle", [bounds.min, bounds.max])
        }
    };
    Ok(vec![outline])
}

fn points_outline(points: Vec<Point>) -> Outline {
    let shape_type = if points.len() == 1 { "point" } else { "points" };
    Outline::new(shape_type, points)
}

/// A polygon for each part; a mask when there are holes, which polygons cannot have.
fn polygon_outlines(polygon: &Polygon, size: Size) -> Result<Vec<Outline>, String> {
    if polygon.parts.iter().all(|part| part.holes.is_empty()) {
        let parts = polygon.parts.iter();
        return Ok(parts.map(|part| Outline::new("polygon", part.outer.iter().copied())).collect());
    }
    if size.num_pixels() == 0 {
        return Err("it has holes, which need the size of the picture, and that is not known".to_owned());
    }
    Ok(vec![mask_outline(&Mask::from_polygon(polygon, size.width, size.height), size)?])
}

/// labelme counts the second corner of a mask as its last pixel, and cannot read one that leaves the picture.
fn mask_outline(mask: &Mask, size: Size) -> Result<Outline, String> {
    let mask = if size.num_pixels() == 0 { mask.tightened() } else { mask.clipped(size.width, size.height) };
    if mask.is_empty() {
        return Err("it lies outside of the picture".to_owned());
    }
    let bounds = mask.bounds();
    let last = Point::new(bounds.max.x - 1.0, bounds.max.y - 1.0);
    let mut outline = Outline::new("mask", [bounds.min, last]);
    outline.mask = Some(mask_to_png(&mask));
    Ok(outline)
}

fn record_of(object: &Object, label: Option<&Label>, outline: Outline, group: Option<i64>) -> ShapeRecord {
    let mut record = ShapeRecord {
        label: label.map(|label| label.name.clone()).unwrap_or_default(),
        points: outline.points,
        group_id: group,
        description: object.comment.clone(),
        shape_type: outline.shape_type.to_owned(),
        flags: Map::new(),
        mask: outline.mask,
        score: score_of(object),
        difficult: false,
        attributes: Map::new(),
        rest: Map::new(),
    };
    for flag in FILE_FLAGS.into_iter().filter(|flag| object.has(*flag)) {
        // X-AnyLabeling has a field of its own for this one; labelme keeps it.
        if flag == Flag::Difficult {
            record.difficult = true;
        } else {
            record.flags.insert(flag.name().to_owned(), Value::Bool(true));
        }
    }
    for attribute in label.into_iter().flat_map(|label| &label.attributes) {
        let Some(value) = object.attributes.get(&attribute.id) else { continue };
        // labelme refuses a file with flags other than yes and no.
        let is_flag = matches!(value, AttributeValue::Bool(_));
        let values = if is_flag { &mut record.flags } else { &mut record.attributes };
        values.entry(attribute.name.clone()).or_insert_with(|| attribute_to_json(value));
    }
    let fields = object.extra.get(super::ID).and_then(Value::as_object);
    for (name, value) in fields.into_iter().flatten() {
        match (name.as_str(), value) {
            (PICTURE_FIELDS, _) => {}
            ("attributes", Value::Object(more)) => {
                for (name, value) in more {
                    record.attributes.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            _ if SHAPE_KEYS.contains(&name.as_str()) => {}
            _ => {
                record.rest.insert(name.clone(), value.clone());
            }
        }
    }
    record
}
