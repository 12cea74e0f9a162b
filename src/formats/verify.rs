//! The check after writing: the export is read back by the format's own import and compared with what
//! preflight promised.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::compare::{score_of, without_picture};
use super::preflight::Preflight;
use super::trip::Outcome;
use super::{
    ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext, SchemaBuilder, Written,
};
use crate::base::report::{Finding, Report, Severity};
use crate::model::{Object, ObjectId, Provenance, VideoFacts};
use crate::pixels::Size;

/// What must be found for one picture. Objects are kept as hashes, so that millions fit into memory.
struct Promise {
    size: Size,
    video: Option<VideoFacts>,
    subset: Option<String>,
    objects: Vec<u64>,
    found: Found,
}

/// What was found for a promise so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Other,
    Same,
}

const FOREIGN: &str =
    "The folder also holds labels or pictures of another export; a trainer would take them too.";

/// Reads the export back. What differs from the promise is an error in the report. Returns what preflight says.
pub(super) fn verify(
    format: &dyn Format,
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    written: &Written,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<Preflight, FormatError> {
    let mut preflight = Preflight::new(format, plan);
    let mut labels = SchemaBuilder::new(plan.schema().clone());
    let mut promises: HashMap<String, Promise> = HashMap::new();
    source.for_each(&mut |item| {
        if options.job.is_cancelled() {
            return Err(FormatError::Cancelled);
        }
        let trip = format.trip(item, plan, &mut labels);
        preflight.add_item(item, &trip, plan);
        let Some(asset) = trip.asset else { return Ok(()) };
        let objects = trip.outcomes.iter().flat_map(|outcome| match outcome {
            Outcome::Becomes(objects) => &objects[..],
            Outcome::LeftOut(_) => &[],
        });
        let promise = Promise {
            size: Size::new(asset.width, asset.height),
            video: asset.video.clone(),
            subset: asset.subset.clone(),
            objects: objects.map(fingerprint).collect(),
            found: Found::Nothing,
        };
        promises.insert(asset.source.as_str().to_owned(), promise);
        Ok(())
    })?;
    preflight.tell(report);
    if promises.is_empty() {
        return Ok(preflight);
    }
    let mut read_back = ReadBack { promises, problems: Report::new() };
    read_back.run(format, plan, written, options, &mut labels)?;
    report.merge(read_back.problems);
    Ok(preflight)
}

struct ReadBack {
    promises: HashMap<String, Promise>,
    problems: Report,
}

impl ReadBack {
    /// Imports the export. The labels are those of the trips, so that equal names have equal ids.
    fn run(
        &mut self,
        format: &dyn Format,
        plan: &ExportPlan,
        written: &Written,
        options: &ExportOptions<'_>,
        labels: &mut SchemaBuilder,
    ) -> Result<(), FormatError> {
        let sizes: HashMap<String, Size> =
            self.promises.iter().map(|(path, promise)| (path.clone(), promise.size)).collect();
        let videos: HashMap<String, VideoFacts> = self
            .promises
            .iter()
            .filter_map(|(path, promise)| Some((path.clone(), promise.video.clone()?)))
            .collect();
        let mut import_report = Report::new();
        let mut sink = |item: super::Item| {
            let hashes = item.objects.iter().map(fingerprint).collect();
            self.check(item.asset.source.as_str(), item.asset.subset, hashes);
            Ok(())
        };
        let mut context = ImportContext {
            sink: &mut sink,
            labels,
            has_picture: &|path| sizes.contains_key(path),
            image_size: &|path| sizes.get(path).copied(),
            video_facts: &|path| videos.get(path).cloned(),
            report: &mut import_report,
            job: &options.job,
        };
        format.import(plan.target(), &mut context)?;
        let ours: HashSet<String> = written.files.iter().map(|path| path.display().to_string()).collect();
        let is_ours = |finding: &&Finding| ours.contains(file_of(&finding.place));
        let errors = import_report.findings().iter().filter(|f| f.severity == Severity::Error);
        for finding in errors.filter(is_ours) {
            let message = format!("Reading the export back failed: {}", finding.message);
            self.problems.error(message, finding.place.clone());
        }
        for (path, promise) in &self.promises {
            let message = match promise.found {
                Found::Same => continue,
                Found::Nothing => "The picture is missing in the export; please report this.",
                Found::Other => "The objects read back are not those that were promised; please report this.",
            };
            self.problems.error(message, path.clone());
        }
        Ok(())
    }

    /// Compares a picture with its promise. A folder with files of others may hold the same picture twice.
    fn check(&mut self, path: &str, subset: Option<String>, mut objects: Vec<u64>) {
        let Some(promise) = self.promises.get_mut(path) else {
            return self.problems.warn(FOREIGN, path);
        };
        objects.sort_unstable();
        promise.objects.sort_unstable();
        let is_same = objects == promise.objects && subset == promise.subset;
        match (promise.found, is_same) {
            (Found::Nothing, _) => promise.found = if is_same { Found::Same } else { Found::Other },
            (Found::Same, true) => {}
            (Found::Same, false) => self.problems.warn(FOREIGN, path),
            (Found::Other, _) => {
                promise.found = if is_same { Found::Same } else { Found::Other };
                self.problems.warn(FOREIGN, path);
            }
        }
    }
}

/// The file of a place: without line and column, and without what is in brackets behind them.
fn file_of(place: &str) -> &str {
    let mut file = match place.rsplit_once(" (") {
        Some((before, _)) if place.ends_with(')') => before,
        _ => place,
    };
    for _ in 0..2 {
        file = match file.rsplit_once(':') {
            Some((before, number)) if number.parse::<usize>().is_ok() => before,
            _ => file,
        };
    }
    file
}

/// A hash of what a format says of an object. Leaves out its own id, order, and where it came from.
fn fingerprint(object: &Object) -> u64 {
    let mut bare = object.clone();
    bare.id = ObjectId::from_u128(0);
    bare.z = 0;
    bare.author = None;
    bare.provenance = Provenance::Hand;
    bare.extra.retain(|_, fields| match without_picture(fields) {
        Some(rest) => {
            *fields = rest;
            true
        }
        None => false,
    });
    let is_grouped = bare.group.take().is_some();
    let mut hasher = DefaultHasher::new();
    // Objects always serialise: their maps have text keys, and JSON writes numbers that are none as null.
    serde_json::to_string(&bare).unwrap_or_default().hash(&mut hasher);
    (is_grouped, score_of(object).map(f64::to_bits)).hash(&mut hasher);
    hasher.finish()
}
