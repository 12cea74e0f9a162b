//! Tests of the store as a whole.

use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::base::clock::SystemClock;
use crate::edit::{AssetChange, Document, Edit, ObjectChange, StampSource, TransactionId};
use crate::geometry::Rect;
use crate::model::{ActorId, Asset, AssetId, FrameRate, Object, ObjectId, Shape, VideoFacts};

const ASSET: AssetId = AssetId::from_u128(1);

struct Desk {
    folder: tempfile::TempDir,
    stamps: StampSource,
    document: Document,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            stamps: StampSource::new(Arc::new(SystemClock), ActorId::from_u128(9)),
            document: Document::new(ASSET),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("desk.fieldmark")
    }

    fn create(&mut self) -> Store {
        let store = Store::create(&self.path()).unwrap();
        let asset = Asset::picture(ASSET, "photo.jpg", 640, 480);
        let tx = self.stamp("Add a picture", vec![Edit::add_asset(&asset)]);
        assert!(store.commit(tx, HistoryChange::Keep).wait());
        store
    }

    fn stamp(&mut self, title: &str, edits: Vec<Edit>) -> Transaction {
        let tx = Transaction::from_edits(title, edits, &self.document, &mut self.stamps);
        for op in &tx.ops {
            self.document.apply(op);
        }
        tx
    }

    fn draw(&mut self, n: u32) -> Transaction {
        let shape = Shape::from_rect(Rect::from_xywh(f64::from(n), 0.0, 10.0, 10.0));
        let object = Object::shape(ObjectId::from_u128(u128::from(n) + 100), shape, None);
        self.stamp("Draw a box", vec![Edit::create(ASSET, &object)])
    }
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let mut desk = Desk::new();
    let store = desk.create();
    for n in 0..50 {
        let tx = desk.draw(n);
        store.commit(tx, HistoryChange::Push(i64::from(n) + 1));
    }
    assert_eq!(store.reader().document(ASSET).unwrap(), desk.document, "queued writes can be read");
    drop(store);
    let store = Store::open(&desk.path()).unwrap();
    assert_eq!(store.reader().document(ASSET).unwrap(), desk.document);
    assert_eq!(store.reader().counts().unwrap(), Counts { num_assets: 1, num_objects: 50, num_ops: 51 });
    assert_eq!(store.reader().assets().unwrap()[0].num_objects, 50);
    assert_eq!(store.reader().last_history_position().unwrap(), 50);
    assert_eq!(
        store.reader().latest_stamp().unwrap(),
        desk.document.state(ObjectId::from_u128(149)).unwrap().registers().latest_stamp()
    );
}

#[test]
fn summaries_follow_deletion_and_restoration() {
    let mut desk = Desk::new();
    let store = desk.create();
    let drawn = desk.draw(1);
    let target = drawn.ops[0].target;
    store.commit(drawn, HistoryChange::Keep);
    let num_objects = |store: &Store| {
        store.flush().unwrap();
        store.reader().counts().unwrap().num_objects
    };
    assert_eq!(num_objects(&store), 1);
    let tx = desk.stamp("Delete", vec![Edit::delete_target(target)]);
    store.commit(tx, HistoryChange::Keep);
    assert_eq!(num_objects(&store), 0);
    let tx = desk.stamp("Restore", vec![Edit::restore_target(target)]);
    store.commit(tx.clone(), HistoryChange::Keep);
    store.commit(tx, HistoryChange::Keep);
    assert_eq!(num_objects(&store), 1, "an op that comes twice counts once");
}

#[test]
fn a_video_keeps_what_is_known_of_its_frames() {
    let mut desk = Desk::new();
    let store = desk.create();
    let id = AssetId::from_u128(2);
    let facts = VideoFacts::constant(250, FrameRate::new(30_000, 1001).unwrap());
    let asset = Asset::video(id, "run.mp4", 640, 480, facts);
    let added = desk.stamp("Add a video", vec![Edit::add_asset(&asset)]);
    store.commit(added, HistoryChange::Keep);
    let longer = VideoFacts { num_frames: 300, ..asset.video.clone().unwrap() };
    let change = AssetChange::Video(Some(longer.clone()));
    let changed = desk.stamp("Read a video again", vec![Edit::change_asset(id, &change)]);
    store.commit(changed, HistoryChange::Keep);
    store.flush().unwrap();
    let rows = store.reader().assets().unwrap();
    assert_eq!(rows[1].asset, Asset { video: Some(longer), ..asset });
}

#[test]
fn a_bulk_is_written_whole_or_not_at_all() {
    let mut desk = Desk::new();
    let store = desk.create();
    let mut bulk = store.bulk(HistoryChange::Keep);
    bulk.push(desk.draw(1).ops).unwrap();
    drop(bulk);
    store.flush().unwrap();
    assert_eq!(store.reader().counts().unwrap().num_objects, 0);

    let mut bulk = store.bulk(HistoryChange::Push(1));
    for n in 10..20 {
        bulk.push(desk.draw(n).ops).unwrap();
    }
    bulk.finish(TransactionId::new(), "Import").unwrap();
    assert_eq!(store.reader().counts().unwrap().num_objects, 10);
    assert_eq!(store.reader().history_before(i64::MAX).unwrap().unwrap().title, "Import");
}

#[test]
fn the_history_walks_back_and_forth_and_forgets_what_was_undone() {
    let mut desk = Desk::new();
    let store = desk.create();
    let ids: Vec<_> = (1..=3)
        .map(|n| {
            let tx = desk.draw(n);
            let id = tx.id;
            store.commit(tx, HistoryChange::Push(i64::from(n)));
            id
        })
        .collect();
    let back = desk.stamp("Undo", vec![Edit::delete(ASSET, ObjectId::from_u128(103))]);
    let back_id = back.id;
    store.commit(back, HistoryChange::Undo(3));
    store.flush().unwrap();
    assert_eq!(store.reader().history_before(i64::MAX).unwrap().unwrap().tx, ids[1]);
    let undone = store.reader().undone_history().unwrap();
    assert_eq!((undone[0].position, undone[0].tx), (3, back_id));
    let tx = desk.draw(9);
    store.commit(tx, HistoryChange::Push(4));
    store.flush().unwrap();
    assert!(store.reader().undone_history().unwrap().is_empty());
}

#[test]
fn the_value_under_a_stamp_is_found_also_where_it_came_with_the_creation() {
    let mut desk = Desk::new();
    let store = desk.create();
    let drawn = desk.draw(1);
    let (target, created) = (drawn.ops[0].target, drawn.ops[0].stamp);
    store.commit(drawn, HistoryChange::Keep);
    let change = ObjectChange::Comment("later".into());
    let tx = desk.stamp("Comment", vec![Edit::change(ASSET, ObjectId::from_u128(101), &change)]);
    let later = tx.ops[0].stamp;
    store.commit(tx, HistoryChange::Keep);
    let value = |stamp| store.reader().value_at(target, &change.register(), stamp).unwrap();
    assert_eq!(value(created).unwrap().as_str(), r#""""#);
    assert_eq!(value(later), Some(change.value()));
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let mut desk = Desk::new();
    let store = desk.create();
    let refused = Store::open(&desk.path()).map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains("open in another window"), "{refused}");
    assert_eq!(Reader::open(&desk.path()).unwrap().counts().unwrap().num_assets, 1);
    drop(store);
    Store::open(&desk.path()).unwrap();
}

#[test]
fn other_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.fieldmark");
    let refusal = || Store::open(&path).map(|_| ()).unwrap_err();
    assert!(matches!(refusal(), StoreError::Missing { .. }));
    for content in [&b""[..], b"hello", &[0; 5000]] {
        std::fs::write(&path, content).unwrap();
        assert!(matches!(refusal(), StoreError::NotAProject { .. }));
        assert_eq!(std::fs::read(&path).unwrap(), content, "not touched");
    }
    assert!(matches!(Store::create(&path).map(|_| ()).unwrap_err(), StoreError::Exists { .. }));
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let mut desk = Desk::new();
    let store = desk.create();
    for n in 0..500 {
        let tx = desk.draw(n);
        store.commit(tx, HistoryChange::Keep);
    }
    drop(store);
    let mut bytes = std::fs::read(desk.path()).unwrap();
    for byte in &mut bytes[4096..] {
        *byte ^= 0x5a;
    }
    std::fs::write(desk.path(), &bytes).unwrap();
    let error =
        Store::open(&desk.path()).and_then(|store| store.reader().document(ASSET)).map(|_| ()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("Restore a backup"), "{error}");
}

#[test]
fn a_read_only_file_can_be_read_and_says_so_to_writers() {
    let mut desk = Desk::new();
    let store = desk.create();
    let tx = desk.draw(1);
    store.commit(tx, HistoryChange::Keep);
    drop(store);
    let mut permissions = std::fs::metadata(desk.path()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(desk.path(), permissions).unwrap();
    let error = Store::open(&desk.path()).map(|_| ()).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
    assert_eq!(Reader::open(&desk.path()).unwrap().document(ASSET).unwrap().num_objects(), 1);
}

#[test]
fn a_copy_holds_everything() {
    let mut desk = Desk::new();
    let store = desk.create();
    for n in 0..20 {
        let tx = desk.draw(n);
        store.commit(tx, HistoryChange::Keep);
    }
    let copy = desk.folder.path().join("copy.fieldmark");
    let save = || store.reader().save_copy(&copy, |_| Ok(CopyChanges::default()));
    save().unwrap();
    assert_eq!(Store::open(&copy).unwrap().reader().document(ASSET).unwrap(), desk.document);
    assert!(matches!(save().unwrap_err(), StoreError::Exists { .. }));
}
