//! Full pictures for the canvas: the one on screen first, its neighbours ahead of time.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::content::ContentKey;
use super::decode::{DecodeLimits, decode_within};
use super::format::PictureFormat;
use super::loading::{Loading, PictureRequest, Wake, submit};
use super::open::{OpenedPicture, Opening};
use super::probe::probe;
use super::thumbnails::ThumbnailCache;
use super::tiles::{DEFAULT_TILE_MEMORY_BYTES, PyramidCache, TileMemory};
use crate::base::cache::ByteCache;
use crate::base::jobs::{Job, JobContext, JobPool, Priority};
use crate::pixels::{Picture, Size};

/// What decoded pictures may take in memory unless said otherwise, besides the one on screen.
pub const DEFAULT_PICTURE_BUDGET_BYTES: usize = 1 << 30;

/// Neighbours that are decoded at a time. Decoding cannot stop in the middle of a JPEG, so these workers are not
/// there for a picture that is jumped to.
const MAX_JOBS_AHEAD: usize = 2;

/// Smaller pictures are decoded before a thumbnail would be seen.
const MIN_PIXELS_FOR_THUMBNAIL: u64 = 4_000_000;

/// Smaller JPEGs are decoded in full before a person notices.
const MIN_PIXELS_FOR_PREVIEW: u64 = 6_000_000;

/// Previews are decoded at least this large, where the picture is.
const PREVIEW_SIZE: Size = Size::new(1280, 1280);

/// How far a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureState {
    /// It is there, maybe with a warning.
    Ready(OpenedPicture),
    /// It is coming; meanwhile, a smaller version to be drawn at the full size, where there is one.
    Loading(Option<Picture>),
    /// It will not come; the text says why and what to do.
    Failed(Arc<str>),
}

/// Loads full pictures on the pool's threads. Never blocks the caller.
///
/// The caller says what it wants as a whole, as often as it likes, and the latest word wins: what is no longer
/// wanted is cancelled. Results are known by content, so none can be taken for another's. The picture on
/// screen stays in memory however large its neighbours are.
pub struct PictureLoader {
    pool: Arc<JobPool>,
    wake: Wake,
    thumbnails: Option<Arc<ThumbnailCache>>,
    opening: Opening,
    /// The first is on screen.
    wanted: Vec<PictureRequest>,
    on_screen: Option<(ContentKey, OpenedPicture)>,
    cache: ByteCache<ContentKey, OpenedPicture>,
    /// `None` for neighbours that are not worth opening ahead.
    loading: Loading<Option<OpenedPicture>>,
    preview: Preview,
    /// Of the wanted ones, those that failed.
    failed: HashMap<ContentKey, Arc<str>>,
    /// Of the wanted ones, those that were loaded ahead. A neighbour that the budget pushed out is not loaded
    /// again before it is on screen, else two large ones would push each other out for ever.
    loaded_ahead: HashSet<ContentKey>,
}

/// The small version of the picture on screen.
#[derive(Default)]
struct Preview {
    has_begun: bool,
    job: Option<Job<Option<Picture>>>,
    picture: Option<Picture>,
}

impl PictureLoader {
    /// A loader that works on `pool`, takes previews from `thumbnails` and calls `wake` whenever
    /// [`PictureLoader::poll`] is worth a call.
    pub fn new(pool: Arc<JobPool>, thumbnails: Option<Arc<ThumbnailCache>>, wake: Wake) -> Self {
        let tile_memory = Arc::new(TileMemory::new(DEFAULT_TILE_MEMORY_BYTES));
        Self {
            opening: Opening::new(Arc::clone(&pool), Arc::clone(&wake), tile_memory),
            loading: Loading::new(Arc::clone(&pool), Arc::clone(&wake)),
            pool,
            wake,
            thumbnails,
            wanted: Vec::new(),
            on_screen: None,
            cache: ByteCache::new(DEFAULT_PICTURE_BUDGET_BYTES),
            preview: Preview::default(),
            failed: HashMap::new(),
            loaded_ahead: HashSet::new(),
        }
    }

    /// Changes what decoded pictures may take in memory besides the one on screen.
    pub fn set_budget_bytes(&mut self, budget_bytes: usize) {
        self.cache.set_budget_bytes(budget_bytes);
    }

    /// Changes what the tiles of very large pictures may take in memory.
    pub fn set_tile_budget_bytes(&mut self, budget_bytes: usize) {
        self.opening.tile_memory.set_budget_bytes(budget_bytes);
    }

    /// Keeps the tiles of very large pictures on disk, where they take long to make.
    pub fn set_pyramids(&mut self, pyramids: Arc<PyramidCache>) {
        self.opening.pyramids = Some(pyramids);
    }

    /// Changes how large a picture may be that must be decoded as a whole.
    pub fn set_limits(&mut self, limits: DecodeLimits) {
        self.opening.limits = limits;
    }

    /// Says what is wanted from now on: first the picture on screen, then its neighbours, the likeliest first.
    /// Everything else is cancelled. Neighbours are loaded once the first is there. A list equal to the last
    /// changes nothing.
    pub fn want(&mut self, requests: &[PictureRequest]) {
        if self.wanted == requests {
            return;
        }
        let was_on_screen = self.key_on_screen();
        self.wanted = requests.to_vec();
        let keys: HashSet<_> = requests.iter().map(|request| request.key).collect();
        self.loading.keep_only(|key| keys.contains(&key));
        self.failed.retain(|key, _| keys.contains(key));
        self.loaded_ahead.retain(|key| keys.contains(key));
        let on_screen = self.key_on_screen();
        if on_screen != was_on_screen {
            self.preview = Preview::default();
            if let Some((key, opened)) = self.on_screen.take() {
                self.put_away(key, opened);
            }
            self.on_screen = on_screen.and_then(|key| Some((key, self.cache.remove(&key)?)));
        }
        self.start_jobs();
    }

    /// Forgets a picture, so that it is read anew: its file was changed, or the person wants another try.
    pub fn forget(&mut self, key: ContentKey) {
        self.cache.remove(&key);
        self.failed.remove(&key);
        self.loaded_ahead.remove(&key);
        self.loading.keep_only(|other| other != key);
        if self.key_on_screen() == Some(key) {
            if let Some((_, opened)) = self.on_screen.take() {
                opened.stop_if_rough();
            }
            self.preview = Preview::default();
        }
        self.start_jobs();
    }

    /// Takes over what the workers finished. Call it once per drawn frame. Says whether anything changed.
    pub fn poll(&mut self) -> bool {
        let finished = self.loading.take_finished();
        let mut has_changed = !finished.is_empty();
        for (key, result) in finished {
            match result {
                Ok(Some(opened)) if self.key_on_screen() == Some(key) => {
                    self.on_screen = Some((key, opened));
                    self.preview = Preview::default();
                }
                Ok(Some(opened)) => self.put_away(key, opened),
                Ok(None) => {}
                Err(message) => {
                    self.failed.insert(key, message);
                }
            }
        }
        if let Some(result) = self.preview.job.as_ref().and_then(Job::poll) {
            // A preview that failed is none: the picture itself will say why.
            self.preview = Preview { has_begun: true, job: None, picture: result.ok().flatten() };
            has_changed |= self.preview.picture.is_some();
        }
        self.start_jobs();
        has_changed
    }

    /// How far a picture is; `None` for one that is neither wanted nor in memory.
    pub fn get(&mut self, key: ContentKey) -> Option<PictureState> {
        if let Some((_, opened)) = self.on_screen.as_ref().filter(|(on_screen, _)| *on_screen == key) {
            return Some(PictureState::Ready(opened.clone()));
        }
        if let Some(opened) = self.cache.get(&key) {
            return Some(PictureState::Ready(opened.clone()));
        }
        if let Some(message) = self.failed.get(&key) {
            return Some(PictureState::Failed(Arc::clone(message)));
        }
        if self.key_on_screen() == Some(key) {
            return Some(PictureState::Loading(self.preview.picture.clone()));
        }
        self.wanted.iter().any(|request| request.key == key).then_some(PictureState::Loading(None))
    }

    fn key_on_screen(&self) -> Option<ContentKey> {
        self.wanted.first().map(|request| request.key)
    }

    /// Keeps a picture that is not on screen, unless it is still being made ready: that is for the one on screen alone.
    fn put_away(&mut self, key: ContentKey, opened: OpenedPicture) {
        opened.tiles().want(&[]);
        if !opened.stop_if_rough() {
            self.keep(key, opened);
        }
    }

    fn keep(&mut self, key: ContentKey, opened: OpenedPicture) {
        let num_bytes = opened.num_bytes();
        self.cache.insert(key, opened, num_bytes);
    }

    fn start_jobs(&mut self) {
        let Some(first) = self.wanted.first() else { return };
        if self.on_screen.is_none() && !self.failed.contains_key(&first.key) {
            start(&mut self.loading, first, Priority::Now, &self.opening);
            if !self.preview.has_begun {
                // Handed in last, it begins first.
                let job = Some(self.start_preview(first));
                self.preview = Preview { has_begun: true, job, picture: None };
            }
            return;
        }
        for request in &self.wanted[1..] {
            if self.loading.len() >= MAX_JOBS_AHEAD {
                break;
            }
            let key = request.key;
            let is_done = self.cache.contains(&key) || self.failed.contains_key(&key);
            if !is_done && Some(key) != self.key_on_screen() && self.loaded_ahead.insert(key) {
                start(&mut self.loading, request, Priority::Ahead, &self.opening);
            }
        }
    }

    fn start_preview(&self, request: &PictureRequest) -> Job<Option<Picture>> {
        let PictureRequest { key, path } = request.clone();
        let (thumbnails, limits) = (self.thumbnails.clone(), self.opening.limits);
        submit(&self.pool, &self.wake, Priority::Now, move |context| {
            small_version(&path, key, thumbnails.as_deref(), &limits, context)
        })
    }
}

fn start(
    loading: &mut Loading<Option<OpenedPicture>>,
    request: &PictureRequest,
    priority: Priority,
    opening: &Opening,
) {
    let (PictureRequest { key, path }, opening) = (request.clone(), opening.clone());
    loading.start(key, priority, move |context| {
        // A very large picture is opened as fast when it is looked at, and would hold up others before.
        if priority == Priority::Ahead && opening.comes_as_tiles(&probe(&path)?) {
            return Ok(None);
        }
        opening.open(&path, key, context).map(Some)
    });
}

/// Something to see while a large picture is decoded: its thumbnail, or a JPEG at a fraction of its size. `None`
/// where the picture itself will be there as soon.
fn small_version(
    path: &Path,
    key: ContentKey,
    thumbnails: Option<&ThumbnailCache>,
    limits: &DecodeLimits,
    context: &JobContext,
) -> Option<Picture> {
    let info = probe(path).ok()?;
    let num_pixels = info.size.num_pixels();
    if num_pixels < MIN_PIXELS_FOR_THUMBNAIL {
        return None;
    }
    if let Some(thumbnail) = thumbnails.and_then(|thumbnails| thumbnails.get(key)) {
        return Some(thumbnail);
    }
    if info.format != PictureFormat::Jpeg || num_pixels < MIN_PIXELS_FOR_PREVIEW {
        return None;
    }
    decode_within(path, PREVIEW_SIZE, limits, context).ok().map(|decoded| decoded.picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test_pictures::{Gate, grey_jpeg, key, png, quadrants, wake_channel};
    use crossbeam_channel::Receiver;
    use std::fs;
    use std::time::Duration;

    struct Fixture {
        folder: tempfile::TempDir,
        pool: Arc<JobPool>,
        wakes: Receiver<()>,
        loader: PictureLoader,
    }

    fn fixture() -> Fixture {
        let (wake, wakes) = wake_channel();
        let pool = Arc::new(JobPool::new(1));
        let loader = PictureLoader::new(Arc::clone(&pool), None, wake);
        Fixture { folder: tempfile::tempdir().unwrap(), pool, wakes, loader }
    }

    impl Fixture {
        /// A picture whose width is its number.
        fn picture(&self, number: u8) -> PictureRequest {
            let path = self.folder.path().join(format!("{number}.png"));
            fs::write(&path, png(&quadrants(Size::new(number.into(), 10)))).unwrap();
            PictureRequest { key: key(number), path }
        }

        /// Polls, whenever woken, until it is so.
        fn wait_until(&mut self, is_so: impl Fn(&mut PictureLoader) -> bool) {
            loop {
                self.loader.poll();
                if is_so(&mut self.loader) {
                    return;
                }
                self.wakes.recv_timeout(Duration::from_secs(60)).expect("a worker wakes us");
            }
        }

        fn width(&mut self, number: u8) -> Option<u32> {
            match self.loader.get(key(number))? {
                PictureState::Ready(opened) => Some(opened.size().width),
                _ => None,
            }
        }
    }

    fn is_ready(loader: &mut PictureLoader, number: u8) -> bool {
        matches!(loader.get(key(number)), Some(PictureState::Ready(_)))
    }

    #[test]
    fn the_picture_and_its_neighbours_become_ready() {
        let mut it = fixture();
        let requests = [it.picture(5), it.picture(6), it.picture(4), it.picture(7)];
        it.loader.want(&requests);
        assert_eq!(it.loader.get(key(5)), Some(PictureState::Loading(None)));
        assert_eq!(it.loader.get(key(99)), None);
        it.wait_until(|loader| [4, 5, 6, 7].into_iter().all(|n| is_ready(loader, n)));
        for number in [4, 5, 6, 7] {
            assert_eq!(it.width(number), Some(number.into()));
        }
        assert!(!it.loader.poll(), "nothing more happens");
    }

    #[test]
    fn the_latest_wish_wins_and_older_ones_are_never_loaded() {
        let mut it = fixture();
        let gate = Gate::close(&it.pool);
        for number in 1..50 {
            let requests = [it.picture(number), it.picture(number + 1)];
            it.loader.want(&requests);
        }
        gate.open();
        it.wait_until(|loader| is_ready(loader, 49) && is_ready(loader, 50));
        for number in 1..49 {
            assert_eq!(it.loader.get(key(number)), None);
        }
    }

    #[test]
    fn a_neighbour_that_comes_on_screen_is_hurried() {
        let mut it = fixture();
        let requests = [it.picture(1), it.picture(2), it.picture(3)];
        it.loader.want(&requests);
        it.wait_until(|loader| is_ready(loader, 1));
        let gate = Gate::close(&it.pool);
        it.loader.poll();
        it.loader.want(&[requests[2].clone()]);
        gate.open();
        it.wait_until(|loader| is_ready(loader, 3));
        assert!(is_ready(&mut it.loader, 1), "what was on screen stays in memory");
    }

    #[test]
    fn a_failure_says_why_and_can_be_tried_again() {
        let mut it = fixture();
        let request = it.picture(1);
        fs::write(&request.path, "no picture").unwrap();
        it.loader.want(std::slice::from_ref(&request));
        it.wait_until(|loader| matches!(loader.get(key(1)), Some(PictureState::Failed(_))));
        let Some(PictureState::Failed(message)) = it.loader.get(key(1)) else { unreachable!() };
        assert!(message.contains("no picture") && message.contains("1.png"), "{message}");
        it.picture(1);
        it.loader.forget(key(1));
        it.wait_until(|loader| is_ready(loader, 1));
    }

    #[test]
    fn a_tiny_budget_neither_loses_the_picture_on_screen_nor_loads_for_ever() {
        let mut it = fixture();
        it.loader.set_budget_bytes(1);
        let requests = [it.picture(1), it.picture(2), it.picture(3), it.picture(4)];
        it.loader.want(&requests);
        // Two may become ready in one poll, and then push each other out: which of them stays is open.
        it.wait_until(|loader| loader.loaded_ahead.len() == 3 && loader.loading.len() == 0);
        assert!(is_ready(&mut it.loader, 1));
        assert_eq!((2..=4).filter(|&number| is_ready(&mut it.loader, number)).count(), 1);
        assert!(!it.loader.poll() && it.loader.loading.len() == 0);
        it.loader.want(&requests[1..]);
        it.wait_until(|loader| is_ready(loader, 2));
    }

    #[test]
    fn large_pictures_show_their_thumbnail_first() {
        let mut it = fixture();
        let thumbnails = Arc::new(ThumbnailCache::new(it.folder.path().join("cache"), 1 << 20));
        let path = it.folder.path().join("large.jpg");
        fs::write(&path, grey_jpeg(Size::new(2400, 1800))).unwrap();
        thumbnails.get_or_make(&path, key(1), &JobContext::detached()).unwrap();
        it.loader.thumbnails = Some(thumbnails);
        let gate = Gate::close(&it.pool);
        it.loader.want(&[PictureRequest { key: key(1), path }]);
        gate.open();
        it.wakes.recv_timeout(Duration::from_secs(60)).unwrap();
        // With one worker the preview comes first; the picture may be there already.
        it.wait_until(|loader| !matches!(loader.get(key(1)), Some(PictureState::Loading(None))));
        it.wait_until(|loader| is_ready(loader, 1));
        assert_eq!(it.width(1), Some(2400));
    }

    #[test]
    fn only_large_jpegs_are_previewed_without_a_thumbnail() {
        let folder = tempfile::tempdir().unwrap();
        let small_version_of = |name: &str, encoded: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, encoded).unwrap();
            small_version(&path, key(1), None, &DecodeLimits::default(), &JobContext::detached())
        };
        let preview = small_version_of("large.jpg", &grey_jpeg(Size::new(6000, 4000))).unwrap();
        assert_eq!(preview.size(), Size::new(1280, 853));
        assert_eq!(small_version_of("small.jpg", &grey_jpeg(Size::new(2000, 1500))), None);
    }
}
