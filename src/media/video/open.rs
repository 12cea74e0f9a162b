//! Opening a video: its file, its streams, its index.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::doubts::{doubts, may_be_out_of_order};
use super::ffmpeg::{HardwareDevice, NativeFrame, StreamFacts};
use super::hardware::device_for;
use super::index::FrameIndex;
use super::index_file::IndexFile;
use super::info::{StreamInfo, VideoInfo, choose_stream};
use super::packets::PacketTable;
use super::pump::Pump;
use super::scan::scan;
use super::verify::{begins_as_predicted, verify};
use super::{MediaError, VideoReader, VideoSource, num_decoding_threads};
use crate::base::jobs::JobContext;
use crate::media::Orientation;

/// Videos with no more pixels than this, all frames together, are decoded once when they are indexed. It takes some
/// tenths of a second, and then their index is beyond doubt.
const MAX_PIXELS_TO_VERIFY: u64 = 128_000_000;

/// When an index is made by decoding everything once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    /// Never: what the packets promise is believed.
    Never,
    /// Where the packets do not tell which frames there are, and for short videos.
    #[default]
    WhenNeeded,
    /// For every video.
    Always,
}

/// How a video is opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The stream, by its number in the file; else the first with moving pictures.
    pub stream: Option<usize>,
    /// When everything is decoded once.
    pub verification: Verification,
    /// Where indexes are kept; nowhere if `None`.
    pub index_folder: Option<PathBuf>,
    /// How many threads decode everything where that is done; all processors when it is not told.
    pub num_verifying_threads: Option<usize>,
    /// Whether a device may decode large pictures, where there is one that gives the same frames as the processor.
    pub uses_hardware: bool,
}

/// A video that was opened and indexed. Cloning shares the index.
#[derive(Clone, Debug)]
pub struct Video {
    source: VideoSource,
    info: VideoInfo,
    index: Arc<FrameIndex>,
    facts: StreamFacts,
    device: Option<Arc<HardwareDevice>>,
}

/// Opens a video and indexes it, or finds the index in its folder. Reads all packets of the file once; see
/// [`Verification`] for when it decodes. Tells its progress.
///
/// # Errors
/// See [`MediaError`]. A video without a single frame is none.
pub fn open_video(path: &Path, options: &OpenOptions, context: &JobContext) -> Result<Video, MediaError> {
    let source = VideoSource::from_path(path)?;
    let mut demuxer = source.demuxer()?;
    let facts = choose_stream(&source, &demuxer, options.stream)?;
    let info = VideoInfo::new(&source, &demuxer, facts.index);
    demuxer.select(facts.index);
    let file =
        options.index_folder.as_deref().and_then(|folder| IndexFile::new(folder, &source, facts.index));
    let is_enough = |index: &FrameIndex| index.is_verified() || options.verification != Verification::Always;
    let kept = file.as_ref().and_then(|file| file.read(&facts)).filter(is_enough);
    let index = match kept {
        Some(index) => index,
        None => {
            let table = scan(&source, &mut demuxer, &facts.codec, context)?;
            drop(demuxer);
            let index = index(&source, &facts, table, options, context)?;
            if let Some(file) = &file {
                file.write(&index);
            }
            index
        }
    };
    if index.num_frames() == 0 {
        return Err(MediaError::NoFrames { path: path.to_owned() });
    }
    let device = if options.uses_hardware { device_for(&source, &facts, context) } else { None };
    Ok(Video { source, info, index: Arc::new(index), facts, device })
}

fn index(
    source: &VideoSource,
    facts: &StreamFacts,
    table: PacketTable,
    options: &OpenOptions,
    context: &JobContext,
) -> Result<FrameIndex, MediaError> {
    let num_pixels = u64::from(facts.width) * u64::from(facts.height) * table.entries.len() as u64;
    let is_short = num_pixels <= MAX_PIXELS_TO_VERIFY;
    let table = match (options.verification, doubts(&table, facts)) {
        (Verification::Never, _) => return Ok(FrameIndex::predicted(table, facts)),
        (Verification::WhenNeeded, None) if !is_short => {
            let may_be_wrong = may_be_out_of_order(&table, facts);
            let predicted = FrameIndex::predicted(table, facts);
            if !may_be_wrong || begins_as_predicted(source, facts, &predicted, context)? {
                return Ok(predicted);
            }
            predicted.packets
        }
        (_, _) => table,
    };
    log::debug!("decoding all of {}", source.path().display());
    // Of a short one, a single thread is exact at once and hardly slower.
    let num_threads = options.num_verifying_threads.unwrap_or_else(num_decoding_threads);
    let num_threads = if is_short { 1 } else { num_threads };
    verify(source, facts, table, num_threads, context)
}

impl Video {
    /// Where it lies.
    pub fn source(&self) -> &VideoSource {
        &self.source
    }

    /// What the file says of itself.
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// Its frames.
    pub fn index(&self) -> &Arc<FrameIndex> {
        &self.index
    }

    /// When its first frame is shown by the file's own clock, in seconds: what sound is counted from.
    pub fn start_secs(&self) -> f64 {
        let first = self.index.frame(0).and_then(|frame| frame.pts);
        first.unwrap_or(0) as f64 * self.index.time_base().to_f64()
    }

    /// Why the packets do not tell which frames there are; `None` when they do, as far as can be known without decoding.
    pub fn doubt(&self) -> Option<&'static str> {
        doubts(&self.index.packets, &self.facts)
    }

    /// The device that decodes it; `None` where the processor does.
    pub fn device(&self) -> Option<&HardwareDevice> {
        self.device.as_deref()
    }

    /// A reader of its frames that decodes on `num_threads` threads.
    pub fn reader(&self, num_threads: usize) -> VideoReader {
        let (index, device) = (Arc::clone(&self.index), self.device.clone());
        let reader = VideoReader::new(self.source.clone(), self.facts.index, index, num_threads, device);
        reader.leaving_out_unreferenced(self.facts.tells_unreferenced)
    }
}

/// The first frame of a video and how it is turned to be shown, before the video is indexed: to be on screen meanwhile.
///
/// # Errors
/// As [`open_video`].
pub fn first_frame(
    path: &Path,
    stream: Option<usize>,
    context: &JobContext,
) -> Result<(Arc<NativeFrame>, Orientation), MediaError> {
    let source = VideoSource::from_path(path)?;
    let facts = choose_stream(&source, &source.demuxer()?, stream)?;
    let orientation = StreamInfo::new(&source, &facts).picture.map_or(Orientation::Normal, |p| p.orientation);
    // Threads would only hold the first frame back.
    let mut pump = Pump::open(&source, facts.index, 1)?;
    let frame = pump.next_frame_of_any_packet(&|| !context.is_cancelled());
    let frame = frame.map_err(|_| MediaError::Cancelled)?;
    let frame = frame.ok_or_else(|| MediaError::NoFrames { path: path.to_owned() })?;
    Ok((Arc::new(frame), orientation))
}
