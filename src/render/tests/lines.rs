//! Outlines: where they lie, how wide they are, and that they neither break nor darken.

use crate::geometry::segment_distance;

use super::*;

fn points(coordinates: &[(f64, f64)]) -> Vec<Point> {
    coordinates.iter().map(|&(x, y)| Point::new(x, y)).collect()
}

/// The distance in screen pixels from a place on screen to the nearest segment.
fn screen_distance(camera: &Camera, line: &[Point], at: ScreenPoint) -> f64 {
    let place = |p: Point| {
        let ScreenPoint { x, y } = camera.screen_from_image(p);
        Point::new(x, y)
    };
    line.windows(2)
        .map(|ends| segment_distance(Point::new(at.x, at.y), place(ends[0]), place(ends[1])))
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn a_box_at_ten_is_centred_on_the_left_edge_of_column_ten() {
    let corners = Rect::from_xywh(10.0, 10.0, 40.0, 40.0).corners();
    for zoom in [1.0, 4.0] {
        let drawn = view(Point::ORIGIN, zoom, 120, 120)
            .with_layer(|layer| layer.ring(&corners, &Stroke::new(2.0, RED)))
            .draw();
        let edge = 10 * zoom as usize;
        let reds = reds_of_row(&drawn, 25 * zoom as u32);
        assert_eq!(reds[edge - 3..edge + 3], [0, 0, 255, 255, 0, 0], "zoom {zoom}");
    }
}

#[test]
fn a_line_a_million_pixels_away_is_on_its_screen_pixel() {
    let far = Point::new(1_000_000.5, 3_000_000.0);
    let line = [far + Point::new(0.0, -50_000.0).to_vector(), far + Point::new(0.0, 50_000.0).to_vector()];
    let drawn = view(far + Point::new(-0.125, 0.0).to_vector(), 256.0, 64, 8)
        .with_layer(|layer| layer.line(&line, &Stroke::new(2.0, RED)))
        .draw();
    for y in 0..8 {
        let reds = reds_of_row(&drawn, y);
        assert_eq!(reds[30..34], [0, 255, 255, 0]);
    }
}

#[test]
fn thin_lines_are_continuous_at_all_zooms() {
    // Through the middle of the view, with points much denser than screen pixels at the low zooms.
    let line: Vec<Point> =
        (-1200..=1200).map(|i| Point::new(f64::from(i), 0.4 * f64::from(i) + f64::from(i % 3))).collect();
    for zoom in [1.0 / 256.0, 0.02, 0.11, 0.5, 1.0, 3.3, 40.0, 256.0] {
        let frame = view(Point::new(-16.0 / zoom, -16.0 / zoom), zoom, 32, 32)
            .with_layer(|layer| layer.line(&line, &Stroke::new(1.0, RED)));
        let drawn = frame.draw();
        for (at, color) in pixels(&drawn) {
            let distance = screen_distance(&frame.camera, &line, at);
            let expected = (1.0 - distance).clamp(0.0, 1.0);
            let is_drawn = f64::from(color[0]) / 255.0 >= expected - 0.02;
            assert!(is_drawn, "{at:?} at zoom {zoom}: {} instead of {expected}", color[0]);
        }
    }
}

#[test]
fn a_translucent_line_is_equally_dark_at_its_joints() {
    let zigzag =
        points(&[(10.0, 10.0), (60.0, 15.0), (12.0, 24.0), (60.0, 40.0), (62.0, 43.0), (61.0, 80.0)]);
    let arc: Vec<Point> = (0..200)
        .map(|i| Point::new(40.0, 45.0) + Point::new(30.0, 0.0).to_vector().rotated(f64::from(i)))
        .collect();
    for line in [&zigzag[..], &zigzag[3..], &arc] {
        let frame = view(Point::ORIGIN, 1.0, 90, 90)
            .with_layer(|layer| layer.line(line, &Stroke::new(6.0, RED.with_alpha(0.5))));
        for (at, color) in pixels(&frame.draw()) {
            let distance = screen_distance(&frame.camera, line, at);
            let expected = 128.0 * (3.5 - distance).clamp(0.0, 1.0);
            assert!((f64::from(color[0]) - expected).abs() < 2.0, "{at:?}: {} is not {expected}", color[0]);
        }
    }
}

#[test]
fn a_ring_has_no_seam_however_small() {
    for side in [0.001, 0.7, 3.0, 30.0] {
        let mut ring =
            Rect::from_center(Point::new(20.2, 20.3), Point::new(side, side).to_vector()).corners().to_vec();
        let frame = view(Point::ORIGIN, 1.0, 40, 40)
            .with_layer(|layer| layer.ring(&ring, &Stroke::new(4.0, RED.with_alpha(0.5))));
        ring.push(ring[0]);
        for (at, color) in pixels(&frame.draw()) {
            let distance = screen_distance(&frame.camera, &ring, at);
            let expected = 128.0 * (2.5 - distance).clamp(0.0, 1.0);
            // The opposite sides of a small ring overlap.
            let is_right = if side > 5.0 {
                (f64::from(color[0]) - expected).abs() < 2.0
            } else {
                f64::from(color[0]) > expected - 2.0
            };
            assert!(is_right, "{at:?} of side {side}: {} is not {expected}", color[0]);
        }
    }
}

#[test]
fn a_halo_lies_under_the_whole_line_also_at_its_joints() {
    let line = points(&[(8.0, 8.0), (40.0, 8.0), (40.0, 40.0)]);
    let stroke = Stroke::new(2.0, RED).with_halo(2.0, Color::rgb(0, 0, 255));
    let frame = view(Point::ORIGIN, 1.0, 50, 50).with_layer(|layer| layer.line(&line, &stroke));
    for (at, color) in pixels(&frame.draw()) {
        match screen_distance(&frame.camera, &line, at) {
            0.0..=0.5 => assert_eq!(color, RED.0, "{at:?}"),
            1.5..=2.5 => assert_eq!(color, [0, 0, 255, 255], "{at:?}"),
            3.5.. => assert_eq!(color, BLACK, "{at:?}"),
            _ => {}
        }
    }
}

#[test]
fn dashes_and_gaps_have_their_length_on_screen() {
    for zoom in [0.5, 1.0, 8.0] {
        let line = [Point::ORIGIN, Point::new(2000.0, 0.0)];
        let drawn = view(Point::new(0.0, -4.0 / zoom), zoom, 32, 8)
            .with_layer(|layer| layer.line(&line, &Stroke::new(2.0, RED).dashed(4.0)))
            .draw();
        let on_off: Vec<bool> = reds_of_row(&drawn, 4).iter().map(|&red| red > 128).collect();
        let expected: Vec<bool> = (0..32).map(|x| x % 8 < 4).collect();
        assert_eq!(on_off, expected, "zoom {zoom}");
    }
}

#[test]
fn a_crosshair_spans_its_extent() {
    let extent = Rect::from_xywh(0.0, 0.0, 20.0, 10.0);
    let drawn = view(Point::new(-2.0, -2.0), 1.0, 24, 14)
        .with_layer(|layer| layer.crosshair(Point::new(5.5, 3.5), &extent, &Stroke::new(1.0, RED)))
        .draw();
    assert!((2..22).all(|x| drawn.pixel(x, 5) == Some(RED.0)));
    assert!((2..12).all(|y| drawn.pixel(7, y) == Some(RED.0)));
    assert_eq!(drawn.pixel(20, 10), Some(BLACK));
}

#[test]
fn a_line_thinner_than_a_pixel_is_fainter() {
    let line = [Point::new(-5.0, 4.5), Point::new(30.0, 4.5)];
    let drawn =
        view(Point::ORIGIN, 1.0, 20, 9).with_layer(|layer| layer.line(&line, &Stroke::new(0.5, RED))).draw();
    assert_eq!([3, 4, 5].map(|y| drawn.pixel(10, y).expect("inside")[0]), [0, 128, 0]);
}
