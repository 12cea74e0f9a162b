//! Pictures and files for the tests of this folder.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use image::ImageEncoder as _;

use super::content::ContentKey;
use super::loading::Wake;
use crate::base::jobs::{Job, JobContext, JobPool, Priority};
use crate::pixels::{Picture, Size};

/// The colours of [`quadrants`]: top left, top right, bottom left, bottom right.
pub const QUADRANT_COLORS: [[u8; 4]; 4] =
    [[220, 20, 20, 255], [20, 220, 20, 255], [20, 20, 220, 255], [230, 230, 230, 255]];

/// Four quarters of different colours.
pub fn quadrants(size: Size) -> Picture {
    let color = |i: u32| {
        let (x, y) = (i % size.width, i / size.width);
        let is_right = usize::from(x >= size.width / 2);
        let is_low = usize::from(y >= size.height / 2);
        QUADRANT_COLORS[is_low * 2 + is_right]
    };
    let rgba: Vec<u8> = (0..size.num_pixels() as u32).flat_map(color).collect();
    Picture::from_rgba(size, rgba).unwrap()
}

/// A key that stands for some content.
pub fn key(number: u8) -> ContentKey {
    ContentKey::from([number; 32])
}

/// A TIFF structure with an orientation among other tags.
pub fn exif_block(orientation: u8, is_big_endian: bool) -> Vec<u8> {
    let u16_bytes = |n: u16| if is_big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let u32_bytes = |n: u32| if is_big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut block = if is_big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    block.extend(u16_bytes(42));
    block.extend(u32_bytes(8));
    block.extend(u16_bytes(2));
    const SHORT: u16 = 3;
    // ResolutionUnit is out of order, as some writers have it.
    for (tag, value) in [(0x0128, 2), (0x0112, orientation.into())] {
        block.extend(u16_bytes(tag));
        block.extend(u16_bytes(SHORT));
        block.extend(u32_bytes(1));
        block.extend(u16_bytes(value));
        block.extend([0, 0]);
    }
    block.extend(u32_bytes(0));
    block
}

/// A JPEG file of high quality, without colour subsampling.
pub fn jpeg(picture: &Picture) -> Vec<u8> {
    jpeg_of(picture.rgba(), picture.size(), turbojpeg::PixelFormat::RGBA, false)
}

/// A JPEG file of one colour; quick to make at any size.
pub fn grey_jpeg(size: Size) -> Vec<u8> {
    let pixels = vec![120; size.num_pixels() as usize * 4];
    jpeg_of(&pixels, size, turbojpeg::PixelFormat::RGBA, false)
}

/// A JPEG file of pixels in a format of four bytes a pixel.
pub fn jpeg_of(pixels: &[u8], size: Size, format: turbojpeg::PixelFormat, is_progressive: bool) -> Vec<u8> {
    let image = turbojpeg::Image {
        pixels,
        width: size.width as usize,
        pitch: size.width as usize * 4,
        height: size.height as usize,
        format,
    };
    let mut compressor = turbojpeg::Compressor::new().unwrap();
    compressor.set_quality(95).unwrap();
    compressor.set_subsamp(turbojpeg::Subsamp::None).unwrap();
    compressor.set_progressive(is_progressive).unwrap();
    compressor.compress_to_vec(image).unwrap()
}

/// Puts an EXIF block into a JPEG file, behind its first marker.
pub fn jpeg_with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    let length = (exif.len() + 8) as u16;
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), b"Exif\0\0", exif, &jpeg[2..]].concat()
}

/// A PNG file.
pub fn png(picture: &Picture) -> Vec<u8> {
    let mut encoded = Vec::new();
    image::codecs::png::PngEncoder::new(&mut encoded)
        .write_image(
            picture.rgba(),
            picture.size().width,
            picture.size().height,
            image::ExtendedColorType::Rgba8,
        )
        .unwrap();
    encoded
}

/// A PNG chunk.
pub fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = (body.len() as u32).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(body);
    let mut crc = !0u32;
    for byte in &chunk[4..] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    chunk.extend((!crc).to_be_bytes());
    chunk
}

/// Puts an EXIF block into a PNG file, behind its header.
pub fn png_with_exif(png: &[u8], exif: &[u8]) -> Vec<u8> {
    const HEADER_END: usize = 8 + 12 + 13;
    [&png[..HEADER_END], &png_chunk(b"eXIf", exif), &png[HEADER_END..]].concat()
}

/// A lossless WebP file with an EXIF block.
pub fn webp_with_exif(picture: &Picture, exif: &[u8]) -> Vec<u8> {
    let Size { width, height } = picture.size();
    let mut simple = Vec::new();
    image::codecs::webp::WebPEncoder::new_lossless(&mut simple)
        .write_image(picture.rgba(), width, height, image::ExtendedColorType::Rgba8)
        .unwrap();
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let padding = vec![0; body.len() % 2];
        [kind, &(body.len() as u32).to_le_bytes()[..], body, &padding].concat()
    };
    const HAS_EXIF_AND_ALPHA: u8 = 0x08 | 0x10;
    let (w, h) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    let extended = chunk(b"VP8X", &[HAS_EXIF_AND_ALPHA, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]]);
    let chunks = [extended, simple[12..].to_vec(), chunk(b"EXIF", exif)].concat();
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunks].concat()
}

/// A waker, and where its calls arrive.
pub fn wake_channel() -> (Wake, Receiver<()>) {
    let (sender, receiver) = unbounded();
    // A call after the test's end reaches nobody.
    let wake: Wake = Arc::new(move || {
        let _ = sender.send(());
    });
    (wake, receiver)
}

/// Keeps the only thread of a pool busy until it is opened.
pub struct Gate {
    sender: Sender<()>,
    _job: Job<()>,
}

impl Gate {
    /// Closes the gate, and waits until the thread stands before it.
    pub fn close(pool: &JobPool) -> Self {
        let (sender, receiver) = bounded(1);
        let job = pool.submit(
            Priority::Now,
            || (),
            move |_| {
                // A gate that was dropped unopened lets pass too.
                let _ = receiver.recv();
            },
        );
        while !job.has_started() {
            std::thread::yield_now();
        }
        Self { sender, _job: job }
    }

    /// Lets the thread go on.
    pub fn open(self) {
        self.sender.send(()).unwrap();
    }
}

/// The context of a job that nobody wants any more.
pub fn cancelled_context() -> JobContext {
    let (sender, contexts) = bounded(1);
    let pool = JobPool::new(1);
    let job = pool.submit(Priority::Now, || (), move |context| sender.send(context.clone()));
    let context = contexts.recv().unwrap();
    drop(job);
    context
}
