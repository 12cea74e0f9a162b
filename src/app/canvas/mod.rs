//! The canvas: the picture, the objects over it, and the tool in the person's hand.
//!
//! - `input` turns egui's events into camera moves and into the inputs of a tool, in image coordinates.
//! - `keyboard_pointer` gives tools the same inputs from keys alone.
//! - `scene` turns the document and the tool's draft into layers, and keeps those that did not change.
//! - `navigator` shows where in the picture one is.
//! - `names` places the names of labels.
//! - `gpu` hands a frame to `render` inside egui's pass.
//!
//! **Units.** egui counts in points, `render` in physical pixels, everything else here in image pixels.

mod gpu;
mod input;
mod keyboard_pointer;
mod names;
mod navigator;
mod overlay;
mod scene;

use std::sync::Arc;

use eframe::egui::{self, Ui};

use super::request::{Request, Requests};
use super::state::AppState;
use super::work::CanvasPicture;
use crate::base::cpu_time::CpuBudget;
use crate::pixels::Size;
use crate::render::{Camera, FRAME_TIME, Frame, FrameBudget, FramePicture, ScreenPoint};

pub use gpu::CanvasGpu;
pub use input::{cursor_icon, modifiers_of, tool_key};
pub use keyboard_pointer::{HINT as POINTER_HINT, KeyboardPointer, PointerKey, pointer_key};
pub use navigator::Navigator;
pub use scene::SceneCache;

/// Where the canvas lies: its place in points, and how to get from there to the picture.
#[derive(Clone, Copy)]
struct Place {
    rect: egui::Rect,
    pixels_per_point: f32,
    camera: Camera,
}

impl Place {
    /// A place on whole physical pixels.
    fn new(ui: &Ui, rect: egui::Rect, camera: Camera) -> Self {
        let pixels_per_point = ui.ctx().pixels_per_point();
        let snap = |p: egui::Pos2| (p.to_vec2() * pixels_per_point).round() / pixels_per_point;
        let rect = egui::Rect::from_min_max(snap(rect.min).to_pos2(), snap(rect.max).to_pos2());
        Self { rect, pixels_per_point, camera }
    }

    /// The size in physical pixels.
    fn viewport(&self) -> Size {
        let size = (self.rect.size() * self.pixels_per_point).round();
        Size::new(size.x.max(0.0) as u32, size.y.max(0.0) as u32)
    }

    fn screen_from_points(&self, p: egui::Pos2) -> ScreenPoint {
        let v = (p - self.rect.min) * self.pixels_per_point;
        ScreenPoint::new(f64::from(v.x), f64::from(v.y))
    }

    fn image_from_points(&self, p: egui::Pos2) -> crate::geometry::Point {
        self.camera.image_from_screen(self.screen_from_points(p))
    }

    fn points_from_image(&self, p: crate::geometry::Point) -> egui::Pos2 {
        let screen = self.camera.screen_from_image(p);
        self.rect.min + egui::vec2(screen.x as f32, screen.y as f32) / self.pixels_per_point
    }
}

/// Draws the canvas and reads what the hand does on it.
pub fn canvas_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let rect = ui.available_rect_before_wrap();
    let place = Place::new(ui, rect, state.view.camera.aligned());
    let viewport = place.viewport();
    if viewport.width == 0 || viewport.height == 0 {
        return;
    }
    // At once, not as a request: what follows draws with this size.
    state.set_viewport(viewport);
    state.view.canvas_origin = place.rect.min;
    let place = Place { camera: state.view.camera.aligned(), ..place };
    // Not focusable: while no control has the keyboard, it is the canvas's.
    let response = ui.allocate_rect(place.rect, egui::Sense::CLICK | egui::Sense::DRAG);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "Picture"));

    // What the hand does comes first, then what is to be made and looked up; uploading has the rest.
    let time = CpuBudget::new(FRAME_TIME);
    // What the hand does is carried out at once: it shows in this very frame.
    let mut at_once = Requests::default();
    input::hand(ui, &response, &place, state, &mut at_once);
    state.carry_out_all(at_once);
    let place = Place { camera: state.view.camera.aligned(), ..place };
    let picture = state.canvas_picture();
    if let Some(CanvasPicture::Loading(Some(preview))) = &picture {
        overlay::preview_ui(ui, &place, state, preview);
    }
    let shown = match &picture {
        Some(CanvasPicture::Ready { picture, .. }) => Some(FramePicture::Tiles(Arc::clone(picture))),
        Some(CanvasPicture::Frame { picture, .. }) => Some(FramePicture::Video(Arc::clone(picture))),
        Some(CanvasPicture::BadFrame { .. } | CanvasPicture::Loading(_) | CanvasPicture::Failed(_))
        | None => None,
    };
    let mut display = state.view.display;
    display.window = state.view.levels.window(state.canvas_values().as_deref());
    display.sampling = state.settings.sampling();
    display.pixel_grid = state.settings.pixel_grid;
    // Asked once: it may have to look at many objects.
    let draft = state.tool_context().map(|context| state.view.toolbox.draft(&context)).unwrap_or_default();
    if draft.is_unfinished {
        ui.ctx().request_repaint();
    }
    let layers = scene::layers(state, &place, &draft);
    let frame = Frame { camera: place.camera, picture: shown, display, probe: state.view.pointer, layers };
    names::look_up(&place, state, &time);
    let budget = FrameBudget {
        tile_memory_bytes: (state.settings.gpu_cache_mb as u64) << 20,
        ..FrameBudget::within(&time)
    };
    gpu::paint(ui, &place, frame, budget);
    names::names_ui(ui, &place, state, &draft);
    overlay::comments_ui(ui, &place, state);
    overlay::readout_ui(ui, &place, &draft);
    if let Some(shown) = &picture {
        navigator::navigator_ui(ui, &place, state, shown, &display, requests);
    }
    keyboard_pointer::keyboard_pointer_ui(ui, &place, state);
    overlay::state_ui(ui, &place, state, picture.as_ref(), requests);
    if let Some(context) = state.tool_context()
        && response.hovered()
    {
        ui.ctx().set_cursor_icon(input::cursor_icon(state.view.toolbox.cursor(&context)));
    }
    let has_pointer = response.contains_pointer() || state.view.keyboard_pointer.is_some();
    if !has_pointer && state.view.pointer.is_some() {
        requests.push(Request::SetPointer(None));
    }
}
