//! Frames for the canvas: the one on screen first, those that come next ahead of time.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ffmpeg::NativeFrame;
use super::{MediaError, Passing, PictureConverter, Video, VideoReader, num_decoding_threads};
use crate::base::jobs::{Job, JobContext, JobPool, Priority};
use crate::media::Wake;
use crate::pixels::VideoFrame;

/// What decoded frames of a video may take in memory unless said otherwise: some 330 of 1920 × 1080.
pub const DEFAULT_FRAME_BUDGET_BYTES: usize = 1 << 30;

/// Frames that are decoded ahead at most, however small they are.
const MAX_FRAMES_AHEAD: usize = 500;

/// Of 4:2:0 with 10 bits; of 8 bits it is half.
const EXPECTED_BYTES_PER_PIXEL: u64 = 3;

/// Frames on the far side of the direction of travel are worth this much less than those ahead.
const WEIGHT_BEHIND: usize = 3;

/// The way a person goes through a video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// To later frames.
    #[default]
    Forward,
    /// To earlier frames.
    Backward,
}

/// How far a frame is.
#[derive(Clone, Debug)]
pub enum FrameState {
    /// It is there.
    Ready(VideoFrame),
    /// It is coming.
    Loading,
    /// It will not come; the text says why.
    Failed(Arc<str>),
}

/// Loads frames of one video on a thread of the pool. Never blocks the caller.
///
/// The caller says where it is and which way it goes, as often as it likes, and the latest word wins: decoding towards
/// a frame that is no longer on the way stops at the next packet. Frames ahead are decoded until the budget is full; going
/// backwards, whole groups of pictures are decoded and kept. A frame that was taken stays alive with whoever took it.
pub struct FrameLoader {
    pool: Arc<JobPool>,
    wake: Wake,
    shared: Arc<Shared>,
    reader: Option<VideoReader>,
    job: Option<Job<VideoReader>>,
    num_changes_seen: u64,
}

struct Shared {
    num_frames: usize,
    state: Mutex<State>,
}

/// What the window and the worker both know.
struct State {
    frames: BTreeMap<usize, VideoFrame>,
    failed: HashMap<usize, Arc<str>>,
    num_bytes: usize,
    budget_bytes: usize,
    /// What a frame takes, as long as there is none to tell.
    expected_frame_bytes: usize,
    wanted: Option<(usize, Direction)>,
    /// The frames that the worker's current step decodes, first and last; a wish outside interrupts it.
    under_way: Option<(usize, usize)>,
    is_interrupted: bool,
    num_changes: u64,
}

impl FrameLoader {
    /// A loader for a video that works on `pool` and calls `wake` whenever [`FrameLoader::poll`] is worth a call.
    pub fn new(video: &Video, pool: Arc<JobPool>, wake: Wake) -> Self {
        let num_pixels = video.info().picture().map_or(0, |picture| picture.stored_size.num_pixels());
        let state = State {
            frames: BTreeMap::new(),
            failed: HashMap::new(),
            num_bytes: 0,
            budget_bytes: DEFAULT_FRAME_BUDGET_BYTES,
            expected_frame_bytes: usize::try_from(num_pixels * EXPECTED_BYTES_PER_PIXEL)
                .unwrap_or(usize::MAX),
            wanted: None,
            under_way: None,
            is_interrupted: false,
            num_changes: 0,
        };
        let shared = Shared { num_frames: video.index().num_frames(), state: Mutex::new(state) };
        Self {
            pool,
            wake,
            shared: Arc::new(shared),
            reader: Some(video.reader(num_decoding_threads())),
            job: None,
            num_changes_seen: 0,
        }
    }

    /// Changes what decoded frames may take in memory.
    pub fn set_budget_bytes(&mut self, budget_bytes: usize) {
        let mut state = self.shared.lock();
        state.budget_bytes = budget_bytes;
        state.shrink();
    }

    /// Says which frame is wanted from now on, and which way the person goes. Numbers behind the last frame mean the last.
    pub fn want(&mut self, number: usize, direction: Direction) {
        let number = number.min(self.shared.num_frames.saturating_sub(1));
        {
            let mut state = self.shared.lock();
            if state.wanted == Some((number, direction)) {
                return;
            }
            state.wanted = Some((number, direction));
            let is_on_the_way = state.under_way.is_none_or(|(first, last)| (first..=last).contains(&number));
            state.is_interrupted |= !is_on_the_way && !state.frames.contains_key(&number);
        }
        self.start();
    }

    /// Takes notice of what the worker did. Call it once per drawn frame. Says whether any frame came or failed.
    pub fn poll(&mut self) -> bool {
        if let Some(result) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            // A reader that broke is not used again; nothing more can be decoded, which `get` tells.
            match result {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => self.shared.lock().fail_wanted(error.to_string().into()),
            }
            self.start();
        }
        let num_changes = self.shared.lock().num_changes;
        std::mem::replace(&mut self.num_changes_seen, num_changes) != num_changes
    }

    /// A frame, where it is.
    pub fn get(&self, number: usize) -> FrameState {
        let state = self.shared.lock();
        match (state.frames.get(&number), state.failed.get(&number)) {
            (Some(frame), _) => FrameState::Ready(frame.clone()),
            (None, Some(message)) => FrameState::Failed(Arc::clone(message)),
            (None, None) => FrameState::Loading,
        }
    }

    /// The frame that is nearest to a number among those that are there, to be shown meanwhile.
    pub fn nearest(&self, number: usize) -> Option<(usize, VideoFrame)> {
        let state = self.shared.lock();
        let before = state.frames.range(..=number).next_back();
        let after = state.frames.range(number..).next();
        let nearest =
            [before, after].into_iter().flatten().min_by_key(|(other, _)| other.abs_diff(number))?;
        Some((*nearest.0, nearest.1.clone()))
    }

    /// The frames that are there, in stretches, ascending.
    pub fn loaded(&self) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for &number in self.shared.lock().frames.keys() {
            match stretches.last_mut() {
                Some(last) if last.end == number => last.end = number + 1,
                _ => stretches.push(number..number + 1),
            }
        }
        stretches
    }

    /// Bytes of decoded frames held now.
    pub fn num_bytes(&self) -> usize {
        self.shared.lock().num_bytes
    }

    /// Starts a worker, unless one is at work.
    fn start(&mut self) {
        if self.job.is_some() {
            // It looks for what is wanted after each step. One that has just found nothing to do is about to give the
            // reader back; `poll` then starts the next.
            return;
        }
        let Some(reader) = self.reader.take() else { return };
        if self.shared.lock().next_step(self.shared.num_frames).is_none() {
            self.reader = Some(reader);
            return;
        }
        let (shared, wake) = (Arc::clone(&self.shared), Arc::clone(&self.wake));
        let on_done = Arc::clone(&self.wake);
        let work = move |context: &JobContext| shared.work(reader, context, &wake);
        self.job = Some(self.pool.submit(Priority::Now, move || on_done(), work));
    }
}

/// What the worker does next: decode up to `target` and keep what passes from `first` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    first: usize,
    target: usize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decodes until nothing is left to do.
    fn work(&self, mut reader: VideoReader, context: &JobContext, wake: &Wake) -> VideoReader {
        let mut converter = PictureConverter::default();
        loop {
            let step = {
                let mut state = self.lock();
                state.is_interrupted = false;
                let step = if context.is_cancelled() { None } else { state.next_step(self.num_frames) };
                state.under_way = step.map(|step| (step.first, step.target));
                step
            };
            let Some(step) = step else { return reader };
            let is_wanted = || !context.is_cancelled() && !self.lock().is_interrupted;
            let mut keep = |number: usize, frame: &Arc<NativeFrame>| {
                if number <= step.target {
                    self.keep(number, frame, &mut converter, wake);
                }
            };
            let passing = Passing { first: step.first, take: &mut keep };
            let result = reader.read(step.target, &is_wanted, (step.first < step.target).then_some(passing));
            match result {
                Ok(frame) => self.keep(step.target, &frame, &mut converter, wake),
                Err(MediaError::Cancelled) => {}
                Err(error) => {
                    let mut state = self.lock();
                    state.failed.insert(step.target, error.to_string().into());
                    state.num_changes += 1;
                    drop(state);
                    wake();
                }
            }
        }
    }

    fn keep(&self, number: usize, frame: &Arc<NativeFrame>, converter: &mut PictureConverter, wake: &Wake) {
        let converted = converter.drawable(frame);
        let mut state = self.lock();
        match converted {
            Some(frame) => state.insert(number, frame),
            None => {
                let message = format!("pixels of the format {} cannot be shown", frame.pixel_format());
                state.failed.insert(number, message.into());
            }
        }
        state.num_changes += 1;
        let is_awaited = state.wanted.is_some_and(|(wanted, _)| wanted == number);
        drop(state);
        if is_awaited {
            wake();
        }
    }
}

impl State {
    /// The wanted frame if it is not there; else, in the direction of travel, the next that is not there and that the
    /// budget has room for.
    fn next_step(&self, num_frames: usize) -> Option<Step> {
        let (wanted, direction) = self.wanted?;
        let is_there = |number: &usize| self.frames.contains_key(number) || self.failed.contains_key(number);
        // Most of the budget lies ahead, and a part behind for whoever turns round.
        let frame_bytes =
            self.num_bytes.checked_div(self.frames.len()).unwrap_or(self.expected_frame_bytes).max(1);
        let num_ahead = (self.budget_bytes / frame_bytes) * WEIGHT_BEHIND / (WEIGHT_BEHIND + 1);
        let num_ahead = num_ahead.clamp(1, MAX_FRAMES_AHEAD);
        match direction {
            Direction::Forward => {
                let end = wanted.saturating_add(num_ahead).min(num_frames);
                let target = (wanted..end).find(|number| !is_there(number))?;
                Some(Step { first: target, target })
            }
            Direction::Backward => {
                let first = (wanted + 1).saturating_sub(num_ahead);
                let target = (first..=wanted).rev().find(|number| !is_there(number))?;
                // Every step back decodes from a keyframe on. So that it yields many frames at once, the next is made when
                // half of those ahead are used up.
                let is_due = wanted - target <= num_ahead / 2;
                is_due.then_some(Step { first, target })
            }
        }
    }

    fn insert(&mut self, number: usize, frame: VideoFrame) {
        self.num_bytes += frame.num_bytes();
        if let Some(old) = self.frames.insert(number, frame) {
            self.num_bytes -= old.num_bytes();
        }
        self.shrink();
    }

    /// Drops the frames that are farthest from the wanted one, until the rest is within the budget. What is wanted stays.
    fn shrink(&mut self) {
        let (wanted, direction) = self.wanted.unwrap_or_default();
        let distance = |number: usize| {
            let is_ahead = match direction {
                Direction::Forward => number >= wanted,
                Direction::Backward => number <= wanted,
            };
            number.abs_diff(wanted) * if is_ahead { 1 } else { WEIGHT_BEHIND }
        };
        while self.num_bytes > self.budget_bytes {
            let (first, last) = (self.frames.keys().next(), self.frames.keys().next_back());
            let farthest =
                [first, last].into_iter().flatten().copied().max_by_key(|number| distance(*number));
            let Some(farthest) = farthest.filter(|number| *number != wanted) else { return };
            if let Some(frame) = self.frames.remove(&farthest) {
                self.num_bytes -= frame.num_bytes();
            }
        }
    }

    fn fail_wanted(&mut self, message: Arc<str>) {
        if let Some((wanted, _)) = self.wanted {
            self.failed.insert(wanted, message);
            self.num_changes += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{ColorRange, PlaneLayout, Size, VideoPlane, YuvMatrix};

    fn frame_of(num_bytes: usize) -> VideoFrame {
        let size = Size::new(num_bytes as u32, 1);
        let plane = VideoPlane { bytes: Arc::new(vec![0_u8; num_bytes]), stride: num_bytes };
        let layout = PlaneLayout::Gray { bits: 8 };
        VideoFrame::new(size, layout, YuvMatrix::Bt601, ColorRange::Full, vec![plane]).unwrap()
    }

    /// Frames of 10 bytes each, of which 8 have room.
    fn state(wanted: usize, direction: Direction, numbers: &[usize]) -> State {
        let mut state = State {
            frames: BTreeMap::new(),
            failed: HashMap::new(),
            num_bytes: 0,
            budget_bytes: 80,
            expected_frame_bytes: 10,
            wanted: Some((wanted, direction)),
            under_way: None,
            is_interrupted: false,
            num_changes: 0,
        };
        numbers.iter().for_each(|number| state.insert(*number, frame_of(10)));
        state
    }

    fn numbers(state: &State) -> Vec<usize> {
        state.frames.keys().copied().collect()
    }

    #[test]
    fn the_wanted_frame_comes_first_and_then_those_ahead() {
        let step = |state: &State| state.next_step(100);
        assert_eq!(step(&state(50, Direction::Forward, &[])), Some(Step { first: 50, target: 50 }));
        assert_eq!(step(&state(50, Direction::Forward, &[50, 51])), Some(Step { first: 52, target: 52 }));
        assert_eq!(step(&state(50, Direction::Forward, &[50, 51, 52, 53, 54, 55])), None, "6 of 8 lie ahead");
        assert_eq!(step(&state(99, Direction::Forward, &[99])), None, "the end");
    }

    #[test]
    fn backwards_all_that_fits_before_the_frame_is_kept_in_one_step() {
        let step = |state: &State| state.next_step(100);
        assert_eq!(step(&state(50, Direction::Backward, &[50])), Some(Step { first: 45, target: 49 }));
        assert_eq!(step(&state(50, Direction::Backward, &[45, 46, 47, 48, 49, 50])), None);
        assert_eq!(step(&state(50, Direction::Backward, &[47, 48, 49, 50])), None, "more than half is there");
        assert_eq!(
            step(&state(48, Direction::Backward, &[46, 47, 48])),
            Some(Step { first: 43, target: 45 })
        );
        assert_eq!(step(&state(2, Direction::Backward, &[1, 2])), Some(Step { first: 0, target: 0 }));
        assert_eq!(step(&state(0, Direction::Backward, &[0])), None, "the beginning");
    }

    #[test]
    fn the_first_step_back_keeps_what_passes_already() {
        let step = state(50, Direction::Backward, &[]).next_step(100);
        assert_eq!(step, Some(Step { first: 45, target: 50 }));
    }

    #[test]
    fn what_lies_behind_is_dropped_before_what_lies_ahead() {
        let forward = state(50, Direction::Forward, &[46, 47, 48, 49, 50, 51, 52, 53, 54, 55]);
        assert_eq!(numbers(&forward), [48, 49, 50, 51, 52, 53, 54, 55]);
        let backward = state(50, Direction::Backward, &[45, 46, 47, 48, 49, 50, 51, 52, 53, 54]);
        assert_eq!(numbers(&backward), [45, 46, 47, 48, 49, 50, 51, 52]);
    }

    #[test]
    fn the_wanted_frame_stays_however_large_it_is() {
        let mut state = state(50, Direction::Forward, &[49, 51]);
        state.insert(50, frame_of(1000));
        assert_eq!((numbers(&state), state.num_bytes), (vec![50], 1000));
    }

    #[test]
    fn a_frame_that_failed_is_not_tried_for_ever() {
        let mut state = state(50, Direction::Forward, &[]);
        state.fail_wanted("damaged".into());
        assert_eq!(state.next_step(51), None);
    }
}
