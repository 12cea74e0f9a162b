//! Rows and actions of AVA's files.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::formats::boxes::BoxTrack;
use crate::formats::keys::{Key, track_of};
use crate::formats::video_facts::Clock;
use crate::formats::{ExportPlan, SchemaBuilder};
use crate::geometry::{Point, Rect};
use crate::model::{Content, Object, ObjectId, Provenance, Shape};
use crate::pixels::Size;

/// The names of actions by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Actions {
    by_number: BTreeMap<usize, String>,
}

impl Actions {
    /// Those of an export: the labels in order, from 1.
    pub fn of(plan: &ExportPlan) -> Self {
        let in_one_line = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
        let names = plan.labels().iter().map(|label| in_one_line(&label.name));
        Self { by_number: (1..).zip(names).collect() }
    }

    /// Reads a list as protocol buffers write it: `label { name: "run" label_id: 3 }`, in any order and spacing.
    pub fn read(text: &str) -> Self {
        let mut by_number = BTreeMap::new();
        // A block holds no brackets but in its name; the field after the name ends that.
        for block in text.split('{').skip(1) {
            let name = block.split_once("name:").and_then(|(_, rest)| {
                let rest = rest.trim_start();
                let quote = rest.chars().next()?;
                let end = rest[1..]
                    .match_indices(quote)
                    .map(|(at, _)| at + 1)
                    .find(|&at| !rest[..at].ends_with('\\'))?;
                Some(rest[1..end].replace("\\\"", "\"").replace("\\'", "'").replace("\\\\", "\\"))
            });
            let number = ["label_id:", "id:"].iter().find_map(|key| {
                let digits: String =
                    block.split_once(key)?.1.trim_start().chars().take_while(char::is_ascii_digit).collect();
                digits.parse().ok()
            });
            by_number.extend(number.zip(name));
        }
        Self { by_number }
    }

    /// The list as protocol buffers write it.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (number, name) in &self.by_number {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "(").replace('}', ")");
            let _ = write!(text, "label {{\n  name: \"{name}\"\n  label_id: {number}\n}}\n");
        }
        text
    }

    /// Takes all of them in as labels.
    pub fn add_to(&self, labels: &mut SchemaBuilder) {
        for name in self.by_number.values() {
            labels.label(name);
        }
    }
}

/// A row that says where somebody is.
pub(super) struct Row {
    pub video: String,
    second: u32,
    /// Left, top, right and bottom, from 0 to 1.
    place: [f64; 4],
    action: usize,
    person: i64,
}

/// The fields of a row; those with commas are in quotes.
pub(super) fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            c => {
                if let Some(last) = fields.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    fields
}

/// A name as a field.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.replace(['"', '\n', '\r'], "_");
    if plain.contains(',') { format!("\"{plain}\"") } else { plain }
}

/// The rows of a track: one for each full second at which it is seen.
pub(super) fn put_rows(
    video: &str,
    person: usize,
    track: &BoxTrack<'_>,
    clock: &Clock,
    size: Size,
) -> String {
    let mut text = String::new();
    if size.num_pixels() == 0 {
        return text;
    }
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let (video, action) = (quoted(video), track.label_index + 1);
    for row in track.rows() {
        let second = clock.seconds(row.frame).round();
        if second < 0.0 || clock.frame_at(second) != row.frame {
            continue;
        }
        let part = |value: f64| ((value.clamp(0.0, 1.0) * 1e6).round()) / 1e6;
        let [left, right] = [row.rect.min.x, row.rect.max.x].map(|x| part(x / width));
        let [top, bottom] = [row.rect.min.y, row.rect.max.y].map(|y| part(y / height));
        if right > left && bottom > top {
            let _ = writeln!(text, "{video},{second:04},{left},{top},{right},{bottom},{action},{person}");
        }
    }
    text
}

/// Reads a row; `None` for one that says that there is nobody.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn read_row(line: &str) -> Result<Option<Row>, String> {
    let fields = fields(line);
    let number = |index: usize| {
        let text = fields.get(index).map_or("", |text| text.trim());
        text.parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
            .ok_or_else(|| format!("{text:?} is no number that it can have"))
    };
    if !(fields.len() == 2 || (7..=9).contains(&fields.len())) {
        return Err(format!("it has {} columns instead of 8", fields.len()));
    }
    let second = number(1)?;
    if fields[0].trim().is_empty() || !(0.0..1e8).contains(&second) {
        return Err("it names no video, or no second of it".to_owned());
    }
    if fields.len() == 2 || fields[2].trim().is_empty() {
        return Ok(None);
    }
    let place = [number(2)?, number(3)?, number(4)?, number(5)?];
    let is_part = place.iter().all(|n| (-0.5..=1.5).contains(n));
    if !is_part || place[2] <= place[0] || place[3] <= place[1] {
        return Err("its box has no area, or is not from 0 to 1".to_owned());
    }
    let action = number(6)?;
    if action < 0.0 || action.fract() != 0.0 {
        return Err(format!("{action} is no number of an action"));
    }
    let person = if fields.len() > 7 { number(7)? as i64 } else { -1 };
    Ok(Some(Row { video: fields[0].clone(), second: second as u32, place, action: action as usize, person }))
}

/// The objects of a video's rows: one for each person and action.
pub(super) fn tracks_in(
    rows: &[Row],
    actions: &Actions,
    clock: &Clock,
    size: Size,
    labels: &mut SchemaBuilder,
    file: &str,
) -> Vec<Result<Object, String>> {
    let mut tracks: BTreeMap<(i64, usize), BTreeMap<u32, Rect>> = BTreeMap::new();
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    for (index, row) in rows.iter().enumerate() {
        // Rows without a person are somebody each.
        let person = if row.person < 0 { -1 - index as i64 } else { row.person };
        let [left, top, right, bottom] = row.place;
        let corners = (Point::new(left * width, top * height), Point::new(right * width, bottom * height));
        let rect = Rect::from_corners(corners.0, corners.1);
        tracks.entry((person, row.action)).or_default().insert(row.second, rect);
    }
    let object = |((person, action), seconds): ((i64, usize), BTreeMap<u32, Rect>)| {
        let name = actions.by_number.get(&action);
        // Without a list, numbers are names; with one, a number that is not in it is damage.
        let name = match name {
            Some(name) => name.clone(),
            None if actions.by_number.is_empty() => format!("action {action}"),
            None => return Err(format!("there is no action {action} in the list")),
        };
        let label = labels.label(&name);
        let track = track_of(keys_of(&seconds, clock));
        let mut object = Object::new(ObjectId::new(), Content::Track(track), Some(label));
        object.provenance = Provenance::Import {
            format: super::ID.to_owned(),
            file: file.to_owned(),
            id: (person >= 0).then(|| person.to_string()),
            score: None,
        };
        Ok(object)
    };
    tracks.into_iter().map(object).collect()
}

/// The keys of a track: one at each second, and where the next second has none, one on the last frame before that.
fn keys_of(seconds: &BTreeMap<u32, Rect>, clock: &Clock) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for (&second, rect) in seconds {
        let frame = clock.frame_at(f64::from(second));
        let next = clock.frame_at(f64::from(second) + 1.0);
        let key = |frame: u32, goes_on: bool| Key {
            frame,
            shape: Shape::from_rect(*rect),
            occluded: false,
            goes_on,
        };
        if seconds.contains_key(&(second + 1)) {
            keys.push(key(frame, true));
        } else if next <= frame + 1 {
            keys.push(key(frame, false));
        } else {
            keys.extend([key(frame, true), key(next - 1, false)]);
        }
    }
    keys.dedup_by_key(|key| key.frame);
    keys
}
