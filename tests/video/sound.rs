//! Sound: at the right time, from any time on, and as a curve.

use std::process::Command;

use fieldmark::base::jobs::JobContext;
use fieldmark::media::MediaError;
use fieldmark::media::video::{OpenOptions, SoundFormat, SoundStream, Video, Waveform, open_video};

use super::truth::file;

const FORMAT: SoundFormat = SoundFormat { num_channels: 2, rate: 48_000 };

/// Two seconds of video: silence, and from one second on a tone of 1 kHz.
fn video(folder: &tempfile::TempDir, name: &str, codecs: &str) -> Video {
    let path = folder.path().join(name);
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=2"]);
    let tone = "sine=frequency=1000:sample_rate=44100:duration=1,volume=8,adelay=1000";
    command.args(["-f", "lavfi", "-i", tone]).args(codecs.split(' ')).arg(&path);
    assert!(command.status().unwrap().success());
    open_video(&path, &OpenOptions::default(), &JobContext::detached()).unwrap()
}

/// All sound from a time on, of the left channel.
fn left(video: &Video, from_secs: f64) -> Vec<f32> {
    let mut stream = SoundStream::open(video, FORMAT, from_secs).unwrap();
    let mut samples = Vec::new();
    while stream.read(&mut samples, &|| true) {}
    samples.chunks_exact(2).map(|pair| pair[0]).collect()
}

#[test]
fn sound_is_heard_when_its_frame_is_shown_from_wherever_it_is_begun() {
    let folder = tempfile::tempdir().unwrap();
    // Compressed sound begins with a lead-in; the second file begins at two seconds by its own clock.
    for (name, codecs) in [
        ("a.mp4", "-c:v libx264 -pix_fmt yuv420p -c:a aac"),
        ("b.ts", "-c:v libx264 -pix_fmt yuv420p -c:a mp2 -output_ts_offset 2"),
        ("c.mkv", "-c:v mpeg4 -c:a pcm_s16le"),
    ] {
        let video = video(&folder, name, codecs);
        for from_secs in [0.0, 0.7] {
            let samples = left(&video, from_secs);
            let first_loud = samples.iter().position(|sample| sample.abs() > 0.3).unwrap();
            let heard = from_secs + first_loud as f64 / f64::from(FORMAT.rate);
            assert!((heard - 1.0).abs() < 0.03, "{name} from {from_secs}: the tone begins at {heard}");
        }
        let tone = &left(&video, 1.5)[..4800];
        let crossings = tone.windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count();
        assert!((195..=205).contains(&crossings), "{name}: a tenth of a second of 1 kHz, {crossings}");
    }
}

#[test]
fn the_waveform_shows_where_it_is_loud() {
    let folder = tempfile::tempdir().unwrap();
    let video = video(&folder, "a.mp4", "-c:v libx264 -pix_fmt yuv420p -c:a aac");
    let cache = folder.path().join("waveforms");
    let waveform = Waveform::of(&video, &cache, &JobContext::detached()).unwrap();
    let loudness = |from, to| waveform.peak(from, to).map_or(0, |peak| peak.max);
    assert!(loudness(0.0, 0.9) < 5 && loudness(1.1, 1.9) > 100 && loudness(0.0, 2.0) > 100);
    assert!((waveform.duration_secs() - 2.0).abs() < 0.1, "{}", waveform.duration_secs());
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 1);
    let again = Waveform::of(&video, &cache, &JobContext::detached()).unwrap();
    assert_eq!(again, waveform, "it was kept");
}

#[test]
fn a_silent_video_says_so() {
    let video = open_video(&file("pictures/shot-%04d.png"), &OpenOptions::default(), &JobContext::detached());
    let result = SoundStream::open(&video.unwrap(), FORMAT, 0.0);
    assert!(matches!(result.err(), Some(MediaError::NoSound { .. })));
}
