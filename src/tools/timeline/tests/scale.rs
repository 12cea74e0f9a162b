//! As much as a long video holds: what is in sight costs, not what there is.

use std::collections::BTreeSet;

use crate::base::clock::ManualClock;
use crate::edit::{Document, Edit, StampSource, Transaction};
use crate::geometry::Rect;
use crate::model::{
    ActorId, AssetId, Content, Keyframe, LabelId, Object, ObjectId, Schema, Shape, Span, Track,
};
use crate::tools::Selection;
use crate::tools::timeline::{Arrangement, Axis, LaneRow, Lanes, marks};

const NUM_FRAMES: u32 = 432_000;

fn document() -> Document {
    let mut document = Document::new(AssetId::from_u128(1));
    let shape = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 10.0, 10.0));
    let tracks = (0..200_u32).map(|n| {
        let start = n * 1_900;
        let keyframe = |k: u32| {
            (start + k * 37, Keyframe { shape: shape.clone(), outside: k == 49, occluded: k % 7 == 3 })
        };
        let track = Track { keyframes: (0..50).map(keyframe).collect(), ..Track::default() };
        Object::new(ObjectId::from_u128(u128::from(n) + 1), Content::Track(track), None)
    });
    let spans = (0..5_000_u32).map(|n| {
        let span = Span { start: n * 80, end: n * 80 + 200, lane: format!("tier {}", n % 5) };
        let id = ObjectId::from_u128(u128::from(n) + 10_000);
        Object::new(id, Content::Span(span), Some(LabelId::from_u128(u128::from(n % 7))))
    });
    let edits: Vec<_> = tracks.chain(spans).map(|object| Edit::create(document.asset(), &object)).collect();
    let mut stamps = StampSource::new(std::sync::Arc::new(ManualClock::at_ms(1)), ActorId::from_u128(1));
    for op in &Transaction::from_edits("make", edits, &document, &mut stamps).ops {
        document.apply(op);
    }
    document
}

#[test]
fn what_is_drawn_is_bounded_by_the_screen_at_every_zoom() {
    let document = document();
    let mut lanes = Lanes::default();
    let (selection, labels) = (Selection::default(), BTreeSet::new());
    let about = (&selection, &labels);
    lanes.follow(document.alive(), &Schema::default(), NUM_FRAMES, &Arrangement::default(), about);
    assert_eq!((lanes.num_tracks(), lanes.num_spans()), (200, 5_000));
    let mut axis = Axis::whole(NUM_FRAMES, 1_200.0);
    for _ in 0..20 {
        let rows = lanes.rows_between(0.0, 260.0);
        assert!(rows.len() <= 14);
        for row in rows {
            let num = match &row.row {
                LaneRow::Section(_) => 0,
                LaneRow::Track(object) => {
                    let lane = &lanes.track(*object).expect("a row has a lane").lane;
                    marks::keyframes_in_sight(&axis, &lane.keyframes).count()
                        + marks::bars_in_sight(&axis, &lane.stretches).count()
                }
                LaneRow::Tier { tier, row, .. } => {
                    let tier = &lanes.tiers()[tier.expect("only tiers with spans are there")];
                    marks::bars_in_sight(&axis, &tier.rows[*row]).count()
                }
            };
            assert!(num <= 3_000, "{num} marks on {row:?}");
        }
        axis = axis.zoomed_about(600.0, 2.0);
    }
}

#[test]
fn a_row_is_found_by_its_height() {
    let document = document();
    let mut lanes = Lanes::default();
    let (selection, labels) = (Selection::default(), BTreeSet::new());
    let about = (&selection, &labels);
    lanes.follow(document.alive(), &Schema::default(), NUM_FRAMES, &Arrangement::default(), about);
    for row in lanes.rows() {
        assert_eq!(lanes.row_at(row.y + 1.0), Some(row));
    }
    assert_eq!(lanes.row_at(lanes.height() + 1.0), None);
    assert_eq!(lanes.row_at(-1.0), None);
}
