//! The tiles of one picture, read in the background.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use super::memory::{PictureTiles, TileMemory};
use super::origins::{Origins, Overview};
use super::placeholder::unreadable;
use super::pyramid_file::{PyramidFile, WrittenTiles};
use crate::base::jobs::{Job, JobContext, JobPool, Priority};
use crate::media::loading::Wake;
use crate::media::{MediaError, RegionSource};
use crate::pixels::{PixelFormat, Pyramid, Tile, TileId, TiledPicture};

/// Tiles that are read at a time. Those that wait go by the latest wish; those that are read do not.
const MAX_READS: usize = 4;

/// A picture of any size whose tiles are read on the pool's threads when they are wanted.
///
/// The latest word holds: of the tiles that wait the first of the last wish is read next, and reading what is not
/// wanted any more is cancelled.
pub struct TileLoader {
    pool: Arc<JobPool>,
    wake: Wake,
    pyramid: Pyramid,
    format: PixelFormat,
    tiles: PictureTiles,
    origins: RwLock<Origins>,
    queue: Mutex<Queue>,
    warning: Mutex<Option<Arc<str>>>,
    revision: AtomicU64,
    is_rough: AtomicBool,
    is_preparing: AtomicBool,
    /// Makes more origins. It keeps the loader alive until it ends or is stopped.
    preparation: Mutex<Option<Job<()>>>,
    this: Weak<Self>,
}

#[derive(Default)]
struct Queue {
    /// The most wanted first.
    wanted: Vec<TileId>,
    reading: HashMap<TileId, Job<()>>,
}

impl TileLoader {
    /// A loader without anything to make tiles of yet. Calls `wake` whenever some have come.
    pub fn new(
        pool: Arc<JobPool>,
        wake: Wake,
        memory: &Arc<TileMemory>,
        pyramid: Pyramid,
        format: PixelFormat,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            pool,
            wake,
            pyramid,
            format,
            tiles: memory.of_new_picture(),
            origins: RwLock::default(),
            queue: Mutex::default(),
            warning: Mutex::default(),
            revision: AtomicU64::new(0),
            is_rough: AtomicBool::new(false),
            is_preparing: AtomicBool::new(false),
            preparation: Mutex::default(),
            this: this.clone(),
        })
    }

    /// Takes the coarse levels from memory from now on.
    pub fn set_overview(&self, overview: Overview) {
        self.origins.write().unwrap_or_else(PoisonError::into_inner).overview = Some(Arc::new(overview));
        self.go_on();
    }

    /// Takes tiles from disk from now on; of the overview, only the levels of a single tile stay in memory.
    pub(in crate::media) fn set_stored(&self, stored: PyramidFile) {
        let level = self.pyramid.overview_level().max(stored.first_level());
        let overview = match stored.tile(TileId { level, column: 0, row: 0 }) {
            // An overview of before may have been a rough one.
            Some(tile) => Overview::new(&self.pyramid, level, tile),
            None => self.overview().and_then(|overview| overview.coarser(level)),
        };
        let mut origins = self.origins.write().unwrap_or_else(PoisonError::into_inner);
        origins.overview = overview.map(Arc::new);
        origins.stored = Some(Arc::new(stored));
        origins.written = None;
        drop(origins);
        self.go_on();
    }

    /// Takes tiles from a file that is being written, as they come, from now on.
    pub(in crate::media) fn set_written(&self, written: Arc<WrittenTiles>) {
        self.origins.write().unwrap_or_else(PoisonError::into_inner).written = Some(written);
        self.go_on();
    }

    /// Takes coarse levels that show more of the picture than those before.
    pub(in crate::media) fn renew_overview(&self, overview: Overview) {
        self.set_overview(overview);
        self.revision.fetch_add(1, Ordering::Relaxed);
        (self.wake)();
    }

    /// Says that tiles which were given before have become better ones.
    pub(in crate::media) fn renew(&self) {
        self.tiles.clear();
        self.revision.fetch_add(1, Ordering::Relaxed);
        (self.wake)();
    }

    /// Reads from this source from now on.
    pub fn set_source(&self, source: Arc<dyn RegionSource>) {
        if let Some(warning) = source.warning() {
            self.warn(warning);
        }
        self.origins.write().unwrap_or_else(PoisonError::into_inner).source = Some(source);
        self.go_on();
    }

    /// Says that what is there so far is rough or incomplete, until the preparation ends.
    pub(in crate::media) fn begin_rough(&self) {
        self.is_rough.store(true, Ordering::Relaxed);
    }

    /// Whether tiles that are there may be rough or incomplete.
    pub fn is_rough(&self) -> bool {
        self.is_rough.load(Ordering::Relaxed)
    }

    /// Whether what [`TileLoader::prepare`] was given has ended.
    pub fn is_prepared(&self) -> bool {
        !self.is_preparing.load(Ordering::Relaxed)
    }

    /// Runs what makes more origins in the background, until it ends or is stopped.
    pub fn prepare(
        &self,
        prepare: impl FnOnce(&Self, &JobContext) -> Result<(), MediaError> + Send + 'static,
    ) {
        self.is_preparing.store(true, Ordering::Relaxed);
        let this = self.this.clone();
        let job = self.pool.submit(
            Priority::Ahead,
            || (),
            move |context| {
                let Some(this) = this.upgrade() else { return };
                // A bug in a foreign decoder costs one picture.
                let result = catch_unwind(AssertUnwindSafe(|| prepare(&this, context)));
                this.is_rough.store(false, Ordering::Relaxed);
                this.is_preparing.store(false, Ordering::Relaxed);
                match result {
                    Ok(Ok(()) | Err(MediaError::Cancelled)) => {}
                    Ok(Err(error)) => this.warn(error.to_string().into()),
                    Err(_) => {
                        this.warn("The picture cannot be read in full: its decoder breaks down.".into())
                    }
                }
            },
        );
        *self.preparation.lock().unwrap_or_else(PoisonError::into_inner) = Some(job);
    }

    /// Stops what [`TileLoader::prepare`] was given, soon.
    pub(in crate::media) fn stop_preparing(&self) {
        // Dropping the job cancels it.
        self.preparation.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// What is wrong with the file, as far as it was noticed.
    pub fn warning(&self) -> Option<Arc<str>> {
        self.warning.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The coarse levels in memory.
    pub(in crate::media) fn overview(&self) -> Option<Arc<Overview>> {
        self.origins().overview
    }

    /// Whether the tiles of a level can be read by now.
    pub(in crate::media) fn can_make(&self, level: u32) -> bool {
        self.origins().has(level)
    }

    /// Where background work for the picture runs.
    pub(in crate::media) fn pool(&self) -> &Arc<JobPool> {
        &self.pool
    }

    /// Bytes in memory besides those of the tiles that count in the [`TileMemory`].
    pub fn num_bytes(&self) -> usize {
        self.origins().overview.map_or(0, |overview| overview.num_bytes())
    }

    /// Keeps the first warning: the others mostly follow from it.
    pub(in crate::media) fn warn(&self, warning: Arc<str>) {
        self.warning.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(warning);
        (self.wake)();
    }

    fn origins(&self) -> Origins {
        self.origins.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After more can be read than before.
    fn go_on(&self) {
        self.start_reading(&mut self.queue());
        (self.wake)();
    }

    fn start_reading(&self, queue: &mut Queue) {
        let origins = self.origins();
        let mut at = 0;
        while queue.reading.len() < MAX_READS
            && let Some(&id) = queue.wanted.get(at)
        {
            let is_under_way = queue.reading.contains_key(&id) || self.tiles.contains(id);
            if is_under_way {
                queue.wanted.remove(at);
            } else if origins.has_tile(id) {
                queue.wanted.remove(at);
                queue.reading.insert(id, self.submit(id));
            } else {
                at += 1; // It may be possible later.
            }
        }
    }

    fn submit(&self, id: TileId) -> Job<()> {
        let this = self.this.clone();
        self.pool.submit(
            Priority::Now,
            || (),
            move |context| {
                if let Some(this) = this.upgrade() {
                    this.read(id, context);
                }
            },
        )
    }

    fn read(&self, id: TileId, context: &JobContext) {
        let origins = self.origins();
        // A bug in a foreign decoder costs one tile.
        let result = catch_unwind(AssertUnwindSafe(|| origins.read(&self.pyramid, id, context)));
        match result {
            Ok(Ok(Some(tile))) => self.tiles.insert(id, tile),
            Ok(Ok(None) | Err(MediaError::Cancelled)) => {}
            Ok(Err(error)) => self.fail(id, error.to_string().into()),
            Err(_) => self.fail(id, "A part of the picture cannot be read: its decoder breaks down.".into()),
        }
        let mut queue = self.queue();
        // A job that was cancelled has been removed; another one may be there in its place.
        if !context.is_cancelled() {
            queue.reading.remove(&id);
        }
        self.start_reading(&mut queue);
        drop(queue);
        (self.wake)();
    }

    /// Shows that a tile cannot be read, instead of trying again and again.
    fn fail(&self, id: TileId, reason: Arc<str>) {
        self.tiles.insert(id, unreadable(self.pyramid.area_with_gutter(id).size(), self.format));
        self.warn(reason);
    }
}

impl TiledPicture for TileLoader {
    fn pyramid(&self) -> Pyramid {
        self.pyramid
    }

    fn format(&self) -> PixelFormat {
        self.format
    }

    fn tile(&self, id: TileId) -> Option<Tile> {
        if self.pyramid.area(id).is_empty() {
            return None;
        }
        self.tiles.get(id).or_else(|| {
            let origins = self.origins.read().unwrap_or_else(PoisonError::into_inner);
            origins.overview.as_ref()?.tile(id)
        })
    }

    fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }

    fn want(&self, tiles: &[TileId]) {
        let is_missing = |id: &&TileId| self.tile(**id).is_none() && !self.pyramid.area(**id).is_empty();
        let wanted: Vec<TileId> = tiles.iter().filter(is_missing).copied().collect();
        let mut queue = self.queue();
        queue.reading.retain(|id, _| wanted.contains(id));
        queue.wanted = wanted;
        self.start_reading(&mut queue);
    }
}

impl std::fmt::Debug for TileLoader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.pyramid.size();
        write!(f, "TileLoader({} × {}, {:?})", size.width, size.height, self.format)
    }
}
