//! Frames in the background: what is wanted comes, what lies ahead comes before it is wanted, memory stays bounded.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use fieldmark::base::jobs::{JobContext, JobPool};
use fieldmark::media::video::{
    Direction, FrameLoader, FrameState, FrameThumbnails, OpenOptions, PictureConverter, Video, first_frame,
    open_video, video_thumbnail,
};
use fieldmark::media::{ContentKey, Orientation, ThumbnailCache};
use fieldmark::pixels::{PlaneLayout, Size, VideoFrame};

use super::truth::file;

/// Far more than any of this takes; a loader that hangs ends the test.
const PATIENCE: Duration = Duration::from_secs(60);

struct Desk {
    loader: FrameLoader,
    wakes: Receiver<()>,
}

impl Desk {
    fn new(video: &Video) -> Self {
        let (sender, wakes) = unbounded();
        let wake = Arc::new(move || {
            // Whoever listened may be gone.
            let _ = sender.send(());
        });
        Self { loader: FrameLoader::new(video, Arc::new(JobPool::new(1)), wake), wakes }
    }

    /// Waits until a frame is there or has failed.
    fn wait(&mut self, number: usize) -> FrameState {
        let end = Instant::now() + PATIENCE;
        loop {
            self.loader.poll();
            match self.loader.get(number) {
                FrameState::Loading => self.wakes.recv_deadline(end).expect("a frame comes or fails"),
                state => return state,
            }
        }
    }

    fn wait_for_frame(&mut self, number: usize) -> VideoFrame {
        match self.wait(number) {
            FrameState::Ready(frame) => frame,
            other => panic!("frame {number}: {other:?}"),
        }
    }
}

fn open(name: &str) -> Video {
    open_video(&file(name), &OpenOptions::default(), &JobContext::detached()).unwrap()
}

/// All samples without padding.
fn samples(frame: &VideoFrame) -> Vec<u8> {
    (0..frame.planes().len()).flat_map(|plane| frame.plane_rows(plane).collect::<Vec<_>>().concat()).collect()
}

fn samples_of(video: &Video, number: usize) -> Vec<u8> {
    let frame = video.reader(1).read(number, &|| true, None).unwrap();
    samples(&frame.share().unwrap())
}

#[test]
fn what_is_wanted_comes_and_what_lies_ahead_comes_unasked() {
    let video = open("h264-long-gop.mp4");
    for (direction, wanted, ahead) in [(Direction::Forward, 40, 41..45), (Direction::Backward, 60, 50..60)] {
        let mut desk = Desk::new(&video);
        desk.loader.want(wanted, direction);
        assert_eq!(samples(&desk.wait_for_frame(wanted)), samples_of(&video, wanted));
        for number in ahead {
            assert_eq!(
                samples(&desk.wait_for_frame(number)),
                samples_of(&video, number),
                "{direction:?} {number}"
            );
        }
    }
}

#[test]
fn the_latest_wish_wins() {
    let video = open("h264.mp4");
    let mut desk = Desk::new(&video);
    for number in (0..100).rev() {
        desk.loader.want(number, Direction::Backward);
    }
    desk.loader.want(77, Direction::Forward);
    assert_eq!(samples(&desk.wait_for_frame(77)), samples_of(&video, 77));
    desk.loader.want(3, Direction::Forward);
    assert_eq!(samples(&desk.wait_for_frame(3)), samples_of(&video, 3));
    desk.loader.want(100_000, Direction::Forward);
    desk.wait_for_frame(99);
    assert_eq!(desk.loader.nearest(1_000).map(|(number, _)| number), Some(99));
}

#[test]
fn memory_stays_within_the_budget_in_both_directions() {
    let video = open("h264-long-gop.mp4");
    let mut desk = Desk::new(&video);
    desk.loader.want(0, Direction::Forward);
    let frame_bytes = desk.wait_for_frame(0).num_bytes();
    desk.loader.set_budget_bytes(frame_bytes * 12);
    for number in (0..100).chain((0..100).rev()) {
        let direction = if number == 99 { Direction::Backward } else { Direction::Forward };
        desk.loader.want(number, direction);
        desk.wait_for_frame(number);
        assert!(desk.loader.num_bytes() <= frame_bytes * 12, "at frame {number}");
    }
}

#[test]
fn planes_come_as_they_are_and_strange_formats_as_rgba() {
    let layout = |name: &str| {
        let video = open(name);
        let mut desk = Desk::new(&video);
        desk.loader.want(1, Direction::Forward);
        let frame = desk.wait_for_frame(1);
        assert_eq!(frame.size(), video.info().picture().unwrap().stored_size, "{name}");
        frame.layout()
    };
    let yuv = |bits, chroma_shift_x, chroma_shift_y| PlaneLayout::Yuv {
        bits,
        chroma_shift_x,
        chroma_shift_y,
        has_alpha: false,
    };
    assert_eq!(layout("h264.mp4"), yuv(8, 1, 1));
    assert_eq!(layout("h264-444.mp4"), yuv(8, 0, 0));
    assert_eq!(layout("h264-422-10bit.mov"), yuv(10, 1, 0));
    assert_eq!(layout("vp9-10bit.mkv"), yuv(10, 1, 1));
    assert_eq!(layout("odd-size.mkv"), yuv(8, 1, 1));
    assert_eq!(layout("animated.gif"), PlaneLayout::Rgba8);
}

#[test]
fn the_first_frame_comes_before_the_index() {
    let (frame, _) = first_frame(&file("h264-open-gop.mp4"), None, &JobContext::detached()).unwrap();
    assert_eq!(frame.size(), Size::new(160, 120));
    assert_eq!(frame.md5(), super::truth::frame_md5s(&file("h264-open-gop.mp4"), 0)[0]);
}

#[test]
fn a_thumbnail_is_an_upright_frame_from_near_the_beginning() {
    let max = Size::new(40, 40);
    let thumbnail = |path: &std::path::Path| video_thumbnail(path, max, &JobContext::detached()).unwrap();
    for path in super::truth::videos() {
        let size = thumbnail(&path).size();
        assert!(size.width.max(size.height) <= 40 && size.num_pixels() > 0, "{}: {size:?}", path.display());
    }
    let shown = open("rotated.mp4").size();
    let size = thumbnail(&file("rotated.mp4")).size();
    assert_eq!(size.width > size.height, shown.width > shown.height);
}

#[test]
fn thumbnails_are_those_of_their_frames_and_what_nobody_wants_any_more_is_left_out() {
    let (video, max) = (open("h264-open-gop.mp4"), Size::new(64, 64));
    let folder = tempfile::tempdir().unwrap();
    let cache = Arc::new(ThumbnailCache::new(folder.path(), 1 << 20));
    let (sender, wakes) = unbounded();
    let wake = Arc::new(move || {
        let _ = sender.send(());
    });
    let (pool, key) = (Arc::new(JobPool::new(1)), ContentKey::from([7; 32]));
    let mut thumbnails = FrameThumbnails::new(&video, max, (Arc::clone(&cache), key), pool, wake);
    // The first wish is taken back before anything can come of it, or what came of it is right.
    thumbnails.want(&(20..40).collect::<Vec<_>>());
    let wanted = [11, 3, 0, 7];
    thumbnails.want(&wanted);
    let end = Instant::now() + PATIENCE;
    let mut made = Vec::new();
    while !wanted.iter().all(|frame| made.iter().any(|(made, _)| made == frame)) {
        wakes.recv_deadline(end).expect("thumbnails come");
        made.extend(thumbnails.take_made());
    }
    for (number, picture) in &made {
        let frame = video.reader(1).read(*number as usize, &|| true, None).unwrap();
        let expected = PictureConverter::default().convert_within(&frame, Orientation::Normal, max).unwrap();
        assert_eq!(picture.as_ref().unwrap().rgba(), expected.rgba(), "frame {number}");
    }
    let order: Vec<u32> =
        made.iter().map(|(frame, _)| *frame).filter(|frame| wanted.contains(frame)).collect();
    assert_eq!(order, wanted, "the most important first");
    let pts = video.index().frame(0).and_then(|frame| frame.pts).unwrap();
    assert!(cache.get(key.at_time(pts)).is_some(), "one with which decoding can begin is kept");
}
