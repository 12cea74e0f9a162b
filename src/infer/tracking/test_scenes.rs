//! Frames with a known truth: a patterned object in front of a patterned background.

use super::{ShapeTracker, Sight, TrackImage};
use crate::geometry::{Point, Rect, Vector, rotated_rect_corners};
use crate::model::Shape;
use crate::pixels::Size;

pub(super) const SIZE: Size = Size::new(240, 180);

/// Where the object is on a frame.
#[derive(Clone, Copy)]
pub(super) struct Pose {
    pub center: Point,
    pub size: Vector,
    pub degrees: f64,
}

impl Pose {
    pub fn at(x: f64, y: f64) -> Self {
        Self { center: Point::new(x, y), size: Vector::new(44.0, 36.0), degrees: 0.0 }
    }

    pub fn scaled(self, by: f64) -> Self {
        Self { size: self.size * by, ..self }
    }

    pub fn turned(self, degrees: f64) -> Self {
        Self { degrees, ..self }
    }

    pub fn rect(&self) -> Rect {
        Rect::around(rotated_rect_corners(self.center, self.size, self.degrees))
    }

    /// A place on the object, told in shares of its size from its centre.
    pub fn place(&self, x: f64, y: f64) -> Point {
        self.center + Vector::new(x * self.size.x, y * self.size.y).rotated(self.degrees)
    }
}

/// What else is to be seen.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    /// A plain board in front of everything.
    pub board: Option<Rect>,
    /// The camera smears over so many pixels across.
    pub smear_px: u32,
    /// Added to the brightness, from -1 to 1.
    pub light: f64,
}

pub(super) fn frame(pose: &Pose, around: &Around) -> TrackImage {
    let num = around.smear_px.max(1);
    let mut samples = Vec::with_capacity(SIZE.num_pixels() as usize);
    for y in 0..SIZE.height {
        for x in 0..SIZE.width {
            let value = |i: u32| {
                let offset = f64::from(i) - f64::from(num - 1) / 2.0;
                brightness(Point::new(f64::from(x) + 0.5 + offset, f64::from(y) + 0.5), pose, around)
            };
            let mean = (0..num).map(value).sum::<f64>() / f64::from(num);
            samples.push(((mean + around.light).clamp(0.0, 1.0) * 255.0).round() as u8);
        }
    }
    TrackImage::from_gray(SIZE, samples).unwrap()
}

fn brightness(p: Point, pose: &Pose, around: &Around) -> f64 {
    if around.board.is_some_and(|board| board.contains(p)) {
        return 0.5;
    }
    let local = (p - pose.center).rotated(-pose.degrees);
    let (u, v) = (local.x / pose.size.x, local.y / pose.size.y);
    if u.abs() <= 0.5 && v.abs() <= 0.5 {
        // The pattern belongs to the object and grows with it.
        0.15 + 0.7 * pattern(u * 44.0 + 500.0, v * 36.0 + 500.0, 5.0)
    } else {
        0.3 + 0.3 * pattern(p.x, p.y, 9.0)
    }
}

/// Smooth noise from 0 to 1 whose grains have this size.
fn pattern(x: f64, y: f64, grain: f64) -> f64 {
    let (x, y) = (x / grain, y / grain);
    let lattice = |i: f64, j: f64| {
        let mut hash = (i as i64 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ (j as i64 as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        hash ^= hash >> 29;
        hash = hash.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        hash ^= hash >> 32;
        (hash & 0xffff) as f64 / 65535.0
    };
    let (i, j) = (x.floor(), y.floor());
    let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
    let (fx, fy) = (smooth(x - i), smooth(y - j));
    let row = |j: f64| lattice(i, j) * (1.0 - fx) + lattice(i + 1.0, j) * fx;
    row(j) * (1.0 - fy) + row(j + 1.0) * fy
}

/// Follows a shape that is there on the first of the poses through the others; what is said of each frame.
pub(super) fn follow(shape: &Shape, poses: &[Pose], around: impl Fn(usize) -> Around) -> Vec<(Sight, Shape)> {
    let mut tracker = ShapeTracker::start(&frame(&poses[0], &around(0)), shape).unwrap();
    let step = |(i, pose): (usize, &Pose)| {
        let sight = tracker.step(&frame(pose, &around(i)));
        (sight, tracker.shape().clone())
    };
    poses.iter().enumerate().skip(1).map(step).collect()
}
