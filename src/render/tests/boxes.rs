//! Boxes with fill and outline, and what layers of many items leave out.

use super::*;

/// As little as can be asked for.
const NOTHING: FrameBudget = FrameBudget { upload_bytes: 0, tile_memory_bytes: 0, ..FrameBudget::UNLIMITED };

fn stroke() -> Stroke {
    Stroke::new(2.0, Color::rgb(250, 120, 0)).with_halo(1.0, Color::WHITE.with_alpha(0.5))
}

/// As many primitives as look like the box.
fn rect_and_ring(layer: &mut Layer, rect: &Rect, fill: Color, stroke: &Stroke) {
    layer.rect(rect, fill);
    layer.ring(&rect.corners(), stroke);
}

fn assert_alike(a: &Picture, b: &Picture, tolerance: u8, context: &str) {
    for ((at, a), (_, b)) in pixels(a).zip(pixels(b)) {
        let is_close = a.iter().zip(b).all(|(&a, b)| a.abs_diff(b) <= tolerance);
        assert!(is_close, "{context}, {at:?}: {a:?} is not {b:?}");
    }
}

#[test]
fn a_box_looks_like_a_rectangle_under_a_ring_at_every_zoom() {
    let fill = RED.with_alpha(0.3);
    for (rect, corner, zoom) in [
        (Rect::from_xywh(3.0, 4.0, 20.25, 11.5), Point::ORIGIN, 2.0),
        (Rect::from_xywh(3.0, 4.0, 200.0, 300.0), Point::ORIGIN, 0.09),
        (Rect::from_xywh(1_000_000.5, 900_000.25, 1.5, 1.0), Point::new(1_000_000.0, 900_000.0), 24.0),
        (Rect::from_xywh(-50_000.0, 1.0, 100_000.0, 2.0), Point::ORIGIN, 8.0),
    ] {
        let frame = || view(corner, zoom, 60, 50);
        let one = frame().with_layer(|layer| layer.outlined_box(&rect, fill, &stroke())).draw();
        let many = frame().with_layer(|layer| rect_and_ring(layer, &rect, fill, &stroke())).draw();
        assert_alike(&one, &many, 3, &format!("{rect:?} at zoom {zoom}"));
    }
}

#[test]
fn the_dashes_of_a_box_are_those_of_its_ring() {
    let rect = Rect::from_xywh(5.0, 5.0, 40.0, 30.0);
    let dashed = Stroke::new(2.0, RED).dashed(6.0);
    let one =
        view(Point::ORIGIN, 1.0, 50, 40).with_layer(|l| l.outlined_box(&rect, Color::TRANSPARENT, &dashed));
    let many = view(Point::ORIGIN, 1.0, 50, 40).with_layer(|layer| layer.ring(&rect.corners(), &dashed));
    assert_alike(&one.draw(), &many.draw(), 3, "dashes");
}

#[test]
fn a_box_without_size_is_a_dot_of_the_width_of_its_line() {
    let at = Rect::from_xywh(10.0, 10.0, 0.0, 0.0);
    let drawn = view(Point::ORIGIN, 1.0, 20, 20)
        .with_layer(|layer| layer.outlined_box(&at, RED, &Stroke::new(6.0, RED)))
        .draw();
    let area = pixels(&drawn).map(|(_, color)| f64::from(color[0]) / 255.0).sum::<f64>();
    assert!((area - 9.0 * std::f64::consts::PI).abs() < 1.5, "{area}");
}

/// Boxes in a row, each an item, with a coarse version that has one large box.
fn row() -> Layer {
    let mut coarse = Layer::new();
    coarse.outlined_box(&Rect::from_xywh(0.0, 0.0, 400.0, 8.0), RED, &Stroke::new(1.0, RED));
    let mut layer = Layer::new();
    for item in 0..40 {
        layer.begin_item(item);
        layer.outlined_box(
            &Rect::from_xywh(f64::from(item) * 10.0, 0.0, 8.0, 8.0),
            RED,
            &Stroke::new(1.0, RED),
        );
    }
    layer.with_coarser(0.25, &coarse)
}

#[test]
fn items_are_left_out_without_an_upload() {
    let layer = row();
    let mut frame = view(Point::ORIGIN, 1.0, 400, 10);
    frame.layers = vec![Arc::new(layer.clone())];
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    assert!(canvas.prepare(&gpu.renderer, &frame, [0, 0], &NOTHING).bytes_uploaded > 0);
    frame.layers = vec![Arc::new(layer.without(vec![7, 3]))];
    let stats = canvas.prepare(&gpu.renderer, &frame, [0, 0], &NOTHING);
    assert_eq!((stats.bytes_uploaded, stats.num_draw_calls), (0, 3));
    drop(gpu);
    let drawn = frame.draw();
    let is_red = |item: u32| drawn.pixel(item * 10 + 4, 4) == Some(RED.0);
    assert!(is_red(2) && !is_red(3) && is_red(4) && !is_red(7) && is_red(8));
}

#[test]
fn a_coarser_version_is_drawn_up_to_its_zoom() {
    let mut frame = view(Point::ORIGIN, 0.25, 100, 2);
    frame.layers = vec![Arc::new(row())];
    let reds = |frame: &Frame| reds_of_row(&frame.draw(), 1).iter().filter(|red| **red == 255).count();
    assert_eq!(reds(&frame), 100, "one large box");
    frame.camera = Camera::new(Point::new(100.0, 4.0), 0.5, Size::new(100, 2));
    assert!(reds(&frame) < 95, "there are gaps between the boxes");
}

#[test]
fn what_does_not_fit_the_budget_waits_and_the_front_comes_first() {
    let large = |y: f64| {
        move |layer: &mut Layer| {
            for item in 0..100_000 {
                layer.begin_item(item);
                layer.outlined_box(&Rect::from_xywh(0.0, y, 20.0, 5.0), RED, &Stroke::new(1.0, RED));
            }
        }
    };
    let frame = view(Point::ORIGIN, 1.0, 20, 20)
        .with_layer(large(0.0))
        .with_layer(large(10.0))
        .with_layer(|layer| layer.rect(&Rect::from_xywh(0.0, 0.0, 1.0, 1.0), RED));
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let mut next = || canvas.prepare(&gpu.renderer, &frame, [0, 0], &NOTHING);
    let (first, second, third) = (next(), next(), next());
    let drawn = [first, second, third].map(|stats| (stats.num_draw_calls, stats.num_layers_waiting));
    assert_eq!(drawn, [(1, 2), (2, 1), (3, 0)]);
    assert!(first.bytes_uploaded < second.bytes_uploaded);
}
