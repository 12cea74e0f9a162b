//! Small controls that several panels use. Each has a name for screen readers.

use eframe::egui::{self, Response, Role, Ui, WidgetInfo, vec2};

use super::theme::{self, Tokens};
use crate::model::Color;

/// A button that is only an icon. Its name is its tooltip, and what screen readers say.
pub fn icon_button(ui: &mut Ui, icon: &str, name: &str) -> Response {
    icon_toggle(ui, icon, name, false)
}

/// An icon button that shows whether something is on.
pub fn icon_toggle(ui: &mut Ui, icon: &str, name: &str, is_on: bool) -> Response {
    let tokens = Tokens::of(ui);
    let text = theme::icon_text(icon).color(if is_on { tokens.accent } else { tokens.text });
    let fill = if is_on { tokens.accent_soft } else { egui::Color32::TRANSPARENT };
    let button = egui::Button::new(text).fill(fill).frame_when_inactive(is_on).min_size(vec2(28.0, 28.0));
    let response = ui.scope(|ui| {
        ui.spacing_mut().button_padding = vec2(5.0, 4.0);
        ui.add(button)
    });
    let response = response.inner;
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, is_enabled, is_on, name));
    response.on_hover_text(name).on_disabled_hover_text(name)
}

/// A button with an icon and a word.
pub fn labelled_button(ui: &mut Ui, icon: &str, text: &str) -> Response {
    let response = ui.add(button_of(ui, icon, text, false));
    name(&response, ui.is_enabled(), text);
    response
}

/// The button that one will most probably want to press.
pub fn primary_button(ui: &mut Ui, icon: &str, text: &str) -> Response {
    let response = ui.add(button_of(ui, icon, text, true));
    name(&response, ui.is_enabled(), text);
    response
}

fn button_of(ui: &Ui, icon: &str, text: &str, is_primary: bool) -> egui::Button<'static> {
    let tokens = Tokens::of(ui);
    let color = if is_primary { tokens.on_accent } else { tokens.text };
    let mut job = egui::text::LayoutJob::default();
    let format =
        |font| egui::TextFormat { font_id: font, color, valign: egui::Align::Center, ..Default::default() };
    if !icon.is_empty() {
        let glyph = super::icons::icon(icon).to_string();
        job.append(&glyph, 0.0, format(theme::icon_font(theme::ICON_SIZE)));
    }
    let gap = if icon.is_empty() { 0.0 } else { 6.0 };
    job.append(text, gap, format(egui::FontId::proportional(13.0)));
    let button = egui::Button::new(job);
    if is_primary { button.fill(tokens.accent) } else { button }
}

fn name(response: &Response, is_enabled: bool, name: &str) {
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));
}

/// A check box. Unlike a field, it is known by its outline alone, which is therefore drawn clearly.
pub fn check_box(ui: &mut Ui, check_box: egui::Checkbox<'_>) -> Response {
    ui.scope(|ui| {
        ui.visuals_mut().widgets.inactive.bg_stroke.color = Tokens::of(ui).text_weak;
        ui.add(check_box)
    })
    .inner
}

/// A small filled square in a label's colour.
pub fn swatch(ui: &mut Ui, color: Color) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(14.0, 14.0), egui::Sense::hover());
    ui.painter().rect_filled(rect.shrink(1.0), 3.0, color32(color));
    response
}

/// A label's colour for egui.
pub fn color32(color: Color) -> egui::Color32 {
    let [red, green, blue] = color.rgb;
    egui::Color32::from_rgb(red, green, blue)
}

/// A key as it stands on the keyboard, drawn as a small cap.
pub fn key_cap(ui: &mut Ui, keys: &str) {
    if keys.is_empty() {
        return;
    }
    let tokens = Tokens::of(ui);
    let galley =
        ui.painter().layout_no_wrap(keys.to_owned(), egui::FontId::proportional(11.5), tokens.text_weak);
    let size = vec2((galley.size().x + 12.0).max(20.0), 20.0);
    // Painted, since a frame would grow with the row that it stands in.
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    let stroke = egui::Stroke::new(1.0, tokens.line);
    ui.painter().rect(rect, 4.0, tokens.raised, stroke, egui::StrokeKind::Inside);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, tokens.text_weak);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
}

/// What stands where there is nothing yet: an icon, a line that says what is missing, and one that says what to do.
pub fn empty_state(ui: &mut Ui, icon: &str, title: &str, next_step: &str) {
    let tokens = Tokens::of(ui);
    ui.vertical_centered(|ui| {
        ui.add_space(20.0);
        let glyph = super::icons::icon(icon);
        ui.label(egui::RichText::new(glyph).font(theme::icon_font(30.0)).color(tokens.text_weak));
        ui.add_space(4.0);
        ui.label(egui::RichText::new(title).font(egui::FontId::new(13.5, theme::semibold())));
        ui.label(egui::RichText::new(next_step).color(tokens.text_weak));
        ui.add_space(12.0);
    });
}

/// A text cut in its middle to a width, with the whole as tooltip: the end of a file name says most.
pub fn middle_cut(text: &str, max_chars: usize) -> String {
    let num_chars = text.chars().count();
    if num_chars <= max_chars || max_chars < 5 {
        return text.to_owned();
    }
    let head: String = text.chars().take((max_chars - 1) / 2).collect();
    let tail: String = text.chars().skip(num_chars - (max_chars - 1 - head.chars().count())).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::middle_cut;

    #[test]
    fn long_names_keep_their_start_and_their_end() {
        assert_eq!(middle_cut("short.jpg", 20), "short.jpg");
        let cut = middle_cut("a-very-long-name-of-a-picture-0001.jpg", 15);
        assert_eq!(cut.chars().count(), 15);
        assert!(cut.starts_with("a-very-") && cut.ends_with("001.jpg"), "{cut}");
    }
}
