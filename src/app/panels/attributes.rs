//! Fields for the attributes of objects, one for each way to enter a value.

use eframe::egui::{Checkbox, DragValue, Id, RichText, TextEdit, Ui, vec2};

use super::choices::choice_ui;
use super::draft::draft_ui;
use super::selection_summary::Common;
use crate::app::theme::Tokens;
use crate::model::{Attribute, AttributeInput, AttributeValue};

/// The width of a field for a number, points.
const NUMBER_WIDTH: f32 = 80.0;

/// Draws the field of an attribute and returns what was entered: a value, or none where it was taken away.
pub fn attribute_ui(
    ui: &mut Ui,
    id: Id,
    attribute: &Attribute,
    value: &Common<Option<AttributeValue>>,
) -> Option<Option<AttributeValue>> {
    match &attribute.input {
        AttributeInput::Text => text_ui(ui, id, &attribute.name, value),
        AttributeInput::Number { min, max } => number_ui(ui, id, &attribute.name, (*min, *max), value),
        AttributeInput::Checkbox => checkbox_ui(ui, &attribute.name, value),
        AttributeInput::Select { values } => select_ui(ui, &attribute.name, values, value),
        AttributeInput::Radio { values } => radio_ui(ui, values, value),
    }
}

fn text_ui(
    ui: &mut Ui,
    id: Id,
    name: &str,
    value: &Common<Option<AttributeValue>>,
) -> Option<Option<AttributeValue>> {
    let hint = if *value == Common::Mixed { "Mixed" } else { "" };
    let before = text_of(value).unwrap_or_default();
    let entered = draft_ui(ui, id, before, |ui, text| {
        let hint = RichText::new(hint).color(Tokens::of(ui).text_weak);
        let field = TextEdit::singleline(text).id_salt(id).hint_text(hint).desired_width(f32::INFINITY);
        ui.add(field).accessible_name(name)
    })?;
    Some((!entered.is_empty()).then_some(AttributeValue::Text(entered)))
}

fn number_ui(
    ui: &mut Ui,
    id: Id,
    name: &str,
    (min, max): (Option<f64>, Option<f64>),
    value: &Common<Option<AttributeValue>>,
) -> Option<Option<AttributeValue>> {
    let number = match value {
        Common::Same(Some(AttributeValue::Number(number))) => Some(*number),
        _ => None,
    };
    let (low, high) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
    // A number between bounds goes from one to the other within a hand's breadth.
    let speed = if (high - low).is_finite() && high > low { (high - low) / 200.0 } else { 0.1 };
    let shown = if *value == Common::Mixed { "Mixed" } else { "–" };
    let entered = draft_ui(ui, id, number, |ui, entered| {
        let is_given = entered.is_some();
        let field = DragValue::from_get_set(|new| {
            if let Some(new) = new.filter(|new| new.is_finite()) {
                *entered = Some(new);
            }
            entered.unwrap_or(low.max(0.0).min(high))
        });
        let field = field
            .range(low..=high)
            .clamp_existing_to_range(false)
            .speed(speed)
            .max_decimals(6)
            .min_size(vec2(NUMBER_WIDTH, 26.0))
            .update_while_editing(false);
        let field = if is_given { field } else { field.custom_formatter(move |_, _| shown.to_owned()) };
        ui.name_inputs(name, |ui| ui.add(field))
    })?;
    // The field shows a rounded number; to leave it as it stands is no change.
    let is_another = entered.zip(number).is_none_or(|(entered, number)| (entered - number).abs() >= 0.5e-6);
    is_another.then(|| entered.map(AttributeValue::Number))
}

fn checkbox_ui(
    ui: &mut Ui,
    name: &str,
    value: &Common<Option<AttributeValue>>,
) -> Option<Option<AttributeValue>> {
    let mut is_checked = *value == Common::Same(Some(AttributeValue::Bool(true)));
    let field = Checkbox::without_text(&mut is_checked).indeterminate(*value == Common::Mixed);
    let response = ui.add(field);
    let is_changed = response.changed();
    response.accessible_name(name);
    is_changed.then_some(Some(AttributeValue::Bool(is_checked)))
}

fn select_ui(
    ui: &mut Ui,
    name: &str,
    values: &[String],
    value: &Common<Option<AttributeValue>>,
) -> Option<Option<AttributeValue>> {
    let current = match value {
        Common::Same(_) => Some(text_of(value)),
        Common::Mixed => None,
    };
    let shown =
        current.clone().map_or_else(|| "Mixed".to_owned(), |text| text.unwrap_or_else(|| "–".to_owned()));
    let mut options: Vec<(Option<String>, &str)> = vec![(None, "–")];
    options.extend(values.iter().map(|value| (Some(value.clone()), value.as_str())));
    let chosen = choice_ui(ui, name, ui.available_width(), &shown, current.as_ref(), &options)?;
    Some(chosen.map(AttributeValue::Text))
}

fn radio_ui(
    ui: &mut Ui,
    values: &[String],
    value: &Common<Option<AttributeValue>>,
) -> Option<Option<AttributeValue>> {
    let current = text_of(value);
    let mut chosen = None;
    ui.spacing_mut().item_spacing.x = 12.0;
    for value in values {
        let is_current = current.as_ref() == Some(value);
        if ui.radio(is_current, value.as_str()).clicked() {
            // A second click takes the value away.
            chosen = Some((!is_current).then(|| AttributeValue::Text(value.clone())));
        }
    }
    chosen
}

/// A value that all have, as text.
fn text_of(value: &Common<Option<AttributeValue>>) -> Option<String> {
    value.same()?.as_ref().map(ToString::to_string)
}
