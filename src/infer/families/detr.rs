//! Transformers that give a fixed number of boxes: DETR, RT-DETR.
//!
//! Each query has a box (centre and size, shares of the input) and scores. DETR's scores are a softmax over the classes and
//! "nothing", RT-DETR's a sigmoid for each class; Ultralytics' export has both in one table, its scores finished. No suppression
//! is needed. Sources: `transformers`' `post_process_object_detection` of both, `ultralytics/models/rtdetr/predict.py`.

use super::{Decode, Family, Task, Understanding, class_names, expect_shape, output};
use crate::geometry::{Point, Rect, Vector};
use crate::infer::facts::ModelFacts;
use crate::infer::prepare::{IMAGENET_MEAN, IMAGENET_SCALE, Placement, Preparation};
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;
use crate::model::Shape;

const ID: &str = "detr";

pub(super) const FAMILY: Family = Family { id: ID, title: "DETR and RT-DETR: boxes", recognise };

const DEFAULT_SIDE: u32 = 640;
/// The queries of Ultralytics' RT-DETR.
const NUM_QUERIES: usize = 300;
/// The classes of DETR as it was trained on COCO, of which the last is "nothing".
const DETR_CLASSES: usize = 92;
/// The queries of DETR.
const DETR_QUERIES: usize = 100;

/// How scores become probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scores {
    /// They are.
    Finished,
    /// Each by itself.
    Sigmoid,
    /// All together; the last is "nothing".
    Softmax,
}

#[derive(Debug)]
struct Detr {
    num_classes: usize,
    scores: Scores,
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let input = facts.inputs.first().filter(|port| port.rank() == 4)?;
    let mut preparation = Preparation::for_port(input, DEFAULT_SIDE)?;
    let named = facts.output("logits").zip(facts.output("pred_boxes"));
    let (num_classes, scores) = match named {
        Some((logits, _)) => {
            let num = logits.fixed(2).filter(|num| *num > 1)?;
            if num == DETR_CLASSES || logits.fixed(1) == Some(DETR_QUERIES) {
                preparation.mean = IMAGENET_MEAN;
                preparation.scale = IMAGENET_SCALE;
                (num - 1, Scores::Softmax)
            } else {
                (num, Scores::Sigmoid)
            }
        }
        None => {
            let [table] = &facts.outputs[..] else { return None };
            let is_table = table.rank() == 3 && table.fixed(1) == Some(NUM_QUERIES);
            let num = table.fixed(2).filter(|_| is_table)?.checked_sub(4).filter(|num| *num > 0)?;
            (num, Scores::Finished)
        }
    };
    let (classes, are_classes_guessed) = class_names(facts, num_classes);
    Some(Understanding {
        family: ID,
        task: Task::Detect,
        preparation,
        extra_inputs: Vec::new(),
        classes,
        are_classes_guessed,
        decoder: Box::new(Detr { num_classes, scores }),
        limits: Limits { score: 0.5, ..Limits::default() },
    })
}

impl Detr {
    /// The surest class of a query.
    fn surest(&self, scores: &[f32]) -> Result<(usize, f32), DecodeError> {
        if scores.iter().any(|score| score.is_nan()) {
            return Err(DecodeError::NotNumbers);
        }
        let (mut class, mut score) = (0, f32::NEG_INFINITY);
        for (index, value) in scores.iter().take(self.num_classes).enumerate() {
            if *value > score {
                (class, score) = (index, *value);
            }
        }
        let probability = match self.scores {
            Scores::Finished => score,
            Scores::Sigmoid => 1.0 / (1.0 + (-score).exp()),
            Scores::Softmax => {
                let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let sum: f32 = scores.iter().map(|value| (value - largest).exp()).sum();
                (score - largest).exp() / sum
            }
        };
        Ok((class, probability))
    }
}

impl Decode for Detr {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let num_scores = self.num_classes + usize::from(self.scores == Scores::Softmax);
        // Two outputs in any order, or one with the box before the scores.
        let index = |name: &str, otherwise: usize| {
            outputs.iter().position(|output| output.name == name).unwrap_or(otherwise)
        };
        let is_table = self.scores == Scores::Finished;
        let [of_boxes, of_scores] =
            if is_table { [0, 0] } else { [index("pred_boxes", 1), index("logits", 0)] };
        let (boxes, [num_boxes, box_fields]) = output::<2>(outputs, of_boxes, ID)?;
        let (scores, [num_rows, score_fields]) = output::<2>(outputs, of_scores, ID)?;
        let (first_score, expected_box_fields) = if is_table { (4, 4 + num_scores) } else { (0, 4) };
        expect_shape(box_fields == expected_box_fields && num_boxes == num_rows, boxes, ID)?;
        expect_shape(score_fields == first_score + num_scores, scores, ID)?;
        let input = Vector::new(f64::from(placement.input.width), f64::from(placement.input.height));
        let mut found = Vec::new();
        let rows = boxes.data().chunks_exact(box_fields).zip(scores.data().chunks_exact(score_fields));
        for (place, scores) in rows {
            let (class, score) = self.surest(&scores[first_score..])?;
            if score <= limits.score {
                continue;
            }
            let [x, y, width, height] = [place[0], place[1], place[2], place[3]].map(f64::from);
            let size = Vector::new(width * input.x, height * input.y);
            let rect = Rect::from_center(Point::new(x * input.x, y * input.y), size);
            found.push(Suggestion::shape(class, score, Shape::from_rect(placement.rect_to_region(&rect))));
        }
        found.retain(|suggestion| suggestion.as_shape().is_some_and(Shape::is_valid));
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(limits.max);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{facts, placement_of, port};
    use super::super::understand;
    use super::*;
    use crate::infer::card::ModelCard;
    use crate::pixels::Size;

    /// The one thing in an answer, whose outputs are named and shaped so.
    fn one(outputs: &[(&str, &[usize], Vec<f32>)]) -> (usize, f64, Rect) {
        let ports: Vec<_> = outputs.iter().map(|(name, shape, _)| port(name, shape)).collect();
        let model =
            understand(&facts(&[port("x", &[1, 3, 64, 64])], &ports, &[]), &ModelCard::default()).unwrap();
        assert_eq!(model.family, ID);
        let tensors: Vec<_> = outputs
            .iter()
            .map(|(name, shape, data)| Tensor::new(*name, shape.to_vec(), data.clone()).unwrap())
            .collect();
        let found = model.decoder.decode(&tensors, &placement_of(Size::new(64, 64)), &model.limits).unwrap();
        assert_eq!(found.len(), 1);
        (found[0].class, found[0].score, found[0].as_shape().unwrap().bounds())
    }

    /// Rows of zeros, but for one.
    fn with_row(num: usize, row: usize, fields: &[f32], other: f32) -> Vec<f32> {
        (0..num).flat_map(|i| if i == row { fields.to_vec() } else { vec![other; fields.len()] }).collect()
    }

    #[test]
    fn all_three_ways_of_scoring_give_the_box() {
        let place = [0.5, 0.25, 0.5, 0.25];
        let expected = Rect::from_xywh(16.0, 8.0, 32.0, 16.0);
        let boxes = with_row(300, 7, &place, 0.0);
        let (class, score, rect) = one(&[
            ("logits", &[1, 300, 3], with_row(300, 7, &[-3.0, 2.0, 0.0], -9.0)),
            ("pred_boxes", &[1, 300, 4], boxes),
        ]);
        assert!(class == 1 && (score - 0.8808).abs() < 1e-3 && rect == expected, "{score} {rect:?}");
        let nothing: Vec<f32> =
            (0..100).flat_map(|i| if i == 7 { [0.0, 3.0, 0.0] } else { [0.0, 0.0, 9.0] }).collect();
        let (class, score, rect) = one(&[
            ("pred_boxes", &[1, 100, 4], with_row(100, 7, &place, 0.0)),
            ("logits", &[1, 100, 3], nothing),
        ]);
        assert!(class == 1 && (score - 0.9094).abs() < 1e-3 && rect == expected, "{score} {rect:?}");
        let row = [place.as_slice(), &[0.1, 0.2, 0.9]].concat();
        let (class, score, rect) = one(&[("output0", &[1, 300, 7], with_row(300, 7, &row, 0.0))]);
        assert!(class == 2 && (score - 0.9).abs() < 1e-6 && rect == expected);
    }
}
