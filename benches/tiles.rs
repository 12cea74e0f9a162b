//! A picture of 20,000 × 20,000 pixels: the first view against libjpeg-turbo's own scaled decoding, tiles, and the
//! second opening.
//!
//! The picture is a real photo, repeated, with grain over it, made once by `vips` into the target's folder for
//! temporary files. Give another JPEG file as the argument to measure that one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldmark::base::jobs::{JobContext, JobPool};
use fieldmark::media::{
    JpegFile, OpenedPicture, Opening, PyramidCache, QuickKey, RegionSource as _, TileMemory,
};
use fieldmark::pixels::{Pyramid, TileId};

const SIDE: u32 = 20_000;

fn main() {
    // Cargo gives `--bench`.
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let Some(path) = given.or_else(picture) else {
        println!("vips is missing, with which the picture is made; give a large JPEG file instead");
        return;
    };
    let context = JobContext::detached();
    let bare = measure("libjpeg-turbo alone, 1/8, from the file", || bare_eighth(&path));
    let file = JpegFile::open(&path).expect("it can be read").expect("it can be read by region");
    measure("index", || file.index(&context).expect("it can be read"));
    let source = file.index(&context).expect("it can be read");
    println!("    index of {:.1} MB", source.index_bytes().len() as f64 / 1e6);
    let pyramid = Pyramid::new(source.size());
    for level in 0..4 {
        let tiles: Vec<TileId> = some_tiles(&pyramid, level);
        let took = time(|| {
            for tile in &tiles {
                let area = pyramid.area_with_gutter(*tile);
                source.read(level, area, &context).expect("it can be read");
            }
        });
        println!("{:>9.2} ms  a tile of level {level}", millis(took) / tiles.len() as f64);
    }
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let pyramids = Arc::new(PyramidCache::new(folder.path().join("pyramids"), 10 << 30));
    let first = measure("first view, without a cache", || open(&path, None));
    println!("    {:.2} of libjpeg-turbo alone", first.as_secs_f64() / bare.as_secs_f64());
    let built = time(|| {
        let opened = open(&path, Some(&pyramids));
        while !opened.is_prepared() {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    println!("{:>9.1} ms  until every tile can be had at once, the first time", millis(built));
    println!("    peak memory {} MB", peak_memory_mb());
    measure("first view, the second time", || open(&path, Some(&pyramids)));
    let dzsave = time(|| run_in(Command::new("vips").arg("dzsave").arg(&path).arg("pyramid"), folder.path()));
    println!("{:>9.1} ms  vips dzsave", millis(dzsave));
    println!("    {:.2} of vips dzsave", built.as_secs_f64() / dzsave.as_secs_f64());
}

fn run_in(command: &mut Command, folder: &Path) -> bool {
    command.current_dir(folder).status().is_ok_and(|status| status.success())
}

/// The best of three.
fn measure<T>(name: &str, work: impl Fn() -> T) -> Duration {
    let best = (0..3).map(|_| time(&work)).min().expect("three");
    println!("{:>9.1} ms  {name}", millis(best));
    best
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn bare_eighth(path: &Path) -> Vec<u8> {
    let data = std::fs::read(path).expect("it can be read");
    let mut decompressor = turbojpeg::Decompressor::new().expect("there is memory");
    decompressor.set_scaling_factor(turbojpeg::ScalingFactor::ONE_EIGHTH).expect("it is possible");
    let header =
        decompressor.read_header(&data).expect("it is a JPEG").scaled(turbojpeg::ScalingFactor::ONE_EIGHTH);
    let mut pixels = vec![0; header.width * header.height * 4];
    let image = turbojpeg::Image {
        pixels: pixels.as_mut_slice(),
        width: header.width,
        pitch: header.width * 4,
        height: header.height,
        format: turbojpeg::PixelFormat::RGBA,
    };
    decompressor.decompress(&data, image).expect("the file is sound");
    pixels
}

/// Until all of it can be seen.
fn open(path: &Path, pyramids: Option<&Arc<PyramidCache>>) -> OpenedPicture {
    let pool = Arc::new(JobPool::with_all_processors());
    let opening = Opening {
        pyramids: pyramids.cloned(),
        ..Opening::new(pool, Arc::new(|| ()), Arc::new(TileMemory::new(512 << 20)))
    };
    let key = QuickKey::of(path).expect("it is there").into();
    let opened = opening.open(path, key, &JobContext::detached()).expect("it can be opened");
    assert!(opened.tiles().overview().is_some());
    opened
}

/// Some tiles from all over a level.
fn some_tiles(pyramid: &Pyramid, level: u32) -> Vec<TileId> {
    let num = pyramid.num_tiles(level);
    (0..40).map(|n| TileId { level, column: n * 7 % num.width, row: n * 11 % num.height }).collect()
}

fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1000
}

/// The picture, made if it is not there yet. `None` without `vips`.
fn picture() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("tiles-20000.jpg");
    if path.exists() {
        return Some(path);
    }
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let photo = std::fs::read_dir(photo)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "jpg"))?;
    let vips = |operation: &str, arguments: &[&str]| {
        run_in(Command::new("vips").arg(operation).args(arguments), folder).then_some(())
    };
    let side = SIDE.to_string();
    let steps: [(&str, &[&str]); 6] = [
        ("resize", &[photo.to_str()?, "enlarged.v", "4"]),
        ("replicate", &["enlarged.v", "repeated.v", "16", "16"]),
        ("extract_area", &["repeated.v", "cut.v", "0", "0", &side, &side]),
        ("gaussnoise", &["grain.v", &side, &side, "--sigma", "5", "--mean", "0"]),
        ("add", &["cut.v", "grain.v", "grainy.v"]),
        ("cast", &["grainy.v", "bytes.v", "uchar"]),
    ];
    let made: Option<Vec<()>> =
        steps.iter().map(|(operation, arguments)| vips(operation, arguments)).collect();
    made?;
    vips("jpegsave", &["bytes.v", "tiles-20000.jpg", "--Q", "85"])?;
    for name in ["enlarged.v", "repeated.v", "cut.v", "grain.v", "grainy.v", "bytes.v"] {
        // What is left over is only in the way.
        let _ = std::fs::remove_file(folder.join(name));
    }
    Some(path)
}
