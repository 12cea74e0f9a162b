//! Label lists from files, and edits of the schema.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::Project;
use crate::edit::{Edit, LabelChange};
use crate::model::{
    Attribute, AttributeId, AttributeInput, AttributeValue, Color, Label, LabelId, LabelUse, Schema,
    ShapeKind,
};

/// A label list: `names.txt` with one name on each line, or YAML. The YAML is either a list of names, the `names:`
/// of an Ultralytics `data.yaml`, or `labels:` with colours, shapes, shortcuts and attributes.
///
/// # Errors
/// When the file cannot be read, has no labels, or names one twice.
pub fn read_label_file(path: &Path) -> anyhow::Result<Vec<Label>> {
    let at = || format!("[{}]", path.display());
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the label list could not be read {}", at()))?;
    let is_yaml =
        path.extension().is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"));
    let entries = if is_yaml {
        let file: LabelFile = serde_yaml_ng::from_str(&text).with_context(|| {
            format!("this is no label list; write `labels:` and under it a list of names {}", at())
        })?;
        file.entries()
    } else {
        text.lines().map(str::trim).filter(|l| !l.is_empty()).map(LabelEntry::named).collect()
    };
    anyhow::ensure!(
        !entries.is_empty(),
        "there is no label in this file; write one name on each line {}",
        at()
    );
    let labels: Vec<Label> = entries
        .into_iter()
        .enumerate()
        .map(|(i, entry)| entry.into_label(i))
        .collect::<anyhow::Result<_>>()
        .with_context(|| format!("in the label list {}", at()))?;
    for (i, label) in labels.iter().enumerate() {
        let is_twice = labels[..i].iter().any(|other| other.name == label.name);
        anyhow::ensure!(!is_twice, "the label {:?} is there twice; remove one {}", label.name, at());
    }
    Ok(labels)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum LabelFile {
    List(Vec<LabelEntry>),
    Labels { labels: Vec<LabelEntry> },
    Names { names: Names },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    List(Vec<String>),
    Map(std::collections::BTreeMap<u32, String>),
}

impl LabelFile {
    fn entries(self) -> Vec<LabelEntry> {
        match self {
            Self::List(entries) | Self::Labels { labels: entries } => entries,
            Self::Names { names: Names::List(names) } => names.iter().map(|n| LabelEntry::named(n)).collect(),
            Self::Names { names: Names::Map(names) } => {
                names.values().map(|n| LabelEntry::named(n)).collect()
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum LabelEntry {
    Name(String),
    Full {
        name: String,
        #[serde(default)]
        color: Option<Color>,
        #[serde(default)]
        shapes: Vec<String>,
        #[serde(default)]
        uses: Vec<String>,
        #[serde(default)]
        shortcut: Option<char>,
        #[serde(default)]
        definition: String,
        #[serde(default)]
        attributes: Vec<AttributeEntry>,
    },
}

#[derive(Deserialize)]
struct AttributeEntry {
    name: String,
    #[serde(default, flatten)]
    input: Option<AttributeInput>,
    #[serde(default)]
    default: Option<AttributeValue>,
    #[serde(default)]
    mutable: bool,
}

impl LabelEntry {
    fn named(name: &str) -> Self {
        Self::Name(name.to_owned())
    }

    fn into_label(self, index: usize) -> anyhow::Result<Label> {
        let mut label = Label::new(LabelId::new(), "", Color::for_index(index));
        label.order = index as f64;
        match self {
            Self::Name(name) => label.name = name,
            Self::Full { name, color, shapes, uses, shortcut, definition, attributes } => {
                label.color = color.unwrap_or(label.color);
                for shape in shapes {
                    let kind = ShapeKind::from_name(&shape).with_context(|| {
                        format!("{shape:?} is no kind of shape; write box, polygon, mask or the like")
                    })?;
                    label.shapes.insert(kind);
                }
                for what in uses {
                    label.uses.insert(LabelUse::from_name(&what).with_context(|| {
                        format!("{what:?} is nothing that a label marks; write shapes, tracks, spans, events or tags")
                    })?);
                }
                label.shortcut = shortcut;
                label.definition = definition;
                label.attributes = attributes.into_iter().map(AttributeEntry::into_attribute).collect();
                label.name = name;
            }
        }
        anyhow::ensure!(!label.name.trim().is_empty(), "label number {} has no name", index + 1);
        Ok(label)
    }
}

impl AttributeEntry {
    fn into_attribute(self) -> Attribute {
        Attribute {
            id: AttributeId::new(),
            name: self.name,
            input: self.input.unwrap_or_default(),
            default: self.default,
            mutable: self.mutable,
        }
    }
}

/// The edits that make one label into another with the same id: one for each thing that differs.
pub fn schema_edits(old: &Label, new: &Label) -> Vec<Edit> {
    let mut changes = Vec::new();
    if old.name != new.name {
        changes.push(LabelChange::Name(new.name.clone()));
    }
    if old.color != new.color {
        changes.push(LabelChange::Color(new.color));
    }
    if old.shapes != new.shapes {
        changes.push(LabelChange::Shapes(new.shapes.clone()));
    }
    if old.uses != new.uses {
        changes.push(LabelChange::Uses(new.uses.clone()));
    }
    if old.shortcut != new.shortcut {
        changes.push(LabelChange::Shortcut(new.shortcut));
    }
    if old.parent != new.parent {
        changes.push(LabelChange::Parent(new.parent));
    }
    if old.attributes != new.attributes {
        changes.push(LabelChange::Attributes(new.attributes.clone()));
    }
    if old.skeleton != new.skeleton {
        changes.push(LabelChange::Skeleton(new.skeleton.clone()));
    }
    if old.definition != new.definition {
        changes.push(LabelChange::Definition(new.definition.clone()));
    }
    if old.examples != new.examples {
        changes.push(LabelChange::Examples(new.examples.clone()));
    }
    if old.order != new.order {
        changes.push(LabelChange::Order(new.order));
    }
    if old.merged_into != new.merged_into {
        changes.push(LabelChange::MergedInto(new.merged_into));
    }
    changes.iter().map(|change| Edit::change_label(old.id, change)).collect()
}

impl Project {
    /// A label with this name after all others, with a colour of its own.
    pub fn new_label(&self, name: &str) -> Label {
        let schema: &Schema = self.schema();
        let mut label = Label::new(LabelId::new(), name.trim(), Color::for_index(schema.labels.len()));
        label.order = schema.labels.last().map_or(0.0, |last| last.order + 1.0);
        label
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> anyhow::Result<Vec<Label>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read_label_file(&path)
    }

    #[test]
    fn label_lists_come_in_several_forms() {
        let names = |labels: Vec<Label>| labels.into_iter().map(|l| l.name).collect::<Vec<_>>();
        for (file, text) in [
            ("names.txt", "cat\n\n dog \r\n"),
            ("a.yaml", "- cat\n- dog\n"),
            ("data.yaml", "path: .\nnames:\n  0: cat\n  1: dog\n"),
            ("data.yml", "names: [cat, dog]\nnc: 2\n"),
            (
                "b.yaml",
                "labels:\n  - cat\n  - name: dog\n    color: '#00ff00'\n    shapes: [box, rotated box]\n",
            ),
        ] {
            assert_eq!(names(read(file, text).unwrap()), ["cat", "dog"], "{file}: {text}");
        }
    }

    #[test]
    fn a_full_entry_keeps_its_parts() {
        let text = "labels:\n  - name: car\n    color: '#102030'\n    shortcut: c\n    shapes: [box]\n    attributes:\n      - {name: make, type: select, values: [a, b], mutable: true}\n";
        let label = read("l.yaml", text).unwrap().remove(0);
        assert_eq!((label.color, label.shortcut), (Color::new(16, 32, 48), Some('c')));
        assert!(label.allows(ShapeKind::Box) && !label.allows(ShapeKind::Mask));
        assert_eq!(
            label.attributes[0].input,
            AttributeInput::Select { values: vec!["a".into(), "b".into()] }
        );
    }

    #[test]
    fn a_bad_list_says_what_is_wrong_with_it() {
        for (file, text, expected) in [
            ("a.txt", "\n", "no label"),
            ("a.txt", "cat\ncat\n", "twice"),
            ("a.yaml", "labels: 7\n", "no label list"),
            ("a.yaml", "labels: [{name: cat, shapes: [blob]}]\n", "no kind of shape"),
        ] {
            let error = format!("{:#}", read(file, text).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn only_what_differs_is_written() {
        let old = Label::new(LabelId::from_u128(1), "cat", Color::new(0, 0, 0));
        assert!(schema_edits(&old, &old).is_empty());
        let new = Label { name: "dog".into(), order: 4.0, ..old.clone() };
        assert_eq!(schema_edits(&old, &new).len(), 2);
    }
}
