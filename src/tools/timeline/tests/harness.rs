//! A timeline for tests: gestures in frames and rows, checked after every input.
//!
//! What is checked: cancelling leaves nothing behind, edits change something, undoing a gesture restores everything,
//! and everything lies within the video.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::clock::ManualClock;
use crate::edit::{Document, Edit, NotesChange, StampSource, Transaction};
use crate::geometry::{Point, Rect};
use crate::model::{
    ActorId, Asset, AssetId, Color, Comment, CommentId, Content, Flag, Keyframe, Label, LabelId, Marker,
    MarkerId, Object, ObjectId, Schema, Shape, Span, Track,
};
use crate::tools::timeline::{
    Arrangement, Axis, KeyframeSelection, LaneRow, Lanes, NOTES_HEIGHT, NoteId, NotesLane, RULER_HEIGHT,
    SOUND_HEIGHT, TierId, TimelineContext, TimelineDraft, TimelineResponse, TimelineTool, delete_marker,
    shift_selected,
};
use crate::tools::{Button, Input, Key, Modifiers, Selection};

const ME: ActorId = ActorId::from_u128(1);
pub(super) const CAR: LabelId = LabelId::from_u128(10);

/// A video of 100 frames, each 10 points wide, with the playhead on frame 90 and without objects.
pub(super) fn timeline() -> Timeline {
    let mut timeline = Timeline {
        document: Document::new(AssetId::from_u128(3)),
        schema: Schema::from_labels([Label::new(CAR, "car", Color::for_index(0))]),
        stamps: StampSource::new(Arc::new(ManualClock::at_ms(1_000)), ME),
        lanes: Lanes::default(),
        note_marks: NotesLane::default(),
        note: None,
        arrangement: Arrangement::default(),
        axis: Axis::whole(100, 1000.0),
        rows_y: RULER_HEIGHT,
        playhead: 90,
        selection: Selection::default(),
        keyframes: KeyframeSelection::new(),
        folded_tiers: BTreeSet::new(),
        tool: TimelineTool::default(),
        modifiers: Modifiers::NONE,
        response: TimelineResponse::default(),
        named: None,
        last_title: None,
    };
    let asset = Asset::picture(timeline.document.asset(), "a.mp4", 10, 10);
    timeline.commit("add", vec![Edit::add_asset(&asset)]);
    timeline.followed()
}

pub(super) struct Timeline {
    pub(super) document: Document,
    schema: Schema,
    stamps: StampSource,
    lanes: Lanes,
    note_marks: NotesLane,
    note: Option<NoteId>,
    arrangement: Arrangement,
    axis: Axis,
    rows_y: f64,
    playhead: u32,
    selection: Selection,
    keyframes: KeyframeSelection,
    folded_tiers: BTreeSet<TierId>,
    tool: TimelineTool,
    modifiers: Modifiers,
    response: TimelineResponse,
    named: Option<MarkerId>,
    last_title: Option<String>,
}

pub(super) fn id(n: u128) -> ObjectId {
    ObjectId::from_u128(100 + n)
}

fn shape_of(frame: u32) -> Shape {
    Shape::from_rect(Rect::from_xywh(f64::from(frame), 0.0, 10.0, 10.0))
}

/// What there is.
impl Timeline {
    /// A track with keyframes; those with a minus are outside.
    pub(super) fn track(self, n: u128, keyframes: &[i64]) -> Self {
        let keyframes = keyframes.iter().map(|at| {
            let frame = at.unsigned_abs() as u32;
            (frame, Keyframe { shape: shape_of(frame), outside: *at < 0, occluded: false })
        });
        let track = Track { keyframes: keyframes.collect(), ..Track::default() };
        self.with(&Object::new(id(n), Content::Track(track), Some(CAR)))
    }

    pub(super) fn span(self, n: u128, start: u32, end: u32) -> Self {
        let span = Span { start, end, lane: String::new() };
        self.with(&Object::new(id(n), Content::Span(span), Some(CAR)))
    }

    fn with(mut self, object: &Object) -> Self {
        let edit = Edit::create(self.document.asset(), object);
        self.commit("make", vec![edit]);
        self.followed()
    }

    /// A span on a lane with a name.
    pub(super) fn span_on(self, n: u128, lane: &str, start: u32, end: u32) -> Self {
        let span = Span { start, end, lane: lane.to_owned() };
        self.with(&Object::new(id(n), Content::Span(span), Some(CAR)))
    }

    pub(super) fn marker(self, n: u128, frame: u32) -> Self {
        let marker = Marker { frame, text: String::new(), color: Color::for_index(0) };
        self.noted(&NotesChange::Marker(MarkerId::from_u128(n), Some(marker)))
    }

    /// A comment on a frame, about an object.
    pub(super) fn comment(self, n: u128, frame: u32, object: u128) -> Self {
        let comment = Comment { frame: Some(frame), object: Some(id(object)), ..Comment::default() };
        self.noted(&NotesChange::Comment(CommentId::from_u128(n), Some(comment)))
    }

    fn noted(mut self, change: &NotesChange) -> Self {
        let asset = self.document.asset();
        self.commit("note", vec![change.edit(asset)]);
        let mut it = self.followed();
        it.rows_y = RULER_HEIGHT + NOTES_HEIGHT;
        it
    }

    pub(super) fn locked(mut self, n: u128) -> Self {
        let change = crate::edit::ObjectChange::Flag(Flag::Locked, true);
        let edit = Edit::change(self.document.asset(), id(n), &change);
        self.commit("lock", vec![edit]);
        self.followed()
    }

    pub(super) fn playhead(mut self, frame: u32) -> Self {
        self.playhead = frame;
        self
    }

    /// The whole video in half the width: five points to a frame.
    pub(super) fn narrow(mut self) -> Self {
        self.axis = Axis::whole(100, 500.0);
        self
    }

    pub(super) fn zoomed_to(mut self, frames: std::ops::Range<u32>) -> Self {
        self.axis = self.axis.fitted_to(frames);
        self
    }

    fn commit(&mut self, title: &str, edits: Vec<Edit>) {
        let transaction = Transaction::from_edits(title, edits, &self.document, &mut self.stamps);
        for op in &transaction.ops {
            assert!(self.document.apply(op), "an edit that changes nothing: {op:?}");
        }
    }

    fn followed(mut self) -> Self {
        let labels = BTreeSet::from([CAR]);
        self.note_marks = NotesLane::new(self.document.notes(), 100);
        let about = (&self.selection, &labels);
        self.lanes.follow(self.document.alive(), &self.schema, 100, &self.arrangement, about);
        let mut anew = Lanes::default();
        anew.follow(self.document.alive(), &self.schema, 100, &self.arrangement, about);
        assert_eq!(self.lanes.rows(), anew.rows(), "following an edit gives what making it anew does");
        assert_eq!(self.lanes.tiers(), anew.tiers());
        self
    }

    fn ctx(&self) -> TimelineContext<'_> {
        TimelineContext {
            objects: self.document.alive(),
            lanes: &self.lanes,
            folded_tiers: &self.folded_tiers,
            axis: &self.axis,
            rows_y: self.rows_y,
            scroll_y: 0.0,
            playhead: self.playhead,
            notes: self.document.notes(),
            note_marks: &self.note_marks,
            note: self.note,
            range: None,
            selection: &self.selection,
            keyframes: &self.keyframes,
            label: Some(CAR),
            author: ME,
            can_edit: true,
        }
    }
}

/// Where a hand goes: to the middle of a frame, or to the edge before it, of the row of an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// The middle of a frame on the row of an object.
    Frame(u128, u32),
    /// The edge before a frame on the row of an object.
    Edge(u128, u32),
    /// A frame on the row of the chosen label's tier.
    Tier(u32),
    /// A frame on the row of the tier with this place among all rows of tiers.
    Row(usize, u32),
    /// A frame on the ruler.
    Ruler(u32),
    /// A frame on the lane of notes.
    Note(u32),
    /// A frame on the sound below the ruler.
    Sound(u32),
}

impl Timeline {
    /// Makes room for the sound between the ruler and the rows.
    pub(super) fn with_sound(mut self) -> Self {
        self.rows_y += SOUND_HEIGHT;
        self
    }

    fn point(&self, at: At) -> Point {
        let row_y = |n: u128| {
            let row = self.lanes.row_of(id(n)).expect("the object has a row");
            self.rows_y + row.y + row.height / 2.0
        };
        match at {
            At::Frame(n, frame) => Point::new(self.axis.x_of_frame(frame), row_y(n)),
            At::Edge(n, edge) => Point::new(self.axis.x_of_edge(edge), row_y(n)),
            At::Ruler(frame) => Point::new(self.axis.x_of_frame(frame), RULER_HEIGHT / 2.0),
            At::Note(frame) => Point::new(self.axis.x_of_frame(frame), RULER_HEIGHT + NOTES_HEIGHT / 2.0),
            At::Row(index, frame) => {
                let mut rows = self.lanes.rows().iter().filter(|row| matches!(row.row, LaneRow::Tier { .. }));
                let row = rows.nth(index).expect("there are so many rows");
                Point::new(self.axis.x_of_frame(frame), self.rows_y + row.y + row.height / 2.0)
            }
            At::Sound(frame) => Point::new(self.axis.x_of_frame(frame), self.rows_y - 1.0),
            At::Tier(frame) => {
                let row = self.lanes.rows().iter().find(|row| matches!(row.row, LaneRow::Tier { .. }));
                let row = row.expect("the tier of the chosen label is there");
                Point::new(self.axis.x_of_frame(frame), self.rows_y + row.y + row.height / 2.0)
            }
        }
    }

    fn send(mut self, input: Input) -> Self {
        let mut tool = std::mem::take(&mut self.tool);
        let response = tool.handle(&input, &self.ctx());
        let mut cancelled = tool.clone();
        cancelled.cancel();
        assert!(cancelled.is_idle());
        let draft = cancelled.draft(&self.ctx());
        assert_eq!(TimelineDraft { hovered: None, ..draft }, TimelineDraft::default(), "{}", tool.state());
        assert!(!tool.hint(&self.ctx()).is_empty() && !tool.hint(&self.ctx()).ends_with('.'));
        let _ = (tool.draft(&self.ctx()), tool.cursor(&self.ctx()));
        self.tool = tool;
        if let Some(gesture) = &response.gesture {
            self.last_title = Some(gesture.title.clone());
            self.commit(&gesture.title, gesture.edits.clone());
        }
        if let Some(frame) = response.seek {
            self.playhead = frame;
        }
        if let Some(selection) = &response.selection {
            self.selection = selection.clone();
        }
        if let Some(keyframes) = &response.keyframes {
            self.keyframes = keyframes.clone();
        }
        if let Some(axis) = response.axis {
            self.axis = axis;
        }
        if let Some(note) = response.note {
            self.note = note;
        }
        self.named = response.name.or(self.named);
        self.response = response;
        self.check_inside();
        self.followed()
    }

    fn check_inside(&self) {
        for object in self.document.objects() {
            match &object.content {
                Content::Track(track) => assert!(track.keyframes.keys().all(|frame| *frame < 100)),
                Content::Span(span) => assert!(span.start < span.end && span.end <= 100, "{span:?}"),
                Content::Shape(_) | Content::Tag => {}
            }
        }
    }
}

/// The hands.
impl Timeline {
    pub(super) fn hold(mut self, modifiers: Modifiers) -> Self {
        self.modifiers = modifiers;
        self
    }

    pub(super) fn down(self, at: At) -> Self {
        let (at, modifiers) = (self.point(at), self.modifiers);
        self.send(Input::PointerDown { at, button: Button::Primary, modifiers, click_count: 1 })
    }

    pub(super) fn move_to(self, at: At) -> Self {
        let (at, modifiers) = (self.point(at), self.modifiers);
        self.send(Input::PointerMove { at, modifiers })
    }

    pub(super) fn up(self, at: At) -> Self {
        let (at, modifiers) = (self.point(at), self.modifiers);
        self.send(Input::PointerUp { at, button: Button::Primary, modifiers })
    }

    pub(super) fn click(self, at: At) -> Self {
        self.move_to(at).down(at).up(at)
    }

    pub(super) fn double_click(self, at: At) -> Self {
        let (place, modifiers) = (self.point(at), self.modifiers);
        let second = Input::PointerDown { at: place, button: Button::Primary, modifiers, click_count: 2 };
        self.click(at).send(second).up(at)
    }

    pub(super) fn drag(self, from: At, to: At) -> Self {
        self.down(from).move_to(to).up(to)
    }

    pub(super) fn drag_with_middle(self, from: At, to: At) -> Self {
        let (from, to, modifiers) = (self.point(from), self.point(to), self.modifiers);
        self.send(Input::PointerDown { at: from, button: Button::Middle, modifiers, click_count: 1 })
            .send(Input::PointerMove { at: to, modifiers })
            .send(Input::PointerUp { at: to, button: Button::Middle, modifiers })
    }

    pub(super) fn press(self, key: Key) -> Self {
        let modifiers = self.modifiers;
        self.send(Input::Key { key, modifiers })
    }
}

/// What is expected.
impl Timeline {
    pub(super) fn expect_state(self, state: &str) -> Self {
        assert_eq!(self.tool.state(), state);
        self
    }

    /// The frames of a track's keyframes, those outside with a minus.
    pub(super) fn expect_track(self, n: u128, expected: &[i64]) -> Self {
        let Some(Content::Track(track)) = self.document.object(id(n)).map(|object| &object.content) else {
            panic!("there is no track {n}");
        };
        let frames: Vec<i64> = track
            .keyframes
            .iter()
            .map(|(frame, keyframe)| i64::from(*frame) * if keyframe.outside { -1 } else { 1 })
            .collect();
        assert_eq!(frames, expected);
        self
    }

    /// The keyframe at a frame holds the shape that was set at another.
    pub(super) fn expect_shape_of(self, n: u128, frame: u32, made_at: u32) -> Self {
        let Some(Content::Track(track)) = self.document.object(id(n)).map(|object| &object.content) else {
            panic!("there is no track {n}");
        };
        assert_eq!(track.keyframes[&frame].shape, shape_of(made_at));
        self
    }

    /// Every span, by where it begins.
    pub(super) fn expect_spans(self, expected: &[(u32, u32)]) -> Self {
        let mut spans: Vec<(u32, u32)> = self.lanes.spans().map(|bar| (bar.start, bar.end)).collect();
        spans.sort_unstable();
        assert_eq!(spans, expected);
        self
    }

    pub(super) fn expect_playhead(self, frame: u32) -> Self {
        assert_eq!(self.playhead, frame);
        self
    }

    pub(super) fn expect_selected(self, expected: &[u128]) -> Self {
        assert_eq!(
            self.selection.iter().collect::<Vec<_>>(),
            expected.iter().map(|n| id(*n)).collect::<Vec<_>>()
        );
        self
    }

    pub(super) fn expect_keyframes(self, expected: &[(u128, u32)]) -> Self {
        let expected: KeyframeSelection = expected.iter().map(|(n, frame)| (id(*n), *frame)).collect();
        assert_eq!(self.keyframes, expected);
        self
    }

    pub(super) fn expect_title(self, title: &str) -> Self {
        assert_eq!(self.last_title.as_deref(), Some(title));
        self
    }

    /// The frames of all markers.
    pub(super) fn expect_markers(self, expected: &[u32]) -> Self {
        assert_eq!(self.note_marks.markers().collect::<Vec<_>>(), expected);
        self
    }

    /// The lane that a span is on, and whether it bears the label of the harness.
    pub(super) fn expect_lane(self, n: u128, lane: &str, is_car: bool) -> Self {
        let object = self.document.object(id(n)).expect("the span is there");
        assert_eq!(object.as_span().map(|span| span.lane.as_str()), Some(lane));
        assert_eq!(object.label == Some(CAR), is_car);
        self
    }

    pub(super) fn expect_named(self, n: u128) -> Self {
        assert_eq!(self.named, Some(MarkerId::from_u128(n)));
        self
    }

    /// Carries out what is done by commands.
    pub(super) fn expect_deleted_marker(mut self) -> Self {
        let gesture = delete_marker(&self.ctx()).expect("a marker is chosen");
        self.commit(&gesture.title, gesture.edits);
        self.followed()
    }

    pub(super) fn shift(mut self, by: i64) -> Self {
        let response = shift_selected(&self.ctx(), by);
        if let Some(gesture) = response.gesture {
            self.last_title = Some(gesture.title.clone());
            self.commit(&gesture.title, gesture.edits);
        }
        self.keyframes = response.keyframes.unwrap_or(self.keyframes);
        self.check_inside();
        self.followed()
    }

    pub(super) fn expect_nothing_done(self) -> Self {
        assert_eq!(self.last_title, None);
        self
    }

    pub(super) fn expect_range(self, range: std::ops::Range<u32>) -> Self {
        assert_eq!(self.response.range, Some(range));
        self
    }

    pub(super) fn expect_first_in_sight(self, frame: u32) -> Self {
        assert_eq!(self.axis.visible().start, frame);
        self
    }

    pub(super) fn expect_deleted(self, n: u128) -> Self {
        assert!(self.document.object(id(n)).is_none());
        self
    }
}
