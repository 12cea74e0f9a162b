//! A canvas for tests: gestures that read like sentences, checked after every single input.
//!
//! What is checked: cancelling (tried on a copy) leaves nothing behind, drafts are finite, hints are there, every
//! shape is valid, the selection names objects that exist, the index by place agrees with the document, and every
//! transaction can be undone without a trace.

mod expectations;
mod hands;
mod picture;
mod scene;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Draft, HitIndex, Input, Modifiers, Response, Selection, ToolContext, ToolSettings, Toolbox};
use crate::base::clock::ManualClock;
use crate::edit::{
    Document, Edit, FrameView, History, Json, NewOnVideo, Objects, Op, Register, Seen, Stamp, StampSource,
    Target, Thing, Transaction, invert, on_frame,
};
use crate::geometry::{Point, Rect};
use crate::model::{
    ActorId, AssetId, Attribute, AttributeId, AttributeInput, AttributeValue, Color, Label, LabelId, Object,
    ObjectId, Schema, Shape,
};
use crate::pixels::Size;

const ME: ActorId = ActorId::from_u128(1);
const SOMEBODY: ActorId = ActorId::from_u128(2);
const CAR: LabelId = LabelId::from_u128(10);
const COLOR: AttributeId = AttributeId::from_u128(20);

/// A picture of 100 × 100 pixels, without objects, at 100 %, with the select tool.
pub(crate) fn canvas() -> Canvas {
    let mut car = Label::new(CAR, "car", Color::for_index(0));
    car.attributes.push(Attribute {
        id: COLOR,
        name: "colour".into(),
        input: AttributeInput::Text,
        default: Some(AttributeValue::Text("red".into())),
        mutable: false,
    });
    let clock = Arc::new(ManualClock::at_ms(1_000));
    Canvas {
        page: Page {
            document: Document::new(AssetId::from_u128(3)),
            on_frame: None,
            schema: Schema::from_labels([car]),
            hits: HitIndex::default(),
            selection: Selection::default(),
            hidden_labels: BTreeSet::new(),
            settings: ToolSettings::default(),
            px_per_screen_px: 1.0,
        },
        toolbox: Toolbox::default(),
        my_stamps: StampSource::new(clock.clone(), ME),
        other_stamps: StampSource::new(clock, SOMEBODY),
        log: Vec::new(),
        titles: Vec::new(),
        pointer: None,
        modifiers: Modifiers::NONE,
        response: Response::default(),
        has_answers: true,
    }
}

/// What a tool can see.
struct Page {
    document: Document,
    /// What is to be seen of it, where it is a video.
    on_frame: Option<FrameView>,
    schema: Schema,
    hits: HitIndex,
    selection: Selection,
    hidden_labels: BTreeSet<LabelId>,
    settings: ToolSettings,
    px_per_screen_px: f64,
}

impl Page {
    fn ctx(&self) -> ToolContext<'_> {
        ToolContext {
            objects: self.shown(),
            schema: &self.schema,
            hits: &self.hits,
            selection: &self.selection,
            label: Some(CAR),
            hidden_labels: &self.hidden_labels,
            picture: Size::new(100, 100),
            view: Rect::from_xywh(0.0, 0.0, 100.0, 100.0),
            px_per_screen_px: self.px_per_screen_px,
            author: ME,
            settings: &self.settings,
        }
    }

    fn shown(&self) -> &Objects {
        self.on_frame.as_ref().map_or(self.document.alive(), FrameView::objects)
    }

    fn objects(&self) -> Vec<Object> {
        self.shown().in_order().map(|object| Object::clone(object)).collect()
    }

    fn id(&self, index: usize) -> ObjectId {
        self.objects()[index].id
    }

    /// What follows the document does so.
    fn follow(&mut self) {
        if let Some(on_frame) = &mut self.on_frame {
            on_frame.follow(&self.document, on_frame.frame());
        }
        let shown = self.on_frame.as_ref().map_or(self.document.alive(), FrameView::objects);
        self.hits.follow(shown);
    }
}

pub(crate) struct Canvas {
    page: Page,
    toolbox: Toolbox,
    my_stamps: StampSource,
    other_stamps: StampSource,
    log: Vec<Op>,
    titles: Vec<String>,
    pointer: Option<(Point, Modifiers)>,
    modifiers: Modifiers,
    response: Response,
    /// Whether questions about the picture are answered at once, or never.
    has_answers: bool,
}

fn at((x, y): (i32, i32)) -> Point {
    Point::new(f64::from(x), f64::from(y))
}

pub(crate) fn points(at: &[(f64, f64)]) -> Vec<Point> {
    at.iter().map(|&(x, y)| Point::new(x, y)).collect()
}

impl Canvas {
    fn commit(&mut self, title: &str, edits: Vec<Edit>, actor: ActorId) {
        let stamps = if actor == ME { &mut self.my_stamps } else { &mut self.other_stamps };
        let before: Vec<Object> = self.page.document.objects().into_iter().cloned().collect();
        let edits = match &self.page.on_frame {
            Some(video) => {
                let (document, schema) = (&self.page.document, &self.page.schema);
                on_frame(edits, document, schema, video.frame(), NewOnVideo::Track)
            }
            None => edits,
        };
        let transaction = Transaction::from_edits(title, edits, &self.page.document, stamps);
        for op in &transaction.ops {
            assert!(self.page.document.apply(op), "an edit that changes nothing: {op:?}");
            self.my_stamps.observe(op.stamp);
            self.other_stamps.observe(op.stamp);
            self.log.push(op.clone());
        }
        let is_of_object = |op: &Op| matches!(op.target, Target::Object(..));
        assert!(transaction.ops.iter().all(is_of_object), "tools change objects and nothing else");
        self.page.follow();
        self.titles.push(transaction.title.clone());
        self.check_undo(&transaction, &before, actor);
    }

    fn check_undo(&self, transaction: &Transaction, before: &[Object], actor: ActorId) {
        let past = Past { log: &self.log, document: &self.page.document };
        let (edits, num_kept) = invert(&transaction.ops, actor, &past);
        assert_eq!(num_kept, 0);
        let mut undone = self.page.document.clone();
        let mut stamps = StampSource::new(Arc::new(ManualClock::at_ms(1_000_000)), actor);
        for op in &Transaction::from_edits("Undo", edits, &self.page.document, &mut stamps).ops {
            undone.apply(op);
        }
        assert_eq!(undone.objects(), before.iter().collect::<Vec<_>>(), "undoing {}", transaction.title);
    }
}

struct Past<'a> {
    log: &'a [Op],
    document: &'a Document,
}

impl History for Past<'_> {
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

impl Canvas {
    fn check(&self) {
        let (page, ctx) = (&self.page, self.page.ctx());
        let state = self.toolbox.tool().state();
        for id in page.selection.iter() {
            assert!(page.document.object(id).is_some(), "{state} selected an object that does not exist");
        }
        for object in page.objects() {
            assert!(object.as_shape().is_some_and(Shape::is_valid), "{state} made {object:?}");
        }
        let num_placed = page.hits.within(&Rect::from_xywh(-1e6, -1e6, 2e6, 2e6)).count();
        assert_eq!((num_placed, page.hits.len()), (page.shown().len(), num_placed));

        let draft = self.toolbox.draft(&ctx);
        check_draft(&draft, &state);
        for (id, shape) in &draft.previews {
            assert!(shape.is_valid(), "{state} previews {shape:?}");
            assert!(ctx.editable_shape(*id).is_some(), "{state} previews what it must not change");
        }
        let tool = self.toolbox.tool();
        assert!(!tool.hint(&ctx).is_empty() && !tool.hint(&ctx).ends_with('.'), "{state}");
        let _ = tool.cursor(&ctx);
        self.check_cancel(&ctx);
    }

    /// A tool that was cancelled is as one that has just been chosen.
    fn check_cancel(&self, ctx: &ToolContext) {
        let mut cancelled = self.toolbox.clone();
        cancelled.cancel();
        let state = self.toolbox.tool().state();
        assert!(cancelled.tool().is_idle(), "{state} could not be cancelled");
        let mut fresh = Toolbox::default();
        fresh.choose(cancelled.tool().info().id);
        if let Some((at, modifiers)) = self.pointer {
            fresh.handle(&Input::PointerMove { at, modifiers }, ctx);
        }
        assert_eq!(cancelled.draft(ctx), fresh.draft(ctx), "{state} left something behind");
        assert_eq!(cancelled.tool().hint(ctx), fresh.tool().hint(ctx));
    }
}

fn check_draft(draft: &Draft, state: &str) {
    let finite = |p: Point| assert!(p.is_finite(), "{state}: {draft:?}");
    draft.shapes.iter().chain(&draft.tentative).flat_map(|s| s.shape.geometry().vertices()).for_each(finite);
    draft.handles.iter().for_each(|handle| finite(handle.at));
    draft.rubber.iter().for_each(|(from, to)| [*from, *to].into_iter().for_each(finite));
    draft.band.iter().for_each(|band| [band.rect.min, band.rect.max].into_iter().for_each(finite));
    draft.circle.iter().for_each(|circle| finite(circle.center));
    draft.marks.iter().flat_map(|mark| mark.line.clone()).for_each(finite);
    draft.snap.iter().for_each(|snap| finite(snap.at));
    draft.readout.iter().for_each(|readout| finite(readout.at));
}
