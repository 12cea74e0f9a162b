//! Bitmap masks. The type is [`crate::geometry::Mask`]; here is what makes it a shape.

use super::Geometry;
use crate::geometry::{Mask, Point, Rect, Vector};

impl Geometry for Mask {
    fn bounds(&self) -> Rect {
        Mask::bounds(self)
    }

    fn area(&self) -> f64 {
        Mask::area(self) as f64
    }

    fn contains(&self, p: Point) -> bool {
        Mask::contains(self, p)
    }

    fn outline_distance(&self, p: Point) -> f64 {
        super::ring_distance(&Mask::bounds(self).corners(), p)
    }

    /// A mask lies on whole pixels: it moves to the nearest ones.
    fn translate(&mut self, by: Vector) {
        *self = self.translated(by.x.round() as i32, by.y.round() as i32);
    }

    /// Takes for each new pixel the old one under its centre.
    fn stretch(&mut self, from: &Rect, to: &Rect) {
        let old = Mask::bounds(self);
        let new = Rect::from_corners(
            super::stretch_point(old.min, from, to),
            super::stretch_point(old.max, from, to),
        );
        *self = self.stretched(&new);
    }

    /// The corners of its rectangle, clockwise from the top left.
    fn vertices(&self) -> Vec<Point> {
        Mask::bounds(self).corners().to_vec()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        let bounds = Mask::bounds(self);
        if let Some(opposite) = bounds.corners().get((index + 2) % 4).filter(|_| index < 4) {
            self.stretch(&bounds, &Rect::from_corners(to, *opposite));
        }
    }
}
