//! From objects to Label Studio's results.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::formats::keys::{Key, keys_of};
use crate::formats::trip::{Encoded, back_to_front};
use crate::formats::xml::escaped;
use crate::formats::{ExportPlan, Item};
use crate::model::{Content, Label, Object, Shape};
use crate::pixels::Size;

/// What Label Studio takes a video's rate for when its setup says nothing.
const DEFAULT_RATE: f64 = 24.0;

/// The results of a video, from back to front.
pub(super) fn results_of(item: &Item, plan: &ExportPlan) -> Encoded<Value> {
    let mut encoded = Encoded::default();
    let size = Size::new(item.asset.width, item.asset.height);
    let rate = item.asset.video.as_ref().map_or(DEFAULT_RATE, |facts| facts.frames_per_second());
    let num_frames = item.asset.video.as_ref().map(|facts| facts.num_frames);
    for index in back_to_front(&item.objects) {
        let object = &item.objects[index];
        let Some(label) = plan.label(object.label) else {
            encoded.leave_out(index, "it has no label");
            continue;
        };
        let value = match &object.content {
            Content::Span(span) if span.end > span.start => Ok(json!({
                "ranges": [{"start": u64::from(span.start) + 1, "end": span.end}],
                "timelinelabels": [label.name],
            })),
            Content::Span(_) => Err("it covers no frame".to_owned()),
            Content::Tag => Ok(json!({"choices": [label.name]})),
            Content::Track(_) | Content::Shape(_) => rectangle_of(object, label, size, num_frames, rate),
        };
        match value {
            Ok(value) => encoded.records.push((vec![index], result_of(object, index, value, size))),
            Err(reason) => encoded.leave_out(index, reason),
        }
    }
    encoded
}

fn result_of(object: &Object, index: usize, value: Value, size: Size) -> Value {
    let (kind, from) = match &object.content {
        Content::Span(_) => ("timelinelabels", "timeline"),
        Content::Tag => ("choices", "tag"),
        Content::Track(_) | Content::Shape(_) => ("videorectangle", "box"),
    };
    let mut result = json!({
        "id": format!("fm{index}"), "type": kind, "from_name": from, "to_name": "video", "origin": "manual",
        "value": value,
    });
    if kind == "videorectangle" {
        result["original_width"] = json!(size.width);
        result["original_height"] = json!(size.height);
    }
    if !object.comment.is_empty() {
        result["meta"] = json!({"text": [object.comment]});
    }
    result
}

fn rectangle_of(
    object: &Object,
    label: &Label,
    size: Size,
    num_frames: Option<u32>,
    rate: f64,
) -> Result<Value, String> {
    if size.num_pixels() == 0 {
        return Err("places are in percent of the video's size, and that is not known".to_owned());
    }
    let keys = keys_of(object, num_frames, false);
    let last = keys.last().map_or(0, |key| key.frame.saturating_add(1));
    let sequence: Result<Vec<Value>, String> = keys.iter().map(|key| keyframe_of(key, size, rate)).collect();
    let sequence = sequence?;
    if sequence.is_empty() {
        return Err("it is on no frame of the video".to_owned());
    }
    let num_frames = num_frames.unwrap_or(last);
    Ok(json!({
        "framesCount": num_frames,
        "duration": f64::from(num_frames) / rate,
        "sequence": sequence,
        "labels": [label.name],
    }))
}

fn keyframe_of(key: &Key, size: Size, rate: f64) -> Result<Value, String> {
    let (corner, extent, angle) = match &key.shape {
        Shape::RotatedBox(shape) => (shape.corners()[0], shape.size, shape.angle),
        shape => {
            let bounds = shape.bounds();
            (bounds.min, bounds.size(), 0.0)
        }
    };
    if !(extent.x > 0.0 && extent.y > 0.0) {
        return Err("it has no extent on some frame".to_owned());
    }
    let (width, height) = (f64::from(size.width) / 100.0, f64::from(size.height) / 100.0);
    let frame = u64::from(key.frame) + 1;
    Ok(json!({
        "frame": frame,
        "time": frame as f64 / rate,
        "enabled": key.goes_on,
        "x": corner.x / width,
        "y": corner.y / height,
        "width": extent.x / width,
        "height": extent.y / height,
        "rotation": angle,
    }))
}

/// A task, as text.
pub(super) fn task_of(item: &Item, id: u64, path: &str, plan: &ExportPlan) -> String {
    let results: Vec<Value> = results_of(item, plan).records.into_iter().map(|(_, result)| result).collect();
    let annotation = json!({"id": id, "was_cancelled": false, "ground_truth": false, "result": results});
    json!({"id": id, "data": {"video": path}, "annotations": [annotation], "predictions": []}).to_string()
}

/// The labeling setup for the export.
pub(super) fn config_of(plan: &ExportPlan, rate: Option<f64>) -> String {
    let mut labels = String::new();
    let mut choices = String::new();
    for label in plan.labels() {
        let (name, color) = (escaped(&label.name), label.color);
        let _ = writeln!(labels, "    <Label value=\"{name}\" background=\"{color}\"/>");
        let _ = writeln!(choices, "    <Choice value=\"{name}\"/>");
    }
    let rate = rate.unwrap_or(DEFAULT_RATE);
    format!(
        "<View>\n  <Video name=\"video\" value=\"$video\" framerate=\"{rate}\"/>\n  \
         <VideoRectangle name=\"box\" toName=\"video\"/>\n  \
         <Labels name=\"label\" toName=\"video\">\n{labels}  </Labels>\n  \
         <TimelineLabels name=\"timeline\" toName=\"video\">\n{labels}  </TimelineLabels>\n  \
         <Choices name=\"tag\" toName=\"video\" choice=\"multiple\">\n{choices}  </Choices>\n</View>\n"
    )
}
