//! The objects on the canvas: which there are, and how they are changed and changed back.

use std::ops::Range;

use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::app::tasks::TakeBack;
use crate::app::wording::count_of;
use crate::edit::{
    AssetChange, Document, Edit, FrameView, ObjectChange, Objects, Refusal, allowed, on_frame,
};
use crate::model::{AssetId, AssetStatus, LabelId, Object};
use crate::project::{Project, UndoOutcome};
use crate::store::StoreError;

/// From so many objects on, finding them by place is kept when another picture comes: it is slow to make.
const MIN_OBJECTS_TO_KEEP: usize = 5000;

impl AppState {
    /// All objects of the picture or video on the canvas.
    pub fn document(&self) -> Option<&Document> {
        self.project.as_ref()?.document(self.view.asset?)
    }

    /// The objects on the canvas: those of the picture, or those on the frame of the video.
    pub fn objects(&self) -> Option<&Objects> {
        let document = self.document()?;
        Some(if self.is_video() { self.view.on_frame.as_ref()?.objects() } else { document.alive() })
    }

    /// The selected objects as they are on the canvas, from the back to the front.
    pub fn selected_objects(&self) -> Vec<Object> {
        let mut objects: Vec<Object> = self.selected().cloned().collect();
        objects.sort_unstable_by_key(|object| (object.z, object.id));
        objects
    }

    /// The selected objects that are there, in the order in which they were selected: as they are on the canvas and, of
    /// tracks that cannot be seen on this frame, as they are over time.
    pub fn selected(&self) -> impl Iterator<Item = &Object> {
        self.selected_among(0..usize::MAX)
    }

    /// The same, of a part of the selection: it may be large.
    pub fn selected_among(&self, part: Range<usize>) -> impl Iterator<Item = &Object> {
        let (shown, document) = (self.objects(), self.document());
        let find = move |id| shown.and_then(|shown| shown.object(id)).or_else(|| document?.object(id));
        self.view.selection.iter().skip(part.start).take(part.len()).filter_map(find)
    }

    pub(in crate::app) fn update_hits(&mut self) {
        let is_video = self.is_video();
        let Some(project) = &self.project else { return };
        let Some(document) = self.view.asset.and_then(|asset| project.document(asset)) else { return };
        let asset = document.asset();
        if self.hits_of != Some(asset) {
            let hits = self.other_hits.remove(&asset).unwrap_or_default();
            let before = std::mem::replace(&mut self.view.hits, hits);
            if let Some(former) = self.hits_of.replace(asset).filter(|_| before.len() >= MIN_OBJECTS_TO_KEEP)
            {
                self.other_hits.insert(former, before);
            }
        }
        let has_changed = if is_video {
            let on_frame = self.view.on_frame.get_or_insert_with(|| FrameView::new(asset));
            let known = on_frame.followed();
            on_frame.follow(document, self.view.frame);
            on_frame.show_instead(document, self.following.shapes_on(asset, self.view.frame));
            // What is not on this frame may have been deleted, too.
            self.view.hits.follow(on_frame.objects()) || known != on_frame.followed()
        } else {
            self.view.on_frame = None;
            self.view.hits.follow(document.alive())
        };
        if has_changed {
            // A track that is out of sight on this frame stays selected.
            self.view.selection.forget_absent(document.alive());
        }
    }

    /// What edits mean that were made on the frame on screen; on a picture, what they say.
    pub(super) fn on_frame(&self, edits: Vec<Edit>) -> Vec<Edit> {
        match (&self.project, self.document()) {
            (Some(project), Some(document)) if self.is_video() => {
                on_frame(edits, document, project.schema(), self.view.frame, self.settings.new_on_video)
            }
            _ => edits,
        }
    }

    /// Commits edits, of a video those on the frame on screen, and says so when that fails.
    pub fn commit(&mut self, title: String, edits: Vec<Edit>) {
        let edits = self.on_frame(edits);
        self.commit_over_time(title, edits);
    }

    /// Commits edits of objects as they are over time, and says so when that fails.
    pub fn commit_over_time(&mut self, title: String, edits: Vec<Edit>) {
        if self.is_holding_edits() {
            return self.tell_edits_wait();
        }
        let edits = self.without_refused(edits);
        let edits = self.with_corrections(edits);
        if edits.is_empty() {
            return;
        }
        let Some(project) = &mut self.project else { return };
        if project.is_writable() && Project::is_large(&edits) {
            return self.commit_large(title, edits);
        }
        if let Err(error) = project.commit(title, edits) {
            self.messages.add(Tone::Error, error.to_string());
        }
        self.update_hits();
    }

    /// Edits without what labels do not allow, which is told.
    fn without_refused(&mut self, edits: Vec<Edit>) -> Vec<Edit> {
        let (Some(project), Some(document)) = (&self.project, self.document()) else { return edits };
        let (edits, refusals) = allowed(edits, document, project.schema());
        if let Some(Refusal { label, what }) = refusals.first() {
            let text = match refusals.len() {
                1 => format!("The label “{label}” is not for {what}, so this was not done."),
                num => format!(
                    "The label “{label}” is not for {what}, so {} were left as they are.",
                    count_of(num, "object")
                ),
            };
            self.messages.add(Tone::Info, text);
        }
        edits
    }

    /// Takes back what was done last, and shows where.
    pub fn undo(&mut self) {
        self.take_back(TakeBack::Undo);
    }

    /// Does again what was taken back last, and shows where.
    pub fn redo(&mut self) {
        self.take_back(TakeBack::Redo);
    }

    pub(super) fn take_back(&mut self, way: TakeBack) {
        if self.is_holding_edits() {
            return self.tell_edits_wait();
        }
        let Some(project) = &mut self.project else { return };
        let is_large = match way {
            TakeBack::Undo => project.is_next_undo_large(),
            TakeBack::Redo => project.is_next_redo_large(),
        };
        let outcome = match (is_large, way) {
            (Ok(true), _) => return self.take_back_large(way),
            (Ok(false), TakeBack::Undo) => project.undo(),
            (Ok(false), TakeBack::Redo) => project.redo(),
            (Err(error), _) => Err(error),
        };
        self.take_undone(outcome, way);
    }

    pub(in crate::app) fn take_undone(
        &mut self,
        outcome: Result<Option<UndoOutcome>, StoreError>,
        way: TakeBack,
    ) {
        self.view.toolbox.cancel();
        match outcome {
            Ok(Some(outcome)) => {
                if let Some(asset) = outcome.asset.filter(|asset| self.view.asset != Some(*asset)) {
                    self.show_asset(asset);
                    self.messages
                        .add(Tone::Info, format!("{}: {} (on this picture)", way.verb(), outcome.title));
                }
                if outcome.num_kept > 0 {
                    let text = format!(
                        "{} changes were left alone: somebody has changed them since.",
                        outcome.num_kept
                    );
                    self.messages.add(Tone::Warning, text);
                }
                self.view.selection = outcome.objects.into_iter().collect();
                self.update_hits();
            }
            Err(error) => self.messages.add(Tone::Error, error.to_string()),
            Ok(None) => {}
        }
    }

    /// Sets how far a person got with assets.
    pub fn set_status(&mut self, assets: &[AssetId], status: AssetStatus) {
        let edits = assets.iter().map(|id| Edit::change_asset(*id, &AssetChange::Status(status))).collect();
        let word = match status {
            AssetStatus::Todo => "unfinished",
            AssetStatus::Done => "done",
            AssetStatus::Skipped => "skipped",
        };
        self.commit(format!("Mark as {word}"), edits);
    }

    /// Chooses the label of new objects; gives it to the selected ones, too.
    pub fn choose_label(&mut self, label: Option<LabelId>) {
        self.view.label = label;
        let Some(asset) = self.view.asset else { return };
        let edits: Vec<Edit> = self
            .selected_objects()
            .iter()
            .filter(|object| object.label != label)
            .map(|object| Edit::change(asset, object.id, &ObjectChange::Label(label)))
            .collect();
        if !edits.is_empty() {
            self.commit("Change label".to_owned(), edits);
        }
    }
}
