//! Going through objects, or frames, to review them: how far one is, which is next, and what was put right on the way.

use std::collections::BTreeSet;

use super::{Document, Edit, ObjectChange, Objects, Register, Target};
use crate::model::{AssetNotes, Content, Flag, Object, ObjectId, ReviewState};

/// How many objects, or frames, were reviewed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewProgress {
    /// How many there are.
    pub num_all: usize,
    /// How many of them were right.
    pub num_accepted: usize,
    /// How many were put right.
    pub num_corrected: usize,
    /// How many went back to their author.
    pub num_returned: usize,
}

impl ReviewProgress {
    /// The progress over all objects of an asset.
    pub fn of(objects: &Objects) -> Self {
        let mut progress = Self { num_all: objects.len(), ..Self::default() };
        objects.in_order().for_each(|object| progress.count(object.review, 1));
        progress
    }

    /// The progress over the frames of a video.
    pub fn of_frames(notes: &AssetNotes, num_frames: u32) -> Self {
        let mut progress = Self { num_all: num_frames as usize, ..Self::default() };
        for (start, end, state) in notes.reviewed() {
            progress.count(state, end.min(num_frames).saturating_sub(start) as usize);
        }
        progress
    }

    fn count(&mut self, state: ReviewState, num: usize) {
        match state {
            ReviewState::Open => {}
            ReviewState::Accepted => self.num_accepted += num,
            ReviewState::Corrected => self.num_corrected += num,
            ReviewState::Returned => self.num_returned += num,
        }
    }

    /// How many nobody has said anything about.
    pub fn num_open(&self) -> usize {
        self.num_all.saturating_sub(self.num_accepted + self.num_corrected + self.num_returned)
    }
}

/// The frame on which an object is first in sight; `None` of one that has no frames.
pub fn first_in_sight(object: &Object) -> Option<u32> {
    match &object.content {
        Content::Track(track) => {
            track.keyframes.iter().find(|(_, keyframe)| !keyframe.outside).map(|(frame, _)| *frame)
        }
        Content::Span(span) => Some(span.start),
        Content::Shape(_) | Content::Tag => None,
    }
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
        // By time, and in one picture from front to back.
        .map(|(place, object)| ((first_in_sight(object).unwrap_or(0), place), &**object))
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

/// The frame after `current` that nobody has said anything about, or the one before it; at the end it begins anew.
/// `None` when all are reviewed; the current one itself counts only where no other is left.
pub fn next_unreviewed_frame(
    notes: &AssetNotes,
    num_frames: u32,
    current: u32,
    goes_on: bool,
) -> Option<u32> {
    let open = unreviewed(notes, num_frames);
    let after = open.iter().find(|(_, end)| *end > current + 1).map(|(start, _)| *start.max(&(current + 1)));
    let before =
        open.iter().rev().find(|(start, _)| *start < current).map(|(_, end)| (end - 1).min(current - 1));
    match goes_on {
        true => after.or_else(|| open.first().map(|(start, _)| *start)),
        false => before.or_else(|| open.last().map(|(_, end)| end - 1)),
    }
}

/// Where the frames begin that nobody has said anything about and that end with this one; `None` where something was
/// said of it.
pub fn unreviewed_up_to(notes: &AssetNotes, frame: u32) -> Option<u32> {
    unreviewed(notes, frame + 1).last().filter(|(_, end)| *end == frame + 1).map(|(start, _)| *start)
}

/// The stretches of the first `num_frames` frames that nobody has said anything about, in order.
fn unreviewed(notes: &AssetNotes, num_frames: u32) -> Vec<(u32, u32)> {
    let mut open = Vec::new();
    let mut from = 0;
    for (start, end, _) in notes.reviewed() {
        if from < start.min(num_frames) {
            open.push((from, start.min(num_frames)));
        }
        from = end;
    }
    if from < num_frames {
        open.push((from, num_frames));
    }
    open
}

/// What is to be said of the objects that these edits make or put right: that the reviewer has done so. Deleting,
/// hiding, locking and remarks put nothing right.
pub fn corrections(edits: &[Edit], document: &Document) -> Vec<Edit> {
    let review = ObjectChange::Review(ReviewState::Open).register();
    let mut corrected = BTreeSet::new();
    let mut told = BTreeSet::new();
    for edit in edits {
        let Target::Object(asset, id) = edit.target else { continue };
        if asset != document.asset() {
            continue;
        }
        if edit.register == review || edit.register == Register::DELETED {
            told.insert(id);
        } else if puts_right(&edit.register) {
            corrected.insert(id);
        }
    }
    let is_news = |id: &ObjectId| {
        !told.contains(id) && document.object(*id).is_none_or(|o| o.review != ReviewState::Corrected)
    };
    let change = ObjectChange::Review(ReviewState::Corrected);
    corrected.iter().filter(|id| is_news(id)).map(|id| Edit::change(document.asset(), *id, &change)).collect()
}

fn puts_right(register: &Register) -> bool {
    match register.parts() {
        ("flag", key) => !matches!(Flag::from_name(key), Some(Flag::Hidden | Flag::Locked)),
        ("comment" | "z" | "group", _) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::base::clock::ManualClock;
    use crate::edit::{StampSource, Transaction};
    use crate::model::{ActorId, AssetId, FrameReview, FrameReviewId, Span};

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
    fn what_the_reviewer_changes_is_corrected_and_what_is_only_hidden_is_not() {
        let document = document([20, 10, 30], &[(3, ReviewState::Corrected)]);
        let change = |n, change: &ObjectChange| Edit::change(ASSET, id(n), change);
        let hidden = change(1, &ObjectChange::Flag(Flag::Hidden, true));
        assert!(corrections(&[hidden, change(1, &ObjectChange::Comment("?".into()))], &document).is_empty());
        let label = ObjectChange::Label(None);
        let corrected = change(2, &ObjectChange::Review(ReviewState::Corrected));
        assert_eq!(corrections(&[change(2, &label), change(3, &label)], &document), [corrected]);
        let accepted = change(2, &ObjectChange::Review(ReviewState::Accepted));
        assert!(corrections(&[change(2, &label), accepted], &document).is_empty(), "more was said of it");
    }

    #[test]
    fn frames_are_walked_past_what_was_said_of_them() {
        let notes = said(&[(10, 20), (30, 40)]);
        let next = |current, goes_on| next_unreviewed_frame(&notes, 40, current, goes_on);
        assert_eq!([0, 9, 15, 29, 35].map(|frame| next(frame, true)), [1, 20, 20, 0, 0].map(Some));
        assert_eq!([0, 20, 15, 35].map(|frame| next(frame, false)), [29, 9, 9, 29].map(Some));
        assert_eq!(
            [9, 15, 25, 35].map(|frame| unreviewed_up_to(&notes, frame)),
            [Some(0), None, Some(20), None]
        );
        assert_eq!(next_unreviewed_frame(&said(&[(0, 9)]), 9, 3, true), None);
    }

    fn said(stretches: &[(u32, u32)]) -> AssetNotes {
        let state = ReviewState::Accepted;
        let review = |&(start, end)| FrameReview { start, end, state, author: None, at_ms: 0 };
        let ids = (1..).map(FrameReviewId::from_u128);
        AssetNotes { reviews: ids.zip(stretches.iter().map(review)).collect(), ..AssetNotes::default() }
    }

    proptest! {
        #[test]
        fn a_walk_over_the_frames_meets_every_open_one_once(
            stretches in proptest::collection::vec((0..60_u32, 1..15_u32), 0..6),
            start in 0..60_u32,
            goes_on in proptest::bool::ANY,
        ) {
            let stretches: Vec<_> = stretches.iter().map(|(start, num)| (*start, start + num)).collect();
            let notes = said(&stretches);
            let open: BTreeSet<u32> =
                (0..60).filter(|frame| notes.review_at(*frame) == ReviewState::Open).collect();
            prop_assert_eq!(ReviewProgress::of_frames(&notes, 60).num_open(), open.len());
            let mut met = BTreeSet::new();
            let mut current = start;
            for _ in 0..open.len() {
                current = next_unreviewed_frame(&notes, 60, current, goes_on).expect("some are open");
                prop_assert!(met.insert(current));
            }
            prop_assert_eq!(met, open);
        }
    }

    #[test]
    fn when_all_are_reviewed_there_is_no_next() {
        let all = [1, 2, 3].map(|n| (n, ReviewState::Accepted));
        let document = document([0, 0, 0], &all);
        assert_eq!(next_unreviewed(document.alive(), Some(id(2)), true), None);
    }
}
