//! Frames of videos: every sample where it lies, and the colours that the stream means.

use crate::pixels::{
    ChromaSiting, ColorRange, PixelValue, PlaneLayout, Turn, VideoFrame, VideoPlane, YuvMatrix,
};

use super::*;

/// What decides over how a frame becomes RGB.
#[derive(Clone, Copy, Debug)]
struct Kind {
    layout: PlaneLayout,
    matrix: YuvMatrix,
    range: ColorRange,
    siting: ChromaSiting,
}

const YUV_420: PlaneLayout = yuv(8, 1, 1, false);

const fn yuv(bits: u8, chroma_shift_x: u8, chroma_shift_y: u8, has_alpha: bool) -> PlaneLayout {
    PlaneLayout::Yuv { bits, chroma_shift_x, chroma_shift_y, has_alpha }
}

fn kind(layout: PlaneLayout) -> Kind {
    Kind { layout, matrix: YuvMatrix::Bt709, range: ColorRange::Limited, siting: ChromaSiting::LEFT }
}

/// A frame of noise whose rows are padded, and whose samples have as many bits as they may.
fn noisy(size: Size, kind: Kind, seed: u32) -> VideoFrame {
    let Kind { layout, matrix, range, siting } = kind;
    let bits = match layout {
        PlaneLayout::Gray { bits } | PlaneLayout::Yuv { bits, .. } => bits,
        PlaneLayout::Rgba8 => 8,
    };
    let plane = |plane: usize| {
        let Size { width, height } = layout.plane_size(plane, size);
        let stride = (width as usize * layout.bytes_per_sample()).next_multiple_of(16) + 16;
        let mut bytes = vec![0xEE; stride * height as usize];
        for y in 0..height {
            let row = &mut bytes[y as usize * stride..];
            let samples = (0..width * layout.bytes_per_sample() as u32).map(|x| {
                let [low, high, ..] = noise(x + seed + 77 * plane as u32, y);
                u16::from_le_bytes([low, high]) >> (16 - bits)
            });
            match layout.bytes_per_sample() {
                2 => {
                    let pairs = samples.take(width as usize).flat_map(u16::to_ne_bytes);
                    row.iter_mut().zip(pairs).for_each(|(byte, value)| *byte = value);
                }
                _ => row.iter_mut().zip(samples).for_each(|(byte, value)| *byte = value as u8),
            }
        }
        VideoPlane { bytes: Arc::new(bytes), stride }
    };
    let planes = (0..layout.num_planes()).map(plane).collect();
    VideoFrame::new(size, layout, matrix, range, planes).expect("complete").with_chroma_siting(siting)
}

impl Frame {
    fn with_video(self, frame: &VideoFrame, turn: Turn) -> Self {
        let picture = VideoPicture { frame: frame.clone(), turn };
        Self { picture: Some(FramePicture::Video(Arc::new(picture))), ..self }
    }
}

/// The colour of a stored pixel as the standards say, over black.
fn expected(frame: &VideoFrame, x: u32, y: u32) -> [u8; 4] {
    let PixelValue::Rgba([red, green, blue, alpha]) = frame.value(x, y).expect("inside").rgba else {
        panic!("a colour")
    };
    [red, green, blue].map(|n| (n * alpha / 255.0).round() as u8).into_iter().chain([255]).collect::<Vec<_>>()
        [..]
        .try_into()
        .expect("four")
}

/// What is transparent shows black.
fn over_black() -> Display {
    Display { checkerboard: [Color::BLACK; 2], ..Display::default() }
}

fn check(size: Size, kind: Kind, turn: Turn) {
    let frame = noisy(size, kind, 0);
    let shown = turn.apply_to_size(size);
    let drawn = view(Point::ORIGIN, 1.0, shown.width, shown.height)
        .with_video(&frame, turn)
        .with_display(over_black())
        .draw();
    for (at, color) in pixels(&drawn) {
        let (x, y) = turn.stored_from_shown(at.x as u32, at.y as u32, size).expect("inside");
        assert_close(color, expected(&frame, x, y), &format!("{kind:?} {turn:?} {size:?} at {at:?}"));
    }
}

#[test]
fn every_layout_depth_and_odd_size_has_the_colours_of_the_standard() {
    let layouts = [
        YUV_420,
        yuv(8, 1, 0, false),
        yuv(8, 0, 0, false),
        yuv(8, 2, 0, false),
        yuv(8, 2, 2, false),
        yuv(8, 1, 1, true),
        yuv(10, 1, 1, false),
        yuv(10, 1, 0, true),
        yuv(12, 0, 0, false),
        yuv(16, 1, 1, false),
        PlaneLayout::Gray { bits: 8 },
        PlaneLayout::Gray { bits: 12 },
        PlaneLayout::Rgba8,
    ];
    for layout in layouts {
        for size in [Size::new(17, 9), Size::new(16, 8), Size::new(1, 1), Size::new(3, 40)] {
            check(size, kind(layout), Turn::NONE);
        }
    }
}

#[test]
fn every_matrix_range_and_siting_is_followed() {
    for matrix in [YuvMatrix::Bt601, YuvMatrix::Bt709, YuvMatrix::Bt2020, YuvMatrix::Smpte240] {
        for range in [ColorRange::Limited, ColorRange::Full] {
            for siting in
                [ChromaSiting::LEFT, ChromaSiting::CENTER, ChromaSiting::TOP_LEFT, ChromaSiting::BOTTOM]
            {
                let of = Kind { layout: YUV_420, matrix, range, siting };
                check(Size::new(13, 7), of, Turn::NONE);
                check(Size::new(13, 7), Kind { layout: yuv(10, 1, 1, false), ..of }, Turn::NONE);
            }
        }
    }
}

#[test]
fn frames_are_turned_and_mirrored_in_all_eight_ways() {
    for number in 0..8_u8 {
        let [exchanges_axes, mirrors_columns, mirrors_rows] = [1, 2, 4].map(|bit| number & bit != 0);
        let turn = Turn { exchanges_axes, mirrors_columns, mirrors_rows };
        check(Size::new(11, 6), kind(YUV_420), turn);
    }
}

#[test]
fn an_enlarged_pixel_is_a_square_of_one_colour_wherever_the_camera_is() {
    let frame = noisy(Size::new(9, 7), kind(YUV_420), 5);
    let corner = Point::new(2.0, 1.0);
    let plain = Display { pixel_grid: false, ..Display::default() };
    let drawn = view(corner, 16.0, 64, 48).with_video(&frame, Turn::NONE).with_display(plain).draw();
    for (at, color) in pixels(&drawn) {
        let (x, y) = (2 + at.x as u32 / 16, 1 + at.y as u32 / 16);
        assert_close(color, expected(&frame, x, y), &format!("{at:?}"));
    }
    let smooth = Display { sampling: Sampling::Smooth, ..plain };
    let drawn = view(corner, 2.0, 8, 8).with_video(&frame, Turn::NONE).with_display(smooth).draw();
    assert!(drawn.pixel(2, 2) != drawn.pixel(3, 3), "between pixels it is interpolated");
}

#[test]
fn a_reduced_frame_is_averaged_and_does_not_shimmer() {
    let layout = PlaneLayout::Gray { bits: 8 };
    let stripes: Vec<u8> =
        (0..400 * 400).map(|n| if (n % 400 + n / 400) % 2 == 0 { 255 } else { 0 }).collect();
    let plane = VideoPlane { bytes: Arc::new(stripes), stride: 400 };
    let frame = VideoFrame::new(Size::new(400, 400), layout, YuvMatrix::Bt601, ColorRange::Full, vec![plane])
        .expect("complete");
    for zoom in [0.5, 0.25, 0.125] {
        for shift in [0.0, 0.3, 0.77] {
            let corner = Point::new(100.0 + shift / zoom, 100.0);
            let drawn = view(corner, zoom, 6, 6).with_video(&frame, Turn::NONE).draw();
            assert!(pixels(&drawn).all(|(_, color)| color[0].abs_diff(128) <= 1), "zoom {zoom}");
        }
    }
}

#[test]
fn brightness_contrast_and_gamma_apply_and_a_colour_map_to_grey_alone() {
    let frame = noisy(Size::new(4, 4), kind(PlaneLayout::Gray { bits: 8 }), 0);
    let of = view(Point::ORIGIN, 1.0, 4, 4).with_video(&frame, Turn::NONE);
    let plain = of.draw();
    let brighter = of.clone().with_display(Display { brightness: 0.5, ..Display::default() }).draw();
    assert!(
        pixels(&plain).zip(pixels(&brighter)).all(|((_, a), (_, b))| b[0] == a[0].saturating_add(128)
            || b[0].abs_diff(a[0].saturating_add(128)) <= 1)
    );
    let colorful = Display { color_map: crate::pixels::ColorMap::ALL[1], ..Display::default() };
    assert!(of.with_display(colorful).draw() != plain);
    let color =
        view(Point::ORIGIN, 1.0, 4, 4).with_video(&noisy(Size::new(4, 4), kind(YUV_420), 0), Turn::NONE);
    assert!(color.clone().with_display(colorful).draw() == color.draw());
}

#[test]
fn a_frame_is_uploaded_once_and_the_next_one_goes_into_the_same_textures() {
    let size = Size::new(64, 36);
    let mut gpu = gpu();
    let frames = [0, 1].map(|seed| noisy(size, kind(YUV_420), seed));
    let first = view(Point::ORIGIN, 1.0, 64, 36).with_video(&frames[0], Turn::NONE);
    let num_bytes = frames[0].num_bytes() as u64;
    let measured = |gpu: &mut OffscreenRenderer, frame: &Frame| {
        gpu.measure(frame, &FrameBudget::default()).expect("it is drawn").stats
    };
    assert_eq!(measured(&mut gpu, &first).bytes_uploaded, num_bytes);
    let moved = Frame { camera: first.camera.pan_by(3.0, 1.0), ..first.clone() };
    assert_eq!(measured(&mut gpu, &moved).bytes_uploaded, 0, "only the camera moved");
    let second = first.with_video(&frames[1], Turn::NONE);
    assert_eq!(measured(&mut gpu, &second).bytes_uploaded, num_bytes);
    assert_eq!(measured(&mut gpu, &second).num_draw_calls, 1);
}

#[test]
fn a_picture_after_a_video_and_a_video_after_a_picture_are_drawn_alone() {
    let picture = picture_of(8, 8, noise);
    let frame = noisy(Size::new(8, 8), kind(yuv(8, 0, 0, false)), 3);
    let video = view(Point::ORIGIN, 1.0, 8, 8).with_video(&frame, Turn::NONE);
    let still = view(Point::ORIGIN, 1.0, 8, 8).with_picture(&picture);
    assert!(still.draw() == picture);
    let drawn = video.draw();
    assert!(drawn.pixel(3, 3).is_some_and(|color| color == expected(&frame, 3, 3)));
    assert!(still.draw() == picture);
}

#[test]
fn a_frame_without_pixels_draws_nothing() {
    let plane = VideoPlane { bytes: Arc::new(Vec::new()), stride: 0 };
    let layout = PlaneLayout::Gray { bits: 8 };
    let frame = VideoFrame::new(Size::new(0, 0), layout, YuvMatrix::Bt601, ColorRange::Full, vec![plane]);
    let drawn = view(Point::ORIGIN, 1.0, 4, 4).with_video(&frame.expect("complete"), Turn::NONE).draw();
    assert!(pixels(&drawn).all(|(_, color)| color == BLACK));
}
