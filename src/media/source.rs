//! Pictures that are read by region.

use std::sync::Arc;

use crate::base::jobs::JobContext;
use crate::pixels::{PixelFormat, PixelRect, Pyramid, Size, Tile};

use super::MediaError;

/// A picture of which any part can be read without decoding the whole, in the orientation in which it is shown.
///
/// Its levels are those of [`Pyramid`]: level `n` is the picture reduced by 2ⁿ. A source offers those that its
/// file holds, or that it can decode as fast as if it did; the others are made from them by whoever reads.
///
/// Reading is thread-safe: several parts may be read at the same time.
pub trait RegionSource: Send + Sync {
    /// The size of the picture as shown.
    fn size(&self) -> Size;

    /// What the pixels of the tiles that it gives are made of.
    fn format(&self) -> PixelFormat;

    /// The levels that [`RegionSource::read`] can give, in rising order. Level 0 is always among them.
    fn levels(&self) -> &[u32];

    /// Reads a part of one of its levels. The area lies within [`Pyramid::level_size`]. The tile has its size.
    ///
    /// Where the file is damaged, the tile is what could be decoded, the rest transparent or black; an error is
    /// what leaves nothing to show.
    ///
    /// # Errors
    /// [`MediaError`]; [`MediaError::Cancelled`] soon after `context` was cancelled.
    fn read(&self, level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError>;

    /// How the picture is cut.
    fn pyramid(&self) -> Pyramid {
        Pyramid::new(self.size())
    }

    /// A rough first look at the whole picture, of any size within `max`, that costs about as much as a few calls
    /// of [`RegionSource::read`]. `None` where there is none: where the levels are coarse enough without it, or it
    /// would cost more.
    ///
    /// It may be a mosaic of samples: good for the moments until the real thing is there, not for a cache.
    fn coarse(&self, _max: Size, _context: &JobContext) -> Option<Tile> {
        None
    }

    /// What was found to be wrong with the file so far, where parts of the picture are missing or wrong.
    fn warning(&self) -> Option<Arc<str>> {
        None
    }
}

impl<S: RegionSource + ?Sized> RegionSource for Box<S> {
    fn size(&self) -> Size {
        (**self).size()
    }

    fn format(&self) -> PixelFormat {
        (**self).format()
    }

    fn levels(&self) -> &[u32] {
        (**self).levels()
    }

    fn read(&self, level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError> {
        (**self).read(level, area, context)
    }

    fn coarse(&self, max: Size, context: &JobContext) -> Option<Tile> {
        (**self).coarse(max, context)
    }

    fn warning(&self) -> Option<Arc<str>> {
        (**self).warning()
    }
}
