//! What is drawn, checked pixel by pixel on whatever adapter there is, software included.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::geometry::{Mask, Point, Polygon, PolygonPart, Rect};
use crate::pixels::{MemoryPyramid, Picture, Size};

use super::*;

mod boxes;
mod lines;
mod picture;
mod shaders;
mod shapes;
mod tiles;
mod uploads;
mod video;

const RED: Color = Color::rgb(255, 0, 0);
const BLACK: [u8; 4] = [0, 0, 0, 255];

/// The one device of all tests.
fn gpu() -> MutexGuard<'static, OffscreenRenderer> {
    static GPU: OnceLock<Mutex<OffscreenRenderer>> = OnceLock::new();
    let gpu = GPU.get_or_init(|| Mutex::new(OffscreenRenderer::new().unwrap_or_else(|e| panic!("{e}"))));
    gpu.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A frame without picture or layers whose screen pixels are numbered from the image point `corner` on.
fn view(corner: Point, zoom: f64, width: u32, height: u32) -> Frame {
    let half = Point::new(f64::from(width) / 2.0, f64::from(height) / 2.0);
    let camera = Camera::new(corner + half.to_vector() / zoom, zoom, Size::new(width, height));
    Frame { camera, picture: None, display: Display::default(), probe: None, layers: Vec::new() }
}

impl Frame {
    fn with_picture(self, picture: &Picture) -> Self {
        Self { picture: Some(FramePicture::Tiles(Arc::new(MemoryPyramid::new(picture.into())))), ..self }
    }

    fn with_display(self, display: Display) -> Self {
        Self { display, ..self }
    }

    fn with_layer(mut self, fill: impl FnOnce(&mut Layer)) -> Self {
        let mut layer = Layer::new();
        fill(&mut layer);
        self.layers.push(Arc::new(layer));
        self
    }

    fn draw(&self) -> Picture {
        gpu().render(self, Color::BLACK).expect("the frame is drawn")
    }
}

/// The red of a row of screen pixels.
fn reds_of_row(picture: &Picture, y: u32) -> Vec<u8> {
    (0..picture.size().width).map(|x| picture.pixel(x, y).expect("inside")[0]).collect()
}

/// Every screen pixel with its centre.
fn pixels(picture: &Picture) -> impl Iterator<Item = (ScreenPoint, [u8; 4])> + '_ {
    let size = picture.size();
    (0..size.height).flat_map(move |y| (0..size.width).map(move |x| (x, y))).map(|(x, y)| {
        let center = ScreenPoint::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
        (center, picture.pixel(x, y).expect("inside"))
    })
}

/// A picture made of a function of column and row.
fn picture_of(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Picture {
    let rgba: Vec<u8> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
    Picture::from_rgba(Size::new(width, height), rgba).expect("four bytes a pixel")
}

/// Opaque pixels that differ from all their neighbours, with every brightness among them.
fn noise(x: u32, y: u32) -> [u8; 4] {
    let n = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)).rotate_left(9);
    [n as u8, (n >> 8) as u8, (n >> 16) as u8, 255]
}

fn assert_close(actual: [u8; 4], expected: [u8; 4], context: &str) {
    let is_close = actual.iter().zip(expected).all(|(&a, e)| a.abs_diff(e) <= 1);
    assert!(is_close, "{context}: {actual:?} is not {expected:?}");
}

#[test]
fn an_output_larger_than_a_piece_has_no_seams() {
    let picture = picture_of(5000, 3, noise);
    let drawn = view(Point::ORIGIN, 1.0, 5000, 3).with_picture(&picture).draw();
    assert!(drawn == picture);
}

#[test]
fn a_view_somewhere_in_a_larger_target_is_drawn_there_and_nowhere_else() {
    let line = [Point::new(2.0, 0.0), Point::new(2.0, 9.0)];
    let frame = view(Point::ORIGIN, 2.0, 16, 10)
        .with_picture(&picture_of(8, 5, noise))
        .with_layer(|layer| layer.line(&line, &Stroke::new(2.0, RED)));
    let alone = frame.draw();
    let target = Size::new(40, 30);
    let rgba = gpu().render_at(&frame, [7, 11], target, Color::BLACK).expect("the frame is drawn");
    let drawn = Picture::from_rgba(target, rgba).expect("four bytes a pixel");
    for (at, color) in pixels(&drawn) {
        let (x, y) = ((at.x as u32).checked_sub(7), (at.y as u32).checked_sub(11));
        let expected = x.zip(y).and_then(|(x, y)| alone.pixel(x, y)).unwrap_or(BLACK);
        assert_eq!(color, expected, "{at:?}");
    }
}

#[test]
fn the_background_may_be_transparent_and_comes_back_with_straight_alpha() {
    let frame = view(Point::ORIGIN, 1.0, 4, 1)
        .with_layer(|layer| layer.rect(&Rect::from_xywh(2.0, 0.0, 2.0, 1.0), RED.with_alpha(0.5)));
    let drawn = gpu().render(&frame, Color::TRANSPARENT).expect("the frame is drawn");
    assert_eq!(drawn.pixel(0, 0), Some([0, 0, 0, 0]));
    assert_eq!(drawn.pixel(3, 0), Some([255, 0, 0, 128]));
}

#[test]
fn an_srgb_target_shows_the_same_opaque_colours() {
    let mut srgb =
        OffscreenRenderer::with_format(wgpu::TextureFormat::Rgba8UnormSrgb).unwrap_or_else(|e| panic!("{e}"));
    let frame = view(Point::ORIGIN, 2.0, 64, 32)
        .with_picture(&picture_of(32, 8, noise))
        .with_layer(|layer| layer.rect(&Rect::from_xywh(0.0, 8.0, 32.0, 4.0), Color::rgb(10, 100, 200)))
        .with_layer(|layer| layer.rect(&Rect::from_xywh(0.0, 12.0, 32.0, 4.0), RED.with_alpha(0.5)));
    let (there, here) = (srgb.render(&frame, Color::BLACK).expect("the frame is drawn"), frame.draw());
    for ((at, linear), (_, gamma)) in pixels(&there).zip(pixels(&here)) {
        if at.y < 24.0 {
            assert_close(linear, gamma, &format!("{at:?}"));
        } else {
            assert_eq!((linear[0], gamma[0]), (188, 128), "half a red, in linear light and in sRGB values");
        }
    }
}

#[test]
fn a_bgra_target_such_as_a_window_shows_the_same_colours_in_every_tile() {
    let mut window =
        OffscreenRenderer::with_format(wgpu::TextureFormat::Bgra8Unorm).unwrap_or_else(|e| panic!("{e}"));
    let orange = Color::rgb(255, 138, 61).with_alpha(0.25);
    // Larger than the tiles of software drivers, with fills that cover whole ones.
    let corners = [(3.0, 5.0), (505.0, 40.0), (430.0, 260.0), (480.0, 500.0), (30.0, 460.0)];
    let polygon = Polygon::from_ring(corners.map(|(x, y)| Point::new(x, y)).to_vec());
    let frame = view(Point::ORIGIN, 1.0, 512, 512)
        .with_picture(&picture_of(512, 512, noise))
        .with_layer(|layer| layer.fill(&polygon, orange))
        .with_layer(|layer| layer.rect(&Rect::from_xywh(0.0, 300.0, 512.0, 156.0), orange));
    let (there, here) = (window.render(&frame, Color::BLACK).expect("the frame is drawn"), frame.draw());
    for ((at, [blue, green, red, alpha]), (_, expected)) in pixels(&there).zip(pixels(&here)) {
        assert_close([red, green, blue, alpha], expected, &format!("{at:?}"));
    }
}

#[test]
fn a_size_without_pixels_or_with_far_too_many_is_refused_in_words() {
    for size in [Size::new(0, 5), Size::new(1 << 20, 1 << 20)] {
        let camera = Camera::new(Point::ORIGIN, 1.0, size);
        let frame = Frame { camera, ..view(Point::ORIGIN, 1.0, 1, 1) };
        let error = gpu().render(&frame, Color::BLACK).expect_err("there is no such picture");
        assert!(error.to_string().contains(&format!("{} × {} pixels", size.width, size.height)), "{error}");
    }
}

#[test]
fn the_adapter_is_described_in_a_line() {
    let gpu = gpu();
    let summary = gpu.adapter_summary();
    assert!(!summary.name.is_empty() && summary.max_texture_px >= 2048);
    assert!(summary.to_string().contains(&summary.name) && summary.to_string().contains(&summary.backend));
}

#[test]
fn nonsense_draws_nothing_and_harms_nothing() {
    let bad = [Point::new(f64::NAN, 1.0), Point::new(f64::INFINITY, f64::NEG_INFINITY), Point::ORIGIN];
    let drawn = view(Point::new(5.0, 5.0), 1.0, 8, 8)
        .with_picture(&Picture::filled(Size::default(), [0; 4]))
        .with_layer(|layer| {
            let stroke = Stroke::new(f32::NAN, RED).with_halo(f32::INFINITY, RED).dashed(-3.0);
            layer.fill(&Polygon::from_ring(bad.to_vec()), RED);
            layer.fill(&Polygon { parts: vec![PolygonPart::default()] }, RED);
            layer.rect(&Rect::EMPTY, RED);
            layer.rect(&Rect { min: bad[0], max: bad[1] }, RED);
            layer.mask(&Mask { width: 3, height: u32::MAX, runs: vec![9], ..Mask::default() }, RED);
            layer.line(&bad[..2], &stroke);
            layer.ring(&[], &stroke);
            layer.handle(
                bad[1],
                &Handle {
                    shape: HandleShape::Round,
                    radius_px: f32::INFINITY,
                    fill: RED,
                    border_px: -1.0,
                    border: RED,
                },
            );
        })
        .draw();
    assert!(pixels(&drawn).all(|(_, color)| color == BLACK));
}

#[test]
fn a_window_may_keep_renderer_canvas_and_frame_across_threads() {
    fn is_shareable<T: Send + Sync + 'static>() {}
    is_shareable::<(Renderer, Canvas, Frame, OffscreenRenderer)>();
}
