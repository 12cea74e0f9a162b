//! What of a sorted row is drawn: things that fall on one point of the screen become one.
//!
//! Each mark costs one bisection, and there are never more of them than fit beside each other.

use super::{Axis, KeyframeMark, SpanBar, Stretch};

/// Keyframes that are drawn as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyframesMark {
    /// The first of them.
    pub first: KeyframeMark,
    /// How many they are.
    pub num: usize,
    /// The middle of the first, points.
    pub x: f64,
    /// The middle of the last, points.
    pub end_x: f64,
}

/// A bar on a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar<T> {
    /// The first of what it stands for.
    pub of: T,
    /// How many it stands for.
    pub num: usize,
    /// Its left border, points; never left of what is in sight.
    pub x: f64,
    /// Its right border, points; never right of what is in sight.
    pub end_x: f64,
}

/// Something that covers frames, in a row in which nothing overlaps.
pub trait Covers: Copy {
    /// The first frame.
    fn start(&self) -> u32;
    /// The frame after the last.
    fn end(&self) -> u32;
    /// Whether two that lie on one point look the same, so that one bar stands for both.
    fn looks_like(&self, other: &Self) -> bool;
}

impl Covers for Stretch {
    fn start(&self) -> u32 {
        self.start
    }

    fn end(&self) -> u32 {
        self.end
    }

    fn looks_like(&self, _: &Self) -> bool {
        true
    }
}

impl Covers for SpanBar {
    fn start(&self) -> u32 {
        self.start
    }

    fn end(&self) -> u32 {
        self.end
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

/// How near to the first one the keyframes are that are drawn with it, points.
const MERGE_DISTANCE: f64 = 3.0;
/// How far a keyframe sticks out of its frame, points.
const KEYFRAME_RADIUS: f64 = 8.0;

/// The keyframes in sight, from left to right.
pub fn keyframes_in_sight<'a>(
    axis: &'a Axis,
    keyframes: &'a [KeyframeMark],
) -> impl Iterator<Item = KeyframesMark> + 'a {
    let (first, last) = (axis.frame_at(-KEYFRAME_RADIUS), axis.frame_at(axis.width() + KEYFRAME_RADIUS));
    let mut index = keyframes.partition_point(|mark| mark.frame < first);
    let end = keyframes.partition_point(|mark| mark.frame <= last);
    std::iter::from_fn(move || {
        if index >= end {
            return None;
        }
        let first = keyframes[index];
        let x = axis.x_of_frame(first.frame);
        // Side by side single frames are never drawn as one, however small.
        let last_frame = axis.frame_at(x + MERGE_DISTANCE).max(first.frame);
        let num = keyframes[index..end].partition_point(|mark| mark.frame <= last_frame).max(1);
        let end_x = axis.x_of_frame(keyframes[index + num - 1].frame);
        index += num;
        Some(KeyframesMark { first, num, x, end_x })
    })
}

/// The bars in sight, from left to right. `row` is sorted, and nothing in it overlaps.
pub fn bars_in_sight<'a, T: Covers>(axis: &'a Axis, row: &'a [T]) -> impl Iterator<Item = Bar<T>> + 'a {
    let visible = axis.visible();
    let mut index = row.partition_point(|bar| bar.end() <= visible.start);
    let end = row.partition_point(|bar| bar.start() < visible.end);
    std::iter::from_fn(move || {
        if index >= end {
            return None;
        }
        let of = row[index];
        let (x, mut end_x) = (axis.x_of_edge(of.start()), axis.x_of_edge(of.end()));
        let mut num = 1;
        if end_x - x < 1.0 {
            // Too small to be seen alone: what follows within the same point is drawn with it.
            let last_frame = axis.frame_at(x + 1.0).max(of.start());
            num = row[index..end].partition_point(|bar| bar.start() <= last_frame).max(1);
            let alike = row[index..index + num].iter().take(8).take_while(|bar| bar.looks_like(&of)).count();
            // Many are one whatever they look like; of a few, each look is seen.
            num = if num > 8 { num } else { alike.max(1) };
            end_x = axis.x_of_edge(row[index + num - 1].end());
        }
        index += num;
        Some(Bar { of, num, x: x.max(0.0), end_x: end_x.min(axis.width()) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyframes(frames: impl IntoIterator<Item = u32>) -> Vec<KeyframeMark> {
        let mark = |frame| KeyframeMark { frame, outside: false, occluded: false };
        frames.into_iter().map(mark).collect()
    }

    #[test]
    fn far_out_keyframes_merge_and_none_is_forgotten() {
        let all = keyframes(0..100_000);
        let axis = Axis::whole(100_000, 1000.0);
        let marks: Vec<_> = keyframes_in_sight(&axis, &all).collect();
        assert!(marks.len() <= 334, "{}", marks.len());
        assert_eq!(marks.iter().map(|mark| mark.num).sum::<usize>(), all.len());
    }

    #[test]
    fn close_up_each_keyframe_stands_alone() {
        let all = keyframes((0..100_000).step_by(2));
        let axis = Axis::whole(100_000, 1000.0).fitted_to(500..600);
        let marks: Vec<_> = keyframes_in_sight(&axis, &all).collect();
        assert!(marks.iter().all(|mark| mark.num == 1));
        assert!(marks.iter().any(|mark| mark.first.frame == 500 && mark.x == axis.x_of_frame(500)));
    }

    #[test]
    fn small_bars_merge_and_long_ones_are_cut_to_what_is_in_sight() {
        let stretch = |start, end| Stretch { start, end, outside: false, occluded: false };
        let row: Vec<_> = (0..50_000).map(|n| stretch(n * 2, n * 2 + 1)).collect();
        let axis = Axis::whole(100_000, 1000.0);
        let bars: Vec<_> = bars_in_sight(&axis, &row).collect();
        assert!(bars.len() <= 1001, "{}", bars.len());
        assert_eq!(bars.iter().map(|bar| bar.num).sum::<usize>(), row.len());
        let close = axis.fitted_to(400..500);
        let long = [stretch(0, 100_000)];
        let bars: Vec<_> = bars_in_sight(&close, &long).collect();
        assert_eq!((bars[0].x, bars[0].end_x), (0.0, 1000.0));
    }
}
