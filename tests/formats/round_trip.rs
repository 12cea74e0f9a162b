//! Objects at random through every format: what is read back is what preflight promised, and what a format says
//! that it keeps is what it keeps.

use std::collections::BTreeSet;
use std::path::Path;

use fieldmark::formats::{
    Capability, Change, ExportOptions, Format, Item, ItemList, Layout, Preflight, preflight,
};
use fieldmark::geometry::{Mask, Point, Polygon, PolygonPart, Rect, Vector};
use fieldmark::model::shape::{
    CuboidShape, EllipseShape, Joint, PointsShape, PolylineShape, RotatedBoxShape, SkeletonShape, Visibility,
};
use fieldmark::model::{
    Asset, AssetId, Attribute, AttributeId, AttributeInput, AttributeValue, Color, Content, Flag, GroupId,
    Label, LabelId, Object, ObjectId, Provenance, Schema, Shape, ShapeKind, SkeletonTemplate, Span, Track,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::driver::{export_to, import_with, picture_formats};

const WIDTH: u32 = 120;
const HEIGHT: u32 = 90;
const CAR: LabelId = LabelId::from_u128(1);
const PERSON: LabelId = LabelId::from_u128(2);
const COLOR: AttributeId = AttributeId::from_u128(11);
const COUNT: AttributeId = AttributeId::from_u128(12);
const OPEN: AttributeId = AttributeId::from_u128(13);

fn schema() -> Schema {
    let attribute =
        |id, name: &str, input| Attribute { id, name: name.to_owned(), input, default: None, mutable: false };
    let mut car = Label::new(CAR, "car", Color::for_index(0));
    car.attributes = vec![
        attribute(COLOR, "color", AttributeInput::Text),
        attribute(COUNT, "count", AttributeInput::Number { min: None, max: None }),
        attribute(OPEN, "open", AttributeInput::Checkbox),
    ];
    let mut person = Label::new(PERSON, "person, \"quoted\" é", Color::for_index(1));
    let joints = ["head", "left hand", "right hand"].map(str::to_owned).to_vec();
    person.skeleton = Some(SkeletonTemplate { joints, bones: vec![(0, 1)], layout: vec![] });
    Schema { labels: vec![car, person], merged: vec![] }
}

fn point() -> impl Strategy<Value = Point> {
    prop_oneof![
        (-10..130i32, -10..100i32).prop_map(|(x, y)| Point::new(f64::from(x), f64::from(y))),
        (-10.0..130.0, -10.0..100.0).prop_map(|(x, y)| Point::new(x, y)),
    ]
}

fn rect() -> impl Strategy<Value = Rect> {
    (point(), 0.5..60.0, 0.5..60.0).prop_map(|(p, width, height)| Rect::from_xywh(p.x, p.y, width, height))
}

fn ring() -> impl Strategy<Value = Vec<Point>> {
    // Around a centre, so that rings do not cross themselves.
    (point(), vec(2.0..25.0f64, 3..9)).prop_map(|(center, radii)| {
        let n = radii.len() as f64;
        let at = |(i, radius): (usize, f64)| center + Vector::new(radius, 0.0).rotated(i as f64 * 360.0 / n);
        radii.into_iter().enumerate().map(at).collect()
    })
}

fn polygon() -> impl Strategy<Value = Polygon> {
    let part = (ring(), any::<bool>()).prop_map(|(outer, has_hole)| {
        let bounds = Rect::around(outer.iter().copied());
        let hole = outer.iter().map(|p| bounds.center().lerp(*p, 0.4)).collect();
        PolygonPart { outer, holes: if has_hole { vec![hole] } else { vec![] } }
    });
    vec(part, 1..3).prop_map(|parts| Polygon { parts })
}

fn mask() -> impl Strategy<Value = Mask> {
    (-5..118i32, -5..88i32, 1..9u32, 1..9u32).prop_flat_map(|(left, top, width, height)| {
        vec(any::<bool>(), (width * height) as usize)
            .prop_map(move |bits| Mask::from_bitmap(left, top, width, height, &bits).unwrap())
    })
}

fn joints() -> impl Strategy<Value = SkeletonShape> {
    let visibility =
        prop_oneof![Just(Visibility::Absent), Just(Visibility::Hidden), Just(Visibility::Visible)];
    vec((point(), visibility), 3).prop_map(|joints| {
        SkeletonShape(
            joints.into_iter().map(|(position, visibility)| Joint { position, visibility }).collect(),
        )
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let rotated = || (point(), 1.0..40.0, 1.0..40.0, 0.0..360.0);
    prop_oneof![
        rect().prop_map(Shape::from_rect),
        rotated().prop_map(|(center, w, h, angle)| {
            Shape::RotatedBox(RotatedBoxShape { center, size: Vector::new(w, h), angle })
        }),
        rotated().prop_map(|(center, w, h, angle)| {
            Shape::Ellipse(EllipseShape { center, radii: Vector::new(w, h), angle })
        }),
        polygon().prop_map(Shape::Polygon),
        vec(point(), 2..6).prop_map(|points| Shape::Polyline(PolylineShape(points))),
        vec(point(), 1..5).prop_map(|points| Shape::Points(PointsShape(points))),
        joints().prop_map(Shape::Skeleton),
        mask().prop_map(Shape::Mask),
        (rect(), rect()).prop_map(|(front, back)| {
            Shape::Cuboid(CuboidShape { front: front.corners(), back: back.corners() })
        }),
    ]
}

fn object() -> impl Strategy<Value = Object> {
    let content = prop_oneof![
        20 => shape().prop_map(Content::Shape),
        1 => Just(Content::Tag),
        1 => Just(Content::Span(Span { start: 1, end: 4, lane: String::new() })),
        1 => Just(Content::Track(Track::default())),
    ];
    let label = prop_oneof![8 => Just(Some(CAR)), 8 => Just(Some(PERSON)), 1 => Just(None)];
    let remarks = (vec(any::<bool>(), 6), -2..3i64, 0..4u128, 0..4u8, any::<bool>());
    (content, label, remarks).prop_map(|(content, label, (flags, z, group, origin, has_attributes))| {
        let mut object = Object::new(ObjectId::new(), content, label);
        object.flags =
            Flag::ALL.into_iter().zip(flags).filter_map(|(flag, is_set)| is_set.then_some(flag)).collect();
        object.z = z;
        object.group = (group > 1).then(|| GroupId::from_u128(group));
        object.provenance = match origin {
            0 => Provenance::Model { model: "m".into(), version: "1".into(), score: 0.25 },
            _ => Provenance::Hand,
        };
        if has_attributes && label == Some(CAR) {
            object.attributes.insert(COLOR, AttributeValue::Text("red \\ \"x\"".into()));
            object.attributes.insert(COUNT, AttributeValue::Number(2.5));
            object.attributes.insert(OPEN, AttributeValue::Bool(origin == 1));
            object.comment = "see\nthere".to_owned();
        }
        object
    })
}

fn list() -> impl Strategy<Value = ItemList> {
    let subset = prop_oneof![Just(None), Just(Some("train".to_owned())), Just(Some("val".to_owned()))];
    vec((vec(object(), 0..6), subset), 1..4).prop_map(|items| {
        let item = |(index, (objects, subset)): (usize, (Vec<Object>, Option<String>))| {
            let path = format!("images/part {}/p{index}.jpg", index % 2);
            let mut asset = Asset::picture(AssetId::new(), path, WIDTH, HEIGHT);
            asset.subset = subset;
            Item { asset, objects }
        };
        ItemList { schema: schema(), items: items.into_iter().enumerate().map(item).collect() }
    })
}

fn check(format: &dyn Format, list: &ItemList, target: &Path) -> Preflight {
    preflight(format, &mut list.clone(), target, &ExportOptions::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// The check after writing, inside `export_to`, compares each object read back with the promise.
    #[test]
    fn every_format_keeps_its_promise(list in list()) {
        for format in picture_formats() {
            let folder = tempfile::tempdir().unwrap();
            let mut targets = vec![folder.path().join("out")];
            if format.layout() == Layout::FolderOrFile {
                targets.push(folder.path().join(format!("one.{}", format.extensions()[0])));
            }
            for target in targets {
                let promised = check(*format, &list, &target);
                let summary = export_to(format.id(), &list, &target, &[]);
                prop_assert_eq!(summary.num_left_out, promised.num_left_out);
                prop_assert_eq!(promised.num_objects, promised.num_kept + promised.num_changed + promised.num_left_out);
            }
        }
    }

    #[test]
    fn settings_keep_their_promise_too(list in list()) {
        for format in picture_formats() {
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
    fn the_second_round_changes_nothing(list in list()) {
        for format in picture_formats() {
            let folder = tempfile::tempdir().unwrap();
            let first = folder.path().join("first");
            export_to(format.id(), &list, &first, &[]);
            let size = |_: &str| Some(fieldmark::pixels::Size::new(WIDTH, HEIGHT));
            let read = import_with(*format, &first, schema(), &size).unwrap();
            let again = check(*format, &read.list, &folder.path().join("second"));
            let changes: Vec<&Change> = again
                .findings
                .iter()
                // Four corners that are a box within 0.01 px are read as that box.
                .filter(|finding| finding.largest.is_none_or(|px| px > 0.02))
                .map(|finding| &finding.change)
                .filter(|change| !matches!(change, Change::LabelDetail { .. } | Change::UnusedLabel { .. }))
                .collect();
            prop_assert!(changes.is_empty(), "{}: {changes:?}\n{again}", format.id());
        }
    }
}

/// A list with one picture and the given objects.
fn one(objects: Vec<Object>) -> ItemList {
    let asset = Asset::picture(AssetId::from_u128(5), "a.jpg", WIDTH, HEIGHT);
    ItemList { schema: schema(), items: vec![Item { asset, objects }] }
}

fn probe_shape(kind: ShapeKind) -> Shape {
    let rect = Rect::from_xywh(10.0, 20.0, 30.0, 40.0);
    let points = vec![
        Point::new(10.0, 10.0),
        Point::new(40.0, 12.0),
        Point::new(50.0, 30.0),
        Point::new(30.0, 50.0),
        Point::new(9.0, 40.0),
    ];
    let rotated =
        RotatedBoxShape { center: Point::new(50.0, 40.0), size: Vector::new(30.0, 10.0), angle: 30.0 };
    match kind {
        ShapeKind::Box => Shape::from_rect(rect),
        ShapeKind::RotatedBox => Shape::RotatedBox(rotated),
        ShapeKind::Ellipse => {
            Shape::Ellipse(EllipseShape { center: rotated.center, radii: rotated.size, angle: 10.0 })
        }
        ShapeKind::Polygon => Shape::Polygon(Polygon::from_ring(points)),
        ShapeKind::Polyline => Shape::Polyline(PolylineShape(points)),
        ShapeKind::Points => Shape::Points(PointsShape(points)),
        ShapeKind::Skeleton => Shape::Skeleton(SkeletonShape(
            points[..3].iter().map(|&position| Joint { position, visibility: Visibility::Visible }).collect(),
        )),
        ShapeKind::Mask => Shape::Mask(Mask::from_bitmap(10, 20, 2, 2, &[1_u8, 0, 1, 1]).unwrap()),
        ShapeKind::Cuboid => {
            Shape::Cuboid(CuboidShape { front: rect.corners(), back: rect.expanded(-5.0).corners() })
        }
    }
}

fn probe(kind: ShapeKind) -> Object {
    let label = if kind == ShapeKind::Skeleton { PERSON } else { CAR };
    Object::shape(ObjectId::new(), probe_shape(kind), Some(label))
}

/// The object with which a capability is tried out on top of the kind of shape that the format keeps best.
fn probe_list(capability: Capability, base: ShapeKind, format: &str) -> ItemList {
    let mut object = probe(base);
    let part = |x: f64| PolygonPart {
        outer: Rect::from_xywh(x, 20.0, 10.0, 10.0).corners().to_vec(),
        holes: vec![],
    };
    match capability {
        Capability::Shape(kind) => object = probe(kind),
        Capability::Holes => {
            let mut part = part(20.0);
            part.holes.push(Rect::from_xywh(23.0, 23.0, 4.0, 4.0).corners().to_vec());
            object.content = Content::Shape(Shape::Polygon(Polygon { parts: vec![part] }));
        }
        Capability::Parts => {
            let parts = vec![part(20.0), part(50.0)];
            object.content = Content::Shape(Shape::Polygon(Polygon { parts }));
        }
        Capability::Visibility => {
            object = probe(ShapeKind::Skeleton);
            let Content::Shape(Shape::Skeleton(skeleton)) = &mut object.content else { unreachable!() };
            skeleton.0[1].visibility = Visibility::Hidden;
        }
        Capability::Attributes => {
            object.label = Some(CAR);
            object.attributes.insert(COUNT, AttributeValue::Number(3.0));
            object.attributes.insert(OPEN, AttributeValue::Bool(true));
            object.attributes.insert(COLOR, AttributeValue::Text("red".into()));
        }
        Capability::Occluded => object.flags = BTreeSet::from([Flag::Occluded]),
        Capability::Truncated => object.flags = BTreeSet::from([Flag::Truncated]),
        Capability::Difficult => object.flags = BTreeSet::from([Flag::Difficult]),
        Capability::Crowd => object.flags = BTreeSet::from([Flag::Crowd]),
        Capability::Groups => {
            object.group = Some(GroupId::from_u128(1));
            let mut other = object.clone();
            other.id = ObjectId::new();
            if let Content::Shape(shape) = &mut other.content {
                *shape = shape.translated(Vector::new(20.0, 0.0));
            }
            return one(vec![object, other]);
        }
        Capability::Scores => {
            let score = Some(0.5);
            object.provenance =
                Provenance::Import { format: "x".into(), file: String::new(), id: None, score };
        }
        Capability::Comments => object.comment = "hm".to_owned(),
        Capability::Tags => object.content = Content::Tag,
        // On pictures nothing lasts; `video.rs` tries these out.
        Capability::Tracks | Capability::Keyframes | Capability::ChangingAttributes => {
            object.content = Content::Track(Track::default());
        }
        Capability::Spans => object.content = Content::Span(Span { start: 0, end: 1, lane: String::new() }),
        Capability::UnknownFields => {
            object.extra.insert(format.to_owned(), serde_json::json!({"mine": [1, {"a": 2}]}));
        }
        Capability::Subsets => {
            let mut list = one(vec![object]);
            list.items[0].asset.subset = Some("val".to_owned());
            return list;
        }
        Capability::LabelTree => {
            let mut list = one(vec![object]);
            let parent = Label::new(LabelId::from_u128(9), "thing", Color::for_index(2));
            list.schema.labels.iter_mut().for_each(|label| label.parent = Some(parent.id));
            list.schema.labels.push(parent);
            return list;
        }
        Capability::UnusedLabels => {
            let mut list = one(vec![object]);
            list.schema.labels.push(Label::new(LabelId::from_u128(9), "unused", Color::for_index(2)));
            return list;
        }
        Capability::Order => {
            let mut front = probe(base);
            front.z = -1;
            front.content = Content::Shape(probe_shape(base).translated(Vector::new(20.0, 0.0)));
            return one(vec![object, front]);
        }
    }
    one(vec![object])
}

/// Whether nothing happens that the capability is about.
fn is_kept(capability: Capability, findings: &Preflight) -> bool {
    let is_shape_change = |change: &Change| {
        matches!(
            change,
            Change::LeftOut { .. }
                | Change::Kind { .. }
                | Change::Split { .. }
                | Change::HolesFilled
                | Change::HolesCut
                | Change::PartsJoined
                | Change::Moved
                | Change::Reshaped
        )
    };
    findings.findings.iter().map(|finding| &finding.change).all(|change| match capability {
        Capability::LabelTree => !matches!(change, Change::LabelDetail { what: "parents" }),
        Capability::UnusedLabels => !matches!(change, Change::UnusedLabel { name } if name == "unused"),
        Capability::Subsets => !matches!(change, Change::Subset { .. }),
        _ => {
            let is_about_labels = matches!(change, Change::LabelDetail { .. } | Change::UnusedLabel { .. });
            let is_about_subsets = matches!(change, Change::Subset { .. });
            is_about_labels || is_about_subsets || !is_shape_change(change) && !is_loss(capability, change)
        }
    })
}

fn is_loss(capability: Capability, change: &Change) -> bool {
    match capability {
        Capability::Visibility => *change == Change::Visibility,
        Capability::Attributes => matches!(change, Change::Attribute { .. }),
        Capability::Occluded | Capability::Truncated | Capability::Difficult | Capability::Crowd => {
            matches!(change, Change::Flag { .. })
        }
        Capability::Groups => *change == Change::Group,
        Capability::Scores => *change == Change::Score,
        Capability::Comments => *change == Change::Comment,
        Capability::UnknownFields => matches!(change, Change::UnknownFields { .. }),
        _ => false,
    }
}

#[test]
fn formats_keep_what_they_declare_and_nothing_else() {
    let shapes = fieldmark::model::shape::SHAPE_KINDS.map(|(kind, _)| Capability::Shape(kind));
    let others = [
        Capability::Holes,
        Capability::Parts,
        Capability::Visibility,
        Capability::Attributes,
        Capability::Occluded,
        Capability::Truncated,
        Capability::Difficult,
        Capability::Crowd,
        Capability::Groups,
        Capability::Scores,
        Capability::Comments,
        Capability::Tags,
        Capability::Tracks,
        Capability::Spans,
        Capability::Subsets,
        Capability::LabelTree,
        Capability::UnusedLabels,
        Capability::UnknownFields,
    ];
    for format in picture_formats() {
        let base = format
            .keeps()
            .iter()
            .find_map(|c| if let Capability::Shape(kind) = c { Some(*kind) } else { None })
            .expect("every format keeps some shape");
        for capability in shapes.into_iter().chain(others) {
            let list = probe_list(capability, base, format.id());
            let found = check(*format, &list, Path::new("out"));
            let declared = format.keeps().contains(&capability);
            assert_eq!(
                is_kept(capability, &found),
                declared,
                "{} declares {capability}: {declared}\n{found}",
                format.id()
            );
        }
    }
}

#[test]
fn objects_are_listed_from_back_to_front() {
    for format in picture_formats().filter(|format| format.keeps().contains(&Capability::Order)) {
        let Some(Capability::Shape(base)) = format.keeps().first().copied() else {
            panic!("shapes come first")
        };
        let list = probe_list(Capability::Order, base, format.id());
        let folder = tempfile::tempdir().unwrap();
        export_to(format.id(), &list, &folder.path().join("out"), &[]);
        let size = |_: &str| Some(fieldmark::pixels::Size::new(WIDTH, HEIGHT));
        let read = import_with(*format, &folder.path().join("out"), schema(), &size).unwrap();
        let left: Vec<f64> = read.objects().iter().map(|object| object.bounds().unwrap().min.x).collect();
        assert!(left.len() == 2 && left[0] > left[1], "{}: {left:?}", format.id());
    }
}

#[test]
fn preflight_says_in_words_and_json_what_is_lost_and_where() {
    let mut object = probe(ShapeKind::Ellipse);
    object.flags.insert(Flag::Occluded);
    let list = one(vec![probe(ShapeKind::Polyline), object]);
    let yolo = picture_formats().find(|format| format.id() == "yolo-detect").unwrap();
    let found = check(*yolo, &list, Path::new("out"));
    assert_eq!((found.num_kept, found.num_changed, found.num_left_out), (0, 1, 1));
    let text = found.to_string();
    for line in [
        "2 objects: 0 kept as they are, 1 changed, 1 left out.",
        "Left out: YOLO detect has areas only, and a polyline covers none. (1; for example a.jpg: car (object 1))",
        "What is an ellipse becomes a box. (1; for example a.jpg: car (object 2))",
        "The flag \"occluded\" is lost. (1;",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    let json = serde_json::to_value(&found).unwrap();
    let kind = json["findings"].as_array().unwrap().iter().find(|f| f["change"] == "kind").unwrap();
    assert_eq!((kind["from"].as_str(), kind["to"].as_str()), (Some("ellipse"), Some("box")));
    assert_eq!(kind["severity"], "warning");
    assert_eq!(kind["examples"][0], "a.jpg: car (object 2)");
}
