//! Pointer, wheel and keys over the rows, as inputs of the timeline's tool.

use std::time::{Duration, Instant};

use eframe::egui::{self, Event, Id, PointerButton, Pos2, Response, Sense, Ui};

use super::Scene;
use crate::app::canvas::{cursor_icon, modifiers_of};
use crate::app::request::{Request, Requests};
use crate::app::timeline::TimelineRequest;
use crate::geometry::Point;
use crate::tools::{Button, Input, Key};

/// How much larger a notch of the wheel makes frames.
const ZOOM_PER_POINT: f64 = 1.004;
const DOUBLE_CLICK: Duration = Duration::from_millis(400);
const DOUBLE_CLICK_DISTANCE: f32 = 6.0;

/// What the hand over the timeline is doing.
#[derive(Clone, Copy, Default)]
struct Hand {
    held: Option<Button>,
    last_press: Option<(Instant, Pos2, u32)>,
}

/// Takes what the pointer does over ruler and rows.
pub fn input_ui(ui: &Ui, scene: &Scene, requests: &mut Requests) -> Response {
    let id = Id::unique("timeline-lanes");
    let response = ui.interact(scene.lanes, id, Sense::click_and_drag());
    let mut hand = ui.data(|data| data.get_temp::<Hand>(id)).unwrap_or_default();
    let is_over = response.contains_pointer();
    let point = |pos: Pos2| {
        let v = pos - scene.lanes.min;
        Point::new(f64::from(v.x), f64::from(v.y))
    };
    for event in ui.input(|input| input.events.clone()) {
        let input = match event {
            Event::PointerButton { pos, button, pressed: true, modifiers } if is_over => {
                let Some(button) = button_of(button).filter(|_| hand.held.is_none()) else { continue };
                hand.held = Some(button);
                let (modifiers, click_count) = (modifiers_of(modifiers), hand.count_click(pos));
                Input::PointerDown { at: point(pos), button, modifiers, click_count }
            }
            Event::PointerButton { pos, button, pressed: false, modifiers } => {
                let Some(button) = hand.held.take_if(|held| Some(*held) == button_of(button)) else {
                    continue;
                };
                Input::PointerUp { at: point(pos), button, modifiers: modifiers_of(modifiers) }
            }
            Event::PointerMoved(pos) if is_over || hand.held.is_some() => {
                let modifiers = modifiers_of(ui.input(|input| input.modifiers));
                Input::PointerMove { at: point(pos), modifiers }
            }
            Event::PointerMoved(_) | Event::PointerGone if hand.held.is_none() => Input::PointerLeave,
            _ => continue,
        };
        requests.push(Request::Timeline(TimelineRequest::Input(input)));
    }
    ui.data_mut(|data| data.insert_temp(id, hand));
    if is_over {
        wheel(ui, scene, requests);
    }
    if is_over || hand.held.is_some() {
        let cursor = scene.state.view.timeline.tool.cursor(&scene.ctx);
        ui.ctx().set_cursor_icon(cursor_icon(cursor));
    }
    response
}

impl Hand {
    /// Which click in a row this press is.
    fn count_click(&mut self, pos: Pos2) -> u32 {
        let now = Instant::now();
        let count = match self.last_press {
            Some((then, before, count))
                if now - then < DOUBLE_CLICK && before.distance(pos) < DOUBLE_CLICK_DISTANCE =>
            {
                count + 1
            }
            _ => 1,
        };
        self.last_press = Some((now, pos, count));
        count
    }
}

fn button_of(button: PointerButton) -> Option<Button> {
    match button {
        PointerButton::Primary => Some(Button::Primary),
        PointerButton::Secondary => Some(Button::Secondary),
        PointerButton::Middle => Some(Button::Middle),
        PointerButton::Extra1 | PointerButton::Extra2 => None,
    }
}

/// The wheel scrolls the rows, on the ruler and with Ctrl it zooms, and with Shift it goes along.
fn wheel(ui: &Ui, scene: &Scene, requests: &mut Requests) {
    let (scroll, pinch, pointer) =
        ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta(), input.pointer.latest_pos()));
    let Some(pointer) = pointer else { return };
    let x = f64::from(pointer.x - scene.lanes.left());
    let is_above_rows = f64::from(pointer.y - scene.lanes.top()) < scene.ctx.rows_y;
    let mut ask = |request| requests.push(Request::Timeline(request));
    if pinch != 1.0 {
        ask(TimelineRequest::Zoom { x, factor: f64::from(pinch) });
    } else if is_above_rows && scroll.y != 0.0 {
        ask(TimelineRequest::Zoom { x, factor: ZOOM_PER_POINT.powf(f64::from(scroll.y)) });
    } else if scroll.y != 0.0 {
        ask(TimelineRequest::Scroll(f64::from(-scroll.y)));
    }
    if scroll.x != 0.0 {
        ask(TimelineRequest::Pan(f64::from(scroll.x)));
    }
}

/// The keys of this frame that the timeline listens to while it has the keyboard; they are used up.
pub fn keys(ui: &Ui) -> Vec<Input> {
    let mut inputs = Vec::new();
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, modifiers, .. } = event else { return true };
            if modifiers.command || modifiers.alt {
                return true;
            }
            let key = match key {
                egui::Key::ArrowLeft => Key::Left,
                egui::Key::ArrowRight => Key::Right,
                egui::Key::ArrowUp => Key::Up,
                egui::Key::ArrowDown => Key::Down,
                _ => return true,
            };
            inputs.push(Input::Key { key, modifiers: modifiers_of(*modifiers) });
            false
        });
    });
    inputs
}
