//! Fourier transforms of planes of real numbers.

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Transforms planes of one size. A spectrum keeps only the half that is not known by symmetry: for each frequency
/// across from 0 to `width / 2`, all those down.
pub(super) struct Fft2d {
    width: usize,
    height: usize,
    rows: [Arc<dyn Fft<f32>>; 2],
    columns: [Arc<dyn Fft<f32>>; 2],
    scratch: Vec<Complex32>,
    plane: Vec<Complex32>,
    transposed: Vec<Complex32>,
}

const FORWARD: usize = 0;
const INVERSE: usize = 1;

impl Fft2d {
    /// For planes of `width` by `height` numbers, each at least 1.
    pub fn new(width: usize, height: usize) -> Self {
        let mut planner = FftPlanner::new();
        let rows = [planner.plan_fft_forward(width), planner.plan_fft_inverse(width)];
        let columns = [planner.plan_fft_forward(height), planner.plan_fft_inverse(height)];
        let needed = rows.iter().chain(&columns).map(|fft| fft.get_inplace_scratch_len()).max().unwrap_or(0);
        let zeros = |length| vec![Complex32::ZERO; length];
        Self {
            width,
            height,
            rows,
            columns,
            scratch: zeros(needed),
            plane: zeros(width * height),
            transposed: zeros(width * height),
        }
    }

    /// How many numbers a spectrum has.
    pub fn spectrum_len(&self) -> usize {
        (self.width / 2 + 1) * self.height
    }

    /// The spectra of two planes at the price of one: they travel as the real and the imaginary part of one transform.
    pub fn forward_pair(&mut self, a: &[f32], b: &[f32], a_out: &mut [Complex32], b_out: &mut [Complex32]) {
        for (value, (&re, &im)) in self.plane.iter_mut().zip(a.iter().zip(b)) {
            *value = Complex32::new(re, im);
        }
        self.rows[FORWARD].process_with_scratch(&mut self.plane, &mut self.scratch);
        transpose(&self.plane, &mut self.transposed, self.width, self.height);
        self.columns[FORWARD].process_with_scratch(&mut self.transposed, &mut self.scratch);
        let height = self.height;
        for kx in 0..=self.width / 2 {
            let mirror_x = if kx == 0 { 0 } else { self.width - kx };
            for ky in 0..height {
                let mirror_y = if ky == 0 { 0 } else { height - ky };
                let z = self.transposed[kx * height + ky];
                let mirror = self.transposed[mirror_x * height + mirror_y].conj();
                let sum = (z + mirror) * 0.5;
                let difference = (z - mirror) * 0.5;
                a_out[kx * height + ky] = sum;
                b_out[kx * height + ky] = Complex32::new(difference.im, -difference.re);
            }
        }
    }

    /// The plane of a spectrum.
    pub fn inverse(&mut self, spectrum: &[Complex32]) -> Vec<f32> {
        let (width, height) = (self.width, self.height);
        let half = (width / 2 + 1) * height;
        self.transposed[..half].copy_from_slice(&spectrum[..half]);
        for kx in width / 2 + 1..width {
            for ky in 0..height {
                let mirror_y = if ky == 0 { 0 } else { height - ky };
                self.transposed[kx * height + ky] = spectrum[(width - kx) * height + mirror_y].conj();
            }
        }
        self.columns[INVERSE].process_with_scratch(&mut self.transposed, &mut self.scratch);
        transpose(&self.transposed, &mut self.plane, height, width);
        self.rows[INVERSE].process_with_scratch(&mut self.plane, &mut self.scratch);
        let norm = 1.0 / (width * height) as f32;
        self.plane.iter().map(|value| value.re * norm).collect()
    }
}

/// Rows of `width` become columns.
fn transpose(from: &[Complex32], to: &mut [Complex32], width: usize, height: usize) {
    for (y, row) in from.chunks_exact(width).enumerate() {
        for (x, value) in row.iter().enumerate() {
            to[x * height + y] = *value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_planes_come_back_from_their_spectra_also_of_odd_sizes() {
        for (width, height) in [(8, 6), (7, 5), (1, 4), (9, 1)] {
            let plane = |seed: usize| -> Vec<f32> {
                (0..width * height).map(|i| ((i * 37 + seed * 11) % 17) as f32 - 8.0).collect()
            };
            let mut fft = Fft2d::new(width, height);
            let mut spectra = [0, 1].map(|_| vec![Complex32::ZERO; fft.spectrum_len()]);
            let [a, b] = &mut spectra;
            fft.forward_pair(&plane(1), &plane(2), a, b);
            for (spectrum, seed) in spectra.iter().zip([1, 2]) {
                let back = fft.inverse(spectrum);
                let worst = back.iter().zip(plane(seed)).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
                assert!(worst < 1e-4, "{width} × {height}: {worst}");
            }
        }
    }
}
