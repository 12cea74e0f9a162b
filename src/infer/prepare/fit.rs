//! How a picture is fitted into a model's input.

use crate::geometry::Vector;
use crate::pixels::Size;

/// The size of a model's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSize {
    /// Always this.
    Fixed(Size),
    /// The picture scaled so that its longer side is `longest`, and both sides filled up to multiples of `multiple`.
    Longest {
        /// Pixels of the longer side, itself a multiple.
        longest: u32,
        /// What both sides are multiples of.
        multiple: u32,
    },
}

/// Where the picture lies when it is smaller than the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// In the middle.
    Center,
    /// In the top-left corner.
    Corner,
}

/// How a picture is fitted into a model's input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fit {
    /// Filling it, with other proportions.
    Stretch,
    /// As a whole and in its proportions, the rest filled with a colour.
    Letterbox {
        /// Where it lies.
        anchor: Anchor,
        /// The colour around it: red, green, blue.
        padding: [u8; 3],
    },
    /// Filling it in its proportions; what stands out on two sides is cut off.
    CenterCrop,
}

/// How a picture lies in an input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fitted {
    /// Pixels of the picture as it is drawn.
    pub drawn: Size,
    /// Where its top-left corner is drawn; negative where it is cut off.
    pub left: i32,
    pub top: i32,
    /// Pixels of the input for one of the picture.
    pub scale: Vector,
    /// Where the picture's corner lies.
    pub offset: Vector,
    pub padding: [u8; 3],
}

impl InputSize {
    /// The size for a picture.
    pub(super) fn of(self, picture: Size) -> Size {
        let (width, height) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
        match self {
            Self::Fixed(size) => size,
            Self::Longest { longest, multiple } => {
                let scale = f64::from(longest) / width.max(height);
                let side = |side: f64| {
                    let side = (side * scale).round_ties_even().max(1.0) as u32;
                    side.next_multiple_of(multiple.max(1))
                };
                Size::new(side(width), side(height))
            }
        }
    }
}

impl Fit {
    /// How a picture lies in an input.
    pub(super) fn within(self, picture: Size, input: Size) -> Fitted {
        let (width, height) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
        let (across, down) = (f64::from(input.width), f64::from(input.height));
        match self {
            Self::Stretch => Fitted {
                drawn: input,
                left: 0,
                top: 0,
                scale: Vector::new(across / width, down / height),
                offset: Vector::new(0.0, 0.0),
                padding: [0; 3],
            },
            Self::Letterbox { anchor, padding } => {
                let scale = (across / width).min(down / height);
                let side =
                    |side: f64, most: u32| ((side * scale).round_ties_even().max(1.0) as u32).min(most);
                let drawn = Size::new(side(width, input.width), side(height, input.height));
                // Ultralytics rounds half of the padding so that an odd pixel comes after the picture.
                let before = |most: u32, drawn: u32| match anchor {
                    Anchor::Center => (f64::from(most - drawn) / 2.0 - 0.1).round_ties_even().max(0.0) as i32,
                    Anchor::Corner => 0,
                };
                let (left, top) = (before(input.width, drawn.width), before(input.height, drawn.height));
                Fitted {
                    drawn,
                    left,
                    top,
                    scale: Vector::new(f64::from(drawn.width) / width, f64::from(drawn.height) / height),
                    offset: Vector::new(f64::from(left), f64::from(top)),
                    padding,
                }
            }
            Self::CenterCrop => {
                // As torchvision's Resize and CenterCrop: the longer side is cut to whole pixels.
                let scale = (across / width).max(down / height);
                let drawn = Size::new((width * scale).floor() as u32, (height * scale).floor() as u32);
                let before = |most: u32, drawn: u32| {
                    -((f64::from(drawn.saturating_sub(most)) / 2.0).round_ties_even() as i32)
                };
                let (left, top) = (before(input.width, drawn.width), before(input.height, drawn.height));
                Fitted {
                    drawn,
                    left,
                    top,
                    scale: Vector::new(scale, scale),
                    offset: Vector::new(f64::from(left), f64::from(top)),
                    padding: [0; 3],
                }
            }
        }
    }
}
