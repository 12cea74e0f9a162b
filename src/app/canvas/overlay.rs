//! What egui draws over the canvas: sizes, and what to say when there is no picture.

use eframe::egui::{self, Color32, FontId, RichText, Ui, vec2};

use super::Place;
use crate::app::request::Requests;
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets;
use crate::app::work::CanvasPicture;
use crate::geometry::{Point, Rect};
use crate::pixels::Picture;
use crate::tools::Draft;

fn screen_rect(place: &Place, rect: &Rect) -> egui::Rect {
    egui::Rect::from_min_max(place.points_from_image(rect.min), place.points_from_image(rect.max))
}

/// Size, angle or distance beside the pointer.
pub(super) fn readout_ui(ui: &Ui, place: &Place, draft: &Draft) {
    let Some(readout) = &draft.readout else { return };
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(place.rect);
    let at = place.points_from_image(readout.at) + vec2(14.0, 14.0);
    let galley = painter.layout_no_wrap(readout.text.clone(), FontId::proportional(12.0), tokens.text);
    let rect = egui::Rect::from_min_size(at, galley.size() + vec2(12.0, 6.0));
    painter.rect_filled(rect, 4.0, tokens.panel.gamma_multiply(0.92));
    painter.galley(at + vec2(6.0, 3.0), galley, tokens.text);
}

/// What was written about places of the picture and is not settled.
pub(super) fn comments_ui(ui: &Ui, place: &Place, state: &AppState) {
    let Some(document) = state.document().filter(|_| state.view.show_objects) else { return };
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(place.rect);
    let is_here = |frame: Option<u32>| frame.is_none_or(|frame| frame == state.view.frame);
    for (id, comment) in document.notes().open_comments().filter(|(_, comment)| is_here(comment.frame)) {
        let Some(at) = comment.place.map(|at| place.points_from_image(at)) else { continue };
        let rect = egui::Rect::from_center_size(at, vec2(22.0, 22.0));
        if !place.rect.intersects(rect) {
            continue;
        }
        painter.circle(at, 11.0, tokens.panel, egui::Stroke::new(1.5, tokens.warning));
        let glyph = crate::app::icons::icon("chat-circle-text");
        painter.text(at, egui::Align2::CENTER_CENTER, glyph, theme::icon_font(16.0), tokens.warning);
        let response = ui.interact(rect, egui::Id::unique(("comment", id)), egui::Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &comment.text));
        response.on_hover_text(&comment.text);
    }
}

/// A smaller version of the picture at the place of the full one.
pub(super) fn preview_ui(ui: &Ui, place: &Place, state: &AppState, preview: &Picture) {
    let (Some(size), Some(asset)) = (state.picture_size(), state.view.asset) else { return };
    let id = egui::Id::unique(("preview", asset));
    let texture: egui::TextureHandle = ui.data(|data| data.get_temp(id)).unwrap_or_else(|| {
        let pixels = [preview.size().width as usize, preview.size().height as usize];
        let image = egui::ColorImage::from_rgba_unmultiplied(pixels, preview.rgba());
        let texture = ui.ctx().load_texture("preview", image, egui::TextureOptions::LINEAR);
        // One preview at a time: the last one's texture is freed.
        ui.data_mut(|data| {
            data.remove_by_type::<egui::TextureHandle>();
            data.insert_temp(id, texture.clone());
        });
        texture
    });
    let whole = Rect::from_corners(Point::ORIGIN, Point::new(size.width.into(), size.height.into()));
    let uv = egui::Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
    let painter = ui.painter().with_clip_rect(place.rect);
    painter.image(texture.id(), screen_rect(place, &whole), uv, Color32::WHITE);
}

/// What to say while there is no picture, or something is wrong with it.
pub(super) fn state_ui(
    ui: &mut Ui,
    place: &Place,
    state: &mut AppState,
    picture: Option<&CanvasPicture>,
    requests: &mut Requests,
) {
    let is_missing = state.view.asset.is_some_and(|asset| state.work.missing.contains(&asset));
    match picture {
        None if state.project.as_ref().is_some_and(|project| project.assets().is_empty()) => {
            card_ui(ui, place, "images", "No pictures yet", "Drop pictures or a folder here.", |ui| {
                if widgets::primary_button(ui, "folder-plus", "Add folder…").clicked() {
                    requests.run("file.add_folder");
                }
            });
        }
        None => card_ui(ui, place, "image", "No picture chosen", "Choose one in the gallery.", |ui| {
            if widgets::primary_button(ui, "grid-four", "Gallery").clicked() {
                requests.run("view.gallery");
            }
        }),
        Some(CanvasPicture::Failed(_)) if is_missing => {
            let text = "Its labels are safe. Put the file back, or move it anywhere in the project's folders: \
                        it will be found again by its content.";
            let title = match state.is_video() {
                true => "The file of this video is gone",
                false => "The file of this picture is gone",
            };
            card_ui(ui, place, "link-break", title, text, |ui| {
                if widgets::labelled_button(ui, "arrows-clockwise", "Look again").clicked() {
                    state.reload_picture();
                    requests.run("file.rescan");
                }
            });
        }
        Some(CanvasPicture::Failed(reason)) => {
            let reason = reason.to_string();
            let title =
                if state.is_video() { "This video cannot be shown" } else { "This picture cannot be shown" };
            card_ui(ui, place, "image-broken", title, &reason, |ui| {
                if widgets::labelled_button(ui, "arrows-clockwise", "Try again").clicked() {
                    state.reload_picture();
                }
            });
        }
        Some(CanvasPicture::Loading(None)) => {
            let rect = egui::Rect::from_center_size(place.rect.center(), vec2(28.0, 28.0));
            // Quick pictures should not flicker.
            if ui.ctx().animate_bool_with_time(egui::Id::unique(("slow", state.view.asset)), true, 0.4) > 0.9
            {
                egui::Spinner::new().paint_at(ui, rect);
            }
        }
        Some(CanvasPicture::Ready { warning: Some(warning), .. }) => warning_ui(ui, place, warning),
        Some(CanvasPicture::Frame { is_damaged: true, .. }) => {
            warning_ui(ui, place, "This frame is damaged in the file: part of it is made up.");
        }
        Some(CanvasPicture::BadFrame { number, reason }) => {
            let title = format!("Frame {number} cannot be decoded");
            card_ui(ui, place, "image-broken", &title, reason, |_| ());
        }
        Some(
            CanvasPicture::Loading(Some(_))
            | CanvasPicture::Ready { warning: None, .. }
            | CanvasPicture::Frame { is_damaged: false, .. },
        ) => {}
    }
}

/// What is wrong with what is on the canvas, in its corner.
fn warning_ui(ui: &mut Ui, place: &Place, text: &str) {
    let tokens = Tokens::of(ui);
    let rect = egui::Rect::from_min_size(
        place.rect.min + vec2(12.0, 12.0),
        vec2((place.rect.width() - 24.0).min(520.0), 0.0),
    );
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect), |ui| {
        egui::Frame::popup(ui.style()).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(theme::icon_text("warning").color(tokens.warning));
                ui.label(text);
            });
        });
    });
}

fn card_ui(ui: &mut Ui, place: &Place, icon: &str, title: &str, text: &str, button: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    let size = vec2(place.rect.width().min(420.0), 200.0);
    let rect = egui::Rect::from_center_size(place.rect.center(), size);
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect), |ui| {
        ui.vertical_centered(|ui| {
            let glyph = crate::app::icons::icon(icon);
            ui.label(RichText::new(glyph).font(theme::icon_font(40.0)).color(tokens.text_weak));
            ui.add_space(8.0);
            ui.label(RichText::new(title).font(FontId::new(17.0, theme::semibold())));
            ui.add_space(4.0);
            ui.label(RichText::new(text).color(tokens.text_weak));
            ui.add_space(12.0);
            button(ui);
        });
    });
}
