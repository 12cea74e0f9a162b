//! The objects that are there: in z order, by id, and what changed of them when.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;
use std::sync::Arc;

use super::changes::{Changes, Revision};
use crate::base::ids::IdMap;
use crate::model::{AssetId, LabelId, Object, ObjectId};

/// Where an object lies in the z order: behind all with a higher key.
pub type OrderKey = (i64, ObjectId);

/// Objects of one asset, as tools, canvas and lists see them: those of a [`super::Document`] that are not deleted,
/// or those on one frame of a video ([`super::FrameView`]).
///
/// Copies share the objects until they are changed.
#[derive(Clone, Debug)]
pub struct Objects {
    asset: AssetId,
    /// From the back to the front.
    order: BTreeMap<OrderKey, Arc<Object>>,
    by_id: IdMap<ObjectId, Arc<Object>>,
    order_revision: Revision,
    num_by_label: BTreeMap<LabelId, usize>,
    in_conflict: BTreeSet<ObjectId>,
    changes: Changes,
}

impl Objects {
    /// No objects.
    pub fn new(asset: AssetId) -> Self {
        let changes = Changes::default();
        Self {
            asset,
            order: BTreeMap::new(),
            by_id: IdMap::default(),
            order_revision: changes.latest(),
            num_by_label: BTreeMap::new(),
            in_conflict: BTreeSet::new(),
            changes,
        }
    }

    /// The asset that the objects are on.
    pub fn asset(&self) -> AssetId {
        self.asset
    }

    /// Names the present state.
    pub fn revision(&self) -> Revision {
        self.changes.latest()
    }

    /// Changes when an object comes or goes, or when the z order does.
    pub fn order_revision(&self) -> Revision {
        self.order_revision
    }

    /// The objects that changed, came or went since a state, some of them repeatedly; `None` when that is not known,
    /// and everything may have changed.
    pub fn changed_since(&self, revision: Revision) -> Option<impl Iterator<Item = ObjectId> + '_> {
        self.changes.since(revision)
    }

    /// The object, if it is there.
    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.shared(id).map(Arc::as_ref)
    }

    /// As [`Objects::object`], to be shared with background jobs.
    pub fn shared(&self, id: ObjectId) -> Option<&Arc<Object>> {
        self.by_id.get(&id)
    }

    /// All of them, from the back to the front: by z, then by age.
    pub fn in_order(&self) -> impl DoubleEndedIterator<Item = &Arc<Object>> + ExactSizeIterator {
        self.order.values()
    }

    /// Those in a part of the z order, from the back to the front.
    pub fn in_order_within(&self, part: impl RangeBounds<OrderKey>) -> impl Iterator<Item = &Arc<Object>> {
        self.order.range(part).map(|(_, object)| object)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many objects bear each label.
    pub fn num_by_label(&self) -> impl Iterator<Item = (LabelId, usize)> {
        self.num_by_label.iter().map(|(label, num)| (*label, *num))
    }

    /// The z of a new object in front of all others.
    pub fn next_z(&self) -> i64 {
        self.order.last_key_value().map_or(0, |((z, _), _)| z.saturating_add(1))
    }

    /// The objects, those that are not there too, about which something was written unseen by whoever wrote later.
    pub fn in_conflict(&self) -> &BTreeSet<ObjectId> {
        &self.in_conflict
    }

    /// Takes an object out, to be changed: what nobody else looks at is changed in place. Returns its z.
    pub(super) fn lift(&mut self, id: ObjectId) -> Option<i64> {
        let object = self.by_id.remove(&id)?;
        self.order.remove(&(object.z, id));
        if let Some(label) = object.label
            && let Some(num) = self.num_by_label.get_mut(&label)
        {
            *num -= 1;
            if *num == 0 {
                self.num_by_label.remove(&label);
            }
        }
        Some(object.z)
    }

    /// Puts in an object that is not there.
    pub(super) fn lay(&mut self, object: &Arc<Object>) {
        if let Some(label) = object.label {
            *self.num_by_label.entry(label).or_default() += 1;
        }
        self.order.insert((object.z, object.id), Arc::clone(object));
        self.by_id.insert(object.id, Arc::clone(object));
    }

    /// Notes that an object has changed, come or gone, which had this z before.
    pub(super) fn note(&mut self, id: ObjectId, z_before: Option<i64>, is_in_conflict: bool) {
        if is_in_conflict {
            self.in_conflict.insert(id);
        } else {
            self.in_conflict.remove(&id);
        }
        self.changes.note(id);
        if z_before != self.object(id).map(|object| object.z) {
            self.order_revision = self.changes.latest();
        }
    }
}
