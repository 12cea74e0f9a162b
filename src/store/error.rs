//! What can go wrong with a project file, and the way out.

use std::path::{Path, PathBuf};

/// What went wrong with a project file. The text is for the person: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("there is no project at this place; check the path, or make it with `fieldmark new` [{}]", path.display())]
    Missing {
        /// The project file.
        path: PathBuf,
    },
    /// There is such a file already.
    #[error("there is a file of this name already; choose another name [{}]", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It is something else.
    #[error("this is not a Fieldmark project; open a .fieldmark file, or a folder of pictures [{}]", path.display())]
    NotAProject {
        /// The file.
        path: PathBuf,
    },
    /// It was written by a newer program.
    #[error(
        "this project was written by a newer Fieldmark (its version is {found}, this program knows up to {known}); update Fieldmark to open it. The file was not touched [{}]",
        path.display()
    )]
    Newer {
        /// The project file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that this build knows.
        known: i64,
    },
    /// Another program has it open.
    #[error("this project is open in another window or program{by}; close it there and try again [{}]", path.display())]
    InUse {
        /// The project file.
        path: PathBuf,
        /// Which process, where that is known, as " (process 123)".
        by: String,
    },
    /// It cannot be written.
    #[error(
        "this project cannot be changed, because the file or its folder is read-only; make it writable, or save a copy elsewhere [{}]",
        path.display()
    )]
    ReadOnly {
        /// The project file.
        path: PathBuf,
    },
    /// Its content is damaged.
    #[error(
        "this project file is damaged ({detail}); nothing was changed. Restore a backup, or save what can be read with `fieldmark recover` [{}]",
        path.display()
    )]
    Corrupt {
        /// The project file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// Not even a part of it can be read.
    #[error("nothing in this file can be read as a project; restore a backup [{}]", path.display())]
    NothingSaved {
        /// The file.
        path: PathBuf,
    },
    /// There is no room.
    #[error(
        "the disk is full; free some space and saving goes on by itself. Until then your changes are kept in memory: do not close the program [{}]",
        path.display()
    )]
    DiskFull {
        /// The project file.
        path: PathBuf,
    },
    /// Anything else that the database says.
    #[error("the project file could not be read or written ({detail}); check that the disk is connected [{}]", path.display())]
    Database {
        /// The project file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// Anything that the file system says.
    #[error("{what} failed ({source}) [{}]", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl StoreError {
    /// The error that an answer of SQLite means for this file.
    pub(super) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> Self {
        use rusqlite::ErrorCode as Code;
        let path = path.to_owned();
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull { path },
            Some(Code::DatabaseCorrupt) => Self::Corrupt { path, detail },
            Some(Code::NotADatabase) => Self::NotAProject { path },
            Some(Code::ReadOnly | Code::PermissionDenied) => Self::ReadOnly { path },
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::InUse { path, by: String::new() },
            _ => Self::Database { path, detail },
        }
    }

    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::DiskFull { .. } | Self::InUse { .. } | Self::Database { .. } | Self::ReadOnly { .. }
        )
    }
}

/// Names the file in errors of SQLite.
pub(super) trait AtPath<T> {
    /// The result, with an error that says what it means for this file.
    fn at(self, path: &Path) -> Result<T, StoreError>;
}

impl<T> AtPath<T> for rusqlite::Result<T> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|error| StoreError::from_sqlite(&error, path))
    }
}
