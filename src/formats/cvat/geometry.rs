//! Shapes as attributes of CVAT's elements.

use std::fmt::Write;

use crate::formats::lenient::FARTHEST_PX;
use crate::formats::xml::Element;
use crate::geometry::{Mask, Point, Polygon, Rect, Vector};
use crate::model::Shape;
use crate::model::shape::{BoxShape, CuboidShape, EllipseShape, PointsShape, PolylineShape, RotatedBoxShape};

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digits {
    /// So that exactly the same number is read: what a person set.
    All,
    /// Two decimals, as CVAT writes: what follows from keyframes.
    Two,
}

/// The elements that hold a shape, but for skeletons, which hold other elements.
pub(super) const SHAPE_ELEMENTS: [&str; 8] =
    ["box", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton"];

/// The element that holds shapes of this kind, and its place in the file: `label` is what `type` says in the list of
/// labels.
pub(super) fn element_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Box(_) | Shape::RotatedBox(_) => "box",
        Shape::Ellipse(_) => "ellipse",
        Shape::Polygon(_) => "polygon",
        Shape::Polyline(_) => "polyline",
        Shape::Points(_) => "points",
        Shape::Skeleton(_) => "skeleton",
        Shape::Mask(_) => "mask",
        Shape::Cuboid(_) => "cuboid",
    }
}

/// The corners of a cuboid in CVAT's order: its name for each, and which of a face of ours that is.
const CORNERS: [(&str, usize); 4] = [("tl", 0), ("bl", 3), ("tr", 1), ("br", 2)];

/// Adds the geometry of a shape, each attribute with a blank before it. Of a polygon, the first outline; skeletons
/// have none of their own.
pub(super) fn put_geometry(out: &mut String, shape: &Shape, digits: Digits) {
    let n = |value: f64| number(value, digits);
    // Writing to text does not fail.
    let _ = match shape {
        Shape::Box(BoxShape(rect)) => put_rect(out, rect, digits),
        Shape::RotatedBox(shape) => put_rect(out, &Rect::from_center(shape.center, shape.size), digits)
            .and_then(|()| write!(out, " rotation=\"{}\"", n(shape.angle))),
        Shape::Ellipse(EllipseShape { center, radii, angle }) => {
            let (cx, cy, rx, ry) = (n(center.x), n(center.y), n(radii.x), n(radii.y));
            write!(out, " cx=\"{cx}\" cy=\"{cy}\" rx=\"{rx}\" ry=\"{ry}\"").and_then(|()| match angle {
                0.0 => Ok(()),
                angle => write!(out, " rotation=\"{}\"", n(*angle)),
            })
        }
        Shape::Polygon(polygon) => {
            put_points(out, polygon.parts.first().map_or(&[][..], |part| &part.outer), digits)
        }
        Shape::Polyline(PolylineShape(points)) | Shape::Points(PointsShape(points)) => {
            put_points(out, points, digits)
        }
        Shape::Mask(mask) => {
            let runs: Vec<String> = mask.runs.iter().map(ToString::to_string).collect();
            let (left, top, width, height) = (mask.left, mask.top, mask.width, mask.height);
            let rle = runs.join(", ");
            write!(out, " rle=\"{rle}\" left=\"{left}\" top=\"{top}\" width=\"{width}\" height=\"{height}\"")
        }
        Shape::Cuboid(cuboid) => {
            [(1, &cuboid.front), (2, &cuboid.back)].into_iter().try_for_each(|(face, ring)| {
                CORNERS.into_iter().try_for_each(|(name, index)| {
                    let (x, y) = (n(ring[index].x), n(ring[index].y));
                    write!(out, " x{name}{face}=\"{x}\" y{name}{face}=\"{y}\"")
                })
            })
        }
        Shape::Skeleton(_) => Ok(()),
    };
}

fn put_rect(out: &mut String, rect: &Rect, digits: Digits) -> std::fmt::Result {
    let n = |value: f64| number(value, digits);
    let (left, top, right, bottom) = (n(rect.min.x), n(rect.min.y), n(rect.max.x), n(rect.max.y));
    write!(out, " xtl=\"{left}\" ytl=\"{top}\" xbr=\"{right}\" ybr=\"{bottom}\"")
}

/// Adds ` points="x,y;x,y"`.
pub(super) fn put_points(out: &mut String, points: &[Point], digits: Digits) -> std::fmt::Result {
    let texts: Vec<String> =
        points.iter().map(|p| format!("{},{}", number(p.x, digits), number(p.y, digits))).collect();
    write!(out, " points=\"{}\"", texts.join(";"))
}

fn number(value: f64, digits: Digits) -> String {
    match digits {
        Digits::All => format!("{value}"),
        Digits::Two => format!("{value:.2}"),
    }
}

/// The shape that an element holds.
///
/// # Errors
/// When it cannot be used; says why.
pub(super) fn shape_of(element: &Element) -> Result<Shape, String> {
    let shape = match element.name.as_str() {
        "box" => {
            let corner = |x: &str, y: &str| {
                Ok::<_, String>(Point::new(coordinate(element, x)?, coordinate(element, y)?))
            };
            let rect = Rect::from_corners(corner("xtl", "ytl")?, corner("xbr", "ybr")?);
            match rotation(element)? {
                0.0 => Shape::from_rect(rect),
                angle => {
                    Shape::RotatedBox(RotatedBoxShape { center: rect.center(), size: rect.size(), angle })
                }
            }
        }
        "ellipse" => Shape::Ellipse(EllipseShape {
            center: Point::new(coordinate(element, "cx")?, coordinate(element, "cy")?),
            radii: Vector::new(coordinate(element, "rx")?.abs(), coordinate(element, "ry")?.abs()),
            angle: rotation(element)?,
        }),
        "polygon" => Shape::Polygon(Polygon::from_ring(points_of(element)?)),
        "polyline" => Shape::Polyline(PolylineShape(points_of(element)?)),
        "points" => Shape::Points(PointsShape(points_of(element)?)),
        "mask" => Shape::Mask(mask_of(element)?),
        "cuboid" => {
            let mut faces = [[Point::ORIGIN; 4]; 2];
            for (face, corners) in faces.iter_mut().enumerate() {
                for (name, index) in CORNERS {
                    let face = face + 1;
                    let x = coordinate(element, &format!("x{name}{face}"))?;
                    corners[index] = Point::new(x, coordinate(element, &format!("y{name}{face}"))?);
                }
            }
            Shape::Cuboid(CuboidShape { front: faces[0], back: faces[1] })
        }
        other => return Err(format!("shapes of the kind {other:?} are not known")),
    };
    if shape.is_valid() { Ok(shape) } else { Err("it has no extent, or too few points".to_owned()) }
}

fn coordinate(element: &Element, name: &str) -> Result<f64, String> {
    let value = element.number(name)?.ok_or_else(|| format!("{name} is missing"))?;
    if value.abs() > FARTHEST_PX {
        return Err(format!("{name} lies far outside of any picture"));
    }
    Ok(value)
}

fn rotation(element: &Element) -> Result<f64, String> {
    Ok(element.number("rotation")?.unwrap_or(0.0).rem_euclid(360.0))
}

/// The points of an element.
///
/// # Errors
/// When they are no pairs of numbers, or lie far outside of any picture.
pub(super) fn points_of(element: &Element) -> Result<Vec<Point>, String> {
    let text = element.get("points").ok_or("its points are missing")?;
    let pair = |pair: &str| {
        let (x, y) = pair.split_once(',')?;
        let coordinate =
            |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.abs() <= FARTHEST_PX);
        Some(Point::new(coordinate(x)?, coordinate(y)?))
    };
    text.split(';')
        .map(|text| pair(text).ok_or_else(|| format!("{text:?} among its points is no point of a picture")))
        .collect()
}

fn mask_of(element: &Element) -> Result<Mask, String> {
    let text = element.get("rle").ok_or("its rle is missing")?;
    let runs: Result<Vec<u32>, _> = text.split(',').map(|run| run.trim().parse::<u32>()).collect();
    let runs = runs.map_err(|_| "its rle holds something that is no run length".to_owned())?;
    let whole = |name: &str| {
        let text = element.get(name).ok_or_else(|| format!("{name} is missing"))?;
        text.trim().parse::<i32>().map_err(|_| format!("{name} is {text:?}, which is no number of pixels"))
    };
    let extent =
        |name: &str| whole(name).and_then(|n| u32::try_from(n).map_err(|_| format!("{name} is negative")));
    Mask::from_runs(whole("left")?, whole("top")?, extent("width")?, extent("height")?, runs)
        .map_err(|error| error.to_string())
}
