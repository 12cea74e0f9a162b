//! Frames along the screen.

use std::ops::Range;

/// One frame is never drawn wider than this, points.
const MAX_POINTS_PER_FRAME: f64 = 64.0;

/// Where the frames of a video lie on the screen: a stretch of them, each of the same width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// How many frames the video has; at least 1.
    num_frames: u32,
    /// The width on screen, points; at least 1.
    width: f64,
    /// Where the left border lies, in frames from edge 0.
    start: f64,
    /// The width of a frame, points.
    points_per_frame: f64,
}

impl Axis {
    /// The whole video across a width.
    pub fn whole(num_frames: u32, width: f64) -> Self {
        let (num_frames, width) = (num_frames.max(1), sane_width(width));
        let axis = Self { num_frames, width, start: 0.0, points_per_frame: width / f64::from(num_frames) };
        axis.limited()
    }

    /// How many frames the video has.
    pub fn num_frames(&self) -> u32 {
        self.num_frames
    }

    /// The width on screen, points.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// The width of a frame, points.
    pub fn points_per_frame(&self) -> f64 {
        self.points_per_frame
    }

    /// Whether the whole video is in sight.
    pub fn is_whole(&self) -> bool {
        self.points_per_frame * f64::from(self.num_frames) <= self.width + 1e-6
    }

    /// Where an edge lies, points: the left border of the frame with this index.
    pub fn x_of_edge(&self, edge: u32) -> f64 {
        (f64::from(edge) - self.start) * self.points_per_frame
    }

    /// The middle of a frame, points.
    pub fn x_of_frame(&self, frame: u32) -> f64 {
        (f64::from(frame) + 0.5 - self.start) * self.points_per_frame
    }

    /// Where a place lies along the video, in frames from edge 0; not beyond its ends.
    pub fn position_at(&self, x: f64) -> f64 {
        (self.start + x / self.points_per_frame).clamp(0.0, f64::from(self.num_frames))
    }

    /// The frame at a place, the first or last one beyond the ends.
    pub fn frame_at(&self, x: f64) -> u32 {
        let frame = (self.start + x / self.points_per_frame).floor();
        frame.clamp(0.0, f64::from(self.num_frames - 1)) as u32
    }

    /// The edge nearest to a place.
    pub fn edge_at(&self, x: f64) -> u32 {
        let edge = (self.start + x / self.points_per_frame).round();
        edge.clamp(0.0, f64::from(self.num_frames)) as u32
    }

    /// The frames in sight, partly or wholly.
    pub fn visible(&self) -> Range<u32> {
        let end = (self.start + self.width / self.points_per_frame).ceil();
        let end = end.clamp(1.0, f64::from(self.num_frames)) as u32;
        self.frame_at(0.0)..end.max(self.frame_at(0.0) + 1)
    }

    /// Whether a frame lies in sight as a whole.
    pub fn shows(&self, frame: u32) -> bool {
        self.x_of_edge(frame) >= -1e-6 && self.x_of_edge(frame.saturating_add(1)) <= self.width + 1e-6
    }

    /// The axis on a screen of another width: the left border stays where it is, unless all was in sight and stays
    /// so.
    pub fn with_width(self, width: f64) -> Self {
        let width = sane_width(width);
        if width == self.width {
            return self;
        }
        if self.is_whole() {
            return Self::whole(self.num_frames, width);
        }
        Self { width, ..self }.limited()
    }

    /// Frames are `factor` times as wide, and what is at `x` stays there.
    pub fn zoomed_about(self, x: f64, factor: f64) -> Self {
        if !factor.is_finite() || factor <= 0.0 || !x.is_finite() {
            return self;
        }
        let held = self.start + x / self.points_per_frame;
        let points_per_frame = self.points_per_frame_limited(self.points_per_frame * factor);
        Self { points_per_frame, start: held - x / points_per_frame, ..self }.limited()
    }

    /// Everything has gone to the right by this many points.
    pub fn panned_by(self, points: f64) -> Self {
        if !points.is_finite() {
            return self;
        }
        Self { start: self.start - points / self.points_per_frame, ..self }.limited()
    }

    /// A stretch of frames fills the width, with a little room on both sides.
    pub fn fitted_to(self, frames: Range<u32>) -> Self {
        let num_frames = f64::from(frames.end.saturating_sub(frames.start).max(1));
        let points_per_frame = self.points_per_frame_limited(self.width * 0.9 / num_frames);
        let middle = f64::from(frames.start) + num_frames / 2.0;
        Self { points_per_frame, start: middle - self.width / 2.0 / points_per_frame, ..self }.limited()
    }

    /// Moved so that a frame is in sight, a page on where the video has run out of it; as it is where it is in sight
    /// already.
    pub fn revealing(self, frame: u32) -> Self {
        if self.shows(frame) {
            return self;
        }
        let num_visible = self.width / self.points_per_frame;
        // Going on leaves most of the page ahead; going back, most of it behind.
        let share = if self.x_of_edge(frame) < 0.0 { 0.9 } else { 0.1 };
        Self { start: f64::from(frame) - num_visible * share, ..self }.limited()
    }

    fn points_per_frame_limited(&self, wanted: f64) -> f64 {
        let whole = self.width / f64::from(self.num_frames);
        wanted.clamp(whole.min(MAX_POINTS_PER_FRAME), MAX_POINTS_PER_FRAME)
    }

    fn limited(mut self) -> Self {
        self.points_per_frame = self.points_per_frame_limited(self.points_per_frame);
        let num_visible = self.width / self.points_per_frame;
        self.start = self.start.clamp(0.0, (f64::from(self.num_frames) - num_visible).max(0.0));
        self
    }
}

fn sane_width(width: f64) -> f64 {
    if width.is_finite() { width.max(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four hours at 30 frames a second.
    const NUM_FRAMES: u32 = 432_000;

    #[test]
    fn the_whole_video_fits_and_zooms_down_to_single_frames() {
        let axis = Axis::whole(NUM_FRAMES, 1000.0);
        assert_eq!(axis.visible(), 0..NUM_FRAMES);
        let close = axis.zoomed_about(500.0, 1e9);
        assert_eq!(close.points_per_frame(), MAX_POINTS_PER_FRAME);
        assert_eq!(close.frame_at(500.0), NUM_FRAMES / 2, "what is under the pointer stays");
        assert_eq!(close.zoomed_about(10.0, 1e-9), axis);
    }

    #[test]
    fn every_frame_is_found_where_it_is_drawn() {
        let axis = Axis::whole(NUM_FRAMES, 1000.0).zoomed_about(0.0, 1e9).fitted_to(431_900..432_000);
        for frame in [431_900, 431_901, 431_950, 431_999] {
            assert_eq!(axis.frame_at(axis.x_of_frame(frame)), frame);
            assert_eq!(axis.frame_at(axis.x_of_edge(frame) + 1e-6), frame);
            assert_eq!(axis.edge_at(axis.x_of_edge(frame)), frame);
        }
        assert_eq!(axis.frame_at(1e9), NUM_FRAMES - 1);
        assert_eq!(axis.edge_at(1e9), NUM_FRAMES);
        assert_eq!(axis.edge_at(-1e9), 0);
    }

    #[test]
    fn panning_stops_at_the_ends() {
        let axis = Axis::whole(1000, 500.0).zoomed_about(0.0, 4.0);
        assert_eq!(axis.panned_by(1e6).visible().start, 0);
        assert_eq!(axis.panned_by(-1e6).visible().end, 1000);
        assert_eq!(axis.panned_by(-20.0).panned_by(20.0), axis);
    }

    #[test]
    fn revealing_turns_the_page_only_when_it_must() {
        let axis = Axis::whole(1000, 500.0).fitted_to(100..200);
        assert_eq!(axis.revealing(150), axis);
        for frame in [0, 50, 210, 999] {
            assert!(axis.revealing(frame).shows(frame), "{frame}");
        }
    }

    #[test]
    fn another_width_keeps_the_scale_unless_all_was_in_sight() {
        let axis = Axis::whole(1000, 500.0);
        assert!(axis.with_width(900.0).is_whole());
        let close = axis.zoomed_about(100.0, 8.0);
        assert_eq!(close.with_width(400.0).points_per_frame(), close.points_per_frame());
        assert_eq!(close.with_width(400.0).x_of_edge(90), close.x_of_edge(90));
    }

    #[test]
    fn videos_of_one_frame_and_panels_without_width_are_no_trouble() {
        let axis = Axis::whole(0, f64::NAN);
        assert_eq!((axis.num_frames(), axis.frame_at(0.5)), (1, 0));
        assert_eq!(axis.zoomed_about(f64::NAN, 2.0), axis);
        assert_eq!(axis.visible(), 0..1);
    }
}
