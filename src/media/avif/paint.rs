//! The picture that cells are painted onto.

use super::av1::Frame;
use super::convert::Rows;
use super::meta::Cicp;
use crate::media::buffer::working_bytes;
use crate::media::color_transform::ColorTransform;
use crate::media::fault::Fault;
use crate::pixels::{PixelFormat, PixelRect, Tile};

/// The part of a picture that is shown, in one of our formats of 8 or 16 bits.
pub struct Canvas {
    area: PixelRect,
    format: PixelFormat,
    bytes: Vec<u8>,
}

impl Canvas {
    /// Empty, for this part of the picture.
    pub fn new(area: PixelRect, format: PixelFormat) -> Result<Self, Fault> {
        let num_bytes = area.size().num_pixels().saturating_mul(format.bytes_per_pixel() as u64);
        let bytes = working_bytes(num_bytes).ok_or(std::io::Error::from(std::io::ErrorKind::OutOfMemory))?;
        Ok(Self { area, format, bytes })
    }

    /// Paints a cell that lies at `cell` in the picture, opaque.
    pub fn paint_colors(&mut self, frame: &Frame, cell: PixelRect, cicp: Cicp) -> Result<(), Fault> {
        let is_gray = matches!(self.format, PixelFormat::Gray8 | PixelFormat::Gray16);
        let is_deep = self.format.is_deep();
        if is_gray {
            let mut rows = Rows::of_luma(frame, cicp.is_full_range);
            self.paint(cell, |y, skipped, to| {
                let values = &rows.luma(y)[skipped..];
                if is_deep {
                    let (to, _) = to.as_chunks_mut::<2>();
                    to.iter_mut().zip(values).for_each(|(to, value)| *to = word(*value).to_ne_bytes());
                } else {
                    to.iter_mut().zip(values).for_each(|(to, value)| *to = byte(*value));
                }
            });
            return Ok(());
        }
        let mut rows = Rows::of_colors(frame, cicp)?;
        self.paint(cell, |y, skipped, to| {
            let colors = rows.rgb(y).skip(skipped);
            if is_deep {
                let (pixels, _) = to.as_chunks_mut::<2>().0.as_chunks_mut::<4>();
                for (to, [r, g, b]) in pixels.iter_mut().zip(colors) {
                    *to = [word(r), word(g), word(b), u16::MAX].map(u16::to_ne_bytes);
                }
            } else {
                let (pixels, _) = to.as_chunks_mut::<4>();
                for (to, [r, g, b]) in pixels.iter_mut().zip(colors) {
                    *to = [byte(r), byte(g), byte(b), u8::MAX];
                }
            }
        });
        Ok(())
    }

    /// Makes a cell as transparent as the brightness of a frame says.
    pub fn paint_alpha(&mut self, frame: &Frame, cell: PixelRect) {
        let is_deep = self.format.is_deep();
        let mut rows = Rows::of_luma(frame, frame.is_full_range());
        self.paint(cell, |y, skipped, to| {
            let values = &rows.luma(y)[skipped..];
            if is_deep {
                let (pixels, _) = to.as_chunks_mut::<2>().0.as_chunks_mut::<4>();
                pixels.iter_mut().zip(values).for_each(|(to, value)| to[3] = word(*value).to_ne_bytes());
            } else {
                let (pixels, _) = to.as_chunks_mut::<4>();
                pixels.iter_mut().zip(values).for_each(|(to, value)| to[3] = byte(*value));
            }
        });
    }

    /// Makes straight alpha of colours that were multiplied with it.
    pub fn divide_by_alpha(&mut self) {
        if self.format.is_deep() {
            let (pixels, _) = self.bytes.as_chunks_mut::<2>().0.as_chunks_mut::<4>();
            for pixel in pixels {
                let alpha = u32::from(u16::from_ne_bytes(pixel[3]));
                let divided = |value: u32| (value * u32::from(u16::MAX) + alpha / 2).checked_div(alpha);
                for channel in &mut pixel[..3] {
                    let value = divided(u16::from_ne_bytes(*channel).into()).unwrap_or(0);
                    *channel = (value.min(u16::MAX.into()) as u16).to_ne_bytes();
                }
            }
        } else {
            let (pixels, _) = self.bytes.as_chunks_mut::<4>();
            for pixel in pixels {
                let alpha = u32::from(pixel[3]);
                for channel in &mut pixel[..3] {
                    let value = (u32::from(*channel) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0);
                    *channel = value.min(255) as u8;
                }
            }
        }
    }

    /// Brings all colours into sRGB.
    pub fn transform(&mut self, transform: &ColorTransform) {
        transform.apply(self.format, &mut self.bytes);
    }

    /// The finished picture.
    pub fn into_tile(self) -> Result<Tile, Fault> {
        let tile = Tile::new(self.area.size(), self.format, self.bytes);
        tile.ok_or_else(|| Fault::damaged("its header contradicts itself"))
    }

    /// Calls `fill` for each row of a cell that is shown: with its number in the cell, how many of its pixels are not
    /// shown at the left, and where the others go.
    fn paint(&mut self, cell: PixelRect, mut fill: impl FnMut(u32, usize, &mut [u8])) {
        let shown = cell.intersection(&self.area);
        let pixel_bytes = self.format.bytes_per_pixel();
        let row_bytes = self.area.width as usize * pixel_bytes;
        let start = (shown.left.saturating_sub(self.area.left)) as usize * pixel_bytes;
        for y in shown.top..shown.bottom() {
            let row = &mut self.bytes[(y - self.area.top) as usize * row_bytes..][..row_bytes];
            let to = &mut row[start..start + shown.width as usize * pixel_bytes];
            fill(y - cell.top, (shown.left - cell.left) as usize, to);
        }
    }
}

/// Of 0 to 1; what lies outside becomes the nearest.
fn byte(value: f32) -> u8 {
    (value * f32::from(u8::MAX) + 0.5) as u8
}

fn word(value: f32) -> u16 {
    (value * f32::from(u16::MAX) + 0.5) as u16
}
