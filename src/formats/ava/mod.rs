//! AVA: boxes of people at full seconds, with what they do.
//!
//! A row of the CSV is `video, second, x1, y1, x2, y2, action, person`: places from 0 to 1 of the size, actions by their
//! number in `ava_action_list_v2.2.pbtxt`, from 1. One person who does several things has several rows. Rows of two
//! columns say that there is nobody.
//!
//! An export writes each full second at which a track is seen; what lies between is lost. An import gives a track for
//! each person and action, with a keyframe at each second, seen until the next.

mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::rows::{Actions, Row, put_rows, read_row, tracks_in};
use super::boxes::box_tracks;
use super::exchange::advance;
use super::folder::{files_under, has_extension, path_within};
use super::output::{AtomicFile, Output};
use super::paths::{file_name, split_extension, video_path};
use super::sequences::{first_line, numbered_lines};
use super::trip::bare_asset;
use super::video_facts::Clock;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{Asset, AssetId, AssetKind, Schema, ShapeKind};
use crate::pixels::Size;

const ID: &str = "ava";
const ACTIONS: &str = "ava_action_list_v2.2.pbtxt";

/// AVA's CSV.
pub(super) struct Ava;

impl Format for Ava {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "AVA"
    }

    fn help(&self) -> &'static str {
        "Boxes of people at each full second of videos with what they do, as the AVA actions dataset has them."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv"]
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
            Capability::Order,
            Capability::Tracks,
            Capability::Subsets,
            Capability::UnusedLabels,
        ]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        let found = match path.is_dir() {
            true => files_under(path, &is_rows).is_ok_and(|files| !files.is_empty()),
            false => is_rows(path),
        };
        if found { Confidence::Certain } else { Confidence::No }
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        let folder = base_folder(source);
        vec![folder.clone(), folder.join("videos"), folder.join("../videos")]
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        let files = if source.is_dir() { files_under(source, &is_rows)? } else { vec![source.to_owned()] };
        if files.is_empty() {
            let message = "There is no AVA file here: CSV with rows of eight columns.";
            return Err(FormatError::unusable(message, source));
        }
        files.iter().try_for_each(|file| read_file(file, &base_folder(source), context))
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        let mut output = Output::open(plan.target(), ID)?;
        let list = Actions::of(plan).to_text();
        output.write(&format!("annotations/{ACTIONS}"), list.as_bytes(), report)?;
        let mut files: BTreeMap<String, AtomicFile> = BTreeMap::new();
        let (mut done, total) = (0, source.num_items());
        source.for_each(&mut |item| {
            done += 1;
            advance(&options.job, done, total)?;
            let Some(place) = plan.place(&item.asset) else { return Ok(()) };
            let name = format!("annotations/ava_{}_v2.2.csv", plan.subset_of(place).unwrap_or("default"));
            if !files.contains_key(&name) {
                files.insert(name.clone(), output.begin(&name)?);
            }
            let text = rows_of(item, split_extension(&place.path).0, plan);
            if let Some(file) = files.get_mut(&name) {
                file.put(text.as_bytes())?;
            }
            match options.media {
                Some(copier) => {
                    output.copy_media(&format!("videos/{}", place.path), &item.asset, copier, report)
                }
                None => Ok(()),
            }
        })?;
        for (name, file) in files {
            output.commit(&name, file, report)?;
        }
        Ok(Written { files: output.finish()?, main_file: plan.target().to_owned() })
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), plan.subset_of(place));
        let size = Size::new(asset.width, asset.height);
        let actions = Actions::of(plan);
        let clock = Clock::of(&item.asset);
        let mut encoded = box_tracks(item, plan, "AVA");
        let reason = if size.num_pixels() == 0 {
            "places are fractions of the video's size, and that is not known"
        } else {
            "it is seen at no full second"
        };
        let text_of = |track: &_| put_rows("v", 1, track, &clock, size);
        let (written, empty): (Vec<_>, Vec<_>) =
            encoded.records.into_iter().partition(|(_, track)| !text_of(track).is_empty());
        encoded.records = written;
        encoded.left_out.extend(empty.into_iter().map(|(indices, _)| (indices[0], reason.to_owned())));
        encoded.trip(item, asset, |track| {
            let rows: Vec<Row> =
                text_of(track).lines().filter_map(|line| read_row(line).ok().flatten()).collect();
            tracks_in(&rows, &actions, &clock, size, labels, "").into_iter().filter_map(Result::ok).collect()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        Actions::read(&Actions::of(plan).to_text()).add_to(&mut labels);
        labels.into_schema()
    }

    fn subset(&self, wanted: Option<&str>, _: &Path) -> Option<String> {
        wanted.map(|name| super::paths::inside(name).replace(['/', '_'], "-"))
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    fn needs_distinct_stems(&self) -> bool {
        true
    }
}

/// The rows of a video. One without any is there by a row of two columns.
fn rows_of(item: &Item, name: &str, plan: &ExportPlan) -> String {
    let clock = Clock::of(&item.asset);
    let size = Size::new(item.asset.width, item.asset.height);
    let mut text = String::new();
    for (index, (_, track)) in box_tracks(item, plan, "AVA").records.iter().enumerate() {
        text += &put_rows(name, index + 1, track, &clock, size);
    }
    if text.is_empty() { format!("{},0000\n", rows::quoted(name)) } else { text }
}

/// Whether a file has AVA's rows: a name, a second, four places, an action and maybe a person.
fn is_rows(path: &Path) -> bool {
    has_extension(path, "csv")
        && first_line(path)
            .is_some_and(|line| read_row(&line).is_ok_and(|row| row.is_some()) || is_empty_row(&line))
}

fn is_empty_row(line: &str) -> bool {
    rows::fields(line).len() == 2 && rows::fields(line)[1].trim().parse::<f64>().is_ok()
}

fn read_file(path: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let list = std::fs::read_to_string(folder.join(ACTIONS)).unwrap_or_default();
    let actions = Actions::read(&list);
    actions.add_to(context.labels);
    let mut videos: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for (number, line) in numbered_lines(path)? {
        match read_row(&line) {
            Ok(Some(row)) => videos.entry(row.video.clone()).or_default().push(row),
            Ok(None) => {
                videos.entry(rows::fields(&line)[0].clone()).or_default();
            }
            Err(reason) => {
                let place = format!("{}:{number}", path.display());
                context.report.error(format!("A row cannot be used: {reason}."), place);
            }
        }
    }
    if videos.is_empty() {
        return Err(FormatError::unusable("There is no row in this file that AVA could have.", path));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let subset = stem.strip_prefix("ava_").and_then(|rest| rest.split("_v2").next()).map(str::to_owned);
    let subset = subset.filter(|subset| subset != "default");
    // The videos lie beside the folder of the rows, or wherever the project has them.
    let root = if file_name(&folder.to_string_lossy()) == "annotations" {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    let around = if root == base { String::new() } else { path_within(base, root) };
    let total = videos.len() as u64;
    for (done, (name, rows)) in videos.into_iter().enumerate() {
        context.advance(done as u64, total)?;
        let in_videos = format!("videos/{name}");
        let video = video_path(&around, &[&name, &in_videos], context.has_picture);
        let size = (context.image_size)(&video).unwrap_or_default();
        let facts = (context.video_facts)(&video);
        let clock = Clock::with(facts.clone());
        if size.num_pixels() == 0 && !rows.is_empty() {
            let message =
                "The size of this video is not known, so its boxes were left out. Add the video first.";
            context.report.error(message, name.clone());
            continue;
        }
        if facts.is_none() && !rows.is_empty() {
            let message = "The rate of this video is not known; its seconds are taken at 25 frames a second.";
            context.report.warn(message, name.clone());
        }
        let mut objects = Vec::new();
        for object in tracks_in(&rows, &actions, &clock, size, context.labels, &path_within(base, path)) {
            match object {
                Ok(object) => objects.push(object),
                Err(reason) => context.report.error(format!("A row cannot be used: {reason}."), name.clone()),
            }
        }
        let mut asset = Asset::picture(AssetId::new(), video, size.width, size.height);
        (asset.kind, asset.video, asset.subset) = (AssetKind::Video, facts, subset.clone());
        (context.sink)(Item { asset, objects })?;
    }
    Ok(())
}
