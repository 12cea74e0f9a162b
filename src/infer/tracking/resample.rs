//! Resampling a window of a plane: separable triangle filters, wide enough when it shrinks that nothing aliases.

/// How the values of one direction are made of samples.
pub(super) struct Axis {
    /// For each value: the first sample, and where its weights lie.
    taps: Vec<(usize, std::ops::Range<usize>)>,
    weights: Vec<f32>,
    /// All samples that are used: first, and one after the last.
    used: std::ops::Range<usize>,
}

impl Axis {
    /// `num_out` values from the stretch of `length` samples from `min` on, out of `num_in` samples (at least 1). Sample i
    /// covers [i, i + 1). Those before the first and after the last count as their nearest.
    pub fn new(min: f64, length: f64, num_out: usize, num_in: usize) -> Self {
        let step = length / num_out.max(1) as f64;
        let radius = step.max(1.0);
        let last = num_in.saturating_sub(1) as f64;
        let mut axis = Self { taps: Vec::with_capacity(num_out), weights: Vec::new(), used: num_in..0 };
        for i in 0..num_out {
            // Positions are told from the centre of sample 0. Those far outside see the border alone.
            let center = (min + (i as f64 + 0.5) * step - 0.5).clamp(-radius, last + radius);
            let from = (center - radius).floor() + 1.0;
            let to = (center + radius).ceil() - 1.0;
            let first = from.clamp(0.0, last) as usize;
            let end = to.clamp(0.0, last) as usize + 1;
            let begin = axis.weights.len();
            axis.weights.resize(begin + (end - first), 0.0);
            let (mut at, mut sum) = (from, 0.0);
            while at <= to {
                let weight = (1.0 - (at - center).abs() / radius).max(0.0) as f32;
                axis.weights[begin + at.clamp(0.0, last) as usize - first] += weight;
                sum += weight;
                at += 1.0;
            }
            let norm = if sum > 0.0 { 1.0 / sum } else { 0.0 };
            axis.weights[begin..].iter_mut().for_each(|weight| *weight *= norm);
            axis.used = axis.used.start.min(first)..axis.used.end.max(end);
            axis.taps.push((first, begin..axis.weights.len()));
        }
        axis
    }
}

/// Values from 0 to 1, row-major, from bytes in rows of `stride`.
pub(super) fn resample(samples: &[u8], stride: usize, columns: &Axis, rows: &Axis) -> Vec<f32> {
    let width = columns.taps.len();
    let mut narrowed = vec![0.0f32; width * rows.used.len()];
    for (out, y) in narrowed.chunks_exact_mut(width.max(1)).zip(rows.used.clone()) {
        let row = &samples[y * stride..][..stride];
        for (value, (first, weights)) in out.iter_mut().zip(&columns.taps) {
            let weights = &columns.weights[weights.clone()];
            *value =
                row[*first..].iter().zip(weights).map(|(&sample, weight)| f32::from(sample) * weight).sum();
        }
    }
    let mut values = vec![0.0f32; width * rows.taps.len()];
    for (out, (first, weights)) in values.chunks_exact_mut(width.max(1)).zip(&rows.taps) {
        for (offset, weight) in rows.weights[weights.clone()].iter().enumerate() {
            let row = &narrowed[(first + offset - rows.used.start) * width..][..width];
            let weight = weight / 255.0;
            out.iter_mut().zip(row).for_each(|(value, sample)| *value += sample * weight);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(samples: &[u8], min: f64, length: f64, num_out: usize) -> Vec<f32> {
        let columns = Axis::new(min, length, num_out, samples.len());
        let rows = Axis::new(0.0, 1.0, 1, 1);
        resample(samples, samples.len(), &columns, &rows)
            .iter()
            .map(|value| (value * 255.0).round())
            .collect()
    }

    #[test]
    fn the_same_pixels_come_back_and_halves_lie_between() {
        assert_eq!(row(&[0, 100, 200], 0.0, 3.0, 3), [0.0, 100.0, 200.0]);
        assert_eq!(row(&[0, 100, 200], 0.5, 2.0, 2), [50.0, 150.0]);
        assert_eq!(row(&[0, 200], 0.0, 2.0, 4), [0.0, 50.0, 150.0, 200.0]);
    }

    #[test]
    fn shrinking_takes_the_mean_of_stripes() {
        let stripes: Vec<u8> = (0..64).map(|i| if i % 2 == 0 { 0 } else { 200 }).collect();
        for value in &row(&stripes, 8.0, 48.0, 12) {
            assert!((value - 100.0).abs() <= 1.0, "{value}");
        }
    }

    #[test]
    fn outside_the_border_is_repeated_however_far() {
        assert_eq!(row(&[10, 20], -2.0, 6.0, 6), [10.0, 10.0, 10.0, 20.0, 20.0, 20.0]);
        assert_eq!(row(&[10, 20], -1e9, 4.0, 2), [10.0, 10.0]);
        assert_eq!(row(&[10, 20], 1e9, 4.0, 2), [20.0, 20.0]);
    }
}
