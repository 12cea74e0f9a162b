//! Finding the way through coded data MCU by MCU, and coding them anew for another place.

use super::bits::{BitReader, BitWriter};
use super::huffman::{AcDecoder, Code, DcDecoder, dc_symbol};
use super::layout::{Block, END_OF_BLOCK, JpegLayout};

/// The last DC value of each component.
pub(super) type Predictors = [i16; 4];

/// More bytes than a block takes in a file: 64 coefficients of at most 31 bits, each byte with a zero behind it.
pub(super) const MAX_BLOCK_BYTES: usize = 64 * 4 * 2;

/// The Huffman codes of a file, ready for use.
pub(super) struct McuCoder {
    blocks: Vec<Block>,
    dc: [Option<DcCoder>; 4],
    ac: [Option<AcCoder>; 4],
}

struct DcCoder {
    decoder: DcDecoder,
    codes: [Code; 256],
}

struct AcCoder {
    decoder: AcDecoder,
    end_of_block: Code,
}

impl McuCoder {
    pub fn new(layout: &JpegLayout) -> Self {
        Self {
            blocks: layout.blocks.clone(),
            dc: layout.dc_tables.each_ref().map(|table| {
                table.as_ref().map(|table| DcCoder { decoder: DcDecoder::new(table), codes: table.codes() })
            }),
            ac: layout.ac_tables.each_ref().map(|table| {
                table.as_ref().map(|table| AcCoder {
                    decoder: AcDecoder::new(table),
                    end_of_block: table.codes()[usize::from(END_OF_BLOCK)],
                })
            }),
        }
    }

    /// More bytes than an MCU takes in a file.
    pub fn max_mcu_bytes(&self) -> usize {
        self.blocks.len() * MAX_BLOCK_BYTES
    }

    /// Passes over one MCU. `None` when the data make no sense.
    pub fn skip(&self, reader: &mut BitReader, predictors: &mut Predictors) -> Option<()> {
        for block in &self.blocks {
            let (dc, ac) = self.coders(block)?;
            let difference = dc.decoder.read(reader)?;
            add(&mut predictors[block.component], difference);
            ac.decoder.skip_block(reader)?;
        }
        Some(())
    }

    /// Copies one MCU of `plain` to where the last DC values are others.
    pub fn transcode(
        &self,
        plain: &[u8],
        reader: &mut BitReader,
        predictors: &mut Predictors,
        writer: &mut BitWriter,
        written: &mut Predictors,
    ) -> Option<()> {
        for block in &self.blocks {
            let (dc, ac) = self.coders(block)?;
            let difference = dc.decoder.read(reader)?;
            let value = &mut predictors[block.component];
            add(value, difference);
            dc.write(writer, *value, &mut written[block.component]);
            let start = reader.position();
            ac.decoder.skip_block(reader)?;
            writer.copy(plain, start, reader.position());
        }
        Some(())
    }

    /// Reads one MCU of DC coefficients alone, which lack some low bits, and writes it as one of whole blocks. `false`
    /// when the data make no sense: from there on, its blocks are like those before.
    pub fn complete(
        &self,
        reader: &mut BitReader,
        predictors: &mut Predictors,
        num_missing_bits: u32,
        writer: &mut BitWriter,
        written: &mut Predictors,
    ) -> bool {
        let mut is_sound = true;
        for block in &self.blocks {
            // The layout has both tables of every block.
            let Some((dc, ac)) = self.coders(block) else { continue };
            let difference = if is_sound { dc.decoder.read(reader) } else { None };
            is_sound &= difference.is_some();
            let value = &mut predictors[block.component];
            add(value, difference.unwrap_or(0));
            let mut whole = 0;
            add(&mut whole, i32::from(*value) << num_missing_bits);
            dc.write(writer, whole, &mut written[block.component]);
            writer.put(ac.end_of_block.bits.into(), ac.end_of_block.length.into());
        }
        is_sound
    }

    /// Writes an MCU of middle grey.
    pub fn write_grey(&self, writer: &mut BitWriter, written: &mut Predictors) {
        for block in &self.blocks {
            // The layout has both tables of every block.
            if let Some((dc, ac)) = self.coders(block) {
                dc.write(writer, 0, &mut written[block.component]);
                writer.put(ac.end_of_block.bits.into(), ac.end_of_block.length.into());
            }
        }
    }

    fn coders(&self, block: &Block) -> Option<(&DcCoder, &AcCoder)> {
        Some((self.dc[block.dc_table].as_ref()?, self.ac[block.ac_table].as_ref()?))
    }
}

/// Values of sound data have 11 bits (T.81, F.1.1.5); differences of those here can still be written.
fn add(value: &mut i16, difference: i32) {
    *value = (i32::from(*value) + difference).clamp(-2047, 2047) as i16;
}

impl DcCoder {
    fn write(&self, writer: &mut BitWriter, value: i16, written: &mut i16) {
        let difference = i32::from(value) - i32::from(*written);
        *written = value;
        let num_bits = dc_symbol(difference);
        let code = self.codes[usize::from(num_bits)];
        writer.put(code.bits.into(), code.length.into());
        // Negative numbers are written less one, in as many bits (T.81, F.1.2.1).
        let bits = if difference < 0 { difference - 1 } else { difference };
        writer.put(bits as u32 & ((1 << num_bits) - 1), num_bits.into());
    }
}
