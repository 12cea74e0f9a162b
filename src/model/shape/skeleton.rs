//! Skeletons.

use serde::{Deserialize, Serialize};

use super::{Geometry, stretch_point};
use crate::geometry::{Point, Rect, Vector};

/// Whether a joint can be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Not in the picture, or not labelled. The position is where it got out of sight, or the origin: nowhere.
    Absent,
    /// In the picture, but hidden.
    Hidden,
    /// In plain sight.
    #[default]
    Visible,
}

/// One joint of a skeleton.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// Where it is.
    pub position: Point,
    /// Whether it can be seen.
    #[serde(default)]
    pub visibility: Visibility,
}

impl Joint {
    /// Whether the position says where the joint is, or was when it got out of sight.
    pub fn has_place(&self) -> bool {
        self.visibility != Visibility::Absent || self.position != Point::ORIGIN
    }
}

/// The joints of a skeleton, in the order of the label's template, which also names the bones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SkeletonShape(pub Vec<Joint>);

impl SkeletonShape {
    fn present(&self) -> impl Iterator<Item = Point> + '_ {
        self.0.iter().filter(|joint| joint.visibility != Visibility::Absent).map(|joint| joint.position)
    }

    fn placed_mut(&mut self) -> impl Iterator<Item = &mut Joint> {
        self.0.iter_mut().filter(|joint| joint.has_place())
    }
}

impl Geometry for SkeletonShape {
    fn bounds(&self) -> Rect {
        Rect::around(self.present())
    }

    fn area(&self) -> f64 {
        0.0
    }

    fn contains(&self, _: Point) -> bool {
        false
    }

    fn outline_distance(&self, p: Point) -> f64 {
        self.present().map(|at| at.distance(p)).fold(f64::INFINITY, f64::min)
    }

    fn translate(&mut self, by: Vector) {
        self.placed_mut().for_each(|joint| joint.position += by);
    }

    fn stretch(&mut self, from: &Rect, to: &Rect) {
        self.placed_mut().for_each(|joint| joint.position = stretch_point(joint.position, from, to));
    }

    fn vertices(&self) -> Vec<Point> {
        self.0.iter().map(|joint| joint.position).collect()
    }

    fn move_vertex(&mut self, index: usize, to: Point) {
        if let Some(joint) = self.0.get_mut(index) {
            joint.position = to;
        }
    }
}
