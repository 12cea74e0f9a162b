//! A small version of a picture that is too large to be decoded for it.
//!
//! What lies in the file as it is, is sampled. Of a progressive JPEG, the first scan is enough; other JPEGs are decoded at
//! an eighth anyway. A PNG must be read from top to bottom; that takes its time, but little memory.

use std::path::Path;

use super::decode::{DecodedTile, damage_warning};
use super::error::MediaError;
use super::format::PictureFormat;
use super::jpeg::decode_first_scan;
use super::open::MAX_WHOLE_PIXELS;
use super::plain::open_plain;
use super::png_rows::PngRows;
use super::probe::MediaInfo;
use super::source::RegionSource as _;
use crate::base::jobs::JobContext;
use crate::pixels::{PixelFormat, Pyramid, Size, Tile, halved};

/// A picture of at least the size that fits into `max`, and less than twice that, or a mosaic of samples. `None` where
/// the picture is small enough to be decoded, or its format allows nothing else.
pub(super) fn quick_look(
    path: &Path,
    info: &MediaInfo,
    max: Size,
    context: &JobContext,
) -> Result<Option<DecodedTile>, MediaError> {
    if info.size.num_pixels() <= MAX_WHOLE_PIXELS { Ok(None) } else { look(path, info, max, context) }
}

/// The same for a picture of any size.
fn look(
    path: &Path,
    info: &MediaInfo,
    max: Size,
    context: &JobContext,
) -> Result<Option<DecodedTile>, MediaError> {
    let turned = |DecodedTile { tile, warning }| {
        let tile = info.orientation.turned(&tile);
        DecodedTile { tile, warning }
    };
    match info.format {
        PictureFormat::Bmp | PictureFormat::Pnm => {
            let Some(source) = open_plain(path, info.format)? else { return Ok(None) };
            let tile = source.coarse(max, context);
            Ok(tile.map(|tile| DecodedTile { tile, warning: source.warning() }))
        }
        PictureFormat::Png => {
            let Some(rows) = PngRows::open(path)? else { return Ok(None) };
            if rows.size() != info.stored_size {
                return Err(MediaError::damaged(path, "its header contradicts itself"));
            }
            let reduced = reduce_png(rows, path, info.orientation.apply_to_size(max), context)?;
            Ok(Some(turned(reduced)))
        }
        PictureFormat::Jpeg => Ok(decode_first_scan(path, context)?.map(turned)),
        PictureFormat::Avif
        | PictureFormat::Gif
        | PictureFormat::Hdr
        | PictureFormat::OpenExr
        | PictureFormat::Tga
        | PictureFormat::Tiff
        | PictureFormat::WebP => Ok(None),
    }
}

fn reduce_png(
    mut rows: PngRows,
    path: &Path,
    max: Size,
    context: &JobContext,
) -> Result<DecodedTile, MediaError> {
    let (size, format) = (rows.size(), rows.format());
    let least = size.fit_within(max);
    let pyramid = Pyramid::new(size);
    let is_enough = |level: &u32| {
        let size = pyramid.level_size(*level);
        size.width >= least.width && size.height >= least.height
    };
    let num_steps = (1..pyramid.num_levels()).take_while(is_enough).count() as u32;
    let mut warning = None;
    let tile = reduce_strips(size, format, num_steps, path, |_, num_rows| {
        if context.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        context.give_way();
        let (strip, complaint) = rows.next(num_rows);
        if let Some(complaint) = complaint {
            warning.get_or_insert_with(|| damage_warning(&complaint.to_string()));
        }
        Ok(strip)
    })?;
    Ok(DecodedTile { tile, warning })
}

/// Puts a picture together from its strips, from top to bottom, each halved a number of times. `read` gets the top row
/// of a strip and how many rows it has.
pub(super) fn reduce_strips(
    size: Size,
    format: PixelFormat,
    num_steps: u32,
    path: &Path,
    mut read: impl FnMut(u32, u32) -> Result<Tile, MediaError>,
) -> Result<Tile, MediaError> {
    /// Rows of common tiles: those of a row of tiles are read together.
    const STRIP_ROWS: u32 = 256;
    let strip_rows = STRIP_ROWS.max(1 << num_steps);
    let mut reduced_size = Size::default();
    let mut bytes = Vec::new();
    for top in (0..size.height).step_by(strip_rows as usize) {
        let mut strip = read(top, strip_rows.min(size.height - top))?;
        for _ in 0..num_steps {
            strip = halved(&strip);
        }
        bytes.extend(strip.rows().flatten());
        reduced_size = Size::new(strip.size().width, reduced_size.height + strip.size().height);
    }
    Tile::new(reduced_size, format, bytes).ok_or_else(|| MediaError::no_memory(path, reduced_size))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::media::probe;
    use crate::media::test_pictures::{
        QUADRANT_COLORS, exif_block, jpeg_of, jpeg_with_exif, png, png_with_exif, quadrants,
    };
    use crate::media::turbo::encoder::{Encoding, encode};
    use crate::pixels::{ColorMap, Picture, Window};

    /// At about a tenth of the size.
    fn looked_at(file: &[u8]) -> Option<(Picture, Option<Arc<str>>)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("picture");
        std::fs::write(&path, file).expect("it is written");
        let info = probe(&path).expect("it is a picture");
        let looked =
            look(&path, &info, Size::new(100, 100), &JobContext::detached()).expect("it can be seen");
        looked.map(|DecodedTile { tile, warning }| {
            (Window::full(tile.format()).picture(&tile, ColorMap::default()), warning)
        })
    }

    fn assert_quadrants(picture: &Picture) {
        let Size { width, height } = picture.size();
        let places = [(1, 1), (3, 1), (1, 3), (3, 3)];
        for (color, (x, y)) in QUADRANT_COLORS.iter().zip(places) {
            let found = picture.pixel(x * width / 4, y * height / 4).expect("within");
            assert!(color.iter().zip(found).all(|(a, b)| a.abs_diff(b) < 10), "{color:?} {found:?}");
        }
    }

    fn encoded(format: image::ImageFormat, picture: &Picture) -> Vec<u8> {
        let Size { width, height } = picture.size();
        let rgba = image::RgbaImage::from_raw(width, height, picture.rgba().to_vec()).expect("its pixels");
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::DynamicImage::from(rgba).to_rgb8().write_to(&mut bytes, format).expect("it is written");
        bytes.into_inner()
    }

    #[test]
    fn pictures_of_every_kind_are_seen_small() {
        let picture = quadrants(Size::new(1000, 700));
        let progressive = jpeg_of(picture.rgba(), picture.size(), turbojpeg::PixelFormat::RGBA, true);
        let encoding = Encoding {
            subsampling: turbojpeg::Subsamp::Sub2x2,
            format: turbojpeg::PixelFormat::RGBA,
            quality: 90,
            has_own_tables: false,
            restart_interval: 7,
            is_progressive: true,
        };
        let with_restarts = encode(picture.rgba(), picture.size(), encoding);
        let files = [
            ("progressive JPEG with restarts", with_restarts),
            ("BMP", encoded(image::ImageFormat::Bmp, &picture)),
            ("PNM", encoded(image::ImageFormat::Pnm, &picture)),
            ("PNG", png(&picture)),
            ("progressive JPEG", progressive),
        ];
        for (name, file) in files {
            let (small, warning) = looked_at(&file).expect(name);
            assert!((100..200).contains(&small.size().width), "{name} {:?}", small.size());
            assert_eq!(warning, None, "{name}");
            assert_quadrants(&small);
        }
    }

    #[test]
    fn they_are_upright() {
        // Stored with rows and columns exchanged, which leaves two quarters where they are.
        let stored = quadrants(Size::new(700, 1000));
        let exif = exif_block(5, false);
        let jpeg = jpeg_of(stored.rgba(), stored.size(), turbojpeg::PixelFormat::RGBA, true);
        for file in [jpeg_with_exif(&jpeg, &exif), png_with_exif(&png(&stored), &exif)] {
            let (small, _) = looked_at(&file).expect("it can be seen");
            let Size { width, height } = small.size();
            assert!(width > height);
            let found = small.pixel(width * 3 / 4, height / 4).expect("within");
            assert!(found.iter().zip(QUADRANT_COLORS[2]).all(|(a, b)| a.abs_diff(b) < 10), "{found:?}");
        }
    }

    #[test]
    fn what_is_cut_off_is_seen_as_far_as_it_goes_with_a_warning() {
        let picture = quadrants(Size::new(1000, 700));
        let jpeg = jpeg_of(picture.rgba(), picture.size(), turbojpeg::PixelFormat::RGBA, true);
        let scan = jpeg.windows(2).position(|window| window == [0xff, 0xda]).expect("it has a scan");
        let png = png(&picture);
        for file in [&jpeg[..scan + 400], &png[..png.len() * 2 / 3]] {
            let (small, warning) = looked_at(file).expect("its start is there");
            assert!(warning.is_some());
            let found = small.pixel(5, 5).expect("within");
            assert!(found.iter().zip(QUADRANT_COLORS[0]).all(|(a, b)| a.abs_diff(b) < 10), "{found:?}");
        }
    }

    #[test]
    fn a_jpeg_that_is_not_progressive_is_left_to_others() {
        let picture = quadrants(Size::new(64, 64));
        assert!(
            looked_at(&jpeg_of(picture.rgba(), picture.size(), turbojpeg::PixelFormat::RGBA, false))
                .is_none()
        );
    }
}
