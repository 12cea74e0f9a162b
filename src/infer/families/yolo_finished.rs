//! End-to-end exports of YOLO: suppression is part of the graph, or none is needed (YOLOv10, YOLO26).
//!
//! Each row is a finished box: its corners in pixels of the input, score, class, and the fields of the task. YOLOv7's own
//! end-to-end export puts the number of the picture first and the score last.

use super::rows::Rows;
use super::yolo_anchor_free::{Extra, preparation, suggestions};
use super::{Decode, Family, Understanding, class_names, expect_shape, output};
use crate::geometry::{Point, Rect};
use crate::infer::facts::ModelFacts;
use crate::infer::nms::Candidate;
use crate::infer::prepare::Placement;
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;

const ID: &str = "yolo-end-to-end";

pub(super) const FAMILY: Family =
    Family { id: ID, title: "YOLO with suppression inside (YOLOv10, YOLO26, end-to-end exports)", recognise };

/// More rows than any end-to-end export gives.
const MAX_ROWS: usize = 1000;
/// Where a model does not tell its classes, it has those of COCO.
const DEFAULT_NUM_CLASSES: usize = 80;

#[derive(Debug)]
struct Finished {
    extra: Extra,
    /// YOLOv7's order: picture, corners, class, score.
    is_numbered: bool,
    num_classes: usize,
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let input = facts.inputs.first().filter(|port| port.rank() == 4 && facts.inputs.len() == 1)?;
    let table = facts.outputs.first()?;
    let (extra, task) = Extra::of(facts)?;
    let is_numbered = table.rank() == 2 && table.fixed(1) == Some(7) && facts.outputs.len() == 1;
    let is_table = table.rank() == 3
        && table.fixed(2) == Some(6 + extra.num_fields())
        && table.fixed(1).is_none_or(|num_rows| num_rows <= MAX_ROWS);
    if !is_numbered && !is_table {
        return None;
    }
    let named = facts.metadata.get("names").and_then(|text| super::python::names(text));
    let num_classes = named.map_or(DEFAULT_NUM_CLASSES, |names| names.len());
    let (classes, are_classes_guessed) = class_names(facts, num_classes);
    Some(Understanding {
        family: ID,
        task,
        preparation: preparation(facts, input)?,
        extra_inputs: Vec::new(),
        classes,
        are_classes_guessed,
        decoder: Box::new(Finished { extra, is_numbered, num_classes }),
        limits: Limits::default(),
    })
}

impl Decode for Finished {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let (table, [num_rows, num_fields]) = output::<2>(outputs, 0, ID)?;
        let (corners, score_field, class_field) = if self.is_numbered { (1, 6, 5) } else { (0, 4, 5) };
        let num_extra = if self.is_numbered { 0 } else { self.extra.num_fields() };
        expect_shape(num_fields == if self.is_numbered { 7 } else { 6 + num_extra }, table, ID)?;
        let rows = Rows::new(table.data(), num_rows, num_fields, false);
        let mut found: Vec<Candidate> = Vec::new();
        for (row, (_, score)) in rows.highest(score_field, 1)?.into_iter().enumerate() {
            let class = rows.get(row, class_field);
            if score <= limits.score || class < 0.0 || class as usize >= self.num_classes {
                continue;
            }
            let [left, top, right, bottom] =
                std::array::from_fn(|field| f64::from(rows.get(row, corners + field)));
            let rect = match self.extra {
                // Rotated boxes come with centre and size.
                Extra::Angle => {
                    let size = crate::geometry::Vector::new(right, bottom);
                    Rect::from_center(Point::new(left, top), size)
                }
                _ => Rect { min: Point::new(left, top), max: Point::new(right, bottom) },
            };
            found.push(Candidate { rect, score, class: class as usize, row });
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(limits.max);
        let found = found.into_iter().map(|candidate| (candidate, rows.fields(candidate.row, 6, num_extra)));
        suggestions(found, self.extra, outputs, placement, ID)
    }
}
