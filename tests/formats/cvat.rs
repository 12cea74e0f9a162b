//! CVAT's files: what it interpolated follows from the keyframes.

use std::fs;
use std::path::{Path, PathBuf};

use fieldmark::edit::shape_at;
use fieldmark::geometry::Point;
use fieldmark::model::shape::Visibility;
use fieldmark::model::{Content, Object, Shape, Track};

use crate::driver::{export_to, import};

fn exported() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats/cvat-video/exported/input.xml")
}

/// Tracks of every kind at random, interpolated by CVAT's own code and written as CVAT writes them.
fn moving() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats/cvat-video/moving/input.xml")
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

/// The points of an element.
fn points_in(line: &str) -> Vec<Point> {
    let text = attribute(line, "points").unwrap_or_else(|| panic!("points in {line}"));
    let pair = |pair: &str| {
        let (x, y) = pair.split_once(',').unwrap();
        Point::new(x.parse().unwrap(), y.parse().unwrap())
    };
    text.split(';').map(pair).collect()
}

/// Compares the points of a shape with those of an element; returns how many there are.
fn compare_points(found: &[Point], line: &str) -> usize {
    let expected = points_in(line);
    assert_eq!(found.len(), expected.len(), "{found:?} in {line}");
    for (a, b) in found.iter().zip(&expected) {
        let way = *a - *b;
        assert!(way.x.abs() <= 0.01 && way.y.abs() <= 0.01, "{a:?} instead of {b:?} in {line}");
    }
    2 * found.len()
}

/// Compares every outline, point and joint of the file with the track at its frame; returns how many numbers there were.
fn compare_all_points(text: &str, objects: &[&Object], joints: &[&str]) -> usize {
    let (mut track_index, mut frame, mut num_compared) = (0, 0, 0);
    for line in text.lines().map(str::trim) {
        if line.starts_with("<track ") {
            track_index = attribute(line, "id").unwrap().parse().unwrap();
            continue;
        }
        let name = line.trim_start_matches('<').split(' ').next().unwrap();
        if line.starts_with('<') && ["skeleton", "polygon", "polyline", "points"].contains(&name) {
            frame = attribute(line, "frame").map_or(frame, |text| text.parse().unwrap());
        }
        let at = shape_at(track(objects[track_index]), frame).map(|at| at.shape);
        let is_outside = attribute(line, "outside") == Some("1");
        num_compared += match (name, attribute(line, "label"), at) {
            ("points", Some(label), at) => {
                let index = joints.iter().position(|joint| *joint == label).unwrap();
                let joint = match &at {
                    Some(Shape::Skeleton(skeleton)) => Some(skeleton.0[index]),
                    None => None,
                    other => panic!("{other:?} in {line}"),
                };
                let seen = joint.filter(|joint| joint.visibility != Visibility::Absent);
                assert_eq!(seen.is_none(), is_outside, "frame {frame}: {line}");
                seen.map_or(0, |joint| compare_points(&[joint.position], line))
            }
            ("polygon" | "polyline" | "points", None, at) if line.starts_with('<') => {
                assert_eq!(at.is_none(), is_outside, "{line}");
                at.map_or(0, |shape| compare_points(&shape.geometry().vertices(), line))
            }
            _ => 0,
        };
    }
    num_compared
}

/// Compares every shape of the file with the track at its frame; returns how many there were.
fn compare_all_shapes(text: &str, objects: &[&Object]) -> usize {
    let (mut track_index, mut num_compared) = (0, 0);
    for line in text.lines().map(str::trim) {
        if line.starts_with("<track ") {
            track_index = attribute(line, "id").unwrap().parse().unwrap();
        }
        let is_shape = ["<box ", "<ellipse ", "<cuboid "].iter().any(|start| line.starts_with(start));
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
fn what_moves_is_where_cvat_shows_it_whatever_its_kind() {
    let text = fs::read_to_string(moving()).unwrap();
    let imported = import("cvat-video", &moving()).unwrap();
    assert!(compare_all_shapes(&text, &imported.objects()) > 700);
    let joints = ["head", "hand", "foot"];
    assert!(compare_all_points(&text, &imported.objects(), &joints) > 3000);

    // And so it is in what we write, keyframes or all frames.
    for frames in ["all", "keyframes"] {
        let folder = tempfile::tempdir().unwrap();
        export_to("cvat-video", &imported.list, folder.path(), &[("frames", frames)]);
        let again = import("cvat-video", folder.path()).unwrap();
        assert!(compare_all_shapes(&text, &again.objects()) > 700);
        assert!(compare_all_points(&text, &again.objects(), &joints) > 3000);
    }
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
