//! The edges and vertices of shapes, and how vertices are added and taken away.
//!
//! A vertex has the index that [`crate::model::shape::Geometry::vertices`] gives it. Edge `i` begins at vertex
//! `i`, in every kind of shape whose edges a person can work on.

use crate::geometry::{Point, Polygon, Rect, SpatialIndex, Vector, nearest_on_line};
use crate::model::shape::Visibility;
use crate::model::{Shape, ShapeKind};

/// An edge of a shape: the index of its first vertex, and its ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The index of its first vertex.
    pub index: usize,
    /// Where it begins.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
}

impl Edge {
    /// The point of the edge nearest to another point.
    pub fn nearest(&self, p: Point) -> Point {
        nearest_on_line(&[self.from, self.to], p).map_or(self.from, |nearest| nearest.point)
    }

    /// Its length, pixels.
    pub fn length(&self) -> f64 {
        self.from.distance(self.to)
    }

    /// Whether it crosses another edge. Edges that only touch, or lie on one line, do not cross.
    pub fn crosses(&self, other: &Self) -> bool {
        let side = |edge: &Self, p: Point| (edge.to - edge.from).cross(p - edge.from);
        side(self, other.from) * side(self, other.to) < 0.0
            && side(other, self.from) * side(other, self.to) < 0.0
    }
}

/// The edges that a shape is drawn with, curves as short chords. Points, joints and masks have none.
pub fn edges(shape: &Shape) -> Vec<Edge> {
    match shape {
        Shape::Box(shape) => ring_edges(&shape.0.corners()),
        Shape::RotatedBox(shape) => ring_edges(&shape.corners()),
        Shape::Ellipse(shape) => ring_edges(&shape.outline(64)),
        Shape::Polygon(polygon) => polygon_edges(polygon),
        Shape::Polyline(line) => line_edges(&line.0),
        Shape::Cuboid(shape) => {
            let mut edges = ring_edges(&shape.front);
            edges.extend(ring_edges_from(&shape.back, 4));
            edges.extend((0..4).map(|i| Edge { index: i, from: shape.front[i], to: shape.back[i] }));
            edges
        }
        Shape::Points(_) | Shape::Skeleton(_) | Shape::Mask(_) => Vec::new(),
    }
}

/// The edges of an open line.
pub fn line_edges(points: &[Point]) -> Vec<Edge> {
    points.windows(2).enumerate().map(|(index, ends)| Edge { index, from: ends[0], to: ends[1] }).collect()
}

/// The edges of a closed ring.
pub fn ring_edges(ring: &[Point]) -> Vec<Edge> {
    ring_edges_from(ring, 0)
}

fn ring_edges_from(ring: &[Point], first_index: usize) -> Vec<Edge> {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    ends.zip(first_index..).map(|((&from, &to), index)| Edge { index, from, to }).collect()
}

fn polygon_edges(polygon: &Polygon) -> Vec<Edge> {
    let mut edges = Vec::with_capacity(polygon.num_points());
    for ring in polygon.rings() {
        edges.extend(ring_edges_from(ring, edges.len()));
    }
    edges
}

/// Whether any two of the edges cross.
pub fn crosses_itself(edges: &[Edge]) -> bool {
    let bounds = |edge: &Edge| Rect::from_corners(edge.from, edge.to);
    let index: SpatialIndex<usize> = edges.iter().map(bounds).enumerate().collect();
    edges.iter().any(|edge| index.query_rect(&bounds(edge)).any(|&other| edge.crosses(&edges[other])))
}

/// The vertices that a person can see, with their indices. Joints that are absent mean nothing.
pub fn vertices(shape: &Shape) -> Vec<(usize, Point)> {
    let all = shape.geometry().vertices().into_iter().enumerate();
    match shape {
        Shape::Skeleton(skeleton) => {
            all.filter(|(index, _)| skeleton.0[*index].visibility != Visibility::Absent).collect()
        }
        _ => all.collect(),
    }
}

/// Whether the vertices of this kind of shape are dragged one by one. The others have a frame to resize them, or
/// nothing at all.
pub fn has_free_vertices(kind: ShapeKind) -> bool {
    match kind {
        ShapeKind::Polygon
        | ShapeKind::Polyline
        | ShapeKind::Points
        | ShapeKind::Skeleton
        | ShapeKind::Cuboid => true,
        ShapeKind::Box | ShapeKind::RotatedBox | ShapeKind::Ellipse | ShapeKind::Mask => false,
    }
}

/// Whether vertices can be put on the edges of this kind of shape.
pub fn takes_vertices(kind: ShapeKind) -> bool {
    matches!(kind, ShapeKind::Polygon | ShapeKind::Polyline)
}

/// The shape with one more vertex on an edge, and the index of the vertex. `None` where there is no such edge.
pub fn with_vertex(shape: &Shape, edge_index: usize, at: Point) -> Option<(Shape, usize)> {
    let mut shape = shape.clone();
    let points = match &mut shape {
        Shape::Polygon(polygon) => ring_of_vertex(polygon, edge_index),
        Shape::Polyline(line) if edge_index + 1 < line.0.len() => Some((&mut line.0, edge_index)),
        _ => None,
    };
    let (points, index) = points?;
    points.insert(index + 1, at);
    Some((shape, edge_index + 1))
}

/// The shape without a vertex. `None` where there is no such vertex, or where the shape needs it: a ring keeps
/// three points, a line two, and points one.
pub fn without_vertex(shape: &Shape, vertex_index: usize) -> Option<Shape> {
    let mut shape = shape.clone();
    let (points, index, min_points) = match &mut shape {
        Shape::Polygon(polygon) => {
            let (ring, index) = ring_of_vertex(polygon, vertex_index)?;
            (ring, index, 3)
        }
        Shape::Polyline(line) => (&mut line.0, vertex_index, 2),
        Shape::Points(points) => (&mut points.0, vertex_index, 1),
        Shape::Box(_)
        | Shape::RotatedBox(_)
        | Shape::Ellipse(_)
        | Shape::Skeleton(_)
        | Shape::Mask(_)
        | Shape::Cuboid(_) => return None,
    };
    if index >= points.len() || points.len() <= min_points {
        return None;
    }
    points.remove(index);
    Some(shape)
}

/// The ring that a vertex is on, and its place there.
fn ring_of_vertex(polygon: &mut Polygon, vertex_index: usize) -> Option<(&mut Vec<Point>, usize)> {
    let mut index = vertex_index;
    for ring in polygon.rings_mut() {
        if index < ring.len() {
            return Some((ring, index));
        }
        index -= ring.len();
    }
    None
}

/// Whether some points do not all lie on one line, and so have an area between them.
pub fn has_extent(points: &[Point]) -> bool {
    let Some(&first) = points.first() else { return false };
    let Some(along) = points.iter().map(|&p| p - first).find(|v| *v != Vector::ZERO) else { return false };
    points.iter().any(|&p| along.cross(p - first) != 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::PolygonPart;
    use crate::model::shape::{PointsShape, PolylineShape};

    fn square(min: f64, max: f64) -> Vec<Point> {
        Rect::from_corners(Point::new(min, min), Point::new(max, max)).corners().to_vec()
    }

    fn frame() -> Shape {
        let part = PolygonPart { outer: square(0.0, 100.0), holes: vec![square(20.0, 40.0)] };
        let island = PolygonPart { outer: square(200.0, 210.0), holes: vec![] };
        Shape::Polygon(Polygon { parts: vec![part, island] })
    }

    #[test]
    fn an_edge_begins_at_the_vertex_of_its_index() {
        let shape = frame();
        let vertices = shape.geometry().vertices();
        let edges = edges(&shape);
        assert_eq!(edges.len(), vertices.len());
        for edge in edges {
            assert_eq!(edge.from, vertices[edge.index]);
        }
    }

    #[test]
    fn a_vertex_goes_into_outer_rings_holes_and_parts() {
        let shape = frame();
        for edge in edges(&shape) {
            let at = edge.from.lerp(edge.to, 0.5);
            let (with, index) = with_vertex(&shape, edge.index, at).unwrap();
            assert_eq!(with.geometry().vertices()[index], at);
            assert_eq!(with.area(), shape.area());
            assert_eq!(without_vertex(&with, index), Some(shape.clone()));
        }
        assert_eq!(with_vertex(&shape, 12, Point::ORIGIN), None);
    }

    #[test]
    fn a_shape_keeps_the_vertices_that_it_needs() {
        let triangle = Shape::Polygon(Polygon::from_ring(square(0.0, 9.0)[..3].to_vec()));
        let line = Shape::Polyline(PolylineShape(square(0.0, 9.0)[..2].to_vec()));
        let point = Shape::Points(PointsShape(vec![Point::ORIGIN]));
        for shape in [triangle, line, point, Shape::from_rect(Rect::from_xywh(0.0, 0.0, 5.0, 5.0))] {
            assert_eq!(without_vertex(&shape, 0), None, "{shape:?}");
        }
        assert_eq!(without_vertex(&frame(), 99), None);
    }

    #[test]
    fn a_line_crosses_itself_only_where_it_really_does() {
        let line = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>();
        let bow_tie = line(&[(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)]);
        assert!(crosses_itself(&line_edges(&bow_tie)));
        assert!(!crosses_itself(&line_edges(&bow_tie[..3])));
        let open = line(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, -5.0)]);
        assert!(crosses_itself(&line_edges(&open)));
        assert!(!crosses_itself(&ring_edges(&square(0.0, 10.0))));
        assert!(crosses_itself(&ring_edges(&bow_tie)));
        let touching = line(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, 0.0)]);
        assert!(!crosses_itself(&line_edges(&touching)));
    }
}
