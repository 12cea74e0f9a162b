//! A process is killed while it migrates a project: the file is of the old version or of the new one, whole, and
//! so is the backup.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;

use super::schema::{MIGRATIONS, migrate_with};
use super::{HistoryChange, Reader, Store, whole_file};
use crate::edit::{Edit, Op, StampSource, Transaction, TransactionId};
use crate::model::{ActorId, AssetId, Object, ObjectId};

const PROJECT_VARIABLE: &str = "FIELDMARK_MIGRATING_PROJECT";
const NUM_OBJECTS: u64 = 4000;
/// The version before the migration.
const OLD: i64 = MIGRATIONS.len() as i64;

/// A migration that takes a while and writes much.
fn migrations() -> Vec<&'static str> {
    let slow = "ALTER TABLE ops ADD COLUMN note TEXT;
                UPDATE ops SET note = value;
                CREATE INDEX ops_by_note ON ops (note);";
    MIGRATIONS.iter().copied().chain([slow]).collect()
}

/// Not a test of its own: the process that is killed.
#[test]
fn worker_that_migrates() {
    let Some(path) = std::env::var_os(PROJECT_VARIABLE) else { return };
    migrate_with(Path::new(&path), &migrations()).unwrap();
}

fn start_worker(project: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::migration_tests::worker_that_migrates"])
        .env(PROJECT_VARIABLE, project)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// A project of the version before, of a few hundred pages.
fn old_project(path: &Path) {
    let store = Store::create(path).unwrap();
    let mut stamps =
        StampSource::new(std::sync::Arc::new(crate::base::clock::SystemClock), ActorId::from_u128(9));
    let edits = (0..NUM_OBJECTS).map(|n| {
        let object = Object::new(ObjectId::from_u128(u128::from(n)), crate::model::Content::Tag, None);
        Edit::create(AssetId::from_u128(1), &object)
    });
    let nothing_seen = crate::edit::Document::new(AssetId::from_u128(1));
    let ops: Vec<Op> = Transaction::from_edits("", edits, &nothing_seen, &mut stamps).ops;
    let mut bulk = store.bulk(HistoryChange::Keep);
    bulk.push(ops).unwrap();
    bulk.finish(TransactionId::new(), "").unwrap();
}

/// Where in the migration the process is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    BackupBegun,
    BackupGrownTo(u64),
    BackupMade,
    LogGrownTo(u64),
}

impl Moment {
    fn has_come(self, path: &Path) -> bool {
        let num_bytes = |path: PathBuf| std::fs::metadata(path).map_or(0, |file| file.len());
        let part = path.with_file_name(format!(".desk.v{OLD}.backup.fieldmark.part"));
        match self {
            Self::BackupBegun => part.exists(),
            Self::BackupGrownTo(size) => num_bytes(part) >= size || backup_path(path).exists(),
            Self::BackupMade => backup_path(path).exists(),
            Self::LogGrownTo(size) => num_bytes(whole_file::log_path(path)) >= size,
        }
    }
}

fn backup_path(path: &Path) -> PathBuf {
    path.with_file_name(format!("desk.v{OLD}.backup.fieldmark"))
}

/// The version of a file that is sound and has everything in it.
fn version_of_whole_file(path: &Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let num_ops: i64 = connection.query_row("SELECT count(*) FROM ops", [], |row| row.get(0)).unwrap();
    assert_eq!(num_ops as u64, NUM_OBJECTS);
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn a_migration_that_is_killed_leaves_the_old_file_or_the_new_one_and_a_whole_backup() {
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("original.fieldmark");
    old_project(&original);
    let size = std::fs::metadata(&original).unwrap().len();
    let moments = [
        Moment::BackupBegun,
        Moment::BackupGrownTo(size / 3),
        Moment::BackupGrownTo(size),
        Moment::BackupMade,
        Moment::LogGrownTo(1),
        Moment::LogGrownTo(size / 4),
        Moment::LogGrownTo(size / 2),
        Moment::LogGrownTo(size),
    ];
    let mut num_old = 0;
    for (n, moment) in moments.into_iter().enumerate() {
        let folder = folder.path().join(n.to_string());
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("desk.fieldmark");
        std::fs::copy(&original, &path).unwrap();
        let mut worker = start_worker(&path);
        while !moment.has_come(&path) && worker.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        worker.kill().unwrap();
        worker.wait().unwrap();
        if backup_path(&path).exists() {
            assert_eq!(version_of_whole_file(&backup_path(&path)), OLD, "{moment:?}");
        }
        let version = version_of_whole_file(&path);
        assert!(version == OLD || version == OLD + 1, "{moment:?}");
        num_old += usize::from(version == OLD);
        migrate_with(&path, &migrations()).unwrap();
        assert_eq!(version_of_whole_file(&path), OLD + 1, "{moment:?}: the next try gets through");
        assert_eq!(version_of_whole_file(&backup_path(&path)), OLD, "{moment:?}");
        assert!(Reader::open(&backup_path(&path)).is_ok(), "{moment:?}: the way back");
    }
    assert!(num_old > 0, "some were killed before the end");
}
