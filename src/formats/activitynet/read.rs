//! Reading ActivityNet's files.

use std::path::Path;

use serde_json::Value;

use super::SUBSETS;
use crate::formats::folder::{beginning_of, has_extension, path_within, some_files_under};
use crate::formats::json_scan::{JsonText, Span as TextSpan};
use crate::formats::paths::video_path;
use crate::formats::video_facts::{Clock, facts_at};
use crate::formats::{Confidence, FormatError, ImportContext, Item, SchemaBuilder, base_folder};
use crate::model::{
    Asset, AssetId, AssetKind, Content, FrameRate, Object, ObjectId, Provenance, Span, VideoFacts,
};
use crate::pixels::Size;

fn is_ours(path: &Path) -> bool {
    if !has_extension(path, "json") || path.is_dir() {
        return false;
    }
    let bytes = beginning_of(path);
    let text = String::from_utf8_lossy(&bytes);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    let is_truth = has("database") && (has("taxonomy") || has("annotations"));
    let is_result = has("results") && has("segment");
    text.trim_start().starts_with('{') && (is_truth || is_result || has("taxonomy") && has("nodeName"))
}

pub(super) fn sniff(path: &Path) -> Confidence {
    let found = match path.is_dir() {
        true => !some_files_under(path, &is_ours, 1).is_empty(),
        false => is_ours(path),
    };
    if found { Confidence::Certain } else { Confidence::No }
}

pub(super) fn import(source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let files = match source.is_dir() {
        true => some_files_under(source, &is_ours, usize::MAX),
        false => vec![source.to_owned()],
    };
    if files.is_empty() {
        let message = "There is no ActivityNet file here: JSON with a database of videos.";
        return Err(FormatError::unusable(message, source));
    }
    files.iter().try_for_each(|file| read_file(file, &base_folder(source), context))
}

fn read_file(path: &Path, base: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
    let text = JsonText::read(path)?;
    let mut videos: Option<TextSpan> = None;
    for member in text.members(&text.whole()) {
        match member {
            Ok((key, span)) if key == "database" || key == "results" => videos = Some(span),
            Ok((key, span)) if key == "taxonomy" => match text.parse::<Vec<Value>>(&span) {
                Ok(nodes) => add_taxonomy(&nodes, context.labels),
                Err(broken) => {
                    context.report.error(format!("The taxonomy: {}.", broken.message), broken.place)
                }
            },
            Ok(_) => {}
            Err(broken) => context.report.error(format!("{}.", broken.message), broken.place),
        }
    }
    let Some(videos) = videos else {
        return Err(FormatError::unusable(
            "This is no ActivityNet file: it has neither database nor results.",
            path,
        ));
    };
    let members = text.members(&videos);
    let total = members.len() as u64;
    for (done, member) in members.into_iter().enumerate() {
        context.advance(done as u64, total)?;
        let read = member.and_then(|(name, span)| Ok((name, text.parse::<Value>(&span)?, span)));
        match read {
            Ok((name, entry, span)) => {
                read_video(&name, &entry, &text.place(span.start), path, base, context)?
            }
            Err(broken) => {
                context.report.error(format!("A video could not be read: {}.", broken.message), broken.place);
            }
        }
    }
    Ok(())
}

fn read_video(
    name: &str,
    entry: &Value,
    place: &str,
    file: &Path,
    base: &Path,
    context: &mut ImportContext<'_>,
) -> Result<(), FormatError> {
    let folder = base_folder(file);
    let folder = if folder == base { String::new() } else { path_within(base, &folder) };
    let in_videos = format!("videos/{name}");
    let video = video_path(&folder, &[name, &in_videos], context.has_picture);
    let annotations = entry.get("annotations").unwrap_or(entry).as_array();
    let facts = (context.video_facts)(&video).or_else(|| facts_of(entry));
    let clock = Clock::with(facts.clone());
    if facts.is_none() && annotations.is_some_and(|list| list.iter().any(|a| a.get("frames").is_none())) {
        let message = "The file tells no rate of a video; its seconds are taken at 25 frames a second.";
        context.report.warn(message, place);
    }
    let file_name = path_within(base, file);
    let mut objects = Vec::new();
    for annotation in annotations.into_iter().flatten() {
        match span_of(annotation, &clock, context.labels, &file_name) {
            Ok(object) => objects.push(object),
            Err(reason) => context.report.error(format!("An annotation cannot be used: {reason}."), place),
        }
    }
    let resolution = entry.get("resolution").and_then(Value::as_str).and_then(|text| {
        let (width, height) = text.split_once('x')?;
        Some(Size::new(width.trim().parse().ok()?, height.trim().parse().ok()?))
    });
    let size = (context.image_size)(&video).or(resolution).unwrap_or_default();
    let mut asset = Asset::picture(AssetId::new(), video, size.width, size.height);
    asset.kind = AssetKind::Video;
    asset.video = facts;
    asset.subset = entry.get("subset").and_then(Value::as_str).map(|subset| {
        SUBSETS.iter().find(|(name, _)| *name == subset).map_or(subset, |(_, ours)| ours).to_owned()
    });
    (context.sink)(Item { asset, objects })
}

/// Length and rate of a video, where the file tells them: in our own fields, or by `fps`.
fn facts_of(entry: &Value) -> Option<VideoFacts> {
    let count = |key: &str| entry.get(key)?.as_u64().and_then(|count| u32::try_from(count).ok());
    let rate =
        entry.get("frame_rate").and_then(Value::as_str).and_then(|text| text.parse::<FrameRate>().ok());
    let duration = entry.get("duration").and_then(Value::as_f64);
    if let (Some(rate), Some(num_frames)) = (rate, count("num_frames").filter(|&num| num > 0)) {
        return Some(VideoFacts::constant(num_frames, rate));
    }
    let fps = entry.get("fps").and_then(Value::as_f64)?;
    let by_duration = duration.map(|secs| (secs * fps).round()).filter(|num| (1.0..4e9).contains(num));
    facts_at(count("num_frames").or(by_duration.map(|num| num as u32)), Some(fps))
}

/// The object of an annotation. Frames in our own field count before seconds.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn span_of(
    annotation: &Value,
    clock: &Clock,
    labels: &mut SchemaBuilder,
    file: &str,
) -> Result<Object, String> {
    let name = annotation.get("label").and_then(Value::as_str).filter(|name| !name.is_empty());
    let name = name.ok_or("it has no label")?;
    let frame = |index: usize| {
        let frame = annotation.get("frames")?.get(index)?.as_u64()?;
        u32::try_from(frame).ok()
    };
    let second = |index: usize| {
        let second = annotation.get("segment").and_then(|segment| segment.get(index)?.as_f64());
        second.filter(|second| (0.0..1e8).contains(second)).ok_or("its segment is no pair of seconds")
    };
    let (start, end) = match frame(0).zip(frame(1)) {
        Some(frames) => frames,
        None => {
            let start = clock.boundary_at(second(0)?);
            (start, clock.boundary_at(second(1)?).max(start.saturating_add(1)))
        }
    };
    if end <= start {
        return Err("it ends before it begins".to_owned());
    }
    let label = labels.label(name);
    let content = Content::Span(Span { start, end, lane: String::new() });
    let mut object = Object::new(ObjectId::new(), content, Some(label));
    object.provenance = Provenance::Import {
        format: super::ID.to_owned(),
        file: file.to_owned(),
        id: None,
        score: annotation.get("score").and_then(Value::as_f64),
    };
    Ok(object)
}

/// Takes the tree of labels in; its root is none.
pub(super) fn add_taxonomy(nodes: &[Value], labels: &mut SchemaBuilder) {
    let text = |node: &Value, key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_root = |node: &&Value| text(node, "nodeName") == "Root" || text(node, "nodeName").is_empty();
    for node in nodes.iter().filter(|node| !is_root(node)) {
        let id = labels.label(&text(node, "nodeName"));
        let parent = text(node, "parentName");
        if !matches!(parent.as_str(), "" | "Root" | "None") {
            let parent = labels.label(&parent);
            labels.set_parent(id, parent);
        }
    }
}
