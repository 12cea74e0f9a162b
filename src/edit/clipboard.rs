//! Copied objects, as text that can go through the system's clipboard.

use serde::{Deserialize, Serialize};

use super::Edit;
use crate::geometry::Vector;
use crate::model::{ActorId, AssetId, Content, Object, ObjectId, Provenance, ReviewState};

/// Copied objects. They keep label, attributes and place, and get new ids where they are pasted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clipboard {
    /// The objects, from the back to the front.
    #[serde(rename = "fieldmark-objects")]
    pub objects: Vec<Object>,
}

impl Clipboard {
    /// The text for the system's clipboard.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("our types serialise to JSON")
    }

    /// Reads what [`Clipboard::to_text`] wrote; `None` for any other text.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The edits that put the objects onto an asset in front of all others, moved by a vector. Returns the new
    /// ids as well.
    pub fn paste(
        &self,
        asset: AssetId,
        by: Vector,
        first_z: i64,
        author: ActorId,
    ) -> (Vec<Edit>, Vec<ObjectId>) {
        let objects: Vec<_> =
            self.objects.iter().zip(first_z..).map(|(o, z)| renewed(o, by, z, author)).collect();
        let edits = objects.iter().map(|object| Edit::create(asset, object)).collect();
        (edits, objects.iter().map(|object| object.id).collect())
    }
}

/// A copy with an id of its own, drawn by whoever pastes it and not reviewed yet.
fn renewed(object: &Object, by: Vector, z: i64, author: ActorId) -> Object {
    let mut copy = Object {
        id: ObjectId::new(),
        z,
        author: Some(author),
        provenance: Provenance::Hand,
        review: ReviewState::Open,
        ..object.clone()
    };
    match &mut copy.content {
        Content::Shape(shape) => shape.geometry_mut().translate(by),
        Content::Track(track) => {
            track.keyframes.values_mut().for_each(|keyframe| keyframe.shape.geometry_mut().translate(by));
        }
        Content::Span(_) | Content::Tag => {}
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;
    use crate::model::Shape;

    #[test]
    fn pasted_objects_are_new_ones_in_front() {
        let object =
            Object::shape(ObjectId::new(), Shape::from_rect(Rect::from_xywh(0.0, 0.0, 5.0, 5.0)), None);
        let clipboard = Clipboard { objects: vec![object.clone()] };
        let read = Clipboard::from_text(&clipboard.to_text()).unwrap();
        assert_eq!(read, clipboard);
        let (edits, ids) = read.paste(AssetId::new(), Vector::new(10.0, 0.0), 7, ActorId::new());
        let pasted: Object = edits[0].value.decode().unwrap();
        assert_eq!((pasted.id, pasted.z), (ids[0], 7));
        assert_ne!(pasted.id, object.id);
        assert_eq!(pasted.bounds().unwrap().min.x, 10.0);
        assert_eq!(Clipboard::from_text("just some words"), None);
    }
}
