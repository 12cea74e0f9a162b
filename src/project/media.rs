//! Which media belong to the project: adding them, noticing new ones, finding moved ones again.
//!
//! A project *watches* folders: those that a person added as folders. A scan lists them and compares with the
//! assets. Of a file that is new and has the length of one that is gone, the fingerprint is compared, too: when it
//! is the same, the file was moved. Numbered pictures that are one video are looked for where a new file has the name of
//! the first: when all have the lengths that were known, and the first and the last the same content, they were moved.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use super::Project;
use super::large_edit::MAX_ASSETS_AT_ONCE;
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::edit::{AssetChange, Edit};
use crate::media::{FoundFile, MediaError, MediaFacts, PictureSequence, fingerprint, inspect, scan};
use crate::model::{Asset, AssetId, AssetSource};
use crate::store::{AssetRow, Reader, StoreError};

/// What the edits of a scan are called.
pub(super) const SCAN_TITLE: &str = "Find media";
/// The project's own value that lists the watched folders.
pub(super) const WATCHED: &str = "watched-folders";

/// What a scan needs, taken from the project so that it can run in the background.
#[derive(Clone, Debug)]
pub struct ScanSource {
    /// The folder that the paths of assets start from.
    pub root: PathBuf,
    /// Where to look: files and folders.
    pub places: Vec<PathBuf>,
    /// The assets that are known: id, relative path, length, and fingerprint.
    pub known: Vec<(AssetId, String, u64, String)>,
    /// The sequences of numbered pictures that are known. Their pictures are no assets of their own.
    pub sequences: Vec<KnownSequence>,
    /// Relative paths of media that a person took out of the project: they are not new.
    pub removed: HashSet<String>,
}

/// Numbered pictures that are one video of the project.
#[derive(Clone, Debug)]
pub struct KnownSequence {
    /// The asset.
    pub id: AssetId,
    /// Where they are, from the project's folder.
    pub pattern: String,
    /// The number of the first.
    pub first: u32,
    /// What they are found again by.
    pub fingerprint: String,
}

/// A look at the media of a project. Runs anywhere.
pub struct MediaScan;

/// What a scan found.
#[derive(Clone, Debug, Default)]
pub struct ScanOutcome {
    /// Pictures and videos that are not in the project yet.
    pub new: Vec<Asset>,
    /// Assets whose file is somewhere else now, with the new relative path.
    pub moved: Vec<(AssetId, String)>,
    /// Assets whose file is gone.
    pub missing: HashSet<AssetId>,
    /// Files that could not be taken in, and why.
    pub report: Report,
}

impl ScanOutcome {
    /// Whether it is so much that it should be taken in by [`Project::start_scan_commit`].
    pub fn is_large(&self) -> bool {
        self.new.len() + self.moved.len() > MAX_ASSETS_AT_ONCE
    }

    /// The edits that take it in, and how many pictures they add. `known` are the assets that there are: the project
    /// may have changed since the scan began.
    pub(super) fn edits(&self, known: &[AssetRow]) -> (Vec<Edit>, usize) {
        let known: HashSet<&str> = known.iter().map(|row| row.asset.source.as_str()).collect();
        let new = self.new.iter().filter(|asset| !known.contains(asset.source.as_str()));
        let mut edits: Vec<Edit> = new.map(Edit::add_asset).collect();
        let num_new = edits.len();
        edits.extend(self.moved.iter().map(|(id, path)| {
            Edit::change_asset(*id, &AssetChange::Source(AssetSource::Path(path.clone())))
        }));
        (edits, num_new)
    }
}

impl MediaScan {
    /// Looks at files and folders, and compares them with what is known.
    ///
    /// # Errors
    /// [`MediaError::Cancelled`].
    pub fn run(source: &ScanSource, context: &JobContext) -> Result<ScanOutcome, MediaError> {
        let mut outcome = ScanOutcome::default();
        let mut found = scan(&source.places, &mut outcome.report, context)?;
        let (moved_sequences, missing_sequences) = source.follow_sequences(&found);
        source.leave_out_sequences(&moved_sequences, &mut found);
        let known_paths: HashSet<&str> = source.known.iter().map(|(_, path, ..)| path.as_str()).collect();
        let found_paths: HashSet<String> =
            found.iter().map(|file| relative_path(&source.root, &file.path)).collect();
        // Only what the scan did not see has to be asked for one by one.
        let mut missing: Vec<_> = source
            .known
            .iter()
            .filter(|(_, path, ..)| !found_paths.contains(path) && !source.root.join(path).exists())
            .collect();
        let fresh: Vec<_> = found
            .iter()
            .map(|file| (file, relative_path(&source.root, &file.path)))
            .filter(|(_, path)| !known_paths.contains(path.as_str()) && !source.removed.contains(path))
            .collect();
        let num_fresh = fresh.len() as u64;
        for (i, (file, path)) in fresh.into_iter().enumerate() {
            if context.is_cancelled() {
                return Err(MediaError::Cancelled);
            }
            let part = context.part(i as u64, num_fresh);
            part.set_progress(0, 1);
            match read_asset(file, path, &mut missing, &part) {
                Ok(Found::New(asset)) => outcome.new.push(asset),
                Ok(Found::Moved(id, path)) => outcome.moved.push((id, path)),
                Err(MediaError::Cancelled) => return Err(MediaError::Cancelled),
                Err(error) => outcome.report.error(error.to_string(), ""),
            }
        }
        outcome.missing = missing.iter().map(|(id, ..)| *id).collect();
        outcome.missing.extend(missing_sequences);
        outcome.moved.extend(moved_sequences);
        Ok(outcome)
    }
}

impl ScanSource {
    /// Leaves out the pictures of the known sequences, where they were and where they were moved.
    fn leave_out_sequences(&self, moved: &[(AssetId, String)], found: &mut Vec<FoundFile>) {
        let patterns = self.sequences.iter().map(|known| &known.pattern);
        let patterns = patterns.chain(moved.iter().map(|(_, pattern)| pattern));
        let patterns: Vec<PictureSequence> =
            patterns.filter_map(|pattern| PictureSequence::parse(pattern.as_ref())).collect();
        if !patterns.is_empty() {
            found.retain(|file| {
                let path = relative_path(&self.root, &file.path);
                patterns.iter().all(|names| names.number_of(path.as_ref()).is_none())
            });
        }
    }

    /// Of the sequences whose first picture is gone, those that were found somewhere else, with their new relative
    /// pattern, and the others.
    fn follow_sequences(&self, found: &[FoundFile]) -> (Vec<(AssetId, String)>, Vec<AssetId>) {
        let (mut moved, mut missing) = (Vec::new(), Vec::new());
        for known in &self.sequences {
            let pattern = self.root.join(&known.pattern);
            let Some(names) = PictureSequence::parse(&pattern) else { continue };
            let first = names.picture(known.first);
            if first.exists() {
                continue;
            }
            let mut elsewhere = found
                .iter()
                .filter(|file| file.path.file_name() == first.file_name())
                .filter_map(|file| Some(file.path.with_file_name(pattern.file_name()?)));
            match elsewhere.find(|pattern| known.lies_at(pattern)) {
                Some(pattern) => moved.push((known.id, relative_path(&self.root, &pattern))),
                None => missing.push(known.id),
            }
        }
        (moved, missing)
    }
}

impl KnownSequence {
    /// Whether the pictures of a pattern are these.
    fn lies_at(&self, pattern: &Path) -> bool {
        let identity = PictureSequence::parse(pattern).and_then(|names| {
            let numbers = names.unbroken_numbers().ok()?;
            names.identity(numbers).ok()
        });
        identity.is_some_and(|(fingerprint, _)| fingerprint.to_string() == self.fingerprint)
    }
}

enum Found {
    New(Asset),
    Moved(AssetId, String),
}

/// Tells whether a new file is one of the missing ones, which it then is taken from, and else reads what it is.
fn read_asset(
    file: &FoundFile,
    path: String,
    missing: &mut Vec<&(AssetId, String, u64, String)>,
    context: &JobContext,
) -> Result<Found, MediaError> {
    // Of a video, this saves reading all of it.
    if missing.iter().any(|known| known.2 == file.num_bytes) {
        let print = fingerprint(&file.path)?.to_string();
        let is_same = |known: &&(AssetId, String, u64, String)| known.2 == file.num_bytes && known.3 == print;
        if let Some(position) = missing.iter().position(is_same) {
            return Ok(Found::Moved(missing.remove(position).0, path));
        }
    }
    Ok(Found::New(new_asset(path, inspect(&file.path, context)?)))
}

/// An asset for media at a relative path.
pub(super) fn new_asset(path: String, facts: MediaFacts) -> Asset {
    let MediaFacts { size, num_bytes, fingerprint, video } = facts;
    let id = AssetId::new();
    let asset = match video {
        Some(video) => Asset::video(id, path, size.width, size.height, video),
        None => Asset::picture(id, path, size.width, size.height),
    };
    Asset { fingerprint: fingerprint.to_string(), num_bytes, ..asset }
}

/// The path from the project's folder to a file, with `/` between its parts; `..` leads out of the folder. A file
/// on another drive keeps its whole path.
pub(super) fn relative_path(root: &Path, path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (root, file) = (plain_components(root), plain_components(&absolute));
    let num_common = root.iter().zip(&file).take_while(|(a, b)| a == b).count();
    if num_common == 0 {
        return absolute.to_string_lossy().into_owned();
    }
    let up = root[num_common..].iter().map(|_| "..".into());
    let down = file[num_common..].iter().map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<std::borrow::Cow<'_, str>>>().join("/")
}

/// The parts of an absolute path, with `.` and `..` resolved.
fn plain_components(path: &Path) -> Vec<Component<'_>> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => parts.push(part),
        }
    }
    parts
}

/// The folders that a project watches, as its file says.
pub(super) fn watched_folders(reader: &Reader) -> Vec<String> {
    let setting = reader.setting(WATCHED).ok().flatten();
    setting.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

impl Project {
    /// The folders that are watched for new files.
    pub fn watched_folders(&self) -> Vec<String> {
        watched_folders(self.reader())
    }

    /// Watches the folders among these places, too.
    ///
    /// # Errors
    /// When the project cannot be changed.
    pub fn watch_folders(&mut self, places: &[PathBuf]) -> Result<(), StoreError> {
        let mut watched = self.watched_folders();
        let before = watched.len();
        for place in places.iter().filter(|place| place.is_dir()) {
            let folder = relative_path(&self.root, place);
            if !watched.contains(&folder) {
                watched.push(folder);
            }
        }
        if watched.len() > before {
            let text = serde_json::to_string(&watched).unwrap_or_default();
            self.store()?.set_setting(WATCHED, &text);
            self.flush()?;
        }
        Ok(())
    }

    /// What a scan of the watched folders needs.
    pub fn scan_source(&self) -> ScanSource {
        let places = self.watched_folders().iter().map(|folder| self.root.join(folder)).collect();
        let removed = self
            .reader()
            .removed_sources()
            .inspect_err(|error| log::error!("removed pictures may come back: {error}"))
            .unwrap_or_default();
        ScanSource { removed, ..self.scan_source_of(places) }
    }

    /// What a scan of some files and folders needs.
    pub fn scan_source_of(&self, places: Vec<PathBuf>) -> ScanSource {
        let mut source = ScanSource {
            root: self.root.clone(),
            places,
            known: Vec::with_capacity(self.assets.rows().len()),
            sequences: Vec::new(),
            removed: HashSet::new(),
        };
        for Asset { id, source: at, num_bytes, fingerprint, video, .. } in
            self.assets.rows().iter().map(|row| &row.asset)
        {
            let first_picture = video.as_ref().and_then(|video| video.first_picture);
            match (at, first_picture) {
                (AssetSource::Path(pattern), Some(first)) => source.sequences.push(KnownSequence {
                    id: *id,
                    pattern: pattern.clone(),
                    first,
                    fingerprint: fingerprint.clone(),
                }),
                (AssetSource::Path(path), None) => {
                    source.known.push((*id, path.clone(), *num_bytes, fingerprint.clone()));
                }
                (AssetSource::Url(_), _) => {}
            }
        }
        source
    }

    /// Whether the media of an asset are on this computer. Looks at the disk. `None` for an address.
    pub fn has_media(&self, id: AssetId) -> Option<bool> {
        let path = self.asset_path(id)?;
        let first_picture = self.assets.get(id)?.asset.video.as_ref().and_then(|video| video.first_picture);
        let sequence = first_picture.and_then(|first| Some((PictureSequence::parse(&path)?, first)));
        Some(sequence.map_or(path, |(names, first)| names.picture(first)).exists())
    }

    /// Takes in what a scan found. Returns how many assets were added.
    ///
    /// # Errors
    /// When the project cannot be changed.
    pub fn apply_scan(&mut self, outcome: &ScanOutcome) -> Result<usize, StoreError> {
        let (edits, num_new) = outcome.edits(self.assets.rows());
        self.commit_quietly(SCAN_TITLE, edits)?;
        Ok(num_new)
    }
}

/// Adds files and folders to a project, now, and watches the folders from then on.
///
/// # Errors
/// When the project cannot be changed, or the work is cancelled.
pub fn add_media(
    project: &mut Project,
    places: &[PathBuf],
    context: &JobContext,
) -> anyhow::Result<(usize, Report)> {
    let mut report = Report::new();
    for place in places.iter().filter(|place| !place.exists()) {
        report.error("there is no such file or folder; check the path", place.display().to_string());
    }
    let outcome = MediaScan::run(&project.scan_source_of(places.to_vec()), context)?;
    project.watch_folders(places)?;
    let num_new = project.apply_scan(&outcome)?;
    project.flush()?;
    report.merge(outcome.report);
    Ok((num_new, report))
}

impl ScanSource {
    /// Reads numbered pictures as one video: a pattern such as `run/shot-%04d.png`, one of the pictures, or a folder that
    /// has nothing else. Runs anywhere; takes as long as reading all the pictures.
    ///
    /// # Errors
    /// [`MediaError`]: there is no such sequence, it has a gap, or its pictures cannot be read.
    pub fn read_sequence(&self, path: &Path, context: &JobContext) -> Result<ScanOutcome, MediaError> {
        let pattern = PictureSequence::meant_by(path)?.pattern();
        let facts = inspect(&pattern, context)?;
        let asset = new_asset(relative_path(&self.root, &pattern), facts);
        Ok(ScanOutcome { new: vec![asset], ..ScanOutcome::default() })
    }
}

/// Adds numbered pictures to a project as one video, now. Returns how many assets were added: 0 where it is there.
///
/// # Errors
/// Those of [`ScanSource::read_sequence`], and when the project cannot be changed.
pub fn add_sequence(project: &mut Project, path: &Path, context: &JobContext) -> anyhow::Result<usize> {
    let outcome = project.scan_source_of(Vec::new()).read_sequence(path, context)?;
    let num_new = project.apply_scan(&outcome)?;
    project.flush()?;
    Ok(num_new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_lead_in_and_out_of_the_folder() {
        let root = Path::new("/data/cats");
        assert_eq!(relative_path(root, Path::new("/data/cats/a/b.jpg")), "a/b.jpg");
        assert_eq!(relative_path(root, Path::new("/data/dogs/c.jpg")), "../dogs/c.jpg");
        assert_eq!(relative_path(root, Path::new("/data/cats/./x/../d.jpg")), "d.jpg");
        assert_eq!(relative_path(root, Path::new("/data/cats")), "");
    }
}
