//! Where the selected object is and how large, in numbers that can be changed.

use eframe::egui::{DragValue, Ui};

use super::details::{Details, row_ui};
use super::draft::draft_ui;
use crate::geometry::Rect;
use crate::model::{Object, Shape};

/// Decimals that are shown and entered.
const NUM_DECIMALS: i32 = 2;

/// Draws the fields for the bounds of an object's shape and, where it has one, its angle.
pub fn geometry_ui(ui: &mut Ui, details: &mut Details<'_>, object: &Object) {
    let Some(shape) = object.as_shape() else { return };
    let bounds = shape.bounds();
    if bounds.is_empty() && shape.geometry().vertices().is_empty() {
        return;
    }
    row_ui(ui, "Position", |ui| {
        let width = half_width(ui);
        for (axis, name) in ["X", "Y"].into_iter().enumerate() {
            let before = if axis == 0 { bounds.min.x } else { bounds.min.y };
            if let Some(to) = number_ui(ui, details, name, before, width, None)
                && let Some(moved) = moved(shape, axis, to)
            {
                details.change_shape("Move", object, moved);
            }
        }
    });
    row_ui(ui, "Size", |ui| {
        let width = half_width(ui);
        for (axis, name) in ["W", "H"].into_iter().enumerate() {
            let before = if axis == 0 { bounds.width() } else { bounds.height() };
            ui.add_enabled_ui(before > 0.0, |ui| {
                if let Some(to) = number_ui(ui, details, name, before, width, Some(0.0))
                    && let Some(resized) = resized(shape, axis, to)
                {
                    details.change_shape("Resize", object, resized);
                }
            });
        }
    });
    angle_ui(ui, details, object, shape);
}

/// The width of one of two fields beside each other. In whole points: rounded up by the pixel grid, the second one
/// would go to a line of its own.
fn half_width(ui: &Ui) -> f32 {
    ((ui.available_width() - 4.0) / 2.0).floor()
}

fn angle_ui(ui: &mut Ui, details: &mut Details<'_>, object: &Object, shape: &Shape) {
    let angle = match shape {
        Shape::RotatedBox(shape) => shape.angle,
        Shape::Ellipse(shape) => shape.angle,
        _ => return,
    };
    row_ui(ui, "Angle", |ui| {
        let width = half_width(ui);
        if let Some(to) = number_ui(ui, details, "°", angle, width, None) {
            let mut turned = shape.clone();
            match &mut turned {
                Shape::RotatedBox(shape) => shape.angle = to.rem_euclid(360.0),
                Shape::Ellipse(shape) => shape.angle = to.rem_euclid(360.0),
                _ => {}
            }
            details.change_shape("Rotate", object, turned);
        }
    });
}

fn number_ui(
    ui: &mut Ui,
    details: &Details<'_>,
    name: &str,
    value: f64,
    width: f32,
    min: Option<f64>,
) -> Option<f64> {
    draft_ui(ui, details.field_id(name), value, |ui, value| {
        let field = DragValue::new(value)
            .range(min.unwrap_or(f64::NEG_INFINITY)..=f64::INFINITY)
            .clamp_existing_to_range(false)
            .speed(0.5)
            .max_decimals(NUM_DECIMALS as usize)
            .update_while_editing(false)
            .min_size(eframe::egui::vec2(width, 26.0));
        let field = if name == "°" { field.suffix(" °") } else { field.prefix(format!("{name}  ")) };
        ui.add(field)
    })
    // The field shows a rounded number; to leave it as it stands is no change.
    .filter(|entered| entered.is_finite() && (entered - value).abs() >= 0.5 * 10_f64.powi(-NUM_DECIMALS))
}

/// The shape with the left (axis 0) or upper (axis 1) edge of its bounds moved to a coordinate, as a whole.
fn moved(shape: &Shape, axis: usize, to: f64) -> Option<Shape> {
    let bounds = shape.bounds();
    let mut by = bounds.size() * 0.0;
    match axis {
        0 => by.x = to - bounds.min.x,
        _ => by.y = to - bounds.min.y,
    }
    let moved = shape.translated(by);
    moved.is_valid().then_some(moved)
}

/// The shape stretched so that its bounds are this wide (axis 0) or high (axis 1).
fn resized(shape: &Shape, axis: usize, to: f64) -> Option<Shape> {
    let bounds = shape.bounds();
    let mut size = bounds.size();
    match axis {
        0 => size.x = to,
        _ => size.y = to,
    }
    let target = Rect::from_xywh(bounds.min.x, bounds.min.y, size.x, size.y);
    let mut resized = shape.clone();
    resized.geometry_mut().stretch(&bounds, &target);
    resized.is_valid().then_some(resized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_move_and_stretch_the_shape_and_leave_the_other_axis_alone() {
        let shape = Shape::from_rect(Rect::from_xywh(10.0, 20.0, 30.0, 40.0));
        let bounds = |shape: Option<Shape>| shape.map(|shape| shape.bounds());
        assert_eq!(bounds(moved(&shape, 0, 15.0)), Some(Rect::from_xywh(15.0, 20.0, 30.0, 40.0)));
        assert_eq!(bounds(moved(&shape, 1, -5.0)), Some(Rect::from_xywh(10.0, -5.0, 30.0, 40.0)));
        assert_eq!(bounds(resized(&shape, 0, 60.0)), Some(Rect::from_xywh(10.0, 20.0, 60.0, 40.0)));
        assert_eq!(bounds(resized(&shape, 1, 4.0)), Some(Rect::from_xywh(10.0, 20.0, 30.0, 4.0)));
        assert_eq!(resized(&shape, 0, 0.0), None, "what has no extent is no box");
    }
}
