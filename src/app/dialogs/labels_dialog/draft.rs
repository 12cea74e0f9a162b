//! The schema as it is being changed, and the edits that make the old one into it.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::edit::{Edit, Target};
use crate::model::{Attribute, AttributeInput, AttributeValue, Color, Label, LabelId, Schema};
use crate::project::schema_edits;

/// A schema that is being changed. Nothing of it is known outside until its edits are committed.
pub struct SchemaDraft {
    /// The labels as they are in the project.
    before: Vec<Label>,
    /// The labels in the order in which they are to be.
    labels: Vec<Label>,
    /// Labels of the project that others take the place of: old, new.
    merged: Vec<(LabelId, LabelId)>,
    /// Labels of the project that are to go.
    deleted: BTreeSet<LabelId>,
}

/// What became of a list of names.
#[derive(Debug, PartialEq, Eq)]
pub struct AddedNames {
    /// The labels that were made.
    pub ids: Vec<LabelId>,
    /// How many names were there already.
    pub num_known: usize,
}

impl SchemaDraft {
    /// A draft without any change.
    pub fn new(schema: &Schema) -> Self {
        Self {
            before: schema.labels.clone(),
            labels: schema.labels.clone(),
            merged: Vec::new(),
            deleted: BTreeSet::new(),
        }
    }

    /// The labels in order.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// A label to be read.
    pub fn label(&self, id: LabelId) -> Option<&Label> {
        self.labels.iter().find(|label| label.id == id)
    }

    /// A label to be changed.
    pub fn label_mut(&mut self, id: LabelId) -> Option<&mut Label> {
        self.labels.iter_mut().find(|label| label.id == id)
    }

    /// Whether a label is not in the project yet.
    pub fn is_new(&self, id: LabelId) -> bool {
        !self.before.iter().any(|label| label.id == id)
    }

    /// Adds a label at the end, with a colour that no other has.
    pub fn add(&mut self, name: &str) -> LabelId {
        let taken: HashSet<Color> = self.labels.iter().map(|label| label.color).collect();
        let color = (0..).map(Color::for_index).take(taken.len() + 1).find(|color| !taken.contains(color));
        let mut label = Label::new(LabelId::new(), name, color.unwrap_or_else(|| Color::for_index(0)));
        label.order = self.labels.last().map_or(0.0, |last| last.order + 1.0);
        let id = label.id;
        self.labels.push(label);
        id
    }

    /// Adds the names of a list, one on each line; those that are there already are left out.
    pub fn add_names(&mut self, text: &str) -> AddedNames {
        let mut known: HashSet<String> =
            self.labels.iter().map(|label| label.name.trim().to_owned()).collect();
        let mut added = AddedNames { ids: Vec::new(), num_known: 0 };
        for name in text.lines().map(str::trim).filter(|name| !name.is_empty()) {
            if known.insert(name.to_owned()) {
                added.ids.push(self.add(name));
            } else {
                added.num_known += 1;
            }
        }
        added
    }

    /// Moves the label at one position to another.
    pub fn move_to(&mut self, from: usize, to: usize) {
        if from < self.labels.len() {
            let label = self.labels.remove(from);
            self.labels.insert(to.min(self.labels.len()), label);
        }
    }

    /// Takes a label out. Its objects stay, without a label.
    pub fn delete(&mut self, id: LabelId) {
        let parent = self.label(id).and_then(|label| label.parent);
        self.take_out(id, parent);
        // What was merged into it goes with it.
        let (gone, kept) = self.merged.iter().copied().partition(|(_, into)| *into == id);
        self.merged = kept;
        self.deleted.extend(gone.iter().map(|(from, _): &(LabelId, LabelId)| *from));
        if !self.is_new(id) {
            self.deleted.insert(id);
        }
    }

    /// Lets a label take the place of another one.
    pub fn merge(&mut self, from: LabelId, into: LabelId) {
        if from == into || self.label(into).is_none() {
            return;
        }
        let parent = self.label(from).and_then(|label| label.parent).filter(|parent| *parent != into);
        if let Some(target) = self.label_mut(into).filter(|label| label.parent == Some(from)) {
            target.parent = parent;
        }
        self.take_out(from, Some(into));
        for (_, target) in self.merged.iter_mut().filter(|(_, target)| *target == from) {
            *target = into;
        }
        if !self.is_new(from) {
            self.merged.push((from, into));
        }
    }

    /// Takes a label off the list; its children get another parent.
    fn take_out(&mut self, id: LabelId, parent_of_children: Option<LabelId>) {
        self.labels.retain(|label| label.id != id);
        for label in self.labels.iter_mut().filter(|label| label.parent == Some(id)) {
            label.parent = parent_of_children.filter(|parent| *parent != label.id);
        }
    }

    /// Whether a label may become the parent of another: not itself, and none that descends from it.
    pub fn may_be_parent(&self, parent: LabelId, of: LabelId) -> bool {
        let mut next = Some(parent);
        // No line of descent is longer than the list; two people may have made a circle.
        for _ in 0..=self.labels.len() {
            match next {
                Some(id) if id == of => return false,
                Some(id) => next = self.label(id).and_then(|label| label.parent),
                None => return true,
            }
        }
        false
    }

    /// What is wrong with labels: the first thing for each.
    pub fn problems(&self) -> HashMap<LabelId, String> {
        let mut num_by_name: HashMap<&str, usize> = HashMap::new();
        for label in &self.labels {
            *num_by_name.entry(label.name.trim()).or_default() += 1;
        }
        let problem = |label: &Label| match label.name.trim() {
            "" => Some("Every label needs a name.".to_owned()),
            name if num_by_name[name] > 1 => Some(format!("Another label is called “{name}”, too.")),
            _ => attributes_problem(&label.attributes),
        };
        self.labels.iter().filter_map(|label| Some((label.id, problem(label)?))).collect()
    }

    /// The other labels that have this key.
    pub fn with_key(&self, key: char, except: LabelId) -> Option<&Label> {
        let is_same = |other: char| other.to_lowercase().eq(key.to_lowercase());
        self.labels.iter().find(|label| label.id != except && label.shortcut.is_some_and(is_same))
    }

    /// The edits that make the project's schema into this one: what is new, what differs, what is merged, what goes.
    pub fn edits(&self) -> Vec<Edit> {
        let by_id: HashMap<LabelId, &Label> = self.before.iter().map(|label| (label.id, label)).collect();
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for label in self.tidy_labels() {
            match by_id.get(&label.id) {
                Some(before) => changed.extend(schema_edits(before, &label)),
                None => added.push(Edit::add_label(&label)),
            }
        }
        for (from, into) in &self.merged {
            if let Some(before) = by_id.get(from) {
                let after = Label { merged_into: Some(*into), ..(*before).clone() };
                changed.extend(schema_edits(before, &after));
            }
        }
        let deleted = self.deleted.iter().map(|id| Edit::delete_target(Target::Label(*id)));
        added.into_iter().chain(changed).chain(deleted).collect()
    }

    /// The labels without blanks at the ends of names and empty lines in lists, numbered where their order says
    /// otherwise.
    fn tidy_labels(&self) -> Vec<Label> {
        let mut labels = self.labels.clone();
        let follows = |pair: &[Label]| {
            pair[0].order.total_cmp(&pair[1].order).then(pair[0].id.cmp(&pair[1].id)).is_lt()
        };
        if !labels.windows(2).all(follows) {
            for (i, label) in labels.iter_mut().enumerate() {
                label.order = i as f64;
            }
        }
        for (label, shown) in labels.iter_mut().zip(&self.labels) {
            label.name = shown.name.trim().to_owned();
            label.attributes = shown.attributes.iter().map(tidy_attribute).collect();
        }
        labels
    }
}

/// The values of a list, without empty ones and repetitions.
pub fn tidy_values(values: &[String]) -> Vec<String> {
    let mut known = HashSet::new();
    let trimmed = values.iter().map(|value| value.trim());
    trimmed.filter(|value| !value.is_empty() && known.insert(*value)).map(str::to_owned).collect()
}

fn tidy_attribute(attribute: &Attribute) -> Attribute {
    let input = match &attribute.input {
        AttributeInput::Select { values } => AttributeInput::Select { values: tidy_values(values) },
        AttributeInput::Radio { values } => AttributeInput::Radio { values: tidy_values(values) },
        other => other.clone(),
    };
    let default = attribute.default.clone().filter(|default| match (&input, default) {
        (AttributeInput::Text, AttributeValue::Text(text)) => !text.is_empty(),
        (AttributeInput::Number { .. }, AttributeValue::Number(number)) => number.is_finite(),
        (AttributeInput::Checkbox, AttributeValue::Bool(_)) => true,
        (
            AttributeInput::Select { values } | AttributeInput::Radio { values },
            AttributeValue::Text(text),
        ) => values.contains(text),
        _ => false,
    });
    Attribute { name: attribute.name.trim().to_owned(), input, default, ..attribute.clone() }
}

fn attributes_problem(attributes: &[Attribute]) -> Option<String> {
    let mut names = HashSet::new();
    attributes.iter().find_map(|attribute| {
        let name = attribute.name.trim();
        match &attribute.input {
            _ if name.is_empty() => Some("Every attribute needs a name.".to_owned()),
            _ if !names.insert(name) => Some(format!("Two attributes are called “{name}”.")),
            AttributeInput::Select { values } | AttributeInput::Radio { values }
                if tidy_values(values).is_empty() =>
            {
                Some(format!("The attribute “{name}” needs values, one on each line."))
            }
            AttributeInput::Number { min: Some(min), max: Some(max) } if min > max => {
                Some(format!("The smallest value of “{name}” is larger than the largest."))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests;
