//! Axis-aligned rectangles.

use serde::{Deserialize, Serialize};

use super::{Point, Vector};

/// An axis-aligned rectangle from its top-left to its bottom-right corner, in image pixels.
///
/// A rectangle made by [`Rect::from_corners`] has `min <= max`. [`Rect::EMPTY`] is the one that unites with
/// any other to that other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// The top-left corner.
    pub min: Point,
    /// The bottom-right corner.
    pub max: Point,
}

impl Rect {
    /// Holds nothing; the neutral element of [`Rect::union`].
    pub const EMPTY: Self = Self {
        min: Point::new(f64::INFINITY, f64::INFINITY),
        max: Point::new(f64::NEG_INFINITY, f64::NEG_INFINITY),
    };

    /// The rectangle between two opposite corners, given in any order.
    pub fn from_corners(a: Point, b: Point) -> Self {
        Self { min: Point::new(a.x.min(b.x), a.y.min(b.y)), max: Point::new(a.x.max(b.x), a.y.max(b.y)) }
    }

    /// The rectangle with its top-left corner at `(x, y)`.
    pub fn from_xywh(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self::from_corners(Point::new(x, y), Point::new(x + width, y + height))
    }

    /// The rectangle with the given centre, width and height.
    pub fn from_center(center: Point, size: Vector) -> Self {
        Self::from_corners(center - size / 2.0, center + size / 2.0)
    }

    /// The smallest rectangle around all points; [`Rect::EMPTY`] when there are none.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Self {
        points.into_iter().fold(Self::EMPTY, |mut rect, p| {
            rect.min = Point::new(rect.min.x.min(p.x), rect.min.y.min(p.y));
            rect.max = Point::new(rect.max.x.max(p.x), rect.max.y.max(p.y));
            rect
        })
    }

    /// Width, pixels; negative for [`Rect::EMPTY`].
    pub fn width(&self) -> f64 {
        self.max.x - self.min.x
    }

    /// Height, pixels; negative for [`Rect::EMPTY`].
    pub fn height(&self) -> f64 {
        self.max.y - self.min.y
    }

    /// Width and height.
    pub fn size(&self) -> Vector {
        self.max - self.min
    }

    /// Area in square pixels; 0 when empty.
    pub fn area(&self) -> f64 {
        if self.is_empty() { 0.0 } else { self.width() * self.height() }
    }

    /// The middle.
    pub fn center(&self) -> Point {
        self.min.lerp(self.max, 0.5)
    }

    /// Whether it has no extent, or the wrong way round, in either direction.
    pub fn is_empty(&self) -> bool {
        !(self.width() > 0.0 && self.height() > 0.0)
    }

    /// The corners clockwise from the top left.
    pub fn corners(&self) -> [Point; 4] {
        [self.min, Point::new(self.max.x, self.min.y), self.max, Point::new(self.min.x, self.max.y)]
    }

    /// Whether the point lies inside or on the border.
    pub fn contains(&self, p: Point) -> bool {
        p.x >= self.min.x && p.x <= self.max.x && p.y >= self.min.y && p.y <= self.max.y
    }

    /// Whether `other` lies inside or on the border.
    pub fn contains_rect(&self, other: &Self) -> bool {
        self.contains(other.min) && self.contains(other.max)
    }

    /// Whether the two share at least a point.
    pub fn intersects(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// The shared rectangle, `None` when they share no area.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let shared = Self {
            min: Point::new(self.min.x.max(other.min.x), self.min.y.max(other.min.y)),
            max: Point::new(self.max.x.min(other.max.x), self.max.y.min(other.max.y)),
        };
        (!shared.is_empty()).then_some(shared)
    }

    /// The smallest rectangle around both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            min: Point::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: Point::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Grown by `by` pixels on every side.
    pub fn expanded(&self, by: f64) -> Self {
        Self { min: self.min - Vector::new(by, by), max: self.max + Vector::new(by, by) }
    }

    /// Moved by a vector.
    pub fn translated(&self, by: Vector) -> Self {
        Self { min: self.min + by, max: self.max + by }
    }

    /// The nearest point of the rectangle.
    pub fn clamp(&self, p: Point) -> Point {
        Point::new(p.x.max(self.min.x).min(self.max.x), p.y.max(self.min.y).min(self.max.y))
    }

    /// Intersection over union of the two areas, 0 to 1.
    pub fn iou(&self, other: &Self) -> f64 {
        let shared = self.intersection(other).map_or(0.0, |r| r.area());
        let all = self.area() + other.area() - shared;
        if all > 0.0 { shared / all } else { 0.0 }
    }
}
