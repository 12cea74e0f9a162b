//! The frame that all dialogs share.

use eframe::egui::{
    self, Align, Align2, Id, Layout, Margin, Modal, Order, Role, ScrollArea, Ui, Vec2, WidgetInfo, vec2,
};

use crate::app::theme::{self, Tokens};
use crate::app::widgets::icon_button;

/// Between a dialog and the edge of the window, points.
const OUTER_MARGIN: f32 = 24.0;
/// Around what stands in a dialog, points.
const INNER_MARGIN: i8 = 20;
/// Height of the row of buttons at the bottom with its line, points.
const FOOTER_HEIGHT: f32 = 53.0;

/// A dialog that is about to be drawn.
pub struct Window {
    id: &'static str,
    icon: &'static str,
    title: String,
    size: Vec2,
    is_shrunk_to_fit: bool,
}

impl Window {
    /// A dialog of this size in points, or as large as the window allows.
    pub fn new(id: &'static str, icon: &'static str, title: impl Into<String>, size: Vec2) -> Self {
        Self { id, icon, title: title.into(), size, is_shrunk_to_fit: false }
    }

    /// A dialog that is as high as what stands in it.
    pub fn shrunk_to_fit(mut self) -> Self {
        self.is_shrunk_to_fit = true;
        self
    }

    /// Draws the frame and the title, and in it what `add_contents` draws. Returns whether the dialog stays open.
    pub fn show(self, ctx: &egui::Context, add_contents: impl FnOnce(&mut Ui)) -> bool {
        let room = ctx.content_rect().size() - Vec2::splat(2.0 * (OUTER_MARGIN + f32::from(INNER_MARGIN)));
        let size = self.size.min(room).max(vec2(200.0, 120.0));
        let style = ctx.global_style();
        let frame = egui::Frame::window(&style).inner_margin(Margin::same(INNER_MARGIN));
        let response = Modal::new(Id::unique(self.id)).frame(frame).show(ctx, |ui| {
            ui.set_width(size.x);
            ui.set_max_height(size.y);
            if !self.is_shrunk_to_fit {
                ui.set_min_height(size.y);
            }
            let is_closed = self.title_ui(ui);
            add_contents(ui);
            is_closed
        });
        response.response.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, &self.title));
        !(response.should_close() || response.inner)
    }

    fn title_ui(&self, ui: &mut Ui) -> bool {
        let tokens = Tokens::of(ui);
        let is_closed = ui
            .horizontal(|ui| {
                ui.label(theme::icon_text(self.icon).size(20.0).color(tokens.accent));
                ui.heading(&self.title);
                let close = |ui: &mut Ui| icon_button(ui, "x", "Close (Esc)").clicked();
                ui.with_layout(Layout::right_to_left(Align::Center), close).inner
            })
            .inner;
        ui.add_space(8.0);
        is_closed
    }
}

/// A box without a title at the top of the window. Returns whether it stays open.
pub fn show_at_top(
    ctx: &egui::Context,
    id: &'static str,
    name: &str,
    width: f32,
    add_contents: impl FnOnce(&mut Ui),
) -> bool {
    let screen = ctx.content_rect();
    let id = Id::unique(id);
    let from_top = (screen.height() * 0.12).min(120.0);
    let area =
        Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, from_top)).order(Order::Foreground);
    let frame = egui::Frame::window(&ctx.global_style()).inner_margin(Margin::same(12));
    let response = Modal::new(id).area(area).frame(frame).show(ctx, |ui| {
        ui.set_width(width.min(screen.width() - 2.0 * OUTER_MARGIN));
        ui.set_max_height(screen.height() - from_top - 2.0 * OUTER_MARGIN);
        add_contents(ui);
    });
    response.response.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, name));
    !response.should_close()
}

/// Draws the body, which scrolls where it does not fit, and leaves room for [`footer_ui`].
pub fn body_ui<R>(ui: &mut Ui, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    let height = (ui.available_height() - FOOTER_HEIGHT).max(60.0);
    ScrollArea::vertical()
        .max_height(height)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            // Room for the scroll bar, which floats over what it scrolls.
            ui.set_width(ui.available_width() - 12.0);
            add_contents(ui)
        })
        .inner
}

/// Draws two columns that scroll on their own, and leaves room for [`footer_ui`]: each is given its width.
pub fn columns_ui(ui: &mut Ui, left_width: f32, add_contents: impl FnOnce(&mut Ui, &mut Ui)) {
    let height = (ui.available_height() - FOOTER_HEIGHT).max(60.0);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
    let gap = 20.0;
    let middle = rect.left() + left_width;
    let column = |ui: &mut Ui, rect| {
        ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)))
    };
    let mut left = column(ui, rect.with_max_x(middle));
    let mut right = column(ui, rect.with_min_x(middle + gap));
    let line = egui::Stroke::new(1.0, Tokens::of(ui).line);
    ui.painter().vline(middle + gap / 2.0, rect.y_range(), line);
    add_contents(&mut left, &mut right);
}

/// Draws the row of buttons at the bottom, from the right: the one that one will most probably want to press first.
pub fn footer_ui<R>(ui: &mut Ui, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(2.0);
    let line = egui::Stroke::new(1.0, Tokens::of(ui).line);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 8.0));
    ui.painter().hline(rect.x_range(), rect.center().y, line);
    let size = vec2(ui.available_width(), theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), add_contents).inner
}

/// Gives the keyboard to the first field, once.
#[derive(Default)]
pub struct FirstFocus {
    is_given: bool,
}

impl FirstFocus {
    /// Gives it, unless that was done before.
    pub fn give(&mut self, response: &egui::Response) {
        if !self.is_given {
            response.request_focus();
            self.is_given = true;
        }
    }
}
