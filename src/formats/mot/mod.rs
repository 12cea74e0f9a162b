//! MOTChallenge 1.1: a folder for each video, with a row for each box on each frame.
//!
//! `NAME/gt/gt.txt` has `frame,id,left,top,width,height,conf,class,visibility`; frames, ids and classes count from 1,
//! classes are lines of `gt/labels.txt` (CVAT's and Datumaro's; without it the names are those of MOTChallenge).
//! `conf` 0 means that evaluations leave the row out, here the flag "difficult"; a visibility of 0 that the object is
//! hidden. `NAME/seqinfo.ini` tells length, rate and size, `NAME/img1/000001.jpg` and on are the frames.
//!
//! Coordinates are taken and written as they are, as CVAT, Datumaro and most others do; the benchmark's own definition,
//! in which the first pixel has number 1, would move everything by a pixel.

mod read;
mod rows;
mod write;

use std::path::{Path, PathBuf};

use super::boxes::{TrackBuilder, box_tracks};
use super::sequences::{classes_of, length_of};
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{AssetKind, Schema, ShapeKind};

const ID: &str = "mot";

/// MOTChallenge's text files.
pub(super) struct Mot;

impl Format for Mot {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "MOT 1.1"
    }

    fn help(&self) -> &'static str {
        "Boxes that are followed through a video, a row for each frame, as the MOTChallenge benchmark and its trackers \
         read and write them."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt"]
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
            Capability::Occluded,
            Capability::Difficult,
            Capability::Order,
            Capability::Tracks,
            Capability::UnusedLabels,
        ]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        read::sniff(path)
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        let folder = base_folder(source);
        vec![folder.join(".."), folder.join("../..")]
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
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), None);
        let classes = classes_of(plan);
        let num_frames = length_of(item);
        box_tracks(item, plan, "MOT").trip(item, asset, |track| {
            let mut text = String::new();
            rows::put_rows(&mut text, 1, track);
            let mut tracks = TrackBuilder::new();
            for line in text.lines() {
                // Rows that cannot be read back are missing in the result, which is then told.
                let _ = rows::read_row(line, &classes, labels, &mut tracks);
            }
            tracks.finish(Some(num_frames), ID, "")
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        for name in classes_of(plan) {
            labels.label(&name);
        }
        labels.into_schema()
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
