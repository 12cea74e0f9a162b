//! Probing and decoding, over files of every kind and damage.

use std::fs;
use std::path::PathBuf;

use super::test_pictures::*;
use super::*;
use crate::base::jobs::JobContext;
use crate::pixels::{Picture, Size};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

fn decoded(content: &[u8]) -> Result<Decoded, MediaError> {
    let folder = Folder::new();
    decode(&folder.file("picture", content), &DecodeLimits::default(), &JobContext::detached())
}

fn probed(content: &[u8]) -> Result<MediaInfo, MediaError> {
    probe(&Folder::new().file("picture", content))
}

fn encoded(format: image::ImageFormat, picture: &image::DynamicImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn assert_near(picture: &Picture, expected: &Picture) {
    assert_eq!(picture.size(), expected.size());
    let differs = |(a, b): (&u8, &u8)| a.abs_diff(*b) > 6;
    assert!(!picture.rgba().iter().zip(expected.rgba()).any(differs));
}

/// What is stored in a file for a picture to be shown: the shown picture turned the other way.
fn stored_from_shown(shown: &Picture, orientation: Orientation) -> Picture {
    let backwards = match orientation {
        Orientation::Turned90 => Orientation::Turned270,
        Orientation::Turned270 => Orientation::Turned90,
        own_inverse => own_inverse,
    };
    let mut rgba = vec![0; shown.num_bytes()];
    backwards.copy_pixels(shown.rgba(), shown.size(), &mut rgba);
    Picture::from_rgba(orientation.apply_to_size(shown.size()), rgba).unwrap()
}

#[test]
fn every_orientation_is_shown_upright_from_every_format_that_has_them() {
    let shown = quadrants(Size::new(48, 32));
    for orientation in Orientation::ALL {
        let stored = stored_from_shown(&shown, orientation);
        let exif = exif_block(orientation.into(), false);
        let files = [
            ("JPEG", jpeg_with_exif(&jpeg(&stored), &exif)),
            ("PNG", png_with_exif(&png(&stored), &exif)),
            ("WebP", webp_with_exif(&stored, &exif)),
            ("TIFF", tiff_with_orientation(&stored, orientation)),
        ];
        for (name, file) in files {
            let info = probed(&file).unwrap();
            assert_eq!(info.orientation, orientation, "{name}");
            assert_eq!((info.size, info.stored_size), (shown.size(), stored.size()), "{name}");
            let Decoded { picture, warning } = decoded(&file).unwrap();
            assert_eq!(warning, None, "{name}");
            assert_near(&picture, &shown);
        }
    }
}

/// An uncompressed RGBA TIFF file, written tag by tag.
fn tiff_with_orientation(picture: &Picture, orientation: Orientation) -> Vec<u8> {
    let Size { width, height } = picture.size();
    let tags: [(u16, u16, u32, u32); 11] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 4, 8 + 2 + 12 * 11 + 4), // Bits per sample stand behind the tags.
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 8 + 2 + 12 * 11 + 4 + 8),
        (274, 3, 1, u8::from(orientation).into()),
        (277, 3, 1, 4),
        (278, 4, 1, height),
        (279, 4, 1, width * height * 4),
        (338, 3, 1, 2),
    ];
    let mut file = b"II*\0\x08\0\0\0\x0b\0".to_vec();
    for (tag, kind, count, value) in tags {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0, 0, 0, 0, 8, 0, 8, 0, 8, 0, 8, 0]);
    file.extend(picture.rgba());
    file
}

#[test]
fn previews_are_upright_and_small() {
    let shown = quadrants(Size::new(800, 600));
    let folder = Folder::new();
    for orientation in Orientation::ALL {
        let stored = jpeg(&stored_from_shown(&shown, orientation));
        let path = folder.file("a.jpg", &jpeg_with_exif(&stored, &exif_block(orientation.into(), true)));
        for (max, size) in [(Size::new(100, 100), Size::new(100, 75)), (Size::new(801, 999), shown.size())] {
            let decoded =
                decode_within(&path, max, &DecodeLimits::default(), &JobContext::detached()).unwrap();
            assert_eq!(decoded.picture.size(), size);
            let at = |x: u32, y: u32| decoded.picture.pixel(x * size.width / 8, y * size.height / 8).unwrap();
            for (color, (x, y)) in QUADRANT_COLORS.iter().zip([(1, 1), (7, 1), (1, 7), (7, 7)]) {
                let differs = |(a, b): (&u8, u8)| a.abs_diff(b) > 6;
                assert!(!color.iter().zip(at(x, y)).any(differs), "{orientation:?} {max:?}");
            }
        }
    }
}

#[test]
fn every_format_is_probed_and_decoded() {
    let shown = quadrants(Size::new(21, 13));
    let rgba = image::RgbaImage::from_raw(21, 13, shown.rgba().to_vec()).unwrap();
    let rgb = image::DynamicImage::from(image::DynamicImage::from(rgba).to_rgb8());
    for (format, ours, name) in [
        (image::ImageFormat::Png, PictureFormat::Png, "a.png"),
        (image::ImageFormat::Bmp, PictureFormat::Bmp, "a.bmp"),
        (image::ImageFormat::Gif, PictureFormat::Gif, "a.gif"),
        (image::ImageFormat::Tga, PictureFormat::Tga, "a.tga"),
        (image::ImageFormat::Pnm, PictureFormat::Pnm, "a.ppm"),
        (image::ImageFormat::WebP, PictureFormat::WebP, "a.webp"),
    ] {
        let folder = Folder::new();
        let path = folder.file(name, &encoded(format, &rgb));
        let info = probe(&path).unwrap();
        assert_eq!((info.format, info.size, info.bit_depth), (ours, shown.size(), 8), "{name}");
        let result = decode(&path, &DecodeLimits::default(), &JobContext::detached()).unwrap();
        assert_eq!(result, Decoded { picture: shown.clone(), warning: None }, "{name}");
        assert!(has_extension(&path, PICTURE_EXTENSIONS));
    }
}

#[test]
fn jpegs_of_every_colour_are_decoded() {
    let size = Size::new(32, 32);
    // Inks are stored inverted: 255 is none.
    let inks = [255, 0, 0, 255].repeat(32 * 32);
    for is_progressive in [false, true] {
        let file = jpeg_of(&inks, size, turbojpeg::PixelFormat::CMYK, is_progressive);
        assert_eq!(probed(&file).unwrap().color, ColorKind::Cmyk);
        assert_near(&decoded(&file).unwrap().picture, &Picture::filled(size, [255, 0, 0, 255]));
        let file = jpeg_of(quadrants(size).rgba(), size, turbojpeg::PixelFormat::RGBA, is_progressive);
        assert_near(&decoded(&file).unwrap().picture, &quadrants(size));
    }
    let grey = image::DynamicImage::from(image::GrayImage::from_pixel(32, 32, image::Luma([77])));
    let file = encoded(image::ImageFormat::Jpeg, &grey);
    assert_eq!(probed(&file).unwrap().color, ColorKind::Grey);
    assert_near(&decoded(&file).unwrap().picture, &Picture::filled(size, [77, 77, 77, 255]));
}

#[test]
fn sixteen_bits_are_scaled_and_told() {
    let pixel = image::Rgba([0x1234u16, 0x8080, 0xffff, 0x7f00]);
    let file = encoded(image::ImageFormat::Png, &image::ImageBuffer::from_pixel(5, 4, pixel).into());
    let info = probed(&file).unwrap();
    assert_eq!((info.bit_depth, info.color, info.has_alpha), (16, ColorKind::Rgba, true));
    assert_eq!(decoded(&file).unwrap().picture.pixel(2, 2), Some([0x12, 0x80, 0xff, 0x7f]));
}

#[test]
fn a_fourth_channel_that_means_nothing_is_ignored() {
    let picture = Picture::filled(Size::new(4, 3), [10, 20, 30, 0]);
    let rgba = image::RgbaImage::from_raw(4, 3, picture.rgba().to_vec()).unwrap();
    let mut file = encoded(image::ImageFormat::Tga, &rgba.into());
    let folder = Folder::new();
    for (num_alpha_bits, alpha) in [(8, 0), (0, 255)] {
        file[17] = file[17] & 0xf0 | num_alpha_bits;
        let path = folder.file("a.tga", &file);
        assert_eq!(probe(&path).unwrap().has_alpha, num_alpha_bits > 0);
        let result = decode(&path, &DecodeLimits::default(), &JobContext::detached()).unwrap();
        assert_eq!(result.picture.pixel(1, 1), Some([10, 20, 30, alpha]));
    }
}

#[test]
fn of_an_animation_the_first_frame_is_shown() {
    let mut file = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut file);
    for color in [[255, 0, 0, 255], [0, 0, 255, 255]] {
        encoder
            .encode_frame(image::Frame::new(image::RgbaImage::from_pixel(8, 6, image::Rgba(color))))
            .unwrap();
    }
    drop(encoder);
    assert_eq!(probed(&file).unwrap().color, ColorKind::Indexed);
    assert_eq!(decoded(&file).unwrap().picture, Picture::filled(Size::new(8, 6), [255, 0, 0, 255]));
}

#[test]
fn files_cut_off_give_what_is_there_with_a_warning_or_an_error_that_names_them() {
    let noisy: Vec<u8> =
        (0..200 * 150 * 4u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect();
    let picture = Picture::from_rgba(Size::new(200, 150), noisy).unwrap();
    for whole in [jpeg(&picture), png(&picture), webp_with_exif(&picture, &exif_block(1, false))] {
        let full = decoded(&whole).unwrap().picture;
        for part in 0..40 {
            match decoded(&whole[..whole.len() * part / 40]) {
                Ok(Decoded { picture, warning }) => {
                    assert!(warning.is_some(), "{part}");
                    assert_eq!(picture.size(), full.size());
                    let has_its_first_rows = part >= 20;
                    let num_bytes = if has_its_first_rows { 200 * 4 * 16 } else { 0 };
                    assert_eq!(picture.rgba()[..num_bytes], full.rgba()[..num_bytes]);
                }
                Err(error) => {
                    let message = error.to_string();
                    assert!(message.contains("picture") && message.len() > 30, "{message}");
                }
            }
        }
    }
    let half = |whole: &[u8]| decoded(&whole[..whole.len() / 2]);
    assert!(half(&jpeg(&picture)).unwrap().warning.is_some());
    assert!(half(&png(&picture)).unwrap().warning.is_some());
}

#[test]
fn a_header_that_lies_takes_no_memory() {
    let header = |width: u32, height: u32| {
        let mut body = [width.to_be_bytes(), height.to_be_bytes()].concat();
        body.extend([8, 6, 0, 0, 0]);
        let pixels = png_chunk(b"IDAT", &[0; 900]);
        [b"\x89PNG\r\n\x1a\n", &png_chunk(b"IHDR", &body)[..], &pixels].concat()
    };
    let lie = header(65_536, 65_536);
    assert_eq!(probed(&lie).unwrap().size, Size::new(65_536, 65_536));
    // Above the limit and within it, but more than the file can hold.
    for lie in [lie, header(30_000, 30_000)] {
        let error = decoded(&lie).unwrap_err();
        assert!(matches!(error, MediaError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains("945 bytes cannot hold"), "{error}");
    }
    let mut tall = jpeg(&quadrants(Size::new(16, 16)));
    let frame = tall.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    tall[frame + 5..frame + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    assert_eq!(probed(&tall).unwrap().size, Size::new(30_000, 30_000));
    assert!(matches!(decoded(&tall), Err(MediaError::Damaged { .. })));
    let folder = Folder::new();
    let path = folder.file("a.png", &png(&quadrants(Size::new(20, 20))));
    let default = DecodeLimits::default();
    for limits in [DecodeLimits { max_bytes: 1000, ..default }, DecodeLimits { max_pixels: 399, ..default }] {
        let error = decode(&path, &limits, &JobContext::detached()).unwrap_err();
        assert!(matches!(error, MediaError::TooLarge { .. }), "{error}");
    }
}

#[test]
fn pictures_without_pixels_are_damaged() {
    let mut flat = jpeg(&quadrants(Size::new(16, 16)));
    let frame = flat.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    flat[frame + 5..frame + 7].copy_from_slice(&[0, 0]);
    let empty_png =
        [b"\x89PNG\r\n\x1a\n", &png_chunk(b"IHDR", &[0, 0, 0, 0, 0, 0, 0, 9, 8, 6, 0, 0, 0])[..]].concat();
    for file in [&flat[..], &empty_png, b"GIF89a\0\0\0\0\0\0\0\x3b", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff"] {
        let error = probed(file).unwrap_err();
        assert!(matches!(error, MediaError::Damaged { .. }), "{error}");
        assert!(decoded(file).is_err());
    }
}

#[test]
fn what_is_no_picture_is_refused_by_name() {
    let folder = Folder::new();
    let error = |name: &str, content: &[u8]| probe(&folder.file(name, content)).unwrap_err();
    assert!(matches!(error("a.jpg", b""), MediaError::Empty { .. }));
    assert!(matches!(error("a.jpg", b"hello"), MediaError::NotAPicture { .. }));
    assert!(matches!(error("a.mp4", b"\0\0\0\x18ftypisom"), MediaError::Video { .. }));
    assert!(matches!(error("a.heic", b"\0\0\0\x18ftypheic"), MediaError::Unsupported { .. }));
    assert!(matches!(probe(folder.0.path()), Err(MediaError::Read { .. })));
    let missing = folder.0.path().join("absent.png");
    let message = probe(&missing).unwrap_err().to_string();
    assert!(message.ends_with("absent.png"), "{message}");
    assert!(decode(&missing, &DecodeLimits::default(), &JobContext::detached()).is_err());
}

#[test]
fn stray_bytes_in_a_header_do_no_harm() {
    let sound = jpeg(&quadrants(Size::new(32, 32)));
    let first_segment_end = 4 + usize::from(u16::from_be_bytes([sound[4], sound[5]]));
    let (start, rest) = sound.split_at(first_segment_end);
    let stray = [start, &[0x00, 0x13, 0xff, 0x00, 0xff, 0xff], rest].concat();
    assert_eq!(probed(&stray).unwrap().size, Size::new(32, 32));
    assert_near(&decoded(&stray).unwrap().picture, &quadrants(Size::new(32, 32)));
}

#[test]
fn garbage_behind_every_mark_is_survived() {
    let marks: [&[u8]; 14] = [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
        b"GIF89a",
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
        b"BM",
        b"RIFF\xff\0\0\0WEBPVP8 ",
        b"RIFF\xff\0\0\0WEBPVP8L",
        b"RIFF\xff\0\0\0WEBPVP8X",
        b"P6\n",
        b"P7\n",
        b"II+\0\x08\0\0\0",
        b"\x76\x2f\x31\x01\x02\0\0\0",
        b"#?RADIANCE\n",
    ];
    let mut state = 1u32;
    for round in 0..60 {
        for mark in marks {
            let mut file = mark.to_vec();
            for _ in 0..round * 7 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                file.push((state >> 24) as u8);
            }
            let _ = decoded(&file); // Whatever comes, it is no panic.
        }
    }
}

#[test]
fn nothing_is_decoded_for_a_cancelled_job() {
    let folder = Folder::new();
    let path = folder.file("a.png", &png(&quadrants(Size::new(20, 20))));
    let context = cancelled_context();
    let result = decode(&path, &DecodeLimits::default(), &context);
    assert!(matches!(result, Err(MediaError::Cancelled)));
    assert!(matches!(content_hash(&path, &context), Err(MediaError::Cancelled)));
}
