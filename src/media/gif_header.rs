//! Whether a GIF moves.

use std::io::{self, Read};

/// Whether the file holds more than one picture. Reads as far as to the second.
///
/// # Errors
/// When the file ends before it tells.
pub(super) fn has_several_pictures(reader: &mut impl Read) -> io::Result<bool> {
    // GIF89a, 17 and 18: the header, and the size and palette of the screen.
    let mut screen = [0; 13];
    reader.read_exact(&mut screen)?;
    skip_palette(reader, screen[10])?;
    let mut num_pictures = 0;
    loop {
        match read_byte(reader)? {
            // 20: a picture, with a palette of its own.
            0x2c => {
                num_pictures += 1;
                if num_pictures > 1 {
                    return Ok(true);
                }
                let mut descriptor = [0; 9];
                reader.read_exact(&mut descriptor)?;
                skip_palette(reader, descriptor[8])?;
                read_byte(reader)?;
                skip_blocks(reader)?;
            }
            // 23 to 26: extensions.
            0x21 => {
                read_byte(reader)?;
                skip_blocks(reader)?;
            }
            _ => return Ok(false),
        }
    }
}

fn read_byte(reader: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn skip(reader: &mut impl Read, num_bytes: u64) -> io::Result<()> {
    let skipped = io::copy(&mut reader.by_ref().take(num_bytes), &mut io::sink())?;
    if skipped == num_bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn skip_palette(reader: &mut impl Read, flags: u8) -> io::Result<()> {
    if flags & 0x80 == 0 { Ok(()) } else { skip(reader, 3 << ((flags & 7) + 1)) }
}

/// Blocks of up to 255 bytes, each after its length, until one of none.
fn skip_blocks(reader: &mut impl Read) -> io::Result<()> {
    loop {
        match read_byte(reader)? {
            0 => return Ok(()),
            length => skip(reader, u64::from(length))?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gif(num_pictures: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        let picture = image::RgbaImage::from_pixel(40, 30, image::Rgba([200, 10, 10, 255]));
        for _ in 0..num_pictures {
            encoder.encode_frame(image::Frame::new(picture.clone())).unwrap();
        }
        drop(encoder);
        bytes
    }

    #[test]
    fn one_picture_stands_still_and_two_move() {
        assert!(!has_several_pictures(&mut gif(1).as_slice()).unwrap());
        assert!(has_several_pictures(&mut gif(2).as_slice()).unwrap());
    }

    #[test]
    fn a_file_that_ends_early_is_an_error() {
        let whole = gif(1);
        assert!(has_several_pictures(&mut &whole[..whole.len() / 2]).is_err());
    }
}
