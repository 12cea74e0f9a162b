//! COCO instances: one JSON file with images, annotations and categories.
//!
//! - `bbox` is x, y, width, height in pixels from the outer corner of the first pixel, as here.
//! - `segmentation` is a list of rings, whose union is meant and which can have no holes, or run lengths down the
//!   columns of the whole picture. Polygons with holes are therefore written as run lengths, of the pixels whose
//!   centres they hold.
//! - `area` of run lengths and their `bbox` are those that pycocotools computes. `area` of a polygon is its area by
//!   the shoelace formula, as in the COCO datasets; pycocotools' own rasteriser may count other pixels along
//!   the border.
//! - `iscrowd` is 1 for objects with the flag, and for nothing else: most trainers skip such annotations.
//! - The `attributes` dialect of CVAT and Datumaro carries attributes, flags and the angle of boxes.
//! - One annotation can hold an outline and keypoints: here those are two objects in a group.
//!
//! **Invariants.** Ids in exported files count from 1 without gaps. Fields that are not known are kept on the object
//! (those of a picture on its first object) and written back.

mod decode;
mod encode;
mod read;
mod records;
mod rle;
mod write;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use self::decode::Surroundings;
use self::records::{Annotation, Id};
pub(super) use self::rle::{runs_from_text, text_from_runs};
use super::folder::{beginning_of, has_extension};
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Setting, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{Object, Schema, ShapeKind};
use crate::pixels::Size;

const ID: &str = "coco";

/// COCO instances and keypoints.
pub(super) struct Coco;

impl Format for Coco {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "COCO"
    }

    fn help(&self) -> &'static str {
        "One JSON file for boxes, polygons, masks and keypoints, read by pycocotools, Detectron2, MMDetection, \
         torchvision and most other trainers."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn layout(&self) -> Layout {
        Layout::FolderOrFile
    }

    fn keeps(&self) -> &'static [Capability] {
        &[
            Capability::Shape(ShapeKind::Box),
            Capability::Shape(ShapeKind::RotatedBox),
            Capability::Shape(ShapeKind::Polygon),
            Capability::Shape(ShapeKind::Points),
            Capability::Shape(ShapeKind::Skeleton),
            Capability::Shape(ShapeKind::Mask),
            Capability::Parts,
            Capability::Visibility,
            Capability::Attributes,
            Capability::Occluded,
            Capability::Truncated,
            Capability::Difficult,
            Capability::Crowd,
            Capability::Order,
            Capability::Scores,
            Capability::Subsets,
            Capability::LabelTree,
            Capability::UnusedLabels,
            Capability::UnknownFields,
        ]
    }

    fn settings(&self) -> &'static [Setting] {
        write::SETTINGS
    }

    fn sniff(&self, path: &Path) -> Confidence {
        if !path.is_dir() {
            return sniff_file(path);
        }
        read::files_of(path).first().map_or(Confidence::No, |file| sniff_file(file))
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        let folder = base_folder(source);
        let mut roots = vec![folder.clone(), folder.join("..")];
        if source.is_dir() {
            roots = vec![folder.clone(), folder.join("annotations")];
        }
        let parts = ["images", "train", "val", "valid", "test", "train2017", "val2017", "test2017"];
        let mut folders = roots.clone();
        for root in roots {
            folders.extend(parts.iter().map(|part| root.join(part)));
            folders.extend(parts[1..].iter().map(|part| root.join("images").join(part)));
        }
        folders.retain(|folder| folder.is_dir());
        folders
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        read::import(source, context)
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        write::write(source, plan, options, report)
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a video, and COCO holds pictures");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), plan.subset_of(place));
        let size = Size::new(asset.width, asset.height);
        let encoded = encode::annotations_of(item, 1, plan, write::masks_setting(plan));
        encoded.trip(item, asset, |record| {
            // Through the text, so that every number is the one that a reader will find.
            let text = serde_json::to_string(record).unwrap_or_default();
            let Ok(annotation) = serde_json::from_str::<Annotation>(&text) else { return Vec::new() };
            let Id::Number(number) = annotation.category_id else { return Vec::new() };
            let Some(known) = plan.labels().get(number as usize - 1) else { return Vec::new() };
            let label = labels.label(&read::label_name(&known.name, &annotation.category_id));
            let has_joints = labels.get(label).is_some_and(|label| label.skeleton.is_some());
            let size = Some(size).filter(|size| size.num_pixels() > 0);
            let around = Surroundings { label, has_joints, size, file: "" };
            decode::objects_of(&annotation, &around, labels, &mut |_| {}).unwrap_or_default()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        read::add_categories(&encode::categories_of(plan), &mut labels);
        // Attributes are read back from the objects that have them.
        let mut schema = labels.into_schema();
        for label in &mut schema.labels {
            if let Some(before) =
                plan.schema().label_named(&label.name).filter(|label| plan.is_used(label.id))
            {
                label.attributes = before.attributes.clone();
            }
        }
        schema
    }

    fn subset(&self, wanted: Option<&str>, target: &Path) -> Option<String> {
        if has_extension(target, "json") {
            return None;
        }
        wanted.map(|name| super::paths::inside(name).replace('/', "_"))
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    /// The `track_id` of CVAT's and Datumaro's dialect.
    fn note_track(&self, shape: &mut Object, track: usize) -> bool {
        let fields = shape.extra.entry(ID.to_owned()).or_insert_with(|| json!({}));
        let attributes =
            fields.as_object_mut().map(|fields| fields.entry("attributes").or_insert_with(|| json!({})));
        if let Some(attributes) = attributes.and_then(Value::as_object_mut) {
            attributes.insert("track_id".to_owned(), json!(track));
        }
        true
    }

    fn needs_distinct_stems(&self) -> bool {
        false
    }
}

/// How sure it is that a file is COCO, from its beginning. Results are likely; they need the dataset they belong to.
fn sniff_file(path: &Path) -> Confidence {
    if !has_extension(path, "json") {
        return Confidence::No;
    }
    let bytes = beginning_of(path);
    let text = String::from_utf8_lossy(&bytes);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    if has("segments_info") || has("shapes") {
        return Confidence::No;
    }
    let is_list = text.trim_start().starts_with('[');
    match is_list {
        true if has("image_id") && has("category_id") => Confidence::Likely,
        true => Confidence::No,
        false if has("images") && (has("file_name") || has("categories") || has("annotations")) => {
            Confidence::Certain
        }
        false if has("annotations") && (has("image_id") || has("categories")) => Confidence::Certain,
        false if has("annotations") || has("categories") => Confidence::Perhaps,
        false => Confidence::No,
    }
}
