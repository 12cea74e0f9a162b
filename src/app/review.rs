//! Reviewing: from object to object, what is right is accepted and what is not goes back with a comment.
//!
//! The view follows: to the frame on which an object is first seen, and to its place, with what is around it. What is
//! said is a register of the object; comments are notes about the asset, pinned to object, place and frame.

use std::time::{SystemTime, UNIX_EPOCH};

use super::messages::Tone;
use super::state::AppState;
use super::wording::count_of;
use crate::edit::{Edit, NotesChange, ObjectChange, next_unreviewed};
use crate::model::{Comment, CommentId, Content, Object, ObjectId, ReviewState};
use crate::render::Camera;
use crate::tools::Selection;

/// What is kept of a review while it lasts.
#[derive(Debug, Default)]
pub struct Review {
    /// Whether it is under way.
    pub is_on: bool,
    /// What is being written to go back with the object.
    pub comment: String,
    /// Whether the keyboard is to go to the field for it in the next frame.
    pub wants_field: bool,
    /// The object that is to be brought into view once it is on the frame on screen.
    wanted: Option<ObjectId>,
}

/// Below this an object is too small on screen to be judged, physical pixels.
const MIN_SIZE_PX: f64 = 48.0;
/// What is left free around an object, physical pixels.
const CONTEXT_PX: f64 = 160.0;

impl AppState {
    /// Begins a review at the first object that nobody has said anything about, or ends it.
    pub fn toggle_review(&mut self) {
        let is_on = !self.view.review.is_on;
        self.view.review = Review { is_on, ..Review::default() };
        if is_on && self.view.selection.single().is_none() {
            self.step_review(true);
        }
    }

    /// Goes to the next object that nobody has said anything about, or to the one before.
    pub fn step_review(&mut self, goes_on: bool) {
        let Some(document) = self.document() else { return };
        let num_objects = document.num_objects();
        match next_unreviewed(document.alive(), self.view.selection.single(), goes_on) {
            Some(object) => self.show_for_review(object),
            None => {
                let all = count_of(num_objects, "object");
                self.messages.add(Tone::Success, format!("Everything here is reviewed: {all}."));
            }
        }
    }

    fn show_for_review(&mut self, id: ObjectId) {
        self.view.selection = Selection::of(id);
        self.view.review.comment.clear();
        self.view.review.wanted = Some(id);
        let is_on_frame = self.objects().is_some_and(|objects| {
            let shape = objects.object(id).filter(|object| matches!(object.content, Content::Shape(_)));
            shape.is_some()
        });
        let first = self.document().and_then(|document| first_frame(document.object(id)?));
        match first {
            Some(frame) if !is_on_frame && self.is_video() => self.go_to_frame(frame),
            _ => {}
        }
        self.follow_review();
    }

    /// Brings the object that is reviewed into view, once it is on the frame on screen.
    pub(super) fn follow_review(&mut self) {
        let Some(id) = self.view.review.wanted else { return };
        let Some(object) = self.objects().and_then(|objects| objects.object(id)) else { return };
        let Some(bounds) = object.bounds() else {
            self.view.review.wanted = None;
            return;
        };
        let camera = self.view.camera;
        let size_px = bounds.width().max(bounds.height()) * camera.zoom();
        if size_px < MIN_SIZE_PX || !camera.visible_rect().contains_rect(&bounds) {
            self.view.camera = Camera::fit_rect(&bounds, self.view.viewport, CONTEXT_PX);
            self.view.is_fitted = false;
        }
        self.view.review.wanted = None;
    }

    /// Says something of the selected objects and goes on. Words go along where they were written.
    pub fn review_selected(&mut self, verdict: ReviewState) {
        let Some(asset) = self.view.asset else { return };
        let selected: Vec<ObjectId> = self.selected().map(|object| object.id).collect();
        let review = |id: &ObjectId| Edit::change(asset, *id, &ObjectChange::Review(verdict));
        let mut edits: Vec<Edit> = selected.iter().map(review).collect();
        let text = std::mem::take(&mut self.view.review.comment);
        if !text.trim().is_empty() {
            edits.extend(selected.iter().map(|id| self.comment_about(*id, &text).edit(asset)));
        }
        if edits.is_empty() {
            return self.step_review(true);
        }
        let verb = match verdict {
            ReviewState::Accepted => "Accept",
            ReviewState::Returned => "Return",
            ReviewState::Open => "Reopen",
        };
        self.commit(format!("{verb} {}", count_of(selected.len(), "object")), edits);
        if verdict != ReviewState::Open {
            self.step_review(true);
        }
    }

    /// Words about an object, pinned to its middle on the frame on screen.
    fn comment_about(&self, id: ObjectId, text: &str) -> NotesChange {
        let object = self.objects().and_then(|objects| objects.object(id));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let comment = Comment {
            text: text.trim().to_owned(),
            author: self.project.as_ref().map(|project| project.actor()),
            at_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            object: Some(id),
            place: object.and_then(Object::bounds).map(|bounds| bounds.center()),
            frame: self.is_video().then_some(self.view.frame),
            answers: None,
        };
        NotesChange::Comment(CommentId::new(), Some(comment))
    }

    /// Marks a comment as settled, or as open again.
    pub fn settle_comment(&mut self, id: CommentId, is_settled: bool) {
        let Some(asset) = self.view.asset else { return };
        let title = if is_settled { "Settle comment" } else { "Reopen comment" };
        self.commit(title.to_owned(), vec![NotesChange::Resolved(id, is_settled).edit(asset)]);
    }
}

/// The frame on which an object is first there.
fn first_frame(object: &Object) -> Option<u32> {
    match &object.content {
        Content::Track(track) => {
            track.keyframes.iter().find(|(_, keyframe)| !keyframe.outside).map(|(frame, _)| *frame)
        }
        Content::Span(span) => Some(span.start),
        Content::Shape(_) | Content::Tag => None,
    }
}
