//! A quick look at a progressive JPEG: its first scan alone, without the memory that decoding it takes.
//!
//! Decoding keeps all coefficients of the picture, gigabytes for a very large one. The first scan holds the mean of each
//! block, and the picture at an eighth of its size needs no more. It is written anew as the only scan of a sequential
//! file, whose blocks have nothing but a mean: that is decoded in little memory.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use super::bits::BitWriter;
use super::layout::JpegLayout;
use super::mcu::{McuCoder, Predictors};
use super::source::JpegFile;
use super::stream::EntropyStream;
use crate::base::jobs::JobContext;
use crate::media::decode::damage_warning;
use crate::media::file_at::FileAt;
use crate::media::{DecodedTile, MediaError};

/// An eighth of the size.
const LEVEL: u32 = 3;

/// MCUs between two looks at whether anybody waits.
const MCUS_PER_STEP: u64 = 1 << 16;

/// A progressive picture at an eighth of its size, in stored order; with a warning when there is not all of it. `None`
/// for other files, and where the first scan has not all components.
pub(in crate::media) fn decode_first_scan(
    path: &Path,
    context: &JobContext,
) -> Result<Option<DecodedTile>, MediaError> {
    let from_io = |error| MediaError::from_decoder_io(path, error);
    let mut reader = BufReader::new(File::open(path).map_err(|error| MediaError::read(path, error))?);
    let Some(layout) = JpegLayout::read_first_scan(&mut reader).map_err(from_io)? else { return Ok(None) };
    let file = FileAt::new(reader.into_inner()).map_err(from_io)?;
    let Some((data, is_whole)) = sequential(&layout, &file, context).map_err(from_io)? else {
        return Err(MediaError::Cancelled);
    };
    let file = JpegFile::with_layout(path, file, layout).map_err(from_io)?;
    let (tile, warning) = file.decode_data(&data, LEVEL)?;
    let warning = warning.or_else(|| (!is_whole).then(|| damage_warning("it ends too early or is garbled")));
    Ok(Some(DecodedTile { tile, warning }))
}

/// The scan as a file of its own, and whether nothing was missing; that is grey. `None` when it was cancelled.
fn sequential(
    layout: &JpegLayout,
    file: &FileAt,
    context: &JobContext,
) -> io::Result<Option<(Vec<u8>, bool)>> {
    let coder = McuCoder::new(layout);
    let num_mcus = layout.num_mcus().num_pixels();
    let interval = u64::from(layout.restart_interval);
    let mut stream = EntropyStream::new(file, layout.data_start);
    let mut writer = BitWriter::append_to(layout.write_header(layout.size, 0));
    let (mut predictors, mut written) = (Predictors::default(), Predictors::default());
    let (mut num_done, mut is_whole) = (0, true);
    while num_done < num_mcus {
        if num_done % MCUS_PER_STEP == 0 {
            context.give_way();
            if context.is_cancelled() {
                return Ok(None);
            }
        }
        let is_restart = num_done > 0 && num_done.checked_rem(interval) == Some(0);
        if is_restart {
            predictors = Predictors::default();
            if stream.next_restart()?.is_none() {
                is_whole = false;
                break;
            }
        }
        let num_bits = stream.fill(coder.max_mcu_bytes())?;
        let mut reader = stream.reader();
        let end = reader.position() + num_bits;
        let is_sound =
            coder.complete(&mut reader, &mut predictors, layout.num_missing_bits, &mut writer, &mut written);
        num_done += 1;
        if !is_sound || reader.position() > end {
            is_whole = false;
            break;
        }
        stream.set_position(reader.position());
    }
    (num_done..num_mcus).for_each(|_| coder.write_grey(&mut writer, &mut written));
    const END_OF_IMAGE: u8 = 0xd9;
    writer.put_marker(END_OF_IMAGE);
    Ok(Some((writer.into_bytes(), is_whole)))
}
