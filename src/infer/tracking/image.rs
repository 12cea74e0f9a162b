//! A frame as the trackers see it: brightness and, where there is colour, two differences of colour.

use std::sync::Arc;

use super::resample::{Axis, resample};
use crate::geometry::{Point, Rect, Vector};
use crate::pixels::{Picture, PlaneLayout, Size, Turn, VideoFrame};

/// A frame in 8 bits: brightness and, where there is colour, differences of blue and of red, which may be stored at a
/// fraction of its resolution. Cloning shares the samples.
///
/// The planes of a video's decoder are taken as they are: no RGB is made for tracking.
#[derive(Clone)]
pub struct TrackImage {
    size: Size,
    planes: Arc<[Plane]>,
}

struct Plane {
    size: Size,
    /// One sample stands for 2^shift columns and rows.
    shift: [u8; 2],
    samples: Vec<u8>,
}

/// Values from 0 to 1, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

/// A window on a picture, which may be turned about its centre.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub center: Point,
    /// Pixels across and down, before it is turned.
    pub extent: Vector,
    /// Clockwise on screen.
    pub degrees: f64,
}

impl TrackImage {
    /// A frame without colour: one byte a pixel, row-major without padding. `None` when their number does not fit the size.
    pub fn from_gray(size: Size, samples: Vec<u8>) -> Option<Self> {
        let fits = size.num_pixels() > 0 && samples.len() as u64 == size.num_pixels();
        fits.then(|| Self { size, planes: Arc::new([Plane { size, shift: [0, 0], samples }]) })
    }

    /// A picture; transparency is ignored. `None` when it has no pixels.
    pub fn from_picture(picture: &Picture) -> Option<Self> {
        let size = picture.size();
        let pixels = picture.rgba().as_chunks::<4>().0;
        let plane = |weights: [i32; 3], offset: i32| {
            let sample = |&[r, g, b, _]: &[u8; 4]| {
                let sum: i32 =
                    [r, g, b].iter().zip(weights).map(|(&value, weight)| i32::from(value) * weight).sum();
                (((sum + 128) >> 8) + offset).clamp(0, 255) as u8
            };
            Plane { size, shift: [0, 0], samples: pixels.iter().map(sample).collect() }
        };
        // ITU-R BT.601, full range, in 256ths.
        let planes = [plane([77, 150, 29], 0), plane([-43, -85, 128], 128), plane([128, -107, -21], 128)];
        (size.num_pixels() > 0).then(|| Self { size, planes: Arc::new(planes) })
    }

    /// A frame of a video, as stored: rotation is not applied. Of RGBA frames only the brightness counts where they come
    /// as such. `None` when it has no pixels.
    pub fn from_frame(frame: &VideoFrame) -> Option<Self> {
        let size = frame.size();
        if size.num_pixels() == 0 {
            return None;
        }
        if frame.layout() == PlaneLayout::Rgba8 {
            let rgba: Vec<u8> = frame.plane_rows(0).flatten().copied().collect();
            return Self::from_picture(&Picture::from_rgba(size, rgba)?);
        }
        let (bits, shift, num_planes) = match frame.layout() {
            PlaneLayout::Yuv { bits, chroma_shift_x, chroma_shift_y, .. } => {
                (bits, [chroma_shift_x, chroma_shift_y], 3)
            }
            PlaneLayout::Gray { bits } => (bits, [0, 0], 1),
            PlaneLayout::Rgba8 => (8, [0, 0], 1),
        };
        let plane = |number: usize| Plane {
            size: frame.layout().plane_size(number, size),
            shift: if number == 0 { [0, 0] } else { shift },
            samples: eight_bits(frame, number, bits),
        };
        Some(Self { size, planes: (0..num_planes).map(plane).collect() })
    }

    /// The frame as a person sees it.
    pub fn turned(self, turn: Turn) -> Self {
        if turn == Turn::NONE {
            return self;
        }
        let planes = self.planes.iter().map(|plane| plane.turned(turn)).collect();
        Self { size: turn.apply_to_size(self.size), planes }
    }

    /// Columns and rows.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The whole picture as a box.
    pub fn bounds(&self) -> Rect {
        Rect::from_xywh(0.0, 0.0, f64::from(self.size.width), f64::from(self.size.height))
    }

    /// Whether there are differences of colour.
    pub(super) fn has_color(&self) -> bool {
        self.planes.len() == 3
    }

    /// What lies in `window`, resampled to `width` by `height` values. Beyond the border the outermost pixels are
    /// repeated. Plane 0 is the brightness; 1 and 2, where there [is colour](Self::has_color), differences of colour.
    pub(super) fn sample(&self, plane: usize, window: &Rect, width: usize, height: usize) -> Patch {
        let Some(plane) = self.planes.get(plane) else {
            return Patch { width, height, values: vec![0.0; width * height] };
        };
        let axis = |dimension: usize, min: f64, length: f64, num_out: usize, num_in: u32| {
            let unit = f64::from(1u32 << plane.shift[dimension]);
            Axis::new(min / unit, length / unit, num_out, num_in as usize)
        };
        let columns = axis(0, window.min.x, window.width(), width, plane.size.width);
        let rows = axis(1, window.min.y, window.height(), height, plane.size.height);
        Patch { width, height, values: resample(&plane.samples, plane.size.width as usize, &columns, &rows) }
    }
}

impl TrackImage {
    /// The same as [`Self::sample`] through a window that may be turned.
    pub(super) fn sample_view(&self, plane: usize, view: &View, width: usize, height: usize) -> Patch {
        if view.degrees == 0.0 {
            return self.sample(plane, &Rect::from_center(view.center, view.extent), width, height);
        }
        // First upright, with enough around, at the resolution that is wanted: that smooths as it must. Then turned.
        let across = Vector::new(view.extent.x / width as f64, 0.0).rotated(view.degrees);
        let down = Vector::new(0.0, view.extent.y / height as f64).rotated(view.degrees);
        let unit = across.length().min(down.length());
        let side = |a: f64, b: f64| ((a.abs() * width as f64 + b.abs() * height as f64) / unit).ceil() + 2.0;
        let (columns, rows) = (side(across.x, down.x), side(across.y, down.y));
        let upright = Rect::from_center(view.center, Vector::new(columns * unit, rows * unit));
        let source = self.sample(plane, &upright, columns as usize, rows as usize);
        let (across, down) = (across / unit, down / unit);
        let middle = Vector::new((columns - 1.0) / 2.0, (rows - 1.0) / 2.0);
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            let row = middle + down * (y as f64 + 0.5 - height as f64 / 2.0);
            for x in 0..width {
                values.push(source.between(row + across * (x as f64 + 0.5 - width as f64 / 2.0)));
            }
        }
        Patch { width, height, values }
    }
}

impl Patch {
    /// The value at a position between samples, which lies within.
    fn between(&self, at: Vector) -> f32 {
        let x = (at.x.max(0.0) as usize).min(self.width.saturating_sub(2));
        let y = (at.y.max(0.0) as usize).min(self.height.saturating_sub(2));
        let (fx, fy) = ((at.x - x as f64) as f32, (at.y - y as f64) as f32);
        let mix = |row: &[f32]| row[x] + (row[(x + 1).min(self.width - 1)] - row[x]) * fx;
        let row = |y: usize| &self.values[y.min(self.height - 1) * self.width..][..self.width];
        let (upper, lower) = (mix(row(y)), mix(row(y + 1)));
        upper + (lower - upper) * fy
    }
}

impl Plane {
    fn turned(&self, turn: Turn) -> Self {
        let size = turn.apply_to_size(self.size);
        let stored = |i: usize| {
            let (x, y) = (i as u32 % size.width, i as u32 / size.width);
            let (x, y) = turn.stored_from_shown(x, y, self.size).unwrap_or_default();
            self.samples[y as usize * self.size.width as usize + x as usize]
        };
        let [across, down] = self.shift;
        Self {
            size,
            shift: if turn.exchanges_axes { [down, across] } else { [across, down] },
            samples: (0..self.samples.len()).map(stored).collect(),
        }
    }
}

/// The samples of a plane without padding, in 8 bits.
fn eight_bits(frame: &VideoFrame, plane: usize, bits: u8) -> Vec<u8> {
    if bits <= 8 {
        return frame.plane_rows(plane).flatten().copied().collect();
    }
    let narrow = |bytes: &[u8; 2]| (u16::from_ne_bytes(*bytes) >> (bits - 8)).min(255) as u8;
    frame.plane_rows(plane).flat_map(|row| row.as_chunks::<2>().0.iter().map(narrow)).collect()
}

impl std::fmt::Debug for TrackImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TrackImage({} × {}, {} planes)", self.size.width, self.size.height, self.planes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_window_shows_what_lies_in_it() {
        // Brighter to the right.
        let samples: Vec<u8> = (0..40 * 40).map(|i| (i % 40 * 6) as u8).collect();
        let image = TrackImage::from_gray(Size::new(40, 40), samples).unwrap();
        let view =
            |degrees| View { center: Point::new(20.0, 20.0), extent: Vector::new(16.0, 12.0), degrees };
        let at = |patch: &Patch, x: usize, y: usize| patch.values[y * 16 + x] * 255.0;
        let upright = image.sample_view(0, &view(0.0), 16, 12);
        let around = image.sample_view(0, &view(180.0), 16, 12);
        assert!((at(&upright, 0, 3) - 72.0).abs() < 0.1 && (at(&around, 15, 3) - 72.0).abs() < 0.1);
        // Its columns now run down, its rows to the left.
        let quarter = image.sample_view(0, &view(90.0), 16, 12);
        assert!((at(&quarter, 2, 0) - at(&quarter, 13, 0)).abs() < 0.1);
        assert!((at(&quarter, 2, 0) - at(&quarter, 2, 11) - 66.0).abs() < 0.1);
    }

    #[test]
    fn a_picture_becomes_brightness_and_differences_of_colour() {
        let picture = Picture::filled(Size::new(4, 4), [255, 0, 0, 255]);
        let image = TrackImage::from_picture(&picture).unwrap();
        let mean = |plane| image.sample(plane, &image.bounds(), 1, 1).values[0] * 255.0;
        assert!(image.has_color());
        assert_eq!([0, 1, 2].map(|plane| mean(plane).round()), [77.0, 85.0, 255.0]);
    }

    #[test]
    fn a_turned_frame_shows_its_left_column_on_top() {
        let image = TrackImage::from_gray(Size::new(2, 3), vec![1, 2, 3, 4, 5, 6]).unwrap();
        let clockwise = Turn { exchanges_axes: true, mirrors_columns: true, mirrors_rows: false };
        let turned = image.turned(clockwise);
        assert_eq!(
            (turned.size(), &turned.planes[0].samples[..]),
            (Size::new(3, 2), &[5, 3, 1, 6, 4, 2][..])
        );
    }
}
