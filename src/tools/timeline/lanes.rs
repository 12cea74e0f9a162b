//! The rows of the timeline, and what is on each.

mod rows;
mod tiers;

use std::collections::{BTreeSet, HashMap};

pub use self::rows::{Arrangement, LaneFilter, LaneOrder, LaneRow, PlacedRow, Section};
pub use self::tiers::{SpanBar, Tier, TierId};
use super::TrackLane;
use crate::edit::{Objects, Revision};
use crate::model::{Content, Flag, LabelId, Object, ObjectId, ReviewState, Schema};
use crate::tools::Selection;

/// The lane of one track.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The track.
    pub object: ObjectId,
    /// Its label, as it is shown: the one that merged ones became.
    pub label: Option<LabelId>,
    /// Which of the tracks of its label it is, in the order in which they were made, from 1.
    pub number: usize,
    /// Its keyframes and stretches.
    pub lane: TrackLane,
    /// What a reviewer said.
    pub review: ReviewState,
    /// Whether it is not drawn.
    pub is_hidden: bool,
    /// Whether it is protected from edits.
    pub is_locked: bool,
}

/// What the lanes were made from.
#[derive(Clone, Debug, PartialEq)]
struct Source {
    revision: Revision,
    num_frames: u32,
    /// The labels in order, and what became of merged ones: as much of the schema as counts here.
    labels: Vec<LabelId>,
    merged: Vec<(LabelId, LabelId)>,
}

/// What the rows were made from, besides the lanes.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    arrangement: Arrangement,
    /// Of the selection, where the rows depend on it.
    selection: Option<u64>,
    labels: BTreeSet<LabelId>,
}

/// Every row of the timeline.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    source: Option<Source>,
    asked: Option<Asked>,
    tracks: HashMap<ObjectId, Lane>,
    spans: HashMap<ObjectId, (TierId, SpanBar)>,
    tiers: Vec<Tier>,
    rows: Vec<PlacedRow>,
    /// The rows of tracks by their places among all.
    track_rows: HashMap<ObjectId, usize>,
    num_tracks_shown: usize,
}

impl Lanes {
    /// Takes over what changed in the objects of a video, and how the rows are to be arranged. The tiers of `labels`
    /// are there also while they are empty.
    pub fn follow(
        &mut self,
        objects: &Objects,
        schema: &Schema,
        num_frames: u32,
        arrangement: &Arrangement,
        (selection, labels): (&Selection, &BTreeSet<LabelId>),
    ) {
        let labels = labels.iter().filter_map(|label| Some(schema.label(*label)?.id)).collect();
        let (has_new_tracks, has_new_spans) = self.follow_objects(objects, schema, num_frames);
        let asked = Asked {
            arrangement: arrangement.clone(),
            selection: arrangement.filter.only_selected.then(|| selection.revision()),
            labels,
        };
        if has_new_tracks {
            self.number_tracks();
        }
        if has_new_spans {
            self.tiers = tiers::tiers(self.spans.values());
        }
        if has_new_tracks || has_new_spans || self.asked.as_ref() != Some(&asked) {
            self.rows = self.arranged(arrangement, selection, &asked.labels, &schema_ranks(schema));
            self.asked = Some(asked);
            let tracks = self.rows.iter().enumerate().filter_map(|(index, row)| match row.row {
                LaneRow::Track(object) => Some((object, index)),
                LaneRow::Section(_) | LaneRow::Tier { .. } => None,
            });
            self.track_rows = tracks.collect();
        }
    }

    /// Returns whether tracks changed, and whether spans did.
    fn follow_objects(&mut self, objects: &Objects, schema: &Schema, num_frames: u32) -> (bool, bool) {
        let source = Source {
            revision: objects.revision(),
            num_frames,
            labels: schema.labels.iter().map(|label| label.id).collect(),
            merged: schema.merged.clone(),
        };
        if self.source.as_ref() == Some(&source) {
            return (false, false);
        }
        let known = self.source.replace(source.clone());
        let changed = known
            .filter(|known| Source { revision: source.revision, ..known.clone() } == source)
            .and_then(|known| Some(objects.changed_since(known.revision)?.collect::<Vec<_>>()));
        let Some(mut changed) = changed else {
            self.tracks.clear();
            self.spans.clear();
            for object in objects.in_order() {
                self.take_in(object, schema, num_frames);
            }
            return (true, true);
        };
        changed.sort_unstable();
        changed.dedup();
        let (mut has_new_tracks, mut has_new_spans) = (false, false);
        for id in changed {
            has_new_tracks |= self.tracks.remove(&id).is_some();
            has_new_spans |= self.spans.remove(&id).is_some();
            if let Some(object) = objects.object(id) {
                let (is_track, is_span) = self.take_in(object, schema, num_frames);
                has_new_tracks |= is_track;
                has_new_spans |= is_span;
            }
        }
        (has_new_tracks, has_new_spans)
    }

    /// Ids are ordered by time.
    fn number_tracks(&mut self) {
        let mut ids: Vec<ObjectId> = self.tracks.keys().copied().collect();
        ids.sort_unstable();
        let mut nums: HashMap<Option<LabelId>, usize> = HashMap::new();
        for id in ids {
            if let Some(lane) = self.tracks.get_mut(&id) {
                let num = nums.entry(lane.label).or_default();
                *num += 1;
                lane.number = *num;
            }
        }
    }

    /// Returns whether the object is a track, and whether it is a span.
    fn take_in(&mut self, object: &Object, schema: &Schema, num_frames: u32) -> (bool, bool) {
        let label = object.label.and_then(|label| Some(schema.label(label)?.id));
        match &object.content {
            Content::Track(track) => {
                let lane = Lane {
                    object: object.id,
                    label,
                    number: 0,
                    lane: TrackLane::new(track, num_frames),
                    review: object.review,
                    is_hidden: object.has(Flag::Hidden),
                    is_locked: object.has(Flag::Locked),
                };
                self.tracks.insert(object.id, lane);
                (true, false)
            }
            Content::Span(span) => {
                let bar = SpanBar {
                    object: object.id,
                    // What another program wrote the wrong way round is still one frame long.
                    start: span.start,
                    end: span.end.max(span.start.saturating_add(1)),
                    label,
                    review: object.review,
                    is_hidden: object.has(Flag::Hidden),
                    is_locked: object.has(Flag::Locked),
                };
                self.spans.insert(object.id, (TierId::of(span, label), bar));
                (false, true)
            }
            Content::Shape(_) | Content::Tag => (false, false),
        }
    }

    /// The rows in order.
    pub fn rows(&self) -> &[PlacedRow] {
        &self.rows
    }

    /// The height of all rows, points.
    pub fn height(&self) -> f64 {
        self.rows.last().map_or(0.0, |row| row.y + row.height)
    }

    /// The rows that a stretch of height touches; heights count from the first row on.
    pub fn rows_between(&self, top: f64, bottom: f64) -> &[PlacedRow] {
        let first = self.rows.partition_point(|row| row.y + row.height <= top);
        let end = self.rows.partition_point(|row| row.y < bottom);
        &self.rows[first..end.max(first)]
    }

    /// The row at a height.
    pub fn row_at(&self, y: f64) -> Option<&PlacedRow> {
        let index = self.rows.partition_point(|row| row.y + row.height <= y);
        self.rows.get(index).filter(|row| row.y <= y)
    }

    /// The row of a track, or the one that a span lies on, where it is shown.
    pub fn row_of(&self, object: ObjectId) -> Option<&PlacedRow> {
        if self.tracks.contains_key(&object) {
            return self.rows.get(*self.track_rows.get(&object)?);
        }
        let (tier, _) = self.spans.get(&object)?;
        let tier_index = self.tiers.iter().position(|known| known.id == *tier)?;
        let row_index = self.tiers[tier_index].row_of(object)?;
        self.rows.iter().find(|row| match &row.row {
            LaneRow::Tier { tier: known, row, .. } => *known == Some(tier_index) && *row == row_index,
            LaneRow::Section(_) | LaneRow::Track(_) => false,
        })
    }

    /// The first row of a tier, where it is shown.
    pub fn row_of_tier(&self, tier: &TierId) -> Option<&PlacedRow> {
        self.rows.iter().find(|row| matches!(&row.row, LaneRow::Tier { id, row: 0, .. } if id == tier))
    }

    /// The lane of a track.
    pub fn track(&self, object: ObjectId) -> Option<&Lane> {
        self.tracks.get(&object)
    }

    /// A span.
    pub fn span(&self, object: ObjectId) -> Option<&SpanBar> {
        self.spans.get(&object).map(|(_, bar)| bar)
    }

    /// The tier that a span lies on.
    pub fn tier_of(&self, span: ObjectId) -> Option<&TierId> {
        self.spans.get(&span).map(|(tier, _)| tier)
    }

    /// The tiers that hold spans.
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// Every span, in no order.
    pub fn spans(&self) -> impl Iterator<Item = &SpanBar> {
        self.spans.values().map(|(_, bar)| bar)
    }

    /// How many tracks there are.
    pub fn num_tracks(&self) -> usize {
        self.tracks.len()
    }

    /// How many of them the filter lets through.
    pub fn num_tracks_shown(&self) -> usize {
        self.num_tracks_shown
    }

    /// How many spans there are.
    pub fn num_spans(&self) -> usize {
        self.spans.len()
    }
}

fn schema_ranks(schema: &Schema) -> HashMap<LabelId, usize> {
    schema.labels.iter().enumerate().map(|(rank, label)| (label.id, rank)).collect()
}
