//! Edits of very many pictures at once, away from the window.
//!
//! [`Project::commit`] stamps, applies and queues edits before it returns: right for a gesture, too long for a
//! change of a hundred thousand pictures or for taking back a large import. Those are a [`LargeEdit`], prepared by
//! [`Project::start_commit`], [`Project::start_undo`] or [`Project::start_redo`]: a job that works out the ops from
//! the file, writes them as one transaction, all or nothing, and reads what the project shows anew.
//! [`Project::finish_large_edit`] puts that in place.
//!
//! **Between start and finish nothing else may be committed**: whoever starts one holds other edits off.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::edits::PeekedDocument;
use super::media::SCAN_TITLE;
use super::op_writer::OpWriter;
use super::undo::{NewStep, UndoOutcome, value_at};
use super::{AssetList, ImportOutcome, Project, ScanOutcome};
use crate::base::jobs::JobContext;
use crate::edit::{
    Document, Edit, Fold, History, Json, Op, Register, Seen, Stamp, StampSource, State, Target,
    TransactionId, invert,
};
use crate::model::{ActorId, Asset, AssetId, Label, ObjectId};
use crate::store::{BulkWriter, HistoryChange, HistoryEntry, Reader, StoreError};

/// More edits than this are a large edit, and so is taking back a transaction with more ops.
pub(super) const MAX_OPS_AT_ONCE: usize = 2_000;
/// Edits of more pictures than this are a large edit.
pub(super) const MAX_ASSETS_AT_ONCE: usize = 256;
/// How many ops are worked out between two looks whether the job was called off.
const CHUNK: usize = 1_000;

/// An edit of very many things that is ready to run, anywhere.
pub struct LargeEdit {
    action: Action,
    reader: Reader,
    writer: BulkWriter,
    labels: Fold<Label>,
    stamps: StampSource,
    shown: Option<AssetId>,
}

enum Action {
    Commit {
        title: String,
        edits: Vec<Edit>,
        position: i64,
    },
    TakeBack {
        entry: HistoryEntry,
        step: NewStep,
    },
    Scan(ScanOutcome),
    /// It is written already: only to be read.
    TakeIn {
        entry: Option<HistoryEntry>,
    },
}

/// What a large edit did.
pub struct LargeEditOutcome {
    /// What was taken back or done again, where it was that.
    pub undone: Option<UndoOutcome>,
    /// Pictures that were added, where a scan was taken in.
    pub num_new_pictures: usize,
    entry: Option<HistoryEntry>,
    step: NewStep,
    labels: Fold<Label>,
    assets: AssetList,
    /// The objects of the asset that it was told to read.
    document: Option<Document>,
}

impl LargeEditOutcome {
    /// The objects of the asset that [`LargeEdit::showing`] named, as they are afterwards.
    pub fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }
}

impl Project {
    /// Whether edits are so many that they should be made by [`Project::start_commit`].
    pub fn is_large(edits: &[Edit]) -> bool {
        if edits.len() <= MAX_ASSETS_AT_ONCE || edits.len() > MAX_OPS_AT_ONCE {
            return edits.len() > MAX_OPS_AT_ONCE;
        }
        let assets = edits.iter().filter_map(|edit| match edit.target {
            Target::Object(asset, _) | Target::Asset(asset) => Some(asset),
            Target::Label(_) | Target::Task(_) | Target::Project => None,
        });
        assets.collect::<BTreeSet<_>>().len() > MAX_ASSETS_AT_ONCE
    }

    /// Whether what undo would take back is so much that it should be taken back by [`Project::start_undo`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_next_undo_large(&self) -> Result<bool, StoreError> {
        self.undo.next_undo().map_or(Ok(false), |entry| self.is_entry_large(entry))
    }

    /// The same for [`Project::start_redo`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_next_redo_large(&self) -> Result<bool, StoreError> {
        self.undo.next_redo().map_or(Ok(false), |entry| self.is_entry_large(entry))
    }

    fn is_entry_large(&self, entry: &HistoryEntry) -> Result<bool, StoreError> {
        self.reader().has_more_ops(entry.tx, MAX_OPS_AT_ONCE)
    }

    /// Prepares edits as one step of the undo history.
    ///
    /// # Errors
    /// When the project cannot be changed or read.
    pub fn start_commit(
        &mut self,
        title: impl Into<String>,
        edits: Vec<Edit>,
    ) -> Result<LargeEdit, StoreError> {
        self.store()?;
        let position = self.undo.reserve();
        self.large_edit(Action::Commit { title: title.into(), edits, position })
    }

    /// Prepares to take in what a scan found, in place of [`Project::apply_scan`].
    ///
    /// # Errors
    /// When the project cannot be changed or read.
    pub fn start_scan_commit(&self, found: ScanOutcome) -> Result<LargeEdit, StoreError> {
        self.large_edit(Action::Scan(found))
    }

    /// Prepares to take in what a large import wrote, in place of [`Project::finish_import`].
    ///
    /// # Errors
    /// When the project cannot be read.
    pub fn start_taking_in(&self, imported: &ImportOutcome) -> Result<LargeEdit, StoreError> {
        self.large_edit(Action::TakeIn { entry: imported.entry.clone() })
    }

    /// Prepares to take back what the person did last. `None` when there is nothing.
    ///
    /// # Errors
    /// When the project cannot be changed or read.
    pub fn start_undo(&self) -> Result<Option<LargeEdit>, StoreError> {
        self.start_taking_back(self.undo.next_undo().cloned(), NewStep::Undone)
    }

    /// Prepares to do again what was taken back last. `None` when there is nothing.
    ///
    /// # Errors
    /// When the project cannot be changed or read.
    pub fn start_redo(&self) -> Result<Option<LargeEdit>, StoreError> {
        self.start_taking_back(self.undo.next_redo().cloned(), NewStep::Redone)
    }

    fn start_taking_back(
        &self,
        entry: Option<HistoryEntry>,
        step: NewStep,
    ) -> Result<Option<LargeEdit>, StoreError> {
        self.store()?;
        entry.map(|entry| self.large_edit(Action::TakeBack { entry, step })).transpose()
    }

    fn large_edit(&self, action: Action) -> Result<LargeEdit, StoreError> {
        Ok(LargeEdit {
            action,
            reader: self.open_reader()?,
            writer: self.store()?.bulk_writer(),
            labels: self.labels.clone(),
            stamps: self.stamps.clone(),
            shown: None,
        })
    }

    /// Takes in what a large edit did.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn finish_large_edit(
        &mut self,
        outcome: LargeEditOutcome,
    ) -> Result<Option<UndoOutcome>, StoreError> {
        let LargeEditOutcome { undone, num_new_pictures: _, entry, step, labels, assets, document } = outcome;
        self.schema = Arc::new(labels.schema());
        self.labels = labels;
        self.assets.replace_with(assets);
        // The others are read again when they are shown.
        self.documents = document.into_iter().map(|document| (document.asset(), document)).collect();
        self.revision += 1;
        self.object_revisions.note_all(self.revision);
        if let Some(entry) = entry {
            self.note_step(entry, step)?;
        }
        Ok(undone)
    }
}

impl LargeEdit {
    /// Has the objects of an asset read as they are afterwards, so that they are there at once.
    pub fn showing(self, asset: Option<AssetId>) -> Self {
        Self { shown: asset, ..self }
    }

    /// Writes all of it, or nothing.
    ///
    /// # Errors
    /// When the project cannot be read or written, or the job was called off.
    pub fn run(self, job: &JobContext) -> anyhow::Result<LargeEditOutcome> {
        let Self { action, reader, writer, labels, stamps, shown } = self;
        let file = InFile::new(&reader, &labels);
        let mut num_new_pictures = 0;
        let (undone, entry, step) = match action {
            Action::Commit { title, edits, position } => {
                let writer = OpWriter::new(writer, HistoryChange::Push(position), stamps);
                let tx = write_all(edits, &title, writer, &file, job)?;
                (None, tx.map(|tx| HistoryEntry { position, tx, title }), NewStep::Pushed)
            }
            Action::Scan(found) => {
                let rows = reader.assets()?;
                let (edits, num_new) = found.edits(&rows);
                num_new_pictures = num_new;
                let writer = OpWriter::new(writer, HistoryChange::Keep, stamps);
                write_all(edits, SCAN_TITLE, writer, &file, job)?;
                (None, None, NewStep::Pushed)
            }
            Action::TakeIn { entry } => (None, entry, NewStep::Pushed),
            Action::TakeBack { entry, step } => {
                let change = step.change_at(entry.position);
                let mut writer = OpWriter::new(writer, change, stamps.clone());
                let undone = take_back(&entry, stamps.actor(), &file, &mut writer, job)?;
                let tx = writer.finish(&entry.title)?.unwrap_or(entry.tx);
                (Some(undone), Some(HistoryEntry { tx, ..entry }), step)
            }
        };
        Ok(LargeEditOutcome {
            undone,
            num_new_pictures,
            entry,
            step,
            labels: reader.labels()?,
            assets: AssetList::new(reader.assets()?),
            document: shown.map(|asset| reader.document(asset)).transpose()?,
        })
    }
}

/// Writes edits as one transaction. `None` when there are none.
fn write_all(
    edits: Vec<Edit>,
    title: &str,
    mut writer: OpWriter,
    file: &InFile<'_>,
    job: &JobContext,
) -> anyhow::Result<Option<TransactionId>> {
    let num_edits = edits.len();
    let mut edits = edits.into_iter();
    for done in (0..num_edits).step_by(CHUNK) {
        go_on(job, done, num_edits)?;
        writer.write(edits.by_ref().take(CHUNK).collect(), file)?;
    }
    go_on(job, num_edits, num_edits)?;
    Ok(writer.finish(title)?)
}

/// Writes the inverse of an entry's transaction, the last op first.
fn take_back(
    entry: &HistoryEntry,
    me: ActorId,
    file: &InFile<'_>,
    writer: &mut OpWriter,
    job: &JobContext,
) -> anyhow::Result<UndoOutcome> {
    let num_ops = file.reader.num_ops(entry.tx)?;
    let mut done = 0;
    let mut touched = Touched::default();
    let mut num_kept = 0;
    file.reader.last_ops_first(entry.tx, CHUNK, |ops: &[Op]| {
        go_on(job, done, num_ops)?;
        done += ops.len();
        let (edits, kept) = invert(ops, me, file);
        num_kept += kept;
        touched.note(ops);
        writer.write(edits, file)?;
        anyhow::Ok(())
    })?;
    go_on(job, num_ops, num_ops)?;
    let (asset, objects) = touched.only_asset();
    Ok(UndoOutcome { title: entry.title.clone(), asset, objects, num_kept })
}

/// Tells how far the job is. An error when it was called off: the last moment for that is just before the
/// transaction ends.
fn go_on(job: &JobContext, done: usize, total: usize) -> anyhow::Result<()> {
    anyhow::ensure!(!job.is_cancelled(), "it was called off");
    job.set_progress(done as u64, total as u64);
    Ok(())
}

/// What ops were about, as long as that is one asset.
#[derive(Default)]
struct Touched {
    asset: Option<AssetId>,
    objects: Vec<ObjectId>,
    has_more: bool,
}

impl Touched {
    fn note(&mut self, ops: &[Op]) {
        for op in ops {
            let (asset, object) = match op.target {
                Target::Object(asset, object) => (asset, Some(object)),
                Target::Asset(asset) => (asset, None),
                Target::Label(_) | Target::Task(_) | Target::Project => continue,
            };
            self.has_more |= *self.asset.get_or_insert(asset) != asset;
            if !self.has_more {
                self.objects.extend(object);
            }
        }
    }

    fn only_asset(mut self) -> (Option<AssetId>, Vec<ObjectId>) {
        if self.has_more {
            return (None, Vec::new());
        }
        self.objects.sort_unstable();
        self.objects.dedup();
        (self.asset, self.objects)
    }
}

/// What the file tells of things, one after the other: the last asset and the last document are kept.
pub(super) struct InFile<'a> {
    reader: &'a Reader,
    labels: &'a Fold<Label>,
    asset: RefCell<Option<(AssetId, State<Asset>)>>,
    document: PeekedDocument,
}

impl<'a> InFile<'a> {
    pub(super) fn new(reader: &'a Reader, labels: &'a Fold<Label>) -> Self {
        Self { reader, labels, asset: RefCell::default(), document: PeekedDocument::default() }
    }

    fn with_asset<R>(&self, id: AssetId, ask: impl FnOnce(&State<Asset>) -> Option<R>) -> Option<R> {
        let mut kept = self.asset.borrow_mut();
        if kept.as_ref().is_none_or(|(known, _)| *known != id) {
            let mut state = State::default();
            for op in &self.reader.ops_of(Target::Asset(id)).ok()? {
                state.apply(id, op);
            }
            *kept = Some((id, state));
        }
        ask(&kept.as_ref()?.1)
    }
}

impl Seen for InFile<'_> {
    fn stamp_of(&self, target: Target, register: &Register) -> Option<Stamp> {
        match target {
            Target::Object(asset, object) => {
                self.document.with_state(self.reader, asset, object, |state| state.stamp_of(register))
            }
            Target::Asset(id) => self.with_asset(id, |state| state.stamp_of(register)),
            Target::Label(id) => self.labels.state(id)?.stamp_of(register),
            Target::Task(_) | Target::Project => None,
        }
    }

    fn latest_stamp(&self, target: Target) -> Option<Stamp> {
        match target {
            Target::Object(asset, object) => {
                let latest = |state: &State<_>| state.registers().latest_stamp();
                self.document.with_state(self.reader, asset, object, latest)
            }
            Target::Asset(id) => self.with_asset(id, |state| state.registers().latest_stamp()),
            Target::Label(id) => self.labels.state(id)?.registers().latest_stamp(),
            Target::Task(_) | Target::Project => None,
        }
    }
}

impl History for InFile<'_> {
    fn value_at(&self, target: Target, register: &Register, stamp: Stamp) -> Option<Json> {
        value_at(self.reader, target, register, stamp)
    }

    fn current_actor(&self, target: Target, register: &Register) -> Option<ActorId> {
        self.stamp_of(target, register).map(|stamp| stamp.actor)
    }
}
