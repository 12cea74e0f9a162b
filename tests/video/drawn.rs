//! What the window draws of a frame is what FFmpeg and the standards make of it: FFmpeg brings the colours to full
//! resolution, and the formulas make RGB of them. (FFmpeg's own RGB takes the mean of two rows of colours where the one is
//! three times as near as the other.)

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use fieldmark::base::jobs::JobContext;
use fieldmark::geometry::Rect;
use fieldmark::media::Orientation;
use fieldmark::media::video::{OpenOptions, PictureConverter, open_video};
use fieldmark::pixels::{ColorRange, Picture, PlaneLayout, RgbFromSamples, Turn, VideoFrame};
use fieldmark::render::{Camera, Color, Display, Frame, FramePicture, OffscreenRenderer, VideoPicture};

use super::truth::file;

/// Differences of rounding, of 255 steps.
const TOLERANCE: i32 = 2;

fn drawn(gpu: &mut OffscreenRenderer, picture: VideoPicture) -> Picture {
    let size = picture.size();
    let whole = Rect::from_xywh(0.0, 0.0, size.width.into(), size.height.into());
    let frame = Frame {
        camera: Camera::fit_rect(&whole, size, 0.0),
        picture: Some(FramePicture::Video(Arc::new(picture))),
        display: Display::default(),
        probe: None,
        layers: Vec::new(),
    };
    gpu.render(&frame, Color::BLACK).expect("the frame is drawn")
}

/// A frame of the file with 16 bits for each sample, and all planes of the full size, as FFmpeg makes it.
fn full_resolution(path: &Path, number: usize, frame: &VideoFrame) -> Vec<u16> {
    let siting = frame.chroma_siting();
    let range = if frame.range() == ColorRange::Full { "full" } else { "limited" };
    let (shift_x, shift_y) = match frame.layout() {
        PlaneLayout::Yuv { chroma_shift_x, chroma_shift_y, .. } => (chroma_shift_x, chroma_shift_y),
        PlaneLayout::Gray { .. } | PlaneLayout::Rgba8 => (0, 0),
    };
    // In 256ths of a sample of brightness.
    let position = |siting: f32, shift: u8| (siting * 256.0) as i32 * ((1 << shift) - 1);
    let filter = format!(
        "select=eq(n\\,{number}),scale=in_h_chr_pos={}:in_v_chr_pos={}:in_range={range}:out_range={range}:\
         flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp,format=yuv444p16le",
        position(siting.x, shift_x),
        position(siting.y, shift_y),
    );
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-noautorotate", "-i"])
        .arg(path)
        .args(["-vf", &filter, "-frames:v", "1", "-f", "rawvideo", "-"])
        .output()
        .expect("ffmpeg can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
}

fn compare(gpu: &mut OffscreenRenderer, path: &Path) {
    let video = open_video(path, &OpenOptions::default(), &JobContext::detached()).expect("it opens");
    let mut reader = video.reader(2);
    for number in [0, video.index().num_frames() / 2] {
        let native = reader.read(number, &|| true, None).expect("it decodes");
        let frame = native.share().expect("its planes can be drawn as they are");
        let samples = full_resolution(path, number, &frame);
        let layout = PlaneLayout::Yuv { bits: 16, chroma_shift_x: 0, chroma_shift_y: 0, has_alpha: false };
        let colors = RgbFromSamples::new(layout, frame.matrix(), frame.range());
        let num_pixels = frame.size().num_pixels() as usize;
        assert_eq!(samples.len(), 3 * num_pixels, "{}", path.display());
        let actual = drawn(gpu, VideoPicture { frame, turn: Turn::NONE });
        let saved = PictureConverter::default().convert(&native, Orientation::Normal).expect("it is saved");
        let difference = saved.rgba().iter().zip(actual.rgba()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(difference <= Some(1), "{} frame {number} is saved as it is drawn", path.display());
        for (at, color) in actual.rgba().chunks_exact(4).enumerate() {
            let sample = |plane: usize| f64::from(samples[plane * num_pixels + at]);
            let expected = colors.rgb([sample(0), sample(1), sample(2)]).map(|level| (level * 255.0).round());
            let is_close =
                color.iter().zip(expected).all(|(a, e)| (i32::from(*a) - e as i32).abs() <= TOLERANCE);
            let (x, y) = (at % actual.size().width as usize, at / actual.size().width as usize);
            assert!(is_close, "{} frame {number} at {x}, {y}: {color:?}, not {expected:?}", path.display());
        }
    }
}

#[test]
fn every_layout_is_drawn_as_ffmpeg_and_the_standards_have_it() {
    let mut gpu = OffscreenRenderer::new().unwrap_or_else(|error| panic!("{error}"));
    for name in [
        "h264.mp4",
        "h264-444.mp4",
        "h264-422-10bit.mov",
        "h264-10bit.mkv",
        "vp9-10bit.mkv",
        "odd-size.mkv",
        "mjpeg.avi",
        "prores.mov",
        "raw.avi",
        "av1.mp4",
    ] {
        compare(&mut gpu, &file(name));
    }
}
