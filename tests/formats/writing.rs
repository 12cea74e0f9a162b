//! Writing: splits, pictures, names, folders that are not empty.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fieldmark::base::jobs::JobContext;
use fieldmark::base::report::Report;
use fieldmark::formats::{
    ExportOptions, FORMATS, FormatError, FormatInfo, ImagePaths, Item, ItemList, MediaCopier, export,
};
use fieldmark::geometry::{Mask, Polygon, PolygonPart, Rect};
use fieldmark::model::{
    Asset, AssetId, AssetSource, Color, Flag, Label, LabelId, Object, ObjectId, Schema, Shape,
};
use serde_json::Value;

use crate::driver::{export_to, export_with, format, import, picture_formats, video_formats};

const CAT: LabelId = LabelId::from_u128(1);

fn list(paths: &[&str]) -> ItemList {
    let schema = Schema { labels: vec![Label::new(CAT, "cat", Color::for_index(0))], merged: vec![] };
    let item = |(index, path): (usize, &&str)| {
        let asset = Asset::picture(AssetId::from_u128(index as u128), *path, 100, 80);
        let shape = Shape::from_rect(Rect::from_xywh(10.0 + index as f64, 10.0, 20.5, 30.25));
        Item { asset, objects: vec![Object::shape(ObjectId::new(), shape, Some(CAT))] }
    };
    ItemList { schema, items: paths.iter().enumerate().map(item).collect() }
}

fn files(root: &Path) -> Vec<String> {
    fn collect(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    collect(root, root, &mut found);
    found.retain(|name| name != ".fieldmark-export.json");
    found.sort();
    found
}

fn json(path: PathBuf) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Writes the path of the picture in place of its pixels.
struct Copies;

impl MediaCopier for Copies {
    fn copy(&self, asset: &Asset, to: &Path) -> io::Result<()> {
        match asset.file_name() {
            "missing.jpg" => Err(io::Error::new(io::ErrorKind::NotFound, "the picture is not there")),
            _ => fs::write(to, asset.source.as_str()),
        }
    }

    fn copy_frame(&self, video: &Asset, frame: u32, to: &Path) -> io::Result<()> {
        fs::write(to, format!("{} {frame}", video.source.as_str()))
    }
}

#[test]
fn yolo_lays_out_pictures_labels_and_a_yaml_that_points_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let options = ExportOptions { media: Some(&Copies), ..ExportOptions::default() };
    let mut list = list(&["a.jpg", "images/deep/b.jpg", "val/images/c.png", "a.png"]);
    list.items[2].asset.subset = Some("val".to_owned());
    let (summary, _) = export_with("yolo-detect", &list, folder.path(), &options);
    assert_eq!(
        files(folder.path()),
        [
            "data.yaml",
            "images/train/a.jpg",
            "images/train/a_2.png",
            "images/train/deep/b.jpg",
            "images/val/c.png",
            "labels/train/a.txt",
            "labels/train/a_2.txt",
            "labels/train/deep/b.txt",
            "labels/val/c.txt",
        ]
    );
    assert_eq!((summary.num_items, summary.num_objects, summary.num_files), (4, 4, 9));
    assert_eq!(summary.main_file, folder.path().join("data.yaml"));
    let yaml = fs::read_to_string(&summary.main_file).unwrap();
    assert_eq!(yaml, "train: images/train\nval: images/val\nnames:\n  0: cat\n");
    let line = fs::read_to_string(folder.path().join("labels/train/a.txt")).unwrap();
    assert_eq!(line, "0 0.2025 0.3140625 0.205 0.378125\n");
}

#[test]
fn yolo_without_a_validation_part_says_so_and_stays_readable() {
    let folder = tempfile::tempdir().unwrap();
    let (_, report) = export_with("yolo-detect", &list(&["a.jpg"]), folder.path(), &ExportOptions::default());
    assert!(report.to_string().contains("No picture is in val"), "{report}");
    let yaml = fs::read_to_string(folder.path().join("data.yaml")).unwrap();
    assert!(yaml.contains("val: images/train"), "{yaml}");
}

#[test]
fn a_split_divides_the_pictures_the_same_way_every_time() {
    let names: Vec<String> = (0..40).map(|i| format!("{i}.jpg")).collect();
    let list = list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let export = || {
        let folder = tempfile::tempdir().unwrap();
        let splits = "train=0.7,val=0.2,test=0.1".parse().unwrap();
        let options = ExportOptions { splits, ..ExportOptions::default() };
        export_with("coco", &list, folder.path(), &options);
        files(folder.path())
            .into_iter()
            .map(|name| {
                let images = json(folder.path().join(&name))["images"].as_array().unwrap().len();
                (name, images)
            })
            .collect::<BTreeMap<_, _>>()
    };
    let first = export();
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        [
            "annotations/instances_test.json",
            "annotations/instances_train.json",
            "annotations/instances_val.json"
        ]
    );
    assert_eq!(first.values().sum::<usize>(), 40);
    assert_eq!(first, export());
}

#[test]
fn coco_writes_boxes_areas_and_crowds_as_pycocotools_has_them() {
    let mut list = list(&["a.jpg"]);
    let square = |x: f64, side: f64| Rect::from_xywh(x, 10.0, side, side).corners().to_vec();
    let part = |x: f64, holes| PolygonPart { outer: square(x, 10.0), holes };
    let mask = Mask::from_bitmap(3, 4, 2, 3, &[1_u8, 0, 0, 1, 1, 1]).unwrap();
    let shapes = [
        Shape::Mask(mask),
        Shape::Polygon(Polygon { parts: vec![part(20.0, vec![square(24.0, 2.0)])] }),
        Shape::Polygon(Polygon { parts: vec![part(20.0, vec![]), part(25.0, vec![])] }),
    ];
    list.items[0].objects.extend(shapes.map(|shape| Object::shape(ObjectId::new(), shape, Some(CAT))));
    list.items[0].objects[1].flags.insert(Flag::Crowd);
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("all.json");
    export_to("coco", &list, &target, &[]);
    assert_eq!(files(folder.path()), ["all.json"]);
    let data = json(target);
    let annotations = data["annotations"].as_array().unwrap();
    let numbers = |i: usize| (annotations[i]["bbox"].clone(), annotations[i]["area"].as_f64().unwrap());
    assert_eq!(numbers(0), (serde_json::json!([10.0, 10.0, 20.5, 30.25]), 620.125));
    assert_eq!(annotations[0]["segmentation"], serde_json::json!([]));
    assert_eq!(numbers(1), (serde_json::json!([3.0, 4.0, 2.0, 3.0]), 4.0));
    assert_eq!(annotations[1]["iscrowd"], 1);
    // The hole is the pixels whose centres lie in it.
    assert_eq!(numbers(2), (serde_json::json!([20.0, 10.0, 10.0, 10.0]), 96.0));
    assert_eq!(
        (&annotations[2]["iscrowd"], annotations[2]["segmentation"]["size"][0].as_u64()),
        (&0.into(), Some(80))
    );
    assert_eq!(numbers(3).1, 150.0, "parts that overlap count once");
    assert_eq!(data["categories"][0], serde_json::json!({"id": 1, "name": "cat", "supercategory": ""}));
    assert_eq!(annotations.iter().map(|a| a["id"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn labelme_points_to_the_pictures_where_they_lie() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        ExportOptions { media_root: Some(folder.path().join("photos")), ..ExportOptions::default() };
    let target = folder.path().join("out");
    export_with("labelme", &list(&["sub/a.jpg"]), &target, &options);
    let file = json(target.join("sub/a.json"));
    assert_eq!(file["imagePath"], "../../photos/sub/a.jpg");
    assert_eq!((&file["imageData"], &file["imageWidth"]), (&Value::Null, &100.into()));
    let keys: Vec<&String> = file.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"]);

    let with_media = ExportOptions { media: Some(&Copies), ..ExportOptions::default() };
    export_with("labelme", &list(&["sub/a.jpg"]), &target, &with_media);
    assert_eq!(json(target.join("sub/a.json"))["imagePath"], "a.jpg");
    assert_eq!(fs::read_to_string(target.join("sub/a.jpg")).unwrap(), "sub/a.jpg");
}

#[test]
fn nothing_of_others_is_lost_in_a_folder_that_is_not_empty() {
    for format in picture_formats() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("labels/train")).unwrap();
        fs::write(root.join("labels/train/a.txt"), "0 0.5 0.5 0.9 0.9\n").unwrap();
        fs::write(root.join("data.yaml"), "train: x\nval: x\nnames: [dog]").unwrap();
        fs::write(root.join("notes.md"), "mine").unwrap();
        let before: Vec<Vec<u8>> =
            files(root).iter().map(|name| fs::read(root.join(name)).unwrap()).collect();
        let options = ExportOptions::default();
        let mut report = Report::new();
        export(*format, &mut list(&["a.jpg"]), root, &options, &mut report).unwrap();
        export(*format, &mut list(&["a.jpg"]), root, &options, &mut Report::new()).unwrap();
        let after: Vec<Vec<u8>> = files(root).iter().map(|name| fs::read(root.join(name)).unwrap()).collect();
        for content in before {
            assert!(after.contains(&content), "{}: {:?}", format.id(), String::from_utf8_lossy(&content));
        }
    }
}

#[test]
fn a_second_export_with_another_split_leaves_nothing_of_the_first() {
    for format in picture_formats() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("out");
        let list = list(&["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
        let split = ExportOptions { splits: "train=1,val=1".parse().unwrap(), ..ExportOptions::default() };
        export_with(format.id(), &list, &root, &split);
        let (_, report) = export_with(format.id(), &list, &root, &ExportOptions::default());
        assert!(!report.to_string().contains("another export"), "{}: {report}", format.id());
        let again = import(format.id(), &root).unwrap();
        assert_eq!(again.list.items.len(), 4, "{}", format.id());
    }
}

#[test]
fn a_broken_file_of_others_does_not_spoil_the_check() {
    for format in picture_formats() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("annotations")).unwrap();
        fs::create_dir_all(root.join("labels/train")).unwrap();
        let broken =
            "{\"images\": [{\"file_name\": \"a.jpg\", \"id\": 1}], \"categories\": [], \"annotations\": [{";
        fs::write(root.join("annotations/theirs.json"), broken).unwrap();
        fs::write(root.join("theirs.json"), "{\"shapes\": [{\"points\": [[1").unwrap();
        fs::write(root.join("labels/train/theirs.txt"), "nonsense").unwrap();
        export_with(format.id(), &list(&["a.jpg"]), root, &ExportOptions::default());
    }
}

#[test]
fn a_picture_that_cannot_be_copied_is_a_line_of_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let options = ExportOptions { media: Some(&Copies), ..ExportOptions::default() };
    let (_, report) = export_with("yolo-detect", &list(&["missing.jpg", "b.jpg"]), folder.path(), &options);
    assert!(
        report.to_string().contains("could not be copied: the picture is not there. [missing.jpg]"),
        "{report}"
    );
    assert!(folder.path().join("images/train/b.jpg").exists());
}

#[test]
fn pictures_from_addresses_and_absolute_paths_keep_their_names_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut list = list(&["/data/x/a.jpg", "../up/b.jpg", "c.jpg"]);
    list.items[2].asset.source = AssetSource::Url("https://example.org/p/c.jpg?x=1".to_owned());
    let options = ExportOptions { media: Some(&Copies), ..ExportOptions::default() };
    export_with("labelme", &list, folder.path(), &options);
    assert_eq!(files(folder.path()), ["a.jpg", "a.json", "c.jpg", "c.json", "up/b.jpg", "up/b.json"]);
}

#[test]
fn equal_file_names_are_numbered() {
    let folder = tempfile::tempdir().unwrap();
    let options = ExportOptions { image_paths: ImagePaths::FileNames, ..ExportOptions::default() };
    export_with("coco", &list(&["x/a.jpg", "y/a.jpg"]), &folder.path().join("all.json"), &options);
    let images = json(folder.path().join("all.json"));
    let names: Vec<&str> =
        images["images"].as_array().unwrap().iter().map(|i| i["file_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a.jpg", "a_2.jpg"]);
}

#[test]
fn a_picture_is_left_out_of_formats_for_videos_and_told() {
    for format in video_formats() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let (summary, report) =
            export_with(format.id(), &list(&["a.jpg"]), &target, &ExportOptions::default());
        assert_eq!((summary.num_objects, summary.num_left_out), (0, 1), "{}", format.id());
        assert!(report.to_string().contains("it is on a picture"), "{report}");
    }
}

#[test]
fn unknown_settings_are_refused_with_those_that_there_are() {
    let options = ExportOptions {
        settings: BTreeMap::from([("mask".to_owned(), "x".to_owned())]),
        ..ExportOptions::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let error =
        export(format("coco"), &mut list(&[]), folder.path(), &options, &mut Report::new()).unwrap_err();
    assert_eq!(error.to_string(), "COCO has no setting \"mask\"; its settings: masks.");
}

#[test]
fn a_cancelled_export_stops_and_leaves_no_parts() {
    let pool = fieldmark::base::jobs::JobPool::new(1);
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("all.json");
    let (sender, receiver) = std::sync::mpsc::channel::<JobContext>();
    let job = pool.submit(
        fieldmark::base::jobs::Priority::Now,
        || {},
        move |context| {
            sender.send(context.clone()).unwrap();
        },
    );
    let context = receiver.recv().unwrap();
    drop(job);
    let options = ExportOptions { job: context, ..ExportOptions::default() };
    let error =
        export(format("coco"), &mut list(&["a.jpg"]), &target, &options, &mut Report::new()).unwrap_err();
    assert!(matches!(error, FormatError::Cancelled));
    assert!(files(folder.path()).is_empty());
}

#[test]
fn formats_describe_themselves() {
    for format in FORMATS {
        let info = serde_json::to_value(FormatInfo::of(*format)).unwrap();
        assert!(info["id"].as_str().unwrap().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        assert!(info["help"].as_str().unwrap().ends_with('.'));
        assert!(!info["keeps"].as_array().unwrap().is_empty());
        assert!(!info["extensions"].as_array().unwrap().is_empty());
    }
    let ids: std::collections::HashSet<&str> = FORMATS.iter().map(|format| format.id()).collect();
    assert_eq!(ids.len(), FORMATS.len());
}

#[test]
fn results_are_read_with_the_dataset_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    export_to("coco", &list(&["a.jpg"]), &folder.path().join("all.json"), &[]);
    let results = r#"[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]"#;
    fs::write(folder.path().join("results.json"), results).unwrap();
    let imported = import("coco", &folder.path().join("results.json")).unwrap();
    assert_eq!(imported.objects().len(), 1);
    let alone = tempfile::tempdir().unwrap();
    fs::write(alone.path().join("results.json"), results).unwrap();
    let error = import("coco", &alone.path().join("results.json")).err().expect("no pictures").to_string();
    assert!(error.contains("a list of results without pictures"), "{error}");
}
