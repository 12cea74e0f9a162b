//! Opening a picture for the canvas: in memory as a whole, or tile by tile.

use std::path::Path;
use std::sync::Arc;

use super::decode::{DecodeLimits, decode_deep};
use super::error::MediaError;
use super::format::PictureFormat;
use super::jpeg::JpegFile;
use super::loading::Wake;
use super::probe::{MediaInfo, probe};
use super::tiles::{Overview, TileLoader, TileMemory};
use super::upright::Upright;
use crate::base::jobs::{JobContext, JobPool};
use crate::pixels::{MemoryPyramid, Pyramid, Size, TiledPicture};

/// Pictures up to this many pixels are in memory as a whole: the photos of all common cameras. Larger ones come as
/// tiles, where their format allows.
pub const MAX_WHOLE_PIXELS: u64 = 64_000_000;

/// The level that a JPEG is first seen at: libjpeg-turbo decodes no smaller one as fast.
const FIRST_LEVEL: u32 = 3;

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
    /// How large a picture may be that must be decoded as a whole.
    pub limits: DecodeLimits,
    /// Pictures of more pixels are opened tile by tile, where their format allows: [`MAX_WHOLE_PIXELS`], unless a test
    /// says otherwise.
    pub max_whole_pixels: u64,
}

impl Opening {
    /// With the default limits.
    pub fn new(pool: Arc<JobPool>, wake: Wake, tile_memory: Arc<TileMemory>) -> Self {
        let limits = DecodeLimits::default();
        Self { pool, wake, tile_memory, limits, max_whole_pixels: MAX_WHOLE_PIXELS }
    }

    /// Opens a picture. It comes back as soon as there is something to see of all of it.
    ///
    /// # Errors
    /// See [`MediaError`]; [`MediaError::Cancelled`] soon after `context` was cancelled.
    pub fn open(&self, path: &Path, context: &JobContext) -> Result<OpenedPicture, MediaError> {
        let info = probe(path)?;
        if self.comes_as_tiles(&info)
            && let Some(opened) = self.open_jpeg(path, &info, context)?
        {
            return Ok(opened);
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
        info.format == PictureFormat::Jpeg && info.size.num_pixels() > self.max_whole_pixels
    }

    /// Opens a JPEG by region: first at an eighth of its size, from which its coarse levels are made, while the file is
    /// indexed. `None` when it is of a kind that must be decoded as a whole.
    fn open_jpeg(
        &self,
        path: &Path,
        info: &MediaInfo,
        context: &JobContext,
    ) -> Result<Option<OpenedPicture>, MediaError> {
        let Some(file) = JpegFile::open(path)? else { return Ok(None) };
        if file.size() != info.stored_size {
            return Err(MediaError::damaged(path, "its header contradicts itself"));
        }
        let pyramid = Pyramid::new(info.size);
        let loader = TileLoader::new(
            Arc::clone(&self.pool),
            Arc::clone(&self.wake),
            &self.tile_memory,
            pyramid,
            file.format(),
        );
        // Begins on another thread at once, and goes on while the first view is decoded here.
        let (indexed, orientation) = (Arc::clone(&file), info.orientation);
        loader.prepare(move |loader, context| {
            loader.set_source(Arc::new(Upright::new(indexed.index(context)?, orientation)));
            Ok(())
        });
        let (first, warning) = file.decode_whole(FIRST_LEVEL, context)?;
        let overview = Overview::new(&pyramid, FIRST_LEVEL, info.orientation.turned(&first))
            .ok_or_else(|| MediaError::damaged(path, "its header contradicts itself"))?;
        loader.set_overview(overview);
        Ok(Some(OpenedPicture::of_tiles(loader, warning)))
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::media::test_pictures::{exif_block, jpeg, jpeg_with_exif, quadrants, wake_channel};
    use crate::media::tiles::DEFAULT_TILE_MEMORY_BYTES;
    use crate::pixels::TileId;

    /// Opens a file as if it were very large; all its tiles, and the picture decoded as a whole.
    fn expect_tiles_of_whole(data: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.jpg");
        fs::write(&path, data).unwrap();
        let (wake, wakes) = wake_channel();
        let memory = Arc::new(TileMemory::new(DEFAULT_TILE_MEMORY_BYTES));
        let whole = Opening::new(Arc::new(JobPool::new(2)), wake, memory);
        let by_tiles = Opening { max_whole_pixels: 0, ..whole.clone() };
        let context = JobContext::detached();
        let (whole, opened) = (whole.open(&path, &context).unwrap(), by_tiles.open(&path, &context).unwrap());
        assert!(whole.loader.is_none() && opened.loader.is_some());
        assert_eq!(whole.size(), opened.size());
        let overview = TileId { level: FIRST_LEVEL, column: 0, row: 0 };
        assert!(opened.tiles().tile(overview).is_some(), "there is something to see at once");
        let pyramid = opened.tiles().pyramid();
        let tiles: Vec<_> = pyramid.tiles_in(0, crate::pixels::PixelRect::of_size(opened.size())).collect();
        opened.tiles().want(&tiles);
        for id in tiles {
            let tile = loop {
                if let Some(tile) = opened.tiles().tile(id) {
                    break tile;
                }
                wakes.recv_timeout(Duration::from_secs(60)).expect("tiles come");
            };
            assert_eq!(Some(tile), whole.tiles().tile(id), "{id:?}");
        }
        assert_eq!(opened.warning(), None);
    }

    #[test]
    fn a_jpeg_opened_by_tiles_is_the_one_opened_as_a_whole() {
        let data = jpeg(&quadrants(Size::new(1300, 700)));
        expect_tiles_of_whole(&data);
        for orientation in [3, 6] {
            expect_tiles_of_whole(&jpeg_with_exif(&data, &exif_block(orientation, false)));
        }
    }
}
