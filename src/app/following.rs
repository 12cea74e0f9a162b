//! Objects that are followed through the video on the canvas: started, watched, and taken over.
//!
//! While it goes on, the canvas goes along and shows each object where it was seen, though nothing is written yet. To
//! stop keeps what was found so far, as one step to undo; Escape leaves no trace.
//!
//! **Keyframes of a person** are never passed or replaced. Those that were made here are, as long as nobody has
//! changed them: whoever corrects an object in the middle of its way and has it followed again wants them anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crossbeam_channel::{Receiver, unbounded};

use super::messages::Tone;
use super::state::AppState;
use super::wording::{counted, thousands};
use super::work::{Task, TaskKind};
use crate::base::jobs::Priority;
use crate::edit::tracks::{carry, room};
use crate::infer::tracking::LostReason;
use crate::media::MediaError;
use crate::model::{AssetId, Keyframe, Object, ObjectId, Shape};
use crate::project::{FollowRequest, Followed, Trail, TrailEnd, follow, follow_tolerance_px};

/// What the window knows of objects that were followed.
#[derive(Default)]
pub struct Following {
    run: Option<Run>,
    /// The keyframes that were made here.
    made: HashMap<ObjectId, BTreeMap<u32, Keyframe>>,
}

/// Objects that are being followed.
struct Run {
    asset: AssetId,
    /// Where it began.
    frame: u32,
    is_forward: bool,
    news: Receiver<(u32, Vec<(ObjectId, Shape)>)>,
    /// What was seen so far.
    seen: BTreeMap<u32, Vec<(ObjectId, Shape)>>,
}

impl Run {
    /// The frame that was looked at last.
    fn newest(&self) -> Option<u32> {
        let mut frames = self.seen.keys().copied();
        if self.is_forward { frames.next_back() } else { frames.next() }
    }
}

impl Following {
    /// What objects on a frame are shown as while they are followed.
    pub(super) fn shapes_on(&self, asset: AssetId, frame: u32) -> BTreeMap<ObjectId, Shape> {
        let run = self.run.as_ref().filter(|run| run.asset == asset);
        run.and_then(|run| run.seen.get(&frame)).into_iter().flatten().cloned().collect()
    }

    /// The frames of an object with keyframes that were made here and are as they were made.
    fn made(&self, object: &Object) -> BTreeSet<u32> {
        let (Some(made), Some(track)) = (self.made.get(&object.id), object.as_track()) else {
            return BTreeSet::new();
        };
        let is_same = |(at, keyframe): &(&u32, &Keyframe)| track.keyframes.get(at) == Some(keyframe);
        made.iter().filter(is_same).map(|(at, _)| *at).collect()
    }
}

impl AppState {
    /// Whether objects are being followed.
    pub fn is_following(&self) -> bool {
        self.work.task.as_ref().is_some_and(|task| matches!(task.kind, TaskKind::Follow(_)))
    }

    /// Whether there is something to follow, or to stop following.
    pub fn can_follow(&self, is_forward: bool) -> bool {
        self.is_following() || (self.can_edit() && !self.to_follow(is_forward).is_empty())
    }

    /// The selected tracks that are on this frame and have a way to go.
    fn to_follow(&self, is_forward: bool) -> Vec<Followed> {
        let (Some(document), Some(times)) = (self.document(), self.frame_times()) else { return Vec::new() };
        let followed = |shown: &Object| {
            let (shape, object) = (shown.as_shape()?, document.object(shown.id)?);
            let made = self.following.made(object);
            let until = room(object.as_track()?, self.view.frame, is_forward, times.num_frames, &made)?;
            Some(Followed { id: object.id, shape: shape.clone(), until })
        };
        self.selected().filter_map(followed).collect()
    }

    /// Follows the selected objects from the frame on screen; while that is under way, stops it and keeps what was found.
    pub fn follow_selected(&mut self, is_forward: bool) {
        if self.is_following() {
            return self.cancel_task();
        }
        if let Some(task) = self.work.task.as_ref().filter(|task| task.is_asked_for()) {
            let text = format!("“{}” is still under way. Track when it is done.", task.title);
            return self.messages.add(Tone::Info, text);
        }
        let objects = self.to_follow(is_forward);
        let Some(asset) = self.view.asset.filter(|_| !objects.is_empty()) else { return };
        let Some(path) = self.project.as_ref().and_then(|project| project.asset_path(asset)) else { return };
        self.pause();
        self.view.toolbox.cancel();
        let request = FollowRequest { path, frame: self.view.frame, objects };
        let (tell, news) = unbounded();
        let wake = self.work.wake();
        let frame = request.frame;
        let job = self.work.submit(Priority::Now, move |context| {
            follow(&request, context, &mut |number, seen| {
                // Nobody listens any more when it was called off.
                let _ = tell.send((number, seen));
                wake();
            })
        });
        self.following.run = Some(Run { asset, frame, is_forward, news, seen: BTreeMap::new() });
        self.work.task = Some(Task::new(title(is_forward), TaskKind::Follow(job)));
    }

    /// Stops following without a trace, and goes back to where it began. Says whether something was followed.
    pub fn give_up_following(&mut self) -> bool {
        if !self.is_following() {
            return false;
        }
        self.work.task = None;
        if let Some(run) = self.following.run.take()
            && self.view.asset == Some(run.asset)
        {
            self.go_to_frame(run.frame);
        }
        self.messages.add(Tone::Info, "Tracking was given up; nothing was changed.");
        true
    }

    /// Takes over what was seen, and goes along with it.
    pub(super) fn poll_following(&mut self) {
        if !self.is_following() {
            self.following.run = None;
            return;
        }
        let Some(run) = &mut self.following.run else { return };
        run.seen.extend(run.news.try_iter());
        let newest = run.newest().filter(|_| self.view.asset == Some(run.asset));
        // A decoder that is sent after a new frame at every turn would bring none.
        let is_free = self.videos.open().is_some_and(|video| !video.is_waiting());
        if let Some(newest) = newest.filter(|newest| is_free && *newest != self.view.frame) {
            self.go_to_frame(newest);
        }
    }

    /// Makes keyframes of what was seen.
    pub(super) fn take_followed(&mut self, result: Result<Vec<Trail>, String>, was_stopped: bool) {
        let Some(run) = self.following.run.take() else { return };
        let trails = match result {
            Ok(trails) => trails,
            Err(_) if was_stopped => Vec::new(),
            Err(error) => return self.messages.add(Tone::Error, error),
        };
        let (mut edits, mut reached) = (Vec::new(), Vec::new());
        for trail in &trails {
            let Some(object) = self.document_of(run.asset, trail.id) else { continue };
            let made = self.following.made(object);
            // The person may have set a keyframe meanwhile.
            let until = object.as_track().and_then(|t| room(t, run.frame, run.is_forward, u32::MAX, &made));
            let is_free = |at: &u32| {
                until.is_some_and(|until| if run.is_forward { *at <= until } else { *at >= until })
            };
            let seen: BTreeMap<u32, Shape> = trail
                .seen
                .iter()
                .filter(|(at, _)| is_free(at))
                .map(|(at, shape)| (*at, shape.clone()))
                .collect();
            let tolerance = trail.seen.values().next().map_or(1.0, follow_tolerance_px);
            edits.extend(carry(run.asset, object, run.frame, &seen, tolerance));
            let end = if run.is_forward { seen.keys().next_back() } else { seen.keys().next() };
            reached.extend(end.map(|end| (trail.id, *end)));
        }
        self.commit(title(run.is_forward).to_owned(), edits);
        for (id, end) in &reached {
            self.note_made(run.asset, *id, run.frame, *end);
        }
        let farthest = reached.iter().map(|(_, end)| *end).max_by_key(|end| end.abs_diff(run.frame));
        if let Some(end) = farthest.filter(|_| self.view.asset == Some(run.asset)) {
            self.go_to_frame(end);
        }
        let (tone, text) = told(&trails, run.frame, farthest);
        self.messages.add(tone, text);
    }

    fn document_of(&self, asset: AssetId, id: ObjectId) -> Option<&Object> {
        self.project.as_ref()?.document(asset)?.object(id)
    }

    /// Remembers the keyframes between two frames as made here, all but that of the first.
    fn note_made(&mut self, asset: AssetId, id: ObjectId, frame: u32, end: u32) {
        let Some(track) = self.document_of(asset, id).and_then(Object::as_track) else { return };
        let keyframes =
            track.keyframes.range(frame.min(end)..=frame.max(end)).filter(|(at, _)| **at != frame);
        let keyframes: Vec<_> = keyframes.map(|(at, keyframe)| (*at, keyframe.clone())).collect();
        self.following.made.entry(id).or_default().extend(keyframes);
    }
}

fn title(is_forward: bool) -> &'static str {
    if is_forward { "Track forward" } else { "Track back" }
}

/// What a person is told of how it went.
fn told(trails: &[Trail], frame: u32, farthest: Option<u32>) -> (Tone, String) {
    let lost = trails.iter().find_map(|trail| match trail.end {
        TrailEnd::Lost(reason) => Some(reason),
        TrailEnd::Arrived | TrailEnd::Stopped | TrailEnd::Refused(_) => None,
    });
    let refused = trails.iter().find_map(|trail| match trail.end {
        TrailEnd::Refused(refusal) => Some(refusal),
        TrailEnd::Arrived | TrailEnd::Stopped | TrailEnd::Lost(_) => None,
    });
    let Some(end) = farthest else {
        let reason = refused
            .map_or_else(|| "it could not be made out on the next frame".to_owned(), |r| r.to_string());
        return (Tone::Warning, format!("Nothing was tracked: {reason}."));
    };
    let way = format!(
        "Tracked over {}, to frame {}.",
        counted(end.abs_diff(frame), "frame", "frames"),
        thousands(end)
    );
    let what = if trails.len() == 1 { "the object" } else { "an object" };
    match lost {
        Some(LostReason::LeftPicture) => (Tone::Info, format!("{way} There {what} leaves the picture.")),
        Some(LostReason::NotRecognised) => {
            let text =
                format!("{way} Then {what} was lost: put it right where it is seen again, and track on.");
            (Tone::Warning, text)
        }
        None => (Tone::Success, way),
    }
}

/// The result of a job, for those who tell people.
pub(super) type FollowResult = Result<Vec<Trail>, MediaError>;
