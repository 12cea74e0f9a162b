//! Spans on tiers: those that overlap lie below each other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::{LabelId, ObjectId, ReviewState, Span};

/// What spans lie on together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TierId {
    /// The lane of a label.
    Label(Option<LabelId>),
    /// A lane with a name.
    Named(String),
}

impl TierId {
    /// The tier of a span with this label, as it is shown.
    pub fn of(span: &Span, label: Option<LabelId>) -> Self {
        match span.lane.is_empty() {
            true => Self::Label(label),
            false => Self::Named(span.lane.clone()),
        }
    }

    /// The name of the lane, empty for that of a label: what [`Span::lane`] holds.
    pub fn lane(&self) -> &str {
        match self {
            Self::Label(_) => "",
            Self::Named(name) => name,
        }
    }
}

/// A span on its row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpanBar {
    /// The span.
    pub object: ObjectId,
    /// The first frame.
    pub start: u32,
    /// The frame after the last.
    pub end: u32,
    /// Its label, as it is shown.
    pub label: Option<LabelId>,
    /// What a reviewer said.
    pub review: ReviewState,
    /// Whether it is not drawn elsewhere.
    pub is_hidden: bool,
    /// Whether it is protected from edits.
    pub is_locked: bool,
}

impl SpanBar {
    /// Whether it marks a moment: one frame.
    pub fn is_event(&self) -> bool {
        self.end - self.start == 1
    }
}

/// A tier that holds spans.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Which one it is.
    pub id: TierId,
    /// Its spans by rows: on each, sorted, and none overlaps another. Never empty.
    pub rows: Vec<Vec<SpanBar>>,
}

impl Tier {
    /// How many spans it holds.
    pub fn num_spans(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// The row that a span lies on.
    pub fn row_of(&self, object: ObjectId) -> Option<usize> {
        self.rows.iter().position(|row| row.iter().any(|bar| bar.object == object))
    }
}

/// Parts spans into tiers, and those of each tier into as few rows as hold them.
pub(super) fn tiers<'a>(spans: impl Iterator<Item = &'a (TierId, SpanBar)>) -> Vec<Tier> {
    let mut by_tier: BTreeMap<TierId, Vec<SpanBar>> = BTreeMap::new();
    for (tier, bar) in spans {
        match by_tier.get_mut(tier) {
            Some(bars) => bars.push(*bar),
            None => drop(by_tier.insert(tier.clone(), vec![*bar])),
        }
    }
    by_tier.into_iter().map(|(id, bars)| Tier { id, rows: rows(bars) }).collect()
}

/// Rows on which nothing overlaps. Of spans that begin together the longest lies on top, so that what is nested lies
/// below what it is nested in; a span takes the uppermost row that is free.
fn rows(mut bars: Vec<SpanBar>) -> Vec<Vec<SpanBar>> {
    bars.sort_unstable_by_key(|bar| (bar.start, Reverse(bar.end), bar.object));
    let mut rows: Vec<Vec<SpanBar>> = Vec::new();
    // The rows in use by where they end, and the free ones by index.
    let mut ends: BinaryHeap<Reverse<(u32, usize)>> = BinaryHeap::new();
    let mut free: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
    for bar in bars {
        while let Some(Reverse((_, row))) = ends.peek().filter(|Reverse((end, _))| *end <= bar.start) {
            free.push(Reverse(*row));
            ends.pop();
        }
        let row = free.pop().map_or_else(
            || {
                rows.push(Vec::new());
                rows.len() - 1
            },
            |Reverse(row)| row,
        );
        rows[row].push(bar);
        ends.push(Reverse((bar.end, row)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(n: u128, start: u32, end: u32) -> SpanBar {
        SpanBar {
            object: ObjectId::from_u128(n),
            start,
            end,
            label: None,
            review: ReviewState::Open,
            is_hidden: false,
            is_locked: false,
        }
    }

    fn ids(rows: &[Vec<SpanBar>]) -> Vec<Vec<u128>> {
        let id = |bar: &SpanBar| (1..9).find(|n| bar.object == ObjectId::from_u128(*n)).unwrap_or(0);
        rows.iter().map(|row| row.iter().map(id).collect()).collect()
    }

    #[test]
    fn spans_after_each_other_share_a_row() {
        assert_eq!(ids(&rows(vec![bar(2, 10, 20), bar(1, 0, 10), bar(3, 25, 30)])), [vec![1, 2, 3]]);
    }

    #[test]
    fn what_is_nested_lies_below_and_rows_are_used_again() {
        let all = vec![bar(1, 0, 100), bar(2, 0, 50), bar(3, 10, 20), bar(4, 60, 70), bar(5, 100, 110)];
        assert_eq!(ids(&rows(all)), [vec![1, 5], vec![2, 4], vec![3]]);
    }

    #[test]
    fn thousands_that_do_not_overlap_stay_on_one_row() {
        let all: Vec<_> = (0..5000).map(|n| bar(u128::from(n) + 10, n * 3, n * 3 + 3)).collect();
        assert_eq!(rows(all).len(), 1);
    }
}
