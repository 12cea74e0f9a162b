//! Chunks that are pictures in themselves: JPEG (TIFF technical note 2) and WebP.

use std::io::Cursor;

use image::ImageDecoder as _;

use super::Fault;
use super::page::{Color, Page};
use crate::media::turbo::Decompressor;
use crate::pixels::Size;

/// What a chunk holds that is a picture in itself.
pub(super) enum ChunkPicture {
    /// Finished pixels: 4 bytes each.
    Rgba(Vec<u8>),
    /// Four inks a pixel, 255 being full ink.
    Inks(Vec<u8>),
    /// One sample a pixel.
    Gray(Vec<u8>),
}

/// A decoded chunk: its size, its pixels, and what is wrong with it where it could be decoded in part.
pub(super) struct DecodedPicture {
    pub size: Size,
    pub picture: ChunkPicture,
    pub complaint: Option<String>,
}

/// Decodes a JPEG stream, which may lack the tables that all chunks of a page share.
pub(super) fn decode_jpeg(page: &Page, data: &[u8], max_size: Size) -> Result<DecodedPicture, Fault> {
    let stream = whole_stream(page, data)?;
    let mut decompressor = Decompressor::new(&stream).map_err(Fault::damaged)?;
    let size = decompressor.size();
    check_size(size, max_size)?;
    let is_cmyk = decompressor.is_cmyk();
    let is_gray = page.is_planar || matches!(page.color, Color::Gray { .. } | Color::Palette);
    if is_cmyk != (page.color == Color::Cmyk && !page.is_planar) || is_gray != decompressor.is_grey() {
        return Err(Fault::damaged("its JPEG data have other colours than it says"));
    }
    let pixel_bytes = if is_gray { 1 } else { 4 };
    let mut pixels = vec![0; size.num_pixels() as usize * pixel_bytes];
    let result = if is_cmyk {
        decompressor.decode_cmyk(&mut pixels)
    } else if is_gray {
        decompressor.decode_grey(&mut pixels)
    } else {
        decompressor.decode_rgba(&mut pixels)
    };
    if let Err(complaint) = &result
        && pixels.iter().all(|byte| *byte == 0)
    {
        return Err(Fault::damaged(complaint.clone()));
    }
    let picture = match (is_cmyk, is_gray) {
        (true, _) => ChunkPicture::Inks(pixels),
        (false, true) => ChunkPicture::Gray(pixels),
        (false, false) => ChunkPicture::Rgba(pixels),
    };
    Ok(DecodedPicture { size, picture, complaint: result.err() })
}

/// Puts the tables of the page in front, and says which colours the numbers are: the markers that would do so in
/// a file are often missing, and libjpeg then guesses.
fn whole_stream(page: &Page, data: &[u8]) -> Result<Vec<u8>, Fault> {
    const START: [u8; 2] = [0xff, 0xd8];
    const END: [u8; 2] = [0xff, 0xd9];
    let not_jpeg = || Fault::damaged("one of its parts is no JPEG data");
    let body = data.strip_prefix(&START).ok_or_else(not_jpeg)?;
    let tables = page.jpeg_tables.strip_prefix(&START).unwrap_or_default();
    let tables = tables.strip_suffix(&END).unwrap_or(tables);
    let transform = match page.color {
        Color::Rgb => Some(0),
        Color::YCbCr => Some(1),
        Color::Gray { .. } | Color::Palette | Color::Cmyk => None,
    };
    let marker = transform.filter(|_| !page.is_planar).map(|transform| adobe_marker(transform).to_vec());
    Ok([&START[..], tables, &marker.unwrap_or_default(), body].concat())
}

/// The APP14 marker of Adobe's programs: 0 for red, green, blue; 1 for YCbCr.
fn adobe_marker(transform: u8) -> [u8; 16] {
    let mut marker = *b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0";
    marker[15] = transform;
    marker
}

/// Decodes a WebP file.
pub(super) fn decode_webp(data: &[u8], max_size: Size) -> Result<DecodedPicture, Fault> {
    let from_image = |error: image::ImageError| Fault::damaged(error.to_string());
    let decoder = image::codecs::webp::WebPDecoder::new(Cursor::new(data)).map_err(from_image)?;
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    check_size(size, max_size)?;
    let num_channels = usize::from(decoder.color_type().channel_count());
    let mut decoded = vec![0; size.num_pixels() as usize * num_channels];
    decoder.read_image(&mut decoded).map_err(from_image)?;
    let rgba = match num_channels {
        4 => decoded,
        _ => decoded.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect(),
    };
    Ok(DecodedPicture { size, picture: ChunkPicture::Rgba(rgba), complaint: None })
}

/// A chunk's picture may be padded to whole blocks; beyond that, it is not believed.
fn check_size(size: Size, max_size: Size) -> Result<(), Fault> {
    const MAX_PADDING: u32 = 64;
    if size.width > max_size.width.saturating_add(MAX_PADDING)
        || size.height > max_size.height.saturating_add(MAX_PADDING)
    {
        return Err(Fault::damaged("one of its parts is larger than it says"));
    }
    Ok(())
}
