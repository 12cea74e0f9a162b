//! Things folded from their ops: the objects of one asset, the labels of a schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Edit, Json, Objects, Op, OpId, Register, Registers, Revision, Stamp, StampSource, Target, Thing,
};
use super::{Transaction, TransactionId, Write};
use crate::model::{AssetId, AssetNotes, Label, Object, ObjectId, Schema};

/// One thing: its registers, and what they come to.
#[derive(Clone, Debug, PartialEq)]
pub struct State<T> {
    registers: Registers,
    /// `None` while the op that made it has not arrived, or cannot be read. Shared with whoever looks at it in the
    /// background.
    thing: Option<Arc<T>>,
    is_deleted: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { registers: Registers::default(), thing: None, is_deleted: false }
    }
}

impl<T: Thing> State<T> {
    /// Takes an op about this thing into account. Returns whether anything changed.
    pub fn apply(&mut self, id: T::Id, op: &Op) -> bool {
        let has_changed = self.registers.apply(op);
        if has_changed {
            self.refold(id, &op.register);
        }
        has_changed
    }

    fn refold(&mut self, id: T::Id, changed: &Register) {
        if *changed == Register::DELETED {
            self.is_deleted = self.registers.get(changed).is_some_and(|write| write.value.as_str() != "null");
            return;
        }
        if *changed != Register::CREATED
            && let (Some(thing), Some(write)) = (&mut self.thing, self.registers.get(changed))
        {
            Arc::make_mut(thing).set(changed, &write.value);
            return;
        }
        let created = self.registers.get(&Register::CREATED);
        self.thing = created.and_then(|write| T::from_created(id, &write.value)).map(|mut thing| {
            for (register, write) in self.registers.iter() {
                thing.set(register, &write.value);
            }
            Arc::new(thing)
        });
    }

    /// The thing, unless it is deleted or not made yet.
    pub fn alive(&self) -> Option<&T> {
        self.alive_shared().map(Arc::as_ref)
    }

    fn alive_shared(&self) -> Option<&Arc<T>> {
        if self.is_deleted { None } else { self.thing.as_ref() }
    }

    /// The thing, deleted or not.
    pub fn thing(&self) -> Option<&T> {
        self.thing.as_deref()
    }

    /// Whether it is deleted.
    pub fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    /// The registers.
    pub fn registers(&self) -> &Registers {
        &self.registers
    }

    /// The stamp of a register's value: of its last write, or of the thing's creation.
    pub fn stamp_of(&self, register: &Register) -> Option<Stamp> {
        let written = self.registers.get(register);
        let created = || {
            let comes_with_creation = *register != Register::DELETED;
            self.registers.get(&Register::CREATED).filter(|_| comes_with_creation)
        };
        written.or_else(created).map(|write| write.stamp)
    }

    /// The value of a register as it stands.
    pub fn value_of(&self, register: &Register) -> Option<Json> {
        match self.registers.get(register) {
            Some(write) => Some(write.value.clone()),
            None if *register == Register::DELETED => Some(Json::of(&())),
            None => self.thing.as_ref()?.get(register),
        }
    }

    fn has_conflict(&self) -> bool {
        // Asked after every op: nearly always there is but one author.
        self.registers.has_several_actors() && !self.conflicts(Target::Project).is_empty()
    }

    /// What was written unseen by whoever wrote later.
    fn conflicts(&self, target: Target) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (register, stands) in self.registers.iter() {
            for lost in self.registers.unseen(register) {
                conflicts.push(Conflict {
                    target,
                    register: register.clone(),
                    stands: stands.clone(),
                    lost: lost.clone(),
                });
            }
        }
        conflicts.extend(self.edits_after_deletion(target));
        conflicts
    }

    /// Edits by another actor that whoever deleted the thing had not seen.
    fn edits_after_deletion(&self, target: Target) -> Vec<Conflict> {
        let Some(deletion) = self.registers.get(&Register::DELETED).filter(|_| self.is_deleted) else {
            return Vec::new();
        };
        let Ok(seen) = deletion.value.decode::<Stamp>() else { return Vec::new() };
        self.registers
            .iter()
            .filter(|(register, write)| {
                **register != Register::DELETED
                    && write.stamp > seen
                    && write.stamp.actor != deletion.stamp.actor
            })
            .map(|(register, write)| Conflict {
                target,
                register: register.clone(),
                stands: deletion.clone(),
                lost: write.clone(),
            })
            .collect()
    }
}

/// Two people wrote the same register without seeing each other's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What they wrote to.
    pub target: Target,
    /// The register that they wrote; of an edit to something deleted, the edited one.
    pub register: Register,
    /// The later write, or the deletion, which stands.
    pub stands: Write,
    /// The other one, which is kept.
    pub lost: Write,
}

/// Things of one kind by id, folded from their ops.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold<T: Thing> {
    states: BTreeMap<T::Id, State<T>>,
}

impl<T: Thing> Default for Fold<T> {
    fn default() -> Self {
        Self { states: BTreeMap::new() }
    }
}

impl<T: Thing> Fold<T> {
    /// Takes an op about the thing with this id into account. Returns whether anything changed.
    pub fn apply(&mut self, id: T::Id, op: &Op) -> bool {
        self.states.entry(id).or_default().apply(id, op)
    }

    /// All there is to know about a thing.
    pub fn state(&self, id: T::Id) -> Option<&State<T>> {
        self.states.get(&id)
    }

    /// The thing, unless it is deleted or unknown.
    pub fn get(&self, id: T::Id) -> Option<&T> {
        self.states.get(&id)?.alive()
    }

    /// All things that are not deleted, by id.
    pub fn alive(&self) -> impl Iterator<Item = &T> {
        self.states.values().filter_map(State::alive)
    }
}

impl Fold<Label> {
    /// The labels as people see them.
    pub fn schema(&self) -> Schema {
        Schema::from_labels(self.alive().cloned())
    }
}

/// The objects of one asset: all that was ever written about them, and the [`Objects`] that are not deleted; and the
/// notes about the asset.
///
/// Copies share the objects until they are changed.
#[derive(Clone, Debug)]
pub struct Document {
    objects: Fold<Object>,
    alive: Objects,
    notes: State<AssetNotes>,
    /// Names the present state of the notes.
    notes_revision: Revision,
}

/// Documents are equal when they come from the same ops; how they came about does not count.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.asset() == other.asset() && self.objects == other.objects && self.notes == other.notes
    }
}

impl Document {
    /// A document without objects.
    pub fn new(asset: AssetId) -> Self {
        let (objects, alive) = (Fold::default(), Objects::new(asset));
        Self { objects, alive, notes: State::default(), notes_revision: Revision::next() }
    }

    /// The asset that the objects are on.
    pub fn asset(&self) -> AssetId {
        self.alive.asset()
    }

    /// Takes an op into account; ops about other things change nothing. Returns whether anything changed.
    pub fn apply(&mut self, op: &Op) -> bool {
        match op.target {
            Target::Object(asset, object) if asset == self.asset() => self.apply_to(object, op),
            Target::Asset(asset) if asset == self.asset() => {
                let has_changed = self.notes.apply(asset, op);
                if has_changed {
                    self.notes_revision = Revision::next();
                }
                has_changed
            }
            Target::Object(..) | Target::Asset(_) | Target::Label(_) | Target::Task(_) | Target::Project => {
                false
            }
        }
    }

    fn apply_to(&mut self, id: ObjectId, op: &Op) -> bool {
        let state = self.objects.states.entry(id).or_default();
        let z_before = self.alive.lift(id);
        let has_changed = state.apply(id, op);
        if let Some(object) = state.alive_shared() {
            self.alive.lay(object);
        }
        if has_changed {
            self.alive.note(id, z_before, state.has_conflict());
        }
        has_changed
    }

    /// The objects that are not deleted.
    pub fn alive(&self) -> &Objects {
        &self.alive
    }

    /// The notes about the asset.
    pub fn notes(&self) -> &AssetNotes {
        static NONE: AssetNotes = AssetNotes::NONE;
        self.notes.alive().unwrap_or(&NONE)
    }

    /// Names the present state of the notes.
    pub fn notes_revision(&self) -> Revision {
        self.notes_revision
    }

    /// Names the present state of the objects.
    pub fn revision(&self) -> Revision {
        self.alive.revision()
    }

    /// The object, unless it is deleted or unknown.
    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.alive.object(id)
    }

    /// All there is to know about an object.
    pub fn state(&self, id: ObjectId) -> Option<&State<Object>> {
        self.objects.state(id)
    }

    /// All objects that are not deleted, from the back to the front: by z, then by age.
    pub fn objects(&self) -> Vec<&Object> {
        self.alive.in_order().map(Arc::as_ref).collect()
    }

    /// The number of objects that are not deleted.
    pub fn num_objects(&self) -> usize {
        self.alive.len()
    }

    /// What was written unseen by whoever wrote later.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let states = self.alive.in_conflict().iter().filter_map(|id| Some((id, self.state(*id)?)));
        states.flat_map(|(id, state)| state.conflicts(Target::Object(self.asset(), *id))).collect()
    }
}

/// What committing needs to know of the things that are written to.
pub trait Seen {
    /// The stamp of a register's value, as it stands.
    fn stamp_of(&self, target: Target, register: &Register) -> Option<Stamp>;

    /// The latest stamp of all registers of a thing.
    fn latest_stamp(&self, target: Target) -> Option<Stamp>;
}

impl Seen for Document {
    fn stamp_of(&self, target: Target, register: &Register) -> Option<Stamp> {
        match target {
            Target::Object(_, object) => self.state(object)?.stamp_of(register),
            Target::Asset(_) | Target::Label(_) | Target::Task(_) | Target::Project => None,
        }
    }

    fn latest_stamp(&self, target: Target) -> Option<Stamp> {
        match target {
            Target::Object(_, object) => self.state(object)?.registers().latest_stamp(),
            Target::Asset(_) | Target::Label(_) | Target::Task(_) | Target::Project => None,
        }
    }
}

impl Transaction {
    /// Stamps edits into ops: each learns the stamp of the value that its author saw.
    pub fn from_edits(
        title: impl Into<String>,
        edits: impl IntoIterator<Item = Edit>,
        seen: &dyn Seen,
        stamps: &mut StampSource,
    ) -> Self {
        let id = TransactionId::new();
        let ops = edits
            .into_iter()
            .map(|edit| {
                let is_deletion = edit.register == Register::DELETED && edit.value.as_str() != "null";
                let last_seen = seen.latest_stamp(edit.target).filter(|_| is_deletion);
                Op {
                    id: OpId::new(),
                    tx: id,
                    stamp: stamps.next_stamp(),
                    target: edit.target,
                    base: seen.stamp_of(edit.target, &edit.register),
                    register: edit.register,
                    value: last_seen.map_or_else(|| edit.value.written_out(), |stamp| Json::of(&stamp)),
                    extra: serde_json::Map::new(),
                }
            })
            .collect();
        Self { id, title: title.into(), ops }
    }
}
