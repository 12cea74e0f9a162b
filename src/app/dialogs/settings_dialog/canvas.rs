//! How the picture and the objects on it are shown.

use eframe::egui::{Slider, Ui};

use crate::app::dialogs::controls::{choice_ui, section_ui, slider_ui, switch_ui, weak_ui};
use crate::app::settings::Settings;

/// Draws the page.
pub fn canvas_ui(ui: &mut Ui, settings: &mut Settings) {
    section_ui(ui, "Enlarged pixels");
    choice_ui(ui, "Enlarged pixels", &mut settings.smooth, &[(false, "As squares"), (true, "Smooth")]);
    weak_ui(ui, "Squares show every pixel as it is in the file.");
    switch_ui(ui, &mut settings.pixel_grid, "Pixel grid", "Lines between the pixels at high zoom.");

    section_ui(ui, "Objects");
    switch_ui(ui, &mut settings.show_names, "Names of labels", "Beside each object.");
    switch_ui(
        ui,
        &mut settings.thumbnail_objects,
        "Objects on thumbnails",
        "In the gallery and the filmstrip, too.",
    );
    let fills = Slider::new(&mut settings.fill_opacity, 0.0..=0.8)
        .step_by(0.05)
        .custom_formatter(|value, _| format!("{:.0} %", value * 100.0))
        .custom_parser(|text| {
            text.trim_end_matches(['%', ' ']).parse::<f64>().ok().map(|percent| percent / 100.0)
        });
    slider_ui(ui, "Strength of fills", fills);
    let outlines =
        Slider::new(&mut settings.line_width, 1.0..=6.0).step_by(0.5).fixed_decimals(1).suffix(" pt");
    slider_ui(ui, "Width of outlines", outlines);

    section_ui(ui, "While drawing");
    switch_ui(
        ui,
        &mut settings.crosshair,
        "Crosshair",
        "Lines through the pointer, across the whole picture.",
    );
}
