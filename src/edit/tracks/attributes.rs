//! Attributes that may change over time.

use super::rewrite;
use crate::edit::{Edit, ObjectChange, attributes_at};
use crate::model::{AssetId, AttributeId, Object, Track};

/// The value that an attribute has on a frame becomes its value on all frames.
pub fn same_on_all_frames(asset: AssetId, object: &Object, id: AttributeId, frame: u32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    let value = attributes_at(object, track, frame).remove(&id);
    let mut edits = without(asset, object, track, id, |_| true);
    if object.attributes.get(&id) != value.as_ref() {
        edits.push(Edit::change(asset, object.id, &ObjectChange::Attribute(id, value)));
    }
    edits
}

/// The value that an attribute has on a frame stays to the end of the video.
pub fn same_from_here_on(asset: AssetId, object: &Object, id: AttributeId, frame: u32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    without(asset, object, track, id, |at| at > frame)
}

/// An attribute goes on over a frame with the value that it had before.
pub fn unset_attribute(asset: AssetId, object: &Object, id: AttributeId, frame: u32) -> Vec<Edit> {
    let Some(track) = object.as_track() else { return Vec::new() };
    without(asset, object, track, id, |at| at == frame)
}

/// Takes the values away that were set on some frames.
fn without(
    asset: AssetId,
    object: &Object,
    track: &Track,
    id: AttributeId,
    is_gone: impl Fn(u32) -> bool,
) -> Vec<Edit> {
    let mut after = track.clone();
    for (_, values) in after.attributes.iter_mut().filter(|(at, _)| is_gone(**at)) {
        values.remove(&id);
    }
    rewrite(asset, object.id, track, &after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk};
    use crate::model::{AttributeValue, ObjectId};

    const SPEED: AttributeId = AttributeId::from_u128(50);

    /// A track whose speed is 10 from frame 5 on and 20 from frame 8 on.
    fn desk() -> (Desk, ObjectId) {
        let (mut desk, id) = Desk::with_track(&[(0, 0.0, false), (10, 10.0, false)]);
        for (frame, speed) in [(5, 10.0), (8, 20.0)] {
            let value = Some(AttributeValue::Number(speed));
            let change = ObjectChange::KeyframeAttribute(frame, SPEED, value);
            desk.commit(vec![Edit::change(ASSET, id, &change)]);
        }
        (desk, id)
    }

    fn speeds(desk: &Desk, id: ObjectId) -> Vec<Option<f64>> {
        let object = desk.object(id);
        let track = object.as_track().expect("a track");
        let speed = |frame| match attributes_at(&object, track, frame).remove(&SPEED) {
            Some(AttributeValue::Number(number)) => Some(number),
            _ => None,
        };
        [0, 5, 8].map(speed).to_vec()
    }

    #[test]
    fn a_value_is_set_for_all_frames_from_here_on_or_no_longer() {
        let (mut desk, id) = desk();
        assert_eq!(speeds(&desk, id), [None, Some(10.0), Some(20.0)]);
        desk.commit(same_from_here_on(ASSET, &desk.object(id), SPEED, 6));
        assert_eq!(speeds(&desk, id), [None, Some(10.0), Some(10.0)]);
        desk.commit(same_on_all_frames(ASSET, &desk.object(id), SPEED, 9));
        assert_eq!(speeds(&desk, id), [Some(10.0); 3]);
        assert!(same_on_all_frames(ASSET, &desk.object(id), SPEED, 0).is_empty(), "it is so already");
    }

    #[test]
    fn a_frame_on_which_a_value_was_set_has_the_one_before_again() {
        let (mut desk, id) = desk();
        desk.commit(unset_attribute(ASSET, &desk.object(id), SPEED, 8));
        assert_eq!(speeds(&desk, id), [None, Some(10.0), Some(10.0)]);
        assert!(unset_attribute(ASSET, &desk.object(id), SPEED, 7).is_empty());
    }
}
