//! From what a person does on one frame of a video to what is edited over time.
//!
//! Tools, panels and commands see shapes ([`super::FrameView`]) and edit shapes. Here their edits become those of
//! the tracks that the shapes are of: a changed shape is a keyframe, a new one is a track.

use std::collections::BTreeMap;

use super::interpolation::aligned;
use super::{Document, Edit, ObjectChange, Register, Target, keyframe_at};
use crate::model::{Content, Flag, Keyframe, LabelUse, Object, ObjectId, Schema, Shape, Track};

/// What a drawn shape becomes on a video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewOnVideo {
    /// A track, which is there from this frame on.
    #[default]
    Track,
    /// A track that is there on this frame only.
    SingleFrame,
}

/// The edits over time that edits on a frame mean:
///
/// - Creating a shape makes a track with a keyframe there.
/// - Changing the shape of a track, or whether it is occluded, makes a keyframe there, or changes the one that is.
/// - The value of an attribute that may change from keyframe to keyframe is set from this frame on.
///
/// All other edits, and those of objects that are no tracks, are as they were.
pub fn on_frame(
    edits: Vec<Edit>,
    document: &Document,
    schema: &Schema,
    frame: u32,
    new: NewOnVideo,
) -> Vec<Edit> {
    let mut translation = Translation { document, schema, frame, keyframes: BTreeMap::new() };
    let mut translated: Vec<Edit> = edits
        .into_iter()
        .filter_map(|edit| {
            if edit.register == Register::CREATED {
                Some(created(edit, document, schema, frame, new))
            } else {
                translation.of(edit)
            }
        })
        .collect();
    translated.extend(translation.keyframes.into_iter().map(|(id, keyframe)| {
        Edit::change(document.asset(), id, &ObjectChange::Keyframe(frame, Some(keyframe)))
    }));
    translated
}

/// The track of a shape that is on a frame, and from there on or not after it.
pub(super) fn track_of(shape: Shape, occluded: bool, frame: u32, new: NewOnVideo) -> Track {
    let mut track = Track::default();
    if new == NewOnVideo::SingleFrame
        && let Some(next) = frame.checked_add(1)
    {
        track.keyframes.insert(next, Keyframe { shape: shape.clone(), outside: true, occluded });
    }
    track.keyframes.insert(frame, Keyframe { shape, outside: false, occluded });
    track
}

/// The creation of a track instead of that of a shape.
fn created(edit: Edit, document: &Document, schema: &Schema, frame: u32, new: NewOnVideo) -> Edit {
    let asset = document.asset();
    if !matches!(edit.target, Target::Object(on, _) if on == asset) {
        return edit;
    }
    let Ok(object) = edit.value.decode::<Object>() else { return edit };
    let Content::Shape(shape) = &object.content else { return edit };
    // A label that is for one of both settles it.
    let new = match object.label.and_then(|label| schema.label(label)) {
        Some(label) if !label.is_for(LabelUse::Track) => NewOnVideo::SingleFrame,
        Some(label) if !label.is_for(LabelUse::Shape) => NewOnVideo::Track,
        _ => new,
    };
    let track = track_of(shape.clone(), object.has(Flag::Occluded), frame, new);
    let mut object = object.with_content(Content::Track(track));
    object.flags.remove(&Flag::Occluded);
    Edit::create(asset, &object)
}

struct Translation<'a> {
    document: &'a Document,
    schema: &'a Schema,
    frame: u32,
    /// What the tracks have on the frame after the edits: one keyframe for what several edits change.
    keyframes: BTreeMap<ObjectId, Keyframe>,
}

impl Translation<'_> {
    /// What takes the place of an edit; `None` when it went into a keyframe.
    fn of(&mut self, edit: Edit) -> Option<Edit> {
        let Target::Object(asset, id) = edit.target else { return Some(edit) };
        let Some(track) = self.document.object(id).and_then(Object::as_track) else { return Some(edit) };
        match ObjectChange::decode(&edit.register, &edit.value) {
            Some(ObjectChange::Shape(shape)) => {
                let keyframe = self.keyframe(id, track);
                let occluded = keyframe.as_ref().is_some_and(|keyframe| keyframe.occluded);
                let shape = match keyframe {
                    Some(keyframe) => aligned(shape, &keyframe.shape),
                    None => shape,
                };
                self.keyframes.insert(id, Keyframe { shape, outside: false, occluded });
                None
            }
            Some(ObjectChange::Flag(Flag::Occluded, occluded)) => {
                // What cannot be seen is not partly hidden.
                let keyframe = self.keyframe(id, track).filter(|keyframe| !keyframe.outside)?;
                self.keyframes.insert(id, Keyframe { occluded, ..keyframe });
                None
            }
            Some(ObjectChange::Attribute(attribute, value))
                if self.schema.attribute(attribute).is_some_and(|(_, known)| known.mutable) =>
            {
                let change = ObjectChange::KeyframeAttribute(self.frame, attribute, value);
                Some(Edit::change(asset, id, &change))
            }
            _ => Some(edit),
        }
    }

    fn keyframe(&self, id: ObjectId, track: &Track) -> Option<Keyframe> {
        self.keyframes.get(&id).cloned().or_else(|| keyframe_at(track, self.frame))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, box_at, track};
    use crate::model::{Attribute, AttributeId, AttributeValue, Color, Label, LabelId};

    const SPEED: AttributeId = AttributeId::from_u128(50);
    const MAKE: AttributeId = AttributeId::from_u128(51);

    fn schema() -> Schema {
        let attribute = |id, mutable| Attribute {
            id,
            name: String::new(),
            input: Default::default(),
            default: None,
            mutable,
        };
        let mut label = Label::new(LabelId::from_u128(9), "car", Color::new(0, 0, 0));
        label.attributes = vec![attribute(SPEED, true), attribute(MAKE, false)];
        Schema::from_labels([label])
    }

    impl Desk {
        fn commit_on(&mut self, frame: u32, edits: Vec<Edit>) {
            let edits = on_frame(edits, &self.document, &schema(), frame, NewOnVideo::Track);
            self.commit(edits);
        }

        fn change_on(&mut self, frame: u32, object: ObjectId, changes: &[ObjectChange]) {
            let edits = changes.iter().map(|change| Edit::change(ASSET, object, change)).collect();
            self.commit_on(frame, edits);
        }
    }

    #[test]
    fn a_shape_drawn_on_a_frame_is_a_track_from_there_on() {
        let mut desk = Desk::default();
        let mut object = Object::shape(ObjectId::from_u128(1), box_at(3.0), None);
        object.flags.insert(Flag::Occluded);
        desk.commit_on(7, vec![Edit::create(ASSET, &object)]);
        let track = desk.document.object(object.id).unwrap().as_track().unwrap();
        let keyframe = Keyframe { shape: box_at(3.0), outside: false, occluded: true };
        assert_eq!(track.keyframes, BTreeMap::from([(7, keyframe)]));
    }

    #[test]
    fn a_shape_for_one_frame_is_gone_on_the_next() {
        let track = track_of(box_at(3.0), false, 7, NewOnVideo::SingleFrame);
        let seen = [6, 7, 8].map(|frame| crate::edit::shape_at(&track, frame).is_some());
        assert_eq!(seen, [false, true, false]);
    }

    #[test]
    fn moving_a_track_on_a_frame_makes_a_keyframe_and_leaves_the_others() {
        let (mut desk, id) = Desk::with_track(&[(0, 0.0, false), (10, 100.0, false)]);
        desk.change_on(5, id, &[ObjectChange::Shape(box_at(20.0))]);
        assert_eq!(desk.track(id), track(&[(0, 0.0, false), (5, 20.0, false), (10, 100.0, false)]));
    }

    #[test]
    fn several_changes_on_a_frame_go_into_one_keyframe() {
        let (mut desk, id) = Desk::with_track(&[(0, 0.0, false), (10, 100.0, false)]);
        let changes = [ObjectChange::Shape(box_at(20.0)), ObjectChange::Flag(Flag::Occluded, true)];
        desk.change_on(5, id, &changes);
        let keyframe = Keyframe { shape: box_at(20.0), outside: false, occluded: true };
        assert_eq!(desk.track(id).keyframes[&5], keyframe);
        desk.change_on(7, id, &[ObjectChange::Flag(Flag::Occluded, false)]);
        let keyframe = Keyframe { shape: box_at(52.0), outside: false, occluded: false };
        assert_eq!(desk.track(id).keyframes[&7], keyframe, "where it was between its keyframes");
    }

    #[test]
    fn only_what_may_change_over_time_does() {
        let (mut desk, id) = Desk::with_track(&[(0, 0.0, false)]);
        let value = Some(AttributeValue::Text("x".into()));
        let changes = [SPEED, MAKE].map(|attribute| ObjectChange::Attribute(attribute, value.clone()));
        desk.change_on(5, id, &changes);
        let object = desk.document.object(id).unwrap();
        assert_eq!(object.attributes.keys().collect::<Vec<_>>(), [&MAKE]);
        assert_eq!(desk.track(id).attributes[&5].keys().collect::<Vec<_>>(), [&SPEED]);
    }

    #[test]
    fn shapes_without_time_labels_and_deletions_are_edited_as_on_pictures() {
        let (mut desk, id) = Desk::with_track(&[(0, 0.0, false)]);
        let shape = Object::shape(ObjectId::from_u128(77), box_at(0.0), None);
        desk.commit(vec![Edit::create(ASSET, &shape)]);
        desk.change_on(5, shape.id, &[ObjectChange::Shape(box_at(4.0))]);
        assert_eq!(desk.document.object(shape.id).unwrap().as_shape(), Some(&box_at(4.0)));
        desk.change_on(5, id, &[ObjectChange::Label(Some(LabelId::from_u128(9)))]);
        assert_eq!(desk.document.object(id).unwrap().label, Some(LabelId::from_u128(9)));
        desk.commit_on(5, vec![Edit::delete(ASSET, id)]);
        assert!(desk.document.object(id).is_none());
    }
}
