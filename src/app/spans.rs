//! Time marked by keys: spans that are begun and ended while the video plays, events, tags and markers.
//!
//! A span that was begun is no object yet: it grows with the frame on screen, is shown on the timeline meanwhile, and
//! becomes one when it is ended, in one step that can be undone.

use super::messages::Tone;
use super::state::AppState;
use super::wording::count_of;
use crate::edit::{Edit, NotesChange, spans};
use crate::model::{Color, Content, Flag, LabelId, LabelUse, Marker, MarkerId, Object, ObjectId, Span};
use crate::tools::timeline::NoteId;

/// Of a marker.
const MARKER_COLOR: usize = 2;

impl AppState {
    /// The chosen label, as it is shown; says so when there is none.
    fn label_to_mark(&mut self) -> Option<LabelId> {
        let schema = self.project.as_ref().map(|project| project.schema());
        let label = schema.zip(self.view.label).and_then(|(schema, label)| Some(schema.label(label)?.id));
        if label.is_none() {
            self.messages.add(Tone::Info, "Choose a label first: what is marked bears it.");
        }
        label
    }

    /// Whether a label marks spans; says so where it does not, before one is begun in vain.
    fn is_for_spans(&mut self, label: LabelId) -> bool {
        let schema = self.project.as_ref().map(|project| project.schema());
        let label = schema.and_then(|schema| schema.label(label));
        let Some(label) = label.filter(|label| !label.is_for(LabelUse::Span)) else { return true };
        let text = format!("The label “{}” is not for spans. Choose another one.", label.name);
        self.messages.add(Tone::Info, text);
        false
    }

    fn label_name(&self, label: LabelId) -> String {
        let schema = self.project.as_ref().map(|project| project.schema());
        schema.and_then(|schema| schema.label(label)).map(|label| label.name.clone()).unwrap_or_default()
    }

    /// The spans on the video that were begun and not ended: label and first frame.
    pub fn begun_spans(&self) -> impl Iterator<Item = (LabelId, u32)> + '_ {
        let asset = self.view.asset;
        let all = self.view.begun_spans.iter().filter(move |((of, _), _)| Some(*of) == asset);
        all.map(|((_, label), start)| (*label, *start))
    }

    /// Begins a span of the chosen label on the frame on screen, or ends the one that was begun, with that frame.
    pub fn toggle_span(&mut self) {
        let (Some(asset), Some(label)) = (self.view.asset, self.label_to_mark()) else { return };
        if !self.is_for_spans(label) {
            return;
        }
        let frame = self.view.frame;
        match self.view.begun_spans.remove(&(asset, label)) {
            None => drop(self.view.begun_spans.insert((asset, label), frame)),
            Some(start) => {
                let span = Span { start: start.min(frame), end: start.max(frame) + 1, lane: String::new() };
                self.add_in_time("Mark", Content::Span(span), label);
            }
        }
    }

    /// The selected spans, but for locked ones.
    pub fn selected_spans(&self) -> impl Iterator<Item = &Object> {
        let document = self.document();
        let objects = self.view.selection.iter().filter_map(move |id| document?.object(id));
        objects.filter(|object| object.as_span().is_some() && !object.has(Flag::Locked))
    }

    /// Lets the selected spans begin with the frame on screen, or end with it. One that would have no frame left stays.
    pub fn set_span_edge(&mut self, is_start: bool) {
        let (Some(asset), frame) = (self.view.asset, self.view.frame) else { return };
        let mut edits = Vec::new();
        for object in self.selected_spans() {
            let Some(span) = object.as_span() else { continue };
            let (start, end) = if is_start { (frame, span.end) } else { (span.start, frame + 1) };
            if start < end {
                edits.extend(spans::set_edges(asset, object, start, end));
            }
        }
        if edits.is_empty() {
            let text = "Nothing to change: a span begins before it ends.";
            return self.messages.add(Tone::Info, text);
        }
        let title = format!("Change {}", count_of(edits.len(), "span"));
        self.commit(title, edits);
    }

    /// Forgets the spans of the video that were begun.
    pub fn give_up_spans(&mut self) {
        let asset = self.view.asset;
        self.view.begun_spans.retain(|(of, _), _| Some(*of) != asset);
    }

    /// Marks the frame on screen with the chosen label.
    pub fn mark_event(&mut self) {
        if let Some(label) = self.label_to_mark() {
            self.add_in_time("Mark", Content::Span(Span::event(self.view.frame, "")), label);
        }
    }

    /// Says the chosen label of the whole video or picture, or no longer.
    pub fn toggle_tag(&mut self) {
        let (Some(asset), Some(label)) = (self.view.asset, self.label_to_mark()) else { return };
        let is_it = |object: &&Object| object.content == Content::Tag && object.label == Some(label);
        let objects = self.document().map(|document| document.alive());
        let tag = objects.and_then(|all| all.in_order().map(|object| &**object).find(is_it));
        match tag.map(|object| object.id) {
            Some(tag) => {
                let title = format!("Take tag {} away", self.label_name(label));
                self.commit(title, vec![Edit::delete(asset, tag)]);
            }
            None => self.add_in_time("Tag", Content::Tag, label),
        }
    }

    fn add_in_time(&mut self, verb: &str, content: Content, label: LabelId) {
        let (Some(project), Some(asset)) = (&self.project, self.view.asset) else { return };
        let mut object = Object::new(ObjectId::new(), content, Some(label));
        object.author = Some(project.actor());
        let title = format!("{verb} {}", self.label_name(label));
        self.commit(title, vec![Edit::create(asset, &object)]);
    }

    /// Puts a marker on the frame on screen, or takes those there away.
    pub fn toggle_marker(&mut self) {
        let (Some(asset), Some(document)) = (self.view.asset, self.document()) else { return };
        let frame = self.view.frame;
        let here = document.notes().markers.iter().filter(|(_, marker)| marker.frame == frame);
        let edits: Vec<Edit> = here.map(|(id, _)| NotesChange::Marker(*id, None).edit(asset)).collect();
        if !edits.is_empty() {
            return self.commit("Remove marker".to_owned(), edits);
        }
        let marker = Marker { frame, text: String::new(), color: Color::for_index(MARKER_COLOR) };
        let change = NotesChange::Marker(MarkerId::new(), Some(marker));
        self.commit("Set marker".to_owned(), vec![change.edit(asset)]);
    }

    /// Begins to name the marker on the frame on screen, else the chosen one; else sets one here.
    pub fn begin_naming_marker(&mut self) {
        let here = |state: &Self| {
            let marks = state.view.timeline.notes.between(state.view.frame, state.view.frame);
            marks.iter().find_map(|mark| match mark.id {
                NoteId::Marker(id) => Some(id),
                NoteId::Comment(_) => None,
            })
        };
        let chosen = match self.view.timeline.note {
            Some(NoteId::Marker(id)) => Some(id),
            Some(NoteId::Comment(_)) | None => None,
        };
        if here(self).or(chosen).is_none() {
            self.toggle_marker();
            self.update_timeline();
        }
        self.view.timeline.naming = here(self).or(chosen);
    }

    /// Goes to the next marker, or to the one before.
    pub fn step_marker(&mut self, goes_on: bool) {
        let at = self.view.frame;
        let next = {
            let mut markers = self.view.timeline.notes.markers();
            match goes_on {
                true => markers.find(|frame| *frame > at),
                false => markers.rev().find(|frame| *frame < at),
            }
        };
        if let Some(frame) = next {
            self.go_to_frame(frame);
        }
    }
}
