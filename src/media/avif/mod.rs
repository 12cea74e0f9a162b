//! AVIF: still pictures coded as AV1 (AV1 Image File Format 1.1, on HEIF, ISO/IEC 23008-12).
//!
//! **How it thinks.** A file is a tree of [`boxes`]. Its [`meta`] box lists *items*, where their data lie and what is
//! said of them. The [`picture`] is the primary item: one coded picture, or a grid of *cells* that are coded one by one;
//! another item may be its alpha. Each cell goes through the decoder ([`av1`]), becomes rows of colours ([`convert`]) and
//! is [`paint`]ed where it belongs. Then the colours are brought into sRGB, by the profile or by the code points.
//!
//! 10 and 12 bits are spread over the 16 of our formats. Of an animation, the still picture is shown that the file
//! declares. The values of HDR pictures (PQ, HLG) stay as they are coded: they have no white that sRGB could stand on.
//!
//! **Why not a crate for the boxes**: those that exist read whole files into memory to tell a size, and refuse or
//! misread grids with alpha, files that begin as `mif1`, and pictures with both a profile and code points.
//!
//! **Invariants.**
//! - Nothing but the `meta` box is read to tell what a picture is. No count, size or place is believed.
//! - The decoder refuses pictures of more pixels than the file declares, before it takes memory for them.
//! - The EXIF orientation does not count: the format has its own.

mod av1;
mod boxes;
mod convert;
mod meta;
mod paint;
mod picture;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use av1::Frame;
use meta::Cicp;
use paint::Canvas;
use picture::{AvifPicture, Layer};

use super::MediaError;
use super::color_transform::{ColorTransform, ProfileChannels};
use super::decode::damage_warning;
use super::fault::Fault;
use super::file_at::FileAt;
use super::header::{ColorKind, Header};
use crate::base::jobs::JobContext;
use crate::pixels::{PixelFormat, Tile};

/// What the `meta` box says.
pub(super) fn read_header(file: &File, path: &Path) -> Result<Header, MediaError> {
    let file = file.try_clone().and_then(FileAt::new).map_err(|error| MediaError::read(path, error))?;
    let picture = AvifPicture::read(&file).map_err(|fault| fault.at(path))?;
    let has_alpha = picture.alpha.is_some();
    let color = match (picture.coding.is_gray, has_alpha) {
        (true, false) => ColorKind::Grey,
        (true, true) => ColorKind::GreyAlpha,
        (false, false) => ColorKind::Rgb,
        (false, true) => ColorKind::Rgba,
    };
    // The decoder has three planes, and half a plane of notes; a tile is made, and turned.
    let sample_bytes = if picture.coding.bit_depth > 8 { 2 } else { 1 };
    let tile_bytes = 2 * format(&picture).bytes_per_pixel() as u64;
    let coded_pixels = picture.colors.size.num_pixels();
    Ok(Header {
        stored_size: picture.crop.size(),
        orientation: picture.orientation,
        bit_depth: picture.coding.bit_depth,
        color,
        has_alpha,
        working_bytes: coded_pixels.saturating_mul(sample_bytes * 7 / 2 + tile_bytes),
        // A large picture of one colour takes next to nothing.
        least_file_bytes: 0,
    })
}

/// Decodes the picture as a whole, as it is shown. Its size was checked against the limits.
pub(super) fn decode_avif(
    file: File,
    path: &Path,
    context: &JobContext,
) -> Result<(Tile, Option<Arc<str>>), MediaError> {
    let file = FileAt::new(file).map_err(|error| MediaError::read(path, error))?;
    let picture = AvifPicture::read(&file).map_err(|fault| fault.at(path))?;
    let (tile, complaint) = decode_picture(&file, &picture, context).map_err(|fault| fault.at(path))?;
    Ok((picture.orientation.turned(&tile), complaint.map(|cause| damage_warning(&cause))))
}

/// What the pixels are made of.
fn format(picture: &AvifPicture) -> PixelFormat {
    let has_one_channel = picture.coding.is_gray && picture.alpha.is_none();
    match (has_one_channel, picture.coding.bit_depth > 8) {
        (true, false) => PixelFormat::Gray8,
        (true, true) => PixelFormat::Gray16,
        (false, false) => PixelFormat::Rgba8,
        (false, true) => PixelFormat::Rgba16,
    }
}

/// The picture before it is turned, and what is wrong with it.
fn decode_picture(
    file: &FileAt,
    picture: &AvifPicture,
    context: &JobContext,
) -> Result<(Tile, Option<String>), Fault> {
    let mut canvas = None;
    let mut cicp = picture.cicp;
    let mut complaint = decode_cells(file, picture, &picture.colors, context, |frame, area| {
        let cicp = *cicp.get_or_insert_with(|| frame.cicp());
        // Memory is taken once there is something to fill it with.
        let canvas = match &mut canvas {
            Some(canvas) => canvas,
            none => none.insert(Canvas::new(picture.crop, format(picture))?),
        };
        canvas.paint_colors(frame, area, cicp)
    })?;
    let mut canvas = canvas.ok_or_else(|| Fault::damaged("it has no pixels"))?;
    if let Some(alpha) = &picture.alpha {
        let is_fitting = alpha.size == picture.colors.size;
        let decoded = if is_fitting {
            decode_cells(file, picture, alpha, context, |frame, area| {
                canvas.paint_alpha(frame, area);
                Ok(())
            })
        } else {
            Err(Fault::damaged("its transparency is of another size"))
        };
        match decoded {
            Ok(cause) => complaint = complaint.or(cause),
            Err(Fault::Damaged(cause) | Fault::Unsupported(cause)) => complaint = complaint.or(Some(cause)),
            Err(other) => return Err(other),
        }
        if picture.is_multiplied {
            canvas.divide_by_alpha();
        }
    }
    if let Some(transform) = transform(picture, cicp) {
        canvas.transform(&transform);
    }
    Ok((canvas.into_tile()?, complaint))
}

/// Decodes the cells of a layer one by one. What is wrong comes back as a complaint where there is something to show.
fn decode_cells(
    file: &FileAt,
    picture: &AvifPicture,
    layer: &Layer,
    context: &JobContext,
    mut paint: impl FnMut(&Frame, crate::pixels::PixelRect) -> Result<(), Fault>,
) -> Result<Option<String>, Fault> {
    let mut complaint = None;
    let mut num_painted = 0;
    for index in 0..layer.num_cells() {
        if context.is_cancelled() {
            return Err(Fault::Cancelled);
        }
        let decoded = picture
            .cell(file, layer, index)
            .and_then(|(coded, data)| Frame::decode(data, coded, layer.cell_size))
            .and_then(|frame| paint(&frame, layer.cell_area(index)));
        match decoded {
            Ok(()) => num_painted += 1,
            Err(Fault::Damaged(cause)) if layer.num_cells() > 1 => complaint = complaint.or(Some(cause)),
            Err(fault) => return Err(fault),
        }
    }
    match complaint {
        Some(cause) if num_painted == 0 => Err(Fault::Damaged(cause)),
        complaint => Ok(complaint),
    }
}

fn transform(picture: &AvifPicture, cicp: Option<Cicp>) -> Option<ColorTransform> {
    let channels = if picture.coding.is_gray { ProfileChannels::Gray } else { ProfileChannels::Rgb };
    match (&picture.icc, cicp) {
        (Some(icc), _) => ColorTransform::from_icc(icc, channels),
        (None, Some(cicp)) => ColorTransform::from_cicp(cicp.primaries, cicp.transfer, channels),
        (None, None) => None,
    }
}
