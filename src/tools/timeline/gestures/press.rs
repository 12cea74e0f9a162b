//! What the button went down on: what a click does there, and which drag begins.

use super::banding::Banding;
use super::keyframes::KeyframeDrag;
use super::new_span::NewSpan;
use super::notes::{self, MarkerDrag};
use super::spans::SpanDrag;
use super::stretch::StretchDrag;
use super::{State, TimelineContext, TimelineResponse};
use crate::geometry::Point;
use crate::model::ObjectId;
use crate::tools::timeline::{KeyframeSelection, NoteId, TimelineTarget};
use crate::tools::{Cursor, Modifiers, Selection};

/// The button is down and the pointer has not gone far.
#[derive(Clone, Debug)]
pub(super) struct Press {
    pub(super) at: Point,
    pub(super) target: TimelineTarget,
    pub(super) modifiers: Modifiers,
}

const LOCKED: &str = "It is locked, so nothing was changed.";

impl Press {
    /// What releasing the button does, without a drag.
    pub(super) fn click(self, ctx: &TimelineContext) -> TimelineResponse {
        let Self { target, modifiers, .. } = self;
        match target {
            TimelineTarget::Note(note) => notes::go_to(note, ctx),
            TimelineTarget::Keyframe(object, frame) => click_keyframe(object, frame, modifiers, ctx),
            TimelineTarget::StretchEnd(object, _)
            | TimelineTarget::Track(object)
            | TimelineTarget::TrackRow(object)
            | TimelineTarget::SpanEdge(object, _)
            | TimelineTarget::Span(object) => {
                let keyframes = (!modifiers.toggles()).then(KeyframeSelection::new);
                let selection = Some(clicked(ctx.selection, object, modifiers));
                TimelineResponse { selection, keyframes, ..TimelineResponse::consumed() }
            }
            TimelineTarget::TierRow(_) | TimelineTarget::Background if !modifiers.toggles() => {
                let (selection, keyframes) = (Some(Selection::default()), Some(KeyframeSelection::new()));
                TimelineResponse { selection, keyframes, ..TimelineResponse::consumed() }
            }
            TimelineTarget::TierRow(_)
            | TimelineTarget::Background
            | TimelineTarget::Ruler
            | TimelineTarget::Section(_) => TimelineResponse::consumed(),
        }
    }

    /// The drag that begins where the button went down.
    pub(super) fn drag(self, ctx: &TimelineContext) -> State {
        let Self { at, target, modifiers } = self;
        let held = match &target {
            TimelineTarget::Note(NoteId::Marker(marker)) if ctx.can_edit => {
                Some(State::Marker(MarkerDrag::begin(*marker, at, modifiers)))
            }
            TimelineTarget::Note(_) => Some(State::Scrubbing),
            TimelineTarget::Keyframe(object, frame) if ctx.is_editable(*object) => {
                Some(State::Keyframes(KeyframeDrag::begin(ctx, (*object, *frame), at, modifiers)))
            }
            TimelineTarget::StretchEnd(object, end) if ctx.is_editable(*object) => {
                Some(State::Stretch(StretchDrag::begin(*object, *end, at, modifiers)))
            }
            TimelineTarget::SpanEdge(object, side) if ctx.is_editable(*object) => {
                Some(State::Spans(SpanDrag::of_edge(*object, *side, at, modifiers)))
            }
            TimelineTarget::Span(object) if ctx.is_editable(*object) => {
                Some(State::Spans(SpanDrag::of_body(ctx, *object, at, modifiers)))
            }
            TimelineTarget::TierRow(tier) if ctx.can_edit && !modifiers.toggles() => {
                Some(State::NewSpan(NewSpan::begin(tier.clone(), at)))
            }
            _ => None,
        };
        held.unwrap_or_else(|| State::Banding(Banding::begin(at, modifiers)))
    }
}

fn clicked(selection: &Selection, object: ObjectId, modifiers: Modifiers) -> Selection {
    if !modifiers.toggles() {
        return Selection::of(object);
    }
    let mut selection = selection.clone();
    selection.toggle(object);
    selection
}

/// A click on a keyframe goes to its frame, too: one wants to see what was set there.
fn click_keyframe(
    object: ObjectId,
    frame: u32,
    modifiers: Modifiers,
    ctx: &TimelineContext,
) -> TimelineResponse {
    if !modifiers.toggles() {
        return TimelineResponse {
            selection: Some(Selection::of(object)),
            keyframes: Some(KeyframeSelection::from([(object, frame)])),
            ..TimelineResponse::seek(frame)
        };
    }
    let mut keyframes = ctx.keyframes.clone();
    let mut selection = ctx.selection.clone();
    if !keyframes.remove(&(object, frame)) {
        keyframes.insert((object, frame));
        selection.insert(object);
    }
    TimelineResponse {
        selection: Some(selection),
        keyframes: Some(keyframes),
        ..TimelineResponse::consumed()
    }
}

/// A double click goes there.
pub(super) fn double_click(target: &TimelineTarget, at: Point, ctx: &TimelineContext) -> TimelineResponse {
    match target {
        TimelineTarget::Note(NoteId::Marker(marker)) => {
            TimelineResponse { name: Some(*marker), ..TimelineResponse::consumed() }
        }
        TimelineTarget::Span(object) | TimelineTarget::SpanEdge(object, _) => {
            let Some(span) = ctx.lanes.span(*object) else { return TimelineResponse::consumed() };
            TimelineResponse { selection: Some(Selection::of(*object)), ..TimelineResponse::seek(span.start) }
        }
        TimelineTarget::Track(object)
        | TimelineTarget::StretchEnd(object, _)
        | TimelineTarget::Keyframe(object, _) => TimelineResponse {
            selection: Some(Selection::of(*object)),
            ..TimelineResponse::seek(ctx.axis.frame_at(at.x))
        },
        _ => TimelineResponse::seek(ctx.axis.frame_at(at.x)),
    }
}

/// Selects what a menu opens for, unless it is selected, and goes to it where it stands on one frame: what the menu
/// offers is done on the frame on screen.
pub(super) fn open_menu(target: TimelineTarget, at: Point, ctx: &TimelineContext) -> TimelineResponse {
    let frame = ctx.axis.frame_at(at.x);
    let response = match &target {
        TimelineTarget::Note(note) => notes::go_to(*note, ctx),
        TimelineTarget::Ruler => TimelineResponse::seek(frame),
        TimelineTarget::Keyframe(object, frame) => {
            let (is_held, held) = (ctx.keyframes.contains(&(*object, *frame)), (*object, *frame));
            TimelineResponse {
                selection: (!ctx.selection.contains(*object)).then(|| Selection::of(*object)),
                keyframes: (!is_held).then(|| KeyframeSelection::from([held])),
                ..TimelineResponse::seek(*frame)
            }
        }
        TimelineTarget::StretchEnd(object, _)
        | TimelineTarget::Track(object)
        | TimelineTarget::TrackRow(object)
        | TimelineTarget::SpanEdge(object, _)
        | TimelineTarget::Span(object) => TimelineResponse {
            selection: (!ctx.selection.contains(*object)).then(|| Selection::of(*object)),
            keyframes: Some(KeyframeSelection::new()),
            ..TimelineResponse::consumed()
        },
        TimelineTarget::TierRow(_) | TimelineTarget::Section(_) | TimelineTarget::Background => {
            TimelineResponse::consumed()
        }
    };
    TimelineResponse { menu: Some((target, frame)), ..response }
}

/// How the pointer looks over something.
pub(super) fn cursor(target: &TimelineTarget, ctx: &TimelineContext) -> Cursor {
    match target {
        TimelineTarget::StretchEnd(object, _) | TimelineTarget::SpanEdge(object, _)
            if ctx.is_editable(*object) =>
        {
            Cursor::ResizeHorizontal
        }
        TimelineTarget::Note(_)
        | TimelineTarget::Keyframe(..)
        | TimelineTarget::Track(_)
        | TimelineTarget::StretchEnd(..)
        | TimelineTarget::SpanEdge(..)
        | TimelineTarget::Span(_)
        | TimelineTarget::Section(_) => Cursor::Pointer,
        TimelineTarget::TierRow(_) if ctx.can_edit => Cursor::Crosshair,
        TimelineTarget::Ruler
        | TimelineTarget::TrackRow(_)
        | TimelineTarget::TierRow(_)
        | TimelineTarget::Background => Cursor::Default,
    }
}

/// What one can do with something.
pub(super) fn hint(target: &TimelineTarget, ctx: &TimelineContext) -> &'static str {
    match target {
        TimelineTarget::Note(NoteId::Marker(_)) => {
            "Click to go there; drag to move it; double click to name it"
        }
        TimelineTarget::Note(NoteId::Comment(_)) => "Click to go to what the comment is about",
        TimelineTarget::Ruler => "Drag to go through the video; Shift+drag to loop over a part",
        TimelineTarget::Keyframe(object, _) | TimelineTarget::StretchEnd(object, _)
            if !ctx.is_editable(*object) =>
        {
            LOCKED.trim_end_matches('.')
        }
        TimelineTarget::Keyframe(..) => "Click to go there; drag to move it, with Alt to copy it",
        TimelineTarget::StretchEnd(..) => "Drag to let it end earlier or later",
        TimelineTarget::Track(_) | TimelineTarget::TrackRow(_) => {
            "Click to select; double click to go there; drag to select keyframes"
        }
        TimelineTarget::SpanEdge(..) => "Drag to let it begin or end elsewhere",
        TimelineTarget::Span(_) => {
            "Drag to move, also to another row, with Alt to copy; double click to go there"
        }
        TimelineTarget::TierRow(_) => "Drag to make a span",
        TimelineTarget::Section(_) => "Click to fold or unfold",
        TimelineTarget::Background => "Ctrl+wheel zooms; drag with the middle button to move along",
    }
}
