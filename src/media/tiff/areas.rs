//! Copying pixels from one rectangle to another.

use super::Fault;
use super::source::too_large;
use crate::media::buffer::working_bytes;
use crate::pixels::{PixelRect, Size, Tile};

/// Copies what an area wants of a tile that lies at `origin`. `pixels` are those of the area, in the same format.
pub(super) fn copy_part(tile: &Tile, origin: PixelRect, pixels: &mut [u8], area: PixelRect) {
    let part = origin.intersection(&area);
    let pixel_bytes = tile.format().bytes_per_pixel();
    let num_bytes = part.width as usize * pixel_bytes;
    let area_row_bytes = area.width as usize * pixel_bytes;
    for y in part.top..part.bottom() {
        let from = (part.left - origin.left) as usize * pixel_bytes;
        let to = (y - area.top) as usize * area_row_bytes + (part.left - area.left) as usize * pixel_bytes;
        let row = tile.row(y - origin.top);
        pixels[to..to + num_bytes].copy_from_slice(&row[from..from + num_bytes]);
    }
}

/// A decoded picture cut or padded with zeros to the size that it should have.
pub(super) fn fitted(pixels: &[u8], pixel_bytes: usize, from: Size, to: Size) -> Vec<u8> {
    if from == to {
        return pixels.to_vec();
    }
    let mut fitted = vec![0; to.num_pixels() as usize * pixel_bytes];
    let num_bytes = from.width.min(to.width) as usize * pixel_bytes;
    let rows = pixels.chunks_exact(from.width as usize * pixel_bytes);
    for (to_row, row) in fitted.chunks_exact_mut(to.width as usize * pixel_bytes).zip(rows) {
        to_row[..num_bytes].copy_from_slice(&row[..num_bytes]);
    }
    fitted
}

/// Repeats the last column and row up to the area that was asked for.
pub(super) fn extended(tile: &Tile, there: PixelRect, area: PixelRect) -> Result<Tile, Fault> {
    let pixel_bytes = tile.format().bytes_per_pixel();
    let num_bytes = area.size().num_pixels() * pixel_bytes as u64;
    let mut pixels = working_bytes(num_bytes).ok_or_else(too_large)?;
    for (y, row) in (area.top..).zip(pixels.chunks_exact_mut(area.width as usize * pixel_bytes)) {
        let from = tile.row(y.clamp(there.top, there.bottom() - 1) - there.top);
        for (x, pixel) in (area.left..).zip(row.chunks_exact_mut(pixel_bytes)) {
            let at = (x.clamp(there.left, there.right() - 1) - there.left) as usize * pixel_bytes;
            pixel.copy_from_slice(&from[at..at + pixel_bytes]);
        }
    }
    Tile::new(area.size(), tile.format(), pixels).ok_or_else(too_large)
}
