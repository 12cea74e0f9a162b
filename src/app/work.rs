//! What runs in the background for the window.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use eframe::egui;

use super::review;
use super::tasks::{Purpose, WaitingTask};
use super::view::Search;
use super::watcher::Watcher;
use crate::base::jobs::{Job, JobError, JobPool, Priority};
use crate::edit::Document;
use crate::media::{
    ContentKey, Fingerprint, MediaError, PICTURE_EXTENSIONS, PictureLoader, PictureRequest, PictureState,
    PyramidCache, QuickKey, ThumbnailCache, VIDEO_EXTENSIONS, Wake,
};
use crate::model::{Asset, AssetId};
use crate::pixels::{Picture, TiledPicture};
use crate::project::{ExportOutcome, ImportOutcome, LargeEditOutcome, Project, ScanOutcome, ScanSource};
use crate::render::VideoPicture;
use crate::store::{Reader, StoreError};
use crate::tools::HitIndex;

/// What a file dialog is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickPurpose {
    /// A folder of pictures, or a project, to open.
    OpenFolder,
    /// A project file to open.
    OpenProject,
    /// Pictures and videos to add.
    AddFiles,
    /// A folder of them to add.
    AddFolder,
    /// One of the numbered pictures to add as a video.
    AddSequence,
    /// A file of labels to import.
    ImportFile,
    /// A folder of labels to import, or of the pictures that they belong to.
    ImportFolder,
    /// The folder to export to.
    ExportFolder,
    /// The file for a copy of the project.
    SaveCopy,
    /// The file for the frame on screen.
    SaveFrame {
        /// The name to begin with.
        name: String,
    },
}

/// The picture on the canvas, as far as it is there.
#[derive(Clone)]
pub enum CanvasPicture {
    /// It is there.
    Ready {
        /// Its tiles.
        picture: Arc<dyn TiledPicture>,
        /// What is wrong with the file, where it could be read in part.
        warning: Option<Arc<str>>,
    },
    /// It is a frame of a video.
    Frame {
        /// The frame.
        picture: Arc<VideoPicture>,
        /// Whether the decoder met damage and filled in what it could.
        is_damaged: bool,
    },
    /// It is a frame of a video that cannot be decoded.
    BadFrame {
        /// Its number.
        number: u32,
        /// Why.
        reason: Arc<str>,
    },
    /// It is coming; meanwhile, a smaller version where there is one.
    Loading(Option<Picture>),
    /// It will not come, for this reason.
    Failed(Arc<str>),
}

/// A project that was opened in the background.
pub struct Opened {
    /// The project.
    pub project: Project,
    /// Why it can only be looked at, where that is so.
    pub read_only_reason: Option<String>,
    /// Whether it was made just now.
    pub is_new: bool,
    /// The picture to show first.
    pub first: Option<AssetId>,
    /// What was wrong with single files.
    pub report: crate::base::report::Report,
}

/// A document that was read in the background.
pub struct LoadedDocument {
    /// The objects.
    pub document: Document,
    /// The objects by place.
    pub hits: HitIndex,
}

/// Very many edits that were made in the background.
pub struct FinishedEdit {
    /// What they did.
    pub outcome: LargeEditOutcome,
    /// The objects on the canvas by place, as they are afterwards.
    pub hits: Option<HitIndex>,
}

/// A long task that the person asked for and sees the progress of.
pub struct Task {
    /// What it is, as a short phrase.
    pub title: String,
    /// How far it is.
    pub kind: TaskKind,
    /// Whether it was asked to stop.
    pub is_stopping: bool,
}

/// The tasks that are shown.
pub enum TaskKind {
    /// A project is being opened.
    Open(Job<anyhow::Result<Opened>>),
    /// Media are being added.
    Add(Job<Result<ScanOutcome, MediaError>>, Vec<PathBuf>),
    /// Labels are being imported.
    Import(Job<anyhow::Result<ImportOutcome>>),
    /// Labels are being exported, or what that would lose is looked at.
    Export(Job<anyhow::Result<ExportOutcome>>),
    /// A copy of the project is being written.
    Copy(Job<Result<PathBuf, StoreError>>),
    /// Very many pictures are being changed.
    Edit(Job<anyhow::Result<Box<FinishedEdit>>>, Purpose),
    /// Objects are being followed through a video.
    Follow(Job<super::following::FollowResult>),
}

impl Task {
    /// A task that was begun.
    pub fn new(title: impl Into<String>, kind: TaskKind) -> Self {
        Self { title: title.into(), kind, is_stopping: false }
    }

    /// Whether a person asked for it, so that it must not give way to another one.
    pub fn is_asked_for(&self) -> bool {
        self.title != PREFLIGHT_TITLE
    }

    /// Whether it writes something, so that it matters whether it got through before it was called off.
    pub fn is_writing(&self) -> bool {
        match &self.kind {
            TaskKind::Import(_) | TaskKind::Copy(_) | TaskKind::Edit(..) | TaskKind::Follow(_) => true,
            TaskKind::Export(_) => self.is_asked_for(),
            TaskKind::Open(_) | TaskKind::Add(..) => false,
        }
    }

    /// Asks it to stop. It answers all the same.
    pub fn stop(&mut self) {
        self.is_stopping = true;
        match &self.kind {
            TaskKind::Open(job) => job.cancel(),
            TaskKind::Add(job, _) => job.cancel(),
            TaskKind::Import(job) => job.cancel(),
            TaskKind::Export(job) => job.cancel(),
            TaskKind::Copy(job) => job.cancel(),
            TaskKind::Edit(job, _) => job.cancel(),
            TaskKind::Follow(job) => job.cancel(),
        }
    }

    /// Steps done and steps in all; 0 of 0 while that is not known.
    pub fn progress(&self) -> (u64, u64) {
        match &self.kind {
            TaskKind::Open(job) => job.progress(),
            TaskKind::Add(job, _) => job.progress(),
            TaskKind::Import(job) => job.progress(),
            TaskKind::Export(job) => job.progress(),
            TaskKind::Copy(job) => job.progress(),
            TaskKind::Edit(job, _) => job.progress(),
            TaskKind::Follow(job) => job.progress(),
        }
    }
}

/// The task that finds out what an export would lose.
pub const PREFLIGHT_TITLE: &str = "Checking";

/// Pictures are opened ahead for this many on either side.
pub const NUM_NEIGHBOURS: usize = 2;

/// Background jobs, loaders, and what they brought.
pub struct Work {
    pool: Arc<JobPool>,
    /// Reads from the project file on a thread of its own: they are short, and must not wait until the pool is done
    /// with large pictures.
    reads: JobPool,
    wake: Wake,
    pictures: PictureLoader,
    pyramids: Arc<PyramidCache>,
    thumbnails: Arc<ThumbnailCache>,
    document: Option<(AssetId, Job<Result<LoadedDocument, StoreError>>)>,
    search: Option<AssetSearch>,
    watcher: Option<Watcher>,
    picks: Vec<Pick>,
    /// What the person sees the progress of.
    pub task: Option<Task>,
    /// What comes after it, in the order in which it was asked for.
    pub waiting: VecDeque<WaitingTask>,
    /// Assets whose file is gone.
    pub missing: HashSet<AssetId>,
}

/// What is looked for, and the assets on which it is.
type AssetSearch = (Search, Job<Result<Vec<AssetId>, StoreError>>);

/// An open file dialog: what for, since when, and what was picked.
type Pick = (PickPurpose, Instant, Receiver<Option<Vec<PathBuf>>>);

impl Work {
    /// Nothing under way.
    pub fn new(ctx: &egui::Context, pool: Arc<JobPool>, thumbnails: Arc<ThumbnailCache>) -> Self {
        let repaint = ctx.clone();
        let wake: Wake = Arc::new(move || repaint.request_repaint());
        let mut pictures =
            PictureLoader::new(Arc::clone(&pool), Some(Arc::clone(&thumbnails)), Arc::clone(&wake));
        let pyramids = Arc::new(PyramidCache::in_cache_folder());
        pictures.set_pyramids(Arc::clone(&pyramids));
        Self {
            pictures,
            pyramids,
            thumbnails,
            pool,
            reads: JobPool::new(1),
            wake,
            document: None,
            search: None,
            watcher: None,
            picks: Vec::new(),
            task: None,
            waiting: VecDeque::new(),
            missing: HashSet::new(),
        }
    }

    /// The pool, for loaders of other parts of the window.
    pub fn pool(&self) -> Arc<JobPool> {
        Arc::clone(&self.pool)
    }

    /// Where thumbnails are kept.
    pub fn thumbnail_cache(&self) -> Arc<ThumbnailCache> {
        Arc::clone(&self.thumbnails)
    }

    /// Makes the window draw a frame.
    pub fn wake(&self) -> Wake {
        Arc::clone(&self.wake)
    }

    /// Changes the memory for decoded pictures.
    pub fn set_picture_budget_bytes(&mut self, budget_bytes: usize) {
        self.pictures.set_budget_bytes(budget_bytes);
    }

    /// Changes what the tiles of very large pictures may take: in memory, and on disk.
    pub fn set_tile_budget_bytes(&mut self, memory_bytes: usize, disk_bytes: u64) {
        self.pictures.set_tile_budget_bytes(memory_bytes);
        self.pyramids.set_budget_bytes(disk_bytes);
    }

    /// Runs a job that wakes the window when it is done.
    pub fn submit<T: Send + 'static>(
        &self,
        priority: Priority,
        job: impl FnOnce(&crate::base::jobs::JobContext) -> T + Send + 'static,
    ) -> Job<T> {
        let wake = self.wake();
        self.pool.submit(priority, move || wake(), job)
    }

    /// Reads from the project file, and wakes the window when that is done.
    fn read<T: Send + 'static>(&self, read: impl FnOnce() -> T + Send + 'static) -> Job<T> {
        let wake = self.wake();
        self.reads.submit(Priority::Now, move || wake(), move |_| read())
    }

    /// Forgets everything about a project that is closed.
    pub fn forget_project(&mut self) {
        self.document = None;
        self.search = None;
        self.watcher = None;
        self.missing.clear();
        self.pictures.want(&[]);
    }

    /// Wants these pictures: the one on screen first, then its neighbours.
    pub fn want_pictures(&mut self, requests: &[PictureRequest]) {
        self.pictures.want(requests);
    }

    /// Reads a picture again.
    pub fn reload_picture(&mut self, key: ContentKey) {
        self.pictures.forget(key);
    }

    /// Takes over pictures that were opened.
    pub fn poll_pictures(&mut self) {
        self.pictures.poll();
    }

    /// A wanted picture, as far as it is there.
    pub fn picture(&mut self, key: ContentKey) -> CanvasPicture {
        match self.pictures.get(key) {
            Some(PictureState::Ready(opened)) => {
                CanvasPicture::Ready { picture: Arc::clone(opened.tiles()), warning: opened.warning() }
            }
            Some(PictureState::Loading(preview)) => CanvasPicture::Loading(preview),
            Some(PictureState::Failed(reason)) => CanvasPicture::Failed(reason),
            None => CanvasPicture::Loading(None),
        }
    }

    /// Reads the objects of an asset, unless that is under way.
    pub fn load_document(&mut self, asset: AssetId, reader: Reader) {
        if self.document.as_ref().is_none_or(|(loading, _)| *loading != asset) {
            let job = self.read(move || {
                let document = reader.document(asset)?;
                Ok(LoadedDocument { hits: HitIndex::new(document.alive()), document })
            });
            self.document = Some((asset, job));
        }
    }

    /// Forgets the objects that are being read: they are read again when they are shown.
    pub fn forget_document(&mut self) {
        self.document = None;
    }

    /// Whether the objects of an asset are being read.
    pub fn is_loading_document(&self, asset: AssetId) -> bool {
        self.document.as_ref().is_some_and(|(loading, _)| *loading == asset)
    }

    /// The document that was read.
    pub fn take_document(&mut self) -> Option<Result<LoadedDocument, String>> {
        let (_, job) = self.document.as_ref()?;
        let result = flatten(job.poll()?);
        self.document = None;
        Some(result)
    }

    /// Looks for something in these assets, in the background.
    pub fn find_assets(&mut self, search: Search, assets: Vec<AssetId>, reader: Reader) {
        let job =
            self.submit(Priority::Now, move |context| review::assets_with(&reader, assets, search, context));
        self.search = Some((search, job));
    }

    /// The assets on which something is, once they are found.
    pub fn take_found_assets(&mut self) -> Option<(Search, Result<Vec<AssetId>, String>)> {
        let (search, job) = self.search.as_ref()?;
        let found = (*search, flatten(job.poll()?));
        self.search = None;
        Some(found)
    }

    /// Looks for new, moved and missing files, now and from now on.
    pub fn watch(&mut self, source: ScanSource) {
        match &self.watcher {
            Some(watcher) => watcher.look_again(source),
            None => self.watcher = Watcher::start(source, self.wake()),
        }
    }

    /// What is different in the watched folders.
    pub fn take_scan(&mut self) -> Option<Result<ScanOutcome, String>> {
        self.watcher.as_ref()?.take()
    }

    /// Opens one of the system's file dialogs, on a thread of its own.
    pub fn pick(&mut self, purpose: PickPurpose, start_in: Option<PathBuf>) {
        let (sender, receiver) = bounded(1);
        let (wake, asked) = (self.wake(), purpose.clone());
        let spawned = std::thread::Builder::new().name("file-dialog".to_owned()).spawn(move || {
            // Nobody listens any more when the window was closed meanwhile.
            let _ = sender.send(show_dialog(&asked, start_in));
            wake();
        });
        if spawned.is_ok() {
            self.picks.push((purpose, Instant::now(), receiver));
        }
    }

    /// What was picked: the purpose, the paths, and whether the dialog seems not to have opened at all.
    pub fn take_picked(&mut self) -> Vec<(PickPurpose, Vec<PathBuf>, bool)> {
        let mut picked = Vec::new();
        self.picks.retain(|(purpose, asked, receiver)| match receiver.try_recv() {
            Ok(paths) => {
                // Nobody cancels a dialog within the blink of an eye.
                let has_not_opened = paths.is_none() && asked.elapsed() < Duration::from_millis(400);
                picked.push((purpose.clone(), paths.unwrap_or_default(), has_not_opened));
                false
            }
            Err(crossbeam_channel::TryRecvError::Empty) => true,
            Err(crossbeam_channel::TryRecvError::Disconnected) => false,
        });
        picked
    }
}

fn show_dialog(purpose: &PickPurpose, start_in: Option<PathBuf>) -> Option<Vec<PathBuf>> {
    let mut dialog = rfd::AsyncFileDialog::new();
    if let Some(folder) = start_in {
        dialog = dialog.set_directory(folder);
    }
    let one = |file: Option<rfd::FileHandle>| file.map(|file| vec![file.path().to_owned()]);
    pollster::block_on(async {
        match purpose {
            PickPurpose::OpenFolder => one(dialog.set_title("Open a folder of pictures").pick_folder().await),
            PickPurpose::OpenProject => {
                let dialog =
                    dialog.set_title("Open a project").add_filter("Fieldmark projects", &["fieldmark"]);
                one(dialog.pick_file().await)
            }
            PickPurpose::AddFiles => {
                let both = [PICTURE_EXTENSIONS, VIDEO_EXTENSIONS].concat();
                let dialog =
                    dialog.set_title("Add pictures and videos").add_filter("Pictures and videos", &both);
                let files = dialog.pick_files().await?;
                Some(files.iter().map(|file| file.path().to_owned()).collect())
            }
            PickPurpose::AddFolder => one(dialog.set_title("Add a folder").pick_folder().await),
            PickPurpose::AddSequence => {
                let dialog = dialog.set_title("Choose one of the numbered pictures");
                one(dialog.add_filter("Pictures", PICTURE_EXTENSIONS).pick_file().await)
            }
            PickPurpose::ImportFile => one(dialog.set_title("Import labels from a file").pick_file().await),
            PickPurpose::ImportFolder => one(dialog.set_title("Choose a folder").pick_folder().await),
            PickPurpose::ExportFolder => {
                one(dialog.set_title("Export labels into a folder").pick_folder().await)
            }
            PickPurpose::SaveFrame { name } => {
                let dialog =
                    dialog.set_title("Save the frame as a picture").add_filter("PNG pictures", &["png"]);
                one(dialog.set_file_name(name).save_file().await)
            }
            PickPurpose::SaveCopy => {
                let dialog = dialog.set_title("Save a copy").add_filter("Fieldmark projects", &["fieldmark"]);
                one(dialog.save_file().await)
            }
        }
    })
}

/// The outcome of a job as a value or a sentence.
pub fn flatten<T, E: std::fmt::Display>(result: Result<Result<T, E>, JobError>) -> Result<T, String> {
    match result {
        Ok(Ok(value)) => Ok(value),
        // `{:#}` tells the causes of errors that have some.
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(error) => Err(error.to_string()),
    }
}

/// What caches know an asset's picture by.
pub fn content_key(asset: &Asset, path: &std::path::Path) -> ContentKey {
    match asset.fingerprint.parse::<Fingerprint>() {
        Ok(fingerprint) => fingerprint.into(),
        Err(_) => QuickKey::new(path, asset.num_bytes, 0).into(),
    }
}
