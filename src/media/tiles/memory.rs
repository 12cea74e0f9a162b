//! The tiles of all pictures that are in memory.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::cache::ByteCache;
use crate::pixels::{Tile, TileId};

/// What tiles may take in memory unless said otherwise.
pub const DEFAULT_TILE_MEMORY_BYTES: usize = 512 << 20;

/// Tiles of pictures that are too large to be in memory as a whole: those used last, within a budget. Shared by all
/// [`TileLoader`](super::TileLoader)s.
pub struct TileMemory {
    cache: Mutex<ByteCache<(PictureNumber, TileId), Tile>>,
    num_pictures: AtomicU64,
}

type PictureNumber = u64;

impl TileMemory {
    /// No tiles yet.
    pub fn new(budget_bytes: usize) -> Self {
        Self { cache: Mutex::new(ByteCache::new(budget_bytes)), num_pictures: AtomicU64::new(0) }
    }

    /// Changes the budget, and drops what no longer fits.
    pub fn set_budget_bytes(&self, budget_bytes: usize) {
        self.cache().set_budget_bytes(budget_bytes);
    }

    /// Bytes held now.
    pub fn num_bytes(&self) -> usize {
        self.cache().num_bytes()
    }

    /// A place for the tiles of one more picture.
    pub(super) fn of_new_picture(self: &Arc<Self>) -> PictureTiles {
        PictureTiles { number: self.num_pictures.fetch_add(1, Ordering::Relaxed), memory: Arc::clone(self) }
    }

    fn cache(&self) -> MutexGuard<'_, ByteCache<(PictureNumber, TileId), Tile>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tiles of one picture. Dropping it drops them.
pub(super) struct PictureTiles {
    memory: Arc<TileMemory>,
    number: PictureNumber,
}

impl PictureTiles {
    pub fn get(&self, id: TileId) -> Option<Tile> {
        self.memory.cache().get(&(self.number, id)).cloned()
    }

    pub fn contains(&self, id: TileId) -> bool {
        self.memory.cache().contains(&(self.number, id))
    }

    pub fn insert(&self, id: TileId, tile: Tile) {
        let num_bytes = tile.num_bytes();
        self.memory.cache().insert((self.number, id), tile, num_bytes);
    }

    pub fn clear(&self) {
        self.memory.cache().retain(|(number, _)| *number != self.number);
    }
}

impl Drop for PictureTiles {
    fn drop(&mut self) {
        self.clear();
    }
}
