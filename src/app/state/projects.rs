//! Opening and closing projects, and whether what was done in them is on disk.

use std::path::{Path, PathBuf};

use crate::app::gpu_watch::ReturnTo;
use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::app::tasks::About;
use crate::app::view::{Page, View};
use crate::app::work::{Opened, Task, TaskKind};
use crate::base::jobs::{JobContext, Priority};
use crate::model::AssetId;
use crate::project::Identity;
use crate::render::Camera;

impl AppState {
    /// Opens a project, a folder or a picture in the background.
    pub fn open(&mut self, path: PathBuf) {
        let title = crate::app::opening::title(&path);
        self.start_opening(title, move |identity, context| {
            crate::app::opening::open(&path, identity, context)
        });
    }

    pub(super) fn start_opening(
        &mut self,
        title: String,
        open: impl FnOnce(&Identity, &JobContext) -> anyhow::Result<Opened> + Send + 'static,
    ) {
        self.start_in_turn(&title.clone(), About::Anything, move |state| {
            let identity = state.identity.clone();
            let job = state.work.submit(Priority::Now, move |context| open(&identity, context));
            state.work.task = Some(Task::new(title, TaskKind::Open(job)));
        });
    }

    pub(super) fn create(&mut self, path: PathBuf, labels: Vec<String>, media: Vec<PathBuf>) {
        self.start_opening("Making the project".to_owned(), move |identity, context| {
            crate::app::opening::create(&path, &labels, &media, identity, context)
        });
    }

    /// Opens the sample project: a copy of it that belongs to the person.
    pub fn open_sample(&mut self) {
        self.start_opening("Opening the sample project".to_owned(), crate::app::opening::open_sample);
    }

    pub(in crate::app) fn take_opened(&mut self, opened: Opened) {
        self.close_project();
        let Opened { project, read_only_reason, is_new, first, report } = opened;
        if is_new {
            let text = format!("Your labels are kept in {}.", project.path().display());
            self.messages.add(Tone::Success, text);
        }
        if let Some(reason) = read_only_reason {
            self.messages.add(Tone::Warning, format!("You can look, but not change anything: {reason}"));
        }
        for finding in report.findings().iter().take(5) {
            self.messages.add(Tone::Warning, finding.to_string());
        }
        self.settings.remember(project.path());
        self.save_settings();
        self.view.label = project.schema().labels.first().map(|label| label.id);
        let last = project.reader().setting("last-asset").ok().flatten();
        let last = last.and_then(|text| text.parse().ok()).filter(|id| project.assets().get(*id).is_some());
        let start = first.or(last).or_else(|| project.assets().rows().first().map(|row| row.asset.id));
        self.project = Some(project);
        self.watch_files();
        self.update_listing();
        if let Some(asset) = start {
            self.show_asset(asset);
        }
        if let Some(place) = self.return_to.take() {
            self.go_back(&place);
        }
    }

    /// Where the person is.
    pub fn place(&self) -> ReturnTo {
        let num_losses = self.gpu.as_ref().map_or(self.num_losses + 1, |gpu| gpu.num_losses(self.num_losses));
        if let Some(place) = &self.return_to {
            // Lost again before the project was open.
            return ReturnTo { num_losses, ..place.clone() };
        }
        let camera = self.view.camera;
        ReturnTo {
            project: self.project.as_ref().map(|project| project.path().to_owned()),
            page: self.view.page,
            asset: self.view.asset,
            view: Some((camera.center(), camera.zoom())).filter(|_| !self.view.is_fitted),
            num_losses,
        }
    }

    /// Notes where the person was before the program was started anew, to go there once the project is open.
    pub fn return_to(&mut self, place: ReturnTo) {
        self.num_losses = place.num_losses;
        self.return_to = Some(place).filter(|place| place.project.is_some());
    }

    /// Goes to where the person was before the program was started anew.
    pub(super) fn go_back(&mut self, place: &ReturnTo) {
        let text = "The graphics card was lost and found again. Your work is all here.";
        self.messages.add(Tone::Info, text.to_owned());
        let is_here = |asset: &AssetId| {
            self.project.as_ref().is_some_and(|project| project.assets().get(*asset).is_some())
        };
        let Some(asset) = place.asset.filter(is_here) else { return };
        self.show_asset(asset);
        self.view.page = place.page;
        if let Some((center, zoom)) = place.view {
            self.view.camera = Camera::new(center, zoom, self.view.viewport);
            self.view.is_fitted = false;
        }
    }

    /// Closes the project, after what is under way in it. Everything is saved already.
    pub fn close_project_in_turn(&mut self) {
        self.start_in_turn("Close project", About::OpenProject, Self::close_project);
    }

    pub(super) fn close_project(&mut self) {
        self.remember_frame();
        self.videos.forget_project();
        self.project = None;
        self.hits_of = None;
        self.other_hits.clear();
        self.view = View { page: Page::Canvas, viewport: self.view.viewport, ..View::default() };
        self.listing_of = None;
        self.found = None;
        self.saving_problem = None;
        self.work.forget_project();
        self.thumbnails.borrow_mut().forget_project();
    }

    pub(super) fn save_copy(&mut self, path: &Path) {
        let path = path.with_extension(crate::store::EXTENSION);
        self.start_in_turn("Saving a copy", About::OpenProject, move |state| {
            let Some(project) = &state.project else { return };
            match project.start_copy(&path) {
                Ok(copy) => {
                    let job = state.work.submit(Priority::Now, move |_| copy.run().map(|()| path));
                    state.work.task = Some(Task::new("Saving a copy", TaskKind::Copy(job)));
                }
                Err(error) => state.messages.add(Tone::Error, error.to_string()),
            }
        });
    }

    /// Tells when saving fails and when it works again.
    pub(super) fn watch_saving(&mut self) {
        let problem = self.project.as_ref().and_then(|project| project.health().error);
        if problem.is_some() {
            // The writer tries again by itself; look whether it got through.
            self.ctx.request_repaint_after(std::time::Duration::from_secs(1));
        }
        if problem == self.saving_problem {
            return;
        }
        match &problem {
            Some(text) => self.messages.add(Tone::Error, text.clone()),
            None => self.messages.add(Tone::Success, "Saving works again; all your changes are on disk."),
        }
        self.saving_problem = problem;
    }

    /// Tells whether everything is on disk.
    pub fn tell_whether_saved(&mut self) {
        let Some(project) = &self.project else { return };
        let health = project.health();
        match health.error {
            Some(error) => self.messages.add(Tone::Error, error),
            None if health.num_pending > 0 => {
                self.messages.add(Tone::Info, format!("{} changes are being saved.", health.num_pending));
            }
            None => self.messages.add(Tone::Success, "Everything is saved."),
        }
    }
}
