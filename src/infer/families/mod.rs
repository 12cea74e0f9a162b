//! The families of models: how each is recognised, fed and understood.
//!
//! A family is a file with a [`Family`] in [`FAMILIES`]. Its `recognise` looks at what a model says of itself and, where
//! it knows the model, gives an [`Understanding`]: the task, how a picture becomes the input ([`Preparation`]), the names
//! of the classes, and a [`Decode`] that makes suggestions of the outputs. Families are asked in order, those that are
//! sure first: metadata says more than names, and names more than shapes. A [`ModelCard`] has the last word.

mod classify;
mod coco_names;
mod detr;
mod grid;
mod named_boxes;
mod python;
mod rows;
mod semantic;
mod yolo_anchor_free;
mod yolo_anchors;
mod yolo_finished;
mod yolo_masks;
mod yolox;

use std::fmt::Debug;

use super::card::ModelCard;
use super::facts::ModelFacts;
use super::prepare::{Placement, Preparation};
use super::suggestion::{DecodeError, Limits, Suggestion};
use super::tensor::Tensor;

/// A family of models.
pub struct Family {
    /// Its name in model cards.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Whether a model is of this family, and how it is then used.
    pub recognise: fn(&ModelFacts) -> Option<Understanding>,
}

/// Every family. The first that recognises a model gets it.
pub const FAMILIES: &[Family] = &[
    named_boxes::FAMILY,
    yolo_finished::FAMILY,
    yolo_anchor_free::FAMILY,
    yolo_anchors::FAMILY,
    yolox::FAMILY,
    detr::FAMILY,
    semantic::FAMILY,
    classify::FAMILY,
];

/// What a model does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Boxes.
    Detect,
    /// A mask for each thing.
    Segment,
    /// Joints of each thing.
    Pose,
    /// Rotated boxes.
    RotatedBoxes,
    /// A mask for each class.
    Semantic,
    /// A tag for the picture.
    Classify,
}

impl Task {
    /// What it gives, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Detect => "boxes",
            Self::Segment => "a mask for each thing",
            Self::Pose => "skeletons",
            Self::RotatedBoxes => "rotated boxes",
            Self::Semantic => "a mask for each class",
            Self::Classify => "tags for whole pictures",
        }
    }
}

/// How a model is used.
#[derive(Debug)]
pub struct Understanding {
    /// The id of its family.
    pub family: &'static str,
    /// What it does.
    pub task: Task,
    /// How a picture becomes its input.
    pub preparation: Preparation,
    /// What the model takes besides the picture.
    pub extra_inputs: Vec<ExtraInput>,
    /// The names of its classes; numbers where it does not tell.
    pub classes: Vec<String>,
    /// Whether the names of the classes are a guess.
    pub are_classes_guessed: bool,
    /// What makes suggestions of its outputs.
    pub decoder: Box<dyn Decode>,
    /// What is asked of its answers unless somebody says otherwise.
    pub limits: Limits,
}

/// An input that is no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtraInput {
    /// Width and height that boxes are to be in: those of the input, from which the way back is known.
    WidthAndHeight {
        /// The name of the input.
        name: String,
    },
}

impl ExtraInput {
    /// Its numbers for a picture.
    pub fn tensor(&self, placement: &Placement) -> Option<Tensor<'static>> {
        let Self::WidthAndHeight { name } = self;
        let size = vec![placement.input.width as f32, placement.input.height as f32];
        Tensor::new(name.clone(), vec![1, 2], size)
    }
}

/// Makes suggestions of a model's outputs.
pub trait Decode: Debug + Send + Sync {
    /// The suggestions, the surest first.
    ///
    /// # Errors
    /// When the outputs are not those of the family.
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError>;
}

/// Why it is not known how to use a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// No family knows it.
    #[error(
        "it is not known what this model does: its inputs are {inputs} and its outputs {outputs}; a model card beside it \
         can say so"
    )]
    UnknownFamily {
        /// The inputs, as text.
        inputs: String,
        /// The outputs, as text.
        outputs: String,
    },
    /// The family that the card names does not know it.
    #[error(
        "the model card says that this is a model of the family {family:?}, but its inputs and outputs are not"
    )]
    NotThisFamily {
        /// The family.
        family: String,
    },
    /// The card names a family that there is not.
    #[error("the model card names the family {family:?}, which is not known; there are {known}")]
    NoSuchFamily {
        /// The family.
        family: String,
        /// Those that there are.
        known: String,
    },
    /// The card names another number of classes than the model has.
    #[error("the model card names {num_named} classes, but the model tells {num_told} apart")]
    WrongNumberOfClasses {
        /// In the card.
        num_named: usize,
        /// In the model.
        num_told: usize,
    },
}

/// Finds out how a model is used.
///
/// # Errors
/// When no family knows it, or the card contradicts it.
pub fn understand(facts: &ModelFacts, card: &ModelCard) -> Result<Understanding, NotUnderstood> {
    let mut understanding = match &card.family {
        Some(id) => {
            let family = FAMILIES.iter().find(|family| family.id == id);
            let family = family.ok_or_else(|| NotUnderstood::NoSuchFamily {
                family: id.clone(),
                known: FAMILIES.iter().map(|family| family.id).collect::<Vec<_>>().join(", "),
            })?;
            (family.recognise)(facts).ok_or_else(|| NotUnderstood::NotThisFamily { family: id.clone() })?
        }
        None => {
            let known = FAMILIES.iter().find_map(|family| (family.recognise)(facts));
            known.ok_or_else(|| {
                let text = |ports: &[super::facts::Port]| {
                    let ports: Vec<String> = ports.iter().take(6).map(super::facts::Port::text).collect();
                    if ports.is_empty() { "none".to_owned() } else { ports.join(", ") }
                };
                NotUnderstood::UnknownFamily { inputs: text(&facts.inputs), outputs: text(&facts.outputs) }
            })?
        }
    };
    card.apply(&mut understanding)?;
    Ok(understanding)
}

/// The output at a place, which must have `N` axes once leading ones of size 1 are taken away.
fn output<'a, const N: usize>(
    outputs: &'a [Tensor<'a>],
    index: usize,
    family: &'static str,
) -> Result<(&'a Tensor<'a>, [usize; N]), DecodeError> {
    let wrong = |name: &str, shape: &[usize]| DecodeError::WrongShape {
        name: name.to_owned(),
        family,
        shape: shape.to_vec(),
    };
    let tensor = outputs.get(index).ok_or_else(|| wrong(&format!("number {}", index + 1), &[]))?;
    let dims = tensor.dims().ok_or_else(|| wrong(&tensor.name, tensor.shape()))?;
    Ok((tensor, dims))
}

/// That an output has the shape that it should have.
fn expect_shape(is_right: bool, tensor: &Tensor<'_>, family: &'static str) -> Result<(), DecodeError> {
    match is_right {
        true => Ok(()),
        false => Err(DecodeError::WrongShape {
            name: tensor.name.clone().into_owned(),
            family,
            shape: tensor.shape().to_vec(),
        }),
    }
}

/// The names of so many classes: those of the metadata, those of COCO where there are as many, else numbers. Tells whether
/// that is a guess.
fn class_names(facts: &ModelFacts, num_classes: usize) -> (Vec<String>, bool) {
    let named = facts.metadata.get("names").and_then(|text| python::names(text));
    if let Some(names) = named.filter(|names| names.len() == num_classes) {
        return (names, false);
    }
    let names = match num_classes {
        80 => coco_names::COCO_80.split(", ").map(str::to_owned).collect(),
        _ => (0..num_classes).map(|class| format!("class {class}")).collect(),
    };
    (names, true)
}

#[cfg(test)]
mod tests;
