//! Boxes in space, as seen in a picture.

use serde::{Deserialize, Serialize};

use super::{Geometry, ring_distance, stretch_point};
use crate::geometry::{Point, Rect, Vector, ring_area, ring_contains, segment_distance};

/// The eight corners of a box in space, projected into the picture. Each face runs clockwise from its top left.
/// Its vertices are those of the front face, then those of the back face.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CuboidShape {
    /// The face nearer to the camera.
    pub front: [Point; 4],
    /// The face further away.
    pub back: [Point; 4],
}

impl CuboidShape {
    fn corners_mut(&mut self) -> impl Iterator<Item = &mut Point> {
        self.front.iter_mut().chain(&mut self.back)
    }
}

impl Geometry for CuboidShape {
    fn bounds(&self) -> Rect {
        Rect::around(self.front.into_iter().chain(self.back))
    }

    /// The area of the front face.
    fn area(&self) -> f64 {
        ring_area(&self.front).abs()
    }

    fn contains(&self, p: Point) -> bool {
        let side = |i: usize| {
            let j = (i + 1) % 4;
            [self.front[i], self.front[j], self.back[j], self.back[i]]
        };
        ring_contains(&self.front, p)
            || ring_contains(&self.back, p)
            || (0..4).any(|i| ring_contains(&side(i), p))
    }

    fn outline_distance(&self, p: Point) -> f64 {
        (0..4)
            .map(|i| segment_distance(p, self.front[i], self.back[i]))
            .fold(ring_distance(&self.front, p).min(ring_distance(&self.back, p)), f64::min)
    }

    fn translate(&mut self, by: Vector) {
        self.corners_mut().for_each(|p| *p += by);
    }

    fn stretch(&mut self, from: &Rect, to: &Rect) {
        self.corners_mut().for_each(|p| *p = stretch_point(*p, from, to));
    }

    fn vertices(&self) -> Vec<Point> {
        self.front.into_iter().chain(self.back).collect()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        if let Some(corner) = self.corners_mut().nth(index) {
            *corner = to;
        }
    }
}
