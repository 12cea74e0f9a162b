//! KITTI tracking: a text file for each video, with a row for each box on each frame.
//!
//! `label_02/NAME.txt` has, divided by blanks: frame, track id, type, truncated, occluded, alpha, left, top, right,
//! bottom, then the size, place and turn of a box in space, which are not read, and maybe a score. Frames count from 0,
//! `image_02/NAME/000000.png` is the first. Types have no blanks: those of labels become `_`. `DontCare` rows are areas
//! that evaluations leave out, here the flag "difficult"; they belong to no track.

mod rows;

use std::path::{Path, PathBuf};

use super::boxes::{TrackBuilder, box_tracks};
use super::exchange::advance;
use super::folder::{files_under, has_extension, path_within, some_files_under};
use super::output::Output;
use super::paths::split_extension;
use super::sequences::{first_line, length_of, numbered_lines, sequence_name, sequence_path};
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{Asset, AssetId, AssetKind, Schema, ShapeKind};

const ID: &str = "kitti-tracking";

/// KITTI's text files for tracking.
pub(super) struct KittiTracking;

impl Format for KittiTracking {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "KITTI tracking"
    }

    fn help(&self) -> &'static str {
        "Boxes that are followed through a video, as the KITTI tracking benchmark reads and writes them; boxes in space \
         are not kept."
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
            Capability::Truncated,
            Capability::Order,
            Capability::Tracks,
        ]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        let file = match path.is_dir() {
            true => some_files_under(path, &is_rows, 1).into_iter().next(),
            false => Some(path.to_owned()),
        };
        if file.is_some_and(|file| is_rows(&file)) { Confidence::Certain } else { Confidence::No }
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        vec![base_folder(source).join("..")]
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        let base = base_folder(source);
        let files = if source.is_dir() { files_under(source, &is_rows)? } else { vec![source.to_owned()] };
        if files.is_empty() {
            let message = "There is no KITTI tracking file here: text with 17 columns or more.";
            return Err(FormatError::unusable(message, source));
        }
        for (done, file) in files.iter().enumerate() {
            context.advance(done as u64, files.len() as u64)?;
            read_file(file, &base, context)?;
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
            let name = sequence_name(place);
            let path = format!("label_02/{name}.txt");
            let mut file = output.begin(&path)?;
            for (id, (_, track)) in box_tracks(item, plan, "KITTI").records.iter().enumerate() {
                let mut text = String::new();
                rows::put_rows(&mut text, id, track);
                file.put(text.as_bytes())?;
            }
            output.commit(&path, file, report)?;
            let Some(copier) = options.media else { return Ok(()) };
            for frame in 0..length_of(item) {
                advance(&options.job, done, total)?;
                let picture = format!("image_02/{name}/{frame:06}.png");
                output.write_frame(&picture, &item.asset, frame, copier, report)?;
            }
            Ok(())
        })?;
        Ok(Written { files: output.finish()?, main_file: plan.target().to_owned() })
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), None);
        box_tracks(item, plan, "KITTI").trip(item, asset, |track| {
            let mut text = String::new();
            rows::put_rows(&mut text, 0, track);
            let mut tracks = TrackBuilder::new();
            for line in text.lines() {
                // Rows that cannot be read back are missing in the result, which is then told.
                let _ = rows::read_row(line, labels, &mut tracks);
            }
            tracks.finish(None, ID, "")
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut schema = plan.schema().clone();
        schema.labels.retain(|label| plan.is_used(label.id));
        for (index, label) in schema.labels.iter_mut().enumerate() {
            let bare =
                crate::model::Label::new(label.id, label.name.clone(), crate::model::Color::for_index(index));
            *label = bare;
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

/// Whether a file has rows as KITTI has them for tracking.
fn is_rows(path: &Path) -> bool {
    if !has_extension(path, "txt") {
        return false;
    }
    let Some(line) = first_line(path) else {
        // A video without objects has an empty file, which the folder tells.
        return path.ancestors().any(|above| above.file_name().is_some_and(|name| name == "label_02"));
    };
    let fields: Vec<&str> = line.split_whitespace().collect();
    let is_whole = |index: usize| fields[index].parse::<i64>().is_ok();
    (17..=18).contains(&fields.len()) && is_whole(0) && is_whole(1) && fields[2].parse::<f64>().is_err()
}

fn read_file(file: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let mut tracks = TrackBuilder::new();
    let mut num_read = 0_u64;
    let lines = numbered_lines(file)?;
    let is_empty = lines.is_empty() && is_rows(file);
    for (number, line) in lines {
        match rows::read_row(&line, context.labels, &mut tracks) {
            Ok(()) => num_read += 1,
            Err(reason) => {
                let place = format!("{}:{number}", file.display());
                context.report.error(format!("A row cannot be used: {reason}."), place);
            }
        }
    }
    if num_read == 0 && !is_empty {
        return Err(FormatError::unusable(
            "There is no row in this file that KITTI tracking could have.",
            file,
        ));
    }
    // `label_02/sub/NAME.txt`: the video is `sub/NAME`, beside `label_02` or wherever the project has it.
    let folder = file.parent().unwrap_or(Path::new(""));
    let labels_folder =
        folder.ancestors().find(|above| above.file_name().is_some_and(|name| name == "label_02"));
    let root = labels_folder.and_then(Path::parent).unwrap_or(folder);
    let within = path_within(labels_folder.unwrap_or(folder), file);
    let name = split_extension(&within).0;
    let pictures = root.join("image_02").join(name).join("%06d.png");
    let path = sequence_path(base, root, name, &pictures, context.has_picture);
    let size = (context.image_size)(&path).unwrap_or_default();
    let mut asset = Asset::picture(AssetId::new(), path, size.width, size.height);
    asset.kind = AssetKind::Video;
    let objects = tracks.finish(None, ID, &path_within(base, file));
    (context.sink)(Item { asset, objects })
}
