//! TIFF pictures as a whole, or reduced for a quick look.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::file::TiffFile;
use super::levels::read_pages;
use super::page::{Color, Page};
use super::{TiffSource, open_tiff};
use crate::base::jobs::JobContext;
use crate::media::header::{ColorKind, Header};
use crate::media::quick_look::reduce_strips;
use crate::media::{DecodeLimits, MediaError, RegionSource};
use crate::pixels::{PixelRect, Size, Tile};

/// What the tags of the first page say.
pub(in crate::media) fn read_header(file: &File, path: &Path) -> Result<Header, MediaError> {
    let read_error = |error| MediaError::read(path, error);
    let mut file = TiffFile::new(file.try_clone().map_err(read_error)?).map_err(read_error)?;
    let pages = read_pages(&mut file).map_err(|fault| fault.at(path))?;
    let page: &Page = &pages[0].1;
    let has_alpha = page.alpha.is_some();
    let color = match (page.color, has_alpha) {
        (Color::Gray { .. }, false) => ColorKind::Grey,
        (Color::Gray { .. }, true) => ColorKind::GreyAlpha,
        (Color::Rgb | Color::YCbCr, false) => ColorKind::Rgb,
        (Color::Rgb | Color::YCbCr, true) => ColorKind::Rgba,
        (Color::Palette, _) => ColorKind::Indexed,
        (Color::Cmyk, _) => ColorKind::Cmyk,
    };
    Ok(Header {
        stored_size: page.size,
        orientation: page.orientation(&file),
        bit_depth: page.sample.bits() as u8,
        color,
        has_alpha,
        working_bytes: page.size.num_pixels() * page.format().bytes_per_pixel() as u64,
        // Checked together with the tags.
        least_file_bytes: 0,
    })
}

/// A picture that takes too long to be read, and has no smaller version, is sampled for so long: some thousand tiles.
const SAMPLING_TIME: Duration = Duration::from_secs(3);

/// For a quick look, at most so many pixels are read, in some seconds.
const MAX_REDUCED_PIXELS: u64 = 200_000_000;

/// Decodes a file in full or, for a quick look, from its coarsest level that is at least as large as it shall be,
/// reduced to less than twice that. Then the limits hold for what is read, and not for the picture.
pub(in crate::media) fn decode_tiff(
    path: &Path,
    wanted: Option<Size>,
    limits: &DecodeLimits,
    context: &JobContext,
) -> Result<(Tile, Option<Arc<str>>), MediaError> {
    let source = open_tiff(path)?;
    let pyramid = source.pyramid();
    let least = wanted.map_or(source.size(), |max| source.size().fit_within(max));
    let is_enough = |level: u32| {
        let size = pyramid.level_size(level);
        size.width >= least.width && size.height >= least.height
    };
    let level = source.levels().iter().copied().filter(|level| is_enough(*level)).max().unwrap_or(0);
    let size = pyramid.level_size(level);
    let limited = check_limits(path, source.as_ref(), size, wanted.is_some(), limits);
    let is_worth_sampling = size.num_pixels() > MAX_REDUCED_PIXELS;
    let sampled = wanted.filter(|_| is_worth_sampling || limited.is_err());
    let sampled = sampled.map(|max| sample(path, max, context)).transpose()?.flatten();
    if let Some(tile) = sampled {
        return Ok((tile, source.warning()));
    }
    limited?;
    let tile = match wanted {
        None => source.read(level, PixelRect::of_size(size), context)?,
        Some(_) => {
            let levels = level..pyramid.num_levels();
            let num_steps = levels.take_while(|level| is_enough(*level)).count() as u32;
            read_reduced(source.as_ref(), path, level, num_steps.saturating_sub(1), context)?
        }
    };
    Ok((tile, source.warning()))
}

/// A mosaic of samples, as it is shown; `None` where it would not be faster than reading all.
fn sample(path: &Path, max: Size, context: &JobContext) -> Result<Option<Tile>, MediaError> {
    let stored = TiffSource::open(path)?;
    let orientation = stored.orientation();
    let sampled = stored.sampled(orientation.apply_to_size(max), SAMPLING_TIME, context);
    Ok(sampled.map(|tile| orientation.turned(&tile)))
}

fn check_limits(
    path: &Path,
    source: &dyn RegionSource,
    size: Size,
    is_read_in_parts: bool,
    limits: &DecodeLimits,
) -> Result<(), MediaError> {
    if size.num_pixels() > limits.max_pixels {
        return Err(MediaError::too_many_pixels(path, size, limits));
    }
    // What is read, once more for turning or windowing it, and the finished picture.
    let needed_bytes = size.num_pixels() * (source.format().bytes_per_pixel() as u64 * 2 + 4);
    if needed_bytes > limits.max_bytes && !is_read_in_parts {
        return Err(MediaError::too_many_bytes(path, size, needed_bytes, limits));
    }
    Ok(())
}

/// Reads a level strip by strip, halving each a number of times.
fn read_reduced(
    source: &dyn RegionSource,
    path: &Path,
    level: u32,
    num_steps: u32,
    context: &JobContext,
) -> Result<Tile, MediaError> {
    let size = source.pyramid().level_size(level);
    if num_steps == 0 {
        return source.read(level, PixelRect::of_size(size), context);
    }
    reduce_strips(size, source.format(), num_steps, path, |top, num_rows| {
        source.read(level, PixelRect::new(0, top, size.width, num_rows), context)
    })
}
