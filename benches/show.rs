//! A 12-megapixel photo on screen, against what libjpeg-turbo needs to decode it; and the next one.
//!
//! The picture goes the way that it goes in the window: through the loader, and drawn by the canvas's code. The time
//! ends when the GPU, or the software in its place, is done. What is copied out of it afterwards does not count.

mod photo_like;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldmark::base::jobs::JobPool;
use fieldmark::geometry::Point;
use fieldmark::media::{ContentKey, PictureLoader, PictureRequest, PictureState, QuickKey};
use fieldmark::pixels::{Size, TiledPicture};
use fieldmark::render::{Camera, Display, Frame, FrameBudget, FramePicture, OffscreenRenderer};
use photo_like::{SIZE, bare_turbojpeg, jpeg};

const VIEW: Size = Size::new(1400, 900);
const NUM_RUNS: usize = 11;

/// Reads and decodes a file with nothing but libjpeg-turbo.
fn decode_bare(path: &Path) -> Duration {
    let start = Instant::now();
    let data = std::fs::read(path).expect("the file is there");
    let mut pixels = vec![0; SIZE.num_pixels() as usize * 4];
    bare_turbojpeg(&data, &mut pixels);
    start.elapsed()
}

/// The loader and the canvas of a window without its panels.
struct Stage {
    loader: PictureLoader,
    wakes: crossbeam_channel::Receiver<()>,
    gpu: OffscreenRenderer,
}

impl Stage {
    fn new() -> Self {
        let (sender, wakes) = crossbeam_channel::unbounded();
        let pool = Arc::new(JobPool::with_all_processors());
        let loader = PictureLoader::new(pool, None, Arc::new(move || sender.send(()).unwrap_or_default()));
        let gpu = OffscreenRenderer::new().expect("there is a GPU, or one in software");
        Self { loader, wakes, gpu }
    }

    /// Waits until the first picture of the last wish is there in full.
    fn opened(&mut self, key: ContentKey) -> Arc<dyn TiledPicture> {
        loop {
            self.loader.poll();
            if let Some(PictureState::Ready(opened)) = self.loader.get(key) {
                return Arc::clone(opened.tiles());
            }
            self.wakes.recv_timeout(Duration::from_secs(60)).expect("the picture comes");
        }
    }

    /// Draws frames until nothing is missing. The number of frames, and the work of the first on this thread.
    fn draw(&mut self, picture: Arc<dyn TiledPicture>) -> (usize, Duration) {
        let center = Point::new(f64::from(SIZE.width) / 2.0, f64::from(SIZE.height) / 2.0);
        let zoom = f64::from(VIEW.height) / f64::from(SIZE.height);
        let frame = Frame {
            camera: Camera::new(center, zoom, VIEW),
            picture: Some(FramePicture::Tiles(picture)),
            display: Display::default(),
            probe: None,
            layers: Vec::new(),
        };
        let mut work = None;
        for num_frames in 1.. {
            let times = self.gpu.measure(&frame, &FrameBudget::default()).expect("the frame is drawn");
            work.get_or_insert(times.prepare + times.encode);
            if times.stats.num_tiles_missing + times.stats.num_tiles_awaited == 0 {
                return (num_frames, work.unwrap_or_default());
            }
        }
        unreachable!("the budget of every frame is a tile at least")
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

fn main() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let requests: Vec<PictureRequest> = (0..4)
        .map(|n| {
            let path = folder.path().join(format!("{n}.jpg"));
            let data = jpeg(n);
            std::fs::write(&path, &data).expect("the folder can be written to");
            PictureRequest { key: QuickKey::new(&path, data.len() as u64, 0).into(), path }
        })
        .collect();
    let mut stage = Stage::new();
    let first = &requests[0];
    let (mut bare, mut shown, mut next, mut work) = (vec![], vec![], vec![], vec![]);
    let mut num_frames = 0;
    for _ in 0..NUM_RUNS {
        bare.push(decode_bare(&first.path));

        stage.loader.want(&[]);
        stage.loader.forget(first.key);
        let start = Instant::now();
        stage.loader.want(std::slice::from_ref(first));
        let picture = stage.opened(first.key);
        stage.draw(picture);
        shown.push(start.elapsed());

        stage.loader.want(&requests[..2]);
        let neighbour = requests[1].key;
        stage.opened(neighbour);
        let start = Instant::now();
        stage.loader.want(&[requests[1].clone(), requests[2].clone()]);
        let picture = stage.opened(neighbour);
        let (frames, first_work) = stage.draw(picture);
        num_frames = num_frames.max(frames);
        next.push(start.elapsed());
        work.push(first_work);
        stage.loader.want(&[]);
        requests.iter().for_each(|request| stage.loader.forget(request.key));
    }
    let (bare, shown) = (median(bare), median(shown));
    println!("12 megapixels, JPEG, medians of {NUM_RUNS} runs; drawn by {}", stage.gpu.adapter_summary());
    println!("bare libjpeg-turbo, file to pixels      {bare:8.1} ms");
    println!("from the wish to the picture on screen  {shown:8.1} ms   {:.2} of bare", shown / bare);
    println!("the next picture on screen              {:8.1} ms   in {num_frames} frame(s)", median(next));
    println!("of that, work of the window's thread    {:8.1} ms", median(work));
}
