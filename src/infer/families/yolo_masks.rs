//! Masks of YOLO's and YOLACT's kind: each is a mix of prototypes.

use crate::geometry::{Mask, Rect};
use crate::infer::prepare::Placement;

/// The prototypes that masks are mixed of: `num` planes, a fraction of the input's size.
pub(super) struct Prototypes<'a> {
    pub planes: &'a [f32],
    pub num: usize,
    pub height: usize,
    pub width: usize,
}

impl Prototypes<'_> {
    /// The mask with these shares of the prototypes within a box of the picture, at the picture's own resolution: the mix is
    /// scaled up bilinearly to where the picture lies in it, and cut at zero, as
    /// `ultralytics.utils.ops.process_mask_native` does.
    pub fn mask(&self, coefficients: &[f32], rect: &Rect, placement: &Placement) -> Mask {
        let (width, height) = (placement.region.width as usize, placement.region.height as usize);
        let (input, scale, offset) = (placement.input, placement.scale, placement.offset);
        let across = Axis::new(self.width, input.width, scale.x, offset.x);
        let down = Axis::new(self.height, input.height, scale.y, offset.y);
        let (origin_x, origin_y) = (f64::from(placement.region.left), f64::from(placement.region.top));
        let columns = pixels(rect.min.x - origin_x, rect.max.x - origin_x, width);
        let rows = pixels(rect.min.y - origin_y, rect.max.y - origin_y, height);
        if columns.is_empty() || rows.is_empty() {
            return Mask::default();
        }
        let taps: Vec<Tap> = columns.clone().map(|x| across.tap(x)).collect();
        let (first, last) = (taps[0].first, taps[taps.len() - 1].second);
        let mut lines =
            Lines { prototypes: self, coefficients, columns: first..last + 1, kept: [None, None] };
        let mut bitmap = vec![0u8; columns.len() * rows.len()];
        let mut blended = vec![0.0; last + 1 - first];
        for (out, y) in bitmap.chunks_exact_mut(columns.len()).zip(rows.clone()) {
            let tap = down.tap(y);
            lines.prepare(tap.first, tap.second);
            lines.blend(tap.first, tap.second, tap.weight, &mut blended);
            for (bit, tap) in out.iter_mut().zip(&taps) {
                let (a, b) = (blended[tap.first - first], blended[tap.second - first]);
                *bit = u8::from(a + (b - a) * tap.weight > 0.0);
            }
        }
        let left = columns.start as i32 + placement.region.left as i32;
        let top = rows.start as i32 + placement.region.top as i32;
        Mask::from_bitmap(left, top, columns.len() as u32, rows.len() as u32, &bitmap).unwrap_or_default()
    }
}

/// The pixels whose column or row is at least `min` and below `max`.
fn pixels(min: f64, max: f64, side: usize) -> std::ops::Range<usize> {
    let pixel = |value: f64| value.ceil().clamp(0.0, side as f64) as usize;
    pixel(min)..pixel(max).max(pixel(min))
}

/// How one axis of the picture lies in the prototypes.
struct Axis {
    /// The last of the prototypes' columns or rows.
    last: usize,
    /// Where the picture begins, and how much of a column or row each of its pixels is.
    start: f64,
    step: f64,
}

/// The two of the prototypes' columns or rows around a pixel, and how much the second counts.
struct Tap {
    first: usize,
    second: usize,
    weight: f32,
}

impl Axis {
    /// From the prototypes' side, the input's, and where the picture lies in the input.
    fn new(side: usize, input_side: u32, scale: f64, offset: f64) -> Self {
        let shrink = side as f64 / f64::from(input_side.max(1));
        Self { last: side.saturating_sub(1), start: offset * shrink, step: scale * shrink }
    }

    /// Where a pixel's centre lies.
    fn tap(&self, pixel: usize) -> Tap {
        let place = ((pixel as f64 + 0.5) * self.step + self.start - 0.5).clamp(0.0, self.last as f64);
        let first = place as usize;
        Tap { first, second: (first + 1).min(self.last), weight: (place - first as f64) as f32 }
    }
}

/// Rows of the mix, made when they are first needed; two are kept.
struct Lines<'a> {
    prototypes: &'a Prototypes<'a>,
    coefficients: &'a [f32],
    columns: std::ops::Range<usize>,
    kept: [Option<(usize, Vec<f32>)>; 2],
}

impl Lines<'_> {
    fn prepare(&mut self, first: usize, second: usize) {
        for row in [first, second] {
            // Neighbouring rows are one even and one odd.
            let slot = &mut self.kept[row % 2];
            if slot.as_ref().is_none_or(|(kept, _)| *kept != row) {
                *slot = Some((row, self.prototypes.line(self.coefficients, row, &self.columns)));
            }
        }
    }

    fn blend(&self, first: usize, second: usize, weight: f32, blended: &mut [f32]) {
        let line = |row: usize| self.kept[row % 2].as_ref().map_or(&[][..], |(_, line)| line);
        for ((out, a), b) in blended.iter_mut().zip(line(first)).zip(line(second)) {
            *out = a + (b - a) * weight;
        }
    }
}

impl Prototypes<'_> {
    /// A row of the mix.
    fn line(&self, coefficients: &[f32], row: usize, columns: &std::ops::Range<usize>) -> Vec<f32> {
        let mut line = vec![0.0; columns.len()];
        for (plane, coefficient) in coefficients.iter().take(self.num).enumerate() {
            let zero = (plane * self.height + row) * self.width;
            let values = &self.planes[zero + columns.start..zero + columns.end];
            line.iter_mut().zip(values).for_each(|(sum, value)| *sum += coefficient * value);
        }
        line
    }
}
