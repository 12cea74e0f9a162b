//! Rows of MOTChallenge's text files.

use std::fmt::Write;

use crate::formats::SchemaBuilder;
use crate::formats::boxes::{BoxTrack, RowDetails, TrackBuilder};
use crate::formats::lenient::FARTHEST_PX;
use crate::formats::sequences::{fields, rounded};
use crate::geometry::Rect;
use crate::model::{Attribute, AttributeId, AttributeInput, AttributeValue, Flag, Shape};
use std::collections::BTreeMap;

/// The attribute that says how much of an object is seen, 0 to 1, where a file says more than yes or no.
const VISIBILITY: &str = "visibility";

/// The classes of MOTChallenge, for files that name none.
const CLASSES: [&str; 12] = [
    "pedestrian",
    "person on vehicle",
    "car",
    "bicycle",
    "motorbike",
    "non motorized vehicle",
    "static person",
    "distractor",
    "occluder",
    "occluder on the ground",
    "occluder full",
    "reflection",
];

/// The names of classes when a file does not tell them.
pub(super) fn default_classes() -> Vec<String> {
    CLASSES.map(str::to_owned).to_vec()
}

/// The rows of a track under an id.
pub(super) fn put_rows(out: &mut String, id: usize, track: &BoxTrack<'_>) {
    let known = track.label.attributes.iter().find(|attribute| attribute.name == VISIBILITY);
    let conf = u8::from(!track.object.has(Flag::Difficult));
    for row in track.rows() {
        let visibility = known.and_then(|attribute| match row.values.get(&attribute.id) {
            Some(AttributeValue::Number(value)) if (0.0..=1.0).contains(value) => Some(*value),
            _ => None,
        });
        // A value of 0 is how readers know that something hides it.
        let visibility = match (visibility, row.occluded) {
            (Some(value), _) => value,
            (None, true) => 0.0,
            (None, false) => 1.0,
        };
        let (frame, class) = (row.frame + 1, track.label_index + 1);
        let [left, top] = [row.rect.min.x, row.rect.min.y].map(rounded);
        let [width, height] = [row.rect.width(), row.rect.height()].map(rounded);
        let _ = writeln!(out, "{frame},{id},{left},{top},{width},{height},{conf},{class},{visibility}");
    }
}

/// Reads a row.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn read_row(
    line: &str,
    classes: &[String],
    labels: &mut SchemaBuilder,
    tracks: &mut TrackBuilder,
) -> Result<(), String> {
    let fields = fields(line);
    if fields.len() < 6 {
        return Err(format!("it has {} fields instead of 6 or more", fields.len()));
    }
    let number = |index: usize| -> Result<Option<f64>, String> {
        let Some(text) = fields.get(index) else { return Ok(None) };
        let number: Option<f64> = text.parse().ok().filter(|n: &f64| n.abs() <= FARTHEST_PX);
        number.map(Some).ok_or_else(|| format!("{text:?} is no number that it can have"))
    };
    let needed = |index: usize| number(index).map(|number| number.unwrap_or(0.0));
    let frame = needed(0)?;
    if frame < 1.0 || frame.fract() != 0.0 {
        return Err(format!("frames count from 1, and there is none of number {frame}"));
    }
    let rect = Rect::from_xywh(needed(2)?, needed(3)?, needed(4)?, needed(5)?);
    if rect.width() <= 0.0 || rect.height() <= 0.0 {
        return Err("its box has no area".to_owned());
    }
    let class = number(7)?.filter(|&class| class >= 0.0).map(|class| class as usize);
    let name = match class {
        None => "object",
        Some(class) => class
            .checked_sub(1)
            .and_then(|index| classes.get(index))
            .ok_or_else(|| format!("there is no class {class}: the labels are {}", classes.len()))?,
    };
    let label = labels.label(name);
    let conf = number(6)?.unwrap_or(1.0);
    let visibility = number(8)?.filter(|_| class.is_some()).unwrap_or(1.0);
    let mut values = BTreeMap::new();
    let is_known =
        labels.get(label).is_some_and(|label| label.attributes.iter().any(|a| a.name == VISIBILITY));
    if is_known || (visibility > 0.0 && visibility < 1.0) {
        let attribute = Attribute {
            id: AttributeId::new(),
            name: VISIBILITY.to_owned(),
            input: AttributeInput::Number { min: Some(0.0), max: Some(1.0) },
            default: None,
            mutable: true,
        };
        values.extend(
            labels.define_attribute(label, attribute).map(|id| (id, AttributeValue::Number(visibility))),
        );
    }
    let details = RowDetails {
        occluded: visibility <= 0.0,
        truncated: false,
        // Of results and detections, the number is a score; of ground truth it says whether the row counts.
        difficult: class.is_some() && conf == 0.0,
        score: Some(conf).filter(|score| class.is_none() && (0.0..1.0).contains(score)),
        values,
    };
    let id = needed(1)? as i64;
    let is_new = tracks.add(id, label, frame as u32 - 1, Shape::from_rect(rect), details);
    if is_new { Ok(()) } else { Err("the object is on this frame already".to_owned()) }
}
