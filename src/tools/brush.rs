//! The brush and the eraser: areas painted by strokes.
//!
//! A stroke goes on in the selected mask or polygon, so that one object can be made of many strokes; with Ctrl, or with
//! nothing selected, it makes a new object: a mask, or a polygon where the label allows no masks. Alt makes an eraser
//! of the brush and a brush of the eraser, for one stroke. Shift draws a straight line from the end of the last stroke.

use super::input::Hand;
use super::{
    Button, Circle, Cursor, Draft, DraftShape, Gesture, Input, Key, Response, Tool, ToolContext, ToolInfo,
    drawing, hit,
};
use crate::geometry::Point;
use crate::model::shape::{Area, AreaKind};
use crate::model::{ObjectId, Shape, ShapeKind};

/// What a person sees of the brush.
pub(super) static BRUSH: ToolInfo = ToolInfo {
    id: "brush",
    name: "Brush",
    help: "Paint a mask: drag. Strokes add to the selected mask or polygon; Ctrl begins a new one, Alt erases.",
    shortcut: "B",
    icon: "paint-brush",
    draws: Some(ShapeKind::Mask),
    new: || Box::new(BrushTool::new(&BRUSH, Effect::Paints)),
};

/// What a person sees of the eraser.
pub(super) static ERASER: ToolInfo = ToolInfo {
    id: "eraser",
    name: "Eraser",
    help: "Erase from the selected masks and polygons, or from the one under the pointer: drag. Alt paints.",
    shortcut: "E",
    icon: "eraser",
    draws: None,
    new: || Box::new(BrushTool::new(&ERASER, Effect::Erases)),
};

/// What a stroke does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Paints,
    Erases,
}

#[derive(Clone)]
struct BrushTool {
    info: &'static ToolInfo,
    effect: Effect,
    stroke: Option<Stroke>,
    /// Where the last stroke ended.
    last_end: Option<Point>,
    hand: Hand,
}

/// A stroke that is being made.
#[derive(Clone)]
struct Stroke {
    effect: Effect,
    /// The objects it changes; none when it makes one.
    targets: Vec<ObjectId>,
    /// What it covers so far.
    area: Area,
    /// Where it has come to.
    end: Point,
}

impl Stroke {
    fn go_on_to(&mut self, at: Point, radius_px: f64) {
        if at != self.end {
            let step = Area::stroke(self.area.kind(), &[self.end, at], radius_px);
            self.area = self.area.union(&step);
            self.end = at;
        }
    }

    /// What it covers of the picture.
    fn covered(&self, ctx: &ToolContext) -> Area {
        let picture = Shape::from_rect(ctx.picture_rect());
        Area::of(&picture).map_or_else(|| self.area.clone(), |picture| self.area.intersect(&picture))
    }

    /// Its targets as they would be if it ended now.
    fn changed(&self, ctx: &ToolContext) -> Vec<(ObjectId, Area)> {
        let covered = self.covered(ctx);
        let targets = self.targets.iter().filter_map(|id| Some((*id, paintable(ctx.editable_shape(*id)?)?)));
        targets
            .map(|(id, area)| match self.effect {
                Effect::Paints => (id, area.union(&covered)),
                Effect::Erases => (id, area.subtract(&covered)),
            })
            .collect()
    }
}

/// The area of a shape that strokes can change: a mask or a polygon.
fn paintable(shape: &Shape) -> Option<Area> {
    AreaKind::of(shape.kind()).and_then(|_| Area::of(shape))
}

impl BrushTool {
    fn new(info: &'static ToolInfo, effect: Effect) -> Self {
        Self { info, effect, stroke: None, last_end: None, hand: Hand::default() }
    }

    /// What a stroke that begins now does.
    fn effect_now(&self) -> Effect {
        match (self.effect, self.hand.modifiers.alt) {
            (Effect::Paints, false) | (Effect::Erases, true) => Effect::Paints,
            (Effect::Paints, true) | (Effect::Erases, false) => Effect::Erases,
        }
    }

    fn pressed(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if !at.is_finite() {
            return Response::ignored();
        }
        let effect = self.effect_now();
        let found = match effect {
            Effect::Paints => self.to_paint_on(ctx),
            Effect::Erases => to_erase_from(ctx, at),
        };
        let (kind, targets) = match found {
            Ok(found) => found,
            Err(refusal) => return Response::notice(refusal),
        };
        let radius_px = ctx.settings.brush_radius_px;
        let start = self.last_end.filter(|_| self.hand.modifiers.shift).unwrap_or(at);
        let area = Area::stroke(kind, &[start], radius_px);
        let mut stroke = Stroke { effect, targets, area, end: start };
        stroke.go_on_to(at, radius_px);
        self.stroke = Some(stroke);
        Response::consumed()
    }

    /// The kind of area to paint, and the object to paint on, if there is one; or why nothing can be painted.
    fn to_paint_on(&self, ctx: &ToolContext) -> Result<(AreaKind, Vec<ObjectId>), String> {
        let selected = ctx.single_editable().filter(|_| !self.hand.modifiers.ctrl);
        if let Some((id, kind)) = selected.and_then(|(id, shape)| Some((id, AreaKind::of(shape.kind())?))) {
            return Ok((kind, vec![id]));
        }
        match drawing::refusal(ctx, ShapeKind::Mask) {
            None => Ok((AreaKind::Pixels, Vec::new())),
            Some(_) if drawing::refusal(ctx, ShapeKind::Polygon).is_none() => {
                Ok((AreaKind::Outline, Vec::new()))
            }
            Some(refusal) => Err(refusal),
        }
    }

    fn moved(&mut self, at: Point, ctx: &ToolContext) -> Response {
        if let Some(stroke) = &mut self.stroke {
            stroke.go_on_to(at, ctx.settings.brush_radius_px);
        }
        Response { consumed: self.stroke.is_some(), ..Response::default() }
    }

    fn released(&mut self, ctx: &ToolContext) -> Response {
        let Some(stroke) = self.stroke.take() else { return Response::ignored() };
        self.last_end = Some(stroke.end);
        if stroke.targets.is_empty() {
            let drawn = drawing::finish(ctx, stroke.covered(ctx).into_shape());
            // One object takes many strokes: the brush stays in the hand.
            return Response { next_tool: None, ..drawn };
        }
        let changed = stroke.changed(ctx);
        if changed.iter().any(|(_, area)| area.is_empty()) {
            return Response::notice("Nothing would be left of it. To delete the object, press Delete.");
        }
        let verb = match stroke.effect {
            Effect::Paints => "Paint on",
            Effect::Erases => "Erase from",
        };
        let shapes = changed.into_iter().map(|(id, area)| (id, area.into_shape())).collect();
        Response::commit(Gesture::reshape(verb, ctx, shapes))
    }
}

/// What to erase from: the selected areas, else the one under the pointer.
fn to_erase_from(ctx: &ToolContext, at: Point) -> Result<(AreaKind, Vec<ObjectId>), String> {
    let areas = |ids: Vec<ObjectId>| -> Vec<(ObjectId, AreaKind)> {
        ctx.editable(ids)
            .into_iter()
            .filter_map(|(id, shape)| Some((id, AreaKind::of(shape.kind())?)))
            .collect()
    };
    let selected = areas(ctx.selection.iter().collect());
    let found = if ctx.selection.is_empty() {
        areas(hit::objects_at(ctx, at)).into_iter().take(1).collect()
    } else {
        selected
    };
    match found.first() {
        Some((_, kind)) => Ok((*kind, found.iter().map(|(id, _)| *id).collect())),
        None => Err("There is nothing to erase here. Choose a mask or a polygon.".to_owned()),
    }
}

impl Tool for BrushTool {
    fn info(&self) -> &'static ToolInfo {
        self.info
    }

    fn state_name(&self) -> &'static str {
        match &self.stroke {
            None => "idle",
            Some(Stroke { effect: Effect::Paints, .. }) => "painting",
            Some(Stroke { effect: Effect::Erases, .. }) => "erasing",
        }
    }

    fn handle(&mut self, input: &Input, ctx: &ToolContext) -> Response {
        self.hand.follow(input);
        match *input {
            Input::PointerDown { at, button: Button::Primary, .. } => self.pressed(at, ctx),
            Input::PointerMove { at, .. } => self.moved(at, ctx),
            Input::PointerUp { at, button: Button::Primary, .. } => {
                self.moved(at, ctx);
                self.released(ctx)
            }
            Input::Key { key: Key::Escape | Key::Backspace | Key::Undo, .. } if self.stroke.is_some() => {
                self.stroke = None;
                Response::consumed()
            }
            Input::Key { .. }
            | Input::PointerDown { .. }
            | Input::PointerUp { .. }
            | Input::PointerLeave
            | Input::Adjust { .. } => Response { consumed: self.stroke.is_some(), ..Response::default() },
        }
    }

    fn cancel(&mut self) {
        self.stroke = None;
        self.last_end = None;
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        let mut draft = Draft::default();
        let effect = self.stroke.as_ref().map_or(self.effect_now(), |stroke| stroke.effect);
        draft.circle = self.hand.at.map(|center| Circle {
            center,
            radius_px: ctx.settings.brush_radius_px,
            is_dashed: effect == Effect::Erases,
        });
        match &self.stroke {
            Some(stroke) if stroke.targets.is_empty() => {
                let shape = stroke.covered(ctx).into_shape();
                draft.shapes.extend(shape.is_valid().then_some(DraftShape { shape, label: ctx.label }));
            }
            Some(stroke) => {
                let shapes = stroke.changed(ctx).into_iter().map(|(id, area)| (id, area.into_shape()));
                draft.previews = shapes.filter(|(_, shape)| shape.is_valid()).collect();
            }
            None => {}
        }
        draft
    }

    fn cursor(&self, _: &ToolContext) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self, ctx: &ToolContext) -> &'static str {
        let selected = ctx.single_editable().and_then(|(_, shape)| AreaKind::of(shape.kind()));
        match (&self.stroke, self.effect, selected) {
            (Some(_), ..) => "Release to keep the stroke · Escape: cancel",
            (None, Effect::Paints, Some(_)) => {
                "Drag to paint on what is selected · Ctrl: a new object · Alt: erase · [ and ]: size"
            }
            (None, Effect::Paints, None) => {
                "Drag to paint · Alt: erase · Shift: straight line · [ and ]: size"
            }
            (None, Effect::Erases, _) => "Drag to erase · Alt: paint · Shift: straight line · [ and ]: size",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Mask;
    use crate::tools::harness::{Canvas, canvas, points};
    use crate::tools::{Modifiers, ToolSettings};

    const RADIUS_PX: f64 = 5.0;

    fn with_brush(tool: &str) -> Canvas {
        canvas().settings(|settings: &mut ToolSettings| settings.brush_radius_px = RADIUS_PX).tool(tool)
    }

    fn painted(line: &[(f64, f64)]) -> Mask {
        Mask::stroke(&points(line), RADIUS_PX)
    }

    fn mask(line: &[(f64, f64)]) -> Shape {
        Shape::Mask(painted(line))
    }

    #[test]
    fn a_drag_paints_a_mask_and_the_next_one_adds_to_it() {
        with_brush("brush")
            .down((20, 20))
            .expect_state("brush.painting")
            .move_to((40, 20))
            .up((40, 20))
            .expect_state("brush.idle")
            .expect_shape(0, &mask(&[(20.0, 20.0), (40.0, 20.0)]))
            .expect_selected(&[0])
            .expect_title("Draw mask")
            .drag((40, 20), (40, 60))
            .expect_objects(1)
            .expect_shape(0, &mask(&[(20.0, 20.0), (40.0, 20.0), (40.0, 60.0)]))
            .expect_title("Paint on mask");
    }

    #[test]
    fn a_click_paints_a_disk() {
        with_brush("brush").click((30, 30)).expect_shape(0, &mask(&[(30.0, 30.0)]));
    }

    #[test]
    fn with_ctrl_or_without_a_selection_another_mask_begins() {
        let first = || with_brush("brush").click((30, 30));
        first().hold(Modifiers::CTRL).click((60, 60)).expect_objects(2).expect_selected(&[1]);
        first().select(&[]).click((60, 60)).expect_objects(2).expect_selected(&[1]);
    }

    #[test]
    fn with_alt_the_brush_erases_and_the_eraser_paints() {
        let left = Shape::Mask(
            painted(&[(20.0, 20.0), (60.0, 20.0)]).subtract(&painted(&[(60.0, 20.0), (60.0, 30.0)])),
        );
        with_brush("brush")
            .drag((20, 20), (60, 20))
            .hold(Modifiers::ALT)
            .drag((60, 20), (60, 30))
            .expect_shape(0, &left)
            .expect_title("Erase from mask")
            .tool("eraser")
            .drag((60, 20), (60, 30))
            .expect_title("Paint on mask");
    }

    #[test]
    fn the_eraser_takes_what_is_under_the_pointer() {
        with_brush("brush")
            .drag((30, 30), (60, 30))
            .select(&[])
            .tool("eraser")
            .down((30, 30))
            .expect_state("eraser.erasing")
            .up((30, 30))
            .expect_title("Erase from mask");
        with_brush("eraser").down((30, 30)).expect_notice("nothing to erase").expect_state("eraser.idle");
        with_brush("brush").click((30, 30)).tool("eraser").drag((80, 80), (90, 80)).expect_no_gesture();
    }

    #[test]
    fn an_object_is_not_erased_to_nothing() {
        let whole = mask(&[(30.0, 30.0)]);
        let canvas = with_brush("brush").click((30, 30)).tool("eraser").click((30, 30));
        canvas.expect_notice("Nothing would be left").expect_shape(0, &whole);
    }

    #[test]
    fn a_polygon_is_painted_on_as_a_polygon() {
        let square = [(20.0, 20.0), (60.0, 20.0), (60.0, 60.0), (20.0, 60.0)];
        let on_square = || with_brush("brush").with_polygon(&square).select(&[0]);
        let rim = std::f64::consts::PI * RADIUS_PX * RADIUS_PX / 2.0;
        on_square().drag((60, 40), (80, 40)).expect_title("Paint on polygon").expect_area(
            0,
            1600.0 + 200.0 + rim,
            2.0,
        );
        // Two parts of one object are left.
        on_square()
            .hold(Modifiers::ALT)
            .drag((40, 10), (40, 70))
            .expect_objects(1)
            .expect_area(0, 1200.0, 1e-6);
        with_brush("brush").label_allows(&[ShapeKind::Polygon]).click((30, 30)).expect_title("Draw polygon");
    }

    #[test]
    fn shift_draws_a_straight_line_from_the_end_of_the_last_stroke() {
        with_brush("brush")
            .click((20, 20))
            .hold(Modifiers::SHIFT)
            .click((70, 20))
            .expect_shape(0, &mask(&[(20.0, 20.0), (70.0, 20.0)]));
    }

    #[test]
    fn strokes_end_at_the_border_of_the_picture() {
        let inside = painted(&[(0.0, 50.0), (-20.0, 50.0)]).clipped(100, 100);
        with_brush("brush").drag((0, 50), (-20, 50)).expect_shape(0, &Shape::Mask(inside));
        with_brush("brush").drag((-50, 50), (-20, 50)).expect_objects(0);
    }

    #[test]
    fn escape_gives_a_stroke_up_and_what_was_there_stays() {
        let before = mask(&[(20.0, 20.0)]);
        with_brush("brush")
            .click((20, 20))
            .down((60, 60))
            .move_to((70, 70))
            .press(Key::Escape)
            .expect_state("brush.idle")
            .up((70, 70))
            .expect_shape(0, &before);
    }

    #[test]
    fn a_label_that_allows_no_areas_gets_none() {
        with_brush("brush")
            .label_allows(&[ShapeKind::Box])
            .down((30, 30))
            .expect_notice("does not allow")
            .expect_state("brush.idle");
    }

    #[test]
    fn locked_objects_are_neither_painted_on_nor_erased() {
        let locked = || with_brush("brush").click((30, 30)).lock(0);
        locked().click((30, 38)).expect_objects(2);
        locked().tool("eraser").down((30, 30)).expect_notice("nothing to erase").expect_objects(1);
    }
}
