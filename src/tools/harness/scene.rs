//! What is on the canvas, and what other people do to it.

use super::{CAR, Canvas, ME, SOMEBODY, at, points};
use crate::edit::{Edit, FrameView, ObjectChange};
use crate::geometry::{Mask, Point, Polygon, Rect, Vector};
use crate::model::shape::{EllipseShape, PointsShape, PolylineShape, RotatedBoxShape};
use crate::model::{Flag, Object, ObjectId, Shape, ShapeKind};
use crate::tools::ToolSettings;

/// The scene.
impl Canvas {
    pub(crate) fn with(mut self, shape: Shape) -> Self {
        let mut object = Object::shape(ObjectId::new(), shape, Some(CAR));
        object.z = self.page.document.alive().next_z();
        let edit = Edit::create(self.page.document.asset(), &object);
        self.commit("Prepare", vec![edit], ME);
        self
    }

    /// From now on it is a video, and its first frame is shown.
    pub(crate) fn on_video(mut self) -> Self {
        self.page.on_frame = Some(FrameView::new(self.page.document.asset()));
        self.page.follow();
        self
    }

    /// Another frame of the video is shown.
    pub(crate) fn go_to(mut self, frame: u32) -> Self {
        if let Some(on_frame) = &mut self.page.on_frame {
            on_frame.follow(&self.page.document, frame);
        }
        self.page.follow();
        self.check();
        self
    }

    pub(crate) fn with_box(self, from: (i32, i32), to: (i32, i32)) -> Self {
        self.with(Shape::from_rect(Rect::from_corners(at(from), at(to))))
    }

    pub(crate) fn with_polygon(self, ring: &[(f64, f64)]) -> Self {
        self.with(Shape::Polygon(Polygon::from_ring(points(ring))))
    }

    pub(crate) fn with_line(self, line: &[(f64, f64)]) -> Self {
        self.with(Shape::Polyline(PolylineShape(points(line))))
    }

    /// One object of many kinds, on top of each other.
    pub(crate) fn crowded(self) -> Self {
        let center = Point::new(30.0, 40.0);
        let size = Vector::new(30.0, 20.0);
        self.with_box((10, 10), (50, 50))
            .with_polygon(&[(20.0, 20.0), (80.0, 25.0), (60.0, 70.0)])
            .with_line(&[(5.0, 90.0), (50.0, 60.0), (95.0, 90.0)])
            .with(Shape::RotatedBox(RotatedBoxShape { center, size, angle: 30.0 }))
            .with(Shape::Ellipse(EllipseShape { center, radii: size, angle: 10.0 }))
            .with(Shape::Points(PointsShape(points(&[(70.0, 70.0), (75.0, 70.0)]))))
            .with(Shape::Mask(Mask { left: 60, top: 10, width: 4, height: 2, runs: vec![1, 3, 1, 3] }))
            .with_box((55, 5), (70, 15))
            .lock(7)
    }

    pub(crate) fn change(mut self, index: usize, change: ObjectChange) -> Self {
        let edit = Edit::change(self.page.document.asset(), self.page.id(index), &change);
        self.commit("Prepare", vec![edit], ME);
        self
    }

    pub(crate) fn lock(self, index: usize) -> Self {
        self.change(index, ObjectChange::Flag(Flag::Locked, true))
    }

    pub(crate) fn hide(self, index: usize) -> Self {
        self.change(index, ObjectChange::Flag(Flag::Hidden, true))
    }

    pub(crate) fn hide_label(mut self) -> Self {
        self.page.hidden_labels.insert(CAR);
        self
    }

    pub(crate) fn label_allows(mut self, kinds: &[ShapeKind]) -> Self {
        self.page.schema.labels[0].shapes = kinds.iter().copied().collect();
        self
    }

    pub(crate) fn settings(mut self, set: impl FnOnce(&mut ToolSettings)) -> Self {
        set(&mut self.page.settings);
        self
    }

    /// Questions about the picture are never answered.
    pub(crate) fn without_answers(mut self) -> Self {
        self.has_answers = false;
        self
    }

    /// At how many screen pixels each image pixel is shown.
    pub(crate) fn zoom(mut self, screen_px_per_px: f64) -> Self {
        self.page.px_per_screen_px = 1.0 / screen_px_per_px;
        self
    }

    pub(crate) fn select(mut self, indices: &[usize]) -> Self {
        self.page.selection = indices.iter().map(|index| self.page.id(*index)).collect();
        self
    }

    /// Another person deletes an object: the edit arrives in the middle of whatever goes on.
    pub(crate) fn somebody_deletes(mut self, index: usize) -> Self {
        let edit = Edit::delete(self.page.document.asset(), self.page.id(index));
        self.commit("Delete", vec![edit], SOMEBODY);
        self.page.selection.forget_absent(self.page.document.alive());
        self.check();
        self
    }

    /// Another person changes a shape.
    pub(crate) fn somebody_reshapes(mut self, index: usize, shape: Shape) -> Self {
        let change = ObjectChange::Shape(shape);
        let edit = Edit::change(self.page.document.asset(), self.page.id(index), &change);
        self.commit("Reshape", vec![edit], SOMEBODY);
        self.check();
        self
    }
}
