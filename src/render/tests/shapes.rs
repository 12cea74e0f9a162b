//! Fills, masks, rectangles and handles.

use super::*;

/// A point a million pixels away that no f32 can hold.
const FAR: Point = Point::new(1_000_000.5, 2_000_000.25);

#[test]
fn a_polygon_is_filled_where_it_contains_the_pixel_centre_and_its_hole_is_not() {
    let ring = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>();
    let polygon = Polygon {
        parts: vec![
            PolygonPart {
                outer: ring(&[(2.3, 1.7), (50.2, 5.1), (44.4, 40.9), (25.0, 20.0), (4.2, 44.8)]),
                holes: vec![ring(&[(10.1, 10.2), (12.7, 20.3), (19.6, 12.9)])],
            },
            PolygonPart { outer: ring(&[(52.0, 30.0), (60.0, 30.0), (56.0, 50.0)]), holes: Vec::new() },
        ],
    };
    for zoom in [1.0, 3.7] {
        let frame = view(Point::new(0.1, 0.2), zoom, 100, 80).with_layer(|layer| layer.fill(&polygon, RED));
        for (at, color) in pixels(&frame.draw()) {
            let p = frame.camera.image_from_screen(at);
            if polygon.edge_distance(p) > 0.01 {
                let expected = if polygon.contains(p) { RED.0 } else { BLACK };
                assert_eq!(color, expected, "{p:?} at zoom {zoom}");
            }
        }
    }
}

#[test]
fn a_vertex_a_million_pixels_away_is_on_its_screen_pixel() {
    // 0.25 image pixels are 64 screen pixels; they begin in the middle.
    let area = Rect::from_xywh(FAR.x, FAR.y, 0.25, 0.25);
    let corner = FAR + Point::new(-0.5, -0.5).to_vector();
    let frames = [
        view(corner, 256.0, 256, 256).with_layer(|layer| layer.rect(&area, RED)),
        view(corner, 256.0, 256, 256).with_layer(|layer| layer.fill(&Polygon::from_rect(&area), RED)),
    ];
    for frame in frames {
        for (at, color) in pixels(&frame.draw()) {
            let is_inside = (128.0..192.0).contains(&at.x) && (128.0..192.0).contains(&at.y);
            assert_eq!(color, if is_inside { RED.0 } else { BLACK }, "{at:?}");
        }
    }
}

#[test]
fn a_translucent_fill_is_blended_once_everywhere() {
    let area = Rect::from_xywh(1.0, 1.0, 20.0, 20.0);
    let mask = Mask { left: 30, top: 2, width: 8, height: 8, runs: vec![0, 20, 3, 41] };
    let drawn = view(Point::ORIGIN, 1.7, 80, 40)
        .with_layer(|layer| {
            layer.fill(&Polygon::from_rect(&area), RED.with_alpha(0.5));
            layer.mask(&mask, RED.with_alpha(0.5));
        })
        .draw();
    assert!(pixels(&drawn).all(|(_, color)| matches!(color[0], 0 | 128)));
    assert!(pixels(&drawn).filter(|(_, color)| color[0] == 128).count() > 1000);
}

#[test]
fn a_mask_covers_exactly_its_pixels() {
    let runs = vec![3, 5, 9, 1, 1, 20, 2, 2, 30, 7, 1, 19];
    let mask = Mask { left: -2, top: 3, width: 10, height: 10, runs };
    for zoom in [1.0, 4.0, 9.1] {
        let frame = view(Point::new(-4.05, 1.03), zoom, 130, 130).with_layer(|layer| layer.mask(&mask, RED));
        for (at, color) in pixels(&frame.draw()) {
            let p = frame.camera.image_from_screen(at);
            assert_eq!(color[0] == 255, mask.contains(p), "{p:?} at zoom {zoom}");
        }
    }
}

#[test]
fn dimming_spares_the_hole() {
    let (hole, outer) = (Rect::from_xywh(3.0, 2.0, 4.0, 3.0), Rect::from_xywh(0.0, 0.0, 10.0, 10.0));
    let frame = view(Point::ORIGIN, 1.0, 12, 12)
        .with_layer(|layer| layer.dim_around(&hole, &outer, RED.with_alpha(0.5)));
    for (at, color) in pixels(&frame.draw()) {
        let p = Point::new(at.x, at.y);
        let is_dim = outer.contains(p) && !hole.contains(p);
        assert_eq!(color[0], if is_dim { 128 } else { 0 }, "{at:?}");
    }
}

#[test]
fn a_handle_keeps_its_size_at_every_zoom() {
    let handle = Handle {
        shape: HandleShape::Square,
        radius_px: 4.0,
        fill: Color::WHITE,
        border_px: 1.0,
        border: RED,
    };
    for zoom in [0.01, 1.0, 200.0] {
        let corner = FAR + Point::new(-8.0, -8.0).to_vector() / zoom;
        let drawn = view(corner, zoom, 16, 16).with_layer(|layer| layer.handle(FAR, &handle)).draw();
        for (at, color) in pixels(&drawn) {
            let reach = (at.x - 8.0).abs().max((at.y - 8.0).abs());
            let expected = match reach {
                0.0..3.0 => Color::WHITE.0,
                3.0..4.0 => RED.0,
                _ => BLACK,
            };
            assert_close(color, expected, &format!("{at:?} at zoom {zoom}"));
        }
    }
}

#[test]
fn handles_have_their_shapes() {
    let area = |shape| {
        let handle = Handle { shape, radius_px: 20.0, fill: RED, border_px: 0.0, border: RED };
        let drawn = view(Point::ORIGIN, 1.0, 50, 50)
            .with_layer(|layer| layer.handle(Point::new(25.0, 25.0), &handle))
            .draw();
        pixels(&drawn).map(|(_, color)| f64::from(color[0]) / 255.0).sum::<f64>()
    };
    assert!((area(HandleShape::Square) - 1600.0).abs() < 5.0);
    assert!((area(HandleShape::Round) - 400.0 * std::f64::consts::PI).abs() < 5.0);
    assert!((area(HandleShape::Diamond) - 800.0).abs() < 5.0);
}

#[test]
fn later_primitives_and_later_layers_lie_on_top() {
    let area = Rect::from_xywh(0.0, 0.0, 4.0, 4.0);
    let (green, blue) = (Color::rgb(0, 255, 0), Color::rgb(0, 0, 255));
    let polygon = Polygon::from_rect(&area);
    let under = |layer: &mut Layer| {
        layer.rect(&area, RED);
        layer.fill(&polygon, green);
    };
    let frame = view(Point::ORIGIN, 1.0, 4, 4).with_layer(under);
    assert_eq!(frame.draw().pixel(1, 1), Some(green.0));
    let frame = frame.with_layer(|layer| {
        layer.fill(&polygon, RED);
        layer.rect(&area, blue);
    });
    assert_eq!(frame.draw().pixel(1, 1), Some(blue.0));
}
