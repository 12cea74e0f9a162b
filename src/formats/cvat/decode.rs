//! From CVAT's elements to objects.

use std::collections::{BTreeMap, HashMap};

use super::geometry::{points_of, shape_of};
use super::meta::attribute_value;
use super::motion::held;
use crate::formats::SchemaBuilder;
use crate::formats::xml::Element;
use crate::geometry::Point;
use crate::model::shape::{Joint, SkeletonShape, Visibility};
use crate::model::{
    AttributeId, AttributeValue, Content, Flag, GroupId, Keyframe, LabelId, Object, ObjectId, Provenance,
    Shape, SkeletonTemplate, Track,
};

/// The groups of one file by their numbers; 0 is none.
pub(super) type Groups = HashMap<u64, GroupId>;

/// A track whose elements come one by one.
pub(super) struct TrackReader {
    label: LabelId,
    group: Option<GroupId>,
    id: Option<String>,
    track: Track,
    z: i64,
    constant: BTreeMap<AttributeId, AttributeValue>,
    latest: BTreeMap<AttributeId, AttributeValue>,
}

impl TrackReader {
    /// Begins a track from its first tag.
    ///
    /// # Errors
    /// When it has no label.
    pub fn new(element: &Element, labels: &mut SchemaBuilder, groups: &mut Groups) -> Result<Self, String> {
        Ok(Self {
            label: label_of(element, labels)?,
            group: group_of(element, groups),
            id: element.get("id").map(str::to_owned),
            track: Track::default(),
            z: 0,
            constant: BTreeMap::new(),
            latest: BTreeMap::new(),
        })
    }

    /// Takes the shape on one frame. Only keyframes count: the others follow from them.
    ///
    /// # Errors
    /// When it cannot be used; says why.
    pub fn add(&mut self, element: &Element, labels: &mut SchemaBuilder) -> Result<(), String> {
        let is_keyframe = |element: &Element| element.get("keyframe").is_none_or(is_yes);
        // A joint can be set alone: then the others are where they are at that time.
        if !is_keyframe(element)
            && !element.children_named("points").any(|joint| joint.get("keyframe").is_some_and(is_yes))
        {
            return Ok(());
        }
        let text = element.get("frame").ok_or("its frame is missing")?;
        let frame: u32 = text.trim().parse().map_err(|_| format!("{text:?} is no number of a frame"))?;
        let shape = match element.name.as_str() {
            "skeleton" => skeleton_of(element, self.label, labels)?,
            _ => shape_of(element)?,
        };
        let mut joints = element.children_named("points").peekable();
        let is_hidden_by_parts =
            joints.peek().is_some() && joints.all(|joint| joint.get("outside").is_some_and(is_yes));
        let outside = element.get("outside").map_or(is_hidden_by_parts, is_yes);
        let occluded = element.get("occluded").is_some_and(is_yes);
        if self.track.keyframes.is_empty() {
            self.z = z_of(element);
        }
        self.track.keyframes.insert(frame, Keyframe { shape, outside, occluded });
        for attribute in element.children_named("attribute") {
            let name = attribute.get("name").unwrap_or_default();
            let Some((known, value)) = attribute_value(self.label, name, &attribute.text, labels) else {
                continue;
            };
            if !known.mutable {
                self.constant.entry(known.id).or_insert(value);
            } else if self.latest.insert(known.id, value.clone()).as_ref() != Some(&value) {
                self.track.attributes.entry(frame).or_default().insert(known.id, value);
            }
        }
        Ok(())
    }

    /// The object, at the end of the track.
    ///
    /// # Errors
    /// When it has no keyframe.
    pub fn finish(self, format: &str, file: &str) -> Result<Object, String> {
        if self.track.keyframes.is_empty() {
            return Err("it has no keyframe".to_owned());
        }
        let mut object = Object::new(ObjectId::new(), Content::Track(held(self.track)), Some(self.label));
        (object.z, object.group, object.attributes) = (self.z, self.group, self.constant);
        object.provenance = imported(format, file, self.id);
        Ok(object)
    }
}

/// The object of a shape on a picture.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn object_of(
    element: &Element,
    labels: &mut SchemaBuilder,
    groups: &mut Groups,
    (format, file): (&str, &str),
) -> Result<Object, String> {
    let label = label_of(element, labels)?;
    let shape = match element.name.as_str() {
        "skeleton" => skeleton_of(element, label, labels)?,
        _ => shape_of(element)?,
    };
    let mut object = Object::shape(ObjectId::new(), shape, Some(label));
    object.z = z_of(element);
    if element.get("occluded").is_some_and(is_yes) {
        object.flags.insert(Flag::Occluded);
    }
    finish(&mut object, element, label, labels, groups);
    object.provenance = imported(format, file, None);
    Ok(object)
}

/// The object of a tag on a picture.
///
/// # Errors
/// When it has no label.
pub(super) fn tag_of(
    element: &Element,
    labels: &mut SchemaBuilder,
    groups: &mut Groups,
    (format, file): (&str, &str),
) -> Result<Object, String> {
    let label = label_of(element, labels)?;
    let mut object = Object::new(ObjectId::new(), Content::Tag, Some(label));
    finish(&mut object, element, label, labels, groups);
    object.provenance = imported(format, file, None);
    Ok(object)
}

fn finish(
    object: &mut Object,
    element: &Element,
    label: LabelId,
    labels: &mut SchemaBuilder,
    groups: &mut Groups,
) {
    object.group = group_of(element, groups);
    for attribute in element.children_named("attribute") {
        let name = attribute.get("name").unwrap_or_default();
        if let Some((known, value)) = attribute_value(label, name, &attribute.text, labels) {
            object.attributes.insert(known.id, value);
        }
    }
}

fn imported(format: &str, file: &str, id: Option<String>) -> Provenance {
    Provenance::Import { format: format.to_owned(), file: file.to_owned(), id, score: None }
}

fn label_of(element: &Element, labels: &mut SchemaBuilder) -> Result<LabelId, String> {
    let name = element.get("label").filter(|name| !name.is_empty()).ok_or("it has no label")?;
    Ok(labels.label(name))
}

fn group_of(element: &Element, groups: &mut Groups) -> Option<GroupId> {
    let number = element.get("group_id")?.trim().parse::<u64>().ok().filter(|&number| number > 0)?;
    Some(*groups.entry(number).or_insert_with(GroupId::new))
}

fn z_of(element: &Element) -> i64 {
    element.get("z_order").and_then(|text| text.trim().parse::<i32>().ok()).map_or(0, i64::from)
}

fn is_yes(text: &str) -> bool {
    matches!(text.trim(), "1" | "true" | "True")
}

/// The joints in the order that the label has them. A label that has none gets those that are found.
fn skeleton_of(element: &Element, label: LabelId, labels: &mut SchemaBuilder) -> Result<Shape, String> {
    if labels.get(label).is_some_and(|label| label.skeleton.is_none()) {
        let names = element.children_named("points").filter_map(|joint| joint.get("label"));
        let joints = names.map(str::to_owned).collect();
        labels.set_skeleton(label, SkeletonTemplate { joints, ..SkeletonTemplate::default() });
    }
    let template = labels.get(label).and_then(|label| label.skeleton.clone()).unwrap_or_default();
    let absent = Joint { position: Point::ORIGIN, visibility: Visibility::Absent };
    let mut joints = vec![absent; template.joints.len()];
    for child in element.children_named("points") {
        let name = child.get("label").unwrap_or_default();
        let index = template.joints.iter().position(|joint| joint == name);
        let index = index.ok_or_else(|| format!("its label has no joint {name:?}"))?;
        let position = *points_of(child)?.first().ok_or("a joint has no place")?;
        let visibility = match child.get("outside").is_some_and(is_yes) {
            true => Visibility::Absent,
            false if child.get("occluded").is_some_and(is_yes) => Visibility::Hidden,
            false => Visibility::Visible,
        };
        joints[index] = Joint { position, visibility };
    }
    if joints.is_empty() {
        return Err("it has no joints".to_owned());
    }
    Ok(Shape::Skeleton(SkeletonShape(joints)))
}
