//! From shapes to tracks and back.

use super::rewrite;
use super::stretches::{is_single_frame, stretches};
use crate::edit::on_frame::{NewOnVideo, track_of};
use crate::edit::{Edit, attributes_at, shape_at};
use crate::model::{AssetId, Content, Flag, Object, ObjectId};

/// Lets a shape be there from now on: one that is on a single frame from that frame on, one without time, as
/// from a picture, from the first frame on. Returns the object, which is a new one where it had no time; `None` when
/// it is a track already, or no shape.
pub fn to_track(asset: AssetId, object: &Object) -> Option<(Vec<Edit>, ObjectId)> {
    match &object.content {
        Content::Shape(shape) => {
            let track = track_of(shape.clone(), object.has(Flag::Occluded), 0, NewOnVideo::Track);
            let mut new = Object { id: ObjectId::new(), ..object.with_content(Content::Track(track)) };
            new.flags.remove(&Flag::Occluded);
            Some((vec![Edit::delete(asset, object.id), Edit::create(asset, &new)], new.id))
        }
        Content::Track(track) if is_single_frame(track) => {
            let (start, _) = *stretches(track).first()?;
            let mut after = track.clone();
            after.keyframes.retain(|at, _| *at <= start);
            Some((rewrite(asset, object.id, track, &after), object.id))
        }
        Content::Track(_) | Content::Span(_) | Content::Tag => None,
    }
}

/// Makes of a track an object of its own for each frame, up to and without `end`, where it is as it was. `None`
/// when it is seen on fewer than two frames there, or on more than `max_frames`.
pub fn to_single_frames(
    asset: AssetId,
    object: &Object,
    end: u32,
    max_frames: usize,
) -> Option<(Vec<Edit>, Vec<ObjectId>)> {
    let track = object.as_track()?;
    let frames: Vec<u32> = stretches(track)
        .into_iter()
        .flat_map(|(start, to)| start..to.unwrap_or(end).min(end))
        .take(max_frames.saturating_add(1))
        .collect();
    if frames.len() < 2 || frames.len() > max_frames {
        return None;
    }
    let mut edits = vec![Edit::delete(asset, object.id)];
    let mut ids = Vec::with_capacity(frames.len());
    for frame in frames {
        let Some(at) = shape_at(track, frame) else { continue };
        let single = track_of(at.shape, at.occluded, frame, NewOnVideo::SingleFrame);
        let copy = Object {
            id: ObjectId::new(),
            attributes: attributes_at(object, track, frame),
            ..object.with_content(Content::Track(single))
        };
        ids.push(copy.id);
        edits.push(Edit::create(asset, &copy));
    }
    Some((edits, ids))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, box_at, look};
    use crate::model::Object;

    #[test]
    fn a_track_becomes_an_object_for_each_frame() {
        let (mut desk, id) = Desk::with_track(&[(2, 0.0, false), (5, 30.0, true), (8, 9.0, false)]);
        let (edits, ids) = to_single_frames(ASSET, &desk.object(id), 10, 100).unwrap();
        desk.commit(edits);
        let seen: Vec<Vec<u32>> = ids
            .iter()
            .map(|id| (0..20).filter(|frame| look(&desk.track(*id), *frame).is_some()).collect())
            .collect();
        assert_eq!(seen, [[2], [3], [4], [8], [9]]);
        assert_eq!(look(&desk.track(ids[1]), 3).unwrap().0, 10.0);
        assert!(desk.document.object(id).is_none());
    }

    #[test]
    fn too_many_frames_are_left_alone() {
        let (desk, id) = Desk::with_track(&[(0, 0.0, false)]);
        assert!(to_single_frames(ASSET, &desk.object(id), 1000, 100).is_none());
    }

    #[test]
    fn a_shape_becomes_a_track_that_goes_on() {
        let (mut desk, id) = Desk::with_track(&[(2, 0.0, false), (3, 0.0, true)]);
        let (edits, _) = to_track(ASSET, &desk.object(id)).unwrap();
        desk.commit(edits);
        assert!(look(&desk.track(id), 1).is_none() && look(&desk.track(id), 500).is_some());
        assert!(to_track(ASSET, &desk.object(id)).is_none());

        let shape = Object::shape(ObjectId::from_u128(7), box_at(4.0), None);
        desk.commit(vec![Edit::create(ASSET, &shape)]);
        let (edits, new) = to_track(ASSET, &shape).unwrap();
        desk.commit(edits);
        assert_eq!(look(&desk.track(new), 0), Some((4.0, false)));
        assert!(desk.document.object(shape.id).is_none());
    }
}
