//! The video on the canvas: opened in the background, its frames brought on screen one after the other.
//!
//! **How it thinks.** The *target* is the frame that is asked for, the *shown* one that which is on screen. They differ
//! while a frame is on its way: then the frame before stays, under its own number. Whoever steps counts from the target,
//! so that ten quick steps are ten frames, however slow the video is. While a frame far away is decoded, the nearest that
//! is at hand is shown.
//!
//! **While it plays**, the clock says which frame is due. Where it is not there yet, the newest that is shows, and a wish
//! stands until it is fulfilled: a decoder that is sent after a new frame at every turn would never bring any. At more
//! than the usual speed frames may be left out: what cannot be decoded in time is passed over, from one keyframe of the
//! stream to the next. At the usual speed and below none are: the clock waits for them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::player::{AtEnd, Due, Player};
use super::reading::{News, Opened, start_reading, start_verifying};
use super::thumbnails::VideoThumbnails;
use super::waveform::VideoWaveform;
use crate::app::work::Work;
use crate::base::jobs::{Job, Priority};
use crate::media::video::{Direction, FrameIndex, FrameLoader, FrameState, Video, first_frame};
use crate::media::{ContentKey, MediaError};
use crate::model::{AssetId, VideoFacts};
use crate::pixels::Turn;
use crate::render::VideoPicture;

/// A frame that is this late makes the clock wait at the usual speed and below, seconds.
const MAX_LAG_SECS: f64 = 0.1;
/// A wish that was not fulfilled for so long gives way to a newer one while the video plays fast, seconds.
const MAX_WAIT_SECS: f64 = 1.0;
/// Going back by no more frames than this is stepping: the frames before are wanted next.
const MAX_STEP_BACK: u32 = 60;
/// So many frames are looked at for one that is there.
const MAX_LOOKED_FOR: u32 = 64;
/// How long frames are counted to tell how many are shown in a second.
const COUNTED_SECS: f64 = 1.0;

/// What is on screen.
#[derive(Clone)]
pub enum OnScreen {
    /// A frame.
    Picture(Arc<VideoPicture>),
    /// The frame cannot be decoded, for this reason.
    Nothing(Arc<str>),
}

/// A video that is open, or about to be.
pub struct OpenVideo {
    asset: AssetId,
    /// What caches know it by.
    key: ContentKey,
    stage: Stage,
    /// The frame that is asked for.
    target: u32,
    shown: Option<(u32, OnScreen)>,
    /// Whether what is shown was decoded before the frames were numbered.
    is_first_guess: bool,
    player: Option<Player>,
    /// The frame that the decoder was sent after, and when, while the video plays.
    wish: Option<(u32, f64)>,
    /// When frames came on screen while the video plays.
    recent: VecDeque<f64>,
    /// Whether these are of a whole second.
    has_counted: bool,
    path: PathBuf,
    uses_hardware: bool,
    /// What was found of the frames, until somebody takes it.
    news: Option<News>,
}

enum Stage {
    Opening { video: Job<Result<Opened, MediaError>>, first: Option<Job<Option<VideoPicture>>> },
    Open(Box<Ready>),
    Failed(Arc<str>),
}

struct Ready {
    video: Video,
    facts: Arc<VideoFacts>,
    /// The frames with which decoding can begin, ascending.
    keyframes: Arc<[u32]>,
    /// The frames that the decoder patched up, ascending.
    damaged: Vec<u32>,
    turn: Turn,
    waveform: VideoWaveform,
    /// Panels only read the state; what they ask for is noted here.
    thumbnails: RefCell<VideoThumbnails>,
    loader: FrameLoader,
    /// Decoding everything once, where the numbers of the frames follow from the packets alone so far.
    verifying: Option<Job<Result<Opened, MediaError>>>,
}

impl OpenVideo {
    /// Begins to open a video, of which a frame is asked for.
    pub fn new(
        work: &Work,
        (asset, key): (AssetId, ContentKey),
        path: PathBuf,
        frame: u32,
        uses_hardware: bool,
    ) -> Self {
        // The first frame is quick to be had, and the index is not.
        let first = (frame == 0).then(|| {
            let path = path.clone();
            work.submit(Priority::Now, move |context| {
                let (frame, orientation) = first_frame(&path, None, context).ok()?;
                Some(VideoPicture { frame: frame.share()?, turn: orientation.into() })
            })
        });
        let video = start_reading(work, &path, uses_hardware);
        Self {
            asset,
            key,
            stage: Stage::Opening { video, first },
            target: frame,
            shown: None,
            is_first_guess: false,
            player: None,
            wish: None,
            recent: VecDeque::new(),
            has_counted: false,
            path,
            uses_hardware,
            news: None,
        }
    }
}

/// How far a video is.
pub enum Progress {
    /// It is being opened: packets read, and packets in all, where that is known.
    Opening(u64, u64),
    /// Its frames can be had.
    Open,
    /// It cannot be opened, for this reason.
    Failed(Arc<str>),
}

impl OpenVideo {
    /// The asset that it is of.
    pub fn asset(&self) -> AssetId {
        self.asset
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        match &self.stage {
            Stage::Opening { video, .. } => {
                let (done, total) = video.progress();
                Progress::Opening(done, total)
            }
            Stage::Open(_) => Progress::Open,
            Stage::Failed(reason) => Progress::Failed(Arc::clone(reason)),
        }
    }

    /// The frames, once it is open.
    pub fn index(&self) -> Option<&Arc<FrameIndex>> {
        match &self.stage {
            Stage::Open(ready) => Some(ready.video.index()),
            Stage::Opening { .. } | Stage::Failed(_) => None,
        }
    }

    /// How many frames there are and when each is shown, once it is open.
    pub fn facts(&self) -> Option<&Arc<VideoFacts>> {
        match &self.stage {
            Stage::Open(ready) => Some(&ready.facts),
            Stage::Opening { .. } | Stage::Failed(_) => None,
        }
    }

    /// The frames with which decoding can begin, ascending; none until it is open.
    pub fn keyframes(&self) -> &[u32] {
        match &self.stage {
            Stage::Open(ready) => &ready.keyframes,
            Stage::Opening { .. } | Stage::Failed(_) => &[],
        }
    }

    /// What is on screen, and its number.
    pub fn shown(&self) -> Option<&(u32, OnScreen)> {
        self.shown.as_ref()
    }

    /// Whether there is sound, as far as that is known.
    pub fn has_sound(&self) -> bool {
        matches!(&self.stage, Stage::Open(ready) if ready.video.has_sound())
    }

    /// The waveform of its sound, once it is open.
    pub fn waveform(&self) -> Option<&VideoWaveform> {
        match &self.stage {
            Stage::Open(ready) => Some(&ready.waveform),
            Stage::Opening { .. } | Stage::Failed(_) => None,
        }
    }

    /// Makes the waveform while somebody looks at it.
    pub fn follow_waveform(&mut self, is_wanted: bool, work: &Work) {
        if let Stage::Open(ready) = &mut self.stage {
            ready.waveform.follow(&ready.video, is_wanted, work);
        }
    }

    /// Small pictures of its frames, once it is open.
    pub fn thumbnails(&self) -> Option<&RefCell<VideoThumbnails>> {
        match &self.stage {
            Stage::Open(ready) => Some(&ready.thumbnails),
            Stage::Opening { .. } | Stage::Failed(_) => None,
        }
    }

    /// Tells the thumbnails that all were asked for that this frame of the window shows.
    pub fn end_thumbnails_frame(&mut self, ctx: &eframe::egui::Context, is_playing: bool) {
        if let Stage::Open(ready) = &mut self.stage {
            ready.thumbnails.get_mut().end_frame(ctx, is_playing);
        }
    }

    /// Whether thumbnails are still to come.
    #[cfg(feature = "ui-test")]
    pub fn is_making_thumbnails(&self) -> bool {
        self.thumbnails().is_some_and(|thumbnails| thumbnails.borrow().is_loading())
    }

    /// The frame that is asked for.
    pub fn target(&self) -> u32 {
        self.target
    }

    /// Whether the frame that is asked for is not on screen yet.
    pub fn is_waiting(&self) -> bool {
        let is_there = self.shown.as_ref().is_some_and(|(number, _)| *number == self.target);
        (!is_there || self.is_first_guess) && !matches!(self.stage, Stage::Failed(_))
    }

    /// Whether it plays, and how fast; negative backwards.
    pub fn speed(&self) -> Option<f64> {
        self.player.as_ref().map(Player::speed)
    }

    /// Frames brought on screen in the last second of playing.
    pub fn shown_per_second(&self) -> usize {
        self.recent.len()
    }

    /// Changes what decoded frames may take in memory.
    pub fn set_budget_bytes(&mut self, budget_bytes: usize) {
        if let Stage::Open(ready) = &mut self.stage {
            ready.loader.set_budget_bytes(budget_bytes);
        }
    }

    /// Whether it plays for so long that [`Self::shown_per_second`] tells something.
    pub fn has_played_for_a_second(&self) -> bool {
        self.has_counted
    }

    /// The frames that are decoded and at hand, in stretches.
    pub fn loaded(&self) -> Vec<Range<u32>> {
        match &self.stage {
            Stage::Open(ready) => {
                ready.loader.loaded().into_iter().map(|r| r.start as u32..r.end as u32).collect()
            }
            Stage::Opening { .. } | Stage::Failed(_) => Vec::new(),
        }
    }

    /// The frames that are damaged, as far as that is known.
    pub fn damaged(&self) -> &[u32] {
        match &self.stage {
            Stage::Open(ready) => &ready.damaged,
            Stage::Opening { .. } | Stage::Failed(_) => &[],
        }
    }

    /// Asks for a frame. Playing ends.
    pub fn go_to(&mut self, frame: u32) {
        self.player = None;
        let before = self.target;
        self.target = frame;
        if let Stage::Open(ready) = &mut self.stage {
            self.target = frame.min(ready.facts.last_frame());
            let is_step_back = self.target < before && before - self.target <= MAX_STEP_BACK;
            let direction = if is_step_back { Direction::Backward } else { Direction::Forward };
            ready.loader.want(self.target as usize, direction);
        }
    }

    /// Begins to play at the frame that is asked for.
    pub fn play(&mut self, speed: f64, range: Range<u32>, at_end: AtEnd, clock: f64) {
        let Stage::Open(ready) = &self.stage else { return };
        let last = ready.facts.last_frame();
        let range = range.start.min(last)..range.end.clamp(range.start.min(last) + 1, last + 1);
        self.player = Some(Player::start(self.target, speed, range, at_end, clock, &ready.facts));
        self.wish = None;
        self.recent.clear();
        self.has_counted = false;
    }

    /// Stops playing. The frame on screen is where it stands.
    pub fn pause(&mut self) {
        if self.player.take().is_some()
            && let Some((number, _)) = self.shown
        {
            self.go_to(number);
        }
    }

    /// Changes the speed while it plays.
    pub fn set_speed(&mut self, speed: f64, clock: f64) {
        if let Some(player) = &mut self.player {
            player.set_speed(speed, clock);
        }
    }

    /// Takes over what came, and brings on screen what is due. Gives the seconds until something else is due.
    pub fn poll(&mut self, budget_bytes: usize, work: &Work, clock: f64) -> Option<f64> {
        self.poll_opening(budget_bytes, work);
        self.poll_verifying(budget_bytes, work);
        let Stage::Open(ready) = &mut self.stage else { return None };
        ready.loader.poll();
        if self.player.is_some() {
            return self.play_on(clock);
        }
        if self.is_waiting() && !self.show_if_there(self.target) {
            self.show_nearest();
        }
        None
    }

    fn poll_opening(&mut self, budget_bytes: usize, work: &Work) {
        let Stage::Opening { video, first } = &mut self.stage else { return };
        if let Some(result) = first.as_ref().and_then(Job::poll) {
            *first = None;
            if let (Ok(Some(picture)), true) = (result, self.target == 0) {
                self.shown = Some((0, OnScreen::Picture(Arc::new(picture))));
                self.is_first_guess = true;
            }
        }
        let Some(result) = video.poll() else { return };
        match crate::app::work::flatten(result) {
            Ok(opened) => {
                self.news = Some(News { facts: opened.facts.clone(), has_changed: false });
                self.take_opened(opened, budget_bytes, work);
            }
            Err(reason) => self.stage = Stage::Failed(reason.into()),
        }
    }

    fn take_opened(&mut self, opened: Opened, budget_bytes: usize, work: &Work) {
        let Opened { video, facts, keyframes, damaged } = opened;
        let mut loader = FrameLoader::new(&video, work.pool(), work.wake());
        loader.set_budget_bytes(budget_bytes);
        self.target = self.target.min(facts.last_frame());
        loader.want(self.target as usize, Direction::Forward);
        let turn = video.info().picture().map_or(Turn::NONE, |picture| picture.orientation.into());
        let (facts, keyframes) = (Arc::new(facts), keyframes.into());
        let verifying = (!video.index().is_verified())
            .then(|| start_verifying(work, &self.path, self.uses_hardware))
            .flatten();
        let waveform = VideoWaveform::default();
        let thumbnails = RefCell::new(VideoThumbnails::new(&video, self.key, work));
        let ready = Ready { video, facts, keyframes, damaged, turn, waveform, thumbnails, loader, verifying };
        self.stage = Stage::Open(Box::new(ready));
    }

    /// Takes over what decoding everything gave. Where the frames are others than the packets promised, they are shown anew.
    fn poll_verifying(&mut self, budget_bytes: usize, work: &Work) {
        let Stage::Open(ready) = &mut self.stage else { return };
        let Some(result) = ready.verifying.as_ref().and_then(Job::poll) else { return };
        ready.verifying = None;
        match crate::app::work::flatten(result) {
            Ok(opened) if opened.video.index().has_frames_of(ready.video.index()) => {
                (ready.video, ready.damaged) = (opened.video, opened.damaged);
            }
            Ok(opened) => {
                self.news = Some(News { facts: opened.facts.clone(), has_changed: true });
                (self.player, self.shown) = (None, None);
                self.take_opened(opened, budget_bytes, work);
            }
            Err(error) => log::warn!("not all frames were looked at: {error}"),
        }
    }

    /// What was found of the frames since this was called last.
    pub fn take_news(&mut self) -> Option<News> {
        self.news.take()
    }

    /// The video, and the point of its time that is heard now: while it plays at the usual speed.
    pub fn heard(&self, clock: f64) -> Option<(&Video, f64)> {
        let player = self.player.as_ref().filter(|player| player.speed() == 1.0)?;
        match &self.stage {
            Stage::Open(ready) => Some((&ready.video, player.position_at(clock))),
            Stage::Opening { .. } | Stage::Failed(_) => None,
        }
    }

    /// Brings a frame on screen, if it is there or will never be. Says whether it is.
    fn show_if_there(&mut self, number: u32) -> bool {
        let Stage::Open(ready) = &self.stage else { return false };
        let on_screen = match ready.loader.get(number as usize) {
            FrameState::Ready(frame) => OnScreen::Picture(Arc::new(VideoPicture { frame, turn: ready.turn })),
            FrameState::Failed(reason) => OnScreen::Nothing(reason),
            FrameState::Loading => return false,
        };
        self.shown = Some((number, on_screen));
        self.is_first_guess = false;
        true
    }

    /// Brings the frame on screen, under its own number, that is nearest to the one that is asked for, where it is nearer
    /// than the one on screen: whoever goes through the video sees where about the hand is.
    fn show_nearest(&mut self) {
        let Stage::Open(ready) = &self.stage else { return };
        let Some((number, frame)) = ready.loader.nearest(self.target as usize) else { return };
        let number = number as u32;
        let is_nearer = self
            .shown
            .as_ref()
            .is_none_or(|(shown, _)| number.abs_diff(self.target) < shown.abs_diff(self.target));
        if is_nearer && !self.is_first_guess {
            let turn = ready.turn;
            self.shown = Some((number, OnScreen::Picture(Arc::new(VideoPicture { frame, turn }))));
        }
    }

    fn play_on(&mut self, clock: f64) -> Option<f64> {
        let Stage::Open(ready) = &self.stage else { return None };
        let facts = Arc::clone(&ready.facts);
        let player = self.player.as_mut()?;
        let (due, for_secs) = match player.due(clock, &facts) {
            Due::Frame { frame, for_secs } => (frame, for_secs),
            Due::Over(frame) => {
                self.go_to(frame);
                self.show_if_there(frame);
                return None;
            }
        };
        let before = self.shown.as_ref().map(|(number, _)| *number);
        self.target = due;
        if before != Some(due) && !self.show_if_there(due) {
            self.show_newest_before(due);
        }
        let number = self.shown.as_ref().map(|(number, _)| *number);
        if number != before {
            self.recent.push_back(clock);
        }
        while self.recent.front().is_some_and(|then| clock - then > COUNTED_SECS) {
            self.recent.pop_front();
            self.has_counted = true;
        }
        self.wish_for(due, number, clock);
        // What is awaited wakes the window by itself.
        Some(for_secs)
    }

    /// Brings the frame on screen that is nearest to the one that is due, between the one on screen and that.
    fn show_newest_before(&mut self, due: u32) {
        let (Some((shown, _)), Some(speed)) = (&self.shown, self.speed()) else { return };
        let shown = *shown;
        let between = shown.abs_diff(due).saturating_sub(1).min(MAX_LOOKED_FOR);
        let newest = (1..=between).map(|n| if speed < 0.0 { due + n } else { due - n });
        for number in newest {
            if self.show_if_there(number) {
                return;
            }
        }
    }

    /// Sends the decoder after what is to come, and lets the clock wait where it must.
    fn wish_for(&mut self, due: u32, shown: Option<u32>, clock: f64) {
        let Stage::Open(ready) = &mut self.stage else { return };
        let Some(player) = &mut self.player else { return };
        let speed = player.speed();
        let direction = if speed < 0.0 { Direction::Backward } else { Direction::Forward };
        let is_there = |number: u32| !matches!(ready.loader.get(number as usize), FrameState::Loading);
        if is_there(due) {
            self.wish = None;
            ready.loader.want(due as usize, direction);
            return;
        }
        if let Some((wish, since)) = self.wish.filter(|(wish, _)| !is_there(*wish)) {
            let lag_secs = clock - since;
            if speed.abs() <= 1.0 && lag_secs > MAX_LAG_SECS {
                player.hold(wish, clock, &ready.facts);
                self.target = wish;
            }
            if speed.abs() <= 1.0 || lag_secs < MAX_WAIT_SECS {
                return;
            }
        }
        let wish = match shown {
            Some(shown) if speed.abs() > 1.0 => on_the_way(&ready.keyframes, shown, due).unwrap_or(due),
            _ => due,
        };
        self.wish = Some((wish, clock));
        ready.loader.want(wish as usize, direction);
    }
}

/// The keyframe nearest to the frame that is due, on the way there from the one on screen.
fn on_the_way(keyframes: &[u32], shown: u32, due: u32) -> Option<u32> {
    if due > shown {
        let up_to_due = keyframes.partition_point(|keyframe| *keyframe <= due);
        keyframes[..up_to_due].last().copied().filter(|keyframe| *keyframe > shown)
    } else {
        let before_due = keyframes.partition_point(|keyframe| *keyframe < due);
        keyframes.get(before_due).copied().filter(|keyframe| *keyframe < shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_decoded_in_time_is_passed_over_by_keyframes() {
        let keyframes = [0, 50, 100, 150];
        assert_eq!(on_the_way(&keyframes, 10, 120), Some(100));
        assert_eq!(on_the_way(&keyframes, 100, 120), None, "no keyframe lies between");
        assert_eq!(on_the_way(&keyframes, 10, 50), Some(50));
        assert_eq!(on_the_way(&keyframes, 140, 30), Some(50), "backwards");
        assert_eq!(on_the_way(&keyframes, 50, 30), None);
        assert_eq!(on_the_way(&[], 0, 30), None);
    }
}
