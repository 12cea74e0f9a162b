//! From a model's classes to the labels of a project, and from its shapes to those that a label allows.

use super::{Outline, SuggestRequest};
use crate::edit::Document;
use crate::geometry::Polygon;
use crate::model::{Color, Content, Label, LabelId, Schema, Shape, ShapeKind};

/// A suggestion that overlaps an object of its label by so much (intersection over union) is no news.
const KNOWN_OVERLAP: f64 = 0.7;
/// The outline of a mask may be off by so much when it becomes a polygon, pixels.
const OUTLINE_TOLERANCE_PX: f64 = 0.75;

/// The label of each class.
pub(super) struct Labels<'a> {
    schema: &'a Schema,
    classes: &'a [String],
    by_class: Vec<Option<LabelId>>,
    new: Vec<Label>,
}

impl<'a> Labels<'a> {
    /// The label that the request names for a class, else the one of the same name, else a new one where those are wanted.
    ///
    /// # Errors
    /// When the request names a label or a class that there is not.
    pub fn new(schema: &'a Schema, request: &SuggestRequest, classes: &'a [String]) -> anyhow::Result<Self> {
        for (class, label) in &request.labels {
            anyhow::ensure!(classes.contains(class), "the model has no class {class:?}");
            anyhow::ensure!(schema.label_named(label).is_some(), "the project has no label {label:?}");
        }
        let mut labels = Self { schema, classes, by_class: Vec::new(), new: Vec::new() };
        for class in classes {
            let named = request.labels.get(class).and_then(|name| schema.label_named(name));
            let known = named.or_else(|| same_name(schema, class)).map(|label| label.id);
            let id = known.or_else(|| request.with_new_labels.then(|| labels.add(class)));
            labels.by_class.push(id);
        }
        Ok(labels)
    }

    fn add(&mut self, class: &str) -> LabelId {
        let index = self.schema.labels.len() + self.new.len();
        let mut label = Label::new(LabelId::new(), class.trim(), Color::for_index(index));
        label.order = self.schema.labels.last().map_or(0.0, |last| last.order) + 1.0 + self.new.len() as f64;
        let id = label.id;
        self.new.push(label);
        id
    }

    /// Labels that the project does not have yet.
    pub fn new_labels(&self) -> &[Label] {
        &self.new
    }

    /// The label of a class.
    pub fn of(&self, class: usize) -> Option<&Label> {
        let id = (*self.by_class.get(class)?)?;
        self.schema.label(id).or_else(|| self.new.iter().find(|label| label.id == id))
    }

    /// The model's name of a class.
    pub fn name_of(&self, class: usize) -> String {
        self.classes.get(class).cloned().unwrap_or_else(|| format!("class {class}"))
    }
}

/// The label whose name differs in nothing but case, blanks, `_` and `-`.
fn same_name<'a>(schema: &'a Schema, class: &str) -> Option<&'a Label> {
    let plain = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(class);
    schema
        .label_named(class)
        .or_else(|| schema.labels.iter().find(|label| !wanted.is_empty() && plain(&label.name) == wanted))
}

/// Masks as what was asked for; everything else as it is.
pub(super) fn outlined(content: Content, outline: Outline) -> Content {
    match (content, outline) {
        (Content::Shape(Shape::Mask(mask)), Outline::Polygon) => {
            Content::Shape(Shape::Polygon(mask.to_polygon_within(OUTLINE_TOLERANCE_PX)))
        }
        (Content::Shape(Shape::Mask(mask)), Outline::Box) => Content::Shape(Shape::from_rect(mask.bounds())),
        (content, _) => content,
    }
}

/// A shape of a kind that the label allows: its own, or the nearest there is; its own where there is none.
pub(super) fn allowed(content: Content, label: &Label) -> Content {
    let Content::Shape(shape) = content else { return content };
    if label.allows(shape.kind()) {
        return Content::Shape(shape);
    }
    let bounds = shape.bounds();
    Content::Shape(match shape {
        Shape::Mask(mask) if label.allows(ShapeKind::Polygon) => {
            Shape::Polygon(mask.to_polygon_within(OUTLINE_TOLERANCE_PX))
        }
        Shape::Box(_) if label.allows(ShapeKind::Polygon) => Shape::Polygon(Polygon::from_rect(&bounds)),
        _ if label.allows(ShapeKind::Box) => Shape::from_rect(bounds),
        shape => shape,
    })
}

/// Whether the picture has an object of this label in the same place, or the same tag.
pub(super) fn is_known(document: &Document, label: LabelId, content: &Content) -> bool {
    document.alive().in_order().filter(|object| object.label == Some(label)).any(|object| {
        match (&object.content, content) {
            (Content::Tag, Content::Tag) => true,
            (Content::Shape(old), Content::Shape(new)) => old.bounds().iou(&new.bounds()) >= KNOWN_OVERLAP,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Mask, Rect};

    #[test]
    fn names_are_the_same_whatever_their_case_and_blanks() {
        let label = |name: &str| Label::new(LabelId::new(), name, Color::for_index(0));
        let schema = Schema::from_labels([label("Traffic_Light"), label("car")]);
        assert_eq!(same_name(&schema, "traffic light").unwrap().name, "Traffic_Light");
        assert!(same_name(&schema, "cart").is_none() && same_name(&schema, "").is_none());
    }

    #[test]
    fn a_mask_becomes_what_its_label_allows() {
        let mask = Mask::from_fn(Rect::from_xywh(2.0, 3.0, 4.0, 5.0), |_, _| true);
        let content = Content::Shape(Shape::Mask(mask));
        let mut label = Label::new(LabelId::new(), "cat", Color::for_index(0));
        let kind = |content: Content| match content {
            Content::Shape(shape) => shape.kind(),
            Content::Track(_) | Content::Span(_) | Content::Tag => panic!(),
        };
        assert_eq!(kind(allowed(content.clone(), &label)), ShapeKind::Mask);
        label.shapes = [ShapeKind::Box].into();
        assert_eq!(kind(allowed(content.clone(), &label)), ShapeKind::Box);
        label.shapes = [ShapeKind::Box, ShapeKind::Polygon].into();
        assert_eq!(kind(allowed(content.clone(), &label)), ShapeKind::Polygon);
        assert_eq!(
            outlined(content, Outline::Box),
            Content::Shape(Shape::from_rect(Rect::from_xywh(2.0, 3.0, 4.0, 5.0)))
        );
    }
}
