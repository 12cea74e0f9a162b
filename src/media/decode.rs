//! From a file to the picture that a person sees.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use image::{ColorType, ImageDecoder, ImageReader, Limits};

use super::buffer::{PixelBuffer, working_bytes};
use super::convert::{make_opaque, rgba_from_decoded, rgba_from_inverted_cmyk};
use super::error::MediaError;
use super::format::PictureFormat;
use super::header::guarded;
use super::orientation::Orientation;
use super::probe::{MediaInfo, Opened, open};
use super::resize::fit_within;
use super::turbo::Decompressor;
use crate::base::jobs::JobContext;
use crate::pixels::{Picture, Size};

/// How much a picture may demand. Checked against its header before any memory is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Pixels of the picture.
    pub max_pixels: u64,
    /// Bytes of the picture (4 for each pixel) and of what its decoder needs besides.
    pub max_bytes: u64,
}

impl Default for DecodeLimits {
    /// One gigapixel and, as it takes that much, 4 GiB.
    fn default() -> Self {
        Self { max_pixels: 1_000_000_000, max_bytes: 4 << 30 }
    }
}

/// A decoded picture. Cloning shares the pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The picture as a person sees it.
    pub picture: Picture,
    /// What is wrong with it, where the file is damaged and could be decoded in part.
    pub warning: Option<Arc<str>>,
}

/// Decodes a picture file in full, in the orientation in which it is shown.
///
/// Of a file that is cut off, what can be decoded is given with a warning; the rest is grey, black or
/// transparent, as its format has it. 16-bit and float channels are scaled to 8 bits. Colour profiles are not
/// applied.
///
/// # Errors
/// See [`MediaError`]; [`MediaError::Cancelled`] soon after `context` was cancelled.
pub fn decode(path: &Path, limits: &DecodeLimits, context: &JobContext) -> Result<Decoded, MediaError> {
    Source::open(path, limits, context)?.decode(None)
}

/// Decodes a picture for a quick look: scaled down to fit into `max`, never up. JPEG is decoded at a fraction of
/// its size, several times faster than in full.
///
/// # Errors
/// As [`decode`].
pub fn decode_within(
    path: &Path,
    max: Size,
    limits: &DecodeLimits,
    context: &JobContext,
) -> Result<Decoded, MediaError> {
    let Decoded { picture, warning } = Source::open(path, limits, context)?.decode(Some(max))?;
    Ok(Decoded { picture: fit_within(&picture, max, path)?, warning })
}

/// An opened file whose header is within the limits.
struct Source<'a> {
    opened: Opened,
    path: &'a Path,
    limits: &'a DecodeLimits,
    context: &'a JobContext,
}

impl<'a> Source<'a> {
    fn open(path: &'a Path, limits: &'a DecodeLimits, context: &'a JobContext) -> Result<Self, MediaError> {
        let source = Self { opened: open(path)?, path, limits, context };
        source.check_limits()?;
        source.check_cancelled()?;
        Ok(source)
    }

    fn check_limits(&self) -> Result<(), MediaError> {
        let Opened { info, header, .. } = &self.opened;
        let size = info.size;
        if size.num_pixels() > self.limits.max_pixels {
            return Err(MediaError::too_many_pixels(self.path, size, self.limits));
        }
        if info.num_bytes < header.least_file_bytes {
            let cause = format!(
                "its {} bytes cannot hold the {} × {} pixels that it declares",
                info.num_bytes, size.width, size.height
            );
            return Err(MediaError::damaged(self.path, cause));
        }
        let turning_bytes = if info.orientation.exchanges_axes() { size.num_pixels() * 4 } else { 0 };
        let file_bytes = if info.format == PictureFormat::Jpeg { info.num_bytes } else { 0 };
        let needed_bytes = size.num_pixels() * 4 + header.working_bytes + turning_bytes + file_bytes;
        if needed_bytes > self.limits.max_bytes {
            return Err(MediaError::too_many_bytes(self.path, size, needed_bytes, self.limits));
        }
        Ok(())
    }

    fn check_cancelled(&self) -> Result<(), MediaError> {
        if self.context.is_cancelled() { Err(MediaError::Cancelled) } else { Ok(()) }
    }

    /// Decodes, at a fraction of the size that is enough for `wanted` where the format allows.
    fn decode(mut self, wanted: Option<Size>) -> Result<Decoded, MediaError> {
        self.opened.reader.seek(SeekFrom::Start(0)).map_err(|error| MediaError::read(self.path, error))?;
        if self.opened.info.format == PictureFormat::Jpeg {
            self.decode_jpeg(wanted)
        } else {
            self.decode_with_image()
        }
    }

    fn decode_jpeg(mut self, wanted: Option<Size>) -> Result<Decoded, MediaError> {
        // The file may have grown since its length was checked.
        let max_bytes = self.opened.info.num_bytes;
        let mut data = Vec::new();
        data.try_reserve_exact(max_bytes as usize)
            .map_err(|_| MediaError::no_memory(self.path, self.opened.info.size))?;
        (&mut self.opened.reader)
            .take(max_bytes)
            .read_to_end(&mut data)
            .map_err(|error| MediaError::read(self.path, error))?;
        self.check_cancelled()?;
        let orientation = self.opened.info.orientation;
        let mut decompressor =
            Decompressor::new(&data).map_err(|cause| MediaError::damaged(self.path, cause))?;
        if decompressor.size() != self.opened.info.stored_size {
            return Err(MediaError::damaged(self.path, "its header contradicts itself"));
        }
        if let Some(max) = wanted {
            let shown = self.opened.info.size.fit_within(max);
            decompressor.scale_towards(orientation.apply_to_size(shown));
        }
        let mut warning = None;
        let picture = shown_picture(decompressor.output_size(), orientation, self.path, |rgba| {
            warning = decode_jpeg_pixels(&mut decompressor, rgba, self.path)?;
            Ok(())
        })?;
        Ok(Decoded { picture, warning })
    }

    fn decode_with_image(self) -> Result<Decoded, MediaError> {
        let Self { opened, path, limits, context } = self;
        let reader = BufReader::with_capacity(
            READ_BYTES,
            CancellableRead { file: opened.reader.into_inner(), context },
        );
        let result = guarded(path, || {
            let mut reader = ImageReader::with_format(reader, opened.info.format.image_format());
            let mut image_limits = Limits::no_limits();
            image_limits.max_alloc = Some(limits.max_bytes);
            reader.limits(image_limits);
            let decoder = reader.into_decoder().map_err(|error| MediaError::from_image(path, error))?;
            decode_pixels(decoder, &opened.info, path)
        });
        if context.is_cancelled() { Err(MediaError::Cancelled) } else { result }
    }
}

/// Reading in larger steps than the default, for there are no more headers to skip.
const READ_BYTES: usize = 1 << 16;

/// Decodes into the buffer. What is wrong comes back as a warning where there is something to show.
fn decode_jpeg_pixels(
    decompressor: &mut Decompressor,
    rgba: &mut [u8],
    path: &Path,
) -> Result<Option<Arc<str>>, MediaError> {
    let result = if decompressor.is_cmyk() {
        let mut inks = working_bytes(rgba.len() as u64)
            .ok_or_else(|| MediaError::no_memory(path, decompressor.output_size()))?;
        let result = decompressor.decode_cmyk(&mut inks);
        if result.is_ok() || inks.iter().any(|ink| *ink != 0) {
            rgba_from_inverted_cmyk(&inks, rgba);
        }
        result
    } else {
        decompressor.decode_rgba(rgba)
    };
    match result {
        Ok(()) => Ok(None),
        // What was decoded is opaque.
        Err(cause) if rgba.get(3) == Some(&255) => Ok(Some(damage_warning(&cause))),
        Err(cause) => Err(MediaError::damaged(path, cause)),
    }
}

/// Runs a decoder of the `image` crate.
fn decode_pixels(decoder: impl ImageDecoder, info: &MediaInfo, path: &Path) -> Result<Decoded, MediaError> {
    let color_type = decoder.color_type();
    let (width, height) = decoder.dimensions();
    if Size::new(width, height) != info.stored_size {
        return Err(MediaError::damaged(path, "its header contradicts itself"));
    }
    let gives_parts = gives_parts(info.format, color_type);
    let mut warning = None;
    let mut check = |result: image::ImageResult<()>, pixels: &[u8]| match result {
        Err(image::ImageError::IoError(_) | image::ImageError::Decoding(_))
            if gives_parts && has_content(pixels) =>
        {
            warning = Some(damage_warning("it ends too early or is garbled"));
            Ok(())
        }
        other => other.map_err(|error| MediaError::from_image(path, error)),
    };
    let picture = shown_picture(info.stored_size, info.orientation, path, |rgba| {
        if color_type == ColorType::Rgba8 {
            check(decoder.read_image(rgba), rgba)?;
            if !info.has_alpha {
                make_opaque(rgba);
            }
            return Ok(());
        }
        let mut decoded = working_bytes(decoder.total_bytes())
            .ok_or_else(|| MediaError::no_memory(path, info.stored_size))?;
        check(decoder.read_image(&mut decoded), &decoded)?;
        if rgba_from_decoded(color_type, &decoded, rgba) {
            Ok(())
        } else {
            let kind = format!("{} pictures with {color_type:?} pixels", info.format.name());
            Err(MediaError::unsupported(path, kind))
        }
    })?;
    Ok(Decoded { picture, warning })
}

/// Whether the pixels that a decoder wrote before it failed are finished ones. Those of TGA may be upside down,
/// of WebP not yet filtered, and of 16-bit PNG in the wrong byte order; TIFF gives none.
fn gives_parts(format: PictureFormat, color_type: ColorType) -> bool {
    let has_byte_channels = color_type.bytes_per_pixel() == color_type.channel_count();
    match format {
        PictureFormat::Bmp | PictureFormat::Gif | PictureFormat::Png | PictureFormat::Pnm => {
            has_byte_channels
        }
        PictureFormat::Jpeg | PictureFormat::Tga | PictureFormat::Tiff | PictureFormat::WebP => false,
    }
}

/// Whether something was decoded into zeroed memory, from the top down or from the bottom up. Does not look at
/// all of it, for a small file can claim to be a gigabyte.
fn has_content(pixels: &[u8]) -> bool {
    const LOOK_BYTES: usize = 1 << 18;
    let is_written = |part: &[u8]| part.iter().any(|byte| *byte != 0);
    let look = LOOK_BYTES.min(pixels.len());
    is_written(&pixels[..look]) || is_written(&pixels[pixels.len() - look..])
}

/// What is said of a picture that could be decoded in part.
pub(super) fn damage_warning(cause: &str) -> Arc<str> {
    format!("The file is damaged ({cause}): parts of the picture may be missing or wrong.").into()
}

/// Makes a picture of the stored pixels that `fill` writes into zeroed memory. They are written in place, unless
/// the orientation exchanges the axes.
fn shown_picture(
    stored_size: Size,
    orientation: Orientation,
    path: &Path,
    fill: impl FnOnce(&mut [u8]) -> Result<(), MediaError>,
) -> Result<Picture, MediaError> {
    let no_memory = || MediaError::no_memory(path, stored_size);
    let mut shown = PixelBuffer::new(orientation.apply_to_size(stored_size)).ok_or_else(no_memory)?;
    if orientation.exchanges_axes() {
        let mut stored = working_bytes(stored_size.num_pixels() * 4).ok_or_else(no_memory)?;
        fill(&mut stored)?;
        orientation.copy_pixels(&stored, stored_size, shown.bytes_mut());
    } else {
        fill(shown.bytes_mut())?;
        orientation.turn_pixels_in_place(shown.bytes_mut(), stored_size);
    }
    Ok(shown.into_picture())
}

/// A file that cannot be read any more once the job is cancelled: so every decoder stops, also those that know
/// nothing of jobs.
struct CancellableRead<'a> {
    file: File,
    context: &'a JobContext,
}

impl Read for CancellableRead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.context.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        self.file.read(buffer)
    }
}

impl Seek for CancellableRead<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
