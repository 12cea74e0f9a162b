//! The waveform of the open video's sound. It is made in the background while the timeline shows it, and called off when
//! nobody looks at it any more.

use std::sync::Arc;

use crate::app::work::{Work, flatten};
use crate::base::jobs::{Job, Priority};
use crate::media::MediaError;
use crate::media::video::{Video, Waveform, waveform_folder};

/// How far the waveform of a video is.
#[derive(Default)]
pub enum VideoWaveform {
    /// Nobody looks at it, or there is no sound.
    #[default]
    NotWanted,
    /// The sound is being decoded.
    Making(Job<Result<Waveform, MediaError>>),
    /// It is there.
    Made(Waveform),
    /// The sound cannot be decoded, for this reason.
    Failed(Arc<str>),
}

impl VideoWaveform {
    /// Begins to make it when it is wanted, and takes over what came. What was made is kept.
    pub(super) fn follow(&mut self, video: &Video, is_wanted: bool, work: &Work) {
        match self {
            Self::Made(_) => {}
            _ if !is_wanted || !video.has_sound() => *self = Self::NotWanted,
            Self::NotWanted => {
                let video = video.clone();
                let make = move |context: &_| Waveform::of(&video, &waveform_folder(), context);
                *self = Self::Making(work.submit(Priority::Ahead, make));
            }
            Self::Making(job) => match job.poll().map(flatten) {
                None => {}
                Some(Ok(waveform)) => *self = Self::Made(waveform),
                Some(Err(reason)) => *self = Self::Failed(reason.into()),
            },
            Self::Failed(_) => {}
        }
    }

    /// How much of the sound has been decoded while it is being made, 0 to 1.
    pub fn progress(&self) -> Option<f64> {
        let Self::Making(job) = self else { return None };
        let (done, total) = job.progress();
        (total > 0).then(|| done as f64 / total as f64)
    }
}
