//! All pictures: find, choose and sort out many at once.

use eframe::egui::{self, Align, Id, Layout, Margin, RichText, Slider, Ui, vec2};

use super::choices::{choice_ui, label_choice_ui, search_ui};
use super::gallery_batch::batch_ui;
use super::gallery_grid::{CELL_WIDTHS, Grid};
use super::list_keys::note_keyboard;

use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::app::view::{Filter, ReviewFilter, SortOrder};
use crate::app::widgets::{empty_state, icon_button, labelled_button, primary_button};
use crate::app::wording::thousands;
use crate::model::AssetStatus;
use crate::project::Project;

/// From this width on, order, count and size of the pictures stand beside the filter, and else below it.
const WIDE_BAR: f32 = 1220.0;

/// Draws the gallery.
pub fn gallery_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let Some(project) = &state.project else { return };
    note_keyboard(ui);
    if project.assets().is_empty() {
        return no_pictures_ui(ui, project, requests);
    }
    let mut grid = Grid::load(ui);
    filter_bar_ui(ui, state, project, &mut grid.cell_width, requests);
    if !state.view.marked.is_empty() {
        let fill = Tokens::of(ui).panel;
        let frame = egui::Frame::new().fill(fill).inner_margin(Margin::symmetric(0, 8));
        egui::Panel::bottom("gallery-batch").frame(frame).show(ui, |ui| batch_ui(ui, state, requests));
    }
    if state.view.listing.is_empty() {
        nothing_found_ui(ui, requests);
    } else {
        grid.show(ui, state, project, requests);
    }
    grid.store(ui);
}

fn filter_bar_ui(
    ui: &mut Ui,
    state: &AppState,
    project: &Project,
    cell_width: &mut f32,
    requests: &mut Requests,
) {
    let is_wide = ui.available_width() >= WIDE_BAR;
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        filter_ui(ui, state, project, requests);
        if is_wide {
            sort_ui(ui, state.view.sort, requests);
            overview_ui(ui, state, project, cell_width);
        }
    });
    if !is_wide {
        ui.horizontal(|ui| {
            sort_ui(ui, state.view.sort, requests);
            overview_ui(ui, state, project, cell_width);
        });
    }
    ui.add_space(4.0);
}

fn filter_ui(ui: &mut Ui, state: &AppState, project: &Project, requests: &mut Requests) {
    let old = &state.view.filter;
    let mut filter = old.clone();
    search_ui(ui, Id::unique("gallery-search"), &mut filter.text, "Search by name or folder", 150.0);
    let statuses = [
        (None, "Any status"),
        (Some(AssetStatus::Todo), "Unfinished"),
        (Some(AssetStatus::Done), "Done"),
        (Some(AssetStatus::Skipped), "Skipped"),
    ];
    if let Some(status) = one_of_ui(ui, "Status", 120.0, &filter.status, &statuses) {
        filter.status = status;
    }
    let with_objects =
        [(None, "Labelled or not"), (Some(true), "With objects"), (Some(false), "Without objects")];
    if let Some(has_objects) = one_of_ui(ui, "Objects", 140.0, &filter.has_objects, &with_objects) {
        filter.has_objects = has_objects;
    }
    let (any, schema) = ("Any label", project.schema());
    if let Some(label) = label_choice_ui(ui, "Label", 130.0, any, any, schema, Some(filter.label)) {
        filter.label = label;
    }
    let reviews = [
        (None, "Any review"),
        (Some(ReviewFilter::Open), "To review"),
        (Some(ReviewFilter::Returned), "Returned"),
        (Some(ReviewFilter::Commented), "With comments"),
    ];
    if let Some(review) = one_of_ui(ui, "Review", 120.0, &filter.review, &reviews) {
        filter.review = review;
    }
    let can_clear = !filter.is_empty();
    if ui.add_enabled_ui(can_clear, |ui| icon_button(ui, "x", "Clear the filter")).inner.clicked() {
        filter = Filter::default();
    }
    if filter != *old {
        requests.push(Request::SetFilter(filter));
        // What is no longer in sight must not be changed unseen.
        requests.push(Request::Mark(Default::default()));
    }
}

fn sort_ui(ui: &mut Ui, sort: SortOrder, requests: &mut Requests) {
    let orders = [
        (SortOrder::Path, "By name"),
        (SortOrder::MostObjects, "Most objects first"),
        (SortOrder::FewestObjects, "Fewest objects first"),
        (SortOrder::LargestPicture, "Largest first"),
    ];
    if let Some(sort) = one_of_ui(ui, "Order", 150.0, &sort, &orders) {
        requests.push(Request::SetSort(sort));
    }
}

fn one_of_ui<T: PartialEq + Clone>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    current: &T,
    options: &[(T, &str)],
) -> Option<T> {
    let shown = options.iter().find(|(value, _)| value == current).map_or("", |(_, text)| text);
    choice_ui(ui, name, width, shown, Some(current), options)
}

/// How many pictures are listed, and how large they are drawn.
fn overview_ui(ui: &mut Ui, state: &AppState, project: &Project, cell_width: &mut f32) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        size_ui(ui, cell_width);
        count_ui(ui, state, project);
    });
}

fn count_ui(ui: &mut Ui, state: &AppState, project: &Project) {
    let (num_listed, num_all) = (state.view.listing.len(), project.assets().len());
    let text = if num_listed == num_all {
        format!("{} pictures", thousands(num_all))
    } else {
        format!("{} of {}", thousands(num_listed), thousands(num_all))
    };
    let text = if num_all == 1 { "1 picture".to_owned() } else { text };
    ui.label(RichText::new(text).color(Tokens::of(ui).text_weak));
}

fn size_ui(ui: &mut Ui, cell_width: &mut f32) {
    ui.spacing_mut().slider_width = 96.0;
    ui.visuals_mut().widgets.inactive.bg_fill = Tokens::of(ui).line;
    let slider = Slider::new(cell_width, CELL_WIDTHS).show_value(false).step_by(4.0);
    ui.add(slider).on_hover_text("Size of the pictures").accessible_name("Size of the pictures");
}

/// A project without pictures: where to get some.
fn no_pictures_ui(ui: &mut Ui, project: &Project, requests: &mut Requests) {
    ui.add_space((ui.available_height() * 0.3).max(0.0));
    if !project.is_writable() {
        return empty_state(ui, "images", "No pictures", "This project can only be looked at.");
    }
    empty_state(
        ui,
        "images",
        "No pictures yet",
        "Drop a folder of pictures here, or add one. They stay where they are.",
    );
    centered_ui(ui, "no-pictures", |ui| {
        if primary_button(ui, "folder-plus", "Add folder").clicked() {
            requests.run("file.add_folder");
        }
        if labelled_button(ui, "file-plus", "Add files").clicked() {
            requests.run("file.add_pictures");
        }
    });
}

fn nothing_found_ui(ui: &mut Ui, requests: &mut Requests) {
    ui.add_space((ui.available_height() * 0.3).max(0.0));
    empty_state(ui, "funnel", "No picture fits", "Look for something else, or see all pictures again.");
    centered_ui(ui, "nothing-found", |ui| {
        if primary_button(ui, "x", "Clear the filter").clicked() {
            requests.push(Request::SetFilter(Filter::default()));
        }
    });
}

/// Draws controls beside each other in the middle. Their width is that of the frame before.
fn centered_ui(ui: &mut Ui, salt: &str, add: impl FnOnce(&mut Ui)) {
    let id = Id::unique(("centered", salt));
    let width = ui.data(|data| data.get_temp::<f32>(id));
    ui.horizontal(|ui| {
        ui.add_space(((ui.available_width() - width.unwrap_or(0.0)) / 2.0).max(0.0));
        let response = ui.allocate_ui(vec2(0.0, 0.0), |ui| ui.horizontal(add)).response;
        let now = response.rect.width();
        if width != Some(now) {
            ui.data_mut(|data| data.insert_temp(id, now));
            ui.ctx().request_discard("the width of centred controls was not known");
        }
    });
}
