//! The polyline tool: an open line, drawn like a polygon.

use super::path::{PathKind, PathTool};
use super::{ToolInfo, drawing};
use crate::model::shape::PolylineShape;
use crate::model::{Shape, ShapeKind};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "polyline",
    name: "Polyline",
    help: "Draw an open line: click points, or drag freehand. Enter or a double click ends it.",
    shortcut: "Shift+L",
    icon: "line-segments",
    draws: Some(ShapeKind::Polyline),
    new: || Box::new(PathTool::new(&KIND)),
};

static KIND: PathKind = PathKind {
    info: &INFO,
    is_closed: false,
    finish: |ctx, points| drawing::finish(ctx, Shape::Polyline(PolylineShape(points))),
    too_few: "A line needs two points.",
    placing_hint: "Enter or double click: end the line · Backspace: take back · Shift: straight",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::tools::Key;
    use crate::tools::harness::canvas;

    fn line(points: &[(f64, f64)]) -> Shape {
        Shape::Polyline(PolylineShape(points.iter().map(|&(x, y)| Point::new(x, y)).collect()))
    }

    #[test]
    fn two_points_are_a_line() {
        canvas()
            .tool("polyline")
            .click((10, 10))
            .press(Key::Enter)
            .expect_notice("needs two points")
            .double_click((60, 10))
            .expect_state("polyline.idle")
            .expect_shape(0, &line(&[(10.0, 10.0), (60.0, 10.0)]));
    }

    #[test]
    fn a_line_may_come_back_to_its_first_point() {
        canvas()
            .tool("polyline")
            .click((10, 10))
            .click((60, 10))
            .click((60, 60))
            .click((10, 10))
            .expect_state("polyline.placing")
            .press(Key::Enter)
            .expect_shape(0, &line(&[(10.0, 10.0), (60.0, 10.0), (60.0, 60.0), (10.0, 10.0)]));
    }
}
