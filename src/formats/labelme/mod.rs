//! labelme: one JSON file for each picture.
//!
//! - Points are pixels, as here. A rectangle has two opposite corners, a circle its centre and a point of its rim,
//!   a mask a PNG and the pixels at its two corners.
//! - Polygons have no holes and one part: one with holes is written as a mask, the parts of one object as several
//!   polygons that share a `group_id`.
//! - Flags of the picture are tags here; flags of a shape are checkboxes, or the model's own flags where their
//!   names say so.
//! - `score`, `difficult` and `attributes` are X-AnyLabeling's; labelme keeps them without using them. Its files
//!   are read, with its own types of shapes; they are not written, for labelme refuses those.
//! - The bytes of the picture are never written into the file.
//!
//! **Invariants.** Fields that are not known are kept, those of the file on the picture's first object, and
//! written back. Nothing is written that labelme's strict reader refuses.

mod decode;
mod encode;
mod read;
mod records;
mod write;

use std::path::{Path, PathBuf};

use self::decode::Groups;
use self::encode::Record;
use self::records::ShapeRecord;
use super::folder::{beginning_of, has_extension, some_files_under};
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{Schema, ShapeKind};

const ID: &str = "labelme";

/// labelme JSON.
pub(super) struct Labelme;

impl Format for Labelme {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "labelme"
    }

    fn help(&self) -> &'static str {
        "A JSON file beside each picture, as labelme reads and writes them. Files of X-AnyLabeling are read as well."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn layout(&self) -> Layout {
        Layout::Folder
    }

    fn keeps(&self) -> &'static [Capability] {
        &[
            Capability::Shape(ShapeKind::Box),
            Capability::Shape(ShapeKind::RotatedBox),
            Capability::Shape(ShapeKind::Polygon),
            Capability::Shape(ShapeKind::Polyline),
            Capability::Shape(ShapeKind::Points),
            Capability::Shape(ShapeKind::Mask),
            Capability::Attributes,
            Capability::Occluded,
            Capability::Truncated,
            Capability::Difficult,
            Capability::Crowd,
            Capability::Order,
            Capability::Groups,
            Capability::Scores,
            Capability::Comments,
            Capability::Tags,
            Capability::UnknownFields,
        ]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        if path.is_dir() {
            let files = some_files_under(path, &|file| has_extension(file, "json"), 20);
            return files.iter().map(|file| sniff_file(file)).max().unwrap_or(Confidence::No);
        }
        sniff_file(path)
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        let folder = base_folder(source);
        let beside = ["images", "../images"].map(|name| folder.join(name));
        std::iter::once(folder).chain(beside.into_iter().filter(|folder| folder.is_dir())).collect()
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
            return Trip::left_out(item, "it is on a video, and labelme holds pictures");
        };
        let asset = bare_asset(&item.asset, write::path_read_back(&item.asset, place, plan), None);
        let mut groups = Groups::new();
        encode::records_of(item, plan).trip(item, asset, |record| match record {
            Record::Shape(record) => {
                // Through the text, so that every number is the one that a reader will find.
                let text = serde_json::to_string(record).unwrap_or_default();
                let Ok(record) = serde_json::from_str::<ShapeRecord>(&text) else { return Vec::new() };
                decode::object_of(&record, labels, &mut groups, "", &mut |_| {}).into_iter().collect()
            }
            Record::Flag(name) => {
                let flags = std::iter::once((name.clone(), serde_json::Value::Bool(true))).collect();
                read::tags_of(&flags, labels, "")
            }
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        // Labels come back by their names, and attributes by their values, from the objects that have them.
        let mut labels = SchemaBuilder::default();
        for label in plan.schema().labels.iter().filter(|label| plan.is_used(label.id)) {
            labels.label(&label.name);
        }
        let mut schema = labels.into_schema();
        for label in &mut schema.labels {
            label.attributes =
                plan.schema().label_named(&label.name).map(|l| l.attributes.clone()).unwrap_or_default();
        }
        schema
    }

    fn subset(&self, _: Option<&str>, _: &Path) -> Option<String> {
        None
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    fn needs_distinct_stems(&self) -> bool {
        true
    }
}

fn sniff_file(path: &Path) -> Confidence {
    if !has_extension(path, "json") {
        return Confidence::No;
    }
    let bytes = beginning_of(path);
    let text = String::from_utf8_lossy(&bytes);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    match (has("shapes"), has("imagePath") || has("shape_type") || has("flags") || has("imageData")) {
        (true, true) => Confidence::Certain,
        // The picture itself may come first and hide the rest.
        (false, _) if has("imageData") => Confidence::Likely,
        (true, false) => Confidence::Perhaps,
        (false, _) => Confidence::No,
    }
}
