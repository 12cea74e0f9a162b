//! What stands before the pixels of a JPEG file: frame, tables, and what tells how colours are meant.

use std::io::{self, BufRead, Seek};

use super::huffman::HuffmanTable;
use crate::media::jpeg_header::{MAX_SEGMENTS, next_marker, segment_bytes};
use crate::pixels::Size;

/// Pixels of a block along each axis.
pub(super) const BLOCK_SIDE: u32 = 8;

/// Blocks that one MCU may have (T.81, B.2.3).
const MAX_BLOCKS: usize = 10;

/// Categories of DC differences at 8 bits, and one more for those of damaged data.
const DC_SYMBOLS: std::ops::RangeInclusive<u8> = 0..=12;

/// SOF2.
const PROGRESSIVE: u8 = 0xc2;

/// The symbol that ends a block.
pub(super) const END_OF_BLOCK: u8 = 0;

/// A JPEG file of one scan of all components, sequential, Huffman-coded and 8 bits deep: its parts can be read without
/// what lies before them, once it is known where they begin.
#[derive(Clone, Debug)]
pub(super) struct JpegLayout {
    /// Of the stored picture.
    pub size: Size,
    /// Of one MCU, in pixels.
    pub mcu: Size,
    pub num_components: usize,
    /// Of each MCU, in the order in which they are coded.
    pub blocks: Vec<Block>,
    /// MCUs between two restarts; 0 where there are none.
    pub restart_interval: u32,
    /// Bits that DC coefficients lack at their low end, in the first scan of a progressive file.
    pub num_missing_bits: u32,
    /// With a word for each category, and for the end of a block.
    pub dc_tables: [Option<HuffmanTable>; 4],
    pub ac_tables: [Option<HuffmanTable>; 4],
    /// Where the coded data begin in the file.
    pub data_start: u64,
    /// Segments that are taken over as they are: quantisation and colour.
    kept_segments: Vec<u8>,
    /// SOF0 or SOF1.
    frame_marker: u8,
    /// The body of the frame header behind the size.
    frame_components: Vec<u8>,
    /// The body of the scan header.
    scan: Vec<u8>,
}

/// One block of 8 × 8 samples within an MCU.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub component: usize,
    pub dc_table: usize,
    pub ac_table: usize,
}

impl JpegLayout {
    /// Reads it from the file's start. `None` for other kinds of JPEG.
    pub fn read<R: BufRead + Seek>(reader: &mut R) -> io::Result<Option<Self>> {
        Self::read_kind(reader, false)
    }

    /// Reads that of the first scan of a progressive file, where this holds the DC coefficients of all components, as
    /// if it were the only one. `None` for other files.
    pub fn read_first_scan<R: BufRead + Seek>(reader: &mut R) -> io::Result<Option<Self>> {
        Self::read_kind(reader, true)
    }

    fn read_kind<R: BufRead + Seek>(reader: &mut R, is_progressive: bool) -> io::Result<Option<Self>> {
        let mut header = Header::default();
        let mut start = [0; 2];
        reader.read_exact(&mut start)?;
        for _ in 0..MAX_SEGMENTS {
            let marker = next_marker(reader)?;
            match marker {
                0x01 | 0xd0..=0xd8 => continue, // These stand alone.
                0xd9 => return Ok(None),
                _ => {}
            }
            let num_bytes = segment_bytes(reader)?;
            let is_frame = if is_progressive { marker == 0xc2 } else { matches!(marker, 0xc0 | 0xc1) };
            let is_used = is_frame || matches!(marker, 0xc4 | 0xda | 0xdb | 0xdd | 0xe0 | 0xee);
            if !is_used {
                if matches!(marker, 0xc0..=0xcf) {
                    return Ok(None); // Another kind of frame.
                }
                reader.seek_relative(num_bytes as i64)?;
                continue;
            }
            let mut body = vec![0; num_bytes as usize];
            reader.read_exact(&mut body)?;
            if marker == 0xda {
                let data_start = reader.stream_position()?;
                return Ok(header.finish(body, data_start));
            }
            if header.add(marker, body).is_none() {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Columns and rows of MCUs.
    pub fn num_mcus(&self) -> Size {
        Size::new(self.size.width.div_ceil(self.mcu.width), self.size.height.div_ceil(self.mcu.height))
    }

    /// The start of a JPEG file of another size and restart interval, up to where the coded data begin.
    pub fn write_header(&self, size: Size, restart_interval: u16) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        file.extend(&self.kept_segments);
        for (class, tables) in [(0, &self.dc_tables), (1, &self.ac_tables)] {
            for (number, table) in (0..).zip(tables).filter_map(|(n, table)| Some((n, table.as_ref()?))) {
                let mut body = vec![class << 4 | number];
                table.write(&mut body);
                put_segment(&mut file, 0xc4, &body);
            }
        }
        let mut frame = vec![8];
        frame.extend((size.height as u16).to_be_bytes());
        frame.extend((size.width as u16).to_be_bytes());
        frame.extend(&self.frame_components);
        put_segment(&mut file, self.frame_marker, &frame);
        put_segment(&mut file, 0xdd, &restart_interval.to_be_bytes());
        put_segment(&mut file, 0xda, &self.scan);
        file
    }
}

fn put_segment(file: &mut Vec<u8>, marker: u8, body: &[u8]) {
    file.extend([0xff, marker]);
    file.extend((body.len() as u16 + 2).to_be_bytes());
    file.extend(body);
}

/// What was read so far.
#[derive(Default)]
struct Header {
    kept_segments: Vec<u8>,
    dc_tables: [Option<HuffmanTable>; 4],
    ac_tables: [Option<HuffmanTable>; 4],
    restart_interval: u32,
    frame: Option<Frame>,
}

struct Frame {
    marker: u8,
    size: Size,
    components: Vec<Component>,
    body: Vec<u8>,
}

struct Component {
    id: u8,
    horizontal: u32,
    vertical: u32,
}

impl Header {
    /// Takes a segment. `None` when it makes a file that is not read by region.
    fn add(&mut self, marker: u8, body: Vec<u8>) -> Option<()> {
        match marker {
            0xc0..=0xc2 if self.frame.is_none() => self.frame = Some(Frame::parse(marker, body)?),
            0xc0..=0xc2 => return None,
            0xc4 => {
                let mut rest = body.as_slice();
                while let Some((kind, tables)) = rest.split_first() {
                    rest = tables;
                    let of_class = if kind >> 4 == 0 { &mut self.dc_tables } else { &mut self.ac_tables };
                    *of_class.get_mut(usize::from(kind & 15))? = Some(HuffmanTable::take(&mut rest)?);
                }
            }
            0xdd => {
                self.restart_interval = u16::from_be_bytes([*body.first()?, *body.get(1)?]).into();
            }
            // Of application data, JFIF's and Adobe's tell how colours are meant.
            0xe0 if !body.starts_with(b"JFIF") => {}
            0xee if !body.starts_with(b"Adobe") => {}
            _ => put_segment(&mut self.kept_segments, marker, &body),
        }
        Some(())
    }

    /// Takes the scan header.
    fn finish(self, scan: Vec<u8>, data_start: u64) -> Option<JpegLayout> {
        let frame = self.frame?;
        let num_components = frame.components.len();
        if usize::from(*scan.first()?) != num_components || scan.len() != 4 + 2 * num_components {
            return None;
        }
        let mut num_missing_bits = 0;
        let mut ac_tables = self.ac_tables;
        if frame.marker == PROGRESSIVE {
            // From the first coefficient to the first, for the first time, without some low bits.
            let [0, 0, approximation @ 0..=13] = scan[1 + 2 * num_components..] else { return None };
            num_missing_bits = approximation.into();
            ac_tables = std::array::from_fn(|_| Some(HuffmanTable::default()));
        }
        let mut blocks = Vec::new();
        for [id, tables] in scan[1..].as_chunks::<2>().0.iter().take(num_components) {
            let component = frame.components.iter().position(|component| component.id == *id)?;
            let Component { horizontal, vertical, .. } = frame.components[component];
            // A single component is not interleaved: each block is an MCU, whatever its sampling.
            let num_blocks = if num_components == 1 { 1 } else { horizontal * vertical };
            let (dc_table, ac_table) = (usize::from(tables >> 4), usize::from(tables & 15));
            blocks.extend((0..num_blocks).map(|_| Block { component, dc_table, ac_table }));
        }
        if blocks.len() > MAX_BLOCKS {
            return None;
        }
        let extended = |tables: [Option<HuffmanTable>; 4], symbols: std::ops::RangeInclusive<u8>| {
            tables.map(|table| table?.with_symbols(symbols.clone()))
        };
        let dc_tables = extended(self.dc_tables, DC_SYMBOLS);
        let ac_tables = extended(ac_tables, END_OF_BLOCK..=END_OF_BLOCK);
        let has_tables = |block: &Block| {
            let has = |tables: &[Option<_>; 4], index: usize| tables.get(index).is_some_and(Option::is_some);
            has(&dc_tables, block.dc_table) && has(&ac_tables, block.ac_table)
        };
        if !blocks.iter().all(has_tables) {
            return None;
        }
        let most = |sampling: fn(&Component) -> u32| frame.components.iter().map(sampling).max();
        let side = |most: u32| if num_components == 1 { BLOCK_SIDE } else { BLOCK_SIDE * most };
        Some(JpegLayout {
            size: frame.size,
            mcu: Size::new(side(most(|c| c.horizontal)?), side(most(|c| c.vertical)?)),
            num_components,
            blocks,
            restart_interval: self.restart_interval,
            num_missing_bits,
            dc_tables,
            ac_tables,
            data_start,
            kept_segments: self.kept_segments,
            frame_marker: if frame.marker == PROGRESSIVE { 0xc0 } else { frame.marker },
            frame_components: frame.body[5..].to_vec(),
            // What selects coefficients has but one meaning here, and some writers leave it empty.
            scan: [&scan[..1 + 2 * num_components], &[0, 63, 0]].concat(),
        })
    }
}

impl Frame {
    fn parse(marker: u8, body: Vec<u8>) -> Option<Self> {
        let (&[precision, h1, h0, w1, w0, num_components], rest) = body.split_first_chunk::<6>()?;
        let size = Size::new(u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
        let num_components = usize::from(num_components);
        let is_known = precision == 8 && matches!(num_components, 1 | 3 | 4) && size.num_pixels() > 0;
        if !is_known || rest.len() != num_components * 3 {
            return None;
        }
        let components: Option<Vec<_>> = rest
            .as_chunks::<3>()
            .0
            .iter()
            .map(|[id, sampling, _]| {
                let (horizontal, vertical) = (u32::from(sampling >> 4), u32::from(sampling & 15));
                let is_possible = (1..=4).contains(&horizontal) && (1..=4).contains(&vertical);
                is_possible.then_some(Component { id: *id, horizontal, vertical })
            })
            .collect();
        Some(Self { marker, size, components: components?, body })
    }
}
