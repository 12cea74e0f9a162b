//! Writing labels for another tool.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use serde::Serialize;

use super::super::{AssetList, Project};
use super::frame_writer::FrameWriter;
use super::{Query, format_named};
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::formats::{
    ExportOptions, ExportSource, ExportSummary, FormatError, FrameOptions, Item, MediaCopier, Preflight,
    Splits, export, preflight,
};
use crate::model::{Asset, AssetId, AssetKind, AssetSource, Schema};
use crate::store::{AssetRow, Reader};

/// Which pictures to export.
#[derive(Clone, Debug)]
pub enum Selected {
    /// Those that a query finds; all, when it has no terms.
    Query(Query),
    /// These.
    Assets(Vec<AssetId>),
}

impl Default for Selected {
    fn default() -> Self {
        Self::Query(Query::default())
    }
}

/// What to export.
#[derive(Clone, Debug, Default)]
pub struct ExportRequest {
    /// The id of the format.
    pub format: String,
    /// The file or folder to write.
    pub target: PathBuf,
    /// Which pictures.
    pub selected: Selected,
    /// Which picture goes to which part of the dataset.
    pub splits: Splits,
    /// Whether the pictures are copied along.
    pub with_media: bool,
    /// Whether to find out only what would be lost, and to write nothing.
    pub only_preflight: bool,
    /// Which frames of videos become pictures, where the format holds pictures.
    pub frames: FrameOptions,
    /// Values of the format's own settings by id.
    pub settings: BTreeMap<String, String>,
}

/// An export that is ready to run, anywhere.
pub struct ExportJob {
    pub(super) request: ExportRequest,
    /// The folder that the paths of assets start from.
    pub(super) root: PathBuf,
    pub(super) schema: Arc<Schema>,
    pub(super) reader: Reader,
    /// The folders in which new pictures are noticed.
    pub(super) watched: Vec<PathBuf>,
}

/// What an export did, or would do.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ExportOutcome {
    /// The id of the format.
    pub format: String,
    /// What it would do, where only that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preflight: Option<Preflight>,
    /// What it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ExportSummary>,
    /// What was dropped, rounded or converted, and what went wrong with single pictures.
    pub report: Report,
}

impl Project {
    /// Prepares an export of the project as it is now. Its job runs in the background.
    ///
    /// # Errors
    /// When the project cannot be read.
    pub fn start_export(&self, request: ExportRequest) -> anyhow::Result<ExportJob> {
        Ok(ExportJob {
            request,
            root: self.root().to_owned(),
            schema: Arc::clone(self.schema()),
            reader: self.open_reader()?.frozen()?,
            watched: self.watched_folders().iter().map(|folder| self.root().join(folder)).collect(),
        })
    }
}

impl ExportJob {
    /// Writes everything and reads it back, or only tells what would be lost.
    ///
    /// # Errors
    /// When the request makes no sense, a file cannot be written, or the job was called off.
    pub fn run(self, job: &JobContext) -> anyhow::Result<ExportOutcome> {
        let format = format_named(&self.request.format)?;
        let mut rows = self.reader.assets()?;
        match &self.request.selected {
            Selected::Query(query) => query.filter(&mut rows, &self.schema, &self.reader)?,
            Selected::Assets(ids) => {
                let ids: HashSet<_> = ids.iter().copied().collect();
                rows.retain(|row| ids.contains(&row.asset.id));
            }
        }
        if rows.is_empty() {
            bail!("there is nothing to export; add pictures or videos to the project, or change the query");
        }
        let ExportRequest { target, splits, with_media, only_preflight, frames, settings, .. } = self.request;
        if with_media && !only_preflight {
            check_outside(&target, &self.watched)?;
        }
        let rows = AssetList::new(rows).rows().to_vec();
        let mut source = ProjectSource { schema: &self.schema, rows, reader: &self.reader };
        let copier = Copier { root: &self.root, frames: FrameWriter::default() };
        let options = ExportOptions {
            splits,
            media: with_media.then_some(&copier as &dyn MediaCopier),
            media_root: Some(self.root.clone()),
            frames,
            settings,
            job: job.clone(),
            ..ExportOptions::default()
        };
        let mut outcome = ExportOutcome { format: format.id().to_owned(), ..ExportOutcome::default() };
        if only_preflight {
            outcome.preflight = Some(preflight(format, &mut source, &target, &options)?);
        } else {
            let report = &mut outcome.report;
            outcome.summary = Some(export(format, &mut source, &target, &options, report)?);
        }
        Ok(outcome)
    }
}

/// Copies of pictures in a watched folder would soon be found as new pictures of the project.
fn check_outside(target: &Path, watched: &[PathBuf]) -> anyhow::Result<()> {
    let real = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let is_within = |folder: &PathBuf| {
        let folder = folder.canonicalize().unwrap_or_else(|_| real(folder));
        // The target need not exist yet, but some folder above it does.
        let target = real(target);
        let existing = target.ancestors().find_map(|above| above.canonicalize().ok());
        existing.is_some_and(|existing| existing.starts_with(&folder))
    };
    if let Some(folder) = watched.iter().find(|folder| is_within(folder)) {
        bail!(
            "the copies of the pictures would be taken for new pictures of this project, which watches {}; choose a \
             folder outside of it, or export without the pictures [{}]",
            folder.display(),
            target.display()
        );
    }
    Ok(())
}

/// Pictures of a project, each read when it is its turn.
struct ProjectSource<'a> {
    schema: &'a Schema,
    rows: Vec<AssetRow>,
    reader: &'a Reader,
}

impl ExportSource for ProjectSource<'_> {
    fn schema(&self) -> &Schema {
        self.schema
    }

    fn num_items(&self) -> u64 {
        self.rows.len() as u64
    }

    fn has_videos(&self) -> bool {
        self.rows.iter().any(|row| row.asset.kind == AssetKind::Video)
    }

    fn for_each(
        &mut self,
        visit: &mut dyn FnMut(&Item) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        for row in &self.rows {
            let objects = match row.num_objects {
                0 => Vec::new(),
                _ => {
                    let document = self.reader.document(row.asset.id);
                    let document = document.map_err(|error| FormatError::Caller(error.into()))?;
                    document.objects().into_iter().cloned().collect()
                }
            };
            visit(&Item { asset: row.asset.clone(), objects })?;
        }
        Ok(())
    }
}

struct Copier<'a> {
    root: &'a Path,
    frames: FrameWriter,
}

impl MediaCopier for Copier<'_> {
    fn copy(&self, asset: &Asset, to: &Path) -> io::Result<()> {
        match &asset.source {
            AssetSource::Path(path) => std::fs::copy(self.root.join(path), to).map(drop),
            AssetSource::Url(_) => Err(io::Error::other("it is an address, not a file")),
        }
    }

    fn copy_frame(&self, video: &Asset, frame: u32, to: &Path) -> io::Result<()> {
        match &video.source {
            AssetSource::Path(path) => self.frames.write(&self.root.join(path), frame, to),
            AssetSource::Url(_) => Err(io::Error::other("the video is at an address, not in a file")),
        }
    }
}
