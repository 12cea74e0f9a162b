//! A video's objects as they are on one frame.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::interpolation::{Stretch, attributes_at, shape_at};
use super::{Document, Objects, Revision};
use crate::model::{AssetId, Content, Flag, Object, ObjectId, Shape, Track};

/// The objects of a document on one frame. A track that can be seen there is an object of the same id whose content is
/// the shape that it has there, with the attributes and the flag [`Flag::Occluded`] as they are there; one that cannot
/// be seen is absent. Spans are there on their frames; shapes without time and tags are on every frame.
///
/// Following costs what changed, and a comparison of numbers for each track and span when the frame did.
#[derive(Clone, Debug)]
pub struct FrameView {
    objects: Objects,
    frame: u32,
    /// The state of the document.
    revision: Option<Revision>,
    /// On which frames each track and span looks as it does on this one.
    timed: BTreeMap<ObjectId, Stretch>,
    /// What tracks are shown as for the time being.
    instead: BTreeMap<ObjectId, Shape>,
}

impl FrameView {
    /// The view of an asset before it has followed a document.
    pub fn new(asset: AssetId) -> Self {
        Self {
            objects: Objects::new(asset),
            frame: 0,
            revision: None,
            timed: BTreeMap::new(),
            instead: BTreeMap::new(),
        }
    }

    /// The objects on the frame.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// The frame.
    pub fn frame(&self) -> u32 {
        self.frame
    }

    /// The state of the document that it has followed to.
    pub fn followed(&self) -> Option<Revision> {
        self.revision
    }

    /// Follows the document to its present state, and to a frame. Returns whether anything looks different.
    pub fn follow(&mut self, document: &Document, frame: u32) -> bool {
        let alive = document.alive();
        let before = self.objects.revision();
        let known = self.revision.filter(|_| alive.asset() == self.objects.asset());
        let changed: Option<HashSet<ObjectId>> =
            known.and_then(|known| alive.changed_since(known)).map(Iterator::collect);
        let has_moved = frame != self.frame;
        self.frame = frame;
        match changed {
            Some(changed) => {
                changed.into_iter().for_each(|id| self.look_at(alive, id));
                if has_moved {
                    let others = self.timed.iter().filter(|(_, stretch)| !stretch.is_same_on(frame));
                    let others: Vec<ObjectId> = others.map(|(id, _)| *id).collect();
                    others.into_iter().for_each(|id| self.look_at(alive, id));
                }
            }
            None => {
                let instead = std::mem::take(&mut self.instead);
                *self = Self { frame, instead, ..Self::new(alive.asset()) };
                alive.in_order().for_each(|object| self.look_at(alive, object.id));
                alive.in_conflict().iter().for_each(|id| self.look_at(alive, *id));
            }
        }
        self.revision = Some(alive.revision());
        before != self.objects.revision()
    }

    /// Shows tracks with other shapes than they have, until it is called again without them: what they are about to become.
    /// Their label, attributes and flags are those of the document. Returns whether anything looks different.
    pub fn show_instead(&mut self, document: &Document, instead: BTreeMap<ObjectId, Shape>) -> bool {
        if instead == self.instead {
            return false;
        }
        let before = self.objects.revision();
        let former = std::mem::replace(&mut self.instead, instead);
        let concerned: Vec<ObjectId> = former.keys().chain(self.instead.keys()).copied().collect();
        concerned.into_iter().for_each(|id| self.look_at(document.alive(), id));
        before != self.objects.revision()
    }

    fn look_at(&mut self, alive: &Objects, id: ObjectId) {
        let shown = alive.shared(id).and_then(|object| match &object.content {
            Content::Track(track) => {
                self.timed.insert(id, Stretch::around(track, self.frame));
                on_frame(object, track, self.frame, self.instead.get(&id)).map(Arc::new)
            }
            Content::Span(span) => {
                self.timed.insert(id, Stretch::around_span(span, self.frame));
                (span.start..span.end).contains(&self.frame).then(|| Arc::clone(object))
            }
            Content::Shape(_) | Content::Tag => {
                self.timed.remove(&id);
                Some(Arc::clone(object))
            }
        });
        if alive.object(id).is_none() {
            self.timed.remove(&id);
        }
        let is_in_conflict = alive.in_conflict().contains(&id);
        let is_same = self.objects.shared(id) == shown.as_ref()
            && self.objects.in_conflict().contains(&id) == is_in_conflict;
        if is_same {
            return;
        }
        let z_before = self.objects.lift(id);
        if let Some(object) = &shown {
            self.objects.lay(object);
        }
        self.objects.note(id, z_before, is_in_conflict);
    }
}

/// The object that a track is on a frame, with another shape where there is one instead; `None` where it cannot be seen.
fn on_frame(object: &Object, track: &Track, frame: u32, instead: Option<&Shape>) -> Option<Object> {
    let at = shape_at(track, frame);
    let occluded = at.as_ref().is_some_and(|at| at.occluded);
    let shape = instead.cloned().or(at.map(|at| at.shape))?;
    let mut shown = object.with_content(Content::Shape(shape));
    shown.attributes = attributes_at(object, track, frame);
    if occluded {
        shown.flags.insert(Flag::Occluded);
    } else {
        shown.flags.remove(&Flag::Occluded);
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::clock::ManualClock;
    use crate::edit::{Edit, ObjectChange, StampSource, Transaction};
    use crate::geometry::Rect;
    use crate::model::{ActorId, AttributeId, AttributeValue, Keyframe, Span};

    const ASSET: AssetId = AssetId::from_u128(1);

    fn keyframe(x: f64, outside: bool, occluded: bool) -> Keyframe {
        Keyframe { shape: Shape::from_rect(Rect::from_xywh(x, 0.0, 10.0, 10.0)), outside, occluded }
    }

    fn track(n: u128, keyframes: &[(u32, f64, bool)]) -> Object {
        let keyframes =
            keyframes.iter().map(|&(frame, x, outside)| (frame, keyframe(x, outside, false))).collect();
        Object::new(ObjectId::from_u128(n), Content::Track(Track { keyframes, ..Track::default() }), None)
    }

    struct Desk {
        document: Document,
        stamps: StampSource,
    }

    impl Desk {
        fn with(objects: &[Object]) -> Self {
            let stamps = StampSource::new(Arc::new(ManualClock::at_ms(0)), ActorId::from_u128(3));
            let mut desk = Self { document: Document::new(ASSET), stamps };
            desk.commit(objects.iter().map(|object| Edit::create(ASSET, object)).collect());
            desk
        }

        fn commit(&mut self, edits: Vec<Edit>) {
            let transaction = Transaction::from_edits("", edits, &self.document, &mut self.stamps);
            for op in &transaction.ops {
                self.document.apply(op);
            }
        }

        fn change(&mut self, n: u128, change: &ObjectChange) {
            self.commit(vec![Edit::change(ASSET, ObjectId::from_u128(n), change)]);
        }
    }

    fn x_of(view: &FrameView, n: u128) -> Option<f64> {
        Some(view.objects().object(ObjectId::from_u128(n))?.bounds()?.min.x)
    }

    #[test]
    fn a_track_is_a_shape_on_a_frame_and_absent_where_it_is_outside() {
        let desk = Desk::with(&[track(1, &[(2, 0.0, false), (12, 100.0, false), (20, 100.0, true)])]);
        let mut view = FrameView::new(ASSET);
        let seen = [0, 2, 7, 12, 19, 20].map(|frame| {
            view.follow(&desk.document, frame);
            x_of(&view, 1)
        });
        assert_eq!(seen, [None, Some(0.0), Some(50.0), Some(100.0), Some(100.0), None]);
    }

    #[test]
    fn only_what_looks_different_is_touched() {
        let still = track(1, &[(0, 5.0, false)]);
        let moving = track(2, &[(0, 0.0, false), (100, 100.0, false)]);
        let desk = Desk::with(&[still, moving]);
        let mut view = FrameView::new(ASSET);
        view.follow(&desk.document, 10);
        let before = view.objects().revision();
        assert!(view.follow(&desk.document, 11));
        let changed: Vec<_> = view.objects().changed_since(before).unwrap().collect();
        assert_eq!(changed, [ObjectId::from_u128(2)]);
        assert!(!view.follow(&desk.document, 11));
    }

    #[test]
    fn spans_are_there_on_their_frames_and_tags_and_shapes_without_time_on_every_frame() {
        let content = Content::Span(Span { start: 5, end: 9, lane: String::new() });
        let span = Object::new(ObjectId::from_u128(1), content, None);
        let tag = Object::new(ObjectId::from_u128(2), Content::Tag, None);
        let shape = Object::shape(ObjectId::from_u128(3), keyframe(7.0, false, false).shape, None);
        let desk = Desk::with(&[span, tag, shape]);
        let mut view = FrameView::new(ASSET);
        let shown = [4, 5, 8, 9].map(|frame| {
            view.follow(&desk.document, frame);
            view.objects().in_order().map(|object| object.kind().name()).collect::<Vec<_>>()
        });
        assert_eq!(shown[0], ["tag", "box"]);
        assert_eq!(shown[1], ["span", "tag", "box"]);
        assert_eq!((&shown[2], &shown[3]), (&shown[1], &shown[0]));
    }

    #[test]
    fn attributes_and_occlusion_are_those_of_the_frame() {
        let color = AttributeId::from_u128(5);
        let mut object = track(1, &[(0, 0.0, false)]);
        object.attributes.insert(color, AttributeValue::Text("green".into()));
        let mut desk = Desk::with(&[object]);
        desk.change(1, &ObjectChange::KeyframeAttribute(10, color, Some(AttributeValue::Text("red".into()))));
        desk.change(1, &ObjectChange::Keyframe(20, Some(keyframe(0.0, false, true))));
        let mut view = FrameView::new(ASSET);
        let seen = [9, 10, 19, 20].map(|frame| {
            view.follow(&desk.document, frame);
            let object = view.objects().object(ObjectId::from_u128(1)).unwrap();
            (object.attributes[&color].to_string(), object.has(Flag::Occluded))
        });
        let seen: Vec<_> = seen.iter().map(|(color, occluded)| (color.as_str(), *occluded)).collect();
        assert_eq!(seen, [("green", false), ("red", false), ("red", false), ("red", true)]);
    }

    /// Steps and edits of a session.
    #[derive(Clone, Debug)]
    enum Deed {
        GoTo(u32),
        Keyframe(u128, u32, Option<(f64, bool)>),
        Delete(u128),
        Z(u128, i64),
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let keyframe = proptest::option::of((0.0..50.0_f64, any::<bool>()));
        prop_oneof![
            3 => (0..30_u32).prop_map(Deed::GoTo),
            3 => (1..5_u128, 0..30_u32, keyframe).prop_map(|(n, at, keyframe)| Deed::Keyframe(n, at, keyframe)),
            1 => (1..5_u128).prop_map(Deed::Delete),
            1 => (1..5_u128, -3..3_i64).prop_map(|(n, z)| Deed::Z(n, z)),
        ]
    }

    proptest! {
        #[test]
        fn a_view_that_followed_is_as_one_made_anew(deeds in proptest::collection::vec(deed(), 1..40)) {
            let mut desk = Desk::with(&[1, 2, 3, 4].map(|n| track(n, &[(n as u32 * 3, 0.0, false)])));
            let (mut view, mut frame) = (FrameView::new(ASSET), 0);
            for deed in deeds {
                match deed {
                    Deed::GoTo(to) => frame = to,
                    Deed::Keyframe(n, at, value) => {
                        let value = value.map(|(x, outside)| keyframe(x, outside, false));
                        desk.change(n, &ObjectChange::Keyframe(at, value));
                    }
                    Deed::Delete(n) => desk.commit(vec![Edit::delete(ASSET, ObjectId::from_u128(n))]),
                    Deed::Z(n, z) => desk.change(n, &ObjectChange::Z(z)),
                }
                view.follow(&desk.document, frame);
                let mut fresh = FrameView::new(ASSET);
                fresh.follow(&desk.document, frame);
                prop_assert!(view.objects().in_order().eq(fresh.objects().in_order()));
                prop_assert!(view.objects().len() == fresh.objects().in_order().len());
            }
        }
    }
}
