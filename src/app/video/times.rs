//! When each frame of a video is shown.

use crate::media::video::{FrameIndex, VideoInfo};

/// The rate of a video that does not tell any.
const FALLBACK_RATE: f64 = 25.0;

/// The beginnings of all frames, in seconds from the first, and the end of the last. Ascending, whatever the file says;
/// there is at least one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameTimes {
    starts: Vec<f64>,
    end: f64,
}

/// Times are told with so many seconds of rounding.
const ROUNDING: f64 = 1e-6;

impl FrameTimes {
    /// The times of a video. Frames without a time follow each other at the rate of the video.
    pub fn new(index: &FrameIndex, info: &VideoInfo) -> Self {
        let declared = info.picture().map(|picture| picture.declared_rate.to_f64());
        let rate = index.frames_per_second().or(declared).filter(|rate| *rate > 0.0 && rate.is_finite());
        let starts = (0..index.num_frames()).map(|number| index.seconds(number)).collect::<Vec<_>>();
        Self::of(&starts, index.duration_secs(), rate.unwrap_or(FALLBACK_RATE))
    }

    fn of(told: &[Option<f64>], told_end: f64, rate: f64) -> Self {
        let mut starts: Vec<f64> = Vec::with_capacity(told.len().max(1));
        for start in told {
            let last = starts.last().copied();
            let start = start.or(last.map(|last| last + 1.0 / rate)).unwrap_or(0.0);
            starts.push(start.max(last.unwrap_or(0.0)));
        }
        if starts.is_empty() {
            starts.push(0.0);
        }
        let last = starts.last().copied().unwrap_or(0.0);
        let end = if told_end > last { told_end } else { last + 1.0 / rate };
        Self { starts, end }
    }

    /// Frames of equal length, for tests.
    #[cfg(test)]
    pub fn even(num_frames: usize, rate: f64) -> Self {
        Self::of(&vec![None; num_frames], 0.0, rate)
    }

    /// How many frames there are; at least 1.
    pub fn num_frames(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The number of the last frame.
    pub fn last(&self) -> u32 {
        self.num_frames() - 1
    }

    /// When a frame begins to be shown. Behind the last, the end.
    pub fn start(&self, frame: u32) -> f64 {
        self.starts.get(frame as usize).copied().unwrap_or(self.end)
    }

    /// When a frame stops to be shown.
    pub fn end(&self, frame: u32) -> f64 {
        self.start(frame.saturating_add(1))
    }

    /// From the first frame to the end of the last.
    pub fn duration(&self) -> f64 {
        self.end
    }

    /// The frame that is shown at a time: the last that begins by then.
    pub fn at(&self, secs: f64) -> u32 {
        self.starts.partition_point(|start| *start <= secs + ROUNDING).saturating_sub(1) as u32
    }

    /// The frame that is shown just before a time.
    pub fn before(&self, secs: f64) -> u32 {
        self.starts.partition_point(|start| *start < secs - ROUNDING).saturating_sub(1) as u32
    }

    /// Frames in a second, on average.
    pub fn rate(&self) -> f64 {
        f64::from(self.num_frames()) / self.end.max(ROUNDING)
    }
}

/// A time as people write it: `00:01:02.500`.
pub fn timecode(secs: f64) -> String {
    let millis = (secs.max(0.0) * 1000.0).round() as u64;
    let (seconds, minutes, hours) = (millis / 1000 % 60, millis / 60_000 % 60, millis / 3_600_000);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_a_variable_rate_are_found_by_their_times() {
        let times = FrameTimes::of(&[Some(0.0), Some(0.1), Some(1.0)], 1.5, 2.0);
        assert_eq!([0.0, 0.09, 0.1, 0.99, 1.0, 9.0].map(|secs| times.at(secs)), [0, 0, 1, 1, 2, 2]);
        assert_eq!([0.1, 0.5, 1.0, 1.5].map(|secs| times.before(secs)), [0, 1, 1, 2]);
        assert_eq!((times.end(0), times.end(2), times.start(7)), (0.1, 1.5, 1.5));
    }

    #[test]
    fn times_that_are_missing_or_run_backwards_are_put_right() {
        let times = FrameTimes::of(&[Some(0.0), None, Some(0.2), Some(0.1), None], 0.0, 10.0);
        assert_eq!(times.starts, [0.0, 0.1, 0.2, 0.2, 0.30000000000000004]);
        assert!((times.duration() - 0.4).abs() < 1e-9);
        assert_eq!(FrameTimes::of(&[], 0.0, 25.0).num_frames(), 1);
    }

    #[test]
    fn times_are_written_in_hours_minutes_seconds() {
        assert_eq!([0.0, 62.5, 3723.0405].map(timecode), ["00:00:00.000", "00:01:02.500", "01:02:03.041"]);
    }
}
