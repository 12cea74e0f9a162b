//! What `fieldmark info` tells of a video.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::console::{Console, counted};
use super::videos::open;
use crate::media::video::{Verification, Video, VideoInfo, VideoSource};
use crate::media::{MediaError, VIDEO_EXTENSIONS, has_extension, probe};

/// What there is to say of a video.
#[derive(Clone, Serialize)]
pub(super) struct VideoSummary {
    path: PathBuf,
    #[serde(flatten)]
    info: VideoInfo,
    num_frames: usize,
    /// Whether every frame was decoded to know it.
    is_verified: bool,
    num_damaged_frames: usize,
    num_packets_without_frame: usize,
    /// On average.
    frames_per_second: Option<f64>,
    has_variable_rate: bool,
    duration_secs: f64,
    /// Of the first frame, in units of the time base.
    first_pts: Option<i64>,
    num_keyframes: usize,
    /// The most frames from one keyframe to the next.
    longest_gop: usize,
    keyframes: Vec<usize>,
}

/// What there is to say of a video; `None` where the path means something else.
pub(super) fn summary(
    path: &Path,
    stream: Option<usize>,
    verify: bool,
    console: &Console,
) -> anyhow::Result<Option<VideoSummary>> {
    let is_video = has_extension(path, VIDEO_EXTENSIONS)
        || is_pattern(path)
        || (path.is_file() && matches!(probe(path), Err(MediaError::Video { .. })));
    let may_be_animated = has_extension(path, &["gif", "apng"]);
    if !is_video && !may_be_animated {
        return Ok(None);
    }
    let verification = if verify { Verification::Always } else { Verification::WhenNeeded };
    let video = match open(path, stream, verification, console) {
        // What is no video may still be a picture.
        Err(_) if may_be_animated => return Ok(None),
        video => video?,
    };
    let is_still = may_be_animated && video.index().num_frames() == 1;
    Ok((!is_still).then(|| VideoSummary::new(path, &video)))
}

/// Whether the path stands for numbered pictures.
fn is_pattern(path: &Path) -> bool {
    !path.exists() && matches!(VideoSource::from_path(path), Ok(VideoSource::Sequence { .. }))
}

impl VideoSummary {
    fn new(path: &Path, video: &Video) -> Self {
        let index = video.index();
        let num_frames = index.num_frames();
        let keyframes: Vec<usize> = index.keyframes().collect();
        Self {
            path: path.to_owned(),
            info: video.info().clone(),
            num_frames,
            is_verified: index.is_verified(),
            num_damaged_frames: (0..num_frames).filter(|number| index.is_damaged(*number)).count(),
            num_packets_without_frame: index.num_packets_without_frame(),
            frames_per_second: index.frames_per_second(),
            has_variable_rate: index.has_variable_rate(),
            duration_secs: index.duration_secs(),
            first_pts: index.frame(0).and_then(|frame| frame.pts),
            num_keyframes: keyframes.len(),
            longest_gop: index.longest_gop(),
            keyframes,
        }
    }

    /// For a person.
    pub fn text(&self) -> String {
        let mut lines = vec![self.path.display().to_string()];
        let rate = match (self.frames_per_second, self.has_variable_rate) {
            (None, _) => String::new(),
            (Some(rate), false) => format!(", {rate:.3} frames a second"),
            (Some(rate), true) => format!(", {rate:.3} frames a second on average (variable)"),
        };
        lines.push(format!(
            "  {}{rate}, {:.3} seconds",
            counted(self.num_frames as u64, "frame"),
            self.duration_secs
        ));
        lines.push(format!(
            "  {}, at most {} from one to the next",
            counted(self.num_keyframes as u64, "keyframe"),
            counted(self.longest_gop as u64, "frame")
        ));
        for stream in &self.info.streams {
            let mark = if stream.index == self.info.stream { "→" } else { " " };
            let picture = stream.picture.as_ref().map_or(String::new(), |picture| {
                let (shown, stored) = (picture.size, picture.stored_size);
                let turned = match shown == stored {
                    true => String::new(),
                    false => format!(" (stored as {} × {})", stored.width, stored.height),
                };
                format!(", {} × {} pixels{turned}, {}", shown.width, shown.height, picture.pixel_format)
            });
            let kind = match stream.kind {
                crate::media::video::StreamKind::Video => "video",
                crate::media::video::StreamKind::Cover => "cover",
                crate::media::video::StreamKind::Audio => "sound",
                crate::media::video::StreamKind::Other => "data",
            };
            lines.push(format!("  {mark} stream {}: {kind}, {}{picture}", stream.index, stream.codec));
        }
        if self.num_damaged_frames > 0 {
            lines.push(format!("  {} damaged", counted(self.num_damaged_frames as u64, "frame")));
        }
        if !self.is_verified {
            lines.push("  Frames are counted by the packets; --verify decodes them all.".to_owned());
        }
        lines.join("\n")
    }
}
