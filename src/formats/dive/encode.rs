//! From objects to DIVE's tracks.

use serde_json::{Map, Value, json};

use crate::edit::attributes_at;
use crate::formats::keys::{Key, keys_of};
use crate::formats::labels::attribute_to_json;
use crate::formats::trip::{Encoded, back_to_front};
use crate::formats::{ExportPlan, Item};
use crate::geometry::{Point, PolygonPart};
use crate::model::{Content, Flag, Label, Object, Shape};

/// How coordinates of boxes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// As whole pixels.
    Whole,
    /// As they are.
    Fractions,
}

/// The tracks of a video, from back to front. Their `id` is still to be set.
pub(super) fn tracks_of(item: &Item, plan: &ExportPlan, precision: Precision) -> Encoded<Value> {
    let mut encoded = Encoded::default();
    let num_frames = item.asset.video.as_ref().map(|facts| facts.num_frames);
    for index in back_to_front(&item.objects) {
        let object = &item.objects[index];
        let Some(label) = plan.label(object.label) else {
            encoded.leave_out(index, "it has no label");
            continue;
        };
        if matches!(object.content, Content::Span(_) | Content::Tag) {
            encoded.leave_out(index, format!("DIVE has no {}s", object.kind().name()));
            continue;
        }
        match track_of(object, label, num_frames, precision) {
            Ok(track) => encoded.records.push((vec![index], track)),
            Err(reason) => encoded.leave_out(index, reason),
        }
    }
    encoded
}

fn track_of(
    object: &Object,
    label: &Label,
    num_frames: Option<u32>,
    precision: Precision,
) -> Result<Value, String> {
    let keys = keys_of(object, num_frames, true);
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
        return Err("it is on no frame of the video".to_owned());
    };
    let (begin, end) = (first.frame, last.frame);
    let mut latest = Map::new();
    let mut features = Vec::new();
    for key in &keys {
        features.push(feature_of(object, label, key, precision, &mut latest)?);
    }
    Ok(json!({
        "id": 0, "begin": begin, "end": end, "meta": {},
        "confidencePairs": [[label.name, 1.0]],
        "attributes": values_of(object, label, false),
        "features": features,
    }))
}

/// The values of the attributes that can change along a track, or of the others.
fn values_of(object: &Object, label: &Label, is_mutable: bool) -> Map<String, Value> {
    let attributes = label.attributes.iter().filter(|attribute| attribute.mutable == is_mutable);
    let value = |attribute: &crate::model::Attribute| {
        Some((attribute.name.clone(), attribute_to_json(object.attributes.get(&attribute.id)?)))
    };
    attributes.filter_map(value).collect()
}

fn feature_of(
    object: &Object,
    label: &Label,
    key: &Key,
    precision: Precision,
    latest: &mut Map<String, Value>,
) -> Result<Value, String> {
    let bounds = key.shape.bounds();
    if !(bounds.width() > 0.0 && bounds.height() > 0.0) {
        return Err("it has no extent on some frame".to_owned());
    }
    let number = |value: f64| match precision {
        Precision::Whole => json!(value.round() as i64),
        Precision::Fractions => json!(value),
    };
    // What is thinner than a pixel still has one.
    let whole = |low: f64, high: f64| match precision {
        Precision::Whole if high.round() <= low.round() => low.round() + 1.0,
        _ => high,
    };
    let (right, bottom) = (whole(bounds.min.x, bounds.max.x), whole(bounds.min.y, bounds.max.y));
    let mut attributes = Map::new();
    if key.occluded || object.has(Flag::Occluded) {
        attributes.insert(Flag::Occluded.name().to_owned(), json!(true));
    }
    let mut current = object.clone();
    if let Content::Track(track) = &object.content {
        current.attributes = attributes_at(object, track, key.frame);
    }
    for (name, value) in values_of(&current, label, true) {
        if latest.insert(name.clone(), value.clone()).as_ref() != Some(&value) {
            attributes.insert(name, value);
        }
    }
    let mut feature = json!({
        "frame": key.frame,
        "bounds": [number(bounds.min.x), number(bounds.min.y), number(right), number(bottom)],
        "keyframe": true,
        "interpolate": key.goes_on,
        "attributes": attributes,
    });
    if let Shape::Polygon(polygon) = &key.shape {
        let features: Vec<Value> = polygon.parts.iter().map(geometry_of).collect();
        feature["geometry"] = json!({"type": "FeatureCollection", "features": features});
    }
    Ok(feature)
}

/// A part of a polygon in GeoJSON: rings that end where they begin, the outer one first.
fn geometry_of(part: &PolygonPart) -> Value {
    let ring = |ring: &Vec<Point>| -> Vec<[f64; 2]> {
        ring.iter().chain(ring.first()).map(|p| [p.x, p.y]).collect()
    };
    let rings: Vec<Vec<[f64; 2]>> = std::iter::once(&part.outer).chain(&part.holes).map(ring).collect();
    json!({"type": "Feature", "properties": {"key": ""}, "geometry": {"type": "Polygon", "coordinates": rings}})
}
