//! How large the object is: a correlation filter over sizes in place of positions (DSST, 2014, section 3).

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use super::correlation::vertex;
use super::hog::{CELL, hog};
use super::image::{TrackImage, View};
use crate::geometry::Vector;

/// How many sizes are compared; odd.
const NUM_SCALES: usize = 17;
/// From one size to the next.
const STEP: f64 = 1.02;
/// Pixels to which the object is resampled, about.
const MODEL_PIXELS: f64 = 768.0;
const REGULARIZATION: f32 = 0.01;

/// The filter of one object.
pub(super) struct ScaleFilter {
    width: usize,
    height: usize,
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    target: Vec<Complex32>,
    numerator: Vec<Complex32>,
    denominator: Vec<f32>,
}

impl ScaleFilter {
    /// An untrained one for objects of the proportions of `size`.
    pub fn new(size: Vector) -> Self {
        let unit = (MODEL_PIXELS / (size.x * size.y)).sqrt();
        let side = |length: f64| ((length * unit / CELL as f64).round() as usize).clamp(2, 48) * CELL;
        let mut planner = FftPlanner::new();
        let forward = planner.plan_fft_forward(NUM_SCALES);
        // A sixteenth of the number of sizes, as in DSST with 33 of them, would be narrower than one.
        let sigma = 1.0f32;
        let mut target: Vec<Complex32> = (0..NUM_SCALES)
            .map(|i| {
                let distance = i.min(NUM_SCALES - i) as f32;
                Complex32::new((-distance * distance / (2.0 * sigma * sigma)).exp(), 0.0)
            })
            .collect();
        forward.process(&mut target);
        Self {
            width: side(size.x),
            height: side(size.y),
            forward,
            inverse: planner.plan_fft_inverse(NUM_SCALES),
            target,
            numerator: Vec::new(),
            denominator: vec![0.0; NUM_SCALES],
        }
    }

    /// Learns what the object looks like that fills the view. `rate` is the share of the new.
    pub fn learn(&mut self, image: &TrackImage, object: &View, rate: f32) {
        let spectra = self.spectra(image, object);
        self.numerator.resize(spectra.len(), Complex32::ZERO);
        self.denominator.iter_mut().for_each(|value| *value *= 1.0 - rate);
        let rows = self.numerator.chunks_exact_mut(NUM_SCALES).zip(spectra.chunks_exact(NUM_SCALES));
        for (numerator, spectrum) in rows {
            for (i, z) in spectrum.iter().enumerate() {
                numerator[i] = numerator[i] * (1.0 - rate) + self.target[i] * z.conj() * rate;
                self.denominator[i] += rate * z.norm_sqr();
            }
        }
    }

    /// By what factor the object has grown, where it had the size of the view and is in its centre.
    pub fn respond(&self, image: &TrackImage, object: &View) -> f64 {
        let spectra = self.spectra(image, object);
        let mut answer = [Complex32::ZERO; NUM_SCALES];
        let rows = self.numerator.chunks_exact(NUM_SCALES).zip(spectra.chunks_exact(NUM_SCALES));
        for (numerator, spectrum) in rows {
            for ((sum, numerator), z) in answer.iter_mut().zip(numerator).zip(spectrum) {
                *sum += numerator * z;
            }
        }
        let mean = self.denominator.iter().sum::<f32>() / NUM_SCALES as f32;
        for (sum, denominator) in answer.iter_mut().zip(&self.denominator) {
            *sum /= denominator + REGULARIZATION * mean + f32::MIN_POSITIVE;
        }
        self.inverse.process(&mut answer);
        let best = (0..NUM_SCALES).max_by(|&a, &b| answer[a].re.total_cmp(&answer[b].re)).unwrap_or(0);
        let at = |i: usize| answer[i % NUM_SCALES].re;
        let steps = if best * 2 > NUM_SCALES { best as f64 - NUM_SCALES as f64 } else { best as f64 };
        let fraction = vertex(at(best + NUM_SCALES - 1), at(best), at(best + 1));
        STEP.powf(steps + f64::from(fraction))
    }

    /// The object cut out at all sizes, described, and transformed along the sizes: for each number of the description a
    /// row of [`NUM_SCALES`].
    fn spectra(&self, image: &TrackImage, object: &View) -> Vec<Complex32> {
        let mut spectra = Vec::new();
        for i in 0..NUM_SCALES {
            let steps = i as f64 - (NUM_SCALES / 2) as f64;
            let view = View { extent: object.extent * STEP.powf(steps), ..*object };
            let features = hog(&image.sample_view(0, &view, self.width, self.height));
            spectra.resize(features.len() * NUM_SCALES, Complex32::ZERO);
            // Sizes far from the middle count less, so that the row closes upon itself.
            let weight = 0.5 + 0.5 * (std::f64::consts::TAU * steps / (NUM_SCALES + 1) as f64).cos();
            for (row, value) in features.iter().enumerate() {
                spectra[row * NUM_SCALES + i] = Complex32::new(value * weight as f32, 0.0);
            }
        }
        self.forward.process(&mut spectra);
        spectra
    }
}
