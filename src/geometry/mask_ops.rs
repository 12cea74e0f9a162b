//! Set operations on masks, run by run: the work is that of reading both run lists, never that of the pixels.

use super::spans::{FARTHEST, Span, combine, interval, span};
use super::{Mask, Rect};

impl Mask {
    /// The pixels of either mask.
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a || b)
    }

    /// The pixels of both masks.
    pub fn intersect(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a && b)
    }

    /// The pixels of this mask that are not of the other.
    pub fn subtract(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a && !b)
    }

    /// The pixels of exactly one of the two masks.
    pub fn xor(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a != b)
    }

    /// The number of pixels that both masks have.
    pub fn shared_area(&self, other: &Self) -> u64 {
        if !self.bounds().intersects(&other.bounds()) {
            return 0;
        }
        self.combined(other, |a, b| a && b).map(|(start, end)| start.abs_diff(end)).sum()
    }

    /// Moved by whole pixels. What would lie beyond [`Mask::FARTHEST`] is left out.
    pub fn translated(&self, columns: i32, rows: i32) -> Self {
        let (left, top) = (self.left.saturating_add(columns), self.top.saturating_add(rows));
        let end = |start: i32, length: u32| i64::from(start) + i64::from(length);
        let is_near = |start: i32, length| start >= -FARTHEST && end(start, length) <= i64::from(FARTHEST);
        if is_near(left, self.width) && is_near(top, self.height) {
            return Self { left, top, ..self.clone() }.tightened();
        }
        let moved = |(row, start, end): Span| {
            (row.saturating_add(rows), start.saturating_add(columns), end.saturating_add(columns))
        };
        Self::from_spans(self.iter_spans().map(moved))
    }

    /// The mask's rectangle drawn out to another one, rounded to whole pixels: each pixel takes the old one under its
    /// centre (nearest neighbour). Nothing when one of the two has no area.
    pub fn stretched(&self, to: &Rect) -> Self {
        let [left, top, right, bottom] = [to.min.x, to.min.y, to.max.x, to.max.y].map(f64::round);
        if !(left < right && top < bottom) || self.width == 0 || self.height == 0 {
            return Self::default();
        }
        let column_step = (right - left) / f64::from(self.width);
        let row_step = (bottom - top) / f64::from(self.height);
        // The first pixel whose centre lies at the new place of an old border or after it.
        let column = |old: i32| first_centre_from(left + f64::from(old - self.left) * column_step);
        let row = |old: i32| first_centre_from(top + f64::from(old - self.top) * row_step);
        let old_spans: Vec<Span> = self.iter_spans().collect();
        let spans = old_spans.chunk_by(|a, b| a.0 == b.0).flat_map(|old_row| {
            (row(old_row[0].0)..row(old_row[0].0 + 1)).flat_map(move |new_row| {
                old_row.iter().map(move |old| (new_row, column(old.1), column(old.2)))
            })
        });
        Self::from_spans(spans)
    }

    /// The pixels that lie in a picture of the given size.
    pub fn clipped(&self, width: u32, height: u32) -> Self {
        let [width, height] = [width, height].map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        let inside = |(row, start, end): Span| (row, start.max(0), end.min(width));
        let spans = self.iter_spans().filter(|&(row, ..)| (0..height).contains(&row)).map(inside);
        Self::from_sorted(&spans.filter(|&(_, start, end)| start < end).collect::<Vec<_>>())
    }

    /// The same pixels in the tight form that [`Mask`] describes: for masks put together by hand.
    pub fn tightened(&self) -> Self {
        Self::from_sorted(&self.iter_spans().collect::<Vec<_>>())
    }

    fn combine(&self, other: &Self, keep: impl Fn(bool, bool) -> bool) -> Self {
        Self::from_sorted(&self.combined(other, keep).map(span).collect::<Vec<_>>())
    }

    fn combined(&self, other: &Self, keep: impl Fn(bool, bool) -> bool) -> impl Iterator<Item = (i64, i64)> {
        combine(self.iter_spans().map(interval), other.iter_spans().map(interval), keep)
    }
}

fn first_centre_from(x: f64) -> i32 {
    ((x - 0.5).ceil() as i32).clamp(-FARTHEST, FARTHEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{mask, pixels_around};
    use super::*;

    /// The mask over all pixels that tests look at, the long way.
    fn bits(mask: &Mask) -> Vec<bool> {
        mask.to_bitmap(-8, -8, 28, 28).iter().map(|&p| p != 0).collect()
    }

    #[test]
    fn two_far_points_make_a_small_mask() {
        let far =
            Mask::from_spans([(-FARTHEST, -FARTHEST, 1 - FARTHEST), (FARTHEST - 1, FARTHEST - 1, FARTHEST)]);
        assert_eq!((far.area(), far.height), (2, 2 * FARTHEST.unsigned_abs()));
        assert!(far.runs.len() < 5000, "a run longer than 2³² − 1 is split, no more");
        let Mask { left, top, width, height, runs } = far.clone();
        assert_eq!(
            Mask::from_runs(left, top, width, height, runs),
            Ok(far.clone()),
            "what is made can be read"
        );
        assert_eq!(far.subtract(&far), Mask::default());
    }

    #[test]
    fn what_moves_out_of_the_world_is_left_out() {
        let mask = Mask::from_spans([(0, 0, 3), (1, 0, 3)]);
        assert_eq!(mask.translated(FARTHEST - 1, FARTHEST - 1).area(), 1);
        assert!(mask.translated(i32::MAX, i32::MIN).is_empty());
    }

    #[test]
    fn stretching_repeats_and_skips_pixels() {
        let mask = Mask::from_spans([(0, 0, 1), (1, 1, 2)]);
        let twice = Mask::from_spans([(3, 5, 7), (4, 5, 7), (5, 7, 9), (6, 7, 9)]);
        assert_eq!(mask.stretched(&Rect::from_xywh(5.0, 3.0, 4.0, 4.0)), twice);
        assert_eq!(twice.stretched(&Rect::from_xywh(0.2, -0.2, 2.0, 2.0)), mask);
        assert!(mask.stretched(&Rect::EMPTY).is_empty());
        assert!(mask.stretched(&Rect::from_xywh(f64::NAN, 0.0, 4.0, 4.0)).is_empty());
        assert!(!mask.stretched(&Rect::from_xywh(-1e300, 0.0, 2e300, 4.0)).is_empty());
    }

    proptest! {
        #[test]
        fn a_stretched_mask_has_the_old_pixel_under_each_centre(
            mask in mask(),
            (x, y) in (-4..4i32, -4..4i32),
            (width, height) in (1..16i32, 1..16i32),
        ) {
            let to = Rect::from_xywh(x.into(), y.into(), width.into(), height.into());
            let stretched = mask.stretched(&to);
            for (column, row) in pixels_around() {
                let centre = super::super::Point::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
                let (u, v) = ((centre.x - to.min.x) / to.width(), (centre.y - to.min.y) / to.height());
                let old = super::super::Point::new(
                    // A centre that falls on an old border belongs to the pixel after it, rounding or not.
                    f64::from(mask.left) + u * f64::from(mask.width) + 1e-9,
                    f64::from(mask.top) + v * f64::from(mask.height) + 1e-9,
                );
                prop_assert_eq!(stretched.contains(centre), to.contains(centre) && mask.contains(old));
            }
        }

        #[test]
        fn operations_are_those_of_the_pixels(a in mask(), b in mask()) {
            let check = |mask: Mask, op: fn(bool, bool) -> bool| {
                let expected: Vec<bool> = bits(&a).iter().zip(bits(&b)).map(|(&a, b)| op(a, b)).collect();
                assert_eq!(bits(&mask), expected);
                assert_eq!(mask.tightened(), mask, "results are tight");
            };
            check(a.union(&b), |a, b| a || b);
            check(a.intersect(&b), |a, b| a && b);
            check(a.subtract(&b), |a, b| a && !b);
            check(a.xor(&b), |a, b| a != b);
            prop_assert_eq!(a.shared_area(&b), a.intersect(&b).area());
        }

        #[test]
        fn moving_and_clipping_are_those_of_the_pixels(a in mask(), (x, y) in (-4..4i32, -4..4i32), (w, h) in (0..9u32, 0..9u32)) {
            let (moved, clipped) = (a.translated(x, y), a.clipped(w, h));
            let has = |mask: &Mask, (column, row): (i32, i32)| {
                mask.contains(super::super::Point::new(f64::from(column), f64::from(row)))
            };
            for (column, row) in pixels_around() {
                prop_assert_eq!(has(&moved, (column + x, row + y)), has(&a, (column, row)));
                let is_inside = (0..w as i32).contains(&column) && (0..h as i32).contains(&row);
                prop_assert_eq!(has(&clipped, (column, row)), is_inside && has(&a, (column, row)));
            }
            prop_assert_eq!(moved.translated(-x, -y), a);
            prop_assert_eq!(clipped.tightened(), clipped);
        }
    }
}
