//! Files of another program, compared with the pattern that they were given; damaged ones, and ones that lie.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use crate::base::jobs::JobContext;
use crate::media::test_pictures::cancelled_context;
use crate::media::{
    DecodeLimits, DecodedTile, MediaError, Orientation, PictureFormat, decode, decode_deep, probe,
};
use crate::pixels::{PixelFormat, PixelRect, PixelValue, Size, Tile};

const SIZE: Size = Size::new(61, 45);

fn golden(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/media/avif/testdata");
    fs::read(folder.join(name)).expect("it is among the test data")
}

fn with_file<T>(content: &[u8], look: impl FnOnce(&std::path::Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("picture.avif");
    fs::write(&path, content).expect("it is written");
    look(&path)
}

fn decoded(content: &[u8]) -> Result<DecodedTile, MediaError> {
    with_file(content, |path| decode_deep(path, &DecodeLimits::default(), &JobContext::detached()))
}

/// Red, green, blue and alpha from 0 to 1 of the pattern.
fn pattern(x: u32, y: u32, size: Size) -> [f32; 4] {
    let Size { width, height } = size;
    let bytes = [x * 240 / width, y * 220 / height, (x + y) * 250 / (width + height), 255 - x * 200 / width];
    bytes.map(|byte| byte as f32 / 255.0)
}

fn gray([r, g, b, _]: [f32; 4]) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// The largest difference of a channel from what it should be, in steps of 8 bits.
fn worst(tile: &Tile, expected: impl Fn(u32, u32) -> [f32; 4]) -> f32 {
    let size = tile.size();
    let white = tile.format().white();
    let pixels = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let differences = pixels.flat_map(|(x, y)| {
        let wanted = expected(x, y);
        let found = match tile.pixel(x, y) {
            Some(PixelValue::Rgba(values)) => values,
            Some(PixelValue::Gray(value)) => [value, value, value, white],
            None => panic!("no pixel"),
        };
        found.into_iter().zip(wanted).map(move |(a, b)| (a / white - b).abs() * 255.0)
    });
    differences.fold(0.0, f32::max)
}

fn opaque([r, g, b, _]: [f32; 4]) -> [f32; 4] {
    [r, g, b, 1.0]
}

#[test]
fn every_depth_sampling_range_and_matrix_gives_the_same_colours() {
    let files = [
        ("u8_420_full", PixelFormat::Rgba8, 8),
        ("u8_422_limited", PixelFormat::Rgba8, 8),
        ("u8_444_full", PixelFormat::Rgba8, 8),
        ("u10_420_limited", PixelFormat::Rgba16, 10),
        ("u10_422_full", PixelFormat::Rgba16, 10),
        ("u10_444_limited", PixelFormat::Rgba16, 10),
        ("u12_420_full", PixelFormat::Rgba16, 12),
        ("u12_422_limited", PixelFormat::Rgba16, 12),
        ("u12_444_full", PixelFormat::Rgba16, 12),
        ("matrix_4", PixelFormat::Rgba8, 8),
        ("matrix_7", PixelFormat::Rgba8, 8),
        ("matrix_8", PixelFormat::Rgba8, 8),
        ("matrix_9", PixelFormat::Rgba8, 8),
    ];
    for (name, format, bit_depth) in files {
        let file = golden(&format!("{name}.avif"));
        let info = with_file(&file, probe).expect(name);
        let expected = (PictureFormat::Avif, SIZE, bit_depth, false);
        assert_eq!((info.format, info.size, info.bit_depth, info.has_alpha), expected, "{name}");
        let DecodedTile { tile, warning } = decoded(&file).expect(name);
        assert_eq!((tile.size(), tile.format(), warning), (SIZE, format, None), "{name}");
        let worst = worst(&tile, |x, y| opaque(pattern(x, y, SIZE)));
        assert!(worst < 8.0, "{name}: {worst}");
    }
    let lossless = decoded(&golden("identity.avif")).expect("it is sound").tile;
    assert!(worst(&lossless, |x, y| opaque(pattern(x, y, SIZE))) < 0.01);
}

#[test]
fn greys_have_one_channel() {
    for (name, format) in [("u8_gray_limited", PixelFormat::Gray8), ("u12_gray_full", PixelFormat::Gray16)] {
        let tile = decoded(&golden(&format!("{name}.avif"))).expect(name).tile;
        assert_eq!(tile.format(), format);
        let worst = worst(&tile, |x, y| {
            let value = gray(pattern(x, y, SIZE));
            [value, value, value, 1.0]
        });
        assert!(worst < 6.0, "{name}: {worst}");
    }
}

#[test]
fn alpha_is_straight_however_it_is_stored() {
    for name in ["u8_alpha", "u10_alpha", "u8_multiplied", "u10_multiplied"] {
        let file = golden(&format!("{name}.avif"));
        assert!(with_file(&file, probe).expect(name).has_alpha);
        let worst = worst(&decoded(&file).expect(name).tile, |x, y| pattern(x, y, SIZE));
        assert!(worst < 12.0, "{name}: {worst}");
    }
    let tile = decoded(&golden("u8_gray_alpha.avif")).expect("it is sound").tile;
    let worst = worst(&tile, |x, y| {
        let color = pattern(x, y, SIZE);
        let value = gray(color);
        [value, value, value, color[3]]
    });
    assert!(worst < 6.0, "{worst}");
}

#[test]
fn a_grid_is_one_picture_with_one_transparency() {
    let size = Size::new(210, 136);
    let file = golden("grid_alpha.avif");
    assert_eq!(with_file(&file, probe).expect("it is sound").size, size);
    let DecodedTile { tile, warning } = decoded(&file).expect("it is sound");
    assert_eq!((tile.size(), warning), (size, None));
    let worst = worst(&tile, |x, y| pattern(x, y, size));
    assert!(worst < 10.0, "{worst}");
}

#[test]
fn a_grid_of_which_parts_are_damaged_is_shown_without_them() {
    let mut file = golden("grid_alpha.avif");
    // How the coded colours of a cell begin. The last cell comes last.
    let start = file.windows(4).rposition(|window| window == b"\x12\0\x0a\x09").expect("it is there");
    file[start..start + 12].fill(0xff);
    let DecodedTile { tile, warning } = decoded(&file).expect("the rest is there");
    assert!(warning.is_some_and(|warning| warning.contains("damaged")));
    let first = tile.part(PixelRect::new(0, 0, 60, 60)).expect("within");
    assert!(worst(&first, |x, y| pattern(x, y, Size::new(210, 136))) < 10.0);
}

#[test]
fn what_is_cut_out_is_then_turned_and_mirrored() {
    let file = golden("turned.avif");
    let find = |name: &[u8]| file.windows(4).position(|window| window == name).expect("it is there") + 4;
    let (turn_at, mirror_at) = (find(b"irot"), find(b"imir"));
    let shown = |num_turns: u8, mirror_axis: u8| {
        let mut file = file.clone();
        (file[turn_at], file[mirror_at]) = (num_turns, mirror_axis);
        let info = with_file(&file, probe).expect("it is sound");
        (info.orientation, info.stored_size, decoded(&file).expect("it is sound").tile)
    };
    use Orientation::*;
    let expected = [
        [MirroredRows, Transposed, MirroredColumns, Transverse],
        [MirroredColumns, Transverse, MirroredRows, Transposed],
    ];
    let stored_size = Size::new(30, 20);
    for (axis, orientations) in (0..).zip(expected) {
        for (num_turns, expected) in (0..).zip(orientations) {
            let (orientation, size, tile) = shown(num_turns, axis);
            assert_eq!((orientation, size), (expected, stored_size));
            assert_eq!(tile.size(), orientation.apply_to_size(stored_size));
            let worst = worst(&tile, |x, y| {
                let center = crate::geometry::Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let stored = orientation.stored_from_shown(center, stored_size);
                opaque(pattern(stored.x as u32 + 10, stored.y as u32 + 8, SIZE))
            });
            assert!(worst < 8.0, "{orientation:?}: {worst}");
        }
    }
}

#[test]
fn wide_colours_in_linear_light_are_brought_into_srgb() {
    let tile = decoded(&golden("linear_p3.avif")).expect("it is sound").tile;
    let encoded = |v: f32| if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    // From Display P3, by the primaries of both.
    let expected = |x: u32, y: u32| {
        let [r, g, b, _] = pattern(x, y, SIZE);
        let rgb = [1.2249 * r - 0.2247 * g, -0.0420 * r + 1.0419 * g, -0.0197 * r - 0.0786 * g + 1.0979 * b];
        let [r, g, b] = rgb.map(|v| encoded(v.clamp(0.0, 1.0)));
        [r, g, b, 1.0]
    };
    let bright = tile.part(PixelRect::new(25, 20, 30, 20)).expect("within");
    let worst = worst(&bright, |x, y| expected(x + 25, y + 20));
    assert!(worst < 10.0, "{worst}");
}

#[test]
fn of_a_sequence_the_still_picture_is_shown_and_brands_may_stand_in_any_order() {
    let sequence = golden("sequence.avifs");
    let tile = decoded(&sequence).expect("it is sound").tile;
    assert!(worst(&tile, |x, y| opaque(pattern(x, y, SIZE))) < 10.0);
    let mut still = golden("u8_444_full.avif");
    still[8..12].copy_from_slice(b"mif1");
    assert!(decoded(&still).is_ok(), "avif is among the compatible brands");
}

#[test]
fn files_that_are_cut_off_say_so() {
    for name in ["u8_420_full.avif", "u8_alpha.avif", "grid_alpha.avif"] {
        let whole = golden(name);
        for length in (0..whole.len() - 1).step_by(7) {
            match decoded(&whole[..length]) {
                Ok(DecodedTile { warning, .. }) => assert!(warning.is_some(), "{name} {length}"),
                Err(error) => assert!(error.to_string().contains("picture"), "{name} {length}: {error}"),
            }
        }
    }
}

#[test]
fn sizes_that_lie_take_no_memory() {
    let sound = golden("u8_444_full.avif");
    let at = sound.windows(4).position(|window| window == b"ispe").expect("it is there") + 8;
    let lie = |width: u32, height: u32| {
        let mut file = sound.clone();
        file[at..at + 8].copy_from_slice(&[width.to_be_bytes(), height.to_be_bytes()].concat());
        decoded(&file).expect_err("it lies").to_string()
    };
    assert!(lie(0, 45).contains("0 × 45"));
    assert!(lie(u32::MAX, u32::MAX).contains("too large"));
    assert!(lie(15_000, 15_000).contains("another size"));
    assert!(lie(60, 44).contains("damaged"));
    let error = with_file(&sound, |path| {
        decode(path, &DecodeLimits { max_pixels: 100, ..DecodeLimits::default() }, &JobContext::detached())
    });
    assert!(matches!(error, Err(MediaError::TooLarge { .. })));
}

#[test]
fn other_codecs_and_unknown_demands_are_named() {
    let sound = golden("u8_444_full.avif");
    let renamed = |from: &[u8; 4], to: &[u8; 4]| {
        let mut file = sound.clone();
        let places: Vec<usize> =
            file.windows(4).enumerate().filter(|(_, w)| w == from).map(|(at, _)| at).collect();
        places.into_iter().for_each(|at| file[at..at + 4].copy_from_slice(to));
        decoded(&file).expect_err("it cannot be read").to_string()
    };
    assert!(renamed(b"av01", b"hvc1").contains("HEIC"));
    assert!(renamed(b"av01", b"iovl").contains("iovl"));
    assert!(renamed(b"av1C", b"newP").contains("newP"), "the property is essential");
    assert!(renamed(b"meta", b"free").contains("without a still picture"));
}

#[test]
fn a_cancelled_job_decodes_nothing() {
    let result = with_file(&golden("u8_444_full.avif"), |path| {
        decode(path, &DecodeLimits::default(), &cancelled_context())
    });
    assert!(matches!(result, Err(MediaError::Cancelled)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_damage_is_survived(
        name in prop::sample::select(vec!["u8_420_full.avif", "u10_alpha.avif", "grid_alpha.avif", "turned.avif"]),
        flips in prop::collection::vec((any::<u32>(), any::<u8>()), 1..6),
    ) {
        let mut file = golden(name);
        for (at, value) in flips {
            let at = at as usize % file.len();
            file[at] ^= value;
        }
        let limits = DecodeLimits { max_pixels: 1_000_000, max_bytes: 1 << 26 };
        // Whatever comes, it ends, and is no panic.
        let _ = with_file(&file, |path| decode_deep(path, &limits, &JobContext::detached()));
    }
}
