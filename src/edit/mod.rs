//! How things change: ops, their fold, transactions, undo, conflicts, and tracks between keyframes.
//!
//! **Everything is an op.** An [`Op`] writes one [`Register`] of one [`Target`]: a label, a shape, one keyframe,
//! one attribute, one flag. A register is the smallest thing that two people can change without meeting. The
//! state of a thing is the fold of all its ops: per register the write with the latest [`Stamp`] wins.
//!
//! **Order does not matter.** Applying ops is idempotent and commutative, because [`Registers`] keeps, per
//! register and actor, only maxima: the actor's latest write, and the latest of that actor's writes that anybody
//! had seen. What follows from those maxima follows from the set of ops, however they came.
//!
//! **Nothing is overwritten unseen.** Each op names as `base` the write that its author saw. A write that no
//! later author saw, and that lost to another actor's, is a [`Conflict`]: it stays until somebody settles it.
//!
//! **Values are JSON text.** The log keeps the text that was written, to the letter. This build decodes the
//! registers it knows into [`crate::model`] types ([`Thing`]); those of a newer build pass through untouched.
//!
//! **Creating is one write.** The register [`Register::CREATED`] holds the thing as it was made; until one of its
//! other registers is written, that register's value is the one it was created with, and so is its stamp.
//! Deleting writes a register too, so that it can be undone, and lost.
//!
//! **Who follows objects** (the objects by place, what is drawn, lists) asks what changed since the [`Revision`]
//! that it knows, and does work for that only. What they follow is [`Objects`]: those of a document that are not
//! deleted or, of a video, those on one frame, where tracks have become shapes ([`FrameView`]).
//!
//! **Undo** ([`invert`]) writes new ops that restore the old values. It syncs like any edit, and leaves alone
//! what somebody else changed since.
//!
//! **Invariants.** No I/O. Time comes from an injected clock. No function panics on an op of any content: what
//! cannot be decoded is kept, and the thing shows its other registers.

mod allowed;
mod changes;
mod clipboard;
mod document;
mod frame_view;
mod interpolation;
mod notes;
mod objects;
mod on_frame;
mod op;
mod registers;
mod review;
pub mod spans;
mod stamp;
mod thing;
pub mod tracks;
mod transaction;
mod undo;

#[cfg(test)]
mod tests;

pub use allowed::{Refusal, allowed, refused_by};
pub use changes::Revision;
pub use clipboard::Clipboard;
pub use document::{Conflict, Document, Fold, Seen, State};
pub use frame_view::FrameView;
pub use interpolation::{Stretch, TrackShape, attributes_at, keyframe_at, place_at, shape_at};
pub use notes::{NotesChange, review_frames};
pub use objects::{Objects, OrderKey};
pub use on_frame::{NewOnVideo, on_frame};
pub use op::{Json, Op, OpId, Register, Target};
pub use registers::{Registers, Write};
pub use review::{
    ReviewProgress, corrections, first_in_sight, next_unreviewed, next_unreviewed_frame, unreviewed_up_to,
};
pub use stamp::{Stamp, StampSource};
pub use thing::{AssetChange, LabelChange, ObjectChange, Thing};
pub use transaction::{Edit, Transaction, TransactionId};
pub use undo::{History, invert};
