//! Opening a large project: 200,000 pictures and 2,000,000 objects.
//!
//! `cargo bench --bench project` makes such a project in a temporary folder (some minutes, about 2 GB), and prints how
//! long opening it, listing it and loading one picture's objects take. Give another size with
//! `cargo bench --bench project -- NUM_PICTURES OBJECTS_PER_PICTURE`.

use std::path::Path;
use std::time::{Duration, Instant};

use fieldmark::edit::{Edit, Seen, StampSource, Target, Transaction, TransactionId};
use fieldmark::geometry::Rect;
use fieldmark::model::{ActorId, Asset, AssetId, Label, LabelId, Object, ObjectId, Shape};
use fieldmark::project::{Identity, OpenMode, Project};
use fieldmark::store::{HistoryChange, Store};

/// A project in which everything is new.
struct Nothing;

impl Seen for Nothing {
    fn stamp_of(&self, _: Target, _: &fieldmark::edit::Register) -> Option<fieldmark::edit::Stamp> {
        None
    }

    fn latest_stamp(&self, _: Target) -> Option<fieldmark::edit::Stamp> {
        None
    }
}

fn main() {
    // Cargo adds `--bench`.
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let num_pictures = numbers.first().copied().unwrap_or(200_000);
    let num_objects = numbers.get(1).copied().unwrap_or(10);
    let folder = std::env::temp_dir().join(format!("fieldmark-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let path = folder.join("large.fieldmark");
    measure("make", || make(&path, num_pictures, num_objects));
    let identity = Identity { actor: ActorId::from_u128(1), name: String::new() };
    for _ in 0..3 {
        let project = measure("open", || Project::open(&path, OpenMode::Write, &identity).expect("it opens"));
        let middle = project.assets().rows()[num_pictures / 2].asset.id;
        measure("load one picture's objects", || {
            project.reader().document(middle).expect("objects").num_objects()
        });
        let label = project.schema().labels[0].id;
        measure("find pictures with a label", || {
            project.reader().assets_with_label(label).expect("pictures").len()
        });
        assert_eq!(project.assets().len(), num_pictures);
    }
    let bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
    println!("{num_pictures} pictures, {} objects, {} MB", num_pictures * num_objects, bytes >> 20);
    std::fs::remove_dir_all(&folder).expect("the temporary folder goes");
}

fn make(path: &Path, num_pictures: usize, num_objects: usize) {
    let store = Store::create(path).expect("a project file");
    let mut stamps =
        StampSource::new(std::sync::Arc::new(fieldmark::base::clock::SystemClock), ActorId::from_u128(1));
    let labels: Vec<Label> = (0..20)
        .map(|i| Label::new(LabelId::new(), format!("label {i}"), fieldmark::model::Color::for_index(i)))
        .collect();
    let mut bulk = store.bulk(HistoryChange::Keep);
    let mut stamp = |edits: Vec<Edit>| Transaction::from_edits("Make", edits, &Nothing, &mut stamps).ops;
    bulk.push(stamp(labels.iter().map(Edit::add_label).collect())).expect("labels");
    for picture in 0..num_pictures {
        let path = format!("part {:03}/picture {picture:06}.jpg", picture / 1000);
        let asset = Asset::picture(AssetId::new(), path, 1920, 1080);
        let mut edits = vec![Edit::add_asset(&asset)];
        for i in 0..num_objects {
            let rect = Rect::from_xywh((i * 90) as f64, (i * 50) as f64, 80.5, 40.25);
            let label = labels[(picture + i) % labels.len()].id;
            let object = Object::shape(ObjectId::new(), Shape::from_rect(rect), Some(label));
            edits.push(Edit::create(asset.id, &object));
        }
        bulk.push(stamp(edits)).expect("a picture");
    }
    bulk.finish(TransactionId::new(), "Make").expect("everything is on disk");
}

fn measure<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took: Duration = start.elapsed();
    println!("{what:32} {:10.1} ms", took.as_secs_f64() * 1e3);
    result
}
