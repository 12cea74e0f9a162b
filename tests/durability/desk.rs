//! A small project to work on, and what is in it.

use std::collections::BTreeMap;
use std::path::Path;

use fieldmark::edit::Edit;
use fieldmark::geometry::Rect;
use fieldmark::model::{ActorId, Asset, AssetId, Object, ObjectId, Shape};
use fieldmark::project::{Identity, OpenMode, Project};

/// The pictures of the project. Objects are spread over them by their number.
pub const NUM_ASSETS: u64 = 4;

/// Objects by number, each with the x of its box.
pub type Boxes = BTreeMap<u64, f64>;

pub fn identity() -> Identity {
    Identity { actor: ActorId::from_u128(5), name: "Ann".into() }
}

/// Makes a project with pictures and without objects.
pub fn create(path: &Path) -> Project {
    let mut project = Project::create(path, &identity()).unwrap();
    let assets = (0..NUM_ASSETS).map(|n| Asset::picture(asset_id(n), format!("{n}.png"), 640, 480));
    let edits = assets.map(|asset| Edit::add_asset(&asset)).collect();
    assert!(project.commit_quietly("Add pictures", edits).unwrap().unwrap().wait());
    project
}

pub fn open(path: &Path) -> Project {
    Project::open(path, OpenMode::Write, &identity()).unwrap()
}

pub fn look_at(path: &Path) -> Project {
    Project::open(path, OpenMode::Read, &identity()).unwrap()
}

pub fn asset_id(n: u64) -> AssetId {
    AssetId::from_u128(u128::from(n) + 1)
}

pub fn object_id(n: u64) -> ObjectId {
    ObjectId::from_u128(u128::from(n) + 1)
}

/// The picture on which an object is drawn.
pub fn asset_of(n: u64) -> AssetId {
    asset_id(n % NUM_ASSETS)
}

pub fn box_at(x: f64) -> Shape {
    Shape::from_rect(Rect::from_xywh(x, 0.0, 10.0, 10.0))
}

pub fn draw(n: u64, x: f64) -> Edit {
    Edit::create(asset_of(n), &Object::shape(object_id(n), box_at(x), None))
}

/// Everything that is drawn in the project. The totals in lists must agree with the documents.
pub fn boxes_of(project: &mut Project) -> Boxes {
    let mut boxes = Boxes::new();
    for asset in (0..NUM_ASSETS).map(asset_id) {
        let document = project.load_document(asset).unwrap();
        for object in document.objects() {
            let bits = u128::from_be_bytes(*object.id.as_bytes());
            boxes.insert((bits - 1) as u64, object.bounds().unwrap().min.x);
        }
        let num_objects = document.num_objects() as u64;
        assert_eq!(project.assets().get(asset).unwrap().num_objects, num_objects, "the total in lists");
    }
    boxes
}

/// Undoes until there is nothing left. Returns what was undone, the last deed first.
pub fn undo_all(project: &mut Project) -> Vec<String> {
    std::iter::from_fn(|| project.undo().unwrap()).map(|outcome| outcome.title).collect()
}

/// Does again what was undone until there is nothing left.
pub fn redo_all(project: &mut Project) -> Vec<String> {
    std::iter::from_fn(|| project.redo().unwrap()).map(|outcome| outcome.title).collect()
}
