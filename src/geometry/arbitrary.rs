//! Shapes at random, for property tests.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Mask, Point, Polygon, PolygonPart};

/// A bitmap somewhere: its first column and row, its width and height, its pixels.
pub type Bitmap = (i32, i32, u32, u32, Vec<bool>);

/// Points on a small grid, so that vertices and edges of several shapes often meet, or anywhere between.
pub fn point() -> impl Strategy<Value = Point> {
    prop_oneof![
        (0..12i32, 0..12i32).prop_map(|(x, y)| Point::new(f64::from(x), f64::from(y))),
        (-2.0..14.0, -2.0..14.0).prop_map(|(x, y)| Point::new(x, y)),
    ]
}

/// Rings that may cross, fold back and repeat points.
pub fn ring() -> impl Strategy<Value = Vec<Point>> {
    vec(point(), 0..9)
}

/// Polygons in any state: parts may overlap, holes may stick out.
pub fn polygon() -> impl Strategy<Value = Polygon> {
    let part = (ring(), vec(ring(), 0..3)).prop_map(|(outer, holes)| PolygonPart { outer, holes });
    vec(part, 0..3).prop_map(|parts| Polygon { parts })
}

/// A small bitmap, also partly outside the picture.
pub fn bitmap() -> impl Strategy<Value = Bitmap> {
    let sizes = (-5..5i32, -5..5i32, 0..13u32, 0..13u32);
    sizes.prop_flat_map(|(left, top, width, height)| {
        let pixel = prop_oneof![any::<bool>(), Just(true)];
        let pixels = vec(pixel, (width * height) as usize);
        (Just(left), Just(top), Just(width), Just(height), pixels)
    })
}

/// The mask of a small bitmap.
pub fn mask() -> impl Strategy<Value = Mask> {
    bitmap().prop_map(|(left, top, width, height, pixels)| {
        Mask::from_bitmap(left, top, width, height, &pixels).expect("the bitmap has its own size")
    })
}

/// All that a test looks at: pixels in and around the small bitmaps.
pub fn pixels_around() -> impl Iterator<Item = (i32, i32)> {
    (-8..20).flat_map(|row| (-8..20).map(move |column| (column, row)))
}
