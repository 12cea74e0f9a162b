//! Pictures whose truth is known, for tests.

use crate::geometry::Mask;
use crate::pixels::{Picture, Size};

/// A picture from its pixels.
pub fn painted(size: Size, color: impl Fn(u32, u32) -> [u8; 4]) -> Picture {
    let pixels: Vec<u8> = (0..size.height)
        .flat_map(|y| (0..size.width).map(move |x| (x, y)))
        .flat_map(|(x, y)| color(x, y))
        .collect();
    Picture::from_rgba(size, pixels).expect("four bytes a pixel")
}

/// Noise of a place, from -`reach` to `reach`, the same at each call.
pub fn noise(x: u32, y: u32, seed: u32, reach: i32) -> i32 {
    let mut hash = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    (((hash ^ (hash >> 15)) % (2 * reach as u32 + 1)) as i32) - reach
}

/// A wavy blob of warm colours on a cool ground, both noisy, and the pixels that are the blob's.
pub fn blob(size: Size, seed: u32) -> (Picture, Mask) {
    let is_set = move |x: f64, y: f64| {
        let (dx, dy) = (x - f64::from(size.width) / 2.0, y - f64::from(size.height) / 2.0);
        let radius = 0.3 * f64::from(size.width.min(size.height));
        dx.hypot(dy) < radius * (1.0 + 0.15 * (dy.atan2(dx) * 5.0 + f64::from(seed)).sin())
    };
    let bounds = crate::geometry::Rect::from_xywh(0.0, 0.0, f64::from(size.width), f64::from(size.height));
    let truth = Mask::from_fn(bounds, |x, y| is_set(f64::from(x) + 0.5, f64::from(y) + 0.5));
    let picture = painted(size, |x, y| {
        let base =
            if is_set(f64::from(x) + 0.5, f64::from(y) + 0.5) { [190, 120, 60] } else { [60, 110, 150] };
        let [r, g, b] = [0, 1, 2].map(|c| (base[c] + noise(x, y, seed + c as u32, 8)).clamp(0, 255) as u8);
        [r, g, b, 255]
    });
    (picture, truth)
}

/// Intersection over union.
pub fn iou(a: &Mask, b: &Mask) -> f64 {
    a.shared_area(b) as f64 / a.union(b).area() as f64
}
