//! Projects where nothing can be written: they are looked at, whole, and a copy elsewhere can be worked on.

use std::path::Path;

use fieldmark::project::{OpenMode, Project};

use crate::desk::{Boxes, boxes_of, create, draw, identity, look_at, open};
use crate::disk::SmallDisk;
use crate::plan::Plan;
use crate::worker::Worker;

fn project_with_a_box(path: &Path) {
    let mut project = create(path);
    project.commit("Draw a box", vec![draw(0, 3.0)]).unwrap();
}

/// What must hold of a project that cannot be written and has one box.
fn check_that_it_can_only_be_read(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    let error = Project::open(path, OpenMode::Write, &identity()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("make it writable, or save a copy elsewhere"), "{error}");

    let (mut project, why) = Project::open_as_possible(path, &identity()).unwrap();
    assert_eq!(why, Some(error));
    assert_eq!(boxes_of(&mut project), Boxes::from([(0, 3.0)]));
    assert!(project.commit("Draw a box", vec![draw(1, 0.0)]).is_err());
    assert!(project.undo().is_err());

    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.fieldmark");
    project.save_copy(&copy).unwrap();
    let mut copied = open(&copy);
    assert_eq!(copied.undo().unwrap().unwrap().title, "Draw a box", "the copy can be worked on");
    assert!(boxes_of(&mut copied).is_empty());
    assert_eq!(std::fs::read(path).unwrap(), bytes, "not touched");
}

#[test]
fn a_read_only_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.fieldmark");
    project_with_a_box(&path);
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    check_that_it_can_only_be_read(&path);
}

#[test]
fn a_read_only_folder() {
    let Some(disk) = SmallDisk::mount(2 << 20) else { return };
    let path = disk.path().join("desk.fieldmark");
    project_with_a_box(&path);
    disk.make_read_only();
    check_that_it_can_only_be_read(&path);
    let error = Project::create(&disk.path().join("new.fieldmark"), &identity()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("read-only"), "{error}");
}

#[test]
fn a_read_only_folder_where_the_last_process_was_killed() {
    let Some(disk) = SmallDisk::mount(16 << 20) else { return };
    let path = disk.path().join("desk.fieldmark");
    drop(create(&path));
    let mut worker = Worker::start("kill::worker_that_edits", &path);
    (0..10).for_each(|_| drop(worker.hear()));
    worker.kill();
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("desk.fieldmark");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::copy(format!("{}-wal", path.display()), format!("{}-wal", copy.display())).unwrap();
    disk.make_read_only();

    // What was written last is in the log beside the file.
    let mut plan = Plan::new();
    let mut project = look_at(&path);
    plan.advance_to(project.reader().counts().unwrap().num_ops);
    assert!(plan.num_steps >= 9);
    assert_eq!(boxes_of(&mut project), plan.boxes);
    drop(project);
    let mut project = open(&copy);
    assert_eq!(boxes_of(&mut project), plan.boxes);
}

#[test]
fn a_log_that_cannot_be_read_is_not_passed_over() {
    let Some(disk) = SmallDisk::mount(16 << 20) else { return };
    let path = disk.path().join("desk.fieldmark");
    drop(create(&path));
    let mut worker = Worker::start("kill::worker_that_edits", &path);
    (0..10).for_each(|_| drop(worker.hear()));
    worker.kill();
    // As on a medium to which the two files were copied that matter.
    std::fs::remove_file(format!("{}-shm", path.display())).unwrap();
    disk.make_read_only();
    let error = Project::open_as_possible(&path, &identity()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("copy the project and its -wal file"), "{error}");
}
