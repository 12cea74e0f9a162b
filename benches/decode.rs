//! Decoding a 12-megapixel JPEG, against what libjpeg-turbo needs for the pixels alone.

mod photo_like;

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use fieldmark::base::jobs::JobContext;
use fieldmark::media::{DecodeLimits, decode, decode_within, probe};
use fieldmark::pixels::Size;
use photo_like::{SIZE, bare_turbojpeg, jpeg};

/// Puts an EXIF block that holds nothing but an orientation behind the first marker.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

fn benchmarks(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let data = jpeg(1);
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
