//! One frame that stands for a video.

use std::path::Path;
use std::sync::Arc;

use super::ffmpeg::NO_TIME;
use super::info::{Rational, VideoInfo, choose_stream};
use super::pump::Pump;
use super::{MediaError, PictureConverter, VideoSource};
use crate::base::jobs::JobContext;
use crate::media::Orientation;
use crate::pixels::{Picture, Size};

/// Where the frame is taken, as a part of the whole: videos often begin black.
const POSITION: f64 = 0.1;

/// A frame from near the beginning of a video, upright and at most as large as `max`. Needs no index: the container says
/// where about it is.
///
/// # Errors
/// See [`MediaError`].
pub fn video_thumbnail(path: &Path, max: Size, context: &JobContext) -> Result<Picture, MediaError> {
    let source = VideoSource::from_path(path)?;
    let demuxer = source.demuxer()?;
    let facts = choose_stream(&source, &demuxer, None)?;
    let info = VideoInfo::new(&source, &demuxer, facts.index);
    let start = Some(facts.start_time).filter(|time| *time != NO_TIME).unwrap_or(0);
    let unit_secs = Rational::from(facts.time_base).to_f64();
    let time = demuxer
        .duration_secs()
        .filter(|_| unit_secs > 0.0)
        .map(|duration| start.saturating_add((duration * POSITION / unit_secs) as i64));
    drop(demuxer);
    let is_wanted = || !context.is_cancelled();
    // Threads would only hold the frame back.
    let mut frame = None;
    for time in [time, None] {
        let mut pump = Pump::open(&source, facts.index, 1)?;
        if time.is_some_and(|time| !pump.go_near(time)) {
            continue;
        }
        frame = pump.next_frame_of_any_packet(&is_wanted).map_err(|_| MediaError::Cancelled)?;
        if frame.is_some() {
            break;
        }
    }
    let frame = frame.ok_or_else(|| MediaError::NoFrames { path: path.to_owned() })?;
    let orientation = info.picture().map_or(Orientation::Normal, |picture| picture.orientation);
    let picture = PictureConverter::default().convert_within(&Arc::new(frame), orientation, max);
    picture.ok_or_else(|| MediaError::damaged(path, "its colours cannot be converted".to_owned()))
}
