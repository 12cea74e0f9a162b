//! Lists that fold out, to choose one thing of several.

use eframe::egui::{
    Atom, Button, ComboBox, Id, IntoAtoms, Margin, Rect, Response, RichText, TextEdit, Ui, vec2,
};

use super::row::icon_at;
use crate::app::icons::icon;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::color32;
use crate::model::{Label, LabelId, Schema};

/// How wide the lists become at most, points.
const MAX_LIST_WIDTH: f32 = 320.0;

/// A list that folds out. `options` pair a value with its name. Returns the value that was chosen just now, if it
/// is another one. The field says `shown`, which may be something that is no option, as "Mixed".
pub fn choice_ui<T: PartialEq + Clone>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    shown: &str,
    current: Option<&T>,
    options: &[(T, &str)],
) -> Option<T> {
    let mut chosen = None;
    ui.name_inputs(name, |ui| {
        let combo = combo_box(name, shown, width);
        let response = combo.show_ui(ui, |ui| {
            for (value, text) in options {
                let is_current = current == Some(value);
                if entry_ui(ui, is_current, *text).clicked() && !is_current {
                    chosen = Some(value.clone());
                }
            }
        });
        response.response.on_hover_text(name);
    });
    chosen
}

/// A list of labels that folds out, with an entry for none. `shown` is what the field says when no single label is
/// current.
pub fn label_choice_ui(
    ui: &mut Ui,
    name: &str,
    width: f32,
    shown: &str,
    none: &str,
    schema: &Schema,
    current: Option<Option<LabelId>>,
) -> Option<Option<LabelId>> {
    let current_label = current.flatten().and_then(|id| schema.label(id));
    let shown = current_label.map_or(shown, |label| &label.name);
    let mut chosen = None;
    ui.name_inputs(name, |ui| {
        let combo = combo_box(name, shown, width).height(320.0);
        let response = combo.show_ui(ui, |ui| {
            if entry_ui(ui, current == Some(None), none).clicked() {
                chosen = Some(None);
            }
            for label in &schema.labels {
                let is_current = current_label.is_some_and(|current| current.id == label.id);
                if entry_ui(ui, is_current, (swatch_atom(label), label.name.as_str())).clicked() {
                    chosen = Some(Some(label.id));
                }
            }
        });
        response.response.on_hover_text(name);
    });
    chosen.filter(|chosen| current != Some(*chosen))
}

fn combo_box<'a>(name: &str, shown: &'a str, width: f32) -> ComboBox<'a> {
    let combo = ComboBox::from_id_salt(name).selected_text(shown).width(width).truncate();
    combo.icon(|ui, rect, _, _| icon_at(ui, rect.center(), "caret-down", 13.0, Tokens::of(ui).text_weak))
}

/// An entry of a list that folds out; a long one is cut.
fn entry_ui<'a>(ui: &mut Ui, is_current: bool, atoms: impl IntoAtoms<'a>) -> Response {
    ui.set_max_width(MAX_LIST_WIDTH);
    ui.add(Button::selectable(is_current, atoms).truncate())
}

/// A small square in a label's colour, for buttons and lists that fold out.
fn swatch_atom(label: &Label) -> Atom<'static> {
    let color = color32(label.color);
    Atom::paint(vec2(12.0, 12.0), move |ui, args| {
        ui.painter().rect_filled(Rect::from_center_size(args.rect.center(), vec2(12.0, 12.0)), 3.0, color);
    })
}

/// A field to look for something.
pub fn search_ui(ui: &mut Ui, id: Id, text: &mut String, hint: &str, width: f32) -> Response {
    let color = Tokens::of(ui).text_weak;
    let glyph = RichText::new(icon("magnifying-glass")).font(theme::icon_font(15.0)).color(color);
    let field = TextEdit::singleline(text)
        .id(id)
        .hint_text(RichText::new(hint).color(color))
        .prefix(glyph)
        .desired_width(width)
        .margin(Margin::symmetric(8, 5));
    ui.add(field).accessible_name(hint)
}
