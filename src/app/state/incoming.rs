//! Files and folders that come in: chosen in the system's dialog, dropped, or found in a watched folder.

use std::path::{Path, PathBuf};

use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::app::tasks::About;
use crate::app::wording::{count_of, counted};
use crate::app::work::{PickPurpose, Task, TaskKind};
use crate::base::jobs::Priority;
use crate::base::report::Report;
use crate::model::AssetKind;
use crate::project::{MediaScan, ScanOutcome};

impl AppState {
    pub(super) fn poll_picked(&mut self) {
        for (purpose, paths, has_not_opened) in self.work.take_picked() {
            if has_not_opened {
                let text = "Your system's file dialog did not open. Drop files or folders onto this window instead, \
                            or name them when you start: fieldmark FOLDER";
                self.messages.add(Tone::Warning, text);
            }
            let Some(first) = paths.first().cloned() else { continue };
            match purpose {
                PickPurpose::OpenFolder | PickPurpose::OpenProject => self.open(first),
                PickPurpose::AddFiles | PickPurpose::AddFolder => self.add_media(paths),
                PickPurpose::AddSequence => self.add_sequence(first),
                PickPurpose::ImportFile | PickPurpose::ImportFolder | PickPurpose::ExportFolder => {
                    if let Some(dialog) = &mut self.view.dialog {
                        dialog.take_path(first);
                    }
                }
                PickPurpose::SaveCopy => self.save_copy(&first),
                PickPurpose::SaveFrame { .. } => self.save_frame(&first),
            }
        }
    }

    pub(super) fn take_dropped(&mut self, paths: Vec<PathBuf>) {
        if let Some(dialog) = self.view.dialog.as_mut().filter(|dialog| dialog.wants_path()) {
            return paths.into_iter().take(1).for_each(|path| dialog.take_path(path));
        }
        let is_project = |path: &Path| path.extension().is_some_and(|e| e == crate::store::EXTENSION);
        match (paths.as_slice(), &self.project) {
            ([], _) => {}
            ([path], None) => self.open(path.clone()),
            ([path], Some(_)) if is_project(path) => self.open(path.clone()),
            ([first, ..], None) => {
                let folder = first.parent().map(Path::to_owned).unwrap_or_default();
                self.create(folder.join(format!("pictures.{}", crate::store::EXTENSION)), Vec::new(), paths);
            }
            (_, Some(_)) => self.add_media(paths),
        }
    }

    pub(super) fn add_media(&mut self, places: Vec<PathBuf>) {
        let Some(project) = &self.project else { return };
        if !project.is_writable() {
            return self
                .messages
                .add(Tone::Warning, "This project can only be looked at, so nothing was added.");
        }
        self.start_in_turn("Adding media", About::OpenProject, move |state| {
            let Some(project) = &state.project else { return };
            let source = project.scan_source_of(places.clone());
            let job = state.work.submit(Priority::Now, move |context| MediaScan::run(&source, context));
            state.work.task = Some(Task::new("Adding media", TaskKind::Add(job, places)));
        });
    }

    /// Adds the numbered pictures to which one belongs as a video.
    pub(super) fn add_sequence(&mut self, picture: PathBuf) {
        self.start_in_turn("Adding a video", About::OpenProject, move |state| {
            let Some(project) = &state.project else { return };
            let source = project.scan_source_of(Vec::new());
            let job =
                state.work.submit(Priority::Now, move |context| source.read_sequence(&picture, context));
            state.work.task = Some(Task::new("Adding a video", TaskKind::Add(job, Vec::new())));
        });
    }

    pub(in crate::app) fn take_added(&mut self, result: Result<ScanOutcome, String>, places: &[PathBuf]) {
        let Some(project) = &mut self.project else { return };
        let watched = result.and_then(|outcome| {
            project.watch_folders(places).map_err(|error| error.to_string())?;
            Ok(outcome)
        });
        let outcome = match watched {
            Ok(outcome) if outcome.is_large() => return self.add_large(outcome),
            Ok(outcome) => outcome,
            Err(error) => return self.messages.add(Tone::Error, error),
        };
        match project.apply_scan(&outcome) {
            Ok(num_new) => {
                self.watch_files();
                self.tell_added(num_new, &outcome.report);
            }
            Err(error) => self.messages.add(Tone::Error, error.to_string()),
        }
    }

    /// Says how much was added, and shows the first of it where nothing was shown.
    pub(in crate::app) fn tell_added(&mut self, num_new: usize, report: &Report) {
        let text = match num_new {
            0 => "No new pictures or videos were found there.".to_owned(),
            1 => format!("{} was added.", self.newest(1)),
            num => format!("{} were added.", self.newest(num)),
        };
        self.messages.add(if num_new > 0 { Tone::Success } else { Tone::Info }, text);
        for finding in report.findings().iter().take(5) {
            self.messages.add(Tone::Warning, finding.to_string());
        }
        self.update_listing();
        if let (None, Some(first)) = (self.view.asset, self.view.listing.first().copied()) {
            self.show_asset(first);
        }
    }

    /// What the newest assets are, as "3 pictures", "1 video" or "3 pictures and 1 video".
    pub(super) fn newest(&self, number: usize) -> String {
        let rows = self.project.as_ref().map_or(&[][..], |project| project.assets().rows());
        let newest = rows.iter().rev().take(number);
        let num_videos = newest.filter(|row| row.asset.kind == AssetKind::Video).count();
        let (pictures, videos) = (count_of(number - num_videos, "picture"), count_of(num_videos, "video"));
        match num_videos {
            0 => pictures,
            _ if num_videos == number => videos,
            _ => format!("{pictures} and {videos}"),
        }
    }

    /// Looks for new, moved and missing files, now and from now on.
    pub fn watch_files(&mut self) {
        if let Some(project) = self.project.as_ref().filter(|project| project.is_writable()) {
            self.work.watch(project.scan_source());
        }
    }

    pub(super) fn poll_scan(&mut self) {
        if self.is_adding_pictures() {
            return;
        }
        let (Some(project), Some(result)) = (&mut self.project, self.work.take_scan()) else { return };
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => return self.messages.add(Tone::Warning, error),
        };
        if outcome.is_large() {
            self.work.missing.clone_from(&outcome.missing);
            return self.add_large(outcome);
        }
        let num_new = match project.apply_scan(&outcome) {
            Ok(num_new) => num_new,
            Err(error) => return self.messages.add(Tone::Warning, error.to_string()),
        };
        if num_new > 0 {
            let newest = self.newest(num_new);
            self.messages.add(Tone::Info, format!("{newest} appeared in the folder."));
        }
        if !outcome.moved.is_empty() {
            let text = format!(
                "{} found again.",
                counted(outcome.moved.len(), "moved file was", "moved files were")
            );
            self.messages.add(Tone::Success, text);
        }
        self.work.missing = outcome.missing;
        if num_new + outcome.moved.len() > 0 {
            self.thumbnails.borrow_mut().forget_paths();
            self.watch_files();
        }
    }

    /// Shows a folder, or the folder of a file, in the system's file manager.
    pub(super) fn show_folder(&mut self, path: &Path) {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        if let Err(error) = open::that_detached(folder) {
            let text =
                format!("Your file manager did not open ({error}). The folder is {}.", folder.display());
            self.messages.add(Tone::Warning, text);
        }
    }
}
