//! The one thread that writes.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded, unbounded};
use rusqlite::{Connection, params};

use super::error::AtPath;
use super::rows::insert_op;
use super::{HistoryChange, StoreError, schema, summary, whole_file};
use crate::edit::{Op, Transaction, TransactionId};

/// How long to wait before a write that failed is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How many queued transactions share one sync of the disk.
const MAX_BATCH: usize = 256;

/// Tells when a transaction is on disk.
#[derive(Debug)]
pub struct Ticket(Receiver<()>);

impl Ticket {
    /// Whether the transaction is on disk, synced.
    pub fn is_durable(&self) -> bool {
        // The sender is dropped unsent only when the store is closed before it got through.
        matches!(self.0.try_recv(), Ok(()))
    }

    /// Waits until the transaction is on disk. `false` when the store was closed before.
    pub fn wait(self) -> bool {
        self.0.recv().is_ok()
    }
}

/// Whether the writer gets through to the disk.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// Transactions that are not on disk yet.
    pub num_pending: usize,
    /// Why the last try to write failed, as a sentence for the person.
    pub error: Option<String>,
}

/// Transactions that readers must see although they are not in the file yet.
#[derive(Clone, Default)]
pub(super) struct Pending(Arc<Mutex<PendingState>>);

#[derive(Default)]
struct PendingState {
    queue: VecDeque<Queued>,
    error: Option<Arc<StoreError>>,
}

/// A transaction that is not on disk yet.
#[derive(Clone)]
pub(super) struct Queued {
    transaction: Arc<Transaction>,
    history: HistoryChange,
}

impl Pending {
    fn lock(&self) -> MutexGuard<'_, PendingState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The queue as it is, which nobody changes any more.
    pub(super) fn frozen(&self) -> Self {
        let queue = self.lock().queue.clone();
        Self(Arc::new(Mutex::new(PendingState { queue, error: None })))
    }

    /// The queued transactions, oldest first. Whoever reads the file as well takes this first: what leaves the
    /// queue in between is then in the file.
    pub(super) fn snapshot(&self) -> Vec<Arc<Transaction>> {
        self.lock().queue.iter().map(|queued| Arc::clone(&queued.transaction)).collect()
    }

    /// The same, with what they change in the history.
    pub(super) fn queue(&self) -> Vec<Queued> {
        self.lock().queue.iter().cloned().collect()
    }
}

/// The writing side of a store.
pub(super) struct Writer {
    commands: Option<Sender<Command>>,
    pending: Pending,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

enum Command {
    Commit { transaction: Arc<Transaction>, history: HistoryChange, done: Sender<()> },
    Bulk { chunks: Receiver<BulkStep>, history: HistoryChange, done: Sender<Result<(), StoreError>> },
    Setting { key: String, value: String },
    Flush(Sender<()>),
}

enum BulkStep {
    Ops(Vec<Op>),
    Finish { id: TransactionId, title: String },
}

impl Writer {
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = schema::open_for_writing(path)?;
        let (commands, inbox) = unbounded();
        let pending = Pending::default();
        let mut worker = Worker {
            connection,
            inbox,
            queue: VecDeque::new(),
            pending: pending.clone(),
            path: path.to_owned(),
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || worker.run())
            .map_err(|source| StoreError::Io { what: "starting to write", path: path.to_owned(), source })?;
        Ok(Self { commands: Some(commands), pending, thread: Some(thread), path: path.to_owned() })
    }

    pub(super) fn pending(&self) -> Pending {
        self.pending.clone()
    }

    pub(super) fn commit(&self, transaction: Arc<Transaction>, history: HistoryChange) -> Ticket {
        let (done, ticket) = bounded(1);
        let queued = Queued { transaction: Arc::clone(&transaction), history: history.clone() };
        self.pending.lock().queue.push_back(queued);
        self.send(Command::Commit { transaction, history, done });
        Ticket(ticket)
    }

    pub(super) fn bulk_writer(&self) -> BulkWriter {
        BulkWriter { commands: self.commands.clone(), path: self.path.clone() }
    }

    pub(super) fn set_setting(&self, key: &str, value: &str) {
        self.send(Command::Setting { key: key.to_owned(), value: value.to_owned() });
    }

    pub(super) fn flush(&self) -> Result<(), StoreError> {
        let (done, flushed) = bounded(1);
        self.send(Command::Flush(done));
        loop {
            match flushed.recv_timeout(Duration::from_millis(50)) {
                Ok(()) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(error) = &self.pending.lock().error {
                        return Err(StoreError::NotSaved(Arc::clone(error)));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return Err(has_stopped(&self.path)),
            }
        }
    }

    pub(super) fn health(&self) -> Health {
        let state = self.pending.lock();
        Health { num_pending: state.queue.len(), error: state.error.as_ref().map(ToString::to_string) }
    }

    fn send(&self, command: Command) {
        if let Some(commands) = &self.commands {
            // The thread lives as long as this sender does.
            let _ = commands.send(command);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The right to begin a [`Bulk`] later, on any thread. Closing the store waits until it is dropped.
pub struct BulkWriter {
    commands: Option<Sender<Command>>,
    path: PathBuf,
}

impl BulkWriter {
    /// Begins a transaction of any size, which is written while it is made. Edits committed meanwhile wait.
    pub fn begin(self, history: HistoryChange) -> Bulk {
        // Few steps may wait, so that memory stays bounded when reading is faster than writing.
        let (steps, chunks) = bounded(4);
        let (done, result) = bounded(1);
        if let Some(commands) = self.commands {
            // When this fails, so does the first step, for nobody reads it.
            let _ = commands.send(Command::Bulk { chunks, history, done });
        }
        Bulk { steps: Some(steps), result, path: self.path }
    }
}

/// A transaction that is written while it is made: all of it or, when it is dropped unfinished, nothing.
pub struct Bulk {
    steps: Option<Sender<BulkStep>>,
    result: Receiver<Result<(), StoreError>>,
    path: PathBuf,
}

impl Bulk {
    /// Adds ops. Waits while the writer is busy with earlier ones.
    ///
    /// # Errors
    /// What kept the writer from writing; the transaction is taken back then.
    pub fn push(&mut self, ops: Vec<Op>) -> Result<(), StoreError> {
        let is_sent = self.steps.as_ref().is_some_and(|steps| steps.send(BulkStep::Ops(ops)).is_ok());
        if is_sent { Ok(()) } else { self.outcome() }
    }

    /// Ends the transaction and waits until it is on disk.
    ///
    /// # Errors
    /// What kept the writer from writing; the transaction is taken back then.
    pub fn finish(mut self, id: TransactionId, title: impl Into<String>) -> Result<(), StoreError> {
        if let Some(steps) = self.steps.take() {
            // When this fails the writer has stopped reading, and its result says why.
            let _ = steps.send(BulkStep::Finish { id, title: title.into() });
        }
        self.outcome()
    }

    fn outcome(&mut self) -> Result<(), StoreError> {
        // Without an answer the writer ended before it came to this, or has given its answer already: not written.
        self.result.recv().unwrap_or_else(|_| Err(has_stopped(&self.path)))
    }
}

fn has_stopped(path: &Path) -> StoreError {
    StoreError::Database { path: path.to_owned(), detail: "the writer has stopped".to_owned() }
}

struct Worker {
    connection: Connection,
    inbox: Receiver<Command>,
    queue: VecDeque<Command>,
    pending: Pending,
    path: PathBuf,
}

impl Worker {
    fn run(&mut self) {
        while self.fill_queue() {
            let failure = match self.queue.front() {
                Some(Command::Bulk { .. }) => {
                    self.write_bulk();
                    None
                }
                Some(_) => self.write_batch().err(),
                None => continue,
            };
            if let Some(failure) = failure {
                let error = StoreError::from_sqlite(&failure, &self.path).while_queued();
                log::error!("{error}");
                self.pending.lock().error = Some(Arc::new(error));
                if !self.wait_before_retry() {
                    return;
                }
            }
        }
    }

    /// Takes what has come in. Returns whether there is anything to do, ever again.
    fn fill_queue(&mut self) -> bool {
        if self.queue.is_empty() {
            match self.inbox.recv() {
                Ok(command) => self.queue.push_back(command),
                Err(_) => return false,
            }
        }
        while let Ok(command) = self.inbox.try_recv() {
            self.queue.push_back(command);
        }
        true
    }

    /// Waits for the next try. Returns `false` when the store was closed: then this was the last one.
    fn wait_before_retry(&mut self) -> bool {
        match self.inbox.recv_timeout(RETRY_AFTER) {
            Ok(command) => self.queue.push_back(command),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return self.write_batch().is_ok(),
        }
        true
    }

    /// Writes queued commands up to the next bulk in one database transaction, and tells that they are durable.
    fn write_batch(&mut self) -> rusqlite::Result<()> {
        let num_commands = self
            .queue
            .iter()
            .take(MAX_BATCH)
            .take_while(|command| !matches!(command, Command::Bulk { .. }))
            .count();
        let transaction = self.connection.transaction()?;
        for command in self.queue.iter().take(num_commands) {
            match command {
                Command::Commit { transaction: tx, history, .. } => {
                    write_ops(&transaction, &tx.ops)?;
                    write_history(&transaction, history, tx.id, &tx.title)?;
                }
                Command::Setting { key, value } => {
                    set_value(&transaction, key, value)?;
                }
                Command::Flush(_) | Command::Bulk { .. } => {}
            }
        }
        transaction.commit()?;
        // Before anybody is told, so that whoever waited finds all well.
        self.pending.lock().error = None;
        for command in self.queue.drain(..num_commands) {
            match command {
                Command::Commit { done, .. } => {
                    self.pending.lock().queue.pop_front();
                    // Nobody has to wait for a ticket.
                    let _ = done.send(());
                }
                Command::Flush(done) => drop(done.send(())),
                Command::Setting { .. } | Command::Bulk { .. } => {}
            }
        }
        Ok(())
    }

    fn write_bulk(&mut self) {
        let Some(Command::Bulk { chunks, history, done }) = self.queue.pop_front() else { return };
        let result = write_chunks(&mut self.connection, &chunks, &history).at(&self.path);
        // Dropped only after the writing ended, so that a producer's failed `send` finds the result.
        drop(chunks);
        let _ = done.send(result);
    }
}

fn write_chunks(
    connection: &mut Connection,
    chunks: &Receiver<BulkStep>,
    history: &HistoryChange,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    loop {
        let step = match chunks.try_recv() {
            Err(TryRecvError::Empty) => chunks.recv().ok(),
            other => other.ok(),
        };
        match step {
            Some(BulkStep::Ops(ops)) => write_ops(&transaction, &ops)?,
            Some(BulkStep::Finish { id, title }) => {
                write_history(&transaction, history, id, &title)?;
                return transaction.commit();
            }
            // Dropped unfinished: nothing of it stays.
            None => return transaction.rollback(),
        }
    }
}

fn write_ops(connection: &Connection, ops: &[Op]) -> rusqlite::Result<()> {
    for op in ops {
        insert_op(connection, op)?;
    }
    summary::update(connection, ops)
}

fn write_history(
    connection: &Connection,
    history: &HistoryChange,
    id: TransactionId,
    title: &str,
) -> rusqlite::Result<()> {
    match history {
        HistoryChange::Keep => {}
        HistoryChange::Push(position) => {
            connection.execute("DELETE FROM history WHERE is_undone = 1", [])?;
            connection.execute(
                "INSERT INTO history (position, tx, title) VALUES (?1, ?2, ?3)",
                params![position, id.as_bytes(), title],
            )?;
        }
        HistoryChange::Undo(position) | HistoryChange::Redo(position) => {
            let is_undone = matches!(history, HistoryChange::Undo(_));
            connection.execute(
                "UPDATE history SET tx = ?2, is_undone = ?3 WHERE position = ?1",
                params![position, id.as_bytes(), is_undone],
            )?;
        }
    }
    Ok(())
}

/// Sets one of the project's own values.
pub(super) fn set_value(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
    connection.execute(sql, [key, value]).map(drop)
}

/// Appends what was queued to a copy that nobody else has open.
pub(super) fn append_to_copy(path: &Path, queue: &[Queued]) -> Result<(), StoreError> {
    let mut connection = schema::open_for_writing(path)?;
    append_queued(&mut connection, queue).at(path)?;
    whole_file::settle(connection, path)
}

fn append_queued(connection: &mut Connection, queue: &[Queued]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for Queued { transaction: queued, history } in queue {
        let sql = "SELECT EXISTS (SELECT 1 FROM ops WHERE tx = ?1)";
        let is_there: bool = transaction.query_row(sql, [queued.id.as_bytes()], |row| row.get(0))?;
        // Written just before the copy was made: then the copy has the whole of it.
        if !is_there {
            write_ops(&transaction, &queued.ops)?;
            write_history(&transaction, history, queued.id, &queued.title)?;
        }
    }
    transaction.commit()
}

/// Appends ops in one database transaction.
pub(super) fn append_ops(connection: &mut Connection, ops: &[Op]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    write_ops(&transaction, ops)?;
    transaction.commit()
}
