//! Reading labels of another tool into a project.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;

use super::super::Project;
use super::super::large_edit::{MAX_ASSETS_AT_ONCE, MAX_OPS_AT_ONCE};
use super::super::op_writer::OpWriter;
use super::super::schema::schema_edits;
use super::format_of;
use super::known_objects::KnownObjects;
use super::pictures::{Pictures, Place};
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::edit::{AssetChange, Edit, Fold, Register, Seen, Stamp, StampSource, State, Target};
use crate::formats::{FormatError, ImportContext, Item, SchemaBuilder, Tally};
use crate::model::{Asset, AssetId, Label, Schema};
use crate::pixels::Size;
use crate::store::{BulkWriter, HistoryChange, HistoryEntry, Reader, StoreError};

/// What undo takes back.
const TITLE: &str = "Import labels";

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The id of the format; recognised where it is not given.
    pub format: Option<&'static str>,
    /// The file or folder.
    pub source: PathBuf,
    /// Where the pictures are, where that is not said.
    pub images: Option<PathBuf>,
}

/// An import that is ready to run, anywhere.
pub struct ImportJob {
    pub(super) request: ImportRequest,
    /// The folder that the paths of assets start from.
    pub(super) root: PathBuf,
    pub(super) schema: Arc<Schema>,
    pub(super) labels: Fold<Label>,
    pub(super) reader: Reader,
    pub(super) writer: BulkWriter,
    /// The place in the undo history; `None` where there is none.
    pub(super) position: Option<i64>,
    pub(super) stamps: StampSource,
}

/// What an import did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ImportOutcome {
    /// The id of the format.
    pub format: &'static str,
    /// The pictures and videos that the source tells of, and the objects that were added, by kind.
    #[serde(flatten)]
    pub tally: Tally,
    /// Pictures and videos that were added to the project.
    pub num_new_pictures: u64,
    /// Those among them whose file was not found.
    pub num_without_file: u64,
    /// Objects that were added.
    pub num_objects: u64,
    /// Objects that were left out because they were there already.
    pub num_known_objects: u64,
    /// Objects that were left out because it is not known which picture they are on.
    pub num_lost_objects: u64,
    /// The names of labels that were added.
    pub new_labels: Vec<String>,
    /// What was left out, guessed or changed.
    pub report: Report,
    #[serde(skip)]
    pub(in crate::project) entry: Option<HistoryEntry>,
}

impl ImportOutcome {
    /// Whether it is so much that it should be taken in by [`Project::start_taking_in`].
    pub fn is_large(&self) -> bool {
        self.tally.num_media() > MAX_ASSETS_AT_ONCE as u64 || self.num_objects > MAX_OPS_AT_ONCE as u64
    }
}

impl Project {
    /// Prepares an import. Its job runs in the background; [`Project::finish_import`] takes in what it did.
    ///
    /// # Errors
    /// When the project cannot be changed.
    pub fn start_import(&mut self, request: ImportRequest) -> Result<ImportJob, StoreError> {
        let writer = self.store()?.bulk_writer();
        Ok(ImportJob {
            request,
            root: self.root.clone(),
            schema: Arc::clone(&self.schema),
            labels: self.labels.clone(),
            reader: self.open_reader()?,
            writer,
            position: Some(self.undo.reserve()),
            stamps: self.stamps.clone(),
        })
    }

    /// Takes in what an import wrote.
    ///
    /// # Errors
    /// When the project cannot be read.
    pub fn finish_import(&mut self, outcome: &ImportOutcome) -> Result<(), StoreError> {
        let Some(entry) = &outcome.entry else { return Ok(()) };
        self.undo.insert(entry.clone());
        self.labels = self.reader().labels()?;
        self.schema = Arc::new(self.labels.schema());
        for id in self.documents.keys().copied().collect::<Vec<_>>() {
            let document = self.reader().document(id)?;
            self.documents.insert(id, document);
        }
        let rows = self.reader().assets()?;
        self.assets.replace(rows);
        self.revision += 1;
        self.object_revisions.note_all(self.revision);
        Ok(())
    }
}

impl ImportJob {
    /// Reads everything and writes it into the project: all of it, or nothing.
    ///
    /// # Errors
    /// When the source cannot be read as a whole, the project cannot be written, or the job was called off.
    pub fn run(self, job: &JobContext) -> anyhow::Result<ImportOutcome> {
        let ImportRequest { format, source, images } = self.request;
        let format = format_of(format, &source)?;
        let mut report = Report::new();
        let assets = self.reader.assets()?.into_iter().map(|row| row.asset).collect();
        let pictures =
            Pictures::new(self.root, assets, format, &source, images.as_deref(), &mut report, job)?;
        let pictures = RefCell::new(pictures);
        let history = self.position.map_or(HistoryChange::Keep, HistoryChange::Push);
        let mut labels = SchemaBuilder::new((*self.schema).clone());
        let mut sink = Sink {
            outcome: ImportOutcome { format: format.id(), ..ImportOutcome::default() },
            pictures: &pictures,
            known: KnownObjects::default(),
            labels: SchemaBuilder::new((*self.schema).clone()),
            seen: SeenByImport { labels: &self.labels, reader: &self.reader },
            writer: OpWriter::new(self.writer, history, self.stamps),
        };
        format
            .import(
                &source,
                &mut ImportContext {
                    sink: &mut |item| sink.take(item).map_err(|error| FormatError::Caller(error.into())),
                    labels: &mut labels,
                    has_picture: &|path| pictures.borrow_mut().place(path) != Place::Unknown,
                    image_size: &|path| pictures.borrow_mut().size(path),
                    video_facts: &|path| pictures.borrow_mut().video_facts(path),
                    report: &mut report,
                    job,
                },
            )
            .context("nothing was imported")?;
        anyhow::ensure!(!job.is_cancelled(), FormatError::Cancelled);
        let mut outcome =
            sink.finish(&labels, &self.schema, self.position).context("nothing was imported")?;
        report.merge(std::mem::take(&mut outcome.report));
        outcome.report = report;
        Ok(outcome)
    }
}

/// Takes pictures with their objects and makes edits of them.
struct Sink<'a> {
    outcome: ImportOutcome,
    pictures: &'a RefCell<Pictures>,
    known: KnownObjects,
    /// The labels before the import: enough to compare with objects that were there before.
    labels: SchemaBuilder,
    seen: SeenByImport<'a>,
    writer: OpWriter,
}

impl Sink<'_> {
    fn take(&mut self, item: Item) -> anyhow::Result<()> {
        let Item { asset, mut objects } = item;
        self.outcome.tally.add_asset(&asset, false);
        let mut edits = Vec::new();
        let Some((id, is_new)) = self.asset_for(&asset, &mut edits) else {
            self.outcome.num_lost_objects += objects.len() as u64;
            return Ok(());
        };
        if !is_new {
            let reader = self.seen.reader;
            let num_known = self.known.keep_new(id, &mut objects, reader, &self.labels)?;
            self.outcome.num_known_objects += num_known;
        }
        self.outcome.num_objects += objects.len() as u64;
        objects.iter().for_each(|object| self.outcome.tally.add_object(object));
        edits.extend(objects.iter().map(|object| Edit::create(id, object)));
        self.writer.write(edits, &self.seen)?;
        Ok(())
    }

    /// The asset that a picture of the source is, and whether it has just been added. `None`, and a line of the
    /// report, when that cannot be told.
    fn asset_for(&mut self, found: &Asset, edits: &mut Vec<Edit>) -> Option<(AssetId, bool)> {
        let mut pictures = self.pictures.borrow_mut();
        let path = found.source.as_str();
        let size = Size::new(found.width, found.height);
        let is_size_known = size.num_pixels() > 0;
        let report = &mut self.outcome.report;
        let mut asset = match pictures.place(path) {
            Place::Known(index) | Place::Similar(index) if pictures.asset(index).kind != found.kind => {
                let message = "The project has a picture where the labels name a video, or the other way round; they \
                               were left out.";
                report.error(message, path);
                return None;
            }
            Place::Similar(index) if is_size_known && size_of(pictures.asset(index)) != size => {
                let message =
                    "The project has a picture of this name, but of another size, so it is another one.";
                report.warn(message, path);
                None
            }
            Place::Known(index) | Place::Similar(index) => {
                if is_size_known && size_of(pictures.asset(index)) != size {
                    let message = "The labels were made on a picture of another size. They are kept as they are; \
                                   look whether they fit.";
                    report.warn(message, path);
                }
                let id = pictures.asset(index).id;
                add_subset(&mut pictures, index, found, edits, report);
                return Some((id, false));
            }
            Place::File { path, facts } => Some(pictures.asset_of_file(&path, facts)),
            Place::Ambiguous => {
                let message = "Several pictures of the project have this name, and the path does not tell which is \
                               meant; its labels were left out. Give the folder with the pictures.";
                report.error(message, path);
                return None;
            }
            Place::Unknown => None,
        };
        if asset.is_none() {
            let noun = found.kind.name();
            if !is_size_known {
                let message = format!(
                    "This {noun} was not found and its size is not known, so its labels were left out. Give the \
                     folder with the {noun}s."
                );
                report.error(message, path);
                return None;
            }
            let message = format!(
                "This {noun} was not found; it was added without its file. Put the file there, or give the folder \
                 with the {noun}s."
            );
            report.warn(message, path);
            self.outcome.num_without_file += 1;
            let mut without = Asset::picture(AssetId::new(), "", size.width, size.height);
            (without.kind, without.video) = (found.kind, found.video.clone());
            without.source = pictures.source_without_file(path);
            asset = Some(without);
        }
        let mut asset = asset?;
        asset.subset = found.subset.clone();
        edits.push(Edit::add_asset(&asset));
        self.outcome.num_new_pictures += 1;
        let id = asset.id;
        let index = pictures.add(asset);
        pictures.settle(path, index);
        Some((id, true))
    }

    /// Writes the labels and ends the transaction.
    fn finish(
        mut self,
        labels: &SchemaBuilder,
        before: &Schema,
        position: Option<i64>,
    ) -> Result<ImportOutcome, StoreError> {
        let mut edits: Vec<Edit> = labels.new_labels().iter().map(Edit::add_label).collect();
        for label in labels.changed_labels() {
            edits.extend(before.label(label.id).map(|old| schema_edits(old, label)).unwrap_or_default());
        }
        self.writer.write(edits, &self.seen)?;
        self.outcome.new_labels = labels.new_labels().iter().map(|label| label.name.clone()).collect();
        let tx = self.writer.finish(TITLE)?;
        if let (Some(tx), Some(position)) = (tx, position) {
            self.outcome.entry = Some(HistoryEntry { position, tx, title: TITLE.to_owned() });
        }
        Ok(self.outcome)
    }
}

fn size_of(asset: &Asset) -> Size {
    Size::new(asset.width, asset.height)
}

/// Takes over the part of the dataset that the source names, unless the project says another.
fn add_subset(
    pictures: &mut Pictures,
    index: usize,
    found: &Asset,
    edits: &mut Vec<Edit>,
    report: &mut Report,
) {
    let Some(subset) = &found.subset else { return };
    match &pictures.asset(index).subset {
        None => {
            let change = AssetChange::Subset(Some(subset.clone()));
            edits.push(Edit::change_asset(pictures.asset(index).id, &change));
            pictures.set_subset(index, subset.clone());
        }
        Some(known) if known != subset => {
            let message =
                format!("The project has this picture in {known:?}, the import in {subset:?}; it stays.");
            report.note(message, found.source.as_str());
        }
        Some(_) => {}
    }
}

/// What the author of an import has seen: labels and assets as they were when it was started.
struct SeenByImport<'a> {
    labels: &'a Fold<Label>,
    reader: &'a Reader,
}

impl SeenByImport<'_> {
    fn asset_state(&self, id: AssetId) -> Option<State<Asset>> {
        let ops = self.reader.ops_of(Target::Asset(id)).ok()?;
        let mut state = State::default();
        for op in &ops {
            state.apply(id, op);
        }
        Some(state)
    }
}

impl Seen for SeenByImport<'_> {
    fn stamp_of(&self, target: Target, register: &Register) -> Option<Stamp> {
        match target {
            // What is just being made has nothing to be seen.
            _ if *register == Register::CREATED => None,
            Target::Asset(id) => self.asset_state(id)?.stamp_of(register),
            Target::Label(id) => self.labels.state(id)?.stamp_of(register),
            Target::Object(..) | Target::Task(_) | Target::Project => None,
        }
    }

    fn latest_stamp(&self, _: Target) -> Option<Stamp> {
        // An import deletes nothing.
        None
    }
}
