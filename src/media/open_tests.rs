//! Pictures opened as if they were very large, against the same ones decoded as a whole; and files that lie.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;
use image::ImageEncoder as _;
use proptest::prelude::*;

use super::test_pictures::{exif_block, jpeg, jpeg_with_exif, key, png, quadrants, wake_channel};
use super::turbo::encoder::{Encoding, encode};
use super::{DecodeLimits, MediaError, OpenedPicture, Opening, PyramidCache, TileMemory};
use crate::base::jobs::{JobContext, JobPool};
use crate::pixels::{MemoryPyramid, PixelFormat, PixelRect, Size, Tile, TileId, TiledPicture as _};

struct Fixture {
    folder: tempfile::TempDir,
    wakes: Receiver<()>,
    opening: Opening,
}

/// Takes every picture for a very large one.
fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let (wake, wakes) = wake_channel();
    let memory = Arc::new(TileMemory::new(1 << 26));
    let pyramids = Arc::new(PyramidCache::new(folder.path().join("pyramids"), 1 << 26));
    let opening = Opening {
        pyramids: Some(pyramids),
        max_whole_pixels: 0,
        ..Opening::new(Arc::new(JobPool::new(2)), wake, memory)
    };
    Fixture { folder, wakes, opening }
}

impl Fixture {
    fn write(&self, name: &str, data: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, data).unwrap();
        path
    }

    fn open(&self, path: &Path) -> Result<OpenedPicture, MediaError> {
        self.opening.open(path, key(1), &JobContext::detached())
    }

    fn wait_until(&self, is_so: impl Fn() -> bool) {
        while !is_so() {
            self.wakes.recv_timeout(Duration::from_secs(60)).expect("something comes");
        }
    }

    fn wait_for(&self, opened: &OpenedPicture, id: TileId) -> Tile {
        opened.tiles().want(&[id]);
        self.wait_until(|| opened.tiles().tile(id).is_some());
        opened.tiles().tile(id).unwrap()
    }

    /// Until the pyramid is on disk.
    fn wait_for_file(&self) -> PathBuf {
        let find = || {
            let files = walkdir::WalkDir::new(self.folder.path().join("pyramids")).into_iter().flatten();
            let is_finished = |path: &PathBuf| !path.to_string_lossy().contains("writing-");
            files.filter(|entry| entry.file_type().is_file()).map(|e| e.into_path()).find(is_finished)
        };
        self.wait_until(|| find().is_some());
        find().unwrap()
    }
}

/// All tiles of the given levels.
fn tiles_of(opened: &OpenedPicture, levels: impl Iterator<Item = u32>) -> Vec<TileId> {
    let pyramid = opened.tiles().pyramid();
    levels.flat_map(|level| pyramid.tiles_in(level, PixelRect::of_size(opened.size()))).collect()
}

fn soft(size: Size, num_channels: usize) -> Vec<u8> {
    let value = |n: u32| (n % size.width / 5 + n / size.width / 3) as u8;
    (0..size.num_pixels() as u32)
        .flat_map(|n| {
            (0..num_channels as u8).map(move |channel| value(n).wrapping_add(channel.wrapping_mul(40)))
        })
        .collect()
}

/// Uncompressed, in one strip, without smaller versions.
fn grey_tiff(pixels: &[u8], size: Size) -> Vec<u8> {
    const START: u32 = 8;
    let directory_at = START + pixels.len() as u32;
    let tags = [
        (256, size.width),
        (257, size.height),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, START),
        (277, 1),
        (278, size.height),
        (279, pixels.len() as u32),
    ];
    let mut file = [b"II*\0", &directory_at.to_le_bytes()[..], pixels].concat();
    file.extend((tags.len() as u16).to_le_bytes());
    for (tag, value) in tags {
        const LONG: u16 = 4;
        file.extend([(tag as u16).to_le_bytes(), LONG.to_le_bytes(), [1, 0], [0, 0]].concat());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file
}

#[test]
fn a_jpeg_opened_by_tiles_is_the_one_opened_as_a_whole() {
    let data = jpeg(&quadrants(Size::new(600, 530)));
    let mut files = vec![data.clone()];
    files.extend([3, 6].map(|orientation| jpeg_with_exif(&data, &exif_block(orientation, false))));
    for data in files {
        let it = fixture();
        let path = it.write("large.jpg", &data);
        let opened = it.open(&path).unwrap();
        let whole = Opening { max_whole_pixels: u64::MAX, ..it.opening.clone() };
        let whole = whole.open(&path, key(1), &JobContext::detached()).unwrap();
        assert_eq!(whole.size(), opened.size());
        assert!(opened.tiles().overview().is_some(), "there is something to see at once");
        for id in tiles_of(&opened, 0..1) {
            assert_eq!(Some(it.wait_for(&opened, id)), whole.tiles().tile(id), "{id:?}");
        }
        assert_eq!(opened.warning(), None);
    }
}

#[test]
fn the_second_time_a_jpeg_comes_from_disk() {
    let it = fixture();
    let size = Size::new(4200, 90);
    let encoding = Encoding {
        subsampling: turbojpeg::Subsamp::Sub2x2,
        format: turbojpeg::PixelFormat::RGB,
        quality: 85,
        has_own_tables: false,
        restart_interval: 0,
        is_progressive: false,
    };
    let path = it.write("large.jpg", &encode(&soft(size, 3), size, encoding));
    let first = it.open(&path).unwrap();
    let coarse: Vec<_> = tiles_of(&first, 3..6).into_iter().map(|id| (id, it.wait_for(&first, id))).collect();
    let file = it.wait_for_file();
    // Nothing of the coded data is needed to see it again.
    let second = it.open(&path).unwrap();
    assert!(second.tiles().overview().is_some());
    for (id, tile) in &coarse {
        assert_eq!(it.wait_for(&second, *id), *tile, "{id:?}");
    }
    for id in tiles_of(&first, 0..2) {
        assert_eq!(it.wait_for(&second, id), it.wait_for(&first, id), "{id:?}");
    }
    // A broken file is made anew.
    drop((first, second));
    fs::write(&file, "broken").unwrap();
    let _third = it.open(&path).unwrap();
    it.wait_until(|| fs::metadata(&file).is_ok_and(|metadata| metadata.len() > 100));
}

#[test]
fn levels_that_a_tiff_lacks_are_made_once() {
    let it = fixture();
    let size = Size::new(4200, 40);
    let pixels = soft(size, 1);
    let path = it.write("large.tif", &grey_tiff(&pixels, size));
    let whole = MemoryPyramid::new(Tile::new(size, PixelFormat::Gray8, pixels).unwrap());
    for _ in 0..2 {
        let opened = it.open(&path).unwrap();
        opened.wait_until_exact();
        assert_eq!(opened.tiles().overview(), whole.overview());
        let num_levels = opened.tiles().pyramid().num_levels();
        for id in tiles_of(&opened, 0..num_levels) {
            assert_eq!(Some(it.wait_for(&opened, id)), whole.tile(id), "{id:?}");
        }
    }
}

#[test]
fn pixels_that_lie_in_the_file_as_they_are_are_read_from_there() {
    let size = Size::new(4200, 40);
    let pixels = soft(size, 3);
    let expected: Vec<u8> =
        pixels.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
    let whole = MemoryPyramid::new(Tile::new(size, PixelFormat::Rgba8, expected).unwrap());
    for format in [image::ImageFormat::Bmp, image::ImageFormat::Pnm] {
        let mut data = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_raw(size.width, size.height, pixels.clone()).unwrap();
        picture.write_to(&mut data, format).unwrap();
        let it = fixture();
        let opened = it.open(&it.write("large.picture", &data.into_inner())).unwrap();
        opened.wait_until_exact();
        for id in tiles_of(&opened, 0..opened.tiles().pyramid().num_levels()) {
            assert_eq!(Some(it.wait_for(&opened, id)), whole.tile(id), "{format:?} {id:?}");
        }
    }
}

#[test]
fn a_png_is_read_from_top_to_bottom_once_in_its_own_depth() {
    let size = Size::new(600, 530);
    let colors = [
        (image::ExtendedColorType::L8, PixelFormat::Gray8, 1),
        (image::ExtendedColorType::La8, PixelFormat::Rgba8, 2),
        (image::ExtendedColorType::Rgb8, PixelFormat::Rgba8, 3),
        (image::ExtendedColorType::L16, PixelFormat::Gray16, 2),
        (image::ExtendedColorType::Rgba16, PixelFormat::Rgba16, 8),
    ];
    for (color, format, pixel_bytes) in colors {
        let it = fixture();
        let pixels = soft(size, pixel_bytes);
        let mut data = Vec::new();
        image::codecs::png::PngEncoder::new(&mut data)
            .write_image(&pixels, size.width, size.height, color)
            .unwrap();
        let path = it.write("large.png", &data);
        let opaque = [255, 255];
        let expected: Vec<u8> = pixels
            .chunks_exact(pixel_bytes)
            .flat_map(|pixel| match (pixel, format) {
                (_, PixelFormat::Gray8 | PixelFormat::Gray16 | PixelFormat::Rgba16) => pixel.to_vec(),
                ([grey, alpha], _) => vec![*grey, *grey, *grey, *alpha],
                (pixel, _) => [pixel, &opaque[..1]].concat(),
            })
            .collect();
        let whole = MemoryPyramid::new(Tile::new(size, format, expected).unwrap());
        for _ in 0..2 {
            let opened = it.open(&path).unwrap();
            assert_eq!(opened.tiles().format(), format);
            opened.wait_until_exact();
            for id in tiles_of(&opened, 0..opened.tiles().pyramid().num_levels()) {
                assert_eq!(Some(it.wait_for(&opened, id)), whole.tile(id), "{color:?} {id:?}");
            }
        }
    }
}

#[test]
fn a_png_that_is_cut_off_is_shown_as_far_as_it_goes_and_not_kept() {
    let it = fixture();
    let data = png(&quadrants(Size::new(600, 600)));
    let path = it.write("cut.png", &data[..data.len() * 2 / 3]);
    let opened = it.open(&path).unwrap();
    it.wait_until(|| opened.warning().is_some());
    let top = it.wait_for(&opened, TileId { level: 0, column: 0, row: 0 });
    assert_eq!(
        top.pixel(5, 5),
        quadrants(Size::new(2, 2)).pixel(0, 0).map(|p| crate::pixels::PixelValue::Rgba(p.map(f32::from)))
    );
    let folder = it.folder.path().join("pyramids");
    let num_files = || {
        let files = walkdir::WalkDir::new(&folder).into_iter().flatten();
        files.filter(|entry| entry.file_type().is_file()).count()
    };
    assert_eq!(num_files(), 0);
}

#[test]
fn what_takes_more_room_than_there_is_says_so() {
    let it = fixture();
    it.opening.pyramids.as_ref().unwrap().set_budget_bytes(100);
    let path = it.write("large.png", &png(&quadrants(Size::new(300, 200))));
    let opened = it.open(&path).unwrap();
    it.wait_until(|| opened.warning().is_some());
    let warning = opened.warning().unwrap();
    assert!(warning.contains("room") && warning.contains("pyramids"), "{warning}");
}

/// Files that a person should be told about, with what is said.
fn bad_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let picture = quadrants(Size::new(600, 400));
    let (jpeg, png) = (jpeg(&picture), png(&picture));
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    let with = |data: &[u8], at: usize, bytes: &[u8]| {
        let mut changed = data.to_vec();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    let header = |width: u32, height: u32| {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let body = [&size[..], &[8, 2, 0, 0, 0]].concat();
        [&png[..8], &super::test_pictures::png_chunk(b"IHDR", &body), &png[33..]].concat()
    };
    vec![
        ("nothing.jpg", Vec::new(), "empty"),
        ("text.png", b"no picture at all".to_vec(), "no picture"),
        ("header-only.jpg", jpeg[..frame + 30].to_vec(), "damaged"),
        ("no-size.jpg", with(&jpeg, frame + 5, &[0, 0, 0, 0]), "damaged"),
        ("huge-size.jpg", with(&jpeg, frame + 5, &[0xff, 0xff, 0xff, 0xff]), "cannot hold"),
        ("sampling-0.jpg", with(&jpeg, frame + 11, &[0x00]), "damaged"),
        ("sampling-15.jpg", with(&jpeg, frame + 11, &[0xff]), "damaged"),
        ("sampling-odd.jpg", with(&jpeg, frame + 11, &[0x31, 0, 2, 0x21]), "damaged"),
        ("no-size.png", header(0, 400), "damaged"),
        ("huge-size.png", header(65_000, 65_000), "cannot hold"),
        ("absurd-size.png", header(0x7fff_ffff, 2), "cannot hold"),
        ("signature-only.png", png[..8].to_vec(), "damaged"),
        ("wrong-checksum.png", with(&png, 29, &[1, 2, 3, 4]), "damaged"),
        ("tiff.tif", b"II*\0\xff\xff\xff\xff".to_vec(), "damaged"),
    ]
}

#[test]
fn bad_files_are_refused_with_a_reason() {
    for (name, data, reason) in bad_files() {
        for max_whole_pixels in [0, u64::MAX] {
            let it = fixture();
            let path = it.write(name, &data);
            let opening = Opening { max_whole_pixels, ..it.opening.clone() };
            let result = opening.open(&path, key(1), &JobContext::detached());
            let error = result.expect_err(name).to_string();
            assert!(error.contains(reason) && error.contains(name), "{name}: {error}");
        }
    }
}

#[test]
fn garbage_behind_a_sound_header_is_shown_as_far_as_it_goes() {
    let mut data = jpeg(&quadrants(Size::new(1300, 700)));
    let start = data.len() / 3;
    for (n, byte) in data[start..].iter_mut().enumerate() {
        *byte = (n * 97 % 251) as u8;
    }
    let it = fixture();
    let opened = it.open(&it.write("garbage.jpg", &data)).unwrap();
    it.wait_until(|| opened.warning().is_some());
    let last = TileId { level: 0, column: 2, row: 1 };
    assert_eq!(it.wait_for(&opened, last).size(), Size::new(1300 - 1023, 700 - 511));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn random_damage_never_breaks_opening(
        is_png in any::<bool>(),
        flips in prop::collection::vec((any::<u32>(), any::<u8>()), 1..10),
        cut in 0.3_f64..1.5,
    ) {
        let picture = quadrants(Size::new(300, 200));
        let mut data = if is_png { png(&picture) } else { jpeg(&picture) };
        data.truncate((data.len() as f64 * cut) as usize);
        for (at, value) in flips {
            let at = at as usize % data.len();
            data[at] ^= value;
        }
        let it = fixture();
        let path = it.write("picture", &data);
        let limits = DecodeLimits { max_pixels: 10_000_000, max_bytes: 1 << 28 };
        let opening = Opening { limits, ..it.opening.clone() };
        let is_small = super::probe(&path).is_ok_and(|info| info.size.num_pixels() < 10_000_000);
        prop_assume!(is_small);
        if let Ok(opened) = opening.open(&path, key(1), &JobContext::detached()) {
            let id = TileId { level: 0, column: 0, row: 0 };
            opened.tiles().want(&[id]);
            it.wait_until(|| opened.tiles().tile(id).is_some() || opened.warning().is_some());
        }
    }
}
