//! YOLOX: boxes as offsets within the cells of three grids.
//!
//! The picture lies in the top-left corner, its bytes as they are, blue first. Each row has the box relative to its cell
//! (offset, and the logarithm of the size), a score for being anything at all, and one for each class. Source:
//! `YOLOX/yolox/utils/demo_utils.py`.

use super::rows::Rows;
use super::yolo_anchors::scored_boxes;
use super::{Decode, Family, Task, Understanding, class_names, expect_shape, grid, output};
use crate::geometry::{Point, Rect, Vector};
use crate::infer::facts::ModelFacts;
use crate::infer::nms::suppress;
use crate::infer::prepare::{Anchor, Fit, InputSize, Placement, Preparation};
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;
use crate::model::Shape;

const ID: &str = "yolox";

pub(super) const FAMILY: Family = Family { id: ID, title: "YOLOX: boxes", recognise };

const DEFAULT_SIDE: u32 = 640;
/// What YOLOX's own demo uses.
const LIMITS: Limits = Limits { score: 0.3, overlap: 0.45, max: 1000 };

#[derive(Debug)]
struct Yolox {
    num_classes: usize,
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let input = facts.inputs.first().filter(|port| port.rank() == 4 && facts.inputs.len() == 1)?;
    let table = facts.outputs.first().filter(|port| port.rank() == 3 && facts.outputs.len() == 1)?;
    let mut preparation = Preparation::for_port(input, DEFAULT_SIDE)?;
    let InputSize::Fixed(size) = preparation.size else { return None };
    let num_classes = table.fixed(2)?.checked_sub(5).filter(|num| *num > 0)?;
    if table.fixed(1) != Some(grid::num_cells(size, &grid::STRIDES)) {
        return None;
    }
    preparation.fit = Fit::Letterbox { anchor: Anchor::Corner, padding: [114; 3] };
    preparation.is_bgr = true;
    preparation.scale = [1.0; 3];
    let (classes, are_classes_guessed) = class_names(facts, num_classes);
    Some(Understanding {
        family: ID,
        task: Task::Detect,
        preparation,
        extra_inputs: Vec::new(),
        classes,
        are_classes_guessed,
        decoder: Box::new(Yolox { num_classes }),
        limits: LIMITS,
    })
}

impl Decode for Yolox {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let (table, [num_rows, num_fields]) = output::<2>(outputs, 0, ID)?;
        let is_grid = num_rows == grid::num_cells(placement.input, &grid::STRIDES);
        expect_shape(num_fields == 5 + self.num_classes && is_grid, table, ID)?;
        let rows = Rows::new(table.data(), num_rows, num_fields, false);
        let mut candidates = scored_boxes(&rows, self.num_classes, limits.score)?;
        let cells: Vec<_> = grid::cells(placement.input, &grid::STRIDES).collect();
        for candidate in &mut candidates {
            let (column, row, stride) = cells[candidate.row];
            let field = |field: usize| rows.get(candidate.row, field);
            let center =
                Point::new(f64::from((field(0) + column) * stride), f64::from((field(1) + row) * stride));
            let size = Vector::new(f64::from(field(2).exp() * stride), f64::from(field(3).exp() * stride));
            candidate.rect = Rect::from_center(center, size);
        }
        let kept = suppress(candidates, limits.overlap, limits.max);
        let shapes = kept.into_iter().map(|candidate| {
            let rect = placement.rect_to_region(&candidate.rect);
            Suggestion::shape(candidate.class, candidate.score, Shape::from_rect(rect))
        });
        Ok(shapes.filter(|suggestion| suggestion.as_shape().is_some_and(Shape::is_valid)).collect())
    }
}
