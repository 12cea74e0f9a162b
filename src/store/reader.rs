//! Reading a project file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::AtPath;
use super::rows::{OP_COLUMNS, id_at, op_from_row, target_key};
use super::writer::{self, Pending};
use super::{HistoryEntry, StoreError, schema, whole_file};
use crate::edit::{
    Document, Fold, Json, Op, OpId, Register, Stamp, Target, Thing, Transaction, TransactionId,
};
use crate::model::{ActorId, Asset, AssetId, AssetKind, AssetSource, AssetStatus, Label, LabelId, Object};

/// An asset with what lists show of it.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetRow {
    /// The asset.
    pub asset: Asset,
    /// Objects on it that are not deleted.
    pub num_objects: u64,
}

/// Totals of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Assets that are not deleted.
    pub num_assets: u64,
    /// Objects on them that are not deleted.
    pub num_objects: u64,
    /// Ops in the log.
    pub num_ops: u64,
}

/// A connection for reading. Sees what is queued for writing, too, where it belongs to a store.
pub struct Reader {
    connection: Connection,
    path: PathBuf,
    pending: Pending,
}

impl Reader {
    /// Opens a project file only for reading. Works beside a writer, and on files that cannot be written.
    ///
    /// # Errors
    /// When the file is missing, corrupt, of a newer version, or no project.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::with_pending(path, Pending::default())
    }

    pub(super) fn with_pending(path: &Path, pending: Pending) -> Result<Self, StoreError> {
        Ok(Self { connection: schema::open_for_reading(path)?, path: path.to_owned(), pending })
    }

    /// The same reader, which from now on sees the project as it is at this moment, whatever is written meanwhile:
    /// for work that goes through the project several times.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn frozen(mut self) -> Result<Self, StoreError> {
        self.pending = self.pending.frozen();
        // The first read of a transaction fixes what all later ones see.
        let begin = || {
            self.connection.execute_batch("BEGIN")?;
            self.connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))
        };
        begin().at(&self.path)?;
        Ok(self)
    }

    /// The project file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every asset that is not deleted, in the order in which they were added.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn assets(&self) -> Result<Vec<AssetRow>, StoreError> {
        // What is queued is not in the summaries: its assets are folded from their ops.
        let pending = self.pending.snapshot();
        let ops = pending.iter().flat_map(|transaction| &transaction.ops);
        let mut touched: Vec<_> = ops
            .filter_map(|op| match op.target {
                Target::Asset(id) | Target::Object(id, _) => Some(id),
                Target::Label(_) | Target::Task(_) | Target::Project => None,
            })
            .collect();
        touched.sort_unstable();
        touched.dedup();
        let mut rows = self.stored_assets().at(&self.path)?;
        if !touched.is_empty() {
            rows.retain(|row| touched.binary_search(&row.asset.id).is_err());
            for id in touched {
                rows.extend(self.asset(id)?);
            }
        }
        Ok(rows)
    }

    fn stored_assets(&self) -> rusqlite::Result<Vec<AssetRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, kind, is_url, source, width, height, fingerprint, num_bytes, status, subset, marks,
                    num_objects, video
             FROM assets WHERE is_deleted = 0 ORDER BY position",
        )?;
        let rows = statement.query_map([], asset_from_row)?;
        rows.collect()
    }

    /// The paths and addresses of assets that are deleted, as they are in the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn removed_sources(&self) -> Result<HashSet<String>, StoreError> {
        let query = || {
            let mut statement =
                self.connection.prepare_cached("SELECT source FROM assets WHERE is_deleted = 1")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect::<rusqlite::Result<HashSet<String>>>()
        };
        query().at(&self.path)
    }

    /// One asset, folded from its ops; `None` when it is deleted or unknown.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn asset(&self, id: AssetId) -> Result<Option<AssetRow>, StoreError> {
        let mut fold = Fold::<Asset>::default();
        for op in self.ops_of(Target::Asset(id))? {
            fold.apply(id, &op);
        }
        let Some(asset) = fold.get(id).cloned() else { return Ok(None) };
        let num_objects = self.document(id)?.num_objects() as u64;
        Ok(Some(AssetRow { asset, num_objects }))
    }

    /// The objects of an asset.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn document(&self, asset: AssetId) -> Result<Document, StoreError> {
        let mut document = Document::new(asset);
        self.for_each_op("WHERE asset = ?1 ORDER BY seq", asset.as_bytes().as_slice(), |op| {
            document.apply(&op);
        })?;
        for op in self.ops_of(Target::Asset(asset))? {
            document.apply(&op);
        }
        Ok(document)
    }

    /// The labels, with everything that was ever written about them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn labels(&self) -> Result<Fold<Label>, StoreError> {
        let mut labels = Fold::default();
        // 3: the kind of labels.
        self.for_each_op("WHERE kind = ?1 ORDER BY seq", 3, |op| {
            if let Target::Label(id) = op.target {
                labels.apply(id, &op);
            }
        })?;
        Ok(labels)
    }

    /// All ops that write to a thing, in the order of the log.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn ops_of(&self, target: Target) -> Result<Vec<Op>, StoreError> {
        let mut ops = Vec::new();
        self.for_each_op("WHERE target = ?1 ORDER BY seq", target_key(target), |op| {
            if op.target == target {
                ops.push(op);
            }
        })?;
        Ok(ops)
    }

    /// The ops of a transaction, in the order of the log.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn ops_of_transaction(&self, id: TransactionId) -> Result<Vec<Op>, StoreError> {
        let mut ops = Vec::new();
        self.for_each_op("WHERE tx = ?1 ORDER BY seq", id.as_bytes().as_slice(), |op| {
            if op.tx == id {
                ops.push(op);
            }
        })?;
        Ok(ops)
    }

    /// Shows the ops of a transaction piece by piece, the last piece first; each piece is in the order of the log.
    ///
    /// # Errors
    /// When the file cannot be read, and those of `see`.
    pub fn last_ops_first<E: From<StoreError>>(
        &self,
        id: TransactionId,
        piece: usize,
        mut see: impl FnMut(&[Op]) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(queued) = self.pending.snapshot().iter().find(|queued| queued.id == id) {
            return queued.ops.rchunks(piece).try_for_each(see);
        }
        let sql = format!("SELECT {OP_COLUMNS} FROM ops WHERE tx = ?1 ORDER BY seq DESC");
        let mut statement = self.connection.prepare_cached(&sql).at(&self.path)?;
        let mut rows = statement.query([id.as_bytes()]).at(&self.path)?;
        let mut ops = Vec::with_capacity(piece);
        while let Some(row) = rows.next().at(&self.path)? {
            ops.push(op_from_row(row).at(&self.path)?);
            if ops.len() == piece {
                ops.reverse();
                see(&ops)?;
                ops.clear();
            }
        }
        ops.reverse();
        if ops.is_empty() { Ok(()) } else { see(&ops) }
    }

    /// The number of ops of a transaction.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn num_ops(&self, id: TransactionId) -> Result<usize, StoreError> {
        self.num_ops_up_to(id, i64::MAX)
    }

    /// Whether a transaction has more ops than this. Quick for any transaction.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_more_ops(&self, id: TransactionId, than: usize) -> Result<bool, StoreError> {
        let limit = i64::try_from(than).unwrap_or(i64::MAX).saturating_add(1);
        Ok(self.num_ops_up_to(id, limit)? > than)
    }

    fn num_ops_up_to(&self, id: TransactionId, limit: i64) -> Result<usize, StoreError> {
        if let Some(queued) = self.pending.snapshot().iter().find(|queued| queued.id == id) {
            return Ok(queued.ops.len());
        }
        let sql = "SELECT count(*) FROM (SELECT 1 FROM ops WHERE tx = ?1 LIMIT ?2)";
        let count: i64 =
            self.connection.query_row(sql, params![id.as_bytes(), limit], |row| row.get(0)).at(&self.path)?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Shows the ops in the file that meet a condition, and then all that are queued, each once.
    fn for_each_op(
        &self,
        condition: &str,
        key: impl rusqlite::ToSql,
        mut see: impl FnMut(Op),
    ) -> Result<(), StoreError> {
        let pending = self.pending.snapshot();
        let mut queued: HashMap<OpId, &Op> =
            pending.iter().flat_map(|transaction| &transaction.ops).map(|op| (op.id, op)).collect();
        let sql = format!("SELECT {OP_COLUMNS} FROM ops {condition}");
        let mut statement = self.connection.prepare_cached(&sql).at(&self.path)?;
        let mut rows = statement.query([key]).at(&self.path)?;
        while let Some(row) = rows.next().at(&self.path)? {
            let op = op_from_row(row).at(&self.path)?;
            queued.remove(&op.id);
            see(op);
        }
        let still_queued = pending.iter().flat_map(|transaction| &transaction.ops);
        still_queued.filter(|op| queued.contains_key(&op.id)).for_each(|op| see(op.clone()));
        Ok(())
    }

    /// The value that the register of a thing had under a stamp: see [`crate::edit::History::value_at`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn value_at(
        &self,
        target: Target,
        register: &Register,
        stamp: Stamp,
    ) -> Result<Option<Json>, StoreError> {
        let ops = self.ops_of(target)?;
        let Some(op) = ops.into_iter().find(|op| op.stamp == stamp) else { return Ok(None) };
        if op.register == *register {
            return Ok(Some(op.value));
        }
        Ok(match target {
            Target::Object(_, id) => Object::from_created(id, &op.value).and_then(|o| o.get(register)),
            Target::Asset(id) => Asset::from_created(id, &op.value).and_then(|a| a.get(register)),
            Target::Label(id) => Label::from_created(id, &op.value).and_then(|l| l.get(register)),
            Target::Task(_) | Target::Project => None,
        })
    }

    /// The latest stamp in the log.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn latest_stamp(&self) -> Result<Option<Stamp>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT time_ms, counter, actor FROM ops ORDER BY time_ms DESC, counter DESC LIMIT 1",
            )
            .at(&self.path)?;
        statement
            .query_row([], |row| {
                Ok(Stamp {
                    time_ms: row.get::<_, i64>(0)? as u64,
                    counter: row.get(1)?,
                    actor: id_at(row, 2, ActorId::from_slice)?,
                })
            })
            .optional()
            .at(&self.path)
    }

    /// The latest entry of the history before a position that is not undone: what undo takes back there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn history_before(&self, position: i64) -> Result<Option<HistoryEntry>, StoreError> {
        let sql = "SELECT position, tx, title FROM history WHERE is_undone = 0 AND position < ?1
                   ORDER BY position DESC LIMIT 1";
        Ok(self.history_entries(sql, position)?.pop())
    }

    /// The undone entries of the history, the last one to do again first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn undone_history(&self) -> Result<Vec<HistoryEntry>, StoreError> {
        let sql = "SELECT position, tx, title FROM history WHERE is_undone = ?1 ORDER BY position DESC";
        self.history_entries(sql, 1)
    }

    /// The greatest position in the history; 0 when it is empty.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_history_position(&self) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(position), 0) FROM history";
        self.connection.query_row(sql, [], |row| row.get(0)).at(&self.path)
    }

    fn history_entries(&self, sql: &str, parameter: i64) -> Result<Vec<HistoryEntry>, StoreError> {
        let query = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([parameter], |row| {
                Ok(HistoryEntry {
                    position: row.get(0)?,
                    tx: id_at(row, 1, TransactionId::from_slice)?,
                    title: row.get(2)?,
                })
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        query().at(&self.path)
    }

    /// One of the project's own values.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT value FROM meta WHERE key = ?1").at(&self.path)?;
        statement.query_row([key], |row| row.get(0)).optional().at(&self.path)
    }

    /// Totals, as they are in the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        self.connection
            .query_row(
                "SELECT count(*), coalesce(sum(num_objects), 0), (SELECT count(*) FROM ops)
                 FROM assets WHERE is_deleted = 0",
                [],
                |row| {
                    Ok(Counts {
                        num_assets: row.get::<_, i64>(0)? as u64,
                        num_objects: row.get::<_, i64>(1)? as u64,
                        num_ops: row.get::<_, i64>(2)? as u64,
                    })
                },
            )
            .at(&self.path)
    }

    /// The number of objects for each label and kind of content, as they are in the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn label_counts(&self) -> Result<Vec<(Option<LabelId>, String, u64)>, StoreError> {
        let query = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT label, kind, count(*) FROM objects WHERE is_deleted = 0 GROUP BY label, kind",
            )?;
            let rows = statement.query_map([], |row| {
                let label = row.get_ref(0)?.as_blob_or_null().ok().flatten().and_then(LabelId::from_slice);
                Ok((label, row.get(1)?, row.get::<_, i64>(2)? as u64))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        query().at(&self.path)
    }

    /// The assets that bear an object of a label, as they are in the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn assets_with_label(&self, label: LabelId) -> Result<Vec<AssetId>, StoreError> {
        let query = || {
            let mut statement = self
                .connection
                .prepare_cached("SELECT DISTINCT asset FROM objects WHERE label = ?1 AND is_deleted = 0")?;
            let rows =
                statement.query_map(params![label.as_bytes()], |row| id_at(row, 0, AssetId::from_slice))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        query().at(&self.path)
    }

    /// The paths and addresses of all assets, deleted ones too, as they are in the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn asset_sources(&self) -> Result<Vec<(AssetId, AssetSource)>, StoreError> {
        let query = || {
            let sql = "SELECT id, is_url, source FROM assets ORDER BY position";
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                let source: String = row.get(2)?;
                let source = if row.get(1)? { AssetSource::Url(source) } else { AssetSource::Path(source) };
                Ok((id_at(row, 0, AssetId::from_slice)?, source))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        query().at(&self.path)
    }

    /// Writes a consistent copy of the project to another file, with everything that is queued. `adjust` sees the
    /// copy before it appears, and tells what is to be different in it.
    ///
    /// # Errors
    /// When the other file exists or cannot be written, and those of `adjust`.
    pub fn save_copy(
        &self,
        path: &Path,
        adjust: impl FnOnce(&Reader) -> Result<CopyChanges, StoreError>,
    ) -> Result<(), StoreError> {
        if path.exists() {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        // Taken before the file is read, so that nothing can slip through in between.
        let queue = self.pending.queue();
        whole_file::write(path, |part| {
            schema::copy(&self.connection, part)?;
            writer::append_to_copy(part, &queue)?;
            adjust_copy(part, adjust)
        })
    }
}

/// What is different in a copy of a project.
#[derive(Default)]
pub struct CopyChanges {
    /// Ops that only the copy has, which undo does not take back.
    pub transaction: Option<Transaction>,
    /// The project's own values that are others in the copy.
    pub settings: Vec<(String, String)>,
}

/// Changes a copy that nobody else has open.
pub(super) fn adjust_copy(
    part: &Path,
    adjust: impl FnOnce(&Reader) -> Result<CopyChanges, StoreError>,
) -> Result<(), StoreError> {
    // One connection reads and writes: one that only reads would leave its files beside the copy.
    let connection = schema::open_for_writing(part)?;
    let reader = Reader { connection, path: part.to_owned(), pending: Pending::default() };
    let CopyChanges { transaction, settings } = adjust(&reader)?;
    let mut connection = reader.connection;
    let ops = transaction.map(|transaction| transaction.ops).unwrap_or_default();
    writer::append_ops(&mut connection, &ops).at(part)?;
    for (key, value) in settings {
        writer::set_value(&connection, &key, &value).at(part)?;
    }
    whole_file::settle(connection, part)
}

fn asset_from_row(row: &Row<'_>) -> rusqlite::Result<AssetRow> {
    let source: String = row.get(3)?;
    let kind = row.get_ref(1)?.as_str()?;
    let status = row.get_ref(8)?.as_str()?;
    let marks = row.get_ref(10)?.as_str()?;
    let asset = Asset {
        id: id_at(row, 0, AssetId::from_slice)?,
        kind: if kind == "video" { AssetKind::Video } else { AssetKind::Picture },
        source: if row.get(2)? { AssetSource::Url(source) } else { AssetSource::Path(source) },
        width: row.get(4)?,
        height: row.get(5)?,
        fingerprint: row.get(6)?,
        num_bytes: row.get::<_, i64>(7)? as u64,
        status: match status {
            "done" => AssetStatus::Done,
            "skipped" => AssetStatus::Skipped,
            _ => AssetStatus::Todo,
        },
        subset: row.get(9)?,
        marks: if marks == "[]" {
            Default::default()
        } else {
            serde_json::from_str(marks).unwrap_or_default()
        },
        video: row.get_ref(12)?.as_str_or_null()?.and_then(|text| serde_json::from_str(text).ok()),
    };
    Ok(AssetRow { asset, num_objects: row.get::<_, i64>(11)?.max(0) as u64 })
}
