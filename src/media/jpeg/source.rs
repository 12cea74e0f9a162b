//! A JPEG file that is read by region.

use std::fs::File;
use std::io::{self, BufReader};
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bits::{BitReader, BitWriter, Stop, unstuff};
use super::index::JpegIndex;
use super::layout::JpegLayout;
use super::mcu::{McuCoder, Predictors};
use super::stream::BitPosition;
use crate::base::jobs::JobContext;
use crate::media::color_transform::{ColorTransform, ProfileChannels, icc_from_jpeg};
use crate::media::decode::{damage_warning, rgba_from_jpeg_inks};
use crate::media::file_at::FileAt;
use crate::media::turbo::Decompressor;
use crate::media::{MediaError, RegionSource};
use crate::pixels::{PixelFormat, PixelRect, Pyramid, Size, Tile};

/// Reduced by 1, 2, 4 and 8: what libjpeg-turbo scales to while it decodes.
const LEVELS: [u32; 4] = [0, 1, 2, 3];

/// How far decoded pixels depend on their neighbours, at any level: colours of half the resolution are interpolated
/// between two of their samples, though not in pictures of two samples across.
const MARGIN_PX: u32 = 4;

/// A colour profile further back than this is not looked for.
const MAX_HEAD_BYTES: u64 = 1 << 26;

/// A JPEG file whose parts can be read, once it was indexed.
#[derive(Debug)]
pub struct JpegFile {
    file: FileAt,
    path: PathBuf,
    layout: JpegLayout,
    transform: Option<ColorTransform>,
}

/// A JPEG picture that is read by region, in stored order.
///
/// Every pixel is the one that decoding the whole gives. Levels 1 to 3 come from libjpeg-turbo's scaled decoding.
pub struct JpegSource {
    file: Arc<JpegFile>,
    coder: McuCoder,
    index: JpegIndex,
}

impl JpegFile {
    /// Opens a file. `None` where it is no JPEG that can be read by region: a progressive one, for example.
    pub fn open(path: &Path) -> Result<Option<Arc<Self>>, MediaError> {
        let from_io = |error| MediaError::from_decoder_io(path, error);
        let mut reader = BufReader::new(File::open(path).map_err(|error| MediaError::read(path, error))?);
        let Some(layout) = JpegLayout::read(&mut reader).map_err(from_io)? else { return Ok(None) };
        let file = FileAt::new(reader.into_inner()).map_err(from_io)?;
        Self::with_layout(path, file, layout).map(|file| Some(Arc::new(file))).map_err(from_io)
    }

    /// A file whose layout is known.
    pub(super) fn with_layout(path: &Path, file: FileAt, layout: JpegLayout) -> io::Result<Self> {
        let mut head = Vec::new();
        file.read(0, layout.data_start.min(MAX_HEAD_BYTES) as usize, &mut head)?;
        let channels = match layout.num_components {
            1 => ProfileChannels::Gray,
            3 => ProfileChannels::Rgb,
            _ => ProfileChannels::Cmyk,
        };
        let transform = icc_from_jpeg(&head).and_then(|icc| ColorTransform::from_icc(&icc, channels));
        Ok(Self { file, path: path.to_owned(), layout, transform })
    }

    /// The size of the stored picture.
    pub fn size(&self) -> Size {
        self.layout.size
    }

    /// What its tiles are made of.
    pub fn format(&self) -> PixelFormat {
        if self.layout.num_components == 1 { PixelFormat::Gray8 } else { PixelFormat::Rgba8 }
    }

    /// Decodes the whole at a level, 0 to 3, in stored order; with a warning when that went only so far.
    ///
    /// # Errors
    /// [`MediaError`]; [`MediaError::Cancelled`] when `context` was cancelled before decoding began.
    pub fn decode_whole(
        &self,
        level: u32,
        context: &JobContext,
    ) -> Result<(Tile, Option<Arc<str>>), MediaError> {
        let mut data = Vec::new();
        data.try_reserve_exact(self.file.num_bytes() as usize)
            .map_err(|_| MediaError::no_memory(&self.path, self.layout.size))?;
        self.file
            .read(0, self.file.num_bytes() as usize, &mut data)
            .map_err(|error| MediaError::read(&self.path, error))?;
        if context.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        self.decode_data(&data, level)
    }

    /// Decodes a whole file in memory that has the colours of this one.
    pub(super) fn decode_data(
        &self,
        data: &[u8],
        level: u32,
    ) -> Result<(Tile, Option<Arc<str>>), MediaError> {
        let damaged = |cause| MediaError::damaged(&self.path, cause);
        let mut decompressor = scaled_decompressor(data, level).map_err(damaged)?;
        let (pixels, complaint) = decode_pixels(&mut decompressor, self.transform.as_ref());
        let size = decompressor.output_size();
        let tile = Tile::new(size, self.format(), pixels)
            .ok_or_else(|| damaged("its header contradicts itself".to_owned()))?;
        match complaint {
            None => Ok((tile, None)),
            // What was decoded is opaque, and grey has nothing to tell by.
            Some(cause)
                if tile.num_bytes() > 3 && (tile.format() == PixelFormat::Gray8 || tile.row(0)[3] == 255) =>
            {
                Ok((tile, Some(damage_warning(&cause))))
            }
            Some(cause) => Err(damaged(cause)),
        }
    }

    /// Goes through the coded data, to know where what begins: some seconds for a gigapixel. Tells its progress.
    ///
    /// # Errors
    /// [`MediaError::Read`] and [`MediaError::Cancelled`].
    pub fn index(self: &Arc<Self>, context: &JobContext) -> Result<JpegSource, MediaError> {
        let coder = McuCoder::new(&self.layout);
        let index = JpegIndex::scan(&self.layout, &coder, &self.file, context)
            .map_err(|error| MediaError::from_decoder_io(&self.path, error))?
            .ok_or(MediaError::Cancelled)?;
        Ok(JpegSource { file: Arc::clone(self), coder, index })
    }

    /// Takes what [`JpegSource::index_bytes`] gave for the same content; `None` where that does not fit.
    pub fn with_index(self: &Arc<Self>, bytes: &[u8]) -> Option<JpegSource> {
        let index = JpegIndex::from_bytes(&self.layout, self.file.num_bytes(), bytes)?;
        Some(JpegSource { coder: McuCoder::new(&self.layout), file: Arc::clone(self), index })
    }
}

impl JpegSource {
    /// What is worth keeping for the next time that the picture is opened.
    pub fn index_bytes(&self) -> Vec<u8> {
        self.index.to_bytes()
    }

    /// A JPEG file of these MCUs alone.
    fn cut_out(&self, mcus: PixelRect, context: &JobContext) -> Result<Vec<u8>, MediaError> {
        let layout = &self.file.layout;
        // At the right and the bottom, the last MCUs may be partly outside of the picture.
        let side = |start: u32, end: u32, mcu: u32, picture: u32| (end * mcu).min(picture) - start * mcu;
        let size = Size::new(
            side(mcus.left, mcus.right(), layout.mcu.width, layout.size.width),
            side(mcus.top, mcus.bottom(), layout.mcu.height, layout.size.height),
        );
        // A restart before each row: its first values are then relative to nothing.
        let mut writer = BitWriter::append_to(layout.write_header(size, mcus.width as u16));
        let mut buffers = Buffers::default();
        for row in mcus.top..mcus.bottom() {
            if context.is_cancelled() {
                return Err(MediaError::Cancelled);
            }
            self.copy_row(row, mcus.left, mcus.right(), &mut writer, &mut buffers)
                .map_err(|error| MediaError::from_decoder_io(&self.file.path, error))?;
            const END: u8 = 0xd9;
            let restart = 0xd0 | ((row - mcus.top) & 7) as u8;
            writer.put_marker(if row + 1 == mcus.bottom() { END } else { restart });
        }
        Ok(writer.into_bytes())
    }

    /// Writes columns `left..right` of a row of MCUs.
    fn copy_row(
        &self,
        row: u32,
        left: u32,
        right: u32,
        writer: &mut BitWriter,
        buffers: &mut Buffers,
    ) -> io::Result<()> {
        let columns = self.index.columns();
        let part_of = |column: u32| columns.partition_point(|start| *start <= column) - 1;
        // The last part is that in which the end lies: what comes before it needs not be gone through.
        let (first, last) = (part_of(left), part_of(right - 1));
        let is_sound = self.index.row(row)[first..=last].iter().all(|part| part.is_sound);
        if is_sound && self.copy_sound(row, first..=last, left, right, writer, buffers)? {
            return Ok(());
        }
        let mut written = [0; 4];
        for part in first..=last {
            let end = columns.get(part + 1).copied().unwrap_or(self.file.layout.num_mcus().width);
            self.transcode_part(row, part, left..right.min(end), writer, &mut written, buffers)?;
        }
        Ok(())
    }

    /// Copies bits as they are, but those of the first MCU. `false`, and nothing is written, when the data are not as
    /// they were when the file was indexed.
    fn copy_sound(
        &self,
        row: u32,
        parts: RangeInclusive<usize>,
        left: u32,
        right: u32,
        writer: &mut BitWriter,
        buffers: &mut Buffers,
    ) -> io::Result<bool> {
        let (first, last) = (*parts.start(), *parts.end());
        let (columns, row_parts) = (self.index.columns(), self.index.row(row));
        let (Some(start), Some(last_start)) = (row_parts[first].start, row_parts[last].start) else {
            return Ok(false);
        };
        let max_bytes = self.max_bytes(right - columns[first]);
        buffers.read(&self.file.file, start >> 3, self.index.end_of(row, last), max_bytes)?;
        buffers.unstuff(0);
        let Some(last_start) = buffers.plain_position(start >> 3, last_start) else { return Ok(false) };
        let plain = buffers.plain.as_slice();
        let mut reader = BitReader::new(plain, (start & 7) as usize);
        let mut predictors = row_parts[first].predictors;
        let skip = |reader: &mut BitReader, predictors: &mut Predictors, num_mcus: u32| {
            (0..num_mcus).all(|_| self.coder.skip(reader, predictors).is_some())
        };
        if !skip(&mut reader, &mut predictors, left - columns[first]) {
            return Ok(false);
        }
        let first_start = reader.position();
        let mut after_first = reader.clone();
        let mut after_predictors = predictors;
        if !skip(&mut after_first, &mut after_predictors, 1) {
            return Ok(false);
        }
        let (mut end_reader, num_more) = if columns[last] > left {
            (BitReader::new(plain, last_start), right - columns[last])
        } else {
            (after_first.clone(), right - left - 1)
        };
        // Where the end lies depends on no DC value.
        if !skip(&mut end_reader, &mut after_predictors, num_more) || end_reader.position() > plain.len() * 8
        {
            return Ok(false);
        }
        let mut reader = BitReader::new(plain, first_start);
        // Cannot fail, for this MCU was just passed over.
        let _ = self.coder.transcode(plain, &mut reader, &mut predictors, writer, &mut [0; 4]);
        writer.copy(plain, reader.position(), end_reader.position());
        Ok(true)
    }

    /// Writes those MCUs of a part that lie in `wanted`, each coded anew; grey ones where they are lost.
    fn transcode_part(
        &self,
        row: u32,
        part: usize,
        wanted: Range<u32>,
        writer: &mut BitWriter,
        written: &mut Predictors,
        buffers: &mut Buffers,
    ) -> io::Result<()> {
        let layout = &self.file.layout;
        let mut column = self.index.columns()[part];
        if let Some(start) = self.index.row(row)[part].start {
            let max_bytes = self.max_bytes(wanted.end - column);
            buffers.read(&self.file.file, start >> 3, self.index.end_of(row, part), max_bytes)?;
            let mut predictors = self.index.row(row)[part].predictors;
            let mut position = (start & 7) as usize;
            let mut next = Some(0);
            while let Some(at) = next.take() {
                let stop = buffers.unstuff(at);
                let plain = &buffers.plain;
                while column < wanted.end {
                    let mut reader = BitReader::new(plain, position);
                    let mut after = predictors;
                    let is_sound = self.coder.skip(&mut reader, &mut after).is_some();
                    if !is_sound || reader.position() > plain.len() * 8 {
                        break;
                    }
                    if column >= wanted.start {
                        let mut reader = BitReader::new(plain, position);
                        // Cannot fail, for this MCU was just passed over.
                        let _ = self.coder.transcode(plain, &mut reader, &mut predictors, writer, written);
                    }
                    (predictors, position) = (after, reader.position());
                    column += 1;
                    let num_mcus = row * layout.num_mcus().width + column;
                    if num_mcus.checked_rem(layout.restart_interval) == Some(0) {
                        // Behind a restart marker, values are relative to nothing again.
                        (predictors, position) = ([0; 4], 0);
                        let due = 0xd0 | ((num_mcus / layout.restart_interval + 7) & 7) as u8;
                        next = stop.filter(|(code, _)| *code == due).map(|(_, behind)| behind);
                        break;
                    }
                }
            }
        }
        for _ in column.max(wanted.start)..wanted.end {
            self.coder.write_grey(writer, written);
        }
        Ok(())
    }

    /// More bytes than so many MCUs take in the file, with restart markers between.
    fn max_bytes(&self, num_mcus: u32) -> usize {
        (num_mcus as usize + 1) * (self.coder.max_mcu_bytes() + 4)
    }
}

impl RegionSource for JpegSource {
    fn size(&self) -> Size {
        self.file.size()
    }

    fn format(&self) -> PixelFormat {
        self.file.format()
    }

    fn levels(&self) -> &[u32] {
        &LEVELS
    }

    fn read(&self, level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError> {
        let layout = &self.file.layout;
        if area.is_empty() {
            return Ok(Tile::filled_by(area.size(), self.format(), |_| ()));
        }
        let needed = area.expanded_within(MARGIN_PX, Pyramid::new(layout.size).level_size(level));
        let mcus_of = |start: u32, end: u32, mcu: u32, num_mcus: u32| {
            let start = (start << level) / mcu;
            (start, ((end << level).div_ceil(mcu)).min(num_mcus) - start)
        };
        let num_mcus = layout.num_mcus();
        let (left, width) = mcus_of(needed.left, needed.right(), layout.mcu.width, num_mcus.width);
        let (top, height) = mcus_of(needed.top, needed.bottom(), layout.mcu.height, num_mcus.height);
        let data = self.cut_out(PixelRect::new(left, top, width, height), context)?;
        let (left, top) = ((left * layout.mcu.width) >> level, (top * layout.mcu.height) >> level);
        let crop = PixelRect { left: area.left - left, top: area.top - top, ..area };
        decode_part(&data, level, crop, self.file.transform.as_ref())
            .map_err(|cause| MediaError::damaged(&self.file.path, cause))
    }

    fn warning(&self) -> Option<Arc<str>> {
        let num_mcus = self.file.layout.num_mcus().num_pixels();
        let lost = self.index.num_lost_mcus() as f64 / num_mcus as f64 * 100.0;
        (self.index.num_lost_mcus() > 0).then(|| {
            format!("The file is damaged: {lost:.1} % of the picture cannot be decoded and is shown grey.")
                .into()
        })
    }
}

/// Decodes a JPEG file at a level, and cuts a part out of it.
fn decode_part(
    data: &[u8],
    level: u32,
    crop: PixelRect,
    transform: Option<&ColorTransform>,
) -> Result<Tile, String> {
    let mut decompressor = scaled_decompressor(data, level)?;
    let (pixels, complaint) = decode_pixels(&mut decompressor, transform);
    // What was lost was replaced before: a complaint here is about the file as such.
    if let Some(cause) = complaint {
        return Err(cause);
    }
    let (size, format) = (decompressor.output_size(), format_of(&decompressor));
    let row_bytes = size.width as usize * format.bytes_per_pixel();
    let crop_bytes = crop.width as usize * format.bytes_per_pixel();
    let start = crop.left as usize * format.bytes_per_pixel();
    Ok(Tile::filled_by(crop.size(), format, |bytes| {
        let rows = pixels.chunks_exact(row_bytes).skip(crop.top as usize);
        for (to, from) in bytes.chunks_exact_mut(crop_bytes).zip(rows) {
            to.copy_from_slice(&from[start..start + crop_bytes]);
        }
    }))
}

fn scaled_decompressor(data: &[u8], level: u32) -> Result<Decompressor<'_>, String> {
    let mut decompressor = Decompressor::new(data)?;
    if decompressor.scale(1 << level) { Ok(decompressor) } else { Err("it cannot be scaled".to_owned()) }
}

fn format_of(decompressor: &Decompressor) -> PixelFormat {
    if decompressor.is_grey() { PixelFormat::Gray8 } else { PixelFormat::Rgba8 }
}

/// Decodes all in the right colours, and tells what the decoder complains about.
fn decode_pixels(
    decompressor: &mut Decompressor,
    transform: Option<&ColorTransform>,
) -> (Vec<u8>, Option<String>) {
    let format = format_of(decompressor);
    let num_pixels = decompressor.output_size().num_pixels() as usize;
    let mut pixels = vec![0; num_pixels * format.bytes_per_pixel()];
    if decompressor.is_cmyk() {
        let mut inks = vec![0; pixels.len()];
        let result = decompressor.decode_cmyk(&mut inks);
        if result.is_ok() || inks.iter().any(|ink| *ink != 0) {
            rgba_from_jpeg_inks(&mut inks, transform, &mut pixels);
        }
        return (pixels, result.err());
    }
    let result = match format {
        PixelFormat::Gray8 => decompressor.decode_grey(&mut pixels),
        _ => decompressor.decode_rgba(&mut pixels),
    };
    if let Some(transform) = transform {
        transform.apply(format, &mut pixels);
    }
    (pixels, result.err())
}

/// Memory that is used again for each row.
#[derive(Default)]
struct Buffers {
    /// As in the file.
    data: Vec<u8>,
    /// Without stuffing, up to a marker.
    plain: Vec<u8>,
    /// Where in `data` a byte was left out, rising.
    removed: Vec<usize>,
}

impl Buffers {
    fn read(&mut self, file: &FileAt, start: u64, end: u64, max_bytes: usize) -> io::Result<()> {
        let num_bytes = end.saturating_sub(start).min(max_bytes as u64);
        file.read(start, num_bytes as usize, &mut self.data)
    }

    /// Unstuffs the data from a place on. Gives the marker that ended it, and the place behind that.
    fn unstuff(&mut self, at: usize) -> Option<(u8, usize)> {
        self.plain.clear();
        self.removed.clear();
        let removed = &mut self.removed;
        let on_removed = |num_plain| removed.push(at + num_plain + removed.len());
        let (num_used, stop) = unstuff(&self.data[at..], &mut self.plain, on_removed);
        let marker = at + num_used;
        match stop {
            Stop::Marker(code) => {
                let num_ff = self.data[marker..].iter().take_while(|byte| **byte == 0xff).count();
                Some((code, marker + num_ff + 1))
            }
            Stop::End => None,
        }
    }

    /// Where in `plain`, in bits, a position of the file lies, the data being read from `start` on and unstuffed from
    /// its beginning.
    fn plain_position(&self, start: u64, position: BitPosition) -> Option<usize> {
        let offset = usize::try_from((position >> 3).checked_sub(start)?).ok()?;
        let num_removed = self.removed.partition_point(|at| *at < offset);
        let byte = offset - num_removed;
        (byte <= self.plain.len()).then_some(byte * 8 + (position & 7) as usize)
    }
}
