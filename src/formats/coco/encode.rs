//! From objects to COCO annotations.

use serde_json::{Map, Value};

use super::records::{Annotation, Category, Counts, Id, Image, Segmentation};
use super::rle;
use crate::formats::compare::{PICTURE_FIELDS, score_of};
use crate::formats::labels::attribute_to_json;
use crate::formats::pairs::{Figure, figures};
use crate::formats::trip::{Encoded, back_to_front};
use crate::formats::{ExportPlan, Item};
use crate::geometry::{Mask, Point, Polygon, Rect, ellipse_polygon};
use crate::model::shape::{SkeletonShape, Visibility};
use crate::model::{Content, Flag, Label, Object, Shape};
use crate::pixels::Size;

/// How far the polygon of an ellipse may leave its curve.
const ELLIPSE_TOLERANCE_PX: f64 = 0.05;

/// How areas that are masks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Masks {
    CompressedRuns,
    Runs,
    Polygons,
}

/// The categories of the labels: ids from 1, in the order of the labels.
pub(super) fn categories_of(plan: &ExportPlan) -> Vec<Category> {
    let parent_name = |label: &Label| {
        label
            .parent
            .and_then(|id| plan.schema().label(id))
            .map(|parent| parent.name.clone())
            .unwrap_or_default()
    };
    plan.labels()
        .iter()
        .enumerate()
        .map(|(index, label)| Category {
            id: Some(Id::Number(index as i64 + 1)),
            name: label.name.clone(),
            supercategory: parent_name(label),
            keypoints: label.skeleton.as_ref().map(|s| s.joints.clone()).unwrap_or_default(),
            skeleton: label
                .skeleton
                .as_ref()
                .map(|s| s.bones.iter().map(|&(a, b)| [a + 1, b + 1]).collect())
                .unwrap_or_default(),
        })
        .collect()
}

/// The record of a picture, with the fields that came with it from an import.
pub(super) fn image_of(item: &Item, id: i64, file_name: String) -> Image {
    let fields = item
        .objects
        .iter()
        .find_map(|object| object.extra.get(super::ID)?.get(PICTURE_FIELDS)?.as_object().cloned());
    let mut rest = fields.unwrap_or_default();
    rest.retain(|name, _| !matches!(name.as_str(), "id" | "width" | "height" | "file_name"));
    let known = |n: u32| (n > 0).then_some(n);
    Image {
        id: Id::Number(id),
        width: known(item.asset.width),
        height: known(item.asset.height),
        file_name,
        rest,
    }
}

/// The annotations of an item. Their ids are not set yet.
pub(super) fn annotations_of(
    item: &Item,
    image_id: i64,
    plan: &ExportPlan,
    masks: Masks,
) -> Encoded<Annotation> {
    let mut encoded = Encoded::default();
    let size = Size::new(item.asset.width, item.asset.height);
    for figure in figures(&item.objects, &back_to_front(&item.objects)) {
        match annotation_of(&item.objects, figure, plan, size, masks) {
            Ok(mut annotation) => {
                annotation.image_id = Id::Number(image_id);
                let sources = std::iter::once(figure.main).chain(figure.skeleton).collect();
                encoded.records.push((sources, annotation));
            }
            Err(reason) => encoded.leave_out(figure.main, reason),
        }
    }
    encoded
}

fn annotation_of(
    objects: &[Object],
    figure: Figure,
    plan: &ExportPlan,
    size: Size,
    masks: Masks,
) -> Result<Annotation, String> {
    let object = &objects[figure.main];
    let Content::Shape(shape) = &object.content else {
        return Err(format!("COCO has no {}s", object.kind().name()));
    };
    let label = plan.label(object.label).ok_or("it has no label")?;
    let index = plan.label_index(object.label).unwrap_or_default();
    if !shape.is_valid() {
        return Err("it has no area".to_owned());
    }
    let mut annotation = Annotation {
        id: None,
        image_id: Id::Number(0),
        category_id: Id::Number(index as i64 + 1),
        segmentation: Segmentation::None,
        area: shape.area(),
        bbox: xywh(&shape.bounds()),
        iscrowd: object.has(Flag::Crowd),
        keypoints: Vec::new(),
        num_keypoints: None,
        score: score_of(object),
        attributes: Map::new(),
        rest: Map::new(),
    };
    add_outline(&mut annotation, shape, label, size, masks)?;
    if let Some(Shape::Skeleton(skeleton)) = figure.skeleton.and_then(|index| objects[index].as_shape()) {
        add_joints(&mut annotation, skeleton);
    }
    add_remarks(&mut annotation, object, label);
    Ok(annotation)
}

fn xywh(rect: &Rect) -> Vec<f64> {
    vec![rect.min.x, rect.min.y, rect.width(), rect.height()]
}

fn flat(ring: &[Point]) -> Vec<f64> {
    ring.iter().flat_map(|p| [p.x, p.y]).collect()
}

fn add_outline(
    annotation: &mut Annotation,
    shape: &Shape,
    label: &Label,
    size: Size,
    masks: Masks,
) -> Result<(), String> {
    match shape {
        Shape::Box(_) => {}
        // The outline says what trainers need, the attribute what is read back.
        Shape::RotatedBox(shape) => {
            annotation.segmentation = Segmentation::Polygons(vec![flat(&shape.corners())]);
            annotation.attributes.insert("rotation".to_owned(), shape.angle.into());
        }
        Shape::Ellipse(shape) => {
            let ring = ellipse_polygon(shape.center, shape.radii, shape.angle, ELLIPSE_TOLERANCE_PX);
            add_polygon(annotation, &Polygon::from_ring(ring), size, masks)?;
        }
        Shape::Polygon(polygon) => add_polygon(annotation, polygon, size, masks)?,
        Shape::Mask(mask) => add_mask(annotation, mask, size, masks)?,
        Shape::Skeleton(skeleton) => {
            if skeleton.0.iter().all(|joint| joint.visibility == Visibility::Absent) {
                return Err("all of its joints are absent".to_owned());
            }
            add_joints(annotation, skeleton);
        }
        Shape::Points(points) => {
            if label.skeleton.as_ref().is_some_and(|template| template.joints.len() != points.0.len()) {
                return Err("its points are not as many as the joints of its label".to_owned());
            }
            annotation.keypoints = points.0.iter().flat_map(|p| [p.x, p.y, 2.0]).collect();
            annotation.num_keypoints = Some(points.0.len());
        }
        // A box in space has no place here; the box around it has.
        Shape::Cuboid(_) => annotation.area = shape.bounds().area(),
        Shape::Polyline(_) => return Err("COCO has no open lines".to_owned()),
    }
    Ok(())
}

/// A polygon without holes is written as it is. One with holes is written as the pixels whose centres it holds.
fn add_polygon(
    annotation: &mut Annotation,
    polygon: &Polygon,
    size: Size,
    masks: Masks,
) -> Result<(), String> {
    if polygon.parts.iter().any(|part| !part.holes.is_empty()) {
        if size.num_pixels() == 0 {
            return Err("it has holes, which need the size of the picture, and that is not known".to_owned());
        }
        let mask = Mask::from_polygon(polygon, size.width, size.height);
        // Pixels as polygons would have their holes filled: here the run lengths are what is meant.
        let masks = if masks == Masks::Polygons { Masks::CompressedRuns } else { masks };
        return add_mask(annotation, &mask, size, masks);
    }
    let overlap = |i: usize| {
        let bounds = |part: usize| Rect::around(polygon.parts[part].outer.iter().copied());
        (0..i).any(|j| bounds(i).intersects(&bounds(j)))
    };
    // Readers unite the parts; where some overlap, the area is that of the union.
    if (1..polygon.parts.len()).any(overlap) {
        let united = polygon
            .parts
            .iter()
            .fold(Polygon::default(), |united, part| united.union(&Polygon { parts: vec![part.clone()] }));
        annotation.area = united.area();
    }
    annotation.segmentation =
        Segmentation::Polygons(polygon.parts.iter().map(|part| flat(&part.outer)).collect());
    annotation.bbox = xywh(&polygon.bounds());
    Ok(())
}

fn add_mask(annotation: &mut Annotation, mask: &Mask, size: Size, masks: Masks) -> Result<(), String> {
    if size.num_pixels() == 0 {
        return Err("masks need the size of the picture, and that is not known".to_owned());
    }
    let mask = mask.clipped(size.width, size.height);
    if mask.is_empty() {
        return Err("it lies outside of the picture".to_owned());
    }
    annotation.area = mask.area() as f64;
    annotation.bbox = xywh(&mask.bounds());
    if masks == Masks::Polygons {
        let polygon = mask.to_polygon();
        let rings = polygon.parts.iter().map(|part| flat(&part.outer)).collect();
        annotation.segmentation = Segmentation::Polygons(rings);
        annotation.area = Polygon { parts: polygon.parts.into_iter().map(without_holes).collect() }.area();
        return Ok(());
    }
    let runs = mask.to_column_major_runs(size.width, size.height);
    let counts = match masks {
        Masks::Runs => Counts::List(runs),
        Masks::CompressedRuns | Masks::Polygons => Counts::Text(rle::text_from_runs(&runs)),
    };
    annotation.segmentation = Segmentation::Runs { height: size.height, width: size.width, counts };
    Ok(())
}

fn without_holes(mut part: crate::geometry::PolygonPart) -> crate::geometry::PolygonPart {
    part.holes.clear();
    part
}

fn add_joints(annotation: &mut Annotation, skeleton: &SkeletonShape) {
    let triplet = |joint: &crate::model::shape::Joint| match joint.visibility {
        Visibility::Absent => [0.0, 0.0, 0.0],
        Visibility::Hidden => [joint.position.x, joint.position.y, 1.0],
        Visibility::Visible => [joint.position.x, joint.position.y, 2.0],
    };
    annotation.keypoints = skeleton.0.iter().flat_map(triplet).collect();
    let is_present = |joint: &&crate::model::shape::Joint| joint.visibility != Visibility::Absent;
    annotation.num_keypoints = Some(skeleton.0.iter().filter(is_present).count());
}

fn add_remarks(annotation: &mut Annotation, object: &Object, label: &Label) {
    for flag in [Flag::Occluded, Flag::Truncated, Flag::Difficult] {
        if object.has(flag) {
            annotation.attributes.insert(flag.name().to_owned(), Value::Bool(true));
        }
    }
    for attribute in &label.attributes {
        if let Some(value) = object.attributes.get(&attribute.id) {
            annotation.attributes.entry(attribute.name.clone()).or_insert_with(|| attribute_to_json(value));
        }
    }
    let Some(fields) = object.extra.get(super::ID).and_then(Value::as_object) else { return };
    for (name, value) in fields {
        match (name.as_str(), value) {
            (PICTURE_FIELDS, _) => {}
            ("attributes", Value::Object(more)) => {
                for (name, value) in more {
                    annotation.attributes.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            _ if is_own_field(name) => {}
            _ => {
                annotation.rest.insert(name.clone(), value.clone());
            }
        }
    }
}

fn is_own_field(name: &str) -> bool {
    const OWN: [&str; 11] = [
        "id",
        "image_id",
        "category_id",
        "segmentation",
        "area",
        "bbox",
        "iscrowd",
        "keypoints",
        "num_keypoints",
        "score",
        "attributes",
    ];
    OWN.contains(&name)
}
