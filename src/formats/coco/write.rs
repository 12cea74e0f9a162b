//! Writing COCO files.

use std::io::Write;
use std::path::PathBuf;

use super::Coco;
use super::encode::{Masks, annotations_of, categories_of, image_of};
use super::records::Id;
use crate::base::report::Report;
use crate::formats::exchange::advance;
use crate::formats::folder::has_extension;
use crate::formats::output::{AtomicFile, Output};
use crate::formats::plan::Place;
use crate::formats::{ExportOptions, ExportPlan, ExportSource, FormatError, Written, base_folder};
use crate::model::Asset;

/// One file that is being written.
struct DatasetFile {
    name: String,
    file: AtomicFile,
    num_images: i64,
    num_annotations: i64,
}

impl DatasetFile {
    /// Writes an element of a list.
    fn put(&mut self, record: &impl serde::Serialize, is_first: bool) -> Result<(), FormatError> {
        let mut line = if is_first { b"\n".to_vec() } else { b",\n".to_vec() };
        serde_json::to_writer(&mut line, record).map_err(|error| {
            FormatError::io("Writing a record of the file", std::path::Path::new(&self.name))(error.into())
        })?;
        self.file.put(&line)
    }
}

/// Writes one file for each subset, or the one that the target names. Goes twice through the source: once for
/// the pictures, once for the objects, so that neither must be held in memory.
pub(super) fn write(
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<Written, FormatError> {
    let is_file = has_extension(plan.target(), "json");
    let root = if is_file { base_folder_of_new(plan) } else { plan.target().to_owned() };
    let mut files = begin_files(plan, &root, is_file)?;
    let keeps_manifest = !is_file || options.media.is_some();
    let mut output = if keeps_manifest { Some(Output::open(&root, super::ID)?) } else { None };
    write_images(source, plan, options, &mut files, output.as_mut(), report)?;
    write_annotations(source, plan, options, &mut files)?;
    let categories = serde_json::to_string(&categories_of(plan)).unwrap_or_else(|_| "[]".to_owned());
    let main_file = root.join(&files[0].name);
    let mut written: Vec<PathBuf> = files.iter().map(|file| root.join(&file.name)).collect();
    for DatasetFile { name, mut file, .. } in files {
        let end = format!("\n],\n\"categories\": {categories}\n}}\n");
        file.put(end.as_bytes())?;
        match &mut output {
            // A file that the person named is theirs to replace; those in a folder answer to its manifest.
            Some(output) if !is_file => output.commit(&name, file, report)?,
            _ => file.commit()?,
        }
    }
    if let Some(output) = output {
        let copies = output.finish()?.into_iter().filter(|path| !written.contains(path));
        written.extend(copies.collect::<Vec<_>>());
    }
    Ok(Written { files: written, main_file })
}

fn base_folder_of_new(plan: &ExportPlan) -> PathBuf {
    let parent = plan.target().parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or_else(|| base_folder(plan.target()), std::path::Path::to_owned)
}

fn begin_files(
    plan: &ExportPlan,
    root: &std::path::Path,
    is_file: bool,
) -> Result<Vec<DatasetFile>, FormatError> {
    let mut names: Vec<String> =
        plan.subsets().iter().map(|subset| format!("annotations/instances_{subset}.json")).collect();
    if is_file {
        names = vec![plan.target().file_name().unwrap_or_default().to_string_lossy().into_owned()];
    } else if plan.has_pictures_without_subset() || names.is_empty() {
        names.push("annotations/instances_default.json".to_owned());
    }
    names
        .into_iter()
        .map(|name| {
            let mut file = AtomicFile::create(&root.join(&name))?;
            file.put(b"{\n\"info\": {\"description\": \"Exported by Fieldmark\"},\n\"licenses\": [],\n\"images\": [")?;
            Ok(DatasetFile { name, file, num_images: 0, num_annotations: 0 })
        })
        .collect()
}

/// The file that a picture belongs into.
fn file_index(plan: &ExportPlan, place: &Place, num_files: usize) -> usize {
    // Pictures without a subset are in the last file; a single file holds everything.
    place.subset.unwrap_or(plan.subsets().len()).min(num_files - 1)
}

fn write_images(
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    files: &mut [DatasetFile],
    mut output: Option<&mut Output>,
    report: &mut Report,
) -> Result<(), FormatError> {
    let (mut done, total) = (0, source.num_items() * 2);
    source.for_each(&mut |item| {
        done += 1;
        advance(&options.job, done, total)?;
        let Some(place) = plan.place(&item.asset) else { return Ok(()) };
        let index = file_index(plan, place, files.len());
        let file = &mut files[index];
        file.num_images += 1;
        let mut image = image_of(item, file.num_images, place.path.clone());
        if image.width.is_none() || image.height.is_none() {
            (image.width, image.height) = (Some(0), Some(0));
        }
        file.put(&image, file.num_images == 1)?;
        if let (Some(output), Some(copier)) = (output.as_deref_mut(), options.media) {
            copy_picture(output, &item.asset, place, copier, report)?;
        }
        Ok(())
    })?;
    files.iter_mut().try_for_each(|file| file.file.put(b"\n],\n\"annotations\": ["))
}

fn copy_picture(
    output: &mut Output,
    asset: &Asset,
    place: &Place,
    copier: &dyn crate::formats::MediaCopier,
    report: &mut Report,
) -> Result<(), FormatError> {
    output.copy_media(&format!("images/{}", place.path), asset, copier, report)
}

fn write_annotations(
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    files: &mut [DatasetFile],
) -> Result<(), FormatError> {
    let masks = masks_setting(plan);
    let total = source.num_items() * 2;
    let mut done = total / 2;
    let mut num_images = vec![0_i64; files.len()];
    source.for_each(&mut |item| {
        done += 1;
        advance(&options.job, done, total)?;
        let Some(place) = plan.place(&item.asset) else { return Ok(()) };
        let index = file_index(plan, place, files.len());
        num_images[index] += 1;
        let file = &mut files[index];
        for (_, mut annotation) in annotations_of(item, num_images[index], plan, masks).records {
            file.num_annotations += 1;
            annotation.id = Some(Id::Number(file.num_annotations));
            file.put(&annotation, file.num_annotations == 1)?;
        }
        Ok(())
    })?;
    files.iter_mut().try_for_each(|file| {
        let path = file.name.clone();
        file.file.flush().map_err(FormatError::io("Writing the file", std::path::Path::new(&path)))
    })
}

/// How the export writes masks.
pub(super) fn masks_setting(plan: &ExportPlan) -> Masks {
    match plan.setting(&Coco, "masks") {
        "rle-list" => Masks::Runs,
        "polygons" => Masks::Polygons,
        _ => Masks::CompressedRuns,
    }
}

/// The settings that [`masks_setting`] reads.
pub(super) const SETTINGS: &[crate::formats::Setting] = &[crate::formats::Setting {
    id: "masks",
    title: "Masks and polygons with holes",
    values: &[
        ("rle", "run lengths as compressed text: small and exact"),
        ("rle-list", "run lengths as lists of numbers: exact"),
        ("polygons", "masks as polygons along pixel borders, with holes filled"),
    ],
}];
