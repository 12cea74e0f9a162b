//! Import, export and conversion of every format.

use serde_json::Value;

use crate::desk::{Desk, coco};

/// The formats for pictures.
fn formats(desk: &Desk) -> Vec<String> {
    let formats = desk.json("formats");
    formats["formats"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|format| format["holds"] == "picture")
        .map(|format| format["id"].as_str().unwrap().to_owned())
        .collect()
}

fn labelled_desk() -> Desk {
    let desk = Desk::with_project(&["a.png", "b.png", "c.png"]);
    desk.write("coco.json", coco(&["a.png", "b.png"]));
    desk.run("import desk.fieldmark --format coco coco.json").succeeds();
    desk
}

#[test]
fn formats_tell_what_they_keep() {
    let desk = Desk::new();
    let formats = desk.json("formats");
    for format in formats["formats"].as_array().unwrap() {
        for key in ["id", "title", "help"] {
            assert!(!format[key].as_str().unwrap().is_empty(), "{format}");
        }
        assert!(!format["keeps"].as_array().unwrap().is_empty(), "{format}");
    }
    let text = desk.run("formats").succeeds().out;
    assert!(text.contains("yolo-segment") && text.contains("keeps: "), "{text}");
}

#[test]
fn what_is_exported_is_imported_again_in_every_format() {
    let desk = labelled_desk();
    for id in formats(&desk) {
        let exported = desk.json(&format!("export desk.fieldmark --format {id} out-{id} --with-media"));
        let num_objects = exported["summary"]["num_objects"].as_u64().unwrap();
        assert_eq!(exported["summary"]["num_items"], 3, "{id}");
        let num_left_out = exported["summary"]["num_left_out"].as_u64().unwrap();
        assert_eq!(num_objects + num_left_out, 4, "{id}: {exported}");

        // A project that has the pictures knows them by their content.
        desk.run(&format!("new known-{id}.fieldmark photos")).succeeds();
        let known = desk.json(&format!("import known-{id}.fieldmark out-{id}"));
        assert_eq!(
            (&known["num_objects"], &known["num_new_pictures"]),
            (&num_objects.into(), &0.into()),
            "{id}: {known}"
        );
        // One that has not takes them in.
        desk.run(&format!("new {id}.fieldmark")).succeeds();
        let imported = desk.json(&format!("import {id}.fieldmark out-{id} --format {id}"));
        assert_eq!(imported["num_objects"], num_objects, "{id}: {imported}");
        assert_eq!(imported["num_new_pictures"], 3, "{id}: {imported}");
        let twice = desk.json(&format!("import {id}.fieldmark out-{id} --format {id}"));
        assert_eq!(
            (&twice["num_objects"], &twice["num_known_objects"]),
            (&0.into(), &num_objects.into()),
            "{id}"
        );
        let info = desk.json(&format!("info {id}.fieldmark"));
        assert_eq!((&info["num_objects"], &info["num_missing"]), (&num_objects.into(), &0.into()), "{id}");
    }
}

#[test]
fn every_format_is_converted_into_every_other() {
    let desk = labelled_desk();
    let ids = formats(&desk);
    for from in &ids {
        desk.run(&format!("export desk.fieldmark --format {from} out-{from} --with-media")).succeeds();
        for to in &ids {
            let converted = desk.json(&format!("convert --from {from} out-{from} --to {to} {from}-{to}"));
            let num_read = converted["import"]["num_objects"].as_u64().unwrap();
            let summary = &converted["export"]["summary"];
            let num_written =
                summary["num_objects"].as_u64().unwrap() + summary["num_left_out"].as_u64().unwrap();
            assert_eq!(num_read, num_written, "{from} to {to}: {converted}");
            assert_eq!(summary["num_items"], 3, "{from} to {to}: {converted}");
        }
    }
}

#[test]
fn coco_goes_through_a_project_without_loss() {
    let desk = labelled_desk();
    desk.run("export desk.fieldmark --format coco out.json").succeeds();
    let sorted = |json: Value| -> Vec<(Vec<f64>, Value)> {
        let annotations = json["annotations"].as_array().unwrap().clone();
        let numbers = |value: &Value| -> Vec<f64> { serde_json::from_value(value.clone()).unwrap() };
        let mut found: Vec<_> = annotations
            .iter()
            .map(|a| (numbers(&a["bbox"]), serde_json::json!(a["segmentation"][0].as_array().map(Vec::len))))
            .collect();
        found.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap());
        found
    };
    assert_eq!(sorted(desk.read_json("out.json")), sorted(desk.read_json("coco.json")), "to the last bit");
}

#[test]
fn the_format_is_recognised_when_it_is_not_named() {
    let desk = labelled_desk();
    desk.run("new other.fieldmark photos").succeeds();
    assert_eq!(desk.json("import other.fieldmark coco.json")["format"], "coco");
    desk.run("export desk.fieldmark --format labelme me").succeeds();
    assert_eq!(desk.json("import other.fieldmark me")["format"], "labelme");
    desk.write("empty/readme.txt", "nothing here");
    desk.run("import other.fieldmark empty").fails_with("fieldmark formats");
}

#[test]
fn queries_and_splits_choose_pictures() {
    let desk = labelled_desk();
    let num_items = |terms: &[&str]| {
        let mut arguments =
            vec!["export", "desk.fieldmark", "--format", "coco", "out", "--preflight", "--json"];
        arguments.extend(terms);
        desk.run_with(&arguments).succeeds().json()["preflight"]["num_items"].as_u64().unwrap()
    };
    assert_eq!(num_items(&[]), 3);
    assert_eq!(num_items(&["--query", "has:objects"]), 2);
    assert_eq!(num_items(&["--query", "label:dog name:A.png"]), 1);
    assert_eq!(num_items(&["--query", "has:none status:todo subset:none"]), 1);
    desk.run("export desk.fieldmark --format yolo-detect yolo --split train=0.5,val=0.5 --with-media")
        .succeeds();
    let num_files = |folder: &str| desk.names_in(folder).len();
    assert_eq!(desk.names_in("yolo/images"), ["train", "val"]);
    let in_all: usize =
        ["train", "val"].map(|part| count_files(&desk.path("yolo/images").join(part))).iter().sum();
    assert_eq!(in_all, 3);
    assert!(num_files("yolo/labels") == 2);
}

fn count_files(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

#[test]
fn a_preflight_tells_and_writes_nothing() {
    let desk = labelled_desk();
    let told = desk.run("export desk.fieldmark --format yolo-detect out --preflight").succeeds().out;
    assert!(told.contains("What is a polygon becomes a box."), "{told}");
    assert!(!desk.path("out").exists());
    let lossless = desk.json("export desk.fieldmark --format coco out --preflight");
    assert_eq!(lossless["preflight"]["num_kept"], 4, "{lossless}");
}

#[test]
fn pictures_that_are_elsewhere_are_found_in_the_folder_named() {
    let desk = Desk::new();
    desk.write_picture("far/away/a.png", 40, 30);
    desk.write("labels/a.txt", "0 0.5 0.5 0.5 0.5\n");
    desk.write("data.yaml", "names: [cat]\ntrain: images\n");
    desk.write("images/.keep", "");
    desk.run("new desk.fieldmark").succeeds();
    let without = desk.run("import desk.fieldmark --format yolo-detect data.yaml");
    assert!(without.err.contains("Give the folder with the pictures"), "{}", without.err);
    let with = desk.json("import desk.fieldmark --format yolo-detect data.yaml --images far");
    assert_eq!((&with["num_objects"], &with["num_new_pictures"]), (&1.into(), &1.into()), "{with}");
    let converted = desk.json("convert --from yolo-detect data.yaml --to coco out.json --images far");
    assert_eq!(converted["export"]["summary"]["num_objects"], 1, "{converted}");
    assert_eq!(desk.read_json("out.json")["images"][0]["width"], 40);
}

#[test]
fn somebody_elses_files_are_never_replaced() {
    let desk = labelled_desk();
    desk.write("out/data.yaml", "mine");
    let said = desk.run("export desk.fieldmark --format yolo-detect out").succeeds();
    assert!(said.err.contains("kept under another name"), "{}", said.err);
    let kept = desk.names_in("out").into_iter().find(|name| name.starts_with("data.yaml.kept")).unwrap();
    assert_eq!(std::fs::read_to_string(desk.path("out").join(kept)).unwrap(), "mine");
}
