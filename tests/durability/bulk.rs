//! A process is killed while it imports: all of the import is there, or nothing of it.

use std::path::Path;
use std::sync::Arc;

use fieldmark::base::clock::SystemClock;
use fieldmark::edit::{Document, StampSource, Transaction, TransactionId};
use fieldmark::model::ActorId;
use fieldmark::store::{HistoryChange, Store};

use crate::desk::{asset_id, boxes_of, create, draw, look_at, open, undo_all};
use crate::plan::{mixed, seed};
use crate::worker::{self, Worker};

const NUM_KILLS: u64 = 20;
const NUM_CHUNKS: u64 = 20;
const OBJECTS_PER_CHUNK: u64 = 25;
const OBJECTS_PER_IMPORT: u64 = NUM_CHUNKS * OBJECTS_PER_CHUNK;

/// Not a test of its own: the process that is killed. Says each part of the import as it hands it over, and
/// "imported" when all is on disk.
#[test]
fn worker_that_imports() {
    let Some(path) = worker::project() else { return };
    let store = Store::open(&path).unwrap();
    let num_imports = num_imports(&path);
    let mut stamps = StampSource::new(Arc::new(SystemClock), ActorId::from_u128(5));
    if let Some(latest) = store.reader().latest_stamp().unwrap() {
        stamps.observe(latest);
    }
    let position = store.reader().last_history_position().unwrap() + 1;
    let id = TransactionId::new();
    let mut bulk = store.bulk(HistoryChange::Push(position));
    for chunk in 0..NUM_CHUNKS {
        let first = num_imports * OBJECTS_PER_IMPORT + chunk * OBJECTS_PER_CHUNK;
        let edits = (first..first + OBJECTS_PER_CHUNK).map(|n| draw(n, n as f64));
        let nothing_seen = Document::new(asset_id(0));
        let mut ops = Transaction::from_edits("", edits, &nothing_seen, &mut stamps).ops;
        ops.iter_mut().for_each(|op| op.tx = id);
        bulk.push(ops).unwrap();
        worker::say(chunk);
    }
    bulk.finish(id, "Import").unwrap();
    worker::say("imported");
    worker::wait_for_the_end();
}

/// Imports in the file. Half of one is a failure.
fn num_imports(path: &Path) -> u64 {
    let mut project = look_at(path);
    let boxes = boxes_of(&mut project);
    let num_objects = boxes.len() as u64;
    assert_eq!(num_objects % OBJECTS_PER_IMPORT, 0, "half an import is in the file");
    assert!(boxes.keys().copied().eq(0..num_objects));
    num_objects / OBJECTS_PER_IMPORT
}

#[test]
fn an_import_that_is_killed_is_there_whole_or_not_at_all() {
    let seed = seed();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.fieldmark");
    drop(create(&path));
    let mut expected = 0;
    for kill in 0..NUM_KILLS {
        let mut worker = Worker::start("bulk::worker_that_imports", &path);
        // Half of the time at the end, where it is decided.
        let dice = mixed(seed ^ (kill << 32));
        let num_lines = if kill % 2 == 0 { 1 + dice % NUM_CHUNKS } else { NUM_CHUNKS + dice % 2 };
        let mut lines: Vec<String> = (0..num_lines).map(|_| worker.hear()).collect();
        lines.extend(worker.kill());
        let found = num_imports(&path);
        let is_acknowledged = lines.iter().any(|line| line == "imported");
        if is_acknowledged {
            assert_eq!(found, expected + 1, "kill {kill}: an acknowledged import is lost");
        }
        assert!(found == expected || found == expected + 1, "kill {kill}");
        assert_eq!(look_at(&path).reader().last_history_position().unwrap(), found as i64);
        expected = found;
    }
    println!("{NUM_KILLS} kills, {expected} imports came through");
    let mut project = open(&path);
    assert_eq!(undo_all(&mut project).len() as u64, expected, "one step of undo for each import");
    assert!(boxes_of(&mut project).is_empty());
    assert!(expected > 0 && expected < NUM_KILLS, "both outcomes were seen");
}
