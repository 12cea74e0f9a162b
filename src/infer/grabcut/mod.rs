//! GrabCut: the object inside a box, cut out along its border.
//!
//! Rother, Kolmogorov and Blake, *GrabCut: Interactive Foreground Extraction using Iterated Graph Cuts* (SIGGRAPH 2004).
//! Outside the box is no object. What is inside is parted by turns: mixtures of Gaussians learn the colours of both sides
//! ([`colors`]), then the cheapest cut says who is on which side ([`max_flow`]), where a cut is cheap between pixels that
//! differ. Marks of a person hold fast.
//!
//! Large boxes are cut at half the size first, and then only in a narrow band around the border found there (Lombaert et
//! al., *A Multilevel Banded Graph Cuts Method for Fast Image Segmentation*, ICCV 2005).

mod colors;
mod max_flow;

use colors::{Mixture, Rgb};
use max_flow::{Graph, NOBODY, NUM_ARCS};

use super::bitmap::Bitmap;
use crate::base::jobs::JobContext;
use crate::geometry::Mask;
use crate::pixels::{Picture, PixelRect};

/// The weight of neighbourhood: γ of the paper.
const GAMMA: f32 = 50.0;
const MAX_ROUNDS: usize = 5;
/// Boxes up to this side are cut as a whole.
const MAX_WHOLE_SIDE: usize = 330;
/// Half the band around a border that was found at half the size, pixels.
const BAND_PX: usize = 3;
/// Colours are learned from so many pixels.
const MAX_SAMPLES: usize = 40_000;
/// Costs as whole numbers.
const SCALE: f32 = 1000.0;
/// Parts and holes smaller than this share of the box are noise.
const NOISE_SHARE: f64 = 0.0005;
const STEPS: [(isize, isize); NUM_ARCS] =
    [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

/// What is known of a pixel before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Known {
    /// To be found out.
    #[default]
    Nothing,
    Object,
    Ground,
}

/// What a person knows of the object.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Pixels that are of it, also outside the box.
    pub object: Mask,
    /// Pixels that are not; where both are marked, these hold.
    pub ground: Mask,
}

/// The object inside a box of a picture. The picture should show about as much around the box as the box is wide: its
/// surroundings tell what it is not. `None` when the job was called off; empty where nothing stands out.
pub fn cut_out(picture: &Picture, inside: PixelRect, marks: &Marks, context: &JobContext) -> Option<Mask> {
    let size = picture.size();
    let inside = inside.intersection(&PixelRect::of_size(size));
    if inside.is_empty() {
        return Some(Mask::default());
    }
    let colors =
        picture.rgba().as_chunks::<4>().0.iter().map(|&[r, g, b, _]| [r, g, b].map(f32::from)).collect();
    let scene = Scene { width: size.width as usize, colors, known: known(picture, inside, marks) };
    let is_object = scene.solve(inside.width.max(inside.height) as usize, context)?;
    let pixels = is_object.into_iter().map(u8::from).collect();
    let mut found = Bitmap { width: size.width as usize, height: size.height as usize, pixels };
    found.tidy((inside.size().num_pixels() as f64 * NOISE_SHARE) as usize);
    Some(found.mask())
}

fn known(picture: &Picture, inside: PixelRect, marks: &Marks) -> Vec<Known> {
    let size = picture.size();
    // A box over the whole picture has its border for surroundings.
    let is_everything = inside.size() == size;
    let is_open = |x: u32, y: u32| {
        let is_border = x == 0 || y == 0 || x + 1 == size.width || y + 1 == size.height;
        (inside.left..inside.right()).contains(&x)
            && (inside.top..inside.bottom()).contains(&y)
            && !(is_everything && is_border)
    };
    let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let mut known: Vec<Known> =
        places.map(|(x, y)| if is_open(x, y) { Known::Nothing } else { Known::Ground }).collect();
    for (mask, mark) in [(&marks.object, Known::Object), (&marks.ground, Known::Ground)] {
        let marked = mask.to_bitmap(0, 0, size.width, size.height);
        known
            .iter_mut()
            .zip(marked)
            .filter(|(_, is_marked)| *is_marked != 0)
            .for_each(|(known, _)| *known = mark);
    }
    known
}

/// A picture and what is known of its pixels, at one size.
struct Scene {
    width: usize,
    colors: Vec<Rgb>,
    known: Vec<Known>,
}

impl Scene {
    fn height(&self) -> usize {
        self.colors.len() / self.width
    }

    /// Which pixels are of the object, inside a box of so many pixels along its longer side.
    fn solve(&self, side: usize, context: &JobContext) -> Option<Vec<bool>> {
        if side > MAX_WHOLE_SIDE {
            let coarse = self.halved().solve(side.div_ceil(2), context)?;
            return self.refine(&coarse, context);
        }
        let mut is_object: Vec<bool> = self.known.iter().map(|known| *known != Known::Ground).collect();
        let (mut object, mut ground) = self.learn(&is_object, None);
        for _ in 0..MAX_ROUNDS {
            let found = self.cut(&object, &ground, None, context)?;
            let num_changed = found.iter().zip(&is_object).filter(|(a, b)| a != b).count();
            is_object = found;
            if num_changed * 1000 <= self.known.len() {
                break;
            }
            (object, ground) = self.learn(&is_object, Some((&object, &ground)));
        }
        Some(is_object)
    }

    /// The border that was found at half the size, at this one.
    fn refine(&self, coarse: &[bool], context: &JobContext) -> Option<Vec<bool>> {
        let (width, coarse_width) = (self.width, self.width.div_ceil(2));
        let before: Vec<bool> =
            (0..self.colors.len()).map(|i| coarse[i / width / 2 * coarse_width + i % width / 2]).collect();
        let (object, ground) = self.learn(&before, None);
        let band = band(&before, width);
        self.cut(&object, &ground, Some((&before, &band)), context)
    }

    fn halved(&self) -> Self {
        let (width, height) = (self.width, self.height());
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let mut colors = Vec::with_capacity(half_width * half_height);
        let mut known = Vec::with_capacity(half_width * half_height);
        for (y, x) in (0..half_height).flat_map(|y| (0..half_width).map(move |x| (y, x))) {
            let (x1, y1) = ((2 * x + 1).min(width - 1), (2 * y + 1).min(height - 1));
            let four = [2 * y * width + 2 * x, 2 * y * width + x1, y1 * width + 2 * x, y1 * width + x1];
            colors.push(std::array::from_fn(|c| four.iter().map(|&i| self.colors[i][c]).sum::<f32>() / 4.0));
            // A thin mark is not lost; surroundings are only what is so as a whole.
            let has = |known: Known| four.iter().filter(|&&i| self.known[i] == known).count();
            known.push(match (has(Known::Object), has(Known::Ground)) {
                (1.., _) => Known::Object,
                (0, 4) => Known::Ground,
                _ => Known::Nothing,
            });
        }
        Self { width: half_width, colors, known }
    }

    /// The colours of both sides.
    fn learn(&self, is_object: &[bool], before: Option<(&Mixture, &Mixture)>) -> (Mixture, Mixture) {
        let of = |side: bool| {
            let num_pixels = is_object.iter().filter(|is_object| **is_object == side).count();
            let pixels = self.colors.iter().zip(is_object).filter(|(_, is_object)| **is_object == side);
            pixels.map(|(color, _)| *color).step_by(num_pixels / MAX_SAMPLES + 1).collect::<Vec<Rgb>>()
        };
        match before {
            Some((object, ground)) => (object.relearn(&of(true)), ground.relearn(&of(false))),
            None => (Mixture::learn(&of(true)), Mixture::learn(&of(false))),
        }
    }

    /// The cheapest cut. Where a band is given, everything outside it stays as it was before.
    fn cut(
        &self,
        object: &Mixture,
        ground: &Mixture,
        banded: Option<(&[bool], &[bool])>,
        context: &JobContext,
    ) -> Option<Vec<bool>> {
        let side = |i: usize| match (self.known[i], banded) {
            (Known::Object, _) => Some(true),
            (Known::Ground, _) => Some(false),
            (Known::Nothing, Some((before, band))) if !band[i] => Some(before[i]),
            (Known::Nothing, _) => None,
        };
        let mut sides: Vec<Option<bool>> = (0..self.colors.len()).map(side).collect();
        let pixels: Vec<usize> = (0..sides.len()).filter(|i| sides[*i].is_none()).collect();
        let mut nodes = vec![NOBODY; sides.len()];
        pixels.iter().enumerate().for_each(|(node, pixel)| nodes[*pixel] = node as u32);
        let around = |pixel: usize| STEPS.map(|step| self.neighbor(pixel, step));
        let neighbors =
            pixels.iter().map(|&pixel| around(pixel).map(|to| to.map_or(NOBODY, |to| nodes[to]))).collect();
        let mut graph = Graph::new(neighbors);
        let beta = self.beta(&pixels);
        for (node, &pixel) in pixels.iter().enumerate() {
            let color = &self.colors[pixel];
            let (mut from_source, mut to_sink) = (ground.cost(color), object.cost(color));
            for (arc, to) in around(pixel).into_iter().enumerate() {
                let Some(to) = to else { continue };
                let length =
                    if STEPS[arc].0 != 0 && STEPS[arc].1 != 0 { std::f32::consts::SQRT_2 } else { 1.0 };
                let weight = GAMMA / length * (-beta * squared(color, &self.colors[to])).exp();
                match sides[to] {
                    Some(true) => from_source += weight,
                    Some(false) => to_sink += weight,
                    None => graph.set_capacity(node, arc, (weight * SCALE) as i32),
                }
            }
            // Only the difference matters; a common part would be pushed straight through.
            let difference = ((from_source - to_sink) * SCALE) as i32;
            graph.set_terminals(node, difference.max(0), (-difference).max(0));
        }
        let cut = graph.cut(&|| context.is_cancelled())?;
        pixels.iter().zip(cut).for_each(|(pixel, is_object)| sides[*pixel] = Some(is_object));
        Some(sides.into_iter().map(|side| side.unwrap_or(false)).collect())
    }

    fn neighbor(&self, pixel: usize, (dx, dy): (isize, isize)) -> Option<usize> {
        let x = (pixel % self.width).checked_add_signed(dx).filter(|x| *x < self.width)?;
        let y = (pixel / self.width).checked_add_signed(dy).filter(|y| *y < self.height())?;
        Some(y * self.width + x)
    }

    /// Equation 5 of the paper: half the inverse of the mean square of the difference of neighbours.
    fn beta(&self, pixels: &[usize]) -> f32 {
        let (mut sum, mut number) = (0.0_f64, 0.0);
        for &pixel in pixels.iter().step_by(pixels.len() / MAX_SAMPLES + 1) {
            for to in [(1, 0), (0, 1)].into_iter().filter_map(|step| self.neighbor(pixel, step)) {
                sum += f64::from(squared(&self.colors[pixel], &self.colors[to]));
                number += 1.0;
            }
        }
        if sum > 0.0 { (number / (2.0 * sum)) as f32 } else { 0.0 }
    }
}

fn squared(a: &Rgb, b: &Rgb) -> f32 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)
}

/// The pixels at most [`BAND_PX`] columns and rows from the border.
fn band(is_object: &[bool], width: usize) -> Vec<bool> {
    let height = is_object.len() / width;
    let is_border = |i: usize| {
        let (x, y) = (i % width, i / width);
        (x + 1 < width && is_object[i] != is_object[i + 1])
            || (y + 1 < height && is_object[i] != is_object[i + width])
    };
    let mut band = vec![false; is_object.len()];
    for i in (0..is_object.len()).filter(|i| is_border(*i)) {
        let (x, y) = (i % width, i / width);
        let columns = x.saturating_sub(BAND_PX)..(x + BAND_PX + 2).min(width);
        for y in y.saturating_sub(BAND_PX)..(y + BAND_PX + 2).min(height) {
            band[y * width + columns.start..y * width + columns.end].fill(true);
        }
    }
    band
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::test_pictures::{blob, iou};
    use crate::pixels::Size;

    fn cut(picture: &Picture, inside: PixelRect, marks: &Marks) -> Mask {
        cut_out(picture, inside, marks, &JobContext::detached()).expect("not called off")
    }

    #[test]
    fn the_blob_in_a_box_is_cut_out_at_any_size() {
        for (size, seed) in [(Size::new(120, 100), 1), (Size::new(900, 800), 2)] {
            let (picture, truth) = blob(size, seed);
            let inside =
                PixelRect::new(size.width / 10, size.height / 10, size.width * 4 / 5, size.height * 4 / 5);
            let found = cut(&picture, inside, &Marks::default());
            assert!(iou(&found, &truth) > 0.98, "{size:?}: {}", iou(&found, &truth));
        }
    }

    #[test]
    fn marks_hold_fast_and_carry_what_looks_like_them() {
        let size = Size::new(160, 120);
        let (picture, truth) = blob(size, 4);
        let all = PixelRect::new(10, 10, 140, 100);
        let ground = Mask::from_bitmap(70, 50, 20, 20, &[1_u8; 400]).unwrap();
        let found = cut(&picture, all, &Marks { ground: ground.clone(), ..Marks::default() });
        assert_eq!(found.shared_area(&ground), 0);
        let object = Mask::from_bitmap(20, 20, 10, 10, &[1_u8; 100]).unwrap();
        let found = cut(&picture, all, &Marks { object: object.clone(), ..Marks::default() });
        assert_eq!(found.shared_area(&object), object.area());
        assert!(found.shared_area(&truth) * 100 > truth.area() * 95);
    }

    #[test]
    fn a_box_without_pixels_or_over_everything_is_no_reason_to_fail() {
        let (picture, truth) = blob(Size::new(80, 80), 4);
        assert!(cut(&picture, PixelRect::new(90, 0, 10, 10), &Marks::default()).is_empty());
        let found = cut(&picture, PixelRect::new(0, 0, 500, 500), &Marks::default());
        assert!(iou(&found, &truth) > 0.95, "{}", iou(&found, &truth));
        let plain = Picture::filled(Size::new(30, 30), [7, 7, 7, 255]);
        cut(&plain, PixelRect::new(5, 5, 20, 20), &Marks::default());
        cut(&Picture::filled(Size::new(1, 1), [0; 4]), PixelRect::new(0, 0, 1, 1), &Marks::default());
    }
}
