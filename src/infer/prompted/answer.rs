//! From a decoder's answer to a mask.

use super::{PromptedMask, PromptedModel, Prompts};
use crate::geometry::{Mask, Point};
use crate::infer::prepare::Placement;
use crate::infer::suggestion::DecodeError;
use crate::infer::tensor::Tensor;

const FAMILY: &str = "prompted";

impl PromptedModel {
    /// The best mask of a decoder's answer. Of a decoder that gives four, the first is for several prompts at once and the
    /// others are the parts and the whole that one click may mean.
    ///
    /// # Errors
    /// When there are no masks, or scores that are no numbers.
    pub fn best_mask(
        &self,
        outputs: &[Tensor<'_>],
        prompts: &Prompts,
        placement: &Placement,
    ) -> Result<PromptedMask, DecodeError> {
        let named = |name: &str| outputs.iter().find(|output| output.name == name);
        let missing =
            |name: &str| DecodeError::WrongShape { name: name.to_owned(), family: FAMILY, shape: Vec::new() };
        let masks = named("low_res_masks").or_else(|| named("masks")).ok_or_else(|| missing("masks"))?;
        let scores = named("iou_predictions").ok_or_else(|| missing("iou_predictions"))?;
        let [num, height, width] = masks.dims::<3>().ok_or_else(|| missing("masks"))?;
        if scores.data().len() != num || num == 0 || height == 0 || width == 0 {
            return Err(DecodeError::WrongShape {
                name: scores.name.clone().into_owned(),
                family: FAMILY,
                shape: scores.shape().to_vec(),
            });
        }
        if scores.data().iter().any(|score| score.is_nan()) {
            return Err(DecodeError::NotNumbers);
        }
        let num_prompts = prompts.points.len() + 2 * usize::from(prompts.rect.is_some());
        let choice = match (num, num_prompts) {
            (4, 0 | 1) => 1..4,
            (4, _) => 0..1,
            _ => 0..num,
        };
        let best = choice.max_by(|a, b| scores.data()[*a].total_cmp(&scores.data()[*b])).unwrap_or(0);
        let plane = &masks.data()[best * height * width..(best + 1) * height * width];
        let score = f64::from(scores.data()[best]);
        Ok(PromptedMask { mask: positive_part(plane, width, height, placement), score })
    }
}

/// The pixels of the picture where a plane that covers the whole input, scaled up bilinearly, is above zero.
fn positive_part(plane: &[f32], width: usize, height: usize, placement: &Placement) -> Mask {
    let shrink_x = width as f64 / f64::from(placement.input.width.max(1));
    let shrink_y = height as f64 / f64::from(placement.input.height.max(1));
    let taps = |side: usize, first: u32, num: u32, place: &dyn Fn(f64) -> f64| -> Vec<(usize, usize, f32)> {
        (first..first + num)
            .map(|pixel| {
                let at = (place(f64::from(pixel) + 0.5) - 0.5).clamp(0.0, (side - 1) as f64);
                (at as usize, (at as usize + 1).min(side - 1), (at - at.floor()) as f32)
            })
            .collect()
    };
    let region = placement.region;
    let columns =
        taps(width, region.left, region.width, &|x| placement.to_input(Point::new(x, 0.0)).x * shrink_x);
    let rows =
        taps(height, region.top, region.height, &|y| placement.to_input(Point::new(0.0, y)).y * shrink_y);
    let mut spans = Vec::new();
    let mut blended = vec![0.0; width];
    for (y, (above, below, weight)) in (region.top as i32..).zip(rows) {
        let line = |row: usize| &plane[row * width..(row + 1) * width];
        for ((out, a), b) in blended.iter_mut().zip(line(above)).zip(line(below)) {
            *out = a + (b - a) * weight;
        }
        // Most rows of most pictures have nothing.
        if blended.iter().all(|value| *value <= 0.0) {
            continue;
        }
        let mut start = None;
        for (x, (left, right, weight)) in (region.left as i32..).zip(&columns) {
            let is_set = blended[*left] + (blended[*right] - blended[*left]) * weight > 0.0;
            match (is_set, start) {
                (true, None) => start = Some(x),
                (false, Some(first)) => {
                    spans.push((y, first, x));
                    start = None;
                }
                _ => {}
            }
        }
        if let Some(first) = start {
            spans.push((y, first, (region.left + region.width) as i32));
        }
    }
    Mask::from_spans(spans)
}
