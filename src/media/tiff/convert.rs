//! From the samples of rows to pixels in one of the [`PixelFormat`]s.

use super::page::{Color, Page, SampleKind};
use super::samples::{unpack_bytes, unpack_floats, unpack_words};
use crate::media::ColorTransform;
use crate::media::convert::rgba_from_inverted_cmyk;
use crate::pixels::PixelFormat;

/// Rows of one plane of a chunk, their byte order and predictor undone.
pub(super) struct PlaneRows<'a> {
    pub bytes: &'a [u8],
    /// From one row to the next. Of subsampled colours, rows of blocks.
    pub row_bytes: usize,
}

/// Makes pixels of `width` columns. `pixels` holds as many rows as there shall be. The planes are those that
/// [`Page::planes`] tells, in its order.
pub(super) fn pixels_from_planes(
    page: &Page,
    transform: Option<&ColorTransform>,
    planes: &[PlaneRows<'_>],
    width: usize,
    pixels: &mut [u8],
) {
    let format = page.format();
    let row_pixel_bytes = width * format.bytes_per_pixel();
    if row_pixel_bytes == 0 {
        return;
    }
    let stride = if page.is_planar { planes.len() } else { page.num_samples };
    let bits = page.sample.bits();
    let is_float = format.bytes_per_channel() == 4;
    let samples_of = |is_used: bool| if is_used { width * stride } else { 0 };
    let mut bytes = vec![0u8; samples_of(format.bytes_per_channel() == 1)];
    let mut words = vec![0u16; samples_of(!is_float && bits > 8)];
    let mut floats = vec![0f32; samples_of(is_float)];
    let mut inks = Inks::default();
    for (y, row) in pixels.chunks_exact_mut(row_pixel_bytes).enumerate() {
        let layout = RowLayout { page, stride };
        match page.sample {
            SampleKind::Unsigned(bits @ 1..=8) => {
                if page.is_subsampled() {
                    unpack_blocks(page, &planes[0], y, &mut bytes);
                } else {
                    interleave(page, planes, y, &mut bytes, |row, out| unpack_bytes(row, bits, out));
                }
                layout.pixels_of_bytes(&bytes, transform, &mut inks, row);
            }
            SampleKind::Unsigned(bits @ 9..=16) => {
                interleave(page, planes, y, &mut words, |row, out| unpack_words(row, bits, out));
                if format.bytes_per_channel() == 2 {
                    layout.pixels_of_words(&words, row);
                } else if page.color == Color::Palette {
                    words.iter().zip(row.as_chunks_mut::<4>().0).for_each(|(index, pixel)| {
                        *pixel = layout.palette_color((*index).into());
                    });
                } else {
                    bytes.iter_mut().zip(&words).for_each(|(byte, word)| *byte = (word >> 8) as u8);
                    layout.pixels_of_bytes(&bytes, transform, &mut inks, row);
                }
            }
            kind => {
                interleave(page, planes, y, &mut floats, |row, out| unpack_floats(row, kind, out));
                layout.pixels_of_floats(&floats, row);
            }
        }
    }
    if let Some(transform) = transform {
        transform.apply(format, pixels);
    }
}

/// Unpacks a row of each plane, and brings the samples of a pixel together.
fn interleave<T: Copy + Default>(
    page: &Page,
    planes: &[PlaneRows<'_>],
    y: usize,
    samples: &mut [T],
    unpack: impl Fn(&[u8], &mut [T]),
) {
    let row = |plane: &PlaneRows<'_>| y * plane.row_bytes..(y + 1) * plane.row_bytes;
    if !page.is_planar {
        return unpack(&planes[0].bytes[row(&planes[0])], samples);
    }
    let stride = planes.len();
    let mut one = vec![T::default(); samples.len() / stride];
    for (n, plane) in planes.iter().enumerate() {
        unpack(&plane.bytes[row(plane)], &mut one);
        samples.iter_mut().skip(n).step_by(stride).zip(&one).for_each(|(sample, value)| *sample = *value);
    }
}

/// Unpacks a row of subsampled colours: blocks of all Y of some pixels, one Cb and one Cr.
fn unpack_blocks(page: &Page, plane: &PlaneRows<'_>, y: usize, samples: &mut [u8]) {
    let block = page.ycbcr.block;
    let (columns, rows) = (block.width as usize, block.height as usize);
    let block_bytes = columns * rows + 2;
    let row = &plane.bytes[y / rows * plane.row_bytes..][..plane.row_bytes];
    for (x, pixel) in samples.as_chunks_mut::<3>().0.iter_mut().enumerate() {
        let block = &row[x / columns * block_bytes..][..block_bytes];
        *pixel = [block[y % rows * columns + x % columns], block[block_bytes - 2], block[block_bytes - 1]];
    }
}

/// Inks of a row on their way through a colour profile.
#[derive(Default)]
struct Inks(Vec<u8>);

/// Where the samples of a pixel are in a row of them.
struct RowLayout<'a> {
    page: &'a Page,
    /// Samples from one pixel to the next.
    stride: usize,
}

impl RowLayout<'_> {
    /// Where alpha is among the samples of a pixel, and whether colours were multiplied with it.
    fn alpha(&self) -> Option<(usize, bool)> {
        let alpha = self.page.alpha?;
        // The planes that are read are those of the colours, and then that of alpha.
        let index = if self.page.is_planar { self.stride - 1 } else { alpha.index };
        Some((index, alpha.is_associated))
    }

    fn palette_color(&self, index: usize) -> [u8; 4] {
        self.page.palette.get(index).map_or([0, 0, 0, 255], |[r, g, b]| [*r, *g, *b, 255])
    }

    fn pixels_of_bytes(
        &self,
        samples: &[u8],
        transform: Option<&ColorTransform>,
        inks: &mut Inks,
        row: &mut [u8],
    ) {
        let bits = self.page.sample.bits();
        // The brightest value of few bits is as bright as that of 8.
        let scale = match bits {
            1 => 255,
            2 => 85,
            4 => 17,
            3 | 5..=7 => 0,
            _ => 1,
        };
        let max = (1_u32 << bits.min(8)) - 1;
        let full = |v: u8| if scale == 0 { (u32::from(v) * 255 / max) as u8 } else { v * scale };
        let pixels = samples.chunks_exact(self.stride);
        let rgba = row.as_chunks_mut::<4>();
        match self.page.color {
            Color::Gray { is_inverted } if self.page.alpha.is_none() => {
                let flip = if is_inverted { 255 } else { 0 };
                row.iter_mut().zip(pixels).for_each(|(out, pixel)| *out = full(pixel[0]) ^ flip);
                return;
            }
            Color::Gray { is_inverted } => {
                let flip = if is_inverted { 255 } else { 0 };
                rgba.0.iter_mut().zip(pixels).for_each(|(out, pixel)| {
                    let v = full(pixel[0]) ^ flip;
                    *out = [v, v, v, 255];
                });
            }
            Color::Rgb => rgba.0.iter_mut().zip(pixels).for_each(|(out, pixel)| {
                *out = [full(pixel[0]), full(pixel[1]), full(pixel[2]), 255];
            }),
            Color::Palette => {
                rgba.0.iter_mut().zip(pixels).for_each(|(out, p)| *out = self.palette_color(p[0].into()));
            }
            Color::YCbCr => rgba.0.iter_mut().zip(pixels).for_each(|(out, pixel)| {
                *out = self.rgba_from_ycbcr([pixel[0], pixel[1], pixel[2]]);
            }),
            Color::Cmyk => {
                inks.0.clear();
                inks.0.extend(pixels.flat_map(|pixel| &pixel[..4]));
                let is_done = transform.is_some_and(|transform| transform.rgba_from_inks(&inks.0, row));
                if !is_done {
                    inks.0.iter_mut().for_each(|ink| *ink = 255 - *ink);
                    rgba_from_inverted_cmyk(&inks.0, row);
                }
            }
        }
        if let Some((index, is_associated)) = self.alpha() {
            let alphas = samples.chunks_exact(self.stride).map(|pixel| full(pixel[index]));
            for (pixel, alpha) in row.as_chunks_mut::<4>().0.iter_mut().zip(alphas) {
                pixel[3] = alpha;
                if is_associated && alpha > 0 {
                    let half = u16::from(alpha) / 2;
                    let straight = |v: u8| ((u16::from(v) * 255 + half) / u16::from(alpha)).min(255) as u8;
                    pixel[..3].iter_mut().for_each(|v| *v = straight(*v));
                }
            }
        }
    }

    fn pixels_of_words(&self, samples: &[u16], row: &mut [u8]) {
        let max = ((1_u32 << self.page.sample.bits()) - 1) as u16;
        let flip = if self.page.color == (Color::Gray { is_inverted: true }) { max } else { 0 };
        let is_gray = matches!(self.page.color, Color::Gray { .. });
        let alpha_at = self.alpha();
        // Colours keep the values of the file; alpha has the range of the format.
        let full = |alpha: u16| (u32::from(alpha) * 65_535 / u32::from(max)).min(65_535);
        let pixels = samples.chunks_exact(self.stride);
        if is_gray && alpha_at.is_none() {
            let (out, _) = row.as_chunks_mut::<2>();
            out.iter_mut().zip(pixels).for_each(|(out, pixel)| *out = (pixel[0] ^ flip).to_ne_bytes());
            return;
        }
        let (out, _) = row.as_chunks_mut::<8>();
        for (out, pixel) in out.iter_mut().zip(pixels) {
            let mut rgb = if is_gray { [pixel[0] ^ flip; 3] } else { [pixel[0], pixel[1], pixel[2]] };
            let alpha = alpha_at.map_or(65_535, |(index, _)| full(pixel[index]));
            if alpha_at.is_some_and(|(_, is_associated)| is_associated) && alpha > 0 {
                let straight =
                    |v: u16| ((u64::from(v) * 65_535 + u64::from(alpha / 2)) / u64::from(alpha)) as u32;
                rgb = rgb.map(|v| straight(v).min(max.into()) as u16);
            }
            put(out, [rgb[0], rgb[1], rgb[2], alpha as u16].map(u16::to_ne_bytes));
        }
    }

    fn pixels_of_floats(&self, samples: &[f32], row: &mut [u8]) {
        let page = self.page;
        let nodata = page.nodata.map(|value| value as f32);
        // What is no value has none: it is not counted when the window is chosen.
        let value = |v: f32| if nodata == Some(v) { f32::NAN } else { v };
        let max = match page.sample {
            SampleKind::Unsigned(bits) => (2f32).powi(bits as i32),
            SampleKind::Signed(bits) => (2f32).powi(bits as i32 - 1),
            SampleKind::Float(_) => 1.0,
        };
        let is_whole = matches!(page.sample, SampleKind::Unsigned(_));
        let is_inverted = is_whole && page.color == (Color::Gray { is_inverted: true });
        let gray = |v: f32| if is_inverted { max - v } else { value(v) };
        let is_gray = matches!(page.color, Color::Gray { .. });
        let alpha_at = self.alpha();
        let pixels = samples.chunks_exact(self.stride);
        if is_gray && alpha_at.is_none() {
            let (out, _) = row.as_chunks_mut::<4>();
            out.iter_mut().zip(pixels).for_each(|(out, pixel)| *out = gray(pixel[0]).to_ne_bytes());
            return;
        }
        let (out, _) = row.as_chunks_mut::<16>();
        for (out, pixel) in out.iter_mut().zip(pixels) {
            let mut rgb = if is_gray { [gray(pixel[0]); 3] } else { [pixel[0], pixel[1], pixel[2]] };
            let alpha = alpha_at.map_or(1.0, |(index, _)| (pixel[index] / max).clamp(0.0, 1.0));
            if alpha_at.is_some_and(|(_, is_associated)| is_associated) && alpha > 0.0 {
                rgb = rgb.map(|v| v / alpha);
            }
            put(out, [rgb[0], rgb[1], rgb[2], alpha].map(f32::to_ne_bytes));
        }
    }

    /// TIFF 6.0, section 21.
    fn rgba_from_ycbcr(&self, pixel: [u8; 3]) -> [u8; 4] {
        let [y, cb, cr] = pixel.map(f32::from);
        let [black, white, cb_zero, cb_full, cr_zero, cr_full] = self.page.ycbcr.reference;
        let [red, green, blue] = self.page.ycbcr.luma;
        let scaled = |v: f32, zero: f32, full: f32, range: f32| {
            if full == zero { v } else { (v - zero) * range / (full - zero) }
        };
        let (y, cb, cr) = (
            scaled(y, black, white, 255.0),
            scaled(cb, cb_zero, cb_full, 127.0),
            scaled(cr, cr_zero, cr_full, 127.0),
        );
        let r = cr * (2.0 - 2.0 * red) + y;
        let b = cb * (2.0 - 2.0 * blue) + y;
        let g = if green == 0.0 { y } else { (y - blue * b - red * r) / green };
        // `as` saturates, and makes 0 of what is no number.
        [r.round() as u8, g.round() as u8, b.round() as u8, 255]
    }
}

fn put<const N: usize, const M: usize>(out: &mut [u8], channels: [[u8; N]; M]) {
    out.as_chunks_mut::<N>().0.iter_mut().zip(channels).for_each(|(out, bytes)| *out = bytes);
}

/// Fills pixels with nothing: transparent where the format can be, and else black, or no number.
pub(super) fn fill_empty(format: PixelFormat, pixels: &mut [u8]) {
    if format == PixelFormat::GrayF32 {
        pixels.as_chunks_mut::<4>().0.iter_mut().for_each(|pixel| *pixel = f32::NAN.to_ne_bytes());
    } else {
        pixels.fill(0);
    }
}
