//! Outputs that are tables: one row for each candidate.

use crate::infer::suggestion::DecodeError;

/// A table in either order.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    data: &'a [f32],
    pub num_rows: usize,
    pub num_fields: usize,
    /// The table lies on its side: all first fields, then all second ones.
    are_fields_first: bool,
}

impl<'a> Rows<'a> {
    pub fn new(data: &'a [f32], num_rows: usize, num_fields: usize, are_fields_first: bool) -> Self {
        debug_assert_eq!(data.len(), num_rows * num_fields);
        Self { data, num_rows, num_fields, are_fields_first }
    }

    pub fn get(&self, row: usize, field: usize) -> f32 {
        match self.are_fields_first {
            true => self.data[field * self.num_rows + row],
            false => self.data[row * self.num_fields + field],
        }
    }

    /// The fields of a row from `first` on.
    pub fn fields(&self, row: usize, first: usize, num: usize) -> Vec<f32> {
        (first..first + num).map(|field| self.get(row, field)).collect()
    }

    /// For each row, the highest of `num` fields from `first` on: which, and how high. Of equal ones the first.
    ///
    /// # Errors
    /// When one is no number.
    pub fn highest(&self, first: usize, num: usize) -> Result<Vec<(usize, f32)>, DecodeError> {
        let mut highest = vec![(0, f32::NEG_INFINITY); self.num_rows];
        let mut has_nan = false;
        if self.are_fields_first {
            for field in 0..num {
                let zero = (first + field) * self.num_rows;
                let plane = &self.data[zero..zero + self.num_rows];
                for (best, value) in highest.iter_mut().zip(plane) {
                    has_nan |= value.is_nan();
                    if *value > best.1 {
                        *best = (field, *value);
                    }
                }
            }
        } else {
            for (best, row) in highest.iter_mut().zip(self.data.chunks_exact(self.num_fields.max(1))) {
                for (field, value) in row[first..first + num].iter().enumerate() {
                    has_nan |= value.is_nan();
                    if *value > best.1 {
                        *best = (field, *value);
                    }
                }
            }
        }
        if has_nan { Err(DecodeError::NotNumbers) } else { Ok(highest) }
    }
}
