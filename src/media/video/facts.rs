//! What a project keeps of a video.

use std::path::Path;
use std::sync::Arc;

use super::ffmpeg::StreamKind;
use super::info::Rational;
use super::{FrameIndex, MediaError, OpenOptions, Video, VideoSource, index_folder, open_video};
use crate::base::jobs::JobContext;
use crate::model::{FrameRate, VideoFacts};
use crate::pixels::Size;

/// What a frame may be off between two of [`VideoFacts::times`], at first.
const TOLERANCE_SECS: f64 = 0.0005;

/// So many times are kept at most; then they are told less exactly.
const MAX_TIMES: usize = 20_000;

/// The rate where nothing tells it.
const USUAL_RATE: (u32, u32) = (25, 1);

/// The size as shown of a video and what there is to know of its frames. Reads all its packets, or finds its index.
///
/// # Errors
/// See [`MediaError`].
pub fn probe_video(path: &Path, context: &JobContext) -> Result<(Size, VideoFacts), MediaError> {
    let options = OpenOptions { index_folder: Some(index_folder()), ..OpenOptions::default() };
    let video = open_video(path, &options, context)?;
    Ok((video.size(), video.facts()))
}

impl Video {
    /// Width and height of its frames as a person sees them.
    pub fn size(&self) -> Size {
        self.info().picture().map_or(Size::default(), |picture| picture.size)
    }

    /// Whether there is sound.
    pub fn has_sound(&self) -> bool {
        self.info().streams.iter().any(|stream| stream.kind == StreamKind::Audio)
    }

    /// What a project keeps of it.
    pub fn facts(&self) -> VideoFacts {
        let index = self.index();
        let declared =
            self.info().picture().map_or(Rational { num: 0, den: 0 }, |picture| picture.declared_rate);
        let frame_rate = frame_rate(index, declared);
        let times = if index.has_variable_rate() { times(index) } else { Vec::new() };
        let num_frames = u32::try_from(index.num_frames()).unwrap_or(u32::MAX);
        let constant = VideoFacts::constant(num_frames, frame_rate);
        VideoFacts {
            duration_secs: Some(index.duration_secs()).filter(|d| *d > 0.0).unwrap_or(constant.duration_secs),
            is_variable: !times.is_empty(),
            times: Arc::from(times),
            has_sound: self.has_sound(),
            first_picture: match self.source() {
                VideoSource::File(_) => None,
                VideoSource::Sequence { first, .. } => Some(*first),
            },
            ..constant
        }
    }
}

/// The rate that the file tells where its frames keep it to the end, else the one that they have.
fn frame_rate(index: &FrameIndex, declared: Rational) -> FrameRate {
    let declared = u32::try_from(declared.num).ok().zip(u32::try_from(declared.den).ok());
    let declared = declared.and_then(|(num, den)| FrameRate::new(num, den));
    let usual = FrameRate::new(USUAL_RATE.0, USUAL_RATE.1).expect("neither is 0");
    let Some(measured) = index.frames_per_second() else { return declared.unwrap_or(usual) };
    let drift = |rate: FrameRate| (rate.per_second() / measured - 1.0).abs() * index.num_frames() as f64;
    declared.filter(|rate| drift(*rate) < 0.25).or_else(|| fraction(measured)).unwrap_or(usual)
}

/// The fraction of a number, off by less than a part in a billion where it can be written so: by continued fractions.
fn fraction(value: f64) -> Option<FrameRate> {
    let (mut last, mut this) = ((1_u64, 0_u64), (value.floor() as u64, 1_u64));
    let mut rest = value.fract();
    while (this.0 as f64 / this.1 as f64 / value - 1.0).abs() > 1e-9 && rest > 1e-9 {
        let (whole, next_rest) = ((1.0 / rest).floor(), (1.0 / rest).fract());
        let next = (whole as u64 * this.0 + last.0, whole as u64 * this.1 + last.1);
        if next.0.max(next.1) > u64::from(u32::MAX) {
            break;
        }
        (last, this, rest) = (this, next, next_rest);
    }
    FrameRate::new(u32::try_from(this.0).ok()?, u32::try_from(this.1).ok()?)
}

/// The times of the frames, as few as tell them all. Empty where they do not ascend.
fn times(index: &FrameIndex) -> Vec<(u32, f64)> {
    let all: Option<Vec<f64>> = (0..index.num_frames()).map(|number| index.seconds(number)).collect();
    let Some(all) = all.filter(|all| all.windows(2).all(|pair| pair[0] < pair[1])) else { return Vec::new() };
    let mut tolerance = TOLERANCE_SECS;
    loop {
        let times = simplified(&all, tolerance);
        if times.len() <= MAX_TIMES {
            return times;
        }
        tolerance *= 2.0;
    }
}

/// The points of a curve between which straight lines pass all others at no more than the tolerance: each line goes
/// as far as it can, within the cone that all points passed so far leave open.
fn simplified(all: &[f64], tolerance: f64) -> Vec<(u32, f64)> {
    let at = |number: usize| (number as u32, (all[number] * 1e6).round() / 1e6);
    let mut kept = vec![at(0)];
    let mut start = 0;
    while start + 1 < all.len() {
        let (mut least, mut greatest) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut end = start + 1;
        for number in start + 1..all.len() {
            let distance = (number - start) as f64;
            let rise = all[number] - all[start];
            if (least..=greatest).contains(&(rise / distance)) {
                end = number;
            }
            least = least.max((rise - tolerance) / distance);
            greatest = greatest.min((rise + tolerance) / distance);
            if least > greatest {
                break;
            }
        }
        kept.push(at(end));
        start = end;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::test_tables::{facts, table};
    use super::*;

    #[test]
    fn few_times_tell_those_of_all_frames() {
        // 500 frames at 25 a second, a break of 3 seconds, 500 at 30 with times that are rounded to milliseconds.
        let first = (0..500).map(|n| f64::from(n) / 25.0);
        let second = (0..500).map(|n| 23.0 + (f64::from(n) * 1000.0 / 30.0).round() / 1000.0);
        let all: Vec<f64> = first.chain(second).collect();
        let times = simplified(&all, TOLERANCE_SECS);
        assert!(times.len() <= 5, "{times:?}");
        let facts = VideoFacts {
            times: Arc::from(times),
            ..VideoFacts::constant(1000, FrameRate::new(25, 1).unwrap())
        };
        for (number, time) in all.iter().enumerate() {
            assert!((facts.seconds(number as u32) - time).abs() <= TOLERANCE_SECS + 1e-6, "{number}");
        }
    }

    #[test]
    fn the_declared_rate_counts_where_frames_keep_it() {
        let index = FrameIndex::predicted(table(&[0, 1, 2, 3]), &facts("h264"));
        let rate = |num, den| frame_rate(&index, Rational { num, den }).to_string();
        assert_eq!([rate(25, 1), rate(30, 1), rate(0, 0)], ["25/1"; 3]);
        let single = FrameIndex::predicted(table(&[0]), &facts("h264"));
        assert_eq!(frame_rate(&single, Rational { num: 24, den: 1 }).to_string(), "24/1");
    }

    #[test]
    fn rates_are_found_as_fractions() {
        for (value, expected) in
            [(30_000.0 / 1001.0, "30000/1001"), (12.5, "25/2"), (0.2, "1/5"), (60.0, "60/1")]
        {
            assert_eq!(fraction(value).unwrap().to_string(), expected);
        }
        let odd = fraction(std::f64::consts::PI).unwrap();
        assert!((odd.per_second() - std::f64::consts::PI).abs() < 1e-8);
    }
}
