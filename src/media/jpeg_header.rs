//! The header of a JPEG file (ITU T.81): its segments up to the frame header.

use std::io::{self, BufRead, Read, Seek};

use super::header::{ColorKind, Header, nonsense};
use super::orientation::Orientation;
use crate::pixels::Size;

/// Real files have some dozens, of which profiles and previews take the most.
pub(super) const MAX_SEGMENTS: usize = 10_000;

/// Broken writers leave some bytes between segments.
const MAX_GARBAGE_BYTES: usize = 1 << 16;

/// Huffman-coded JPEG spends at least one bit on each block of 8 × 8 pixels.
const MAX_PIXELS_PER_BYTE: u64 = 8 * 64;

/// Reads segment by segment; bodies other than EXIF and the frame header are skipped.
pub(super) fn read<R: BufRead + Seek>(reader: &mut R) -> io::Result<Header> {
    let mut start = [0; 2];
    reader.read_exact(&mut start)?;
    if start != [0xff, 0xd8] {
        return Err(nonsense("it does not begin like a JPEG file"));
    }
    let mut orientation = None;
    for _ in 0..MAX_SEGMENTS {
        let marker = next_marker(reader)?;
        match marker {
            // Frame headers; C4, C8 and CC are tables and a reserved code.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return frame_header(reader, marker, orientation.unwrap_or_default());
            }
            0x01 | 0xd0..=0xd8 => {} // These stand alone.
            0xd9 | 0xda => break,    // The end, or pixels without a frame header.
            _ => {
                let body_bytes = segment_bytes(reader)?;
                if marker == 0xe1 && orientation.is_none() {
                    orientation = exif_orientation(reader, body_bytes)?;
                } else {
                    reader.seek_relative(body_bytes as i64)?;
                }
            }
        }
    }
    Err(nonsense("it tells no size"))
}

/// The next marker's code. Garbage before it is skipped, as libjpeg does, and so is any number of FF.
pub(super) fn next_marker<R: Read>(reader: &mut R) -> io::Result<u8> {
    let mut is_after_ff = false;
    for _ in 0..MAX_GARBAGE_BYTES {
        match read_u8(reader)? {
            0xff => is_after_ff = true,
            code if is_after_ff && code != 0 => return Ok(code),
            _ => is_after_ff = false,
        }
    }
    Err(nonsense("there is no JPEG data in it"))
}

fn frame_header<R: Read>(reader: &mut R, marker: u8, orientation: Orientation) -> io::Result<Header> {
    segment_bytes(reader)?;
    let mut frame = [0; 6];
    reader.read_exact(&mut frame)?;
    let [bit_depth, h1, h0, w1, w0, num_components] = frame;
    let stored_size = Size::new(u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
    let color = match num_components {
        1 => ColorKind::Grey,
        3 => ColorKind::Rgb,
        4 => ColorKind::Cmyk,
        _ => return Err(nonsense(&format!("it has {num_components} colour components"))),
    };
    let is_progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
    let is_huffman_coded_lossy = marker <= 0xc2;
    let num_pixels = stored_size.num_pixels();
    // Progressive decoding keeps all coefficients, two bytes for each component of each pixel at most.
    let coefficient_bytes = if is_progressive { num_pixels * 2 * u64::from(num_components) } else { 0 };
    let ink_bytes = if color == ColorKind::Cmyk { num_pixels * 4 } else { 0 };
    Ok(Header {
        stored_size,
        orientation,
        bit_depth,
        color,
        has_alpha: false,
        working_bytes: coefficient_bytes + ink_bytes,
        least_file_bytes: if is_huffman_coded_lossy { num_pixels / MAX_PIXELS_PER_BYTE } else { 0 },
    })
}

/// The orientation from an APP1 segment; `None` when it holds something else, XMP for example.
fn exif_orientation<R: BufRead + Seek>(reader: &mut R, body_bytes: u64) -> io::Result<Option<Orientation>> {
    const PREFIX: &[u8; 6] = b"Exif\0\0";
    let mut prefix = [0; PREFIX.len()];
    if body_bytes < prefix.len() as u64 {
        reader.seek_relative(body_bytes as i64)?;
        return Ok(None);
    }
    reader.read_exact(&mut prefix)?;
    let rest_bytes = body_bytes - prefix.len() as u64;
    if &prefix != PREFIX {
        reader.seek_relative(rest_bytes as i64)?;
        return Ok(None);
    }
    let mut block = Vec::with_capacity(rest_bytes as usize);
    reader.by_ref().take(rest_bytes).read_to_end(&mut block)?;
    Ok(Orientation::from_exif(&block))
}

/// Reads the length of a segment: bytes that follow, at most 65,533.
pub(super) fn segment_bytes<R: Read>(reader: &mut R) -> io::Result<u64> {
    let length = u16::from_be_bytes([read_u8(reader)?, read_u8(reader)?]);
    u64::from(length).checked_sub(2).ok_or_else(|| nonsense("a segment has an impossible length"))
}

fn read_u8<R: Read>(reader: &mut R) -> io::Result<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte)?;
    Ok(byte[0])
}
