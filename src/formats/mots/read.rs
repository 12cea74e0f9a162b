//! Reading MOTS.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Mots;
use super::frames::IDS_PER_CLASS;
use crate::formats::boxes::{RowDetails, TrackBuilder};
use crate::formats::coco::runs_from_text;
use crate::formats::folder::{files_in, files_under, has_extension, path_within, some_files_under};
use crate::formats::paths::split_extension;
use crate::formats::sequences::{first_line, numbered_lines, sequence_path};
use crate::formats::{Confidence, Format, FormatError, ImportContext, Item, SchemaBuilder, base_folder};
use crate::geometry::Mask;
use crate::model::{Asset, AssetId, AssetKind, Shape};
use crate::pixels::Size;

/// The class of areas that evaluations leave out, in files without a list of classes.
const IGNORED: usize = 10;

/// The names of the classes: those of the list beside the masks, or of the benchmark.
struct Classes {
    names: Vec<String>,
    is_listed: bool,
}

impl Classes {
    fn beside(folder: &Path, labels: &mut SchemaBuilder) -> Self {
        let Ok(text) = std::fs::read_to_string(folder.join("labels.txt")) else {
            let names = ["car", "pedestrian"].map(str::to_owned).to_vec();
            return Self { names, is_listed: false };
        };
        let names: Vec<String> =
            text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        names.iter().for_each(|name| {
            labels.label(name);
        });
        Self { names, is_listed: true }
    }

    /// The name of a class, and whether it is an area to be left out.
    fn name(&self, class: usize) -> Result<(&str, bool), String> {
        let known = class.checked_sub(1).and_then(|index| self.names.get(index));
        match known {
            Some(name) => Ok((name, false)),
            None if class == IGNORED && (!self.is_listed || self.names.len() < IGNORED) => {
                Ok(("ignored", true))
            }
            None => Err(format!("there is no class {class}: the labels are {}", self.names.len())),
        }
    }
}

fn is_rows(path: &Path) -> bool {
    if !has_extension(path, "txt") || path.file_name().is_some_and(|name| name == "labels.txt") {
        return false;
    }
    let Some(line) = first_line(path) else {
        return path.ancestors().any(|above| above.file_name().is_some_and(|name| name == "instances_txt"));
    };
    let fields: Vec<&str> = line.split(' ').collect();
    fields.len() == 6 && fields[..5].iter().all(|field| field.parse::<u64>().is_ok())
}

/// The folders of pictures below one: those named `instances` that have pictures or a list of labels.
fn picture_folders(root: &Path) -> Result<Vec<PathBuf>, FormatError> {
    let is_ours = |path: &Path| {
        let is_in_instances = path.parent().and_then(Path::file_name).is_some_and(|name| name == "instances");
        is_in_instances
            && (has_extension(path, "png") || path.file_name().is_some_and(|name| name == "labels.txt"))
    };
    let mut folders: Vec<PathBuf> =
        files_under(root, &is_ours)?.iter().filter_map(|file| file.parent().map(Path::to_owned)).collect();
    folders.dedup();
    Ok(folders)
}

pub(super) fn sniff(kind: Mots, path: &Path) -> Confidence {
    let found = match (kind, path.is_dir()) {
        (Mots::Text, true) => !some_files_under(path, &is_rows, 1).is_empty(),
        (Mots::Text, false) => is_rows(path),
        (Mots::Png, true) => picture_folders(path).is_ok_and(|folders| !folders.is_empty()),
        (Mots::Png, false) => false,
    };
    if found { Confidence::Certain } else { Confidence::No }
}

pub(super) fn import(kind: Mots, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let base = base_folder(source);
    let sequences = match kind {
        Mots::Text if source.is_dir() => files_under(source, &is_rows)?,
        Mots::Text => vec![source.to_owned()],
        Mots::Png if source.is_dir() => picture_folders(source)?,
        Mots::Png => Vec::new(),
    };
    if sequences.is_empty() {
        let message = match kind {
            Mots::Text => "There is no MOTS file here: text with rows of six columns.",
            Mots::Png => "There is no MOTS folder here: pictures of ids in a folder named instances.",
        };
        return Err(FormatError::unusable(message, source));
    }
    for (done, sequence) in sequences.iter().enumerate() {
        context.advance(done as u64, sequences.len() as u64)?;
        match kind {
            Mots::Text => read_text(sequence, &base, context)?,
            Mots::Png => read_pictures(sequence, &base, context)?,
        }
    }
    Ok(())
}

fn read_text(file: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let is_challenge = folder.file_name().is_some_and(|name| name == "gt");
    let root = folder.ancestors().find(|above| above.file_name().is_some_and(|name| name == "instances_txt"));
    let classes = Classes::beside(root.unwrap_or(folder), context.labels);
    let mut tracks = TrackBuilder::new();
    let mut size = None;
    let mut num_read = 0_u64;
    let lines = numbered_lines(file)?;
    let is_empty = lines.is_empty() && is_rows(file);
    for (number, line) in lines {
        match read_row(&line, is_challenge, &classes, context.labels, &mut tracks) {
            Ok(found) => {
                num_read += 1;
                size = Some(found);
            }
            Err(reason) => {
                let place = format!("{}:{number}", file.display());
                context.report.error(format!("A row cannot be used: {reason}."), place);
            }
        }
    }
    if num_read == 0 && !is_empty {
        return Err(FormatError::unusable("There is no row in this file that MOTS could have.", file));
    }
    let (name, around) = if is_challenge {
        let sequence = folder.parent().unwrap_or(folder);
        let name = sequence.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, sequence.parent().unwrap_or(sequence))
    } else {
        let within = path_within(root.unwrap_or(folder), file);
        (split_extension(&within).0.to_owned(), root.and_then(Path::parent).unwrap_or(folder))
    };
    let pictures = around.join("images").join(&name).join("%06d.png");
    let path = sequence_path(base, around, &name, &pictures, context.has_picture);
    let objects = tracks.finish(None, Mots::Text.id(), &path_within(base, file));
    send(path, size, objects, context)
}

fn send(
    path: String,
    size: Option<Size>,
    objects: Vec<crate::model::Object>,
    context: &mut ImportContext<'_>,
) -> Result<(), FormatError> {
    let size = size.or_else(|| (context.image_size)(&path)).unwrap_or_default();
    let mut asset = Asset::picture(AssetId::new(), path, size.width, size.height);
    asset.kind = AssetKind::Video;
    (context.sink)(Item { asset, objects })
}

/// Reads a row; gives the size of the video.
fn read_row(
    line: &str,
    is_challenge: bool,
    classes: &Classes,
    labels: &mut SchemaBuilder,
    tracks: &mut TrackBuilder,
) -> Result<Size, String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [frame, id, class, height, width, rle] = fields[..] else {
        return Err(format!("it has {} fields instead of 6", fields.len()));
    };
    let number =
        |text: &str| text.parse::<u32>().map_err(|_| format!("{text:?} is no number that it can have"));
    let frame = number(frame)?.checked_sub(u32::from(is_challenge)).ok_or("frames count from 1 here")?;
    let size = Size::new(number(width)?, number(height)?);
    let runs = runs_from_text(rle).map_err(|error| error.to_string())?;
    let mask =
        Mask::from_column_major_runs(size.width, size.height, &runs).map_err(|error| error.to_string())?;
    add(number(id)? as usize, number(class)? as usize, frame, mask, classes, labels, tracks)?;
    Ok(size)
}

fn add(
    id: usize,
    class: usize,
    frame: u32,
    mask: Mask,
    classes: &Classes,
    labels: &mut SchemaBuilder,
    tracks: &mut TrackBuilder,
) -> Result<(), String> {
    if mask.is_empty() {
        return Err("its mask is empty".to_owned());
    }
    let (name, difficult) = classes.name(class)?;
    let label = labels.label(name);
    let details = RowDetails { difficult, ..RowDetails::default() };
    let is_new = tracks.add(id as i64, label, frame, Shape::Mask(mask), details);
    if is_new { Ok(()) } else { Err("the object is on this frame already".to_owned()) }
}

fn read_pictures(folder: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let classes = Classes::beside(folder, context.labels);
    let mut tracks = TrackBuilder::new();
    let mut size = None;
    for (index, file) in files_in(folder, "png").iter().enumerate() {
        context.advance(index as u64, 0)?;
        let digits: String = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let frame = digits.chars().rev().collect::<String>().parse::<u32>().ok();
        let place = || file.display().to_string();
        let Some(frame) = frame else {
            context.report.error("The name of a picture does not end with the number of its frame.", place());
            continue;
        };
        let (masks, found) = match masks_in(file) {
            Ok(read) => read,
            Err(reason) => {
                context.report.error(format!("A picture of masks cannot be read: {reason}."), place());
                continue;
            }
        };
        size = Some(found);
        for (id, mask) in masks {
            let id = usize::from(id);
            if let Err(reason) =
                add(id, id / IDS_PER_CLASS, frame, mask, &classes, context.labels, &mut tracks)
            {
                context.report.error(format!("The mask with the id {id} cannot be used: {reason}."), place());
            }
        }
    }
    let sequence = folder.parent().unwrap_or(folder);
    let name = sequence.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let around = sequence.parent().unwrap_or(sequence);
    let pictures = sequence.join("images").join("%06d.jpg");
    let path = sequence_path(base, around, &name, &pictures, context.has_picture);
    let objects = tracks.finish(None, Mots::Png.id(), &path_within(base, folder));
    send(path, size, objects, context)
}

/// The masks of a picture by their ids, row by row: memory grows with the masks, not with the picture.
fn masks_in(file: &Path) -> Result<(BTreeMap<u16, Mask>, Size), String> {
    let reader = std::io::BufReader::new(std::fs::File::open(file).map_err(|error| error.to_string())?);
    let mut reader = png::Decoder::new(reader).read_info().map_err(|error| error.to_string())?;
    let size = Size::new(reader.info().width, reader.info().height);
    let is_wide = match reader.output_color_type() {
        (png::ColorType::Grayscale, png::BitDepth::Sixteen) => true,
        (png::ColorType::Grayscale, png::BitDepth::Eight) => false,
        _ => return Err("it is not grey with 16 bits".to_owned()),
    };
    let mut spans: BTreeMap<u16, Vec<(i32, i32, i32)>> = BTreeMap::new();
    let mut y = 0;
    while let Some(row) = reader.next_row().map_err(|error| error.to_string())? {
        let data = row.data();
        let id_at = |x: usize| match is_wide {
            true => u16::from_be_bytes([data[2 * x], data[2 * x + 1]]),
            false => u16::from(data[x]),
        };
        let width = data.len() / if is_wide { 2 } else { 1 };
        let mut x = 0;
        while x < width {
            let (start, id) = (x, id_at(x));
            while x < width && id_at(x) == id {
                x += 1;
            }
            if id > 0 {
                spans.entry(id).or_default().push((y, start as i32, x as i32));
            }
        }
        y += 1;
    }
    Ok((spans.into_iter().map(|(id, spans)| (id, Mask::from_spans(spans))).collect(), size))
}
