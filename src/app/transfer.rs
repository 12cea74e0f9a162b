//! Import and export from the window: starting them, and telling what came of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::messages::Tone;
use super::state::AppState;
use super::tasks::About;
use super::wording::{count_of, counted};
use super::work::{PREFLIGHT_TITLE, Task, TaskKind};
use crate::base::jobs::Priority;
use crate::base::report::{Report, Severity};
use crate::formats::{FrameOptions, Splits};
use crate::model::AssetId;
use crate::project::{ExportOutcome, ExportRequest, ImportOutcome, ImportRequest, Selected};

/// How many findings become messages; all of them would bury the rest.
const MAX_TOLD: usize = 5;

impl AppState {
    /// Imports labels in the background.
    pub(super) fn import(&mut self, format: &'static str, source: PathBuf, images: Option<PathBuf>) {
        self.start_in_turn("Importing", About::OpenProject, move |state| {
            let Some(project) = &mut state.project else { return };
            let request = ImportRequest { format: Some(format), source, images };
            match project.start_import(request) {
                Ok(import) => {
                    let job = state.work.submit(Priority::Now, move |context| import.run(context));
                    state.work.task = Some(Task::new("Importing", TaskKind::Import(job)));
                }
                Err(error) => state.messages.add(Tone::Error, error.to_string()),
            }
        });
    }

    /// Exports labels in the background, or finds out what an export would lose.
    #[allow(clippy::too_many_arguments)] // The parts of one request.
    pub(super) fn export(
        &mut self,
        format: &'static str,
        target: PathBuf,
        with_media: bool,
        assets: Vec<AssetId>,
        splits: Splits,
        frames: FrameOptions,
        settings: BTreeMap<String, String>,
        only_preflight: bool,
    ) {
        let selected = if assets.is_empty() { Selected::default() } else { Selected::Assets(assets) };
        let format = format.to_owned();
        let request =
            ExportRequest { format, target, selected, splits, with_media, only_preflight, frames, settings };
        let title = if only_preflight { PREFLIGHT_TITLE } else { "Exporting" };
        self.start_in_turn(title, About::OpenProject, move |state| {
            let Some(project) = &state.project else { return };
            match project.start_export(request) {
                Ok(export) => {
                    let job = state.work.submit(Priority::Now, move |context| export.run(context));
                    state.work.task = Some(Task::new(title, TaskKind::Export(job)));
                }
                Err(error) => state.messages.add(Tone::Error, format!("{error:#}")),
            }
        });
    }

    pub(super) fn take_imported(&mut self, result: Result<ImportOutcome, String>) {
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => return self.messages.add(Tone::Error, error),
        };
        if outcome.is_large() {
            return self.take_in_large(outcome);
        }
        if let Some(project) = &mut self.project
            && let Err(error) = project.finish_import(&outcome)
        {
            return self.messages.add(Tone::Error, error.to_string());
        }
        // What is being read may be from before.
        self.work.forget_document();
        self.thumbnails.borrow_mut().forget_paths();
        self.watch_files();
        self.tell_imported(&outcome);
    }

    pub(super) fn tell_imported(&mut self, outcome: &ImportOutcome) {
        let mut text = format!(
            "{} and {} were imported.",
            outcome.tally.objects(&count_of),
            count_of(outcome.new_labels.len(), "new label")
        );
        if outcome.num_new_pictures > 0 {
            let noun = if outcome.tally.num_videos > 0 { "video" } else { "picture" };
            let (one, several) = (format!("{noun} was"), format!("{noun}s were"));
            text += &format!(" {} added.", counted(outcome.num_new_pictures, &one, &several));
        }
        if outcome.num_known_objects > 0 {
            text += &format!(" {} were there already.", count_of(outcome.num_known_objects, "object"));
        }
        let tone = if outcome.num_objects > 0 { Tone::Success } else { Tone::Info };
        self.messages.add(tone, text);
        self.tell_findings(&outcome.report);
        if self.view.label.is_none() {
            self.view.label = self
                .project
                .as_ref()
                .and_then(|project| project.schema().labels.first())
                .map(|label| label.id);
        }
    }

    pub(super) fn take_exported(&mut self, result: Result<ExportOutcome, String>) {
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => {
                let is_told = self.view.dialog.as_mut().is_some_and(|dialog| dialog.take_problem(&error));
                if !is_told {
                    self.messages.add(Tone::Error, error);
                }
                return;
            }
        };
        if let Some(preflight) = outcome.preflight {
            if let Some(dialog) = &mut self.view.dialog {
                dialog.take_preflight(preflight);
            }
            return;
        }
        let Some(summary) = outcome.summary else { return };
        let is_told = self.view.dialog.as_mut().is_some_and(|dialog| dialog.take_exported(&summary));
        if !is_told {
            let objects = count_of(summary.num_objects, "object");
            let text = format!("{objects} were exported to {}.", summary.main_file.display());
            self.messages.add(Tone::Success, text);
        }
        // What was to be expected was said before; what was not is an error.
        for finding in outcome.report.findings().iter().filter(|f| f.message.contains("please report")) {
            self.messages.add(Tone::Error, finding.to_string());
        }
    }

    fn tell_findings(&mut self, report: &Report) {
        for finding in report.findings().iter().filter(|f| f.severity != Severity::Note).take(MAX_TOLD) {
            self.messages.add(Tone::Warning, finding.to_string());
        }
        let num_more = report.findings().len().saturating_sub(MAX_TOLD);
        if num_more > 0 {
            self.messages.add(Tone::Info, format!("There are {num_more} more remarks about this import."));
        }
    }
}
