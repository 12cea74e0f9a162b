//! The questions about every object of a label.

use eframe::egui::{self, Align, ComboBox, DragValue, Layout, TextEdit, Ui, vec2};

use super::draft::tidy_values;
use crate::app::dialogs::controls::{card_ui, section_ui, text_field, weak_ui};
use crate::app::theme;
use crate::app::widgets::{check_box, icon_button, labelled_button};
use crate::model::{Attribute, AttributeId, AttributeInput, AttributeValue};

/// What is to be done with the list after it was drawn.
enum Step {
    Remove(usize),
    MoveUp(usize),
    MoveDown(usize),
}

/// Draws the attributes of a label.
pub fn attributes_ui(ui: &mut Ui, attributes: &mut Vec<Attribute>) {
    section_ui(ui, "Attributes");
    weak_ui(
        ui,
        "Questions about every object of the label: its make, how much of it is hidden, what it says.",
    );
    let num_attributes = attributes.len();
    let mut step = None;
    for (i, attribute) in attributes.iter_mut().enumerate() {
        ui.add_space(4.0);
        ui.push_id(attribute.id, |ui| {
            card_ui(ui, |ui| {
                step = step.take().or(head_ui(ui, attribute, i, num_attributes));
                input_ui(ui, attribute);
            });
        });
    }
    match step {
        Some(Step::Remove(i)) => drop(attributes.remove(i)),
        Some(Step::MoveUp(i)) => attributes.swap(i, i - 1),
        Some(Step::MoveDown(i)) => attributes.swap(i, i + 1),
        None => {}
    }
    ui.add_space(4.0);
    if labelled_button(ui, "plus", "Add an attribute").clicked() {
        attributes.push(Attribute {
            id: AttributeId::new(),
            name: String::new(),
            input: AttributeInput::default(),
            default: None,
            mutable: false,
        });
    }
}

fn head_ui(ui: &mut Ui, attribute: &mut Attribute, index: usize, num_attributes: usize) -> Option<Step> {
    let mut step = None;
    let size = vec2(ui.available_width(), theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        if icon_button(ui, "trash", "Remove this attribute").clicked() {
            step = Some(Step::Remove(index));
        }
        let can_go_down = index + 1 < num_attributes;
        let down =
            ui.add_enabled_ui(can_go_down, |ui| icon_button(ui, "arrow-down", "Move this attribute down"));
        if down.inner.clicked() {
            step = Some(Step::MoveDown(index));
        }
        let up = ui.add_enabled_ui(index > 0, |ui| icon_button(ui, "arrow-up", "Move this attribute up"));
        if up.inner.clicked() {
            step = Some(Step::MoveUp(index));
        }
        ui.add_space(6.0);
        kind_ui(ui, attribute);
        ui.add_space(6.0);
        text_field(ui, "Name of the attribute", &mut attribute.name, "Name, as in “colour”");
    });
    step
}

/// The kinds of input, with the values that a list had so far.
fn kinds(input: &AttributeInput) -> [(AttributeInput, &'static str); 5] {
    let values = match input {
        AttributeInput::Select { values } | AttributeInput::Radio { values } => values.clone(),
        AttributeInput::Text | AttributeInput::Number { .. } | AttributeInput::Checkbox => Vec::new(),
    };
    [
        (AttributeInput::Text, "Text"),
        (AttributeInput::Number { min: None, max: None }, "Number"),
        (AttributeInput::Checkbox, "Yes or no"),
        (AttributeInput::Select { values: values.clone() }, "One of a list"),
        (AttributeInput::Radio { values }, "One of a few buttons"),
    ]
}

fn kind_ui(ui: &mut Ui, attribute: &mut Attribute) {
    let kinds = kinds(&attribute.input);
    let is_same = |a: &AttributeInput| std::mem::discriminant(a) == std::mem::discriminant(&attribute.input);
    let chosen = kinds.iter().position(|(kind, _)| is_same(kind)).unwrap_or(0);
    let combo = ComboBox::from_id_salt("kind").selected_text(kinds[chosen].1).width(150.0);
    let mut next = chosen;
    let response = combo.show_ui(ui, |ui| {
        for (i, (_, name)) in kinds.iter().enumerate() {
            ui.selectable_value(&mut next, i, *name);
        }
    });
    response.response.accessible_name("Kind of answer");
    if next != chosen {
        let keeps_values = chosen >= 3 && next >= 3;
        attribute.input = kinds[next].0.clone();
        attribute.default = attribute.default.take().filter(|_| keeps_values);
    }
}

fn input_ui(ui: &mut Ui, attribute: &mut Attribute) {
    let Attribute { input, default, mutable, .. } = attribute;
    match input {
        AttributeInput::Text => {
            let mut text = match default {
                Some(AttributeValue::Text(text)) => text.clone(),
                _ => String::new(),
            };
            named_ui(ui, "At first", |ui| {
                if text_field(ui, "Value at first", &mut text, "Nothing").changed() {
                    *default = (!text.is_empty()).then_some(AttributeValue::Text(text));
                }
            });
        }
        AttributeInput::Number { min, max } => {
            named_ui(ui, "Not below", |ui| optional_number_ui(ui, "Not below", min));
            named_ui(ui, "Not above", |ui| optional_number_ui(ui, "Not above", max));
            let mut number = match default {
                Some(AttributeValue::Number(number)) => Some(*number),
                _ => None,
            };
            named_ui(ui, "At first", |ui| optional_number_ui(ui, "Value at first", &mut number));
            *default = number.map(AttributeValue::Number);
        }
        AttributeInput::Checkbox => {
            let choices = [None, Some(AttributeValue::Bool(true)), Some(AttributeValue::Bool(false))];
            default_ui(ui, default, &choices.map(|choice| (choice_name(choice.as_ref()), choice)));
        }
        AttributeInput::Select { values } | AttributeInput::Radio { values } => {
            values_ui(ui, values);
            let none = ("Nothing".to_owned(), None);
            let listed = tidy_values(values)
                .into_iter()
                .map(|value| (value.clone(), Some(AttributeValue::Text(value))));
            let choices: Vec<_> = std::iter::once(none).chain(listed).collect();
            default_ui(ui, default, &choices);
        }
    }
    check_box(ui, egui::Checkbox::new(mutable, "May change from frame to frame in a video"));
}

fn choice_name(value: Option<&AttributeValue>) -> String {
    match value {
        Some(AttributeValue::Bool(true)) => "Yes".to_owned(),
        Some(AttributeValue::Bool(false)) => "No".to_owned(),
        Some(other) => other.to_string(),
        None => "Nothing".to_owned(),
    }
}

fn named_ui(ui: &mut Ui, name: &str, add_contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let (_, rect) = ui.allocate_space(vec2(72.0, theme::ROW_HEIGHT));
        let mut left =
            ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
        left.label(name);
        add_contents(ui);
    });
}

fn optional_number_ui(ui: &mut Ui, name: &str, number: &mut Option<f64>) {
    let mut is_given = number.is_some();
    let is_changed = check_box(ui, egui::Checkbox::new(&mut is_given, ""))
        .accessible_name(format!("{name}: given"))
        .changed();
    if is_changed {
        *number = is_given.then_some(0.0);
    }
    if let Some(number) = number {
        ui.add(DragValue::new(number).speed(0.1)).accessible_name(name);
    }
}

/// The values of a list, one on each line.
fn values_ui(ui: &mut Ui, values: &mut Vec<String>) {
    let mut text = values.join("\n");
    let field = TextEdit::multiline(&mut text)
        .hint_text("Values, one on each line")
        .desired_rows(3)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 6));
    if ui.add(field).accessible_name("Values, one on each line").changed() {
        // Empty lines stay while one types; saving drops them.
        *values = text.split('\n').map(str::to_owned).collect();
    }
}

fn default_ui(
    ui: &mut Ui,
    default: &mut Option<AttributeValue>,
    choices: &[(String, Option<AttributeValue>)],
) {
    named_ui(ui, "At first", |ui| {
        let current = choices.iter().find(|(_, choice)| choice == default).or(choices.first());
        let text = current.map(|(name, _)| name.clone()).unwrap_or_default();
        let response =
            ComboBox::from_id_salt("default").selected_text(text).width(180.0).truncate().show_ui(ui, |ui| {
                for (name, choice) in choices {
                    ui.selectable_value(default, choice.clone(), name);
                }
            });
        response.response.accessible_name("Value at first");
    });
}
