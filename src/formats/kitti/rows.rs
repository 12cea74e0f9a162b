//! Rows of KITTI's files for tracking.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::formats::SchemaBuilder;
use crate::formats::boxes::{BoxTrack, RowDetails, TrackBuilder};
use crate::formats::lenient::FARTHEST_PX;
use crate::formats::sequences::rounded;
use crate::geometry::{Point, Rect};
use crate::model::{Flag, Shape};

/// The type of areas in which nothing was labelled.
const DONT_CARE: &str = "DontCare";

/// What stands for a box in space that is not known: turn, size, place and turn, as the benchmark writes it.
const NO_SPACE: &str = "-1 -1 -1 -1000 -1000 -1000 -10";

/// The name of a label as a type.
pub(super) fn type_of(name: &str) -> String {
    let joined = name.split_whitespace().collect::<Vec<_>>().join("_");
    if joined.is_empty() { "_".to_owned() } else { joined }
}

/// The rows of a track under an id.
pub(super) fn put_rows(out: &mut String, id: usize, track: &BoxTrack<'_>) {
    let kind = type_of(&track.label.name);
    let truncated = u8::from(track.object.has(Flag::Truncated));
    for row in track.rows() {
        let occluded = u8::from(row.occluded);
        let [left, top] = [row.rect.min.x, row.rect.min.y].map(rounded);
        let [right, bottom] = [row.rect.max.x, row.rect.max.y].map(rounded);
        let frame = row.frame;
        let _ = writeln!(
            out,
            "{frame} {id} {kind} {truncated} {occluded} -10 {left} {top} {right} {bottom} {NO_SPACE}"
        );
    }
}

/// Reads a row.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn read_row(
    line: &str,
    labels: &mut SchemaBuilder,
    tracks: &mut TrackBuilder,
) -> Result<(), String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    if fields.len() < 10 {
        return Err(format!("it has {} fields instead of 17", fields.len()));
    }
    let number = |index: usize| -> Result<f64, String> {
        let number: Option<f64> = fields[index].parse().ok().filter(|n: &f64| n.abs() <= FARTHEST_PX);
        number.ok_or_else(|| format!("{:?} is no number that it can have", fields[index]))
    };
    let whole = |index: usize| {
        fields[index].parse::<i64>().map_err(|_| format!("{:?} is no whole number", fields[index]))
    };
    let frame = u32::try_from(whole(0)?).map_err(|_| "its frame is negative".to_owned())?;
    let rect = Rect::from_corners(Point::new(number(6)?, number(7)?), Point::new(number(8)?, number(9)?));
    if rect.width() <= 0.0 || rect.height() <= 0.0 {
        return Err("its box has no area".to_owned());
    }
    let is_area = fields[2] == DONT_CARE;
    let label = labels.label_written(fields[2], type_of);
    let details = RowDetails {
        // 3 stands for what is not known.
        occluded: (1.0..3.0).contains(&number(4)?),
        truncated: number(3)? > 0.0,
        difficult: is_area,
        score: fields.get(17).and_then(|text| text.parse().ok()).filter(|score| (0.0..=1.0).contains(score)),
        values: BTreeMap::new(),
    };
    let id = if is_area { -1 } else { whole(1)? };
    let is_new = tracks.add(id, label, frame, Shape::from_rect(rect), details);
    if is_new { Ok(()) } else { Err("the object is on this frame already".to_owned()) }
}
