//! Samples between the thread that decodes and the device that plays, kept in time with the picture.

use std::collections::VecDeque;

use crate::media::video::SoundFormat;

/// Sound may be so far from the picture; nobody hears it, and correcting it could be heard.
const TOLERANCE_SECS: f64 = 0.04;

/// Samples that are about to be played, and when the first of them is due.
pub struct SoundQueue {
    format: SoundFormat,
    /// The time of the first sample, in seconds from the first frame.
    front_secs: f64,
    samples: VecDeque<f32>,
}

impl SoundQueue {
    /// An empty queue, whose first sample is that of a time.
    pub fn new(format: SoundFormat, front_secs: f64) -> Self {
        Self { format, front_secs, samples: VecDeque::new() }
    }

    /// Adds what comes next.
    pub fn push(&mut self, samples: &[f32]) {
        self.samples.extend(samples);
    }

    /// Seconds of sound that are at hand.
    pub fn secs(&self) -> f64 {
        self.samples.len() as f64 / self.samples_per_second()
    }

    fn samples_per_second(&self) -> f64 {
        f64::from(self.format.rate.max(1)) * f64::from(self.format.num_channels.max(1))
    }

    /// Fills the device's buffer with the sound of a time: leaves out what is late, and is silent where it is too early or
    /// there is none.
    pub fn fill(&mut self, secs: f64, buffer: &mut [f32]) {
        let late_secs = secs - self.front_secs;
        if late_secs > TOLERANCE_SECS {
            self.take(self.whole_samples(late_secs), |_| ());
        }
        let mut filled = 0;
        if late_secs >= -TOLERANCE_SECS {
            let wanted = buffer.len();
            self.take(wanted, |sample| {
                buffer[filled] = sample;
                filled += 1;
            });
        }
        buffer[filled..].fill(0.0);
    }

    /// The samples of a stretch of time, of all channels.
    fn whole_samples(&self, secs: f64) -> usize {
        (secs * f64::from(self.format.rate)).round() as usize * usize::from(self.format.num_channels)
    }

    fn take(&mut self, number: usize, to: impl FnMut(f32)) {
        let number = number.min(self.samples.len());
        self.samples.drain(..number).for_each(to);
        self.front_secs += number as f64 / self.samples_per_second();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred samples a second of two channels; those of a time are that time in hundredths.
    fn queue(front: u32, num: u32) -> SoundQueue {
        let mut queue = SoundQueue::new(SoundFormat { num_channels: 2, rate: 100 }, f64::from(front) / 100.0);
        (front..front + num).for_each(|n| queue.push(&[n as f32, n as f32]));
        queue
    }

    fn filled(queue: &mut SoundQueue, secs: f64) -> [f32; 4] {
        let mut buffer = [-1.0; 4];
        queue.fill(secs, &mut buffer);
        buffer
    }

    #[test]
    fn samples_are_played_in_turn_while_they_are_in_time() {
        let mut queue = queue(50, 10);
        assert_eq!(filled(&mut queue, 0.5), [50.0, 50.0, 51.0, 51.0]);
        assert_eq!(filled(&mut queue, 0.55), [52.0, 52.0, 53.0, 53.0], "a little late is not heard");
        assert!((queue.secs() - 0.06).abs() < 1e-9);
    }

    #[test]
    fn what_is_late_is_left_out_and_what_is_early_waits() {
        let mut queue = queue(50, 20);
        assert_eq!(filled(&mut queue, 0.4), [0.0; 4]);
        assert_eq!(filled(&mut queue, 0.6), [60.0, 60.0, 61.0, 61.0]);
        assert_eq!(filled(&mut queue, 9.0), [0.0; 4]);
        assert_eq!(queue.secs(), 0.0);
    }

    #[test]
    fn without_samples_it_is_silent() {
        let mut queue = queue(50, 1);
        assert_eq!(filled(&mut queue, 0.5), [50.0, 50.0, 0.0, 0.0]);
        assert_eq!(filled(&mut queue, 0.51), [0.0; 4]);
    }
}
