//! The frame around what is resized as a whole, and the arithmetic of pulling on it.

use crate::geometry::{Point, Rect};
use crate::model::Shape;

/// A rectangle, turned about its centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    /// The rectangle before the turn.
    pub(super) rect: Rect,
    /// Degrees, clockwise on screen.
    pub(super) angle: f64,
}

/// Which sides of a frame are pulled: -1, 0 or 1 across and down, as (1, 1) for the bottom right corner.
pub(super) type Sides = (i8, i8);

/// The handles of a frame, corners last, so that they are painted over the sides.
pub(super) const SIDES: [Sides; 8] = [(0, -1), (1, 0), (0, 1), (-1, 0), (-1, -1), (1, -1), (1, 1), (-1, 1)];

/// How a frame is pulled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pull {
    pub(super) sides: Sides,
    /// Where the pulled corner or side goes, image pixels.
    pub(super) to: Point,
    pub(super) keeps_proportions: bool,
    pub(super) from_center: bool,
    /// No side gets shorter than this, pixels.
    pub(super) min_size_px: f64,
}

impl Frame {
    /// An upright frame.
    pub(super) fn upright(rect: Rect) -> Self {
        Self { rect, angle: 0.0 }
    }

    /// The frame of a shape that has an angle.
    pub(super) fn turning(shape: &Shape) -> Option<Self> {
        let (center, size, angle) = match shape {
            Shape::RotatedBox(shape) => (shape.center, shape.size, shape.angle),
            Shape::Ellipse(shape) => (shape.center, shape.radii * 2.0, shape.angle),
            Shape::Box(_)
            | Shape::Polygon(_)
            | Shape::Polyline(_)
            | Shape::Points(_)
            | Shape::Skeleton(_)
            | Shape::Mask(_)
            | Shape::Cuboid(_) => return None,
        };
        Some(Self { rect: Rect::from_center(center, size), angle })
    }

    /// A place on the frame: (-1, -1) is the top left corner before the turn, (0, 0) the middle.
    pub(super) fn place(&self, (across, down): Sides) -> Point {
        let along = |min: f64, max: f64, side: i8| match side {
            ..0 => min,
            0 => f64::midpoint(min, max),
            1.. => max,
        };
        let Rect { min, max } = self.rect;
        self.turned(Point::new(along(min.x, max.x, across), along(min.y, max.y, down)))
    }

    /// Where the handle for turning is: above the top side.
    pub(super) fn rotation_handle(&self, distance_px: f64) -> Point {
        self.turned(Point::new(self.rect.center().x, self.rect.min.y - distance_px))
    }

    /// Whether a point lies inside.
    pub(super) fn contains(&self, p: Point) -> bool {
        self.rect.contains(self.unturned(p))
    }

    /// The shorter side, pixels.
    pub(super) fn shorter_side(&self) -> f64 {
        self.rect.width().min(self.rect.height())
    }

    /// The frame after a pull. Opposite sides that are pulled past each other change places.
    pub(super) fn pulled(&self, pull: &Pull) -> Self {
        let (to, rect) = (self.unturned(pull.to), self.rect);
        let mut across = Axis::pulled(rect.min.x, rect.max.x, pull.sides.0, to.x, pull.from_center);
        let mut down = Axis::pulled(rect.min.y, rect.max.y, pull.sides.1, to.y, pull.from_center);
        if pull.keeps_proportions && rect.width() > 0.0 && rect.height() > 0.0 {
            let (scale_x, scale_y) = (across.length() / rect.width(), down.length() / rect.height());
            let scale = match pull.sides {
                (0, _) => scale_y,
                (_, 0) => scale_x,
                _ => scale_x.max(scale_y),
            };
            let scale = scale.max(pull.min_size_px / self.shorter_side().max(pull.min_size_px));
            across = across.with_length(rect.width() * scale);
            down = down.with_length(rect.height() * scale);
        }
        let across = across.at_least(pull.min_size_px.min(rect.width()));
        let down = down.at_least(pull.min_size_px.min(rect.height()));
        let pulled = Rect::from_corners(Point::new(across.a, down.a), Point::new(across.b, down.b));
        // The turn is about the centre, which has moved.
        let center = self.turned(pulled.center());
        let rect = if self.angle == 0.0 { pulled } else { Rect::from_center(center, pulled.size()) };
        Self { rect, angle: self.angle }
    }

    /// From the frame's own space to the picture.
    fn turned(&self, p: Point) -> Point {
        if self.angle == 0.0 { p } else { p.rotated(self.rect.center(), self.angle) }
    }

    /// From the picture to the frame's own space.
    fn unturned(&self, p: Point) -> Point {
        if self.angle == 0.0 { p } else { p.rotated(self.rect.center(), -self.angle) }
    }
}

/// One dimension of a frame: its two ends, of which `b` is the pulled one, and the point that stays.
#[derive(Clone, Copy)]
struct Axis {
    a: f64,
    b: f64,
    pivot: f64,
}

impl Axis {
    fn pulled(min: f64, max: f64, side: i8, to: f64, from_center: bool) -> Self {
        let middle = f64::midpoint(min, max);
        let fixed = if side < 0 { max } else { min };
        match (side, from_center) {
            (0, _) => Self { a: min, b: max, pivot: middle },
            (_, true) => Self { a: middle * 2.0 - to, b: to, pivot: middle },
            (_, false) => Self { a: fixed, b: to, pivot: fixed },
        }
    }

    fn length(&self) -> f64 {
        (self.b - self.a).abs()
    }

    fn with_length(self, length: f64) -> Self {
        let length = length.copysign(self.b - self.a);
        if self.pivot == self.a {
            Self { b: self.a + length, ..self }
        } else {
            Self { a: self.pivot - length / 2.0, b: self.pivot + length / 2.0, ..self }
        }
    }

    fn at_least(self, length: f64) -> Self {
        if self.length() < length { self.with_length(length) } else { self }
    }
}

/// As much of the way from one rectangle to another as stays inside a third. A rectangle that is not inside to
/// begin with goes all the way.
pub(super) fn limited(from: &Rect, to: &Rect, inside: &Rect) -> Rect {
    if inside.contains_rect(to) || !inside.contains_rect(from) {
        return *to;
    }
    let share = |from: f64, to: f64, min: f64, max: f64| {
        if to > max {
            (max - from) / (to - from)
        } else if to < min {
            (min - from) / (to - from)
        } else {
            1.0
        }
    };
    let of_corner = |from: Point, to: Point| {
        share(from.x, to.x, inside.min.x, inside.max.x).min(share(from.y, to.y, inside.min.y, inside.max.y))
    };
    let share = of_corner(from.min, to.min).min(of_corner(from.max, to.max)).clamp(0.0, 1.0);
    let corner = |from: Point, to: Point| inside.clamp(from.lerp(to, share));
    Rect { min: corner(from.min, to.min), max: corner(from.max, to.max) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame =
        Frame { rect: Rect { min: Point::new(10.0, 20.0), max: Point::new(50.0, 40.0) }, angle: 0.0 };

    fn pull(sides: Sides, to: (f64, f64)) -> Pull {
        let to = Point::new(to.0, to.1);
        Pull { sides, to, keeps_proportions: false, from_center: false, min_size_px: 2.0 }
    }

    fn rect(x0: f64, y0: f64, x1: f64, y1: f64) -> Rect {
        Rect::from_corners(Point::new(x0, y0), Point::new(x1, y1))
    }

    #[test]
    fn a_corner_follows_the_pointer_exactly_and_the_opposite_one_stays() {
        assert_eq!(FRAME.pulled(&pull((1, 1), (60.1, 70.3))).rect, rect(10.0, 20.0, 60.1, 70.3));
        assert_eq!(FRAME.pulled(&pull((-1, -1), (0.1, 0.2))).rect, rect(0.1, 0.2, 50.0, 40.0));
        assert_eq!(FRAME.pulled(&pull((0, 1), (99.0, 60.0))).rect, rect(10.0, 20.0, 50.0, 60.0));
    }

    #[test]
    fn sides_pulled_past_each_other_change_places() {
        assert_eq!(FRAME.pulled(&pull((1, 1), (0.0, 10.0))).rect, rect(0.0, 10.0, 10.0, 20.0));
    }

    #[test]
    fn no_side_vanishes() {
        assert_eq!(FRAME.pulled(&pull((1, 1), (10.0, 20.0))).rect, rect(10.0, 20.0, 12.0, 22.0));
        let same = Pull { keeps_proportions: true, ..pull((1, 1), (10.0, 20.0)) };
        assert_eq!(FRAME.pulled(&same).rect, rect(10.0, 20.0, 14.0, 22.0));
    }

    #[test]
    fn proportions_and_the_centre_are_kept_on_demand() {
        let same = Pull { keeps_proportions: true, ..pull((1, 1), (90.0, 30.0)) };
        assert_eq!(FRAME.pulled(&same).rect, rect(10.0, 20.0, 90.0, 60.0));
        let side = Pull { keeps_proportions: true, ..pull((1, 0), (90.0, 0.0)) };
        assert_eq!(FRAME.pulled(&side).rect, rect(10.0, 10.0, 90.0, 50.0));
        let center = Pull { from_center: true, ..pull((1, 1), (60.0, 50.0)) };
        assert_eq!(FRAME.pulled(&center).rect, rect(0.0, 10.0, 60.0, 50.0));
    }

    #[test]
    fn a_turned_frame_is_pulled_along_its_own_sides() {
        let frame = Frame { angle: 90.0, ..FRAME };
        // Turned clockwise about (30, 30), its right side is at the bottom.
        assert!(frame.place((1, 0)).distance(Point::new(30.0, 50.0)) < 1e-9);
        let pulled = frame.pulled(&pull((1, 0), (30.0, 70.0)));
        assert!(pulled.place((1, 0)).distance(Point::new(30.0, 70.0)) < 1e-9);
        assert!(pulled.place((-1, 0)).distance(frame.place((-1, 0))) < 1e-9);
        assert!((pulled.rect.height() - FRAME.rect.height()).abs() < 1e-9);
    }

    #[test]
    fn a_frame_inside_the_picture_grows_up_to_its_border() {
        let picture = rect(0.0, 0.0, 100.0, 100.0);
        assert_eq!(
            limited(&rect(40.0, 40.0, 60.0, 60.0), &rect(-40.0, 40.0, 60.0, 140.0), &picture),
            rect(0.0, 40.0, 60.0, 100.0)
        );
        let outside = rect(-5.0, 0.0, 10.0, 10.0);
        assert_eq!(limited(&outside, &rect(-9.0, 0.0, 10.0, 10.0), &picture), rect(-9.0, 0.0, 10.0, 10.0));
    }
}
