//! Imports and exports as a caller does them.

use std::collections::BTreeMap;
use std::path::Path;

use fieldmark::base::jobs::JobContext;
use fieldmark::base::report::Report;
use fieldmark::formats::{
    ExportOptions, ExportSummary, FORMATS, Format, FormatError, ImportContext, Item, ItemList, SchemaBuilder,
    export, format_by_id,
};
use fieldmark::model::{AssetKind, Content, Object, Provenance, Schema};
use fieldmark::pixels::Size;
use serde_json::{Value, json};

/// What an import gave.
pub struct Imported {
    pub list: ItemList,
    pub report: Report,
}

impl Imported {
    /// The findings, a line each, without the folder's own path.
    pub fn report_lines(&self, folder: &Path) -> Vec<String> {
        let prefix = format!("{}/", folder.display());
        self.report.to_string().lines().map(|line| line.replace(&prefix, "")).collect()
    }

    pub fn objects(&self) -> Vec<&Object> {
        self.list.items.iter().flat_map(|item| &item.objects).collect()
    }
}

pub fn format(id: &str) -> &'static dyn Format {
    format_by_id(id).unwrap_or_else(|| panic!("there is a format {id}"))
}

/// The formats that hold pictures.
pub fn picture_formats() -> impl Iterator<Item = &'static &'static dyn Format> {
    FORMATS.iter().filter(|format| format.holds() == AssetKind::Picture)
}

/// The formats that hold videos.
pub fn video_formats() -> impl Iterator<Item = &'static &'static dyn Format> {
    FORMATS.iter().filter(|format| format.holds() == AssetKind::Video)
}

/// Imports into a schema.
pub fn import_with(
    format: &dyn Format,
    source: &Path,
    schema: Schema,
    sizes: &dyn Fn(&str) -> Option<Size>,
) -> Result<Imported, FormatError> {
    let mut labels = SchemaBuilder::new(schema);
    let mut report = Report::new();
    let mut items: Vec<Item> = Vec::new();
    let mut sink = |item: Item| {
        items.push(item);
        Ok(())
    };
    let job = JobContext::detached();
    let mut context = ImportContext {
        sink: &mut sink,
        labels: &mut labels,
        has_picture: &|path| sizes(path).is_some(),
        image_size: sizes,
        video_facts: &|_| None,
        report: &mut report,
        job: &job,
    };
    format.import(source, &mut context)?;
    let mut list = ItemList { schema: labels.into_schema(), items };
    list.merge_equal_paths();
    Ok(Imported { list, report })
}

/// Imports where every picture has the same size.
pub fn import(id: &str, source: &Path) -> Result<Imported, FormatError> {
    import_with(format(id), source, Schema::default(), &|_| Some(Size::new(100, 80)))
}

/// Exports with the given settings. Panics when the check after writing finds a difference.
pub fn export_to(id: &str, list: &ItemList, target: &Path, settings: &[(&str, &str)]) -> ExportSummary {
    let settings: BTreeMap<String, String> =
        settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let options = ExportOptions { settings, ..ExportOptions::default() };
    export_with(id, list, target, &options).0
}

/// Exports with the given options. Panics when the check after writing finds a difference.
pub fn export_with(
    id: &str,
    list: &ItemList,
    target: &Path,
    options: &ExportOptions<'_>,
) -> (ExportSummary, Report) {
    let mut report = Report::new();
    let summary = export(format(id), &mut list.clone(), target, options, &mut report)
        .unwrap_or_else(|error| panic!("{id}: {error}"));
    let broken = ["please report this", "Reading the export back failed"];
    let failures: Vec<String> = report
        .findings()
        .iter()
        .map(ToString::to_string)
        .filter(|line| broken.iter().any(|words| line.contains(words)))
        .collect();
    assert!(failures.is_empty(), "{id}: {failures:#?}");
    (summary, report)
}

/// What a list says, without ids, in an order and wording that files can pin.
pub fn describe(list: &ItemList) -> Value {
    let labels: Vec<Value> = list.schema.labels.iter().map(|label| describe_label(list, label)).collect();
    let items: Vec<Value> = list.items.iter().map(|item| describe_item(list, item)).collect();
    json!({"labels": labels, "items": items})
}

fn describe_label(list: &ItemList, label: &fieldmark::model::Label) -> Value {
    let mut value = json!({"name": label.name});
    if let Some(parent) = label.parent.and_then(|id| list.schema.label(id)) {
        value["parent"] = json!(parent.name);
    }
    if !label.attributes.is_empty() {
        value["attributes"] = label.attributes.iter().map(|attribute| json!(attribute.name)).collect();
    }
    if let Some(skeleton) = &label.skeleton {
        value["skeleton"] = json!({"joints": skeleton.joints, "bones": skeleton.bones});
    }
    value
}

fn describe_item(list: &ItemList, item: &Item) -> Value {
    let mut groups = Vec::new();
    let objects: Vec<Value> = item
        .objects
        .iter()
        .map(|object| {
            let mut value = describe_object(list, object);
            if let Some(group) = object.group {
                let known = groups.iter().position(|known| *known == group);
                value["group"] = json!(known.unwrap_or_else(|| {
                    groups.push(group);
                    groups.len() - 1
                }));
            }
            value
        })
        .collect();
    let mut value = json!({
        "path": item.asset.source.as_str(),
        "size": [item.asset.width, item.asset.height],
        "objects": objects,
    });
    if item.asset.kind == AssetKind::Video {
        value["video"] = json!(item.asset.video.as_ref().map(|facts| facts.num_frames));
    }
    if let Some(subset) = &item.asset.subset {
        value["subset"] = json!(subset);
    }
    value
}

fn describe_object(list: &ItemList, object: &Object) -> Value {
    let label = object.label.and_then(|id| list.schema.label(id));
    let mut value = json!({"label": label.map(|label| &label.name)});
    match &object.content {
        Content::Shape(shape) => value["shape"] = serde_json::to_value(shape).unwrap(),
        Content::Track(track) => {
            value["keyframes"] = serde_json::to_value(&track.keyframes).unwrap();
            for (frame, values) in &track.attributes {
                for (id, attribute) in values {
                    let (_, known) = list.schema.attribute(*id).expect("attributes are in the schema");
                    value["changes"][frame.to_string()][&known.name] =
                        serde_json::to_value(attribute).unwrap();
                }
            }
        }
        Content::Span(span) => value["span"] = serde_json::to_value(span).unwrap(),
        Content::Tag => value["kind"] = json!(object.kind().name()),
    }
    for (id, attribute) in &object.attributes {
        let (_, known) = list.schema.attribute(*id).expect("attributes are in the schema");
        value["attributes"][&known.name] = serde_json::to_value(attribute).unwrap();
    }
    if !object.flags.is_empty() {
        value["flags"] = serde_json::to_value(&object.flags).unwrap();
    }
    if !object.comment.is_empty() {
        value["comment"] = json!(object.comment);
    }
    if !object.extra.is_empty() {
        value["extra"] = serde_json::to_value(&object.extra).unwrap();
    }
    if let Provenance::Import { id, score, .. } = &object.provenance {
        if let Some(id) = id {
            value["id"] = json!(id);
        }
        if let Some(score) = score {
            value["score"] = json!(score);
        }
    }
    value
}
