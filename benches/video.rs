//! Video against FFmpeg's own programs, on the same clip with the same number of threads: indexing, reading in order,
//! jumping, and stepping back.
//!
//!     cargo bench --bench video                          a clip of 1920 × 1080 that is made first
//!     FIELDMARK_VIDEO=clip.mp4 cargo bench --bench video
//!
//! Times are the best of three; machines are rarely quiet.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldmark::base::jobs::{JobContext, JobPool};
use fieldmark::media::video::{
    Direction, FrameLoader, FrameState, OpenOptions, Verification, Video, VideoReader, num_decoding_threads,
    open_video,
};

/// Frames to jump to.
const NUM_JUMPS: usize = 12;

fn main() {
    let path = std::env::var_os("FIELDMARK_VIDEO").map_or_else(made_clip, PathBuf::from);
    let num_threads = num_decoding_threads();
    let options = OpenOptions { verification: Verification::Never, ..OpenOptions::default() };
    let open = || open_video(&path, &options, &JobContext::detached()).expect("the clip can be opened");
    let video = open();
    let num_frames = video.index().num_frames();
    println!("{} ({num_frames} frames, {num_threads} threads)", path.display());

    let ffprobe = best_of_three(|| {
        run("ffprobe", &["-v", "quiet", "-select_streams", "v:0", "-show_packets"], &path, &[])
    });
    let ours = best_of_three(|| drop(open()));
    row("index, against ffprobe -show_packets", ours, ffprobe);

    let threads = num_threads.to_string();
    let before = ["-v", "quiet", "-nostdin", "-threads", &threads, "-i"];
    let ffmpeg = best_of_three(|| {
        run("ffmpeg", &before, &path, &["-an", "-fps_mode", "passthrough", "-f", "null", "-"])
    });
    let ours = best_of_three(|| sequential(&video, num_threads));
    row("all frames in order, against ffmpeg -f null", ours, ffmpeg);

    let (jump, bare) = jumps(&video, num_threads);
    row("a jump, against decoding from its keyframe", jump, bare);

    step(&video, Direction::Forward);
    step(&video, Direction::Backward);
}

fn best_of_three(work: impl Fn()) -> Duration {
    let once = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

fn row(name: &str, ours: Duration, theirs: Duration) {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "{name:46} {:9.1} ms {:9.1} ms  × {ratio:.3}",
        ours.as_secs_f64() * 1e3,
        theirs.as_secs_f64() * 1e3
    );
}

fn run(program: &str, before: &[&str], path: &Path, after: &[&str]) {
    let mut command = Command::new(program);
    command.args(before).arg(path).args(after).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().is_ok_and(|status| status.success()), "{program} can be run");
}

fn sequential(video: &Video, num_threads: usize) {
    let mut reader = video.reader(num_threads);
    for number in 0..video.index().num_frames() {
        reader.read(number, &|| true, None).expect("the frame can be decoded");
    }
}

/// The mean time of a jump, and of the decoding that it cannot do without: from the keyframe to the frame, by a reader
/// that stands there already. What that did for the keyframe itself is added at the rate of the rest.
fn jumps(video: &Video, num_threads: usize) -> (Duration, Duration) {
    let num_frames = video.index().num_frames();
    let keyframes: Vec<usize> = video.index().keyframes().collect();
    let read = |reader: &mut VideoReader, number: usize| {
        let start = Instant::now();
        reader.read(number, &|| true, None).expect("the frame can be decoded");
        start.elapsed()
    };
    let (mut jumps, mut bares) = (Duration::ZERO, Duration::ZERO);
    for number in (0..NUM_JUMPS).map(|n| n * num_frames / NUM_JUMPS + num_frames / NUM_JUMPS / 2) {
        let first = keyframes.iter().copied().filter(|key| *key <= number).max().unwrap_or(0);
        let num_decoded = (number - first).max(1) as f64;
        // One after the other, so that both meet the same rest of the machine.
        let pairs = (0..3).map(|_| {
            let mut reader = video.reader(num_threads);
            read(&mut reader, first);
            let bare = read(&mut reader, number).mul_f64((num_decoded + 1.0) / num_decoded);
            read(&mut reader, (number + num_frames / 2) % num_frames / 10 * 10);
            (read(&mut reader, number), bare)
        });
        let (of_jump, of_bare): (Vec<_>, Vec<_>) = pairs.unzip();
        jumps += of_jump.into_iter().min().unwrap_or_default();
        bares += of_bare.into_iter().min().unwrap_or_default();
    }
    (jumps / NUM_JUMPS as u32, bares / NUM_JUMPS as u32)
}

/// Steps through a part of the video at the pace of the frames, as a person does who holds a key, and tells how long each
/// frame was waited for.
fn step(video: &Video, direction: Direction) {
    let (sender, wakes) = crossbeam_channel::unbounded();
    let wake = Arc::new(move || {
        // Nobody listens after the end.
        let _ = sender.send(());
    });
    let mut loader = FrameLoader::new(video, Arc::new(JobPool::new(1)), wake);
    let num_frames = video.index().num_frames();
    let numbers: Vec<usize> = match direction {
        Direction::Forward => (0..num_frames.min(200)).collect(),
        Direction::Backward => (num_frames.saturating_sub(200)..num_frames).rev().collect(),
    };
    let mut waits = Vec::new();
    for number in numbers {
        let start = Instant::now();
        loader.want(number, direction);
        while matches!(loader.get(number), FrameState::Loading) {
            // A wake may have come before.
            let _ = wakes.recv_timeout(Duration::from_millis(50));
            loader.poll();
        }
        waits.push(start.elapsed());
        std::thread::sleep(Duration::from_millis(40).saturating_sub(start.elapsed()));
    }
    // The first is a jump.
    waits.remove(0);
    waits.sort();
    let ms = |wait: Option<&Duration>| wait.map_or(0.0, |wait| wait.as_secs_f64() * 1e3);
    println!(
        "stepping {direction:?}, 25 a second: median {:.3} ms, 99th percentile {:.1} ms, longest {:.1} ms",
        ms(waits.get(waits.len() / 2)),
        ms(waits.get(waits.len() * 99 / 100)),
        ms(waits.last())
    );
}

/// 20 seconds of full HD with a keyframe every 250 frames.
fn made_clip() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-1080p.mp4");
    if !path.exists() {
        let source = "testsrc2=size=1920x1080:rate=25:duration=20";
        let encode =
            ["-c:v", "libx264", "-preset", "veryfast", "-g", "250", "-bf", "2", "-pix_fmt", "yuv420p"];
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "quiet", "-nostdin", "-y", "-f", "lavfi", "-i", source]).args(encode).arg(&path);
        assert!(command.status().is_ok_and(|status| status.success()), "ffmpeg can be run");
    }
    path
}
