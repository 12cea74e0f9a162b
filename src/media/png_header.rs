//! The header of a PNG file (W3C PNG, third edition): its chunks before the pixels.

use std::io::{self, BufRead, Read, Seek};

use super::header::{ColorKind, Header, nonsense};
use super::orientation::Orientation;
use crate::pixels::Size;

/// Real files have some dozens before the pixels.
const MAX_CHUNKS: usize = 10_000;

/// EXIF blocks of real files are at most 64 KiB, the limit in JPEG.
const MAX_EXIF_BYTES: u32 = 1 << 20;

/// Deflate makes at most 1,032 bytes of one (a match of 258 bytes in 2 bits).
const MAX_INFLATION: u64 = 1032;

/// Reads up to the first pixels. An orientation behind them does not count, as in browsers.
pub(super) fn read<R: BufRead + Seek>(reader: &mut R) -> io::Result<Header> {
    let mut signature = [0; 8];
    reader.read_exact(&mut signature)?;
    let (length, kind) = chunk_head(reader)?;
    if &signature != b"\x89PNG\r\n\x1a\n" || &kind != b"IHDR" || length != 13 {
        return Err(nonsense("it does not begin like a PNG file"));
    }
    let mut header = image_header(reader)?;
    for _ in 0..MAX_CHUNKS {
        let (length, kind) = match chunk_head(reader) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            other => other?,
        };
        let mut unread_bytes = i64::from(length);
        match &kind {
            b"IDAT" | b"IEND" => break,
            b"tRNS" => header.has_alpha = true,
            b"eXIf" if length <= MAX_EXIF_BYTES => {
                let mut block = Vec::new();
                unread_bytes -= reader.by_ref().take(length.into()).read_to_end(&mut block)? as i64;
                header.orientation = Orientation::from_exif(&block).unwrap_or_default();
            }
            _ => {}
        }
        const CHECKSUM_BYTES: i64 = 4;
        reader.seek_relative(unread_bytes + CHECKSUM_BYTES)?;
    }
    Ok(header)
}

fn image_header<R: BufRead + Seek>(reader: &mut R) -> io::Result<Header> {
    let stored_size = Size::new(read_u32(reader)?, read_u32(reader)?);
    // Depth, colour type, compression, filter, interlacing, and the checksum.
    let mut rest = [0; 9];
    reader.read_exact(&mut rest)?;
    let [bit_depth, color_type, ..] = rest;
    let (color, num_channels) = match color_type {
        0 => (ColorKind::Grey, 1),
        2 => (ColorKind::Rgb, 3),
        3 => (ColorKind::Indexed, 1),
        4 => (ColorKind::GreyAlpha, 2),
        6 => (ColorKind::Rgba, 4),
        _ => return Err(nonsense(&format!("its colour type {color_type} does not exist"))),
    };
    if !matches!(bit_depth, 1 | 2 | 4 | 8 | 16) {
        return Err(nonsense(&format!("its depth of {bit_depth} bits does not exist")));
    }
    let row_bytes = (u64::from(stored_size.width) * num_channels * u64::from(bit_depth)).div_ceil(8) + 1;
    // As decoded, and as one of our formats.
    let bytes_per_sample = if bit_depth == 16 { 4 } else { 1 };
    Ok(Header {
        stored_size,
        orientation: Orientation::Normal,
        bit_depth,
        color,
        has_alpha: matches!(color, ColorKind::GreyAlpha | ColorKind::Rgba),
        working_bytes: stored_size.num_pixels() * 4 * bytes_per_sample,
        least_file_bytes: row_bytes.saturating_mul(stored_size.height.into()) / MAX_INFLATION,
    })
}

fn chunk_head<R: Read>(reader: &mut R) -> io::Result<(u32, [u8; 4])> {
    let length = read_u32(reader)?;
    let mut kind = [0; 4];
    reader.read_exact(&mut kind)?;
    Ok((length, kind))
}

fn read_u32<R: Read>(reader: &mut R) -> io::Result<u32> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}
