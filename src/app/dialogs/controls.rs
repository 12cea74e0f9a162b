//! Controls that several dialogs use.

use eframe::egui::{self, Align, Layout, Response, RichText, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use crate::app::theme::{self, Tokens};
use crate::app::widgets::{check_box, key_cap};

/// A row of a list: lit where the pointer is, marked where chosen. It does not take the keyboard: lists that use
/// it are walked through with the arrow keys.
pub fn row_ui(
    ui: &mut Ui,
    name: &str,
    is_chosen: bool,
    is_enabled: bool,
    add_contents: impl FnOnce(&mut Ui),
) -> Response {
    row_of_height_ui(ui, theme::ROW_HEIGHT + 4.0, Sense::CLICK, name, is_chosen, is_enabled, add_contents)
}

/// The same with a height and what it senses.
pub fn row_of_height_ui(
    ui: &mut Ui,
    height: f32,
    sense: Sense,
    name: &str,
    is_chosen: bool,
    is_enabled: bool,
    add_contents: impl FnOnce(&mut Ui),
) -> Response {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), sense);
    if ui.is_rect_visible(rect) {
        let fill = match (is_chosen, response.hovered() && is_enabled) {
            (true, _) => tokens.accent_soft,
            (false, true) => tokens.hovered,
            (false, false) => egui::Color32::TRANSPARENT,
        };
        ui.painter().rect_filled(rect, f32::from(theme::RADIUS), fill);
        if response.has_focus() {
            let stroke = egui::Stroke::new(1.5, tokens.accent);
            ui.painter().rect_stroke(rect, f32::from(theme::RADIUS), stroke, egui::StrokeKind::Inside);
        }
        let layout = Layout::left_to_right(Align::Center);
        let mut row = ui.new_child(UiBuilder::new().max_rect(rect.shrink2(vec2(8.0, 0.0))).layout(layout));
        // Texts would take the clicks that are meant for the row.
        row.style_mut().interaction.selectable_labels = false;
        if !is_enabled {
            row.disable();
        }
        add_contents(&mut row);
    }
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, is_enabled, is_chosen, name));
    response
}

/// A field for one line of text with a hint, as wide as there is room.
pub fn text_field(ui: &mut Ui, name: &str, text: &mut String, hint: &str) -> Response {
    let field = egui::TextEdit::singleline(text)
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 6));
    ui.add(field).accessible_name(name)
}

/// A field to search with: a magnifying glass, and a cross that empties it.
pub fn search_field(ui: &mut Ui, name: &str, text: &mut String) -> Response {
    let tokens = Tokens::of(ui);
    let field = egui::TextEdit::singleline(text)
        .hint_text(name)
        .prefix(theme::icon_text("magnifying-glass").color(tokens.text_weak))
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 6));
    ui.add(field).accessible_name(name)
}

/// One of a few values, side by side. Returns whether another one was chosen.
pub fn choice_ui<T: PartialEq + Copy>(ui: &mut Ui, name: &str, value: &mut T, choices: &[(T, &str)]) -> bool {
    let before = *value;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        for (choice, text) in choices {
            let is_chosen = *value == *choice;
            let response = ui.add(egui::Button::new(*text).selected(is_chosen));
            let full_name = format!("{name}: {text}");
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, &full_name));
            if response.clicked() {
                *value = *choice;
            }
        }
    });
    *value != before
}

/// A switch with a sentence that explains it. Returns whether it was switched.
pub fn switch_ui(ui: &mut Ui, value: &mut bool, name: &str, help: &str) -> bool {
    let tokens = Tokens::of(ui);
    let has_changed = check_box(ui, egui::Checkbox::new(value, name)).changed();
    // Close to what it explains, and below its first letter.
    ui.add_space(-8.0);
    ui.horizontal_top(|ui| {
        ui.add_space(ui.spacing().icon_width + ui.spacing().icon_spacing);
        ui.add(egui::Label::new(RichText::new(help).small().color(tokens.text_weak)).wrap());
    });
    ui.add_space(2.0);
    has_changed
}

/// A slider with its name above.
pub fn slider_ui(ui: &mut Ui, name: &str, slider: egui::Slider<'_>) {
    let tokens = Tokens::of(ui);
    ui.label(name);
    ui.scope(|ui| {
        ui.spacing_mut().slider_width = 240.0;
        // The rail must stand out from the ground, and how far it is filled from the rail.
        ui.visuals_mut().widgets.inactive.bg_fill = tokens.pressed;
        ui.visuals_mut().selection.bg_fill = tokens.accent;
        ui.add(slider.trailing_fill(true)).accessible_name(name);
    });
    ui.add_space(4.0);
}

/// A heading inside a dialog, with room above.
pub fn section_ui(ui: &mut Ui, title: &str) {
    ui.add_space(10.0);
    ui.label(theme::heading(title));
    ui.add_space(2.0);
}

/// Text of less weight that wraps.
pub fn weak_ui(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = Tokens::of(ui).text_weak;
    ui.add(egui::Label::new(RichText::new(text).color(color)).wrap())
}

/// What is wrong with the field above.
pub fn problem_ui(ui: &mut Ui, text: &str) {
    notice_ui(ui, "warning-circle", Tokens::of(ui).error, text);
}

/// A line with an icon in a colour, and a text that wraps.
pub fn notice_ui(ui: &mut Ui, icon: &str, color: egui::Color32, text: &str) {
    ui.horizontal_top(|ui| {
        ui.label(theme::icon_text(icon).color(color));
        ui.add(egui::Label::new(text).wrap());
    });
}

/// A card: what stands in it belongs together.
pub fn card_ui<R>(ui: &mut Ui, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = Tokens::of(ui);
    egui::Frame::new()
        .fill(tokens.raised)
        .stroke(egui::Stroke::new(1.0, tokens.line))
        .corner_radius(8)
        .inner_margin(egui::Margin::same(12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add_contents(ui)
        })
        .inner
}

/// Keys as caps, one after the other.
pub fn key_caps(ui: &mut Ui, keys: &[String]) {
    for key in keys {
        key_cap(ui, key);
    }
}
