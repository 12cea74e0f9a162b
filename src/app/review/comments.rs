//! Comments: written, answered, settled, deleted, and gone to.

use super::{AppState, now_ms};
use crate::app::messages::Tone;
use crate::app::settings::Settings;
use crate::edit::NotesChange;
use crate::model::{Comment, CommentId, Object, ObjectId};
use crate::render::Camera;
use crate::tools::Selection;

/// How comments are looked at.
#[derive(Clone, Debug, Default)]
pub struct Comments {
    /// Whether they are listed, in the place of the objects.
    pub is_shown: bool,
    /// Whether those are listed, too, that are settled.
    pub shows_settled: bool,
    /// The one that was gone to last.
    pub at: Option<CommentId>,
    /// Whether the keyboard is to go to the field for a new one in the next frame.
    pub wants_field: bool,
}

/// What is asked for of comments.
#[derive(Clone, Debug, PartialEq)]
pub enum CommentRequest {
    /// Words about the selected object, or else about the picture or the frame on screen.
    Write(String),
    /// An answer to a comment.
    Answer(CommentId, String),
    /// Whether a comment is settled.
    Settle(CommentId, bool),
    /// It goes, and its answers with it.
    Delete(CommentId),
    /// To what it is about.
    GoTo(CommentId),
    /// Whether settled ones are listed, too.
    ShowSettled(bool),
}

impl AppState {
    /// Does what is asked for of comments.
    pub fn comment_request(&mut self, request: CommentRequest) {
        let Some(asset) = self.view.asset else { return };
        let (title, changes) = match request {
            CommentRequest::GoTo(id) => return self.go_to_comment(id),
            CommentRequest::ShowSettled(shows) => return self.view.comments.shows_settled = shows,
            CommentRequest::Write(text) => {
                ("Write a comment", vec![self.comment_about(self.view.selection.single(), &text)])
            }
            CommentRequest::Answer(id, text) => {
                let answers = Some(id);
                let comment = Comment { answers, ..self.words(&text) };
                ("Answer a comment", vec![NotesChange::Comment(CommentId::new(), Some(comment))])
            }
            CommentRequest::Settle(id, is_settled) => {
                let title = if is_settled { "Settle comment" } else { "Reopen comment" };
                (title, vec![NotesChange::Resolved(id, is_settled)])
            }
            CommentRequest::Delete(id) => {
                let Some(document) = self.document() else { return };
                let answers = document.notes().answers_to(id).map(|(answer, _)| answer);
                let gone = answers.chain([id]).map(|id| NotesChange::Comment(id, None));
                ("Delete comment", gone.collect())
            }
        };
        self.commit(title.to_owned(), changes.iter().map(|change| change.edit(asset)).collect());
    }

    /// Lists the comments in the place of the objects, or the objects again.
    pub fn toggle_comments(&mut self) {
        let is_in_sight = self.settings.show_side_panel && self.view.comments.is_shown;
        self.view.comments.is_shown = !is_in_sight;
        self.show_side_panel();
    }

    /// Goes to the field for a new comment.
    pub fn write_comment(&mut self) {
        self.pause();
        self.view.comments.is_shown = true;
        self.view.comments.wants_field = true;
        self.show_side_panel();
    }

    fn show_side_panel(&mut self) {
        if !self.settings.show_side_panel {
            let settings = Settings { show_side_panel: true, ..self.settings.clone() };
            self.set_settings(settings);
        }
    }

    /// Words about an object, pinned to its middle on the frame on screen; without one, to the frame or the picture.
    pub(super) fn comment_about(&self, id: Option<ObjectId>, text: &str) -> NotesChange {
        let object = id.and_then(|id| self.objects()?.object(id));
        let comment = Comment {
            object: id,
            place: object.and_then(Object::bounds).map(|bounds| bounds.center()),
            frame: self.is_video().then_some(self.view.frame),
            ..self.words(text)
        };
        NotesChange::Comment(CommentId::new(), Some(comment))
    }

    fn words(&self, text: &str) -> Comment {
        Comment {
            text: text.trim().to_owned(),
            author: self.project.as_ref().map(|project| project.actor()),
            at_ms: now_ms(),
            ..Comment::default()
        }
    }

    /// Goes to what a comment is about: its frame, its object, its place.
    fn go_to_comment(&mut self, id: CommentId) {
        let Some(document) = self.document() else { return };
        let Some(comment) = document.notes().comments.get(&id).cloned() else { return };
        let object = comment.object.filter(|object| document.object(*object).is_some());
        self.view.comments.at = Some(id);
        if let Some(frame) = comment.frame.filter(|frame| *frame != self.view.frame) {
            self.go_to_frame(frame);
        }
        self.view.selection = object.map(Selection::of).unwrap_or_default();
        if let Some(place) = comment.place.filter(|place| !self.view.camera.visible_rect().contains(*place)) {
            self.view.camera = Camera::new(place, self.view.camera.zoom(), self.view.viewport);
            self.view.is_fitted = false;
        }
    }

    /// Goes to the next comment that is not settled, or to the one before; at the end it begins anew.
    pub fn step_comment(&mut self, forward: bool) {
        let Some(document) = self.document() else { return };
        let mut open: Vec<(Option<u32>, CommentId)> =
            document.notes().open_comments().map(|(id, comment)| (comment.frame, id)).collect();
        open.sort_unstable();
        let at = self.view.comments.at.and_then(|at| open.iter().position(|(_, id)| *id == at));
        let next = match (at, forward) {
            (Some(at), true) => (at + 1) % open.len(),
            (Some(at), false) => (at + open.len() - 1) % open.len(),
            (None, true) => 0,
            (None, false) => open.len().saturating_sub(1),
        };
        match open.get(next) {
            Some((_, id)) => {
                self.view.comments.is_shown = true;
                self.go_to_comment(*id);
            }
            None => self.messages.add(Tone::Info, "There is no comment here that is not settled."),
        }
    }
}
