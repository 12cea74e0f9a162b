//! What hands do with the select tool.

mod choosing;
mod keys;
mod moving;
mod resizing;
mod tracks;
mod vertices;

use crate::geometry::{Point, Vector};
use crate::model::Shape;
use crate::model::shape::RotatedBoxShape;
use crate::tools::harness::{Canvas, canvas};

/// A small box in front of a large one, and one apart.
fn boxes() -> Canvas {
    canvas().with_box((10, 10), (60, 60)).with_box((30, 30), (50, 50)).with_box((70, 70), (90, 90))
}

const SQUARE: [(f64, f64); 4] = [(20.0, 20.0), (80.0, 20.0), (80.0, 80.0), (20.0, 80.0)];

fn square() -> Canvas {
    canvas().with_polygon(&SQUARE).select(&[0])
}

fn rotated(center: (f64, f64), size: (f64, f64), angle: f64) -> Shape {
    let (center, size) = (Point::new(center.0, center.1), Vector::new(size.0, size.1));
    Shape::RotatedBox(RotatedBoxShape { center, size, angle })
}
