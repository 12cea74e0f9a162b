//! What a model proposes.

use crate::geometry::Rect;
use crate::model::{Content, Shape};

/// One proposal, in pixels of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The model's class, an index into its list of names.
    pub class: usize,
    /// How sure the model is, 0 to 1.
    pub score: f64,
    /// The shape, or the tag of the whole picture.
    pub content: Content,
    /// The box of what was found, where the model gives one apart from the shape, as for a mask.
    pub bounds: Option<Rect>,
}

impl Suggestion {
    /// A shape that a model found.
    pub fn shape(class: usize, score: f32, shape: Shape) -> Self {
        Self { class, score: f64::from(score), content: Content::Shape(shape), bounds: None }
    }

    /// Its shape, where it has one.
    pub fn as_shape(&self) -> Option<&Shape> {
        match &self.content {
            Content::Shape(shape) => Some(shape),
            Content::Track(_) | Content::Span(_) | Content::Tag => None,
        }
    }
}

/// What is asked of a model's answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Scores below are left out.
    pub score: f32,
    /// Of two things of one class whose boxes overlap by more (intersection over union), the surer one stays.
    pub overlap: f64,
    /// At most so many, the surest.
    pub max: usize,
}

impl Default for Limits {
    /// What Ultralytics predicts with.
    fn default() -> Self {
        Self { score: 0.25, overlap: 0.7, max: 300 }
    }
}

/// Why a model's answer says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// An output is missing or has another shape than this family's.
    #[error("the model's answer {name:?} has not the shape that {family} models give: {shape:?}")]
    WrongShape {
        /// The output.
        name: String,
        /// The family that it was taken for.
        family: &'static str,
        /// Its shape; empty when it is missing.
        shape: Vec<usize>,
    },
    /// Scores are not numbers.
    #[error(
        "the model's scores are no numbers (NaN): its weights are damaged, or its input is prepared wrongly"
    )]
    NotNumbers,
}
