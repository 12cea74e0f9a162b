//! What is shown where a tile cannot be read.

use crate::pixels::{PixelFormat, Size, Tile};

/// Pixels of one stripe.
const STRIPE_PX: u32 = 16;

/// Diagonal stripes of two greys: nothing that a picture has, and nothing that pretends to be one.
pub(super) fn unreadable(size: Size, format: PixelFormat) -> Tile {
    let (dark, light) = (pixel(format, 0.35), pixel(format, 0.45));
    Tile::filled_by(size, format, |bytes| {
        for (n, to) in (0..).zip(bytes.chunks_exact_mut(format.bytes_per_pixel())) {
            let (x, y) = (n % size.width, n / size.width);
            to.copy_from_slice(if ((x + y) / STRIPE_PX).is_multiple_of(2) { &dark } else { &light });
        }
    })
}

/// An opaque grey, as a fraction of white.
fn pixel(format: PixelFormat, level: f32) -> Vec<u8> {
    let channel = |value: f32| match format.bytes_per_channel() {
        1 => vec![value as u8],
        2 => (value as u16).to_ne_bytes().to_vec(),
        _ => value.to_ne_bytes().to_vec(),
    };
    let grey = channel(level * format.white());
    match format.num_channels() {
        1 => grey,
        _ => [&grey[..], &grey, &grey, &channel(format.white())].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::PixelValue;

    #[test]
    fn has_stripes_in_every_format() {
        for format in PixelFormat::ALL {
            let tile = unreadable(Size::new(40, 3), format);
            assert_ne!(tile.pixel(0, 0), tile.pixel(STRIPE_PX, 0));
            if let Some(PixelValue::Rgba(channels)) = tile.pixel(0, 0) {
                assert_eq!(channels[3], format.white());
            }
        }
    }
}
