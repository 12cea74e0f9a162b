//! The parts that rows of lists and cells of grids are painted with.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    self, Align, Align2, Color32, FontId, Galley, Id, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2,
};

use crate::app::icons::icon;
use crate::app::theme::{self, RADIUS, Tokens};
use crate::model::AssetStatus;

/// The size of names in rows, points.
pub const NAME_SIZE: f32 = 13.0;
/// The size of numbers and remarks in rows, points.
pub const REMARK_SIZE: f32 = 11.5;

/// How a row stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowLook {
    /// It is chosen.
    pub is_selected: bool,
    /// The pointer is on it.
    pub is_hovered: bool,
    /// The keyboard is on it.
    pub has_cursor: bool,
}

/// Paints what lies behind a row.
pub fn row_background(ui: &Ui, rect: Rect, look: RowLook) {
    let tokens = Tokens::of(ui);
    let fill = match look {
        RowLook { is_selected: true, .. } => tokens.accent_soft,
        RowLook { is_hovered: true, .. } => tokens.hovered,
        _ => Color32::TRANSPARENT,
    };
    let rect = rect.shrink2(vec2(0.0, 1.0));
    ui.painter().rect_filled(rect, RADIUS, fill);
    if look.has_cursor {
        let stroke = egui::Stroke::new(1.0, tokens.accent);
        ui.painter().rect_stroke(rect, RADIUS, stroke, egui::StrokeKind::Inside);
    }
}

/// Text of one line, cut with an ellipsis where it is too long.
pub fn line_of(ui: &Ui, text: &str, font: FontId, color: Color32, max_width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    let max_width = max_width.max(0.0);
    job.wrap = TextWrapping { max_width, max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
    ui.painter().layout_job(job)
}

/// Paints a line of text, in the middle of the rectangle's height, and returns whether it had to be cut.
pub fn text_in(ui: &Ui, rect: Rect, text: &str, font: FontId, color: Color32, align: Align) -> bool {
    let galley = line_of(ui, text, font, color, rect.width());
    let x = match align {
        Align::Min => rect.left(),
        Align::Center => rect.center().x - galley.size().x / 2.0,
        Align::Max => rect.right() - galley.size().x,
    };
    let at = egui::pos2(x, rect.center().y - galley.size().y / 2.0);
    let is_cut = galley.elided;
    ui.painter().galley(at, galley, color);
    is_cut
}

/// Paints an icon around a point.
pub fn icon_at(ui: &Ui, center: Pos2, name: &str, size: f32, color: Color32) {
    ui.painter().text(center, Align2::CENTER_CENTER, icon(name), theme::icon_font(size), color);
}

/// Takes a strip off the right of a rectangle.
pub fn take_right(rect: &mut Rect, width: f32) -> Rect {
    let strip = rect.with_min_x((rect.right() - width).max(rect.left()));
    rect.max.x = strip.left();
    strip
}

/// Takes a strip off the left of a rectangle.
pub fn take_left(rect: &mut Rect, width: f32) -> Rect {
    let strip = rect.with_max_x((rect.left() + width).min(rect.right()));
    rect.min.x = strip.right();
    strip
}

/// An icon in a row that switches something. It is no stop for Tab: rows are walked with arrows, and what their
/// icons do has keys.
pub struct RowSwitch<'a> {
    /// What tells it from all others.
    pub id: Id,
    /// Its icon.
    pub icon: &'a str,
    /// What it does.
    pub name: &'a str,
    /// Whether what it switches is on.
    pub is_on: bool,
    /// Whether it is drawn while it is off.
    pub shows_off: bool,
}

impl RowSwitch<'_> {
    /// Draws it.
    pub fn show(self, ui: &Ui, rect: Rect) -> Response {
        let tokens = Tokens::of(ui);
        let response = ui.interact(rect, self.id, Sense::CLICK);
        let is_enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::selected(Role::Button, is_enabled, self.is_on, self.name));
        let is_hovered = response.hovered() && is_enabled;
        if is_hovered {
            let around = Rect::from_center_size(rect.center(), egui::Vec2::splat(rect.width().min(22.0)));
            ui.painter().rect_filled(around, 4.0, tokens.pressed);
        }
        if self.is_on || self.shows_off || is_hovered {
            let color = if self.is_on || is_hovered { tokens.text } else { tokens.text_weak };
            icon_at(ui, rect.center(), self.icon, 15.0, color);
        }
        response.on_hover_text(self.name)
    }
}

/// How a status looks: its icon, colour and name. Told apart without relying on colour alone.
pub fn status_look(status: AssetStatus, tokens: &Tokens) -> (&'static str, Color32, &'static str) {
    match status {
        AssetStatus::Todo => ("circle-dashed", tokens.text_weak, "Unfinished"),
        AssetStatus::Done => ("check-circle", tokens.success, "Done"),
        AssetStatus::Skipped => ("prohibit", tokens.warning, "Skipped"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_leave_the_rest_and_never_turn_it_inside_out() {
        let mut rect = Rect::from_min_size(Pos2::ZERO, vec2(30.0, 10.0));
        assert_eq!(take_right(&mut rect, 10.0).x_range(), egui::Rangef::new(20.0, 30.0));
        assert_eq!(take_left(&mut rect, 50.0).x_range(), egui::Rangef::new(0.0, 20.0));
        assert_eq!(rect.width(), 0.0);
    }
}
