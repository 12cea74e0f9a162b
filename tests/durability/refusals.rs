//! Files that are not opened: the message names the way out, and the bytes stay as they are.

use std::path::{Path, PathBuf};

use fieldmark::project::{OpenMode, Project};

use crate::desk::{boxes_of, create, draw, identity, open};
use crate::worker::{self, Worker};

const NUM_BOXES: u64 = 300;

/// A project that takes many pages.
fn project_in(folder: &Path) -> PathBuf {
    let path = folder.join("desk.fieldmark");
    let mut project = create(&path);
    project.commit("Draw", (0..NUM_BOXES).map(|n| draw(n, n as f64)).collect()).unwrap();
    path
}

/// Opens a file in both ways, and reads all of it. Every refusal must name the way out and leave the file alone.
fn check_refusals(path: &Path, modes: &[OpenMode], way_out: &str) {
    let bytes = std::fs::read(path).unwrap();
    for mode in modes {
        let opened = Project::open(path, *mode, &identity()).and_then(|mut project| {
            (0..crate::desk::NUM_ASSETS)
                .try_for_each(|n| project.load_document(crate::desk::asset_id(n)).map(|_| ()))?;
            Ok(())
        });
        let error = opened.unwrap_err().to_string();
        assert!(error.contains(way_out), "{mode:?}: {error}");
        assert!(error.contains("desk.fieldmark"), "{mode:?}: {error}");
        assert_eq!(std::fs::read(path).unwrap(), bytes, "{mode:?}: not touched");
    }
}

const BOTH: [OpenMode; 2] = [OpenMode::Write, OpenMode::Read];

#[test]
fn a_project_of_a_newer_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = project_in(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    // The version, at its place in SQLite's file header.
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, bytes).unwrap();
    check_refusals(&path, &BOTH, "update Fieldmark to open it");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["desk.fieldmark"], "nothing is put beside it either");
}

#[test]
fn a_damaged_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = project_in(folder.path());
    let whole = std::fs::read(&path).unwrap();
    let mut scrambled = whole.clone();
    scrambled[4096..].iter_mut().for_each(|byte| *byte ^= 0x5a);
    for damaged in [&scrambled[..], &whole[..whole.len() / 2]] {
        std::fs::write(&path, damaged).unwrap();
        check_refusals(&path, &BOTH, "Restore a backup, or rescue what can be read with `fieldmark recover`");
    }
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(boxes_of(&mut open(&path)).len() as u64, NUM_BOXES, "a restored file opens as before");
}

#[test]
fn something_that_is_no_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.fieldmark");
    let mut other_database = std::fs::read(project_in(folder.path())).unwrap();
    other_database[68..72].fill(0);
    for content in [&b""[..], b"a letter to a friend", &[0; 9000], &other_database] {
        std::fs::write(&path, content).unwrap();
        check_refusals(&path, &BOTH, "open a .fieldmark file, or a folder of pictures");
    }
}

/// Not a test of its own: a process that has the project open and has drawn one more box.
#[test]
fn worker_that_has_it_open() {
    let Some(path) = worker::project() else { return };
    let mut project = open(&path);
    assert!(project.commit("Draw", vec![draw(NUM_BOXES, 0.0)]).unwrap().unwrap().wait());
    worker::say(std::process::id());
    worker::wait_for_the_end();
}

#[test]
fn a_project_that_another_process_has_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = project_in(folder.path());
    let mut worker = Worker::start("refusals::worker_that_has_it_open", &path);
    let process = worker.hear();
    check_refusals(&path, &[OpenMode::Write], "close it there and try again");
    let (mut project, why) = Project::open_as_possible(&path, &identity()).unwrap();
    assert!(why.unwrap().contains(&format!("(process {process})")));
    assert_eq!(boxes_of(&mut project).len() as u64, NUM_BOXES + 1, "it can be looked at");
    let copy = folder.path().join("copy.fieldmark");
    project.save_copy(&copy).unwrap();
    assert_eq!(boxes_of(&mut open(&copy)).len() as u64, NUM_BOXES + 1, "a copy has the latest, too");
    drop(project);
    worker.kill();
    assert!(open(&path).is_writable(), "a process that ended holds nothing");
}
