//! Histograms of oriented gradients, as Felzenszwalb et al. (2010) normalise them.

use super::image::Patch;

/// Pixels of a cell across and down.
pub(super) const CELL: usize = 4;

/// Directions that are told apart, over the full circle.
const NUM_SIGNED: usize = 18;
const NUM_UNSIGNED: usize = NUM_SIGNED / 2;

/// Numbers that describe a cell: directions with and without sign, and four for texture.
pub(super) const HOG_CHANNELS: usize = NUM_SIGNED + NUM_UNSIGNED + 4;

/// No single direction counts for more than this share of its neighbourhood.
const TRUNCATION: f32 = 0.2;

/// The histograms of a patch whose sides are multiples of [`CELL`]: [`HOG_CHANNELS`] planes of its cells, row-major.
pub(super) fn hog(patch: &Patch) -> Vec<f32> {
    let cells = Cells { width: patch.width / CELL, height: patch.height / CELL };
    let histograms = histograms(patch, &cells);
    let norms = block_norms(&histograms, &cells);
    let num_cells = cells.width * cells.height;
    let mut planes = vec![0.0; HOG_CHANNELS * num_cells];
    for (cell, histogram) in histograms.iter().enumerate() {
        let (x, y) = (cell % cells.width, cell / cells.width);
        // The four blocks of 2 × 2 cells around this one.
        let block = |dx: usize, dy: usize| norms[(y + dy) * (cells.width + 1) + x + dx];
        let around = [block(0, 0), block(1, 0), block(0, 1), block(1, 1)];
        let mut texture = [0.0f32; 4];
        let mut write = |channel: usize, value: f32| planes[channel * num_cells + cell] = value;
        for (direction, &value) in histogram.iter().enumerate() {
            let parts = around.map(|norm| (value * norm).min(TRUNCATION));
            texture.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
            write(direction, 0.5 * parts.iter().sum::<f32>());
        }
        for direction in 0..NUM_UNSIGNED {
            let value = histogram[direction] + histogram[direction + NUM_UNSIGNED];
            let sum: f32 = around.iter().map(|norm| (value * norm).min(TRUNCATION)).sum();
            write(NUM_SIGNED + direction, 0.5 * sum);
        }
        for (number, sum) in texture.iter().enumerate() {
            // 0.2357 ≈ 1 / √18, Felzenszwalb's weight.
            write(NUM_SIGNED + NUM_UNSIGNED + number, 0.2357 * sum);
        }
    }
    planes
}

struct Cells {
    width: usize,
    height: usize,
}

type Histogram = [f32; NUM_SIGNED];

/// Each pixel's gradient, shared among the two nearest directions and the four nearest cells.
fn histograms(patch: &Patch, cells: &Cells) -> Vec<Histogram> {
    let mut histograms = vec![[0.0; NUM_SIGNED]; cells.width * cells.height];
    let row = |y: usize| &patch.values[y * patch.width..][..patch.width];
    let used = cells.width * CELL;
    for y in 0..cells.height * CELL {
        let (above, here, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(patch.height - 1)));
        let (cell_y, weight_y) = share(y);
        for x in 0..used {
            let dx = here[(x + 1).min(patch.width - 1)] - here[x.saturating_sub(1)];
            let dy = below[x] - above[x];
            let magnitude = (dx * dx + dy * dy).sqrt();
            if magnitude <= 1e-6 {
                continue;
            }
            let turn = turn_of(dx, dy) * NUM_SIGNED as f32;
            let lower = turn as usize;
            let upper_share = turn - lower as f32;
            let (lower, upper) = (lower % NUM_SIGNED, (lower + 1) % NUM_SIGNED);
            let (cell_x, weight_x) = share(x);
            for (offset_y, wy) in [(0, 1.0 - weight_y), (1, weight_y)] {
                for (offset_x, wx) in [(0, 1.0 - weight_x), (1, weight_x)] {
                    let (cx, cy) = (cell_x + offset_x, cell_y + offset_y);
                    // The cells are counted from one before the first.
                    if cx == 0 || cy == 0 || cx > cells.width || cy > cells.height {
                        continue;
                    }
                    let histogram = &mut histograms[(cy - 1) * cells.width + cx - 1];
                    let weight = magnitude * wx * wy;
                    histogram[lower] += weight * (1.0 - upper_share);
                    histogram[upper] += weight * upper_share;
                }
            }
        }
    }
    histograms
}

/// The lower of the two cells nearest to a pixel, counted from one before the first, and the share of the upper.
fn share(pixel: usize) -> (usize, f32) {
    let position = (pixel as f32 + 0.5) / CELL as f32 + 0.5;
    (position as usize, position.fract())
}

/// The direction of a vector that is not zero, in turns from 0 to 1; right to a ten-thousandth.
fn turn_of(x: f32, y: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let ratio = ax.min(ay) / ax.max(ay);
    let square = ratio * ratio;
    // A polynomial for the arc tangent between 0 and 1.
    let mut angle =
        ((-0.046_496_47 * square + 0.159_314_22) * square - 0.327_622_77) * square * ratio + ratio;
    if ay > ax {
        angle = std::f32::consts::FRAC_PI_2 - angle;
    }
    if x < 0.0 {
        angle = std::f32::consts::PI - angle;
    }
    if y < 0.0 {
        angle = std::f32::consts::TAU - angle;
    }
    angle * std::f32::consts::TAU.recip()
}

/// One over the strength of each block of 2 × 2 cells, by its lower right cell. There is one row and one column more than
/// of cells. What lies outside counts as its nearest cell.
fn block_norms(histograms: &[Histogram], cells: &Cells) -> Vec<f32> {
    let energy = |histogram: &Histogram| -> f32 {
        let (first, second) = histogram.split_at(NUM_UNSIGNED);
        first.iter().zip(second).map(|(a, b)| (a + b) * (a + b)).sum()
    };
    let energies: Vec<f32> = histograms.iter().map(energy).collect();
    let at = |x: usize, y: usize| {
        // Counted from one before the first.
        let x = x.clamp(1, cells.width) - 1;
        let y = y.clamp(1, cells.height) - 1;
        energies[y * cells.width + x]
    };
    let mut norms = Vec::with_capacity((cells.width + 1) * (cells.height + 1));
    for y in 0..=cells.height {
        for x in 0..=cells.width {
            let sum = at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1);
            norms.push(1.0 / (sum + 1e-4).sqrt());
        }
    }
    norms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(value: impl Fn(usize, usize) -> f32) -> Patch {
        let values = (0..32 * 24).map(|i| value(i % 32, i / 32)).collect();
        Patch { width: 32, height: 24, values }
    }

    /// The channel that is strongest in a cell in the middle, among those with a sign.
    fn strongest(planes: &[f32]) -> usize {
        let value = |channel: &usize| planes[channel * 48 + 2 * 8 + 4];
        (0..NUM_SIGNED).max_by(|a, b| value(a).total_cmp(&value(b))).unwrap()
    }

    #[test]
    fn a_slope_shows_in_its_direction() {
        assert_eq!(strongest(&hog(&patch(|x, _| x as f32 / 32.0))), 0);
        assert_eq!(strongest(&hog(&patch(|x, _| 1.0 - x as f32 / 32.0))), 9);
        let down = strongest(&hog(&patch(|_, y| y as f32 / 32.0)));
        assert!(down == 4 || down == 5, "90° lies between 80° and 100°: {down}");
    }

    #[test]
    fn contrast_and_brightness_change_little_and_a_plain_patch_is_nothing() {
        let texture = |x: usize, y: usize| ((x * 7 + y * 13) % 11) as f32 / 11.0;
        let (strong, weak) = (hog(&patch(texture)), hog(&patch(|x, y| 0.4 + 0.3 * texture(x, y))));
        let difference: f32 = strong.iter().zip(&weak).map(|(a, b)| (a - b).abs()).sum();
        assert!(difference / (strong.iter().sum::<f32>()) < 0.02, "{difference}");
        assert!(hog(&patch(|_, _| 0.5)).iter().all(|value| *value == 0.0));
    }

    #[test]
    fn turns_follow_the_arc_tangent() {
        for i in 0..360 {
            let (y, x) = ((i as f32) + 0.25).to_radians().sin_cos();
            assert!((turn_of(x, y) - (i as f32 + 0.25) / 360.0).abs() < 1e-3, "{i}");
        }
    }
}
