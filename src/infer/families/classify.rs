//! Classification: a tag for the whole picture.
//!
//! Ultralytics' models take the middle of the picture, its bytes divided by 255, and give probabilities; others are trained as
//! torchvision's, with ImageNet's mean and deviation, and give logarithms that a softmax makes probabilities of.

use super::{Decode, Family, Task, Understanding, class_names, expect_shape, output};
use crate::infer::facts::ModelFacts;
use crate::infer::prepare::{Filter, Fit, IMAGENET_MEAN, IMAGENET_SCALE, Placement, Preparation};
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;
use crate::model::Content;

const ID: &str = "classify";

pub(super) const FAMILY: Family =
    Family { id: ID, title: "Classification: tags for whole pictures", recognise };

const DEFAULT_SIDE: u32 = 224;
/// More than so many tags say nothing.
const LIMITS: Limits = Limits { score: 0.25, overlap: 1.0, max: 5 };
/// Probabilities sum up to 1 but for rounding in half precision.
const ROUNDING: f32 = 0.02;

#[derive(Debug)]
struct Classify {
    num_classes: usize,
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let input = facts.inputs.first().filter(|port| port.rank() == 4 && facts.inputs.len() == 1)?;
    let [scores] = &facts.outputs[..] else { return None };
    let num_classes = scores.fixed(1).filter(|num| scores.rank() == 2 && *num > 1)?;
    // A list of numbers that compares pictures is no list of classes.
    if scores.name.contains("embed") || scores.name.contains("feature") {
        return None;
    }
    let mut preparation = Preparation::for_port(input, DEFAULT_SIDE)?;
    preparation.fit = Fit::CenterCrop;
    preparation.filter = Filter::Triangle;
    if facts.metadata.get("task").is_none_or(|task| task != "classify") {
        preparation.mean = IMAGENET_MEAN;
        preparation.scale = IMAGENET_SCALE;
    }
    let (classes, are_classes_guessed) = class_names(facts, num_classes);
    Some(Understanding {
        family: ID,
        task: Task::Classify,
        preparation,
        extra_inputs: Vec::new(),
        classes,
        are_classes_guessed,
        decoder: Box::new(Classify { num_classes }),
        limits: LIMITS,
    })
}

impl Decode for Classify {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        _: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let (tensor, [num]) = output::<1>(outputs, 0, ID)?;
        expect_shape(num == self.num_classes, tensor, ID)?;
        let mut scores: Vec<(usize, f32)> = probabilities(tensor.data())?.into_iter().enumerate().collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        let sure = scores.into_iter().filter(|(_, score)| *score > limits.score).take(limits.max);
        Ok(sure
            .map(|(class, score)| Suggestion {
                class,
                score: f64::from(score),
                content: Content::Tag,
                bounds: None,
            })
            .collect())
    }
}

/// Scores as probabilities: themselves where they are, else through a softmax.
fn probabilities(scores: &[f32]) -> Result<Vec<f32>, DecodeError> {
    if scores.iter().any(|score| score.is_nan()) {
        return Err(DecodeError::NotNumbers);
    }
    let sum: f32 = scores.iter().sum();
    if (sum - 1.0).abs() < ROUNDING && scores.iter().all(|score| *score >= 0.0) {
        return Ok(scores.to_vec());
    }
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - largest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    Ok(powers.into_iter().map(|power| power / sum).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{facts, placement_of, port};
    use super::super::understand;
    use super::*;
    use crate::infer::card::ModelCard;
    use crate::pixels::Size;

    #[test]
    fn logarithms_and_probabilities_give_the_same_tags() {
        let facts = facts(&[port("x", &[1, 3, 8, 8])], &[port("y", &[1, 3])], &[]);
        let model = understand(&facts, &ModelCard::default()).unwrap();
        for scores in [vec![0.1f32, 0.6, 0.3], vec![0.1f32.ln() + 5.0, 0.6f32.ln() + 5.0, 0.3f32.ln() + 5.0]]
        {
            let tensor = Tensor::new("y", vec![1, 3], scores).unwrap();
            let found =
                model.decoder.decode(&[tensor], &placement_of(Size::new(8, 8)), &model.limits).unwrap();
            let found: Vec<_> = found.iter().map(|s| (s.class, (s.score * 10.0).round())).collect();
            assert_eq!(found, [(1, 6.0), (2, 3.0)]);
        }
    }
}
