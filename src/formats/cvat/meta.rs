//! The head of a CVAT file: the task, its video or pictures, its labels with their attributes and joints.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use crate::formats::SchemaBuilder;
use crate::formats::xml::{Element, Step, XmlFile, escaped};
use crate::model::{
    Attribute, AttributeId, AttributeInput, AttributeValue, Color, Label, LabelId, ShapeKind,
    SkeletonTemplate,
};
use crate::pixels::Size;

/// What a file says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    /// The name of the task.
    pub name: String,
    /// The file of the video, where it is one.
    pub source: String,
    /// The part of the dataset.
    pub subset: Option<String>,
    /// The size of the video's frames.
    pub size: Option<Size>,
    /// How many frames the video has at least: up to the last of the task.
    pub num_frames: Option<u32>,
}

/// Kinds of shape by the names that labels have for them.
const LABEL_TYPES: [(&str, &[ShapeKind]); 8] = [
    ("rectangle", &[ShapeKind::Box, ShapeKind::RotatedBox]),
    ("polygon", &[ShapeKind::Polygon]),
    ("polyline", &[ShapeKind::Polyline]),
    ("points", &[ShapeKind::Points]),
    ("ellipse", &[ShapeKind::Ellipse]),
    ("cuboid", &[ShapeKind::Cuboid]),
    ("mask", &[ShapeKind::Mask]),
    ("skeleton", &[ShapeKind::Skeleton]),
];

/// Bounds that stand for none: CVAT's numbers always have some.
const UNBOUNDED: f64 = 1_000_000.0;

/// Reads the head, and takes its labels in.
pub(super) fn read_meta(meta: &Element, labels: &mut SchemaBuilder) -> Meta {
    // The head of a whole project holds its tasks one level deeper; its own labels are those of all.
    let task = ["task", "job", "project"].iter().find_map(|name| meta.child(name)).unwrap_or(meta);
    let list = task.child("labels").or_else(|| meta.child("labels"));
    if let Some(list) = list {
        add_labels(list, labels);
    }
    let size = task.child("original_size").and_then(|size| {
        let extent = |name: &str| size.text_of(name).parse::<u32>().ok().filter(|&n| n > 0);
        Some(Size::new(extent("width")?, extent("height")?))
    });
    let count = |name: &str| task.text_of(name).parse::<u32>().ok();
    let num_frames = count("stop_frame").map(|last| last.saturating_add(1)).or_else(|| count("size"));
    let source = [meta.text_of("source"), task.text_of("source")].into_iter().find(|text| !text.is_empty());
    Meta {
        name: task.text_of("name").to_owned(),
        source: source.unwrap_or_default().to_owned(),
        subset: Some(task.text_of("subset").to_owned()).filter(|subset| !subset.is_empty()),
        size,
        num_frames,
    }
}

fn add_labels(list: &Element, labels: &mut SchemaBuilder) {
    for element in list.children_named("label").filter(|label| label.text_of("parent").is_empty()) {
        let name = element.text_of("name");
        if name.is_empty() {
            continue;
        }
        let id = labels.label(name);
        let kinds = LABEL_TYPES.iter().find(|(known, _)| *known == element.text_of("type"));
        let kinds: BTreeSet<ShapeKind> =
            kinds.map(|(_, kinds)| kinds.iter().copied().collect()).unwrap_or_default();
        labels.describe(id, element.text_of("color").parse().ok(), kinds);
        let joints: Vec<String> = list
            .children_named("label")
            .filter(|joint| joint.text_of("parent") == name)
            .map(|joint| joint.text_of("name").to_owned())
            .collect();
        if !joints.is_empty() {
            labels.set_skeleton(id, template_of(joints, element.text_of("svg")));
        }
        let attributes =
            element.child("attributes").into_iter().flat_map(|all| all.children_named("attribute"));
        for attribute in attributes.filter(|attribute| !attribute.text_of("name").is_empty()) {
            labels.define_attribute(id, attribute_of(attribute));
        }
    }
}

fn attribute_of(element: &Element) -> Attribute {
    let values: Vec<String> = element
        .text_of("values")
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    let bound = |index: usize| {
        values.get(index).and_then(|text| text.parse::<f64>().ok()).filter(|n| n.abs() < UNBOUNDED)
    };
    let input = match element.text_of("input_type") {
        "select" => AttributeInput::Select { values },
        "radio" => AttributeInput::Radio { values },
        "checkbox" => AttributeInput::Checkbox,
        "number" => AttributeInput::Number { min: bound(0), max: bound(1) },
        _ => AttributeInput::Text,
    };
    let default = Some(element.text_of("default_value")).filter(|text| !text.is_empty());
    Attribute {
        id: AttributeId::new(),
        name: element.text_of("name").to_owned(),
        default: default.map(|text| value_of(text, &input)),
        mutable: element.text_of("mutable").eq_ignore_ascii_case("true"),
        input,
    }
}

/// The value that a text stands for in an attribute of this kind.
pub(super) fn value_of(text: &str, input: &AttributeInput) -> AttributeValue {
    let as_text = || AttributeValue::Text(text.to_owned());
    match input {
        AttributeInput::Checkbox if text.eq_ignore_ascii_case("true") => AttributeValue::Bool(true),
        AttributeInput::Checkbox if text.eq_ignore_ascii_case("false") => AttributeValue::Bool(false),
        AttributeInput::Number { .. } => text
            .trim()
            .parse()
            .ok()
            .filter(|n: &f64| n.is_finite())
            .map_or_else(as_text, AttributeValue::Number),
        AttributeInput::Checkbox
        | AttributeInput::Text
        | AttributeInput::Select { .. }
        | AttributeInput::Radio { .. } => as_text(),
    }
}

/// The id of a label's attribute and the value that a text stands for. An attribute that the head does not name is
/// made.
pub(super) fn attribute_value(
    label: LabelId,
    name: &str,
    text: &str,
    labels: &mut SchemaBuilder,
) -> Option<(Attribute, AttributeValue)> {
    let find = |labels: &SchemaBuilder| {
        labels.get(label)?.attributes.iter().find(|attribute| attribute.name == name).cloned()
    };
    if find(labels).is_none() {
        let is_yes_or_no = matches!(text, "true" | "false");
        let guessed = if is_yes_or_no { AttributeInput::Checkbox } else { AttributeInput::Text };
        labels.attribute(label, name, &value_of(text, &guessed));
    }
    let attribute = find(labels)?;
    let value = value_of(text, &attribute.input);
    Some((attribute, value))
}

/// The joints and bones of a skeleton, from the drawing that CVAT keeps of it.
fn template_of(joints: Vec<String>, svg: &str) -> SkeletonTemplate {
    let mut bones = Vec::new();
    let mut nodes: Vec<(String, usize)> = Vec::new();
    let mut drawing = XmlFile::from_text(Path::new("svg"), format!("<svg>{svg}</svg>"));
    // A drawing that cannot be read costs the bones only.
    while let Ok(step) = drawing.step() {
        let element = match step {
            Step::Begin(element) => element,
            Step::End => continue,
            Step::EndOfFile => break,
        };
        let node = |name: &str| element.get(name).map(str::to_owned);
        if let (Some(from), Some(to)) = (node("data-node-from"), node("data-node-to")) {
            bones.push((from, to));
        } else if let (Some(id), Some(name)) = (node("data-node-id"), node("data-label-name")) {
            nodes.extend(joints.iter().position(|joint| *joint == name).map(|index| (id, index)));
        }
    }
    let index_of = |id: &str| nodes.iter().find(|(known, _)| known == id).map(|(_, index)| *index);
    let bones = bones.iter().filter_map(|(from, to)| Some((index_of(from)?, index_of(to)?))).collect();
    SkeletonTemplate { joints, bones, layout: Vec::new() }
}

/// The list of labels, as part of a head.
pub(super) fn put_labels(out: &mut String, labels: &[Label]) {
    out.push_str("      <labels>\n");
    for label in labels {
        let kind = type_of(label);
        let (name, color) = (escaped(&label.name), label.color);
        put_label(
            out,
            &name,
            color,
            kind,
            |out| {
                for attribute in &label.attributes {
                    put_attribute(out, attribute);
                }
            },
            label
                .skeleton
                .as_ref()
                .map(|template| format!("          <svg>{}</svg>\n", escaped(&svg_of(template)))),
        );
        for joint in label.skeleton.iter().flat_map(|template| &template.joints) {
            let parent = Some(format!("          <parent>{name}</parent>\n"));
            put_label(out, &escaped(joint), color, "points", |_| {}, parent);
        }
    }
    out.push_str("      </labels>\n");
}

fn put_label(
    out: &mut String,
    name: &str,
    color: Color,
    kind: &str,
    attributes: impl FnOnce(&mut String),
    rest: Option<String>,
) {
    // Writing to text does not fail.
    let _ = write!(
        out,
        "        <label>\n          <name>{name}</name>\n          <color>{color}</color>\n          \
         <type>{kind}</type>\n          <attributes>\n"
    );
    attributes(out);
    out.push_str("          </attributes>\n");
    out.push_str(&rest.unwrap_or_default());
    out.push_str("        </label>\n");
}

fn type_of(label: &Label) -> &'static str {
    let allowed: Vec<ShapeKind> = label.shapes.iter().copied().collect();
    let known = LABEL_TYPES
        .iter()
        .find(|(_, kinds)| !allowed.is_empty() && allowed.iter().all(|kind| kinds.contains(kind)));
    match (known, &label.skeleton) {
        (Some((name, _)), _) => name,
        (None, Some(_)) => "skeleton",
        (None, None) => "any",
    }
}

fn put_attribute(out: &mut String, attribute: &Attribute) {
    let (kind, values) = match &attribute.input {
        AttributeInput::Text => ("text", String::new()),
        AttributeInput::Checkbox => ("checkbox", "false\ntrue".to_owned()),
        AttributeInput::Select { values } => ("select", values.join("\n")),
        AttributeInput::Radio { values } => ("radio", values.join("\n")),
        AttributeInput::Number { min, max } => {
            let (min, max) = (min.unwrap_or(-UNBOUNDED), max.unwrap_or(UNBOUNDED));
            ("number", format!("{min}\n{max}\n1"))
        }
    };
    let default = attribute.default.as_ref().map(ToString::to_string).unwrap_or_default();
    let mutable = if attribute.mutable { "True" } else { "False" };
    let (name, default) = (escaped(&attribute.name), escaped(&default));
    // Line breaks between the values are part of the format.
    let values = escaped(&values).replace("&#10;", "\n");
    let _ = write!(
        out,
        "            <attribute>\n              <name>{name}</name>\n              <mutable>{mutable}</mutable>\n              \
         <input_type>{kind}</input_type>\n              <default_value>{default}</default_value>\n              \
         <values>{values}</values>\n            </attribute>\n"
    );
}

/// The drawing of a skeleton, as CVAT keeps it: a node for each joint, a line for each bone, in a square of 100.
fn svg_of(template: &SkeletonTemplate) -> String {
    let place = |index: usize| match template.layout.get(index) {
        Some([x, y]) => (x * 100.0, y * 100.0),
        None => {
            let turn = index as f64 / template.joints.len().max(1) as f64 * std::f64::consts::TAU;
            (50.0 + 40.0 * turn.sin(), 50.0 - 40.0 * turn.cos())
        }
    };
    let mut svg = String::new();
    for &(from, to) in &template.bones {
        let ((x1, y1), (x2, y2)) = (place(from), place(to));
        let (from, to) = (from + 1, to + 1);
        let _ = write!(
            svg,
            "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"black\" data-type=\"edge\" \
             data-node-from=\"{from}\" stroke-width=\"0.5\" data-node-to=\"{to}\"></line>"
        );
    }
    for (index, joint) in template.joints.iter().enumerate() {
        let ((x, y), id, name) = (place(index), index + 1, escaped(joint));
        let _ = write!(
            svg,
            "<circle r=\"1.5\" stroke=\"black\" fill=\"#b3b3b3\" cx=\"{x:.2}\" cy=\"{y:.2}\" stroke-width=\"0.1\" \
             data-type=\"element node\" data-element-id=\"{id}\" data-node-id=\"{id}\" data-label-name=\"{name}\"></circle>"
        );
    }
    svg
}
