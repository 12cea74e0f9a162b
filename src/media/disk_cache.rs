//! Files that can be made again, kept in a folder within a budget.
//!
//! One file for each picture, named by its content key, in a folder that several programs may share: a file is
//! written under another name and then renamed, so a reader finds all of it or nothing. The time of change of a
//! file is the time of its last use, to within a day; pruning removes those that were used longest ago.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::content::ContentKey;
use crate::base::jobs::JobContext;

/// A use is only noted when the last one is longer ago than this: a write for each look would be too many.
pub(super) const USE_RESOLUTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Files under another name older than this were left behind by a program that was killed.
const ABANDONED_AFTER: Duration = USE_RESOLUTION;

const TEMPORARY_PREFIX: &str = "writing-";

/// A folder with one file for each picture.
#[derive(Debug)]
pub(super) struct DiskCache {
    folder: PathBuf,
    budget_bytes: AtomicU64,
    num_writes: AtomicU64,
    /// Bytes written since the last pruning, and "very many" before the first.
    unpruned_bytes: AtomicU64,
}

impl DiskCache {
    /// A cache in the given folder. Nothing is read or written yet.
    pub fn new(folder: impl Into<PathBuf>, budget_bytes: u64) -> Self {
        Self {
            folder: folder.into(),
            budget_bytes: AtomicU64::new(budget_bytes),
            num_writes: AtomicU64::new(0),
            unpruned_bytes: AtomicU64::new(u64::MAX),
        }
    }

    /// Where the files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the files may take.
    pub fn budget_bytes(&self) -> u64 {
        self.budget_bytes.load(Ordering::Relaxed)
    }

    /// Changes what the files may take; they are held to it by the next pruning.
    pub fn set_budget_bytes(&self, budget_bytes: u64) {
        self.budget_bytes.store(budget_bytes, Ordering::Relaxed);
        self.unpruned_bytes.store(u64::MAX, Ordering::Relaxed);
    }

    /// The file of a picture, which need not exist. Files are spread over 256 folders, for some file systems are slow
    /// with many files in one.
    pub fn file_of(&self, key: ContentKey) -> PathBuf {
        let name = key.to_string();
        self.folder.join(&name[..2]).join(&name[2..])
    }

    /// Begins a file, that takes its place when it is finished.
    pub fn begin(&self, key: ContentKey) -> io::Result<NewFile> {
        let place = self.file_of(key);
        let folder = place.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let write_number = self.num_writes.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!("{TEMPORARY_PREFIX}{}-{write_number}", std::process::id()));
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&temporary)?;
        Ok(NewFile { file, temporary, place })
    }

    /// Puts a file, that was written in full, in its place.
    pub fn finish(&self, file: NewFile) -> io::Result<()> {
        let num_bytes = file.file.metadata()?.len();
        fs::rename(&file.temporary, &file.place)?;
        // Saturating, for before the first pruning it stands at the maximum.
        let add = |bytes: u64| Some(bytes.saturating_add(num_bytes));
        let _ = self.unpruned_bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        Ok(())
    }

    /// Whether it is time to prune on some background thread: at first, and whenever a sixteenth of the budget was
    /// written since. Says so once to one caller.
    pub fn takes_turn_to_prune(&self) -> bool {
        let budget_bytes = self.budget_bytes();
        self.unpruned_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bytes| {
                (bytes > budget_bytes / 16).then_some(0)
            })
            .is_ok()
    }

    /// Removes the files that were used longest ago until a tenth of the budget is free again, and what programs left
    /// behind that were killed. Does nothing while the files are within the budget.
    pub fn prune(&self, context: &JobContext) {
        let now = SystemTime::now();
        let budget_bytes = self.budget_bytes();
        let mut kept = Vec::new();
        let mut num_bytes = 0;
        for entry in walkdir::WalkDir::new(&self.folder).min_depth(2).max_depth(2).into_iter().flatten() {
            if context.is_cancelled() {
                return;
            }
            let Ok(metadata) = entry.metadata() else { continue };
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let age = now.duration_since(used).unwrap_or_default();
            let is_temporary = entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX);
            if is_temporary && age > ABANDONED_AFTER {
                remove(entry.path());
            } else if !is_temporary && metadata.is_file() {
                num_bytes += metadata.len();
                kept.push((used, metadata.len(), entry.into_path()));
            }
        }
        if num_bytes <= budget_bytes {
            return;
        }
        kept.sort_unstable();
        for (_, length, path) in kept {
            if num_bytes <= budget_bytes / 10 * 9 || context.is_cancelled() {
                break;
            }
            remove(&path);
            num_bytes -= length;
        }
    }
}

/// A file that is being written. Dropping it unfinished removes it.
#[derive(Debug)]
pub(super) struct NewFile {
    pub file: File,
    temporary: PathBuf,
    place: PathBuf,
}

impl NewFile {
    /// Where it lies until it is finished.
    pub fn path(&self) -> &Path {
        &self.temporary
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // After it was finished, there is none any more.
        remove(&self.temporary);
    }
}

/// Moves the file's time of change on. A cache that is read-only works too; its order of use is then lost.
pub(super) fn note_use(file: &Path) {
    let now = SystemTime::now();
    let Ok(last) = fs::metadata(file).and_then(|metadata| metadata.modified()) else { return };
    if now.duration_since(last).is_ok_and(|age| age > USE_RESOLUTION) {
        let _ = File::options()
            .write(true)
            .open(file)
            .and_then(|file| file.set_times(FileTimes::new().set_modified(now)));
    }
}

/// Removes a file. Another program may have done so already.
pub(super) fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}
