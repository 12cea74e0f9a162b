//! Intersection over union, 0 to 1, of areas of one kind. That of boxes is [`Rect::iou`](super::Rect::iou). Two
//! areas that are both empty have 0.

use super::{Mask, Polygon};

impl Mask {
    /// Shared pixels by pixels of either mask.
    pub fn iou(&self, other: &Self) -> f64 {
        let shared = self.shared_area(other);
        ratio(shared as f64, (self.area() + other.area() - shared) as f64)
    }
}

impl Polygon {
    /// Shared area by area of either polygon; right also for rings that cross and for parts that overlap.
    pub fn iou(&self, other: &Self) -> f64 {
        let shared = self.intersect(other).area();
        if shared == 0.0 {
            return 0.0;
        }
        ratio(shared, self.validated().area() + other.validated().area() - shared)
    }
}

fn ratio(shared: f64, all: f64) -> f64 {
    if all > 0.0 { (shared / all).min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::{mask, polygon};
    use super::super::{Point, Rect};
    use super::*;

    #[test]
    fn boxes_polygons_and_masks_agree() {
        let [a, b] = [0.0, 2.0].map(|x| Rect::from_xywh(x, 0.0, 4.0, 4.0));
        let [p, q] = [a, b].map(|rect| Polygon::from_rect(&rect));
        let [m, n] = [&p, &q].map(|polygon| Mask::from_polygon(polygon, 9, 9));
        assert_eq!([a.iou(&b), p.iou(&q), m.iou(&n)], [1.0 / 3.0; 3]);
    }

    #[test]
    fn empty_areas_have_nothing_in_common() {
        let line = Polygon::from_ring(vec![Point::ORIGIN, Point::new(3.0, 3.0)]);
        assert_eq!((line.iou(&line), Mask::default().iou(&Mask::default())), (0.0, 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn masks_are_compared_by_pixels(a in mask(), b in mask()) {
            let (shared, all) = (a.intersect(&b).area() as f64, a.union(&b).area() as f64);
            prop_assert_eq!(a.iou(&b), if all == 0.0 { 0.0 } else { shared / all });
            prop_assert_eq!(a.iou(&b), b.iou(&a));
        }

        #[test]
        fn a_polygon_equals_itself_and_order_does_not_matter(a in polygon(), b in polygon()) {
            prop_assert!((a.iou(&b) - b.iou(&a)).abs() < 1e-3 && (0.0..=1.0).contains(&a.iou(&b)));
            prop_assert!(a.validated().area() < 0.01 || (a.iou(&a) - 1.0).abs() < 1e-3);
        }
    }
}
