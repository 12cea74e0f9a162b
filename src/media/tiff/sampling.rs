//! A rough look at a picture that has no smaller version, from a few of its tiles or strips.

use std::time::{Duration, Instant};

use super::Fault;
use super::source::{TiffSource, band_rows, chunk_area, is_plain};
use crate::base::jobs::JobContext;
use crate::pixels::{PixelFormat, PixelRect, PixelValue, Size, Tile};

impl TiffSource {
    /// The mean of what is known of an area without reading more than a chunk of it: the part in the chunk that
    /// lies in its middle.
    fn sample(&self, index: usize, area: PixelRect, context: &JobContext) -> Result<PixelValue, Fault> {
        let page = &self.pages[index];
        let (x, y) = (area.left + area.width / 2, area.top + area.height / 2);
        let part = if is_plain(page) {
            PixelRect::new(x, y, 1, 1)
        } else {
            let chunk = page.chunk_size;
            chunk_area(page, x / chunk.width, y / chunk.height).intersection(&area)
        };
        Ok(mean(&self.read_page(index, part, context)?))
    }

    /// A mosaic of samples of the whole picture, of any size within `max`, as fine as the time allows. `None` where
    /// the coarsest level is as quick to read, or the time is not enough for anything.
    pub(super) fn sampled(&self, max: Size, budget: Duration, context: &JobContext) -> Option<Tile> {
        /// A level of so many pixels is read faster than it is sampled.
        const MANY_PIXELS: u64 = 2048 * 2048;
        let index = self.pages.len() - 1;
        let page = &self.pages[index];
        // In a chunk of several bands, nothing but its start is near.
        let is_far = !is_plain(page) && band_rows(page) < page.chunk_size.height;
        if page.size.num_pixels() <= MANY_PIXELS || is_far {
            return None;
        }
        let start = Instant::now();
        let mut last = None;
        for side in [8, 16, 32, 64, 128, 256] {
            let grid = page.size.fit_within(Size::new(side.min(max.width), side.min(max.height)));
            // The first is worth waiting for somewhat longer.
            let time = if last.is_none() { budget * 3 } else { budget };
            let mut values = Vec::new();
            for (row, column) in (0..grid.height).flat_map(|row| (0..grid.width).map(move |c| (row, c))) {
                if context.is_cancelled() || start.elapsed() > time {
                    return last;
                }
                let at = |n: u32, cells: u32, side: u32| {
                    (u64::from(n) * u64::from(side) / u64::from(cells)) as u32
                };
                let left = at(column, grid.width, page.size.width);
                let top = at(row, grid.height, page.size.height);
                let right = at(column + 1, grid.width, page.size.width);
                let bottom = at(row + 1, grid.height, page.size.height);
                let cell = PixelRect::new(left, top, (right - left).max(1), (bottom - top).max(1));
                values.push(self.sample(index, cell, context).ok()?);
            }
            last = tile_of_values(page.format(), grid, &values);
            if side >= max.width.max(max.height) {
                break;
            }
        }
        last
    }
}

/// The mean of a tile's pixels, from a few hundred of them.
fn mean(tile: &Tile) -> PixelValue {
    const SIDE: u32 = 16;
    let size = tile.size();
    let (dx, dy) = (size.width.div_ceil(SIDE).max(1), size.height.div_ceil(SIDE).max(1));
    let mut sum = [0.0; 4];
    let mut num_summed = 0.0;
    for y in (0..size.height).step_by(dy as usize) {
        for x in (0..size.width).step_by(dx as usize) {
            let values = match tile.pixel(x, y) {
                Some(PixelValue::Gray(v)) => [v; 4],
                Some(PixelValue::Rgba(values)) => values,
                None => continue,
            };
            if values.iter().all(|v| v.is_finite()) {
                sum.iter_mut().zip(values).for_each(|(sum, v)| *sum += v);
                num_summed += 1.0;
            }
        }
    }
    // Nothing to count makes no number, as it should be.
    let mean = sum.map(|v| v / num_summed);
    if tile.format().num_channels() == 1 { PixelValue::Gray(mean[0]) } else { PixelValue::Rgba(mean) }
}

fn tile_of_values(format: PixelFormat, size: Size, values: &[PixelValue]) -> Option<Tile> {
    let mut pixels = Vec::new();
    for value in values {
        let channels = match value {
            PixelValue::Gray(v) => vec![*v],
            PixelValue::Rgba(values) => values.to_vec(),
        };
        for v in channels {
            match format.bytes_per_channel() {
                1 => pixels.push(v.round() as u8),
                2 => pixels.extend((v.round() as u16).to_ne_bytes()),
                _ => pixels.extend(v.to_ne_bytes()),
            }
        }
    }
    Tile::new(size, format, pixels)
}
