//! Exchange formats: reading what other tools wrote, writing what other tools read.
//!
//! A format is one file or folder here and one line of [`FORMATS`]; it implements [`Format`], and everything that a
//! person sees of it (title, help, settings, what it keeps) is declared there.
//!
//! **Reading** streams: each picture goes to a sink as soon as it is complete ([`ImportContext`]). One
//! malformed record is a line of the [`Report`] with file and line, and its neighbours are read all the same.
//!
//! **Writing** goes three times through the source ([`ExportSource`]): to plan ([`ExportPlan`]), to write, and to
//! check. What an export changes is not looked up in a table: every object is put through the format's own
//! conversion and back ([`Format::trip`]) and compared with what it was ([`preflight()`]). After writing, the
//! files are imported, and what is found must be what the trip had promised ([`export`]).
//!
//! **Videos.** A format holds pictures or videos ([`Format::holds`]). One for videos gets tracks, spans and tags as they
//! are; what it changes is compared frame by frame. One for pictures gets frames ([`FrameOptions`]), each a picture with
//! the shapes of its time.
//!
//! **Units.** Pixels of the picture as shown, as everywhere, and frames from 0; each format converts at its own border.
//!
//! **Invariants.** No UI, no database, no decoding of pictures: sizes of pictures come from the caller. Nothing
//! panics on a file of any content, nothing is held in memory that grows with the number of objects but the
//! text of the one file being read and a few bytes for each object. Files appear whole or not at all, and no
//! file of other people is replaced or removed.

mod activitynet;
mod ava;
mod boxes;
mod capability;
mod coco;
mod compare;
mod compare_tracks;
mod corners;
mod cvat;
mod dive;
mod error;
mod exchange;
mod folder;
mod frames;
mod hash;
mod json_scan;
mod keys;
mod kitti;
mod label_studio;
mod labelme;
mod labels;
mod lenient;
mod mask_png;
mod mot;
mod mots;
mod output;
mod pairs;
mod paths;
mod plan;
mod preflight;
mod sequences;
mod splits;
mod tally;
mod trip;
mod verify;
mod video_facts;
mod xml;
mod yolo;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use capability::Capability;
pub use compare::Change;
pub use error::FormatError;
pub use exchange::{
    ExportOptions, ExportSource, ExportSummary, ImagePaths, ImportContext, Item, ItemList, MediaCopier,
    Setting, base_folder,
};
pub use frames::{FrameChoice, FrameOptions};
pub use labels::SchemaBuilder;
pub use plan::ExportPlan;
pub use preflight::{Preflight, PreflightFinding, preflight};
pub use splits::Splits;
pub use tally::Tally;
pub use trip::{Outcome, Trip};

use crate::base::report::Report;
use crate::model::{AssetKind, Object, Schema};

/// Every format, in the order in which people see them.
pub const FORMATS: &[&dyn Format] = &[
    &coco::Coco,
    &yolo::DETECT,
    &yolo::SEGMENT,
    &yolo::POSE,
    &yolo::OBB,
    &labelme::Labelme,
    &cvat::CvatImages,
    &cvat::CvatVideo,
    &mot::Mot,
    &mots::Mots::Text,
    &mots::Mots::Png,
    &kitti::KittiTracking,
    &label_studio::LabelStudioVideo,
    &dive::Dive,
    &activitynet::ActivityNet,
    &ava::Ava,
];

/// How sure a format is that a file or folder is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It is not.
    No,
    /// It could be.
    Perhaps,
    /// It looks so, but another format is as good a guess.
    Likely,
    /// It is.
    Certain,
}

/// What an export to a format makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A folder with files.
    Folder,
    /// A folder with files, or a single file when the target's name has the format's extension.
    FolderOrFile,
}

/// An exchange format.
pub trait Format: Sync {
    /// Its name for programs.
    fn id(&self) -> &'static str;

    /// Its name for people.
    fn title(&self) -> &'static str;

    /// One or two sentences: who reads it, and what it is good for.
    fn help(&self) -> &'static str;

    /// Extensions of the files that a person would name to import it, without dots.
    fn extensions(&self) -> &'static [&'static str];

    /// What an export makes.
    fn layout(&self) -> Layout;

    /// Whether its items are pictures or videos. Of videos, a format for pictures gets frames ([`FrameOptions`]).
    fn holds(&self) -> AssetKind {
        AssetKind::Picture
    }

    /// What of the model it can carry. Tests hold this list to what [`Format::trip`] does.
    fn keeps(&self) -> &'static [Capability];

    /// What can be chosen for an export.
    fn settings(&self) -> &'static [Setting] {
        &[]
    }

    /// Whether a file or folder is of this format, from a quick look.
    fn sniff(&self, path: &Path) -> Confidence;

    /// Folders in which the pictures of a source may lie, best first, besides [`base_folder`].
    fn media_folders(&self, source: &Path) -> Vec<PathBuf>;

    /// Reads a file or folder. Malformed records are lines of the report.
    ///
    /// # Errors
    /// When the source as a whole cannot be read, the sink fails, or the job was called off.
    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError>;

    /// Writes everything. [`export`] is what callers want: it plans before and checks afterwards.
    ///
    /// # Errors
    /// When a file cannot be written, the source fails, or the job was called off.
    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError>;

    /// What is read back of an item, by the code that [`Format::write`] and [`Format::import`] use. The labels
    /// are found in, and added to, the given ones.
    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip;

    /// What is read back of the labels.
    fn schema_trip(&self, plan: &ExportPlan) -> Schema;

    /// The part of the dataset that a picture comes back in, when it is to go to this one.
    fn subset(&self, wanted: Option<&str>, target: &Path) -> Option<String>;

    /// The path of a picture in the export, from its path in the project.
    fn picture_path(&self, path: &str, subset: Option<&str>) -> String;

    /// Notes on a shape which track of a video it was, by number; `false` where the format has no place for that.
    fn note_track(&self, _shape: &mut Object, _track: usize) -> bool {
        false
    }

    /// Whether pictures that differ in their extension only would get in each other's way.
    fn needs_distinct_stems(&self) -> bool;
}

/// The files that an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Their paths, copies of pictures among them.
    pub files: Vec<PathBuf>,
    /// The one to open in the other tool.
    pub main_file: PathBuf,
}

/// The format with this id.
pub fn format_by_id(id: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.id() == id)
}

/// The formats that a file or folder may be of, the most likely first.
pub fn recognise(path: &Path) -> Vec<(&'static dyn Format, Confidence)> {
    let mut found: Vec<(&'static dyn Format, Confidence)> = FORMATS
        .iter()
        .map(|format| (*format, format.sniff(path)))
        .filter(|(_, confidence)| *confidence > Confidence::No)
        .collect();
    found.sort_by_key(|(_, confidence)| std::cmp::Reverse(*confidence));
    found
}

/// What to do with a zip archive, which no format reads.
pub const UNPACK_FIRST: &str = "This is a zip archive. Unpack it, and import the folder.";

/// Whether a file is a zip archive, by its first bytes: those of a file in it or, of an empty one, of its directory.
pub fn is_zip(path: &Path) -> bool {
    let mut start = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && matches!(&start, b"PK\x03\x04" | b"PK\x05\x06")
}

/// A format as lists and tables show it.
#[derive(Clone, Debug, Serialize)]
pub struct FormatInfo {
    /// Its name for programs.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is good for.
    pub help: &'static str,
    /// Extensions of its files, without dots.
    pub extensions: &'static [&'static str],
    /// What an export makes.
    pub layout: Layout,
    /// What it can carry.
    pub keeps: &'static [Capability],
    /// What can be chosen for an export.
    pub settings: &'static [Setting],
    /// Whether its items are pictures or videos.
    pub holds: AssetKind,
}

impl FormatInfo {
    /// What a format declares of itself.
    pub fn of(format: &dyn Format) -> Self {
        Self {
            id: format.id(),
            title: format.title(),
            help: format.help(),
            extensions: format.extensions(),
            layout: format.layout(),
            keeps: format.keeps(),
            settings: format.settings(),
            holds: format.holds(),
        }
    }
}

/// Exports, and reads the result back. The report tells what was dropped, rounded or converted, as
/// [`preflight()`] does beforehand, and any difference between that and what is found in the files.
///
/// # Errors
/// When the options make no sense for the format, a file cannot be written, the source fails, or the job was
/// called off. Files that were finished before are complete.
pub fn export(
    format: &dyn Format,
    source: &mut dyn ExportSource,
    target: &Path,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<ExportSummary, FormatError> {
    frames::with_frames(format, source, options, |source, options, taken_apart| {
        let plan = ExportPlan::new(format, source, target, options)?.with_taken_apart(taken_apart);
        let written = format.write(source, &plan, options, report)?;
        let preflight = verify::verify(format, source, &plan, &written, options, report)?;
        Ok(ExportSummary {
            num_items: preflight.written.num_media(),
            tally: preflight.written,
            num_objects: preflight.num_objects - preflight.num_left_out,
            num_left_out: preflight.num_left_out,
            num_files: written.files.len() as u64,
            main_file: written.main_file,
        })
    })
}
