//! Huffman codes of JPEG (ITU T.81, annexes C and F), as far as finding the way through a scan needs them.

use super::bits::BitReader;

/// Codes up to this long are found by one look into a table, nearly all there are.
const LOOKUP_BITS: u32 = 11;

/// The longest code.
const MAX_LENGTH: usize = 16;

/// A code as a file defines it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HuffmanTable {
    /// How many codes there are of each length, 1 to 16.
    counts: [u8; MAX_LENGTH],
    /// Their symbols, by rising code.
    symbols: Vec<u8>,
}

/// One code word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub bits: u16,
    /// 0 where the symbol has none.
    pub length: u8,
}

impl HuffmanTable {
    /// Takes one table from the body of a DHT segment: 16 counts and the symbols. `None` when it is cut off, or has
    /// more codes of a length than there can be.
    pub fn take(body: &mut &[u8]) -> Option<Self> {
        let (counts, rest) = body.split_first_chunk::<MAX_LENGTH>()?;
        let num_symbols: usize = counts.iter().map(|count| usize::from(*count)).sum();
        let (symbols, rest) = rest.split_at_checked(num_symbols)?;
        *body = rest;
        let table = Self { counts: *counts, symbols: symbols.to_vec() };
        (num_symbols <= 256 && table.free_codes().is_some()).then_some(table)
    }

    /// The code with further symbols, where it lacks them, behind its own: what it had is coded as before. `None`
    /// when it has no room left.
    pub fn with_symbols(&self, symbols: impl IntoIterator<Item = u8>) -> Option<Self> {
        let mut extended = self.clone();
        let missing: Vec<u8> = symbols.into_iter().filter(|symbol| !self.symbols.contains(symbol)).collect();
        if missing.is_empty() {
            return Some(extended);
        }
        let (longest, num_free) = self.free_codes()?;
        // The word of nothing but ones must stay unused.
        let fits = |length: &usize| num_free << (length - longest) > missing.len();
        let length = (longest.max(1)..=MAX_LENGTH).find(fits)?;
        let count = &mut extended.counts[length - 1];
        *count = u8::try_from(usize::from(*count) + missing.len()).ok()?;
        extended.symbols.extend(missing);
        Some(extended)
    }

    /// The length of the longest code, and how many more of that length there could be. `None` when there are
    /// already too many.
    fn free_codes(&self) -> Option<(usize, usize)> {
        let longest = self.counts.iter().rposition(|count| *count > 0).map_or(0, |index| index + 1);
        let mut num_free = 1_usize;
        for count in &self.counts[..longest] {
            num_free = (num_free * 2).checked_sub(usize::from(*count))?;
        }
        Some((longest, num_free))
    }

    /// The table as it stands in a DHT segment.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.counts);
        to.extend(&self.symbols);
    }

    /// The code word of each symbol.
    pub fn codes(&self) -> [Code; 256] {
        let mut codes = [Code::default(); 256];
        self.each_code(|symbol, code| codes[usize::from(symbol)] = code);
        codes
    }

    fn each_code(&self, mut visit: impl FnMut(u8, Code)) {
        let mut symbols = self.symbols.iter();
        let mut bits = 0_u32;
        for (count, length) in self.counts.iter().zip(1..) {
            for symbol in symbols.by_ref().take(usize::from(*count)) {
                visit(*symbol, Code { bits: bits as u16, length });
                bits += 1;
            }
            bits <<= 1;
        }
    }
}

/// Finds symbols in a stream of bits. `T` is what is to be known of each.
struct Decoder<T> {
    /// By the next [`LOOKUP_BITS`]: what is known, and the length of the code; 0 where it is longer.
    lookup: Box<[(T, u8)]>,
    /// Longer codes, left-aligned in 16 bits: rising.
    long_codes: Vec<(u16, u8, T)>,
}

impl<T: Copy + Default> Decoder<T> {
    fn new(table: &HuffmanTable, of_symbol: impl Fn(u8) -> T) -> Self {
        let mut lookup = vec![(T::default(), 0); 1 << LOOKUP_BITS].into_boxed_slice();
        let mut long_codes = Vec::new();
        table.each_code(|symbol, code| {
            let length = u32::from(code.length);
            if length <= LOOKUP_BITS {
                let num_rest = LOOKUP_BITS - length;
                let start = usize::from(code.bits) << num_rest;
                lookup[start..start + (1 << num_rest)].fill((of_symbol(symbol), code.length));
            } else {
                long_codes.push((code.bits << (16 - length), code.length, of_symbol(symbol)));
            }
        });
        Self { lookup, long_codes }
    }

    /// What is known of the next symbol, and its length. `None` when no symbol has this code.
    fn peek(&self, reader: &BitReader) -> Option<(T, u8)> {
        let found = self.lookup[reader.peek(LOOKUP_BITS) as usize];
        if found.1 > 0 { Some(found) } else { self.peek_long(reader) }
    }

    #[cold]
    fn peek_long(&self, reader: &BitReader) -> Option<(T, u8)> {
        let bits = reader.peek(16) as u16;
        let index = self.long_codes.partition_point(|(code, ..)| *code <= bits).checked_sub(1)?;
        let (code, length, known) = self.long_codes[index];
        // Equal in as many bits as the code has.
        ((bits ^ code) >> (16 - length) == 0).then_some((known, length))
    }
}

/// Reads differences of DC coefficients.
pub(super) struct DcDecoder(Decoder<u8>);

impl DcDecoder {
    pub fn new(table: &HuffmanTable) -> Self {
        Self(Decoder::new(table, |symbol| symbol))
    }

    /// The next difference. `None` when the data make no sense. Takes at most 32 bits.
    #[inline]
    pub fn read(&self, reader: &mut BitReader) -> Option<i32> {
        reader.refill();
        let (num_bits, length) = self.0.peek(reader)?;
        if num_bits > 15 {
            return None;
        }
        reader.consume(length.into());
        let bits = reader.take(num_bits.into()) as i32;
        // The upper half of the range stands for itself, the lower for negative numbers (table F.1).
        let is_negative = num_bits > 0 && bits >> (num_bits - 1) == 0;
        Some(if is_negative { bits - (1 << num_bits) + 1 } else { bits })
    }
}

/// Passes over AC coefficients.
pub(super) struct AcDecoder(Decoder<AcSymbol>);

#[derive(Clone, Copy, Default)]
struct AcSymbol {
    /// Bits of the value behind the code.
    num_value_bits: u8,
    /// Coefficients that it stands for; 64 for the end of the block.
    num_coefficients: u8,
}

impl AcDecoder {
    pub fn new(table: &HuffmanTable) -> Self {
        Self(Decoder::new(table, |symbol| {
            let (run, size) = (symbol >> 4, symbol & 15);
            let num_coefficients = match (run, size) {
                (15, 0) => 16,
                (_, 0) => 64,
                _ => run + 1,
            };
            AcSymbol { num_value_bits: size, num_coefficients }
        }))
    }

    /// Passes over the 63 coefficients of a block. `None` when the data make no sense.
    #[inline]
    pub fn skip_block(&self, reader: &mut BitReader) -> Option<()> {
        let mut coefficient = 1;
        while coefficient < 64 {
            reader.refill();
            let (symbol, length) = self.0.peek(reader)?;
            reader.consume(u32::from(length) + u32::from(symbol.num_value_bits));
            coefficient += u32::from(symbol.num_coefficients);
        }
        Some(())
    }
}

/// How many bits the magnitude of a DC difference has: its symbol.
pub(super) fn dc_symbol(difference: i32) -> u8 {
    (32 - difference.unsigned_abs().leading_zeros()) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes 00, 01, 100, 1010.
    fn table() -> HuffmanTable {
        let mut body = &[0, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 7, 8][..];
        HuffmanTable::take(&mut body).expect("as the standard has it")
    }

    #[test]
    fn codes_count_up_and_grow() {
        let codes = table().codes();
        let code = |symbol: usize| (codes[symbol].bits, codes[symbol].length);
        assert_eq!([5, 6, 7, 8, 9].map(code), [(0, 2), (1, 2), (4, 3), (10, 4), (0, 0)]);
    }

    #[test]
    fn further_symbols_leave_the_others_as_they_were() {
        let extended =
            table().with_symbols([6, 1, 2, 3, 4, 9, 10]).expect("five codes of four bits are free");
        let (before, after) = (table().codes(), extended.codes());
        for symbol in 5..=8 {
            assert_eq!(before[symbol], after[symbol]);
        }
        for symbol in [1, 2, 3, 4, 9, 10] {
            assert_eq!(after[symbol].length, 5, "with four bits, one would be all ones");
            assert_ne!(after[symbol].bits, 0b11111);
        }
    }

    #[test]
    fn a_code_without_room_cannot_grow() {
        let mut body = &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1][..];
        let symbols: Vec<u8> = (0..16).collect();
        let all = [body, &symbols].concat();
        body = &all;
        let full = HuffmanTable::take(&mut body).expect("one word is left, that of ones");
        assert_eq!(full.with_symbols([3]), Some(full.clone()));
        assert_eq!(full.with_symbols([200]), None);
    }

    #[test]
    fn tables_that_make_no_sense_are_refused() {
        let overfull = [&[3; 1][..], &[0; 15], &[1, 2, 3]].concat();
        assert_eq!(HuffmanTable::take(&mut overfull.as_slice()), None);
        assert_eq!(HuffmanTable::take(&mut [1; 17].as_slice()), None, "cut off");
    }

    #[test]
    fn differences_are_read_with_their_sign() {
        // Code 01 stands for six bits.
        let read = |bits: u64| {
            let bytes = (bits << 56).to_be_bytes();
            DcDecoder::new(&table()).read(&mut BitReader::new(&bytes, 0))
        };
        assert_eq!(read(0b0110_0000), Some(32));
        assert_eq!(read(0b0111_1111), Some(63));
        assert_eq!(read(0b0100_0000), Some(-63));
        assert_eq!(read(0b1110_0000), None, "no such code");
        assert_eq!([0, 1, -1, 2, -3, 255, -256].map(dc_symbol), [0, 1, 1, 2, 2, 8, 9]);
    }
}
