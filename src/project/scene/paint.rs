//! From shapes to primitives.

use super::SceneStyle;
use crate::edit::shape_at;
use crate::geometry::{Mask, Point, Polygon, ellipse_polygon};
use crate::model::shape::{CuboidShape, SkeletonShape, Visibility};
use crate::model::{Content, Flag, Label, LabelId, Object, Schema, Shape};
use crate::render::{Color, Handle, HandleShape, Layer, Stroke};

/// How much an object stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It does not.
    Plain,
    /// The pointer is on it, here or in a list.
    Hovered,
    /// It is selected, or being drawn.
    Selected,
}

/// The colour of objects without a label.
const NO_LABEL: Color = Color::rgb(0xd5, 0xdb, 0xe3);
/// The halo under outlines of objects that do not stand out.
const DARK_HALO: Color = Color([10, 12, 16, 150]);
/// How far a drawn ellipse may be from the true one, image pixels.
const ELLIPSE_TOLERANCE_PX: f64 = 0.02;

/// Turns shapes into primitives.
pub struct Painter<'a> {
    schema: &'a Schema,
    style: SceneStyle,
    frame: u32,
}

/// How one shape is drawn.
struct Pen<'a> {
    color: Color,
    fill: Color,
    stroke: Stroke,
    point_radius_px: f32,
    border: Color,
    label: Option<&'a Label>,
}

impl<'a> Painter<'a> {
    /// A painter for labels of this schema, which shows tracks as they are on `frame`.
    pub fn new(schema: &'a Schema, style: SceneStyle, frame: u32) -> Self {
        Self { schema, style, frame }
    }

    /// All these objects, none of which stands out; the later ones in front.
    pub fn layer(&self, objects: &[&Object]) -> Layer {
        let mut layer = Layer::new();
        // All areas first: neighbours of one kind share a draw call.
        for object in objects {
            self.parts(object, Look::Plain, |shape, pen| fill_shape(&mut layer, shape, pen));
        }
        for object in objects {
            self.parts(object, Look::Plain, |shape, pen| outline_shape(&mut layer, shape, pen));
        }
        layer
    }

    /// One object, hidden or not. Tags and spans have nothing to draw.
    pub fn object(&self, layer: &mut Layer, object: &Object, look: Look) {
        self.parts(object, look, |shape, pen| {
            fill_shape(layer, shape, pen);
            outline_shape(layer, shape, pen);
        });
    }

    /// A shape that is not an object's, or not as it stands: a draft.
    pub fn shape(&self, layer: &mut Layer, shape: &Shape, label: Option<LabelId>, look: Look) {
        let pen = self.pen(label, look, false);
        fill_shape(layer, shape, &pen);
        outline_shape(layer, shape, &pen);
    }

    /// The colour of a label's objects.
    pub fn color(&self, label: Option<LabelId>) -> Color {
        let label = label.and_then(|id| self.schema.label(id));
        label.map_or(NO_LABEL, |label| {
            let [red, green, blue] = label.color.rgb;
            Color::rgb(red, green, blue)
        })
    }

    /// A handle to take hold of, filled when the pointer is on it.
    pub fn handle(&self, shape: HandleShape, label: Option<LabelId>, is_active: bool) -> Handle {
        let color = self.color(label);
        let (fill, border) = if is_active { (self.style.accent, color) } else { (color, self.style.accent) };
        let radius_px = if is_active { 6.0 } else { 5.0 } * self.style.scale;
        Handle { shape, radius_px, fill, border_px: 1.5 * self.style.scale, border }
    }

    fn parts(&self, object: &Object, look: Look, mut draw: impl FnMut(&Shape, &Pen)) {
        let pen = self.pen(object.label, look, object.has(Flag::Locked));
        match &object.content {
            Content::Shape(shape) => draw(shape, &pen),
            Content::Track(track) => {
                if let Some(shown) = shape_at(track, self.frame) {
                    draw(&shown.shape, &pen);
                }
            }
            Content::Span(_) | Content::Tag => {}
        }
    }

    fn pen(&self, label: Option<LabelId>, look: Look, is_locked: bool) -> Pen<'a> {
        let SceneStyle { fill_opacity, line_width_px, scale, accent } = self.style;
        let color = self.color(label);
        let (opacity, width_px, halo_px, halo_color) = match look {
            Look::Plain => (fill_opacity, line_width_px, scale, DARK_HALO),
            Look::Hovered => {
                (fill_opacity + 0.18, line_width_px + 0.5 * scale, scale, accent.with_alpha(0.55))
            }
            Look::Selected => {
                (fill_opacity + 0.06, line_width_px + scale, 1.5 * scale, accent.with_alpha(0.95))
            }
        };
        let stroke = Stroke::new(width_px, color).with_halo(halo_px, halo_color);
        Pen {
            color,
            fill: color.with_alpha(opacity.min(1.0)),
            stroke: if is_locked { stroke.dashed(6.0 * scale) } else { stroke },
            point_radius_px: 2.5 * scale + width_px,
            border: halo_color.with_alpha(0.9),
            label: label.and_then(|id| self.schema.label(id)),
        }
    }
}

fn fill_shape(layer: &mut Layer, shape: &Shape, pen: &Pen) {
    let mut fill_ring = |ring: Vec<Point>| layer.fill(&Polygon::from_ring(ring), pen.fill);
    match shape {
        Shape::Box(shape) => layer.rect(&shape.0, pen.fill),
        Shape::RotatedBox(shape) => fill_ring(shape.corners().to_vec()),
        Shape::Ellipse(shape) => {
            fill_ring(ellipse_polygon(shape.center, shape.radii, shape.angle, ELLIPSE_TOLERANCE_PX));
        }
        Shape::Polygon(polygon) => layer.fill(polygon, pen.fill),
        Shape::Mask(mask) => fill_mask(layer, mask, pen),
        Shape::Cuboid(shape) => fill_ring(shape.front.to_vec()),
        Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) => {}
    }
}

/// Masks have thin outlines, so their areas are filled more strongly than those of polygons.
fn fill_mask(layer: &mut Layer, mask: &Mask, pen: &Pen) {
    let opacity = f32::from(pen.fill.0[3]) / 255.0;
    layer.mask(mask, pen.color.with_alpha(if opacity > 0.0 { opacity + 0.2 } else { 0.0 }));
}

fn outline_shape(layer: &mut Layer, shape: &Shape, pen: &Pen) {
    match shape {
        Shape::Box(shape) => layer.ring(&shape.0.corners(), &pen.stroke),
        Shape::RotatedBox(shape) => layer.ring(&shape.corners(), &pen.stroke),
        Shape::Ellipse(shape) => {
            let ring = ellipse_polygon(shape.center, shape.radii, shape.angle, ELLIPSE_TOLERANCE_PX);
            layer.ring(&ring, &pen.stroke);
        }
        Shape::Polygon(polygon) => layer.outline(polygon, &pen.stroke),
        Shape::Mask(mask) => {
            let stroke = Stroke { width_px: pen.stroke.width_px / 2.0, ..pen.stroke };
            layer.outline(&mask.to_polygon(), &stroke);
        }
        Shape::Cuboid(shape) => outline_cuboid(layer, shape, pen),
        Shape::Polyline(line) => layer.line(&line.0, &pen.stroke),
        Shape::Points(points) => {
            for &at in &points.0 {
                layer.handle(at, &point(pen, pen.color));
            }
        }
        Shape::Skeleton(skeleton) => outline_skeleton(layer, skeleton, pen),
    }
}

/// The edges at the back are thinner, so that the front is told apart.
fn outline_cuboid(layer: &mut Layer, shape: &CuboidShape, pen: &Pen) {
    let behind = Stroke { width_px: pen.stroke.width_px * 0.6, ..pen.stroke };
    layer.ring(&shape.back, &behind);
    for (&front, &back) in shape.front.iter().zip(&shape.back) {
        layer.line(&[front, back], &behind);
    }
    layer.ring(&shape.front, &pen.stroke);
}

/// Bones between joints that are both there; hidden joints are hollow.
fn outline_skeleton(layer: &mut Layer, skeleton: &SkeletonShape, pen: &Pen) {
    let joint = |index: usize| skeleton.0.get(index).filter(|joint| joint.visibility != Visibility::Absent);
    let bones =
        pen.label.and_then(|label| label.skeleton.as_ref()).map_or(&[][..], |template| &template.bones);
    for &(from, to) in bones {
        if let (Some(from), Some(to)) = (joint(from), joint(to)) {
            layer.line(&[from.position, to.position], &pen.stroke);
        }
    }
    for index in 0..skeleton.0.len() {
        if let Some(joint) = joint(index) {
            let is_visible = joint.visibility == Visibility::Visible;
            let inside = if is_visible { pen.color } else { pen.color.with_alpha(0.15) };
            let border = if is_visible { pen.border } else { pen.color };
            layer.handle(joint.position, &Handle { border, ..point(pen, inside) });
        }
    }
}

fn point(pen: &Pen, fill: Color) -> Handle {
    Handle {
        shape: HandleShape::Round,
        radius_px: pen.point_radius_px,
        fill,
        border_px: pen.stroke.halo_px,
        border: pen.border,
    }
}
