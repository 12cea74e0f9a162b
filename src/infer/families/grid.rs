//! The grids over which one-stage detectors predict: one candidate for each cell of each.

use crate::pixels::Size;

/// Pixels of a cell's side in the three grids of most detectors.
pub(super) const STRIDES: [u32; 3] = [8, 16, 32];

/// The cells of all grids over an input, with the side of a cell, in the order of the output.
pub(super) fn cells(input: Size, strides: &[u32]) -> impl Iterator<Item = (f32, f32, f32)> {
    strides.iter().flat_map(move |&stride| {
        let (columns, rows) = (input.width / stride, input.height / stride);
        (0..rows)
            .flat_map(move |row| (0..columns).map(move |column| (column as f32, row as f32, stride as f32)))
    })
}

/// The number of cells.
pub(super) fn num_cells(input: Size, strides: &[u32]) -> usize {
    strides.iter().map(|stride| (input.width / stride) as usize * (input.height / stride) as usize).sum()
}
