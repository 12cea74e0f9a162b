//! Masks by clicks and boxes: Segment Anything and its kin.
//!
//! Such a model is a pair. The *encoder* looks at the picture once and gives an embedding, which takes long; the *decoder*
//! makes a mask of the embedding and of [`Prompts`], which is quick. A [`PromptedModel`] is what is understood of a pair: how
//! the picture becomes the encoder's input, which output of the encoder is which input of the decoder, and what the
//! decoder's answers mean. SAM, MobileSAM and EdgeSAM put the picture into a corner; SAM 2 stretches it. Sources:
//! `segment_anything/utils/onnx.py`, `segment_anything/utils/transforms.py`, `sam2/utils/transforms.py`.

mod answer;
mod pair;

use crate::geometry::{Mask, Point, Rect};
use crate::infer::tensor::Tensor;

use super::prepare::{Placement, Preparation};

pub use pair::PairError;

/// What a person points at, in pixels of the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompts {
    /// Points that are on the thing, or are not.
    pub points: Vec<PromptPoint>,
    /// A box around it.
    pub rect: Option<Rect>,
}

/// A point that is on the thing, or is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromptPoint {
    /// Where.
    pub position: Point,
    /// Whether it is on the thing.
    pub is_on_it: bool,
}

/// What the encoder has seen in a picture.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// The decoder's inputs that come from the encoder.
    pub tensors: Vec<Tensor<'static>>,
    /// Where the picture lies in the encoder's input.
    pub placement: Placement,
}

/// A mask, and how sure the model is that it is good.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptedMask {
    /// The mask, pixels of the picture.
    pub mask: Mask,
    /// What the model expects its intersection over union with the true mask to be.
    pub score: f64,
}

/// A pair of encoder and decoder.
#[derive(Clone, Debug)]
pub struct PromptedModel {
    /// How the picture becomes the encoder's input.
    pub preparation: Preparation,
    /// Of each output of the encoder that the decoder takes: its name there, and here.
    links: Vec<Link>,
    decoder: pair::DecoderInputs,
    /// A point that means nothing is added where there is no box, as SAM's decoder was trained.
    needs_filler: bool,
}

/// An output of the encoder that is an input of the decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    output: String,
    input: String,
}

#[cfg(test)]
mod tests;
