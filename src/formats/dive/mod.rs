//! DIVE: a JSON file for each video, with tracks of features.
//!
//! A feature has `bounds` on a frame, counted from 0, and maybe a polygon as GeoJSON. Where `interpolate` is set, boxes
//! lie in between up to the next feature; where not, the object is out of sight until then. `begin` and `end` are the
//! first and the last frame on which it is seen. `attributes` of the track hold for all of it, those of a feature for
//! its frame on. DIVE's server takes whole pixels for `bounds` and cuts fractions off, so boxes are rounded unless one
//! asks for fractions.

mod decode;
mod encode;

use std::path::{Path, PathBuf};

use serde_json::Value;

use self::decode::object_of;
use self::encode::{Precision, tracks_of};
use super::exchange::advance;
use super::folder::{beginning_of, files_under, has_extension, path_within, some_files_under};
use super::json_scan::JsonText;
use super::output::{MANIFEST, Output};
use super::paths::{split_extension, video_path};
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Setting, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{Asset, AssetId, AssetKind, Schema, ShapeKind};

const ID: &str = "dive";

/// DIVE's JSON.
pub(super) struct Dive;

impl Format for Dive {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "DIVE"
    }

    fn help(&self) -> &'static str {
        "A JSON file for each video with tracks of boxes and polygons and their attributes, as DIVE and VIAME read and \
         write them."
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
            Capability::Shape(ShapeKind::Polygon),
            Capability::Attributes,
            Capability::ChangingAttributes,
            Capability::Occluded,
            Capability::Order,
            Capability::Tracks,
            Capability::Keyframes,
        ]
    }

    fn settings(&self) -> &'static [Setting] {
        &[Setting {
            id: "bounds",
            title: "Coordinates of boxes",
            values: &[
                ("whole", "whole pixels, as DIVE's server needs them"),
                ("fractions", "with fractions, for DIVE's desktop version"),
            ],
        }]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        let is_ours = match path.is_dir() {
            true => !some_files_under(path, &is_dive, 1).is_empty(),
            false => is_dive(path),
        };
        if is_ours { Confidence::Certain } else { Confidence::No }
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        vec![base_folder(source)]
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        let files = if source.is_dir() { files_under(source, &is_dive)? } else { vec![source.to_owned()] };
        if files.is_empty() {
            let message = "There is no DIVE file here: JSON with tracks that have features.";
            return Err(FormatError::unusable(message, source));
        }
        for (done, file) in files.iter().enumerate() {
            context.advance(done as u64, files.len() as u64)?;
            read_file(file, &base_folder(source), context)?;
        }
        Ok(())
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        let mut output = Output::open(plan.target(), ID)?;
        let (mut done, total) = (0, source.num_items());
        source.for_each(&mut |item| {
            done += 1;
            advance(&options.job, done, total)?;
            let Some(place) = plan.place(&item.asset) else { return Ok(()) };
            let name = format!("{}.json", split_extension(&place.path).0);
            let mut file = output.begin(&name)?;
            file.put(b"{\"version\": 2, \"groups\": {}, \"tracks\": {")?;
            for (id, (_, mut track)) in tracks_of(item, plan, precision(plan)).records.into_iter().enumerate()
            {
                track["id"] = id.into();
                let comma = if id > 0 { "," } else { "" };
                file.put(format!("{comma}\n\"{id}\": {track}").as_bytes())?;
            }
            file.put(b"\n}}\n")?;
            output.commit(&name, file, report)?;
            match options.media {
                Some(copier) => output.copy_media(&place.path, &item.asset, copier, report),
                None => Ok(()),
            }
        })?;
        Ok(Written { files: output.finish()?, main_file: plan.target().to_owned() })
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), None);
        tracks_of(item, plan, precision(plan)).trip(item, asset, |track| {
            // Through the text, so that every number is the one that a reader will find.
            let read = serde_json::from_str(&track.to_string()).map_err(|error| error.to_string());
            read.and_then(|track| object_of(&track, labels, "")).into_iter().collect()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        for label in plan.schema().labels.iter().filter(|label| plan.is_used(label.id)) {
            let id = labels.label(&label.name);
            for attribute in &label.attributes {
                labels.define_attribute(id, attribute.clone());
            }
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

fn precision(plan: &ExportPlan) -> Precision {
    match plan.setting(&Dive, "bounds") {
        "fractions" => Precision::Fractions,
        _ => Precision::Whole,
    }
}

/// Whether a file has tracks of DIVE's: with features, or none at all beside its version and groups.
fn is_dive(path: &Path) -> bool {
    if !has_extension(path, "json") || path.is_dir() || path.file_name().is_some_and(|name| name == MANIFEST)
    {
        return false;
    }
    let bytes = beginning_of(path);
    let text = String::from_utf8_lossy(&bytes);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    text.trim_start().starts_with('{')
        && (has("features") && (has("confidencePairs") || has("begin"))
            || has("tracks") && has("groups") && has("version"))
}

fn read_file(path: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let text = JsonText::read(path)?;
    let name = path_within(base, path);
    let mut tracks = None;
    // The first version has the tracks right at the top, by number.
    let mut top = Vec::new();
    for member in text.members(&text.whole()) {
        match member {
            Ok((key, span)) if key == "tracks" => tracks = Some(text.members(&span)),
            Ok((key, span)) if key.parse::<u64>().is_ok() => top.push(Ok((key, span))),
            Ok(_) => {}
            Err(broken) => context.report.error(format!("{}.", broken.message), broken.place),
        }
    }
    let tracks = match tracks {
        Some(tracks) => tracks,
        None if !top.is_empty() => top,
        None => return Err(FormatError::unusable("This is no DIVE file: it has no tracks.", path)),
    };
    let mut objects = Vec::new();
    for member in tracks {
        let read = member.and_then(|(_, span)| Ok((text.parse::<Value>(&span)?, span)));
        match read {
            Err(broken) => {
                context.report.error(format!("A track could not be read: {}.", broken.message), broken.place);
            }
            Ok((track, span)) => match object_of(&track, context.labels, &name) {
                Ok(object) => objects.push(object),
                Err(reason) => {
                    context
                        .report
                        .error(format!("A track cannot be used: {reason}."), text.place(span.start));
                }
            },
        }
    }
    let folder = split_extension(&name).0.rsplit_once('/').map_or("", |(folder, _)| folder);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let short = stem.strip_prefix("result_").unwrap_or(&stem);
    let video = video_path(folder, &[&stem, short], context.has_picture);
    let size = (context.image_size)(&video).unwrap_or_default();
    let mut asset = Asset::picture(AssetId::new(), video, size.width, size.height);
    asset.kind = AssetKind::Video;
    (context.sink)(Item { asset, objects })
}
