//! From the samples of a video frame to red, green and blue.
//!
//! The formulas are those of ITU-R BT.601, BT.709 and BT.2020 (non-constant luminance), and ITU-T H.273 for ranges and
//! depths. What comes out is what the stream means by its numbers: no transfer curve is changed, as in players that are
//! not told about the screen.

use super::{ColorRange, PixelValue, PlaneLayout, VideoFrame, YuvMatrix};

/// Red, green and blue, 0 to 1, as sums of three samples and a constant: `[[y, u, v, constant]; 3]`. Samples are whole
/// numbers as stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RgbFromSamples(pub [[f64; 4]; 3]);

impl RgbFromSamples {
    /// What the layout, the matrix and the range of a frame say.
    pub fn new(layout: PlaneLayout, matrix: YuvMatrix, range: ColorRange) -> Self {
        match layout {
            PlaneLayout::Rgba8 => {
                let unit = 1.0 / 255.0;
                Self([[unit, 0.0, 0.0, 0.0], [0.0, unit, 0.0, 0.0], [0.0, 0.0, unit, 0.0]])
            }
            PlaneLayout::Gray { bits } => {
                let (scale, zero) = brightness(bits, range);
                Self([[scale, 0.0, 0.0, -zero * scale]; 3])
            }
            PlaneLayout::Yuv { bits, .. } => {
                let (y_scale, y_zero) = brightness(bits, range);
                let (c_scale, c_zero) = color_difference(bits, range);
                let (red, blue) = matrix.red_and_blue();
                let green = 1.0 - red - blue;
                // Differences of blue and red are scaled to ±0.5.
                let (of_blue, of_red) = (2.0 * (1.0 - blue), 2.0 * (1.0 - red));
                let row = |u: f64, v: f64| {
                    let (u, v) = (u * c_scale, v * c_scale);
                    [y_scale, u, v, -y_zero * y_scale - (u + v) * c_zero]
                };
                Self([
                    row(0.0, of_red),
                    row(-of_blue * blue / green, -of_red * red / green),
                    row(of_blue, 0.0),
                ])
            }
        }
    }

    /// Red, green and blue of three samples, cut to 0 to 1.
    pub fn rgb(&self, samples: [f64; 3]) -> [f64; 3] {
        let [a, b, c] = samples;
        self.0.map(|[x, y, z, constant]| (a * x + b * y + c * z + constant).clamp(0.0, 1.0))
    }
}

/// Factor and zero of samples of brightness.
fn brightness(bits: u8, range: ColorRange) -> (f64, f64) {
    match range {
        ColorRange::Full => (1.0 / (2.0_f64.powi(bits.into()) - 1.0), 0.0),
        ColorRange::Limited => (1.0 / (219.0 * steps(bits)), 16.0 * steps(bits)),
    }
}

/// Factor and zero of samples of a difference of colours.
fn color_difference(bits: u8, range: ColorRange) -> (f64, f64) {
    let zero = 128.0 * steps(bits);
    match range {
        ColorRange::Full => (1.0 / (2.0_f64.powi(bits.into()) - 1.0), zero),
        ColorRange::Limited => (1.0 / (224.0 * steps(bits)), zero),
    }
}

/// How many numbers there are for one of 8 bits.
fn steps(bits: u8) -> f64 {
    2.0_f64.powi(i32::from(bits) - 8)
}

/// From the first number, at a share of 0, to the second, at 1.
pub(super) fn mixed(first: f64, second: f64, share: f64) -> f64 {
    first + (second - first) * share
}

/// What a frame says of one of its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoValue {
    /// The samples as stored: brightness, or brightness and the two differences of colour that it shares with its
    /// neighbours (and alpha), or red, green, blue and alpha. Unused ones are 0.
    pub samples: [u16; 4],
    /// How many of them there are: 1, 3 or 4.
    pub num_samples: usize,
    /// Whether they are red, green, blue and alpha, and not brightness and differences of colour.
    pub is_rgb: bool,
    /// Red, green, blue and alpha as drawn, 0 to 255 each.
    pub rgba: PixelValue,
}

impl VideoFrame {
    /// The values of a stored pixel. `None` outside.
    pub fn value(&self, x: u32, y: u32) -> Option<VideoValue> {
        let first = self.sample(0, i64::from(x), i64::from(y), 0);
        if x >= self.size().width || y >= self.size().height {
            return None;
        }
        let colors = RgbFromSamples::new(self.layout(), self.matrix(), self.range());
        let at = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        let (samples, num_samples, drawn, alpha) = match self.layout() {
            PlaneLayout::Gray { .. } => ([first, 0, 0, 0], 1, [first.into(), 0.0, 0.0], 1.0),
            PlaneLayout::Rgba8 => {
                let all = [0, 1, 2, 3].map(|channel| self.sample(0, x.into(), y.into(), channel));
                let [red, green, blue, alpha] = all.map(f64::from);
                (all, 4, [red, green, blue], alpha / 255.0)
            }
            PlaneLayout::Yuv { bits, chroma_shift_x, chroma_shift_y, has_alpha } => {
                let (column, row) = (i64::from(x >> chroma_shift_x), i64::from(y >> chroma_shift_y));
                let [u, v] = [1, 2].map(|plane| self.sample(plane, column, row, 0));
                let drawn = [first.into(), self.chroma_at(1, at), self.chroma_at(2, at)];
                let white = 2.0_f64.powi(bits.into()) - 1.0;
                match has_alpha {
                    false => ([first, u, v, 0], 3, drawn, 1.0),
                    true => {
                        let alpha = self.sample(3, x.into(), y.into(), 0);
                        ([first, u, v, alpha], 4, drawn, f64::from(alpha) / white)
                    }
                }
            }
        };
        let [red, green, blue] = colors.rgb(drawn).map(|level| (level * 255.0).round() as f32);
        let rgba = PixelValue::Rgba([red, green, blue, (alpha * 255.0).round() as f32]);
        let is_rgb = self.layout() == PlaneLayout::Rgba8;
        Some(VideoValue { samples, num_samples, is_rgb, rgba })
    }

    /// How stored points are scaled, and then moved, to lie on the planes of colour differences.
    pub fn chroma_scale_and_offset(&self) -> ([f64; 2], [f64; 2]) {
        let (shift_x, shift_y) = match self.layout() {
            PlaneLayout::Yuv { chroma_shift_x, chroma_shift_y, .. } => (chroma_shift_x, chroma_shift_y),
            PlaneLayout::Gray { .. } | PlaneLayout::Rgba8 => (0, 0),
        };
        let siting = self.chroma_siting();
        // Sample n lies at n · 2^shift + 0.5 + siting · (2^shift − 1).
        let offset = |shift: u8, siting: f32| {
            let width = 2.0_f64.powi(shift.into());
            0.5 - (0.5 + f64::from(siting) * (width - 1.0)) / width
        };
        (
            [0.5_f64.powi(shift_x.into()), 0.5_f64.powi(shift_y.into())],
            [offset(shift_x, siting.x), offset(shift_y, siting.y)],
        )
    }

    /// The column of the samples of colour differences at the left of a stored point, the first being 0, and how far it is
    /// on the way to the next.
    pub(super) fn chroma_column(&self, x: f64) -> (i64, f64) {
        let ([scale, _], [offset, _]) = self.chroma_scale_and_offset();
        let x = x * scale + offset - 0.5;
        (x.floor() as i64, x - x.floor())
    }

    /// As [`VideoFrame::chroma_column`], of the row above.
    pub(super) fn chroma_row(&self, y: f64) -> (i64, f64) {
        let ([_, scale], [_, offset]) = self.chroma_scale_and_offset();
        let y = y * scale + offset - 0.5;
        (y.floor() as i64, y - y.floor())
    }

    /// A difference of colours at a stored point, between the four samples around.
    fn chroma_at(&self, plane: usize, (x, y): (f64, f64)) -> f64 {
        let ((left, share_x), (top, share_y)) = (self.chroma_column(x), self.chroma_row(y));
        let value = |dx: i64, dy: i64| f64::from(self.sample(plane, left + dx, top + dy, 0));
        let row = |dy| mixed(value(0, dy), value(1, dy), share_x);
        mixed(row(0), row(1), share_y)
    }

    /// A sample of a plane, the nearest one where it is outside. `channel` counts bytes within a sample of RGBA.
    fn sample(&self, plane: usize, x: i64, y: i64, channel: usize) -> u16 {
        let size = self.layout().plane_size(plane, self.size());
        let clamped = |n: i64, length: u32| n.clamp(0, i64::from(length).max(1) - 1) as usize;
        let bytes_per_sample = self.layout().bytes_per_sample();
        let Some(plane) = self.planes().get(plane) else { return 0 };
        let at = clamped(y, size.height) * plane.stride + clamped(x, size.width) * bytes_per_sample + channel;
        let bytes = (*plane.bytes).as_ref();
        match bytes_per_sample {
            2 => bytes.get(at..at + 2).map_or(0, |pair| u16::from_ne_bytes([pair[0], pair[1]])),
            _ => bytes.get(at).map_or(0, |byte| u16::from(*byte)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pixels::{ChromaSiting, Size, VideoPlane};

    fn yuv(bits: u8, range: ColorRange, matrix: YuvMatrix) -> RgbFromSamples {
        let layout = PlaneLayout::Yuv { bits, chroma_shift_x: 1, chroma_shift_y: 1, has_alpha: false };
        RgbFromSamples::new(layout, matrix, range)
    }

    fn bytes(rgb: [f64; 3]) -> [u8; 3] {
        rgb.map(|level| (level * 255.0).round() as u8)
    }

    #[test]
    fn black_white_and_grey_have_no_colour_in_any_matrix_range_or_depth() {
        for matrix in [YuvMatrix::Bt601, YuvMatrix::Bt709, YuvMatrix::Bt2020, YuvMatrix::Smpte240] {
            for bits in [8, 10, 12, 16] {
                let step = steps(bits);
                let limited = yuv(bits, ColorRange::Limited, matrix);
                assert_eq!(bytes(limited.rgb([16.0, 128.0, 128.0].map(|n| n * step))), [0; 3]);
                assert_eq!(bytes(limited.rgb([235.0, 128.0, 128.0].map(|n| n * step))), [255; 3]);
                let full = yuv(bits, ColorRange::Full, matrix);
                let white = 2.0_f64.powi(bits.into()) - 1.0;
                assert_eq!(bytes(full.rgb([white, 128.0 * step, 128.0 * step])), [255; 3]);
            }
        }
    }

    #[test]
    fn colour_bars_come_out_as_the_standards_print_them() {
        // ITU-R BT.601 and BT.709: 100 % red in 8 bits of limited range.
        let red_601 = yuv(8, ColorRange::Limited, YuvMatrix::Bt601).rgb([81.0, 90.0, 240.0]);
        let red_709 = yuv(8, ColorRange::Limited, YuvMatrix::Bt709).rgb([63.0, 102.0, 240.0]);
        for red in [red_601, red_709] {
            let [r, g, b] = bytes(red);
            assert!(r >= 253 && g <= 2 && b <= 2, "{r} {g} {b}");
        }
    }

    /// 4 × 1 pixels, of which the left half has another difference of red than the right.
    fn half_red(siting: ChromaSiting) -> VideoFrame {
        let plane = |bytes: &[u8]| VideoPlane { stride: bytes.len(), bytes: Arc::new(bytes.to_vec()) };
        let layout = PlaneLayout::Yuv { bits: 8, chroma_shift_x: 1, chroma_shift_y: 1, has_alpha: false };
        let planes = vec![plane(&[100, 101, 102, 103]), plane(&[128, 128]), plane(&[100, 200])];
        VideoFrame::new(Size::new(4, 1), layout, YuvMatrix::Bt601, ColorRange::Full, planes)
            .map(|frame| frame.with_chroma_siting(siting))
            .unwrap()
    }

    #[test]
    fn samples_are_told_as_stored_and_colours_as_interpolated_where_they_lie() {
        let left = half_red(ChromaSiting::LEFT);
        let value = left.value(1, 0).unwrap();
        assert_eq!((value.samples, value.num_samples), ([101, 128, 100, 0], 3));
        // The second pixel lies in the middle between the two samples of red.
        assert!((left.chroma_at(2, (1.5, 0.5)) - 150.0).abs() < 1e-9);
        let center = half_red(ChromaSiting::CENTER);
        assert!((center.chroma_at(2, (1.5, 0.5)) - 125.0).abs() < 1e-9);
        assert_eq!(left.value(4, 0), None);
    }
}
