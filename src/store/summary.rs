//! The summaries beside the log: one row for each asset and each object, for lists and queries.
//!
//! A row is always made by folding the ops of its thing, so it is right whatever the order in which ops came.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{OP_COLUMNS, op_from_row, target_key};
use crate::edit::{Json, Op, Register, State, Target, Thing};
use crate::model::{Asset, AssetId, AssetKind, AssetSource, Object, ObjectId};

/// Brings the summaries of everything that the ops write to up to date. The ops are in the log already.
pub(super) fn update(connection: &Connection, ops: &[Op]) -> rusqlite::Result<()> {
    let mut by_target: BTreeMap<Target, Vec<&Op>> = BTreeMap::new();
    for op in ops {
        by_target.entry(op.target).or_default().push(op);
    }
    for (target, ops) in by_target {
        match target {
            Target::Object(asset, object) => {
                let state = state_of(connection, target, object, &ops)?;
                update_object(connection, asset, object, &state)?;
            }
            Target::Asset(asset) => {
                let state = state_of(connection, target, asset, &ops)?;
                update_asset(connection, asset, &state)?;
            }
            // Few enough to be folded from the log when they are needed.
            Target::Label(_) | Target::Task(_) | Target::Project => {}
        }
    }
    Ok(())
}

/// The thing as all of its ops make it. Of something just made, its ops are those at hand.
fn state_of<T: Thing>(
    connection: &Connection,
    target: Target,
    id: T::Id,
    at_hand: &[&Op],
) -> rusqlite::Result<State<T>> {
    let mut state = State::default();
    for op in at_hand {
        state.apply(id, op);
    }
    let is_new = at_hand.iter().any(|op| op.register == Register::CREATED);
    let mut statement =
        connection.prepare_cached(&format!("SELECT {OP_COLUMNS} FROM ops WHERE target = ?1"))?;
    // Even of something new there may be ops that came before it was made, from elsewhere; looking costs little.
    let mut rows = statement.query([target_key(target)])?;
    let mut num_rows = 0;
    while let Some(row) = rows.next()? {
        num_rows += 1;
        if is_new && num_rows <= at_hand.len() {
            continue;
        }
        state.apply(id, &op_from_row(row)?);
    }
    Ok(state)
}

fn update_object(
    connection: &Connection,
    asset: AssetId,
    id: ObjectId,
    state: &State<Object>,
) -> rusqlite::Result<()> {
    let Some(object) = state.thing() else { return Ok(()) };
    let mut statement =
        connection.prepare_cached("SELECT is_deleted FROM objects WHERE asset = ?1 AND id = ?2")?;
    let was_deleted: Option<bool> =
        statement.query_row(params![asset.as_bytes(), id.as_bytes()], |row| row.get(0)).optional()?;
    let was_alive = was_deleted == Some(false);
    let mut statement = connection.prepare_cached(
        "INSERT INTO objects (asset, id, label, kind, is_deleted) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (asset, id) DO UPDATE SET label = ?3, kind = ?4, is_deleted = ?5",
    )?;
    statement.execute(params![
        asset.as_bytes(),
        id.as_bytes(),
        object.label.map(|label| *label.as_bytes()),
        object.kind().name(),
        state.is_deleted(),
    ])?;
    let change = i64::from(!state.is_deleted()) - i64::from(was_alive);
    if change != 0 {
        let mut statement =
            connection.prepare_cached("UPDATE assets SET num_objects = num_objects + ?2 WHERE id = ?1")?;
        statement.execute(params![asset.as_bytes(), change])?;
    }
    Ok(())
}

fn update_asset(connection: &Connection, id: AssetId, state: &State<Asset>) -> rusqlite::Result<()> {
    let Some(asset) = state.thing() else { return Ok(()) };
    let (is_url, source) = match &asset.source {
        AssetSource::Path(path) => (false, path),
        AssetSource::Url(url) => (true, url),
    };
    let kind = match asset.kind {
        AssetKind::Picture => "picture",
        AssetKind::Video => "video",
    };
    let video = asset.video.as_ref().map(Json::of);
    // Objects may have come before their asset: then they are counted here.
    let mut statement = connection.prepare_cached(
        "INSERT INTO assets (id, position, kind, is_url, source, width, height, fingerprint, num_bytes, status,
                             subset, marks, is_deleted, video, num_objects)
         VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM assets), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
                 ?11, ?12, ?13, (SELECT count(*) FROM objects WHERE asset = ?1 AND is_deleted = 0))
         ON CONFLICT (id) DO UPDATE SET kind = ?2, is_url = ?3, source = ?4, width = ?5, height = ?6,
             fingerprint = ?7, num_bytes = ?8, status = ?9, subset = ?10, marks = ?11, is_deleted = ?12,
             video = ?13",
    )?;
    statement.execute(params![
        id.as_bytes(),
        kind,
        is_url,
        source,
        asset.width,
        asset.height,
        asset.fingerprint,
        asset.num_bytes as i64,
        status_name(asset.status),
        asset.subset,
        Json::of(&asset.marks).as_str(),
        state.is_deleted(),
        video.as_ref().map(Json::as_str),
    ])?;
    Ok(())
}

/// How a status is stored.
pub(super) fn status_name(status: crate::model::AssetStatus) -> &'static str {
    use crate::model::AssetStatus as Status;
    match status {
        Status::Todo => "todo",
        Status::Done => "done",
        Status::Skipped => "skipped",
    }
}
