//! The compressions of TIFF, as streams: from the bytes of a chunk to its samples.
//!
//! A stream is what lets a file of a single strip be read in bounded memory, however high it is.

use std::io::{self, BufRead, BufReader, Read};

use super::Fault;

/// How the samples of a page are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    /// CCITT T.4, one-dimensional.
    Group3,
    /// CCITT T.6.
    Group4,
    Lzw,
    /// JPEG with tables of the page (TIFF technical note 2).
    Jpeg,
    Deflate,
    PackBits,
    Zstd,
    WebP,
}

impl Compression {
    pub fn from_tag(number: u64, t4_options: u64) -> Result<Self, Fault> {
        let unsupported = |what: &str| Err(Fault::Unsupported(format!("TIFF pictures with {what}")));
        Ok(match number {
            1 => Self::None,
            2 => return unsupported("modified Huffman compression"),
            3 if t4_options & 1 == 0 => Self::Group3,
            3 => return unsupported("two-dimensional fax compression"),
            4 => Self::Group4,
            5 => Self::Lzw,
            6 => return unsupported("the JPEG compression of before 1995"),
            7 => Self::Jpeg,
            8 | 32946 => Self::Deflate,
            32773 => Self::PackBits,
            33003 | 33005 | 33004 | 34712 => return unsupported("JPEG 2000 compression"),
            34887 => return unsupported("LERC compression"),
            34925 => return unsupported("LZMA compression"),
            50000 => Self::Zstd,
            50001 => Self::WebP,
            50002 | 52546 => return unsupported("JPEG XL compression"),
            other => return unsupported(&format!("compression of kind {other}")),
        })
    }

    /// Of one byte come at most so many, by its nature; generously rounded up.
    pub const fn max_inflation(self) -> u64 {
        match self {
            Self::None => 1,
            Self::PackBits => 64,
            // A match of 258 bytes in 2 bits.
            Self::Deflate => 1032,
            // A code of 12 bits stands for at most 3,838 bytes.
            Self::Lzw => 2560,
            // A bit for a block of 8 × 8 samples, four of which are shared by subsampled colours.
            Self::Jpeg => 8 * 64 * 3,
            // Nothing that a file could not exceed: a run is a few bytes of any length, a white line of a fax a bit.
            Self::Zstd | Self::WebP | Self::Group3 | Self::Group4 => 1 << 20,
        }
    }

    /// Whether its chunks are decoded by [`decoder`], as streams. The others are pictures in themselves.
    pub const fn is_stream(self) -> bool {
        !matches!(self, Self::Jpeg | Self::WebP)
    }
}

/// The samples of a chunk whose bytes come from `input`. `width` is that of the chunk; faxes depend on it.
pub(super) fn decoder<'a>(
    compression: Compression,
    has_reversed_bits: bool,
    width: u32,
    input: impl Read + Send + 'a,
) -> Result<Box<dyn Read + Send + 'a>, Fault> {
    let input = BufReader::with_capacity(INPUT_BYTES, ReversedBits { input, is_reversed: has_reversed_bits });
    let fax_width = || {
        let too_wide = || Fault::Unsupported("faxes of more than 65,535 pixels a row".to_owned());
        u16::try_from(width).map_err(|_| too_wide())
    };
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Lzw => Box::new(Lzw::new(input)),
        Compression::Deflate => Box::new(flate2::bufread::ZlibDecoder::new(input)),
        Compression::PackBits => Box::new(PackBits { input, run: Run::Copied(0) }),
        Compression::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(input);
            Box::new(decoder.map_err(|error| Fault::damaged(error.to_string()))?)
        }
        Compression::Group4 => {
            let width = fax_width()?;
            let decoder = fax::decoder::Group4Decoder::new(input.bytes(), width)?;
            Box::new(FaxLines { lines: Group4(decoder), width, line: Vec::new(), at: 0 })
        }
        Compression::Group3 => {
            let decoder = fax::decoder::Group3Decoder::new(input.bytes());
            let decoder = decoder.map_err(|error| Fault::damaged(format!("{error:?}")))?;
            Box::new(FaxLines { lines: Group3(decoder), width: fax_width()?, line: Vec::new(), at: 0 })
        }
        Compression::Jpeg | Compression::WebP => {
            return Err(Fault::Unsupported("TIFF pictures with such compression".to_owned()));
        }
    })
}

const INPUT_BYTES: usize = 1 << 15;

/// Reads bytes whose bits are in reversed order, where they are.
struct ReversedBits<R> {
    input: R,
    is_reversed: bool,
}

impl<R: Read> Read for ReversedBits<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let num_read = self.input.read(buffer)?;
        if self.is_reversed {
            buffer[..num_read].iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        Ok(num_read)
    }
}

/// LZW with codes that grow one code early, the highest bit first.
struct Lzw<R> {
    input: R,
    decoder: weezl::decode::Decoder,
    is_done: bool,
}

impl<R> Lzw<R> {
    fn new(input: R) -> Self {
        let decoder = weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
        Self { input, decoder, is_done: false }
    }
}

impl<R: BufRead> Read for Lzw<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.is_done && !buffer.is_empty() {
            let input = self.input.fill_buf()?;
            let is_at_end = input.is_empty();
            let result = self.decoder.decode_bytes(input, buffer);
            self.input.consume(result.consumed_in);
            match result.status {
                Ok(weezl::LzwStatus::Done) => self.is_done = true,
                // Some writers leave the end mark out.
                Ok(weezl::LzwStatus::NoProgress) if is_at_end => self.is_done = true,
                Ok(_) => {}
                Err(error) if result.consumed_out == 0 => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, error));
                }
                // What came before the fault is good; the next call meets it again.
                Err(_) => {}
            }
            if result.consumed_out > 0 {
                return Ok(result.consumed_out);
            }
        }
        Ok(0)
    }
}

/// Runs of bytes (TIFF 6.0, section 9).
struct PackBits<R> {
    input: R,
    run: Run,
}

enum Run {
    /// So many bytes follow as they are.
    Copied(usize),
    /// A byte, and how often it is still to come.
    Repeated(u8, usize),
}

impl<R: Read> Read for PackBits<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while matches!(self.run, Run::Copied(0) | Run::Repeated(_, 0)) {
            let mut head = [0];
            if self.input.read(&mut head)? == 0 {
                return Ok(0);
            }
            self.run = match head[0] as i8 {
                -128 => continue,
                n @ 0.. => Run::Copied(n as usize + 1),
                n => {
                    let mut value = [0];
                    self.input.read_exact(&mut value)?;
                    Run::Repeated(value[0], 1 + usize::from(n.unsigned_abs()))
                }
            };
        }
        match &mut self.run {
            Run::Copied(left) => {
                let num_wanted = buffer.len().min(*left);
                let num_read = self.input.read(&mut buffer[..num_wanted])?;
                // At the end of the input, the run is at its end too.
                *left = if num_read == 0 { 0 } else { *left - num_read };
                Ok(num_read)
            }
            Run::Repeated(value, left) => {
                let num_given = buffer.len().min(*left);
                buffer[..num_given].fill(*value);
                *left -= num_given;
                Ok(num_given)
            }
        }
    }
}

/// Lines of a fax, as the places where black and white change, white first.
trait ChangedAt {
    /// Decodes the next line. `false` at the end.
    fn advance(&mut self) -> io::Result<bool>;
    fn changes(&self) -> &[u16];
}

struct Group4<R>(fax::decoder::Group4Decoder<R>);
struct Group3<R>(fax::decoder::Group3Decoder<R>);

impl<R: Iterator<Item = io::Result<u8>>> ChangedAt for Group4<R> {
    fn advance(&mut self) -> io::Result<bool> {
        let status = self.0.advance().map_err(|error| nonsense(&format!("{error:?}")))?;
        Ok(status == fax::decoder::DecodeStatus::Incomplete)
    }

    fn changes(&self) -> &[u16] {
        self.0.transition()
    }
}

impl<R: Iterator<Item = io::Result<u8>>> ChangedAt for Group3<R> {
    fn advance(&mut self) -> io::Result<bool> {
        // The line before the end mark is a line, and so is the last one where the mark is missing.
        match self.0.advance() {
            Ok(_) => Ok(true),
            Err(_) if !self.0.transitions().is_empty() => Ok(true),
            Err(error) => Err(nonsense(&format!("{error:?}"))),
        }
    }

    fn changes(&self) -> &[u16] {
        self.0.transitions()
    }
}

fn nonsense(cause: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause)
}

/// Packs the lines of a fax as bits: 0 is white.
struct FaxLines<D> {
    lines: D,
    width: u16,
    line: Vec<u8>,
    at: usize,
}

impl<D: ChangedAt> Read for FaxLines<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            if !self.lines.advance()? {
                return Ok(0);
            }
            self.at = 0;
            self.line.clear();
            self.line.resize(usize::from(self.width).div_ceil(8), 0);
            for black in self.lines.changes().chunks(2) {
                let end = black.get(1).copied().unwrap_or(self.width).min(self.width);
                for x in black[0]..end {
                    self.line[usize::from(x / 8)] |= 0x80 >> (x % 8);
                }
            }
        }
        let num_given = buffer.len().min(self.line.len() - self.at);
        buffer[..num_given].copy_from_slice(&self.line[self.at..self.at + num_given]);
        self.at += num_given;
        Ok(num_given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(compression: Compression, is_reversed: bool, input: &[u8]) -> io::Result<Vec<u8>> {
        let mut output = Vec::new();
        let mut decoder = decoder(compression, is_reversed, 8, input).expect("it can be decoded");
        decoder.read_to_end(&mut output).map(|_| output)
    }

    #[test]
    fn packed_runs_are_unpacked() {
        // The example of the standard.
        let packed =
            [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa];
        let unpacked = [&[0xaa; 3][..], &[0x80, 0, 0x2a], &[0xaa; 4], &[0x80, 0, 0x2a, 0x22], &[0xaa; 10]];
        assert_eq!(decoded(Compression::PackBits, false, &packed).unwrap(), unpacked.concat());
        assert_eq!(decoded(Compression::PackBits, false, &[0x80, 0x00, 7]).unwrap(), [7]);
        assert_eq!(decoded(Compression::PackBits, false, &[5, 1, 2]).unwrap(), [1, 2]);
    }

    #[test]
    fn lzw_without_an_end_mark_and_with_reversed_bits_is_read() {
        let data: Vec<u8> = (0..20_000u32).map(|n| (n * n / 700) as u8).collect();
        let mut encoder = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
        let packed = encoder.encode(&data).unwrap();
        assert_eq!(decoded(Compression::Lzw, false, &packed).unwrap(), data);
        let unfinished = decoded(Compression::Lzw, false, &packed[..packed.len() - 4]).unwrap();
        assert!(unfinished.len() > 19_000 && data.starts_with(&unfinished));
        let reversed: Vec<u8> = packed.iter().map(|byte| byte.reverse_bits()).collect();
        assert_eq!(decoded(Compression::Lzw, true, &reversed).unwrap(), data);
    }
}
