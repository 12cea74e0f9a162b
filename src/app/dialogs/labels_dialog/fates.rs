//! Merging a label into another one, and deleting it: both ask first, and say what becomes of its objects.

use eframe::egui::{ComboBox, Ui};

use super::ObjectCounts;
use super::draft::SchemaDraft;
use crate::app::dialogs::controls::{card_ui, notice_ui};
use crate::app::theme::Tokens;
use crate::app::widgets::{labelled_button, primary_button};
use crate::app::wording::thousands;
use crate::model::LabelId;

/// What is to become of a label, before the person has confirmed it.
#[derive(Clone, Copy)]
pub enum Fate {
    /// Another label takes its place, as soon as that one is chosen.
    Merge(Option<LabelId>),
    /// It goes.
    Delete,
}

/// Draws the buttons, or the question. When the label is gone, the one to be shown next.
pub fn fates_ui(
    ui: &mut Ui,
    draft: &mut SchemaDraft,
    id: LabelId,
    fate: &mut Option<Fate>,
    counts: &ObjectCounts,
) -> Option<Option<LabelId>> {
    let next = neighbour(draft, id);
    match *fate {
        None => {
            buttons_ui(ui, draft, fate);
            None
        }
        Some(Fate::Merge(into)) => {
            let target = card_ui(ui, |ui| merge_ui(ui, draft, id, into, fate, counts))?;
            draft.merge(id, target);
            *fate = None;
            Some(Some(target))
        }
        Some(Fate::Delete) => {
            if !card_ui(ui, |ui| delete_ui(ui, draft, id, fate, counts)) {
                return None;
            }
            draft.delete(id);
            *fate = None;
            Some(next)
        }
    }
}

fn neighbour(draft: &SchemaDraft, id: LabelId) -> Option<LabelId> {
    let labels = draft.labels();
    let position = labels.iter().position(|label| label.id == id)?;
    labels.get(position + 1).or_else(|| labels.get(position.checked_sub(1)?)).map(|label| label.id)
}

fn buttons_ui(ui: &mut Ui, draft: &SchemaDraft, fate: &mut Option<Fate>) {
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(draft.labels().len() > 1, |ui| {
            if labelled_button(ui, "arrow-right", "Merge into another label…").clicked() {
                *fate = Some(Fate::Merge(None));
            }
        });
        if labelled_button(ui, "trash", "Delete label…").clicked() {
            *fate = Some(Fate::Delete);
        }
    });
}

fn objects_of(counts: &ObjectCounts, draft: &SchemaDraft, id: LabelId) -> String {
    match counts.of(id) {
        _ if draft.is_new(id) => "Its objects".to_owned(),
        Some(num) => format!("Its objects ({})", thousands(num)),
        None => "Its objects".to_owned(),
    }
}

/// Returns the label to merge into, once that is confirmed.
fn merge_ui(
    ui: &mut Ui,
    draft: &SchemaDraft,
    id: LabelId,
    mut into: Option<LabelId>,
    fate: &mut Option<Fate>,
    counts: &ObjectCounts,
) -> Option<LabelId> {
    let name = |id| draft.label(id).map_or("", |label| label.name.trim());
    ui.label(format!("Which label takes the place of “{}”?", name(id)));
    let text = into.map_or("Choose a label", name).to_owned();
    let response =
        ComboBox::from_id_salt("merge-into").selected_text(text).width(260.0).truncate().show_ui(ui, |ui| {
            for label in draft.labels().iter().filter(|label| label.id != id) {
                ui.selectable_value(&mut into, Some(label.id), label.name.trim());
            }
        });
    response.response.accessible_name("The label that takes its place");
    if let Some(into) = into {
        let text = format!(
            "{} will be shown as “{}”. Undo brings them back.",
            objects_of(counts, draft, id),
            name(into)
        );
        notice_ui(ui, "info", Tokens::of(ui).accent, &text);
    }
    *fate = Some(Fate::Merge(into));
    let mut is_confirmed = false;
    ui.horizontal(|ui| {
        is_confirmed =
            ui.add_enabled_ui(into.is_some(), |ui| primary_button(ui, "", "Merge")).inner.clicked();
        if labelled_button(ui, "", "Keep both").clicked() {
            *fate = None;
        }
    });
    into.filter(|_| is_confirmed)
}

/// Returns whether deleting is confirmed.
fn delete_ui(
    ui: &mut Ui,
    draft: &SchemaDraft,
    id: LabelId,
    fate: &mut Option<Fate>,
    counts: &ObjectCounts,
) -> bool {
    let name = draft.label(id).map_or("", |label| label.name.trim());
    let text = match counts.of(id) {
        _ if draft.is_new(id) => format!("Delete “{name}”? It is not saved yet, so no object has it."),
        Some(0) => format!("Delete “{name}”? No object has it."),
        _ => format!(
            "Delete “{name}”? {} stay where they are, but have no label any more. To give them another one, merge \
             instead.",
            objects_of(counts, draft, id)
        ),
    };
    notice_ui(ui, "warning", Tokens::of(ui).warning, &text);
    let mut is_confirmed = false;
    ui.horizontal(|ui| {
        is_confirmed = primary_button(ui, "trash", "Delete").clicked();
        if labelled_button(ui, "", "Keep it").clicked() {
            *fate = None;
        }
    });
    is_confirmed
}
