//! Committing edits: stamp, apply, queue.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Project;
use crate::edit::{Document, Edit, Fold, Op, Register, Seen, Stamp, State, Target, Thing, Transaction};
use crate::model::{Asset, AssetId, Object, ObjectId};
use crate::store::{AssetRow, HistoryChange, Reader, StoreError, Ticket};

/// Edits of more assets than this at once are made without loading all of their objects.
const MAX_DOCUMENTS_LOADED: usize = 256;

impl Project {
    /// Makes edits, as one step of the undo history. They are in memory when this returns, and on disk when the
    /// ticket is settled. No edits make no step: then there is no ticket.
    ///
    /// # Errors
    /// When the project cannot be changed, or a document that is written to cannot be read.
    pub fn commit(
        &mut self,
        title: impl Into<String>,
        edits: Vec<Edit>,
    ) -> Result<Option<Ticket>, StoreError> {
        self.commit_as(title.into(), edits, |undo, transaction| undo.push(transaction))
    }

    /// Makes edits that undo does not take back: what the program found out by itself.
    ///
    /// # Errors
    /// As [`Project::commit`].
    pub fn commit_quietly(
        &mut self,
        title: impl Into<String>,
        edits: Vec<Edit>,
    ) -> Result<Option<Ticket>, StoreError> {
        self.commit_as(title.into(), edits, |_, _| HistoryChange::Keep)
    }

    pub(super) fn commit_as(
        &mut self,
        title: String,
        edits: Vec<Edit>,
        remember: impl FnOnce(&mut super::undo::UndoStack, &Transaction) -> HistoryChange,
    ) -> Result<Option<Ticket>, StoreError> {
        self.store()?;
        if edits.is_empty() {
            return Ok(None);
        }
        let targets: BTreeSet<Target> = edits.iter().map(|edit| edit.target).collect();
        let has_all_documents = self.load_few_documents(&targets)?;
        let assets = self.fold_assets(&targets)?;
        // Clones share the last stamp.
        let mut stamps = self.stamps.clone();
        let seen = SeenState { project: self, assets: &assets, peeked: PeekedDocument::default() };
        let transaction = Transaction::from_edits(title, edits, &seen, &mut stamps);
        self.apply(&transaction.ops, assets);
        let change = remember(&mut self.undo, &transaction);
        let ticket = self.store()?.commit(transaction, change);
        if !has_all_documents {
            self.reload_assets()?;
        }
        Ok(Some(ticket))
    }

    /// Loads the documents that are written to, unless there are so many that they would fill the memory. Those
    /// that are not loaded are looked up object by object.
    pub(super) fn load_few_documents(&mut self, targets: &BTreeSet<Target>) -> Result<bool, StoreError> {
        let mut assets: Vec<AssetId> = targets
            .iter()
            .filter_map(|target| match target {
                Target::Object(asset, _) => Some(*asset),
                Target::Asset(_) | Target::Label(_) | Target::Task(_) | Target::Project => None,
            })
            .collect();
        assets.dedup();
        if assets.len() > MAX_DOCUMENTS_LOADED {
            return Ok(false);
        }
        for asset in assets {
            self.load_document(asset)?;
        }
        Ok(true)
    }

    /// Reads the list of assets again, after everything queued is on disk.
    pub(super) fn reload_assets(&mut self) -> Result<(), StoreError> {
        self.flush()?;
        let rows = self.reader().assets()?;
        self.assets.replace(rows);
        self.revision += 1;
        self.object_revisions.note_all(self.revision);
        Ok(())
    }

    /// The assets among the targets, with all that was written about them.
    fn fold_assets(&self, targets: &BTreeSet<Target>) -> Result<Fold<Asset>, StoreError> {
        let mut fold = Fold::default();
        for target in targets {
            if let Target::Asset(id) = *target {
                // Assets that are new have no ops, and no look into the file is needed for them.
                if self.assets.get(id).is_some() || targets.len() < 100 {
                    for op in &self.reader().ops_of(*target)? {
                        fold.apply(id, op);
                    }
                }
            }
        }
        Ok(fold)
    }

    /// Applies ops to what is in memory.
    fn apply(&mut self, ops: &[Op], mut assets: Fold<Asset>) {
        let mut changed_assets = BTreeSet::new();
        let mut changed_documents = BTreeSet::new();
        let mut has_schema_changed = false;
        self.revision += 1;
        for op in ops {
            match op.target {
                Target::Object(asset, _) => {
                    self.object_revisions.note(asset, self.revision);
                    if let Some(document) = self.documents.get_mut(&asset) {
                        document.apply(op);
                        changed_documents.insert(asset);
                    }
                }
                Target::Asset(id) => {
                    assets.apply(id, op);
                    changed_assets.insert(id);
                    if let Some(document) = self.documents.get_mut(&id) {
                        document.apply(op);
                    }
                }
                Target::Label(id) => has_schema_changed |= self.labels.apply(id, op),
                Target::Task(_) | Target::Project => {}
            }
        }
        if has_schema_changed {
            self.schema = Arc::new(self.labels.schema());
        }
        self.update_asset_rows(&changed_assets, &assets);
        for id in changed_documents {
            self.assets.set_num_objects(id, self.documents[&id].num_objects() as u64);
        }
    }

    fn update_asset_rows(&mut self, changed: &BTreeSet<AssetId>, assets: &Fold<Asset>) {
        let rows: Vec<AssetRow> = changed
            .iter()
            .filter_map(|id| {
                let num_objects = self.assets.get(*id).map_or(0, |row| row.num_objects);
                Some(AssetRow { asset: assets.get(*id)?.clone(), num_objects })
            })
            .collect();
        self.assets.remove(&changed.iter().copied().filter(|id| assets.get(*id).is_none()).collect());
        if !rows.is_empty() {
            self.assets.insert(rows);
        }
    }
}

/// What is in memory, as committing asks for it.
struct SeenState<'a> {
    project: &'a Project,
    assets: &'a Fold<Asset>,
    peeked: PeekedDocument,
}

impl SeenState<'_> {
    fn with_state<R>(&self, target: Target, ask: impl AskState<R>) -> Option<R> {
        match target {
            Target::Object(asset, object) => match self.project.documents.get(&asset) {
                Some(document) => ask.of(document.state(object)?),
                None => self.peeked.with_state(self.project.reader(), asset, object, |state| ask.of(state)),
            },
            Target::Asset(id) => ask.of(self.assets.state(id)?),
            Target::Label(id) => ask.of(self.project.labels.state(id)?),
            Target::Task(_) | Target::Project => None,
        }
    }
}

/// Looks at documents that are not loaded. The last one is kept: what many edits write to is sorted by asset.
#[derive(Default)]
pub(super) struct PeekedDocument(RefCell<Option<Document>>);

impl PeekedDocument {
    /// Asks the state of an object.
    pub fn with_state<R>(
        &self,
        reader: &Reader,
        asset: AssetId,
        object: ObjectId,
        ask: impl FnOnce(&State<Object>) -> Option<R>,
    ) -> Option<R> {
        let mut peeked = self.0.borrow_mut();
        if peeked.as_ref().is_none_or(|document| document.asset() != asset) {
            *peeked = reader.document(asset).ok();
        }
        ask(peeked.as_ref()?.state(object)?)
    }
}

/// A question to the state of a thing of any kind.
trait AskState<R> {
    fn of<T: Thing>(&self, state: &State<T>) -> Option<R>;
}

struct StampOf<'a>(&'a Register);

impl AskState<Stamp> for StampOf<'_> {
    fn of<T: Thing>(&self, state: &State<T>) -> Option<Stamp> {
        state.stamp_of(self.0)
    }
}

struct LatestStamp;

impl AskState<Stamp> for LatestStamp {
    fn of<T: Thing>(&self, state: &State<T>) -> Option<Stamp> {
        state.registers().latest_stamp()
    }
}

impl Seen for SeenState<'_> {
    fn stamp_of(&self, target: Target, register: &Register) -> Option<Stamp> {
        self.with_state(target, StampOf(register))
    }

    fn latest_stamp(&self, target: Target) -> Option<Stamp> {
        self.with_state(target, LatestStamp)
    }
}
