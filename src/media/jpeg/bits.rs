//! Reading and writing the bits of a scan, and the bytes that keep them apart from markers.

/// Why [`unstuff`] stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes are used up.
    End,
    /// A marker with this code comes next.
    Marker(u8),
}

/// Copies data of a scan without the zeros that stand behind each FF in it. Calls `on_removed` for each byte left out,
/// with the length of `plain` there. Gives the number of bytes used; an FF at the very end, of which nobody
/// knows what it begins, is not.
pub(super) fn unstuff(data: &[u8], plain: &mut Vec<u8>, mut on_removed: impl FnMut(usize)) -> (usize, Stop) {
    let mut at = 0;
    loop {
        let rest = &data[at..];
        let num_plain = rest.iter().position(|byte| *byte == 0xff).unwrap_or(rest.len());
        plain.extend(&rest[..num_plain]);
        at += num_plain;
        // Any number of FF may stand for one.
        let Some(num_ff) = data[at..].iter().position(|byte| *byte != 0xff) else { return (at, Stop::End) };
        match data[at + num_ff] {
            0 => {
                plain.push(0xff);
                (0..num_ff).for_each(|_| on_removed(plain.len()));
                at += num_ff + 1;
            }
            code => return (at, Stop::Marker(code)),
        }
    }
}

/// Reads bits, the highest of each byte first. Behind the end there are zeros.
#[derive(Clone)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// The next byte that is not in the buffer.
    next: usize,
    /// The next bits, the first one on top.
    buffer: u64,
    /// How many bits of the buffer are counted as read from `bytes`. Those behind are right, too, or zero.
    num_bits: u32,
}

impl<'a> BitReader<'a> {
    /// Begins at a position in bits.
    pub fn new(bytes: &'a [u8], position: usize) -> Self {
        let mut reader = Self { bytes, next: position / 8, buffer: 0, num_bits: 0 };
        reader.refill();
        reader.consume((position % 8) as u32);
        reader
    }

    /// Bits before the next one.
    pub fn position(&self) -> usize {
        self.next * 8 - self.num_bits as usize
    }

    /// Fills the buffer to at least 56 bits, if it has fewer than 32.
    #[inline]
    pub fn refill(&mut self) {
        if self.num_bits >= 32 {
            return;
        }
        // Bits that are in the buffer already without being counted are the same again.
        self.buffer |= word_at(self.bytes, self.next) >> self.num_bits;
        self.next += ((63 - self.num_bits) >> 3) as usize;
        self.num_bits |= 56;
    }

    /// The next bits, 1 to 16. At least as many must be in the buffer.
    #[inline]
    pub fn peek(&self, num_bits: u32) -> u32 {
        (self.buffer >> (64 - num_bits)) as u32
    }

    /// Passes over bits in the buffer.
    #[inline]
    pub fn consume(&mut self, num_bits: u32) {
        self.buffer <<= num_bits;
        self.num_bits -= num_bits;
    }

    /// Takes bits, 0 to 16, from the buffer.
    #[inline]
    pub fn take(&mut self, num_bits: u32) -> u32 {
        // Two steps, for a shift by 64 is none.
        let bits = (self.buffer >> 1 >> (63 - num_bits)) as u32;
        self.consume(num_bits);
        bits
    }
}

/// Eight bytes as a number; zeros behind the end.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    let whole = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
    whole.map_or_else(|| last_word(bytes, at), |word| u64::from_be_bytes(*word))
}

#[cold]
fn last_word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    let rest = bytes.get(at..).unwrap_or_default();
    word[..rest.len()].copy_from_slice(rest);
    u64::from_be_bytes(word)
}

/// Writes bits, the highest of each byte first, as a scan has them: with a zero behind each FF.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits not yet written, at the low end.
    buffer: u64,
    /// Fewer than 32 between calls.
    num_bits: u32,
}

impl BitWriter {
    /// Behind what is there.
    pub fn append_to(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Writes the low bits of a number, up to 32.
    pub fn put(&mut self, bits: u32, num_bits: u32) {
        self.buffer = self.buffer << num_bits | u64::from(bits);
        self.num_bits += num_bits;
        if self.num_bits >= 32 {
            self.num_bits -= 32;
            let word = (self.buffer >> self.num_bits) as u32;
            self.put_bytes(word.to_be_bytes());
        }
    }

    /// Copies the bits from one position to another.
    pub fn copy(&mut self, from: &[u8], start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let num_bits = (end - at).min(32) as u32;
            let word = word_at(from, at / 8) << (at % 8);
            self.put((word >> (64 - num_bits)) as u32, num_bits);
            at += num_bits as usize;
        }
    }

    /// Fills up the last byte with ones, and sets a marker behind it.
    pub fn put_marker(&mut self, code: u8) {
        let num_missing = (8 - self.num_bits % 8) % 8;
        self.put((1 << num_missing) - 1, num_missing);
        while self.num_bits > 0 {
            self.num_bits -= 8;
            self.put_byte((self.buffer >> self.num_bits) as u8);
        }
        self.bytes.extend([0xff, code]);
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn put_bytes(&mut self, bytes: [u8; 4]) {
        if bytes.contains(&0xff) {
            bytes.into_iter().for_each(|byte| self.put_byte(byte));
        } else {
            self.bytes.extend(bytes);
        }
    }

    fn put_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unstuffed(data: &[u8]) -> (Vec<u8>, Vec<usize>, usize, Stop) {
        let (mut plain, mut removed) = (Vec::new(), Vec::new());
        let (num_used, stop) = unstuff(data, &mut plain, |at| removed.push(at));
        (plain, removed, num_used, stop)
    }

    #[test]
    fn stuffing_is_left_out_and_markers_stop() {
        assert_eq!(
            unstuffed(&[1, 0xff, 0, 2, 0xff, 0xd3, 9]),
            (vec![1, 0xff, 2], vec![2], 4, Stop::Marker(0xd3))
        );
        assert_eq!(unstuffed(&[0xff, 0xff, 0, 7]), (vec![0xff, 7], vec![1, 1], 4, Stop::End));
        assert_eq!(unstuffed(&[7, 0xff]), (vec![7], vec![], 1, Stop::End));
        assert_eq!(unstuffed(&[]), (vec![], vec![], 0, Stop::End));
    }

    #[test]
    fn behind_the_end_there_are_zeros() {
        let mut reader = BitReader::new(&[0xff], 4);
        assert_eq!((reader.take(6), reader.position()), (0b111100, 10));
        for _ in 0..20 {
            reader.refill();
            assert_eq!(reader.take(16), 0);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(values in prop::collection::vec((any::<u32>(), 0u32..=16), 0..200), start in 0usize..40) {
            let mut writer = BitWriter::default();
            for (value, num_bits) in &values {
                writer.put(value & ((1 << num_bits) - 1), *num_bits);
            }
            let num_bits: usize = values.iter().map(|(_, num_bits)| *num_bits as usize).sum();
            writer.put_marker(0xd9);
            let (plain, _, _, stop) = unstuffed(&writer.into_bytes());
            prop_assert_eq!(stop, Stop::Marker(0xd9));
            prop_assert_eq!(plain.len(), num_bits.div_ceil(8));
            let mut reader = BitReader::new(&plain, 0);
            for (value, num_bits) in &values {
                reader.refill();
                prop_assert_eq!(reader.take(*num_bits), value & ((1 << num_bits) - 1));
            }
            prop_assert_eq!(reader.position(), num_bits);

            let start = start.min(num_bits);
            let mut copier = BitWriter::default();
            copier.put(5, 3);
            copier.copy(&plain, start, num_bits);
            copier.put_marker(0xd9);
            let (copied, ..) = unstuffed(&copier.into_bytes());
            let (mut a, mut b) = (BitReader::new(&plain, start), BitReader::new(&copied, 3));
            while a.position() < num_bits {
                a.refill();
                b.refill();
                prop_assert_eq!(a.take(1), b.take(1));
            }
        }
    }
}
