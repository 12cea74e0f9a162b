//! Making a picture half as large.

use super::{PixelFormat, Size, Tile};

/// The picture halved as often as it takes until neither side is longer than `max_side`, which is at least 1.
pub fn halved_within(tile: &Tile, max_side: u32) -> Tile {
    let mut reduced = tile.clone();
    while reduced.size().width.max(reduced.size().height) > max_side.max(1) {
        reduced = halved(&reduced);
    }
    reduced
}

/// Half the size, rounded up: each pixel is the mean of the 2 × 2 that it covers. The last row and column of an odd
/// size count twice.
///
/// Whole numbers are rounded to the nearest. Colours are weighted by alpha, so that transparent pixels lend none to
/// their neighbours; alpha stays straight. Floats that are no number count for nothing, unless all four are none.
pub fn halved(tile: &Tile) -> Tile {
    let size = tile.size();
    let half = Size::new(size.width.div_ceil(2), size.height.div_ceil(2));
    let format = tile.format();
    let row_bytes = half.width as usize * format.bytes_per_pixel();
    Tile::filled_by(half, format, |bytes| {
        if row_bytes == 0 {
            return;
        }
        for (y, out) in (0..half.height).zip(bytes.chunks_exact_mut(row_bytes)) {
            let top = tile.row(y * 2);
            let bottom = tile.row((y * 2 + 1).min(size.height - 1));
            halve_row(format, top, bottom, out);
        }
    })
}

/// Two rows, which may be the same, become one.
fn halve_row(format: PixelFormat, top: &[u8], bottom: &[u8], out: &mut [u8]) {
    match format {
        PixelFormat::Gray8 => halve(top, bottom, out, mean_gray8),
        PixelFormat::Rgba8 if is_opaque(top) && is_opaque(bottom) => halve(top, bottom, out, mean_opaque8),
        PixelFormat::Rgba8 => halve(top, bottom, out, mean_rgba8),
        PixelFormat::Gray16 => halve(top, bottom, out, mean_gray16),
        PixelFormat::Rgba16 => halve(top, bottom, out, mean_rgba16),
        PixelFormat::GrayF32 => halve(top, bottom, out, mean_gray_f32),
        PixelFormat::RgbaF32 => halve(top, bottom, out, mean_rgba_f32),
    }
}

/// Whether no pixel of a row of [`PixelFormat::Rgba8`] is transparent.
fn is_opaque(row: &[u8]) -> bool {
    // A loop that could end at every pixel would not be vectorised.
    row.as_chunks::<4>().0.iter().fold(255, |all, pixel| all & pixel[3]) == 255
}

/// `N` bytes a pixel.
fn halve<const N: usize>(top: &[u8], bottom: &[u8], out: &mut [u8], mean: impl Fn([[u8; N]; 4]) -> [u8; N]) {
    let (top, bottom, out) = (top.as_chunks::<N>().0, bottom.as_chunks::<N>().0, out.as_chunks_mut::<N>().0);
    let (top_pairs, top_rest) = top.as_chunks::<2>();
    let (bottom_pairs, bottom_rest) = bottom.as_chunks::<2>();
    for (out, (top, bottom)) in out.iter_mut().zip(top_pairs.iter().zip(bottom_pairs)) {
        *out = mean([top[0], top[1], bottom[0], bottom[1]]);
    }
    if let ([top], [bottom], Some(last)) = (top_rest, bottom_rest, out.last_mut()) {
        *last = mean([*top, *top, *bottom, *bottom]);
    }
}

fn mean_gray8(pixels: [[u8; 1]; 4]) -> [u8; 1] {
    let sum: u16 = pixels.iter().map(|[value]| u16::from(*value)).sum();
    [((sum + 2) >> 2) as u8]
}

fn mean_opaque8(pixels: [[u8; 4]; 4]) -> [u8; 4] {
    // Two channels at a time in the halves of a word, where the sum of four has room.
    const PAIR: u32 = 0x00ff_00ff;
    const ROUNDING: u32 = 0x0002_0002;
    let words = pixels.map(u32::from_le_bytes);
    let even: u32 = words.iter().map(|word| word & PAIR).sum();
    let odd: u32 = words.iter().map(|word| (word >> 8) & PAIR).sum();
    let quarter = |sum: u32| ((sum + ROUNDING) >> 2) & PAIR;
    (quarter(even) | quarter(odd) << 8).to_le_bytes()
}

fn mean_rgba8(pixels: [[u8; 4]; 4]) -> [u8; 4] {
    mean_rgba(pixels.map(|pixel| pixel.map(u64::from))).map(|value| value as u8)
}

fn mean_gray16(pixels: [[u8; 2]; 4]) -> [u8; 2] {
    let sum: u32 = pixels.iter().map(|pixel| u32::from(u16::from_ne_bytes(*pixel))).sum();
    (((sum + 2) >> 2) as u16).to_ne_bytes()
}

fn mean_rgba16(pixels: [[u8; 8]; 4]) -> [u8; 8] {
    let values =
        pixels.map(|pixel| channels::<2, 8>(&pixel).map(|channel| u16::from_ne_bytes(channel).into()));
    let [r, g, b, a] = mean_rgba(values).map(|value| (value as u16).to_ne_bytes());
    [r[0], r[1], g[0], g[1], b[0], b[1], a[0], a[1]]
}

/// Of whole numbers below 2¹⁶.
fn mean_rgba(pixels: [[u64; 4]; 4]) -> [u64; 4] {
    let alpha: u64 = pixels.iter().map(|pixel| pixel[3]).sum();
    let color = |channel: usize| {
        let weighted: u64 = pixels.iter().map(|pixel| pixel[channel] * pixel[3]).sum();
        let plain: u64 = pixels.iter().map(|pixel| pixel[channel]).sum();
        // Where all is transparent, what lies below is kept as it is.
        (weighted + alpha / 2).checked_div(alpha).unwrap_or((plain + 2) >> 2)
    };
    [color(0), color(1), color(2), (alpha + 2) >> 2]
}

fn mean_gray_f32(pixels: [[u8; 4]; 4]) -> [u8; 4] {
    mean_f32(pixels.map(|pixel| (f32::from_ne_bytes(pixel), 1.0))).to_ne_bytes()
}

fn mean_rgba_f32(pixels: [[u8; 16]; 4]) -> [u8; 16] {
    let values = pixels.map(|pixel| channels::<4, 16>(&pixel).map(f32::from_ne_bytes));
    // `max` makes 0 of what is no number.
    let weights = values.map(|pixel| pixel[3].max(0.0));
    let is_transparent = weights.iter().all(|weight| *weight == 0.0);
    let weight = |pixel: usize| if is_transparent { 1.0 } else { weights[pixel] };
    let color = |channel: usize| mean_f32([0, 1, 2, 3].map(|pixel| (values[pixel][channel], weight(pixel))));
    let alpha = mean_f32(values.map(|pixel| (pixel[3], 1.0)));
    let mut bytes = [0; 16];
    for (to, value) in bytes.as_chunks_mut::<4>().0.iter_mut().zip([color(0), color(1), color(2), alpha]) {
        *to = value.to_ne_bytes();
    }
    bytes
}

/// The mean of values with weights, in f64, so that four large ones do not overflow. NaN when none counts.
fn mean_f32(values: [(f32, f32); 4]) -> f32 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (value, weight) in values {
        if weight > 0.0 && !value.is_nan() {
            sum += f64::from(value) * f64::from(weight);
            weights += f64::from(weight);
        }
    }
    (sum / weights) as f32
}

/// The four channels of a pixel of `N` bytes.
fn channels<const B: usize, const N: usize>(pixel: &[u8; N]) -> [[u8; B]; 4] {
    let channel = |n: usize| std::array::from_fn(|byte| pixel[n * B + byte]);
    [channel(0), channel(1), channel(2), channel(3)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::PixelValue;

    /// A tile whose pixels have these channels.
    fn tile(width: u32, format: PixelFormat, channels: &[f32]) -> Tile {
        let bytes: Vec<u8> = channels
            .iter()
            .flat_map(|value| match format.bytes_per_channel() {
                1 => vec![*value as u8],
                2 => (*value as u16).to_ne_bytes().to_vec(),
                _ => value.to_ne_bytes().to_vec(),
            })
            .collect();
        let height = (channels.len() / format.num_channels()) as u32 / width;
        Tile::new(Size::new(width, height), format, bytes).expect("whole rows")
    }

    fn halved_gray(width: u32, format: PixelFormat, values: &[f32]) -> Vec<f32> {
        let half = halved(&tile(width, format, values));
        let size = half.size();
        let value = |n: u32| match half.pixel(n % size.width, n / size.width) {
            Some(PixelValue::Gray(value)) => value,
            other => panic!("{other:?}"),
        };
        (0..size.num_pixels() as u32).map(value).collect()
    }

    #[test]
    fn a_picture_is_halved_until_it_fits() {
        let picture = Tile::new(Size::new(100, 3), PixelFormat::Gray8, vec![7; 300]).expect("a byte a pixel");
        assert_eq!(halved_within(&picture, 100), picture);
        assert_eq!(halved_within(&picture, 30).size(), Size::new(25, 1));
        assert_eq!(halved_within(&picture, 0).size(), Size::new(1, 1));
    }

    #[test]
    fn a_pixel_is_the_mean_of_those_it_covers_and_odd_borders_count_twice() {
        for format in [PixelFormat::Gray8, PixelFormat::Gray16] {
            assert_eq!(halved_gray(3, format, &[0., 40., 200., 80., 120., 101.]), [60., 151.]);
            assert_eq!(halved_gray(1, format, &[1., 2., 7.]), [2., 7.], "1.5 is rounded up");
        }
        assert_eq!(halved_gray(2, PixelFormat::Gray16, &[65535., 65535., 65535., 65534.]), [65535.]);
        assert_eq!(halved_gray(3, PixelFormat::GrayF32, &[0., 40., 200., 80., 120., 101.]), [60., 150.5]);
    }

    #[test]
    fn transparent_pixels_lend_no_colour_to_their_neighbours() {
        let white = |format: PixelFormat| format.white();
        for format in [PixelFormat::Rgba8, PixelFormat::Rgba16, PixelFormat::RgbaF32] {
            let w = white(format);
            let pixels = [w, 0., 0., 0., 0., 0., w, w];
            let expected = if format == PixelFormat::RgbaF32 { 0.5 } else { (w / 2.0).ceil() };
            let half = halved(&tile(2, format, &pixels));
            assert_eq!(half.pixel(0, 0), Some(PixelValue::Rgba([0., 0., w, expected])), "{format:?}");
        }
    }

    #[test]
    fn the_fast_way_for_opaque_pixels_gives_the_same() {
        let mut noise = 1u32;
        for _ in 0..10_000 {
            let pixels = [(); 4].map(|()| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let [r, g, b, _] = noise.rotate_left(13).to_le_bytes();
                [r, g, b, 255]
            });
            assert_eq!(mean_opaque8(pixels), mean_rgba8(pixels), "{pixels:?}");
        }
    }

    #[test]
    fn what_is_no_number_counts_for_nothing() {
        let nan = f32::NAN;
        assert_eq!(halved_gray(2, PixelFormat::GrayF32, &[nan, 4., nan, 2.]), [3.]);
        assert!(halved_gray(2, PixelFormat::GrayF32, &[nan; 4])[0].is_nan());
        assert_eq!(halved_gray(2, PixelFormat::GrayF32, &[f32::MAX; 4]), [f32::MAX]);
    }

    #[test]
    fn nothing_stays_nothing() {
        for format in PixelFormat::ALL {
            for (width, height) in [(0, 5), (5, 0)] {
                let empty = Tile::new(Size::new(width, height), format, Vec::new()).expect("no pixels");
                assert_eq!(halved(&empty).size().num_pixels(), 0);
            }
        }
    }
}
