//! Semantic and salient segmentation: a class for every pixel, or one thing against its background.
//!
//! With several planes, a pixel is of the class whose plane is the highest there (DeepLab, SegFormer, FCN). With one, it is of
//! the thing where the plane is above a half, or above zero where the model gives logarithms of odds (ISNet, U²-Net). Sources:
//! torchvision's `segmentation`, `transformers`' `post_process_semantic_segmentation`, `DIS/IS-Net/Inference.py`,
//! `U-2-Net/u2net_test.py`.

use super::{Decode, Family, Task, Understanding, class_names, expect_shape, output};
use crate::infer::facts::ModelFacts;
use crate::infer::planes::{Plane, highest};
use crate::infer::prepare::{IMAGENET_MEAN, IMAGENET_SCALE, Placement, Preparation};
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;
use crate::model::Shape;

const ID: &str = "semantic";

pub(super) const FAMILY: Family = Family {
    id: ID,
    title: "Semantic and salient segmentation (DeepLab, SegFormer, ISNet, U²-Net)",
    recognise,
};

const DEFAULT_SIDE: u32 = 512;
/// The name of the one class of a model that separates a thing from its background.
const THING: &str = "object";
/// Pixels of a class are worth telling from this number on.
const MIN_PIXELS: u64 = 16;

#[derive(Debug)]
struct Semantic {
    num_classes: usize,
    /// The class that means nothing.
    background: Option<usize>,
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let input = facts.inputs.first().filter(|port| port.rank() == 4 && facts.inputs.len() == 1)?;
    let planes = facts.outputs.first().filter(|port| port.rank() == 4)?;
    let num_classes = planes.fixed(1).filter(|num| *num > 0)?;
    // All outputs are such planes: auxiliary ones of training, or the same at other sizes.
    if facts.outputs.iter().any(|port| port.rank() != 4 || port.fixed(1) != Some(num_classes)) {
        return None;
    }
    let mut preparation = Preparation::for_port(input, DEFAULT_SIDE)?;
    let is_salient = num_classes == 1;
    if is_salient && facts.outputs.len() < 2 {
        // ISNet: the bytes, less a half.
        preparation.mean = [127.5; 3];
    } else {
        preparation.mean = IMAGENET_MEAN;
        preparation.scale = IMAGENET_SCALE;
    }
    let (mut classes, mut are_classes_guessed) = class_names(facts, num_classes);
    if is_salient && are_classes_guessed {
        (classes, are_classes_guessed) = (vec![THING.to_owned()], false);
    }
    let is_background = |name: &String| matches!(name.as_str(), "background" | "__background__");
    Some(Understanding {
        family: ID,
        task: Task::Semantic,
        preparation,
        extra_inputs: Vec::new(),
        decoder: Box::new(Semantic { num_classes, background: classes.iter().position(is_background) }),
        classes,
        are_classes_guessed,
        limits: Limits { score: 0.5, ..Limits::default() },
    })
}

impl Decode for Semantic {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let (tensor, [num, height, width]) = output::<3>(outputs, 0, ID)?;
        expect_shape(num == self.num_classes && height > 0 && width > 0, tensor, ID)?;
        if tensor.data().iter().any(|value| value.is_nan()) {
            return Err(DecodeError::NotNumbers);
        }
        let plane = |data| Plane { data, width, height };
        let masks = if num == 1 {
            let data = tensor.data();
            let is_probability = data.iter().all(|value| (0.0..=1.0).contains(value));
            // The same share of the odds, as a probability or as its logarithm.
            let score = limits.score.clamp(0.01, 0.99);
            let threshold = if is_probability { score } else { (score / (1.0 - score)).ln() };
            vec![plane(data).above(threshold, placement)]
        } else {
            let planes: Vec<Plane<'_>> = tensor.data().chunks_exact(width * height).map(plane).collect();
            highest(&planes, placement)
        };
        let found = masks
            .into_iter()
            .enumerate()
            .filter(|(class, mask)| Some(*class) != self.background && mask.area() >= MIN_PIXELS);
        // Such models do not say how sure they are of a whole area.
        Ok(found.map(|(class, mask)| Suggestion::shape(class, 1.0, Shape::Mask(mask))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{facts, placement_of, port};
    use super::super::understand;
    use super::*;
    use crate::geometry::Rect;
    use crate::infer::card::ModelCard;
    use crate::pixels::Size;

    fn found(output: &[usize], names: &str, data: Vec<f32>) -> Vec<Suggestion> {
        let facts = facts(&[port("x", &[1, 3, 64, 64])], &[port("y", output)], &[("names", names)]);
        let model = understand(&facts, &ModelCard::default()).unwrap();
        assert_eq!((model.family, model.task), (ID, Task::Semantic));
        let tensor = Tensor::new("y", output.to_vec(), data).unwrap();
        model.decoder.decode(&[tensor], &placement_of(Size::new(64, 64)), &model.limits).unwrap()
    }

    #[test]
    fn one_plane_is_a_thing_whether_it_gives_odds_or_probabilities() {
        for (low, high) in [(0.0, 1.0), (-8.0, 8.0)] {
            let data = (0..256).map(|i| if i % 16 < 8 { high } else { low }).collect();
            let found = found(&[1, 1, 16, 16], "", data);
            assert_eq!(found[0].as_shape().unwrap().bounds(), Rect::from_xywh(0.0, 0.0, 32.0, 64.0));
        }
    }

    #[test]
    fn several_planes_are_classes_and_the_background_is_none() {
        let data = (0..768).map(|i| if i / 256 == (i % 16) / 6 { 1.0 } else { 0.0 }).collect();
        let found = found(&[1, 3, 16, 16], "['background', 'cat', 'dog']", data);
        assert_eq!(found.iter().map(|s| s.class).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(found[0].as_shape().unwrap().bounds(), Rect::from_xywh(24.0, 0.0, 24.0, 64.0));
    }
}
