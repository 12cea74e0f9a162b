//! An order in which neighbours on the picture follow each other, and that still draws every object over those
//! behind it.
//!
//! Objects are put into groups: one that overlaps another in front of it is in an earlier group. Within a group no
//! two overlap, so they may be drawn in any order, and are in that of a space-filling curve (Morton, 1966).
//! Overlap is judged on a grid, in linear time: what shares a cell counts as overlapping.

use crate::geometry::Rect;

/// Cells on a side of the grid, at most.
const MAX_SIDE: f64 = 256.0;
/// What covers more cells than this ends all groups before it, instead of marking each cell.
const MAX_CELLS: usize = 1024;

/// The indices of boxes given from back to front, in drawing order, with the number of their group. Boxes that are
/// nowhere are left out.
pub(super) fn place_order(bounds: &[Rect]) -> Vec<(u32, u32)> {
    let is_somewhere = |rect: &Rect| {
        rect.min.is_finite() && rect.max.is_finite() && rect.min.x <= rect.max.x && rect.min.y <= rect.max.y
    };
    let placed = || bounds.iter().zip(0_u32..).filter(|(rect, _)| is_somewhere(rect));
    let all = placed().fold(Rect::EMPTY, |all, (rect, _)| all.union(rect));
    let num_placed = placed().count();
    if num_placed == 0 {
        return Vec::new();
    }
    let sides = placed().map(|(rect, _)| rect.width().max(rect.height())).sum::<f64>();
    let cell = (sides / num_placed as f64).max(all.width().max(all.height()) / MAX_SIDE).max(1e-6);
    let index = |offset: f64| ((offset / cell) as usize).min(MAX_SIDE as usize);
    let columns = index(all.width()) + 1;
    // The group of the last object in each cell; groups begin at 1.
    let mut groups = vec![0_u32; columns * (index(all.height()) + 1)];
    let (mut last_group, mut floor) = (0, 0);
    let mut ordered: Vec<(u32, u32, u32)> = Vec::with_capacity(num_placed);
    for (rect, i) in placed() {
        let (left, right) = (index(rect.min.x - all.min.x), index(rect.max.x - all.min.x));
        let (top, bottom) = (index(rect.min.y - all.min.y), index(rect.max.y - all.min.y));
        let group = if (right - left + 1) * (bottom - top + 1) > MAX_CELLS {
            floor = last_group + 1;
            floor
        } else {
            let rows = || (top..=bottom).map(|row| row * columns + left..=row * columns + right);
            let below = rows().flat_map(|row| &groups[row]).copied().max().unwrap_or(0).max(floor);
            rows().for_each(|row| groups[row].fill(below + 1));
            below + 1
        };
        last_group = last_group.max(group);
        ordered.push((group, morton((left + right) as u32, (top + bottom) as u32), i));
    }
    ordered.sort_unstable();
    ordered.into_iter().map(|(group, _, i)| (i, group)).collect()
}

/// The bits of two numbers below 65,536 by turns.
fn morton(x: u32, y: u32) -> u32 {
    let spread = |n: u32| {
        let n = n & 0xffff;
        let n = (n | (n << 8)) & 0x00ff_00ff;
        let n = (n | (n << 4)) & 0x0f0f_0f0f;
        let n = (n | (n << 2)) & 0x3333_3333;
        (n | (n << 1)) & 0x5555_5555
    };
    spread(x) | (spread(y) << 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn boxes_apart_from_each_other_are_one_group_of_neighbours() {
        let boxes: Vec<Rect> = [0.0, 900.0, 10.0, 910.0].map(|x| Rect::from_xywh(x, 0.0, 2.0, 2.0)).to_vec();
        assert_eq!(place_order(&boxes), [(0, 1), (2, 1), (1, 1), (3, 1)]);
    }

    #[test]
    fn what_is_nowhere_has_no_place() {
        assert!(place_order(&[]).is_empty());
        assert_eq!(place_order(&[Rect::EMPTY, Rect::from_xywh(0.0, 0.0, 0.0, 0.0)]), [(1, 1)]);
    }

    fn rect() -> impl Strategy<Value = Rect> {
        let side = || prop_oneof![9 => 0.0..30.0, 1 => 0.0..900.0_f64];
        (0.0..1000.0, 0.0..1000.0, side(), side()).prop_map(|(x, y, w, h)| Rect::from_xywh(x, y, w, h))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_overlaps_keeps_its_order_and_is_in_different_groups(
            boxes in proptest::collection::vec(rect(), 0..120),
        ) {
            let order = place_order(&boxes);
            prop_assert_eq!(order.len(), boxes.len());
            for (at, &(i, group)) in order.iter().enumerate() {
                for &(other, other_group) in &order[at + 1..] {
                    prop_assert!(group <= other_group);
                    if boxes[i as usize].intersects(&boxes[other as usize]) {
                        prop_assert!(i < other && group < other_group);
                    }
                }
            }
        }
    }
}
