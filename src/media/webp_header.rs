//! The header of a WebP file (RFC 9649): its chunks, without the pixels.

use std::io::{self, BufRead, Read, Seek};

use super::header::{ColorKind, Header, nonsense};
use super::orientation::Orientation;
use crate::pixels::Size;

/// An extended file has a handful, and one for each frame of an animation.
const MAX_CHUNKS: usize = 10_000;

/// EXIF blocks of real files are at most 64 KiB, the limit in JPEG.
const MAX_EXIF_BYTES: u32 = 1 << 20;

/// Reads the size from the first chunk and, where that announces EXIF, looks for it behind the pixels.
pub(super) fn read<R: BufRead + Seek>(reader: &mut R) -> io::Result<Header> {
    let mut start = [0; 12];
    reader.read_exact(&mut start)?;
    if &start[..4] != b"RIFF" || &start[8..] != b"WEBP" {
        return Err(nonsense("it does not begin like a WebP file"));
    }
    let (kind, length) = chunk_head(reader)?;
    let mut body = [0; 10];
    let num_wanted = if &kind == b"VP8L" { 5 } else { 10 };
    reader.read_exact(&mut body[..num_wanted])?;
    let mut orientation = None;
    let (stored_size, has_alpha) = match &kind {
        b"VP8 " if body[3..6] == [0x9d, 0x01, 0x2a] => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            (Size::new(side(body[6], body[7]), side(body[8], body[9])), false)
        }
        b"VP8L" if body[0] == 0x2f => {
            let bits = u32::from_le_bytes([body[1], body[2], body[3], body[4]]);
            (Size::new((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1), bits >> 28 & 1 == 1)
        }
        b"VP8X" => {
            const HAS_EXIF: u8 = 0x08;
            const HAS_ALPHA: u8 = 0x10;
            let side = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1;
            if body[0] & HAS_EXIF != 0 {
                skip(reader, length, body.len() as u32)?;
                orientation = find_orientation(reader)?;
            }
            (Size::new(side(&body[4..7]), side(&body[7..10])), body[0] & HAS_ALPHA != 0)
        }
        _ => return Err(nonsense("it begins with no picture")),
    };
    let (color, bytes_per_pixel) = if has_alpha { (ColorKind::Rgba, 4) } else { (ColorKind::Rgb, 3) };
    Ok(Header {
        stored_size,
        orientation: orientation.unwrap_or_default(),
        bit_depth: 8,
        color,
        has_alpha,
        // Besides its output, the decoder has planes or a frame of about the same size.
        working_bytes: stored_size.num_pixels() * (bytes_per_pixel + 4),
        least_file_bytes: 0,
    })
}

/// Goes through the chunks for the one with EXIF. A file that ends before has none.
fn find_orientation<R: BufRead + Seek>(reader: &mut R) -> io::Result<Option<Orientation>> {
    for _ in 0..MAX_CHUNKS {
        let (kind, length) = match chunk_head(reader) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        };
        if &kind == b"EXIF" && length <= MAX_EXIF_BYTES {
            let mut block = Vec::new();
            reader.by_ref().take(length.into()).read_to_end(&mut block)?;
            return Ok(Orientation::from_exif(&block));
        }
        skip(reader, length, 0)?;
    }
    Ok(None)
}

/// Skips what is left of a chunk; chunks begin at even places.
fn skip<R: Seek>(reader: &mut R, length: u32, num_read: u32) -> io::Result<()> {
    reader.seek_relative(i64::from(length) + i64::from(length % 2) - i64::from(num_read))
}

fn chunk_head<R: Read>(reader: &mut R) -> io::Result<([u8; 4], u32)> {
    let mut head = [0; 8];
    reader.read_exact(&mut head)?;
    let [a, b, c, d, length @ ..] = head;
    Ok(([a, b, c, d], u32::from_le_bytes(length)))
}
