//! Scaling pictures as the programs do that models are trained with.
//!
//! What a network sees depends on the filter. OpenCV's `INTER_LINEAR` takes the four pixels around a point, however much
//! the picture shrinks; Pillow's filters average over all pixels that fall into one. Both put pixel centres on pixel
//! centres and round to bytes. Sources: OpenCV's `resize.cpp`, Pillow's `Resample.c`.

use super::fit::Fitted;
use crate::pixels::{Picture, PixelRect, Size};

/// How pixels are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// OpenCV's `INTER_LINEAR`: no averaging when shrinking.
    Bilinear,
    /// Pillow's `BILINEAR`, and torch's with `antialias`.
    Triangle,
}

/// A part of a picture.
pub(super) struct Source<'a> {
    pub picture: &'a Picture,
    pub region: PixelRect,
}

/// RGB bytes, row by row.
pub(super) struct Canvas {
    pub size: Size,
    pub rgb: Vec<u8>,
}

impl Source<'_> {
    /// The RGBA bytes of a row of the region.
    fn row(&self, y: usize) -> &[u8] {
        let stride = self.picture.size().width as usize;
        let start = (self.region.top as usize + y) * stride + self.region.left as usize;
        &self.picture.rgba()[start * 4..(start + self.region.width as usize) * 4]
    }

    fn is_empty(&self) -> bool {
        self.region.width == 0 || self.region.height == 0
    }
}

impl Canvas {
    pub fn new(size: Size, padding: [u8; 3]) -> Self {
        let mut rgb = vec![padding[0]; size.num_pixels() as usize * 3];
        if padding.iter().any(|value| *value != padding[0]) {
            rgb.as_chunks_mut::<3>().0.fill(padding);
        }
        Self { size, rgb }
    }

    /// Draws a picture; what stands out is cut off.
    pub fn draw(&mut self, source: &Source<'_>, fitted: &Fitted, filter: Filter) {
        if source.is_empty() || self.rgb.is_empty() {
            return;
        }
        let columns = visible(fitted.left, fitted.drawn.width, self.size.width);
        let rows = visible(fitted.top, fitted.drawn.height, self.size.height);
        match filter {
            Filter::Bilinear => self.draw_bilinear(source, fitted, &columns, &rows),
            Filter::Triangle => self.draw_triangle(source, fitted, &columns, &rows),
        }
    }

    fn row_mut(&mut self, y: usize, columns: &std::ops::Range<usize>) -> &mut [[u8; 3]] {
        let zero = y * self.size.width as usize;
        let (pixels, _) = self.rgb.as_chunks_mut::<3>();
        &mut pixels[zero + columns.start..zero + columns.end]
    }

    fn draw_bilinear(
        &mut self,
        source: &Source<'_>,
        fitted: &Fitted,
        columns: &std::ops::Range<usize>,
        rows: &std::ops::Range<usize>,
    ) {
        let across = Taps::all(columns, fitted.left, fitted.drawn.width, source.region.width);
        let down = Taps::all(rows, fitted.top, fitted.drawn.height, source.region.height);
        for (y, tap) in rows.clone().zip(&down) {
            let (above, below) = (source.row(tap.first), source.row(tap.second));
            let (above, below) = (above.as_chunks::<4>().0, below.as_chunks::<4>().0);
            for (pixel, x) in self.row_mut(y, columns).iter_mut().zip(&across) {
                let corners = [above[x.first], above[x.second], below[x.first], below[x.second]];
                *pixel = std::array::from_fn(|channel| {
                    let [a, b, c, d] = corners.map(|corner| u32::from(corner[channel]));
                    let top = a * (ONE - x.weight) + b * x.weight;
                    let bottom = c * (ONE - x.weight) + d * x.weight;
                    // OpenCV drops bits where 16-bit arithmetic would run over; so do we, to have its very bytes.
                    let above = ((top >> 4) * (ONE - tap.weight)) >> 16;
                    let below = ((bottom >> 4) * tap.weight) >> 16;
                    ((above + below + 2) >> 2) as u8
                });
            }
        }
    }

    fn draw_triangle(
        &mut self,
        source: &Source<'_>,
        fitted: &Fitted,
        columns: &std::ops::Range<usize>,
        rows: &std::ops::Range<usize>,
    ) {
        let across = Averages::all(columns, fitted.left, fitted.drawn.width, source.region.width);
        let down = Averages::all(rows, fitted.top, fitted.drawn.height, source.region.height);
        // Rows are narrowed once, and kept while a row of the canvas needs them.
        let mut narrowed: std::collections::VecDeque<Vec<[f32; 3]>> = std::collections::VecDeque::new();
        let mut first_kept = 0;
        for (y, average) in rows.clone().zip(&down) {
            while first_kept < average.first && !narrowed.is_empty() {
                narrowed.pop_front();
                first_kept += 1;
            }
            if narrowed.is_empty() {
                first_kept = average.first;
            }
            while first_kept + narrowed.len() < average.first + average.weights.len() {
                narrowed.push_back(narrow(source.row(first_kept + narrowed.len()), &across));
            }
            for (index, pixel) in self.row_mut(y, columns).iter_mut().enumerate() {
                let mut sum = [0.0; 3];
                for (row, weight) in narrowed.iter().zip(&average.weights) {
                    sum.iter_mut().zip(row[index]).for_each(|(sum, value)| *sum += value * weight);
                }
                *pixel = sum.map(|value| value.round().clamp(0.0, 255.0) as u8);
            }
        }
    }
}

/// The columns or rows of the canvas that a picture covers.
fn visible(before: i32, drawn: u32, side: u32) -> std::ops::Range<usize> {
    let end = (i64::from(before) + i64::from(drawn)).clamp(0, i64::from(side));
    before.max(0) as usize..(end as usize).max(before.max(0) as usize)
}

/// Weights have so many bits, as in OpenCV.
const WEIGHT_BITS: u32 = 11;
const ONE: u32 = 1 << WEIGHT_BITS;

/// The two pixels around a point, and how much the second counts.
struct Taps {
    first: usize,
    second: usize,
    weight: u32,
}

impl Taps {
    fn all(range: &std::ops::Range<usize>, before: i32, drawn: u32, side: u32) -> Vec<Self> {
        let step = f64::from(side) / f64::from(drawn);
        let last = side as usize - 1;
        range
            .clone()
            .map(|at| {
                let at = at as f64 - f64::from(before);
                // In 32 bits, as OpenCV.
                let place = (((at + 0.5) * step - 0.5) as f32).max(0.0);
                let first = (place as usize).min(last);
                let share = if first == last { 0.0 } else { place - first as f32 };
                let weight = (share * ONE as f32).round_ties_even() as u32;
                Self { first, second: (first + 1).min(last), weight }
            })
            .collect()
    }
}

/// The pixels that fall into one, and how much each counts.
struct Averages {
    first: usize,
    weights: Vec<f32>,
}

impl Averages {
    fn all(range: &std::ops::Range<usize>, before: i32, drawn: u32, side: u32) -> Vec<Self> {
        let step = f64::from(side) / f64::from(drawn);
        let reach = step.max(1.0);
        range
            .clone()
            .map(|at| {
                let center = (at as f64 - f64::from(before) + 0.5) * step;
                let first = (center - reach + 0.5).max(0.0) as usize;
                let end = ((center + reach + 0.5) as usize).clamp(first + 1, side as usize);
                let first = first.min(end - 1);
                let weights: Vec<f64> = (first..end)
                    .map(|pixel| (1.0 - ((pixel as f64 + 0.5 - center) / reach).abs()).max(0.0))
                    .collect();
                let sum = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
                Self { first, weights: weights.iter().map(|weight| (weight / sum) as f32).collect() }
            })
            .collect()
    }
}

/// A row with as many pixels as there are averages, rounded to whole values as Pillow does between its two passes.
fn narrow(row: &[u8], averages: &[Averages]) -> Vec<[f32; 3]> {
    let (pixels, _) = row.as_chunks::<4>();
    averages
        .iter()
        .map(|average| {
            let mut sum = [0.0; 3];
            for (pixel, weight) in pixels[average.first..].iter().zip(&average.weights) {
                sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += f32::from(*value) * weight);
            }
            sum.map(|value| value.round().clamp(0.0, 255.0))
        })
        .collect()
}
