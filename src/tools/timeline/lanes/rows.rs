//! Which rows there are, in which order, and how high each lies.

use std::collections::{BTreeSet, HashMap};

use super::super::{ROW_HEIGHT, SECTION_HEIGHT};
use super::{Lane, Lanes, TierId};
use crate::model::{LabelId, ObjectId};
use crate::tools::Selection;

/// A part of the timeline, with a title that folds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Spans and events.
    Spans,
    /// Tracks.
    Tracks,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneRow {
    /// A title.
    Section(Section),
    /// Spans of a tier.
    Tier {
        /// Which tier.
        id: TierId,
        /// Its index in [`Lanes::tiers`]; none while it holds nothing.
        tier: Option<usize>,
        /// Which of its rows; the first one bears the name.
        row: usize,
    },
    /// A track.
    Track(ObjectId),
}

/// A row and where it lies.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedRow {
    /// What it shows.
    pub row: LaneRow,
    /// Its top, points below the top of the first row.
    pub y: f64,
    /// Its height, points.
    pub height: f64,
}

/// In which order tracks stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LaneOrder {
    /// By the frame on which they begin.
    #[default]
    Start,
    /// By label, in the order of the schema; then by start.
    Label,
    /// Those with the most keyframes first.
    MostKeyframes,
}

/// Which tracks and spans are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneFilter {
    /// Only of this label.
    pub label: Option<LabelId>,
    /// Only selected ones.
    pub only_selected: bool,
    /// Only those that no reviewer has accepted.
    pub only_unfinished: bool,
}

impl LaneFilter {
    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn lets(&self, lane: &Lane, selection: &Selection) -> bool {
        self.label.is_none_or(|label| lane.label == Some(label))
            && (!self.only_selected || selection.contains(lane.object))
            && (!self.only_unfinished || !lane.review.is_right())
    }
}

/// How a person wants the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Which are shown.
    pub filter: LaneFilter,
    /// In which order.
    pub order: LaneOrder,
    /// Parts that are folded.
    pub folded: BTreeSet<Section>,
    /// Tiers that are folded into one row.
    pub folded_tiers: BTreeSet<TierId>,
}

impl Lanes {
    pub(super) fn arranged(
        &mut self,
        arrangement: &Arrangement,
        selection: &Selection,
        labels: &BTreeSet<LabelId>,
        ranks: &HashMap<LabelId, usize>,
    ) -> Vec<PlacedRow> {
        let mut rows = Stack::default();
        rows.push(LaneRow::Section(Section::Spans), SECTION_HEIGHT);
        if !arrangement.folded.contains(&Section::Spans) {
            self.push_tiers(&mut rows, arrangement, labels, ranks);
        }
        let filter = &arrangement.filter;
        let mut shown: Vec<&Lane> =
            self.tracks.values().filter(|lane| filter.lets(lane, selection)).collect();
        let rank = |lane: &Lane| lane.label.and_then(|id| ranks.get(&id).copied()).unwrap_or(usize::MAX);
        // Ids are ordered by time: the last resort is the order in which tracks were made.
        shown.sort_by_cached_key(|lane| {
            let first = match arrangement.order {
                LaneOrder::Start => 0,
                LaneOrder::Label => rank(lane),
                LaneOrder::MostKeyframes => usize::MAX - lane.lane.keyframes.len(),
            };
            (first, lane.lane.start(), lane.object)
        });
        rows.push(LaneRow::Section(Section::Tracks), SECTION_HEIGHT);
        if !arrangement.folded.contains(&Section::Tracks) {
            shown.iter().for_each(|lane| rows.push(LaneRow::Track(lane.object), ROW_HEIGHT));
        }
        self.num_tracks_shown = shown.len();
        rows.rows
    }

    fn push_tiers(
        &self,
        rows: &mut Stack,
        arrangement: &Arrangement,
        labels: &BTreeSet<LabelId>,
        ranks: &HashMap<LabelId, usize>,
    ) {
        let mut tiers: Vec<(TierId, Option<usize>)> =
            self.tiers.iter().enumerate().map(|(index, tier)| (tier.id.clone(), Some(index))).collect();
        let empty = labels.iter().map(|label| TierId::Label(Some(*label)));
        tiers.extend(empty.filter(|id| self.tiers.iter().all(|tier| tier.id != *id)).map(|id| (id, None)));
        tiers.sort_by_cached_key(|(id, _)| match id {
            TierId::Label(Some(label)) => (0, ranks.get(label).copied(), id.clone()),
            TierId::Named(_) => (1, None, id.clone()),
            TierId::Label(None) => (2, None, id.clone()),
        });
        for (id, tier) in tiers {
            let is_of_label = match (&id, arrangement.filter.label) {
                (TierId::Label(label), Some(wanted)) => *label == Some(wanted),
                _ => true,
            };
            if !is_of_label {
                continue;
            }
            let is_folded = arrangement.folded_tiers.contains(&id);
            let num_rows = tier.map_or(1, |index| self.tiers[index].rows.len());
            for row in 0..if is_folded { 1 } else { num_rows } {
                rows.push(LaneRow::Tier { id: id.clone(), tier, row }, ROW_HEIGHT);
            }
        }
    }
}

/// Rows below each other.
#[derive(Default)]
struct Stack {
    rows: Vec<PlacedRow>,
    y: f64,
}

impl Stack {
    fn push(&mut self, row: LaneRow, height: f64) {
        self.rows.push(PlacedRow { row, y: self.y, height });
        self.y += height;
    }
}
