//! Regions against the whole picture.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use turbojpeg::{PixelFormat as Pixels, Subsamp};

use super::{JpegFile, JpegSource};
use crate::base::jobs::JobContext;
use crate::media::RegionSource as _;
use crate::media::convert::rgba_from_inverted_cmyk;
use crate::media::turbo::Decompressor;
use crate::media::turbo::encoder::{Encoding, encode};
use crate::pixels::{PixelFormat, PixelRect, Pyramid, Size, Tile};

const PLAIN: Encoding = Encoding {
    subsampling: Subsamp::Sub2x2,
    format: Pixels::RGBA,
    quality: 90,
    has_own_tables: false,
    restart_interval: 0,
    is_progressive: false,
};

/// Soft shapes, and noise in some places: long and short blocks.
fn photo(size: Size, num_channels: usize) -> Vec<u8> {
    let mut noise = 7_u32;
    let mut pixel = |n: u32| {
        let (x, y) = ((n % size.width) as f32, (n / size.width) as f32);
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = if (x / 90.0).sin() > 0.0 { (noise >> 25) as f32 } else { 0.0 };
        let wave = |period: f32| ((x / period).sin() + (y / (period * 1.3)).cos()) * 60.0 + 110.0 + grain;
        [wave(90.0), wave(37.0), wave(211.0), wave(53.0)].map(|value| value as u8)
    };
    (0..size.num_pixels() as u32).flat_map(|n| pixel(n).into_iter().take(num_channels)).collect()
}

fn jpeg(size: Size, encoding: Encoding) -> Vec<u8> {
    encode(&photo(size, encoding.format.size()), size, encoding)
}

fn source(data: &[u8]) -> JpegSource {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), data).unwrap();
    let jpeg = JpegFile::open(file.path()).unwrap().expect("it can be read by region");
    jpeg.index(&JobContext::detached()).unwrap()
}

/// The whole, as libjpeg-turbo decodes it.
fn whole(data: &[u8], level: u32) -> Tile {
    let mut decompressor = Decompressor::new(data).unwrap();
    assert!(decompressor.scale(1 << level));
    let size = decompressor.output_size();
    let format = if decompressor.is_grey() { PixelFormat::Gray8 } else { PixelFormat::Rgba8 };
    Tile::filled_by(size, format, |bytes| {
        if decompressor.is_grey() {
            decompressor.decode_grey(bytes).unwrap();
        } else if decompressor.is_cmyk() {
            let mut inks = vec![0; bytes.len()];
            decompressor.decode_cmyk(&mut inks).unwrap();
            rgba_from_inverted_cmyk(&inks, bytes);
        } else {
            decompressor.decode_rgba(bytes).unwrap();
        }
    })
}

fn expect_equal(source: &JpegSource, whole: &Tile, level: u32, area: PixelRect) {
    let read = source.read(level, area, &JobContext::detached()).unwrap();
    assert!(Some(read) == whole.part(area), "level {level}, {area:?}");
}

/// Compares the corners, the tiles and the whole of every level.
fn expect_exact(data: &[u8]) {
    let source = source(data);
    assert_eq!(source.warning(), None);
    for level in 0..4 {
        let whole = whole(data, level);
        let pyramid = Pyramid::new(source.size());
        assert_eq!(whole.size(), pyramid.level_size(level));
        let all = PixelRect::of_size(whole.size());
        expect_equal(&source, &whole, level, all);
        for tile in pyramid.tiles_in(level, all) {
            expect_equal(&source, &whole, level, pyramid.area_with_gutter(tile));
        }
        for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let (left, top) = (x * (all.width - 1), y * (all.height - 1));
            expect_equal(&source, &whole, level, PixelRect::new(left, top, 1, 1));
        }
    }
}

#[test]
fn every_region_is_that_of_the_whole_picture() {
    let size = Size::new(1171, 157);
    let subsamplings = [
        Subsamp::None,
        Subsamp::Sub2x1,
        Subsamp::Sub2x2,
        Subsamp::Sub1x2,
        Subsamp::Sub4x1,
        Subsamp::Sub1x4,
        Subsamp::Gray,
    ];
    for subsampling in subsamplings {
        expect_exact(&jpeg(size, Encoding { subsampling, ..PLAIN }));
        expect_exact(&jpeg(size, Encoding { subsampling, has_own_tables: true, quality: 60, ..PLAIN }));
    }
}

#[test]
fn inks_and_restart_markers_are_read_as_exactly() {
    let size = Size::new(1171, 77);
    expect_exact(&jpeg(size, Encoding { format: Pixels::CMYK, ..PLAIN }));
    // A row has 74 MCUs.
    for restart_interval in [1, 7, 37, 74, 148, 100] {
        expect_exact(&jpeg(size, Encoding { restart_interval, ..PLAIN }));
    }
}

#[test]
fn a_single_component_is_not_interleaved_whatever_its_sampling_says() {
    let mut data = jpeg(Size::new(600, 70), Encoding { subsampling: Subsamp::Gray, ..PLAIN });
    let frame = data.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    data[frame + 11] = 0x22;
    expect_exact(&data);
}

#[test]
fn small_pictures_are_exact_too() {
    for (width, height) in [(1, 1), (2, 2), (3, 5), (8, 8), (17, 16), (16, 17)] {
        for subsampling in [Subsamp::None, Subsamp::Sub2x2, Subsamp::Sub4x1] {
            expect_exact(&jpeg(Size::new(width, height), Encoding { subsampling, ..PLAIN }));
        }
    }
}

#[test]
fn an_index_is_kept_and_taken_again() {
    let data = jpeg(Size::new(1171, 157), Encoding { restart_interval: 7, ..PLAIN });
    let kept = source(&data).index_bytes();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &data).unwrap();
    let open = || JpegFile::open(file.path()).unwrap().unwrap();
    let again = open().with_index(&kept).expect("of the same file");
    assert_eq!(again.index_bytes(), kept);
    let area = PixelRect::new(600, 3, 500, 100);
    expect_equal(&again, &whole(&data, 0), 0, area);
    assert!(open().with_index(&kept[1..]).is_none());
    assert!(open().with_index(&[]).is_none());
}

#[test]
fn other_kinds_are_left_to_others() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let is_read = |data: &[u8]| {
        fs::write(file.path(), data).unwrap();
        JpegFile::open(file.path()).ok().flatten().is_some()
    };
    let size = Size::new(40, 30);
    assert!(is_read(&jpeg(size, PLAIN)));
    assert!(!is_read(&jpeg(size, Encoding { is_progressive: true, ..PLAIN })));
    assert!(!is_read(&jpeg(size, PLAIN)[..100]));
    assert!(!is_read(b""));
    assert!(JpegFile::open(Path::new("/nowhere/at/all.jpg")).is_err());
}

/// Pixels of a column that are as in the whole picture, and grey ones.
fn num_equal_and_grey_rows(source: &JpegSource, whole: &Tile, x: u32) -> (usize, usize) {
    let size = source.size();
    let column = source.read(0, PixelRect::new(x, 0, 1, size.height), &JobContext::detached()).unwrap();
    let num_equal = (0..size.height).filter(|y| column.pixel(0, *y) == whole.pixel(x, *y)).count();
    let num_grey = column.rows().filter(|pixel| *pixel == [128, 128, 128, 255]).count();
    (num_equal, num_grey)
}

#[test]
fn what_is_cut_off_is_grey() {
    let data = jpeg(Size::new(700, 300), PLAIN);
    let source = source(&data[..data.len() / 2]);
    let (num_equal, num_grey) = num_equal_and_grey_rows(&source, &whole(&data, 0), 650);
    assert!((100..200).contains(&num_equal) && num_grey >= 300 - num_equal - 17, "{num_equal}, {num_grey}");
    let warning = source.warning().expect("half is lost");
    assert!(warning.contains("% of the picture"), "{warning}");
}

#[test]
fn behind_damage_it_goes_on_at_the_next_restart_marker() {
    for restart_interval in [10, 44] {
        let mut data = jpeg(Size::new(700, 300), Encoding { restart_interval, ..PLAIN });
        let middle = data.len() / 2;
        // Codes of nothing but ones do not exist.
        data[middle..middle + 6].copy_from_slice(&[0xff, 0, 0xff, 0, 0xff, 0]);
        let source = source(&data);
        let sound = jpeg(Size::new(700, 300), Encoding { restart_interval, ..PLAIN });
        let whole = whole(&sound, 0);
        let num_equal: usize =
            (0..700).step_by(50).map(|x| num_equal_and_grey_rows(&source, &whole, x).0).sum();
        assert!((14 * 270..14 * 300).contains(&num_equal), "{num_equal}");
        assert!(source.warning().is_some());
    }
}

#[test]
fn intervals_that_are_missing_are_noticed_by_their_numbers() {
    let data = jpeg(Size::new(700, 300), Encoding { restart_interval: 44, ..PLAIN });
    let marker = |number: u8| data.windows(2).position(|bytes| bytes == [0xff, 0xd0 + number]).unwrap();
    // The fourth and the fifth row.
    let cut = [&data[..marker(2)], &data[marker(4)..]].concat();
    let (num_equal, num_grey) = num_equal_and_grey_rows(&source(&cut), &whole(&data, 0), 300);
    assert!(num_equal >= 300 - 34 && num_grey >= 28, "{num_equal}, {num_grey}");
}

#[test]
fn cancelled_work_ends() {
    let data = jpeg(Size::new(700, 300), PLAIN);
    let context = crate::media::test_pictures::cancelled_context();
    let all = PixelRect::new(0, 0, 700, 300);
    let result = source(&data).read(0, all, &context);
    assert!(matches!(result, Err(crate::media::MediaError::Cancelled)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_regions_are_exact(
        width in 1_u32..1400,
        height in 1_u32..120,
        subsampling in prop::sample::select(vec![Subsamp::None, Subsamp::Sub2x1, Subsamp::Sub2x2, Subsamp::Sub1x2]),
        restart_interval in prop::sample::select(vec![0_u16, 0, 5, 64]),
        quality in 30_u8..=100,
        regions in prop::collection::vec((0_u32..4, any::<[u16; 4]>()), 12),
    ) {
        let data = jpeg(Size::new(width, height), Encoding { subsampling, restart_interval, quality, ..PLAIN });
        let source = source(&data);
        let levels = [0, 1, 2, 3].map(|level| whole(&data, level));
        for (level, [a, b, c, d]) in regions {
            let whole = &levels[level as usize];
            let size = whole.size();
            let (left, top) = (u32::from(a) % size.width, u32::from(b) % size.height);
            let area = PixelRect::new(left, top, u32::from(c) % (size.width - left) + 1, u32::from(d) % (size.height - top) + 1);
            expect_equal(&source, whole, level, area);
        }
    }

    #[test]
    fn random_damage_does_no_harm(
        seed in any::<u32>(),
        restart_interval in prop::sample::select(vec![0_u16, 3]),
        flips in prop::collection::vec((any::<u32>(), any::<u8>()), 1..12),
    ) {
        let size = Size::new(600 + seed % 40, 40);
        let mut data = jpeg(size, Encoding { restart_interval, has_own_tables: seed % 2 == 0, ..PLAIN });
        for (at, value) in flips {
            let at = at as usize % data.len();
            data[at] ^= value;
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &data).unwrap();
        let context = JobContext::detached();
        let Ok(Some(jpeg)) = JpegFile::open(file.path()) else { return Ok(()) };
        // A header that was hit may declare anything; that is checked before it comes here.
        prop_assume!(jpeg.size().num_pixels() < 1_000_000);
        let source = jpeg.index(&context).unwrap();
        for level in 0..4 {
            let size = Pyramid::new(source.size()).level_size(level);
            if let Ok(tile) = source.read(level, PixelRect::of_size(size), &context) {
                prop_assert_eq!(tile.size(), size);
            }
        }
    }
}
