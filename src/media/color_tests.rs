//! Depth and colours of whole pictures, over files of every format that has them.

use std::fs;

use image::ImageEncoder as _;
use moxcms::ColorProfile;

use super::test_pictures::{key, png, quadrants};
use super::*;
use crate::base::jobs::JobContext;
use crate::pixels::{Picture, PixelFormat, PixelValue, Size, Tile};

fn at_path<T>(content: &[u8], read: impl FnOnce(&std::path::Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture");
    fs::write(&path, content).unwrap();
    read(&path)
}

fn decoded(content: &[u8]) -> Picture {
    let decode = |path: &_| decode(path, &DecodeLimits::default(), &JobContext::detached());
    at_path(content, decode).unwrap().picture
}

fn decoded_deep(content: &[u8]) -> Result<Tile, MediaError> {
    let decode = |path: &_| decode_deep(path, &DecodeLimits::default(), &JobContext::detached());
    at_path(content, decode).map(|decoded| decoded.tile)
}

fn encoded(format: image::ImageFormat, picture: impl Into<image::DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn sixteen_bits_keep_their_values() {
    let ramp = |x: u32, y: u32| (x * 100 + y * 7) as u16;
    let gray = image::ImageBuffer::from_fn(40, 30, |x, y| image::Luma([ramp(x, y)]));
    let rgb = image::ImageBuffer::from_fn(40, 30, |x, y| image::Rgb([ramp(x, y), ramp(y, x), 60_000]));
    let rgba = image::ImageBuffer::from_fn(40, 30, |x, y| image::Rgba([ramp(x, y), 1, 2, ramp(y, x)]));
    for format in [image::ImageFormat::Png, image::ImageFormat::Pnm] {
        let tile = decoded_deep(&encoded(format, gray.clone())).unwrap();
        assert_eq!(tile.format(), PixelFormat::Gray16);
        assert_eq!(tile.pixel(30, 20), Some(PixelValue::Gray(3140.0)));
        let tile = decoded_deep(&encoded(format, rgb.clone())).unwrap();
        assert_eq!(tile.pixel(30, 20), Some(PixelValue::Rgba([3140.0, 2210.0, 60_000.0, 65_535.0])));
    }
    let tile = decoded_deep(&encoded(image::ImageFormat::Png, rgba)).unwrap();
    assert_eq!(tile.pixel(30, 20), Some(PixelValue::Rgba([3140.0, 1.0, 2.0, 2210.0])));
    // Seen in 8 bits, the little that is there fills the brightness.
    let picture = decoded(&encoded(image::ImageFormat::Png, gray));
    assert_eq!(picture.pixel(0, 0), Some([0, 0, 0, 255]));
    assert_eq!(picture.pixel(39, 29), Some([255, 255, 255, 255]));
}

#[test]
fn eight_bits_stay_eight_bits() {
    let picture = quadrants(Size::new(20, 10));
    assert_eq!(decoded_deep(&png(&picture)).unwrap(), Tile::from(&picture));
}

#[test]
fn pictures_that_count_light_are_opened_and_keep_their_values() {
    let rgb = image::ImageBuffer::from_fn(32, 16, |x, y| image::Rgb([x as f32 * 4.0, y as f32 / 64.0, 0.5]));
    for (format, ours, tolerance) in [
        (image::ImageFormat::OpenExr, PictureFormat::OpenExr, 0.0),
        (image::ImageFormat::Hdr, PictureFormat::Hdr, 0.5),
    ] {
        let file = encoded(format, image::DynamicImage::ImageRgb32F(rgb.clone()));
        let info = at_path(&file, probe).unwrap();
        assert_eq!((info.format, info.size, info.bit_depth), (ours, Size::new(32, 16), 32));
        let tile = decoded_deep(&file).unwrap();
        let Some(PixelValue::Rgba([r, g, b, a])) = tile.pixel(20, 8) else { panic!("it has colours") };
        let is_near = |value: f32, expected: f32| (value - expected).abs() <= tolerance;
        assert!(is_near(r, 80.0) && is_near(g, 0.125) && is_near(b, 0.5) && a == 1.0, "{r} {g} {b} {a}");
        // In 8 bits, dark is not as dark as a straight line would have it.
        let picture = decoded(&file);
        assert_eq!(picture.pixel(31, 0).map(|p| p[0]), Some(255));
        assert!(picture.pixel(2, 0).is_some_and(|p| p[0] > 64), "{:?}", picture.pixel(2, 0));
        for length in 0..file.len() {
            let _ = decoded_deep(&file[..length]); // Must not panic.
        }
    }
}

#[test]
fn colours_multiplied_with_alpha_are_divided_again() {
    let rgba = image::ImageBuffer::from_pixel(4, 4, image::Rgba([0.5_f32, 0.25, 0.0, 0.5]));
    let file = encoded(image::ImageFormat::OpenExr, image::DynamicImage::ImageRgba32F(rgba));
    let tile = decoded_deep(&file).unwrap();
    assert_eq!(tile.pixel(1, 1), Some(PixelValue::Rgba([1.0, 0.5, 0.0, 0.5])));
}

/// A picture of one colour in a format, with a profile.
fn with_profile(format: PictureFormat, rgb: [u8; 3], icc: Vec<u8>) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = rgb.repeat(32 * 32);
    let color = image::ExtendedColorType::Rgb8;
    match format {
        PictureFormat::Png => {
            let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
            encoder.set_icc_profile(icc).unwrap();
            encoder.write_image(&pixels, 32, 32, color).unwrap();
        }
        PictureFormat::WebP => {
            let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut file);
            encoder.set_icc_profile(icc).unwrap();
            encoder.write_image(&pixels, 32, 32, color).unwrap();
        }
        _ => {
            let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 100);
            encoder.set_icc_profile(icc).unwrap();
            encoder.write_image(&pixels, 32, 32, color).unwrap();
        }
    }
    file
}

const FORMATS_WITH_PROFILES: [PictureFormat; 3] =
    [PictureFormat::Jpeg, PictureFormat::Png, PictureFormat::WebP];

#[test]
fn profiles_are_applied_to_pictures_and_thumbnails() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    for format in FORMATS_WITH_PROFILES {
        let file = with_profile(format, [200, 100, 50], p3.clone());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        fs::write(&path, &file).unwrap();
        let cache = ThumbnailCache::new(folder.path().join("cache"), 1 << 20);
        let thumbnail = cache.get_or_make(&path, key(1), &JobContext::detached()).unwrap();
        for picture in [decoded(&file), thumbnail] {
            let pixel = picture.pixel(7, 9).unwrap();
            // By the definitions of Display P3 and sRGB.
            let is_near = pixel.iter().zip([215_u8, 93, 31, 255]).all(|(a, b)| a.abs_diff(b) <= 3);
            assert!(is_near, "{format:?} {pixel:?}");
        }
    }
}

#[test]
fn profiles_that_say_nothing_new_or_nothing_sensible_change_nothing() {
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    for format in FORMATS_WITH_PROFILES {
        let plain = decoded(&with_profile(format, [200, 100, 50], srgb.clone()));
        let broken = decoded(&with_profile(format, [200, 100, 50], b"this is no profile at all".to_vec()));
        assert_eq!(plain, broken, "{format:?}");
        let pixel = plain.pixel(3, 3).unwrap();
        assert!(pixel.iter().zip([200_u8, 100, 50, 255]).all(|(a, b)| a.abs_diff(b) <= 2), "{pixel:?}");
    }
}

#[test]
fn quick_looks_at_tiff_are_taken_from_its_versions_or_reduced() {
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/media/tiff/testdata");
    let small = |path: &std::path::Path, max| {
        decode_within(path, max, &DecodeLimits::default(), &JobContext::detached()).map(|d| d.picture)
    };
    // The colours are (x + y, 200 - x, 100 + y).
    let picture = small(&golden.join("slide.tif"), Size::new(20, 20)).unwrap();
    assert_eq!(picture.size(), Size::new(20, 15));
    let [r, g, b, _] = picture.pixel(10, 7).unwrap();
    assert!(r.abs_diff(88) < 8 && g.abs_diff(148) < 8 && b.abs_diff(136) < 8, "{r} {g} {b}");
    // Of a picture over the limit, a version within it is enough.
    let limits = DecodeLimits { max_pixels: 1000, ..DecodeLimits::default() };
    let context = JobContext::detached();
    let path = golden.join("slide.tif");
    assert!(matches!(decode(&path, &limits, &context), Err(MediaError::TooLarge { .. })));
    assert!(decode_within(&path, Size::new(20, 20), &limits, &context).is_ok());
    assert!(decode_within(&path, Size::new(90, 90), &limits, &context).is_err());
}

#[test]
fn grey_jpegs_with_a_profile_of_colours_are_left_alone() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let mut file = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 100);
    encoder.set_icc_profile(p3).unwrap();
    encoder.write_image(&[90; 64], 8, 8, image::ExtendedColorType::L8).unwrap();
    assert_eq!(decoded(&file).pixel(2, 2), Some([90, 90, 90, 255]));
}
