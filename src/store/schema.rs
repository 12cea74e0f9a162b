//! The tables of the project file, and how older files become today's.

use std::fs::OpenOptions;
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::error::AtPath;
use super::{StoreError, whole_file};

/// "FMRK": tells our files from other SQLite databases.
const APPLICATION_ID: i64 = 0x464d_524b;

/// What turns a file of version n into one of version n + 1, from n = 0. Steps are only ever added.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE ops (
        seq      INTEGER PRIMARY KEY,
        id       BLOB NOT NULL UNIQUE,
        tx       BLOB NOT NULL,
        time_ms  INTEGER NOT NULL,
        counter  INTEGER NOT NULL,
        actor    BLOB NOT NULL,
        kind     INTEGER NOT NULL,
        asset    BLOB,
        target   BLOB NOT NULL,
        register TEXT NOT NULL,
        value    TEXT NOT NULL,
        base     TEXT,
        extra    TEXT,
        is_sent  INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX ops_by_target ON ops (target);
    CREATE INDEX ops_by_asset ON ops (asset) WHERE asset IS NOT NULL;
    CREATE INDEX ops_by_transaction ON ops (tx);
    CREATE INDEX ops_by_time ON ops (time_ms, counter);

    CREATE TABLE assets (
        id          BLOB PRIMARY KEY,
        position    INTEGER NOT NULL,
        kind        TEXT NOT NULL,
        is_url      INTEGER NOT NULL,
        source      TEXT NOT NULL,
        width       INTEGER NOT NULL,
        height      INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        num_bytes   INTEGER NOT NULL,
        status      TEXT NOT NULL,
        subset      TEXT,
        marks       TEXT NOT NULL,
        is_deleted  INTEGER NOT NULL,
        num_objects INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX assets_by_position ON assets (position);

    CREATE TABLE objects (
        asset      BLOB NOT NULL,
        id         BLOB NOT NULL,
        label      BLOB,
        kind       TEXT NOT NULL,
        is_deleted INTEGER NOT NULL,
        PRIMARY KEY (asset, id)
    ) WITHOUT ROWID;
    CREATE INDEX objects_by_label ON objects (label, asset) WHERE is_deleted = 0;

    CREATE TABLE history (
        position  INTEGER PRIMARY KEY,
        tx        BLOB NOT NULL,
        title     TEXT NOT NULL,
        is_undone INTEGER NOT NULL DEFAULT 0
    );
",
    "
    ALTER TABLE assets ADD COLUMN video TEXT;
",
];

/// Makes an empty project file.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    whole_file::write(path, |part| {
        let mut connection = Connection::open(part).at(path)?;
        prepare_new(&mut connection).at(path)?;
        whole_file::settle(connection, path)
    })
}

fn prepare_new(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    apply(connection, MIGRATIONS, 0)
}

/// Refuses what is no project or a newer one, without opening it as a database.
pub(super) fn check_header(path: &Path) -> Result<(), StoreError> {
    let io = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => StoreError::Missing { path: path.to_owned() },
        _ => StoreError::io("opening the project", path)(source),
    };
    let mut header = [0; 72];
    let mut file = std::fs::File::open(path).map_err(io)?;
    match file.read_exact(&mut header) {
        Ok(()) if header.starts_with(b"SQLite format 3\0") => {}
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => return Err(io(error)),
        _ => return Err(StoreError::NotAProject { path: path.to_owned() }),
    }
    // At their places in SQLite's file header: the application id, and the version. The log beside the file may
    // hold a newer one, which is found when it is opened.
    if number_at(&header, 68) != APPLICATION_ID {
        return Err(StoreError::NotAProject { path: path.to_owned() });
    }
    check_not_newer(path, number_at(&header, 60), MIGRATIONS.len())
}

/// The number at a place in SQLite's file header.
fn number_at(header: &[u8; 72], at: usize) -> i64 {
    i64::from(i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]))
}

/// Refuses a file that cannot be written, before anything is tried with it.
pub(super) fn check_writable(path: &Path) -> Result<(), StoreError> {
    let is_read_only = std::fs::metadata(path).is_ok_and(|m| m.permissions().readonly());
    match OpenOptions::new().write(true).open(path) {
        Ok(_) if !is_read_only => Ok(()),
        _ => Err(StoreError::ReadOnly { path: path.to_owned() }),
    }
}

/// Opens a connection for reading. A project in a folder that cannot be written is opened as a fixed file.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    check_header(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let usual = Connection::open_with_flags(path, flags).and_then(|c| version_of(&c).map(|v| (c, v)));
    let (connection, found) = match usual {
        Ok(found) => found,
        // Without write access to the folder, or room, there can be no shared memory beside the file.
        Err(error) if is_cannot_open(&error, path) => open_immutable(path, flags)?,
        Err(error) => return Err(StoreError::from_sqlite(&error, path)),
    };
    check_version(path, found, MIGRATIONS.len())?;
    connection.busy_timeout(std::time::Duration::from_secs(5)).at(path)?;
    connection.pragma_update(None, "mmap_size", 1i64 << 30).at(path)?;
    Ok(connection)
}

fn is_cannot_open(error: &rusqlite::Error, path: &Path) -> bool {
    let is_refused = error.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen);
    let meaning = StoreError::from_sqlite(error, path);
    is_refused || matches!(meaning, StoreError::ReadOnly { .. } | StoreError::NoRoom { .. })
}

fn open_immutable(path: &Path, flags: OpenFlags) -> Result<(Connection, i64), StoreError> {
    if std::fs::metadata(whole_file::log_path(path)).is_ok_and(|log| log.len() > 0) {
        // A fixed file is read without its log: its last changes would be missing.
        return Err(StoreError::Unmerged { path: path.to_owned() });
    }
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let uri = format!("file:{escaped}?immutable=1");
    let connection = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).at(path)?;
    let version = version_of(&connection).at(path)?;
    Ok((connection, version))
}

/// Opens a connection for writing: durable at each commit.
pub(super) fn open_for_writing(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .at(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(5)).at(path)?;
    connection.pragma_update(None, "journal_mode", "WAL").at(path)?;
    // With less than FULL, WAL does not reach the disk at each commit, and a power cut takes work with it.
    connection.pragma_update(None, "synchronous", "FULL").at(path)?;
    connection.pragma_update(None, "cache_size", -65_536).at(path)?;
    Ok(connection)
}

/// Brings a file to today's version, after copying it.
pub(super) fn migrate(path: &Path) -> Result<(), StoreError> {
    migrate_with(path, MIGRATIONS)
}

pub(super) fn migrate_with(path: &Path, migrations: &[&str]) -> Result<(), StoreError> {
    let mut connection = open_for_writing(path)?;
    let found = version_of(&connection).at(path)?;
    check_version(path, found, migrations.len())?;
    if (found as usize) < migrations.len() {
        back_up(&connection, path, found)?;
        apply(&mut connection, migrations, found as usize).at(path)?;
    }
    Ok(())
}

fn apply(connection: &mut Connection, migrations: &[&str], from: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for migration in &migrations[from..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", migrations.len() as i64)?;
    transaction.commit()
}

fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn check_version(path: &Path, found: i64, known: usize) -> Result<(), StoreError> {
    if found <= 0 {
        return Err(StoreError::NotAProject { path: path.to_owned() });
    }
    check_not_newer(path, found, known)
}

fn check_not_newer(path: &Path, found: i64, known: usize) -> Result<(), StoreError> {
    let known = known as i64;
    if found > known { Err(StoreError::Newer { path: path.to_owned(), found, known }) } else { Ok(()) }
}

/// Copies a database as it is at one moment, whoever writes to it meanwhile, to a file that is not there.
pub(super) fn copy(from: &Connection, to: &Path) -> Result<(), StoreError> {
    let mut copy = Connection::open(to).at(to)?;
    // All pages in one step: in several, each write by others would make it begin again.
    match Backup::new(from, &mut copy).and_then(|backup| backup.step(-1)).at(to)? {
        StepResult::Done => copy.close().map_err(|(_, error)| StoreError::from_sqlite(&error, to)),
        _ => Err(StoreError::InUse { path: to.to_owned(), by: String::new() }),
    }
}

/// Copies the file to `name.v1.backup.fieldmark` beside it.
fn back_up(connection: &Connection, path: &Path, version: i64) -> Result<PathBuf, StoreError> {
    let backup = path.with_extension(format!("v{version}.backup.{}", super::EXTENSION));
    if backup.exists() {
        // An earlier try got this far. Its copy is of the same version, so it is as good.
        return Ok(backup);
    }
    whole_file::write(&backup, |part| copy(connection, part))?;
    Ok(backup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_file_is_copied_and_then_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fieldmark");
        create(&path).unwrap();
        let newer: Vec<&str> =
            MIGRATIONS.iter().copied().chain(["ALTER TABLE meta ADD COLUMN note TEXT"]).collect();
        migrate_with(&path, &newer).unwrap();
        let today = MIGRATIONS.len() as i64;
        let copy = Connection::open(folder.path().join(format!("a.v{today}.backup.fieldmark"))).unwrap();
        assert_eq!(version_of(&copy).unwrap(), today);
        let migrated = Connection::open(&path).unwrap();
        assert_eq!(version_of(&migrated).unwrap(), today + 1);
        migrated.execute("INSERT INTO meta VALUES ('a', 'b', 'c')", []).unwrap();
    }

    #[test]
    fn a_file_of_the_first_version_keeps_its_assets() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fieldmark");
        let mut connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        apply(&mut connection, &MIGRATIONS[..1], 0).unwrap();
        connection
            .execute_batch(
                "INSERT INTO assets VALUES (x'00112233445566778899aabbccddeeff', 1, 'picture', 0, 'a.jpg', 4, 3,
                                            '', 7, 'done', NULL, '[]', 0, 0)",
            )
            .unwrap();
        drop(connection);
        migrate(&path).unwrap();
        let rows = super::super::Reader::open(&path).unwrap().assets().unwrap();
        let asset = &rows[0].asset;
        assert_eq!(
            (asset.source.as_str(), asset.width, asset.num_bytes, &asset.video),
            ("a.jpg", 4, 7, &None)
        );
    }

    #[test]
    fn a_failing_migration_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fieldmark");
        create(&path).unwrap();
        let broken: Vec<&str> = MIGRATIONS
            .iter()
            .copied()
            .chain(["CREATE TABLE fine (a); SELECT nonsense FROM nowhere"])
            .collect();
        assert!(migrate_with(&path, &broken).is_err());
        let connection = open_for_reading(&path).unwrap();
        assert_eq!(version_of(&connection).unwrap(), MIGRATIONS.len() as i64);
        assert!(connection.prepare("SELECT * FROM fine").is_err());
    }

    #[test]
    fn a_file_of_a_newer_version_is_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fieldmark");
        create(&path).unwrap();
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        for error in [migrate(&path).unwrap_err(), open_for_reading(&path).unwrap_err()] {
            assert!(error.to_string().contains("update Fieldmark"), "{error}");
        }
    }
}
