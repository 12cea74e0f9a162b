//! Reading YOLO datasets.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Variant;
use super::dataset::{self, Dataset, Pictures, label_file_for, labels_for_folder, replace_last};
use super::decode::objects_of;
use super::line::{Figure, parse};
use crate::formats::folder::path_within;
use crate::formats::paths::PICTURE_EXTENSIONS;
use crate::formats::{FormatError, ImportContext, Item, base_folder};
use crate::model::{Asset, AssetId, LabelId, SkeletonTemplate};
use crate::pixels::Size;

/// A picture to be read.
struct Task {
    /// The path under which it is known, and others to look for it under.
    paths: Vec<String>,
    labels: PathBuf,
    subset: Option<String>,
    /// Whether the picture itself was seen.
    is_seen: bool,
}

pub(super) fn import(
    variant: Variant,
    source: &Path,
    context: &mut ImportContext<'_>,
) -> Result<(), FormatError> {
    let dataset = dataset::find(source, context.report)?;
    let base = base_folder(source);
    let tasks = tasks_of(&dataset, &base)?;
    if tasks.is_empty() {
        let message = "There is neither a picture nor a label file in this dataset.";
        return Err(FormatError::unusable(message, source));
    }
    let mut reader = Reader { variant, dataset: &dataset, labels: HashMap::new() };
    for &index in dataset.names.keys() {
        reader.label(index, context);
    }
    let total = tasks.len() as u64;
    for (done, task) in tasks.iter().enumerate() {
        context.advance(done as u64, total)?;
        reader.read(task, context)?;
    }
    Ok(())
}

/// All pictures of all parts; each once, in the first part that has it.
fn tasks_of(dataset: &Dataset, base: &Path) -> Result<Vec<Task>, FormatError> {
    let mut tasks = Vec::new();
    let mut seen = HashSet::new();
    for (subset, sources) in &dataset.parts {
        for source in sources {
            let (pictures, labels_alone) = match source {
                Pictures::List(pictures) => (pictures.clone(), Vec::new()),
                Pictures::Folder(folder) => dataset::list_folder(folder)?,
            };
            for picture in pictures {
                let mut labels = label_file_for(&picture);
                let beside = picture.with_extension("txt");
                if !labels.is_file() && beside.is_file() {
                    labels = beside;
                }
                let path = path_within(base, &picture);
                if seen.insert(path.clone()) {
                    let is_seen = picture.is_file();
                    tasks.push(Task { paths: vec![path], labels, subset: subset.clone(), is_seen });
                }
            }
            for labels in labels_alone {
                let Pictures::Folder(folder) = source else { continue };
                let paths = possible_pictures(&labels, folder, base);
                if seen.insert(paths[0].clone()) {
                    tasks.push(Task { paths, labels, subset: subset.clone(), is_seen: false });
                }
            }
        }
    }
    Ok(tasks)
}

/// Where the picture of a label file may be: with any extension, beside the labels in `images`, or by the same
/// relative path or name elsewhere.
fn possible_pictures(labels: &Path, images: &Path, base: &Path) -> Vec<String> {
    let beside = replace_last(labels, "labels", "images");
    let below = labels.strip_prefix(labels_for_folder(images)).unwrap_or(labels);
    let name = PathBuf::from(labels.file_name().unwrap_or_default());
    let mut paths = Vec::new();
    for stem in [beside.as_path(), below, &name] {
        let stem = path_within(base, &stem.with_extension(""));
        for extension in PICTURE_EXTENSIONS {
            paths.push(format!("{stem}.{extension}"));
        }
        for extension in ["JPG", "JPEG", "PNG"] {
            paths.push(format!("{stem}.{extension}"));
        }
    }
    paths
}

struct Reader<'a> {
    variant: Variant,
    dataset: &'a Dataset,
    labels: HashMap<usize, LabelId>,
}

impl Reader<'_> {
    /// The label of an index; one without a name is called by its number.
    fn label(&mut self, index: usize, context: &mut ImportContext<'_>) -> LabelId {
        if let Some(&label) = self.labels.get(&index) {
            return label;
        }
        let name = self.dataset.names.get(&index).map(|name| name.trim()).filter(|name| !name.is_empty());
        let label = match name {
            Some(name) => context.labels.label(name),
            None => context.labels.label(&format!("class_{index}")),
        };
        if let Some(joints) = self.dataset.joints.filter(|_| self.variant == Variant::Pose) {
            let names = self.dataset.joint_names.get(&index).cloned();
            let numbered = || (1..=joints.num_joints).map(|n| format!("joint {n}")).collect();
            let template = SkeletonTemplate { joints: names.unwrap_or_else(numbered), ..Default::default() };
            context.labels.set_skeleton(label, template);
        }
        self.labels.insert(index, label);
        label
    }

    fn read(&mut self, task: &Task, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        let place = task.labels.display().to_string();
        let bytes = match fs::read(&task.labels) {
            Ok(bytes) => bytes,
            // No label file means that there is nothing on the picture.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                context.report.error(format!("The label file could not be read: {error}."), place);
                return Ok(());
            }
        };
        let present = task.paths.iter().find(|path| (context.has_picture)(path));
        let found = present.and_then(|path| Some((path, (context.image_size)(path)?)));
        let (path, size) = match found {
            Some((path, size)) if size.num_pixels() > 0 => (path, size),
            _ if !task.is_seen && !task.labels.exists() => {
                context.report.warn("A picture that a list names is not there.", task.paths[0].clone());
                return Ok(());
            }
            _ => {
                let message = "The size of a picture is not known, and YOLO's numbers are fractions of it. Give \
                               the folder with the pictures.";
                context.report.error(message, place);
                return Ok(());
            }
        };
        let mut asset = Asset::picture(AssetId::new(), path.clone(), size.width, size.height);
        asset.subset = task.subset.clone();
        let objects = self.read_lines(&bytes, size, task, context);
        (context.sink)(Item { asset, objects })
    }

    fn read_lines(
        &mut self,
        bytes: &[u8],
        size: Size,
        task: &Task,
        context: &mut ImportContext<'_>,
    ) -> Vec<crate::model::Object> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let file = path_within(&base_folder(&task.labels), &task.labels);
        let mut objects = Vec::new();
        for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
            let place = || format!("{}:{}", task.labels.display(), index + 1);
            let Ok(text) = std::str::from_utf8(line) else {
                context.report.error("A line cannot be used: it is no text.", place());
                continue;
            };
            if text.trim().is_empty() {
                continue;
            }
            let parsed = parse(text, self.variant, self.dataset.joints).and_then(|line| {
                // A label that the dataset does not list is read all the same; a wild number is damage.
                if line.class > 100_000 {
                    return Err(format!("{} is far too large for the index of a label", line.class));
                }
                let label = self.label(line.class, context);
                tell_oddities(&line.figure, self.dataset, line.class, context, &place);
                objects_of(&line, label, size, self.variant.id(), &file)
            });
            match parsed {
                Ok(read) => objects.extend(read),
                Err(reason) => {
                    context.report.error(format!("A line cannot be used: {reason}."), place());
                }
            }
        }
        objects
    }
}

fn tell_oddities(
    figure: &Figure,
    dataset: &Dataset,
    class: usize,
    context: &mut ImportContext<'_>,
    place: &dyn Fn() -> String,
) {
    if !dataset.names.is_empty() && !dataset.names.contains_key(&class) {
        context.report.warn("A label has no name in the dataset; it is called by its number.", place());
    }
    let is_outside = |numbers: &[f64]| numbers.iter().any(|n| !(-0.01..=1.01).contains(n));
    let is_odd = match figure {
        Figure::Box(numbers) | Figure::Joints(numbers, _) => is_outside(numbers),
        Figure::Ring(ring) => ring.iter().any(|xy| is_outside(xy)),
        Figure::Corners(corners) => corners.iter().any(|xy| is_outside(xy)),
    };
    if is_odd {
        context.report.warn("An object reaches out of its picture; it is kept as it is.", place());
    }
}
