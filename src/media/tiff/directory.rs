//! Directories of tags (TIFF 6.0, section 2; BigTIFF: Adobe and libtiff, 2007).
//!
//! Nothing that a file says about itself is believed: counts and offsets are checked against its length first.

use super::Fault;
use super::file::TiffFile;

/// Tags that are read, by their names in the standard.
pub(super) mod tag {
    pub const NEW_SUBFILE_TYPE: u16 = 254;
    pub const IMAGE_WIDTH: u16 = 256;
    pub const IMAGE_LENGTH: u16 = 257;
    pub const BITS_PER_SAMPLE: u16 = 258;
    pub const COMPRESSION: u16 = 259;
    pub const PHOTOMETRIC: u16 = 262;
    pub const FILL_ORDER: u16 = 266;
    pub const IMAGE_DESCRIPTION: u16 = 270;
    pub const STRIP_OFFSETS: u16 = 273;
    pub const ORIENTATION: u16 = 274;
    pub const SAMPLES_PER_PIXEL: u16 = 277;
    pub const ROWS_PER_STRIP: u16 = 278;
    pub const STRIP_BYTE_COUNTS: u16 = 279;
    pub const PLANAR_CONFIGURATION: u16 = 284;
    pub const T4_OPTIONS: u16 = 292;
    pub const PREDICTOR: u16 = 317;
    pub const COLOR_MAP: u16 = 320;
    pub const TILE_WIDTH: u16 = 322;
    pub const TILE_LENGTH: u16 = 323;
    pub const TILE_OFFSETS: u16 = 324;
    pub const TILE_BYTE_COUNTS: u16 = 325;
    pub const SUB_IFDS: u16 = 330;
    pub const EXTRA_SAMPLES: u16 = 338;
    pub const SAMPLE_FORMAT: u16 = 339;
    pub const JPEG_TABLES: u16 = 347;
    pub const YCBCR_COEFFICIENTS: u16 = 529;
    pub const YCBCR_SUBSAMPLING: u16 = 530;
    pub const REFERENCE_BLACK_WHITE: u16 = 532;
    pub const ICC_PROFILE: u16 = 34675;
    pub const GDAL_NODATA: u16 = 42113;
}

/// Real directories have some dozens of entries.
const MAX_ENTRIES: u64 = 4096;

/// Offsets of 16 million tiles take half of that.
const MAX_VALUE_BYTES: u64 = 256 << 20;

/// The tags of one page, and where the next page's are.
#[derive(Debug)]
pub(super) struct Directory {
    entries: Vec<Entry>,
    /// 0 where there is none.
    pub next_offset: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// The values themselves where they fit, and else where they are.
    field: [u8; 8],
    field_bytes: u64,
}

impl Entry {
    fn bytes_per_value(&self) -> u64 {
        match self.kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16 | 17 | 18 => 8,
            // Bytes and letters, and what is not known.
            _ => 1,
        }
    }
}

/// Reads the first bytes: sets the file's byte order, and returns whether it is a BigTIFF and where the first
/// directory is.
pub(super) fn read_start(file: &mut TiffFile) -> Result<(bool, u64), Fault> {
    let start = file.bytes_at(0, 8)?;
    file.is_big_endian = match &start[..2] {
        b"II" => false,
        b"MM" => true,
        _ => return Err(Fault::damaged("it does not begin like a TIFF file")),
    };
    match file.u16([start[2], start[3]]) {
        42 => Ok((false, file.u32([start[4], start[5], start[6], start[7]]).into())),
        43 => {
            let offset = file.bytes_at(8, 8)?;
            Ok((true, number(file, &offset)))
        }
        _ => Err(Fault::damaged("it does not begin like a TIFF file")),
    }
}

impl Directory {
    pub fn read(file: &TiffFile, is_big: bool, offset: u64) -> Result<Self, Fault> {
        let (count_bytes, entry_bytes, field_at, next_bytes) =
            if is_big { (8, 20, 12, 8) } else { (2, 12, 8, 4) };
        let count = number(file, &file.bytes_at(offset, count_bytes)?);
        if count == 0 || count > MAX_ENTRIES {
            return Err(Fault::damaged(format!("a directory of it has {count} entries")));
        }
        let entries_at = offset + count_bytes;
        let bytes = file.bytes_at(entries_at, count * entry_bytes)?;
        let entries = bytes.chunks_exact(entry_bytes as usize).map(|entry| {
            let mut field = [0; 8];
            let field_bytes = entry.len() - field_at;
            field[..field_bytes].copy_from_slice(&entry[field_at..]);
            Entry {
                tag: file.u16([entry[0], entry[1]]),
                kind: file.u16([entry[2], entry[3]]),
                count: number(file, &entry[4..field_at]),
                field,
                field_bytes: field_bytes as u64,
            }
        });
        let entries = entries.collect();
        // A file may end right behind its last directory, without saying that it is the last.
        let next = file.bytes_at(entries_at + count * entry_bytes, next_bytes);
        Ok(Self { entries, next_offset: next.map_or(0, |bytes| number(file, &bytes)) })
    }

    pub fn has(&self, tag: u16) -> bool {
        self.entry(tag).is_some()
    }

    /// How many values a tag has.
    pub fn count(&self, tag: u16) -> u64 {
        self.entry(tag).map_or(0, |entry| entry.count)
    }

    /// The first value of a tag that holds whole numbers; `None` where it is absent or unreadable.
    pub fn number(&self, file: &TiffFile, tag: u16) -> Option<u64> {
        self.numbers(file, tag).ok()?.first().copied()
    }

    /// The whole numbers of a tag; none where it is absent.
    pub fn numbers(&self, file: &TiffFile, tag: u16) -> Result<Vec<u64>, Fault> {
        let Some(entry) = self.entry(tag) else { return Ok(Vec::new()) };
        let bytes = self.value_bytes(file, entry)?;
        Ok(bytes.chunks_exact(entry.bytes_per_value() as usize).map(|value| number(file, value)).collect())
    }

    /// The values of a tag that holds fractions or floats; none where it is absent.
    pub fn floats(&self, file: &TiffFile, tag: u16) -> Result<Vec<f64>, Fault> {
        let Some(entry) = self.entry(tag) else { return Ok(Vec::new()) };
        let bytes = self.value_bytes(file, entry)?;
        let values = bytes.chunks_exact(entry.bytes_per_value() as usize);
        Ok(match entry.kind {
            5 => values
                .map(|value| {
                    number(file, &value[..4]) as f64 / (number(file, &value[4..]) as f64).max(1e-300)
                })
                .collect(),
            11 => values.map(|value| f64::from(f32::from_bits(number(file, value) as u32))).collect(),
            12 => values.map(|value| f64::from_bits(number(file, value))).collect(),
            _ => values.map(|value| number(file, value) as f64).collect(),
        })
    }

    /// The bytes of a tag as they are in the file; none where it is absent.
    pub fn bytes(&self, file: &TiffFile, tag: u16) -> Result<Vec<u8>, Fault> {
        self.entry(tag).map_or(Ok(Vec::new()), |entry| self.value_bytes(file, entry))
    }

    /// The text of a tag; empty where it is absent.
    pub fn text(&self, file: &TiffFile, tag: u16) -> String {
        let bytes = self.bytes(file, tag).unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim_end_matches('\0').trim().to_owned()
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag && entry.count > 0)
    }

    fn value_bytes(&self, file: &TiffFile, entry: &Entry) -> Result<Vec<u8>, Fault> {
        let num_bytes = entry.count.saturating_mul(entry.bytes_per_value());
        let field = &entry.field[..entry.field_bytes as usize];
        if num_bytes <= entry.field_bytes {
            return Ok(field[..num_bytes as usize].to_vec());
        }
        if num_bytes > MAX_VALUE_BYTES {
            return Err(Fault::damaged(format!("its tag {} has {} values", entry.tag, entry.count)));
        }
        file.bytes_at(number(file, field), num_bytes)
    }
}

/// A number of 1, 2, 4 or 8 bytes; 0 of other lengths.
fn number(file: &TiffFile, bytes: &[u8]) -> u64 {
    match *bytes {
        [a] => a.into(),
        [a, b] => file.u16([a, b]).into(),
        [a, b, c, d] => file.u32([a, b, c, d]).into(),
        [a, b, c, d, e, f, g, h] => file.u64([a, b, c, d, e, f, g, h]),
        _ => 0,
    }
}
