//! The device that sound is heard on.

use std::sync::Arc;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{FromSample, SampleFormat, SizedSample, StreamConfig};

use super::Player;
use crate::media::video::SoundFormat;

/// A device that plays as long as it is held.
pub struct Device {
    format: SoundFormat,
    _stream: Option<cpal::Stream>,
}

impl Device {
    /// A device that nothing is heard of: whoever has the player fills buffers itself.
    #[cfg(test)]
    pub fn silent(format: SoundFormat) -> Self {
        Self { format, _stream: None }
    }

    /// What it plays.
    pub fn format(&self) -> SoundFormat {
        self.format
    }
}

/// Opens the system's usual device. `None` where there is none, or it cannot be used.
pub fn default_device(player: Arc<Player>) -> Option<Device> {
    let device = cpal::default_host().default_output_device()?;
    let supported =
        device.default_output_config().inspect_err(|error| log::debug!("silent: {error}")).ok()?;
    let config = supported.config();
    let stream = match supported.sample_format() {
        SampleFormat::F32 => open::<f32>(&device, &config, player),
        SampleFormat::I16 => open::<i16>(&device, &config, player),
        SampleFormat::I32 => open::<i32>(&device, &config, player),
        SampleFormat::U16 => open::<u16>(&device, &config, player),
        SampleFormat::U8 => open::<u8>(&device, &config, player),
        other => {
            log::debug!("silent: the device wants {other} samples");
            None
        }
    };
    let format = SoundFormat { num_channels: config.channels, rate: config.sample_rate };
    Some(Device { format, _stream: Some(stream?) })
}

fn open<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: &StreamConfig,
    player: Arc<Player>,
) -> Option<cpal::Stream> {
    let mut samples = Vec::new();
    let fill = move |buffer: &mut [T], _: &cpal::OutputCallbackInfo| {
        samples.resize(buffer.len(), 0.0);
        player.fill(&mut samples);
        buffer.iter_mut().zip(&samples).for_each(|(to, from)| *to = T::from_sample_(*from));
    };
    let on_error = |error: cpal::Error| log::debug!("sound: {error}");
    let stream = device.build_output_stream(*config, fill, on_error, None);
    let stream = stream.inspect_err(|error| log::debug!("silent: {error}")).ok()?;
    stream.play().inspect_err(|error| log::debug!("silent: {error}")).ok()?;
    Some(stream)
}
