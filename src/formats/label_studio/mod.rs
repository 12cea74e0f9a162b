//! Label Studio for video: a list of tasks in JSON, each a video with its results.
//!
//! - `videorectangle` is a box that moves: a `sequence` of keyframes with frames from 1, places in percent of the size,
//!   and `enabled`. A keyframe that is not enabled still shows its box and hides it afterwards.
//! - A turned box has its own top-left corner, where it lands after the turn, as its place; the turn is about that corner,
//!   in pixels.
//! - `timelinelabels` has `ranges` of frames from 1, the last one included. `choices` say something of the whole video.
//! - The time of a keyframe is its frame divided by the rate of the labeling setup, not that of the file; only frames are
//!   read.
//!
//! Beside the tasks lies `config.xml`, the labeling setup that fits them: labels that it lacks would show without names.

mod decode;
mod encode;
mod read;

use std::path::{Path, PathBuf};

use self::decode::object_of;
use self::encode::results_of;
use super::exchange::advance;
use super::output::Output;
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{AssetKind, Schema, ShapeKind};
use crate::pixels::Size;

const ID: &str = "label-studio-video";

/// Label Studio's JSON for videos.
pub(super) struct LabelStudioVideo;

impl Format for LabelStudioVideo {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Label Studio video"
    }

    fn help(&self) -> &'static str {
        "Tasks in JSON with boxes that move, intervals on the timeline and choices for whole videos, and the labeling \
         setup that fits them."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
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
            Capability::Order,
            Capability::Comments,
            Capability::Tags,
            Capability::Tracks,
            Capability::Keyframes,
            Capability::Spans,
            Capability::UnusedLabels,
        ]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        read::sniff(path)
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        vec![base_folder(source)]
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
        let mut output = Output::open(plan.target(), ID)?;
        let mut file = output.begin("tasks.json")?;
        file.put(b"[")?;
        let (mut done, total) = (0, source.num_items());
        let mut rate = None;
        let mut id = 0_u64;
        source.for_each(&mut |item| {
            done += 1;
            advance(&options.job, done, total)?;
            let Some(place) = plan.place(&item.asset) else { return Ok(()) };
            id += 1;
            rate = rate.or_else(|| item.asset.video.as_ref().map(|facts| facts.frames_per_second()));
            let task = encode::task_of(item, id, &place.path, plan);
            file.put(format!("{}\n{task}", if id > 1 { "," } else { "" }).as_bytes())?;
            match options.media {
                Some(copier) => output.copy_media(&place.path, &item.asset, copier, report),
                None => Ok(()),
            }
        })?;
        file.put(b"\n]\n")?;
        output.commit("tasks.json", file, report)?;
        output.write("config.xml", encode::config_of(plan, rate).as_bytes(), report)?;
        let main_file = output.path("tasks.json");
        Ok(Written { files: output.finish()?, main_file })
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), None);
        let size = Size::new(asset.width, asset.height);
        results_of(item, plan).trip(item, asset, |result| {
            // Through the text, so that every number is the one that a reader will find.
            let read = serde_json::from_str(&result.to_string());
            let object = read
                .map_err(|error| error.to_string())
                .and_then(|result| object_of(&result, size, labels, ""));
            object.into_iter().flatten().collect()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        read::read_config(encode::config_of(plan, None), &mut labels);
        labels.into_schema()
    }

    fn subset(&self, _: Option<&str>, _: &Path) -> Option<String> {
        None
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    fn needs_distinct_stems(&self) -> bool {
        false
    }
}
