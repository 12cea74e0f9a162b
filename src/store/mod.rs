//! The project file: one SQLite database, `name.fieldmark`.
//!
//! The **op log** is the truth; everything else in the file can be made from it. Beside the log stand summaries
//! that make a million objects searchable without folding their ops (`assets`, `objects`), and the person's own
//! undo history.
//!
//! **Writing** happens on one thread ([`Store`] owns it). [`Store::commit`] hands a transaction over and returns
//! at once with a [`Ticket`]; the ticket is settled when the transaction is on disk, synced. What cannot be written
//! (the disk is full) stays queued, is tried again every second, and meanwhile [`Store::health`] tells why. Reads
//! see queued transactions too, so the person works on.
//!
//! **Reading** is done by [`Reader`]s, each with a connection of its own, so that background jobs read in parallel
//! with the writer (WAL).
//!
//! **Safety.** A lock file keeps a second writer out. Before a migration the file is copied. New files, copies and
//! backups appear whole or not at all. A file of a newer version, a corrupt one, one in use or one that cannot be
//! written is refused by an error that names the way out.
//!
//! **Invariants.** The log only grows. A transaction is in the file whole or not at all. No UI, no network, no
//! decision about what may be changed.

mod error;
mod history;
mod lock;
mod reader;
mod rows;
mod salvage;
mod schema;
mod summary;
mod whole_file;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::StoreError;
pub use history::{HistoryChange, HistoryEntry};
pub use lock::ProjectLock;
pub use reader::{AssetRow, CopyChanges, Counts, Reader};
pub use salvage::{Salvaged, salvage};
pub use writer::{Bulk, BulkWriter, Health, Ticket};

use crate::edit::Transaction;
use writer::Writer;

/// The extension of project files.
pub const EXTENSION: &str = "fieldmark";

/// An open project file that can be written.
pub struct Store {
    path: PathBuf,
    reader: Reader,
    writer: Writer,
    // Released last: fields are dropped in order.
    _lock: ProjectLock,
}

impl Store {
    /// Makes a new project file.
    ///
    /// # Errors
    /// When a file is there already, or the folder cannot be written.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let lock = ProjectLock::acquire(path)?;
        // Asked under the lock: somebody else may be making the same project.
        if path.exists() {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        schema::create(path)?;
        Self::start(path, lock)
    }

    /// Opens a project file for reading and writing, after migrating it where it is older than this program.
    ///
    /// # Errors
    /// When the file is missing, in use, read-only, corrupt, of a newer version, or not a project at all; the
    /// message names the way out.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        schema::check_header(path)?;
        schema::check_writable(path)?;
        let lock = ProjectLock::acquire(path)?;
        schema::migrate(path)?;
        Self::start(path, lock)
    }

    fn start(path: &Path, lock: ProjectLock) -> Result<Self, StoreError> {
        let writer = Writer::start(path)?;
        let reader = Reader::with_pending(path, writer.pending())?;
        Ok(Self { path: path.to_owned(), reader, writer, _lock: lock })
    }

    /// The project file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads from this thread. Background jobs use [`Store::open_reader`].
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// A further reader, for another thread.
    ///
    /// # Errors
    /// When the file cannot be opened again.
    pub fn open_reader(&self) -> Result<Reader, StoreError> {
        Reader::with_pending(&self.path, self.writer.pending())
    }

    /// Queues a transaction. It is visible to readers at once and on disk when the ticket is settled.
    pub fn commit(&self, transaction: Transaction, history: HistoryChange) -> Ticket {
        self.writer.commit(Arc::new(transaction), history)
    }

    /// Begins a transaction of any size, which is written while it is made. Edits committed meanwhile wait.
    pub fn bulk(&self, history: HistoryChange) -> Bulk {
        self.bulk_writer().begin(history)
    }

    /// What a background job needs to begin a [`Bulk`] once it has something to write.
    pub fn bulk_writer(&self) -> BulkWriter {
        self.writer.bulk_writer()
    }

    /// Waits until everything queued is on disk.
    ///
    /// # Errors
    /// What keeps the writer from writing, when it cannot.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.writer.flush()
    }

    /// Whether the writer gets through to the disk.
    pub fn health(&self) -> Health {
        self.writer.health()
    }

    /// Sets one of the project's own values, such as the person's last position. Not an op: it is not synced.
    pub fn set_setting(&self, key: &str, value: &str) {
        self.writer.set_setting(key, value);
    }
}

#[cfg(test)]
mod migration_tests;
#[cfg(test)]
mod tests;
