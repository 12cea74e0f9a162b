//! What can be done to spans: stretches of time on the lanes of a video, and events, which are one frame long.
//!
//! Spans may overlap and lie within each other, on one lane too. Each function gives edits for one transaction; one
//! that cannot be done gives none.

use super::{Edit, ObjectChange};
use crate::model::{AssetId, Content, Object, ObjectId, Span};

/// Gives a span other edges; the later one is its end. A span is at least one frame long.
pub fn set_edges(asset: AssetId, object: &Object, a: u32, b: u32) -> Vec<Edit> {
    let Some(span) = object.as_span() else { return Vec::new() };
    let (start, end) = (a.min(b), a.max(b).max(a.min(b).saturating_add(1)));
    change(asset, object, &Span { start, end, ..span.clone() })
}

/// Moves a span to another time, and to another lane where one is given.
pub fn move_to(asset: AssetId, object: &Object, start: u32, lane: Option<&str>) -> Vec<Edit> {
    let Some(span) = object.as_span() else { return Vec::new() };
    let start = start.min(u32::MAX - (span.end - span.start.min(span.end)));
    let lane = lane.map_or_else(|| span.lane.clone(), str::to_owned);
    change(asset, object, &Span { start, end: start + span.end.saturating_sub(span.start), lane })
}

/// Makes two spans of one, with all that is said of it; `None` when the frame is not within.
pub fn split(asset: AssetId, object: &Object, frame: u32) -> Option<(Vec<Edit>, ObjectId)> {
    let span = object.as_span().filter(|span| span.start < frame && frame < span.end)?;
    let rest = Object {
        id: ObjectId::new(),
        ..object.with_content(Content::Span(Span { start: frame, ..span.clone() }))
    };
    let mut edits = change(asset, object, &Span { end: frame, ..span.clone() });
    edits.push(Edit::create(asset, &rest));
    Some((edits, rest.id))
}

/// Makes one span of several: the first stays, and reaches over all of them. `None` when fewer than two are spans.
pub fn merge(asset: AssetId, objects: &[&Object]) -> Option<(Vec<Edit>, ObjectId)> {
    let mut spans: Vec<(&Object, &Span)> =
        objects.iter().filter_map(|object| Some((*object, object.as_span()?))).collect();
    spans.sort_by_key(|(object, span)| (span.start, object.id));
    let ((first, span), others) = spans.split_first().filter(|(_, others)| !others.is_empty())?;
    let end = spans.iter().map(|(_, span)| span.end).max()?;
    let mut edits = change(asset, first, &Span { end, ..(*span).clone() });
    edits.extend(others.iter().map(|(other, _)| Edit::delete(asset, other.id)));
    Some((edits, first.id))
}

fn change(asset: AssetId, object: &Object, span: &Span) -> Vec<Edit> {
    if object.as_span() == Some(span) {
        return Vec::new();
    }
    vec![Edit::change(asset, object.id, &ObjectChange::Span(span.clone()))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk};

    fn span(n: u128, start: u32, end: u32) -> Object {
        let span = Span { start, end, lane: "actions".into() };
        Object::new(ObjectId::from_u128(n), Content::Span(span), None)
    }

    fn edges(desk: &Desk, id: ObjectId) -> (u32, u32) {
        let object = desk.object(id);
        let span = object.as_span().expect("it is a span");
        (span.start, span.end)
    }

    #[test]
    fn an_edge_dragged_over_the_other_becomes_the_other() {
        let object = span(1, 10, 20);
        let mut desk = Desk::with(std::slice::from_ref(&object));
        desk.commit(set_edges(ASSET, &object, 30, 20));
        assert_eq!(edges(&desk, object.id), (20, 30));
        desk.commit(set_edges(ASSET, &desk.object(object.id), 25, 25));
        assert_eq!(edges(&desk, object.id), (25, 26), "an event");
        assert!(desk.object(object.id).as_span().is_some_and(Span::is_event));
    }

    #[test]
    fn a_span_moves_as_a_whole() {
        let object = span(1, 10, 20);
        let mut desk = Desk::with(std::slice::from_ref(&object));
        desk.commit(move_to(ASSET, &object, 3, Some("speech")));
        assert_eq!(edges(&desk, object.id), (3, 13));
        assert_eq!(desk.object(object.id).as_span().map(|span| span.lane.as_str()), Some("speech"));
        desk.commit(move_to(ASSET, &desk.object(object.id), u32::MAX, None));
        assert_eq!(edges(&desk, object.id), (u32::MAX - 10, u32::MAX));
    }

    #[test]
    fn what_is_split_and_merged_again_is_as_before() {
        let object = span(1, 10, 20);
        let mut desk = Desk::with(std::slice::from_ref(&object));
        assert!(split(ASSET, &object, 10).is_none() && split(ASSET, &object, 20).is_none());
        let (edits, rest) = split(ASSET, &object, 14).unwrap();
        desk.commit(edits);
        assert_eq!((edges(&desk, object.id), edges(&desk, rest)), ((10, 14), (14, 20)));
        let (edits, stays) = merge(ASSET, &[&desk.object(rest), &desk.object(object.id)]).unwrap();
        desk.commit(edits);
        assert_eq!((stays, desk.document.objects()), (object.id, vec![&object]));
    }
}
