//! From Label Studio's results to objects.

use serde::Deserialize;
use serde_json::Value;

use crate::formats::SchemaBuilder;
use crate::formats::keys::{Key, track_of};
use crate::formats::lenient::{self, FARTHEST_PX};
use crate::geometry::{Rect, Vector};
use crate::model::shape::RotatedBoxShape;
use crate::model::{Content, Object, ObjectId, Provenance, Shape, Span};
use crate::pixels::Size;

/// A result as it stands in the file.
#[derive(Deserialize)]
pub(super) struct ResultRecord {
    #[serde(default)]
    id: Option<String>,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    meta: Value,
    #[serde(default, deserialize_with = "lenient::number")]
    score: Option<f64>,
    #[serde(default, deserialize_with = "lenient::extent")]
    original_width: Option<u32>,
    #[serde(default, deserialize_with = "lenient::extent")]
    original_height: Option<u32>,
}

impl ResultRecord {
    /// The size of the video, where the result tells it.
    pub fn size(&self) -> Option<Size> {
        Some(Size::new(self.original_width?, self.original_height?))
    }

    /// How many frames Label Studio counted, where the result tells it.
    pub fn num_frames(&self) -> Option<u32> {
        let count = self.value.get("framesCount")?.as_f64()?;
        (1.0..=f64::from(u32::MAX)).contains(&count).then_some(count as u32)
    }
}

/// A keyframe of a box.
#[derive(Deserialize)]
struct Keyframe {
    #[serde(deserialize_with = "lenient::number")]
    frame: Option<f64>,
    #[serde(deserialize_with = "lenient::number")]
    x: Option<f64>,
    #[serde(deserialize_with = "lenient::number")]
    y: Option<f64>,
    #[serde(deserialize_with = "lenient::number")]
    width: Option<f64>,
    #[serde(deserialize_with = "lenient::number")]
    height: Option<f64>,
    #[serde(default, deserialize_with = "lenient::number")]
    rotation: Option<f64>,
    #[serde(default = "yes")]
    enabled: bool,
}

fn yes() -> bool {
    true
}

/// The objects that a result stands for: one for each range, label and choice.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn object_of(
    record: &ResultRecord,
    size: Size,
    labels: &mut SchemaBuilder,
    file: &str,
) -> Result<Vec<Object>, String> {
    let contents = match record.kind.as_str() {
        "videorectangle" => vec![Content::Track(track_of(keys_of(record, record.size().unwrap_or(size))?))],
        "timelinelabels" => spans_of(record)?,
        "choices" | "taxonomy" => vec![Content::Tag],
        other => return Err(format!("results of the type {other:?} have no place on videos here")),
    };
    let names = names_of(record);
    if names.is_empty() && record.kind == "choices" {
        return Err("nothing is chosen".to_owned());
    }
    let comment = record.meta.get("text").map(|text| match text {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        other => other.as_str().unwrap_or_default().to_owned(),
    });
    let mut objects = Vec::new();
    for content in contents {
        // A choice of several things is several tags; other regions have one label.
        let num_labels = if content == Content::Tag { names.len() } else { 1 };
        for index in 0..num_labels {
            let label = names.get(index).map(|name| labels.label(name));
            let mut object = Object::new(ObjectId::new(), content.clone(), label);
            object.comment = comment.clone().unwrap_or_default();
            object.provenance = Provenance::Import {
                format: super::ID.to_owned(),
                file: file.to_owned(),
                id: record.id.clone(),
                score: record.score,
            };
            objects.push(object);
        }
    }
    Ok(objects)
}

/// The labels of a result, whatever the tag that gave them.
fn names_of(record: &ResultRecord) -> Vec<String> {
    let lists = ["labels", "timelinelabels", "choices", "rectanglelabels"];
    let list = lists.iter().find_map(|key| record.value.get(key)?.as_array());
    list.into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}

fn keys_of(record: &ResultRecord, size: Size) -> Result<Vec<Key>, String> {
    if size.num_pixels() == 0 {
        return Err("places are in percent of the video's size, and that is not known".to_owned());
    }
    let sequence = record.value.get("sequence").cloned().unwrap_or_default();
    let keyframes: Vec<Keyframe> = serde_json::from_value(sequence).map_err(|error| error.to_string())?;
    let mut keys: Vec<Key> = keyframes.iter().map(|key| key_of(key, size)).collect::<Result<_, _>>()?;
    keys.sort_by_key(|key| key.frame);
    keys.dedup_by_key(|key| key.frame);
    if keys.is_empty() { Err("it has no keyframe".to_owned()) } else { Ok(keys) }
}

fn key_of(key: &Keyframe, size: Size) -> Result<Key, String> {
    let frame = frame_of(key.frame)?;
    let needed = |value: Option<f64>, name: &str| {
        value
            .filter(|n| n.abs() <= FARTHEST_PX)
            .ok_or_else(|| format!("{name} of a keyframe is missing or far off"))
    };
    let (width, height) = (f64::from(size.width) / 100.0, f64::from(size.height) / 100.0);
    let (left, top) = (needed(key.x, "x")? * width, needed(key.y, "y")? * height);
    let extent = Vector::new(needed(key.width, "width")? * width, needed(key.height, "height")? * height);
    let rect = Rect::from_xywh(left, top, extent.x, extent.y);
    let angle = key.rotation.unwrap_or(0.0).rem_euclid(360.0);
    let shape = match angle {
        0.0 => Shape::from_rect(rect),
        // The turn is about the corner that the place is of.
        angle => {
            let center = rect.min + (extent / 2.0).rotated(angle);
            Shape::RotatedBox(RotatedBoxShape { center, size: extent, angle })
        }
    };
    if !shape.is_valid() {
        return Err("a keyframe has no extent".to_owned());
    }
    Ok(Key { frame, shape, occluded: false, goes_on: key.enabled })
}

/// The frame of a number that counts from 1.
fn frame_of(number: Option<f64>) -> Result<u32, String> {
    match number {
        Some(n) if (1.0..=f64::from(u32::MAX)).contains(&n) => Ok(n.round() as u32 - 1),
        _ => Err("frames count from 1".to_owned()),
    }
}

fn spans_of(record: &ResultRecord) -> Result<Vec<Content>, String> {
    let ranges = record.value.get("ranges").and_then(Value::as_array).ok_or("it has no ranges")?;
    let span = |range: &Value| {
        let number = |key: &str| range.get(key).and_then(Value::as_f64);
        let (start, last) = (frame_of(number("start"))?, frame_of(number("end"))?);
        if last < start {
            return Err("a range ends before it begins".to_owned());
        }
        Ok(Content::Span(Span { start, end: last.saturating_add(1), lane: String::new() }))
    };
    ranges.iter().map(span).collect()
}
