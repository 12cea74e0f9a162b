//! Videos in the window: the one on the canvas, going through it, and playing it.
//!
//! - `opened` holds the open video: its frames in the background, the one that is asked for, the one on screen.
//! - `reading` opens it, and looks at all of its frames while the person works.
//! - `player` is the clock: which frame is due.
//! - `destination` reads where a person wants to go.
//! - `saving` writes the frame on screen to a file.
//! - `thumbnails` are small pictures of its frames for the timeline.
//! - `waveform` makes what the timeline shows of the sound.
//! - `space` tells a tap on the space bar from holding it.
//!
//! **What others see.** [`View::frame`](super::view::View::frame) is the frame on screen: objects are drawn and changed as
//! they are on it. [`Request::GoToFrame`](super::request::Request::GoToFrame) asks for another one, which comes when it is
//! decoded. Frames are numbered from 0 in the order of presentation.
//!
//! **Invariants.** The number that is shown is that of the picture that is shown. Nothing here decodes or waits. Nothing is
//! drawn while a video stands still.

mod destination;
mod opened;
mod player;
mod reading;
mod saving;
mod space;
mod thumbnails;
mod waveform;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::edit::{AssetChange, Edit};
use crate::geometry::Point;
use crate::model::{AssetId, AssetKind, VideoFacts};
use crate::pixels::VideoValue;

use super::messages::Tone;
use super::settings::Settings;
use super::sound::Sound;
use super::state::AppState;
use super::view::Page;
use super::wording::count_of;
use super::work::{CanvasPicture, content_key};
use reading::News;

pub use destination::frame_named;
pub use opened::{OnScreen, OpenVideo, Progress};
pub use player::AtEnd;
pub use space::SpaceBar;
pub use waveform::VideoWaveform;

/// The speeds to choose from.
pub const SPEEDS: [f64; 10] = [0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0];
/// How much is played before and behind the frame on screen.
const AROUND_SECS: f64 = 1.0;
/// A frame that stayed on screen for so long is where the video is opened next time.
const REST: Duration = Duration::from_secs(1);

/// What the window knows of videos.
pub struct Videos {
    /// The video on the canvas.
    open: Option<OpenVideo>,
    /// Where videos were left in this session.
    last_frames: HashMap<AssetId, u32>,
    /// How fast they play; above 0.
    speed: f64,
    /// The frames that are played, where not all are.
    range: Option<Range<u32>>,
    /// The frame on which playing was begun.
    played_from: Option<u32>,
    /// The frame on screen, since when, and whether the project knows.
    at_rest: (u32, Instant, bool),
    /// A frame that is being written to a file.
    saving: Option<saving::SavingFrame>,
    /// A frame that goes to the clipboard.
    copying: Option<saving::CopyingFrame>,
    began: Instant,
    /// What is heard while the video plays.
    sound: Sound,
}

impl Default for Videos {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            open: None,
            last_frames: HashMap::new(),
            speed: 1.0,
            range: None,
            played_from: None,
            at_rest: (0, now, true),
            saving: None,
            copying: None,
            began: now,
            sound: Sound::default(),
        }
    }
}

impl Videos {
    /// The video on the canvas, from the moment that it is being opened.
    pub fn open(&self) -> Option<&OpenVideo> {
        self.open.as_ref()
    }

    /// How fast videos play; above 0.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// The frames that are played, where not all are.
    pub fn range(&self) -> Option<&Range<u32>> {
        self.range.as_ref()
    }

    /// Whether the video on the canvas plays.
    pub fn is_playing(&self) -> bool {
        self.open.as_ref().is_some_and(|video| video.speed().is_some())
    }

    /// Whether nothing will change by itself. The window's tests wait for it.
    #[cfg(feature = "ui-test")]
    pub fn is_settled(&self) -> bool {
        let is_settled = |video: &OpenVideo| {
            !video.is_waiting() && video.speed().is_none() && !video.is_making_thumbnails()
        };
        self.open.as_ref().is_none_or(is_settled)
    }

    /// Forgets everything about a project that is closed.
    pub fn forget_project(&mut self) {
        *self = Self { speed: self.speed, ..Self::default() };
    }

    /// Changes what decoded frames may take in memory.
    pub fn set_budget_bytes(&mut self, budget_bytes: usize) {
        if let Some(video) = &mut self.open {
            video.set_budget_bytes(budget_bytes);
        }
    }

    /// Tells the thumbnails of frames that all were asked for that this frame of the window shows.
    pub fn end_thumbnails_frame(&mut self, ctx: &eframe::egui::Context) {
        let is_playing = self.is_playing();
        if let Some(video) = &mut self.open {
            video.end_thumbnails_frame(ctx, is_playing);
        }
    }

    /// Seconds of the clock by which videos play.
    fn clock(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

impl AppState {
    /// Whether a video is on the canvas.
    pub fn is_video(&self) -> bool {
        let row = self.project.as_ref().zip(self.view.asset).and_then(|(p, asset)| p.assets().get(asset));
        row.is_some_and(|row| row.asset.kind == AssetKind::Video)
    }

    /// How many frames the video on the canvas has and when each is shown, once it is open.
    pub fn frame_times(&self) -> Option<&Arc<VideoFacts>> {
        self.videos.open()?.facts()
    }

    /// Whether frames can be had: a video is on the canvas, and open.
    pub fn has_frames(&self) -> bool {
        self.frame_times().is_some()
    }

    /// Opens the video that was chosen, and closes the one that is not on the canvas any more.
    pub(super) fn follow_video(&mut self) {
        let asset = self.view.asset.filter(|_| self.is_video());
        if self.videos.open().map(OpenVideo::asset) == asset {
            return;
        }
        self.remember_frame();
        self.videos.open = None;
        self.videos.range = None;
        self.view.frame = 0;
        let Some((project, asset)) = self.project.as_ref().zip(asset) else { return };
        let Some(path) = project.asset_path(asset) else { return };
        let kept = || project.reader().setting(&frame_key(asset)).ok().flatten()?.parse().ok();
        let frame = self.videos.last_frames.get(&asset).copied().or_else(kept).unwrap_or(0);
        self.view.frame = frame;
        self.videos.at_rest = (frame, Instant::now(), true);
        let uses_hardware = self.settings.hardware_decoding;
        let Some(row) = project.assets().get(asset) else { return };
        let key = content_key(&row.asset, &path);
        self.videos.open = Some(OpenVideo::new(&self.work, (asset, key), path, frame, uses_hardware));
    }

    /// Opens the video on the canvas again.
    pub(super) fn reopen_video(&mut self) {
        self.videos.open = None;
        self.follow_video();
    }

    /// Brings the frame on screen that is due.
    pub(super) fn poll_video(&mut self) {
        // What is being drawn belongs to the frame on which it was begun.
        if self.videos.is_playing() && !self.view.toolbox.tool().is_idle() {
            self.pause();
        }
        let clock = self.videos.clock();
        let budget_bytes = self.settings.frame_cache_mb << 20;
        let is_listened_to =
            self.shows_sound() && self.settings.show_filmstrip && self.view.page == Page::Canvas;
        let Some(video) = &mut self.videos.open else { return self.videos.sound.follow(None) };
        let due_in = video.poll(budget_bytes, &self.work, clock);
        video.follow_waveform(is_listened_to, &self.work);
        self.videos.sound.follow(video.heard(clock).filter(|_| self.settings.sound));
        let news = video.take_news().map(|news| (video.asset(), news));
        if let Some((number, _)) = video.shown() {
            self.view.frame = *number;
        }
        if let Some(secs) = due_in {
            self.ctx.request_repaint_after(Duration::from_secs_f64(secs));
        }
        let (frame, since, is_kept) = &mut self.videos.at_rest;
        if *frame != self.view.frame {
            (*frame, *since, *is_kept) = (self.view.frame, Instant::now(), false);
        }
        if !*is_kept && due_in.is_none() {
            match REST.checked_sub(since.elapsed()) {
                Some(left) => self.ctx.request_repaint_after(left),
                None => self.remember_frame(),
            }
        }
        if let Some((asset, news)) = news {
            self.take_video_news(asset, news);
        }
    }

    /// Lets the project know what was found of the frames of a video: it may have grown since, or promised others.
    fn take_video_news(&mut self, asset: AssetId, news: News) {
        let News { facts, has_changed } = news;
        if has_changed {
            let text = format!(
                "This video was decoded from end to end, and its frames are not those that it promised: there are {}. \
                 Look whether what you labelled on it is where it should be.",
                count_of(facts.num_frames, "frame")
            );
            self.messages.add(Tone::Warning, text);
        }
        let Some(project) = self.project.as_mut().filter(|project| project.is_writable()) else { return };
        let is_known = project.assets().get(asset).is_none_or(|row| row.asset.video.as_ref() == Some(&facts));
        if !is_known {
            let edits = vec![Edit::change_asset(asset, &AssetChange::Video(Some(facts)))];
            if let Err(error) = project.commit_quietly("Read a video again", edits) {
                self.messages.add(Tone::Error, error.to_string());
            }
        }
    }

    /// Keeps where the video on the canvas is, to open it there again.
    pub(super) fn remember_frame(&mut self) {
        let Some(asset) = self.videos.open().map(OpenVideo::asset) else { return };
        let (frame, _, is_kept) = &mut self.videos.at_rest;
        if !std::mem::replace(is_kept, true) {
            self.videos.last_frames.insert(asset, *frame);
            if let Some(project) = &self.project {
                project.remember(&frame_key(asset), &frame.to_string());
            }
        }
    }

    /// What is on the canvas of a video.
    pub(super) fn video_on_canvas(&self) -> Option<CanvasPicture> {
        let video = self.videos.open()?;
        if let Progress::Failed(reason) = video.progress() {
            return Some(CanvasPicture::Failed(reason));
        }
        Some(match video.shown() {
            None => CanvasPicture::Loading(None),
            Some((number, OnScreen::Nothing(reason))) => {
                CanvasPicture::BadFrame { number: *number, reason: Arc::clone(reason) }
            }
            Some((number, OnScreen::Picture(picture))) => {
                let is_damaged = video.index().is_some_and(|index| index.is_damaged(*number as usize));
                CanvasPicture::Frame { picture: Arc::clone(picture), is_damaged }
            }
        })
    }

    /// What the frame on screen says of the pixel at a point.
    pub fn video_value_at(&self, at: Point) -> Option<VideoValue> {
        if at.x < 0.0 || at.y < 0.0 {
            return None;
        }
        let Some((_, OnScreen::Picture(picture))) = self.videos.open()?.shown() else { return None };
        let (x, y) = (at.x as u32, at.y as u32);
        let (x, y) = picture.turn.stored_from_shown(x, y, picture.frame.size())?;
        picture.frame.value(x, y)
    }

    /// Goes to a frame, the last one at most. Playing ends.
    pub fn go_to_frame(&mut self, frame: u32) {
        if let Some(video) = &mut self.videos.open {
            video.go_to(frame);
        }
        self.poll_video();
        // What is carried out next sees the objects of the new frame.
        self.update_hits();
    }

    /// Goes so many frames on, or back, from the one that is asked for.
    pub fn step_frames(&mut self, by: i64) {
        let Some(video) = self.videos.open() else { return };
        // While it plays, from what one sees.
        let from = if video.speed().is_some() { self.view.frame } else { video.target() };
        let to = (i64::from(from).saturating_add(by)).clamp(0, i64::from(u32::MAX));
        self.go_to_frame(to as u32);
    }

    /// Goes so many seconds on, or back.
    pub fn step_seconds(&mut self, by: f64) {
        let Some((video, times)) = self.videos.open().zip(self.frame_times()) else { return };
        let frame = times.frame_at((times.seconds(video.target()) + by).max(0.0));
        // Also where the frames are further apart.
        let frame = match by < 0.0 {
            true => frame.min(video.target().saturating_sub(1)),
            false => frame.max(video.target().saturating_add(1)),
        };
        self.go_to_frame(frame);
    }

    /// Goes to the next frame with which decoding can begin, or to the one before.
    pub fn step_keyframe(&mut self, forward: bool) {
        let Some(video) = self.videos.open() else { return };
        let (keyframes, target) = (video.keyframes(), video.target());
        let next = match forward {
            true => keyframes.get(keyframes.partition_point(|keyframe| *keyframe <= target)).copied(),
            false => keyframes[..keyframes.partition_point(|keyframe| *keyframe < target)].last().copied(),
        };
        if let Some(frame) = next {
            self.go_to_frame(frame);
        }
    }

    /// Plays, or stops where it is. What plays the other way turns round.
    pub fn toggle_play(&mut self, is_backwards: bool) {
        let began = self.videos.played_from;
        let Some(video) = &mut self.videos.open else { return };
        let was_playing = video.speed().is_some();
        let is_same_way = video.speed().is_some_and(|speed| (speed < 0.0) == is_backwards);
        video.pause();
        let target = video.target();
        let began = began.filter(|_| was_playing).unwrap_or(target);
        match (was_playing && is_same_way, self.settings.returns_after_playing) {
            (false, _) => self.start_playing(is_backwards, began),
            (true, true) => self.go_to_frame(began),
            (true, false) => self.poll_video(),
        }
        self.ctx.request_repaint();
    }

    /// Plays from where it is. Where the person wants that, it ends with the frame on which playing was begun.
    fn start_playing(&mut self, is_backwards: bool, began: u32) {
        let clock = self.videos.clock();
        let Some(video) = &mut self.videos.open else { return };
        let Some(last) = video.facts().map(|facts| facts.last_frame()) else { return };
        let speed = if is_backwards { -self.videos.speed } else { self.videos.speed };
        let range = self.videos.range.clone().unwrap_or(0..last + 1);
        let at_end = match (self.settings.loops, self.settings.returns_after_playing) {
            (true, _) => AtEnd::Loop,
            (false, true) => AtEnd::Return(began),
            (false, false) => AtEnd::Stop,
        };
        video.play(speed, range, at_end, clock);
        self.videos.played_from = Some(began);
        self.poll_video();
    }

    /// Stops playing, where it is.
    pub fn pause(&mut self) {
        if let Some(video) = &mut self.videos.open {
            video.pause();
        }
    }

    /// Plays from a second before the frame on screen to a second behind it, and goes back to it.
    pub fn play_around(&mut self) {
        let clock = self.videos.clock();
        let Some(video) = &mut self.videos.open else { return };
        video.pause();
        let Some(times) = video.facts().cloned() else { return };
        let target = video.target();
        let from = times.frame_at((times.seconds(target) - AROUND_SECS).max(0.0));
        let to = times.frame_at(times.seconds(target) + AROUND_SECS);
        video.go_to(from);
        video.play(self.videos.speed, from..to + 1, AtEnd::Return(target), clock);
        self.poll_video();
        self.ctx.request_repaint();
    }

    /// Chooses how fast videos play.
    pub fn set_speed(&mut self, speed: f64) {
        self.videos.speed = speed.clamp(SPEEDS[0], SPEEDS[SPEEDS.len() - 1]);
        let clock = self.videos.clock();
        if let Some(video) = &mut self.videos.open {
            video.set_speed(self.videos.speed, clock);
        }
    }

    /// Chooses the next speed that is higher, or lower.
    pub fn step_speed(&mut self, is_faster: bool) {
        let speed = self.videos.speed;
        let next = match is_faster {
            true => SPEEDS.iter().find(|other| **other > speed),
            false => SPEEDS.iter().rev().find(|other| **other < speed),
        };
        if let Some(next) = next {
            self.set_speed(*next);
        }
    }

    /// Begins anew at the end, or stops there.
    pub fn toggle_loop(&mut self) {
        self.set_settings(Settings { loops: !self.settings.loops, ..self.settings.clone() });
        self.play_on_with_range();
    }

    /// Plays these frames alone, or all of them.
    pub fn set_play_range(&mut self, range: Option<Range<u32>>) {
        self.videos.range = range.filter(|range| !range.is_empty());
        self.play_on_with_range();
    }

    /// The frame on screen becomes the first that is played, or the last.
    pub fn set_play_range_end(&mut self, is_first: bool) {
        let Some(last) = self.frame_times().map(|times| times.last_frame()) else { return };
        let frame = self.view.frame;
        let Range { start, end } = self.videos.range.clone().unwrap_or(0..last + 1);
        let range = match is_first {
            true => frame..if end > frame { end } else { last + 1 },
            false => (if start <= frame { start } else { 0 })..frame + 1,
        };
        self.set_play_range(Some(range).filter(|range| *range != (0..last + 1)));
    }

    /// While it plays, goes on with what was chosen.
    fn play_on_with_range(&mut self) {
        if let Some(speed) = self.videos.open().and_then(OpenVideo::speed) {
            self.pause();
            let began = self.videos.played_from.unwrap_or(self.view.frame);
            self.start_playing(speed < 0.0, began);
        }
    }
}

/// Under which name the project keeps where a video was left.
fn frame_key(asset: AssetId) -> String {
    format!("frame-{asset}")
}
