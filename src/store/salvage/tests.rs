//! Damage of every kind, and what is saved of it.

use std::sync::Arc;

use super::*;
use crate::base::clock::SystemClock;
use crate::edit::{Document, Edit, StampSource, Transaction};
use crate::geometry::Rect;
use crate::model::{ActorId, Asset, AssetId, Object, ObjectId, Shape};
use crate::store::{HistoryChange, Store};

const ASSET: AssetId = AssetId::from_u128(1);

/// A closed project with this many boxes, each drawn in a step of its own. Returns the number of its changes.
fn project_of(num_boxes: u32, path: &Path) -> u64 {
    let store = Store::create(path).unwrap();
    let mut stamps = StampSource::new(Arc::new(SystemClock), ActorId::from_u128(9));
    let seen = Document::new(ASSET);
    let mut commit = |edit, history| {
        store.commit(Transaction::from_edits("Draw a box", [edit], &seen, &mut stamps), history);
    };
    commit(Edit::add_asset(&Asset::picture(ASSET, "photo.jpg", 640, 480)), HistoryChange::Keep);
    for number in 1..=num_boxes {
        let shape = Shape::from_rect(Rect::from_xywh(f64::from(number), 0.0, 10.0, 10.0));
        let object = Object::shape(ObjectId::new(), shape, None);
        commit(Edit::create(ASSET, &object), HistoryChange::Push(i64::from(number)));
    }
    u64::from(num_boxes) + 1
}

fn salvage_now(from: &Path, to: &Path) -> Result<Salvaged, StoreError> {
    salvage(from, to, &JobContext::detached(), |_| Ok(CopyChanges::default()))
}

#[test]
fn a_sound_project_is_saved_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (path, saved) = (folder.path().join("a.fieldmark"), folder.path().join("b.fieldmark"));
    let num_ops = project_of(30, &path);
    let salvaged = salvage_now(&path, &saved).unwrap();
    assert_eq!((salvaged.num_ops, salvaged.num_lost_ops, salvaged.num_steps), (num_ops, Some(0), 30));
    assert_eq!((salvaged.num_assets, salvaged.num_objects), (1, 30));
    let store = Store::open(&saved).unwrap();
    assert_eq!(store.reader().counts().unwrap().num_ops, num_ops);
    assert_eq!(store.reader().last_history_position().unwrap(), 30);
    let error = salvage_now(&path, &saved).unwrap_err();
    assert!(error.to_string().contains("choose another name"), "{error}");
}

#[test]
fn a_broken_page_costs_only_what_was_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fieldmark");
    let num_ops = project_of(400, &path);
    let sound = fs::read(&path).unwrap();
    let num_pages = sound.len() / 4096;
    assert!(num_pages > 40, "{num_pages}");
    let mut num_lost_whole = 0;
    for page in 0..num_pages {
        let mut broken = sound.clone();
        broken[page * 4096..(page + 1) * 4096].fill(0xa5);
        fs::write(&path, &broken).unwrap();
        let saved = folder.path().join(format!("{page}.fieldmark"));
        let salvaged = salvage_now(&path, &saved);
        assert_eq!(fs::read(&path).unwrap(), broken, "the damaged file stays as it is");
        match salvaged {
            Ok(salvaged) => {
                assert!(salvaged.num_ops * 10 > num_ops * 9, "page {page}: {salvaged:?}");
                fs::remove_file(saved).unwrap();
            }
            Err(error) => {
                assert!(error.to_string().contains("restore a backup"), "page {page}: {error}");
                num_lost_whole += 1;
            }
        }
    }
    assert!(num_lost_whole <= 1, "only one page, the root of the log, is worth everything");
}

#[test]
fn a_file_that_was_cut_off_gives_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let (path, saved) = (folder.path().join("a.fieldmark"), folder.path().join("b.fieldmark"));
    let num_ops = project_of(400, &path);
    let sound = fs::read(&path).unwrap();
    fs::write(&path, &sound[..sound.len() / 2]).unwrap();
    let salvaged = salvage_now(&path, &saved).unwrap();
    assert!(salvaged.num_ops > num_ops / 4 && salvaged.num_ops < num_ops, "{salvaged:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left lying about");
}

#[test]
fn what_is_no_project_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, saved) = (folder.path().join("a.txt"), folder.path().join("b.fieldmark"));
    for content in [b"hello".to_vec(), vec![7; 100_000]] {
        fs::write(&path, content).unwrap();
        let error = salvage_now(&path, &saved).unwrap_err();
        assert!(error.to_string().contains("nothing in this file"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_project_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, saved) = (folder.path().join("a.fieldmark"), folder.path().join("b.fieldmark"));
    project_of(1, &path);
    let _open = Store::open(&path).unwrap();
    let error = salvage_now(&path, &saved).unwrap_err();
    assert!(error.to_string().contains("close it there"), "{error}");
}
