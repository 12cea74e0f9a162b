//! Masks as column-major run lengths over a whole picture: the way of COCO.

use super::mask::check_length;
use super::spans::{FARTHEST, RunWriter, set_intervals, split_rows, transpose};
use super::{Mask, MaskError};

impl Mask {
    /// Alternating lengths of clear and set runs over a whole picture, down the columns from the left one on. They
    /// begin with clear pixels (0 when the first is set). What lies outside the picture is left out.
    pub fn to_column_major_runs(&self, width: u32, height: u32) -> Vec<u32> {
        let spans: Vec<_> = self.clipped(width, height).iter_spans().collect();
        let mut writer = RunWriter::default();
        for (column, start, end) in transpose(&spans) {
            let zero = u64::from(column.unsigned_abs()) * u64::from(height);
            writer.push(zero + u64::from(start.unsigned_abs()), zero + u64::from(end.unsigned_abs()));
        }
        writer.finish(u64::from(width) * u64::from(height))
    }

    /// The mask of runs as [`Mask::to_column_major_runs`] makes them.
    ///
    /// # Errors
    /// When the runs do not cover the picture exactly, or it is too large.
    pub fn from_column_major_runs(width: u32, height: u32, runs: &[u32]) -> Result<Self, MaskError> {
        if width.max(height) > FARTHEST.unsigned_abs() {
            return Err(MaskError::TooFar);
        }
        check_length(width, height, runs.iter().map(|&n| u64::from(n)).sum())?;
        let columns = split_rows(set_intervals(runs), height);
        let columns: Vec<_> =
            columns.map(|(column, start, end)| (column as i32, start as i32, end as i32)).collect();
        Ok(Self::from_sorted(&transpose(&columns)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::mask;
    use super::*;

    #[test]
    fn runs_go_down_the_columns() {
        // The set pixels are those of a 3 × 2 picture whose mask pycocotools encodes as these counts.
        let mask = Mask::from_bitmap(0, 0, 3, 2, &[0u8, 1, 1, 0, 0, 1]).unwrap();
        assert_eq!(mask.to_column_major_runs(3, 2), [2, 1, 1, 2]);
        assert_eq!(Mask::from_column_major_runs(3, 2, &[2, 1, 1, 2]), Ok(mask));
    }

    #[test]
    fn empty_and_full_pictures_are_one_run() {
        assert_eq!(Mask::default().to_column_major_runs(4, 3), [12]);
        assert_eq!(Mask::default().to_column_major_runs(0, 3), [0u32; 0]);
        let full = Mask::from_column_major_runs(4, 3, &[0, 12]).unwrap();
        assert_eq!((full.area(), full.to_column_major_runs(4, 3)), (12, vec![0, 12]));
    }

    #[test]
    fn runs_of_another_picture_are_refused() {
        assert!(Mask::from_column_major_runs(4, 3, &[5, 8]).is_err());
        assert!(Mask::from_column_major_runs(4, 3, &[u32::MAX; 9]).is_err());
        assert_eq!(Mask::from_column_major_runs(u32::MAX, 1, &[u32::MAX]), Err(MaskError::TooFar));
        assert_eq!(Mask::from_column_major_runs(0, 0, &[]), Ok(Mask::default()));
        assert_eq!(Mask::from_column_major_runs(7, 0, &[0]), Ok(Mask::default()));
    }

    #[test]
    fn a_picture_of_a_hundred_megapixels_is_done_in_a_moment() {
        let disk = Mask::disk(super::super::Point::new(5000.0, 5000.0), 4000.0);
        let runs = disk.to_column_major_runs(10_000, 10_000);
        assert_eq!(Mask::from_column_major_runs(10_000, 10_000, &runs), Ok(disk));
    }

    proptest! {
        #[test]
        fn column_runs_are_those_of_the_pixels_and_come_back(mask in mask(), width in 0..14u32, height in 0..14u32) {
            let runs = mask.to_column_major_runs(width, height);
            let bitmap = mask.to_bitmap(0, 0, width, height);
            let columns: Vec<u8> =
                (0..width).flat_map(|x| (0..height).map(move |y| y * width + x)).map(|i| bitmap[i as usize]).collect();
            let unpacked: Vec<u8> =
                runs.iter().enumerate().flat_map(|(i, &n)| std::iter::repeat_n((i % 2) as u8, n as usize)).collect();
            prop_assert_eq!(unpacked, columns);
            prop_assert!(runs.iter().skip(1).all(|&n| n > 0));
            prop_assert_eq!(Mask::from_column_major_runs(width, height, &runs), Ok(mask.clipped(width, height)));
        }
    }
}
