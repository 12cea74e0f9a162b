//! Damaged and hostile files of the formats for videos: what is wrong is named with file and line, its neighbours are
//! read, and no number in a file makes the memory grow.

use std::fs;

use fieldmark::base::report::Severity;

use crate::driver::import;

const MOT: &str = "1,1,10,20,30,40,1,1,1";
const KITTI: &str = "0 1 Car 0 0 0 10 20 30 40 0 0 0 0 0 0 0";

/// Rows that cannot be used.
const BAD_ROWS: [(&str, &str, &str); 12] = [
    ("mot", MOT, "99999999999,1,10,20,30,40,1,1,1"),
    ("mot", MOT, "-5,1,10,20,30,40,1,1,1"),
    ("mot", MOT, "0,1,10,20,30,40,1,1,1"),
    ("mot", MOT, "2,1,NaN,20,30,40,1,1,1"),
    ("mot", MOT, "2,1,1e300,20,30,40,1,1,1"),
    ("mot", MOT, "2,1,10"),
    ("kitti-tracking", KITTI, "99999999999 1 Car 0 0 0 10 20 30 40 0 0 0 0 0 0 0"),
    ("kitti-tracking", KITTI, "-1 1 Car 0 0 0 10 20 30 40 0 0 0 0 0 0 0"),
    ("kitti-tracking", KITTI, "1 1 Car 0 0 0 nan 20 30 40 0 0 0 0 0 0 0"),
    ("kitti-tracking", KITTI, "1 1 Car 0 0 0 10 20"),
    ("ava", "v,0000,0.1,0.1,0.5,0.5,1,1", "v,0001,nan,0.1,0.5,0.5,1,1"),
    ("ava", "v,0000,0.1,0.1,0.5,0.5,1,1", "v,-5,0.1,0.1,0.5,0.5,1,1"),
];

#[test]
fn a_row_that_cannot_be_used_is_named_with_its_line_and_the_others_are_read() {
    for (id, good, bad) in BAD_ROWS {
        let folder = tempfile::tempdir().unwrap();
        let name = if id == "ava" { "rows.csv" } else { "rows.txt" };
        let file = folder.path().join(name);
        // As Windows writes it: with a mark at the beginning and two characters at the end of a line.
        fs::write(&file, format!("\u{feff}{good}\r\n{bad}\r\n")).unwrap();
        let imported = import(id, &file).unwrap_or_else(|error| panic!("{id}, {bad}: {error}"));
        let told = imported.report.to_string();
        assert_eq!(imported.report.num(Severity::Error), 1, "{id}, {bad}: {told}");
        assert!(told.contains(&format!("{name}:2")), "{id}, {bad}: {told}");
        assert_eq!(imported.objects().len(), 1, "{id}, {bad}");
    }
}

fn cvat(shapes: &str) -> String {
    format!(
        "<annotations>\n<meta><task><size>5</size><mode>interpolation</mode></task></meta>\n\
         <track id=\"0\" label=\"car\">\n{shapes}\n</track>\n</annotations>"
    )
}

fn cvat_box(frame: &str, left: &str) -> String {
    format!(
        "<box frame=\"{frame}\" keyframe=\"1\" outside=\"0\" occluded=\"0\" xtl=\"{left}\" ytl=\"1\" xbr=\"20\" ybr=\"9\"/>"
    )
}

#[test]
fn a_shape_of_cvat_that_cannot_be_used_is_named_with_its_line() {
    let bad = [cvat_box("-1", "2"), cvat_box("99999999999", "2"), cvat_box("1e9", "2"), cvat_box("2", "nan")];
    for bad in bad {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("v.xml");
        fs::write(&file, cvat(&format!("{}\n{bad}", cvat_box("0", "2")))).unwrap();
        let imported = import("cvat-video", &file).unwrap();
        let told = imported.report.to_string();
        assert!(told.contains("v.xml:5"), "{bad}: {told}");
        assert_eq!(imported.objects().len(), 1, "{bad}");
    }
}

#[test]
fn entities_that_stand_for_each_other_are_not_unfolded() {
    let mut bomb = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE a [\n<!ENTITY x0 \"xxxxxxxxxx\">\n");
    for i in 1..12 {
        let refers = format!("&x{};", i - 1).repeat(10);
        bomb += &format!("<!ENTITY x{i} \"{refers}\">\n");
    }
    bomb += "]>\n";
    let text = cvat(&cvat_box("0", "2")).replace("label=\"car\"", "label=\"&x11;\"");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("v.xml");
    fs::write(&file, bomb + &text).unwrap();
    if let Ok(imported) = import("cvat-video", &file) {
        let longest = imported.list.schema.labels.iter().map(|label| label.name.len()).max();
        assert!(longest.unwrap_or(0) < 100, "{longest:?}");
    }
}

#[test]
fn the_last_frame_that_a_number_can_name_costs_no_memory() {
    let far = "4294967294";
    let dive = format!(
        "{{\"tracks\": {{\"0\": {{\"id\": 0, \"begin\": 0, \"end\": {far}, \"confidencePairs\": [[\"car\", 1]], \
         \"attributes\": {{}}, \"features\": [{{\"frame\": 0, \"bounds\": [1, 2, 9, 9], \"keyframe\": true, \
         \"interpolate\": true}}, {{\"frame\": {far}, \"bounds\": [5, 5, 9, 9], \"keyframe\": true}}]}}}}, \
         \"groups\": {{}}, \"version\": 2}}"
    );
    let files = [
        ("mot", "rows.txt", format!("{MOT}\n4294967294,1,10,20,30,40,1,1,1\n")),
        ("kitti-tracking", "rows.txt", format!("{KITTI}\n{}\n", KITTI.replacen('0', far, 1))),
        ("cvat-video", "v.xml", cvat(&format!("{}\n{}", cvat_box("0", "2"), cvat_box(far, "3")))),
        ("dive", "v.json", dive),
    ];
    for (id, name, text) in files {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        let imported = import(id, &file).unwrap_or_else(|error| panic!("{id}: {error}"));
        let keyframes = imported.objects()[0].as_track().unwrap().keyframes.len();
        assert!((1..=4).contains(&keyframes), "{id}: {keyframes} keyframes");
    }
}
