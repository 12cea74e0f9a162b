//! Decoding a 12-megapixel JPEG, against what libjpeg-turbo needs for the pixels alone.

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use fieldmark::base::jobs::JobContext;
use fieldmark::media::{DecodeLimits, decode, decode_within, probe};
use fieldmark::pixels::Size;

const SIZE: Size = Size::new(4000, 3000);

/// Soft shapes and some noise: compresses about as a photo does.
fn photo_like_pixels() -> Vec<u8> {
    let mut noise = 1u32;
    (0..SIZE.num_pixels() as u32)
        .flat_map(|i| {
            let (x, y) = ((i % SIZE.width) as f32, (i / SIZE.width) as f32);
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (noise >> 28) as f32;
            let wave = |period: f32| ((x / period).sin() + (y / (period * 1.3)).cos()) * 50.0 + 110.0;
            [wave(90.0) + grain, wave(37.0) + grain, wave(211.0) + grain, 255.0].map(|v| v as u8)
        })
        .collect()
}

fn jpeg() -> Vec<u8> {
    let pixels = photo_like_pixels();
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width: SIZE.width as usize,
        pitch: SIZE.width as usize * 4,
        height: SIZE.height as usize,
        format: turbojpeg::PixelFormat::RGBA,
    };
    turbojpeg::compress(image, 90, turbojpeg::Subsamp::Sub2x2).expect("the pixels are valid").to_vec()
}

/// Puts an EXIF block that holds nothing but an orientation behind the first marker.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

fn bare_turbojpeg(data: &[u8], pixels: &mut [u8]) {
    let mut decompressor = turbojpeg::Decompressor::new().expect("there is memory");
    let image = turbojpeg::Image {
        pixels,
        width: SIZE.width as usize,
        pitch: SIZE.width as usize * 4,
        height: SIZE.height as usize,
        format: turbojpeg::PixelFormat::RGBA,
    };
    decompressor.decompress(data, image).expect("the file is sound");
}

fn benchmarks(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let data = jpeg();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("the folder can be written to");
        path
    };
    let upright = file("upright.jpg", &data);
    let turned = file("turned.jpg", &with_orientation(&data, 6));
    let (limits, context) = (DecodeLimits::default(), JobContext::detached());
    let ours = |path: &Path| decode(path, &limits, &context).expect("the file is sound");
    assert_eq!(ours(&turned).picture.size(), SIZE.transposed());

    let mut group = criterion.benchmark_group("12 MP JPEG");
    group.sample_size(20);
    let num_bytes = SIZE.num_pixels() as usize * 4;
    group.bench_function("bare libjpeg-turbo, into new memory", |b| {
        b.iter(|| {
            let mut pixels = vec![0; num_bytes];
            bare_turbojpeg(&data, &mut pixels);
            black_box(pixels)
        });
    });
    group.bench_function("bare libjpeg-turbo, into memory at hand", |b| {
        let mut pixels = vec![1; num_bytes];
        b.iter(|| bare_turbojpeg(&data, black_box(&mut pixels)));
    });
    for (name, path) in [("upright", &upright), ("turned by 90°", &turned)] {
        group.bench_function(BenchmarkId::new("decode", name), |b| b.iter(|| black_box(ours(path))));
    }
    group.bench_function("decode_within 320", |b| {
        let max = Size::new(320, 320);
        b.iter(|| black_box(decode_within(&upright, max, &limits, &context)));
    });
    group.bench_function("probe", |b| b.iter(|| black_box(probe(&turned))));
    group.finish();
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);
