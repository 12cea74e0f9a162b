//! What the panels show of the objects of a picture, worked out once after each edit and not in every frame.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use eframe::egui::{Id, Ui};

use crate::app::listing::Needle;
use crate::app::state::AppState;
use crate::edit::{Objects, Revision};
use crate::model::{LabelId, Object, ObjectId, Schema};

/// The objects of a picture.
pub struct ObjectList {
    /// The state of the objects that this was worked out from.
    key: ObjectsKey,
    /// The last change of what follows.
    order: Revision,
    /// All of them, from the front to the back.
    pub ids: Arc<Vec<ObjectId>>,
    /// How many bear each label; merged labels count for the one that took their place.
    pub num_by_label: HashMap<LabelId, usize>,
    /// Those that two people changed without seeing each other's work.
    pub conflicts: BTreeSet<ObjectId>,
}

/// What tells states of the objects apart.
#[derive(Clone)]
pub struct ObjectsKey {
    revision: Revision,
    /// That of the whole document: what is selected may be out of sight on a frame.
    document: Revision,
    /// Each project that is opened has a schema of its own in memory, and this keeps its address from being used
    /// again.
    schema: Arc<Schema>,
}

impl PartialEq for ObjectsKey {
    fn eq(&self, other: &Self) -> bool {
        (self.revision, self.document) == (other.revision, other.document)
            && Arc::ptr_eq(&self.schema, &other.schema)
    }
}

/// What was worked out in an earlier frame, if it is still right, or works it out. One value is kept for each id.
pub fn remembered<T: Send + Sync + 'static>(
    ui: &Ui,
    id: Id,
    is_right: impl FnOnce(&T) -> bool,
    work_out: impl FnOnce() -> T,
) -> Arc<T> {
    if let Some(known) = ui.data(|data| data.get_temp::<Arc<T>>(id)).filter(|known| is_right(known)) {
        return known;
    }
    let value = Arc::new(work_out());
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&value)));
    value
}

/// The objects on the canvas with what tells their states apart; `None` while they are not loaded.
pub fn objects_of(state: &AppState) -> Option<(&Objects, ObjectsKey)> {
    keyed(state, state.objects()?)
}

/// Objects of the document on the canvas with what tells their states apart.
fn keyed<'a>(state: &'a AppState, objects: &'a Objects) -> Option<(&'a Objects, ObjectsKey)> {
    let (project, document) = (state.project.as_ref()?, state.document()?);
    let key = ObjectsKey {
        revision: objects.revision(),
        document: document.revision(),
        schema: Arc::clone(project.schema()),
    };
    Some((objects, key))
}

impl ObjectList {
    /// These objects of the document on the canvas; `None` while they are not loaded.
    pub fn of(ui: &Ui, state: &AppState, objects: &Objects) -> Option<Arc<Self>> {
        let (objects, key) = keyed(state, objects)?;
        // Those on a frame and all of a video may be listed side by side.
        let is_all = state.document().is_some_and(|document| std::ptr::eq(document.alive(), objects));
        let id = Id::unique(("object-list", is_all));
        let known = ui.data(|data| data.get_temp::<Arc<Self>>(id));
        if let Some(known) = known.as_ref().filter(|known| known.key == key) {
            return Some(Arc::clone(known));
        }
        let list = Arc::new(Self::new(key, objects, known.as_deref()));
        ui.data_mut(|data| data.insert_temp(id, Arc::clone(&list)));
        Some(list)
    }

    /// Takes over from the list before what has not changed.
    fn new(key: ObjectsKey, objects: &Objects, before: Option<&Self>) -> Self {
        let order = objects.order_revision();
        let ids = match before.filter(|before| before.order == order) {
            Some(before) => Arc::clone(&before.ids),
            None => Arc::new(objects.in_order().rev().map(|object| object.id).collect()),
        };
        let merged: HashMap<LabelId, LabelId> = key.schema.merged.iter().copied().collect();
        let mut num_by_label = HashMap::new();
        for (label, num) in objects.num_by_label() {
            *num_by_label.entry(merged.get(&label).copied().unwrap_or(label)).or_default() += num;
        }
        Self { key, order, ids, num_by_label, conflicts: objects.in_conflict().clone() }
    }

    /// Those of which label, kind, remark or an attribute contains a text.
    pub fn matching(&self, ui: &Ui, objects: &Objects, text: &str) -> Arc<Found> {
        let needle = Needle::new(text);
        if needle.is_empty() {
            let (key, ids) = (self.key.clone(), Arc::clone(&self.ids));
            return Arc::new(Found { key, text: String::new(), ids });
        }
        let is_right = |known: &Found| known.key == self.key && known.text == text;
        remembered(ui, Id::unique("objects-found"), is_right, || {
            let schema = &self.key.schema;
            let is_match =
                |id: &&ObjectId| objects.object(**id).is_some_and(|object| is_found(&needle, object, schema));
            let ids = self.ids.iter().filter(is_match).copied().collect();
            Found { key: self.key.clone(), text: text.to_owned(), ids: Arc::new(ids) }
        })
    }
}

/// The objects of a picture that a text was found in.
pub struct Found {
    key: ObjectsKey,
    text: String,
    /// The objects, from the front to the back.
    pub ids: Arc<Vec<ObjectId>>,
}

fn is_found(needle: &Needle, object: &Object, schema: &Schema) -> bool {
    let label = object.label.and_then(|id| schema.label(id));
    label.is_some_and(|label| needle.is_in(&label.name))
        || needle.is_in(object.kind().name())
        || needle.is_in(&object.comment)
        || object.attributes.values().any(|value| needle.is_in(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::ManualClock;
    use crate::edit::{Document, Edit, ObjectChange, StampSource, Transaction};
    use crate::geometry::Rect;
    use crate::model::{ActorId, AssetId, Color, Label, Shape};

    fn document(objects: &[Object]) -> Document {
        let asset = AssetId::from_u128(1);
        let mut document = Document::new(asset);
        let clock = Arc::new(ManualClock::at_ms(0));
        let mut stamps = StampSource::new(clock, ActorId::from_u128(9));
        let edits: Vec<_> = objects.iter().map(|object| Edit::create(asset, object)).collect();
        let transaction = Transaction::from_edits("Draw", edits, &document, &mut stamps);
        for op in &transaction.ops {
            document.apply(op);
        }
        document
    }

    fn object(n: u128, z: i64, label: Option<LabelId>) -> Object {
        let shape = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 4.0, 3.0));
        Object { z, ..Object::shape(ObjectId::from_u128(n), shape, label) }
    }

    #[test]
    fn the_front_comes_first_and_merged_labels_count_as_one() {
        let [old, new] = [LabelId::from_u128(1), LabelId::from_u128(2)];
        let schema =
            Schema { labels: vec![Label::new(new, "cat", Color::new(0, 0, 0))], merged: vec![(old, new)] };
        let document = document(&[object(1, 5, Some(old)), object(2, 0, Some(new)), object(3, 9, None)]);
        let key = ObjectsKey {
            revision: document.revision(),
            document: document.revision(),
            schema: Arc::new(schema),
        };
        let list = ObjectList::new(key, document.alive(), None);
        assert_eq!(*list.ids, [3, 1, 2].map(ObjectId::from_u128));
        assert_eq!(list.num_by_label, HashMap::from([(new, 2)]));
        assert!(list.conflicts.is_empty());
    }

    #[test]
    fn objects_are_found_by_label_kind_and_remark() {
        let cat = LabelId::from_u128(1);
        let schema = Schema { labels: vec![Label::new(cat, "Cat", Color::new(0, 0, 0))], merged: vec![] };
        let mut object = object(1, 0, Some(cat));
        ObjectChange::Comment("behind a Tree".into()).apply(&mut object);
        for (text, expected) in [("cat", true), ("BOX", true), ("tree", true), ("dog", false)] {
            assert_eq!(is_found(&Needle::new(text), &object, &schema), expected, "{text}");
        }
    }
}
