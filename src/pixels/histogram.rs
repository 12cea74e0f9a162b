//! How often each value occurs in a picture.

use super::{PixelValue, Tile};

/// Counts of values in steps of equal width, from the least to the greatest that occurs. Of colours, all three
/// channels count; transparent pixels and values that are no numbers, or infinite, do not.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    low: f32,
    high: f32,
    counts: Vec<u32>,
}

impl Histogram {
    /// Counts the values of a tile in this many steps. `None` where there is nothing to count.
    pub fn new(tile: &Tile, num_steps: usize) -> Option<Self> {
        let format = tile.format();
        let values: Vec<f32> = tile
            .rows()
            .flat_map(|row| row.chunks_exact(format.bytes_per_pixel()))
            .flat_map(|pixel| match format.value(pixel) {
                PixelValue::Gray(level) => [Some(level), None, None],
                PixelValue::Rgba([.., 0.0]) => [None; 3],
                PixelValue::Rgba([red, green, blue, _]) => [Some(red), Some(green), Some(blue)],
            })
            .flatten()
            .filter(|value| value.is_finite())
            .collect();
        let low = values.iter().copied().reduce(f32::min)?;
        let high = values.iter().copied().reduce(f32::max)?;
        let mut counts = vec![0; num_steps.max(1)];
        let last = counts.len() - 1;
        // In f64, where the range of all floats is a number too.
        let steps_per_unit = counts.len() as f64 / (f64::from(high) - f64::from(low)).max(f64::MIN_POSITIVE);
        for value in values {
            let step = (f64::from(value) - f64::from(low)) * steps_per_unit;
            counts[(step as usize).min(last)] += 1;
        }
        Some(Self { low, high, counts })
    }

    /// The least value.
    pub fn low(&self) -> f32 {
        self.low
    }

    /// The greatest value.
    pub fn high(&self) -> f32 {
        self.high
    }

    /// How many values lie in each step, from the least to the greatest.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{PixelFormat, Size};

    fn floats(values: &[f32]) -> Tile {
        let bytes: Vec<u8> = values.iter().flat_map(|n| n.to_ne_bytes()).collect();
        Tile::new(Size::new(values.len() as u32, 1), PixelFormat::GrayF32, bytes).expect("four bytes each")
    }

    #[test]
    fn values_are_counted_between_the_least_and_the_greatest() {
        let tile = floats(&[2.0, 2.1, 5.0, f32::NAN, 9.9, 10.0, f32::INFINITY]);
        let histogram = Histogram::new(&tile, 4).expect("there are values");
        assert_eq!((histogram.low(), histogram.high()), (2.0, 10.0));
        assert_eq!(histogram.counts(), [2, 1, 0, 2]);
    }

    #[test]
    fn one_value_or_the_widest_range_is_no_problem() {
        assert_eq!(Histogram::new(&floats(&[7.0; 3]), 2).expect("there are values").counts(), [3, 0]);
        let widest = Histogram::new(&floats(&[f32::MIN, 0.5, f32::MAX]), 2).expect("there are values");
        assert_eq!(widest.counts(), [1, 2]);
        assert_eq!(Histogram::new(&floats(&[f32::NAN]), 2), None);
    }

    #[test]
    fn transparent_pixels_do_not_count() {
        let tile = Tile::new(Size::new(2, 1), PixelFormat::Rgba8, vec![1, 2, 3, 255, 99, 99, 99, 0]);
        let histogram = Histogram::new(&tile.expect("two pixels"), 3).expect("one is visible");
        assert_eq!(histogram.counts(), [1, 1, 1]);
    }
}
