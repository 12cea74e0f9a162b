//! What the project knows of a video, besides its size.

use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Frames in a second, as a fraction. Written as `"30000/1001"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FrameRate {
    num: u32,
    den: u32,
}

impl FrameRate {
    /// `num / den` frames in a second, in lowest terms. `None` when either is 0.
    pub fn new(num: u32, den: u32) -> Option<Self> {
        let (mut divisor, mut rest) = (num, den);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        (num > 0 && den > 0).then(|| Self { num: num / divisor, den: den / divisor })
    }

    /// Numerator: the frames in [`Self::den`] seconds. Never 0.
    pub fn num(self) -> u32 {
        self.num
    }

    /// Denominator, seconds. Never 0.
    pub fn den(self) -> u32 {
        self.den
    }

    /// Frames in a second.
    pub fn per_second(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }
}

impl std::fmt::Display for FrameRate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

impl From<FrameRate> for String {
    fn from(rate: FrameRate) -> Self {
        rate.to_string()
    }
}

impl FromStr for FrameRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || format!("a frame rate is a fraction such as 30000/1001, not {text}");
        let (num, den) = text.split_once('/').unwrap_or((text, "1"));
        let number = |text: &str| text.trim().parse().map_err(|_| error());
        Self::new(number(num)?, number(den)?).ok_or_else(error)
    }
}

impl TryFrom<String> for FrameRate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// What is known of a video: how many frames it has, and when each is shown.
///
/// Times are in seconds from the first frame, which is shown at 0. Frames are numbered from 0 in the order of
/// presentation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoFacts {
    /// The number of frames; at least 1.
    pub num_frames: u32,
    /// Frames in a second, on average over the whole.
    pub frame_rate: FrameRate,
    /// From the first frame to the end of the last.
    pub duration_secs: f64,
    /// Whether frames follow each other at different intervals; then [`Self::times`] says when they are shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_variable: bool,
    /// Whether there is sound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_sound: bool,
    /// Of numbered pictures, the number of the first; the asset's source is then their pattern, such as
    /// `run/shot-%04d.png`. `None` for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_picture: Option<u32>,
    /// At variable rate: frames with their times, both ascending, between which time passes evenly. The first is
    /// frame 0, the last is the last frame. Empty at constant rate.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub times: Arc<[(u32, f64)]>,
}

/// Times are told with so many seconds of rounding.
const ROUNDING_SECS: f64 = 1e-6;

fn is_empty(times: &Arc<[(u32, f64)]>) -> bool {
    times.is_empty()
}

impl VideoFacts {
    /// A silent video file of constant rate.
    pub fn constant(num_frames: u32, frame_rate: FrameRate) -> Self {
        Self {
            num_frames,
            frame_rate,
            duration_secs: f64::from(num_frames) / frame_rate.per_second(),
            is_variable: false,
            has_sound: false,
            first_picture: None,
            times: Arc::from([]),
        }
    }

    /// Frames in a second, on average.
    pub fn frames_per_second(&self) -> f64 {
        self.frame_rate.per_second()
    }

    /// When a frame is shown, in seconds from the first. Of a frame behind the last, as if the video went on: the end
    /// of an interval of frames `[start, end)` is `seconds(end)`.
    pub fn seconds(&self, frame: u32) -> f64 {
        let after = |(start, secs): (u32, f64)| secs + f64::from(frame - start) / self.frames_per_second();
        let behind = self.times.partition_point(|(start, _)| *start <= frame);
        match (self.times[..behind].last(), self.times.get(behind)) {
            (None, _) => after((0, 0.0)),
            (Some(last), None) => after(*last),
            (Some((start, from)), Some((end, to))) => {
                from + (to - from) * f64::from(frame - start) / f64::from(end - start)
            }
        }
    }

    /// The number of the last frame.
    pub fn last_frame(&self) -> u32 {
        self.num_frames.max(1) - 1
    }

    /// When a frame stops to be shown, in seconds from the first. Of the last, the end of the video.
    pub fn end_seconds(&self, frame: u32) -> f64 {
        match frame < self.last_frame() {
            true => self.seconds(frame + 1),
            false => self.duration_secs.max(self.seconds(self.last_frame())),
        }
    }

    /// The frame on screen just before a time: the last that is shown before it.
    pub fn frame_before(&self, seconds: f64) -> u32 {
        let frame = self.frame_at(seconds);
        if self.seconds(frame) < seconds - ROUNDING_SECS { frame } else { frame.saturating_sub(1) }
    }

    /// The frame on screen at a time: the last that is shown by then, and the first or the last of all outside the
    /// video. A time that [`Self::seconds`] gave leads back to its frame, also after rounding to a microsecond.
    pub fn frame_at(&self, seconds: f64) -> u32 {
        let (mut low, mut high) = (0, self.num_frames.max(1));
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.seconds(middle) <= seconds + ROUNDING_SECS { low = middle } else { high = middle }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(num: u32, den: u32) -> FrameRate {
        FrameRate::new(num, den).unwrap()
    }

    #[test]
    fn rates_are_fractions_in_lowest_terms() {
        assert_eq!(rate(60_000, 2002).to_string(), "30000/1001");
        assert_eq!("25".parse(), Ok(rate(25, 1)));
        assert_eq!((FrameRate::new(0, 1), FrameRate::new(1, 0)), (None, None));
        assert!("x/2".parse::<FrameRate>().is_err() && "1/0".parse::<FrameRate>().is_err());
        assert_eq!(serde_json::to_string(&rate(25, 1)).unwrap(), "\"25/1\"");
        assert!(serde_json::from_str::<FrameRate>("\"0/0\"").is_err());
    }

    #[test]
    fn every_frame_is_found_by_its_time() {
        let constant = VideoFacts::constant(1000, rate(30_000, 1001));
        let times = Arc::from([(0, 0.0), (10, 1.0), (11, 4.0), (999, 20.0)]);
        let variable = VideoFacts { is_variable: true, times, ..constant.clone() };
        for facts in [&constant, &variable] {
            for frame in 0..1000 {
                let rounded = (facts.seconds(frame) * 1e6).floor() / 1e6;
                assert_eq!(facts.frame_at(rounded), frame);
            }
            assert_eq!((facts.frame_at(-1.0), facts.frame_at(1e9)), (0, 999));
        }
        assert_eq!((variable.seconds(5), variable.seconds(11)), (0.5, 4.0));
        assert_eq!(variable.frame_at(3.9), 10);
        assert_eq!([0.0, 1.0, 1.1, 4.0, 1e9].map(|secs| variable.frame_before(secs)), [0, 9, 10, 10, 999]);
        assert_eq!((variable.end_seconds(10), variable.end_seconds(999)), (4.0, variable.duration_secs));
        assert!(
            (variable.seconds(1000) - 20.0 - 1001.0 / 30_000.0).abs() < 1e-9,
            "the end of the last frame"
        );
        assert!((constant.duration_secs - 1000.0 * 1001.0 / 30_000.0).abs() < 1e-9);
    }

    #[test]
    fn only_what_is_unusual_is_written() {
        let facts = VideoFacts::constant(3, rate(25, 1));
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(text, r#"{"num_frames":3,"frame_rate":"25/1","duration_secs":0.12}"#);
        assert_eq!(serde_json::from_str::<VideoFacts>(&text).unwrap(), facts);
    }
}
