//! YOLOv8 and later: one candidate for each cell, each class with its own score.
//!
//! The output has 4 fields for the box (centre and size, pixels of the input), one for each class, and then those of the
//! task: 32 shares of prototypes for a mask, joints, or an angle. Ultralytics' exporter writes task, classes, stride, size
//! and the joints' layout into the metadata; without them the shapes say nearly as much. Source: `ultralytics`, its
//! `utils/nms.py`, `utils/ops.py` and `models/yolo/*/predict.py`.

use super::rows::Rows;
use super::yolo_masks::Prototypes;
use super::{Decode, Family, Task, Understanding, class_names, expect_shape, grid, output, python};
use crate::geometry::{Point, Rect, Vector};
use crate::infer::facts::{Dim, ModelFacts, Port};
use crate::infer::nms::{Candidate, suppress, suppress_by};
use crate::infer::prepare::{Anchor, Filter, Fit, InputSize, Placement, Preparation};
use crate::infer::suggestion::{DecodeError, Limits, Suggestion};
use crate::infer::tensor::Tensor;
use crate::model::Shape;
use crate::model::shape::{Joint, RotatedBoxShape, SkeletonShape, Visibility};

const ID: &str = "yolo";

pub(super) const FAMILY: Family = Family {
    id: ID,
    title: "YOLOv8 and later (Ultralytics): boxes, masks, skeletons, rotated boxes",
    recognise,
};

/// The side of the input where the model takes any and does not say which.
const DEFAULT_SIDE: u32 = 640;
/// The number of prototypes of masks.
pub(super) const NUM_PROTOTYPES: usize = 32;
/// Joints are seen when the model is at least so sure.
const VISIBLE_FROM: f32 = 0.5;

/// What is said of each candidate besides its box and classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    None,
    /// Shares of prototypes.
    Mask,
    /// So many joints, each with x, y and, where there are three, how sure the model is to see it.
    Joints {
        num: usize,
        num_dims: usize,
    },
    /// An angle, radians clockwise.
    Angle,
}

#[derive(Debug)]
struct AnchorFree {
    num_classes: usize,
    extra: Extra,
}

impl Extra {
    pub fn num_fields(self) -> usize {
        match self {
            Self::None => 0,
            Self::Mask => NUM_PROTOTYPES,
            Self::Joints { num, num_dims } => num * num_dims,
            Self::Angle => 1,
        }
    }

    /// By the metadata's task; without, by whether there is a second output with prototypes.
    pub fn of(facts: &ModelFacts) -> Option<(Self, Task)> {
        let joints = facts.metadata.get("kpt_shape").map(|text| python::numbers(text));
        match (facts.metadata.get("task").map(String::as_str), joints.as_deref()) {
            (Some("pose"), Some(&[num, num_dims @ (2 | 3)])) => {
                let extra = Self::Joints { num: num as usize, num_dims: num_dims as usize };
                Some((extra, Task::Pose))
            }
            (Some("pose" | "classify"), _) => None,
            (Some("obb"), _) => Some((Self::Angle, Task::RotatedBoxes)),
            (Some("segment"), _) => Some((Self::Mask, Task::Segment)),
            (Some("detect"), _) => Some((Self::None, Task::Detect)),
            _ if facts.outputs.get(1).is_some_and(|port| port.rank() == 4) => {
                Some((Self::Mask, Task::Segment))
            }
            _ => Some((Self::None, Task::Detect)),
        }
    }
}

/// How Ultralytics feeds its models.
pub(super) fn preparation(facts: &ModelFacts, port: &Port) -> Option<Preparation> {
    let told = facts.metadata.get("imgsz").map(|text| python::numbers(text)).unwrap_or_default();
    let side = told.iter().copied().max().filter(|side| (32..=8192).contains(side)).unwrap_or(DEFAULT_SIDE);
    let mut preparation = Preparation::for_port(port, side)?;
    let is_free = port.dims.iter().skip(2).all(|dim| !matches!(dim, Dim::Fixed(_)));
    let stride = facts.metadata.get("stride").and_then(|text| text.parse().ok()).unwrap_or(32);
    if is_free {
        preparation.size = InputSize::Longest { longest: side, multiple: stride };
    }
    preparation.fit = Fit::Letterbox { anchor: Anchor::Center, padding: [114; 3] };
    preparation.filter = Filter::Bilinear;
    Some(preparation)
}

fn recognise(facts: &ModelFacts) -> Option<Understanding> {
    let input = facts.inputs.first().filter(|port| port.rank() == 4 && facts.inputs.len() == 1)?;
    let table = facts.outputs.first().filter(|port| port.rank() == 3)?;
    let preparation = preparation(facts, input)?;
    let (extra, task) = Extra::of(facts)?;
    let num_fields = table.fixed(1)?;
    let num_classes = num_fields.checked_sub(4 + extra.num_fields()).filter(|num| *num > 0)?;
    if let (InputSize::Fixed(size), Some(num_rows)) = (preparation.size, table.fixed(2)) {
        // Models for large pictures have a fourth grid, with cells of 64 pixels.
        let strides = [8, 16, 32, 64];
        if ![&strides[..3], &strides[..]].iter().any(|strides| grid::num_cells(size, strides) == num_rows) {
            return None;
        }
    } else if !facts.metadata.contains_key("task") {
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
        decoder: Box::new(AnchorFree { num_classes, extra }),
        limits: Limits::default(),
    })
}

impl Decode for AnchorFree {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        placement: &Placement,
        limits: &Limits,
    ) -> Result<Vec<Suggestion>, DecodeError> {
        let (table, [num_fields, num_rows]) = output::<2>(outputs, 0, ID)?;
        expect_shape(num_fields == 4 + self.num_classes + self.extra.num_fields(), table, ID)?;
        let rows = Rows::new(table.data(), num_rows, num_fields, true);
        let candidates: Vec<Candidate> = rows
            .highest(4, self.num_classes)?
            .into_iter()
            .enumerate()
            .filter(|(_, (_, score))| *score > limits.score)
            .map(|(row, (class, score))| {
                let [x, y, width, height] = std::array::from_fn(|field| f64::from(rows.get(row, field)));
                let rect = Rect::from_center(Point::new(x, y), Vector::new(width, height));
                Candidate { rect, score, class, row }
            })
            .collect();
        let first = 4 + self.num_classes;
        let kept = match self.extra {
            Extra::Angle => {
                let angle = |c: &Candidate| f64::from(rows.get(c.row, first));
                suppress_by(candidates, limits.max, |a, b| {
                    a.class == b.class
                        && rotated_overlap(&a.rect, angle(a), &b.rect, angle(b)) >= limits.overlap
                })
            }
            _ => suppress(candidates, limits.overlap, limits.max),
        };
        let found = kept
            .iter()
            .map(|candidate| (*candidate, rows.fields(candidate.row, first, self.extra.num_fields())));
        suggestions(found, self.extra, outputs, placement, ID)
    }
}

/// Makes suggestions of candidates, each with its fields beyond box and classes.
pub(super) fn suggestions(
    found: impl Iterator<Item = (Candidate, Vec<f32>)>,
    extra: Extra,
    outputs: &[Tensor<'_>],
    placement: &Placement,
    family: &'static str,
) -> Result<Vec<Suggestion>, DecodeError> {
    let prototypes = match extra {
        Extra::Mask => {
            let (tensor, [num, height, width]) = output::<3>(outputs, 1, family)?;
            expect_shape(num == NUM_PROTOTYPES && height > 0 && width > 0, tensor, family)?;
            Some(Prototypes { planes: tensor.data(), num, height, width })
        }
        Extra::None | Extra::Joints { .. } | Extra::Angle => None,
    };
    Ok(found
        .map(|(candidate, fields)| {
            let rect = placement.rect_to_region(&candidate.rect);
            let shape = match extra {
                Extra::None => Shape::from_rect(rect),
                Extra::Mask => match &prototypes {
                    Some(prototypes) => Shape::Mask(prototypes.mask(&fields, &rect, placement)),
                    None => Shape::from_rect(rect),
                },
                Extra::Joints { num_dims, .. } => skeleton(&fields, num_dims, placement),
                Extra::Angle => rotated_box(&candidate.rect, fields.first().copied(), placement),
            };
            let suggestion = Suggestion::shape(candidate.class, candidate.score, shape);
            Suggestion { bounds: Some(rect), ..suggestion }
        })
        .filter(|suggestion| suggestion.as_shape().is_some_and(Shape::is_valid))
        .collect())
}

fn skeleton(fields: &[f32], num_dims: usize, placement: &Placement) -> Shape {
    let joints = fields.chunks_exact(num_dims).map(|joint| {
        let position = placement.to_region(Point::new(f64::from(joint[0]), f64::from(joint[1])));
        let is_visible = joint.get(2).is_none_or(|sureness| *sureness >= VISIBLE_FROM);
        let visibility = if is_visible { Visibility::Visible } else { Visibility::Hidden };
        Joint { position, visibility }
    });
    Shape::Skeleton(SkeletonShape(joints.collect()))
}

/// The angle is brought between 0 and 90 degrees, as Ultralytics' `regularize_rboxes` does.
fn rotated_box(rect: &Rect, radians: Option<f32>, placement: &Placement) -> Shape {
    let degrees = f64::from(radians.unwrap_or_default()).to_degrees().rem_euclid(180.0);
    let size = Vector::new(rect.width() / placement.scale.x, rect.height() / placement.scale.y);
    let (size, angle) = match degrees >= 90.0 {
        true => (Vector::new(size.y, size.x), degrees - 90.0),
        false => (size, degrees),
    };
    Shape::RotatedBox(RotatedBoxShape { center: placement.to_picture(rect.center()), size, angle })
}

/// How much two rotated boxes overlap, 0 to 1, as normal distributions: Llerena et al., "Gaussian bounding boxes and
/// probabilistic intersection-over-union" (2021). Angles are radians.
fn rotated_overlap(a: &Rect, a_angle: f64, b: &Rect, b_angle: f64) -> f64 {
    const TINY: f64 = 1e-7;
    let covariance = |rect: &Rect, angle: f64| {
        let (w, h) = (rect.width().powi(2) / 12.0, rect.height().powi(2) / 12.0);
        let (sin, cos) = angle.sin_cos();
        (w * cos * cos + h * sin * sin, w * sin * sin + h * cos * cos, (w - h) * cos * sin)
    };
    let ((a1, b1, c1), (a2, b2, c2)) = (covariance(a, a_angle), covariance(b, b_angle));
    let between = a.center() - b.center();
    let determinant = (a1 + a2) * (b1 + b2) - (c1 + c2).powi(2);
    let t1 = ((a1 + a2) * between.y.powi(2) + (b1 + b2) * between.x.powi(2)) / (determinant + TINY) * 0.25;
    let t2 = (c1 + c2) * -between.x * between.y / (determinant + TINY) * 0.5;
    let apart = ((a1 * b1 - c1 * c1).max(0.0) * (a2 * b2 - c2 * c2).max(0.0)).sqrt();
    let t3 = (determinant / (4.0 * apart + TINY) + TINY).ln() * 0.5;
    let distance = (t1 + t2 + t3).clamp(TINY, 100.0);
    1.0 - (1.0 - (-distance).exp() + TINY).sqrt()
}
