//! Theme, size, and which parts of the window are shown.

use eframe::egui::Ui;

use crate::app::dialogs::controls::{choice_ui, section_ui, switch_ui, weak_ui};
use crate::app::settings::Settings;
use crate::app::theme::ThemeChoice;

/// Steps rather than a slider: the window must not change its size under the pointer while one drags.
const SCALES: [(f32, &str); 8] = [
    (0.75, "75 %"),
    (0.9, "90 %"),
    (1.0, "100 %"),
    (1.1, "110 %"),
    (1.25, "125 %"),
    (1.5, "150 %"),
    (1.75, "175 %"),
    (2.0, "200 %"),
];

/// Draws the page.
pub fn appearance_ui(ui: &mut Ui, settings: &mut Settings) {
    section_ui(ui, "Theme");
    let themes = [
        (ThemeChoice::Dark, "Dark"),
        (ThemeChoice::Light, "Light"),
        (ThemeChoice::System, "As the system is"),
    ];
    choice_ui(ui, "Theme", &mut settings.theme, &themes);
    weak_ui(ui, "On dark ground, colours in pictures are easier to judge.");

    section_ui(ui, "Size of text and controls");
    choice_ui(ui, "Size", &mut settings.scale, &SCALES);
    weak_ui(ui, "On top of what your system says. The picture itself is not affected.");

    section_ui(ui, "Parts of the window");
    switch_ui(ui, &mut settings.show_filmstrip, "Filmstrip", "The strip of pictures below the canvas.");
    switch_ui(
        ui,
        &mut settings.show_side_panel,
        "Side panel",
        "Labels, objects and attributes at the right.",
    );
}
