//! Where the tiles of a picture can come from.

use std::sync::Arc;

use super::pyramid_file::{PyramidFile, WrittenTiles};
use crate::base::jobs::JobContext;
use crate::media::{MediaError, RegionSource};
use crate::pixels::{MemoryPyramid, PixelRect, Pyramid, Tile, TileId, TiledPicture as _, halved};

/// A tile is made of finer ones at most this many levels below: that is 64 times its pixels to read.
const MAX_REDUCED_LEVELS: u32 = 3;

/// What there is to make tiles of. Cloning shares it.
#[derive(Clone, Default)]
pub(super) struct Origins {
    pub overview: Option<Arc<Overview>>,
    pub stored: Option<Arc<PyramidFile>>,
    /// What is going to be stored, as far as it is there.
    pub written: Option<Arc<WrittenTiles>>,
    pub source: Option<Arc<dyn RegionSource>>,
}

/// The coarse levels of a picture in memory.
#[derive(Debug)]
pub struct Overview {
    /// Its finest level.
    level: u32,
    levels: MemoryPyramid,
}

impl Overview {
    /// Of a picture that has this as one of its levels. `None` when it has another size.
    pub fn new(pyramid: &Pyramid, level: u32, tile: Tile) -> Option<Self> {
        (pyramid.level_size(level) == tile.size()).then(|| Self { level, levels: MemoryPyramid::new(tile) })
    }

    /// The same from a coarser level on.
    pub(super) fn coarser(&self, level: u32) -> Option<Self> {
        let finest = self.levels.levels().get(level.checked_sub(self.level)? as usize)?;
        Some(Self { level, levels: MemoryPyramid::new(finest.clone()) })
    }

    /// Its finest level.
    pub fn finest(&self) -> &Tile {
        &self.levels.levels()[0]
    }

    /// A tile with its gutter, where it has the level.
    pub(super) fn tile(&self, id: TileId) -> Option<Tile> {
        self.levels.tile(TileId { level: id.level.checked_sub(self.level)?, ..id })
    }

    /// Bytes in memory.
    pub fn num_bytes(&self) -> usize {
        self.levels.num_bytes()
    }
}

impl Origins {
    /// Whether a tile of this level can be read.
    pub fn has(&self, level: u32) -> bool {
        self.stored_at(level).is_some()
            || self.source.as_ref().is_some_and(|source| finest_below(source.as_ref(), level).is_some())
    }

    /// Whether this tile can be read, though others of its level may not be.
    pub fn has_tile(&self, id: TileId) -> bool {
        self.has(id.level) || self.written.as_ref().is_some_and(|written| written.has(id))
    }

    fn stored_at(&self, level: u32) -> Option<&PyramidFile> {
        self.stored.as_deref().filter(|stored| stored.first_level() <= level)
    }

    /// Reads a tile with its gutter. `None` where there is nothing to make it of.
    pub fn read(
        &self,
        pyramid: &Pyramid,
        id: TileId,
        context: &JobContext,
    ) -> Result<Option<Tile>, MediaError> {
        let stored = self.stored_at(id.level);
        if let Some(tile) = stored.and_then(|stored| stored.tile(id)) {
            return Ok(Some(tile));
        }
        if let Some(tile) = self.written.as_ref().and_then(|written| written.tile(id)) {
            return Ok(Some(tile));
        }
        let Some(source) = &self.source else {
            return stored.map_or(Ok(None), |stored| {
                Err(MediaError::damaged(stored.path(), "its tiles on disk are broken"))
            });
        };
        let area = pyramid.area_with_gutter(id);
        let Some(level) = finest_below(source.as_ref(), id.level) else { return Ok(None) };
        read_reduced(source.as_ref(), level, id.level, area, context).map(Some)
    }
}

/// The coarsest level of a source that a tile can be made of.
fn finest_below(source: &dyn RegionSource, level: u32) -> Option<u32> {
    let nearest = source.levels().iter().copied().filter(|other| *other <= level).max()?;
    (level - nearest <= MAX_REDUCED_LEVELS).then_some(nearest)
}

/// Reads an area of a level, made of a finer one.
fn read_reduced(
    source: &dyn RegionSource,
    from: u32,
    level: u32,
    area: PixelRect,
    context: &JobContext,
) -> Result<Tile, MediaError> {
    let steps = level - from;
    let size = source.pyramid().level_size(from);
    let (left, top) = (area.left << steps, area.top << steps);
    let end = |end: u32, max: u32| (u64::from(end) << steps).min(u64::from(max)) as u32;
    let (right, bottom) = (end(area.right(), size.width), end(area.bottom(), size.height));
    let mut tile = source.read(from, PixelRect::new(left, top, right - left, bottom - top), context)?;
    for _ in 0..steps {
        tile = halved(&tile);
    }
    Ok(tile)
}
