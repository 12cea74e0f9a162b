//! Where single points went: pyramidal Lucas–Kanade (Bouguet, 2000), each point followed back again (Kalal et al., 2010).

use super::image::{Patch, TrackImage};
use crate::geometry::{Point, Rect, Vector};

/// The neighbourhood of a point that is compared reaches this many samples each way.
const RADIUS: usize = 5;
const SIDE: usize = 2 * RADIUS + 1;
const NUM_LEVELS: usize = 4;
const MAX_ITERATIONS: usize = 15;
/// A step shorter than this, in samples, ends the search.
const CONVERGED: f64 = 0.02;
/// Neighbourhoods whose contrast along either direction is weaker than this (the lesser eigenvalue of the mean structure
/// tensor) say nothing.
const MIN_STRUCTURE: f64 = 2e-5;
/// A point that is followed back again comes as near as this to where it began, in samples.
const MAX_RETURN_ERROR: f64 = 0.5;
/// A region is looked at with at most this many samples across and down.
const MAX_SIDE: f64 = 320.0;

/// A region of a frame at several resolutions, each half of the one before.
pub(super) struct Region {
    levels: Vec<Patch>,
    origin: Point,
    /// Pixels from one sample to the next at the finest level.
    pub unit: f64,
}

impl Region {
    /// The part of a frame within `rect`.
    pub fn of(image: &TrackImage, rect: &Rect) -> Self {
        let unit = (rect.width().max(rect.height()) / MAX_SIDE).max(1.0);
        let side = |length: f64| (length / unit).ceil().max(1.0);
        let (width, height) = (side(rect.width()), side(rect.height()));
        let sampled = Rect::from_xywh(rect.min.x, rect.min.y, width * unit, height * unit);
        let mut levels = vec![image.sample(0, &sampled, width as usize, height as usize)];
        while levels.len() < NUM_LEVELS {
            let Some(next) = levels.last().and_then(halved) else { break };
            levels.push(next);
        }
        Self { levels, origin: rect.min, unit }
    }

    /// How far the neighbourhood of a point reaches at the finest level, pixels each way.
    pub fn reach_px(&self) -> f64 {
        RADIUS as f64 * self.unit
    }

    /// The finest level.
    pub fn finest(&self) -> &Patch {
        &self.levels[0]
    }

    /// A position in the picture, in samples of the finest level; (0, 0) is the centre of the first.
    pub fn samples_from_image(&self, p: Point) -> Vector {
        (p - self.origin) / self.unit - Vector::new(0.5, 0.5)
    }

    /// The reverse of [`Self::samples_from_image`].
    pub fn image_from_samples(&self, v: Vector) -> Point {
        self.origin + (v + Vector::new(0.5, 0.5)) * self.unit
    }
}

/// Where the point `p` of one region lies in another, of which it is expected near `guess`. `None` when its neighbourhood
/// says too little, or when the way back does not lead home.
pub(super) fn follow(from: &Region, to: &Region, p: Point, guess: Point) -> Option<Point> {
    let start = from.samples_from_image(p);
    let there = search(from, to, start, to.samples_from_image(guess))?;
    let back = search(to, from, there, start + (to.samples_from_image(guess) - there))?;
    ((back - start).length() <= MAX_RETURN_ERROR).then(|| to.image_from_samples(there))
}

/// From coarse to fine.
fn search(from: &Region, to: &Region, start: Vector, guess: Vector) -> Option<Vector> {
    let num_levels = from.levels.len().min(to.levels.len());
    let mut shift = (guess - start) / f64::from(1u32 << (num_levels - 1));
    for level in (0..num_levels).rev() {
        // The centre of a sample of a coarser level lies between two of the finer.
        let unit = f64::from(1u32 << level);
        let at = (start + Vector::new(0.5, 0.5)) / unit - Vector::new(0.5, 0.5);
        let found = refine(&from.levels[level], &to.levels[level], at, shift);
        shift = match found {
            Some(found) => found,
            // Coarse levels may be blank; the finest has to say something.
            None if level > 0 => shift,
            None => return None,
        };
        if level > 0 {
            shift = shift * 2.0;
        }
    }
    let end = start + shift;
    let patch = &to.levels[0];
    let is_within = (-0.5..=patch.width as f64 - 0.5).contains(&end.x)
        && (-0.5..=patch.height as f64 - 0.5).contains(&end.y);
    is_within.then_some(end)
}

/// Newton's method for the shift with which two neighbourhoods agree best. `None` without structure.
fn refine(from: &Patch, to: &Patch, at: Vector, mut shift: Vector) -> Option<Vector> {
    let here: [[f32; SIDE + 2]; SIDE + 2] = neighbourhood(from, at);
    let (mut xx, mut xy, mut yy) = (0.0f64, 0.0f64, 0.0f64);
    let mut slopes = [[[0.0f32; 2]; SIDE]; SIDE];
    for y in 0..SIDE {
        for x in 0..SIDE {
            let dx = (here[y + 1][x + 2] - here[y + 1][x]) / 2.0;
            let dy = (here[y + 2][x + 1] - here[y][x + 1]) / 2.0;
            slopes[y][x] = [dx, dy];
            xx += f64::from(dx * dx);
            xy += f64::from(dx * dy);
            yy += f64::from(dy * dy);
        }
    }
    if lesser_eigenvalue(xx, xy, yy) / (SIDE * SIDE) as f64 <= MIN_STRUCTURE {
        return None;
    }
    let determinant = xx * yy - xy * xy;
    for _ in 0..MAX_ITERATIONS {
        let there: [[f32; SIDE]; SIDE] = neighbourhood(to, at + shift);
        let mut wrong = Vector::ZERO;
        for y in 0..SIDE {
            for x in 0..SIDE {
                let difference = f64::from(here[y + 1][x + 1] - there[y][x]);
                wrong =
                    wrong + Vector::new(f64::from(slopes[y][x][0]), f64::from(slopes[y][x][1])) * difference;
            }
        }
        let step = Vector::new(yy * wrong.x - xy * wrong.y, xx * wrong.y - xy * wrong.x) / determinant;
        shift = shift + step;
        if step.length() < CONVERGED {
            break;
        }
    }
    (shift.x.is_finite() && shift.y.is_finite()).then_some(shift)
}

/// `N` by `N` values around a position between samples.
fn neighbourhood<const N: usize>(patch: &Patch, center: Vector) -> [[f32; N]; N] {
    let half = (N / 2) as f64;
    let (left, top) = (center.x - half, center.y - half);
    let (column, row) = (left.floor(), top.floor());
    let (fx, fy) = ((left - column) as f32, (top - row) as f32);
    let clamp = |position: f64, offset: usize, n: usize| {
        (position + offset as f64).clamp(0.0, (n - 1) as f64) as usize
    };
    let mut values = [[0.0; N]; N];
    for (y, out) in values.iter_mut().enumerate() {
        let upper = &patch.values[clamp(row, y, patch.height) * patch.width..][..patch.width];
        let lower = &patch.values[clamp(row, y + 1, patch.height) * patch.width..][..patch.width];
        let blend = |x: usize| upper[x] + (lower[x] - upper[x]) * fy;
        let mut before = blend(clamp(column, 0, patch.width));
        for (x, value) in out.iter_mut().enumerate() {
            let after = blend(clamp(column, x + 1, patch.width));
            *value = before + (after - before) * fx;
            before = after;
        }
    }
    values
}

/// The lesser eigenvalue of a symmetric matrix of two rows.
pub(super) fn lesser_eigenvalue(xx: f64, xy: f64, yy: f64) -> f64 {
    (xx + yy - ((xx - yy).powi(2) + 4.0 * xy * xy).sqrt()) / 2.0
}

/// Half the resolution, smoothed by (1, 3, 3, 1) / 8 each way. `None` when nothing is left to halve.
fn halved(patch: &Patch) -> Option<Patch> {
    const WEIGHTS: [f32; 4] = [0.125, 0.375, 0.375, 0.125];
    let (width, height) = (patch.width / 2, patch.height / 2);
    if width < SIDE || height < SIDE {
        return None;
    }
    let around = |i: usize, n: usize| [(2 * i).saturating_sub(1), 2 * i, 2 * i + 1, (2 * i + 2).min(n - 1)];
    let mut narrowed = vec![0.0; width * patch.height];
    for (out, row) in narrowed.chunks_exact_mut(width).zip(patch.values.chunks_exact(patch.width)) {
        for (x, value) in out.iter_mut().enumerate() {
            *value = around(x, patch.width).iter().zip(WEIGHTS).map(|(&i, weight)| row[i] * weight).sum();
        }
    }
    let mut values = vec![0.0f32; width * height];
    for (y, out) in values.chunks_exact_mut(width).enumerate() {
        for (&i, weight) in around(y, patch.height).iter().zip(WEIGHTS) {
            let row = &narrowed[i * width..][..width];
            out.iter_mut().zip(row).for_each(|(value, sample)| *value += sample * weight);
        }
    }
    Some(Patch { width, height, values })
}

#[cfg(test)]
mod tests {
    use super::super::test_scenes::{Around, Pose, frame};
    use super::*;

    #[test]
    fn a_point_is_followed_far_and_to_a_fraction() {
        let (first, second) = (Pose::at(80.0, 80.0), Pose::at(91.3, 76.6));
        let around = Rect::from_xywh(20.0, 20.0, 140.0, 120.0);
        let [from, to] = [first, second].map(|pose| Region::of(&frame(&pose, &Around::default()), &around));
        for (x, y) in [(0.0, 0.0), (0.2, -0.2), (-0.25, 0.1)] {
            let (p, truth) = (first.place(x, y), second.place(x, y));
            let found = follow(&from, &to, p, p).expect("a point with structure");
            assert!(found.distance(truth) < 0.3, "{found:?} {truth:?}");
        }
    }

    #[test]
    fn plain_places_are_not_followed() {
        let image = TrackImage::from_gray(crate::pixels::Size::new(80, 80), vec![90; 6400]).unwrap();
        let region = Region::of(&image, &image.bounds());
        let p = Point::new(40.0, 40.0);
        assert_eq!(follow(&region, &region, p, p), None);
    }
}
