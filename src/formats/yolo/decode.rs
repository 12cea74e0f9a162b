//! From lines to objects.

use super::line::{Figure, Line};
use crate::formats::corners::box_from_corners;
use crate::geometry::{Point, Polygon, Rect, Vector};
use crate::model::shape::{Joint, SkeletonShape, Visibility};
use crate::model::{GroupId, LabelId, Object, ObjectId, Provenance, Shape};
use crate::pixels::Size;

/// Corners that are off a right angle by less than this are taken for rounding.
const CORNER_TOLERANCE_PX: f64 = 0.01;

/// The objects that a line stands for: one, or a box and its skeleton in a group.
///
/// # Errors
/// When it has no area.
pub(super) fn objects_of(
    line: &Line,
    label: LabelId,
    size: Size,
    format: &str,
    file: &str,
) -> Result<Vec<Object>, String> {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let point = |[x, y]: [f64; 2]| Point::new(x * width, y * height);
    let bounds =
        |[x, y, w, h]: [f64; 4]| Rect::from_center(point([x, y]), Vector::new(w * width, h * height));
    let shapes = match &line.figure {
        Figure::Box(numbers) => vec![Shape::from_rect(bounds(*numbers))],
        Figure::Ring(ring) => {
            let mut ring: Vec<Point> = ring.iter().map(|&xy| point(xy)).collect();
            if ring.len() > 3 && ring.first() == ring.last() {
                ring.pop();
            }
            vec![Shape::Polygon(Polygon::from_ring(ring))]
        }
        Figure::Corners(corners) => vec![box_at(corners.map(point))],
        Figure::Joints(numbers, joints) => {
            let skeleton = SkeletonShape(joints.iter().map(|&(xy, v)| joint(point(xy), v)).collect());
            figure_of(bounds(*numbers), skeleton)
        }
    };
    if shapes.iter().any(|shape| !shape.is_valid()) {
        return Err("its box or outline has no area".to_owned());
    }
    let group = (shapes.len() > 1).then(GroupId::new);
    let object = |shape| {
        let mut object = Object::shape(ObjectId::new(), shape, Some(label));
        object.group = group;
        object.provenance = Provenance::Import {
            format: format.to_owned(),
            file: file.to_owned(),
            id: line.track.clone(),
            score: line.score,
        };
        object
    };
    Ok(shapes.into_iter().map(object).collect())
}

fn joint(position: Point, visibility: u8) -> Joint {
    let visibility = match visibility {
        0 => Visibility::Absent,
        1 => Visibility::Hidden,
        _ => Visibility::Visible,
    };
    Joint { position, visibility }
}

/// A skeleton alone where the box says nothing more than its joints do; a box alone where no joint is there.
fn figure_of(bounds: Rect, skeleton: SkeletonShape) -> Vec<Shape> {
    const SAME_PX: f64 = 0.01;
    if skeleton.0.iter().all(|joint| joint.visibility == Visibility::Absent) {
        return vec![Shape::from_rect(bounds)];
    }
    let skeleton = Shape::Skeleton(skeleton);
    let own = skeleton.bounds();
    let is_same = own.min.distance(bounds.min).max(own.max.distance(bounds.max)) <= SAME_PX;
    if is_same { vec![skeleton] } else { vec![Shape::from_rect(bounds), skeleton] }
}

/// The box with these corners, upright or turned; a polygon where they are no box.
fn box_at(corners: [Point; 4]) -> Shape {
    let Some(shape) = box_from_corners(corners, CORNER_TOLERANCE_PX) else {
        return Shape::Polygon(Polygon::from_ring(corners.to_vec()));
    };
    let off_axis = (shape.angle + 45.0).rem_euclid(90.0) - 45.0;
    // So little of a turn that no corner leaves the upright box.
    if off_axis.to_radians().abs() * shape.size.length() < 0.001 {
        return Shape::from_rect(Rect::around(corners));
    }
    Shape::RotatedBox(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_an_upright_box_a_turned_one_or_a_polygon() {
        let upright = Rect::from_xywh(1.0, 2.0, 3.0, 4.0);
        assert_eq!(box_at(upright.corners()), Shape::from_rect(upright));
        let turned = upright.corners().map(|p| p.rotated(upright.center(), 20.0));
        assert!(matches!(box_at(turned), Shape::RotatedBox(_)));
        let points = [(0.0, 0.0), (10.0, 3.0), (12.0, 9.0), (1.0, 8.0)].map(|(x, y)| Point::new(x, y));
        assert!(matches!(box_at(points), Shape::Polygon(_)));
    }
}
