//! From the colours of an ICC profile to sRGB.
//!
//! Most profiles say that the picture is sRGB, in one of many wordings. These are found out by trying them on some
//! colours, and then nothing is done: such pictures stay what they are, bit by bit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use moxcms::{
    ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, Transform16BitExecutor, TransformOptions,
};

use crate::pixels::PixelFormat;

/// What the numbers of a pixel are, as far as a colour profile is concerned. Alpha is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileChannels {
    /// One channel.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Four printing inks, 255 is full ink.
    Cmyk,
}

/// Brings pixels into sRGB. Cheap to use on tile after tile, from several threads at once.
pub struct ColorTransform {
    profile: ColorProfile,
    bytes: Arc<Transform8BitExecutor>,
    channels: ProfileChannels,
    /// Made when first needed: it takes much longer.
    words: OnceLock<Option<Arc<Transform16BitExecutor>>>,
    /// What each grey value becomes.
    gray_bytes: OnceLock<Vec<u8>>,
    gray_words: OnceLock<Vec<u16>>,
}

/// Pixels that are transformed at a time, through buffers that stay in the first cache.
const NUM_PIXELS_AT_ONCE: usize = 1024;

/// The difference of one channel, in steps of 8 bits, up to which a profile is taken for sRGB. The profiles of
/// different makers round its numbers differently.
const SRGB_TOLERANCE: u8 = 1;

impl ColorTransform {
    /// The transform that a picture of such channels with this ICC profile needs. `None` where it needs none, as
    /// the profile is sRGB; where the profile is of other channels than the picture; and where it is damaged,
    /// which is logged.
    pub fn from_icc(icc: &[u8], channels: ProfileChannels) -> Option<Self> {
        Self::unless_srgb(channels, || ColorProfile::new_from_slice(icc))
    }

    /// The transform for code points of ITU-T H.273, as AVIF and videos have them. `None` where it needs none, or they
    /// say nothing.
    ///
    /// The curve of BT.709 and its kin (1, 6, 14, 15) is taken for that of sRGB, as by most programs: such pictures are
    /// made to be looked at as they are. Those of HDR (PQ, 16, and HLG, 18) are left as they are too: they have no
    /// white that sRGB could stand on.
    pub fn from_cicp(primaries: u8, transfer: u8, channels: ProfileChannels) -> Option<Self> {
        use moxcms::{CicpColorPrimaries as Primaries, TransferCharacteristics as Transfer};
        let transfer = match transfer {
            4 => Transfer::Bt470M,
            5 => Transfer::Bt470Bg,
            8 => Transfer::Linear,
            9 => Transfer::Log100,
            10 => Transfer::Log100sqrt10,
            16 | 18 => return None,
            _ => Transfer::Srgb,
        };
        let primaries = Primaries::try_from(primaries).ok();
        let known = primaries.filter(|p| !matches!(p, Primaries::Reserved | Primaries::Unspecified));
        let primaries = known.unwrap_or(Primaries::Bt709);
        if transfer == Transfer::Srgb && (primaries == Primaries::Bt709 || channels == ProfileChannels::Gray)
        {
            return None;
        }
        Self::unless_srgb(channels, || {
            let colors = ColorProfile::new_from_cicp(moxcms::CicpProfile {
                color_primaries: primaries,
                transfer_characteristics: transfer,
                matrix_coefficients: moxcms::MatrixCoefficients::Identity,
                full_range: true,
            });
            if channels != ProfileChannels::Gray {
                return Ok(colors);
            }
            let mut gray = ColorProfile::new_gray_with_gamma(1.0);
            gray.gray_trc = colors.green_trc;
            Ok(gray)
        })
    }

    /// `None` where the profile changes nothing, is not one of such channels, or is damaged, which is logged.
    fn unless_srgb(
        channels: ProfileChannels,
        profile: impl FnOnce() -> Result<ColorProfile, moxcms::CmsError>,
    ) -> Option<Self> {
        // The profile comes from a file, and the code that reads it from many hands.
        let made = catch_unwind(AssertUnwindSafe(|| {
            let transform = Self::make(profile()?, channels)?;
            Ok::<_, moxcms::CmsError>(transform.filter(|transform| !transform.is_srgb()))
        }));
        match made {
            Ok(Ok(transform)) => transform,
            Ok(Err(error)) => {
                log::warn!("a colour profile is ignored: {error}");
                None
            }
            Err(_) => {
                log::warn!("a colour profile is ignored, as it cannot be read");
                None
            }
        }
    }

    fn make(profile: ColorProfile, channels: ProfileChannels) -> Result<Option<Self>, moxcms::CmsError> {
        let (space, from, to) = match channels {
            ProfileChannels::Gray => (DataColorSpace::Gray, Layout::Gray, Layout::Rgb),
            ProfileChannels::Rgb => (DataColorSpace::Rgb, Layout::Rgba, Layout::Rgba),
            // Inks have the layout of red, green, blue and alpha.
            ProfileChannels::Cmyk => (DataColorSpace::Cmyk, Layout::Rgba, Layout::Rgb),
        };
        if profile.color_space != space {
            return Ok(None);
        }
        let srgb = ColorProfile::new_srgb();
        let bytes = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default())?;
        Ok(Some(Self {
            profile,
            bytes,
            channels,
            words: OnceLock::new(),
            gray_bytes: OnceLock::new(),
            gray_words: OnceLock::new(),
        }))
    }

    /// Whether it changes nothing that could be seen, tried on greys, pure colours and a coarse grid of mixtures.
    fn is_srgb(&self) -> bool {
        match self.channels {
            ProfileChannels::Cmyk => false,
            ProfileChannels::Gray => self
                .gray_bytes()
                .iter()
                .zip(0..=u8::MAX)
                .all(|(to, from)| to.abs_diff(from) <= SRGB_TOLERANCE),
            ProfileChannels::Rgb => {
                let greys = (0..=255).step_by(5).map(|v: u8| [v, v, v, 255]);
                let steps = || (0..=255).step_by(51);
                let mixtures = steps()
                    .flat_map(|r: u8| steps().map(move |g: u8| (r, g)))
                    .flat_map(|(r, g)| steps().map(move |b: u8| [r, g, b, 255]));
                let from: Vec<u8> = greys.chain(mixtures).flatten().collect();
                let mut to = from.clone();
                self.bytes.transform(&from, &mut to).is_ok()
                    && to.iter().zip(&from).all(|(to, from)| to.abs_diff(*from) <= SRGB_TOLERANCE)
            }
        }
    }

    /// Transforms whole pixels of a format in place. Alpha stays. Floats are left as they are: they have a window
    /// of their own, and no white that a profile could stand on. So is everything where the profile is one of
    /// inks: see [`ColorTransform::rgba_from_inks`].
    pub fn apply(&self, format: PixelFormat, pixels: &mut [u8]) {
        match (self.channels, format) {
            (ProfileChannels::Cmyk, _) | (_, PixelFormat::GrayF32 | PixelFormat::RgbaF32) => {}
            (ProfileChannels::Gray, PixelFormat::Gray8) => {
                let table = self.gray_bytes();
                pixels.iter_mut().for_each(|v| *v = table[usize::from(*v)]);
            }
            (ProfileChannels::Gray, PixelFormat::Rgba8) => {
                let table = self.gray_bytes();
                let (pixels, _) = pixels.as_chunks_mut::<4>();
                pixels.iter_mut().for_each(|p| p[..3].iter_mut().for_each(|v| *v = table[usize::from(*v)]));
            }
            (ProfileChannels::Gray, PixelFormat::Gray16) => self.apply_to_gray_words(pixels, 1),
            (ProfileChannels::Gray, PixelFormat::Rgba16) => self.apply_to_gray_words(pixels, 4),
            (ProfileChannels::Rgb, PixelFormat::Rgba8) => self.apply_to_rgba_bytes(pixels),
            (ProfileChannels::Rgb, PixelFormat::Rgba16) => self.apply_to_rgba_words(pixels),
            // A profile of colours says nothing about a single channel.
            (ProfileChannels::Rgb, PixelFormat::Gray8 | PixelFormat::Gray16) => {}
        }
    }

    /// Makes opaque 8-bit RGBA of four inks a pixel, 255 being full ink.
    ///
    /// `false`, and nothing is done, where the profile is not one of inks.
    pub fn rgba_from_inks(&self, inks: &[u8], rgba: &mut [u8]) -> bool {
        if self.channels != ProfileChannels::Cmyk {
            return false;
        }
        let mut rgb = [0; NUM_PIXELS_AT_ONCE * 3];
        for (inks, rgba) in inks.chunks(NUM_PIXELS_AT_ONCE * 4).zip(rgba.chunks_mut(NUM_PIXELS_AT_ONCE * 4)) {
            let rgb = &mut rgb[..inks.len() / 4 * 3];
            if self.bytes.transform(inks, rgb).is_err() {
                return false;
            }
            let (from, _) = rgb.as_chunks::<3>();
            let (to, _) = rgba.as_chunks_mut::<4>();
            to.iter_mut().zip(from).for_each(|(to, [r, g, b])| *to = [*r, *g, *b, 255]);
        }
        true
    }

    fn apply_to_rgba_bytes(&self, pixels: &mut [u8]) {
        let mut from = [0; NUM_PIXELS_AT_ONCE * 4];
        for part in pixels.chunks_mut(NUM_PIXELS_AT_ONCE * 4) {
            let from = &mut from[..part.len()];
            from.copy_from_slice(part);
            // It fails for buffers of unequal length alone.
            let _ = self.bytes.transform(from, part);
        }
    }

    fn apply_to_rgba_words(&self, pixels: &mut [u8]) {
        let make = || {
            let options = TransformOptions::default();
            let srgb = ColorProfile::new_srgb();
            let words =
                || self.profile.create_transform_16bit(Layout::Rgba, &srgb, Layout::Rgba, options).ok();
            catch_unwind(AssertUnwindSafe(words)).ok().flatten()
        };
        let Some(words) = self.words.get_or_init(make) else { return };
        let mut from = [0; NUM_PIXELS_AT_ONCE * 4];
        let mut to = [0; NUM_PIXELS_AT_ONCE * 4];
        for part in pixels.chunks_mut(NUM_PIXELS_AT_ONCE * 8) {
            let (part, _) = part.as_chunks_mut::<2>();
            let (from, to) = (&mut from[..part.len()], &mut to[..part.len()]);
            from.iter_mut().zip(&*part).for_each(|(word, bytes)| *word = u16::from_ne_bytes(*bytes));
            if words.transform(from, to).is_ok() {
                part.iter_mut().zip(to).for_each(|(bytes, word)| *bytes = word.to_ne_bytes());
            }
        }
    }

    /// The first channel of each pixel, and those that are equal to it up to alpha.
    fn apply_to_gray_words(&self, pixels: &mut [u8], num_channels: usize) {
        let table = self.gray_words();
        let (words, _) = pixels.as_chunks_mut::<2>();
        for pixel in words.chunks_exact_mut(num_channels) {
            let num_gray = if num_channels == 1 { 1 } else { 3 };
            for word in &mut pixel[..num_gray] {
                *word = table[usize::from(u16::from_ne_bytes(*word))].to_ne_bytes();
            }
        }
    }

    fn gray_bytes(&self) -> &[u8] {
        self.gray_bytes.get_or_init(|| {
            let from: Vec<u8> = (0..=u8::MAX).collect();
            let mut rgb = vec![0; from.len() * 3];
            match self.bytes.transform(&from, &mut rgb) {
                Ok(()) => rgb.chunks_exact(3).map(|pixel| pixel[1]).collect(),
                Err(_) => from,
            }
        })
    }

    fn gray_words(&self) -> &[u16] {
        self.gray_words.get_or_init(|| {
            let from: Vec<u16> = (0..=u16::MAX).collect();
            let mut rgb = vec![0; from.len() * 3];
            let options = TransformOptions::default();
            let srgb = ColorProfile::new_srgb();
            let words = self.profile.create_transform_16bit(Layout::Gray, &srgb, Layout::Rgb, options);
            match words.and_then(|words| words.transform(&from, &mut rgb)) {
                Ok(()) => rgb.chunks_exact(3).map(|pixel| pixel[1]).collect(),
                Err(_) => from,
            }
        })
    }
}

impl std::fmt::Debug for ColorTransform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ColorTransform({:?})", self.channels)
    }
}

/// The ICC profile of a JPEG file: joined from its APP2 segments (ICC.1:2022, annex B.4), which may be in any
/// order. `None` where there is none, or a part of it is missing. Takes the start of the file, up to the pixels or
/// further.
pub fn icc_from_jpeg(data: &[u8]) -> Option<Vec<u8>> {
    const MARK: &[u8] = b"ICC_PROFILE\0";
    let mut parts: Vec<(u8, &[u8])> = Vec::new();
    let mut num_parts = 0;
    let mut rest = data.strip_prefix(&[0xff, 0xd8])?;
    loop {
        // Segments follow each other; whatever stands between is skipped as in the header's reader.
        let at = rest.windows(2).position(|w| w[0] == 0xff && w[1] != 0xff && w[1] != 0)?;
        let marker = rest[at + 1];
        rest = &rest[at + 2..];
        match marker {
            0xd9 | 0xda => break,
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let [high, low, ..] = *rest else { break };
        let Some(segment) = rest.get(2..usize::from(u16::from_be_bytes([high, low]))) else { break };
        if marker == 0xe2
            && let Some([number, count, part @ ..]) = segment.strip_prefix(MARK)
        {
            parts.push((*number, part));
            num_parts = usize::from(*count);
        }
        rest = &rest[segment.len() + 2..];
    }
    parts.sort_by_key(|(number, _)| *number);
    let is_complete =
        parts.len() == num_parts && parts.iter().map(|(number, _)| *number).eq(1..=num_parts as u8);
    (is_complete && num_parts > 0).then(|| parts.iter().flat_map(|(_, part)| *part).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transform(profile: &ColorProfile, channels: ProfileChannels) -> Option<ColorTransform> {
        ColorTransform::from_icc(&profile.encode().expect("a sound profile"), channels)
    }

    #[test]
    fn srgb_changes_nothing_and_is_found_out() {
        assert!(transform(&ColorProfile::new_srgb(), ProfileChannels::Rgb).is_none());
        assert!(transform(&ColorProfile::new_display_p3(), ProfileChannels::Gray).is_none());
        let mut gray = ColorProfile::new_gray_with_gamma(1.0);
        gray.gray_trc = ColorProfile::new_srgb().green_trc;
        assert!(transform(&gray, ProfileChannels::Gray).is_none());
    }

    #[test]
    fn damaged_profiles_are_ignored() {
        let sound = ColorProfile::new_display_p3().encode().expect("a sound profile");
        for length in 0..sound.len() {
            let _ = ColorTransform::from_icc(&sound[..length], ProfileChannels::Rgb);
        }
        let mut state = 7u32;
        for _ in 0..300 {
            let mut broken = sound.clone();
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (state >> 8) as usize % broken.len();
                broken[at] = state as u8;
            }
            if let Some(transform) = ColorTransform::from_icc(&broken, ProfileChannels::Rgb) {
                transform.apply(PixelFormat::Rgba8, &mut [1, 2, 3, 4]);
            }
        }
        assert!(ColorTransform::from_icc(b"no profile", ProfileChannels::Rgb).is_none());
    }

    #[test]
    fn wide_colours_are_brought_into_srgb_in_both_depths() {
        let p3 = transform(&ColorProfile::new_display_p3(), ProfileChannels::Rgb).expect("not sRGB");
        // By the definitions of both spaces, in floating point.
        let expected = [[200, 100, 50], [128, 128, 128], [40, 90, 160]].into_iter();
        let expected: Vec<_> = expected.zip([[215, 93, 31], [128, 128, 128], [10, 91, 165]]).collect();
        for (from, to) in expected {
            let mut bytes = [from[0], from[1], from[2], 77];
            p3.apply(PixelFormat::Rgba8, &mut bytes);
            let near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 2;
            assert!(bytes.iter().zip(&[to[0], to[1], to[2], 77]).all(near), "{from:?} {bytes:?}");
            let mut words: Vec<u8> =
                bytes_to_words(from).into_iter().chain([1234]).flat_map(u16::to_ne_bytes).collect();
            p3.apply(PixelFormat::Rgba16, &mut words);
            let words: Vec<u16> = words.chunks(2).map(|w| u16::from_ne_bytes([w[0], w[1]])).collect();
            let near = |(a, b): (&u16, u16)| a.abs_diff(b) <= 2 * 257;
            assert!(words.iter().zip(bytes_to_words(to)).all(near), "{from:?} {words:?}");
            assert_eq!(words[3], 1234);
        }
    }

    fn bytes_to_words(bytes: [u8; 3]) -> [u16; 3] {
        bytes.map(|byte| u16::from(byte) * 257)
    }

    #[test]
    fn grey_profiles_bend_the_values() {
        let linear = ColorProfile::new_gray_with_gamma(1.0);
        let transform = transform(&linear, ProfileChannels::Gray).expect("not the curve of sRGB");
        let mut bytes = [0, 55, 255];
        transform.apply(PixelFormat::Gray8, &mut bytes);
        assert!(bytes[0] == 0 && bytes[1].abs_diff(128) <= 2 && bytes[2] == 255, "{bytes:?}");
        let mut rgba = [55, 55, 55, 55];
        transform.apply(PixelFormat::Rgba8, &mut rgba);
        assert_eq!(rgba, [bytes[1], bytes[1], bytes[1], 55]);
        let mut words = (55u16 * 257).to_ne_bytes();
        transform.apply(PixelFormat::Gray16, &mut words);
        assert!(u16::from_ne_bytes(words).abs_diff(u16::from(bytes[1]) * 257) < 300);
    }

    #[test]
    fn the_parts_of_a_profile_are_joined_from_a_jpeg_in_any_order() {
        let segment = |number: u8, body: &[u8]| {
            let length = (16 + body.len()) as u16;
            [&[0xff, 0xe2], &length.to_be_bytes()[..], b"ICC_PROFILE\0", &[number, 2], body].concat()
        };
        let (one, two) = (segment(1, b"abc"), segment(2, b"def"));
        let file = |parts: &[&[u8]]| [&[0xff, 0xd8][..], &parts.concat(), &[0xff, 0xda, 0, 2]].concat();
        assert_eq!(icc_from_jpeg(&file(&[&two, &one])), Some(b"abcdef".to_vec()));
        assert_eq!(icc_from_jpeg(&file(&[&two])), None);
        assert_eq!(icc_from_jpeg(&file(&[&one, &one])), None);
        assert_eq!(icc_from_jpeg(&file(&[])), None);
        let whole = file(&[&one, &two]);
        for length in 0..whole.len() - 4 {
            assert_eq!(icc_from_jpeg(&whole[..length]), None, "{length}");
        }
    }
}
