//! Writes labels for another tool: format, target, pictures, and what will be lost, told before anything is written.

mod choice;
mod formats;
mod frames;
mod options;
mod outcome;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{self, ProgressBar, ScrollArea, Ui, vec2};

use super::controls::{problem_ui, section_ui};
use super::preflight_view::preflight_ui;
use super::window::{FirstFocus, Window, columns_ui, footer_ui};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::app::widgets::{labelled_button, primary_button};
use crate::app::wording::counted;
use crate::app::work::TaskKind;
use crate::formats::{ExportSummary, Preflight};
use choice::{ExportChoice, Pictures};
use frames::Videos;

/// How long the person must have changed nothing before the preflight begins.
const CALM: Duration = Duration::from_millis(350);

/// The dialog.
pub struct ExportDialog {
    choice: ExportChoice,
    /// What was chosen in the frame before.
    seen: ExportChoice,
    /// The videos among what is exported: of which pictures, at which revision of the list.
    videos: Option<((Pictures, u64), Videos)>,
    /// When the person last changed something.
    changed_at: Option<Instant>,
    running: Running,
    preflight: Option<(ExportChoice, Preflight)>,
    problem: Option<(ExportChoice, String)>,
    done: Option<ExportSummary>,
    has_begun: bool,
    focus: FirstFocus,
}

/// What was asked for and has not come yet.
#[derive(Default)]
enum Running {
    #[default]
    Nothing,
    Preflight(ExportChoice),
    Export(ExportChoice),
}

impl Default for ExportDialog {
    fn default() -> Self {
        let choice = ExportChoice::default();
        Self {
            seen: choice.clone(),
            videos: None,
            changed_at: None,
            choice,
            running: Running::Nothing,
            preflight: None,
            problem: None,
            done: None,
            has_begun: false,
            focus: FirstFocus::default(),
        }
    }
}

impl ExportDialog {
    /// Takes the target folder that was picked.
    pub fn take_path(&mut self, path: PathBuf) {
        self.choice.set_target(path.display().to_string());
    }

    /// Takes what an export would do.
    pub fn take_preflight(&mut self, preflight: Preflight) {
        if let Running::Preflight(choice) = std::mem::take(&mut self.running) {
            self.preflight = Some((choice, preflight));
            self.problem = None;
        }
    }

    /// Takes what an export wrote.
    pub fn take_exported(&mut self, summary: &ExportSummary) {
        self.running = Running::Nothing;
        self.done = Some(summary.clone());
    }

    /// Takes the reason why a preflight or an export failed.
    pub fn take_problem(&mut self, problem: &str) {
        if let Running::Preflight(choice) | Running::Export(choice) = std::mem::take(&mut self.running) {
            self.problem = Some((choice, problem.to_owned()));
        }
    }

    /// Draws it; returns whether it stays open.
    pub fn show(&mut self, ctx: &egui::Context, state: &AppState, requests: &mut Requests) -> bool {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.choice = ExportChoice::new(state);
            self.seen = self.choice.clone();
        }
        if let Some(summary) = &self.done {
            let (stays, again) =
                outcome::outcome_ui(ctx, summary, self.preflight.as_ref().map(|(_, p)| p), requests);
            if again {
                self.done = None;
            }
            return stays;
        }
        let mut is_done = false;
        let videos = self.videos(state);
        let window = Window::new("export", "export", "Export labels", vec2(1040.0, 740.0));
        let stays = window.show(ctx, |ui| {
            let is_exporting = matches!(self.running, Running::Export(_));
            columns_ui(ui, 340.0, |left, right| {
                left.add_enabled_ui(!is_exporting, |ui| {
                    formats::formats_ui(ui, &mut self.choice, &mut self.focus)
                });
                ScrollArea::vertical().id_salt("options").auto_shrink([false, false]).show(right, |ui| {
                    ui.set_width(ui.available_width() - 12.0);
                    ui.add_enabled_ui(!is_exporting, |ui| {
                        options::options_ui(ui, &mut self.choice, videos, state, requests)
                    });
                    self.losses_ui(ui, state);
                });
            });
            is_done = footer_ui(ui, |ui| self.footer_ui(ui, state, requests));
        });
        self.ask_for_preflight(ctx, state, requests);
        if stays && !is_done {
            return true;
        }
        // An export goes on without the dialog, and a message tells when it is done.
        if let Running::Preflight(_) = self.running {
            requests.push(Request::CancelTask);
        }
        false
    }

    /// The videos among what is exported: counted once, for there may be a million assets.
    fn videos(&mut self, state: &AppState) -> Videos {
        let revision = state.project.as_ref().map_or(0, |project| project.assets().revision());
        let key = (self.choice.pictures, revision);
        match self.videos {
            Some((known, videos)) if known == key => videos,
            _ => self.videos.insert((key, Videos::of(state, key.0))).1,
        }
    }

    /// What the export would drop, round or convert.
    fn losses_ui(&self, ui: &mut Ui, state: &AppState) {
        section_ui(ui, "What the other tool will get");
        if let Some(text) = self.choice.mistake() {
            return problem_ui(ui, &text);
        }
        match (&self.problem, &self.preflight) {
            (Some((choice, problem)), _) if *choice == self.choice => problem_ui(ui, problem),
            (_, Some((choice, preflight))) if *choice == self.choice => preflight_ui(ui, preflight),
            _ => progress_ui(ui, "Looking what would be lost", progress(state)),
        }
    }

    /// Asks what the export would do, once the person has chosen something else and pauses.
    fn ask_for_preflight(&mut self, ctx: &egui::Context, state: &AppState, requests: &mut Requests) {
        if self.seen != self.choice {
            self.seen = self.choice.clone();
            self.changed_at = Some(Instant::now());
        }
        match &self.running {
            Running::Export(_) => return,
            Running::Preflight(choice) if *choice == self.choice => return self.notice_vanished_task(state),
            Running::Preflight(_) | Running::Nothing => {}
        }
        let is_answered = |answer: Option<&ExportChoice>| answer == Some(&self.choice);
        let has_answer = is_answered(self.preflight.as_ref().map(|(choice, _)| choice))
            || is_answered(self.problem.as_ref().map(|(choice, _)| choice));
        // Another task of the person's is not pushed aside.
        let is_free = state.work.task.as_ref().is_none_or(|task| !task.is_asked_for());
        if has_answer || self.choice.mistake().is_some() || !is_free {
            return;
        }
        let calm_in = self.changed_at.and_then(|at| CALM.checked_sub(at.elapsed()));
        if let Some(wait) = calm_in {
            return ctx.request_repaint_after(wait);
        }
        if let Some(request) = self.choice.request(state, true) {
            requests.push(request);
            self.running = Running::Preflight(self.choice.clone());
        }
    }

    /// A task that is gone without an answer, because something else was begun, is asked for again.
    fn notice_vanished_task(&mut self, state: &AppState) {
        let is_running =
            state.work.task.as_ref().is_some_and(|task| matches!(task.kind, TaskKind::Export(_)));
        if !is_running {
            self.running = Running::Nothing;
        }
    }

    fn footer_ui(&mut self, ui: &mut Ui, state: &AppState, requests: &mut Requests) -> bool {
        if let Running::Export(_) = self.running {
            if labelled_button(ui, "", "Stop").clicked() {
                self.running = Running::Nothing;
                requests.push(Request::CancelTask);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                progress_ui(ui, "Writing", progress(state));
            });
            self.notice_vanished_task(state);
            return false;
        }
        let can_export = self.choice.mistake().is_none();
        let export = ui.add_enabled_ui(can_export, |ui| primary_button(ui, "export", "Export")).inner;
        if export.clicked()
            && let Some(request) = self.choice.request(state, false)
        {
            requests.push(request);
            self.problem = None;
            self.running = Running::Export(self.choice.clone());
        }
        let is_cancelled = labelled_button(ui, "", "Cancel").clicked();
        self.verdict_ui(ui);
        is_cancelled
    }

    /// In a few words, how much would be lost: beside the button that does it.
    fn verdict_ui(&self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        let Some((_, preflight)) = self.preflight.as_ref().filter(|(choice, _)| *choice == self.choice)
        else {
            return;
        };
        let (color, text) = match preflight.num_left_out {
            0 if preflight.is_lossless() => (tokens.success, "Nothing will be lost.".to_owned()),
            0 => (
                tokens.text_weak,
                counted(preflight.num_changed, "object will change.", "objects will change."),
            ),
            num => (tokens.warning, counted(num, "object will be left out.", "objects will be left out.")),
        };
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| ui.colored_label(color, text));
    }
}

/// Steps done and steps in all of the export that runs.
fn progress(state: &AppState) -> (u64, u64) {
    let task = state.work.task.as_ref().filter(|task| matches!(task.kind, TaskKind::Export(_)));
    task.map_or((0, 0), |task| task.progress())
}

fn progress_ui(ui: &mut Ui, what: &str, (done, total): (u64, u64)) {
    ui.horizontal(|ui| {
        ui.add(egui::Spinner::new().size(14.0));
        ui.label(format!("{what}…"));
        if total > 0 {
            let share = done as f32 / total as f32;
            ui.add(ProgressBar::new(share).desired_width(160.0).desired_height(6.0));
            ui.label(format!("{done} of {total}"));
        }
    });
    ui.ctx().request_repaint_after(Duration::from_millis(100));
}
