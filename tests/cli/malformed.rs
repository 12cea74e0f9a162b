//! Files that are damaged, cut off, or something else: told with file and line, and never the end of the program.

use serde_json::json;

use crate::desk::{Desk, coco};

#[test]
fn one_broken_record_is_told_with_its_line_and_the_rest_is_read() {
    let desk = Desk::with_project(&["a.png", "b.png"]);
    let mut file = coco(&["a.png", "b.png"]);
    file["annotations"][1]["bbox"] = json!("wide");
    file["annotations"][1]["segmentation"] = json!(null);
    desk.write("coco.json", serde_json::to_string_pretty(&file).unwrap());
    let told = desk.json("import desk.fieldmark coco.json");
    assert_eq!(told["num_objects"], 3, "{told}");
    let finding = &told["report"]["findings"][0];
    assert!(finding["place"].as_str().unwrap().starts_with("coco.json:"), "{told}");
    let again = desk.run("import desk.fieldmark coco.json").succeeds();
    assert!(again.err.contains("coco.json:"), "{}", again.err);
}

#[test]
fn a_broken_line_of_a_label_file_is_told() {
    let desk = Desk::with_project(&["a.png"]);
    desk.write("set/data.yaml", "names: [cat]\ntrain: images\n");
    desk.write_picture("set/images/a.png", 40, 30);
    desk.write("set/labels/a.txt", "0 0.5 0.5 0.5 0.5\n0 0.5 half 0.5 0.5\n0 0.2 0.2 0.1 0.1\n");
    let told = desk.json("import desk.fieldmark --format yolo-detect set");
    assert_eq!(told["num_objects"], 2, "{told}");
    assert!(told["report"]["findings"][0]["place"].as_str().unwrap().ends_with("a.txt:2"), "{told}");
}

#[test]
fn a_file_that_was_cut_anywhere_is_read_up_to_there_or_refused() {
    let desk = Desk::with_project(&["a.png", "b.png"]);
    let text = coco(&["a.png", "b.png"]).to_string();
    for percent in [1, 20, 45, 70, 99] {
        let path = desk.write("cut.json", &text[..text.len() * percent / 100]);
        let ended = desk.run("import desk.fieldmark --format coco cut.json");
        assert!(ended.code == Some(0) || ended.code == Some(1), "{percent}: {:?}", ended.code);
        assert!(!ended.err.is_empty(), "{percent}: damage is never passed over");
        assert!(path.exists());
    }
}

#[test]
fn garbage_is_refused_in_every_format() {
    let desk = Desk::with_project(&["a.png"]);
    let garbage: String = (0..5000_u32).map(|i| char::from(33 + (i * i % 90) as u8)).collect();
    desk.write("garbage.json", &garbage);
    desk.write("garbage/garbage.json", &garbage);
    desk.write("garbage/garbage.txt", &garbage);
    desk.write("garbage/data.yaml", &garbage);
    let before = desk.info();
    for format in desk.json("formats")["formats"].as_array().unwrap() {
        let id = format["id"].as_str().unwrap();
        for source in ["garbage.json", "garbage", "photos", "photos/a.png"] {
            let ended = desk.run(&format!("import desk.fieldmark --format {id} {source}"));
            assert!(ended.code == Some(0) || ended.code == Some(1), "{id} {source}: {:?}", ended.code);
            assert!(
                ended.code == Some(0) || ended.err.starts_with("fieldmark: "),
                "{id} {source}: {}",
                ended.err
            );
        }
    }
    assert_eq!(desk.info()["num_objects"], before["num_objects"]);
}

#[test]
fn numbers_beyond_reason_do_no_harm() {
    let desk = Desk::with_project(&["a.png"]);
    let mut file = coco(&["a.png"]);
    file["annotations"][0]["bbox"] = json!([1e308, -1e308, 1e308, 1e308]);
    file["annotations"][1]["segmentation"] =
        json!({"size": [4_000_000_000_u64, 4_000_000_000_u64], "counts": "0"});
    file["images"][0]["width"] = json!(u64::MAX);
    desk.write("coco.json", file);
    let ended = desk.run("import desk.fieldmark --format coco coco.json");
    assert!(ended.code == Some(0) || ended.code == Some(1), "{:?} {}", ended.code, ended.err);
    desk.run("export desk.fieldmark --format yolo-segment out").succeeds();
}
