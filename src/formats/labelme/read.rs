//! Reading labelme files.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::decode::{Groups, object_of};
use super::records::{FILE_KEYS, ShapeRecord};
use crate::formats::compare::PICTURE_FIELDS;
use crate::formats::folder::{files_under, has_extension, path_within};
use crate::formats::json_scan::{JsonText, Malformed, Span};
use crate::formats::mask_png::embedded_size;
use crate::formats::paths::PICTURE_EXTENSIONS;
use crate::formats::{FormatError, ImportContext, Item, SchemaBuilder, base_folder, paths};
use crate::model::{Asset, AssetId, Content, Object, ObjectId, Provenance};
use crate::pixels::Size;

pub(super) fn import(source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let base = base_folder(source);
    let files = if source.is_dir() {
        files_under(source, &|path| has_extension(path, "json"))?
    } else {
        vec![source.to_owned()]
    };
    let total = files.len() as u64;
    let mut num_read = 0;
    for (done, file) in files.iter().enumerate() {
        context.advance(done as u64, total)?;
        match read_file(file, &base, context) {
            Ok(true) => num_read += 1,
            Ok(false) if !source.is_dir() => {
                let message = "This is no labelme file: it has no shapes.";
                return Err(FormatError::unusable(message, source));
            }
            Ok(false) => {
                let message = "A JSON file is not labelme's; it is left aside.";
                context.report.note(message, file.display().to_string());
            }
            // One file of a folder that cannot be read does not stop the others.
            Err(error @ (FormatError::Io { .. } | FormatError::Unusable { .. })) if source.is_dir() => {
                context.report.error(error.to_string(), file.display().to_string());
            }
            Err(error) => return Err(error),
        }
    }
    if num_read == 0 {
        let message = "There is no labelme file here: a JSON file with shapes and imagePath.";
        return Err(FormatError::unusable(message, source));
    }
    Ok(())
}

/// The members of a file that are needed.
#[derive(Default)]
struct Members {
    flags: Map<String, Value>,
    shapes: Option<Span>,
    image_path: Option<String>,
    image_data: Option<Span>,
    width: Option<u32>,
    height: Option<u32>,
    rest: Map<String, Value>,
}

/// Reads one file; `false` when it is no labelme file.
fn read_file(file: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<bool, FormatError> {
    let text = JsonText::read(file)?;
    let members = members_of(&text, context);
    let Some(shapes) = &members.shapes else { return Ok(false) };
    let path = picture_path(file, base, &members, context);
    let size = match (members.width, members.height) {
        (Some(width), Some(height)) => Some(Size::new(width, height)),
        _ => (context.image_size)(&path).or_else(|| size_of_embedded(&text, &members)),
    };
    if size.is_none() {
        let message =
            "The size of a picture is not known: neither the file says it nor is the picture there.";
        context.report.warn(message, text.place(0));
    }
    let name = path_within(&base_folder(file), file);
    let mut objects = read_shapes(&text, shapes, &name, context);
    objects.extend(tags_of(&members.flags, context.labels, &name));
    let size = size.unwrap_or_default();
    let asset = Asset::picture(AssetId::new(), path, size.width, size.height);
    let mut item = Item { asset, objects };
    keep_fields(members, &mut item, context);
    (context.sink)(item)?;
    Ok(true)
}

fn members_of(text: &JsonText, context: &mut ImportContext<'_>) -> Members {
    let mut members = Members::default();
    for member in text.members(&text.whole()) {
        let result = member.and_then(|(name, span)| {
            match name.as_str() {
                "flags" => members.flags = text.parse::<Option<_>>(&span)?.unwrap_or_default(),
                "shapes" => members.shapes = Some(span),
                "imagePath" => members.image_path = text.parse(&span)?,
                "imageData" => members.image_data = Some(span).filter(|span| span.len() > "null".len()),
                "imageHeight" => members.height = text.parse::<Extent>(&span)?.0,
                "imageWidth" => members.width = text.parse::<Extent>(&span)?.0,
                name if FILE_KEYS.contains(&name) => {}
                _ => {
                    let value: Value = text.parse(&span)?;
                    members.rest.insert(name, value);
                }
            }
            Ok(())
        });
        if let Err(Malformed { message, place }) = result {
            context.report.error(format!("A part of the file could not be read: {message}."), place);
        }
    }
    members
}

/// A size that may be absent or written as a float.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Extent(#[serde(deserialize_with = "crate::formats::lenient::extent")] Option<u32>);

/// The path of the picture, relative to the folder that is imported: where `imagePath` says; else beside the file,
/// by that name or by the file's own. Where none of these is there, what `imagePath` says.
fn picture_path(file: &Path, base: &Path, members: &Members, context: &mut ImportContext<'_>) -> String {
    let folder = file.parent().map(PathBuf::from).unwrap_or_default();
    // Some files name themselves: their picture is embedded.
    let is_other = |path: &String| !path.is_empty() && !has_extension(Path::new(path), "json");
    let named = members.image_path.as_deref().map(paths::clean).filter(is_other);
    if let Some(address) = named.as_ref().filter(|path| path.contains("://")) {
        return address.clone();
    }
    let by_name = named.iter().flat_map(|named| [folder.join(named), folder.join(paths::file_name(named))]);
    let by_stem = PICTURE_EXTENSIONS.iter().map(|extension| file.with_extension(extension));
    let found =
        by_name.chain(by_stem).map(|path| path_within(base, &path)).find(|path| (context.has_picture)(path));
    if let Some(found) = found {
        return found;
    }
    if members.image_data.is_some() {
        let message =
            "The picture is not there, but a copy of it may be embedded in the file; save that beside it.";
        context.report.note(message, file.display().to_string());
    }
    let named = named.map_or_else(|| file.with_extension("jpg"), |named| folder.join(named));
    path_within(base, &named)
}

fn size_of_embedded(text: &JsonText, members: &Members) -> Option<Size> {
    let data: Option<String> = text.parse(members.image_data.as_ref()?).ok()?;
    embedded_size(&data?).map(|[width, height]| Size::new(width, height))
}

fn read_shapes(text: &JsonText, shapes: &Span, name: &str, context: &mut ImportContext<'_>) -> Vec<Object> {
    let mut objects = Vec::new();
    let mut groups = Groups::new();
    for element in text.elements(shapes) {
        let parsed = element.and_then(|span| Ok((text.parse::<ShapeRecord>(&span)?, span)));
        let (record, span) = match parsed {
            Ok(parsed) => parsed,
            Err(Malformed { message, place }) => {
                context.report.error(format!("A shape could not be read: {message}."), place);
                continue;
            }
        };
        let place = || text.place(span.start);
        let report = &mut *context.report;
        let decoded = object_of(&record, context.labels, &mut groups, name, &mut |message| {
            report.warn(message, place());
        });
        match decoded {
            Ok(object) => objects.push(object),
            Err(reason) => context.report.error(format!("A shape cannot be used: {reason}."), place()),
        }
    }
    objects
}

/// A tag for each flag of the picture that is set.
pub(super) fn tags_of(flags: &Map<String, Value>, labels: &mut SchemaBuilder, name: &str) -> Vec<Object> {
    let set = flags.iter().filter(|(_, value)| value.as_bool() == Some(true));
    set.map(|(flag, _)| {
        let mut tag = Object::new(ObjectId::new(), Content::Tag, Some(labels.label(flag)));
        tag.provenance =
            Provenance::Import { format: super::ID.to_owned(), file: name.to_owned(), id: None, score: None };
        tag
    })
    .collect()
}

/// The file's own unknown fields, and flags that are not set, ride on the first object of the picture.
fn keep_fields(members: Members, item: &mut Item, context: &mut ImportContext<'_>) {
    let mut fields = members.rest;
    let mut unset = members.flags;
    unset.retain(|_, value| value.as_bool() != Some(true));
    if !unset.is_empty() {
        fields.insert("flags".to_owned(), Value::Object(unset));
    }
    if fields.is_empty() {
        return;
    }
    let Some(first) = item.objects.first_mut() else {
        let message = "Unknown fields of pictures without objects are not kept.";
        return context.report.note(message, item.asset.source.as_str());
    };
    let extra = first.extra.entry(super::ID.to_owned()).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(extra) = extra {
        extra.insert(PICTURE_FIELDS.to_owned(), Value::Object(fields));
    }
}
