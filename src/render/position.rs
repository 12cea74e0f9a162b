//! Image positions as the GPU gets them.

use crate::geometry::Point;

/// An image position: whole pixels, and a fraction in steps of 1/65,536 pixel (1/256 screen pixel at the
/// highest zoom). The shader subtracts whole pixels as integers and so loses nothing far from the origin.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Position {
    whole: [i32; 2],
    fraction: [u16; 2],
}

/// Differences of two such numbers still fit an `i32`.
const MAX_WHOLE_PX: f64 = ((1 << 30) - 1) as f64;
const STEPS_PER_PX: f64 = 65536.0;

impl Position {
    /// The nearest position to a finite point. Points beyond 2³⁰ pixels are drawn there.
    pub(super) fn new(p: Point) -> Self {
        let ([x, fraction_x], [y, fraction_y]) = (split(p.x), split(p.y));
        Self { whole: [x as i32, y as i32], fraction: [fraction_x as u16, fraction_y as u16] }
    }

    #[cfg(test)]
    pub(super) fn whole(self) -> [i32; 2] {
        self.whole
    }
}

/// A coordinate as whole pixels and steps of a pixel, both whole numbers.
fn split(coordinate: f64) -> [f64; 2] {
    let coordinate = coordinate.clamp(-MAX_WHOLE_PX, MAX_WHOLE_PX);
    let steps = ((coordinate - coordinate.floor()) * STEPS_PER_PX).round();
    if steps < STEPS_PER_PX { [coordinate.floor(), steps] } else { [coordinate.floor() + 1.0, 0.0] }
}

/// A camera's centre, split likewise but with a float for the fraction: there is one of it, it may be exact.
pub(super) fn split_center(center: Point) -> ([i32; 2], [f32; 2]) {
    // A camera's centre is at most 2³⁰ pixels away.
    let whole = [center.x.floor(), center.y.floor()];
    (whole.map(|n| n as i32), [(center.x - whole[0]) as f32, (center.y - whole[1]) as f32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_into_whole_pixels_and_a_fraction_never_below_zero() {
        let p = Position::new(Point::new(1_000_000.5, -0.25));
        assert_eq!((p.whole, p.fraction), ([1_000_000, -1], [32768, 49152]));
    }

    #[test]
    fn a_fraction_that_rounds_up_to_one_becomes_a_whole_pixel() {
        let p = Position::new(Point::new(2.999_999_999, -1e-12));
        assert_eq!((p.whole, p.fraction), ([3, 0], [0, 0]));
    }

    #[test]
    fn far_points_stay_within_the_integers() {
        let p = Position::new(Point::new(1e300, -1e300));
        assert_eq!(p.whole, [(1 << 30) - 1, -(1 << 30) + 1]);
    }
}
