//! YOLOv5, v6 and v7: a score for being anything at all, times one for each class.
//!
//! Each row has centre and size of a box in pixels of the input, that score, and one for each class; YOLOv5's masks add 32
//! shares of prototypes. v5 and v7 have three anchors in each cell, v6 has one. Sources: `yolov5/utils/general.py`,
//! `YOLOv6/yolov6/utils/nms.py`, `yolov7/utils/general.py`.

use super::rows::Rows;
use super::yolo_anchor_free::{Extra, preparation, suggestions};
use super::{Decode, Family, Understanding, class_names, expect_shape, grid, output};
use crate::geometry::{Point, Rect, Vector};
use crate::infer::facts::ModelFacts;
use crate::infer::nms::{Candidate, suppress};
use crate::infer::prepare::{InputSize, Placement};
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;

const ID: &str = "yolo-anchors";

pub(super) const FAMILY: Family = Family { id: ID, title: "YOLOv5, v6 and v7: boxes, masks", recognise };

/// The output of YOLOv6's exporter; YOLOX, which has as many rows, calls it `output`.
const V6_OUTPUT: &str = "outputs";
/// What these models are used with.
const LIMITS: Limits = Limits { score: 0.25, overlap: 0.45, max: 1000 };

#[derive(Debug)]
struct Anchors {
    num_classes: usize,
    extra: Extra,
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let input = facts.inputs.first().filter(|port| port.rank() == 4 && facts.inputs.len() == 1)?;
    let table = facts.outputs.first().filter(|port| port.rank() == 3)?;
    let preparation = preparation(facts, input)?;
    let has_prototypes =
        facts.outputs.iter().skip(1).any(|port| port.rank() == 4 && port.fixed(1) == Some(32));
    let (extra, task) = match has_prototypes {
        true => (Extra::Mask, super::Task::Segment),
        false => (Extra::None, super::Task::Detect),
    };
    let num_classes = table.fixed(2)?.checked_sub(5 + extra.num_fields()).filter(|num| *num > 0)?;
    if let (InputSize::Fixed(size), Some(num_rows)) = (preparation.size, table.fixed(1)) {
        // Large models have a fourth grid.
        let with = |strides: &[u32]| grid::num_cells(size, strides);
        let is_v5 = [with(&grid::STRIDES), with(&[8, 16, 32, 64])].iter().any(|num| num * 3 == num_rows);
        let is_v6 = with(&grid::STRIDES) == num_rows && table.name == V6_OUTPUT;
        if !is_v5 && !is_v6 {
            return None;
        }
    } else if !facts.metadata.contains_key("names") && !facts.metadata.contains_key("stride") {
        return None;
    }
    let (classes, are_classes_guessed) = class_names(facts, num_classes);
    Some(Understanding {
        family: ID,
        task,
        preparation,
        extra_inputs: Vec::new(),
        classes,
        are_classes_guessed,
        decoder: Box::new(Anchors { num_classes, extra }),
        limits: LIMITS,
    })
}

impl Decode for Anchors {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let (table, [num_rows, num_fields]) = output::<2>(outputs, 0, ID)?;
        expect_shape(num_fields == 5 + self.num_classes + self.extra.num_fields(), table, ID)?;
        let rows = Rows::new(table.data(), num_rows, num_fields, false);
        let kept = suppress(scored_boxes(&rows, self.num_classes, limits.score)?, limits.overlap, limits.max);
        let first = 5 + self.num_classes;
        let found = kept
            .into_iter()
            .map(|candidate| (candidate, rows.fields(candidate.row, first, self.extra.num_fields())));
        let prototypes =
            outputs.iter().skip(1).find(|tensor| tensor.dims::<3>().is_some_and(|[num, ..]| num == 32));
        let outputs: Vec<Tensor<'_>> = std::iter::once(table).chain(prototypes).cloned().collect();
        suggestions(found, self.extra, &outputs, placement, ID)
    }
}

/// Rows of centre, size, a score for being anything, and one for each class, as boxes.
pub(super) fn scored_boxes(
    rows: &Rows<'_>,
    num_classes: usize,
    threshold: f32,
) -> Result<Vec<Candidate>, DecodeError> {
    let classes = rows.highest(5, num_classes)?;
    let mut candidates = Vec::new();
    for (row, (class, class_score)) in classes.into_iter().enumerate() {
        let objectness = rows.get(row, 4);
        if objectness.is_nan() {
            return Err(DecodeError::NotNumbers);
        }
        let score = objectness * class_score;
        if score > threshold {
            let [x, y, width, height] = std::array::from_fn(|field| f64::from(rows.get(row, field)));
            let rect = Rect::from_center(Point::new(x, y), Vector::new(width, height));
            candidates.push(Candidate { rect, score, class, row });
        }
    }
    Ok(candidates)
}
