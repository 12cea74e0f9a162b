//! From the pixels that decoders give to 8-bit RGBA with straight alpha, or to a deep format.

use image::ColorType;

use crate::pixels::PixelFormat;

/// Converts row-major 8-bit pixels of a type of the `image` crate. `rgba` takes 4 bytes for each pixel. `false` when
/// the type is another.
pub(super) fn rgba_from_decoded(color_type: ColorType, decoded: &[u8], rgba: &mut [u8]) -> bool {
    match color_type {
        ColorType::L8 => each(decoded, rgba, |[v]: &[u8; 1]| [*v, *v, *v, 255]),
        ColorType::La8 => each(decoded, rgba, |[v, a]: &[u8; 2]| [*v, *v, *v, *a]),
        ColorType::Rgb8 => each(decoded, rgba, |[r, g, b]: &[u8; 3]| [*r, *g, *b, 255]),
        ColorType::Rgba8 => rgba.copy_from_slice(decoded),
        _ => return false,
    }
    true
}

/// Brings pixels of more than 8 bits a channel of a type of the `image` crate, in the machine's byte order, into one of
/// our formats, with the values that they have. Colours that were multiplied with alpha are divided again. `None` when the
/// type is another.
pub(super) fn deep_from_decoded(
    color_type: ColorType,
    decoded: Vec<u8>,
    is_multiplied: bool,
) -> Option<(PixelFormat, Vec<u8>)> {
    const WHITE: [u8; 2] = u16::MAX.to_ne_bytes();
    const OPAQUE: [u8; 4] = 1.0_f32.to_ne_bytes();
    let (words, _) = decoded.as_chunks::<2>();
    let (floats, _) = decoded.as_chunks::<4>();
    Some(match color_type {
        ColorType::L16 => (PixelFormat::Gray16, decoded),
        ColorType::La16 => {
            let pixels = words.as_chunks::<2>().0.iter().flat_map(|[v, a]| [*v, *v, *v, *a]);
            (PixelFormat::Rgba16, pixels.flatten().collect())
        }
        ColorType::Rgb16 => {
            let pixels = words.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, WHITE]);
            (PixelFormat::Rgba16, pixels.flatten().collect())
        }
        ColorType::Rgba16 => (PixelFormat::Rgba16, decoded),
        ColorType::Rgb32F => {
            let pixels = floats.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, OPAQUE]);
            (PixelFormat::RgbaF32, pixels.flatten().collect())
        }
        ColorType::Rgba32F if is_multiplied => {
            let straight = |pixel: &[[u8; 4]; 4]| {
                let [r, g, b, a] = pixel.map(f32::from_ne_bytes);
                let divisor = if a > 0.0 { a } else { 1.0 };
                [r / divisor, g / divisor, b / divisor, a].map(f32::to_ne_bytes)
            };
            let pixels = floats.as_chunks::<4>().0.iter().flat_map(straight);
            (PixelFormat::RgbaF32, pixels.flatten().collect())
        }
        ColorType::Rgba32F => (PixelFormat::RgbaF32, decoded),
        _ => return None,
    })
}

/// Converts printing inks as they lie in JPEG files, where 255 means no ink: the convention of Adobe's programs,
/// which browsers and Pillow take for granted also where a file does not say so. Without the colour profile
/// this is an approximation.
pub(super) fn rgba_from_inverted_cmyk(cmyk: &[u8], rgba: &mut [u8]) {
    each(cmyk, rgba, |&[c, m, y, k]: &[u8; 4]| {
        let mixed = |ink: u8| ((u16::from(ink) * u16::from(k) + 127) / 255) as u8;
        [mixed(c), mixed(m), mixed(y), 255]
    });
}

/// Overwrites a fourth channel that means nothing.
pub(super) fn make_opaque(rgba: &mut [u8]) {
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    pixels.iter_mut().for_each(|pixel| pixel[3] = 255);
}

fn each<const N: usize>(decoded: &[u8], rgba: &mut [u8], convert: impl Fn(&[u8; N]) -> [u8; 4]) {
    let (from, _) = decoded.as_chunks::<N>();
    let (to, _) = rgba.as_chunks_mut::<4>();
    to.iter_mut().zip(from).for_each(|(to, from)| *to = convert(from));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::PixelValue;

    fn converted(color_type: ColorType, decoded: &[u8]) -> [u8; 4] {
        let mut rgba = [9; 4];
        assert!(rgba_from_decoded(color_type, decoded, &mut rgba));
        rgba
    }

    #[test]
    fn every_type_fills_four_channels() {
        assert_eq!(converted(ColorType::L8, &[7]), [7, 7, 7, 255]);
        assert_eq!(converted(ColorType::La8, &[7, 8]), [7, 7, 7, 8]);
        assert_eq!(converted(ColorType::Rgb8, &[1, 2, 3]), [1, 2, 3, 255]);
        assert_eq!(converted(ColorType::Rgba8, &[1, 2, 3, 4]), [1, 2, 3, 4]);
    }

    #[test]
    fn deep_types_keep_their_values() {
        let words = |values: &[u16]| values.iter().flat_map(|v| v.to_ne_bytes()).collect::<Vec<u8>>();
        let floats = |values: &[f32]| values.iter().flat_map(|v| v.to_ne_bytes()).collect::<Vec<u8>>();
        let pixel = |color_type, bytes| {
            deep_from_decoded(color_type, bytes, false).map(|(format, bytes)| format.value(&bytes))
        };
        assert_eq!(pixel(ColorType::L16, words(&[4095])), Some(PixelValue::Gray(4095.0)));
        let gray_and_alpha = Some(PixelValue::Rgba([7.0, 7.0, 7.0, 9.0]));
        assert_eq!(pixel(ColorType::La16, words(&[7, 9])), gray_and_alpha);
        let rgb = Some(PixelValue::Rgba([1.0, 2.0, 3.0, 65_535.0]));
        assert_eq!(pixel(ColorType::Rgb16, words(&[1, 2, 3])), rgb);
        let rgb = Some(PixelValue::Rgba([-1.0, 1e9, 0.5, 1.0]));
        assert_eq!(pixel(ColorType::Rgb32F, floats(&[-1.0, 1e9, 0.5])), rgb);
        assert_eq!(pixel(ColorType::Rgb8, vec![1, 2, 3]), None);
        let multiplied = floats(&[1.0, 0.5, 0.25, 0.5]);
        let (format, bytes) = deep_from_decoded(ColorType::Rgba32F, multiplied, true).expect("it is known");
        assert_eq!(format.value(&bytes), PixelValue::Rgba([2.0, 1.0, 0.5, 0.5]));
    }

    #[test]
    fn ink_darkens() {
        let mut rgba = [0; 12];
        rgba_from_inverted_cmyk(&[255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 0], &mut rgba);
        assert_eq!(rgba, [255, 255, 255, 255, 0, 255, 255, 255, 0, 0, 0, 255]);
    }
}
