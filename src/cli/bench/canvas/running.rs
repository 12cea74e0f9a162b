//! The run: open, do every gesture, tell.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Args;
use super::desk::{Desk, MakingTimes};
use super::gesture::Phase;
use super::report::{Frames, HEAD, Measured, Opened};
use super::shapes::SceneOptions;
use crate::cli::bench::samples::peak_memory_bytes;
use crate::cli::console::Console;
use crate::render::OffscreenRenderer;

/// All that was measured.
struct Outcome {
    adapter: String,
    opened: Opened,
    gestures: Vec<Measured>,
    peak_memory_bytes: Option<u64>,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.seconds.is_finite() && self.seconds > 0.0,
            "give each gesture some time, for example --seconds 5"
        );
        let gpu = OffscreenRenderer::new()?;
        console.say(&self.summary());
        let outcome = self.measure(gpu)?;
        console.result(&self.json(&outcome), || outcome.text())
    }

    fn summary(&self) -> String {
        let Self { shapes, picture, view, .. } = self;
        let kind = format!("{:?}", self.kind).to_lowercase();
        let (width, height) = (picture.width, picture.height);
        format!("{shapes} {kind} on {width} × {height} pixels, seen at {} × {}", view.width, view.height)
    }

    fn measure(&self, gpu: OffscreenRenderer) -> anyhow::Result<Outcome> {
        let options = SceneOptions {
            picture: self.picture,
            num_shapes: self.shapes as usize,
            kind: self.kind,
            num_points: self.points as usize,
        };
        let adapter = gpu.adapter_summary().to_string();
        let (mut desk, MakingTimes { fold, index }) = Desk::new(&options, !self.no_picture, self.view, gpu);
        let begun = Instant::now();
        let (frames, first) = desk.open()?;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let opened = Opened {
            fold_ms: ms(fold),
            index_ms: ms(index),
            first_frame_ms: ms(first),
            complete_ms: ms(begun.elapsed()),
            num_frames: frames.len(),
            frames: Frames::of(&frames),
        };
        let limit = Duration::from_secs_f64(self.seconds);
        let gestures = Phase::ALL
            .iter()
            .map(|phase| Ok(Measured::of(*phase, &desk.perform(*phase, self.frames, limit)?)))
            .collect::<anyhow::Result<_>>()?;
        Ok(Outcome { adapter, opened, gestures, peak_memory_bytes: peak_memory_bytes() })
    }

    fn json(&self, outcome: &Outcome) -> serde_json::Value {
        json!({
            "adapter": outcome.adapter, "shapes": self.shapes, "kind": self.kind, "points": self.points,
            "picture": [self.picture.width, self.picture.height],
            "has_picture": !self.no_picture,
            "view": [self.view.width, self.view.height],
            "open": outcome.opened, "gestures": outcome.gestures,
            "peak_memory_bytes": outcome.peak_memory_bytes,
        })
    }
}

impl Outcome {
    fn text(&self) -> String {
        let mut lines = vec![self.adapter.clone(), self.opened.line(), HEAD.to_owned()];
        lines.extend(self.gestures.iter().map(Measured::line));
        lines.extend(self.peak_memory_bytes.map(|bytes| format!("peak memory {} MB", bytes / 1_000_000)));
        lines.join("\n")
    }
}
