//! What files of labels say of a video, where the video itself is not at hand.

use crate::model::{Asset, FrameRate, VideoFacts};

/// The rate that is assumed where a file tells none: it only matters until the video is found.
const ASSUMED_RATE: u32 = 25;

/// Of a video with so many frames; `None` where the number is not known.
pub(super) fn facts_without_rate(num_frames: Option<u32>) -> Option<VideoFacts> {
    facts_at(num_frames, None)
}

/// Of a video with so many frames and this rate, in frames a second, or the usual one.
pub(super) fn facts_at(num_frames: Option<u32>, rate: Option<f64>) -> Option<VideoFacts> {
    let rate = rate.and_then(rate_of).or_else(|| FrameRate::new(ASSUMED_RATE, 1))?;
    Some(VideoFacts::constant(num_frames.filter(|&num| num > 0)?, rate))
}

/// How seconds become frames and back: by the video, or at the usual rate.
pub(super) struct Clock {
    facts: Option<VideoFacts>,
}

impl Clock {
    /// That of a video that is exported.
    pub fn of(asset: &Asset) -> Self {
        Self::with(asset.video.clone())
    }

    /// That of a video of which this is known.
    pub fn with(facts: Option<VideoFacts>) -> Self {
        Self { facts }
    }

    /// When a frame is shown.
    pub fn seconds(&self, frame: u32) -> f64 {
        match &self.facts {
            Some(facts) => facts.seconds(frame),
            None => f64::from(frame) / f64::from(ASSUMED_RATE),
        }
    }

    /// The frame on screen at a time; also behind the end, as if the video went on.
    pub fn frame_at(&self, seconds: f64) -> u32 {
        let steady = |seconds: f64, rate: f64| ((seconds * rate) + 1e-6).max(0.0).floor() as u32;
        let Some(facts) = &self.facts else { return steady(seconds, f64::from(ASSUMED_RATE)) };
        let end = facts.seconds(facts.num_frames);
        if seconds + 1e-6 < end {
            return facts.frame_at(seconds);
        }
        facts.num_frames.saturating_add(steady(seconds - end, facts.frames_per_second()))
    }

    /// The frame that begins nearest to a time: a boundary between intervals, within the video where its length is known.
    pub fn boundary_at(&self, seconds: f64) -> u32 {
        let frame = self.frame_at(seconds);
        let middle = (self.seconds(frame) + self.seconds(frame.saturating_add(1))) / 2.0;
        let nearest = if seconds > middle { frame.saturating_add(1) } else { frame };
        self.facts.as_ref().map_or(nearest, |facts| nearest.min(facts.num_frames))
    }
}

/// A rate as a fraction: those of broadcasting by their thousand-and-first parts, others to a thousandth.
pub(super) fn rate_of(per_second: f64) -> Option<FrameRate> {
    if !(0.001..=100_000.0).contains(&per_second) {
        return None;
    }
    let nominal = per_second.ceil();
    let is_broadcast = per_second != nominal && (nominal * 1000.0 / 1001.0 - per_second).abs() < 0.005;
    if is_broadcast {
        return FrameRate::new(nominal as u32 * 1000, 1001);
    }
    FrameRate::new((per_second * 1000.0).round() as u32, 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_that_are_meant() {
        let text = |rate: f64| rate_of(rate).map(|rate| rate.to_string());
        assert_eq!(text(25.0).as_deref(), Some("25/1"));
        assert_eq!(text(29.97).as_deref(), Some("30000/1001"));
        assert_eq!(text(23.976).as_deref(), Some("24000/1001"));
        assert_eq!(text(12.5).as_deref(), Some("25/2"));
        assert_eq!((text(0.0), text(f64::NAN), text(-3.0)), (None, None, None));
        assert_eq!(facts_at(None, Some(25.0)), None);
        assert_eq!(facts_without_rate(Some(3)).map(|facts| facts.num_frames), Some(3));
    }
}
