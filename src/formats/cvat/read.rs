//! Reading CVAT files.

use std::path::Path;

use super::decode::{Groups, TrackReader, object_of, tag_of};
use super::geometry::SHAPE_ELEMENTS;
use super::meta::{Meta, read_meta};
use crate::base::report::Report;
use crate::formats::folder::{files_under, has_extension, path_within};
use crate::formats::video_facts::facts_without_rate;
use crate::formats::xml::{Broken, Element, Step, XmlFile};
use crate::formats::{FormatError, ImportContext, Item, SchemaBuilder, base_folder, paths};
use crate::model::{Asset, AssetId, AssetKind, Object};
use crate::pixels::Size;

/// What the elements of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<track>`: one video.
    Tracks,
    /// `<image>`: pictures.
    Images,
}

/// What a file holds, from its first elements; `None` when it is not CVAT's.
pub(super) fn kind_of(path: &Path) -> Option<Kind> {
    if !has_extension(path, "xml") || path.is_dir() {
        return None;
    }
    let mut file = XmlFile::open(path).ok()?;
    let mut is_root = true;
    let mut mode = None;
    loop {
        match file.step().ok()? {
            Step::Begin(element) => {
                match element.name.as_str() {
                    "annotations" if is_root => {}
                    _ if is_root => return None,
                    "track" => return Some(Kind::Tracks),
                    "image" => return Some(Kind::Images),
                    "meta" => {
                        let meta = file.rest_of(element).ok()?;
                        let is_video =
                            meta.children.iter().any(|task| task.text_of("mode") == "interpolation");
                        mode = Some(if is_video { Kind::Tracks } else { Kind::Images });
                    }
                    _ => {}
                }
                is_root = false;
            }
            Step::End => {}
            Step::EndOfFile => return mode,
        }
    }
}

pub(super) fn import(id: &str, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let base = base_folder(source);
    let files = match source.is_dir() {
        true => files_under(source, &|path| kind_of(path).is_some())?,
        false => vec![source.to_owned()],
    };
    if files.is_empty() {
        let message = "There is no CVAT file here: an XML file with annotations.";
        return Err(FormatError::unusable(message, source));
    }
    let total = files.len() as u64;
    for (done, path) in files.iter().enumerate() {
        context.advance(done as u64, total)?;
        let folder = path_within(&base, path.parent().unwrap_or(Path::new("")));
        let folder = if path.parent() == Some(base.as_path()) { String::new() } else { folder };
        let name = path_within(&base, path);
        let mut reader =
            FileReader { id, name: &name, folder: &folder, meta: Meta::default(), groups: Groups::new() };
        reader.read(path, context)?;
    }
    Ok(())
}

struct FileReader<'a> {
    id: &'a str,
    /// The file, relative to what is imported.
    name: &'a str,
    /// Its folder, relative to what is imported; empty for that itself.
    folder: &'a str,
    meta: Meta,
    groups: Groups,
}

impl FileReader<'_> {
    fn read(&mut self, path: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        let mut file = XmlFile::open(path)?;
        let not_cvat =
            || FormatError::unusable("This is no CVAT file: it does not begin with <annotations>.", path);
        match file.step() {
            Ok(Step::Begin(root)) if root.name == "annotations" => {}
            _ => return Err(not_cvat()),
        }
        let mut tracks: Vec<Object> = Vec::new();
        let mut has_images = false;
        let mut is_known = false;
        loop {
            let result = match file.step() {
                Ok(Step::Begin(element)) => {
                    is_known |= matches!(element.name.as_str(), "meta" | "track" | "image");
                    match element.name.as_str() {
                        "track" => {
                            context.advance(tracks.len() as u64, 0)?;
                            read_track(
                                &mut file,
                                &element,
                                (self.id, self.name),
                                &mut self.groups,
                                context.labels,
                                context.report,
                            )
                            .map(|object| tracks.extend(object))
                        }
                        "image" => {
                            has_images = true;
                            self.read_image(&mut file, element, context)?
                        }
                        _ => file.rest_of(element).map(|element| {
                            if element.name == "meta" {
                                self.meta = read_meta(&element, context.labels);
                            }
                        }),
                    }
                }
                Ok(Step::End) => Ok(()),
                Ok(Step::EndOfFile) => break,
                Err(broken) => Err(broken),
            };
            if let Err(Broken { message, place }) = result {
                let message =
                    format!("The file cannot be read on from here: {message}. What comes before is taken.");
                context.report.error(message, place);
                break;
            }
        }
        if !is_known {
            return Err(not_cvat());
        }
        if has_images && tracks.is_empty() { Ok(()) } else { self.send_video(path, tracks, context) }
    }

    /// The video with its tracks.
    fn send_video(
        &self,
        path: &Path,
        objects: Vec<Object>,
        context: &mut ImportContext<'_>,
    ) -> Result<(), FormatError> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let names = [self.meta.source.as_str(), self.meta.name.as_str(), &stem];
        let video = paths::video_path(self.folder, &names, context.has_picture);
        let size = self.meta.size.or_else(|| (context.image_size)(&video)).unwrap_or_default();
        let mut asset = Asset::picture(AssetId::new(), video, size.width, size.height);
        asset.kind = AssetKind::Video;
        asset.video = facts_without_rate(self.meta.num_frames);
        asset.subset = self.meta.subset.clone();
        (context.sink)(Item { asset, objects })
    }

    /// Reads a picture. Damage of the file is the inner result.
    fn read_image(
        &mut self,
        file: &mut XmlFile,
        image: Element,
        context: &mut ImportContext<'_>,
    ) -> Result<Result<(), Broken>, FormatError> {
        context.advance(0, 0)?;
        let extent =
            |name: &str| image.get(name).and_then(|text| text.trim().parse::<u32>().ok()).filter(|&n| n > 0);
        let name = paths::clean(image.get("name").unwrap_or_default());
        let subset = image.get("subset").map(str::to_owned).or_else(|| self.meta.subset.clone());
        let path = self.picture_path(&name, subset.as_deref(), context);
        let size = extent("width").zip(extent("height")).map(|(width, height)| Size::new(width, height));
        let size = size.or_else(|| (context.image_size)(&path)).unwrap_or_default();
        let mut objects = Vec::new();
        let ended = loop {
            let element = match next_child(file) {
                Ok(Some(element)) => element,
                Ok(None) => break Ok(()),
                Err(broken) => break Err(broken),
            };
            let (origin, groups) = ((self.id, self.name), &mut self.groups);
            let object = match element.name.as_str() {
                "tag" => tag_of(&element, context.labels, groups, origin),
                _ => object_of(&element, context.labels, groups, origin),
            };
            match object {
                Ok(object) => objects.push(object),
                Err(reason) => {
                    context
                        .report
                        .error(format!("A shape cannot be used: {reason}."), file.place(element.line));
                }
            }
        };
        if name.is_empty() {
            context.report.error("A picture has no name; it is left out.", file.place(image.line));
            return Ok(ended);
        }
        let mut asset = Asset::picture(AssetId::new(), path, size.width, size.height);
        asset.subset = subset;
        (context.sink)(Item { asset, objects })?;
        Ok(ended)
    }

    fn picture_path(&self, name: &str, subset: Option<&str>, context: &ImportContext<'_>) -> String {
        if name.contains("://") {
            return name.to_owned();
        }
        let within = |path: String| {
            paths::clean(&format!("{}/{path}", self.folder)).trim_start_matches('/').to_owned()
        };
        let in_subset = subset.map(|subset| within(format!("images/{subset}/{name}")));
        let places = in_subset.into_iter().chain([within(format!("images/{name}")), within(name.to_owned())]);
        places.into_iter().find(|path| (context.has_picture)(path)).unwrap_or_else(|| within(name.to_owned()))
    }
}

/// The next element inside the one that is open; `None` when that ends.
fn next_child(file: &mut XmlFile) -> Result<Option<Element>, Broken> {
    match file.step()? {
        Step::Begin(element) => file.rest_of(element).map(Some),
        Step::End | Step::EndOfFile => Ok(None),
    }
}

/// Reads a track that has begun. A track that breaks off gives what it had.
pub(super) fn read_track(
    file: &mut XmlFile,
    element: &Element,
    (id, name): (&str, &str),
    groups: &mut Groups,
    labels: &mut SchemaBuilder,
    report: &mut Report,
) -> Result<Option<Object>, Broken> {
    let begun = TrackReader::new(element, labels, groups);
    let mut reader = match begun {
        Ok(reader) => Some(reader),
        Err(reason) => {
            report.error(format!("A track cannot be used: {reason}."), file.place(element.line));
            None
        }
    };
    while let Some(shape) = next_child(file)? {
        let Some(reader) = &mut reader else { continue };
        if !SHAPE_ELEMENTS.contains(&shape.name.as_str()) {
            continue;
        }
        if let Err(reason) = reader.add(&shape, labels) {
            report.error(format!("A shape of a track cannot be used: {reason}."), file.place(shape.line));
        }
    }
    let object = reader.map(|reader| reader.finish(id, name)).transpose();
    Ok(object.unwrap_or_else(|reason| {
        report.error(format!("A track cannot be used: {reason}."), file.place(element.line));
        None
    }))
}
