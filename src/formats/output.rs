//! Writing files so that nothing is ever half there, and nothing of other people is lost.
//!
//! A file is written under another name, forced to disk, and then renamed: whoever looks sees the old file or the
//! new one. A folder remembers in [`MANIFEST`] which files an export wrote, and what was in them: those it may
//! replace the next time, or remove where the next export has no such file, as long as nobody has changed them. Any
//! other file that is in the way is kept under another name, and the report says so. Pictures are never removed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::hash::StableHash;
use super::paths::split_extension;
use super::{FormatError, MediaCopier};
use crate::base::report::Report;
use crate::model::Asset;

/// The file in which an export notes what it wrote.
pub(super) const MANIFEST: &str = ".fieldmark-export.json";

/// A file that appears under its name when it is complete. Dropped before, it leaves no trace.
pub(super) struct AtomicFile {
    path: PathBuf,
    temporary: PathBuf,
    writer: Option<BufWriter<File>>,
    hash: StableHash,
}

impl AtomicFile {
    /// Begins a file, and the folders that it lies in.
    pub fn create(path: &Path) -> Result<Self, FormatError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(FormatError::io("Making the folder", folder))?;
        }
        let temporary = temporary_for(path);
        let file = File::create(&temporary).map_err(FormatError::io("Creating the file", path))?;
        let writer = Some(BufWriter::with_capacity(1 << 16, file));
        Ok(Self { path: path.to_owned(), temporary, writer, hash: StableHash::new(0) })
    }

    /// Writes, with a message that names the file when that fails.
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        let path = self.path.clone();
        self.write_all(bytes).map_err(FormatError::io("Writing the file", &path))
    }

    /// Forces what was written to disk and closes the file, which still has its temporary name.
    fn seal(&mut self) -> Result<(), FormatError> {
        let doing = "Writing the file";
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let file = writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .map_err(FormatError::io(doing, &self.path))?;
        file.sync_all().map_err(FormatError::io(doing, &self.path))
    }

    /// Puts the file in its place, where it replaces what was there.
    pub fn commit(mut self) -> Result<(), FormatError> {
        self.seal()?;
        fs::rename(&self.temporary, &self.path)
            .map_err(FormatError::io("Putting the file in its place", &self.path))?;
        sync_folder(&self.path);
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(writer) = &mut self.writer else { return Err(io::Error::other("the file is closed")) };
        let num_written = writer.write(bytes)?;
        self.hash.write(&bytes[..num_written]);
        Ok(num_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // After a commit there is nothing under this name any more.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// The name that a file has until it is complete: with its own in it, if that leaves room.
fn temporary_for(path: &Path) -> PathBuf {
    const MAX_NAME_BYTES: usize = 255;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let with = |name: &str| format!(".{name}.{}.part", std::process::id());
    let temporary = with(&name);
    if temporary.len() <= MAX_NAME_BYTES {
        return path.with_file_name(temporary);
    }
    let mut hash = StableHash::new(0);
    hash.write(name.as_bytes());
    path.with_file_name(with(&format!("{:016x}.{}", hash.finish(), split_extension(&name).1)))
}

/// A rename lasts only when its folder is on disk too. Systems that cannot open folders need no such thing.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

/// The folder of an export.
pub(super) struct Output {
    root: PathBuf,
    format: &'static str,
    /// What earlier exports wrote, by format.
    known: BTreeMap<String, Files>,
    written: Files,
}

/// From each path to a hash of what was written, in hexadecimal digits; empty for copies of pictures.
type Files = BTreeMap<String, String>;

/// What the manifest holds.
#[derive(serde::Serialize, serde::Deserialize)]
struct Manifest {
    note: String,
    exports: BTreeMap<String, Files>,
}

impl Output {
    /// Opens a folder for an export, and makes it where there is none.
    pub fn open(root: &Path, format: &'static str) -> Result<Self, FormatError> {
        if root.is_file() {
            let message = "This is a file, but the export needs a folder; choose another place.";
            return Err(FormatError::unusable(message, root));
        }
        fs::create_dir_all(root).map_err(FormatError::io("Making the folder", root))?;
        // A manifest that cannot be read protects more, not less: then no file is known to be ours.
        let known = fs::read(root.join(MANIFEST))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok())
            .map(|manifest| manifest.exports)
            .unwrap_or_default();
        Ok(Self { root: root.to_owned(), format, known, written: Files::new() })
    }

    /// Where a file of the export lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Begins a file. It is complete after [`Output::commit`].
    pub fn begin(&self, name: &str) -> Result<AtomicFile, FormatError> {
        AtomicFile::create(&self.path(name))
    }

    /// Puts a file in its place.
    pub fn commit(
        &mut self,
        name: &str,
        mut file: AtomicFile,
        report: &mut Report,
    ) -> Result<(), FormatError> {
        file.seal()?;
        let hash = format!("{:016x}", file.hash.finish());
        self.make_way(name, Some(&hash), report)?;
        file.commit()?;
        self.written.insert(name.to_owned(), hash);
        Ok(())
    }

    /// Writes a file as a whole.
    pub fn write(&mut self, name: &str, bytes: &[u8], report: &mut Report) -> Result<(), FormatError> {
        let mut file = self.begin(name)?;
        file.put(bytes)?;
        self.commit(name, file, report)
    }

    /// Copies the media of an asset, unless a file of their size is there already. A failure is a line of the
    /// report.
    pub fn copy_media(
        &mut self,
        name: &str,
        asset: &Asset,
        copier: &dyn MediaCopier,
        report: &mut Report,
    ) -> Result<(), FormatError> {
        let path = self.path(name);
        let num_bytes = fs::metadata(&path).ok().filter(fs::Metadata::is_file).map(|m| m.len());
        if asset.num_bytes > 0 && num_bytes == Some(asset.num_bytes) {
            self.written.insert(name.to_owned(), String::new());
            return Ok(());
        }
        self.put_media(name, asset.source.as_str(), &|to| copier.copy(asset, to), report)
    }

    fn put_media(
        &mut self,
        name: &str,
        source: &str,
        copy: &dyn Fn(&Path) -> io::Result<()>,
        report: &mut Report,
    ) -> Result<(), FormatError> {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(FormatError::io("Making the folder", folder))?;
        }
        let temporary = temporary_for(&path);
        let copied = copy(&temporary);
        if let Err(error) = copied {
            let _ = fs::remove_file(&temporary);
            if error.kind() == io::ErrorKind::StorageFull {
                return Err(FormatError::io("Copying the picture", &path)(error));
            }
            report.error(format!("The picture could not be copied: {error}."), source);
            return Ok(());
        }
        self.make_way(name, None, report)?;
        fs::rename(&temporary, &path).map_err(FormatError::io("Putting the picture in its place", &path))?;
        self.written.insert(name.to_owned(), String::new());
        Ok(())
    }

    /// Writes a frame of a video as a picture, unless an export did so before. A failure is a line of the report.
    pub fn write_frame(
        &mut self,
        name: &str,
        video: &Asset,
        frame: u32,
        copier: &dyn MediaCopier,
        report: &mut Report,
    ) -> Result<(), FormatError> {
        let path = self.path(name);
        let is_done = self.known.values().any(|files| files.get(name).is_some_and(String::is_empty));
        if is_done && path.is_file() {
            self.written.insert(name.to_owned(), String::new());
            return Ok(());
        }
        self.put_media(name, video.source.as_str(), &|to| copier.copy_frame(video, frame, to), report)
    }

    /// Keeps a file that is not ours under another name. A file is ours when the manifest has it and nobody has
    /// changed it since, or when it says what we are about to write.
    fn make_way(&self, name: &str, hash: Option<&str>, report: &mut Report) -> Result<(), FormatError> {
        let path = self.path(name);
        let known: Vec<&String> =
            self.known.values().chain([&self.written]).filter_map(|files| files.get(name)).collect();
        if !path.exists() || known.iter().any(|hash| hash.is_empty()) {
            return Ok(());
        }
        if hash.is_some() || !known.is_empty() {
            let present = hash_of(&path).map_err(FormatError::io("Reading the file in the way", &path))?;
            if known.contains(&&present) || hash == Some(present.as_str()) {
                return Ok(());
            }
        }
        let kept = (1..).map(|n| path.with_file_name(format!("{}.kept-{n}", file_name(&path))));
        let kept = kept.into_iter().find(|kept| !kept.exists()).expect("some number is free");
        fs::rename(&path, &kept).map_err(FormatError::io("Keeping the file in the way", &path))?;
        report.warn(
            "A file that this export did not write was in the way. It is kept under another name.",
            kept.display().to_string(),
        );
        Ok(())
    }

    /// Removes files of the last export of this format that this one does not have, and notes what was written for
    /// the next. Returns the files.
    pub fn finish(mut self) -> Result<Vec<PathBuf>, FormatError> {
        let files: Vec<PathBuf> = self.written.keys().map(|name| self.path(name)).collect();
        let mut still_there = Files::new();
        for (name, hash) in self.known.remove(self.format).unwrap_or_default() {
            let path = self.path(&name);
            if self.written.contains_key(&name) {
                continue;
            }
            if hash.is_empty() {
                still_there.insert(name, hash);
            } else if hash_of(&path).is_ok_and(|present| present == hash) {
                fs::remove_file(&path)
                    .map_err(FormatError::io("Removing a file of the last export", &path))?;
            }
        }
        still_there.append(&mut self.written);
        self.known.insert(self.format.to_owned(), still_there);
        let manifest = Manifest {
            note: "Written by Fieldmark: the next export to this folder replaces these files.".to_owned(),
            exports: self.known,
        };
        let path = self.root.join(MANIFEST);
        let json = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| FormatError::io("Writing the file", &path)(error.into()))?;
        let mut file = AtomicFile::create(&path)?;
        file.put(&json)?;
        file.commit()?;
        Ok(files)
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn hash_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = StableHash::new(0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(format!("{:016x}", hash.finish())),
            num_read => hash.write(&buffer[..num_read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn export(folder: &Path, text: &str) -> Report {
        export_as("test", folder, text)
    }

    fn export_as(format: &'static str, folder: &Path, text: &str) -> Report {
        let mut report = Report::new();
        let mut output = Output::open(folder, format).unwrap();
        output.write("data.yaml", text.as_bytes(), &mut report).unwrap();
        output.finish().unwrap();
        report
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "old").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.put(b"new").unwrap();
        drop(file);
        assert_eq!(names_in(folder.path()), ["a.json"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[test]
    fn replaces_its_own_files_and_keeps_those_of_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data.yaml"), "somebody's work").unwrap();
        fs::write(folder.path().join("other.txt"), "untouched").unwrap();
        assert_eq!(export(folder.path(), "first").findings().len(), 1);
        assert_eq!(fs::read_to_string(folder.path().join("data.yaml.kept-1")).unwrap(), "somebody's work");
        assert!(export(folder.path(), "second").is_empty());
        assert_eq!(fs::read_to_string(folder.path().join("data.yaml")).unwrap(), "second");

        fs::write(folder.path().join("data.yaml"), "edited by hand").unwrap();
        assert_eq!(export(folder.path(), "third").findings().len(), 1);
        assert_eq!(fs::read_to_string(folder.path().join("data.yaml.kept-2")).unwrap(), "edited by hand");
        assert_eq!(fs::read_to_string(folder.path().join("other.txt")).unwrap(), "untouched");
    }

    #[test]
    fn removes_what_its_last_export_left_behind_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut output = Output::open(folder.path(), "test").unwrap();
        let mut report = Report::new();
        for name in ["old.txt", "changed.txt"] {
            output.write(name, b"x", &mut report).unwrap();
        }
        output.finish().unwrap();
        fs::write(folder.path().join("changed.txt"), "by hand").unwrap();
        fs::write(folder.path().join("foreign.txt"), "x").unwrap();
        export_as("other", folder.path(), "of another format");
        assert!(folder.path().join("old.txt").exists());
        export(folder.path(), "of this format");
        assert_eq!(names_in(folder.path()), [MANIFEST, "changed.txt", "data.yaml", "foreign.txt"]);
    }

    #[test]
    fn a_file_in_place_of_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "x").unwrap();
        assert!(Output::open(&path, "test").is_err());
    }
}
