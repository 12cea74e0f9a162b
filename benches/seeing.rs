//! How long the tools that look at the picture take, in the time of one processor, and how right they are: on a photo into
//! which a part of another one is pasted along a wavy border that is thus known.
//!
//!     cargo bench --no-default-features --bench seeing -- GROUND.png OBJECT.png
//!
//! Both as PNG of 8 bits with 3 or 4 channels; they are repeated, mirrored, where they are too small.

use std::time::Duration;

use fieldmark::base::cpu_time::thread_cpu_time;
use fieldmark::base::jobs::JobContext;
use fieldmark::geometry::{Mask, Point, Rect};
use fieldmark::infer::grabcut::{Marks, cut_out};
use fieldmark::infer::livewire::EdgeMap;
use fieldmark::infer::superpixels::superpixels;
use fieldmark::infer::template::{SearchOptions, find_similar};
use fieldmark::infer::wand::{WandOptions, select_by_color};
use fieldmark::pixels::{Picture, PixelRect, Size};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [ground, object] = arguments.as_slice() else {
        return println!("seeing: give two photos; see the head of benches/seeing.rs");
    };
    let (ground, object) = (read(ground), read(object));
    let context = JobContext::detached();
    let (scene, truth) = pasted(&ground, &object, Size::new(1000, 1000), 230.0);
    let outline = truth.to_polygon();

    let (spent, edges) = timed(|| EdgeMap::new(&scene, &context).expect("not called off"));
    println!("edges of 1000 × 1000: {spent:.1?}");
    let on_border = |turn: f64| {
        let radius = 230.0 * wave(turn * std::f64::consts::TAU);
        let p =
            Point::new(500.0, 500.0) + fieldmark::geometry::Vector::new(radius, 0.0).rotated(turn * 360.0);
        edges.snapped((p.x as u32, p.y as u32), 4)
    };
    let (spent, tree) = timed(|| edges.ways_from(on_border(0.0), &context).expect("inside"));
    println!("ways from one of its pixels to all: {spent:.1?}");
    let (spent, _) = timed(|| tree.way_to((999, 999)));
    println!("one way: {spent:.1?}");
    let mut distances = Vec::new();
    for click in 0..6 {
        let tree = edges.ways_from(on_border(f64::from(click) / 6.0), &context).expect("inside");
        let way = tree.way_to(on_border(f64::from(click + 1) / 6.0));
        let middle = |(x, y): (u32, u32)| Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
        distances.extend(way.into_iter().map(|pixel| outline.edge_distance(middle(pixel))));
    }
    distances.sort_by(f64::total_cmp);
    let share = |part: usize| distances[(distances.len() - 1) * part / 100];
    println!(
        "six clicks: half of the way within {:.1} px of the border, 95 % within {:.1}",
        share(50),
        share(95)
    );

    let (small, small_truth) = pasted(&ground, &object, Size::new(900, 900), 240.0);
    let inside = PixelRect::new(130, 130, 640, 640);
    let (spent, found) =
        timed(|| cut_out(&small, inside, &Marks::default(), &context).expect("not called off"));
    println!("cut out of a box of 640 × 640: {spent:.1?}, IoU {:.3}", iou(&found, &small_truth));

    let options = WandOptions { tolerance: 20.0, is_contiguous: false };
    let (spent, _) = timed(|| select_by_color(&scene, (500, 500), options, &context));
    println!("wand over 1000 × 1000: {spent:.1?}");

    let (spent, cells) = timed(|| superpixels(&scene, 24.0, &context).expect("not called off"));
    let inside = truth.to_bitmap(0, 0, 1000, 1000);
    let mut votes = vec![[0, 0]; cells.num_cells];
    cells.cells.iter().zip(&inside).for_each(|(cell, side)| votes[*cell as usize][usize::from(*side)] += 1);
    let is_inside = |cell: &u32| u8::from(votes[*cell as usize][1] > votes[*cell as usize][0]);
    let best: Vec<u8> = cells.cells.iter().map(is_inside).collect();
    let best = Mask::from_bitmap(0, 0, 1000, 1000, &best).expect("a byte a pixel");
    println!("cells of 24 × 24 over 1000 × 1000: {spent:.1?}, at best IoU {:.3}", iou(&best, &truth));

    for side in [20, 60, 200] {
        let example = PixelRect::new(480, 480, side, side);
        let (spent, found) = timed(|| {
            find_similar(&scene, example, &SearchOptions::default(), &context).expect("not called off")
        });
        println!("what resembles {side} × {side} in 1000 × 1000: {spent:.1?}, {} found", found.len());
    }
}

/// What it gives, and the processor's time that it takes.
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = thread_cpu_time();
    let result = work();
    (thread_cpu_time() - start, result)
}

fn iou(a: &Mask, b: &Mask) -> f64 {
    a.shared_area(b) as f64 / a.union(b).area() as f64
}

/// How far the border is at an angle, in radii.
fn wave(radians: f64) -> f64 {
    1.0 + 0.12 * (5.0 * radians).sin() + 0.05 * (13.0 * radians + 1.0).sin()
}

/// The object within a wavy border on the ground, softened by a pixel, and the pixels that are mostly the object's.
fn pasted(ground: &Picture, object: &Picture, size: Size, radius: f64) -> (Picture, Mask) {
    let middle = Point::new(f64::from(size.width) / 2.0, f64::from(size.height) / 2.0);
    let share = |x: u32, y: u32| {
        let arm = Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5) - middle;
        (radius * wave(arm.y.atan2(arm.x)) - arm.length() + 0.5).clamp(0.0, 1.0)
    };
    let mut rgba = Vec::new();
    for (x, y) in (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y))) {
        let (below, above, share) = (mirrored(ground, x, y), mirrored(object, x, y), share(x, y));
        rgba.extend(
            (0..3).map(|c| (f64::from(below[c]) * (1.0 - share) + f64::from(above[c]) * share) as u8),
        );
        rgba.push(255);
    }
    let bounds = Rect::from_xywh(0.0, 0.0, f64::from(size.width), f64::from(size.height));
    let truth = Mask::from_fn(bounds, |x, y| share(x as u32, y as u32) > 0.5);
    (Picture::from_rgba(size, rgba).expect("four bytes a pixel"), truth)
}

fn mirrored(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
    let within = |n: u32, end: u32| if (n / end).is_multiple_of(2) { n % end } else { end - 1 - n % end };
    let size = picture.size();
    picture.pixel(within(x, size.width), within(y, size.height)).expect("inside")
}

fn read(path: &str) -> Picture {
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("a photo"));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("it has a size")];
    let info = reader.next_frame(&mut bytes).expect("pixels");
    let num_channels = info.color_type.samples();
    let pixels = bytes[..info.buffer_size()].chunks_exact(num_channels);
    let rgba: Vec<u8> = pixels.flat_map(|p| [p[0], p[1 % num_channels], p[2 % num_channels], 255]).collect();
    Picture::from_rgba(Size::new(info.width, info.height), rgba).expect("four bytes a pixel")
}
