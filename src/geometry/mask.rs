//! Bitmap masks as run lengths: the type, and the ways in and out.

use serde::{Deserialize, Serialize};

use super::spans::{FARTHEST, RunWriter, Span, normalize, set_intervals, split_rows};
use super::{Point, Rect};

/// A set of pixels: run lengths over a rectangle, row by row.
///
/// The runs alternate between clear and set pixels and begin with clear ones (a leading 0 when the first
/// pixel is set); together they cover `width × height` pixels. The rectangle may lie anywhere, also partly
/// outside the picture, up to [`Mask::FARTHEST`] from the origin. All functions return *tight* masks: no clear
/// row or column at a border, and no zero runs but the first and those that join what is too long for one run
/// (over 2³² − 1 pixels). The empty mask has no size and no runs. Equal sets are thus equal masks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedMask")]
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

/// A mask as it comes from outside.
#[derive(Deserialize)]
struct UncheckedMask {
    left: i32,
    top: i32,
    width: u32,
    height: u32,
    runs: Vec<u32>,
}

impl TryFrom<UncheckedMask> for Mask {
    type Error = MaskError;

    fn try_from(mask: UncheckedMask) -> Result<Self, MaskError> {
        Self::from_runs(mask.left, mask.top, mask.width, mask.height, mask.runs)
    }
}

/// Why numbers from outside are no mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    /// More or fewer pixels than the rectangle has.
    #[error(
        "the mask has {num_found} pixels, but {width} × {height} pixels are {num_expected}: \
         it is cut off, or its size is that of another picture"
    )]
    WrongLength {
        /// Columns of the rectangle.
        width: u32,
        /// Rows of the rectangle.
        height: u32,
        /// Pixels of the rectangle.
        num_expected: u64,
        /// Pixels that were given.
        num_found: u64,
    },
    /// Farther from the origin than [`Mask::FARTHEST`].
    #[error(
        "the mask reaches more than {} pixels from the picture's corner: check its position and size",
        FARTHEST
    )]
    TooFar,
}

impl Mask {
    /// Pixels exist from minus to plus this many columns and rows. What functions would set beyond is left out.
    pub const FARTHEST: i32 = FARTHEST;

    /// The mask of alternating run lengths over a rectangle, clear ones first, row-major.
    ///
    /// # Errors
    /// When the runs do not cover the rectangle exactly, or it lies too far off.
    pub fn from_runs(
        left: i32,
        top: i32,
        width: u32,
        height: u32,
        runs: Vec<u32>,
    ) -> Result<Self, MaskError> {
        check_place(left, top, width, height)?;
        check_length(width, height, runs.iter().map(|&n| u64::from(n)).sum())?;
        Ok(Self { left, top, width, height, runs }.tightened())
    }

    /// The mask of a bitmap whose first pixel is at column `left` and row `top`, row-major; what is not 0 is set.
    ///
    /// # Errors
    /// When there are not `width × height` pixels, or they lie too far off.
    pub fn from_bitmap<P: Copy + Into<u8>>(
        left: i32,
        top: i32,
        width: u32,
        height: u32,
        pixels: &[P],
    ) -> Result<Self, MaskError> {
        check_place(left, top, width, height)?;
        check_length(width, height, pixels.len() as u64)?;
        let mut spans = Vec::new();
        for (row, pixels) in (top..).zip(pixels.chunks_exact(width.max(1) as usize)) {
            let mut start = left;
            for run in pixels.chunk_by(|&a, &b| (a.into() == 0) == (b.into() == 0)) {
                let end = start + run.len() as i32;
                if run[0].into() != 0 {
                    spans.push((row, start, end));
                }
                start = end;
            }
        }
        Ok(Self::from_sorted(&spans))
    }

    /// The pixels within the bounds, rounded outwards, for whose column and row the function says yes.
    pub fn from_fn(bounds: Rect, mut is_set: impl FnMut(i32, i32) -> bool) -> Self {
        let pixels =
            |min: f64, max: f64| (min.floor() as i32).max(-FARTHEST)..(max.ceil() as i32).min(FARTHEST);
        let mut spans: Vec<Span> = Vec::new();
        for row in pixels(bounds.min.y, bounds.max.y) {
            for column in pixels(bounds.min.x, bounds.max.x).filter(|&column| is_set(column, row)) {
                match spans.last_mut() {
                    Some(last) if last.0 == row && last.2 == column => last.2 += 1,
                    _ => spans.push((row, column, column + 1)),
                }
            }
        }
        Self::from_sorted(&spans)
    }

    /// The union of stretches of rows, each given as row, first column and the column after the last one, in any
    /// order.
    pub fn from_spans(spans: impl IntoIterator<Item = (i32, i32, i32)>) -> Self {
        let mut spans: Vec<Span> = spans.into_iter().collect();
        normalize(&mut spans);
        Self::from_sorted(&spans)
    }

    /// The mask of spans that are in order and do not touch.
    pub(super) fn from_sorted(spans: &[Span]) -> Self {
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return Self::default() };
        let (top, bottom) = (first.0, last.0 + 1);
        let left = spans.iter().fold(first.1, |left, span| left.min(span.1));
        let right = spans.iter().fold(first.2, |right, span| right.max(span.2));
        let (width, height) = (left.abs_diff(right), top.abs_diff(bottom));
        let mut writer = RunWriter::default();
        for &(row, start, end) in spans {
            let zero = u64::from(top.abs_diff(row)) * u64::from(width);
            writer.push(zero + u64::from(left.abs_diff(start)), zero + u64::from(left.abs_diff(end)));
        }
        Self { left, top, width, height, runs: writer.finish(u64::from(width) * u64::from(height)) }
    }

    /// The set stretches of all rows in reading order, each as its row, its first column and the column after its
    /// last one. Stretches of one row do not touch.
    pub fn iter_spans(&self) -> impl Iterator<Item = (i32, i32, i32)> + '_ {
        let (left, top, far) = (i64::from(self.left), i64::from(self.top), i64::from(FARTHEST));
        // The fields are public: what they say beyond the rectangle and the world is left out.
        let num_rows = i64::from(self.height).min(far - top).max(0) as u64;
        let columns = if self.width == 0 { &[] } else { &self.runs[..] };
        split_rows(set_intervals(columns), self.width)
            .take_while(move |&(row, ..)| row < num_rows)
            .map(move |(row, start, end)| (top + row as i64, left + start as i64, left + end as i64))
            .map(move |(row, start, end)| (row, start.max(-far), end.min(far)))
            .filter(move |&(row, start, end)| row >= -far && start < end)
            .map(|(row, start, end)| (row as i32, start as i32, end as i32))
    }

    /// A window of the mask as one byte a pixel, row-major, 1 where set. Of `width × height` bytes.
    pub fn to_bitmap(&self, left: i32, top: i32, width: u32, height: u32) -> Vec<u8> {
        let mut bitmap = vec![0; width as usize * height as usize];
        let (left, top) = (i64::from(left), i64::from(top));
        for (row, start, end) in self.iter_spans() {
            let row = i64::from(row) - top;
            let columns = |column: i32| (i64::from(column) - left).clamp(0, i64::from(width)) as usize;
            if row >= i64::from(height) {
                break;
            }
            if row >= 0 {
                let zero = row as usize * width as usize;
                bitmap[zero + columns(start)..zero + columns(end)].fill(1);
            }
        }
        bitmap
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

fn check_place(left: i32, top: i32, width: u32, height: u32) -> Result<(), MaskError> {
    let far = i64::from(FARTHEST);
    let fits =
        |start: i32, length: u32| i64::from(start) >= -far && i64::from(start) + i64::from(length) <= far;
    if fits(left, width) && fits(top, height) { Ok(()) } else { Err(MaskError::TooFar) }
}

pub(super) fn check_length(width: u32, height: u32, num_found: u64) -> Result<(), MaskError> {
    let num_expected = u64::from(width) * u64::from(height);
    if num_found == num_expected {
        Ok(())
    } else {
        Err(MaskError::WrongLength { width, height, num_expected, num_found })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{bitmap, mask, pixels_around};
    use super::*;

    #[test]
    fn runs_read_row_by_row() {
        let mask = Mask::from_bitmap(3, 4, 3, 2, &[0u8, 1, 1, 1, 0, 1]).unwrap();
        assert_eq!(mask, Mask { left: 3, top: 4, width: 3, height: 2, runs: vec![1, 3, 1, 1] });
        assert_eq!(mask.iter_spans().collect::<Vec<_>>(), [(4, 4, 6), (5, 3, 4), (5, 5, 6)]);
        assert_eq!(
            (mask.area(), mask.contains(Point::new(3.5, 4.5)), mask.contains(Point::new(3.0, 5.0))),
            (4, false, true)
        );
    }

    #[test]
    fn runs_that_do_not_fit_are_refused_in_words() {
        let error = Mask::from_runs(0, 0, 4, 4, vec![3, 5]).unwrap_err();
        assert!(error.to_string().starts_with("the mask has 8 pixels, but 4 × 4 pixels are 16"), "{error}");
        assert!(Mask::from_runs(0, 0, u32::MAX, u32::MAX, vec![u32::MAX; 3]).is_err());
        assert_eq!(Mask::from_runs(i32::MAX, 0, 1, 1, vec![1]), Err(MaskError::TooFar));
        assert!(Mask::from_bitmap(0, 0, 2, 2, &[true; 3]).is_err());
        assert_eq!(Mask::from_runs(0, 0, 0, 0, vec![]), Ok(Mask::default()));
        assert_eq!(Mask::from_runs(0, 0, 5, 0, vec![0]), Ok(Mask::default()));
    }

    #[test]
    fn a_mask_is_read_from_json_only_when_it_is_sound() {
        let json = |runs: &str| format!(r#"{{"left":1,"top":2,"width":3,"height":1,"runs":{runs}}}"#);
        let mask: Mask = serde_json::from_str(&json("[0,2,1]")).unwrap();
        assert_eq!(mask, Mask::from_spans([(2, 1, 3)]), "and is tight then");
        assert!(serde_json::from_str::<Mask>(&json("[0,2]")).is_err());
    }

    #[test]
    fn a_mask_put_together_badly_by_hand_does_no_harm() {
        let all = u32::MAX;
        for mask in [
            Mask { left: i32::MAX, top: i32::MIN, width: all, height: all, runs: vec![0, all, 0, all] },
            Mask { left: 0, top: 0, width: 0, height: 3, runs: vec![0, 9] },
            Mask { left: 0, top: 0, width: 1, height: 2, runs: vec![0, all] },
            Mask { left: 0, top: 0, width: 3, height: 3, runs: vec![0, 2, 0, 3] },
        ] {
            let tight = mask.tightened();
            assert_eq!(tight.iter_spans().collect::<Vec<_>>(), mask.iter_spans().collect::<Vec<_>>());
            assert!(tight.bounds().width() <= 2.0 * f64::from(FARTHEST));
        }
    }

    proptest! {
        #[test]
        fn a_bitmap_comes_back_and_the_mask_is_tight((left, top, width, height, pixels) in bitmap()) {
            let mask = Mask::from_bitmap(left, top, width, height, &pixels).unwrap();
            let expected: Vec<u8> = pixels.iter().map(|&p| p.into()).collect();
            prop_assert_eq!(mask.to_bitmap(left, top, width, height), expected);
            prop_assert_eq!(mask.area(), pixels.iter().filter(|p| **p).count() as u64);
            prop_assert_eq!(mask.runs.iter().map(|&n| u64::from(n)).sum::<u64>(), u64::from(mask.width) * u64::from(mask.height));
            prop_assert!(mask.runs.iter().skip(1).all(|&n| n > 0));
            let spans: Vec<_> = mask.iter_spans().collect();
            for column in [mask.left, mask.left + mask.width as i32 - 1] {
                prop_assert!(mask.is_empty() || spans.iter().any(|s| s.1 <= column && column < s.2));
            }
            for row in [mask.top, mask.top + mask.height as i32 - 1] {
                prop_assert!(mask.is_empty() || spans.iter().any(|s| s.0 == row));
            }
        }

        #[test]
        fn all_ways_in_give_the_same_mask(mask in mask(), seed in any::<i64>()) {
            let asked = Mask::from_fn(Rect::from_xywh(-8.0, -8.0, 28.0, 28.0), |column, row| {
                mask.contains(Point::new(f64::from(column) + 0.5, f64::from(row) + 0.5))
            });
            prop_assert_eq!(&asked, &mask);
            // Pixels one by one, some of them twice, in a strange order.
            let mut pixels: Vec<_> = mask.iter_spans().flat_map(|(row, a, b)| (a..b).map(move |x| (row, x, x + 1))).collect();
            pixels.extend_from_within(..pixels.len() / 2);
            pixels.sort_by_key(|p| i64::from(p.0 * 31 + p.1).wrapping_mul(seed | 1));
            prop_assert_eq!(&Mask::from_spans(pixels), &mask);
            let Mask { left, top, width, height, runs } = mask.clone();
            prop_assert_eq!(Mask::from_runs(left, top, width, height, runs), Ok(mask));
        }

        #[test]
        fn contains_asks_the_pixel_under_the_point((left, top, width, height, pixels) in bitmap()) {
            let mask = Mask::from_bitmap(left, top, width, height, &pixels).unwrap();
            for (column, row) in pixels_around() {
                let (x, y) = (column - left, row - top);
                let is_inside = (0..width as i32).contains(&x) && (0..height as i32).contains(&y);
                let expected = is_inside && pixels[(y * width as i32 + x) as usize];
                prop_assert_eq!(mask.contains(Point::new(f64::from(column) + 0.9, f64::from(row))), expected);
            }
        }
    }
}
