//! Reading Label Studio's tasks.

use std::path::Path;

use serde_json::{Map, Value};

use super::decode::{ResultRecord, object_of};
use crate::formats::folder::{beginning_of, has_extension, path_within, some_files_under};
use crate::formats::json_scan::{JsonText, Span};
use crate::formats::paths::{VIDEO_EXTENSIONS, file_name, split_extension, video_path};
use crate::formats::video_facts::facts_without_rate;
use crate::formats::xml::{Step, XmlFile};
use crate::formats::{Confidence, FormatError, ImportContext, Item, SchemaBuilder, base_folder};
use crate::model::{Asset, AssetId, AssetKind};

const TYPES: [&str; 2] = ["videorectangle", "timelinelabels"];

fn sniff_file(path: &Path) -> Confidence {
    if !has_extension(path, "json") || path.is_dir() {
        return Confidence::No;
    }
    let bytes = beginning_of(path);
    let text = String::from_utf8_lossy(&bytes);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    if !(text.trim_start().starts_with(['[', '{']) && has("data") && has("annotations") && has("result")) {
        return Confidence::No;
    }
    let names_video = VIDEO_EXTENSIONS.iter().any(|extension| text.contains(&format!(".{extension}\"")));
    match TYPES.iter().any(|kind| has(kind)) || has("video") {
        true => Confidence::Certain,
        false if names_video => Confidence::Likely,
        false => Confidence::No,
    }
}

pub(super) fn sniff(path: &Path) -> Confidence {
    if path.is_dir() {
        let found = some_files_under(path, &|file| sniff_file(file) > Confidence::No, 1);
        return found.first().map_or(Confidence::No, |file| sniff_file(file));
    }
    sniff_file(path)
}

pub(super) fn import(source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let files = match source.is_dir() {
        true => some_files_under(source, &|file| sniff_file(file) > Confidence::No, usize::MAX),
        false => vec![source.to_owned()],
    };
    if files.is_empty() {
        let message = "There is no Label Studio file here: JSON with tasks that have annotations of videos.";
        return Err(FormatError::unusable(message, source));
    }
    for file in &files {
        read_file(file, &base_folder(source), context)?;
    }
    Ok(())
}

fn read_file(path: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let text = JsonText::read(path)?;
    let config = path.with_file_name("config.xml");
    if let Ok(config) = std::fs::read_to_string(config) {
        read_config(config, context.labels);
    }
    let not_ours =
        || FormatError::unusable("This is no list of Label Studio tasks with data and annotations.", path);
    let tasks: Vec<Span> = match text.first_byte() {
        Some(b'[') => {
            let mut tasks = Vec::new();
            for element in text.elements(&text.whole()) {
                match element {
                    Ok(span) => tasks.push(span),
                    Err(broken) => context.report.error(format!("{}.", broken.message), broken.place),
                }
            }
            tasks
        }
        Some(b'{') => vec![text.whole()],
        _ => return Err(not_ours()),
    };
    let mut num_read = 0;
    for (done, span) in tasks.iter().enumerate() {
        context.advance(done as u64, tasks.len() as u64)?;
        let task: Map<String, Value> = match text.parse(span) {
            Ok(task) => task,
            Err(broken) => {
                let message = format!("A task could not be read: {}.", broken.message);
                context.report.error(message, broken.place);
                continue;
            }
        };
        if task.contains_key("data") {
            num_read += 1;
            read_task(&task, &text.place(span.start), path, base, context)?;
        }
    }
    if num_read == 0 { Err(not_ours()) } else { Ok(()) }
}

fn read_task(
    task: &Map<String, Value>,
    place: &str,
    file: &Path,
    base: &Path,
    context: &mut ImportContext<'_>,
) -> Result<(), FormatError> {
    let Some(named) = video_of(task.get("data")) else {
        context.report.warn("A task names no video; it is left out.", place);
        return Ok(());
    };
    let names = names_of(&named);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let folder = base_folder(file);
    let folder = if folder == base { String::new() } else { path_within(base, &folder) };
    let video = match named.contains("://") && !(context.has_picture)(file_name(&named)) {
        true => named.clone(),
        false => video_path(&folder, &names, context.has_picture),
    };
    let records = results_in(task, place, context);
    let size = (context.image_size)(&video).or_else(|| records.iter().find_map(ResultRecord::size));
    let size = size.unwrap_or_default();
    let name = path_within(base, file);
    let mut objects = Vec::new();
    for record in &records {
        match object_of(record, size, context.labels, &name) {
            Ok(found) => objects.extend(found),
            Err(reason) => context.report.error(format!("A result cannot be used: {reason}."), place),
        }
    }
    let mut asset = Asset::picture(AssetId::new(), video, size.width, size.height);
    asset.kind = AssetKind::Video;
    asset.video = facts_without_rate(records.iter().filter_map(ResultRecord::num_frames).max());
    (context.sink)(Item { asset, objects })
}

/// The results of the annotations that were not called off, those of several people together.
fn results_in(task: &Map<String, Value>, place: &str, context: &mut ImportContext<'_>) -> Vec<ResultRecord> {
    let annotations = task.get("annotations").or_else(|| task.get("completions")).and_then(Value::as_array);
    let kept = annotations
        .into_iter()
        .flatten()
        .filter(|annotation| annotation.get("was_cancelled") != Some(&Value::Bool(true)));
    let results = kept.filter_map(|annotation| annotation.get("result")?.as_array()).flatten();
    let mut records = Vec::new();
    for result in results.filter(|result| result.get("type").and_then(Value::as_str) != Some("relation")) {
        match serde_json::from_value::<ResultRecord>(result.clone()) {
            Ok(record) => records.push(record),
            Err(error) => context.report.error(format!("A result could not be read: {error}."), place),
        }
    }
    records
}

/// The video that a task names: under `video`, or the first text that ends like one.
fn video_of(data: Option<&Value>) -> Option<String> {
    let data = data?.as_object()?;
    let is_video = |text: &str| {
        let (_, extension) = split_extension(text);
        VIDEO_EXTENSIONS.contains(&extension.to_lowercase().as_str())
    };
    let named = ["video", "video_url"].iter().find_map(|key| data.get(*key)?.as_str());
    named.or_else(|| data.values().filter_map(Value::as_str).find(|text| is_video(text))).map(str::to_owned)
}

/// The names that a file may go by: uploads have eight digits before their name, local files are named behind `?d=`.
fn names_of(named: &str) -> Vec<String> {
    let path = named.split("?d=").nth(1).unwrap_or(named).to_owned();
    let name = file_name(&path).to_owned();
    let is_prefix = |prefix: &str| prefix.len() == 8 && prefix.chars().all(|c| c.is_ascii_hexdigit());
    let original =
        name.split_once('-').filter(|(prefix, _)| is_prefix(prefix)).map(|(_, rest)| rest.to_owned());
    [Some(path), original, Some(name)].into_iter().flatten().collect()
}

/// Takes the labels of a labeling setup in.
pub(super) fn read_config(text: String, labels: &mut SchemaBuilder) {
    let mut file = XmlFile::from_text(Path::new("config.xml"), text);
    // What cannot be read costs colours only: labels come with the results.
    while let Ok(step) = file.step() {
        match step {
            Step::Begin(element) if matches!(element.name.as_str(), "Label" | "Choice") => {
                let Some(name) = element.get("value").filter(|name| !name.is_empty()) else { continue };
                let id = labels.label(name);
                if let Some(Ok(color)) = element.get("background").map(str::parse) {
                    labels.describe(id, Some(color), Default::default());
                }
            }
            Step::Begin(_) | Step::End => {}
            Step::EndOfFile => break,
        }
    }
}
