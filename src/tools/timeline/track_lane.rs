//! What a lane of a track shows: its keyframes and the stretches between them.

use crate::model::Track;

/// A keyframe on a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyframeMark {
    /// Its frame.
    pub frame: u32,
    /// Whether the object is out of sight from here on.
    pub outside: bool,
    /// Whether it is partly hidden from here on.
    pub occluded: bool,
}

/// Frames over which a track looks the same on its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first frame.
    pub start: u32,
    /// The frame after the last.
    pub end: u32,
    /// Whether the object is out of sight: a gap between two visible stretches.
    pub outside: bool,
    /// Whether it is partly hidden.
    pub occluded: bool,
}

/// The keyframes and stretches of a track, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackLane {
    /// The keyframes.
    pub keyframes: Vec<KeyframeMark>,
    /// Stretches from the first visible frame to the last, the gaps between them included. None touches another
    /// that looks the same.
    pub stretches: Vec<Stretch>,
}

impl TrackLane {
    /// The lane of a track in a video of `num_frames` frames.
    pub fn new(track: &Track, num_frames: u32) -> Self {
        let keyframes: Vec<KeyframeMark> = track
            .keyframes
            .iter()
            .map(|(&frame, keyframe)| KeyframeMark {
                frame,
                outside: keyframe.outside,
                occluded: keyframe.occluded,
            })
            .collect();
        let mut stretches: Vec<Stretch> = Vec::new();
        for (index, mark) in keyframes.iter().enumerate() {
            let is_last = index + 1 == keyframes.len();
            let end = keyframes.get(index + 1).map_or(num_frames.max(mark.frame + 1), |next| next.frame);
            if mark.outside && (is_last || stretches.is_empty()) {
                continue;
            }
            let occluded = mark.occluded && !mark.outside;
            match stretches.last_mut() {
                Some(last) if (last.outside, last.occluded) == (mark.outside, occluded) => last.end = end,
                _ => stretches.push(Stretch { start: mark.frame, end, outside: mark.outside, occluded }),
            }
        }
        // Outside keyframes in a row at the end are a gap with nothing behind it.
        stretches.pop_if(|last| last.outside);
        Self { keyframes, stretches }
    }

    /// The first frame with anything on it.
    pub fn start(&self) -> u32 {
        self.keyframes.first().map_or(0, |mark| mark.frame)
    }

    /// The keyframe at a frame.
    pub fn keyframe(&self, frame: u32) -> Option<KeyframeMark> {
        let index = self.keyframes.binary_search_by_key(&frame, |mark| mark.frame).ok()?;
        Some(self.keyframes[index])
    }

    /// The stretch over a frame.
    pub fn stretch_at(&self, frame: u32) -> Option<Stretch> {
        let index = self.stretches.partition_point(|stretch| stretch.end <= frame);
        self.stretches.get(index).copied().filter(|stretch| stretch.start <= frame)
    }

    /// The frames at which the object comes into sight or leaves it, in order: `true` where it comes.
    pub fn ends(&self) -> impl Iterator<Item = (u32, bool)> + '_ {
        let visible = |index: usize| self.stretches.get(index).is_some_and(|stretch| !stretch.outside);
        self.stretches.iter().enumerate().filter(|(_, stretch)| !stretch.outside).flat_map(
            move |(index, stretch)| {
                let comes = index == 0 || !visible(index - 1);
                let leaves = !visible(index + 1);
                [(stretch.start, true, comes), (stretch.end, false, leaves)]
                    .into_iter()
                    .filter_map(|(frame, is_start, is_end)| is_end.then_some((frame, is_start)))
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;
    use crate::model::{Keyframe, Shape};

    fn lane(keyframes: &[(u32, &str)]) -> TrackLane {
        let shape = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 10.0, 10.0));
        let keyframe = |look: &str| Keyframe {
            shape: shape.clone(),
            outside: look.contains("outside"),
            occluded: look.contains("occluded"),
        };
        let keyframes = keyframes.iter().map(|(frame, look)| (*frame, keyframe(look))).collect();
        TrackLane::new(&Track { keyframes, ..Track::default() }, 100)
    }

    fn stretches(lane: &TrackLane) -> Vec<(u32, u32, &'static str)> {
        let look = |stretch: &Stretch| match (stretch.outside, stretch.occluded) {
            (true, _) => "gap",
            (false, true) => "occluded",
            (false, false) => "visible",
        };
        lane.stretches.iter().map(|stretch| (stretch.start, stretch.end, look(stretch))).collect()
    }

    #[test]
    fn a_track_lasts_until_it_is_outside_or_the_video_ends() {
        assert_eq!(stretches(&lane(&[(10, ""), (20, "")])), [(10, 100, "visible")]);
        assert_eq!(stretches(&lane(&[(10, ""), (20, ""), (30, "outside")])), [(10, 30, "visible")]);
    }

    #[test]
    fn gaps_and_hidden_stretches_are_told_apart() {
        let lane =
            lane(&[(10, ""), (20, "outside"), (30, "occluded"), (40, ""), (50, "outside"), (60, "outside")]);
        let expected = [(10, 20, "visible"), (20, 30, "gap"), (30, 40, "occluded"), (40, 50, "visible")];
        assert_eq!(stretches(&lane), expected);
        assert_eq!(lane.ends().collect::<Vec<_>>(), [(10, true), (20, false), (30, true), (50, false)]);
        assert!(lane.stretch_at(25).is_some_and(|stretch| stretch.outside));
        assert_eq!(lane.stretch_at(55), None);
    }

    #[test]
    fn a_track_that_is_never_visible_has_keyframes_only() {
        let lane = lane(&[(10, "outside"), (20, "outside")]);
        assert_eq!((lane.stretches.len(), lane.keyframes.len()), (0, 2));
        assert_eq!(lane.start(), 10);
    }
}
