//! What is told of the gestures.

use std::time::Duration;

use serde::Serialize;

use super::desk::Sample;
use super::gesture::Phase;
use crate::cli::bench::samples::{Percentiles, ms_text};

/// What is told of a gesture. Times are milliseconds.
#[derive(Serialize)]
pub struct Measured {
    /// The gesture.
    pub phase: Phase,
    num_frames: usize,
    #[serde(flatten)]
    frames: Frames,
    hit_test: Percentiles,
}

/// What is told of some frames. Times are milliseconds.
#[derive(Serialize)]
pub struct Frames {
    /// All that the window's thread does.
    pub ours: Percentiles,
    /// The same on the wall, where other programs count.
    pub ours_wall: Percentiles,
    tool: Percentiles,
    layers: Percentiles,
    upload: Percentiles,
    encode: Percentiles,
    driver: Percentiles,
    uploaded_bytes: u64,
    max_draw_calls: usize,
    /// Regions read of the picture, and the processor time of the threads that read them.
    tiles_decoded: u64,
    decode_ms: f64,
    tiles_uploaded: usize,
    /// Frames in which a part of the picture was coarser than it should be.
    num_frames_not_sharp: usize,
}

impl Frames {
    /// What these frames took.
    pub fn of(samples: &[Sample]) -> Self {
        let times = |f: fn(&Sample) -> Duration| Percentiles::of(samples.iter().map(f));
        let stats = || samples.iter().map(|sample| sample.drawing.stats);
        let decode: Duration = samples.iter().map(|sample| sample.reads.time).sum();
        Self {
            ours: times(Sample::ours),
            ours_wall: times(Sample::ours_wall),
            tool: times(|sample| sample.tool),
            layers: times(|sample| sample.layers),
            upload: times(|sample| sample.drawing.prepare),
            encode: times(|sample| sample.drawing.encode),
            driver: times(|sample| sample.drawing.wait),
            uploaded_bytes: stats().map(|stats| stats.bytes_uploaded).sum(),
            max_draw_calls: stats().map(|stats| stats.num_draw_calls).max().unwrap_or(0),
            tiles_decoded: samples.iter().map(|sample| sample.reads.num_regions).sum(),
            decode_ms: decode.as_secs_f64() * 1e3,
            tiles_uploaded: stats().map(|stats| stats.num_tiles_uploaded).sum(),
            num_frames_not_sharp: samples.iter().filter(|sample| !sample.is_sharp()).count(),
        }
    }
}

/// The head of the table whose lines [`Measured::line`] gives.
pub const HEAD: &str = "gesture        frames   median     p95     p99     max  max wall  |    tool  layers  upload  encode  \
                        |  driver hit test  |      MB  calls  decoded  uploaded  not sharp\n\
                        \u{20}                       ours, ms                                   |    median, ms                    \
                        |     ms       ms  |                   tiles     tiles     frames";

impl Measured {
    /// What the frames of a gesture took.
    pub fn of(phase: Phase, samples: &[Sample]) -> Self {
        Self {
            phase,
            num_frames: samples.len(),
            frames: Frames::of(samples),
            hit_test: Percentiles::of(samples.iter().map(|sample| sample.hit)),
        }
    }

    /// A line of the table.
    pub fn line(&self) -> String {
        let frames = &self.frames;
        let Percentiles { median, p95, p99, max } = frames.ours;
        let [median, p95, p99, max] = [median, p95, p99, max].map(ms_text);
        let stages = [frames.tool, frames.layers, frames.upload, frames.encode, frames.driver, self.hit_test];
        let wall = ms_text(frames.ours_wall.max);
        let [tool, layers, upload, encode, driver, hit] = stages.map(|times| ms_text(times.median));
        format!(
            "{:14}{:>7}{median:>9}{p95:>8}{p99:>8}{max:>8}{wall:>10}  |{tool:>8}{layers:>8}{upload:>8}{encode:>8}  \
             |{driver:>8}{hit:>9}  |{:>8.1}{:>7}{:>9}{:>10}{:>11}",
            self.phase.name(),
            self.num_frames,
            frames.uploaded_bytes as f64 / 1e6,
            frames.max_draw_calls,
            frames.tiles_decoded,
            frames.tiles_uploaded,
            frames.num_frames_not_sharp,
        )
    }
}

/// What is told of the time until everything is there for the first time.
#[derive(Serialize)]
pub struct Opened {
    /// Making the document of its ops.
    pub fold_ms: f64,
    /// Making the index for hit tests.
    pub index_ms: f64,
    /// From there to the end of the first frame.
    pub first_frame_ms: f64,
    /// From there until all is drawn as it is to be seen.
    pub complete_ms: f64,
    /// How many frames that took.
    pub num_frames: usize,
    /// What those took.
    #[serde(flatten)]
    pub frames: Frames,
}

impl Opened {
    /// A line for people.
    pub fn line(&self) -> String {
        format!(
            "open: fold {} ms, index {} ms, first frame {} ms, complete {} ms in {} frames, the longest {} ms of ours; \
             {} tiles decoded in {} ms",
            ms_text(self.fold_ms),
            ms_text(self.index_ms),
            ms_text(self.first_frame_ms),
            ms_text(self.complete_ms),
            self.num_frames,
            ms_text(self.frames.ours.max),
            self.frames.tiles_decoded,
            ms_text(self.frames.decode_ms),
        )
    }
}
