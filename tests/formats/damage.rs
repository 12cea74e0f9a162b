//! Damaged and hostile files: nothing panics, nothing hangs, and what is wrong is named with file and line.

use std::fs;
use std::path::Path;

use fieldmark::base::report::Severity;
use fieldmark::formats::{FORMATS, FormatError, recognise};
use proptest::prelude::*;

use crate::driver::{Imported, import};

fn import_text(id: &str, name: &str, bytes: &[u8]) -> (Result<Imported, FormatError>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    (import(id, &folder.path().join(name)), folder)
}

fn coco(annotations: &str) -> String {
    format!(
        "{{\"images\": [{{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 100, \"height\": 80}}],\n\
         \"categories\": [{{\"id\": 1, \"name\": \"cat\"}}],\n\"annotations\": [\n{annotations}"
    )
}

const GOOD: &str = r#"{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}"#;

/// What COCO annotations cannot be, each with a part of what the report says.
const BAD_ANNOTATIONS: [(&str, &str); 16] = [
    (r#"{"id": 2, "image_id": 1, "category_id": 1, "bbox": [NaN, 2, 3, 4]}"#, "could not be read"),
    (r#"{"id": 2, "image_id": 1, "category_id": 1, "bbox": "x"}"#, "could not be read"),
    (r#"{"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3]}"#, "3 numbers instead of 4"),
    (r#"{"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 2, -3, 4]}"#, "negative size"),
    (r#"{"id": 2, "image_id": 1, "category_id": 1, "bbox": [1e308, 2, 3, 4]}"#, "far outside"),
    (r#"{"id": 2, "image_id": 1, "category_id": 1, "bbox": [1e999, 2, 3, 4]}"#, "out of range"),
    (r#"{"id": 2, "image_id": 1, "category_id": 1}"#, "neither an outline nor a box"),
    (r#"{"id": 2, "image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4]}"#, "not in the file"),
    (r#"{"id": 2, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4]}"#, "not in the file"),
    (r#"{"id": 2, "category_id": 1, "bbox": [1, 2, 3, 4]}"#, "missing field `image_id`"),
    (
        r#"{"image_id": 1, "category_id": 1, "segmentation": {"size": [80, 100], "counts": [1]}}"#,
        "cannot be used",
    ),
    (
        r#"{"image_id": 1, "category_id": 1, "segmentation": {"size": [80, 100], "counts": "!!"}}"#,
        "character",
    ),
    (
        r#"{"image_id": 1, "category_id": 1, "segmentation": {"size": [100, 80], "counts": "0"}}"#,
        "80 × 100 pixels",
    ),
    (
        r#"{"image_id": 1, "category_id": 1, "segmentation": {"size": [4000000000, 4000000000], "counts": "0"}}"#,
        "cannot be used",
    ),
    (r#"{"image_id": 1, "category_id": 1, "keypoints": [1, 2]}"#, "no triplets"),
    ("17", "could not be read"),
];

#[test]
fn one_bad_annotation_is_named_with_its_line_and_its_neighbours_are_read() {
    for (bad, message) in BAD_ANNOTATIONS {
        let text = coco(&format!("{GOOD},\n{bad},\n{GOOD}]}}"));
        let (imported, _folder) = import_text("coco", "a.json", text.as_bytes());
        let imported = imported.unwrap();
        assert_eq!(imported.objects().len(), 2, "{bad}");
        let findings = imported.report.findings();
        assert_eq!(findings.len(), 1, "{bad}: {findings:?}");
        assert_eq!(findings[0].severity, Severity::Error);
        assert!(findings[0].message.contains(message), "{bad}: {}", findings[0].message);
        assert!(findings[0].place.contains("a.json:5"), "{bad}: {}", findings[0].place);
    }
}

#[test]
fn a_file_that_breaks_off_gives_what_was_complete() {
    let whole = coco(&format!("{GOOD},\n{GOOD},\n{GOOD}]}}"));
    let at = whole.rfind("category_id").unwrap();
    let (imported, _folder) = import_text("coco", "a.json", &whole.as_bytes()[..at]);
    let imported = imported.unwrap();
    assert_eq!(imported.objects().len(), 2);
    let text = imported.report.to_string();
    assert!(text.contains("breaks off") && text.contains("a.json:6"), "{text}");
}

#[test]
fn text_that_is_not_utf8_spoils_its_own_record_only() {
    let mut bytes = coco(&format!("{GOOD},\n")).into_bytes();
    bytes.extend(b"{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"x\": \"\xff\xfe\"}]}");
    let (imported, _folder) = import_text("coco", "a.json", &bytes);
    let imported = imported.unwrap();
    assert_eq!(imported.objects().len(), 1);
    assert!(imported.report.to_string().contains("a.json:5"), "{}", imported.report);
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let deep = format!("{{\"shapes\": {}", "[".repeat(2_000_000));
    for id in ["coco", "labelme"] {
        let (imported, _folder) = import_text(id, "a.json", deep.as_bytes());
        if let Ok(imported) = imported {
            assert!(imported.report.num(Severity::Error) > 0);
        }
    }
}

#[test]
fn every_bad_labelme_shape_is_named_and_the_others_are_read() {
    let good = r#"{"label": "a", "points": [[1, 2], [9, 9]], "shape_type": "rectangle"}"#;
    let bad = [
        r#"{"label": "a", "points": [[1, NaN]], "shape_type": "point"}"#,
        r#"{"label": 3, "points": [[1, 2]], "shape_type": "point"}"#,
        r#"{"label": "a", "points": [[1, 2, 3]], "shape_type": "point"}"#,
        r#"{"label": "a", "points": [[1e200, 2]], "shape_type": "point"}"#,
        r#"{"label": "a", "points": [], "shape_type": "polygon"}"#,
        r#"{"label": "a", "points": [[1, 1], [1, 5]], "shape_type": "rectangle"}"#,
        r#"{"label": "a", "points": [[1, 1], [1, 5]], "shape_type": "blob"}"#,
        r#"{"label": "a", "points": [[1, 1], [3, 5]], "shape_type": "mask"}"#,
        r#"{"label": "a", "points": [[1, 1], [3, 5]], "shape_type": "mask", "mask": "no png"}"#,
        r#"{"label": "a", "points": [[1, 1], [3, 5]], "shape_type": "mask", "mask": "aGVsbG8="}"#,
        r#"{"points": [[1, 1], [3, 5]]}"#,
    ];
    for bad in bad {
        let text = format!(
            "{{\"imagePath\": \"a.jpg\", \"imageHeight\": 80, \"imageWidth\": 100, \"imageData\": null,\n\
             \"shapes\": [{good},\n{bad},\n{good}]}}"
        );
        let (imported, _folder) = import_text("labelme", "a.json", text.as_bytes());
        let imported = imported.unwrap();
        assert_eq!(imported.objects().len(), 2, "{bad}");
        let findings = imported.report.findings();
        assert!(findings.iter().any(|f| f.place.contains("a.json:3")), "{bad}: {findings:?}");
    }
}

#[test]
fn every_bad_yolo_line_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("labels")).unwrap();
    fs::create_dir_all(root.join("images")).unwrap();
    fs::write(root.join("data.yaml"), "train: images\nval: images\nnames: [cat]\n").unwrap();
    fs::write(root.join("images/a.jpg"), "").unwrap();
    let bad =
        ["cat 0.5 0.5 0.1 0.1", "0 0.5", "0 0.5 0.5 nan 0.1", "0 0.5 0.5 1e308 0.1", "0 .5 .5 0 0", "\u{fe}"];
    for bad in bad {
        let mut text = b"0 0.5 0.5 0.1 0.1\n".to_vec();
        text.extend(if bad == "\u{fe}" { b"\xfe\xff".to_vec() } else { bad.as_bytes().to_vec() });
        text.extend(b"\r\n\n0 0.25 0.25 0.1 0.1");
        fs::write(root.join("labels/a.txt"), text).unwrap();
        let imported = import("yolo-detect", &root.join("data.yaml")).unwrap();
        assert_eq!(imported.objects().len(), 2, "{bad}");
        let text = imported.report.to_string();
        assert!(text.contains("labels/a.txt:2]"), "{bad}: {text}");
    }
}

#[test]
fn a_broken_yaml_is_named_with_its_line() {
    let (imported, _folder) = import_text("yolo-detect", "data.yaml", b"train: images\nnames: [a\nval: x: y");
    let message = imported.err().expect("broken").to_string();
    assert!(message.contains("data.yaml:"), "{message}");
}

/// Sources that are nothing, for every format.
#[test]
fn what_is_no_source_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("empty")).unwrap();
    fs::create_dir(root.join("folder.json")).unwrap();
    fs::write(root.join("empty.json"), "").unwrap();
    fs::write(root.join("list.json"), "[]").unwrap();
    fs::write(root.join("number.json"), "17").unwrap();
    fs::write(root.join("other.json"), "{\"a\": 1}").unwrap();
    fs::write(root.join("utf16.json"), b"\xff\xfe{\0").unwrap();
    fs::write(root.join("empty.yaml"), "").unwrap();
    fs::write(root.join("list.yaml"), "- 1\n- 2\n").unwrap();
    fs::write(root.join("bytes.yaml"), b"\xff\x00\x01").unwrap();
    for format in FORMATS {
        for name in [
            "empty",
            "folder.json",
            "empty.json",
            "list.json",
            "number.json",
            "other.json",
            "utf16.json",
            "empty.yaml",
            "list.yaml",
            "bytes.yaml",
            "absent.json",
            "absent",
        ] {
            let path = root.join(name);
            let error = match import(format.id(), &path) {
                Ok(imported) => panic!("{} imports {name}: {:?}", format.id(), imported.list.items),
                Err(error) => error.to_string(),
            };
            assert!(error.contains(name), "{} on {name}: {error}", format.id());
            let _ = recognise(&path);
        }
    }
}

fn mutations() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, any::<u8>()), 1..6)
}

fn mutate(bytes: &mut Vec<u8>, mutations: &[(prop::sample::Index, u8, u8)]) {
    for (index, kind, byte) in mutations {
        if bytes.is_empty() {
            return;
        }
        let at = index.index(bytes.len());
        match kind {
            0 => bytes[at] = *byte,
            1 => bytes.truncate(at),
            _ => bytes.insert(at, *byte),
        }
    }
}

fn golden(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats").join(path)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn no_damage_makes_an_import_panic(mutations in mutations()) {
        let png = "mots-png/cvat/input/seq/instances/frame_000000.png";
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("instances")).unwrap();
        let mut bytes = golden(png);
        mutate(&mut bytes, &mutations);
        fs::write(folder.path().join("instances/0.png"), bytes).unwrap();
        let _ = import("mots-png", folder.path());
        for (id, name, path) in [
            ("coco", "a.json", "coco/forms/input.json"),
            ("labelme", "a.json", "labelme/types/input/types.json"),
            ("yolo-segment", "data.yaml", "yolo-segment/ultralytics/input/data.yaml"),
            ("cvat-video", "a.xml", "cvat-video/exported/input.xml"),
            ("cvat-images", "a.xml", "cvat-images/forms/input.xml"),
            ("mot", "gt.txt", "mot/sequence/input/MOT17-02/gt/gt.txt"),
            ("mots-text", "a.txt", "mots-text/kitti/input/instances_txt/0002.txt"),
            ("kitti-tracking", "a.txt", "kitti-tracking/benchmark/input/label_02/0000.txt"),
            ("label-studio-video", "a.json", "label-studio-video/exported/input.json"),
            ("dive", "a.json", "dive/exported/input_street.json"),
            ("activitynet", "a.json", "activitynet/truth/input.json"),
            ("ava", "a.csv", "ava/dataset/input/annotations/ava_train_v2.2.csv"),
        ] {
            let mut bytes = golden(path);
            mutate(&mut bytes, &mutations);
            let (imported, _folder) = import_text(id, name, &bytes);
            drop(imported);
        }
    }
}
