//! Reviewing: from object to object, or from frame to frame, what is right is accepted and what is not goes back with a
//! comment, or is put right at once.
//!
//! The view follows: to the frame on which an object is first seen, and to its place, large enough to be judged and with
//! what is around it. Where nothing is left, the next picture or video is looked for on which something is. What is
//! said is a register of the object, or of the asset for frames; `comments` are notes about the asset, pinned to object,
//! place and frame.

mod comments;

pub use comments::{CommentRequest, Comments};

use std::collections::HashSet;
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use super::messages::Tone;
use super::state::AppState;
use super::view::{ReviewFilter, Search};
use super::wording::count_of;
use crate::base::jobs::{Job, JobContext, Priority};
use crate::edit::{
    Edit, ObjectChange, ReviewProgress, corrections, first_in_sight, next_unreviewed, next_unreviewed_frame,
    review_frames, unreviewed_up_to,
};
use crate::geometry::Rect;
use crate::model::{AssetId, AssetKind, Content, ObjectId, ReviewState};
use crate::render::Camera;
use crate::store::{Reader, StoreError};
use crate::tools::Selection;

/// What a review goes through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Walk {
    /// From object to object.
    #[default]
    Objects,
    /// Of a video, from frame to frame.
    Frames,
}

/// What is kept of a review while it lasts.
#[derive(Default)]
pub struct Review {
    /// Whether it is under way.
    pub is_on: bool,
    /// What it goes through.
    walk: Walk,
    /// What is being written to go back with the object.
    pub comment: String,
    /// Whether the keyboard is to go to the field for it in the next frame.
    pub wants_field: bool,
    /// The asset on which the first object was gone to.
    begun_on: Option<AssetId>,
    /// The object that is to be brought into view once it is on the frame on screen.
    wanted: Option<ObjectId>,
    /// The frame on which the view was brought to the object last.
    followed_on: u32,
    /// The search for an asset with something to review.
    search: Option<Job<Result<Option<AssetId>, StoreError>>>,
}

/// Below this part of the canvas an object is too small to be judged.
const MIN_SHARE: f64 = 0.12;
/// What is left free on each side of an object, as a part of the canvas.
const CONTEXT_SHARE: f64 = 0.3;
/// Of a very small object, at least so much around it is shown, image pixels.
const CONTEXT_PX: f64 = 12.0;

impl AppState {
    /// Begins a review at the first object that nobody has said anything about, or ends it.
    pub fn toggle_review(&mut self) {
        let (is_on, walk) = (!self.view.review.is_on, self.view.review.walk);
        self.view.review = Review { is_on, walk, ..Review::default() };
        self.follow_review();
    }

    /// What the review goes through: pictures have no frames.
    pub fn review_walk(&self) -> Walk {
        if self.is_video() { self.view.review.walk } else { Walk::Objects }
    }

    /// Goes through objects from now on, or through frames.
    pub fn set_review_walk(&mut self, walk: Walk) {
        self.view.review = Review { is_on: true, walk, ..Review::default() };
        self.follow_review();
    }

    /// How far the review is. Costs a look at every object, or at everything that was said of frames.
    pub fn review_progress(&self) -> Option<ReviewProgress> {
        let document = self.document()?;
        Some(match (self.review_walk(), self.video_facts()) {
            (Walk::Frames, Some(facts)) => ReviewProgress::of_frames(document.notes(), facts.num_frames),
            _ => ReviewProgress::of(document.alive()),
        })
    }

    /// Goes to what is next, or before, of which nobody has said anything; where all is reviewed, to another asset.
    pub fn step_review(&mut self, goes_on: bool) {
        if !self.step_review_here(goes_on) && self.document().is_some() {
            self.find_asset_to_review();
        }
    }

    /// Goes to what is next here. Says whether there is something.
    fn step_review_here(&mut self, goes_on: bool) -> bool {
        let Some(document) = self.document() else { return false };
        if let (Walk::Frames, Some(facts)) = (self.review_walk(), self.video_facts()) {
            let (notes, frame) = (document.notes(), self.view.frame);
            let next = next_unreviewed_frame(notes, facts.num_frames, frame, goes_on);
            next.into_iter().for_each(|frame| self.go_to_frame(frame));
            return next.is_some();
        }
        let next = next_unreviewed(document.alive(), self.view.selection.single(), goes_on);
        next.into_iter().for_each(|object| self.show_for_review(object));
        next.is_some()
    }

    fn show_for_review(&mut self, id: ObjectId) {
        self.view.selection = Selection::of(id);
        self.view.review.comment.clear();
        self.view.review.wanted = Some(id);
        let is_on_frame = self.objects().is_some_and(|objects| {
            let shape = objects.object(id).filter(|object| matches!(object.content, Content::Shape(_)));
            shape.is_some()
        });
        let first = self.document().and_then(|document| first_in_sight(document.object(id)?));
        match first {
            Some(frame) if !is_on_frame && self.is_video() => self.go_to_frame(frame),
            _ => {}
        }
        self.bring_into_view();
    }

    /// Goes on with the review as far as it can: at its beginning, on another asset, on another frame.
    pub(super) fn follow_review(&mut self) {
        self.poll_review_search();
        if !self.view.review.is_on {
            return;
        }
        let is_there = self.document().is_some() && (!self.is_video() || self.has_frames());
        if is_there && self.view.review.begun_on != self.view.asset {
            self.view.review.begun_on = self.view.asset;
            self.view.review.wanted = None;
            match self.view.selection.single() {
                // Where it can be seen.
                Some(object) if self.review_walk() == Walk::Objects => self.show_for_review(object),
                _ if self.is_open(self.view.frame) == Some(true) => {}
                _ => drop(self.step_review_here(true)),
            }
        }
        let frame = self.view.frame;
        if std::mem::replace(&mut self.view.review.followed_on, frame) != frame
            && self.view.review.wanted.is_none()
            && self.review_walk() == Walk::Objects
        {
            self.keep_in_view();
        }
        self.bring_into_view();
    }

    /// Whether a review of frames is to begin with this one; `None` of objects.
    fn is_open(&self, frame: u32) -> Option<bool> {
        let document = self.document().filter(|_| self.review_walk() == Walk::Frames)?;
        Some(document.notes().review_at(frame) == ReviewState::Open)
    }

    /// Brings the object that is reviewed into view, once it is on the frame on screen.
    fn bring_into_view(&mut self) {
        let Some(id) = self.view.review.wanted else { return };
        let Some(object) = self.objects().and_then(|objects| objects.object(id)) else { return };
        if let Some(bounds) = object.bounds() {
            let camera = self.view.camera;
            let viewport = self.view.viewport;
            let size = f64::from(viewport.width.min(viewport.height));
            let size_px = bounds.width().max(bounds.height()) * camera.zoom();
            if size_px < MIN_SHARE * size || !camera.visible_rect().contains_rect(&bounds) {
                self.view.camera = Camera::fit_rect(&grown(&bounds), viewport, CONTEXT_SHARE * size);
                self.view.is_fitted = false;
            }
        }
        self.view.review.wanted = None;
        self.view.review.followed_on = self.view.frame;
    }

    /// A track that leaves the view as the video goes on takes the view along.
    fn keep_in_view(&mut self) {
        let selected = self.view.selection.single();
        let object = selected.and_then(|id| self.objects()?.object(id));
        let Some(bounds) = object.and_then(|object| object.bounds()) else { return };
        let visible = self.view.camera.visible_rect();
        let fits = bounds.width() < visible.width() && bounds.height() < visible.height();
        if fits && !visible.contains_rect(&bounds) {
            self.view.camera = Camera::new(bounds.center(), self.view.camera.zoom(), self.view.viewport);
            self.view.is_fitted = false;
        }
    }

    /// Says something of the selected objects, or of the frames that are meant, and goes on. Words go along where they
    /// were written. What the reviewer has put right stays so when it is accepted.
    pub fn review_selected(&mut self, verdict: ReviewState) {
        let is_over = self.review_progress().is_some_and(|progress| progress.num_open() == 0);
        if self.review_walk() == Walk::Frames {
            if is_over && verdict == ReviewState::Accepted {
                return self.step_review(true);
            }
            let frames = self.frames_to_review();
            self.set_play_range(None);
            return self.review_these_frames(frames, verdict);
        }
        let Some(asset) = self.view.asset else { return };
        let selected: Vec<(ObjectId, ReviewState)> = self.selected().map(|o| (o.id, o.review)).collect();
        if selected.is_empty() {
            return self.step_review(true);
        }
        let is_news = |before: ReviewState| {
            before != verdict && !(verdict == ReviewState::Accepted && before == ReviewState::Corrected)
        };
        let told = selected.iter().filter(|(_, before)| is_news(*before));
        let mut edits: Vec<Edit> =
            told.map(|(id, _)| Edit::change(asset, *id, &ObjectChange::Review(verdict))).collect();
        let text = std::mem::take(&mut self.view.review.comment);
        if !text.trim().is_empty() {
            edits.extend(selected.iter().map(|(id, _)| self.comment_about(Some(*id), &text).edit(asset)));
        }
        self.commit(format!("{} {}", verb(verdict), count_of(selected.len(), "object")), edits);
        self.go_on(verdict);
    }

    /// Accepts all frames up to the one on screen of which nobody has said anything, back to the last of which somebody
    /// has. What plays goes on.
    pub fn accept_up_to_here(&mut self) {
        let frame = self.view.frame;
        let start = self.document().and_then(|document| unreviewed_up_to(document.notes(), frame));
        if let Some(start) = start {
            let edits = self.frame_review(start..frame + 1, ReviewState::Accepted);
            let num_frames = count_of(frame + 1 - start, "frame");
            self.commit(format!("Accept {num_frames}"), edits);
        }
    }

    /// The frames of which something is said now: those that are chosen to be played, else the one on screen.
    pub fn frames_to_review(&self) -> Range<u32> {
        let frame = self.view.frame;
        let range = self.videos.range().filter(|range| range.contains(&frame));
        range.cloned().unwrap_or(frame..frame + 1)
    }

    fn review_these_frames(&mut self, frames: Range<u32>, verdict: ReviewState) {
        let Some(asset) = self.view.asset else { return };
        let mut edits = self.frame_review(frames.clone(), verdict);
        let text = std::mem::take(&mut self.view.review.comment);
        if !text.trim().is_empty() {
            edits.push(self.comment_about(None, &text).edit(asset));
        }
        self.commit(format!("{} {}", verb(verdict), count_of(frames.len(), "frame")), edits);
        self.go_on(verdict);
    }

    fn frame_review(&self, frames: Range<u32>, verdict: ReviewState) -> Vec<Edit> {
        let Some((document, project)) = self.document().zip(self.project.as_ref()) else { return Vec::new() };
        let (asset, author) = (document.asset(), Some(project.actor()));
        review_frames(asset, document.notes(), (frames.start, frames.end), verdict, author, now_ms())
    }

    /// Goes on after something was said. At the end, nothing stays selected.
    fn go_on(&mut self, verdict: ReviewState) {
        if verdict == ReviewState::Open || self.step_review_here(true) {
            return;
        }
        self.view.selection = Selection::default();
        let num_all = self.review_progress().map_or(0, |progress| progress.num_all);
        let all = match self.review_walk() {
            Walk::Objects => count_of(num_all, "object"),
            Walk::Frames => count_of(num_all, "frame"),
        };
        self.messages.add(Tone::Success, format!("Everything here is reviewed: {all}."));
    }

    /// What follows from edits that are made during a review: what is put right is known to be.
    pub(super) fn with_corrections(&self, mut edits: Vec<Edit>) -> Vec<Edit> {
        if let Some(document) = self.document().filter(|_| self.view.review.is_on) {
            edits.extend(corrections(&edits, document));
        }
        edits
    }

    /// Looks for the next asset of the list on which something is not reviewed, beginning anew at its end.
    fn find_asset_to_review(&mut self) {
        let Some(project) = &self.project else { return };
        let here = self.view.position().map_or(0, |position| position + 1);
        let (before, after) = self.view.listing.split_at(here.min(self.view.listing.len()));
        let of_frames = self.view.review.walk == Walk::Frames;
        let wanted = |id: &AssetId| {
            let row = project.assets().get(*id).filter(|_| Some(*id) != self.view.asset)?;
            let video = row.asset.video.as_ref().filter(|_| row.asset.kind == AssetKind::Video && of_frames);
            let num_frames = video.map(|video| video.num_frames);
            (row.num_objects > 0 || num_frames.is_some()).then_some((*id, num_frames))
        };
        let assets: Vec<_> = after.iter().chain(before).filter_map(wanted).collect();
        match project.open_reader() {
            Ok(reader) => {
                let search = move |context: &JobContext| first_open(&reader, &assets, context);
                self.view.review.search = Some(self.work.submit(Priority::Now, search));
            }
            Err(error) => self.messages.add(Tone::Error, error.to_string()),
        }
    }

    fn poll_review_search(&mut self) {
        let Some(result) = self.view.review.search.as_ref().and_then(Job::poll) else { return };
        self.view.review.search = None;
        match super::work::flatten(result) {
            Ok(Some(asset)) => self.show_asset(asset),
            Ok(None) => {
                self.messages.add(Tone::Success, "Everything in this list is reviewed.");
            }
            Err(error) => self.messages.add(Tone::Error, error),
        }
    }
}

/// Those of these assets on which is what is looked for. Reads them one after the other.
pub fn assets_with(
    reader: &Reader,
    mut assets: Vec<AssetId>,
    search: Search,
    context: &JobContext,
) -> Result<Vec<AssetId>, StoreError> {
    if let Some(label) = search.label {
        let with_label: HashSet<AssetId> = reader.assets_with_label(label)?.into_iter().collect();
        assets.retain(|asset| with_label.contains(asset));
    }
    let Some(review) = search.review else { return Ok(assets) };
    let mut found = Vec::new();
    for asset in assets {
        if context.is_cancelled() {
            break;
        }
        let document = reader.document(asset)?;
        let (objects, notes) = (ReviewProgress::of(document.alive()), document.notes());
        let is_it = match review {
            ReviewFilter::Open => objects.num_open() > 0,
            ReviewFilter::Returned => objects.num_returned > 0 || notes.num_reviewed(u32::MAX).1 > 0,
            ReviewFilter::Commented => notes.open_comments().next().is_some(),
        };
        if is_it {
            found.push(asset);
        }
    }
    Ok(found)
}

/// The first of these assets on which something is not reviewed: of those with a number of frames, one of these, and
/// else an object.
fn first_open(
    reader: &Reader,
    assets: &[(AssetId, Option<u32>)],
    context: &JobContext,
) -> Result<Option<AssetId>, StoreError> {
    for (asset, num_frames) in assets {
        if context.is_cancelled() {
            break;
        }
        let document = reader.document(*asset)?;
        let progress = match num_frames {
            Some(num_frames) => ReviewProgress::of_frames(document.notes(), *num_frames),
            None => ReviewProgress::of(document.alive()),
        };
        if progress.num_open() > 0 {
            return Ok(Some(*asset));
        }
    }
    Ok(None)
}

/// An object with so much around it that one sees where it is.
fn grown(bounds: &Rect) -> Rect {
    let grow = |size: f64| (2.0 * CONTEXT_PX - size).max(0.0) / 2.0;
    let (dx, dy) = (grow(bounds.width()), grow(bounds.height()));
    Rect::from_xywh(
        bounds.min.x - dx,
        bounds.min.y - dy,
        bounds.width() + 2.0 * dx,
        bounds.height() + 2.0 * dy,
    )
}

fn verb(verdict: ReviewState) -> &'static str {
    match verdict {
        ReviewState::Accepted => "Accept",
        ReviewState::Corrected => "Correct",
        ReviewState::Returned => "Return",
        ReviewState::Open => "Reopen",
    }
}

/// Milliseconds since 1970.
fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
