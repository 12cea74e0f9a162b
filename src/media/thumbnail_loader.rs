//! Thumbnails for filmstrip and gallery, while thousands fly by.

use std::collections::HashMap;
use std::sync::Arc;

use super::content::ContentKey;
use super::loading::{Loading, PictureRequest, Wake, submit};
use super::thumbnails::ThumbnailCache;
use crate::base::cache::ByteCache;
use crate::base::jobs::{Job, JobPool, Priority};
use crate::pixels::Picture;

/// What thumbnails may take in memory unless said otherwise, besides those that are wanted.
pub const DEFAULT_THUMBNAIL_MEMORY_BYTES: usize = 256 << 20;

/// More than fit on any screen; what is wanted beyond these is not loaded.
pub const MAX_WANTED_THUMBNAILS: usize = 1_000;

/// Enough to keep the workers busy between two frames, few enough for what comes on screen not to wait.
const JOBS_PER_PROCESSOR: usize = 8;

/// What a failure is counted as in memory.
const FAILURE_BYTES: usize = 256;

/// A thumbnail, or why there is none.
pub type ThumbnailResult = Result<Picture, Arc<str>>;

/// Loads thumbnails on the pool's threads. Never blocks the caller.
///
/// The caller says as a whole which it wants, and the latest word wins: those that left the screen are
/// cancelled, those that came last are loaded first. What is wanted stays in memory; of the rest, what was
/// seen last.
pub struct ThumbnailLoader {
    pool: Arc<JobPool>,
    wake: Wake,
    thumbnails: Arc<ThumbnailCache>,
    max_jobs: usize,
    wanted: Vec<PictureRequest>,
    /// When each of the wanted came to be so; higher is later.
    arrivals: HashMap<ContentKey, u64>,
    next_arrival: u64,
    /// Wanted, neither there nor begun; the next to begin is the last.
    waiting: Vec<PictureRequest>,
    wanted_results: HashMap<ContentKey, ThumbnailResult>,
    /// Those that are not wanted now.
    cache: ByteCache<ContentKey, ThumbnailResult>,
    loading: Loading<Picture>,
    pruning: Option<Job<()>>,
}

impl ThumbnailLoader {
    /// A loader that works on `pool`, keeps what it makes in `thumbnails` (and prunes that in the background) and
    /// calls `wake` whenever [`ThumbnailLoader::poll`] is worth a call.
    pub fn new(pool: Arc<JobPool>, thumbnails: Arc<ThumbnailCache>, wake: Wake) -> Self {
        let num_processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            loading: Loading::new(Arc::clone(&pool), Arc::clone(&wake)),
            pool,
            wake,
            thumbnails,
            max_jobs: num_processors * JOBS_PER_PROCESSOR,
            wanted: Vec::new(),
            arrivals: HashMap::new(),
            next_arrival: 0,
            waiting: Vec::new(),
            wanted_results: HashMap::new(),
            cache: ByteCache::new(DEFAULT_THUMBNAIL_MEMORY_BYTES),
            pruning: None,
        }
    }

    /// Says which thumbnails are wanted from now on, the most important first: those on screen, then those about
    /// to be. At most [`MAX_WANTED_THUMBNAILS`] count. A list equal to the last changes nothing.
    pub fn want(&mut self, requests: &[PictureRequest]) {
        let requests = &requests[..requests.len().min(MAX_WANTED_THUMBNAILS)];
        if self.wanted == requests {
            return;
        }
        self.wanted = requests.to_vec();
        self.note_arrivals();
        self.loading.keep_only(|key| self.arrivals.contains_key(&key));
        let gone: Vec<_> =
            self.wanted_results.extract_if(|key, _| !self.arrivals.contains_key(key)).collect();
        for (key, result) in gone {
            let num_bytes = result.as_ref().map_or(FAILURE_BYTES, Picture::num_bytes);
            self.cache.insert(key, result, num_bytes);
        }
        for request in &self.wanted {
            if let Some(result) = self.cache.remove(&request.key) {
                self.wanted_results.insert(request.key, result);
            }
        }
        self.waiting = self.wanted.clone();
        self.waiting.retain(|r| !self.wanted_results.contains_key(&r.key) && !self.loading.contains(r.key));
        self.waiting.sort_by_key(|request| self.arrivals.get(&request.key).copied());
        self.start_jobs();
    }

    /// Takes over what the workers finished. Call it once per drawn frame. Says whether anything changed.
    pub fn poll(&mut self) -> bool {
        let finished = self.loading.take_finished();
        let has_changed = !finished.is_empty();
        self.wanted_results.extend(finished);
        self.start_jobs();
        if self.pruning.as_ref().is_some_and(|job| job.poll().is_some()) {
            self.pruning = None;
        }
        if self.pruning.is_none() && self.thumbnails.takes_turn_to_prune() {
            let thumbnails = Arc::clone(&self.thumbnails);
            let prune = move |context: &_| thumbnails.prune(context);
            self.pruning = Some(submit(&self.pool, &self.wake, Priority::Background, prune));
        }
        has_changed
    }

    /// The thumbnail or why there is none; `None` while it is not there.
    pub fn get(&mut self, key: ContentKey) -> Option<ThumbnailResult> {
        self.wanted_results.get(&key).or_else(|| self.cache.get(&key)).cloned()
    }

    /// Forgets a thumbnail, so that it is asked for anew: the file was changed, or there now.
    pub fn forget(&mut self, key: ContentKey) {
        self.cache.remove(&key);
        self.wanted_results.remove(&key);
        self.loading.keep_only(|other| other != key);
        // The next wish, equal or not, finds it missing.
        self.wanted.clear();
    }

    /// Among those that came with the same wish, the first in the list counts as the last to have come.
    fn note_arrivals(&mut self) {
        let mut arrivals = HashMap::with_capacity(self.wanted.len());
        for request in self.wanted.iter().rev() {
            let arrival = self.arrivals.get(&request.key).copied().unwrap_or(self.next_arrival);
            self.next_arrival += 1;
            arrivals.insert(request.key, arrival);
        }
        self.arrivals = arrivals;
    }

    fn start_jobs(&mut self) {
        while self.loading.len() < self.max_jobs
            && let Some(PictureRequest { key, path }) = self.waiting.pop()
        {
            let thumbnails = Arc::clone(&self.thumbnails);
            self.loading
                .start(key, Priority::Ahead, move |context| thumbnails.get_or_make(&path, key, context));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test_pictures::{Gate, key, png, quadrants, wake_channel};
    use crate::pixels::Size;
    use crossbeam_channel::Receiver;
    use std::fs;
    use std::time::Duration;

    struct Fixture {
        folder: tempfile::TempDir,
        pool: Arc<JobPool>,
        wakes: Receiver<()>,
        loader: ThumbnailLoader,
    }

    fn fixture(max_jobs: usize) -> Fixture {
        let (wake, wakes) = wake_channel();
        let folder = tempfile::tempdir().unwrap();
        let pool = Arc::new(JobPool::new(1));
        let thumbnails = Arc::new(ThumbnailCache::new(folder.path().join("cache"), 1 << 30));
        let mut loader = ThumbnailLoader::new(Arc::clone(&pool), thumbnails, wake);
        loader.max_jobs = max_jobs;
        Fixture { folder, pool, wakes, loader }
    }

    impl Fixture {
        fn pictures(&self, numbers: std::ops::Range<u8>) -> Vec<PictureRequest> {
            let path = self.folder.path().join("picture.png");
            fs::write(&path, png(&quadrants(Size::new(8, 8)))).unwrap();
            numbers.map(|number| PictureRequest { key: key(number), path: path.clone() }).collect()
        }

        fn is_there(&mut self, number: u8) -> bool {
            matches!(self.loader.get(key(number)), Some(Ok(_)))
        }

        fn wait_for(&mut self, numbers: std::ops::Range<u8>) {
            loop {
                self.loader.poll();
                if numbers.clone().all(|number| self.loader.get(key(number)).is_some()) {
                    return;
                }
                self.wakes.recv_timeout(Duration::from_secs(60)).expect("a worker wakes us");
            }
        }
    }

    #[test]
    fn all_that_are_wanted_come() {
        let mut it = fixture(3);
        let requests = it.pictures(0..20);
        it.loader.want(&requests);
        it.wait_for(0..20);
        assert!((0..20).all(|number| it.is_there(number)));
        it.loader.want(&[]);
        assert!(it.is_there(7), "what left the screen is kept");
    }

    #[test]
    fn scrolled_past_ones_are_never_loaded_and_the_newest_come_first() {
        let mut it = fixture(2);
        let gate = Gate::close(&it.pool);
        let requests = it.pictures(0..100);
        for start in 0..90 {
            it.loader.want(&requests[start..start + 10]);
            assert!(it.loader.loading.len() <= 2, "the pool's queue stays short");
        }
        gate.open();
        // The last to come on screen is 98.
        it.wait_for(98..99);
        it.wait_for(89..99);
        assert!((0..80).all(|number| it.loader.get(key(number)).is_none()));
    }

    #[test]
    fn a_failure_is_told_once_and_not_tried_for_ever() {
        let mut it = fixture(2);
        let requests = it.pictures(1..2);
        fs::write(&requests[0].path, "broken").unwrap();
        it.loader.want(&requests);
        it.wait_for(1..2);
        assert!(it.loader.get(key(1)).unwrap().unwrap_err().contains("no picture"));
        it.loader.want(&[]);
        it.loader.want(&requests);
        assert_eq!(it.loader.loading.len(), 0);
        it.pictures(0..0);
        it.loader.forget(key(1));
        it.loader.want(&requests);
        it.wait_for(1..2);
        assert!(it.is_there(1));
    }

    #[test]
    fn what_is_on_screen_stays_whatever_the_budget() {
        let mut it = fixture(4);
        it.loader.cache.set_budget_bytes(1);
        let requests = it.pictures(0..30);
        it.loader.want(&requests);
        it.wait_for(0..30);
        assert!((0..30).all(|number| it.is_there(number)));
        it.loader.want(&[]);
        assert!((0..30).filter(|number| it.is_there(*number)).count() <= 1);
    }
}
