//! From objects to CVAT's elements.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use super::geometry::{Digits, element_name, put_geometry, put_points};
use super::motion::spelled_out;
use crate::edit::shape_at;
use crate::formats::boxes::still;
use crate::formats::keys::with_keyframes_for_values;
use crate::formats::trip::{Encoded, back_to_front};
use crate::formats::xml::escaped;
use crate::formats::{ExportPlan, FormatError, Item};
use crate::geometry::{Mask, Polygon};
use crate::model::shape::{SkeletonShape, Visibility};
use crate::model::{
    Attribute, AttributeId, AttributeValue, Content, Flag, GroupId, Keyframe, Label, Object, Shape, Track,
};
use crate::pixels::Size;

/// A track as CVAT can hold it: shapes of one kind, a mask on one frame only.
pub(super) struct TrackRecord<'a> {
    object: &'a Object,
    label: &'a Label,
    track: Track,
    group: Option<u64>,
}

/// What is on a picture.
pub(super) struct ImageRecord<'a> {
    object: &'a Object,
    label: &'a Label,
    /// `None` for a tag.
    shape: Option<Shape>,
    group: Option<u64>,
}

/// Numbers for groups, from 1.
#[derive(Default)]
pub(super) struct GroupNumbers {
    by_group: HashMap<GroupId, u64>,
    last: u64,
}

impl GroupNumbers {
    /// The number of an object's group; a new one where one object becomes several.
    fn number(&mut self, group: Option<GroupId>, is_split: bool) -> Option<u64> {
        if let Some(number) = group.and_then(|group| self.by_group.get(&group)) {
            return Some(*number);
        }
        if group.is_none() && !is_split {
            return None;
        }
        self.last += 1;
        if let Some(group) = group {
            self.by_group.insert(group, self.last);
        }
        Some(self.last)
    }
}

/// The tracks of a video.
pub(super) fn tracks_of<'a>(
    item: &'a Item,
    plan: &'a ExportPlan,
    groups: &mut GroupNumbers,
) -> Encoded<TrackRecord<'a>> {
    let mut encoded = Encoded::default();
    let size = Size::new(item.asset.width, item.asset.height);
    let num_frames = item.asset.video.as_ref().map(|facts| facts.num_frames);
    for index in back_to_front(&item.objects) {
        let object = &item.objects[index];
        let Some(label) = plan.label(object.label) else {
            encoded.leave_out(index, "it has no label");
            continue;
        };
        let track = match &object.content {
            Content::Track(track) => with_keyframes_for_values(track),
            // A shape without a time is on the whole video.
            Content::Shape(shape) => still(shape.clone()),
            Content::Span(_) | Content::Tag => {
                let reason = format!("a video in CVAT has no {}s", object.kind().name());
                encoded.leave_out(index, reason);
                continue;
            }
        };
        match stretches_of(&track, label, size, num_frames) {
            Ok(stretches) => {
                let group = groups.number(object.group, stretches.len() > 1);
                let record = |track| TrackRecord { object, label, track, group };
                encoded.records.extend(stretches.into_iter().map(|track| (vec![index], record(track))));
            }
            Err(reason) => encoded.leave_out(index, reason),
        }
    }
    encoded
}

/// A track as one or several that CVAT can hold: each of one kind of shape. Masks that last come as one track for each
/// frame, for CVAT would take the first frame only.
fn stretches_of(
    track: &Track,
    label: &Label,
    size: Size,
    num_frames: Option<u32>,
) -> Result<Vec<Track>, String> {
    let is_within = |frame: u32| num_frames.is_none_or(|end| frame < end);
    let mut done = Vec::new();
    let mut current = Track { attributes: track.attributes.clone(), ..Track::default() };
    for (&frame, key) in track.keyframes.iter().filter(|(frame, _)| is_within(**frame)) {
        let last = current.keyframes.values().next_back();
        let shape = carried(&key.shape, label, size);
        let is_other =
            |shape: &Shape| last.is_some_and(|last| element_name(&last.shape) != element_name(shape));
        let shape = match (shape, last) {
            // Out of sight, the place of the last shape will do.
            (shape, Some(last)) if key.outside => {
                shape.ok().filter(|shape| !is_other(shape)).unwrap_or_else(|| last.shape.clone())
            }
            (_, None) if key.outside => continue,
            (shape, _) => shape?,
        };
        if is_other(&shape) {
            let end =
                last.filter(|last| !last.outside).map(|last| Keyframe { outside: true, ..last.clone() });
            let mut finished = current.clone();
            finished.keyframes.extend(end.map(|end| (frame, end)));
            done.push(finished);
            current.keyframes.clear();
        }
        current.keyframes.insert(frame, Keyframe { shape, ..key.clone() });
    }
    if !current.keyframes.is_empty() {
        done.push(current);
    }
    if done.is_empty() {
        return Err("it is on no frame of the video".to_owned());
    }
    Ok(done.into_iter().flat_map(|track| single_masks(spelled_out(track), num_frames)).collect())
}

fn single_masks(track: Track, num_frames: Option<u32>) -> Vec<Track> {
    let is_mask = track.keyframes.values().any(|key| matches!(key.shape, Shape::Mask(_)));
    let (Some(&first), Some(&last)) = (track.keyframes.keys().next(), track.keyframes.keys().next_back())
    else {
        return Vec::new();
    };
    if !is_mask {
        return vec![track];
    }
    let end = num_frames.unwrap_or(last + 1).max(last + 1);
    let on_frame = |frame: u32| {
        let at = shape_at(&track, frame)?;
        let key = Keyframe { shape: at.shape, outside: false, occluded: at.occluded };
        let after = (frame + 1 < end).then(|| (frame + 1, Keyframe { outside: true, ..key.clone() }));
        let mut values: BTreeMap<AttributeId, AttributeValue> = BTreeMap::new();
        values.extend(track.attributes.range(..=frame).flat_map(|(_, values)| values.clone()));
        let attributes = if values.is_empty() { BTreeMap::new() } else { BTreeMap::from([(frame, values)]) };
        Some(Track { keyframes: [(frame, key)].into_iter().chain(after).collect(), attributes })
    };
    (first..end).filter_map(on_frame).collect()
}

/// A shape as CVAT can hold it: outlines with holes or parts become masks.
fn carried(shape: &Shape, label: &Label, size: Size) -> Result<Shape, String> {
    if !shape.is_valid() {
        return Err("it has no extent".to_owned());
    }
    match shape {
        Shape::Polygon(polygon) if polygon.parts.len() != 1 || !polygon.parts[0].holes.is_empty() => {
            if size.num_pixels() == 0 {
                return Err("its holes need the size of the picture, and that is not known".to_owned());
            }
            let mask = Mask::from_polygon(polygon, size.width, size.height);
            if mask.is_empty() {
                Err("it lies outside of the picture".to_owned())
            } else {
                Ok(Shape::Mask(mask))
            }
        }
        Shape::Mask(mask) if size.num_pixels() > 0 => {
            let mask = mask.clipped(size.width, size.height);
            if mask.is_empty() {
                Err("it lies outside of the picture".to_owned())
            } else {
                Ok(Shape::Mask(mask))
            }
        }
        Shape::Skeleton(skeleton) => {
            let num_names = label.skeleton.as_ref().map_or(0, |template| template.joints.len());
            if skeleton.0.len() > num_names {
                return Err("its label does not name its joints".to_owned());
            }
            Ok(shape.clone())
        }
        _ => Ok(shape.clone()),
    }
}

impl TrackRecord<'_> {
    /// The last frame that somebody set.
    pub fn last_keyframe(&self) -> u32 {
        self.track.keyframes.keys().next_back().copied().unwrap_or(0)
    }

    /// Writes the track: its keyframes and, when `to_frame` is given, also what lies between them and up to that
    /// frame, as CVAT does.
    pub fn write(
        &self,
        id: usize,
        to_frame: Option<u32>,
        put: &mut dyn FnMut(&str) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let label = escaped(&self.label.name);
        let group = self.group.map(|number| format!(" group_id=\"{number}\"")).unwrap_or_default();
        put(&format!("  <track id=\"{id}\" label=\"{label}\" source=\"manual\"{group}>\n"))?;
        let mut values = self.object.attributes.clone();
        let mut keyframes = self.track.keyframes.iter().peekable();
        let mut changes = self.track.attributes.iter().peekable();
        while let Some((&frame, key)) = keyframes.next() {
            while let Some((_, changed)) = changes.next_if(|(from, _)| **from <= frame) {
                values.extend(changed.clone());
            }
            put(&self.element(frame, true, key, &values))?;
            let Some(end) = to_frame.filter(|_| !key.outside) else { continue };
            let next = keyframes.peek().map_or(end, |(next, _)| **next);
            for between in frame + 1..next {
                while let Some((_, changed)) = changes.next_if(|(from, _)| **from <= between) {
                    values.extend(changed.clone());
                }
                let Some(at) = shape_at(&self.track, between) else { continue };
                let key = Keyframe { shape: at.shape, outside: false, occluded: at.occluded };
                put(&self.element(between, false, &key, &values))?;
            }
        }
        put("  </track>\n")
    }

    fn element(
        &self,
        frame: u32,
        is_keyframe: bool,
        key: &Keyframe,
        values: &BTreeMap<AttributeId, AttributeValue>,
    ) -> String {
        let name = element_name(&key.shape);
        let digits = if is_keyframe { Digits::All } else { Digits::Two };
        let occluded = key.occluded || self.object.has(Flag::Occluded);
        let marks = |name: &str, outside: bool, occluded: bool| {
            let (key, outside, occluded) = (u8::from(is_keyframe), u8::from(outside), u8::from(occluded));
            format!("{name} keyframe=\"{key}\" outside=\"{outside}\" occluded=\"{occluded}\"")
        };
        let mut out = format!("    <{name} frame=\"{frame}\"{}", marks("", key.outside, occluded));
        put_geometry(&mut out, &key.shape, digits);
        let _ = writeln!(out, " z_order=\"{}\">", z_order(self.object));
        if let Shape::Skeleton(skeleton) = &key.shape {
            put_joints(&mut out, skeleton, self.label, digits, &|name, visibility| {
                let is_outside = key.outside || visibility == Visibility::Absent;
                marks(name, is_outside, visibility == Visibility::Hidden)
            });
        }
        put_values(&mut out, self.label, values);
        let _ = writeln!(out, "    </{name}>");
        out
    }
}

/// CVAT keeps the order in 32 bits.
fn z_order(object: &Object) -> i64 {
    object.z.clamp(i64::from(i32::MIN), i64::from(i32::MAX))
}

fn put_joints(
    out: &mut String,
    skeleton: &SkeletonShape,
    label: &Label,
    digits: Digits,
    marks: &dyn Fn(&str, Visibility) -> String,
) {
    let names = label.skeleton.iter().flat_map(|template| &template.joints);
    for (joint, name) in skeleton.0.iter().zip(names) {
        let start = format!("      <points label=\"{}\"", escaped(name));
        out.push_str(&marks(&start, joint.visibility));
        let _ = put_points(out, &[joint.position], digits);
        out.push_str("></points>\n");
    }
}

fn put_values(out: &mut String, label: &Label, values: &BTreeMap<AttributeId, AttributeValue>) {
    let value_of = |attribute: &Attribute| values.get(&attribute.id).map(|value| escaped(&value.to_string()));
    for attribute in &label.attributes {
        if let Some(value) = value_of(attribute) {
            let name = escaped(&attribute.name);
            let _ = writeln!(out, "      <attribute name=\"{name}\">{value}</attribute>");
        }
    }
}

/// What is on a picture.
pub(super) fn image_records<'a>(
    item: &'a Item,
    plan: &'a ExportPlan,
    groups: &mut GroupNumbers,
) -> Encoded<ImageRecord<'a>> {
    let mut encoded = Encoded::default();
    let size = Size::new(item.asset.width, item.asset.height);
    for index in back_to_front(&item.objects) {
        let object = &item.objects[index];
        let Some(label) = plan.label(object.label) else {
            encoded.leave_out(index, "it has no label");
            continue;
        };
        let shapes = match &object.content {
            Content::Shape(shape) => {
                parts_of(shape).iter().map(|part| carried(part, label, size).map(Some)).collect()
            }
            Content::Tag => Ok(vec![None]),
            Content::Track(_) | Content::Span(_) => {
                Err(format!("a picture in CVAT has no {}s", object.kind().name()))
            }
        };
        match shapes {
            Ok(shapes) => {
                let group = groups.number(object.group, shapes.len() > 1);
                let record = |shape| ImageRecord { object, label, shape, group };
                encoded.records.extend(shapes.into_iter().map(|shape| (vec![index], record(shape))));
            }
            Err(reason) => encoded.leave_out(index, reason),
        }
    }
    encoded
}

/// The parts of a polygon without holes, each a polygon; any other shape as it is.
fn parts_of(shape: &Shape) -> Vec<Shape> {
    match shape {
        Shape::Polygon(polygon) if polygon.parts.iter().all(|part| part.holes.is_empty()) => {
            let part =
                |part: &crate::geometry::PolygonPart| Shape::Polygon(Polygon { parts: vec![part.clone()] });
            polygon.parts.iter().map(part).collect()
        }
        _ => vec![shape.clone()],
    }
}

impl ImageRecord<'_> {
    /// The element.
    pub fn text(&self) -> String {
        let label = escaped(&self.label.name);
        let name = self.shape.as_ref().map_or("tag", element_name);
        let mut out = format!("    <{name} label=\"{label}\" source=\"manual\"");
        if let Some(shape) = &self.shape {
            let _ = write!(out, " occluded=\"{}\"", u8::from(self.object.has(Flag::Occluded)));
            put_geometry(&mut out, shape, Digits::All);
            let _ = write!(out, " z_order=\"{}\"", z_order(self.object));
        }
        if let Some(number) = self.group {
            let _ = write!(out, " group_id=\"{number}\"");
        }
        out.push_str(">\n");
        if let Some(Shape::Skeleton(skeleton)) = &self.shape {
            put_joints(&mut out, skeleton, self.label, Digits::All, &|name, visibility| {
                let outside = u8::from(visibility == Visibility::Absent);
                let occluded = u8::from(visibility == Visibility::Hidden);
                format!("{name} outside=\"{outside}\" occluded=\"{occluded}\"")
            });
        }
        put_values(&mut out, self.label, &self.object.attributes);
        let _ = writeln!(out, "    </{name}>");
        out
    }
}
