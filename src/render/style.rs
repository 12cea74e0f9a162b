//! How things look: colours, strokes, handles, and the display of the picture.

use crate::pixels::{ColorMap, Window};

/// A colour: 8-bit sRGB with straight alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(pub [u8; 4]);

impl Color {
    /// Nothing to see.
    pub const TRANSPARENT: Self = Self([0; 4]);
    /// Opaque black.
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    /// Opaque white.
    pub const WHITE: Self = Self::rgb(255, 255, 255);

    /// An opaque colour.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue, 255])
    }

    /// The same colour with this alpha, 0 (clear) to 1 (opaque).
    pub fn with_alpha(self, alpha: f32) -> Self {
        let [red, green, blue, _] = self.0;
        Self([red, green, blue, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8])
    }

    /// Red, green, blue and alpha, 0 to 1 each, still in sRGB.
    pub(super) fn to_unit(self) -> [f32; 4] {
        self.0.map(|n| f32::from(n) / 255.0)
    }
}

/// How a line is drawn. Lengths are physical screen pixels, in steps of 1/8 up to 31.875; the line keeps them
/// at every zoom. Ends and joins are round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Width of the line. A thinner one than a pixel is drawn a pixel wide and fainter.
    pub width_px: f32,
    /// Colour of the line.
    pub color: Color,
    /// Width of the halo on either side, a second line underneath that keeps the first one visible on any
    /// picture. 0 for none.
    pub halo_px: f32,
    /// Colour of the halo.
    pub halo_color: Color,
    /// Length of the dashes and of the gaps between them. 0 for a line without gaps. The halo has none.
    pub dash_px: f32,
}

impl Stroke {
    /// A plain line.
    pub const fn new(width_px: f32, color: Color) -> Self {
        Self { width_px, color, halo_px: 0.0, halo_color: Color::TRANSPARENT, dash_px: 0.0 }
    }

    /// The same with a halo.
    pub const fn with_halo(self, halo_px: f32, halo_color: Color) -> Self {
        Self { halo_px, halo_color, ..self }
    }

    /// The same with dashes.
    pub const fn dashed(self, dash_px: f32) -> Self {
        Self { dash_px, ..self }
    }
}

/// The outline of a [`Handle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HandleShape {
    /// A square with sides along the axes.
    Square,
    /// A disc.
    Round,
    /// A square on its corner.
    Diamond,
}

/// How a point or a handle is drawn. Lengths are physical screen pixels, in steps of 1/8 up to 31.875.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle {
    /// Its outline.
    pub shape: HandleShape,
    /// From the middle to the outer edge of the border: half a side, radius or half a diagonal.
    pub radius_px: f32,
    /// Colour inside.
    pub fill: Color,
    /// Width of the border, which lies within the radius.
    pub border_px: f32,
    /// Colour of the border.
    pub border: Color,
}

/// How an enlarged picture is sampled. A reduced one is always smooth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// Every image pixel is a square.
    #[default]
    Nearest,
    /// Bilinear.
    Smooth,
}

/// How the picture is shown. Changes nothing but what is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Display {
    /// How it is sampled when enlarged.
    pub sampling: Sampling,
    /// The values of the file that show as black and as white. `None` for the whole range of its format, which for
    /// floats is 0 to 1.
    pub window: Option<Window>,
    /// Colours for the levels of a grey picture, from black to white.
    pub color_map: ColorMap,
    /// Added to each of red, green and blue, −1 to 1. 0 changes nothing.
    pub brightness: f32,
    /// Spread about the middle grey. 1 changes nothing.
    pub contrast: f32,
    /// Exponent 1/gamma, applied last: above 1 brightens the shadows. 1 changes nothing.
    pub gamma: f32,
    /// Whether lines part the image pixels from 12 screen pixels per image pixel on.
    pub pixel_grid: bool,
    /// The two colours of the checkerboard under transparent pixels.
    pub checkerboard: [Color; 2],
}

impl Default for Display {
    fn default() -> Self {
        Self {
            sampling: Sampling::Nearest,
            window: None,
            color_map: ColorMap::Grey,
            brightness: 0.0,
            contrast: 1.0,
            gamma: 1.0,
            pixel_grid: true,
            checkerboard: [Color::rgb(204, 204, 204), Color::rgb(255, 255, 255)],
        }
    }
}

/// A length on screen as the GPU gets it: eighths of a pixel.
pub(super) fn eighths(length_px: f32) -> u8 {
    // The cast saturates, and makes 0 of NaN.
    (length_px * 8.0).round() as u8
}
