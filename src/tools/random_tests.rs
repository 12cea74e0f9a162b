//! Whatever hands do, in any order: nothing panics, nothing invalid is made, everything can be undone. What is
//! checked after each input is in `harness`.

use proptest::prelude::*;

use super::harness::{Canvas, canvas};
use super::{Button, Input, Key, Modifiers, RightClick, TOOLS};
use crate::geometry::{Point, Rect};

#[derive(Clone, Debug)]
enum Deed {
    Send(Input),
    Click((i32, i32)),
    Drag((i32, i32), (i32, i32)),
    Stroke((i32, i32), Vec<(i32, i32)>),
    Choose(&'static str),
    Zoom(f64),
    Hold(Modifiers),
    SomebodyDeletes(usize),
}

fn modifiers() -> impl Strategy<Value = Modifiers> {
    // Mostly none: held keys turn most gestures into others.
    prop_oneof![
        4 => Just(Modifiers::NONE),
        1 => (any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(shift, ctrl, alt)| Modifiers { shift, ctrl, alt }),
    ]
}

/// Coarse, so that places are hit again: those of objects, and those clicked before.
fn on_grid() -> impl Strategy<Value = (i32, i32)> {
    (-1..=21i32, -1..=21i32).prop_map(|(x, y)| (x * 5, y * 5))
}

fn place() -> impl Strategy<Value = Point> {
    let coordinate = || prop_oneof![8 => (0..=20i32).prop_map(|n| f64::from(n) * 5.0), 2 => -30.0..140.0];
    prop_oneof![
        30 => (coordinate(), coordinate()).prop_map(|(x, y)| Point::new(x, y)),
        1 => Just(Point::new(f64::NAN, 5.0)),
    ]
}

fn button() -> impl Strategy<Value = Button> {
    prop_oneof![8 => Just(Button::Primary), 1 => Just(Button::Secondary), 1 => Just(Button::Middle)]
}

fn input() -> impl Strategy<Value = Input> {
    let keys = [
        Key::Enter,
        Key::Escape,
        Key::Backspace,
        Key::Delete,
        Key::Left,
        Key::Right,
        Key::Up,
        Key::Down,
        Key::Undo,
    ];
    prop_oneof![
        6 => (place(), button(), modifiers(), 1..4u32).prop_map(|(at, button, modifiers, click_count)| {
            Input::PointerDown { at, button, modifiers, click_count }
        }),
        6 => (place(), button(), modifiers())
            .prop_map(|(at, button, modifiers)| Input::PointerUp { at, button, modifiers }),
        9 => (place(), modifiers()).prop_map(|(at, modifiers)| Input::PointerMove { at, modifiers }),
        2 => (prop::sample::select(keys.to_vec()), modifiers())
            .prop_map(|(key, modifiers)| Input::Key { key, modifiers }),
        1 => Just(Input::PointerLeave),
        1 => (-3..4i32).prop_map(|steps| Input::Adjust { steps }),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let ids: Vec<_> = TOOLS.iter().map(|info| info.id).collect();
    // Whole gestures lead deep into states that single inputs hardly reach.
    prop_oneof![
        12 => input().prop_map(Deed::Send),
        8 => on_grid().prop_map(Deed::Click),
        6 => (on_grid(), on_grid()).prop_map(|(from, to)| Deed::Drag(from, to)),
        2 => (on_grid(), prop::collection::vec(on_grid(), 1..12))
            .prop_map(|(from, along)| Deed::Stroke(from, along)),
        1 => prop::sample::select(ids).prop_map(Deed::Choose),
        1 => (-5.0..7.0f64).prop_map(|log| Deed::Zoom(log.exp2())),
        1 => modifiers().prop_map(Deed::Hold),
        1 => (0..8usize).prop_map(Deed::SomebodyDeletes),
    ]
}

fn act(canvas: Canvas, deed: &Deed) -> Canvas {
    match deed {
        Deed::Send(input) => canvas.send(*input),
        Deed::Click(at) => canvas.click(*at),
        Deed::Drag(from, to) => canvas.drag(*from, *to),
        Deed::Stroke(from, along) => canvas.stroke(*from, along),
        Deed::Choose(id) => canvas.tool(id),
        Deed::Zoom(zoom) => canvas.zoom(*zoom),
        Deed::Hold(modifiers) => canvas.hold(*modifiers),
        Deed::SomebodyDeletes(index) if *index < canvas.num_objects() => canvas.somebody_deletes(*index),
        Deed::SomebodyDeletes(_) => canvas,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_inputs_are_survived(
        deeds in prop::collection::vec(deed(), 1..80),
        first_tool in prop::sample::select(TOOLS.iter().map(|info| info.id).collect::<Vec<_>>()),
        (snap, keep_inside, stay_in_tool, opens_menu) in any::<(bool, bool, bool, bool)>(),
        has_answers in prop::bool::weighted(0.8),
    ) {
        let canvas = if has_answers { canvas() } else { canvas().without_answers() };
        let canvas = canvas.crowded().tool(first_tool).settings(|settings| {
            (settings.snap, settings.keep_inside, settings.stay_in_tool) = (snap, keep_inside, stay_in_tool);
            settings.right_click = if opens_menu { RightClick::OpensMenu } else { RightClick::TakesBack };
        });
        deeds.iter().fold(canvas, act);
    }

    #[test]
    fn what_is_drawn_lies_inside_the_picture(
        deeds in prop::collection::vec(deed(), 1..60),
        tool in prop::sample::select(
            TOOLS.iter().filter(|info| info.draws.is_some()).map(|info| info.id).collect::<Vec<_>>()
        ),
        snap in any::<bool>(),
    ) {
        let canvas = canvas().settings(|settings| settings.snap = snap).tool(tool);
        let drawing = deeds.iter().filter(|deed| !matches!(deed, Deed::Choose(_)));
        let canvas = drawing.fold(canvas, act);
        let picture = Rect::from_xywh(0.0, 0.0, 100.0, 100.0).expanded(1e-6);
        for bounds in canvas.all_bounds() {
            prop_assert!(picture.contains_rect(&bounds), "{bounds:?}");
        }
    }
}
