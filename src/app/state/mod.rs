//! The state of the window, and the only place that changes it: [`AppState::carry_out`].
//!
//! What it knows and how requests are carried out is here. What is done in each domain is in a file of its own:
//! `projects` are opened and closed, files and folders are `incoming`, one of the `assets` is on the canvas, `objects`
//! are changed and changed back, `hands` work with tools, and `preferences` are kept.

mod assets;
mod hands;
mod incoming;
mod objects;
mod preferences;
mod projects;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui;

use crate::app::commands::command;
use crate::app::gpu_watch::{GpuWatch, ReturnTo};
use crate::app::head_start::HeadStart;
use crate::app::keymap::Keymap;
use crate::app::levels::ValuesCache;
use crate::app::messages::{Messages, Tone};
use crate::app::request::{Request, Requests};
use crate::app::settings::Settings;
use crate::app::theme;
use crate::app::thumbnails::Thumbnails;
use crate::app::video::Videos;
use crate::app::view::{Search, SortOrder, View};
use crate::app::work::{LoadedDocument, Work};
use crate::base::jobs::Job;
use crate::media::ThumbnailCache;
use crate::model::AssetId;
use crate::project::{Identity, Project};
use crate::tools::HitIndex;

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
    /// What is worked out from the picture for the tool.
    pub asking: super::asking::Asking,
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
    found: Option<(Search, HashSet<AssetId>)>,
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
            asking: super::asking::Asking::default(),
            messages: Messages::default(),
            identity,
            config_folder,
            requests: Requests::default(),
            values: ValuesCache::default(),
            hits_of: None,
            other_hits: HashMap::new(),
            listing_of: None,
            found: None,
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
            Request::CommitOverTime { title, edits } => self.commit_over_time(title, edits),
            Request::Timeline(request) => self.timeline_request(request),
            Request::Review(verdict) => self.review_selected(verdict),
            Request::Comment(request) => self.comment_request(request),
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
            Request::ResizeBrush(by) => super::commands::resize_brush(self, by),
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
        if let Some((search, result)) = self.work.take_found_assets() {
            match result {
                Ok(assets) => self.found = Some((search, assets.into_iter().collect())),
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
        self.poll_question();
        self.update_timeline();
        self.follow_review();
        self.watch_saving();
    }

    /// Whether no background work will change what is shown.
    #[cfg(feature = "ui-test")]
    pub fn is_settled(&mut self) -> bool {
        let is_picture_there = !matches!(self.canvas_picture(), Some(super::work::CanvasPicture::Loading(_)));
        let is_document_there = self.view.asset.is_none() || self.document().is_some();
        let is_saved = self.project.as_ref().is_none_or(|project| project.health().num_pending == 0);
        self.work.task.is_none()
            && is_picture_there
            && is_document_there
            && is_saved
            && self.scene.is_settled()
            && self.asking.is_settled()
            && self.videos.is_settled()
            && !self.thumbnails.borrow().is_loading()
    }
}
