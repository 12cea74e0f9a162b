//! What the selected objects have in common, worked out once after each edit and each change of the selection.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{Id, Ui};

use super::object_list::{ObjectsKey, objects_of, remembered};
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

impl<T: PartialEq + Clone> Common<T> {
    fn add(self, value: &T) -> Self {
        match self {
            Self::Same(same) if same == *value => Self::Same(same),
            _ => Self::Mixed,
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

/// What was worked out of a selection.
pub struct Known {
    key: ObjectsKey,
    selection: Selection,
    /// What the objects have in common; `None` while there are none.
    pub summary: Option<Summary>,
}

impl Summary {
    /// The selected objects of the picture on the canvas; `None` while it is not loaded.
    pub fn of(ui: &Ui, state: &AppState) -> Option<Arc<Known>> {
        let (_, key) = objects_of(state)?;
        let schema = state.project.as_ref()?.schema();
        let selection = &state.view.selection;
        let is_right = |known: &Known| known.key == key && known.selection == *selection;
        Some(remembered(ui, Id::unique("selection-summary"), is_right, || Known {
            key: key.clone(),
            selection: selection.clone(),
            summary: Self::new(&state.selected().collect::<Vec<_>>(), schema),
        }))
    }

    fn new(objects: &[&Object], schema: &Schema) -> Option<Self> {
        let (first, others) = objects.split_first()?;
        let label_of = |object: &Object| object.label.map(|id| schema.label(id).map_or(id, |label| label.id));
        let mut summary = Self {
            ids: objects.iter().map(|object| object.id).collect(),
            unlocked: objects
                .iter()
                .filter(|object| !object.has(Flag::Locked))
                .map(|object| object.id)
                .collect(),
            single: others.is_empty().then(|| (*first).clone()),
            label: Common::Same(label_of(first)),
            flags: Flag::ALL.map(|flag| (flag, Common::Same(first.has(flag)))).to_vec(),
            z: Common::Same(first.z),
            group: Common::Same(first.group),
            comment: Common::Same(first.comment.clone()),
            author: Common::Same(first.author),
            provenance: Common::Same(first.provenance.clone()),
            attributes: BTreeMap::new(),
        };
        for object in others {
            summary.label = summary.label.add(&label_of(object));
            for (flag, common) in &mut summary.flags {
                *common = common.clone().add(&object.has(*flag));
            }
            summary.z = summary.z.add(&object.z);
            summary.group = summary.group.add(&object.group);
            summary.comment = summary.comment.add(&object.comment);
            summary.author = summary.author.add(&object.author);
            summary.provenance = summary.provenance.add(&object.provenance);
        }
        for id in objects.iter().flat_map(|object| object.attributes.keys()) {
            summary.attributes.entry(*id).or_insert_with(|| {
                let value_of = |object: &Object| object.attributes.get(id).cloned();
                others
                    .iter()
                    .fold(Common::Same(value_of(first)), |common, object| common.add(&value_of(object)))
            });
        }
        Some(summary)
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
        let summary = Summary::new(&[&first, &second], &schema).unwrap();
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

    #[test]
    fn nothing_is_told_of_nothing() {
        assert_eq!(Summary::new(&[], &Schema::default()), None);
    }
}
