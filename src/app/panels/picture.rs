//! Thumbnails in cells.

use std::sync::Arc;

use eframe::egui::{self, Color32, Rect, Ui, epaint, pos2, vec2};

use super::row::{icon_at, status_look};
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::app::thumbnails::Thumbnail;
use crate::app::wording::count_of;
use crate::model::AssetId;
use crate::project::Project;
use crate::store::AssetRow;

/// Draws the thumbnail of an asset, as large as it fits, or what stands in for it. Returns why there is none, where
/// there will be none.
pub fn picture_ui(
    ui: &Ui,
    rect: Rect,
    id: AssetId,
    is_missing: bool,
    state: &AppState,
    project: &Project,
) -> Option<Arc<str>> {
    let tokens = Tokens::of(ui);
    let thumbnail = state.thumbnails.borrow_mut().get(ui.ctx(), project, id);
    let mut failure = None;
    match thumbnail {
        Thumbnail::Ready(texture) => {
            let place = fitted(rect, texture.size_vec2());
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            let tint = if is_missing { Color32::from_white_alpha(90) } else { Color32::WHITE };
            let shape = epaint::RectShape::filled(place, 3.0, tint).with_texture(texture.id(), uv);
            ui.painter().add(shape);
            objects_ui(ui, place, tint, id, state, project);
        }
        Thumbnail::Loading => {
            ui.painter().rect_filled(rect, 3.0, tokens.canvas.gamma_multiply(0.5));
        }
        Thumbnail::Failed(reason) => {
            ui.painter().rect_filled(rect, 3.0, tokens.canvas.gamma_multiply(0.5));
            if !is_missing {
                let size = (rect.height() * 0.35).clamp(16.0, 36.0);
                icon_at(ui, rect.center(), "image-broken", size, tokens.text_weak);
            }
            failure = Some(reason);
        }
    }
    if is_missing {
        let size = (rect.height() * 0.3).clamp(14.0, 28.0);
        ui.painter().circle_filled(rect.center(), size * 0.8, tokens.panel);
        icon_at(ui, rect.center(), "link-break", size, tokens.warning);
    }
    failure
}

/// Draws the objects of an asset over its thumbnail.
fn objects_ui(ui: &Ui, place: Rect, tint: Color32, id: AssetId, state: &AppState, project: &Project) {
    let Some(row) = project.assets().get(id).filter(|_| state.settings.thumbnail_objects) else { return };
    let size_px = place.size() * ui.pixels_per_point();
    let Some(texture) = state.thumbnails.borrow_mut().objects.get(project, row, size_px) else { return };
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().add(epaint::RectShape::filled(place, 3.0, tint).with_texture(texture.id(), uv));
}

/// The largest rectangle of the proportions of a size, in the middle of a rectangle. Small pictures are enlarged.
fn fitted(rect: Rect, size: egui::Vec2) -> Rect {
    let scale = (rect.width() / size.x.max(1.0)).min(rect.height() / size.y.max(1.0)).max(0.0);
    Rect::from_center_size(rect.center(), (size * scale).max(vec2(1.0, 1.0)))
}

/// What screen readers say of a picture.
pub fn spoken(row: &AssetRow, is_missing: bool) -> String {
    // Only the name of the status is of use here, and it is the same in all themes.
    let (_, _, status) = status_look(row.asset.status, &Tokens::of_theme(egui::Theme::Dark));
    let objects = count_of(row.num_objects as usize, "object");
    let missing = if is_missing { ", file missing" } else { "" };
    format!("{}, {}, {objects}{missing}", row.asset.file_name(), status.to_lowercase())
}

/// What there is to know of a picture.
pub fn tooltip_ui(ui: &mut Ui, row: &AssetRow, is_missing: bool, failure: Option<&str>) {
    let tokens = Tokens::of(ui);
    let asset = &row.asset;
    ui.set_max_width(420.0);
    ui.label(asset.source.as_str());
    let (_, _, status) = status_look(asset.status, &tokens);
    let objects = count_of(row.num_objects as usize, "object");
    let text = format!("{} × {} pixels, {objects}, {}", asset.width, asset.height, status.to_lowercase());
    ui.label(egui::RichText::new(text).color(tokens.text_weak));
    if is_missing {
        let text = "This file is missing. Its labels are kept, and it is found again when it comes back.";
        ui.label(egui::RichText::new(text).color(tokens.warning));
    } else if let Some(reason) = failure {
        ui.label(egui::RichText::new(reason).color(tokens.error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_keep_their_proportions() {
        let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(100.0, 50.0));
        assert_eq!(
            fitted(rect, vec2(400.0, 100.0)),
            Rect::from_min_size(pos2(10.0, 22.5), vec2(100.0, 25.0))
        );
        assert_eq!(fitted(rect, vec2(10.0, 10.0)), Rect::from_min_size(pos2(35.0, 10.0), vec2(50.0, 50.0)));
        assert!(fitted(rect, vec2(0.0, 0.0)).is_finite());
    }
}
