//! Target, pictures, frames, division, and what the format itself offers.

use eframe::egui::{Align, ComboBox, DragValue, Layout, Ui, vec2};

use super::choice::{Division, ExportChoice, PARTS, Pictures};
use super::frames::{Videos, frames_ui};
use crate::app::dialogs::controls::{choice_ui, section_ui, switch_ui, text_field, weak_ui};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme;
use crate::app::widgets::icon_button;
use crate::app::wording::{count_of, thousands};
use crate::app::work::PickPurpose;
use crate::model::AssetKind;

/// Shares that most people train with.
const USUAL_PERCENT: [u8; 3] = [80, 20, 0];

/// Draws the options.
pub fn options_ui(
    ui: &mut Ui,
    choice: &mut ExportChoice,
    videos: Videos,
    state: &AppState,
    requests: &mut Requests,
) {
    section_ui(ui, "Where to");
    target_ui(ui, choice, requests);
    let noun = match choice.format().holds() {
        AssetKind::Picture => "pictures",
        AssetKind::Video => "videos",
    };
    section_ui(ui, &format!("Which {noun}"));
    pictures_ui(ui, choice, videos, state);
    switch_ui(
        ui,
        &mut choice.with_media,
        &format!("Copy the {noun} along"),
        &format!(
            "Makes a dataset that works anywhere. Otherwise the files point to the {noun} where they are."
        ),
    );
    frames_ui(ui, choice, videos);
    if choice.has_parts() {
        section_ui(ui, "Train, val and test");
        division_ui(ui, choice);
    }
    settings_ui(ui, choice);
}

fn target_ui(ui: &mut Ui, choice: &mut ExportChoice, requests: &mut Requests) {
    let size = vec2(ui.available_width(), theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if icon_button(ui, "folder-open", "Pick a folder").clicked() {
            requests.push(Request::Pick(PickPurpose::ExportFolder));
        }
        let mut target = choice.target.clone();
        if text_field(ui, "Where to", &mut target, "/path/to/a/folder").changed() {
            choice.set_target(target);
        }
    });
    weak_ui(
        ui,
        "A folder, which is made where it is missing. Files that are not from an earlier export are never replaced.",
    );
}

fn pictures_ui(ui: &mut Ui, choice: &mut ExportChoice, videos: Videos, state: &AppState) {
    let num_all = state.project.as_ref().map_or(0, |project| project.assets().len()) as u64;
    let all = format!("All ({})", thousands(num_all));
    let listed = format!("As filtered ({})", thousands(state.view.listing.len()));
    let marked = format!("Marked ({})", thousands(state.view.marked.len()));
    let mut choices = vec![(Pictures::All, all.as_str())];
    if !state.view.filter.is_empty() {
        choices.push((Pictures::Listed, &listed));
    }
    if !state.view.marked.is_empty() {
        choices.push((Pictures::Marked, &marked));
    }
    if choices.len() > 1 {
        choice_ui(ui, "Which pictures", &mut choice.pictures, &choices);
    } else {
        let all = match videos.num {
            0 => count_of(num_all, "picture"),
            num if num == num_all => count_of(num, "video"),
            num => format!("{} and {}", count_of(num_all - num, "picture"), count_of(num, "video")),
        };
        weak_ui(ui, format!("All: {all}. Filter or mark some in the gallery to export those only."));
    }
}

fn division_ui(ui: &mut Ui, choice: &mut ExportChoice) {
    let mut divides_anew = matches!(choice.division, Division::Percent(_));
    let choices = [(false, "As the project says"), (true, "Divide anew")];
    if choice_ui(ui, "Division", &mut divides_anew, &choices) {
        choice.division = if divides_anew { Division::Percent(USUAL_PERCENT) } else { Division::AsInProject };
    }
    let Division::Percent(shares) = &mut choice.division else { return };
    ui.horizontal(|ui| {
        for (name, share) in PARTS.iter().zip(shares) {
            ui.label(*name);
            ui.add(DragValue::new(share).range(0..=100).suffix(" %"))
                .accessible_name(format!("Share of {name}"));
            ui.add_space(8.0);
        }
    });
    weak_ui(
        ui,
        "At random, but the same way each time: pictures that you add later move none of the others.",
    );
}

fn settings_ui(ui: &mut Ui, choice: &mut ExportChoice) {
    for setting in choice.format().settings() {
        section_ui(ui, setting.title);
        let Some(default) = setting.values.first().map(|(id, _)| *id) else { continue };
        let chosen = choice.settings.get(setting.id).copied().unwrap_or(default);
        let sentence =
            |id: &str| setting.values.iter().find(|(value, _)| *value == id).map_or("", |(_, does)| *does);
        let combo = ComboBox::from_id_salt(setting.id)
            .selected_text(sentence(chosen))
            .width(ui.available_width().min(460.0));
        let response = combo.truncate().show_ui(ui, |ui| {
            for (id, does) in setting.values {
                if ui.selectable_label(chosen == *id, *does).clicked() {
                    choice.settings.insert(setting.id, id);
                }
            }
        });
        response.response.accessible_name(setting.title);
    }
}
