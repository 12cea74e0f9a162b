//! Models of each family, as their exporters declare them, and answers made by hand.

use super::*;
use crate::geometry::{Rect, Vector};
use crate::infer::facts::{Dim, Element, Port};
use crate::model::Shape;
use crate::pixels::{PixelRect, Size};

pub(super) fn port(name: &str, dims: &[usize]) -> Port {
    let dims = dims.iter().map(|dim| if *dim == 0 { Dim::Free } else { Dim::Fixed(*dim as u64) });
    Port { name: name.into(), element: Element::F32, dims: dims.collect() }
}

pub(super) fn facts(inputs: &[Port], outputs: &[Port], metadata: &[(&str, &str)]) -> ModelFacts {
    let metadata = metadata.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    ModelFacts { inputs: inputs.to_vec(), outputs: outputs.to_vec(), metadata, ..ModelFacts::default() }
}

/// A picture that is the input, pixel for pixel.
pub(super) fn placement_of(size: Size) -> Placement {
    Placement {
        input: size,
        region: PixelRect::new(0, 0, size.width, size.height),
        picture: size,
        scale: Vector::new(1.0, 1.0),
        offset: Vector::new(0.0, 0.0),
    }
}

fn image(side: usize) -> Port {
    port("images", &[1, 3, side, side])
}

fn understood(facts: &ModelFacts) -> Understanding {
    understand(facts, &ModelCard::default()).unwrap()
}

/// The suggestions of a model for an answer that is 0 but for these numbers of its first output.
fn decoded(model: &Understanding, side: u32, shape: &[usize], set: &[(usize, f32)]) -> Vec<Suggestion> {
    let mut data = vec![0.0; shape.iter().product()];
    set.iter().for_each(|(at, value)| data[*at] = *value);
    let tensor = Tensor::new("output", shape.to_vec(), data).unwrap();
    model.decoder.decode(&[tensor], &placement_of(Size::new(side, side)), &model.limits).unwrap()
}

#[test]
fn shapes_and_metadata_tell_the_families_apart() {
    let check = |output: Port, metadata: &[(&str, &str)], family: &str, task: Task, num_classes: usize| {
        let model = understood(&facts(&[image(640)], std::slice::from_ref(&output), metadata));
        assert_eq!(
            (model.family, model.task, model.classes.len()),
            (family, task, num_classes),
            "{output:?}"
        );
    };
    check(port("output0", &[1, 84, 8400]), &[], "yolo", Task::Detect, 80);
    check(port("output0", &[1, 6, 8400]), &[("task", "detect")], "yolo", Task::Detect, 2);
    check(port("o", &[1, 56, 8400]), &[("task", "pose"), ("kpt_shape", "[17, 3]")], "yolo", Task::Pose, 1);
    check(port("o", &[1, 20, 8400]), &[("task", "obb")], "yolo", Task::RotatedBoxes, 15);
    check(port("output0", &[1, 300, 6]), &[("task", "detect")], "yolo-end-to-end", Task::Detect, 80);
    check(port("output", &[0, 7]), &[], "yolo-end-to-end", Task::Detect, 80);
    check(port("output0", &[1, 25200, 85]), &[], "yolo-anchors", Task::Detect, 80);
    check(port("outputs", &[1, 8400, 85]), &[], "yolo-anchors", Task::Detect, 80);
    check(port("output", &[1, 8400, 25]), &[], "yolox", Task::Detect, 20);
    let masks = facts(&[image(640)], &[port("a", &[1, 116, 8400]), port("b", &[1, 32, 160, 160])], &[]);
    assert_eq!(understood(&masks).task, Task::Segment);
}

#[test]
fn an_unknown_model_says_what_was_seen_of_it() {
    let facts = facts(&[port("tokens", &[1, 128])], &[port("logits", &[1, 2])], &[]);
    let error = understand(&facts, &ModelCard::default()).unwrap_err().to_string();
    assert!(error.contains("tokens f32 [1, 128]") && error.contains("logits"), "{error}");
}

#[test]
fn the_card_has_the_last_word() {
    let facts = facts(&[image(64)], &[port("output0", &[1, 6, 84])], &[]);
    let names = vec!["cat".to_owned(), "dog".to_owned()];
    let card = ModelCard { classes: Some(names.clone()), threshold: Some(0.5), ..ModelCard::default() };
    let model = understand(&facts, &card).unwrap();
    assert_eq!((&model.classes, model.limits.score, model.are_classes_guessed), (&names, 0.5, false));
    let card = ModelCard { classes: Some(vec!["cat".into()]), ..ModelCard::default() };
    assert_eq!(
        understand(&facts, &card).unwrap_err(),
        NotUnderstood::WrongNumberOfClasses { num_named: 1, num_told: 2 }
    );
    let with_family = |family: &str| ModelCard { family: Some(family.into()), ..ModelCard::default() };
    assert!(matches!(understand(&facts, &with_family("yolox")), Err(NotUnderstood::NotThisFamily { .. })));
    assert!(matches!(understand(&facts, &with_family("yulo")), Err(NotUnderstood::NoSuchFamily { .. })));
}

#[test]
fn a_box_of_each_kind_of_yolo_comes_out_where_it_is() {
    let expected = Shape::from_rect(Rect::from_xywh(8.0, 16.0, 24.0, 16.0));
    // 84 cells over 64 pixels: 8 × 8, 4 × 4 and 2 × 2.
    let check = |output: Port, name: &str, set: &[(usize, f32)]| {
        let shape: Vec<usize> = output.dims.iter().filter_map(Dim::fixed).collect();
        let metadata = [("task", "detect"), ("names", "['a', 'b']")];
        let model = understood(&facts(&[image(64)], &[output], &metadata));
        let found = decoded(&model, 64, &shape, set);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert_eq!((found[0].class, found[0].as_shape().unwrap()), (1, &expected), "{name}");
        assert!((found[0].score - 0.75).abs() < 1e-6, "{name}");
    };
    let column = |field: usize, row: usize, num_rows: usize| field * num_rows + row;
    let free: Vec<_> =
        [(0, 20.0), (1, 24.0), (2, 24.0), (3, 16.0), (5, 0.75)].map(|(f, v)| (column(f, 3, 84), v)).to_vec();
    check(port("output0", &[1, 6, 84]), "v8", &free);
    let row = |row: usize, fields: &[f32]| -> Vec<(usize, f32)> {
        fields.iter().enumerate().map(|(field, value)| (row * fields.len() + field, *value)).collect()
    };
    check(port("o", &[1, 252, 7]), "v5", &row(9, &[20.0, 24.0, 24.0, 16.0, 1.0, 0.1, 0.75]));
    check(port("o", &[1, 300, 6]), "v10", &row(7, &[8.0, 16.0, 32.0, 32.0, 0.75, 1.0]));
    // Cell 19 of the first grid is column 3 of row 2.
    let [w, h] = [24.0f32, 16.0].map(|side| (side / 8.0).ln());
    let cell = row(19, &[20.0 / 8.0 - 3.0, 24.0 / 8.0 - 2.0, w, h, 0.75, 0.1, 1.0]);
    let model = understood(&facts(&[image(64)], &[port("output", &[1, 84, 7])], &[]));
    let found = decoded(&model, 64, &[1, 84, 7], &cell);
    let rect = found[0].as_shape().unwrap().bounds();
    assert!(rect.iou(&expected.bounds()) > 0.999 && found[0].class == 1, "{rect:?}");
}

#[test]
fn scores_that_are_no_numbers_are_an_error() {
    let model = understood(&facts(&[image(64)], &[port("output0", &[1, 6, 84])], &[]));
    let tensor = Tensor::new("output0", vec![1, 6, 84], vec![f32::NAN; 504]).unwrap();
    let placement = placement_of(Size::new(64, 64));
    assert_eq!(model.decoder.decode(&[tensor], &placement, &model.limits), Err(DecodeError::NotNumbers));
    let tensor = Tensor::new("output0", vec![1, 7, 84], vec![0.0; 588]).unwrap();
    let error = model.decoder.decode(&[tensor], &placement, &model.limits).unwrap_err();
    assert!(error.to_string().contains("[1, 7, 84]"), "{error}");
}

#[test]
fn a_mask_is_cut_to_its_box_and_where_its_mix_is_positive() {
    let metadata = [("task", "segment")];
    let outputs = [port("a", &[1, 37, 84]), port("b", &[1, 32, 16, 16])];
    let model = understood(&facts(&[image(64)], &outputs, &metadata));
    let mut table = vec![0.0; 37 * 84];
    for (field, value) in [(0, 32.0), (1, 32.0), (2, 32.0), (3, 32.0), (4, 0.9), (5, 1.0)] {
        table[field * 84] = value;
    }
    // The first prototype is positive in the left half of the picture.
    let mut prototypes = vec![0.0; 32 * 256];
    (0..256).for_each(|i| prototypes[i] = if i % 16 < 8 { 1.0 } else { -1.0 });
    let outputs = [
        Tensor::new("a", vec![1, 37, 84], table).unwrap(),
        Tensor::new("b", vec![1, 32, 16, 16], prototypes).unwrap(),
    ];
    let found = model.decoder.decode(&outputs, &placement_of(Size::new(64, 64)), &model.limits).unwrap();
    assert_eq!(found[0].as_shape().unwrap().bounds(), Rect::from_xywh(16.0, 16.0, 16.0, 32.0));
    assert_eq!(found[0].bounds, Some(Rect::from_xywh(16.0, 16.0, 32.0, 32.0)));
}

#[test]
fn turned_boxes_keep_their_angle_between_nothing_and_a_right_one() {
    let model = understood(&facts(&[image(64)], &[port("o", &[1, 6, 84])], &[("task", "obb")]));
    let angle = 100f32.to_radians();
    let fields = [32.0, 30.0, 20.0, 8.0, 0.9, angle];
    // A second candidate, nearly the same, is suppressed.
    let set: Vec<(usize, f32)> =
        fields.iter().enumerate().flat_map(|(f, v)| [(f * 84, *v), (f * 84 + 1, *v * 0.99)]).collect();
    let found = decoded(&model, 64, &[1, 6, 84], &set);
    assert_eq!(found.len(), 1);
    let Some(Shape::RotatedBox(shape)) = found[0].as_shape() else { panic!() };
    assert!((shape.angle - 10.0).abs() < 1e-4 && (shape.size.x - 8.0).abs() < 1e-6, "{shape:?}");
}
