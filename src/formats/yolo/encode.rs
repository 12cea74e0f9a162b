//! From objects to lines.

use std::collections::HashSet;

use super::Variant;
use super::line::{Figure, Line};
use super::ring::single_ring;
use crate::formats::pairs::figures;
use crate::formats::trip::{Encoded, back_to_front};
use crate::formats::{ExportPlan, Item, pairs};
use crate::geometry::{Point, Polygon, Rect, Vector, ellipse_polygon, min_area_rect, rotated_rect_corners};
use crate::model::shape::{SkeletonShape, Visibility};
use crate::model::{Content, Object, Shape};
use crate::pixels::Size;

/// How far the polygon of an ellipse may leave its curve.
const ELLIPSE_TOLERANCE_PX: f64 = 0.1;
/// How far a smoothed outline of a mask may leave the pixel borders: it turns their steps into slants.
const MASK_TOLERANCE_PX: f64 = 0.75;

/// What the settings of an export say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choices {
    pub variant: Variant,
    pub cuts_holes: bool,
    pub smooths_masks: bool,
    /// The number of joints of every line of a pose dataset.
    pub num_joints: usize,
}

/// The lines of an item.
pub(super) fn lines_of(item: &Item, plan: &ExportPlan, choices: &Choices) -> Encoded<Line> {
    let mut encoded = Encoded::default();
    let size = Size::new(item.asset.width, item.asset.height);
    let order = back_to_front(&item.objects);
    let units = match choices.variant {
        Variant::Pose => figures(&item.objects, &order),
        Variant::Detect | Variant::Segment | Variant::Obb => {
            order.into_iter().map(|main| pairs::Figure { main, skeleton: None }).collect()
        }
    };
    let mut seen = HashSet::new();
    for unit in units {
        match line_of(&item.objects, unit, plan, size, choices) {
            Ok(line) if seen.insert(as_trainers_see(&line)) => {
                encoded.records.push((std::iter::once(unit.main).chain(unit.skeleton).collect(), line));
            }
            Ok(_) => encoded.leave_out(unit.main, "the same is there twice, and trainers keep one"),
            Err(reason) => encoded.leave_out(unit.main, reason),
        }
    }
    encoded
}

/// Trainers read numbers as 32-bit floats and drop lines that are then equal.
fn as_trainers_see(line: &Line) -> Vec<u32> {
    let words = line.to_text();
    words.split(' ').map(|word| word.parse::<f32>().unwrap_or_default().to_bits()).collect()
}

fn line_of(
    objects: &[Object],
    unit: pairs::Figure,
    plan: &ExportPlan,
    size: Size,
    choices: &Choices,
) -> Result<Line, String> {
    let object = &objects[unit.main];
    let Content::Shape(shape) = &object.content else {
        return Err(format!("YOLO has no {}s", object.kind().name()));
    };
    let class = plan.label_index(object.label).ok_or("it has no label")?;
    if size.num_pixels() == 0 {
        return Err("the size of its picture is not known".to_owned());
    }
    if !shape.is_valid() {
        return Err("it has no area".to_owned());
    }
    let picture = Rect::from_xywh(0.0, 0.0, f64::from(size.width), f64::from(size.height));
    let figure = match choices.variant {
        Variant::Detect => Figure::Box(bounds_fraction(&area_bounds(shape, choices.variant)?, &picture)?),
        Variant::Segment => ring_figure(shape, &picture, choices)?,
        Variant::Obb => {
            Figure::Corners(corners_of(shape)?.map(|corner| fraction(picture.clamp(corner), &picture)))
        }
        Variant::Pose => {
            let skeleton = unit.skeleton.and_then(|index| objects[index].as_shape()).unwrap_or(shape);
            match skeleton {
                Shape::Skeleton(skeleton) => {
                    let is_alone = matches!(shape, Shape::Skeleton(_));
                    let bounds = if is_alone { at_least_a_pixel(&shape.bounds()) } else { shape.bounds() };
                    joints_figure(&bounds, skeleton, &picture, choices.num_joints)?
                }
                // Something of which no joint can be seen.
                _ if plan.label(object.label).is_some_and(|label| label.skeleton.is_some()) => {
                    let bounds = area_bounds(shape, choices.variant)?;
                    let joints = vec![([0.0, 0.0], 0); choices.num_joints];
                    Figure::Joints(bounds_fraction(&bounds, &picture)?, joints)
                }
                _ => return Err("its label has no joints, and YOLO pose is about joints".to_owned()),
            }
        }
    };
    if let Figure::Corners(corners) = &figure {
        let ring: Vec<Point> = corners.iter().map(|&[x, y]| Point::new(x, y)).collect();
        if Rect::around(ring).is_empty() {
            return Err("it lies outside of the picture".to_owned());
        }
    }
    Ok(Line { class, figure, score: None, track: None })
}

fn fraction(p: Point, picture: &Rect) -> [f64; 2] {
    [(p.x / picture.max.x).clamp(0.0, 1.0), (p.y / picture.max.y).clamp(0.0, 1.0)]
}

/// The bounds of what covers an area.
fn area_bounds(shape: &Shape, variant: Variant) -> Result<Rect, String> {
    match shape {
        Shape::Box(_)
        | Shape::RotatedBox(_)
        | Shape::Ellipse(_)
        | Shape::Polygon(_)
        | Shape::Mask(_)
        | Shape::Cuboid(_) => Ok(shape.bounds()),
        Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) => {
            Err(format!("{} has areas only, and a {} covers none", variant.title(), shape.kind().name()))
        }
    }
}

/// Centre and size of the box within the picture.
fn bounds_fraction(bounds: &Rect, picture: &Rect) -> Result<[f64; 4], String> {
    let clipped = bounds.intersection(picture).ok_or("it lies outside of the picture")?;
    let [x, y] = fraction(clipped.center(), picture);
    let (width, height) = (clipped.width() / picture.width(), clipped.height() / picture.height());
    Ok([x, y, width, height])
}

fn ring_figure(shape: &Shape, picture: &Rect, choices: &Choices) -> Result<Figure, String> {
    let outside = || "it lies outside of the picture".to_owned();
    let polygon = match shape {
        Shape::Polygon(polygon) => polygon.clone(),
        Shape::Mask(mask) => {
            let mask = mask.clipped(picture.max.x as u32, picture.max.y as u32);
            if choices.smooths_masks { mask.to_polygon_within(MASK_TOLERANCE_PX) } else { mask.to_polygon() }
        }
        Shape::Ellipse(ellipse) => Polygon::from_ring(ellipse_polygon(
            ellipse.center,
            ellipse.radii,
            ellipse.angle,
            ELLIPSE_TOLERANCE_PX,
        )),
        Shape::RotatedBox(rotated) => Polygon::from_ring(rotated.corners().to_vec()),
        Shape::Box(_) | Shape::Cuboid(_) | Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) => {
            Polygon::from_rect(&area_bounds(shape, choices.variant)?)
        }
    };
    let is_inside = polygon.rings().flatten().all(|&p| picture.contains(p));
    let polygon = if is_inside { polygon } else { polygon.intersect(&Polygon::from_rect(picture)) };
    if polygon.is_empty() {
        return Err(outside());
    }
    let ring = single_ring(&polygon, choices.cuts_holes);
    Ok(Figure::Ring(ring.into_iter().map(|p| fraction(p, picture)).collect()))
}

/// The corners of the box, or of the smallest box at any angle around the shape; clockwise.
fn corners_of(shape: &Shape) -> Result<[Point; 4], String> {
    let around = |points: &[Point]| {
        let (center, size, angle) = min_area_rect(points).ok_or("it has no area")?;
        if size.x <= 0.0 || size.y <= 0.0 {
            return Err("it has no area".to_owned());
        }
        Ok(rotated_rect_corners(center, size, angle))
    };
    match shape {
        Shape::Box(shape) => Ok(shape.0.corners()),
        Shape::RotatedBox(shape) => Ok(shape.corners()),
        Shape::Ellipse(ellipse) => {
            Ok(rotated_rect_corners(ellipse.center, ellipse.radii * 2.0, ellipse.angle))
        }
        Shape::Polygon(polygon) => match &polygon.parts[..] {
            [part] if part.outer.len() == 4 && part.holes.is_empty() => {
                Ok([part.outer[0], part.outer[1], part.outer[2], part.outer[3]])
            }
            _ => around(&polygon.rings().flatten().copied().collect::<Vec<_>>()),
        },
        Shape::Mask(mask) => around(&mask.to_polygon().rings().flatten().copied().collect::<Vec<_>>()),
        Shape::Cuboid(_) | Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) => {
            Ok(area_bounds(shape, Variant::Obb)?.corners())
        }
    }
}

fn joints_figure(
    bounds: &Rect,
    skeleton: &SkeletonShape,
    picture: &Rect,
    num_joints: usize,
) -> Result<Figure, String> {
    if skeleton.0.len() > num_joints {
        return Err("it has more joints than its label".to_owned());
    }
    if skeleton.0.iter().all(|joint| joint.visibility == Visibility::Absent) {
        return Err("all of its joints are absent".to_owned());
    }
    let mut joints: Vec<([f64; 2], u8)> = skeleton
        .0
        .iter()
        .map(|joint| match joint.visibility {
            Visibility::Absent => ([0.0, 0.0], 0),
            Visibility::Hidden => (fraction(joint.position, picture), 1),
            Visibility::Visible => (fraction(joint.position, picture), 2),
        })
        .collect();
    joints.resize(num_joints, ([0.0, 0.0], 0));
    Ok(Figure::Joints(bounds_fraction(bounds, picture)?, joints))
}

/// Joints on one line, or one joint alone, have no box: the smallest one that trainers accept is a pixel.
fn at_least_a_pixel(bounds: &Rect) -> Rect {
    Rect::from_center(bounds.center(), Vector::new(bounds.width().max(1.0), bounds.height().max(1.0)))
}
