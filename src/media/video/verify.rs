//! Decoding everything once, to know which frames there are.

use super::ffmpeg::{NO_TIME, StreamFacts};
use super::index::{FrameEntry, FrameIndex};
use super::packets::PacketTable;
use super::pump::{Pump, PumpError};
use super::{MediaError, VideoSource};
use crate::base::jobs::JobContext;

/// Enough to meet pictures that are reordered, where there are any.
const NUM_FRAMES_TO_LOOK_AT: usize = 100;

/// The index as a full decode gives it, with the checksum of every frame. Tells as progress the packets decoded.
///
/// On one thread where `num_threads` is 1. On several, damage can come out differently from one time to the next: as
/// soon as there is any, everything is decoded again on one.
pub(super) fn verify(
    source: &VideoSource,
    facts: &StreamFacts,
    table: PacketTable,
    num_threads: usize,
    context: &JobContext,
) -> Result<FrameIndex, MediaError> {
    let mut pass = decode_all(source, facts, &table, num_threads, context)?;
    if num_threads > 1 && pass.has_trouble {
        pass = decode_all(source, facts, &table, 1, context)?;
    }
    Ok(FrameIndex::new(table, pass.frames, pass.checksums, facts))
}

/// Whether the first frames come out in the order that is predicted.
pub(super) fn begins_as_predicted(
    source: &VideoSource,
    facts: &StreamFacts,
    predicted: &FrameIndex,
    context: &JobContext,
) -> Result<bool, MediaError> {
    let mut pump = Pump::open(source, facts.index, 1)?;
    let is_wanted = || !context.is_cancelled();
    for expected in predicted.frames.iter().take(NUM_FRAMES_TO_LOOK_AT) {
        let frame = match pump.next_frame(&predicted.packets, &is_wanted) {
            Err(PumpError::Cancelled) => return Err(MediaError::Cancelled),
            Err(PumpError::LostTrack) => return Ok(false),
            Ok(frame) => frame,
        };
        if frame.and_then(|frame| frame.packet_number()) != Some(expected.packet.into()) {
            return Ok(false);
        }
    }
    Ok(pump.num_errors() == 0)
}

struct Pass {
    frames: Vec<FrameEntry>,
    checksums: Vec<u64>,
    has_trouble: bool,
}

fn decode_all(
    source: &VideoSource,
    facts: &StreamFacts,
    table: &PacketTable,
    num_threads: usize,
    context: &JobContext,
) -> Result<Pass, MediaError> {
    let mut pump = Pump::open(source, facts.index, num_threads)?;
    let num_packets = table.entries.len();
    let mut pass =
        Pass { frames: Vec::with_capacity(num_packets), checksums: Vec::new(), has_trouble: false };
    let mut best_time = BestTime::default();
    let is_wanted = || !context.is_cancelled();
    let next = |pump: &mut Pump| {
        pump.next_frame(table, &is_wanted).map_err(|error| match error {
            PumpError::Cancelled => MediaError::Cancelled,
            PumpError::LostTrack => MediaError::Changed { path: source.path().to_owned() },
        })
    };
    // FFmpeg's program holds a frame until it has the next. We do too: what a decoder leaves out of a damaged picture is
    // whatever the memory held before, which is then the same.
    let mut previous = None;
    while let Some(frame) = next(&mut pump)? {
        context.set_progress(pump.next_packet() as u64, num_packets as u64);
        let packet = frame.packet_number().and_then(|number| usize::try_from(number).ok());
        // A frame of no packet cannot be told from another; no decoder that is known gives one.
        let Some(packet) = packet.filter(|packet| *packet < num_packets) else { continue };
        let dts = |number: Option<i64>| {
            let number = number.and_then(|number| usize::try_from(number).ok());
            number.and_then(|number| table.entries.get(number)).map_or(NO_TIME, |entry| entry.dts)
        };
        let nth = match pass.frames.last() {
            Some(last) if last.packet as usize == packet => last.nth.saturating_add(1),
            _ => 0,
        };
        pass.has_trouble |= frame.is_damaged();
        pass.frames.push(FrameEntry {
            packet: packet as u32,
            nth,
            is_damaged: frame.is_damaged(),
            pts: best_time.next(table.entries[packet].pts, dts(frame.trigger_number())),
        });
        pass.checksums.push(frame.checksum());
        drop(previous.replace(frame));
    }
    pass.has_trouble |= pump.num_errors() > 0;
    Ok(pass)
}

/// When a frame is shown, by its own time or by that of decoding, whichever has been more in order so far. This is
/// FFmpeg's `best_effort_timestamp` (`guess_correct_pts` in libavcodec/decode.c).
#[derive(Default)]
struct BestTime {
    last: Option<(i64, i64)>,
    num_faulty_pts: u64,
    num_faulty_dts: u64,
}

impl BestTime {
    fn next(&mut self, pts: i64, dts: i64) -> i64 {
        let (last_pts, last_dts) = self.last.unwrap_or((NO_TIME, NO_TIME));
        if dts != NO_TIME {
            self.num_faulty_dts += u64::from(dts <= last_dts);
        }
        if pts != NO_TIME {
            self.num_faulty_pts += u64::from(pts <= last_pts);
        }
        let known = |first: i64, second: i64, last: i64| match (first, second) {
            (NO_TIME, NO_TIME) => last,
            (NO_TIME, second) => second,
            (first, _) => first,
        };
        self.last = Some((known(pts, dts, last_pts), known(dts, pts, last_dts)));
        let prefers_pts = self.num_faulty_pts <= self.num_faulty_dts || dts == NO_TIME;
        if prefers_pts && pts != NO_TIME { pts } else { dts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(pairs: &[(i64, i64)]) -> Vec<i64> {
        let mut best = BestTime::default();
        pairs.iter().map(|(pts, dts)| best.next(*pts, *dts)).collect()
    }

    #[test]
    fn times_of_presentation_are_taken_while_they_are_in_order() {
        assert_eq!(times(&[(0, -2), (1, -1), (2, 0)]), [0, 1, 2]);
        assert_eq!(times(&[(0, 0), (0, 1), (0, 2)]), [0, 1, 2], "they stand still");
        assert_eq!(times(&[(NO_TIME, 4), (NO_TIME, 5)]), [4, 5]);
        assert_eq!(times(&[(3, NO_TIME), (3, NO_TIME), (NO_TIME, NO_TIME)]), [3, 3, NO_TIME]);
    }
}
