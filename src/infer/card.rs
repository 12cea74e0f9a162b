//! The model card: what a person says of a model that its file does not.

use serde::{Deserialize, Serialize};

use super::families::{NotUnderstood, Understanding};
use super::prepare::{Anchor, Filter, Fit, InputSize};
use crate::pixels::Size;

/// What a person says of a model. It lies beside the model, as `NAME.toml`; what is left out is found out. All settings
/// override what the family would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelCard {
    /// What the model is called.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The family that it is used as.
    pub family: Option<String>,
    /// The names of its classes, in order.
    pub classes: Option<Vec<String>>,
    /// The size of its input, width and height in pixels.
    pub size: Option<[u32; 2]>,
    /// How a picture is fitted into it.
    pub fit: Option<CardFit>,
    /// How pixels are averaged.
    pub filter: Option<CardFilter>,
    /// The order of its channels: "rgb" or "bgr".
    pub colors: Option<CardColors>,
    /// What is taken off each channel, in the range of a byte.
    pub mean: Option<[f32; 3]>,
    /// What each channel is divided by, in the range of a byte.
    pub std: Option<[f32; 3]>,
    /// Scores below are left out.
    pub threshold: Option<f32>,
    /// Boxes of one class that overlap by more are one.
    pub overlap: Option<f64>,
}

/// [`Fit`] in a model card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardFit {
    /// Filling the input.
    Stretch,
    /// In the middle, grey around it.
    Letterbox,
    /// In the top-left corner, grey around it.
    LetterboxCorner,
    /// Cut to the input's proportions.
    CenterCrop,
}

/// [`Filter`] in a model card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardFilter {
    /// As OpenCV scales.
    Bilinear,
    /// As Pillow scales, averaging.
    Antialias,
}

/// The order of channels in a model card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CardColors {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
}

impl ModelCard {
    /// Overrides what a family says.
    pub(super) fn apply(&self, understanding: &mut Understanding) -> Result<(), NotUnderstood> {
        let grey = [114; 3];
        let preparation = &mut understanding.preparation;
        if let Some([width, height]) = self.size {
            preparation.size = InputSize::Fixed(Size::new(width.max(1), height.max(1)));
        }
        match self.fit {
            None => {}
            Some(CardFit::Stretch) => preparation.fit = Fit::Stretch,
            Some(CardFit::CenterCrop) => preparation.fit = Fit::CenterCrop,
            Some(CardFit::Letterbox) => {
                preparation.fit = Fit::Letterbox { anchor: Anchor::Center, padding: grey };
            }
            Some(CardFit::LetterboxCorner) => {
                preparation.fit = Fit::Letterbox { anchor: Anchor::Corner, padding: grey };
            }
        }
        match self.filter {
            None => {}
            Some(CardFilter::Bilinear) => preparation.filter = Filter::Bilinear,
            Some(CardFilter::Antialias) => preparation.filter = Filter::Triangle,
        }
        if let Some(colors) = self.colors {
            preparation.is_bgr = colors == CardColors::Bgr;
        }
        preparation.mean = self.mean.unwrap_or(preparation.mean);
        preparation.scale = self.std.map_or(preparation.scale, |std| std.map(|std| 1.0 / std));
        let limits = &mut understanding.limits;
        limits.score = self.threshold.unwrap_or(limits.score);
        limits.overlap = self.overlap.unwrap_or(limits.overlap);
        if let Some(classes) = &self.classes {
            let num_told = understanding.classes.len();
            if classes.len() != num_told {
                return Err(NotUnderstood::WrongNumberOfClasses { num_named: classes.len(), num_told });
            }
            understanding.classes.clone_from(classes);
            understanding.are_classes_guessed = false;
        }
        Ok(())
    }
}
