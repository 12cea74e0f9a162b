//! The ellipse tool: the ellipse that fits a dragged box.

use super::ToolInfo;
use super::rect_drag::RectTool;
use crate::geometry::Rect;
use crate::model::shape::EllipseShape;
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "ellipse",
    name: "Ellipse",
    help: "Draw an ellipse by the box around it. Shift draws a circle.",
    shortcut: "O",
    icon: "circle",
    draws: Some(ShapeKind::Ellipse),
    new: || Box::new(RectTool::new(&INFO, ellipse_in)),
};

fn ellipse_in(rect: Rect) -> Shape {
    Shape::Ellipse(EllipseShape { center: rect.center(), radii: rect.size() / 2.0, angle: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Modifiers;
    use crate::tools::harness::canvas;

    #[test]
    fn a_drag_draws_an_ellipse_and_shift_a_circle() {
        let in_box = |x1, y1| ellipse_in(Rect::from_xywh(10.0, 10.0, x1, y1));
        canvas().tool("ellipse").drag((10, 10), (60, 40)).expect_shape(0, &in_box(50.0, 30.0));
        canvas()
            .tool("ellipse")
            .hold(Modifiers::SHIFT)
            .drag((10, 10), (60, 40))
            .expect_shape(0, &in_box(50.0, 50.0));
    }
}
