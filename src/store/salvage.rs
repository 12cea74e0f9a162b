//! Saving what can be read of a damaged project file.
//!
//! The damaged file is copied first and never written. SQLite reads the copy as far as it can: where a page is
//! broken, the search goes on behind it, so one bad page costs the changes on it and no others. A broken first
//! page, which holds the table of tables, is replaced by that of a fresh project: tables are made in a fixed order,
//! so they begin on the same pages in every file.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};
use serde::Serialize;

use super::error::AtPath;
use super::reader::adjust_copy;
use super::rows::{OP_COLUMNS, op_from_row};
use super::{CopyChanges, ProjectLock, Reader, StoreError, schema, whole_file, writer};
use crate::base::jobs::JobContext;
use crate::edit::Op;

/// What was saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Salvaged {
    /// Changes saved.
    pub num_ops: u64,
    /// Changes that were in the file and could not be read; `None` when its end is lost, so that nobody can tell.
    pub num_lost_ops: Option<u64>,
    /// Steps of the undo history saved.
    pub num_steps: u64,
    /// Pictures that the new project shows.
    pub num_assets: u64,
    /// Objects that the new project shows.
    pub num_objects: u64,
}

/// How many ops are written at once.
const CHUNK: usize = 1000;
/// The position of what follows the columns of an op.
const NUM_OP_COLUMNS: usize = 12;
/// No change takes less room in the file than this. Tells how far to look where the end cannot be read.
const MIN_OP_BYTES: u64 = 100;

/// Saves what can be read of a project into a new one. The damaged file is not changed. `adjust` sees the new one
/// before it appears, and tells what is to be different in it.
///
/// # Errors
/// When the damaged file cannot be read at all, the new one exists or cannot be written, or somebody has the
/// damaged one open.
pub fn salvage(
    from: &Path,
    to: &Path,
    job: &JobContext,
    adjust: impl FnOnce(&Reader) -> Result<CopyChanges, StoreError>,
) -> Result<Salvaged, StoreError> {
    if to.exists() {
        return Err(StoreError::Exists { path: to.to_owned() });
    }
    // In a folder that cannot be written nobody else can write either.
    let _lock = match ProjectLock::acquire(from) {
        Ok(lock) => Some(lock),
        Err(StoreError::ReadOnly { .. }) => None,
        Err(error) => return Err(error),
    };
    let copy = WorkingCopy::of(from, to)?;
    let source = copy.open(from)?;
    let mut salvaged = Salvaged::default();
    whole_file::write(to, |part| {
        schema::create(part)?;
        let mut target = schema::open_for_writing(part)?;
        salvaged = copy_all(&source, &mut target, copy.farthest_key(), job).at(part)?;
        if salvaged.num_ops == 0 {
            return Err(StoreError::NothingSaved { path: from.to_owned() });
        }
        whole_file::settle(target, part)?;
        adjust_copy(part, adjust)
    })?;
    Ok(salvaged)
}

/// Copies everything that can be read. `farthest` is a key that no change has.
fn copy_all(
    source: &Connection,
    target: &mut Connection,
    farthest: i64,
    job: &JobContext,
) -> rusqlite::Result<Salvaged> {
    let mut salvaged = Salvaged::default();
    let last_known = last_key(source, "ops", "seq");
    let last = last_known.unwrap_or(farthest);
    let num_expected = u64::try_from(last).unwrap_or(0);
    let mut ops: Vec<Op> = Vec::new();
    let mut num_rows: u64 = 0;
    let mut failure = None;
    let sql = format!("SELECT {OP_COLUMNS}, seq FROM ops WHERE seq > ?1 ORDER BY seq");
    read_rows(source, &sql, last, |row| {
        num_rows += 1;
        job.set_progress(num_rows, num_expected);
        // A row that makes no sense is lost, and no other with it.
        ops.extend(op_from_row(row).ok());
        if ops.len() >= CHUNK {
            salvaged.num_ops += ops.len() as u64;
            failure = writer::append_ops(target, &std::mem::take(&mut ops)).err();
        }
        let key = row.get(NUM_OP_COLUMNS)?;
        Ok(failure.is_none().then_some(key))
    });
    if let Some(error) = failure {
        return Err(error);
    }
    salvaged.num_ops += ops.len() as u64;
    writer::append_ops(target, &ops)?;
    salvaged.num_lost_ops = last_known.map(|_| num_expected.saturating_sub(salvaged.num_ops));
    salvaged.num_steps = copy_history(source, target, last)?;
    copy_settings(source, target)?;
    let counts = "SELECT count(*), coalesce(sum(num_objects), 0) FROM assets WHERE is_deleted = 0";
    let (num_assets, num_objects): (i64, i64) =
        target.query_row(counts, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    salvaged.num_assets = num_assets.max(0) as u64;
    salvaged.num_objects = num_objects.max(0) as u64;
    Ok(salvaged)
}

/// The history, but for steps of whose changes nothing was saved.
fn copy_history(source: &Connection, target: &Connection, num_ops: i64) -> rusqlite::Result<u64> {
    let sql = "SELECT tx, title, is_undone, position FROM history WHERE position > ?1 ORDER BY position";
    let mut steps: Vec<(i64, Vec<u8>, String, bool)> = Vec::new();
    // There are no more steps than changes.
    let last = last_key(source, "history", "position").unwrap_or(num_ops);
    read_rows(source, sql, last, |row| {
        let position = row.get(3)?;
        if let (Ok(tx), Ok(title), Ok(is_undone)) = (row.get(0), row.get(1), row.get(2)) {
            steps.push((position, tx, title, is_undone));
        }
        Ok(Some(position))
    });
    let transaction = target.unchecked_transaction()?;
    let mut num_steps = 0;
    for (position, tx, title, is_undone) in steps {
        num_steps += transaction.execute(
            "INSERT INTO history (position, tx, title, is_undone)
             SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM ops WHERE tx = ?2)",
            params![position, tx, title, is_undone],
        )? as u64;
    }
    transaction.commit()?;
    Ok(num_steps)
}

/// The project's own values, such as the folders that it watches.
fn copy_settings(source: &Connection, target: &Connection) -> rusqlite::Result<()> {
    let Ok(mut statement) = source.prepare("SELECT key, value FROM meta") else { return Ok(()) };
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
    // Up to the first that cannot be read.
    for (key, value) in rows.into_iter().flatten().map_while(Result::ok) {
        target.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?1, ?2)", [key, value])?;
    }
    Ok(())
}

/// The greatest key of a table; `None` when its end cannot be read.
fn last_key(source: &Connection, table: &str, key: &str) -> Option<i64> {
    source.query_row(&format!("SELECT coalesce(max({key}), 0) FROM {table}"), [], |row| row.get(0)).ok()
}

/// Shows every row that can be read, in the order of its key, up to the key `last`. The query has the key to begin
/// behind as parameter; `see` gives the key of the row back, or `None` to end.
fn read_rows(
    source: &Connection,
    sql: &str,
    last: i64,
    mut see: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<Option<i64>>,
) {
    let mut position = 0;
    while position <= last {
        let mut read_on = || -> rusqlite::Result<()> {
            let mut statement = source.prepare_cached(sql)?;
            let mut rows = statement.query([position])?;
            while let Some(row) = rows.next()? {
                match see(row)? {
                    Some(key) => position = key,
                    None => return Ok(()),
                }
            }
            Ok(())
        };
        if read_on().is_ok() {
            return;
        }
        // A try costs microseconds, so the far side of the damage is looked for row by row.
        position += 1;
    }
}

/// A copy of a damaged file, with its log, to work on. Removed when dropped.
struct WorkingCopy {
    path: PathBuf,
}

impl WorkingCopy {
    /// Copies a project file to a place beside the file that is to be made, where there must be room anyway.
    fn of(from: &Path, to: &Path) -> Result<Self, StoreError> {
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        let copy = Self { path: to.with_file_name(format!(".{name}.{}.salvage", std::process::id())) };
        let io =
            |source| StoreError::Io { what: "copying the damaged project", path: from.to_owned(), source };
        fs::copy(from, &copy.path).map_err(io)?;
        let log = whole_file::log_path(from);
        if log.exists() {
            fs::copy(log, whole_file::log_path(&copy.path)).map_err(io)?;
        }
        // A copy of a read-only file is read-only too, and the log could not be taken in.
        let mut permissions = fs::metadata(&copy.path).map_err(io)?.permissions();
        #[allow(clippy::permissions_set_readonly_false)] // Of a temporary file of our own.
        permissions.set_readonly(false);
        fs::set_permissions(&copy.path, permissions).map_err(io)?;
        Ok(copy)
    }

    /// A key that no change in the file can have, from its length.
    fn farthest_key(&self) -> i64 {
        let num_bytes = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        let in_all = num_bytes(&self.path) + num_bytes(&whole_file::log_path(&self.path));
        i64::try_from(in_all / MIN_OP_BYTES).unwrap_or(i64::MAX)
    }

    /// Opens the copy; mends its first page where that is broken.
    fn open(&self, from: &Path) -> Result<Connection, StoreError> {
        if let Ok(connection) = self.try_open() {
            return Ok(connection);
        }
        self.mend_first_page().map_err(|source| StoreError::Io {
            what: "mending a copy of the damaged project",
            path: from.to_owned(),
            source,
        })?;
        self.try_open().map_err(|_| StoreError::NothingSaved { path: from.to_owned() })
    }

    fn try_open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        // Says so when there is no such table, as in a file that is something else.
        connection.prepare("SELECT seq, value FROM ops")?;
        Ok(connection)
    }

    /// Puts the first page of a fresh project in place of the broken one.
    fn mend_first_page(&self) -> std::io::Result<()> {
        let fresh = self.path.with_extension("fresh");
        let made = schema::create(&fresh).map_err(std::io::Error::other).and_then(|()| fs::read(&fresh));
        whole_file::remove_with_companions(&fresh);
        let fresh = made?;
        // SQLite's file header: the size of a page at 16, the number of pages at 28, big-endian. A count that does
        // not match the version stamps at 24 and 92 is worked out anew from the length of the file.
        let page_bytes = usize::from(u16::from_be_bytes([fresh[16], fresh[17]]));
        let mut page = fresh[..page_bytes.min(fresh.len())].to_vec();
        let mut file = File::options().read(true).write(true).open(&self.path)?;
        let num_pages = file.metadata()?.len() / page_bytes.max(512) as u64;
        page[28..32].copy_from_slice(&u32::try_from(num_pages).unwrap_or(u32::MAX).to_be_bytes());
        let stamp: [u8; 4] = [fresh[24], fresh[25], fresh[26], fresh[27]];
        page[92..96].copy_from_slice(&stamp);
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&page)?;
        file.sync_all()
    }
}

impl Drop for WorkingCopy {
    fn drop(&mut self) {
        whole_file::remove_with_companions(&self.path);
    }
}
