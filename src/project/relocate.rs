//! Copies of a project in another folder, whose paths still lead to the same files.
//!
//! Assets and watched folders are kept as paths from the project's folder. A copy elsewhere would look for them at
//! the wrong place, so it is told the new paths before it appears: by ops, like every other change, which undo does
//! not take back. Pictures that were taken out of the project are told, too, or they would come back as new ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::large_edit::InFile;
use super::media::{WATCHED, relative_path, watched_folders};
use super::{Identity, Project};
use crate::base::clock::SystemClock;
use crate::base::jobs::JobContext;
use crate::edit::{AssetChange, Edit, Fold, StampSource, Transaction};
use crate::model::{ActorId, AssetSource};
use crate::store::{CopyChanges, Reader, Salvaged, StoreError, salvage};

/// What undo and history call it, where they show it.
const TITLE: &str = "Copy to another folder";

/// A copy that is ready to be written, anywhere.
pub struct CopyJob {
    reader: Reader,
    target: PathBuf,
    relocation: Relocation,
}

impl Project {
    /// Prepares a consistent copy of the project, with everything that is not on disk yet.
    ///
    /// # Errors
    /// When the project cannot be read.
    pub fn start_copy(&self, target: &Path) -> Result<CopyJob, StoreError> {
        let relocation = Relocation::new(self.path(), target, self.actor());
        Ok(CopyJob { reader: self.open_reader()?, target: target.to_owned(), relocation })
    }

    /// Writes such a copy, now. The window writes it in the background instead.
    ///
    /// # Errors
    /// When the other file exists or cannot be written.
    pub fn save_copy(&self, target: &Path) -> Result<(), StoreError> {
        self.start_copy(target)?.run()
    }
}

impl CopyJob {
    /// Writes the copy. It appears whole or not at all.
    ///
    /// # Errors
    /// When the other file exists or cannot be written.
    pub fn run(self) -> Result<(), StoreError> {
        self.reader.save_copy(&self.target, |copy| self.relocation.changes(copy))
    }
}

/// Saves what can be read of a damaged project into a new one, as [`salvage`] does.
///
/// # Errors
/// Those of [`salvage`].
pub fn recover(
    from: &Path,
    to: &Path,
    identity: &Identity,
    job: &JobContext,
) -> Result<Salvaged, StoreError> {
    let relocation = Relocation::new(from, to, identity.actor);
    salvage(from, to, job, |copy| relocation.changes(copy))
}

/// From which folder to which, and by whom.
struct Relocation {
    from: PathBuf,
    to: PathBuf,
    actor: ActorId,
}

impl Relocation {
    fn new(from: &Path, to: &Path, actor: ActorId) -> Self {
        let folder_of = |path: &Path| {
            let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            absolute.parent().map(Path::to_owned).unwrap_or_default()
        };
        Self { from: folder_of(from), to: folder_of(to), actor }
    }

    /// What a copy must be told.
    fn changes(&self, copy: &Reader) -> Result<CopyChanges, StoreError> {
        if self.from == self.to {
            return Ok(CopyChanges::default());
        }
        let edits = copy.asset_sources()?.into_iter().filter_map(|(id, source)| match source {
            AssetSource::Path(path) => {
                let source = AssetSource::Path(self.path(&path)?);
                Some(Edit::change_asset(id, &AssetChange::Source(source)))
            }
            AssetSource::Url(_) => None,
        });
        let edits: Vec<Edit> = edits.collect();
        let mut stamps = StampSource::new(Arc::new(SystemClock), self.actor);
        copy.latest_stamp()?.into_iter().for_each(|latest| stamps.observe(latest));
        let labels = Fold::default();
        let transaction = (!edits.is_empty())
            .then(|| Transaction::from_edits(TITLE, edits, &InFile::new(copy, &labels), &mut stamps));
        let watched = watched_folders(copy);
        let moved: Vec<String> =
            watched.iter().map(|folder| self.path(folder).unwrap_or_else(|| folder.clone())).collect();
        let settings = match watched.is_empty() {
            true => Vec::new(),
            false => vec![(WATCHED.to_owned(), serde_json::to_string(&moved).unwrap_or_default())],
        };
        Ok(CopyChanges { transaction, settings })
    }

    /// A path of the project as one of the copy; `None` when it does not start from the project's folder.
    fn path(&self, path: &str) -> Option<String> {
        Path::new(path).is_relative().then(|| relative_path(&self.to, &self.from.join(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Target;
    use crate::project::{MediaScan, OpenMode, add_media, folder_project_path};

    fn identity() -> Identity {
        Identity { actor: ActorId::from_u128(5), name: "Ann".into() }
    }

    fn write_picture(path: &Path, shade: u8) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        image::RgbImage::from_pixel(6, 4, image::Rgb([shade, 1, 2])).save(path).unwrap();
    }

    /// A project in `photos`, which has a picture, one in a folder below, one beside it, and one that was removed.
    fn project_in(folder: &Path) -> Project {
        let photos = folder.join("photos");
        write_picture(&photos.join("a.png"), 1);
        write_picture(&photos.join("deep/b.png"), 2);
        write_picture(&photos.join("gone.png"), 3);
        write_picture(&folder.join("other/c.png"), 4);
        let mut project = Project::create(&folder_project_path(&photos), &identity()).unwrap();
        let places = [photos, folder.join("other/c.png")];
        add_media(&mut project, &places, &JobContext::detached()).unwrap();
        let gone = project.assets().find("gone.png").unwrap().asset.id;
        project.commit("Remove", vec![Edit::delete_target(Target::Asset(gone))]).unwrap();
        project
    }

    fn check_copy(copy: &Path, expected: [&str; 3]) {
        let mut project = Project::open(copy, OpenMode::Write, &identity()).unwrap();
        let rows = project.assets().rows();
        let paths: Vec<_> = rows.iter().map(|row| row.asset.source.as_str().to_owned()).collect();
        assert_eq!(paths, expected);
        for row in project.assets().rows() {
            assert!(project.asset_path(row.asset.id).unwrap().exists(), "{}", row.asset.source.as_str());
        }
        let found = MediaScan::run(&project.scan_source(), &JobContext::detached()).unwrap();
        assert!(found.new.is_empty() && found.moved.is_empty() && found.missing.is_empty(), "{found:?}");
        // What was undone in the copy is found, too.
        assert_eq!(project.undo().unwrap().unwrap().title, "Remove");
        let back = project.assets().rows().iter().find(|row| row.asset.file_name() == "gone.png").unwrap();
        assert!(project.asset_path(back.asset.id).unwrap().exists());
    }

    #[test]
    fn a_copy_in_another_folder_finds_the_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let project = project_in(folder.path());
        std::fs::create_dir_all(folder.path().join("backup/today")).unwrap();
        let copy = folder.path().join("backup/today/copy.fieldmark");
        project.save_copy(&copy).unwrap();
        check_copy(&copy, ["../../other/c.png", "../../photos/a.png", "../../photos/deep/b.png"]);
    }

    #[test]
    fn a_copy_in_the_same_folder_has_nothing_to_change() {
        let folder = tempfile::tempdir().unwrap();
        let project = project_in(folder.path());
        let copy = project.root().join("copy.fieldmark");
        project.save_copy(&copy).unwrap();
        project.flush().unwrap();
        let num_ops = |path: &Path| Reader::open(path).unwrap().counts().unwrap().num_ops;
        assert_eq!(num_ops(&copy), num_ops(project.path()));
        check_copy(&copy, ["../other/c.png", "a.png", "deep/b.png"]);
    }

    #[test]
    fn what_is_recovered_into_another_folder_finds_the_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let project = project_in(folder.path());
        let from = project.path().to_owned();
        drop(project);
        let to = folder.path().join("saved.fieldmark");
        let salvaged = recover(&from, &to, &identity(), &JobContext::detached()).unwrap();
        assert_eq!((salvaged.num_assets, salvaged.num_lost_ops), (3, Some(0)));
        check_copy(&to, ["other/c.png", "photos/a.png", "photos/deep/b.png"]);
    }
}
