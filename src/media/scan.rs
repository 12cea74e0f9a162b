//! Finding the pictures and videos in folders.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::error::MediaError;
use super::format::{PICTURE_EXTENSIONS, VIDEO_EXTENSIONS, has_extension};
use super::natural::natural_path_cmp;
use super::probe::modified_ns;
use crate::base::jobs::JobContext;
use crate::base::report::Report;

/// A file that has the name of a picture or video. Nothing was read of it yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// The path: the root's, and the way from it.
    pub path: PathBuf,
    /// The way from the root; the name alone where the root is the file itself.
    pub relative_path: PathBuf,
    /// Length of the file.
    pub num_bytes: u64,
    /// When it was last changed, nanoseconds since 1970-01-01 UTC.
    pub modified_ns: i64,
}

/// Finds all pictures and videos in files and folders, by extension and at any depth, in natural order and each path once.
///
/// Hidden files and folders (with a dot in front) are skipped unless they are roots. Links are followed, but no
/// linked folder is entered twice, and none that lies within a root. Folders that cannot be read, broken links
/// and, where this build reads none, videos become lines of the report. Tells as progress how many files it has found.
///
/// # Errors
/// [`MediaError::Cancelled`].
pub fn scan(
    roots: &[PathBuf],
    report: &mut Report,
    context: &JobContext,
) -> Result<Vec<FoundFile>, MediaError> {
    let mut scan = Scan {
        report,
        found: Vec::new(),
        canonical_roots: roots.iter().filter_map(|root| root.canonicalize().ok()).collect(),
        entered_links: HashSet::new(),
    };
    for root in roots {
        scan.add_root(root, context)?;
    }
    let mut found = scan.found;
    found.sort_by(|a, b| natural_path_cmp(&a.path, &b.path));
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

struct Scan<'a> {
    report: &'a mut Report,
    found: Vec<FoundFile>,
    canonical_roots: Vec<PathBuf>,
    /// Where the links to folders led that were followed.
    entered_links: HashSet<PathBuf>,
}

impl Scan<'_> {
    fn add_root(&mut self, root: &Path, context: &JobContext) -> Result<(), MediaError> {
        let mut entries = WalkDir::new(root).follow_links(true).into_iter();
        while let Some(entry) = entries.next() {
            if context.is_cancelled() {
                return Err(MediaError::Cancelled);
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.report_unreadable(&error, root);
                    continue;
                }
            };
            let is_root = entry.depth() == 0;
            if !is_root && is_hidden(&entry) {
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            } else if entry.file_type().is_dir() {
                if !is_root && entry.path_is_symlink() && !self.may_enter_link(entry.path()) {
                    entries.skip_current_dir();
                }
            } else if entry.file_type().is_file() {
                self.add_file(&entry, root);
                context.set_progress(self.found.len() as u64, 0);
            }
        }
        Ok(())
    }

    /// Whether a linked folder is new: neither entered through another link, nor part of a root, which is gone
    /// through anyway.
    fn may_enter_link(&mut self, link: &Path) -> bool {
        let Ok(target) = link.canonicalize() else { return false };
        let is_within_roots = self.canonical_roots.iter().any(|root| target.starts_with(root));
        !is_within_roots && self.entered_links.insert(target)
    }

    fn add_file(&mut self, entry: &DirEntry, root: &Path) {
        let path = entry.path();
        let is_root = entry.depth() == 0;
        let is_video = has_extension(path, VIDEO_EXTENSIONS) && (is_root || !is_source_code(path));
        let is_wanted = has_extension(path, PICTURE_EXTENSIONS) || (is_video && READS_VIDEOS);
        if !is_wanted {
            let place = path.display().to_string();
            if is_video {
                self.report.note("This is a video; this build labels pictures only.", place);
            } else if is_root {
                self.report
                    .error("This file does not have the name of a picture or video; it was left out.", place);
            }
            return;
        }
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) => return self.report_unreadable(&error, root),
        };
        let relative_path = match path.strip_prefix(root) {
            Ok(relative) if !is_root => relative.to_owned(),
            _ => path.file_name().map_or_else(|| path.to_owned(), PathBuf::from),
        };
        self.found.push(FoundFile {
            path: path.to_owned(),
            relative_path,
            num_bytes: metadata.len(),
            modified_ns: modified_ns(&metadata),
        });
    }

    fn report_unreadable(&mut self, error: &walkdir::Error, root: &Path) {
        if error.loop_ancestor().is_some() {
            return; // A link to a folder above it: its files are found there.
        }
        let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        let place = error.path().unwrap_or(root).display().to_string();
        self.report.error(
            format!("This cannot be read ({cause}); check that it is there and that you may open it."),
            place,
        );
    }
}

/// Whether this build opens videos.
const READS_VIDEOS: bool = cfg!(feature = "video");

/// Whether a file `name.ts` is text: TypeScript has the extension of MPEG transport streams, whose packets of 188 bytes
/// begin with 0x47; those of Blu-ray discs follow four bytes of their own.
fn is_source_code(path: &Path) -> bool {
    if !has_extension(path, &["ts"]) {
        return false;
    }
    let mut head = [0; 5];
    let has_read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok();
    has_read && head[0] != 0x47 && head[4] != 0x47
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::report::Severity;
    use crate::media::test_pictures::cancelled_context;
    use std::fs;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        // The default name of a temporary folder is hidden.
        let folder = tempfile::Builder::new().prefix("scan").tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        folder
    }

    fn scanned(roots: &[&Path]) -> (Vec<String>, Report) {
        let roots: Vec<_> = roots.iter().map(|r| r.to_path_buf()).collect();
        let mut report = Report::new();
        let found = scan(&roots, &mut report, &JobContext::detached()).unwrap();
        let names = found.iter().map(|f| f.relative_path.to_str().unwrap().replace('\\', "/")).collect();
        (names, report)
    }

    #[test]
    fn finds_pictures_at_any_depth_in_natural_order() {
        let folder = folder_with(&[
            "img10.jpg",
            "img2.JPG",
            "b/c/x.png",
            "b/a.TIFF",
            "notes.txt",
            ".hidden.jpg",
            ".git/a.png",
            "noext",
        ]);
        let (names, report) = scanned(&[folder.path()]);
        assert_eq!(names, ["b/a.TIFF", "b/c/x.png", "img2.JPG", "img10.jpg"]);
        assert!(report.is_empty(), "{report}");
    }

    #[test]
    fn videos_are_found_where_they_can_be_read_and_missing_roots_are_told() {
        let folder = folder_with(&["a.mp4", "b.png", "code.ts", "G.ts"]);
        let (names, report) = scanned(&[folder.path(), &folder.path().join("absent")]);
        let videos = if READS_VIDEOS { vec!["G.ts", "a.mp4", "b.png"] } else { vec!["b.png"] };
        let num_notes = if READS_VIDEOS { 0 } else { 2 };
        assert_eq!(names.len(), videos.len(), "{names:?}");
        assert!(videos.iter().all(|name| names.iter().any(|found| found == name)), "{names:?}");
        assert_eq!((report.num(Severity::Note), report.num(Severity::Error)), (num_notes, 1), "{report}");
    }

    #[test]
    fn files_can_be_roots_and_nothing_is_found_twice() {
        let folder = folder_with(&["a/1.png", "a/2.png", "odd.xyz"]);
        let (a, file) = (folder.path().join("a"), folder.path().join("a/1.png"));
        assert_eq!(scanned(&[&file]).0, ["1.png"]);
        assert_eq!(scanned(&[&a, &file, &a]).0, ["1.png", "2.png"]);
        let (names, report) = scanned(&[&folder.path().join("odd.xyz")]);
        assert_eq!((names.len(), report.num(Severity::Error)), (0, 1));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once_and_loops_never() {
        use std::os::unix::fs::symlink;
        let outside = folder_with(&["far.png"]);
        let folder = folder_with(&["a/1.png"]);
        let link = |target: &Path, name: &str| symlink(target, folder.path().join(name)).unwrap();
        link(folder.path(), "a/up");
        link(&folder.path().join("a"), "again");
        link(outside.path(), "far");
        link(outside.path(), "far2");
        symlink(folder.path(), outside.path().join("back")).unwrap();
        link(&folder.path().join("absent"), "broken.png");
        link(&outside.path().join("far.png"), "single.png");
        let (names, report) = scanned(&[folder.path()]);
        assert_eq!(names.iter().filter(|n| n.ends_with("far.png")).count(), 1, "{names:?}");
        assert_eq!(names.iter().filter(|n| n.ends_with("1.png")).count(), 1, "{names:?}");
        assert!(names.contains(&"single.png".to_owned()));
        assert_eq!((names.len(), report.num(Severity::Error)), (3, 1), "{names:?} {report}");
    }

    #[test]
    fn stops_when_cancelled() {
        let folder = folder_with(&["a.png"]);
        let roots = [folder.path().to_owned()];
        assert!(matches!(scan(&roots, &mut Report::new(), &cancelled_context()), Err(MediaError::Cancelled)));
    }
}
