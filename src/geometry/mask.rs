//! Bitmap masks as run lengths.

use serde::{Deserialize, Serialize};

use super::{Point, Rect};

/// A set of pixels: run lengths over a rectangle, row by row.
///
/// The runs alternate between clear and set pixels and begin with clear ones (a leading 0 when the first
/// pixel is set); together they cover `width × height` pixels. The rectangle may lie anywhere, also partly
/// outside the picture. [`Mask::from_fn`] and all operations return *tight* masks: no clear row or column at
/// a border, and no zero runs but the first. The empty mask has no size and no runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// The first pixel column of the rectangle.
    pub left: i32,
    /// The first pixel row of the rectangle.
    pub top: i32,
    /// Columns of the rectangle.
    pub width: u32,
    /// Rows of the rectangle.
    pub height: u32,
    /// Alternating lengths of clear and set runs, row-major.
    pub runs: Vec<u32>,
}

impl Mask {
    /// The mask of the pixels of a rectangle for which the function says yes. It is given column and row,
    /// counted from the rectangle's top left.
    pub fn from_fn(left: i32, top: i32, width: u32, height: u32, is_set: impl Fn(u32, u32) -> bool) -> Self {
        let mut runs = vec![0];
        for (row, column) in (0..height).flat_map(|row| (0..width).map(move |column| (row, column))) {
            if is_set(column, row) != (runs.len() % 2 == 0) {
                runs.push(0);
            }
            *runs.last_mut().expect("starts with one run") += 1;
        }
        Self { left, top, width, height, runs }
    }

    /// Whether no pixel is set.
    pub fn is_empty(&self) -> bool {
        self.area() == 0
    }

    /// The number of set pixels.
    pub fn area(&self) -> u64 {
        self.runs.iter().skip(1).step_by(2).map(|&n| u64::from(n)).sum()
    }

    /// The outer border of the rectangle, in pixels.
    pub fn bounds(&self) -> Rect {
        Rect::from_xywh(
            f64::from(self.left),
            f64::from(self.top),
            f64::from(self.width),
            f64::from(self.height),
        )
    }

    /// Whether the pixel under the point is set.
    pub fn contains(&self, p: Point) -> bool {
        let (column, row) = (p.x.floor() - f64::from(self.left), p.y.floor() - f64::from(self.top));
        if !(column >= 0.0 && column < f64::from(self.width) && row >= 0.0 && row < f64::from(self.height)) {
            return false;
        }
        let at = row as u64 * u64::from(self.width) + column as u64;
        let mut end = 0;
        for (i, &run) in self.runs.iter().enumerate() {
            end += u64::from(run);
            if at < end {
                return i % 2 == 1;
            }
        }
        false
    }
}
