//! One frame of a video, in the planes in which a decoder left it.

use std::sync::Arc;

use super::Size;

/// Bytes that somebody keeps alive: a decoder's own memory, or a plain vector.
pub type PlaneBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The matrix that makes RGB of brightness and two differences of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum YuvMatrix {
    /// ITU-R BT.601: standard definition.
    Bt601,
    /// ITU-R BT.709: high definition.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance: ultra-high definition.
    Bt2020,
    /// SMPTE 240M: early high definition.
    Smpte240,
}

impl YuvMatrix {
    /// The shares of red and of blue in the brightness; green has the rest.
    pub const fn red_and_blue(self) -> (f64, f64) {
        match self {
            Self::Bt601 => (0.299, 0.114),
            Self::Bt709 => (0.2126, 0.0722),
            Self::Bt2020 => (0.2627, 0.0593),
            Self::Smpte240 => (0.212, 0.087),
        }
    }
}

/// Which numbers are black and white, told for 8 bits; other depths scale by powers of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorRange {
    /// Brightness from 16 to 235, differences of colour from 16 to 240.
    Limited,
    /// From 0 to 255.
    Full,
}

/// Where samples of colour lie among the samples of brightness that they belong to, along each axis: 0 on the first of
/// these, 1 on the last, 0.5 in the middle. It matters where there are fewer of the one than of the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChromaSiting {
    /// Across.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl ChromaSiting {
    /// MPEG-2 and everything after it, unless the stream tells otherwise.
    pub const LEFT: Self = Self { x: 0.0, y: 0.5 };
    /// JPEG and MPEG-1.
    pub const CENTER: Self = Self { x: 0.5, y: 0.5 };
    /// BT.2020 and DV.
    pub const TOP_LEFT: Self = Self { x: 0.0, y: 0.0 };
    /// In the upper row, between the columns.
    pub const TOP: Self = Self { x: 0.5, y: 0.0 };
    /// In the lower row and the first column.
    pub const BOTTOM_LEFT: Self = Self { x: 0.0, y: 1.0 };
    /// In the lower row, between the columns.
    pub const BOTTOM: Self = Self { x: 0.5, y: 1.0 };
}

/// What the planes hold. Samples of more than 8 bits are 16-bit numbers in the machine's byte order whose upper bits are
/// zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaneLayout {
    /// One plane of brightness.
    Gray {
        /// 8 to 16.
        bits: u8,
    },
    /// Brightness; differences of blue; differences of red; alpha, where there is one. Brightness and alpha have the
    /// frame's size. The other two have one sample for 2^shift columns and rows, rounded up.
    Yuv {
        /// 8 to 16.
        bits: u8,
        /// 0 to 2.
        chroma_shift_x: u8,
        /// 0 to 2.
        chroma_shift_y: u8,
        /// Whether there is a fourth plane.
        has_alpha: bool,
    },
    /// One plane of red, green, blue and straight alpha, a byte each. Neither matrix nor range applies.
    Rgba8,
}

impl PlaneLayout {
    /// How many planes there are.
    pub const fn num_planes(self) -> usize {
        match self {
            Self::Gray { .. } | Self::Rgba8 => 1,
            Self::Yuv { has_alpha: false, .. } => 3,
            Self::Yuv { has_alpha: true, .. } => 4,
        }
    }

    /// Samples across and down of a plane of a frame of this size.
    pub const fn plane_size(self, plane: usize, size: Size) -> Size {
        match (self, plane) {
            (Self::Yuv { chroma_shift_x, chroma_shift_y, .. }, 1 | 2) => {
                Size::new(size.width.div_ceil(1 << chroma_shift_x), size.height.div_ceil(1 << chroma_shift_y))
            }
            _ => size,
        }
    }

    /// Bytes of one sample: 1, 2, or 4 for RGBA.
    pub const fn bytes_per_sample(self) -> usize {
        match self {
            Self::Gray { bits: ..=8 } | Self::Yuv { bits: ..=8, .. } => 1,
            Self::Gray { .. } | Self::Yuv { .. } => 2,
            Self::Rgba8 => 4,
        }
    }
}

/// The samples of one plane. Rows begin `stride` bytes apart; what lies between the end of a row and the next is not
/// part of the picture.
#[derive(Clone)]
pub struct VideoPlane {
    /// From the first sample to the last, at least.
    pub bytes: PlaneBytes,
    /// Bytes from the beginning of a row to that of the next.
    pub stride: usize,
}

/// One frame of a video as stored: rotation is the business of whoever shows it. Cloning shares the samples.
#[derive(Clone)]
pub struct VideoFrame {
    size: Size,
    layout: PlaneLayout,
    matrix: YuvMatrix,
    range: ColorRange,
    siting: ChromaSiting,
    planes: Vec<VideoPlane>,
}

impl VideoFrame {
    /// Puts a frame together; its samples of colour lie at the [left](ChromaSiting::LEFT). `None` when a plane is missing or shorter than the size says.
    pub fn new(
        size: Size,
        layout: PlaneLayout,
        matrix: YuvMatrix,
        range: ColorRange,
        planes: Vec<VideoPlane>,
    ) -> Option<Self> {
        let is_whole = |(number, plane): (usize, &VideoPlane)| {
            let size = layout.plane_size(number, size);
            let row_bytes = size.width as usize * layout.bytes_per_sample();
            let before_last = plane.stride.checked_mul((size.height as usize).saturating_sub(1));
            let needed = before_last.and_then(|bytes| bytes.checked_add(row_bytes));
            plane.stride >= row_bytes && needed.is_some_and(|needed| (*plane.bytes).as_ref().len() >= needed)
        };
        let is_complete = planes.len() == layout.num_planes() && planes.iter().enumerate().all(is_whole);
        is_complete.then_some(Self { size, layout, matrix, range, siting: ChromaSiting::LEFT, planes })
    }

    /// The same frame, whose samples of colour lie elsewhere.
    #[must_use]
    pub fn with_chroma_siting(self, siting: ChromaSiting) -> Self {
        Self { siting, ..self }
    }

    /// Width and height as stored.
    pub fn size(&self) -> Size {
        self.size
    }

    /// What the planes hold.
    pub fn layout(&self) -> PlaneLayout {
        self.layout
    }

    /// The matrix that makes RGB of it.
    pub fn matrix(&self) -> YuvMatrix {
        self.matrix
    }

    /// Which numbers are black and white.
    pub fn range(&self) -> ColorRange {
        self.range
    }

    /// Where the samples of colour lie.
    pub fn chroma_siting(&self) -> ChromaSiting {
        self.siting
    }

    /// The planes, as many as the layout says.
    pub fn planes(&self) -> &[VideoPlane] {
        &self.planes
    }

    /// The rows of a plane without what lies between them; none where there is no such plane.
    pub fn plane_rows(&self, plane: usize) -> impl Iterator<Item = &[u8]> {
        let size = self.layout.plane_size(plane, self.size);
        let row_bytes = size.width as usize * self.layout.bytes_per_sample();
        let plane = self.planes.get(plane);
        (0..size.height as usize).map_while(move |row| {
            let plane = plane?;
            (*plane.bytes).as_ref().get(row * plane.stride..)?.get(..row_bytes)
        })
    }

    /// Bytes in memory.
    pub fn num_bytes(&self) -> usize {
        self.planes.iter().map(|plane| (*plane.bytes).as_ref().len()).sum()
    }
}

impl std::fmt::Debug for VideoFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VideoFrame({} × {}, {:?})", self.size.width, self.size.height, self.layout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(num_bytes: usize, stride: usize) -> VideoPlane {
        let bytes: Vec<u8> = (0..num_bytes).map(|n| n as u8).collect();
        VideoPlane { bytes: Arc::new(bytes), stride }
    }

    fn frame(layout: PlaneLayout, planes: Vec<VideoPlane>) -> Option<VideoFrame> {
        VideoFrame::new(Size::new(5, 3), layout, YuvMatrix::Bt601, ColorRange::Limited, planes)
    }

    const YUV_420: PlaneLayout =
        PlaneLayout::Yuv { bits: 8, chroma_shift_x: 1, chroma_shift_y: 1, has_alpha: false };

    #[test]
    fn chroma_of_an_odd_size_is_rounded_up_and_the_last_row_needs_no_padding() {
        let frame = frame(YUV_420, vec![plane(8 * 2 + 5, 8), plane(4 + 3, 4), plane(4 + 3, 4)]).unwrap();
        let rows: Vec<_> = frame.plane_rows(1).collect();
        assert_eq!(rows, [&[0, 1, 2][..], &[4, 5, 6]]);
        assert_eq!(frame.plane_rows(0).count(), 3);
        assert_eq!(frame.plane_rows(3).count(), 0);
        assert_eq!(frame.num_bytes(), 21 + 7 + 7);
    }

    #[test]
    fn planes_that_are_missing_or_short_are_refused() {
        let chroma = || plane(7, 4);
        assert!(frame(YUV_420, vec![plane(21, 8), chroma()]).is_none(), "a plane is missing");
        assert!(frame(YUV_420, vec![plane(20, 8), chroma(), chroma()]).is_none(), "a byte is missing");
        assert!(frame(YUV_420, vec![plane(21, 4), chroma(), chroma()]).is_none(), "rows overlap");
        assert!(frame(PlaneLayout::Gray { bits: 10 }, vec![plane(21, 8)]).is_none(), "samples of two bytes");
        assert!(frame(PlaneLayout::Rgba8, vec![plane(60, 20)]).is_some());
    }
}
