//! From a decoder's answer to a mask.

use super::{PromptedMask, PromptedModel, Prompts};
use crate::infer::planes::Plane;
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
        let data = &masks.data()[best * height * width..(best + 1) * height * width];
        let score = f64::from(scores.data()[best]);
        Ok(PromptedMask { mask: Plane { data, width, height }.above(0.0, placement), score })
    }
}
