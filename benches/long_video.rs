//! The project of a long video: 4 hours, 2,000 tracks with 100,000 keyframes, 5,000 spans.

use std::path::Path;
use std::sync::Arc;

use fieldmark::base::clock::SystemClock;
use fieldmark::edit::{Document, Edit, StampSource, Transaction, TransactionId};
use fieldmark::geometry::Rect;
use fieldmark::model::{
    ActorId, Asset, AssetId, Color, Content, FrameRate, Keyframe, Label, LabelId, Object, ObjectId, Shape,
    Span, Track, VideoFacts,
};
use fieldmark::store::{HistoryChange, Store};

pub const NUM_FRAMES: u32 = 432_000;
pub const NUM_TRACKS: u32 = 2_000;
const KEYFRAMES_PER_TRACK: u32 = 50;
pub const NUM_SPANS: u32 = 5_000;

/// Makes a project with the video `long.mp4` of this size beside it. Its tracks are spread over it: about fifty are on
/// each frame.
pub fn make(path: &Path, width: u32, height: u32) -> AssetId {
    let rate = FrameRate::new(30, 1).expect("a rate");
    let facts = VideoFacts::constant(NUM_FRAMES, rate);
    let asset = Asset::video(AssetId::new(), "long.mp4", width, height, facts);
    let label = Label::new(LabelId::from_u128(1), "car", Color::for_index(0));
    let mut edits = vec![Edit::add_label(&label), Edit::add_asset(&asset)];
    for n in 0..NUM_TRACKS {
        let content = Content::Track(track(n));
        edits.push(Edit::create(asset.id, &Object::new(ObjectId::new(), content, Some(label.id))));
    }
    for n in 0..NUM_SPANS {
        let start = (n * 83) % (NUM_FRAMES - 500);
        let content =
            Content::Span(Span { start, end: start + 40 + n % 400, lane: format!("lane {}", n % 5) });
        edits.push(Edit::create(asset.id, &Object::new(ObjectId::new(), content, Some(label.id))));
    }
    let mut stamps = StampSource::new(Arc::new(SystemClock), ActorId::from_u128(1));
    let transaction = Transaction::from_edits("Make", edits, &Document::new(asset.id), &mut stamps);
    let store = Store::create(path).expect("a project file");
    let mut bulk = store.bulk(HistoryChange::Keep);
    bulk.push(transaction.ops).expect("everything is taken");
    bulk.finish(TransactionId::new(), "Make").expect("everything is on disk");
    asset.id
}

fn track(n: u32) -> Track {
    let spacing = 40 + n % 360;
    let start = n.wrapping_mul(2_654_435_761) % (NUM_FRAMES - spacing * KEYFRAMES_PER_TRACK);
    let keyframe = |i: u32| {
        let (x, y) = (f64::from((n * 37 + i * 61) % 1800), f64::from((n * 53 + i * 17) % 1000));
        let shape = Shape::from_rect(Rect::from_xywh(x, y, 80.0, 60.0));
        (start + i * spacing, Keyframe { shape, outside: i + 1 == KEYFRAMES_PER_TRACK, occluded: false })
    };
    Track { keyframes: (0..KEYFRAMES_PER_TRACK).map(keyframe).collect(), ..Track::default() }
}
