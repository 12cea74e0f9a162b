//! Which part of image space a view shows, and how large. Pure `f64`.

use std::ops::RangeInclusive;

use crate::geometry::{Point, Rect, Vector};
use crate::pixels::Size;

/// A position in a view: physical screen pixels from its top-left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScreenPoint {
    /// Physical pixels to the right.
    pub x: f64,
    /// Physical pixels down.
    pub y: f64,
}

impl ScreenPoint {
    /// A position from its coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

/// The view of a picture: a centre, a zoom and a size on screen.
///
/// The zoom always lies in [`Camera::ZOOM_RANGE`] and the centre is finite, whatever was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    center: Point,
    zoom: f64,
    viewport: Size,
}

/// No picture is larger; beyond, integers on the GPU would overflow.
const MAX_CENTER_PX: f64 = (1 << 30) as f64;

impl Camera {
    /// Physical screen pixels per image pixel: from 1/256 to 256.
    pub const ZOOM_RANGE: RangeInclusive<f64> = 1.0 / 256.0..=256.0;

    /// A view with this image point in its middle. `zoom` is in physical screen pixels per image pixel,
    /// `viewport` in physical pixels.
    pub fn new(center: Point, zoom: f64, viewport: Size) -> Self {
        let within = |n: f64| if n.is_finite() { n.clamp(-MAX_CENTER_PX, MAX_CENTER_PX) } else { 0.0 };
        let zoom = if zoom.is_nan() { 1.0 } else { zoom };
        Self {
            center: Point::new(within(center.x), within(center.y)),
            zoom: zoom.clamp(*Self::ZOOM_RANGE.start(), *Self::ZOOM_RANGE.end()),
            viewport,
        }
    }

    /// The view that shows the whole picture, as large as it goes, with `margin_px` of screen around it.
    pub fn fit(picture: Size, viewport: Size, margin_px: f64) -> Self {
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        Self::fit_rect(&Rect::from_xywh(0.0, 0.0, width, height), viewport, margin_px)
    }

    /// The view that shows the whole rectangle, as large as it goes, with `margin_px` of screen around it.
    pub fn fit_rect(rect: &Rect, viewport: Size, margin_px: f64) -> Self {
        let room = |n: u32| (f64::from(n) - 2.0 * margin_px).max(1.0);
        let zoom = (room(viewport.width) / rect.width().max(f64::MIN_POSITIVE))
            .min(room(viewport.height) / rect.height().max(f64::MIN_POSITIVE));
        Self::new(rect.center(), zoom, viewport)
    }

    /// The image point in the middle.
    pub fn center(&self) -> Point {
        self.center
    }

    /// Physical screen pixels per image pixel.
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// Width and height of the view, physical pixels.
    pub fn viewport(&self) -> Size {
        self.viewport
    }

    /// Where an image point appears.
    pub fn screen_from_image(&self, p: Point) -> ScreenPoint {
        let from_center = (p - self.center) * self.zoom + self.half_viewport();
        ScreenPoint::new(from_center.x, from_center.y)
    }

    /// Which image point appears there.
    pub fn image_from_screen(&self, p: ScreenPoint) -> Point {
        self.center + (Vector::new(p.x, p.y) - self.half_viewport()) / self.zoom
    }

    /// The part of image space in view.
    pub fn visible_rect(&self) -> Rect {
        Rect::from_center(self.center, self.half_viewport() * (2.0 / self.zoom))
    }

    /// Zoomed by `factor`, the image point under `anchor` staying where it is on screen.
    pub fn zoom_about(&self, anchor: ScreenPoint, factor: f64) -> Self {
        let fixed = self.image_from_screen(anchor);
        let zoomed = Self::new(self.center, self.zoom * factor, self.viewport);
        let drifted = zoomed.image_from_screen(anchor);
        Self::new(zoomed.center + (fixed - drifted), zoomed.zoom, self.viewport)
    }

    /// The picture pushed by this many physical screen pixels, as a hand drags it.
    pub fn pan_by(&self, right_px: f64, down_px: f64) -> Self {
        Self::new(self.center - Vector::new(right_px, down_px) / self.zoom, self.zoom, self.viewport)
    }

    /// The same centre and zoom in a view of another size.
    pub fn with_viewport(&self, viewport: Size) -> Self {
        Self { viewport, ..*self }
    }

    /// The nearest view, at most half a screen pixel away, in which the picture's corner falls onto a corner
    /// of screen pixels: at whole zooms, all of its pixels are then crisp squares. Draw and hit test with it.
    pub fn aligned(&self) -> Self {
        let corner = self.screen_from_image(Point::ORIGIN);
        self.pan_by(corner.x.round() - corner.x, corner.y.round() - corner.y)
    }

    /// The view of the part of this view's screen that begins at (`left_px`, `top_px`).
    pub(super) fn cropped(&self, left_px: u32, top_px: u32, size: Size) -> Self {
        let middle = ScreenPoint::new(
            f64::from(left_px) + f64::from(size.width) / 2.0,
            f64::from(top_px) + f64::from(size.height) / 2.0,
        );
        Self::new(self.image_from_screen(middle), self.zoom, size)
    }

    fn half_viewport(&self) -> Vector {
        Vector::new(f64::from(self.viewport.width), f64::from(self.viewport.height)) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEWPORT: Size = Size::new(800, 600);

    fn assert_near(a: Point, b: Point) {
        assert!(a.distance(b) < 1e-9, "{a:?} is not {b:?}");
    }

    #[test]
    fn the_centre_is_in_the_middle_and_one_image_pixel_is_zoom_screen_pixels() {
        let camera = Camera::new(Point::new(10.0, 20.0), 4.0, VIEWPORT);
        assert_eq!(camera.screen_from_image(Point::new(10.0, 20.0)), ScreenPoint::new(400.0, 300.0));
        assert_eq!(camera.screen_from_image(Point::new(11.0, 19.0)), ScreenPoint::new(404.0, 296.0));
        assert_eq!(camera.visible_rect(), Rect::from_xywh(-90.0, -55.0, 200.0, 150.0));
    }

    #[test]
    fn screen_and_image_are_inverse_to_each_other_far_from_the_origin() {
        let camera = Camera::new(Point::new(1_000_000.25, 77.5), 131.7, VIEWPORT);
        let p = Point::new(1_000_000.5, 78.0);
        assert_near(camera.image_from_screen(camera.screen_from_image(p)), p);
    }

    #[test]
    fn zooming_keeps_the_point_under_the_cursor_even_at_the_limits() {
        let anchor = ScreenPoint::new(13.0, 555.0);
        for factor in [0.001, 0.9, 1.1, 1000.0] {
            let before = Camera::new(Point::new(31.0, 17.0), 3.0, VIEWPORT);
            let after = before.zoom_about(anchor, factor);
            assert_near(before.image_from_screen(anchor), after.image_from_screen(anchor));
            assert!(Camera::ZOOM_RANGE.contains(&after.zoom()));
        }
    }

    #[test]
    fn fit_shows_the_whole_picture_with_its_margin() {
        let camera = Camera::fit(Size::new(4000, 1000), VIEWPORT, 20.0);
        assert_eq!(camera.screen_from_image(Point::ORIGIN).x, 20.0);
        assert_eq!(camera.screen_from_image(Point::new(4000.0, 500.0)), ScreenPoint::new(780.0, 300.0));
    }

    #[test]
    fn panning_moves_the_picture_with_the_hand() {
        let camera = Camera::new(Point::new(5.0, 5.0), 8.0, VIEWPORT);
        let before = camera.screen_from_image(Point::ORIGIN);
        let after = camera.pan_by(16.0, -8.0).screen_from_image(Point::ORIGIN);
        assert_eq!((after.x - before.x, after.y - before.y), (16.0, -8.0));
    }

    #[test]
    fn nonsense_gives_a_usable_view() {
        for zoom in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let camera = Camera::new(Point::new(f64::NAN, f64::INFINITY), zoom, Size::default());
            assert!(Camera::ZOOM_RANGE.contains(&camera.zoom()));
            assert!(camera.center().is_finite() && camera.visible_rect().center().is_finite());
        }
        assert!(Camera::fit(Size::default(), Size::default(), 50.0).center().is_finite());
        assert!(Camera::fit_rect(&Rect::EMPTY, VIEWPORT, 0.0).center().is_finite());
    }

    #[test]
    fn an_aligned_view_puts_the_picture_on_whole_screen_pixels() {
        let camera = Camera::new(Point::new(3.3, 4.7), 16.0, Size::new(801, 599)).aligned();
        let corner = camera.screen_from_image(Point::ORIGIN);
        assert!((corner.x - corner.x.round()).abs() < 1e-9 && (corner.y - corner.y.round()).abs() < 1e-9);
        assert!(camera.center().distance(Point::new(3.3, 4.7)) <= 0.75 / 16.0);
    }

    #[test]
    fn a_crop_shows_the_same_points_at_the_same_places() {
        let camera = Camera::new(Point::new(7.0, 9.0), 2.5, VIEWPORT);
        let crop = camera.cropped(100, 50, Size::new(33, 77));
        let (whole, part) = (camera.screen_from_image(Point::ORIGIN), crop.screen_from_image(Point::ORIGIN));
        assert!((whole.x - 100.0 - part.x).abs() < 1e-9 && (whole.y - 50.0 - part.y).abs() < 1e-9);
    }
}
