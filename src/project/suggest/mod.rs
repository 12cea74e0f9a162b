//! Suggestions of a model over many pictures, as a job.
//!
//! The job owns all that it needs: it decodes pictures on one thread while the model runs on another, leaves out what is
//! there already, and gives back edits. [`Project::take_suggestions`] makes them, all in one step to undo. A suggestion is an
//! object with the model's provenance that no reviewer has looked at yet; one that is surer than asked is accepted at once.

mod labels;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use crossbeam_channel::{Receiver, Sender, bounded};
use serde::Serialize;

use labels::{Labels, allowed, is_known, outlined};

use super::models::OpenModel;
use super::{Project, Selected};
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::edit::Edit;
use crate::infer::suggestion::{Limits, Suggestion};
use crate::infer::tiles::Tiling;
use crate::media::{DecodeLimits, MediaError, decode};
use crate::model::{AssetId, AssetKind, Content, Object, ObjectId, Provenance, ReviewState, Schema, Shape};
use crate::pixels::Picture;
use crate::store::{AssetRow, Reader, StoreError, Ticket};

/// So many pictures are decoded ahead of the model.
const PICTURES_AHEAD: usize = 2;

/// What to suggest, and where.
#[derive(Clone, Debug)]
pub struct SuggestRequest {
    /// The model.
    pub model: PathBuf,
    /// Its card; the one beside it when not given.
    pub card: Option<PathBuf>,
    /// Scores below are left out; the model's own threshold when not given.
    pub threshold: Option<f32>,
    /// Suggestions at least so sure are accepted at once.
    pub accept_above: Option<f64>,
    /// The pictures.
    pub selected: Selected,
    /// Look at pictures tile by tile.
    pub tiling: Option<Tiling>,
    /// What masks become.
    pub outline: Outline,
    /// Labels for the model's classes, by name, where the names differ.
    pub labels: BTreeMap<String, String>,
    /// Make labels for classes that have none; otherwise they are left out.
    pub with_new_labels: bool,
}

/// What a mask becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outline {
    /// It stays a mask.
    #[default]
    Mask,
    /// The polygon around it.
    Polygon,
    /// The box around it.
    Box,
}

/// A job that makes suggestions.
pub struct SuggestJob {
    request: SuggestRequest,
    schema: Arc<Schema>,
    reader: Reader,
    pictures: Vec<(AssetRow, Option<PathBuf>)>,
}

/// What a job suggests.
#[derive(Debug, Serialize)]
pub struct SuggestOutcome {
    /// The model's name and version.
    pub model: String,
    /// Its version.
    pub version: String,
    /// What was found, picture by picture.
    pub pictures: Vec<PictureSuggestions>,
    /// How many were left out because they are there already.
    pub num_known: u64,
    /// How many are accepted at once.
    pub num_accepted: u64,
    /// Classes without a label, and how often they were found.
    pub unmapped: BTreeMap<String, u64>,
    /// What went wrong with single pictures.
    pub report: Report,
    #[serde(skip)]
    edits: Vec<Edit>,
}

/// What was found on a picture.
#[derive(Debug, Serialize)]
pub struct PictureSuggestions {
    /// The picture.
    pub asset: AssetId,
    /// Its path in the project.
    pub path: String,
    /// The surest first.
    pub found: Vec<Found>,
}

/// One thing that was found.
#[derive(Debug, Serialize)]
pub struct Found {
    /// The model's name for it.
    pub class: String,
    /// How sure the model is, 0 to 1.
    pub score: f64,
    /// Where; nothing for a tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
}

impl SuggestOutcome {
    /// How many suggestions will be written.
    pub fn num_suggested(&self) -> u64 {
        let num_unmapped: u64 = self.unmapped.values().sum();
        self.num_found() - self.num_known - num_unmapped
    }

    /// How many things were found.
    pub fn num_found(&self) -> u64 {
        self.pictures.iter().map(|picture| picture.found.len() as u64).sum()
    }
}

impl Project {
    /// Prepares a job that makes suggestions for pictures of the project as it is now.
    ///
    /// # Errors
    /// When the project cannot be read, or there is no such picture.
    pub fn start_suggesting(&self, request: SuggestRequest) -> anyhow::Result<SuggestJob> {
        let reader = self.open_reader()?.frozen()?;
        let mut rows = reader.assets()?;
        match &request.selected {
            Selected::Query(query) => query.filter(&mut rows, self.schema(), &reader)?,
            Selected::Assets(ids) => {
                let ids: HashSet<_> = ids.iter().copied().collect();
                rows.retain(|row| ids.contains(&row.asset.id));
            }
        }
        rows.retain(|row| row.asset.kind == AssetKind::Picture);
        if rows.is_empty() {
            bail!("there is no picture to look at; add pictures to the project, or change the query");
        }
        let pictures = rows.into_iter().map(|row| {
            let path = self.asset_path(row.asset.id);
            (row, path)
        });
        Ok(SuggestJob { pictures: pictures.collect(), schema: Arc::clone(self.schema()), reader, request })
    }

    /// Takes suggestions into the project, in one step to undo. None make no step.
    ///
    /// # Errors
    /// When the project cannot be changed.
    pub fn take_suggestions(&mut self, outcome: &mut SuggestOutcome) -> Result<Option<Ticket>, StoreError> {
        let edits = std::mem::take(&mut outcome.edits);
        self.commit(format!("Suggestions of {}", outcome.model), edits)
    }
}

/// A picture on its way from the disk to the model.
struct Decoding {
    index: usize,
    picture: Result<Picture, MediaError>,
}

impl SuggestJob {
    /// Runs the model over the pictures. A picture that cannot be read is a line of the report.
    ///
    /// # Errors
    /// When the model cannot be used, or the job was called off.
    pub fn run(self, job: &JobContext) -> anyhow::Result<SuggestOutcome> {
        let mut model = OpenModel::open(&self.request.model, self.request.card.as_deref(), job)?;
        let limits = &model.understanding.limits;
        let limits = Limits { score: self.request.threshold.unwrap_or(limits.score), ..*limits };
        let classes = model.understanding.classes.clone();
        let labels = Labels::new(&self.schema, &self.request, &classes)?;
        let mut outcome = SuggestOutcome {
            model: model.name.clone(),
            version: model.version.clone(),
            pictures: Vec::new(),
            num_known: 0,
            num_accepted: 0,
            unmapped: BTreeMap::new(),
            report: Report::new(),
            edits: Vec::new(),
        };
        let mut objects = Vec::new();
        std::thread::scope(|scope| {
            // Dropped before the scope waits for the decoder, so that an error here ends it.
            let (sender, decoded) = bounded(PICTURES_AHEAD);
            let pictures = &self.pictures;
            scope.spawn(move || decode_all(pictures, &sender, job));
            let mut work = |decoded: Receiver<Decoding>| -> anyhow::Result<()> {
                for (num_done, Decoding { index, picture }) in decoded.iter().enumerate() {
                    let row = &self.pictures[index].0;
                    let path = row.asset.source.as_str();
                    match picture {
                        Ok(picture) => {
                            let tiling = self.request.tiling.as_ref();
                            let (found, _) = model.suggest(&picture, &limits, tiling)?;
                            self.take_in(row, found, &model, &labels, &mut outcome, &mut objects)?;
                        }
                        Err(error) => outcome.report.error(error.to_string(), path),
                    }
                    job.set_progress(num_done as u64 + 1, self.pictures.len() as u64);
                    if job.is_cancelled() {
                        bail!("it was called off");
                    }
                }
                Ok(())
            };
            work(decoded)
        })?;
        outcome.edits = labels.new_labels().iter().map(Edit::add_label).chain(objects).collect();
        Ok(outcome)
    }

    /// Makes objects of what was found on a picture.
    fn take_in(
        &self,
        row: &AssetRow,
        found: Vec<Suggestion>,
        model: &OpenModel,
        labels: &Labels<'_>,
        outcome: &mut SuggestOutcome,
        edits: &mut Vec<Edit>,
    ) -> anyhow::Result<()> {
        let asset = row.asset.id;
        let document = self.reader.document(asset)?;
        let mut told = Vec::new();
        let mut z = document.alive().next_z();
        for suggestion in found {
            let class = labels.name_of(suggestion.class);
            let content = outlined(suggestion.content, self.request.outline);
            if let Some(label) = labels.of(suggestion.class) {
                let (content, label) = (allowed(content.clone(), label), label.id);
                if is_known(&document, label, &content) {
                    outcome.num_known += 1;
                } else {
                    let is_accepted =
                        self.request.accept_above.is_some_and(|least| suggestion.score >= least);
                    outcome.num_accepted += u64::from(is_accepted);
                    let object = Object {
                        provenance: Provenance::Model {
                            model: model.name.clone(),
                            version: model.version.clone(),
                            score: suggestion.score,
                        },
                        review: if is_accepted { ReviewState::Accepted } else { ReviewState::Open },
                        z,
                        ..Object::new(ObjectId::new(), content, Some(label))
                    };
                    z += 1;
                    edits.push(Edit::create(asset, &object));
                }
            } else {
                *outcome.unmapped.entry(class.clone()).or_default() += 1;
            }
            let shape = match content {
                Content::Shape(shape) => Some(shape),
                Content::Track(_) | Content::Span(_) | Content::Tag => None,
            };
            told.push(Found { class, score: suggestion.score, shape });
        }
        outcome.pictures.push(PictureSuggestions {
            asset,
            path: row.asset.source.as_str().to_owned(),
            found: told,
        });
        Ok(())
    }
}

fn decode_all(pictures: &[(AssetRow, Option<PathBuf>)], sender: &Sender<Decoding>, job: &JobContext) {
    for (index, (row, path)) in pictures.iter().enumerate() {
        let picture = match path {
            Some(path) => decode(path, &DecodeLimits::default(), job).map(|decoded| decoded.picture),
            None => Err(MediaError::Read {
                path: PathBuf::from(row.asset.source.as_str()),
                source: std::io::ErrorKind::NotFound.into(),
            }),
        };
        // Nobody listens any more when the model has failed.
        if sender.send(Decoding { index, picture }).is_err() {
            return;
        }
    }
}
