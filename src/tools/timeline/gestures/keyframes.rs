//! Keyframes are moved or copied in time, one or many, and deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Readout;
use super::snapping::{End, snap};
use super::{KeyframeSelection, TimelineContext, TimelineDraft, TimelineResponse};
use crate::edit::Edit;
use crate::edit::tracks::rewrite;
use crate::geometry::Point;
use crate::model::{Content, ObjectId, Track};
use crate::tools::{Gesture, Modifiers};

/// Moves keyframes by whole frames. One that lands on another of its track takes its place.
#[derive(Clone, Debug)]
pub(super) struct KeyframeDrag {
    keyframes: KeyframeSelection,
    /// The tracks that they are of.
    tracks: BTreeSet<ObjectId>,
    /// The one that was pressed.
    held: (ObjectId, u32),
    pressed_x: f64,
    at: Point,
    modifiers: Modifiers,
}

impl KeyframeDrag {
    /// All selected ones are dragged where the held one is among them; else it alone.
    pub(super) fn begin(
        ctx: &TimelineContext,
        held: (ObjectId, u32),
        pressed_at: Point,
        modifiers: Modifiers,
    ) -> Self {
        let keyframes = match ctx.keyframes.contains(&held) {
            true => ctx.keyframes.iter().copied().filter(|(object, _)| ctx.is_editable(*object)).collect(),
            false => KeyframeSelection::from([held]),
        };
        let tracks = keyframes.iter().map(|(object, _)| *object).collect();
        Self { keyframes, tracks, held, pressed_x: pressed_at.x, at: pressed_at, modifiers }
    }

    pub(super) fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        self.at = at;
        self.modifiers = modifiers;
    }

    /// By how many frames they go, and the edge that the held one snapped to. None leaves the video.
    fn way(&self, ctx: &TimelineContext) -> (i64, Option<u32>) {
        let axis = ctx.axis;
        let x = axis.x_of_edge(self.held.1) + self.at.x - self.pressed_x;
        let target = axis.edge_at(x).min(axis.num_frames() - 1);
        let snapped = snap(ctx, target, End::First, &self.tracks, self.modifiers)
            .filter(|edge| *edge < axis.num_frames());
        let wanted = i64::from(snapped.unwrap_or(target)) - i64::from(self.held.1);
        let way = way_within(ctx, &self.keyframes, wanted);
        (way, snapped.filter(|_| way == wanted))
    }

    pub(super) fn draft(&self, ctx: &TimelineContext) -> TimelineDraft {
        let (by, snapped) = self.way(ctx);
        let moved = |frame: u32| u32::try_from(i64::from(frame) + by).unwrap_or(frame);
        // Of very many, those that can be seen.
        let visible = ctx.axis.visible();
        let keyframes = self.keyframes.iter().map(|(object, frame)| (*object, moved(*frame)));
        TimelineDraft {
            keyframes: keyframes.filter(|(_, frame)| visible.contains(frame)).collect(),
            copies: self.modifiers.alt,
            snapped,
            readout: Some(Readout::Moved { frame: moved(self.held.1), by }),
            ..TimelineDraft::default()
        }
    }

    pub(super) fn finish(&self, ctx: &TimelineContext) -> TimelineResponse {
        let (by, _) = self.way(ctx);
        moved_by(ctx, &self.keyframes, by, self.modifiers.alt)
    }
}

/// As far as keyframes can go without one of them leaving the video, frames.
fn way_within(ctx: &TimelineContext, keyframes: &KeyframeSelection, wanted: i64) -> i64 {
    let frames = || keyframes.iter().map(|(_, frame)| i64::from(*frame));
    let (first, last) = (frames().min().unwrap_or(0), frames().max().unwrap_or(0));
    wanted.clamp(-first, (i64::from(ctx.axis.num_frames()) - 1 - last).max(-first))
}

/// Moves keyframes by some frames, or copies of them.
fn moved_by(ctx: &TimelineContext, keyframes: &KeyframeSelection, by: i64, copies: bool) -> TimelineResponse {
    if by == 0 {
        return TimelineResponse::consumed();
    }
    let moved = |frame: u32| u32::try_from(i64::from(frame) + by).unwrap_or(frame);
    let mut edits = Vec::new();
    let mut selected = KeyframeSelection::new();
    for (object, frames) in by_track(keyframes) {
        let Some(track) = track_of(ctx, object) else { continue };
        let mut after = track.clone();
        if !copies {
            take_out(&mut after, &frames);
        }
        for &frame in &frames {
            let Some(keyframe) = track.keyframes.get(&frame) else { continue };
            selected.insert((object, moved(frame)));
            after.keyframes.insert(moved(frame), keyframe.clone());
            match track.attributes.get(&frame) {
                Some(values) => drop(after.attributes.insert(moved(frame), values.clone())),
                None => drop(after.attributes.remove(&moved(frame))),
            }
        }
        edits.extend(rewrite(ctx.objects.asset(), object, track, &after));
    }
    let verb = if copies { "Copy" } else { "Move" };
    let title = titled(verb, keyframes.len());
    let gesture = (!edits.is_empty()).then_some(Gesture { title, edits });
    TimelineResponse { keyframes: Some(selected), ..TimelineResponse::commit(gesture) }
}

/// Moves the selected keyframes by some frames, those of locked tracks left out.
pub(super) fn shift_keyframes(ctx: &TimelineContext, by: i64) -> TimelineResponse {
    let editable = ctx.keyframes.iter().copied().filter(|(object, _)| ctx.is_editable(*object));
    let keyframes: KeyframeSelection = editable.collect();
    moved_by(ctx, &keyframes, way_within(ctx, &keyframes, by), false)
}

/// Deletes keyframes; a track that loses all of them is deleted. `None` where none of them can be.
pub fn delete_keyframes(ctx: &TimelineContext) -> Option<Gesture> {
    let mut edits = Vec::new();
    let mut num_deleted = 0;
    for (object, frames) in by_track(ctx.keyframes) {
        let Some(track) = track_of(ctx, object).filter(|_| ctx.is_editable(object)) else { continue };
        let mut after = track.clone();
        take_out(&mut after, &frames);
        num_deleted += track.keyframes.len() - after.keyframes.len();
        match after.keyframes.is_empty() && !track.keyframes.is_empty() {
            true => edits.push(Edit::delete(ctx.objects.asset(), object)),
            false => edits.extend(rewrite(ctx.objects.asset(), object, track, &after)),
        }
    }
    (!edits.is_empty()).then(|| Gesture { title: titled("Delete", num_deleted), edits })
}

fn titled(verb: &str, num: usize) -> String {
    match num {
        1 => format!("{verb} keyframe"),
        _ => format!("{verb} {num} keyframes"),
    }
}

fn by_track(keyframes: &KeyframeSelection) -> BTreeMap<ObjectId, Vec<u32>> {
    let mut tracks: BTreeMap<ObjectId, Vec<u32>> = BTreeMap::new();
    keyframes.iter().for_each(|(object, frame)| tracks.entry(*object).or_default().push(*frame));
    tracks
}

/// Values that were set on a keyframe go with it.
fn take_out(track: &mut Track, frames: &[u32]) {
    for frame in frames {
        track.keyframes.remove(frame);
        track.attributes.remove(frame);
    }
}

pub(super) fn track_of<'a>(ctx: &TimelineContext<'a>, object: ObjectId) -> Option<&'a Track> {
    match &ctx.objects.object(object)?.content {
        Content::Track(track) => Some(track),
        Content::Shape(_) | Content::Span(_) | Content::Tag => None,
    }
}
