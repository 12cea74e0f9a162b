//! What labels allow: which edits would give an object a label that is not for such objects.

use std::collections::BTreeMap;

use super::tracks::is_single_frame;
use super::{Document, Edit, ObjectChange, Register, Target};
use crate::model::{Content, Label, LabelUse, Object, ObjectId, Schema};

/// Why an object does not get a label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The label's name.
    pub label: String,
    /// What it is not for, as "tracks" or "polygon".
    pub what: &'static str,
}

/// The edits without those that make objects, or give them labels, where the label does not allow it; and why, for each
/// object that is left out. What was drawn before a label became so strict can still be changed.
pub fn allowed(edits: Vec<Edit>, document: &Document, schema: &Schema) -> (Vec<Edit>, Vec<Refusal>) {
    if schema.labels.iter().all(|label| label.shapes.is_empty() && label.uses.is_empty()) {
        return (edits, Vec::new());
    }
    let mut refused: BTreeMap<ObjectId, Refusal> = BTreeMap::new();
    for edit in &edits {
        let Target::Object(asset, id) = edit.target else { continue };
        if asset != document.asset() {
            continue;
        }
        let (label, refusal) = match ObjectChange::decode(&edit.register, &edit.value) {
            Some(ObjectChange::Label(label)) => (label, document.object(id).map(|o| &o.content).cloned()),
            _ if edit.register == Register::CREATED => match edit.value.decode::<Object>() {
                Ok(object) => (object.label, Some(object.content)),
                Err(_) => continue,
            },
            _ => continue,
        };
        let label = label.and_then(|label| schema.label(label));
        if let (Some(label), Some(content)) = (label, refusal)
            && let Some(what) = refused_by(label, &content)
        {
            refused.insert(id, Refusal { label: label.name.clone(), what });
        }
    }
    let is_left_out = |edit: &Edit| matches!(edit.target, Target::Object(_, id) if refused.contains_key(&id));
    let edits = edits.into_iter().filter(|edit| !is_left_out(edit)).collect();
    (edits, refused.into_values().collect())
}

/// What of an object its label does not allow; `None` where it allows all.
pub fn refused_by(label: &Label, content: &Content) -> Option<&'static str> {
    let (uses, kind): (&[LabelUse], _) = match content {
        Content::Shape(shape) => (&[LabelUse::Shape], Some(shape.kind())),
        Content::Track(track) => {
            let kind = track.keyframes.values().next().map(|keyframe| keyframe.shape.kind());
            match is_single_frame(track) {
                true => (&[LabelUse::Shape, LabelUse::Track], kind),
                false => (&[LabelUse::Track], kind),
            }
        }
        Content::Span(span) if span.end == span.start + 1 => (&[LabelUse::Event, LabelUse::Span], None),
        Content::Span(_) => (&[LabelUse::Span], None),
        Content::Tag => (&[LabelUse::Tag], None),
    };
    if !uses.iter().any(|what| label.is_for(*what)) {
        return uses.first().map(|what| what.name());
    }
    kind.filter(|kind| !label.allows(*kind)).map(|kind| kind.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tracks::desk::{ASSET, Desk, box_at};
    use crate::model::{Color, LabelId, ShapeKind, Span};

    fn label(n: u128, uses: &[LabelUse]) -> Label {
        let mut label = Label::new(LabelId::from_u128(n), format!("label {n}"), Color::for_index(0));
        label.uses = uses.iter().copied().collect();
        label
    }

    #[test]
    fn a_label_for_spans_marks_no_track_and_one_for_events_no_span() {
        let span = |start, end| Content::Span(Span { start, end, lane: String::new() });
        let spans = label(1, &[LabelUse::Span]);
        assert_eq!(refused_by(&spans, &span(3, 9)), None);
        assert_eq!(refused_by(&spans, &span(3, 4)), None, "a short one");
        assert_eq!(refused_by(&spans, &Content::Tag), Some("tags"));
        assert_eq!(refused_by(&spans, &Content::Shape(box_at(0.0))), Some("shapes"));
        let events = label(2, &[LabelUse::Event]);
        assert_eq!(
            (refused_by(&events, &span(3, 4)), refused_by(&events, &span(3, 5))),
            (None, Some("spans"))
        );
        let mut polygons = label(3, &[]);
        polygons.shapes = [ShapeKind::Polygon].into();
        assert_eq!(refused_by(&polygons, &Content::Shape(box_at(0.0))), Some("box"));
        assert_eq!(refused_by(&polygons, &span(3, 9)), None, "it says nothing of time");
    }

    #[test]
    fn what_is_not_allowed_is_left_out_and_the_rest_goes_on() {
        let (desk, track) = Desk::with_track(&[(0, 0.0, false), (10, 10.0, false)]);
        let (tags, any) = (label(1, &[LabelUse::Tag]), label(2, &[]));
        let schema = Schema::from_labels([tags.clone(), any.clone()]);
        let relabel = |label: &Label| Edit::change(ASSET, track, &ObjectChange::Label(Some(label.id)));
        let tag = Edit::create(ASSET, &Object::new(ObjectId::from_u128(99), Content::Tag, Some(tags.id)));
        let (edits, refusals) = allowed(vec![relabel(&tags), tag.clone()], &desk.document, &schema);
        assert_eq!(edits, [tag]);
        assert_eq!(refusals, [Refusal { label: "label 1".into(), what: "tracks" }]);
        assert_eq!(allowed(vec![relabel(&any)], &desk.document, &schema).0.len(), 1);
    }
}
