//! Video frames at a fraction of their size, for thumbnails: before colours are made of their samples, which is most of the
//! work.

use std::sync::Arc;

use super::{PlaneLayout, Size, VideoFrame, VideoPlane};

impl VideoFrame {
    /// The frame with its sides halved so many times, each sample the mean of those that it stands for. Sides are rounded
    /// up. Where there are fewer samples of colour than of brightness, that evens out first. Frames with alpha stay as they
    /// are: means would take in the colours of what is transparent.
    #[must_use]
    pub fn halved(&self, num_times: u8) -> Option<Self> {
        let layout = match self.layout() {
            _ if num_times == 0 => return Some(self.clone()),
            PlaneLayout::Rgba8 | PlaneLayout::Yuv { has_alpha: true, .. } => return Some(self.clone()),
            PlaneLayout::Yuv { bits, chroma_shift_x, chroma_shift_y, has_alpha: false } => PlaneLayout::Yuv {
                bits,
                chroma_shift_x: chroma_shift_x.saturating_sub(num_times),
                chroma_shift_y: chroma_shift_y.saturating_sub(num_times),
                has_alpha: false,
            },
            layout @ PlaneLayout::Gray { .. } => layout,
        };
        let shift = u32::from(num_times.min(31));
        let size = Size::new(self.size().width.div_ceil(1 << shift), self.size().height.div_ceil(1 << shift));
        let planes = (0..layout.num_planes()).map(|plane| self.halved_plane(plane, shift)).collect();
        let halved = Self::new(size, layout, self.matrix(), self.range(), planes)?;
        Some(halved.with_chroma_siting(self.chroma_siting()))
    }

    fn halved_plane(&self, plane: usize, shift: u32) -> VideoPlane {
        let (shift_x, shift_y) = match (self.layout(), plane) {
            (PlaneLayout::Yuv { chroma_shift_x, chroma_shift_y, .. }, 1 | 2) => {
                (u32::from(chroma_shift_x), u32::from(chroma_shift_y))
            }
            _ => (0, 0),
        };
        let (columns_shift, rows_shift) = (shift.saturating_sub(shift_x), shift.saturating_sub(shift_y));
        let rows: Vec<&[u8]> = self.plane_rows(plane).collect();
        let is_wide = self.layout().bytes_per_sample() == 2;
        let mut bytes = Vec::new();
        let mut means = Means { columns_shift, sums: Vec::new() };
        for rows in rows.chunks(1 << rows_shift) {
            for row in rows {
                match is_wide {
                    false => means.add(row.iter().map(|byte| u64::from(*byte))),
                    true => means.add(row.as_chunks().0.iter().map(|pair| u16::from_ne_bytes(*pair).into())),
                }
            }
            match is_wide {
                false => bytes.extend(means.take().map(|mean| mean as u8)),
                true => bytes.extend(means.take().flat_map(|mean| (mean as u16).to_ne_bytes())),
            }
        }
        let stride = bytes.len() / rows.len().div_ceil(1 << rows_shift).max(1);
        VideoPlane { bytes: Arc::new(bytes), stride }
    }
}

/// One row of means in the making.
struct Means {
    /// How often two columns become one.
    columns_shift: u32,
    /// Of each sample the sum, and of how many.
    sums: Vec<(u64, u64)>,
}

impl Means {
    /// Adds a row of samples.
    fn add(&mut self, row: impl Iterator<Item = u64>) {
        for (column, sample) in row.enumerate() {
            let at = column >> self.columns_shift;
            if at >= self.sums.len() {
                self.sums.resize(at + 1, (0, 0));
            }
            let (sum, count) = &mut self.sums[at];
            *sum += sample;
            *count += 1;
        }
    }

    /// The means, rounded; begins the next row.
    fn take(&mut self) -> impl Iterator<Item = u64> + '_ {
        self.sums.drain(..).map(|(sum, count)| (sum + count / 2) / count.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{ColorRange, YuvMatrix};

    fn frame(size: Size, layout: PlaneLayout, planes: &[&[u8]]) -> VideoFrame {
        let plane = |(number, bytes): (usize, &&[u8])| VideoPlane {
            stride: layout.plane_size(number, size).width as usize * layout.bytes_per_sample(),
            bytes: Arc::new(bytes.to_vec()),
        };
        let planes = planes.iter().enumerate().map(plane).collect();
        VideoFrame::new(size, layout, YuvMatrix::Bt601, ColorRange::Full, planes).unwrap()
    }

    fn samples(frame: &VideoFrame, plane: usize) -> Vec<u8> {
        frame.plane_rows(plane).flatten().copied().collect()
    }

    #[test]
    fn colours_are_evened_out_before_they_are_halved() {
        let layout = PlaneLayout::Yuv { bits: 8, chroma_shift_x: 1, chroma_shift_y: 1, has_alpha: false };
        let brightness = [10, 20, 30, 40, 50, 30, 40, 50, 60, 70, 1, 3, 5, 7, 9];
        let frame = frame(Size::new(5, 3), layout, &[&brightness, &[1, 2, 3, 4, 5, 6], &[9, 8, 7, 6, 5, 4]]);
        let once = frame.halved(1).unwrap();
        assert_eq!(once.size(), Size::new(3, 2));
        let even = PlaneLayout::Yuv { bits: 8, chroma_shift_x: 0, chroma_shift_y: 0, has_alpha: false };
        assert_eq!(once.layout(), even);
        assert_eq!(samples(&once, 0), [25, 45, 60, 2, 6, 9], "what is over counts by itself");
        assert_eq!(samples(&once, 1), [1, 2, 3, 4, 5, 6]);
        let twice = frame.halved(2).unwrap();
        assert_eq!((twice.size(), samples(&twice, 2)), (Size::new(2, 1), vec![7, 6]));
        assert_eq!(samples(&frame.halved(0).unwrap(), 0), brightness);
    }

    #[test]
    fn samples_of_two_bytes_are_numbers_and_pixels_with_alpha_stay() {
        let bytes: Vec<u8> = [100_u16, 300, 500, 700].into_iter().flat_map(u16::to_ne_bytes).collect();
        let gray = frame(Size::new(4, 1), PlaneLayout::Gray { bits: 10 }, &[&bytes]).halved(1).unwrap();
        assert_eq!(samples(&gray, 0), [200_u16, 600].map(u16::to_ne_bytes).concat());
        let rgba = frame(Size::new(2, 1), PlaneLayout::Rgba8, &[&[0, 10, 20, 255, 10, 20, 30, 0]]);
        assert_eq!(rgba.halved(1).unwrap().size(), Size::new(2, 1));
    }
}
