//! How a track differs after a trip through a format: frame by frame, whatever its keyframes are.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Change, compare_shape};
use crate::edit::shape_at;
use crate::model::{AttributeId, Content, Flag, Object, Track};

/// Tells how the frames of a track differ, each way once, with the largest number that any frame has.
pub(super) fn compare_track(
    (before_object, before): (&Object, &Track),
    (after_object, after): (&Object, &Track),
    num_frames: Option<u32>,
    found: &mut dyn FnMut(Change, f64),
) {
    let mut changes: Vec<(Change, f64)> = Vec::new();
    let mut note = |change: Change, size: f64| match changes.iter_mut().find(|(known, _)| *known == change) {
        Some((_, largest)) => *largest = largest.max(size),
        None => changes.push((change, size)),
    };
    let is_there = |frame: &u32| num_frames.is_none_or(|end| *frame < end);
    for frame in telling_frames(before, after).into_iter().filter(is_there) {
        match (shape_at(before, frame), shape_at(after, frame)) {
            (Some(a), Some(b)) => {
                compare_shape(&a.shape, &b.shape, &mut note);
                let is_occluded_before = a.occluded || before_object.has(Flag::Occluded);
                if is_occluded_before != (b.occluded || after_object.has(Flag::Occluded)) {
                    note(Change::Flag { name: Flag::Occluded.name() }, 0.0);
                }
            }
            (None, None) => {}
            _ => note(Change::Times, 0.0),
        }
    }
    if has_other_keyframes(before, after, &is_there) {
        note(Change::Keyframes, 0.0);
    }
    changes.into_iter().for_each(|(change, size)| found(change, size));
}

/// The frames on which tracks can begin to differ: each keyframe, those beside it, and one between two. What is
/// interpolated moves evenly, so others need not be looked at.
fn telling_frames(before: &Track, after: &Track) -> BTreeSet<u32> {
    let keyframes: BTreeSet<u32> = before.keyframes.keys().chain(after.keyframes.keys()).copied().collect();
    let mut frames = keyframes.clone();
    frames.extend(keyframes.iter().flat_map(|&frame| [frame.saturating_sub(1), frame.saturating_add(1)]));
    let next = keyframes.iter().skip(1);
    frames.extend(keyframes.iter().zip(next).map(|(&a, &b)| a + (b - a) / 2));
    frames
}

/// Whether keyframes in sight are lost or others added, but for those that formats need at the last frame before an
/// object is out of sight.
fn has_other_keyframes(before: &Track, after: &Track, is_there: &dyn Fn(&u32) -> bool) -> bool {
    let visible = |track: &Track| -> BTreeSet<u32> {
        let visible = track.keyframes.iter().filter(|(_, key)| !key.outside).map(|(&frame, _)| frame);
        visible.filter(is_there).collect()
    };
    let (kept, read_back) = (visible(before), visible(after));
    let ends = |frame: u32| {
        !is_there(&(frame + 1)) || after.keyframes.get(&(frame + 1)).is_some_and(|key| key.outside)
    };
    kept.difference(&read_back).next().is_some() || read_back.difference(&kept).any(|&frame| !ends(frame))
}

/// The attributes whose values are lost or changed on any frame.
pub(super) fn changed_attributes(
    before: &Object,
    after: &Object,
    num_frames: Option<u32>,
) -> BTreeSet<AttributeId> {
    let changing = |object: &Object| match &object.content {
        Content::Track(track) => track.attributes.clone(),
        Content::Shape(_) | Content::Span(_) | Content::Tag => BTreeMap::new(),
    };
    // Before its first keyframe, a track has no values that anybody could see.
    let first_seen = match &before.content {
        Content::Track(track) => track.keyframes.keys().next().copied().unwrap_or(0),
        Content::Shape(_) | Content::Span(_) | Content::Tag => 0,
    };
    let (changing_before, changing_after) = (changing(before), changing(after));
    let (mut kept, mut read_back) = (before.attributes.clone(), after.attributes.clone());
    let mut changed = BTreeSet::new();
    let frames: BTreeSet<u32> =
        changing_before.keys().chain(changing_after.keys()).copied().chain([first_seen]).collect();
    for frame in frames {
        kept.extend(changing_before.get(&frame).cloned().unwrap_or_default());
        read_back.extend(changing_after.get(&frame).cloned().unwrap_or_default());
        if frame >= first_seen && num_frames.is_none_or(|end| frame < end) {
            let lost = kept.iter().filter(|(id, value)| read_back.get(*id) != Some(value));
            changed.extend(lost.map(|(id, _)| *id));
        }
    }
    changed
}
