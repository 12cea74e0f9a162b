//! Carrying a shape of any kind.

use super::box_tracker::{BoxTracker, LostReason, Sight};
use super::corners::corners;
use super::flow::{Region, follow};
use super::image::TrackImage;
use super::similarity::Similarity;
use crate::geometry::{Mask, Point, Polygon, PolygonPart, Rect, Vector};
use crate::model::Shape;
use crate::model::shape::{
    BoxShape, CuboidShape, EllipseShape, Joint, PointsShape, PolylineShape, RotatedBoxShape, SkeletonShape,
};

/// Around points and lines, which have no area, at least so many pixels are looked at.
const MIN_EXTENT: f64 = 32.0;
/// So many points must agree about a motion, and such a share of those that were followed.
const MIN_AGREEING: usize = 6;
const MIN_AGREEING_SHARE: f64 = 0.4;
/// Points agree that lie this near to where the motion takes them, in samples.
const AGREEMENT: f64 = 0.6;
/// The motion of the points and that of the whole may differ so much, as a share of the object's mean side.
const MAX_DISAGREEMENT: f64 = 0.25;
/// How much of that difference is taken back in each frame: the points are finer, the whole does not drift.
const PULL: f64 = 0.05;

/// Why a shape cannot be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotTrack {
    /// Nothing of it lies in the picture.
    #[error("the object lies outside the picture")]
    OutsidePicture,
    /// It has no points, or some that are no numbers.
    #[error("the object has no shape that could be followed")]
    NoShape,
}

/// Carries one shape from frame to frame.
pub struct ShapeTracker {
    first: Shape,
    shape: Shape,
    whole: BoxTracker,
    /// From where the shape began to where it is.
    motion: Similarity,
    /// Where the points of points and skeletons are.
    points: Vec<Point>,
    /// The last frame on which the object was seen, and the box around the whole there.
    seen: TrackImage,
    seen_rect: Rect,
}

impl ShapeTracker {
    /// Begins with a shape on a frame.
    ///
    /// # Errors
    /// [`CannotTrack`].
    pub fn start(image: &TrackImage, shape: &Shape) -> Result<Self, CannotTrack> {
        if !shape.is_valid() || !shape.bounds().center().is_finite() {
            return Err(CannotTrack::NoShape);
        }
        let rect = with_extent(shape.bounds());
        let whole = BoxTracker::start(image, rect).ok_or(CannotTrack::OutsidePicture)?;
        Ok(Self {
            first: shape.clone(),
            shape: shape.clone(),
            points: points_of(shape),
            seen_rect: whole.rect(),
            whole,
            motion: Similarity::IDENTITY,
            seen: image.clone(),
        })
    }

    /// The shape as of the last frame on which the object was [seen](Sight::Sure).
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Follows the object into the next frame.
    pub fn step(&mut self, image: &TrackImage) -> Sight {
        if image.size() != self.seen.size() {
            return Sight::Lost(LostReason::NotRecognised);
        }
        let sight = self.whole.step(image);
        if sight != Sight::Sure {
            return sight;
        }
        let rect = self.whole.rect();
        if let Shape::Box(_) = self.first {
            self.shape = Shape::Box(BoxShape(rect.intersection(&image.bounds()).unwrap_or(rect)));
        } else {
            self.carry(image, &rect);
        }
        self.seen = image.clone();
        self.seen_rect = rect;
        sight
    }

    /// Moves a shape that is no upright box, where the whole went from `seen_rect` to `rect`.
    fn carry(&mut self, image: &TrackImage, rect: &Rect) {
        let growth = rect.width() / self.seen_rect.width();
        let whole = Similarity::moving(self.seen_rect.center(), rect.center(), growth);
        let margin = (rect.width() + rect.height()) / 4.0 + 16.0;
        let looked_at = Rect {
            min: Point::new(
                self.seen_rect.min.x.min(rect.min.x) - margin,
                self.seen_rect.min.y.min(rect.min.y) - margin,
            ),
            max: Point::new(
                self.seen_rect.max.x.max(rect.max.x) + margin,
                self.seen_rect.max.y.max(rect.max.y) + margin,
            ),
        };
        let before = Region::of(&self.seen, &looked_at);
        let now = Region::of(image, &looked_at);
        let step = self.fine_motion(&before, &now, &whole, rect).unwrap_or(whole);
        self.motion = self.motion.then(&step);
        self.whole.turn_to(self.motion.degrees());
        let reach = MAX_DISAGREEMENT * (rect.width() + rect.height()) / 2.0;
        for point in &mut self.points {
            let expected = step.apply(*point);
            let found =
                follow(&before, &now, *point, expected).filter(|found| found.distance(expected) <= reach);
            *point = found.unwrap_or(expected);
        }
        self.shape = moved(&self.first, &self.motion, &self.points, image);
    }

    /// The motion on which the points within the shape agree, held to that of the whole. `None` where too few agree, or on
    /// something else.
    fn fine_motion(
        &self,
        before: &Region,
        now: &Region,
        whole: &Similarity,
        rect: &Rect,
    ) -> Option<Similarity> {
        let found = self.places(before);
        let pairs: Vec<(Point, Point)> =
            found.into_iter().filter_map(|p| Some((p, follow(before, now, p, whole.apply(p))?))).collect();
        let (motion, num_agreeing) = Similarity::fit_most(&pairs, AGREEMENT * now.unit)?;
        let is_enough =
            num_agreeing >= MIN_AGREEING && num_agreeing as f64 >= MIN_AGREEING_SHARE * pairs.len() as f64;
        let center = self.seen_rect.center();
        let apart = whole.apply(center) - motion.apply(center);
        let reach = MAX_DISAGREEMENT * (rect.width() + rect.height()) / 2.0;
        let is_plausible = apart.length() <= reach && (0.7..1.4).contains(&(motion.scale() / whole.scale()));
        (is_enough && is_plausible).then(|| motion.moved(apart * PULL))
    }
}

impl ShapeTracker {
    /// Places on the object that can be followed. Those whose neighbourhood reaches over its border see also the background,
    /// which goes another way: they are taken only where there are too few others.
    fn places(&self, before: &Region) -> Vec<Point> {
        if self.shape.area() <= 0.0 {
            return corners(before, &self.seen_rect, &|_| true);
        }
        // To ask a mask for single pixels is slow; its outline will do.
        let outline = match &self.shape {
            Shape::Mask(mask) => Some(Shape::Polygon(mask.to_polygon_within(1.5))),
            _ => None,
        };
        let (bounds, geometry) = (self.shape.bounds(), outline.as_ref().unwrap_or(&self.shape).geometry());
        let reach = before.reach_px();
        let is_inside = |p: Point| {
            Rect::from_center(p, Vector::new(reach, reach) * 2.0)
                .corners()
                .iter()
                .all(|c| geometry.contains(*c))
        };
        let inside = corners(before, &bounds, &is_inside);
        if inside.len() >= 2 * MIN_AGREEING {
            inside
        } else {
            corners(before, &bounds, &|p| geometry.contains(p))
        }
    }
}

/// A box at least [`MIN_EXTENT`] across and down about the same centre.
fn with_extent(bounds: Rect) -> Rect {
    if bounds.width() >= 8.0 && bounds.height() >= 8.0 {
        return bounds;
    }
    let (width, height) = (bounds.width().max(MIN_EXTENT), bounds.height().max(MIN_EXTENT));
    Rect::from_center(bounds.center(), Vector::new(width, height))
}

/// The points that are followed one by one.
fn points_of(shape: &Shape) -> Vec<Point> {
    match shape {
        Shape::Points(points) => points.0.clone(),
        Shape::Skeleton(skeleton) => skeleton.0.iter().map(|joint| joint.position).collect(),
        _ => Vec::new(),
    }
}

/// The first shape where it has come to: moved as a whole, or point by point.
fn moved(first: &Shape, motion: &Similarity, points: &[Point], image: &TrackImage) -> Shape {
    let apply = |points: &[Point]| -> Vec<Point> { points.iter().map(|p| motion.apply(*p)).collect() };
    let polygon = |polygon: &Polygon| {
        let part = |part: &PolygonPart| PolygonPart {
            outer: apply(&part.outer),
            holes: part.holes.iter().map(|hole| apply(hole)).collect(),
        };
        Polygon { parts: polygon.parts.iter().map(part).collect() }
    };
    match first {
        Shape::Box(shape) => {
            let size = shape.0.size() * motion.scale();
            Shape::from_rect(Rect::from_center(motion.apply(shape.0.center()), size))
        }
        Shape::RotatedBox(shape) => Shape::RotatedBox(RotatedBoxShape {
            center: motion.apply(shape.center),
            size: shape.size * motion.scale(),
            angle: shape.angle + motion.degrees(),
        }),
        Shape::Ellipse(shape) => Shape::Ellipse(EllipseShape {
            center: motion.apply(shape.center),
            radii: shape.radii * motion.scale(),
            angle: shape.angle + motion.degrees(),
        }),
        Shape::Polygon(shape) => Shape::Polygon(polygon(shape)),
        Shape::Polyline(shape) => Shape::Polyline(PolylineShape(apply(&shape.0))),
        Shape::Points(_) => Shape::Points(PointsShape(points.to_vec())),
        Shape::Skeleton(shape) => {
            let joint = |(joint, &position): (&Joint, &Point)| Joint { position, ..*joint };
            Shape::Skeleton(SkeletonShape(shape.0.iter().zip(points).map(joint).collect()))
        }
        Shape::Mask(shape) => {
            let outline = polygon(&shape.to_polygon());
            Shape::Mask(Mask::from_polygon(&outline, image.size().width, image.size().height))
        }
        Shape::Cuboid(shape) => {
            let corners = |corners: [Point; 4]| corners.map(|p| motion.apply(p));
            Shape::Cuboid(CuboidShape { front: corners(shape.front), back: corners(shape.back) })
        }
    }
}
