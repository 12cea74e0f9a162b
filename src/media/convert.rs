//! From the pixels that decoders give to 8-bit RGBA with straight alpha.

use image::ColorType;

/// Converts row-major pixels of a type of the `image` crate. `rgba` takes 4 bytes for each pixel. `false` when
/// the type is not known.
pub(super) fn rgba_from_decoded(color_type: ColorType, decoded: &[u8], rgba: &mut [u8]) -> bool {
    match color_type {
        ColorType::L8 => each(decoded, rgba, |[v]: &[u8; 1]| [*v, *v, *v, 255]),
        ColorType::La8 => each(decoded, rgba, |[v, a]: &[u8; 2]| [*v, *v, *v, *a]),
        ColorType::Rgb8 => each(decoded, rgba, |[r, g, b]: &[u8; 3]| [*r, *g, *b, 255]),
        ColorType::Rgba8 => rgba.copy_from_slice(decoded),
        ColorType::L16 => each(decoded, rgba, |p: &[u8; 2]| {
            let v = from_16_bits(p, 0);
            [v, v, v, 255]
        }),
        ColorType::La16 => each(decoded, rgba, |p: &[u8; 4]| {
            let v = from_16_bits(p, 0);
            [v, v, v, from_16_bits(p, 1)]
        }),
        ColorType::Rgb16 => each(decoded, rgba, |p: &[u8; 6]| {
            [from_16_bits(p, 0), from_16_bits(p, 1), from_16_bits(p, 2), 255]
        }),
        ColorType::Rgba16 => each(decoded, rgba, |p: &[u8; 8]| {
            [from_16_bits(p, 0), from_16_bits(p, 1), from_16_bits(p, 2), from_16_bits(p, 3)]
        }),
        ColorType::Rgb32F => {
            each(decoded, rgba, |p: &[u8; 12]| [from_float(p, 0), from_float(p, 1), from_float(p, 2), 255])
        }
        ColorType::Rgba32F => each(decoded, rgba, |p: &[u8; 16]| {
            [from_float(p, 0), from_float(p, 1), from_float(p, 2), from_float(p, 3)]
        }),
        _ => return false,
    }
    true
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

/// Scales a channel of 16 bits, in the machine's byte order, to the nearest of 8.
fn from_16_bits(pixel: &[u8], channel: usize) -> u8 {
    let value = u16::from_ne_bytes([pixel[channel * 2], pixel[channel * 2 + 1]]);
    ((u32::from(value) + 128) / 257) as u8
}

/// 0.0 is black and 1.0 white; what lies outside is cut, and what is no number is black.
fn from_float(pixel: &[u8], channel: usize) -> u8 {
    let at = channel * 4;
    let value = f32::from_ne_bytes([pixel[at], pixel[at + 1], pixel[at + 2], pixel[at + 3]]);
    (value * 255.0).round() as u8 // `as` saturates, and makes 0 of NaN.
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(color_type: ColorType, decoded: &[u8]) -> [u8; 4] {
        let mut rgba = [9; 4];
        assert!(rgba_from_decoded(color_type, decoded, &mut rgba));
        rgba
    }

    #[test]
    fn sixteen_bits_become_the_nearest_of_eight() {
        for value in 0..=u16::MAX {
            let exact = f64::from(value) * 255.0 / 65535.0;
            let [v, ..] = converted(ColorType::L16, &value.to_ne_bytes());
            assert!((f64::from(v) - exact).abs() <= 0.5, "{value}");
        }
    }

    #[test]
    fn every_type_fills_four_channels() {
        assert_eq!(converted(ColorType::L8, &[7]), [7, 7, 7, 255]);
        assert_eq!(converted(ColorType::La8, &[7, 8]), [7, 7, 7, 8]);
        assert_eq!(converted(ColorType::Rgb8, &[1, 2, 3]), [1, 2, 3, 255]);
        assert_eq!(converted(ColorType::Rgba8, &[1, 2, 3, 4]), [1, 2, 3, 4]);
        assert_eq!(converted(ColorType::Rgba16, &[255; 8]), [255; 4]);
        let floats: Vec<u8> = [2.0, -1.0, f32::NAN, 0.5].into_iter().flat_map(f32::to_ne_bytes).collect();
        assert_eq!(converted(ColorType::Rgba32F, &floats), [255, 0, 0, 128]);
    }

    #[test]
    fn ink_darkens() {
        let mut rgba = [0; 12];
        rgba_from_inverted_cmyk(&[255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 0], &mut rgba);
        assert_eq!(rgba, [255, 255, 255, 255, 0, 255, 255, 255, 0, 0, 0, 255]);
    }
}
