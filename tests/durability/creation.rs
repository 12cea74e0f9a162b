//! A process is killed while it makes new projects: what looks like a project is one.

use fieldmark::project::Project;

use crate::desk::{identity, open};
use crate::plan::{mixed, seed};
use crate::worker::{self, Worker};

const NUM_KILLS: u64 = 20;

/// Not a test of its own: the process that is killed. Makes one project after the other, and names each.
#[test]
fn worker_that_makes_projects() {
    let Some(folder) = worker::project() else { return };
    for n in 0.. {
        let path = folder.join(format!("{n}.fieldmark"));
        worker::say(path.display());
        drop(Project::create(&path, &identity()).unwrap());
    }
}

#[test]
fn a_project_whose_making_was_killed_is_there_whole_or_can_be_made_again() {
    let seed = seed();
    let mut num_whole = 0;
    for kill in 0..NUM_KILLS {
        let folder = tempfile::tempdir().unwrap();
        let mut worker = Worker::start("creation::worker_that_makes_projects", folder.path());
        let mut lines = vec![worker.hear()];
        for _ in 0..mixed(seed ^ (kill << 32)) % 4 {
            lines.push(worker.hear());
        }
        lines.extend(worker.kill());
        let interrupted = lines.pop().unwrap();
        for path in &lines {
            assert!(open(path.as_ref()).assets().is_empty());
        }
        let is_there = std::fs::exists(&interrupted).unwrap();
        num_whole += u64::from(is_there);
        let project = if is_there {
            open(interrupted.as_ref())
        } else {
            Project::create(interrupted.as_ref(), &identity()).unwrap()
        };
        assert!(project.is_writable());
        drop(project);
        let is_part = |name: &std::ffi::OsStr| name.to_string_lossy().ends_with(".part");
        assert!(std::fs::read_dir(folder.path()).unwrap().all(|entry| !is_part(&entry.unwrap().file_name())));
    }
    println!("{NUM_KILLS} kills, {num_whole} projects were whole already");
}
