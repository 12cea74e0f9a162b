//! What the hand does on the canvas.
//!
//! The wheel zooms or scrolls, as the person chose; a pinch always zooms; the middle button, and the first one
//! while the space bar is held, move the picture. Everything else is the tool's.

use std::time::{Duration, Instant};

use eframe::egui::{self, Event, Key as EguiKey, MouseWheelUnit, PointerButton, Pos2, Response, Ui, Vec2};

use super::Place;
use crate::app::commands::BRUSH_STEP;
use crate::app::request::{Request, Requests};
use crate::app::settings::WheelAction;
use crate::app::state::AppState;
use crate::render::Camera;
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
    let (events, modifiers) = ui.input(|input| (input.events.clone(), input.modifiers));
    let mut camera = place.camera;
    for event in &events {
        if let Some(by) = brush_resize(event, state).filter(|_| is_over) {
            requests.push(Request::ResizeBrush(by));
        } else if let Some(steps) = steps_of(event).filter(|_| is_over && state.view.toolbox.tool().adjusts())
        {
            requests.push(Request::ToolInput(Input::Adjust { steps }));
        } else if let Some(moved) =
            wheel_or_pinch(ui, event, place, state.settings.wheel, camera).filter(|_| is_over)
        {
            camera = moved;
        } else if let Some(input) = hand.tool_input(ui, event, place, is_over) {
            if let Input::PointerMove { at, .. } = input {
                // The mouse has taken over.
                requests.push(Request::EndKeyboardPointer);
                requests.push(Request::SetPointer(Some(at)));
            }
            requests.push(Request::ToolInput(input));
        }
    }
    if hand.is_panning {
        ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        let by = ui.input(|input| input.pointer.delta()) * place.pixels_per_point;
        if by != Vec2::ZERO {
            camera = camera.pan_by(f64::from(by.x), f64::from(by.y));
        }
    }
    if camera != place.camera {
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

/// How much larger Alt and the wheel make the brush, while one is in the hand.
fn brush_resize(event: &Event, state: &AppState) -> Option<f64> {
    let Event::MouseWheel { unit, delta, modifiers, .. } = event else { return None };
    let is_brush = || matches!(state.view.toolbox.tool().info().id, "brush" | "eraser");
    // Some systems turn the wheel sideways while Alt is held.
    let turned = if delta.y == 0.0 { delta.x } else { delta.y };
    (modifiers.alt && is_brush()).then(|| BRUSH_STEP.powf(f64::from(turned) / notch(*unit)))
}

/// By how much a turn of the wheel adjusts what the tool has to adjust: with Alt alone.
fn steps_of(event: &Event) -> Option<i32> {
    let Event::MouseWheel { unit, delta, modifiers, .. } = event else { return None };
    // Some systems scroll sideways with Alt.
    let turned = if delta.y == 0.0 { delta.x } else { delta.y };
    let notches = f64::from(turned) / notch(*unit);
    (modifiers.alt && !modifiers.ctrl && !modifiers.shift)
        .then_some(notches.abs().ceil().copysign(notches) as i32)
}

/// Where the camera looks after a turn of the wheel or a pinch; `None` for other events.
fn wheel_or_pinch(
    ui: &Ui,
    event: &Event,
    place: &Place,
    wheel: WheelAction,
    camera: Camera,
) -> Option<Camera> {
    let anchor = || {
        let pointer = ui.input(|input| input.pointer.latest_pos()).unwrap_or(place.rect.center());
        place.screen_from_points(pointer)
    };
    match event {
        Event::MouseWheel { unit, delta, modifiers, .. } if zooms(wheel, *unit, *modifiers) => {
            let notches = f64::from(delta.y) / notch(*unit);
            Some(camera.zoom_about(anchor(), ZOOM_PER_NOTCH.powf(notches)))
        }
        Event::MouseWheel { unit, delta, modifiers, .. } => {
            let points = scroll_points(*unit, *delta, *modifiers, place.rect.height());
            let pixels = points * place.pixels_per_point;
            Some(camera.pan_by(f64::from(pixels.x), f64::from(pixels.y)))
        }
        Event::Zoom(factor) => Some(camera.zoom_about(anchor(), f64::from(*factor))),
        _ => None,
    }
}

impl Hand {
    /// What an event of the pointer means to the tool; `None` when it is not for the tool.
    fn tool_input(&mut self, ui: &Ui, event: &Event, place: &Place, is_over: bool) -> Option<Input> {
        match event {
            Event::PointerButton { pos, button, pressed: true, modifiers } if is_over => {
                self.press(ui, *pos, *button).map(|(button, click_count)| Input::PointerDown {
                    at: place.image_from_points(*pos),
                    button,
                    modifiers: modifiers_of(*modifiers),
                    click_count,
                })
            }
            Event::PointerButton { pos, button, pressed: false, modifiers } => {
                self.release(*button).map(|button| Input::PointerUp {
                    at: place.image_from_points(*pos),
                    button,
                    modifiers: modifiers_of(*modifiers),
                })
            }
            Event::PointerMoved(pos) if (is_over || self.held.is_some()) && !self.is_panning => {
                let modifiers = modifiers_of(ui.input(|input| input.modifiers));
                Some(Input::PointerMove { at: place.image_from_points(*pos), modifiers })
            }
            Event::PointerGone if self.held.is_none() => Some(Input::PointerLeave),
            _ => None,
        }
    }

    /// Begins a pan, or a gesture of the tool: then its button, and which click in a row it is.
    fn press(&mut self, ui: &Ui, pos: Pos2, button: PointerButton) -> Option<(Button, u32)> {
        let holds_space = ui.input(|input| input.key_down(EguiKey::Space)) && !ui.ctx().text_edit_focused();
        // Whoever was typing in a panel has finished.
        ui.memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
        if button == PointerButton::Middle || (holds_space && button == PointerButton::Primary) {
            self.is_panning = true;
            return None;
        }
        let button = tool_button(button)?;
        self.held = Some(button);
        Some((button, self.count_click(pos)))
    }

    /// Ends a pan, or the gesture of the tool that this button began.
    fn release(&mut self, button: PointerButton) -> Option<Button> {
        let button = tool_button(button);
        if self.is_panning && (button.is_none() || self.held != button) {
            self.is_panning = false;
            return None;
        }
        self.held.take_if(|held| Some(*held) == button)
    }

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

/// The modifier keys as tools know them.
pub fn modifiers_of(modifiers: egui::Modifiers) -> Modifiers {
    Modifiers { shift: modifiers.shift, ctrl: modifiers.ctrl || modifiers.command, alt: modifiers.alt }
}

/// The keys that go to the tool before any command: those that have a meaning while something is drawn, and the
/// arrows, which move what is selected, and Shift+Delete, which deletes locked objects, too.
pub fn tool_key(event: &Event, state: &AppState) -> Option<Input> {
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return None };
    let is_drawing = !state.view.toolbox.tool().is_idle();
    let has_selection = !state.view.selection.is_empty();
    let steps = match key {
        EguiKey::CloseBracket => 1,
        EguiKey::OpenBracket => -1,
        _ => 0,
    };
    if steps != 0 && modifiers.is_none() && state.view.toolbox.tool().adjusts() {
        return Some(Input::Adjust { steps });
    }
    let key = match key {
        EguiKey::Enter if is_drawing => Key::Enter,
        EguiKey::Backspace if is_drawing => Key::Backspace,
        EguiKey::Delete if has_selection && modifiers.shift_only() => Key::Delete,
        EguiKey::ArrowLeft if has_selection => Key::Left,
        EguiKey::ArrowRight if has_selection => Key::Right,
        EguiKey::ArrowUp if has_selection => Key::Up,
        EguiKey::ArrowDown if has_selection => Key::Down,
        _ => return None,
    };
    Some(Input::Key { key, modifiers: modifiers_of(*modifiers) })
}

/// The system's pointer for a tool's.
pub fn cursor_icon(cursor: Cursor) -> egui::CursorIcon {
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
