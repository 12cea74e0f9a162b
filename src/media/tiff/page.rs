//! What the tags of a page say about its pixels: checked once, so that whoever decodes need not.

use std::sync::OnceLock;

use super::Fault;
use super::codec::Compression;
use super::directory::{Directory, tag};
use super::file::TiffFile;
use crate::media::Orientation;
use crate::pixels::{PixelFormat, Size};

/// A page: a picture, or a smaller version of one.
#[derive(Debug)]
pub(super) struct Page {
    pub size: Size,
    /// Pixels of a tile, or of a strip. Those at the right and the bottom may reach beyond the picture.
    pub chunk_size: Size,
    pub is_tiled: bool,
    pub compression: Compression,
    pub predictor: Predictor,
    pub color: Color,
    pub sample: SampleKind,
    /// Samples of each pixel.
    pub num_samples: usize,
    /// Whether each sample has chunks of its own.
    pub is_planar: bool,
    pub alpha: Option<Alpha>,
    /// Whether the first pixel of a byte is in its lowest bit.
    pub has_reversed_bits: bool,
    /// A value that means "nothing here".
    pub nodata: Option<f64>,
    pub jpeg_tables: Vec<u8>,
    /// Red, green, blue of each index.
    pub palette: Vec<[u8; 3]>,
    pub ycbcr: YCbCr,
    directory: Directory,
    chunks: OnceLock<Result<Chunks, Fault>>,
}

/// What the samples of a pixel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Gray { is_inverted: bool },
    Rgb,
    Palette,
    Cmyk,
    YCbCr,
}

/// How a sample is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SampleKind {
    /// Up to 64 bits.
    Unsigned(u32),
    /// 8, 16, 32 or 64 bits.
    Signed(u32),
    /// 16, 32 or 64 bits.
    Float(u32),
}

impl SampleKind {
    pub const fn bits(self) -> u32 {
        match self {
            Self::Unsigned(bits) | Self::Signed(bits) | Self::Float(bits) => bits,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    /// Each sample is the difference to the pixel before.
    Horizontal,
    /// The bytes of floats, sorted by significance, as differences.
    Float,
}

/// The sample that tells how opaque a pixel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alpha {
    pub index: usize,
    /// Whether the colours were multiplied with it.
    pub is_associated: bool,
}

/// TIFF 6.0, section 21.
#[derive(Clone, Copy, Debug)]
pub(super) struct YCbCr {
    /// Pixels of a block for which there is one Cb and one Cr.
    pub block: Size,
    /// Parts of red, green and blue in Y.
    pub luma: [f32; 3],
    /// Black and white of Y, and zero and full of Cb and Cr.
    pub reference: [f32; 6],
}

/// Where the chunks are.
#[derive(Debug)]
pub(super) struct Chunks {
    offsets: Vec<u64>,
    num_bytes: Vec<u64>,
}

/// More samples than that no real file has: hyperspectral ones have hundreds.
const MAX_SAMPLES: u64 = 4096;

impl Page {
    pub fn new(file: &TiffFile, directory: Directory) -> Result<Self, Fault> {
        let number = |tag| directory.number(file, tag);
        let or = |tag, value| number(tag).unwrap_or(value);
        let side = |tag| {
            let side = u32::try_from(or(tag, 0)).ok().filter(|side| *side < 1 << 31);
            side.ok_or_else(|| Fault::damaged("its size makes no sense"))
        };
        let size = Size::new(side(tag::IMAGE_WIDTH)?, side(tag::IMAGE_LENGTH)?);
        if size.num_pixels() == 0 {
            return Err(Fault::damaged(format!("its size is given as {} × {}", size.width, size.height)));
        }
        let num_samples = or(tag::SAMPLES_PER_PIXEL, 1);
        if num_samples == 0 || num_samples > MAX_SAMPLES {
            return Err(Fault::damaged(format!("it has {num_samples} samples per pixel")));
        }
        let num_samples = num_samples as usize;
        let compression = Compression::from_tag(or(tag::COMPRESSION, 1), or(tag::T4_OPTIONS, 0))?;
        let sample = sample_kind(file, &directory)?;
        let photometric = number(tag::PHOTOMETRIC);
        let color = color(photometric, num_samples, compression)?;
        let is_planar = or(tag::PLANAR_CONFIGURATION, 1) == 2 && num_samples > 1;
        let (is_tiled, chunk_size) = chunk_size(&directory, file, size)?;
        let page = Self {
            size,
            chunk_size,
            is_tiled,
            compression,
            predictor: predictor(or(tag::PREDICTOR, 1), sample, compression)?,
            color,
            sample,
            num_samples,
            is_planar,
            alpha: alpha(file, &directory, color, num_samples)?,
            has_reversed_bits: or(tag::FILL_ORDER, 1) == 2,
            nodata: directory.text(file, tag::GDAL_NODATA).parse().ok(),
            jpeg_tables: directory.bytes(file, tag::JPEG_TABLES)?,
            palette: if color == Color::Palette { palette(file, &directory, sample)? } else { Vec::new() },
            ycbcr: ycbcr(file, &directory)?,
            directory,
            chunks: OnceLock::new(),
        };
        page.check()?;
        Ok(page)
    }

    /// Combinations that nothing here can decode.
    fn check(&self) -> Result<(), Fault> {
        let bits = self.sample.bits();
        let unsupported = |what: &str| Err(Fault::Unsupported(what.to_owned()));
        let num_color_samples = match self.color {
            Color::Gray { .. } | Color::Palette => 1,
            Color::Rgb | Color::YCbCr => 3,
            Color::Cmyk => 4,
        };
        if self.num_samples < num_color_samples {
            return Err(Fault::damaged("it has fewer samples per pixel than its colours need"));
        }
        match (self.color, self.sample) {
            (Color::Gray { .. } | Color::Rgb, _) => {}
            (Color::Palette, SampleKind::Unsigned(1..=16)) => {}
            (Color::Cmyk | Color::YCbCr, SampleKind::Unsigned(8 | 16)) => {}
            _ => return unsupported("TIFF pictures with such colours of such a depth"),
        }
        if self.compression == Compression::Jpeg && self.sample != SampleKind::Unsigned(8) {
            return unsupported("TIFF pictures with JPEG compression of more than 8 bits");
        }
        if self.compression == Compression::Jpeg && !self.is_planar && self.num_samples != num_color_samples {
            return unsupported("TIFF pictures with JPEG compression of more than colours");
        }
        if matches!(self.compression, Compression::Group3 | Compression::Group4)
            && (bits != 1 || self.num_samples != 1)
        {
            return Err(Fault::damaged("it has fax compression of more than one bit"));
        }
        if self.is_subsampled() && (self.is_planar || bits != 8 || self.num_samples != 3) {
            return unsupported("TIFF pictures with such subsampled colours");
        }
        Ok(())
    }

    /// Whether the colours of uncompressed-in-the-sense-of-JPEG pixels are stored in blocks of several pixels.
    pub fn is_subsampled(&self) -> bool {
        self.color == Color::YCbCr
            && self.ycbcr.block != Size::new(1, 1)
            && !matches!(self.compression, Compression::Jpeg | Compression::WebP)
    }

    /// What its pixels become.
    pub fn format(&self) -> PixelFormat {
        let is_gray = matches!(self.color, Color::Gray { .. }) && self.alpha.is_none();
        match (self.color, self.sample) {
            (Color::Palette | Color::Cmyk | Color::YCbCr, _) => PixelFormat::Rgba8,
            (_, SampleKind::Unsigned(0..=8)) if is_gray => PixelFormat::Gray8,
            (_, SampleKind::Unsigned(0..=8)) => PixelFormat::Rgba8,
            (_, SampleKind::Unsigned(9..=16)) if is_gray => PixelFormat::Gray16,
            (_, SampleKind::Unsigned(9..=16)) => PixelFormat::Rgba16,
            _ if is_gray => PixelFormat::GrayF32,
            _ => PixelFormat::RgbaF32,
        }
    }

    /// Samples of a pixel that stand together in one chunk.
    pub fn samples_per_chunk_pixel(&self) -> usize {
        if self.is_planar { 1 } else { self.num_samples }
    }

    /// The planes that are needed to show it, if it is planar.
    pub fn planes(&self) -> Vec<usize> {
        if !self.is_planar {
            return vec![0];
        }
        let num_color_planes = match self.color {
            Color::Gray { .. } | Color::Palette => 1,
            Color::Rgb | Color::YCbCr => 3,
            Color::Cmyk => 4,
        };
        (0..num_color_planes).chain(self.alpha.map(|alpha| alpha.index)).collect()
    }

    /// Columns and rows of chunks.
    pub fn num_chunks(&self) -> Size {
        Size::new(
            self.size.width.div_ceil(self.chunk_size.width),
            self.size.height.div_ceil(self.chunk_size.height),
        )
    }

    /// Rows that are stored in a chunk: the last strip may be shorter.
    pub fn rows_of_chunk(&self, row: u32) -> u32 {
        if self.is_tiled {
            self.chunk_size.height
        } else {
            self.chunk_size.height.min(self.size.height - row * self.chunk_size.height)
        }
    }

    /// Bytes of a row of a chunk, unpacked. Of subsampled colours, of a row of blocks.
    pub fn row_bytes(&self) -> u64 {
        let width = u64::from(self.chunk_size.width);
        if self.is_subsampled() {
            let block = self.ycbcr.block;
            return width.div_ceil(block.width.into()) * (block.num_pixels() + 2);
        }
        (width * self.samples_per_chunk_pixel() as u64 * u64::from(self.sample.bits())).div_ceil(8)
    }

    /// Rows of bytes that so many rows of pixels take.
    pub fn num_byte_rows(&self, num_rows: u32) -> u32 {
        if self.is_subsampled() { num_rows.div_ceil(self.ycbcr.block.height) } else { num_rows }
    }

    /// Where a chunk of a plane lies: offset and length. `None` for one that is left out, whose pixels are empty.
    pub fn chunk_range(
        &self,
        file: &TiffFile,
        plane: usize,
        column: u32,
        row: u32,
    ) -> Result<Option<(u64, u64)>, Fault> {
        let num_chunks = self.num_chunks();
        let index = u64::from(row) * u64::from(num_chunks.width) + u64::from(column);
        let index = if self.is_planar { plane as u64 * num_chunks.num_pixels() + index } else { index };
        let chunks = self.chunks(file)?;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let offset = chunks.offsets.get(index).copied();
        let offset = offset.ok_or_else(|| Fault::damaged("it does not say where all of its parts are"))?;
        // Old files leave the lengths out.
        let num_bytes = chunks.num_bytes.get(index).copied();
        let num_bytes = num_bytes.filter(|n| *n > 0 || offset == 0).unwrap_or(u64::MAX);
        Ok((offset > 0).then_some((offset, num_bytes)))
    }

    /// Reads where the chunks are, once.
    fn chunks(&self, file: &TiffFile) -> Result<&Chunks, Fault> {
        let read = || {
            let (offsets, num_bytes) = if self.is_tiled && self.directory.has(tag::TILE_OFFSETS) {
                (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS)
            } else {
                (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS)
            };
            let offsets = self.directory.numbers(file, offsets)?;
            let num_bytes = self.directory.numbers(file, num_bytes)?;
            Ok(Chunks { offsets, num_bytes })
        };
        self.chunks.get_or_init(read).as_ref().map_err(Fault::again)
    }

    /// An error where the file is far too small for the pixels that it declares, by the nature of its compression.
    pub fn check_file_size(&self, file: &TiffFile) -> Result<(), Fault> {
        let num_planes = if self.is_planar { self.num_samples as u64 } else { 1 };
        let num_chunks = self.num_chunks().num_pixels() * num_planes;
        let chunk_bytes =
            u64::from(self.num_byte_rows(self.chunk_size.height)).saturating_mul(self.row_bytes());
        let least_bytes = chunk_bytes.saturating_mul(num_chunks) / self.compression.max_inflation();
        if least_bytes <= file.num_bytes && num_chunks <= file.num_bytes {
            return Ok(());
        }
        // Chunks that are left out take no bytes, but each is listed.
        let chunks = self.chunks(file)?;
        let num_listed = chunks.offsets.iter().filter(|offset| **offset > 0).count() as u64;
        // Of a file that was cut off, something can still be shown.
        const MOST_CUT_OFF: u64 = 100;
        let is_enough = chunk_bytes.saturating_mul(num_listed) / self.compression.max_inflation()
            <= file.num_bytes.saturating_mul(MOST_CUT_OFF);
        if chunks.offsets.len() as u64 >= num_chunks && num_listed > 0 && is_enough {
            return Ok(());
        }
        Err(Fault::damaged(format!(
            "its {} bytes cannot hold the {} × {} pixels that it declares",
            file.num_bytes, self.size.width, self.size.height
        )))
    }

    /// How it is to be turned.
    pub fn orientation(&self, file: &TiffFile) -> Orientation {
        let number = self.directory.number(file, tag::ORIENTATION);
        number.and_then(|n| Orientation::try_from(u8::try_from(n).ok()?).ok()).unwrap_or_default()
    }

    /// Its colour profile; empty where there is none.
    pub fn icc_profile(&self, file: &TiffFile) -> Vec<u8> {
        self.directory.bytes(file, tag::ICC_PROFILE).unwrap_or_default()
    }

    /// Where further directories are that belong to this page.
    pub fn sub_directories(&self, file: &TiffFile) -> Vec<u64> {
        // A list of any length can be declared; versions of a picture are few.
        if self.directory.count(tag::SUB_IFDS) > 64 {
            return Vec::new();
        }
        self.directory.numbers(file, tag::SUB_IFDS).unwrap_or_default()
    }

    /// What the writer says about it.
    pub fn description(&self, file: &TiffFile) -> String {
        self.directory.text(file, tag::IMAGE_DESCRIPTION)
    }

    /// What kind of page it is: bit 0, a smaller version; bit 2, a mask.
    pub fn subfile_type(&self, file: &TiffFile) -> u64 {
        self.directory.number(file, tag::NEW_SUBFILE_TYPE).unwrap_or(0)
    }
}

fn sample_kind(file: &TiffFile, directory: &Directory) -> Result<SampleKind, Fault> {
    let all_bits = directory.numbers(file, tag::BITS_PER_SAMPLE)?;
    let bits = all_bits.first().copied().unwrap_or(1);
    if all_bits.iter().any(|other| *other != bits) {
        return Err(Fault::Unsupported("TIFF pictures with channels of different depths".to_owned()));
    }
    let formats = directory.numbers(file, tag::SAMPLE_FORMAT)?;
    match (formats.first().copied().unwrap_or(1), bits as u32) {
        // 4 is "unknown", which is taken for whole numbers.
        (1 | 4, bits @ (1..=16 | 24 | 32 | 64)) => Ok(SampleKind::Unsigned(bits)),
        (2, bits @ (8 | 16 | 32 | 64)) => Ok(SampleKind::Signed(bits)),
        (3, bits @ (16 | 32 | 64)) => Ok(SampleKind::Float(bits)),
        (5 | 6, _) => Err(Fault::Unsupported("TIFF pictures of complex numbers".to_owned())),
        (_, bits) => Err(Fault::Unsupported(format!("TIFF pictures with such samples of {bits} bits"))),
    }
}

fn color(photometric: Option<u64>, num_samples: usize, compression: Compression) -> Result<Color, Fault> {
    Ok(match photometric {
        Some(0) => Color::Gray { is_inverted: true },
        Some(1) => Color::Gray { is_inverted: false },
        Some(2) => Color::Rgb,
        Some(3) => Color::Palette,
        // A mask of another picture: shown as the picture that it is.
        Some(4) => Color::Gray { is_inverted: false },
        Some(5) => Color::Cmyk,
        Some(6) => Color::YCbCr,
        Some(8 | 9) => return Err(Fault::Unsupported("TIFF pictures in CIE L*a*b*".to_owned())),
        Some(32803 | 34892) => return Err(Fault::Unsupported("TIFF files with raw sensor data".to_owned())),
        Some(32844 | 32845) => return Err(Fault::Unsupported("TIFF pictures in LogLuv".to_owned())),
        Some(other) => return Err(Fault::Unsupported(format!("TIFF pictures with colours of kind {other}"))),
        // Required, and yet left out by some.
        None if num_samples >= 3 => Color::Rgb,
        None => Color::Gray { is_inverted: matches!(compression, Compression::Group3 | Compression::Group4) },
    })
}

fn chunk_size(directory: &Directory, file: &TiffFile, size: Size) -> Result<(bool, Size), Fault> {
    let number = |tag| directory.number(file, tag);
    let side = |value: u64| {
        let side = u32::try_from(value).ok().filter(|side| (1..1 << 31).contains(side));
        side.ok_or_else(|| Fault::damaged("the size of its tiles or strips makes no sense"))
    };
    if let (Some(width), Some(height)) = (number(tag::TILE_WIDTH), number(tag::TILE_LENGTH)) {
        return Ok((true, Size::new(side(width)?, side(height)?)));
    }
    let num_rows = number(tag::ROWS_PER_STRIP).filter(|rows| *rows > 0).unwrap_or(u64::MAX);
    Ok((false, Size::new(size.width, side(num_rows.min(size.height.into()))?)))
}

fn predictor(number: u64, sample: SampleKind, compression: Compression) -> Result<Predictor, Fault> {
    // It is a step of these compressions; with others, the tag means nothing.
    if !matches!(compression, Compression::Lzw | Compression::Deflate | Compression::Zstd) {
        return Ok(Predictor::None);
    }
    match (number, sample) {
        (1, _) => Ok(Predictor::None),
        (2, kind) if matches!(kind.bits(), 8 | 16 | 32 | 64) => Ok(Predictor::Horizontal),
        (3, SampleKind::Float(_)) => Ok(Predictor::Float),
        _ => Err(Fault::Unsupported(format!("TIFF pictures with predictor {number} of such samples"))),
    }
}

fn alpha(
    file: &TiffFile,
    directory: &Directory,
    color: Color,
    num_samples: usize,
) -> Result<Option<Alpha>, Fault> {
    let num_color_samples = match color {
        Color::Palette => return Ok(None),
        Color::Gray { .. } => 1,
        Color::Rgb | Color::YCbCr => 3,
        Color::Cmyk => 4,
    };
    if !directory.has(tag::EXTRA_SAMPLES) {
        // Required for a fourth sample beside red, green and blue, and yet left out by some.
        let is_alpha = color == Color::Rgb && num_samples == 4;
        return Ok(is_alpha.then_some(Alpha { index: 3, is_associated: false }));
    }
    let kinds = directory.numbers(file, tag::EXTRA_SAMPLES)?;
    let alpha = kinds.iter().enumerate().find_map(|(n, kind)| {
        let index = num_color_samples + n;
        matches!(kind, 1 | 2).then_some(Alpha { index, is_associated: *kind == 1 })
    });
    Ok(alpha.filter(|alpha| alpha.index < num_samples))
}

/// The colour map: 16 bits for each colour; 8 in the files of some writers, recognised by their smallness.
fn palette(file: &TiffFile, directory: &Directory, sample: SampleKind) -> Result<Vec<[u8; 3]>, Fault> {
    let values = directory.numbers(file, tag::COLOR_MAP)?;
    let num_colors = values.len() / 3;
    if num_colors == 0 || sample.bits() > 16 {
        return Err(Fault::damaged("it has no palette"));
    }
    let shift = if values.iter().all(|value| *value < 256) { 0 } else { 8 };
    let at = |n: usize| (values[n] >> shift).min(255) as u8;
    Ok((0..num_colors).map(|n| [at(n), at(num_colors + n), at(2 * num_colors + n)]).collect())
}

fn ycbcr(file: &TiffFile, directory: &Directory) -> Result<YCbCr, Fault> {
    let sides = directory.numbers(file, tag::YCBCR_SUBSAMPLING)?;
    let side = |n: usize| match sides.get(n).copied().unwrap_or(2) {
        side @ (1 | 2 | 4) => Ok(side as u32),
        _ => Err(Fault::damaged("the subsampling of its colours makes no sense")),
    };
    let three = |values: Vec<f64>| <[f64; 3]>::try_from(values).ok();
    let six = |values: Vec<f64>| <[f64; 6]>::try_from(values).ok();
    let luma = three(directory.floats(file, tag::YCBCR_COEFFICIENTS)?);
    let reference = six(directory.floats(file, tag::REFERENCE_BLACK_WHITE)?);
    Ok(YCbCr {
        block: Size::new(side(0)?, side(1)?),
        luma: luma.unwrap_or([0.299, 0.587, 0.114]).map(|v| v as f32),
        reference: reference.unwrap_or([0.0, 255.0, 128.0, 255.0, 128.0, 255.0]).map(|v| v as f32),
    })
}
