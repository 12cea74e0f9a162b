//! The coded data of a scan from start to end, through a small window.

use std::io;

use super::bits::{BitReader, Stop, unstuff};
use crate::media::file_at::FileAt;

/// Bytes read at a time.
const READ_BYTES: usize = 1 << 18;

/// A place in a file: a byte, and bits of it that come before.
pub(super) type BitPosition = u64;

/// Reads the data between two markers after each other. Memory does not grow with the file.
pub(super) struct EntropyStream<'a> {
    file: &'a FileAt,
    /// The next byte of the file that was not looked at.
    next: u64,
    /// Data without stuffing.
    plain: Vec<u8>,
    /// Where the first byte of `plain` lies in the file.
    plain_start: u64,
    /// Lengths of `plain` at which a byte of the file was left out, rising.
    removed: Vec<usize>,
    /// How many of those lie before the position.
    num_removed_before: usize,
    /// Bits of `plain` that were used.
    position: usize,
    /// The marker that ended the data, or zero for the file's end.
    marker: Option<u8>,
    buffer: Vec<u8>,
}

impl<'a> EntropyStream<'a> {
    pub fn new(file: &'a FileAt, start: u64) -> Self {
        Self {
            file,
            next: start,
            plain: Vec::new(),
            plain_start: start,
            removed: Vec::new(),
            num_removed_before: 0,
            position: 0,
            marker: None,
            buffer: Vec::new(),
        }
    }

    /// Bits from the position to the end of what is in memory. At least `min_bytes` lie there, unless a marker or the
    /// file's end comes before.
    pub fn fill(&mut self, min_bytes: usize) -> io::Result<usize> {
        while self.marker.is_none() && self.num_bits_left() < min_bytes * 8 {
            self.drop_used();
            self.file.read(self.next, READ_BYTES, &mut self.buffer)?;
            let removed = &mut self.removed;
            let (num_used, stop) = unstuff(&self.buffer, &mut self.plain, |at| removed.push(at));
            self.next += num_used as u64;
            self.marker = match stop {
                Stop::Marker(code) => Some(code),
                // Not even a whole marker is left.
                Stop::End if num_used == 0 => Some(0),
                Stop::End => None,
            };
        }
        Ok(self.num_bits_left())
    }

    /// Reads on from the position.
    pub fn reader(&self) -> BitReader<'_> {
        BitReader::new(&self.plain, self.position)
    }

    /// Goes on to where a reader stands.
    pub fn set_position(&mut self, position: usize) {
        self.position = position.min(self.plain.len() * 8);
    }

    /// The position in the file.
    pub fn file_position(&mut self) -> BitPosition {
        let byte = self.position / 8;
        while self.removed.get(self.num_removed_before).is_some_and(|at| *at <= byte) {
            self.num_removed_before += 1;
        }
        (self.plain_start + (byte + self.num_removed_before) as u64) << 3 | (self.position % 8) as u64
    }

    /// Passes over the rest of the data and the restart marker behind it. Gives its number, 0 to 7; `None` when the
    /// scan ends here.
    pub fn next_restart(&mut self) -> io::Result<Option<u8>> {
        while self.marker.is_none() {
            self.position = self.plain.len() * 8;
            self.fill(1)?;
        }
        let Some(number) = self.marker.filter(|code| matches!(code, 0xd0..=0xd7)).map(|code| code & 7) else {
            return Ok(None);
        };
        self.next += self.marker_bytes()?;
        *self = Self { buffer: std::mem::take(&mut self.buffer), ..Self::new(self.file, self.next) };
        Ok(Some(number))
    }

    /// Where in the file the data ended: behind what was used, or at the marker.
    pub fn end(&mut self) -> u64 {
        if self.marker.is_some() { self.next } else { (self.file_position() >> 3) + 2 }
    }

    fn num_bits_left(&self) -> usize {
        self.plain.len() * 8 - self.position
    }

    fn drop_used(&mut self) {
        let num_used = self.position / 8;
        self.file_position();
        self.plain_start += (num_used + self.num_removed_before) as u64;
        self.removed.drain(..self.num_removed_before);
        self.removed.iter_mut().for_each(|at| *at -= num_used);
        self.num_removed_before = 0;
        self.plain.drain(..num_used);
        self.position -= num_used * 8;
    }

    /// Bytes of the marker at `next`: any number of FF may stand before its code.
    fn marker_bytes(&mut self) -> io::Result<u64> {
        self.file.read(self.next, READ_BYTES, &mut self.buffer)?;
        let num_ff = self.buffer.iter().take_while(|byte| **byte == 0xff).count();
        Ok(num_ff as u64 + 1)
    }
}
