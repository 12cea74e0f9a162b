//! What the measurements of photos share: a 12-megapixel JPEG, and libjpeg-turbo alone.

use fieldmark::pixels::Size;

/// As a phone takes them.
pub const SIZE: Size = Size::new(4000, 3000);

/// A JPEG of soft shapes and some noise, which compresses about as a photo does. Another seed is another file.
pub fn jpeg(seed: u32) -> Vec<u8> {
    let mut noise = seed;
    let pixels: Vec<u8> = (0..SIZE.num_pixels() as u32)
        .flat_map(|i| {
            let (x, y) = ((i % SIZE.width) as f32, (i / SIZE.width) as f32);
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (noise >> 28) as f32;
            let wave = |period: f32| ((x / period).sin() + (y / (period * 1.3)).cos()) * 50.0 + 110.0;
            [wave(90.0) + grain, wave(37.0) + grain, wave(211.0) + grain, 255.0].map(|v| v as u8)
        })
        .collect();
    turbojpeg::compress(image_over(pixels.as_slice()), 90, turbojpeg::Subsamp::Sub2x2)
        .expect("the pixels are valid")
        .to_vec()
}

/// Decodes a JPEG of [`SIZE`] with nothing but libjpeg-turbo.
pub fn bare_turbojpeg(data: &[u8], pixels: &mut [u8]) {
    let mut decompressor = turbojpeg::Decompressor::new().expect("there is memory");
    decompressor.decompress(data, image_over(pixels)).expect("the file is sound");
}

fn image_over<T>(pixels: T) -> turbojpeg::Image<T> {
    let (width, height) = (SIZE.width as usize, SIZE.height as usize);
    turbojpeg::Image { pixels, width, pitch: width * 4, height, format: turbojpeg::PixelFormat::RGBA }
}
