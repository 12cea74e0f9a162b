//! Undo: new edits that restore old values.

use super::{Edit, Json, Op, Register, Stamp, Target};
use crate::model::ActorId;

/// What undo needs to know of the past and the present.
pub trait History {
    /// The value that the register of a thing had under this stamp: the value of the op with that stamp, or,
    /// where that op created the thing, what the register was created with.
    fn value_at(&self, target: Target, register: &Register, stamp: Stamp) -> Option<Json>;

    /// Who wrote the value of the register that stands now.
    fn current_actor(&self, target: Target, register: &Register) -> Option<ActorId>;
}

/// The edits that take a transaction of `me` back, newest first, and how many were left alone because somebody
/// else has written the same register since.
pub fn invert(ops: &[Op], me: ActorId, history: &dyn History) -> (Vec<Edit>, usize) {
    let mut num_kept = 0;
    let mut edits = Vec::with_capacity(ops.len());
    for op in ops.iter().rev() {
        let is_mine = history.current_actor(op.target, &op.register).is_none_or(|actor| actor == me);
        if !is_mine {
            num_kept += 1;
            continue;
        }
        edits.extend(invert_op(op, history));
    }
    (edits, num_kept)
}

fn invert_op(op: &Op, history: &dyn History) -> Option<Edit> {
    if op.register == Register::CREATED {
        return Some(Edit::delete_target(op.target));
    }
    if op.register == Register::DELETED {
        let before = op.base.and_then(|base| history.value_at(op.target, &op.register, base));
        let was_deleted = before.is_some_and(|value| value.as_str() != "null");
        return Some(match was_deleted {
            true => Edit::delete_target(op.target),
            false => Edit::restore_target(op.target),
        });
    }
    let value = history.value_at(op.target, &op.register, op.base?)?;
    Some(Edit { target: op.target, register: op.register.clone(), value })
}
