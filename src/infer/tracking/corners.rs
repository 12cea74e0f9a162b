//! Points that can be told from their neighbours (Shi and Tomasi, 1994), spread over a shape.

use super::flow::{Region, lesser_eigenvalue};
use super::image::Patch;
use crate::geometry::{Point, Rect, Vector};

/// Points are looked for in so many fields across and down.
const FIELDS: usize = 7;
/// The neighbourhood of a point, samples each way.
const RADIUS: usize = 3;
/// Points much weaker than the strongest are left out.
const MIN_SHARE: f64 = 0.02;

/// The best point of each field of `bounds` for which `is_wanted`, in image pixels.
pub(super) fn corners(region: &Region, bounds: &Rect, is_wanted: &dyn Fn(Point) -> bool) -> Vec<Point> {
    let patch = region.finest();
    let tensors = Tensors::of(patch);
    let min = region.samples_from_image(bounds.min);
    let extent = region.samples_from_image(bounds.max) - min;
    let mut found: Vec<(f64, Point)> = Vec::new();
    for field in 0..FIELDS * FIELDS {
        let span = |number: usize, min: f64, extent: f64, n: usize| {
            let edge =
                |i: usize| (min + extent * i as f64 / FIELDS as f64).round().clamp(0.0, n as f64) as usize;
            edge(number)..edge(number + 1)
        };
        let columns = span(field % FIELDS, min.x, extent.x, patch.width);
        let rows = span(field / FIELDS, min.y, extent.y, patch.height);
        let position = |x: usize, y: usize| region.image_from_samples(Vector::new(x as f64, y as f64));
        // Every second one: the neighbourhoods overlap.
        let places = rows.step_by(2).flat_map(|y| columns.clone().step_by(2).map(move |x| (x, y)));
        let best = places
            .filter(|&(x, y)| is_wanted(position(x, y)))
            .map(|(x, y)| (tensors.strength(x, y), position(x, y)))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        found.extend(best);
    }
    let strongest = found.iter().map(|(strength, _)| *strength).fold(0.0, f64::max);
    found
        .into_iter()
        .filter(|(strength, _)| *strength > strongest * MIN_SHARE)
        .map(|(_, point)| point)
        .collect()
}

/// Sums of the products of slopes from the first sample on (integral images), for sums over any rectangle.
struct Tensors {
    width: usize,
    height: usize,
    sums: Vec<[f64; 3]>,
}

impl Tensors {
    fn of(patch: &Patch) -> Self {
        let (width, height) = (patch.width, patch.height);
        let at = |x: usize, y: usize| patch.values[y * width + x];
        let mut sums = vec![[0.0; 3]; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = [0.0; 3];
            for x in 0..width {
                let dx = f64::from(at((x + 1).min(width - 1), y) - at(x.saturating_sub(1), y));
                let dy = f64::from(at(x, (y + 1).min(height - 1)) - at(x, y.saturating_sub(1)));
                let products = [dx * dx, dx * dy, dy * dy];
                for i in 0..3 {
                    row[i] += products[i];
                    sums[(y + 1) * (width + 1) + x + 1][i] = sums[y * (width + 1) + x + 1][i] + row[i];
                }
            }
        }
        Self { width, height, sums }
    }

    /// How well the neighbourhood of a sample can be told from that of the samples around.
    fn strength(&self, x: usize, y: usize) -> f64 {
        let (left, right) = (x.saturating_sub(RADIUS), (x + RADIUS + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(RADIUS), (y + RADIUS + 1).min(self.height));
        let sum = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let [a, b, c, d] = [sum(left, top), sum(right, top), sum(left, bottom), sum(right, bottom)];
        let [xx, xy, yy] = [0, 1, 2].map(|i| d[i] - b[i] - c[i] + a[i]);
        lesser_eigenvalue(xx, xy, yy)
    }
}
