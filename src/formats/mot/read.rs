//! Reading MOT folders and files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::rows::{default_classes, read_row};
use crate::formats::boxes::TrackBuilder;
use crate::formats::folder::{files_under, has_extension, path_within, some_files_under};
use crate::formats::sequences::{fields, first_line, numbered_lines, sequence_path};
use crate::formats::video_facts::facts_at;
use crate::formats::{Confidence, FormatError, ImportContext, Item, base_folder};
use crate::model::{Asset, AssetId, AssetKind};
use crate::pixels::Size;

/// Whether a file has rows of numbers as MOT has them. Fields of KITTI and MOTS are divided by blanks.
fn is_rows(path: &Path) -> bool {
    let Some(line) = first_line(path).filter(|line| has_extension(path, "txt") && line.contains(',')) else {
        return false;
    };
    let fields = fields(&line);
    (6..=10).contains(&fields.len()) && fields.iter().all(|field| field.parse::<f64>().is_ok())
}

/// Whether a file is that of a sequence: `gt/gt.txt`, or `det/det.txt`.
fn is_of_sequence(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    let is_named =
        |stem: &str| path.file_stem().is_some_and(|s| s == stem) && folder.is_some_and(|f| f == stem);
    has_extension(path, "txt") && (is_named("gt") || is_named("det"))
}

pub(super) fn sniff(path: &Path) -> Confidence {
    if path.is_dir() {
        let found = some_files_under(path, &|file| is_of_sequence(file), 4);
        let is_empty =
            |file: &PathBuf| first_line(file).is_none() && file.with_file_name("labels.txt").exists();
        let is_ours = found.iter().any(|file| is_rows(file) || is_empty(file));
        return if is_ours { Confidence::Certain } else { Confidence::No };
    }
    match is_rows(path) {
        true if is_of_sequence(path) => Confidence::Certain,
        true => Confidence::Likely,
        false => Confidence::No,
    }
}

pub(super) fn import(source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let base = base_folder(source);
    let files = if source.is_dir() { sequence_files(source)? } else { vec![source.to_owned()] };
    if files.is_empty() {
        let message = "There is no MOT sequence here: a folder with gt/gt.txt or det/det.txt.";
        return Err(FormatError::unusable(message, source));
    }
    for (done, file) in files.iter().enumerate() {
        context.advance(done as u64, files.len() as u64)?;
        read_sequence(file, &base, context)?;
    }
    Ok(())
}

/// The ground truth of each sequence; where there is none anywhere, the detections.
fn sequence_files(folder: &Path) -> Result<Vec<PathBuf>, FormatError> {
    let all = files_under(folder, &is_of_sequence)?;
    let truth: Vec<PathBuf> =
        all.iter().filter(|path| path.file_stem().is_some_and(|stem| stem == "gt")).cloned().collect();
    Ok(if truth.is_empty() { all } else { truth })
}

fn read_sequence(file: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let sequence = if is_of_sequence(file) { folder.parent().unwrap_or(folder) } else { folder };
    let info = read_seqinfo(&sequence.join("seqinfo.ini"));
    let stem = if is_of_sequence(file) { sequence.file_name() } else { file.file_stem() };
    let own_name = stem.map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = if own_name.is_empty() { info.get("name").cloned().unwrap_or_default() } else { own_name };
    let classes = match std::fs::read_to_string(folder.join("labels.txt")) {
        Ok(text) => text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
        Err(_) => default_classes(),
    };
    if folder.join("labels.txt").exists() {
        classes.iter().for_each(|name| {
            context.labels.label(name);
        });
    }
    let number = |key: &str| info.get(key).and_then(|text| text.parse::<u32>().ok()).filter(|&n| n > 0);
    let num_frames = number("seqlength");
    let mut tracks = TrackBuilder::new();
    let mut num_read = 0_u64;
    let lines = numbered_lines(file)?;
    let is_empty = lines.is_empty();
    for (line_number, line) in lines {
        let place = || format!("{}:{line_number}", file.display());
        match read_row(&line, &classes, context.labels, &mut tracks) {
            Ok(()) => num_read += 1,
            Err(reason) => context.report.error(format!("A row cannot be used: {reason}."), place()),
        }
    }
    if num_read == 0 && (!is_empty || !is_of_sequence(file)) {
        return Err(FormatError::unusable("There is no row in this file that MOT could have.", file));
    }
    let parent = if is_of_sequence(file) { sequence.parent().unwrap_or(sequence) } else { folder };
    let extension = info.get("imext").map_or(".jpg", String::as_str);
    let pictures =
        sequence.join(info.get("imdir").map_or("img1", String::as_str)).join(format!("%06d{extension}"));
    let path = sequence_path(base, parent, &name, &pictures, context.has_picture);
    let size = number("imwidth").zip(number("imheight")).map(|(width, height)| Size::new(width, height));
    let size = size.or_else(|| (context.image_size)(&path)).unwrap_or_default();
    let mut asset = Asset::picture(AssetId::new(), path, size.width, size.height);
    asset.kind = AssetKind::Video;
    asset.video = facts_at(num_frames, info.get("framerate").and_then(|rate| rate.parse().ok()));
    let objects = tracks.finish(num_frames, super::ID, &path_within(base, file));
    (context.sink)(Item { asset, objects })
}

/// The values of a `seqinfo.ini` by their names in lower case; none where there is no such file.
fn read_seqinfo(path: &Path) -> HashMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(key, value)| (key.trim().to_lowercase(), value.trim().to_owned())).collect()
}
