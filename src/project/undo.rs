//! Undo and redo, without limit and across restarts.

use super::Project;
use super::edits::PeekedDocument;
use crate::edit::{History, Json, Op, Register, Stamp, Target, Transaction, invert};
use crate::model::{ActorId, AssetId, ObjectId};
use crate::store::{HistoryChange, HistoryEntry, Reader, StoreError};

/// What undo or redo did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoOutcome {
    /// What was taken back or done again.
    pub title: String,
    /// The asset where it happened, when it was one.
    pub asset: Option<AssetId>,
    /// The objects that it concerned.
    pub objects: Vec<ObjectId>,
    /// How many changes were left alone because somebody else has changed the same since.
    pub num_kept: usize,
}

/// What a step does with the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NewStep {
    /// It is new.
    Pushed,
    /// It takes the last one back.
    Undone,
    /// It does again the one that was taken back last.
    Redone,
}

impl NewStep {
    /// What is written to the history for a step at this position.
    pub(super) fn change_at(self, position: i64) -> HistoryChange {
        match self {
            Self::Pushed => HistoryChange::Push(position),
            Self::Undone => HistoryChange::Undo(position),
            Self::Redone => HistoryChange::Redo(position),
        }
    }
}

/// The undo history: what was done in this session in memory, the rest in the file.
pub(super) struct UndoStack {
    done: Vec<HistoryEntry>,
    /// The last one to do again first is at the end.
    undone: Vec<HistoryEntry>,
    next_position: i64,
    /// Older entries are in the file, before this position; `None` when there is none left.
    older_than: Option<i64>,
}

impl UndoStack {
    pub(super) fn load(reader: &Reader) -> Result<Self, StoreError> {
        let last = reader.last_history_position()?;
        let mut stack = Self {
            done: Vec::new(),
            undone: reader.undone_history()?,
            next_position: last + 1,
            older_than: Some(last + 1),
        };
        stack.refill(reader)?;
        Ok(stack)
    }

    /// Fetches one more entry from the file when the ones in memory are used up, so that the next one is always
    /// known.
    fn refill(&mut self, reader: &Reader) -> Result<(), StoreError> {
        if let Some(position) = self.older_than.filter(|_| self.done.is_empty()) {
            let entry = reader.history_before(position)?;
            self.older_than = entry.as_ref().map(|entry| entry.position);
            self.done.extend(entry);
        }
        Ok(())
    }

    /// What undo takes back.
    pub(super) fn next_undo(&self) -> Option<&HistoryEntry> {
        self.done.last()
    }

    /// What redo does again.
    pub(super) fn next_redo(&self) -> Option<&HistoryEntry> {
        self.undone.last()
    }

    pub(super) fn push(&mut self, transaction: &Transaction) -> HistoryChange {
        let position = self.next_position;
        self.next_position += 1;
        self.undone.clear();
        self.done.push(HistoryEntry { position, tx: transaction.id, title: transaction.title.clone() });
        HistoryChange::Push(position)
    }

    /// Sets a position aside for a step that is written in the background. What the person does meanwhile comes
    /// after it; it is no harm when the step never comes.
    pub(super) fn reserve(&mut self) -> i64 {
        self.next_position += 1;
        self.next_position - 1
    }

    /// Takes note of a step that was written in the background, at the position set aside for it.
    pub(super) fn insert(&mut self, entry: HistoryEntry) {
        self.undone.clear();
        let index = self.done.partition_point(|done| done.position < entry.position);
        self.done.insert(index, entry);
    }
}

impl Project {
    /// What undo would take back, as a short phrase.
    pub fn next_undo(&self) -> Option<&str> {
        self.undo.next_undo().map(|entry| entry.title.as_str())
    }

    /// What redo would do again, as a short phrase.
    pub fn next_redo(&self) -> Option<&str> {
        self.undo.next_redo().map(|entry| entry.title.as_str())
    }

    /// Takes back what the person did last. `None` when there is nothing left.
    ///
    /// # Errors
    /// When the project cannot be changed or read.
    pub fn undo(&mut self) -> Result<Option<UndoOutcome>, StoreError> {
        let entry = self.undo.next_undo().cloned();
        self.take_back_now(entry, NewStep::Undone)
    }

    /// Does again what was taken back last. `None` when there is nothing.
    ///
    /// # Errors
    /// When the project cannot be changed or read.
    pub fn redo(&mut self) -> Result<Option<UndoOutcome>, StoreError> {
        let entry = self.undo.next_redo().cloned();
        self.take_back_now(entry, NewStep::Redone)
    }

    fn take_back_now(
        &mut self,
        entry: Option<HistoryEntry>,
        step: NewStep,
    ) -> Result<Option<UndoOutcome>, StoreError> {
        self.store()?;
        let Some(entry) = entry else { return Ok(None) };
        let (outcome, inverse) = self.take_back(&entry, step.change_at(entry.position))?;
        self.note_step(HistoryEntry { tx: inverse.unwrap_or(entry.tx), ..entry }, step)?;
        Ok(Some(outcome))
    }

    /// Takes note of a step that is made: the entry, with the transaction to invert from now on.
    pub(super) fn note_step(&mut self, entry: HistoryEntry, step: NewStep) -> Result<(), StoreError> {
        match step {
            NewStep::Pushed => self.undo.insert(entry),
            NewStep::Undone => {
                self.undo.done.pop();
                self.undo.undone.push(entry);
                let reader = match &self.access {
                    super::open::Access::Write(store) => store.reader(),
                    super::open::Access::Read(reader) => reader,
                };
                self.undo.refill(reader)?;
            }
            NewStep::Redone => {
                self.undo.undone.pop();
                self.undo.done.push(entry);
            }
        }
        Ok(())
    }

    /// Commits the inverse of an entry's transaction. Returns the id of what was committed.
    fn take_back(
        &mut self,
        entry: &HistoryEntry,
        change: HistoryChange,
    ) -> Result<(UndoOutcome, Option<crate::edit::TransactionId>), StoreError> {
        let ops = self.reader().ops_of_transaction(entry.tx)?;
        // Committing would load them in a moment.
        self.load_few_documents(&ops.iter().map(|op| op.target).collect())?;
        let past = Past { project: self, peeked: PeekedDocument::default() };
        let (edits, num_kept) = invert(&ops, self.actor(), &past);
        let mut committed = None;
        self.commit_as(entry.title.clone(), edits, |_, transaction| {
            committed = Some(transaction.id);
            change
        })?;
        Ok((outcome(entry, &ops, num_kept), committed))
    }
}

fn outcome(entry: &HistoryEntry, ops: &[Op], num_kept: usize) -> UndoOutcome {
    let mut assets = Vec::new();
    let mut objects = Vec::new();
    for op in ops {
        match op.target {
            Target::Object(asset, object) => {
                assets.push(asset);
                objects.push(object);
            }
            Target::Asset(asset) => assets.push(asset),
            Target::Label(_) | Target::Task(_) | Target::Project => {}
        }
    }
    assets.dedup();
    objects.sort_unstable();
    objects.dedup();
    let asset = (assets.len() == 1).then(|| assets[0]);
    UndoOutcome { title: entry.title.clone(), asset, objects, num_kept }
}

/// The value that a register had; `None`, and a line in the log, when that cannot be read.
pub(super) fn value_at(reader: &Reader, target: Target, register: &Register, stamp: Stamp) -> Option<Json> {
    reader
        .value_at(target, register, stamp)
        .inspect_err(|error| log::error!("a value could not be looked up for undo: {error}"))
        .ok()
        .flatten()
}

/// What was and what is, as undo asks for it.
struct Past<'a> {
    project: &'a Project,
    peeked: PeekedDocument,
}

impl History for Past<'_> {
    fn value_at(&self, target: Target, register: &Register, stamp: Stamp) -> Option<Json> {
        value_at(self.project.reader(), target, register, stamp)
    }

    fn current_actor(&self, target: Target, register: &Register) -> Option<ActorId> {
        let Project { documents, labels, .. } = self.project;
        let reader = self.project.reader();
        let stamp = match target {
            Target::Object(asset, object) => match documents.get(&asset) {
                Some(document) => document.state(object)?.stamp_of(register)?,
                None => self.peeked.with_state(reader, asset, object, |state| state.stamp_of(register))?,
            },
            Target::Label(id) => labels.state(id)?.stamp_of(register)?,
            // Rare enough to be asked of the file.
            Target::Asset(_) | Target::Task(_) | Target::Project => {
                let ops = reader.ops_of(target).ok()?;
                ops.iter().filter(|op| op.register == *register).map(|op| op.stamp).max()?
            }
        };
        Some(stamp.actor)
    }
}
