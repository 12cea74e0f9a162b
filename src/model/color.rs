//! Label colours.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An opaque sRGB colour, written as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    /// Red, green and blue, gamma-encoded, 0 to 255.
    pub rgb: [u8; 3],
}

/// Twelve colours for the first labels: far apart in hue, alternating in lightness, and all readable on dark
/// and on light pictures. Later labels take hues between them.
const FIRST_COLORS: [[u8; 3]; 12] = [
    [0xff, 0x5a, 0x5f],
    [0x2d, 0xb7, 0xf5],
    [0xff, 0xc2, 0x3d],
    [0x3d, 0xd6, 0x8c],
    [0xb3, 0x7b, 0xff],
    [0xff, 0x8a, 0x3d],
    [0x26, 0xc6, 0xc6],
    [0xf4, 0x6f, 0xc4],
    [0xa5, 0xd9, 0x3f],
    [0x5c, 0x7c, 0xfa],
    [0xe0, 0xa0, 0x7a],
    [0x8f, 0xa3, 0xb8],
];

impl Color {
    /// A colour from its red, green and blue.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { rgb: [red, green, blue] }
    }

    /// The colour for the label with this index in the schema. Golden-angle hues follow the first twelve, so
    /// that neighbours stay apart however many labels there are.
    pub fn for_index(index: usize) -> Self {
        match FIRST_COLORS.get(index) {
            Some(&rgb) => Self { rgb },
            None => Self::from_hsv((index as f64 * 137.508) % 360.0, 0.65, 0.95),
        }
    }

    /// A colour from hue (degrees), saturation and value (0 to 1).
    fn from_hsv(hue: f64, saturation: f64, value: f64) -> Self {
        let channel = |n: f64| {
            let k = (n + hue / 60.0) % 6.0;
            let level = value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0);
            (level * 255.0).round() as u8
        };
        Self::new(channel(5.0), channel(3.0), channel(1.0))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.rgb;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

/// The text is no `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a colour; write it as #rrggbb, for example #ff5a5f")]
pub struct ColorError(String);

impl FromStr for Color {
    type Err = ColorError;
    fn from_str(text: &str) -> Result<Self, ColorError> {
        let digits = text.trim().trim_start_matches('#');
        let bits = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6);
        let [_, r, g, b] = bits.ok_or_else(|| ColorError(text.to_owned()))?.to_be_bytes();
        Ok(Self::new(r, g, b))
    }
}

impl TryFrom<String> for Color {
    type Error = ColorError;
    fn try_from(text: String) -> Result<Self, ColorError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_the_rest() {
        let color = Color::new(255, 0, 128);
        assert_eq!(color.to_string(), "#ff0080");
        assert_eq!("ff0080".parse(), Ok(color));
        assert!("#ff00".parse::<Color>().is_err());
        assert!("red".parse::<Color>().is_err());
    }

    #[test]
    fn a_hundred_labels_have_a_hundred_colors() {
        let colors: std::collections::HashSet<_> = (0..100).map(Color::for_index).collect();
        assert_eq!(colors.len(), 100);
    }
}
