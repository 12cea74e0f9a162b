//! From a picture to what a model takes, and from the model's pixels back to the picture's.
//!
//! A [`Preparation`] is a plan that does not depend on the picture: how it is fitted into the model's input, with which
//! filter, in which order and range of numbers. It gives the numbers and a [`Placement`], which leads back. Fitting and
//! rounding follow the program that the family's models are trained with, to the pixel: a box is off by as much as the
//! padding is.

mod fit;
mod resample;

use super::facts::{Element, Port};
use super::tensor::Tensor;
use crate::geometry::{Point, Rect, Vector};
use crate::pixels::{Picture, PixelRect, Size};

pub use fit::{Anchor, Fit, InputSize};
pub use resample::Filter;

/// How a model's input is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Batch, channel, row, column.
    Nchw,
    /// Batch, row, column, channel.
    Nhwc,
    /// Channel, row, column.
    Chw,
    /// Row, column, channel.
    Hwc,
}

/// How a picture is made into a model's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparation {
    /// The name of the input.
    pub input: String,
    /// The type of its numbers.
    pub element: Element,
    /// The order of its axes.
    pub layout: Layout,
    /// Its size.
    pub size: InputSize,
    /// How the picture is fitted into it.
    pub fit: Fit,
    /// How pixels are averaged.
    pub filter: Filter,
    /// Blue first, as OpenCV reads pictures.
    pub is_bgr: bool,
    /// What is taken off the channels' bytes first, in the model's order of channels.
    pub mean: [f32; 3],
    /// What the channels are then multiplied by.
    pub scale: [f32; 3],
}

/// Mean and deviation of ImageNet, of which most classifiers and transformers are fed, for bytes.
pub const IMAGENET_MEAN: [f32; 3] = [123.675, 116.28, 103.53];
/// One over the deviations of ImageNet's channels, for bytes.
pub const IMAGENET_SCALE: [f32; 3] = [1.0 / 58.395, 1.0 / 57.12, 1.0 / 57.375];

/// Where the picture lies in a model's input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// The size of the input.
    pub input: Size,
    /// The part of the picture that is in it, pixels.
    pub region: PixelRect,
    /// The size of the whole picture: shapes are clamped to it.
    pub picture: Size,
    /// Pixels of the input for one of the picture.
    pub scale: Vector,
    /// Where the region's corner lies in the input.
    pub offset: Vector,
}

/// A picture as a model takes it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The numbers.
    pub tensor: Tensor<'static>,
    /// The way back.
    pub placement: Placement,
}

impl Preparation {
    /// A plan for an input: red first, bytes divided by 255, stretched. `None` where the input is not that of a picture.
    pub fn for_port(port: &Port, default_side: u32) -> Option<Self> {
        let fixed = |axis| port.fixed(axis);
        let layout = match port.rank() {
            4 if fixed(1) == Some(3) => Layout::Nchw,
            4 if fixed(3) == Some(3) => Layout::Nhwc,
            4 if fixed(1).is_none() && fixed(3).is_none() => Layout::Nchw,
            3 if fixed(0) == Some(3) => Layout::Chw,
            3 if fixed(2) == Some(3) => Layout::Hwc,
            _ => return None,
        };
        // Batches of a fixed size other than 1 would need as many pictures.
        if matches!(layout, Layout::Nchw | Layout::Nhwc) && fixed(0).is_some_and(|batch| batch != 1) {
            return None;
        }
        let [row_axis, column_axis] = match layout {
            Layout::Nchw => [2, 3],
            Layout::Nhwc | Layout::Chw => [1, 2],
            Layout::Hwc => [0, 1],
        };
        let side = |axis| fixed(axis).and_then(|side| u32::try_from(side).ok());
        let size = match (side(column_axis), side(row_axis)) {
            (Some(width), Some(height)) => InputSize::Fixed(Size::new(width, height)),
            _ => InputSize::Fixed(Size::new(default_side, default_side)),
        };
        let has_bytes = port.element == Element::U8;
        Some(Self {
            input: port.name.clone(),
            element: port.element,
            layout,
            size,
            fit: Fit::Stretch,
            filter: Filter::Bilinear,
            is_bgr: false,
            mean: [0.0; 3],
            scale: [if has_bytes { 1.0 } else { 1.0 / 255.0 }; 3],
        })
    }

    /// The size of the input for a region of this size.
    pub fn input_size(&self, region: Size) -> Size {
        self.size.of(region)
    }

    /// Makes the numbers for a part of a picture; what lies outside the picture is left out. An empty part gives padding.
    pub fn prepare(&self, picture: &Picture, region: PixelRect) -> Prepared {
        let whole = picture.size();
        let region = PixelRect {
            left: region.left.min(whole.width),
            top: region.top.min(whole.height),
            width: region.width.min(whole.width.saturating_sub(region.left)),
            height: region.height.min(whole.height.saturating_sub(region.top)),
        };
        let input = self.size.of(Size::new(region.width, region.height));
        let fitted = self.fit.within(Size::new(region.width, region.height), input);
        let source = resample::Source { picture, region };
        let mut canvas = resample::Canvas::new(input, fitted.padding);
        canvas.draw(&source, &fitted, self.filter);
        let placement =
            Placement { input, region, picture: whole, scale: fitted.scale, offset: fitted.offset };
        Prepared { tensor: self.tensor(&canvas), placement }
    }

    fn tensor(&self, canvas: &resample::Canvas) -> Tensor<'static> {
        let (width, height) = (canvas.size.width as usize, canvas.size.height as usize);
        let tables: [[f32; 256]; 3] = std::array::from_fn(|channel| {
            std::array::from_fn(|byte| (byte as f32 - self.mean[channel]) * self.scale[channel])
        });
        let from = |channel: usize| if self.is_bgr { 2 - channel } else { channel };
        let is_planar = matches!(self.layout, Layout::Nchw | Layout::Chw);
        let num = width * height;
        let mut data = vec![0.0; 3 * num];
        let (pixels, _) = canvas.rgb.as_chunks::<3>();
        if is_planar {
            for (channel, plane) in data.chunks_exact_mut(num.max(1)).enumerate() {
                let table = &tables[channel];
                for (value, pixel) in plane.iter_mut().zip(pixels) {
                    *value = table[pixel[from(channel)] as usize];
                }
            }
        } else {
            let (values, _) = data.as_chunks_mut::<3>();
            for (value, pixel) in values.iter_mut().zip(pixels) {
                *value = std::array::from_fn(|channel| tables[channel][pixel[from(channel)] as usize]);
            }
        }
        let shape = match self.layout {
            Layout::Nchw => vec![1, 3, height, width],
            Layout::Nhwc => vec![1, height, width, 3],
            Layout::Chw => vec![3, height, width],
            Layout::Hwc => vec![height, width, 3],
        };
        Tensor::new(self.input.clone(), shape, data).expect("three channels for each pixel")
    }
}

impl Placement {
    /// A point of the input in the picture.
    pub fn to_picture(&self, p: Point) -> Point {
        Point::new(
            (p.x - self.offset.x) / self.scale.x + f64::from(self.region.left),
            (p.y - self.offset.y) / self.scale.y + f64::from(self.region.top),
        )
    }

    /// A point of the picture in the input.
    pub fn to_input(&self, p: Point) -> Point {
        Point::new(
            (p.x - f64::from(self.region.left)) * self.scale.x + self.offset.x,
            (p.y - f64::from(self.region.top)) * self.scale.y + self.offset.y,
        )
    }

    /// A point of the input in the picture, moved to the region's border when it lies outside.
    pub fn to_region(&self, p: Point) -> Point {
        self.bounds().clamp(self.to_picture(p))
    }

    /// A box of the input in the picture, cut off at the region's border.
    pub fn rect_to_region(&self, rect: &Rect) -> Rect {
        Rect { min: self.to_region(rect.min), max: self.to_region(rect.max) }
    }

    /// The region as a box.
    pub fn bounds(&self) -> Rect {
        let PixelRect { left, top, width, height } = self.region;
        Rect::from_xywh(f64::from(left), f64::from(top), f64::from(width), f64::from(height))
    }
}

#[cfg(test)]
mod tests;
