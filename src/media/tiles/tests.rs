//! The tile loader on sources that count and fail.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::{Overview, PyramidCache, TileLoader, TileMemory};
use crate::base::jobs::{JobContext, JobPool};
use crate::media::test_pictures::{Gate, key, wake_channel};
use crate::media::{MediaError, RegionSource};
use crate::pixels::{MemoryPyramid, PixelFormat, PixelRect, Pyramid, Size, Tile, TileId, TiledPicture as _};

/// A picture in memory that notes what is read of it.
pub struct FakeSource {
    whole: MemoryPyramid,
    levels: Vec<u32>,
    /// Level and area of each read.
    reads: Arc<Mutex<Vec<(u32, PixelRect)>>>,
    num_failures: AtomicUsize,
}

impl FakeSource {
    /// Whose pixels say where they are.
    pub fn new(size: Size, levels: &[u32]) -> Self {
        let whole = Tile::filled_by(size, PixelFormat::Gray16, |bytes| {
            for (n, pixel) in (0_u32..).zip(bytes.as_chunks_mut::<2>().0) {
                let (x, y) = (n % size.width, n / size.width);
                *pixel = ((x * 7 + y * 13) as u16).to_ne_bytes();
            }
        });
        Self {
            whole: MemoryPyramid::new(whole),
            levels: levels.to_vec(),
            reads: Arc::default(),
            num_failures: AtomicUsize::new(0),
        }
    }

    /// What every tile must be.
    pub fn expected(&self, id: TileId) -> Tile {
        self.whole.tile(id).expect("there is such a tile")
    }
}

impl RegionSource for FakeSource {
    fn size(&self) -> Size {
        self.whole.size()
    }
    fn format(&self) -> PixelFormat {
        PixelFormat::Gray16
    }
    fn levels(&self) -> &[u32] {
        &self.levels
    }
    fn read(&self, level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError> {
        if context.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        self.reads.lock().unwrap().push((level, area));
        if self.num_failures.load(Ordering::Relaxed) > 0 {
            self.num_failures.fetch_sub(1, Ordering::Relaxed);
            return Err(MediaError::damaged("scan.tif".as_ref(), "it is torn"));
        }
        Ok(self.whole.levels()[level as usize].part(area).expect("within the level"))
    }
}

struct Fixture {
    pool: Arc<JobPool>,
    wakes: Receiver<()>,
    loader: Arc<TileLoader>,
    memory: Arc<TileMemory>,
}

fn fixture(size: Size) -> Fixture {
    let (wake, wakes) = wake_channel();
    let pool = Arc::new(JobPool::new(1));
    let memory = Arc::new(TileMemory::new(1 << 24));
    let loader = TileLoader::new(Arc::clone(&pool), wake, &memory, Pyramid::new(size), PixelFormat::Gray16);
    Fixture { pool, wakes, loader, memory }
}

impl Fixture {
    fn wait_for(&self, id: TileId) -> Tile {
        loop {
            if let Some(tile) = self.loader.tile(id) {
                return tile;
            }
            self.wakes.recv_timeout(Duration::from_secs(60)).expect("a tile wakes us");
        }
    }
}

fn tile(level: u32, column: u32, row: u32) -> TileId {
    TileId { level, column, row }
}

const SIZE: Size = Size::new(5000, 1100);

#[test]
fn tiles_are_read_or_made_of_finer_ones() {
    let it = fixture(SIZE);
    let source = Arc::new(FakeSource::new(SIZE, &[0, 2]));
    let wanted = [tile(0, 9, 2), tile(1, 3, 1), tile(2, 0, 0), tile(5, 0, 0)];
    it.loader.want(&wanted);
    assert_eq!(wanted.map(|id| it.loader.tile(id)), [None, None, None, None]);
    it.loader.set_source(source.clone());
    for id in wanted {
        assert_eq!(it.wait_for(id), source.expected(id), "{id:?}");
    }
    // Level 6 is made of level 2 at most, and that is too far.
    it.loader.want(&[tile(6, 0, 0), tile(0, 10, 0), tile(0, 0, 0)]);
    it.wait_for(tile(0, 0, 0));
    assert_eq!(it.loader.tile(tile(6, 0, 0)), None);
    assert_eq!(it.loader.tile(tile(0, 10, 0)), None, "outside");
}

#[test]
fn the_overview_is_there_at_once() {
    let it = fixture(SIZE);
    let source = FakeSource::new(SIZE, &[0]);
    let level_4 = source.whole.levels()[4].clone();
    assert!(Overview::new(&it.loader.pyramid(), 3, level_4.clone()).is_none(), "of another size");
    it.loader.set_overview(Overview::new(&it.loader.pyramid(), 4, level_4).unwrap());
    for id in [tile(4, 0, 0), tile(6, 0, 0), tile(12, 0, 0)] {
        assert_eq!(it.loader.tile(id), Some(source.expected(id)));
    }
    assert_eq!(it.loader.tile(tile(3, 0, 0)), None);
}

#[test]
fn tiles_come_from_a_file_that_is_still_being_written() {
    let it = fixture(SIZE);
    let source = FakeSource::new(SIZE, &[0]);
    let whole = &source.whole.levels()[0];
    let folder = tempfile::tempdir().unwrap();
    let cache = Arc::new(PyramidCache::new(folder.path(), 1 << 26));
    let mut builder = cache.begin(key(1), it.loader.pyramid(), PixelFormat::Gray16, 0).unwrap();
    it.loader.set_written(Arc::clone(builder.written()));
    let (above, below) = (tile(0, 3, 0), tile(0, 3, 1));
    it.loader.want(&[above, below]);
    builder.push(&whole.part(PixelRect::new(0, 0, SIZE.width, 600)).unwrap(), &it.pool).unwrap();
    let (level, so_far) = builder.overview_so_far().expect("it is not complete");
    let revision = it.loader.revision();
    it.loader.renew_overview(Overview::new(&it.loader.pyramid(), level, so_far).unwrap());
    assert!(it.loader.revision() > revision);
    assert_eq!(it.wait_for(above), source.expected(above));
    assert_eq!(it.loader.tile(below), None);
    builder.push(&whole.part(PixelRect::new(0, 600, SIZE.width, 500)).unwrap(), &it.pool).unwrap();
    it.loader.want(&[below]);
    assert_eq!(it.wait_for(below), source.expected(below));
}

#[test]
fn the_latest_wish_wins_and_older_ones_are_never_read() {
    let it = fixture(SIZE);
    let source = Arc::new(FakeSource::new(SIZE, &[0]));
    let gate = Gate::close(&it.pool);
    it.loader.set_source(source.clone());
    for column in 0..10 {
        it.loader.want(&[tile(0, column, 0), tile(0, column, 1)]);
    }
    gate.open();
    it.wait_for(tile(0, 9, 0));
    it.wait_for(tile(0, 9, 1));
    let read: Vec<u32> = source.reads.lock().unwrap().iter().map(|(_, area)| area.left).collect();
    assert_eq!(read, [9 * 512 - 1; 2]);
}

#[test]
fn a_tile_that_cannot_be_read_is_shown_as_such_and_not_tried_again() {
    let it = fixture(SIZE);
    let source = Arc::new(FakeSource::new(SIZE, &[0]));
    source.num_failures.store(1, Ordering::Relaxed);
    it.loader.set_source(source.clone());
    let id = tile(0, 1, 0);
    it.loader.want(&[id]);
    let shown = it.wait_for(id);
    assert_eq!(shown.size(), source.expected(id).size());
    assert_ne!(shown, source.expected(id));
    assert!(it.loader.warning().is_some_and(|warning| warning.contains("torn")));
    it.loader.want(&[id]);
    it.loader.want(&[tile(0, 2, 0)]);
    it.wait_for(tile(0, 2, 0));
    assert_eq!(source.reads.lock().unwrap().len(), 2);
}

#[test]
fn tiles_stay_within_the_budget_and_go_with_their_picture() {
    let it = fixture(SIZE);
    it.memory.set_budget_bytes(3 * 514 * 514 * 2);
    it.loader.set_source(Arc::new(FakeSource::new(SIZE, &[0])));
    for column in 1..9 {
        it.loader.want(&[tile(0, column, 0)]);
        it.wait_for(tile(0, column, 0));
    }
    assert!((1..=3 * 514 * 514 * 2).contains(&it.memory.num_bytes()));
    assert_eq!(it.loader.tile(tile(0, 1, 0)), None, "the one not used for longest");
    let Fixture { pool, loader, memory, .. } = it;
    drop(loader);
    drop(pool);
    assert_eq!(memory.num_bytes(), 0);
}

#[test]
fn preparing_that_is_stopped_ends_and_frees_its_thread() {
    let it = fixture(Size::new(10, 10));
    it.loader.begin_rough();
    let (begins, has_begun) = crossbeam_channel::bounded(1);
    it.loader.prepare(move |_, context| {
        begins.send(()).expect("the test waits");
        // As building the levels of a very large picture does, for as long as nobody stops it.
        let begun = std::time::Instant::now();
        while !context.is_cancelled() {
            assert!(begun.elapsed() < Duration::from_secs(60), "nobody stopped it");
            std::thread::yield_now();
        }
        Err(MediaError::Cancelled)
    });
    has_begun.recv_timeout(Duration::from_secs(60)).expect("it begins");
    assert!(it.loader.is_rough() && !it.loader.is_prepared());
    it.loader.stop_preparing();
    while !it.loader.is_prepared() {
        std::thread::yield_now();
    }
    assert_eq!(it.loader.warning(), None);
}
