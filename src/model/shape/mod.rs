//! Shapes, one file for each kind.
//!
//! A kind is a struct with its geometry, and an implementation of [`Geometry`]: what every shape can answer and
//! how every shape is moved. [`Shape`] is their sum. To add a kind, add its file, a variant, and its line in
//! [`SHAPE_KINDS`]; the compiler names the rest.

mod area;
mod bbox;
mod cuboid;
mod ellipse;
mod mask;
mod points;
mod polygon;
mod polyline;
mod rotated_box;
mod skeleton;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use area::{Area, AreaKind};
pub use bbox::BoxShape;
pub use cuboid::CuboidShape;
pub use ellipse::EllipseShape;
pub use points::PointsShape;
pub use polyline::PolylineShape;
pub use rotated_box::RotatedBoxShape;
pub use skeleton::{Joint, SkeletonShape, Visibility};

use crate::geometry::{Mask, Point, Polygon, Rect, Vector};

/// What every shape can answer, in image pixels.
pub trait Geometry {
    /// The smallest upright box around it; [`Rect::EMPTY`] when it has no extent at all.
    fn bounds(&self) -> Rect;

    /// Its area in square pixels; 0 for lines and points.
    fn area(&self) -> f64;

    /// Whether the point lies in its area. Lines and points have none.
    fn contains(&self, p: Point) -> bool;

    /// The distance from the point to the nearest line or point that is drawn, pixels.
    fn outline_distance(&self, p: Point) -> f64;

    /// Moves it as a whole.
    fn translate(&mut self, by: Vector);

    /// Stretches it so that what lay in `from` lies in `to`. Shapes that cannot be stretched freely (rotated
    /// boxes keep right angles) come as near as they can.
    fn stretch(&mut self, from: &Rect, to: &Rect);

    /// The points that a person can drag one by one, in a stable order.
    fn vertices(&self) -> Vec<Point>;

    /// Moves one of [`Geometry::vertices`]. Does nothing when there is no such vertex.
    fn move_vertex(&mut self, index: usize, to: Point);
}

/// Where on a picture an object is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An upright box.
    Box(BoxShape),
    /// A box at an angle.
    RotatedBox(RotatedBoxShape),
    /// An ellipse at any angle.
    Ellipse(EllipseShape),
    /// An area with straight edges, with holes and several parts.
    Polygon(Polygon),
    /// An open line with straight edges.
    Polyline(PolylineShape),
    /// Points that are one object.
    Points(PointsShape),
    /// Named joints, each with its visibility.
    Skeleton(SkeletonShape),
    /// A set of pixels.
    Mask(Mask),
    /// A box in space, as its eight projected corners.
    Cuboid(CuboidShape),
}

/// The kinds of [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShapeKind {
    /// [`Shape::Box`].
    Box,
    /// [`Shape::RotatedBox`].
    RotatedBox,
    /// [`Shape::Ellipse`].
    Ellipse,
    /// [`Shape::Polygon`].
    Polygon,
    /// [`Shape::Polyline`].
    Polyline,
    /// [`Shape::Points`].
    Points,
    /// [`Shape::Skeleton`].
    Skeleton,
    /// [`Shape::Mask`].
    Mask,
    /// [`Shape::Cuboid`].
    Cuboid,
}

/// Every kind of shape, in the order in which people see them, with its name.
pub const SHAPE_KINDS: [(ShapeKind, &str); 9] = [
    (ShapeKind::Box, "box"),
    (ShapeKind::RotatedBox, "rotated box"),
    (ShapeKind::Ellipse, "ellipse"),
    (ShapeKind::Polygon, "polygon"),
    (ShapeKind::Polyline, "polyline"),
    (ShapeKind::Points, "points"),
    (ShapeKind::Skeleton, "skeleton"),
    (ShapeKind::Mask, "mask"),
    (ShapeKind::Cuboid, "cuboid"),
];

impl ShapeKind {
    /// A word for people, in lower case.
    pub fn name(self) -> &'static str {
        SHAPE_KINDS.iter().find(|(kind, _)| *kind == self).map_or("shape", |(_, name)| name)
    }

    /// The kind with this name, with blanks or underscores.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.replace('_', " ").to_lowercase();
        SHAPE_KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// Every kind, as a set.
    pub fn all() -> BTreeSet<Self> {
        SHAPE_KINDS.iter().map(|(kind, _)| *kind).collect()
    }
}

impl Shape {
    /// An upright box.
    pub fn from_rect(rect: Rect) -> Self {
        Self::Box(BoxShape(rect))
    }

    /// Its kind.
    pub fn kind(&self) -> ShapeKind {
        match self {
            Self::Box(_) => ShapeKind::Box,
            Self::RotatedBox(_) => ShapeKind::RotatedBox,
            Self::Ellipse(_) => ShapeKind::Ellipse,
            Self::Polygon(_) => ShapeKind::Polygon,
            Self::Polyline(_) => ShapeKind::Polyline,
            Self::Points(_) => ShapeKind::Points,
            Self::Skeleton(_) => ShapeKind::Skeleton,
            Self::Mask(_) => ShapeKind::Mask,
            Self::Cuboid(_) => ShapeKind::Cuboid,
        }
    }

    /// What every shape can answer.
    pub fn geometry(&self) -> &dyn Geometry {
        match self {
            Self::Box(shape) => shape,
            Self::RotatedBox(shape) => shape,
            Self::Ellipse(shape) => shape,
            Self::Polygon(shape) => shape,
            Self::Polyline(shape) => shape,
            Self::Points(shape) => shape,
            Self::Skeleton(shape) => shape,
            Self::Mask(shape) => shape,
            Self::Cuboid(shape) => shape,
        }
    }

    /// How every shape is moved.
    pub fn geometry_mut(&mut self) -> &mut dyn Geometry {
        match self {
            Self::Box(shape) => shape,
            Self::RotatedBox(shape) => shape,
            Self::Ellipse(shape) => shape,
            Self::Polygon(shape) => shape,
            Self::Polyline(shape) => shape,
            Self::Points(shape) => shape,
            Self::Skeleton(shape) => shape,
            Self::Mask(shape) => shape,
            Self::Cuboid(shape) => shape,
        }
    }

    /// Gives back the memory that was set aside for more points or runs: a document holds very many shapes.
    pub fn shrink_to_fit(&mut self) {
        match self {
            Self::Polygon(shape) => shape.shrink_to_fit(),
            Self::Polyline(shape) => shape.0.shrink_to_fit(),
            Self::Points(shape) => shape.0.shrink_to_fit(),
            Self::Skeleton(shape) => shape.0.shrink_to_fit(),
            Self::Mask(shape) => shape.runs.shrink_to_fit(),
            Self::Box(_) | Self::RotatedBox(_) | Self::Ellipse(_) | Self::Cuboid(_) => {}
        }
    }

    /// The smallest upright box around it.
    pub fn bounds(&self) -> Rect {
        self.geometry().bounds()
    }

    /// Its area in square pixels.
    pub fn area(&self) -> f64 {
        self.geometry().area()
    }

    /// Moved by a vector.
    pub fn translated(&self, by: Vector) -> Self {
        let mut moved = self.clone();
        moved.geometry_mut().translate(by);
        moved
    }

    /// Whether all its coordinates are numbers and it has the points that its kind needs.
    pub fn is_valid(&self) -> bool {
        let is_finite = self.geometry().vertices().iter().all(|p| p.is_finite());
        is_finite
            && match self {
                Self::Box(shape) => shape.0.width() > 0.0 && shape.0.height() > 0.0,
                Self::RotatedBox(shape) => shape.size.x > 0.0 && shape.size.y > 0.0,
                Self::Ellipse(shape) => shape.radii.x > 0.0 && shape.radii.y > 0.0,
                Self::Polygon(shape) => {
                    !shape.is_empty() && shape.parts.iter().all(|part| part.outer.len() >= 3)
                }
                Self::Polyline(shape) => shape.0.len() >= 2,
                Self::Points(shape) => !shape.0.is_empty(),
                Self::Skeleton(shape) => !shape.0.is_empty(),
                Self::Mask(shape) => !shape.is_empty(),
                Self::Cuboid(_) => true,
            }
    }
}

/// Maps a point as stretching `from` to `to` does. A side without extent is only moved.
fn stretch_point(p: Point, from: &Rect, to: &Rect) -> Point {
    let along = |value: f64, from_min: f64, from_len: f64, to_min: f64, to_len: f64| {
        if from_len > 0.0 {
            to_min + (value - from_min) / from_len * to_len
        } else {
            value - from_min + to_min
        }
    };
    Point::new(
        along(p.x, from.min.x, from.width(), to.min.x, to.width()),
        along(p.y, from.min.y, from.height(), to.min.y, to.height()),
    )
}

/// The distance to the nearest edge of a closed ring.
fn ring_distance(ring: &[Point], p: Point) -> f64 {
    Polygon::from_ring(ring.to_vec()).edge_distance(p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::PolygonPart;

    /// One shape of every kind, each within the box from (10, 20) to (30, 60).
    fn one_of_each() -> Vec<Shape> {
        let points = vec![Point::new(10.0, 20.0), Point::new(30.0, 20.0), Point::new(30.0, 60.0)];
        let rect = Rect::from_xywh(10.0, 20.0, 20.0, 40.0);
        let corners = rect.corners();
        vec![
            Shape::from_rect(rect),
            Shape::RotatedBox(RotatedBoxShape { center: rect.center(), size: rect.size(), angle: 0.0 }),
            Shape::Ellipse(EllipseShape { center: rect.center(), radii: rect.size() / 2.0, angle: 0.0 }),
            Shape::Polygon(Polygon { parts: vec![PolygonPart { outer: points.clone(), holes: vec![] }] }),
            Shape::Polyline(PolylineShape(points.clone())),
            Shape::Points(PointsShape(points.clone())),
            Shape::Skeleton(SkeletonShape(
                points.iter().map(|&position| Joint { position, visibility: Visibility::Visible }).collect(),
            )),
            Shape::Mask(Mask { left: 10, top: 20, width: 20, height: 40, runs: vec![0, 800] }),
            Shape::Cuboid(CuboidShape { front: corners, back: corners }),
        ]
    }

    #[test]
    fn every_kind_is_listed_and_read_back_from_json() {
        let shapes = one_of_each();
        let kinds: Vec<_> = shapes.iter().map(Shape::kind).collect();
        assert_eq!(kinds, SHAPE_KINDS.map(|(kind, _)| kind));
        for shape in shapes {
            let json = serde_json::to_string(&shape).unwrap();
            assert_eq!(serde_json::from_str::<Shape>(&json).unwrap(), shape, "{json}");
            assert_eq!(ShapeKind::from_name(shape.kind().name()), Some(shape.kind()));
            assert!(shape.is_valid(), "{shape:?}");
        }
    }

    #[test]
    fn every_kind_moves_and_stretches_as_a_whole() {
        let from = Rect::from_xywh(10.0, 20.0, 20.0, 40.0);
        let to = Rect::from_xywh(0.0, 0.0, 40.0, 80.0);
        for shape in one_of_each() {
            assert_eq!(shape.bounds(), from, "{shape:?}");
            let moved = shape.translated(Vector::new(5.0, -3.0));
            assert_eq!(moved.bounds(), from.translated(Vector::new(5.0, -3.0)), "{shape:?}");
            let mut stretched = shape.clone();
            stretched.geometry_mut().stretch(&from, &to);
            assert_eq!(stretched.bounds(), to, "{shape:?}");
        }
    }

    #[test]
    fn a_vertex_goes_where_it_is_dragged() {
        for shape in one_of_each() {
            let target = Point::new(35.0, 70.0);
            for index in 0..shape.geometry().vertices().len() {
                let mut edited = shape.clone();
                edited.geometry_mut().move_vertex(index, target);
                let at = edited.geometry().vertices();
                assert!(at.iter().any(|p| p.distance(target) < 1e-9), "{index} of {edited:?}: {at:?}");
            }
            let mut edited = shape.clone();
            edited.geometry_mut().move_vertex(999, target);
            assert_eq!(edited, shape);
        }
    }
}
