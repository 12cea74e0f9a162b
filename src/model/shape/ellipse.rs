//! Ellipses.

use serde::{Deserialize, Serialize};

use super::{Geometry, ring_distance, stretch_point};
use crate::geometry::{Point, Rect, Vector};

/// An ellipse at any angle. Its vertices are the ends of its axes: right, bottom, left and top before the turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EllipseShape {
    /// The middle.
    pub center: Point,
    /// Half the width and half the height before the turn.
    pub radii: Vector,
    /// Degrees, clockwise on screen, about the centre.
    pub angle: f64,
}

impl EllipseShape {
    /// The outline as a ring of `num_points` points.
    pub fn outline(&self, num_points: usize) -> Vec<Point> {
        (0..num_points)
            .map(|i| {
                let (sin, cos) = (i as f64 / num_points as f64 * std::f64::consts::TAU).sin_cos();
                self.center + Vector::new(self.radii.x * cos, self.radii.y * sin).rotated(self.angle)
            })
            .collect()
    }

    fn axis_ends(&self) -> [Point; 4] {
        let (x, y) = (self.radii.x, self.radii.y);
        [(x, 0.0), (0.0, y), (-x, 0.0), (0.0, -y)]
            .map(|(x, y)| self.center + Vector::new(x, y).rotated(self.angle))
    }
}

impl Geometry for EllipseShape {
    fn bounds(&self) -> Rect {
        let (sin, cos) = self.angle.to_radians().sin_cos();
        let half = Vector::new(
            (self.radii.x * cos).hypot(self.radii.y * sin),
            (self.radii.x * sin).hypot(self.radii.y * cos),
        );
        Rect::from_center(self.center, half * 2.0)
    }

    fn area(&self) -> f64 {
        std::f64::consts::PI * self.radii.x * self.radii.y
    }

    fn contains(&self, p: Point) -> bool {
        let v = (p - self.center).rotated(-self.angle);
        (v.x / self.radii.x).powi(2) + (v.y / self.radii.y).powi(2) <= 1.0
    }

    fn outline_distance(&self, p: Point) -> f64 {
        ring_distance(&self.outline(64), p)
    }

    fn translate(&mut self, by: Vector) {
        self.center += by;
    }

    fn stretch(&mut self, from: &Rect, to: &Rect) {
        let center = stretch_point(self.center, from, to);
        let [right, bottom, ..] =
            self.axis_ends().map(|end| (stretch_point(end, from, to) - center).length());
        (self.center, self.radii) = (center, Vector::new(right, bottom));
    }

    fn vertices(&self) -> Vec<Point> {
        self.axis_ends().to_vec()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        // The dragged end goes to the pointer: its axis takes that length and turns there with the ellipse.
        let arm = to - self.center;
        if index >= 4 || arm.length() == 0.0 {
            return;
        }
        if index.is_multiple_of(2) {
            self.radii.x = arm.length();
        } else {
            self.radii.y = arm.length();
        }
        let direction = arm.y.atan2(arm.x).to_degrees();
        self.angle = (direction - 90.0 * index as f64).rem_euclid(360.0);
    }
}
