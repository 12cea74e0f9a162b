//! Labels and attributes by name: how files of other tools find their place in the schema.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::model::{
    Attribute, AttributeId, AttributeInput, AttributeValue, Color, Label, LabelId, Schema, ShapeKind,
    SkeletonTemplate,
};

/// A schema that grows by what files mention. Existing labels are found by their exact name.
#[derive(Clone, Debug, Default)]
pub struct SchemaBuilder {
    schema: Schema,
    index_by_name: HashMap<String, usize>,
    index_by_id: HashMap<LabelId, usize>,
    num_existing: usize,
    changed: BTreeSet<LabelId>,
}

impl SchemaBuilder {
    /// Begins with the labels of a project.
    pub fn new(schema: Schema) -> Self {
        let mut builder = Self { num_existing: schema.labels.len(), schema, ..Self::default() };
        for (index, label) in builder.schema.labels.iter().enumerate() {
            builder.index_by_name.entry(label.name.clone()).or_insert(index);
            builder.index_by_id.insert(label.id, index);
        }
        for (from, to) in &builder.schema.merged {
            if let Some(&index) = builder.index_by_id.get(to) {
                builder.index_by_id.insert(*from, index);
            }
        }
        builder
    }

    /// The label of this name, made where there is none.
    pub fn label(&mut self, name: &str) -> LabelId {
        if let Some(&index) = self.index_by_name.get(name) {
            return self.schema.labels[index].id;
        }
        let index = self.schema.labels.len();
        let mut label = Label::new(LabelId::new(), name, Color::for_index(index));
        label.order = self.schema.labels.iter().map(|l| l.order + 1.0).fold(0.0, f64::max);
        let id = label.id;
        self.schema.labels.push(label);
        self.index_by_name.insert(name.to_owned(), index);
        self.index_by_id.insert(id, index);
        id
    }

    /// The label whose name a format writes in this form; made, with the form as its name, where there is none.
    pub fn label_written(&mut self, written: &str, write: impl Fn(&str) -> String) -> LabelId {
        let known = self.index_by_name.get(written).copied();
        let known =
            known.or_else(|| self.schema.labels.iter().position(|label| write(&label.name) == written));
        match known {
            Some(index) => self.schema.labels[index].id,
            None => self.label(written),
        }
    }

    /// The label of an id.
    pub fn get(&self, id: LabelId) -> Option<&Label> {
        self.index_by_id.get(&id).map(|&index| &self.schema.labels[index])
    }

    fn change(&mut self, id: LabelId) -> Option<&mut Label> {
        let index = *self.index_by_id.get(&id)?;
        if index < self.num_existing {
            self.changed.insert(id);
        }
        Some(&mut self.schema.labels[index])
    }

    /// Says what a label is a kind of, unless it has a parent already or that would make a circle.
    pub fn set_parent(&mut self, id: LabelId, parent: LabelId) {
        let mut above = Some(parent);
        let mut num_steps = 0;
        while let Some(label) = above.and_then(|id| self.get(id)) {
            num_steps += 1;
            if label.id == id || num_steps > self.schema.labels.len() {
                return;
            }
            above = label.parent;
        }
        if self.get(id).is_some_and(|label| label.parent.is_none())
            && let Some(label) = self.change(id)
        {
            label.parent = Some(parent);
        }
    }

    /// Gives a label its joints, unless it has some already.
    pub fn set_skeleton(&mut self, id: LabelId, template: SkeletonTemplate) {
        if self.get(id).is_some_and(|label| label.skeleton.is_none())
            && let Some(label) = self.change(id)
        {
            label.skeleton = Some(template);
        }
    }

    /// Gives a label that was made here a colour and the kinds of shape that it allows. What existed stays as it is.
    pub fn describe(&mut self, id: LabelId, color: Option<Color>, shapes: BTreeSet<ShapeKind>) {
        let Some(&index) = self.index_by_id.get(&id).filter(|&&index| index >= self.num_existing) else {
            return;
        };
        let label = &mut self.schema.labels[index];
        label.color = color.unwrap_or(label.color);
        label.shapes = shapes;
    }

    /// The attribute of the same name, made as it is given where there is none; `None` without such a label.
    pub fn define_attribute(&mut self, label: LabelId, attribute: Attribute) -> Option<AttributeId> {
        let known = self.get(label)?.attributes.iter().find(|known| known.name == attribute.name);
        if let Some(known) = known {
            return Some(known.id);
        }
        let id = attribute.id;
        self.change(label)?.attributes.push(attribute);
        Some(id)
    }

    /// The attribute of this name, made for values of this kind where there is none; `None` without such a label.
    pub fn attribute(&mut self, label: LabelId, name: &str, value: &AttributeValue) -> Option<AttributeId> {
        let known = self.get(label)?.attributes.iter().find(|attribute| attribute.name == name);
        if let Some(attribute) = known {
            return Some(attribute.id);
        }
        let input = match value {
            AttributeValue::Bool(_) => AttributeInput::Checkbox,
            AttributeValue::Number(_) => AttributeInput::Number { min: None, max: None },
            AttributeValue::Text(_) => AttributeInput::Text,
        };
        let id = AttributeId::new();
        let attribute = Attribute { id, name: name.to_owned(), input, default: None, mutable: false };
        self.change(label)?.attributes.push(attribute);
        Some(id)
    }

    /// The schema so far.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The labels that were made, in order.
    pub fn new_labels(&self) -> &[Label] {
        &self.schema.labels[self.num_existing..]
    }

    /// The labels that existed before and were given attributes, joints or a parent.
    pub fn changed_labels(&self) -> impl Iterator<Item = &Label> {
        self.changed.iter().filter_map(|id| self.get(*id))
    }

    /// The schema with all that was added.
    pub fn into_schema(self) -> Schema {
        self.schema
    }
}

/// The attribute value that a JSON value stands for; `None` for lists, objects and null.
pub(super) fn attribute_from_json(value: &Value) -> Option<AttributeValue> {
    match value {
        Value::Bool(value) => Some(AttributeValue::Bool(*value)),
        Value::Number(value) => value.as_f64().map(AttributeValue::Number),
        Value::String(value) => Some(AttributeValue::Text(value.clone())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The JSON value of an attribute. Whole numbers are written without a point.
pub(super) fn attribute_to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Bool(value) => Value::Bool(*value),
        AttributeValue::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => (*value as i64).into(),
        AttributeValue::Number(value) => (*value).into(),
        AttributeValue::Text(value) => Value::String(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn existing_labels_are_found_and_new_ones_follow_them() {
        let mut builder = SchemaBuilder::default();
        let cat = builder.label("cat");
        let schema = builder.into_schema();

        let mut builder = SchemaBuilder::new(schema);
        assert_eq!(builder.label("cat"), cat);
        let dog = builder.label("dog");
        assert_ne!(cat, dog);
        let animal = builder.label("animal");
        builder.set_parent(cat, animal);
        builder.set_parent(animal, cat);
        assert_eq!(builder.get(animal).unwrap().parent, None, "no circles");
        let furry = builder.attribute(cat, "furry", &AttributeValue::Bool(true));
        assert_eq!(builder.attribute(cat, "furry", &AttributeValue::Number(1.0)), furry);

        assert_eq!(builder.new_labels().len(), 2);
        assert_eq!(builder.changed_labels().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["cat"]);
        let schema = builder.into_schema();
        assert_eq!(Schema::from_labels(schema.labels.clone()).labels, schema.labels, "in their order");
    }
}
