//! What an export would drop, round or convert, told before it is written.
//!
//! Nothing here knows any format. Each item goes through the format's own conversion and back
//! ([`Format::trip`]), and what is different afterwards is the answer. So the answer cannot disagree with what
//! the export does, and the check after writing ([`super::export`]) holds every export to it.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::compare::{Change, compare_object};
use super::frames::with_frames;
use super::trip::{Outcome, Trip};
use super::{ExportOptions, ExportPlan, ExportSource, Format, FormatError, Item, SchemaBuilder, Tally};
use crate::base::report::{Report, Severity};
use crate::model::{AssetKind, AssetStatus, Label, Schema};

/// How many places are named for one finding.
const MAX_EXAMPLES: usize = 20;

/// One way in which things would change, and how often.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PreflightFinding {
    /// How much it matters: an error when something is left out.
    pub severity: Severity,
    /// What changes, for programs.
    #[serde(flatten)]
    pub change: Change,
    /// What changes, as a sentence.
    pub message: String,
    /// How many objects, pictures or labels it concerns.
    pub count: u64,
    /// How far points move at most in pixels, or how much area changes at most in square pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<f64>,
    /// The first places: picture, label, and the object's number on the picture.
    pub examples: Vec<String>,
}

/// What an export would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Preflight {
    /// The id of the format.
    pub format: String,
    /// Pictures and videos looked at.
    pub num_items: u64,
    /// What would be written, by kind.
    pub written: Tally,
    /// Objects looked at.
    pub num_objects: u64,
    /// Objects that come back exactly as they are.
    pub num_kept: u64,
    /// Objects that are written with something changed or lost.
    pub num_changed: u64,
    /// Objects that are not written.
    pub num_left_out: u64,
    /// What changes, in the order in which it was met.
    pub findings: Vec<PreflightFinding>,
    #[serde(skip)]
    index_by_change: HashMap<Change, usize>,
}

/// Looks through everything that would be exported. Writes nothing.
///
/// # Errors
/// When the options make no sense for the format, the source fails, or the job was called off.
pub fn preflight(
    format: &dyn Format,
    source: &mut dyn ExportSource,
    target: &std::path::Path,
    options: &ExportOptions<'_>,
) -> Result<Preflight, FormatError> {
    with_frames(format, source, options, |source, options, taken_apart| {
        let plan = ExportPlan::new(format, source, target, options)?.with_taken_apart(taken_apart);
        look_through(format, source, &plan, options)
    })
}

fn look_through(
    format: &dyn Format,
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
) -> Result<Preflight, FormatError> {
    let mut labels = SchemaBuilder::new(plan.schema().clone());
    let mut preflight = Preflight::new(format, plan);
    let total = source.num_items();
    source.for_each(&mut |item| {
        super::exchange::advance(&options.job, preflight.num_items, total)?;
        let trip = format.trip(item, plan, &mut labels);
        preflight.add_item(item, &trip, plan);
        Ok(())
    })?;
    Ok(preflight)
}

impl Preflight {
    /// Begins with what happens to the labels.
    pub(super) fn new(format: &dyn Format, plan: &ExportPlan) -> Self {
        let mut preflight = Self { format: format.id().to_owned(), ..Self::default() };
        preflight.add_labels(plan.schema(), &format.schema_trip(plan));
        for (change, place) in &plan.taken_apart.changes {
            preflight.add(change.clone(), 0.0, || place.clone());
        }
        preflight
    }

    /// Adds what happens to one item.
    pub(super) fn add_item(&mut self, item: &Item, trip: &Trip, plan: &ExportPlan) {
        self.num_items += 1;
        if trip.asset.is_some() {
            self.written.add_asset(&item.asset, plan.taken_apart.has_frame(item.asset.id));
        }
        self.add_asset(item, trip, plan);
        let name_of = |id| match plan.schema().attribute(id) {
            Some((_, attribute)) => attribute.name.clone(),
            None => "unknown".to_owned(),
        };
        for (index, (object, outcome)) in item.objects.iter().zip(&trip.outcomes).enumerate() {
            self.num_objects += 1;
            let mut changes = Vec::new();
            match outcome {
                Outcome::LeftOut(reason) => {
                    self.num_left_out += 1;
                    changes.push((Change::LeftOut { reason: reason.clone() }, 0.0));
                }
                Outcome::Becomes(after) => {
                    self.written.add_object(object);
                    let num_frames = item.asset.video.as_ref().map(|facts| facts.num_frames);
                    compare_object(object, after, num_frames, &name_of, &mut |change, size| {
                        changes.push((change, size));
                    });
                    if changes.is_empty() {
                        self.num_kept += 1;
                    } else {
                        self.num_changed += 1;
                    }
                }
            }
            for (change, size) in changes {
                let label = object.label.and_then(|id| plan.schema().label(id));
                self.add(change, size, || {
                    let name = label.map_or("no label", |label| label.name.as_str());
                    format!("{}: {name} (object {})", item.asset.source.as_str(), index + 1)
                });
            }
        }
    }

    fn add_asset(&mut self, item: &Item, trip: &Trip, plan: &ExportPlan) {
        let asset = &item.asset;
        let place = || asset.source.as_str().to_owned();
        let Some(after) = &trip.asset else {
            if item.objects.is_empty() {
                let reason = match asset.kind {
                    AssetKind::Picture => "it is a picture, and the format holds videos",
                    AssetKind::Video => "it is a video, and the format holds pictures",
                };
                self.add(Change::LeftOut { reason: reason.to_owned() }, 0.0, place);
            }
            return;
        };
        let wanted = plan.place(asset).and_then(|place| place.wanted_subset.clone());
        if after.subset != wanted {
            self.add(Change::Subset { from: wanted, to: after.subset.clone() }, 0.0, place);
        }
        if super::paths::file_name(after.source.as_str()) != asset.file_name() {
            self.add(Change::Renamed, 0.0, place);
        }
        if asset.status != AssetStatus::Todo || !asset.marks.is_empty() {
            self.add(Change::Progress, 0.0, place);
        }
    }

    fn add_labels(&mut self, before: &Schema, after: &Schema) {
        let mut lost: BTreeSet<(&'static str, &str)> = BTreeSet::new();
        for label in &before.labels {
            let Some(read_back) = after.label_named(&label.name) else {
                self.add(Change::UnusedLabel { name: label.name.clone() }, 0.0, || label.name.clone());
                continue;
            };
            let details = lost_details(label, read_back, before, after);
            lost.extend(details.into_iter().map(|what| (what, label.name.as_str())));
        }
        for (what, name) in lost {
            self.add(Change::LabelDetail { what }, 0.0, || name.to_owned());
        }
    }

    fn add(&mut self, change: Change, size: f64, place: impl FnOnce() -> String) {
        let index = match self.index_by_change.get(&change) {
            Some(&index) => index,
            None => {
                let finding = PreflightFinding {
                    severity: severity_of(&change),
                    message: message_of(&change),
                    change: change.clone(),
                    count: 0,
                    largest: None,
                    examples: Vec::new(),
                };
                self.findings.push(finding);
                self.index_by_change.insert(change, self.findings.len() - 1);
                self.findings.len() - 1
            }
        };
        let finding = &mut self.findings[index];
        finding.count += 1;
        if size > 0.0 {
            finding.largest = Some(finding.largest.unwrap_or(0.0).max(size));
        }
        if finding.examples.len() < MAX_EXAMPLES {
            finding.examples.push(place());
        }
    }

    /// Whether everything comes back as it is.
    pub fn is_lossless(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings as lines of a report.
    pub(super) fn tell(&self, report: &mut Report) {
        for finding in &self.findings {
            let mut told = Report::new();
            for place in &finding.examples {
                told.add(finding.severity, finding.message.clone(), place.clone());
            }
            for _ in finding.examples.len() as u64..finding.count {
                told.add(finding.severity, finding.message.clone(), "");
            }
            report.merge(told);
        }
    }
}

impl std::fmt::Display for Preflight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{} objects: {} kept as they are, {} changed, {} left out.",
            self.num_objects, self.num_kept, self.num_changed, self.num_left_out
        )?;
        for finding in &self.findings {
            write!(f, "- {} ({}", finding.message, finding.count)?;
            match (&finding.change, finding.largest) {
                (Change::Moved, Some(px)) => write!(f, ", up to {px:.3} px")?,
                (Change::Reshaped, Some(px)) => write!(f, ", up to {px:.1} square px")?,
                _ => {}
            }
            if let Some(example) = finding.examples.first() {
                write!(f, "; for example {example}")?;
            }
            writeln!(f, ")")?;
        }
        Ok(())
    }
}

/// What of a label is lost. A detail that comes back by itself, as the colour of the first label does, is not.
fn lost_details(label: &Label, after: &Label, before: &Schema, after_all: &Schema) -> Vec<&'static str> {
    let parent = |schema: &Schema, label: &Label| {
        label.parent.and_then(|id| schema.label(id)).map(|parent| parent.name.clone())
    };
    let attributes = |label: &Label| -> Vec<String> {
        label.attributes.iter().map(|attribute| attribute.name.clone()).collect()
    };
    let bones = |label: &Label| label.skeleton.as_ref().map(|s| (s.joints.clone(), s.bones.clone()));
    [
        (label.color != after.color, "colours"),
        (label.shortcut.is_some(), "shortcuts"),
        (!label.definition.is_empty() || !label.examples.is_empty(), "definitions"),
        (!label.shapes.is_empty() && label.shapes != after.shapes, "allowed shapes"),
        (!label.uses.is_empty() && label.uses != after.uses, "allowed uses"),
        (parent(before, label) != parent(after_all, after), "parents"),
        (attributes(label) != attributes(after), "lists of attributes"),
        (bones(label) != bones(after), "skeletons"),
    ]
    .into_iter()
    .filter_map(|(is_lost, what)| is_lost.then_some(what))
    .collect()
}

fn severity_of(change: &Change) -> Severity {
    match change {
        Change::LeftOut { .. } => Severity::Error,
        Change::Kind { .. }
        | Change::Split { .. }
        | Change::HolesFilled
        | Change::HolesCut
        | Change::PartsJoined
        | Change::Moved
        | Change::Reshaped
        | Change::Visibility
        | Change::Label
        | Change::Attribute { .. }
        | Change::Flag { .. }
        | Change::Times
        | Change::Lane
        | Change::OnFrames { .. }
        | Change::Identity
        | Change::Group
        | Change::Score
        | Change::Comment
        | Change::Subset { .. }
        | Change::Renamed
        | Change::UnusedLabel { .. } => Severity::Warning,
        Change::Model
        | Change::Author
        | Change::Keyframes
        | Change::Review
        | Change::UnknownFields { .. }
        | Change::Progress
        | Change::LabelDetail { .. } => Severity::Note,
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn message_of(change: &Change) -> String {
    let named = |subset: &Option<String>| match subset {
        Some(name) => format!("in {name}"),
        None => "without a subset".to_owned(),
    };
    match change {
        Change::LeftOut { reason } => format!("Left out: {reason}."),
        Change::Kind { from, to } => format!("What is {} becomes {}.", with_article(from), with_article(to)),
        Change::Split { kind } => format!("What is {} becomes several objects.", with_article(kind)),
        Change::HolesFilled => "Holes in polygons are filled.".to_owned(),
        Change::HolesCut => "Holes in polygons become cuts in their outlines.".to_owned(),
        Change::PartsJoined => "The parts of a polygon are joined into one outline by lines.".to_owned(),
        Change::Moved => "Points move, by clipping to the picture or by rounding.".to_owned(),
        Change::Reshaped => "Outlines change, by clipping to the picture or by conversion.".to_owned(),
        Change::Visibility => "Whether joints are visible, hidden or absent is lost.".to_owned(),
        Change::Label => "The label is lost.".to_owned(),
        Change::Attribute { name } => format!("The value of the attribute {name:?} is lost."),
        Change::Flag { name } => format!("The flag {name:?} is lost."),
        Change::Times => "Tracks or spans are on other frames.".to_owned(),
        Change::Keyframes => "Frames become keyframes that nobody set.".to_owned(),
        Change::Lane => "The lane of spans is lost.".to_owned(),
        Change::OnFrames { kind } => {
            format!("What is {} becomes one object on each frame that is exported.", with_article(kind))
        }
        Change::Identity => "Which shapes on different frames are the same object is lost.".to_owned(),
        Change::Group => "That objects belong together is lost.".to_owned(),
        Change::Score => "The score is lost.".to_owned(),
        Change::Model => "Which model proposed it is lost.".to_owned(),
        Change::Author => "Who made it is lost.".to_owned(),
        Change::Review => "What the reviewer said is lost.".to_owned(),
        Change::Comment => "The remark is lost.".to_owned(),
        Change::UnknownFields { format } => format!("Fields from an import of {format} are lost."),
        Change::Subset { from, to } => {
            format!("A picture {} comes back {}.", named(from), named(to))
        }
        Change::Renamed => "A picture gets another name.".to_owned(),
        Change::Progress => "How far people got with pictures, and their marks, are lost.".to_owned(),
        Change::UnusedLabel { name } => format!("The label {name:?} is lost, for no object has it."),
        Change::LabelDetail { what } => format!("The {what} of labels are lost."),
    }
}
