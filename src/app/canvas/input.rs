//! What the hand does on the canvas.
//!
//! The wheel zooms or scrolls, as the person chose; a pinch always zooms; the middle button, and the first one
//! while the space bar is held, move the picture. Everything else is the tool's.

use std::time::{Duration, Instant};

use eframe::egui::{self, Event, Key as EguiKey, MouseWheelUnit, PointerButton, Pos2, Response, Ui, Vec2};

use super::Place;
use crate::app::request::{Request, Requests};
use crate::app::settings::WheelAction;
use crate::app::state::AppState;
use crate::tools::{Button, Cursor, Input, Key, Modifiers};

/// How much a notch of the wheel zooms.
const ZOOM_PER_NOTCH: f64 = 1.2;
/// How far a notch of the wheel scrolls, points.
const SCROLL_PER_NOTCH: f32 = 60.0;
/// Two presses within this time and distance are a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);
const DOUBLE_CLICK_DISTANCE: f32 = 6.0;

/// What is remembered from frame to frame.
#[derive(Clone, Default)]
struct Hand {
    /// The button that began a gesture of the tool on the canvas.
    held: Option<Button>,
    is_panning: bool,
    last_press: Option<(Instant, Pos2, u32)>,
    modifiers: egui::Modifiers,
}

/// Reads the events of this frame.
pub(super) fn hand(
    ui: &mut Ui,
    response: &Response,
    place: &Place,
    state: &AppState,
    requests: &mut Requests,
) {
    let id = response.id.with("hand");
    let mut hand: Hand = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let is_over = response.contains_pointer();
    let (events, modifiers, space) =
        ui.input(|input| (input.events.clone(), input.modifiers, input.key_down(EguiKey::Space)));
    let mut camera = place.camera;
    let mut has_moved = false;
    let can_hold_space = space && !ui.ctx().text_edit_focused();
    for event in &events {
        match event {
            Event::PointerButton { pos, button, pressed: true, modifiers } if is_over => {
                // Whoever was typing in a panel has finished.
                ui.memory_mut(|memory| {
                    if let Some(id) = memory.focused() {
                        memory.surrender_focus(id);
                    }
                });
                if *button == PointerButton::Middle || (can_hold_space && *button == PointerButton::Primary) {
                    hand.is_panning = true;
                } else if let Some(button) = tool_button(*button) {
                    let click_count = hand.count_click(*pos);
                    hand.held = Some(button);
                    let at = place.image_from_points(*pos);
                    let input =
                        Input::PointerDown { at, button, modifiers: modifiers_of(*modifiers), click_count };
                    requests.push(Request::ToolInput(input));
                }
            }
            Event::PointerButton { pos, button, pressed: false, modifiers } => {
                if hand.is_panning && tool_button(*button).is_none_or(|button| hand.held != Some(button)) {
                    hand.is_panning = false;
                } else if let Some(button) = tool_button(*button).filter(|button| hand.held == Some(*button))
                {
                    hand.held = None;
                    let at = place.image_from_points(*pos);
                    let input = Input::PointerUp { at, button, modifiers: modifiers_of(*modifiers) };
                    requests.push(Request::ToolInput(input));
                }
            }
            Event::PointerMoved(pos) if (is_over || hand.held.is_some()) && !hand.is_panning => {
                let at = place.image_from_points(*pos);
                requests.push(Request::SetPointer(Some(at)));
                let input = Input::PointerMove { at, modifiers: modifiers_of(modifiers) };
                requests.push(Request::ToolInput(input));
            }
            Event::PointerGone if hand.held.is_none() => {
                requests.push(Request::ToolInput(Input::PointerLeave));
            }
            Event::MouseWheel { unit, delta, modifiers, .. } if is_over => {
                let pointer = ui.input(|input| input.pointer.latest_pos()).unwrap_or(place.rect.center());
                let anchor = place.screen_from_points(pointer);
                if zooms(state.settings.wheel, *unit, *modifiers) {
                    let notches = f64::from(delta.y) / notch(*unit);
                    camera = camera.zoom_about(anchor, ZOOM_PER_NOTCH.powf(notches));
                } else {
                    let points = scroll_points(*unit, *delta, *modifiers, place.rect.height());
                    let pixels = points * place.pixels_per_point;
                    camera = camera.pan_by(f64::from(pixels.x), f64::from(pixels.y));
                }
                has_moved = true;
            }
            Event::Zoom(factor) if is_over => {
                let pointer = ui.input(|input| input.pointer.latest_pos()).unwrap_or(place.rect.center());
                camera = camera.zoom_about(place.screen_from_points(pointer), f64::from(*factor));
                has_moved = true;
            }
            _ => {}
        }
    }
    if hand.is_panning {
        ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        let by = ui.input(|input| input.pointer.delta()) * place.pixels_per_point;
        if by != Vec2::ZERO {
            camera = camera.pan_by(f64::from(by.x), f64::from(by.y));
            has_moved = true;
        }
    }
    if has_moved {
        requests.push(Request::SetCamera(camera));
    }
    // Tools see the keys that are held without a move of the pointer, too.
    if hand.modifiers != modifiers && is_over {
        hand.modifiers = modifiers;
        if let Some(at) = state.view.pointer {
            let input = Input::PointerMove { at, modifiers: modifiers_of(modifiers) };
            requests.push(Request::ToolInput(input));
        }
    }
    ui.data_mut(|data| data.insert_temp(id, hand));
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

fn zooms(wheel: WheelAction, unit: MouseWheelUnit, modifiers: egui::Modifiers) -> bool {
    let is_touchpad = unit == MouseWheelUnit::Point;
    let has_ctrl = modifiers.ctrl || modifiers.command;
    // Two fingers on a touchpad scroll, whatever the wheel does.
    if is_touchpad || modifiers.shift { has_ctrl } else { (wheel == WheelAction::Zoom) != has_ctrl }
}

/// The distance that counts as a notch of a wheel.
fn notch(unit: MouseWheelUnit) -> f64 {
    match unit {
        MouseWheelUnit::Point => 50.0,
        MouseWheelUnit::Line => 1.0,
        MouseWheelUnit::Page => 0.2,
    }
}

fn scroll_points(unit: MouseWheelUnit, delta: Vec2, modifiers: egui::Modifiers, page_height: f32) -> Vec2 {
    let points = match unit {
        MouseWheelUnit::Point => delta,
        MouseWheelUnit::Line => delta * SCROLL_PER_NOTCH,
        MouseWheelUnit::Page => delta * page_height,
    };
    // With Shift a plain wheel scrolls sideways.
    if modifiers.shift && points.x == 0.0 { egui::vec2(points.y, 0.0) } else { points }
}

fn tool_button(button: PointerButton) -> Option<Button> {
    match button {
        PointerButton::Primary => Some(Button::Primary),
        PointerButton::Secondary => Some(Button::Secondary),
        PointerButton::Middle | PointerButton::Extra1 | PointerButton::Extra2 => None,
    }
}

fn modifiers_of(modifiers: egui::Modifiers) -> Modifiers {
    Modifiers { shift: modifiers.shift, ctrl: modifiers.ctrl || modifiers.command, alt: modifiers.alt }
}

/// The keys that go to the tool before any command: those that have a meaning while something is drawn, and the
/// arrows, which move what is selected.
pub fn tool_key(event: &Event, state: &AppState) -> Option<Input> {
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return None };
    let is_drawing = !state.view.toolbox.tool().is_idle();
    let has_selection = !state.view.selection.is_empty();
    let key = match key {
        EguiKey::Enter if is_drawing => Key::Enter,
        EguiKey::Backspace if is_drawing => Key::Backspace,
        EguiKey::ArrowLeft if has_selection => Key::Left,
        EguiKey::ArrowRight if has_selection => Key::Right,
        EguiKey::ArrowUp if has_selection => Key::Up,
        EguiKey::ArrowDown if has_selection => Key::Down,
        _ => return None,
    };
    Some(Input::Key { key, modifiers: modifiers_of(*modifiers) })
}

/// The system's pointer for a tool's.
pub(super) fn cursor_icon(cursor: Cursor) -> egui::CursorIcon {
    match cursor {
        Cursor::Default => egui::CursorIcon::Default,
        Cursor::Pointer => egui::CursorIcon::PointingHand,
        Cursor::Crosshair => egui::CursorIcon::Crosshair,
        Cursor::Move => egui::CursorIcon::Move,
        Cursor::ResizeHorizontal => egui::CursorIcon::ResizeHorizontal,
        Cursor::ResizeVertical => egui::CursorIcon::ResizeVertical,
        Cursor::ResizeNwSe => egui::CursorIcon::ResizeNwSe,
        Cursor::ResizeNeSw => egui::CursorIcon::ResizeNeSw,
        Cursor::Rotate => egui::CursorIcon::Alias,
        Cursor::AddVertex => egui::CursorIcon::Copy,
        Cursor::RemoveVertex => egui::CursorIcon::NotAllowed,
        Cursor::Grab => egui::CursorIcon::Grab,
        Cursor::Grabbing => egui::CursorIcon::Grabbing,
    }
}
