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
    #[cfg(target_os = "linux")]
    if !linux::may_have_device() {
        log::debug!("silent: there is no sound card, and no sound server");
        return None;
    }
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

/// Linux's ALSA looks for a device in every way that it knows, and writes about each that fails to the standard error.
/// Where nothing can be found it is not asked.
#[cfg(target_os = "linux")]
mod linux {
    use std::path::{Path, PathBuf};

    /// Sockets of sound servers, in the folder of what runs for the user.
    const SERVERS: &[&str] = &["pulse/native", "pipewire-0"];
    /// What tells ALSA of other devices, in the home folder and in `/`.
    const CONFIGURATIONS: &[&str] = &[".asoundrc", ".config/alsa/asoundrc", "etc/asound.conf"];

    /// Whether there is a card that plays, a sound server, or somebody who told ALSA of something else.
    pub fn may_have_device() -> bool {
        let folder = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
        let homes = folder("HOME").into_iter().chain([PathBuf::from("/")]);
        let is_told = homes.flat_map(|home| CONFIGURATIONS.iter().map(move |name| home.join(name)));
        let server_folder = folder("XDG_RUNTIME_DIR");
        has_card(Path::new("/dev/snd"))
            || folder("PULSE_SERVER").is_some()
            || server_folder.is_some_and(|folder| SERVERS.iter().any(|name| folder.join(name).exists()))
            || is_told.into_iter().any(|path| path.exists())
    }

    /// Whether the folder of sound devices holds one that plays: `pcmC0D0p`, where the last letter of those that record
    /// is a `c`.
    fn has_card(folder: &Path) -> bool {
        let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .any(|n| n.starts_with("pcm") && n.ends_with('p'))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_card_that_only_records_is_none() {
            let folder = tempfile::tempdir().unwrap();
            let add = |name: &str| std::fs::write(folder.path().join(name), b"").unwrap();
            assert!(!has_card(&folder.path().join("missing")));
            add("controlC0");
            add("pcmC0D0c");
            assert!(!has_card(folder.path()));
            add("pcmC0D0p");
            assert!(has_card(folder.path()));
        }
    }
}
