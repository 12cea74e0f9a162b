//! Superpixels: a picture in small cells of one colour each that keep to its edges.
//!
//! SNIC, *Superpixels and Polygons using Simple Non-Iterative Clustering* (Achanta and Süsstrunk, CVPR 2017), the successor
//! of the same authors' SLIC: seeds on a grid grow pixel by pixel, the nearest first, where nearness weighs the distance
//! in CIELAB and that in the picture against the mean of what the cell has so far. Every cell hangs together by its sides,
//! and every pixel is looked at once.
//!
//! The queue has buckets for distances: since a cell's mean moves while it grows, the order of SNIC's heap is no strict
//! one either.

use super::lab::{Lab, distance_squared, lab_picture};
use crate::base::jobs::JobContext;
use crate::pixels::Picture;

/// How much the distance in the picture counts against that of colours: the more, the rounder are the cells. The
/// middle of what SNIC's authors recommend.
const COMPACTNESS: f32 = 14.0;
const NUM_BUCKETS: usize = 2048;
const BUCKETS_PER_UNIT: f32 = 96.0;
const CHECK_EVERY: usize = 1 << 14;
/// No cell yet.
const NOBODY: u32 = u32::MAX;

/// Which cell each pixel belongs to.
pub struct Superpixels {
    /// Columns of the picture.
    pub width: usize,
    /// Rows of the picture.
    pub height: usize,
    /// The cell of each pixel, row-major, counted from 0.
    pub cells: Vec<u32>,
    /// How many cells there are.
    pub num_cells: usize,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    color: Lab,
    at: [f32; 2],
    num_pixels: f32,
}

/// Cuts a picture into cells of about `side × side` pixels. `None` when the job was called off.
pub fn superpixels(picture: &Picture, side: f32, context: &JobContext) -> Option<Superpixels> {
    let (width, height) = (picture.size().width as usize, picture.size().height as usize);
    let colors = lab_picture(picture);
    let side = side.max(2.0);
    let [num_across, num_down] =
        [width, height].map(|n| ((n as f32 / side).round() as usize).clamp(1, n.max(1)));
    if colors.is_empty() {
        return Some(Superpixels { width, height, cells: Vec::new(), num_cells: 0 });
    }
    let mut cells = vec![Cell::default(); num_across * num_down];
    let mut owners = vec![NOBODY; colors.len()];
    let mut queue = Queue { buckets: vec![Vec::new(); NUM_BUCKETS], now: 0 };
    for number in 0..cells.len() {
        let x = (2 * (number % num_across) + 1) * width / (2 * num_across);
        let y = (2 * (number / num_across) + 1) * height / (2 * num_down);
        queue.push(0.0, y * width + x, number as u32);
    }
    let mut num_taken = 0_usize;
    while let Some((pixel, number)) = queue.pop() {
        if owners[pixel] != NOBODY {
            continue;
        }
        owners[pixel] = number;
        num_taken += 1;
        if num_taken.is_multiple_of(CHECK_EVERY) && context.is_cancelled() {
            return None;
        }
        let (x, y) = (pixel % width, pixel / width);
        let cell = &mut cells[number as usize];
        cell.take(colors[pixel], [x as f32, y as f32]);
        let cell = *cell;
        let mut offer = |to: usize, x: usize, y: usize| {
            if owners[to] == NOBODY {
                queue.push(cell.distance(colors[to], [x as f32, y as f32], side), to, number);
            }
        };
        if x > 0 {
            offer(pixel - 1, x - 1, y);
        }
        if x + 1 < width {
            offer(pixel + 1, x + 1, y);
        }
        if y > 0 {
            offer(pixel - width, x, y - 1);
        }
        if y + 1 < height {
            offer(pixel + width, x, y + 1);
        }
    }
    Some(Superpixels { width, height, cells: owners, num_cells: num_across * num_down })
}

impl Cell {
    fn take(&mut self, color: Lab, at: [f32; 2]) {
        self.num_pixels += 1.0;
        let share = 1.0 / self.num_pixels;
        self.color.iter_mut().zip(color).for_each(|(mean, value)| *mean += (value - *mean) * share);
        self.at.iter_mut().zip(at).for_each(|(mean, value)| *mean += (value - *mean) * share);
    }

    /// Equation 1 of the paper, with the side for the square root of pixels per cell.
    fn distance(&self, color: Lab, at: [f32; 2], side: f32) -> f32 {
        let way = (at[0] - self.at[0]).powi(2) + (at[1] - self.at[1]).powi(2);
        (way / (side * side) + distance_squared(color, self.color) / (COMPACTNESS * COMPACTNESS)).sqrt()
    }
}

/// The nearest first, to a fraction of a step; equally near ones newest first.
struct Queue {
    buckets: Vec<Vec<(u32, u32)>>,
    now: usize,
}

impl Queue {
    fn push(&mut self, distance: f32, pixel: usize, cell: u32) {
        let bucket = ((distance * BUCKETS_PER_UNIT) as usize).min(NUM_BUCKETS - 1);
        self.now = self.now.min(bucket);
        self.buckets[bucket].push((pixel as u32, cell));
    }

    fn pop(&mut self) -> Option<(usize, u32)> {
        while let Some(bucket) = self.buckets.get_mut(self.now) {
            if let Some((pixel, cell)) = bucket.pop() {
                return Some((pixel as usize, cell));
            }
            self.now += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Mask;
    use crate::infer::bitmap::Bitmap;
    use crate::infer::test_pictures::{blob, iou};
    use crate::pixels::Size;
    use proptest::prelude::*;

    fn cut(picture: &Picture, side: f32) -> Superpixels {
        superpixels(picture, side, &JobContext::detached()).expect("not called off")
    }

    #[test]
    fn cells_keep_to_the_border_of_a_blob() {
        let (picture, truth) = blob(Size::new(200, 160), 5);
        let cut = cut(&picture, 12.0);
        // Each cell goes to whom most of it belongs: what is best to be had from whole cells.
        let inside = truth.to_bitmap(0, 0, 200, 160);
        let mut votes = vec![(0, 0); cut.num_cells];
        for (cell, is_inside) in cut.cells.iter().zip(&inside) {
            votes[*cell as usize].0 += u32::from(*is_inside);
            votes[*cell as usize].1 += 1;
        }
        let pixels =
            cut.cells.iter().map(|&cell| u8::from(votes[cell as usize].0 * 2 > votes[cell as usize].1));
        let best = Bitmap { width: 200, height: 160, pixels: pixels.collect() }.mask();
        assert!(iou(&best, &truth) > 0.97, "{}", iou(&best, &truth));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_pixel_has_a_cell_and_every_cell_hangs_together(
            width in 1..60u32, height in 1..60u32, side in 2.0..30.0f32, seed in 0..100u32,
        ) {
            let (picture, _) = blob(Size::new(width, height), seed);
            let cut = cut(&picture, side);
            for number in 0..cut.num_cells as u32 {
                let pixels: Vec<bool> = cut.cells.iter().map(|cell| *cell == number).collect();
                let mask = Mask::from_bitmap(0, 0, width, height, &pixels).unwrap();
                prop_assert!(mask.to_polygon().parts.len() <= 1, "cell {number}");
            }
            prop_assert!(cut.cells.iter().all(|cell| (*cell as usize) < cut.num_cells));
        }
    }
}
