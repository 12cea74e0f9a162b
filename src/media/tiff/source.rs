//! Reading any area of any level.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Fault;
use super::areas::{copy_part, extended, fitted};
use super::codec::{Compression, decoder};
use super::convert::{PlaneRows, fill_empty, pixels_from_planes};
use super::embedded::{ChunkPicture, decode_jpeg, decode_webp};
use super::file::TiffFile;
use super::levels::read_pages;
use super::page::{Color, Page, Predictor};
use super::samples::restore_row;
use crate::base::cache::ByteCache;
use crate::base::jobs::JobContext;
use crate::media::buffer::working_bytes;
use crate::media::convert::rgba_from_inverted_cmyk;
use crate::media::{ColorTransform, MediaError, Orientation, ProfileChannels, RegionSource, Upright};
use crate::pixels::{PixelFormat, PixelRect, Size, Tile};

/// Opens a TIFF file for reading by region, in the orientation in which it is shown.
///
/// # Errors
/// [`MediaError`]; in particular, [`MediaError::Unsupported`] names the kind of TIFF that cannot be read.
pub fn open_tiff(path: &Path) -> Result<Box<dyn RegionSource>, MediaError> {
    let source = TiffSource::open(path)?;
    Ok(match source.orientation {
        Orientation::Normal => Box::new(source),
        orientation => Box::new(Upright::new(source, orientation)),
    })
}

/// A TIFF file that is read by region, as its rows are stored: see [`open_tiff`].
pub struct TiffSource {
    path: PathBuf,
    file: TiffFile,
    /// The picture and its smaller versions.
    pub(super) pages: Vec<Page>,
    levels: Vec<u32>,
    orientation: Orientation,
    transform: Option<ColorTransform>,
    bands: Mutex<ByteCache<BandId, Tile>>,
    cursor: Mutex<Option<Cursor>>,
    complaint: Mutex<Option<Arc<str>>>,
    /// Whether anything at all could be decoded yet.
    has_decoded: AtomicBool,
}

/// Rows of a chunk that are decoded together: all of them, unless the chunk is very large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct BandId {
    /// Index of the page.
    page: usize,
    column: u32,
    row: u32,
    /// Counted from the chunk's top.
    band: u32,
}

/// Decoders in the middle of a large chunk, one for each plane.
struct Cursor {
    page: usize,
    column: u32,
    row: u32,
    /// The row of bytes that comes next.
    next_row: u32,
    planes: Vec<Box<dyn Read + Send>>,
}

/// Decoded chunks that are kept: some 256 tiles of 256 × 256, a few rows of tiles across a wide screen.
const CACHE_BYTES: usize = 64 << 20;

/// A chunk up to this size is decoded in one go.
const MAX_WHOLE_CHUNK_BYTES: u64 = 16 << 20;

/// Pixels of a band of a larger one.
const BAND_BYTES: u64 = 4 << 20;

/// No band, and no chunk that is a picture in itself, may take more.
const MAX_BAND_BYTES: u64 = 1 << 30;

/// What a first look may take.
const COARSE_TIME: Duration = Duration::from_millis(200);

impl TiffSource {
    /// Opens a file and reads its tags.
    ///
    /// # Errors
    /// As [`open_tiff`].
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        let read_error = |error| MediaError::read(path, error);
        let metadata = fs::metadata(path).map_err(read_error)?;
        if !metadata.is_file() {
            // Opening a pipe or a device could wait for ever.
            return Err(read_error(io::Error::other("it is not a regular file")));
        }
        let file = File::open(path).map_err(read_error)?;
        let file = TiffFile::new(file).map_err(read_error)?;
        Self::from_file(path, file).map_err(|fault| fault.at(path))
    }

    fn from_file(path: &Path, mut file: TiffFile) -> Result<Self, Fault> {
        let (levels, pages): (Vec<_>, Vec<_>) = read_pages(&mut file)?.into_iter().unzip();
        let first: &Page = &pages[0];
        let icc = first.icc_profile(&file);
        let channels = match first.color {
            Color::Gray { .. } => ProfileChannels::Gray,
            Color::Rgb | Color::Palette | Color::YCbCr => ProfileChannels::Rgb,
            Color::Cmyk => ProfileChannels::Cmyk,
        };
        let transform = if icc.is_empty() { None } else { ColorTransform::from_icc(&icc, channels) };
        Ok(Self {
            path: path.to_owned(),
            levels,
            orientation: first.orientation(&file),
            transform,
            pages,
            file,
            bands: Mutex::new(ByteCache::new(CACHE_BYTES)),
            cursor: Mutex::new(None),
            complaint: Mutex::new(None),
            has_decoded: AtomicBool::new(false),
        })
    }

    /// How the stored rows are turned to be shown.
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }

    /// Reads an area that lies within the page.
    pub(super) fn read_page(
        &self,
        index: usize,
        area: PixelRect,
        context: &JobContext,
    ) -> Result<Tile, Fault> {
        let page = &self.pages[index];
        let format = page.format();
        let num_bytes = area.size().num_pixels() * format.bytes_per_pixel() as u64;
        let mut pixels = working_bytes(num_bytes).ok_or_else(too_large)?;
        let chunk = page.chunk_size;
        let (mut num_done, mut first_fault) = (0, None);
        for row in area.top / chunk.height..area.bottom().div_ceil(chunk.height) {
            for column in area.left / chunk.width..area.right().div_ceil(chunk.width) {
                if context.is_cancelled() {
                    return Err(Fault::Cancelled);
                }
                let result = if is_plain(page) {
                    self.read_plain(page, column, row, area, &mut pixels)
                } else {
                    self.read_bands(index, column, row, area, &mut pixels, context)
                };
                match result {
                    Ok(()) => num_done += 1,
                    Err(fault @ (Fault::Cancelled | Fault::Unsupported(_))) => return Err(fault),
                    Err(fault) => {
                        self.complain(&fault);
                        first_fault.get_or_insert(fault);
                    }
                }
            }
        }
        if num_done > 0 {
            self.has_decoded.store(true, Ordering::Relaxed);
        }
        match first_fault {
            Some(fault) if !self.has_decoded.load(Ordering::Relaxed) => Err(fault),
            _ => Tile::new(area.size(), format, pixels).ok_or_else(too_large),
        }
    }

    /// Reads the rows of an uncompressed chunk from where they are.
    fn read_plain(
        &self,
        page: &Page,
        column: u32,
        row: u32,
        area: PixelRect,
        pixels: &mut [u8],
    ) -> Result<(), Fault> {
        let chunk_area = chunk_area(page, column, row);
        let part = chunk_area.intersection(&area);
        // Pixels of fewer bits than a byte begin with a whole one.
        let in_chunk = part.left - chunk_area.left;
        let num_skipped = in_chunk % 8;
        let width = part.width + num_skipped;
        let bits = u64::from(page.sample.bits()) * page.samples_per_chunk_pixel() as u64;
        let start_byte = u64::from(in_chunk - num_skipped) * bits / 8;
        let part_bytes = (u64::from(width) * bits).div_ceil(8);
        let row_bytes = page.row_bytes();
        let first_row = u64::from(part.top - chunk_area.top);

        let planes = page.planes();
        let mut rows = Vec::new();
        let mut is_cut_off = false;
        let mut is_there = false;
        let mut is_left_out = true;
        for plane in &planes {
            let mut bytes = working_bytes(part_bytes * u64::from(part.height)).ok_or_else(too_large)?;
            // The length is left alone: it is often wrong, and says nothing that is not known.
            if let Some((offset, _)) = page.chunk_range(&self.file, *plane, column, row)? {
                is_left_out = false;
                for (y, line) in bytes.chunks_exact_mut(part_bytes.max(1) as usize).enumerate() {
                    let at = offset.saturating_add((first_row + y as u64) * row_bytes + start_byte);
                    let num_read = self.file.read_some_at(at, line)?;
                    is_cut_off |= num_read < line.len();
                    is_there |= num_read > 0;
                    if page.has_reversed_bits {
                        line.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
                    }
                    let num_interleaved = page.samples_per_chunk_pixel();
                    let is_big = self.file.is_big_endian;
                    restore_row(line, page.sample, Predictor::None, num_interleaved, is_big);
                }
            }
            rows.push(bytes);
        }
        let planes: Vec<_> =
            rows.iter().map(|bytes| PlaneRows { bytes, row_bytes: part_bytes as usize }).collect();
        let format = page.format();
        let num_bytes = u64::from(width) * u64::from(part.height) * format.bytes_per_pixel() as u64;
        let mut converted = working_bytes(num_bytes).ok_or_else(too_large)?;
        if is_left_out {
            fill_empty(format, &mut converted);
        } else {
            pixels_from_planes(page, self.transform.as_ref(), &planes, width as usize, &mut converted);
        }
        let tile = Tile::new(Size::new(width, part.height), format, converted).ok_or_else(too_large)?;
        let origin = PixelRect::new(part.left - num_skipped, part.top, width, part.height);
        copy_part(&tile, origin, pixels, area);
        if is_cut_off {
            let fault = Fault::damaged("it ends too early");
            if !is_there {
                return Err(fault);
            }
            self.complain(&fault);
        }
        Ok(())
    }

    /// Copies what the area touches of a chunk, band by band, from the cache or freshly decoded.
    fn read_bands(
        &self,
        page_index: usize,
        column: u32,
        row: u32,
        area: PixelRect,
        pixels: &mut [u8],
        context: &JobContext,
    ) -> Result<(), Fault> {
        let page = &self.pages[page_index];
        let chunk_area = chunk_area(page, column, row);
        let part = chunk_area.intersection(&area);
        let band_rows = band_rows(page);
        let bands =
            (part.top - chunk_area.top) / band_rows..(part.bottom() - chunk_area.top).div_ceil(band_rows);
        for band in bands {
            let id = BandId { page: page_index, column, row, band };
            let tile = self.band(id, context)?;
            let top = chunk_area.top + band * band_rows;
            let origin = PixelRect::new(chunk_area.left, top, tile.size().width, tile.size().height);
            copy_part(&tile, origin, pixels, area);
        }
        Ok(())
    }

    fn band(&self, id: BandId, context: &JobContext) -> Result<Tile, Fault> {
        if let Some(tile) = lock(&self.bands).get(&id) {
            return Ok(tile.clone());
        }
        let page = &self.pages[id.page];
        let rows = band_rows(page);
        let num_rows = rows.min(page.rows_of_chunk(id.row) - id.band * rows);
        let size = Size::new(page.chunk_size.width, num_rows);
        let result = self.decode_band(page, id, size, context);
        let tile = match result {
            Ok(tile) => tile,
            Err(Fault::Damaged(cause)) => {
                // Next time it is known to be empty, without trying again.
                let fault = Fault::Damaged(cause);
                self.complain(&fault);
                if !self.has_decoded.load(Ordering::Relaxed) {
                    return Err(fault);
                }
                empty_tile(page, size)?
            }
            Err(fault) => return Err(fault),
        };
        lock(&self.bands).insert(id, tile.clone(), tile.num_bytes());
        Ok(tile)
    }

    fn decode_band(&self, page: &Page, id: BandId, size: Size, context: &JobContext) -> Result<Tile, Fault> {
        let pixel_bytes = page.format().bytes_per_pixel() as u64;
        if size.num_pixels().saturating_mul(pixel_bytes.max(4)) > MAX_BAND_BYTES {
            return Err(too_large());
        }
        let mut ranges = Vec::new();
        for plane in page.planes() {
            ranges.push(page.chunk_range(&self.file, plane, id.column, id.row)?);
        }
        if ranges.iter().all(Option::is_none) {
            return empty_tile(page, size);
        }
        if page.compression.is_stream() {
            self.decode_rows(page, id, size, &ranges, context)
        } else {
            self.decode_pictures(page, size, &ranges)
        }
    }

    /// Decodes rows of chunks that are streams.
    fn decode_rows(
        &self,
        page: &Page,
        id: BandId,
        size: Size,
        ranges: &[Option<(u64, u64)>],
        context: &JobContext,
    ) -> Result<Tile, Fault> {
        let row_bytes = page.row_bytes();
        let num_byte_rows = page.num_byte_rows(size.height);
        if row_bytes.saturating_mul(num_byte_rows.into()) > MAX_BAND_BYTES {
            return Err(too_large());
        }
        let first_row = page.num_byte_rows(id.band * band_rows(page));
        if size.height == page.rows_of_chunk(id.row) {
            let mut cursor = self.new_cursor(page, id, ranges)?;
            let planes = self.next_rows(page, &mut cursor, num_byte_rows)?;
            return self.converted(page, &planes, size);
        }
        let stands_before = |cursor: &Cursor| {
            let is_in_chunk = (cursor.page, cursor.column, cursor.row) == (id.page, id.column, id.row);
            is_in_chunk && cursor.next_row <= first_row
        };
        // One stands in the file at a time: others wait for it, and then mostly find their rows in the cache.
        let mut standing = lock(&self.cursor);
        let mut cursor = match standing.take().filter(stands_before) {
            Some(cursor) => cursor,
            None => self.new_cursor(page, id, ranges)?,
        };
        while cursor.next_row < first_row {
            if context.is_cancelled() {
                *standing = Some(cursor);
                return Err(Fault::Cancelled);
            }
            for plane in &mut cursor.planes {
                let num_skipped = io::copy(&mut plane.take(row_bytes), &mut io::sink());
                if num_skipped.unwrap_or(0) < row_bytes {
                    return Err(Fault::damaged("it ends too early or is garbled"));
                }
            }
            cursor.next_row += 1;
        }
        let planes = self.next_rows(page, &mut cursor, num_byte_rows)?;
        *standing = Some(cursor);
        drop(standing);
        self.converted(page, &planes, size)
    }

    /// The rows of bytes that come next, of each plane. Those behind a fault are zeros; an error where there are
    /// none before.
    fn next_rows(&self, page: &Page, cursor: &mut Cursor, num_rows: u32) -> Result<Vec<Vec<u8>>, Fault> {
        let row_bytes = page.row_bytes();
        let mut planes = Vec::new();
        for plane in &mut cursor.planes {
            let mut bytes = working_bytes(row_bytes * u64::from(num_rows)).ok_or_else(too_large)?;
            let (num_read, error) = read_some(plane, &mut bytes);
            if num_read < bytes.len() {
                let cause = error.map_or("it ends too early".to_owned(), |error| error.to_string());
                if num_read == 0 {
                    return Err(Fault::Damaged(cause));
                }
                self.complain(&Fault::Damaged(cause));
            }
            for row in bytes.chunks_exact_mut(row_bytes.max(1) as usize) {
                let num_interleaved = page.samples_per_chunk_pixel();
                let is_big = self.file.is_big_endian;
                restore_row(row, page.sample, page.predictor, num_interleaved, is_big);
            }
            planes.push(bytes);
        }
        cursor.next_row += num_rows;
        Ok(planes)
    }

    /// Decoders at the start of a chunk.
    fn new_cursor(&self, page: &Page, id: BandId, ranges: &[Option<(u64, u64)>]) -> Result<Cursor, Fault> {
        let mut planes: Vec<Box<dyn Read + Send>> = Vec::new();
        for range in ranges {
            planes.push(match range {
                Some((offset, num_bytes)) => {
                    let input = self.file.range(*offset, *num_bytes);
                    decoder(page.compression, page.has_reversed_bits, page.chunk_size.width, input)?
                }
                None => Box::new(io::repeat(0)),
            });
        }
        Ok(Cursor { page: id.page, column: id.column, row: id.row, next_row: 0, planes })
    }

    /// Decodes chunks that are pictures in themselves, one for each plane.
    fn decode_pictures(&self, page: &Page, size: Size, ranges: &[Option<(u64, u64)>]) -> Result<Tile, Fault> {
        let mut gray_planes = Vec::new();
        for range in ranges {
            let Some((offset, num_bytes)) = *range else {
                gray_planes.push(vec![0; size.num_pixels() as usize]);
                continue;
            };
            let data = self.picture_bytes(offset, num_bytes, size)?;
            let decoded = match page.compression {
                Compression::WebP => decode_webp(&data, size)?,
                _ => decode_jpeg(page, &data, size)?,
            };
            if let Some(complaint) = decoded.complaint {
                self.complain(&Fault::Damaged(complaint));
            }
            match decoded.picture {
                ChunkPicture::Gray(gray) => gray_planes.push(fitted(&gray, 1, decoded.size, size)),
                ChunkPicture::Rgba(rgba) => {
                    let mut rgba = fitted(&rgba, 4, decoded.size, size);
                    if let Some(transform) = &self.transform {
                        transform.apply(PixelFormat::Rgba8, &mut rgba);
                    }
                    return self.tile_of(page, PixelFormat::Rgba8, rgba, size);
                }
                ChunkPicture::Inks(inks) => {
                    let mut inks = fitted(&inks, 4, decoded.size, size);
                    let mut rgba = vec![0; inks.len()];
                    let transform = self.transform.as_ref();
                    if !transform.is_some_and(|transform| transform.rgba_from_inks(&inks, &mut rgba)) {
                        inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
                        rgba_from_inverted_cmyk(&inks, &mut rgba);
                    }
                    return self.tile_of(page, PixelFormat::Rgba8, rgba, size);
                }
            }
        }
        self.converted(page, &gray_planes, size)
    }

    /// The bytes of a chunk that is a picture in itself. A length far beyond what its pixels can need is not
    /// believed.
    fn picture_bytes(&self, offset: u64, num_bytes: u64, size: Size) -> Result<Vec<u8>, Fault> {
        let most = size.num_pixels().saturating_mul(8).saturating_add(1 << 20);
        let num_there = self.file.num_bytes.saturating_sub(offset);
        self.file.bytes_at(offset, num_bytes.min(num_there).min(most))
    }

    /// Makes pixels of the rows of each plane.
    fn converted(&self, page: &Page, planes: &[Vec<u8>], size: Size) -> Result<Tile, Fault> {
        let row_bytes = page.row_bytes() as usize;
        let planes: Vec<_> = planes.iter().map(|bytes| PlaneRows { bytes, row_bytes }).collect();
        let format = page.format();
        let num_bytes = size.num_pixels() * format.bytes_per_pixel() as u64;
        let mut pixels = working_bytes(num_bytes).ok_or_else(too_large)?;
        pixels_from_planes(page, self.transform.as_ref(), &planes, size.width as usize, &mut pixels);
        self.tile_of(page, format, pixels, size)
    }

    fn tile_of(&self, page: &Page, format: PixelFormat, pixels: Vec<u8>, size: Size) -> Result<Tile, Fault> {
        if format != page.format() {
            return Err(Fault::damaged("one of its parts has other colours than it says"));
        }
        self.has_decoded.store(true, Ordering::Relaxed);
        Tile::new(size, format, pixels).ok_or_else(too_large)
    }

    fn complain(&self, fault: &Fault) {
        let cause = match fault {
            Fault::Damaged(cause) => cause.clone(),
            Fault::Read(error) => error.to_string(),
            Fault::Unsupported(_) | Fault::Cancelled => return,
        };
        lock(&self.complaint).get_or_insert_with(|| {
            format!("The file is damaged ({cause}): parts of the picture may be missing or wrong.").into()
        });
    }
}

impl RegionSource for TiffSource {
    fn size(&self) -> Size {
        self.pages[0].size
    }

    fn format(&self) -> PixelFormat {
        self.pages[0].format()
    }

    fn levels(&self) -> &[u32] {
        &self.levels
    }

    fn read(&self, level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError> {
        let no_level = || MediaError::damaged(&self.path, format!("it has no level {level}"));
        let index = self.levels.iter().position(|other| *other == level).ok_or_else(no_level)?;
        let at_path = |fault: Fault| fault.at(&self.path);
        if area.is_empty() {
            let empty = Tile::new(area.size(), self.format(), Vec::new());
            return empty.ok_or_else(|| at_path(too_large()));
        }
        // Where the writer rounded down, the last column and row stand for the missing ones.
        let size = self.pages[index].size;
        let (left, top) = (area.left.min(size.width - 1), area.top.min(size.height - 1));
        let (right, bottom) = (area.right().min(size.width), area.bottom().min(size.height));
        let there = PixelRect::new(left, top, right.max(left + 1) - left, bottom.max(top + 1) - top);
        let tile = self.read_page(index, there, context).map_err(at_path)?;
        if there == area { Ok(tile) } else { extended(&tile, there, area).map_err(at_path) }
    }

    fn coarse(&self, max: Size, context: &JobContext) -> Option<Tile> {
        self.sampled(max, COARSE_TIME, context)
    }

    fn warning(&self) -> Option<Arc<str>> {
        lock(&self.complaint).clone()
    }
}

impl std::fmt::Debug for TiffSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TiffSource({:?}, levels {:?})", self.size(), self.levels)
    }
}

pub(super) fn too_large() -> Fault {
    Fault::Unsupported("TIFF pictures whose tiles or strips need more memory than there is".to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether its rows can be read from where they are.
pub(super) fn is_plain(page: &Page) -> bool {
    page.compression == Compression::None && !page.is_subsampled()
}

/// What a chunk covers of its page.
pub(super) fn chunk_area(page: &Page, column: u32, row: u32) -> PixelRect {
    let (left, top) = (column * page.chunk_size.width, row * page.chunk_size.height);
    let width = page.chunk_size.width.min(page.size.width - left);
    let height = page.chunk_size.height.min(page.size.height - top);
    PixelRect::new(left, top, width, height)
}

/// Rows of a chunk that are decoded together. A multiple of all blocks of subsampled colours, unless it is all.
pub(super) fn band_rows(page: &Page) -> u32 {
    const STEP: u32 = 16;
    let pixel_bytes = page.format().bytes_per_pixel() as u64;
    let row_bytes = (u64::from(page.chunk_size.width) * pixel_bytes).max(page.row_bytes());
    let num_rows = page.chunk_size.height;
    if !page.compression.is_stream() || row_bytes * u64::from(num_rows) <= MAX_WHOLE_CHUNK_BYTES {
        return num_rows;
    }
    let wanted = (BAND_BYTES / row_bytes) as u32 / STEP * STEP;
    wanted.max(STEP).min(num_rows)
}

fn empty_tile(page: &Page, size: Size) -> Result<Tile, Fault> {
    let format = page.format();
    let num_bytes = size.num_pixels() * format.bytes_per_pixel() as u64;
    let mut pixels = working_bytes(num_bytes).ok_or_else(too_large)?;
    fill_empty(format, &mut pixels);
    Tile::new(size, format, pixels).ok_or_else(too_large)
}

/// Reads until the buffer is full, the stream is at its end, or fails.
fn read_some(stream: &mut dyn Read, buffer: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut num_read = 0;
    while num_read < buffer.len() {
        match stream.read(&mut buffer[num_read..]) {
            Ok(0) => break,
            Ok(n) => num_read += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (num_read, Some(error)),
        }
    }
    (num_read, None)
}
