//! Where one is in the picture: an overview with a rectangle of what is in view.
//!
//! It appears while not all of the picture is in view, at the bottom right. A click or drag in it goes there.

use std::sync::Arc;

use eframe::egui::{self, Color32, Sense, Stroke, StrokeKind, Ui, vec2};

use super::Place;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::app::thumbnails::Thumbnail;
use crate::app::work::CanvasPicture;
use crate::geometry::Point;
use crate::pixels::{ColorMap, Picture, Size, TiledPicture, Window, halved_within};
use crate::render::{Camera, Display};

/// Its longer side, points; on a small canvas at most this share of it.
const SIDE: f32 = 168.0;
const MAX_SHARE: f32 = 0.28;
const MARGIN: f32 = 14.0;
/// On a canvas smaller than this it would hide the picture, points.
const MIN_CANVAS: egui::Vec2 = vec2(420.0, 320.0);
/// The view is drawn at least this large, points.
const MIN_VIEW_SIDE: f32 = 6.0;

/// The overview of the last picture, as a texture.
#[derive(Default)]
pub struct Navigator {
    made: Option<Made>,
}

struct Made {
    of: Arc<dyn TiledPicture>,
    look: (Window, ColorMap),
    texture: egui::TextureHandle,
}

impl Navigator {
    fn texture(
        &mut self,
        ctx: &egui::Context,
        picture: &Arc<dyn TiledPicture>,
        display: &Display,
    ) -> Option<egui::TextureId> {
        let look = (display.window.unwrap_or(Window::full(picture.format())), display.color_map);
        if let Some(made) = &self.made
            && Arc::ptr_eq(&made.of, picture)
            && made.look == look
        {
            return Some(made.texture.id());
        }
        let small = halved_within(&picture.overview()?, (SIDE * ctx.pixels_per_point()) as u32 * 2 - 1);
        let image = color_image(&look.0.picture(&small, look.1));
        let texture = ctx.load_texture("navigator", image, egui::TextureOptions::LINEAR);
        let id = texture.id();
        self.made = Some(Made { of: Arc::clone(picture), look, texture });
        Some(id)
    }
}

fn color_image(picture: &Picture) -> egui::ColorImage {
    let Size { width, height } = picture.size();
    egui::ColorImage::from_rgba_unmultiplied([width as usize, height as usize], picture.rgba())
}

/// The thumbnail of what is on the canvas, as far as it is there.
fn thumbnail(ui: &Ui, state: &AppState) -> Option<egui::TextureId> {
    let (project, asset) = state.project.as_ref().zip(state.view.asset)?;
    match state.thumbnails.borrow_mut().get(ui.ctx(), project, asset) {
        Thumbnail::Ready(texture) => Some(texture.id()),
        Thumbnail::Loading | Thumbnail::Failed(_) => None,
    }
}

/// Draws it over what is on the canvas, where it is of use. Of a video, whose frames come and go, it shows the thumbnail.
pub(super) fn navigator_ui(
    ui: &mut Ui,
    place: &Place,
    state: &mut AppState,
    shown: &CanvasPicture,
    display: &Display,
    requests: &mut Requests,
) {
    let size = match shown {
        CanvasPicture::Ready { picture, .. } => picture.pyramid().size(),
        CanvasPicture::Frame { .. } => state.picture_size().unwrap_or_default(),
        CanvasPicture::BadFrame { .. } | CanvasPicture::Loading(_) | CanvasPicture::Failed(_) => return,
    };
    let whole = crate::geometry::Rect::from_xywh(0.0, 0.0, size.width.into(), size.height.into());
    let view = place.camera.visible_rect();
    let is_all_in_view = view.min.x <= 0.5
        && view.min.y <= 0.5
        && view.max.x >= whole.max.x - 0.5
        && view.max.y >= whole.max.y - 0.5;
    let has_room = place.rect.width() >= MIN_CANVAS.x && place.rect.height() >= MIN_CANVAS.y;
    if !state.settings.show_navigator || is_all_in_view || !has_room || size.num_pixels() == 0 {
        return;
    }
    let texture = match shown {
        CanvasPicture::Ready { picture, .. } => state.navigator.texture(ui.ctx(), picture, display),
        _ => thumbnail(ui, state),
    };
    let Some(texture) = texture else { return };
    let tokens = Tokens::of(ui);
    let side = SIDE.min(place.rect.size().min_elem() * MAX_SHARE);
    let scale = side / size.width.max(size.height) as f32;
    // A very long picture is still a strip to be hit.
    let shown = (vec2(size.width as f32, size.height as f32) * scale).max(vec2(16.0, 16.0));
    let rect = egui::Rect::from_min_size(place.rect.max - shown - vec2(MARGIN, MARGIN), shown);
    let response = ui.interact(rect, ui.scope_id().with("navigator"), Sense::CLICK | Sense::DRAG);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "Navigator"));

    let painter = ui.painter().with_clip_rect(place.rect);
    painter.rect_filled(rect.expand(4.0), 5.0, tokens.panel);
    let uv = egui::Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
    painter.image(texture, rect, uv, Color32::WHITE);
    let per_pixel = shown / vec2(size.width as f32, size.height as f32);
    let on_overview = |p: Point| rect.min + vec2(p.x as f32, p.y as f32) * per_pixel;
    let seen = egui::Rect::from_min_max(on_overview(view.min), on_overview(view.max)).intersect(rect);
    let seen =
        egui::Rect::from_center_size(seen.center(), seen.size().max(vec2(MIN_VIEW_SIDE, MIN_VIEW_SIDE)));
    painter.rect_stroke(seen, 1.0, Stroke::new(3.0, Color32::from_black_alpha(140)), StrokeKind::Middle);
    painter.rect_stroke(seen, 1.0, Stroke::new(1.5, tokens.accent), StrokeKind::Middle);

    if response.is_pointer_button_down_on()
        && let Some(at) = response.interact_pointer_pos()
    {
        let at = (at - rect.min) / per_pixel;
        let center = Point::new(f64::from(at.x), f64::from(at.y));
        let camera = Camera::new(whole.clamp(center), place.camera.zoom(), place.camera.viewport());
        requests.push(Request::SetCamera(camera));
    }
    if response.hovered() {
        ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
    }
}
