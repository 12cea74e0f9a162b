//! Notes about an asset as registers of the asset: comments, review of frames, markers.

use super::thing::{put, read};
use super::{Edit, Json, Register, Target, Thing};
use crate::model::{
    ActorId, AssetId, AssetNotes, Comment, CommentId, FrameReview, FrameReviewId, Marker, MarkerId,
    ReviewState,
};

/// One change of the notes about an asset.
#[derive(Clone, Debug, PartialEq)]
pub enum NotesChange {
    /// A comment, or none.
    Comment(CommentId, Option<Comment>),
    /// Whether a comment is settled.
    Resolved(CommentId, bool),
    /// What a reviewer said of a stretch of frames, or nothing.
    Review(FrameReviewId, Option<FrameReview>),
    /// A marker, or none.
    Marker(MarkerId, Option<Marker>),
}

impl NotesChange {
    /// The register of the asset that it writes.
    pub fn register(&self) -> Register {
        match self {
            Self::Comment(id, _) => Register::keyed("comment", id),
            Self::Resolved(id, _) => Register::keyed("comment-resolved", id),
            Self::Review(id, _) => Register::keyed("frame-review", id),
            Self::Marker(id, _) => Register::keyed("marker", id),
        }
    }

    /// What it writes.
    pub fn value(&self) -> Json {
        match self {
            Self::Comment(_, value) => Json::of(value),
            Self::Resolved(_, value) => Json::of(value),
            Self::Review(_, value) => Json::of(value),
            Self::Marker(_, value) => Json::of(value),
        }
    }

    fn decode(register: &Register, value: &Json) -> Option<Self> {
        let (name, key) = register.parts();
        Some(match name {
            "comment" => Self::Comment(key.parse().ok()?, read(value)?),
            "comment-resolved" => Self::Resolved(key.parse().ok()?, read(value)?),
            "frame-review" => Self::Review(key.parse().ok()?, read(value)?),
            "marker" => Self::Marker(key.parse().ok()?, read(value)?),
            _ => return None,
        })
    }

    /// The change that takes a register back to what it was when the asset was made.
    pub(super) fn none(register: &Register) -> Option<Self> {
        let (name, key) = register.parts();
        Some(match name {
            "comment" => Self::Comment(key.parse().ok()?, None),
            "comment-resolved" => Self::Resolved(key.parse().ok()?, false),
            "frame-review" => Self::Review(key.parse().ok()?, None),
            "marker" => Self::Marker(key.parse().ok()?, None),
            _ => return None,
        })
    }

    /// The edit that makes it.
    pub fn edit(&self, asset: AssetId) -> Edit {
        Edit { target: Target::Asset(asset), register: self.register(), value: self.value() }
    }
}

impl Thing for AssetNotes {
    type Id = AssetId;

    /// An asset is made without notes.
    fn from_created(_: AssetId, _: &Json) -> Option<Self> {
        Some(Self::default())
    }

    fn set(&mut self, register: &Register, value: &Json) {
        match NotesChange::decode(register, value) {
            Some(NotesChange::Comment(id, comment)) => put(&mut self.comments, id, comment),
            Some(NotesChange::Resolved(id, true)) => drop(self.resolved.insert(id)),
            Some(NotesChange::Resolved(id, false)) => drop(self.resolved.remove(&id)),
            Some(NotesChange::Review(id, review)) => put(&mut self.reviews, id, review),
            Some(NotesChange::Marker(id, marker)) => put(&mut self.markers, id, marker),
            None => {}
        }
    }

    fn get(&self, register: &Register) -> Option<Json> {
        let change = match NotesChange::none(register)? {
            NotesChange::Comment(id, _) => NotesChange::Comment(id, self.comments.get(&id).cloned()),
            NotesChange::Resolved(id, _) => NotesChange::Resolved(id, self.resolved.contains(&id)),
            NotesChange::Review(id, _) => NotesChange::Review(id, self.reviews.get(&id).cloned()),
            NotesChange::Marker(id, _) => NotesChange::Marker(id, self.markers.get(&id).cloned()),
        };
        Some(change.value())
    }
}

/// The same words on frames side by side become one stretch when they are said within this time.
const ONE_BREATH_MS: u64 = 60_000;

/// Says something of the frames from `start` up to and without `end`. What was said of them before gives way; the same
/// that was just said of the frames beside them goes on over them.
pub fn review_frames(
    asset: AssetId,
    notes: &AssetNotes,
    (start, end): (u32, u32),
    state: ReviewState,
    author: Option<ActorId>,
    at_ms: u64,
) -> Vec<Edit> {
    let mut changes = Vec::new();
    if start >= end {
        return Vec::new();
    }
    for (id, before) in &notes.reviews {
        if before.end <= start || end <= before.start {
            continue;
        }
        let left = (before.start < start).then(|| FrameReview { end: start, ..before.clone() });
        let right = (end < before.end).then(|| FrameReview { start: end, ..before.clone() });
        match (left, right) {
            (Some(left), Some(right)) => {
                changes.push(NotesChange::Review(*id, Some(left)));
                changes.push(NotesChange::Review(FrameReviewId::new(), Some(right)));
            }
            (left, right) => changes.push(NotesChange::Review(*id, left.or(right))),
        }
    }
    if state != ReviewState::Open {
        let is_same = |before: &FrameReview| {
            (before.state, before.author) == (state, author)
                && at_ms.saturating_sub(before.at_ms) < ONE_BREATH_MS
                && (before.end == start || before.start == end)
        };
        let review = match notes.reviews.iter().find(|(_, before)| is_same(before)) {
            Some((id, before)) => {
                let (start, end) = (start.min(before.start), end.max(before.end));
                NotesChange::Review(*id, Some(FrameReview { start, end, ..before.clone() }))
            }
            None => {
                let review = FrameReview { start, end, state, author, at_ms };
                NotesChange::Review(FrameReviewId::new(), Some(review))
            }
        };
        changes.push(review);
    }
    changes.iter().map(|change| change.edit(asset)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::base::clock::ManualClock;
    use crate::edit::{Document, StampSource, Transaction};
    use crate::model::{Asset, Color};

    const ASSET: AssetId = AssetId::from_u128(1);

    struct Desk {
        document: Document,
        stamps: StampSource,
    }

    impl Desk {
        fn new() -> Self {
            let stamps = StampSource::new(Arc::new(ManualClock::at_ms(0)), ActorId::from_u128(3));
            let mut desk = Self { document: Document::new(ASSET), stamps };
            desk.commit(vec![Edit::add_asset(&Asset::picture(ASSET, "a.mp4", 10, 10))]);
            desk
        }

        fn commit(&mut self, edits: Vec<Edit>) {
            let transaction = Transaction::from_edits("", edits, &self.document, &mut self.stamps);
            for op in &transaction.ops {
                self.document.apply(op);
            }
        }

        fn notes(&self) -> AssetNotes {
            self.document.notes().clone()
        }
    }

    #[test]
    fn comments_are_written_settled_and_taken_away() {
        let (mut desk, id) = (Desk::new(), CommentId::from_u128(1));
        let comment = Comment { text: "the wheel is missing".into(), frame: Some(7), ..Comment::default() };
        desk.commit(vec![NotesChange::Comment(id, Some(comment.clone())).edit(ASSET)]);
        assert_eq!(desk.notes().comments[&id], comment);
        desk.commit(vec![NotesChange::Resolved(id, true).edit(ASSET)]);
        assert_eq!(desk.notes().open_comments().count(), 0);
        desk.commit(vec![
            NotesChange::Comment(id, None).edit(ASSET),
            NotesChange::Resolved(id, false).edit(ASSET),
        ]);
        assert!(desk.notes().is_empty());
    }

    #[test]
    fn markers_of_other_assets_are_not_here() {
        let (mut desk, id) = (Desk::new(), MarkerId::from_u128(1));
        let marker = Marker { frame: 3, text: String::new(), color: Color::new(1, 2, 3) };
        let change = NotesChange::Marker(id, Some(marker));
        desk.commit(vec![change.edit(AssetId::from_u128(2))]);
        assert!(desk.notes().is_empty());
        desk.commit(vec![change.edit(ASSET)]);
        assert_eq!(desk.notes().markers.len(), 1);
    }

    #[test]
    fn a_register_reads_as_nothing_in_an_asset_without_notes() {
        let change = NotesChange::Marker(MarkerId::from_u128(1), None);
        let asset = Asset::picture(ASSET, "a.mp4", 10, 10);
        assert_eq!(asset.get(&change.register()), Some(Json::of(&())), "so that undo can go back to it");
    }

    #[test]
    fn frames_that_are_accepted_one_after_the_other_are_one_stretch() {
        let mut desk = Desk::new();
        for (start, at_ms) in [(5, 0), (6, 1000), (4, 2000), (7, ONE_BREATH_MS)] {
            let edits =
                review_frames(ASSET, &desk.notes(), (start, start + 1), ReviewState::Accepted, None, at_ms);
            desk.commit(edits);
        }
        let notes = desk.notes();
        let mut stretches: Vec<_> = notes.reviews.values().map(|r| (r.start, r.end, r.at_ms)).collect();
        stretches.sort_unstable();
        assert_eq!(stretches, [(4, 7, 0), (7, 8, ONE_BREATH_MS)]);
        assert_eq!(notes.reviewed(), [(4, 8, ReviewState::Accepted)]);
    }

    proptest! {
        #[test]
        fn the_last_word_on_a_frame_counts_and_no_two_reviews_overlap(
            said in proptest::collection::vec((0..50_u32, 1..20_u32, 0..3_usize), 1..12),
        ) {
            let mut desk = Desk::new();
            let states = [ReviewState::Open, ReviewState::Accepted, ReviewState::Returned];
            let mut expected = [ReviewState::Open; 80];
            for (at_ms, (start, num, state)) in said.into_iter().enumerate() {
                let (end, state) = (start + num, states[state]);
                desk.commit(review_frames(ASSET, &desk.notes(), (start, end), state, None, at_ms as u64));
                expected[start as usize..end as usize].fill(state);
            }
            let notes = desk.notes();
            for (frame, state) in (0..).zip(expected) {
                prop_assert_eq!(notes.review_at(frame), state);
                let over = notes.reviews.values().filter(|r| (r.start..r.end).contains(&frame));
                prop_assert!(over.count() <= 1);
            }
        }
    }
}
