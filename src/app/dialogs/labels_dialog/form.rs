//! Everything about one label.

use eframe::egui::{self, Align, Button, ComboBox, Layout, Role, Sense, TextEdit, Ui, WidgetInfo, vec2};

use super::attributes::attributes_ui;
use super::draft::SchemaDraft;
use crate::app::commands::{When, command};
use crate::app::dialogs::controls::{problem_ui, section_ui, text_field, weak_ui};
use crate::app::dialogs::window::FirstFocus;
use crate::app::keymap::{self, Keymap};
use crate::app::theme::{self, Tokens};
use crate::app::widgets::color32;
use crate::model::{Color, Label, LabelId, LabelUse, ShapeKind};

/// How many colours are offered at a click.
const NUM_COLORS: usize = 12;
const NAME_WIDTH: f32 = 92.0;

/// Draws the form.
pub fn form_ui(
    ui: &mut Ui,
    draft: &mut SchemaDraft,
    id: LabelId,
    problem: Option<&str>,
    focus: &mut FirstFocus,
    keymap: &Keymap,
) {
    let parents = possible_parents(draft, id);
    let key_notice = key_notice(draft, id, keymap);
    let Some(label) = draft.label_mut(id) else { return };
    line_ui(ui, "Name", |ui| {
        let field = text_field(ui, "Name", &mut label.name, "What people call it");
        focus.give(&field);
    });
    if let Some(problem) = problem {
        line_ui(ui, "", |ui| problem_ui(ui, problem));
    }
    line_ui(ui, "Colour", |ui| color_ui(ui, &mut label.color));
    line_ui(ui, "Key", |ui| key_ui(ui, label, key_notice.as_deref()));
    line_ui(ui, "Is a kind of", |ui| parent_ui(ui, label, &parents));

    section_ui(ui, "What it may mark");
    uses_ui(ui, label);
    if label.is_for(LabelUse::Shape) || label.is_for(LabelUse::Track) {
        section_ui(ui, "Shapes that its objects may have");
        shapes_ui(ui, label);
    }

    section_ui(ui, "What it means");
    let hint = "What belongs to it and what does not, where its border lies. Markdown is fine.";
    let field = TextEdit::multiline(&mut label.definition)
        .hint_text(hint)
        .desired_rows(3)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 6));
    ui.add(field).accessible_name("What it means");

    attributes_ui(ui, &mut label.attributes);
}

/// A field with its name at the left.
fn line_ui(ui: &mut Ui, name: &str, add_field: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        let (_, rect) = ui.allocate_space(vec2(NAME_WIDTH, theme::ROW_HEIGHT));
        let mut left =
            ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
        left.label(name);
        ui.vertical(add_field);
    });
}

fn color_ui(ui: &mut Ui, color: &mut Color) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.color_edit_button_srgb(&mut color.rgb).on_hover_text("Any colour").accessible_name("Any colour");
        ui.add_space(6.0);
        for index in 0..NUM_COLORS {
            let offered = Color::for_index(index);
            if color_button(ui, offered, *color == offered).clicked() {
                *color = offered;
            }
        }
    });
}

fn color_button(ui: &mut Ui, color: Color, is_chosen: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(24.0, 28.0), Sense::click());
    ui.painter().rect_filled(rect.shrink2(vec2(2.0, 4.0)), 5.0, color32(color));
    if is_chosen || response.hovered() || response.has_focus() {
        let stroke = egui::Stroke::new(2.0, if is_chosen { tokens.text } else { tokens.accent });
        ui.painter().rect_stroke(rect.shrink2(vec2(0.5, 2.5)), 6.0, stroke, egui::StrokeKind::Inside);
    }
    response
        .widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, format!("Colour {color}")));
    response.on_hover_text(color.to_string())
}

fn key_ui(ui: &mut Ui, label: &mut Label, notice: Option<&str>) {
    let mut text = label.shortcut.map(|key| key.to_uppercase().to_string()).unwrap_or_default();
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut text)
            .desired_width(28.0)
            .align(egui::Align2::CENTER_CENTER)
            .margin(egui::Margin::symmetric(8, 6));
        if ui.add(field).accessible_name("Key").changed() {
            // What was typed last counts, so that one need not delete first.
            label.shortcut =
                text.chars().rev().find(|c| c.is_alphanumeric()).and_then(|c| c.to_lowercase().next());
        }
        ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
            weak_ui(ui, "A letter or digit that chooses the label. Digits choose by position, too.");
        });
    });
    if let Some(notice) = notice {
        weak_ui(ui, notice);
    }
}

/// Who else has the key of a label.
fn key_notice(draft: &SchemaDraft, id: LabelId, keymap: &Keymap) -> Option<String> {
    let key = draft.label(id)?.shortcut?;
    if let Some(other) = draft.with_key(key, id) {
        return Some(format!("“{}” has this key, too; the upper one in the list wins.", other.name.trim()));
    }
    let shortcut = keymap::parse(&key.to_uppercase().to_string())?;
    let holder = When::ALL.into_iter().find_map(|when| keymap.command_of(&shortcut, when));
    let command = holder.and_then(command)?;
    Some(format!("The key runs “{}” otherwise. In this project it will choose the label.", command.name))
}

fn possible_parents(draft: &SchemaDraft, id: LabelId) -> Vec<(LabelId, String)> {
    let others = draft.labels().iter().filter(|label| draft.may_be_parent(label.id, id));
    others.map(|label| (label.id, label.name.trim().to_owned())).collect()
}

fn parent_ui(ui: &mut Ui, label: &mut Label, parents: &[(LabelId, String)]) {
    let current = parents.iter().find(|(id, _)| Some(*id) == label.parent);
    let text = current.map_or("Nothing else", |(_, name)| name.as_str()).to_owned();
    let combo = ComboBox::from_id_salt("parent").selected_text(text).width(240.0).truncate();
    let response = combo.show_ui(ui, |ui| {
        ui.selectable_value(&mut label.parent, None, "Nothing else");
        for (id, name) in parents {
            ui.selectable_value(&mut label.parent, Some(*id), name);
        }
    });
    response.response.accessible_name("Is a kind of");
}

fn uses_ui(ui: &mut Ui, label: &mut Label) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        if chip_ui(ui, "Anything", label.uses.is_empty()).clicked() {
            label.uses.clear();
        }
        for what in LabelUse::ALL {
            let is_allowed = label.uses.contains(&what);
            let chip = chip_ui(ui, what.name(), is_allowed).on_hover_text(use_help(what));
            if chip.clicked() && !label.uses.remove(&what) {
                label.uses.insert(what);
            }
        }
    });
}

fn use_help(what: LabelUse) -> &'static str {
    match what {
        LabelUse::Shape => "Objects in pictures, and on single frames of videos",
        LabelUse::Track => "Objects of a video over time",
        LabelUse::Span => "Intervals of frames of a video",
        LabelUse::Event => "Single frames of a video at which something happens",
        LabelUse::Tag => "Whole pictures and videos",
    }
}

fn shapes_ui(ui: &mut Ui, label: &mut Label) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        let allows_all = label.shapes.is_empty();
        if chip_ui(ui, "Any", allows_all).clicked() {
            label.shapes.clear();
        }
        for kind in ShapeKind::all() {
            let is_allowed = label.shapes.contains(&kind);
            if chip_ui(ui, kind.name(), is_allowed).clicked() && !label.shapes.remove(&kind) {
                label.shapes.insert(kind);
            }
        }
    });
}

fn chip_ui(ui: &mut Ui, name: &str, is_on: bool) -> egui::Response {
    let response = ui.add(Button::new(name).selected(is_on).corner_radius(14));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_on, name));
    response
}
