//! Follows a box through a clip and prints where it went, one line of JSON for each frame, and at the end the speed.
//! `tracking.py` next to this file compares it with OpenCV's trackers.
//!
//!     ffmpeg -i clip.mp4 -pix_fmt yuv420p clip.y4m
//!     cargo bench --no-default-features --bench tracking -- clip.y4m FROM TO X Y WIDTH HEIGHT
//!
//! With TO before FROM it goes backwards. Reading the clip does not count.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use fieldmark::base::cpu_time::thread_cpu_time;
use fieldmark::geometry::Rect;
use fieldmark::infer::tracking::{BoxTracker, Sight, TrackImage};
use fieldmark::pixels::{ColorRange, PlaneLayout, Size, VideoFrame, VideoPlane, YuvMatrix};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [path, numbers @ ..] = arguments.as_slice() else {
        return println!("tracking: give a clip and a box to follow; see the head of benches/tracking.rs");
    };
    let numbers: Vec<f64> = numbers.iter().map(|text| text.parse().expect("a number")).collect();
    let &[from, to, x, y, width, height] = numbers.as_slice() else { panic!("FROM TO X Y WIDTH HEIGHT") };
    let clip = Clip::read(path);
    let (from, to) = (from as usize, (to as usize).min(clip.num_frames() - 1));
    let frames: Vec<usize> = if from <= to { (from..=to).collect() } else { (to..=from).rev().collect() };
    let mut tracker =
        BoxTracker::start(&clip.frame(from), Rect::from_xywh(x, y, width, height)).expect("a box");
    let mut spent = Duration::ZERO;
    for &frame in &frames[1..] {
        let image = clip.frame(frame);
        let start = thread_cpu_time();
        let sight = tracker.step(&image);
        spent += thread_cpu_time() - start;
        let rect = tracker.rect();
        println!(
            r#"{{"frame":{frame},"sight":"{sight:?}","box":[{:.2},{:.2},{:.2},{:.2}]}}"#,
            rect.min.x,
            rect.min.y,
            rect.width(),
            rect.height()
        );
        if matches!(sight, Sight::Lost(_)) {
            break;
        }
    }
    eprintln!("{:.0} frames/s", frames.len() as f64 / spent.as_secs_f64());
}

/// A clip in YUV4MPEG2 with 4:2:0, as FFmpeg writes it.
struct Clip {
    size: Size,
    bytes: Vec<u8>,
    header_len: usize,
}

/// "FRAME" and a line feed.
const FRAME_HEADER_LEN: usize = 6;

impl Clip {
    fn read(path: &str) -> Self {
        let mut bytes = Vec::new();
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).expect("a clip");
        let header_len = bytes.iter().position(|&byte| byte == b'\n').expect("a header") + 1;
        let header = String::from_utf8_lossy(&bytes[..header_len]).into_owned();
        let number = |letter: char| {
            let word = header.split_whitespace().skip(1).find_map(|word| word.strip_prefix(letter));
            word.and_then(|word| word.parse().ok()).expect("a size")
        };
        Self { size: Size::new(number('W'), number('H')), bytes, header_len }
    }

    fn layout() -> PlaneLayout {
        PlaneLayout::Yuv { bits: 8, chroma_shift_x: 1, chroma_shift_y: 1, has_alpha: false }
    }

    fn plane_len(&self, plane: usize) -> usize {
        Self::layout().plane_size(plane, self.size).num_pixels() as usize
    }

    fn frame_len(&self) -> usize {
        FRAME_HEADER_LEN + (0..3).map(|plane| self.plane_len(plane)).sum::<usize>()
    }

    fn num_frames(&self) -> usize {
        (self.bytes.len() - self.header_len) / self.frame_len()
    }

    fn frame(&self, number: usize) -> TrackImage {
        let mut at = self.header_len + number * self.frame_len() + FRAME_HEADER_LEN;
        let planes = (0..3).map(|plane| {
            let bytes = self.bytes[at..][..self.plane_len(plane)].to_vec();
            at += bytes.len();
            let stride = Self::layout().plane_size(plane, self.size).width as usize;
            VideoPlane { bytes: Arc::new(bytes), stride }
        });
        let planes = planes.collect();
        let frame = VideoFrame::new(self.size, Self::layout(), YuvMatrix::Bt601, ColorRange::Limited, planes)
            .expect("a frame");
        TrackImage::from_frame(&frame).expect("pixels")
    }
}
