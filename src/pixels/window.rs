//! Which values of a deep picture are black, and which white.

use super::{ColorMap, Picture, PixelFormat, PixelValue, Tile, halved_within};

/// The range of values that is spread over the brightness of a screen, in numbers of the file. What lies outside
/// is cut. Alpha is never windowed: it goes from 0 to [`PixelFormat::white`].
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Window {
    /// What shows as black.
    pub low: f32,
    /// What shows as white. Always above `low`.
    pub high: f32,
    /// Above 1, middle values become brighter: the position within the window is raised to the power 1 / gamma.
    pub gamma: f32,
}

/// The shares of pixels that [`Window::auto`] lets become black and white: so that a few dead pixels or
/// highlights do not decide over all.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Percentiles {
    /// In percent, from below.
    pub low: f32,
    /// In percent, from below.
    pub high: f32,
}

impl Default for Percentiles {
    fn default() -> Self {
        Self { low: 0.1, high: 99.9 }
    }
}

/// Gamma for values that count light, as in OpenEXR and Radiance HDR: near the curve of sRGB.
pub const LINEAR_LIGHT_GAMMA: f32 = 2.2;

/// An overview is reduced to this side: enough to tell the range.
const MAX_SAMPLE_SIDE: u32 = 256;

/// More pixels than that tell no more about the range.
const MAX_SAMPLED_PIXELS: u64 = 1 << 18;

impl Window {
    /// The whole range that a format is meant to have: 0 to [`PixelFormat::white`].
    pub const fn full(format: PixelFormat) -> Self {
        Self { low: 0.0, high: format.white(), gamma: 1.0 }
    }

    /// A window from two values in any order. Where they are equal, it is opened a little around them, so that a
    /// picture of a single value is grey. Values that are no numbers count as 0.
    pub fn new(low: f32, high: f32, gamma: f32) -> Self {
        let finite = |v: f32| if v.is_nan() { 0.0 } else { v.clamp(f32::MIN / 4.0, f32::MAX / 4.0) };
        let (a, b) = (finite(low), finite(high));
        let (mut low, mut high) = (a.min(b), a.max(b));
        if low == high {
            let reach = (low.abs() * 1e-3).max(0.5);
            (low, high) = (low - reach, high + reach);
        }
        let gamma = if gamma.is_finite() { gamma.clamp(0.05, 20.0) } else { 1.0 };
        Self { low, high, gamma }
    }

    /// The window in which the values of a picture are seen best, from a sample of its pixels: between two
    /// percentiles. Transparent pixels and values that are no numbers, or infinite, do not count; of colours,
    /// all three channels do.
    ///
    /// 8-bit pictures keep their full range, and so do 16-bit ones whose values fill at least half of it: they
    /// look as in any other program. Colours in floats count light, as renderers and HDR cameras write them, and get
    /// the gamma for that.
    pub fn auto(tile: &Tile, percentiles: Percentiles) -> Self {
        let full = Self::full(tile.format());
        if !tile.format().is_deep() {
            return full;
        }
        let mut values = sample(tile);
        if values.is_empty() {
            return full;
        }
        let low = percentile(&mut values, percentiles.low);
        let high = percentile(&mut values, percentiles.high);
        let is_float = tile.format().bytes_per_channel() == 4;
        if !is_float && high - low >= full.high / 2.0 {
            return full;
        }
        let counts_light = tile.format() == PixelFormat::RgbaF32;
        Self::new(low, high, if counts_light { LINEAR_LIGHT_GAMMA } else { 1.0 })
    }

    /// The window that shows a picture well without anybody's doing, from its overview
    /// ([`TiledPicture::overview`](super::TiledPicture::overview)): [`Window::auto`] of a smaller version, which takes a
    /// millisecond.
    pub fn to_see(overview: &Tile) -> Self {
        Self::auto(&halved_within(overview, MAX_SAMPLE_SIDE), Percentiles::default())
    }

    /// The same range with another gamma.
    pub fn with_gamma(self, gamma: f32) -> Self {
        Self::new(self.low, self.high, gamma)
    }

    /// Where a value shows between black (0) and white (1). What is no number is black.
    pub fn position(&self, value: f32) -> f32 {
        let linear = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        if linear.is_nan() { 0.0 } else { linear.powf(1.0 / self.gamma) }
    }

    /// The pixels as 8-bit RGBA, seen through the window. The colour map is applied to pictures of one channel.
    pub fn picture(&self, tile: &Tile, map: ColorMap) -> Picture {
        let colors = map.table();
        let step = |value: f32| (self.position(value) * 255.0).round() as u8;
        // Whole numbers are few enough to be looked up.
        let byte_steps: [u8; 256] = std::array::from_fn(|value| step(value as f32));
        let word_steps: Vec<u8> = match tile.format().bytes_per_channel() {
            2 => (0..=u16::MAX).map(|value| step(f32::from(value))).collect(),
            _ => Vec::new(),
        };
        let word_step = |bytes: [u8; 2]| word_steps[usize::from(u16::from_ne_bytes(bytes))];
        let float_step = |bytes: [u8; 4]| step(f32::from_ne_bytes(bytes));
        let mut rgba = Vec::with_capacity(tile.size().num_pixels() as usize * 4);
        for row in tile.rows() {
            let (words, _) = row.as_chunks::<2>();
            let (floats, _) = row.as_chunks::<4>();
            match tile.format() {
                PixelFormat::Gray8 => {
                    rgba.extend(row.iter().flat_map(|v| colors[usize::from(byte_steps[usize::from(*v)])]));
                }
                PixelFormat::Rgba8 => rgba.extend(floats.iter().flat_map(|[r, g, b, a]| {
                    let [r, g, b] = [r, g, b].map(|v| byte_steps[usize::from(*v)]);
                    [r, g, b, *a]
                })),
                PixelFormat::Gray16 => {
                    rgba.extend(words.iter().flat_map(|v| colors[usize::from(word_step(*v))]));
                }
                PixelFormat::Rgba16 => {
                    rgba.extend(words.as_chunks::<4>().0.iter().flat_map(|[r, g, b, a]| {
                        let alpha = (u32::from(u16::from_ne_bytes(*a)) + 128) / 257;
                        [word_step(*r), word_step(*g), word_step(*b), alpha as u8]
                    }));
                }
                PixelFormat::GrayF32 => {
                    rgba.extend(floats.iter().flat_map(|v| colors[usize::from(float_step(*v))]));
                }
                PixelFormat::RgbaF32 => {
                    rgba.extend(floats.as_chunks::<4>().0.iter().flat_map(|[r, g, b, a]| {
                        let alpha = (f32::from_ne_bytes(*a) * 255.0).round() as u8;
                        [float_step(*r), float_step(*g), float_step(*b), alpha]
                    }));
                }
            }
        }
        Picture::from_rgba(tile.size(), rgba).expect("four bytes were made of each pixel")
    }
}

/// Finite values of visible pixels, from a grid over the picture.
fn sample(tile: &Tile) -> Vec<f32> {
    let format = tile.format();
    let step = (tile.size().num_pixels().div_ceil(MAX_SAMPLED_PIXELS) as f64).sqrt().ceil() as usize;
    let step = step.max(1);
    let mut values = Vec::new();
    for row in tile.rows().step_by(step) {
        for pixel in row.chunks_exact(format.bytes_per_pixel()).step_by(step) {
            match format.value(pixel) {
                PixelValue::Gray(value) => values.push(value),
                PixelValue::Rgba([.., 0.0]) => {}
                PixelValue::Rgba([r, g, b, _]) => values.extend([r, g, b]),
            }
        }
    }
    values.retain(|value| value.is_finite());
    values
}

/// The value below which so many percent of the others lie. There is at least one.
fn percentile(values: &mut [f32], percent: f32) -> f32 {
    let last = values.len() - 1;
    let at = (f64::from(percent).clamp(0.0, 100.0) / 100.0 * last as f64).round() as usize;
    *values.select_nth_unstable_by(at.min(last), f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Size;

    fn gray_f32(values: &[f32]) -> Tile {
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
        Tile::new(Size::new(values.len() as u32, 1), PixelFormat::GrayF32, bytes).expect("four bytes each")
    }

    fn gray16(values: impl IntoIterator<Item = u16>) -> Tile {
        let bytes: Vec<u8> = values.into_iter().flat_map(u16::to_ne_bytes).collect();
        Tile::new(Size::new(bytes.len() as u32 / 2, 1), PixelFormat::Gray16, bytes).expect("two bytes each")
    }

    #[test]
    fn outliers_and_what_is_no_number_do_not_decide() {
        let mut values: Vec<f32> = (0..5000).map(|n| 100.0 + n as f32 / 10.0).collect();
        values.extend([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30]);
        let window = Window::auto(&gray_f32(&values), Percentiles::default());
        assert!((window.low - 100.5).abs() < 0.5 && (window.high - 599.4).abs() < 0.5, "{window:?}");
        let all = Window::auto(&gray_f32(&values), Percentiles { low: 0.0, high: 100.0 });
        assert_eq!((all.low, all.high), (-1e30, 1e30));
    }

    #[test]
    fn sixteen_bits_are_windowed_only_where_they_fill_less_than_their_range() {
        let twelve_bits = Window::auto(&gray16(0..4096), Percentiles::default());
        assert!(twelve_bits.low < 10.0 && (twelve_bits.high - 4091.0).abs() < 2.0, "{twelve_bits:?}");
        let filled = Window::auto(&gray16((0..=u16::MAX).step_by(16)), Percentiles::default());
        assert_eq!(filled, Window::full(PixelFormat::Gray16));
    }

    #[test]
    fn transparent_pixels_do_not_count() {
        let pixels: [f32; 12] = [9e9, 9e9, 9e9, 0.0, 0.0, 2.0, 1.0, 1.0, 3.0, 2.0, 0.5, 0.5];
        let bytes: Vec<u8> = pixels.iter().flat_map(|v| v.to_ne_bytes()).collect();
        let tile = Tile::new(Size::new(3, 1), PixelFormat::RgbaF32, bytes).unwrap();
        let window = Window::auto(&tile, Percentiles::default());
        assert_eq!((window.low, window.high, window.gamma), (0.0, 3.0, LINEAR_LIGHT_GAMMA));
        let picture = window.with_gamma(1.0).picture(&tile, ColorMap::Viridis);
        assert_eq!(picture.rgba()[..8], [255, 255, 255, 0, 0, 170, 85, 255]);
    }

    #[test]
    fn a_picture_of_one_value_or_of_none_is_grey_or_black() {
        for value in [0.0, -3.5, 1e30] {
            let window = Window::auto(&gray_f32(&[value; 9]), Percentiles::default());
            assert!((window.position(value) - 0.5).abs() < 0.1, "{window:?}");
        }
        let nothing = gray_f32(&[f32::NAN; 4]);
        let window = Window::auto(&nothing, Percentiles::default());
        assert_eq!(window, Window::full(PixelFormat::GrayF32));
        assert_eq!(window.picture(&nothing, ColorMap::Grey).pixel(0, 0), Some([0, 0, 0, 255]));
    }

    #[test]
    fn values_are_spread_cut_and_bent() {
        let window = Window::new(3000.0, 1000.0, 1.0);
        assert_eq!(
            [0.0, 1000.0, 1500.0, 3000.0, 9e9].map(|v| window.position(v)),
            [0.0, 0.0, 0.25, 1.0, 1.0]
        );
        assert_eq!(window.with_gamma(2.0).position(1500.0), 0.5);
        let picture = window.picture(&gray16([0, 1500, 3000]), ColorMap::Magma);
        assert_eq!(picture.pixel(0, 0), Some([0, 0, 4, 255]));
        assert_eq!(picture.pixel(1, 0), Some(ColorMap::Magma.table()[64]));
        assert_eq!(picture.pixel(2, 0), Some([252, 253, 191, 255]));
        let eight_bits = Tile::from(&Picture::filled(Size::new(2, 2), [1, 2, 3, 4]));
        let same = Window::auto(&eight_bits, Percentiles::default()).picture(&eight_bits, ColorMap::Grey);
        assert_eq!(same, Picture::filled(Size::new(2, 2), [1, 2, 3, 4]));
    }
}
