//! Upright boxes.

use serde::{Deserialize, Serialize};

use super::{Geometry, ring_distance, stretch_point};
use crate::geometry::{Point, Rect, Vector};

/// An upright box. Its vertices are its corners, clockwise from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BoxShape(pub Rect);

impl Geometry for BoxShape {
    fn bounds(&self) -> Rect {
        self.0
    }

    fn area(&self) -> f64 {
        self.0.area()
    }

    fn contains(&self, p: Point) -> bool {
        self.0.contains(p)
    }

    fn outline_distance(&self, p: Point) -> f64 {
        ring_distance(&self.0.corners(), p)
    }

    fn translate(&mut self, by: Vector) {
        self.0 = self.0.translated(by);
    }

    fn stretch(&mut self, from: &Rect, to: &Rect) {
        self.0 = Rect::from_corners(stretch_point(self.0.min, from, to), stretch_point(self.0.max, from, to));
    }

    fn vertices(&self) -> Vec<Point> {
        self.0.corners().to_vec()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        if let Some(opposite) = self.0.corners().get((index + 2) % 4).filter(|_| index < 4) {
            self.0 = Rect::from_corners(to, *opposite);
        }
    }
}
