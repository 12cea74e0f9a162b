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
        self.left = self.left.saturating_add(by.x.round() as i32);
        self.top = self.top.saturating_add(by.y.round() as i32);
    }

    /// Takes for each new pixel the old one under its centre.
    fn stretch(&mut self, from: &Rect, to: &Rect) {
        let old = Mask::bounds(self);
        let new = Rect::from_corners(
            super::stretch_point(old.min, from, to),
            super::stretch_point(old.max, from, to),
        );
        let (left, top) = (new.min.x.round(), new.min.y.round());
        let (width, height) = ((new.max.x.round() - left) as u32, (new.max.y.round() - top) as u32);
        let columns = f64::from(self.width) / f64::from(width.max(1));
        let rows = f64::from(self.height) / f64::from(height.max(1));
        let source = self.clone();
        *self = Mask::from_fn(left as i32, top as i32, width, height, |column, row| {
            let x = f64::from(source.left) + (f64::from(column) + 0.5) * columns;
            let y = f64::from(source.top) + (f64::from(row) + 0.5) * rows;
            source.contains(Point::new(x, y))
        });
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
