//! A whole video frame as a picture: for files, thumbnails, and whatever is made of frames outside the window.
//!
//! Every pixel is what [`VideoFrame::value`] tells of it, and what the shader draws up to its rounding. Here it is done
//! row by row: each row of a plane of colour differences is brought to the width of the frame once, for the two or more
//! rows of pixels that lie between it and the next.

use super::video_color::mixed;
use super::{Picture, PlaneLayout, RgbFromSamples, Turn, VideoFrame};

impl VideoFrame {
    /// The whole frame as it is drawn, turned and mirrored. A frame of 1920 × 1080 takes some hundredths of a second.
    /// `None` where there is no memory.
    pub fn picture(&self, turn: Turn) -> Option<Picture> {
        let stored = self.rgba()?;
        if turn == Turn::NONE {
            return Picture::from_rgba(self.size(), stored);
        }
        let size = turn.apply_to_size(self.size());
        let mut shown = Vec::new();
        shown.try_reserve_exact(stored.len()).ok()?;
        let (pixels, _) = stored.as_chunks::<4>();
        for (y, x) in (0..size.height).flat_map(|y| (0..size.width).map(move |x| (y, x))) {
            let (x, y) = turn.stored_from_shown(x, y, self.size())?;
            shown.extend(pixels[y as usize * self.size().width as usize + x as usize]);
        }
        Picture::from_rgba(size, shown)
    }

    /// Red, green, blue and alpha of all pixels as stored.
    fn rgba(&self) -> Option<Vec<u8>> {
        let mut rgba = Vec::new();
        rgba.try_reserve_exact(usize::try_from(self.size().num_pixels().checked_mul(4)?).ok()?).ok()?;
        match self.layout() {
            PlaneLayout::Rgba8 => self.plane_rows(0).for_each(|row| rgba.extend(row)),
            PlaneLayout::Gray { .. } => {
                let colors = RgbFromSamples::new(self.layout(), self.matrix(), self.range());
                for row in self.plane_rows(0) {
                    let levels = self.samples(row).map(|sample| colors.rgb([sample, 0.0, 0.0]).map(byte));
                    rgba.extend(levels.flat_map(|[red, green, blue]| [red, green, blue, 255]));
                }
            }
            PlaneLayout::Yuv { bits, has_alpha, .. } => self.append_yuv(bits, has_alpha, &mut rgba),
        }
        Some(rgba)
    }

    fn append_yuv(&self, bits: u8, has_alpha: bool, rgba: &mut Vec<u8>) {
        let colors = RgbFromSamples::new(self.layout(), self.matrix(), self.range());
        let white = 2.0_f64.powi(bits.into()) - 1.0;
        let mut differences = [1, 2].map(|plane| WidePlane::new(self, plane));
        let mut alpha_rows = self.plane_rows(3);
        for (y, row) in self.plane_rows(0).enumerate() {
            let (top, share) = self.chroma_row(y as f64 + 0.5);
            let [of_blue, of_red] = differences.each_mut().map(|plane| plane.between(top, share));
            let begin = rgba.len();
            let pixels = self.samples(row).zip(of_blue.iter().zip(of_red));
            rgba.extend(pixels.flat_map(|(brightness, (blue, red))| {
                let [red, green, blue] = colors.rgb([brightness, *blue, *red]).map(byte);
                [red, green, blue, 255]
            }));
            if let Some(row) = alpha_rows.next().filter(|_| has_alpha) {
                let pixels = rgba[begin..].iter_mut().skip(3).step_by(4);
                pixels.zip(self.samples(row)).for_each(|(alpha, sample)| *alpha = byte(sample / white));
            }
        }
    }

    /// The samples of a row of planes that are not RGBA.
    fn samples<'a>(&self, row: &'a [u8]) -> impl Iterator<Item = f64> + use<'a> {
        let width = self.layout().bytes_per_sample();
        row.chunks_exact(width).map(move |bytes| match *bytes {
            [low, high] => u16::from_ne_bytes([low, high]).into(),
            [byte, ..] => byte.into(),
            [] => 0.0,
        })
    }
}

/// From 0 to 1, to 0 to 255.
fn byte(level: f64) -> u8 {
    // Rounds: what is not negative loses its fraction.
    (level * 255.0 + 0.5) as u8
}

/// A plane of colour differences whose rows have one value for each column of the frame.
struct WidePlane<'a> {
    frame: &'a VideoFrame,
    rows: Vec<&'a [u8]>,
    /// For each column of the frame the sample at its left, the one at its right, and how near that is.
    columns: Vec<(usize, usize, f64)>,
    /// The last two rows that were made, under their numbers: even ones first.
    made: [(usize, Vec<f64>); 2],
    between: Vec<f64>,
}

impl<'a> WidePlane<'a> {
    fn new(frame: &'a VideoFrame, plane: usize) -> Self {
        let last = frame.layout().plane_size(plane, frame.size()).width.max(1) as i64 - 1;
        let column = |x: u32| {
            let (left, share) = frame.chroma_column(f64::from(x) + 0.5);
            (left.clamp(0, last) as usize, (left + 1).clamp(0, last) as usize, share)
        };
        Self {
            frame,
            rows: frame.plane_rows(plane).collect(),
            columns: (0..frame.size().width).map(column).collect(),
            made: [(usize::MAX, Vec::new()), (usize::MAX, Vec::new())],
            between: Vec::new(),
        }
    }

    /// The row between the row `top` and the next; the nearest ones where they are outside.
    fn between(&mut self, top: i64, share: f64) -> &[f64] {
        let last = self.rows.len().max(1) as i64 - 1;
        let [top, bottom] = [top, top + 1].map(|row| row.clamp(0, last) as usize);
        self.make(top);
        self.make(bottom);
        let [top, bottom] = [top, bottom].map(|row| &self.made[row % 2].1);
        self.between.clear();
        self.between.extend(top.iter().zip(bottom).map(|(above, below)| mixed(*above, *below, share)));
        &self.between
    }

    /// Sees to it that a row is there.
    fn make(&mut self, number: usize) {
        let (made, wide) = &mut self.made[number % 2];
        let Some(row) = self.rows.get(number).filter(|_| *made != number) else { return };
        let samples: Vec<f64> = self.frame.samples(row).collect();
        wide.clear();
        wide.extend(
            self.columns.iter().map(|(left, right, share)| mixed(samples[*left], samples[*right], *share)),
        );
        *made = number;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pixels::{ChromaSiting, ColorRange, PixelValue, Size, VideoPlane, YuvMatrix};

    /// A frame full of numbers that have nothing to do with each other.
    fn noise(size: Size, layout: PlaneLayout, siting: ChromaSiting) -> VideoFrame {
        let mut state = 1_u32;
        let bits = match layout {
            PlaneLayout::Gray { bits } | PlaneLayout::Yuv { bits, .. } => bits,
            PlaneLayout::Rgba8 => 8,
        };
        let mut sample = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> (32 - u32::from(bits))
        };
        let planes = (0..layout.num_planes()).map(|plane| {
            let Size { width, height } = layout.plane_size(plane, size);
            let row_bytes = width as usize * layout.bytes_per_sample();
            let stride = row_bytes + 6;
            let num_samples = stride * height as usize;
            let bytes: Vec<u8> = match bits {
                8 => (0..num_samples).map(|_| sample() as u8).collect(),
                _ => (0..num_samples).flat_map(|_| (sample() as u16).to_ne_bytes()).collect(),
            };
            VideoPlane { bytes: Arc::new(bytes), stride }
        });
        VideoFrame::new(size, layout, YuvMatrix::Bt709, ColorRange::Limited, planes.collect())
            .unwrap()
            .with_chroma_siting(siting)
    }

    fn layouts() -> Vec<PlaneLayout> {
        let mut layouts = vec![PlaneLayout::Rgba8];
        for bits in [8, 10, 16] {
            layouts.push(PlaneLayout::Gray { bits });
            for (chroma_shift_x, chroma_shift_y) in [(0, 0), (1, 0), (1, 1), (2, 0), (2, 2)] {
                layouts.extend([false, true].map(|has_alpha| PlaneLayout::Yuv {
                    bits,
                    chroma_shift_x,
                    chroma_shift_y,
                    has_alpha,
                }));
            }
        }
        layouts
    }

    #[test]
    fn every_pixel_is_what_the_frame_tells_of_it() {
        let size = Size::new(13, 7);
        for layout in layouts() {
            for siting in [ChromaSiting::LEFT, ChromaSiting::CENTER, ChromaSiting::BOTTOM] {
                let frame = noise(size, layout, siting);
                let picture = frame.picture(Turn::NONE).unwrap();
                for (y, x) in (0..7).flat_map(|y| (0..13).map(move |x| (y, x))) {
                    let PixelValue::Rgba(expected) = frame.value(x, y).unwrap().rgba else { panic!() };
                    let found = picture.pixel(x, y).unwrap();
                    assert_eq!(found.map(f32::from), expected, "{layout:?} {siting:?} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn a_turned_picture_has_the_same_pixels_elsewhere() {
        let layout = PlaneLayout::Yuv { bits: 8, chroma_shift_x: 1, chroma_shift_y: 1, has_alpha: false };
        let frame = noise(Size::new(4, 3), layout, ChromaSiting::LEFT);
        let stored = frame.picture(Turn::NONE).unwrap();
        let clockwise = Turn { exchanges_axes: true, mirrors_columns: true, mirrors_rows: false };
        let shown = frame.picture(clockwise).unwrap();
        assert_eq!(shown.size(), Size::new(3, 4));
        assert_eq!(shown.pixel(0, 0), stored.pixel(0, 2));
        assert_eq!(shown.pixel(2, 3), stored.pixel(3, 0));
    }
}
