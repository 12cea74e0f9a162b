//! Files that other programs wrote, compared with the patterns that they were given; damaged ones; very large ones.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::jobs::JobContext;
use crate::media::test_pictures::cancelled_context;
use crate::media::{MediaError, Orientation, RegionSource};
use crate::pixels::{PixelFormat, PixelRect, PixelValue, Pyramid, Size, Tile};

const SIZE: Size = Size::new(43, 27);

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/media/tiff/testdata").join(name).with_extension("tif")
}

fn all_goldens() -> Vec<PathBuf> {
    let folder = golden("x");
    let entries = fs::read_dir(folder.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "tif")).collect();
    files.sort();
    assert!(files.len() > 30);
    files
}

fn read(source: &dyn RegionSource, level: u32, area: PixelRect) -> Tile {
    source.read(level, area, &JobContext::detached()).unwrap()
}

fn whole(source: &dyn RegionSource, level: u32) -> Tile {
    read(source, level, PixelRect::of_size(source.pyramid().level_size(level)))
}

/// Writes a file and opens it.
fn opened(content: &[u8]) -> Result<(tempfile::TempDir, Box<dyn RegionSource>), MediaError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tif");
    fs::write(&path, content).unwrap();
    open_tiff(&path).map(|source| (folder, source))
}

/// A little-endian TIFF file: tags with their values, and behind them the data, where `data_offset` is put in for
/// values of `DATA`.
fn tiff(tags: &[(u16, &[u32])], data: &[u8]) -> Vec<u8> {
    let values_at = 8 + 2 + 12 * tags.len() + 4;
    let num_value_bytes: usize = tags.iter().filter(|(_, v)| v.len() > 1).map(|(_, v)| v.len() * 4).sum();
    let data_at = (values_at + num_value_bytes) as u32;
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend((tags.len() as u16).to_le_bytes());
    let mut values = Vec::new();
    for (tag, tag_values) in tags {
        let placed: Vec<u8> = tag_values
            .iter()
            .flat_map(|v| if *v >= DATA { data_at + (v - DATA) } else { *v }.to_le_bytes())
            .collect();
        file.extend(tag.to_le_bytes());
        file.extend(4_u16.to_le_bytes());
        file.extend((tag_values.len() as u32).to_le_bytes());
        if tag_values.len() == 1 {
            file.extend(&placed);
        } else {
            file.extend(((values_at + values.len()) as u32).to_le_bytes());
            values.extend(placed);
        }
    }
    file.extend([0; 4]);
    [file, values, data.to_vec()].concat()
}

/// Stands for the offset of the data in [`tiff`]; what is added to it is added to the offset.
const DATA: u32 = 1 << 31;

/// The number from which the values of every sample were made.
fn seed(channel: u32, x: u32, y: u32) -> u32 {
    x * 7 + y * 13 + channel * 50 + (x * y) / 9
}

fn byte(channel: u32, x: u32, y: u32) -> f32 {
    (seed(channel, x, y) % 256) as f32
}

fn word(channel: u32, x: u32, y: u32) -> f32 {
    (seed(channel, x, y) * 37 % 65_536) as f32
}

fn float(channel: u32, x: u32, y: u32) -> f32 {
    (f64::from(seed(channel, x, y) % 1000) / 250.0 - 1.0) as f32
}

fn rgb(value: fn(u32, u32, u32) -> f32, white: f32, x: u32, y: u32) -> PixelValue {
    PixelValue::Rgba([value(0, x, y), value(1, x, y), value(2, x, y), white])
}

/// The pattern for compressions that lose.
fn smooth(x: u32, y: u32) -> PixelValue {
    PixelValue::Rgba([(x + y) as f32, (200 - x) as f32, (100 + y) as f32, 255.0])
}

fn bit(on: bool) -> PixelValue {
    PixelValue::Gray(if on { 255.0 } else { 0.0 })
}

type Expected = fn(u32, u32) -> PixelValue;

/// Each file, what its pixels are, and by how much they may differ.
const GOLDENS: &[(&str, PixelFormat, f32, Expected)] = &[
    ("u8_rgb", PixelFormat::Rgba8, 0.0, |x, y| rgb(byte, 255.0, x, y)),
    ("u8_rgb_planar_packbits", PixelFormat::Rgba8, 0.0, |x, y| rgb(byte, 255.0, x, y)),
    ("u8_rgb_big_lzw_predicted", PixelFormat::Rgba8, 0.0, |x, y| rgb(byte, 255.0, x, y)),
    ("u16_rgb_planar_lzw_predicted", PixelFormat::Rgba16, 0.0, |x, y| rgb(word, 65_535.0, x, y)),
    ("u16_gray_deflate", PixelFormat::Gray16, 0.0, |x, y| PixelValue::Gray(word(0, x, y))),
    ("u32_gray_deflate_predicted", PixelFormat::GrayF32, 0.0, |x, y| {
        PixelValue::Gray((u64::from(seed(0, x, y)) * 100_003 % (1 << 32)) as f32)
    }),
    ("i16_gray", PixelFormat::GrayF32, 0.0, |x, y| PixelValue::Gray((seed(0, x, y) % 200) as f32 - 100.0)),
    ("f16_gray_zstd_predicted", PixelFormat::GrayF32, 1e-3, |x, y| PixelValue::Gray(float(0, x, y))),
    ("f32_rgb_deflate_predicted", PixelFormat::RgbaF32, 0.0, |x, y| rgb(float, 1.0, x, y)),
    ("f64_gray_lzw", PixelFormat::GrayF32, 0.0, |x, y| PixelValue::Gray(float(0, x, y))),
    ("u8_rgba", PixelFormat::Rgba8, 0.0, |x, y| rgb(byte, byte(3, x, y), x, y)),
    ("u16_rgba_planar", PixelFormat::Rgba16, 0.0, |x, y| rgb(word, word(3, x, y), x, y)),
    ("u8_gray_alpha", PixelFormat::Rgba8, 0.0, |x, y| {
        let v = byte(0, x, y);
        PixelValue::Rgba([v, v, v, byte(1, x, y)])
    }),
    ("u16_rgb_and_two", PixelFormat::Rgba16, 0.0, |x, y| rgb(word, 65_535.0, x, y)),
    ("u16_white_is_zero", PixelFormat::Gray16, 0.0, |x, y| PixelValue::Gray(65_535.0 - word(0, x, y))),
    ("u8_cmyk_zstd", PixelFormat::Rgba8, 1.0, |x, y| {
        let mixed = |channel| (255.0 - byte(channel, x, y)) * (255.0 - byte(3, x, y)) / 255.0;
        PixelValue::Rgba([mixed(0), mixed(1), mixed(2), 255.0])
    }),
    ("u8_palette", PixelFormat::Rgba8, 0.0, |x, y| {
        let color = |factor| (seed(0, x, y) % 256 * factor * 257 % 65_536 / 256) as f32;
        PixelValue::Rgba([color(1), color(3), color(7), 255.0])
    }),
    ("u12_gray", PixelFormat::Gray16, 0.0, |x, y| PixelValue::Gray(word(0, x, y) % 4096.0)),
    ("u4_gray", PixelFormat::Gray8, 0.0, |x, y| PixelValue::Gray(word(0, x, y) % 16.0 * 17.0)),
    ("u1_gray_tiled", PixelFormat::Gray8, 0.0, |x, y| bit(word(0, x, y) % 2.0 > 0.0)),
    ("fax3", PixelFormat::Gray8, 0.0, fax),
    ("fax4", PixelFormat::Gray8, 0.0, fax),
    ("fax4_reversed", PixelFormat::Gray8, 0.0, fax),
    ("lzw_reversed", PixelFormat::Gray8, 0.0, fax),
    ("jpeg_subsampled", PixelFormat::Rgba8, 10.0, smooth),
    ("jpeg_rgb", PixelFormat::Rgba8, 3.0, smooth),
    ("jpeg_gray", PixelFormat::Gray8, 3.0, |x, y| PixelValue::Gray((x + y) as f32)),
    ("webp", PixelFormat::Rgba8, 0.0, smooth),
];

fn fax(x: u32, y: u32) -> PixelValue {
    bit((word(0, x, y) / 2000.0).floor() % 2.0 > 0.0)
}

fn assert_shows(tile: &Tile, tolerance: f32, expected: Expected, name: &str) {
    for (x, y) in (0..tile.size().height).flat_map(|y| (0..tile.size().width).map(move |x| (x, y))) {
        let channels = |value| match value {
            PixelValue::Gray(v) => [v; 4],
            PixelValue::Rgba(values) => values,
        };
        let (ours, wanted) = (channels(tile.pixel(x, y).unwrap()), channels(expected(x, y)));
        let differs = |(a, b): (f32, f32)| (a - b).abs() > tolerance;
        assert!(!ours.into_iter().zip(wanted).any(differs), "{name} at {x}, {y}: {ours:?} for {wanted:?}");
    }
}

#[test]
fn files_of_other_programs_show_what_was_written() {
    for (name, format, tolerance, expected) in GOLDENS {
        let source = open_tiff(&golden(name)).unwrap();
        assert_eq!((source.size(), source.format(), source.levels()), (SIZE, *format, &[0][..]), "{name}");
        assert_shows(&whole(&*source, 0), *tolerance, *expected, name);
        assert_eq!(source.warning(), None, "{name}");
    }
}

#[test]
fn colours_multiplied_with_alpha_are_divided_again() {
    let source = open_tiff(&golden("u8_rgba_associated")).unwrap();
    let tile = whole(&*source, 0);
    for (x, y) in (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (x, y))) {
        let Some(PixelValue::Rgba([r, .., a])) = tile.pixel(x, y) else { panic!("it has colours") };
        assert_eq!(a, byte(3, x, y));
        // Dark alphas leave few steps.
        assert!(a == 0.0 || (r - byte(0, x, y)).abs() <= 127.5 / a + 0.5, "{x}, {y}");
    }
}

#[test]
fn any_area_of_any_level_is_the_crop_of_the_whole() {
    let mut state = 1_u32;
    let mut next = |n: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % n
    };
    for path in all_goldens() {
        let source = open_tiff(&path).unwrap();
        for level in source.levels().to_vec() {
            let tile = whole(&*source, level);
            let size = tile.size();
            for _ in 0..8 {
                let (left, top) = (next(size.width), next(size.height));
                let (width, height) = (1 + next(size.width - left), 1 + next(size.height - top));
                let area = PixelRect::new(left, top, width, height);
                let (ours, crop) = (read(&*source, level, area), tile.part(area).unwrap());
                // Bytes, for what is no number equals nothing.
                assert!(ours.rows().eq(crop.rows()), "{} level {level} {area:?}", path.display());
            }
        }
    }
}

#[test]
fn versions_are_found_wherever_they_are_and_show_the_same() {
    for (name, levels) in
        [("vips_pyramid", &[0, 1, 2, 3][..]), ("vips_pyramid_below", &[0, 1, 2, 3]), ("slide", &[0, 2])]
    {
        let source = open_tiff(&golden(name)).unwrap();
        assert_eq!((source.size(), source.levels()), (Size::new(100, 75), levels), "{name}");
        assert_shows(&whole(&*source, 0), 6.0, smooth, name);
        for level in levels {
            let tile = whole(&*source, *level);
            let step = 1_u32 << level;
            for (x, y) in [(0, 0), (1, 2), (tile.size().width - 1, tile.size().height - 1)] {
                let Some(PixelValue::Rgba(ours)) = tile.pixel(x, y) else { panic!("it has colours") };
                let PixelValue::Rgba(there) = smooth(x * step, y * step) else { panic!("it has colours") };
                let is_near = ours.iter().zip(there).all(|(a, b)| (a - b).abs() <= 4.0 + 2.0 * step as f32);
                assert!(is_near, "{name} level {level} at {x}, {y}: {ours:?} for {there:?}");
            }
        }
    }
}

#[test]
fn masks_and_values_that_mean_nothing_are_left_out() {
    let source = open_tiff(&golden("gdal_cog")).unwrap();
    assert_eq!((source.size(), source.format()), (Size::new(100, 75), PixelFormat::GrayF32));
    let tile = whole(&*source, 0);
    let value = |x, y| match tile.pixel(x, y) {
        Some(PixelValue::Gray(v)) => v,
        other => panic!("{other:?}"),
    };
    assert!(value(50, 3).is_nan());
    assert_eq!(value(50, 30), float(0, 50, 30));
}

#[test]
fn tiles_that_are_left_out_are_transparent() {
    let source = open_tiff(&golden("gdal_sparse")).unwrap();
    let tile = whole(&*source, 0);
    assert_eq!(tile.pixel(40, 40), Some(PixelValue::Rgba([77.0, 77.0, 77.0, 255.0])));
    assert_eq!(tile.pixel(60, 40), Some(PixelValue::Rgba([0.0; 4])));
    assert_eq!(source.warning(), None);
}

#[test]
fn blocks_of_subsampled_colours_are_unpacked() {
    // Two blocks of 2 × 2: grey, and red in its Cr.
    let data = [10, 20, 30, 40, 128, 128, 76, 76, 76, 76, 85, 255];
    let tags: [(u16, &[u32]); 11] = [
        (256, &[4]),
        (257, &[2]),
        (258, &[8, 8, 8]),
        (259, &[1]),
        (262, &[6]),
        (273, &[DATA]),
        (277, &[3]),
        (278, &[2]),
        (279, &[12]),
        (530, &[2, 2]),
        (284, &[1]),
    ];
    let (_folder, source) = opened(&tiff(&tags, &data)).unwrap();
    let tile = whole(&*source, 0);
    assert_eq!(tile.pixel(1, 0), Some(PixelValue::Rgba([20.0, 20.0, 20.0, 255.0])));
    assert_eq!(tile.pixel(0, 1), Some(PixelValue::Rgba([30.0, 30.0, 30.0, 255.0])));
    let Some(PixelValue::Rgba([r, g, b, _])) = tile.pixel(3, 1) else { panic!("it has colours") };
    assert!(r > 250.0 && g < 5.0 && b < 5.0, "{r} {g} {b}");
}

/// An 8-bit grey picture in one strip.
fn gray(size: Size, compression: u32, orientation: u32, data: &[u8]) -> Vec<u8> {
    let tags: [(u16, &[u32]); 9] = [
        (256, &[size.width]),
        (257, &[size.height]),
        (258, &[8]),
        (259, &[compression]),
        (262, &[1]),
        (273, &[DATA]),
        (274, &[orientation]),
        (277, &[1]),
        (279, &[data.len() as u32]),
    ];
    tiff(&tags, data)
}

#[test]
fn all_orientations_are_applied() {
    let stored: Vec<u8> = (0..6).collect();
    for orientation in Orientation::ALL {
        let number = u32::from(u8::from(orientation));
        let (_folder, source) = opened(&gray(Size::new(3, 2), 1, number, &stored)).unwrap();
        let stored = Tile::new(Size::new(3, 2), PixelFormat::Gray8, stored.clone()).unwrap();
        assert_eq!(whole(&*source, 0), orientation.turned(&stored), "{orientation:?}");
    }
}

#[test]
fn profiles_are_applied() {
    let icc = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let tags: [(u16, &[u32]); 8] = [
        (256, &[2]),
        (257, &[1]),
        (258, &[8, 8, 8]),
        (259, &[1]),
        (262, &[2]),
        (273, &[DATA]),
        (277, &[3]),
        (34675, &[DATA + 6]),
    ];
    let mut file = tiff(&tags, &[&[200, 100, 50, 128, 128, 128], &icc[..]].concat());
    // The profile is bytes at that place.
    let entry = 8 + 2 + 12 * 7;
    file[entry + 2..entry + 4].copy_from_slice(&7_u16.to_le_bytes());
    file[entry + 4..entry + 8].copy_from_slice(&(icc.len() as u32).to_le_bytes());
    let (_folder, source) = opened(&file).unwrap();
    let Some(PixelValue::Rgba([r, g, b, _])) = whole(&*source, 0).pixel(0, 0) else {
        panic!("it has colours")
    };
    let is_near = |a: f32, b: f32| (a - b).abs() <= 2.0;
    assert!(is_near(r, 215.0) && is_near(g, 93.0) && is_near(b, 31.0), "{r} {g} {b}");
}

fn deflated(data: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_picture_in_one_large_strip_is_read_in_any_order() {
    let size = Size::new(5000, 3600);
    let row = |y: u32| (0..size.width).map(move |x| (x / 16 + y) as u8);
    let data: Vec<u8> = (0..size.height).flat_map(row).collect();
    let (_folder, source) = opened(&gray(size, 8, 1, &deflated(&data))).unwrap();
    for top in [0, 3590, 1700, 1710, 900] {
        let tile = read(&*source, 0, PixelRect::new(160, top, 8, 10));
        let expected: Vec<u8> = (top..top + 10).flat_map(|y| [(10 + y) as u8; 8]).collect();
        assert_eq!(tile.rows().flatten().copied().collect::<Vec<_>>(), expected, "{top}");
    }
    let result = source.read(0, PixelRect::new(0, 2000, 9, 9), &cancelled_context());
    assert!(matches!(result, Err(MediaError::Cancelled)));
}

#[test]
fn several_threads_may_read_at_once() {
    let source: Arc<dyn RegionSource> =
        Arc::from(open_tiff(&golden("u16_rgb_planar_lzw_predicted")).unwrap());
    let expected = whole(&*source, 0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert!(whole(&*source, 0) == expected)));
        }
    });
}

#[test]
fn a_large_picture_without_versions_gives_a_first_look() {
    let size = Size::new(3000, 2000);
    let row: Vec<u8> = (0..size.width).map(|x| if x < 1500 { 20 } else { 220 }).collect();
    let (_folder, source) = opened(&gray(size, 1, 1, &row.repeat(2000))).unwrap();
    let look = source.coarse(Size::new(64, 64), &JobContext::detached()).unwrap();
    assert!(look.size().width <= 64 && look.size().width >= 8);
    let y = look.size().height / 2;
    assert_eq!(look.pixel(0, y), Some(PixelValue::Gray(20.0)));
    assert_eq!(look.pixel(look.size().width - 1, y), Some(PixelValue::Gray(220.0)));
    let small = open_tiff(&golden("u8_rgb")).unwrap();
    assert_eq!(small.coarse(Size::new(64, 64), &JobContext::detached()), None, "it is small enough itself");
}

#[test]
fn a_file_that_is_cut_off_shows_what_is_there() {
    let size = Size::new(64, 64);
    let data: Vec<u8> = (0..64 * 64_u32).map(|n| 1 + (n * n % 251) as u8).collect();
    for (compression, data) in [(1, data.clone()), (8, deflated(&data))] {
        let file = gray(size, compression, 1, &data);
        let (_folder, source) = opened(&file[..file.len() - data.len() / 2]).unwrap();
        let tile = whole(&*source, 0);
        assert_eq!(tile.pixel(3, 0), Some(PixelValue::Gray(10.0)), "{compression}");
        assert_eq!(tile.pixel(63, 63), Some(PixelValue::Gray(0.0)), "{compression}");
        let warning = source.warning().expect("something is missing");
        assert!(warning.contains("damaged"), "{warning}");
    }
}

#[test]
fn what_is_declared_and_cannot_be_there_is_refused() {
    let refused = |file: &[u8]| match opened(file) {
        Err(error) => error,
        Ok((_folder, source)) => {
            let area = PixelRect::new(0, 0, 16, 16).intersection(&PixelRect::of_size(source.size()));
            source.read(0, area, &JobContext::detached()).unwrap_err()
        }
    };
    let huge = Size::new(65_000, 65_000);
    for compression in [1, 5, 7, 8, 32_773] {
        let error = refused(&gray(huge, compression, 1, &[7; 1000]));
        assert!(matches!(error, MediaError::Damaged { .. }), "{compression}: {error}");
    }
    let error = refused(&gray(Size::new(0, 7), 1, 1, &[7; 1000]));
    assert!(error.to_string().contains("0 × 7"), "{error}");
    // Garbage in the place of compressed data.
    for compression in [7, 8, 50_000] {
        let error = refused(&gray(Size::new(20, 20), compression, 1, &[0x55; 400]));
        assert!(matches!(error, MediaError::Damaged { .. }), "{compression}: {error}");
    }
    let error = refused(&gray(Size::new(20, 20), 34_712, 1, &[0x55; 400]));
    assert!(error.to_string().contains("JPEG 2000"), "{error}");
}

#[test]
fn chains_of_directories_that_go_in_circles_end() {
    let mut file = gray(Size::new(4, 4), 1, 1, &[9; 16]);
    let next_at = 8 + 2 + 12 * 9;
    file[next_at..next_at + 4].copy_from_slice(&8_u32.to_le_bytes());
    let (_folder, source) = opened(&file).unwrap();
    assert_eq!(source.levels(), [0]);
}

#[test]
fn levels_are_those_of_the_pyramid_also_where_they_were_rounded_down() {
    let source = open_tiff(&golden("slide")).unwrap();
    // 75 / 4 is 18.75: the file has 18 rows, the level 19.
    let size = Pyramid::new(source.size()).level_size(2);
    assert_eq!(size, Size::new(25, 19));
    let tile = whole(&*source, 2);
    assert_eq!((tile.size(), tile.row(18)), (size, tile.row(17)));
    let corner = read(&*source, 2, PixelRect::new(24, 18, 1, 1));
    assert_eq!(corner.pixel(0, 0), tile.pixel(24, 17));
}

/// Whatever comes, it is no panic, and no more memory than the areas that are asked for.
fn survives(content: &[u8]) {
    let Ok((_folder, source)) = opened(content) else { return };
    let context = JobContext::detached();
    for level in source.levels().to_vec() {
        let size = source.pyramid().level_size(level);
        for (left, top) in [(0, 0), (size.width / 2, size.height / 2), (size.width - 1, size.height - 1)] {
            let area = PixelRect::new(left, top, 64.min(size.width - left), 64.min(size.height - top));
            if let Ok(tile) = source.read(level, area, &context) {
                assert_eq!(tile.size(), area.size());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn flipped_bytes_are_survived(
        file in 0_usize..64,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let files = all_goldens();
        let mut content = fs::read(&files[file % files.len()]).unwrap();
        for (at, value, is_in_header) in flips {
            // Most of what can go wrong is in the tags, which are near the start or the end.
            let end = if is_in_header { content.len().min(300) } else { content.len() };
            content[at.index(end)] = value;
        }
        if let Some(cut) = cut {
            content.truncate(cut.index(content.len()));
        }
        survives(&content);
    }
}
