//! Answers that go on to be asked: ways to wherever the pointer goes, cells under a brush.

use std::fmt;
use std::sync::Arc;

use super::Samples;
use crate::geometry::{Mask, Point, Polygon, simplify_line};
use crate::infer::livewire::WireTree;
use crate::infer::superpixels::Superpixels;
use crate::tools::{Cells, Ways};

/// A way as found goes from the middle of one sample to that of the next; with so much tolerance its steps vanish.
const WAY_TOLERANCE_SAMPLES: f64 = 0.75;

/// Ways along edges from one place.
pub(super) struct FoundWays {
    pub(super) ways: WireTree,
    pub(super) samples: Arc<Samples>,
}

impl fmt::Debug for FoundWays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoundWays")
    }
}

impl Ways for FoundWays {
    fn way_to(&self, to: Point, snaps: bool) -> Vec<Point> {
        let sample = self.samples.sample_at(to);
        let end = if snaps { self.ways.snapped(sample, super::SNAP_SAMPLES) } else { sample };
        let middle = |(x, y): (u32, u32)| Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
        let way: Vec<Point> = self.ways.way_to(end).into_iter().map(middle).collect();
        let mut way: Vec<Point> = simplify_line(&way, WAY_TOLERANCE_SAMPLES)
            .into_iter()
            .map(|p| self.samples.image_from(p))
            .collect();
        if let (false, Some(last)) = (snaps, way.last_mut()) {
            // Exactly where it was asked for.
            *last = to;
        }
        way
    }
}

/// Cells of one colour each.
pub(super) struct FoundCells {
    cells: Superpixels,
    samples: Arc<Samples>,
    /// For each cell its stretches of rows: row, first column, column after the last.
    spans: Vec<Vec<(i32, i32, i32)>>,
    tolerance_samples: f64,
}

impl fmt::Debug for FoundCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FoundCells({})", self.cells.num_cells)
    }
}

impl FoundCells {
    pub(super) fn new(cells: Superpixels, samples: Arc<Samples>, tolerance_samples: f64) -> Self {
        let mut spans = vec![Vec::new(); cells.num_cells];
        for (row, line) in (0..).zip(cells.cells.chunks_exact(cells.width.max(1))) {
            let mut start = 0;
            for stretch in line.chunk_by(|a, b| a == b) {
                let end = start + stretch.len() as i32;
                spans[stretch[0] as usize].push((row, start, end));
                start = end;
            }
        }
        Self { cells, samples, spans, tolerance_samples }
    }
}

impl Cells for FoundCells {
    fn along(&self, from: Point, to: Point) -> Vec<u32> {
        let [from, to] = [from, to].map(|p| self.samples.place_of(p));
        let (width, height) = (self.cells.width as f64, self.cells.height as f64);
        let cell = |p: Point| {
            let is_inside = (0.0..width).contains(&p.x) && (0.0..height).contains(&p.y);
            is_inside.then(|| self.cells.cells[p.y as usize * self.cells.width + p.x as usize])
        };
        let num_steps = from.distance(to).ceil().clamp(1.0, 1e4) as u32;
        let place = |step: u32| from.lerp(to, f64::from(step) / f64::from(num_steps));
        let mut passed: Vec<u32> = (0..=num_steps).map(place).filter_map(cell).collect();
        passed.dedup();
        passed
    }

    fn outline(&self, cells: &[u32]) -> Polygon {
        let spans = cells.iter().filter_map(|cell| self.spans.get(*cell as usize)).flatten().copied();
        self.samples.outline(&Mask::from_spans(spans), self.tolerance_samples)
    }
}
