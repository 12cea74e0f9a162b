//! Frame N is the same picture here and in FFmpeg.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use fieldmark::base::jobs::JobContext;
use fieldmark::media::MediaError;
use fieldmark::media::video::{
    NativeFrame, OpenOptions, Passing, Verification, Video, VideoReader, open_video,
};

use super::truth::{file, frame_md5s, videos};

fn open(path: &Path, verification: Verification) -> Video {
    let options = OpenOptions { verification, ..OpenOptions::default() };
    open_video(path, &options, &JobContext::detached())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(reader: &mut VideoReader, number: usize) -> Arc<NativeFrame> {
    reader.read(number, &|| true, None).unwrap_or_else(|error| panic!("{error}"))
}

/// Every number below `count` once, the same way each time.
fn shuffled(count: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    numbers.sort_by_key(|number| (*number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17));
    numbers
}

/// Which of the numbers give another picture than the truth has, read in this order.
fn wrong(video: &Video, truth: &[String], numbers: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut reader = video.reader(2);
    numbers.filter(|number| read(&mut reader, *number).md5() != truth[*number]).collect()
}

/// As [`wrong`], from the last frame to the first, with frames that pass on the way kept for when they are asked for.
fn wrong_backwards(video: &Video, truth: &[String]) -> Vec<usize> {
    let mut reader = video.reader(2);
    let mut passed = HashMap::new();
    let mut is_wrong = |number: &usize| {
        let frame = passed.remove(number).unwrap_or_else(|| {
            let mut keep = |number: usize, frame: &Arc<NativeFrame>| {
                passed.insert(number, Arc::clone(frame));
            };
            let passing = Passing { first: 0, take: &mut keep };
            reader.read(*number, &|| true, Some(passing)).unwrap_or_else(|error| panic!("{error}"))
        });
        frame.md5() != truth[*number]
    };
    (0..truth.len()).rev().filter(|number| is_wrong(number)).collect()
}

/// What is wrong with a video, in words; empty when nothing is.
fn complaints(path: &Path, verification: Verification) -> Vec<String> {
    let truth = frame_md5s(path, 0);
    let video = open(path, verification);
    let count = video.index().num_frames();
    if count != truth.len() {
        return vec![format!("{}: {count} frames where FFmpeg gives {}", path.display(), truth.len())];
    }
    let found = [
        ("forwards", wrong(&video, &truth, 0..count)),
        ("backwards", wrong_backwards(&video, &truth)),
        ("in random order", wrong(&video, &truth, shuffled(count).into_iter())),
    ];
    found
        .into_iter()
        .filter(|(_, wrong)| !wrong.is_empty())
        .map(|(order, wrong)| format!("{}: other pictures {order}: {wrong:?}", path.display()))
        .collect()
}

/// Every second video, from the first or the second on: two tests run at the same time.
fn check_torture_set(first: usize) {
    let videos = videos();
    let videos = videos.iter().skip(first).step_by(2);
    let complaints: Vec<String> =
        videos.flat_map(|path| complaints(path, Verification::WhenNeeded)).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_frame_of_the_torture_set_is_that_of_ffmpeg_in_any_order() {
    check_torture_set(0);
}

#[test]
fn every_frame_of_the_rest_of_the_torture_set_is_that_of_ffmpeg_in_any_order() {
    check_torture_set(1);
}

#[test]
fn what_packets_promise_without_doubt_is_what_a_decode_gives() {
    // Damage inside a packet cannot be known without decoding it.
    let is_sound = |path: &&std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !["damaged", "truncated", "lost", "cut"].iter().any(|harm| name.starts_with(harm))
    };
    let mut num_believed = 0;
    let mut complaints = Vec::new();
    for path in videos().iter().filter(is_sound) {
        let video = open(path, Verification::WhenNeeded);
        let promised = open(path, Verification::Never);
        if video.doubt().is_some() {
            continue;
        }
        num_believed += 1;
        let times = |video: &Video| -> Vec<_> {
            let index = video.index();
            (0..index.num_frames()).map(|n| index.frame(n).map(|frame| (frame.pts, frame.is_key))).collect()
        };
        if times(&video) != times(&promised) {
            complaints.push(path.display().to_string());
        }
    }
    assert!(complaints.is_empty(), "{complaints:?}");
    assert!(num_believed > 30, "most videos keep the rules, and {num_believed} were believed");
}

#[test]
fn pictures_are_reached_without_checksums_too() {
    for name in [
        "h264.mp4",
        "h264.mkv",
        "h264-long-gop.mp4",
        "h264-open-gop.mp4",
        "h265.mp4",
        "h265-open-gop.mp4",
        "h265-open-gop.ts",
        "h264.ts",
        "vp9.webm",
        "mpeg4.mp4",
        "edit-list-b.mp4",
    ] {
        let found = complaints(&file(name), Verification::Never);
        assert!(found.is_empty(), "\n{}", found.join("\n"));
    }
}

#[test]
fn a_frame_that_cannot_be_decoded_says_so_and_the_others_keep_their_numbers() {
    let path = file("damaged-prores.mov");
    let mut truth = frame_md5s(&path, 0);
    let video = open(&path, Verification::Never);
    assert_eq!((video.index().num_frames(), truth.len()), (100, 99), "one packet gives no frame");
    let mut reader = video.reader(2);
    let is_undecodable = |reader: &mut VideoReader, number: usize| matches!(reader.read(number, &|| true, None), Err(MediaError::Undecodable { number: n, .. }) if n == number);
    let damaged: Vec<usize> = (0..100).filter(|number| is_undecodable(&mut reader, *number)).collect();
    assert_eq!(damaged.len(), 1);
    truth.insert(damaged[0], String::new());
    for number in shuffled(100).into_iter().filter(|number| *number != damaged[0]) {
        assert_eq!(read(&mut reader, number).md5(), truth[number], "frame {number}");
    }
}

#[test]
fn the_second_stream_is_numbered_by_itself() {
    let options = OpenOptions { stream: Some(1), ..OpenOptions::default() };
    let path = file("two-streams.mkv");
    let video = open_video(&path, &options, &JobContext::detached()).unwrap();
    let truth = frame_md5s(&path, 1);
    assert_eq!(video.index().num_frames(), truth.len());
    assert_eq!(wrong(&video, &truth, shuffled(truth.len()).into_iter()), [0; 0]);
}

#[test]
fn a_turned_video_tells_how_it_is_shown() {
    let shown = |name: &str| {
        let picture = open(&file(name), Verification::Never).info().picture().cloned().unwrap();
        (picture.size.width, picture.size.height, u8::from(picture.orientation))
    };
    assert_eq!(shown("h264.mp4"), (160, 120, 1));
    assert_eq!(shown("rotated-180.mov"), (160, 120, 3));
    let (width, height, orientation) = shown("rotated.mp4");
    assert_eq!((width, height), (120, 160));
    assert!([6, 8].contains(&orientation));
}

#[test]
fn rates_are_told_as_they_are() {
    let index = |name: &str| Arc::clone(open(&file(name), Verification::WhenNeeded).index());
    for (name, is_variable) in
        [("h264.mp4", false), ("h264.mkv", false), ("variable-rate.mkv", true), ("variable-rate.mp4", true)]
    {
        assert_eq!(index(name).has_variable_rate(), is_variable, "{name}");
    }
    assert!((index("h264.mp4").frames_per_second().unwrap() - 25.0).abs() < 0.01);
    assert!((index("rate-ntsc.mp4").frames_per_second().unwrap() - 30000.0 / 1001.0).abs() < 0.001);
    assert_eq!(index("h264-long-gop.mp4").longest_gop(), 100);
    assert_eq!(index("h264-one-frame-gops.mp4").keyframes().count(), 100);
}

#[test]
fn an_index_that_was_kept_is_the_same_and_a_damaged_one_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions { index_folder: Some(folder.path().to_owned()), ..OpenOptions::default() };
    let open = || open_video(&file("h264-open-gop.mp4"), &options, &JobContext::detached()).unwrap();
    let first = open();
    let kept: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(open().index(), first.index());
    std::fs::write(&kept[0], b"nonsense").unwrap();
    assert_eq!(open().index(), first.index());
}

#[test]
fn different_frames_have_different_checksums() {
    let video = open(&file("h264.mp4"), Verification::Never);
    let mut reader = video.reader(1);
    let mut seen = HashMap::new();
    for number in 0..video.index().num_frames() {
        let before = seen.insert(read(&mut reader, number).checksum(), number);
        assert_eq!(before, None, "frame {number}");
    }
}
