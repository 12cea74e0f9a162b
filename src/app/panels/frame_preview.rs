//! The picture of the frame that the pointer is on, above the bar or ruler that it points at.

use eframe::egui::{
    Align2, FontId, Id, LayerId, Order, Pos2, Rect, Stroke, StrokeKind, Ui, epaint, pos2, vec2,
};

use super::row::REMARK_SIZE;
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::app::wording::thousands;
use crate::tools::timeline::timecode;

/// The picture is at most as large as this, points.
const MAX_WIDTH: f32 = 192.0;
const MAX_HEIGHT: f32 = 128.0;
const CAPTION_HEIGHT: f32 = 22.0;
const PADDING: f32 = 4.0;
const MIN_WIDTH: f32 = 132.0;

/// Draws it so that its lower edge stands a little above `at`, within the window. Its picture may be that of a frame
/// shortly before until its own is decoded; then it says so.
pub fn frame_preview_ui(ui: &Ui, state: &AppState, at: Pos2, frame: u32) {
    let tokens = Tokens::of(ui);
    let Some(facts) = state.video_facts() else { return };
    let video = state.videos.open();
    let picture = video.and_then(|video| {
        let mut thumbnails = video.thumbnails()?.borrow_mut();
        thumbnails.get_pointed_at(frame, video.keyframes())
    });
    let size = video.and_then(|video| {
        let shown = video.thumbnails().and(state.picture_size())?;
        let size = vec2(shown.width as f32, shown.height as f32);
        Some(size * (MAX_WIDTH / size.x.max(1.0)).min(MAX_HEIGHT / size.y.max(1.0)))
    });
    let text = format!("{}   {}", thousands(frame), timecode(facts.seconds(frame), 2));
    let layer = LayerId::new(Order::Tooltip, Id::unique("frame-preview"));
    let painter = ui.ctx().layer_painter(layer);
    let inner = size.unwrap_or_default();
    let width = inner.x.max(MIN_WIDTH) + 2.0 * PADDING;
    let height = inner.y + CAPTION_HEIGHT + if size.is_some() { PADDING } else { 0.0 };
    let window = ui.ctx().content_rect();
    let left = (at.x - width / 2.0).min(window.right() - width - 2.0).max(window.left() + 2.0);
    let place = Rect::from_min_size(pos2(left, (at.y - 6.0 - height).max(window.top())), vec2(width, height));
    painter.rect_filled(place, 5.0, tokens.panel);
    painter.rect_stroke(place, 5.0, Stroke::new(1.0, tokens.line), StrokeKind::Inside);
    if size.is_some() {
        let center = pos2(place.center().x, place.top() + PADDING + inner.y / 2.0);
        let rect = Rect::from_center_size(center, inner);
        painter.rect_filled(rect, 2.0, tokens.canvas);
        if let Some((shown, texture)) = picture {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            let is_exact = shown == frame;
            let tint = eframe::egui::Color32::from_gray(if is_exact { 255 } else { 170 });
            painter.add(epaint::RectShape::filled(rect, 2.0, tint).with_texture(texture.id(), uv));
            if !is_exact {
                let remark = format!("picture of {}", thousands(shown));
                let font = FontId::proportional(REMARK_SIZE);
                let corner = rect.left_bottom() + vec2(6.0, -4.0);
                let galley = painter.layout_no_wrap(remark, font, tokens.text);
                let back = Align2::LEFT_BOTTOM.anchor_size(corner, galley.size()).expand2(vec2(4.0, 1.0));
                painter.rect_filled(back, 3.0, tokens.panel.gamma_multiply(0.85));
                painter.galley(back.min + vec2(4.0, 1.0), galley, tokens.text);
            }
        }
    }
    let caption = pos2(place.center().x, place.bottom() - CAPTION_HEIGHT / 2.0);
    painter.text(caption, Align2::CENTER_CENTER, text, FontId::monospace(12.0), tokens.text);
}
