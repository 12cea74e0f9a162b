//! From a file to the picture that a person sees.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use image::{ColorType, ImageDecoder, ImageReader, Limits};

use super::avif::decode_avif;
use super::buffer::{PixelBuffer, working_bytes};
use super::color_transform::{ColorTransform, ProfileChannels, icc_from_jpeg};
use super::convert::{deep_from_decoded, make_opaque, rgba_from_decoded, rgba_from_inverted_cmyk};
use super::error::MediaError;
use super::format::PictureFormat;
use super::header::{ColorKind, guarded};
use super::orientation::Orientation;
use super::probe::{MediaInfo, Opened, open};
use super::quick_look::quick_look;
use super::resize::fit_within;
use super::tiff::decode_tiff;
use super::turbo::Decompressor;
use crate::base::jobs::JobContext;
use crate::pixels::{ColorMap, Percentiles, Picture, PixelFormat, Size, Tile, Window};

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

/// A decoded picture with the values of its file. Cloning shares the pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedTile {
    /// The picture as a person sees it: 16-bit and float files give such pixels, the others 8-bit ones.
    pub tile: Tile,
    /// What is wrong with it, where the file is damaged and could be decoded in part.
    pub warning: Option<Arc<str>>,
}

/// Decodes a picture file in full, in the orientation in which it is shown, in 8 bits.
///
/// Of a file that is cut off, what can be decoded is given with a warning; the rest is grey, black or
/// transparent, as its format has it. 16-bit and float pictures are seen through the window that [`Window::auto`]
/// chooses. Colours are brought into sRGB where the file has a profile.
///
/// # Errors
/// See [`MediaError`]; [`MediaError::Cancelled`] soon after `context` was cancelled.
pub fn decode(path: &Path, limits: &DecodeLimits, context: &JobContext) -> Result<Decoded, MediaError> {
    let (pixels, warning) = Source::open(path, limits, context)?.decode(None)?;
    Ok(Decoded { picture: pixels.into_picture(), warning })
}

/// Decodes a picture file as [`decode`] does, and keeps the values of 16-bit and float channels.
///
/// # Errors
/// As [`decode`].
pub fn decode_deep(
    path: &Path,
    limits: &DecodeLimits,
    context: &JobContext,
) -> Result<DecodedTile, MediaError> {
    let (pixels, warning) = Source::open(path, limits, context)?.decode(None)?;
    let tile = match pixels {
        Pixels::Bytes(picture) => Tile::from(&picture),
        Pixels::Values(tile) => tile,
    };
    Ok(DecodedTile { tile, warning })
}

/// Decodes a picture for a quick look: scaled down to fit into `max`, never up. JPEG is decoded at a fraction of
/// its size, several times faster than in full; of TIFF, the smallest version that is large enough.
///
/// # Errors
/// As [`decode`].
pub fn decode_within(
    path: &Path,
    max: Size,
    limits: &DecodeLimits,
    context: &JobContext,
) -> Result<Decoded, MediaError> {
    let (pixels, warning) = Source::open(path, limits, context)?.decode(Some(max))?;
    Ok(Decoded { picture: fit_within(&pixels.into_picture(), max, path)?, warning })
}

/// What a decoder gave.
enum Pixels {
    /// A finished picture.
    Bytes(Picture),
    /// Values of the file.
    Values(Tile),
}

impl Pixels {
    fn into_picture(self) -> Picture {
        match self {
            Self::Bytes(picture) => picture,
            Self::Values(tile) => {
                Window::auto(&tile, Percentiles::default()).picture(&tile, ColorMap::default())
            }
        }
    }
}

/// Pixels, and what is wrong with them.
type DecodedPixels = (Pixels, Option<Arc<str>>);

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
        source.check_cancelled()?;
        Ok(source)
    }

    /// For decoding in full, or at a fraction of the size that is enough for `wanted`.
    fn check_limits(&self, wanted: Option<Size>) -> Result<(), MediaError> {
        check_length(&self.opened, self.path)?;
        let Opened { info, header, .. } = &self.opened;
        // Of those JPEGs that take no more memory than what comes out, a fraction is enough.
        let is_reducible =
            info.format == PictureFormat::Jpeg && header.working_bytes == 0 && header.least_file_bytes > 0;
        let size = match wanted {
            Some(max) if is_reducible => reduced_size(info.size, info.size.fit_within(max)),
            _ => info.size,
        };
        if size.num_pixels() > self.limits.max_pixels {
            return Err(MediaError::too_many_pixels(self.path, size, self.limits));
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
    fn decode(mut self, wanted: Option<Size>) -> Result<DecodedPixels, MediaError> {
        if let Some(max) = wanted
            && let Some(DecodedTile { tile, warning }) =
                quick_look(self.path, &self.opened.info, max, self.context)?
        {
            return Ok((Pixels::Values(tile), warning));
        }
        if self.opened.info.format != PictureFormat::Tiff {
            self.check_limits(wanted)?;
        }
        self.opened.reader.seek(SeekFrom::Start(0)).map_err(|error| MediaError::read(self.path, error))?;
        match self.opened.info.format {
            PictureFormat::Jpeg => self.decode_jpeg(wanted),
            PictureFormat::Tiff => {
                let decode = || decode_tiff(self.path, wanted, self.limits, self.context);
                guarded(self.path, decode).map(|(tile, warning)| (Pixels::Values(tile), warning))
            }
            PictureFormat::Avif => {
                let Self { opened, path, context, .. } = self;
                let file = opened.reader.into_inner();
                let decoded = guarded(path, || decode_avif(file, path, context));
                decoded.map(|(tile, warning)| (Pixels::Values(tile), warning))
            }
            _ => self.decode_with_image(),
        }
    }

    fn decode_jpeg(mut self, wanted: Option<Size>) -> Result<DecodedPixels, MediaError> {
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
        let channels = profile_channels(self.opened.info.color);
        let transform = icc_from_jpeg(&data).and_then(|icc| ColorTransform::from_icc(&icc, channels));
        let mut warning = None;
        let picture = shown_picture(decompressor.output_size(), orientation, self.path, |rgba| {
            warning = decode_jpeg_pixels(&mut decompressor, rgba, transform.as_ref(), self.path)?;
            Ok(())
        })?;
        Ok((Pixels::Bytes(picture), warning))
    }

    fn decode_with_image(self) -> Result<DecodedPixels, MediaError> {
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

/// What [`Decompressor::scale_towards`] makes of a size.
fn reduced_size(size: Size, wanted: Size) -> Size {
    let is_enough = |d: &u32| size.width / d >= wanted.width && size.height / d >= wanted.height;
    let denominator = [8, 4, 2].into_iter().find(is_enough).unwrap_or(1);
    Size::new(size.width.div_ceil(denominator), size.height.div_ceil(denominator))
}

/// Refuses a file that is too short for what it declares.
pub(super) fn check_length(opened: &Opened, path: &Path) -> Result<(), MediaError> {
    let Opened { info, header, .. } = opened;
    if info.num_bytes >= header.least_file_bytes {
        return Ok(());
    }
    let cause = format!(
        "its {} bytes cannot hold the {} × {} pixels that it declares",
        info.num_bytes, info.size.width, info.size.height
    );
    Err(MediaError::damaged(path, cause))
}

/// Reading in larger steps than the default, for there are no more headers to skip.
const READ_BYTES: usize = 1 << 16;

/// What a profile of such a picture has to be about.
fn profile_channels(color: ColorKind) -> ProfileChannels {
    match color {
        ColorKind::Grey | ColorKind::GreyAlpha => ProfileChannels::Gray,
        ColorKind::Rgb | ColorKind::Rgba | ColorKind::Indexed => ProfileChannels::Rgb,
        ColorKind::Cmyk => ProfileChannels::Cmyk,
    }
}

/// Decodes into the buffer. What is wrong comes back as a warning where there is something to show.
fn decode_jpeg_pixels(
    decompressor: &mut Decompressor,
    rgba: &mut [u8],
    transform: Option<&ColorTransform>,
    path: &Path,
) -> Result<Option<Arc<str>>, MediaError> {
    let result = if decompressor.is_cmyk() {
        let mut inks = working_bytes(rgba.len() as u64)
            .ok_or_else(|| MediaError::no_memory(path, decompressor.output_size()))?;
        let result = decompressor.decode_cmyk(&mut inks);
        if result.is_ok() || inks.iter().any(|ink| *ink != 0) {
            rgba_from_jpeg_inks(&mut inks, transform, rgba);
        }
        result
    } else {
        let result = decompressor.decode_rgba(rgba);
        if let Some(transform) = transform {
            transform.apply(PixelFormat::Rgba8, rgba);
        }
        result
    };
    match result {
        Ok(()) => Ok(None),
        // What was decoded is opaque.
        Err(cause) if rgba.get(3) == Some(&255) => Ok(Some(damage_warning(&cause))),
        Err(cause) => Err(MediaError::damaged(path, cause)),
    }
}

/// Converts inks as they lie in JPEG files, where 255 means no ink, through their profile where there is one.
pub(super) fn rgba_from_jpeg_inks(inks: &mut [u8], transform: Option<&ColorTransform>, rgba: &mut [u8]) {
    let invert = |inks: &mut [u8]| inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
    if let Some(transform) = transform {
        invert(inks);
        if transform.rgba_from_inks(inks, rgba) {
            return;
        }
        invert(inks);
    }
    rgba_from_inverted_cmyk(inks, rgba);
}

/// Runs a decoder of the `image` crate.
fn decode_pixels(
    mut decoder: impl ImageDecoder,
    info: &MediaInfo,
    path: &Path,
) -> Result<DecodedPixels, MediaError> {
    let color_type = decoder.color_type();
    let (width, height) = decoder.dimensions();
    if Size::new(width, height) != info.stored_size {
        return Err(MediaError::damaged(path, "its header contradicts itself"));
    }
    // A profile that cannot be read is none.
    let icc = decoder.icc_profile().ok().flatten();
    let channels = if color_type.has_color() { ProfileChannels::Rgb } else { ProfileChannels::Gray };
    let transform = icc.and_then(|icc| ColorTransform::from_icc(&icc, channels));
    if color_type.bytes_per_pixel() > color_type.channel_count() {
        let tile = decode_deep_pixels(decoder, info, transform.as_ref(), path)?;
        return Ok((Pixels::Values(tile), None));
    }
    let gives_parts = gives_parts(info.format);
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
        } else {
            let mut decoded = working_bytes(decoder.total_bytes())
                .ok_or_else(|| MediaError::no_memory(path, info.stored_size))?;
            check(decoder.read_image(&mut decoded), &decoded)?;
            if !rgba_from_decoded(color_type, &decoded, rgba) {
                return Err(unsupported_pixels(info, color_type, path));
            }
        }
        if let Some(transform) = &transform {
            transform.apply(PixelFormat::Rgba8, rgba);
        }
        Ok(())
    })?;
    Ok((Pixels::Bytes(picture), warning))
}

/// Runs a decoder of the `image` crate on a picture of more than 8 bits a channel. Of a damaged one there is nothing:
/// the pixels of 16-bit PNG, for example, are in the wrong byte order until it is done.
fn decode_deep_pixels(
    decoder: impl ImageDecoder,
    info: &MediaInfo,
    transform: Option<&ColorTransform>,
    path: &Path,
) -> Result<Tile, MediaError> {
    let color_type = decoder.color_type();
    let mut decoded =
        working_bytes(decoder.total_bytes()).ok_or_else(|| MediaError::no_memory(path, info.stored_size))?;
    decoder.read_image(&mut decoded).map_err(|error| MediaError::from_image(path, error))?;
    let is_multiplied = info.format == PictureFormat::OpenExr;
    let (format, mut pixels) = deep_from_decoded(color_type, decoded, is_multiplied)
        .ok_or_else(|| unsupported_pixels(info, color_type, path))?;
    if let Some(transform) = transform {
        transform.apply(format, &mut pixels);
    }
    let tile = Tile::new(info.stored_size, format, pixels)
        .ok_or_else(|| MediaError::damaged(path, "its header contradicts itself"))?;
    Ok(info.orientation.turned(&tile))
}

fn unsupported_pixels(info: &MediaInfo, color_type: ColorType, path: &Path) -> MediaError {
    MediaError::unsupported(path, format!("{} pictures with {color_type:?} pixels", info.format.name()))
}

/// Whether the pixels that a decoder of 8-bit pictures wrote before it failed are finished ones. Those of TGA may be
/// upside down, and of WebP not yet filtered.
fn gives_parts(format: PictureFormat) -> bool {
    match format {
        PictureFormat::Bmp | PictureFormat::Gif | PictureFormat::Png | PictureFormat::Pnm => true,
        PictureFormat::Avif
        | PictureFormat::Hdr
        | PictureFormat::Jpeg
        | PictureFormat::OpenExr
        | PictureFormat::Tga
        | PictureFormat::Tiff
        | PictureFormat::WebP => false,
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
