//! What is drawn, and what is drawn anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::base::jobs::JobPool;
use crate::edit::{Document, Edit, ObjectChange, StampSource, Transaction};
use crate::geometry::{Mask, Point, Polygon, Rect, Vector};
use crate::model::shape::{
    CuboidShape, EllipseShape, Joint, PointsShape, PolylineShape, RotatedBoxShape, SkeletonShape, Visibility,
};
use crate::model::{
    ActorId, AssetId, Flag, Label, LabelId, Object, Provenance, ReviewState, Schema, Shape, SkeletonTemplate,
};
use crate::pixels::{Picture, Size};
use crate::render::{Camera, Display, Frame, FrameBudget, Layer, OffscreenRenderer};

const ASSET: AssetId = AssetId::from_u128(1);
const RED: LabelId = LabelId::from_u128(7);

fn schema() -> Arc<Schema> {
    let bones =
        SkeletonTemplate { joints: vec!["a".into(), "b".into()], bones: vec![(0, 1)], layout: vec![] };
    let red = Label::new(RED, "red", crate::model::Color::new(255, 0, 0));
    Arc::new(Schema::from_labels([Label { skeleton: Some(bones), ..red }]))
}

struct Drawn {
    document: Document,
    stamps: StampSource,
}

impl Drawn {
    fn new() -> Self {
        let clock = Arc::new(crate::base::clock::SystemClock);
        Self { document: Document::new(ASSET), stamps: StampSource::new(clock, ActorId::from_u128(3)) }
    }

    fn edit(&mut self, edit: Edit) {
        let transaction = Transaction::from_edits("", [edit], &self.document, &mut self.stamps);
        for op in &transaction.ops {
            self.document.apply(op);
        }
    }

    fn draw(&mut self, id: u128, shape: Shape) -> ObjectId {
        let object = Object::shape(ObjectId::from_u128(id), shape, Some(RED));
        self.edit(Edit::create(ASSET, &object));
        object.id
    }
}

/// All layers of the document, seen as a whole.
fn layers(scene: &mut Scene, drawn: &Drawn, schema: &Arc<Schema>, style: SceneStyle) -> Vec<Arc<Layer>> {
    layers_without(scene, drawn, schema, style, &BTreeSet::new())
}

fn layers_without(
    scene: &mut Scene,
    drawn: &Drawn,
    schema: &Arc<Schema>,
    style: SceneStyle,
    left_out: &BTreeSet<ObjectId>,
) -> Vec<Arc<Layer>> {
    let view = SceneView {
        objects: drawn.document.alive(),
        schema,
        style,
        look: Look::Plain,
        camera: camera_of(20),
        is_shown: &|_| true,
        shown_key: 0,
        left_out,
    };
    scene.layers(&view, Workers::Here)
}

fn box_at(x: f64) -> Shape {
    Shape::from_rect(Rect::from_xywh(x, 1.0, 6.0, 6.0))
}

#[test]
fn an_edit_makes_one_layer_anew() {
    let (schema, style, mut scene) = (schema(), SceneStyle::default(), Scene::default());
    let mut drawn = Drawn::new();
    // A layer has at most 4096 objects.
    let ids: Vec<_> = (1..=9000).map(|id| drawn.draw(id, box_at(id as f64))).collect();
    let before = layers(&mut scene, &drawn, &schema, style);
    assert_eq!(before.len(), 3);
    let num_same = |after: &[Arc<Layer>]| {
        after.iter().filter(|layer| before.iter().any(|old| Arc::ptr_eq(old, layer))).count()
    };
    assert_eq!(num_same(&layers(&mut scene, &drawn, &schema, style)), 3);
    let without = BTreeSet::from([ids[10]]);
    assert_eq!(num_same(&layers_without(&mut scene, &drawn, &schema, style, &without)), 2);
    drawn.edit(Edit::change(ASSET, ids[5000], &ObjectChange::Shape(box_at(0.5))));
    assert_eq!(num_same(&layers(&mut scene, &drawn, &schema, style)), 1);
    assert_eq!(num_same(&layers(&mut scene, &drawn, &schema, SceneStyle { fill_opacity: 0.9, ..style })), 0);
}

#[test]
fn what_is_made_anew_leaves_no_hole_while_its_upload_waits() {
    let (schema, style, mut scene) = (schema(), SceneStyle::default(), Scene::default());
    let mut drawn = Drawn::new();
    for id in 1..=9000 {
        drawn.draw(id, box_at(id as f64 / 1000.0));
    }
    let mut gpu = OffscreenRenderer::new().unwrap_or_else(|e| panic!("{e}"));
    let mut counts = |style: SceneStyle, budget: FrameBudget| {
        let layers = layers(&mut scene, &drawn, &schema, style);
        let (camera, display) = (camera_of(20), Display::default());
        let frame = Frame { camera, picture: None, display, probe: None, layers };
        let stats = gpu.measure(&frame, &budget).expect("it is drawn").stats;
        (stats.num_draw_calls, stats.num_layers_waiting)
    };
    assert_eq!(counts(style, FrameBudget::UNLIMITED), (3, 0));
    let (thick, nothing) = (
        SceneStyle { line_width_px: 5.0, ..style },
        FrameBudget { upload_bytes: 0, ..FrameBudget::UNLIMITED },
    );
    assert_eq!([(); 3].map(|()| counts(thick, nothing)), [(3, 2), (3, 1), (3, 0)]);
}

#[test]
fn after_any_edits_the_scene_shows_what_a_new_one_does() {
    let (schema, style) = (schema(), SceneStyle::default());
    let mut drawn = Drawn::new();
    let ids: Vec<_> = (1..=4).map(|id| drawn.draw(id, box_at(id as f64 * 3.0))).collect();
    let mut scene = Scene::default();
    layers(&mut scene, &drawn, &schema, style);
    let changes = [
        ObjectChange::Shape(box_at(9.5)),
        ObjectChange::Z(7),
        ObjectChange::Flag(Flag::Hidden, true),
        ObjectChange::Flag(Flag::Locked, true),
        ObjectChange::Flag(Flag::Hidden, false),
        ObjectChange::Z(-3),
    ];
    for (change, id) in changes.iter().zip(ids.iter().cycle()) {
        drawn.edit(Edit::change(ASSET, *id, change));
        let shown = picture_of_layers(layers(&mut scene, &drawn, &schema, style), 20);
        let expected = picture_of_layers(layers(&mut Scene::default(), &drawn, &schema, style), 20);
        assert!(shown == expected, "after {change:?}");
    }
    drawn.edit(Edit::delete(ASSET, ids[0]));
    drawn.draw(99, box_at(2.0));
    let shown = picture_of_layers(layers(&mut scene, &drawn, &schema, style), 20);
    assert!(shown == picture_of_layers(layers(&mut Scene::default(), &drawn, &schema, style), 20));
}

#[test]
fn jobs_bring_the_same_and_an_edit_is_seen_before_they_are_done() {
    let (schema, style) = (schema(), SceneStyle::default());
    let mut drawn = Drawn::new();
    let ids: Vec<_> = (1..=5000).map(|id| drawn.draw(id, box_at((id % 50) as f64))).collect();
    let (pool, wake): (_, Arc<dyn Fn() + Send + Sync>) = (JobPool::new(1), Arc::new(|| {}));
    let mut scene = Scene::default();
    let mut in_background = |drawn: &Drawn| {
        let nothing = BTreeSet::new();
        let view = SceneView {
            objects: drawn.document.alive(),
            schema: &schema,
            style,
            look: Look::Plain,
            camera: camera_of(60),
            is_shown: &|_| true,
            shown_key: 0,
            left_out: &nothing,
        };
        let first = scene.layers(&view, Workers::Pool(&pool, &wake));
        while !scene.is_settled() {
            std::thread::yield_now();
            scene.layers(&view, Workers::Pool(&pool, &wake));
        }
        (first, scene.layers(&view, Workers::Pool(&pool, &wake)))
    };
    let here = |drawn: &Drawn| picture_of_layers(layers(&mut Scene::default(), drawn, &schema, style), 60);
    let (_, settled) = in_background(&drawn);
    assert!(picture_of_layers(settled, 60) == here(&drawn));
    // In front of all others, so that the layer above its chunk is where it belongs.
    drawn.edit(Edit::change(ASSET, ids[4999], &ObjectChange::Shape(box_at(30.5))));
    let (at_once, settled) = in_background(&drawn);
    assert!(picture_of_layers(at_once, 60) == here(&drawn));
    assert!(picture_of_layers(settled, 60) == here(&drawn));
}

fn camera_of(size: u32) -> Camera {
    let side = f64::from(size);
    Camera::new(Point::new(side / 2.0, side / 2.0), 12.0, Size::new(size * 12, size * 12))
}

/// Draws layers twelve times enlarged on black.
fn picture_of_layers(layers: Vec<Arc<Layer>>, size: u32) -> Picture {
    let frame =
        Frame { camera: camera_of(size), picture: None, display: Display::default(), probe: None, layers };
    let mut gpu = OffscreenRenderer::new().unwrap_or_else(|error| panic!("{error}"));
    gpu.render(&frame, Color::BLACK).unwrap_or_else(|error| panic!("{error}"))
}

/// Draws shapes twelve times enlarged on black.
fn picture_of(size: u32, paint: impl FnOnce(&Painter, &mut Layer)) -> Picture {
    let schema = schema();
    let mut layer = Layer::new();
    paint(&Painter::new(&schema, SceneStyle::default()), &mut layer);
    picture_of_layers(vec![Arc::new(layer)], size)
}

fn red_at(picture: &Picture, x: f64, y: f64) -> u8 {
    picture.pixel((x * 12.0) as u32, (y * 12.0) as u32).expect("inside")[0]
}

#[test]
fn every_kind_of_shape_is_seen() {
    let p = Point::new;
    let joints =
        [p(2.0, 2.0), p(8.0, 8.0)].map(|position| Joint { position, visibility: Visibility::Visible });
    // Each with a place on its line or point.
    let shapes = [
        (box_at(1.0), (1.0, 4.0)),
        (
            Shape::RotatedBox(RotatedBoxShape {
                center: p(5.0, 5.0),
                size: Vector::new(6.0, 4.0),
                angle: 90.0,
            }),
            (3.0, 5.0),
        ),
        (
            Shape::Ellipse(EllipseShape { center: p(5.0, 5.0), radii: Vector::new(4.0, 2.0), angle: 0.0 }),
            (1.0, 5.0),
        ),
        (Shape::Polygon(Polygon::from_ring(vec![p(1.0, 1.0), p(8.0, 1.0), p(8.0, 8.0)])), (4.0, 1.0)),
        (Shape::Polyline(PolylineShape(vec![p(1.0, 5.0), p(9.0, 5.0)])), (5.0, 5.0)),
        (Shape::Points(PointsShape(vec![p(3.0, 3.0), p(6.0, 6.0)])), (6.0, 6.0)),
        (Shape::Skeleton(SkeletonShape(joints.to_vec())), (5.0, 5.0)),
        (Shape::Mask(Mask { left: 2, top: 2, width: 4, height: 4, runs: vec![0, 16] }), (2.0, 4.0)),
        (
            Shape::Cuboid(CuboidShape {
                front: Rect::from_xywh(1.0, 3.0, 4.0, 4.0).corners(),
                back: Rect::from_xywh(4.0, 1.0, 4.0, 4.0).corners(),
            }),
            (1.0, 5.0),
        ),
    ];
    for (shape, (x, y)) in shapes {
        let picture = picture_of(10, |painter, layer| painter.shape(layer, &shape, Some(RED), Look::Plain));
        assert!(red_at(&picture, x, y) > 140, "{shape:?}: {}", red_at(&picture, x, y));
    }
}

#[test]
fn the_selected_and_the_hovered_stand_out() {
    let fill_of = |look| {
        let picture = picture_of(8, |painter, layer| painter.shape(layer, &box_at(1.0), Some(RED), look));
        red_at(&picture, 4.0, 4.0)
    };
    assert!(fill_of(Look::Plain) < fill_of(Look::Selected));
    assert!(fill_of(Look::Selected) < fill_of(Look::Hovered));
}

#[test]
fn the_outlines_of_locked_objects_have_gaps() {
    let num_red = |is_locked: bool| {
        let mut object = Object::shape(ObjectId::from_u128(1), box_at(1.0), Some(RED));
        object.flags.extend(is_locked.then_some(Flag::Locked));
        let picture = picture_of(8, |painter, layer| painter.object(layer, &object, Look::Plain, false));
        (0..96).filter(|&y| picture.pixel(12, y).expect("inside")[0] > 200).count()
    };
    assert!(num_red(true) < num_red(false) * 3 / 4);
}

/// How much of two pictures is brighter in the one than in the other, without regard to colour.
fn differing_share(a: &Picture, b: &Picture) -> f64 {
    let brightness = |picture: &Picture, x, y| {
        picture.pixel(x, y).expect("inside")[..3].iter().map(|part| i32::from(*part)).sum::<i32>()
    };
    let pixels = (0..96).flat_map(|y| (0..96).map(move |x| (x, y)));
    let differing = pixels.filter(|(x, y)| (brightness(a, *x, *y) - brightness(b, *x, *y)).abs() > 90);
    differing.count() as f64 / (96.0 * 96.0)
}

#[test]
fn what_sets_objects_apart_is_seen_without_colour() {
    let plain = Object::shape(ObjectId::from_u128(1), box_at(1.0), Some(RED));
    let model = Provenance::Model { model: "m".into(), version: String::new(), score: 0.5 };
    let suggested = Object { provenance: model, ..plain.clone() };
    let accepted = Object { review: ReviewState::Accepted, ..suggested.clone() };
    let mut locked = plain.clone();
    locked.flags.insert(Flag::Locked);
    let drawn = |object: &Object, look, is_in_conflict| {
        picture_of(8, |painter, layer| painter.object(layer, object, look, is_in_conflict))
    };
    let pictures = [
        drawn(&plain, Look::Plain, false),
        drawn(&plain, Look::Selected, false),
        drawn(&plain, Look::Hovered, false),
        drawn(&locked, Look::Plain, false),
        drawn(&suggested, Look::Plain, false),
        drawn(&plain, Look::Plain, true),
    ];
    for (i, a) in pictures.iter().enumerate() {
        for b in &pictures[..i] {
            assert!(differing_share(a, b) > 0.01, "{}", differing_share(a, b));
        }
    }
    assert!(
        drawn(&accepted, Look::Plain, false) == pictures[0],
        "what was looked at is an object like others"
    );
}

/// Sixty points around a centre, at distances from one to one and a half times the radius.
fn ragged_ring(center: Point, radius: f64) -> Vec<Point> {
    let point = |k: u32| {
        let angle = f64::from(k) * std::f64::consts::TAU / 60.0;
        let radius = radius * (1.0 + 0.1 * f64::from(k % 7));
        center + Vector::new(angle.cos(), angle.sin()) * radius
    };
    (0..60).map(point).collect()
}

/// Ragged shapes beside each other, without outlines and in full colour, so that each screen pixel is inside or outside.
struct Field {
    drawn: Drawn,
    schema: Arc<Schema>,
    center: Point,
}

/// What a field is seen in, screen pixels.
const FIELD_VIEW: Size = Size::new(400, 260);

impl Field {
    /// Eight columns and five lines.
    fn new(spacing: f64, radius_of: impl Fn(u32) -> f64) -> Self {
        let mut drawn = Drawn::new();
        for n in 0..40_u32 {
            let center = Point::new((f64::from(n % 8) + 0.6) * spacing, (f64::from(n / 8) + 0.6) * spacing);
            let ring = ragged_ring(center, radius_of(n));
            drawn.draw(u128::from(n) + 1, Shape::Polygon(Polygon::from_ring(ring)));
        }
        Self { drawn, schema: schema(), center: Point::new(4.3 * spacing, 2.8 * spacing) }
    }

    fn layers(&self, scene: &mut Scene, zoom: f64) -> Vec<Arc<Layer>> {
        let style = SceneStyle { fill_opacity: 1.0, line_width_px: 0.0, scale: 0.0, ..SceneStyle::default() };
        let view = SceneView {
            objects: self.drawn.document.alive(),
            schema: &self.schema,
            style,
            look: Look::Plain,
            camera: self.camera(zoom),
            is_shown: &|_| true,
            shown_key: 0,
            left_out: &BTreeSet::new(),
        };
        scene.layers(&view, Workers::Here)
    }

    fn camera(&self, zoom: f64) -> Camera {
        Camera::new(self.center, zoom, FIELD_VIEW)
    }

    /// Which screen pixels are inside a shape, as seen at a zoom by a scene that was first seen at another.
    fn inside(&self, first_zoom: f64, zoom: f64) -> Inside {
        let mut scene = Scene::default();
        self.layers(&mut scene, first_zoom);
        let layers = self.layers(&mut scene, zoom);
        let camera = self.camera(zoom);
        let frame = Frame { camera, picture: None, display: Display::default(), probe: None, layers };
        let drawn = OffscreenRenderer::new().and_then(|mut gpu| gpu.render(&frame, Color::BLACK));
        Inside(drawn.expect("it is drawn"))
    }
}

struct Inside(Picture);

impl Inside {
    fn contains(&self, x: u32, y: u32) -> bool {
        self.0.pixel(x, y).is_some_and(|pixel| pixel[0] > 100)
    }

    /// Whether there are pixels inside and pixels outside among this one and its neighbours.
    fn has_edge_at(&self, x: u32, y: u32) -> bool {
        let around = || {
            let [x, y] = [x, y].map(|n| n.saturating_sub(1)..=n + 1);
            y.flat_map(move |y| x.clone().map(move |x| (x, y)))
        };
        around().any(|(x, y)| self.contains(x, y)) && around().any(|(x, y)| !self.contains(x, y))
    }

    /// The pixels that are inside in the one and outside in the other.
    fn differing(&self, other: &Self) -> Vec<(u32, u32)> {
        let pixels = (0..FIELD_VIEW.height).flat_map(|y| (0..FIELD_VIEW.width).map(move |x| (x, y)));
        pixels.filter(|&(x, y)| self.contains(x, y) != other.contains(x, y)).collect()
    }
}

#[test]
fn a_coarser_version_is_nowhere_off_by_more_than_a_pixel() {
    // Shapes of several pixels and more at each zoom.
    let field = Field::new(300.0, |n| 40.0 + f64::from(n) * 1.5);
    for zoom in [0.06, 0.11, 0.2, 0.3] {
        // First seen from near, there is no coarser version.
        let (coarse, exact) = (field.inside(zoom, zoom), field.inside(1000.0, zoom));
        let differing = coarse.differing(&exact);
        for &(x, y) in &differing {
            assert!(exact.has_edge_at(x, y), "({x}, {y}) at zoom {zoom} is not at an edge");
        }
    }
}

#[test]
fn shapes_of_a_pixel_or_two_stay_where_they_are() {
    let field = Field::new(100.0, |n| f64::from(n) + 2.0);
    for zoom in [0.05, 0.11, 0.3, 0.45] {
        let (coarse, exact) = (field.inside(zoom, zoom), field.inside(1000.0, zoom));
        for (x, y) in coarse.differing(&exact) {
            // What is smaller than a pixel may be seen in the one and not in the other.
            let is_near = exact.has_edge_at(x, y) || coarse.has_edge_at(x, y);
            assert!(is_near, "({x}, {y}) at zoom {zoom} is not at an edge");
        }
    }
}

#[test]
fn versions_that_nobody_looks_at_any_more_are_let_go() {
    // Points so dense that the finer versions of each shape are large.
    let mut field = Field::new(300.0, |_| 100.0);
    for n in 0..40_u32 {
        let ring = (0..6000).map(|k| {
            let angle = f64::from(k) * std::f64::consts::TAU / 6000.0;
            let radius = 100.0 + f64::from(k % 5);
            Point::new(1300.0, 900.0) + Vector::new(angle.cos(), angle.sin()) * radius
        });
        field.drawn.draw(u128::from(n) + 100, Shape::Polygon(Polygon::from_ring(ring.collect())));
    }
    let num_bytes = |layers: &[Arc<Layer>]| layers.iter().map(|layer| layer.num_bytes()).sum::<u64>();
    let mut scene = Scene::default();
    let far = num_bytes(&field.layers(&mut scene, 0.05));
    let near = num_bytes(&field.layers(&mut scene, 50.0));
    assert!(near > 4 * far, "{near} bytes near, {far} far");
    assert_eq!(num_bytes(&field.layers(&mut scene, 0.05)), near, "as long as there is room they stay");
    scene.set_max_unused_bytes(1 << 20);
    let again = num_bytes(&field.layers(&mut scene, 0.05));
    assert!(again <= far + (1 << 20), "{again} bytes, {far} at first");
    let back = num_bytes(&field.layers(&mut scene, 50.0));
    assert!(back > 4 * far, "{back} bytes: they come back when they are needed");
}

#[test]
fn hidden_objects_are_not_drawn() {
    let mut drawn = Drawn::new();
    let id = drawn.draw(1, box_at(1.0));
    let mut scene = Scene::default();
    let schema = schema();
    assert_eq!(layers(&mut scene, &drawn, &schema, SceneStyle::default()).len(), 1);
    drawn.edit(Edit::change(ASSET, id, &ObjectChange::Flag(Flag::Hidden, true)));
    assert!(layers(&mut scene, &drawn, &schema, SceneStyle::default()).is_empty());
}
