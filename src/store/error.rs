//! What can go wrong with a project file, and the way out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

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
        "this project file is damaged ({detail}); nothing was changed. Restore a backup, or rescue what can be read with `fieldmark recover` [{}]",
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
    /// Its last changes are beside it and cannot be read in this place.
    #[error(
        "the last changes of this project are in a file beside it that cannot be read here, because the folder is read-only; copy the project and its -wal file to a folder that can be written and open it there [{}]",
        path.display()
    )]
    Unmerged {
        /// The project file.
        path: PathBuf,
    },
    /// There is no room for what was tried.
    #[error("the disk is full, so nothing was done; free some space and try again [{}]", path.display())]
    NoRoom {
        /// The project file.
        path: PathBuf,
    },
    /// There is no room for changes that were made.
    #[error(
        "the disk is full; free some space and saving goes on by itself. Until then your changes are kept in memory: do not close the program [{}]",
        path.display()
    )]
    DiskFull {
        /// The project file.
        path: PathBuf,
    },
    /// What keeps changes that were made from being saved.
    #[error(transparent)]
    NotSaved(Arc<StoreError>),
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
            Some(Code::DiskFull) => Self::NoRoom { path },
            // What SQLite says where the disk has no room for the memory that readers and writers share.
            _ if extended_code(error) == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => Self::NoRoom { path },
            Some(Code::DatabaseCorrupt) => Self::Corrupt { path, detail },
            Some(Code::NotADatabase) => Self::NotAProject { path },
            Some(Code::ReadOnly | Code::PermissionDenied) => Self::ReadOnly { path },
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::InUse { path, by: String::new() },
            _ => Self::Database { path, detail },
        }
    }

    /// The error that a failure of the file system means.
    pub(super) fn io(what: &'static str, path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Self::NoRoom { path: path.to_owned() },
            _ => Self::Io { what, path: path.to_owned(), source },
        }
    }

    /// This error, for the file that the person knows in place of the one where it happened.
    pub(super) fn for_file(mut self, known: &Path) -> Self {
        match &mut self {
            Self::Missing { path }
            | Self::Exists { path }
            | Self::NotAProject { path }
            | Self::Newer { path, .. }
            | Self::InUse { path, .. }
            | Self::ReadOnly { path }
            | Self::Corrupt { path, .. }
            | Self::Unmerged { path }
            | Self::NoRoom { path }
            | Self::DiskFull { path }
            | Self::Database { path, .. }
            | Self::Io { path, .. } => *path = known.to_owned(),
            // The first holds an error of its own, the second is about another file than the one being written.
            Self::NotSaved(_) | Self::NothingSaved { .. } => {}
        }
        self
    }

    /// This error, as it reads for changes that are kept in memory and tried again.
    pub(super) fn while_queued(self) -> Self {
        match self {
            Self::NoRoom { path } => Self::DiskFull { path },
            other => other,
        }
    }
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
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
