use super::*;
use crate::model::AttributeId;

fn schema(names: &[&str]) -> Schema {
    let label = |(i, name): (usize, &&str)| {
        let mut label = Label::new(LabelId::from_u128(i as u128 + 1), *name, Color::for_index(i));
        label.order = i as f64;
        label
    };
    Schema::from_labels(names.iter().enumerate().map(label))
}

fn id(n: u128) -> LabelId {
    LabelId::from_u128(n)
}

/// The schema after the edits were committed.
fn commit(schema: &Schema, draft: &SchemaDraft) -> Schema {
    use crate::edit::{Register, Thing as _};
    let mut labels = schema.labels.clone();
    for edit in draft.edits() {
        let Target::Label(id) = edit.target else { panic!("{edit:?} is not about a label") };
        if edit.register == Register::CREATED {
            labels.push(Label::from_created(id, &edit.value).unwrap());
        } else if edit.register == Register::DELETED {
            labels.retain(|label| label.id != id);
        } else {
            labels.iter_mut().find(|label| label.id == id).unwrap().set(&edit.register, &edit.value);
        }
    }
    Schema::from_labels(labels)
}

fn names(schema: &Schema) -> Vec<&str> {
    schema.labels.iter().map(|label| label.name.as_str()).collect()
}

#[test]
fn a_draft_without_changes_makes_no_edits() {
    let mut unordered = schema(&["cat", "dog"]);
    unordered.labels.iter_mut().for_each(|label| label.order = 0.0);
    assert!(SchemaDraft::new(&unordered).edits().is_empty());
}

#[test]
fn only_what_was_changed_is_written() {
    let schema = schema(&["cat", "dog", "cow"]);
    let mut draft = SchemaDraft::new(&schema);
    draft.label_mut(id(2)).unwrap().name = " hound ".into();
    assert_eq!(draft.edits().len(), 1);
    assert_eq!(names(&commit(&schema, &draft)), ["cat", "hound", "cow"]);
}

#[test]
fn labels_are_added_with_colours_of_their_own_and_moved() {
    let schema = schema(&["cat", "dog"]);
    let mut draft = SchemaDraft::new(&schema);
    let added = draft.add_names("cow\n\n dog \r\nhorse\ncow\n");
    assert_eq!((added.ids.len(), added.num_known), (2, 2));
    draft.move_to(3, 0);
    let after = commit(&schema, &draft);
    assert_eq!(names(&after), ["horse", "cat", "dog", "cow"]);
    let colors: HashSet<Color> = after.labels.iter().map(|label| label.color).collect();
    assert_eq!(colors.len(), 4);
}

#[test]
fn a_merged_label_hands_on_its_children_and_what_was_merged_into_it() {
    let schema = schema(&["animal", "cat", "dog", "hound"]);
    let mut draft = SchemaDraft::new(&schema);
    draft.label_mut(id(4)).unwrap().parent = Some(id(3));
    draft.merge(id(3), id(2));
    draft.merge(id(2), id(1));
    let after = commit(&schema, &draft);
    assert_eq!(names(&after), ["animal", "hound"]);
    for merged in [2, 3] {
        assert_eq!(after.label(id(merged)).unwrap().name, "animal");
    }
    assert_eq!(after.label(id(4)).unwrap().parent, Some(id(1)));
}

#[test]
fn a_label_that_takes_the_place_of_its_parent_is_not_its_own_parent() {
    let schema = schema(&["animal", "cat"]);
    let mut draft = SchemaDraft::new(&schema);
    draft.label_mut(id(2)).unwrap().parent = Some(id(1));
    draft.merge(id(1), id(2));
    assert_eq!(draft.label(id(2)).unwrap().parent, None);
    assert_eq!(names(&commit(&schema, &draft)), ["cat"]);
}

#[test]
fn a_deleted_label_goes_with_what_was_merged_into_it() {
    let schema = schema(&["cat", "dog", "cow"]);
    let mut draft = SchemaDraft::new(&schema);
    let new = draft.add("horse");
    draft.merge(id(1), new);
    draft.delete(new);
    draft.delete(id(2));
    assert_eq!(names(&commit(&schema, &draft)), ["cow"]);
    assert_eq!(draft.edits().len(), 2);
}

#[test]
fn nobody_becomes_an_ancestor_of_themselves() {
    let schema = schema(&["animal", "cat", "tabby"]);
    let mut draft = SchemaDraft::new(&schema);
    draft.label_mut(id(2)).unwrap().parent = Some(id(1));
    draft.label_mut(id(3)).unwrap().parent = Some(id(2));
    assert!(!draft.may_be_parent(id(3), id(1)));
    assert!(!draft.may_be_parent(id(1), id(1)));
    assert!(draft.may_be_parent(id(1), id(3)));
    // Two people may have made a circle that neither of them saw.
    draft.label_mut(id(1)).unwrap().parent = Some(id(2));
    assert!(!draft.may_be_parent(id(1), id(3)));
}

#[test]
fn problems_are_told_for_the_label_that_has_them() {
    let mut draft = SchemaDraft::new(&schema(&["cat", "dog", "cow"]));
    assert!(draft.problems().is_empty());
    draft.label_mut(id(1)).unwrap().name = " dog".into();
    draft.label_mut(id(3)).unwrap().name = " ".into();
    let problems = draft.problems();
    assert_eq!(problems.len(), 3);
    assert!(problems[&id(1)].contains("dog") && problems[&id(3)].contains("needs a name"));
}

#[test]
fn lists_are_tidied_and_a_default_that_is_not_in_them_is_dropped() {
    let schema = schema(&["car"]);
    let mut draft = SchemaDraft::new(&schema);
    let values = ["red", " red", "", "blue "].map(str::to_owned).to_vec();
    let attribute = |default: &str| Attribute {
        id: AttributeId::from_u128(1),
        name: " colour ".into(),
        input: AttributeInput::Select { values: values.clone() },
        default: Some(AttributeValue::Text(default.into())),
        mutable: false,
    };
    for (default, kept) in [("blue", true), ("green", false)] {
        draft.label_mut(id(1)).unwrap().attributes = vec![attribute(default)];
        let after = commit(&schema, &draft).labels[0].attributes[0].clone();
        assert_eq!(after.name, "colour");
        assert_eq!(after.input, AttributeInput::Select { values: vec!["red".into(), "blue".into()] });
        assert_eq!(after.default.is_some(), kept, "{default}");
    }
    draft.label_mut(id(1)).unwrap().attributes[0].input = AttributeInput::Radio { values: vec![" ".into()] };
    assert!(draft.problems()[&id(1)].contains("needs values"));
}

#[test]
fn a_key_that_another_label_has_is_found() {
    let mut draft = SchemaDraft::new(&schema(&["cat", "dog"]));
    draft.label_mut(id(1)).unwrap().shortcut = Some('c');
    assert_eq!(draft.with_key('C', id(2)).unwrap().name, "cat");
    assert!(draft.with_key('c', id(1)).is_none());
}
