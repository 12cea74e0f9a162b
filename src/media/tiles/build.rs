//! Making the pyramid of a picture, once, and keeping it on disk.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::codec;
use super::crew::in_parallel;
use super::pyramid_file::{PyramidFile, PyramidWriter, WrittenTiles};
use super::rows::RowReducer;
use crate::base::jobs::{JobContext, JobPool};
use crate::media::cache_folder::cache_folder;
use crate::media::content::ContentKey;
use crate::media::disk_cache::DiskCache;
use crate::media::{MediaError, RegionSource};
use crate::pixels::{PixelFormat, PixelRect, Pyramid, Size, TILE_SIDE, Tile, TileId, halved};

/// What pyramids may take on disk unless said otherwise.
pub const DEFAULT_PYRAMID_BUDGET_BYTES: u64 = 10_000_000_000;

/// Rows that are handed on at a time.
const BAND_ROWS: u32 = TILE_SIDE;

/// The tiles of very large pictures on disk, within a budget: those that take long to make from the pictures' files.
#[derive(Debug)]
pub struct PyramidCache {
    files: DiskCache,
}

impl PyramidCache {
    /// A cache in the given folder. Nothing is read or written yet.
    pub fn new(folder: impl Into<std::path::PathBuf>, budget_bytes: u64) -> Self {
        Self { files: DiskCache::new(folder, budget_bytes) }
    }

    /// A cache of the default size in the user's [`cache_folder`].
    pub fn in_cache_folder() -> Self {
        Self::new(cache_folder().join("pyramids"), DEFAULT_PYRAMID_BUDGET_BYTES)
    }

    /// Where the files lie.
    pub fn folder(&self) -> &Path {
        self.files.folder()
    }

    /// Changes what the files may take.
    pub fn set_budget_bytes(&self, budget_bytes: u64) {
        self.files.set_budget_bytes(budget_bytes);
    }

    /// The pyramid of a picture, if it is there and sound.
    pub(in crate::media) fn get(&self, key: ContentKey) -> Option<PyramidFile> {
        PyramidFile::open(&self.files, key)
    }

    /// The whole of a picture as one tile, up to 512 pixels wide and high, if its pyramid is there.
    pub(in crate::media) fn overview(&self, key: ContentKey) -> Option<Tile> {
        let file = self.get(key)?;
        file.tile(TileId { level: file.pyramid().overview_level(), column: 0, row: 0 })
    }

    /// Begins to keep the pyramid of a picture, from `first_level` on.
    pub(in crate::media) fn begin(
        self: &Arc<Self>,
        key: ContentKey,
        pyramid: Pyramid,
        format: PixelFormat,
        first_level: u32,
    ) -> Result<PyramidBuilder, MediaError> {
        let writer = PyramidWriter::begin(&self.files, key, pyramid, format, first_level)
            .map_err(|error| MediaError::cache(self.folder(), error))?;
        let reducer = RowReducer::new(pyramid, format, first_level);
        Ok(PyramidBuilder { cache: Arc::clone(self), key, reducer, writer })
    }
}

/// Makes a pyramid of rows that come from top to bottom.
pub(in crate::media) struct PyramidBuilder {
    cache: Arc<PyramidCache>,
    key: ContentKey,
    reducer: RowReducer,
    writer: PyramidWriter,
}

impl PyramidBuilder {
    /// Takes the next rows of the first level. Tiles that are complete are compressed on all threads and written.
    ///
    /// # Errors
    /// [`MediaError::Cache`].
    pub fn push(&mut self, rows: &Tile, pool: &Arc<JobPool>) -> Result<(), MediaError> {
        let tiles = self.reducer.push(rows);
        self.write(tiles, pool).map_err(|error| MediaError::cache(self.cache.folder(), error))
    }

    fn write(&mut self, tiles: Vec<(TileId, Tile)>, pool: &Arc<JobPool>) -> io::Result<()> {
        let encoded = in_parallel(pool, num_helpers(), tiles, |(id, tile)| (id, codec::encode(&tile)))
            .ok_or_else(|| io::Error::other("compressing a tile failed"))?;
        for (id, encoded) in encoded {
            self.writer.put(id, &encoded.ok_or(io::ErrorKind::OutOfMemory)?)?;
        }
        if self.writer.num_bytes() > self.cache.files.budget_bytes() {
            return Err(io::Error::other("they take more than is allowed"));
        }
        Ok(())
    }

    /// The tiles that are there so far.
    pub fn written(&self) -> &Arc<WrittenTiles> {
        self.writer.written()
    }

    /// A level that shows all of the picture that there is so far.
    pub fn overview_so_far(&self) -> Option<(u32, Tile)> {
        self.reducer.overview_so_far()
    }

    /// Finishes it with what is to be found again, and makes room for it.
    ///
    /// # Errors
    /// [`MediaError::Cache`].
    pub fn finish(self, extra: &[u8], context: &JobContext) -> Result<PyramidFile, MediaError> {
        let error = |error| MediaError::cache(self.cache.folder(), error);
        self.writer.finish(&self.cache.files, extra).map_err(error)?;
        let file = self.cache.get(self.key);
        if self.cache.files.takes_turn_to_prune() {
            self.cache.files.prune(context);
        }
        file.ok_or_else(|| error(io::Error::other("what was written cannot be read back")))
    }
}

/// Makes those levels of a picture that are coarser than what its source has, and keeps them with what is to be found
/// again. Tells its progress in rows.
///
/// # Errors
/// [`MediaError`] of the source; [`MediaError::Cache`]; [`MediaError::Cancelled`].
pub(in crate::media) fn build_from_source(
    source: &Arc<dyn RegionSource>,
    path: &Path,
    cache: &Arc<PyramidCache>,
    key: ContentKey,
    extra: &[u8],
    pool: &Arc<JobPool>,
    context: &JobContext,
) -> Result<PyramidFile, MediaError> {
    let from = source.levels().iter().copied().max().unwrap_or(0);
    let (pyramid, size) = (source.pyramid(), source.pyramid().level_size(from));
    let mut builder = cache.begin(key, pyramid, source.format(), from + 1)?;
    // Two tiles high, so that a band of the next level is one tile high.
    for top in (0..size.height).step_by(2 * BAND_ROWS as usize) {
        if context.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        context.give_way();
        context.set_progress(top.into(), size.height.into());
        let band = PixelRect::new(0, top, size.width, (2 * BAND_ROWS).min(size.height - top));
        let halves = read_band(source, path, from, band, pool, context)?;
        builder.push(&halves, pool)?;
    }
    builder.finish(extra, context)
}

/// Reads a band, block by block on all threads, at half its size.
fn read_band(
    source: &Arc<dyn RegionSource>,
    path: &Path,
    level: u32,
    band: PixelRect,
    pool: &Arc<JobPool>,
    context: &JobContext,
) -> Result<Tile, MediaError> {
    let lefts = (band.left..band.right()).step_by(2 * TILE_SIDE as usize);
    let blocks =
        lefts.map(|left| PixelRect { left, width: (2 * TILE_SIDE).min(band.right() - left), ..band });
    let (reader, reader_context) = (Arc::clone(source), context.clone());
    let read = move |area: PixelRect| reader.read(level, area, &reader_context).map(|tile| halved(&tile));
    let halves = in_parallel(pool, num_helpers(), blocks.collect(), read)
        .ok_or_else(|| MediaError::unsupported(path, "this picture, on which its decoder breaks down,"))?;
    let halves = halves.into_iter().collect::<Result<Vec<Tile>, _>>()?;
    let size = Size::new(band.width.div_ceil(2), band.height.div_ceil(2));
    Ok(Tile::filled_by(size, source.format(), |mut bytes| {
        for y in 0..size.height {
            for half in &halves {
                let (to, rest) = bytes.split_at_mut(half.row(y).len());
                to.copy_from_slice(half.row(y));
                bytes = rest;
            }
        }
    }))
}

/// Makes the levels of a picture of which one is in memory, from that one on.
pub(in crate::media) fn build_from_level(
    level: &Tile,
    builder: &mut PyramidBuilder,
    pool: &Arc<JobPool>,
    context: &JobContext,
) -> Result<(), MediaError> {
    let size = level.size();
    for top in (0..size.height).step_by(BAND_ROWS as usize) {
        if context.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        context.give_way();
        let band = PixelRect::new(0, top, size.width, BAND_ROWS.min(size.height - top));
        if let Some(rows) = level.part(band) {
            builder.push(&rows, pool)?;
        }
    }
    Ok(())
}

/// Threads besides the one that asks.
fn num_helpers() -> usize {
    std::thread::available_parallelism().map_or(1, |num| num.get() - 1)
}
