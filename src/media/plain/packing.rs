//! What the bytes of a row say.

use crate::pixels::PixelFormat;

/// How pixels lie in a row. Numbers of 16 bits are big-endian.
#[derive(Clone, Debug, PartialEq)]
pub enum Packing {
    /// One channel of which `max` is white; more bits than 8 take two bytes.
    Gray { max: u16 },
    /// Red, green, blue, each as in [`Packing::Gray`].
    Rgb { max: u16 },
    /// Eight pixels a byte, the first in the highest bit; 1 is black.
    Bits,
    /// Blue, green, red.
    Bgr,
    /// Blue, green, red, and a byte that means nothing.
    Bgrx,
    /// Blue, green, red, alpha.
    Bgra,
    /// Indexes of 1, 2, 4 or 8 bits, the first in the highest ones; red, green and blue of each.
    Palette { bits: u32, colors: Vec<[u8; 3]> },
}

impl Packing {
    /// What the pixels become.
    pub fn format(&self) -> PixelFormat {
        match self {
            Self::Gray { max } if *max > 255 => PixelFormat::Gray16,
            Self::Gray { .. } | Self::Bits => PixelFormat::Gray8,
            Self::Rgb { max } if *max > 255 => PixelFormat::Rgba16,
            Self::Rgb { .. } | Self::Bgr | Self::Bgrx | Self::Bgra | Self::Palette { .. } => {
                PixelFormat::Rgba8
            }
        }
    }

    /// Bits of a pixel in the file.
    pub fn bits(&self) -> u32 {
        match self {
            Self::Gray { max } => {
                if *max > 255 {
                    16
                } else {
                    8
                }
            }
            Self::Rgb { max } => {
                if *max > 255 {
                    48
                } else {
                    24
                }
            }
            Self::Bits => 1,
            Self::Bgr => 24,
            Self::Bgrx | Self::Bgra => 32,
            Self::Palette { bits, .. } => *bits,
        }
    }

    /// Bytes of a row without what fills it up.
    pub fn row_bytes(&self, width: u32) -> u64 {
        (u64::from(width) * u64::from(self.bits())).div_ceil(8)
    }

    /// The bytes of a row that some pixels lie in: the first, how many, and how many pixels there are before the wanted
    /// ones.
    pub fn bytes_of(&self, left: u32, width: u32) -> (u64, usize, usize) {
        let bits = u64::from(self.bits());
        let first_byte = u64::from(left) * bits / 8;
        let num_skipped = (u64::from(left) * bits - first_byte * 8) / bits;
        let end = ((u64::from(left) + u64::from(width)) * bits).div_ceil(8);
        (first_byte, (end - first_byte) as usize, num_skipped as usize)
    }

    /// Converts what there is; pixels whose bytes are missing are empty.
    pub fn unpack(&self, bytes: &[u8], num_skipped: usize, to: &mut [u8]) {
        to.fill(0);
        match self {
            Self::Gray { max: 255 } => to.iter_mut().zip(bytes).for_each(|(to, value)| *to = *value),
            Self::Gray { max } if *max < 255 => {
                to.iter_mut().zip(bytes).for_each(|(to, value)| *to = scaled_byte(*value, *max));
            }
            Self::Gray { max } => {
                let (to, _) = to.as_chunks_mut::<2>();
                to.iter_mut()
                    .zip(bytes.as_chunks::<2>().0)
                    .for_each(|(to, value)| *to = scaled_word(*value, *max));
            }
            Self::Rgb { max } if *max <= 255 => {
                each(bytes, to, |[r, g, b]: [u8; 3]| [r, g, b].map(|v| scaled_byte(v, *max)), 255);
            }
            Self::Rgb { max } => {
                let (to, _) = to.as_chunks_mut::<2>().0.as_chunks_mut::<4>();
                for (to, rgb) in to.iter_mut().zip(bytes.as_chunks::<2>().0.as_chunks::<3>().0) {
                    let [r, g, b] = rgb.map(|value| scaled_word(value, *max));
                    *to = [r, g, b, [255, 255]];
                }
            }
            Self::Bits => {
                let pixels = bits(bytes, 1).skip(num_skipped);
                to.iter_mut().zip(pixels).for_each(|(to, bit)| *to = if bit == 1 { 0 } else { 255 });
            }
            Self::Bgr => each(bytes, to, |[b, g, r]: [u8; 3]| [r, g, b], 255),
            Self::Bgrx => each(bytes, to, |[b, g, r, _]: [u8; 4]| [r, g, b], 255),
            Self::Bgra => {
                let (pixels, _) = to.as_chunks_mut::<4>();
                for (to, [b, g, r, a]) in pixels.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *to = [*r, *g, *b, *a];
                }
            }
            Self::Palette { bits: num_bits, colors } => {
                let (pixels, _) = to.as_chunks_mut::<4>();
                for (to, index) in pixels.iter_mut().zip(bits(bytes, *num_bits).skip(num_skipped)) {
                    // What is not in the palette is black.
                    let [r, g, b] = colors.get(usize::from(index)).copied().unwrap_or_default();
                    *to = [r, g, b, 255];
                }
            }
        }
    }
}

/// Pixels of `N` bytes become opaque ones.
fn each<const N: usize>(bytes: &[u8], to: &mut [u8], color: impl Fn([u8; N]) -> [u8; 3], alpha: u8) {
    let (pixels, _) = to.as_chunks_mut::<4>();
    for (to, from) in pixels.iter_mut().zip(bytes.as_chunks::<N>().0) {
        let [r, g, b] = color(*from);
        *to = [r, g, b, alpha];
    }
}

/// Numbers of 1, 2, 4 or 8 bits, the first in the highest ones.
fn bits(bytes: &[u8], num_bits: u32) -> impl Iterator<Item = u8> {
    let mask = (0xff_u32 >> (8 - num_bits)) as u8;
    bytes.iter().flat_map(move |byte| (0..8 / num_bits).map(move |n| byte >> (8 - num_bits * (n + 1)) & mask))
}

fn scaled_byte(value: u8, max: u16) -> u8 {
    if max == 255 { value } else { (f32::from(value) * (255.0 / f32::from(max))).round() as u8 }
}

fn scaled_word(value: [u8; 2], max: u16) -> [u8; 2] {
    let value = u16::from_be_bytes(value);
    let scaled =
        if max == u16::MAX { value } else { (f32::from(value) * (65_535.0 / f32::from(max))).round() as u16 };
    scaled.to_ne_bytes()
}
