//! The disk is full: the person works on, nothing is lost, and saving goes on when there is room again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fieldmark::base::clock::SystemClock;
use fieldmark::edit::{Document, Edit, ObjectChange, StampSource, Transaction};
use fieldmark::project::Project;
use fieldmark::store::{HistoryChange, Store, Ticket};

use crate::desk::{
    Boxes, asset_id, asset_of, box_at, boxes_of, create, draw, identity, look_at, object_id, open, redo_all,
    undo_all,
};
use crate::disk::SmallDisk;

const DISK_BYTES: usize = 2 << 20;
const BALLAST_BYTES: usize = 1 << 20;

/// More than that the disk cannot hold, whatever a transaction takes.
const MAX_EDITS: u64 = 20_000;

/// Edits made while nothing can be written.
const NUM_EDITS_WHILE_FULL: u64 = 50;

/// Draws a box and writes a long remark on it, in one step.
fn draw_with_remark(project: &mut Project, n: u64) -> Ticket {
    let remark = ObjectChange::Comment("a remark ".repeat(100));
    let edits = vec![draw(n, n as f64), Edit::change(asset_of(n), object_id(n), &remark)];
    project.commit(format!("Step {n}"), edits).unwrap().unwrap()
}

/// Draws until nothing more can be written. Returns the number of the next box and what is said then.
fn draw_until_full(project: &mut Project) -> (u64, String) {
    for n in 0..MAX_EDITS {
        let _ = draw_with_remark(project, n);
        if let Err(error) = project.flush() {
            return (n + 1, error.to_string());
        }
    }
    panic!("the disk was never full");
}

/// Waits for a ticket, but not forever.
fn wait_for(ticket: Ticket) {
    let (done, waiting) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(ticket.wait()));
    assert_eq!(waiting.recv_timeout(Duration::from_secs(60)), Ok(true), "saving has not gone on");
}

fn titles(num_steps: u64) -> Vec<String> {
    (0..num_steps).rev().map(|n| format!("Step {n}")).collect()
}

#[test]
fn on_a_full_disk_everything_is_kept_in_memory_and_saved_when_there_is_room() {
    let Some(disk) = SmallDisk::mount(DISK_BYTES) else { return };
    let path = disk.path().join("desk.fieldmark");
    let mut project = create(&path);
    let ballast = disk.add_ballast(BALLAST_BYTES);

    let (first, said) = draw_until_full(&mut project);
    let health = project.health();
    assert_eq!(health.error.as_deref(), Some(said.as_str()));
    for part in ["the disk is full", "free some space and saving goes on by itself", "do not close"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(health.num_pending > 0);

    // The person works on.
    for n in first..first + NUM_EDITS_WHILE_FULL {
        let _ = draw_with_remark(&mut project, n);
    }
    let num_drawn = first + NUM_EDITS_WHILE_FULL;
    assert!(project.undo().unwrap().is_some());
    assert_eq!(project.redo().unwrap().unwrap().title, format!("Step {}", num_drawn - 1));
    assert!(project.undo().unwrap().is_some());
    let num_steps = num_drawn - 1;
    let mut expected: Boxes = (0..num_steps).map(|n| (n, n as f64)).collect();
    assert_eq!(boxes_of(&mut project), expected);
    project.keep_documents(&[]);
    assert_eq!(boxes_of(&mut project), expected, "also when it is read again");
    save_copies_while_full(&project, disk.path(), num_steps, &expected);

    std::fs::remove_file(ballast).unwrap();
    wait_for(draw_with_remark(&mut project, num_drawn));
    let health = project.health();
    assert_eq!((health.error, health.num_pending), (None, 0));
    drop(project);

    let mut project = look_at(&path);
    expected.insert(num_drawn, num_drawn as f64);
    assert_eq!(boxes_of(&mut project), expected);
    drop(project);
    // Taking all back needs more room than is left.
    let copy = tempfile::tempdir().unwrap();
    let copy = copy.path().join("copy.fieldmark");
    look_at(&path).save_copy(&copy).unwrap();
    let mut copied = open(&copy);
    assert_eq!(copied.undo().unwrap().unwrap().title, format!("Step {num_drawn}"));
    assert_eq!(undo_all(&mut copied), titles(num_steps));
    assert!(boxes_of(&mut copied).is_empty());
    println!("{first} edits until the disk was full, {NUM_EDITS_WHILE_FULL} more while it was");
}

/// A copy elsewhere has everything that is only in memory; one on the same disk is refused and leaves nothing.
fn save_copies_while_full(project: &Project, disk: &Path, num_steps: u64, expected: &Boxes) {
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.fieldmark");
    project.save_copy(&copy).unwrap();
    let mut copied = open(&copy);
    assert_eq!(boxes_of(&mut copied), *expected);
    assert_eq!(redo_all(&mut copied), [format!("Step {num_steps}")], "what was undone while full");
    assert_eq!(undo_all(&mut copied), titles(num_steps + 1), "the copy has the whole history");
    assert!(boxes_of(&mut copied).is_empty());

    let names = || {
        let names = std::fs::read_dir(disk).unwrap().map(|entry| entry.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    let error = project.save_copy(&disk.join("copy.fieldmark")).unwrap_err().to_string();
    assert!(error.contains("free some space and try again") && error.contains("copy.fieldmark"), "{error}");
    assert_eq!(names(), before, "nothing half-made is left");
}

#[test]
fn a_project_on_a_full_disk_can_be_looked_at_and_a_new_one_says_why_not() {
    let Some(disk) = SmallDisk::mount(DISK_BYTES) else { return };
    let path = disk.path().join("desk.fieldmark");
    let mut project = create(&path);
    wait_for(draw_with_remark(&mut project, 0));
    drop(project);
    let bytes = std::fs::read(&path).unwrap();
    let ballast = disk.fill();

    let error = Project::create(&disk.path().join("new.fieldmark"), &identity()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("free some space and try again"), "{error}");
    assert!(!disk.path().join("new.fieldmark").exists());

    let (mut project, why) = Project::open_as_possible(&path, &identity()).unwrap();
    let why = why.expect("it cannot be changed");
    assert!(why.contains("the disk is full") && why.contains("free some space"), "{why}");
    assert_eq!(boxes_of(&mut project), Boxes::from([(0, 0.0)]));
    drop(project);
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "not touched");

    std::fs::remove_file(ballast).unwrap();
    let mut project = open(&path);
    let change = ObjectChange::Shape(box_at(7.0));
    let ticket = project.commit("Move", vec![Edit::change(asset_of(0), object_id(0), &change)]).unwrap();
    wait_for(ticket.unwrap());
    assert_eq!(boxes_of(&mut project), Boxes::from([(0, 7.0)]));
}

#[test]
fn an_import_that_does_not_fit_leaves_nothing_and_does_not_hinder_what_comes_after() {
    let Some(disk) = SmallDisk::mount(DISK_BYTES) else { return };
    let path = disk.path().join("desk.fieldmark");
    drop(create(&path));
    let store = Store::open(&path).unwrap();
    let mut stamps = StampSource::new(Arc::new(SystemClock), identity().actor);
    stamps.observe(store.reader().latest_stamp().unwrap().unwrap());
    let nothing_seen = Document::new(asset_id(0));
    let mut stamped = |numbers: std::ops::Range<u64>| {
        Transaction::from_edits("Import", numbers.map(|n| draw(n, n as f64)), &nothing_seen, &mut stamps)
    };
    let import = stamped(0..10_000);
    let mut bulk = store.bulk(HistoryChange::Push(1));
    let pushed = import.ops.chunks(1000).try_for_each(|ops| bulk.push(ops.to_vec()));
    let error = pushed.and_then(|()| bulk.finish(import.id, import.title)).unwrap_err().to_string();
    assert!(error.contains("free some space and try again"), "{error}");
    assert_eq!(store.reader().counts().unwrap().num_objects, 0);

    wait_for(store.commit(stamped(10_000..10_001), HistoryChange::Push(1)));
    drop(store);
    let mut project = open(&path);
    assert_eq!(boxes_of(&mut project), Boxes::from([(10_000, 10_000.0)]));
    assert_eq!(undo_all(&mut project), ["Import"], "one step, which is not that of the failed import");
}
