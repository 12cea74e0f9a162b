//! Videos in formats for pictures: one picture for each frame.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use fieldmark::formats::{Change, ExportOptions, FrameOptions, Item, ItemList, MediaCopier, preflight};
use fieldmark::geometry::Rect;
use fieldmark::model::{
    Asset, AssetId, Color, Content, FrameRate, Keyframe, Label, LabelId, Object, ObjectId, Schema, Shape,
    Span, Track, VideoFacts,
};

use crate::driver::{export_with, format, import};

const CAT: LabelId = LabelId::from_u128(1);

/// A video of ten frames with a cat that walks from frame 2 on and is gone from frame 6, and rain on frames 5 to 7.
fn list() -> ItemList {
    let key = |x: f64, outside| Keyframe {
        shape: Shape::from_rect(Rect::from_xywh(x, 10.0, 20.0, 20.0)),
        outside,
        occluded: false,
    };
    let track = Track {
        keyframes: BTreeMap::from([(2, key(0.0, false)), (4, key(10.0, false)), (6, key(10.0, true))]),
        ..Track::default()
    };
    let rain = LabelId::from_u128(2);
    let labels =
        vec![Label::new(CAT, "cat", Color::for_index(0)), Label::new(rain, "rain", Color::for_index(1))];
    let facts = VideoFacts::constant(10, FrameRate::new(25, 1).expect("a rate"));
    let asset = Asset::video(AssetId::from_u128(7), "clips/a.mp4", 100, 80, facts);
    let objects = vec![
        Object::new(ObjectId::new(), Content::Track(track), Some(CAT)),
        Object::new(
            ObjectId::new(),
            Content::Span(Span { start: 5, end: 8, lane: String::new() }),
            Some(rain),
        ),
    ];
    let picture = Asset::picture(AssetId::from_u128(8), "b.jpg", 100, 80);
    let items = vec![Item { asset, objects }, Item { asset: picture, objects: vec![] }];
    ItemList { schema: Schema { labels, merged: vec![] }, items }
}

/// Writes which frame it is in place of its pixels.
struct Copies;

impl MediaCopier for Copies {
    fn copy(&self, asset: &Asset, to: &Path) -> io::Result<()> {
        fs::write(to, asset.source.as_str())
    }

    fn copy_frame(&self, video: &Asset, frame: u32, to: &Path) -> io::Result<()> {
        fs::write(to, format!("{} {frame}", video.source.as_str()))
    }
}

fn options(frames: &str) -> ExportOptions<'static> {
    ExportOptions { frames: frames.parse().unwrap(), media: Some(&Copies), ..ExportOptions::default() }
}

fn names(frames: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    export_with("coco", &list(), folder.path(), &options(frames));
    let json = fs::read_to_string(folder.path().join("annotations/instances_default.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let images = json["images"].as_array().unwrap().iter();
    images.map(|image| image["file_name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_frames_that_were_asked_for_are_pictures() {
    let frame = |frame: u32| format!("clips/a_frame_{frame:06}.jpg");
    let expected = |frames: &[u32]| -> Vec<String> {
        frames.iter().map(|&n| frame(n)).chain(["b.jpg".to_owned()]).collect()
    };
    assert_eq!(names("objects"), expected(&[2, 3, 4, 5, 6, 7]));
    assert_eq!(names("keyframes"), expected(&[2, 4]));
    assert_eq!(names("every:4"), expected(&[0, 4, 8]));
    assert_eq!(names("every:4@1:8"), expected(&[4]));
    assert_eq!(names("all").len(), 11);
    for wrong in ["", "every:0", "every:x", "objects@5", "objects@7:7", "some"] {
        assert!(wrong.parse::<FrameOptions>().is_err(), "{wrong}");
    }
}

#[test]
fn a_frame_has_the_shapes_of_its_time_and_its_own_picture() {
    let folder = tempfile::tempdir().unwrap();
    export_with("coco", &list(), folder.path(), &options("objects"));
    let imported = import("coco", folder.path()).unwrap();
    let object = &imported.list.items[1].objects[0];
    assert_eq!(object.bounds(), Some(Rect::from_xywh(5.0, 10.0, 20.0, 20.0)), "half way on frame 3");
    assert_eq!(object.extra["coco"]["attributes"]["track_id"], 0);
    let picture = fs::read_to_string(folder.path().join("images/clips/a_frame_000003.jpg")).unwrap();
    assert_eq!(picture, "clips/a.mp4 3");
}

#[test]
fn labelme_gets_spans_as_flags_and_yolo_its_layout() {
    let folder = tempfile::tempdir().unwrap();
    export_with("labelme", &list(), folder.path(), &options("objects"));
    let json = fs::read_to_string(folder.path().join("clips/a_frame_000005.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (json["flags"]["rain"].as_bool(), json["shapes"].as_array().map(Vec::len)),
        (Some(true), Some(1))
    );

    let folder = tempfile::tempdir().unwrap();
    export_with("yolo-detect", &list(), folder.path(), &options("keyframes"));
    let line = fs::read_to_string(folder.path().join("labels/train/clips/a_frame_000004.txt")).unwrap();
    assert_eq!(line, "0 0.2 0.25 0.2 0.25\n");
    assert!(folder.path().join("images/train/clips/a_frame_000004.jpg").exists());
}

#[test]
fn preflight_tells_what_becomes_of_tracks_and_spans() {
    let found = |id: &str| {
        let mut list = list();
        preflight(format(id), &mut list, Path::new("out"), &ExportOptions::default()).unwrap()
    };
    let changes = |id: &str| -> Vec<Change> { found(id).findings.into_iter().map(|f| f.change).collect() };
    let on_frames = |kind| Change::OnFrames { kind };
    assert!(changes("coco").contains(&on_frames("track")) && changes("coco").contains(&on_frames("span")));
    assert!(!changes("coco").contains(&Change::Identity), "COCO has a place for the track");
    assert!(changes("yolo-detect").contains(&Change::Identity));
    let text = found("yolo-detect").to_string();
    assert!(
        text.contains("What is a track becomes one object on each frame that is exported. (1; for example"),
        "{text}"
    );
}
