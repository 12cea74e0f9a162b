//! The schema editor. What is entered stays in a draft until the person saves; then its edits are committed in one
//! transaction, which undo takes back as a whole. Cancel leaves no trace.

mod attributes;
mod draft;
mod fates;
mod form;
mod list;

use std::collections::HashMap;

use eframe::egui::{self, RichText, Ui, vec2};

use super::controls::notice_ui;
use super::window::{FirstFocus, Window, columns_ui, footer_ui};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::app::widgets::{empty_state, labelled_button, primary_button};
use crate::app::wording::counted;
use crate::base::jobs::{Job, Priority};
use crate::edit::Edit;
use crate::model::{LabelId, Schema};
use crate::store::StoreError;
use draft::SchemaDraft;
use fates::Fate;
use list::LabelList;

/// The number of objects for each label and kind of content.
type Counts = Vec<(Option<LabelId>, String, u64)>;

/// The dialog.
pub struct LabelsDialog {
    draft: SchemaDraft,
    chosen: Option<LabelId>,
    list: LabelList,
    fate: Option<Fate>,
    counts: ObjectCounts,
    focus: FirstFocus,
    /// The changes that the person wanted to leave without saving, and was asked about.
    asked_about: Option<Vec<Edit>>,
    must_show_question: bool,
}

impl LabelsDialog {
    /// An editor of this schema, at one of its labels.
    pub fn new(schema: &Schema, at: Option<LabelId>) -> Self {
        let at = at.and_then(|id| schema.label(id)).or_else(|| schema.labels.first());
        Self {
            chosen: at.map(|label| label.id),
            draft: SchemaDraft::new(schema),
            list: LabelList::default(),
            fate: None,
            counts: ObjectCounts::default(),
            focus: FirstFocus::default(),
            asked_about: None,
            must_show_question: false,
        }
    }

    /// Draws it; returns whether it stays open.
    pub fn show(&mut self, ctx: &egui::Context, state: &AppState, requests: &mut Requests) -> bool {
        let Some(project) = &state.project else { return false };
        self.counts.update(state, project.schema());
        let problems = self.draft.problems();
        let is_writable = project.is_writable();
        let mut is_done = false;
        let stays = Window::new("labels", "tag", "Labels", vec2(1000.0, 720.0)).show(ctx, |ui| {
            columns_ui(ui, 300.0, |left, right| {
                left.add_enabled_ui(is_writable, |ui| self.list_ui(ui, &problems));
                right.add_enabled_ui(is_writable, |ui| self.form_ui(ui, &problems, state));
            });
            is_done = footer_ui(ui, |ui| self.footer_ui(ui, &problems, state, requests));
        });
        if is_done {
            return false;
        }
        if stays {
            return true;
        }
        // Escape, or a click beside the dialog, is soon done by mistake: it must not cost any work.
        let edits = self.draft.edits();
        let may_leave = edits.is_empty() || self.asked_about.as_ref() == Some(&edits);
        self.asked_about = Some(edits);
        !may_leave
    }

    fn list_ui(&mut self, ui: &mut Ui, problems: &HashMap<LabelId, String>) {
        let before = self.chosen;
        self.list.show(ui, &mut self.draft, &mut self.chosen, problems, &self.counts);
        if self.chosen != before {
            self.fate = None;
            if !self.list.is_walking {
                self.focus = FirstFocus::default();
            }
        }
    }

    fn form_ui(&mut self, ui: &mut Ui, problems: &HashMap<LabelId, String>, state: &AppState) {
        let Some(id) = self.chosen.filter(|id| self.draft.label(*id).is_some()) else {
            ui.add_space(80.0);
            empty_state(ui, "tag", "No label is chosen", "Add one at the left, or paste a list of names.");
            return;
        };
        egui::ScrollArea::vertical().id_salt(id).auto_shrink([false, false]).show(ui, |ui| {
            ui.set_width(ui.available_width() - 12.0);
            let problem = problems.get(&id).map(String::as_str);
            form::form_ui(ui, &mut self.draft, id, problem, &mut self.focus, &state.keymap);
            ui.add_space(16.0);
            let had_question = self.fate.is_some();
            if let Some(next) = fates::fates_ui(ui, &mut self.draft, id, &mut self.fate, &self.counts) {
                self.chosen = next;
            }
            ui.add_space(8.0);
            // The question takes more room than the buttons that led to it, and shows in the next frame.
            if self.fate.is_some() && std::mem::replace(&mut self.must_show_question, !had_question) {
                ui.scroll_to_cursor(Some(egui::Align::BOTTOM));
            }
        });
    }

    /// Draws the buttons. Returns whether the dialog is done.
    fn footer_ui(
        &mut self,
        ui: &mut Ui,
        problems: &HashMap<LabelId, String>,
        state: &AppState,
        requests: &mut Requests,
    ) -> bool {
        let is_writable = state.can_edit() || state.is_holding_edits();
        let tokens = Tokens::of(ui);
        let edits = self.draft.edits();
        let is_leaving = !edits.is_empty() && self.asked_about.as_ref() == Some(&edits);
        let can_save = !edits.is_empty() && problems.is_empty() && state.can_edit();
        let save = ui.add_enabled_ui(can_save, |ui| primary_button(ui, "check", "Save")).inner;
        if save.clicked() {
            requests.push(Request::Commit { title: "Edit labels".to_owned(), edits });
            return true;
        }
        let cancel = if is_leaving { "Leave without saving" } else { "Cancel" };
        if labelled_button(ui, "", cancel).clicked() {
            return true;
        }
        let text = match problems.len() as u64 {
            _ if !is_writable => "This project can only be looked at.".to_owned(),
            _ if !edits.is_empty() && state.is_holding_edits() => {
                "You can save when the task below is done.".to_owned()
            }
            0 if is_leaving => "Your changes are not saved yet.".to_owned(),
            0 => return false,
            num => format!("{} something to be put right.", counted(num, "label has", "labels have")),
        };
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            if problems.is_empty() {
                ui.label(RichText::new(text).color(tokens.warning));
            } else {
                notice_ui(ui, "warning-circle", tokens.error, &text);
            }
        });
        false
    }
}

/// How many objects bear each label, as far as it is known: counting two million takes a moment.
#[derive(Default)]
pub struct ObjectCounts {
    job: Option<Job<Result<Counts, StoreError>>>,
    by_label: Option<HashMap<LabelId, u64>>,
    has_begun: bool,
}

impl ObjectCounts {
    fn update(&mut self, state: &AppState, schema: &Schema) {
        if !self.has_begun {
            self.has_begun = true;
            // Without counts the editor works all the same.
            let reader = state.project.as_ref().and_then(|project| project.open_reader().ok());
            self.job = reader.map(|reader| state.work.submit(Priority::Now, move |_| reader.label_counts()));
        }
        let Some(result) = self.job.as_ref().and_then(Job::poll) else { return };
        self.job = None;
        if let Ok(Ok(counts)) = result {
            let mut by_label = HashMap::new();
            for (id, _, num) in counts {
                if let Some(label) = id.and_then(|id| schema.label(id)) {
                    *by_label.entry(label.id).or_default() += num;
                }
            }
            self.by_label = Some(by_label);
        }
    }

    /// The number of objects of a label; `None` while it is not known.
    pub fn of(&self, id: LabelId) -> Option<u64> {
        let by_label = self.by_label.as_ref()?;
        Some(by_label.get(&id).copied().unwrap_or(0))
    }
}
