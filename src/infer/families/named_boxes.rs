//! Exports whose outputs are finished boxes under their own names: torchvision's detectors, RT-DETR and D-FINE with their own
//! exporters, and TensorFlow's SSD.
//!
//! torchvision and D-FINE say `boxes` (corners in pixels of the input), `labels` and `scores`; Mask R-CNN adds `masks`, one
//! plane over the input for each thing. D-FINE and RT-DETR also ask for the size that the boxes are to be in. TensorFlow says
//! `detection_boxes` (top, left, bottom, right; shares of the input), and counts classes from 1.

use super::{Decode, ExtraInput, Family, Task, Understanding, class_names, expect_shape};
use crate::geometry::{Point, Rect};
use crate::infer::facts::ModelFacts;
use crate::infer::planes::Plane;
use crate::infer::prepare::{Placement, Preparation};
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;
use crate::model::Shape;

const ID: &str = "named-boxes";

pub(super) const FAMILY: Family = Family {
    id: ID,
    title: "Finished boxes (torchvision with Mask R-CNN and SSD, D-FINE, RT-DETR, TensorFlow)",
    recognise,
};

const DEFAULT_SIDE: u32 = 640;
/// The input that asks for the size that boxes are to be in.
const SIZE_INPUT: &str = "orig_target_sizes";
/// The classes of COCO as torchvision and TensorFlow number them, gaps included.
const NUM_COCO_CLASSES: usize = 91;
/// A pixel belongs to a thing from this probability on.
const MASK_THRESHOLD: f32 = 0.5;

/// Names of the outputs, and how their boxes are written.
#[derive(Clone, Copy, Debug)]
struct Names {
    boxes: &'static str,
    labels: &'static str,
    scores: &'static str,
    /// Top before left, as shares of the input.
    are_shares: bool,
}

const TORCH: Names = Names { boxes: "boxes", labels: "labels", scores: "scores", are_shares: false };
const TENSORFLOW: Names = Names {
    boxes: "detection_boxes",
    labels: "detection_classes",
    scores: "detection_scores",
    are_shares: true,
};

#[derive(Debug)]
struct NamedBoxes {
    names: Names,
    num_classes: usize,
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let has = |names: &Names| {
        [names.boxes, names.labels, names.scores].iter().all(|name| facts.output(name).is_some())
    };
    let names = [TORCH, TENSORFLOW].into_iter().find(has)?;
    let preparation = Preparation::for_port(facts.inputs.first()?, DEFAULT_SIDE)?;
    let extra_inputs = match &facts.inputs[1..] {
        [] => Vec::new(),
        [size] if size.name == SIZE_INPUT => vec![ExtraInput::WidthAndHeight { name: size.name.clone() }],
        _ => return None,
    };
    let task = if facts.output("masks").is_some() { Task::Segment } else { Task::Detect };
    let named = facts.metadata.get("names").and_then(|text| super::python::names(text));
    // Exporters that ask for a size have the 80 classes of COCO without gaps.
    let usual = if extra_inputs.is_empty() { NUM_COCO_CLASSES } else { 80 };
    let num_classes = named.map_or(usual, |names| names.len());
    let (classes, are_classes_guessed) = class_names(facts, num_classes);
    Some(Understanding {
        family: ID,
        task,
        preparation,
        extra_inputs,
        classes,
        are_classes_guessed,
        decoder: Box::new(NamedBoxes { names, num_classes }),
        limits: Limits { score: 0.5, ..Limits::default() },
    })
}

/// The output of this name.
fn named<'a>(outputs: &'a [Tensor<'a>], name: &str) -> Result<&'a Tensor<'a>, DecodeError> {
    let missing = || DecodeError::WrongShape { name: name.to_owned(), family: ID, shape: Vec::new() };
    outputs.iter().find(|output| output.name == name).ok_or_else(missing)
}

impl Decode for NamedBoxes {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let boxes = named(outputs, self.names.boxes)?;
        let labels = named(outputs, self.names.labels)?;
        let scores = named(outputs, self.names.scores)?;
        let num = scores.data().len();
        expect_shape(boxes.data().len() == 4 * num, boxes, ID)?;
        expect_shape(labels.data().len() == num, labels, ID)?;
        if scores.data().iter().any(|score| score.is_nan()) {
            return Err(DecodeError::NotNumbers);
        }
        let masks = match outputs.iter().find(|output| output.name == "masks") {
            Some(masks) => {
                let [num_masks, _, height, width] = masks.dims::<4>().unwrap_or_default();
                expect_shape(num_masks == num, masks, ID)?;
                Some((masks.data(), width, height))
            }
            None => None,
        };
        let mut found = Vec::new();
        for (index, corners) in boxes.data().chunks_exact(4).enumerate() {
            let (class, score) = (labels.data()[index], scores.data()[index]);
            if score <= limits.score || class < 0.0 || class as usize >= self.num_classes {
                continue;
            }
            let rect = placement.rect_to_region(&self.rect(corners, placement));
            let shape = match masks {
                Some((data, width, height)) => {
                    let num_pixels = width * height;
                    let data = &data[index * num_pixels..(index + 1) * num_pixels];
                    Shape::Mask(Plane { data, width, height }.above(MASK_THRESHOLD, placement))
                }
                None => Shape::from_rect(rect),
            };
            let suggestion = Suggestion::shape(class as usize, score, shape);
            found.push(Suggestion { bounds: Some(rect), ..suggestion });
        }
        found.retain(|suggestion| suggestion.as_shape().is_some_and(Shape::is_valid));
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(limits.max);
        Ok(found)
    }
}

impl NamedBoxes {
    /// A box in pixels of the input.
    fn rect(&self, corners: &[f32], placement: &Placement) -> Rect {
        let [a, b, c, d] = [corners[0], corners[1], corners[2], corners[3]].map(f64::from);
        if !self.names.are_shares {
            return Rect { min: Point::new(a, b), max: Point::new(c, d) };
        }
        let (width, height) = (f64::from(placement.input.width), f64::from(placement.input.height));
        Rect { min: Point::new(b * width, a * height), max: Point::new(d * width, c * height) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{facts, placement_of, port};
    use super::super::understand;
    use super::*;
    use crate::infer::card::ModelCard;
    use crate::pixels::Size;

    fn found(names: Names, boxes: &[f32], with_masks: bool) -> Vec<Suggestion> {
        let mut ports = vec![port(names.boxes, &[0, 4]), port(names.labels, &[0]), port(names.scores, &[0])];
        let mut tensors = vec![
            Tensor::new(names.boxes, vec![2, 4], boxes.to_vec()).unwrap(),
            Tensor::new(names.labels, vec![2], vec![3.0, 4.0]).unwrap(),
            Tensor::new(names.scores, vec![2], vec![0.9, 0.1]).unwrap(),
        ];
        if with_masks {
            ports.push(port("masks", &[0, 1, 64, 64]));
            let data: Vec<f32> = (0..2 * 4096).map(|i| f32::from(u8::from(i % 64 < 10))).collect();
            tensors.push(Tensor::new("masks", vec![2, 1, 64, 64], data).unwrap());
        }
        let model =
            understand(&facts(&[port("x", &[1, 3, 64, 64])], &ports, &[]), &ModelCard::default()).unwrap();
        assert_eq!((model.family, model.task == Task::Segment), (ID, with_masks));
        model.decoder.decode(&tensors, &placement_of(Size::new(64, 64)), &model.limits).unwrap()
    }

    #[test]
    fn corners_come_in_either_order() {
        let expected = Shape::from_rect(Rect::from_xywh(16.0, 8.0, 32.0, 16.0));
        let torch = found(TORCH, &[16.0, 8.0, 48.0, 24.0, 0.0, 0.0, 9.0, 9.0], false);
        let tensorflow = found(TENSORFLOW, &[0.125, 0.25, 0.375, 0.75, 0.0, 0.0, 0.5, 0.5], false);
        for found in [torch, tensorflow] {
            assert_eq!((found.len(), found[0].class, found[0].as_shape()), (1, 3, Some(&expected)));
        }
    }

    #[test]
    fn masks_are_planes_over_the_input() {
        let found = found(TORCH, &[0.0, 0.0, 10.0, 64.0, 0.0, 0.0, 9.0, 9.0], true);
        assert_eq!(found[0].as_shape().unwrap().bounds(), Rect::from_xywh(0.0, 0.0, 10.0, 64.0));
    }
}
