//! Models: from a file to something that makes suggestions.
//!
//! [`inspect`] looks at a model, step by step, each with less trust than the next needs. The file's header is read and its
//! sizes compared with this computer's memory. Then a child process of this program opens the model and tries it on all
//! hardware ([`first_look`]); its report is kept in the cache by the file's content and the library's version. Only then is
//! the model opened here, with the provider that was fastest ([`OpenModel`]). A model card beside the model, `NAME.toml`, says
//! what the file does not.

mod first_look;
mod segmenter;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Serialize;

use crate::base::jobs::JobContext;
use crate::infer::card::ModelCard;
use crate::infer::facts::ModelFacts;
use crate::infer::families::{Understanding, understand};
use crate::infer::onnx::{ModelFile, read_model};
use crate::infer::runtime::{ModelSession, ProbeReport, num_threads};
use crate::infer::suggestion::{Limits, Suggestion};
use crate::infer::tiles::{Tiling, merge};
use crate::media::content_hash;
use crate::pixels::{Picture, PixelRect};

pub use first_look::{MODEL_EXTENSIONS, PROBE_COMMAND, model_folder};
pub use segmenter::Segmenter;

/// How wide and high a picture is for trying out a model that takes any size.
pub const TEST_SIDE: usize = 640;

/// What is known of a model.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// Its file.
    pub path: PathBuf,
    /// What it is called.
    pub name: String,
    /// Its version, or the beginning of its content's hash.
    pub version: String,
    /// What its file says of itself.
    pub facts: ModelFacts,
    /// What a person said of it.
    pub card: ModelCard,
    /// How it does on this computer; or why it cannot be run.
    pub report: Result<ProbeReport, String>,
    /// How it is used; or why that is not known.
    #[serde(skip)]
    pub understanding: Result<Understanding, String>,
}

/// A model that makes suggestions.
pub struct OpenModel {
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How it is used.
    pub understanding: Understanding,
    session: ModelSession,
}

/// How long the stages of a suggestion took.
#[derive(Clone, Copy, Debug, Default)]
pub struct StageTimes {
    /// Making the input.
    pub prepare: Duration,
    /// Running the model.
    pub infer: Duration,
    /// Understanding its answer.
    pub decode: Duration,
}

/// Looks at a model: what it is, how it is used, and what it runs on how fast.
///
/// # Errors
/// When the file is no model, is damaged, or needs more memory than there is, or the card cannot be read.
pub fn inspect(path: &Path, card: Option<&Path>, context: &JobContext) -> anyhow::Result<Inspection> {
    let unreadable = |error| at(format!("the model cannot be read: {error}"), path);
    let whole_path = path.canonicalize().map_err(unreadable)?;
    if !whole_path.is_file() {
        return Err(at("this is no file", path));
    }
    let file = File::open(&whole_path).map_err(unreadable)?;
    let header = read_model(file).map_err(|error| at(error, path))?;
    let card = read_card(&whole_path, card)?;
    let hash = content_hash(&whole_path, context)?;
    let header_facts = match header {
        ModelFile::Onnx(facts) => Some(*facts),
        ModelFile::Ort => None,
    };
    if let Some(facts) = &header_facts {
        first_look::check_memory(facts).map_err(|error| at(error, path))?;
    }
    let report = first_look::report(&whole_path, &hash, context).map_err(|error| format!("{error:#}"));
    // What we read is more than what the runtime tells: the names of axes, operators, weights.
    let facts = header_facts.or_else(|| report.as_ref().ok().map(|report| report.facts.clone()));
    let facts = match facts {
        Some(facts) => facts,
        None => return Err(at(report.err().unwrap_or_default(), path)),
    };
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    Ok(Inspection {
        name: card.name.clone().unwrap_or(stem),
        version: card.version.clone().unwrap_or_else(|| hash.to_string().chars().take(12).collect()),
        understanding: understand(&facts, &card).map_err(|error| error.to_string()),
        path: whole_path,
        facts,
        card,
        report,
    })
}

/// A reason, and the file that it is about.
fn at(reason: impl std::fmt::Display, path: &Path) -> anyhow::Error {
    anyhow::anyhow!("{reason} [{}]", path.display())
}

/// The card that is named, or else the one beside the model.
fn read_card(model: &Path, named: Option<&Path>) -> anyhow::Result<ModelCard> {
    let beside = model.with_extension("toml");
    let path = named.unwrap_or(&beside);
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok(ModelCard::default());
        }
        text => text.with_context(|| format!("the model card cannot be read [{}]", path.display()))?,
    };
    toml::from_str(&text).with_context(|| format!("the model card is not right [{}]", path.display()))
}

impl OpenModel {
    /// Opens a model.
    ///
    /// # Errors
    /// When it cannot be used, with the reason.
    pub fn open(path: &Path, card: Option<&Path>, context: &JobContext) -> anyhow::Result<Self> {
        Self::from_inspection(inspect(path, card, context)?)
    }

    /// Opens a model that was looked at.
    ///
    /// # Errors
    /// When it cannot be used, with the reason.
    pub fn from_inspection(inspection: Inspection) -> anyhow::Result<Self> {
        let Inspection { path, name, version, report, understanding, .. } = inspection;
        let report = report.map_err(|reason| at(reason, &path))?;
        let understanding = understanding.map_err(|reason| at(reason, &path))?;
        let session =
            ModelSession::open(&path, report.fastest(), num_threads()).map_err(|error| at(error, &path))?;
        Ok(Self { name, version, understanding, session })
    }

    /// What it finds on a picture, the surest first; looked at as a whole, or tile by tile.
    ///
    /// # Errors
    /// When the model cannot be run, or answers nonsense.
    pub fn suggest(
        &mut self,
        picture: &Picture,
        limits: &Limits,
        tiling: Option<&Tiling>,
    ) -> anyhow::Result<(Vec<Suggestion>, StageTimes)> {
        let mut times = StageTimes::default();
        let size = picture.size();
        let Some(tiling) = tiling else {
            let whole = PixelRect::new(0, 0, size.width, size.height);
            let found = self.suggest_within(picture, whole, limits, &mut times)?;
            return Ok((found, times));
        };
        let mut found = Vec::new();
        for tile in tiling.tiles(size) {
            found.extend(self.suggest_within(picture, tile, limits, &mut times)?);
        }
        let begun = Instant::now();
        // Each tile may have as many as a picture.
        let found = merge(found, usize::MAX);
        times.decode += begun.elapsed();
        Ok((found, times))
    }

    fn suggest_within(
        &mut self,
        picture: &Picture,
        region: PixelRect,
        limits: &Limits,
        times: &mut StageTimes,
    ) -> anyhow::Result<Vec<Suggestion>> {
        let begun = Instant::now();
        let prepared = self.understanding.preparation.prepare(picture, region);
        times.prepare += begun.elapsed();
        let extra = &self.understanding.extra_inputs;
        let mut inputs = vec![prepared.tensor];
        inputs.extend(extra.iter().filter_map(|input| input.tensor(&prepared.placement)));
        let begun = Instant::now();
        let decoder = &self.understanding.decoder;
        let mut decoding = Duration::ZERO;
        let found = self.session.run(&inputs, |outputs| {
            let begun = Instant::now();
            let found = decoder.decode(outputs, &prepared.placement, limits);
            decoding = begun.elapsed();
            found
        })?;
        times.infer += begun.elapsed() - decoding;
        times.decode += decoding;
        Ok(found?)
    }
}
