//! Which names of objects are shown where there is not room for all.
//!
//! The important ones get their place first, and no two overlap. So that names do not flicker while the view moves,
//! one that was shown counts for more than an equally important one that was not.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::geometry::Rect;
use crate::model::ObjectId;

/// A name that may be shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameTag {
    /// The object that bears it.
    pub id: ObjectId,
    /// Where the name would be, screen points or pixels.
    pub rect: Rect,
    /// How large the object is, in any unit.
    pub size: f64,
    /// Whether it is shown however little room there is.
    pub is_forced: bool,
}

/// What was shown may be so much smaller than what is to take its place.
const SHOWN_BONUS: f64 = 1.5;

/// The indices of the names to be shown, at most about `max_names`; forced ones always.
pub fn place_names(tags: &[NameTag], shown_before: &HashSet<ObjectId>, max_names: usize) -> Vec<usize> {
    let importance = |tag: &NameTag| {
        let bonus = if shown_before.contains(&tag.id) { SHOWN_BONUS } else { 1.0 };
        // The bits of numbers that are not negative are in the order of the numbers.
        (tag.is_forced, (tag.size * bonus).max(0.0).to_bits(), Reverse(tag.id))
    };
    let mut order: Vec<usize> = (0..tags.len()).collect();
    order.sort_unstable_by_key(|i| Reverse(importance(&tags[*i])));
    let mut shown: Vec<usize> = Vec::new();
    for i in order {
        let tag = &tags[i];
        let is_free = || shown.iter().all(|other| !tags[*other].rect.intersects(&tag.rect));
        if tag.is_forced || (shown.len() < max_names && is_free()) {
            shown.push(i);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Vector;

    fn tag(id: u128, x: f64, size: f64) -> NameTag {
        let rect = Rect::from_xywh(x, 0.0, 40.0, 12.0);
        NameTag { id: ObjectId::from_u128(id), rect, size, is_forced: false }
    }

    fn ids(tags: &[NameTag], before: &HashSet<ObjectId>, max_names: usize) -> Vec<u128> {
        let mut ids: Vec<u128> = place_names(tags, before, max_names)
            .into_iter()
            .map(|i| u128::from_be_bytes(*tags[i].id.as_bytes()))
            .collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn names_do_not_overlap_and_larger_objects_come_first() {
        let tags = [tag(1, 0.0, 10.0), tag(2, 30.0, 20.0), tag(3, 60.0, 15.0), tag(4, 100.5, 1.0)];
        assert_eq!(ids(&tags, &HashSet::new(), 100), [2, 4]);
        assert_eq!(ids(&tags, &HashSet::new(), 1), [2]);
    }

    #[test]
    fn forced_names_are_always_shown() {
        let mut tags = [tag(1, 0.0, 10.0), tag(2, 30.0, 20.0), tag(3, 35.0, 1.0)];
        tags[0].is_forced = true;
        tags[2].is_forced = true;
        assert_eq!(ids(&tags, &HashSet::new(), 0), [1, 3]);
    }

    #[test]
    fn what_is_shown_stays_while_the_view_moves_and_until_something_is_clearly_more_important() {
        let tags = [tag(1, 0.0, 10.0), tag(2, 30.0, 12.0)];
        let shown = HashSet::from([ObjectId::from_u128(1)]);
        assert_eq!(ids(&tags, &shown, 100), [1]);
        let moved = tags.map(|tag| NameTag { rect: tag.rect.translated(Vector::new(-7.0, 3.0)), ..tag });
        assert_eq!(ids(&moved, &shown, 100), [1]);
        assert_eq!(ids(&[tags[0], tag(2, 30.0, 16.0)], &shown, 100), [2]);
    }
}
