//! Keeps a second writer away from a project file.
//!
//! The lock is on a file of its own beside the project, `.name.fieldmark.lock`: SQLite's own locks on the project
//! file would be dropped by closing any other handle to it. The system releases the lock when the process ends,
//! however it ends; the file that stays behind means nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::StoreError;

/// The right to write a project file. Released when dropped.
#[derive(Debug)]
pub struct ProjectLock {
    file: File,
    path: PathBuf,
}

impl ProjectLock {
    /// Takes the lock of a project file.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when somebody has it, [`StoreError::ReadOnly`] when the folder cannot be written.
    pub fn acquire(project: &Path) -> Result<Self, StoreError> {
        let path = lock_path(project);
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(|source| match source.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly { path: project.to_owned() }
            }
            std::io::ErrorKind::NotFound => StoreError::Missing { path: project.to_owned() },
            _ => StoreError::io("locking the project", &path)(source),
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                // Only a hint for the message; without it the message is still right.
                let _ = file.read_to_string(&mut process);
                let by = match process.trim() {
                    "" => String::new(),
                    process => format!(" (process {process})"),
                };
                return Err(StoreError::InUse { path: project.to_owned(), by });
            }
            Err(TryLockError::Error(source)) => {
                return Err(StoreError::Io { what: "locking the project", path, source });
            }
        }
        // On a full disk this fails, and only the hint is missing.
        let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { file, path })
    }
}

impl Drop for ProjectLock {
    fn drop(&mut self) {
        // Removed while still locked, so that nobody locks a file that is about to go. A failure leaves an
        // unlocked file behind, which does no harm.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

fn lock_path(project: &Path) -> PathBuf {
    let name = project.file_name().unwrap_or_default().to_string_lossy();
    project.with_file_name(format!(".{name}.lock"))
}
