//! Reading what a file's header says about its picture, and nothing more.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use image::{ColorType, ExtendedColorType, ImageDecoder, ImageReader};

use super::error::MediaError;
use super::format::PictureFormat;
use super::orientation::Orientation;
use super::{avif, jpeg_header, png_header, tiff, webp_header};
use crate::pixels::Size;

/// What the colours of a stored picture are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColorKind {
    /// Brightness only.
    Grey,
    /// Brightness and alpha.
    GreyAlpha,
    /// Red, green, blue, however the file encodes them.
    Rgb,
    /// Red, green, blue and alpha.
    Rgba,
    /// Indexes into a palette.
    Indexed,
    /// Four printing inks.
    Cmyk,
}

/// What the header of a picture says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub stored_size: Size,
    pub orientation: Orientation,
    /// Bits of one channel of one pixel.
    pub bit_depth: u8,
    pub color: ColorKind,
    /// Whether pixels may be transparent.
    pub has_alpha: bool,
    /// Bytes that the decoder needs besides the finished picture.
    pub working_bytes: u64,
    /// A complete file of this size has at least so many bytes, by the nature of its compression. 0 where
    /// nothing can be said.
    pub least_file_bytes: u64,
}

/// Reads the header from the start of the file.
pub(super) fn read_header(
    reader: &mut BufReader<File>,
    format: PictureFormat,
    path: &Path,
) -> Result<Header, MediaError> {
    let from_io = |error| MediaError::from_decoder_io(path, error);
    let header = match format {
        PictureFormat::Avif => avif::read_header(reader.get_ref(), path),
        PictureFormat::Jpeg => jpeg_header::read(reader).map_err(from_io),
        PictureFormat::Png => png_header::read(reader).map_err(from_io),
        PictureFormat::WebP => webp_header::read(reader).map_err(from_io),
        PictureFormat::Tiff => tiff::read_header(reader.get_ref(), path),
        PictureFormat::Bmp
        | PictureFormat::Gif
        | PictureFormat::Hdr
        | PictureFormat::OpenExr
        | PictureFormat::Pnm
        | PictureFormat::Tga => guarded(path, || {
            read_with_image(reader, format).map_err(|error| MediaError::from_image(path, error))
        }),
    }?;
    let Size { width, height } = header.stored_size;
    if width == 0 || height == 0 {
        return Err(MediaError::damaged(path, format!("its size is given as {width} × {height}")));
    }
    Ok(header)
}

/// Calls a foreign decoder. They are written by many hands: a bug in one costs one picture, not the program.
pub(super) fn guarded<T>(
    path: &Path,
    decode: impl FnOnce() -> Result<T, MediaError>,
) -> Result<T, MediaError> {
    // What the closure leaves half done is never looked at again.
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        Err(MediaError::unsupported(path, "this picture, on which its decoder breaks down,"))
    })
}

/// An error that says that the file makes no sense.
pub(super) fn nonsense(cause: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause)
}

fn read_with_image<R: BufRead + Seek>(reader: &mut R, format: PictureFormat) -> image::ImageResult<Header> {
    let has_unused_alpha = format == PictureFormat::Tga && tga_alpha_is_unused(reader)?;
    let mut reader = ImageReader::with_format(reader, format.image_format());
    // They are for decoding. Constructing a decoder takes no more memory than a header needs.
    reader.no_limits();
    let decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    let decoded_type = decoder.color_type();
    let (color, bit_depth) = describe(format, decoder.original_color_type(), decoded_type);
    let stored_size = Size::new(width, height);
    let pixel_bytes = u64::from(decoded_type.bytes_per_pixel());
    // Deep ones are brought into one of our formats, of at most four channels, and that is windowed.
    let deep_bytes = if decoded_type.bytes_per_pixel() > decoded_type.channel_count() { 16 } else { 0 };
    Ok(Header {
        stored_size,
        // None of these formats has one.
        orientation: Orientation::Normal,
        bit_depth,
        color,
        has_alpha: decoded_type.has_alpha() && !has_unused_alpha,
        working_bytes: stored_size.num_pixels() * (pixel_bytes + deep_bytes),
        least_file_bytes: 0,
    })
}

/// Whether the fourth channel of a TGA file is said to mean nothing: the low bits of its descriptor count those
/// that do. Reads from the file's start and goes back there.
fn tga_alpha_is_unused<R: BufRead + Seek>(reader: &mut R) -> io::Result<bool> {
    let mut head = [0; 18];
    reader.read_exact(&mut head)?;
    reader.seek_relative(-(head.len() as i64))?;
    const ALPHA_BITS: u8 = 0x0f;
    Ok(head[17] & ALPHA_BITS == 0)
}

fn describe(format: PictureFormat, original: ExtendedColorType, decoded: ColorType) -> (ColorKind, u8) {
    if format == PictureFormat::Gif {
        return (ColorKind::Indexed, 8);
    }
    let decoded_depth = (decoded.bits_per_pixel() / u16::from(decoded.channel_count())) as u8;
    match original {
        ExtendedColorType::Cmyk8 => (ColorKind::Cmyk, 8),
        ExtendedColorType::Cmyk16 => (ColorKind::Cmyk, 16),
        ExtendedColorType::L1 => (ColorKind::Grey, 1),
        ExtendedColorType::Rgb5x1 => (ColorKind::Rgb, 5),
        _ => {
            let kind = match (decoded.has_color(), decoded.has_alpha()) {
                (false, false) => ColorKind::Grey,
                (false, true) => ColorKind::GreyAlpha,
                (true, false) => ColorKind::Rgb,
                (true, true) => ColorKind::Rgba,
            };
            (kind, decoded_depth)
        }
    }
}
