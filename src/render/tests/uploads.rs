//! Nothing is uploaded twice, and never too much at once.

use super::*;

fn prepare(canvas: &mut Canvas, gpu: &OffscreenRenderer, frame: &Frame, upload_bytes: u64) -> FrameStats {
    let budget = FrameBudget { upload_bytes, ..FrameBudget::UNLIMITED };
    canvas.prepare(&gpu.renderer, frame, [0, 0], &budget)
}

#[test]
fn a_moving_camera_uploads_nothing() {
    let corners = Rect::from_xywh(10.0, 10.0, 40.0, 40.0).corners();
    let frame = view(Point::ORIGIN, 2.0, 200, 200)
        .with_picture(&picture_of(300, 300, noise))
        .with_layer(|layer| layer.ring(&corners, &Stroke::new(2.0, RED)))
        .with_layer(|layer| layer.rect(&Rect::from_xywh(5.0, 5.0, 50.0, 9.0), RED));
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let first = prepare(&mut canvas, &gpu, &frame, u64::MAX);
    assert!(first.bytes_uploaded > 300 * 300 * 4);
    assert_eq!((first.num_draw_calls, first.num_tiles_missing), (3, 0));
    let cameras = [
        frame.camera.pan_by(30.0, 7.0),
        frame.camera.zoom_about(ScreenPoint::new(3.0, 4.0), 5.0),
        frame.camera.with_viewport(Size::new(77, 33)),
    ];
    for camera in cameras {
        let moved = prepare(&mut canvas, &gpu, &Frame { camera, ..frame.clone() }, 1);
        assert_eq!((moved.bytes_uploaded, moved.num_tiles_missing), (0, 0));
    }
}

#[test]
fn a_changed_layer_is_uploaded_alone() {
    let dot = |x: f64| move |layer: &mut Layer| layer.rect(&Rect::from_xywh(x, 1.0, 1.0, 1.0), RED);
    let mut frame = view(Point::ORIGIN, 1.0, 50, 50).with_layer(dot(1.0)).with_layer(dot(2.0));
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let both = prepare(&mut canvas, &gpu, &frame, u64::MAX).bytes_uploaded;
    frame.layers.swap(0, 1);
    assert_eq!(prepare(&mut canvas, &gpu, &frame, 0).bytes_uploaded, 0, "order is not content");
    frame = frame.with_layer(dot(3.0));
    frame.layers.remove(0);
    assert_eq!(prepare(&mut canvas, &gpu, &frame, 0).bytes_uploaded, both / 2);
}

#[test]
fn a_layer_out_of_view_is_not_drawn_but_its_handles_reach_in() {
    let handle = Handle { shape: HandleShape::Round, radius_px: 6.0, fill: RED, border_px: 1.0, border: RED };
    let at = |x: f64| {
        view(Point::ORIGIN, 1.0, 50, 50).with_layer(|layer| layer.handle(Point::new(x, 20.0), &handle))
    };
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    assert_eq!(prepare(&mut canvas, &gpu, &at(-5.0), 0).num_draw_calls, 1);
    assert_eq!(prepare(&mut canvas, &gpu, &at(-9.0), 0).num_draw_calls, 0);
}

#[test]
fn a_budget_spreads_a_large_picture_over_frames_with_the_overview_first() {
    let picture = picture_of(2500, 2500, |_, _| [90, 90, 90, 255]);
    let frame = view(Point::ORIGIN, 1.0, 2500, 2500).with_picture(&picture);
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let mut missing = Vec::new();
    while missing.last() != Some(&0) {
        let stats = prepare(&mut canvas, &gpu, &frame, 5 << 20);
        assert!(stats.bytes_uploaded > 0 && stats.bytes_uploaded <= 5 << 20);
        assert!(stats.num_draw_calls >= 1, "there is something to see in every frame");
        missing.push(stats.num_tiles_missing);
    }
    assert!(missing.len() > 2 && missing.windows(2).all(|pair| pair[1] < pair[0]), "{missing:?}");
}

#[test]
fn all_of_one_kind_is_one_draw_call() {
    let boxes = |i: u32| Polygon::from_rect(&Rect::from_xywh(f64::from(i), 0.0, 1.0, 1.0));
    let frame = view(Point::ORIGIN, 1.0, 50, 50).with_layer(|layer| {
        (0..100).for_each(|i| layer.fill(&boxes(i), RED));
        (0..100).for_each(|i| layer.outline(&boxes(i), &Stroke::new(1.0, RED)));
    });
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    assert_eq!(prepare(&mut canvas, &gpu, &frame, 0).num_draw_calls, 2);
}

/// As many boxes as no budget of a byte pays for.
fn many_boxes(y: f64) -> Layer {
    let mut layer = Layer::new();
    for item in 0..1000 {
        layer.begin_item(item);
        layer.outlined_box(&Rect::from_xywh(0.0, y, 20.0, 5.0), RED, &Stroke::new(1.0, RED));
    }
    layer
}

#[test]
fn what_the_hand_does_is_uploaded_in_the_same_frame_however_much_waits() {
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let mut frame = view(Point::ORIGIN, 1.0, 50, 50).with_layer(|layer| *layer = many_boxes(0.0).at_once());
    for y in [10.0, 20.0, 30.0] {
        frame.layers.push(Arc::new(many_boxes(y)));
    }
    frame.layers.insert(0, Arc::new(many_boxes(40.0).at_once()));
    let stats = prepare(&mut canvas, &gpu, &frame, 0);
    assert_eq!((stats.num_draw_calls, stats.num_layers_waiting), (3, 2), "both, and one as in every frame");
}

#[test]
fn a_layer_made_anew_is_never_a_hole_while_it_waits() {
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let former: Vec<Arc<Layer>> = [0.0, 10.0].map(|y| Arc::new(many_boxes(y))).to_vec();
    let mut frame = Frame { layers: former.clone(), ..view(Point::ORIGIN, 1.0, 50, 50) };
    prepare(&mut canvas, &gpu, &frame, u64::MAX);
    let anew = |at: usize| Arc::new(many_boxes(at as f64 * 10.0).in_place_of(&former[at..=at]));
    frame.layers = vec![anew(0), anew(1)];
    let first = prepare(&mut canvas, &gpu, &frame, 0);
    assert_eq!((first.num_draw_calls, first.num_layers_waiting), (2, 1), "one of them is the former");
    assert_eq!(
        [0, 1].map(|at: usize| frame.layers[at].has_arrived()),
        [false, true],
        "the front comes first"
    );
    let second = prepare(&mut canvas, &gpu, &frame, 0);
    assert_eq!((second.num_draw_calls, second.num_layers_waiting), (2, 0));
    assert!(frame.layers.iter().all(|layer| layer.has_arrived()));
}
