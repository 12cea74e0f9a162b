//! Packets in, frames out, with the number of each packet known.

use super::ffmpeg::{Decoder, Demuxer, HardwareDevice, NO_TIME, NativeFrame, Packet, Received, Sent};
use super::packets::PacketTable;
use super::scan::new_packet;
use super::{MediaError, VideoSource};
use crate::media::DecodeLimits;

/// Errors in a row after the end of the stream from which on a decoder is believed to have nothing more.
const MAX_ERRORS_AT_END: u32 = 1000;

/// A demuxer and a decoder that stand somewhere in a stream.
pub(super) struct Pump {
    demuxer: Demuxer,
    decoder: Decoder,
    packet: Packet,
    /// The number of the packet that is read next, or that is held.
    next: usize,
    /// Whether the next packet was read and not yet decoded.
    holds_packet: bool,
    has_sent_end: bool,
    has_ended: bool,
    /// How often the decoder could make nothing of something.
    num_errors: u64,
}

/// Says of a packet, by its number, that it need not be decoded unless another picture refers to it.
pub(super) type IsPassedOver<'a> = &'a dyn Fn(usize) -> bool;

/// Why there is no frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PumpError {
    /// Nobody wants it any more.
    Cancelled,
    /// The packets that are read are not those of the table.
    LostTrack,
}

impl Pump {
    /// Opens a stream at its beginning.
    pub fn open(source: &VideoSource, stream: usize, num_threads: usize) -> Result<Self, MediaError> {
        Self::open_on(source, stream, num_threads, None)
    }

    /// Opens a stream at its beginning, to be decoded by a device where that is told and can do it.
    pub fn open_on(
        source: &VideoSource,
        stream: usize,
        num_threads: usize,
        device: Option<&HardwareDevice>,
    ) -> Result<Self, MediaError> {
        let mut demuxer = source.demuxer()?;
        if stream >= demuxer.streams().len() {
            return Err(MediaError::Changed { path: source.path().to_owned() });
        }
        demuxer.select(stream);
        let max_pixels = DecodeLimits::default().max_pixels;
        let decoder = Decoder::open(&demuxer, num_threads, max_pixels, device)
            .map_err(|error| MediaError::damaged(source.path(), error.to_string()))?;
        let packet = new_packet(source)?;
        Ok(Self {
            demuxer,
            decoder,
            packet,
            next: 0,
            holds_packet: false,
            has_sent_end: false,
            has_ended: false,
            num_errors: 0,
        })
    }

    /// The number of the packet that is decoded next.
    pub fn next_packet(&self) -> usize {
        self.next
    }

    /// Whether all frames to the end of the stream came out.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// How often the decoder could make nothing of something, so far.
    pub fn num_errors(&self) -> u64 {
        self.num_errors
    }

    /// The next frame, or `None` behind the last. `is_wanted` is asked before each packet.
    pub fn next_frame(
        &mut self,
        table: &PacketTable,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Option<NativeFrame>, PumpError> {
        self.next_frame_of(Some(table), is_wanted, &|_| false)
    }

    /// As [`Pump::next_frame`], leaving out the pictures that are passed over and that no other refers to.
    pub fn next_frame_past(
        &mut self,
        table: &PacketTable,
        is_wanted: &dyn Fn() -> bool,
        is_passed_over: IsPassedOver<'_>,
    ) -> Result<Option<NativeFrame>, PumpError> {
        self.next_frame_of(Some(table), is_wanted, is_passed_over)
    }

    /// The next frame of a stream whose packets are not known.
    pub fn next_frame_of_any_packet(
        &mut self,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Option<NativeFrame>, PumpError> {
        self.next_frame_of(None, is_wanted, &|_| false)
    }

    fn next_frame_of(
        &mut self,
        table: Option<&PacketTable>,
        is_wanted: &dyn Fn() -> bool,
        is_passed_over: IsPassedOver<'_>,
    ) -> Result<Option<NativeFrame>, PumpError> {
        let mut num_errors_at_end = 0;
        while !self.has_ended {
            match self.decoder.receive() {
                Received::Frame(frame) => return Ok(Some(frame)),
                Received::End => self.has_ended = true,
                Received::Error => {
                    self.num_errors += 1;
                    num_errors_at_end += u32::from(self.has_sent_end);
                    self.has_ended = num_errors_at_end > MAX_ERRORS_AT_END;
                }
                // A decoder that has sent its end and wants more is out of order.
                Received::NeedsPacket if self.has_sent_end => self.has_ended = true,
                Received::NeedsPacket => {
                    if !is_wanted() {
                        return Err(PumpError::Cancelled);
                    }
                    self.feed(table, is_passed_over)?;
                }
            }
        }
        Ok(None)
    }

    /// Gives the decoder the next packet, or the end. It has just asked for it.
    fn feed(
        &mut self,
        table: Option<&PacketTable>,
        is_passed_over: IsPassedOver<'_>,
    ) -> Result<(), PumpError> {
        // A file that has grown since is read as far as it is known.
        let is_at_end = table.is_some_and(|table| self.next >= table.entries.len());
        let has_packet = !is_at_end && (self.holds_packet || self.demuxer.read(&mut self.packet));
        if !has_packet && (is_at_end || table.is_none()) {
            self.decoder.send(None);
            self.has_sent_end = true;
            return Ok(());
        }
        let is_right = table.is_none_or(|table| table.entries[self.next].is_probably(&self.packet));
        if !has_packet || !is_right {
            return Err(PumpError::LostTrack);
        }
        self.packet.set_number(self.next as i64);
        self.decoder.set_leaves_out_unreferenced(is_passed_over(self.next));
        if self.decoder.send(Some(&self.packet)) != Sent::Taken {
            self.num_errors += 1;
        }
        self.holds_packet = false;
        self.next += 1;
        Ok(())
    }

    /// Goes to a packet, so that decoding goes on with it. False where the container does not lead there: then the pump
    /// stands nowhere and must be opened anew.
    pub fn go_to(
        &mut self,
        table: &PacketTable,
        packet: usize,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<bool, PumpError> {
        self.forget();
        let Some(entry) = table.entries.get(packet) else { return Ok(false) };
        let second = self.demuxer.units_per_second();
        let times = [entry.pts, entry.dts].into_iter().filter(|time| *time != NO_TIME);
        let earliest = times.clone().min();
        // Containers disagree on which of the two times leads to a packet, and some lead past it.
        let mut places: Vec<Place> = times.map(Place::Time).collect();
        places.extend(earliest.into_iter().flat_map(|time| {
            [1, 5, 30].map(|seconds| Place::Time(time.saturating_sub(second.saturating_mul(seconds))))
        }));
        if entry.position >= 0 {
            places.push(Place::Byte(entry.position));
        }
        places.dedup();
        for place in places {
            let has_gone = match place {
                Place::Time(time) => self.demuxer.seek_to_time(time),
                Place::Byte(position) => self.demuxer.seek_to_byte(position),
            };
            if has_gone.is_ok() && self.read_to(table, packet, is_wanted)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Goes to the last place that the container knows before a time of the stream, whatever packet lies there. False
    /// where it leads nowhere: then the pump must be opened anew.
    pub fn go_near(&mut self, time: i64) -> bool {
        self.forget();
        self.demuxer.seek_to_time(time).is_ok()
    }

    /// Reads on without decoding, from the beginning of a pump that was just opened, to a packet.
    pub fn skip_to(
        &mut self,
        table: &PacketTable,
        packet: usize,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<(), PumpError> {
        while self.next < packet {
            if !is_wanted() {
                return Err(PumpError::Cancelled);
            }
            let is_right = self.demuxer.read(&mut self.packet)
                && table.entries.get(self.next).is_some_and(|entry| entry.is_probably(&self.packet));
            if !is_right {
                return Err(PumpError::LostTrack);
            }
            self.next += 1;
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.decoder.flush();
        self.holds_packet = false;
        self.has_sent_end = false;
        self.has_ended = false;
    }

    /// Reads on without decoding until the packet is held. False when it lies behind, or does not come.
    fn read_to(
        &mut self,
        table: &PacketTable,
        packet: usize,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<bool, PumpError> {
        let entry = &table.entries[packet];
        if entry.position < 0 && entry.pts == NO_TIME {
            // Nothing to know it by.
            return Ok(false);
        }
        // More packets than there are before it cannot come.
        for _ in 0..=packet {
            if !is_wanted() {
                return Err(PumpError::Cancelled);
            }
            if !self.demuxer.read(&mut self.packet) {
                return Ok(false);
            }
            if entry.is(&self.packet) {
                self.next = packet;
                self.holds_packet = true;
                return Ok(true);
            }
            let is_past = match (entry.dts, self.packet.dts()) {
                (NO_TIME, _) | (_, NO_TIME) => entry.position >= 0 && self.packet.position() > entry.position,
                (wanted, read) => read > wanted,
            };
            if is_past {
                return Ok(false);
            }
        }
        Ok(false)
    }
}

/// Where a container can be told to go.
#[derive(PartialEq)]
enum Place {
    Time(i64),
    Byte(i64),
}
