//! Which objects of a document changed, and when: what is derived from a document follows it by this, instead of
//! being made anew after every edit.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::ObjectId;

/// Names a state of a document. No two states of any documents in the program have the same revision, unless one
/// is an unchanged copy of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    pub(super) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// More changes than this are not remembered: whoever has missed so many looks at everything.
const MAX_REMEMBERED: usize = 1 << 16;

/// The changes of a document, as far as they are remembered.
#[derive(Clone, Debug)]
pub(super) struct Changes {
    /// The state before the first change that is remembered.
    base: Revision,
    /// The object that each change was of, and the state that it led to.
    log: VecDeque<(Revision, ObjectId)>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { base: Revision::next(), log: VecDeque::new() }
    }
}

impl Changes {
    pub(super) fn note(&mut self, object: ObjectId) {
        if self.log.len() >= MAX_REMEMBERED {
            // Half at once, so that it is rare.
            self.log.drain(..MAX_REMEMBERED / 2 - 1);
            self.base = self.log.pop_front().map_or(self.base, |(revision, _)| revision);
        }
        self.log.push_back((Revision::next(), object));
    }

    pub(super) fn latest(&self) -> Revision {
        self.log.back().map_or(self.base, |(revision, _)| *revision)
    }

    /// The objects of all changes after a state, repeated ones included; `None` when the state is none of these, or
    /// too long ago.
    pub(super) fn since(&self, revision: Revision) -> Option<impl Iterator<Item = ObjectId> + '_> {
        let first = if revision == self.base {
            0
        } else {
            self.log.binary_search_by_key(&revision, |(known, _)| *known).ok()? + 1
        };
        Some(self.log.range(first..).map(|(_, object)| *object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(changes: &Changes, revision: Revision) -> Option<Vec<ObjectId>> {
        changes.since(revision).map(Iterator::collect)
    }

    #[test]
    fn changes_since_a_state_are_told_in_order() {
        let [a, b] = [1, 2].map(ObjectId::from_u128);
        let mut changes = Changes::default();
        let empty = changes.latest();
        changes.note(a);
        let one = changes.latest();
        changes.note(b);
        assert_eq!(since(&changes, empty), Some(vec![a, b]));
        assert_eq!(since(&changes, one), Some(vec![b]));
        assert_eq!(since(&changes, changes.latest()), Some(vec![]));
    }

    #[test]
    fn states_of_a_copy_that_went_its_own_way_are_unknown() {
        let a = ObjectId::from_u128(1);
        let mut changes = Changes::default();
        let mut copy = changes.clone();
        changes.note(a);
        copy.note(a);
        assert_eq!(since(&changes, copy.latest()), None);
        assert_eq!(since(&Changes::default(), changes.latest()), None);
    }

    #[test]
    fn what_is_too_long_ago_is_unknown() {
        let a = ObjectId::from_u128(1);
        let mut changes = Changes::default();
        let empty = changes.latest();
        changes.note(a);
        (0..MAX_REMEMBERED).for_each(|_| changes.note(a));
        assert_eq!(since(&changes, empty), None);
        assert!(since(&changes, changes.base).is_some_and(|all| all.len() > MAX_REMEMBERED / 4));
    }
}
