//! Small pictures of any frames of a video, made in the background.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{MediaError, PictureConverter, Video, VideoReader};
use crate::base::jobs::{Job, JobContext, JobPool, Priority};
use crate::media::{ContentKey, Orientation, ThumbnailCache, Wake};
use crate::pixels::{Picture, Size};

/// A frame's small picture; `None` where the frame cannot be decoded.
pub type FrameThumbnail = (u32, Option<Picture>);

/// Makes thumbnails of frames of one video on a thread of the pool. Never blocks the caller.
///
/// The caller says which frames it wants, as often as it likes, and the latest word wins: decoding towards a frame that
/// nobody wants any more stops at the next packet. Frames with which decoding can begin are kept on disk: they are what
/// one sees first of a long video, and cost one frame each. All others are decoded, in the order in which they are wanted.
pub struct FrameThumbnails {
    pool: Arc<JobPool>,
    wake: Wake,
    shared: Arc<Shared>,
    reader: Option<VideoReader>,
    job: Option<Job<VideoReader>>,
}

struct Shared {
    max: Size,
    orientation: Orientation,
    /// Where some are kept, and what the video is known by there.
    cache: Arc<ThumbnailCache>,
    key: ContentKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What is still to be made, the last first.
    wanted: Vec<u32>,
    /// What is being made.
    under_way: Option<u32>,
    is_interrupted: bool,
    made: Vec<FrameThumbnail>,
}

impl FrameThumbnails {
    /// Thumbnails at most as large as `max`, upright. `key` is what caches know the video by.
    pub fn new(
        video: &Video,
        max: Size,
        (cache, key): (Arc<ThumbnailCache>, ContentKey),
        pool: Arc<JobPool>,
        wake: Wake,
    ) -> Self {
        let orientation = video.info().picture().map_or(Orientation::Normal, |picture| picture.orientation);
        let shared = Shared { max, orientation, cache, key, state: Mutex::default() };
        // Threads would only hold each frame back.
        Self { pool, wake, shared: Arc::new(shared), reader: Some(video.reader(1)), job: None }
    }

    /// Says which frames are wanted from now on and not at hand, the most important first.
    pub fn want(&mut self, frames: &[u32]) {
        let frames: Vec<u32> = frames.iter().rev().copied().collect();
        let mut state = self.shared.lock();
        state.is_interrupted |= state.under_way.is_some_and(|frame| !frames.contains(&frame));
        let made: HashSet<u32> = state.made.iter().map(|(frame, _)| *frame).collect();
        state.wanted = frames;
        let under_way = state.under_way.filter(|_| !state.is_interrupted);
        state.wanted.retain(|frame| !made.contains(frame) && Some(*frame) != under_way);
        drop(state);
        self.start();
    }

    /// Takes what was made since. Call it once per drawn frame.
    pub fn take_made(&mut self) -> Vec<FrameThumbnail> {
        if let Some(result) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            match result {
                Ok(reader) => self.reader = Some(reader),
                // A reader that broke is not used again.
                Err(error) => log::warn!("no thumbnails of frames any more: {error}"),
            }
            self.start();
        }
        std::mem::take(&mut self.shared.lock().made)
    }

    /// Whether any are being made.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    fn start(&mut self) {
        if self.job.is_some() || self.shared.lock().wanted.is_empty() {
            return;
        }
        let Some(reader) = self.reader.take() else { return };
        let (shared, wake, on_done) =
            (Arc::clone(&self.shared), Arc::clone(&self.wake), Arc::clone(&self.wake));
        let work = move |context: &JobContext| shared.work(reader, context, &wake);
        self.job = Some(self.pool.submit(Priority::Ahead, move || on_done(), work));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes what is wanted, until nothing is.
    fn work(&self, mut reader: VideoReader, context: &JobContext, wake: &Wake) -> VideoReader {
        let mut converter = PictureConverter::default();
        loop {
            let frame = {
                let mut state = self.lock();
                state.is_interrupted = false;
                state.under_way = state.wanted.pop().filter(|_| !context.is_cancelled());
                state.under_way
            };
            let Some(frame) = frame else { return reader };
            let is_wanted = || !context.is_cancelled() && !self.lock().is_interrupted;
            let picture = match self.make(frame, &mut reader, &mut converter, &is_wanted) {
                Ok(picture) => picture,
                Err(MediaError::Cancelled) => continue,
                Err(error) => {
                    log::debug!("no thumbnail of frame {frame}: {error}");
                    None
                }
            };
            self.lock().made.push((frame, picture));
            wake();
        }
    }

    fn make(
        &self,
        number: u32,
        reader: &mut VideoReader,
        converter: &mut PictureConverter,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Picture>, MediaError> {
        let index = Arc::clone(reader.index());
        // Known by its time: that stays the same when the frames are counted anew.
        let frame = index.frame(number as usize).filter(|frame| frame.is_key);
        let key = frame.and_then(|frame| frame.pts).map(|pts| self.key.at_time(pts));
        if let Some(kept) = key.and_then(|key| self.cache.get(key)) {
            return Ok(Some(kept));
        }
        let native = reader.read(number as usize, is_wanted, None)?;
        let picture = converter.convert_within(&native, self.orientation, self.max);
        if let Some((key, picture)) = key.zip(picture.as_ref()) {
            self.cache.keep(key, picture);
        }
        Ok(picture)
    }
}
