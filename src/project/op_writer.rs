//! Edits as one transaction of any size.

use crate::edit::{Edit, Op, Seen, StampSource, Transaction, TransactionId};
use crate::store::{Bulk, BulkWriter, HistoryChange, StoreError};

/// How many ops go to the file at once. Smaller imports do not begin to write before all is read, so they never
/// make other edits wait.
const CHUNK: usize = 4096;

/// Writes edits as one transaction. Dropped before [`OpWriter::finish`], it leaves no trace.
pub(super) struct OpWriter {
    /// `None` once the bulk has begun.
    writer: Option<BulkWriter>,
    bulk: Option<Bulk>,
    history: HistoryChange,
    stamps: StampSource,
    id: TransactionId,
    waiting: Vec<Op>,
}

impl OpWriter {
    /// A transaction that changes the history so.
    pub fn new(writer: BulkWriter, history: HistoryChange, stamps: StampSource) -> Self {
        Self {
            writer: Some(writer),
            bulk: None,
            history,
            stamps,
            id: TransactionId::new(),
            waiting: Vec::new(),
        }
    }

    /// Adds edits, whose authors have seen what `seen` tells.
    pub fn write(&mut self, edits: Vec<Edit>, seen: &dyn Seen) -> Result<(), StoreError> {
        let made = Transaction::from_edits("", edits, seen, &mut self.stamps);
        self.waiting.extend(made.ops.into_iter().map(|op| Op { tx: self.id, ..op }));
        if self.waiting.len() >= CHUNK {
            self.push()?;
        }
        Ok(())
    }

    fn push(&mut self) -> Result<(), StoreError> {
        if let Some(writer) = self.writer.take() {
            self.bulk = Some(writer.begin(self.history.clone()));
        }
        match &mut self.bulk {
            Some(bulk) => bulk.push(std::mem::take(&mut self.waiting)),
            None => Ok(()),
        }
    }

    /// Ends the transaction and waits until it is on disk. `None` when there was nothing to write.
    pub fn finish(mut self, title: &str) -> Result<Option<TransactionId>, StoreError> {
        if !self.waiting.is_empty() {
            self.push()?;
        }
        let Some(bulk) = self.bulk else { return Ok(None) };
        bulk.finish(self.id, title)?;
        Ok(Some(self.id))
    }
}
