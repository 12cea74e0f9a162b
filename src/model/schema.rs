//! The label schema: what may be said about pictures.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AttributeId, Color, LabelId, ShapeKind};

/// How the value of an attribute is entered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AttributeInput {
    /// Free text.
    #[default]
    Text,
    /// A number, within bounds where they are given.
    Number {
        /// The smallest value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The largest value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// Yes or no.
    Checkbox,
    /// One of several values, from a list that folds out.
    Select {
        /// The values.
        values: Vec<String>,
    },
    /// One of several values, all in sight.
    Radio {
        /// The values.
        values: Vec<String>,
    },
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Free text, or the chosen value of a list.
    Text(String),
}

impl std::fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

/// A question about every object of a label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its id.
    pub id: AttributeId,
    /// What people call it.
    pub name: String,
    /// How its value is entered.
    #[serde(default)]
    pub input: AttributeInput,
    /// The value of new objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<AttributeValue>,
    /// Whether it may change from keyframe to keyframe of a track.
    #[serde(default)]
    pub mutable: bool,
}

/// The joints of a skeleton and the bones between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SkeletonTemplate {
    /// The names of the joints, in order.
    pub joints: Vec<String>,
    /// Pairs of 0-based joint indices.
    #[serde(default)]
    pub bones: Vec<(usize, usize)>,
    /// Where the joints of a new skeleton lie in its box, each coordinate from 0 to 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layout: Vec<[f64; 2]>,
}

/// What a label may mark, besides the kinds of shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelUse {
    /// Shapes in pictures, and on single frames of videos.
    Shape,
    /// Objects over time.
    Track,
    /// Intervals of frames.
    Span,
    /// Single points of time.
    Event,
    /// Whole pictures and videos.
    Tag,
}

impl LabelUse {
    /// Every use.
    pub const ALL: [Self; 5] = [Self::Shape, Self::Track, Self::Span, Self::Event, Self::Tag];

    /// A word for several, for people and for files of labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shape => "shapes",
            Self::Track => "tracks",
            Self::Span => "spans",
            Self::Event => "events",
            Self::Tag => "tags",
        }
    }

    /// The use with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// One thing that an object can be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// What people call it.
    pub name: String,
    /// Its colour on screen.
    pub color: Color,
    /// The kinds of shape allowed; all when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub shapes: BTreeSet<ShapeKind>,
    /// What it may mark; anything when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub uses: BTreeSet<LabelUse>,
    /// The digit or letter that chooses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortcut: Option<char>,
    /// The label that it is a kind of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<LabelId>,
    /// Its attributes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// The joints of its skeletons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skeleton: Option<SkeletonTemplate>,
    /// What it means, in Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub definition: String,
    /// Example pictures: paths relative to the project file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// Labels are listed by this number, then by id.
    #[serde(default)]
    pub order: f64,
    /// The label that took its place: objects that still name this one are shown as that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<LabelId>,
}

impl Label {
    /// A label without anything but a name and a colour.
    pub fn new(id: LabelId, name: impl Into<String>, color: Color) -> Self {
        Self {
            id,
            name: name.into(),
            color,
            shapes: BTreeSet::new(),
            uses: BTreeSet::new(),
            shortcut: None,
            parent: None,
            attributes: Vec::new(),
            skeleton: None,
            definition: String::new(),
            examples: Vec::new(),
            order: 0.0,
            merged_into: None,
        }
    }

    /// Whether objects of this label may have this kind of shape.
    pub fn allows(&self, kind: ShapeKind) -> bool {
        self.shapes.is_empty() || self.shapes.contains(&kind)
    }

    /// Whether it may mark such things.
    pub fn is_for(&self, what: LabelUse) -> bool {
        self.uses.is_empty() || self.uses.contains(&what)
    }
}

/// The labels of a project, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The labels as people see them; merged and deleted ones are absent.
    pub labels: Vec<Label>,
    /// What became of merged labels: from old to new, followed to the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<(LabelId, LabelId)>,
}

impl Schema {
    /// A schema from all labels that exist, merged ones among them.
    pub fn from_labels(labels: impl IntoIterator<Item = Label>) -> Self {
        let mut all: Vec<Label> = labels.into_iter().collect();
        all.sort_by(|a, b| a.order.total_cmp(&b.order).then(a.id.cmp(&b.id)));
        let merged: Vec<_> = all
            .iter()
            .map(|label| (label.id, end_of_merges(&all, label.id)))
            .filter(|(from, to)| from != to)
            .collect();
        let labels = all.iter().filter(|l| !merged.iter().any(|(from, _)| *from == l.id)).cloned().collect();
        Self { labels, merged }
    }

    /// The label of an id, which may be that of a merged one.
    pub fn label(&self, id: LabelId) -> Option<&Label> {
        let id = self.merged.iter().find(|(from, _)| *from == id).map_or(id, |(_, to)| *to);
        self.labels.iter().find(|label| label.id == id)
    }

    /// The label with exactly this name.
    pub fn label_named(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == name)
    }

    /// The position of a label in the list.
    pub fn index_of(&self, id: LabelId) -> Option<usize> {
        let label = self.label(id)?;
        self.labels.iter().position(|l| l.id == label.id)
    }

    /// The attribute of an id, with its label.
    pub fn attribute(&self, id: AttributeId) -> Option<(&Label, &Attribute)> {
        self.labels.iter().find_map(|label| {
            label.attributes.iter().find(|attribute| attribute.id == id).map(|attribute| (label, attribute))
        })
    }
}

/// Follows merges to the label that is shown. Of labels that two people merged into each other, the oldest
/// stays.
fn end_of_merges(all: &[Label], start: LabelId) -> LabelId {
    let mut path = vec![start];
    loop {
        let last = path[path.len() - 1];
        let next = all.iter().find(|label| label.id == last).and_then(|label| label.merged_into);
        match next {
            None => return last,
            Some(next) => match path.iter().position(|id| *id == next) {
                Some(cycle) => return path[cycle..].iter().copied().min().unwrap_or(last),
                None => path.push(next),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(n: u128, merged_into: Option<u128>) -> Label {
        let mut label = Label::new(LabelId::from_u128(n), format!("label {n}"), Color::for_index(n as usize));
        label.merged_into = merged_into.map(LabelId::from_u128);
        label
    }

    #[test]
    fn a_merged_label_is_shown_as_the_one_that_took_its_place() {
        let schema = Schema::from_labels([label(1, Some(2)), label(2, Some(3)), label(3, None)]);
        assert_eq!(schema.labels.len(), 1);
        assert_eq!(schema.label(LabelId::from_u128(1)).unwrap().name, "label 3");
    }

    #[test]
    fn labels_merged_into_each_other_do_not_both_vanish() {
        let schema = Schema::from_labels([label(1, Some(2)), label(2, Some(1))]);
        assert_eq!(schema.labels.len(), 1);
        assert_eq!(schema.label(LabelId::from_u128(1)), schema.label(LabelId::from_u128(2)));
    }

    #[test]
    fn labels_come_in_their_order() {
        let mut first = label(9, None);
        first.order = -1.0;
        let schema = Schema::from_labels([label(1, None), first]);
        assert_eq!(schema.labels[0].name, "label 9");
    }
}
