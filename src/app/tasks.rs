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
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::app::gpu_watch::ReturnTo;
    use crate::app::head_start::HeadStart;
    use crate::app::view::Page;
    use crate::edit::{AssetChange, Target};
    use crate::media::ThumbnailCache;
    use crate::model::{ActorId, AssetStatus};
    use crate::project::Identity;

    struct Desk {
        folder: tempfile::TempDir,
        state: AppState,
    }

    impl Desk {
        /// A window on nothing, beside folders of this many pictures each.
        fn new(folders: &[(&str, usize)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (name, num_pictures) in folders {
                std::fs::create_dir_all(folder.path().join(name)).unwrap();
                for i in 0..*num_pictures {
                    let shade = image::Rgb([i as u8, (i / 256) as u8, 9]);
                    let path = folder.path().join(name).join(format!("{i}.png"));
                    image::RgbImage::from_pixel(4, 4, shade).save(path).unwrap();
                }
            }
            let identity = Identity { actor: ActorId::from_u128(5), name: "Ann".into() };
            let head_start = HeadStart::new(None, &identity);
            let config = folder.path().join("config");
            let cache = Arc::new(ThumbnailCache::new(folder.path().join("cache"), 1_000_000));
            let state = AppState::new(&egui::Context::default(), head_start, identity, config, cache);
            Self { folder, state }
        }

        fn open(&mut self, name: &str) {
            self.state.open(self.folder.path().join(name));
        }

        fn finish(&mut self) {
            let start = Instant::now();
            while self.state.work.task.is_some() || !self.state.work.waiting.is_empty() {
                assert!(start.elapsed() < Duration::from_secs(60), "the tasks do not end");
                self.state.poll();
                std::thread::yield_now();
            }
        }

        fn was_told(&self, text: &str) -> bool {
            self.state.messages.list().iter().any(|message| message.text.contains(text))
        }

        fn project(&self) -> &Project {
            self.state.project.as_ref().unwrap()
        }

        fn num_done(&self) -> usize {
            let rows = self.project().assets().rows().iter();
            rows.filter(|row| row.asset.status == AssetStatus::Done).count()
        }

        fn mark_all_done(&mut self) {
            let ids: Vec<_> = self.project().assets().rows().iter().map(|row| row.asset.id).collect();
            self.state.set_status(&ids, AssetStatus::Done);
        }
    }

    #[test]
    fn what_is_asked_for_while_a_task_runs_follows_it() {
        let mut desk = Desk::new(&[("a", 2), ("b", 3)]);
        desk.open("a");
        desk.open("b");
        assert!(desk.was_told("“Opening b” follows"));
        desk.finish();
        assert_eq!(desk.project().name(), "b");
        let (a, b) = (desk.folder.path().join("a"), desk.folder.path().join("b"));
        assert!(a.join("a.fieldmark").exists() && b.join("b.fieldmark").exists(), "both were opened");
    }

    #[test]
    fn what_was_for_a_project_that_is_closed_is_told_and_not_done_to_another() {
        let mut desk = Desk::new(&[("a", 1), ("b", 1), ("more", 1)]);
        desk.open("a");
        desk.finish();
        desk.open("b");
        desk.state.request(super::super::request::Request::Drop(vec![desk.folder.path().join("more")]));
        desk.state.carry_out_all(Default::default());
        desk.finish();
        assert_eq!((desk.project().name().as_str(), desk.project().assets().len()), ("b", 1));
        assert!(desk.was_told("“Adding media” was not done"));
    }

    #[test]
    fn very_many_pictures_are_changed_and_changed_back_while_other_edits_wait() {
        let mut desk = Desk::new(&[("a", 300)]);
        desk.open("a");
        desk.finish();
        desk.mark_all_done();
        assert!(desk.state.is_holding_edits() && !desk.state.can_edit());
        let first = desk.project().assets().rows()[0].asset.id;
        let change = Edit::change_asset(first, &AssetChange::Subset(Some("val".into())));
        desk.state.commit("Put into val".into(), vec![change]);
        assert!(desk.was_told("is still under way. Look around"));
        desk.finish();
        assert_eq!(desk.num_done(), 300);
        assert_eq!(desk.project().assets().get(first).unwrap().asset.subset, None);
        assert_eq!(desk.project().next_undo(), Some("Mark as done"));
        desk.state.undo();
        desk.finish();
        assert_eq!(desk.num_done(), 0);
        desk.state.redo();
        desk.finish();
        assert_eq!(desk.num_done(), 300);
    }

    #[test]
    fn very_many_pictures_are_added_and_labels_of_very_many_imported_in_the_background() {
        let mut desk = Desk::new(&[("a", 1), ("more", 300)]);
        desk.open("a");
        desk.finish();
        let more = desk.folder.path().join("more");
        desk.state.request(super::super::request::Request::Drop(vec![more]));
        desk.state.carry_out_all(Default::default());
        desk.finish();
        assert_eq!(desk.project().assets().len(), 301);
        assert!(desk.was_told("300 pictures were added."));
        assert_eq!(desk.project().next_undo(), None, "finding pictures is nothing to undo");

        let images: Vec<_> = (0..300)
            .map(|i| serde_json::json!({"id": i, "file_name": format!("{i}.png"), "width": 4, "height": 4}))
            .collect();
        let boxes: Vec<_> = (0..300)
            .map(|i| serde_json::json!({"id": i, "image_id": i, "category_id": 1, "bbox": [0, 0, 2, 2]}))
            .collect();
        let coco = serde_json::json!({
            "images": images, "annotations": boxes, "categories": [{"id": 1, "name": "cat"}],
        });
        let path = desk.folder.path().join("more/labels.json");
        std::fs::write(&path, coco.to_string()).unwrap();
        desk.state.import("coco", path, None);
        desk.finish();
        assert!(
            desk.was_told("300 objects and 1 new label were imported."),
            "{:?}",
            desk.state.messages.list()
        );
        let num_objects = desk.project().assets().rows().iter().map(|row| row.num_objects).sum::<u64>();
        assert_eq!((num_objects, desk.project().next_undo()), (300, Some("Import labels")));
        assert_eq!(desk.project().schema().labels[0].name, "cat");
    }

    #[test]
    fn a_task_that_is_called_off_got_through_or_left_nothing() {
        let mut desk = Desk::new(&[("a", 300)]);
        desk.open("a");
        desk.finish();
        for pause_us in [0, 200, 2_000, 20_000, 100_000] {
            let before = desk.num_done();
            let status = if before == 0 { AssetStatus::Done } else { AssetStatus::Todo };
            let ids: Vec<_> = desk.project().assets().rows().iter().map(|row| row.asset.id).collect();
            desk.state.set_status(&ids, status);
            std::thread::sleep(Duration::from_micros(pause_us));
            desk.state.cancel_task();
            desk.finish();
            let reader = desk.project().open_reader().unwrap();
            let rows = reader.assets().unwrap();
            let on_disk = rows.iter().filter(|row| row.asset.status == AssetStatus::Done).count();
            assert_eq!(on_disk, desk.num_done(), "the window shows what the file holds");
            assert!([0, 300].contains(&on_disk));
        }
    }

    #[test]
    fn a_window_with_a_task_that_writes_closes_after_it() {
        let mut desk = Desk::new(&[("a", 300)]);
        desk.open("a");
        desk.finish();
        assert!(desk.state.may_close());
        desk.mark_all_done();
        assert!(!desk.state.may_close(), "not while it writes");
        assert!(desk.state.may_close(), "but for somebody who insists");
    }

    #[test]
    fn a_gpu_that_is_lost_before_the_project_is_open_is_counted_and_the_place_kept() {
        let mut desk = Desk::new(&[("a", 1)]);
        let project = desk.folder.path().join("a/a.fieldmark");
        let place =
            ReturnTo { project: Some(project), page: Page::Gallery, asset: None, view: None, num_losses: 2 };
        desk.state.return_to(place.clone());
        assert_eq!(desk.state.place(), ReturnTo { num_losses: 3, ..place.clone() });
        desk.open("a");
        desk.finish();
        assert!(desk.was_told("lost and found again"));
        assert_eq!(desk.state.place().num_losses, 3);
        desk.state.return_to(ReturnTo { project: None, ..place });
        assert_eq!(desk.state.place().project.as_deref(), Some(desk.project().path()), "nothing is pending");
    }

    #[test]
    fn a_removed_picture_comes_back_with_a_large_undo() {
        let mut desk = Desk::new(&[("a", 300)]);
        desk.open("a");
        desk.finish();
        let rows = desk.project().assets().rows().iter();
        let edits = rows.map(|row| Edit::delete_target(Target::Asset(row.asset.id))).collect();
        desk.state.commit("Remove".into(), edits);
        desk.finish();
        assert_eq!(desk.project().assets().len(), 0);
        desk.state.take_back_large(TakeBack::Undo);
        assert!(desk.state.is_holding_edits());
        desk.finish();
        assert_eq!(desk.project().assets().len(), 300);
    }
}
