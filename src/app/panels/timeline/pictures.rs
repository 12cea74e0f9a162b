//! The strip of pictures: what is to be seen in each part of the video. The pictures come in the background; what is not
//! there yet stays dark.

use eframe::egui::{Align, Color32, FontId, Id, Rect, Role, Sense, Ui, Vec2, WidgetInfo, epaint, pos2, vec2};

use super::Scene;
use super::marks::Marks;
use crate::app::panels::row::{NAME_SIZE, icon_at, take_left, text_in};
use crate::tools::timeline::{PICTURES_HEIGHT, picture_cells};

/// What is left free above and below, points.
const MARGIN: f32 = 1.0;

/// Draws the strip, and its name at the left.
pub fn pictures_ui(ui: &Ui, scene: &Scene, names: Rect) {
    let top = scene.lanes.top() + scene.state.view.timeline.head.pictures_y() as f32;
    let bottom = top + PICTURES_HEIGHT as f32;
    let place = scene.lanes.with_min_y(top).with_max_y(bottom);
    name_ui(ui, scene, names.with_min_y(top).with_max_y(bottom));
    let mut marks = Marks::default();
    marks.rect(place, scene.tokens.canvas);
    marks.rect(place.with_min_y(place.bottom() - 1.0), scene.tokens.line);
    marks.paint(ui, place);
    let (Some(video), Some(size)) = (scene.state.videos.open(), scene.state.picture_size()) else { return };
    let Some(thumbnails) = video.thumbnails() else { return };
    let mut thumbnails = thumbnails.borrow_mut();
    let height = place.height() - 1.0 - 2.0 * MARGIN;
    let proportion = size.width as f32 / size.height.max(1) as f32;
    let width = (height * proportion).clamp(16.0, 160.0);
    let painter = ui.painter().with_clip_rect(place);
    let end = scene.x(scene.ctx.axis.x_of_edge(scene.ctx.axis.num_frames()));
    for cell in picture_cells(scene.ctx.axis, video.keyframes(), f64::from(width)) {
        let Some(texture) = thumbnails.get(cell.frame) else { continue };
        let left = scene.x(cell.x);
        // The last may cover fewer frames than the others: it is cut, and not made narrow.
        let right = (left + cell.width as f32).min(end).max(left + 1.0);
        let rect = Rect::from_min_max(
            pos2(left, place.top() + MARGIN),
            pos2(right - 1.0, place.top() + MARGIN + height),
        );
        let uv = covering(texture.size_vec2(), rect.size());
        painter.add(epaint::RectShape::filled(rect, 0.0, Color32::WHITE).with_texture(texture.id(), uv));
    }
}

/// The middle part of a picture that has the proportions of a place.
fn covering(picture: Vec2, place: Vec2) -> Rect {
    let (picture, place) = (picture.max(Vec2::splat(1.0)), place.max(Vec2::splat(1.0)));
    let scale = (place.x / picture.x).max(place.y / picture.y);
    let part = place / (picture * scale);
    Rect::from_center_size(pos2(0.5, 0.5), part)
}

fn name_ui(ui: &Ui, scene: &Scene, place: Rect) {
    let tokens = &scene.tokens;
    let response = ui.interact(place, Id::unique("timeline-pictures"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, "Pictures of frames"));
    ui.painter().rect_filled(place.with_min_y(place.bottom() - 1.0), 0.0, tokens.line);
    ui.painter().rect_filled(place.with_min_x(place.right() - 1.0), 0.0, tokens.line);
    let mut rest = place.shrink2(vec2(8.0, 0.0));
    take_left(&mut rest, 16.0);
    let mark = take_left(&mut rest, 20.0);
    icon_at(ui, mark.left_center() + vec2(5.0, 0.0), "film-strip", 13.0, tokens.text_weak);
    text_in(ui, rest, "Pictures", FontId::proportional(NAME_SIZE), tokens.text, Align::Min);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_fill_their_place_and_keep_their_proportions() {
        let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        assert_eq!(covering(vec2(160.0, 90.0), vec2(64.0, 36.0)), all);
        let wide = covering(vec2(160.0, 90.0), vec2(128.0, 36.0));
        assert_eq!((wide.width(), wide.height()), (1.0, 0.5));
        assert!(covering(Vec2::ZERO, Vec2::ZERO).is_finite());
    }
}
