//! `fieldmark bench video`: a video read in order, by jumps and by steps, through the code that the window uses.

use std::path::PathBuf;

use crate::cli::console::Console;

/// Read a video in order, by jumps and by steps, and tell how long frames take
///
/// "Jump" is from anywhere to a frame; "bare decode" is the part of it that nobody can do without: from the keyframe before
/// the frame to the frame, every picture on the way. "Forward" and "backward" are the waits of somebody who steps 25 times a second while frames are
/// decoded ahead; the first, which is a jump, is left out. Beside the time on the wall stands that of all processors
/// together, which other programs change little.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The video.
    file: PathBuf,

    /// The most frames that are read in order, and stepped through in each direction.
    #[arg(long, default_value_t = 250, value_parser = clap::value_parser!(u32).range(2..))]
    frames: u32,

    /// How many jumps.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    jumps: u32,

    /// How many threads decode; all processors when it is not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

mod running {
    use std::ops::AddAssign;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use anyhow::bail;
    use crossbeam_channel::{Receiver, unbounded};
    use serde::Serialize;

    use super::super::samples::{Percentiles, ms_text, peak_memory_bytes};
    use super::{Args, Console};
    use crate::base::cpu_time::process_cpu_time;
    use crate::base::jobs::{JobContext, JobPool};
    use crate::media::video::{
        Direction, FrameLoader, FrameState, NativeFrame, OpenOptions, Passing, Verification, Video,
        VideoReader, num_decoding_threads, open_video,
    };

    /// Between two steps of somebody who holds a key.
    const PACE: Duration = Duration::from_millis(40);

    /// How often a frame that is waited for is looked for, should its wake have come before.
    const LOOK: Duration = Duration::from_millis(50);

    /// What was measured. Times are milliseconds.
    #[derive(Serialize)]
    struct Measured {
        num_frames: usize,
        num_threads: usize,
        index_ms: f64,
        index_cpu_ms: f64,
        sequential_frames_per_second: f64,
        sequential_cpu_ms_per_frame: f64,
        jump: Percentiles,
        bare_decode: Percentiles,
        mean_jump_ms: f64,
        mean_jump_cpu_ms: f64,
        /// All jumps by all bare decodes.
        jump_by_bare_decode: f64,
        jump_by_bare_decode_cpu: f64,
        forward: Percentiles,
        backward: Percentiles,
        /// From the end, as fast as it goes.
        backward_frames_per_second: f64,
        backward_cpu_ms_per_frame: f64,
        peak_memory_bytes: Option<u64>,
    }

    impl Args {
        pub fn run(self, console: &Console) -> anyhow::Result<()> {
            let measured = console.run("measuring", move |context| self.measure(context))?;
            console.result(&measured, || measured.text())
        }

        fn measure(&self, context: &JobContext) -> anyhow::Result<Measured> {
            let options = OpenOptions { verification: Verification::Never, ..OpenOptions::default() };
            let (video, indexing) = spent(|| open_video(&self.file, &options, context));
            let video = video?;
            let num_threads = self.threads.map_or_else(num_decoding_threads, usize::from);
            let num_frames = video.index().num_frames();
            let num_read = num_frames.min(self.frames as usize);
            let each = |all: Duration| ms(all) / num_read as f64;

            let mut reader = video.reader(num_threads);
            let (read, in_order) = spent(|| (0..num_read).try_for_each(|number| go(&mut reader, number)));
            read?;
            drop(reader);
            let Jumps { jumps, bare, all_jumps, all_bare } = self.jumps(&video, num_threads)?;
            let back = || (num_frames - num_read..num_frames).rev().collect();
            let (_, backwards) = step(&video, back(), Direction::Backward, Duration::ZERO)?;
            let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64().max(f64::MIN_POSITIVE);
            Ok(Measured {
                num_frames,
                num_threads,
                index_ms: ms(indexing.wall),
                index_cpu_ms: ms(indexing.cpu),
                sequential_frames_per_second: 1e3 / each(in_order.wall),
                sequential_cpu_ms_per_frame: each(in_order.cpu),
                mean_jump_ms: ms(all_jumps.wall) / jumps.len() as f64,
                mean_jump_cpu_ms: ms(all_jumps.cpu) / jumps.len() as f64,
                jump: Percentiles::of(jumps),
                bare_decode: Percentiles::of(bare),
                jump_by_bare_decode: ratio(all_jumps.wall, all_bare.wall),
                jump_by_bare_decode_cpu: ratio(all_jumps.cpu, all_bare.cpu),
                forward: Percentiles::of(step(&video, (0..num_read).collect(), Direction::Forward, PACE)?.0),
                backward: Percentiles::of(step(&video, back(), Direction::Backward, PACE)?.0),
                backward_frames_per_second: 1e3 / each(backwards.wall),
                backward_cpu_ms_per_frame: each(backwards.cpu),
                peak_memory_bytes: peak_memory_bytes(),
            })
        }

        /// For evenly spread frames, a jump from half the video away, and the bare decode: by a reader that stands at the
        /// keyframe already. What that did for the keyframe itself is added at the rate of the rest.
        fn jumps(&self, video: &Video, num_threads: usize) -> anyhow::Result<Jumps> {
            let (num_frames, num_jumps) = (video.index().num_frames(), self.jumps as usize);
            let keyframes: Vec<usize> = video.index().keyframes().collect();
            let mut measured = Jumps::default();
            for number in (0..num_jumps).map(|n| (2 * n + 1) * num_frames / (2 * num_jumps)) {
                let key = keyframes.iter().copied().filter(|key| *key <= number).max().unwrap_or(0);
                let num_decoded = (number - key).max(1) as f64;
                let mut reader = video.reader(num_threads);
                let (read, first) = spent(|| go(&mut reader, key));
                read?;
                let (read, rest) = spent(|| decode_all(&mut reader, number));
                read?;
                let rest = rest.times((num_decoded + 1.0) / num_decoded);
                let bare = if number == key { first } else { rest };
                go(&mut reader, (number + num_frames / 2) % num_frames)?;
                let (read, jump) = spent(|| go(&mut reader, number));
                read?;
                measured.jumps.push(jump.wall);
                measured.bare.push(bare.wall);
                measured.all_jumps += jump;
                measured.all_bare += bare;
            }
            Ok(measured)
        }
    }

    /// Jumps and bare decodes, one by one and together.
    #[derive(Default)]
    struct Jumps {
        jumps: Vec<Duration>,
        bare: Vec<Duration>,
        all_jumps: Spent,
        all_bare: Spent,
    }

    /// What something took.
    #[derive(Clone, Copy, Default)]
    struct Spent {
        wall: Duration,
        /// Of all processors together.
        cpu: Duration,
    }

    impl Spent {
        fn times(self, factor: f64) -> Self {
            Self { wall: self.wall.mul_f64(factor), cpu: self.cpu.mul_f64(factor) }
        }
    }

    impl AddAssign for Spent {
        fn add_assign(&mut self, other: Self) {
            self.wall += other.wall;
            self.cpu += other.cpu;
        }
    }

    fn spent<T>(work: impl FnOnce() -> T) -> (T, Spent) {
        let (begun, cpu_begun) = (Instant::now(), process_cpu_time());
        let result = work();
        (result, Spent { wall: begun.elapsed(), cpu: process_cpu_time().saturating_sub(cpu_begun) })
    }

    fn ms(time: Duration) -> f64 {
        time.as_secs_f64() * 1e3
    }

    fn go(reader: &mut VideoReader, number: usize) -> anyhow::Result<()> {
        reader.read(number, &|| true, None)?;
        Ok(())
    }

    /// As [`go`], leaving out no picture on the way.
    fn decode_all(reader: &mut VideoReader, number: usize) -> anyhow::Result<()> {
        let mut let_pass = |_: usize, _: &Arc<NativeFrame>| {};
        reader.read(number, &|| true, Some(Passing { first: 0, take: &mut let_pass }))?;
        Ok(())
    }

    /// How long each frame but the first is waited for, when the next is asked for after so long at the earliest; and what
    /// all of them took, without what is decoded ahead of the last.
    fn step(
        video: &Video,
        numbers: Vec<usize>,
        direction: Direction,
        pace: Duration,
    ) -> anyhow::Result<(Vec<Duration>, Spent)> {
        let (sender, wakes) = unbounded();
        let wake = Arc::new(move || {
            // Nobody listens after the end.
            let _ = sender.send(());
        });
        let mut loader = FrameLoader::new(video, Arc::new(JobPool::new(1)), wake);
        let (waits, all) = spent(|| {
            let mut wait = |number| {
                let begun = Instant::now();
                wait_for(&mut loader, number, direction, &wakes)?;
                let waited = begun.elapsed();
                std::thread::sleep(pace.saturating_sub(waited));
                Ok(waited)
            };
            numbers.into_iter().map(&mut wait).collect::<anyhow::Result<Vec<Duration>>>()
        });
        let mut waits = waits?;
        Ok((waits.split_off(1.min(waits.len())), all))
    }

    fn wait_for(
        loader: &mut FrameLoader,
        number: usize,
        direction: Direction,
        wakes: &Receiver<()>,
    ) -> anyhow::Result<()> {
        loader.want(number, direction);
        loop {
            loader.poll();
            match loader.get(number) {
                FrameState::Ready(_) => return Ok(()),
                FrameState::Failed(message) => bail!("{message}"),
                // Looked for again in any case.
                FrameState::Loading => drop(wakes.recv_timeout(LOOK)),
            }
        }
    }

    impl Measured {
        fn text(&self) -> String {
            let row = |name: &str, times: Percentiles| {
                let [median, p95, p99, max] = [times.median, times.p95, times.p99, times.max].map(ms_text);
                format!("  {name:12}{median:>9}{p95:>9}{p99:>9}{max:>9}")
            };
            let mut lines = vec![
                format!("{} frames, {} threads", self.num_frames, self.num_threads),
                format!("  indexed in {} ms", ms_text(self.index_ms)),
                format!(
                    "  in order: {:.1} frames a second, {} ms of processors for each",
                    self.sequential_frames_per_second,
                    ms_text(self.sequential_cpu_ms_per_frame)
                ),
                "  ms             median      p95      p99      max".to_owned(),
                row("jump", self.jump),
                row("bare decode", self.bare_decode),
                row("forward", self.forward),
                row("backward", self.backward),
                format!(
                    "  backwards, as fast as it goes: {:.1} frames a second, {} ms of processors for each",
                    self.backward_frames_per_second,
                    ms_text(self.backward_cpu_ms_per_frame)
                ),
                format!(
                    "  jumps take {:.2} times their bare decode, {:.2} times its processor time",
                    self.jump_by_bare_decode, self.jump_by_bare_decode_cpu
                ),
            ];
            if let Some(num_bytes) = self.peak_memory_bytes {
                lines.push(format!("  most memory: {:.1} MB", num_bytes as f64 / 1e6));
            }
            lines.join("\n")
        }
    }
}
