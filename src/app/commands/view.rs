//! How things are shown.

use super::{COMMAND, CommandInfo, Menu, has_picture, has_project};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::app::theme::ThemeChoice;
use crate::app::view::Page;
use crate::geometry::Rect;
use crate::render::{Camera, ScreenPoint};

const VIEW: CommandInfo = CommandInfo { menu: Menu::View, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "view.gallery",
        name: "Gallery",
        help: "Shows all pictures, or goes back to the one.",
        icon: "grid-four",
        shortcut: "Backtick Ctrl+Backtick",
        is_enabled: has_project,
        is_on: Some(|state| state.view.page == Page::Gallery),
        run: |state| {
            state.view.page = match state.view.page {
                Page::Canvas => Page::Gallery,
                Page::Gallery => Page::Canvas,
            };
        },
        ..VIEW
    },
    CommandInfo {
        id: "view.fit",
        name: "Fit picture",
        help: "Shows the whole picture.",
        icon: "frame-corners",
        begins_group: true,
        shortcut: "0 Ctrl+0",
        is_enabled: has_picture,
        run: |state| state.view.is_fitted = true,
        ..VIEW
    },
    CommandInfo {
        id: "view.actual_size",
        name: "Actual size",
        help: "Shows one picture pixel on one screen pixel.",
        icon: "number-circle-one",
        shortcut: "Ctrl+1",
        is_enabled: has_picture,
        run: |state| zoom_by(state, 1.0 / state.view.camera.zoom()),
        ..VIEW
    },
    CommandInfo {
        id: "view.zoom_in",
        name: "Zoom in",
        help: "Shows the picture larger.",
        icon: "magnifying-glass-plus",
        shortcut: "Plus =",
        is_enabled: has_picture,
        run: |state| zoom_by(state, 1.25),
        ..VIEW
    },
    CommandInfo {
        id: "view.zoom_out",
        name: "Zoom out",
        help: "Shows the picture smaller.",
        icon: "magnifying-glass-minus",
        shortcut: "Minus",
        is_enabled: has_picture,
        run: |state| zoom_by(state, 0.8),
        ..VIEW
    },
    CommandInfo {
        id: "view.zoom_to_selection",
        name: "Zoom to selection",
        help: "Shows the selected objects as large as they fit.",
        icon: "corners-out",
        shortcut: "Shift+F",
        is_enabled: |state| !state.view.selection.is_empty(),
        run: |state| {
            let bounds = state
                .selected_objects()
                .iter()
                .filter_map(crate::model::Object::bounds)
                .fold(Rect::EMPTY, |all, bounds| all.union(&bounds));
            if bounds.min.is_finite() && bounds.max.is_finite() {
                state.view.camera = Camera::fit_rect(&bounds, state.view.viewport, 80.0);
                state.view.is_fitted = false;
            }
        },
        ..VIEW
    },
    CommandInfo {
        id: "view.objects",
        name: "Objects",
        help: "Shows or hides all objects.",
        icon: "eye",
        begins_group: true,
        shortcut: "T",
        is_on: Some(|state| state.view.show_objects),
        run: |state| state.view.show_objects = !state.view.show_objects,
        ..VIEW
    },
    CommandInfo {
        id: "view.names",
        name: "Label names",
        help: "Shows the names of labels beside the objects.",
        icon: "text-aa",
        shortcut: "Shift+N",
        is_on: Some(|state| state.settings.show_names),
        run: |state| switch(state, |settings| settings.show_names = !settings.show_names),
        ..VIEW
    },
    CommandInfo {
        id: "view.thumbnail_objects",
        name: "Objects on thumbnails",
        help: "Shows the objects in gallery and filmstrip, too.",
        icon: "squares-four",
        is_on: Some(|state| state.settings.thumbnail_objects),
        run: |state| switch(state, |settings| settings.thumbnail_objects = !settings.thumbnail_objects),
        ..VIEW
    },
    CommandInfo {
        id: "view.crosshair",
        name: "Crosshair",
        help: "Draws lines through the pointer while you draw.",
        icon: "crosshair-simple",
        is_on: Some(|state| state.settings.crosshair),
        run: |state| switch(state, |settings| settings.crosshair = !settings.crosshair),
        ..VIEW
    },
    CommandInfo {
        id: "view.keyboard_pointer",
        name: "Keyboard pointer",
        help: "Shows a pointer that arrows move; Space clicks, Shift+Space holds the button down or lets it go.",
        icon: "cursor",
        shortcut: "F7",
        is_enabled: |state| has_picture(state) && state.view.page == Page::Canvas,
        is_on: Some(|state| state.view.keyboard_pointer.is_some()),
        run: AppState::toggle_keyboard_pointer,
        ..VIEW
    },
    CommandInfo {
        id: "view.pixel_grid",
        name: "Pixel grid",
        help: "Draws lines between the pixels at high zoom.",
        icon: "grid-nine",
        is_on: Some(|state| state.settings.pixel_grid),
        run: |state| switch(state, |settings| settings.pixel_grid = !settings.pixel_grid),
        ..VIEW
    },
    CommandInfo {
        id: "view.navigator",
        name: "Navigator",
        help: "Shows where you are in a picture that is not all in view. Click or drag in it to go elsewhere.",
        icon: "compass",
        is_on: Some(|state| state.settings.show_navigator),
        run: |state| switch(state, |settings| settings.show_navigator = !settings.show_navigator),
        ..VIEW
    },
    CommandInfo {
        id: "view.smooth",
        name: "Smooth pixels",
        help: "Smooths an enlarged picture instead of showing its pixels as squares.",
        icon: "drop",
        is_on: Some(|state| state.settings.smooth),
        run: |state| switch(state, |settings| settings.smooth = !settings.smooth),
        ..VIEW
    },
    CommandInfo {
        id: "view.reset_display",
        name: "Reset brightness and contrast",
        help: "Shows the picture as it is in the file.",
        icon: "sun",
        is_enabled: has_picture,
        run: |state| {
            state.view.display = crate::render::Display::default();
            state.view.levels = crate::app::levels::Levels::default();
        },
        ..VIEW
    },
    CommandInfo {
        id: "view.filmstrip",
        name: "Filmstrip",
        help: "Shows or hides the strip of pictures.",
        icon: "film-strip",
        begins_group: true,
        shortcut: "F8",
        is_on: Some(|state| state.settings.show_filmstrip),
        run: |state| switch(state, |settings| settings.show_filmstrip = !settings.show_filmstrip),
        ..VIEW
    },
    CommandInfo {
        id: "view.side_panel",
        name: "Side panel",
        help: "Shows or hides labels and objects.",
        icon: "sidebar-simple",
        shortcut: "F9",
        is_on: Some(|state| state.settings.show_side_panel),
        run: |state| switch(state, |settings| settings.show_side_panel = !settings.show_side_panel),
        ..VIEW
    },
    CommandInfo {
        id: "view.messages",
        name: "Messages",
        help: "Shows what you were told so far.",
        icon: "bell",
        shortcut: "F10",
        is_on: Some(|state| state.view.shows_messages),
        run: |state| state.view.shows_messages = !state.view.shows_messages,
        ..VIEW
    },
    CommandInfo {
        id: "view.focus_panels",
        name: "Keyboard to the panels",
        help: "Lets Tab walk from control to control; Escape brings the keyboard back to the picture.",
        icon: "keyboard",
        shortcut: "F6",
        run: |state| {
            state.view.wants_panel_focus = true;
            state.ctx.request_repaint();
        },
        ..VIEW
    },
    CommandInfo {
        id: "view.theme",
        name: "Switch between dark and light",
        help: "Changes the theme.",
        icon: "moon",
        run: |state| {
            let is_dark = state.ctx.theme() == eframe::egui::Theme::Dark;
            let theme = if is_dark { ThemeChoice::Light } else { ThemeChoice::Dark };
            switch(state, |settings| settings.theme = theme);
        },
        ..VIEW
    },
    CommandInfo {
        id: "view.full_screen",
        name: "Full screen",
        help: "Uses the whole screen, or no longer.",
        icon: "arrows-out",
        shortcut: "F11",
        run: |state| {
            let is_full = state.ctx.input(|input| input.viewport().fullscreen).unwrap_or(false);
            state.ctx.send_viewport_cmd(eframe::egui::ViewportCommand::Fullscreen(!is_full));
        },
        ..VIEW
    },
];

fn zoom_by(state: &mut AppState, factor: f64) {
    let viewport = state.view.viewport;
    let middle = ScreenPoint::new(f64::from(viewport.width) / 2.0, f64::from(viewport.height) / 2.0);
    state.view.camera = state.view.camera.zoom_about(middle, factor);
    state.view.is_fitted = false;
}

fn switch(state: &mut AppState, change: impl FnOnce(&mut Settings)) {
    let mut settings = state.settings.clone();
    change(&mut settings);
    state.set_settings(settings);
}
