//! A pointer on the canvas that the keyboard moves, so that everything a mouse draws can be drawn without one.
//!
//! An arrow shows it while nothing is selected (over a video it steps by frames), F7 always; from then on arrows move it, Space clicks, and Shift+Space
//! holds the button down and lets it go, which drags. Tools do not know of it: they get the inputs of a pointer. It
//! goes when the mouse moves over the canvas, when Tab chooses an object, and by Escape.
//!
//! Strides are screen distances, so that they feel the same at any zoom; with Ctrl it is one pixel of the picture.
//! Places are whole pixels of the picture.

use eframe::egui::{self, Color32, Event, Key as EguiKey, Stroke, Ui, vec2};

use super::Place;
use crate::app::state::AppState;
use crate::app::view::Page;
use crate::geometry::{Point, Vector};
use crate::tools::{Button, Input, Key, Modifiers};

/// How far an arrow moves it, points.
const STRIDE: f64 = 12.0;
/// How far with Shift.
const FAR_STRIDE: f64 = 72.0;
/// As near to the edge of the canvas it may come before the picture moves, points.
const MARGIN: f64 = 24.0;

/// The pointer while it is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyboardPointer {
    /// Where it is on the picture, pixels.
    pub at: Point,
    /// Whether the button is held down.
    pub is_held: bool,
}

/// What a key does with the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PointerKey {
    /// Moves it, showing it first where it is not there.
    Move {
        /// To the right, or to the left.
        right: f64,
        /// Down, or up.
        down: f64,
        /// How far.
        stride: Stride,
    },
    /// Clicks; where the button is held, lets it go.
    Click,
    /// Holds the button, or lets it go.
    Hold,
    /// Gives up what the held button began or, where it is not held, takes the pointer away.
    Escape,
}

/// How far an arrow moves the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stride {
    /// The usual way on screen.
    Usual,
    /// A long way on screen.
    Far,
    /// A pixel of the picture.
    Pixel,
}

/// What a key press means to the pointer; `None` when it is not for it.
pub fn pointer_key(event: &Event, state: &AppState) -> Option<PointerKey> {
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return None };
    if state.view.page != Page::Canvas || state.view.asset.is_none() || modifiers.alt {
        return None;
    }
    let pointer = state.view.keyboard_pointer;
    let is_idle = state.view.toolbox.tool().is_idle();
    let (right, down) = match key {
        EguiKey::ArrowLeft => (-1.0, 0.0),
        EguiKey::ArrowRight => (1.0, 0.0),
        EguiKey::ArrowUp => (0.0, -1.0),
        EguiKey::ArrowDown => (0.0, 1.0),
        EguiKey::Space if pointer.is_some() && modifiers.is_none() => return Some(PointerKey::Click),
        EguiKey::Space if pointer.is_some() && modifiers.shift_only() => return Some(PointerKey::Hold),
        EguiKey::Enter if pointer.is_some() && modifiers.is_none() && is_idle => {
            return Some(PointerKey::Click);
        }
        EguiKey::Escape => {
            let is_for_pointer = pointer.is_some_and(|pointer| pointer.is_held || is_idle);
            return is_for_pointer.then_some(PointerKey::Escape);
        }
        _ => return None,
    };
    // Without the pointer, arrows move what is selected, or go through a video.
    if pointer.is_none() && (!state.view.selection.is_empty() || state.is_video()) {
        return None;
    }
    let stride = match (modifiers.command || modifiers.ctrl, modifiers.shift) {
        (true, _) => Stride::Pixel,
        (false, true) => Stride::Far,
        (false, false) => Stride::Usual,
    };
    Some(PointerKey::Move { right, down, stride })
}

impl AppState {
    /// Shows the pointer in the middle of what is seen of the picture, or takes it away.
    pub fn toggle_keyboard_pointer(&mut self) {
        match self.view.keyboard_pointer {
            Some(_) => self.take_keyboard_pointer_away(),
            None => self.show_keyboard_pointer(),
        }
    }

    /// Takes the pointer away, giving up what its held button began.
    pub fn take_keyboard_pointer_away(&mut self) {
        if self.view.keyboard_pointer.take().is_some_and(|pointer| pointer.is_held) {
            self.view.toolbox.cancel();
        }
    }

    /// Does what a key means to the pointer.
    pub fn press_pointer_key(&mut self, key: PointerKey) {
        let Some(pointer) = self.view.keyboard_pointer else {
            if let PointerKey::Move { .. } = key {
                self.show_keyboard_pointer();
            }
            return;
        };
        match key {
            PointerKey::Move { right, down, stride } => {
                let px_per_point = f64::from(self.ctx.pixels_per_point()) / self.view.camera.zoom();
                let by = match stride {
                    Stride::Usual => (STRIDE * px_per_point).round().max(1.0),
                    Stride::Far => (FAR_STRIDE * px_per_point).round().max(1.0),
                    Stride::Pixel => 1.0,
                };
                self.put_keyboard_pointer(pointer.at + Vector::new(right, down) * by, pointer.is_held);
            }
            PointerKey::Click => {
                if !pointer.is_held {
                    self.hold_button(pointer);
                }
                self.release_button(pointer);
            }
            PointerKey::Hold if pointer.is_held => self.release_button(pointer),
            PointerKey::Hold => self.hold_button(pointer),
            PointerKey::Escape if pointer.is_held => {
                self.view.keyboard_pointer = Some(KeyboardPointer { is_held: false, ..pointer });
                self.tool_key(Key::Escape);
            }
            PointerKey::Escape => self.take_keyboard_pointer_away(),
        }
    }

    fn show_keyboard_pointer(&mut self) {
        let Some(size) = self.picture_size() else { return };
        let visible = self.view.camera.visible_rect();
        let picture =
            crate::geometry::Rect::from_xywh(0.0, 0.0, f64::from(size.width), f64::from(size.height));
        let seen = visible.intersection(&picture).unwrap_or(picture);
        // Where the mouse was left, if that is in sight.
        let at = self.view.pointer.filter(|at| seen.contains(*at)).unwrap_or_else(|| seen.center());
        self.put_keyboard_pointer(at, false);
    }

    fn hold_button(&mut self, pointer: KeyboardPointer) {
        self.view.keyboard_pointer = Some(KeyboardPointer { is_held: true, ..pointer });
        self.tool_input(&Input::PointerDown {
            at: pointer.at,
            button: Button::Primary,
            modifiers: Modifiers::NONE,
            click_count: 1,
        });
    }

    fn release_button(&mut self, pointer: KeyboardPointer) {
        self.view.keyboard_pointer = Some(KeyboardPointer { is_held: false, ..pointer });
        self.tool_input(&Input::PointerUp {
            at: pointer.at,
            button: Button::Primary,
            modifiers: Modifiers::NONE,
        });
    }

    /// Puts the pointer somewhere, inside the picture, and moves the picture where it would leave the canvas.
    fn put_keyboard_pointer(&mut self, at: Point, is_held: bool) {
        let Some(size) = self.picture_size() else { return };
        let at = Point::new(
            at.x.round().clamp(0.0, f64::from(size.width)),
            at.y.round().clamp(0.0, f64::from(size.height)),
        );
        self.view.keyboard_pointer = Some(KeyboardPointer { at, is_held });
        self.view.pointer = Some(at);
        let on_screen = self.view.camera.screen_from_image(at);
        let viewport = self.view.camera.viewport();
        let margin = MARGIN * f64::from(self.ctx.pixels_per_point());
        let outside = |x: f64, length: u32| {
            let last = f64::from(length) - margin;
            if last < margin { 0.0 } else { x.clamp(margin, last) - x }
        };
        let by = (outside(on_screen.x, viewport.width), outside(on_screen.y, viewport.height));
        if by != (0.0, 0.0) && !self.view.is_fitted {
            self.view.camera = self.view.camera.pan_by(by.0, by.1);
        }
        self.tool_input(&Input::PointerMove { at, modifiers: Modifiers::NONE });
    }
}

/// Draws the pointer: a cross that is seen on any picture, with a filled middle while the button is held.
pub(super) fn keyboard_pointer_ui(ui: &Ui, place: &Place, state: &AppState) {
    let Some(pointer) = state.view.keyboard_pointer else { return };
    let painter = ui.painter().with_clip_rect(place.rect);
    let at = place.points_from_image(pointer.at);
    for (color, width) in [(Color32::BLACK, 4.0), (Color32::WHITE, 2.0)] {
        let stroke = Stroke::new(width, color);
        painter.circle_stroke(at, 9.0, stroke);
        for arm in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
            painter.line_segment([at + arm * 6.0, at + arm * 16.0], stroke);
        }
        if pointer.is_held {
            painter.circle_filled(at, 1.5 + width, color);
        }
    }
    let cross = egui::Rect::from_center_size(at, vec2(32.0, 32.0));
    let response = ui.interact(cross, egui::Id::unique("keyboard-pointer"), egui::Sense::hover());
    response.widget_info(|| {
        let name = format!("Pointer at {:.0}, {:.0}", pointer.at.x, pointer.at.y);
        egui::WidgetInfo::labeled(egui::Role::Label, true, name)
    });
}

/// What the status bar says while the pointer is there.
pub const HINT: &str = "Arrows move the pointer (Shift: far, Ctrl: one pixel), Space clicks, Shift+Space holds and lets \
                        go, Esc ends";
