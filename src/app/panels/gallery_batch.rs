//! What can be done with all marked pictures at once.

use std::collections::BTreeSet;

use eframe::egui::{Align, Layout, RichText, Ui};

use super::row::status_look;
use crate::app::icons::icon;
use crate::app::messages::Tone;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, labelled_button};
use crate::app::wording::count_of;
use crate::edit::{AssetChange, Edit, Target};
use crate::model::AssetStatus;

/// The usual parts of a dataset.
const SUBSETS: [&str; 3] = ["train", "val", "test"];

/// Draws the bar.
pub fn batch_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let marked = &state.view.marked;
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::heading(&format!("{} marked", count_of(marked.len(), "picture"))));
        ui.add_enabled_ui(state.can_edit(), |ui| {
            status_ui(ui, state, requests);
            subset_ui(ui, state, requests);
            if labelled_button(ui, "trash", "Remove from project").clicked() {
                remove(state, requests);
            }
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, "x", "Mark nothing (Escape)").clicked() {
                requests.push(Request::Mark(BTreeSet::new()));
            }
        });
    });
}

fn status_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    for status in [AssetStatus::Done, AssetStatus::Skipped, AssetStatus::Todo] {
        let (icon, _, name) = status_look(status, &tokens);
        if labelled_button(ui, icon, name).clicked() {
            requests.push(Request::SetStatus(state.view.marked.iter().copied().collect(), status));
        }
    }
}

fn subset_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let weak = Tokens::of(ui).text_weak;
    let caret = RichText::new(icon("caret-down")).font(theme::icon_font(13.0)).color(weak);
    let menu = ui.menu_button(("Subset", caret), |ui| {
        ui.label(RichText::new("Which part of the dataset they belong to").color(weak));
        for subset in SUBSETS {
            if ui.button(subset).clicked() {
                set_subset(state, Some(subset), requests);
            }
        }
        if ui.button("None").clicked() {
            set_subset(state, None, requests);
        }
    });
    menu.response.on_hover_text("Train, val or test");
}

fn set_subset(state: &AppState, subset: Option<&str>, requests: &mut Requests) {
    let change = AssetChange::Subset(subset.map(str::to_owned));
    let count = count_of(state.view.marked.len(), "picture");
    let title = match subset {
        Some(subset) => format!("Put {count} into {subset}"),
        None => format!("Take {count} out of their subsets"),
    };
    let edits = state.view.marked.iter().map(|id| Edit::change_asset(*id, &change)).collect();
    requests.push(Request::Commit { title, edits });
}

fn remove(state: &AppState, requests: &mut Requests) {
    let count = count_of(state.view.marked.len(), "picture");
    let edits = state.view.marked.iter().map(|id| Edit::delete_target(Target::Asset(*id))).collect();
    requests.push(Request::Commit { title: format!("Remove {count}"), edits });
    requests.push(Request::Mark(BTreeSet::new()));
    let undo = match state.keys_text("edit.undo") {
        keys if keys.is_empty() => "Undo brings them back.".to_owned(),
        keys => format!("{keys} brings them back."),
    };
    let text = format!("Removed {count} from the project. The files are still where they were. {undo}");
    requests.push(Request::Notify(Tone::Info, text));
}
