//! Masks as pictures in base64, as labelme keeps them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::geometry::Mask;

/// Decodes a base64 PNG: every pixel that is not black (and not transparent) is set. The mask's first column and
/// row are given; its size is that of the picture. Also returns that size.
///
/// Works row by row: memory grows with the mask, not with the picture.
pub(super) fn mask_from_png(text: &str, left: i32, top: i32) -> Result<(Mask, [u32; 2]), String> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| "the mask is no base64 text".to_owned())?;
    let no_png = |error: png::DecodingError| format!("the mask is no PNG picture: {error}");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(no_png)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let (color, _) = reader.output_color_type();
    let num_channels = color.samples();
    let has_alpha = matches!(color, png::ColorType::GrayscaleAlpha | png::ColorType::Rgba);
    let is_set = |pixel: &[u8]| {
        let (light, alpha) = pixel.split_at(if has_alpha { num_channels - 1 } else { num_channels });
        alpha.iter().all(|&a| a > 0) && light.iter().any(|&l| l > 0)
    };
    let mut spans = Vec::new();
    let mut row = 0_i32;
    while let Some(line) = reader.next_row().map_err(no_png)? {
        let mut start = None;
        let y = top.saturating_add(row);
        for (column, pixel) in line.data().chunks_exact(num_channels).take(width as usize).enumerate() {
            let x = left.saturating_add(column as i32);
            match (is_set(pixel), start) {
                (true, None) => start = Some(x),
                (false, Some(first)) => {
                    spans.push((y, first, x));
                    start = None;
                }
                _ => {}
            }
        }
        if let Some(first) = start {
            spans.push((y, first, left.saturating_add(width as i32)));
        }
        row += 1;
    }
    Ok((Mask::from_spans(spans), [width, height]))
}

/// The mask's rectangle as a base64 PNG: white where set, black elsewhere.
pub(super) fn mask_to_png(mask: &Mask) -> String {
    let mut pixels = mask.to_bitmap(mask.left, mask.top, mask.width, mask.height);
    pixels.iter_mut().for_each(|pixel| *pixel *= 255);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, mask.width.max(1), mask.height.max(1));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    if pixels.is_empty() {
        pixels.push(0);
    }
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.expect("writing to memory does not fail, and the pixels are as many as the header says");
    STANDARD.encode(bytes)
}

/// The size of a picture in base64, from its header; of PNG and JPEG.
pub(super) fn embedded_size(text: &str) -> Option<[u32; 2]> {
    // The header is near the beginning, but a JPEG may have much before it: decode all, up to a limit.
    const MAX_CHARACTERS: usize = 1 << 26;
    let end = text.len().min(MAX_CHARACTERS) / 4 * 4;
    let bytes = STANDARD.decode(text.get(..end)?.trim()).ok()?;
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        return Some([number(16)?, number(20)?]);
    }
    jpeg_size(&bytes)
}

/// The size in the frame header of a JPEG (ITU T.81, B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<[u32; 2]> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        let (&marker, rest) = (bytes.get(at + 1)?, bytes.get(at + 2..)?);
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let number = |i: usize| Some(u32::from(*rest.get(i)?) << 8 | u32::from(*rest.get(i + 1)?));
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return Some([number(5)?, number(3)?]);
        }
        // A fill byte before a marker has no length of its own.
        at += if marker == 0xff { 1 } else { 2 + number(0)? as usize };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_mask_comes_back(
            left in -5..5i32, top in -5..5i32, width in 1..12u32, height in 1..12u32, seed in any::<u64>()
        ) {
            let bits: Vec<u8> =
                (0..width * height).map(|i| (seed >> (i % 61) & 1) as u8 ^ u8::from(i % 7 == 0)).collect();
            let mask = Mask::from_bitmap(left, top, width, height, &bits).unwrap();
            prop_assume!(!mask.is_empty());
            let (read, size) = mask_from_png(&mask_to_png(&mask), mask.left, mask.top).unwrap();
            prop_assert_eq!(size, [mask.width, mask.height]);
            prop_assert_eq!(&read, &mask);
        }

        #[test]
        fn damage_is_told_and_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let text = STANDARD.encode(&bytes);
            prop_assert!(mask_from_png(&text, 0, 0).is_err());
            let _ = embedded_size(&text);
            let jpeg = STANDARD.encode([&[0xff, 0xd8][..], &bytes].concat());
            let _ = embedded_size(&jpeg);
        }
    }

    #[test]
    fn reads_the_size_of_a_png() {
        let mask = Mask::from_bitmap(0, 0, 3, 2, &[1_u8; 6]).unwrap();
        assert_eq!(embedded_size(&mask_to_png(&mask)), Some([3, 2]));
    }

    #[test]
    fn reads_the_size_of_a_jpeg_behind_other_segments() {
        let jpeg =
            [&[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2][..], &[0xff, 0xc0, 0, 17, 8, 0, 200, 1, 44, 3]].concat();
        assert_eq!(embedded_size(&STANDARD.encode(jpeg)), Some([300, 200]));
    }
}
