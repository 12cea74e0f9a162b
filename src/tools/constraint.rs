//! Straight angles, squares, and staying inside the picture.

use super::Modifiers;
use crate::geometry::{Point, Rect, Vector};

/// The steps to which Shift constrains an angle, degrees.
pub const ANGLE_STEP_DEGREES: f64 = 15.0;

/// The point nearest to `to` whose direction from `from` is a multiple of the step. Multiples of a right angle
/// are exact.
pub fn constrain_angle(from: Point, to: Point, step_degrees: f64) -> Point {
    let arm = to - from;
    let degrees = (arm.y.atan2(arm.x).to_degrees() / step_degrees).round() * step_degrees;
    if degrees % 180.0 == 0.0 {
        Point::new(to.x, from.y)
    } else if degrees % 90.0 == 0.0 {
        Point::new(from.x, to.y)
    } else {
        let direction = Vector::new(1.0, 0.0).rotated(degrees);
        from + direction * arm.dot(direction)
    }
}

/// The last point on the way from `from` to `to` that lies inside the rectangle; `to` moved inside where `from`
/// is outside itself.
pub fn clip_way(from: Point, to: Point, rect: &Rect) -> Point {
    if rect.contains(to) || !rect.contains(from) {
        return rect.clamp(to);
    }
    let way = to - from;
    let share = |start: f64, length: f64, min: f64, max: f64| {
        if length > 0.0 {
            (max - start) / length
        } else if length < 0.0 {
            (min - start) / length
        } else {
            f64::INFINITY
        }
    };
    let across = share(from.x, way.x, rect.min.x, rect.max.x);
    let down = share(from.y, way.y, rect.min.y, rect.max.y);
    rect.clamp(from + way * across.min(down).clamp(0.0, 1.0))
}

/// The rectangle of a drag: from corner to corner, with Alt from the centre, with Shift as a square. It stays
/// inside the picture, and the square stays one.
pub fn dragged_rect(start: Point, end: Point, modifiers: Modifiers, picture: &Rect) -> Rect {
    let (start, end) = (picture.clamp(start), picture.clamp(end));
    let mut arm = end - start;
    // How far the dragged corner may go from the start.
    let room = |at: f64, arm: f64, min: f64, max: f64| {
        let (behind, ahead) = (at - min, max - at);
        match modifiers.alt {
            true => behind.min(ahead),
            false if arm < 0.0 => behind,
            false => ahead,
        }
    };
    let room_x = room(start.x, arm.x, picture.min.x, picture.max.x);
    let room_y = room(start.y, arm.y, picture.min.y, picture.max.y);
    if modifiers.shift {
        let side = arm.x.abs().max(arm.y.abs()).min(room_x).min(room_y);
        arm = Vector::new(side.copysign(arm.x), side.copysign(arm.y));
    } else if modifiers.alt {
        arm = Vector::new(arm.x.abs().min(room_x).copysign(arm.x), arm.y.abs().min(room_y).copysign(arm.y));
    } else {
        return Rect::from_corners(start, end);
    }
    let from = if modifiers.alt { start - arm } else { start };
    Rect::from_corners(from, start + arm)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: Rect = Rect { min: Point::ORIGIN, max: Point::new(100.0, 50.0) };

    fn drag(from: (f64, f64), to: (f64, f64), modifiers: Modifiers) -> Rect {
        dragged_rect(Point::new(from.0, from.1), Point::new(to.0, to.1), modifiers, &PICTURE)
    }

    #[test]
    fn directions_are_rounded_and_right_angles_are_exact() {
        let from = Point::new(10.0, 10.0);
        assert_eq!(constrain_angle(from, Point::new(50.3, 11.0), 15.0), Point::new(50.3, 10.0));
        assert_eq!(constrain_angle(from, Point::new(9.0, -30.7), 15.0), Point::new(10.0, -30.7));
        let diagonal = constrain_angle(from, Point::new(31.0, 30.0), 15.0) - from;
        assert!((diagonal.x - diagonal.y).abs() < 1e-9 && (diagonal.x - 20.5).abs() < 1e-9);
        assert_eq!(constrain_angle(from, from, 15.0), from);
    }

    #[test]
    fn a_way_out_of_the_picture_ends_at_its_border_and_keeps_its_direction() {
        let from = Point::new(50.0, 25.0);
        assert_eq!(clip_way(from, Point::new(100.0, 75.0), &PICTURE), Point::new(75.0, 50.0));
        assert_eq!(clip_way(from, Point::new(60.0, 30.0), &PICTURE), Point::new(60.0, 30.0));
        assert_eq!(clip_way(Point::new(-5.0, 0.0), Point::new(-9.0, 7.0), &PICTURE), Point::new(0.0, 7.0));
    }

    #[test]
    fn squares_and_centred_boxes_stay_inside_the_picture() {
        let both = Modifiers { shift: true, alt: true, ctrl: false };
        assert_eq!(
            drag((10.0, 10.0), (200.0, 30.0), Modifiers::NONE),
            Rect::from_xywh(10.0, 10.0, 90.0, 20.0)
        );
        assert_eq!(
            drag((10.0, 10.0), (30.0, 15.0), Modifiers::SHIFT),
            Rect::from_xywh(10.0, 10.0, 20.0, 20.0)
        );
        assert_eq!(
            drag((90.0, 10.0), (20.0, 15.0), Modifiers::SHIFT),
            Rect::from_xywh(50.0, 10.0, 40.0, 40.0)
        );
        assert_eq!(drag((50.0, 10.0), (60.0, 40.0), Modifiers::ALT), Rect::from_xywh(40.0, 0.0, 20.0, 20.0));
        assert_eq!(drag((50.0, 10.0), (70.0, 12.0), both), Rect::from_xywh(40.0, 0.0, 20.0, 20.0));
    }
}
