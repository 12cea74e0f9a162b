//! The bar at the top: menus, the picture's name and the way to its neighbours, and quick buttons.

use eframe::egui::{self, Align, Layout, Ui};

use super::display_menu::display_menu_ui;
use crate::app::commands::{CommandInfo, Menu, commands};
use crate::app::icons::icon;
use crate::app::request::Requests;
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::view::Page;
use crate::app::widgets::{icon_button, icon_toggle, middle_cut};
use crate::app::wording::thousands;

/// Draws the bar.
pub fn menu_bar_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let frame = egui::Frame::side_top_panel(ui.style()).inner_margin(egui::Margin::symmetric(8, 5));
    egui::Panel::top("menu-bar").frame(frame).show(ui, |ui| {
        egui::MenuBar::new().ui(ui, |ui| {
            for menu in Menu::ALL {
                ui.menu_button(menu.name(), |ui| menu_ui(ui, menu, state, requests));
            }
            if state.project.is_some() {
                ui.separator();
                picture_ui(ui, state, requests);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| quick_ui(ui, state, requests));
            }
        });
    });
}

fn menu_ui(ui: &mut Ui, menu: Menu, state: &AppState, requests: &mut Requests) {
    ui.set_min_width(260.0);
    let mut is_first = true;
    for command in commands().filter(|command| command.menu == menu) {
        if command.begins_group && !is_first {
            ui.separator();
        }
        is_first = false;
        entry_ui(ui, command, state, requests);
    }
}

/// A command in a menu, with its icon and its keys.
pub fn entry_ui(ui: &mut Ui, command: &CommandInfo, state: &AppState, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let is_on = command.is_on.is_some_and(|is_on| is_on(state));
    let glyph = if is_on { "check" } else { command.icon };
    let color = if is_on { tokens.accent } else { tokens.text_weak };
    let symbol = if glyph.is_empty() {
        egui::RichText::new(" ")
    } else {
        egui::RichText::new(icon(glyph)).font(theme::icon_font(15.0)).color(color)
    };
    let button = egui::Button::new((symbol, command.name)).shortcut_text(state.keys_text(command.id));
    let response = ui.add_enabled((command.is_enabled)(state), button).on_hover_text(command.help);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::Button, (command.is_enabled)(state), is_on, command.name)
    });
    if response.clicked() {
        requests.run(command.id);
        ui.close();
    }
}

/// Where one is: back, position, name, on.
fn picture_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    if state.view.page == Page::Gallery {
        ui.label(theme::heading("All pictures"));
        return;
    }
    if icon_button(ui, "caret-left", &named(state, "Previous picture", "go.previous")).clicked() {
        requests.run("go.previous");
    }
    let position = state.view.position().map_or_else(|| "–".to_owned(), |p| thousands(p + 1));
    ui.label(
        egui::RichText::new(format!("{position} / {}", thousands(state.view.listing.len())))
            .color(tokens.text_weak),
    );
    if icon_button(ui, "caret-right", &named(state, "Next picture", "go.next")).clicked() {
        requests.run("go.next");
    }
    let row = state.project.as_ref().zip(state.view.asset).and_then(|(p, id)| p.assets().get(id));
    if let Some(row) = row {
        let path = row.asset.source.as_str();
        let max_chars = ((ui.available_width() - 170.0) / 7.5).max(8.0) as usize;
        let name = egui::Label::new(theme::heading(&middle_cut(path, max_chars))).truncate();
        ui.add(name).on_hover_text(path);
    }
}

fn quick_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    for (id, icon) in [("help.palette", "magnifying-glass"), ("help.keys", "keyboard")] {
        if let Some(command) = crate::app::commands::command(id)
            && icon_button(ui, icon, &named(state, command.name.trim_end_matches('…'), id)).clicked()
        {
            requests.run(id);
        }
    }
    ui.separator();
    if state.view.page == Page::Canvas {
        display_menu_ui(ui, state, requests);
    }
    let is_gallery = state.view.page == Page::Gallery;
    if icon_toggle(ui, "grid-four", &named(state, "Gallery", "view.gallery"), is_gallery).clicked() {
        requests.run("view.gallery");
    }
    for (id, icon) in [("edit.redo", "arrow-u-up-right"), ("edit.undo", "arrow-u-up-left")] {
        let next = state.project.as_ref().and_then(|project| match id {
            "edit.undo" => project.next_undo(),
            _ => project.next_redo(),
        });
        let verb = if id == "edit.undo" { "Undo" } else { "Redo" };
        let name = next.map_or_else(|| verb.to_owned(), |title| format!("{verb}: {title}"));
        let is_enabled = crate::app::commands::command(id).is_some_and(|c| (c.is_enabled)(state));
        let response =
            ui.add_enabled_ui(is_enabled, |ui| icon_button(ui, icon, &named(state, &name, id))).inner;
        if response.clicked() {
            requests.run(id);
        }
    }
}

/// A name with the keys that do the same.
fn named(state: &AppState, name: &str, command: &'static str) -> String {
    match state.keys_text(command) {
        keys if keys.is_empty() => name.to_owned(),
        keys => format!("{name} ({keys})"),
    }
}
