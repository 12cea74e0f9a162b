//! Video against FFmpeg's own programs, on the same clip with the same number of threads: indexing, and reading in order.
//! Jumps and steps have no counterpart there; `fieldmark bench video` measures them.
//!
//!     cargo bench --bench video                          a clip of 1920 × 1080 that is made first
//!     FIELDMARK_VIDEO=clip.mp4 cargo bench --bench video
//!
//! Times are the best of three; machines are rarely quiet.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fieldmark::base::jobs::JobContext;
use fieldmark::media::video::{OpenOptions, Verification, Video, num_decoding_threads, open_video};

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
