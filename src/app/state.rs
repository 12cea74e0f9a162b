//! The state of the window, and the only place that changes it: [`AppState::carry_out`].

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;

use super::commands::command;
use super::gpu_watch::{GpuWatch, ReturnTo};
use super::head_start::HeadStart;
use super::keymap::Keymap;
use super::levels::{Values, ValuesCache};
use super::messages::{Messages, Tone};
use super::request::{Request, Requests};
use super::settings::Settings;
use super::tasks::{About, TakeBack};
use super::theme;
use super::thumbnails::Thumbnails;
use super::video::Videos;
use super::view::{Page, SortOrder, View};
use super::wording::{count_of, counted};
use super::work::{
    CanvasPicture, LoadedDocument, NUM_NEIGHBOURS, Opened, PickPurpose, Task, TaskKind, Work, content_key,
    flatten,
};
use crate::base::jobs::{Job, JobContext, Priority};
use crate::base::report::Report;
use crate::edit::{AssetChange, Document, Edit, FrameView, ObjectChange, Objects, on_frame, tracks};
use crate::media::{PictureRequest, ThumbnailCache};
use crate::model::{AssetId, AssetKind, AssetStatus, LabelId, Object, ObjectId};
use crate::pixels::Size;
use crate::project::{Identity, MediaScan, Project, ScanOutcome, UndoOutcome};
use crate::render::Camera;
use crate::store::StoreError;
use crate::tools::{HitIndex, Input, Key, Modifiers, Response, Selection, ToolContext};

/// From so many objects on, finding them by place is kept when another picture comes: it is slow to make.
const MIN_OBJECTS_TO_KEEP: usize = 5000;

/// Everything that the window knows.
pub struct AppState {
    /// egui's own state.
    pub ctx: egui::Context,
    /// The open project: the document.
    pub project: Option<Project>,
    /// What is on screen.
    pub view: View,
    /// What the person chose for good.
    pub settings: Settings,
    /// What runs.
    pub work: Work,
    /// Videos: the open one, and how they play.
    pub videos: Videos,
    /// Objects that are followed through a video.
    pub following: super::following::Following,
    /// What the person was told.
    pub messages: Messages,
    /// Which keys run which command.
    pub keymap: Keymap,
    /// Thumbnails as textures. Panels fill it while they draw.
    pub thumbnails: RefCell<Thumbnails>,
    /// Layers of the objects on the canvas.
    pub scene: super::canvas::SceneCache,
    /// The overview of the picture on the canvas.
    pub navigator: super::canvas::Navigator,
    /// What draws the window: the GPU and its driver.
    pub adapter: String,
    /// Notices when the GPU is gone.
    pub gpu: Option<GpuWatch>,
    /// Where to go once the project is open.
    return_to: Option<ReturnTo>,
    /// How often the GPU was lost in a row before.
    num_losses: u32,
    /// Whether the window closes as soon as the running task is done.
    pub closes_when_done: bool,
    identity: Identity,
    config_folder: PathBuf,
    requests: Requests,
    values: ValuesCache,
    /// The picture that `view.hits` is of.
    hits_of: Option<AssetId>,
    /// The objects by place of large pictures that were on the canvas before, and of one that is to come.
    other_hits: HashMap<AssetId, HitIndex>,
    listing_of: Option<(u64, super::view::Filter, SortOrder)>,
    label_filter: Option<(LabelId, HashSet<AssetId>)>,
    saving_problem: Option<String>,
    saving_settings: Option<Job<std::io::Result<()>>>,
}

impl AppState {
    /// The state of a window without a project, or before one that is being opened.
    pub fn new(
        ctx: &egui::Context,
        head_start: HeadStart,
        identity: Identity,
        config_folder: PathBuf,
        cache: Arc<ThumbnailCache>,
    ) -> Self {
        let (settings, problem) = Settings::load(&config_folder);
        let (pool, task) = head_start.hand_over(ctx);
        let mut work = Work::new(ctx, pool, Arc::clone(&cache));
        work.task = task;
        let mut state = Self {
            ctx: ctx.clone(),
            project: None,
            view: View::default(),
            keymap: Keymap::new(&settings),
            thumbnails: RefCell::new(Thumbnails::new(&work, cache)),
            scene: super::canvas::SceneCache::default(),
            navigator: super::canvas::Navigator::default(),
            adapter: String::new(),
            gpu: None,
            return_to: None,
            num_losses: 0,
            closes_when_done: false,
            work,
            videos: Videos::default(),
            following: super::following::Following::default(),
            messages: Messages::default(),
            identity,
            config_folder,
            requests: Requests::default(),
            values: ValuesCache::default(),
            hits_of: None,
            other_hits: HashMap::new(),
            listing_of: None,
            label_filter: None,
            saving_problem: None,
            saving_settings: None,
            settings: Settings::default(),
        };
        theme::install(ctx);
        state.apply_settings(settings);
        if let Some(problem) = problem {
            state.messages.add(Tone::Warning, problem);
        }
        state
    }

    /// Asks for something, to be carried out with the requests of this frame.
    pub fn request(&mut self, request: Request) {
        self.requests.push(request);
    }

    /// Carries out what was asked for in a frame.
    pub fn carry_out_all(&mut self, mut requests: Requests) {
        for request in requests.take() {
            self.carry_out(request);
        }
        // Commands ask in turn.
        for request in self.requests.take() {
            self.carry_out(request);
        }
    }

    fn carry_out(&mut self, request: Request) {
        match request {
            Request::Run(id) => self.run(id),
            Request::Open(path) => self.open(path),
            Request::Drop(paths) => self.take_dropped(paths),
            Request::ShowAsset(asset) => self.show_asset(asset),
            Request::GoToFrame(frame) => self.go_to_frame(frame),
            Request::SetSpeed(speed) => self.set_speed(speed),
            Request::Commit { title, edits } => self.commit(title, edits),
            Request::Timeline(request) => self.timeline_request(request),
            Request::Review(verdict) => self.review_selected(verdict),
            Request::SettleComment(comment) => self.settle_comment(comment, true),
            Request::ToolInput(input) => drop(self.tool_input(&input)),
            Request::PointerKey(key) => self.press_pointer_key(key),
            Request::EndKeyboardPointer => self.take_keyboard_pointer_away(),
            Request::Select(selection) => self.view.selection = selection,
            Request::Hover(object) => self.view.hovered = object,
            Request::Reveal(object) => self.reveal(object),
            Request::ChooseLabel(label) => self.choose_label(label),
            Request::ToggleLabel(label) => {
                if !self.view.hidden_labels.remove(&label) {
                    self.view.hidden_labels.insert(label);
                }
            }
            Request::SetFilter(filter) => self.view.filter = filter,
            Request::SetSort(sort) => self.view.sort = sort,
            Request::Mark(assets) => self.view.marked = assets,
            Request::SetStatus(assets, status) => self.set_status(&assets, status),
            Request::SetCamera(camera) => {
                self.view.camera = camera;
                self.view.is_fitted = false;
            }
            Request::SetDisplay(display) => self.view.display = display,
            Request::SetLevels(levels) => self.view.levels = levels,
            Request::SetPointer(pointer) => self.view.pointer = pointer,
            Request::SetSettings(settings) => self.set_settings(*settings),
            Request::Notify(tone, text) => self.messages.add(tone, text),
            Request::DismissMessage(id) => self.messages.dismiss(id),
            Request::Import { format, path, images } => self.import(format, path, images),
            Request::Export {
                format,
                path,
                with_media,
                assets,
                splits,
                frames,
                settings,
                only_preflight,
            } => {
                self.export(format, path, with_media, assets, splits, frames, settings, only_preflight);
            }
            Request::Pick(purpose) => {
                let start_in = self.project.as_ref().map(|project| project.root().to_owned());
                self.work.pick(purpose, start_in);
            }
            Request::ShowFolder(path) => self.show_folder(&path),
            Request::CancelTask => self.cancel_task(),
        }
    }

    fn run(&mut self, id: &str) {
        if let Some(command) = command(id)
            && (command.is_enabled)(self)
        {
            (command.run)(self);
        }
    }

    /// Takes over what background work has brought. Called before each frame is drawn.
    pub fn poll(&mut self) {
        self.poll_task();
        self.poll_settings();
        self.poll_picked();
        if let Some(result) = self.work.take_document() {
            match (result, &mut self.project) {
                (Ok(LoadedDocument { document, hits }), Some(project)) => {
                    self.other_hits.insert(document.asset(), hits);
                    project.insert_document(document);
                }
                (Err(error), _) => self.messages.add(Tone::Error, error),
                (Ok(_), None) => {}
            }
        }
        if let Some((label, result)) = self.work.take_assets_with_label() {
            match result {
                Ok(assets) => self.label_filter = Some((label, assets.into_iter().collect())),
                Err(error) => self.messages.add(Tone::Error, error),
            }
            self.listing_of = None;
        }
        self.poll_scan();
        self.update_listing();
        self.load_current();
        self.poll_saved_frame();
        self.poll_video();
        self.poll_following();
        self.update_hits();
        self.update_timeline();
        self.follow_review();
        self.watch_saving();
    }

    /// Opens a project, a folder or a picture in the background.
    pub fn open(&mut self, path: PathBuf) {
        let title = super::opening::title(&path);
        self.start_opening(title, move |identity, context| super::opening::open(&path, identity, context));
    }

    fn start_opening(
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

    fn create(&mut self, path: PathBuf, labels: Vec<String>, media: Vec<PathBuf>) {
        self.start_opening("Making the project".to_owned(), move |identity, context| {
            super::opening::create(&path, &labels, &media, identity, context)
        });
    }

    pub(super) fn take_opened(&mut self, opened: Opened) {
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
    fn go_back(&mut self, place: &ReturnTo) {
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

    fn close_project(&mut self) {
        self.remember_frame();
        self.videos.forget_project();
        self.project = None;
        self.hits_of = None;
        self.other_hits.clear();
        self.view = View { page: Page::Canvas, viewport: self.view.viewport, ..View::default() };
        self.listing_of = None;
        self.label_filter = None;
        self.saving_problem = None;
        self.work.forget_project();
        self.thumbnails.borrow_mut().forget_project();
    }

    fn take_dropped(&mut self, paths: Vec<PathBuf>) {
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

    fn add_media(&mut self, places: Vec<PathBuf>) {
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
    fn add_sequence(&mut self, picture: PathBuf) {
        self.start_in_turn("Adding a video", About::OpenProject, move |state| {
            let Some(project) = &state.project else { return };
            let source = project.scan_source_of(Vec::new());
            let job =
                state.work.submit(Priority::Now, move |context| source.read_sequence(&picture, context));
            state.work.task = Some(Task::new("Adding a video", TaskKind::Add(job, Vec::new())));
        });
    }

    pub(super) fn take_added(&mut self, result: Result<ScanOutcome, String>, places: &[PathBuf]) {
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
    pub(super) fn tell_added(&mut self, num_new: usize, report: &Report) {
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
    fn newest(&self, number: usize) -> String {
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

    fn poll_scan(&mut self) {
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

    /// Makes the listing anew when the assets, the filter or the order have changed.
    fn update_listing(&mut self) {
        let Some(project) = &self.project else {
            self.view.listing.clear();
            return;
        };
        let of = (project.assets().revision(), self.view.filter.clone(), self.view.sort);
        if self.listing_of.as_ref() == Some(&of) {
            return;
        }
        if let Some(label) = self.view.filter.label
            && self.label_filter.as_ref().is_none_or(|(found, _)| *found != label)
        {
            match project.open_reader() {
                Ok(reader) => self.work.find_assets_with_label(label, reader),
                Err(error) => self.messages.add(Tone::Error, error.to_string()),
            }
        }
        self.view.listing = super::listing::list(
            project.assets(),
            &self.view.filter,
            self.view.sort,
            // Those of another label, which are there until the search ends, are none.
            self.label_filter
                .as_ref()
                .filter(|(label, _)| Some(*label) == self.view.filter.label)
                .map(|(_, assets)| assets),
        );
        self.listing_of = Some(of);
        if self.view.asset.is_some_and(|asset| project.assets().get(asset).is_none()) {
            self.view.asset = None;
            self.view.selection = Selection::default();
        }
    }

    /// Shows a picture on the canvas.
    pub fn show_asset(&mut self, asset: AssetId) {
        self.view.page = Page::Canvas;
        if self.view.asset == Some(asset) {
            return;
        }
        self.take_keyboard_pointer_away();
        self.view.toolbox.cancel();
        self.view.asset = Some(asset);
        self.view.frame = 0;
        self.view.selection = Selection::default();
        self.view.hovered = None;
        self.view.is_fitted = true;
        if let Some(project) = &self.project {
            project.remember("last-asset", &asset.to_string());
        }
        self.load_current();
    }

    /// Goes on in the listing, stopping at its ends.
    pub fn step(&mut self, by: isize) {
        let last = self.view.listing.len().saturating_sub(1);
        let next = match self.view.position() {
            Some(position) => position.saturating_add_signed(by).min(last),
            None => 0,
        };
        if let Some(asset) = self.view.listing.get(next).copied() {
            self.show_asset(asset);
        }
    }

    /// Goes to the nearest unfinished picture, beginning anew at the other end.
    pub fn step_to_todo(&mut self, forward: bool) {
        let Some(project) = &self.project else { return };
        let num_assets = self.view.listing.len();
        let start = self.view.position().unwrap_or(0);
        let is_todo =
            |id: &AssetId| project.assets().get(*id).is_some_and(|row| row.asset.status == AssetStatus::Todo);
        let next = (1..=num_assets)
            .map(|n| if forward { (start + n) % num_assets } else { (start + num_assets - n) % num_assets })
            .map(|position| self.view.listing[position])
            .find(is_todo);
        match next {
            Some(asset) => self.show_asset(asset),
            None => self.messages.add(Tone::Success, "Every picture in this list is done or skipped."),
        }
    }

    /// What the loaders should load: the picture on screen, then those around it.
    fn wanted_pictures(&self) -> Vec<PictureRequest> {
        let (Some(project), Some(asset)) = (&self.project, self.view.asset) else { return Vec::new() };
        let mut ids = vec![asset];
        if let Some(position) = self.view.position() {
            for distance in 1..=NUM_NEIGHBOURS {
                ids.extend(self.view.listing.get(position + distance));
                ids.extend(position.checked_sub(distance).and_then(|before| self.view.listing.get(before)));
            }
        }
        ids.iter()
            .filter(|id| project.assets().get(**id).is_some_and(|row| row.asset.kind == AssetKind::Picture))
            .filter_map(|id| {
                let path = project.asset_path(*id)?;
                let key = content_key(&project.assets().get(*id)?.asset, &path);
                Some(PictureRequest { key, path })
            })
            .collect()
    }

    fn load_current(&mut self) {
        self.follow_video();
        let wanted = self.wanted_pictures();
        self.work.want_pictures(&wanted);
        self.work.poll_pictures();
        let (Some(project), Some(asset)) = (&mut self.project, self.view.asset) else { return };
        if project.document(asset).is_none() && !self.work.is_loading_document(asset) {
            match project.open_reader() {
                Ok(reader) => self.work.load_document(asset, reader),
                Err(error) => self.messages.add(Tone::Error, error.to_string()),
            }
        }
    }

    /// The picture on the canvas, as far as it is there.
    pub fn canvas_picture(&mut self) -> Option<CanvasPicture> {
        if self.is_video() {
            return self.video_on_canvas();
        }
        let key = self.current_key()?;
        Some(self.work.picture(key))
    }

    /// What is known of the values of the picture on the canvas.
    pub fn canvas_values(&mut self) -> Option<Arc<Values>> {
        match self.canvas_picture()? {
            CanvasPicture::Ready { picture, .. } => self.values.get(&picture),
            CanvasPicture::Frame { .. }
            | CanvasPicture::BadFrame { .. }
            | CanvasPicture::Loading(_)
            | CanvasPicture::Failed(_) => None,
        }
    }

    /// Tells the thumbnails that all were asked for that the frame shows.
    pub fn end_thumbnails_frame(&mut self) {
        let mut thumbnails = self.thumbnails.borrow_mut();
        thumbnails.end_frame();
        let (project, hidden_labels) = (self.project.as_ref(), &self.view.hidden_labels);
        thumbnails.objects.end_frame(&self.ctx, project, &self.settings, hidden_labels);
    }

    /// Whether no background work will change what is shown.
    #[cfg(feature = "ui-test")]
    pub fn is_settled(&mut self) -> bool {
        let is_picture_there = !matches!(self.canvas_picture(), Some(CanvasPicture::Loading(_)));
        let is_document_there = self.view.asset.is_none() || self.document().is_some();
        let is_saved = self.project.as_ref().is_none_or(|project| project.health().num_pending == 0);
        self.work.task.is_none()
            && is_picture_there
            && is_document_there
            && is_saved
            && self.scene.is_settled()
            && self.videos.is_settled()
            && !self.thumbnails.borrow().is_loading()
    }

    /// Where a point of the picture lies in the window, points.
    #[cfg(feature = "ui-test")]
    pub fn points_from_image(&self, p: crate::geometry::Point) -> egui::Pos2 {
        let screen = self.view.camera.aligned().screen_from_image(p);
        let by = egui::vec2(screen.x as f32, screen.y as f32) / self.ctx.pixels_per_point();
        self.view.canvas_origin + by
    }

    fn current_key(&self) -> Option<crate::media::ContentKey> {
        let (project, asset) = (self.project.as_ref()?, self.view.asset?);
        let path = project.asset_path(asset)?;
        Some(content_key(&project.assets().get(asset)?.asset, &path))
    }

    /// Reads the picture on the canvas again.
    pub fn reload_picture(&mut self) {
        if self.is_video() {
            return self.reopen_video();
        }
        if let Some(key) = self.current_key() {
            self.work.reload_picture(key);
        }
    }

    /// The size of the picture on the canvas, pixels.
    pub fn picture_size(&self) -> Option<Size> {
        let row = self.project.as_ref()?.assets().get(self.view.asset?)?;
        Some(Size::new(row.asset.width, row.asset.height))
    }

    /// Notes the size of the canvas, physical pixels, and fits the picture where that is due.
    pub fn set_viewport(&mut self, viewport: Size) {
        if self.view.viewport != viewport {
            self.view.viewport = viewport;
            self.view.camera = self.view.camera.with_viewport(viewport);
        }
        if self.view.is_fitted
            && let Some(size) = self.picture_size()
        {
            self.view.camera = Camera::fit(size, viewport, 24.0 * f64::from(self.ctx.pixels_per_point()));
        }
    }

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
        let (shown, document) = (self.objects(), self.document());
        let find = move |id| shown.and_then(|shown| shown.object(id)).or_else(|| document?.object(id));
        self.view.selection.iter().filter_map(find)
    }

    pub(super) fn update_hits(&mut self) {
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
    fn on_frame(&self, edits: Vec<Edit>) -> Vec<Edit> {
        match (&self.project, self.document()) {
            (Some(project), Some(document)) if self.is_video() => {
                on_frame(edits, document, project.schema(), self.view.frame, self.settings.new_on_video)
            }
            _ => edits,
        }
    }

    /// Commits edits, of a video those on the frame on screen, and says so when that fails.
    pub fn commit(&mut self, title: String, edits: Vec<Edit>) {
        if self.is_holding_edits() {
            return self.tell_edits_wait();
        }
        let edits = self.on_frame(edits);
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

    /// Takes back what was done last, and shows where.
    pub fn undo(&mut self) {
        self.take_back(TakeBack::Undo);
    }

    /// Does again what was taken back last, and shows where.
    pub fn redo(&mut self) {
        self.take_back(TakeBack::Redo);
    }

    fn take_back(&mut self, way: TakeBack) {
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

    pub(super) fn take_undone(&mut self, outcome: Result<Option<UndoOutcome>, StoreError>, way: TakeBack) {
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

    /// Chooses a tool.
    pub fn choose_tool(&mut self, id: &str) {
        self.view.toolbox.choose(id);
        self.view.page = Page::Canvas;
    }

    /// What tools see; `None` while no picture, or not its objects, are there.
    pub fn tool_context(&self) -> Option<ToolContext<'_>> {
        let project = self.project.as_ref()?;
        Some(ToolContext {
            objects: self.objects()?,
            schema: project.schema(),
            hits: &self.view.hits,
            selection: &self.view.selection,
            label: self.view.label,
            hidden_labels: &self.view.hidden_labels,
            picture: self.picture_size()?,
            px_per_screen_px: f64::from(self.ctx.pixels_per_point()) / self.view.camera.zoom(),
            author: project.actor(),
            settings: &self.settings.tools,
        })
    }

    /// Gives a key to the tool. Returns whether it meant something to it.
    pub fn tool_key(&mut self, key: Key) -> bool {
        self.tool_input(&Input::Key { key, modifiers: Modifiers::NONE })
    }

    /// Gives an input to the tool and does what it wants done. Returns whether the input meant something to it.
    pub fn tool_input(&mut self, input: &Input) -> bool {
        if self.is_holding_edits() {
            if matches!(input, Input::PointerDown { .. } | Input::Key { .. }) {
                self.tell_edits_wait();
            }
            return false;
        }
        if matches!(input, Input::PointerDown { .. }) {
            // Whoever works on the picture no longer means keyframes on the timeline.
            self.view.timeline.keyframes.clear();
        }
        // Taken out, since the tool's context borrows everything else.
        let mut toolbox = std::mem::take(&mut self.view.toolbox);
        let response = self.tool_context().map(|context| toolbox.handle(input, &context));
        self.view.toolbox = toolbox;
        let Some(Response { consumed, gesture, selection, pan, next_tool: _, notice }) = response else {
            return false;
        };
        if let Some(gesture) = gesture {
            if self.project.as_ref().is_some_and(Project::is_writable) {
                self.commit(gesture.title, gesture.edits);
            } else {
                self.messages
                    .add(Tone::Warning, "This project can only be looked at, so nothing was changed.");
            }
        }
        if let Some(selection) = selection {
            self.view.selection = selection;
        }
        if let Some(by) = pan {
            let zoom = self.view.camera.zoom();
            self.view.camera = self.view.camera.pan_by(by.x * zoom, by.y * zoom);
            self.view.is_fitted = false;
        }
        if let Some(notice) = notice {
            self.messages.add(Tone::Info, notice);
        }
        consumed
    }

    /// Goes to the nearest frame of the video on which an object can be seen, unless it can be on this one.
    fn go_to_frame_of(&mut self, object: ObjectId) {
        let frame = self.view.frame;
        let Some(object) = self.document().filter(|_| self.is_video()).and_then(|d| d.object(object)) else {
            return;
        };
        let stretches = match (object.as_track(), object.as_span()) {
            (Some(track), _) => tracks::stretches(track),
            (None, Some(span)) => vec![(span.start, Some(span.end))],
            (None, None) => return,
        };
        let nearest = stretches.into_iter().map(|(start, end)| {
            let last = end.map_or(u32::MAX, |end| end.saturating_sub(1)).max(start);
            frame.clamp(start, last)
        });
        if let Some(to) = nearest.min_by_key(|to| to.abs_diff(frame)).filter(|to| *to != frame) {
            self.go_to_frame(to);
        }
    }

    /// Brings an object into view, unless it is.
    pub fn reveal(&mut self, object: ObjectId) {
        self.go_to_frame_of(object);
        let Some(bounds) = self.objects().and_then(|objects| objects.object(object)).and_then(Object::bounds)
        else {
            return;
        };
        if !self.view.camera.visible_rect().contains_rect(&bounds) {
            self.view.camera = Camera::fit_rect(&bounds, self.view.viewport, 120.0);
            self.view.is_fitted = false;
        }
    }

    /// Chooses other settings, and keeps them.
    pub fn set_settings(&mut self, settings: Settings) {
        self.apply_settings(settings);
        self.save_settings();
    }

    fn apply_settings(&mut self, settings: Settings) {
        theme::choose(&self.ctx, settings.theme);
        self.ctx.set_zoom_factor(settings.scale.clamp(0.5, 3.0));
        self.keymap = Keymap::new(&settings);
        self.work.set_picture_budget_bytes(settings.picture_cache_mb << 20);
        self.videos.set_budget_bytes(settings.frame_cache_mb << 20);
        self.work.set_tile_budget_bytes(settings.tile_cache_mb << 20, settings.disk_cache_gb << 30);
        self.settings = settings;
    }

    /// Writes the settings in the background. A newer call takes the place of one that has not begun.
    fn save_settings(&mut self) {
        let (settings, folder) = (self.settings.clone(), self.config_folder.clone());
        self.saving_settings = Some(self.work.submit(Priority::Now, move |_| settings.save(&folder)));
    }

    fn poll_settings(&mut self) {
        let Some(result) = self.saving_settings.as_ref().and_then(Job::poll) else { return };
        self.saving_settings = None;
        if let Err(error) = flatten(result) {
            let text =
                format!("Your settings could not be saved ({error}) [{}]", self.config_folder.display());
            self.messages.add(Tone::Warning, text);
        }
    }

    fn poll_picked(&mut self) {
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

    /// Shows a folder, or the folder of a file, in the system's file manager.
    fn show_folder(&mut self, path: &Path) {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        if let Err(error) = open::that_detached(folder) {
            let text =
                format!("Your file manager did not open ({error}). The folder is {}.", folder.display());
            self.messages.add(Tone::Warning, text);
        }
    }

    /// Opens the sample project: a copy of it that belongs to the person.
    pub fn open_sample(&mut self) {
        self.start_opening("Opening the sample project".to_owned(), super::opening::open_sample);
    }

    fn save_copy(&mut self, path: &Path) {
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
    fn watch_saving(&mut self) {
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
