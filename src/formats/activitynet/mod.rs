//! ActivityNet: one JSON file for intervals of time in many videos.
//!
//! `database` has for each video its `subset`, `duration`, `resolution` and `annotations`, each a `label` and a `segment`
//! in seconds. Results have `results` instead, with scores. Seconds are those of the frames' presentation, so a frame is
//! found again by its time; for the sake of videos at variable rate, and of videos that are not at hand, the export also
//! says the frames: `frames`, half-open, and `num_frames`, from which a rate follows.
//!
//! A file of its own is `activitynet.json`; other names work, too.

mod read;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use self::read::span_of;
use super::exchange::advance;
use super::output::Output;
use super::paths::split_extension;
use super::trip::{Encoded, bare_asset};
use super::video_facts::Clock;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{AssetKind, Content, Schema};

const ID: &str = "activitynet";

/// The names of ActivityNet's subsets, and ours.
const SUBSETS: [(&str, &str); 3] = [("training", "train"), ("validation", "val"), ("testing", "test")];

/// ActivityNet's JSON.
pub(super) struct ActivityNet;

impl Format for ActivityNet {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "ActivityNet"
    }

    fn help(&self) -> &'static str {
        "One JSON file with labelled intervals of many videos, in seconds, read by trainers for recognising activities."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn layout(&self) -> Layout {
        Layout::Folder
    }

    fn holds(&self) -> AssetKind {
        AssetKind::Video
    }

    fn keeps(&self) -> &'static [Capability] {
        &[Capability::Spans, Capability::Subsets, Capability::LabelTree, Capability::UnusedLabels]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        read::sniff(path)
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        let folder = base_folder(source);
        vec![folder.clone(), folder.join("videos")]
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        read::import(source, context)
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        let mut output = Output::open(plan.target(), ID)?;
        let mut file = output.begin("activitynet.json")?;
        let taxonomy = Value::Array(taxonomy_of(plan));
        file.put(format!("{{\"version\": \"1.3\", \"taxonomy\": {taxonomy},\n\"database\": {{").as_bytes())?;
        let (mut done, total, mut is_first) = (0, source.num_items(), true);
        source.for_each(&mut |item| {
            done += 1;
            advance(&options.job, done, total)?;
            let Some(place) = plan.place(&item.asset) else { return Ok(()) };
            let name = Value::String(split_extension(&place.path).0.to_owned());
            let entry = entry_of(item, plan.subset_of(place), plan);
            let comma = if std::mem::take(&mut is_first) { "" } else { "," };
            file.put(format!("{comma}\n{name}: {entry}").as_bytes())?;
            match options.media {
                Some(copier) => {
                    output.copy_media(&format!("videos/{}", place.path), &item.asset, copier, report)
                }
                None => Ok(()),
            }
        })?;
        file.put(b"\n}}\n")?;
        output.commit("activitynet.json", file, report)?;
        let main_file = output.path("activitynet.json");
        Ok(Written { files: output.finish()?, main_file })
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), plan.subset_of(place));
        let clock = Clock::of(&item.asset);
        annotations_of(item, plan).trip(item, asset, |annotation| {
            let text = annotation.to_string();
            let read = serde_json::from_str(&text).map_err(|error| error.to_string());
            read.and_then(|annotation| span_of(&annotation, &clock, labels, "")).into_iter().collect()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        read::add_taxonomy(&taxonomy_of(plan), &mut labels);
        labels.into_schema()
    }

    fn subset(&self, wanted: Option<&str>, _: &Path) -> Option<String> {
        wanted.map(str::to_owned)
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    fn needs_distinct_stems(&self) -> bool {
        true
    }
}

/// The tree of labels: each a node with its parent.
fn taxonomy_of(plan: &ExportPlan) -> Vec<Value> {
    let all = &plan.schema().labels;
    let id_of = |name: &str| all.iter().position(|label| label.name == name).map(|index| index + 1);
    let mut nodes = vec![json!({"nodeId": 0, "nodeName": "Root", "parentId": null, "parentName": "None"})];
    for (index, label) in all.iter().enumerate() {
        let parent =
            label.parent.and_then(|id| plan.schema().label(id)).map_or("Root", |parent| parent.name.as_str());
        let parent_id = id_of(parent).unwrap_or(0);
        nodes.push(json!({
            "nodeId": index + 1, "nodeName": label.name, "parentId": parent_id, "parentName": parent,
        }));
    }
    nodes
}

fn entry_of(item: &Item, subset: Option<&str>, plan: &ExportPlan) -> Value {
    let asset = &item.asset;
    let annotations: Vec<Value> =
        annotations_of(item, plan).records.into_iter().map(|(_, record)| record).collect();
    let known = subset
        .map(|subset| SUBSETS.iter().find(|(_, ours)| *ours == subset).map_or(subset, |(name, _)| name));
    let mut entry = json!({"annotations": annotations, "url": ""});
    if let Some(facts) = &asset.video {
        entry["duration"] = json!(facts.duration_secs);
        entry["num_frames"] = json!(facts.num_frames);
        entry["frame_rate"] = json!(facts.frame_rate.to_string());
    }
    if asset.width > 0 && asset.height > 0 {
        entry["resolution"] = json!(format!("{}x{}", asset.width, asset.height));
    }
    if let Some(subset) = known {
        entry["subset"] = json!(subset);
    }
    entry
}

/// The annotations of a video, in the order of its spans.
fn annotations_of(item: &Item, plan: &ExportPlan) -> Encoded<Value> {
    let mut encoded = Encoded::default();
    let clock = Clock::of(&item.asset);
    for (index, object) in item.objects.iter().enumerate() {
        let label = plan.label(object.label);
        match (&object.content, label) {
            (Content::Span(_), None) => encoded.leave_out(index, "it has no label"),
            (Content::Span(span), Some(_)) if span.end <= span.start => {
                encoded.leave_out(index, "it covers no frame");
            }
            (Content::Span(span), Some(label)) => {
                let segment = [clock.seconds(span.start), clock.seconds(span.end)];
                let record =
                    json!({"label": label.name, "segment": segment, "frames": [span.start, span.end]});
                encoded.records.push((vec![index], record));
            }
            (Content::Track(_) | Content::Shape(_) | Content::Tag, _) => {
                encoded.leave_out(
                    index,
                    format!("ActivityNet has intervals of time only, and no {}s", object.kind().name()),
                );
            }
        }
    }
    encoded
}
