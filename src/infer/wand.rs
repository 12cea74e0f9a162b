//! The magic wand: the pixels whose colour is near that of a place.
//!
//! Colours are compared in CIELAB, so that the tolerance means the same for dark and light, grey and coloured. The colour
//! looked for is the mean of the 3 × 3 pixels around the place: a single noisy one decides nothing. Either all pixels count
//! or those that hang together with the place by their sides, found by filling stretches of rows (Smith, *Tint fill*,
//! SIGGRAPH 1979), which looks at no pixel beyond the border.

use super::bitmap::Bitmap;
use super::lab::{Lab, distance_squared, lab_of};
use crate::base::jobs::JobContext;
use crate::geometry::Mask;
use crate::pixels::Picture;

/// Specks and pinholes with fewer pixels are noise.
const NOISE_PIXELS: usize = 24;

/// What to select.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WandOptions {
    /// How far a colour may be from that of the place: ΔE*ab.
    pub tolerance: f32,
    /// Whether only what hangs together with the place counts.
    pub is_contiguous: bool,
}

/// The pixels of a picture whose colour is near that at column `x` and row `y`. Empty when that lies outside; `None` when
/// the job was called off.
pub fn select_by_color(
    picture: &Picture,
    (x, y): (u32, u32),
    options: WandOptions,
    context: &JobContext,
) -> Option<Mask> {
    let size = picture.size();
    if x >= size.width || y >= size.height {
        return Some(Mask::default());
    }
    let colors = Colors { picture, wanted: mean_around(picture, x, y), limit: options.tolerance.powi(2) };
    let mut found = Bitmap::new(size.width as usize, size.height as usize);
    if options.is_contiguous {
        fill(&colors, (x as usize, y as usize), &mut found, context)?;
    } else {
        for (y, row) in found.pixels.chunks_exact_mut(size.width as usize).enumerate() {
            if context.is_cancelled() {
                return None;
            }
            row.iter_mut().enumerate().for_each(|(x, set)| *set = u8::from(colors.is_near(x, y)));
        }
    }
    found.tidy(NOISE_PIXELS);
    Some(found.mask())
}

struct Colors<'a> {
    picture: &'a Picture,
    wanted: Lab,
    /// The square of the tolerance.
    limit: f32,
}

impl Colors<'_> {
    fn is_near(&self, x: usize, y: usize) -> bool {
        let pixel = self.picture.rgba().as_chunks::<4>().0[y * self.picture.size().width as usize + x];
        distance_squared(lab_of(pixel), self.wanted) <= self.limit
    }
}

fn mean_around(picture: &Picture, x: u32, y: u32) -> Lab {
    let (mut sum, mut number) = ([0.0; 3], 0.0);
    for y in y.saturating_sub(1)..=y + 1 {
        for pixel in (x.saturating_sub(1)..=x + 1).filter_map(|x| picture.pixel(x, y)) {
            let lab = lab_of(pixel);
            sum = std::array::from_fn(|i| sum[i] + lab[i]);
            number += 1.0;
        }
    }
    sum.map(|channel| channel / number)
}

/// Sets what hangs together with the start, which always counts.
fn fill(colors: &Colors<'_>, start: (usize, usize), found: &mut Bitmap, context: &JobContext) -> Option<()> {
    let (width, height) = (found.width, found.height);
    let is_open = |found: &Bitmap, x: usize, y: usize| {
        found.pixels[y * width + x] == 0 && ((x, y) == start || colors.is_near(x, y))
    };
    let mut waiting = vec![start];
    while let Some((x, y)) = waiting.pop() {
        if !is_open(found, x, y) {
            continue;
        }
        if context.is_cancelled() {
            return None;
        }
        let left = (0..x).rev().find(|&x| !is_open(found, x, y)).map_or(0, |x| x + 1);
        let end = (x + 1..width).find(|&x| !is_open(found, x, y)).unwrap_or(width);
        found.pixels[y * width + left..y * width + end].fill(1);
        for y in [y.checked_sub(1), Some(y + 1).filter(|y| *y < height)].into_iter().flatten() {
            let mut was_open = false;
            for x in left..end {
                let is_open = is_open(found, x, y);
                if is_open && !was_open {
                    waiting.push((x, y));
                }
                was_open = is_open;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::test_pictures::{blob, iou, painted};
    use crate::pixels::Size;

    fn wand(picture: &Picture, at: (u32, u32), tolerance: f32, is_contiguous: bool) -> Mask {
        let options = WandOptions { tolerance, is_contiguous };
        select_by_color(picture, at, options, &JobContext::detached()).expect("not called off")
    }

    #[test]
    fn a_noisy_blob_is_selected_up_to_its_border() {
        let (picture, truth) = blob(Size::new(160, 120), 3);
        let found = wand(&picture, (80, 60), 30.0, true);
        assert!(iou(&found, &truth) > 0.98, "{}", iou(&found, &truth));
    }

    #[test]
    fn only_what_hangs_together_counts_unless_all_is_wanted() {
        let is_set = |x: u32, _| x % 40 < 20;
        let picture =
            painted(
                Size::new(100, 40),
                |x, y| {
                    if is_set(x, y) { [200, 30, 30, 255] } else { [30, 30, 200, 255] }
                },
            );
        assert_eq!(wand(&picture, (5, 5), 10.0, true).area(), 20 * 40);
        assert_eq!(wand(&picture, (5, 5), 10.0, false).area(), 60 * 40);
        assert_eq!(wand(&picture, (5, 5), 300.0, true).area(), 100 * 40);
    }

    #[test]
    fn a_larger_tolerance_never_selects_less() {
        let (picture, _) = blob(Size::new(90, 70), 7);
        let areas: Vec<_> =
            [0.0, 5.0, 10.0, 20.0, 40.0, 80.0].map(|t| wand(&picture, (45, 35), t, true).area()).into();
        assert!(areas.is_sorted(), "{areas:?}");
    }

    #[test]
    fn a_place_outside_selects_nothing_and_a_lone_pixel_is_no_reason_to_fail() {
        let (picture, _) = blob(Size::new(20, 20), 1);
        assert!(wand(&picture, (20, 3), 10.0, true).is_empty());
        let dot = painted(Size::new(1, 1), |_, _| [9, 9, 9, 255]);
        // A speck, but all that there is.
        assert!(wand(&dot, (0, 0), 10.0, true).area() <= 1);
    }

    #[test]
    fn what_is_called_off_ends_without_a_result() {
        let (picture, _) = blob(Size::new(50, 50), 1);
        let pool = crate::base::jobs::JobPool::new(1);
        let job = pool.submit(
            crate::base::jobs::Priority::Now,
            || (),
            move |context| {
                while !context.is_cancelled() {
                    std::thread::yield_now();
                }
                let options = WandOptions { tolerance: 10.0, is_contiguous: true };
                select_by_color(&picture, (25, 25), options, context)
            },
        );
        while !job.has_started() {
            std::thread::yield_now();
        }
        job.cancel();
        assert_eq!(job.wait(), Ok(None));
    }
}
