//! Opening a picture tile by tile: how that goes for each format, and what comes first.

use std::path::Path;
use std::sync::Arc;

use super::content::ContentKey;
use super::decode::damage_warning;
use super::error::MediaError;
use super::format::PictureFormat;
use super::jpeg::{JpegFile, JpegSource};
use super::open::Opening;
use super::orientation::Orientation;
use super::plain::open_plain;
use super::png_rows::PngRows;
use super::probe::MediaInfo;
use super::source::RegionSource;
use super::tiff::open_tiff;
use super::tiles::{Overview, PyramidCache, PyramidFile, TileLoader, build_from_level, build_from_source};
use super::upright::Upright;
use crate::base::jobs::JobContext;
use crate::pixels::{PixelFormat, Pyramid, Size, Tile, TiledPicture as _};

/// The level that a JPEG is first seen at: libjpeg-turbo decodes no smaller one as fast.
const FIRST_LEVEL: u32 = 3;

/// JPEG files over this many bytes are not taken into memory for the first view.
const MAX_WHOLE_FILE_BYTES: u64 = 400_000_000;

/// Rows of a picture that are decoded at a time.
const NUM_ROWS: u32 = 512;

/// A loader with something to show, and what is wrong with the file as far as that is known.
type OpenedTiles = (Arc<TileLoader>, Option<Arc<str>>);

impl Opening {
    /// `None` when the picture must be decoded as a whole after all.
    pub(super) fn open_as_tiles(
        &self,
        path: &Path,
        key: ContentKey,
        info: &MediaInfo,
        context: &JobContext,
    ) -> Result<Option<OpenedTiles>, MediaError> {
        match info.format {
            PictureFormat::Jpeg => self.open_jpeg(path, key, info, context),
            PictureFormat::Png => self.open_png(path, key, info),
            PictureFormat::Tiff => {
                let source: Arc<dyn RegionSource> = open_tiff(path)?.into();
                self.open_source(path, key, source, context).map(Some)
            }
            PictureFormat::Bmp | PictureFormat::Pnm => {
                let Some(source) = open_plain(path, info.format)? else { return Ok(None) };
                if source.size() != info.size {
                    return Err(MediaError::damaged(path, "its header contradicts itself"));
                }
                self.open_source(path, key, Arc::new(source), context).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn loader(&self, size: Size, format: PixelFormat) -> Arc<TileLoader> {
        let (pool, wake) = (Arc::clone(&self.pool), Arc::clone(&self.wake));
        TileLoader::new(pool, wake, &self.tile_memory, Pyramid::new(size), format)
    }

    /// JPEG: first at an eighth of its size, from which its coarse levels are made, while the file is indexed. Both are
    /// kept for the next time.
    fn open_jpeg(
        &self,
        path: &Path,
        key: ContentKey,
        info: &MediaInfo,
        context: &JobContext,
    ) -> Result<Option<OpenedTiles>, MediaError> {
        let contradiction = || MediaError::damaged(path, "its header contradicts itself");
        let Some(file) = JpegFile::open(path)? else { return Ok(None) };
        if file.size() != info.stored_size {
            return Err(contradiction());
        }
        let loader = self.loader(info.size, file.format());
        let orientation = info.orientation;
        if let Some(stored) = self.pyramids.as_ref().and_then(|pyramids| pyramids.get(key)) {
            let is_same = stored.pyramid() == Pyramid::new(info.size) && stored.format() == file.format();
            if let Some(source) = file.with_index(stored.extra()).filter(|_| is_same) {
                loader.set_source(upright(source, orientation));
                loader.set_stored(stored);
                return Ok(Some((loader, None)));
            }
            stored.forget();
        }
        let mut warning = None;
        if info.num_bytes <= MAX_WHOLE_FILE_BYTES {
            let (first, complaint) = file.decode_whole(FIRST_LEVEL, context)?;
            warning = complaint;
            let pyramid = Pyramid::new(info.size);
            let overview = Overview::new(&pyramid, FIRST_LEVEL, orientation.turned(&first));
            loader.set_overview(overview.ok_or_else(contradiction)?);
        }
        // Not at the same time: both would be late where there are no processors to spare.
        let (pyramids, path) = (self.pyramids.clone(), path.to_owned());
        loader.prepare(move |loader, context| {
            let source = file.index(context)?;
            // A file that is still being copied looks damaged; that must not outlive it.
            let pyramids = pyramids.filter(|_| source.warning().is_none());
            let index = source.index_bytes();
            let source = upright(source, orientation);
            loader.set_source(Arc::clone(&source));
            let Some(pyramids) = pyramids else { return Ok(()) };
            let stored = match loader.overview() {
                Some(overview) => keep_jpeg(&pyramids, key, loader, &overview, &index, context),
                None => build_from_source(&source, &path, &pyramids, key, &index, loader.pool(), context),
            };
            match stored {
                Ok(stored) => loader.set_stored(stored),
                // It is all there without.
                Err(MediaError::Cache { source, .. }) => log::warn!("tiles are not kept: {source}"),
                Err(error) => return Err(error),
            }
            Ok(())
        });
        Ok(Some((loader, warning)))
    }

    /// A picture that is read by region, and may lack coarse levels: these are made in the background.
    fn open_source(
        &self,
        path: &Path,
        key: ContentKey,
        source: Arc<dyn RegionSource>,
        context: &JobContext,
    ) -> Result<OpenedTiles, MediaError> {
        let loader = self.loader(source.size(), source.format());
        loader.set_source(Arc::clone(&source));
        let warning = source.warning();
        let pyramid = source.pyramid();
        if loader.can_make(pyramid.overview_level()) {
            return Ok((loader, warning));
        }
        if let Some(stored) = self.pyramids.as_ref().and_then(|pyramids| pyramids.get(key)) {
            if stored.pyramid() == pyramid && stored.format() == source.format() {
                loader.set_stored(stored);
                return Ok((loader, warning));
            }
            stored.forget();
        }
        let level = pyramid.overview_level();
        let size = pyramid.level_size(level);
        let rough = source.coarse(size, context).map(|rough| stretched(&rough, size));
        if let Some(overview) = rough.and_then(|rough| Overview::new(&pyramid, level, rough)) {
            loader.set_overview(overview);
        }
        if let Some(pyramids) = self.pyramids.clone() {
            let path = path.to_owned();
            loader.begin_rough();
            loader.prepare(move |loader, context| {
                let stored = build_from_source(&source, &path, &pyramids, key, &[], loader.pool(), context)?;
                if source.warning().is_some() {
                    stored.forget();
                }
                loader.set_stored(stored);
                loader.renew();
                Ok(())
            });
        }
        Ok((loader, warning))
    }

    /// PNG: decoded once from top to bottom, and then read from disk. `None` where that is not possible, or nothing may
    /// be kept on disk.
    fn open_png(
        &self,
        path: &Path,
        key: ContentKey,
        info: &MediaInfo,
    ) -> Result<Option<OpenedTiles>, MediaError> {
        let Some(pyramids) = self.pyramids.clone() else { return Ok(None) };
        let Some(rows) = PngRows::open(path)?.filter(|_| info.orientation == Orientation::Normal) else {
            return Ok(None);
        };
        if rows.size() != info.size {
            return Err(MediaError::damaged(path, "its header contradicts itself"));
        }
        let loader = self.loader(info.size, rows.format());
        if let Some(stored) = pyramids.get(key) {
            if stored.pyramid() == Pyramid::new(info.size) && stored.format() == rows.format() {
                loader.set_stored(stored);
                return Ok(Some((loader, None)));
            }
            stored.forget();
        }
        loader.begin_rough();
        loader.prepare(move |loader, context| keep_rows(rows, &pyramids, key, loader, context));
        Ok(Some((loader, None)))
    }
}

fn upright(source: JpegSource, orientation: Orientation) -> Arc<dyn RegionSource> {
    match orientation {
        Orientation::Normal => Arc::new(source),
        _ => Arc::new(Upright::new(source, orientation)),
    }
}

/// Keeps the levels of a JPEG that are in memory.
fn keep_jpeg(
    pyramids: &Arc<PyramidCache>,
    key: ContentKey,
    loader: &TileLoader,
    overview: &Overview,
    index: &[u8],
    context: &JobContext,
) -> Result<PyramidFile, MediaError> {
    let finest = overview.finest();
    let pyramid = loader.pyramid();
    let mut builder = pyramids.begin(key, pyramid, finest.format(), FIRST_LEVEL)?;
    build_from_level(finest, &mut builder, loader.pool(), context)?;
    builder.finish(index, context)
}

/// Makes and keeps all levels of a picture whose rows come from top to bottom. What is there so far can be seen
/// meanwhile.
fn keep_rows(
    mut rows: PngRows,
    pyramids: &Arc<PyramidCache>,
    key: ContentKey,
    loader: &TileLoader,
    context: &JobContext,
) -> Result<(), MediaError> {
    let pyramid = Pyramid::new(rows.size());
    let mut builder = pyramids.begin(key, pyramid, rows.format(), 0)?;
    loader.set_written(Arc::clone(builder.written()));
    let mut is_damaged = false;
    loop {
        if context.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        // What is looked at, of the rows that are there.
        context.give_way();
        let (tile, complaint) = rows.next(NUM_ROWS);
        if tile.size().height == 0 {
            break;
        }
        builder.push(&tile, loader.pool())?;
        if let Some((level, tile)) = builder.overview_so_far()
            && let Some(overview) = Overview::new(&pyramid, level, tile)
        {
            loader.renew_overview(overview);
        }
        if let Some(complaint) = complaint.filter(|_| !is_damaged) {
            is_damaged = true;
            loader.warn(damage_warning(&complaint.to_string()));
        }
    }
    let stored = builder.finish(&[], context)?;
    if is_damaged {
        // A file that is still being copied looks damaged; that must not outlive it.
        stored.forget();
    }
    loader.set_stored(stored);
    loader.renew();
    Ok(())
}

/// A rough picture at another size, without making more of it than it is.
fn stretched(rough: &Tile, size: Size) -> Tile {
    let pixel_bytes = rough.format().bytes_per_pixel();
    let from = |n: u32, side: u32, rough_side: u32| {
        (u64::from(n) * u64::from(rough_side) / u64::from(side.max(1))) as u32
    };
    Tile::filled_by(size, rough.format(), |bytes| {
        let row_bytes = (size.width as usize * pixel_bytes).max(1);
        for (y, to) in (0..).zip(bytes.chunks_exact_mut(row_bytes)) {
            let row = rough.row(from(y, size.height, rough.size().height));
            for (x, to) in (0..).zip(to.chunks_exact_mut(pixel_bytes)) {
                let at = from(x, size.width, rough.size().width) as usize * pixel_bytes;
                to.copy_from_slice(&row[at..at + pixel_bytes]);
            }
        }
    })
}
