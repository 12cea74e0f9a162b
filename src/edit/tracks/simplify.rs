//! Fewer keyframes that say the same.

use std::collections::BTreeSet;

use super::rewrite;
use crate::edit::Edit;
use crate::edit::interpolation::between;
use crate::model::{AssetId, Keyframe, Object, Shape, Track};

/// Leaves out keyframes without which no vertex would be further than a tolerance from where it was, image pixels
/// (Ramer, 1972, Douglas and Peucker, 1973, over time). Keyframes at which an object goes out of sight or comes back, or
/// is occluded or no longer, stay, and so do shapes that cannot be interpolated.
pub fn simplify(asset: AssetId, object: &Object, tolerance_px: f64) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let after = Track { keyframes: fewer(track, tolerance_px), attributes: track.attributes.clone() };
    rewrite(asset, object.id, track, &after)
}

/// The keyframes that [`simplify`] keeps.
pub(super) fn fewer(track: &Track, tolerance_px: f64) -> std::collections::BTreeMap<u32, Keyframe> {
    let all: Vec<(u32, &Keyframe)> = track.keyframes.iter().map(|(at, keyframe)| (*at, keyframe)).collect();
    let mut kept: BTreeSet<usize> = (0..all.len()).filter(|i| is_needed(&all, *i)).collect();
    let bounds: Vec<usize> = kept.iter().copied().collect();
    let mut open: Vec<(usize, usize)> = bounds.windows(2).map(|pair| (pair[0], pair[1])).collect();
    while let Some((from, to)) = open.pop() {
        let off = |i: usize| distance_from_way(all[i], all[from], all[to]);
        let furthest = (from + 1..to).map(|i| (i, off(i))).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, _)) = furthest.filter(|(_, distance_px)| *distance_px > tolerance_px) {
            kept.insert(i);
            open.extend([(from, i), (i, to)]);
        }
    }
    kept.into_iter().map(|i| (all[i].0, all[i].1.clone())).collect()
}

/// Whether something begins or ends at a keyframe.
fn is_needed(all: &[(u32, &Keyframe)], i: usize) -> bool {
    let state = |i: usize| (all[i].1.outside, all[i].1.occluded);
    i == 0 || i + 1 == all.len() || state(i) != state(i - 1) || all[i - 1].1.outside || all[i + 1].1.outside
}

/// How far a keyframe is from where the object would be without it: the longest way of a vertex. Infinite where
/// vertices have no counterpart.
fn distance_from_way(at: (u32, &Keyframe), from: (u32, &Keyframe), to: (u32, &Keyframe)) -> f64 {
    let t = f64::from(at.0 - from.0) / f64::from(to.0 - from.0);
    let without = between(&from.1.shape, &to.1.shape, t);
    distance(&at.1.shape, &without)
}

fn distance(a: &Shape, b: &Shape) -> f64 {
    if matches!(a, Shape::Mask(_)) {
        return if a == b { 0.0 } else { f64::INFINITY };
    }
    let (a_points, b_points) = (a.geometry().vertices(), b.geometry().vertices());
    if a.kind() != b.kind() || a_points.len() != b_points.len() {
        return f64::INFINITY;
    }
    a_points.iter().zip(&b_points).map(|(a, b)| a.distance(*b)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, any_track, look, object, track};

    #[test]
    fn keyframes_on_the_way_are_left_out() {
        let (mut desk, id) =
            Desk::with_track(&[(0, 0.0, false), (5, 50.2, false), (10, 100.0, false), (15, 0.0, false)]);
        let edits = simplify(ASSET, &desk.object(id), 0.5);
        desk.commit(edits);
        assert_eq!(desk.track(id), track(&[(0, 0.0, false), (10, 100.0, false), (15, 0.0, false)]));
        assert!(simplify(ASSET, &desk.object(id), 0.5).is_empty());
    }

    proptest! {
        #[test]
        fn no_box_is_further_off_than_the_tolerance(track in any_track(), tolerance_px in 0.0..20.0_f64) {
            let whole = object(1, track.clone());
            let mut desk = Desk::with(std::slice::from_ref(&whole));
            desk.commit(simplify(ASSET, &whole, tolerance_px));
            for frame in 0..60 {
                match (look(&track, frame), look(&desk.track(whole.id), frame)) {
                    (Some((a, a_occluded)), Some((b, b_occluded))) => {
                        prop_assert!((a - b).abs() <= tolerance_px + 1e-6 && a_occluded == b_occluded);
                    }
                    (a, b) => prop_assert!(a == b),
                }
            }
        }
    }
}
