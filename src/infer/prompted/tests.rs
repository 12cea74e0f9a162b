use super::*;
use crate::geometry::Vector;
use crate::infer::facts::{Dim, Element, ModelFacts, Port};
use crate::infer::prepare::Fit;
use crate::pixels::{PixelRect, Size};

fn port(name: &str, dims: &[u64]) -> Port {
    let dims = dims.iter().map(|dim| if *dim == 0 { Dim::Free } else { Dim::Fixed(*dim) }).collect();
    Port { name: name.into(), element: Element::F32, dims }
}

fn model(inputs: &[Port], outputs: &[Port]) -> ModelFacts {
    ModelFacts { inputs: inputs.to_vec(), outputs: outputs.to_vec(), ..ModelFacts::default() }
}

fn encoder() -> ModelFacts {
    model(&[port("image", &[1, 3, 1024, 1024])], &[port("image_embeddings", &[1, 256, 64, 64])])
}

fn decoder(embedding: &[u64]) -> ModelFacts {
    let inputs = [
        port("image_embeddings", embedding),
        port("point_coords", &[1, 0, 2]),
        port("point_labels", &[1, 0]),
        port("mask_input", &[1, 1, 256, 256]),
        port("has_mask_input", &[1]),
        port("orig_im_size", &[2]),
    ];
    model(&inputs, &[port("masks", &[1, 0, 0, 0]), port("iou_predictions", &[1, 4])])
}

/// A picture of 200 × 100 pixels in the corner of an input of 64 × 64.
fn placement() -> Placement {
    Placement {
        input: Size::new(64, 64),
        region: PixelRect::new(0, 0, 200, 100),
        picture: Size::new(200, 100),
        scale: Vector::new(0.32, 0.32),
        offset: Vector::new(0.0, 0.0),
    }
}

fn click(x: f64, y: f64) -> Prompts {
    let point = PromptPoint { position: Point::new(x, y), is_on_it: true };
    Prompts { points: vec![point], rect: None }
}

#[test]
fn encoder_and_decoder_find_each_other_or_say_why_not() {
    let pair = PromptedModel::of(&encoder(), &decoder(&[1, 256, 64, 64])).unwrap();
    assert!(matches!(pair.preparation.fit, Fit::Letterbox { .. }));
    let error = PromptedModel::of(&encoder(), &decoder(&[1, 128, 64, 64])).unwrap_err();
    assert!(matches!(error, PairError::NoPair { .. }), "{error}");
    assert!(matches!(PromptedModel::of(&encoder(), &encoder()), Err(PairError::NoDecoder { .. })));
    let error = PromptedModel::of(&decoder(&[1, 256, 64, 64]), &encoder()).unwrap_err();
    assert!(matches!(error, PairError::NoEncoder { .. }), "{error}");
}

#[test]
fn clicks_and_boxes_become_points_of_the_input() {
    let pair = PromptedModel::of(&encoder(), &decoder(&[1, 256, 64, 64])).unwrap();
    let tensors = pair.prompt_tensors(&click(100.0, 50.0), &placement());
    assert_eq!((tensors[0].shape(), tensors[0].data()), (&[1, 2, 2][..], &[32.0, 16.0, 0.0, 0.0][..]));
    assert_eq!(tensors[1].data(), [1.0, -1.0]);
    let names: Vec<&str> = tensors[2..].iter().map(|tensor| tensor.name.as_ref()).collect();
    assert_eq!(names, ["mask_input", "has_mask_input", "orig_im_size"]);
    let prompts = Prompts { rect: Some(Rect::from_xywh(0.0, 0.0, 100.0, 100.0)), ..click(50.0, 50.0) };
    assert_eq!(pair.prompt_tensors(&prompts, &placement())[1].data(), [1.0, 2.0, 3.0]);
}

#[test]
fn one_click_takes_the_surest_of_three_and_several_prompts_the_first() {
    let pair = PromptedModel::of(&encoder(), &decoder(&[1, 256, 64, 64])).unwrap();
    // Plane n is positive in the first n + 1 of its four columns.
    let planes: Vec<f32> = (0..64).map(|i| if i % 4 <= i / 16 { 1.0 } else { -1.0 }).collect();
    let outputs = [
        Tensor::new("low_res_masks", vec![1, 4, 4, 4], planes).unwrap(),
        Tensor::new("iou_predictions", vec![1, 4], vec![0.99, 0.5, 0.9, 0.6]).unwrap(),
    ];
    let best = pair.best_mask(&outputs, &click(1.0, 1.0), &placement()).unwrap();
    assert_eq!(best.score, f64::from(0.9f32));
    // Three of four columns of the input, up to half way to the next: 56 of its pixels, 0.32 for one of the picture's.
    assert_eq!(best.mask.bounds(), Rect::from_xywh(0.0, 0.0, 150.0, 100.0));
    let several = Prompts { rect: Some(Rect::from_xywh(0.0, 0.0, 9.0, 9.0)), ..click(1.0, 1.0) };
    assert_eq!(pair.best_mask(&outputs, &several, &placement()).unwrap().score, f64::from(0.99f32));
}
