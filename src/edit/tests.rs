//! Properties of the fold: order, repetition, undo and conflicts.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::clock::ManualClock;
use crate::geometry::{Rect, Vector};
use crate::model::{ActorId, AssetId, Content, Flag, Keyframe, LabelId, Object, ObjectId, Shape, Track};

const ASSET: AssetId = AssetId::from_u128(1);

/// One person with their own copy of the document and of the log.
struct Person {
    document: Document,
    stamps: StampSource,
    log: Vec<Op>,
}

impl Person {
    fn new(actor: u128, now_ms: u64) -> Self {
        let clock = Arc::new(ManualClock::at_ms(now_ms));
        Self {
            document: Document::new(ASSET),
            stamps: StampSource::new(clock, ActorId::from_u128(actor)),
            log: Vec::new(),
        }
    }

    fn actor(&self) -> ActorId {
        self.stamps.actor()
    }

    fn commit(&mut self, edits: Vec<Edit>) -> Transaction {
        let tx = Transaction::from_edits("Test", edits, &self.document, &mut self.stamps);
        self.receive(&tx.ops);
        tx
    }

    fn receive(&mut self, ops: &[Op]) {
        for op in ops {
            self.document.apply(op);
            self.stamps.observe(op.stamp);
            self.log.push(op.clone());
        }
    }

    fn undo(&mut self, tx: &Transaction) -> (Transaction, usize) {
        let (edits, num_kept) = invert(&tx.ops, self.actor(), &*self);
        (self.commit(edits), num_kept)
    }

    fn objects(&self) -> Vec<Object> {
        self.document.objects().into_iter().cloned().collect()
    }
}

impl History for Person {
    fn value_at(&self, target: Target, register: &Register, stamp: Stamp) -> Option<Json> {
        let op = self.log.iter().find(|op| op.stamp == stamp && op.target == target)?;
        if op.register == *register {
            return Some(op.value.clone());
        }
        let Target::Object(_, id) = target else { return None };
        Object::from_created(id, &op.value)?.get(register)
    }

    fn current_actor(&self, target: Target, register: &Register) -> Option<ActorId> {
        Some(self.document.stamp_of(target, register)?.actor)
    }
}

fn object_id(n: u8) -> ObjectId {
    ObjectId::from_u128(100 + u128::from(n))
}

fn box_at(x: f64) -> Shape {
    Shape::from_rect(Rect::from_xywh(x, 0.0, 10.0, 10.0))
}

fn create(n: u8, x: f64) -> Edit {
    Edit::create(ASSET, &Object::shape(object_id(n), box_at(x), None))
}

fn change(n: u8, change: ObjectChange) -> Edit {
    Edit::change(ASSET, object_id(n), &change)
}

/// A gesture on one of a few objects, from small numbers.
fn gesture() -> impl Strategy<Value = (u8, u8, u8)> {
    (0..4u8, 0..9u8, 0..20u8)
}

/// The edits of a gesture; gestures on something that is not there make it.
fn edits_of(document: &Document, (n, what, value): (u8, u8, u8)) -> Vec<Edit> {
    if document.state(object_id(n)).is_none() {
        let mut object = Object::shape(object_id(n), box_at(f64::from(value)), None);
        if what % 2 == 1 {
            object.content = Content::Track(Track::default());
        }
        return vec![Edit::create(ASSET, &object)];
    }
    let label = (value > 3).then(|| LabelId::from_u128(u128::from(value)));
    vec![match what {
        0 => Edit::delete(ASSET, object_id(n)),
        1 => Edit::restore_target(Target::Object(ASSET, object_id(n))),
        2 => change(n, ObjectChange::Flag(Flag::Hidden, value % 2 == 0)),
        3 => change(n, ObjectChange::Z(i64::from(value))),
        4 => change(n, ObjectChange::Comment(format!("remark {value}"))),
        5 => {
            let keyframe = Keyframe { shape: box_at(f64::from(value)), outside: false, occluded: true };
            change(n, ObjectChange::Keyframe(u32::from(value % 3), (value > 5).then_some(keyframe)))
        }
        6 => change(n, ObjectChange::Extra("coco".into(), (value > 9).then(|| value.into()))),
        7 => {
            return vec![
                change(n, ObjectChange::Label(label)),
                change(n, ObjectChange::Z(i64::from(value))),
                change(n, ObjectChange::Label(None)),
            ];
        }
        _ => change(n, ObjectChange::Label(label)),
    }]
}

/// Two people who sometimes exchange everything; returns all ops.
fn two_people(gestures: &[(bool, bool, (u8, u8, u8))]) -> (Person, Person) {
    let (mut ann, mut ben) = (Person::new(1, 5_000), Person::new(2, 1_000));
    for &(is_ann, exchange, gesture) in gestures {
        let person = if is_ann { &mut ann } else { &mut ben };
        let edits = edits_of(&person.document, gesture);
        person.commit(edits);
        if exchange {
            let (from_ann, from_ben) = (ann.log.clone(), ben.log.clone());
            ann.receive(&from_ben);
            ben.receive(&from_ann);
        }
    }
    (ann, ben)
}

fn fold(ops: &[Op]) -> Document {
    let mut document = Document::new(ASSET);
    for op in ops {
        document.apply(op);
    }
    document
}

proptest! {
    #[test]
    fn ops_in_any_order_and_with_repeats_give_the_same_document(
        gestures in prop::collection::vec((any::<bool>(), prop::bool::weighted(0.3), gesture()), 1..30),
        seed in any::<u64>(),
    ) {
        let (ann, ben) = two_people(&gestures);
        let mut ops = ann.log.clone();
        ops.extend(ben.log.iter().cloned());
        let expected = fold(&ops);
        // A shuffle that depends on the seed, and every third op once more.
        ops.sort_by_key(|op| {
            let bits = u128::from_be_bytes(*op.id.as_bytes()) as u64;
            bits.wrapping_mul(seed | 1).rotate_left(17) ^ seed
        });
        let repeats: Vec<_> = ops.iter().step_by(3).cloned().collect();
        ops.extend(repeats);
        let shuffled = fold(&ops);
        prop_assert_eq!(&shuffled, &expected);
        prop_assert_eq!(shuffled.conflicts(), expected.conflicts());
    }

    #[test]
    fn a_transaction_followed_by_its_inverse_restores_the_document(
        before in prop::collection::vec(gesture(), 0..20),
        undone in prop::collection::vec(gesture(), 1..4),
    ) {
        let mut ann = Person::new(1, 1_000);
        for gesture in before {
            let edits = edits_of(&ann.document, gesture);
            ann.commit(edits);
        }
        let old = ann.objects();
        let mut done = Vec::new();
        for gesture in undone {
            let edits = edits_of(&ann.document, gesture);
            done.push((ann.objects(), ann.commit(edits)));
        }
        let new = ann.objects();
        let mut redo = Vec::new();
        for (expected, tx) in done.iter().rev() {
            let (undo, num_kept) = ann.undo(tx);
            prop_assert_eq!(num_kept, 0);
            prop_assert_eq!(&ann.objects(), expected);
            redo.push(undo);
        }
        prop_assert_eq!(ann.objects(), old);
        for tx in redo.iter().rev() {
            ann.undo(tx);
        }
        prop_assert_eq!(ann.objects(), new);
    }

    #[test]
    fn every_op_reads_back_from_its_encoding(gestures in prop::collection::vec(gesture(), 1..20)) {
        let mut ann = Person::new(1, 1_000);
        for gesture in gestures {
            let edits = edits_of(&ann.document, gesture);
            ann.commit(edits);
        }
        for op in &ann.log {
            let text = serde_json::to_string(op).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Op>(&text).unwrap(), op);
        }
    }
}

#[test]
fn undo_leaves_alone_what_somebody_else_changed_since() {
    let (mut ann, mut ben) = (Person::new(1, 1_000), Person::new(2, 9_000));
    let made = ann.commit(vec![create(0, 0.0)]);
    ben.receive(&made.ops);
    let both = ann.commit(vec![
        change(0, ObjectChange::Shape(box_at(50.0))),
        change(0, ObjectChange::Comment("mine".into())),
    ]);
    ben.receive(&both.ops);
    let bens = ben.commit(vec![change(0, ObjectChange::Comment("Ben's".into()))]);
    ann.receive(&bens.ops);
    let (_, num_kept) = ann.undo(&both);
    let object = &ann.objects()[0];
    assert_eq!((num_kept, object.comment.as_str()), (1, "Ben's"));
    assert_eq!(object.bounds().unwrap().min.x, 0.0);
}

#[test]
fn concurrent_writes_surface_as_a_conflict_until_somebody_who_saw_both_settles_it() {
    let (mut ann, mut ben) = (Person::new(1, 1_000), Person::new(2, 9_000));
    let made = ann.commit(vec![create(0, 0.0)]);
    ben.receive(&made.ops);
    let anns = ann.commit(vec![change(0, ObjectChange::Shape(box_at(10.0)))]);
    let bens = ben.commit(vec![change(0, ObjectChange::Shape(box_at(20.0)))]);
    ann.receive(&bens.ops);
    ben.receive(&anns.ops);
    assert_eq!(ann.document, ben.document);
    assert_eq!(ann.objects()[0].bounds().unwrap().min.x, 20.0, "the later write stands");
    let conflicts = ann.document.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].lost.value, anns.ops[0].value);

    // Writing on does not make the lost value seen; naming it as base does.
    let later = ann.commit(vec![change(0, ObjectChange::Shape(box_at(30.0)))]);
    assert_eq!(ann.document.conflicts().len(), 0, "Ann knows what she wrote herself");
    ben.receive(&later.ops);
    let mut settled = ben.commit(vec![change(0, ObjectChange::Shape(box_at(10.0)))]);
    settled.ops[0].base = Some(conflicts[0].lost.stamp);
    ben.receive(&settled.ops);
    assert!(ben.document.conflicts().is_empty());
}

#[test]
fn two_people_who_write_the_same_or_different_things_do_not_conflict() {
    let (mut ann, mut ben) = (Person::new(1, 1_000), Person::new(2, 9_000));
    let made = ann.commit(vec![create(0, 0.0)]);
    ben.receive(&made.ops);
    let anns =
        ann.commit(vec![change(0, ObjectChange::Z(4)), change(0, ObjectChange::Comment("same".into()))]);
    let bens = ben.commit(vec![
        change(0, ObjectChange::Flag(Flag::Occluded, true)),
        change(0, ObjectChange::Comment("same".into())),
    ]);
    ann.receive(&bens.ops);
    ben.receive(&anns.ops);
    assert_eq!(ann.document, ben.document);
    assert!(ann.document.conflicts().is_empty());
    assert!(ann.objects()[0].has(Flag::Occluded) && ann.objects()[0].z == 4);
}

#[test]
fn an_edit_that_whoever_deleted_the_object_never_saw_is_kept_as_a_conflict() {
    let (mut ann, mut ben) = (Person::new(1, 1_000), Person::new(2, 9_000));
    let made = ann.commit(vec![create(0, 0.0)]);
    ben.receive(&made.ops);
    let deletion = ann.commit(vec![Edit::delete(ASSET, object_id(0))]);
    let bens = ben.commit(vec![change(0, ObjectChange::Comment("look at this".into()))]);
    ann.receive(&bens.ops);
    ben.receive(&deletion.ops);
    assert!(ann.objects().is_empty());
    assert_eq!(ann.document.conflicts(), ben.document.conflicts());
    assert_eq!(ann.document.conflicts()[0].lost.value, Json::of("look at this"));
}

#[test]
fn registers_of_a_newer_build_survive_and_do_no_harm() {
    let text = r#"{"id":"00000000-0000-0000-0000-000000000001","tx":"00000000-0000-0000-0000-000000000002",
        "stamp":"1.0.00000000-0000-0000-0000-000000000001","target":{"object":["00000000-0000-0000-0000-000000000001",
        "00000000-0000-0000-0000-000000000064"]},"register":"hologram/7","value":{"beam" : [1.50, 2]},"colour":"blue"}"#;
    let op: Op = serde_json::from_str(text).unwrap();
    assert_eq!(op.value.as_str(), r#"{"beam" : [1.50, 2]}"#, "the text is kept to the letter");
    assert_eq!(op.extra["colour"], "blue");
    let mut ann = Person::new(1, 1_000);
    ann.commit(vec![create(0, 0.0)]);
    ann.receive(std::slice::from_ref(&op));
    assert_eq!(ann.objects().len(), 1);
    let again: serde_json::Value = serde_json::from_str(&serde_json::to_string(&op).unwrap()).unwrap();
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap());
}

/// The files in `tests/golden/ops` were written by released builds. A build may add files, never change one.
#[test]
fn every_released_encoding_of_ops_can_be_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ops");
    let mut registers = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).expect("the golden files are part of the project") {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let op: Op =
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}: {line}", path.display()));
            let is_known = match op.target {
                _ if op.register == Register::DELETED => true,
                Target::Object(_, id) if op.register == Register::CREATED => {
                    Object::from_created(id, &op.value).is_some()
                }
                Target::Object(..) => ObjectChange::decode(&op.register, &op.value).is_some(),
                _ => true,
            };
            assert!(is_known, "{}: {line}", path.display());
            assert_eq!(serde_json::to_string(&op).unwrap(), line, "{}", path.display());
            *registers.entry(op.register.parts().0.to_owned()).or_insert(0) += 1;
        }
    }
    for register in ["created", "deleted", "label", "shape", "keyframe", "attribute", "flag", "z", "span"] {
        assert!(registers.contains_key(register), "no golden op writes {register}");
    }
}

#[test]
fn deleting_moves_nothing_and_stretching_keeps_ids() {
    let mut ann = Person::new(1, 1_000);
    ann.commit(vec![create(0, 0.0), create(1, 40.0)]);
    let shape = ann.objects()[1].as_shape().unwrap().translated(Vector::new(1.0, 0.0));
    ann.commit(vec![change(1, ObjectChange::Shape(shape)), Edit::delete(ASSET, object_id(0))]);
    let left = ann.objects();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].id, left[0].bounds().unwrap().min.x), (object_id(1), 41.0));
}
