//! Simpler versions of shapes for low zooms: no line of them is more than half a screen pixel from where it belongs.

use crate::geometry::{Mask, Point, Polygon, Rect, simplify_line};
use crate::model::Shape;
use crate::model::shape::PolylineShape;

/// How far a line may be from where it belongs, screen pixels. What it is rounded to besides stays below a half.
const TOLERANCE_SCREEN_PX: f64 = 0.4;
/// Shapes that are nowhere farther from their bounds than this are drawn as those.
const DOT_TOLERANCE_SCREEN_PX: f64 = 0.5;
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
        shape if is_dot(shape, DOT_TOLERANCE_SCREEN_PX / max_zoom) => CoarseShape::Dot(shape.bounds()),
        Shape::Polygon(polygon) => CoarseShape::Simpler(Shape::Polygon(polygon.simplified(tolerance_px))),
        Shape::Polyline(line) => {
            CoarseShape::Simpler(Shape::Polyline(PolylineShape(simplify_line(&line.0, tolerance_px))))
        }
        Shape::Mask(mask) => coarse_mask(mask, max_zoom),
        Shape::RotatedBox(_) | Shape::Ellipse(_) | Shape::Cuboid(_) => CoarseShape::Same,
    }
}

/// Whether the outline of a shape and that of its bounds are nowhere farther apart than this.
fn is_dot(shape: &Shape, tolerance_px: f64) -> bool {
    let bounds = shape.bounds();
    // The line between opposite corners of the bounds is as far from the other two as any shape can be.
    if bounds.width() * bounds.height() <= tolerance_px * bounds.width().hypot(bounds.height()) {
        return true;
    }
    let Shape::Polygon(polygon) = shape else { return false };
    let depth = |p: &Point| {
        (p.x - bounds.min.x).min(bounds.max.x - p.x).min(p.y - bounds.min.y).min(bounds.max.y - p.y)
    };
    polygon.rings().flatten().all(|p| depth(p) <= tolerance_px)
        && bounds.corners().iter().all(|corner| polygon.edge_distance(*corner) <= tolerance_px)
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
    fn what_is_within_half_a_screen_pixel_of_its_bounds_is_a_dot() {
        // The bounds of a circle stick out by 0.41 of its radius.
        let shape = Shape::Polygon(circle(10.0));
        assert!(matches!(coarse(&shape, 0.12), CoarseShape::Dot(bounds) if bounds == shape.bounds()));
        assert!(!matches!(coarse(&shape, 0.13), CoarseShape::Dot(_)));
        let p = |x: f64, y: f64| Point::new(x, y);
        let cleft =
            [p(0.0, 0.0), p(100.0, 0.0), p(100.0, 100.0), p(51.0, 100.0), p(50.0, 40.0), p(49.0, 100.0)];
        let cleft = Shape::Polygon(Polygon::from_ring(cleft.into_iter().chain([p(0.0, 100.0)]).collect()));
        assert!(!matches!(coarse(&cleft, 0.013), CoarseShape::Dot(_)), "the cleft is to be seen");
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
