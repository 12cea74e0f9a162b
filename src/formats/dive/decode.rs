//! From DIVE's tracks to objects.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::formats::SchemaBuilder;
use crate::formats::keys::{Key, track_of};
use crate::formats::labels::attribute_from_json;
use crate::formats::lenient::FARTHEST_PX;
use crate::geometry::{Point, Polygon, PolygonPart, Rect};
use crate::model::{
    Attribute, AttributeId, AttributeInput, AttributeValue, Content, Flag, LabelId, Object, ObjectId,
    Provenance, Shape,
};

/// The object of a track.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn object_of(track: &Value, labels: &mut SchemaBuilder, file: &str) -> Result<Object, String> {
    let (name, score) = best_label(track);
    let features = track.get("features").and_then(Value::as_array).ok_or("it has no features")?;
    // What is between keyframes follows from them; a track without any has each feature set.
    let is_set = |feature: &&Value| feature.get("keyframe").and_then(Value::as_bool) != Some(false);
    let has_keyframes = features.iter().any(|feature| is_set(&feature));
    let mut keys: BTreeMap<u32, (Key, &Value)> = BTreeMap::new();
    for feature in features.iter().filter(|feature| !has_keyframes || is_set(feature)) {
        let key = key_of(feature)?;
        keys.insert(key.frame, (key, feature));
    }
    if keys.is_empty() {
        return Err("it has no features".to_owned());
    }
    let label = labels.label(name.unwrap_or("unknown"));
    let last = keys.keys().next_back().copied();
    let values = changes_of(&keys, label, labels);
    let keys = keys.into_iter().map(|(frame, (key, _))| {
        // After the last feature there is nothing.
        Key { goes_on: key.goes_on && Some(frame) != last, ..key }
    });
    let mut content = track_of(keys.collect());
    content.attributes = values;
    let mut object = Object::new(ObjectId::new(), Content::Track(content), Some(label));
    for (name, value) in members(track, "attributes") {
        if let Some(value) = attribute_from_json(value)
            && let Some(id) = labels.attribute(label, name, &value)
        {
            object.attributes.insert(id, value);
        }
    }
    object.provenance = Provenance::Import {
        format: super::ID.to_owned(),
        file: file.to_owned(),
        id: track.get("id").map(ToString::to_string),
        score,
    };
    Ok(object)
}

fn members<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// The most probable label, with its probability where that is less than sure.
fn best_label(track: &Value) -> (Option<&str>, Option<f64>) {
    let pairs = track.get("confidencePairs").and_then(Value::as_array).into_iter().flatten();
    let pair = |pair: &'_ Value| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_f64()?));
    let best = pairs
        .filter_map(|value| Some((value.get(0)?.as_str()?, pair(value)?.1)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    (best.map(|(name, _)| name), best.map(|(_, score)| score).filter(|score| (0.0..1.0).contains(score)))
}

fn key_of(feature: &Value) -> Result<Key, String> {
    let frame = feature.get("frame").and_then(Value::as_u64).and_then(|frame| u32::try_from(frame).ok());
    let frame = frame.ok_or("a feature has no frame")?;
    let polygon = polygon_of(feature)?;
    let shape = match polygon {
        Some(polygon) => Shape::Polygon(polygon),
        None => Shape::from_rect(bounds_of(feature)?),
    };
    if !shape.is_valid() {
        return Err(format!("its box on frame {frame} has no area"));
    }
    let occluded = feature.pointer("/attributes/occluded").and_then(Value::as_bool).unwrap_or(false);
    let goes_on = feature.get("interpolate").and_then(Value::as_bool).unwrap_or(false);
    Ok(Key { frame, shape, occluded, goes_on })
}

fn coordinate(value: &Value) -> Result<f64, String> {
    let number = value.as_f64().filter(|number| number.abs() <= FARTHEST_PX);
    number.ok_or_else(|| format!("{value} is no coordinate of a picture"))
}

fn bounds_of(feature: &Value) -> Result<Rect, String> {
    let bounds = feature.get("bounds").and_then(Value::as_array).ok_or("a feature has no bounds")?;
    let numbers: Vec<f64> = bounds.iter().map(coordinate).collect::<Result<_, _>>()?;
    match numbers[..] {
        [left, top, right, bottom] => {
            Ok(Rect::from_corners(Point::new(left, top), Point::new(right, bottom)))
        }
        _ => Err(format!("bounds are {} numbers instead of 4", numbers.len())),
    }
}

/// The polygons of a feature as the parts of one; heads, tails and lines are no outlines.
fn polygon_of(feature: &Value) -> Result<Option<Polygon>, String> {
    let features = feature.pointer("/geometry/features").and_then(Value::as_array);
    let mut parts = Vec::new();
    for part in features.into_iter().flatten() {
        if part.pointer("/geometry/type").and_then(Value::as_str) != Some("Polygon") {
            continue;
        }
        let rings = part.pointer("/geometry/coordinates").and_then(Value::as_array);
        let mut rings = rings.into_iter().flatten().map(ring_of).collect::<Result<Vec<_>, _>>()?.into_iter();
        let Some(outer) = rings.next().filter(|outer| outer.len() >= 3) else { continue };
        parts.push(PolygonPart { outer, holes: rings.filter(|hole| hole.len() >= 3).collect() });
    }
    Ok((!parts.is_empty()).then_some(Polygon { parts }))
}

fn ring_of(ring: &Value) -> Result<Vec<Point>, String> {
    let point = |point: &Value| {
        let number = |index: usize| coordinate(point.get(index).unwrap_or(&Value::Null));
        Ok::<_, String>(Point::new(number(0)?, number(1)?))
    };
    let mut points: Vec<Point> =
        ring.as_array().into_iter().flatten().map(point).collect::<Result<_, _>>()?;
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    Ok(points)
}

/// The values of features that differ from those before.
fn changes_of(
    keys: &BTreeMap<u32, (Key, &Value)>,
    label: LabelId,
    labels: &mut SchemaBuilder,
) -> BTreeMap<u32, BTreeMap<AttributeId, AttributeValue>> {
    let mut latest: BTreeMap<AttributeId, AttributeValue> = BTreeMap::new();
    let mut changes: BTreeMap<u32, BTreeMap<AttributeId, AttributeValue>> = BTreeMap::new();
    for (frame, (_, feature)) in keys {
        for (name, value) in members(feature, "attributes").filter(|(name, _)| *name != Flag::Occluded.name())
        {
            let Some(value) = attribute_from_json(value) else { continue };
            let input = match &value {
                AttributeValue::Bool(_) => AttributeInput::Checkbox,
                AttributeValue::Number(_) => AttributeInput::Number { min: None, max: None },
                AttributeValue::Text(_) => AttributeInput::Text,
            };
            let attribute =
                Attribute { id: AttributeId::new(), name: name.clone(), input, default: None, mutable: true };
            let Some(id) = labels.define_attribute(label, attribute) else { continue };
            if latest.insert(id, value.clone()).as_ref() != Some(&value) {
                changes.entry(*frame).or_default().insert(id, value);
            }
        }
    }
    changes
}
