//! The clock of a video that plays: which frame is due.
//!
//! **How it thinks.** A point of the video's time belongs to a point of the clock on the wall, and from there both go on,
//! one so many times as fast as the other. The frame that is due follows from the times of the frames, so a variable
//! rate is right, and nothing adds up over hours. Where frames do not come in time, the point is set anew.

use std::ops::Range;

use crate::model::VideoFacts;

/// What happens when the end of the range is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtEnd {
    /// It stays there.
    Stop,
    /// It begins anew at the other end.
    Loop,
    /// It goes back to a frame.
    Return(u32),
}

/// What is to be on screen now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Due {
    /// This frame, for so many seconds.
    Frame {
        /// Its number.
        frame: u32,
        /// Seconds until the next one is due.
        for_secs: f64,
    },
    /// Playing is over, at this frame.
    Over(u32),
}

/// A video that plays. Points of the clock are in seconds from any beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct Player {
    speed: f64,
    range: Range<u32>,
    at_end: AtEnd,
    clock: f64,
    /// The point of the video's time at `clock`.
    position: f64,
}

impl Player {
    /// Begins at a frame; where that is the end of the range or outside, at its beginning. A negative speed plays
    /// backwards. The range has at least one frame.
    pub fn start(
        frame: u32,
        speed: f64,
        range: Range<u32>,
        at_end: AtEnd,
        clock: f64,
        facts: &VideoFacts,
    ) -> Self {
        let last = range.end.saturating_sub(1);
        let frame = match speed < 0.0 {
            false if frame >= last || frame < range.start => range.start,
            true if frame <= range.start || frame > last => last,
            _ => frame,
        };
        let mut player = Self { speed, range, at_end, clock, position: 0.0 };
        player.hold(frame, clock, facts);
        player
    }

    /// How fast it plays; negative backwards.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Plays on from a frame: it did not come in time.
    pub fn hold(&mut self, frame: u32, clock: f64, facts: &VideoFacts) {
        self.clock = clock;
        self.position = if self.speed < 0.0 { facts.end_seconds(frame) } else { facts.seconds(frame) };
    }

    /// Changes the speed from now on; the direction stays.
    pub fn set_speed(&mut self, speed: f64, clock: f64) {
        self.position = self.position_at(clock);
        self.clock = clock;
        self.speed = speed.abs().copysign(self.speed);
    }

    /// The point of the video's time at a point of the clock.
    pub fn position_at(&self, clock: f64) -> f64 {
        self.position + (clock - self.clock) * self.speed
    }

    /// What is to be on screen.
    pub fn due(&mut self, clock: f64, facts: &VideoFacts) -> Due {
        let last = self.range.end.saturating_sub(1);
        let (from, to) = (facts.seconds(self.range.start), facts.end_seconds(last));
        let is_backwards = self.speed < 0.0;
        let mut position = self.position_at(clock);
        if (is_backwards && position <= from) || (!is_backwards && position >= to) {
            match self.at_end {
                AtEnd::Stop => return Due::Over(if is_backwards { self.range.start } else { last }),
                AtEnd::Return(frame) => return Due::Over(frame),
                AtEnd::Loop => {
                    let beyond = (position - from).rem_euclid((to - from).max(f64::MIN_POSITIVE));
                    position = from + beyond;
                    // Going backwards, the end belongs to the last frame, and the beginning to none.
                    if is_backwards && position <= from {
                        position = to;
                    }
                    (self.clock, self.position) = (clock, position);
                }
            }
        }
        let frame = if is_backwards { facts.frame_before(position) } else { facts.frame_at(position) };
        let frame = frame.clamp(self.range.start, last);
        let left =
            if is_backwards { position - facts.seconds(frame) } else { facts.end_seconds(frame) - position };
        Due::Frame { frame, for_secs: (left / self.speed.abs()).max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FrameRate;

    /// Ten frames of a tenth of a second.
    fn facts() -> VideoFacts {
        VideoFacts::constant(10, FrameRate::new(10, 1).expect("a rate"))
    }

    fn frame(due: Due) -> u32 {
        match due {
            Due::Frame { frame, .. } => frame,
            Due::Over(frame) => panic!("over at {frame}"),
        }
    }

    #[test]
    fn frames_are_due_at_their_times_at_any_speed() {
        for speed in [0.1, 0.5, 1.0, 4.0, 16.0] {
            let mut player = Player::start(2, speed, 0..10, AtEnd::Stop, 100.0, &facts());
            for (media, expected) in [(0.0, 2), (0.09, 2), (0.11, 3), (0.55, 7), (0.79, 9)] {
                let due = player.due(100.0 + media / speed, &facts());
                assert_eq!(frame(due), expected, "{speed} at {media}");
            }
            assert_eq!(player.due(100.0 + 0.81 / speed, &facts()), Due::Over(9));
        }
    }

    #[test]
    fn backwards_every_frame_is_shown_as_long_as_forwards() {
        let mut player = Player::start(5, -1.0, 0..10, AtEnd::Stop, 0.0, &facts());
        for (clock, expected) in [(0.0, 5), (0.09, 5), (0.11, 4), (0.51, 0), (0.59, 0)] {
            assert_eq!(frame(player.due(clock, &facts())), expected, "at {clock}");
        }
        assert_eq!(player.due(0.61, &facts()), Due::Over(0));
    }

    #[test]
    fn it_says_when_the_next_frame_is_due() {
        let mut player = Player::start(0, 2.0, 0..10, AtEnd::Stop, 0.0, &facts());
        let Due::Frame { frame: 0, for_secs } = player.due(0.02, &facts()) else { panic!("the first") };
        assert!((for_secs - 0.03).abs() < 1e-9, "{for_secs}");
    }

    #[test]
    fn a_loop_goes_on_without_losing_time_in_both_directions() {
        let mut player = Player::start(4, 1.0, 3..6, AtEnd::Loop, 0.0, &facts());
        // From 0.4 to 0.6, then from 0.3.
        for (clock, expected) in [(0.05, 4), (0.15, 5), (0.25, 3), (0.45, 5), (0.52, 3), (10.06, 5)] {
            assert_eq!(frame(player.due(clock, &facts())), expected, "at {clock}");
        }
        let mut player = Player::start(4, -1.0, 3..6, AtEnd::Loop, 0.0, &facts());
        for (clock, expected) in [(0.05, 4), (0.15, 3), (0.25, 5), (0.35, 4)] {
            assert_eq!(frame(player.due(clock, &facts())), expected, "back at {clock}");
        }
    }

    #[test]
    fn at_the_end_it_begins_anew_or_goes_back_to_where_it_was() {
        let player = Player::start(9, 1.0, 0..10, AtEnd::Stop, 0.0, &facts());
        assert_eq!(frame(player.clone().due(0.0, &facts())), 0);
        let mut around = Player::start(3, 1.0, 3..6, AtEnd::Return(4), 0.0, &facts());
        assert_eq!(around.due(0.31, &facts()), Due::Over(4));
    }

    #[test]
    fn a_frame_that_came_late_is_where_it_goes_on() {
        let mut player = Player::start(0, 1.0, 0..10, AtEnd::Stop, 0.0, &facts());
        assert_eq!(frame(player.due(0.75, &facts())), 7);
        player.hold(2, 0.75, &facts());
        assert_eq!(frame(player.due(0.86, &facts())), 3);
        player.set_speed(5.0, 0.86);
        assert_eq!(frame(player.due(0.89, &facts())), 4, "from 0.31 to 0.46");
        assert_eq!(player.speed(), 5.0);
    }
}
