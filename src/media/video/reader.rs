//! Reaching any frame exactly.

use std::collections::HashSet;
use std::sync::Arc;

use super::ffmpeg::{HardwareDevice, NativeFrame};
use super::index::{FrameIndex, SeekPoint};
use super::pump::{Pump, PumpError};
use super::{MediaError, VideoSource};

/// Up to so many packets it is cheaper to decode on than to go to a keyframe ahead.
const MAX_PACKETS_TO_DECODE_ON: usize = 8;

/// Frames past the one that is wanted after which it is taken for missing. Decoders that begin in the middle may need a
/// few frames until they know how far to reorder.
const MAX_FRAMES_PAST: usize = 32;

/// Keyframes from which a frame is tried before everything is decoded from the beginning: the nearest, the second, the
/// fourth, …
const MAX_SEEKS: usize = 6;

/// What is done with frames that come out on the way to the one that is wanted.
pub struct Passing<'a> {
    /// The first that is of use. What comes before it may be left out.
    pub first: usize,
    /// Called with each, and its number.
    pub take: &'a mut dyn FnMut(usize, &Arc<NativeFrame>),
}

/// Reaches frames of one stream by number. Holds a decoder that stands where the last frame was read: reading on forwards
/// decodes each frame once.
pub struct VideoReader {
    source: VideoSource,
    stream: usize,
    index: Arc<FrameIndex>,
    num_threads: usize,
    /// Set when a wrong picture came for a frame that has a checksum. Damage is patched with what other threads had done by
    /// then, or with what the memory held before. From then on a single thread decodes, and the decoder keeps its memory:
    /// both as when the checksums were made.
    is_careful: bool,
    /// Whether pictures before the one that is wanted are left out when no other refers to them: about half of those with
    /// B-frames. Ends with the first frame that does not come out right.
    leaves_out: bool,
    /// What decodes, where that is not the processor, as long as all goes well.
    device: Option<Arc<HardwareDevice>>,
    run: Option<Run>,
    /// Packets that claim to be keyframes, and from which a wrong picture came.
    unclean: HashSet<u32>,
}

/// Decoding that is under way.
struct Run {
    pump: Pump,
    start: SeekPoint,
    /// The packet of the frame that came out last, and how many came of it before.
    last_origin: Option<(u32, u8)>,
    /// The greatest number that came out.
    last_number: Option<usize>,
    /// Frames before this one may have been left out.
    first_whole: usize,
    /// The frame that came out last: held until the next is there, as `verify` does.
    last_frame: Option<Arc<NativeFrame>>,
}

/// How one attempt ended.
enum Outcome {
    Found(Arc<NativeFrame>),
    /// The frame came and its picture is not the right one.
    Wrong(Arc<NativeFrame>),
    /// The frame did not come.
    Missed,
}

impl VideoReader {
    pub(super) fn new(
        source: VideoSource,
        stream: usize,
        index: Arc<FrameIndex>,
        num_threads: usize,
        device: Option<Arc<HardwareDevice>>,
    ) -> Self {
        let (is_careful, leaves_out, run, unclean) = (false, false, None, HashSet::new());
        Self { source, stream, index, num_threads, is_careful, leaves_out, device, run, unclean }
    }

    /// Tells whether the stream says truly which pictures no other refers to; the decoder then leaves them out on its way.
    pub(super) fn leaving_out_unreferenced(self, leaves_out: bool) -> Self {
        Self { leaves_out, ..self }
    }

    /// The index by which frames are known.
    pub fn index(&self) -> &Arc<FrameIndex> {
        &self.index
    }

    /// The frame with this number. `is_wanted` is asked before each packet; when it says no, the reader stays where it is
    /// and can be asked again.
    ///
    /// `passing` gets frames that come out on the way. None of them is a wrong one, but not all that come before the frame
    /// pass.
    ///
    /// # Errors
    /// [`MediaError::Cancelled`]; [`MediaError::NoSuchFrame`]; [`MediaError::Undecodable`] in an index that was not
    /// verified; [`MediaError::Changed`] when the file is not the one of the index; and those of opening it.
    pub fn read(
        &mut self,
        number: usize,
        is_wanted: &dyn Fn() -> bool,
        mut passing: Option<Passing<'_>>,
    ) -> Result<Arc<NativeFrame>, MediaError> {
        if number >= self.index.num_frames() {
            let num_frames = self.index.num_frames();
            return Err(MediaError::NoSuchFrame { number, num_frames, path: self.path() });
        }
        let is_clean = |point: &SeekPoint| !self.unclean.contains(&point.packet);
        let starts: Vec<SeekPoint> =
            self.index.seek_points_before(number).filter(is_clean).take(1 << MAX_SEEKS).collect();
        let nearest = starts.first().copied().unwrap_or(BEGINNING);
        if let Some(run) = self.run.take_if(|run| !run.leads_to(number, nearest)) {
            // The nearest keyframe is closer, or the frame lies behind.
            self.run = self.moved(run, nearest, is_wanted)?;
        }
        if let Some(mut run) = self.run.take() {
            let outcome = self.attempt(&mut run, number, is_wanted, &mut passing);
            if matches!(outcome, Ok(Outcome::Found(_)) | Err(MediaError::Cancelled)) {
                self.run = Some(run);
            }
            if let Outcome::Found(frame) = outcome? {
                return Ok(frame);
            }
        } else if self.device.is_some() || self.leaves_out {
            let mut run = self.opened(nearest, is_wanted)?;
            if let Outcome::Found(frame) = self.attempt(&mut run, number, is_wanted, &mut passing)? {
                self.run = Some(run);
                return Ok(frame);
            }
        }
        if let Some(device) = self.device.take() {
            log::info!("{} did not give frame {number}: the processor decodes from here on", device.name());
        }
        self.leaves_out = false;
        self.read_from_farther_back(number, &starts, is_wanted, &mut passing)
    }

    /// Tries with a fresh decoder, from keyframes farther and farther back, and at last from the beginning. All but the first
    /// try is done on a single thread, as the checksums were made.
    fn read_from_farther_back(
        &mut self,
        number: usize,
        starts: &[SeekPoint],
        is_wanted: &dyn Fn() -> bool,
        passing: &mut Option<Passing<'_>>,
    ) -> Result<Arc<NativeFrame>, MediaError> {
        let steps = std::iter::once(0).chain((0..MAX_SEEKS).map(|step| 1 << step));
        let farther =
            steps.map_while(|step: usize| starts.get(step.saturating_sub(1)).copied().map(|s| (step, s)));
        let mut tried: Vec<SeekPoint> = Vec::new();
        for (step, start) in farther {
            if step == 1 {
                if !self.index.is_verified() {
                    // Without checksums threads make no difference that could be noticed.
                    continue;
                }
                self.is_careful = true;
            }
            let mut run = self.opened(start, is_wanted)?;
            if let Outcome::Found(frame) = self.attempt(&mut run, number, is_wanted, passing)? {
                self.unclean
                    .extend(tried.iter().filter(|point| point.packet != start.packet).map(|p| p.packet));
                self.run = Some(run);
                return Ok(frame);
            }
            tried.push(start);
        }
        let mut run = Run::new(self.open()?, BEGINNING);
        match self.attempt(&mut run, number, is_wanted, passing)? {
            Outcome::Found(frame) => {
                self.unclean.extend(tried.iter().map(|point| point.packet).filter(|packet| *packet != 0));
                self.run = Some(run);
                Ok(frame)
            }
            // Some decoders leave what they cannot decode as the memory was, which is another time another picture.
            Outcome::Wrong(frame) => {
                self.run = Some(run);
                Ok(frame)
            }
            Outcome::Missed => Err(MediaError::Undecodable { number, path: self.path() }),
        }
    }

    /// Decodes on until the frame is there.
    fn attempt(
        &self,
        run: &mut Run,
        number: usize,
        is_wanted: &dyn Fn() -> bool,
        passing: &mut Option<Passing<'_>>,
    ) -> Result<Outcome, MediaError> {
        let mut num_past = 0;
        let first = passing.as_ref().map_or(number, |passing| passing.first.min(number));
        let is_passed_over = |packet| self.leaves_out && self.index.is_before(packet, first);
        if self.leaves_out {
            run.first_whole = run.first_whole.max(first);
        }
        let table = &self.index.packets;
        while let Some(frame) =
            run.pump.next_frame_past(table, is_wanted, &is_passed_over).map_err(|error| self.error(error))?
        {
            let found = run.number_of(&frame, &self.index);
            let frame = Arc::new(frame);
            drop(run.last_frame.replace(Arc::clone(&frame)));
            let Some(found) = found else { continue };
            run.last_number = run.last_number.max(Some(found));
            // Those before it refer to what lies before the keyframe.
            let is_whole = found >= run.start.first_frame as usize;
            if self.leaves_out && is_whole && frame.is_damaged() {
                // What was patched up may have come from a picture that was left out.
                return Ok(Outcome::Missed);
            }
            let is_of_use = found == number || (passing.is_some() && found >= first);
            if is_whole && is_of_use {
                let is_right = self.index.checksum(found).is_none_or(|checksum| checksum == frame.checksum());
                let frame = if self.is_careful { frame.copied().map_or(frame, Arc::new) } else { frame };
                match passing {
                    _ if found == number && is_right => return Ok(Outcome::Found(frame)),
                    _ if found == number => return Ok(Outcome::Wrong(frame)),
                    Some(passing) if is_right => (passing.take)(found, &frame),
                    _ => {}
                }
            }
            if found > number {
                num_past += 1;
                if num_past > MAX_FRAMES_PAST {
                    break;
                }
            }
        }
        Ok(Outcome::Missed)
    }

    /// The run, moved to a keyframe; `None` where the container does not lead there.
    fn moved(
        &self,
        mut run: Run,
        start: SeekPoint,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Run>, MediaError> {
        let gone = run.pump.go_to(&self.index.packets, start.packet as usize, is_wanted);
        match gone {
            Ok(true) => Ok(Some(Run::new(run.pump, start))),
            Ok(false) => Ok(None),
            Err(error) => Err(self.error(error)),
        }
    }

    /// A run with a fresh decoder that stands at a keyframe: where the container does not lead there, after reading all
    /// packets before it.
    fn opened(&self, start: SeekPoint, is_wanted: &dyn Fn() -> bool) -> Result<Run, MediaError> {
        let run = Run::new(self.open()?, BEGINNING);
        if start.packet == 0 {
            return Ok(Run { start, ..run });
        }
        if let Some(run) = self.moved(run, start, is_wanted)? {
            return Ok(run);
        }
        log::debug!("reading all packets before {}: {}", start.packet, self.source.path().display());
        let mut run = Run::new(self.open()?, start);
        let skipped = run.pump.skip_to(&self.index.packets, start.packet as usize, is_wanted);
        skipped.map_err(|error| self.error(error))?;
        Ok(run)
    }

    fn open(&self) -> Result<Pump, MediaError> {
        let num_threads = if self.is_careful { 1 } else { self.num_threads };
        Pump::open_on(&self.source, self.stream, num_threads, self.device.as_deref())
    }

    fn error(&self, error: PumpError) -> MediaError {
        match error {
            PumpError::Cancelled => MediaError::Cancelled,
            PumpError::LostTrack => MediaError::Changed { path: self.path() },
        }
    }

    fn path(&self) -> std::path::PathBuf {
        self.source.path().to_owned()
    }
}

/// The beginning of the stream, from which every frame can be decoded.
const BEGINNING: SeekPoint = SeekPoint { packet: 0, first_frame: 0 };

impl Run {
    fn new(pump: Pump, start: SeekPoint) -> Self {
        Self { pump, start, last_origin: None, last_number: None, first_whole: 0, last_frame: None }
    }

    /// Whether the frame is still to come, and sooner than from the nearest keyframe.
    fn leads_to(&self, number: usize, nearest: SeekPoint) -> bool {
        let is_to_come = number >= self.first_whole.max(self.start.first_frame as usize)
            && self.last_number.is_none_or(|last| last < number);
        let is_near = (nearest.packet as usize) <= self.pump.next_packet() + MAX_PACKETS_TO_DECODE_ON;
        is_to_come && is_near && !self.pump.has_ended()
    }

    /// The number of a frame that came out; `None` where a full decode gives no such frame.
    fn number_of(&mut self, frame: &NativeFrame, index: &FrameIndex) -> Option<usize> {
        let packet = u32::try_from(frame.packet_number()?).ok()?;
        let nth = match self.last_origin {
            Some((last, nth)) if last == packet => nth.saturating_add(1),
            _ => 0,
        };
        self.last_origin = Some((packet, nth));
        index.number_of(packet, nth)
    }
}
