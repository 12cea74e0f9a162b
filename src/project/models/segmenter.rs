//! A pair of models that makes masks by clicks.

use std::path::Path;

use anyhow::Context as _;

use super::inspect;
use crate::base::jobs::JobContext;
use crate::infer::prompted::{Embedding, PromptedMask, PromptedModel, Prompts};
use crate::infer::runtime::{ModelSession, num_threads};
use crate::pixels::{Picture, PixelRect};

/// An encoder and its decoder, ready to run.
pub struct Segmenter {
    model: PromptedModel,
    encoder: ModelSession,
    decoder: ModelSession,
}

impl Segmenter {
    /// Opens a pair.
    ///
    /// # Errors
    /// When one of them cannot be used, or they are no pair.
    pub fn open(encoder: &Path, decoder: &Path, context: &JobContext) -> anyhow::Result<Self> {
        let (first, second) = (inspect(encoder, None, context)?, inspect(decoder, None, context)?);
        let model = PromptedModel::of(&first.facts, &second.facts)
            .map_err(|error| anyhow::anyhow!("{error} [{} and {}]", encoder.display(), decoder.display()))?;
        let open = |path: &Path, report: Result<crate::infer::runtime::ProbeReport, String>| {
            let provider = report.map_err(anyhow::Error::msg)?.fastest();
            ModelSession::open(path, provider, num_threads()).map_err(anyhow::Error::from)
        };
        Ok(Self { model, encoder: open(encoder, first.report)?, decoder: open(decoder, second.report)? })
    }

    /// Looks at a picture once, for any number of masks.
    ///
    /// # Errors
    /// When the encoder cannot be run.
    pub fn embed(&mut self, picture: &Picture) -> anyhow::Result<Embedding> {
        let size = picture.size();
        let prepared = self.model.preparation.prepare(picture, PixelRect::new(0, 0, size.width, size.height));
        let model = &self.model;
        let embedding =
            self.encoder.run(&[prepared.tensor], |outputs| model.embedding(outputs, prepared.placement))?;
        embedding.context("the encoder did not give what its decoder takes")
    }

    /// The mask that prompts mean.
    ///
    /// # Errors
    /// When the decoder cannot be run, or answers nonsense.
    pub fn segment(&mut self, embedding: &Embedding, prompts: &Prompts) -> anyhow::Result<PromptedMask> {
        let placement = &embedding.placement;
        let mut inputs = embedding.tensors.clone();
        inputs.extend(self.model.prompt_tensors(prompts, placement));
        let model = &self.model;
        Ok(self.decoder.run(&inputs, |outputs| model.best_mask(outputs, prompts, placement))??)
    }
}
