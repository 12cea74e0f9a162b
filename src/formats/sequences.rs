//! Videos as folders of numbered pictures with text files beside them, as MOT, MOTS and KITTI have them.

use std::path::Path;

use super::folder::{beginning_of, path_within};
use super::paths::{clean, split_extension, video_path};
use super::plan::Place;
use super::{ExportPlan, FormatError, Item};
use crate::model::Content;

/// The first line of a file that says something; `None` when there is none, or it is no text.
pub(super) fn first_line(path: &Path) -> Option<String> {
    let bytes = beginning_of(path);
    let text = std::str::from_utf8(&bytes)
        .or_else(|error| std::str::from_utf8(&bytes[..error.valid_up_to()]))
        .ok()?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.trim_start_matches('\u{feff}').to_owned())
}

/// The fields of a row, which commas or blanks divide.
pub(super) fn fields(line: &str) -> Vec<&str> {
    if line.contains(',') {
        line.split(',').map(str::trim).collect()
    } else {
        line.split_whitespace().collect()
    }
}

/// The lines of a text file that say something, each with its number from 1. Bytes that are no text become marks that no
/// number has, so that their line alone is spoiled. The mark that some programs put at the beginning is no part of them.
pub(super) fn numbered_lines(path: &Path) -> Result<Vec<(usize, String)>, FormatError> {
    if path.is_dir() {
        let message = "This is a folder where a text file was expected; name the file in it.";
        return Err(FormatError::unusable(message, path));
    }
    let bytes = std::fs::read(path).map_err(FormatError::io("Reading the file", path))?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let lines = text.split(|&byte| byte == b'\n').enumerate();
    let lines = lines.map(|(index, line)| (index + 1, String::from_utf8_lossy(line).trim().to_owned()));
    Ok(lines.filter(|(_, line)| !line.is_empty()).collect())
}

/// The path of a sequence's video, relative to the folder that is imported: by its name, as a video or as the pictures
/// in `pictures`, a pattern such as `img1/%06d.jpg` beside the sequence's files.
pub(super) fn sequence_path(
    base: &Path,
    folder: &Path,
    name: &str,
    pictures: &Path,
    is_there: &dyn Fn(&str) -> bool,
) -> String {
    let around = match folder == base {
        true => String::new(),
        false => path_within(base, folder),
    };
    let pattern = clean(&path_within(base, pictures));
    let video = video_path(&around, &[name], is_there);
    let has_pictures = pictures.parent().is_some_and(Path::is_dir);
    if !is_there(&video) && (is_there(&pattern) || has_pictures) { pattern } else { video }
}

/// The name of a sequence in an export: the path of the video without its extension.
pub(super) fn sequence_name(place: &Place) -> &str {
    let stem = split_extension(&place.path).0;
    // Of numbered pictures, what stands before the number.
    match stem.find("%0") {
        Some(at) => stem[..at].trim_end_matches(['-', '_', '.', '/']),
        None => stem,
    }
}

/// The frames of the video; up to the last that is named where that is not known.
pub(super) fn length_of(item: &Item) -> u32 {
    let last = item.objects.iter().filter_map(|object| match &object.content {
        Content::Track(track) => track.keyframes.keys().next_back().map(|last| last.saturating_add(1)),
        Content::Shape(_) | Content::Span(_) | Content::Tag => None,
    });
    item.asset.video.as_ref().map_or_else(|| last.max().unwrap_or(0), |facts| facts.num_frames)
}

/// The names of the classes, one line each.
pub(super) fn classes_of(plan: &ExportPlan) -> Vec<String> {
    let in_one_line = |name: &String| name.split_whitespace().collect::<Vec<_>>().join(" ");
    plan.labels().iter().map(|label| in_one_line(&label.name)).collect()
}

/// A number with at most four decimals: a ten-thousandth of a pixel.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
