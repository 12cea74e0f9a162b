//! A discriminative correlation filter over many channels: where in a window is the object?
//!
//! The filter is trained to answer with a narrow Gaussian at the object's centre and with nothing anywhere else in the
//! window, over all shifts of the window at once, in the Fourier domain (DSST, 2014, equations 4 to 6).

use rustfft::num_complex::Complex32;

use super::fft::Fft2d;

/// Keeps the division in the Fourier domain from blowing up what is weak in the training pictures: DSST's λ.
const REGULARIZATION: f32 = 0.01;

/// Cells around the peak that do not count as sidelobes, each way.
const PEAK_RADIUS: usize = 5;

/// The filter of one object.
pub(super) struct CorrelationFilter {
    fft: Fft2d,
    width: usize,
    height: usize,
    num_channels: usize,
    /// The spectrum of the wanted answer.
    target: Vec<Complex32>,
    numerator: Vec<Complex32>,
    denominator: Vec<f32>,
    spectra: Vec<Complex32>,
}

/// What the filter answered to a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Response {
    /// Cells from the window's centre to the object's, to a fraction.
    pub shift: [f32; 2],
    /// Peak-to-sidelobe ratio: standard deviations by which the peak stands out of the rest.
    pub psr: f32,
}

impl CorrelationFilter {
    /// An untrained one for windows of `width` by `height` cells. `sigma` is the width of the wanted answer, in cells.
    pub fn new(width: usize, height: usize, num_channels: usize, sigma: f32) -> Self {
        let mut fft = Fft2d::new(width, height);
        let distance = |i: usize, n: usize| i.min(n - i) as f32;
        let gaussian: Vec<f32> = (0..width * height)
            .map(|i| {
                let (x, y) = (distance(i % width, width), distance(i / width, height));
                (-(x * x + y * y) / (2.0 * sigma * sigma)).exp()
            })
            .collect();
        let len = fft.spectrum_len();
        let zeros = vec![Complex32::ZERO; num_channels * len];
        let (mut target, mut rest) = (vec![Complex32::ZERO; len], vec![Complex32::ZERO; len]);
        fft.forward_pair(&gaussian, &vec![0.0; width * height], &mut target, &mut rest);
        let denominator = vec![0.0; len];
        Self {
            fft,
            width,
            height,
            num_channels,
            target,
            numerator: zeros.clone(),
            denominator,
            spectra: zeros,
        }
    }

    /// Learns a window in whose centre the object is. `rate` is the share of the new: 1 forgets all before.
    pub fn learn(&mut self, features: &[f32], rate: f32) {
        self.transform(features);
        let len = self.target.len();
        self.denominator.iter_mut().for_each(|value| *value *= 1.0 - rate);
        for (numerator, spectrum) in self.numerator.chunks_exact_mut(len).zip(self.spectra.chunks_exact(len))
        {
            for (((numerator, denominator), target), z) in
                numerator.iter_mut().zip(&mut self.denominator).zip(&self.target).zip(spectrum)
            {
                // Conjugated already, as it is used.
                *numerator = *numerator * (1.0 - rate) + target * z.conj() * rate;
                *denominator += rate * z.norm_sqr();
            }
        }
    }

    /// Looks for the object in a window.
    pub fn respond(&mut self, features: &[f32]) -> Response {
        self.transform(features);
        let len = self.target.len();
        let mut answer = vec![Complex32::ZERO; len];
        for (numerator, spectrum) in self.numerator.chunks_exact(len).zip(self.spectra.chunks_exact(len)) {
            for ((sum, numerator), z) in answer.iter_mut().zip(numerator).zip(spectrum) {
                *sum += numerator * z;
            }
        }
        // In relation to the strength of the spectrum, so that λ means the same for every kind of features.
        let mean = self.denominator.iter().sum::<f32>() / len as f32;
        for (sum, denominator) in answer.iter_mut().zip(&self.denominator) {
            *sum /= denominator + REGULARIZATION * mean + f32::MIN_POSITIVE;
        }
        let plane = self.fft.inverse(&answer);
        self.read(&plane)
    }

    /// The peak of an answer and how it stands out.
    fn read(&self, answer: &[f32]) -> Response {
        let (width, height) = (self.width, self.height);
        let best = (0..answer.len()).max_by(|&a, &b| answer[a].total_cmp(&answer[b])).unwrap_or(0);
        let (x, y) = (best % width, best / width);
        let at = |x: usize, y: usize| answer[(y % height) * width + x % width];
        let peak = at(x, y);
        let shift = [
            signed(x, width) + vertex(at(x + width - 1, y), peak, at(x + 1, y)),
            signed(y, height) + vertex(at(x, y + height - 1), peak, at(x, y + 1)),
        ];
        let is_near = |i: usize, center: usize, n: usize| {
            let distance = i.abs_diff(center);
            distance.min(n - distance) <= PEAK_RADIUS
        };
        let (mut sum, mut squares, mut num) = (0.0f64, 0.0f64, 0.0f64);
        for (i, &value) in answer.iter().enumerate() {
            if !(is_near(i % width, x, width) && is_near(i / width, y, height)) {
                sum += f64::from(value);
                squares += f64::from(value) * f64::from(value);
                num += 1.0;
            }
        }
        let mean = sum / num.max(1.0);
        let deviation = (squares / num.max(1.0) - mean * mean).max(0.0).sqrt();
        let psr = if deviation > 1e-9 { ((f64::from(peak) - mean) / deviation) as f32 } else { 0.0 };
        Response { shift, psr }
    }

    fn transform(&mut self, features: &[f32]) {
        let (num_cells, len) = (self.width * self.height, self.target.len());
        let nothing = vec![0.0; num_cells];
        let mut spare = vec![Complex32::ZERO; len];
        let planes = features.chunks(num_cells * 2).zip(self.spectra.chunks_mut(len * 2));
        for (planes, spectra) in planes.take(self.num_channels.div_ceil(2)) {
            let (a, b) = planes.split_at(num_cells);
            let (a_out, b_out) = spectra.split_at_mut(len);
            if b.is_empty() {
                self.fft.forward_pair(a, &nothing, a_out, &mut spare);
            } else {
                self.fft.forward_pair(a, b, a_out, b_out);
            }
        }
    }
}

/// A position on a circle of `n` as a distance from 0 in the shorter direction.
fn signed(i: usize, n: usize) -> f32 {
    if i * 2 > n { i as f32 - n as f32 } else { i as f32 }
}

/// Where between -½ and ½ the parabola through three values at -1, 0 and 1 has its peak; the middle one is the greatest.
pub(super) fn vertex(before: f32, peak: f32, after: f32) -> f32 {
    let bend = before - 2.0 * peak + after;
    if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (24, 20);

    /// Two channels with a smooth blob around a place.
    fn scene(x: f32, y: f32) -> Vec<f32> {
        let channel = |sharpness: f32| {
            (0..SIZE.0 * SIZE.1).map(move |i| {
                let (dx, dy) = ((i % SIZE.0) as f32 - x, (i / SIZE.0) as f32 - y);
                (-(dx * dx + 2.0 * dy * dy) * sharpness).exp()
            })
        };
        channel(0.1).chain(channel(0.3)).collect()
    }

    fn trained() -> CorrelationFilter {
        let mut filter = CorrelationFilter::new(SIZE.0, SIZE.1, 2, 1.0);
        filter.learn(&scene(12.0, 10.0), 1.0);
        filter
    }

    #[test]
    fn the_training_window_is_found_where_it_is() {
        let response = trained().respond(&scene(12.0, 10.0));
        assert!(response.shift.iter().all(|shift| shift.abs() < 0.02), "{response:?}");
        assert!(response.psr > 10.0, "{response:?}");
    }

    #[test]
    fn a_shift_is_found_to_a_fraction_of_a_cell() {
        for (dx, dy) in [(3.0, -2.0), (-2.5, 1.25), (0.3, 0.0), (0.0, -4.7)] {
            let [x, y] = trained().respond(&scene(12.0 + dx, 10.0 + dy)).shift;
            assert!((x - dx).abs() < 0.1 && (y - dy).abs() < 0.1, "{dx} {dy}: {x} {y}");
        }
    }

    #[test]
    fn what_is_not_there_has_a_weak_answer() {
        let seen = trained().respond(&scene(14.0, 9.0));
        let noise: Vec<f32> = (0..SIZE.0 * SIZE.1 * 2).map(|i| ((i * 7919) % 101) as f32 / 101.0).collect();
        let unseen = trained().respond(&noise);
        assert!(unseen.psr < seen.psr / 2.0, "{seen:?} {unseen:?}");
    }

    #[test]
    fn an_untrained_filter_answers_nothing() {
        let response = CorrelationFilter::new(SIZE.0, SIZE.1, 2, 1.0).respond(&scene(3.0, 3.0));
        assert_eq!(response.psr, 0.0);
    }
}
