//! Videos through every format that holds them: what is read back is what preflight promised, and what a format says
//! that it keeps is what it keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fieldmark::formats::{Capability, Change, ExportOptions, Format, Item, ItemList, Preflight, preflight};
use fieldmark::geometry::{Mask, Point, Polygon, Rect, Vector};
use fieldmark::model::shape::{
    CuboidShape, EllipseShape, Joint, PointsShape, PolylineShape, RotatedBoxShape, SkeletonShape, Visibility,
};
use fieldmark::model::{
    Asset, AssetId, Attribute, AttributeId, AttributeInput, AttributeValue, Color, Content, Flag, FrameRate,
    GroupId, Keyframe, Label, LabelId, Object, ObjectId, Schema, Shape, ShapeKind, SkeletonTemplate, Span,
    Track, VideoFacts,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::driver::{export_to, import_with, video_formats};

const WIDTH: u32 = 120;
const HEIGHT: u32 = 90;
const NUM_FRAMES: u32 = 20;
const CAR: LabelId = LabelId::from_u128(1);
const PERSON: LabelId = LabelId::from_u128(2);
const COLOR: AttributeId = AttributeId::from_u128(11);
const SPEED: AttributeId = AttributeId::from_u128(12);

fn schema() -> Schema {
    let attribute = |id, name: &str, input, mutable| Attribute {
        id,
        name: name.to_owned(),
        input,
        default: None,
        mutable,
    };
    let mut car = Label::new(CAR, "car", Color::for_index(0));
    car.attributes = vec![
        attribute(COLOR, "color", AttributeInput::Text, false),
        attribute(SPEED, "speed", AttributeInput::Number { min: None, max: None }, true),
    ];
    let mut person = Label::new(PERSON, "person, \"quoted\" é", Color::for_index(1));
    let joints = ["head", "left hand", "right hand"].map(str::to_owned).to_vec();
    person.skeleton = Some(SkeletonTemplate { joints, bones: vec![(0, 1)], layout: vec![] });
    Schema { labels: vec![car, person], merged: vec![] }
}

fn video(path: &str) -> Asset {
    video_at(path, FrameRate::new(30_000, 1001).expect("a rate"))
}

fn video_at(path: &str, rate: FrameRate) -> Asset {
    Asset::video(AssetId::new(), path, WIDTH, HEIGHT, VideoFacts::constant(NUM_FRAMES, rate))
}

fn shape_of(kind: ShapeKind, x: f64) -> Shape {
    let rect = Rect::from_xywh(5.25 + x, 12.0 + x / 3.0, 30.0, 40.5);
    let points: Vec<Point> = rect.corners().to_vec();
    match kind {
        ShapeKind::Box => Shape::from_rect(rect),
        ShapeKind::RotatedBox => Shape::RotatedBox(RotatedBoxShape {
            center: rect.center(),
            size: Vector::new(30.0, 10.0),
            angle: 30.0 + x,
        }),
        ShapeKind::Ellipse => Shape::Ellipse(EllipseShape {
            center: rect.center(),
            radii: Vector::new(20.0, 10.0),
            angle: 10.0,
        }),
        ShapeKind::Polygon => Shape::Polygon(Polygon::from_ring(points)),
        ShapeKind::Polyline => Shape::Polyline(PolylineShape(points)),
        ShapeKind::Points => Shape::Points(PointsShape(points)),
        ShapeKind::Skeleton => Shape::Skeleton(SkeletonShape(
            points[..3].iter().map(|&position| Joint { position, visibility: Visibility::Visible }).collect(),
        )),
        ShapeKind::Mask => {
            Shape::Mask(Mask::from_bitmap(x as i32, 20, 3, 2, &[1_u8, 0, 1, 1, 1, 1]).unwrap())
        }
        ShapeKind::Cuboid => {
            Shape::Cuboid(CuboidShape { front: rect.corners(), back: rect.expanded(-5.0).corners() })
        }
    }
}

fn kind() -> impl Strategy<Value = ShapeKind> {
    let kinds = fieldmark::model::shape::SHAPE_KINDS.map(|(kind, _)| kind);
    prop_oneof![4 => Just(ShapeKind::Box), 3 => prop::sample::select(kinds.to_vec())]
}

fn track() -> impl Strategy<Value = Track> {
    let key = (0.0..50.0f64, 0..5u8, any::<bool>());
    let values = btree_map(0..NUM_FRAMES, 0..4u8, 0..3);
    (kind(), btree_map(0..NUM_FRAMES + 3, key, 0..6), values, any::<bool>()).prop_map(
        |(kind, keys, values, is_whole)| {
            let key = |(x, outside, occluded): (f64, u8, bool)| Keyframe {
                shape: shape_of(kind, if is_whole { x.floor() } else { x }),
                outside: outside == 0,
                occluded,
            };
            let value = |value: u8| BTreeMap::from([(SPEED, AttributeValue::Number(f64::from(value)))]);
            Track {
                keyframes: keys.into_iter().map(|(frame, parts)| (frame, key(parts))).collect(),
                attributes: values.into_iter().map(|(frame, number)| (frame, value(number))).collect(),
            }
        },
    )
}

fn object() -> impl Strategy<Value = Object> {
    let content = prop_oneof![
        8 => track().prop_map(Content::Track),
        2 => (0..NUM_FRAMES, 1..9u32).prop_map(|(start, length)| {
            Content::Span(Span { start, end: (start + length).min(NUM_FRAMES), lane: String::new() })
        }),
        1 => Just(Content::Span(Span { start: 3, end: 9, lane: "weather".to_owned() })),
        1 => Just(Content::Tag),
        1 => kind().prop_map(|kind| Content::Shape(shape_of(kind, 3.0))),
    ];
    let label = prop_oneof![8 => Just(Some(CAR)), 4 => Just(Some(PERSON)), 1 => Just(None)];
    (content, label, vec(any::<bool>(), 6), -2..3i64, 0..4u128).prop_map(
        |(content, label, flags, z, group)| {
            let mut object = Object::new(ObjectId::new(), content, label);
            object.flags = Flag::ALL
                .into_iter()
                .zip(flags)
                .filter_map(|(flag, is_set)| is_set.then_some(flag))
                .collect();
            object.z = z;
            object.group = (group > 1).then(|| GroupId::from_u128(group));
            if label == Some(CAR) {
                object.attributes.insert(COLOR, AttributeValue::Text("red & <\"x\">".into()));
            } else if let Content::Track(track) = &mut object.content {
                track.attributes.clear();
            }
            object
        },
    )
}

/// The paths of two videos, as plain as can be or hard to tell apart, or as long as a file's name may be.
fn paths() -> impl Strategy<Value = [String; 2]> {
    let of = |paths: [&str; 2]| Just(paths.map(str::to_owned));
    let long = |name: &str| format!("{}.mp4", name.repeat(80));
    prop_oneof![
        3 => of(["clips 0/v0.mp4", "clips 1/v1.mp4"]),
        1 => of(["a/v.mp4", "b/v.mp4"]),
        1 => of(["v.mp4", "v.avi"]),
        1 => of(["v.2.mp4", "Straße & <\"x\">, 東京.mp4"]),
        1 => Just([long("名"), long("前")]),
    ]
}

/// As many frames, of which the later ones come further apart.
fn variable() -> VideoFacts {
    let rate = FrameRate::new(10, 1).expect("a rate");
    let mut facts = VideoFacts { is_variable: true, ..VideoFacts::constant(NUM_FRAMES, rate) };
    facts.times = [(0, 0.0), (10, 0.4), (NUM_FRAMES - 1, 1.9)].into();
    facts
}

fn list() -> impl Strategy<Value = ItemList> {
    let subset = prop_oneof![Just(None), Just(Some("train".to_owned()))];
    let items = vec((vec(object(), 0..6), subset), 1..3);
    (items, paths(), prop::bool::weighted(0.25)).prop_map(|(items, paths, is_variable)| {
        let item = |((objects, subset), path): ((Vec<Object>, Option<String>), &String)| {
            let mut asset = video(path);
            asset.subset = subset;
            if is_variable {
                asset.video = Some(variable());
            }
            Item { asset, objects }
        };
        ItemList { schema: schema(), items: items.into_iter().zip(&paths).map(item).collect() }
    })
}

fn check(format: &dyn Format, list: &ItemList) -> Preflight {
    preflight(format, &mut list.clone(), Path::new("out"), &ExportOptions::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// The check after writing, inside `export_to`, compares each object read back with the promise.
    #[test]
    fn every_format_keeps_its_promise(list in list()) {
        for format in video_formats() {
            let folder = tempfile::tempdir().unwrap();
            let promised = check(*format, &list);
            let summary = export_to(format.id(), &list, &folder.path().join("out"), &[]);
            prop_assert_eq!(summary.num_left_out, promised.num_left_out);
            for setting in format.settings() {
                for (value, _) in &setting.values[1..] {
                    let folder = tempfile::tempdir().unwrap();
                    export_to(format.id(), &list, &folder.path().join("out"), &[(setting.id, value)]);
                }
            }
        }
    }

    /// What was read from a format goes through it again without any change.
    #[test]
    fn the_second_round_changes_nothing(mut list in list()) {
        // The import is not told the times of frames, on which formats that count in seconds depend.
        list.items.iter_mut().for_each(|item| item.asset.video = video("x").video);
        for format in video_formats() {
            let folder = tempfile::tempdir().unwrap();
            let first = folder.path().join("first");
            export_to(format.id(), &list, &first, &[]);
            let size = |path: &str| [".mp4", ".avi"].iter().any(|end| path.ends_with(end)).then(|| fieldmark::pixels::Size::new(WIDTH, HEIGHT));
            let mut read = import_with(*format, &first, schema(), &size).unwrap();
            for item in &mut read.list.items {
                item.asset.video = video("x").video;
            }
            let again = check(*format, &read.list);
            let changes: Vec<&Change> = again
                .findings
                .iter()
                .filter(|finding| finding.largest.is_none_or(|px| px > 0.02))
                .map(|finding| &finding.change)
                .filter(|change| !matches!(change, Change::LabelDetail { .. } | Change::UnusedLabel { .. }))
                .collect();
            prop_assert!(changes.is_empty(), "{}: {changes:?}\n{again}", format.id());
        }
    }
}

fn moving(kind: ShapeKind) -> Object {
    let key = |x: f64, outside| Keyframe { shape: shape_of(kind, x), outside, occluded: false };
    let keyframes = BTreeMap::from([(2, key(0.0, false)), (8, key(12.0, false)), (12, key(12.0, true))]);
    let label = if kind == ShapeKind::Skeleton { PERSON } else { CAR };
    Object::new(ObjectId::new(), Content::Track(Track { keyframes, ..Track::default() }), Some(label))
}

/// The object with which a capability is tried out on top of the kind of shape that the format keeps best.
fn probe(capability: Capability, base: Option<ShapeKind>) -> Option<Object> {
    let span = || Content::Span(Span { start: 3, end: 9, lane: String::new() });
    let mut object = match base {
        Some(kind) => moving(kind),
        None => Object::new(ObjectId::new(), span(), Some(CAR)),
    };
    match capability {
        Capability::Shape(kind) => object = moving(kind),
        Capability::Tracks => object = moving(base.unwrap_or(ShapeKind::Box)),
        Capability::Keyframes => object = moving(base.unwrap_or(ShapeKind::Box)),
        Capability::ChangingAttributes => {
            object = moving(base.unwrap_or(ShapeKind::Box));
            let Content::Track(track) = &mut object.content else { return None };
            let value = |number: f64| BTreeMap::from([(SPEED, AttributeValue::Number(number))]);
            track.attributes = BTreeMap::from([(2, value(3.0)), (8, value(4.5))]);
        }
        Capability::Visibility => {
            object = moving(ShapeKind::Skeleton);
            let Content::Track(track) = &mut object.content else { return None };
            for key in track.keyframes.values_mut() {
                let Shape::Skeleton(skeleton) = &mut key.shape else { return None };
                skeleton.0[1].visibility = Visibility::Hidden;
            }
        }
        Capability::Attributes => {
            object.label = Some(CAR);
            object.attributes.insert(COLOR, AttributeValue::Text("red".into()));
        }
        Capability::Occluded => {
            object = moving(base.unwrap_or(ShapeKind::Box));
            let Content::Track(track) = &mut object.content else { return None };
            track.keyframes.values_mut().for_each(|key| key.occluded = true);
        }
        Capability::Truncated => object.flags = BTreeSet::from([Flag::Truncated]),
        Capability::Difficult => object.flags = BTreeSet::from([Flag::Difficult]),
        Capability::Crowd => object.flags = BTreeSet::from([Flag::Crowd]),
        Capability::Groups => object.group = Some(GroupId::from_u128(1)),
        Capability::Comments => object.comment = "hm".to_owned(),
        Capability::Tags => object.content = Content::Tag,
        Capability::Spans => object.content = span(),
        _ => return None,
    }
    Some(object)
}

/// Whether a change says that what the capability is about is lost.
fn is_loss(capability: Capability, change: &Change) -> bool {
    let is_shape_change = matches!(
        change,
        Change::LeftOut { .. }
            | Change::Kind { .. }
            | Change::Split { .. }
            | Change::Reshaped
            | Change::Times
    );
    is_shape_change
        || match capability {
            // Whole pixels, or two decimals, are told, and are not the loss of a kind of shape.
            Capability::Keyframes => *change == Change::Keyframes,
            Capability::ChangingAttributes | Capability::Attributes => {
                matches!(change, Change::Attribute { .. })
            }
            Capability::Visibility => *change == Change::Visibility,
            Capability::Occluded | Capability::Truncated | Capability::Difficult | Capability::Crowd => {
                matches!(change, Change::Flag { .. })
            }
            Capability::Groups => *change == Change::Group,
            Capability::Comments => *change == Change::Comment,
            _ => false,
        }
}

#[test]
fn formats_keep_what_they_declare_and_nothing_else() {
    let shapes = fieldmark::model::shape::SHAPE_KINDS.map(|(kind, _)| Capability::Shape(kind));
    let others = [
        Capability::Tracks,
        Capability::Keyframes,
        Capability::ChangingAttributes,
        Capability::Visibility,
        Capability::Attributes,
        Capability::Occluded,
        Capability::Truncated,
        Capability::Difficult,
        Capability::Crowd,
        Capability::Groups,
        Capability::Comments,
        Capability::Tags,
        Capability::Spans,
    ];
    for format in video_formats() {
        let shape = |capability: &Capability| match capability {
            Capability::Shape(kind) => Some(*kind),
            _ => None,
        };
        let base = format.keeps().iter().find_map(shape);
        for capability in shapes.into_iter().chain(others) {
            let Some(object) = probe(capability, base) else { panic!("no probe for {capability}") };
            // One frame a second, so that what goes by seconds goes by frames.
            let asset = video_at("v.mp4", FrameRate::new(1, 1).expect("a rate"));
            let list = ItemList { schema: schema(), items: vec![Item { asset, objects: vec![object] }] };
            let found = check(*format, &list);
            let declared = format.keeps().contains(&capability);
            let is_kept = !found.findings.iter().any(|finding| is_loss(capability, &finding.change));
            assert_eq!(is_kept, declared, "{} declares {capability}: {declared}\n{found}", format.id());
        }
    }
}
