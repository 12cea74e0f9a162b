//! Tracks as rows: one box for each frame and object, as MOT and KITTI have them.
//!
//! What was a track comes back as one: each row is a keyframe, and where rows are missing it is outside.

use std::collections::BTreeMap;

use super::trip::{Encoded, back_to_front};
use super::{ExportPlan, Item};
use crate::edit::{attributes_at, shape_at};
use crate::geometry::Rect;
use crate::model::{
    AttributeId, AttributeValue, Content, Flag, Keyframe, Label, LabelId, Object, ObjectId, Provenance,
    Shape, Track,
};

/// A track that is written as rows.
pub(super) struct BoxTrack<'a> {
    pub object: &'a Object,
    pub label: &'a Label,
    /// The position of the label in the export.
    pub label_index: usize,
    track: Track,
    /// The frame after the last that is written.
    end: u32,
}

/// One row: an object on a frame.
pub(super) struct BoxRow {
    pub frame: u32,
    pub rect: Rect,
    pub occluded: bool,
    /// The values of its attributes there.
    pub values: BTreeMap<AttributeId, AttributeValue>,
}

/// The tracks of a video, from back to front. What has no box on any frame is left out.
pub(super) fn box_tracks<'a>(item: &'a Item, plan: &'a ExportPlan, title: &str) -> Encoded<BoxTrack<'a>> {
    let mut encoded = Encoded::default();
    let num_frames = item.asset.video.as_ref().map(|facts| facts.num_frames);
    for index in back_to_front(&item.objects) {
        let object = &item.objects[index];
        let (Some(label), Some(label_index)) = (plan.label(object.label), plan.label_index(object.label))
        else {
            encoded.leave_out(index, "it has no label");
            continue;
        };
        let track = match &object.content {
            Content::Track(track) => track.clone(),
            // A shape without a time is on the whole video.
            Content::Shape(shape) => still(shape.clone()),
            Content::Span(_) | Content::Tag => {
                encoded.leave_out(index, format!("{title} has no {}s", object.kind().name()));
                continue;
            }
        };
        let last_named = track.keyframes.keys().next_back().map_or(0, |&last| last.saturating_add(1));
        let track = BoxTrack { object, label, label_index, track, end: num_frames.unwrap_or(last_named) };
        if track.rows().next().is_none() {
            encoded.leave_out(index, "it has no box on any frame of the video");
        } else {
            encoded.records.push((vec![index], track));
        }
    }
    encoded
}

/// A track of one shape that stays.
pub(super) fn still(shape: Shape) -> Track {
    let key = Keyframe { shape, outside: false, occluded: false };
    Track { keyframes: BTreeMap::from([(0, key)]), ..Track::default() }
}

impl BoxTrack<'_> {
    /// Its rows, by frame.
    pub fn rows(&self) -> impl Iterator<Item = BoxRow> {
        let first = self.track.keyframes.keys().next().copied().unwrap_or(self.end);
        (first..self.end).filter_map(|frame| {
            let at = shape_at(&self.track, frame)?;
            let rect = at.shape.bounds();
            let has_extent = rect.width() > 0.0 && rect.height() > 0.0;
            has_extent.then(|| BoxRow {
                frame,
                rect,
                occluded: at.occluded || self.object.has(Flag::Occluded),
                values: attributes_at(self.object, &self.track, frame),
            })
        })
    }
}

/// Puts rows together to objects.
pub(super) struct TrackBuilder {
    tracks: BTreeMap<(i64, LabelId), Building>,
    order: Vec<(i64, LabelId)>,
    /// Numbers for rows that belong to no track.
    num_alone: i64,
}

/// A track of which rows come.
struct Building {
    keyframes: BTreeMap<u32, Keyframe>,
    values: BTreeMap<u32, BTreeMap<AttributeId, AttributeValue>>,
    score: Option<f64>,
    num_difficult: usize,
    num_truncated: usize,
}

/// What a row says besides its place.
#[derive(Default)]
pub(super) struct RowDetails {
    pub occluded: bool,
    pub truncated: bool,
    pub difficult: bool,
    pub score: Option<f64>,
    /// Values of mutable attributes there.
    pub values: BTreeMap<AttributeId, AttributeValue>,
}

impl TrackBuilder {
    pub fn new() -> Self {
        Self { tracks: BTreeMap::new(), order: Vec::new(), num_alone: 0 }
    }

    /// Takes a row. A negative id says that it belongs to no track. `false` when the object is on that frame already:
    /// then the first row counts.
    pub fn add(&mut self, id: i64, label: LabelId, frame: u32, shape: Shape, details: RowDetails) -> bool {
        let id = if id < 0 {
            self.num_alone += 1;
            -self.num_alone
        } else {
            id
        };
        let order = &mut self.order;
        let building = self.tracks.entry((id, label)).or_insert_with(|| {
            order.push((id, label));
            Building {
                keyframes: BTreeMap::new(),
                values: BTreeMap::new(),
                score: None,
                num_difficult: 0,
                num_truncated: 0,
            }
        });
        if building.keyframes.contains_key(&frame) {
            return false;
        }
        building.keyframes.insert(frame, Keyframe { shape, outside: false, occluded: details.occluded });
        building.score = building.score.or(details.score);
        building.num_truncated += usize::from(details.truncated);
        building.num_difficult += usize::from(details.difficult);
        if !details.values.is_empty() {
            building.values.insert(frame, details.values);
        }
        true
    }

    /// The objects, in the order in which they came. `num_frames` is the length of the video, where known: what is seen
    /// to its end is not closed.
    pub fn finish(self, num_frames: Option<u32>, format: &str, file: &str) -> Vec<Object> {
        let Self { mut tracks, order, .. } = self;
        let objects = order.into_iter().filter_map(|key| Some((key, tracks.remove(&key)?)));
        objects
            .map(|((id, label), building)| building.into_object(id, label, num_frames, format, file))
            .collect()
    }
}

impl Building {
    fn into_object(
        self,
        id: i64,
        label: LabelId,
        num_frames: Option<u32>,
        format: &str,
        file: &str,
    ) -> Object {
        let is_difficult = self.num_difficult == self.keyframes.len();
        let is_truncated = self.num_truncated == self.keyframes.len();
        let mut track = Track { attributes: changes_only(self.values), ..Track::default() };
        let mut rows = self.keyframes.into_iter().peekable();
        while let Some((frame, key)) = rows.next() {
            let next = rows.peek().map(|(next, _)| *next);
            let end = frame.saturating_add(1);
            let is_closed = match next {
                Some(next) => next > end,
                None => num_frames.is_none_or(|num| end < num),
            };
            if is_closed {
                track.keyframes.insert(end, Keyframe { outside: true, ..key.clone() });
            }
            track.keyframes.insert(frame, key);
        }
        let mut object = Object::new(ObjectId::new(), Content::Track(track), Some(label));
        if is_difficult {
            object.flags.insert(Flag::Difficult);
        }
        if is_truncated {
            object.flags.insert(Flag::Truncated);
        }
        object.provenance = Provenance::Import {
            format: format.to_owned(),
            file: file.to_owned(),
            id: (id >= 0).then(|| id.to_string()),
            score: self.score,
        };
        object
    }
}

/// The values that differ from those before.
fn changes_only(
    values: BTreeMap<u32, BTreeMap<AttributeId, AttributeValue>>,
) -> BTreeMap<u32, BTreeMap<AttributeId, AttributeValue>> {
    let mut latest: BTreeMap<AttributeId, AttributeValue> = BTreeMap::new();
    let mut changes = BTreeMap::new();
    for (frame, mut values) in values {
        values.retain(|id, value| latest.insert(*id, value.clone()).as_ref() != Some(value));
        if !values.is_empty() {
            changes.insert(frame, values);
        }
    }
    changes
}
