//! Simpler versions of shapes for low zooms: no line of them is more than half a screen pixel from where it belongs.

use crate::geometry::{Mask, Point, Polygon, Rect, simplify_line};
use crate::model::Shape;
use crate::model::shape::PolylineShape;

/// How far a line may be from where it belongs, screen pixels. What it is rounded to besides stays below a half.
const TOLERANCE_SCREEN_PX: f64 = 0.4;
/// Shapes with a diagonal up to this, in screen pixels, are drawn as their bounds.
const DOT_SCREEN_PX: f64 = 1.0;
/// A coarse mask has pixels of at most this many screen pixels.
const MASK_PIXEL_SCREEN_PX: f64 = 1.0 / 3.0;

/// A shape as it is to be seen at low zooms.
pub(super) enum CoarseShape {
    /// As it is.
    Same,
    /// With fewer points.
    Simpler(Shape),
    /// Its bounds.
    Dot(Rect),
    /// With larger pixels: their side in image pixels, and the outline in image pixels.
    Mask { mask: Mask, pixel_px: f64, outline: Polygon },
}

/// The version of a shape to be seen up to a zoom, screen pixels per image pixel.
pub(super) fn coarse(shape: &Shape, max_zoom: f64) -> CoarseShape {
    let tolerance_px = TOLERANCE_SCREEN_PX / max_zoom;
    match shape {
        // Points are as large at every zoom.
        Shape::Points(_) | Shape::Skeleton(_) | Shape::Box(_) => CoarseShape::Same,
        shape if diagonal(&shape.bounds()) * max_zoom <= DOT_SCREEN_PX => CoarseShape::Dot(shape.bounds()),
        Shape::Polygon(polygon) => CoarseShape::Simpler(Shape::Polygon(polygon.simplified(tolerance_px))),
        Shape::Polyline(line) => {
            CoarseShape::Simpler(Shape::Polyline(PolylineShape(simplify_line(&line.0, tolerance_px))))
        }
        Shape::Mask(mask) => coarse_mask(mask, max_zoom),
        Shape::RotatedBox(_) | Shape::Ellipse(_) | Shape::Cuboid(_) => CoarseShape::Same,
    }
}

fn diagonal(bounds: &Rect) -> f64 {
    bounds.width().hypot(bounds.height())
}

fn coarse_mask(mask: &Mask, max_zoom: f64) -> CoarseShape {
    let side = (MASK_PIXEL_SCREEN_PX / max_zoom).floor().clamp(1.0, f64::from(1 << 20)) as i32;
    if side < 2 {
        return CoarseShape::Same;
    }
    // Of each few rows the middle one stands for all.
    let rows = mask.iter_spans().filter(|(row, ..)| row.rem_euclid(side) == side / 2);
    let reduced = rows.map(|(row, start, end)| {
        let nearest = |column: i32| (column + side / 2).div_euclid(side);
        (row.div_euclid(side), nearest(start), nearest(end).max(nearest(start) + 1))
    });
    let reduced = Mask::from_spans(reduced);
    if reduced.is_empty() {
        return CoarseShape::Dot(mask.bounds());
    }
    let pixel_px = f64::from(side);
    let mut outline = reduced.to_polygon_within(0.75);
    outline.map_points(|p| Point::new(p.x * pixel_px, p.y * pixel_px));
    CoarseShape::Mask { mask: reduced, pixel_px, outline }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::ellipse_polygon;

    fn circle(radius: f64) -> Polygon {
        let center = Point::new(5000.0, 5000.0);
        let radii = crate::geometry::Vector::new(radius, radius);
        Polygon::from_ring(ellipse_polygon(center, radii, 0.0, 0.001))
    }

    #[test]
    fn a_simpler_polygon_is_within_half_a_screen_pixel() {
        let exact = circle(400.0);
        for zoom in [1.0, 0.1, 0.01] {
            let CoarseShape::Simpler(Shape::Polygon(simple)) = coarse(&Shape::Polygon(exact.clone()), zoom)
            else {
                panic!("a polygon stays one at zoom {zoom}")
            };
            assert!(simple.num_points() * 2 < exact.num_points());
            let far = exact.rings().flatten().map(|p| simple.edge_distance(*p)).fold(0.0, f64::max);
            assert!(far * zoom <= 0.5, "{far} image pixels at zoom {zoom}");
        }
    }

    #[test]
    fn what_is_smaller_than_a_pixel_is_a_dot() {
        let shape = Shape::Polygon(circle(10.0));
        assert!(matches!(coarse(&shape, 0.03), CoarseShape::Dot(bounds) if bounds == shape.bounds()));
        assert!(!matches!(coarse(&shape, 0.1), CoarseShape::Dot(_)));
    }

    #[test]
    fn a_coarse_mask_has_few_runs_and_its_border_within_half_a_screen_pixel() {
        let mask = Mask::from_polygon(&circle(4000.0), 10_000, 10_000);
        let CoarseShape::Mask { mask: coarse, pixel_px, outline } = coarse(&Shape::Mask(mask.clone()), 0.05)
        else {
            panic!("a mask stays one")
        };
        assert_eq!(pixel_px, 6.0);
        assert!(coarse.runs.len() * 5 < mask.runs.len());
        let area = coarse.area() as f64 * pixel_px * pixel_px;
        assert!((area / mask.area() as f64 - 1.0).abs() < 0.01);
        let exact = circle(4000.0);
        let far = outline.rings().flatten().map(|p| exact.edge_distance(*p)).fold(0.0, f64::max);
        assert!(far * 0.05 <= 0.5, "{far} image pixels");
    }
}
