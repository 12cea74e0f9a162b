//! The slice tool: a line cuts areas into objects of their own.

use super::path::{PathKind, PathTool};
use super::response::title;
use super::{Gesture, Response, ToolContext, ToolInfo};
use crate::edit::Edit;
use crate::geometry::{Point, Rect};
use crate::model::shape::{Area, AreaKind};
use crate::model::{Content, Object, ObjectId, Shape};

/// What a person sees of it.
pub(super) static INFO: ToolInfo = ToolInfo {
    id: "slice",
    name: "Slice",
    help: "Cut polygons and masks along a line: those that are selected, or else all that the line divides.",
    shortcut: "X",
    icon: "knife",
    draws: None,
    new: || Box::new(PathTool::new(&KIND)),
};

static KIND: PathKind = PathKind {
    info: &INFO,
    is_closed: false,
    finish: cut,
    too_few: "A cut needs two points.",
    placing_hint: "Enter or double click: cut · Backspace: take back · Shift: straight",
};

/// Cuts along a line. The largest piece stays the object that it was.
fn cut(ctx: &ToolContext, line: Vec<Point>) -> Response {
    let ids: Vec<ObjectId> = match ctx.selection.is_empty() {
        true => ctx.hits.within(&Rect::around(line.iter().copied())).collect(),
        false => ctx.selection.iter().collect(),
    };
    let pieces = |shape: &Shape| AreaKind::of(shape.kind()).map(|_| slice(shape, &line)).unwrap_or_default();
    let divided: Vec<(ObjectId, Vec<Shape>)> = ctx
        .editable(ids)
        .into_iter()
        .map(|(id, shape)| (id, pieces(shape)))
        .filter(|(_, pieces)| pieces.len() > 1)
        .collect();
    if divided.is_empty() {
        return Response::notice(
            "The line divides no polygon or mask. Draw it from side to side across one.",
        );
    }
    let title = title("Slice", ctx, divided.iter().map(|(id, _)| *id));
    let asset = ctx.objects.asset();
    let (mut edits, mut selection) = (Vec::new(), ctx.selection.clone());
    for (id, pieces) in divided {
        let Some(object) = ctx.objects.object(id) else { continue };
        let mut pieces = pieces.into_iter();
        edits.extend(pieces.next().map(|largest| Edit::reshape(asset, id, largest)));
        selection.insert(id);
        for piece in pieces {
            let new = Object {
                id: ObjectId::new(),
                author: Some(ctx.author),
                ..object.with_content(Content::Shape(piece))
            };
            selection.insert(new.id);
            edits.push(Edit::create(asset, &new));
        }
    }
    Response { selection: Some(selection), ..Response::commit(Some(Gesture { title, edits })) }
}

/// The pieces of a polygon or mask, the largest first; itself where the line does not divide it.
fn slice(shape: &Shape, line: &[Point]) -> Vec<Shape> {
    match shape {
        Shape::Polygon(polygon) => polygon.slice(line).into_iter().map(Shape::Polygon).collect(),
        Shape::Mask(mask) => {
            // Along the borders of its pixels: areas that share an edge share no pixel and leave none out.
            let pieces = mask.to_polygon().slice(line);
            let masks = pieces.into_iter().map(|piece| Area::Outline(piece).to_mask());
            masks.filter(|mask| !mask.is_empty()).map(Shape::Mask).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Mask;
    use crate::tools::Key;
    use crate::tools::harness::{Canvas, canvas};

    const SQUARE: [(f64, f64); 4] = [(20.0, 20.0), (60.0, 20.0), (60.0, 60.0), (20.0, 60.0)];

    /// Cut from top to bottom, at a quarter of the square.
    fn sliced(canvas: Canvas) -> Canvas {
        canvas.tool("slice").click((30, 10)).click((30, 70)).press(Key::Enter)
    }

    #[test]
    fn a_line_across_a_polygon_makes_two_objects_of_it() {
        sliced(canvas().with_polygon(&SQUARE))
            .expect_title("Slice polygon")
            .expect_objects(2)
            .expect_area(0, 1200.0, 1e-6)
            .expect_area(1, 400.0, 1e-6)
            .expect_selected(&[0, 1])
            .expect_state("slice.idle");
    }

    #[test]
    fn no_pixel_of_a_mask_is_lost() {
        let mask = Mask::disk(Point::new(40.0, 40.0), 20.0);
        let whole = mask.area() as f64;
        let canvas = sliced(canvas().with(Shape::Mask(mask))).expect_objects(2);
        let areas: f64 = canvas.all_areas().iter().sum();
        assert_eq!(areas, whole);
    }

    #[test]
    fn only_the_selected_are_cut_and_without_a_selection_all_that_the_line_divides() {
        let inner = [(25.0, 30.0), (50.0, 30.0), (50.0, 50.0), (25.0, 50.0)];
        let two = || canvas().with_polygon(&SQUARE).with_polygon(&inner);
        sliced(two()).expect_objects(4);
        sliced(two().select(&[1])).expect_objects(3).expect_area(0, 1600.0, 1e-6);
    }

    #[test]
    fn a_line_that_divides_nothing_changes_nothing_and_says_so() {
        let canvas = canvas().with_polygon(&SQUARE).with_box((70, 70), (90, 90)).tool("slice");
        canvas
            .click((30, 10))
            .click((30, 40))
            .press(Key::Enter)
            .expect_notice("divides no polygon")
            .expect_objects(2);
        sliced(self::canvas().with_polygon(&SQUARE).lock(0)).expect_notice("divides no polygon");
    }
}
