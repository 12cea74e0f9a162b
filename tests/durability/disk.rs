//! A small disk of our own, which can be full or read-only.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system in memory, mounted on a folder until it is dropped.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts a disk. `None`, with the reason printed, where this user may not.
    pub fn mount(num_bytes: usize) -> Option<Self> {
        let disk = Self { folder: tempfile::tempdir().unwrap() };
        let size = format!("size={num_bytes}");
        match run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", disk.path().to_str()?]) {
            Ok(()) => Some(disk),
            Err(reason) => {
                println!("not tested, because a small disk cannot be mounted here: {reason}");
                None
            }
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// From now on nothing can be written to it. No process may have a file open for writing.
    pub fn make_read_only(&self) {
        run("mount", &["-o", "remount,ro", self.path().to_str().unwrap()]).unwrap();
    }

    /// Writes a file of this size.
    pub fn add_ballast(&self, num_bytes: usize) -> PathBuf {
        let path = self.path().join("ballast");
        std::fs::write(&path, vec![1; num_bytes]).unwrap();
        path
    }

    /// Writes a file that takes all the room there is.
    pub fn fill(&self) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = File::create(&path).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, so that a failing test with open files does not leave it mounted.
        if let Err(reason) = run("umount", &["-l", self.path().to_str().unwrap_or_default()]) {
            println!("the small disk is still mounted: {reason}");
        }
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output =
        Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}
