//! Decoding sound, block by block.

use crate::media::MediaError;
use crate::media::video::ffmpeg::{Decoder, Demuxer, Packet, Received, Resampler, Sent, StreamKind};
use crate::media::video::scan::new_packet;
use crate::media::video::{Rational, Video};

/// Reading begins so much before a time that is asked for: decoders need a few packets to come into step.
const LEAD_SECS: f64 = 0.25;

/// The kind of samples that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundFormat {
    /// Channels; samples of all channels follow each other in turn.
    pub num_channels: u16,
    /// Samples of one channel in a second.
    pub rate: u32,
}

/// Some samples that follow each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoundBlock {
    /// When the first is heard, in seconds from the first frame of the video.
    pub secs: f64,
    /// Between -1 and 1, of all channels in turn.
    pub samples: Vec<f32>,
}

/// Reads the first stream of sound of a video, from a time on.
pub struct SoundReader {
    demuxer: Demuxer,
    decoder: Decoder,
    packet: Packet,
    resampler: Resampler,
    format: SoundFormat,
    unit_secs: f64,
    /// The time of the video's first frame in the file.
    start_secs: f64,
    /// When the next block is heard, where its packet does not tell.
    next_secs: f64,
    has_ended: bool,
}

impl SoundReader {
    /// Opens the sound of a video, shortly before a time.
    ///
    /// # Errors
    /// [`MediaError::NoSound`], and those of opening a file.
    pub fn open(video: &Video, format: SoundFormat, from_secs: f64) -> Result<Self, MediaError> {
        let source = video.source();
        let mut demuxer = source.demuxer()?;
        let no_sound = || MediaError::NoSound { path: source.path().to_owned() };
        let facts = demuxer
            .streams()
            .into_iter()
            .find(|facts| facts.kind == StreamKind::Audio && facts.has_decoder)
            .ok_or_else(no_sound)?;
        demuxer.select(facts.index);
        let decoder = Decoder::open(&demuxer, 1, u64::MAX, None)
            .map_err(|error| MediaError::damaged(source.path(), error.to_string()))?;
        let unit_secs = Rational::from(facts.time_base).to_f64();
        let start_secs = video.start_secs();
        let time = (start_secs + from_secs - LEAD_SECS) / unit_secs.max(f64::MIN_POSITIVE);
        if from_secs > LEAD_SECS && demuxer.seek_to_time(time as i64).is_err() {
            // Then it is read from the beginning; whoever asked passes over what comes too early.
            log::debug!("the sound cannot be entered in the middle: {}", source.path().display());
        }
        Ok(Self {
            demuxer,
            decoder,
            packet: new_packet(source)?,
            resampler: Resampler::new(format.num_channels, format.rate),
            format,
            unit_secs,
            start_secs,
            next_secs: 0.0,
            has_ended: false,
        })
    }

    /// What its samples are.
    pub fn format(&self) -> SoundFormat {
        self.format
    }

    /// The next block; `None` at the end, and when it is not wanted any more.
    pub fn next_block(&mut self, is_wanted: &dyn Fn() -> bool) -> Option<SoundBlock> {
        while !self.has_ended {
            let mut samples = Vec::new();
            match self.decoder.receive() {
                Received::Frame(mut frame) => {
                    let secs = frame.sound_time().map(|time| time as f64 * self.unit_secs - self.start_secs);
                    self.resampler.convert(&mut frame, &mut samples);
                    self.next_secs = secs.unwrap_or(self.next_secs);
                }
                Received::NeedsPacket if is_wanted() => self.feed(),
                Received::NeedsPacket => return None,
                Received::Error => {}
                Received::End => {
                    self.has_ended = true;
                    self.resampler.finish(&mut samples);
                }
            }
            if !samples.is_empty() {
                let num_samples = samples.len() / usize::from(self.format.num_channels.max(1));
                let secs = self.next_secs;
                self.next_secs += num_samples as f64 / f64::from(self.format.rate.max(1));
                return Some(SoundBlock { secs, samples });
            }
        }
        None
    }

    /// Gives the decoder the next packet, or the end.
    fn feed(&mut self) {
        let has_packet = self.demuxer.read(&mut self.packet);
        let sent = self.decoder.send(has_packet.then_some(&self.packet));
        // At the end a decoder must take it, or it would be asked for ever.
        self.has_ended |= !has_packet && sent != Sent::Taken;
    }
}
