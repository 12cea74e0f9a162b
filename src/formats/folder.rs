//! Going through folders.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::FormatError;

/// Folders deeper than this are not looked into.
const MAX_DEPTH: usize = 40;

/// All files under a folder for which the function says yes, sorted by path. Follows links, each folder once.
pub(super) fn files_under(
    root: &Path,
    is_wanted: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, FormatError> {
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    collect(root, is_wanted, 0, &mut seen, &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(
    folder: &Path,
    is_wanted: &dyn Fn(&Path) -> bool,
    depth: usize,
    seen: &mut HashSet<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), FormatError> {
    let real = folder.canonicalize().map_err(FormatError::io("Opening the folder", folder))?;
    if depth > MAX_DEPTH || !seen.insert(real) {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(FormatError::io("Reading the folder", folder))? {
        let path = entry.map_err(FormatError::io("Reading the folder", folder))?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            collect(&path, is_wanted, depth + 1, seen, files)?;
        } else if is_wanted(&path) {
            files.push(path);
        }
    }
    Ok(())
}

/// Some files under a folder for which the function says yes, those in higher folders first: for a quick look. Of a
/// large tree only the beginning is looked at.
pub(super) fn some_files_under(
    root: &Path,
    is_wanted: &dyn Fn(&Path) -> bool,
    max_files: usize,
) -> Vec<PathBuf> {
    const MAX_FOLDERS: usize = 50;
    let mut folders = vec![root.to_owned()];
    let mut files = Vec::new();
    let mut next = 0;
    while next < folders.len().min(MAX_FOLDERS) && files.len() < max_files {
        let entries = fs::read_dir(&folders[next]).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            // A linked folder could lead around in a circle.
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if is_wanted(&path) && files.len() < max_files {
                files.push(path);
            }
        }
        next += 1;
    }
    files
}

/// Whether the file's name ends so, in any case. The extension has no dot.
pub(super) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// The files right in a folder with this extension, sorted; none when it cannot be read.
pub(super) fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| has_extension(path, extension) && path.is_file())
        .collect();
    files.sort();
    files
}

/// The beginning of a file, for recognising it; empty when it cannot be read.
pub(super) fn beginning_of(path: &Path) -> Vec<u8> {
    const MAX_BYTES: u64 = 1 << 16;
    let mut bytes = Vec::new();
    if let Ok(file) = fs::File::open(path) {
        let _ = std::io::Read::read_to_end(&mut std::io::Read::take(file, MAX_BYTES), &mut bytes);
    }
    bytes
}

/// The path of a file relative to a folder, with `/` between its parts; as it is where it lies elsewhere.
pub(super) fn path_within(folder: &Path, file: &Path) -> String {
    let path = file.strip_prefix(folder).unwrap_or(file);
    super::paths::clean(&path.to_string_lossy())
}
