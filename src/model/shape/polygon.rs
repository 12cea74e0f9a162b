//! Polygons. The type is [`crate::geometry::Polygon`]; here is what makes it a shape.

use super::{Geometry, stretch_point};
use crate::geometry::{Point, Polygon, Rect, Vector};

impl Geometry for Polygon {
    fn bounds(&self) -> Rect {
        Polygon::bounds(self)
    }

    fn area(&self) -> f64 {
        Polygon::area(self)
    }

    fn contains(&self, p: Point) -> bool {
        Polygon::contains(self, p)
    }

    fn outline_distance(&self, p: Point) -> f64 {
        self.edge_distance(p)
    }

    fn translate(&mut self, by: Vector) {
        Polygon::translate(self, by);
    }

    fn stretch(&mut self, from: &Rect, to: &Rect) {
        self.map_points(|p| stretch_point(p, from, to));
    }

    fn vertices(&self) -> Vec<Point> {
        self.rings().flatten().copied().collect()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        if let Some(vertex) = self.rings_mut().flatten().nth(index) {
            *vertex = to;
        }
    }
}
