//! Boxes at an angle.

use serde::{Deserialize, Serialize};

use super::{Geometry, ring_distance, stretch_point};
use crate::geometry::{Point, Rect, Vector, ring_contains};

/// A box turned about its centre. Its vertices are its corners, clockwise from the one that is the top left
/// before the turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RotatedBoxShape {
    /// The middle.
    pub center: Point,
    /// Width and height before the turn.
    pub size: Vector,
    /// Degrees, clockwise on screen, about the centre.
    pub angle: f64,
}

impl RotatedBoxShape {
    /// The corners, clockwise from the one that is the top left before the turn.
    pub fn corners(&self) -> [Point; 4] {
        Rect::from_center(self.center, self.size)
            .corners()
            .map(|corner| corner.rotated(self.center, self.angle))
    }
}

impl Geometry for RotatedBoxShape {
    fn bounds(&self) -> Rect {
        Rect::around(self.corners())
    }

    fn area(&self) -> f64 {
        self.size.x * self.size.y
    }

    fn contains(&self, p: Point) -> bool {
        ring_contains(&self.corners(), p)
    }

    fn outline_distance(&self, p: Point) -> f64 {
        ring_distance(&self.corners(), p)
    }

    fn translate(&mut self, by: Vector) {
        self.center += by;
    }

    fn stretch(&mut self, from: &Rect, to: &Rect) {
        // The middles of the sides are carried along; the angle and the right angles stay.
        let half = |v: Vector| {
            let tip = self.center + v.rotated(self.angle) / 2.0;
            (stretch_point(tip, from, to) - stretch_point(self.center, from, to)).length() * 2.0
        };
        let size = Vector::new(half(Vector::new(self.size.x, 0.0)), half(Vector::new(0.0, self.size.y)));
        self.center = stretch_point(self.center, from, to);
        self.size = size;
    }

    fn vertices(&self) -> Vec<Point> {
        self.corners().to_vec()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        let Some(&opposite) = self.corners().get((index + 2) % 4).filter(|_| index < 4) else { return };
        let diagonal = (to - opposite).rotated(-self.angle);
        self.center = opposite.lerp(to, 0.5);
        self.size = Vector::new(diagonal.x.abs(), diagonal.y.abs());
    }
}
