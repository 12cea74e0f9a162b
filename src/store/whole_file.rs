//! Project files that appear whole or not at all.
//!
//! A new project, a copy and a backup are filled under another name beside their place and then renamed. A process
//! that is killed half-way leaves at most a hidden `.name.part`, which the next try replaces; never a file that
//! looks like a project and is none.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::StoreError;
use super::error::AtPath;

/// Makes a project file. `fill` writes the database to the path that it is given, and leaves nothing beside it:
/// see [`settle`].
pub(super) fn write(
    path: &Path,
    fill: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    remove_with_companions(&part);
    let written = fill(&part).and_then(|()| {
        if path.exists() {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        // A log that a deleted project of this name left behind would be played into the new one.
        remove_companions(path);
        std::fs::rename(&part, path).map_err(StoreError::io("writing the project", path))
    });
    match &written {
        Ok(()) => sync_folder_of(path),
        Err(_) => remove_with_companions(&part),
    }
    written.map_err(|error| error.for_file(path))
}

/// Moves everything into the file itself and closes it.
pub(super) fn settle(connection: Connection, path: &Path) -> Result<(), StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).at(path)?;
    connection.close().map_err(|(_, error)| StoreError::from_sqlite(&error, path))
}

/// The write-ahead log beside a project file.
pub(super) fn log_path(path: &Path) -> PathBuf {
    companion(path, "-wal")
}

fn companion(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove_companions(path: &Path) {
    for suffix in ["-wal", "-shm", "-journal"] {
        // Usually there is none.
        let _ = std::fs::remove_file(companion(path, suffix));
    }
}

/// Removes a database with what SQLite keeps beside it.
pub(super) fn remove_with_companions(path: &Path) {
    let _ = std::fs::remove_file(path);
    remove_companions(path);
}

/// Makes the new name durable, where the system can.
fn sync_folder_of(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Windows has no such thing and needs none.
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_half_way_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fieldmark");
        let failed = write(&path, |part| {
            std::fs::write(part, "half").unwrap();
            Err(StoreError::NoRoom { path: part.to_owned() })
        });
        assert!(failed.unwrap_err().to_string().ends_with("/a.fieldmark]"), "the part is our own affair");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_log_of_a_deleted_project_is_not_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fieldmark");
        std::fs::write(log_path(&path), "old").unwrap();
        write(&path, |part| std::fs::write(part, "new").map_err(StoreError::io("writing", part))).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
