//! Pictures in memory: what `media` makes, and `render` takes.
//!
//! A [`Picture`] is a whole one: 8-bit sRGB with straight alpha, row-major, without padding between rows, in the
//! orientation in which a person sees it.
//!
//! A picture of any size is a [`TiledPicture`]: a [`Pyramid`] of versions, each half as large as the one before,
//! cut into [`Tile`]s that come when they are wanted. A tile keeps the values of the file: its [`PixelFormat`] is
//! 8-bit, 16-bit or float, grey or with colours. A [`MemoryPyramid`] is one that is in memory as a whole. A
//! [`Window`] says which values are black and white on a screen, a [`ColorMap`] how a single channel is coloured.
//!
//! A [`VideoFrame`] is a frame of a video in the planes of its decoder, which a GPU makes RGB of as
//! [`RgbFromSamples`] says. A [`Turn`] says how it is turned and mirrored to be shown.
//!
//! **Invariants.** A picture in memory has exactly the bytes that its size says. Alpha is straight, never
//! premultiplied. No files, no GPU.

mod color_map;
mod format;
mod histogram;
mod memory;
mod pyramid;
mod reduce;
mod region;
mod tile;
mod turn;
mod video_color;
mod video_frame;
mod video_halved;
mod video_picture;
mod window;

use std::sync::Arc;

pub use color_map::ColorMap;
pub use format::{PixelFormat, PixelValue};
pub use histogram::Histogram;
pub use memory::MemoryPyramid;
pub use pyramid::{Pyramid, TILE_SIDE, TileId, TiledPicture};
pub use reduce::{halved, halved_within};
pub use region::Region;
pub use tile::{PixelRect, Tile};
pub use turn::Turn;
pub use video_color::{RgbFromSamples, VideoValue};
pub use video_frame::{ChromaSiting, ColorRange, PlaneBytes, PlaneLayout, VideoFrame, VideoPlane, YuvMatrix};
pub use window::{LINEAR_LIGHT_GAMMA, Percentiles, Window};

/// Width and height in whole pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Size {
    /// Pixel columns.
    pub width: u32,
    /// Pixel rows.
    pub height: u32,
}

impl Size {
    /// A size from its parts.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Columns times rows.
    pub const fn num_pixels(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// The size after a turn by a quarter.
    pub const fn transposed(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// The largest size of the same proportions that fits into `within`, never larger than `self`.
    pub fn fit_within(self, within: Self) -> Self {
        let scale = (f64::from(within.width) / f64::from(self.width.max(1)))
            .min(f64::from(within.height) / f64::from(self.height.max(1)))
            .min(1.0);
        let scaled = |n: u32| ((f64::from(n) * scale).round() as u32).max(1);
        Self { width: scaled(self.width), height: scaled(self.height) }
    }
}

/// An RGBA picture in memory. Cloning shares the pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    size: Size,
    pixels: Arc<[u8]>,
}

impl Picture {
    /// Wraps RGBA bytes, row-major, 4 bytes a pixel. `None` when their number does not fit the size.
    pub fn from_rgba(size: Size, pixels: impl Into<Arc<[u8]>>) -> Option<Self> {
        let pixels = pixels.into();
        (pixels.len() as u64 == size.num_pixels() * 4).then_some(Self { size, pixels })
    }

    /// A picture of one colour.
    pub fn filled(size: Size, rgba: [u8; 4]) -> Self {
        let pixels: Vec<u8> = rgba.iter().copied().cycle().take(size.num_pixels() as usize * 4).collect();
        Self { size, pixels: pixels.into() }
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.size
    }

    /// All pixels, row-major RGBA.
    pub fn rgba(&self) -> &[u8] {
        &self.pixels
    }

    /// One pixel as RGBA, `None` outside.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.size.width || y >= self.size.height {
            return None;
        }
        let at = (y as usize * self.size.width as usize + x as usize) * 4;
        self.pixels[at..at + 4].try_into().ok()
    }

    /// Bytes in memory.
    pub fn num_bytes(&self) -> usize {
        self.pixels.len()
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.size.width, self.size.height)
    }
}
