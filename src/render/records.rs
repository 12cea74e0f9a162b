//! Primitives as the GPU gets them, in order, and which of them a camera can see.
//!
//! Records of one kind that follow each other are a *batch*: one draw call, if all of it is drawn. Each record
//! belongs to an *item*, a number that the caller gives to what it may want to leave out later: an object. Items
//! come in ascending order within a batch. Eight items, from a multiple of eight on, are a *run*, which has bounds:
//! what lies outside the view is skipped run by run. So it pays to number items that are neighbours on the picture
//! one after the other. A few runs out of view between others in view are drawn all the same: that costs less than
//! another call.

use std::ops::Range;

use crate::geometry::Rect;

use super::{Camera, boxes, fills, handles, lines, rects};

/// The kinds of primitives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Fill,
    Rect,
    Box,
    Line,
    Handle,
}

/// All kinds, in the order in which those of a group are drawn.
const KINDS: [Kind; 5] = [Kind::Fill, Kind::Rect, Kind::Box, Kind::Line, Kind::Handle];

/// Records of one kind that follow each other.
#[derive(Clone, Debug)]
struct Batch {
    kind: Kind,
    records: Range<u32>,
    /// Where the records of each item begin, in ascending order of both.
    starts: Vec<ItemStart>,
}

#[derive(Clone, Copy, Debug)]
struct ItemStart {
    item: u32,
    record: u32,
}

/// Bounds of the items of a run: all positions, and how far lines and handles reach beyond them on screen.
#[derive(Clone, Copy, Debug)]
struct Run {
    bounds: Rect,
    reach_px: f32,
}

const NO_RUN: Run = Run { bounds: Rect::EMPTY, reach_px: 0.0 };

/// Items of a run.
pub const ITEMS_PER_RUN: u32 = 8;
/// As many runs out of view are drawn rather than skipped with a further call.
const MAX_RUNS_BETWEEN: u32 = 4;

/// Records that one call draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draw {
    pub(super) kind: Kind,
    pub(super) records: Range<u32>,
}

/// A list of primitives; later ones lie over earlier ones.
#[derive(Clone, Default)]
pub(super) struct Records {
    pub(super) fills: Vec<fills::FillVertex>,
    pub(super) rects: Vec<rects::RectRecord>,
    pub(super) boxes: Vec<boxes::BoxRecord>,
    pub(super) lines: Vec<lines::LineRecord>,
    pub(super) handles: Vec<handles::HandleRecord>,
    batches: Vec<Batch>,
    runs: Vec<Run>,
    /// The item that what is added now belongs to.
    pub(super) item: u32,
    /// The first batch of the group that is being filled: one for each kind, in the order of [`KINDS`].
    group: Option<usize>,
    /// Around everything.
    all: Option<Run>,
}

impl Records {
    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.batches.iter().all(|batch| batch.records.is_empty())
    }

    /// Of what follows, all of one kind is drawn together, in the order of [`KINDS`], until the next group begins.
    pub(super) fn begin_group(&mut self) {
        self.group = Some(self.batches.len());
        let batches = KINDS.map(|kind| {
            let end = self.num_records(kind);
            Batch { kind, records: end..end, starts: Vec::new() }
        });
        self.batches.extend(batches);
    }

    fn num_records(&self, kind: Kind) -> u32 {
        let num_records = match kind {
            Kind::Fill => self.fills.len(),
            Kind::Rect => self.rects.len(),
            Kind::Box => self.boxes.len(),
            Kind::Line => self.lines.len(),
            Kind::Handle => self.handles.len(),
        };
        u32::try_from(num_records).unwrap_or(u32::MAX)
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.fills.shrink_to_fit();
        self.rects.shrink_to_fit();
        self.boxes.shrink_to_fit();
        self.lines.shrink_to_fit();
        self.handles.shrink_to_fit();
    }

    /// What they take on the GPU.
    pub(super) fn num_bytes(&self) -> u64 {
        let bytes = size_of_val(&self.fills[..])
            + size_of_val(&self.rects[..])
            + size_of_val(&self.boxes[..])
            + size_of_val(&self.lines[..])
            + size_of_val(&self.handles[..]);
        bytes as u64
    }

    /// Notes the records of this kind that no batch holds yet, with their bounds and how far they reach beyond.
    pub(super) fn added(&mut self, kind: Kind, bounds: &Rect, reach_px: f32) {
        let end = self.num_records(kind);
        let start = self.batches.iter().rev().find(|batch| batch.kind == kind).map_or(0, |b| b.records.end);
        if start >= end {
            return;
        }
        let begins = ItemStart { item: self.item, record: start };
        let batch = match self.group {
            Some(group) => self.batches[group..].iter_mut().find(|batch| batch.kind == kind),
            None => self.batches.last_mut().filter(|last| last.kind == kind),
        };
        match batch {
            // Items ascend within a batch.
            Some(batch) if batch.starts.last().is_none_or(|last| last.item <= self.item) => {
                batch.records.end = end;
                if batch.starts.last().is_none_or(|last| last.item < self.item) {
                    batch.starts.push(begins);
                }
            }
            _ => {
                self.group = None;
                self.batches.push(Batch { kind, records: start..end, starts: vec![begins] });
            }
        }
        let run = (self.item / ITEMS_PER_RUN) as usize;
        if self.runs.len() <= run {
            self.runs.resize(run + 1, NO_RUN);
        }
        self.runs[run].take_in(bounds, reach_px);
        self.all.get_or_insert(NO_RUN).take_in(bounds, reach_px);
    }

    /// Whether the camera can see any of it.
    pub(super) fn is_visible(&self, camera: &Camera) -> bool {
        self.all.is_some_and(|all| all.is_visible(&camera.visible_rect(), camera.zoom()))
    }

    /// The calls that draw what the camera can see of it, but for the hidden items, which are in ascending order.
    pub(super) fn draws(&self, camera: &Camera, hidden: &[u32]) -> Vec<Draw> {
        let view = camera.visible_rect();
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for (run, start) in self.runs.iter().zip((0..).step_by(ITEMS_PER_RUN as usize)) {
            if !run.is_visible(&view, camera.zoom()) {
                continue;
            }
            let end = start + ITEMS_PER_RUN;
            match ranges.last_mut() {
                Some(last) if start - last.end <= MAX_RUNS_BETWEEN * ITEMS_PER_RUN => last.end = end,
                _ => ranges.push(start..end),
            }
        }
        let ranges = without(&ranges, hidden);
        let mut draws: Vec<Draw> = Vec::new();
        for draw in self.batches.iter().flat_map(|batch| batch.draws(&ranges)) {
            match draws.last_mut() {
                Some(last) if last.kind == draw.kind && last.records.end == draw.records.start => {
                    last.records.end = draw.records.end;
                }
                _ => draws.push(draw),
            }
        }
        draws
    }
}

/// What is left of ascending ranges without single items in ascending order.
fn without(ranges: &[Range<u32>], hidden: &[u32]) -> Vec<Range<u32>> {
    let mut left = Vec::with_capacity(ranges.len() + hidden.len());
    for range in ranges {
        let mut from = range.start;
        let first = hidden.partition_point(|item| *item < range.start);
        for item in hidden[first..].iter().take_while(|item| range.contains(item)) {
            left.push(from..*item);
            from = item + 1;
        }
        left.push(from..range.end);
    }
    left.retain(|range| !range.is_empty());
    left
}

impl Batch {
    fn draws(&self, items: &[Range<u32>]) -> impl Iterator<Item = Draw> {
        let (first, last) = match (self.starts.first(), self.starts.last()) {
            (Some(first), Some(last)) => (first.item, last.item),
            _ => (1, 0),
        };
        let begin = items.partition_point(|range| range.end <= first);
        let end = items.partition_point(|range| range.start <= last);
        items[begin.min(end)..end].iter().filter_map(|range| {
            let records = self.record_of(range.start)..self.record_of(range.end);
            (!records.is_empty()).then_some(Draw { kind: self.kind, records })
        })
    }

    /// The first record of this item or a later one.
    fn record_of(&self, item: u32) -> u32 {
        let at = self.starts.partition_point(|start| start.item < item);
        self.starts.get(at).map_or(self.records.end, |start| start.record)
    }
}

impl Run {
    fn take_in(&mut self, bounds: &Rect, reach_px: f32) {
        self.bounds = self.bounds.union(bounds);
        self.reach_px = self.reach_px.max(reach_px);
    }

    fn is_visible(&self, view: &Rect, zoom: f64) -> bool {
        let reach = (f64::from(self.reach_px) + 1.0) / zoom;
        self.bounds.expanded(reach).intersects(view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::pixels::Size;
    use crate::render::Color;

    /// Items in a row, each a unit square at its number, with two records of one kind and then one of another.
    fn row(num_items: u32) -> Records {
        let mut records = Records::default();
        let square = |item: u32| Rect::from_xywh(f64::from(item), 0.0, 1.0, 1.0);
        for item in 0..num_items {
            records.item = item;
            rects::push_rect(&mut records.rects, &square(item), Color::BLACK);
            rects::push_rect(&mut records.rects, &square(item), Color::BLACK);
            records.added(Kind::Rect, &square(item), 0.0);
        }
        for item in 0..num_items {
            records.item = item;
            boxes::push_box(
                &mut records.boxes,
                &square(item),
                Color::BLACK,
                &crate::render::Stroke::new(1.0, Color::BLACK),
            );
            records.added(Kind::Box, &square(item), 0.0);
        }
        records
    }

    fn camera(left: f64, width: u32) -> Camera {
        Camera::new(Point::new(left + f64::from(width) / 2.0, 0.5), 1.0, Size::new(width, 1))
    }

    fn draws(records: &Records, camera: &Camera, hidden: &[u32]) -> Vec<(Kind, Range<u32>)> {
        records.draws(camera, hidden).into_iter().map(|draw| (draw.kind, draw.records)).collect()
    }

    #[test]
    fn all_in_view_is_a_call_for_each_batch() {
        assert_eq!(draws(&row(50), &camera(0.0, 50), &[]), [(Kind::Rect, 0..100), (Kind::Box, 0..50)]);
    }

    #[test]
    fn runs_out_of_view_are_skipped() {
        // The third run, 16 to 23, and none of its neighbours.
        let expected = [(Kind::Rect, 32..48), (Kind::Box, 16..24)];
        assert_eq!(draws(&row(50), &camera(18.0, 3), &[]), expected);
        assert!(!row(50).is_visible(&camera(90.0, 5)));
    }

    #[test]
    fn a_group_is_drawn_kind_by_kind_and_groups_one_after_the_other() {
        let mut records = Records::default();
        let (square, stroke) =
            (Rect::from_xywh(0.0, 0.0, 1.0, 1.0), crate::render::Stroke::new(1.0, Color::BLACK));
        for group in 0..2 {
            records.begin_group();
            for item in 0..3 {
                records.item = group * 3 + item;
                boxes::push_box(&mut records.boxes, &square, Color::BLACK, &stroke);
                records.added(Kind::Box, &square, 0.0);
                rects::push_rect(&mut records.rects, &square, Color::BLACK);
                records.added(Kind::Rect, &square, 0.0);
            }
        }
        let expected = [(Kind::Rect, 0..3), (Kind::Box, 0..3), (Kind::Rect, 3..6), (Kind::Box, 3..6)];
        assert_eq!(draws(&records, &camera(0.0, 1), &[]), expected);
        assert_eq!(draws(&records, &camera(0.0, 1), &[4]).len(), 6);
    }

    #[test]
    fn hidden_items_are_left_out() {
        let all = camera(0.0, 20);
        let expected = [(Kind::Rect, 2..6), (Kind::Rect, 10..40), (Kind::Box, 1..3), (Kind::Box, 5..20)];
        assert_eq!(draws(&row(20), &all, &[0, 3, 4]), expected);
        assert!(draws(&row(3), &all, &[0, 1, 2]).is_empty());
        assert_eq!(
            draws(&row(20), &camera(18.0, 2), &[1, 17]).len(),
            4,
            "a hidden item out of view counts not"
        );
    }
}
