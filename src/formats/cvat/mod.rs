//! CVAT 1.1: XML with shapes on pictures, or with tracks of a video.
//!
//! What CVAT's own code does, and this part with it:
//! - Frames count from 0 in the whole video, whatever part of it a task shows.
//! - Of a track's shapes only those with `keyframe="1"` are read; the others follow from them. They are written all
//!   the same, for other readers take every shape as it stands.
//! - A track is seen from its first keyframe to one with `outside="1"`, towards which it still moves, or to the end. No
//!   frame behind the last may be named.
//! - Between keyframes shapes move as in [`crate::edit`], but sets of several points, which are held.
//! - A track holds shapes of one kind. Masks do not last: each frame of one is a track of its own, in a group.
//! - A mask's run lengths go row by row over its own rectangle and begin with clear pixels.
//! - Attributes that cannot change are repeated on every shape. Tags are for pictures only.
//!
//! Keyframes are written with all their digits; CVAT itself writes two decimals, and so is what lies between.

mod decode;
mod encode;
mod geometry;
mod meta;
mod motion;
mod read;
mod write;

use std::path::{Path, PathBuf};

use self::decode::{Groups, object_of, tag_of};
use self::encode::{GroupNumbers, image_records, tracks_of};
use self::read::{Kind, kind_of, read_track};
use super::folder::some_files_under;
use super::trip::bare_asset;
use super::xml::{Element, Step, XmlFile};
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Setting, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{AssetKind, Object, Schema, ShapeKind};

const VIDEO_ID: &str = "cvat-video";
const IMAGES_ID: &str = "cvat-images";

/// CVAT for video 1.1.
pub(super) struct CvatVideo;

/// CVAT for images 1.1.
pub(super) struct CvatImages;

impl Format for CvatVideo {
    fn id(&self) -> &'static str {
        VIDEO_ID
    }

    fn title(&self) -> &'static str {
        "CVAT for video 1.1"
    }

    fn help(&self) -> &'static str {
        "An XML file for each video, with tracks, their keyframes and changing attributes, as CVAT reads and writes \
         them."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xml"]
    }

    fn layout(&self) -> Layout {
        Layout::Folder
    }

    fn holds(&self) -> AssetKind {
        AssetKind::Video
    }

    fn keeps(&self) -> &'static [Capability] {
        &[
            Capability::Shape(ShapeKind::Box),
            Capability::Shape(ShapeKind::RotatedBox),
            Capability::Shape(ShapeKind::Ellipse),
            Capability::Shape(ShapeKind::Polygon),
            Capability::Shape(ShapeKind::Polyline),
            Capability::Shape(ShapeKind::Points),
            Capability::Shape(ShapeKind::Skeleton),
            Capability::Shape(ShapeKind::Cuboid),
            Capability::Visibility,
            Capability::Attributes,
            Capability::Occluded,
            Capability::Order,
            Capability::Groups,
            Capability::Tracks,
            Capability::Keyframes,
            Capability::ChangingAttributes,
            Capability::Subsets,
            Capability::UnusedLabels,
        ]
    }

    fn settings(&self) -> &'static [Setting] {
        &[Setting {
            id: "frames",
            title: "Shapes of a track",
            values: &[
                ("all", "on every frame, as CVAT writes them"),
                ("keyframes", "on keyframes only: smaller files, for CVAT reads no others"),
            ],
        }]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        sniff(path, Kind::Tracks)
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        vec![base_folder(source).join("images")]
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        read::import(VIDEO_ID, source, context)
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        write::write_videos(source, plan, options, report)
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), plan.subset_of(place));
        let mut groups = Groups::new();
        tracks_of(item, plan, &mut GroupNumbers::default()).trip(item, asset, |record| {
            let mut text = String::new();
            let written = record.write(0, None, &mut |part| {
                text.push_str(part);
                Ok(())
            });
            let mut file = XmlFile::from_text(Path::new(""), text);
            let Ok(Step::Begin(element)) = file.step() else { return Vec::new() };
            let mut report = Report::new();
            let track = read_track(&mut file, &element, (VIDEO_ID, ""), &mut groups, labels, &mut report);
            track.ok().flatten().filter(|_| written.is_ok()).into_iter().collect()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        schema_trip(plan)
    }

    fn subset(&self, wanted: Option<&str>, _: &Path) -> Option<String> {
        wanted.map(str::to_owned)
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    fn needs_distinct_stems(&self) -> bool {
        true
    }
}

impl Format for CvatImages {
    fn id(&self) -> &'static str {
        IMAGES_ID
    }

    fn title(&self) -> &'static str {
        "CVAT for images 1.1"
    }

    fn help(&self) -> &'static str {
        "One XML file for all pictures of a subset, with every kind of shape, attributes and tags, as CVAT and \
         Datumaro read and write them."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xml"]
    }

    fn layout(&self) -> Layout {
        Layout::Folder
    }

    fn keeps(&self) -> &'static [Capability] {
        &[
            Capability::Shape(ShapeKind::Box),
            Capability::Shape(ShapeKind::RotatedBox),
            Capability::Shape(ShapeKind::Ellipse),
            Capability::Shape(ShapeKind::Polygon),
            Capability::Shape(ShapeKind::Polyline),
            Capability::Shape(ShapeKind::Points),
            Capability::Shape(ShapeKind::Skeleton),
            Capability::Shape(ShapeKind::Mask),
            Capability::Shape(ShapeKind::Cuboid),
            Capability::Visibility,
            Capability::Attributes,
            Capability::Occluded,
            Capability::Order,
            Capability::Groups,
            Capability::Tags,
            Capability::Subsets,
            Capability::UnusedLabels,
        ]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        sniff(path, Kind::Images)
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        vec![base_folder(source).join("images")]
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        read::import(IMAGES_ID, source, context)
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        write::write_images(source, plan, options, report)
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a video, and this format holds pictures");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), plan.subset_of(place));
        let mut groups = Groups::new();
        image_records(item, plan, &mut GroupNumbers::default()).trip(item, asset, |record| {
            let Some(element) = element_of(record.text()) else { return Vec::new() };
            let object = match element.name.as_str() {
                "tag" => tag_of(&element, labels, &mut groups, (IMAGES_ID, "")),
                _ => object_of(&element, labels, &mut groups, (IMAGES_ID, "")),
            };
            object.into_iter().collect::<Vec<Object>>()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        schema_trip(plan)
    }

    fn subset(&self, wanted: Option<&str>, _: &Path) -> Option<String> {
        wanted.map(|name| super::paths::inside(name).replace('/', "_"))
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    fn needs_distinct_stems(&self) -> bool {
        false
    }
}

/// The labels as they are read from the head of a file.
fn schema_trip(plan: &ExportPlan) -> Schema {
    let mut labels = SchemaBuilder::default();
    let head = write::head_of(plan, "", None, None);
    let mut file = XmlFile::from_text(Path::new(""), head);
    while let Ok(Step::Begin(element)) = file.step() {
        if element.name == "meta" {
            if let Ok(meta) = file.rest_of(element) {
                meta::read_meta(&meta, &mut labels);
            }
            break;
        }
        // The version stands before the head.
        if element.name == "version" && file.rest_of(element).is_err() {
            break;
        }
    }
    labels.into_schema()
}

fn element_of(text: String) -> Option<Element> {
    let mut file = XmlFile::from_text(Path::new(""), text);
    match file.step() {
        Ok(Step::Begin(element)) => file.rest_of(element).ok(),
        _ => None,
    }
}

fn sniff(path: &Path, kind: Kind) -> Confidence {
    let file = if path.is_dir() {
        some_files_under(path, &|path| kind_of(path).is_some(), 1).into_iter().next()
    } else {
        Some(path.to_owned())
    };
    match file.and_then(|file| kind_of(&file)) {
        Some(found) if found == kind => Confidence::Certain,
        _ => Confidence::No,
    }
}
