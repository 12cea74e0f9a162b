//! From one format to another, without a project.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::{
    ExportJob, ExportOutcome, ExportRequest, ImportJob, ImportOutcome, ImportRequest, Selected, format_named,
};
use crate::base::clock::SystemClock;
use crate::base::jobs::JobContext;
use crate::edit::{Fold, StampSource};
use crate::formats::{FrameOptions, Splits, base_folder};
use crate::model::{ActorId, Schema};
use crate::store::{EXTENSION, Store};

/// What to convert.
#[derive(Clone, Debug, Default)]
pub struct ConvertRequest {
    /// The id of the format to read; recognised where it is not given.
    pub from: Option<&'static str>,
    /// The file or folder to read.
    pub source: PathBuf,
    /// The id of the format to write.
    pub to: String,
    /// The file or folder to write.
    pub target: PathBuf,
    /// Where the pictures are, where that is not said.
    pub images: Option<PathBuf>,
    /// Which picture goes to which part of the dataset.
    pub splits: Splits,
    /// Whether the pictures are copied along.
    pub with_media: bool,
    /// Which frames of videos become pictures, where the format to write holds pictures.
    pub frames: FrameOptions,
    /// Values of the format's own settings by id.
    pub settings: BTreeMap<String, String>,
}

/// What a conversion did.
#[derive(Clone, Debug, Serialize)]
pub struct ConvertOutcome {
    /// What was read.
    pub import: ImportOutcome,
    /// What was written.
    pub export: ExportOutcome,
}

/// Reads one format and writes another. What lies between is kept in a temporary project, so that memory does not
/// grow with the number of objects, and so that pictures which come several times come together.
///
/// # Errors
/// When either side cannot be read or written, or the job was called off.
pub fn convert(request: ConvertRequest, job: &JobContext) -> anyhow::Result<ConvertOutcome> {
    format_named(&request.to)?;
    let folder = TemporaryFolder::new()?;
    let store = Store::create(&folder.path.join(format!("convert.{EXTENSION}")))?;
    let root = request.images.clone().unwrap_or_else(|| base_folder(&request.source));
    let root = std::path::absolute(&root).unwrap_or(root);
    let import = ImportJob {
        request: ImportRequest { format: request.from, source: request.source, images: request.images },
        root: root.clone(),
        schema: Arc::new(Schema::default()),
        labels: Fold::default(),
        reader: store.open_reader()?,
        writer: store.bulk_writer(),
        position: None,
        stamps: StampSource::new(Arc::new(SystemClock), ActorId::new()),
    }
    .run(job)?;
    let reader = store.open_reader()?.frozen()?;
    if import.num_new_pictures == 0
        && let Some(finding) = import.report.findings().first()
    {
        bail!("nothing could be read: {} [{}]", finding.message, finding.place);
    }
    let export = ExportJob {
        request: ExportRequest {
            format: request.to,
            target: request.target,
            selected: Selected::default(),
            splits: request.splits,
            with_media: request.with_media,
            only_preflight: false,
            frames: request.frames,
            settings: request.settings,
        },
        root,
        schema: Arc::new(reader.labels()?.schema()),
        reader,
        watched: Vec::new(),
    }
    .run(job)?;
    Ok(ConvertOutcome { import, export })
}

/// A folder for the time of a conversion.
struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    fn new() -> anyhow::Result<Self> {
        // The id is new for everybody, so the folder is nobody else's.
        let path = std::env::temp_dir().join(format!("fieldmark-convert-{}", ActorId::new()));
        std::fs::create_dir(&path).with_context(|| {
            format!("a folder for temporary files could not be made [{}]", path.display())
        })?;
        Ok(Self { path })
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What stays behind is removed with other temporary files.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
