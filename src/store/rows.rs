//! Ops as rows, and back.

use rusqlite::{Connection, Row, params};

use crate::edit::{Json, Op, OpId, Register, Stamp, Target, TransactionId};
use crate::model::{ActorId, AssetId, LabelId, ObjectId, TaskId};

/// The columns that [`op_from_row`] reads, in its order.
pub(super) const OP_COLUMNS: &str =
    "id, tx, time_ms, counter, actor, kind, asset, target, register, value, base, extra";

/// Numbers for the kinds of target, as stored. Never reused.
const OBJECT: i64 = 1;
const ASSET: i64 = 2;
const LABEL: i64 = 3;
const TASK: i64 = 4;
const PROJECT: i64 = 5;

/// Appends an op; one that is there already changes nothing. Returns whether it was new.
pub(super) fn insert_op(connection: &Connection, op: &Op) -> rusqlite::Result<bool> {
    let (kind, asset, target) = target_columns(op.target);
    let extra = (!op.extra.is_empty()).then(|| Json::of(&op.extra));
    let mut statement = connection.prepare_cached(
        "INSERT INTO ops (id, tx, time_ms, counter, actor, kind, asset, target, register, value, base, extra)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO NOTHING",
    )?;
    let num_rows = statement.execute(params![
        op.id.as_bytes(),
        op.tx.as_bytes(),
        op.stamp.time_ms as i64,
        op.stamp.counter,
        op.stamp.actor.as_bytes(),
        kind,
        asset.map(|id| *id.as_bytes()),
        target,
        op.register.as_str(),
        op.value.as_str(),
        op.base.map(|base| base.to_string()),
        extra.as_ref().map(Json::as_str),
    ])?;
    Ok(num_rows > 0)
}

/// Reads a row of [`OP_COLUMNS`].
pub(super) fn op_from_row(row: &Row<'_>) -> rusqlite::Result<Op> {
    let base: Option<String> = row.get(10)?;
    let extra: Option<String> = row.get(11)?;
    Ok(Op {
        id: id_at(row, 0, OpId::from_slice)?,
        tx: id_at(row, 1, TransactionId::from_slice)?,
        stamp: Stamp {
            time_ms: row.get::<_, i64>(2)? as u64,
            counter: row.get(3)?,
            actor: id_at(row, 4, ActorId::from_slice)?,
        },
        target: target_at(row)?,
        register: Register::from_text(row.get_ref(8)?.as_str()?),
        value: Json::from_text(row.get_ref(9)?.as_str()?).ok_or_else(|| invalid(9))?,
        base: base.map(|text| text.parse().map_err(|_| invalid(10))).transpose()?,
        extra: extra
            .map(|text| serde_json::from_str(&text).map_err(|_| invalid(11)))
            .transpose()?
            .unwrap_or_default(),
    })
}

/// The bytes under which a target's ops are found.
pub(super) fn target_key(target: Target) -> Vec<u8> {
    target_columns(target).2
}

fn target_columns(target: Target) -> (i64, Option<AssetId>, Vec<u8>) {
    match target {
        Target::Object(asset, object) => (OBJECT, Some(asset), object.as_bytes().to_vec()),
        Target::Asset(asset) => (ASSET, None, asset.as_bytes().to_vec()),
        Target::Label(label) => (LABEL, None, label.as_bytes().to_vec()),
        Target::Task(task) => (TASK, None, task.as_bytes().to_vec()),
        Target::Project => (PROJECT, None, Vec::new()),
    }
}

fn target_at(row: &Row<'_>) -> rusqlite::Result<Target> {
    Ok(match row.get::<_, i64>(5)? {
        OBJECT => Target::Object(id_at(row, 6, AssetId::from_slice)?, id_at(row, 7, ObjectId::from_slice)?),
        ASSET => Target::Asset(id_at(row, 7, AssetId::from_slice)?),
        LABEL => Target::Label(id_at(row, 7, LabelId::from_slice)?),
        TASK => Target::Task(id_at(row, 7, TaskId::from_slice)?),
        PROJECT => Target::Project,
        _ => return Err(invalid(5)),
    })
}

/// The id in a column.
pub(super) fn id_at<T>(
    row: &Row<'_>,
    column: usize,
    from_slice: impl Fn(&[u8]) -> Option<T>,
) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_blob().ok().and_then(from_slice).ok_or_else(|| invalid(column))
}

/// The error for a value that we never write.
pub(super) fn invalid(column: usize) -> rusqlite::Error {
    let column_type = rusqlite::types::Type::Blob;
    rusqlite::Error::FromSqlConversionFailure(column, column_type, "not a value of Fieldmark's".into())
}
