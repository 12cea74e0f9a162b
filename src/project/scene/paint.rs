//! From shapes to primitives.

use super::SceneStyle;
use super::coarse::{CoarseShape, coarse};
use crate::geometry::{Point, Polygon, Rect, ellipse_polygon};
use crate::model::shape::{CuboidShape, SkeletonShape, Visibility};
use crate::model::{Flag, Label, LabelId, Object, Provenance, ReviewState, Schema, Shape};
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
/// The second outline and the marker of objects that two people changed without seeing each other's work.
const CONFLICT: Color = Color([0xff, 0xb3, 0x2e, 230]);
/// The halo under outlines of objects that do not stand out.
const DARK_HALO: Color = Color([10, 12, 16, 150]);
/// How far a drawn ellipse may be from the true one, image pixels.
const ELLIPSE_TOLERANCE_PX: f64 = 0.02;

/// What sets an object apart wherever it is, besides its label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// It is protected from edits: long dashes.
    pub is_locked: bool,
    /// A program proposed it and nobody has looked at it yet: dots, and half the fill.
    pub is_suggested: bool,
    /// Two people changed it without seeing each other's work: a second outline around it, and a marker.
    pub is_in_conflict: bool,
}

impl Marks {
    /// The marks of an object.
    pub fn of(object: &Object, is_in_conflict: bool) -> Self {
        let is_proposed =
            matches!(object.provenance, Provenance::Model { .. } | Provenance::Import { score: Some(_), .. });
        Self {
            is_locked: object.has(Flag::Locked),
            is_suggested: is_proposed && object.review == ReviewState::Open,
            is_in_conflict,
        }
    }
}

/// Turns shapes into primitives.
pub struct Painter<'a> {
    schema: &'a Schema,
    style: SceneStyle,
}

/// How one shape is drawn.
struct Pen<'a> {
    color: Color,
    fill: Color,
    stroke: Stroke,
    /// At the top left corner.
    marker: Option<Handle>,
    point_radius_px: f32,
    border: Color,
    label: Option<&'a Label>,
}

impl<'a> Painter<'a> {
    /// A painter for labels of this schema.
    pub fn new(schema: &'a Schema, style: SceneStyle) -> Self {
        Self { schema, style }
    }

    /// One object, hidden or not. Only shapes are drawn: tracks become shapes on a frame, and tags and spans are not in the
    /// picture.
    pub fn object(&self, layer: &mut Layer, object: &Object, look: Look, is_in_conflict: bool) {
        if let Some(shape) = object.as_shape() {
            let pen = self.pen(object.label, look, Marks::of(object, is_in_conflict));
            draw_shape(layer, shape, &pen);
        }
    }

    /// One object as it is to be seen up to a zoom, screen pixels per image pixel.
    pub(super) fn coarse_object(
        &self,
        layer: &mut Layer,
        object: &Object,
        look: Look,
        is_in_conflict: bool,
        max_zoom: f64,
    ) {
        let Some(shape) = object.as_shape() else { return };
        let pen = self.pen(object.label, look, Marks::of(object, is_in_conflict));
        match coarse(shape, max_zoom) {
            CoarseShape::Same => draw_shape(layer, shape, &pen),
            CoarseShape::Simpler(shape) => draw_shape(layer, &shape, &pen),
            CoarseShape::Dot(bounds) => {
                // Where shapes are so small they are many, and halos would be all that there is to see.
                let stroke =
                    if pen.marker.is_some() { pen.stroke } else { Stroke { halo_px: 0.0, ..pen.stroke } };
                draw_box(layer, &bounds, &Pen { stroke, ..pen });
            }
            CoarseShape::Mask { mask, pixel_px, outline } => {
                layer.scaled_mask(&mask, pixel_px, mask_fill(&pen));
                layer.outline(&outline, &mask_stroke(&pen));
            }
        }
    }

    /// A shape that is not an object's, or not as it stands: a draft.
    pub fn shape(&self, layer: &mut Layer, shape: &Shape, label: Option<LabelId>, look: Look) {
        draw_shape(layer, shape, &self.pen(label, look, Marks::default()));
    }

    /// A shape that was worked out and that nobody has kept yet: a thin dashed outline, which stays readable around many
    /// small parts, and its area well filled.
    pub fn tentative(&self, layer: &mut Layer, shape: &Shape, label: Option<LabelId>) {
        let scale = self.style.scale;
        let pen = self.pen(label, Look::Plain, Marks::default());
        let stroke =
            Stroke::new(1.5 * scale, Color::WHITE).with_halo(0.75 * scale, DARK_HALO).dashed(4.0 * scale);
        let fill = pen.color.with_alpha(0.35);
        draw_shape(layer, shape, &Pen { stroke, fill, ..pen });
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

    fn pen(&self, label: Option<LabelId>, look: Look, marks: Marks) -> Pen<'a> {
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
        let stroke = if marks.is_in_conflict {
            Stroke::new(width_px, color).with_halo(halo_px + 2.0 * scale, CONFLICT)
        } else {
            Stroke::new(width_px, color).with_halo(halo_px, halo_color)
        };
        let opacity = if marks.is_suggested { opacity / 2.0 } else { opacity };
        Pen {
            color,
            fill: color.with_alpha(opacity.min(1.0)),
            stroke: match marks {
                Marks { is_locked: true, .. } => stroke.dashed(6.0 * scale),
                Marks { is_suggested: true, .. } => stroke.dashed(width_px.max(2.0 * scale)),
                _ => stroke,
            },
            marker: marks.is_in_conflict.then_some(Handle {
                shape: HandleShape::Diamond,
                radius_px: 6.0 * scale,
                fill: CONFLICT,
                border_px: 1.5 * scale,
                border: Color::BLACK,
            }),
            point_radius_px: 2.5 * scale + width_px,
            border: halo_color.with_alpha(0.9),
            label: label.and_then(|id| self.schema.label(id)),
        }
    }
}

fn draw_shape(layer: &mut Layer, shape: &Shape, pen: &Pen) {
    match shape {
        Shape::Box(shape) => draw_box(layer, &shape.0, pen),
        shape => {
            fill_shape(layer, shape, pen);
            outline_shape(layer, shape, pen);
            mark(layer, &shape.bounds(), pen);
        }
    }
}

fn draw_box(layer: &mut Layer, rect: &Rect, pen: &Pen) {
    layer.outlined_box(rect, pen.fill, &pen.stroke);
    mark(layer, rect, pen);
}

fn mark(layer: &mut Layer, bounds: &Rect, pen: &Pen) {
    if let Some(marker) = &pen.marker {
        layer.handle(bounds.min, marker);
    }
}

fn fill_shape(layer: &mut Layer, shape: &Shape, pen: &Pen) {
    let mut fill_ring = |ring: Vec<Point>| layer.fill(&Polygon::from_ring(ring), pen.fill);
    match shape {
        Shape::RotatedBox(shape) => fill_ring(shape.corners().to_vec()),
        Shape::Ellipse(shape) => {
            fill_ring(ellipse_polygon(shape.center, shape.radii, shape.angle, ELLIPSE_TOLERANCE_PX));
        }
        Shape::Polygon(polygon) => layer.fill(polygon, pen.fill),
        Shape::Mask(mask) => layer.mask(mask, mask_fill(pen)),
        Shape::Cuboid(shape) => fill_ring(shape.front.to_vec()),
        Shape::Box(_) | Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) => {}
    }
}

/// Masks have thin outlines, so their areas are filled more strongly than those of polygons.
fn mask_fill(pen: &Pen) -> Color {
    let opacity = f32::from(pen.fill.0[3]) / 255.0;
    pen.color.with_alpha(if opacity > 0.0 { opacity + 0.2 } else { 0.0 })
}

fn mask_stroke(pen: &Pen) -> Stroke {
    Stroke { width_px: pen.stroke.width_px / 2.0, ..pen.stroke }
}

fn outline_shape(layer: &mut Layer, shape: &Shape, pen: &Pen) {
    match shape {
        Shape::RotatedBox(shape) => layer.ring(&shape.corners(), &pen.stroke),
        Shape::Ellipse(shape) => {
            let ring = ellipse_polygon(shape.center, shape.radii, shape.angle, ELLIPSE_TOLERANCE_PX);
            layer.ring(&ring, &pen.stroke);
        }
        Shape::Polygon(polygon) => layer.outline(polygon, &pen.stroke),
        Shape::Mask(mask) => layer.outline(&mask.to_polygon(), &mask_stroke(pen)),
        Shape::Box(_) => {}
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
