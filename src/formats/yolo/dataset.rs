//! Where the pictures and label files of a dataset lie, and what its labels are called.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml_ng::Value;

use super::line::JointColumns;
use crate::base::report::Report;
use crate::formats::folder::{files_in, files_under, has_extension};
use crate::formats::paths::is_picture;
use crate::formats::{FormatError, base_folder};

/// A dataset, before its label files are read.
#[derive(Debug, Default)]
pub(super) struct Dataset {
    /// The names of labels by index.
    pub names: BTreeMap<usize, String>,
    /// The joints of a pose dataset.
    pub joints: Option<JointColumns>,
    /// The names of the joints, by label.
    pub joint_names: BTreeMap<usize, Vec<String>>,
    /// Its parts, each with its name where it has one.
    pub parts: Vec<(Option<String>, Vec<Pictures>)>,
}

/// Pictures of a part, and what their files of labels are.
#[derive(Debug)]
pub(super) enum Pictures {
    /// All in a folder and those below.
    Folder(PathBuf),
    /// Those that a text file lists.
    List(Vec<PathBuf>),
}

/// Names of the file that lists the labels, where there is no YAML.
const NAME_FILES: [&str; 4] = ["classes.txt", "obj.names", "data/obj.names", "labels.txt"];

/// Finds out what a file or folder holds.
pub(super) fn find(source: &Path, report: &mut Report) -> Result<Dataset, FormatError> {
    if source.is_dir() {
        if let Some(yaml) = yaml_in(source) {
            return from_yaml(&yaml, report);
        }
        if let Some(data) =
            ["obj.data", "data/obj.data"].map(|name| source.join(name)).iter().find(|p| p.is_file())
        {
            return from_darknet(source, data);
        }
        return from_plain_folder(source);
    }
    if !source.exists() {
        return Err(FormatError::unusable("There is no such file or folder.", source));
    }
    if has_extension(source, "yaml") || has_extension(source, "yml") {
        return from_yaml(source, report);
    }
    if has_extension(source, "data") {
        return from_darknet(&base_folder(source), source);
    }
    let message = "A YOLO dataset is a folder, a data.yaml or an obj.data; name one of them.";
    Err(FormatError::unusable(message, source))
}

/// The YAML of a dataset in a folder: of the usual name, or the only one that has names.
pub(super) fn yaml_in(folder: &Path) -> Option<PathBuf> {
    let usual = ["data.yaml", "dataset.yaml", "data.yml"].map(|name| folder.join(name));
    if let Some(found) = usual.into_iter().find(|path| path.is_file()) {
        return Some(found);
    }
    let mut others = files_in(folder, "yaml");
    others.extend(files_in(folder, "yml"));
    others.into_iter().find(|path| read_yaml(path).is_ok_and(|yaml| yaml.get("names").is_some()))
}

/// Reads a YAML file.
pub(super) fn read_yaml(path: &Path) -> Result<Value, FormatError> {
    let bytes = fs::read(path).map_err(FormatError::io("Reading the file", path))?;
    serde_yaml_ng::from_slice(&bytes).map_err(|error| {
        let line = error.location().map_or(1, |at| at.line());
        FormatError::Unusable {
            message: format!("This file is no readable YAML: {error}."),
            path: PathBuf::from(format!("{}:{line}", path.display())),
        }
    })
}

fn from_yaml(path: &Path, report: &mut Report) -> Result<Dataset, FormatError> {
    let yaml = read_yaml(path)?;
    let folder = base_folder(path);
    let root = match yaml.get("path").and_then(Value::as_str) {
        Some(root) if folder.join(root).is_dir() => folder.join(root),
        _ => folder.clone(),
    };
    let mut dataset = Dataset { names: names_of(&yaml), joints: joints_of(&yaml), ..Dataset::default() };
    if let Some(names) = yaml.get("kpt_names") {
        dataset.joint_names = by_index(names)
            .into_iter()
            .filter_map(|(index, names)| {
                let names = names.as_sequence()?.iter().map(text_of).collect::<Option<Vec<_>>>()?;
                Some((index, names))
            })
            .collect();
    }
    for (key, value) in yaml.as_mapping().into_iter().flatten() {
        let Some(key) = key.as_str().filter(|key| !OTHER_KEYS.contains(key)) else { continue };
        let entries: Vec<&str> = match value {
            Value::String(entry) => vec![entry],
            Value::Sequence(entries) => entries.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        let subset = if matches!(key, "valid" | "validation") { "val" } else { key };
        let is_known_part = matches!(subset, "train" | "val" | "test");
        let mut pictures = Vec::new();
        for entry in entries {
            match resolve(&root, &folder, entry)? {
                Some(found) => pictures.push(found),
                None if is_known_part => {
                    let message = "A folder or list that the dataset names is not there.";
                    report.warn(message, format!("{} ({key}: {entry})", path.display()));
                }
                None => {}
            }
        }
        // A dataset with pictures for one part only names its folder twice; the folder's own name decides.
        match dataset.parts.iter_mut().find(|(_, known)| same_folders(known, &pictures)) {
            Some((name, _)) if is_called(&pictures, subset) => *name = Some(subset.to_owned()),
            Some(_) => {}
            None if pictures.is_empty() => {}
            None => dataset.parts.push((Some(subset.to_owned()), pictures)),
        }
    }
    if dataset.parts.is_empty() {
        let message =
            "None of the folders that this dataset names (train, val, test) is there; check its paths.";
        return Err(FormatError::unusable(message, path));
    }
    Ok(dataset)
}

/// Keys of a data.yaml that name no part of the dataset.
const OTHER_KEYS: [&str; 14] = [
    "path",
    "names",
    "nc",
    "kpt_shape",
    "kpt_names",
    "flip_idx",
    "download",
    "channels",
    "roboflow",
    "license",
    "url",
    "version",
    "description",
    "minival",
];

/// Whether a folder, or the one above it, has this name.
fn is_called(pictures: &[Pictures], name: &str) -> bool {
    let ends_so = |folder: &Path| folder.components().rev().take(2).any(|part| part.as_os_str() == name);
    pictures.iter().any(|pictures| matches!(pictures, Pictures::Folder(folder) if ends_so(folder)))
}

/// Whether both name the same folders, and any at all.
fn same_folders(a: &[Pictures], b: &[Pictures]) -> bool {
    let folders = |pictures: &[Pictures]| -> Option<Vec<PathBuf>> {
        let folder = |pictures: &Pictures| match pictures {
            Pictures::Folder(folder) => Some(folder.canonicalize().unwrap_or_else(|_| folder.clone())),
            Pictures::List(_) => None,
        };
        pictures.iter().map(folder).collect()
    };
    !a.is_empty() && folders(a).is_some_and(|a| Some(a) == folders(b))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// A list, or a map from indices, as a map from indices.
fn by_index(value: &Value) -> BTreeMap<usize, &Value> {
    match value {
        Value::Sequence(list) => list.iter().enumerate().collect(),
        Value::Mapping(map) => {
            let index = |key: &Value| match key {
                Value::Number(number) => number.as_u64().map(|n| n as usize),
                Value::String(text) => text.parse().ok(),
                _ => None,
            };
            map.iter().filter_map(|(key, value)| Some((index(key)?, value))).collect()
        }
        _ => BTreeMap::new(),
    }
}

fn names_of(yaml: &Value) -> BTreeMap<usize, String> {
    let names = yaml.get("names").map(by_index).unwrap_or_default();
    names.into_iter().filter_map(|(index, name)| Some((index, text_of(name)?))).collect()
}

fn joints_of(yaml: &Value) -> Option<JointColumns> {
    let shape = yaml.get("kpt_shape")?.as_sequence()?;
    let number = |i: usize| shape.get(i)?.as_u64().map(|n| n as usize);
    let (num_joints, num_columns) = (number(0)?, number(1)?);
    let is_sound = (1..10_000).contains(&num_joints) && matches!(num_columns, 2 | 3);
    is_sound.then_some(JointColumns { num_joints, num_columns })
}

/// What an entry of a YAML names: a folder with pictures, or a list of them. `None` when it is not there.
fn resolve(root: &Path, folder: &Path, entry: &str) -> Result<Option<Pictures>, FormatError> {
    let entry = entry.trim().replace('\\', "/");
    let without_up = entry.trim_start_matches("../");
    let candidates = [root.join(&entry), folder.join(&entry), root.join(without_up), folder.join(without_up)];
    for path in candidates {
        if path.is_file() {
            return Ok(Some(Pictures::List(read_list(&path, root)?)));
        }
        // An export without pictures has the folder of the labels only.
        if path.is_dir() || labels_for_folder(&path).is_dir() {
            return Ok(Some(Pictures::Folder(path)));
        }
    }
    Ok(None)
}

/// The pictures that a text file lists, one on each line.
fn read_list(path: &Path, root: &Path) -> Result<Vec<PathBuf>, FormatError> {
    let bytes = fs::read(path).map_err(FormatError::io("Reading the file", path))?;
    let folder = base_folder(path);
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().map(|line| line.trim().trim_start_matches('\u{feff}').replace('\\', "/"));
    let picture = |line: String| {
        let short = line.trim_start_matches("./");
        // CVAT lists paths below `data/`, a folder that its archive does not have.
        let shorter = short.strip_prefix("data/").unwrap_or(short);
        let candidates = [
            folder.join(short),
            root.join(short),
            root.join(shorter),
            folder.join(shorter),
            PathBuf::from(&line),
        ];
        candidates.iter().find(|path| path.is_file()).unwrap_or(&candidates[2]).clone()
    };
    Ok(lines.filter(|line| !line.is_empty()).map(picture).collect())
}

fn from_darknet(root: &Path, data: &Path) -> Result<Dataset, FormatError> {
    let bytes = fs::read(data).map_err(FormatError::io("Reading the file", data))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut dataset = Dataset::default();
    for line in text.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        let shorter = value.strip_prefix("data/").unwrap_or(value);
        let folder = base_folder(data);
        let candidates = [root.join(value), root.join(shorter), folder.join(shorter)];
        let Some(path) = candidates.into_iter().find(|path| path.is_file()) else { continue };
        match key {
            "names" => dataset.names = read_names(&path)?,
            "train" | "valid" | "val" | "test" => {
                let subset = if key == "valid" { "val" } else { key };
                let pictures = Pictures::List(read_list(&path, root)?);
                dataset.parts.push((Some(subset.to_owned()), vec![pictures]));
            }
            _ => {}
        }
    }
    if dataset.parts.is_empty() {
        let message = "None of the lists that this file names (train, valid) is there; check its paths.";
        return Err(FormatError::unusable(message, data));
    }
    Ok(dataset)
}

fn read_names(path: &Path) -> Result<BTreeMap<usize, String>, FormatError> {
    let bytes = fs::read(path).map_err(FormatError::io("Reading the file", path))?;
    let text = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned();
    Ok(text.trim_end().lines().map(|line| line.trim().to_owned()).enumerate().collect())
}

/// Pictures and text files, side by side or in `images` and `labels`.
fn from_plain_folder(folder: &Path) -> Result<Dataset, FormatError> {
    let mut dataset = Dataset::default();
    if let Some(path) = NAME_FILES.map(|name| folder.join(name)).iter().find(|path| path.is_file()) {
        dataset.names = read_names(path)?;
    }
    let images = folder.join("images");
    if images.is_dir() || folder.join("labels").is_dir() {
        for subset in ["train", "val", "valid", "test"] {
            let part = images.join(subset);
            if part.is_dir() || labels_for_folder(&part).is_dir() {
                let subset = if subset == "valid" { "val" } else { subset };
                dataset.parts.push((Some(subset.to_owned()), vec![Pictures::Folder(part)]));
            }
        }
        if dataset.parts.is_empty() {
            dataset.parts.push((None, vec![Pictures::Folder(images)]));
        }
    } else {
        dataset.parts.push((None, vec![Pictures::Folder(folder.to_owned())]));
    }
    Ok(dataset)
}

/// The folder of the labels for a folder of pictures: its last `images` is `labels`.
pub(super) fn labels_for_folder(images: &Path) -> PathBuf {
    replace_last(images, "images", "labels")
}

/// The label file of a picture.
pub(super) fn label_file_for(picture: &Path) -> PathBuf {
    let folder = picture.parent().unwrap_or(Path::new(""));
    let name = picture.file_name().unwrap_or_default();
    labels_for_folder(folder).join(name).with_extension("txt")
}

/// The path with the last part of one name replaced by another.
pub(super) fn replace_last(path: &Path, from: &str, to: &str) -> PathBuf {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str()).collect();
    match parts.iter().rposition(|part| *part == from) {
        Some(last) => {
            let replaced = |(i, part)| if i == last { std::ffi::OsStr::new(to) } else { part };
            parts.into_iter().enumerate().map(replaced).collect()
        }
        None => path.to_owned(),
    }
}

/// The pictures of a folder, and the label files there that belong to none of them.
pub(super) fn list_folder(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), FormatError> {
    let pictures = if folder.is_dir() { files_under(folder, &|path| is_picture(path))? } else { Vec::new() };
    let labels = labels_for_folder(folder);
    if !labels.is_dir() {
        return Ok((pictures, Vec::new()));
    }
    let taken: std::collections::HashSet<PathBuf> = pictures.iter().map(|p| label_file_for(p)).collect();
    let is_label = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_list = NAME_FILES.contains(&name.as_str())
            || matches!(name.as_str(), "train.txt" | "val.txt" | "valid.txt" | "test.txt" | "README.txt");
        has_extension(path, "txt") && !is_list && !taken.contains(path)
    };
    let alone = files_under(&labels, &is_label)?;
    Ok((pictures, alone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lie_where_the_last_images_folder_is_replaced() {
        let label = |path: &str| label_file_for(Path::new(path)).to_string_lossy().into_owned();
        assert_eq!(label("d/images/train/a.b.jpg"), "d/labels/train/a.b.txt");
        assert_eq!(label("images/x/images/a.jpg"), "images/x/labels/a.txt");
        assert_eq!(label("d/train/images/a.jpg"), "d/train/labels/a.txt");
        assert_eq!(label("d/pictures/a.jpg"), "d/pictures/a.txt");
    }

    #[test]
    fn names_are_a_list_or_a_map() {
        let names = |text: &str| names_of(&serde_yaml_ng::from_str(text).unwrap());
        let expected = BTreeMap::from([(0, "cat".to_owned()), (1, "7".to_owned())]);
        assert_eq!(names("names: [cat, 7]"), expected);
        assert_eq!(names("names: {0: cat, '1': '7'}"), expected);
        assert!(names("names:").is_empty());
    }
}
