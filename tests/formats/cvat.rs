//! CVAT's files: what it interpolated follows from the keyframes.

use std::fs;
use std::path::{Path, PathBuf};

use fieldmark::edit::shape_at;
use fieldmark::model::{Content, Object, Shape, Track};

use crate::driver::{export_to, import};

fn exported() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats/cvat-video/exported/input.xml")
}

fn track(object: &Object) -> &Track {
    match &object.content {
        Content::Track(track) => track,
        other => panic!("no track: {other:?}"),
    }
}

fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let at = line.find(&format!(" {name}=\""))? + name.len() + 3;
    line[at..].split('"').next()
}

fn number(line: &str, name: &str) -> f64 {
    attribute(line, name).unwrap_or_else(|| panic!("{name} in {line}")).parse().unwrap()
}

/// The numbers of a shape as its element names them.
fn numbers_of(shape: &Shape) -> Vec<(&'static str, f64)> {
    match shape {
        Shape::Box(shape) => {
            let rect = shape.0;
            vec![("xtl", rect.min.x), ("ytl", rect.min.y), ("xbr", rect.max.x), ("ybr", rect.max.y)]
        }
        Shape::RotatedBox(shape) => {
            let (low, high) = (shape.center - shape.size / 2.0, shape.center + shape.size / 2.0);
            let angle = ("rotation", shape.angle);
            vec![("xtl", low.x), ("ytl", low.y), ("xbr", high.x), ("ybr", high.y), angle]
        }
        Shape::Ellipse(shape) => vec![
            ("cx", shape.center.x),
            ("cy", shape.center.y),
            ("rx", shape.radii.x),
            ("ry", shape.radii.y),
            ("rotation", shape.angle),
        ],
        Shape::Cuboid(shape) => {
            vec![("xtl1", shape.front[0].x), ("ybr2", shape.back[2].y), ("xbl1", shape.front[3].x)]
        }
        _ => Vec::new(),
    }
}

/// Compares every shape of the file with the track at its frame; returns how many there were.
fn compare_all_shapes(text: &str, objects: &[&Object]) -> usize {
    let (mut track_index, mut num_compared) = (0, 0);
    for line in text.lines().map(str::trim) {
        if line.starts_with("<track ") {
            track_index = attribute(line, "id").unwrap().parse().unwrap();
        }
        let is_shape =
            ["<box ", "<ellipse ", "<cuboid ", "<points frame"].iter().any(|start| line.starts_with(start));
        if !is_shape {
            continue;
        }
        let at = shape_at(track(objects[track_index]), number(line, "frame") as u32);
        if attribute(line, "outside") == Some("1") {
            assert_eq!(at, None, "{line}");
            continue;
        }
        let at = at.unwrap_or_else(|| panic!("not seen: {line}"));
        assert_eq!(attribute(line, "keyframe"), Some(if at.is_keyframe { "1" } else { "0" }), "{line}");
        assert_eq!(attribute(line, "occluded"), Some(if at.occluded { "1" } else { "0" }), "{line}");
        for (name, value) in numbers_of(&at.shape) {
            // An angle of nought is not written.
            let expected = attribute(line, name).map_or(0.0, |text| text.parse().unwrap());
            assert!((value - expected).abs() <= 0.01, "{name} is {value} in {line}");
            num_compared += 1;
        }
    }
    num_compared
}

#[test]
fn shapes_between_keyframes_are_those_that_cvat_exports() {
    let imported = import("cvat-video", &exported()).unwrap();
    let num_compared = compare_all_shapes(&fs::read_to_string(exported()).unwrap(), &imported.objects());
    assert!(num_compared > 250, "{num_compared} numbers compared");
}

#[test]
fn our_export_writes_every_frame_as_cvat_does() {
    let imported = import("cvat-video", &exported()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    export_to("cvat-video", &imported.list, folder.path(), &[]);
    let text = fs::read_to_string(folder.path().join("street.xml")).unwrap();
    let again = import("cvat-video", folder.path()).unwrap();
    assert!(compare_all_shapes(&text, &again.objects()) > 250);

    let few = tempfile::tempdir().unwrap();
    export_to("cvat-video", &imported.list, few.path(), &[("frames", "keyframes")]);
    let text = fs::read_to_string(few.path().join("street.xml")).unwrap();
    assert!(!text.contains("keyframe=\"0\"") && text.contains("keyframe=\"1\""));
}
