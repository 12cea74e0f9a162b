//! Shapes as areas, so that they can be united, cut, painted on and turned into each other.

use super::{Shape, ShapeKind};
use crate::geometry::{Mask, Point, Polygon, ellipse_polygon};

/// How far the edges of an area may run beside an ellipse or the rim of a brush, pixels.
const CURVE_TOLERANCE_PX: f64 = 0.1;
/// How far the outline of a mask may run beside the borders of its pixels. Under one pixel steps become slopes, and
/// what is one pixel thin is kept.
const MASK_TOLERANCE_PX: f64 = 0.75;

/// An area, by its pixels or by its outline. What two of them make together is of the kind of the first.
#[derive(Clone, Debug, PartialEq)]
pub enum Area {
    /// A set of pixels.
    Pixels(Mask),
    /// An outline.
    Outline(Polygon),
}

impl Area {
    /// The area of a shape: pixels of a mask, the outline of others. `None` for shapes that have none: lines, points,
    /// skeletons and boxes in space.
    pub fn of(shape: &Shape) -> Option<Self> {
        Some(Self::Outline(match shape {
            Shape::Mask(mask) => return Some(Self::Pixels(mask.clone())),
            Shape::Polygon(polygon) => polygon.clone(),
            Shape::Box(shape) => Polygon::from_rect(&shape.0),
            Shape::RotatedBox(shape) => Polygon::from_ring(shape.corners().to_vec()),
            Shape::Ellipse(shape) => Polygon::from_ring(ellipse_polygon(
                shape.center,
                shape.radii,
                shape.angle,
                CURVE_TOLERANCE_PX,
            )),
            Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) | Shape::Cuboid(_) => return None,
        }))
    }

    /// What a round brush paints along a line, as pixels or as an outline.
    pub fn stroke(kind: AreaKind, points: &[Point], radius_px: f64) -> Self {
        match kind {
            AreaKind::Pixels => Self::Pixels(Mask::stroke(points, radius_px)),
            AreaKind::Outline => {
                // The rim of a small brush needs no more corners than that of a large one.
                let tolerance_px = CURVE_TOLERANCE_PX.max(radius_px / 60.0);
                Self::Outline(Polygon::stroke(points, radius_px, tolerance_px))
            }
        }
    }

    /// Pixels or outline.
    pub fn kind(&self) -> AreaKind {
        match self {
            Self::Pixels(_) => AreaKind::Pixels,
            Self::Outline(_) => AreaKind::Outline,
        }
    }

    /// What lies in either area.
    pub fn union(&self, other: &Self) -> Self {
        match self {
            Self::Pixels(mask) => Self::Pixels(mask.union(&other.to_mask())),
            Self::Outline(polygon) => Self::Outline(polygon.union(&other.to_polygon())),
        }
    }

    /// What lies in this area and not in the other.
    pub fn subtract(&self, other: &Self) -> Self {
        match self {
            Self::Pixels(mask) => Self::Pixels(mask.subtract(&other.to_mask())),
            Self::Outline(polygon) => Self::Outline(polygon.subtract(&other.to_polygon())),
        }
    }

    /// What lies in both areas.
    pub fn intersect(&self, other: &Self) -> Self {
        match self {
            Self::Pixels(mask) => Self::Pixels(mask.intersect(&other.to_mask())),
            Self::Outline(polygon) => Self::Outline(polygon.intersect(&other.to_polygon())),
        }
    }

    /// The pixels whose centre lies in the area, from the left and upper border of the picture on.
    pub fn to_mask(&self) -> Mask {
        match self {
            Self::Pixels(mask) => mask.clone(),
            Self::Outline(polygon) => {
                let end = Polygon::bounds(polygon).max;
                Mask::from_polygon(polygon, end.x.ceil().max(0.0) as u32, end.y.ceil().max(0.0) as u32)
            }
        }
    }

    /// The outline. That of pixels is smoothed by less than a pixel.
    pub fn to_polygon(&self) -> Polygon {
        match self {
            Self::Pixels(mask) => mask.to_polygon_within(MASK_TOLERANCE_PX),
            Self::Outline(polygon) => polygon.clone(),
        }
    }

    /// Whether nothing lies in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Pixels(mask) => mask.is_empty(),
            Self::Outline(polygon) => polygon.is_empty(),
        }
    }

    /// The mask or polygon.
    pub fn into_shape(self) -> Shape {
        match self {
            Self::Pixels(mask) => Shape::Mask(mask),
            Self::Outline(polygon) => Shape::Polygon(polygon),
        }
    }
}

/// The two kinds of [`Area`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaKind {
    /// [`Area::Pixels`].
    Pixels,
    /// [`Area::Outline`].
    Outline,
}

impl AreaKind {
    /// The kind that a shape of this kind is painted on as: of masks and polygons; `None` for others.
    pub fn of(kind: ShapeKind) -> Option<Self> {
        match kind {
            ShapeKind::Mask => Some(Self::Pixels),
            ShapeKind::Polygon => Some(Self::Outline),
            _ => None,
        }
    }

    /// The kind of shape that it becomes.
    pub fn shape_kind(self) -> ShapeKind {
        match self {
            Self::Pixels => ShapeKind::Mask,
            Self::Outline => ShapeKind::Polygon,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EllipseShape, PointsShape, RotatedBoxShape};
    use super::*;
    use crate::geometry::{Rect, Vector};

    fn square(x: f64, size: f64) -> Shape {
        Shape::from_rect(Rect::from_xywh(x, 0.0, size, size))
    }

    #[test]
    fn areas_of_shapes_are_as_large_as_the_shapes() {
        let center = Point::new(50.0, 50.0);
        let size = Vector::new(30.0, 20.0);
        let shapes = [
            square(0.0, 10.0),
            Shape::RotatedBox(RotatedBoxShape { center, size, angle: 30.0 }),
            Shape::Ellipse(EllipseShape { center, radii: size, angle: 30.0 }),
            Shape::Mask(Mask::disk(center, 20.0)),
        ];
        for shape in shapes {
            let area = Area::of(&shape).unwrap();
            let [outline, pixels] =
                [Area::Outline(area.to_polygon()), Area::Pixels(area.to_mask())].map(Area::into_shape);
            for same in [outline, pixels] {
                let difference = (same.area() - shape.area()).abs() / shape.area();
                assert!(difference < 0.02, "{shape:?} as {:?}: {difference}", same.kind());
            }
        }
        assert_eq!(Area::of(&Shape::Points(PointsShape(vec![center]))), None);
    }

    #[test]
    fn what_two_areas_make_is_of_the_kind_of_the_first() {
        let (left, right) = (Area::of(&square(0.0, 10.0)).unwrap(), Area::of(&square(5.0, 10.0)).unwrap());
        let pixels = Area::Pixels(right.to_mask());
        for (first, second) in [(&left, &pixels), (&Area::Pixels(left.to_mask()), &right)] {
            for (made, size) in [
                (first.union(second), 150.0),
                (first.subtract(second), 50.0),
                (first.intersect(second), 50.0),
            ] {
                assert_eq!((made.kind(), made.into_shape().area()), (first.kind(), size));
            }
        }
        assert!(left.subtract(&left).is_empty() && pixels.subtract(&pixels).is_empty());
    }
}
