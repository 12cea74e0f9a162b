//! The person's own undo history, as a list of transactions.
//!
//! Every entry is one thing that the person did. Undoing it commits a transaction that takes it back, and marks
//! the entry as undone; the entry then names *that* transaction, since taking it back in turn is what redo does.
//! Doing something new forgets the undone entries, as everybody expects.

use crate::edit::TransactionId;

/// How a transaction changes the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryChange {
    /// It does not: it came from elsewhere.
    Keep,
    /// The person did something new, which goes to this position, greater than all before it.
    Push(i64),
    /// The person took back the entry at this position.
    Undo(i64),
    /// The person did the entry at this position again.
    Redo(i64),
}

/// One thing that the person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its place; later ones are greater.
    pub position: i64,
    /// The transaction to invert: the one that did it or, of an undone entry, the one that took it back.
    pub tx: TransactionId,
    /// What the person did, as a short phrase.
    pub title: String,
}
