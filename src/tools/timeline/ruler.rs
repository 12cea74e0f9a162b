//! The marks of the ruler.

use super::Axis;
use crate::model::VideoFacts;

/// In what the ruler counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RulerUnit {
    /// Frames, from 0.
    #[default]
    Frames,
    /// Hours, minutes and seconds from the first frame on.
    Time,
}

/// One mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The frame that begins there.
    pub frame: u32,
    /// Where it is, points.
    pub x: f64,
    /// What stands beside it; short marks bear nothing.
    pub label: Option<String>,
}

/// The least distance between marks with a label, points.
const MIN_LABEL_DISTANCE: f64 = 76.0;
/// The least distance between marks, points.
const MIN_DISTANCE: f64 = 7.0;

/// Steps between marks with a label, seconds, and into how many parts the short marks part them. Below a second the
/// frames themselves are marked: a time between two of them has no place.
const TIME_STEPS: [(f64, u32); 13] = [
    (1.0, 5),
    (2.0, 4),
    (5.0, 5),
    (10.0, 5),
    (15.0, 3),
    (30.0, 6),
    (60.0, 6),
    (120.0, 4),
    (300.0, 5),
    (600.0, 5),
    (900.0, 3),
    (1800.0, 6),
    (3600.0, 6),
];

/// The marks in sight, in order.
pub fn ticks(axis: &Axis, facts: &VideoFacts, unit: RulerUnit) -> Vec<Tick> {
    let min_secs = MIN_LABEL_DISTANCE / axis.points_per_frame() / facts.frames_per_second();
    match unit {
        RulerUnit::Frames => frame_ticks(axis, |frame| frame.to_string()),
        RulerUnit::Time if min_secs < 1.0 => frame_ticks(axis, |frame| timecode(facts.seconds(frame), 2)),
        RulerUnit::Time => time_ticks(axis, facts, min_secs),
    }
}

/// The step of 1, 2 or 5 times a power of ten that is at least this long, and its parts.
fn frame_step(min_frames: f64) -> (u32, u32) {
    let mut power = 1_u32;
    loop {
        for (factor, num_parts) in [(1, 5), (2, 4), (5, 5)] {
            let step = power.saturating_mul(factor);
            if f64::from(step) >= min_frames || step > u32::MAX / 20 {
                return (step, if step < num_parts { step } else { num_parts });
            }
        }
        power = power.saturating_mul(10);
    }
}

fn frame_ticks(axis: &Axis, text: impl Fn(u32) -> String) -> Vec<Tick> {
    let (step, num_parts) = frame_step(MIN_LABEL_DISTANCE / axis.points_per_frame());
    let num_parts = (1..=num_parts).rev().find(|parts| {
        step.is_multiple_of(*parts) && f64::from(step / parts) * axis.points_per_frame() >= MIN_DISTANCE
    });
    let short = step / num_parts.unwrap_or(1);
    let visible = axis.visible();
    // From a step before what is in sight, so that a label that begins outside is still seen.
    let first = visible.start.saturating_sub(step) / short * short;
    let tick = |frame: u32| Tick {
        frame,
        x: axis.x_of_edge(frame),
        label: frame.is_multiple_of(step).then(|| text(frame)),
    };
    (first..visible.end).step_by(short as usize).map(tick).collect()
}

fn time_ticks(axis: &Axis, facts: &VideoFacts, min_secs: f64) -> Vec<Tick> {
    let step = TIME_STEPS.into_iter().find(|(step, _)| *step >= min_secs);
    let (step, num_parts) = step.unwrap_or_else(|| ((min_secs / 3600.0).ceil() * 3600.0, 1));
    let short_points = step / f64::from(num_parts) * facts.frames_per_second() * axis.points_per_frame();
    let num_parts = if short_points >= MIN_DISTANCE { num_parts } else { 1 };
    let short = step / f64::from(num_parts);
    let visible = axis.visible();
    let first = ((facts.seconds(visible.start) - step) / step).floor().max(0.0) as u64 * u64::from(num_parts);
    let last = (facts.seconds(visible.end - 1) / short).ceil() as u64;
    let mut ticks: Vec<Tick> = Vec::new();
    let mut labelled_x = f64::NEG_INFINITY;
    let mut index = first;
    while index <= last {
        let secs = index as f64 * short;
        let frame = first_at_or_after(facts, secs);
        if frame >= axis.num_frames() {
            break;
        }
        let x = axis.x_of_edge(frame);
        // With a variable rate many times fall on one place, or near it.
        let is_labelled =
            index.is_multiple_of(u64::from(num_parts)) && x - labelled_x >= MIN_LABEL_DISTANCE / 2.0;
        if ticks.last().is_some_and(|tick| x - tick.x < MIN_DISTANCE / 2.0) && !is_labelled {
            // On to the first time that the next frame in reach is shown at.
            let next = axis.frame_at(x + MIN_DISTANCE / 2.0).max(frame);
            index = (index + 1).max((facts.seconds(next) / short).floor() as u64);
            continue;
        }
        if is_labelled {
            labelled_x = x;
            ticks.pop_if(|tick| x - tick.x < MIN_DISTANCE / 2.0);
        }
        ticks.push(Tick { frame, x, label: is_labelled.then(|| timecode(secs, 0)) });
        index += 1;
    }
    ticks
}

/// The first frame that is shown at this time or later, which may be the one behind the last.
fn first_at_or_after(facts: &VideoFacts, secs: f64) -> u32 {
    let frame = facts.frame_at(secs);
    if facts.seconds(frame) < secs - 1e-6 { frame + 1 } else { frame }
}

/// A time as people read it: `4:05`, `1:02:03`, with `num_decimals` of a second, three at most.
pub fn timecode(secs: f64, num_decimals: usize) -> String {
    // In the smallest unit that is shown, so that 59.96 becomes 1:00.0 and not 0:60.0.
    let num_decimals = num_decimals.min(3);
    let unit = 10_u64.pow(num_decimals as u32);
    let total = (secs.max(0.0) * unit as f64).round() as u64;
    let (whole, rest) = (total / unit, total % unit);
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    let fraction = if num_decimals == 0 { String::new() } else { format!(".{rest:0num_decimals$}") };
    match hours {
        0 => format!("{minutes}:{seconds:02}{fraction}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::FrameRate;

    fn constant(num: u32, den: u32) -> VideoFacts {
        VideoFacts::constant(432_000, FrameRate::new(num, den).expect("a rate"))
    }

    #[test]
    fn timecodes_read_like_clocks() {
        assert_eq!(timecode(5.0, 0), "0:05");
        assert_eq!(timecode(59.96, 1), "1:00.0");
        assert_eq!(timecode(3723.5, 2), "1:02:03.50");
    }

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().filter_map(|tick| tick.label.as_deref()).collect()
    }

    #[test]
    fn four_hours_are_marked_in_round_numbers() {
        let (axis, facts) = (Axis::whole(432_000, 1000.0), constant(30, 1));
        let frames = ticks(&axis, &facts, RulerUnit::Frames);
        assert_eq!(labels(&frames)[..3], ["0", "50000", "100000"]);
        let time = ticks(&axis, &facts, RulerUnit::Time);
        assert_eq!(labels(&time)[..3], ["0:00", "30:00", "1:00:00"]);
    }

    #[test]
    fn single_frames_are_marked_one_by_one() {
        let axis = Axis::whole(432_000, 1000.0).zoomed_about(0.0, 1e9);
        let facts = constant(25, 1);
        let frames = ticks(&axis, &facts, RulerUnit::Frames);
        assert_eq!(frames.iter().map(|tick| tick.frame).collect::<Vec<_>>()[..4], [0, 1, 2, 3]);
        assert_eq!(labels(&ticks(&axis, &facts, RulerUnit::Time))[..3], ["0:00.00", "0:00.08", "0:00.16"]);
    }

    #[test]
    fn marks_never_crowd_at_any_zoom() {
        let facts = constant(30_000, 1001);
        for unit in [RulerUnit::Frames, RulerUnit::Time] {
            let mut axis = Axis::whole(432_000, 1000.0);
            for _ in 0..80 {
                let all = ticks(&axis, &facts, unit);
                assert!(all.len() <= 1 + (1000.0 / (MIN_DISTANCE - 1.0)) as usize * 2, "{}", all.len());
                let labelled: Vec<_> = all.iter().filter(|tick| tick.label.is_some()).collect();
                // A time falls between two frames: its mark moves by up to one.
                let min = MIN_LABEL_DISTANCE - axis.points_per_frame() - 1.0;
                assert!(labelled.windows(2).all(|pair| pair[1].x - pair[0].x >= min), "{axis:?}");
                assert!(!labelled.is_empty(), "{axis:?}");
                axis = axis.zoomed_about(400.0, 1.2);
            }
        }
    }

    #[test]
    fn with_a_variable_rate_a_mark_stands_where_the_frame_is() {
        // Fifty frames in two seconds, then one a second.
        let times = Arc::from([(0, 0.0), (50, 2.0), (99, 51.0)]);
        let facts = VideoFacts { num_frames: 100, is_variable: true, times, ..constant(100, 53) };
        let axis = Axis::whole(100, 1000.0);
        let all = ticks(&axis, &facts, RulerUnit::Time);
        let at_10 = all.iter().find(|tick| tick.label.as_deref() == Some("0:10"));
        assert_eq!(at_10.map(|tick| tick.frame), Some(58));
        assert!(all.windows(2).all(|pair| pair[0].frame < pair[1].frame));
    }
}
