//! Open lines.

use serde::{Deserialize, Serialize};

use super::{Geometry, stretch_point};
use crate::geometry::{Point, Rect, Vector, segment_distance};

/// An open line through its points, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolylineShape(pub Vec<Point>);

impl Geometry for PolylineShape {
    fn bounds(&self) -> Rect {
        Rect::around(self.0.iter().copied())
    }

    fn area(&self) -> f64 {
        0.0
    }

    fn contains(&self, _: Point) -> bool {
        false
    }

    fn outline_distance(&self, p: Point) -> f64 {
        self.0.windows(2).map(|edge| segment_distance(p, edge[0], edge[1])).fold(f64::INFINITY, f64::min)
    }

    fn translate(&mut self, by: Vector) {
        self.0.iter_mut().for_each(|p| *p += by);
    }

    fn stretch(&mut self, from: &Rect, to: &Rect) {
        self.0.iter_mut().for_each(|p| *p = stretch_point(*p, from, to));
    }

    fn vertices(&self) -> Vec<Point> {
        self.0.clone()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        if let Some(vertex) = self.0.get_mut(index) {
            *vertex = to;
        }
    }
}
