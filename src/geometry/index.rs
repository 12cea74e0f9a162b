//! Finding boxes by place.

use std::collections::HashMap;
use std::hash::Hash;

use rstar::{AABB, RTree, RTreeObject};

use super::{Point, Rect, Vector};

/// Keys that each have a box, found by place in logarithmic time (an R*-tree).
///
/// Boxes without an inside are found like any other: those of a point or a straight line. [`Rect::EMPTY`] and
/// boxes with a coordinate that is no number are kept, but never found by place.
#[derive(Clone, Debug)]
pub struct SpatialIndex<K: Clone + Eq + Hash> {
    rects: HashMap<K, Rect>,
    tree: RTree<Placed<K>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Placed<K> {
    key: K,
    envelope: AABB<[f64; 2]>,
}

impl<K> RTreeObject for Placed<K> {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl<K: Clone + Eq + Hash> Default for SpatialIndex<K> {
    fn default() -> Self {
        Self { rects: HashMap::new(), tree: RTree::new() }
    }
}

/// Builds the whole index at once, much faster than by single insertions. Of equal keys the last one counts.
impl<K: Clone + Eq + Hash> FromIterator<(K, Rect)> for SpatialIndex<K> {
    fn from_iter<I: IntoIterator<Item = (K, Rect)>>(entries: I) -> Self {
        let rects: HashMap<K, Rect> = entries.into_iter().collect();
        let placed = rects.iter().filter_map(|(key, rect)| Placed::new(key, rect)).collect();
        Self { tree: RTree::bulk_load(placed), rects }
    }
}

impl<K: Clone + Eq + Hash> SpatialIndex<K> {
    /// The number of keys.
    pub fn len(&self) -> usize {
        self.rects.len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.rects.is_empty()
    }

    /// The box of a key.
    pub fn rect(&self, key: &K) -> Option<Rect> {
        self.rects.get(key).copied()
    }

    /// Gives a key its box; returns the one it had before.
    pub fn insert(&mut self, key: K, rect: Rect) -> Option<Rect> {
        let before = self.remove(&key);
        if let Some(placed) = Placed::new(&key, &rect) {
            self.tree.insert(placed);
        }
        self.rects.insert(key, rect);
        before
    }

    /// Takes a key out; returns its box.
    pub fn remove(&mut self, key: &K) -> Option<Rect> {
        let rect = self.rects.remove(key)?;
        if let Some(placed) = Placed::new(key, &rect) {
            self.tree.remove(&placed);
        }
        Some(rect)
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The keys whose box shares at least a point with the rectangle, in no order.
    pub fn query_rect<'a>(&'a self, rect: &Rect) -> impl Iterator<Item = &'a K> + use<'a, K> {
        let envelope = envelope(rect);
        envelope
            .into_iter()
            .flat_map(|e| self.tree.locate_in_envelope_intersecting(e))
            .map(|placed| &placed.key)
    }

    /// The keys whose box comes within the tolerance of the point, in x and in y, in no order.
    pub fn query_point<'a>(
        &'a self,
        p: Point,
        tolerance_px: f64,
    ) -> impl Iterator<Item = &'a K> + use<'a, K> {
        let around = Rect::from_center(p, Vector::new(tolerance_px, tolerance_px) * 2.0);
        self.query_rect(&around)
    }
}

impl<K: Clone> Placed<K> {
    fn new(key: &K, rect: &Rect) -> Option<Self> {
        Some(Self { key: key.clone(), envelope: envelope(rect)? })
    }
}

/// Nothing for boxes that are nowhere. Beyond any picture the tree's arithmetic must not overflow.
fn envelope(rect: &Rect) -> Option<AABB<[f64; 2]>> {
    let near = |p: Point| [p.x.clamp(-1e12, 1e12), p.y.clamp(-1e12, 1e12)];
    let is_somewhere = rect.min.x <= rect.max.x && rect.min.y <= rect.max.y;
    is_somewhere.then(|| AABB::from_corners(near(rect.min), near(rect.max)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::point;
    use super::*;

    fn rect() -> impl Strategy<Value = Rect> {
        let odd =
            prop_oneof![Just(Rect::EMPTY), Just(Rect { min: Point::new(f64::NAN, 0.0), max: Point::ORIGIN })];
        prop_oneof![9 => (point(), point()).prop_map(|(a, b)| Rect::from_corners(a, b)), 1 => odd]
    }

    fn found(keys: impl Iterator<Item = u8>) -> Vec<u8> {
        let mut keys: Vec<u8> = keys.collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn a_key_is_found_at_its_last_place_only() {
        let mut index = SpatialIndex::default();
        assert_eq!(index.insert("a", Rect::from_xywh(0.0, 0.0, 1.0, 1.0)), None);
        assert_eq!(
            index.insert("a", Rect::from_xywh(5.0, 5.0, 1.0, 1.0)),
            Some(Rect::from_xywh(0.0, 0.0, 1.0, 1.0))
        );
        assert_eq!(index.query_point(Point::new(0.5, 0.5), 0.0).count(), 0);
        assert_eq!(index.query_point(Point::new(5.5, 5.5), 0.0).count(), 1);
        assert_eq!(
            (
                index.query_point(Point::new(6.5, 5.5), 0.4).count(),
                index.query_point(Point::new(6.5, 5.5), 0.6).count()
            ),
            (0, 1)
        );
        assert!(index.remove(&"a").is_some() && index.remove(&"a").is_none() && index.is_empty());
    }

    #[test]
    fn a_search_everywhere_finds_all_that_is_somewhere() {
        let far = Rect::from_corners(Point::new(-1e300, 0.0), Point::new(f64::INFINITY, 1.0));
        let index: SpatialIndex<u8> =
            [(1, far), (2, Rect::EMPTY), (3, Rect::from_xywh(7.0, 7.0, 0.0, 0.0))].into_iter().collect();
        let everywhere = Rect::from_corners(
            Point::new(f64::NEG_INFINITY, f64::NEG_INFINITY),
            Point::new(f64::INFINITY, f64::INFINITY),
        );
        assert_eq!(found(index.query_rect(&everywhere).copied()), [1, 3]);
        assert_eq!(index.query_rect(&Rect::EMPTY).count(), 0);
        assert_eq!(index.len(), 3);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_index_finds_what_a_search_of_all_boxes_finds(
            bulk in proptest::collection::hash_map(any::<u8>(), rect(), 0..60),
            changes in proptest::collection::vec((any::<u8>(), proptest::option::of(rect())), 0..60),
            at in rect(),
        ) {
            let mut index: SpatialIndex<u8> = bulk.clone().into_iter().collect();
            let mut all = bulk;
            for (key, rect) in changes {
                match rect {
                    Some(rect) => prop_assert_eq!(index.insert(key, rect).is_some(), all.insert(key, rect).is_some()),
                    None => prop_assert_eq!(index.remove(&key).is_some(), all.remove(&key).is_some()),
                }
            }
            let expected = all.iter().filter(|(_, rect)| rect.intersects(&at)).map(|(key, _)| *key);
            prop_assert_eq!(found(index.query_rect(&at).copied()), found(expected));
            prop_assert_eq!(index.len(), all.len());
        }
    }
}
