//! What is expected of canvas and tool.

use std::fmt::Debug;

use super::{CAR, COLOR, Canvas, ME, points};
use crate::geometry::{Point, Polygon, Rect, Vector};
use crate::model::{AttributeValue, Object, Shape};
use crate::tools::{BandMode, Cursor, HandleKind};

/// What is expected.
impl Canvas {
    pub(crate) fn num_objects(&self) -> usize {
        self.page.shown().len()
    }

    pub(crate) fn all_bounds(&self) -> Vec<Rect> {
        self.page.objects().iter().filter_map(Object::bounds).collect()
    }

    pub(crate) fn all_areas(&self) -> Vec<f64> {
        self.page.objects().iter().filter_map(Object::as_shape).map(Shape::area).collect()
    }

    fn expect<T: PartialEq + Debug>(self, what: &str, found: T, expected: T) -> Self {
        assert_eq!(found, expected, "{what}, in {}", self.toolbox.tool().state());
        self
    }

    pub(crate) fn expect_state(self, path: &str) -> Self {
        let state = self.toolbox.tool().state();
        self.expect("state", state.as_str(), path)
    }

    pub(crate) fn expect_objects(self, num_objects: usize) -> Self {
        let found = self.page.shown().len();
        self.expect("number of objects", found, num_objects)
    }

    /// The frames of an object's keyframes.
    pub(crate) fn expect_keyframes(self, index: usize, frames: &[u32]) -> Self {
        let track = self.page.document.object(self.page.id(index)).and_then(Object::as_track);
        let found = track.map(|track| track.keyframes.keys().copied().collect::<Vec<u32>>());
        self.expect("keyframes", found.as_deref(), Some(frames))
    }

    /// The shape of an object, counted from the back, to a millionth of a pixel.
    pub(crate) fn expect_shape(self, index: usize, expected: &Shape) -> Self {
        let objects = self.page.objects();
        let found = objects.get(index).and_then(Object::as_shape);
        assert!(found.is_some_and(|shape| looks_like(shape, expected)), "{found:?} is not {expected:?}");
        self
    }

    pub(crate) fn expect_area(self, index: usize, square_px: f64, tolerance: f64) -> Self {
        let area = self.all_areas()[index];
        assert!((area - square_px).abs() <= tolerance, "an area of {area} instead of {square_px}");
        self
    }

    pub(crate) fn expect_box(self, index: usize, from: (f64, f64), to: (f64, f64)) -> Self {
        let rect = Rect::from_corners(Point::new(from.0, from.1), Point::new(to.0, to.1));
        self.expect_shape(index, &Shape::from_rect(rect))
    }

    pub(crate) fn expect_polygon(self, index: usize, ring: &[(f64, f64)]) -> Self {
        self.expect_shape(index, &Shape::Polygon(Polygon::from_ring(points(ring))))
    }

    pub(crate) fn expect_area_above(self, index: usize, least: f64) -> Self {
        let found = self.all_areas()[index];
        self.expect("area above", found > least, true)
    }

    pub(crate) fn expect_area_below(self, index: usize, most: f64) -> Self {
        let found = self.all_areas()[index];
        self.expect("area below", found > 0.0 && found < most, true)
    }

    /// The shape that an object is drawn with meanwhile.
    pub(crate) fn expect_preview(self, index: usize, expected: &Shape) -> Self {
        let draft = self.toolbox.draft(&self.page.ctx());
        let found = draft.previews.get(&self.page.id(index));
        assert!(found.is_some_and(|shape| looks_like(shape, expected)), "{found:?} is not {expected:?}");
        self
    }

    pub(crate) fn expect_selected(self, indices: &[usize]) -> Self {
        let found: Vec<_> = self.page.selection.iter().collect();
        let expected = indices.iter().map(|index| self.page.id(*index)).collect();
        self.expect("selection", found, expected)
    }

    pub(crate) fn expect_highlighted(self, indices: &[usize]) -> Self {
        let found = self.toolbox.draft(&self.page.ctx()).highlighted;
        let expected = indices.iter().map(|index| self.page.id(*index)).collect();
        self.expect("highlighted", found, expected)
    }

    pub(crate) fn expect_title(self, title: &str) -> Self {
        let found = self.titles.last().cloned().unwrap_or_default();
        self.expect("title", found.as_str(), title)
    }

    pub(crate) fn expect_no_gesture(self) -> Self {
        let found = self.response.gesture.clone();
        self.expect("gesture", found, None)
    }

    pub(crate) fn expect_consumed(self, consumed: bool) -> Self {
        let found = self.response.consumed;
        self.expect("consumed", found, consumed)
    }

    pub(crate) fn expect_notice(self, part: &str) -> Self {
        let found = self.response.notice.as_deref().unwrap_or_default();
        assert!(found.contains(part), "{found:?} does not say {part:?}");
        self
    }

    pub(crate) fn expect_hint(self, part: &str) -> Self {
        let found = self.toolbox.tool().hint(&self.page.ctx());
        assert!(found.contains(part), "{found:?} does not say {part:?}");
        self
    }

    pub(crate) fn expect_cursor(self, cursor: Cursor) -> Self {
        let found = self.toolbox.cursor(&self.page.ctx());
        self.expect("cursor", found, cursor)
    }

    pub(crate) fn expect_pan(self, by: Option<(f64, f64)>) -> Self {
        let found = self.response.pan;
        self.expect("pan", found, by.map(|(x, y)| Vector::new(x, y)))
    }

    pub(crate) fn expect_snap(self, to: (f64, f64)) -> Self {
        let found = self.toolbox.draft(&self.page.ctx()).snap.map(|mark| mark.at);
        self.expect("snap", found, Some(Point::new(to.0, to.1)))
    }

    pub(crate) fn expect_no_snap(self) -> Self {
        let found = self.toolbox.draft(&self.page.ctx()).snap;
        self.expect("snap", found, None)
    }

    pub(crate) fn expect_readout(self, text: &str) -> Self {
        let found = self.toolbox.draft(&self.page.ctx()).readout.map(|readout| readout.text);
        self.expect("readout", found.as_deref(), Some(text))
    }

    pub(crate) fn expect_handle(self, kind: HandleKind, is_active: bool) -> Self {
        let handles = self.toolbox.draft(&self.page.ctx()).handles;
        let found = handles.iter().find(|handle| handle.kind == kind).map(|handle| handle.is_active);
        self.expect("handle", found, Some(is_active))
    }

    pub(crate) fn expect_handles(self, num_handles: usize) -> Self {
        let found = self.toolbox.draft(&self.page.ctx()).handles.len();
        self.expect("number of handles", found, num_handles)
    }

    pub(crate) fn expect_band(self, mode: BandMode) -> Self {
        let found = self.toolbox.draft(&self.page.ctx()).band.map(|band| band.mode);
        self.expect("band", found, Some(mode))
    }

    pub(crate) fn expect_in_front(self, index: usize) -> Self {
        let objects = self.page.objects();
        let is_highest = objects.iter().all(|o| o.id == objects[index].id || o.z < objects[index].z);
        self.expect("in front", is_highest, true)
    }

    pub(crate) fn expect_label_with_defaults(self, index: usize) -> Self {
        let object = self.page.objects().swap_remove(index);
        let defaults = [(COLOR, AttributeValue::Text("red".into()))].into();
        self.expect("author", object.author, Some(ME)).expect("label", object.label, Some(CAR)).expect(
            "attributes",
            object.attributes,
            defaults,
        )
    }
}

fn looks_like(a: &Shape, b: &Shape) -> bool {
    let (a_at, b_at) = (a.geometry().vertices(), b.geometry().vertices());
    let is_close = |(a, b): (&Point, &Point)| a.distance(*b) < 1e-6;
    a.kind() == b.kind() && a_at.len() == b_at.len() && a_at.iter().zip(&b_at).all(is_close)
}
