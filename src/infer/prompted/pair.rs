//! Which encoder and decoder belong together, and what passes between them.

use super::{Embedding, Link, PromptedModel, Prompts};
use crate::infer::facts::{Dim, ModelFacts, Port};
use crate::infer::prepare::{Anchor, Filter, Fit, IMAGENET_MEAN, IMAGENET_SCALE, Placement, Preparation};
use crate::infer::tensor::Tensor;

/// Why two models are no pair.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// The first is none.
    #[error("this model is no encoder of pictures: it takes {inputs}")]
    NoEncoder {
        /// What it takes.
        inputs: String,
    },
    /// The second is none.
    #[error("this model is no decoder of clicks: it takes {inputs}, but neither points nor their labels")]
    NoDecoder {
        /// What it takes.
        inputs: String,
    },
    /// They do not fit.
    #[error("this decoder is not for this encoder: it takes {input}, and the encoder gives {outputs}")]
    NoPair {
        /// What the decoder takes.
        input: String,
        /// What the encoder gives.
        outputs: String,
    },
}

/// The decoder's inputs by what they mean.
#[derive(Clone, Debug, Default)]
pub(super) struct DecoderInputs {
    coords: DecoderInput,
    labels: DecoderInput,
    mask: Option<DecoderInput>,
    has_mask: Option<DecoderInput>,
    size: Option<DecoderInput>,
}

/// The name of an input, and its number of axes.
#[derive(Clone, Debug, Default)]
struct DecoderInput {
    name: String,
    rank: usize,
    shape: Vec<usize>,
}

/// What a decoder's labels of points mean.
const ON_IT: f32 = 1.0;
const NOT_ON_IT: f32 = 0.0;
const BOX_MIN: f32 = 2.0;
const BOX_MAX: f32 = 3.0;
const FILLER: f32 = -1.0;

impl DecoderInput {
    fn of(port: &Port) -> Self {
        let shape = port.dims.iter().map(|dim| dim.fixed().unwrap_or(1)).collect();
        Self { name: port.name.clone(), rank: port.rank(), shape }
    }

    fn zeros(&self) -> Tensor<'static> {
        let num = self.shape.iter().product();
        Tensor::new(self.name.clone(), self.shape.clone(), vec![0.0; num]).expect("as many as the shape says")
    }
}

fn text(ports: &[Port]) -> String {
    ports.iter().map(Port::text).collect::<Vec<_>>().join(", ")
}

/// Whether an output can be given to an input: axes of any size fit everything.
fn fits(output: &Port, input: &Port) -> bool {
    output.rank() == input.rank()
        && output.dims.iter().zip(&input.dims).all(|pair| match pair {
            (Dim::Fixed(a), Dim::Fixed(b)) => a == b,
            _ => true,
        })
}

impl PromptedModel {
    /// What is understood of an encoder and a decoder.
    ///
    /// # Errors
    /// When they are no such models, or not made for one another.
    pub fn of(encoder: &ModelFacts, decoder: &ModelFacts) -> Result<Self, PairError> {
        let no_encoder = || PairError::NoEncoder { inputs: text(&encoder.inputs) };
        let [picture] = &encoder.inputs[..] else { return Err(no_encoder()) };
        let mut preparation = Preparation::for_port(picture, 1024).ok_or_else(no_encoder)?;
        let mut inputs = DecoderInputs::default();
        let mut from_encoder = Vec::new();
        for port in &decoder.inputs {
            let found = Some(DecoderInput::of(port));
            match port.name.as_str() {
                "point_coords" | "batched_point_coords" => inputs.coords = DecoderInput::of(port),
                "point_labels" | "batched_point_labels" => inputs.labels = DecoderInput::of(port),
                "mask_input" => inputs.mask = found,
                "has_mask_input" => inputs.has_mask = found,
                "orig_im_size" => inputs.size = found,
                _ => from_encoder.push(port),
            }
        }
        if inputs.coords.name.is_empty() || inputs.labels.name.is_empty() || from_encoder.is_empty() {
            return Err(PairError::NoDecoder { inputs: text(&decoder.inputs) });
        }
        let mut links = Vec::new();
        for input in from_encoder {
            let by_name = encoder.output(&input.name);
            let output = by_name.or_else(|| encoder.outputs.iter().find(|output| fits(output, input)));
            let output = output
                .filter(|output| fits(output, input))
                .ok_or_else(|| PairError::NoPair { input: input.text(), outputs: text(&encoder.outputs) })?;
            links.push(Link { output: output.name.clone(), input: input.name.clone() });
        }
        // Only SAM 2 gives features of a higher resolution besides the embedding.
        let is_second = links.len() > 1;
        preparation.filter = Filter::Triangle;
        preparation.mean = IMAGENET_MEAN;
        preparation.scale = IMAGENET_SCALE;
        preparation.fit = match is_second {
            true => Fit::Stretch,
            // Zero after the mean is taken off, to the nearest byte.
            false => Fit::Letterbox { anchor: Anchor::Corner, padding: [124, 116, 104] },
        };
        Ok(Self { preparation, links, decoder: inputs, needs_filler: !is_second })
    }

    /// Keeps what the decoder takes of the encoder's outputs.
    pub fn embedding(&self, outputs: &[Tensor<'_>], placement: Placement) -> Option<Embedding> {
        let tensors = self.links.iter().map(|link| {
            let output = outputs.iter().find(|output| output.name == link.output)?;
            Tensor::new(link.input.clone(), output.shape().to_vec(), output.data().to_vec())
        });
        Some(Embedding { tensors: tensors.collect::<Option<_>>()?, placement })
    }

    /// The decoder's inputs besides the embedding.
    pub fn prompt_tensors(&self, prompts: &Prompts, placement: &Placement) -> Vec<Tensor<'static>> {
        let mut coords = Vec::new();
        let mut labels = Vec::new();
        let mut push = |point: crate::geometry::Point, label: f32| {
            let p = placement.to_input(point);
            coords.extend([p.x as f32, p.y as f32]);
            labels.push(label);
        };
        for point in &prompts.points {
            push(point.position, if point.is_on_it { ON_IT } else { NOT_ON_IT });
        }
        if let Some(rect) = &prompts.rect {
            push(rect.min, BOX_MIN);
            push(rect.max, BOX_MAX);
        } else if self.needs_filler {
            coords.extend([0.0, 0.0]);
            labels.push(FILLER);
        }
        let num = labels.len();
        let shaped = |rank: usize, last: &[usize]| {
            let mut shape = vec![1; rank.saturating_sub(last.len())];
            shape.extend(last);
            shape
        };
        let DecoderInputs { coords: to_coords, labels: to_labels, mask, has_mask, size } = &self.decoder;
        let mut tensors = vec![
            Tensor::new(to_coords.name.clone(), shaped(to_coords.rank, &[num, 2]), coords),
            Tensor::new(to_labels.name.clone(), shaped(to_labels.rank, &[num]), labels),
        ];
        tensors.extend([mask, has_mask].into_iter().flatten().map(|port| Some(port.zeros())));
        if let Some(port) = size {
            // The decoder would scale its masks up to this size. We do that ourselves, from its small ones.
            let size = vec![placement.input.height as f32, placement.input.width as f32];
            tensors.push(Tensor::new(port.name.clone(), vec![2], size));
        }
        tensors.into_iter().flatten().collect()
    }
}
