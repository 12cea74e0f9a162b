//! Going through objects to review them: how far one is, and which is next.

use super::Objects;
use crate::model::{Content, Object, ObjectId, ReviewState};

/// How many objects were reviewed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewProgress {
    /// How many there are.
    pub num_objects: usize,
    /// How many of them are right.
    pub num_accepted: usize,
    /// How many went back to their author.
    pub num_returned: usize,
}

impl ReviewProgress {
    /// The progress over all objects of an asset.
    pub fn of(objects: &Objects) -> Self {
        let mut progress = Self { num_objects: objects.len(), ..Self::default() };
        for object in objects.in_order() {
            match object.review {
                ReviewState::Open => {}
                ReviewState::Accepted => progress.num_accepted += 1,
                ReviewState::Returned => progress.num_returned += 1,
            }
        }
        progress
    }

    /// How many nobody has said anything about.
    pub fn num_open(&self) -> usize {
        self.num_objects - self.num_accepted - self.num_returned
    }
}

/// Where an object begins to be seen, for the order of a review: by time, and in one picture from front to back.
fn place_in_review(object: &Object, place: usize) -> (u32, usize) {
    let frame = match &object.content {
        Content::Track(track) => {
            track.keyframes.iter().find(|(_, keyframe)| !keyframe.outside).map_or(0, |(frame, _)| *frame)
        }
        Content::Span(span) => span.start,
        Content::Shape(_) | Content::Tag => 0,
    };
    (frame, place)
}

/// The object after `current` that nobody has said anything about, or the one before it. At the end it begins anew, and
/// where there is no current one, at an end. `None` when all are reviewed; the current one alone counts only where no
/// other is left.
pub fn next_unreviewed(objects: &Objects, current: Option<ObjectId>, goes_on: bool) -> Option<ObjectId> {
    let mut order: Vec<((u32, usize), &Object)> = objects
        .in_order()
        .rev()
        .enumerate()
        .filter(|(_, object)| object.review == ReviewState::Open || Some(object.id) == current)
        .map(|(place, object)| (place_in_review(object, place), &**object))
        .collect();
    order.sort_unstable_by_key(|(place, _)| *place);
    if !goes_on {
        order.reverse();
    }
    let start = order.iter().position(|(_, object)| Some(object.id) == current).map_or(0, |at| at + 1);
    let (before, after) = order.split_at(start);
    let is_open = |object: &&Object| object.review == ReviewState::Open;
    after.iter().chain(before).map(|(_, object)| *object).find(is_open).map(|object| object.id)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::clock::ManualClock;
    use crate::edit::{Document, Edit, ObjectChange, StampSource, Transaction};
    use crate::model::{ActorId, AssetId, Span};

    const ASSET: AssetId = AssetId::from_u128(1);

    fn id(n: u128) -> ObjectId {
        ObjectId::from_u128(n)
    }

    /// Spans 1, 2, 3 that begin at these frames, of which some were reviewed.
    fn document(starts: [u32; 3], reviewed: &[(u128, ReviewState)]) -> Document {
        let mut document = Document::new(ASSET);
        let mut stamps = StampSource::new(Arc::new(ManualClock::at_ms(1)), ActorId::from_u128(1));
        let span = |start| Content::Span(Span { start, end: start + 1, lane: String::new() });
        let made = (1..).zip(starts).map(|(n, start)| Object::new(id(n), span(start), None));
        let mut edits: Vec<Edit> = made.map(|object| Edit::create(ASSET, &object)).collect();
        edits.extend(
            reviewed.iter().map(|(n, state)| Edit::change(ASSET, id(*n), &ObjectChange::Review(*state))),
        );
        for op in &Transaction::from_edits("", edits, &document, &mut stamps).ops {
            document.apply(op);
        }
        document
    }

    #[test]
    fn a_review_goes_by_time_and_begins_anew_at_the_end() {
        let document = document([20, 10, 30], &[]);
        let next = |current, goes_on| next_unreviewed(document.alive(), current, goes_on);
        assert_eq!(next(None, true), Some(id(2)));
        assert_eq!(next(Some(id(2)), true), Some(id(1)));
        assert_eq!(next(Some(id(3)), true), Some(id(2)));
        assert_eq!(next(Some(id(2)), false), Some(id(3)));
        assert_eq!(next(None, false), Some(id(3)));
    }

    #[test]
    fn what_was_reviewed_is_passed_over_and_counted() {
        let reviewed = [(1, ReviewState::Accepted), (3, ReviewState::Returned)];
        let document = document([20, 10, 30], &reviewed);
        assert_eq!(next_unreviewed(document.alive(), Some(id(1)), true), Some(id(2)));
        let progress = ReviewProgress::of(document.alive());
        assert_eq!((progress.num_accepted, progress.num_returned, progress.num_open()), (1, 1, 1));
    }

    #[test]
    fn when_all_are_reviewed_there_is_no_next() {
        let all = [1, 2, 3].map(|n| (n, ReviewState::Accepted));
        let document = document([0, 0, 0], &all);
        assert_eq!(next_unreviewed(document.alive(), Some(id(2)), true), None);
    }
}
