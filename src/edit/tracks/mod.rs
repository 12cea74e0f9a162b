//! What can be done to tracks.
//!
//! Each operation is a function from objects as they are to edits: one transaction, so one step to undo. Most are made
//! of one idea, [`splice`]: a track that is one track before a frame and another from there on.
//!
//! **Invariants.** On frames that an operation is not about, a track looks as before. An operation that would change
//! nothing makes no edits, and one that cannot be done none either; which is which, the caller can ask beforehand.
//! A frame without a number (`u32::MAX`) is never reached.

mod attributes;
mod carry;
mod convert;
mod extend;
mod keyframes;
mod merge;
mod shift;
mod simplify;
mod splice;
mod split;
mod stretches;
mod swap;

#[cfg(test)]
pub(super) mod desk;

pub use attributes::{same_from_here_on, same_on_all_frames, unset_attribute};
pub use carry::{carry, room};
pub use convert::{to_single_frames, to_track};
pub use extend::{extend_to, extend_to_end, propagate};
pub use keyframes::{
    delete_on_frame, next_keyframe, previous_keyframe, set_keyframe, set_occluded, set_outside,
    unset_keyframe,
};
pub use merge::merge;
pub use shift::shift;
pub use simplify::simplify;
pub use split::{cut, split};
pub use stretches::{is_single_frame, stretches};
pub use swap::swap;

use super::{Edit, ObjectChange};
use crate::model::{AssetId, ObjectId, Track};

/// The edits that make one track out of another: only what differs is written.
pub fn rewrite(asset: AssetId, id: ObjectId, before: &Track, after: &Track) -> Vec<Edit> {
    let mut changes = Vec::new();
    for frame in before.keyframes.keys().filter(|frame| !after.keyframes.contains_key(frame)) {
        changes.push(ObjectChange::Keyframe(*frame, None));
    }
    for (frame, keyframe) in &after.keyframes {
        if before.keyframes.get(frame) != Some(keyframe) {
            changes.push(ObjectChange::Keyframe(*frame, Some(keyframe.clone())));
        }
    }
    let value_of = |track: &Track, frame, id| track.attributes.get(&frame)?.get(&id).cloned();
    let of = |track: &Track| -> Vec<_> {
        let all = track.attributes.iter();
        all.flat_map(|(frame, values)| values.keys().map(|attribute| (*frame, *attribute))).collect()
    };
    let mut attributes = of(before);
    attributes.extend(of(after));
    attributes.sort_unstable();
    attributes.dedup();
    for (frame, attribute) in attributes {
        let value = value_of(after, frame, attribute);
        if value != value_of(before, frame, attribute) {
            changes.push(ObjectChange::KeyframeAttribute(frame, attribute, value));
        }
    }
    changes.iter().map(|change| Edit::change(asset, id, change)).collect()
}
