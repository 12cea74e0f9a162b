//! The selected objects, in the order in which they were selected.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::ids::IdSet;
use crate::edit::Objects;
use crate::model::ObjectId;

/// A set of objects that remembers the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    ids: Vec<ObjectId>,
    members: IdSet<ObjectId>,
    revision: u64,
}

/// Selections are equal when they hold the same objects in the same order.
impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.ids == other.ids
    }
}

impl FromIterator<ObjectId> for Selection {
    fn from_iter<I: IntoIterator<Item = ObjectId>>(ids: I) -> Self {
        let mut selection = Self::default();
        selection.extend(ids);
        selection
    }
}

impl Extend<ObjectId> for Selection {
    fn extend<I: IntoIterator<Item = ObjectId>>(&mut self, ids: I) {
        let ids = ids.into_iter();
        let num_before = self.ids.len();
        self.members.reserve(ids.size_hint().0);
        for id in ids {
            if self.members.insert(id) {
                self.ids.push(id);
            }
        }
        if self.ids.len() > num_before {
            self.changed();
        }
    }
}

impl Selection {
    /// Changes with the selection: equal numbers mean equal selections. (Not the other way round.)
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn changed(&mut self) {
        static LAST: AtomicU64 = AtomicU64::new(0);
        self.revision = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    }

    /// One object alone.
    pub fn of(id: ObjectId) -> Self {
        Self::from_iter([id])
    }

    /// Whether an object is selected.
    pub fn contains(&self, id: ObjectId) -> bool {
        self.members.contains(&id)
    }

    /// The objects, the one that was selected first in front.
    pub fn iter(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.ids.iter().copied()
    }

    /// How many objects are selected.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The selected object, where it is one alone.
    pub fn single(&self) -> Option<ObjectId> {
        match self.ids[..] {
            [id] => Some(id),
            _ => None,
        }
    }

    /// Selects an object as well.
    pub fn insert(&mut self, id: ObjectId) {
        if self.members.insert(id) {
            self.ids.push(id);
            self.changed();
        }
    }

    /// Selects an object no longer.
    pub fn remove(&mut self, id: ObjectId) {
        if self.members.remove(&id) {
            self.ids.retain(|member| *member != id);
            self.changed();
        }
    }

    /// Selects an object, or no longer where it is selected.
    pub fn toggle(&mut self, id: ObjectId) {
        if self.contains(id) {
            self.remove(id);
        } else {
            self.insert(id);
        }
    }

    /// Keeps the objects for which the function says yes.
    pub fn retain(&mut self, mut keep: impl FnMut(ObjectId) -> bool) {
        let num_before = self.ids.len();
        self.ids.retain(|id| keep(*id));
        if self.ids.len() < num_before {
            self.members = self.ids.iter().copied().collect();
            self.changed();
        }
    }

    /// Forgets objects that are not there.
    pub fn forget_absent(&mut self, objects: &Objects) {
        self.retain(|id| objects.object(id).is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_keeps_its_order_and_holds_each_object_once() {
        let [a, b, c] = [1, 2, 3].map(ObjectId::from_u128);
        let mut selection = Selection::from_iter([c, a, c, b]);
        assert_eq!(selection.iter().collect::<Vec<_>>(), [c, a, b]);
        selection.toggle(a);
        assert!(!selection.contains(a));
        selection.toggle(a);
        assert_eq!(selection.iter().collect::<Vec<_>>(), [c, b, a]);
        selection.retain(|id| id == b);
        assert_eq!(selection, Selection::of(b));
        assert_eq!(selection.single(), Some(b));
    }
}
