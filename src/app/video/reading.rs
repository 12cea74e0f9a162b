//! Opening a video in the background, and looking at all of its frames while the person works.

use std::path::Path;

use crate::app::work::Work;
use crate::base::jobs::{Job, JobContext, Priority};
use crate::media::MediaError;
use crate::media::video::{OpenOptions, Verification, Video, index_folder, open_video};
use crate::model::VideoFacts;

/// A video that was opened.
pub(super) struct Opened {
    pub video: Video,
    pub facts: VideoFacts,
    /// The frames with which decoding can begin, ascending.
    pub keyframes: Vec<u32>,
    /// The frames that the decoder patched up, ascending.
    pub damaged: Vec<u32>,
}

/// What is found of the frames of a video when it is opened, and when all of it was decoded once.
pub struct News {
    /// What the project is to know of them.
    pub facts: VideoFacts,
    /// Whether they are others than those that were there under their numbers until now.
    pub has_changed: bool,
}

/// Opens a video.
pub(super) fn start_reading(
    work: &Work,
    path: &Path,
    uses_hardware: bool,
) -> Job<Result<Opened, MediaError>> {
    let path = path.to_owned();
    let options = OpenOptions { index_folder: Some(index_folder()), uses_hardware, ..OpenOptions::default() };
    work.submit(Priority::Now, move |context| open(&path, &options, context))
}

/// Decodes everything once, on one thread, while the person works; `None` where that would leave no thread for the frames
/// that are asked for.
pub(super) fn start_verifying(
    work: &Work,
    path: &Path,
    uses_hardware: bool,
) -> Option<Job<Result<Opened, MediaError>>> {
    let has_room = std::thread::available_parallelism().is_ok_and(|number| number.get() > 1);
    let path = path.to_owned();
    let options = OpenOptions {
        verification: Verification::Always,
        index_folder: Some(index_folder()),
        num_verifying_threads: Some(1),
        uses_hardware,
        ..OpenOptions::default()
    };
    let verify = move |context: &JobContext| open(&path, &options, context);
    has_room.then(|| work.submit(Priority::Background, verify))
}

/// Opens a video, and looks at its frames.
fn open(path: &Path, options: &OpenOptions, context: &JobContext) -> Result<Opened, MediaError> {
    let video = open_video(path, options, context)?;
    let facts = video.facts();
    let mut keyframes: Vec<u32> =
        video.index().keyframes().filter_map(|number| u32::try_from(number).ok()).collect();
    keyframes.sort_unstable();
    let index = video.index();
    let damaged = (0..facts.num_frames).filter(|number| index.is_damaged(*number as usize)).collect();
    Ok(Opened { facts, keyframes, damaged, video })
}
