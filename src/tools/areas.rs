//! What commands do with the areas of the selected objects: unite, cut out, turn into another kind, fill holes.

use super::response::title;
use super::{Gesture, Selection, ToolContext};
use crate::edit::Edit;
use crate::geometry::{Mask, Polygon};
use crate::model::shape::{Area, AreaKind};
use crate::model::{ObjectId, Shape, ShapeKind};

/// A selected object and its area.
type Selected = (ObjectId, Area);

/// Makes one object of the selected areas: that with the largest keeps its label and attributes, and becomes a mask or
/// polygon, as it was; the others are deleted. Also gives what is selected then. `None` when fewer than two have an area.
pub fn unite_selected(ctx: &ToolContext) -> Option<(Gesture, Selection)> {
    let mut areas = selected(ctx);
    if areas.len() < 2 {
        return None;
    }
    let size = |(id, _): &Selected| ctx.shape(*id).map_or(0.0, Shape::area);
    areas.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let ((main, largest), others) = areas.split_first()?;
    let united = others.iter().fold(largest.clone(), |united, (_, area)| united.union(area));
    let asset = ctx.objects.asset();
    let title = title("Unite", ctx, areas.iter().map(|(id, _)| *id));
    let mut edits = vec![Edit::reshape(asset, *main, united.into_shape())];
    edits.extend(others.iter().map(|(id, _)| Edit::delete(asset, *id)));
    Some((Gesture { title, edits }, Selection::of(*main)))
}

/// Cuts what lies in front out of the rearmost of the selected areas; those in front stay as they are. `None` when there
/// is nothing to cut, or nothing would be left.
pub fn cut_out_selected(ctx: &ToolContext) -> Option<Gesture> {
    let mut areas = selected(ctx);
    let height = |(id, _): &Selected| ctx.objects.object(*id).map(|object| (object.z, *id));
    areas.sort_by_key(height);
    let ((rear, area), in_front) = areas.split_first()?;
    let left = in_front.iter().fold(area.clone(), |left, (_, cutter)| left.subtract(cutter));
    let is_cut = left != *area;
    Gesture::reshape("Cut out of", ctx, if is_cut { vec![(*rear, left.into_shape())] } else { Vec::new() })
}

/// Turns the selected areas into another kind of shape: a mask, a polygon, or the box around it. Objects whose label
/// does not allow it stay as they are. `None` when nothing changes.
pub fn turn_selected_into(ctx: &ToolContext, kind: ShapeKind) -> Option<Gesture> {
    let is_allowed = |id: ObjectId| {
        let label = ctx.objects.object(id).and_then(|object| ctx.schema.label(object.label?));
        label.is_none_or(|label| label.allows(kind))
    };
    let to_turn = ctx.editable(ctx.selection.iter()).into_iter();
    let to_turn = to_turn.filter(|(id, shape)| shape.kind() != kind && is_allowed(*id));
    let turned = to_turn.filter_map(|(id, shape)| Some((id, turned_into(shape, kind)?))).collect();
    Gesture::reshape("Turn kind of", ctx, turned)
}

fn turned_into(shape: &Shape, kind: ShapeKind) -> Option<Shape> {
    if kind == ShapeKind::Box {
        return Some(Shape::from_rect(shape.bounds()));
    }
    let area = Area::of(shape)?;
    match AreaKind::of(kind)? {
        AreaKind::Pixels => Some(Shape::Mask(area.to_mask())),
        AreaKind::Outline => Some(Shape::Polygon(area.to_polygon())),
    }
}

/// Fills the holes of the selected masks and polygons. `None` when they have none.
pub fn fill_holes_of_selected(ctx: &ToolContext) -> Option<Gesture> {
    let filled = |shape: &Shape| match shape {
        Shape::Polygon(polygon) => Some(Shape::Polygon(without_holes(polygon))),
        // Along the borders of its pixels, so that the others stay as they are.
        Shape::Mask(mask) => {
            let outline = Area::Outline(without_holes(&mask.to_polygon())).to_mask();
            Some(Shape::Mask(Mask::union(mask, &outline)))
        }
        _ => None,
    };
    let shapes = ctx.editable(ctx.selection.iter()).into_iter();
    Gesture::reshape(
        "Fill holes of",
        ctx,
        shapes.filter_map(|(id, shape)| Some((id, filled(shape)?))).collect(),
    )
}

fn without_holes(polygon: &Polygon) -> Polygon {
    let mut filled = polygon.clone();
    filled.parts.iter_mut().for_each(|part| part.holes.clear());
    // A part that lay in a hole is part of what was filled.
    if filled == *polygon { filled } else { filled.validated() }
}

/// The selected objects that may be changed and have an area.
fn selected(ctx: &ToolContext) -> Vec<Selected> {
    let editable = ctx.editable(ctx.selection.iter()).into_iter();
    editable.filter_map(|(id, shape)| Some((id, Area::of(shape)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Point, PolygonPart, Rect};
    use crate::tools::harness::{Canvas, canvas};

    /// Two boxes of 30 × 30 that share a quarter, the second in front.
    fn two_boxes() -> Canvas {
        canvas().with_box((10, 10), (40, 40)).with_box((25, 25), (55, 55))
    }

    fn ring(mask: bool) -> Shape {
        let outer = Mask::disk(Point::new(50.0, 50.0), 30.0);
        let ring = outer.subtract(&Mask::disk(Point::new(50.0, 50.0), 10.0));
        if mask { Shape::Mask(ring) } else { Shape::Polygon(ring.to_polygon()) }
    }

    #[test]
    fn united_areas_become_one_object() {
        let larger = canvas().with_box((10, 10), (40, 40)).with_box((20, 20), (80, 80)).select(&[0, 1]);
        larger
            .command(|ctx| unite_selected(ctx).map(|(gesture, _)| gesture))
            .expect_objects(1)
            .expect_title("Unite 2 objects")
            .expect_area(0, 900.0 + 3600.0 - 400.0, 1e-6);
        two_boxes().select(&[0]).command_does_nothing(|ctx| unite_selected(ctx).map(|(gesture, _)| gesture));
    }

    #[test]
    fn what_lies_in_front_is_cut_out_and_stays() {
        two_boxes()
            .select(&[0, 1])
            .command(cut_out_selected)
            .expect_objects(2)
            .expect_area(0, 900.0 - 225.0, 1e-6)
            .expect_area(1, 900.0, 1e-6)
            .command_does_nothing(cut_out_selected);
        two_boxes().lock(1).select(&[0, 1]).command_does_nothing(cut_out_selected);
    }

    #[test]
    fn shapes_are_turned_into_others_where_the_label_allows() {
        let to = |kind| move |ctx: &ToolContext| turn_selected_into(ctx, kind);
        two_boxes()
            .select(&[0])
            .command(to(ShapeKind::Mask))
            .expect_shape(
                0,
                &Shape::Mask(Mask::from_polygon(
                    &Polygon::from_rect(&Rect::from_xywh(10.0, 10.0, 30.0, 30.0)),
                    100,
                    100,
                )),
            )
            .command(to(ShapeKind::Polygon))
            .expect_area(0, 900.0, 1e-6)
            .command(to(ShapeKind::Box))
            .expect_box(0, (10.0, 10.0), (40.0, 40.0))
            .command_does_nothing(to(ShapeKind::Box))
            .label_allows(&[ShapeKind::Box])
            .command_does_nothing(to(ShapeKind::Mask));
    }

    #[test]
    fn holes_are_filled() {
        let full = Mask::disk(Point::new(50.0, 50.0), 30.0);
        let filled = |shape| canvas().with(shape).select(&[0]).command(fill_holes_of_selected);
        filled(ring(true))
            .expect_shape(0, &Shape::Mask(full.clone()))
            .command_does_nothing(fill_holes_of_selected);
        filled(ring(false)).expect_area(0, full.area() as f64, 1e-6);
        // An island in the hole becomes part of the whole.
        let square =
            |x: f64, size: f64| Polygon::from_rect(&Rect::from_xywh(x, x, size, size)).parts[0].outer.clone();
        let island = PolygonPart { outer: square(40.0, 10.0), holes: Vec::new() };
        let parts = vec![PolygonPart { outer: square(10.0, 80.0), holes: vec![square(30.0, 30.0)] }, island];
        filled(Shape::Polygon(Polygon { parts })).expect_area(0, 6400.0, 1e-6);
    }
}
