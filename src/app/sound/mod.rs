//! The sound of the video that plays at normal speed.
//!
//! **How it thinks.** The picture leads: the window tells again and again which moment is on screen, and the sound follows
//! ([`Sound::follow`]). A thread decodes ahead into a [`SoundQueue`], the device takes from it what belongs to the moment.
//! Where there is no device, nothing is decoded and nothing is heard; nobody is told, for the picture is what counts.
//!
//! **Invariants.** The window never waits for the device, nor the device for the thread: it is silent instead. Nothing is
//! held open while nothing plays.

mod device;
mod queue;

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::media::video::{SoundFormat, SoundStream, Video};

pub use device::{Device, default_device};
use queue::SoundQueue;

/// What is decoded ahead.
const AHEAD_SECS: f64 = 0.6;
/// How often the thread looks whether there is room for more.
const INTERVAL: Duration = Duration::from_millis(50);
/// A jump of the picture by more than this begins the sound anew.
const JUMP_SECS: f64 = 0.5;

/// Opens the device that samples are played on, and has it ask the player for them; `None` where there is none.
pub type OpenDevice = Box<dyn Fn(Arc<Player>) -> Option<Device> + Send>;

/// What the device, the thread and the window share.
#[derive(Default)]
pub struct Player {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The moment on screen, in seconds from the first frame, and when it was; `None` while nothing plays.
    moment: Option<(f64, Instant)>,
    queue: Option<SoundQueue>,
}

impl Player {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fills the device's buffer with what is to be heard now.
    pub fn fill(&self, buffer: &mut [f32]) {
        // A device that waits stutters; the others hold the lock for moments.
        let state = self.state.try_lock().ok();
        let playing = state.and_then(|mut state| {
            let (secs, since) = state.moment?;
            state.queue.as_mut()?.fill(secs + since.elapsed().as_secs_f64(), buffer);
            Some(())
        });
        if playing.is_none() {
            buffer.fill(0.0);
        }
    }

    /// Whether more should be decoded.
    fn has_room(&self) -> bool {
        self.lock().queue.as_ref().is_some_and(|queue| queue.secs() < AHEAD_SECS)
    }
}

enum Command {
    /// Plays a video from a time on.
    Play(Box<Video>, f64),
    Stop,
}

/// The sound of the video on the canvas.
pub struct Sound {
    player: Arc<Player>,
    /// Of the thread, once there is one; it ends when this is dropped.
    commands: Option<Sender<Command>>,
    open_device: Option<OpenDevice>,
    /// Where the picture was last, and when.
    last: Option<(f64, Instant)>,
}

impl Default for Sound {
    /// Sound on the system's usual device.
    fn default() -> Self {
        Self::on(Box::new(default_device))
    }
}

impl Sound {
    /// Sound on a device that is opened when something plays for the first time.
    pub fn on(open_device: OpenDevice) -> Self {
        Self { player: Arc::default(), commands: None, open_device: Some(open_device), last: None }
    }

    /// Says which moment of which video is on screen, in seconds from the first frame, while it plays at normal speed, and
    /// `None` otherwise. Call it once per drawn frame.
    pub fn follow(&mut self, playing: Option<(&Video, f64)>) {
        let now = Instant::now();
        let Some((video, secs)) = playing.filter(|(video, _)| video.has_sound()) else {
            if self.last.take().is_some() {
                self.player.lock().moment = None;
                self.send(Command::Stop);
            }
            return;
        };
        self.player.lock().moment = Some((secs, now));
        let expected = self.last.map(|(secs, since)| secs + (now - since).as_secs_f64());
        self.last = Some((secs, now));
        if expected.is_none_or(|expected| (secs - expected).abs() > JUMP_SECS) {
            self.send(Command::Play(Box::new(video.clone()), secs));
        }
    }

    fn send(&mut self, command: Command) {
        if let Some(open_device) = self.open_device.take() {
            let (sender, commands) = channel();
            let player = Arc::clone(&self.player);
            let thread = std::thread::Builder::new().name("sound".to_owned());
            match thread.spawn(move || work(&player, &commands, &open_device)) {
                Ok(_) => self.commands = Some(sender),
                Err(error) => log::warn!("there will be no sound: {error}"),
            }
        }
        // A thread that has ended found no device.
        if self.commands.as_ref().is_some_and(|commands| commands.send(command).is_err()) {
            self.commands = None;
        }
    }
}

/// Decodes ahead of what is played, until nobody gives commands any more.
fn work(player: &Arc<Player>, commands: &Receiver<Command>, open_device: &OpenDevice) {
    let mut playing: Option<(Device, SoundStream)> = None;
    loop {
        let next = match playing {
            None => commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(_) => commands.recv_timeout(INTERVAL),
        };
        match next {
            Ok(Command::Play(video, secs)) => {
                player.lock().queue = None;
                // A device that was unplugged, or plugged in, is another one the next time.
                let device =
                    playing.take().map(|(device, _)| device).or_else(|| open_device(Arc::clone(player)));
                playing = device.and_then(|device| {
                    let stream = start(player, &device, &video, secs)?;
                    Some((device, stream))
                });
            }
            Ok(Command::Stop) => {
                player.lock().queue = None;
                playing = None;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Some((_, stream)) = &mut playing {
            fill(player, stream);
        }
    }
}

/// Opens the sound of a video; `None` where it has none.
fn start(player: &Player, device: &Device, video: &Video, secs: f64) -> Option<SoundStream> {
    let format: SoundFormat = device.format();
    let stream = SoundStream::open(video, format, secs);
    let stream = stream.inspect_err(|error| log::debug!("silent: {error}")).ok()?;
    player.lock().queue = Some(SoundQueue::new(format, secs));
    Some(stream)
}

fn fill(player: &Player, stream: &mut SoundStream) {
    let mut samples = Vec::new();
    while player.has_room() {
        samples.clear();
        if !stream.read(&mut samples, &|| true) {
            return;
        }
        if let Some(queue) = &mut player.lock().queue {
            queue.push(&samples);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::jobs::JobContext;
    use crate::media::video::{OpenOptions, open_video};

    /// A minute of a tone.
    fn video(folder: &tempfile::TempDir) -> Video {
        let path = folder.path().join("tone.mkv");
        let mut command = std::process::Command::new("ffmpeg");
        command.args([
            "-v",
            "error",
            "-nostdin",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=32x32:rate=1:duration=60",
        ]);
        command.args(["-f", "lavfi", "-i", "sine=frequency=500:duration=60,volume=8", "-c:a", "pcm_s16le"]);
        assert!(command.arg(&path).status().unwrap().success());
        open_video(&path, &OpenOptions::default(), &JobContext::detached()).unwrap()
    }

    /// Follows a picture that plays from its beginning until the device gets what `is_right` waits for.
    fn play_until(sound: &mut Sound, video: &Video, is_right: impl Fn(&[f32]) -> bool) {
        let begun = Instant::now();
        let mut buffer = [0.5; 64];
        while begun.elapsed() < Duration::from_secs(50) {
            sound.follow(Some((video, begun.elapsed().as_secs_f64())));
            sound.player.fill(&mut buffer);
            if is_right(&buffer) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("it did not come: {buffer:?}");
    }

    #[test]
    fn what_plays_is_heard_until_it_stops() {
        let folder = tempfile::tempdir().unwrap();
        let video = video(&folder);
        let format = SoundFormat { num_channels: 1, rate: 8000 };
        let mut sound = Sound::on(Box::new(move |_| Some(Device::silent(format))));
        play_until(&mut sound, &video, |buffer| buffer.iter().any(|sample| sample.abs() > 0.3));
        sound.follow(None);
        let mut buffer = [0.5; 64];
        sound.player.fill(&mut buffer);
        assert_eq!(buffer, [0.0; 64]);
        play_until(&mut sound, &video, |buffer| buffer.iter().any(|sample| sample.abs() > 0.3));
    }

    #[test]
    fn without_a_device_it_is_silent() {
        let folder = tempfile::tempdir().unwrap();
        let mut sound = Sound::on(Box::new(|_| None));
        play_until(&mut sound, &video(&folder), |buffer| buffer == [0.0; 64]);
    }
}
