//! What the selected objects have in common, worked out after each edit and each change of the selection: of a large one,
//! part by part, so that no frame waits for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{Id, Ui};

use super::object_list::{ObjectsKey, objects_of};
use crate::app::state::AppState;
use crate::model::{
    ActorId, AttributeId, AttributeValue, Flag, GroupId, LabelId, Object, ObjectId, Provenance, Schema,
};
use crate::tools::Selection;

/// A value that several objects may agree about.
#[derive(Clone, Debug, PartialEq)]
pub enum Common<T> {
    /// All have this one.
    Same(T),
    /// Some have another one.
    Mixed,
}

impl<T: PartialEq> Common<T> {
    fn take_in(&mut self, value: &T) {
        if self.same().is_some_and(|same| same != value) {
            *self = Self::Mixed;
        }
    }

    /// The value, where all have the same.
    pub fn same(&self) -> Option<&T> {
        match self {
            Self::Same(value) => Some(value),
            Self::Mixed => None,
        }
    }
}

/// What the selected objects have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The objects, in the order in which they were selected.
    pub ids: Vec<ObjectId>,
    /// Those of them that are not locked.
    pub unlocked: Vec<ObjectId>,
    /// The object, where it is one alone.
    pub single: Option<Object>,
    /// Their label; a merged one is the one that took its place.
    pub label: Common<Option<LabelId>>,
    /// Each flag.
    pub flags: Vec<(Flag, Common<bool>)>,
    /// Where they lie in the z order.
    pub z: Common<i64>,
    /// Their group.
    pub group: Common<Option<GroupId>>,
    /// The remark about them.
    pub comment: Common<String>,
    /// Who made them.
    pub author: Common<Option<ActorId>>,
    /// How they came to be.
    pub provenance: Common<Provenance>,
    /// The values of the attributes that any of them has, where they are given.
    pub attributes: BTreeMap<AttributeId, Common<Option<AttributeValue>>>,
}

/// What was worked out of a selection so far: looking at all of a large one would take longer than a frame may.
pub struct Known {
    key: ObjectsKey,
    /// The revision of the selection.
    selection: u64,
    num_seen: usize,
    is_complete: bool,
    summary: Option<Summary>,
}

/// So many objects are looked at in a frame: about a millisecond.
const MAX_IN_A_FRAME: usize = 5000;

impl Known {
    fn nothing(key: &ObjectsKey, selection: &Selection) -> Self {
        Self {
            key: key.clone(),
            selection: selection.revision(),
            num_seen: 0,
            is_complete: false,
            summary: None,
        }
    }

    fn is_of(&self, key: &ObjectsKey, selection: &Selection) -> bool {
        self.key == *key && self.selection == selection.revision()
    }

    /// What the selected objects have in common; `None` while there are none, or not all were looked at.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref().filter(|_| self.is_complete)
    }

    /// Looks at the next objects.
    fn look_on(&mut self, state: &AppState, schema: &Schema) {
        let end = self.num_seen + MAX_IN_A_FRAME;
        for object in state.selected_among(self.num_seen..end) {
            match &mut self.summary {
                Some(summary) => summary.add(object, schema),
                None => self.summary = Some(Summary::new(object, schema)),
            }
        }
        self.num_seen = end;
        self.is_complete = end >= state.view.selection.len();
    }
}

/// The label that took the place of an object's, where that was merged.
fn label_of(object: &Object, schema: &Schema) -> Option<LabelId> {
    object.label.map(|id| schema.label(id).map_or(id, |label| label.id))
}

impl Summary {
    /// What is known of the selected objects of the picture on the canvas; `None` while it is not loaded, and while
    /// nothing that is there is selected.
    pub fn of(ui: &Ui, state: &AppState) -> Option<Arc<Known>> {
        let (_, key) = objects_of(state)?;
        let schema = state.project.as_ref()?.schema();
        let selection = &state.view.selection;
        if selection.is_empty() {
            return None;
        }
        let id = Id::unique("selection-summary");
        // Taken out, so that it can go on.
        let before = ui.data_mut(|data| {
            let before = data.get_temp::<Arc<Known>>(id);
            data.remove::<Arc<Known>>(id);
            before.filter(|known| known.is_of(&key, selection))
        });
        let known = match before {
            Some(known) if known.is_complete => known,
            before => {
                let begun = before.and_then(Arc::into_inner);
                let mut known = begun.unwrap_or_else(|| Known::nothing(&key, selection));
                known.look_on(state, schema);
                if !known.is_complete {
                    ui.ctx().request_repaint();
                }
                Arc::new(known)
            }
        };
        ui.data_mut(|data| data.insert_temp(id, Arc::clone(&known)));
        (!known.is_complete || known.summary.is_some()).then_some(known)
    }

    /// Of one object.
    fn new(object: &Object, schema: &Schema) -> Self {
        let is_locked = object.has(Flag::Locked);
        let value = |(id, value): (&AttributeId, &AttributeValue)| (*id, Common::Same(Some(value.clone())));
        Self {
            ids: vec![object.id],
            unlocked: if is_locked { Vec::new() } else { vec![object.id] },
            single: Some(object.clone()),
            label: Common::Same(label_of(object, schema)),
            flags: Flag::ALL.map(|flag| (flag, Common::Same(object.has(flag)))).to_vec(),
            z: Common::Same(object.z),
            group: Common::Same(object.group),
            comment: Common::Same(object.comment.clone()),
            author: Common::Same(object.author),
            provenance: Common::Same(object.provenance.clone()),
            attributes: object.attributes.iter().map(value).collect(),
        }
    }

    /// Takes in another object.
    fn add(&mut self, object: &Object, schema: &Schema) {
        self.ids.push(object.id);
        if !object.has(Flag::Locked) {
            self.unlocked.push(object.id);
        }
        self.single = None;
        self.label.take_in(&label_of(object, schema));
        for (flag, common) in &mut self.flags {
            common.take_in(&object.has(*flag));
        }
        self.z.take_in(&object.z);
        self.group.take_in(&object.group);
        self.comment.take_in(&object.comment);
        self.author.take_in(&object.author);
        self.provenance.take_in(&object.provenance);
        for (id, common) in &mut self.attributes {
            let value = object.attributes.get(id);
            if common.same().is_some_and(|same| same.as_ref() != value) {
                *common = Common::Mixed;
            }
        }
        for id in object.attributes.keys() {
            // No object before had it.
            self.attributes.entry(*id).or_insert(Common::Mixed);
        }
    }

    /// The value of an attribute: none where no object has one.
    pub fn attribute(&self, id: AttributeId) -> Common<Option<AttributeValue>> {
        self.attributes.get(&id).cloned().unwrap_or(Common::Same(None))
    }

    /// What tells the selection from others, for fields that are being typed into.
    pub fn salt(&self) -> (Option<ObjectId>, usize) {
        (self.ids.first().copied(), self.ids.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;
    use crate::model::{Color, Label, Shape};

    fn object(n: u128) -> Object {
        let shape = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 4.0, 3.0));
        Object::shape(ObjectId::from_u128(n), shape, Some(LabelId::from_u128(1)))
    }

    #[test]
    fn what_differs_is_mixed_and_what_agrees_is_told() {
        let [color, size] = [AttributeId::from_u128(1), AttributeId::from_u128(2)];
        let red = AttributeValue::Text("red".into());
        let mut first = object(1);
        first.attributes.insert(color, red.clone());
        first.attributes.insert(size, AttributeValue::Number(3.0));
        let mut second = object(2);
        second.label = Some(LabelId::from_u128(2));
        second.attributes.insert(color, red.clone());
        second.flags.insert(Flag::Locked);
        let new = Label::new(LabelId::from_u128(2), "cat", Color::new(0, 0, 0));
        let schema =
            Schema { labels: vec![new], merged: vec![(LabelId::from_u128(1), LabelId::from_u128(2))] };
        let mut summary = Summary::new(&first, &schema);
        assert_eq!(summary.attribute(size), Common::Same(Some(AttributeValue::Number(3.0))));
        summary.add(&second, &schema);
        assert_eq!(summary.ids.len(), 2);
        assert_eq!(summary.single, None);
        assert_eq!(summary.label, Common::Same(Some(LabelId::from_u128(2))), "merged labels are one");
        assert_eq!(summary.attribute(color), Common::Same(Some(red)));
        assert_eq!(summary.attribute(size), Common::Mixed);
        assert_eq!(summary.attribute(AttributeId::from_u128(3)), Common::Same(None));
        let locked = summary.flags.iter().find(|(flag, _)| *flag == Flag::Locked).unwrap();
        assert_eq!(locked.1, Common::Mixed);
        assert_eq!(summary.unlocked, [ObjectId::from_u128(1)]);
    }
}
