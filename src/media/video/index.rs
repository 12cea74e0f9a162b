//! Which packet gives which frame, and from where a frame can be decoded.

use super::ffmpeg::{NO_TIME, StreamFacts};
use super::info::Rational;
use super::packets::{DISCARDED, HIDDEN, KEY, PacketTable};

/// One frame of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameEntry {
    /// The number of the packet that it is made of.
    pub packet: u32,
    /// How many frames the same packet gave before it.
    pub nth: u8,
    /// Whether the decoder patched it up.
    pub is_damaged: bool,
    /// When it is shown, or [`NO_TIME`].
    pub pts: i64,
}

/// Where decoding can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeekPoint {
    pub packet: u32,
    /// The first frame that can be decoded from here. Those before it that are decoded later refer to what lies before.
    pub first_frame: u32,
}

/// What the index knows of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// When it is shown, in units of the stream's time base; `None` where neither the stream nor the decoder tells.
    pub pts: Option<i64>,
    /// Whether decoding can begin with it.
    pub is_key: bool,
    /// Whether the decoder met damage and patched it up. Known where the index was verified.
    pub is_damaged: bool,
}

/// The frames of one stream of a video, numbered from 0 in the order of presentation.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameIndex {
    pub(super) packets: PacketTable,
    pub(super) frames: Vec<FrameEntry>,
    /// Of each frame, that of a full decode on one thread; empty where none was made.
    pub(super) checksums: Vec<u64>,
    time_base: Rational,
    seek_points: Vec<SeekPoint>,
    /// Of each packet its first frame, or [`NONE`].
    frame_of_packet: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl FrameIndex {
    /// The index that follows from the packets alone.
    pub(super) fn predicted(packets: PacketTable, facts: &StreamFacts) -> Self {
        let is_shown = |flags: u8| flags & (DISCARDED | HIDDEN) == 0;
        let entries = packets.entries.iter().enumerate().filter(|(_, entry)| is_shown(entry.flags));
        let mut frames: Vec<FrameEntry> = entries
            .map(|(number, entry)| FrameEntry {
                packet: number as u32,
                nth: 0,
                is_damaged: false,
                pts: if entry.pts == NO_TIME { entry.dts } else { entry.pts },
            })
            .collect();
        if !facts.is_intra_only {
            frames.sort_by_key(|frame| frame.pts);
        }
        Self::new(packets, frames, Vec::new(), facts)
    }

    /// An index with the frames that are told; `checksums` has one for each, or none at all.
    pub(super) fn new(
        packets: PacketTable,
        frames: Vec<FrameEntry>,
        checksums: Vec<u64>,
        facts: &StreamFacts,
    ) -> Self {
        let mut frame_of_packet = vec![NONE; packets.entries.len()];
        for (number, frame) in frames.iter().enumerate() {
            if frame.nth == 0 {
                frame_of_packet[frame.packet as usize] = number as u32;
            }
        }
        // Walking backwards, the first frame of all later packets is at hand for keyframes that show nothing.
        let mut first_later = frames.len() as u32;
        let mut seek_points = Vec::new();
        for (number, entry) in packets.entries.iter().enumerate().rev() {
            let frame = frame_of_packet[number];
            let first_frame = if frame == NONE { first_later } else { frame };
            if entry.flags & KEY != 0 || facts.is_intra_only {
                seek_points.push(SeekPoint { packet: number as u32, first_frame });
            }
            first_later = first_later.min(frame);
        }
        seek_points.reverse();
        let time_base = Rational::from(facts.time_base);
        Self { packets, frames, checksums, time_base, seek_points, frame_of_packet }
    }

    /// How many frames there are.
    pub fn num_frames(&self) -> usize {
        self.frames.len()
    }

    /// What is known of a frame; `None` behind the last.
    pub fn frame(&self, number: usize) -> Option<Frame> {
        let entry = self.frames.get(number)?;
        Some(Frame {
            pts: Some(entry.pts).filter(|pts| *pts != NO_TIME),
            is_key: self.packets.entries[entry.packet as usize].is_key(),
            is_damaged: entry.is_damaged,
        })
    }

    /// Whether the frames are those that a full decode gave, and not those that the packets promise.
    pub fn is_verified(&self) -> bool {
        self.checksums.len() == self.frames.len()
    }

    /// Whether the decoder patched a frame up. Known where the index was verified.
    pub fn is_damaged(&self, number: usize) -> bool {
        self.frames.get(number).is_some_and(|frame| frame.is_damaged)
    }

    /// Whether the other index has the same frames at the same times under the same numbers.
    pub fn has_frames_of(&self, other: &Self) -> bool {
        let is_same =
            |(a, b): (&FrameEntry, &FrameEntry)| (a.packet, a.nth, a.pts) == (b.packet, b.nth, b.pts);
        self.frames.len() == other.frames.len() && self.frames.iter().zip(&other.frames).all(is_same)
    }

    /// Packets that give no frame: not shown, damaged, or a part of another's.
    pub fn num_packets_without_frame(&self) -> usize {
        self.frame_of_packet.iter().filter(|frame| **frame == NONE).count()
    }

    /// Seconds of one unit of time.
    pub fn time_base(&self) -> Rational {
        self.time_base
    }

    /// When a frame is shown, in seconds from the first.
    pub fn seconds(&self, number: usize) -> Option<f64> {
        let pts = |number| self.frame(number)?.pts;
        Some((pts(number)? as f64 - pts(0)? as f64) * self.time_base.to_f64())
    }

    /// The frame that is on screen at a time, in seconds from the first: the last that begins by then. `None` where
    /// frames have no times.
    pub fn frame_at(&self, seconds: f64) -> Option<usize> {
        self.seconds(0)?;
        let is_by_then = |entry: &FrameEntry| {
            let since_first = (entry.pts as f64 - self.frames[0].pts as f64) * self.time_base.to_f64();
            // A millionth of a second for the rounding of whoever asks.
            since_first <= seconds + 1e-6
        };
        Some(self.frames.partition_point(is_by_then).saturating_sub(1))
    }

    /// The frames with which decoding can begin, ascending.
    pub fn keyframes(&self) -> impl Iterator<Item = usize> {
        self.seek_points
            .iter()
            .filter(|point| self.frame_of_packet[point.packet as usize] != NONE)
            .map(|point| point.first_frame as usize)
    }

    /// The most frames from one keyframe to the next, or to the end.
    pub fn longest_gop(&self) -> usize {
        let mut ends: Vec<usize> = self.keyframes().collect();
        ends.sort_unstable();
        ends.push(self.num_frames());
        ends.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(self.num_frames())
    }

    /// From the first frame to the end of the last, in seconds.
    pub fn duration_secs(&self) -> f64 {
        let Some(last) = self.frames.last() else { return 0.0 };
        let own = self.packets.entries[last.packet as usize].duration;
        let own = match (own, self.mean_step()) {
            (0, Some(step)) => step,
            (own, _) => f64::from(own),
        };
        self.seconds(self.frames.len() - 1).unwrap_or(0.0) + own * self.time_base.to_f64()
    }

    /// Frames in a second, on average over the whole; `None` for less than two frames with times.
    pub fn frames_per_second(&self) -> Option<f64> {
        self.mean_step().map(|step| 1.0 / (step * self.time_base.to_f64()))
    }

    /// Units of time from one frame to the next, on average.
    fn mean_step(&self) -> Option<f64> {
        let (first, last) = (self.frames.first()?.pts, self.frames.last()?.pts);
        let step = (last as f64 - first as f64) / (self.frames.len() as f64 - 1.0);
        (first != NO_TIME && last != NO_TIME && step > 0.0 && step.is_finite()).then_some(step)
    }

    /// Whether frames follow each other at different intervals, beyond the rounding to the time base.
    pub fn has_variable_rate(&self) -> bool {
        let steps = || {
            let pairs = self.frames.windows(2);
            pairs.filter(|pair| pair[0].pts != NO_TIME && pair[1].pts != NO_TIME).map(|p| p[1].pts - p[0].pts)
        };
        match (steps().min(), steps().max()) {
            (Some(least), Some(greatest)) => greatest - least > 1,
            _ => false,
        }
    }

    /// The checksum of a frame, where the index was verified.
    pub(super) fn checksum(&self, number: usize) -> Option<u64> {
        self.checksums.get(number).copied()
    }

    /// The frame that a packet gives as its `nth`, counted from 0.
    pub(super) fn number_of(&self, packet: u32, nth: u8) -> Option<usize> {
        let first = *self.frame_of_packet.get(packet as usize)?;
        if first == NONE {
            return None;
        }
        // The frames of one packet come one after the other.
        let number = first as usize + usize::from(nth);
        self.frames.get(number).filter(|frame| frame.packet == packet && frame.nth == nth).map(|_| number)
    }

    /// Whether all that a packet gives is shown before a frame.
    pub(super) fn is_before(&self, packet: usize, number: usize) -> bool {
        let first = self.frame_of_packet.get(packet).copied().filter(|first| *first != NONE);
        // The packets that give several frames are few: they are taken for late.
        first.is_some_and(|first| (first as usize) < number && self.number_of(packet as u32, 1).is_none())
    }

    /// Where decoding can begin to reach a frame, the nearest first.
    pub(super) fn seek_points_before(&self, number: usize) -> impl Iterator<Item = SeekPoint> {
        let packet = self.frames.get(number).map_or(0, |frame| frame.packet);
        let end = self.seek_points.partition_point(|point| point.packet <= packet);
        let reaches = move |point: &&SeekPoint| point.first_frame as usize <= number;
        self.seek_points[..end].iter().rev().filter(reaches).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_tables::{facts, table};
    use super::*;

    /// An open GOP: packet 4 is a keyframe that is shown after packets 5 and 6.
    fn open_gop() -> FrameIndex {
        let mut table = table(&[0, 3, 1, 2, 6, 4, 5, 7]);
        table.entries[4].flags |= KEY;
        FrameIndex::predicted(table, &facts("h264"))
    }

    fn starts(index: &FrameIndex, number: usize) -> Vec<u32> {
        index.seek_points_before(number).map(|point| point.packet).collect()
    }

    #[test]
    fn frames_are_numbered_by_time() {
        let index = open_gop();
        let packets: Vec<_> = index.frames.iter().map(|frame| frame.packet).collect();
        assert_eq!(packets, [0, 2, 3, 1, 5, 6, 4, 7]);
        assert_eq!(index.number_of(4, 0), Some(6));
        assert_eq!(index.number_of(4, 1), None);
        assert_eq!([3, 4, 5].map(|packet| index.is_before(packet, 6)), [true, false, true]);
        assert_eq!(index.keyframes().collect::<Vec<_>>(), [0, 6]);
        assert_eq!(index.longest_gop(), 6);
        assert!(!index.is_verified());
    }

    #[test]
    fn frames_before_a_keyframe_that_are_decoded_after_it_begin_at_the_one_before() {
        let index = open_gop();
        assert_eq!(starts(&index, 3), [0]);
        assert_eq!(starts(&index, 4), [0], "leads the keyframe of packet 4");
        assert_eq!(starts(&index, 6), [4, 0]);
        assert_eq!(starts(&index, 7), [4, 0]);
    }

    #[test]
    fn a_keyframe_before_an_edit_is_decoded_and_not_counted() {
        let mut table = table(&[0, 1, 2, 3]);
        table.entries[0].flags |= DISCARDED;
        table.entries[1].flags |= DISCARDED;
        let index = FrameIndex::predicted(table, &facts("h264"));
        assert_eq!((index.num_frames(), index.num_packets_without_frame()), (2, 2));
        assert_eq!(starts(&index, 0), [0]);
        assert_eq!(index.keyframes().count(), 0);
        assert_eq!(index.longest_gop(), 2);
    }

    #[test]
    fn times_are_counted_from_the_first_frame() {
        let index = FrameIndex::predicted(table(&[50, 53, 51, 52]), &facts("h264"));
        assert_eq!(index.frame(2).and_then(|frame| frame.pts), Some(52));
        assert_eq!(index.seconds(3), Some(0.12));
        assert_eq!(index.frames_per_second(), Some(25.0));
        assert!(!index.has_variable_rate());
        assert!((index.duration_secs() - 0.16).abs() < 1e-9);
        assert_eq!([-1.0, 0.0, 0.079, 0.08, 9.0].map(|s| index.frame_at(s)), [0, 0, 1, 2, 3].map(Some));
    }

    #[test]
    fn no_frames_and_no_times_are_no_problem() {
        let empty = FrameIndex::predicted(PacketTable::default(), &facts("h264"));
        assert_eq!((empty.num_frames(), empty.frames_per_second(), empty.frame_at(1.0)), (0, None, None));
        assert_eq!((empty.duration_secs(), empty.longest_gop()), (0.0, 0));
        let mut timeless = table(&[NO_TIME, NO_TIME]);
        timeless.entries.iter_mut().for_each(|entry| entry.dts = NO_TIME);
        let timeless = FrameIndex::predicted(timeless, &facts("h264"));
        assert_eq!((timeless.seconds(1), timeless.frame(0).unwrap().pts), (None, None));
        assert_eq!(timeless.frame_at(0.0), None);
    }

    #[test]
    fn a_rate_is_variable_beyond_the_rounding_of_its_time_base() {
        let rounded = FrameIndex::predicted(table(&[0, 33, 67, 100]), &facts("h264"));
        let variable = FrameIndex::predicted(table(&[0, 33, 66, 132]), &facts("h264"));
        assert_eq!([&rounded, &variable].map(FrameIndex::has_variable_rate), [false, true]);
    }
}
