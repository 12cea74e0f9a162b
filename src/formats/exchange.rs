//! What goes into and comes out of every format.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{FormatError, FrameOptions, SchemaBuilder, Splits, Tally};
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::model::{Asset, AssetKind, Object, Schema, VideoFacts};
use crate::pixels::Size;

/// One picture or video with the objects on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The picture or video. On import its id is fresh, and its path is as [`ImportContext`] says.
    pub asset: Asset,
    /// Its objects, those in front last where their z is equal.
    pub objects: Vec<Object>,
}

/// What an import needs and where its results go.
///
/// Paths of pictures, of imported assets and in the questions below, have `/` between their parts and are relative
/// to [`base_folder`] of the source: to the folder imported, or the folder of the file imported. They may lead
/// out of it (`../images/a.jpg`), or be absolute where the file says so. Where a picture is not found, its path
/// is as the file has it; whoever knows where the pictures are looks there, by the last parts of the path.
pub struct ImportContext<'a> {
    /// Takes each picture as soon as it is read. A picture may come twice, with different objects.
    pub sink: &'a mut dyn FnMut(Item) -> Result<(), FormatError>,
    /// Finds labels by name and makes new ones.
    pub labels: &'a mut SchemaBuilder,
    /// Whether there is a picture with the given path. Asked often, also for places where none is.
    pub has_picture: &'a dyn Fn(&str) -> bool,
    /// The size as shown of the picture with the given path; `None` when there is none. Formats that store
    /// fractions of the size cannot be read without.
    pub image_size: &'a dyn Fn(&str) -> Option<Size>,
    /// What is known of the frames of the video with the given path; `None` when that is not known here.
    pub video_facts: &'a dyn Fn(&str) -> Option<VideoFacts>,
    /// What was left out, guessed or changed.
    pub report: &'a mut Report,
    /// Where progress is told, and whether anybody still wants the result.
    pub job: &'a JobContext,
}

impl ImportContext<'_> {
    /// Tells the progress.
    ///
    /// # Errors
    /// When the person called it off.
    pub fn advance(&self, done: u64, total: u64) -> Result<(), FormatError> {
        advance(self.job, done, total)
    }
}

/// Tells the progress; an error when the job was called off.
pub(super) fn advance(job: &JobContext, done: u64, total: u64) -> Result<(), FormatError> {
    job.set_progress(done, total);
    if job.is_cancelled() { Err(FormatError::Cancelled) } else { Ok(()) }
}

/// The folder that paths of a source are relative to: the source itself, or the folder that it lies in.
pub fn base_folder(source: &Path) -> PathBuf {
    if source.is_dir() {
        return source.to_owned();
    }
    match source.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => PathBuf::from("."),
    }
}

/// What is exported. It is gone through several times, so that no export needs it all in memory.
pub trait ExportSource {
    /// The labels of the objects.
    fn schema(&self) -> &Schema;

    /// How many items there are.
    fn num_items(&self) -> u64;

    /// Whether some of them are videos.
    fn has_videos(&self) -> bool;

    /// Visits every item, in the same order each time, until a visit fails.
    ///
    /// # Errors
    /// That of the visit, or [`FormatError::Caller`] when an item cannot be read.
    fn for_each(
        &mut self,
        visit: &mut dyn FnMut(&Item) -> Result<(), FormatError>,
    ) -> Result<(), FormatError>;
}

/// Items in memory.
#[derive(Clone, Debug, Default)]
pub struct ItemList {
    /// The labels of the objects.
    pub schema: Schema,
    /// The items.
    pub items: Vec<Item>,
}

impl ExportSource for ItemList {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn num_items(&self) -> u64 {
        self.items.len() as u64
    }

    fn has_videos(&self) -> bool {
        self.items.iter().any(|item| item.asset.kind == AssetKind::Video)
    }

    fn for_each(
        &mut self,
        visit: &mut dyn FnMut(&Item) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        self.items.iter().try_for_each(visit)
    }
}

impl ItemList {
    /// Joins items of the same path: their objects come together on the first of them. Datasets that have a file for
    /// boxes and one for joints name each picture twice.
    pub fn merge_equal_paths(&mut self) {
        let mut index_by_path: HashMap<String, usize> = HashMap::new();
        let mut merged: Vec<Item> = Vec::with_capacity(self.items.len());
        for item in std::mem::take(&mut self.items) {
            match index_by_path.entry(item.asset.source.as_str().to_owned()) {
                Entry::Occupied(known) => merged[*known.get()].objects.extend(item.objects),
                Entry::Vacant(free) => {
                    free.insert(merged.len());
                    merged.push(item);
                }
            }
        }
        self.items = merged;
    }
}

/// Puts copies of pictures into an export.
pub trait MediaCopier {
    /// Writes the media of the asset to a file that does not exist yet, unchanged.
    ///
    /// # Errors
    /// When they cannot be read or the copy cannot be written.
    fn copy(&self, asset: &Asset, to: &Path) -> io::Result<()>;

    /// Writes a frame of a video as a picture, JPEG or PNG by the name of the file, which does not exist yet. Frames of
    /// a video are asked for in ascending order.
    ///
    /// # Errors
    /// When it cannot be decoded or written.
    fn copy_frame(&self, video: &Asset, frame: u32, to: &Path) -> io::Result<()>;
}

/// How an export names pictures that it does not copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImagePaths {
    /// By their path in the project.
    #[default]
    AsInProject,
    /// By the last part of their path; equal ones are numbered.
    FileNames,
}

/// How to export.
#[derive(Default)]
pub struct ExportOptions<'a> {
    /// Which picture goes to which part of the dataset.
    pub splits: Splits,
    /// Copies the pictures along, where given.
    pub media: Option<&'a dyn MediaCopier>,
    /// The folder that the paths of assets are relative to, where known: formats that point to pictures then
    /// point there.
    pub media_root: Option<PathBuf>,
    /// How pictures are named.
    pub image_paths: ImagePaths,
    /// Which frames of videos become pictures, where the format holds pictures.
    pub frames: FrameOptions,
    /// Values of the format's own settings ([`super::Format::settings`]) by id; the rest have their defaults.
    pub settings: BTreeMap<String, String>,
    /// Where progress is told, and whether anybody still wants the result.
    pub job: JobContext,
}

/// A choice that one format offers for its exports.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Setting {
    /// Its name for programs.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The values with what each does; the first is the default.
    pub values: &'static [(&'static str, &'static str)],
}

/// What an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExportSummary {
    /// Pictures and videos in it.
    pub num_items: u64,
    /// What is written, by kind.
    #[serde(flatten)]
    pub tally: Tally,
    /// Objects written, in whole or changed.
    pub num_objects: u64,
    /// Objects left out.
    pub num_left_out: u64,
    /// Files written, copies of pictures among them.
    pub num_files: u64,
    /// The file or folder to open in the other tool.
    pub main_file: PathBuf,
}
