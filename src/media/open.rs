//! Opening a picture for the canvas: in memory as a whole, or tile by tile.

use std::path::Path;
use std::sync::Arc;

use super::content::ContentKey;
use super::decode::{DecodeLimits, check_length, decode_deep};
use super::error::MediaError;
use super::format::PictureFormat;
use super::loading::Wake;
use super::probe::{self, MediaInfo};
use super::tiles::{PyramidCache, TileLoader, TileMemory};
use crate::base::jobs::{JobContext, JobPool};
use crate::pixels::{MemoryPyramid, Size, TiledPicture};

/// Pictures up to this many pixels are in memory as a whole: the photos of all common cameras. Larger ones come as
/// tiles, where their format allows.
pub const MAX_WHOLE_PIXELS: u64 = 64_000_000;

/// A picture that can be drawn. Cloning shares it.
#[derive(Clone, Debug)]
pub struct OpenedPicture {
    tiles: Arc<dyn TiledPicture>,
    /// The same, where it is not in memory as a whole.
    loader: Option<Arc<TileLoader>>,
    num_bytes: usize,
    warning: Option<Arc<str>>,
}

/// What opening needs besides a file.
#[derive(Clone)]
pub struct Opening {
    /// Where tiles are read.
    pub pool: Arc<JobPool>,
    /// Called when tiles have come.
    pub wake: Wake,
    /// Where they stay.
    pub tile_memory: Arc<TileMemory>,
    /// Where they are kept on disk. Without it, nothing is, and a picture that can only be read from top to bottom is
    /// decoded as a whole.
    pub pyramids: Option<Arc<PyramidCache>>,
    /// How large a picture may be that must be decoded as a whole.
    pub limits: DecodeLimits,
    /// Pictures of more pixels are opened tile by tile, where their format allows: [`MAX_WHOLE_PIXELS`], unless a test
    /// says otherwise.
    pub max_whole_pixels: u64,
}

impl Opening {
    /// With the default limits, and nothing kept on disk.
    pub fn new(pool: Arc<JobPool>, wake: Wake, tile_memory: Arc<TileMemory>) -> Self {
        let limits = DecodeLimits::default();
        Self { pool, wake, tile_memory, pyramids: None, limits, max_whole_pixels: MAX_WHOLE_PIXELS }
    }

    /// Opens a picture that is known by a key. It comes back as soon as there is something to see of all of it; of
    /// pictures that can only be read from top to bottom, at once.
    ///
    /// # Errors
    /// See [`MediaError`]; [`MediaError::Cancelled`] soon after `context` was cancelled.
    pub fn open(
        &self,
        path: &Path,
        key: ContentKey,
        context: &JobContext,
    ) -> Result<OpenedPicture, MediaError> {
        let file = probe::open(path)?;
        let info = &file.info;
        if self.comes_as_tiles(info) {
            check_length(&file, path)?;
            if let Some((loader, warning)) = self.open_as_tiles(path, key, info, context)? {
                return Ok(OpenedPicture::of_tiles(loader, warning));
            }
        }
        let decoded = decode_deep(path, &self.limits, context)?;
        let whole = MemoryPyramid::new(decoded.tile);
        Ok(OpenedPicture {
            num_bytes: whole.num_bytes(),
            tiles: Arc::new(whole),
            loader: None,
            warning: decoded.warning,
        })
    }

    /// Whether a picture is too large to be in memory as a whole, and of a format that may be read otherwise.
    pub fn comes_as_tiles(&self, info: &MediaInfo) -> bool {
        use PictureFormat::{Bmp, Jpeg, Png, Pnm, Tiff};
        let is_possible = matches!(info.format, Bmp | Jpeg | Png | Pnm | Tiff);
        is_possible && info.size.num_pixels() > self.max_whole_pixels
    }
}

impl OpenedPicture {
    fn of_tiles(loader: Arc<TileLoader>, warning: Option<Arc<str>>) -> Self {
        let tiles: Arc<dyn TiledPicture> = Arc::<TileLoader>::clone(&loader);
        Self { num_bytes: loader.num_bytes(), tiles, loader: Some(loader), warning }
    }

    /// What is drawn.
    pub fn tiles(&self) -> &Arc<dyn TiledPicture> {
        &self.tiles
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.tiles.pyramid().size()
    }

    /// Bytes in memory besides those that count in the [`TileMemory`].
    pub fn num_bytes(&self) -> usize {
        self.num_bytes
    }

    /// Stops making a rough picture exact, which can keep all processors busy for minutes. Says whether that was under
    /// way: then the picture stays rough for ever, and is to be opened anew.
    pub(super) fn stop_if_rough(&self) -> bool {
        let Some(loader) = self.loader.as_ref().filter(|loader| loader.is_rough()) else { return false };
        loader.stop_preparing();
        true
    }

    /// Whether nothing is made ready in the background any more.
    pub fn is_prepared(&self) -> bool {
        self.loader.as_ref().is_none_or(|loader| loader.is_prepared())
    }

    /// Waits until no tile is rough or incomplete any more, for drawing without a window: what is on screen gets better
    /// by itself.
    pub fn wait_until_exact(&self) {
        const BREAK: std::time::Duration = std::time::Duration::from_millis(5);
        while self.loader.as_ref().is_some_and(|loader| loader.is_rough()) {
            std::thread::sleep(BREAK);
        }
    }

    /// What is wrong with the file, where it could be read in part, as far as that is known by now.
    pub fn warning(&self) -> Option<Arc<str>> {
        self.warning.clone().or_else(|| self.loader.as_ref()?.warning())
    }
}

/// Two are the same when they share their tiles.
impl PartialEq for OpenedPicture {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tiles, &other.tiles)
    }
}

impl Eq for OpenedPicture {}
