//! Answers that are planes over the input: which pixels of the picture they mean.
//!
//! A plane is smaller than the picture or larger. It is scaled bilinearly to where the picture lies in the input, pixel centre
//! on pixel centre, before it is compared: so edges come out smooth.

use super::prepare::Placement;
use crate::geometry::{Mask, Point};

/// Numbers over the whole input, row by row.
#[derive(Clone, Copy, Debug)]
pub struct Plane<'a> {
    /// The numbers.
    pub data: &'a [f32],
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// The two columns or rows of a plane around a pixel of the picture, and how much the second counts.
#[derive(Clone, Copy)]
struct Tap {
    first: usize,
    second: usize,
    weight: f32,
}

/// The taps of all columns and rows of the region.
struct Taps {
    columns: Vec<Tap>,
    rows: Vec<Tap>,
    left: i32,
    top: i32,
}

impl Taps {
    fn new(width: usize, height: usize, placement: &Placement) -> Self {
        let region = placement.region;
        let shrink_x = width as f64 / f64::from(placement.input.width.max(1));
        let shrink_y = height as f64 / f64::from(placement.input.height.max(1));
        let tap = |place: f64, side: usize| {
            let place = (place - 0.5).clamp(0.0, side.saturating_sub(1) as f64);
            let first = place as usize;
            Tap { first, second: (first + 1).min(side - 1), weight: (place - first as f64) as f32 }
        };
        let column = |x: u32| placement.to_input(Point::new(f64::from(x) + 0.5, 0.0)).x * shrink_x;
        let row = |y: u32| placement.to_input(Point::new(0.0, f64::from(y) + 0.5)).y * shrink_y;
        Self {
            columns: (region.left..region.left + region.width).map(|x| tap(column(x), width)).collect(),
            rows: (region.top..region.top + region.height).map(|y| tap(row(y), height)).collect(),
            left: region.left as i32,
            top: region.top as i32,
        }
    }
}

impl Plane<'_> {
    fn row(&self, row: usize) -> &[f32] {
        &self.data[row * self.width..(row + 1) * self.width]
    }

    fn blend(&self, tap: Tap, blended: &mut [f32]) {
        for ((out, a), b) in blended.iter_mut().zip(self.row(tap.first)).zip(self.row(tap.second)) {
            *out = a + (b - a) * tap.weight;
        }
    }

    /// The pixels of the picture where the plane is above a threshold.
    pub fn above(&self, threshold: f32, placement: &Placement) -> Mask {
        if self.width == 0 || self.height == 0 {
            return Mask::default();
        }
        let taps = Taps::new(self.width, self.height, placement);
        let mut spans = Spans::default();
        let mut blended = vec![0.0; self.width];
        for (y, tap) in (taps.top..).zip(&taps.rows) {
            self.blend(*tap, &mut blended);
            // Most rows of most pictures have nothing.
            if blended.iter().all(|value| *value <= threshold) {
                continue;
            }
            let is_set = taps.columns.iter().map(|x| {
                let (a, b) = (blended[x.first], blended[x.second]);
                a + (b - a) * x.weight > threshold
            });
            spans.add_row(y, taps.left, is_set.map(|is_set| is_set.then_some(0)));
        }
        spans.into_masks(1).pop().unwrap_or_default()
    }
}

/// For each of several planes of one size, the pixels of the picture where it is the highest. Of equal ones the first is.
pub fn highest(planes: &[Plane<'_>], placement: &Placement) -> Vec<Mask> {
    let Some(&Plane { width, height, .. }) = planes.first() else { return Vec::new() };
    if width == 0 || height == 0 {
        return vec![Mask::default(); planes.len()];
    }
    let taps = Taps::new(width, height, placement);
    let of_cell = highest_of_cells(planes, width * height);
    let mut spans = Spans::default();
    for (y, row) in (taps.top..).zip(&taps.rows) {
        let line = |row: usize| &of_cell[row * width..(row + 1) * width];
        let (above, below) = (line(row.first), line(row.second));
        let of_pixel = taps.columns.iter().map(|column| {
            let first = above[column.first];
            let corners = [above[column.second], below[column.first], below[column.second]];
            // Where all four agree, every mixture of them does.
            if corners == [first; 3] {
                return Some(first);
            }
            let value = |plane: &Plane<'_>| {
                let [a, b] = [row.first, row.second].map(|row| {
                    let line = plane.row(row);
                    line[column.first] + (line[column.second] - line[column.first]) * column.weight
                });
                a + (b - a) * row.weight
            };
            let mut best = (0, f32::NEG_INFINITY);
            for (index, value) in planes.iter().map(value).enumerate() {
                if value > best.1 {
                    best = (index, value);
                }
            }
            Some(best.0)
        });
        spans.add_row(y, taps.left, of_pixel);
    }
    spans.into_masks(planes.len())
}

/// Which plane is the highest in each cell.
fn highest_of_cells(planes: &[Plane<'_>], num_cells: usize) -> Vec<usize> {
    let mut highest = vec![(0, f32::NEG_INFINITY); num_cells];
    for (index, plane) in planes.iter().enumerate() {
        for (best, value) in highest.iter_mut().zip(plane.data) {
            if *value > best.1 {
                *best = (index, *value);
            }
        }
    }
    highest.into_iter().map(|(index, _)| index).collect()
}

/// Runs of pixels, each with the plane that they belong to.
#[derive(Default)]
struct Spans(Vec<(usize, (i32, i32, i32))>);

impl Spans {
    fn add_row(&mut self, y: i32, left: i32, of_pixel: impl Iterator<Item = Option<usize>>) {
        let mut open: Option<(usize, i32)> = None;
        let mut x = left;
        for plane in of_pixel {
            if open.map(|(plane, _)| plane) != plane {
                self.close(y, open, x);
                open = plane.map(|plane| (plane, x));
            }
            x += 1;
        }
        self.close(y, open, x);
    }

    fn close(&mut self, y: i32, open: Option<(usize, i32)>, end: i32) {
        if let Some((plane, start)) = open {
            self.0.push((plane, (y, start, end)));
        }
    }

    fn into_masks(self, num: usize) -> Vec<Mask> {
        let mut of_plane = vec![Vec::new(); num];
        for (plane, span) in self.0 {
            of_plane[plane].push(span);
        }
        of_plane.into_iter().map(Mask::from_spans).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Rect, Vector};
    use crate::pixels::{PixelRect, Size};

    /// A picture of 8 × 8 pixels that is an input of 4 × 4.
    fn placement() -> Placement {
        Placement {
            input: Size::new(4, 4),
            region: PixelRect::new(0, 0, 8, 8),
            picture: Size::new(8, 8),
            scale: Vector::new(0.5, 0.5),
            offset: Vector::new(0.0, 0.0),
        }
    }

    #[test]
    fn a_plane_is_cut_where_it_crosses_the_threshold() {
        // 1 in the left column, 0 elsewhere: half way between the first two columns' centres is at pixel 2.
        let data: Vec<f32> = (0..16).map(|i| f32::from(u8::from(i % 4 == 0))).collect();
        let plane = Plane { data: &data, width: 4, height: 4 };
        assert_eq!(plane.above(0.5, &placement()).bounds(), Rect::from_xywh(0.0, 0.0, 2.0, 8.0));
        assert!(plane.above(1.0, &placement()).is_empty());
    }

    #[test]
    fn every_pixel_belongs_to_the_highest_plane() {
        let rising: Vec<f32> = (0..16).map(|i| (i % 4) as f32).collect();
        let falling: Vec<f32> = rising.iter().map(|value| 3.0 - value).collect();
        let low = vec![-1.0; 16];
        let planes = [&rising, &falling, &low].map(|data| Plane { data, width: 4, height: 4 });
        let masks = highest(&planes, &placement());
        assert_eq!(masks[0].bounds(), Rect::from_xywh(4.0, 0.0, 4.0, 8.0));
        assert_eq!(masks[1].bounds(), Rect::from_xywh(0.0, 0.0, 4.0, 8.0));
        assert!(masks[2].is_empty());
    }
}
