//! The long task that the person sees the progress of: one at a time, and nothing that was asked for is dropped.
//!
//! What is asked for while a task runs waits for its turn, and a message says so. A task that writes to the project
//! is not dropped when it is called off, but asked to stop: it answers whether it still got through, so that what
//! the window shows is what the file holds. While a task changes very many pictures, other edits are held off.

use std::path::PathBuf;

use eframe::egui;

use super::messages::Tone;
use super::state::AppState;
use super::work::{FinishedEdit, Opened, Task, TaskKind, flatten};
use crate::base::jobs::{JobError, Priority};
use crate::base::report::Report;
use crate::edit::Edit;
use crate::media::MediaError;
use crate::project::{ExportOutcome, ImportOutcome, LargeEdit, Project, ScanOutcome, Trail};
use crate::store::StoreError;
use crate::tools::HitIndex;

/// Something that was asked for while another task was under way.
pub struct WaitingTask {
    title: String,
    /// The project that it is for, where it is for one.
    project: Option<PathBuf>,
    start: Box<dyn FnOnce(&mut AppState)>,
}

/// What a task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The open project: it is of no use for another one.
    OpenProject,
    /// Something else.
    Anything,
}

/// Undo or redo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeBack {
    /// Takes back what was done last.
    Undo,
    /// Does again what was taken back last.
    Redo,
}

/// What an edit of very many pictures is made for.
pub enum Purpose {
    /// The person changes them.
    Change,
    /// Something is undone or redone.
    TakeBack(TakeBack),
    /// A scan found new ones, and files that could not be taken in.
    Add(Report),
    /// An import has written them.
    TakeIn(Box<ImportOutcome>),
}

impl TakeBack {
    /// What people call it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Undo => "Undo",
            Self::Redo => "Redo",
        }
    }
}

impl AppState {
    /// Starts a task or, while another one is under way, lets it wait for its turn.
    pub(super) fn start_in_turn(
        &mut self,
        title: &str,
        about: About,
        start: impl FnOnce(&mut Self) + 'static,
    ) {
        let Some(running) = self.work.task.as_ref().filter(|task| task.is_asked_for()) else {
            return start(self);
        };
        let text = format!("“{}” is still under way. “{title}” follows when it is done.", running.title);
        self.messages.add(Tone::Info, text);
        let project = self.project.as_ref().filter(|_| about == About::OpenProject);
        self.work.waiting.push_back(WaitingTask {
            title: title.to_owned(),
            project: project.map(|project| project.path().to_owned()),
            start: Box::new(start),
        });
    }

    /// Begins with what has waited, as long as nothing is under way.
    fn start_next(&mut self) {
        while self.work.task.is_none() {
            let Some(WaitingTask { title, project, start }) = self.work.waiting.pop_front() else { return };
            let open = self.project.as_ref().map(|project| project.path());
            if project.is_some() && project.as_deref() != open {
                let text = format!("“{title}” was not done: the project that it was for is closed.");
                self.messages.add(Tone::Warning, text);
                continue;
            }
            start(self);
        }
    }

    /// Calls the running task off. One that writes is asked to stop; its answer tells what became of it.
    pub(super) fn cancel_task(&mut self) {
        match &mut self.work.task {
            Some(task) if task.is_writing() => task.stop(),
            _ => self.work.task = None,
        }
    }

    /// Whether edits have to wait, because very many pictures are being changed.
    pub fn is_holding_edits(&self) -> bool {
        self.work.task.as_ref().is_some_and(|task| matches!(task.kind, TaskKind::Edit(..)))
    }

    /// Whether pictures may be added by a task that runs, so that what a scan finds has to wait.
    pub(super) fn is_adding_pictures(&self) -> bool {
        let adds = |task: &Task| matches!(task.kind, TaskKind::Import(_) | TaskKind::Edit(..));
        self.work.task.as_ref().is_some_and(adds)
    }

    /// Says that edits have to wait.
    pub(super) fn tell_edits_wait(&mut self) {
        let title = self.work.task.as_ref().map(|task| task.title.clone()).unwrap_or_default();
        let text = format!("“{title}” is still under way. Look around; you can go on when it is done.");
        self.messages.add(Tone::Info, text);
    }

    /// Takes over what the running task has brought.
    pub(super) fn poll_task(&mut self) {
        if let Some(done) = self.work.task.as_ref().and_then(|task| Done::of(&task.kind))
            && let Some(task) = self.work.task.take()
        {
            self.take_done(done, task);
        }
        self.start_next();
        if self.closes_when_done && self.work.task.is_none() {
            self.ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    fn take_done(&mut self, done: Done, task: Task) {
        if task.is_stopping && done.has_failed() {
            let text = format!("“{}” was stopped; nothing of it was kept.", task.title);
            return self.messages.add(Tone::Info, text);
        }
        match done {
            Done::Open(result) => match flatten(*result) {
                Ok(opened) => self.take_opened(opened),
                Err(error) => self.messages.add(Tone::Error, error),
            },
            Done::Add(result) => {
                let TaskKind::Add(_, places) = &task.kind else { return };
                self.take_added(flatten(result), places);
            }
            Done::Import(result) => self.take_imported(flatten(result)),
            Done::Export(result) => self.take_exported(flatten(result)),
            Done::Copy(result) => match flatten(result) {
                Ok(path) => {
                    self.messages.add(Tone::Success, format!("A copy was saved as {}.", path.display()));
                }
                Err(error) => self.messages.add(Tone::Error, error),
            },
            Done::Edit(result) => {
                let TaskKind::Edit(_, purpose) = task.kind else { return };
                self.take_large_edit(flatten(result), purpose);
            }
            Done::Follow(result) => self.take_followed(flatten(result), task.is_stopping),
        }
    }

    /// Makes edits of very many pictures in the background.
    pub(super) fn commit_large(&mut self, title: String, edits: Vec<Edit>) {
        self.start_in_turn(&title.clone(), About::OpenProject, move |state| {
            let Some(project) = &mut state.project else { return };
            let prepared = project.start_commit(title.clone(), edits);
            state.start_large_edit(title, Purpose::Change, prepared.map(Some));
        });
    }

    /// Takes back, in the background, what was done last, or does it again.
    pub(super) fn take_back_large(&mut self, way: TakeBack) {
        self.start_in_turn(way.verb(), About::OpenProject, move |state| {
            let Some(project) = &state.project else { return };
            let (what, prepared) = match way {
                TakeBack::Undo => (project.next_undo(), project.start_undo()),
                TakeBack::Redo => (project.next_redo(), project.start_redo()),
            };
            let title = format!("{}: {}", way.verb(), what.unwrap_or_default());
            state.start_large_edit(title, Purpose::TakeBack(way), prepared);
        });
    }

    /// Takes in, in the background, very many pictures that a scan found.
    pub(super) fn add_large(&mut self, mut found: ScanOutcome) {
        self.start_in_turn("Adding media", About::OpenProject, move |state| {
            let Some(project) = &state.project else { return };
            let purpose = Purpose::Add(std::mem::take(&mut found.report));
            let prepared = project.start_scan_commit(found);
            state.start_large_edit("Adding media".to_owned(), purpose, prepared.map(Some));
        });
    }

    /// Takes in, in the background, what a large import has written. It comes before all that waits.
    pub(super) fn take_in_large(&mut self, outcome: ImportOutcome) {
        let Some(project) = &self.project else { return };
        let prepared = project.start_taking_in(&outcome);
        let purpose = Purpose::TakeIn(Box::new(outcome));
        self.start_large_edit("Importing".to_owned(), purpose, prepared.map(Some));
    }

    fn start_large_edit(
        &mut self,
        title: String,
        purpose: Purpose,
        prepared: Result<Option<LargeEdit>, StoreError>,
    ) {
        match prepared {
            Ok(Some(edit)) => {
                self.view.toolbox.cancel();
                let edit = edit.showing(self.view.asset.filter(|_| !self.is_video()));
                let job = self.work.submit(Priority::Now, move |context| {
                    let outcome = edit.run(context)?;
                    let hits = outcome.document().map(|document| HitIndex::new(document.alive()));
                    Ok(Box::new(FinishedEdit { outcome, hits }))
                });
                self.work.task = Some(Task::new(title, TaskKind::Edit(job, purpose)));
            }
            Ok(None) => {}
            Err(error) => self.messages.add(Tone::Error, error.to_string()),
        }
    }

    fn take_large_edit(&mut self, result: Result<Box<FinishedEdit>, String>, purpose: Purpose) {
        let Some(project) = &mut self.project else { return };
        // One that is being read may be from before.
        self.work.forget_document();
        let finished = result.and_then(|finished| {
            let FinishedEdit { outcome, hits } = *finished;
            let num_new = outcome.num_new_pictures;
            if let (Some(document), Some(hits)) = (outcome.document(), hits)
                && self.view.asset == Some(document.asset())
            {
                self.view.hits = hits;
            }
            let former = project.take_documents();
            // Letting go of very many objects takes time: a worker does it, even as one that is called off.
            drop(self.work.submit(Priority::Background, move |_| drop(former)));
            let undone = project.finish_large_edit(outcome).map_err(|error| error.to_string())?;
            Ok((undone, num_new))
        });
        match finished {
            Ok((undone, num_new)) => {
                self.thumbnails.borrow_mut().forget_paths();
                self.watch_files();
                match purpose {
                    Purpose::Change => {}
                    Purpose::TakeBack(way) => self.take_undone(Ok(undone), way),
                    Purpose::Add(report) => self.tell_added(num_new, &report),
                    Purpose::TakeIn(outcome) => self.tell_imported(&outcome),
                }
            }
            Err(error) => self.messages.add(Tone::Error, error),
        }
    }

    /// Whether the window may be closed now. If not, it is closed when the running task is done; whoever asks once
    /// more closes it at once.
    pub(super) fn may_close(&mut self) -> bool {
        let Some(task) = self.work.task.as_ref().filter(|task| task.is_writing()) else { return true };
        if std::mem::replace(&mut self.closes_when_done, true) {
            return true;
        }
        let text = format!(
            "“{}” is still under way; the window closes when it is done. Close it once more to stop that now: \
             nothing of it is kept then.",
            task.title
        );
        self.messages.add(Tone::Warning, text);
        false
    }

    /// Whether a project may be changed by hand now.
    pub fn can_edit(&self) -> bool {
        self.project.as_ref().is_some_and(Project::is_writable) && !self.is_holding_edits()
    }
}

type Outcome<T, E = anyhow::Error> = Result<Result<T, E>, JobError>;

enum Done {
    Open(Box<Outcome<Opened>>),
    Add(Outcome<ScanOutcome, MediaError>),
    Import(Outcome<ImportOutcome>),
    Export(Outcome<ExportOutcome>),
    Copy(Outcome<PathBuf, StoreError>),
    Edit(Outcome<Box<FinishedEdit>>),
    Follow(Outcome<Vec<Trail>, MediaError>),
}

impl Done {
    fn of(kind: &TaskKind) -> Option<Self> {
        match kind {
            TaskKind::Open(job) => job.poll().map(|opened| Self::Open(Box::new(opened))),
            TaskKind::Add(job, _) => job.poll().map(Self::Add),
            TaskKind::Import(job) => job.poll().map(Self::Import),
            TaskKind::Export(job) => job.poll().map(Self::Export),
            TaskKind::Copy(job) => job.poll().map(Self::Copy),
            TaskKind::Edit(job, _) => job.poll().map(Self::Edit),
            TaskKind::Follow(job) => job.poll().map(Self::Follow),
        }
    }

    fn has_failed(&self) -> bool {
        match self {
            Self::Open(result) => !matches!(**result, Ok(Ok(_))),
            Self::Add(result) => !matches!(result, Ok(Ok(_))),
            Self::Import(result) => !matches!(result, Ok(Ok(_))),
            Self::Export(result) => !matches!(result, Ok(Ok(_))),
            Self::Copy(result) => !matches!(result, Ok(Ok(_))),
            Self::Edit(result) => !matches!(result, Ok(Ok(_))),
            Self::Follow(result) => !matches!(result, Ok(Ok(_))),
        }
    }
}

#[cfg(test)]
mod tests;
