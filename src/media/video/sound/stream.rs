//! Sound as one run of samples.

use super::reader::{SoundBlock, SoundFormat, SoundReader};
use crate::media::MediaError;
use crate::media::video::Video;

/// Times of blocks that are off by less are taken for rounding: the samples follow each other.
const TOLERANCE_SECS: f64 = 0.03;

/// Silence that is given at once at most.
const MAX_SILENCE_SECS: f64 = 0.5;

/// The sound of a video from a time on: where there is none, silence.
pub struct SoundStream {
    reader: SoundReader,
    run: Run,
}

impl SoundStream {
    /// The sound from a time on, in seconds from the first frame.
    ///
    /// # Errors
    /// As [`SoundReader::open`].
    pub fn open(video: &Video, format: SoundFormat, from_secs: f64) -> Result<Self, MediaError> {
        let reader = SoundReader::open(video, format, from_secs)?;
        Ok(Self { reader, run: Run { format, from_secs, num_given: 0, block: None } })
    }

    /// Appends some samples. False when nothing more will come, or it is not wanted any more.
    pub fn read(&mut self, samples: &mut Vec<f32>, is_wanted: &dyn Fn() -> bool) -> bool {
        let before = samples.len();
        while samples.len() == before {
            if self.run.block.is_none() {
                self.run.block = self.reader.next_block(is_wanted);
            }
            if !self.run.give(samples) {
                return false;
            }
        }
        true
    }
}

/// Puts blocks one behind the other by their times.
struct Run {
    format: SoundFormat,
    from_secs: f64,
    /// Samples of one channel that were given.
    num_given: u64,
    /// The block that comes next.
    block: Option<SoundBlock>,
}

impl Run {
    /// Gives what comes next of the block, of the silence before it, or nothing of one that is too early. False without
    /// a block.
    fn give(&mut self, samples: &mut Vec<f32>) -> bool {
        let Some(mut block) = self.block.take() else { return false };
        let num_channels = usize::from(self.format.num_channels.max(1));
        let rate = f64::from(self.format.rate.max(1));
        let gap_secs = block.secs - self.from_secs - self.num_given as f64 / rate;
        // The first sample is to be that of the very time; later ones follow each other.
        let tolerance = if self.num_given == 0 { 0.5 / rate } else { TOLERANCE_SECS };
        if gap_secs > tolerance {
            let num_silent = (gap_secs.min(MAX_SILENCE_SECS) * rate).round().max(1.0) as usize;
            samples.resize(samples.len() + num_silent * num_channels, 0.0);
            self.num_given += num_silent as u64;
            self.block = Some(block);
            return true;
        }
        if gap_secs < -tolerance {
            let num_late = ((-gap_secs * rate).round() as usize).saturating_mul(num_channels);
            block.samples.drain(..num_late.min(block.samples.len()));
        }
        self.num_given += (block.samples.len() / num_channels) as u64;
        samples.append(&mut block.samples);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All samples of blocks of one channel with ten samples in a second, from a time on.
    fn run(from_secs: f64, blocks: &[(f64, &[f32])]) -> Vec<f32> {
        let format = SoundFormat { num_channels: 1, rate: 10 };
        let mut run = Run { format, from_secs, num_given: 0, block: None };
        let mut samples = Vec::new();
        for (secs, block) in blocks {
            run.block = Some(SoundBlock { secs: *secs, samples: block.to_vec() });
            while run.block.is_some() {
                assert!(run.give(&mut samples));
            }
        }
        assert!(!run.give(&mut samples));
        samples
    }

    #[test]
    fn blocks_follow_each_other_whatever_the_rounding_of_their_times() {
        assert_eq!(run(0.0, &[(0.0, &[1.0, 2.0]), (0.21, &[3.0]), (0.29, &[4.0])]), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn what_lies_before_the_time_is_passed_over() {
        assert_eq!(run(1.0, &[(0.8, &[1.0, 2.0, 3.0]), (1.1, &[4.0])]), [3.0, 4.0]);
        assert_eq!(run(1.0, &[(0.2, &[1.0, 2.0]), (1.0, &[3.0])]), [3.0]);
    }

    #[test]
    fn gaps_are_silent() {
        assert_eq!(run(0.0, &[(0.2, &[1.0]), (0.6, &[2.0])]), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0]);
        assert_eq!(run(0.0, &[(2.0, &[1.0])]).len(), 21, "long gaps are given in parts");
    }
}
