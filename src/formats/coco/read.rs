//! Reading COCO files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::decode::{Surroundings, objects_of};
use super::records::{Annotation, Category, Id, Image, ImageOfAnnotation};
use crate::formats::compare::PICTURE_FIELDS;
use crate::formats::folder::{files_in, path_within};
use crate::formats::json_scan::{JsonText, Malformed, Span};
use crate::formats::{Confidence, FormatError, ImportContext, Item, SchemaBuilder, base_folder, paths};
use crate::model::{Asset, AssetId, LabelId, SkeletonTemplate};
use crate::pixels::Size;

/// The COCO files of a folder: in it, in its `annotations`, and in those of its parts.
pub(super) fn files_of(source: &Path) -> Vec<PathBuf> {
    if !source.is_dir() {
        return vec![source.to_owned()];
    }
    let mut folders = vec![source.to_owned(), source.join("annotations")];
    folders.extend(["train", "valid", "val", "test"].map(|part| source.join(part)));
    let files = folders.iter().flat_map(|folder| files_in(folder, "json"));
    files.filter(|file| super::sniff_file(file) > Confidence::Perhaps).collect()
}

/// Reads all files of the source.
pub(super) fn import(source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let files = files_of(source);
    if files.is_empty() {
        let message = "There is no COCO file here: a JSON file with images, annotations and categories.";
        return Err(FormatError::unusable(message, source));
    }
    let base = base_folder(source);
    for file in files {
        match read_file(&file, &base, context) {
            // One file of a folder that cannot be read does not stop the others.
            Err(error @ (FormatError::Io { .. } | FormatError::Unusable { .. })) if source.is_dir() => {
                context.report.error(error.to_string(), file.display().to_string());
            }
            result => result?,
        }
    }
    Ok(())
}

fn read_file(file: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let text = JsonText::read(file)?;
    match text.first_byte() {
        Some(b'{') => Dataset::index(&text, base, context)?.read_all(context),
        Some(b'[') => read_results(&text, base, context),
        _ => {
            let message = "This file is no COCO dataset: it should begin with { and hold images, annotations and \
                           categories.";
            Err(FormatError::unusable(message, file))
        }
    }
}

/// Results are annotations alone; pictures and categories come from the dataset next to them.
fn read_results(results: &JsonText, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let folder = base_folder(results.path());
    let datasets: Vec<PathBuf> = files_in(&folder, "json")
        .into_iter()
        .filter(|file| super::sniff_file(file) == Confidence::Certain)
        .collect();
    let [dataset] = &datasets[..] else {
        let message = "This is a list of results without pictures and categories. Put it into a folder with the \
                       one COCO file that it belongs to, and try again.";
        return Err(FormatError::unusable(message, results.path()));
    };
    let dataset = JsonText::read(dataset)?;
    let mut index = Dataset::index(&dataset, base, context)?;
    index.text = results;
    index.annotations = results.whole();
    index.file = file_name(results.path());
    context.report.note(
        "Results were read with the pictures and categories of the dataset next to them.",
        dataset.path().display().to_string(),
    );
    index.read_all(context)
}

/// What must be known before the first annotation is read.
struct Dataset<'a> {
    text: &'a JsonText,
    file: String,
    subset: Option<String>,
    images: Vec<(Image, Span)>,
    categories: HashMap<Id, (LabelId, bool)>,
    annotations: Span,
    finder: PictureFinder,
}

/// Finds the pictures that a file names, which may lie beside it, above it or in a folder for each part.
struct PictureFinder {
    /// Folders to look into, relative to the base of the import; the one that was right the last time comes first.
    folders: Vec<String>,
}

impl PictureFinder {
    fn new(file: &Path, base: &Path) -> Self {
        let own = path_within(base, &base_folder(file));
        let own = if base_folder(file) == base { String::new() } else { own };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let part = ["instances_", "person_keypoints_"].iter().find_map(|prefix| stem.strip_prefix(prefix));
        let mut folders = Vec::new();
        for root in [own.clone(), format!("{own}/..")] {
            let parts = part.into_iter().flat_map(|part| [part.to_owned(), format!("images/{part}")]);
            let names = [String::new(), "images".to_owned()].into_iter().chain(parts);
            folders.extend(names.map(|name| format!("{root}/{name}").trim_start_matches('/').to_owned()));
        }
        Self { folders }
    }

    /// The path of the picture; as the file has it where there is none.
    fn find(&mut self, file_name: &str, has_picture: &dyn Fn(&str) -> bool) -> String {
        let path = paths::clean(file_name);
        if path.contains("://") || path.starts_with('/') {
            return path;
        }
        let place = |folder: &String| paths::clean(format!("{folder}/{path}").trim_start_matches('/'));
        // Above the import lie other things: there, a name alone means nothing.
        let is_name_above = |place: &str| place != path && is_name_above(place);
        let is_there = |place: String| !is_name_above(&place) && has_picture(&place);
        match self.folders.iter().position(|folder| is_there(place(folder))) {
            Some(index) => {
                let found = place(&self.folders[index]);
                self.folders[..=index].rotate_right(1);
                found
            }
            None => path,
        }
    }
}

/// Whether a path leads out of the folder, and to no other one from there.
fn is_name_above(path: &str) -> bool {
    let name = path.trim_start_matches("../");
    name.len() < path.len() && !name.contains('/')
}

impl<'a> Dataset<'a> {
    /// Reads pictures and categories, and finds the annotations.
    fn index(text: &'a JsonText, base: &Path, context: &mut ImportContext<'_>) -> Result<Self, FormatError> {
        let mut sections: HashMap<String, Span> = HashMap::new();
        for member in text.members(&text.whole()) {
            match member {
                Ok((name, span)) => {
                    sections.insert(name, span);
                }
                Err(Malformed { message, place }) => {
                    context.report.error(format!("The file is damaged: {message}."), place);
                }
            }
        }
        if !sections.contains_key("images") && !sections.contains_key("annotations") {
            let message = "This file is no COCO dataset: it has neither images nor annotations.";
            return Err(FormatError::unusable(message, text.path()));
        }
        let mut dataset = Self {
            text,
            file: file_name(text.path()),
            subset: subset_of(text.path()),
            images: Vec::new(),
            categories: HashMap::new(),
            annotations: 0..0,
            finder: PictureFinder::new(text.path(), base),
        };
        if let Some(span) = sections.get("categories") {
            dataset.read_categories(span, context);
        }
        if let Some(span) = sections.get("images") {
            for record in text.elements(span) {
                let parsed = record.and_then(|span| Ok((text.parse::<Image>(&span)?, span)));
                match parsed {
                    Ok(image) => dataset.images.push(image),
                    Err(Malformed { message, place }) => {
                        context.report.error(format!("A picture could not be read: {message}."), place);
                    }
                }
            }
        }
        dataset.annotations = sections.get("annotations").cloned().unwrap_or(0..0);
        if sections.keys().any(|name| matches!(name.as_str(), "info" | "licenses")) {
            let message = "The description of the dataset and its list of licences are not kept.";
            context.report.note(message, text.path().display().to_string());
        }
        Ok(dataset)
    }

    fn read_categories(&mut self, span: &Span, context: &mut ImportContext<'_>) {
        let mut categories: Vec<Category> = Vec::new();
        for record in self.text.elements(span) {
            match record.and_then(|span| self.text.parse(&span)) {
                Ok(category) => categories.push(category),
                Err(Malformed { message, place }) => {
                    context.report.error(format!("A category could not be read: {message}."), place);
                }
            }
        }
        self.categories = add_categories(&categories, context.labels);
    }

    /// Sends every picture with its objects to the sink.
    fn read_all(&mut self, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        let by_image = self.sort_to_images(context)?;
        let total = self.images.len() as u64;
        let mut next = 0;
        for index in 0..self.images.len() {
            context.advance(index as u64, total)?;
            let num_annotations = by_image[next..].iter().take_while(|(image, _)| *image == index).count();
            let spans = &by_image[next..next + num_annotations];
            next += num_annotations;
            self.read_image(index, spans, context)?;
        }
        Ok(())
    }

    /// The spans of the annotations with the index of their picture, in the order of the pictures.
    fn sort_to_images(&self, context: &mut ImportContext<'_>) -> Result<Vec<(usize, Span)>, FormatError> {
        let index_by_id: HashMap<&Id, usize> =
            self.images.iter().enumerate().map(|(index, (image, _))| (&image.id, index)).collect();
        let mut sorted = Vec::new();
        if self.annotations.is_empty() {
            return Ok(sorted);
        }
        for record in self.text.elements(&self.annotations) {
            let parsed = record.and_then(|span| {
                let owner: ImageOfAnnotation = self.text.parse(&span)?;
                Ok((owner.image_id, span))
            });
            match parsed {
                Ok((id, span)) => match index_by_id.get(&id) {
                    Some(&index) => sorted.push((index, span)),
                    None => context.report.error(
                        "An annotation names a picture that is not in the file.",
                        format!("{} (image_id {id})", self.text.place(span.start)),
                    ),
                },
                Err(Malformed { message, place }) => {
                    context.report.error(format!("An annotation could not be read: {message}."), place);
                }
            }
            if context.job.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
        }
        sorted.sort_by_key(|(index, span)| (*index, span.start));
        Ok(sorted)
    }

    fn read_image(
        &mut self,
        index: usize,
        annotations: &[(usize, Span)],
        context: &mut ImportContext<'_>,
    ) -> Result<(), FormatError> {
        let (image, span) = self.images[index].clone();
        let path = self.finder.find(&image.file_name, context.has_picture);
        let size = match (image.width, image.height) {
            (Some(width), Some(height)) => Some(Size::new(width, height)),
            _ => (context.image_size)(&path),
        };
        if size.is_none() {
            let message =
                "The size of a picture is not known: neither the file says it nor is the picture there.";
            context.report.warn(message, self.text.place(span.start));
        }
        let mut objects = Vec::new();
        for (_, span) in annotations {
            let place = || self.text.place(span.start);
            let annotation: Annotation = match self.text.parse(span) {
                Ok(annotation) => annotation,
                Err(Malformed { message, place }) => {
                    context.report.error(format!("An annotation could not be read: {message}."), place);
                    continue;
                }
            };
            let Some(&(label, has_joints)) = self.categories.get(&annotation.category_id) else {
                let place = format!("{} (category_id {})", place(), annotation.category_id);
                context.report.error("An annotation names a category that is not in the file.", place);
                continue;
            };
            let around = Surroundings { label, has_joints, size, file: &self.file };
            let report = &mut *context.report;
            let decoded = objects_of(&annotation, &around, context.labels, &mut |message| {
                report.warn(message, place())
            });
            match decoded {
                Ok(decoded) => objects.extend(decoded),
                Err(reason) => {
                    context.report.error(format!("An annotation cannot be used: {reason}."), place());
                }
            }
        }
        let size = size.unwrap_or_default();
        let mut asset = Asset::picture(AssetId::new(), path, size.width, size.height);
        asset.subset = self.subset.clone();
        let mut item = Item { asset, objects };
        self.keep_fields(&image.rest, &mut item, context);
        (context.sink)(item)
    }

    /// A picture's own unknown fields ride on its first object.
    fn keep_fields(&self, fields: &Map<String, Value>, item: &mut Item, context: &mut ImportContext<'_>) {
        if fields.is_empty() {
            return;
        }
        let Some(first) = item.objects.first_mut() else {
            let message = "Unknown fields of pictures without objects are not kept.";
            return context.report.note(message, item.asset.source.as_str());
        };
        let extra = first.extra.entry(super::ID.to_owned()).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(extra) = extra {
            extra.insert(PICTURE_FIELDS.to_owned(), Value::Object(fields.clone()));
        }
    }
}

/// Finds or makes the labels of categories: for each id its label, and whether that has joints.
pub(super) fn add_categories(
    categories: &[Category],
    labels: &mut SchemaBuilder,
) -> HashMap<Id, (LabelId, bool)> {
    let mut found = HashMap::new();
    let mut parents = Vec::new();
    for category in categories {
        let Some(id) = &category.id else { continue };
        let name = label_name(&category.name, id);
        let label = labels.label(&name);
        if !category.keypoints.is_empty() {
            let num_joints = category.keypoints.len();
            let bone = |&[a, b]: &[usize; 2]| Some((a.checked_sub(1)?, b.checked_sub(1)?));
            let bones = category.skeleton.iter().filter_map(bone);
            labels.set_skeleton(
                label,
                SkeletonTemplate {
                    joints: category.keypoints.clone(),
                    bones: bones.filter(|&(a, b)| a < num_joints && b < num_joints).collect(),
                    layout: Vec::new(),
                },
            );
        }
        let has_joints = labels.get(label).is_some_and(|label| label.skeleton.is_some());
        found.insert(id.clone(), (label, has_joints));
        let parent = category.supercategory.trim();
        if !parent.is_empty() && parent != name && !matches!(parent, "none" | "None") {
            parents.push((label, parent));
        }
    }
    // Parents come last, so that the labels of objects are first and in the order of the file.
    for (label, parent) in parents {
        let parent = labels.label(parent);
        labels.set_parent(label, parent);
    }
    found
}

/// The name of the label for a category.
pub(super) fn label_name(category: &str, id: &Id) -> String {
    match category.trim() {
        "" => format!("category {id}"),
        name => name.to_owned(),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The part of the dataset that a file's name, or else its folder's, stands for: `instances_train2017.json`,
/// `valid/_annotations.coco.json`.
fn subset_of(path: &Path) -> Option<String> {
    // The published datasets carry their year.
    let known = |name: &str| match name.strip_suffix("2014").or(name.strip_suffix("2017")).unwrap_or(name) {
        "train" => Some("train".to_owned()),
        "val" | "valid" | "validation" => Some("val".to_owned()),
        "test" => Some("test".to_owned()),
        _ => None,
    };
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    for prefix in ["instances_", "person_keypoints_", "annotations_"] {
        if let Some(name) = stem.strip_prefix(prefix) {
            return known(name)
                .or_else(|| (name != "default" && prefix == "instances_").then(|| name.to_owned()));
        }
    }
    known(&stem).or_else(|| known(&path.parent()?.file_name()?.to_string_lossy()))
}
