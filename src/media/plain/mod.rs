//! Pictures whose pixels lie in the file as they are: BMP and PNM, read by region.
//!
//! **How it thinks.** [`bmp`] and [`pnm`] read where the rows are and what their pixels are made of ([`Layout`]). A read
//! fetches the bytes of each row that it touches and converts them ([`packing`]); nothing else is in memory.
//!
//! **Invariants.** The pixels are those that decoding the file as a whole gives. What is laid out in another way
//! (compressed, written as text, with unusual masks) has no layout, and is decoded as a whole. Rows that are missing in
//! the file are empty, and leave a warning.

mod bmp;
mod packing;
mod pnm;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use packing::Packing;

use super::buffer::working_bytes;
use super::decode::damage_warning;
use super::file_at::FileAt;
use super::{MediaError, PictureFormat, RegionSource};
use crate::base::jobs::JobContext;
use crate::pixels::{PixelFormat, PixelRect, Size, Tile, halved_within};

/// Where the rows of a picture are.
#[derive(Debug)]
struct Layout {
    size: Size,
    /// Where the bytes of the top row begin.
    top_row_at: u64,
    /// From a row to the one below it; negative where they lie from the bottom up.
    row_step: i64,
    packing: Packing,
}

/// A BMP or PNM file that is read by region: see [`open_plain`].
pub(super) struct PlainSource {
    path: PathBuf,
    file: FileAt,
    layout: Layout,
    warning: OnceLock<Arc<str>>,
}

/// Opens a file for reading by region. `None` where its pixels do not lie in it as they are.
pub(super) fn open_plain(path: &Path, format: PictureFormat) -> Result<Option<PlainSource>, MediaError> {
    let read_error = |error| MediaError::read(path, error);
    let file = File::open(path).and_then(FileAt::new).map_err(read_error)?;
    let mut head = Vec::new();
    file.read(0, MAX_HEAD_BYTES, &mut head).map_err(read_error)?;
    let layout = match format {
        PictureFormat::Bmp => bmp::layout(&head),
        PictureFormat::Pnm => pnm::layout(&head),
        _ => None,
    };
    let path = path.to_owned();
    Ok(layout.map(|layout| PlainSource { path, file, layout, warning: OnceLock::new() }))
}

/// More than any header with a palette has, or with some lines of comment.
const MAX_HEAD_BYTES: usize = 1 << 16;

impl PlainSource {
    /// A part of one row.
    fn read_row(&self, y: u32, left: u32, bytes: &mut Vec<u8>, to: &mut [u8]) -> Result<(), MediaError> {
        let Layout { top_row_at, row_step, packing, .. } = &self.layout;
        let width = (to.len() / packing.format().bytes_per_pixel()) as u32;
        let (first_byte, num_bytes, num_skipped) = packing.bytes_of(left, width);
        let row_at =
            i64::try_from(*top_row_at).ok().and_then(|at| at.checked_add(row_step.checked_mul(y.into())?));
        let at = row_at.and_then(|at| u64::try_from(at).ok()).and_then(|at| at.checked_add(first_byte));
        self.file
            .read(at.unwrap_or(u64::MAX), num_bytes, bytes)
            .map_err(|error| MediaError::read(&self.path, error))?;
        if bytes.len() < num_bytes {
            self.warning.get_or_init(|| damage_warning("it ends too early"));
        }
        packing.unpack(bytes, num_skipped, to);
        Ok(())
    }
}

impl RegionSource for PlainSource {
    fn size(&self) -> Size {
        self.layout.size
    }

    fn format(&self) -> PixelFormat {
        self.layout.packing.format()
    }

    fn levels(&self) -> &[u32] {
        &[0]
    }

    fn read(&self, _level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError> {
        let format = self.format();
        let row_bytes = area.width as usize * format.bytes_per_pixel();
        let no_memory = || MediaError::no_memory(&self.path, area.size());
        let mut pixels = working_bytes(row_bytes as u64 * u64::from(area.height)).ok_or_else(no_memory)?;
        let mut bytes = Vec::new();
        for (y, to) in (area.top..).zip(pixels.chunks_exact_mut(row_bytes.max(1))) {
            if context.is_cancelled() {
                return Err(MediaError::Cancelled);
            }
            self.read_row(y, area.left, &mut bytes, to)?;
        }
        Tile::new(area.size(), format, pixels).ok_or_else(no_memory)
    }

    /// Of every few rows two, of whose pixels every few are averaged.
    fn coarse(&self, max: Size, context: &JobContext) -> Option<Tile> {
        let size = self.size();
        let wanted = size.fit_within(max);
        // Twice as many as wanted, then halved.
        let num_rows = (wanted.height * 2).min(size.height);
        let num_columns = (wanted.width * 2).min(size.width);
        let format = self.format();
        let pixel_bytes = format.bytes_per_pixel();
        let mut row = vec![0; size.width as usize * pixel_bytes];
        let mut bytes = Vec::new();
        let mut picked = Vec::new();
        let middle = |n: u32, num: u32, side: u32| {
            ((2 * u64::from(n) + 1) * u64::from(side) / (2 * u64::from(num))) as usize
        };
        for y in 0..num_rows {
            if context.is_cancelled() {
                return None;
            }
            self.read_row(middle(y, num_rows, size.height) as u32, 0, &mut bytes, &mut row).ok()?;
            for x in 0..num_columns {
                let at = middle(x, num_columns, size.width) * pixel_bytes;
                picked.extend_from_slice(&row[at..at + pixel_bytes]);
            }
        }
        let picked = Tile::new(Size::new(num_columns, num_rows), format, picked)?;
        Some(halved_within(&picked, wanted.width.max(wanted.height)))
    }

    fn warning(&self) -> Option<Arc<str>> {
        self.warning.get().cloned()
    }
}
